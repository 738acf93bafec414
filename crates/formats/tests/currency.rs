//! Currency by the shipped editions: the evidence from conforming records, the roll of 31 August,
//! caps, and what a moved-in record states.

use domain::edition::Edition;
use domain::status::*;
use formats::reference::editions;
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn edition(name: &str) -> &'static Edition {
    editions().named(name).expect("a shipped edition")
}

fn spell(code: &str) -> Spell {
    Spell {
        ascertained: Some(date(2019, 3, 25)),
        verified: Some(date(2019, 3, 26)),
        ..Spell::new(code, date(2018, 9, 1))
    }
}

/// Verified 26 March 2019; review and end as in the records.
///
/// Source: hand-made records that conform to the 2015-16 and 2019-20 requirements.
#[test]
fn the_evidence_of_conforming_records() {
    use DueReason::*;
    let (august, september) = (date(2019, 8, 31), date(2019, 9, 26));
    type Row<'a> = (&'a str, Option<Date>, Option<Date>, Option<Date>, DueReason);
    let june = Some(date(2019, 6, 30));
    let rows: Vec<Row<'_>> = vec![
        // The course ends a year later than the record lapses.
        ("110", None, Some(date(2020, 8, 31)), Some(august), SchoolYearEnd),
        ("210", None, Some(date(2020, 8, 31)), Some(august), SchoolYearEnd),
        ("250", None, Some(date(2020, 8, 31)), Some(august), SchoolYearEnd),
        ("280", None, Some(date(2020, 8, 31)), Some(august), SchoolYearEnd),
        ("310", None, None, Some(date(2020, 3, 26)), MonthsAfterVerified(12)),
        ("320", None, None, Some(date(2020, 3, 26)), MonthsAfterVerified(12)),
        ("330", None, None, Some(september), MonthsAfterVerified(6)),
        ("340", None, None, Some(september), MonthsAfterVerified(6)),
        ("360", None, None, Some(september), MonthsAfterVerified(6)),
        ("380", None, None, Some(september), MonthsAfterVerified(6)),
        ("381", None, None, Some(september), MonthsAfterVerified(6)),
        ("550", None, None, Some(september), MonthsAfterVerified(6)),
        ("410", None, Some(september), Some(september), MonthsAfterVerified(6)),
        ("430", None, Some(september), Some(september), MonthsAfterVerified(6)),
        ("450", None, Some(september), Some(september), MonthsAfterVerified(6)),
        ("460", None, Some(september), Some(september), MonthsAfterVerified(6)),
        ("530", None, None, Some(date(2019, 6, 26)), MonthsAfterVerified(3)),
        ("350", Some(august), None, Some(date(2019, 9, 28)), DaysAfterReview(28)),
        ("260", june, Some(august), Some(date(2019, 7, 28)), DaysAfterReview(28)),
        ("290", june, Some(august), Some(date(2019, 7, 28)), DaysAfterReview(28)),
        ("710", june, None, Some(date(2019, 7, 28)), DaysAfterReview(28)),
        ("619", None, None, None, NeverLapses),
        ("540", None, None, None, NeverLapses),
        ("680", None, None, None, NeverLapses),
        ("810", None, None, None, NeverLapses),
        ("830", None, None, None, NeverLapses),
        ("350", None, None, None, NoReviewDate),
        ("999", None, None, None, UnknownCode),
    ];
    for name in ["2015-16", "2019-20", "2020-21", "2026-27"] {
        for (code, review, predicted_end, day, reason) in &rows {
            let spell = Spell { review: *review, predicted_end: *predicted_end, ..spell(code) };
            let due = due_to_lapse(&spell, edition(name));
            assert_eq!(due, Due { day: *day, reason: *reason }, "{code} in {name}");
        }
    }
    let asylum = Spell { review: june, ..spell("720") };
    assert_eq!(due_to_lapse(&asylum, edition("2015-16")).day, Some(date(2019, 7, 28)));
    assert_eq!(due_to_lapse(&asylum, edition("2019-20")).reason, DueReason::UnknownCode);
}

#[test]
fn the_predicted_end_caps_every_rule() {
    let rows = [
        ("210", None, date(2019, 7, 5)),
        ("310", None, date(2019, 12, 31)),
        ("410", None, date(2019, 6, 30)),
        ("530", None, date(2019, 5, 1)),
        ("260", Some(date(2019, 6, 30)), date(2019, 6, 30)),
    ];
    for (code, review, end) in rows {
        let spell = Spell { review, predicted_end: Some(end), ..spell(code) };
        let due = due_to_lapse(&spell, edition("2019-20"));
        assert_eq!(due, Due { day: Some(end), reason: DueReason::PredictedEnd }, "{code}");
    }
}

#[test]
fn the_clock_runs_from_the_last_confirmation_else_from_the_first() {
    let due = |spell: &Spell| due_to_lapse(spell, edition("2019-20")).day;
    let mut job = spell("330");
    assert_eq!(due(&job), Some(date(2019, 9, 26)));
    job.verified = None;
    assert_eq!(due(&job), Some(date(2019, 9, 25)));
    job.ascertained = None;
    assert_eq!(due(&job), Some(date(2019, 3, 1)));
    // Six months after 31 August is the last day of February.
    let late = Spell { verified: Some(date(2019, 8, 31)), ..spell("330") };
    assert_eq!(due(&late), Some(date(2020, 2, 29)));
}

#[test]
fn education_rolls_over_on_31_august() {
    let edition = edition("2019-20");
    let pupil = |verified| Spell { verified: Some(verified), ..spell("210") };
    let rows = [
        (date(2019, 8, 31), date(2019, 8, 31)),
        (date(2019, 9, 1), date(2020, 8, 31)),
        (date(2020, 2, 29), date(2020, 8, 31)),
    ];
    for (verified, due) in rows {
        assert_eq!(due_to_lapse(&pupil(verified), edition).day, Some(due));
    }
    let before = pupil(date(2019, 3, 26));
    assert!(!lapsed_on(&before, edition, date(2019, 8, 31)), "current on the day itself");
    assert!(lapsed_on(&before, edition, date(2019, 9, 1)));
    assert_eq!(days_overdue(&before, edition, date(2019, 8, 31)), None);
    assert_eq!(days_overdue(&before, edition, date(2019, 9, 30)), Some(30));
    let again = before.verified_again(date(2019, 9, 12), Some("A school".into()), None);
    assert!(!lapsed_on(&again, edition, date(2019, 9, 30)));
}

/// Source: recollection; the periods of 2009 carry the weakest mark, and NEET could lapse then.
#[test]
fn the_edition_of_2009_has_its_own_periods() {
    let edition = edition("2009");
    let rows = [
        ("210", Some(date(2019, 8, 31))),
        ("320", Some(date(2020, 3, 26))),
        ("330", Some(date(2019, 9, 26))),
        ("420", Some(date(2019, 9, 26))),
        ("510", Some(date(2019, 6, 26))),
        ("619", Some(date(2019, 6, 26))),
        ("650", Some(date(2019, 6, 26))),
        ("810", None),
    ];
    for (code, due) in rows {
        assert_eq!(due_to_lapse(&spell(code), edition).day, due, "{code}");
    }
    let custody = Spell { review: Some(date(2019, 6, 30)), ..spell("710") };
    assert_eq!(due_to_lapse(&custody, edition).day, Some(date(2019, 6, 30)));
    assert!(lapsed_on(&spell("619"), edition, date(2019, 7, 31)));
}

#[test]
fn what_a_moved_in_record_states_wins_until_it_is_verified_again() {
    let edition = edition("2019-20");
    let period_end = date(2019, 4, 30);
    let stated = |lapse: Option<Date>, lapsed: bool| Spell {
        lapse_stated: lapse,
        lapsed_stated: Some(lapsed),
        stated_on: Some(period_end),
        ..spell("330")
    };
    let odd = stated(Some(date(2019, 5, 15)), false);
    let due = Due { day: Some(date(2019, 5, 15)), reason: DueReason::Stated };
    assert_eq!(due_to_lapse(&odd, edition), due);
    assert!(!lapsed_on(&odd, edition, period_end));
    assert!(!lapsed_on(&odd, edition, date(2019, 5, 15)));
    assert!(lapsed_on(&odd, edition, date(2019, 5, 31)));

    let lapsed = stated(Some(date(2019, 4, 30)), true);
    assert!(lapsed_on(&lapsed, edition, period_end), "the flag decides on the day itself");
    assert!(lapsed_on(&lapsed, edition, date(2019, 5, 31)));
    assert_eq!(days_overdue(&lapsed, edition, period_end), Some(0));
    assert_eq!(days_overdue(&lapsed, edition, date(2019, 5, 31)), Some(31));

    // It does not reach back: until its day the record was current, in the months before the move as well.
    let in_winter = stated(Some(date(2019, 2, 10)), true);
    assert!(!lapsed_on(&in_winter, edition, date(2019, 1, 31)));
    assert!(!lapsed_on(&in_winter, edition, date(2019, 2, 10)));
    assert!(lapsed_on(&in_winter, edition, date(2019, 2, 11)));
    assert!(!lapsed_on(&lapsed, edition, date(2019, 4, 29)), "and the day before the period end");
    let later = stated(Some(date(2019, 6, 30)), true);
    assert!(lapsed_on(&later, edition, period_end), "as the file said, whatever its day");
    assert!(!lapsed_on(&later, edition, date(2019, 3, 31)));
    assert!(lapsed_on(&stated(None, true), edition, date(2018, 12, 31)), "nobody said since when");

    let contradicting = stated(Some(date(2019, 3, 1)), false);
    assert!(!lapsed_on(&contradicting, edition, period_end), "as the file said");
    assert!(lapsed_on(&contradicting, edition, date(2019, 5, 31)), "but not for ever");

    let again = lapsed.clone().verified_again(date(2019, 5, 20), None, None);
    assert_eq!(due_to_lapse(&again, edition).day, Some(date(2019, 11, 20)));
    assert!(!lapsed_on(&again, edition, date(2019, 5, 31)));
    let old_news = lapsed.clone().verified_again(date(2019, 3, 26), None, None);
    assert_eq!(old_news, lapsed, "no newer than what was known");
}

#[test]
fn the_spell_of_a_day_and_the_start_of_neet() {
    let edition = edition("2019-20");
    let spell = |code: &str, start, end| Spell { end, ..Spell::new(code, start) };
    let mut spells = vec![
        spell("210", date(2018, 9, 3), Some(date(2018, 12, 31))),
        spell("619", date(2019, 1, 1), Some(date(2019, 1, 31))),
        spell("640", date(2019, 2, 1), None),
        spell("610", date(2019, 3, 1), Some(date(2019, 3, 31))),
        spell("310", date(2019, 6, 1), None),
    ];
    let code = |day| spell_on(&spells, day).map(|spell| spell.code.clone());
    assert_eq!(code(date(2018, 9, 2)), None);
    assert_eq!(code(date(2018, 12, 31)).as_deref(), Some("210"));
    assert_eq!(code(date(2019, 3, 15)).as_deref(), Some("610"), "the later start wins");
    assert_eq!(code(date(2019, 4, 1)).as_deref(), Some("640"), "one left open still holds");
    assert_eq!(code(date(2019, 6, 1)).as_deref(), Some("310"));
    let since = |spells: &[Spell], day| neet_start(spells, edition, day);
    assert_eq!(since(&spells, date(2019, 3, 15)), Some(date(2019, 1, 1)));
    assert_eq!(since(&spells, date(2019, 1, 1)), Some(date(2019, 1, 1)));
    assert_eq!(since(&spells, date(2018, 12, 1)), None);
    assert_eq!(since(&spells, date(2019, 6, 30)), None);
    spells[1].neet_start = Some(date(2018, 10, 1));
    assert_eq!(since(&spells, date(2019, 3, 15)), Some(date(2018, 10, 1)), "stated, and believed");
}

proptest! {
    /// Whatever the code and the dates: lapsed on a day means due before it, a later confirmation
    /// never brings the due day forward, and nothing runs past the predicted end.
    #[test]
    fn currency_never_contradicts_itself(
        at in 0usize..50, verified in 0i32..3000, later in 0i32..400, end in proptest::option::of(0i32..4000), ask in 0i32..4000,
    ) {
        let day = |offset: i32| date(2012, 1, 1).saturating_add(jiff::Span::new().days(offset));
        for edition in editions().iter() {
            let Some(code) = edition.activities.keys().nth(at) else { continue };
            let review = Some(day(verified + 30));
            let spell = Spell {
                verified: Some(day(verified)), review, predicted_end: end.map(day), ..Spell::new(code.clone(), day(0))
            };
            let due = due_to_lapse(&spell, edition).day;
            prop_assert_eq!(lapsed_on(&spell, edition, day(ask)), due.is_some_and(|due| due < day(ask)));
            prop_assert_eq!(days_overdue(&spell, edition, day(ask)).is_some(), lapsed_on(&spell, edition, day(ask)));
            prop_assert!(due.zip(end).is_none_or(|(due, end)| due <= day(end)));
            let again = due_to_lapse(&spell.clone().verified_again(day(verified + later), None, None), edition).day;
            prop_assert!(due <= again);
        }
    }
}

/// A day that the return asks for is no day on which anything is given up.
#[test]
fn what_says_that_nothing_is_known_cannot_lapse() {
    for edition in editions().iter() {
        let cannot = edition.activities.keys();
        let cannot = cannot.filter(|code| {
            !domain::forecast::currency::can_lapse(
                &Spell::new(code.as_str(), date(2018, 9, 1)),
                edition,
            )
        });
        let cannot: Vec<&str> = cannot.map(String::as_str).collect();
        assert_eq!(cannot, ["150", "810", "820", "830"], "{}", edition.name);
    }
}
