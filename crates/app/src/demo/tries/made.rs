//! Tables to try.

use domain::calendar::Month;
use domain::person::{Field, PersonRecord};
use jiff::ToSpan;
use jiff::civil::Date;

use crate::context::Wrong;

/// What a file says of somebody.
#[derive(Clone, Debug, Default)]
pub struct Words {
    pub ypid: String,
    pub upn: String,
    pub uln: String,
    pub family: String,
    pub given: String,
    pub born: String,
    pub sex: String,
    pub line: String,
    pub town: String,
    pub postcode: String,
    pub code: String,
    pub start: String,
    /// The day on which that was last confirmed.
    pub verified: String,
    /// Cohort status.
    pub status: String,
    pub intends: String,
}

impl Words {
    pub fn of(record: &PersonRecord) -> Words {
        let text = |field| record.particulars.get(field).unwrap_or("").to_owned();
        let home = record.addresses.last();
        let spell = record.spells.last();
        Words {
            ypid: record.ypid.clone(),
            upn: text(Field::Upn),
            uln: text(Field::Uln),
            family: text(Field::FamilyName),
            given: text(Field::GivenName),
            born: text(Field::DateOfBirth),
            sex: text(Field::Sex),
            line: home.map_or_else(String::new, |home| home.lines.concat()),
            town: home.map_or_else(String::new, |home| home.town.clone()),
            postcode: home.map_or_else(String::new, |home| home.postcode.clone()),
            code: spell.map_or_else(String::new, |spell| spell.code.clone()),
            start: spell.map_or_else(String::new, |spell| spell.start.to_string()),
            verified: spell
                .and_then(|spell| spell.verified)
                .map_or_else(String::new, |day| day.to_string()),
            status: text(Field::CohortStatus),
            intends: text(Field::IntendedDestination),
        }
    }

    /// Somebody whom no register knows.
    pub fn stranger(sex: &str) -> Words {
        Words {
            family: "Newcombe-Example".to_owned(),
            given: if sex == "F" { "Quintessa" } else { "Quillon" }.to_owned(),
            born: "2009-11-17".to_owned(),
            sex: sex.to_owned(),
            line: "1 Invented Row".to_owned(),
            town: "Chatham".to_owned(),
            postcode: "ME4 4TR".to_owned(),
            ..Words::default()
        }
    }
}

/// Places of rows that do not only say again what the register has: the first says nothing new, one moved house, one
/// has another given name, one left, one has a number that cannot be right.
pub const SAME: usize = 0;
const MOVED: usize = 1;
pub const ANOTHER: usize = 2;
const LEFT: usize = 3;
const MISWRITTEN: usize = 4;

/// A college's rows all say this.
const AT_COLLEGE: &str = "230";

/// The rows with one moved house; one that has the number of somebody and another's given name, as a twin who borrowed
/// it would, so that it waits; one UPN with a wrong check letter, which is flagged and not used; one stranger; and one
/// who was born on a day that never was and is refused.
pub fn told(all: &[Words]) -> Vec<Words> {
    let mut rows = all.to_vec();
    if let Some(moved) = rows.get_mut(MOVED) {
        moved.line = "22 Invented Road".to_owned();
        moved.postcode = "ME5 7EA".to_owned();
    }
    if let Some(another) = rows.get_mut(ANOTHER) {
        another.given = Words::stranger(&another.sex).given;
    }
    if let Some(miswritten) = rows.get_mut(MISWRITTEN) {
        miswritten.upn = with_another_letter(&miswritten.upn);
    }
    rows.push(Words::stranger("F"));
    rows.push(Words { born: "2009-02-30".to_owned(), ..Words::stranger("M") });
    rows
}

/// A UPN whose check letter is not the one that its digits have.
fn with_another_letter(upn: &str) -> String {
    let digits = upn.get(1..).unwrap_or_default();
    match upn.get(..1) {
        None => String::new(),
        Some("A") => format!("B{digits}"),
        Some(_) => format!("A{digits}"),
    }
}

/// Of whom a college says what is known, and nothing else; the same row again then changes nothing.
pub fn stays(rows: &[Words]) -> Option<usize> {
    let else_told = [MOVED, ANOTHER, LEFT];
    rows.iter().enumerate().position(|(at, w)| !else_told.contains(&at) && w.code == AT_COLLEGE)
}

fn table(heads: &[&str], rows: Vec<Vec<String>>) -> Result<Vec<u8>, Wrong> {
    let broke = |e: csv::Error| Wrong::Failed(e.to_string());
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(heads).map_err(broke)?;
    for row in rows {
        out.write_record(row).map_err(broke)?;
    }
    out.into_inner().map_err(|e| Wrong::Failed(e.to_string()))
}

pub fn roll(all: &[Words]) -> Result<Vec<u8>, Wrong> {
    let heads = [
        "UPN",
        "ULN",
        "Legal Surname",
        "Legal Forename",
        "DOB",
        "Gender",
        "Address 1",
        "Town",
        "Post Code",
        "EnrolStatus",
    ];
    // The main school of the first is another: its roll says where they are, and this row who they are alone.
    let row = |(at, w): (usize, Words)| {
        let beside = at == SAME;
        let home = if beside { <[String; 3]>::default() } else { [w.line, w.town, w.postcode] };
        let status = if beside { "S" } else { "" }.to_owned();
        let who = [w.upn, w.uln, w.family, w.given, w.born, w.sex];
        who.into_iter().chain(home).chain([status]).collect()
    };
    table(&heads, told(all).into_iter().enumerate().map(row).collect())
}

/// What each intends, by the codes of the return in turn; the first as is known.
pub fn destinations(all: &[Words]) -> Result<Vec<u8>, Wrong> {
    let heads = ["UPN", "Surname", "Forename", "DOB", "Intended destination", "Offer"];
    let row = |(at, w): (usize, Words)| {
        let [intends, offer] = match at % 3 {
            _ if at == SAME && !w.intends.is_empty() => [w.intends.as_str(), ""],
            0 => ["111", "110"],
            1 => ["121", "110"],
            _ => ["511", ""],
        }
        .map(str::to_owned);
        vec![w.upn, w.family, w.given, w.born, intends, offer]
    };
    table(&heads, told(all).into_iter().enumerate().map(row).collect())
}

/// A summer programme for each, from which some have gone and in which some never engaged. The first row stands there
/// twice, and once without the day on which they began.
pub fn engagements(all: &[Words], day: Date) -> Result<Vec<u8>, Wrong> {
    let heads = ["ULN", "Surname", "Forename", "DOB", "Programme", "From", "Until", "Engaged"];
    let from = day.saturating_sub(60.days()).to_string();
    let row = |(at, w): (usize, Words)| {
        let until =
            if at % 3 == 0 { day.saturating_sub(10.days()).to_string() } else { String::new() };
        let engaged = if at % 4 == 0 { "N" } else { "Y" };
        let programme = "PAYP summer activities".to_owned();
        vec![w.uln, w.family, w.given, w.born, programme, from.clone(), until, engaged.to_owned()]
    };
    let mut rows: Vec<Vec<String>> = told(all).into_iter().enumerate().map(row).collect();
    let again = rows.first().cloned();
    let mut undated = again.clone().unwrap_or_default();
    if let Some(from) = undated.get_mut(5) {
        from.clear();
    }
    rows.extend(again);
    rows.push(undated);
    table(&heads, rows)
}

/// Two results each.
pub fn results(all: &[Words]) -> Result<Vec<u8>, Wrong> {
    let heads = ["UPN", "Surname", "Forename", "DOB", "Series", "Subject", "Level", "Grade"];
    let row = |(at, w): (usize, &Words)| {
        let of = |subject: &str, grade: usize| {
            let who = [w.upn.clone(), w.family.clone(), w.given.clone(), w.born.clone()];
            let what = ["June 2025", subject, "GCSE"].map(str::to_owned);
            who.into_iter().chain(what).chain([grade.to_string()]).collect::<Vec<_>>()
        };
        [of("Mathematics", 3 + at % 6), of("English Language", 4 + at % 5)]
    };
    table(&heads, told(all).iter().enumerate().flat_map(row).collect())
}

/// One left, the rest are still there as known, one of them in two rows. Ethnicity is none of the agreement's items.
pub fn joiners_leavers(all: &[Words], day: Date) -> Result<Vec<u8>, Wrong> {
    let heads = [
        "uln",
        "family_name",
        "given_name",
        "date_of_birth",
        "event",
        "start_date",
        "end_date",
        "activity_code",
        "reason",
        "ethnicity",
    ];
    let left = day.saturating_sub(6.days()).to_string();
    let row = |(at, w): (usize, Words)| {
        let who = [w.uln, w.family, w.given, w.born];
        let what = match at {
            LEFT => {
                ["left".into(), String::new(), left.clone(), String::new(), "moved away".into()]
            }
            _ => {
                let start = if w.start.is_empty() { left.clone() } else { w.start };
                ["started".into(), start, String::new(), AT_COLLEGE.into(), String::new()]
            }
        };
        who.into_iter().chain(what).chain(["WBRI".to_owned()]).collect()
    };
    let told = told(all);
    let stays = stays(&told);
    let mut rows: Vec<Vec<String>> = told.into_iter().enumerate().map(row).collect();
    let again = stays.and_then(|at| rows.get(at).cloned());
    rows.extend(again);
    table(&heads, rows)
}

pub fn flat(all: &[Words], day: Date) -> Result<Vec<u8>, Wrong> {
    let heads = [
        "YoungPersonsID",
        "FamilyName",
        "GivenName",
        "DOB",
        "Gender",
        "Postcode",
        "CohortStatus",
        "ActivityCode",
        "StartDate",
        "DateVerified",
    ];
    let end = Month::of(day).plus(-1).last_day();
    let told = told(all);
    // What was confirmed here since another system did changes nothing.
    let newer = |(at, w): (usize, &Words)| {
        let only_that = at != MOVED && at != ANOTHER && w.status == "P";
        only_that && !w.start.is_empty() && w.start < w.verified
    };
    let known = told.iter().enumerate().position(newer);
    let row = |(at, w): (usize, Words)| {
        let code = if w.code.is_empty() { "619".to_owned() } else { w.code };
        let start =
            if w.start.is_empty() { Month::of(end).first_day().to_string() } else { w.start };
        let verified = if known == Some(at) { start.clone() } else { end.to_string() };
        let who = [w.ypid, w.family, w.given, w.born, w.sex, w.postcode];
        who.into_iter().chain(["P".into(), code, start, verified]).collect()
    };
    table(&heads, told.into_iter().enumerate().map(row).collect())
}

/// The year of months that ends with the last whole one.
fn year(day: Date) -> Vec<Month> {
    (1..=12).map(|month| Month::of(day).plus(month - 13)).collect()
}

/// How the months are written and what the states are in our codes.
pub fn mapping(day: Date) -> String {
    let first = year(day).first().map_or_else(String::new, Month::to_string);
    format!(
        "kind = \"activity-matrix\"\n\n[constants]\npostcode = \"ZZ99 9ZZ\"\n\n[matrix]\nid = \"id\"\n\
         heading = \"yyyy-mm\"\nfirst_month = \"{first}\"\n\n[matrix.states]\nschool = \"210\"\n\
         college = \"230\"\nwork = \"330\"\njobless = \"619\"\n\n[matrix.made_up]\n\
         given_name = \"Person\"\nfamily_name = \"{{digits}}\"\nborn_from = \"2007-09-01\"\n\
         born_within_days = 365\n"
    )
}

/// A year of months, a state in each.
pub fn matrix(all: &[Words], day: Date) -> Result<Vec<u8>, Wrong> {
    let months = year(day);
    let named: Vec<String> = months.iter().map(Month::to_string).collect();
    let mut heads = vec!["id"];
    heads.extend(named.iter().map(String::as_str));
    let states = ["school", "college", "jobless", "work"];
    let row = |(at, _): (usize, &Words)| {
        let state = |month: usize| states.get((at + month / 4) % states.len()).copied();
        let states = (0..months.len()).map(|month| state(month).unwrap_or("").to_owned());
        std::iter::once((at + 1).to_string()).chain(states).collect()
    };
    table(&heads, all.iter().enumerate().map(row).collect())
}
