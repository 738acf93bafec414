//! Who teaches, trains and employs in the demonstration: Medway's real schools by the shipped
//! geography, one college of its real name, and providers and employers that are made up.
//! Which school selects, takes one sex or has a sixth form is assumed, for the demonstration only.

use formats::geography::Geography;
use store::organisations::Organisation;

use crate::admin::of_school;

/// What a provider is, as far as a young person's path depends on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sort {
    /// A mainstream secondary school.
    School(Intake),
    Special,
    Alternative,
    /// Schools beyond the border, together: rolls from there name no school of ours.
    Kent,
    College,
    Training,
    Reengagement,
}

/// What is assumed of a secondary school.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Intake {
    pub takes: Takes,
    pub selective: bool,
    pub sixth_form: bool,
    /// Pupils a year, as a weight.
    pub size: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    Girls,
    Boys,
    Both,
}

/// Somewhere to learn.
#[derive(Clone, Debug)]
pub struct Provider {
    pub sort: Sort,
    pub lat: f64,
    pub lon: f64,
    pub organisation: Organisation,
}

const fn intake(takes: Takes, selective: bool, sixth_form: bool, size: f64) -> Intake {
    Intake { takes, selective, sixth_form, size }
}

fn assumed(urn: &str) -> Intake {
    use Takes::{Both, Boys, Girls};
    match urn {
        "136107" => intake(Both, false, true, 250.0),
        "137389" => intake(Girls, true, true, 180.0),
        "136337" => intake(Girls, true, true, 150.0),
        "150870" => intake(Boys, false, true, 190.0),
        "136594" => intake(Both, true, true, 150.0),
        "148577" => intake(Both, false, false, 180.0),
        "149075" => intake(Both, false, false, 180.0),
        "136864" => intake(Both, true, true, 235.0),
        "136456" => intake(Girls, false, true, 270.0),
        "136662" => intake(Boys, true, true, 205.0),
        "118908" => intake(Both, false, true, 180.0),
        "135964" => intake(Both, false, true, 230.0),
        "141466" => intake(Boys, false, true, 250.0),
        "137119" => intake(Both, false, true, 250.0),
        "138511" => intake(Both, false, true, 180.0),
        "136313" => intake(Girls, true, true, 205.0),
        "137376" => intake(Both, false, true, 190.0),
        "136108" => intake(Both, false, true, 210.0),
        "150869" => intake(Girls, false, true, 170.0),
        _ => intake(Both, false, true, 60.0),
    }
}

/// Providers that are not in the list of schools: slug, name, sort, UK provider number, postcode.
/// The numbers lie in a range that is not given out, since nobody's real number may be borrowed.
const OTHERS: &[(&str, &str, Sort, &str, &str)] = &[
    ("ukprn-19990001", "MidKent College", Sort::College, "19990001", "ME7 1FN"),
    ("ukprn-19990002", "North Downs College (made up)", Sort::College, "19990002", "ME14 1XX"),
    (
        "ukprn-19990011",
        "Riverside Apprenticeships (made up)",
        Sort::Training,
        "19990011",
        "ME4 4TZ",
    ),
    ("ukprn-19990012", "Dockyard Skills (made up)", Sort::Training, "19990012", "ME4 3ER"),
    ("ukprn-19990013", "Peninsula Training (made up)", Sort::Training, "19990013", "ME3 9HH"),
    ("ukprn-19990014", "Towns Care Academy (made up)", Sort::Training, "19990014", "ME2 4AA"),
    ("ukprn-19990021", "Stepping Stones (made up)", Sort::Reengagement, "19990021", "ME7 2BX"),
    ("ukprn-19990022", "Back on Track Medway (made up)", Sort::Reengagement, "19990022", "ME1 1AA"),
];

/// Employers, by kind only.
pub const EMPLOYERS: &[&str] = &[
    "Bakery",
    "Building firm",
    "Café",
    "Car wash",
    "Care home",
    "Cinema",
    "Cleaning firm",
    "Clothes shop",
    "Delivery firm",
    "Farm",
    "Fast food restaurant",
    "Garage",
    "Garden centre",
    "Hairdresser",
    "Hotel",
    "Leisure centre",
    "Nursery",
    "Restaurant",
    "Scaffolding firm",
    "Supermarket",
    "Warehouse",
];

/// Every provider, in a fixed order.
pub fn providers(geography: &Geography) -> Vec<Provider> {
    let schools = geography.schools.iter().filter_map(|school| {
        let sort = match school.kind.as_str() {
            "Secondary" => Sort::School(assumed(&school.urn)),
            "Special" => Sort::Special,
            "Alternative provision" => Sort::Alternative,
            _ => return None,
        };
        let organisation = Organisation {
            contact_name: Some("Data office".to_owned()),
            contact_email: Some(format!("data@urn-{}.example.org", school.urn)),
            ..of_school(school, "887").ok()??
        };
        // Maritime Academy has no postcode in the source; it is put in Frindsbury.
        let (lat, lon) = (school.lat.unwrap_or(51.4035), school.lon.unwrap_or(0.4995));
        Some(Provider { sort, lat, lon, organisation })
    });
    let others = OTHERS.iter().map(|(slug, name, sort, ukprn, postcode)| {
        let spot = geography.spot(postcode);
        let kind = if *sort == Sort::College { "college" } else { "training-provider" };
        let organisation = Organisation {
            id: (*slug).to_owned(),
            kind: kind.to_owned(),
            name: (*name).to_owned(),
            ukprn: Some((*ukprn).to_owned()),
            postcode: Some((*postcode).to_owned()),
            ward: spot.and_then(|spot| spot.place.ward.clone()),
            locality: spot.and_then(|spot| spot.place.locality.clone()),
            lat: spot.map(|spot| spot.lat),
            lon: spot.map(|spot| spot.lon),
            contact_name: Some("Admissions".to_owned()),
            contact_email: Some(format!("lists@{slug}.example.org")),
            ..Organisation::default()
        };
        let (lat, lon) = spot.map_or((51.38, 0.54), |spot| (spot.lat, spot.lon));
        Provider { sort: *sort, lat, lon, organisation }
    });
    schools.chain(others).chain([kent()]).collect()
}

fn kent() -> Provider {
    let organisation = Organisation {
        id: "kent-schools".to_owned(),
        kind: "school".to_owned(),
        name: "A school in Kent".to_owned(),
        contact_email: Some("data@kent-schools.example.org".to_owned()),
        ..Organisation::default()
    };
    Provider { sort: Sort::Kent, lat: 51.30, lon: 0.52, organisation }
}

/// The council itself and those who take part without teaching: with the schools, colleges and training
/// providers they are the thirteen kinds of partner that the strategy names, and the council's inclusion team,
/// whom it adds where young people leave their learning.
pub fn partners() -> Vec<Organisation> {
    [
        ("council-887", "council", "Medway Council"),
        ("council-886", "council", "Kent County Council"),
        ("partner-youth-justice", "partner", "Youth justice team"),
        ("partner-leaving-care", "partner", "Leaving care team"),
        ("partner-jobcentre", "partner", "Jobcentre Plus, Chatham"),
        ("partner-youth-service", "partner", "Medway youth service"),
        ("partner-housing", "partner", "Housing service"),
        ("partner-police", "partner", "Police, youth engagement"),
        ("partner-young-parents", "partner", "Health service for young parents"),
        ("partner-aimhigher", "partner", "Aimhigher partnership"),
        ("partner-apprenticeships", "partner", "Apprenticeship service"),
        ("partner-council-data", "partner", "Council data and business support"),
        ("partner-inclusion", "partner", "Council inclusion team"),
    ]
    .into_iter()
    .map(|(id, kind, name)| Organisation {
        id: id.to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        contact_email: Some(format!("data@{id}.example.org")),
        ..Organisation::default()
    })
    .collect()
}
