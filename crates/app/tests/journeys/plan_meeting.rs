//! Who came to a meeting is written for all seats at once, or not at all; on both databases.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

use crate::plan_town::{actor, context};
use app::plan::{Came, Names, attend, group, meeting};
use app::{Context, Wrong};
use domain::access::Role;
use jiff::civil::{Date, date};
use testkit::each_engine;

const HELD: Date = date(2026, 3, 12);

async fn came(ctx: &Context, state: &str) -> Vec<Came> {
    let lead = actor(Role::LocalityManager);
    let opened = meeting(ctx, &lead, 1, HELD).await.unwrap();
    let seats = opened.seats.iter().map(|one| Came {
        body: one.seat.body.clone(),
        post: one.seat.post.clone(),
        person: String::new(),
        state: state.to_owned(),
        seen: one.line.as_ref().map_or(0, |line| line.id),
    });
    seats.collect()
}

#[tokio::test]
async fn who_came_is_written_once_and_corrected_by_who_saw_it() {
    each_engine(async |register| {
        let ctx = context(&register, Names::LeaveOut).await;
        let lead = actor(Role::LocalityManager);
        let seats = group(&ctx, &lead, 1).await.unwrap().seats.len();
        assert!(seats > 0, "the plan names seats");
        let first = came(&ctx, "came").await;
        assert_eq!(attend(&ctx, &lead, 1, HELD, &first).await.unwrap(), seats);

        // Whoever opened the page before that saw nothing written, and writes over nobody.
        let late: Vec<Came> =
            first.iter().map(|one| Came { state: "apologies".into(), ..one.clone() }).collect();
        let Err(Wrong::Refused(why)) = attend(&ctx, &lead, 1, HELD, &late).await else {
            panic!("a meeting's attendance was written over");
        };
        assert!(why.contains("Nothing was saved"), "{why}");
        assert_eq!(attend(&ctx, &lead, 1, HELD, &came(&ctx, "came").await).await.unwrap(), 0);

        let mut mended = came(&ctx, "came").await;
        mended[0].person = "Pat Lowe".into();
        assert_eq!(attend(&ctx, &lead, 1, HELD, &mended).await.unwrap(), 1);
        let opened = meeting(&ctx, &lead, 1, HELD).await.unwrap();
        let line = opened.seats[0].line.as_ref().unwrap();
        assert_eq!((line.person.as_str(), line.state.as_str()), ("Pat Lowe", "came"));
    })
    .await;
}

#[tokio::test]
async fn a_meeting_is_one_of_the_groups_and_a_word_one_of_ours() {
    each_engine(async |register| {
        let ctx = context(&register, Names::LeaveOut).await;
        let lead = actor(Role::LocalityManager);
        let refused = |wrong| match wrong {
            Wrong::Refused(why) => why,
            other => panic!("{other:?}"),
        };
        let other_day = date(2026, 3, 11);
        let why = refused(meeting(&ctx, &lead, 1, other_day).await.unwrap_err());
        assert!(why.contains("does not meet"), "{why}");
        let why =
            refused(attend(&ctx, &lead, 1, HELD, &came(&ctx, "asleep").await).await.unwrap_err());
        assert!(why.starts_with("Attendance is one of: "), "{why}");
        let school = actor(Role::School);
        attend(&ctx, &school, 1, HELD, &came(&ctx, "came").await).await.unwrap_err();
        let opened = meeting(&ctx, &lead, 1, HELD).await.unwrap();
        assert!(opened.seats.iter().all(|one| one.line.is_none()), "nothing was written");
    })
    .await;
}
