//! What a chart is drawn on. Made for a desk, a drawing's words are too small to read on a phone: so each chart is
//! drawn twice, and the style sheet shows the one there is room for.

use super::{Words, canvas::Svg};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    Wide,
    /// A phone: names stand above what they name, and fewer marks are named.
    Narrow,
}

impl Paper {
    pub fn either<T>(self, wide: T, narrow: T) -> T {
        match self {
            Self::Wide => wide,
            Self::Narrow => narrow,
        }
    }

    /// That of the narrow is what a phone of 360 pixels leaves, so that letters keep their size on it.
    pub fn width(self) -> f64 {
        self.either(640.0, 320.0)
    }

    pub fn class(self) -> &'static str {
        self.either("wm-svg--wide", "wm-svg--narrow")
    }

    /// Names below an axis that fit beside one another.
    pub fn labels(self) -> usize {
        self.either(8, 4)
    }

    /// A name as long as there is room for it before or above its bar; the table beside has the whole of it.
    pub fn short(self, name: &str) -> String {
        cut(name, self.either(25, 42))
    }
}

/// At most so many letters.
pub fn cut(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    let kept: String = name.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// The same chart for both, of which one is ever seen.
pub fn on_both(words: &Words, draw: impl Fn(Paper, &Words) -> Svg) -> Svg {
    let narrow = Words { id: format!("{}-narrow", words.id), ..words.clone() };
    draw(Paper::Wide, words).and(&draw(Paper::Narrow, &narrow))
}
