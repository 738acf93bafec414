//! What every file that leaves says of itself: what it is, its serial, who took it, when, why, who agreed,
//! and by when to destroy it. The one place that writes it.

use jiff::Span;

use crate::{Context, Wrong};

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

    /// A table as text with the stamp before it. A text that a spreadsheet would run is defused.
    pub fn on_csv(&self, table: &[u8]) -> Result<Vec<u8>, Wrong> {
        let failed = |e: csv::Error| Wrong::Failed(format!("the file cannot be written: {e}"));
        let mut out = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for (name, words) in self.lines() {
            out.write_record([name, tame(&words)]).map_err(failed)?;
        }
        let head = out.into_inner();
        let mut bytes =
            head.map_err(|e| Wrong::Failed(format!("the file cannot be written: {e}")))?;
        bytes.extend_from_slice(table);
        Ok(bytes)
    }
}

/// A text that no spreadsheet takes for a formula.
pub(super) fn tame(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}
