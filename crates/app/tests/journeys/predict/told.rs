//! What was worked out about somebody is theirs to have: in the pack that they ask for, and in plain words beside their
//! adviser.

use app::predict::{lists, score};
use app::{keys, rights};
use domain::access::{Role, Scope};
use domain::consent::Speaker;
use domain::person::PersonId;
use domain::prediction::Point;
use domain::rights::Right;
use store::{Db, seal};
use testkit::each_engine;

use super::{actor, in_use, keeper, town};

/// Whether the reasons of the first run lie in the clear and those of the last are sealed.
async fn reasons_are_sealed_of_the_last_run(db: &Db) {
    let mut tx = db.begin_read().await.unwrap();
    for (run, sealed) in [("MIN", false), ("MAX", true)] {
        let sql = format!(
            "SELECT content FROM predictor_score WHERE run = (SELECT {run}(run) FROM predictor_score)"
        );
        let kept = tx.rows(&sql, store::args![], |row| row.text(0)).await.unwrap();
        assert!(!kept.is_empty(), "{run}");
        assert!(kept.iter().all(|text| seal::is_sealed(text) == sealed), "{run}");
    }
}

#[tokio::test]
async fn whoever_asks_gets_every_chance_of_theirs_with_its_reasons() {
    each_engine(async |register| {
        let ctx = town(&register.db, 1_200).await;
        in_use(&ctx).await;
        let adviser = actor(Role::Adviser, Scope::everyone());
        let said = async |person| {
            let (_, parts) = rights::held(&ctx, &adviser, person).await.unwrap();
            let part = parts.into_iter().find(|part| part.question.contains("computer work out"));
            part.unwrap().answers.join(" ")
        };
        score::run(&ctx, &keeper(), Point::Autumn).await.unwrap();
        // The reasons say what is true of somebody: from now on they are sealed, and those of before still read.
        let folder = tempfile::tempdir().unwrap();
        keys::make(&ctx, &keeper(), &keys::in_home(folder.path())).await.unwrap();
        score::run(&ctx, &keeper(), Point::Autumn).await.unwrap();
        reasons_are_sealed_of_the_last_run(&ctx.db).await;
        let list = lists::list(&ctx, &keeper(), Point::Autumn, &lists::Asked::default()).await;
        let one = list.unwrap().unwrap().listed.remove(0);
        let person = PersonId(one.person);
        let words = said(person).await;
        assert!(words.contains(&format!("The chance is: {}.", one.in_words)), "{words}");
        assert!(words.contains("On 15 November 2024") && words.contains("2 chances"), "{words}");
        assert!(one.reasons.iter().all(|reason| words.contains(reason)), "{words}");
        let asked = rights::Asked {
            right: Right::Access,
            by: Speaker::YoungPerson,
            words: "Everything".to_owned(),
            received: ctx.today(),
        };
        let id = rights::ask(&ctx, &keeper(), person, &asked).await.unwrap().unwrap();
        let (_, zip) = rights::pack(&ctx, &keeper(), id).await.unwrap();
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
        let mut all = String::new();
        for at in 0..archive.len() {
            let mut file = archive.by_index(at).unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
            all.push_str(&String::from_utf8_lossy(&bytes));
        }
        assert!(all.contains("Chances that were worked out about you"), "{}", register.engine);
        assert!(all.contains(one.in_words) && all.contains("As known on"));
        let reason = one.reasons[0].split(" (").next().unwrap();
        assert!(all.contains(reason), "{reason}");
        assert!(!all.contains("can_act"), "no raw document");
        let mut tx = ctx.db.begin_read().await.unwrap();
        let scored = store::predictors::scored(&mut tx, &Scope::everyone(), 1).await.unwrap();
        let given: Vec<i64> = scored.iter().map(|one| one.score.person).collect();
        let everybody = store::people::load_all(&mut tx, store::people::Moment::Now).await.unwrap();
        drop(tx);
        let other = everybody.iter().find(|one| !given.contains(&one.person)).unwrap();
        assert_eq!(said(PersonId(other.person)).await, "We have worked out no chance about you.");
    })
    .await;
}
