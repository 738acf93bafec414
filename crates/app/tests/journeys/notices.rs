//! A notice comes by a link, is found by those within reach and by nobody else, and the sender is told
//! the same whoever it is about.

use std::collections::BTreeSet;

use crate::town::{account, place};
use app::notices::{self, Given, Told};
use app::{Clock, Context};
use domain::access::{Actor, Role, Scope};
use domain::notice::Typed;
use domain::person::{Address, Field, Particulars, PersonId, PersonRecord, Place};
use jiff::civil::{Date, date};
use store::organisations;
use store::people::{self, Moment, Write};
use store::{Db, changes};
use testkit::each_engine;

fn on(db: &Db, day: Date) -> Context {
    Context::seeded(db.clone(), None, Clock::on(day), 7)
}

fn actor(role: Role, scope: Scope) -> Actor {
    Actor { account: 0, name: "Jo".to_owned(), role, scope }
}

fn adviser(locality: &str) -> Actor {
    let localities = BTreeSet::from([locality.to_owned()]);
    actor(Role::Adviser, Scope { localities, ..Scope::default() })
}

fn manager() -> Actor {
    actor(Role::DataManager, Scope::everyone())
}

/// Amina Khan of North, and a college.
async fn begin(db: &Db) -> (Context, i64) {
    let ctx = on(db, date(2025, 3, 14));
    place(&ctx, "college", "college", "A College").await;
    let mut tx = ctx.db.begin().await.unwrap();
    let change = changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
    let mut ypids = [String::new()];
    let person = people::new_people(&mut tx, change, "887", &mut ypids).await.unwrap()[0];
    let before = people::load(&mut tx, &[person], Moment::Now).await.unwrap().remove(0);
    let particulars = Particulars::default()
        .with(Field::GivenName, "Amina")
        .with(Field::FamilyName, "Khan")
        .with(Field::DateOfBirth, "2008-03-27");
    let place = Place { locality: Some("North".to_owned()), ..Place::default() };
    let addresses = vec![Address { place, ..Address::default() }];
    let after = PersonRecord { particulars, addresses, ..PersonRecord::default() };
    people::write(&mut tx, change, &[Write { before: &before, after: &after }]).await.unwrap();
    tx.commit().await.unwrap();
    (ctx, person)
}

fn of(given: &str) -> Typed {
    let text = str::to_owned;
    Typed {
        kind: text("left"),
        given: text(given),
        family: text("Khan"),
        born: text("2008-03-27"),
        ..Typed::default()
    }
}

async fn kept(ctx: &Context, secret: &str, typed: &Typed) -> String {
    match notices::give(ctx, secret, typed).await.unwrap() {
        Given::Kept(receipt) => receipt,
        other => panic!("not kept: {other:?}"),
    }
}

#[tokio::test]
async fn a_notice_reaches_the_adviser_and_its_sender_sees_it_acted_on() {
    each_engine(async |register| {
        let (ctx, person) = begin(&register.db).await;
        let secret = notices::make_link(&ctx, &manager(), "college", "Pat").await.unwrap();
        let receipt = kept(&ctx, &secret, &of("Amina")).await;
        kept(&ctx, &secret, &of("Nobody")).await;
        let near = notices::waiting(&ctx, &adviser("North")).await.unwrap();
        assert_eq!(near.iter().map(|n| n.person).collect::<Vec<_>>(), [Some(person)]);
        assert_eq!(notices::waiting(&ctx, &adviser("South")).await.unwrap(), vec![]);
        assert_eq!(notices::count(&ctx, &manager()).await.unwrap(), 2, "and who is not known");
        let id = near[0].id;
        assert!(notices::act_on(&ctx, &adviser("South"), id, "Rang").await.is_err());
        assert!(notices::act_on(&ctx, &adviser("North"), id, " ").await.is_err());
        notices::act_on(&ctx, &adviser("North"), id, "Rang").await.unwrap();
        assert!(notices::act_on(&ctx, &adviser("North"), id, "Again").await.is_err());
        let opened = notices::open_link(&ctx, &secret).await.unwrap().unwrap();
        let done: Vec<bool> = opened.sent.iter().map(|n| n.done_at.is_some()).collect();
        assert_eq!((done, opened.sent[1].receipt.clone()), (vec![false, true], receipt));
    })
    .await;
}

#[tokio::test]
async fn a_record_shows_the_notices_that_wait_to_whoever_acts_on_them_and_to_no_partner() {
    each_engine(async |register| {
        let (ctx, person) = begin(&register.db).await;
        let secret = notices::make_link(&ctx, &manager(), "college", "Pat").await.unwrap();
        kept(&ctx, &secret, &of("Amina")).await;
        kept(&ctx, &secret, &of("Nobody")).await;
        let mut tx = ctx.db.begin().await.unwrap();
        let change = changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
        let why = (date(2025, 3, 1), "Asked to support them");
        people::refer(&mut tx, change, (person, "college"), why).await.unwrap();
        tx.commit().await.unwrap();
        let mut scope = Scope::of(Role::College, 0, Some("college"), BTreeSet::new());
        scope.terms = testkit::everything();
        let college = actor(Role::College, scope);
        let shown = async |by: &Actor| {
            let opened = app::people::open(&ctx, by, PersonId(person)).await.unwrap();
            opened.notices.into_iter().map(|one| (one.id, one.kind)).collect::<Vec<_>>()
        };
        let id = notices::waiting(&ctx, &adviser("North")).await.unwrap()[0].id;
        let waits = vec![(id, "left".to_owned())];
        assert_eq!(shown(&adviser("North")).await, waits, "{}", register.engine);
        assert_eq!(shown(&manager()).await, waits, "{}", register.engine);
        assert!(shown(&college).await.is_empty(), "{}", register.engine);
        notices::act_on(&ctx, &adviser("North"), id, "Rang").await.unwrap();
        assert!(shown(&manager()).await.is_empty(), "it waits no more");
    })
    .await;
}

#[tokio::test]
async fn a_link_that_is_ended_or_over_or_unknown_takes_nothing() {
    each_engine(async |register| {
        let (ctx, _) = begin(&register.db).await;
        let secret = notices::make_link(&ctx, &manager(), "college", "Pat").await.unwrap();
        let later = on(&register.db, date(2026, 3, 15));
        assert_eq!(notices::give(&later, &secret, &of("Amina")).await.unwrap(), Given::NoLink);
        assert!(notices::open_link(&later, &secret).await.unwrap().is_none());
        assert_eq!(notices::give(&ctx, "00", &of("Amina")).await.unwrap(), Given::NoLink);
        let link = notices::links(&ctx, &manager()).await.unwrap().remove(0);
        notices::end_link(&ctx, &manager(), link.id).await.unwrap();
        assert_eq!(notices::give(&ctx, &secret, &of("Amina")).await.unwrap(), Given::NoLink);
        assert!(notices::make_link(&ctx, &adviser("North"), "college", "Pat").await.is_err());
        assert!(notices::make_link(&ctx, &manager(), "nobody", "Pat").await.is_err());
        assert!(notices::make_link(&ctx, &manager(), "college", " ").await.is_err());
    })
    .await;
}

/// An agreement of the college that both sides signed, of one flow, until a day.
async fn agreed(ctx: &Context, flow: &str, ends: &str) {
    let text = format!(
        "title = \"{flow}\"\npurpose = \"To know\"\npartners = [\"college\"]\n\
         starts = \"2024-09-01\"\nends = \"{ends}\"\ncontact = {{ name = \"Pat\" }}\n\n\
         [[line]]\nflow = \"{flow}\"\ndirection = \"in\"\ngateway = \"esa-72\"\nitems = [\"phone\"]\n\n\
         [[signature]]\nname = \"R\"\nday = \"2024-07-01\"\n\n\
         [[signature]]\nparty = \"college\"\nname = \"P\"\nday = \"2024-07-02\"\n"
    );
    app::agreement::bring(ctx, &manager(), &text, None).await.unwrap();
}

#[tokio::test]
async fn what_the_law_asks_for_comes_whatever_is_agreed_and_an_offer_by_agreement_alone() {
    for (flow, ends) in [("joiners-leavers", "2025-01-31"), ("exam-results", "2025-08-31")] {
        each_engine(async |register| {
            let (ctx, person) = begin(&register.db).await;
            let secret = notices::make_link(&ctx, &manager(), "college", "Pat").await.unwrap();
            // Over, or silent on who left.
            agreed(&ctx, flow, ends).await;
            for kind in ["left", "did-not-turn-up"] {
                kept(&ctx, &secret, &Typed { kind: kind.to_owned(), ..of("Amina") }).await;
            }
            for kind in ["offer-made", "offer-withdrawn", "likely-to-leave"] {
                let typed = Typed { kind: kind.to_owned(), ..of("Amina") };
                assert!(notices::give(&ctx, &secret, &typed).await.is_err(), "{flow} {kind}");
            }
            let waiting = notices::waiting(&ctx, &manager()).await.unwrap();
            let whose: Vec<_> = waiting.iter().map(|one| one.person).collect();
            assert_eq!(whose, [Some(person), Some(person)]);
        })
        .await;
    }
}

#[tokio::test]
async fn a_link_cannot_flood_the_register() {
    each_engine(async |register| {
        let (ctx, _) = begin(&register.db).await;
        let secret = notices::make_link(&ctx, &manager(), "college", "Pat").await.unwrap();
        for _ in 0..60 {
            kept(&ctx, &secret, &of("Amina")).await;
        }
        let refused = notices::give(&ctx, &secret, &of("Amina")).await.unwrap_err().to_string();
        assert!(refused.contains("as one list of joiners and leavers"), "{refused}");
        assert!(refused.contains("the council's data manager"), "whom to ring: {refused}");
    })
    .await;
}

#[tokio::test]
async fn whoever_signs_in_tells_of_all_their_offers_in_one_day() {
    each_engine(async |register| {
        let (ctx, _) = begin(&register.db).await;
        agreed(&ctx, "offers", "2025-08-31").await;
        let pat = ("pat@example.org", "Pat", Role::College);
        let account = account(&ctx, pat, "college").await;
        let scope = Scope::of(Role::College, account, Some("college"), BTreeSet::new());
        let college = Actor { account, ..actor(Role::College, scope) };
        let typed = Typed { kind: "offer-made".to_owned(), ..of("Nobody") };
        for at in 0..=60 {
            let sent = app::partners::offer(&ctx, &college, &typed, true).await;
            let receipt = matches!(sent, Ok(app::partners::Offer::Receipt(_)));
            assert!(receipt, "offer {at} on {}: {sent:?}", register.engine);
        }
    })
    .await;
}

/// Two councils, of which Medway is ours.
async fn councils(ctx: &Context) {
    for (id, name) in [("council-886", "Kent"), ("council-887", "Medway")] {
        place(ctx, id, "council", name).await;
    }
    let mut tx = ctx.db.begin().await.unwrap();
    organisations::set(&mut tx, "la_code", "887").await.unwrap();
    tx.commit().await.unwrap();
}

fn told(whom: &str, how: &str, day: &str) -> Told {
    Told { whom: whom.to_owned(), how: how.to_owned(), day: day.to_owned() }
}

/// Somebody of another council with an account here, and no agreement.
async fn of_council(ctx: &Context, council: &str, name: &str) -> Actor {
    let email = format!("{council}@example.org");
    let account = account(ctx, (email.as_str(), name, Role::OtherCouncil), council).await;
    let scope = Scope::of(Role::OtherCouncil, account, Some(council), BTreeSet::new());
    Actor { account, ..actor(Role::OtherCouncil, scope) }
}

/// What a council's own page lists: names and what happened.
async fn listed(ctx: &Context, by: &Actor) -> Vec<(String, String)> {
    let all = notices::handed_over(ctx, by).await.unwrap();
    all.into_iter().map(|one| (one.given, one.kind)).collect()
}

#[tokio::test]
async fn a_council_reads_what_was_passed_on_to_it_and_acknowledges_it_once() {
    each_engine(async |register| {
        let (ctx, person) = begin(&register.db).await;
        councils(&ctx).await;
        agreed(&ctx, "offers", "2025-08-31").await;
        let secret = notices::make_link(&ctx, &manager(), "college", "Pat").await.unwrap();
        kept(&ctx, &secret, &of("Amina")).await;
        let offer = Typed { kind: "offer-made".to_owned(), ..of("Nobody") };
        kept(&ctx, &secret, &offer).await;
        let waiting = notices::waiting(&ctx, &manager()).await.unwrap();
        let number = |given: &str| waiting.iter().find(|one| one.given == given).unwrap().id;
        let (left, offered) = (number("Amina"), number("Nobody"));
        let here = told("", "own-page", "");
        let pass_on = async |id: i64, told: &Told| {
            notices::pass_on(&ctx, &manager(), id, ("council-886", told)).await
        };
        let refused = pass_on(left, &here).await.unwrap_err().to_string();
        assert!(refused.contains("Nobody of that council has an account"), "{refused}");
        let kent = of_council(&ctx, "council-886", "Kim Kent").await;
        let college = of_council(&ctx, "college", "Lee Elsewhere").await;
        let receipt = pass_on(left, &here).await.unwrap();
        let refused = pass_on(offered, &here).await.unwrap_err().to_string();
        assert!(refused.contains("No agreement with that council is in force"), "{refused}");
        pass_on(offered, &told("Jo Bell", "letter", "")).await.unwrap();

        let what = [("Amina".to_owned(), "left".to_owned())];
        assert_eq!(listed(&ctx, &kent).await, what, "an offer goes by agreement alone");
        assert!(listed(&ctx, &college).await.is_empty(), "another organisation's own page");
        assert_eq!(notices::unacknowledged(&ctx, &kent).await.unwrap(), 1);
        assert!(notices::handed_over(&ctx, &manager()).await.is_err(), "no page of ours");
        assert!(notices::acknowledge(&ctx, &college, left).await.is_err());
        assert!(notices::acknowledge(&ctx, &kent, offered).await.is_err());
        assert!(notices::acknowledge(&ctx, &adviser("North"), left).await.is_err());
        let receipts = notices::passed(&ctx, &manager()).await.unwrap();
        assert!(receipts.iter().all(|one| one.acknowledged_at.is_none()));

        notices::acknowledge(&ctx, &kent, left).await.unwrap();
        assert!(notices::acknowledge(&ctx, &kent, left).await.is_err(), "once");
        assert_eq!(notices::unacknowledged(&ctx, &kent).await.unwrap(), 0);
        let receipts = notices::passed(&ctx, &manager()).await.unwrap();
        let one = receipts.iter().find(|one| one.id == left).unwrap();
        assert_eq!(one.acknowledged_by, "Kim Kent");
        assert!(one.acknowledged_at.is_some());
        let words = format!("receipt {receipt}: on their own page here since 14 March 2025");
        assert!(one.outcome.ends_with(&words), "{}", one.outcome);
        let mut tx = ctx.db.begin_read().await.unwrap();
        let sql = "SELECT person FROM audit WHERE account = $1 ORDER BY seq";
        let read = tx.rows(sql, store::args![kent.account], |row| row.opt_int(0)).await.unwrap();
        assert_eq!(read, [Some(person), Some(person)], "the look and the acknowledging");
    })
    .await;
}

/// What was told by letter was told by letter, whoever has an account; and a page is not a letter: it can be emptied.
#[tokio::test]
async fn only_what_was_put_on_its_page_stands_there_and_it_can_be_taken_back_until_it_is_read() {
    each_engine(async |register| {
        let (ctx, person) = begin(&register.db).await;
        councils(&ctx).await;
        let kent = of_council(&ctx, "council-886", "Kim Kent").await;
        let secret = notices::make_link(&ctx, &manager(), "college", "Pat").await.unwrap();
        kept(&ctx, &secret, &of("Amina")).await;
        kept(&ctx, &secret, &of("Nobody")).await;
        let waiting = async || notices::waiting(&ctx, &manager()).await.unwrap();
        let all = waiting().await;
        let number = |given: &str| all.iter().find(|one| one.given == given).unwrap().id;
        let (put, written) = (number("Amina"), number("Nobody"));
        let pass_on = async |id: i64, told: &Told| {
            notices::pass_on(&ctx, &manager(), id, ("council-886", told)).await
        };
        pass_on(written, &told("Jo Bell", "letter", "")).await.unwrap();
        assert!(listed(&ctx, &kent).await.is_empty(), "{}", register.engine);
        assert!(notices::acknowledge(&ctx, &kent, written).await.is_err());
        assert!(notices::take_back(&ctx, &manager(), written).await.is_err(), "told is told");
        for typed in [told("Jo Bell", "own-page", ""), told("", "own-page", "2025-03-13")] {
            let refused = pass_on(put, &typed).await.unwrap_err().to_string();
            assert!(refused.contains("leave name and day empty"), "{refused}");
        }
        let here = told("", "own-page", "");
        pass_on(put, &here).await.unwrap();
        assert_eq!(listed(&ctx, &kent).await.len(), 1);
        assert!(notices::take_back(&ctx, &adviser("South"), put).await.is_err());
        notices::take_back(&ctx, &adviser("North"), put).await.unwrap();
        assert!(listed(&ctx, &kent).await.is_empty(), "{}", register.engine);
        assert!(notices::acknowledge(&ctx, &kent, put).await.is_err());
        assert!(notices::take_back(&ctx, &manager(), put).await.is_err(), "once");
        assert_eq!(waiting().await.iter().map(|one| one.id).collect::<Vec<_>>(), [put]);
        pass_on(put, &here).await.unwrap();
        notices::acknowledge(&ctx, &kent, put).await.unwrap();
        assert!(notices::take_back(&ctx, &manager(), put).await.is_err(), "it was read");
        let mut tx = ctx.db.begin_read().await.unwrap();
        let sql = "SELECT person FROM audit WHERE act = 'notice taken back'";
        let told = tx.rows(sql, store::args![], |row| row.opt_int(0)).await.unwrap();
        assert_eq!(told, [Some(person)]);
    })
    .await;
}

#[tokio::test]
async fn a_notice_of_another_councils_resident_is_passed_on_once_with_a_receipt() {
    each_engine(async |register| {
        let (ctx, _) = begin(&register.db).await;
        councils(&ctx).await;
        let secret = notices::make_link(&ctx, &manager(), "college", "Pat").await.unwrap();
        kept(&ctx, &secret, &of("Nobody")).await;
        let id = notices::waiting(&ctx, &manager()).await.unwrap()[0].id;
        let offered = notices::councils(&ctx, &manager()).await.unwrap();
        assert_eq!(offered, [("council-886".to_owned(), "Kent".to_owned())]);
        let good = told("Jo Bell", "secure-email", "2025-03-13");
        let pass_on = async |by: &Actor, to: &str, told: &Told| {
            notices::pass_on(&ctx, by, id, (to, told)).await
        };
        assert!(pass_on(&manager(), "council-887", &good).await.is_err(), "ours");
        assert!(pass_on(&manager(), "college", &good).await.is_err());
        assert!(pass_on(&adviser("North"), "council-886", &good).await.is_err());
        for bad in [
            told(" ", "secure-email", ""),
            told("Jo Bell", "", ""),
            told("Jo Bell", "letter", "2025-03-15"),
            told("Jo Bell", "letter", "yesterday"),
        ] {
            assert!(pass_on(&manager(), "council-886", &bad).await.is_err(), "{bad:?}");
        }
        let receipt = pass_on(&manager(), "council-886", &good).await.unwrap();
        assert_eq!(receipt.len(), 8);
        assert!(pass_on(&manager(), "council-886", &good).await.is_err(), "once");
        let passed = notices::passed(&ctx, &manager()).await.unwrap();
        let words: Vec<&str> = passed.iter().map(|one| one.outcome.as_str()).collect();
        let said = "Jo Bell was told by secure email on 13 March 2025";
        assert_eq!(words, [format!("Passed on to Kent, receipt {receipt}: {said}")]);
        assert_eq!(notices::passed(&ctx, &adviser("North")).await.unwrap(), vec![]);
        assert_eq!(notices::waiting(&ctx, &manager()).await.unwrap(), vec![]);
        let sent = notices::open_link(&ctx, &secret).await.unwrap().unwrap().sent;
        assert_eq!((sent[0].passed_receipt.as_str(), sent[0].done_at.is_some()), (&*receipt, true));
        let mut tx = ctx.db.begin_read().await.unwrap();
        let sql = "SELECT detail FROM audit WHERE act = 'notice passed on'";
        let told = tx.rows(sql, store::args![], |row| row.text(0)).await.unwrap();
        assert_eq!(told, [format!("notice {id} to council-886, receipt {receipt}")]);
    })
    .await;
}

#[tokio::test]
async fn notices_stand_in_the_order_in_which_they_are_due_and_only_contacts_links_are_listed() {
    each_engine(async |register| {
        let (first, _) = begin(&register.db).await;
        let secret = notices::make_link(&first, &manager(), "college", "Pat").await.unwrap();
        kept(&first, &secret, &of("Early")).await;
        let second = on(&register.db, date(2025, 3, 20));
        kept(&second, &secret, &of("Later")).await;
        let waiting = notices::waiting(&second, &manager()).await.unwrap();
        let names: Vec<&str> = waiting.iter().map(|one| one.given.as_str()).collect();
        assert_eq!(names, ["Early", "Later"]);
        let due: Vec<Date> = waiting.iter().map(notices::due_of).collect();
        assert_eq!(due, [date(2025, 3, 21), date(2025, 3, 27)]);
        let mut tx = first.db.begin().await.unwrap();
        let at = first.now();
        let change = changes::begin(&mut tx, &at, "notice", None, None, None).await.unwrap();
        let portal = ("college", "The partner's own page", date(2026, 3, 14));
        store::notices::add_link(&mut tx, change, "closed", portal).await.unwrap();
        tx.commit().await.unwrap();
        let listed = notices::links(&first, &manager()).await.unwrap();
        assert_eq!(listed.iter().map(|l| l.contact.as_str()).collect::<Vec<_>>(), ["Pat"]);
    })
    .await;
}
