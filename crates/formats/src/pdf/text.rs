//! Letters: which font has them, how wide words are, and where lines break.

use super::Fonts;
use krilla::text::Font;
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use std::collections::HashMap;

/// One font with the width of every letter it has. Units: parts of the size.
struct Face {
    font: Font,
    widths: HashMap<char, f32>,
}

impl Face {
    fn new(bytes: &[u8]) -> Result<Face, String> {
        let broken = || "a font cannot be read".to_owned();
        let font = Font::new(bytes.to_vec().into(), 0).ok_or_else(broken)?;
        let read = FontRef::new(bytes).map_err(|error| error.to_string())?;
        let metrics = read.glyph_metrics(Size::unscaled(), LocationRef::default());
        let em = font.units_per_em();
        let mappings = read.charmap().mappings();
        let widths = mappings
            .filter_map(|(code, glyph)| {
                Some((char::from_u32(code)?, metrics.advance_width(glyph)? / em))
            })
            .collect();
        Ok(Face { font, widths })
    }
}

/// Every font of the document.
pub(super) struct Faces {
    plain: [Face; 2],
    bold: [Face; 2],
}

/// Stands for a letter that no font has.
const MISSING: char = '?';

impl Faces {
    pub fn new(fonts: Fonts<'_>) -> Result<Faces, String> {
        Ok(Faces {
            plain: [Face::new(fonts.regular)?, Face::new(fonts.regular_more)?],
            bold: [Face::new(fonts.bold)?, Face::new(fonts.bold_more)?],
        })
    }

    fn of(&self, bold: bool) -> &[Face; 2] {
        if bold { &self.bold } else { &self.plain }
    }

    /// A letter that can be printed, and the font and width it has.
    fn letter(&self, bold: bool, letter: char) -> (char, &Face, f32) {
        let [usual, more] = self.of(bold);
        let letter = if letter.is_whitespace() { ' ' } else { letter };
        for face in [usual, more] {
            if let Some(width) = face.widths.get(&letter) {
                return (letter, face, *width);
            }
        }
        (MISSING, usual, usual.widths.get(&MISSING).copied().unwrap_or(0.5))
    }

    pub fn width(&self, bold: bool, size: f32, text: &str) -> f32 {
        text.chars().map(|letter| self.letter(bold, letter).2).sum::<f32>() * size
    }

    /// The pieces of a line that one font can print, each with how far it starts from the left.
    pub fn pieces(&self, bold: bool, size: f32, text: &str) -> Vec<(f32, Font, String)> {
        let mut pieces: Vec<(f32, Font, String)> = Vec::new();
        let mut at = 0.0;
        let mut last: *const Face = std::ptr::null();
        for letter in text.chars().filter(|letter| !letter.is_control()) {
            let (letter, face, width) = self.letter(bold, letter);
            match pieces.last_mut().filter(|_| std::ptr::eq(last, face)) {
                Some((_, _, piece)) => piece.push(letter),
                None => pieces.push((at, face.font.clone(), letter.to_string())),
            }
            last = face;
            at += width * size;
        }
        pieces
    }

    /// Breaks words into lines no wider than asked; a word that is too long is broken inside.
    pub fn lines(&self, bold: bool, size: f32, text: &str, width: f32) -> Vec<String> {
        let mut lines = vec![String::new()];
        let mut used = 0.0;
        let space = self.width(bold, size, " ");
        for word in text.split_whitespace() {
            for (part, piece) in self.parts(bold, size, word, width).into_iter().enumerate() {
                let own = self.width(bold, size, &piece);
                let gap = if used > 0.0 && part == 0 { space } else { 0.0 };
                let fits = used + gap + own <= width;
                let line = lines.last_mut().filter(|_| fits);
                match line {
                    Some(line) => {
                        if gap > 0.0 {
                            line.push(' ');
                        }
                        line.push_str(&piece);
                        used += gap + own;
                    }
                    None => {
                        lines.push(piece);
                        used = own;
                    }
                }
            }
        }
        lines
    }

    fn parts(&self, bold: bool, size: f32, word: &str, width: f32) -> Vec<String> {
        if self.width(bold, size, word) <= width {
            return vec![word.to_owned()];
        }
        let mut parts = vec![String::new()];
        let mut used = 0.0;
        for letter in word.chars() {
            let own = self.letter(bold, letter).2 * size;
            if used + own > width && used > 0.0 {
                parts.push(String::new());
                used = 0.0;
            }
            if let Some(part) = parts.last_mut() {
                part.push(letter);
            }
            used += own;
        }
        parts
    }
}
