//! Many rows into one table with one statement, as each engine takes them best: SQLite a list of rows of
//! placeholders, PostgreSQL one list a column. There the text is the same however many rows there are, so that it is
//! read and planned once, and not six thousand placeholders every time.

use crate::engine::{StoreError, Value};

/// Placeholders without numbers: SQLite takes a numbered one for a name and the driver looks each name up in a list,
/// which is quadratic in a statement of thousands.
pub(crate) fn by_rows(table: &str, columns: &[&str], rows: usize) -> String {
    let row = format!("({})", vec!["?"; columns.len()].join(", "));
    let rows = vec![row.as_str(); rows].join(", ");
    format!("INSERT INTO {table} ({}) VALUES {rows}", columns.join(", "))
}

/// One list a column, of these kinds.
pub(crate) fn by_columns(table: &str, columns: &[&str], lists: &[Column<'_>]) -> String {
    let list = |(at, list): (usize, &Column<'_>)| format!("${at}::{}[]", list.kind());
    let lists: Vec<String> = (1..).zip(lists).map(list).collect();
    let columns = columns.join(", ");
    format!("INSERT INTO {table} ({columns}) SELECT * FROM UNNEST({})", lists.join(", "))
}

/// The values of one column, row by row.
#[derive(Debug, PartialEq)]
pub(crate) enum Column<'a> {
    Ints(Vec<Option<i64>>),
    Reals(Vec<Option<f64>>),
    Texts(Vec<Option<&'a str>>),
    Bytes(Vec<Option<&'a [u8]>>),
}

impl<'a> Column<'a> {
    /// The column at a place of these rows. Errors: a row that is too short, or values of two kinds.
    pub fn of(rows: &'a [Vec<Value>], at: usize) -> Result<Column<'a>, StoreError> {
        let mut column = match rows.first().and_then(|row| row.get(at)) {
            Some(Value::Int(_) | Value::NullInt) => Column::Ints(Vec::with_capacity(rows.len())),
            Some(Value::Real(_) | Value::NullReal) => Column::Reals(Vec::with_capacity(rows.len())),
            Some(Value::Bytes(_)) => Column::Bytes(Vec::with_capacity(rows.len())),
            _ => Column::Texts(Vec::with_capacity(rows.len())),
        };
        for row in rows {
            match (&mut column, row.get(at)) {
                (Column::Ints(all), Some(Value::Int(v))) => all.push(Some(*v)),
                (Column::Ints(all), Some(Value::NullInt)) => all.push(None),
                (Column::Reals(all), Some(Value::Real(v))) => all.push(Some(*v)),
                (Column::Reals(all), Some(Value::NullReal)) => all.push(None),
                (Column::Texts(all), Some(Value::Text(v))) => all.push(Some(v)),
                (Column::Texts(all), Some(Value::NullText)) => all.push(None),
                (Column::Bytes(all), Some(Value::Bytes(v))) => all.push(Some(v)),
                (_, other) => return Err(unlike(at, other)),
            }
        }
        Ok(column)
    }

    /// What PostgreSQL calls one value of it.
    fn kind(&self) -> &'static str {
        match self {
            Column::Ints(_) => "bigint",
            Column::Reals(_) => "double precision",
            Column::Texts(_) => "text",
            Column::Bytes(_) => "bytea",
        }
    }
}

/// Not what it is: that may be somebody's.
fn unlike(at: usize, value: Option<&Value>) -> StoreError {
    let what = match value {
        None => "a row that goes in is too short",
        Some(_) => "rows that go in have values of two kinds in one column",
    };
    StoreError::Inconsistent { table: "row", id: at.to_string(), what: what.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;

    #[test]
    fn texts_of_both_engines() {
        assert_eq!(by_rows("t", &["a", "b"], 2), "INSERT INTO t (a, b) VALUES (?, ?), (?, ?)");
        let rows = [args![1_i64, None::<&str>].to_vec(), args![None::<i64>, "two"].to_vec()];
        let lists = [0, 1].map(|at| Column::of(&rows, at).unwrap());
        assert_eq!(lists[0], Column::Ints(vec![Some(1), None]));
        assert_eq!(lists[1], Column::Texts(vec![None, Some("two")]));
        assert_eq!(
            by_columns("t", &["a", "b"], &lists),
            "INSERT INTO t (a, b) SELECT * FROM UNNEST($1::bigint[], $2::text[])"
        );
    }

    #[test]
    fn a_column_of_two_kinds_and_a_short_row_do_not_go_in() {
        let mixed = [args![1_i64].to_vec(), args!["one"].to_vec()];
        assert!(Column::of(&mixed, 0).is_err());
        assert!(Column::of(&mixed, 1).is_err());
    }
}
