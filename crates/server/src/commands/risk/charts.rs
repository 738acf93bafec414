//! The report's charts as SVG, drawn from tables that are printed beside them. Invariant: nothing is in
//! a chart that is not in its table.

use super::page::escape;
use risk::bootstrap::Interval;
use risk::calibration::Band;
use risk::evaluation::{Figure, GroupLine};
use risk::importance::Given;

const SIDE: f64 = 360.0;
const EDGE: f64 = 48.0;

/// Chance said (across) against share that came (up); on the diagonal they agree.
pub fn calibration(bands: &[Band]) -> String {
    let most = bands.iter().fold(0.05_f64, |most, band| most.max(band.expected).max(band.observed));
    let top = (most * 10.0).ceil() / 10.0;
    let points: Vec<(f64, f64)> =
        bands.iter().map(|b| (b.expected / top, b.observed / top)).collect();
    let dots: String = points
        .iter()
        .map(|(x, y)| {
            let (x, y) = at(*x, *y);
            format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"#1d5a8a\"/>")
        })
        .collect();
    frame(
        "Calibration: the chance said and the share that came",
        "chance said",
        "share that came",
        top,
        &format!("{}{}{dots}", line(&[(0.0, 0.0), (1.0, 1.0)], true), line(&points, false)),
    )
}

/// Share of people listed (across) against share of outcomes caught (up).
pub fn gain(points: &[(f64, f64)]) -> String {
    frame(
        "Gain: outcomes caught by the length of the list",
        "share listed",
        "share caught",
        1.0,
        &format!("{}{}", line(&[(0.0, 0.0), (1.0, 1.0)], true), line(points, false)),
    )
}

/// Who is listed, found and falsely alarmed, group by group, on the first list.
pub fn fairness(groups: &[GroupLine]) -> String {
    const HEADS: [&str; 3] = ["listed", "recall", "false alarms"];
    let first = groups.first().map(|line| line.list.as_str()).unwrap_or_default();
    let shown = groups.iter().filter(|line| line.list == first);
    let mut rows = Vec::new();
    let mut column = "";
    for line in shown {
        if line.column != column {
            column = &line.column;
            rows.push(Row { label: column.to_owned(), bars: Vec::new() });
        }
        let bar = |name: &str| match line.figures.get(name) {
            Some(Figure { value: Some(value), interval }) => Bar::Share(*value, *interval),
            _ if line.too_few_to_say => Bar::Words("too few to say"),
            _ => Bar::Words("cannot be said"),
        };
        let bars = ["listed", "recall", "false_alarms"].map(bar).to_vec();
        rows.push(Row { label: line.group.clone(), bars });
    }
    bars(&format!("By group, {first}: share listed, found and falsely alarmed"), &HEADS, &rows)
}

/// Of those listed, the share of whom a column is among the reasons.
pub fn reasons(given: &[Given], listed: usize) -> String {
    let share = |count: usize| Bar::Share(count as f64 / listed.max(1) as f64, None);
    let row = |reason: &Given| Row {
        label: reason.column.clone(),
        bars: vec![share(reason.raises), share(reason.lowers)],
    };
    let rows: Vec<Row> = given.iter().take(MOST_REASONS).map(row).collect();
    let title = "Reasons of those listed: share of whom each raises or lowers the chance";
    bars(title, &["raises the chance", "lowers the chance"], &rows)
}

/// Columns drawn of the reasons; the table has the rest.
const MOST_REASONS: usize = 15;
const LABEL: f64 = 230.0;
const PANEL: f64 = 150.0;
const GAP: f64 = 54.0;
const LINE: f64 = 22.0;

#[derive(Clone)]
enum Bar {
    Share(f64, Option<Interval>),
    Words(&'static str),
}

/// A line of bars, one for each head; without bars it is a heading.
struct Row {
    label: String,
    bars: Vec<Bar>,
}

/// Lying bars in panels side by side, all to one scale.
fn bars(title: &str, heads: &[&str], rows: &[Row]) -> String {
    let furthest = |bar: &Bar| match bar {
        Bar::Share(value, range) => range.map_or(*value, |range| value.max(range.high)),
        Bar::Words(_) => 0.0,
    };
    let most = rows.iter().flat_map(|row| &row.bars).map(furthest).fold(0.05_f64, f64::max);
    let top = (most * 10.0).ceil() / 10.0;
    let left = |panel: usize| LABEL + panel as f64 * (PANEL + GAP);
    let (width, height) = (left(heads.len()), (rows.len() as f64 + 3.0) * LINE);
    let mut inside = format!("<text x=\"8\" y=\"14\">{}</text>", escape(title));
    for (panel, head) in heads.iter().enumerate() {
        let (x, foot) = (left(panel), height - 0.4 * LINE);
        inside.push_str(&format!(
            "<text x=\"{x}\" y=\"{3}\">{head}</text><line x1=\"{x}\" x2=\"{x}\" y1=\"{4}\" \
             y2=\"{0}\" stroke=\"#9ca3af\"/><text x=\"{x}\" y=\"{foot:.1}\">0%</text>\
             <text x=\"{1}\" y=\"{foot:.1}\" text-anchor=\"end\">{2:.0}%</text>",
            height - LINE,
            x + PANEL,
            100.0 * top,
            1.7 * LINE,
            2.0 * LINE
        ));
    }
    for (at, row) in rows.iter().enumerate() {
        let y = LINE * (at as f64 + 2.0);
        let weight = if row.bars.is_empty() { " font-weight=\"bold\"" } else { "" };
        inside.push_str(&format!(
            "<text x=\"{0}\" y=\"{1:.1}\" text-anchor=\"end\"{weight}>{2}</text>",
            LABEL - 8.0,
            y + 0.7 * LINE,
            escape(&short(&row.label))
        ));
        for (panel, bar) in row.bars.iter().enumerate() {
            inside.push_str(&one_bar(bar, left(panel), y, PANEL / top));
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"bars\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-label=\"{0}\" font-family=\"Arial, sans-serif\" font-size=\"12\">\
         <title>{0}</title>{inside}</svg>",
        escape(title)
    )
}

fn one_bar(bar: &Bar, x: f64, y: f64, unit: f64) -> String {
    let middle = y + LINE / 2.0;
    match bar {
        Bar::Words(words) => format!(
            "<text x=\"{}\" y=\"{:.1}\" fill=\"#4b5563\">{words}</text>",
            x + 4.0,
            y + 0.7 * LINE
        ),
        Bar::Share(value, range) => {
            let whisker = range.map_or_else(String::new, |range| {
                format!(
                    "<line x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{middle:.1}\" y2=\"{middle:.1}\" \
                     stroke=\"#111827\"/>",
                    x + range.low * unit,
                    x + range.high * unit
                )
            });
            let end = range.map_or(*value, |range| value.max(range.high));
            format!(
                "<rect x=\"{x}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" \
                 fill=\"#1d5a8a\" fill-opacity=\"0.75\"/>{whisker}<text x=\"{:.1}\" y=\"{:.1}\">\
                 {:.0}%</text>",
                y + 0.2 * LINE,
                value * unit,
                0.6 * LINE,
                x + end * unit + 4.0,
                y + 0.7 * LINE,
                100.0 * value
            )
        }
    }
}

/// A label that fits; the table has it whole.
fn short(label: &str) -> String {
    const MOST: usize = 34;
    if label.chars().count() <= MOST {
        return label.to_owned();
    }
    label.chars().take(MOST - 1).chain(std::iter::once('\u{2026}')).collect()
}

fn at(x: f64, y: f64) -> (f64, f64) {
    (EDGE + x * SIDE, EDGE / 2.0 + (1.0 - y) * SIDE)
}

fn line(points: &[(f64, f64)], dashed: bool) -> String {
    let place = |(x, y): &(f64, f64)| {
        let (x, y) = at(*x, *y);
        format!("{x:.1},{y:.1}")
    };
    let path: Vec<String> = points.iter().map(place).collect();
    let look = if dashed {
        "stroke=\"#6b7280\" stroke-dasharray=\"4 4\""
    } else {
        "stroke=\"#1d5a8a\" stroke-width=\"2\""
    };
    format!("<polyline fill=\"none\" {look} points=\"{}\"/>", path.join(" "))
}

fn frame(title: &str, across: &str, up: &str, top: f64, inside: &str) -> String {
    let (width, height) = (SIDE + 1.5 * EDGE, SIDE + 1.6 * EDGE);
    let ticks: String = (0..=5)
        .map(|tick| {
            let share = f64::from(tick) / 5.0;
            let label = format!("{:.0}%", 100.0 * share * top);
            let ((x, y0), (x0, y)) = (at(share, 0.0), at(0.0, share));
            format!(
                "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{label}</text>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
                y0 + 16.0,
                x0 - 6.0,
                y + 4.0
            )
        })
        .collect();
    let (left, top_edge) = at(0.0, 1.0);
    let middle = EDGE + SIDE / 2.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-label=\"{title}\" font-family=\"Arial, sans-serif\" font-size=\"12\">\
         <title>{title}</title><rect x=\"{left}\" y=\"{top_edge}\" width=\"{SIDE}\" \
         height=\"{SIDE}\" fill=\"none\" stroke=\"#9ca3af\"/>{ticks}\
         <text x=\"{middle}\" y=\"{:.1}\" text-anchor=\"middle\">{across}</text>\
         <text x=\"{EDGE}\" y=\"14\">{up}</text>{inside}</svg>",
        height - 12.0
    )
}
