//! What goes over with a record that becomes part of another, and back when the two are taken apart.
//!
//! Contacts and caseloads are dated facts: they are ended and written anew under the other number. Other
//! rows keep their own numbers, which more rows rest on; which of them went is written down. Invariant:
//! exactly what went comes back, as it stands by then; what was written since stays where it was written.

use crate::engine::{Row, StoreError, Tx, Value};
use crate::seal::Cell;
use crate::statements::statements;
use crate::{args, changes, contacts};

statements! {
    CONTACTS = "SELECT id, day, method, outcome, note, next_step, account, obstacles FROM contact WHERE person = $1 AND ended IS NULL ORDER BY id";
    CONTACTS_MADE = "SELECT id, day, method, outcome, note, next_step, account, obstacles FROM contact WHERE person = $1 AND made = $2 AND ended IS NULL ORDER BY id";
    END_CONTACTS = "UPDATE contact SET ended = $1 WHERE person = $2 AND ended IS NULL";
    END_CONTACTS_MADE = "UPDATE contact SET ended = $1 WHERE person = $2 AND made = $3 AND ended IS NULL";
    ASSIGNMENTS = "SELECT adviser, from_day, to_day FROM assignment WHERE person = $1 AND ended IS NULL ORDER BY fact";
    ASSIGNMENTS_MADE = "SELECT adviser, from_day, to_day FROM assignment WHERE person = $1 AND made = $2 AND ended IS NULL ORDER BY fact";
    END_ASSIGNMENTS = "UPDATE assignment SET ended = $1 WHERE person = $2 AND ended IS NULL";
    END_ASSIGNMENTS_MADE = "UPDATE assignment SET ended = $1 WHERE person = $2 AND made = $3 AND ended IS NULL";
}

/// A table whose rows go over with their person.
struct Moved {
    table: &'static str,
    title: &'static str,
    /// What names a row, as text.
    key: &'static str,
    /// Which rows go, where not all do: of what can stand once only, the kept record's own stands. `$1` is
    /// the record that goes, `$2` the one that is kept.
    which: &'static str,
}

const ID: &str = "CAST(t.id AS TEXT)";

const MOVED: &[Moved] = &[
    Moved { table: "referral", title: "Referrals", key: ID, which: "" },
    Moved { table: "follow_up_task", title: "Follow-ups asked for", key: ID, which: "" },
    Moved {
        table: "application",
        title: "Applications",
        key: ID,
        which: "t.ended IS NOT NULL OR NOT EXISTS (SELECT 1 FROM application k WHERE k.person = $2 AND k.provider = t.provider AND k.said_by = t.said_by AND k.ended IS NULL)",
    },
    Moved { table: "result_row", title: "Exam results", key: "t.send || '-' || t.line", which: "" },
    Moved {
        table: "result_pass",
        title: "Providers who were given exam results",
        key: "t.send || '-' || t.provider",
        which: "NOT EXISTS (SELECT 1 FROM result_pass k WHERE k.person = $2 AND k.provider = t.provider AND k.send = t.send)",
    },
    Moved { table: "notice", title: "Notices from providers", key: ID, which: "" },
    Moved {
        table: "analysis_fact",
        title: "Facts for analysis",
        key: "CAST(t.fact AS TEXT)",
        which: "",
    },
    Moved {
        table: "support_choice",
        title: "Choices about early support",
        key: ID,
        which: "t.ended IS NOT NULL OR NOT EXISTS (SELECT 1 FROM support_choice k WHERE k.person = $2 AND k.ended IS NULL)",
    },
    Moved { table: "right_request", title: "Requests about their own data", key: ID, which: "" },
    Moved {
        table: "use_stop",
        title: "Stops on the use of the record",
        key: "CAST(t.request AS TEXT)",
        which: "",
    },
    Moved { table: "retention_hold", title: "Reasons to keep it longer", key: ID, which: "" },
    // What was decided of two numbers of the register stays between those two.
    Moved {
        table: "link_decision",
        title: "Decisions about partners' rows",
        key: ID,
        which: "t.side NOT LIKE 'person:%'",
    },
    // Rows of a dry run are written anew by the next.
    Moved {
        table: "import_row",
        title: "Rows of partners' files",
        key: "t.import || '-' || t.line",
        which: "EXISTS (SELECT 1 FROM import i WHERE i.id = t.import AND i.state IN ('applied', 'undone'))",
    },
    Moved {
        table: "crossmatch_row",
        title: "Rows of lists matched",
        key: "t.run || '-' || t.line",
        which: "",
    },
];

impl Moved {
    /// Whose rows go, and which of them.
    fn condition(&self) -> String {
        let which = if self.which.is_empty() { "1 = 1" } else { self.which };
        // Both placeholders are there whether or not the rule asks for them.
        format!("t.person = $1 AND CAST($2 AS BIGINT) IS NOT NULL AND ({which})")
    }

    async fn over(
        &self,
        tx: &mut Tx,
        change: i64,
        (gone, kept): (i64, i64),
    ) -> Result<(), StoreError> {
        let Moved { table, key, .. } = self;
        let note = format!(
            "INSERT INTO merge_carried (change, place, item) \
             SELECT CAST($3 AS BIGINT), '{table}', {key} FROM {table} t WHERE {}",
            self.condition()
        );
        tx.run(&note, args![gone, kept, change]).await?;
        self.give(tx, change, (gone, kept)).await
    }

    /// Gives what is written down under a change from one person to another.
    async fn give(
        &self,
        tx: &mut Tx,
        change: i64,
        (from, to): (i64, i64),
    ) -> Result<(), StoreError> {
        let Moved { table, key, .. } = self;
        let key = key.replace("t.", "");
        let sql = format!(
            "UPDATE {table} SET person = $1 WHERE person = $2 AND {key} IN \
             (SELECT item FROM merge_carried WHERE change = $3 AND place = '{table}')"
        );
        tx.run(&sql, args![to, from, change]).await?;
        Ok(())
    }
}

/// Tables whose rows go over with a record, the record itself left aside.
pub fn carried_tables() -> impl Iterator<Item = &'static str> {
    ["contact", "assignment"].into_iter().chain(MOVED.iter().map(|moved| moved.table))
}

/// How many rows of each kind would go over beside the record itself.
pub async fn would_carry(
    tx: &mut Tx,
    (gone, kept): (i64, i64),
) -> Result<Vec<(&'static str, i64)>, StoreError> {
    let mut all = Vec::new();
    for (title, facts) in [("Contacts", CONTACTS), ("Caseloads", ASSIGNMENTS)] {
        all.push((title, long(tx.rows(facts, args![gone], |_| Ok(())).await?.len())));
    }
    for moved in MOVED {
        let sql = format!("SELECT 1 FROM {} t WHERE {}", moved.table, moved.condition());
        all.push((moved.title, long(tx.rows(&sql, args![gone, kept], |_| Ok(())).await?.len())));
    }
    all.retain(|(_, rows)| *rows > 0);
    Ok(all)
}

/// Carries what belongs to a record that goes to the one that is kept.
pub async fn carry(tx: &mut Tx, change: i64, (gone, kept): (i64, i64)) -> Result<(), StoreError> {
    let contacts = tx.rows(CONTACTS, args![gone], contact).await?;
    let assignments = tx.rows(ASSIGNMENTS, args![gone], assignment).await?;
    tx.run(END_CONTACTS, args![change, gone]).await?;
    tx.run(END_ASSIGNMENTS, args![change, gone]).await?;
    write_contacts(tx, (kept, change), contacts).await?;
    write_assignments(tx, (kept, change), assignments).await?;
    for moved in MOVED {
        moved.over(tx, change, (gone, kept)).await?;
    }
    Ok(())
}

/// Carries back what a merge had brought.
pub async fn carry_back(
    tx: &mut Tx,
    change: i64,
    (kept, gone): (i64, i64),
    merging: i64,
) -> Result<(), StoreError> {
    let contacts = tx.rows(CONTACTS_MADE, args![kept, merging], contact).await?;
    let assignments = tx.rows(ASSIGNMENTS_MADE, args![kept, merging], assignment).await?;
    tx.run(END_CONTACTS_MADE, args![change, kept, merging]).await?;
    tx.run(END_ASSIGNMENTS_MADE, args![change, kept, merging]).await?;
    write_contacts(tx, (gone, change), contacts).await?;
    write_assignments(tx, (gone, change), assignments).await?;
    for moved in MOVED {
        moved.give(tx, merging, (kept, gone)).await?;
    }
    Ok(())
}

/// A contact's number, its cells before the note, the note as kept, its cells after, the obstacles as kept.
type Contact = (i64, [Value; 3], String, [Value; 2], String);

fn contact(row: &Row<'_>) -> Result<Contact, StoreError> {
    let before = [row.text(1)?.into(), row.text(2)?.into(), row.text(3)?.into()];
    let after = [row.opt_text(5)?.into(), row.opt_int(6)?.into()];
    Ok((row.int(0)?, before, row.text(4)?, after, row.text(7)?))
}

fn assignment(row: &Row<'_>) -> Result<Vec<Value>, StoreError> {
    Ok(args![row.int(0)?, row.text(1)?, row.opt_text(2)?].to_vec())
}

async fn write_contacts(
    tx: &mut Tx,
    (person, change): (i64, i64),
    contacts: Vec<Contact>,
) -> Result<(), StoreError> {
    let first = changes::take(tx, "contact", long(contacts.len())).await?;
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(contacts.len());
    for (id, (was, before, note, after, obstacles)) in (first..).zip(contacts) {
        // What is sealed is bound to its row: it is opened there, and sealed anew on its way in.
        let note = tx.unseal(&Cell::new("contact", was, "note"), &note)?;
        let obstacles = tx.unseal(&Cell::new("contact", was, "obstacles"), &obstacles)?;
        let head = [id.into(), person.into()];
        let tail = [note.into()].into_iter().chain(after).chain([obstacles.into(), change.into()]);
        rows.push(head.into_iter().chain(before).chain(tail).collect());
    }
    tx.insert("contact", &contacts::COLUMNS, &rows).await
}

async fn write_assignments(
    tx: &mut Tx,
    (person, change): (i64, i64),
    assignments: Vec<Vec<Value>>,
) -> Result<(), StoreError> {
    let first = changes::take(tx, "fact", long(assignments.len())).await?;
    let rows: Vec<Vec<Value>> = (first..)
        .zip(assignments)
        .map(|(fact, cells)| {
            let head = args![fact, person].to_vec();
            head.into_iter().chain(cells).chain([change.into()]).collect()
        })
        .collect();
    let columns = ["fact", "person", "adviser", "from_day", "to_day", "made"];
    tx.insert("assignment", &columns, &rows).await
}

fn long(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
