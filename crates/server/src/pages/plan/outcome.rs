//! One outcome: how it stands and why, its actions, every rating it has had, and all that names it.

use super::{Cell, behind, cell, rag, since};
use crate::http::{Edge, Frame, Page, PageError, Path, SignedIn, frame::Section};
use crate::pages::parts::Rag;
use app::plan::{self, Followed, Opened};
use askama::Template;
use axum::extract::State;
use domain::access::{Act, roles};
use domain::calendar::shown;
use domain::measure::tenths;
use domain::plan::{
    ActionKind, Better, Mark, OutcomeId, Point, Rating, analysis, known_since, register,
};

#[derive(Template)]
#[template(path = "plan/outcome.html")]
pub struct OutcomePage {
    frame: Frame,
    id: i64,
    cell: Cell,
    since: String,
    figures: Vec<Figure>,
    aim: u16,
    additional: String,
    leads_today: String,
    proposed: (Rag, String),
    actions: Vec<Action>,
    history: Vec<Said>,
    beside: Vec<(String, i64, String, String)>,
    /// Names of the plan's time with what came after them.
    since_then: Vec<(&'static str, &'static str)>,
    may_rate: bool,
}

/// A figure the outcome is bound to.
struct Figure {
    words: String,
    /// The same with its unit.
    heading: String,
    course: String,
    rag: Rag,
    reason: String,
    values: Vec<(String, String, String)>,
    /// The page on which this reader sees what is behind it; empty where there is none.
    opens: String,
    anchor: String,
    finding: String,
    chart: crate::charts::Svg,
}

struct Action {
    words: String,
    rag: Rag,
    /// The other places the same action stands in.
    also: String,
    see: Vec<(i64, String)>,
    placeholder: bool,
    why: String,
}

/// One rating as a history shows it.
struct Said {
    day: String,
    rag: Rag,
    by: String,
    reason: String,
    proposed: Option<(Rag, String)>,
    differs: bool,
}

pub async fn outcome(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, outcome)): Path<(i64, i64)>,
    frame: Frame,
) -> Result<Page<OutcomePage>, PageError> {
    let opened = plan::open_outcome(edge.ctx(), &who.actor, id, OutcomeId(outcome)).await?;
    let room = &opened.room;
    let found = room.outcome(OutcomeId(outcome))?;
    let proposed = room.proposed(found);
    let title = format!("{} {}", found.label, found.title);
    Ok(Page(OutcomePage {
        frame: frame.named(title, Section::Plan),
        id,
        cell: cell(&room.shown(found)),
        since: since(room),
        figures: figures(&opened, OutcomeId(outcome), &who),
        aim: found.label.aim,
        additional: found.additional.clone(),
        leads_today: found.lead.after(room.today, &room.handovers).join(", "),
        proposed: (rag(proposed.rating), proposed.because),
        actions: actions(&opened, OutcomeId(outcome)),
        history: opened.marks.iter().map(said).collect(),
        beside: beside(&opened),
        since_then: since_then(&opened, OutcomeId(outcome)),
        may_rate: roles(Act::RatePlan).contains(&who.actor.role),
    }))
}

fn since_then(opened: &Opened, id: OutcomeId) -> Vec<(&'static str, &'static str)> {
    let plan = &opened.room.now.plan;
    let Some(found) = plan.outcome(id) else { return Vec::new() };
    let mut text = format!("{} {} {}", found.title, found.lead.said, found.additional);
    for action in found.lines.iter().filter_map(|line| plan.actions.get(&line.action)) {
        text.push(' ');
        text.push_str(&action.text);
    }
    known_since(&text)
}

fn actions(opened: &Opened, outcome: OutcomeId) -> Vec<Action> {
    let plan = &opened.room.now.plan;
    let shared = plan.shared();
    let Some(found) = plan.outcome(outcome) else { return Vec::new() };
    let label = |id: OutcomeId| plan.outcome(id).map(|other| (id.0, other.label.to_string()));
    found
        .lines
        .iter()
        .filter_map(|line| {
            let action = plan.actions.get(&line.action)?;
            let places = shared.iter().find(|one| one.id == line.action);
            let also: Vec<String> = places
                .iter()
                .flat_map(|one| &one.places)
                .filter(|(id, ..)| *id != outcome)
                .map(|(_, label, rating)| match *rating == line.rating {
                    true => label.to_string(),
                    false => {
                        format!("{label}, where it is {}", rag(*rating).words().to_lowercase())
                    }
                })
                .collect();
            let see = match &action.kind {
                ActionKind::See { outcomes, .. } => {
                    outcomes.iter().filter_map(|id| label(*id)).collect()
                }
                _ => Vec::new(),
            };
            let newest = opened.actions.get(&line.action).and_then(|marks| marks.first());
            Some(Action {
                words: action.text.clone(),
                rag: rag(line.rating),
                also: also.join("; "),
                see,
                placeholder: action.kind == ActionKind::Placeholder,
                why: newest.map(why).unwrap_or_default(),
            })
        })
        .collect()
}

/// What a figure is called, in its unit; what somebody types may have none.
fn headed(words: &str, unit: &str) -> String {
    if unit.is_empty() { words.to_owned() } else { format!("{words}, in {unit}") }
}

fn figures(opened: &Opened, outcome: OutcomeId, who: &SignedIn) -> Vec<Figure> {
    let keeper = roles(Act::RatePlan).contains(&who.actor.role);
    let own = opened.room.followed.iter().filter(|one| one.bound.outcome == outcome);
    own.map(|one| {
        let (bound, course) = (&one.bound, &one.bound.course);
        let value = |figure: &app::plan::Figure| match figure.few && !keeper {
            true => "too few to say".to_owned(),
            false => format!("{} {}", tenths(figure.value), bound.unit),
        };
        Figure {
            words: bound.words.clone(),
            heading: headed(&bound.words, &bound.unit),
            course: format!(
                "{} is better: from {} on {} to {} by {}; within {} counts as near",
                if course.better == Better::Lower { "Lower" } else { "Higher" },
                tenths(course.from.value),
                shown(course.from.on),
                tenths(course.target.value),
                shown(course.target.on),
                tenths(course.near)
            ),
            opens: behind(&bound.measure, &who.actor),
            anchor: format!("figure-{}", bound.id),
            finding: finding(one),
            chart: drawn(one, keeper),
            rag: rag(one.proposal.rating),
            reason: one.proposal.reason.clone(),
            values: one
                .figures
                .iter()
                .rev()
                .map(|figure| (shown(figure.on), value(figure), figure.source.clone()))
                .collect(),
        }
    })
    .collect()
}

/// What the chart says: the figure's first sentence.
fn finding(one: &Followed) -> String {
    let shown = one.figures.iter().filter(|figure| !figure.few);
    let points: Vec<Point> =
        shown.map(|figure| Point { on: figure.on, value: figure.value }).collect();
    let said = analysis(&one.bound.words, &one.bound.unit, &one.bound.course, &points);
    said.into_iter().next().unwrap_or_default()
}

fn drawn(one: &Followed, keeper: bool) -> crate::charts::Svg {
    let known = |figure: &app::plan::Figure| (!figure.few || keeper).then_some(figure.value);
    let points: Vec<_> = one.figures.iter().map(|figure| (figure.on, known(figure))).collect();
    let (id, bound) = (format!("figure-{}", one.bound.id), &one.bound);
    super::pack::drawn(
        &id,
        (&finding(one), &bound.unit, &bound.words),
        &points,
        bound.course.target.value,
    )
}

fn why(mark: &Mark) -> String {
    let reason = mark.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
    let by = mark.by.as_ref().map_or("in the plan's document".to_owned(), |by| format!("by {by}"));
    format!("{} {by}{reason}", shown(mark.on))
}

fn said(mark: &Mark) -> Said {
    Said {
        day: shown(mark.on),
        rag: rag(mark.rating),
        by: mark.by.clone().unwrap_or_else(|| "The plan's document".to_owned()),
        reason: mark.reason.clone().unwrap_or_default(),
        proposed: mark
            .suggested
            .filter(|suggested| *suggested != Rating::Unrated)
            .map(|suggested| (rag(suggested), mark.because.clone().unwrap_or_default())),
        differs: mark.differs(),
    }
}

/// Register, number, head and state of every line that names the outcome.
fn beside(opened: &Opened) -> Vec<(String, i64, String, String)> {
    let line = |e: &plan::Entry| {
        let kept = register(&e.register)?;
        Some((kept.title.to_owned(), e.entry, e.title.clone(), e.state.clone()))
    };
    opened.entries.iter().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::headed;

    #[test]
    fn a_figure_without_a_unit_is_headed_by_its_words_alone() {
        assert_eq!(headed("Use of the prospectus", "%"), "Use of the prospectus, in %");
        assert_eq!(headed("Schools visited", ""), "Schools visited");
    }
}
