//! Who is who in the register, end to end on both engines: rows that no identifier settles.

use crate::town::{context, everybody, fates, named, run, town};
use app::imports;
use app::linking::Evidence;
use testkit::each_engine;

const HEAD: &str = "UPN,Forename,Surname,DOB,Sex,Postcode\n";

#[tokio::test]
async fn what_identifiers_leave_open_is_weighed() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let (moved, slipped, twin) = (&people[10], &people[20], &people[30]);
        let text = format!(
            "{HEAD}\
             ,{},{},{},{},ZE1 0AA\n\
             ,{}x,{},{},{},{}\n\
             ,Thomasina,{},{},F,{}\n\
             ,Zebedee,Quillfeather,2009-02-03,M,TN38 9ZZ\n",
            moved.given,
            moved.family,
            moved.born,
            moved.sex, // somewhere else now
            slipped.given,
            slipped.family,
            slipped.born,
            slipped.sex,
            slipped.home,
            twin.family,
            twin.born,
            twin.home,
        );
        let (import, counts) = run(&ctx, "Jobcentre", &text, true).await;
        let fates = fates(&ctx, import).await;
        let reasons: Vec<&str> = fates.iter().map(|f| f.reasons.as_str()).collect();
        // Who lives in another part of the country now is not sure enough to go through; a slip in a name is.
        let first = |at: usize| fates[at].candidates.split(',').next().unwrap().parse().ok();
        assert_eq!((fates[0].effect.as_str(), fates[0].person), ("held", None), "{reasons:?}");
        assert_eq!(first(0), Some(moved.person), "{reasons:?}");
        assert!(fates[0].reasons.contains("weight of evidence"), "{reasons:?}");
        assert_eq!((fates[1].effect.as_str(), fates[1].person), ("changed", Some(slipped.person)));
        // A child of another name born on the same day in the same home is never the same person.
        assert_ne!(fates[2].effect, "changed", "{reasons:?}");
        assert_ne!(fates[2].effect, "unchanged", "{reasons:?}");
        assert_eq!(fates[3].effect, "new", "{reasons:?}");
        assert_eq!(counts.read, 4);
        let twins = named(&everybody(&ctx).await, &twin.given, &twin.family);
        assert!(twins.contains(&twin.person), "the twin stands as before");
    })
    .await;
}

#[tokio::test]
async fn a_doubtful_row_is_held_with_candidates_and_why() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let one = &people[40];
        // Same names and year, another day of birth and another home: perhaps.
        let year: String = one.born.chars().take(4).collect();
        let text = format!("{HEAD},{},{},{year}-01-01,,\n", one.given, one.family);
        let (import, counts) = run(&ctx, "Jobcentre", &text, false).await;
        let fate = fates(&ctx, import).await.remove(0);
        assert_eq!((counts.held, fate.effect.as_str()), (1, "held"), "{}", fate.reasons);
        let kept: Evidence = serde_json::from_str(&fate.evidence).unwrap();
        let shown = kept.likenesses;
        assert_eq!(kept.asked.given, one.given);
        assert_eq!(shown[0].person, one.person, "{shown:?}");
        assert!(shown[0].probability < 0.99);
        let sum: f64 = shown[0].parts.iter().map(|part| part.bits).sum();
        assert!((sum - shown[0].weight).abs() < 1e-6, "the parts are the whole");
        // The dry run and the real one say the same.
        imports::apply(&ctx, &imports::Reader::Here, import, &|_| {}).await.unwrap();
        let again = fates(&ctx, import).await.remove(0);
        assert_eq!(again, fate);
    })
    .await;
}

/// How many of a school's pupils the register holds says nothing of another partner's people.
#[tokio::test]
async fn what_one_partners_long_list_taught_does_not_judge_anothers_short_one() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let one = &people[40];
        let year: String = one.born.chars().take(4).collect();
        let short = format!("{HEAD},{},{},{year}-01-01,,\n", one.given, one.family);
        let weighed = async || {
            let (import, counts) = run(&ctx, "Jobcentre", &short, false).await;
            let fate = fates(&ctx, import).await.remove(0);
            assert_eq!(counts.held, 1, "{fate:?}");
            let kept: Evidence = serde_json::from_str(&fate.evidence).unwrap();
            kept.likenesses[0].weight
        };
        let before = weighed().await;
        // The school's roll again: it knows everybody, and a row that nothing settles has its habits learned.
        let mut long = HEAD.to_owned();
        for p in &people {
            let row = [&p.given, &p.family, &p.born, &p.sex, &p.home].map(String::as_str);
            long.push_str(&format!(",{}\n", row.join(",")));
        }
        long.push_str(",Zebedee,Quillfeather,2009-02-03,M,TN38 9ZZ\n");
        run(&ctx, "Brompton Academy", &long, true).await;
        let mut tx = ctx.db.begin_read().await.unwrap();
        let sql = "SELECT COUNT(*) FROM link_model";
        let learned = tx.one(sql, store::args![], |row| row.int(0)).await.unwrap();
        assert_eq!(learned, Some(1), "the school's habits are kept");
        drop(tx);
        let after = weighed().await;
        assert!((after - before).abs() < 0.1, "{before} {after} on {}", register.engine);
    })
    .await;
}

#[tokio::test]
async fn two_rows_of_one_file_bring_a_person_in_once() {
    each_engine(async |register| {
        let ctx = context(&register);
        town(&ctx).await;
        let text = format!(
            "{HEAD}B801200005001,Cara,Lee,2008-11-30,F,ME4 4EE\n\
             B801200005001,Cara,Lee,2008-11-30,F,ME4 4EE\n"
        );
        for commit in [false, true] {
            let (import, counts) = run(&ctx, "Jobcentre", &text, commit).await;
            let reasons: Vec<String> =
                fates(&ctx, import).await.into_iter().map(|f| f.reasons).collect();
            assert_eq!((counts.new, counts.held), (1, 1), "commit {commit}: {reasons:?}");
        }
        assert_eq!(named(&everybody(&ctx).await, "Cara", "Lee").len(), 1);
    })
    .await;
}
