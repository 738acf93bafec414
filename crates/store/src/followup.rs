//! What the follow-up list needs of everybody within a scope: who they are, their spell of the day, the
//! newest contact and their adviser.

use domain::access::Scope;
use domain::followup::UNREACHED;
use domain::status::Spell;
use jiff::civil::Date;

use crate::engine::{StoreError, Tx, Value};
use crate::people::load::{SPELL_COLUMNS, spell};
use crate::scope;

/// One person, with the spell that holds on the day.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub person: i64,
    pub given_name: String,
    pub family_name: String,
    pub date_of_birth: Date,
    /// The cohort status and from when it holds, where anybody has said it.
    pub status: Option<String>,
    pub status_since: Option<Date>,
    /// The authority that leads on them, where anybody has said it.
    pub lead_la: Option<String>,
    pub has_plan: bool,
    pub locality: Option<String>,
    pub spell: Option<Spell>,
    pub last_contact: Option<Date>,
    /// The newest contact that reached somebody.
    pub last_reached: Option<Date>,
    /// What the newest contact left to do; an older one's next step is settled by it.
    pub next_step: Option<Date>,
    pub adviser: Option<i64>,
}

/// The few facts by which a return leaves somebody out whatever they do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aged {
    pub person: i64,
    pub date_of_birth: Date,
    pub has_plan: bool,
    /// As in [`Candidate`].
    pub status: Option<String>,
    pub status_since: Option<Date>,
    pub lead_la: Option<String>,
}

/// People asked for in one statement.
const PEOPLE_AT_ONCE: usize = 5_000;

/// Everybody within the scope, whatever their cohort status, born in a range of days, with the spell
/// that holds on a day: of several, the one that started last. Days: both ends inclusive.
pub async fn candidates(
    tx: &mut Tx,
    scope: &Scope,
    (born_from, born_to): (Date, Date),
    as_of: Date,
) -> Result<Vec<Candidate>, StoreError> {
    let (within, more) = scope::condition(scope, 5);
    let mut binds = vec![as_of.into(), as_of.into(), Value::from(born_from), Value::from(born_to)];
    binds.extend(more);
    let spell_columns: Vec<String> =
        SPELL_COLUMNS.split(',').map(|c| format!("s.{}", c.trim())).collect();
    // The outcomes are the program's own words, so they are written into the text.
    let unreached = UNREACHED.join("', '");
    let sql = format!(
        "SELECT p.person, p.given_name, p.family_name, p.date_of_birth, COALESCE(p.send, 'N'), \
         p.cohort_status, p.status_since, p.lead_la, \
         (SELECT MAX(h.locality) FROM address h WHERE h.person = p.person AND h.ended IS NULL AND h.to_day IS NULL), \
         (SELECT MAX(c.day) FROM contact c WHERE c.person = p.person AND c.ended IS NULL), \
         (SELECT MAX(c.day) FROM contact c WHERE c.person = p.person AND c.ended IS NULL \
          AND c.outcome NOT IN ('{unreached}')), \
         (SELECT c.next_step FROM contact c WHERE c.person = p.person AND c.ended IS NULL \
          ORDER BY c.day DESC, c.id DESC LIMIT 1), \
         (SELECT MIN(a.adviser) FROM assignment a WHERE a.person = p.person AND a.ended IS NULL AND a.to_day IS NULL), \
         s.start_day, {} FROM particulars p LEFT JOIN spell s ON s.person = p.person AND s.ended IS NULL \
         AND s.start_day <= $1 AND (s.end_day IS NULL OR s.end_day >= $2) \
         WHERE p.ended IS NULL AND p.date_of_birth BETWEEN $3 AND $4 \
         AND {within} ORDER BY p.person, s.start_day",
        spell_columns.join(", ")
    );
    let mut all: Vec<Candidate> = Vec::new();
    tx.each(&sql, &binds, |row| {
        let person = row.int(0)?;
        if all.last().is_some_and(|last| last.person == person) {
            all.pop();
        }
        all.push(Candidate {
            person,
            given_name: row.opt_text(1)?.unwrap_or_default(),
            family_name: row.opt_text(2)?.unwrap_or_default(),
            date_of_birth: row.date(3)?,
            has_plan: row.text(4)? == "Y",
            status: row.opt_text(5)?,
            status_since: day(row.opt_text(6)?),
            lead_la: row.opt_text(7)?,
            locality: row.opt_text(8)?,
            last_contact: row.opt_date(9)?,
            last_reached: row.opt_date(10)?,
            next_step: row.opt_date(11)?,
            adviser: row.opt_int(12)?,
            spell: match row.opt_date(13)? {
                Some(_) => Some(spell(row, 14)?),
                None => None,
            },
        });
        Ok(())
    })
    .await?;
    Ok(all)
}

/// Those of these people who are within the scope and have a birthday.
pub async fn aged(tx: &mut Tx, scope: &Scope, people: &[i64]) -> Result<Vec<Aged>, StoreError> {
    let (within, binds) = scope::condition(scope, 1);
    let mut all = Vec::new();
    for chunk in people.chunks(PEOPLE_AT_ONCE) {
        let sql = format!(
            "SELECT p.person, p.date_of_birth, COALESCE(p.send, 'N'), p.cohort_status, p.status_since, \
             p.lead_la FROM particulars p WHERE p.ended IS NULL AND p.person {} AND {within} ORDER BY p.person",
            tx.among(chunk)
        );
        tx.each(&sql, &binds, |row| {
            let Some(date_of_birth) = day(row.opt_text(1)?) else { return Ok(()) };
            all.push(Aged {
                person: row.int(0)?,
                date_of_birth,
                has_plan: row.text(2)? == "Y",
                status: row.opt_text(3)?,
                status_since: day(row.opt_text(4)?),
                lead_la: row.opt_text(5)?,
            });
            Ok(())
        })
        .await?;
    }
    Ok(all)
}

/// A day that is none says nothing; the file's text stays on the record.
fn day(text: Option<String>) -> Option<Date> {
    text.and_then(|text| text.parse().ok())
}
