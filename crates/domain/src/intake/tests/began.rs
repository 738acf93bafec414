//! What begins, goes on and ends at a provider: transfers in either order, files without codes, leavers.

use jiff::civil::{Date, date};

use super::{college, context, says, started, student};
use crate::intake::{
    ActivitySaid, Answer, Declaration, Effect, ProviderSaid, Told, plan, plan_answered,
};
use crate::person::{Field, PersonRecord};
use crate::status::Spell;

/// What a later activity of another provider contradicts is asked about, and either may be right.
#[test]
fn a_start_before_another_providers_activity_is_answered_either_way() {
    let day = date(2026, 1, 9);
    let mut elsewhere = student();
    elsewhere.spells[0].ukprn = Some("10000001".into());
    let said = started(date(2025, 9, 1));
    let held = plan(&said, Some(&elsewhere), &context(day));
    assert_eq!((held.effect, held.answers), (Effect::Held, &[Answer::Recorded, Answer::Sent][..]));
    let answered = |record: &PersonRecord, said: &Declaration, answer| {
        let answered = (Some(answer), &Told::default());
        let planned = plan_answered(said, Some(record), &context(day), answered);
        (planned.effect, spells(&planned.after))
    };
    let kept = answered(&elsewhere, &said, Answer::Recorded);
    assert_eq!(kept, (Effect::Unchanged, spells(&elsewhere)));
    let sent = answered(&elsewhere, &said, Answer::Sent);
    assert_eq!(sent, (Effect::Changed, vec![("230".to_owned(), date(2025, 9, 1), None)]));
    // What is over stays as it was; a stay that is over itself takes nothing's place.
    let mut work = Spell::new("330", date(2025, 10, 20));
    work.verified = Some(date(2025, 11, 3));
    let mut busy = elsewhere.clone();
    busy.spells[0].end = Some(date(2025, 10, 19));
    busy.spells.push(work.clone());
    let over = ("230".to_owned(), date(2025, 9, 8), Some(date(2025, 10, 19)));
    let now = ("230".to_owned(), date(2025, 9, 1), None);
    assert_eq!(answered(&busy, &said, Answer::Sent).1, [now, over.clone()]);
    let mut gone = says(ActivitySaid::Left {
        provider: college(),
        end: date(2025, 9, 5),
        reason: None,
        moved_on: None,
    });
    gone.activities.splice(0..0, said.activities.clone());
    let stay = ("230".to_owned(), date(2025, 9, 1), Some(date(2025, 9, 5)));
    let working = ("330".to_owned(), date(2025, 10, 20), None);
    assert_eq!(answered(&busy, &gone, Answer::Sent).1, [stay, over, working]);
}

/// A transfer is the same whoever of the two colleges tells of it first.
#[test]
fn not_known_after_a_leaver_gives_way_to_a_start() {
    let day = date(2025, 10, 20);
    let other = ProviderSaid { ukprn: Some("10000001".into()), ..Default::default() };
    let left = says(ActivitySaid::Left {
        provider: college(),
        end: date(2025, 10, 1),
        reason: None,
        moved_on: None,
    });
    let mut before = student();
    before.spells[0].verified = Some(date(2025, 9, 20));
    let after = plan(&left, Some(&before), &context(day)).after;
    assert_eq!(after.spells[1].code, "810");
    let began = |start| {
        let (code, provider) = (Some("310".to_owned()), other.clone());
        says(ActivitySaid::Started { code, provider, start, predicted_end: None })
    };
    let apprentice = |start| ("310".to_owned(), start, None);
    let college = |end| ("230".to_owned(), date(2025, 9, 8), Some(end));
    let rows = [
        (date(2025, 9, 29), date(2025, 9, 28)),
        (date(2025, 10, 2), date(2025, 10, 1)),
        (date(2025, 10, 1), date(2025, 9, 30)),
    ];
    for (start, end) in rows {
        let planned = plan(&began(start), Some(&after), &context(day));
        assert_eq!(planned.effect, Effect::Changed, "{start}: {:?}", planned.reasons);
        assert_eq!(spells(&planned.after), [college(end), apprentice(start)], "{start}");
        // The other way round.
        let first = plan(&began(start), Some(&before), &context(day)).after;
        let turned = plan(&left, Some(&first), &context(day)).after;
        assert_eq!(spells(&turned), spells(&planned.after), "{start}");
    }
    // A week between the two stays not known.
    let later = plan(&began(date(2025, 10, 9)), Some(&after), &context(day)).after;
    let gap = ("810".to_owned(), date(2025, 10, 2), Some(date(2025, 10, 8)));
    let october = [college(date(2025, 10, 1)), gap, apprentice(date(2025, 10, 9))];
    assert_eq!(spells(&later), october);
    // A roll gives the day as well.
    let provider = ProviderSaid { kind: Some("school".into()), ..other.clone() };
    let (since, until) = (Some(date(2025, 10, 2)), None);
    let roll = says(ActivitySaid::OnRoll { code: None, provider, since, until });
    let on_roll = plan(&roll, Some(&after), &context(day)).after;
    assert_eq!(
        spells(&on_roll),
        [college(date(2025, 10, 1)), ("210".to_owned(), date(2025, 10, 2), None)]
    );
    // Where somebody has said that it is not known, that is news and not the want of it.
    let mut asked = after.clone();
    asked.spells[1].verified = Some(date(2025, 10, 10));
    let held = plan(&began(date(2025, 9, 29)), Some(&asked), &context(day));
    assert_eq!((held.effect, held.answers), (Effect::Held, &[Answer::Recorded, Answer::Sent][..]));
    // And what the leaver's own provider says within the stay that it ended is asked about.
    let again = plan(&started(date(2025, 9, 28)), Some(&after), &context(day));
    assert_eq!(again.effect, Effect::Held);
}

/// Codes with their days.
fn spells(record: &PersonRecord) -> Vec<(String, Date, Option<Date>)> {
    record.spells.iter().map(|s| (s.code.clone(), s.start, s.end)).collect()
}

/// A file without codes does not know better what somebody does there than the register does.
#[test]
fn a_file_without_codes_confirms_what_is_known_to_go_on_there() {
    let day = date(2025, 10, 2);
    let known = |code: &str| {
        let mut record = student();
        record.spells[0].code = code.to_owned();
        (record.spells[0].start, record.spells[0].verified) =
            (date(2025, 9, 1), Some(date(2025, 9, 3)));
        record
    };
    let starter = says(ActivitySaid::Started {
        code: None,
        provider: college(),
        start: date(2025, 9, 1),
        predicted_end: None,
    });
    let roll = says(ActivitySaid::OnRoll {
        code: None,
        provider: ProviderSaid { kind: Some("college".into()), ..college() },
        since: Some(date(2025, 9, 1)),
        until: None,
    });
    for code in ["310", "280", "220", "250", "450", "230"] {
        for said in [&starter, &roll] {
            let planned = plan(said, Some(&known(code)), &context(day));
            assert_eq!(spells(&planned.after), [(code.to_owned(), date(2025, 9, 1), None)]);
            assert_eq!(planned.after.spells[0].verified, Some(day), "{code}");
        }
    }
    // Nobody is at a college by being NEET or not known, whatever number the record carries.
    for code in ["619", "810"] {
        let planned = plan(&roll, Some(&known(code)), &context(day));
        let now = planned.after.spells.last().map(|s| (s.code.as_str(), s.end));
        assert_eq!(now, Some(("230", None)), "{code}");
    }
}

/// A row that tells start and end of the years at school closes them and opens nothing beside.
#[test]
fn start_and_end_in_one_row_only_close_what_is_known() {
    let school = ProviderSaid {
        establishment_number: Some("8874199".into()),
        kind: Some("school".into()),
        ..Default::default()
    };
    let row = |start, end| Declaration {
        activities: vec![
            ActivitySaid::Started {
                code: None,
                provider: school.clone(),
                start,
                predicted_end: None,
            },
            ActivitySaid::Left { provider: school.clone(), end, reason: None, moved_on: None },
        ],
        ..Declaration::default()
    };
    let mut pupil = student();
    pupil.particulars.set(Field::DateOfBirth, "2009-05-04".to_owned());
    pupil.spells.clear();
    let nobody_yet = pupil.clone();
    let (came, year_end) = (date(2020, 9, 1), date(2025, 8, 31));
    let day = date(2025, 9, 20);
    let years = |start| ("110".to_owned(), start, Some(year_end));
    let unknown = |start| ("810".to_owned(), start, None);
    for start in [came, date(2025, 5, 10)] {
        let mut known = Spell::new("110", start);
        known.establishment_number = Some("8874199".into());
        known.verified = Some(date(2025, 5, 10));
        pupil.spells = vec![known];
        let after = plan(&row(came, year_end), Some(&pupil), &context(day)).after;
        assert_eq!(spells(&after), [years(start), unknown(date(2025, 9, 1))]);
        assert_eq!(
            after.spells[0].verified,
            Some(date(2025, 5, 10)),
            "nobody confirms what is over"
        );
        let again = plan(&row(came, year_end), Some(&after), &context(day));
        assert_eq!(again.effect, Effect::Unchanged, "{:?}", again.reasons);
    }
    // Of whom nothing was known the row tells the whole stay, by the age that it was.
    let after = plan(&row(came, year_end), Some(&nobody_yet), &context(day)).after;
    assert_eq!(spells(&after), [years(came), unknown(date(2025, 9, 1))]);
    // Who went on into the sixth form and left it in September was in it from the first.
    let after = plan(&row(came, date(2025, 9, 12)), Some(&pupil), &context(day)).after;
    let sixth_form = ("210".to_owned(), date(2025, 9, 1), Some(date(2025, 9, 12)));
    assert_eq!(spells(&after), [years(date(2025, 5, 10)), sixth_form, unknown(date(2025, 9, 13))]);
}

/// A leaver of Year 11 is not known as of that age until the school year ends, and as everybody is from then on.
#[test]
fn a_leaver_of_year_11_is_not_known_from_september_as_everybody_is() {
    let school = ProviderSaid { establishment_number: Some("8874199".into()), ..college() };
    let mut pupil = student();
    pupil.particulars.set(Field::DateOfBirth, "2009-05-04".to_owned());
    let mut stay = Spell::new("110", date(2020, 9, 2));
    stay.establishment_number = Some("8874199".into());
    stay.verified = Some(date(2024, 2, 12));
    pupil.spells = vec![stay];
    let unknown = |end: Date, day: Date| {
        let (provider, reason, moved_on) = (school.clone(), None, None);
        let said = says(ActivitySaid::Left { provider, end, reason, moved_on });
        let after = plan(&said, Some(&pupil), &context(day)).after;
        let again = plan(&said, Some(&after), &context(day));
        assert_eq!(again.effect, Effect::Unchanged, "{:?}", again.reasons);
        let [stay, unknown @ ..] = after.spells.as_slice() else { panic!("a stay") };
        assert_eq!(stay.end, Some(end));
        let days = |s: &Spell| (s.code.clone(), s.start, s.end, s.predicted_end);
        unknown.iter().map(days).collect::<Vec<_>>()
    };
    let (summer, autumn) = (date(2025, 7, 20), date(2025, 9, 20));
    let (term_end, year_end) = (date(2025, 7, 18), date(2025, 8, 31));
    let until = Some(year_end);
    let school_age = ("150".to_owned(), date(2025, 7, 19), until, until);
    let after = ("810".to_owned(), date(2025, 9, 1), None, None);
    assert_eq!(unknown(term_end, autumn), [school_age.clone(), after.clone()]);
    assert_eq!(unknown(year_end, autumn), [after]);
    // What begins in September is not written down in July.
    assert_eq!(unknown(term_end, summer), [school_age]);
    // Who leaves in Year 10 is of compulsory age for another year.
    let early = unknown(date(2024, 3, 1), date(2024, 3, 4));
    assert_eq!(early, [("150".to_owned(), date(2024, 3, 2), until, until)]);
}
