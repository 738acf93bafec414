//! What is odd in a plan: held as it stands, and reported, never mended in silence. These are the
//! oddities that the plan itself shows; those of a file's layout are found by its reader.

use super::group::weekday_name;
use super::similar::{folded, likeness, slip};
use super::{ActionKind, LeadKind, Plan, Rating, SharedAction, When, organisations};
use crate::calendar::month_name;
use std::collections::{BTreeMap, BTreeSet};

/// The kinds of oddity, each with a stable word for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OddityKind {
    WeekdayContradicts,
    DuplicateLabel,
    ConflictingRatings,
    PerhapsTheSame,
    LeadBlank,
    LeadToBeConfirmed,
    TimeNotRead,
    Placeholder,
    Unrated,
    CrossReference,
    NoActions,
    NotInKey,
    SeatToBeConfirmed,
    IndicatorRepeated,
    SpellingVariant,
    ShortRow,
    EmptyRow,
    LabelGap,
    TitleVariant,
    NameUnplaced,
}

impl OddityKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::WeekdayContradicts => "weekday contradicts",
            Self::DuplicateLabel => "duplicate label",
            Self::ConflictingRatings => "conflicting ratings",
            Self::PerhapsTheSame => "perhaps the same action",
            Self::LeadBlank => "lead blank",
            Self::LeadToBeConfirmed => "lead to be confirmed",
            Self::TimeNotRead => "time not read",
            Self::Placeholder => "placeholder",
            Self::Unrated => "unrated",
            Self::CrossReference => "cross reference",
            Self::NoActions => "no actions",
            Self::NotInKey => "not in key",
            Self::SeatToBeConfirmed => "seat to be confirmed",
            Self::IndicatorRepeated => "indicator repeated",
            Self::SpellingVariant => "spelling variant",
            Self::ShortRow => "short row",
            Self::EmptyRow => "empty row",
            Self::LabelGap => "label gap",
            Self::TitleVariant => "title variant",
            Self::NameUnplaced => "name unplaced",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oddity {
    pub kind: OddityKind,
    /// The label, seat or heading concerned.
    pub place: String,
    /// The line of the file, where a reader knows it.
    pub line: Option<u32>,
    pub sentence: String,
}

impl Oddity {
    pub fn new(kind: OddityKind, place: impl Into<String>, sentence: impl Into<String>) -> Oddity {
        Oddity { kind, place: place.into(), line: None, sentence: sentence.into() }
    }

    pub fn at(mut self, line: u32) -> Oddity {
        self.line = Some(line);
        self
    }
}

/// Every oddity of a plan, in the plan's order within each kind.
pub fn oddities(plan: &Plan) -> Vec<Oddity> {
    let shared = plan.shared();
    let mut all = meetings(plan);
    all.extend(labels(plan));
    all.extend(conflicts(plan, &shared));
    all.extend(nearly_the_same(plan, &shared));
    all.extend(leads_and_times(plan));
    all.extend(lines(plan));
    all.extend(outside_the_key(plan));
    all.extend(seats(plan));
    all.extend(indicators(plan));
    all.extend(organisation_variants(plan));
    all
}

fn meetings(plan: &Plan) -> Vec<Oddity> {
    let said = plan.group.meetings.iter().filter_map(|meeting| {
        let (said, real) = meeting.contradiction()?;
        let day = meeting.day;
        let (said, real) = (weekday_name(said), weekday_name(real));
        let near = [1_i16, -1].into_iter().find_map(|step| {
            let other = super::Day::new(day.year() + step, day.month(), day.day()).ok()?;
            (weekday_name(other.weekday()) == said).then_some(other)
        });
        let (printed, month) = (day.day(), month_name(day.month()));
        let hint = near.map_or(String::new(), |other| {
            format!(" {printed} {month} {} was a {said}.", other.year())
        });
        let sentence = format!(
            "A meeting is printed for {said} {printed} {month} {}, which was a {real}.{hint}",
            day.year()
        );
        Some(Oddity::new(OddityKind::WeekdayContradicts, day.to_string(), sentence))
    });
    said.collect()
}

fn labels(plan: &Plan) -> Vec<Oddity> {
    let mut found = Vec::new();
    let mut seen = BTreeMap::new();
    for aim in &plan.aims {
        let mut last = 0;
        for outcome in &aim.outcomes {
            let label = outcome.label;
            *seen.entry(label).or_insert(0) += 1;
            if label.number > last + 1 || label.number < last {
                let sentence = format!("{label} follows {}.{last}.", aim.number);
                found.push(Oddity::new(OddityKind::LabelGap, label.to_string(), sentence));
            }
            last = label.number;
        }
    }
    for (label, count) in seen.into_iter().filter(|(_, count)| *count > 1) {
        let sentence =
            format!("The label {label} is printed on {count} outcomes; each is its own.");
        found.push(Oddity::new(OddityKind::DuplicateLabel, label.to_string(), sentence));
    }
    found
}

fn conflicts(plan: &Plan, shared: &[SharedAction]) -> Vec<Oddity> {
    let conflicting = shared.iter().filter(|action| action.conflict);
    conflicting
        .map(|action| {
            let places: Vec<String> = action
                .places
                .iter()
                .map(|(_, label, rating)| format!("{} in {label}", rating.word()))
                .collect();
            let places = places.join(", ");
            let sentence = format!(
                "The action '{}' is rated {places}; until its lead decides it counts as {}.",
                text(plan, action),
                action.rating.word()
            );
            Oddity::new(OddityKind::ConflictingRatings, labels_of(action), sentence)
        })
        .collect()
}

fn text<'a>(plan: &'a Plan, action: &SharedAction) -> &'a str {
    plan.actions.get(&action.id).map_or("", |action| action.text.as_str())
}

fn labels_of(action: &SharedAction) -> String {
    let labels: Vec<String> = action.places.iter().map(|(_, l, _)| l.to_string()).collect();
    labels.join(", ")
}

/// Two actions whose words agree by four in five may be one; a person decides.
fn nearly_the_same(plan: &Plan, shared: &[SharedAction]) -> Vec<Oddity> {
    const ENOUGH: f64 = 0.8;
    // A plan that a person reads has hundreds of actions; beyond that, pairs would cost too much.
    const MOST: usize = 1_000;
    let actions: Vec<&SharedAction> =
        shared.iter().filter(|a| is_action(plan, a)).take(MOST).collect();
    let mut found = Vec::new();
    for (at, one) in actions.iter().enumerate() {
        for other in actions.iter().skip(at + 1) {
            if likeness(text(plan, one), text(plan, other)) >= ENOUGH {
                let place = format!("{}; {}", labels_of(one), labels_of(other));
                let sentence = format!(
                    "'{}' and '{}' are nearly the same words.",
                    text(plan, one),
                    text(plan, other)
                );
                found.push(Oddity::new(OddityKind::PerhapsTheSame, place, sentence));
            }
        }
    }
    found
}

fn is_action(plan: &Plan, action: &SharedAction) -> bool {
    plan.actions.get(&action.id).is_some_and(|action| action.kind == ActionKind::Action)
}

fn leads_and_times(plan: &Plan) -> Vec<Oddity> {
    let mut found = Vec::new();
    for outcome in plan.outcomes() {
        let label = outcome.label.to_string();
        match outcome.lead.kind {
            LeadKind::Blank => {
                let sentence = format!("{label} names no lead.");
                found.push(Oddity::new(OddityKind::LeadBlank, label.clone(), sentence));
            }
            LeadKind::ToBeConfirmed => {
                let sentence = format!("The lead of {label} is still to be confirmed.");
                found.push(Oddity::new(OddityKind::LeadToBeConfirmed, label.clone(), sentence));
            }
            _ => {}
        }
        if matches!(outcome.by_when.when, When::Other | When::Blank | When::ToBeConfirmed) {
            let word = outcome.by_when.when.word();
            let sentence = format!("When {label} is due is not a time we can read ({word}).");
            found.push(Oddity::new(OddityKind::TimeNotRead, label, sentence));
        }
    }
    found
}

fn lines(plan: &Plan) -> Vec<Oddity> {
    let mut found = Vec::new();
    for outcome in plan.outcomes() {
        let label = outcome.label.to_string();
        let mut say = |kind, sentence| found.push(Oddity::new(kind, label.clone(), sentence));
        if outcome.lines.is_empty() {
            say(OddityKind::NoActions, format!("{label} has no actions."));
        }
        if outcome.rating == Rating::Unrated {
            say(OddityKind::Unrated, format!("The outcome {label} is not rated."));
        }
        for line in &outcome.lines {
            match plan.actions.get(&line.action).map(|action| &action.kind) {
                Some(ActionKind::Placeholder) => say(
                    OddityKind::Placeholder,
                    format!("{label} holds words in place of actions still to be written."),
                ),
                Some(ActionKind::See { label: to, outcomes }) => {
                    say(OddityKind::CrossReference, reference(&label, to, outcomes.len()));
                }
                Some(ActionKind::Action) if line.rating == Rating::Unrated => {
                    say(OddityKind::Unrated, format!("An action of {label} is not rated."));
                }
                _ => {}
            }
        }
    }
    found
}

fn reference(from: &str, to: &super::Label, candidates: usize) -> String {
    match candidates {
        0 => format!("{from} refers to {to}, and no outcome has that label."),
        1 => format!("{from} refers to {to}; the two are linked."),
        many => format!(
            "{from} refers to {to}, which {many} outcomes carry; linked to the one whose title is most like it."
        ),
    }
}

fn outside_the_key(plan: &Plan) -> Vec<Oddity> {
    let used: BTreeSet<Rating> = plan
        .outcomes()
        .flat_map(|o| std::iter::once(o.rating).chain(o.lines.iter().map(|line| line.rating)))
        .filter(|rating| *rating != Rating::Unrated)
        .collect();
    used.into_iter()
        .filter(|rating| !plan.key.iter().any(|entry| entry.rating == *rating))
        .map(|rating| {
            let sentence = format!("'{}' is used, and the key does not explain it.", rating.word());
            Oddity::new(OddityKind::NotInKey, "key", sentence)
        })
        .collect()
}

fn seats(plan: &Plan) -> Vec<Oddity> {
    let open = plan.group.seats.iter().filter(|s| s.sitting != super::Sitting::Named);
    open.map(|seat| {
        let sentence = format!("The seat of {} is {}.", seat.body, seat.sitting.word());
        Oddity::new(OddityKind::SeatToBeConfirmed, seat.body.clone(), sentence)
    })
    .collect()
}

fn indicators(plan: &Plan) -> Vec<Oddity> {
    let mut uses: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for parent in &plan.parents {
        for indicator in &parent.indicators {
            uses.entry(indicator).or_default().push(&parent.title);
        }
    }
    let repeated = uses.into_iter().filter(|(_, titles)| titles.len() > 1);
    repeated
        .map(|(indicator, titles)| {
            let different: BTreeSet<&&str> = titles.iter().collect();
            let sentence = if different.len() == 1 {
                format!("{indicator} is given {} times for the same plan.", titles.len())
            } else {
                format!("{indicator} is given for different plans: {}.", titles.join("; "))
            };
            Oddity::new(OddityKind::IndicatorRepeated, indicator, sentence)
        })
        .collect()
}

/// The same organisation written in several ways: equal but for case, spaces and signs.
fn organisation_variants(plan: &Plan) -> Vec<Oddity> {
    let mut ways: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for outcome in plan.outcomes() {
        let leads = match &outcome.lead.kind {
            LeadKind::Organisations(list) => list.clone(),
            _ => Vec::new(),
        };
        for name in leads.into_iter().chain(organisations(&outcome.additional)) {
            ways.entry(folded(&name).replace(' ', "")).or_default().insert(name);
        }
    }
    ways.into_values()
        .filter(|ways| ways.len() > 1)
        .map(|ways| {
            let list: Vec<String> = ways.iter().map(|way| format!("'{way}'")).collect();
            let sentence = format!("One organisation is written as {}.", list.join(" and "));
            Oddity::new(
                OddityKind::SpellingVariant,
                ways.into_iter().next().unwrap_or_default(),
                sentence,
            )
        })
        .collect()
}

/// Words written once that are one letter from another word, and a digit that stands for a
/// word (`Care2Learn` beside `Care to Learn`).
///
/// Shape: the lines of the text with their numbers. Errors: none; a doubt is a question, not a fault.
pub fn spelling_variants<'a>(text: impl Iterator<Item = (u32, &'a str)>) -> Vec<Oddity> {
    /// English words that are one letter apart and both right.
    const BOTH_RIGHT: [(&str, &str); 4] = [
        ("contact", "contract"),
        ("contacts", "contracts"),
        ("through", "though"),
        ("learning", "leaning"),
    ];
    let mut whole = String::new();
    let mut words: BTreeMap<String, (u32, usize)> = BTreeMap::new();
    for (line, text) in text {
        let text = folded(text);
        for word in text.split(' ').filter(|word| word.len() > 5) {
            words.entry(word.to_owned()).or_insert((line, 0)).1 += 1;
        }
        whole.push_str(&text);
        whole.push(' ');
    }
    let pair = |a: &str, b: &str| BOTH_RIGHT.contains(&(a, b)) || BOTH_RIGHT.contains(&(b, a));
    let mut found = Vec::new();
    let mut ask = |word: &str, other: &str, line: u32| {
        let sentence = format!("'{word}' may be another spelling of '{other}'.");
        found.push(Oddity::new(OddityKind::SpellingVariant, word, sentence).at(line));
    };
    for (word, (line, count)) in &words {
        if let Some(phrase) = spoken_digit(word).filter(|phrase| whole.contains(phrase.as_str())) {
            ask(word, &phrase, *line);
        } else if *count == 1 {
            // Between two words written once each, the later in the alphabet is asked about.
            let usual = |other: &str, times: usize| times > 1 || other < word.as_str();
            let other = words.iter().find(|(other, (_, times))| {
                usual(other, *times) && slip(word, other) && !pair(word, other)
            });
            if let Some((other, _)) = other {
                ask(word, other, *line);
            }
        }
    }
    found
}

/// `care2learn` is spoken `care to learn`.
fn spoken_digit(word: &str) -> Option<String> {
    let (before, digit, spoken) =
        [('2', "to"), ('4', "for")].into_iter().find_map(|(digit, spoken)| {
            let at = word.find(digit)?;
            Some((word.get(..at)?, word.get(at + 1..)?, spoken))
        })?;
    let letters = |part: &str| part.len() > 1 && part.chars().all(char::is_alphabetic);
    (letters(before) && letters(digit)).then(|| format!("{before} {spoken} {digit}"))
}
