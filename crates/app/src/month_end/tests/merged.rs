//! What the return says of somebody who stood in the register twice.

use super::*;
use crate::linking::{self, Wanted};

const DECEMBER: Date = date(2025, 12, 31);

/// The return's own words of a file's records, by identifier: status and previous identifier.
fn said(content: &[u8]) -> Vec<(String, String, Option<String>)> {
    let (whole, _) = read_whole(content).unwrap();
    let mut all: Vec<_> = whole
        .records
        .into_iter()
        .map(|r| {
            let previous = r.previous_ypid_identifier.filter(|id| !id.is_empty());
            (r.young_persons_id.unwrap(), r.cohort_status.unwrap(), previous)
        })
        .collect();
    all.sort();
    all
}

async fn signed(ctx: &Context, actor: &Actor, month: Date) -> Vec<u8> {
    let id = freeze(ctx, actor, asked(month, 0)).await.unwrap();
    settle_all(ctx, actor, id).await;
    sign_off(ctx, actor, id).await.unwrap();
    file(ctx, actor, id).await.unwrap().1
}

/// The record that went is told of once, as a duplicate (M); the one that stays names it ever after. Taken apart,
/// both are told of as before.
/// Source: code list of cohort statuses, M; PreviousYPIDIdentifier of the return's layout.
#[tokio::test]
async fn a_merge_is_told_of_once_and_the_record_that_stays_names_the_other() {
    each_engine(|register| async move {
        let (ctx, actor) = world(register, date(2025, 11, 5)).await;
        let later = |day| Context::seeded(ctx.db.clone(), None, at(day), 8);
        let ids = settle_in(&ctx, &[somebody(1, "P", None), somebody(2, "P", None)]).await;
        let told = |id: usize, status: &str, previous: Option<usize>| {
            let of = |id: usize| format!("887{id:010}");
            (of(id), status.to_owned(), previous.map(of))
        };
        let october = signed(&ctx, &actor, OCTOBER).await;
        assert_eq!(said(&october), [told(1, "P", None), told(2, "P", None)]);

        let mid = later(date(2025, 11, 12));
        let (kept, gone) = (ids[0], ids[1]);
        let seen = linking::preview(&mid, &actor, (kept, gone)).await.unwrap().seen;
        let (prefer, reason) = (BTreeSet::new(), "one passport");
        let wanted = Wanted { kept, gone, seen, prefer, reason };
        let merge = linking::merge(&mid, &actor, &wanted).await.unwrap().unwrap();
        let after = later(date(2025, 12, 9));
        let november = signed(&after, &actor, NOVEMBER).await;
        let one = told(1, "P", Some(2));
        assert_eq!(said(&november), [one.clone(), told(2, "M", None)]);

        let new_year = later(date(2026, 1, 9));
        let december = bytes(&prepared(&new_year, "2026-27", DECEMBER).await);
        assert_eq!(said(&december), [one], "the duplicate was told of in November");
        linking::unmerge(&new_year, &actor, merge, "twins").await.unwrap();
        let december = bytes(&prepared(&new_year, "2026-27", DECEMBER).await);
        assert_eq!(said(&december), [told(1, "P", None), told(2, "P", None)]);
    })
    .await;
}
