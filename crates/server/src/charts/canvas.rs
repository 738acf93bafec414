//! The pen: a few shapes, all text escaped, one finished string. Knows nothing of charts.

use super::Words;
use askama::filters::HtmlSafe;
use std::fmt::{self, Display, Write};

pub const INK: &str = "#14212B";
pub const MUTED: &str = "#4B5A66";
pub const RULE: &str = "#D5DCE1";

/// A finished drawing. Templates write `{{ chart }}`; it needs no escaping because every
/// text in it was escaped here.
#[derive(Clone, Debug)]
pub struct Svg(String);

impl Display for Svg {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl HtmlSafe for Svg {}

impl Svg {
    /// This and another, one after the other.
    pub fn and(mut self, other: &Self) -> Self {
        self.0.push_str(&other.0);
        self
    }
}

/// Where a text hangs from its point.
#[derive(Clone, Copy)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

pub struct Canvas {
    out: String,
}

impl Canvas {
    pub fn new(class: &str, width: f64, height: f64, words: &Words) -> Self {
        let id = Escaped(&words.id);
        let mut canvas = Self { out: String::with_capacity(4096) };
        canvas.put(format_args!(
            "<svg class=\"wm-svg {class}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\
             <title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc>",
            Escaped(&words.title),
            Escaped(&words.description),
        ));
        canvas
    }

    /// A drawing that only repeats what the text beside it says.
    pub fn decoration(class: &str, width: f64, height: f64) -> Self {
        let mut canvas = Self { out: String::with_capacity(512) };
        canvas.put(format_args!(
            "<svg class=\"wm-svg {class}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" aria-hidden=\"true\" focusable=\"false\">"
        ));
        canvas
    }

    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: &str, rest: &str) {
        self.put(format_args!(
            "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{stroke}\" {rest}/>",
            from.0, from.1, to.0, to.1
        ));
    }

    pub fn rect(&mut self, at: (f64, f64), size: (f64, f64), fill: &str, rest: &str) {
        self.put(format_args!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{fill}\" {rest}/>",
            at.0, at.1, size.0, size.1
        ));
    }

    pub fn dot(&mut self, at: (f64, f64), radius: f64, fill: &str, stroke: &str) {
        self.put(format_args!(
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius}\" fill=\"{fill}\" stroke=\"{stroke}\" \
             stroke-width=\"2\"/>",
            at.0, at.1
        ));
    }

    pub fn path(&mut self, d: &str, fill: &str, stroke: &str, rest: &str) {
        self.put(format_args!("<path d=\"{d}\" fill=\"{fill}\" stroke=\"{stroke}\" {rest}/>"));
    }

    /// A path that says what it is when pointed at.
    pub fn named_path(&mut self, d: &str, fill: &str, rest: &str, name: &str) {
        self.put(format_args!(
            "<path d=\"{d}\" fill=\"{fill}\" {rest}><title>{}</title></path>",
            Escaped(name)
        ));
    }

    pub fn text(&mut self, at: (f64, f64), anchor: Anchor, class: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        self.put(format_args!(
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\" class=\"{class}\">{}</text>",
            at.0,
            at.1,
            Escaped(text)
        ));
    }

    /// Six fills that differ in hatch as well as colour, as `url(#ID-0)` and on.
    pub fn hatches(&mut self, id: &str, colours: &[&str]) {
        const MARKS: [&str; 6] = [
            "",
            "M0 8L8 0M-1 1L1 -1M7 9L9 7",
            "M0 2H8M0 6H8",
            "M0 0L8 8M-1 7L1 9M7 -1L9 1",
            "M2 2h1v1h-1zM6 6h1v1h-1z",
            "M2 0V8M6 0V8",
        ];
        self.out.push_str("<defs>");
        for (place, (colour, mark)) in colours.iter().zip(MARKS.iter().cycle()).enumerate() {
            self.put(format_args!(
                "<pattern id=\"{}-{place}\" width=\"8\" height=\"8\" \
                 patternUnits=\"userSpaceOnUse\"><rect width=\"8\" height=\"8\" fill=\"{colour}\"/>\
                 <path d=\"{mark}\" stroke=\"#FFFFFF\" stroke-width=\"1\" fill=\"none\"/></pattern>",
                Escaped(id)
            ));
        }
        self.out.push_str("</defs>");
    }

    /// The hatch of "too few to say", as `url(#ID-few)`.
    pub fn few(&mut self, id: &str) {
        self.put(format_args!(
            "<defs><pattern id=\"{}-few\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
             <rect width=\"6\" height=\"6\" fill=\"#FFFFFF\"/><path d=\"M-1 7L7 -1M-1 1L1 -1M5 7L7 5\" \
             stroke=\"{MUTED}\" stroke-width=\"1\"/></pattern></defs>",
            Escaped(id)
        ));
    }

    pub fn finish(mut self) -> Svg {
        self.out.push_str("</svg>");
        Svg(self.out)
    }

    fn put(&mut self, text: fmt::Arguments<'_>) {
        self.out.write_fmt(text).expect("a String takes any text");
    }
}

struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => out.write_str("&amp;")?,
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                '"' => out.write_str("&quot;")?,
                '\'' => out.write_str("&#39;")?,
                other => out.write_char(other)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out_of_the_drawing() {
        let words = Words::new("a\"b", "<script>alert(1)</script>", "O'Neil & sons");
        let mut canvas = Canvas::new("x", 10.0, 10.0, &words);
        canvas.text((0.0, 0.0), Anchor::Start, "t", "</text><script>");
        let svg = canvas.finish().to_string();
        assert!(!svg.contains("<script>"), "{svg}");
        assert!(svg.contains("O&#39;Neil &amp; sons") && svg.contains("\"ab-title"), "{svg}");
    }
}
