//! A reader's reach as a file, a page or a definition says it, with the names of those it is held to. What it
//! says is `domain::access`'s.

use std::collections::BTreeMap;

use domain::access::Scope;
use store::{Tx, accounts, organisations};

use crate::Wrong;

/// Who alone is counted within a reach, to follow "only those who"; nothing where it is everybody.
pub(crate) async fn words(tx: &mut Tx, scope: &Scope) -> Result<Option<String>, Wrong> {
    if scope.is_whole() {
        return Ok(None);
    }
    let held = [&scope.schools, &scope.learning, &scope.listed, &scope.referred];
    let mut ids: Vec<String> = held.into_iter().flatten().cloned().collect();
    ids.sort_unstable();
    ids.dedup();
    let names: BTreeMap<String, String> =
        organisations::names(tx, &ids).await?.into_iter().collect();
    let adviser = match scope.caseload_of {
        Some(id) => accounts::by_id(tx, id).await?.map(|account| account.name),
        None => None,
    };
    let adviser = adviser.unwrap_or_else(|| "one adviser".to_owned());
    Ok(scope.words(|id| names.get(id).cloned().unwrap_or_else(|| id.to_owned()), &adviser))
}
