//! What every file that leaves says of itself: what it is, its serial, who took it, when, why, who agreed,
//! and by when to destroy it. The one place that writes it.

use jiff::Span;

use crate::Context;

/// Days after which a file has to be destroyed.
const DAYS: i64 = 30;

/// The stamp of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub what: String,
    pub serial: i64,
    pub by: String,
    pub at: String,
    pub purpose: String,
    /// Empty where nobody had to agree.
    pub agreed_by: String,
    pub destroy_by: String,
}

impl Stamp {
    /// The stamp of a file that leaves now.
    pub(crate) fn now(
        ctx: &Context,
        (what, serial): (&str, i64),
        (by, purpose): (&str, &str),
        agreed_by: &str,
    ) -> Self {
        Self {
            what: what.to_owned(),
            serial,
            by: by.to_owned(),
            at: ctx.now(),
            purpose: purpose.to_owned(),
            agreed_by: agreed_by.to_owned(),
            destroy_by: ctx.today().saturating_add(Span::new().days(DAYS)).to_string(),
        }
    }

    /// Line by line: its name and what it says.
    pub fn lines(&self) -> Vec<(String, String)> {
        [
            ("OFFICIAL-SENSITIVE", self.what.clone()),
            ("serial", self.serial.to_string()),
            ("taken by", self.by.clone()),
            ("taken at", self.at.clone()),
            ("purpose", self.purpose.clone()),
            ("agreed by", self.agreed_by.clone()),
            ("destroy by", self.destroy_by.clone()),
        ]
        .map(|(name, words)| (name.to_owned(), words))
        .to_vec()
    }

    /// A table as text with the stamp before it, in lines that programs pass over as comments. No line
    /// holds what would begin another cell, so nothing typed can stand at the start of one.
    pub fn on_csv(&self, table: &[u8]) -> Vec<u8> {
        let one_cell = |words: &str| {
            let parts = words.split([',', ';', '\t', '\r', '\n']).map(str::trim);
            parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" / ")
        };
        let lines = self.lines().into_iter().map(|(name, words)| {
            let line = format!("# {name}: {}", one_cell(&words));
            line.trim_end().to_owned() + "\n"
        });
        [lines.collect::<String>().as_bytes(), table].concat()
    }
}

/// A text that no spreadsheet takes for a formula.
pub(super) fn tame(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_typed_begins_a_cell_of_its_own() {
        let stamp = Stamp {
            what: "calls".into(),
            serial: 3,
            by: "Jo;=1+1".into(),
            at: "2025-03-14T12:00:00Z".into(),
            purpose: "March,\n=cmd()\t@x".into(),
            agreed_by: String::new(),
            destroy_by: "2025-04-13".into(),
        };
        let text = String::from_utf8(stamp.on_csv(b"a,b\n1,2\n")).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[2], "# taken by: Jo / =1+1");
        assert_eq!(lines[4], "# purpose: March / =cmd() / @x");
        assert!(lines[..7].iter().all(|line| line.starts_with("# ")));
        assert_eq!(lines[7..], ["a,b", "1,2"]);
    }
}
