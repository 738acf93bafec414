//! Lines over time with an optional target. Series are named at their ends, not in a legend;
//! a missing value breaks the line rather than inventing a point.

use super::{
    Unit, Words,
    canvas::{Anchor, Canvas, INK, MUTED, RULE, Svg},
    colour, dash,
    scale::Scale,
};

pub struct Series {
    pub name: String,
    pub values: Vec<Option<f64>>,
}

pub struct Target {
    pub name: String,
    pub value: f64,
}

/// `labels` has one entry for each place; every other thins out when there are many.
pub struct Line {
    pub labels: Vec<String>,
    pub series: Vec<Series>,
    pub target: Option<Target>,
    pub unit: Unit,
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 280.0;
const LEFT: f64 = 48.0;
const RIGHT: f64 = 144.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 32.0;
const BETWEEN_NAMES: f64 = 30.0;

impl Line {
    pub fn draw(&self, words: &Words) -> Svg {
        let target = self.target.iter().map(|target| target.value);
        let values = self.series.iter().flat_map(|series| series.values.iter().flatten().copied());
        let scale = Scale::covering(values.chain(target));
        let mut canvas = Canvas::new("wm-svg--line", WIDTH, HEIGHT, words);
        self.draw_axes(&mut canvas, &scale);
        let mut names = Vec::new();
        if let Some(target) = &self.target {
            let y = down(&scale, target.value);
            canvas.line((LEFT, y), (WIDTH - RIGHT, y), INK, "stroke-dasharray=\"3 4\"");
            names.push((
                y,
                format!("{} {}", target.name, self.unit.write(target.value)),
                INK,
                false,
            ));
        }
        for (place, series) in self.series.iter().enumerate() {
            if let Some((y, value)) = self.draw_series(&mut canvas, &scale, place, series) {
                let name = format!("{} {}", series.name, self.unit.write(value));
                names.push((y, name, colour(place), true));
            }
        }
        draw_names(&mut canvas, names);
        canvas.finish()
    }

    fn draw_axes(&self, canvas: &mut Canvas, scale: &Scale) {
        for tick in scale.ticks() {
            let y = down(scale, tick);
            canvas.line((LEFT, y), (WIDTH - RIGHT, y), RULE, "");
            canvas.text((LEFT - 8.0, y + 4.0), Anchor::End, "wm-svg__tick", &self.unit.tick(tick));
        }
        // About eight labels fit; the last place is always named.
        let each = self.labels.len().div_ceil(8).max(1);
        let last = self.labels.len().saturating_sub(1);
        for (place, label) in self.labels.iter().enumerate() {
            if (last - place).is_multiple_of(each) {
                let at = (self.across(place), HEIGHT - 10.0);
                canvas.text(at, Anchor::Middle, "wm-svg__tick", label);
            }
        }
    }

    /// Draws one series and gives back the height and value of its last point.
    fn draw_series(
        &self,
        canvas: &mut Canvas,
        scale: &Scale,
        place: usize,
        series: &Series,
    ) -> Option<(f64, f64)> {
        let mut d = String::new();
        let mut pen_down = false;
        let mut last = None;
        for (x, value) in series.values.iter().enumerate() {
            match value {
                Some(value) => {
                    let at = (self.across(x), down(scale, *value));
                    let verb = if pen_down { 'L' } else { 'M' };
                    d.push_str(&format!("{verb}{:.1} {:.1}", at.0, at.1));
                    last = Some((at, *value));
                    pen_down = true;
                }
                None => pen_down = false,
            }
        }
        let style = format!(
            "stroke-width=\"2.5\" stroke-linejoin=\"round\" stroke-dasharray=\"{}\"",
            dash(place)
        );
        canvas.path(&d, "none", colour(place), &style);
        let (at, value) = last?;
        canvas.dot(at, 4.0, colour(place), "#FFFFFF");
        Some((at.1, value))
    }

    fn across(&self, place: usize) -> f64 {
        let steps = self.labels.len().saturating_sub(1).max(1);
        LEFT + (WIDTH - LEFT - RIGHT) * place as f64 / steps as f64
    }
}

fn down(scale: &Scale, value: f64) -> f64 {
    HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * scale.share(value)
}

/// Names beside the ends of their lines, pushed apart where they would lie on one another.
fn draw_names(canvas: &mut Canvas, mut names: Vec<(f64, String, &'static str, bool)>) {
    names.sort_by(|a, b| a.0.total_cmp(&b.0));
    let needed = BETWEEN_NAMES * names.len().saturating_sub(1) as f64;
    let lowest_start = (HEIGHT - BOTTOM - needed).max(TOP);
    let mut free_from = TOP;
    for (place, (y, name, stroke, solid)) in names.iter().enumerate() {
        let most = lowest_start + BETWEEN_NAMES * place as f64;
        let y = y.max(free_from).min(most.max(free_from));
        free_from = y + BETWEEN_NAMES;
        let x = WIDTH - RIGHT + 12.0;
        let (words, value) = split_value(name);
        canvas.rect((x, y - 9.0), (3.0, 26.0), if *solid { stroke } else { MUTED }, "");
        canvas.text((x + 9.0, y + 1.0), Anchor::Start, "wm-svg__name", &short(words));
        canvas.text((x + 9.0, y + 15.0), Anchor::Start, "wm-svg__value", value);
    }
}

/// Letters of a name that fit beside the lines; the table beside the chart has the whole of it.
const NAME_LETTERS: usize = 19;

fn short(name: &str) -> String {
    if name.chars().count() <= NAME_LETTERS {
        return name.to_owned();
    }
    let kept: String = name.chars().take(NAME_LETTERS - 1).collect();
    format!("{}…", kept.trim_end())
}

/// Parts "Not known 3.1 %" into its words and its figure.
fn split_value(name: &str) -> (&str, &str) {
    let figure = name.find(|letter: char| letter.is_ascii_digit()).unwrap_or(name.len());
    let before = name.get(..figure).unwrap_or_default();
    let figure = if before.ends_with(" -") { figure - 1 } else { figure };
    let (words, value) = name.split_at_checked(figure).unwrap_or((name, ""));
    (words.trim_end(), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: Vec<Option<f64>>) -> String {
        let labels = (1..=values.len()).map(|month| month.to_string()).collect();
        let series = vec![Series { name: "NEET".to_owned(), values }];
        let target = Some(Target { name: "Target".to_owned(), value: 5.8 });
        let chart = Line { labels, series, target, unit: Unit::Percent };
        chart.draw(&Words::new("c", "NEET fell", "From 7.0 % to 6.6 %")).to_string()
    }

    #[test]
    fn a_missing_month_breaks_the_line() {
        let svg = chart(vec![Some(7.0), None, Some(6.6)]);
        let d = svg.split("<path d=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(d.matches('M').count(), 2, "{d}");
        assert!(!d.contains('L'), "{d}");
    }

    #[test]
    fn the_last_value_and_the_target_are_named_on_the_paper() {
        let svg = chart(vec![Some(7.0), Some(6.6)]);
        assert!(svg.contains(">6.6 %</text>") && svg.contains(">5.8 %</text>"), "{svg}");
        assert!(svg.contains("<title id=\"c-title\">NEET fell</title>"));
    }

    #[test]
    fn a_name_that_has_no_room_ends_in_dots() {
        assert_eq!(short("Activity not known"), "Activity not known");
        assert_eq!(short("Not in education, employment or training"), "Not in education,…");
    }

    #[test]
    fn a_figure_under_nought_keeps_its_sign() {
        assert_eq!(split_value("Not known 3.1 %"), ("Not known", "3.1 %"));
        assert_eq!(split_value("Young carers -3.1"), ("Young carers", "-3.1"));
    }

    #[test]
    fn nothing_to_draw_is_still_a_drawing() {
        assert!(chart(Vec::new()).ends_with("</svg>"));
        assert!(chart(vec![None, None]).ends_with("</svg>"));
    }
}
