//! Addresses of protected people, sealed at rest cell by cell. Wards and localities stay as they are, since
//! scopes and figures rest on them; what would lead to a door does not.
//!
//! Invariant: once there are keys, every address row of somebody whose address is protected now, or was when
//! their record became part of another or was taken back, is sealed, ended ones too, and nobody else's is.

use domain::person::Address;

use crate::args;
use crate::engine::{Row, StoreError, Tx, Value};
use crate::seal::{Cell, is_sealed};
use crate::statements::statements;

statements! {
    OF_PERSON = "SELECT fact, line1, line2, line3, line4, town, county, postcode FROM address WHERE person = $1 ORDER BY fact";
    KEEP = "UPDATE address SET line1 = $1, line2 = $2, line3 = $3, line4 = $4, town = $5, county = $6, postcode = $7 WHERE fact = $8";
    STALE = "SELECT a.fact, a.line1, a.line2, a.line3, a.line4, a.town, a.county, a.postcode FROM address a WHERE EXISTS (SELECT 1 FROM particulars p WHERE p.person = a.person AND p.protected_address = 'Y' AND NOT EXISTS (SELECT 1 FROM particulars n WHERE n.person = p.person AND n.fact > p.fact)) AND ((a.line1 <> '' AND SUBSTR(a.line1, 1, CAST($1 AS INTEGER)) <> $2) OR (a.line2 <> '' AND SUBSTR(a.line2, 1, CAST($1 AS INTEGER)) <> $2) OR (a.line3 <> '' AND SUBSTR(a.line3, 1, CAST($1 AS INTEGER)) <> $2) OR (a.line4 <> '' AND SUBSTR(a.line4, 1, CAST($1 AS INTEGER)) <> $2) OR (a.town <> '' AND SUBSTR(a.town, 1, CAST($1 AS INTEGER)) <> $2) OR (a.county <> '' AND SUBSTR(a.county, 1, CAST($1 AS INTEGER)) <> $2) OR (a.postcode <> '' AND SUBSTR(a.postcode, 1, CAST($1 AS INTEGER)) <> $2)) ORDER BY a.fact LIMIT $3";
}

/// The cells that lead to a door, in the order of the statements above.
const COLUMNS: [&str; 7] = ["line1", "line2", "line3", "line4", "town", "county", "postcode"];
/// Where they begin in a row that is about to be inserted: after the fact and the person.
const FIRST: usize = 2;

type Cells = [String; 7];

fn cells(row: &Row<'_>) -> Result<(i64, Cells), StoreError> {
    let mut cells = Cells::default();
    for (at, cell) in (1..).zip(&mut cells) {
        *cell = row.text(at)?;
    }
    Ok((row.int(0)?, cells))
}

fn each(
    fact: i64,
    cells: &mut Cells,
    change: impl Fn(&Cell<'_>, &str) -> Result<String, StoreError>,
) -> Result<(), StoreError> {
    for (column, cell) in COLUMNS.iter().zip(cells) {
        *cell = change(&Cell::new("address", fact, column), cell)?;
    }
    Ok(())
}

/// Opens an address that was read as it is kept.
pub(crate) fn open(tx: &Tx, fact: i64, address: &mut Address) -> Result<(), StoreError> {
    let Address { lines, town, county, postcode, .. } = address;
    let kept = lines.iter_mut().chain([town, county, postcode]);
    for (column, text) in COLUMNS.iter().zip(kept) {
        if is_sealed(text) {
            *text = tx.unseal(&Cell::new("address", fact, column), text)?;
        }
    }
    Ok(())
}

/// Seals the cells of a row that is about to be inserted; its fact is in it already.
pub(super) fn shut(tx: &Tx, row: &mut [Value]) -> Result<(), StoreError> {
    let Some(Value::Int(fact)) = row.first() else { return Ok(()) };
    let fact = *fact;
    for (column, value) in COLUMNS.iter().zip(row.iter_mut().skip(FIRST)) {
        if let Value::Text(text) = value {
            *text = tx.seal(&Cell::new("address", fact, column), text)?;
        }
    }
    Ok(())
}

async fn keep(tx: &mut Tx, fact: i64, cells: Cells) -> Result<(), StoreError> {
    let mut values: Vec<Value> = cells.into_iter().map(Value::from).collect();
    values.push(fact.into());
    tx.run(KEEP, &values).await?;
    Ok(())
}

/// Seals every address that somebody has or had, or opens every one where they are protected no longer.
pub(super) async fn protect(tx: &mut Tx, person: i64, protected: bool) -> Result<(), StoreError> {
    for (fact, mut all) in tx.rows(OF_PERSON, args![person], cells).await? {
        let before = all.clone();
        each(fact, &mut all, |cell, kept| {
            let clear = tx.unseal(cell, kept)?;
            if protected { tx.seal(cell, &clear) } else { Ok(clear) }
        })?;
        if before != all {
            keep(tx, fact, all).await?;
        }
    }
    Ok(())
}

/// Seals up to `most` addresses of people who are, or were last, protected that are not under the newest key; how many.
pub(crate) async fn sweep(tx: &mut Tx, prefix: &str, most: i64) -> Result<usize, StoreError> {
    let length = i64::try_from(prefix.chars().count()).unwrap_or(i64::MAX);
    let stale = tx.rows(STALE, args![length, prefix, most], cells).await?;
    let count = stale.len();
    for (fact, mut all) in stale {
        each(fact, &mut all, |cell, kept| tx.seal(cell, &tx.unseal(cell, kept)?))?;
        keep(tx, fact, all).await?;
    }
    Ok(count)
}
