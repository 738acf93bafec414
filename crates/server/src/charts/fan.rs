//! What was and what is foretold: a line for the past, a broken one ahead inside its interval, and the
//! months that count marked below. The interval is hatched, so that it prints.

use super::{
    Target, Unit, Words,
    canvas::{Anchor, Canvas, INK, MUTED, RULE, Svg},
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

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 48.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 48.0;
const PAST: &str = "#0B5563";

impl Fan {
    pub fn draw(&self, words: &Words) -> Svg {
        let values = self.months.iter().flat_map(|month| [month.low, month.high]);
        let others = self.other.iter().flatten().copied();
        let target = self.target.iter().map(|target| target.value);
        let scale = Scale::covering(values.chain(others).chain(target));
        let mut canvas = Canvas::new("wm-svg--fan", WIDTH, HEIGHT, words);
        canvas.few(&words.id);
        self.axes(&mut canvas, &scale);
        self.band(&mut canvas, &scale, &format!("url(#{}-few)", words.id));
        self.lines(&mut canvas, &scale);
        if let Some(target) = &self.target {
            let y = down(&scale, target.value);
            canvas.line((LEFT, y), (WIDTH - RIGHT, y), INK, "stroke-dasharray=\"3 4\"");
            let text = format!("{} {}", target.name, self.unit.write(target.value));
            canvas.text((LEFT + 4.0, y - 5.0), Anchor::Start, "wm-svg__value", &text);
        }
        self.key(&mut canvas, &format!("url(#{}-few)", words.id));
        canvas.finish()
    }

    fn across(&self, place: usize) -> f64 {
        let steps = self.months.len().saturating_sub(1).max(1);
        LEFT + 8.0 + (WIDTH - LEFT - RIGHT - 16.0) * place as f64 / steps as f64
    }

    fn axes(&self, canvas: &mut Canvas, scale: &Scale) {
        for tick in scale.ticks() {
            let y = down(scale, tick);
            canvas.line((LEFT, y), (WIDTH - RIGHT, y), RULE, "");
            canvas.text((LEFT - 8.0, y + 4.0), Anchor::End, "wm-svg__tick", &self.unit.tick(tick));
        }
        let each = self.months.len().div_ceil(8).max(1);
        let last = self.months.len().saturating_sub(1);
        for (place, month) in self.months.iter().enumerate() {
            let x = self.across(place);
            if (last - place).is_multiple_of(each) {
                canvas.text((x, HEIGHT - 28.0), Anchor::Middle, "wm-svg__tick", &month.label);
            }
            if month.counts {
                canvas.rect((x - 8.0, HEIGHT - BOTTOM), (16.0, 4.0), INK, "");
            }
        }
    }

    fn band(&self, canvas: &mut Canvas, scale: &Scale, fill: &str) {
        let ahead: Vec<(f64, &FanMonth)> = self
            .months
            .iter()
            .enumerate()
            .skip(self.months.iter().filter(|month| month.seen).count().saturating_sub(1))
            .map(|(place, month)| (self.across(place), month))
            .collect();
        let point = |x: f64, value: f64| format!("{x:.1} {:.1}", down(scale, value));
        let up = ahead.iter().map(|(x, month)| point(*x, month.high));
        let back = ahead.iter().rev().map(|(x, month)| point(*x, month.low));
        let all: Vec<String> = up.chain(back).collect();
        if all.len() > 2 {
            canvas.path(&format!("M{}z", all.join("L")), fill, MUTED, "stroke-width=\"0.7\"");
        }
    }

    fn lines(&self, canvas: &mut Canvas, scale: &Scale) {
        let at = |place: usize, value: f64| {
            format!("{:.1} {:.1}", self.across(place), down(scale, value))
        };
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

    fn key(&self, canvas: &mut Canvas, few: &str) {
        let line = |canvas: &mut Canvas, x: f64, colour: &str, dash: &str, words: &str| {
            let style = format!("stroke-width=\"2.5\" stroke-dasharray=\"{dash}\"");
            canvas.line((x, 12.0), (x + 26.0, 12.0), colour, &style);
            canvas.text((x + 32.0, 16.0), Anchor::Start, "wm-svg__tick", words);
        };
        line(canvas, LEFT, PAST, "", "counted");
        line(canvas, LEFT + 106.0, PAST, "7 4", "foretold");
        canvas.rect(
            (LEFT + 216.0, 5.0),
            (26.0, 13.0),
            few,
            "stroke=\"#4B5A66\" stroke-width=\"0.7\"",
        );
        canvas.text((LEFT + 248.0, 16.0), Anchor::Start, "wm-svg__tick", "90 % interval");
        if self.other.iter().flatten().next().is_some() {
            line(canvas, LEFT + 360.0, "#D55E00", "2 3", "with what you ask");
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

fn down(scale: &Scale, value: f64) -> f64 {
    HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * scale.share(value)
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
