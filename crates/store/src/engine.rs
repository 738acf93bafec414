//! The narrow waist: two databases, one text.
//!
//! Five kinds of value, a row one reads by column number, and the verbs `run`, `rows`, `one`, `each`
//! and `insert`. Statements are visible text with `$1` placeholders that both engines take. This is
//! the only file that names a driver. Invariant: work that belongs together goes through one [`Tx`].

use std::io::Read as _;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use jiff::civil::Date;
use sqlx::postgres::{PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{
    AssertSqlSafe, Connection as _, PgPool, Postgres, Row as _, Sqlite, SqlitePool, Transaction,
};

use crate::desk::{Desk, Telling};
use crate::inserting::{self, Column};
use crate::packed::{self, Cell};
use crate::seal::{self, Keys, Seals};
use crate::sealed;

/// The world broke underneath the register.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database is not available: {0}")]
    Unavailable(String),
    #[error("the statement failed: {0}")]
    Statement(sqlx::Error),
    #[error("{table} {id}: {what}")]
    Inconsistent { table: &'static str, id: String, what: String },
    #[error("someone else changed this in the meantime")]
    Conflict,
}

impl From<sqlx::Error> for StoreError {
    /// Two units of work that wait for each other, or of which the second would write what the first has
    /// just written, are no failure of the database: the second comes too late. The codes are PostgreSQL's,
    /// where units of work stand beside each other. On SQLite they stand in line, so that a key which is
    /// there already was not looked for, or a counter is behind: our fault, which does not pass by itself.
    fn from(error: sqlx::Error) -> Self {
        let told = error.as_database_error();
        match told.and_then(sqlx::error::DatabaseError::code).as_deref() {
            Some("40001" | "40P01") => StoreError::Conflict,
            Some("23505") => {
                // Not what it says of the row, which may be somebody's. Seen again and again for one
                // constraint, it is nobody's haste.
                let table = told.and_then(sqlx::error::DatabaseError::table).unwrap_or_default();
                let constraint =
                    told.and_then(sqlx::error::DatabaseError::constraint).unwrap_or_default();
                tracing::warn!(table, constraint, "a key was there already: taken for a race");
                StoreError::Conflict
            }
            _ => StoreError::Statement(error),
        }
    }
}

/// SQLite calls a disk without room for its shared memory an input or output error.
fn opening(broken: &sqlx::Error) -> String {
    let said = broken.to_string();
    let hint = if said.contains("disk I/O error") { "; the disk may be full" } else { "" };
    said + hint
}

/// What a placeholder is bound to. A null carries its kind, because PostgreSQL asks for one.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    NullInt,
    NullReal,
    NullText,
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

macro_rules! from {
    ($($t:ty => |$v:ident| $e:expr;)*) => { $(impl From<$t> for Value { fn from($v: $t) -> Self { $e } })* };
}
from! {
    i64 => |v| Value::Int(v);
    Option<i64> => |v| v.map_or(Value::NullInt, Value::Int);
    f64 => |v| Value::Real(v);
    Option<f64> => |v| v.map_or(Value::NullReal, Value::Real);
    bool => |v| Value::Int(i64::from(v));
    &str => |v| Value::Text(v.to_owned());
    &String => |v| Value::Text(v.clone());
    String => |v| Value::Text(v);
    Option<&str> => |v| v.map_or(Value::NullText, |t| Value::Text(t.to_owned()));
    Option<String> => |v| v.map_or(Value::NullText, Value::Text);
    Date => |v| Value::Text(v.to_string());
    Option<Date> => |v| v.map_or(Value::NullText, |d| Value::Text(d.to_string()));
    Vec<u8> => |v| Value::Bytes(v);
}

/// Binds for a statement, in the order of its placeholders.
#[macro_export]
macro_rules! args { ($($v:expr),* $(,)?) => { &[$($crate::Value::from($v)),*] }; }

/// One row of an answer; columns are read by number from 0, in the statement's order.
pub enum Row<'r> {
    Sqlite(&'r SqliteRow),
    Postgres(&'r PgRow),
    /// A row that crossed as one text: see [`Tx::each_packed`].
    Packed(&'r [Cell<'r>]),
}

macro_rules! getter {
    ($name:ident, $opt:ident, $t:ty, $packed:expr) => {
        pub fn $name(&self, column: usize) -> Result<$t, StoreError> {
            Ok(match self {
                Row::Sqlite(r) => r.try_get(column)?,
                Row::Postgres(r) => r.try_get(column)?,
                Row::Packed(cells) => $packed(cells, column)?
                    .ok_or_else(|| packed::unlike(cells.get(column), column, stringify!($t)))?,
            })
        }

        pub fn $opt(&self, column: usize) -> Result<Option<$t>, StoreError> {
            Ok(match self {
                Row::Sqlite(r) => r.try_get(column)?,
                Row::Postgres(r) => r.try_get(column)?,
                Row::Packed(cells) => $packed(cells, column)?,
            })
        }
    };
}

/// What never crosses packed.
fn unpacked<T>(cells: &[Cell<'_>], column: usize) -> Result<Option<T>, StoreError> {
    Err(packed::unlike(cells.get(column), column, "of a kind that is packed"))
}

impl Row<'_> {
    getter!(int, opt_int, i64, packed::opt_int);
    getter!(real, opt_real, f64, unpacked);
    getter!(text, opt_text, String, packed::opt_text);
    getter!(str, opt_str, &str, packed::opt_str);
    getter!(bytes, opt_bytes, Vec<u8>, unpacked);

    pub fn flag(&self, column: usize) -> Result<bool, StoreError> {
        Ok(self.int(column)? != 0)
    }

    pub fn date(&self, column: usize) -> Result<Date, StoreError> {
        self.opt_date(column)?.ok_or(StoreError::Inconsistent {
            table: "row",
            id: column.to_string(),
            what: "a day is missing".to_owned(),
        })
    }

    pub fn opt_date(&self, column: usize) -> Result<Option<Date>, StoreError> {
        self.opt_str(column)?
            .map(|text| {
                text.parse().map_err(|_| StoreError::Inconsistent {
                    table: "row",
                    id: column.to_string(),
                    what: format!("'{text}' is not a day"),
                })
            })
            .transpose()
    }
}

/// The database: SQLite in a folder, or PostgreSQL.
#[derive(Clone)]
pub enum Db {
    /// One writer, so that nobody meets a busy database; readers beside it.
    Sqlite {
        write: SqlitePool,
        read: SqlitePool,
        desk: Desk,
        seals: Seals,
    },
    Postgres {
        pool: PgPool,
        desk: Desk,
        seals: Seals,
    },
}

/// A unit of work: all of it or nothing. Dropped without `commit`, it never was.
pub struct Tx {
    under: Under,
    /// What a reading has to tell the audit when it ends; none in a unit of work that writes.
    telling: Option<Telling>,
    /// What personal text is sealed under, where keys were made.
    pub(crate) keys: Option<Arc<Keys>>,
}

enum Under {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// How many values one INSERT may bind (SQLite's limit is 32,766).
const BINDS_MAX: usize = 30_000;
/// How many rows one INSERT of SQLite's may have: more are no quicker and stay in memory as long as it is kept
/// prepared.
const ROWS_MOST: usize = 250;
/// How many rows one INSERT of lists may hold.
const LISTED_MOST: usize = 2_000;

/// How much of a register is read ahead. Units: bytes.
const AHEAD_MOST: u64 = 4 << 30;

/// The register's file in its folder.
pub const FILE: &str = "waymark.db";

/// Whether a folder holds a register.
pub fn stands_in(home: &Path) -> bool {
    home.join(FILE).is_file()
}

impl Db {
    /// Opens, or makes, `waymark.db` in a folder. Durable: WAL with synchronous FULL.
    pub async fn open_home(home: &Path) -> Result<Db, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(home.join(FILE))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(30))
            // Units: KiB, of each connection; the system keeps the file's pages besides.
            .pragma("cache_size", "-16384")
            .pragma("temp_store", "MEMORY")
            // What was taken out, or was sealed since, is not left in the file's free pages.
            .pragma("secure_delete", "ON")
            // Rows cross from the driver's thread a few thousand at a time: whole-register work is
            // half as quick when the two threads wait for each other row by row.
            .row_buffer_size(4_096);
        let unavailable = |e: sqlx::Error| StoreError::Unavailable(opening(&e));
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(60))
            // On a full disk SQLite ends a unit of work itself. The driver takes it for open ever after.
            .before_acquire(|conn, _| Box::pin(async move { Ok(!conn.is_in_transaction()) }))
            .connect_with(options.clone())
            .await
            .map_err(unavailable)?;
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            // Whoever only reads is held to it.
            .connect_with(options.pragma("query_only", "ON"))
            .await
            .map_err(unavailable)?;
        Ok(Db::Sqlite { write, read, desk: Desk::default(), seals: Seals::default() })
    }

    /// Reads the file once from front to back on a thread of its own, so that the system has it near: pages wanted
    /// here and there come from a disk one by one. Nothing where the register is no file of ours; a file that
    /// cannot be read is found by whoever asks for its rows.
    ///
    /// The file is never closed, whatever comes of the reading: closing any opening of it would take every lock of
    /// this process on it away (POSIX), and another process would then throw away what we wrote.
    pub fn read_ahead(&self) {
        let Db::Sqlite { read, .. } = self else { return };
        let file = read.connect_options().get_filename().to_owned();
        std::thread::spawn(move || -> std::io::Result<u64> {
            let file = ManuallyDrop::new(std::fs::File::open(file)?);
            std::io::copy(&mut (&*file).take(AHEAD_MOST), &mut std::io::sink())
        });
    }

    /// Connects to PostgreSQL.
    pub async fn open_url(url: &str) -> Result<Db, StoreError> {
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(10))
            .connect(url)
            .await
            .map_err(|e| StoreError::Unavailable(e.to_string()))?;
        Ok(Db::Postgres { pool, desk: Desk::default(), seals: Seals::default() })
    }

    /// Begins a unit of work that may write.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let under = match self {
            Db::Sqlite { write, .. } => Under::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Db::Postgres { pool, .. } => Under::Postgres(pool.begin().await?),
        };
        let mut tx = Tx { under, telling: None, keys: self.seals().keys() };
        match seal::may_write(self.seals(), &mut tx).await? {
            true => Ok(tx),
            false => Err(seal::locked()),
        }
    }

    /// Begins a unit of work that only reads, from one consistent moment.
    pub async fn begin_read(&self) -> Result<Tx, StoreError> {
        let under = match self {
            Db::Sqlite { read, .. } => Under::Sqlite(read.begin().await?),
            Db::Postgres { pool, .. } => Under::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
            ),
        };
        let mut tx = Tx { under, telling: None, keys: self.seals().keys() };
        // Without them it reads what is not sealed; what is does not open.
        seal::may_write(self.seals(), &mut tx).await?;
        Ok(tx)
    }

    /// Begins a reading of people: readers stand beside each other, and `commit` returns once the
    /// audit rows that it was given are safe on disk, written together with those of others.
    pub async fn begin_seeing(&self) -> Result<Tx, StoreError> {
        let mut tx = self.begin_read().await?;
        tx.telling = Some(Telling::new(self));
        Ok(tx)
    }

    pub(crate) fn seals(&self) -> &Seals {
        match self {
            Db::Sqlite { seals, .. } | Db::Postgres { seals, .. } => seals,
        }
    }

    pub(crate) fn desk(&self) -> &Desk {
        match self {
            Db::Sqlite { desk, .. } | Db::Postgres { desk, .. } => desk,
        }
    }

    /// Runs one statement outside any unit of work (making a database cannot be inside one).
    pub async fn run_alone(&self, sql: &str) -> Result<(), StoreError> {
        match self {
            Db::Sqlite { write, .. } => {
                sqlx::query(safe(sql)).execute(write).await?;
            }
            Db::Postgres { pool, .. } => {
                sqlx::query(safe(sql)).execute(pool).await?;
            }
        }
        Ok(())
    }

    /// Has PostgreSQL count its tables, so that what is asked next is planned by what was just loaded and
    /// not by tables that were empty a moment ago; by itself it does so within a minute or so. SQLite's
    /// plans rest on no counts here.
    pub async fn count_anew(&self) -> Result<(), StoreError> {
        if self.is_postgres() { self.run_alone("ANALYZE").await } else { Ok(()) }
    }

    /// Empties the log beside a database of one file, which may still hold what was written over.
    /// PostgreSQL keeps its own, and drops it in its own time.
    pub async fn forget_log(&self) -> Result<(), StoreError> {
        match self {
            Db::Sqlite { .. } => self.run_alone("PRAGMA wal_checkpoint(TRUNCATE)").await,
            Db::Postgres { .. } => Ok(()),
        }
    }

    /// The folder that the database's file stands in; `None` where it has no file here.
    pub fn folder(&self) -> Option<PathBuf> {
        match self {
            Db::Sqlite { write, .. } => {
                write.connect_options().get_filename().parent().map(Path::to_path_buf)
            }
            Db::Postgres { .. } => None,
        }
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self, Db::Postgres { .. })
    }

    pub async fn close(&self) {
        match self {
            Db::Sqlite { write, read, .. } => {
                read.close().await;
                write.close().await;
            }
            Db::Postgres { pool, .. } => pool.close().await,
        }
    }
}

macro_rules! bind {
    ($query:expr, $args:expr) => {{
        let mut query = $query;
        for value in $args {
            query = match value {
                Value::NullInt => query.bind(None::<i64>),
                Value::NullReal => query.bind(None::<f64>),
                Value::NullText => query.bind(None::<&str>),
                Value::Int(v) => query.bind(*v),
                Value::Real(v) => query.bind(*v),
                Value::Text(v) => query.bind(v.as_str()),
                Value::Bytes(v) => query.bind(v.as_slice()),
            };
        }
        query
    }};
}

/// Whether a statement is kept prepared. One that lists people comes once, and a hundred of them are kept; each
/// takes as much memory as its list.
const fn comes_again(sql: &str) -> bool {
    sql.len() <= 4_096
}

/// A statement put together from fixed pieces. Values are always bound, never spliced.
fn safe(sql: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(sql.to_owned())
}

impl Tx {
    /// Ends it well. A reading's answer may leave only after this: no audit row, no answer.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        let telling = self.telling.take();
        self.keep().await?;
        match telling {
            Some(telling) => telling.tell().await,
            None => Ok(()),
        }
    }

    /// The engine's own commit, as the desk needs it: the audit is not told by way of itself.
    pub(crate) async fn keep(self) -> Result<(), StoreError> {
        match self.under {
            Under::Sqlite(tx) => tx.commit().await?,
            Under::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.under, Under::Postgres(_))
    }

    pub(crate) fn keys(&self) -> Option<Arc<Keys>> {
        self.keys.clone()
    }

    pub(crate) fn telling(&mut self) -> Option<&mut Telling> {
        self.telling.as_mut()
    }

    /// Runs a statement; the number of rows it touched.
    pub async fn run(&mut self, sql: &str, args: &[Value]) -> Result<u64, StoreError> {
        Ok(match &mut self.under {
            Under::Sqlite(tx) => bind!(sqlx::query(safe(sql)).persistent(comes_again(sql)), args)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
            Under::Postgres(tx) => bind!(sqlx::query(safe(sql)).persistent(comes_again(sql)), args)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
        })
    }

    /// Reads rows one at a time, without holding them all.
    pub async fn each(
        &mut self,
        sql: &str,
        args: &[Value],
        mut take: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        match &mut self.under {
            Under::Sqlite(tx) => {
                let mut rows = bind!(sqlx::query(safe(sql)).persistent(comes_again(sql)), args)
                    .fetch(&mut **tx);
                while let Some(row) = rows.try_next().await? {
                    take(&Row::Sqlite(&row))?;
                }
            }
            Under::Postgres(tx) => {
                let mut rows = bind!(sqlx::query(safe(sql)).persistent(comes_again(sql)), args)
                    .fetch(&mut **tx);
                while let Some(row) = rows.try_next().await? {
                    take(&Row::Postgres(&row))?;
                }
            }
        }
        Ok(())
    }

    /// Reads all rows.
    pub async fn rows<T>(
        &mut self,
        sql: &str,
        args: &[Value],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut all = Vec::new();
        self.each(sql, args, |row| {
            all.push(read(row)?);
            Ok(())
        })
        .await?;
        Ok(all)
    }

    /// Reads the first row, if there is one.
    pub async fn one<T>(
        &mut self,
        sql: &str,
        args: &[Value],
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.rows(sql, args, read).await?.into_iter().next())
    }

    /// Inserts many rows, several to a statement. What is sealed at rest is sealed here, the next rows while the
    /// database takes those before them.
    pub async fn insert(
        &mut self,
        table: &'static str,
        columns: &[&'static str],
        rows: &[Vec<Value>],
    ) -> Result<(), StoreError> {
        let (keys, place) = (self.keys(), (table, columns));
        let most = match self.is_postgres() {
            true => LISTED_MOST,
            false => (BINDS_MAX / columns.len().max(1)).clamp(1, ROWS_MOST),
        };
        let mut chunks = rows.chunks(most);
        let mut next = sealed::shut(keys.as_deref(), place, chunks.next()).await?;
        while let Some(chunk) = next {
            let ahead = sealed::shut(keys.as_deref(), place, chunks.next());
            let (put, shut) = tokio::join!(self.under.put(place, &chunk, most), ahead);
            put?;
            next = shut?;
        }
        Ok(())
    }
}

impl Under {
    /// Puts rows into a table with one statement; fewer than `most` are of a text that does not come again.
    async fn put(
        &mut self,
        (table, columns): (&str, &[&str]),
        rows: &[Vec<Value>],
        most: usize,
    ) -> Result<(), StoreError> {
        match self {
            Under::Sqlite(tx) => {
                let sql = inserting::by_rows(table, columns, rows.len());
                let args = rows.iter().flatten();
                let again = rows.len() == most;
                bind!(sqlx::query(safe(&sql)).persistent(again), args).execute(&mut **tx).await?;
            }
            Under::Postgres(tx) => {
                let lists = (0..columns.len()).map(|at| Column::of(rows, at));
                let lists = lists.collect::<Result<Vec<_>, _>>()?;
                let sql = inserting::by_columns(table, columns, &lists);
                let mut query = sqlx::query(safe(&sql));
                for list in lists {
                    query = match list {
                        Column::Ints(all) => query.bind(all),
                        Column::Reals(all) => query.bind(all),
                        Column::Texts(all) => query.bind(all),
                        Column::Bytes(all) => query.bind(all),
                    };
                }
                query.execute(&mut **tx).await?;
            }
        }
        Ok(())
    }
}

impl Db {
    /// How many placeholders the engine sees in a statement, by preparing it.
    pub async fn placeholders(&self, sql: &str) -> Result<usize, StoreError> {
        use sqlx::{Either, Executor, SqlSafeStr, Statement};
        let count = match self {
            Db::Sqlite { read, .. } => {
                let mut connection = read.acquire().await?;
                let prepared = (&mut *connection).prepare(safe(sql).into_sql_str()).await?;
                prepared.parameters().map(|p| match p {
                    Either::Left(types) => types.len(),
                    Either::Right(count) => count,
                })
            }
            Db::Postgres { pool, .. } => {
                let mut connection = pool.acquire().await?;
                let prepared = (&mut *connection).prepare(safe(sql).into_sql_str()).await?;
                prepared.parameters().map(|p| match p {
                    Either::Left(types) => types.len(),
                    Either::Right(count) => count,
                })
            }
        };
        Ok(count.unwrap_or(0))
    }
}
