//! One version of a month: the steps to sign-off, its figures beside others, its findings by what
//! mends them.

use super::{day, day_of, state};
use crate::http::{Edge, Frame, Page, PageError, Path, frame::Section, session::SignedIn};
use crate::pages::parts::{Step, StepState, Tone, capital, count};
use app::month_end::{self, Opened};
use askama::Template;
use axum::extract::State;
use domain::measure::tenths;
use std::collections::BTreeMap;

/// People shown of one kind of finding; the rest are counted.
const SHOWN_MAX: usize = 50;

#[derive(Template)]
#[template(path = "month_end/show.html")]
pub struct ShowPage {
    frame: Frame,
    id: i64,
    period_end: String,
    version: i64,
    state: &'static str,
    tone: Tone,
    about: String,
    hash: String,
    newest: bool,
    signed: String,
    blocked: String,
    steps: Vec<Step>,
    columns: Vec<String>,
    /// A row's name, and its numbers each under its heading.
    figures: Vec<(&'static str, Vec<(String, String)>)>,
    left_out: Vec<(String, String)>,
    /// How many are returned as not known because no activity is recorded; empty where nobody is.
    assumed: String,
    groups: Vec<Group>,
}

/// Findings that the same thing mends.
struct Group {
    code: String,
    priority: i64,
    field: String,
    /// What is wrong, in words; where the findings differ in detail, what they have in common.
    title: String,
    /// The first of several that differ; empty where all say the same.
    example: String,
    open: usize,
    people: Vec<(Option<i64>, String)>,
    more: usize,
}

impl Group {
    /// Takes in what another finding of the group says.
    fn tell(&mut self, message: &str) {
        let said = message.trim_end_matches('.');
        if !self.example.is_empty() || said == self.title {
            return;
        }
        // The detail stands behind a colon: whom it may be, or what was found.
        match self.title.split_once(": ").map(|(common, _)| common.to_owned()) {
            Some(common) => {
                self.example = format!("{}.", self.title);
                self.title = common;
            }
            // The first had none to tell.
            None => self.example = format!("{said}."),
        }
    }
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    frame: Frame,
) -> Result<Page<ShowPage>, PageError> {
    let opened = month_end::open(edge.ctx(), &who.actor, id).await?;
    let s = &opened.listed.snapshot;
    let (words, tone) = state(&opened.listed);
    let title = format!("Month end, {}", day(s.period_end));
    let (columns, rows) = figures(&opened);
    let headed = |cells: Vec<String>| -> Vec<(String, String)> {
        columns.iter().cloned().zip(cells).collect()
    };
    let figures = rows.into_iter().map(|(name, cells)| (name, headed(cells))).collect();
    let records = count(usize::try_from(s.records).unwrap_or_default());
    let signed =
        s.signed_at.as_ref().map(|at| format!("Signed {} by {}.", day_of(at), s.signed_by_name));
    Ok(Page(ShowPage {
        frame: frame.named(title, Section::MonthEnd),
        id,
        period_end: s.period_end.to_string(),
        version: s.version,
        state: words,
        tone,
        about: format!(
            "{records} records by the {} edition, frozen {} by {}.",
            s.edition,
            day_of(&s.frozen_at),
            s.frozen_by_name
        ),
        hash: s.hash.clone(),
        newest: !opened.listed.superseded,
        signed: signed.unwrap_or_default(),
        blocked: opened.listed.blocked.clone().unwrap_or_default(),
        steps: steps(&opened),
        columns,
        figures,
        left_out: opened
            .figures
            .left_out
            .iter()
            .map(|(why, of)| (capital(why), count(*of)))
            .collect(),
        assumed: assumed(opened.figures.assumed),
        groups: groups(&opened),
    }))
}

fn assumed(people: usize) -> String {
    match people {
        0 => String::new(),
        1 => "1 person has no activity on the day and is returned as not known.".to_owned(),
        many => format!(
            "{} people have no activity on the day and are returned as not known.",
            count(many)
        ),
    }
}

fn findings(many: usize) -> String {
    if many == 1 { "1 finding".to_owned() } else { format!("{} findings", count(many)) }
}

fn steps(opened: &Opened) -> Vec<Step> {
    let listed = &opened.listed;
    let signed = listed.snapshot.signed_at.is_some();
    let step = |words: &str, state, note: String| Step { words: words.to_owned(), state, note };
    let mended = signed || listed.open_serious == 0;
    let (mend, sign) = match (mended, signed) {
        (_, true) => (StepState::Done, StepState::Done),
        (true, false) => (StepState::Done, StepState::Now),
        (false, false) => (StepState::Now, StepState::Later),
    };
    vec![
        step("Frozen", StepState::Done, format!("version {}", listed.snapshot.version)),
        step("Checked", StepState::Done, findings(opened.findings.len())),
        step("Serious findings settled", mend, format!("{} open", listed.open_serious)),
        step("Signed off", sign, String::new()),
    ]
}

/// People as published: the source gives their number with decimals.
fn published_people(number: f64) -> String {
    let whole = format!("{number:.0}");
    whole.parse().map_or(whole, count)
}

/// The headings and the rows of the figures: ours, last month's and what was published.
fn figures(opened: &Opened) -> (Vec<String>, Vec<(&'static str, Vec<String>)>) {
    let percent =
        |value: Option<f64>| value.map_or("not given".into(), |v| format!("{} %", tenths(v)));
    let own = &opened.figures;
    let before = opened.before.as_ref();
    let published = opened.published.first();
    let mut columns = vec!["This month".to_owned()];
    columns.push(before.map_or("Last month".into(), |(s, _)| day(s.period_end)));
    columns.push(published.map_or("Published".into(), |p| {
        format!("{}, published {}, mean of December to February", p.name, p.year)
    }));
    let people = |number: u64| count(usize::try_from(number).unwrap_or_default());
    let before = before.map(|(_, figures)| figures);
    let none = || "not frozen".to_owned();
    let cohort = vec![
        people(own.cohort),
        before.map_or_else(none, |f| people(f.cohort)),
        published.and_then(|p| p.cohort).map_or("not given".into(), published_people),
    ];
    let row = |mine: Option<f64>, last: Option<Option<f64>>, theirs: Option<f64>| {
        vec![percent(mine), last.map_or_else(none, percent), percent(theirs)]
    };
    let rows = vec![
        ("Cohort", cohort),
        (
            "NEET",
            row(
                own.neet_percent,
                before.map(|f| f.neet_percent),
                published.and_then(|p| p.neet_percent),
            ),
        ),
        (
            "Not known",
            row(
                own.not_known_percent,
                before.map(|f| f.not_known_percent),
                published.and_then(|p| p.not_known_percent),
            ),
        ),
        (
            "NEET or not known",
            row(
                own.neet_not_known_percent,
                before.map(|f| f.neet_not_known_percent),
                published.and_then(|p| p.neet_not_known_percent),
            ),
        ),
    ];
    (columns, rows)
}

fn groups(opened: &Opened) -> Vec<Group> {
    let mut by_kind: BTreeMap<(i64, &str), Group> = BTreeMap::new();
    for found in &opened.findings {
        let group = by_kind.entry((found.priority, &found.code)).or_insert_with(|| Group {
            code: found.code.clone(),
            priority: found.priority,
            field: found.field.clone(),
            title: found.message.trim_end_matches('.').to_owned(),
            example: String::new(),
            open: 0,
            people: Vec::new(),
            more: 0,
        });
        group.tell(&found.message);
        group.open += usize::from(found.settled_at.is_none());
        if group.people.len() < SHOWN_MAX {
            let whom = if found.ypid.is_empty() { "The whole file" } else { &found.ypid };
            group.people.push((found.person, whom.to_owned()));
        } else {
            group.more += 1;
        }
    }
    by_kind.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_named_by_what_they_have_in_common() {
        let told = |messages: [&str; 2]| {
            let mut group = Group {
                code: "101".to_owned(),
                priority: 1,
                field: String::new(),
                title: messages[0].trim_end_matches('.').to_owned(),
                example: String::new(),
                open: 0,
                people: Vec::new(),
                more: 0,
            };
            messages.iter().for_each(|message| group.tell(message));
            [group.title, group.example]
        };
        let (one, other, bare) = ("Unknown code: 7.", "Unknown code: 8.", "Unknown code.");
        assert_eq!(told([one, one]), ["Unknown code: 7", ""]);
        assert_eq!(told([one, other]), ["Unknown code", one]);
        assert_eq!(told([bare, other]), ["Unknown code", other], "no title said twice");
    }
}
