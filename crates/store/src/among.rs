//! That a number is one of thousands, as each engine finds them best.

use crate::engine::{Row, StoreError, Tx, Value};

/// Ids asked for in one statement.
const AT_ONCE: usize = 5_000;

impl Tx {
    /// The condition that a number is one of these. They are of our own making, so they are written into the text.
    ///
    /// PostgreSQL reckons a list of thousands dearer than reading the whole table, which takes up to fifteen times as
    /// long; of one that it cannot look into it takes the index.
    pub fn among(&self, ids: &[i64]) -> String {
        let list = listed(ids);
        match self.is_postgres() {
            true => format!("= ANY(ARRAY(SELECT UNNEST('{{{list}}}'::bigint[])))"),
            false => format!("IN ({list})"),
        }
    }

    /// [`Tx::among`] of a statement that comes again for the next thousands, and binds nothing else: on PostgreSQL the
    /// list is bound as `$1`, so that the text stays the same, is read and planned once, and needs one way there and
    /// back in place of two. On SQLite the list is in the text, and nothing is bound.
    pub(crate) fn among_bound(&self, ids: &[i64]) -> (String, Vec<Value>) {
        match self.is_postgres() {
            true => {
                let list = Value::Text(format!("{{{}}}", listed(ids)));
                let condition = "= ANY(ARRAY(SELECT UNNEST(CAST($1 AS TEXT)::bigint[])))";
                (condition.to_owned(), vec![list])
            }
            false => (self.among(ids), Vec::new()),
        }
    }

    /// Runs `sql`, whose text ends before [`Tx::among`], for every chunk of ids.
    pub async fn run_in(
        &mut self,
        sql: &str,
        args: &[Value],
        ids: &[i64],
    ) -> Result<u64, StoreError> {
        let mut touched = 0;
        for chunk in ids.chunks(AT_ONCE) {
            touched += self.run(&format!("{sql} {}", self.among(chunk)), args).await?;
        }
        Ok(touched)
    }

    /// Reads the rows of a statement for every chunk of ids: its text before [`Tx::among`], and what comes after it.
    pub async fn rows_in<T>(
        &mut self,
        (before, after): (&str, &str),
        args: &[Value],
        ids: &[i64],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut all = Vec::new();
        for chunk in ids.chunks(AT_ONCE) {
            let sql = format!("{before} {} {after}", self.among(chunk));
            all.extend(self.rows(&sql, args, &mut read).await?);
        }
        Ok(all)
    }
}

fn listed(ids: &[i64]) -> String {
    let list: Vec<String> = ids.iter().map(i64::to_string).collect();
    list.join(",")
}
