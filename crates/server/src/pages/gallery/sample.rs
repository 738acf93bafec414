//! Made-up people, counts and words for the gallery. None is anyone's.

use super::drawings;
use domain::measure::Movement;

use crate::{
    charts::{Spark, Svg},
    pages::parts::{Change, Chip, Choice, Entry, Rag, Step, StepState, Tab, Todo, Tone, Trend},
};

pub struct Person {
    pub id: u32,
    pub name: &'static str,
    pub age: u8,
    pub activity: &'static str,
    pub why: &'static str,
    pub tone: Tone,
    pub days: u16,
    pub contact: &'static str,
    pub next: &'static str,
}

#[expect(clippy::too_many_lines, reason = "a table of samples, one field a line")]
pub fn people() -> Vec<Person> {
    let row = |id, name, age, activity, why, tone, days, contact, next| Person {
        id,
        name,
        age,
        activity,
        why,
        tone,
        days,
        contact,
        next,
    };
    vec![
        row(
            1,
            "Amara Bexley",
            17,
            "NEET, seeking work",
            "Lapsed",
            Tone::Bad,
            64,
            "12 December 2025, phone",
            "Home visit with Jo Marsh",
        ),
        row(
            2,
            "Callum Dray",
            16,
            "Current situation not known",
            "Left college",
            Tone::Bad,
            41,
            "6 January 2026, text",
            "Ask MidKent College",
        ),
        row(
            3,
            "Ewa Finch",
            17,
            "Full-time education",
            "Lapses in 6 days",
            Tone::Slow,
            85,
            "22 November 2025, school list",
            "Ask the school",
        ),
        row(
            4,
            "Hari Joss",
            16,
            "Apprenticeship",
            "Lapses in 18 days",
            Tone::Slow,
            73,
            "4 December 2025, employer",
            "Ring the employer",
        ),
        row(
            5,
            "Lena Marlow-Okonkwo",
            17,
            "NEET, illness",
            "Review passed",
            Tone::Plain,
            33,
            "13 January 2026, visit",
            "Review with family",
        ),
        row(
            6,
            "Tom Quill",
            16,
            "September offer, no start",
            "Offer lost",
            Tone::Bad,
            120,
            "No contact yet",
            "First call",
        ),
    ]
}

pub struct Number {
    pub words: &'static str,
    pub value: &'static str,
    pub trend: Trend,
    pub rag: Rag,
    pub spark: Svg,
}

pub fn numbers() -> Vec<Number> {
    let trend = |words: &str, way, welcome| Trend { words: words.to_owned(), way, welcome };
    let spark = |values: Vec<f64>, target| Spark { values, target: Some(target) }.draw();
    let neet = drawings::MONTHS.iter().map(|m| m.1).collect();
    let unknown = drawings::MONTHS.iter().filter_map(|m| m.2).collect();
    vec![
        Number {
            words: "NEET",
            value: "6.6 %",
            trend: trend("about the same as in January", Movement::AboutTheSame, false),
            rag: Rag::Red,
            spark: spark(neet, 5.8),
        },
        Number {
            words: "Not known",
            value: "2.8 %",
            trend: trend("down 0.8 points since January", Movement::Down, true),
            rag: Rag::Green,
            spark: spark(unknown, 3.0),
        },
        Number {
            words: "Offered a place for September",
            value: "94.1 %",
            trend: trend("up 1.2 points since January", Movement::Up, true),
            rag: Rag::Amber,
            spark: spark(vec![71.0, 80.0, 86.0, 91.0, 92.9, 94.1], 96.0),
        },
    ]
}

pub struct Month {
    pub name: &'static str,
    pub neet: String,
    pub unknown: String,
}

pub fn months() -> Vec<Month> {
    let write = |value: f64| format!("{value:.1} %");
    drawings::MONTHS
        .iter()
        .map(|(name, neet, unknown)| Month {
            name,
            neet: write(*neet),
            unknown: unknown.map_or_else(|| "not counted".to_owned(), write),
        })
        .collect()
}

pub fn outcomes() -> Vec<Choice> {
    let mut met = Choice::new("met", "Spoke to the young person", true);
    met.hint = "Refreshes the date their activity was last verified".to_owned();
    vec![
        met,
        Choice::new("family", "Spoke to family", false),
        Choice::new("none", "No answer", false),
    ]
}

pub fn groups() -> Vec<Choice> {
    vec![
        Choice::new("lapsed", "Lapsed", true),
        Choice::new("neet", "NEET", true),
        Choice::new("unknown", "Not known", false),
    ]
}

pub fn tabs() -> Vec<Tab> {
    let tab = |words: &str, count: &str, current| Tab {
        words: words.to_owned(),
        count: Some(count.to_owned()),
        href: "#tabs".to_owned(),
        current,
    };
    vec![
        tab("Lapsed", "412", true),
        tab("Lapsing", "1,208", false),
        tab("NEET", "487", false),
        tab("Not known", "229", false),
        tab("Reviews", "36", false),
    ]
}

pub fn chips() -> Vec<Chip> {
    let chip = |words: &str| Chip { words: words.to_owned(), href: "#filter".to_owned() };
    vec![chip("Lapsed"), chip("Castle Hill"), chip("MidKent College")]
}

pub fn todos() -> Vec<Todo> {
    let todo = |count: &str, words: &str, note: &str| Todo {
        count: count.to_owned(),
        words: words.to_owned(),
        note: note.to_owned(),
        href: "#todo".to_owned(),
    };
    vec![
        todo("214", "lapse this week", "One list from MidKent College would clear 161"),
        todo("18", "lost an offer since Friday", ""),
        todo("7", "findings stop the February return", "Due 10 March"),
        todo("3", "agreements are overdue for renewal", ""),
    ]
}

pub fn steps() -> Vec<Step> {
    let step =
        |words: &str, state, note: &str| Step { words: words.into(), state, note: note.into() };
    vec![
        step("Received", StepState::Done, "2.1 MB"),
        step("Read", StepState::Done, "4,812 rows"),
        step("Matched", StepState::Done, "4,790 of them"),
        step("Reviewed", StepState::Now, "22 to decide"),
        step("Applied", StepState::Later, ""),
    ]
}

pub fn entries() -> Vec<Entry> {
    let entry = |when: &str, title: &str, by: &str, words: &str, strong| Entry {
        when: when.into(),
        title: title.into(),
        by: by.into(),
        words: words.into(),
        strong,
    };
    vec![
        entry(
            "19 February 2026, 10:42",
            "Spoke on the phone",
            "Jo Marsh",
            "Has an interview at the dockyard on Tuesday. Wants help with the bus fare.",
            false,
        ),
        entry("14 February 2026", "Activity lapsed", "Counted by the 2026-27 edition", "", false),
        entry(
            "14 November 2025",
            "NEET, seeking work, began",
            "MidKent College leavers list",
            "Left Level 2 Construction after seven weeks.",
            true,
        ),
        entry(
            "2 September 2025",
            "Full-time education began",
            "MidKent College starters list",
            "",
            true,
        ),
    ]
}

pub fn changes() -> Vec<Change> {
    let change = |field: &str, before: &str, after: &str| Change {
        field: field.into(),
        before: before.into(),
        after: after.into(),
    };
    vec![
        change("Activity", "Full-time education", "NEET, seeking work"),
        change("Verified", "2 September 2025", "14 November 2025"),
    ]
}

pub fn tones() -> Vec<(&'static str, Tone)> {
    vec![
        ("Year 12", Tone::Plain),
        ("Education, health and care plan", Tone::Brand),
        ("Verified", Tone::Good),
        ("Lapses in 6 days", Tone::Slow),
        ("Address protected", Tone::Bad),
    ]
}
