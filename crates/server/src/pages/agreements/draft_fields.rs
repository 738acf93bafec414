//! What the form of an agreement draws: each flow and clause with its choices, what was typed, and what is wrong
//! with it at its field.

use crate::pages::parts::{Choice, Errors, capital};
use app::admin::Organisation;
use app::agreement::{Draft, DraftClause, DraftLine, FORBIDS, Flow, Item, NEEDS_CONSENT, field};
use domain::agreement::{ClauseKind, Direction, Gateway};
use domain::person::Category;
use std::collections::BTreeSet;

/// One text.
pub struct Text {
    pub name: String,
    pub value: String,
    pub error: String,
}

/// One of several.
pub struct Select {
    pub name: String,
    pub choices: Vec<Choice>,
    pub error: String,
}

/// Boxes in groups that fold away.
pub struct Boxes {
    pub name: String,
    pub error: String,
    pub chosen: usize,
    pub groups: Vec<Group>,
}

pub struct Group {
    pub words: String,
    pub chosen: usize,
    pub open: bool,
    pub ticks: Vec<Tick>,
}

pub struct Tick {
    pub id: String,
    pub value: String,
    pub words: String,
    pub chosen: bool,
}

pub struct LineFields {
    pub number: usize,
    pub words: String,
    pub flow: Select,
    pub direction: Select,
    pub gateway: Select,
    pub months: Select,
    pub first: Text,
    pub items: Boxes,
    pub out: String,
}

pub struct ClauseFields {
    pub number: usize,
    pub words: String,
    pub kind: Select,
    pub text: Text,
    pub due: Text,
    pub days: Text,
    pub effect: Select,
    /// Whether the day, the number and what it forbids stand open: most clauses are words alone.
    pub more: bool,
    /// Only where the clause narrows something; most are words alone.
    pub items: Option<Boxes>,
    pub out: String,
}

pub fn lines(draft: &Draft, errors: &Errors) -> Vec<LineFields> {
    draft.lines.iter().enumerate().map(|(at, line)| line_fields(at, line, errors)).collect()
}

fn line_fields(at: usize, line: &DraftLine, errors: &Errors) -> LineFields {
    let flows = Flow::ALL.iter().map(|flow| (flow.name().to_owned(), flow.label().to_owned()));
    let grounds = Gateway::ALL.iter().map(|one| (one.name().to_owned(), capital(one.source())));
    let ways = [(Direction::In, "From them to us"), (Direction::Out, "From us to them")];
    let ways = ways.map(|(way, words)| (way.name().to_owned(), words.to_owned()));
    let select = |part: &str, first: &str, all: Vec<(String, String)>, is: &str| {
        select(field("line", at, part), first, all, is, errors)
    };
    let known = Flow::from_name(&line.flow).map(|flow| format!(": {}", flow.label()));
    let number = at + 1;
    LineFields {
        number,
        words: format!("Flow {number}{}", known.unwrap_or_default()),
        flow: select("flow", "Choose", flows.collect(), &line.flow),
        direction: select("direction", "Choose", ways.into(), &line.direction),
        gateway: select("gateway", "Choose", grounds.collect(), &line.gateway),
        months: select("months", "As it happens", months(&line.months), &line.months),
        first: text(field("line", at, "first"), &line.first, errors),
        items: items(field("line", at, "items"), &line.items, errors),
        out: field("line", at, "out"),
    }
}

/// How often, with what stands where it is something else.
fn months(stands: &str) -> Vec<(String, String)> {
    let mut all: Vec<String> = ["1", "2", "3", "4", "6", "12"].map(str::to_owned).into();
    if !stands.is_empty() && !all.iter().any(|one| one == stands) {
        all.push(stands.to_owned());
    }
    let words = |months: &str| match months {
        "1" => "Every month".to_owned(),
        "12" => "Every year".to_owned(),
        more => format!("Every {more} months"),
    };
    all.into_iter().map(|one| (one.clone(), words(&one))).collect()
}

pub fn clauses(draft: &Draft, errors: &Errors) -> Vec<ClauseFields> {
    draft.clauses.iter().enumerate().map(|(at, one)| clause_fields(at, one, errors)).collect()
}

fn clause_fields(at: usize, clause: &DraftClause, errors: &Errors) -> ClauseFields {
    let kinds = ClauseKind::ALL.iter();
    let kinds = kinds.map(|(kind, name)| ((*name).to_owned(), kind.label().to_owned()));
    let effects = [
        (FORBIDS, "Something is never shared by this agreement"),
        (NEEDS_CONSENT, "Something is shared only with the young person's consent"),
    ];
    let effects = effects.map(|(name, words)| (name.to_owned(), words.to_owned()));
    let select = |part: &str, first: &str, all: Vec<(String, String)>, is: &str| {
        select(field("clause", at, part), first, all, is, errors)
    };
    let text = |part: &str, value: &str| text(field("clause", at, part), value, errors);
    let known = ClauseKind::from_name(&clause.kind).map(|kind| format!(": {}", kind.label()));
    let number = at + 1;
    let narrows = !clause.effect.is_empty();
    let wrong = ["due", "days", "effect", "items"];
    let wrong = wrong.iter().any(|part| !errors.on(&field("clause", at, part)).is_empty());
    ClauseFields {
        number,
        words: format!("Clause {number}{}", known.unwrap_or_default()),
        kind: select("kind", "Choose", kinds.collect(), &clause.kind),
        text: text("words", &clause.words),
        due: text("due", &clause.due),
        days: text("days", &clause.days),
        effect: select("effect", "Nothing: it is words", effects.into(), &clause.effect),
        more: narrows || wrong || !clause.due.is_empty() || !clause.days.is_empty(),
        items: narrows.then(|| items(field("clause", at, "items"), &clause.items, errors)),
        out: field("clause", at, "out"),
    }
}

fn text(name: String, value: &str, errors: &Errors) -> Text {
    Text { error: errors.on(&name).to_owned(), name, value: value.to_owned() }
}

fn select(
    name: String,
    first: &str,
    all: Vec<(String, String)>,
    is: &str,
    errors: &Errors,
) -> Select {
    let none = std::iter::once(Choice::new("", first, is.is_empty()));
    let all = all.into_iter().map(|(value, words)| Choice::new(&value, &words, value == is));
    Select { error: errors.on(&name).to_owned(), name, choices: none.chain(all).collect() }
}

/// What may be shared, by category.
fn items(name: String, chosen: &BTreeSet<String>, errors: &Errors) -> Boxes {
    let error = errors.on(&name).to_owned();
    let tick = |item: Item| Tick {
        id: format!("{name}-{}", item.column()),
        value: item.column().to_owned(),
        words: item.label().to_owned(),
        chosen: chosen.contains(item.column()),
    };
    let group = |category: &Category| {
        let of = Item::all().filter(|item| item.category() == *category);
        group(category.label().to_owned(), of.map(tick).collect(), !error.is_empty())
    };
    let groups: Vec<Group> = Category::ALL.iter().map(group).collect();
    boxes(name, error, groups)
}

fn boxes(name: String, error: String, groups: Vec<Group>) -> Boxes {
    let chosen = groups.iter().map(|group| group.chosen).sum();
    Boxes { name, error, chosen, groups }
}

fn group(words: String, ticks: Vec<Tick>, open: bool) -> Group {
    let chosen = ticks.iter().filter(|tick| tick.chosen).count();
    Group { words, chosen, open, ticks }
}

/// Whom the register knows and who is still there, by kind; those of some kinds stand open, and so does every kind
/// of which one is ticked.
pub fn partners(
    all: &[Organisation],
    chosen: &BTreeSet<String>,
    open: &[&str],
    errors: &Errors,
) -> Boxes {
    let listed = |o: &&Organisation| o.closed_on.is_none() || chosen.contains(&o.id);
    let kinds: BTreeSet<&str> = all.iter().filter(listed).map(|o| o.kind.as_str()).collect();
    let tick = |o: &Organisation| Tick {
        id: format!("partner-{}", o.id),
        value: o.id.clone(),
        words: o.name.clone(),
        chosen: chosen.contains(&o.id),
    };
    let of_kind = |kind: &str| {
        let of = all.iter().filter(listed).filter(|o| o.kind == kind);
        let one = group(capital(&kind.replace('-', " ")), of.map(tick).collect(), false);
        Group { open: one.chosen > 0 || open.contains(&kind), ..one }
    };
    let groups = kinds.into_iter().map(of_kind).collect();
    boxes("partners".to_owned(), errors.on("partners").to_owned(), groups)
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::agreement::STARTS;

    #[test]
    fn what_stands_is_chosen_and_what_is_wrong_stands_at_it() {
        let mut draft = STARTS[0].draft();
        draft.lines[0].months = "5".to_owned();
        let errors = Errors::from(vec![("line-1-items", "Tick what is shared.")]);
        let drawn = lines(&draft, &errors);
        let chosen = |select: &Select| {
            let found = select.choices.iter().find(|choice| choice.chosen);
            found.map(|choice| choice.words.clone()).unwrap_or_default()
        };
        assert_eq!(drawn[0].words, "Flow 1: School roll");
        assert_eq!(chosen(&drawn[0].direction), "From them to us");
        assert_eq!(chosen(&drawn[0].months), "Every 5 months");
        assert_eq!(chosen(&drawn[1].months), "As it happens");
        assert_eq!(drawn[0].items.chosen, draft.lines[0].items.len());
        assert_eq!(drawn[0].items.error, "Tick what is shared.");
        assert!(drawn[0].items.groups.iter().all(|group| group.open));
        assert!(drawn[1].items.groups.iter().all(|group| !group.open));
        let boxes = drawn[0].items.groups.iter().map(|group| group.ticks.len()).sum::<usize>();
        assert_eq!(boxes, Item::all().count(), "every category has its boxes");
    }

    #[test]
    fn a_clause_of_words_alone_is_short_and_one_with_more_or_wrong_stands_open() {
        let mut draft = Draft { clauses: vec![DraftClause::default(); 4], ..Draft::default() };
        draft.clauses[1].days = "10".to_owned();
        draft.clauses[2].effect = FORBIDS.to_owned();
        let errors =
            Errors::from(vec![("clause-4-due", "Enter a day."), ("clause-1-words", "Say it.")]);
        let open: Vec<bool> = clauses(&draft, &errors).iter().map(|one| one.more).collect();
        assert_eq!(open, [false, true, true, true]);
    }

    #[test]
    fn partners_are_those_who_are_there_and_those_who_stand_in_it() {
        let one = |id: &str, kind: &str, closed: bool| Organisation {
            id: id.to_owned(),
            kind: kind.to_owned(),
            name: id.to_owned(),
            closed_on: closed.then(|| "2020-08-31".to_owned()),
            ..Organisation::default()
        };
        let all = [one("a", "school", false), one("b", "school", true), one("c", "college", true)];
        let chosen = BTreeSet::from(["c".to_owned()]);
        let drawn = partners(&all, &chosen, &["school"], &Errors::default());
        let said: Vec<(&str, usize, bool)> =
            drawn.groups.iter().map(|g| (&*g.words, g.ticks.len(), g.open)).collect();
        assert_eq!(said, [("College", 1, true), ("School", 1, true)]);
        let drawn = partners(&all, &BTreeSet::new(), &[], &Errors::default());
        let said: Vec<(&str, bool)> = drawn.groups.iter().map(|g| (&*g.words, g.open)).collect();
        assert_eq!(said, [("School", false)]);
    }
}
