//! Whole populations split into parts, one bar a group, each part a share of its bar. Parts
//! differ in hatch as well as colour, and a key above names them in the order they lie.

use super::{
    Words,
    canvas::{Anchor, Canvas, Svg},
    paper::{Paper, on_both},
};

/// `rows` gives each group's count for every part, in the order of `parts`.
pub struct Stack {
    pub parts: Vec<String>,
    pub rows: Vec<(String, Vec<f64>)>,
    /// Those of the parts: `COLOURS`, or what the parts are drawn in elsewhere.
    pub colours: &'static [&'static str],
}

const ROW: f64 = 34.0;
const THICK: f64 = 24.0;
const KEY_ROW: f64 = 22.0;

/// Where bars begin.
fn left(paper: Paper) -> f64 {
    paper.either(150.0, 0.0)
}

impl Stack {
    pub fn draw(&self, words: &Words) -> Svg {
        on_both(words, |paper, words| self.draw_on(paper, words))
    }

    fn draw_on(&self, paper: Paper, words: &Words) -> Svg {
        let across = paper.either(3, 2);
        let keys = KEY_ROW * self.parts.len().div_ceil(across) as f64 + 10.0;
        // On a phone a name stands above its bar.
        let above = paper.either(0.0, 18.0);
        let height = keys + (ROW + above) * self.rows.len() as f64;
        let mut canvas = Canvas::new(paper.class(), paper.width(), height, words);
        canvas.hatches(&words.id, self.colours);
        self.draw_key(&mut canvas, paper, across, &words.id);
        let mut y = keys;
        for (name, counts) in &self.rows {
            let (at, anchor) = match paper {
                Paper::Wide => ((left(paper) - 10.0, y + 17.0), Anchor::End),
                Paper::Narrow => ((0.0, y + 12.0), Anchor::Start),
            };
            canvas.text(at, anchor, "wm-svg__name", name);
            self.draw_row(&mut canvas, paper, y + above, counts, &words.id);
            y += ROW + above;
        }
        canvas.finish()
    }

    fn draw_key(&self, canvas: &mut Canvas, paper: Paper, across: usize, id: &str) {
        for (place, part) in self.parts.iter().enumerate() {
            let x = left(paper) + paper.either(165.0, 160.0) * (place % across) as f64;
            let y = KEY_ROW * (place / across) as f64 + 2.0;
            canvas.rect(
                (x, y),
                (14.0, 14.0),
                &self.fill(id, place),
                "stroke=\"#14212B\" stroke-width=\"0.5\"",
            );
            canvas.text((x + 20.0, y + 12.0), Anchor::Start, "wm-svg__name", part);
        }
    }

    fn draw_row(&self, canvas: &mut Canvas, paper: Paper, y: f64, counts: &[f64], id: &str) {
        let whole: f64 = counts.iter().sum();
        if whole <= 0.0 {
            let at = (left(paper), y + 17.0);
            canvas.text(at, Anchor::Start, "wm-svg__tick", "no one in this group");
            return;
        }
        let reach = paper.width() - left(paper);
        let mut x = left(paper);
        for (place, count) in counts.iter().enumerate() {
            let width = reach * count / whole;
            canvas.rect((x, y), (width, THICK), &self.fill(id, place), "stroke=\"#FFFFFF\"");
            // A share is written where it fits, on white so that no hatch runs through it.
            if width > 54.0 {
                let middle = x + width / 2.0;
                canvas.rect((middle - 22.0, y + 4.0), (44.0, 16.0), "#FFFFFF", "rx=\"2\"");
                let share = format!("{:.0} %", 100.0 * count / whole);
                canvas.text((middle, y + 16.5), Anchor::Middle, "wm-svg__value", &share);
            }
            x += width;
        }
    }

    fn fill(&self, id: &str, place: usize) -> String {
        format!("url(#{id}-{})", place % self.colours.len().max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::super::COLOURS;
    use super::*;

    #[test]
    fn parts_fill_the_bar_and_an_empty_group_says_so() {
        let rows = vec![("2025".to_owned(), vec![30.0, 10.0]), ("2026".to_owned(), vec![0.0, 0.0])];
        let parts = vec!["Education".to_owned(), "NEET".to_owned()];
        let chart = Stack { parts, rows, colours: &COLOURS };
        let svg = chart.draw(&Words::new("s", "Three in four learn", "")).to_string();
        assert!(svg.contains(">75 %<") && svg.contains(">25 %<"), "{svg}");
        assert!(svg.contains("no one in this group"));
    }
}
