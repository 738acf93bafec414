//! A dictionary-coded column: each different text once, and a small number a row.

#![expect(clippy::indexing_slicing, reason = "codes and rows are numbers this column gave out")]

use std::collections::HashMap;

/// Texts by number. Number 0 stands for "nobody has said".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    texts: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
}

impl Default for Words {
    fn default() -> Self {
        Self { texts: vec!["".into()], numbers: HashMap::from([("".into(), 0)]) }
    }
}

impl Words {
    /// The number of a text, given now if it had none.
    pub fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).expect("fewer texts than rows in memory");
        self.texts.push(text.into());
        self.numbers.insert(text.into(), number);
        number
    }

    /// The number of a text that is known already.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    /// The text of a number; empty for 0 and for numbers never given.
    pub fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", |text| text)
    }

    /// How many numbers there are, 0 included.
    pub fn count(&self) -> usize {
        self.texts.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|text| &**text)
    }
}

/// One column of texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    pub words: Words,
    codes: Vec<u32>,
    /// The text met last: rows often repeat it, and comparing is cheaper than looking up.
    last: u32,
}

impl Column {
    pub fn push(&mut self, text: Option<&str>) {
        let text = text.unwrap_or("");
        if self.words.text(self.last) != text {
            self.last = self.words.number(text);
        }
        self.codes.push(self.last);
    }

    /// The number in a row.
    pub fn at(&self, row: usize) -> u32 {
        self.codes[row]
    }

    /// The text in a row; empty where nobody has said.
    pub fn text(&self, row: usize) -> &str {
        self.words.text(self.codes[row])
    }

    /// The same texts with the rows in another order, or fewer of them.
    pub(super) fn arranged(self, order: &[u32]) -> Self {
        let codes = order.iter().map(|row| self.codes[*row as usize]).collect();
        Self { codes, ..self }
    }

    /// Adds a row of another column.
    pub(super) fn push_from(&mut self, other: &Self, row: usize) {
        let text = other.text(row);
        self.push((!text.is_empty()).then_some(text));
    }
}
