//! How much a partner's file may ask of us, and how a file that asks more is refused.
//! Every reader keeps these; the child process that parses has its own limits on top.

use domain::intake::FileRefused;

/// Bytes of the file as it was sent.
pub const FILE_BYTES: usize = 50 << 20;
/// Bytes of a workbook's parts when unpacked.
pub const UNPACKED_BYTES: u64 = 500 << 20;
/// Parts of a workbook.
pub const ENTRIES: usize = 200;
/// Unpacked bytes for one packed byte.
pub const RATIO: u64 = 100;
/// Below this a workbook may unpack at any ratio, since it cannot hurt.
pub const RATIO_FROM: u64 = 4 << 20;
pub const ROWS: u32 = 200_000;
pub const COLUMNS: usize = 300;
/// Bytes of one cell, or of one value of an XML file.
pub const CELL_BYTES: usize = 32 << 10;
/// Elements inside elements of an XML file.
pub const DEPTH: usize = 24;
/// Values of one person's record in an XML file.
pub const VALUES: usize = 20_000;

/// A refusal of the whole file that points at no row.
pub(crate) fn refuse(sentence: impl Into<String>) -> FileRefused {
    FileRefused { sentence: sentence.into(), row: None }
}

/// A refusal of the whole file because of one row or line, which the sentence names as well.
pub(crate) fn refuse_at(row: u32, sentence: impl Into<String>) -> FileRefused {
    FileRefused { sentence: sentence.into(), row: Some(row) }
}

/// Refuses an empty file and one beyond the limit before anything is read.
pub(crate) fn check_size(bytes: &[u8]) -> Result<(), FileRefused> {
    match bytes.len() {
        0 => Err(refuse("The file is empty.")),
        size if size > FILE_BYTES => Err(refuse(format!(
            "The file has {} MB; at most {} MB are taken. Split it and send the parts.",
            size.div_ceil(1 << 20),
            FILE_BYTES >> 20
        ))),
        _ => Ok(()),
    }
}

/// A text cut for a sentence, so that a hostile value cannot fill the report.
pub(crate) fn short(text: &str) -> String {
    const MOST: usize = 60;
    let clean: String = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .take(MOST)
        .collect();
    if text.chars().nth(MOST).is_some() { format!("{clean}…") } else { clean }
}
