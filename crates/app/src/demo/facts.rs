//! A person's particulars as the register gets them: at entry, and what is said of them later
//! (learner numbers, intended destinations, the September Guarantee, leaving the area).

use super::chance::Chance;
use super::diary::News;
use super::knowing::Subject;
use super::lives::Stay;
use super::paths;
use super::town::{Provider, Sort};
use domain::calendar::{AcademicYear, Day, academic_age};
use domain::person::{Field, Particulars, PersonRecord};

/// A field said at a moment.
pub type SaidLater = (usize, Field, Option<String>);

/// The moment at which somebody comes on the register: with the first one, or in the September in
/// which they begin Year 9; on the last day, where no list has come in that September yet.
pub fn entry(subject: &Subject<'_>) -> usize {
    let diary = subject.diary;
    let begins = subject.one.year_of_age(13, AcademicYear::of(diary.as_of));
    if begins <= diary.first_day() {
        return 0;
    }
    let listed = diary.bringing(News::Lists, 0).find(|(_, day)| *day >= begins);
    listed.map_or(diary.moments.len().saturating_sub(1), |(at, _)| at)
}

pub fn school<'a>(subject: &Subject<'a>) -> Option<&'a Provider> {
    subject.providers.get(subject.one.school)
}

/// The authority in which somebody is educated; Kent's own schools and no others are Kent's here.
pub fn educated_la(provider: Option<&Provider>) -> &'static str {
    match provider.map(|provider| provider.sort) {
        Some(Sort::Kent) => "886",
        _ => "887",
    }
}

/// Who tells of an activity, and how.
pub fn teller(code: &str, provider: Option<&Provider>) -> (String, &'static str) {
    match provider {
        Some(provider) if code < "300" => (provider.organisation.name.clone(), "enrolment list"),
        Some(provider) => (provider.organisation.name.clone(), "provider list"),
        None if matches!(code, "810" | "820" | "830") => {
            ("their adviser".to_owned(), "nobody answered")
        }
        None => ("the young person".to_owned(), "asked by their adviser"),
    }
}

/// Who would have said that a characteristic holds.
pub fn source_of(code: &str) -> &'static str {
    match code {
        "110" | "160" => "leaving care team",
        "170" => "youth justice team",
        "140" | "200" => "school",
        _ => "adviser",
    }
}

/// The record as it enters.
pub fn first(subject: &Subject<'_>, entry: usize, chance: &mut Chance) -> PersonRecord {
    let (one, home) = (subject.one, subject.home);
    let day = subject.diary.day(entry);
    let age = academic_age(one.born, day);
    let flag = |yes: bool| if yes { "Y" } else { "N" }.to_owned();
    let mut p = Particulars::default();
    p.set(Field::GivenName, one.given.clone());
    p.set(Field::MiddleName, one.middle.clone());
    p.set(Field::FamilyName, one.family.clone());
    p.set(Field::DateOfBirth, one.born.to_string());
    p.set(Field::Sex, if one.female { "F" } else { "M" }.to_owned());
    p.set(Field::Ethnicity, home.ethnicity.to_owned());
    p.set(Field::Upn, one.upn.clone());
    p.set(Field::Uln, Some(one.uln.clone()).filter(|_| age >= 14));
    // Ranges that the regulator keeps for fiction, so that nobody's telephone rings.
    let mobile = format!("07700 900{:03}", chance.below(1_000));
    p.set(Field::Phone, Some(mobile).filter(|_| chance.yes(0.6)));
    let email = format!(
        "{}.{}@example.org",
        domain::person::fold(&one.given),
        domain::person::fold(&one.family)
    );
    p.set(Field::Email, Some(email).filter(|_| chance.yes(0.35)));
    p.set(Field::ParentName, home.parent.clone());
    p.set(Field::ParentPhone, Some(home.phone.clone()).filter(|_| chance.yes(0.85)));
    p.set(Field::LeadLa, "887".to_owned());
    p.set(Field::EducatedLa, educated_la(school(subject)).to_owned());
    p.set(Field::CohortStatus, "P".to_owned());
    p.set(Field::StatusSince, day.to_string());
    let need = if one.risk > 7.0 {
        "1"
    } else if one.risk > 2.2 {
        "2"
    } else {
        "3"
    };
    p.set(Field::LevelOfNeed, need.to_owned());
    p.set(Field::EducationLevel, Some(level(subject).to_owned()).filter(|_| age >= 16));
    p.set(Field::Send, flag(one.plan));
    p.set(Field::SenSupport, flag(one.support));
    if age <= 15 {
        p.set(Field::School, school(subject).map(|school| school.organisation.id.clone()));
    } else {
        p.set(Field::LaAtYear11, educated_la(school(subject)).to_owned());
    }
    if chance.yes(0.0015) {
        p.set(Field::Restricted, "Y".to_owned());
    }
    if chance.yes(0.003) {
        p.set(Field::ProtectedAddress, "Y".to_owned());
    }
    blemish(&mut p, chance);
    PersonRecord { particulars: p, addresses: vec![home.address(None)], ..PersonRecord::default() }
}

/// A few records lack what the return asks for, so that its checks have something to find.
fn blemish(p: &mut Particulars, chance: &mut Chance) {
    if chance.yes(0.004) {
        let field = *chance.pick(&[
            Field::Ethnicity,
            Field::Sex,
            Field::LevelOfNeed,
            Field::SenSupport,
            Field::EducatedLa,
        ]);
        p.set(field, None::<String>);
    }
}

/// Learner number, intended destination and guarantee, when each was said.
pub fn later(subject: &Subject<'_>, entry: usize, chance: &mut Chance) -> Vec<SaidLater> {
    let (one, diary) = (subject.one, subject.diary);
    let now = AcademicYear::of(diary.as_of);
    let mut said = Vec::new();
    let list_in = |age: i16, month: i8| {
        diary
            .bringing(News::Lists, 0)
            .find(|(_, day)| academic_age(one.born, *day) == age && day.month() == month)
            .map(|(at, _)| at)
    };
    if let Some(at) = list_in(14, 10).filter(|at| *at > entry) {
        said.push((at, Field::Uln, Some(one.uln.clone())));
    }
    if let Some(at) = list_in(15, if chance.yes(0.6) { 12 } else { 2 }) {
        said.push((at, Field::IntendedDestination, Some(intended(subject, chance).to_owned())));
        said.push((at, Field::IntendedOn, Some(diary.day(at).to_string())));
        said.push((at, Field::IntendedBy, Some("The school, in a form".to_owned())));
    }
    // What somebody aims for is known once they have begun it.
    if let Some(at) = list_in(16, 10).filter(|at| *at > entry) {
        said.push((at, Field::EducationLevel, Some(level(subject).to_owned())));
    }
    // In the spring after the second year no guarantee is about them any more.
    if let Some(at) = list_in(17, 4) {
        said.push((at, Field::GuaranteeIndicator, Some("N".to_owned())));
    }
    for (age, status, authority) in [
        (15, Field::GuaranteeYear11, Field::GuaranteeYear11La),
        (16, Field::GuaranteeYear12, Field::GuaranteeYear12La),
    ] {
        let summer = one.year_of_age(age + 1, now);
        let settled = diary
            .bringing(News::MonthEnd, 0)
            .find(|(_, day)| *day >= summer && day.month() == 9)
            .map(|(at, _)| at);
        let opened = list_in(age, 4);
        // Those who were past it when the register was set up came with their last status.
        let past = summer <= diary.first_day();
        if !past && opened.is_none() && settled.is_none() {
            continue;
        }
        let la = if age == 15 { educated_la(school(subject)) } else { "887" };
        if let Some(at) = opened {
            said.push((at, Field::GuaranteeIndicator, Some("Y".to_owned())));
            said.push((at, status, Some("159".to_owned())));
            said.push((at, authority, Some(la.to_owned())));
        }
        let result = guarantee(subject, age, summer, chance).to_owned();
        if past {
            said.push((entry, authority, Some(la.to_owned())));
            said.push((entry, status, Some(result)));
        } else if let Some(at) = settled {
            said.push((at, authority, Some(la.to_owned())));
            said.push((at, status, Some(result)));
        }
    }
    said
}

/// The level aimed for: the higher, the less is against somebody.
fn level(subject: &Subject<'_>) -> &'static str {
    match subject.one.risk {
        risk if risk > 7.0 => "entry",
        risk if risk > 4.0 => "1",
        risk if risk > 2.2 => "2",
        _ => "3",
    }
}

fn intended(subject: &Subject<'_>, chance: &mut Chance) -> &'static str {
    let sixth = matches!(school(subject).map(|s| s.sort), Some(Sort::School(i)) if i.sixth_form);
    let same = if sixth { 0.47 } else { 0.0 };
    if subject.one.risk > 4.0 && chance.yes(0.4) {
        return chance.table(&[("511", 0.5), ("611", 0.35), ("321", 0.15)]);
    }
    chance.table(&[
        ("111", same),
        ("121", 0.82 - same),
        ("211", 0.09),
        ("311", 0.01),
        ("321", 0.01),
        ("411", 0.01),
        ("511", 0.04),
        ("611", 0.02),
    ])
}

/// The guarantee's last status, from what was begun that September.
fn guarantee(subject: &Subject<'_>, age: i16, summer: Day, chance: &mut Chance) -> &'static str {
    let autumn = summer.saturating_add(jiff::ToSpan::days(30));
    let stay = subject
        .stays
        .iter()
        .find(|stay: &&Stay| stay.from <= autumn && stay.to.is_none_or(|to| to >= autumn));
    if chance.yes(0.032) {
        return "159";
    }
    match stay.map(|stay| stay.code) {
        Some("330" | "340" | "350" | "360" | "380") => "120",
        Some("810" | "820" | "830") | None => {
            chance.table(&[("154", 0.5), ("159", 0.3), ("153", 0.2)])
        }
        Some(code) if paths::is_neet(code) => chance.table(&[
            ("110", 0.35),
            ("151", 0.25),
            ("140", 0.12),
            ("150", 0.08),
            ("122", 0.15),
            ("123", 0.05),
        ]),
        Some("310" | "320") if age == 16 => "115",
        Some(_) if age == 16 => "114",
        Some(_) => "110",
    }
}

/// Somebody who left for another authority or the country: the moment and the fields that say so.
pub fn leaves(
    subject: &Subject<'_>,
    entry: usize,
    chance: &mut Chance,
) -> Option<(usize, Vec<(Field, String)>)> {
    let at = entry + 1 + chance.below(subject.diary.moments.len());
    if !chance.yes(0.012) || at >= subject.diary.moments.len() {
        return None;
    }
    let (status, to) = chance.table(&[
        (("T", "886"), 0.5),
        (("T", "303"), 0.1),
        (("T", "881"), 0.08),
        (("T", "845"), 0.06),
        (("T", "883"), 0.06),
        (("E", "001"), 0.04),
        (("E", "002"), 0.06),
        (("E", "000"), 0.1),
    ]);
    let day = subject.diary.day(at).to_string();
    Some((
        at,
        vec![
            (Field::CohortStatus, status.to_owned()),
            (Field::StatusSince, day),
            (Field::TransferredTo, to.to_owned()),
            // Nobody asks for the guarantee of a year that somebody did not begin here.
            (Field::GuaranteeIndicator, "N".to_owned()),
        ],
    ))
}
