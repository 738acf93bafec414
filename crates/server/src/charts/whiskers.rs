//! How far each group lies from everybody: a dot for the gap, a line for what chance may have done to it,
//! and nought as the line that nobody should be off.

use super::{
    Unit, Words,
    canvas::{Anchor, Canvas, INK, RULE, Svg},
    scale::Scale,
};

pub struct Whisker {
    pub name: String,
    /// The gap, and between what it lies; nothing where there are too few to say.
    pub value: Option<(f64, (f64, f64))>,
}

pub struct Whiskers {
    pub rows: Vec<Whisker>,
    pub unit: Unit,
}

const WIDTH: f64 = 640.0;
const NAMES: f64 = 190.0;
const VALUES: f64 = 124.0;
const ROW: f64 = 28.0;
const TOP: f64 = 24.0;
const DOT: &str = "#0B5563";

impl Whiskers {
    pub fn draw(&self, words: &Words) -> Svg {
        let values = self.rows.iter().filter_map(|row| row.value);
        let scale = Scale::covering(values.flat_map(|(value, (low, high))| [low, value, high]));
        let body = ROW * self.rows.len() as f64;
        let mut canvas = Canvas::new("wm-svg--bars", WIDTH, TOP + body + 4.0, words);
        for tick in scale.ticks() {
            let x = across(&scale, tick);
            let (stroke, width) = if tick.abs() < 1e-9 { (INK, "1.5") } else { (RULE, "1") };
            let rest = format!("stroke-width=\"{width}\"");
            canvas.line((x, TOP - 4.0), (x, TOP + body), stroke, &rest);
            canvas.text((x, TOP - 10.0), Anchor::Middle, "wm-svg__tick", &self.unit.tick(tick));
        }
        for (place, row) in self.rows.iter().enumerate() {
            let y = TOP + ROW * place as f64 + ROW / 2.0;
            canvas.text((NAMES - 10.0, y + 4.0), Anchor::End, "wm-svg__name", &row.name);
            let words = match row.value {
                Some((value, (low, high))) => {
                    let ends = (across(&scale, low), across(&scale, high));
                    canvas.line((ends.0, y), (ends.1, y), DOT, "stroke-width=\"2\"");
                    for x in [ends.0, ends.1] {
                        canvas.line((x, y - 5.0), (x, y + 5.0), DOT, "stroke-width=\"2\"");
                    }
                    canvas.dot((across(&scale, value), y), 5.0, DOT, "#FFFFFF");
                    signed(self.unit, value)
                }
                None => "too few to say".to_owned(),
            };
            let at = (WIDTH - VALUES + 12.0, y + 4.0);
            canvas.text(at, Anchor::Start, "wm-svg__value", &words);
        }
        canvas.finish()
    }
}

fn across(scale: &Scale, value: f64) -> f64 {
    NAMES + (WIDTH - NAMES - VALUES) * scale.share(value)
}

fn signed(unit: Unit, value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "+" };
    format!("{sign}{}", unit.write(value.abs()))
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
        let chart = Whiskers { rows, unit: Unit::Plain };
        let svg = chart.draw(&Words::new("w", "The gap", "")).to_string();
        assert!(svg.contains(">−2.5<") && svg.contains(">too few to say<"), "{svg}");
        assert_eq!(svg.matches("<circle").count(), 1, "{svg}");
    }
}
