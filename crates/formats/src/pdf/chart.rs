//! A line of values over time beside the course they should take, in black and white as well.

use super::Chart;
use super::flow::{BRAND, Drawn, Flow, INK, INNER, LEFT, MUTED, RULE, WHITE};
use domain::measure::tenths;
use krilla::tagging::Tag;

pub(super) const HEIGHT: f32 = 150.0;
const AXIS: f32 = 34.0;
const NAMES: f32 = 96.0;
const PLOT: f32 = 108.0;

struct Scale {
    first: f32,
    last: f32,
    low: f32,
    high: f32,
    top: f32,
}

impl Scale {
    fn at(&self, place: f32, value: f32) -> (f32, f32) {
        let across = (place - self.first) / (self.last - self.first).max(f32::EPSILON);
        let up = (value - self.low) / (self.high - self.low).max(f32::EPSILON);
        (
            LEFT + AXIS + (INNER - AXIS - NAMES) * across.clamp(0.0, 1.0),
            self.top + PLOT * (1.0 - up.clamp(0.0, 1.0)),
        )
    }
}

pub(super) fn chart(flow: &mut Flow<'_>, chart: &Chart) {
    let known: Vec<(f32, f32)> =
        chart.points.iter().filter_map(|(at, _, value)| Some((*at, (*value)?))).collect();
    flow.need(HEIGHT);
    // PDF/UA takes no figure without words, and a chart of nothing has no finding.
    let words = if chart.finding.is_empty() { "A chart" } else { &chart.finding };
    let figure = flow.node(Tag::Figure(Some(words.to_owned())), None);
    let top = flow.y + 8.0;
    let Some(scale) = scale(chart, &known, top) else {
        flow.text(
            Some(figure),
            (LEFT, flow.y + 12.0),
            (9.0, false, MUTED),
            "Nothing can be shown yet. ",
        );
        flow.y += 22.0;
        return;
    };
    axes(flow, figure, chart, &scale);
    if let Some([from, to]) = chart.course {
        let points = vec![scale.at(from.0, from.1), scale.at(to.0, to.1)];
        let end = points.last().copied().unwrap_or_default();
        let line = Drawn::Line { points, width: 1.0, colour: MUTED, dash: true };
        flow.draw(Some(figure), line);
        let words = format!("course, {} ", shown(to.1));
        let own = known.last().map_or(f32::MIN, |(at, value)| scale.at(*at, *value).1);
        let y = if (end.1 - own).abs() < 11.0 { own + 13.0 } else { end.1 + 3.0 };
        flow.text(Some(figure), (LEFT + INNER - NAMES + 8.0, y), (8.0, false, MUTED), &words);
    }
    let points: Vec<(f32, f32)> = known.iter().map(|(at, value)| scale.at(*at, *value)).collect();
    if points.len() > 1 {
        let line = Drawn::Line { points: points.clone(), width: 2.0, colour: BRAND, dash: false };
        flow.draw(Some(figure), line);
    }
    for at in &points {
        flow.draw(Some(figure), Drawn::Dot { at: *at, radius: 3.4, colour: WHITE });
        flow.draw(Some(figure), Drawn::Dot { at: *at, radius: 2.4, colour: BRAND });
    }
    if let (Some(at), Some((_, value))) = (points.last(), known.last()) {
        let words = format!("{} {} ", shown(*value), chart.unit);
        flow.text(Some(figure), (LEFT + INNER - NAMES + 8.0, at.1 + 3.0), (9.0, true, INK), &words);
    }
    flow.y = top + PLOT + 30.0;
}

/// A value as every page has it: a drawing holds 6.35 as a hair less, which would round down.
fn shown(value: f32) -> String {
    tenths(value.to_string().parse().unwrap_or_else(|_| f64::from(value)))
}

fn scale(chart: &Chart, known: &[(f32, f32)], top: f32) -> Option<Scale> {
    let course = chart.course.iter().flatten();
    let all: Vec<(f32, f32)> = known.iter().chain(course).copied().collect();
    if known.is_empty() {
        return None;
    }
    let ends = |of: fn(&(f32, f32)) -> f32| {
        let values = all.iter().map(of);
        values.fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(v), high.max(v)))
    };
    let ((first, last), (low, high)) = (ends(|p| p.0), ends(|p| p.1));
    let room = ((high - low) * 0.12).max(0.5);
    let low = if low >= 0.0 { (low - room).max(0.0) } else { low - room };
    Some(Scale { first, last: last.max(first + 1.0), low, high: high + room, top })
}

fn axes(flow: &mut Flow<'_>, figure: usize, chart: &Chart, scale: &Scale) {
    for step in 0..=3_u8 {
        let value = scale.low + (scale.high - scale.low) * f32::from(step) / 3.0;
        let (x, y) = scale.at(scale.first, value);
        let points = vec![(x, y), (LEFT + INNER - NAMES, y)];
        flow.draw(Some(figure), Drawn::Line { points, width: 0.5, colour: RULE, dash: false });
        let words = format!("{value:.1} ");
        let wide = flow.faces.width(false, 7.5, words.trim());
        flow.text(Some(figure), (x - 6.0 - wide, y + 2.5), (7.5, false, MUTED), &words);
    }
    let mut free = f32::MIN;
    for (at, name, _) in &chart.points {
        let (x, y) = scale.at(*at, scale.low);
        let wide = flow.faces.width(false, 7.5, name);
        if x - wide / 2.0 > free {
            let words = format!("{name} ");
            flow.text(Some(figure), (x - wide / 2.0, y + 12.0), (7.5, false, MUTED), &words);
            free = x + wide / 2.0 + 6.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::shown;
    use domain::measure::tenths;

    #[test]
    fn a_chart_rounds_as_its_table_does() {
        for (drawn, kept) in [(6.35_f32, 6.35_f64), (6.25, 6.25), (2.45, 2.45), (-0.04, -0.04)] {
            assert_eq!(shown(drawn), tenths(kept));
        }
        assert_eq!(shown(6.35), "6.4");
    }
}
