//! The analysis store: facts from partners' sets, as known at a recorded moment.

use std::collections::BTreeMap;

use domain::access::Scope;
use domain::person::ChangeId;
use domain::prediction::{Fact, Try};
use jiff::civil::Date;

use crate::engine::{StoreError, Tx, Value};
use crate::people::Moment;
use crate::statements::statements;
use crate::{args, changes, scope};

statements! {
    INSERT_LOAD = "INSERT INTO analysis_load (id, kind, sender, file_name, file_hash, rows_read, rows_kept, rows_unmatched, rows_refused, from_day, to_day, silence, made, sender_name, sender_kind, council, council_code) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, COALESCE($14, (SELECT o.name FROM organisation o WHERE o.id = $15), $16), COALESCE((SELECT o.kind FROM organisation o WHERE o.id = $17), ''), (SELECT s.value FROM setting s WHERE s.name = 'own_organisation'), (SELECT s.value FROM setting s WHERE s.name = 'la_code'))";
    BY_HASH = "SELECT id FROM analysis_load WHERE file_hash = $1 AND ended IS NULL";
    LOADS = "SELECT l.id, l.kind, l.sender, l.file_name, l.file_hash, l.rows_read, l.rows_kept, l.rows_unmatched, l.rows_refused, l.from_day, l.to_day, l.silence, c.at FROM analysis_load l JOIN change c ON c.id = l.made WHERE l.ended IS NULL ORDER BY l.id DESC LIMIT 200";
    HOLDING = "SELECT DISTINCT f.person FROM analysis_fact f JOIN particulars p ON p.person = f.person AND p.ended IS NULL WHERE f.ended IS NULL AND f.field = $1 AND f.value = $2 AND NOT EXISTS (SELECT 1 FROM analysis_fact n WHERE n.person = f.person AND n.field = f.field AND n.ended IS NULL AND n.from_day > f.from_day) ORDER BY f.person";
    OF_SENDER = "SELECT DISTINCT f.value, f.person, f.from_day FROM analysis_fact f JOIN analysis_load l ON l.id = f.load WHERE l.sender = $1 AND f.field = $2 AND f.ended IS NULL AND l.ended IS NULL ORDER BY f.from_day, f.value, f.person";
    END_LOAD = "UPDATE analysis_load SET ended = $1 WHERE id = $2 AND ended IS NULL";
    END_FACTS = "UPDATE analysis_fact SET ended = $1 WHERE load = $2 AND ended IS NULL";
}

/// A set that was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    pub id: i64,
    pub kind: String,
    pub sender: String,
    pub file_name: String,
    pub file_hash: String,
    pub read: i64,
    pub kept: i64,
    pub unmatched: i64,
    pub refused: i64,
    /// Days that the set speaks of, inclusive.
    pub from: Date,
    pub to: Date,
    /// Whether it may be read as "no" of those whom it does not name.
    pub silence: bool,
    /// When it was loaded; not read by [`add`].
    pub at: String,
}

/// Keeps a set and its facts, with what its sender and the council are called at this time; the number of the
/// load.
pub async fn add(
    tx: &mut Tx,
    change: ChangeId,
    load: &Load,
    facts: &[(i64, Fact)],
) -> Result<i64, StoreError> {
    let id = changes::take(tx, "analysis_load", 1).await?;
    let l = load;
    let named = facts.iter().map(|(_, fact)| fact.source.as_str()).min();
    tx.run(
        INSERT_LOAD,
        args![
            id,
            &l.kind,
            &l.sender,
            &l.file_name,
            &l.file_hash,
            l.read,
            l.kept,
            l.unmatched,
            l.refused,
            l.from,
            l.to,
            if l.silence { "yes" } else { "no" },
            change.0,
            named,
            &l.sender,
            &l.sender,
            &l.sender
        ],
    )
    .await?;
    let count = i64::try_from(facts.len()).unwrap_or(i64::MAX);
    if count > 0 {
        let first = changes::take(tx, "fact", count).await?;
        let columns =
            ["fact", "person", "load", "field", "value", "from_day", "to_day", "source", "made"];
        let rows: Vec<Vec<Value>> = (first..)
            .zip(facts)
            .map(|(fact, (person, f))| {
                let made = change.0;
                args![fact, *person, id, &f.field, &f.value, f.from, f.to, &f.source, made].to_vec()
            })
            .collect();
        tx.insert("analysis_fact", &columns, &rows).await?;
    }
    Ok(id)
}

/// The load that brought a file with these bytes, where it stands.
pub async fn by_hash(tx: &mut Tx, hash: &str) -> Result<Option<i64>, StoreError> {
    tx.one(BY_HASH, args![hash], |row| row.int(0)).await
}

/// Sets that stand, the newest first.
pub async fn loads(tx: &mut Tx) -> Result<Vec<Load>, StoreError> {
    tx.rows(LOADS, args![], |row| {
        Ok(Load {
            id: row.int(0)?,
            kind: row.text(1)?,
            sender: row.text(2)?,
            file_name: row.text(3)?,
            file_hash: row.text(4)?,
            read: row.int(5)?,
            kept: row.int(6)?,
            unmatched: row.int(7)?,
            refused: row.int(8)?,
            from: row.date(9)?,
            to: row.date(10)?,
            silence: row.text(11)? == "yes",
            at: row.text(12)?,
        })
    })
    .await
}

/// Takes a set back; whether it stood.
pub async fn end(tx: &mut Tx, change: ChangeId, load: i64) -> Result<bool, StoreError> {
    tx.run(END_FACTS, args![change.0, load]).await?;
    Ok(tx.run(END_LOAD, args![change.0, load]).await? == 1)
}

/// Facts of these people as known at a moment, each person's in a fixed order.
pub async fn facts(
    tx: &mut Tx,
    people: &[i64],
    moment: Moment,
) -> Result<BTreeMap<i64, Vec<Fact>>, StoreError> {
    let mut found: BTreeMap<i64, Vec<Fact>> = BTreeMap::new();
    let when = moment.condition("f.");
    for chunk in people.chunks(2_000) {
        let sql = format!(
            "SELECT f.person, f.field, f.value, f.from_day, f.to_day, f.source, l.sender, l.sender_kind \
             FROM analysis_fact f JOIN analysis_load l ON l.id = f.load \
             WHERE f.person {} AND {when}",
            tx.among(chunk)
        );
        tx.each(&sql, args![], |row| {
            found.entry(row.int(0)?).or_default().push(Fact {
                field: row.text(1)?,
                value: row.text(2)?,
                from: row.date(3)?,
                to: row.opt_date(4)?,
                source: row.text(5)?,
                sender: row.text(6)?,
                handed_on: row.text(7)? == "council",
            });
            Ok(())
        })
        .await?;
    }
    found.values_mut().for_each(|facts| facts.sort());
    Ok(found)
}

/// People whose newest fact of a field says this.
pub async fn holding(tx: &mut Tx, field: &str, value: &str) -> Result<Vec<i64>, StoreError> {
    tx.rows(HOLDING, args![field, value], |row| row.int(0)).await
}

/// What one sender's standing sets say under a field: the value, of whom and from which day.
pub async fn of_sender(
    tx: &mut Tx,
    sender: &str,
    field: &str,
) -> Result<Vec<(String, i64, Date)>, StoreError> {
    tx.rows(OF_SENDER, args![sender, field], |row| Ok((row.text(0)?, row.int(1)?, row.date(2)?)))
        .await
}

/// A set whose silence may be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub kind: String,
    pub sender: String,
    /// As the facts of the set name their source, whatever the organisation is called by now.
    pub name: String,
    /// What kind of organisation it was; empty where the register did not know it.
    pub organisation: String,
    /// The council whose register this was, as it had said: its organisation and its code.
    pub council: (Option<String>, Option<String>),
    /// Days that the set speaks of, inclusive.
    pub days: (Date, Date),
}

/// What had been sent at a moment that speaks of some day from `first` to `last`, in a fixed order.
pub async fn sent(
    tx: &mut Tx,
    moment: Moment,
    (first, last): (Date, Date),
) -> Result<Vec<Sent>, StoreError> {
    let sql = format!(
        "SELECT l.kind, l.sender, l.sender_name, l.sender_kind, l.from_day, l.to_day, l.council, l.council_code \
         FROM analysis_load l \
         WHERE l.from_day <= $1 AND l.to_day >= $2 AND l.silence = 'yes' AND {} \
         ORDER BY l.kind, l.sender, l.from_day, l.id",
        moment.condition("l.")
    );
    tx.rows(&sql, args![last, first], |row| {
        Ok(Sent {
            kind: row.text(0)?,
            sender: row.text(1)?,
            name: row.text(2)?,
            organisation: row.text(3)?,
            days: (row.date(4)?, row.date(5)?),
            council: (row.opt_text(6)?, row.opt_text(7)?),
        })
    })
    .await
}

/// Tries to reach these people as known at a moment.
pub async fn tries(
    tx: &mut Tx,
    people: &[i64],
    moment: Moment,
) -> Result<BTreeMap<i64, Vec<Try>>, StoreError> {
    let mut found: BTreeMap<i64, Vec<Try>> = BTreeMap::new();
    let when = moment.condition("");
    for chunk in people.chunks(2_000) {
        let sql = format!(
            "SELECT person, day, outcome FROM contact WHERE person {} AND {when} \
             ORDER BY person, day, id",
            tx.among(chunk)
        );
        tx.each(&sql, args![], |row| {
            let reached = domain::followup::reached(&row.text(2)?);
            found.entry(row.int(0)?).or_default().push(Try { day: row.date(1)?, reached });
            Ok(())
        })
        .await?;
    }
    Ok(found)
}

/// Numbers of people within the scope, born from one day to another, as known at a moment. The scope is
/// judged as things stand, like every scope.
pub async fn born(
    tx: &mut Tx,
    reader: &Scope,
    moment: Moment,
    (first, last): (Date, Date),
) -> Result<Vec<i64>, StoreError> {
    let mut binds = args![first, last].to_vec();
    let (within, more) = scope::condition(reader, binds.len() + 1);
    binds.extend(more);
    let sql = format!(
        "SELECT q.person FROM particulars q JOIN particulars p ON p.person = q.person AND p.ended IS NULL \
         WHERE q.date_of_birth >= $1 AND q.date_of_birth <= $2 AND {} AND {within} \
         ORDER BY q.person",
        moment.condition("q.")
    );
    tx.rows(&sql, &binds, |row| row.int(0)).await
}

/// Who everybody is by UPN, by ULN, and by given name, family name and day of birth together, folded: one
/// person, or all who share it. For loading sets, which take no scope.
pub async fn whom(tx: &mut Tx) -> Result<BTreeMap<String, Vec<i64>>, StoreError> {
    let mut found: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    let sql = "SELECT person, upn, uln, given_key, family_key, date_of_birth FROM particulars WHERE ended IS NULL";
    tx.each(sql, args![], |row| {
        let person = row.int(0)?;
        let named = row
            .opt_text(5)?
            .map(|born| Ok::<_, StoreError>(format!("{} {} {born}", row.text(3)?, row.text(4)?)));
        for key in [row.opt_text(1)?, row.opt_text(2)?, named.transpose()?].into_iter().flatten() {
            let all = found.entry(key).or_default();
            if !all.contains(&person) {
                all.push(person);
            }
        }
        Ok(())
    })
    .await?;
    Ok(found)
}
