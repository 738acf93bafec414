//! Acts on what is really there, each with a form that would do: everybody whom the table, their reach or the
//! state of their account keeps from it sends the form first and changes nothing; then somebody who may sends
//! the same, and it is done. So no refusal here is one of a form that nobody read.

use app::imports::{self, Incoming, Options};
use app::notices::{self, Given};
use app::{accounts, retention};
use axum::http::StatusCode;
use domain::access::{Act, Role, roles};
use domain::notice::Typed;
use domain::person::PersonId;
use domain::retention::Hold;
use formats::Kind;
use store::organisations::{self, Organisation};
use testkit::each_engine;

use super::hostile::keeper;
use super::routes::{Persona, State, personas};
use super::town::{SCHOOL, Town, agree, town};
use super::{ask, form_token};

const ROLL: &str = "Forename,Surname,DOB\nAmina,Khan,2009-05-04\n";

/// One act on one thing, with the form that does it.
struct Deed {
    act: Act,
    path: String,
    body: String,
    /// Whether it is about the town's young person, or lies with one organisation: reach is asked as well.
    reached: bool,
}

fn deed(act: Act, path: impl Into<String>, body: impl Into<String>) -> Deed {
    Deed { act, path: path.into(), body: body.into(), reached: false }
}

fn within_reach(act: Act, path: impl Into<String>, body: impl Into<String>) -> Deed {
    Deed { reached: true, ..deed(act, path, body) }
}

impl Deed {
    /// Whether a persona is kept from it.
    fn is_refused(&self, persona: &Persona) -> bool {
        let everywhere = matches!(persona.role, Role::DataManager | Role::Governance);
        let apart = match persona.state {
            State::Ended | State::Old => true,
            State::Elsewhere => self.reached && !everywhere,
            State::Unbound => self.reached && persona.role.is_partner(),
            State::Live | State::Changed => false,
        };
        apart || !roles(self.act).contains(&persona.role)
    }
}

/// An organisation of a kind that nobody has an account at.
async fn organisation(town: &Town, id: &str, kind: &str) {
    let mut tx = town.ctx.db.begin().await.unwrap();
    let (id, kind, name) = (id.to_owned(), kind.to_owned(), "Another".to_owned());
    let one = Organisation { id, kind, name, ..Organisation::default() };
    organisations::save(&mut tx, &one).await.unwrap();
    tx.commit().await.unwrap();
}

/// An adviser's account; its number.
async fn adviser(town: &Town, email: &str) -> i64 {
    let mut tx = town.ctx.db.begin().await.unwrap();
    let who = (email, "Somebody", Role::Adviser);
    let reach = (None, &["North".to_owned()][..]);
    let id = accounts::add(&town.ctx, &mut tx, who, reach, town.hash.clone()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// The number that an index statement gives.
async fn number(town: &Town, sql: &str) -> i64 {
    let mut tx = town.ctx.db.begin_read().await.unwrap();
    tx.one(sql, store::args![], |row| row.int(0)).await.unwrap().unwrap()
}

/// A notice about the town's young person; its number.
async fn notice(town: &Town, secret: &str) -> i64 {
    let text = str::to_owned;
    let typed = Typed {
        kind: text("left"),
        given: text("kept-given-name"),
        family: text("kept-family-name"),
        born: text("2008-10-09"),
        ..Typed::default()
    };
    let given = notices::give(&town.ctx, secret, &typed).await.unwrap();
    assert!(matches!(given, Given::Kept(_)), "{given:?}");
    number(town, "SELECT MAX(id) FROM notice").await
}

/// Notices, their link, and two that stand on the page of the school as if it were a council.
async fn of_notices(town: &Town) -> Vec<Deed> {
    let ctx = &town.ctx;
    let secret = notices::make_link(ctx, &keeper(), SCHOOL, "Pat").await.unwrap();
    let link = number(town, "SELECT MAX(id) FROM notice_link").await;
    let (acted, passed) = (notice(town, &secret).await, notice(town, &secret).await);
    let (theirs, back) = (notice(town, &secret).await, notice(town, &secret).await);
    organisation(town, "council-886", "council").await;
    let mut tx = ctx.db.begin().await.unwrap();
    let to = (SCHOOL, "Passed on", "0A1B2C3D", true);
    for id in [theirs, back] {
        assert!(store::notices::passed(&mut tx, id, (&ctx.now(), None), to).await.unwrap());
    }
    tx.commit().await.unwrap();
    let council = "council=council-886&whom=Jo+Bell&how=letter&day=";
    vec![
        within_reach(Act::RecordContact, format!("/notices/{acted}"), "outcome=Rang"),
        within_reach(Act::RecordContact, format!("/notices/{passed}/pass-on"), council),
        within_reach(Act::RecordContact, format!("/notices/{back}/take-back"), ""),
        within_reach(Act::ReceiveNotices, format!("/own/notices/{theirs}"), ""),
        deed(Act::Administer, "/notices/links", format!("organisation={SCHOOL}&contact=Lee")),
        deed(Act::Administer, format!("/notices/links/{link}/end"), ""),
    ]
}

/// What is done to the town's young person.
async fn of_somebody(town: &Town) -> Vec<Deed> {
    let ctx = &town.ctx;
    let (person, other) = (PersonId(town.person), adviser(town, "other@example.org").await);
    app::people::refer(ctx, &keeper(), person, ("urn-3", "To try it")).await.unwrap();
    let referral = number(town, "SELECT MAX(id) FROM referral").await;
    retention::hold(ctx, &keeper(), person, (Hold::Inquiry, "One is on")).await.unwrap();
    let hold = number(town, "SELECT MAX(id) FROM retention_hold").await;
    let at = |rest: &str| format!("/people/{}/{rest}", town.person);
    let asks = "right=access&by=young-person&words=All+of+it&received=2025-11-24";
    let no = "word=said-no&by=young-person&how=signed";
    vec![
        within_reach(Act::RecordContact, at("contact"), "method=call&outcome=no-answer&note="),
        within_reach(Act::EditPeople, at("adviser"), format!("adviser={other}")),
        within_reach(Act::EditPeople, at("referrals"), "organisation=urn-2&reason=To+try"),
        within_reach(Act::EditPeople, at(&format!("referrals/{referral}/end")), ""),
        within_reach(Act::RecordContact, at("sharing"), no),
        within_reach(Act::RecordContact, at("rights"), asks),
        within_reach(Act::HandleRights, at("holds"), "kind=claim&reason=One+is+on"),
        within_reach(Act::HandleRights, at(&format!("holds/{hold}/end")), ""),
    ]
}

/// Files, agreements, accounts and lists, of nobody in particular.
async fn of_the_register(town: &Town) -> Vec<Deed> {
    organisation(town, "urn-4", "school").await;
    let agreement = agree(town, "urn-4").await;
    let leaving = adviser(town, "leaving@example.org").await;
    let incoming = Incoming {
        kind: Kind::Roll,
        sender: SCHOOL,
        file_name: "roll.csv",
        content: Box::new(std::io::Cursor::new(ROLL.as_bytes().to_vec())),
        as_of: Some(town.ctx.today()),
        options: Options::default(),
        account: None,
    };
    let import = imports::receive(&town.ctx, incoming).await.unwrap();
    vec![
        deed(Act::Import, format!("/imports/{import}/withdraw"), ""),
        deed(Act::Administer, format!("/agreements/{agreement}/check"), ""),
        deed(Act::Administer, format!("/agreements/{agreement}/end"), "reason=It+is+over"),
        deed(Act::Administer, format!("/admin/people/{leaving}/end"), ""),
        deed(Act::KeepRetention, "/retention", ""),
    ]
}

/// Whatever one of the deeds could have changed.
async fn as_it_stands(town: &Town) -> Vec<String> {
    let mut tx = town.ctx.db.begin_read().await.unwrap();
    let mut all = Vec::new();
    for sql in [
        "SELECT CAST(COUNT(*) AS TEXT) FROM change",
        // That somebody tried is itself written down.
        "SELECT CAST(COUNT(*) AS TEXT) FROM audit WHERE purpose <> 'sign-in' AND act NOT IN ('opening refused', 'refused')",
        "SELECT COALESCE(done_at, '') || COALESCE(acknowledged_at, '') FROM notice ORDER BY id",
        "SELECT state FROM import ORDER BY id",
        "SELECT email FROM account WHERE active = 1 ORDER BY id",
    ] {
        all.extend(tx.rows(sql, store::args![], |row| row.text(0)).await.unwrap());
    }
    all
}

#[tokio::test]
async fn who_is_refused_changes_nothing_of_what_is_really_there() {
    each_engine(async |register| {
        let town = town(register.db).await;
        for organisation in [SCHOOL, "urn-2"] {
            agree(&town, organisation).await;
        }
        let mut deeds = of_somebody(&town).await;
        deeds.extend(of_notices(&town).await);
        deeds.extend(of_the_register(&town).await);
        let everybody = personas(&town).await;
        let mut refused = 0;
        for deed in &deeds {
            let before = as_it_stands(&town).await;
            for persona in everybody.iter().filter(|persona| deed.is_refused(persona)) {
                let about = format!("{:?} {:?} {}", persona.role, persona.state, deed.path);
                let status = send(&town, persona, deed).await;
                match persona.state {
                    State::Ended | State::Old => {
                        assert_eq!(status, StatusCode::SEE_OTHER, "{about}")
                    }
                    _ => {
                        let no = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND];
                        assert!(no.contains(&status), "{about}: {status}");
                    }
                }
                let after = as_it_stands(&town).await;
                assert_eq!(after, before, "{about} ({})", register.engine);
                refused += 1;
            }
            let may = |one: &&Persona| one.state == State::Live && !deed.is_refused(one);
            let whoever = everybody.iter().find(may).unwrap();
            let about = format!("{:?} {} ({})", whoever.role, deed.path, register.engine);
            let status = send(&town, whoever, deed).await;
            assert!(status.is_redirection() || status.is_success(), "{about}: {status}");
            assert_ne!(as_it_stands(&town).await, before, "{about} did nothing");
        }
        println!("{refused} acts refused on {}", register.engine);
        assert!(refused > 800, "{refused}");
    })
    .await;
}

/// Sends a deed's form; the answer's status.
async fn send(town: &Town, persona: &Persona, deed: &Deed) -> StatusCode {
    let body = format!("csrf={}&{}", form_token(&persona.cookie), deed.body);
    ask(&town.router, "POST", &deed.path, &persona.cookie, &body).await.status()
}
