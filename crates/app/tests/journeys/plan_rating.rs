//! Ratings are confirmed, differed from, overtaken and kept: the same story on both databases.

use crate::plan_town::{actor, context};
use app::Wrong;
use app::plan::{
    Asked, Bound, Draft, Entry, Names, Rated, TYPED, Written, add_typed, between, bind, differing,
    lines, open, open_outcome, rate, rate_on, unbind, wordings, write,
};
use domain::access::Role;
use domain::plan::{Better, Cell, Change, Course, OutcomeId, Point, Rating, Trend, seen};
use jiff::civil::date;
use testkit::each_engine;

fn ask(cell: Cell, rating: Rating, reason: &str, seen: i64) -> Asked {
    Asked { cell, rating, reason: reason.into(), seen }
}

#[tokio::test]
async fn a_rating_is_confirmed_or_differed_from_and_both_are_kept() {
    each_engine(async |register| {
        let ctx = context(&register, Names::LeaveOut).await;
        let lead = actor(Role::LocalityManager);
        let cell = Cell::outcome(OutcomeId(3));
        let room = open(&ctx, &lead, 1).await.unwrap();
        assert_eq!(room.since, date(2026, 1, 8), "nothing was rated since January");
        let number = seen(&room.now.marks, cell);
        assert!(number > 0);
        let outcome = room.outcome(OutcomeId(3)).unwrap();
        assert_eq!(room.proposed(outcome).rating, Rating::Amber);

        let silent = rate(&ctx, &lead, 1, &[ask(cell, Rating::Red, " ", number)]).await.unwrap();
        assert!(matches!(&silent, Rated::Refused(why) if why.len() == 1), "{silent:?}");
        let asked = [ask(cell, Rating::Red, "two schools have left", number)];
        let saved = rate(&ctx, &lead, 1, &asked).await.unwrap();
        assert_eq!(saved, Rated::Saved { marks: 1 }, "{}", register.engine);

        let opened = open_outcome(&ctx, &lead, 1, OutcomeId(3)).await.unwrap();
        let ratings: Vec<Rating> = opened.marks.iter().map(|mark| mark.rating).collect();
        assert_eq!(ratings, [Rating::Red, Rating::Amber], "newest first, nothing lost");
        let newest = opened.marks.first().unwrap();
        assert_eq!(newest.by.as_deref(), Some("Ada Quill"));
        assert_eq!(newest.suggested, Some(Rating::Amber));
        assert!(newest.because.as_deref().unwrap().starts_with("Its actions: "));
        let shown = opened.room.shown(opened.room.outcome(OutcomeId(3)).unwrap());
        assert_eq!((shown.trend, opened.room.since), (Trend::Worse, date(2026, 3, 12)));
        assert_eq!(differing(&ctx, &lead, 1).await.unwrap(), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn whoever_comes_second_sees_both_and_saves_nothing() {
    each_engine(async |register| {
        let ctx = context(&register, Names::LeaveOut).await;
        let lead = actor(Role::DataManager);
        let (one, other) = (Cell::outcome(OutcomeId(1)), Cell::outcome(OutcomeId(2)));
        let room = open(&ctx, &lead, 1).await.unwrap();
        let (first, second) = (seen(&room.now.marks, one), seen(&room.now.marks, other));
        let mine = [ask(one, Rating::Green, "signed", first)];
        rate(&ctx, &lead, 1, &mine).await.unwrap();
        let late = [ask(one, Rating::Red, "no", first), ask(other, Rating::Red, "no", second)];
        let Rated::Overtaken(found) = rate(&ctx, &lead, 1, &late).await.unwrap() else {
            panic!("nobody noticed on {}", register.engine)
        };
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].theirs.as_ref().unwrap().rating, Rating::Green);
        assert_eq!(found[0].yours, Rating::Red);
        let room = open(&ctx, &lead, 1).await.unwrap();
        assert_eq!(seen(&room.now.marks, other), second, "nothing of the second was saved");
    })
    .await;
}

#[tokio::test]
async fn two_who_save_at_once_do_not_both_win() {
    each_engine(async |register| {
        let ctx = std::sync::Arc::new(context(&register, Names::LeaveOut).await);
        let cell = Cell::outcome(OutcomeId(1));
        let room = open(&ctx, &actor(Role::DataManager), 1).await.unwrap();
        let number = seen(&room.now.marks, cell);
        let mut all = Vec::new();
        for rating in [Rating::Green, Rating::Red, Rating::Amber, Rating::Green] {
            let ctx = ctx.clone();
            all.push(tokio::spawn(async move {
                let asked = [ask(cell, rating, "at once", number)];
                rate(&ctx, &actor(Role::DataManager), 1, &asked).await.unwrap()
            }));
        }
        let mut saved = 0;
        for one in all {
            saved += usize::from(matches!(one.await.unwrap(), Rated::Saved { .. }));
        }
        assert_eq!(saved, 1, "{}", register.engine);
    })
    .await;
}

#[tokio::test]
async fn a_shared_action_is_rated_everywhere_and_the_past_stays() {
    each_engine(async |register| {
        let ctx = context(&register, Names::LeaveOut).await;
        let lead = actor(Role::LocalityManager);
        let room = open(&ctx, &lead, 1).await.unwrap();
        let shared = room.now.plan.shared().into_iter().find(|a| a.places.len() == 2).unwrap();
        let cell = Cell::action(shared.places[0].0, shared.id);
        let asked = [ask(cell, Rating::Red, "they left", seen(&room.now.marks, cell))];
        assert_eq!(rate(&ctx, &lead, 1, &asked).await.unwrap(), Rated::Saved { marks: 2 });
        let (from, to) = (date(2026, 3, 12), date(2026, 3, 13));
        let found = between(&ctx, &lead, 1, from, to).await.unwrap();
        assert_eq!(found.changes.len(), 2, "{:?}", found.changes);
        assert!(found.changes.iter().all(|c| matches!(c, Change::ActionRated { .. })));
        let before = between(&ctx, &lead, 1, date(2026, 1, 8), from).await.unwrap();
        assert_eq!(before.changes, [], "what was said in January is as it was");
        let again = open(&ctx, &lead, 1).await.unwrap();
        let shared = again.now.plan.shared().into_iter().find(|a| a.id == shared.id).unwrap();
        assert!(!shared.conflict && shared.rating == Rating::Red);
    })
    .await;
}

#[tokio::test]
async fn ratings_written_up_later_belong_to_their_day_and_roles_are_kept() {
    each_engine(async |register| {
        let ctx = context(&register, Names::LeaveOut).await;
        let lead = actor(Role::LocalityManager);
        let cell = Cell::outcome(OutcomeId(2));
        let day = date(2026, 2, 10);
        let room = open(&ctx, &lead, 1).await.unwrap();
        let asked = [ask(cell, Rating::Amber, "late forms", seen(&room.now.marks, cell))];
        rate_on(&ctx, &lead, 1, day, &asked).await.unwrap();
        let found = between(&ctx, &lead, 1, date(2026, 2, 9), day).await.unwrap();
        assert_eq!(found.changes.len(), 1, "{:?}", found.changes);
        for role in [Role::Adviser, Role::School] {
            let no = rate(&ctx, &actor(role), 1, &asked).await;
            assert!(matches!(no, Err(Wrong::Denied(_))), "{role:?}");
            assert!(open(&ctx, &actor(role), 1).await.is_ok(), "{role:?} may read");
        }
        assert!(matches!(open(&ctx, &lead, 9).await, Err(Wrong::Refused(_))));
    })
    .await;
}

#[tokio::test]
async fn a_figure_proposes_and_its_words_are_kept_with_the_rating() {
    each_engine(async |register| {
        let ctx = context(&register, Names::LeaveOut).await;
        let lead = actor(Role::LocalityManager);
        let point = |on, value| Point { on, value };
        let course = Course {
            better: Better::Lower,
            from: point(date(2026, 1, 1), 20.0),
            target: point(date(2026, 5, 1), 8.0),
            near: 1.0,
        };
        let bound = Bound {
            id: 0,
            outcome: OutcomeId(3),
            measure: TYPED.into(),
            words: "Days to a first talk".into(),
            unit: "days".into(),
            course,
        };
        let wrong = Bound { measure: "nonsense".into(), ..bound.clone() };
        assert!(matches!(bind(&ctx, &lead, 1, &wrong).await, Err(Wrong::Refused(_))));
        let id = bind(&ctx, &lead, 1, &bound).await.unwrap();
        let source = "the clinic's list";
        for (on, value) in [(date(2026, 2, 1), 18.0), (date(2026, 3, 1), 19.0)] {
            add_typed(&ctx, &lead, 1, id, (on, value, source)).await.unwrap();
        }
        let unsaid = add_typed(&ctx, &lead, 1, id, (date(2026, 3, 2), 9.0, " ")).await;
        assert!(matches!(unsaid, Err(Wrong::Refused(_))));
        let room = open(&ctx, &lead, 1).await.unwrap();
        let proposed = room.proposed(room.outcome(OutcomeId(3)).unwrap());
        assert_eq!((proposed.rating, proposed.by_figure), (Rating::Red, true), "{proposed:?}");
        let cell = Cell::outcome(OutcomeId(3));
        let asked = [ask(cell, Rating::Red, "", seen(&room.now.marks, cell))];
        assert_eq!(rate(&ctx, &lead, 1, &asked).await.unwrap(), Rated::Saved { marks: 1 });
        // A figure typed again for the same day takes the place of the one before.
        add_typed(&ctx, &lead, 1, id, (date(2026, 3, 1), 8.0, source)).await.unwrap();
        let opened = open_outcome(&ctx, &lead, 1, OutcomeId(3)).await.unwrap();
        let because = opened.marks.first().unwrap().because.clone().unwrap();
        assert!(because.starts_with("Days to a first talk: 19.0 on 1 March 2026"), "{because}");
        let followed = opened.room.followed.first().unwrap();
        assert_eq!(followed.figures.len(), 2, "{}", register.engine);
        assert_eq!(followed.proposal.rating, Rating::Green);
        unbind(&ctx, &lead, 1, id).await.unwrap();
        assert!(open(&ctx, &lead, 1).await.unwrap().followed.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_line_keeps_its_wordings_and_is_never_written_over() {
    each_engine(async |register| {
        let ctx = context(&register, Names::LeaveOut).await;
        let lead = actor(Role::LocalityManager);
        let line = |entry, state: &str| Entry {
            entry,
            register: "recommendation".into(),
            title: "One start date a month".into(),
            body: "Learning Board".into(),
            state: state.into(),
            meeting: Some(date(2026, 3, 12)),
            outcome: Some(4),
            ..Entry::default()
        };
        let draft = |line, seen| Draft { line, seen, ..Draft::default() };
        let bad = write(&ctx, &lead, 1, &draft(line(0, "maybe"), 0)).await.unwrap();
        assert!(matches!(bad, Written::Refused(_)));
        let Written::Saved { entry } =
            write(&ctx, &lead, 1, &draft(line(0, "sent"), 0)).await.unwrap()
        else {
            panic!("not saved")
        };
        let first = lines(&ctx, &lead, 1).await.unwrap().remove(0);
        let again = draft(line(entry, "accepted"), first.id);
        assert_eq!(write(&ctx, &lead, 1, &again).await.unwrap(), Written::Saved { entry });
        let late = write(&ctx, &lead, 1, &draft(line(entry, "refused"), first.id)).await.unwrap();
        let Written::Overtaken(Some(now)) = late else { panic!("{late:?}") };
        assert_eq!(now.state, "accepted");
        let states: Vec<String> = wordings(&ctx, &lead, 1, entry)
            .await
            .unwrap()
            .into_iter()
            .map(|(line, ..)| line.state)
            .collect();
        assert_eq!(states, ["accepted", "sent"], "{}", register.engine);
        let opened = open_outcome(&ctx, &lead, 1, OutcomeId(4)).await.unwrap();
        assert_eq!(opened.entries.len(), 1);
    })
    .await;
}
