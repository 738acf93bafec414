//! How much a partner's file may ask of us, and how a file that asks more is refused.
//! Every reader keeps these; the child process that parses has its own limits on top.

use domain::intake::FileRefused;

/// Bytes of a table, or of an XML file that is read as one text.
pub const FILE_BYTES: u64 = 50 << 20;
/// Bytes of a monthly return: a large county's is longer than any partner's file.
pub const RETURN_BYTES: u64 = 250 << 20;
/// Bytes of the largest file of any kind, for whoever receives it before knowing its kind.
pub const FILE_BYTES_LARGEST: u64 = RETURN_BYTES;
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
    FileRefused::for_good(sentence)
}

/// A refusal of the whole file because of one row or line, which the sentence names as well.
pub(crate) fn refuse_at(row: u32, sentence: impl Into<String>) -> FileRefused {
    FileRefused { row: Some(row), ..FileRefused::for_good(sentence) }
}

/// Refuses an empty file and one beyond a limit before anything is read.
pub(crate) fn check_size(bytes: u64, most: u64) -> Result<(), FileRefused> {
    match bytes {
        0 => Err(refuse("The file is empty.")),
        size if size > most => Err(refuse(format!(
            "The file is larger than {} MB, the most that is taken of its kind. Split it and send \
             the parts.",
            most >> 20
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
