//! One doubtful pair at a time: two records side by side, why the engine leans as it does, and the keys
//! that decide.

use crate::http::{Edge, Frame, Page, PageError, Query, SignedIn, frame::Section};
use crate::pages::parts::Tab;
use app::Wrong;
use app::linking::{self, Compared, Decided, Figures, Likeness, Mark, Pair, Verdict};
use askama::Template;
use axum::extract::State;
use domain::access::Act;
use domain::calendar::shown;
use domain::matching::percent;
use serde::Deserialize;

/// The lines that make up what somebody is called.
const NAMES: [&str; 2] = ["Given name", "Family name"];

#[derive(Template)]
#[template(path = "who_is_who/show.html")]
pub struct View {
    frame: Frame,
    tabs: Vec<Tab>,
    waiting: usize,
    hidden: usize,
    place: usize,
    question: Option<Question>,
    previous: Option<String>,
    next: Option<String>,
    /// The question after this one.
    after: Option<String>,
    done: Option<Done>,
    set: bool,
    pending: Vec<Pending>,
    wanted: [String; 2],
    files: Vec<(i64, String, i64)>,
    /// Files with rows that wait for another answer than who it is.
    other: Vec<(i64, String, i64)>,
    figures: Vec<(String, &'static str)>,
}

struct Question {
    key: String,
    person: i64,
    name: String,
    /// The other person of a pair, both of whom stand on the register.
    other: Option<i64>,
    other_name: String,
    from: String,
    rest: usize,
    restricted: bool,
    lean: String,
    lines: Vec<Line>,
    parts: Vec<PartRow>,
    weight: String,
    /// For a desk and for a phone.
    drawings: [String; 2],
    household: Vec<String>,
    /// What somebody has decided already, where a second person looks.
    second: Option<Pending>,
}

struct Line {
    field: &'static str,
    left: String,
    right: String,
    mark: &'static str,
    class: &'static str,
}

struct PartRow {
    title: String,
    words: String,
    bits: String,
}

struct Done {
    id: i64,
    words: String,
    waits: bool,
}

struct Pending {
    id: i64,
    person: i64,
    words: String,
    mine: bool,
}

#[derive(Deserialize)]
pub struct Asked {
    q: Option<String>,
    /// The question to show where that one is answered.
    next: Option<String>,
    done: Option<i64>,
    /// A decision that waits for a second person.
    second: Option<i64>,
    /// Whether the lines were set just now.
    set: Option<String>,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::DecideIdentity)?;
    let ctx = edge.ctx();
    let queue = linking::queue(ctx, actor).await?;
    let wanted = [&asked.q, &asked.next].into_iter().flatten();
    let place = wanted
        .filter_map(|key| key.parse::<linking::Key>().ok())
        .find_map(|key| queue.waiting.iter().position(|w| w.key == key))
        .unwrap_or(0);
    let found = match (asked.second, queue.waiting.get(place)) {
        (Some(id), _) => linking::second_look(ctx, actor, id).await.map(|(decided, pair)| {
            let second = Some(pending(&decided, actor.account_id()));
            Question { second, ..question(pair, String::new(), 0) }
        }),
        (None, Some(waiting)) => linking::pair(ctx, actor, waiting.key, waiting.person)
            .await
            .map(|pair| question(pair, waiting.from.clone(), waiting.rest)),
        (None, None) => Err(Wrong::refused("Nothing waits.")),
    };
    let question = match found {
        Ok(question) => Some(question),
        // Nothing waits, or somebody else answered it a moment ago.
        Err(Wrong::Refused(_)) => None,
        Err(e) => return Err(e.into()),
    };
    let done = match asked.done {
        Some(id) => linking::decision(ctx, actor, id).await?.map(done),
        None => None,
    };
    let at = |place: Option<usize>| {
        let found = place.and_then(|place| queue.waiting.get(place));
        found.map(|w| format!("/who-is-who?q={}", w.key))
    };
    Ok(Page(View {
        tabs: super::tabs("/who-is-who"),
        waiting: queue.waiting.len(),
        hidden: queue.hidden,
        place: place + 1,
        question,
        previous: at(place.checked_sub(1)),
        next: at(Some(place + 1)),
        after: queue.waiting.get(place + 1).map(|w| w.key.to_string()),
        done,
        set: asked.set.is_some(),
        wanted: queue.figures.wanted.map(per_cent),
        pending: queue.pending.iter().map(|d| pending(d, actor.account_id())).collect(),
        figures: figures(&queue.figures),
        files: queue.files,
        other: queue.other,
        frame: frame.named("Who is who", Section::WhoIsWho),
    }))
}

fn question(pair: Pair, from: String, rest: usize) -> Question {
    let (lean, parts, weight, drawings) = pair.likeness.as_ref().map(reasons).unwrap_or_default();
    let other_name = other_name(&pair.lines);
    Question {
        key: pair.key.to_string(),
        person: pair.person,
        name: pair.name,
        other: pair.other,
        other_name,
        from,
        rest,
        restricted: pair.restricted,
        lean,
        lines: pair.lines.into_iter().map(line).collect(),
        parts,
        weight,
        drawings,
        household: pair.household,
        second: None,
    }
}

/// What the other of two on the register is called: two may bear one name, and each heading still says whose column it
/// is. A link needs words, also where no name is recorded.
fn other_name(lines: &[Compared]) -> String {
    let names = lines.iter().filter(|line| NAMES.contains(&line.field) && !line.left.is_empty());
    let name = names.map(|line| line.left.as_str()).collect::<Vec<&str>>().join(" ");
    if name.is_empty() { "One record".to_owned() } else { name }
}

fn line(one: Compared) -> Line {
    let date = |text: String| text.parse().map_or(text, shown);
    let (mark, class) = match one.mark {
        Mark::Same => ("same", "wm-side--same"),
        Mark::Differs => ("differs", "wm-side--differs"),
        Mark::OneSide => ("one side only", "wm-side--one"),
    };
    Line { field: one.field, left: date(one.left), right: date(one.right), mark, class }
}

/// The lean in words, the lines of the reckoning, the whole, and the drawings.
fn reasons(likeness: &Likeness) -> (String, Vec<PartRow>, String, [String; 2]) {
    let lean = match likeness.probability {
        p if p >= 0.5 => format!("The evidence leans to one person: {}.", percent(p)),
        p => format!("The evidence leans to two people: {} that they are one.", percent(p)),
    };
    let rows = likeness.parts.iter().map(|part| PartRow {
        title: part.title.to_string(),
        words: part.words.clone(),
        bits: bits(part.bits),
    });
    (lean, rows.collect(), bits(likeness.weight), likeness.drawings())
}

/// Bits with their sign; nothing is neither for nor against.
fn bits(bits: f64) -> String {
    let rounded = (bits * 10.0).round() / 10.0;
    if rounded == 0.0 { "0.0".to_owned() } else { format!("{rounded:+.1}") }
}

fn done(decided: Decided) -> Done {
    let waits = decided.needs_second && decided.second.is_none();
    let verdict = Verdict::from_name(&decided.verdict).map_or("", Verdict::label);
    Done { id: decided.id, words: format!("Decided: {}", verdict.to_lowercase()), waits }
}

fn pending(d: &Decided, me: Option<i64>) -> Pending {
    let verdict = Verdict::from_name(&d.verdict).map_or("", Verdict::label).to_lowercase();
    let why = if d.why.is_empty() { String::new() } else { format!(" because {}", d.why) };
    let words = format!("said to be {verdict}{why}");
    Pending { id: d.id, person: d.person, words, mine: d.account == me }
}

/// A share as it is typed: no more digits than it has.
fn per_cent(share: f64) -> String {
    format!("{}", (share * 1e4).round() / 1e2)
}

fn figures(f: &Figures) -> Vec<(String, &'static str)> {
    let mut all = vec![
        (f.same.to_string(), "Decided to be one person"),
        (f.different.to_string(), "Decided to be two"),
        (f.later.to_string(), "Could not be told yet"),
    ];
    if let Some(share) = (f.as_it_leaned * 100).checked_div(f.weighed) {
        all.push((format!("{share} %"), "Decisions that went as the evidence leaned"));
    }
    let (sure, new) = f.lines;
    all.push((format!("{} sure or surer", percent(sure)), "A row goes through by itself"));
    all.push((format!("{} sure or less", percent(new)), "A row is taken for somebody new"));
    let taught = format!(
        "{}; those of one partner count from 30 on, and only where they foretold later ones better",
        f.taught
    );
    all.push((taught, "Decisions that changed how partners' lists are read"));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_the_register_is_headed_by_the_name_that_is_recorded() {
        let line = |field, left: &str| Compared {
            field,
            left: left.to_owned(),
            right: "Other".to_owned(),
            mark: Mark::Differs,
        };
        let named = |given, family| {
            let lines = [("Given name", given), ("Family name", family), ("Sex", "F")];
            other_name(&lines.map(|(field, left)| line(field, left)))
        };
        assert_eq!(named("Zebediah", "Quill"), "Zebediah Quill");
        assert_eq!(named("", "Quill"), "Quill");
        assert_eq!(named("", ""), "One record");
    }
}
