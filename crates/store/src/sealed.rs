//! What is sealed cell by cell, in one list: whatever people wrote freely, what is true of somebody for a time (in
//! care, expecting a child, in youth justice) with who told it and every copy of it, and whatever partners sent, as
//! it came and in every copy that linking and matching make of it. Whose address will be protected is not
//! known when a row comes, so rows are sealed whoever they speak of. Addresses, sealed for as long as they
//! are protected, are [`home`]'s; how a text is sealed is [`crate::seal`]'s.
//!
//! Invariant: rows of these tables that go in by [`Tx::insert`] are sealed there; whoever writes or reads
//! single cells seals and opens them by the same names.

use std::borrow::Cow;

use crate::args;
use crate::engine::{StoreError, Tx, Value};
use crate::people::home;
use crate::seal::{Cell, Keys, is_sealed};

/// Sealed columns of one table, and what names its rows.
struct Place {
    table: &'static str,
    row: &'static str,
    /// The second number of rows that are named by two.
    line: Option<&'static str>,
    columns: &'static [&'static str],
    /// Whether the columns hold bytes.
    bytes: bool,
}

const fn texts(table: &'static str, columns: &'static [&'static str]) -> Place {
    Place { table, row: "id", line: None, columns, bytes: false }
}

const PLACES: &[Place] = &[
    texts("contact", &["note"]),
    // Told with fewer contacts than have a note: its rows wait alone.
    texts("contact", &["obstacles"]),
    Place { row: "fact", ..texts("characteristic", &["code", "source"]) },
    // Why somebody has a chance says what is true of them.
    Place { row: "run", line: Some("person"), ..texts("predictor_score", &["content"]) },
    texts("referral", &["reason"]),
    texts("notice", &["note"]),
    // What nobody has written yet is no text: its column stands by itself, so that its rows wait alone.
    texts("notice", &["outcome"]),
    texts("agreement_check", &["practical", "legal", "effective"]),
    texts("agreement_complaint", &["about"]),
    texts("agreement_complaint", &["answer"]),
    texts("caseload_review", &["found"]),
    texts("emergency", &["review_words"]),
    texts("curious_look", &["settled_words"]),
    texts("sharing_word", &["evidence"]),
    texts("draft", &["body"]),
    texts("sign_on_provider", &["secret"]),
    texts("right_request", &["words"]),
    texts("right_step", &["words"]),
    texts("right_removal", &["words"]),
    Place { row: "serial", ..texts("people_export", &["purpose"]) },
    texts("link_decision", &["said", "why", "evidence"]),
    Place { row: "account", ..texts("second_factor", &["seed"]) },
    Place { row: "account", ..texts("account_home", &["postcode"]) },
    Place { row: "a", line: Some("b"), ..texts("link_pair", &["evidence"]) },
    Place {
        row: "import",
        line: Some("line"),
        ..texts("import_row", &["said", "reasons", "changes", "evidence", "told"])
    },
    Place {
        row: "run",
        line: Some("line"),
        ..texts("crossmatch_row", &["said", "differs", "evidence"])
    },
    Place {
        row: "send",
        line: Some("line"),
        ..texts("result_row", &["series", "subject", "level", "grade"])
    },
    texts("result_send", &["faults"]),
    Place { row: "import", line: Some("part"), bytes: true, ..texts("import_part", &["content"]) },
    Place { row: "snapshot", bytes: true, ..texts("snapshot_file", &["content"]) },
];

impl Place {
    /// All of a table: one stands twice where some of its columns are filled by themselves.
    fn of(table: &str) -> Vec<&'static Place> {
        PLACES.iter().filter(|place| place.table == table).collect()
    }

    /// The next rows behind a key with a cell that is not under the newest key: `$1` and `$2` are the
    /// numbers of the key, `$3` how many characters `$4`, the beginning of what is sealed under it, has.
    fn stale(&self) -> String {
        let Place { table, row, line, columns, bytes } = self;
        let behind = match line {
            // Of an OR PostgreSQL makes no place in the index to go on from: it would read all from the start.
            Some(line) => format!("({row}, {line}) > ($1, $2)"),
            // The second number is bound whether or not there is one.
            None => format!("{row} > $1 AND CAST($2 AS BIGINT) IS NOT NULL"),
        };
        let order = line.map_or_else(|| (*row).to_owned(), |line| format!("{row}, {line}"));
        let line = line.unwrap_or("0");
        let stale = |column: &&str| {
            let filled = match bytes {
                true => format!("LENGTH({column}) > 0"),
                false => format!("{column} <> ''"),
            };
            format!("({filled} AND SUBSTR({column}, 1, CAST($3 AS INTEGER)) <> $4)")
        };
        let stale: Vec<String> = columns.iter().map(stale).collect();
        format!(
            "SELECT CAST({row} AS BIGINT), CAST({line} AS BIGINT), {} FROM {table} \
             WHERE {behind} AND ({}) ORDER BY {order} LIMIT $5",
            columns.join(", "),
            stale.join(" OR ")
        )
    }

    /// Puts a row's cells back, unless one of them changed since it was read.
    fn put(&self) -> String {
        let width = self.columns.len();
        let set = |(column, at): (&&str, usize)| format!("{column} = ${at}");
        let set: Vec<String> = self.columns.iter().zip(1..).map(set).collect();
        let as_read = |(column, at): (&&str, usize)| format!("{column} = ${at}");
        let as_read: Vec<String> = self.columns.iter().zip(width + 1..).map(as_read).collect();
        let line = self.line.map(|line| format!(" AND {line} = ${}", 2 * width + 2));
        format!(
            "UPDATE {} SET {} WHERE {} AND {} = ${}{}",
            self.table,
            set.join(", "),
            as_read.join(" AND "),
            self.row,
            2 * width + 1,
            line.unwrap_or_default()
        )
    }

    fn cell(&self, (row, line): (i64, i64), column: &'static str) -> Cell<'static> {
        Cell { table: self.table, row, line: self.line.map(|_| line), column }
    }

    /// Seals the cells of a row that is about to be put in.
    fn shut(
        &self,
        keys: &Keys,
        columns: &[&'static str],
        row: &mut [Value],
    ) -> Result<(), StoreError> {
        let at = |name: &str| columns.iter().position(|column| *column == name);
        let number = |row: &[Value], name: &str| match at(name).and_then(|at| row.get(at)) {
            Some(Value::Int(number)) => Ok(*number),
            _ => Err(StoreError::Inconsistent {
                table: self.table,
                id: name.to_owned(),
                what: "a row that is sealed goes in without its number".to_owned(),
            }),
        };
        let key = (number(row, self.row)?, self.line.map_or(Ok(0), |line| number(row, line))?);
        for column in self.columns {
            // Nothing stays nothing, so that what is empty can be seen.
            if let Some(Value::Text(text)) = at(column).and_then(|at| row.get_mut(at))
                && !text.is_empty()
            {
                *text = keys.seal(&self.cell(key, column), text)?;
            }
        }
        Ok(())
    }
}

/// Rows that are sealed before others may go on.
const AT_ONCE: usize = 32;

/// Rows that are about to be put in, with their cells sealed where the list says so; `None` of none. It lets others go
/// on every few rows: whoever puts in the rows before them.
pub(crate) async fn shut<'a>(
    keys: Option<&Keys>,
    (table, columns): (&'static str, &[&'static str]),
    rows: Option<&'a [Vec<Value>]>,
) -> Result<Option<Cow<'a, [Vec<Value>]>>, StoreError> {
    let Some(rows) = rows else { return Ok(None) };
    let places = Place::of(table);
    let Some(keys) = keys.filter(|_| !places.is_empty()) else {
        return Ok(Some(Cow::Borrowed(rows)));
    };
    let mut sealed = Vec::with_capacity(rows.len());
    for some in rows.chunks(AT_ONCE) {
        for row in some {
            let mut row = row.clone();
            for place in &places {
                place.shut(keys, columns, &mut row)?;
            }
            sealed.push(row);
        }
        tokio::task::yield_now().await;
    }
    Ok(Some(Cow::Owned(sealed)))
}

/// Opens cells of one row that were read as they are kept.
pub(crate) fn open<const N: usize>(
    tx: &Tx,
    table: &'static str,
    (row, line): (i64, Option<i64>),
    cells: [(&'static str, &mut String); N],
) -> Result<(), StoreError> {
    for (column, text) in cells {
        if is_sealed(text) {
            *text = tx.unseal(&Cell { table, row, line, column }, text)?;
        }
    }
    Ok(())
}

/// How far [`sweep`] has come: places done, and the last row seen of the next.
#[derive(Clone, Copy, Debug)]
pub struct Swept {
    place: usize,
    after: (i64, i64),
}

impl Default for Swept {
    fn default() -> Self {
        Swept { place: 0, after: (i64::MIN, i64::MIN) }
    }
}

/// What is sealed now, for whoever remembers whether all of it is: the newest key and every column.
pub fn all(tx: &Tx) -> Option<String> {
    let keys = tx.keys()?;
    let place = |place: &Place| format!("{}({})", place.table, place.columns.join(" "));
    let places: Vec<String> = PLACES.iter().map(place).collect();
    Some(format!("{} address {}", keys.prefix().trim_start_matches('\u{1}'), places.join(" ")))
}

/// PostgreSQL's time, at which everything that begins later sees what this unit of work sees; `None` on SQLite, where
/// whoever writes stands in line.
pub async fn moment(tx: &mut Tx) -> Result<Option<String>, StoreError> {
    if !tx.is_postgres() {
        return Ok(None);
    }
    tx.one("SELECT CAST(clock_timestamp() AS TEXT)", args![], |row| row.text(0)).await
}

/// Whether others in this PostgreSQL database are still at work that they began before a [`moment`]. Begun before the
/// newest key was made, it may yet write in the clear.
pub async fn older_work(tx: &mut Tx, moment: &str) -> Result<bool, StoreError> {
    let sql = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
               AND pid <> pg_backend_pid() AND backend_type = 'client backend' \
               AND xact_start < CAST(CAST($1 AS TEXT) AS TIMESTAMPTZ)";
    Ok(tx.one(sql, args![moment], |row| row.int(0)).await?.unwrap_or(0) > 0)
}

/// Seals, or seals anew, the next rows whose cells are not under the newest key, up to `most`; how many.
/// None are left where it is 0. It can be stopped between any two calls and begun again from the start:
/// what is under an older key still opens.
pub async fn sweep(tx: &mut Tx, swept: &mut Swept, most: i64) -> Result<usize, StoreError> {
    let Some(keys) = tx.keys() else { return Ok(0) };
    let prefix = keys.prefix();
    let mut done = 0;
    while let Some(place) = PLACES.get(swept.place) {
        let left = most - i64::try_from(done).unwrap_or(i64::MAX);
        let found = match place.bytes {
            // A part of a file is a megabyte: one at a time.
            true => renew(tx, place, (&prefix, 1), swept).await?,
            false => renew(tx, place, (&prefix, left), swept).await?,
        };
        done += found;
        if found == 0 {
            *swept = Swept { place: swept.place + 1, ..Swept::default() };
        } else if place.bytes || i64::try_from(done).unwrap_or(i64::MAX) >= most {
            return Ok(done);
        }
    }
    Ok(done + home::sweep(tx, &prefix, most - i64::try_from(done).unwrap_or(i64::MAX)).await?)
}

/// Seals the next stale rows of one place; how many there were.
async fn renew(
    tx: &mut Tx,
    place: &Place,
    (prefix, most): (&str, i64),
    swept: &mut Swept,
) -> Result<usize, StoreError> {
    let length = i64::try_from(prefix.chars().count()).unwrap_or(i64::MAX);
    let begins = match place.bytes {
        true => Value::Bytes(prefix.as_bytes().to_vec()),
        false => Value::from(prefix),
    };
    let (row, line) = swept.after;
    let found = tx
        .rows(&place.stale(), args![row, line, length, begins, most], |row| {
            let cell = |at| match place.bytes {
                true => row.bytes(at).map(Value::Bytes),
                false => row.text(at).map(Value::Text),
            };
            let cells = (2..2 + place.columns.len()).map(cell).collect::<Result<Vec<_>, _>>()?;
            Ok(((row.int(0)?, row.int(1)?), cells))
        })
        .await?;
    let put = place.put();
    for (key, cells) in &found {
        let mut binds = Vec::with_capacity(2 * cells.len() + 2);
        for (column, kept) in place.columns.iter().zip(cells) {
            binds.push(anew(tx, &place.cell(*key, column), kept)?);
        }
        binds.extend(cells.iter().cloned());
        binds.push(key.0.into());
        binds.extend(place.line.map(|_| Value::from(key.1)));
        tx.run(&put, &binds).await?;
        swept.after = *key;
    }
    Ok(found.len())
}

/// A cell opened and sealed under the newest key.
fn anew(tx: &Tx, cell: &Cell<'_>, kept: &Value) -> Result<Value, StoreError> {
    Ok(match kept {
        Value::Text(text) => Value::Text(tx.seal(cell, &tx.unseal(cell, text)?)?),
        Value::Bytes(bytes) => {
            Value::Bytes(tx.seal_bytes(cell, tx.unseal_bytes(cell, bytes.clone())?)?)
        }
        other => other.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_named_by_two_numbers_are_gone_on_from_as_one_key() {
        for place in PLACES {
            let sql = place.stale();
            let goes_on = match place.line {
                Some(line) => format!("WHERE ({}, {line}) > ($1, $2) AND (", place.row),
                None => format!("WHERE {} > $1 AND ", place.row),
            };
            assert!(sql.contains(&goes_on), "{sql}");
        }
    }
}
