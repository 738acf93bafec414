//! Partners' XML one record at a time: each record becomes a small tree, and the tree is dropped
//! when it was read. Names are compared without their namespace prefix. A document type and any
//! entity of a file's own are refused, and so is every file that is not whole.

use crate::Options;
use crate::encoding::{Encoding, decode, line_of};
use crate::limits::{CELL_BYTES, DEPTH, FILE_BYTES, VALUES, check_size, refuse, refuse_at, short};
use crate::sniff::{Looks, looks_like, wrong_kind};
use domain::intake::FileRefused;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::borrow::Cow;

/// One element with what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub name: String,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> + 'a {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element at a path such as `Address/PostCode`.
    pub fn at(&self, path: &str) -> Option<&Element> {
        path.split('/').try_fold(self, |element, name| {
            element.children.iter().find(|child| child.name == name)
        })
    }

    /// The text at a path; an element that is empty says nothing.
    pub fn said(&self, path: &str) -> Option<&str> {
        self.at(path).map(|element| element.text.trim()).filter(|text| !text.is_empty())
    }
}

/// What a kind of XML file is made of.
pub(crate) struct Shape<'a> {
    /// In words, for a file that is something else.
    pub wanted: &'a str,
    /// Whether a root element, by its name and namespaces, is of this kind.
    pub root: &'a dyn Fn(&str, &[String]) -> bool,
    /// Elements that become trees.
    pub records: &'a [&'a str],
    /// Elements inside records that nobody reads and that are not kept.
    pub skipped: &'a [&'a str],
}

/// The file as text, by its mark, its own declaration or what was told.
pub(crate) fn text_of<'a>(
    bytes: &'a [u8],
    options: &Options,
    wanted: &str,
) -> Result<(Cow<'a, str>, String), FileRefused> {
    check_size(bytes.len() as u64, FILE_BYTES)?;
    match looks_like(bytes) {
        Looks::Xml => {}
        looks => return Err(wrong_kind(looks, wanted)),
    }
    let told = match options.encoding() {
        Some(told) => Some(told),
        None => declared(bytes)?,
    };
    let decoded = decode(bytes, told)?;
    Ok((decoded.text, decoded.note))
}

/// The encoding of the XML declaration; none where there is no declaration.
fn declared(bytes: &[u8]) -> Result<Option<Encoding>, FileRefused> {
    let top: String = bytes.iter().take(200).map(|byte| char::from(*byte)).collect();
    let Some((declaration, _)) = top.split_once("?>") else { return Ok(None) };
    let Some((_, after)) = declaration.split_once("encoding") else { return Ok(None) };
    let name: String = after
        .chars()
        .skip_while(|letter| matches!(letter, '=' | '"' | '\'' | ' '))
        .take_while(|letter| !matches!(letter, '"' | '\''))
        .collect();
    name.parse().map(Some).map_err(|_| {
        refuse(format!(
            "The file is in the encoding {}, which is not read. Save it as UTF-8.",
            short(&name)
        ))
    })
}

/// Hands over every record of a file, in its order.
///
/// Errors: text that is not whole, well-formed XML of the shape, with its line.
pub(crate) fn each_record(
    text: &str,
    shape: &Shape<'_>,
    each: &mut dyn FnMut(Element) -> Result<(), FileRefused>,
) -> Result<(), FileRefused> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut state = State {
        shape,
        each,
        depth: 0,
        rooted: false,
        open: Vec::new(),
        skip_from: None,
        values: 0,
    };
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let line = || line_of(text.as_bytes(), at);
        let event = reader.read_event().map_err(|error| {
            refuse_at(line(), format!("Line {}: the file is not well-formed XML: {error}.", line()))
        })?;
        let ended = matches!(event, Event::Eof);
        state.take(event).map_err(|stopped| match stopped {
            Stopped::Here(sentence) => refuse_at(line(), format!("Line {}: {sentence}", line())),
            Stopped::Told(refused) => refused,
        })?;
        if ended {
            return Ok(());
        }
    }
}

enum Stopped {
    /// A sentence about this place of the file.
    Here(String),
    /// What the receiver of records said.
    Told(FileRefused),
}

impl From<&str> for Stopped {
    fn from(sentence: &str) -> Self {
        Self::Here(sentence.to_owned())
    }
}

struct State<'a> {
    shape: &'a Shape<'a>,
    each: &'a mut dyn FnMut(Element) -> Result<(), FileRefused>,
    depth: usize,
    rooted: bool,
    /// The elements of the record that are open, outermost first.
    open: Vec<Element>,
    /// The depth of the element inside which nothing is kept.
    skip_from: Option<usize>,
    values: usize,
}

impl State<'_> {
    fn take(&mut self, event: Event<'_>) -> Result<(), Stopped> {
        match event {
            Event::Start(start) => self.begin(&start),
            Event::End(_) => self.end(),
            Event::Text(text) => self.add(&text.xml10_content()),
            Event::CData(text) => self.add(&text),
            Event::GeneralRef(reference) => self.refer(&reference),
            Event::DocType(_) => Err("the file has a document type line, which is refused.".into()),
            Event::Eof if self.depth > 0 => {
                Err("the file ends before its last element is closed. It was cut off.".into())
            }
            Event::Eof if !self.rooted => Err("the file holds no XML element.".into()),
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) | Event::Eof | Event::Empty(_) => {
                Ok(())
            }
        }
    }

    fn begin(&mut self, start: &BytesStart<'_>) -> Result<(), Stopped> {
        let name = start.local_name().as_ref().to_owned();
        if self.depth == 0 {
            self.check_root(start, &name)?;
        }
        self.depth += 1;
        if self.depth > DEPTH {
            return Err("elements stand too deep inside each other.".into());
        }
        if self.skip_from.is_some() {
            return Ok(());
        }
        let inside = !self.open.is_empty();
        if inside && self.shape.skipped.contains(&name.as_str()) {
            self.skip_from = Some(self.depth);
        }
        if inside || self.shape.records.contains(&name.as_str()) {
            self.values += 1;
            if self.values > VALUES {
                return Err("one record holds more values than any true one.".into());
            }
            self.open.push(Element { name, ..Element::default() });
        }
        Ok(())
    }

    fn check_root(&mut self, start: &BytesStart<'_>, name: &str) -> Result<(), Stopped> {
        if self.rooted {
            return Err("there is a second root element.".into());
        }
        self.rooted = true;
        let spaces: Vec<String> = start
            .attributes()
            .flatten()
            .filter(|attribute| attribute.key.as_ref().starts_with("xmlns"))
            .map(|attribute| attribute.value.clone().into_owned())
            .collect();
        if (self.shape.root)(name, &spaces) {
            return Ok(());
        }
        let shown: Vec<String> = spaces.iter().take(2).map(|space| short(space)).collect();
        Err(Stopped::Here(format!(
            "the root element is {} {}which is not {}.",
            short(name),
            if shown.is_empty() { String::new() } else { format!("({}) ", shown.join(", ")) },
            self.shape.wanted
        )))
    }

    fn end(&mut self) -> Result<(), Stopped> {
        // The reader has refused an end without its start.
        let depth = self.depth;
        self.depth = depth.saturating_sub(1);
        match self.skip_from {
            Some(from) if depth > from => return Ok(()),
            _ => self.skip_from = None,
        }
        let Some(done) = self.open.pop() else { return Ok(()) };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(done),
            None => {
                self.values = 0;
                (self.each)(done).map_err(Stopped::Told)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, text: &str) -> Result<(), Stopped> {
        if self.skip_from.is_some() {
            return Ok(());
        }
        if let Some(element) = self.open.last_mut() {
            if element.text.len() + text.len() > CELL_BYTES {
                return Err("one value is longer than any true one.".into());
            }
            element.text.push_str(text);
        }
        Ok(())
    }

    fn refer(&mut self, reference: &BytesRef<'_>) -> Result<(), Stopped> {
        if let Ok(Some(letter)) = reference.resolve_char_ref() {
            return self.add(letter.encode_utf8(&mut [0; 4]));
        }
        match resolve_predefined_entity(reference) {
            Some(text) => self.add(text),
            None => Err(Stopped::Here(format!(
                "the entity {} is not one of the five that XML has of its own.",
                short(reference)
            ))),
        }
    }
}

/// A record being read: what is taken out of it is kept for the report.
pub(crate) struct Taking<'a> {
    pub element: &'a Element,
    pub raw: Vec<(String, String)>,
}

impl<'a> Taking<'a> {
    pub fn new(element: &'a Element) -> Self {
        Self { element, raw: Vec::new() }
    }

    /// The text at the first path that says something.
    pub fn take(&mut self, paths: &[&str]) -> Option<&'a str> {
        let element = self.element;
        paths.iter().find_map(|path| {
            let text = element.said(path)?;
            self.raw.push(((*path).to_owned(), text.to_owned()));
            Some(text)
        })
    }
}

/// Counts names that nobody reads.
#[derive(Default)]
pub(crate) struct Unread(std::collections::BTreeMap<String, u32>);

impl Unread {
    /// Counts the children of an element that are in no list of known names.
    pub fn count(&mut self, element: &Element, known: &[&str]) {
        for child in element.children.iter().filter(|child| !known.contains(&child.name.as_str())) {
            self.name(&short(&child.name));
        }
    }

    /// As [`Unread::count`] for the children of one child, named by both.
    pub fn count_within(&mut self, element: &Element, path: &str, known: &[&str]) {
        let Some(inner) = element.at(path) else { return };
        for child in inner.children.iter().filter(|child| !known.contains(&child.name.as_str())) {
            self.name(&format!("{path}/{}", short(&child.name)));
        }
    }

    /// Counts something else that nobody reads, by its name.
    pub fn name(&mut self, name: &str) {
        const MOST: usize = 100;
        if self.0.len() < MOST || self.0.contains_key(name) {
            *self.0.entry(name.to_owned()).or_default() += 1;
        }
    }

    pub fn told(self) -> Vec<(String, u32)> {
        self.0.into_iter().collect()
    }
}
