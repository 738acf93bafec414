//! A meeting's pack as files: the document that the PDF writer prints, and a workbook of the same.

use crate::pdf::{Block, Cell, Chart, Document, Mark, Table};
use domain::calendar::{Day, Month, shown};
use domain::measure::tenths;
use domain::plan::{Pack, PackAim, PackFigure, Rating, Trend};
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet};

/// A rating's mark and its words. Source: the look of every page.
pub fn mark(rating: Rating) -> (Mark, &'static str) {
    match rating {
        Rating::Green => (Mark::Tick, "On track"),
        Rating::Amber => (Mark::Bar, "Slow or blocked"),
        Rating::Red => (Mark::Cross, "Not on track"),
        Rating::NotStarted => (Mark::Ring, "Not started"),
        Rating::Unrated => (Mark::Dash, "Not rated"),
    }
}

fn rated(rating: Rating) -> Cell {
    let (mark, words) = mark(rating);
    Cell::Mark(mark, words.to_owned())
}

fn went(trend: Trend) -> Cell {
    match trend {
        Trend::Better => Cell::Mark(Mark::Up, trend.word().to_owned()),
        Trend::Worse => Cell::Mark(Mark::Down, trend.word().to_owned()),
        _ => Cell::Words(trend.word().to_owned()),
    }
}

fn words(text: impl Into<String>) -> Cell {
    Cell::Words(text.into())
}

fn columns(all: &[(&str, f32)]) -> Vec<(String, f32)> {
    all.iter().map(|(name, share)| ((*name).to_owned(), *share)).collect()
}

/// The pack as a document to print, in the order in which a meeting goes through it.
pub fn document(pack: &Pack) -> Document {
    let mut blocks = vec![Block::Heading(2, "How the plan stands".to_owned()), counts(pack)];
    blocks.push(Block::Paragraph(standing(pack)));
    blocks.push(Block::Heading(2, "Agenda".to_owned()));
    let items = pack.agenda.iter().map(|item| (item.title.clone(), item.why.clone()));
    blocks.push(Block::List { numbered: true, items: items.collect() });
    for list in pack.lists.iter().filter(|list| list.title == DUE) {
        blocks.extend(listed(list));
    }
    blocks.extend(exceptions(pack));
    blocks.extend(moved(pack));
    blocks.push(Block::Heading(2, "Figures".to_owned()));
    if pack.figures.is_empty() {
        blocks.push(Block::Paragraph("No outcome has a figure yet.".to_owned()));
    }
    blocks.extend(pack.figures.iter().flat_map(figure));
    for list in pack.lists.iter().filter(|list| list.title != DUE) {
        blocks.extend(listed(list));
    }
    blocks.push(Block::Heading(2, "Every outcome".to_owned()));
    blocks.extend(pack.aims.iter().map(aim));
    Document {
        title: format!("{}: meeting pack", pack.group),
        subtitle: format!(
            "Meeting of {}. {}. Made on {}; ratings are held against {}.",
            shown(pack.meeting),
            pack.plan,
            shown(pack.made),
            shown(pack.since)
        ),
        footer: format!("{}, {}", pack.group, shown(pack.meeting)),
        blocks,
    }
}

/// The list that comes right after the agenda.
const DUE: &str = "Decisions due";

fn counts(pack: &Pack) -> Block {
    let (now, then) = (pack.counts, pack.before);
    let one = |rating, count: usize, was: usize| {
        let (mark, words) = mark(rating);
        (mark, words.to_owned(), count.to_string(), format!("{was} on {}", short(pack.since)))
    };
    Block::Counts(vec![
        one(Rating::Green, now.green, then.green),
        one(Rating::Amber, now.amber, then.amber),
        one(Rating::Red, now.red, then.red),
        one(Rating::NotStarted, now.not_started, then.not_started),
        one(Rating::Unrated, now.unrated, then.unrated),
    ])
}

fn short(day: Day) -> String {
    domain::calendar::shown_short(day)
}

/// One sentence on the whole, from counts alone.
fn standing(pack: &Pack) -> String {
    let trends = pack.aims.iter().flat_map(|aim| &aim.outcomes).map(|outcome| outcome.trend);
    let (mut better, mut worse) = (0, 0);
    for trend in trends {
        better += usize::from(trend == Trend::Better);
        worse += usize::from(trend == Trend::Worse);
    }
    let look = pack.exceptions.len();
    format!(
        "Of {} outcomes, {better} went better and {worse} went worse since {}. {look} {} below for the \
         meeting to look at.",
        pack.counts.total(),
        shown(pack.since),
        if look == 1 { "is listed" } else { "are listed" }
    )
}

fn exceptions(pack: &Pack) -> Vec<Block> {
    let heading = Block::Heading(2, "To look at".to_owned());
    if pack.exceptions.is_empty() {
        let nothing = "Nothing stands out: no outcome is off track, worse, late or without a lead.";
        return vec![heading, Block::Paragraph(nothing.to_owned())];
    }
    let rows = pack
        .exceptions
        .iter()
        .map(|one| vec![words(&one.outcome), rated(one.rating), words(one.reasons.join(" "))]);
    let table = Table {
        caption: String::new(),
        columns: columns(&[("Outcome", 4.5), ("Rating", 2.3), ("Why", 5.2)]),
        rows: rows.collect(),
    };
    vec![heading, Block::Table(table)]
}

fn moved(pack: &Pack) -> Vec<Block> {
    let heading = Block::Heading(2, format!("What moved since {}", shown(pack.since)));
    if pack.moved.is_empty() {
        return vec![heading, Block::Paragraph("No rating moved.".to_owned())];
    }
    let what = |one: &domain::plan::PackMoved| match one.action.as_str() {
        "" => one.outcome.clone(),
        action => format!("{}: {action}", one.outcome),
    };
    let rows = pack
        .moved
        .iter()
        .map(|one| vec![words(what(one)), rated(one.was), rated(one.is), words(&one.why)]);
    let table = Table {
        caption: String::new(),
        columns: columns(&[("What", 4.4), ("Was", 2.2), ("Is", 2.2), ("Why", 3.8)]),
        rows: rows.collect(),
    };
    vec![heading, Block::Table(table)]
}

fn figure(one: &PackFigure) -> Vec<Block> {
    let first = one.points.first().map_or(one.course[0].0, |(on, _)| *on);
    #[expect(clippy::cast_precision_loss, reason = "days of a few years")]
    let place = |on: Day| (on - first).get_days() as f32;
    #[expect(clippy::cast_possible_truncation, reason = "a chart draws to a tenth of a point")]
    let value = |value: f64| value as f32;
    let chart = Chart {
        finding: one.analysis.first().cloned().unwrap_or_default(),
        unit: one.unit.clone(),
        points: one
            .points
            .iter()
            .map(|(on, known)| (place(*on), Month::of(*on).words(), known.map(value)))
            .collect(),
        course: Some(one.course.map(|(on, at)| (place(on), value(at)))),
    };
    let (_, proposed) = mark(one.proposed);
    vec![
        Block::Heading(3, one.words.clone()),
        Block::Chart(chart),
        Block::Paragraph(one.analysis.join(" ")),
        Block::Quiet(format!("Speaks of {}. It proposes: {proposed}. {}", one.outcome, one.source)),
    ]
}

fn listed(list: &domain::plan::PackList) -> Vec<Block> {
    let item = |(title, state, more): &(String, String, String)| {
        let quiet = if more.is_empty() { state.clone() } else { format!("{state}; {more}") };
        (title.clone(), quiet)
    };
    let items = list.lines.iter().map(item).collect();
    vec![Block::Heading(2, list.title.clone()), Block::List { numbered: false, items }]
}

fn aim(aim: &PackAim) -> Block {
    let (_, said) = mark(aim.rating);
    let rows = aim.outcomes.iter().map(|one| {
        vec![
            words(&one.label),
            words(&one.title),
            words(&one.lead),
            words(&one.by_when),
            rated(one.rating),
            went(one.trend),
        ]
    });
    Block::Table(Table {
        caption: format!("Aim {}: {}. Suggested: {said}. {}", aim.number, aim.title, aim.why),
        columns: columns(&[
            ("No.", 0.8),
            ("Outcome", 4.4),
            ("Lead", 2.6),
            ("By when", 1.9),
            ("Rating", 2.1),
            ("Since", 1.6),
        ]),
        rows: rows.collect(),
    })
}

/// The pack as a workbook, a sheet for each part.
///
/// Errors: a pack larger than a spreadsheet's own limits.
pub fn workbook(pack: &Pack) -> Result<Vec<u8>, String> {
    let mut book = Workbook::new();
    let text = |cell: &str| cell.to_owned();
    let day = |on: Day| on.to_string();
    let agenda = pack.agenda.iter().map(|item| vec![text(&item.title), text(&item.why)]);
    sheet(&mut book, "Agenda", &["Item", "Why"], agenda.collect())?;
    let outcomes = pack.aims.iter().flat_map(|aim| aim.outcomes.iter().map(move |o| (aim, o)));
    let rows = outcomes.map(|(aim, one)| {
        vec![
            format!("{} {}", aim.number, aim.title),
            text(&one.label),
            text(&one.title),
            text(&one.lead),
            text(&one.by_when),
            text(one.rating.word()),
            text(one.trend.word()),
            one.rated.map(day).unwrap_or_default(),
            text(one.proposed.word()),
        ]
    });
    let head =
        ["Aim", "No.", "Outcome", "Lead", "By when", "Rating", "Trend", "Rated on", "Proposed"];
    sheet(&mut book, "Ratings", &head, rows.collect())?;
    let rows = pack.moved.iter().map(|one| {
        let (was, is) = (one.was.word(), one.is.word());
        vec![text(&one.outcome), text(&one.action), text(was), text(is), text(&one.why)]
    });
    let head = ["Outcome", "Action", "Was", "Is", "Why"];
    sheet(&mut book, "What moved", &head, rows.collect())?;
    let rows = pack
        .exceptions
        .iter()
        .map(|one| vec![text(&one.outcome), text(one.rating.word()), one.reasons.join(" ")]);
    sheet(&mut book, "To look at", &["Outcome", "Rating", "Why"], rows.collect())?;
    let rows = pack.figures.iter().flat_map(|one| {
        let analysis = one.analysis.join(" ");
        one.points.iter().map(move |(on, known)| {
            let shown = known.map_or("too few to say".to_owned(), tenths);
            let (words, unit) = (one.words.clone(), one.unit.clone());
            vec![words, one.outcome.clone(), on.to_string(), shown, unit, analysis.clone()]
        })
    });
    let head = ["Figure", "Outcome", "Day", "Value", "Unit", "In words"];
    sheet(&mut book, "Figures", &head, rows.collect())?;
    let rows = pack.lists.iter().flat_map(|list| {
        let row = |(title, state, more): &(String, String, String)| {
            vec![list.title.clone(), title.clone(), state.clone(), more.clone()]
        };
        list.lines.iter().map(row).collect::<Vec<_>>()
    });
    sheet(&mut book, "Lists", &["List", "Line", "State", "More"], rows.collect())?;
    book.save_to_buffer().map_err(|error| error.to_string())
}

/// One sheet, everything as text, so that no cell is ever a formula.
fn sheet(
    book: &mut Workbook,
    name: &str,
    head: &[&str],
    rows: Vec<Vec<String>>,
) -> Result<(), String> {
    let fail = |error: rust_xlsxwriter::XlsxError| error.to_string();
    let sheet: &mut Worksheet = book.add_worksheet();
    sheet.set_name(name).map_err(fail)?;
    sheet.set_freeze_panes(1, 0).map_err(fail)?;
    let bold = Format::new().set_bold();
    let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (column, words) in (0_u16..).zip(head) {
        sheet.write_string_with_format(0, column, *words, &bold).map_err(fail)?;
        let wide = matches!(*words, "Outcome" | "Why" | "In words" | "Line" | "Action" | "Item");
        sheet.set_column_width(column, if wide { 48.0 } else { 18.0 }).map_err(fail)?;
    }
    for (row, cells) in (1_u32..).zip(&rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            sheet.write_string_with_format(row, column, cell, &wrap).map_err(fail)?;
        }
    }
    Ok(())
}
