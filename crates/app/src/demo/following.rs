//! What advisers did: whom they have on their caseload, whom they tried to reach and what came of
//! it. It follows from what the register knew, never from what nobody had told it.

use super::chance::Chance;
use super::diary::{Diary, News};
use super::knowing::History;
use super::paths;
use domain::calendar::Day;
use domain::person::PersonRecord;
use domain::status::spell_on;
use jiff::ToSpan;

/// A contact, with the moment at which it was recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    pub at: usize,
    pub day: Day,
    pub method: &'static str,
    pub outcome: &'static str,
    pub note: &'static str,
    pub next_step: Option<&'static str>,
    /// What they told of that stands in the way: names of the reference data, parted by commas.
    pub obstacles: &'static str,
}

/// The stretch for which somebody is on a caseload, with the moments that made and closed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caseload {
    pub from: usize,
    pub to: Option<usize>,
}

/// How long an adviser keeps somebody who has begun something.
const KEPT_DAYS: i32 = 60;

/// When somebody was on a caseload: while NEET or not known by what the register held, and a while
/// after; and from Year 11 on where the need is intensive.
pub fn caseload(history: &History, diary: &Diary) -> Option<Caseload> {
    let needs = |at: usize, record: &PersonRecord| {
        let code = spell_on(&record.spells, diary.day(at)).map(|spell| spell.code.as_str());
        code.is_some_and(|code| paths::is_neet(code) || matches!(code, "820" | "830"))
            || record.particulars.get(domain::person::Field::LevelOfNeed) == Some("1")
    };
    let from = history.iter().find(|(at, record)| needs(*at, record)).map(|(at, _)| *at)?;
    let last = history.iter().rev().find(|(at, record)| needs(*at, record)).map(|(at, _)| *at)?;
    let next = history.iter().find(|(at, _)| *at > last).map(|(at, _)| *at);
    let to = next.and_then(|at| diary.after(diary.day(at).saturating_add(KEPT_DAYS.days())));
    Some(Caseload { from, to })
}

/// Contacts with somebody over their history.
pub fn contacts(history: &History, diary: &Diary, chance: &mut Chance) -> Vec<Contact> {
    let mut made = Vec::new();
    let mut records = history.iter().peekable();
    let mut current: Option<&PersonRecord> = None;
    for (at, day) in diary.bringing(News::Contacts, 0) {
        while let Some((_, record)) = records.next_if(|(from, _)| *from <= at) {
            current = Some(record);
        }
        let Some(spell) = current.and_then(|record| spell_on(&record.spells, day)) else {
            continue;
        };
        let reached = spell.verified == Some(day);
        let said = match spell.code.as_str() {
            code if paths::is_neet(code) && reached => Some(reached_neet(chance)),
            code if paths::is_neet(code) && chance.yes(0.3) => Some(not_reached(chance)),
            "810" | "820" | "830" if chance.yes(0.35) => Some(not_reached(chance)),
            "330" | "340" | "360" | "380" if reached => {
                Some(("call", "supported", "Still in the job; hours and training asked.", None, ""))
            }
            _ => None,
        };
        made.extend(said.map(|(method, outcome, note, next_step, obstacles)| {
            // Somebody reached was verified on that day; a try may have been on the days before.
            let before = if reached { 0 } else { chance.between(0, 8) };
            let day = day.saturating_sub(before.days());
            Contact { at, day, method, outcome, note, next_step, obstacles }
        }));
    }
    made
}

type Said = (&'static str, &'static str, &'static str, Option<&'static str>, &'static str);

fn reached_neet(chance: &mut Chance) -> Said {
    let (note, next_step, obstacles) = *chance.pick(&[
        (
            "Looking for an apprenticeship; form looked through together.",
            Some("Send two vacancies"),
            "qualifications",
        ),
        (
            "Would like to start at college; no place found yet.",
            Some("Ring the college"),
            "provision,transport",
        ),
        (
            "Not ready to start anything; agreed to meet again.",
            Some("Meet in two weeks"),
            "confidence",
        ),
        ("Waiting to hear about an interview.", Some("Ask how the interview went"), ""),
        (
            "At home; a parent says that mornings are difficult.",
            Some("Visit in the afternoon"),
            "health,confidence",
        ),
        ("Has applied for a training place that begins next month.", None, ""),
    ]);
    let method = chance.table(&[("call", 0.5), ("text", 0.2), ("meeting", 0.2), ("visit", 0.1)]);
    (method, "supported", note, next_step, obstacles)
}

fn not_reached(chance: &mut Chance) -> Said {
    let (outcome, note) = *chance.pick(&[
        ("no-answer", "No answer."),
        ("message", "Message left with an adult at home."),
        ("no-answer", "Text sent, nothing came back."),
        ("wrong-number", "The number is no longer theirs."),
        ("wrong-number", "Nobody of that name at the address."),
    ]);
    let method = chance.table(&[("call", 0.55), ("text", 0.2), ("visit", 0.15), ("letter", 0.1)]);
    (method, outcome, note, Some("Try again next week"), "")
}
