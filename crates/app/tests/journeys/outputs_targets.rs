//! Targets in packs: where each is and how far off, the same in the table, in the workbook and in what was frozen.

use app::measures::{Stated, set_target};
use app::packs::{self, Audience};
use testkit::each_engine;

use crate::outputs::{context, fill, october, person, staff};

#[tokio::test]
async fn the_files_of_a_pack_have_its_targets_and_how_far_off_what_it_tells_is() {
    each_engine(async |register| {
        let ctx = context(register.db);
        fill(&ctx, &(0..240).map(person).collect::<Vec<_>>()).await;
        let actor = staff(&ctx, "a@example.org").await;
        let stated = Stated {
            measure: "neet".to_owned(),
            level_percent: 2.5,
            by: "2027-01".to_owned(),
            owners: "The board".to_owned(),
            source: "The plan".to_owned(),
            losses: vec![(6.0, 50)],
            ..Stated::default()
        };
        set_target(&ctx, &actor, &stated).await.unwrap();
        let month = |pack: &packs::Pack| {
            let csv = String::from_utf8(packs::as_csv(pack).unwrap()).unwrap();
            let head = csv.lines().next().unwrap().to_owned();
            let month = csv.lines().find(|line| line.starts_with("month,2025-10,")).unwrap();
            (head, month.to_owned())
        };
        // Twelve of 240 are NEET: six fewer would be 2.5 %.
        let board = packs::pack(&ctx, &actor, &Audience::Board, october()).await.unwrap();
        let (head, row) = month(&board);
        let targets = "together_percent,NEET. Target: 2.5 % by January 2027,\
                       NEET. Points over 2.5 % by January 2027,\
                       NEET. People fewer to meet 2.5 % by January 2027";
        assert!(head.ends_with(targets), "{head}");
        assert!(row.starts_with("month,2025-10,240,12,5,"), "{row}");
        assert!(row.ends_with(",2.5,2.5,6"), "{row}");
        let said = board.targets[0].sentence(&board.series).unwrap();
        let wanted = "NEET: 5.0 % in October 2025, 2.5 points over the target of 2.5 % by January 2027; \
                      6 fewer would meet it.";
        assert_eq!(said, wanted, "{}", register.engine);
        // A ward does not tell its four, and so not how many fewer would meet it.
        let ward = Audience::Ward("E05014450".to_owned());
        let ward = packs::pack(&ctx, &actor, &ward, october()).await.unwrap();
        let (_, row) = month(&ward);
        assert!(row.ends_with(",2.5,,"), "{row}");
        assert_eq!(ward.targets[0].sentence(&ward.series), None);
        // What is frozen has them too, and everything made of it.
        let about = ("The board", "Its meeting");
        let id = packs::schedule(&ctx, &actor, &Audience::Board, about).await.unwrap();
        assert_eq!(packs::make_due(&ctx).await.unwrap(), 1);
        let made = packs::made(&ctx, &actor, (id, october())).await.unwrap().unwrap();
        let kept = packs::kept(&made).unwrap().unwrap();
        let last = |at: usize| kept.tables[at].columns.last().map(String::as_str);
        assert_eq!(last(0), Some("NEET. People fewer to meet 2.5 % by January 2027"));
        assert_eq!(last(1), Some("Together, %"), "groups have no targets");
        let asked = packs::pack(&ctx, &actor, &Audience::Board, october()).await.unwrap();
        let words = packs::analysis(&ctx, &actor, &asked).await.unwrap();
        let by_hand = packs::as_workbook(&asked, &words, &kept.about).unwrap();
        assert!(packs::kept_workbook(&kept).unwrap() == by_hand, "{kept:?} is not {asked:?}");
    })
    .await;
}
