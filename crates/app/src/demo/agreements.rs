//! The demonstration's sharing agreements: one with every sender, among them one that soon ends, one
//! with a narrower list and one that nobody answers for, so that each of these can be seen.

use std::collections::BTreeSet;

use domain::agreement::{
    Agreement, Clause, ClauseKind, Direction, Effect, Flow, Gateway, Item, Line, Person, Signature,
    Version, expected,
};
use domain::calendar::Day;
use domain::person::{ChangeId, Field};
use formats::agreement_toml::Written;
use jiff::ToSpan;
use store::Tx;
use store::deliveries::{self, Note};
use store::organisations::Organisation;

use crate::agreement::keep;
use crate::context::Wrong;

/// Ends 40 days after the demonstration's day.
const SOON_OVER: &str = "ukprn-19990001";
/// Gives no telephone numbers and no email addresses.
const NARROW: &str = "urn-118908";
/// Has lost its named contact.
const VACANT: &str = "ukprn-19990012";

/// Writes them; how many.
pub async fn sign(
    tx: &mut Tx,
    change: ChangeId,
    senders: &[Organisation],
    day: Day,
) -> Result<usize, Wrong> {
    let mut made = 0;
    for sender in senders {
        let Some(written) = written(sender, day) else { continue };
        let kept = keep(tx, change, &written, None).await?;
        let version = Version { number: kept.version, ..written.version };
        let number = kept.agreement;
        let agreement = Agreement { number, versions: vec![version], ..Agreement::default() };
        deliver(tx, change, &agreement, day).await?;
        made += 1;
    }
    Ok(made)
}

/// What came of it since: most in time, some late, a few not at all.
async fn deliver(
    tx: &mut Tx,
    change: ChangeId,
    agreement: &Agreement,
    today: Day,
) -> Result<(), Wrong> {
    let owed = expected(std::slice::from_ref(agreement), &[], today - 12.months(), today);
    for (at, due) in owed.iter().enumerate().filter(|(_, due)| due.day < today) {
        let chance = agreement.number + i64::try_from(at).unwrap_or(0);
        let came = match (chance % 17, chance % 6) {
            (0, _) => continue,
            (late, 5) => due.day + (2 + late).days(),
            (early, _) => due.day - (early % 7).days(),
        };
        let note = Note {
            agreement: agreement.number,
            partner: due.partner.clone(),
            flow: due.flow.name().to_owned(),
            due: due.day,
            what: "came".to_owned(),
            day: came.min(today),
        };
        deliveries::note(tx, change, &note).await?;
    }
    Ok(())
}

fn written(sender: &Organisation, day: Day) -> Option<Written> {
    let (title, purpose, lines) = terms(sender, day)?;
    let signed = day - 8.months();
    let signature = |party: Option<&str>, name: &str, post: &str| Signature {
        party: party.map(str::to_owned),
        name: name.to_owned(),
        post: post.to_owned(),
        day: signed,
    };
    let version = Version {
        number: 0,
        title: format!("{title}: {}", sender.name),
        purpose: purpose.to_owned(),
        partners: BTreeSet::from([sender.id.clone()]),
        lines,
        clauses: clauses(sender, day),
        starts: Some(signed + 1.month()),
        ends: Some(if sender.id == SOON_OVER { day + 40.days() } else { day + 16.months() }),
        assessment: format!("Impact assessment of {}", sender.name),
        assessed: Some(signed - 1.month()),
        signatures: vec![
            signature(None, "Robin Hale", "Data manager"),
            signature(Some(&sender.id), "The head of service", "For the partner"),
        ],
    };
    let slug: String = sender.id.chars().filter(|c| c.is_alphanumeric()).collect();
    let person = |post: &str, local: &str| Person {
        name: format!("{post}, {}", sender.name),
        post: post.to_owned(),
        email: format!("{local}.{slug}@example.org"),
        phone: String::new(),
    };
    let contact = (sender.id != VACANT).then(|| person("Data officer", "data"));
    Some(Written { version, contact, deputy: Some(person("Deputy data officer", "deputy")) })
}

type Terms = (&'static str, &'static str, Vec<Line>);

/// What each kind of sender gives, and why it may.
fn terms(sender: &Organisation, day: Day) -> Option<Terms> {
    let line = |flow, gateway, items, every_months| Line {
        flow,
        direction: Direction::In,
        gateway,
        items,
        every_months,
        first_due: Some(day - 7.months()),
    };
    let out = |flow, gateway, items| Line {
        direction: Direction::Out,
        ..line(flow, gateway, items, None)
    };
    if let Some(found) = of_service(&sender.id, &line) {
        return Some(found);
    }
    let people = "To know who is in learning after 16 and to reach those who are not";
    Some(match (sender.kind.as_str(), sender.id.as_str()) {
        ("school" | "special-school" | "alternative-provision", _) => {
            let roll = line(Flow::SchoolRoll, Gateway::Section72, school_items(sender), Some(4));
            let moves = line(Flow::JoinersLeavers, Gateway::Section13, provider_items(), None);
            let back = out(Flow::SchoolRoll, Gateway::Section17, shown_to_schools());
            let results = BTreeSet::from([Item::Results]);
            let results = line(Flow::ExamResults, Gateway::Section14, results, None);
            let intends =
                line(Flow::IntendedDestinations, Gateway::Section14, school_items(sender), None);
            ("Schools data agreement", people, vec![roll, moves, intends, results, back])
        }
        ("college" | "training-provider", _) => {
            let list = line(Flow::PartnerList, Gateway::Section72, provider_items(), Some(3));
            let moves = line(Flow::JoinersLeavers, Gateway::Section13, provider_items(), Some(1));
            let back = out(Flow::JoinersLeavers, Gateway::Section17, shown_to_partners());
            let offers = line(Flow::Offers, Gateway::Section14, provider_items(), None);
            let results = out(Flow::ExamResults, Gateway::Section17, results_out());
            let lines = vec![list, moves, offers, back, results];
            ("Providers data agreement", people, lines)
        }
        (_, "partner-jobcentre") => {
            let flow = line(Flow::Claimants, Gateway::Consent, provider_items(), Some(1));
            let back = out(Flow::Claimants, Gateway::Consent, shown_to_partners());
            ("Jobcentre protocol", "To support job seekers of 18 and 19 together", vec![flow, back])
        }
        ("partner", _) => {
            let mut items = provider_items();
            items.insert(Item::Characteristics);
            items.extend([Item::YouthJustice, Item::EarlyHelp]);
            let list = line(Flow::PartnerList, Gateway::Section77, items, Some(3));
            let mut projects = provider_items();
            projects.extend([Item::Engagement, Item::FamilyIntervention, Item::ChildrensFund]);
            let takes_part = line(Flow::Participation, Gateway::Section77, projects, None);
            let back = out(Flow::PartnerList, Gateway::Section17, shown_to_partners());
            let lines = vec![list, takes_part, back];
            ("Support services agreement", "To plan support with those who give it", lines)
        }
        ("council", "council-886") => {
            let items = Item::all().collect();
            let flow = line(Flow::CrossBorder, Gateway::Section77, items, None);
            ("Neighbouring council", "To hand over young people who move", vec![flow])
        }
        _ => return None,
    })
}

/// Services whose lists are of one kind each, and only come in.
fn of_service(
    id: &str,
    line: &dyn Fn(Flow, Gateway, BTreeSet<Item>, Option<u8>) -> Line,
) -> Option<Terms> {
    let items = provider_items;
    Some(match id {
        "partner-young-parents" => {
            let births = line(Flow::LiveBirths, Gateway::Section77, items(), Some(3));
            (
                "Young parents protocol",
                "To offer young parents a way back to learning",
                vec![births],
            )
        }
        "partner-aimhigher" => {
            let takes_part = [Item::Engagement].into_iter().chain(items()).collect();
            let projects = line(Flow::Participation, Gateway::Section68, takes_part, Some(3));
            (
                "Aimhigher agreement",
                "To know whom university visits and mentors reach",
                vec![projects],
            )
        }
        "partner-apprenticeships" => {
            let starts = line(Flow::ApprenticeshipStarts, Gateway::Section17, items(), Some(1));
            (
                "Apprenticeship service agreement",
                "To know who begins an apprenticeship",
                vec![starts],
            )
        }
        "partner-council-data" => {
            let everybody = line(Flow::Population, Gateway::Section17, items(), Some(3));
            let cared_for = line(Flow::LookedAfter, Gateway::Section17, items(), Some(3));
            let lines = vec![everybody, cared_for];
            ("Council data agreement", "To find whom no school has told of", lines)
        }
        _ => return None,
    })
}

/// What every partner is told of the people it shares with us.
fn shown_to_partners() -> BTreeSet<Item> {
    let fields = [
        Field::GivenName,
        Field::MiddleName,
        Field::FamilyName,
        Field::DateOfBirth,
        Field::Sex,
        Field::Phone,
        Field::School,
        Field::CohortStatus,
        Field::LeadLa,
    ];
    let lists = [Item::Attendance, Item::Activity];
    fields.into_iter().map(Item::Field).chain(lists).collect()
}

/// Exam results with whose they are.
fn results_out() -> BTreeSet<Item> {
    let whose = [Field::GivenName, Field::FamilyName, Field::DateOfBirth].map(Item::Field);
    whose.into_iter().chain([Item::Results]).collect()
}

/// And schools, of their own pupils.
fn shown_to_schools() -> BTreeSet<Item> {
    let fields = [
        Field::Upn,
        Field::Uln,
        Field::Ethnicity,
        Field::GuaranteeIndicator,
        Field::GuaranteeYear11,
        Field::GuaranteeYear12,
        Field::IntendedDestination,
        Field::IntendedOn,
        Field::IntendedBy,
    ];
    shown_to_partners().into_iter().chain(fields.map(Item::Field)).collect()
}

fn provider_items() -> BTreeSet<Item> {
    let fields = [
        Field::GivenName,
        Field::MiddleName,
        Field::FamilyName,
        Field::DateOfBirth,
        Field::Sex,
        Field::Uln,
        Field::Phone,
        Field::Email,
    ];
    let lists = [Item::Address, Item::Attendance, Item::Activity];
    fields.into_iter().map(Item::Field).chain(lists).collect()
}

fn school_items(sender: &Organisation) -> BTreeSet<Item> {
    let narrow = [Field::Phone, Field::Email, Field::ParentPhone].map(Item::Field);
    let more = [
        Field::Upn,
        Field::Ethnicity,
        Field::ParentName,
        Field::ParentPhone,
        Field::IntendedDestination,
        Field::IntendedOn,
        Field::IntendedBy,
        Field::EducationLevel,
        Field::Send,
        Field::SenSupport,
        Field::GuaranteeIndicator,
    ];
    let all = provider_items().into_iter().chain(more.map(Item::Field));
    let lists = [Item::FormerNames, Item::Characteristics];
    let sets = [Item::Sessions, Item::Census, Item::Suspensions, Item::KeyStage2, Item::KeyStage4];
    all.chain(lists)
        .chain(sets)
        .filter(|item| sender.id != NARROW || !narrow.contains(item))
        .collect()
}

fn clauses(sender: &Organisation, day: Day) -> Vec<Clause> {
    let clause = |kind, words: &str, due| Clause {
        kind,
        words: words.to_owned(),
        due,
        working_days: None,
        effect: Effect::Words,
    };
    let mut all = vec![
        clause(ClauseKind::DataAction, "Each side mends what the other shows to be wrong.", None),
        clause(
            ClauseKind::Grievance,
            "What cannot be settled between the named contacts goes to the heads of service.",
            None,
        ),
        Clause {
            working_days: Some(2),
            ..clause(
                ClauseKind::Complaints,
                "A young person's complaint is passed on to the other side's named contact.",
                None,
            )
        },
    ];
    // Not every old wording had it: which lack it is for somebody to mend.
    if sender.kind != "college" {
        let words =
            "Both sides tell of young people in care, leaving it, or known to youth justice.";
        all.push(clause(ClauseKind::VulnerableGroups, words, None));
    }
    if sender.kind.contains("school") {
        let words = "Intended destinations of Year 11 come before the end of November.";
        all.push(clause(ClauseKind::DestinationSurvey, words, Some(day + 8.months())));
    }
    if sender.id == NARROW {
        all.push(Clause {
            effect: Effect::Forbids(BTreeSet::from([
                Item::Field(Field::Phone),
                Item::Field(Field::Email),
                Item::Field(Field::ParentPhone),
            ])),
            ..clause(ClauseKind::Limit, "No telephone numbers and no email addresses.", None)
        });
    }
    all
}
