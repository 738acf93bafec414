//! The census's own table of sessions: a row for each pupil and reason, of the term before the census. Together they
//! say how many sessions a pupil could attend, missed, and missed without leave.

use std::collections::BTreeMap;

use domain::calendar::Day;
use domain::prediction::Fact;
use jiff::civil::date;

use super::{Line, Told};

/// What a mark says of its sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Present,
    Authorised,
    Unauthorised,
    /// No session that the pupil could have attended.
    NotCounted,
}

/// Source: School attendance (pupil registration) regulations 2024, codes of the register: / \ L B J1 K P V W present or
/// at an approved activity; G N O U without leave; D X Y1 to Y7 Z and # no possible session. J, S, H and F stood for
/// other leave, study and holidays before 2024.
fn mark(code: &str) -> Option<Mark> {
    Some(match code {
        "/" | "\\" | "L" | "B" | "J" | "J1" | "K" | "P" | "V" | "W" => Mark::Present,
        "C" | "C1" | "C2" | "E" | "F" | "H" | "I" | "M" | "Q" | "R" | "S" | "T" => Mark::Authorised,
        "G" | "N" | "O" | "U" => Mark::Unauthorised,
        "D" | "X" | "Y" | "Y1" | "Y2" | "Y3" | "Y4" | "Y5" | "Y6" | "Y7" | "Z" | "#" => {
            Mark::NotCounted
        }
        _ => return None,
    })
}

/// The term whose sessions a census of a day brings, as near as the month: that before it.
///
/// Source: school census guide: the spring census brings the autumn term, that of summer the spring term, that of autumn
/// the second half of the summer term.
fn term(census: Day) -> (Day, Day) {
    let year = census.year();
    match census.month() {
        1..=3 => (date(year - 1, 9, 1), date(year - 1, 12, 31)),
        4..=8 => (date(year, 1, 1), date(year, 3, 31)),
        _ => (date(year, 6, 1), date(year, 7, 31)),
    }
}

/// One row, as a part of what [`by_pupil`] puts together: sessions possible, missed, missed without leave, and those
/// told as possible beside it.
pub(super) fn one(told: &Told<'_>) -> Result<Vec<Fact>, String> {
    let code = told.wanted("attendancereason")?.to_uppercase();
    let mark = mark(&code).ok_or_else(|| format!("{code} is no mark of a register"))?;
    let sessions = told.number("sessions")?.ok_or("nothing stands under sessions")?;
    let (from, to) = term(told.day_or_as_of("referencedate")?);
    let parts = match mark {
        Mark::Present => [sessions, 0.0, 0.0],
        Mark::Authorised => [sessions, sessions, 0.0],
        Mark::Unauthorised => [sessions, sessions, sessions],
        Mark::NotCounted => [0.0; 3],
    };
    let possible = told.number("possible")?.unwrap_or(0.0);
    let [counted, missed, without] = parts;
    Ok(vec![told.fact(
        "sessions",
        format!("{counted}/{missed}/{without}/{possible}"),
        from,
        Some(to),
    )])
}

/// By which a row names its pupil, and the first day of its term.
type Pupil = (Vec<String>, Option<String>, Day);

/// A pupil's rows as one, at the first of them.
pub(super) fn by_pupil(lines: Vec<Line>) -> Vec<Line> {
    let mut kept = Vec::new();
    let mut pupils: BTreeMap<Pupil, (u32, Vec<Fact>)> = BTreeMap::new();
    for line in lines {
        match line.facts {
            Ok(facts) => {
                for fact in facts {
                    let whose = (line.keys.clone(), line.of_row.clone(), fact.from);
                    pupils.entry(whose).or_insert_with(|| (line.row, Vec::new())).1.push(fact);
                }
            }
            Err(why) => kept.push(Line { facts: Err(why), ..line }),
        }
    }
    for ((keys, of_row, _), (row, facts)) in pupils {
        kept.push(Line { row, keys, of_row, facts: together(&facts) });
    }
    kept.sort_by_key(|line| line.row);
    kept
}

fn together(facts: &[Fact]) -> Result<Vec<Fact>, String> {
    let Some(first) = facts.first() else { return Ok(Vec::new()) };
    let mut sums = [0.0; 3];
    let mut told: f64 = 0.0;
    for fact in facts {
        let mut parts = fact.value.split('/').map(|part| part.parse::<f64>().unwrap_or(0.0));
        for sum in &mut sums {
            *sum += parts.next().unwrap_or(0.0);
        }
        told = told.max(parts.next().unwrap_or(0.0));
    }
    let [counted, missed, without] = sums;
    // A table may list the sessions that were missed alone; then it has to say how many there were.
    let possible = if told > 0.0 { told } else { counted };
    if told <= 0.0 && missed >= counted && counted > 0.0 {
        return Err(
            "only sessions that were missed are told, and not how many there were".to_owned()
        );
    }
    if missed > possible {
        return Err("more sessions were missed than there were".to_owned());
    }
    if possible <= 0.0 {
        return Err("no session that could be attended is told".to_owned());
    }
    Ok(vec![Fact { value: format!("{possible}/{missed}/{without}"), ..first.clone() }])
}
