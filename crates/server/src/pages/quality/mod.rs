//! How complete the records are: one page that says the weakest fact first, the shares by school, sender or
//! adviser, and month by month; the people whose record lacks a fact; and the table as a file.

mod people;
mod show;

pub use people::people;
pub use show::{file, show};

use crate::http::Edge;
use crate::pages::figures::coded;
use app::Wrong;
use app::quality::{Asked, By};
use domain::calendar::parse_day;
use serde::Deserialize;

/// What the address says. Nothing in it is about a person.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    by: String,
    known: String,
    fact: String,
    /// The row, where it is not everybody; `-` stands for those who belong to none.
    row: String,
    page: String,
    /// `months` where the page is to look back: each month is the register counted once more.
    view: String,
}

/// In an address: those who belong to no school, sender or adviser.
const NOBODYS: &str = "-";

impl Wanted {
    fn asked(&self, edge: &Edge) -> Result<Asked, Wrong> {
        let day = match self.known.as_str() {
            "" => edge.ctx().today(),
            text => parse_day(text)
                .ok_or_else(|| Wrong::refused("Type the day it was known on as 2026-09-30."))?,
        };
        Ok(Asked { day, by: By::from_name(&self.by).unwrap_or_default() })
    }

    /// The address of another page about the same question, ready for more.
    fn href(&self, page: &str) -> String {
        let by = By::from_name(&self.by).unwrap_or_default().name();
        format!("/quality{page}?by={by}&known={}", coded(&self.known))
    }
}
