//! A table as Parquet: typed columns that analysis tools read without guessing. Counts are whole numbers,
//! percentages doubles, words UTF-8; what is not said is null. What is to be known of the table (who, when,
//! why) stands in the file's own key-value list.
//!
//! Shape: one row group, one plain page a column, nothing compressed. The same table gives the same bytes.
//! Source: Apache Parquet format 2.9 (file layout, PLAIN and RLE encodings, `parquet.thrift`); Apache
//! Thrift, compact protocol. Why by hand: docs/adr/0030-parquet-by-hand.md.

use crate::tables_out::{Cell, Sheet};

const MAGIC: &[u8; 4] = b"PAR1";

/// Numbers of `parquet.thrift`.
const OPTIONAL: i64 = 1;
const UTF8: i64 = 0;
const PLAIN: i64 = 0;
const RLE: i64 = 3;
const UNCOMPRESSED: i64 = 0;
const DATA_PAGE: i64 = 0;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Whole,
    Double,
    Words,
}

impl Kind {
    /// Words where cells are of several kinds, or none is said.
    fn of<'a>(cells: impl Iterator<Item = &'a Cell>) -> Self {
        let mut found = None;
        for cell in cells {
            let kind = match cell {
                Cell::Count(_) => Self::Whole,
                Cell::Percent(_) | Cell::Number(_) => Self::Double,
                Cell::Text(_) => Self::Words,
                Cell::Empty => continue,
            };
            if found.is_some_and(|before| before != kind) {
                return Self::Words;
            }
            found = Some(kind);
        }
        found.unwrap_or(Self::Words)
    }

    const fn physical(self) -> i64 {
        match self {
            Self::Whole => 2,
            Self::Double => 5,
            Self::Words => 6,
        }
    }
}

/// Where a column's page lies. Units: bytes.
struct Chunk {
    name: String,
    kind: Kind,
    offset: usize,
    bytes: usize,
}

/// The table as a file, with what is to be known of it.
pub fn parquet(about: &[(String, String)], sheet: &Sheet) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    let mut chunks = Vec::new();
    for (at, name) in sheet.columns.iter().enumerate() {
        let cells = || sheet.rows.iter().map(move |row| row.get(at).unwrap_or(&Cell::Empty));
        let kind = Kind::of(cells());
        let page = page(kind, cells(), sheet.rows.len());
        let offset = out.len();
        out.extend(page_header(sheet.rows.len(), page.len()));
        out.extend(page);
        chunks.push(Chunk { name: name.clone(), kind, offset, bytes: out.len() - offset });
    }
    let footer = footer(about, &chunks, sheet.rows.len());
    out.extend(&footer);
    out.extend(u32::try_from(footer.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend(MAGIC);
    out
}

/// Whether each cell is said, then those that are.
fn page<'a>(kind: Kind, cells: impl Iterator<Item = &'a Cell> + Clone, rows: usize) -> Vec<u8> {
    // One bit a row, eight rows a byte, in one bit-packed run.
    let mut said = vec![0_u8; rows.div_ceil(8)];
    for (at, _) in cells.clone().enumerate().filter(|(_, cell)| **cell != Cell::Empty) {
        if let Some(byte) = said.get_mut(at / 8) {
            *byte |= 1 << (at % 8);
        }
    }
    let mut levels = Vec::new();
    varint(&mut levels, (whole(said.len()) << 1 | 1).unsigned_abs());
    levels.extend(said);
    let mut out = u32::try_from(levels.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
    out.extend(levels);
    for cell in cells {
        match (kind, cell) {
            (_, Cell::Empty) => {}
            (Kind::Whole, Cell::Count(count)) => out.extend(count.to_le_bytes()),
            (Kind::Double, Cell::Percent(number) | Cell::Number(number)) => {
                out.extend(number.to_le_bytes());
            }
            (_, other) => {
                let words = crate::tables_out::text(other);
                out.extend(u32::try_from(words.len()).unwrap_or(u32::MAX).to_le_bytes());
                out.extend(words.as_bytes());
            }
        }
    }
    out
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn page_header(rows: usize, bytes: usize) -> Vec<u8> {
    let mut header = Struct::default();
    header.int(1, DATA_PAGE);
    header.int(2, whole(bytes));
    header.int(3, whole(bytes));
    let mut data = Struct::default();
    data.int(1, whole(rows));
    data.int(2, PLAIN);
    data.int(3, RLE);
    data.int(4, RLE);
    header.part(5, data);
    header.end()
}

fn footer(about: &[(String, String)], chunks: &[Chunk], rows: usize) -> Vec<u8> {
    let mut root = Struct::default();
    root.text(4, "table");
    root.int(5, whole(chunks.len()));
    let columns = chunks.iter().map(|chunk| {
        let mut column = Struct::default();
        column.int(1, chunk.kind.physical());
        column.int(3, OPTIONAL);
        column.text(4, &chunk.name);
        if chunk.kind == Kind::Words {
            column.int(6, UTF8);
        }
        column
    });
    let schema: Vec<Struct> = [root].into_iter().chain(columns).collect();
    let mut group = Struct::default();
    group.list(1, chunks.iter().map(|chunk| column_chunk(chunk, rows)).collect());
    group.long(2, whole(chunks.iter().map(|chunk| chunk.bytes).sum()));
    group.long(3, whole(rows));
    let pairs = about.iter().map(|(key, value)| {
        let mut pair = Struct::default();
        pair.text(1, key);
        pair.text(2, value);
        pair
    });
    let mut file = Struct::default();
    file.int(1, 1);
    file.list(2, schema);
    file.long(3, whole(rows));
    file.list(4, vec![group]);
    file.list(5, pairs.collect());
    file.text(6, "Waymark");
    file.end()
}

fn column_chunk(chunk: &Chunk, rows: usize) -> Struct {
    let mut meta = Struct::default();
    meta.int(1, chunk.kind.physical());
    meta.ints(2, &[PLAIN, RLE]);
    meta.texts(3, &[&chunk.name]);
    meta.int(4, UNCOMPRESSED);
    meta.long(5, whole(rows));
    meta.long(6, whole(chunk.bytes));
    meta.long(7, whole(chunk.bytes));
    meta.long(9, whole(chunk.offset));
    let mut column = Struct::default();
    column.long(2, whole(chunk.offset));
    column.part(3, meta);
    column
}

/// Types of the compact protocol.
const I32: u8 = 5;
const I64: u8 = 6;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// A Thrift struct being written; fields come in rising order.
#[derive(Default)]
struct Struct {
    bytes: Vec<u8>,
    last: u8,
}

impl Struct {
    fn field(&mut self, number: u8, kind: u8) {
        debug_assert!(number > self.last && number - self.last < 16, "fields rise by less than 16");
        self.bytes.push((number - self.last) << 4 | kind);
        self.last = number;
    }

    fn int(&mut self, number: u8, value: i64) {
        self.field(number, I32);
        zigzag(&mut self.bytes, value);
    }

    fn long(&mut self, number: u8, value: i64) {
        self.field(number, I64);
        zigzag(&mut self.bytes, value);
    }

    fn text(&mut self, number: u8, text: &str) {
        self.field(number, BINARY);
        binary(&mut self.bytes, text);
    }

    fn part(&mut self, number: u8, part: Self) {
        self.field(number, STRUCT);
        self.bytes.extend(part.end());
    }

    fn list(&mut self, number: u8, parts: Vec<Self>) {
        self.field(number, LIST);
        length(&mut self.bytes, parts.len(), STRUCT);
        parts.into_iter().for_each(|part| self.bytes.extend(part.end()));
    }

    fn ints(&mut self, number: u8, values: &[i64]) {
        self.field(number, LIST);
        length(&mut self.bytes, values.len(), I32);
        values.iter().for_each(|value| zigzag(&mut self.bytes, *value));
    }

    fn texts(&mut self, number: u8, texts: &[&str]) {
        self.field(number, LIST);
        length(&mut self.bytes, texts.len(), BINARY);
        texts.iter().for_each(|text| binary(&mut self.bytes, text));
    }

    fn end(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(u8::try_from(value & 0x7f).unwrap_or(0) | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap_or(0));
}

fn zigzag(out: &mut Vec<u8>, value: i64) {
    varint(out, ((value << 1) ^ (value >> 63)).cast_unsigned());
}

fn binary(out: &mut Vec<u8>, text: &str) {
    varint(out, whole(text.len()).unsigned_abs());
    out.extend(text.as_bytes());
}

fn length(out: &mut Vec<u8>, count: usize, kind: u8) {
    match u8::try_from(count) {
        Ok(few) if few < 15 => out.push(few << 4 | kind),
        _ => {
            out.push(0xf0 | kind);
            varint(out, whole(count).unsigned_abs());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let row = |ward: &str, cohort: Cell, percent: Cell| {
            vec![Cell::Text(ward.to_owned()), cohort, percent, Cell::Empty]
        };
        let mut rows = vec![
            row("Luton, \"old\"", Cell::Count(41), Cell::Percent(6.625)),
            row("=1+1", Cell::Count(-3), Cell::Empty),
            row("Straße", Cell::Empty, Cell::Percent(0.0)),
        ];
        // Over 128 rows lengths take two bytes.
        rows.extend((0..140).map(|n| row("", Cell::Count(n), Cell::Percent(0.5))));
        let columns = ["ward", "cohort", "percent", "nothing"].map(str::to_owned).to_vec();
        Sheet { name: "NEET".to_owned(), columns, rows }
    }

    /// The file beside the repository's other golden ones was opened in DuckDB and pyarrow, which gave
    /// these rows back; `script/check-files` does it again.
    #[test]
    fn the_bytes_are_those_that_other_readers_opened() {
        let about = [("purpose".to_owned(), "A test".to_owned())];
        let bytes = parquet(&about, &sheet());
        let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/tables/small.parquet");
        if bytes != std::fs::read(golden).unwrap_or_default() {
            let fresh = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/small.parquet");
            std::fs::write(fresh, &bytes).unwrap();
            panic!("the bytes of a table have changed: look at target/small.parquet and copy it");
        }
    }

    #[test]
    fn the_end_says_where_what_is_known_begins() {
        let bytes = parquet(&[], &sheet());
        let end = bytes.len();
        assert_eq!((&bytes[..4], &bytes[end - 4..]), (&MAGIC[..], &MAGIC[..]));
        let length = u32::from_le_bytes(bytes[end - 8..end - 4].try_into().unwrap()) as usize;
        let footer = &bytes[end - 8 - length..end - 8];
        // Version 1 as a zigzag number in field 1, and the struct is closed.
        assert_eq!((&footer[..2], footer.last()), (&[0x15, 0x02][..], Some(&0)));
    }

    #[test]
    fn a_column_of_several_kinds_is_words() {
        let mixed = [Cell::Count(1), Cell::Text("many".to_owned())];
        assert_eq!(Kind::of(mixed.iter()), Kind::Words);
        assert_eq!(Kind::of([Cell::Empty, Cell::Count(1)].iter()), Kind::Whole);
        assert_eq!(Kind::of([Cell::Number(1.5), Cell::Empty].iter()), Kind::Double);
        assert_eq!(Kind::of([Cell::Empty].iter()), Kind::Words);
    }
}
