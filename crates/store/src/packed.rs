//! Rows that cross SQLite's driver as one text each.
//!
//! The driver hands a row over value by value, which for rows of twenty to forty columns costs more than
//! finding them. SQLite can write a row as a JSON list; here such a list becomes cells again.
//! Numbers and texts only: bytes and fractions do not come this way.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

use crate::engine::{Row, StoreError, Tx, Value};

/// One value of a packed row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    Null,
    Int(i64),
    Text(Cow<'a, str>),
}

impl Tx {
    /// Reads rows of many columns one at a time. `rest` is the statement from `FROM` on.
    ///
    /// From SQLite each row is packed into one text on its way: three to four times as quick as
    /// [`Tx::each`] over whole tables. PostgreSQL takes four times as long to pack a row as to send it, so
    /// its rows come as they are. Columns hold whole numbers and texts.
    pub async fn each_packed(
        &mut self,
        columns: &[&str],
        rest: &str,
        args: &[Value],
        mut take: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let columns = columns.join(", ");
        if self.is_postgres() {
            return self.each(&format!("SELECT {columns} {rest}"), args, take).await;
        }
        self.each(&format!("SELECT json_array({columns}) {rest}"), args, |row| {
            let text = row.text(0)?;
            take(&Row::Packed(&cells(&text)?))
        })
        .await
    }

    /// As [`Tx::each_packed`], where there are many rows of each of `by`, the first column of an index: from SQLite
    /// all of one come as one text.
    pub async fn each_packed_by(
        &mut self,
        by: &str,
        columns: &[&str],
        rest: &str,
        args: &[Value],
        mut take: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if self.is_postgres() {
            return self.each_packed(columns, rest, args, take).await;
        }
        let columns = columns.join(", ");
        let sql = format!("SELECT json_group_array(json_array({columns})) {rest} GROUP BY {by}");
        self.each(&sql, args, |row| {
            let text = row.text(0)?;
            rows(&text)?.iter().try_for_each(|cells| take(&Row::Packed(cells)))
        })
        .await
    }
}

/// The cells of a packed row.
pub(crate) fn cells(text: &str) -> Result<Vec<Cell<'_>>, StoreError> {
    read(text)
}

/// The cells of several rows packed into one text.
pub(crate) fn rows(text: &str) -> Result<Vec<Vec<Cell<'_>>>, StoreError> {
    read(text)
}

fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::Inconsistent {
        table: "row",
        id: String::new(),
        what: format!("a packed row cannot be read: {e}"),
    })
}

pub(crate) fn opt_text(cells: &[Cell<'_>], at: usize) -> Result<Option<String>, StoreError> {
    Ok(opt_str(cells, at)?.map(str::to_owned))
}

pub(crate) fn opt_str<'c>(cells: &'c [Cell<'_>], at: usize) -> Result<Option<&'c str>, StoreError> {
    match cells.get(at) {
        Some(Cell::Text(text)) => Ok(Some(text.as_ref())),
        Some(Cell::Null) => Ok(None),
        other => Err(unlike(other, at, "a text")),
    }
}

pub(crate) fn opt_int(cells: &[Cell<'_>], at: usize) -> Result<Option<i64>, StoreError> {
    match cells.get(at) {
        Some(Cell::Int(number)) => Ok(Some(*number)),
        Some(Cell::Null) => Ok(None),
        other => Err(unlike(other, at, "a whole number")),
    }
}

/// The cell as it stands, for the types that are never packed.
pub(crate) fn unlike(cell: Option<&Cell<'_>>, at: usize, wanted: &str) -> StoreError {
    let is = match cell {
        None => "missing",
        Some(Cell::Null) => "null",
        Some(Cell::Int(_)) => "a number",
        Some(Cell::Text(_)) => "a text",
    };
    StoreError::Inconsistent {
        table: "row",
        id: at.to_string(),
        what: format!("the value is {is}, not {wanted}"),
    }
}

impl<'de> Deserialize<'de> for Cell<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneCell)
    }
}

struct OneCell;

impl<'de> Visitor<'de> for OneCell {
    type Value = Cell<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null, a whole number or a text")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Cell::Null)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Cell::Int(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        i64::try_from(number).map(Cell::Int).map_err(|_| E::custom("a number is too large"))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cell::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cell::Text(Cow::Owned(text.to_owned())))
    }
}
