//! A file's bytes on their way in and out of the register: in parts, through the disk, so that memory
//! does not grow with the file.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::os::unix::fs::FileExt;

use formats::Kind;
use formats::limits::FILE_BYTES_LARGEST;
use sha2::{Digest, Sha256};
use store::{Tx, imports};

use crate::accounts::hex;
use crate::context::{Context, Wrong};

/// Bytes of one kept part.
const PART_BYTES: usize = 1 << 20;

/// Bytes that can be read twice: once to know them, once to keep them.
pub trait Content: Read + Seek + Send {}
impl<T: Read + Seek + Send> Content for T {}

/// The hash and the length of a file that its kind may have.
///
/// Errors: refused when it is empty or larger than its kind may be.
pub(super) fn weigh(content: &mut dyn Content, kind: Kind) -> Result<(String, u64), Wrong> {
    let mut hash = Sha256::new();
    let mut bytes = 0;
    content.rewind().map_err(unreadable)?;
    while let Some(part) = next_part(content)? {
        bytes += part.len() as u64;
        if bytes > FILE_BYTES_LARGEST {
            break;
        }
        hash.update(&part);
    }
    kind.check_size(bytes).map_err(|refused| Wrong::Refused(refused.sentence))?;
    Ok((hex(&hash.finalize()), bytes))
}

/// Keeps a file's content under its number.
pub(super) async fn keep(tx: &mut Tx, id: i64, content: &mut dyn Content) -> Result<(), Wrong> {
    content.rewind().map_err(unreadable)?;
    let mut number = 0;
    while let Some(part) = next_part(content)? {
        imports::add_part(tx, id, number, part).await?;
        number += 1;
    }
    Ok(())
}

/// A kept file's content as a file without a name, which nothing but this process can reach.
pub(super) async fn spool(ctx: &Context, id: i64) -> Result<File, Wrong> {
    let full = |e: std::io::Error| Wrong::Failed(format!("the file cannot be laid out: {e}"));
    let mut file = match &ctx.home {
        Some(home) => tempfile::tempfile_in(home),
        None => tempfile::tempfile(),
    }
    .map_err(full)?;
    let mut tx = ctx.db.begin_read().await?;
    let mut number = 0;
    while let Some(part) = imports::part(&mut tx, id, number).await? {
        file.write_all(&part).map_err(full)?;
        number += 1;
    }
    match number {
        0 => Err(Wrong::Failed(format!("the content of import {id} is missing"))),
        _ => Ok(file),
    }
}

/// Lines after the headings of a table that is a text; `None` of anything else, whose rows are not known
/// before it was read.
///
/// The file may be on its way to its reader: it is read where it lies, and how far the reader is stays as it is.
pub(super) fn lines(file: &File, kind: Kind) -> Result<Option<i64>, Wrong> {
    if !kind.is_table() {
        return Ok(None);
    }
    let (mut part, mut from, mut lines) = (vec![0; PART_BYTES], 0, 0_i64);
    loop {
        let read = file.read_at(&mut part, from).map_err(unreadable)?;
        let read = part.get(..read).unwrap_or_default();
        // A workbook is a ZIP.
        if from == 0 && read.starts_with(b"PK") {
            return Ok(None);
        }
        if read.is_empty() {
            return Ok(Some((lines - 1).max(1)));
        }
        from += read.len() as u64;
        lines += i64::try_from(read.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(0);
    }
}

fn next_part(content: &mut dyn Content) -> Result<Option<Vec<u8>>, Wrong> {
    let mut part = Vec::new();
    content.take(PART_BYTES as u64).read_to_end(&mut part).map_err(unreadable)?;
    Ok((!part.is_empty()).then_some(part))
}

fn unreadable(e: std::io::Error) -> Wrong {
    Wrong::Failed(format!("the file cannot be read: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid_out(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    #[test]
    fn lines_are_counted_under_a_reader_that_does_not_notice() {
        let mut file = laid_out("Forename,Surname\nQua,Zyx\nQuo,Zyx\n".repeat(70_000).as_bytes());
        file.seek(std::io::SeekFrom::Start(7)).unwrap();
        assert_eq!(lines(&file, Kind::Roll).unwrap(), Some(209_999));
        assert_eq!(file.stream_position().unwrap(), 7);
    }

    #[test]
    fn what_is_no_text_of_lines_has_none() {
        assert_eq!(lines(&laid_out(b"PK\x03\x04\n\n"), Kind::Roll).unwrap(), None);
        assert_eq!(lines(&laid_out(b"<CTfile>\n"), Kind::Ctf).unwrap(), None);
        assert_eq!(lines(&laid_out(b""), Kind::Roll).unwrap(), Some(1));
    }
}
