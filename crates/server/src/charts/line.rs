//! Lines over time with the targets they are held against. Series and targets are named at their ends, not in a
//! legend, but on a phone above them; a missing value breaks the line rather than inventing a point.

use super::{
    Unit, Words,
    canvas::{Anchor, Canvas, INK, RULE, Svg},
    colour, dash,
    paper::{Paper, cut, on_both},
    scale::Scale,
    target_dash,
};

#[derive(Clone, Debug)]
pub struct Series {
    pub name: String,
    pub values: Vec<Option<f64>>,
}

impl Series {
    /// One value at every place, as a target is that stays where it is.
    pub fn level(name: &str, value: f64, places: usize) -> Self {
        Self { name: name.to_owned(), values: vec![Some(value); places.max(1)] }
    }
}

/// A target that stays where it is.
pub struct Target {
    pub name: String,
    pub value: f64,
}

/// What is written beside the end of a line, below its own piece of it.
struct Name {
    y: f64,
    words: String,
    value: String,
    stroke: &'static str,
    dash: &'static str,
}

/// `labels` has one entry for each place; every other thins out when there are many.
pub struct Line {
    pub labels: Vec<String>,
    pub series: Vec<Series>,
    /// Drawn thin and in ink, so that nobody takes one for what was counted.
    pub targets: Vec<Series>,
    pub unit: Unit,
}

const LEFT: f64 = 48.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 32.0;
const BETWEEN_NAMES: f64 = 30.0;
/// Between names one above the other over the lines.
const NAME_LINE: f64 = 20.0;

/// Where values lie on a paper.
struct Lay {
    paper: Paper,
    scale: Scale,
    places: usize,
    /// Names that stand above the lines on a phone.
    names: usize,
}

impl Lay {
    fn top(&self) -> f64 {
        self.paper.either(TOP, TOP + NAME_LINE * self.names as f64)
    }

    /// Down to the axis.
    fn foot(&self) -> f64 {
        self.top() + self.paper.either(232.0, 190.0)
    }

    fn right(&self) -> f64 {
        self.paper.width() - self.paper.either(144.0, 28.0)
    }

    fn across(&self, place: usize) -> f64 {
        let steps = self.places.saturating_sub(1).max(1);
        LEFT + (self.right() - LEFT) * place as f64 / steps as f64
    }

    fn down(&self, value: f64) -> f64 {
        self.foot() - (self.foot() - self.top()) * self.scale.share(value)
    }
}

impl Line {
    pub fn draw(&self, words: &Words) -> Svg {
        on_both(words, |paper, words| self.draw_on(paper, words))
    }

    fn draw_on(&self, paper: Paper, words: &Words) -> Svg {
        let all = || self.series.iter().chain(&self.targets);
        let scale = Scale::covering(all().flat_map(|one| one.values.iter().flatten().copied()));
        let names = all().filter(|one| one.values.iter().any(Option::is_some)).count();
        let lay = Lay { paper, scale, places: self.labels.len(), names };
        let mut canvas = Canvas::new(paper.class(), paper.width(), lay.foot() + BOTTOM, words);
        self.draw_axes(&mut canvas, &lay);
        let mut names = Vec::new();
        for (place, target) in self.targets.iter().enumerate() {
            let end = draw_target(&mut canvas, &lay, place, target);
            names.extend(end.map(|end| self.name(target, end, INK, target_dash(place))));
        }
        for (place, series) in self.series.iter().enumerate() {
            let end = draw_series(&mut canvas, &lay, place, series);
            names.extend(end.map(|end| self.name(series, end, colour(place), "")));
        }
        names.sort_by(|a, b| a.y.total_cmp(&b.y));
        match paper {
            Paper::Wide => draw_names(&mut canvas, &lay, &names),
            Paper::Narrow => draw_names_above(&mut canvas, &lay, &names),
        }
        canvas.finish()
    }

    fn name(
        &self,
        series: &Series,
        (y, value): (f64, f64),
        stroke: &'static str,
        dash: &'static str,
    ) -> Name {
        Name { y, words: series.name.clone(), value: self.unit.write(value), stroke, dash }
    }

    fn draw_axes(&self, canvas: &mut Canvas, lay: &Lay) {
        for tick in lay.scale.ticks() {
            let y = lay.down(tick);
            canvas.line((LEFT, y), (lay.right(), y), RULE, "");
            canvas.text((LEFT - 8.0, y + 4.0), Anchor::End, "wm-svg__tick", &self.unit.tick(tick));
        }
        // Not all labels fit; the last place is always named.
        let each = self.labels.len().div_ceil(lay.paper.labels()).max(1);
        let last = self.labels.len().saturating_sub(1);
        for (place, label) in self.labels.iter().enumerate() {
            if (last - place).is_multiple_of(each) {
                let y = lay.foot() + BOTTOM - 10.0;
                // On a phone nothing is right of the last place: a long label ends at the edge.
                let (x, anchor) = match lay.paper {
                    Paper::Narrow if place == last && place > 0 => (lay.paper.width(), Anchor::End),
                    _ => (lay.across(place), Anchor::Middle),
                };
                canvas.text((x, y), anchor, "wm-svg__tick", label);
            }
        }
    }
}

/// Draws one series and gives back the height and value of its last point.
fn draw_series(
    canvas: &mut Canvas,
    lay: &Lay,
    place: usize,
    series: &Series,
) -> Option<(f64, f64)> {
    let (d, last) = path(lay, &series.values);
    let style = format!(
        "stroke-width=\"2.5\" stroke-linejoin=\"round\" stroke-dasharray=\"{}\"",
        dash(place)
    );
    canvas.path(&d, "none", colour(place), &style);
    let (at, value) = last?;
    canvas.dot(at, 4.0, colour(place), "#FFFFFF");
    Some((at.1, value))
}

/// Draws one target and gives back the height and value of its end.
fn draw_target(
    canvas: &mut Canvas,
    lay: &Lay,
    place: usize,
    target: &Series,
) -> Option<(f64, f64)> {
    let (mut d, last) = path(lay, &target.values);
    let ((x, y), value) = last?;
    if !d.contains('L') {
        // A line of one place has no length.
        d = format!("M{:.1} {y:.1}L{:.1} {y:.1}", x - 8.0, x + 8.0);
    }
    let style = format!("stroke-width=\"1.5\" stroke-dasharray=\"{}\"", target_dash(place));
    canvas.path(&d, "none", INK, &style);
    Some((y, value))
}

/// The way through some values, and their end.
fn path(lay: &Lay, values: &[Option<f64>]) -> (String, Option<End>) {
    let mut d = String::new();
    let mut pen_down = false;
    let mut last = None;
    for (x, value) in values.iter().enumerate() {
        match value {
            Some(value) => {
                let at = (lay.across(x), lay.down(*value));
                let verb = if pen_down { 'L' } else { 'M' };
                d.push_str(&format!("{verb}{:.1} {:.1}", at.0, at.1));
                last = Some((at, *value));
                pen_down = true;
            }
            None => pen_down = false,
        }
    }
    (d, last)
}

/// Where a line is drawn to, and the value there.
type End = ((f64, f64), f64);

/// Names beside the ends of their lines, from the highest on, pushed apart where they would lie on one another.
fn draw_names(canvas: &mut Canvas, lay: &Lay, names: &[Name]) {
    let needed = BETWEEN_NAMES * names.len().saturating_sub(1) as f64;
    let lowest_start = (lay.foot() - needed).max(TOP);
    let mut free_from = TOP;
    for (place, name) in names.iter().enumerate() {
        let most = lowest_start + BETWEEN_NAMES * place as f64;
        let y = name.y.max(free_from).min(most.max(free_from));
        free_from = y + BETWEEN_NAMES;
        let x = lay.right() + 12.0;
        let piece = format!("stroke-width=\"3\" stroke-dasharray=\"{}\"", name.dash);
        canvas.line((x + 1.5, y - 9.0), (x + 1.5, y + 17.0), name.stroke, &piece);
        canvas.text((x + 9.0, y + 1.0), Anchor::Start, "wm-svg__name", &cut(&name.words, 19));
        canvas.text((x + 9.0, y + 15.0), Anchor::Start, "wm-svg__value", &name.value);
    }
}

/// The same above the lines, each with a piece of its own, where nothing fits beside them.
fn draw_names_above(canvas: &mut Canvas, lay: &Lay, names: &[Name]) {
    for (place, name) in names.iter().enumerate() {
        let y = 8.0 + NAME_LINE * place as f64;
        let piece = format!("stroke-width=\"3\" stroke-dasharray=\"{}\"", name.dash);
        canvas.line((0.0, y), (26.0, y), name.stroke, &piece);
        canvas.text((32.0, y + 4.0), Anchor::Start, "wm-svg__name", &cut(&name.words, 32));
        let end = (lay.paper.width(), y + 4.0);
        canvas.text(end, Anchor::End, "wm-svg__value", &name.value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: Vec<Option<f64>>) -> String {
        let places = values.len();
        let labels = (1..=places).map(|month| month.to_string()).collect();
        let series = vec![Series { name: "NEET".to_owned(), values }];
        let targets = vec![Series::level("Target", 5.8, places)];
        let chart = Line { labels, series, targets, unit: Unit::Percent };
        chart.draw(&Words::new("c", "NEET fell", "From 7.0 % to 6.6 %")).to_string()
    }

    #[test]
    fn a_missing_month_breaks_the_line() {
        let svg = chart(vec![Some(7.0), None, Some(6.6)]);
        // The target is drawn first, below what was counted.
        let d = svg.split("<path d=\"").nth(2).unwrap().split('"').next().unwrap();
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
        assert_eq!(cut("Activity not known", 19), "Activity not known");
        assert_eq!(cut("Not in education, employment or training", 19), "Not in education,…");
    }

    #[test]
    fn each_target_has_its_own_dash_and_name_and_begins_where_it_begins() {
        let labels = ["Oct", "Nov", "Dec", "Jan"].map(str::to_owned).to_vec();
        let named = |name: &str, values: Vec<Option<f64>>| Series { name: name.to_owned(), values };
        let draw = |unit: Unit, targets: Vec<Series>| {
            let series = vec![named("Counted", vec![Some(9.0), Some(8.0), Some(7.0), Some(6.0)])];
            let chart = Line { labels: labels.clone(), series, targets, unit };
            chart.draw(&Words::new("c", "Fell", "")).to_string()
        };
        let way = named("Way to target", vec![None, None, Some(7.5), Some(7.0)]);
        let svg = draw(Unit::Percent, vec![Series::level("Target by Jan 2027", 5.8, 4), way]);
        let dashed = |svg: &str, dash: &str| {
            let style = format!("stroke-width=\"1.5\" stroke-dasharray=\"{dash}\"");
            let line = svg.split("<path ").find(|path| path.contains(&style));
            line.map_or(0, |path| path.matches(['M', 'L']).count())
        };
        assert_eq!((dashed(&svg, "3 4"), dashed(&svg, "8 4")), (4, 2), "{svg}");
        assert!(
            svg.contains(">Target by Jan 2027</text>") && svg.contains(">7.0 %</text>"),
            "{svg}"
        );
        // Counts are written as counts.
        let svg = draw(Unit::People, vec![Series::level("Target", 1250.0, 4)]);
        assert!(svg.contains(">1,250</text>") && !svg.contains('%'), "{svg}");
        // One that begins in the last month is still seen.
        let svg = draw(Unit::Plain, vec![named("Way", vec![None, None, None, Some(7.0)])]);
        assert_eq!(dashed(&svg, "3 4"), 2, "{svg}");
    }

    #[test]
    fn a_figure_under_nought_keeps_its_sign() {
        let svg = chart(vec![Some(1.0), Some(-3.1)]);
        assert!(svg.contains(">NEET</text>") && svg.contains(">-3.1 %</text>"), "{svg}");
    }

    #[test]
    fn nothing_to_draw_is_still_a_drawing() {
        assert!(chart(Vec::new()).ends_with("</svg>"));
        assert!(chart(vec![None, None]).ends_with("</svg>"));
    }

    #[test]
    fn a_phone_has_the_names_above_and_names_four_months() {
        let values: Vec<Option<f64>> = (0..12).map(|month| Some(f64::from(month))).collect();
        let svg = chart(values);
        let narrow = svg.split("</svg>").nth(1).unwrap();
        assert!(narrow.contains("viewBox=\"0 0 320 "), "{narrow}");
        assert_eq!(narrow.matches("wm-svg__name").count(), 2, "{narrow}");
        let labels = |svg: &str| (1..=12).filter(|m| svg.contains(&format!(">{m}</text>"))).count();
        assert_eq!(labels(narrow), 4, "{narrow}");
        assert!(
            narrow.contains("text-anchor=\"end\" class=\"wm-svg__tick\">12</text>"),
            "{narrow}"
        );
    }
}
