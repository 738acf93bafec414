//! An explanation drawn as a waterfall: each line's bar starts where the one before it ended, the
//! last shows the whole. The drawing is one self-contained SVG text whose words are in it as text,
//! so that it can be read aloud, and needs no colour to be understood.

use crate::explain::Explanation;
use std::fmt::Write;

const ROW: f64 = 26.0;
const LEFT: f64 = 430.0;
const RIGHT: f64 = 70.0;
const WIDTH: f64 = 960.0;

/// The waterfall of one pair.
pub fn waterfall(explanation: &Explanation) -> String {
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
    let place = |bits: f64| LEFT + (bits - low) / (high - low) * (WIDTH - LEFT - RIGHT);
    let height = ROW * steps.len() as f64 + 40.0;
    let title = format!(
        "Why {} and {} weigh {} bits",
        explanation.id_a,
        explanation.id_b,
        signed(explanation.weight)
    );
    let mut svg = open(&title, height);
    let zero = place(0.0);
    put(
        &mut svg,
        format_args!(
            "<line stroke=\"#484949\" x1=\"{zero:.1}\" x2=\"{zero:.1}\" y1=\"30\" y2=\"{height:.0}\"/>"
        ),
    );
    for (number, (label, from, to, kind)) in steps.iter().enumerate() {
        let top = 34.0 + ROW * number as f64;
        let (start, end) = (place(from.min(*to)), place(from.max(*to)));
        // Attributes and not a style sheet: a page whose policy allows no style of its own still shows them.
        let look = match (*kind, to >= from) {
            ("whole", true) => "fill=\"#1a65a6\"",
            (_, true) => "fill=\"#0f7a52\"",
            (_, false) => "fill=\"#fff\" stroke=\"#ca3535\" stroke-width=\"2\"",
        };
        put(
            &mut svg,
            format_args!(
                "<text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 12.0,
                top + 15.0,
                escape(&shorten(label))
            ),
        );
        put(
            &mut svg,
            format_args!(
                "<rect {look} x=\"{start:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.0}\"/>",
                (end - start).max(1.0),
                ROW - 6.0
            ),
        );
        put(
            &mut svg,
            format_args!(
                // A white edge keeps the number legible where the line at nothing runs through it.
                "<text class=\"bits\" x=\"{:.1}\" y=\"{:.1}\" stroke=\"#fff\" stroke-width=\"4\" \
                 paint-order=\"stroke\">{}</text>",
                end + 6.0,
                top + 15.0,
                signed(to - from)
            ),
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// Bits with their sign; what rounds to nothing speaks for neither side.
fn signed(bits: f64) -> String {
    let rounded = (bits * 10.0).round() / 10.0;
    if rounded == 0.0 { "0.0".to_owned() } else { format!("{rounded:+.1}") }
}

fn open(title: &str, height: f64) -> String {
    let title = escape(title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {WIDTH} {height:.0}\" font-family=\"Inter, Arial, sans-serif\" font-size=\"13\" fill=\"#0b0c0c\">\n\
         <title>{title}</title>\n\
         <text x=\"12\" y=\"20\" font-weight=\"bold\">{title}</text>\n"
    )
}

fn put(svg: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(svg, "{line}").expect("writing to a text cannot fail");
}

fn shorten(label: &str) -> String {
    if label.chars().count() <= 62 {
        return label.to_owned();
    }
    label.chars().take(61).chain(['…']).collect()
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
