//! Reading a return, one record at a time, so that a file of any length needs little memory.
//! A bare document type line is let by; an entity, an external identifier or an internal subset is
//! refused, and so is every file that is not whole.

use super::lines::Lines;
use super::places::{HeaderText, Place};
use domain::statutory::record::{Header, Node, Return, ReturnRecord};
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use std::collections::BTreeMap;
use std::io::BufRead;

/// How much a file may ask of us.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the whole file.
    pub bytes: u64,
    /// Bytes of one tag, text or comment.
    pub piece: usize,
    /// Elements inside elements. A true return needs six.
    pub depth: usize,
    /// Characters of one value.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 2 << 30, piece: 1 << 20, depth: 16, text: 4_000 }
    }
}

/// What the reader hands over, in the order of the file.
#[derive(Debug)]
pub enum Part {
    /// The name of the root element.
    Root(String),
    Header(Header),
    Record(Box<ReturnRecord>),
}

/// What a whole file turned out to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub root: String,
    pub records: usize,
    /// Elements that a return does not have, and those given twice where one belongs, with how
    /// often each came. At most a hundred names are kept.
    pub unknown: BTreeMap<String, usize>,
}

/// The file could not be read to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct ReadError {
    pub line: u32,
    pub problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("the file is not well formed XML: {0}")]
    Malformed(String),
    #[error("the file ends before its last element is closed")]
    NotClosed,
    #[error("the file holds no XML")]
    Empty,
    #[error("the file is not in UTF-8{0}; save it as UTF-8 and try again")]
    Encoding(String),
    #[error("the document type line may hold a name and nothing else; entities are refused")]
    DocumentType,
    #[error("the entity {0} is not one of the five that XML has of its own")]
    Entity(String),
    #[error("the root element is {0}, which is not a return")]
    NotAReturn(String),
    #[error("there is a second root element")]
    SecondRoot,
    #[error("there is a second file header")]
    SecondHeader,
    #[error("a record has a second {0} element")]
    Second(String),
    #[error("there is no file header before the first record")]
    NoHeader,
    #[error("elements stand deeper inside each other than a return allows")]
    TooDeep,
    #[error("the file, or one piece of it, is longer than a return can be")]
    TooLong,
    #[error("the file could not be read: {0}")]
    Io(String),
}

/// Reads a return and hands over its header and its records.
///
/// Shape: the shapes of 2015-16 and of 2019-20, with the spellings seen in real files.
/// Errors: the first thing that makes the file unreadable, and its line; what came before it has
/// been handed over, so the caller must not keep it.
pub fn read(
    input: impl BufRead,
    limits: &Limits,
    each: &mut dyn FnMut(Part),
) -> Result<Summary, ReadError> {
    let mut reader = Reader::from_reader(Lines::new(input, limits.piece, limits.bytes));
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().check_comments = true;
    let mut state = State::new(*limits, each);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let line = reader.get_ref().line();
        let event = match reader.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(error) => {
                let problem = problem(&error, reader.get_ref().too_long());
                return Err(ReadError { line: reader.get_ref().line(), problem });
            }
        };
        let ended = matches!(event, Event::Eof);
        let taken = state.take(event, line);
        let taken = taken.and_then(|()| match reader.get_ref().held_control() {
            true => Err(malformed("it holds a control character")),
            false => Ok(()),
        });
        taken.map_err(|problem| ReadError { line, problem })?;
        reader.get_mut().piece_done();
        if ended {
            return Ok(state.summary);
        }
    }
}

/// Reads a return into memory, for tests and small files.
pub fn read_whole(input: impl BufRead) -> Result<(Return, Summary), ReadError> {
    let mut whole = Return::default();
    let summary = read(input, &Limits::default(), &mut |part| match part {
        Part::Root(_) => {}
        Part::Header(header) => whole.header = header,
        Part::Record(record) => whole.records.push(*record),
    })?;
    Ok((whole, summary))
}

fn problem(error: &quick_xml::Error, too_long: bool) -> Problem {
    match error {
        _ if too_long => Problem::TooLong,
        quick_xml::Error::Encoding(_) => Problem::Encoding(String::new()),
        quick_xml::Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            Problem::Encoding(String::new())
        }
        quick_xml::Error::Io(error) => Problem::Io(error.to_string()),
        quick_xml::Error::Syntax(error) => Problem::Malformed(error.to_string()),
        other => Problem::Malformed(other.to_string()),
    }
}

struct State<'a> {
    limits: Limits,
    /// Whether anything came: a declaration stands before everything else.
    begun: bool,
    /// Whether the document type was named, which is done once and before the root.
    named: bool,
    /// What the record has had once and may have no more than once.
    had: Vec<Node>,
    each: &'a mut dyn FnMut(Part),
    places: Vec<Place>,
    text: String,
    header: Option<Header>,
    header_done: bool,
    record: ReturnRecord,
    summary: Summary,
}

impl<'a> State<'a> {
    fn new(limits: Limits, each: &'a mut dyn FnMut(Part)) -> Self {
        Self {
            limits,
            begun: false,
            named: false,
            had: Vec::new(),
            each,
            places: Vec::new(),
            text: String::new(),
            header: None,
            header_done: false,
            record: ReturnRecord::default(),
            summary: Summary::default(),
        }
    }

    fn place(&self) -> Place {
        self.places.last().copied().unwrap_or(Place::File)
    }

    fn take(&mut self, event: Event<'_>, line: u32) -> Result<(), Problem> {
        let begun = std::mem::replace(&mut self.begun, true);
        match event {
            Event::Decl(_) if begun => Err(malformed("its declaration is not its first line")),
            Event::Decl(declaration) => only_utf8(&declaration),
            Event::DocType(_) if self.named || !self.summary.root.is_empty() => {
                Err(malformed("a document type stands once, before the root element"))
            }
            Event::DocType(name) if is_name(name.trim()) => {
                self.named = true;
                Ok(())
            }
            Event::DocType(_) => Err(Problem::DocumentType),
            Event::Start(start) => {
                sound_attributes(&start)?;
                self.open(start.name().as_ref(), line)
            }
            Event::End(_) => self.close(),
            Event::Text(text) => self.add(&text.xml10_content()),
            Event::CData(text) => self.add(&text),
            Event::GeneralRef(reference) => self.refer(&reference),
            Event::Empty(_) | Event::Comment(_) | Event::PI(_) => Ok(()),
            Event::Eof => self.end_of_file(),
        }
    }

    fn open(&mut self, name: &str, line: u32) -> Result<(), Problem> {
        if self.places.len() >= self.limits.depth {
            return Err(Problem::TooDeep);
        }
        let place = self.place().inside(name);
        match place {
            Place::Root if !self.summary.root.is_empty() => return Err(Problem::SecondRoot),
            Place::Root if !is_root(name) => return Err(Problem::NotAReturn(shorten(name))),
            Place::Root => {
                self.summary.root = name.to_owned();
                (self.each)(Part::Root(name.to_owned()));
            }
            Place::Header if self.header.is_some() || self.header_done => {
                return Err(Problem::SecondHeader);
            }
            Place::Header => self.header = Some(Header::default()),
            Place::Record if !self.header_done => return Err(Problem::NoHeader),
            Place::Record => {
                self.record = ReturnRecord { line: Some(line), ..ReturnRecord::default() };
                self.had.clear();
            }
            Place::Node(node @ (Node::PersonalDetails | Node::Activity)) => {
                if self.had.contains(&node) {
                    return Err(Problem::Second(shorten(name)));
                }
                self.had.push(node);
            }
            Place::Unknown if self.place() != Place::Unknown => self.note(name),
            Place::Text(field) if self.record.get(field).is_some() => self.note(name),
            _ => {}
        }
        self.text.clear();
        self.places.push(place);
        Ok(())
    }

    fn close(&mut self) -> Result<(), Problem> {
        let text = std::mem::take(&mut self.text);
        match self.places.pop() {
            Some(Place::HeaderText(which)) => self.keep_header(which, text),
            Some(Place::Header) => {
                self.header_done = true;
                (self.each)(Part::Header(self.header.take().unwrap_or_default()));
            }
            Some(Place::Text(field)) => {
                // Of an element given twice the first stands; the second was noted.
                self.record.slot(field).get_or_insert(text);
            }
            Some(Place::Characteristic) if !text.is_empty() => {
                self.record.characteristics.push(text);
            }
            Some(Place::Record) => {
                self.summary.records += 1;
                (self.each)(Part::Record(Box::new(std::mem::take(&mut self.record))));
            }
            _ => {}
        }
        Ok(())
    }

    fn keep_header(&mut self, which: HeaderText, text: String) {
        let Some(header) = self.header.as_mut() else { return };
        match which {
            HeaderText::DatabaseId => header.database_ids.push(text),
            HeaderText::SourceLa => header.source_las.push(text),
            HeaderText::DateOfSend => header.date_of_send = Some(text),
            HeaderText::PeriodEnd => header.period_end = Some(text),
            HeaderText::SupplierName => header.supplier_name = Some(text),
            HeaderText::SupplierXmlVersion => header.supplier_xml_version = Some(text),
            HeaderText::XmlSchemaVersion => header.xml_schema_version = Some(text),
        }
    }

    fn add(&mut self, text: &str) -> Result<(), Problem> {
        if self.places.is_empty() && !text.trim().is_empty() {
            return Err(malformed("there is text outside the root element"));
        }
        if self.place().holds_text() {
            self.text.push_str(text);
        }
        if self.text.len() > self.limits.text { Err(Problem::TooLong) } else { Ok(()) }
    }

    fn refer(&mut self, reference: &BytesRef<'_>) -> Result<(), Problem> {
        let unknown = || Problem::Entity(shorten(reference));
        let letter = reference.resolve_char_ref().map_err(|_| unknown())?;
        if let Some(letter) = letter {
            if letter < ' ' && !"\t\n\r".contains(letter) {
                return Err(malformed("it refers to a control character"));
            }
            return self.add(letter.encode_utf8(&mut [0; 4]));
        }
        let text = resolve_predefined_entity(reference).ok_or_else(unknown)?;
        self.add(text)
    }

    fn note(&mut self, name: &str) {
        let known = self.summary.unknown.contains_key(name);
        if known || self.summary.unknown.len() < 100 {
            *self.summary.unknown.entry(shorten(name)).or_default() += 1;
        }
    }

    fn end_of_file(&self) -> Result<(), Problem> {
        if self.summary.root.is_empty() {
            return Err(Problem::Empty);
        }
        if !self.places.is_empty() {
            return Err(Problem::NotClosed);
        }
        if self.header_done { Ok(()) } else { Err(Problem::NoHeader) }
    }
}

fn malformed(why: &str) -> Problem {
    Problem::Malformed(why.to_owned())
}

/// Attributes carry nothing of a return; one that is no XML makes the file none.
fn sound_attributes(start: &BytesStart<'_>) -> Result<(), Problem> {
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|e| Problem::Malformed(e.to_string()))?;
        if attribute.value.contains('<') {
            return Err(malformed("an attribute holds <"));
        }
    }
    Ok(())
}

fn only_utf8(declaration: &BytesDecl<'_>) -> Result<(), Problem> {
    match declaration.encoding() {
        None => Ok(()),
        Some(Ok(name)) if name.eq_ignore_ascii_case("utf-8") => Ok(()),
        Some(Ok(name)) => Err(Problem::Encoding(format!(" but says {}", shorten(&name)))),
        Some(Err(error)) => Err(Problem::Malformed(error.to_string())),
    }
}

/// Every edition's root begins so, with or without a year.
fn is_root(name: &str) -> bool {
    name.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("NCCIS"))
}

fn is_name(text: &str) -> bool {
    let fits = |letter: char| letter.is_alphanumeric() || "_-.".contains(letter);
    !text.is_empty() && text.len() <= 100 && text.chars().all(fits)
}

/// A name from a file, short enough to be put into a sentence.
fn shorten(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_control()).take(60).collect()
}
