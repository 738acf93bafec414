//! Finding people. A partner finds somebody by what it is given of them and by nothing else: that a search
//! answers would tell a birthday, a postcode or a former name as surely as showing it.

use domain::access::{Actor, Part, redact_for, sees};
use domain::agreement::Item;
use domain::person::{Field, PersonRecord, fold};
use std::collections::BTreeMap;
use store::people::{self, Found, Moment, Query};
use store::{Tx, audit};

use crate::context::{Context, Wrong};

/// People who fit, within reach. What was typed is not kept; who was shown is.
pub async fn find(ctx: &Context, actor: &Actor, query: &Query) -> Result<Vec<Found>, Wrong> {
    const MOST: i64 = 100;
    let addresses = sees(actor, Part::Addresses);
    if query.postcode.is_some() && !addresses.allowed {
        return Err(Wrong::denied(addresses.denial("search by postcode")));
    }
    let mut tx = ctx.db.begin_seeing().await?;
    let found = people::search(&mut tx, &actor.scope, query, MOST).await?;
    let mut found = told(ctx, &mut tx, actor, (query, found)).await?;
    if !addresses.allowed {
        found.iter_mut().for_each(|one| one.postcode = None);
    }
    let ids: Vec<i64> = found.iter().map(|f| f.person).collect();
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act: "found by search",
        person: None,
        purpose: "search",
        detail: match addresses.allowed {
            true => "name, date of birth, school, postcode",
            false => "name, date of birth, school",
        },
    };
    audit::write_many(&mut tx, &entry, &ids).await?;
    tx.commit().await?;
    Ok(found)
}

/// Those whom a partner's people may be told of, by what they asked, with only what they are given.
async fn told(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    (query, mut found): (&Query, Vec<Found>),
) -> Result<Vec<Found>, Wrong> {
    let Some(partner) = actor.scope.own_organisation() else { return Ok(found) };
    let words = crate::consents::of_partner(tx, partner, ctx.today()).await?;
    let ids: Vec<i64> = found.iter().map(|one| one.person).collect();
    let given = people::load(tx, &ids, Moment::Now).await?.into_iter().map(|loaded| {
        let said = words.get(&loaded.person).copied().unwrap_or_default();
        (loaded.person, redact_for(actor, loaded.record, said))
    });
    let given: BTreeMap<i64, PersonRecord> = given.collect();
    found.retain_mut(|one| match given.get(&one.person) {
        Some(record) if is_named(record) && finds(query, record) => {
            cut(one, record);
            true
        }
        _ => false,
    });
    Ok(found)
}

/// What makes somebody a person on a page: who may not be told the name is not told of them.
pub(super) const NAME: Item = Item::Field(Field::FamilyName);

fn is_named(record: &PersonRecord) -> bool {
    record.particulars.get(Field::FamilyName).is_some()
}

/// Leaves of a person in a list what the record holds that was cut down for the reader.
fn cut(one: &mut Found, given: &PersonRecord) {
    let p = &given.particulars;
    if p.get(Field::GivenName).is_none() {
        one.given_name = String::new();
    }
    if p.get(Field::DateOfBirth).is_none() {
        one.date_of_birth = None;
    }
    if p.get(Field::School).is_none() {
        (one.school, one.school_name) = (None, None);
    }
    let told = |postcode: &String| given.addresses.iter().any(|home| home.postcode == *postcode);
    one.postcode = one.postcode.take().filter(told);
}

/// Whether what was typed is in what the reader is given, as the store's search looks for it.
fn finds(query: &Query, given: &PersonRecord) -> bool {
    let p = &given.particulars;
    let born = query.date_of_birth.as_deref();
    let lives = |postcode: &String| given.addresses.iter().any(|home| home.postcode == *postcode);
    born.is_none_or(|day| p.get(Field::DateOfBirth) == Some(day))
        && query.postcode.as_ref().is_none_or(lives)
        && by_text(&query.text, given)
}

fn by_text(text: &str, given: &PersonRecord) -> bool {
    let words: Vec<String> =
        text.split_whitespace().map(fold).filter(|word| !word.is_empty()).collect();
    let Some((first, rest)) = words.split_first() else { return true };
    let p = &given.particulars;
    let named = |field| fold(p.get(field).unwrap_or_default());
    let (forename, family) = (named(Field::GivenName), named(Field::FamilyName));
    if rest.is_empty() && first.chars().any(|c| c.is_ascii_digit()) {
        let number = first.to_uppercase();
        let numbers = [p.get(Field::Upn), p.get(Field::Uln), Some(given.ypid.as_str())];
        return numbers.contains(&Some(number.as_str()));
    }
    let begins = |name: &str, word: &str| name.starts_with(word);
    if rest.is_empty() {
        let former = given.former_names.iter().any(|name| begins(&fold(&name.family), first));
        return begins(&forename, first) || begins(&family, first) || former;
    }
    let last = rest.concat();
    (begins(&forename, first) && begins(&family, &last))
        || (begins(&family, first) && begins(&forename, &last))
}

#[cfg(test)]
mod tests {
    use domain::person::{Address, FormerName, Particulars};

    use super::*;

    fn amina() -> PersonRecord {
        let particulars = Particulars::default()
            .with(Field::GivenName, "Amina")
            .with(Field::FamilyName, "El-Khan")
            .with(Field::Uln, "1020304005");
        let former = FormerName { given: "Amina".into(), family: "Lee".into(), source: "x".into() };
        let home = Address { postcode: "ME4 4EE".to_owned(), ..Address::default() };
        PersonRecord {
            particulars,
            former_names: vec![former],
            addresses: vec![home],
            ..PersonRecord::default()
        }
    }

    #[test]
    fn a_record_is_found_by_what_it_holds() {
        let query = |text: &str, born: Option<&str>, postcode: Option<&str>| Query {
            text: text.to_owned(),
            date_of_birth: born.map(str::to_owned),
            postcode: postcode.map(str::to_owned),
        };
        for (text, finds_her) in [
            ("ami", true),
            ("Elkhan", true),
            ("lee", true),
            ("amina el khan", true),
            ("khan", false),
            ("1020304005", true),
            ("1020304013", false),
            ("", true),
        ] {
            assert_eq!(finds(&query(text, None, None), &amina()), finds_her, "{text}");
        }
        assert!(finds(&query("ami", None, Some("ME4 4EE")), &amina()));
        assert!(!finds(&query("ami", None, Some("ME4 4EF")), &amina()));
        assert!(!finds(&query("ami", Some("2008-03-27"), None), &amina()), "nothing is given");
    }
}
