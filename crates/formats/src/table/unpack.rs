//! A workbook is a zip archive: before anything believes it, its parts are counted and unpacked
//! into nothing to see how large they truly are. What the archive states about itself is not used.

use crate::limits::{ENTRIES, RATIO, RATIO_FROM, UNPACKED_BYTES, refuse};
use domain::intake::FileRefused;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::io::{BufReader, Cursor, Read};
use zip::ZipArchive;

/// Texts that a workbook may share between cells. The reader reserves room for the stated number.
const SHARED_TEXTS: u64 = 4_000_000;

pub(super) fn damaged() -> FileRefused {
    refuse(
        "The workbook is damaged or was cut off. Open it in a spreadsheet, save it again as .xlsx \
         and send that.",
    )
}

/// Errors: too many parts, too large when unpacked, packed too tightly to be honest, or damaged.
pub(super) fn check(bytes: &[u8]) -> Result<(), FileRefused> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    if archive.len() > ENTRIES {
        return Err(refuse(format!(
            "The workbook has {} parts; at most {ENTRIES} are taken.",
            archive.len()
        )));
    }
    let allowed = (bytes.len() as u64 * RATIO).clamp(RATIO_FROM, UNPACKED_BYTES);
    let mut unpacked = 0;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|_| damaged())?;
        let shared = entry.name_raw().to_ascii_lowercase().ends_with(b"sharedstrings.xml");
        let room = allowed - unpacked;
        let size = std::io::copy(&mut entry.take(room + 1), &mut std::io::sink())
            .map_err(|_| damaged())?;
        if size > room {
            return Err(bomb(allowed));
        }
        unpacked += size;
        if shared {
            let entry = archive.by_index(at).map_err(|_| damaged())?;
            check_shared(BufReader::new(entry), size)?;
        }
    }
    Ok(())
}

fn bomb(allowed: u64) -> FileRefused {
    refuse(format!(
        "The workbook unpacks to more than {} MB, which its size does not explain. It was not opened.",
        allowed >> 20
    ))
}

/// A stated number of shared texts is refused when the part is too short to hold so many.
fn check_shared(part: impl std::io::BufRead, size: u64) -> Result<(), FileRefused> {
    let mut reader = Reader::from_reader(part);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(start) | Event::Empty(start))
                if start.local_name().as_ref() == "sst" =>
            {
                let stated = start
                    .attributes()
                    .flatten()
                    .filter(|attribute| attribute.key.as_ref().ends_with("uniqueCount"))
                    .filter_map(|attribute| attribute.value.trim().parse::<u64>().ok())
                    .max()
                    .unwrap_or(0);
                // The shortest shared text, `<si/>`, has five characters.
                return if stated > SHARED_TEXTS || stated > size / 5 {
                    Err(damaged())
                } else {
                    Ok(())
                };
            }
            Ok(Event::Eof) => return Ok(()),
            Err(_) => return Err(damaged()),
            Ok(_) => {}
        }
    }
}
