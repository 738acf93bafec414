//! Another system's return as rows: the XML reader's records made declarations.

use crate::limits::{RETURN_BYTES, check_size, refuse};
use crate::nccis_xml::{Limits, Part, ReadError};
use crate::reference::editions;
use crate::return_declared::declare;
use crate::sniff::{Looks, looks_like, wrong_kind};
use crate::{Sink, nccis_xml};
use domain::intake::{FileFacts, FileRefused};

pub(crate) fn read(bytes: &[u8], sink: &mut Sink<'_>) -> Result<FileFacts, FileRefused> {
    check_size(bytes.len() as u64, RETURN_BYTES)?;
    match looks_like(bytes) {
        Looks::Xml => {}
        looks => return Err(wrong_kind(looks, "a monthly return (XML)")),
    }
    let mut day = None;
    let mut row = 0;
    let limits = Limits { bytes: RETURN_BYTES, ..Limits::default() };
    let summary = nccis_xml::read(bytes, &limits, &mut |part| match part {
        Part::Root(_) => {}
        Part::Header(header) => day = header.period_end_day(),
        Part::Record(record) => {
            row += 1;
            sink(declare(&record, day, row));
        }
    })
    .map_err(refused)?;
    let mut notes = Vec::new();
    if day.is_none() {
        notes.push(
            "The header has no period end, so stated lapse dates belong to no day.".to_owned(),
        );
    }
    if summary.records == 0 {
        return Err(refuse("The return holds no young person's record."));
    }
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(FileFacts {
        unread: summary.unknown.into_iter().map(|(name, times)| (name, count(times))).collect(),
        day,
        edition: editions().for_file(&summary.root, day).map(|edition| edition.name.clone()),
        notes,
    })
}

fn refused(error: ReadError) -> FileRefused {
    FileRefused {
        sentence: format!("Line {}: {}.", error.line, error.problem),
        row: Some(error.line),
        telling_may_help: false,
    }
}
