//! Horizontal bars with their names and values written out. One bar may be marked as the
//! one the title speaks of; a target is a line across all of them.

use super::{
    Target, Unit, Words,
    canvas::{Anchor, Canvas, INK, RULE, Svg},
    scale::Scale,
    short,
};

pub struct Bar {
    pub name: String,
    /// Nothing when there are too few to say.
    pub value: Option<f64>,
    /// Drawn darker: the bar the finding is about.
    pub marked: bool,
}

pub struct Bars {
    pub bars: Vec<Bar>,
    pub target: Option<Target>,
    pub unit: Unit,
}

const WIDTH: f64 = 640.0;
const NAMES: f64 = 190.0;
const VALUES: f64 = 76.0;
const ROW: f64 = 28.0;
const THICK: f64 = 18.0;
const TOP: f64 = 8.0;

impl Bars {
    pub fn draw(&self, words: &Words) -> Svg {
        let values = self.bars.iter().filter_map(|bar| bar.value);
        let scale = Scale::covering(values.chain(self.target.iter().map(|target| target.value)));
        let foot = if self.target.is_some() { 24.0 } else { 4.0 };
        let body = ROW * self.bars.len() as f64;
        let mut canvas = Canvas::new("wm-svg--bars", WIDTH, TOP + body + foot, words);
        canvas.few(&words.id);
        canvas.line((NAMES, TOP - 4.0), (NAMES, TOP + body), RULE, "");
        for (place, bar) in self.bars.iter().enumerate() {
            draw_shape(&mut canvas, bar, top_of(place), &scale, &words.id);
        }
        if let Some(target) = &self.target {
            let x = NAMES + reach() * scale.share(target.value);
            canvas.line(
                (x, TOP - 4.0),
                (x, TOP + body),
                INK,
                "stroke-dasharray=\"3 3\" stroke-width=\"1.5\"",
            );
            let text = format!("{} {}", target.name, self.unit.write(target.value));
            canvas.text((x, TOP + body + 16.0), Anchor::Middle, "wm-svg__name", &text);
        }
        // Words last, so that no rule runs through them.
        for (place, bar) in self.bars.iter().enumerate() {
            draw_words(&mut canvas, bar, top_of(place), &scale, self.unit);
        }
        canvas.finish()
    }
}

fn top_of(place: usize) -> f64 {
    TOP + ROW * place as f64
}

fn reach() -> f64 {
    WIDTH - NAMES - VALUES
}

fn length(value: f64, scale: &Scale) -> f64 {
    (reach() * scale.share(value)).max(1.0)
}

fn draw_shape(canvas: &mut Canvas, bar: &Bar, y: f64, scale: &Scale, id: &str) {
    let at = (NAMES, y + 5.0);
    match bar.value {
        Some(value) => {
            let fill = if bar.marked { "#0B5563" } else { "#6FA9B1" };
            canvas.rect(at, (length(value, scale), THICK), fill, "");
        }
        None => {
            let fill = format!("url(#{id}-few)");
            canvas.rect(at, (40.0, THICK), &fill, "stroke=\"#4B5A66\"");
        }
    }
}

fn draw_words(canvas: &mut Canvas, bar: &Bar, y: f64, scale: &Scale, unit: Unit) {
    let base = y + THICK / 2.0 + 9.0;
    let class = if bar.marked { "wm-svg__name wm-svg__name--marked" } else { "wm-svg__name" };
    canvas.text((NAMES - 10.0, base), Anchor::End, class, &short(&bar.name));
    let (reach, words) = match bar.value {
        Some(value) => (length(value, scale), unit.write(value)),
        None => (40.0, "too few to say".to_owned()),
    };
    canvas.text((NAMES + reach + 8.0, base), Anchor::Start, "wm-svg__value", &words);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_few_is_hatched_and_said_never_drawn_as_nought() {
        let bars = vec![
            Bar { name: "Luton".to_owned(), value: Some(9.1), marked: true },
            Bar { name: "Grain".to_owned(), value: None, marked: false },
        ];
        let chart = Bars { bars, target: None, unit: Unit::Percent };
        let svg = chart.draw(&Words::new("b", "Luton is highest", "")).to_string();
        assert!(svg.contains("too few to say") && svg.contains("url(#b-few)"));
        assert!(svg.contains(">9.1 %<") && !svg.contains(">0.0 %<"));
    }

    #[test]
    fn a_name_that_is_too_long_is_not_cut_at_the_edge_of_the_drawing() {
        let name = "Substance misuse, disclosed by the young person".to_owned();
        let bars = vec![Bar { name, value: Some(9.1), marked: false }];
        let chart = Bars { bars, target: None, unit: Unit::Percent };
        let svg = chart.draw(&Words::new("b", "Title", "")).to_string();
        assert!(svg.contains(">Substance misuse, disclo…<"), "{svg}");
    }
}
