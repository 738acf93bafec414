//! What a file is by its first bytes, whatever its name says, and the sentence for a file that is
//! of the wrong kind. A partner's wrong attachment deserves better than "syntax error".

use crate::limits::refuse;
use domain::intake::FileRefused;

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Looks {
    /// A zip archive, as new workbooks are.
    Zip,
    /// The container of old Office files and of files with a password.
    OldOffice,
    Pdf,
    Picture,
    Archive,
    WebPage,
    Xml,
    Text,
}

pub(crate) fn looks_like(bytes: &[u8]) -> Looks {
    match bytes {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => Looks::Zip,
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Looks::OldOffice,
        [b'%', b'P', b'D', b'F', ..] => Looks::Pdf,
        [0x89, b'P', b'N', b'G', ..] | [0xFF, 0xD8, 0xFF, ..] | [b'G', b'I', b'F', b'8', ..] => {
            Looks::Picture
        }
        [0x1F, 0x8B, ..] | [b'7', b'z', 0xBC, 0xAF, ..] | [b'R', b'a', b'r', b'!', ..] => {
            Looks::Archive
        }
        _ => by_text(bytes),
    }
}

/// Markup is told from its first tag; NULs are skipped so that UTF-16 is told as well.
fn by_text(bytes: &[u8]) -> Looks {
    let start: String = bytes
        .iter()
        .filter(|byte| byte.is_ascii() && **byte != 0)
        .skip_while(|byte| byte.is_ascii_whitespace())
        .take(400)
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    let page = ["<!doctype html", "<html", "<head", "<body"];
    if page.iter().any(|tag| start.starts_with(tag)) || start.contains("<html") {
        return Looks::WebPage;
    }
    if start.starts_with('<') { Looks::Xml } else { Looks::Text }
}

/// Refuses what is not wanted with a sentence that says what it is instead.
///
/// Shape: `wanted` in words, such as "a table (CSV or XLSX)".
pub(crate) fn wrong_kind(looks: Looks, wanted: &str) -> FileRefused {
    let is = match looks {
        Looks::Zip => "a zip archive or workbook",
        Looks::OldOffice => {
            return refuse(format!(
                "This is an old Excel file (.xls) or a workbook with a password, not {wanted}. \
                 Save it as .xlsx without a password, or as CSV, and send it again."
            ));
        }
        Looks::Pdf => "a PDF",
        Looks::Picture => "a picture",
        Looks::Archive => "a compressed archive",
        Looks::WebPage => "a web page, perhaps a sign-in or error page saved in its place",
        Looks::Xml => "an XML file",
        Looks::Text => "plain text",
    };
    refuse(format!("This is {is}, not {wanted}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell_the_kind() {
        let rows: [(&[u8], Looks); 10] = [
            (b"PK\x03\x04rest", Looks::Zip),
            (b"\xD0\xCF\x11\xE0\xA1", Looks::OldOffice),
            (b"%PDF-1.7", Looks::Pdf),
            (b"\x89PNG\r\n", Looks::Picture),
            (b"\x1F\x8B\x08", Looks::Archive),
            (b"<!DOCTYPE html><html>", Looks::WebPage),
            (b"\n <HTML>", Looks::WebPage),
            (b"<?xml version=\"1.0\"?><CTfile>", Looks::Xml),
            (b"\xFF\xFE<\0?\0x\0m\0l\0", Looks::Xml),
            (b"UPN,Surname", Looks::Text),
        ];
        for (bytes, looks) in rows {
            assert_eq!(looks_like(bytes), looks, "{bytes:?}");
        }
    }
}
