//! Home, by role: three numbers that matter, what needs doing, what came in.

use crate::charts::{Spark, Svg};
use crate::http::{Edge, Frame, Page, PageError, SignedIn, frame::Section};
use crate::pages::parts::{Rag, Todo, count};
use app::measures::{Figures, Months, Question, figures};
use app::{followup, imports};
use askama::Template;
use axum::extract::State;
use domain::access::{Act, Actor, roles};
use domain::calendar::{Month, shown};
use domain::followup::List;

/// Months on the small lines.
const MONTHS: i32 = 12;

#[derive(Template)]
#[template(path = "home/show.html")]
pub struct View {
    frame: Frame,
    today: String,
    numbers: Vec<Number>,
    todos: Vec<Todo>,
    imports: Vec<Came>,
    may_import: bool,
    may_follow: bool,
}

/// One number that matters.
struct Number {
    words: &'static str,
    value: String,
    dated: String,
    spark: Svg,
    change: String,
    up: bool,
    rag: Rag,
    href: String,
}

/// A file that came in.
struct Came {
    id: i64,
    file: String,
    words: String,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::ViewPeople)?;
    let ctx = edge.ctx();
    let today = ctx.today();
    let may = |act: Act| roles(act).contains(&actor.role);
    let month = Month::of(today).plus(-1);
    let span = Months::Period(month.plus(1 - MONTHS), month);
    let question = Question::new("neet-not-known", span);
    let found = figures(ctx, &actor.scope, &question).await?;
    let view = View {
        frame: frame.named("Home", Section::Home),
        today: shown(today),
        numbers: numbers(&found, month),
        todos: match may(Act::ViewFollowUp) {
            true => todos(&edge, actor).await?,
            false => Vec::new(),
        },
        imports: match may(Act::Import) {
            true => came(&edge).await?,
            false => Vec::new(),
        },
        may_import: may(Act::Import),
        may_follow: may(Act::ViewFollowUp),
    };
    Ok(Page(view))
}

fn numbers(found: &Figures, month: Month) -> Vec<Number> {
    let dated = format!("{}, {}, edition {}", month, found.ages, found.edition);
    let series = |read: fn(&app::measures::Numbers) -> Option<f64>| -> Vec<f64> {
        found.series.iter().filter_map(|m| read(&m.total)).collect()
    };
    [
        ("NEET", "neet", series(|n| n.neet_percent)),
        ("Activity not known", "not-known", series(|n| n.not_known_percent)),
        ("NEET or not known", "neet-not-known", series(|n| n.neet_not_known_percent)),
    ]
    .into_iter()
    .map(|(words, measure, values)| {
        let last = values.last().copied();
        let before = values.iter().rev().nth(1).copied();
        let change = last.zip(before).map(|(a, b)| a - b);
        Number {
            words,
            value: last.map_or("–".to_owned(), |v| format!("{v:.1} %")),
            dated: dated.clone(),
            change: change.map_or("no month before".to_owned(), |c| {
                format!(
                    "{:.1} points {} last month",
                    c.abs(),
                    if c > 0.0 { "over" } else { "under" }
                )
            }),
            up: change.is_some_and(|c| c > 0.0),
            rag: standing(change),
            spark: Spark { values, target: None }.draw(),
            href: format!("/figures?measure={measure}"),
        }
    })
    .collect()
}

/// Within half a point is stable, as the published tables have it.
fn standing(change: Option<f64>) -> Rag {
    match change {
        None => Rag::Unrated,
        Some(c) if c > 0.5 => Rag::Red,
        Some(c) if c > 0.0 => Rag::Amber,
        Some(_) => Rag::Green,
    }
}

async fn todos(edge: &Edge, actor: &Actor) -> Result<Vec<Todo>, PageError> {
    let ctx = edge.ctx();
    let today = ctx.today();
    let edition = formats::reference::editions()
        .on(today)
        .ok_or_else(|| PageError::Refused("No edition is in force today.".to_owned()))?;
    let list = followup::list(ctx, actor, edition, today, &followup::Filter::default()).await?;
    let words = |list: List| match list {
        List::Lapsed => {
            ("records have lapsed and count as not known", "one provider's list may clear many")
        }
        List::Due30 => ("lapse within 30 days", "confirm them before they do"),
        List::Neet => ("are NEET", "longest without contact first"),
        List::NotKnown => ("are recorded as not known", "longest first"),
        List::Review => ("have a review date that has passed", ""),
        List::Due60 | List::Due90 => ("", ""),
    };
    let mut todos: Vec<Todo> = list
        .counts
        .iter()
        .filter(|(list, n)| *n > 0 && !words(*list).0.is_empty())
        .map(|(list, n)| Todo {
            count: count(*n),
            words: words(*list).0.to_owned(),
            note: words(*list).1.to_owned(),
            href: format!("/follow-up?list={}", list.name()),
        })
        .collect();
    let held = imports::held_open(ctx).await?;
    if held > 0 && roles(Act::Import).contains(&actor.role) {
        todos.push(Todo {
            count: count(usize::try_from(held).unwrap_or(0)),
            words: "rows of partners' files wait for a decision".to_owned(),
            note: String::new(),
            href: "/imports".to_owned(),
        });
    }
    Ok(todos)
}

async fn came(edge: &Edge) -> Result<Vec<Came>, PageError> {
    let newest = imports::newest(edge.ctx(), 5).await?;
    Ok(newest
        .into_iter()
        .map(|i| Came {
            id: i.id,
            file: i.file_name,
            words: format!(
                "{}: {} new, {} changed, {} held",
                i.state, i.counts.new, i.counts.changed, i.counts.held
            ),
        })
        .collect())
}
