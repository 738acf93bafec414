//! Own reports on every engine: a measure of count months whatever months are asked, values in their unit,
//! and a scheduled report that a rule holds up.

use app::Context;
use app::packs::{self, Audience};
use app::releases;
use app::reports::{self, Wish};
use domain::access::{Actor, Role};
use domain::measure::Cut;
use formats::tables_out::{Cell, csv};
use testkit::each_engine;

use crate::outputs::{context, fill, october, person, staff};

fn wish(measure: &str, months: i32, cuts: &[Cut]) -> Wish {
    Wish {
        title: format!("{measure} {months}"),
        measure: measure.to_owned(),
        cuts: cuts.to_vec(),
        months,
        shared: false,
        scheduled: true,
    }
}

/// 120 people, six of them NEET from September 2024 on.
async fn town(ctx: &Context) -> Actor {
    fill(ctx, &(0..120).map(person).collect::<Vec<_>>()).await;
    staff(ctx, "a@example.org").await
}

#[tokio::test]
async fn a_mean_of_count_months_is_counted_whatever_months_are_asked_and_its_file_says_it() {
    each_engine(async |register| {
        let ctx = context(register.db);
        let actor = town(&ctx).await;
        let mean = "mean of 2024-11 to 2025-01,all,120,6,120,5";
        let mut ids = Vec::new();
        for months in [1, 12] {
            let wish = wish("psa2-neet", months, &[]);
            ids.push((reports::save(&ctx, &actor, &wish).await.unwrap(), months));
        }
        assert_eq!(reports::run_due(&ctx).await.unwrap(), 2, "neither is passed over");
        for (id, months) in ids {
            let (_, runs) = reports::one(&ctx, &actor, id).await.unwrap().unwrap();
            let lines: Vec<&str> = runs[0].content.lines().collect();
            let single = lines.iter().filter(|line| line.starts_with("20")).count();
            assert_eq!(single, if months == 1 { 3 } else { 12 }, "{lines:?}");
            assert!(lines.last().unwrap().starts_with(mean), "{lines:?}");
            assert!(runs[0].content.contains("or the newest count months"), "{lines:?}");
        }
        // A measure of any months states the mean where they hold the count months, and not otherwise.
        for (months, stated) in [(1, false), (12, true)] {
            let id = reports::save(&ctx, &actor, &wish("neet", months, &[])).await.unwrap();
            let (report, _) = reports::one(&ctx, &actor, id).await.unwrap().unwrap();
            let found = reports::count(&ctx, &actor, &report, october()).await.unwrap();
            assert_eq!(reports::mean_of(&found).is_some(), stated);
            let table = String::from_utf8(csv(&reports::sheet(&report, &found)).unwrap()).unwrap();
            assert_eq!(table.contains("mean of"), stated, "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_value_that_is_no_percentage_is_told_in_its_unit() {
    each_engine(async |register| {
        let ctx = context(register.db);
        let actor = town(&ctx).await;
        let id = reports::save(&ctx, &actor, &wish("neet-spells", 1, &[])).await.unwrap();
        let (report, _) = reports::one(&ctx, &actor, id).await.unwrap().unwrap();
        let counted = async || {
            let found = reports::count(&ctx, &actor, &report, october()).await.unwrap();
            reports::sheet(&report, &found)
        };
        let sheet = counted().await;
        let columns = ["month", "label", "cohort", "counted", "of", "spells a person"];
        assert_eq!(sheet.columns, columns);
        // Of six nothing is said but how many they are, in the file as on its page.
        assert_eq!(sheet.rows[0][3..], [Cell::Count(6), Cell::Count(6), Cell::Empty]);
        fill(&ctx, &(0..120).map(person).collect::<Vec<_>>()).await;
        let sheet = counted().await;
        assert_eq!(sheet.rows[0][3..], [Cell::Count(12), Cell::Count(12), Cell::Number(1.0)]);
    })
    .await;
}

#[tokio::test]
async fn a_scheduled_report_that_a_rule_holds_up_says_why_and_holds_up_no_other() {
    each_engine(async |register| {
        let ctx = context(register.db);
        let actor = town(&ctx).await;
        let other = staff(&ctx, "b@example.org").await;
        let by = &[Cut::Characteristic];
        let id = reports::save(&ctx, &actor, &wish("neet", 1, by)).await.unwrap();
        reports::save(&ctx, &other, &wish("neet", 1, by)).await.unwrap();
        let mut tx = ctx.db.begin().await.unwrap();
        let mut account = store::accounts::by_id(&mut tx, actor.account).await.unwrap().unwrap();
        account.role = Role::Governance.name().to_owned();
        store::accounts::update(&mut tx, &account).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(reports::run_due(&ctx).await.unwrap(), 1, "the other's alone");
        let now = app::accounts::actor(&account).unwrap();
        let (report, runs) = reports::one(&ctx, &now, id).await.unwrap().unwrap();
        assert!(runs.is_empty());
        let why = reports::held_up(&now, &report).unwrap();
        assert!(why.contains("characteristic"), "{why}");
        assert_eq!(reports::held_up(&other, &report), None);
    })
    .await;
}

/// An account as somebody changes it.
async fn becomes(ctx: &Context, actor: &Actor, change: impl FnOnce(&mut store::accounts::Account)) {
    let mut tx = ctx.db.begin().await.unwrap();
    let mut account = store::accounts::by_id(&mut tx, actor.account).await.unwrap().unwrap();
    change(&mut account);
    store::accounts::update(&mut tx, &account).await.unwrap();
    tx.commit().await.unwrap();
}

/// Governance works with no figures: nothing goes out for whoever was moved to it.
#[tokio::test]
async fn nothing_is_made_every_month_for_a_role_that_reads_no_figures() {
    each_engine(async |register| {
        let ctx = context(register.db);
        let actor = town(&ctx).await;
        let id = reports::save(&ctx, &actor, &wish("neet", 1, &[])).await.unwrap();
        let about = ("The board", "Its meeting");
        packs::schedule(&ctx, &actor, &Audience::Board, about).await.unwrap();
        let role = |role: Role| {
            move |account: &mut store::accounts::Account| account.role = role.name().to_owned()
        };
        becomes(&ctx, &actor, role(Role::Governance)).await;
        let made = (reports::run_due(&ctx).await.unwrap(), packs::make_due(&ctx).await.unwrap());
        assert_eq!(made, (0, 0), "{}", register.engine);
        let now = Actor { role: Role::Governance, ..actor.clone() };
        let (report, _) = reports::one(&ctx, &now, id).await.unwrap().unwrap();
        let why = reports::held_up(&now, &report).unwrap();
        assert!(why.contains("read figures"), "{why}");
        becomes(&ctx, &actor, role(Role::DataManager)).await;
        let made = (reports::run_due(&ctx).await.unwrap(), packs::make_due(&ctx).await.unwrap());
        assert_eq!(made, (1, 1), "once the role reads them again");
    })
    .await;
}

#[tokio::test]
async fn a_shared_report_of_somebody_who_left_is_ended_by_whoever_manages_people() {
    each_engine(async |register| {
        let ctx = context(register.db);
        let actor = town(&ctx).await;
        let left = staff(&ctx, "b@example.org").await;
        let shared = Wish { shared: true, ..wish("neet", 1, &[]) };
        let id = reports::save(&ctx, &left, &shared).await.unwrap();
        let refused = reports::end(&ctx, &actor, id).await.unwrap_err().to_string();
        assert!(refused.contains("whoever made"), "{refused}");
        let mut tx = ctx.db.begin().await.unwrap();
        store::accounts::set_active(&mut tx, left.account, false).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(reports::run_due(&ctx).await.unwrap(), 0, "it is counted for nobody");
        let adviser = Actor { role: Role::Adviser, ..actor.clone() };
        assert!(reports::end(&ctx, &adviser, id).await.is_err());
        reports::end(&ctx, &actor, id).await.unwrap();
        assert!(reports::list(&ctx, &actor).await.unwrap().is_empty(), "{}", register.engine);
    })
    .await;
}

#[tokio::test]
async fn months_that_make_no_report_and_that_are_not_over_are_refused() {
    each_engine(async |register| {
        let ctx = context(register.db);
        let actor = town(&ctx).await;
        for months in [i32::MIN, -1, 0, 37, 600, i32::MAX] {
            let refused = reports::save(&ctx, &actor, &wish("neet", months, &[])).await;
            assert!(refused.unwrap_err().to_string().contains("1 to 36 months"), "{months}");
        }
        let long = Wish { title: "x".repeat(121), ..wish("neet", 1, &[]) };
        assert!(reports::save(&ctx, &actor, &long).await.is_err());
        // It is the middle of November.
        for ahead in [1, 2, 600] {
            let month = october().plus(ahead);
            let refused = packs::pack(&ctx, &actor, &Audience::Board, month).await;
            let why = refused.unwrap_err().to_string();
            assert!(why.contains("is not over yet"), "{why}");
            let refused = releases::draft(&ctx, &actor, month).await.unwrap_err().to_string();
            assert!(refused.contains("is not over yet"), "{refused}");
        }
        packs::pack(&ctx, &actor, &Audience::Board, october()).await.unwrap();
    })
    .await;
}

/// The kept months of the whole area are not for whoever is moved to one locality of it.
#[tokio::test]
async fn kept_months_are_read_by_their_owner_while_they_reach_those_who_were_counted() {
    each_engine(async |register| {
        let ctx = context(register.db);
        let actor = town(&ctx).await;
        let id = reports::save(&ctx, &actor, &wish("neet", 1, &[])).await.unwrap();
        assert_eq!(reports::run_due(&ctx).await.unwrap(), 1);
        let runs = async |actor: &Actor| {
            let (_, runs) = reports::one(&ctx, actor, id).await.unwrap().unwrap();
            runs.len()
        };
        assert_eq!(runs(&actor).await, 1);
        let mut account = None;
        becomes(&ctx, &actor, |to| {
            to.role = Role::LocalityManager.name().to_owned();
            to.localities = "East, Inner\nNorth".to_owned();
            account = Some(to.clone());
        })
        .await;
        let now = app::accounts::actor(&account.unwrap()).unwrap();
        assert_eq!(runs(&now).await, 0, "{}", register.engine);
        // What is counted of that reach is theirs again, whatever stands in the name of a locality.
        let own = reports::save(&ctx, &now, &wish("neet", 1, &[])).await.unwrap();
        assert_eq!(reports::run_due(&ctx).await.unwrap(), 1);
        let (_, runs) = reports::one(&ctx, &now, own).await.unwrap().unwrap();
        assert_eq!(runs.len(), 1, "{}", register.engine);
        // Whoever reaches everybody reaches those of one locality.
        let (_, runs) = reports::one(&ctx, &actor, own).await.unwrap().unwrap();
        assert_eq!(runs.len(), 1, "{}", register.engine);
    })
    .await;
}

#[tokio::test]
async fn a_pack_is_not_made_twice_for_one_receiver_and_says_its_purpose_shortly() {
    each_engine(async |register| {
        let ctx = context(register.db);
        let actor = town(&ctx).await;
        let board = Audience::Board;
        packs::schedule(&ctx, &actor, &board, ("The board", "Its meeting")).await.unwrap();
        let again = packs::schedule(&ctx, &actor, &board, (" The board ", "Another purpose")).await;
        assert!(again.unwrap_err().to_string().contains("already"), "{}", register.engine);
        packs::schedule(&ctx, &actor, &board, ("The clerk", "Its meeting")).await.unwrap();
        let long = "x".repeat(301);
        let pack = packs::pack(&ctx, &actor, &board, october()).await.unwrap();
        for about in [(long.as_str(), "x"), ("x", long.as_str())] {
            let refused = packs::schedule(&ctx, &actor, &board, about).await.map(|_| ());
            let sent = (about.0, about.1, "CSV");
            let circulated = packs::circulate(&ctx, &actor, &pack, sent).await.map(|_| ());
            for refused in [refused, circulated] {
                assert!(refused.unwrap_err().to_string().contains("300 letters"));
            }
        }
    })
    .await;
}
