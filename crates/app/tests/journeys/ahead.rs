//! The forecast of NEET and not known on every engine: another edition's rule beside that in force.

use app::Context;
use app::forecast::{WhatIf, neet};
use app::measures::{Stated, at_risk, set_target};
use domain::access::{Actor, Role, Scope};
use domain::person::Field;
use domain::status::Spell;
use formats::reference::editions;
use jiff::civil::date;
use store::changes;
use store::people::{Moment, Write, load, new_people, write};
use testkit::each_engine;

use crate::outputs::{context, october, person};

/// People of every age from 14 to 19 in October 2025, known since two years and a quarter before.
async fn years(ctx: &Context) {
    let mut tx = ctx.db.begin().await.unwrap();
    let at = "2023-07-15T09:00:00.000000Z";
    let change = changes::begin(&mut tx, at, "edit", None, None, None).await.unwrap();
    let mut names = vec![String::new(); 180];
    let ids = new_people(&mut tx, change, "887", &mut names).await.unwrap();
    for (n, id) in ids.into_iter().enumerate() {
        let before = load(&mut tx, &[id], Moment::Now).await.unwrap().remove(0);
        let mut after = person(n / 6);
        let born = format!("{}-03-04", 2006 + n % 6);
        after.particulars.set(Field::DateOfBirth, Some(born));
        let code = after.spells[0].code.clone();
        let verified = Some(date(2023, 7, 1));
        after.spells = vec![Spell { verified, ..Spell::new(&code, date(2022, 9, 1)) }];
        write(&mut tx, change, &[Write { before: &before, after: &after }]).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn another_editions_rule_stands_beside_the_forecast_and_takes_nobodys_place() {
    each_engine(async |register| {
        let ctx = context(register.db);
        years(&ctx).await;
        let scope = Scope::everyone();
        let own = editions().on(october().last_day()).unwrap();
        let old = editions().named("2015-16").unwrap();
        let of = async |edition, what_if| neet(&ctx, &scope, edition, october(), what_if).await;
        let rule = WhatIf { edition: Some("2015-16"), ..WhatIf::default() };
        let found = of(own, rule).await.unwrap();
        let (plain, there) =
            (of(own, WhatIf::default()).await.unwrap(), of(old, WhatIf::default()).await.unwrap());
        assert_eq!((&found.edition, found.what_if), (&own.name, rule));
        assert_eq!(found.winter.level, plain.winter.level, "the forecast itself stays");
        for ((month, plain), there) in found.months.iter().zip(&plain.months).zip(&there.months) {
            assert_eq!((month.level, month.what_if), (plain.level, Some(there.level)));
        }
        let beside = found.winter.what_if.unwrap();
        assert_eq!(beside, there.winter.level);
        // It counts those of 18 as well, and November in place of February.
        assert!(beside.cohort > plain.winter.level.cohort * 1.2, "{beside:?}");
        let words = found.what_words();
        let opening = "Under the 2015-16 edition's rule (its count months are November 2025 to January 2026): NEET ";
        assert!(words.starts_with(opening) && words.contains(" % instead of "), "{words}");
        let both = of(own, WhatIf { found_percent: 50, ..rule }).await.unwrap();
        let moved = of(old, WhatIf { found_percent: 50, ..WhatIf::default() }).await.unwrap();
        assert_eq!(both.winter.what_if, moved.winter.what_if);
        assert_eq!(both.winter.level, plain.winter.level);
        // Its own rule changes nothing, and one that cannot be followed is refused.
        let same = WhatIf { edition: Some(own.name.as_str()), ..WhatIf::default() };
        assert_eq!(of(own, same).await.unwrap().winter.what_if, None);
        let refused = of(own, WhatIf { edition: Some("2009"), ..same }).await.unwrap_err();
        assert!(refused.to_string().contains("cannot be made under it"), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn money_at_risk_is_told_whoever_reaches_everybody_and_of_targets_still_to_be_met() {
    each_engine(async |register| {
        let ctx = context(register.db);
        years(&ctx).await;
        let scope = Scope::everyone();
        let name = "Jo".to_owned();
        let actor = Actor { account: 0, name, role: Role::DataManager, scope: scope.clone() };
        for (by, losses) in [
            ("2026-01", vec![(0.0, 50)]),
            ("2026-01", Vec::new()),
            ("2025-06", vec![(0.0, 50)]),
            ("2028-01", vec![(0.0, 50)]),
        ] {
            let target = Stated {
                measure: "neet".to_owned(),
                level_percent: 5.8,
                by: by.to_owned(),
                owners: "Us".to_owned(),
                source: "Cabinet".to_owned(),
                losses,
                ..Stated::default()
            };
            set_target(&ctx, &actor, &target).await.unwrap();
        }
        let own = editions().on(october().last_day()).unwrap();
        let found = neet(&ctx, &scope, own, october(), WhatIf::default()).await.unwrap();
        let told = at_risk(&ctx, &scope, &found).await.unwrap();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].sentence.contains("training, 5.8 % by January 2026: if December 2025 to "),
            "{told:?}"
        );
        assert_eq!((told[0].by.as_str(), told[0].middle.lost_percent), ("2026-01", 50));
        let part = Scope { restricted: false, ..scope };
        assert!(at_risk(&ctx, &part, &found).await.unwrap().is_empty());
    })
    .await;
}
