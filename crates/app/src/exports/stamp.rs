//! What every file that leaves says of itself: what it is, its serial, who took it, when, why, who agreed,
//! and by when to destroy it. The one place that writes it.

use formats::tables_out::{Cell, Sheet, csv};
use jiff::Span;

use crate::Context;

/// The name of the line that says whom alone a file tells of.
pub(crate) const REACH: &str = "within reach";

/// Days after which a file has to be destroyed.
const DAYS: i64 = 30;

/// Where a file is written down. Each counts its own from 1, so a serial is shown with whose it is; the number
/// alone, as older files have it, is to be looked for in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Register {
    /// Packs and surveys, with whom they went to.
    Circulation,
    /// Files of people, and of counts that somebody takes for themselves.
    Files,
}

impl Register {
    /// A serial as it is shown: `C-12`, `F-12`.
    pub fn serial(self, number: i64) -> String {
        match self {
            Self::Circulation => format!("C-{number}"),
            Self::Files => format!("F-{number}"),
        }
    }
}

/// The stamp of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub what: String,
    /// With where it is written down.
    pub serial: String,
    pub by: String,
    pub at: String,
    pub purpose: String,
    /// Empty where nobody had to agree.
    pub agreed_by: String,
    pub destroy_by: String,
    /// What it says besides: what is counted and of whom. Each with its name.
    pub about: Vec<(String, String)>,
}

impl Stamp {
    /// The stamp of a file that leaves now.
    pub(crate) fn now(
        ctx: &Context,
        (what, register, serial): (&str, Register, i64),
        (by, purpose): (&str, &str),
        agreed_by: &str,
    ) -> Self {
        Self {
            what: what.to_owned(),
            serial: register.serial(serial),
            by: by.to_owned(),
            at: ctx.now(),
            purpose: purpose.to_owned(),
            agreed_by: agreed_by.to_owned(),
            destroy_by: ctx.today().saturating_add(Span::new().days(DAYS)).to_string(),
            about: Vec::new(),
        }
    }

    /// Whom alone it tells of, where the reach of who has it made is not everybody.
    #[must_use]
    pub(crate) fn within(mut self, reach: Option<&str>) -> Self {
        self.about.extend(reach.map(|who| (REACH.to_owned(), format!("only those who {who}"))));
        self
    }

    /// With what else is said of the file.
    #[must_use]
    pub fn saying(&self, about: &[(String, String)]) -> Self {
        let mut stamp = self.clone();
        stamp.about.extend_from_slice(about);
        stamp
    }

    /// Line by line: its name and what it says.
    pub fn lines(&self) -> Vec<(String, String)> {
        [
            ("OFFICIAL-SENSITIVE", self.what.clone()),
            ("serial", self.serial.clone()),
            ("taken by", self.by.clone()),
            ("taken at", self.at.clone()),
            ("purpose", self.purpose.clone()),
            ("agreed by", self.agreed_by.clone()),
            ("destroy by", self.destroy_by.clone()),
        ]
        .map(|(name, words)| (name.to_owned(), words))
        .into_iter()
        .chain(self.about.iter().cloned())
        .collect()
    }

    /// A table as text with the stamp before it.
    pub fn on_csv(&self, table: &[u8]) -> Vec<u8> {
        on_csv(&self.lines(), table)
    }
}

/// A table as text with what is said of it before it, in lines that programs pass over as comments. No line
/// holds what would begin another cell, so nothing typed can stand at the start of one.
pub(crate) fn on_csv(said: &[(String, String)], table: &[u8]) -> Vec<u8> {
    let one_cell = |words: &str| {
        let parts = words.split([',', ';', '\t', '\r', '\n']).map(str::trim);
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" / ")
    };
    let lines = said.iter().map(|(name, words)| {
        let line = format!("# {name}: {}", one_cell(words));
        line.trim_end().to_owned() + "\n"
    });
    [lines.collect::<String>().as_bytes(), table].concat()
}

/// A text that no spreadsheet takes for a formula.
pub fn tame(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

/// A table as CSV that people may open as well: no text in it is taken for a formula. Numbers stay as they are.
///
/// Errors: what the writer says.
pub fn tame_csv(sheet: &Sheet) -> Result<Vec<u8>, String> {
    let tamed = |cell: &Cell| match cell {
        Cell::Text(text) => Cell::Text(tame(text)),
        other => other.clone(),
    };
    let rows = sheet.rows.iter().map(|row| row.iter().map(tamed).collect()).collect();
    csv(&Sheet { name: sheet.name.clone(), columns: sheet.columns.clone(), rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_tamed_and_numbers_are_not() {
        let row = vec![Cell::Text("=1+1".into()), Cell::Number(-0.5), Cell::Text("East".into())];
        let columns = ["a", "b", "c"].map(str::to_owned).to_vec();
        let sheet = Sheet { name: String::new(), columns, rows: vec![row] };
        let text = String::from_utf8(tame_csv(&sheet).unwrap()).unwrap();
        assert_eq!(text, "a,b,c\n'=1+1,-0.5,East\n");
    }

    #[test]
    fn nothing_typed_begins_a_cell_of_its_own() {
        let stamp = Stamp {
            what: "calls".into(),
            serial: Register::Files.serial(3),
            by: "Jo;=1+1".into(),
            at: "2025-03-14T12:00:00Z".into(),
            purpose: "March,\n=cmd()\t@x".into(),
            agreed_by: String::new(),
            destroy_by: "2025-04-13".into(),
            about: Vec::new(),
        };
        let stamp =
            stamp.within(Some("live in East")).saying(&[("counts".into(), "NEET,x".into())]);
        let text = String::from_utf8(stamp.on_csv(b"a,b\n1,2\n")).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "# serial: F-3");
        assert_eq!(lines[2], "# taken by: Jo / =1+1");
        assert_eq!(lines[4], "# purpose: March / =cmd() / @x");
        assert_eq!(
            lines[7..9],
            ["# within reach: only those who live in East", "# counts: NEET / x"]
        );
        assert!(lines[..9].iter().all(|line| line.starts_with("# ")));
        assert_eq!(lines[9..], ["a,b", "1,2"]);
    }
}
