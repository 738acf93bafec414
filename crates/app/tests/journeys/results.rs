//! Exam results go to the providers a pupil applied to and to nobody else, leave when somebody objects,
//! and what came as benefits information leaves by no way that does not carry it; on both engines.

use std::io::{Seek, Write};

use crate::town::place;
use app::agreement;
use app::imports::{self, Incoming, Options, Reader};
use app::{Clock, Context, partners, results};
use domain::access::{Actor, Role, Scope, Terms};
use domain::agreement::{Answer, Condition, Item, Signature};
use domain::consent::{Speaker, Telling, Word};
use domain::notice::Typed;
use domain::person::{Field, PersonId};
use domain::results::Tie;
use formats::Kind;
use jiff::civil::{Date, date};
use store::accounts;
use store::people::{self, Moment};
use testkit::{Register, each_engine};

const DAY: Date = date(2026, 8, 20);

fn wording(partner: &str, flow: &str, direction: &str, gateway: &str, items: &str) -> String {
    format!(
        "title = \"{partner}\"\npurpose = \"Learning\"\npartners = [\"{partner}\"]\n\
         starts = \"2025-09-01\"\nends = \"2027-08-31\"\ncontact = {{ name = \"Pat\" }}\n\n\
         [[line]]\nflow = \"{flow}\"\ndirection = \"{direction}\"\ngateway = \"{gateway}\"\n\
         items = [{items}]\n\n[[signature]]\nname = \"R Hale\"\nday = \"2025-09-01\"\n"
    )
}

fn manager() -> Actor {
    Actor { account: 0, name: "Jo".into(), role: Role::DataManager, scope: Scope::everyone() }
}

async fn agree(ctx: &Context, partner: &str, terms: (&str, &str, &str, &str)) -> i64 {
    let (flow, direction, gateway, items) = terms;
    let text = wording(partner, flow, direction, gateway, items);
    let brought = agreement::bring(ctx, &manager(), &text, None).await.unwrap();
    let signature = Signature {
        party: Some(partner.into()),
        name: "P".into(),
        post: "Head".into(),
        day: date(2025, 9, 1),
    };
    agreement::sign(ctx, &manager(), brought.agreement, &signature).await.unwrap();
    brought.agreement
}

async fn begin(register: &Register) -> Context {
    let ctx = Context::seeded(register.db.clone(), None, Clock::on(DAY), 7);
    for (id, kind) in [
        ("school", "school"),
        ("college", "college"),
        ("other", "college"),
        ("jobcentre", "partner"),
        ("council-887", "council"),
    ] {
        place(&ctx, id, kind, &id.to_uppercase()).await;
    }
    ctx
}

/// An account of a partner, as it is met at a request: with the terms of its agreements.
async fn of(ctx: &Context, organisation: &str, role: Role) -> Actor {
    let mut tx = ctx.db.begin().await.unwrap();
    let email = format!("{organisation}-{}@example.org", role.name());
    let who = (email.as_str(), "Sam", role);
    let account = match accounts::by_email(&mut tx, &email).await.unwrap() {
        Some(account) => account.id,
        None => {
            let reach = (Some(organisation.to_owned()), &[][..]);
            app::accounts::add(ctx, &mut tx, who, reach, "none".to_owned()).await.unwrap()
        }
    };
    tx.commit().await.unwrap();
    let mut scope = Scope::of(role, account, Some(organisation), Default::default());
    let all = agreement::all(ctx).await.unwrap();
    scope.terms = domain::access::terms(&all, organisation, ctx.today());
    Actor { account, name: "Sam".into(), role, scope }
}

async fn bring(ctx: &Context, sender: &str, kind: Kind, text: &str) {
    let incoming = Incoming {
        kind,
        sender,
        file_name: "list.csv",
        content: Box::new(std::io::Cursor::new(text.as_bytes().to_vec())),
        as_of: Some(DAY),
        options: Options::default(),
        account: None,
    };
    let id = imports::receive(ctx, incoming).await.unwrap();
    imports::plan(ctx, &Reader::Here, id, &|_| {}).await.unwrap();
    for row in imports::rows(ctx, id).await.unwrap().iter().filter(|row| row.effect == "held") {
        let whom = format!("same:{}", row.candidates.split(',').next().unwrap());
        imports::decide(ctx, &crate::town::actor(0, Role::DataManager), id, row.line, &whom)
            .await
            .unwrap();
    }
    imports::apply(ctx, &Reader::Here, id, &|_| {}).await.unwrap();
}

fn file(text: &str) -> std::fs::File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.rewind().unwrap();
    file
}

async fn person(ctx: &Context, family: &str) -> i64 {
    let mut tx = ctx.db.begin_read().await.unwrap();
    let sql = "SELECT person FROM particulars WHERE family_name = $1 AND ended IS NULL";
    let found = tx.one(sql, store::args![family], |row| row.int(0)).await.unwrap();
    found.unwrap_or_else(|| panic!("nobody is called {family}"))
}

const ROLL: &str = "ULN,Forename,Surname,DOB,Start date\n\
    1020304005,Amina,Khan,2010-05-04,2021-09-01\n1020304013,Cara,Lee,2009-11-30,2021-09-01\n";
const GRADES: &str = "ULN,Forename,Surname,Series,Subject,Level,Grade\n\
    1020304005,Amina,Khan,June 2026,Maths,GCSE,7\n1020304005,Amina,Khan,June 2026,English,GCSE,6\n\
    1020304013,Cara,Lee,June 2026,Maths,GCSE,4\n,Dora,Nobody,June 2026,Maths,GCSE,9\n";

/// The register with its agreements, and the three who come by them.
async fn bound(register: &Register) -> (Context, Actor, Actor, Actor) {
    let ctx = begin(register).await;
    bring(&ctx, "school", Kind::Roll, ROLL).await;
    let unbound = of(&ctx, "school", Role::School).await;
    let early = results::check(&ctx, &Reader::Here, &unbound, ("r.csv", file(GRADES))).await;
    assert!(early.unwrap_err().to_string().contains("No agreement"), "none covers results yet");
    let moves = "\"given_name\", \"family_name\", \"date_of_birth\", \"school\"";
    let results = "\"exam_results\"";
    agree(&ctx, "school", ("exam-results", "in", "esa-14", results)).await;
    agree(&ctx, "school", ("school-roll", "in", "esa-72", moves)).await;
    agree(&ctx, "school", ("school-roll", "out", "esa-17", moves)).await;
    let named = "\"exam_results\", \"given_name\", \"family_name\"";
    agree(&ctx, "college", ("exam-results", "out", "esa-17", named)).await;
    agree(&ctx, "college", ("offers", "in", "esa-14", moves)).await;
    let school = of(&ctx, "school", Role::School).await;
    let college = of(&ctx, "college", Role::College).await;
    let other = of(&ctx, "other", Role::College).await;
    (ctx, school, college, other)
}

/// A college's notice about somebody born on Amina's day.
fn notice(kind: &str, given: &str, family: &str) -> Typed {
    Typed {
        kind: kind.into(),
        given: given.into(),
        family: family.into(),
        born: "2010-05-04".into(),
        ..Typed::default()
    }
}

/// The college tells of its offer to one, which the school confirms, and the school that the other applied
/// to both colleges.
async fn tied(ctx: &Context, school: &Actor, college: &Actor) {
    let typed = notice("offer-made", "Amina", "Khan");
    let good = partners::offer(ctx, college, &typed, false).await.unwrap();
    assert_eq!(good, partners::Offer::Good);
    assert!(partners::offers(ctx, college).await.unwrap().is_empty(), "nothing was sent yet");
    let sent = partners::offer(ctx, college, &typed, true).await.unwrap();
    assert!(matches!(sent, partners::Offer::Receipt(_)));
    assert_eq!(partners::offers(ctx, college).await.unwrap().len(), 1);
    let amina = PersonId(person(ctx, "Khan").await);
    results::tie(ctx, school, amina, ("college", Tie::Offered, DAY)).await.unwrap();
    let cara = PersonId(person(ctx, "Lee").await);
    for provider in ["college", "other"] {
        results::tie(ctx, school, cara, (provider, Tie::Applied, DAY)).await.unwrap();
    }
}

#[tokio::test]
async fn results_reach_whom_a_pupil_applied_to_and_nobody_else() {
    each_engine(async |register| {
        let (ctx, school, college, other) = bound(&register).await;
        let id =
            results::check(&ctx, &Reader::Here, &school, ("r.csv", file(GRADES))).await.unwrap();
        let checked = results::open(&ctx, &school, id).await.unwrap();
        assert_eq!((checked.send.read, checked.send.kept), (4, 3));
        assert_eq!(checked.faults.len(), 1, "{:?}", checked.faults);
        assert!(checked.providers.is_empty(), "no application is on record");
        assert!(results::hand_on(&ctx, &school, id).await.is_err());
        tied(&ctx, &school, &college).await;
        let checked = results::open(&ctx, &school, id).await.unwrap();
        assert_eq!(checked.providers, [("COLLEGE".to_owned(), 2, 0)], "other has no agreement");
        let receipt = results::hand_on(&ctx, &school, id).await.unwrap();
        assert!(receipt.starts_with('R'));
        assert!(results::hand_on(&ctx, &school, id).await.is_err(), "sent once");
        assert!(results::had(&ctx, &other).await.unwrap().is_empty());
        let had = results::had(&ctx, &college).await.unwrap();
        let names: Vec<(&str, usize)> =
            had.iter().map(|one| (one.name.as_str(), one.results.len())).collect();
        assert_eq!(names, [("Amina Khan", 2), ("Cara Lee", 1)]);
        assert!(had.iter().all(|one| one.born.is_empty()), "no agreement gives births out");
        let seen = results::open(&ctx, &school, id).await.unwrap();
        assert_eq!(seen.providers, [("COLLEGE".to_owned(), 2, 2)]);
        results::withdraw(&ctx, &school, id).await.unwrap();
        assert!(results::had(&ctx, &college).await.unwrap().is_empty());
        assert!(results::open(&ctx, &college, id).await.is_err(), "a school's files are its own");
    })
    .await;
}

/// A young person's no to the rest of the school file.
fn said_no() -> Telling {
    Telling {
        partner: String::new(),
        word: Word::SaidNo,
        by: Speaker::YoungPerson,
        how: "signed".into(),
        wording: String::new(),
        evidence: String::new(),
        office: String::new(),
        day: DAY,
        until: None,
    }
}

/// What the audit says last of an act about somebody.
async fn audited(ctx: &Context, person: i64, act: &str) -> String {
    let mut tx = ctx.db.begin_read().await.unwrap();
    let sql = "SELECT detail FROM audit WHERE person = $1 AND act = $2 ORDER BY seq DESC LIMIT 1";
    let found = tx.one(sql, store::args![person, act], |row| row.text(0)).await.unwrap();
    found.unwrap_or_else(|| panic!("nothing is audited of {person} as {act}"))
}

#[tokio::test]
async fn the_audit_says_of_each_what_their_own_word_leaves() {
    each_engine(async |register| {
        let (ctx, mut school, college, _) = bound(&register).await;
        let (amina, cara) = (person(&ctx, "Khan").await, person(&ctx, "Lee").await);
        let word = partners::word(&ctx, &school, PersonId(cara), said_no(), true).await.unwrap();
        word.unwrap();
        // Once they agree that it goes unless somebody says no.
        let Terms::Agreed(items) = &mut school.scope.terms else { panic!("nothing is agreed") };
        let roll = items.get_mut(&Item::Field(Field::School)).unwrap();
        roll.answer = Answer::OnlyWith(Condition::UnlessSaidNo);
        partners::mine(&ctx, &school, (1, false)).await.unwrap();
        for (whom, told) in [(amina, true), (cara, false)] {
            app::people::open(&ctx, &school, PersonId(whom)).await.unwrap();
            for act in ["listed to a partner", "opened"] {
                let detail = audited(&ctx, whom, act).await;
                assert!(detail.contains("date of birth"), "{act}: {detail}");
                assert_eq!(detail.contains("school on roll"), told, "{act}: {detail}");
            }
        }
        // Where nothing but a name goes on, it says that.
        let typed = notice("offer-made", "Amina", "Khan");
        partners::offer(&ctx, &college, &typed, true).await.unwrap();
        assert_eq!(results::unconfirmed(&ctx, &school).await.unwrap().len(), 1);
        assert_eq!(audited(&ctx, amina, "listed to a partner").await, "name");
    })
    .await;
}

#[tokio::test]
async fn a_no_and_a_stop_take_results_away_at_once() {
    each_engine(async |register| {
        let (ctx, school, college, _) = bound(&register).await;
        tied(&ctx, &school, &college).await;
        let id =
            results::check(&ctx, &Reader::Here, &school, ("r.csv", file(GRADES))).await.unwrap();
        results::hand_on(&ctx, &school, id).await.unwrap();
        assert_eq!(results::had(&ctx, &college).await.unwrap().len(), 2);
        let (amina, cara) = (person(&ctx, "Khan").await, PersonId(person(&ctx, "Lee").await));
        let no = said_no();
        let parents = Telling { by: Speaker::Parent, ..no.clone() };
        let wrong = partners::word(&ctx, &school, cara, parents, true).await.unwrap();
        assert_eq!(wrong.unwrap_err()[0].0, "by", "from 16 it is theirs");
        let checked = partners::word(&ctx, &school, cara, no.clone(), false).await.unwrap();
        assert_eq!(checked, Ok(None));
        assert!(!partners::has_said_no(&ctx, &school, cara).await.unwrap());
        let word = partners::word(&ctx, &school, cara, no, true).await.unwrap().unwrap();
        assert!(word.unwrap().starts_with('W'));
        assert!(partners::has_said_no(&ctx, &school, cara).await.unwrap());
        let left = results::had(&ctx, &college).await.unwrap();
        assert_eq!(left.iter().map(|one| one.person).collect::<Vec<_>>(), [amina]);
        let mut tx = ctx.db.begin().await.unwrap();
        let at = ctx.now();
        let change = store::changes::begin(&mut tx, &at, "rights", None, None, None).await.unwrap();
        let request = asked(&mut tx, change, amina).await;
        store::rights::stop(&mut tx, change, (request, amina)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(results::had(&ctx, &college).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn no_provider_brings_results_to_itself() {
    each_engine(async |register| {
        let (ctx, school, college, _) = bound(&register).await;
        let amina = PersonId(person(&ctx, "Khan").await);
        let file = ("r.csv", file(GRADES));
        let id = results::check(&ctx, &Reader::Here, &school, file).await.unwrap();
        let going = async || results::open(&ctx, &school, id).await.unwrap().providers;
        let tell = async |typed: &Typed| {
            let sent = partners::offer(&ctx, &college, typed, true).await.unwrap();
            assert!(matches!(sent, partners::Offer::Receipt(_)));
        };
        // The beginning of a name is no name, and a twin who is not on the register takes nobody's place.
        for (given, family) in [("A", "Kh"), ("Ami", "Khan"), ("Samir", "Khan")] {
            tell(&notice("offer-made", given, family)).await;
        }
        assert!(results::ties(&ctx, &school, amina).await.unwrap().is_empty());
        // Its own offer waits for the school.
        tell(&notice("offer-made", "Amina", "Khan")).await;
        assert!(going().await.is_empty());
        let open = results::open(&ctx, &school, id).await.unwrap();
        assert!(open.nobody.iter().any(|(why, _)| why.contains("not confirmed")), "{open:?}");
        let waiting = results::unconfirmed(&ctx, &school).await.unwrap();
        let told: Vec<_> = waiting.iter().map(|w| (w.name.as_str(), w.provider.as_str())).collect();
        assert_eq!(told, [("Amina Khan", "COLLEGE")]);
        assert!(results::unconfirmed(&ctx, &college).await.is_err(), "a school's affair");
        // What the school says is over stays over, whatever the college says later.
        results::tie(&ctx, &school, amina, ("college", Tie::Withdrawn, DAY)).await.unwrap();
        tell(&notice("offer-made", "Amina", "Khan")).await;
        assert!(going().await.is_empty());
        results::tie(&ctx, &school, amina, ("college", Tie::Offered, DAY)).await.unwrap();
        assert!(results::unconfirmed(&ctx, &school).await.unwrap().is_empty());
        results::hand_on(&ctx, &school, id).await.unwrap();
        assert_eq!(results::had(&ctx, &college).await.unwrap().len(), 1);
        tell(&notice("offer-made", "Amina", "Khan")).await;
        assert_eq!(results::had(&ctx, &college).await.unwrap().len(), 1, "nothing changes");
        // The college's own withdrawal counts at once, and only the school undoes it.
        tell(&notice("offer-withdrawn", "Amina", "Khan")).await;
        assert!(results::had(&ctx, &college).await.unwrap().is_empty());
        tell(&notice("offer-made", "Amina", "Khan")).await;
        assert!(results::had(&ctx, &college).await.unwrap().is_empty());
        assert_eq!(results::unconfirmed(&ctx, &school).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn results_come_with_what_is_agreed_and_of_nobody_who_may_not_be_named() {
    each_engine(async |register| {
        let (ctx, school, college, _) = bound(&register).await;
        tied(&ctx, &school, &college).await;
        let file = ("r.csv", file(GRADES));
        let id = results::check(&ctx, &Reader::Here, &school, file).await.unwrap();
        results::hand_on(&ctx, &school, id).await.unwrap();
        let item = |column: &str| Item::from_column(column).unwrap();
        let told = async |without: &[&str], of: &Actor| {
            let mut of = of.clone();
            let Terms::Agreed(items) = &mut of.scope.terms else { panic!("nothing is agreed") };
            for column in without {
                items.remove(&item(column));
            }
            results::had(&ctx, &of).await.unwrap()
        };
        assert!(told(&["given_name", "family_name"], &college).await.is_empty());
        assert!(told(&["exam_results"], &college).await.is_empty());
        assert_eq!(told(&[], &college).await[0].born, "");
        let births = "\"given_name\", \"family_name\", \"date_of_birth\"";
        agree(&ctx, "college", ("partner-list", "out", "esa-17", births)).await;
        let college = of(&ctx, "college", Role::College).await;
        let born: Vec<String> = told(&[], &college).await.into_iter().map(|one| one.born).collect();
        assert_eq!(born, ["2010-05-04", "2009-11-30"]);
    })
    .await;
}

/// Says of somebody that only few may know of them.
async fn restrict(ctx: &Context, person: i64) {
    let mut tx = ctx.db.begin().await.unwrap();
    let change =
        store::changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
    let before = people::load(&mut tx, &[person], Moment::Now).await.unwrap().remove(0);
    let mut after = before.record.clone();
    after.particulars.set(Field::Restricted, "Y".to_owned());
    let write = people::Write { before: &before, after: &after };
    people::write(&mut tx, change, &[write]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn whoever_is_restricted_has_no_results_on_a_providers_page() {
    each_engine(async |register| {
        let (ctx, school, college, _) = bound(&register).await;
        tied(&ctx, &school, &college).await;
        let id =
            results::check(&ctx, &Reader::Here, &school, ("r.csv", file(GRADES))).await.unwrap();
        let (amina, cara) = (person(&ctx, "Khan").await, person(&ctx, "Lee").await);
        restrict(&ctx, amina).await;
        results::hand_on(&ctx, &school, id).await.unwrap();
        let had = results::had(&ctx, &college).await.unwrap();
        assert_eq!(had.iter().map(|one| one.person).collect::<Vec<_>>(), [cara], "not sent");
        restrict(&ctx, cara).await;
        assert!(results::had(&ctx, &college).await.unwrap().is_empty(), "not shown any more");
    })
    .await;
}

#[tokio::test]
async fn a_file_is_sent_or_withdrawn_and_never_both() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        let school = of(&ctx, "school", Role::School).await;
        let mut sent = 0;
        for turn in 0..6 {
            let incoming = Incoming {
                kind: Kind::Roll,
                sender: "school",
                file_name: "roll.csv",
                content: Box::new(std::io::Cursor::new(format!("{ROLL}{}", "\n".repeat(turn)))),
                as_of: Some(DAY),
                options: Options::default(),
                account: None,
            };
            let id = imports::receive(&ctx, incoming).await.unwrap();
            imports::plan(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
            let (handed, withdrawn) = tokio::join!(
                partners::hand_over(&ctx, &school, id),
                partners::withdraw(&ctx, &school, id)
            );
            assert!(handed.is_ok() != withdrawn.is_ok(), "{handed:?} {withdrawn:?}");
            let file = partners::file(&ctx, &school, id).await.unwrap().unwrap();
            assert_eq!(file.state, if handed.is_ok() { "planned" } else { "refused" });
            sent += usize::from(handed.is_ok());
            if handed.is_ok() {
                let late = partners::withdraw(&ctx, &school, id).await.unwrap_err();
                assert!(late.to_string().contains("sent already"), "{late}");
                let file = partners::file(&ctx, &school, id).await.unwrap().unwrap();
                assert_eq!(file.state, "planned");
                imports::withdraw(&ctx, id, None).await.unwrap();
            }
        }
        println!("{sent} of 6 were sent first");
    })
    .await;
}

/// A request about their own data, for a stop to rest on.
pub(crate) async fn asked(
    tx: &mut store::Tx,
    change: domain::person::ChangeId,
    person: i64,
) -> i64 {
    let sql = "INSERT INTO right_request (id, person, kind, said_by, words, received, made) VALUES (1, $1, 'objection', 'young-person', 'no', '2026-08-20', $2)";
    tx.run(sql, store::args![person, change.0]).await.unwrap();
    1
}

#[tokio::test]
async fn what_came_as_benefits_information_goes_no_further() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        bring(&ctx, "school", Kind::Roll, ROLL).await;
        let amina = person(&ctx, "Khan").await;
        let given = "\"given_name\", \"family_name\", \"date_of_birth\", \"address\"";
        agree(&ctx, "jobcentre", ("claimants", "in", "esa-15", given)).await;
        agree(&ctx, "school", ("school-roll", "out", "esa-17", given)).await;
        agree(&ctx, "school", ("school-roll", "in", "esa-72", given)).await;
        // Benefits information brings a home that the register did not know, and a name that it did.
        let claims = "Forename,Surname,DOB,Address 1,Post code,Start date\n\
            Amina,Khan,2010-05-04,1 Invented Row,ME4 4TR,2026-08-01\n";
        bring(&ctx, "jobcentre", Kind::JoinersLeavers, claims).await;
        let mut tx = ctx.db.begin_read().await.unwrap();
        let loaded = people::load(&mut tx, &[amina], Moment::Now).await.unwrap().remove(0);
        drop(tx);
        assert_eq!(loaded.record.benefits_items(), [Item::Address], "{:?}", loaded.record.benefits);
        assert!(!loaded.record.addresses.is_empty(), "the council's own people see it");
        let school = of(&ctx, "school", Role::School).await;
        let mine = partners::mine(&ctx, &school, (1, false)).await.unwrap().people;
        let one = mine.iter().find(|one| one.person == amina).unwrap();
        assert_eq!(one.record.particulars.get(Field::GivenName), Some("Amina"));
        assert!(one.record.addresses.is_empty(), "no partner has the home");
        let (page, _) = partners::page(&ctx, &school, (0, 10)).await.unwrap();
        assert!(page.iter().all(|one| one.record.addresses.is_empty()), "nor does a system");
        let offending = Actor { role: Role::YouthOffending, ..school.clone() };
        let kept = domain::access::redact(&offending, loaded.record.clone());
        assert!(kept.addresses.is_empty(), "a role that sees addresses sees this one not");
        // The school says the same: from then on it is the school's word.
        let roll = "Forename,Surname,DOB,Address 1,Post code,Start date\n\
            Amina,Khan,2010-05-04,1 Invented Row,ME4 4TR,2021-09-01\n";
        bring(&ctx, "school", Kind::Roll, roll).await;
        let mut tx = ctx.db.begin_read().await.unwrap();
        let loaded = people::load(&mut tx, &[amina], Moment::Now).await.unwrap().remove(0);
        assert!(loaded.record.benefits.is_empty(), "{:?}", loaded.record.benefits);
    })
    .await;
}

#[tokio::test]
async fn whom_one_refers_is_reached_until_the_referral_ends() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        bring(&ctx, "school", Kind::Roll, ROLL).await;
        let (amina, manager) = (PersonId(person(&ctx, "Khan").await), manager());
        let early = of(&ctx, "jobcentre", Role::SupportPartner).await;
        let refused = partners::mine(&ctx, &early, (1, false)).await.unwrap_err().to_string();
        assert!(refused.contains("no sharing agreement"), "{refused}");
        let moves = "\"given_name\", \"family_name\", \"date_of_birth\"";
        agree(&ctx, "jobcentre", ("partner-list", "out", "esa-17", moves)).await;
        let partner = of(&ctx, "jobcentre", Role::SupportPartner).await;
        assert_eq!(partners::mine(&ctx, &partner, (1, false)).await.unwrap().total, 0);
        let none = app::people::referred(&ctx, &manager, amina).await.unwrap();
        assert!(none.standing.is_empty() && none.partners.len() == 5);
        for (to, why) in [("jobcentre", " "), ("nobody", "work")] {
            let refused = app::people::refer(&ctx, &manager, amina, (to, why)).await;
            assert!(refused.is_err(), "{to} {why}");
        }
        app::people::refer(&ctx, &manager, amina, ("jobcentre", "looks for work")).await.unwrap();
        let twice = app::people::refer(&ctx, &manager, amina, ("jobcentre", "again")).await;
        assert!(twice.is_err());
        let standing = app::people::referred(&ctx, &manager, amina).await.unwrap().standing;
        assert_eq!((standing.len(), standing[0].reason.as_str()), (1, "looks for work"));
        assert_eq!(partners::mine(&ctx, &partner, (1, false)).await.unwrap().total, 1);
        let id = standing[0].id;
        app::people::end_referral(&ctx, &manager, amina, id).await.unwrap();
        assert!(app::people::end_referral(&ctx, &manager, amina, id).await.is_err());
        assert_eq!(partners::mine(&ctx, &partner, (1, false)).await.unwrap().total, 0);
        // Two that slipped in at once end together.
        let mut tx = ctx.db.begin().await.unwrap();
        let change =
            store::changes::begin(&mut tx, &ctx.now(), "refer", None, None, None).await.unwrap();
        for why in ["work", "work again"] {
            let to = (amina.0, "jobcentre");
            people::refer(&mut tx, change, to, (DAY, why)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let standing = app::people::referred(&ctx, &manager, amina).await.unwrap().standing;
        app::people::end_referral(&ctx, &manager, amina, standing[0].id).await.unwrap();
        assert_eq!(partners::mine(&ctx, &partner, (1, false)).await.unwrap().total, 0);
    })
    .await;
}
