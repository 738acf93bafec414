//! From bytes to text: the sender says which encoding, or the bytes prove it. What was decided is
//! always told, and bytes that do not fit name the line they stand on. Nothing is replaced silently.

use crate::limits::{refuse, refuse_at};
use domain::intake::FileRefused;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::str::FromStr;

/// The encodings that partners' files come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Encoding {
    #[serde(rename = "utf-8")]
    Utf8,
    /// Always with its byte order mark, which says which of the two orders it is.
    #[serde(rename = "utf-16")]
    Utf16,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

impl Encoding {
    pub const ALL: &'static [Encoding] = &[Self::Utf8, Self::Utf16, Self::Windows1252];

    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16 => "UTF-16",
            Self::Windows1252 => "Windows-1252",
        }
    }
}

impl FromStr for Encoding {
    type Err = String;

    /// Shape: any capitals, with or without hyphens; `latin1` and `iso-8859-1` mean Windows-1252,
    /// as every browser reads them.
    fn from_str(text: &str) -> Result<Self, String> {
        let plain: String =
            text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        match plain.as_str() {
            "utf8" | "usascii" | "ascii" => Ok(Self::Utf8),
            "utf16" | "utf16le" | "utf16be" => Ok(Self::Utf16),
            "windows1252" | "cp1252" | "ansi" | "latin1" | "iso88591" => Ok(Self::Windows1252),
            _ => Err(format!(
                "an encoding is utf-8, utf-16 or windows-1252; this is not one: {text}"
            )),
        }
    }
}

/// A file as text, with the sentence that says how it was read.
#[derive(Debug)]
pub struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub encoding: Encoding,
    pub note: String,
}

/// Reads bytes as text.
///
/// Shape: `told` wins over what the bytes suggest, save for a byte order mark that contradicts it.
/// Errors: bytes that do not fit, and NUL characters, each with its line.
pub fn decode(bytes: &[u8], told: Option<Encoding>) -> Result<Decoded<'_>, FileRefused> {
    let decoded = match (marked(bytes), told) {
        (Some((mark, _)), Some(told)) if mark != told => {
            return Err(refuse(format!(
                "The file was said to be {}, but it begins with the mark of {}.",
                told.name(),
                mark.name()
            ))
            .until_told());
        }
        (Some((Encoding::Utf16, _)), _) => utf16(bytes)?,
        (Some((mark, length)), _) => {
            utf8(bytes.get(length..).unwrap_or_default(), format!("{} by its mark", mark.name()))?
        }
        (None, Some(Encoding::Utf8)) => utf8(bytes, "UTF-8 as told".into())?,
        (None, Some(Encoding::Utf16)) => {
            return Err(
                refuse("The file was said to be UTF-16, but has no byte order mark.").until_told()
            );
        }
        (None, Some(Encoding::Windows1252)) => windows1252(bytes, "Windows-1252 as told")?,
        (None, None) => by_evidence(bytes)?,
    };
    match decoded.text.find('\0') {
        Some(at) => Err(refuse_at(
            line_of(decoded.text.as_bytes(), at),
            format!(
                "Line {} holds a NUL character: this is not a text file, or it was damaged.",
                line_of(decoded.text.as_bytes(), at)
            ),
        )),
        None => Ok(decoded),
    }
}

fn marked(bytes: &[u8]) -> Option<(Encoding, usize)> {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => Some((Encoding::Utf8, 3)),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Some((Encoding::Utf16, 2)),
        _ => None,
    }
}

fn by_evidence(bytes: &[u8]) -> Result<Decoded<'_>, FileRefused> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let why = if text.is_ascii() { "plain ASCII" } else { "UTF-8, since every byte fits" };
        return Ok(Decoded {
            text: Cow::Borrowed(text),
            encoding: Encoding::Utf8,
            note: read_as(why),
        });
    }
    let (whole, broken) = utf8_evidence(bytes);
    if whole > broken {
        return utf8(bytes, String::new());
    }
    windows1252(bytes, "Windows-1252, since it is not UTF-8; say --encoding if this is wrong")
}

/// How many letters beyond ASCII are whole in UTF-8, and how many stretches of bytes are not.
fn utf8_evidence(bytes: &[u8]) -> (usize, usize) {
    bytes.utf8_chunks().fold((0, 0), |(whole, broken), chunk| {
        let letters = chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        (whole + letters, broken + usize::from(!chunk.invalid().is_empty()))
    })
}

fn utf8(bytes: &[u8], why: String) -> Result<Decoded<'_>, FileRefused> {
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            Ok(Decoded { text: Cow::Borrowed(text), encoding: Encoding::Utf8, note: read_as(&why) })
        }
        Err(error) => {
            let line = line_of(bytes, error.valid_up_to());
            Err(refuse_at(
                line,
                format!(
                    "Line {line} holds bytes that are not UTF-8. Save the file as UTF-8, or say \
                     --encoding windows-1252 if that is what it is."
                ),
            )
            .until_told())
        }
    }
}

fn utf16(bytes: &[u8]) -> Result<Decoded<'_>, FileRefused> {
    let big = bytes.first() == Some(&0xFE);
    let encoding = if big { encoding_rs::UTF_16BE } else { encoding_rs::UTF_16LE };
    let rest = bytes.get(2..).unwrap_or_default();
    match encoding.decode_without_bom_handling_and_without_replacement(rest) {
        Some(text) => Ok(Decoded {
            text: Cow::Owned(text.into_owned()),
            encoding: Encoding::Utf16,
            note: read_as("UTF-16 by its mark"),
        }),
        None => {
            let (text, _) = encoding.decode_without_bom_handling(rest);
            let at = text.find('\u{FFFD}').unwrap_or(0);
            let line = line_of(text.as_bytes(), at);
            Err(refuse_at(line, format!("Line {line} holds bytes that are not UTF-16.")))
        }
    }
}

fn windows1252<'a>(bytes: &'a [u8], why: &str) -> Result<Decoded<'a>, FileRefused> {
    // These five stand for nothing in Windows-1252; a decoder would turn them into control codes.
    let unassigned = |byte: &u8| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D);
    if let Some(at) = bytes.iter().position(unassigned) {
        let line = line_of(bytes, at);
        return Err(refuse_at(
            line,
            format!(
                "Line {line} holds a byte that is neither UTF-8 nor Windows-1252. Save the file as \
                 UTF-8 and send it again."
            ),
        ));
    }
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
    Ok(Decoded { text, encoding: Encoding::Windows1252, note: read_as(why) })
}

fn read_as(why: &str) -> String {
    format!("The file was read as {why}.")
}

/// The line of a place in a file, from 1.
pub(crate) fn line_of(bytes: &[u8], at: usize) -> u32 {
    let before = bytes.get(..at).unwrap_or(bytes);
    let breaks = before.iter().filter(|byte| **byte == b'\n').count();
    u32::try_from(breaks).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_prove_their_encoding() {
        let utf16: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain("a\nZoë".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let rows: [(&[u8], &str, Encoding); 6] = [
            (b"plain", "plain", Encoding::Utf8),
            ("Zoë".as_bytes(), "Zoë", Encoding::Utf8),
            (b"\xEF\xBB\xBFZo\xC3\xAB", "Zoë", Encoding::Utf8),
            (&utf16, "a\nZoë", Encoding::Utf16),
            (b"Zo\xEB", "Zoë", Encoding::Windows1252),
            (b"O\x92Neill", "O’Neill", Encoding::Windows1252),
        ];
        for (bytes, text, encoding) in rows {
            let decoded = decode(bytes, None).unwrap();
            assert_eq!((decoded.text.as_ref(), decoded.encoding), (text, encoding));
            assert!(decoded.note.starts_with("The file was read as "), "{}", decoded.note);
        }
    }

    #[test]
    fn what_does_not_fit_names_its_line() {
        let rows: [(&[u8], Option<Encoding>, Option<u32>); 7] = [
            (b"a\nb\nZo\xEB", Some(Encoding::Utf8), Some(3)),
            ("é é é\n\u{e9}".as_bytes(), Some(Encoding::Utf16), None),
            (b"a\n\x81", None, Some(2)),
            (b"\xC3\xA9 \xC3\xA9\n\xC3\xA9\xFF", None, Some(2)),
            (b"a\n\0b", None, Some(2)),
            (b"\xFF\xFEa\0\n\0\x00\xD8", None, Some(2)),
            (b"\xEF\xBB\xBFa", Some(Encoding::Windows1252), None),
        ];
        for (bytes, told, line) in rows {
            assert_eq!(decode(bytes, told).unwrap_err().row, line, "{bytes:?}");
        }
    }

    #[test]
    fn told_is_believed() {
        let decoded = decode("é".as_bytes(), Some(Encoding::Windows1252)).unwrap();
        assert_eq!(decoded.text, "Ã©");
        assert_eq!("Latin-1".parse(), Ok(Encoding::Windows1252));
        assert!("ebcdic".parse::<Encoding>().is_err());
    }
}
