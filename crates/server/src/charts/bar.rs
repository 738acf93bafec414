//! Horizontal bars with their names and values written out. One bar may be marked as the
//! one the title speaks of; a target is a line across all of them.

use super::{
    Target, Unit, Words,
    canvas::{Anchor, Canvas, INK, RULE, Svg},
    paper::{Paper, on_both},
    scale::Scale,
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

const VALUES: f64 = 76.0;
const THICK: f64 = 18.0;
const TOP: f64 = 8.0;

/// Where bars lie on a paper.
struct Lay {
    paper: Paper,
    scale: Scale,
    /// Where bars begin.
    left: f64,
    /// Room for a name above its bar.
    above: f64,
}

impl Lay {
    fn of(paper: Paper, scale: Scale) -> Self {
        Self { paper, scale, left: paper.either(190.0, 1.0), above: paper.either(0.0, 16.0) }
    }

    fn row(&self) -> f64 {
        28.0 + self.above
    }

    fn top_of(&self, place: usize) -> f64 {
        TOP + self.row() * place as f64
    }

    fn along(&self, value: f64) -> f64 {
        (self.paper.width() - self.left - VALUES) * self.scale.share(value)
    }

    fn length(&self, value: f64) -> f64 {
        self.along(value).max(1.0)
    }
}

impl Bars {
    pub fn draw(&self, words: &Words) -> Svg {
        on_both(words, |paper, words| self.draw_on(paper, words))
    }

    fn draw_on(&self, paper: Paper, words: &Words) -> Svg {
        let values = self.bars.iter().filter_map(|bar| bar.value);
        let scale = Scale::covering(values.chain(self.target.iter().map(|target| target.value)));
        let lay = Lay::of(paper, scale);
        let foot = if self.target.is_some() { 24.0 } else { 4.0 };
        let body = lay.row() * self.bars.len() as f64;
        let mut canvas = Canvas::new(paper.class(), paper.width(), TOP + body + foot, words);
        canvas.few(&words.id);
        canvas.line((lay.left, TOP - 4.0), (lay.left, TOP + body), RULE, "");
        for (place, bar) in self.bars.iter().enumerate() {
            draw_shape(&mut canvas, bar, lay.top_of(place), &lay, &words.id);
        }
        if let Some(target) = &self.target {
            let x = lay.left + lay.along(target.value);
            canvas.line(
                (x, TOP - 4.0),
                (x, TOP + body),
                INK,
                "stroke-dasharray=\"3 3\" stroke-width=\"1.5\"",
            );
            let text = format!("{} {}", target.name, self.unit.write(target.value));
            // Its words stay on the paper where its line lies near an edge.
            let middle = x.clamp(100.0, paper.width() - 100.0);
            canvas.text((middle, TOP + body + 16.0), Anchor::Middle, "wm-svg__name", &text);
        }
        // Words last, so that no rule runs through them.
        for (place, bar) in self.bars.iter().enumerate() {
            draw_words(&mut canvas, bar, lay.top_of(place), &lay, self.unit);
        }
        canvas.finish()
    }
}

fn draw_shape(canvas: &mut Canvas, bar: &Bar, y: f64, lay: &Lay, id: &str) {
    let at = (lay.left, y + lay.above + 5.0);
    match bar.value {
        Some(value) => {
            let fill = if bar.marked { "#0B5563" } else { "#6FA9B1" };
            canvas.rect(at, (lay.length(value), THICK), fill, "");
        }
        None => {
            let fill = format!("url(#{id}-few)");
            canvas.rect(at, (40.0, THICK), &fill, "stroke=\"#4B5A66\"");
        }
    }
}

fn draw_words(canvas: &mut Canvas, bar: &Bar, y: f64, lay: &Lay, unit: Unit) {
    let base = y + lay.above + THICK / 2.0 + 9.0;
    let class = if bar.marked { "wm-svg__name wm-svg__name--marked" } else { "wm-svg__name" };
    let (at, anchor) = match lay.paper {
        Paper::Wide => ((lay.left - 10.0, base), Anchor::End),
        Paper::Narrow => ((0.0, y + lay.above), Anchor::Start),
    };
    canvas.text(at, anchor, class, &lay.paper.short(&bar.name));
    let (reach, words) = match bar.value {
        Some(value) => (lay.length(value), unit.write(value)),
        None => (40.0, "too few to say".to_owned()),
    };
    canvas.text((lay.left + reach + 8.0, base), Anchor::Start, "wm-svg__value", &words);
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

    #[test]
    fn a_phone_has_names_above_their_bars_and_as_wide_as_it_is() {
        let name = "Substance misuse, disclosed by the person".to_owned();
        let bars = vec![Bar { name, value: Some(9.1), marked: false }];
        let chart = Bars { bars, target: None, unit: Unit::Percent };
        let svg = chart.draw(&Words::new("b", "Title", "")).to_string();
        let (wide, narrow) = svg.split_once("</svg>").unwrap();
        assert!(wide.contains("wm-svg--wide") && narrow.contains("wm-svg--narrow"), "{svg}");
        assert!(narrow.contains("viewBox=\"0 0 320 ") && narrow.contains("id=\"b-narrow-title\""));
        assert!(narrow.contains(">Substance misuse, disclosed by the person<"), "{narrow}");
        assert!(wide.contains("id=\"b-title\"") && !wide.contains("b-narrow"), "{wide}");
    }
}
