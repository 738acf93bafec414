//! Somebody on a partner's list with a home outside the council's area: known again by a number, asked about without
//! one, and never taken for a stranger, nor for somebody whom their list lacks. On both engines.

use crate::linking_lists::{HEAD, manager, matched, write};
use crate::town::{Somebody, context, everybody, town};
use app::linking::{self, Answer, Key, Verdict};
use domain::matching::ListKind;
use testkit::each_engine;

#[tokio::test]
async fn who_moved_out_of_the_area_is_a_question_and_no_stranger() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx).await;
        let (moved, numbered) = (&people[10], &people[20]);
        let number = "UPDATE particulars SET upn = 'H887400009001' WHERE person = $1";
        write(&ctx, numbered.person, number).await;
        let before = everybody(&ctx).await;
        let row = |upn: &str, p: &Somebody, home: &str| {
            format!("{upn},{},{},{},{},{home}\n", p.given, p.family, p.born, p.sex)
        };
        let text = format!(
            "{HEAD}{}{}",
            row("", moved, "ZE1 0AA"),
            row("H887400009001", numbered, "AB10 1AQ")
        );
        let (id, tally) = matched(&ctx, &jo, ListKind::Population, &text).await.unwrap();
        let came = (tally.doubtful, tally.differs, tally.theirs);
        assert_eq!(came, (1, 1, 0), "{tally:?} on {}", register.engine);
        let ours = linking::list_rows(&ctx, &jo, (id, "ours"), 0, 1_000).await.unwrap();
        let missing: Vec<i64> =
            ours.iter().filter_map(|row| row.person.as_ref()).map(|(id, _)| *id).collect();
        assert_eq!(i64::try_from(missing.len()).unwrap(), tally.ours);
        assert!(!missing.contains(&moved.person) && !missing.contains(&numbered.person));
        let said = async |run: i64, line: usize| {
            let rows = linking::list_rows(&ctx, &jo, (run, "differs"), 0, 9).await.unwrap();
            (rows[line].person.as_ref().unwrap().0, rows[line].differs.clone())
        };
        let elsewhere = |p: &Somebody, home: &str| {
            (p.person, vec![("Postcode".to_owned(), p.home.clone(), home.to_owned())])
        };
        assert_eq!(said(id, 0).await, elsewhere(numbered, "AB10 1AQ"));

        // Without a number somebody is asked, of the right person, and told that the home speaks against it.
        let asked = async || {
            let waiting = linking::queue(&ctx, &jo).await.unwrap().waiting.into_iter();
            waiting.filter(|w| matches!(w.key, Key::List { .. })).collect::<Vec<_>>()
        };
        let waiting = asked().await;
        let [only] = waiting.as_slice() else { panic!("{waiting:?}") };
        assert_eq!(only.person, moved.person, "{}", register.engine);
        let pair = linking::pair(&ctx, &jo, only.key, moved.person).await.unwrap();
        let parts = pair.likeness.unwrap().parts;
        let home = parts.iter().find(|part| part.title == "Postcode").unwrap();
        assert!(home.words.starts_with("elsewhere") && home.bits < 0.0, "{home:?}");
        let yes = Answer { person: moved.person, verdict: Verdict::Same, why: "moved away" };
        linking::decide(&ctx, &jo, only.key, &yes).await.unwrap();
        let now = linking::list(&ctx, &jo, id).await.unwrap().tally;
        assert_eq!((now.doubtful, now.differs, now.theirs), (0, 2, 0), "{}", register.engine);

        // Next month it is a difference like any other, and nothing of it is on anybody's record.
        let (next, tally) = matched(&ctx, &jo, ListKind::Population, &text).await.unwrap();
        let came = (tally.doubtful, tally.differs, tally.theirs);
        assert_eq!(came, (0, 2, 0), "{tally:?} on {}", register.engine);
        assert_eq!(said(next, 0).await, elsewhere(moved, "ZE1 0AA"));
        assert!(asked().await.is_empty());
        assert_eq!(everybody(&ctx).await, before, "{}", register.engine);
    })
    .await;
}
