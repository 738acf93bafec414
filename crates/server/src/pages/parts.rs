//! The small typed views that components draw: tabs, errors, badges, pages, steps. Plain
//! words and addresses only; nothing here decides anything or reads anything.

use domain::calendar::{Day, parse_day, shown};
use domain::measure::Movement;
pub use domain::narrative::{capital, count};

/// One tab of a section, a link like any other.
#[derive(Clone, Debug)]
pub struct Tab {
    pub words: String,
    pub count: Option<String>,
    pub href: String,
    pub current: bool,
}

/// What has to be mended on a form, in the order of its fields.
#[derive(Clone, Debug, Default)]
pub struct Errors(Vec<FieldError>);

#[derive(Clone, Debug)]
pub struct FieldError {
    pub field: String,
    pub sentence: String,
}

impl Errors {
    pub fn add(&mut self, field: &str, sentence: impl Into<String>) {
        self.0.push(FieldError { field: field.to_owned(), sentence: sentence.into() });
    }

    /// All that a journey found wrong, each sentence with the field that it is about.
    pub fn tell<S: Into<String>>(&mut self, wrong: Vec<(&'static str, S)>) {
        wrong.into_iter().for_each(|(field, sentence)| self.add(field, sentence));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn items(&self) -> &[FieldError] {
        &self.0
    }

    /// The first sentence about a field, or nothing.
    pub fn on(&self, field: &str) -> &str {
        self.0.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

impl<S: Into<String>> From<Vec<(&'static str, S)>> for Errors {
    fn from(wrong: Vec<(&'static str, S)>) -> Self {
        let mut errors = Self::default();
        errors.tell(wrong);
        errors
    }
}

/// One of several answers.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    pub value: String,
    pub words: String,
    pub hint: String,
    pub chosen: bool,
}

impl Choice {
    pub fn new(value: &str, words: &str, chosen: bool) -> Self {
        Self { value: value.to_owned(), words: words.to_owned(), hint: String::new(), chosen }
    }
}

/// A date as typed, kept when it is wrong.
#[derive(Clone, Debug, Default)]
pub struct DateFields {
    pub day: String,
    pub month: String,
    pub year: String,
}

impl DateFields {
    pub fn of(day: &str, month: &str, year: &str) -> Self {
        Self { day: day.to_owned(), month: month.to_owned(), year: year.to_owned() }
    }

    /// A day that is known, as it would be typed.
    pub fn on(day: Day) -> Self {
        let (month, year) = (day.month().to_string(), day.year().to_string());
        Self { day: day.day().to_string(), month, year }
    }

    /// As one text, for whoever judges what was typed: what is no number is 0 there.
    pub fn written(&self) -> String {
        let number = |text: &str| text.trim().parse::<u16>().unwrap_or(0);
        format!("{:04}-{:02}-{:02}", number(&self.year), number(&self.month), number(&self.day))
    }

    /// The same where a day may be left out: nothing typed is nothing.
    pub fn written_if_any(&self) -> String {
        let parts = [&self.day, &self.month, &self.year];
        let none = parts.iter().all(|part| part.trim().is_empty());
        if none { String::new() } else { self.written() }
    }
}

/// A text whose days, written as 2025-03-14, are written for people; longer runs of digits and other numbers are left.
pub fn dated(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(from.len());
        let (piece, after) = from.split_at(end);
        said.push_str(before);
        match parse_day(piece) {
            Some(day) => said.push_str(&shown(day)),
            None => said.push_str(piece),
        }
        rest = after;
    }
    said.push_str(rest);
    said
}

/// What a badge feels like; its words say what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Brand,
    Good,
    Slow,
    Bad,
}

impl Tone {
    pub fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Brand => "brand",
            Self::Good => "good",
            Self::Slow => "slow",
            Self::Bad => "bad",
        }
    }
}

/// How a figure moved since last time, and whether that is welcome. Its words say both.
#[derive(Clone, Debug)]
pub struct Trend {
    pub words: String,
    pub way: Movement,
    pub welcome: bool,
}

impl Trend {
    pub fn class(&self) -> &'static str {
        match (self.way, self.welcome) {
            (Movement::AboutTheSame, _) => "same",
            (_, true) => "better",
            (_, false) => "worse",
        }
    }

    /// An arrow up or down, or two level bars; drawn on 16 by 16.
    pub fn shape(&self) -> &'static str {
        match self.way {
            Movement::Up => "M8 14V3M3 8l5-5 5 5",
            Movement::Down => "M8 2v11M3 8l5 5 5-5",
            Movement::AboutTheSame => "M2 5.5h12M2 10.5h12",
        }
    }
}

/// How an action or a figure stands. Each has its own colour, shape and words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rag {
    Green,
    Amber,
    Red,
    NotStarted,
    Unrated,
}

impl Rag {
    pub fn class(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Amber => "amber",
            Self::Red => "red",
            Self::NotStarted => "not-started",
            Self::Unrated => "unrated",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Green => "On track",
            Self::Amber => "Slow or blocked",
            Self::Red => "Not on track",
            Self::NotStarted => "Not started",
            Self::Unrated => "Not rated",
        }
    }

    /// A tick, a bar, a cross, a ring, a dash; drawn on 16 by 16.
    pub fn shape(self) -> &'static str {
        match self {
            Self::Green => "M2 8.5l4 4 8-9",
            Self::Amber => "M2 8h12",
            Self::Red => "M3 3l10 10M13 3L3 13",
            Self::NotStarted => "M13 8a5 5 0 1 1-10 0a5 5 0 1 1 10 0",
            Self::Unrated => "M2 8h3M7 8h3M12 8h3",
        }
    }
}

/// A long list cut into pages. `address` ends in `?` or `&`, ready for `page=N`.
#[derive(Clone, Debug)]
pub struct Pager {
    pub page: usize,
    pub per_page: usize,
    pub total: usize,
    pub address: String,
}

/// The page that an address asks for, the first where it names none, and its rows: how many lie before them, and how
/// many there are at most.
pub fn page_of(asked: &str, per_page: usize) -> (usize, (usize, usize)) {
    let page = asked.parse().unwrap_or(1_usize).max(1);
    (page, ((page - 1).saturating_mul(per_page), per_page))
}

#[derive(Clone, Debug)]
pub struct PageLink {
    pub number: usize,
    pub href: String,
    pub current: bool,
}

impl Pager {
    pub fn pages(&self) -> usize {
        self.total.div_ceil(self.per_page.max(1)).max(1)
    }

    pub fn first_shown(&self) -> usize {
        (self.page.saturating_sub(1) * self.per_page + 1).min(self.total)
    }

    pub fn last_shown(&self) -> usize {
        (self.page * self.per_page).min(self.total)
    }

    pub fn total_words(&self) -> String {
        count(self.total)
    }

    pub fn href(&self, page: usize) -> String {
        format!("{}page={page}", self.address)
    }

    /// Links to the first, the last and those around this one; `None` is a gap.
    pub fn links(&self) -> Vec<Option<PageLink>> {
        let link =
            |number| PageLink { number, href: self.href(number), current: number == self.page };
        self.shown().into_iter().map(|page| page.map(link)).collect()
    }

    fn shown(&self) -> Vec<Option<usize>> {
        let near = |page: usize| page.abs_diff(self.page) <= 1 || page == 1 || page == self.pages();
        let mut shown = Vec::new();
        let mut before = 0;
        for page in (1..=self.pages()).filter(|page| near(*page)) {
            if page > before + 1 {
                shown.push(None);
            }
            shown.push(Some(page));
            before = page;
        }
        shown
    }
}

/// How a list is sorted. `address` ends in `?` or `&`, ready for `sort=KEY`.
#[derive(Clone, Debug)]
pub struct Sort {
    pub key: String,
    pub descending: bool,
    pub address: String,
}

impl Sort {
    /// The word for `aria-sort`, when the list is sorted by this column.
    pub fn order_of(&self, key: &str) -> Option<&'static str> {
        (self.key == key).then_some(if self.descending { "descending" } else { "ascending" })
    }

    /// Sorts by this column; the other way round when it already is. `-` means descending.
    pub fn href(&self, key: &str) -> String {
        let minus = if self.key == key && !self.descending { "-" } else { "" };
        format!("{}sort={minus}{key}", self.address)
    }
}

/// A filter in force and the address without it.
#[derive(Clone, Debug)]
pub struct Chip {
    pub words: String,
    pub href: String,
}

/// Something to do: how many, what, and where it is done.
#[derive(Clone, Debug)]
pub struct Todo {
    pub count: String,
    pub words: String,
    pub note: String,
    pub href: String,
}

/// One moment in a history. `strong` marks a change of activity.
#[derive(Clone, Debug)]
pub struct Entry {
    pub when: String,
    pub title: String,
    pub by: String,
    pub words: String,
    pub strong: bool,
}

/// One field before and after.
#[derive(Clone, Debug)]
pub struct Change {
    pub field: String,
    pub before: String,
    pub after: String,
}

/// One step of a journey.
#[derive(Clone, Debug)]
pub struct Step {
    pub words: String,
    pub state: StepState,
    pub note: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    Done,
    Now,
    Later,
}

impl StepState {
    pub fn class(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Now => "now",
            Self::Later => "later",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Done => "Done",
            Self::Now => "Now",
            Self::Later => "Later",
        }
    }

    pub fn is_now(self) -> bool {
        self == Self::Now
    }
}

/// A QR code as one path over a square of so many units.
pub struct Square {
    pub side: usize,
    pub path: String,
}

/// Four squares around a code stay light, as readers ask.
const QUIET: usize = 4;

/// Draws a text as a QR code.
pub fn square(text: &str) -> Result<Square, crate::http::PageError> {
    let code = qrcode::QrCode::new(text).map_err(crate::http::PageError::failure)?;
    let width = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, c)| *c == qrcode::Color::Dark);
    let path =
        dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET));
    Ok(Square { side: width + 2 * QUIET, path: path.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_show_the_ends_and_the_neighbours() {
        let check =
            |page: usize, total: usize, wanted: &[Option<usize>], first: usize, last: usize| {
                let pager = Pager { page, per_page: 50, total, address: "?".to_owned() };
                assert_eq!(pager.shown(), wanted, "page {page} of {total}");
                assert_eq!((pager.first_shown(), pager.last_shown()), (first, last));
            };
        check(1, 0, &[Some(1)], 0, 0);
        check(1, 50, &[Some(1)], 1, 50);
        check(5, 487, &[Some(1), None, Some(4), Some(5), Some(6), None, Some(10)], 201, 250);
        check(10, 487, &[Some(1), None, Some(9), Some(10)], 451, 487);
    }

    #[test]
    fn what_a_journey_found_wrong_stands_at_its_fields_in_order() {
        let mut errors = Errors::from(vec![("day", "Say when"), ("how", "Say how")]);
        errors.tell(vec![("day", "Another".to_owned())]);
        assert_eq!(
            (errors.on("day"), errors.on("how"), errors.on("who")),
            ("Say when", "Say how", "")
        );
        let fields: Vec<&str> = errors.items().iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["day", "how", "day"]);
    }

    #[test]
    fn a_page_that_is_none_is_the_first() {
        assert_eq!(page_of("3", 50), (3, (100, 50)));
        for none in ["", "0", "-1", "x"] {
            assert_eq!(page_of(none, 50), (1, (0, 50)), "{none}");
        }
        assert_eq!(page_of(&usize::MAX.to_string(), 50).1, (usize::MAX, 50));
    }

    #[test]
    fn a_typed_day_is_one_text_and_what_is_no_number_is_no_day() {
        assert_eq!(DateFields::of(" 3", "4 ", "2009").written(), "2009-04-03");
        assert_eq!(DateFields::of("x", "", "-9").written(), "0000-00-00");
        assert_eq!(DateFields::of("3", "", "").written_if_any(), "0000-00-03");
        assert_eq!(DateFields::of(" ", "", "").written_if_any(), "");
        assert_eq!(DateFields::on(jiff::civil::date(2009, 4, 3)).written(), "2009-04-03");
    }

    #[test]
    fn days_are_written_for_people_and_other_numbers_left() {
        for (text, told) in [
            ("2025-03-14", "14 March 2025"),
            (
                "2021-11-15: 346 young people; 0.42 [-0.1, 0.9]",
                "15 November 2021: 346 young people; 0.42 [-0.1, 0.9]",
            ),
            ("version 2025-99-14, 20250314 and 12-16", "version 2025-99-14, 20250314 and 12-16"),
            ("set on 2024-01-31", "set on 31 January 2024"),
            ("Łukasz (until 2009-02-30)", "Łukasz (until 2009-02-30)"),
            ("2009-03-03-17 and 12009-03-03", "2009-03-03-17 and 12009-03-03"),
        ] {
            assert_eq!(dated(text), told);
        }
    }

    #[test]
    fn sorting_again_turns_round() {
        let sort = Sort { key: "name".to_owned(), descending: false, address: "?".to_owned() };
        assert_eq!(sort.href("name"), "?sort=-name");
        assert_eq!(sort.href("age"), "?sort=age");
        assert_eq!(sort.order_of("age"), None);
    }
}
