//! Targets beside the months of a measure: where each of them is, and what hangs on how many are not known.

use super::*;
use app::measures::{LineKind, target_lines};
use domain::calendar::Month;

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_target_is_a_line_from_its_beginning_and_conditions_lie_beside_the_not_known() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(date(2026, 3, 1)));
        save(&ctx, "2026-01-10T10:00:00.000000Z", &town()).await;
        let name = "A data manager".to_owned();
        let scope = Scope::everyone();
        let actor = Actor { account: 0, name, role: Role::DataManager, scope: scope.clone() };
        let way = Stated {
            measure: "neet".into(),
            level_percent: 5.8,
            by: "2026-06".into(),
            from: Some(("2025-12".into(), 8.8)),
            owners: "Everybody".into(),
            source: "The plan".into(),
            losses: vec![(6.0, 50), (7.5, 100)],
            ..Stated::default()
        };
        let level = Stated { level_percent: 5.0, by: "2027-01".into(), from: None, ..way.clone() };
        let ahead = Stated { from: Some(("2026-02".into(), 9.0)), ..way.clone() };
        for stated in [&way, &level, &ahead] {
            set_target(&ctx, &actor, stated).await.unwrap();
        }
        let months = ["2025-11", "2025-12", "2026-01"].map(month);
        let lines = target_lines(&ctx, &scope, &["neet"], &months).await.unwrap();
        let found: Vec<_> = lines.iter().map(|line| (line.kind, line.values.clone())).collect();
        // The one that begins after the last month is not drawn yet.
        let wanted = [
            (LineKind::Way { by: month("2026-06") }, vec![None, Some(8.8), Some(8.3)]),
            (LineKind::Level { by: month("2027-01") }, vec![Some(5.0); 3]),
        ];
        assert_eq!(found, wanted, "{}", register.engine);
        // Three targets share two conditions, which are lines of what they hang on and of nothing else.
        let lines = target_lines(&ctx, &scope, &["not-known"], &months).await.unwrap();
        let found: Vec<_> = lines.iter().map(|line| (line.kind, line.percent)).collect();
        let lost = |percent| LineKind::Lost { percent };
        assert_eq!(found, [(lost(50), 6.0), (lost(100), 7.5)]);
        let part = Scope { restricted: false, ..Scope::everyone() };
        assert!(target_lines(&ctx, &part, &["not-known"], &months).await.unwrap().is_empty());
        assert_eq!(target_lines(&ctx, &part, &["neet"], &months).await.unwrap().len(), 2);
        // Several measures come in their own order.
        let both = target_lines(&ctx, &scope, &["not-known", "neet"], &months).await.unwrap();
        let measures: Vec<&str> = both.iter().map(|line| line.measure.as_str()).collect();
        assert_eq!(measures, ["not-known", "not-known", "neet", "neet"]);
        let held = targets(&ctx, &scope, month("2026-01")).await.unwrap();
        let stands = held.iter().filter_map(|one| one.way_percent).next();
        assert_eq!(stands, Some(8.3), "the line is where the table says that the way is");
        for one in held {
            end_target(&ctx, &actor, one.id).await.unwrap();
        }
        assert!(target_lines(&ctx, &scope, &["neet"], &months).await.unwrap().is_empty());
    })
    .await;
}
