//! One activity's currency as a small line of time: verified, today, lapses on. Days come
//! as whole numbers counted from the verification; the words beside it carry the dates.

use super::{
    Words,
    canvas::{Anchor, Canvas, INK, RULE, Svg},
};

/// Days: `lapses_on` and `today` count from the day it was last verified.
pub struct Currency {
    pub today: u32,
    pub lapses_on: u32,
    pub verified_words: String,
    pub lapses_words: String,
}

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 58.0;
const EDGE: f64 = 8.0;
const Y: f64 = 22.0;

impl Currency {
    pub fn draw(&self, words: &Words) -> Svg {
        let lapsed = self.today > self.lapses_on;
        let span = f64::from(self.today.max(self.lapses_on).max(1));
        let across = |day: u32| EDGE + (WIDTH - 2.0 * EDGE) * f64::from(day) / span;
        let (today, lapse) = (across(self.today), across(self.lapses_on));
        let mut canvas = Canvas::new("wm-svg--currency", WIDTH, HEIGHT, words);
        canvas.rect((EDGE, Y - 3.0), (WIDTH - 2.0 * EDGE, 6.0), RULE, "rx=\"3\"");
        canvas.rect((EDGE, Y - 3.0), (today.min(lapse) - EDGE, 6.0), "#0B5563", "rx=\"3\"");
        if lapsed {
            // Past its day: a broken red stretch, so that it reads without colour too.
            let stroke = "stroke-width=\"6\" stroke-dasharray=\"5 3\"";
            canvas.line((lapse, Y), (today, Y), "#A4161A", stroke);
        }
        canvas.line((lapse, Y - 9.0), (lapse, Y + 9.0), INK, "stroke-width=\"2\"");
        canvas.dot((EDGE, Y), 5.0, "#0B5563", "#FFFFFF");
        canvas.dot((today, Y), 6.0, if lapsed { "#A4161A" } else { "#FFB703" }, INK);
        let middle = today.clamp(EDGE + 18.0, WIDTH - EDGE - 18.0);
        canvas.text((middle, 10.0), Anchor::Middle, "wm-svg__tick", "today");
        canvas.text(
            (EDGE - 4.0, HEIGHT - 8.0),
            Anchor::Start,
            "wm-svg__name",
            &self.verified_words,
        );
        let end = (WIDTH - EDGE + 4.0, HEIGHT - 8.0);
        canvas.text(end, Anchor::End, "wm-svg__name", &self.lapses_words);
        canvas.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lapsed_is_shown_by_shape_as_well_as_colour() {
        let draw = |today| {
            let chart = Currency {
                today,
                lapses_on: 90,
                verified_words: "Verified".to_owned(),
                lapses_words: "Lapses".to_owned(),
            };
            chart.draw(&Words::new("k", "t", "d")).to_string()
        };
        assert!(draw(120).contains("stroke-dasharray=\"5 3\""));
        assert!(!draw(30).contains("stroke-dasharray"));
        assert!(!draw(0).contains("NaN"));
    }
}
