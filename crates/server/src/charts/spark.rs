//! A word-sized line beside a number. It only repeats what the words say, so it is hidden
//! from screen readers; the target is a dotted rule and the last point a dot.

use super::canvas::{Canvas, INK, Svg};

pub struct Spark {
    pub values: Vec<f64>,
    pub target: Option<f64>,
}

const WIDTH: f64 = 132.0;
const HEIGHT: f64 = 40.0;
const PAD: f64 = 5.0;

impl Spark {
    pub fn draw(&self) -> Svg {
        let all = || self.values.iter().copied().chain(self.target);
        let low = all().fold(f64::INFINITY, f64::min);
        let span = (all().fold(f64::NEG_INFINITY, f64::max) - low).max(1e-9);
        let down = |value: f64| HEIGHT - PAD - (HEIGHT - 2.0 * PAD) * (value - low) / span;
        let steps = self.values.len().saturating_sub(1).max(1) as f64;
        let across = |place: usize| PAD + (WIDTH - 2.0 * PAD) * place as f64 / steps;
        let mut canvas = Canvas::decoration("wm-svg--spark", WIDTH, HEIGHT);
        if let Some(target) = self.target {
            let y = down(target);
            canvas.line((0.0, y), (WIDTH, y), INK, "stroke-dasharray=\"2 3\"");
        }
        let points: Vec<_> =
            self.values.iter().enumerate().map(|(x, v)| (across(x), down(*v))).collect();
        let d: String = points
            .iter()
            .enumerate()
            .map(|(place, (x, y))| format!("{}{x:.1} {y:.1}", if place == 0 { 'M' } else { 'L' }))
            .collect();
        canvas.path(&d, "none", "#0B5563", "stroke-width=\"2\" stroke-linejoin=\"round\"");
        if let Some(last) = points.last() {
            canvas.dot(*last, 3.5, "#0B5563", "#FFFFFF");
        }
        canvas.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Spark;

    #[test]
    fn a_flat_or_empty_line_does_not_divide_by_nought() {
        for values in [vec![], vec![5.0], vec![5.0, 5.0, 5.0]] {
            let svg = Spark { values, target: None }.draw().to_string();
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }
}
