//! Where those went who left Year 13: colleges, universities and they themselves say it in the autumn, for the
//! activity survey of 1 November. They are past the ages of the return; what comes after nobody follows.

use super::chance::Chance;
use super::diary::{Diary, News};
use super::knowing::{History, Subject, began, confirmed};
use super::lives::Stay;
use super::paths;
use super::town::{EMPLOYERS, Sort};
use domain::calendar::{AcademicYear, Day};
use domain::person::{Field, PersonRecord};

/// How soon somebody says it: month, news and share of those who do.
const SAID_BY: &[((i8, News), f64)] = &[
    ((9, News::Lists), 0.08),
    ((9, News::MonthEnd), 0.22),
    ((10, News::Lists), 0.30),
    ((10, News::Contacts), 0.15),
    ((10, News::MonthEnd), 0.25),
];

/// How many of whom the survey finds out. Whoever was NEET or not known when the year ended was lost before.
const FOUND: f64 = 0.67;

/// How many of those who worked or trained go on with it.
const GO_ON: f64 = 0.75;

/// What those begin who leave, roughly as national destinations of 18-year-olds.
const BEGIN: &[(&str, f64)] = &[
    ("240", 0.45),
    ("230", 0.11),
    ("310", 0.10),
    ("330", 0.11),
    ("340", 0.05),
    ("320", 0.03),
    ("360", 0.04),
    ("260", 0.03),
    ("250", 0.02),
    ("619", 0.06),
];

/// Adds to a history what was heard of somebody after Year 13. Those with a plan are followed on.
pub fn tell(subject: &Subject<'_>, history: &mut History, chance: &mut Chance) {
    let diary = subject.diary;
    let year = AcademicYear::of(subject.one.year_of_age(18, AcademicYear::of(diary.as_of)));
    if subject.one.plan || year.first_day() < diary.first_day() {
        return;
    }
    let (heard, found) = (heard(diary, year, chance), chance.yes(FOUND));
    let goes_on = chance.yes(GO_ON);
    let stay = begun(subject, year, chance);
    let Some(heard) = heard.filter(|_| found) else { return };
    let before = history.partition_point(|(at, _)| *at <= heard);
    let Some((last, known)) = before.checked_sub(1).and_then(|at| history.get(at)).cloned() else {
        return;
    };
    let Some(code) = followed(&known) else { return };
    if last != heard {
        history.insert(before, (heard, known));
    }
    // Whatever was heard later was heard of somebody of whom this was known.
    for (_, record) in history.iter_mut().filter(|(at, _)| *at >= heard) {
        let day = diary.day(heard);
        match subject
            .stays
            .last()
            .filter(|now| now.code == code && code.as_str() >= "300" && goes_on)
        {
            Some(now) => confirmed(subject, record, day, now, "activity survey"),
            None => began(subject, record, day, &stay),
        }
    }
}

/// The moment at which somebody says it; `None` if that is yet to come.
fn heard(diary: &Diary, year: AcademicYear, chance: &mut Chance) -> Option<usize> {
    let (month, news) = chance.table(SAID_BY);
    let wanted = |day: Day| AcademicYear::of(day) == year && day.month() == month;
    diary.bringing(news, 0).find(|(_, day)| wanted(*day)).map(|(at, _)| at)
}

/// What somebody did by the register when Year 13 ended, where it still knew them.
fn followed(record: &PersonRecord) -> Option<String> {
    let ours = record.particulars.get(Field::CohortStatus) == Some("P");
    let code = record.spells.last().map(|spell| spell.code.as_str())?;
    let lost = paths::is_neet(code) || code.starts_with('8');
    (ours && !lost).then(|| code.to_owned())
}

fn begun(subject: &Subject<'_>, year: AcademicYear, chance: &mut Chance) -> Stay {
    let code = chance.table(BEGIN);
    let day = i8::try_from(chance.between(2, 9)).unwrap_or(2);
    let college = |at: &usize| subject.providers.get(*at).is_some_and(|p| p.sort == Sort::College);
    let employer = *chance.pick(EMPLOYERS);
    Stay {
        code,
        provider: match code {
            "230" | "250" => (0..subject.providers.len()).find(college),
            _ => None,
        },
        employer: matches!(code, "310" | "320" | "330" | "340" | "360").then_some(employer),
        from: year.first_day().with().day(day).build().unwrap_or(year.first_day()),
        to: None,
        predicted_end: (code < "300").then(|| match code {
            "240" => AcademicYear::starting(year.start_year() + 2).last_day(),
            _ => year.last_day(),
        }),
    }
}
