//! How far each group lies from where nothing differs: a dot for the figure, a line for what chance may
//! have done to it, and the place that nobody should be off drawn stronger than the rest.

use super::{
    Unit, Words,
    canvas::{Anchor, Canvas, INK, RULE, Svg},
    paper::{Paper, on_both},
    scale::Scale,
};

pub struct Whisker {
    pub name: String,
    /// The figure, and between what it lies; nothing where there are too few to say.
    pub value: Option<(f64, (f64, f64))>,
}

pub struct Whiskers {
    pub rows: Vec<Whisker>,
    pub across: Across,
}

/// What is read off across the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Across {
    /// A difference, around nought.
    Gap(Unit),
    /// A ratio above nought, around one: half as much lies as far to the left as twice as much to the right.
    Ratio,
}

impl Across {
    fn place(self, value: f64) -> f64 {
        match self {
            Self::Gap(_) => value,
            Self::Ratio => value.log2(),
        }
    }

    fn scale(self, places: impl Iterator<Item = f64>) -> Scale {
        match self {
            Self::Gap(_) => Scale::covering(places),
            Self::Ratio => doublings(places),
        }
    }

    fn tick(self, place: f64) -> String {
        match self {
            Self::Gap(unit) => unit.tick(place),
            Self::Ratio => times(place.exp2()),
        }
    }

    fn write(self, value: f64) -> String {
        match self {
            Self::Gap(unit) => {
                let sign = if value < 0.0 { "−" } else { "+" };
                format!("{sign}{}", unit.write(value.abs()))
            }
            Self::Ratio => format!("{value:.2}"),
        }
    }
}

/// Whole doublings, or every second one where there are many.
fn doublings(places: impl Iterator<Item = f64>) -> Scale {
    let (low, high) = places
        .filter(|place| place.is_finite())
        .fold((0.0_f64, 0.0_f64), |(low, high), place| (low.min(place), high.max(place)));
    let step = if high - low > 6.0 { 2.0 } else { 1.0 };
    Scale { low: (low / step).floor() * step, high: (high / step).ceil().max(1.0) * step, step }
}

/// "0.25", "8".
fn times(ratio: f64) -> String {
    if ratio < 1.0 { format!("{}", (ratio * 1e4).round() / 1e4) } else { format!("{ratio:.0}") }
}

const ROW: f64 = 28.0;
const TOP: f64 = 24.0;
const DOT: &str = "#0B5563";

/// Where lines lie on a paper.
struct Lay {
    paper: Paper,
    scale: Scale,
    /// From where to where across.
    left: f64,
    right: f64,
    /// Room for a name above its line.
    above: f64,
}

impl Lay {
    fn of(paper: Paper, scale: Scale) -> Self {
        let right = paper.width() - paper.either(124.0, 112.0);
        Self {
            paper,
            scale,
            left: paper.either(190.0, 14.0),
            right,
            above: paper.either(0.0, 16.0),
        }
    }

    fn row(&self) -> f64 {
        ROW + self.above
    }

    fn along(&self, place: f64) -> f64 {
        self.left + (self.right - self.left) * self.scale.share(place)
    }

    /// On a phone every second of many marks is named, that of no difference among them.
    fn names(&self, tick: f64) -> bool {
        let step = 2.0 * self.scale.step;
        let even = ((tick / step).round() * step - tick).abs() < 1e-6 * step;
        self.paper == Paper::Wide || self.scale.ticks().count() <= 5 || even
    }
}

impl Whiskers {
    pub fn draw(&self, words: &Words) -> Svg {
        on_both(words, |paper, words| self.draw_on(paper, words))
    }

    fn draw_on(&self, paper: Paper, words: &Words) -> Svg {
        let values = self.rows.iter().filter_map(|row| row.value);
        let places = values.flat_map(|(value, (low, high))| [low, value, high]);
        let lay = Lay::of(paper, self.across.scale(places.map(|value| self.across.place(value))));
        let body = lay.row() * self.rows.len() as f64;
        let mut canvas = Canvas::new(paper.class(), paper.width(), TOP + body + 4.0, words);
        for tick in lay.scale.ticks() {
            let x = lay.along(tick);
            let (stroke, width) = if tick.abs() < 1e-9 { (INK, "1.5") } else { (RULE, "1") };
            let rest = format!("stroke-width=\"{width}\"");
            canvas.line((x, TOP - 4.0), (x, TOP + body), stroke, &rest);
            if lay.names(tick) {
                let name = self.across.tick(tick);
                canvas.text((x, TOP - 10.0), Anchor::Middle, "wm-svg__tick", &name);
            }
        }
        for (place, row) in self.rows.iter().enumerate() {
            self.draw_row(&mut canvas, row, TOP + lay.row() * place as f64, &lay);
        }
        canvas.finish()
    }

    fn draw_row(&self, canvas: &mut Canvas, row: &Whisker, top: f64, lay: &Lay) {
        let y = top + lay.above + ROW / 2.0;
        let at = |value: f64| lay.along(self.across.place(value));
        let name = lay.paper.short(&row.name);
        let (place, anchor) = match lay.paper {
            Paper::Wide => ((lay.left - 10.0, y + 4.0), Anchor::End),
            Paper::Narrow => ((0.0, top + lay.above), Anchor::Start),
        };
        canvas.text(place, anchor, "wm-svg__name", &name);
        let words = match row.value {
            Some((value, (low, high))) => {
                let ends = (at(low), at(high));
                canvas.line((ends.0, y), (ends.1, y), DOT, "stroke-width=\"2\"");
                for x in [ends.0, ends.1] {
                    canvas.line((x, y - 5.0), (x, y + 5.0), DOT, "stroke-width=\"2\"");
                }
                canvas.dot((at(value), y), 5.0, DOT, "#FFFFFF");
                self.across.write(value)
            }
            None => "too few to say".to_owned(),
        };
        canvas.text((lay.right + 12.0, y + 4.0), Anchor::Start, "wm-svg__value", &words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_few_is_said_and_never_drawn() {
        let rows = vec![
            Whisker { name: "Young carers".to_owned(), value: Some((-2.5, (-6.0, 4.0))) },
            Whisker { name: "Parents".to_owned(), value: None },
        ];
        let chart = Whiskers { rows, across: Across::Gap(Unit::Plain) };
        let svg = chart.draw(&Words::new("w", "The gap", "")).to_string();
        assert!(svg.contains(">−2.5<") && svg.contains(">too few to say<"), "{svg}");
        // Once on each paper.
        assert_eq!(svg.matches("<circle").count(), 2, "{svg}");
    }

    #[test]
    fn ratios_are_counted_in_doublings_around_one() {
        let row = |name: &str, value| Whisker { name: name.to_owned(), value: Some(value) };
        let rows = vec![
            row("Half as much", (0.5, (0.25, 1.0))),
            row("Ten times as much, and a name that is too long", (10.0, (4.0, 25.0))),
        ];
        let chart = Whiskers { rows, across: Across::Ratio };
        let svg = chart.draw(&Words::new("w", "Odds", "")).to_string();
        for told in [">0.25<", ">1<", ">4<", ">16<", ">10.00<", ">Ten times as much, and a…<"] {
            assert!(svg.contains(told), "{told} in {svg}");
        }
        let across = Across::Ratio;
        let scale = across.scale([0.5, 1.0, 2.0].into_iter().map(|value| across.place(value)));
        let lay = Lay::of(Paper::Wide, scale);
        let [half, one, twice] = [0.5, 1.0, 2.0].map(|value| lay.along(across.place(value)));
        assert!((one - half - (twice - one)).abs() < 1e-9, "{half} {one} {twice}");
    }

    #[test]
    fn a_phone_names_fewer_marks_and_nought_among_them() {
        let named = |scale: Scale| -> Vec<String> {
            let lay = Lay::of(Paper::Narrow, scale);
            let ticks = lay.scale.ticks().filter(|tick| lay.names(*tick));
            ticks.map(|tick| Across::Ratio.tick(tick)).collect()
        };
        assert_eq!(named(doublings([-2.0, 2.0].into_iter())), ["0.25", "0.5", "1", "2", "4"]);
        assert_eq!(named(doublings([-3.0, 3.0].into_iter())), ["0.25", "1", "4"]);
    }
}
