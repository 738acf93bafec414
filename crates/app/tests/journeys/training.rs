//! Training in recording and reviews of caseloads' data: a session for several at once, who is trained on which
//! day, what each sees of themselves, and what waits.

use crate::town::refusal;
use app::training::{self, Kept, Reviewed, Session};
use app::{Clock, Context, accounts, keys};
use domain::access::{Actor, Role};
use domain::training::Trained;
use jiff::civil::{Date, date};
use testkit::each_engine;

/// The same register on another day.
fn on(db: &store::Db, day: Date) -> Context {
    Context::seeded(db.clone(), None, Clock::on(day), 7)
}

const DAY: Date = date(2025, 7, 14);

/// A data manager and two advisers, in this order, and a school's user who records nothing here.
async fn people(ctx: &Context) -> [Actor; 3] {
    let mut tx = ctx.db.begin().await.unwrap();
    let mut made = Vec::new();
    for (email, name, role) in [
        ("dm@example.org", "Robin", Role::DataManager),
        ("ada@example.org", "Ada", Role::Adviser),
        ("bram@example.org", "Bram", Role::Adviser),
    ] {
        let who = (email, name, role);
        let id = accounts::add(ctx, &mut tx, who, (None, &[]), String::new()).await.unwrap();
        let account = store::accounts::by_id(&mut tx, id).await.unwrap().unwrap();
        made.push(accounts::actor(&account).unwrap());
    }
    let [id, kind, name] = ["urn-1", "school", "A school"].map(str::to_owned);
    let one = store::organisations::Organisation { id, kind, name, ..Default::default() };
    store::organisations::save(&mut tx, &one).await.unwrap();
    let school = ("school@example.org", "Sue", Role::School);
    let of = Some("urn-1".to_owned());
    accounts::add(ctx, &mut tx, school, (of, &[]), String::new()).await.unwrap();
    tx.commit().await.unwrap();
    made.try_into().unwrap()
}

fn session(accounts: &[i64]) -> Session {
    Session {
        title: "Recording contacts and groups".to_owned(),
        day: "2025-07-10".to_owned(),
        trainer: "Medway Youth Trust".to_owned(),
        until: "2026-07-31".to_owned(),
        accounts: accounts.to_vec(),
    }
}

fn fields(kept: Kept) -> Vec<&'static str> {
    match kept {
        Kept::Mend(wrong) => wrong.into_iter().map(|(field, _)| field).collect(),
        Kept::Saved(_) => Vec::new(),
    }
}

/// How everybody stands, by name, and the share of advisers.
async fn standing(ctx: &Context, actor: &Actor) -> (Vec<(String, Trained)>, (u64, u64)) {
    let team = training::team(ctx, actor).await.unwrap();
    let members = team.members.iter().map(|one| (one.name.clone(), one.trained)).collect();
    (members, (team.share.of, team.share.all))
}

#[tokio::test]
async fn a_session_is_written_down_for_all_who_came_and_lapses() {
    each_engine(async |register| {
        let ctx = on(&register.db, DAY);
        let [robin, ada, bram] = people(&ctx).await;
        let named = |all: &[(&str, Trained)]| -> Vec<(String, Trained)> {
            all.iter().map(|(name, trained)| ((*name).to_owned(), *trained)).collect()
        };
        let never = Trained::Never;
        let (members, share) = standing(&ctx, &robin).await;
        // Advisers come first, and nobody of a partner's is asked.
        assert_eq!(members, named(&[("Ada", never), ("Bram", never), ("Robin", never)]));
        assert_eq!(share, (0, 2));
        assert_eq!(training::waiting(&ctx).await.unwrap(), (0, 0), "nothing is kept here yet");
        let came = session(&[ada.account, robin.account, ada.account]);
        assert_eq!(training::record(&ctx, &robin, &came).await.unwrap(), Kept::Saved(2));
        // The form sent twice writes nobody down twice.
        assert_eq!(training::record(&ctx, &robin, &came).await.unwrap(), Kept::Saved(0));
        let until = Trained::Until(date(2026, 7, 31));
        let (members, share) = standing(&ctx, &robin).await;
        assert_eq!(members, named(&[("Bram", never), ("Ada", until), ("Robin", until)]));
        assert_eq!(share, (1, 2));
        assert_eq!(training::waiting(&ctx).await.unwrap(), (1, 0));
        let own = training::own(&ctx, &ada).await.unwrap();
        assert_eq!(own.len(), 1);
        assert_eq!(
            (own[0].trainer.as_str(), own[0].day),
            ("Medway Youth Trust", date(2025, 7, 10))
        );
        assert!(training::own(&ctx, &bram).await.unwrap().is_empty());
        let later = on(&register.db, date(2026, 8, 1));
        let lapsed = Trained::Lapsed(date(2026, 7, 31));
        let (members, share) = standing(&later, &robin).await;
        assert_eq!(members, named(&[("Bram", never), ("Ada", lapsed), ("Robin", lapsed)]));
        assert_eq!(share, (0, 2));
        training::take_back(&ctx, &robin, own[0].id).await.unwrap();
        assert!(training::own(&ctx, &ada).await.unwrap().is_empty());
        refusal(training::take_back(&ctx, &robin, own[0].id).await);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_is_told_and_only_whoever_administers_writes() {
    each_engine(async |register| {
        let ctx = on(&register.db, DAY);
        let [robin, ada, bram] = people(&ctx).await;
        let empty = training::record(&ctx, &robin, &Session::default()).await.unwrap();
        assert_eq!(fields(empty), ["day", "title", "trainer", "account"]);
        let ahead = Session { day: "2025-07-15".to_owned(), ..session(&[ada.account]) };
        assert_eq!(fields(training::record(&ctx, &robin, &ahead).await.unwrap()), ["day"]);
        let before = Session { until: "2025-07-09".to_owned(), ..session(&[ada.account]) };
        assert_eq!(fields(training::record(&ctx, &robin, &before).await.unwrap()), ["until"]);
        // An account that has ended, one of a partner's, one that nobody has: nobody is written down.
        let mut tx = ctx.db.begin().await.unwrap();
        store::accounts::set_active(&mut tx, bram.account, false).await.unwrap();
        let school = store::accounts::by_email(&mut tx, "school@example.org").await.unwrap();
        tx.commit().await.unwrap();
        for other in [bram.account, school.unwrap().id, 999] {
            let both = session(&[ada.account, other]);
            refusal(training::record(&ctx, &robin, &both).await);
        }
        let (_, share) = standing(&ctx, &robin).await;
        assert_eq!(share, (0, 1));
        refusal(training::team(&ctx, &ada).await);
        refusal(training::record(&ctx, &ada, &session(&[ada.account])).await);
        refusal(training::take_back(&ctx, &ada, 1).await);
        refusal(training::review(&ctx, &ada, &Reviewed::default()).await);
    })
    .await;
}

#[tokio::test]
async fn a_review_of_a_caseload_is_kept_sealed_and_waits_again_from_its_day() {
    each_engine(async |register| {
        let ctx = on(&register.db, DAY);
        let [robin, ada, _] = people(&ctx).await;
        let folder = tempfile::tempdir().unwrap();
        keys::make(&ctx, &robin, &keys::in_home(folder.path())).await.unwrap();
        let typed = Reviewed {
            adviser: ada.account.to_string(),
            day: "2025-07-14".to_owned(),
            found: "Perspicacious gaps".to_owned(),
            due: "2025-10-01".to_owned(),
        };
        assert_eq!(training::review(&ctx, &robin, &typed).await.unwrap(), Kept::Saved(1));
        let tells = testkit::cells_that_tell(&ctx.db, &["Perspicacious"]).await;
        assert!(tells.is_empty(), "{tells:?}");
        let team = training::team(&ctx, &robin).await.unwrap();
        let review = team.members[0].review.clone().unwrap();
        assert_eq!(
            (review.found.as_str(), review.reviewer.as_str()),
            ("Perspicacious gaps", "Robin")
        );
        assert!(team.members[1].review.is_none() && !team.members[0].review_due);
        assert_eq!(training::waiting(&ctx).await.unwrap(), (0, 0));
        let due = on(&register.db, date(2025, 10, 1));
        assert_eq!(training::waiting(&due).await.unwrap(), (0, 1));
        let again = Reviewed { day: "2025-10-01".to_owned(), due: String::new(), ..typed.clone() };
        assert_eq!(training::review(&due, &robin, &again).await.unwrap(), Kept::Saved(1));
        assert_eq!(training::waiting(&due).await.unwrap(), (0, 0));
        let reviews = training::team(&due, &robin).await.unwrap().reviews;
        assert_eq!(reviews.len(), 2);
        // The newest was written of the wrong caseload: the one before it is due again.
        let newest = reviews[0].id;
        refusal(training::take_review_back(&due, &ada, newest).await);
        training::take_review_back(&due, &robin, newest).await.unwrap();
        refusal(training::take_review_back(&due, &robin, newest).await);
        let team = training::team(&due, &robin).await.unwrap();
        assert_eq!((team.reviews.len(), team.members[0].review_due), (1, true));
        assert_eq!(training::waiting(&due).await.unwrap(), (0, 1));
        let nobody = Reviewed { adviser: robin.account.to_string(), ..typed.clone() };
        assert_eq!(fields(training::review(&ctx, &robin, &nobody).await.unwrap()), ["adviser"]);
        let empty = Reviewed { found: String::new(), ..typed };
        assert_eq!(fields(training::review(&ctx, &robin, &empty).await.unwrap()), ["found"]);
    })
    .await;
}
