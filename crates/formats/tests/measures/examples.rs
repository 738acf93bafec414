//! A town small enough to count by hand: every measure of the catalogue in December 2026, worked out on
//! paper from the definitions. Each row's source is the measure's own.

use super::{asked, edition, month};
use domain::cohort::{Allocation, Builder, Cohort, Particular, Stay, Trait};
use domain::edition::{Edition, Offer};
use domain::measure::*;
use domain::person::{ChangeId, Field, Particulars, PersonRecord};
use domain::status::Spell;
use jiff::civil::{Date, date};

type Spelled = (&'static str, Date, Option<Date>, Date);

/// One person: what they did, with the day each was last confirmed; statuses of the guarantee; contacts.
#[derive(Default)]
struct Life {
    spells: Vec<Spelled>,
    guarantee: Option<&'static str>,
    contacts: Vec<Date>,
    characteristics: &'static [&'static str],
}

fn d(year: i16, month: i8, day: i8) -> Date {
    date(year, month, day)
}

/// In education from September 2025 until a day, confirmed in January 2026.
fn at_school(until: Date) -> Spelled {
    ("210", d(2025, 9, 1), Some(until), d(2026, 1, 5))
}

fn doing(code: &'static str) -> Life {
    Life { spells: vec![(code, d(2025, 9, 1), None, d(2026, 10, 1))], ..Life::default() }
}

fn lived(spells: Vec<Spelled>) -> Life {
    Life { spells, ..Life::default() }
}

/// A to H: in education, training or work in December.
fn engaged() -> Vec<Life> {
    let with = |code, guarantee| Life { guarantee: Some(guarantee), ..doing(code) };
    let returned = lived(vec![
        at_school(d(2026, 5, 31)),
        ("619", d(2026, 6, 1), Some(d(2026, 8, 31)), d(2026, 6, 1)),
        ("330", d(2026, 9, 10), None, d(2026, 10, 1)),
    ]);
    let twice = lived(vec![
        at_school(d(2026, 3, 31)),
        ("619", d(2026, 4, 1), Some(d(2026, 6, 15)), d(2026, 4, 1)),
        ("330", d(2026, 6, 16), Some(d(2026, 9, 20)), d(2026, 6, 16)),
        ("619", d(2026, 9, 21), Some(d(2026, 10, 31)), d(2026, 9, 21)),
        ("530", d(2026, 11, 1), None, d(2026, 11, 15)),
    ]);
    vec![
        Life { characteristics: &["110", "140"], ..with("210", "110") },
        with("310", "114"),
        with("250", "120"),
        with("410", "150"),
        with("320", "159"),
        doing("430"),
        returned,
        twice,
    ]
}

/// I to R: NEET, not known, in custody, and on the move.
fn others() -> Vec<Life> {
    let new = Life {
        contacts: vec![d(2026, 12, 10)],
        ..lived(vec![
            ("210", d(2025, 9, 1), Some(d(2026, 12, 4)), d(2026, 10, 1)),
            ("619", d(2026, 12, 5), None, d(2026, 12, 5)),
        ])
    };
    let quiet = Life {
        contacts: vec![d(2026, 3, 3), d(2026, 7, 15)],
        ..lived(vec![at_school(d(2026, 1, 31)), ("619", d(2026, 2, 1), None, d(2026, 2, 1))])
    };
    let lost = lived(vec![
        at_school(d(2026, 6, 30)),
        ("619", d(2026, 7, 1), Some(d(2026, 11, 14)), d(2026, 7, 1)),
        ("810", d(2026, 11, 15), None, d(2026, 11, 15)),
    ]);
    let lapsed = lived(vec![("330", d(2025, 9, 1), None, d(2026, 4, 1))]);
    let back = lived(vec![
        at_school(d(2026, 9, 30)),
        ("619", d(2026, 10, 1), Some(d(2026, 12, 20)), d(2026, 10, 1)),
        ("210", d(2026, 12, 21), None, d(2026, 12, 21)),
    ]);
    let unreachable = lived(vec![
        at_school(d(2026, 4, 30)),
        ("619", d(2026, 5, 1), Some(d(2026, 12, 15)), d(2026, 5, 1)),
        ("820", d(2026, 12, 16), None, d(2026, 12, 16)),
    ]);
    let ill = Life {
        contacts: vec![d(2026, 11, 2)],
        ..lived(vec![at_school(d(2026, 1, 9)), ("640", d(2026, 1, 10), None, d(2026, 1, 10))])
    };
    let sentenced = lived(vec![
        at_school(d(2026, 2, 28)),
        ("619", d(2026, 3, 1), Some(d(2026, 12, 10)), d(2026, 3, 1)),
        ("710", d(2026, 12, 11), None, d(2026, 12, 11)),
    ]);
    vec![new, quiet, lost, lapsed, doing("710"), back, unreachable, ill, sentenced]
}

pub fn town() -> Cohort {
    settled(engaged().into_iter().chain(others()))
}

fn settled(lives: impl IntoIterator<Item = Life>) -> Cohort {
    let mut builder = Builder::default();
    for (id, life) in (1..).zip(lives) {
        let said = Particular {
            id,
            born: Some(d(2009, 3, 10)),
            status: Some("P"),
            guarantee_12: life.guarantee,
            ..Particular::default()
        };
        builder.person(said);
        for (code, start, end, verified) in life.spells {
            let review = Some(d(2027, 6, 1));
            builder.spell(
                id,
                Stay { code, start, end, base: Some(verified), review, ..Stay::default() },
            );
        }
        life.contacts.iter().for_each(|day| builder.contact(id, *day));
        for code in life.characteristics {
            builder.has_trait(id, Trait { code, ..Trait::default() });
        }
        builder.adviser(
            id,
            Allocation { adviser: if id < 9 { "7" } else { "8" }, ..Allocation::default() },
        );
    }
    builder.finish()
}

/// measure, counted, of, as shown
const ON_PAPER: &[(&str, u64, u64, &str)] = &[
    ("neet", 3, 15, "20.0"),
    ("not-known", 3, 15, "20.0"),
    ("not-known-by-code", 2, 15, "13.3"),
    ("not-known-lapsed", 1, 15, "6.7"),
    ("neet-not-known", 6, 15, "40.0"),
    ("adjusted-neet", 3, 15, "z"),
    ("eet", 9, 15, "60.0"),
    ("eet-full-time-education", 2, 15, "13.3"),
    ("eet-part-time-education", 1, 15, "6.7"),
    ("eet-apprenticeship", 1, 15, "6.7"),
    ("eet-work-based-learning", 1, 15, "6.7"),
    ("eet-employment-with-study", 1, 15, "6.7"),
    ("eet-other-training", 1, 15, "6.7"),
    ("eet-without-participation", 2, 15, "13.3"),
    ("participation", 7, 15, "46.7"),
    ("engaged-learning", 5, 15, "33.3"),
    ("psa2-neet", 3, 15, "20.0"),
    ("duty-met", 6, 15, "40.0"),
    ("duty-towards", 2, 15, "13.3"),
    ("duty-break", 1, 15, "6.7"),
    ("duty-unmet", 3, 15, "20.0"),
    ("duty-not-known", 3, 15, "20.0"),
    ("guarantee-offer", 2, 17, "11.8"),
    ("guarantee-not-appropriate", 1, 17, "5.9"),
    ("guarantee-no-offer", 1, 17, "5.9"),
    ("guarantee-not-recorded", 13, 17, "76.5"),
    ("neet-joiners", 1, 15, "6.7"),
    ("neet-leavers", 3, 5, "60.0"),
    ("neet-leavers-eet", 1, 5, "20.0"),
    ("neet-leavers-not-known", 1, 5, "20.0"),
    ("neet-leavers-out", 1, 5, "20.0"),
    ("ever-neet", 8, 15, "53.3"),
    ("neet-spells", 9, 8, "1.1"),
    ("neet-recurrence", 1, 8, "12.5"),
    ("neet-months-to-return", 2, 1, "2.0"),
    ("sustained-3", 1, 1, "100.0"),
    ("sustained-6", 0, 1, "0.0"),
    ("neet-in-touch", 2, 3, "66.7"),
    ("neet-out-of-touch", 1, 3, "33.3"),
    ("neet-months-since-contact", 6, 3, "2.0"),
    ("currency", 12, 13, "92.3"),
    // Without what was believed at the time nothing can be said; see below.
    ("accuracy", 0, 0, "z"),
    ("vulnerable-group", 1, 15, "6.7"),
    ("multiple-vulnerabilities", 1, 15, "6.7"),
];

#[test]
fn every_measure_is_what_it_is_on_paper() {
    let (town, edition) = (town(), edition("2026-27"));
    let (december, first) = (month("2026-12"), month("2024-11"));
    let span = Span::new(first, december);
    let counts = tally(asked(&town, edition, span), &[]).counts(0, span.months() - 1);
    let names: Vec<&str> = DEFINITIONS.iter().map(|d| d.name).collect();
    assert_eq!(names, ON_PAPER.iter().map(|row| row.0).collect::<Vec<_>>(), "each has its example");
    for (definition, (name, of, all, shown)) in DEFINITIONS.iter().zip(ON_PAPER) {
        let people = definition.people(&counts);
        assert_eq!((people.of, people.all), (*of, *all), "{name}");
        assert_eq!(definition.shown(definition.share(&counts, edition)), *shown, "{name}");
        assert!(!definition.source.is_empty() && !definition.words.is_empty());
        let back = i32::try_from(definition.lookback(edition)).unwrap();
        let narrow = asked(&town, edition, Span::new(december.plus(-back), december));
        let listed = |list| people_of(narrow, definition, list);
        if definition.unit == Unit::Percent {
            assert_eq!(listed(List::In), *of, "{name} opens into its people");
            assert_eq!(listed(List::Out), all - of, "{name}: those who are not counted");
        }
        assert_eq!(listed(List::Excluded), 2, "{name}: custody");
    }
}

fn people_of(asked: Asked<'_>, definition: &Definition, list: List) -> u64 {
    people(asked, definition, &[], list).len() as u64
}

/// NEET from June to October and at school again in December, with a November of not known or of custody
/// between; one who was NEET again after such a November; and one who came back in October and was NEET again
/// in December. Whoever is NEET again has returned before.
///
/// Source: our own definition, as the measure's.
#[test]
fn a_return_is_found_behind_a_stretch_of_not_known() {
    let behind = |between, after| {
        lived(vec![
            at_school(d(2026, 5, 31)),
            ("619", d(2026, 6, 1), Some(d(2026, 10, 31)), d(2026, 6, 1)),
            (between, d(2026, 11, 1), Some(d(2026, 11, 30)), d(2026, 11, 1)),
            (after, d(2026, 12, 1), None, d(2026, 12, 1)),
        ])
    };
    let again = lived(vec![
        at_school(d(2026, 5, 31)),
        ("619", d(2026, 6, 1), Some(d(2026, 8, 31)), d(2026, 6, 1)),
        ("810", d(2026, 9, 1), Some(d(2026, 9, 30)), d(2026, 9, 1)),
        ("210", d(2026, 10, 1), Some(d(2026, 11, 30)), d(2026, 10, 1)),
        ("619", d(2026, 12, 1), None, d(2026, 12, 1)),
    ]);
    let four = settled([behind("810", "210"), behind("710", "210"), behind("810", "619"), again]);
    let span = Span::new(month("2024-11"), month("2027-06"));
    let tally = tally(asked(&four, edition("2026-27"), span), &[]);
    for (name, at, of, all) in [
        // October less June, then twice December less June.
        ("neet-months-to-return", "2026-10", 4, 1),
        ("neet-months-to-return", "2026-11", 0, 0),
        ("neet-months-to-return", "2026-12", 12, 2),
        ("neet-leavers-eet", "2026-12", 0, 0),
        ("neet-spells", "2026-12", 5, 4),
        ("neet-recurrence", "2026-12", 1, 4),
        ("sustained-3", "2027-01", 0, 1),
        ("sustained-3", "2027-03", 2, 2),
        ("sustained-6", "2027-06", 2, 2),
    ] {
        let place = u32::try_from(month(at).months_since(span.first())).unwrap();
        let share = named(name).unwrap().people(&tally.counts(0, place));
        assert_eq!((share.of, share.all), (of, all), "{name} {at}");
    }
}

/// Year 12 counts where it lives: who another authority leads on, or whose answer is another's, is not ours.
///
/// Source: September Guarantee data guidance; the return, which leaves out whom another authority leads on.
#[test]
fn an_offer_of_somebody_that_another_authority_leads_on_is_not_ours() {
    let offered = |lead_la: Option<&str>, guarantee_12_la: Option<&str>| {
        let mut builder = Builder::default();
        builder.person(Particular {
            id: 1,
            born: Some(d(2009, 3, 10)),
            status: Some("P"),
            guarantee_12: Some("110"),
            lead_la,
            guarantee_12_la,
            ..Particular::default()
        });
        let cohort = builder.finish();
        let asked = asked(&cohort, edition("2026-27"), Span::one(month("2026-12")));
        let counts = tally(asked, &[]).counts(0, 0);
        (counts.marked(Mark::Guaranteed), counts.marked(Mark::OfferMade))
    };
    let (ours, theirs) = (Some(super::OURS), Some("886"));
    for (lead, answered) in [(None, None), (ours, None), (None, ours), (ours, ours)] {
        assert_eq!(offered(lead, answered), (1, 1), "{lead:?} {answered:?}");
    }
    for (lead, answered) in [(theirs, None), (theirs, ours), (ours, theirs), (None, theirs)] {
        assert_eq!(offered(lead, answered), (0, 0), "{lead:?} {answered:?}");
    }
}

/// Source: the adjustment of 2008 to 2015: 8 of 100 lapsed EET and 58 of 100 lapsed NEET.
#[test]
fn adjusted_neet_of_2009_on_paper() {
    let mut counts = Counts::default();
    counts.add(Standing::NeetAvailable, 84);
    counts.add(Standing::LapsedEet, 50);
    counts.add(Standing::LapsedNeet, 10);
    counts.add(Standing::FullTimeEducation, 856);
    let adjusted = named("adjusted-neet").unwrap();
    // 84 + 4 + 5.8 of 1000
    assert_eq!(adjusted.shown(adjusted.share(&counts, edition("2009"))), "9.4");
    assert_eq!(adjusted.share(&counts, edition("2009")).value(), Some(9.38));
}

/// What somebody was recorded as doing since September, with the day of the last confirmation, from a change on.
fn recorded_as((code, base): (&str, Date), made: i64) -> Stay<'_> {
    Stay { code, start: d(2026, 9, 1), base: Some(base), made, ..Stay::default() }
}

/// A cohort of four, known from change 1 on; what they do has been known since change 2.
fn recorded(spells: [(&str, Date); 4]) -> Cohort {
    let mut builder = Builder::default();
    for (id, spell) in (1..).zip(spells) {
        let born = Some(d(2009, 3, 10));
        let status = Some("P");
        builder.person(Particular { id, born, status, made: 1, ..Particular::default() });
        builder.spell(id, recorded_as(spell, 2));
    }
    builder.finish()
}

/// On 31 December one was recorded at school and confirmed there in February; one at school whom their
/// mother then said to have been NEET since September; one in work of whom nobody has said anything
/// since; and one was not known. One of two turned out right.
///
/// Source: our own definition, as the measure's.
#[test]
fn accuracy_on_paper() {
    let (then, later) = (d(2026, 10, 1), d(2027, 2, 10));
    let believed = [("210", then), ("210", then), ("330", then), ("810", then)];
    let now = recorded([("210", later), ("619", later), ("330", then), ("619", later)]);
    let (edition, december) = (edition("2026-27"), month("2026-12"));
    let one = Span::one(december);
    let mut history = HistoryBuilder::new(&now, one, vec![ChangeId(1)]);
    for (id, spell) in (1..).zip(believed) {
        history.spell(id, 2, recorded_as(spell, 1));
    }
    let beliefs = Beliefs::new(&history.finish(), asked(&now, edition, one));
    let asked = Asked { believed: Some(&beliefs), ..asked(&now, edition, one) };
    let counts = tally(asked, &[]).counts(0, 0);
    let definition = named("accuracy").unwrap();
    let share = definition.people(&counts);
    assert_eq!((share.of, share.all, share.shown().as_str()), (1, 2, "50.0"));
    let why = |list| people(asked, definition, &[], list)[0].why();
    assert_eq!(why(List::In), "a source has since confirmed what was recorded of the day");
    assert_eq!(why(List::Out), "a source has since said otherwise of the day than was recorded");
}

#[test]
fn cuts_of_caseload_and_characteristics_on_paper() {
    let town = town();
    let asked = asked(&town, edition("2026-27"), Span::one(month("2026-12")));
    let cells = |cut: Cut| -> Vec<(String, u64, u64)> {
        let tally = tally(asked, &[cut]);
        let mut cells: Vec<_> = (0..)
            .zip(&tally.keys)
            .map(|(n, key)| {
                let counts = tally.counts(n, 0);
                (cut.value(&town, key[0]), counts.cohort(), counts.neet())
            })
            .filter(|cell| cell.1 > 0)
            .collect();
        cells.sort();
        cells
    };
    let cell = |name: &str, cohort, neet| (name.to_owned(), cohort, neet);
    assert_eq!(cells(Cut::Adviser), [cell("7", 8, 0), cell("8", 7, 3)]);
    assert_eq!(cells(Cut::Characteristics), [cell("110+140", 1, 0), cell("none", 14, 3)]);
    assert_eq!(cells(Cut::Vulnerabilities), [cell("0", 14, 3), cell("2", 1, 0)]);
}

/// Whoever left Year 11 and is not traced is not known from September on; in 2009, which counted by actual
/// age, somebody of 16 still in Year 11 is outside the measure until then.
/// Source: what is of compulsory age lapses on 31 August, when Year 11 becomes Year 12.
#[test]
fn who_left_year_11_is_not_known_from_september() {
    let mut builder = Builder::default();
    let left = PersonRecord {
        particulars: Particulars::default().with(Field::DateOfBirth, "2008-10-04"),
        spells: vec![Spell {
            verified: Some(date(2025, 3, 20)),
            ..Spell::new("110", date(2020, 9, 3))
        }],
        ..PersonRecord::default()
    };
    builder.record(1, &left);
    let cohort = builder.finish();
    let on = |name: &str, day: &str| {
        let span = Span::one(month(day));
        let counts = tally(asked(&cohort, edition(name), span), &[]).counts(0, 0);
        Standing::ALL.iter().copied().find(|standing| counts.of(*standing) > 0)
    };
    for edition in ["2015-16", "2019-20", "2026-27"] {
        assert_eq!(on(edition, "2025-08"), None, "{edition}: of academic age 15");
        assert_eq!(on(edition, "2025-09"), Some(Standing::LapsedEet), "{edition}");
        assert_eq!(on(edition, "2026-01"), Some(Standing::LapsedEet), "{edition}");
    }
    assert_eq!(on("2009", "2025-08"), Some(Standing::Compulsory));
    assert_eq!(on("2009", "2025-09"), Some(Standing::LapsedEet));
}

/// Of whom it is said that nothing is known is not known once they are of the ages counted, however long the
/// record is held to be current; in 2009 those still of compulsory age stay outside.
/// Source: label of 150 (compulsory age, current situation not known); check 230 (too old for it).
#[test]
fn not_known_of_the_compulsory_years_is_never_at_school() {
    let mut builder = Builder::default();
    let unknown = PersonRecord {
        particulars: Particulars::default().with(Field::DateOfBirth, "2008-10-04"),
        spells: vec![Spell {
            ascertained: Some(date(2025, 9, 20)),
            lapse_stated: Some(date(2026, 8, 31)),
            lapsed_stated: Some(false),
            stated_on: Some(date(2025, 9, 30)),
            ..Spell::new("150", date(2025, 7, 19))
        }],
        ..PersonRecord::default()
    };
    builder.record(1, &unknown);
    let cohort = builder.finish();
    let on = |name: &str, day: &str| {
        let asked = asked(&cohort, edition(name), Span::one(month(day)));
        let [found, again] = [tally(asked, &[]).counts(0, 0), count_again(asked)]
            .map(|counts| Standing::ALL.iter().copied().find(|s| counts.of(*s) > 0));
        assert_eq!(found, again, "{name} {day}");
        found
    };
    for edition in ["2015-16", "2019-20", "2026-27"] {
        assert_eq!(on(edition, "2025-08"), None, "{edition}: of academic age 15");
        assert_eq!(on(edition, "2025-12"), Some(Standing::NotKnownByCode), "{edition}");
        assert_eq!(on(edition, "2026-09"), Some(Standing::NotKnownByCode), "{edition}");
    }
    assert_eq!(on("2009", "2025-08"), Some(Standing::Compulsory));
    assert_eq!(on("2009", "2025-12"), Some(Standing::NotKnownByCode));
}

/// Which status of the guarantee is published as what, and what custody that has lapsed counts as, are the
/// edition's to say.
#[test]
fn another_edition_counts_by_its_own_codes() {
    let promised = |status| Life { guarantee: Some(status), ..doing("210") };
    // Its review of 1 June has passed by the end of July.
    let sentenced = lived(vec![("710", d(2025, 9, 1), None, d(2026, 10, 1))]);
    let town = settled([promised("110"), promised("116"), sentenced]);
    let shipped = edition("2026-27");
    let mut other = shipped.clone();
    other.guarantee.categories.insert("116".to_owned(), Offer::NotAppropriate);
    other.guarantee.categories.insert("110".to_owned(), Offer::NoOffer);
    other.measure.lapsed_is_not_known = false;
    let count = |edition: &Edition, name: &str, at: &str| {
        let counts = tally(asked(&town, edition, Span::one(month(at))), &[]).counts(0, 0);
        let people = named(name).unwrap().people(&counts);
        (people.of, people.all)
    };
    for (name, at, by_shipped, by_other) in [
        ("guarantee-offer", "2026-12", (1, 3), (0, 3)),
        ("guarantee-not-appropriate", "2026-12", (0, 3), (1, 3)),
        ("guarantee-no-offer", "2026-12", (0, 3), (1, 3)),
        ("guarantee-not-recorded", "2026-12", (2, 3), (1, 3)),
        ("not-known", "2026-12", (0, 2), (0, 2)),
        ("not-known", "2027-07", (1, 3), (0, 2)),
    ] {
        assert_eq!(count(shipped, name, at), by_shipped, "{name} {at}");
        assert_eq!(count(&other, name, at), by_other, "{name} {at} of the other edition");
    }
}
