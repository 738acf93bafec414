//! The shipped geography hangs together: every postcode's ward exists, every ward has a locality.

use formats::geography::{Geography, SHIPPED, Sources, schools};

fn medway() -> Geography {
    Geography::read(&SHIPPED).expect("the shipped geography can be read")
}

#[test]
fn counts_are_those_of_the_sources() {
    let medway = medway();
    assert_eq!(medway.wards.len(), 24);
    assert_eq!(medway.wards_2003.len(), 22);
    assert_eq!(medway.lsoas.len(), 169);
    assert_eq!(medway.schools.len(), 103);
    assert_eq!(medway.authorities.len(), 150);
    assert_eq!(medway.postcodes().count(), 6_168 + 10_968);
    assert_eq!(medway.postcodes().filter(|(_, spot)| spot.inside).count(), 6_168);
    assert_eq!(medway.localities, ["Chatham & Rochester", "Rainham & Gillingham", "Strood & Hoo"]);
    assert_eq!(medway.consortia.len(), 5);
    let grouped = medway.schools.iter().filter(|school| school.consortium.is_some());
    assert!(grouped.clone().all(|school| school.kind == "Secondary"));
    assert_eq!(grouped.count(), 20);
}

#[test]
fn a_postcode_has_its_place_and_an_unknown_one_has_none() {
    let medway = medway();
    let place = medway.place("ME1 1AA");
    assert_eq!(place.ward.as_deref(), Some("E05014465"));
    assert_eq!(place.ward_2003.as_deref(), Some("E05002264"));
    assert_eq!(place.lsoa.as_deref(), Some("E01016130"));
    assert_eq!(place.deprivation_decile, Some(5));
    assert_eq!(place.locality.as_deref(), Some("Chatham & Rochester"));
    assert_eq!(place.vintage.as_deref(), Some("Code-Point Open 2025.4"));
    assert_eq!(medway.ward_name("E05014465"), Some("Rochester West & Borstal"));
    assert_eq!(medway.ward_name("E05002264"), Some("Rochester West"));
    let kent = medway.place("ME1 3AP");
    assert_eq!(kent.ward.as_deref(), Some("E05015035"));
    assert_eq!((kent.locality, kent.deprivation_decile), (None, None));
    for unknown in ["ZZ99 9ZZ", "SW1A 1AA", "", "me1 1aa"] {
        assert_eq!(medway.place(unknown), domain::person::Place::default(), "{unknown}");
    }
}

#[test]
fn every_place_leads_somewhere() {
    let medway = medway();
    for (postcode, spot) in medway.postcodes().filter(|(_, spot)| spot.inside) {
        assert!(domain::identifiers::postcode_shaped(postcode), "{postcode}");
        for ward in [&spot.place.ward, &spot.place.ward_2003] {
            let ward = ward.as_deref().and_then(|code| medway.ward(code));
            assert!(ward.is_some_and(|ward| ward.locality.is_some()), "{postcode}");
        }
        let lsoa = spot.place.lsoa.as_deref().and_then(|code| medway.lsoa(code)).unwrap();
        assert_eq!(lsoa.deprivation_decile, spot.place.deprivation_decile, "{postcode}");
    }
}

#[test]
fn outlines_are_closed_rings_inside_the_south_east() {
    let medway = medway();
    let areas = medway.wards.iter().chain(&medway.wards_2003).chain(&medway.lsoas);
    for area in areas {
        assert!(!area.outline.is_empty(), "{}", area.code);
        for ring in area.outline.iter().flatten() {
            assert!(ring.len() >= 4 && ring.first() == ring.last(), "{}", area.code);
            let near =
                |[lon, lat]: &[f64; 2]| (0.3..0.8).contains(lon) && (51.2..51.6).contains(lat);
            assert!(ring.iter().all(near), "{}", area.code);
        }
    }
}

#[test]
fn a_list_of_schools_may_say_consortia_and_need_not() {
    let head = "urn,name,kind,town,postcode,lat,lon,ward25_code,establishment_number,ukprn";
    let row = "100001,First,Secondary,Chatham,,,,,,";
    let consortium = |list: String| schools(&list).unwrap().remove(0).consortium;
    assert_eq!(consortium(format!("{head}\n{row}\n")), None);
    assert_eq!(consortium(format!("{head},consortium\n{row},\n")), None);
    assert_eq!(consortium(format!("{head},consortium\n{row},East\n")).as_deref(), Some("East"));
    assert_eq!(consortium(format!("consortium,{head}\nEast,{row}\n")).as_deref(), Some("East"));
}

#[test]
fn tables_that_do_not_hang_together_are_refused() {
    let twice = SHIPPED.localities.replace("E05014450", "E05014449");
    let problem = Geography::read(&Sources { localities: &twice, ..SHIPPED }).unwrap_err();
    assert!(problem.to_string().contains("E05014449 is in"), "{problem}");
    let missing = SHIPPED.localities.replace("\"E05014450\",", "");
    let problem = Geography::read(&Sources { localities: &missing, ..SHIPPED }).unwrap_err();
    assert!(problem.to_string().contains("is in none"), "{problem}");
    let stranger = SHIPPED.consortia.replace("135964", "999999");
    let problem = Geography::read(&Sources { consortia: &stranger, ..SHIPPED }).unwrap_err();
    assert!(problem.to_string().contains("not among the schools"), "{problem}");
    let torn = SHIPPED.postcodes.replace("51.386104", "north");
    let problem = Geography::read(&Sources { postcodes: &torn, ..SHIPPED }).unwrap_err();
    assert_eq!(problem.what, "postcodes");
}
