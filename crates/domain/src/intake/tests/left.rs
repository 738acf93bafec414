//! What a leaver's row ended stays so: it is not known what follows, and older news opens nothing again.

use jiff::civil::{Date, date};

use super::{college, context, says, student};
use crate::intake::{ActivitySaid, Declaration, Effect, PlanContext, ProviderSaid, plan};
use crate::person::{Field, PersonRecord};
use crate::status::Spell;

const SUMMER: Date = date(2025, 7, 18);
const YEAR_END: Date = date(2025, 8, 31);

fn school() -> ProviderSaid {
    ProviderSaid {
        establishment_number: Some("8874199".into()),
        kind: Some("school".into()),
        ..ProviderSaid::default()
    }
}

/// Somebody of Year 11 at the school, seen there in May.
fn pupil() -> PersonRecord {
    let mut record = student();
    record.particulars.set(Field::DateOfBirth, "2009-05-04".to_owned());
    let mut spell = Spell::new("110", date(2020, 9, 1));
    spell.establishment_number = school().establishment_number;
    spell.verified = Some(date(2025, 5, 12));
    record.spells = vec![spell];
    record
}

fn left(provider: ProviderSaid, end: Date) -> Declaration {
    says(ActivitySaid::Left { provider, end, reason: None, moved_on: None })
}

/// Codes with their days, in order.
fn spells(record: &PersonRecord) -> Vec<(&str, Date, Option<Date>)> {
    record.spells.iter().map(|s| (s.code.as_str(), s.start, s.end)).collect()
}

#[test]
fn who_left_year_11_in_summer_is_not_known_in_autumn_by_the_code_of_autumn() {
    let said = left(school(), SUMMER);
    let july = plan(&said, Some(&pupil()), &context(date(2025, 7, 20))).after;
    let summer =
        [("110", date(2020, 9, 1), Some(SUMMER)), ("150", date(2025, 7, 19), Some(YEAR_END))];
    assert_eq!(spells(&july), summer);
    let autumn = [&summer[..], &[("810", date(2025, 9, 1), None)]].concat();
    // The file of July read again in autumn, and another one that still names them.
    let july_again = PlanContext { today: date(2025, 9, 20), ..context(date(2025, 7, 20)) };
    for ctx in [july_again, context(date(2025, 9, 20))] {
        let again = plan(&said, Some(&july), &ctx);
        assert_eq!(again.effect, Effect::Changed, "{:?}", again.reasons);
        assert_eq!(spells(&again.after), autumn);
        assert_eq!(again.after.spells[2].ascertained, Some(ctx.as_of.max(date(2025, 9, 1))));
        let twice = plan(&said, Some(&again.after), &ctx);
        assert_eq!(twice.effect, Effect::Unchanged, "{:?}", twice.reasons);
        // Read for the first time in autumn it comes to the same.
        assert_eq!(spells(&plan(&said, Some(&pupil()), &ctx).after), autumn);
    }
    // In July it is too early for it.
    assert_eq!(plan(&said, Some(&july), &context(date(2025, 7, 31))).effect, Effect::Unchanged);
}

#[test]
fn an_earlier_last_day_is_followed_by_not_known_without_a_gap() {
    let ctx = context(date(2025, 7, 20));
    let first = plan(&left(school(), SUMMER), Some(&pupil()), &ctx).after;
    let sooner = plan(&left(school(), date(2025, 7, 4)), Some(&first), &ctx).after;
    let days = [
        ("110", date(2020, 9, 1), Some(date(2025, 7, 4))),
        ("150", date(2025, 7, 5), Some(YEAR_END)),
    ];
    assert_eq!(spells(&sooner), days);
}

#[test]
fn who_did_something_after_leaving_is_not_made_not_known_by_hearing_it_again() {
    let ctx = context(date(2025, 10, 6));
    let mut found = plan(&left(school(), SUMMER), Some(&pupil()), &ctx).after;
    found.spells.truncate(2);
    for (code, end) in [("330", None), ("330", Some(date(2025, 9, 30)))] {
        let mut record = found.clone();
        let mut work = Spell::new(code, date(2025, 9, 1));
        (work.end, work.verified) = (end, Some(date(2025, 9, 2)));
        record.spells.push(work);
        let again = plan(&left(school(), SUMMER), Some(&record), &ctx);
        assert_eq!(again.effect, Effect::Unchanged, "{end:?}: {:?}", again.reasons);
    }
}

/// What another system holds of somebody, as its return for a period end says it.
fn in_return(start: Date, verified: Option<Date>, period_end: Date) -> Declaration {
    let mut spell = student().spells.remove(0);
    (spell.start, spell.verified, spell.stated_on) = (start, verified, Some(period_end));
    spell.ascertained = Some(start);
    says(ActivitySaid::Current(spell))
}

#[test]
fn an_older_return_opens_nothing_that_a_leaver_ended() {
    let (start, end) = (date(2025, 9, 8), date(2026, 1, 5));
    let known = plan(&left(college(), end), Some(&student()), &context(date(2026, 1, 9))).after;
    let over = [("230", start, Some(end)), ("810", date(2026, 1, 6), None)];
    assert_eq!(spells(&known), over);
    let (day, december) = (context(date(2026, 1, 31)), date(2025, 12, 31));
    // The start as it is known, some days from it either way, and nothing confirmed at all.
    for (start, verified) in [
        (start, Some(date(2025, 12, 3))),
        (start, Some(date(2025, 10, 1))),
        (date(2025, 9, 4), Some(date(2025, 12, 3))),
        (date(2025, 9, 12), Some(date(2025, 12, 3))),
        (date(2025, 9, 12), None),
    ] {
        let planned = plan(&in_return(start, verified, december), Some(&known), &day);
        assert_eq!(spells(&planned.after), over, "{start} {verified:?}: {:?}", planned.reasons);
        assert_ne!(planned.effect, Effect::Held, "{start} {verified:?}");
    }
    // Confirmed after its last day it goes on.
    let january = in_return(start, Some(date(2026, 1, 20)), date(2026, 1, 31));
    let planned = plan(&january, Some(&known), &day);
    assert_eq!(spells(&planned.after), [("230", start, None)]);
    assert_eq!(planned.reasons.len(), 1, "{:?}", planned.reasons);
    // Unless something else was found out since: confirmed later it stands, and else somebody decides.
    for (confirmed, effect) in
        [(date(2026, 1, 12), Effect::Held), (date(2026, 1, 22), Effect::Unchanged)]
    {
        let mut at_work = known.clone();
        at_work.spells.truncate(1);
        let mut work = Spell::new("330", date(2026, 1, 10));
        work.verified = Some(confirmed);
        at_work.spells.push(work);
        let planned = plan(&january, Some(&at_work), &day);
        assert_eq!((planned.effect, planned.after), (effect, at_work), "{confirmed}");
    }
}

#[test]
fn a_return_that_knew_less_changes_nothing_of_what_goes_on() {
    let record = student();
    let older = in_return(date(2025, 9, 12), Some(date(2025, 9, 20)), date(2025, 9, 30));
    let planned = plan(&older, Some(&record), &context(date(2025, 10, 31)));
    assert_eq!((planned.effect, spells(&planned.after)), (Effect::Unchanged, spells(&record)));
    // Not known gives way to what it says was begun since.
    let summer = context(date(2025, 9, 20));
    let gone = plan(&left(school(), SUMMER), Some(&pupil()), &summer).after;
    let work = Spell { verified: Some(date(2025, 8, 20)), ..Spell::new("330", date(2025, 8, 1)) };
    let planned = plan(&says(ActivitySaid::Current(work)), Some(&gone), &summer);
    let days = [
        ("110", date(2020, 9, 1), Some(SUMMER)),
        ("150", date(2025, 7, 19), Some(date(2025, 7, 31))),
        ("330", date(2025, 8, 1), None),
    ];
    assert_eq!((planned.effect, spells(&planned.after)), (Effect::Changed, days.to_vec()));
}

/// A school's roll of August still names everybody of July; what the school told in September is newer.
#[test]
fn an_older_roll_opens_nothing_that_a_leaver_ended() {
    let roll = |provider| {
        says(ActivitySaid::OnRoll {
            code: None,
            provider,
            since: Some(date(2020, 9, 1)),
            until: None,
        })
    };
    let gone = plan(&left(school(), SUMMER), Some(&pupil()), &context(date(2025, 9, 20))).after;
    for day in [date(2025, 5, 1), date(2025, 8, 4)] {
        let planned = plan(&roll(school()), Some(&gone), &context(day));
        assert_eq!(planned.effect, Effect::Unchanged, "{day}: {:?}", planned.reasons);
    }
    let late = plan(&roll(school()), Some(&gone), &context(date(2025, 8, 4)));
    assert_eq!(late.reasons, ["they had left this provider by then, as a later file told"]);
    // A newer one says that they came back, for the sixth form.
    let back = plan(&roll(school()), Some(&gone), &context(date(2025, 10, 2))).after;
    let now = back.spells.last().map(|s| (s.code.as_str(), s.start, s.end));
    assert_eq!((now, back.spells.len()), (Some(("210", date(2025, 9, 1), None)), 3));
    // Another school's roll says where they were; what the first one told stays.
    let other = ProviderSaid { establishment_number: Some("8874001".into()), ..school() };
    let moved = plan(&roll(other), Some(&gone), &context(date(2025, 8, 4))).after;
    let first = moved.spells.first().map(|s| (s.code.as_str(), s.start, s.end));
    assert_eq!(first, Some(("110", date(2020, 9, 1), Some(SUMMER))));
    assert_eq!(moved.spells.iter().filter(|s| s.end.is_none()).count(), 1);
}

/// January's list that comes in March knows less than what the college confirmed on 1 March.
#[test]
fn an_older_leaver_closes_nothing_that_was_confirmed_since() {
    let mut record = student();
    record.spells[0].verified = Some(date(2026, 3, 1));
    let end = date(2026, 1, 10);
    let late = plan(&left(college(), end), Some(&record), &context(date(2026, 1, 20)));
    assert_eq!((late.effect, spells(&late.after)), (Effect::Unchanged, spells(&record)));
    assert_eq!(late.reasons, ["left on 2026-01-10, as of 2026-01-20: confirmed there since"]);
    // A file of that day or a later one is no older news, nor is a last day still to come then.
    for (end, as_of) in [(end, date(2026, 3, 1)), (date(2026, 3, 6), date(2026, 1, 20))] {
        let told = plan(&left(college(), end), Some(&record), &context(as_of));
        assert_eq!((told.effect, told.after.spells[0].end), (Effect::Changed, Some(end)));
    }
}
