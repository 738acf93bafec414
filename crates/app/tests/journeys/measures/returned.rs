//! A month held against its return: the return is read with what was known when it was frozen.

use super::*;
use store::snapshots::{Snapshot, keep};

fn confirmed_on(day: jiff::civil::Date) -> PersonRecord {
    let mut one = person("E1", "F", "310");
    one.spells[0].verified = Some(day);
    one
}

/// January's return frozen now under an edition; the change that it was frozen after.
async fn freeze(ctx: &Context, edition: &str) -> domain::person::ChangeId {
    let mut tx = ctx.db.begin().await.unwrap();
    let known = changes::latest(&mut tx).await.unwrap();
    let frozen = Snapshot {
        id: store::snapshots::number(&mut tx).await.unwrap(),
        period_end: date(2026, 1, 31),
        edition: edition.to_owned(),
        version: 1,
        state: "frozen".to_owned(),
        as_known: known.0,
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
    known
}

/// Those of 18 are counted by the rules of 2015-16 and not by those in force.
#[tokio::test]
async fn a_return_is_counted_by_the_rules_that_it_was_made_under() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(date(2026, 3, 1)));
        let mut older = person("E1", "F", "619");
        older.particulars.set(Field::DateOfBirth, "2007-03-04".to_owned());
        let people = [(None, older), (None, person("E1", "F", "619"))];
        save(&ctx, "2026-01-10T10:00:00.000000Z", &people).await;
        freeze(&ctx, "2015-16").await;
        for (asked, edition, cohorts) in
            [(None, "2015-16", [2, 2]), (Some("2020-21".to_owned()), "2020-21", [2, 1])]
        {
            let asked = Question { edition: asked, ..question("neet", &[]) };
            let everyone = Scope::everyone();
            let two = two_countings(&ctx, &everyone, &asked, &Against::Return).await.unwrap();
            let found = [&two.first, &two.second];
            assert_eq!(found.map(|of| of.edition.as_str()), ["2015-16", edition]);
            let cohort = found.map(|of| of.total.cohort.whole());
            assert_eq!(cohort, cohorts, "{}", register.engine);
        }
    })
    .await;
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
        let confirmed = freeze(&ctx, "2020-21").await;
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
