//! Literal cases, and properties over made-up agreements.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::intake::{ActivitySaid, Declaration, ProviderSaid};
use crate::person::{Address, Field};

const DAY: Date = date(2025, 3, 14);
const PHONE: Item = Item::Field(Field::Phone);
const GIVEN: Item = Item::Field(Field::GivenName);

fn signature(party: Option<&str>, day: Date) -> Signature {
    Signature { party: party.map(str::to_owned), name: "A".into(), post: "Head".into(), day }
}

fn line(flow: Flow, direction: Direction, gateway: Gateway, items: &[Item]) -> Line {
    let items = items.iter().copied().collect();
    Line { flow, direction, gateway, items, every_months: Some(3), first_due: None }
}

fn school() -> Agreement {
    let version = Version {
        number: 1,
        partners: BTreeSet::from(["school".to_owned()]),
        lines: vec![line(Flow::SchoolRoll, Direction::In, Gateway::Section72, &[PHONE])],
        starts: Some(date(2024, 9, 1)),
        ends: Some(date(2025, 8, 31)),
        signatures: vec![
            signature(None, date(2024, 8, 1)),
            signature(Some("school"), date(2024, 8, 20)),
        ],
        ..Version::default()
    };
    Agreement { number: 7, versions: vec![version], ..Agreement::default() }
}

fn asked(item: Item) -> Asked<'static> {
    Asked {
        partner: "school",
        flow: Flow::SchoolRoll,
        direction: Direction::In,
        item,
        origin: Origin::Ordinary,
        day: DAY,
    }
}

fn with(change: impl Fn(&mut Version)) -> Agreement {
    let mut agreement = school();
    agreement.versions.iter_mut().for_each(change);
    agreement
}

#[test]
fn every_way_to_miss_has_its_rule() {
    let check = |agreement: &Agreement, asked: Asked<'_>, rule: Rule| {
        let decision = decide(std::slice::from_ref(agreement), &asked);
        assert_eq!(decision.rule, rule, "{:?}", decision.reasons);
        assert!(!decision.reasons.is_empty());
    };
    let good = school();
    check(&good, asked(GIVEN), Rule::StatutoryTier);
    check(&good, asked(PHONE), Rule::Covered);
    check(&good, asked(Item::Field(Field::Ethnicity)), Rule::ItemNotCovered);
    check(&good, Asked { partner: "college", ..asked(GIVEN) }, Rule::NoAgreement);
    check(&good, Asked { day: date(2025, 9, 1), ..asked(GIVEN) }, Rule::Expired);
    check(&good, Asked { day: date(2024, 8, 31), ..asked(GIVEN) }, Rule::NotYet);
    check(&good, Asked { day: date(2024, 8, 19), ..asked(GIVEN) }, Rule::Unsigned);
    check(&good, Asked { flow: Flow::Offers, ..asked(GIVEN) }, Rule::FlowNotCovered);
    check(&good, Asked { direction: Direction::Out, ..asked(GIVEN) }, Rule::WrongDirection);
    let benefits = Asked { direction: Direction::Out, origin: Origin::Benefits, ..asked(GIVEN) };
    check(&good, benefits, Rule::BenefitsOnward);
    let ended = Agreement { ended: Some((DAY, "closed".into())), ..school() };
    check(&ended, asked(GIVEN), Rule::Ended);
    let unsigned = with(|v| v.signatures.truncate(1));
    check(&unsigned, asked(GIVEN), Rule::Unsigned);
    let jobcentre = with(|v| {
        v.lines = vec![line(Flow::SchoolRoll, Direction::In, Gateway::Section76, &[GIVEN, PHONE])];
    });
    check(&jobcentre, asked(GIVEN), Rule::Covered);
    check(&jobcentre, asked(PHONE), Rule::NotBenefitsInformation);
}

#[test]
fn what_institutions_must_tell_opens_nothing_outward() {
    for gateway in Gateway::ALL {
        let agreement = with(|v| {
            v.lines = vec![line(Flow::SchoolRoll, Direction::Out, *gateway, &[PHONE])];
        });
        let out = |item| {
            let asked = Asked { direction: Direction::Out, ..asked(item) };
            let said = Said { no: false, consent: true };
            decide(std::slice::from_ref(&agreement), &asked).for_person(said)
        };
        // No tier of its own: nothing that the line does not list, by whatever gateway.
        assert!(!out(GIVEN).allowed(), "{gateway:?}");
        let one_way = matches!(gateway.name(), "esa-13" | "esa-14" | "esa-72");
        let benefits = gateway.is_benefits();
        assert_eq!(out(PHONE).allowed(), !one_way && !benefits, "{gateway:?}");
        if one_way {
            assert_eq!(out(PHONE).rule, Rule::WrongDirection);
            assert!(out(PHONE).reasons[0].contains("gives nothing out"));
        }
    }
}

#[test]
fn days_are_inclusive_at_both_ends() {
    for (day, allowed) in [
        (date(2024, 8, 31), false),
        (date(2024, 9, 1), true),
        (date(2025, 8, 31), true),
        (date(2025, 9, 1), false),
    ] {
        assert_eq!(decide(&[school()], &Asked { day, ..asked(GIVEN) }).allowed(), allowed, "{day}");
    }
}

#[test]
fn the_second_tier_flows_unless_somebody_said_no_and_the_first_flows_anyway() {
    for (item, no, allowed) in
        [(GIVEN, false, true), (GIVEN, true, true), (PHONE, false, true), (PHONE, true, false)]
    {
        let decision = decide(&[school()], &asked(item)).for_person(Said { no, consent: false });
        assert_eq!(decision.allowed(), allowed, "{item:?} {no}");
    }
    let open = decide(&[school()], &asked(PHONE));
    assert!(!open.allowed(), "a condition that nobody has looked at denies");
    let refused = open.for_person(Said { no: true, consent: true });
    assert_eq!(refused.rule, Rule::SaidNo);
}

#[test]
fn consent_is_asked_for_by_gateway_and_by_clause() {
    let by_gateway = with(|v| {
        v.lines = vec![line(Flow::SchoolRoll, Direction::In, Gateway::Consent, &[GIVEN])];
    });
    let by_clause = with(|v| {
        let effect = Effect::NeedsConsent(BTreeSet::from([GIVEN]));
        let kind = ClauseKind::Limit;
        v.clauses =
            vec![Clause { kind, words: String::new(), due: None, working_days: None, effect }];
    });
    for agreement in [by_gateway, by_clause] {
        let decision = decide(&[agreement], &asked(GIVEN));
        let without = decision.clone().for_person(Said::default());
        assert_eq!((without.allowed(), without.rule), (false, Rule::ConsentMissing));
        assert!(decision.for_person(Said { no: false, consent: true }).allowed());
    }
}

#[test]
fn a_newer_wording_counts_from_its_signing() {
    let mut agreement = school();
    let mut next = agreement.versions[0].clone();
    next.number = 2;
    next.lines[0].items = BTreeSet::from([Item::Field(Field::Ethnicity)]);
    next.signatures.truncate(1);
    agreement.versions.push(next);
    assert_eq!(decide(std::slice::from_ref(&agreement), &asked(PHONE)).rule, Rule::Covered);
    agreement.versions[1].signatures.push(signature(Some("school"), DAY));
    assert_eq!(decide(&[agreement], &asked(PHONE)).rule, Rule::ItemNotCovered);
}

#[test]
fn a_check_is_due_a_year_after_the_last_or_after_both_had_signed() {
    let well = school();
    assert_eq!(well.check_due(DAY), Some(date(2025, 8, 20)));
    let checked = Agreement { checked: vec![date(2025, 1, 10)], ..school() };
    assert_eq!(checked.check_due(DAY), Some(date(2026, 1, 10)));
    assert_eq!(checked.check_due(date(2024, 12, 1)), Some(date(2025, 8, 20)), "not made by then");
    let ended = Agreement { ended: Some((DAY, String::new())), ..school() };
    assert_eq!(ended.check_due(DAY), None);
    assert_eq!(with(|v| v.signatures.clear()).check_due(DAY), None, "nobody is bound");
}

/// It would stand in the list for ever.
#[test]
fn what_has_expired_towards_everybody_is_checked_no_more() {
    let (mut agreement, over) = (school(), date(2025, 9, 1));
    assert_eq!(agreement.check_due(over), None);
    let checked = Agreement { checked: vec![date(2025, 3, 1)], ..school() };
    assert_eq!(checked.check_due(over), None, "nor a year after the last check");
    let mut next = Version { number: 2, ends: None, ..agreement.versions[0].clone() };
    (next.partners, next.signatures) = (BTreeSet::from(["college".to_owned()]), Vec::new());
    agreement.versions.push(next);
    assert_eq!(agreement.check_due(over), None, "a wording that nobody signed holds nothing up");
    let due = Some(date(2025, 8, 20));
    assert_eq!(agreement.check_due(date(2025, 8, 31)), due, "and takes nothing off the list");
    agreement.versions[1].signatures =
        vec![signature(None, over), signature(Some("college"), over)];
    assert_eq!(agreement.check_due(over), due, "it goes on with another");
}

#[test]
fn concerns_are_named_and_nothing_else() {
    let contact = Some(Person::default());
    let well = Agreement { contact: contact.clone(), ..school() };
    assert!(well.concerns(DAY).is_empty());
    for (agreement, day, says) in [
        (well.clone(), date(2025, 7, 2), "ends in 60 days (school)"),
        (well.clone(), date(2025, 9, 1), "expired on 31 August 2025 (school)"),
        (well.clone(), date(2025, 8, 21), "annual check overdue"),
        (school(), DAY, "no named contact"),
        (
            Agreement { ended: Some((DAY, String::new())), ..well.clone() },
            DAY,
            "ended on 14 March 2025 (school)",
        ),
        (
            Agreement { contact, ..with(|v| v.signatures.clear()) },
            DAY,
            "not signed by both sides (school)",
        ),
    ] {
        let found = agreement.concerns(day);
        assert!(found.iter().any(|f| f == says), "{says}: {found:?}");
    }
    assert!(well.concerns(date(2025, 7, 1)).is_empty(), "61 days are not soon");
    let partner = BTreeSet::from(["school".to_owned(), "college".to_owned()]);
    let sponsorless = Agreement { vacant: partner, ..well.clone() };
    assert_eq!(sponsorless.concerns(DAY), ["nobody answers for the accounts (school)"]);
    let over = Agreement { ended: Some((DAY, String::new())), contact: None, ..sponsorless };
    assert_eq!(over.concerns(DAY), ["ended on 14 March 2025 (school)"], "asked about no more");
    assert_eq!(over.vacancies(date(2025, 3, 13)).len(), 2, "until the day it ended");
    let checked = Agreement { checked: vec![date(2025, 3, 1)], ..well };
    assert!(!checked.concerns(date(2025, 8, 21)).iter().any(|f| f.contains("check")));
}

fn row() -> Declaration {
    let mut said = Declaration { row: 2, ..Declaration::default() };
    said.particulars.set(Field::GivenName, "Amina".to_owned());
    said.particulars.set(Field::Phone, "07700 900001".to_owned());
    said.particulars.set(Field::Ethnicity, "ABAN".to_owned());
    said.raw = vec![("Ethnic code".into(), "ABAN".into()), ("Tel".into(), "07700 900001".into())];
    said.address = Some(Address { postcode: "ME7 1AB".into(), ..Address::default() });
    let provider = ProviderSaid::default();
    said.activities = vec![ActivitySaid::OnRoll { code: None, provider, since: None, until: None }];
    said
}

#[test]
fn a_gate_takes_columns_out_of_rows_and_counts_them() {
    let Opened::Open(mut gate) = Gate::open(&[school()], "school", &[Flow::SchoolRoll], DAY) else {
        panic!("the agreement is in force")
    };
    let mut said = row();
    gate.columns(&mut said);
    assert_eq!(said.particulars.get(Field::Ethnicity), None);
    assert_eq!(said.particulars.get(Field::Phone), Some("07700 900001"));
    assert_eq!((said.activities.len(), said.address.is_some()), (1, true));
    assert_eq!(said.remarks, ["left out, as the agreement asks: Ethnicity"]);
    assert!(said.raw.iter().all(|(_, text)| text != "ABAN"), "{:?}", said.raw);
    gate.person(&mut said, Said { no: true, consent: false });
    assert_eq!(said.particulars.get(Field::Phone), None);
    assert_eq!(said.particulars.get(Field::GivenName), Some("Amina"));
    assert!(said.raw.iter().all(|(_, text)| !text.starts_with("07700")));
    let sentence = gate.sentence().unwrap();
    assert!(sentence.contains("Ethnicity (1 rows: agreement 7 does not cover Ethnicity)"));
    assert!(!sentence.contains("Phone"), "whose word it was is the council's to read: {sentence}");
    let of_people = gate.of_people().unwrap();
    assert!(
        of_people.contains("Phone (1 rows: the pupil or the parent has said no)"),
        "{of_people}"
    );
    assert!(!of_people.contains("Ethnicity"), "{of_people}");
}

#[test]
fn a_gate_closes_with_the_nearest_reason() {
    let opened = Gate::open(&[school()], "school", &[Flow::SchoolRoll], date(2026, 1, 1));
    let Opened::Closed(decision) = opened else { panic!("it expired") };
    assert_eq!(decision.rule, Rule::Expired);
    let opened = Gate::open(&[], "school", &[Flow::SchoolRoll], DAY);
    assert!(matches!(opened, Opened::Closed(d) if d.rule == Rule::NoAgreement));
    let opened = Gate::open(&[school()], "school", &[Flow::Offers, Flow::SchoolRoll], DAY);
    assert!(matches!(opened, Opened::Open(_)), "a file may count as either");
}

/// What the law asks of a school comes whatever is drafted, begins later, is over or is agreed about something
/// else: however many of these stand beside each other.
#[test]
fn the_law_has_a_school_give_its_roll_whatever_agreements_are_over_or_silent() {
    const FLOWS: &[Flow] = &[Flow::SchoolRoll, Flow::PartnerList];
    let results = |clauses: Vec<Clause>| {
        with(|v| {
            v.lines =
                vec![line(Flow::ExamResults, Direction::In, Gateway::Section14, &[Item::Results])];
            v.clauses.clone_from(&clauses);
        })
    };
    let outward = with(|v| {
        v.lines = vec![line(Flow::SchoolRoll, Direction::Out, Gateway::Section17, &[PHONE])];
    });
    let ended = Agreement { ended: Some((DAY, String::new())), ..school() };
    let expired = with(|v| v.ends = DAY.yesterday().ok());
    let leavers = with(|v| {
        v.lines = vec![line(Flow::JoinersLeavers, Direction::In, Gateway::Section17, &[PHONE])];
    });
    let over = Agreement { ended: Some((DAY, String::new())), ..leavers };
    for (said, all) in [
        ("nothing", vec![]),
        ("a draft", vec![with(|v| v.signatures.clear())]),
        ("one that begins later", vec![with(|v| v.starts = Some(date(2025, 9, 1)))]),
        ("one about exam results", vec![results(vec![])]),
        ("one that gives out", vec![outward]),
        ("one that expired", vec![expired.clone()]),
        ("one that expired and its renewal", vec![expired, with(|v| v.signatures.clear())]),
        ("one that was ended beside one about results", vec![ended, results(vec![])]),
        ("one about leavers that was ended", vec![over]),
    ] {
        let Some(mut gate) = Gate::by_law(&all, ("school", "school"), FLOWS, DAY) else {
            panic!("{said} closed it")
        };
        let mut row = self::row();
        gate.columns(&mut row);
        assert_eq!(row.particulars.get(Field::GivenName), Some("Amina"), "{said}");
        assert_eq!(row.particulars.get(Field::Phone), None, "{said}");
        assert!(row.address.is_some(), "{said}");
        assert!(gate.sentence().unwrap().contains("section 72"), "{said}");
        assert!(Gate::by_law(&all, ("school", "partner"), FLOWS, DAY).is_none(), "{said}");
        let moves = &[Flow::JoinersLeavers, Flow::SchoolRoll];
        assert!(Gate::by_law(&all, ("school", "school"), moves, DAY).is_none(), "{said}");
    }
    let by_law = |all: &[Agreement]| Gate::by_law(all, ("school", "school"), FLOWS, DAY);
    let forbids = Clause {
        kind: ClauseKind::Limit,
        words: "No addresses".into(),
        due: None,
        working_days: None,
        effect: Effect::Forbids(BTreeSet::from([Item::Address])),
    };
    let mut gate = by_law(&[results(vec![forbids.clone()])]).unwrap();
    let mut row = self::row();
    gate.columns(&mut row);
    assert!(row.address.is_none(), "what an agreement in force forbids stays forbidden");
    assert_eq!(row.particulars.get(Field::GivenName), Some("Amina"));
    let over = Agreement { ended: Some((DAY, String::new())), ..results(vec![forbids]) };
    let mut row = self::row();
    by_law(&[over]).unwrap().columns(&mut row);
    assert!(row.address.is_some(), "and no longer once that is over");
}

#[test]
fn a_file_counts_as_the_first_flow_that_an_agreement_covers() {
    let both = with(|v| {
        v.lines.push(line(Flow::IntendedDestinations, Direction::In, Gateway::Section17, &[PHONE]));
    });
    let flows = [Flow::IntendedDestinations, Flow::Offers, Flow::SchoolRoll];
    for (all, wanted) in [(both, Flow::IntendedDestinations), (school(), Flow::SchoolRoll)] {
        let Opened::Open(gate) = Gate::open(&[all], "school", &flows, DAY) else {
            panic!("it is covered")
        };
        assert_eq!(gate.flow(), Some(wanted));
    }
}

#[test]
fn a_set_comes_by_any_of_its_flows_and_by_none_that_forbids_it() {
    let flows = [Flow::ExamResults, Flow::SchoolRoll];
    let ask = |all: &[Agreement], item| set(all, ("school", &flows), item, DAY);
    let covering =
        |items: &'static [Item]| with(move |v| v.lines[0].items.extend(items.iter().copied()));
    let refused = ask(&[school()], Item::Suspensions);
    assert_eq!((refused.rule, refused.allowed()), (Rule::ItemNotCovered, false));
    assert!(refused.reasons[0].ends_with("does not cover Suspensions and exclusions"));
    let covered = ask(&[covering(&[Item::Suspensions])], Item::Suspensions);
    assert_eq!(covered.answer, Answer::OnlyWith(Condition::UnlessSaidNo));
    assert!(!covered.clone().for_person(Said { no: true, consent: false }).allowed());
    assert!(covered.for_person(Said::default()).allowed());
    let mut forbids = school();
    forbids.number = 8;
    forbids.versions[0].clauses.push(Clause {
        kind: ClauseKind::Limit,
        words: "Nothing on suspensions".into(),
        due: None,
        working_days: None,
        effect: Effect::Forbids(BTreeSet::from([Item::Suspensions])),
    });
    let forbidden = ask(&[covering(&[Item::Suspensions]), forbids], Item::Suspensions);
    assert_eq!(forbidden.rule, Rule::Forbidden);
    assert_eq!(ask(&[], Item::Sessions).rule, Rule::NoAgreement);
}

#[test]
fn enforcement_begins_with_a_partners_own_signing_or_on_the_councils_day() {
    let all = [school()];
    for (partner, from, day, on) in [
        ("school", None, DAY, true),
        ("school", None, date(2024, 8, 19), false),
        ("school", None, date(2026, 1, 1), true),
        ("college", None, DAY, false),
        ("college", Some(DAY), DAY, true),
        ("college", Some(DAY), date(2025, 3, 13), false),
    ] {
        assert_eq!(enforced(&all, partner, from, day).is_ok(), on, "{partner} {from:?} {day}");
    }
}

fn any_item() -> impl Strategy<Value = Item> {
    proptest::sample::select(Item::all().collect::<Vec<_>>())
}

fn any_items() -> impl Strategy<Value = BTreeSet<Item>> {
    proptest::collection::btree_set(any_item(), 0..6)
}

fn any_day() -> impl Strategy<Value = Date> {
    (0_i64..400)
        .prop_map(|days| date(2024, 6, 1).checked_add(jiff::Span::new().days(days)).unwrap_or(DAY))
}

fn any_direction() -> impl Strategy<Value = Direction> {
    proptest::sample::select(vec![Direction::In, Direction::Out])
}

prop_compose! {
    fn any_line()(
        flow in proptest::sample::select(vec![Flow::SchoolRoll, Flow::Offers]),
        direction in any_direction(),
        gateway in proptest::sample::select(Gateway::ALL),
        items in any_items(),
    ) -> Line {
        Line { flow, direction, gateway, items, every_months: None, first_due: None }
    }
}

prop_compose! {
    fn any_clause()(items in any_items(), kind in 0..3) -> Clause {
        let effect = match kind {
            0 => Effect::Words,
            1 => Effect::Forbids(items),
            _ => Effect::NeedsConsent(items),
        };
        let (kind, words) = (ClauseKind::Limit, String::new());
        Clause { kind, words, due: None, working_days: None, effect }
    }
}

prop_compose! {
    fn any_agreement()(
        number in 1_i64..9,
        lines in proptest::collection::vec(any_line(), 0..4),
        clauses in proptest::collection::vec(any_clause(), 0..3),
        signed in (proptest::option::of(any_day()), proptest::option::of(any_day())),
        (starts, ends) in (proptest::option::of(any_day()), proptest::option::of(any_day())),
        ended in proptest::option::weighted(0.2, any_day()),
    ) -> Agreement {
        let mut signatures = Vec::new();
        signatures.extend(signed.0.map(|day| signature(None, day)));
        signatures.extend(signed.1.map(|day| signature(Some("school"), day)));
        let partners = BTreeSet::from(["school".to_owned()]);
        let version =
            Version { number: 1, partners, lines, clauses, starts, ends, signatures, ..Version::default() };
        let ended = ended.map(|day| (day, String::new()));
        Agreement { number, versions: vec![version], ended, ..Agreement::default() }
    }
}

prop_compose! {
    fn any_asked()(
        flow in proptest::sample::select(vec![Flow::SchoolRoll, Flow::Offers]),
        direction in any_direction(),
        item in any_item(),
        benefits in any::<bool>(),
        day in any_day(),
    ) -> Asked<'static> {
        let origin = if benefits { Origin::Benefits } else { Origin::Ordinary };
        Asked { partner: "school", flow, direction, item, origin, day }
    }
}

/// How much a decision lets through: nothing, with consent, unless no, everything.
fn width(decision: &Decision) -> u8 {
    match decision.answer {
        Answer::No => 0,
        Answer::OnlyWith(Condition::Consent) => 1,
        Answer::OnlyWith(Condition::UnlessSaidNo) => 2,
        Answer::Yes => 3,
    }
}

#[test]
fn an_agreement_in_force_lacks_a_clause_until_a_wording_with_it_counts() {
    let kind = ClauseKind::VulnerableGroups;
    let mut agreement = school();
    agreement.versions[0].starts = None;
    agreement.versions[0].ends = None;
    let signed = agreement.versions[0].signatures.iter().map(|s| s.day).max().unwrap();
    let early = signed.yesterday().unwrap();
    assert!(agreement.lacks(kind, signed) && !agreement.lacks(kind, early));
    let (words, due, effect) = ("We tell of them.".to_owned(), None, Effect::Words);
    agreement.versions[0].clauses.push(Clause { kind, words, due, working_days: None, effect });
    assert!(!agreement.lacks(kind, signed));
    assert!(agreement.lacks(ClauseKind::GuaranteeDuty, signed));
    agreement.ended = Some((signed, String::new()));
    assert!(!agreement.lacks(ClauseKind::GuaranteeDuty, signed), "what is over lacks nothing");
}

proptest! {
    #[test]
    fn no_agreement_no_flow(all in proptest::collection::vec(any_agreement(), 0..4), asked in any_asked()) {
        let other = Asked { partner: "stranger", ..asked };
        prop_assert_eq!(width(&decide(&all, &other)), 0);
        prop_assert_eq!(width(&decide(&[], &asked)), 0);
    }

    #[test]
    fn a_refusal_says_its_rule_and_why(all in proptest::collection::vec(any_agreement(), 0..4), asked in any_asked()) {
        let decision = decide(&all, &asked);
        prop_assert!(!decision.reasons.is_empty());
        prop_assert_eq!(width(&decision) > 0, matches!(decision.rule, Rule::Covered | Rule::StatutoryTier));
    }

    #[test]
    fn a_clause_never_widens(
        mut all in proptest::collection::vec(any_agreement(), 1..4),
        at in any::<proptest::sample::Index>(),
        clause in any_clause(),
        asked in any_asked(),
    ) {
        let before = decide(&all, &asked);
        let at = at.index(all.len());
        all[at].versions[0].clauses.push(clause);
        prop_assert!(width(&decide(&all, &asked)) <= width(&before));
    }

    #[test]
    fn what_one_forbids_no_other_allows(
        mut all in proptest::collection::vec(any_agreement(), 1..4),
        asked in any_asked(),
    ) {
        let mut forbidding = school();
        forbidding.versions[0].starts = None;
        forbidding.versions[0].ends = None;
        for signature in &mut forbidding.versions[0].signatures {
            signature.day = date(2020, 1, 1);
        }
        let effect = Effect::Forbids(BTreeSet::from([asked.item]));
        let kind = ClauseKind::Limit;
        let (words, due, working_days) = (String::new(), None, None);
        forbidding.versions[0].clauses = vec![Clause { kind, words, due, working_days, effect }];
        all.push(forbidding);
        prop_assert_eq!(width(&decide(&all, &asked)), 0);
    }

    #[test]
    fn unsigned_or_over_lets_nothing_through(mut agreement in any_agreement(), asked in any_asked()) {
        agreement.versions[0].signatures.retain(|s| s.party.is_some());
        prop_assert_eq!(width(&decide(&[agreement.clone()], &asked)), 0);
        agreement.ended = Some((asked.day, String::new()));
        prop_assert_eq!(width(&decide(&[agreement], &asked)), 0);
    }

    #[test]
    fn benefits_information_goes_no_further(all in proptest::collection::vec(any_agreement(), 0..4), asked in any_asked()) {
        let out = Asked { direction: Direction::Out, origin: Origin::Benefits, ..asked };
        prop_assert_eq!(width(&decide(&all, &out)), 0);
    }
}
