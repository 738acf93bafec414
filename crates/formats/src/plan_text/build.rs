//! Puts the parts together: the key, the plans beside this one, and every aim with its outcomes.
//! The same words in several rows become one action with one id.

use super::rows::{Row, rows};
use super::sections::{Document, aim_heading, bullet, promised_aims};
use super::{Line, Names, ReadError, cells::cells, terms};
use domain::calendar::Day;
use domain::plan::{
    Action, ActionId, ActionKind, Aim, ByWhen, KeyEntry, Lead, Line as PlanLine, Oddity,
    OddityKind, Outcome, OutcomeId, ParentPlan, Plan, Rating, folded, link_references, years_in,
};
use std::collections::BTreeMap;

/// A plan, what its layout showed to be odd, and on which line each label stands last.
pub(super) struct Built {
    pub plan: Plan,
    pub odd: Vec<Oddity>,
    pub places: BTreeMap<String, u32>,
}

pub(super) fn plan(document: &Document<'_>, names: Names) -> Result<Built, ReadError> {
    let mut odd = Vec::new();
    let group = terms::group(document, names, &mut odd)?;
    let (title, years) = title(document.heading);
    let mut assembly = Assembly::default();
    let mut rated_on = None;
    let mut aims = Vec::new();
    for part in aim_parts(document.plan) {
        let (day, rows) = rows(part.number, part.line, &cells(part.lines)?, &mut odd)?;
        if rated_on.is_some_and(|first| first != day) {
            let what = format!("this table is rated on {day}, the first on another day");
            return Err(ReadError::at(part.line, what));
        }
        rated_on = Some(day);
        let outcomes = assembly.outcomes(rows)?;
        aims.push(Aim { number: part.number, title: part.title.to_owned(), outcomes });
    }
    let rated_on: Day =
        rated_on.ok_or_else(|| ReadError::at(document.last_line, "the action plan has no aims"))?;
    keep_promises(document, &aims, &mut odd)?;
    let mut plan = Plan {
        title,
        years,
        rated_on,
        key: key(document.plan)?,
        actions: assembly.actions,
        aims,
        parents: parents(document.strategy),
        group,
    };
    link_references(&mut plan);
    Ok(Built { plan, odd, places: assembly.places })
}

/// `Our Strategy 2026-2031 - Action Plan` is the title before the dash, and its years.
fn title(heading: &str) -> (String, Option<(i16, i16)>) {
    let end = [" - ", " – "].iter().filter_map(|dash| heading.find(dash)).min();
    let title = heading.get(..end.unwrap_or(heading.len())).unwrap_or(heading).trim();
    (title.to_owned(), years_in(title))
}

struct AimPart<'a> {
    line: u32,
    number: u16,
    title: &'a str,
    lines: &'a [Line<'a>],
}

fn aim_parts<'a>(plan: &'a [Line<'a>]) -> Vec<AimPart<'a>> {
    let heads: Vec<(usize, u16, &str)> = plan
        .iter()
        .enumerate()
        .filter_map(|(at, line)| aim_heading(line.text).map(|(number, title)| (at, number, title)))
        .collect();
    let ends = heads.iter().skip(1).map(|(at, ..)| *at).chain([plan.len()]);
    heads
        .iter()
        .zip(ends)
        .map(|((at, number, title), end)| AimPart {
            line: plan.get(*at).map_or(1, |line| line.number),
            number: *number,
            title,
            lines: plan.get(at + 1..end).unwrap_or_default(),
        })
        .collect()
}

/// Every aim that the strategy promises must be in the plan: a missing one means a cut file.
fn keep_promises(
    document: &Document<'_>,
    aims: &[Aim],
    odd: &mut Vec<Oddity>,
) -> Result<(), ReadError> {
    for (line, number, title) in promised_aims(document.strategy) {
        let Some(aim) = aims.iter().find(|aim| aim.number == number) else {
            let what = format!(
                "the file ends without aim {number}, which line {line} promises; it may be cut off"
            );
            return Err(ReadError::at(document.last_line, what));
        };
        if aim.title != title {
            let sentence = format!("Aim {number} is '{title}' here and '{}' later.", aim.title);
            let place = format!("aim {number}");
            odd.push(Oddity::new(OddityKind::TitleVariant, place, sentence).at(line));
        }
    }
    for (at, aim) in aims.iter().enumerate() {
        if aims.iter().take(at).any(|other| other.number == aim.number) {
            let what = format!("aim {} stands in the plan twice", aim.number);
            return Err(ReadError::at(document.last_line, what));
        }
    }
    Ok(())
}

/// The key's cells come in pairs: a mark, and its wording.
fn key(plan: &[Line<'_>]) -> Result<Vec<KeyEntry>, ReadError> {
    let Some(start) = plan.iter().position(|line| folded(line.text) == "key") else {
        let line = plan.first().map_or(1, |line| line.number);
        return Err(ReadError::at(line, "the action plan has no 'Key:'"));
    };
    let rest = plan.get(start + 1..).unwrap_or_default();
    let end = rest.iter().position(|line| aim_heading(line.text).is_some()).unwrap_or(rest.len());
    let cells = cells(rest.get(..end).unwrap_or_default())?;
    let mut key = Vec::new();
    for pair in cells.chunks(2) {
        let [mark, wording] = pair else {
            let line = pair.first().map_or(1, |cell| cell.line);
            return Err(ReadError::at(line, "a mark of the key has no wording"));
        };
        let rating = Rating::read(mark.words()).filter(|rating| *rating != Rating::Unrated);
        let rating = rating.ok_or_else(|| {
            ReadError::at(mark.line, "the key explains a mark that is not G, A, R or Not started")
        })?;
        key.push(KeyEntry {
            rating,
            mark: mark.words().to_owned(),
            wording: wording.words().to_owned(),
        });
    }
    Ok(key)
}

/// Bullets below the sentence about fitting with other plans; `NI 112, NI113` are indicators.
fn parents(strategy: &[Line<'_>]) -> Vec<ParentPlan> {
    let start = strategy.iter().position(|line| {
        let words = folded(line.text);
        words.contains("fits with the following plans") && line.text.trim_end().ends_with(':')
    });
    let Some(start) = start else { return Vec::new() };
    let below = strategy.iter().skip(start + 1).filter(|line| !line.text.trim().is_empty());
    below.map_while(|line| bullet(line.text)).map(parent).collect()
}

fn parent(text: &str) -> ParentPlan {
    let words = folded(text);
    let mut indicators = Vec::new();
    let mut scheme: Option<&str> = None;
    for word in words.split(' ') {
        let known = ["ni", "psa"].into_iter().find(|known| word.starts_with(known));
        let digits = word.trim_start_matches(known.unwrap_or(""));
        let number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if let Some(scheme) = known.or(scheme).filter(|_| number) {
            indicators.push(format!("{} {digits}", scheme.to_uppercase()));
        }
        scheme = known.filter(|known| word == *known);
    }
    let title = match text.rsplit_once('(') {
        Some((title, _)) if !indicators.is_empty() => title.trim(),
        _ => text,
    };
    ParentPlan { title: title.to_owned(), indicators }
}

/// Gives out ids as the rows come, one to each outcome and one to each different action.
#[derive(Default)]
struct Assembly {
    actions: BTreeMap<ActionId, Action>,
    by_words: BTreeMap<(String, usize), ActionId>,
    outcomes: i64,
    places: BTreeMap<String, u32>,
}

impl Assembly {
    fn outcomes(&mut self, rows: Vec<Row>) -> Result<Vec<Outcome>, ReadError> {
        let mut outcomes: Vec<Outcome> = Vec::new();
        for row in rows {
            if let Some(head) = row.head {
                self.outcomes += 1;
                self.places.insert(head.label.to_string(), row.line);
                outcomes.push(Outcome {
                    id: OutcomeId(self.outcomes),
                    label: head.label,
                    title: head.title,
                    by_when: ByWhen::read(&head.by_when),
                    lead: Lead::read(&head.lead),
                    additional: head.additional,
                    rating: Rating::Unrated,
                    lines: Vec::new(),
                });
            }
            let Some(outcome) = outcomes.last_mut() else {
                return Err(ReadError::at(row.line, "an action stands before any outcome"));
            };
            if row.outcome_rating != Rating::Unrated {
                if outcome.rating != Rating::Unrated {
                    let what = format!("outcome {} is rated twice", outcome.label);
                    return Err(ReadError::at(row.line, what));
                }
                outcome.rating = row.outcome_rating;
            }
            if !row.action.is_empty() {
                let action = self.action(row.action, &outcome.lines);
                outcome.lines.push(PlanLine { action, rating: row.action_rating });
            }
        }
        Ok(outcomes)
    }

    /// The same words elsewhere are the same action; twice under one outcome they are two.
    fn action(&mut self, text: String, before: &[PlanLine]) -> ActionId {
        let words = folded(&text);
        let same = |line: &&PlanLine| {
            self.actions.get(&line.action).is_some_and(|action| folded(&action.text) == words)
        };
        let nth = before.iter().filter(same).count();
        let fresh = ActionId(i64::try_from(self.actions.len() + 1).unwrap_or(i64::MAX));
        let id = *self.by_words.entry((words, nth)).or_insert(fresh);
        self.actions.entry(id).or_insert_with(|| Action { kind: ActionKind::read(&text), text });
        id
    }
}
