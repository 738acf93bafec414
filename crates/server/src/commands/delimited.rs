//! How a delimited file lies: where its rows begin and what parts its cells. For commands that read whole
//! files of an analyst; files of partners are read in `formats`. Invariant: what is no text is refused by
//! the name of what it is.

/// Shape: rows begin at byte `start`, their cells are parted by `separator`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    pub start: usize,
    pub separator: u8,
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Looks at the top of a file.
/// Errors: the end of a sentence that begins with the file's name.
pub fn layout(bytes: &[u8]) -> Result<Layout, &'static str> {
    refuse_no_text(bytes)?;
    let start = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let rows = bytes.get(start..).unwrap_or_default();
    let first = rows.split(|byte| *byte == b'\n').next().unwrap_or_default();
    // Spreadsheets write and read a line such as "sep=;" before the headings.
    let told = first.strip_suffix(b"\r").unwrap_or(first).strip_prefix(b"sep=");
    match told {
        Some([separator]) => Ok(Layout { start: start + first.len() + 1, separator: *separator }),
        _ => Ok(Layout { start, separator: separator(rows) }),
    }
}

fn refuse_no_text(bytes: &[u8]) -> Result<(), &'static str> {
    let top = bytes.get(..64).unwrap_or(bytes);
    // Every second byte of plain letters is nought in UTF-16, which need not begin with its mark.
    let noughts = top.iter().filter(|byte| **byte == 0).count();
    let marked = top.starts_with(&[0xff, 0xfe]) || top.starts_with(&[0xfe, 0xff]);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        Err("is empty.")
    } else if top.starts_with(b"PK\x03\x04") {
        Err("is a workbook or an archive; save the sheet as CSV in UTF-8.")
    } else if marked || noughts * 3 > top.len() {
        Err("is written in UTF-16; save it as CSV in UTF-8.")
    } else {
        Ok(())
    }
}

/// The commonest mark outside quotation marks in the line of headings; commas where none is commoner.
fn separator(rows: &[u8]) -> u8 {
    let mut lines = rows.split(|byte| matches!(byte, b'\n' | b'\r'));
    let headings = lines.find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for byte in headings {
        quoted ^= *byte == b'"';
        if !quoted {
            for (_, count) in counts.iter_mut().filter(|(mark, _)| mark == byte) {
                *count += 1;
            }
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    counts.iter().find(|(_, count)| *count == most).map_or(b',', |(mark, _)| *mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_begin_after_marks_and_cells_are_parted_as_the_headings_are() {
        for (text, start, separator) in [
            ("a,b,c\n", 0, b','),
            ("a;\"Daytime, evening, night\";c\n1,5;2;3", 0, b';'),
            ("a\tb", 0, b'\t'),
            ("a|b,c|d", 0, b'|'),
            ("alone", 0, b','),
            ("\u{feff}a;b", 3, b';'),
            ("\n\na;b", 0, b';'),
            ("sep=;\r\na,1;b,2,3", 7, b';'),
            ("\u{feff}sep=\t\na\tb", 9, b'\t'),
        ] {
            assert_eq!(layout(text.as_bytes()), Ok(Layout { start, separator }), "{text}");
        }
    }

    #[test]
    fn what_is_no_text_is_refused_by_its_name() {
        let utf16: Vec<u8> =
            "\u{feff}a,b\n1,2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, says) in [
            (utf16.as_slice(), "UTF-16"),
            (utf16.get(2..).unwrap(), "UTF-16"),
            (b"PK\x03\x04 and more", "workbook"),
            (b" \r\n", "empty"),
            (b"", "empty"),
        ] {
            assert!(layout(bytes).unwrap_err().contains(says), "{says}");
        }
    }
}
