//! What was and what is foretold: a line for the past, a broken one ahead inside its interval, and the
//! months that count marked below. The interval is hatched, so that it prints.

use super::{
    Target, Unit, Words,
    canvas::{Anchor, Canvas, INK, MUTED, RULE, Svg},
    paper::{Paper, on_both},
    scale::Scale,
};

/// One month. `low` and `high` are those of the interval; for a month already seen, the value.
#[derive(Clone, Debug)]
pub struct FanMonth {
    pub label: String,
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub seen: bool,
    /// One of the months that count.
    pub counts: bool,
}

pub struct Fan {
    pub months: Vec<FanMonth>,
    /// A second forecast over the same months, where something was asked of it.
    pub other: Vec<Option<f64>>,
    pub target: Option<Target>,
    pub unit: Unit,
}

const HEIGHT: f64 = 300.0;
const LEFT: f64 = 48.0;
const RIGHT: f64 = 20.0;
const BOTTOM: f64 = 48.0;
const PAST: &str = "#0B5563";

/// Where values lie on a paper.
struct Lay {
    paper: Paper,
    scale: Scale,
    places: usize,
}

impl Lay {
    fn right(&self) -> f64 {
        self.paper.width() - RIGHT
    }

    fn across(&self, place: usize) -> f64 {
        let steps = self.places.saturating_sub(1).max(1);
        LEFT + 8.0 + (self.right() - LEFT - 16.0) * place as f64 / steps as f64
    }

    fn down(&self, value: f64) -> f64 {
        // On a phone the key takes two lines.
        let top = self.paper.either(30.0, 52.0);
        HEIGHT - BOTTOM - (HEIGHT - top - BOTTOM) * self.scale.share(value)
    }

    /// Where the nth entry of the key begins.
    fn key(&self, place: usize) -> (f64, f64) {
        match (self.paper, place) {
            (Paper::Wide, 0) => (LEFT, 12.0),
            (Paper::Wide, 1) => (LEFT + 106.0, 12.0),
            (Paper::Wide, 2) => (LEFT + 216.0, 12.0),
            (Paper::Wide, _) => (LEFT + 360.0, 12.0),
            (Paper::Narrow, _) => (160.0 * (place % 2) as f64, 12.0 + 20.0 * (place / 2) as f64),
        }
    }
}

impl Fan {
    pub fn draw(&self, words: &Words) -> Svg {
        on_both(words, |paper, words| self.draw_on(paper, words))
    }

    fn draw_on(&self, paper: Paper, words: &Words) -> Svg {
        let values = self.months.iter().flat_map(|month| [month.low, month.high]);
        let others = self.other.iter().flatten().copied();
        let target = self.target.iter().map(|target| target.value);
        let scale = Scale::covering(values.chain(others).chain(target));
        let lay = Lay { paper, scale, places: self.months.len() };
        let few = format!("url(#{}-few)", words.id);
        let mut canvas = Canvas::new(paper.class(), paper.width(), HEIGHT, words);
        canvas.few(&words.id);
        self.axes(&mut canvas, &lay);
        self.band(&mut canvas, &lay, &few);
        self.lines(&mut canvas, &lay);
        if let Some(target) = &self.target {
            let y = lay.down(target.value);
            canvas.line((LEFT, y), (lay.right(), y), INK, "stroke-dasharray=\"3 4\"");
            let text = format!("{} {}", target.name, self.unit.write(target.value));
            canvas.text((LEFT + 4.0, y - 5.0), Anchor::Start, "wm-svg__value", &text);
        }
        self.key(&mut canvas, &lay, &few);
        canvas.finish()
    }

    fn axes(&self, canvas: &mut Canvas, lay: &Lay) {
        for tick in lay.scale.ticks() {
            let y = lay.down(tick);
            canvas.line((LEFT, y), (lay.right(), y), RULE, "");
            canvas.text((LEFT - 8.0, y + 4.0), Anchor::End, "wm-svg__tick", &self.unit.tick(tick));
        }
        let each = self.months.len().div_ceil(lay.paper.labels()).max(1);
        let last = self.months.len().saturating_sub(1);
        for (place, month) in self.months.iter().enumerate() {
            let x = lay.across(place);
            if (last - place).is_multiple_of(each) {
                canvas.text((x, HEIGHT - 28.0), Anchor::Middle, "wm-svg__tick", &month.label);
            }
            if month.counts {
                canvas.rect((x - 8.0, HEIGHT - BOTTOM), (16.0, 4.0), INK, "");
            }
        }
    }

    fn band(&self, canvas: &mut Canvas, lay: &Lay, fill: &str) {
        let ahead: Vec<(f64, &FanMonth)> = self
            .months
            .iter()
            .enumerate()
            .skip(self.months.iter().filter(|month| month.seen).count().saturating_sub(1))
            .map(|(place, month)| (lay.across(place), month))
            .collect();
        let point = |x: f64, value: f64| format!("{x:.1} {:.1}", lay.down(value));
        let up = ahead.iter().map(|(x, month)| point(*x, month.high));
        let back = ahead.iter().rev().map(|(x, month)| point(*x, month.low));
        let all: Vec<String> = up.chain(back).collect();
        if all.len() > 2 {
            canvas.path(&format!("M{}z", all.join("L")), fill, MUTED, "stroke-width=\"0.7\"");
        }
    }

    fn lines(&self, canvas: &mut Canvas, lay: &Lay) {
        let at =
            |place: usize, value: f64| format!("{:.1} {:.1}", lay.across(place), lay.down(value));
        let path = |points: Vec<String>| format!("M{}", points.join("L"));
        let months = || self.months.iter().enumerate();
        let seen: Vec<String> =
            months().filter(|(_, m)| m.seen).map(|(place, m)| at(place, m.value)).collect();
        let from = seen.len().saturating_sub(1);
        let ahead: Vec<String> = months().skip(from).map(|(place, m)| at(place, m.value)).collect();
        if !seen.is_empty() {
            canvas.path(&path(seen), "none", PAST, "stroke-width=\"2.5\"");
        }
        if ahead.len() > 1 {
            let broken = "stroke-width=\"2.5\" stroke-dasharray=\"7 4\"";
            canvas.path(&path(ahead), "none", PAST, broken);
        }
        let other: Vec<String> = self
            .other
            .iter()
            .enumerate()
            .filter_map(|(place, value)| value.map(|value| at(place, value)))
            .collect();
        if other.len() > 1 {
            let dotted = "stroke-width=\"2.5\" stroke-dasharray=\"2 3\"";
            canvas.path(&path(other), "none", "#D55E00", dotted);
        }
    }

    fn key(&self, canvas: &mut Canvas, lay: &Lay, few: &str) {
        let line = |canvas: &mut Canvas, place: usize, colour: &str, dash: &str, words: &str| {
            let (x, y) = lay.key(place);
            let style = format!("stroke-width=\"2.5\" stroke-dasharray=\"{dash}\"");
            canvas.line((x, y), (x + 26.0, y), colour, &style);
            canvas.text((x + 32.0, y + 4.0), Anchor::Start, "wm-svg__tick", words);
        };
        line(canvas, 0, PAST, "", "counted");
        line(canvas, 1, PAST, "7 4", "foretold");
        let (x, y) = lay.key(2);
        let edge = "stroke=\"#4B5A66\" stroke-width=\"0.7\"";
        canvas.rect((x, y - 7.0), (26.0, 13.0), few, edge);
        canvas.text((x + 32.0, y + 4.0), Anchor::Start, "wm-svg__tick", "90 % interval");
        if self.other.iter().flatten().next().is_some() {
            line(canvas, 3, "#D55E00", "2 3", "with what you ask");
        }
        if self.months.iter().any(|month| month.counts) {
            canvas.rect((LEFT, HEIGHT - 10.0), (16.0, 4.0), INK, "");
            canvas.text(
                (LEFT + 22.0, HEIGHT - 4.0),
                Anchor::Start,
                "wm-svg__tick",
                "months that count",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_foretold_is_broken_and_hatched() {
        let month = |value: f64, seen: bool| FanMonth {
            label: "Mar".to_owned(),
            value,
            low: value - if seen { 0.0 } else { 1.0 },
            high: value + if seen { 0.0 } else { 1.0 },
            seen,
            counts: !seen,
        };
        let months = vec![month(6.0, true), month(6.5, true), month(7.0, false)];
        let fan = Fan {
            months,
            other: vec![None, Some(6.5), Some(6.0)],
            target: None,
            unit: Unit::Percent,
        };
        let svg = fan.draw(&Words::new("f", "NEET rises", "")).to_string();
        assert!(svg.contains("url(#f-few)") && svg.contains("stroke-dasharray=\"7 4\""));
        assert!(svg.contains("with what you ask") && !svg.contains("NaN"));
    }
}
