//! CSV lists, mapping files and truth files into values, with a clear sentence for everything that
//! is wrong with them.

use super::super::delimited::{Layout, layout};
use super::super::{Wrong, bytes_of, text_of, unreadable};
use csv::ByteRecord;
use linkage::{Person, Quality, Table};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{Cursor, Read};
use std::path::Path;

type Readable<T> = Result<T, Wrong>;

/// Bytes that a packed list may unpack to: some ten million records. A few packed megabytes could fill all
/// memory.
const UNPACKED_MOST: u64 = 1 << 30;

/// The name of each column; a mapping leaves out what its lists do not have.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    id: String,
    forename: String,
    surname: String,
    dob: String,
    source: Option<String>,
    sex: Option<String>,
    postcode: Option<String>,
    upn: Option<String>,
    uln: Option<String>,
    school: Option<String>,
}

/// The mapping of lists whose columns differ; a list that is left out has the usual ones.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Apart {
    a: Option<Columns>,
    b: Option<Columns>,
}

/// The columns of both lists as a mapping file gives them, or the usual ones: the same of both, or of each
/// its own under `[a]` and `[b]`.
pub fn columns(mapping: Option<&Path>) -> Readable<(Option<Columns>, Option<Columns>)> {
    let Some(path) = mapping else { return Ok((None, None)) };
    let text = text_of(path)?;
    let wrong = |error: toml::de::Error| {
        Wrong::Usage(format!(
            "{}: {} A mapping names at least id, forename, surname and dob, for both lists or under \
             [a] and [b].",
            path.display(),
            error.message()
        ))
    };
    let whole: toml::Table = toml::from_str(&text).map_err(wrong)?;
    if ["a", "b"].iter().any(|list| whole.get(*list).is_some_and(toml::Value::is_table)) {
        let Apart { a, b } = toml::from_str(&text).map_err(wrong)?;
        return Ok((a, b));
    }
    let both: Columns = toml::from_str(&text).map_err(wrong)?;
    Ok((Some(both.clone()), Some(both)))
}

/// Where each field stands in a file; `None` for one the list does not have.
struct Places([Option<usize>; 10]);

const FIELDS: [&str; 10] =
    ["id", "forename", "surname", "dob", "source", "sex", "postcode", "upn", "uln", "school"];

impl Places {
    fn find(path: &Path, heads: &ByteRecord, columns: Option<&Columns>) -> Readable<Self> {
        let heads: Vec<String> =
            heads.iter().map(|head| text(head).trim().to_lowercase()).collect();
        let mut wanted = FIELDS.map(|field| Some(field.to_owned()));
        if let Some(c) = columns {
            let own = |name: &String| Some(name.clone());
            wanted = [
                own(&c.id),
                own(&c.forename),
                own(&c.surname),
                own(&c.dob),
                c.source.clone(),
                c.sex.clone(),
                c.postcode.clone(),
                c.upn.clone(),
                c.uln.clone(),
                c.school.clone(),
            ];
        }
        let mut named: Vec<String> =
            wanted.iter().flatten().map(|name| name.to_lowercase()).collect();
        named.sort_unstable();
        if let Some([twice, _]) = named.windows(2).find(|pair| pair.first() == pair.last()) {
            return Err(Wrong::Usage(format!(
                "The mapping reads two fields from one column, {twice}."
            )));
        }
        let mut missing = Vec::new();
        let mut places = [None; 10];
        for ((place, name), field) in places.iter_mut().zip(&wanted).zip(FIELDS) {
            let Some(name) = name else { continue };
            let name = name.trim().to_lowercase();
            let mut found = heads.iter().enumerate().filter(|(_, head)| **head == name);
            *place = found.next().map(|(at, _)| at);
            if found.next().is_some() {
                return Err(Wrong::Usage(format!(
                    "{} has two columns named {name}.",
                    path.display()
                )));
            }
            // ULNs are rare in partners' lists, so that column alone may be absent unasked.
            if place.is_none() && (field != "uln" || columns.is_some()) {
                missing.push(name);
            }
        }
        if missing.is_empty() {
            return Ok(Self(places));
        }
        Err(Wrong::Usage(format!(
            "{} has no column {}. Give a mapping file if its columns have other names.",
            path.display(),
            missing.join(", ")
        )))
    }

    fn get<'a>(&self, record: &'a ByteRecord, field: usize) -> Cow<'a, str> {
        let place = self.0.get(field).copied().flatten();
        place.and_then(|at| record.get(at)).map_or(Cow::Borrowed(""), text)
    }
}

/// UTF-8, or failing that Latin letters of one byte each, as older systems write them.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()),
    }
}

/// A list being read.
struct Reading {
    reader: csv::Reader<Cursor<Vec<u8>>>,
    separator: u8,
}

fn reader(path: &Path) -> Readable<Reading> {
    let mut bytes = bytes_of(path)?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        let mut unzipped =
            flate2::read::MultiGzDecoder::new(bytes.as_slice()).take(UNPACKED_MOST + 1);
        unzipped.read_to_end(&mut plain).map_err(|error| unreadable(path, &error))?;
        if plain.len() as u64 > UNPACKED_MOST {
            return Err(Wrong::Refused(format!(
                "{} unpacks to more than {} MB; give it as it is if it really is a list.",
                path.display(),
                UNPACKED_MOST >> 20
            )));
        }
        bytes = plain;
    }
    let Layout { start, separator } =
        layout(&bytes).map_err(|wrong| Wrong::Refused(format!("{} {wrong}", path.display())))?;
    bytes.drain(..start.min(bytes.len()));
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).delimiter(separator).buffer_capacity(1 << 16);
    Ok(Reading { reader: builder.from_reader(Cursor::new(bytes)), separator })
}

impl Reading {
    fn next(&mut self, path: &Path, record: &mut ByteRecord) -> Readable<bool> {
        self.reader.read_byte_record(record).map_err(|error| broken(path, &error))
    }

    /// Refuses a file that was cut off inside quotation marks: its last cell holds all that followed.
    fn whole(&self, path: &Path, last: &ByteRecord) -> Readable<()> {
        let began = last.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or(0);
        let row = self.reader.get_ref().get_ref().get(began..).unwrap_or_default();
        if !formats::table::ends_quoted(&String::from_utf8_lossy(row), char::from(self.separator)) {
            return Ok(());
        }
        Err(Wrong::Refused(format!(
            "{}: a quotation mark in the last record is never closed; the file may be cut off.",
            path.display()
        )))
    }
}

fn broken(path: &Path, error: &csv::Error) -> Wrong {
    Wrong::Refused(format!("{} is not a sound CSV file: {error}.", path.display()))
}

/// Reads one list; with it, how many of its records run over more than one line. A stray quotation mark
/// swallows the rows up to the next one and leaves a sound file, so such records are told of.
pub fn table(path: &Path, columns: &Option<Columns>) -> Readable<(Table, usize)> {
    let mut reader = reader(path)?;
    let mut record = ByteRecord::new();
    reader.next(path, &mut record)?;
    let places = Places::find(path, &record, columns.as_ref())?;
    let mut table = Table::default();
    let (mut began, mut over_lines) = (record.clone(), 0);
    while reader.next(path, &mut record)? {
        began.set_position(record.position().cloned());
        over_lines += usize::from(record.as_slice().contains(&b'\n'));
        let get = |field| places.get(&record, field);
        table.push(&Person {
            id: get(0).trim(),
            forename: &get(1),
            surname: &get(2),
            dob: &get(3),
            source: get(4).trim(),
            sex: &get(5),
            postcode: &get(6),
            upn: &get(7),
            uln: &get(8),
            school: &get(9),
        });
    }
    reader.whole(path, &began)?;
    if table.is_empty() {
        return Err(Wrong::Refused(format!(
            "{} holds no records, only column names.",
            path.display()
        )));
    }
    Ok((table, over_lines))
}

/// Refuses a list whose links could not be trusted, and names what is merely imperfect.
pub fn refuse_unusable(
    path: &Path,
    (quality, over_lines): (&Quality, usize),
    warnings: &mut Vec<String>,
) -> Readable<()> {
    let path = path.display();
    if over_lines > 0 {
        warnings.push(format!(
            "{path}: {over_lines} records run over several lines; a stray quotation mark may have swallowed rows."
        ));
    }
    if quality.empty_ids > 0 {
        return Err(Wrong::Refused(format!(
            "{path} has {} records without an id.",
            quality.empty_ids
        )));
    }
    if quality.duplicate_ids > 0 {
        return Err(Wrong::Refused(format!(
            "{path} uses {} ids more than once (first: {}); links could not be told apart.",
            quality.duplicate_ids,
            quality.duplicate_id_examples.join(", ")
        )));
    }
    let given = quality.people - quality.without_birth + quality.bad_births;
    if quality.bad_births * 2 > given {
        return Err(Wrong::Refused(format!(
            "{path}: {} of {given} dates of birth are no dates (first: record {}); write them as 2010-05-12 or 12/05/2010.",
            quality.bad_births,
            quality.bad_birth_ids.join(", ")
        )));
    }
    if quality.bad_births > 0 {
        warnings.push(format!(
            "{path}: {} dates of birth are no dates and count as missing (records {}).",
            quality.bad_births,
            quality.bad_birth_ids.join(", ")
        ));
    }
    if quality.unsound_identifiers > 0 {
        let n = quality.unsound_identifiers;
        warnings.push(format!(
            "{path}: {n} UPNs or ULNs have a wrong check character; they count for less."
        ));
    }
    Ok(())
}

/// Reads true pairs.
pub fn truth(path: &Path) -> Readable<HashSet<(String, String)>> {
    let mut reader = reader(path)?;
    let mut record = ByteRecord::new();
    reader.next(path, &mut record)?;
    let place = |name: &str| record.iter().position(|head| head == name.as_bytes());
    let (Some(a), Some(b)) = (place("id_a"), place("id_b")) else {
        return Err(Wrong::Usage(format!("{} has no columns id_a and id_b.", path.display())));
    };
    let mut pairs = HashSet::new();
    while reader.next(path, &mut record)? {
        let get = |at| record.get(at).map(|id| text(id).trim().to_owned()).unwrap_or_default();
        pairs.insert((get(a), get(b)));
    }
    if pairs.is_empty() {
        return Err(Wrong::Refused(format!("{} holds no pairs to measure by.", path.display())));
    }
    Ok(pairs)
}
