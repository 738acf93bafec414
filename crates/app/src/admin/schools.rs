//! Schools and colleges come into the register by a list: the one that this program carries, or a
//! council's own with the same columns. Whom to ask there, and what an administrator has said of them,
//! stays. A dry run is the real run without the commit.

use std::collections::BTreeSet;

use domain::access::Actor;
use formats::geography::{self, School};
use store::organisations::{self, Organisation};

use super::{may, note};
use crate::context::{Context, Wrong, evenly_spaced};
use crate::council;

/// Whether what a list would do is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    Dry,
    Real,
}

/// What a list did, or would do: names, in the list's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    pub new: Vec<String>,
    pub changed: Vec<String>,
    pub unchanged: usize,
    /// Primary schools: nobody of theirs is on the register.
    pub left_out: usize,
}

/// Takes a list in; without one the schools that this program carries.
///
/// Errors: refused for a list that cannot be read, with its row, before the council has its code, and for
/// the carried schools of another authority.
pub async fn bring(
    ctx: &Context,
    actor: &Actor,
    list: Option<&str>,
    run: Run,
) -> Result<Brought, Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin().await?;
    // The code begins the numbers of its schools.
    let code = council::codes(&mut tx).await?.la;
    let carried = crate::geography::geography();
    let schools = match list {
        None if code != carried.authority => {
            return Err(Wrong::refused(format!(
                "The schools that come with Waymark are those of authority {}, and yours is {code}. Give a list of your own.",
                carried.authority
            )));
        }
        // Consortia of the carried list are made up for the demonstration.
        None => {
            let schools = carried.schools.iter().cloned();
            schools.map(|school| School { consortium: None, ..school }).collect()
        }
        Some(text) => geography::schools(text)
            .map_err(|wrong| Wrong::refused(format!("The list cannot be used: {wrong}.")))?,
    };
    let known = organisations::all(&mut tx).await?;
    let (mut brought, mut ids) = (Brought::default(), BTreeSet::new());
    for (at, school) in schools.into_iter().enumerate() {
        // The headings are the first row.
        let wrong = |why: String| Wrong::refused(format!("Row {} of the list: {why}.", at + 2));
        let Some(meant) = organisation(&school, &code).map_err(wrong)? else {
            brought.left_out += 1;
            continue;
        };
        if !ids.insert(meant.id.clone()) {
            return Err(wrong(format!("{} is there twice", meant.name)));
        }
        let before = known.iter().find(|one| one.id == meant.id);
        let after = before.map_or_else(|| meant.clone(), |before| keeping(&meant, before));
        let act = match before {
            Some(before) if *before == after => {
                brought.unchanged += 1;
                continue;
            }
            Some(_) => {
                brought.changed.push(after.name.clone());
                "organisation changed"
            }
            None => {
                brought.new.push(after.name.clone());
                "organisation added"
            }
        };
        organisations::save(&mut tx, &after).await?;
        let detail = format!("{}: from a list", after.id);
        note(ctx, &mut tx, actor.account_id(), act, &detail).await?;
    }
    if run == Run::Real {
        tx.commit().await?;
    }
    Ok(brought)
}

/// A row of a list as an organisation of the council with this code; `None` for a primary school.
///
/// Errors: why the row cannot be used, without a full stop.
pub(crate) fn organisation(school: &School, code: &str) -> Result<Option<Organisation>, String> {
    let kind = match school.kind.as_str() {
        "Primary" => return Ok(None),
        "Secondary" | "All-through" => "school",
        "Special" => "special-school",
        "Alternative provision" => "alternative-provision",
        "College" => "college",
        "Training provider" => "training-provider",
        other => return Err(format!("“{other}” is no kind of school or college")),
    };
    if school.name.trim().is_empty() {
        return Err("it has no name".to_owned());
    }
    let number = school.establishment_number.as_ref();
    if number.is_some_and(|n| n.len() != 4 || !n.bytes().all(|b| b.is_ascii_digit())) {
        return Err(format!("the establishment number of {} is not four digits", school.name));
    }
    let urn = Some(school.urn.trim().to_owned()).filter(|urn| !urn.is_empty());
    let id = match (&urn, &school.ukprn) {
        (Some(urn), _) => format!("urn-{urn}"),
        (None, Some(ukprn)) => format!("ukprn-{ukprn}"),
        (None, None) => return Err(format!("{} has neither a URN nor a UKPRN", school.name)),
    };
    let spot = school.postcode.as_deref().map(crate::geography::place).unwrap_or_default();
    let ward = school.ward.clone().or(spot.ward);
    let of_ward = |code: &String| crate::geography::geography().ward(code)?.locality.clone();
    Ok(Some(Organisation {
        id,
        kind: kind.to_owned(),
        name: school.name.trim().to_owned(),
        establishment: number.map(|number| format!("{code}{number}")),
        urn,
        ukprn: school.ukprn.clone(),
        postcode: school.postcode.clone(),
        locality: ward.as_ref().and_then(of_ward),
        ward,
        consortium: school.consortium.as_deref().and_then(consortium),
        lat: school.lat,
        lon: school.lon,
        ..Organisation::default()
    }))
}

/// The name of a consortium as it is kept: the same group is one group however its name was spaced.
pub(super) fn consortium(said: &str) -> Option<String> {
    let name = evenly_spaced(said);
    Some(name).filter(|name| !name.is_empty())
}

/// What the list says, with what it does not speak of as it stands.
fn keeping(meant: &Organisation, before: &Organisation) -> Organisation {
    Organisation {
        kind: meant.kind.clone(),
        name: meant.name.clone(),
        establishment: meant.establishment.clone().or_else(|| before.establishment.clone()),
        urn: meant.urn.clone().or_else(|| before.urn.clone()),
        ukprn: meant.ukprn.clone().or_else(|| before.ukprn.clone()),
        postcode: meant.postcode.clone().or_else(|| before.postcode.clone()),
        ward: meant.ward.clone().or_else(|| before.ward.clone()),
        lat: meant.lat.or(before.lat),
        lon: meant.lon.or(before.lon),
        consortium: meant.consortium.clone().or_else(|| before.consortium.clone()),
        locality: before.locality.clone().or_else(|| meant.locality.clone()),
        ..before.clone()
    }
}
