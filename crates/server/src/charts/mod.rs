//! Charts drawn on the server as plain SVG from plain values. No script, no style attribute:
//! the content policy forbids both. Every chart says its finding as title, describes itself
//! for those who cannot see it, and still reads in black and white, because lines differ in
//! dash and mark, bars in hatch and maps in lightness. The page puts a table beside it. A phone
//! sees a drawing of its own (`paper`).

mod bar;
mod canvas;
mod currency;
mod fan;
mod line;
mod map;
mod paper;
mod scale;
mod spark;
mod stack;
mod whiskers;

use domain::measure::tenths;

pub use bar::{Bar, Bars};
pub use canvas::Svg;
pub use currency::Currency;
pub use fan::{Fan, FanMonth};
pub use line::{Line, Series, Target};
pub use map::{Area, Map, Shade};
pub use spark::Spark;
pub use stack::Stack;
pub use whiskers::{Across, Whisker, Whiskers};

/// What a chart says of itself. `id` is unique on its page; `title` states the finding
/// ("NEET fell to 6.6 %, still over the 5.8 % target"), `description` gives the figures.
#[derive(Clone, Debug)]
pub struct Words {
    pub id: String,
    pub title: String,
    pub description: String,
}

impl Words {
    pub fn new(id: &str, title: impl Into<String>, description: impl Into<String>) -> Self {
        // The id goes into addresses inside the drawing, where only plain letters are safe.
        let id = id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        Self { id, title: title.into(), description: description.into() }
    }
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Percent,
    /// Whatever the words beside it say.
    Plain,
    People,
}

impl Unit {
    /// One decimal.
    pub fn write(self, value: f64) -> String {
        match self {
            Self::Percent => format!("{} %", tenths(value)),
            Self::Plain => tenths(value),
            Self::People => people(value),
        }
    }

    /// As short as an axis can bear.
    fn tick(self, value: f64) -> String {
        let text = match self {
            Self::Plain if value.fract().abs() < 1e-9 => format!("{value:.0}"),
            Self::Percent if value.fract().abs() < 1e-9 => format!("{value:.0} %"),
            _ => self.write(value),
        };
        // A minus as in the table beside it, not a hyphen.
        text.replace('-', "−")
    }
}

/// Whole people with their thousands parted.
fn people(value: f64) -> String {
    let text = format!("{:.0}", value.abs());
    let mut parted = String::from(if value <= -0.5 { "-" } else { "" });
    for (place, digit) in text.chars().enumerate() {
        if place > 0 && (text.len() - place).is_multiple_of(3) {
            parted.push(',');
        }
        parted.push(digit);
    }
    parted
}

/// Okabe and Ito's colours that people with any colour vision tell apart, those with at
/// least 3:1 against white first.
pub const COLOURS: [&str; 6] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"];
/// Those of targets, which have no colour.
const TARGET_DASHES: [&str; 4] = ["3 4", "8 4", "1 3", "8 3 1 3"];
const DASHES: [&str; 6] = ["", "7 4", "2 3", "10 3 2 3", "12 5", "4 2"];

fn colour(place: usize) -> &'static str {
    COLOURS.iter().cycle().nth(place).copied().unwrap_or("#14212B")
}

fn target_dash(place: usize) -> &'static str {
    TARGET_DASHES.iter().cycle().nth(place).copied().unwrap_or("3 4")
}

fn dash(place: usize) -> &'static str {
    DASHES.iter().cycle().nth(place).copied().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::Unit;

    #[test]
    fn values_are_written_as_people_read_them() {
        let check = |unit: Unit, value: f64, wanted: &str| assert_eq!(unit.write(value), wanted);
        check(Unit::Percent, 6.58, "6.6 %");
        check(Unit::People, 12_409.0, "12,409");
        assert_eq!([-10.0, -0.5, 0.0].map(|at| Unit::Plain.tick(at)), ["−10", "−0.5", "0"]);
    }
}
