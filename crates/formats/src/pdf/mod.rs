//! Writes a designed, tagged PDF (PDF/UA-1) of headings, paragraphs, lists, tables, marks and line charts.
//! It knows nothing of what it prints: a pack, a report or a page for a school are all [`Document`]s.
//! The file is judged against PDF/UA as it is written; fonts are given, and nothing is fetched.

mod chart;
mod emit;
mod flow;
mod table;
mod text;

use text::Faces;

/// What is printed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    pub title: String,
    /// Under the title on the first page.
    pub subtitle: String,
    /// At the foot of every page, beside its number.
    pub footer: String,
    pub blocks: Vec<Block>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Level 2 or 3; the title is level 1.
    Heading(u16, String),
    Paragraph(String),
    /// Said more quietly: sources, notes.
    Quiet(String),
    /// Each item with what is said more quietly beside it.
    List {
        numbered: bool,
        items: Vec<(String, String)>,
    },
    Table(Table),
    Chart(Chart),
    /// Marks with how many of each: mark, its words, number, what is said beside it.
    Counts(Vec<(Mark, String, String, String)>),
}

/// A table; its rows are never cut by the end of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub caption: String,
    /// Names and shares of the width, which need not add up to anything.
    pub columns: Vec<(String, f32)>,
    /// The first cell heads its row.
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Words(String),
    Mark(Mark, String),
}

/// A shape that says the same as its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Tick,
    Bar,
    Cross,
    Ring,
    Dash,
    Up,
    Down,
    Level,
}

/// A line of values over days beside the course it should take.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// Says the finding, for those who cannot see it too.
    pub finding: String,
    pub unit: String,
    /// Place in time (any unit), its name, its value; none where there are too few to say.
    pub points: Vec<(f32, String, Option<f32>)>,
    /// The course, from one place and value to another.
    pub course: Option<[(f32, f32); 2]>,
}

/// Fonts as TrueType: letters of western Europe in two weights, and further Latin letters in the same.
#[derive(Clone, Copy, Debug)]
pub struct Fonts<'a> {
    pub regular: &'a [u8],
    pub bold: &'a [u8],
    pub regular_more: &'a [u8],
    pub bold_more: &'a [u8],
}

/// Writes the document. Days: `made` is the day it says it was made.
///
/// Errors: a font that cannot be read, or a file that would not be PDF/UA.
pub fn write(
    document: &Document,
    fonts: Fonts<'_>,
    made: jiff::civil::Date,
) -> Result<Vec<u8>, String> {
    let faces = Faces::new(fonts)?;
    let laid = flow::lay(document, &faces);
    emit::emit(document, laid, &faces, made)
}
