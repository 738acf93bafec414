//! An explanation drawn as a waterfall: each line's bar starts where the one before it ended, the
//! last shows the whole. The drawing is one self-contained SVG text whose words are in it as text,
//! so that it can be read aloud, and needs no colour to be understood.

use crate::explain::Explanation;
use std::fmt::Write;

const ROW: f64 = 26.0;
const EDGE: &str = "stroke=\"#fff\" stroke-width=\"4\" paint-order=\"stroke\"";

/// Where things lie.
struct Paper {
    width: f64,
    left: f64,
    right: f64,
    /// Room for a line's words above its bar; nothing where they stand before it.
    above: f64,
    /// Letters that a line's words may have.
    letters: usize,
}

const WIDE: Paper = Paper { width: 960.0, left: 430.0, right: 70.0, above: 0.0, letters: 62 };
const NARROW: Paper = Paper { width: 340.0, left: 8.0, right: 60.0, above: 18.0, letters: 48 };

/// The waterfall of one pair.
pub fn waterfall(explanation: &Explanation) -> String {
    draw(explanation, &WIDE)
}

/// The same for a phone, whose letters keep their size there: words stand above their bars.
pub fn waterfall_narrow(explanation: &Explanation) -> String {
    draw(explanation, &NARROW)
}

fn draw(explanation: &Explanation, paper: &Paper) -> String {
    let mut steps = Vec::new();
    let mut at = 0.0;
    for part in &explanation.parts {
        steps.push((format!("{}: {}", part.title, part.words), at, at + part.bits, "step"));
        at += part.bits;
    }
    steps.push(("Weight".to_owned(), 0.0, explanation.weight, "whole"));
    let ends = steps.iter().flat_map(|(_, from, to, _)| [*from, *to]);
    let (low, high) =
        ends.fold((0.0_f64, 1.0_f64), |(low, high), end| (low.min(end), high.max(end)));
    let reach = paper.width - paper.left - paper.right;
    let place = |bits: f64| paper.left + (bits - low) / (high - low) * reach;
    let row = ROW + paper.above;
    let height = row * steps.len() as f64 + 40.0;
    let title = format!(
        "Why {} and {} weigh {} bits",
        explanation.id_a,
        explanation.id_b,
        signed(explanation.weight)
    );
    let mut svg = open(&title, paper.width, height);
    let zero = place(0.0);
    put(
        &mut svg,
        format_args!(
            "<line stroke=\"#484949\" x1=\"{zero:.1}\" x2=\"{zero:.1}\" y1=\"30\" y2=\"{height:.0}\"/>"
        ),
    );
    for (number, (label, from, to, kind)) in steps.iter().enumerate() {
        let above = 34.0 + row * number as f64;
        name(&mut svg, label, above, paper);
        // Attributes and not a style sheet: a page whose policy allows no style of its own still shows them.
        let look = match (*kind, to >= from) {
            ("whole", true) => "fill=\"#1a65a6\"",
            (_, true) => "fill=\"#0f7a52\"",
            (_, false) => "fill=\"#fff\" stroke=\"#ca3535\" stroke-width=\"2\"",
        };
        let (start, end) = (place(from.min(*to)), place(from.max(*to)));
        bar(&mut svg, look, (start, end), above + paper.above, &signed(to - from));
    }
    svg.push_str("</svg>\n");
    svg
}

/// A line's words before its bar, or above it. A white edge keeps them legible where the line at nothing runs through.
fn name(svg: &mut String, label: &str, above: f64, paper: &Paper) {
    let (x, y, anchor) = if paper.above > 0.0 {
        (0.0, above + 13.0, "start")
    } else {
        (paper.left - 12.0, above + 15.0, "end")
    };
    put(
        svg,
        format_args!(
            "<text x=\"{x:.0}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" {EDGE}>{}</text>",
            escape(&shorten(label, paper.letters))
        ),
    );
}

fn bar(svg: &mut String, look: &str, (start, end): (f64, f64), top: f64, bits: &str) {
    put(
        svg,
        format_args!(
            "<rect {look} x=\"{start:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.0}\"/>",
            (end - start).max(1.0),
            ROW - 6.0
        ),
    );
    put(
        svg,
        format_args!(
            "<text class=\"bits\" x=\"{:.1}\" y=\"{:.1}\" {EDGE}>{bits}</text>",
            end + 6.0,
            top + 15.0
        ),
    );
}

/// Bits with their sign; what rounds to nothing speaks for neither side.
fn signed(bits: f64) -> String {
    let rounded = (bits * 10.0).round() / 10.0;
    if rounded == 0.0 { "0.0".to_owned() } else { format!("{rounded:+.1}") }
}

fn open(title: &str, width: f64, height: f64) -> String {
    let title = escape(title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {width} {height:.0}\" font-family=\"Inter, Arial, sans-serif\" font-size=\"13\" fill=\"#0b0c0c\">\n\
         <title>{title}</title>\n\
         <text x=\"12\" y=\"20\" font-weight=\"bold\">{title}</text>\n"
    )
}

fn put(svg: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(svg, "{line}").expect("writing to a text cannot fail");
}

fn shorten(label: &str, letters: usize) -> String {
    if label.chars().count() <= letters {
        return label.to_owned();
    }
    label.chars().take(letters.saturating_sub(1)).chain(['…']).collect()
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Control characters have no place in XML.
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
