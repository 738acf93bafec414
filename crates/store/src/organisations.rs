//! Schools, colleges, training providers, services and other councils.

use std::collections::{BTreeMap, BTreeSet};

use crate::args;
use crate::engine::{Row, StoreError, Tx, Value};
use crate::statements::statements;

statements! {
    UPSERT = "INSERT INTO organisation (id, kind, name, establishment, urn, ukprn, postcode, ward, locality, consortium, lat, lon, contact_name, contact_email, contact_phone, closed_on, deputy_name, deputy_email, deputy_phone) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) ON CONFLICT (id) DO UPDATE SET kind = $2, name = $3, establishment = $4, urn = $5, ukprn = $6, postcode = $7, ward = $8, locality = $9, consortium = $10, lat = $11, lon = $12, contact_name = $13, contact_email = $14, contact_phone = $15, closed_on = $16, deputy_name = $17, deputy_email = $18, deputy_phone = $19";
    ALL = "SELECT id, kind, name, establishment, urn, ukprn, postcode, ward, locality, consortium, lat, lon, contact_name, contact_email, contact_phone, closed_on, deputy_name, deputy_email, deputy_phone FROM organisation ORDER BY name, id";
    CONSORTIA = "SELECT id, consortium FROM organisation WHERE consortium IS NOT NULL";
    LEARNED_AT = "SELECT o.id FROM organisation o WHERE EXISTS (SELECT 1 FROM spell s WHERE s.organisation = o.id AND s.ended IS NULL AND s.end_day IS NULL)";
    SETTING = "SELECT value FROM setting WHERE name = $1";
    SETTINGS = "SELECT name, value FROM setting WHERE name LIKE $1";
    SET = "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2";
}

/// Somebody who sends, receives, teaches or supports.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Organisation {
    /// Stable slug: `urn-136107`, `ukprn-10004475`, or the council's own.
    pub id: String,
    /// school, special-school, alternative-provision, college, training-provider, council, partner.
    pub kind: String,
    pub name: String,
    /// Seven digits: authority and establishment number.
    pub establishment: Option<String>,
    pub urn: Option<String>,
    pub ukprn: Option<String>,
    pub postcode: Option<String>,
    pub ward: Option<String>,
    pub locality: Option<String>,
    pub consortium: Option<String>,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
    pub contact_name: Option<String>,
    pub contact_email: Option<String>,
    pub contact_phone: Option<String>,
    pub closed_on: Option<String>,
    /// Whom to ask when the named contact is away.
    pub deputy_name: Option<String>,
    pub deputy_email: Option<String>,
    pub deputy_phone: Option<String>,
}

fn read(row: &Row<'_>) -> Result<Organisation, StoreError> {
    Ok(Organisation {
        id: row.text(0)?,
        kind: row.text(1)?,
        name: row.text(2)?,
        establishment: row.opt_text(3)?,
        urn: row.opt_text(4)?,
        ukprn: row.opt_text(5)?,
        postcode: row.opt_text(6)?,
        ward: row.opt_text(7)?,
        locality: row.opt_text(8)?,
        consortium: row.opt_text(9)?,
        lat: row.opt_real(10)?,
        lon: row.opt_real(11)?,
        contact_name: row.opt_text(12)?,
        contact_email: row.opt_text(13)?,
        contact_phone: row.opt_text(14)?,
        closed_on: row.opt_text(15)?,
        deputy_name: row.opt_text(16)?,
        deputy_email: row.opt_text(17)?,
        deputy_phone: row.opt_text(18)?,
    })
}

pub async fn save(tx: &mut Tx, o: &Organisation) -> Result<(), StoreError> {
    let o = o.clone();
    tx.run(
        UPSERT,
        args![
            o.id,
            o.kind,
            o.name,
            o.establishment,
            o.urn,
            o.ukprn,
            o.postcode,
            o.ward,
            o.locality,
            o.consortium,
            o.lat,
            o.lon,
            o.contact_name,
            o.contact_email,
            o.contact_phone,
            o.closed_on,
            o.deputy_name,
            o.deputy_email,
            o.deputy_phone
        ],
    )
    .await?;
    Ok(())
}

/// All of them, by name; there are hundreds, not thousands.
pub async fn all(tx: &mut Tx) -> Result<Vec<Organisation>, StoreError> {
    tx.rows(ALL, args![], read).await
}

/// The consortium of each organisation that is of one, by its id.
pub async fn consortia(tx: &mut Tx) -> Result<BTreeMap<String, String>, StoreError> {
    let rows = tx.rows(CONSORTIA, args![], |row| Ok((row.text(0)?, row.text(1)?))).await?;
    Ok(rows.into_iter().collect())
}

/// Those at which somebody's activity goes on, by id.
pub async fn with_learners(tx: &mut Tx) -> Result<BTreeSet<String>, StoreError> {
    Ok(tx.rows(LEARNED_AT, args![], |row| row.text(0)).await?.into_iter().collect())
}

/// Ids and names of these organisations; unknown ids are left out.
pub async fn names(tx: &mut Tx, ids: &[String]) -> Result<Vec<(String, String)>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
    let sql = format!("SELECT id, name FROM organisation WHERE id IN ({})", places.join(", "));
    let binds: Vec<Value> = ids.iter().map(Value::from).collect();
    tx.rows(&sql, &binds, |row| Ok((row.text(0)?, row.text(1)?))).await
}

/// One of the council's settings (`la_code`, `database_id`, `council_name`, `demo`).
pub async fn setting(tx: &mut Tx, name: &str) -> Result<Option<String>, StoreError> {
    tx.one(SETTING, args![name], |row| row.text(0)).await
}

/// Settings whose name begins so, by what follows.
pub async fn settings(tx: &mut Tx, prefix: &str) -> Result<BTreeMap<String, String>, StoreError> {
    let begins = format!("{prefix}%");
    let rows = tx.rows(SETTINGS, args![begins], |row| Ok((row.text(0)?, row.text(1)?))).await?;
    let after =
        |(name, value): (String, String)| Some((name.strip_prefix(prefix)?.to_owned(), value));
    Ok(rows.into_iter().filter_map(after).collect())
}

pub async fn set(tx: &mut Tx, name: &str, value: &str) -> Result<(), StoreError> {
    tx.run(SET, args![name, value]).await?;
    Ok(())
}
