//! A month held against its return: the return is read with what was known when it was frozen.

use super::*;
use store::snapshots::{Snapshot, keep};

fn confirmed_on(day: jiff::civil::Date) -> PersonRecord {
    let mut one = person("E1", "F", "310");
    one.spells[0].verified = Some(day);
    one
}

#[tokio::test]
async fn a_confirmation_taken_back_after_the_return_changes_nothing_in_it() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(date(2026, 3, 1)));
        let lapsed = confirmed_on(date(2024, 11, 1));
        let id = save(&ctx, "2026-01-10T10:00:00.000000Z", &[(None, lapsed.clone())]).await[0];
        // Confirmed once January is over: its return says that nobody had.
        let late = confirmed_on(date(2026, 2, 5));
        save(&ctx, "2026-02-05T10:00:00.000000Z", &[(Some(id), late)]).await;
        let mut tx = ctx.db.begin().await.unwrap();
        let confirmed = changes::latest(&mut tx).await.unwrap();
        let frozen = Snapshot {
            id: store::snapshots::number(&mut tx).await.unwrap(),
            period_end: date(2026, 1, 31),
            edition: "2020-21".to_owned(),
            version: 1,
            state: "frozen".to_owned(),
            as_known: confirmed.0,
            records: 1,
            hash: String::new(),
            frozen_at: "2026-02-06T10:00:00.000000Z".to_owned(),
            frozen_by: None,
            signed_at: None,
            signed_by: None,
            figures: "{}".to_owned(),
            frozen_by_name: String::new(),
            signed_by_name: String::new(),
        };
        keep(&mut tx, &frozen, (Vec::new(), &[]), &[]).await.unwrap();
        tx.commit().await.unwrap();
        let against = async || {
            let asked = question("not-known", &[]);
            let everyone = Scope::everyone();
            two_countings(&ctx, &everyone, &asked, &Against::Return).await.unwrap()
        };
        let lapsed_in = |figures: &Figures| figures.total.lapsed.whole();
        let found = against().await;
        assert_eq!((lapsed_in(&found.first), found.compared), (1, 1), "{}", register.engine);
        let mut tx = ctx.db.begin().await.unwrap();
        let (at, why) = ("2026-02-20T10:00:00.000000Z", Some("the wrong person"));
        let undoing = changes::begin_undo(&mut tx, at, None, why, confirmed).await.unwrap();
        let before = load(&mut tx, &[id], Moment::Now).await.unwrap().remove(0);
        write(&mut tx, undoing, &[Write { before: &before, after: &lapsed }]).await.unwrap();
        tx.commit().await.unwrap();
        let found = against().await;
        assert_eq!((lapsed_in(&found.first), lapsed_in(&found.second)), (1, 1));
        assert!(found.changed.is_empty() && found.same == 1, "{:?}", found.changed);
    })
    .await;
}
