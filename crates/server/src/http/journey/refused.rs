//! Acts on what is really there, each with a form that would do: everybody whom the table, their reach or the
//! state of their account keeps from it sends the form first and changes nothing; then somebody who may sends
//! the same, and it is done. So no refusal here is one of a form that nobody read.

use app::imports::{self, Incoming, Options};
use app::notices::{self, Given};
use app::{accounts, retention};
use axum::body::Body;
use axum::http::{Response, StatusCode};
use domain::access::{Act, Role, roles};
use domain::notice::Typed;
use domain::person::PersonId;
use domain::retention::Hold;
use formats::{Kind, retention_toml};
use jiff::civil::date;
use store::analysis::Load;
use store::organisations::{self, Organisation};
use store::releases;
use store::snapshots::{self, Finding, Snapshot};
use testkit::each_engine;

use super::hostile::{keeper, parts, post};
use super::routes::{Persona, State, personas};
use super::town::{SCHOOL, Town, agree, email, town};
use super::{ask, form_token, sign_in, text_of};

const ROLL: &str = "Forename,Surname,DOB\nAmina,Khan,2009-05-04\n";

const ATTENDANCE: &str = "Forename,Surname,DOB,Start,End,Sessions possible,Sessions attended\n\
    Nobody,Here,2009-01-01,2025-09-01,2025-10-24,70,68\n";

const CHECK: &str = "practical=It+runs&legal=It+may&effective=Ten+found";

/// One act on one thing, with the form that does it.
struct Deed {
    act: Act,
    path: String,
    body: String,
    /// Whether it is about the town's young person, or lies with one organisation: reach is asked as well.
    reached: bool,
    /// What a rule tells whoever may, where this town is too small for it to be done.
    told: Option<&'static str>,
    /// The name and content of the file that goes with the form, where one does.
    file: Option<(&'static str, &'static str)>,
}

fn deed(act: Act, path: impl Into<String>, body: impl Into<String>) -> Deed {
    Deed { act, path: path.into(), body: body.into(), reached: false, told: None, file: None }
}

fn told(act: Act, path: impl Into<String>, body: impl Into<String>, words: &'static str) -> Deed {
    Deed { told: Some(words), ..deed(act, path, body) }
}

fn with_file(
    act: Act,
    path: impl Into<String>,
    body: impl Into<String>,
    file: (&'static str, &'static str),
) -> Deed {
    Deed { file: Some(file), ..deed(act, path, body) }
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
        deed(Act::Administer, format!("/agreements/{agreement}/check"), CHECK),
        deed(Act::Administer, format!("/agreements/{agreement}/end"), "reason=It+is+over"),
        deed(Act::Administer, format!("/admin/people/{leaving}/end"), ""),
        deed(Act::KeepRetention, "/retention", ""),
    ]
}

/// A month that was frozen, with one finding that is open; its number.
async fn frozen(town: &Town) -> i64 {
    let mut tx = town.ctx.db.begin().await.unwrap();
    let id = snapshots::number(&mut tx).await.unwrap();
    let snapshot = Snapshot {
        id,
        period_end: date(2025, 9, 30),
        edition: "2020-21".to_owned(),
        version: 1,
        state: "frozen".to_owned(),
        as_known: 0,
        records: 0,
        hash: String::new(),
        frozen_at: town.ctx.now(),
        frozen_by: None,
        signed_at: None,
        signed_by: None,
        figures: serde_json::to_string(&app::month_end::Frozen::default()).unwrap(),
        frozen_by_name: String::new(),
        signed_by_name: String::new(),
    };
    let finding = Finding {
        line: 1,
        person: None,
        ypid: String::new(),
        code: "100".to_owned(),
        priority: 1,
        field: String::new(),
        message: "Something is amiss".to_owned(),
        settled_at: None,
        settled_by: None,
    };
    snapshots::keep(&mut tx, &snapshot, (Vec::new(), &[]), &[finding]).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// A set that was loaded for the predictor; its number.
async fn loaded(town: &Town) -> i64 {
    let (kind, sender) = ("attendance".to_owned(), SCHOOL.to_owned());
    let load = Load {
        id: 0,
        kind,
        sender,
        file_name: "attendance.csv".to_owned(),
        file_hash: "of it".to_owned(),
        read: 1,
        kept: 1,
        unmatched: 0,
        refused: 0,
        from: date(2025, 9, 1),
        to: date(2025, 9, 30),
        silence: false,
        at: String::new(),
    };
    let (mut tx, at) = (town.ctx.db.begin().await.unwrap(), town.ctx.now());
    let change = store::changes::begin(&mut tx, &at, "set", None, None, None).await.unwrap();
    let id = store::analysis::add(&mut tx, change, &load, &[]).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// A file of people that an account asked for; its serial.
async fn asked_for(town: &Town, by: Option<i64>, people: i64) -> i64 {
    let (mut tx, at) = (town.ctx.db.begin().await.unwrap(), town.ctx.now());
    let what = ("calls", "To ring them this week");
    let about = (people, people > 200);
    let serial = releases::ask(&mut tx, (at.as_str(), by), what, about).await.unwrap();
    tx.commit().await.unwrap();
    serial
}

/// Retention rules that somebody else put forward; their number.
async fn rules_forward(town: &Town) -> i64 {
    let (mut tx, at) = (town.ctx.db.begin().await.unwrap(), town.ctx.now());
    let by = (at.as_str(), keeper().account);
    let rules = retention_toml::SHIPPED;
    let id = store::retention::put_rules_forward(&mut tx, (rules, 0), by).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// The month's return, its release, files of people, and what is destroyed.
async fn of_the_month(town: &Town) -> Vec<Deed> {
    let month = frozen(town).await;
    let list = retention::draw(&town.ctx, &keeper()).await.unwrap();
    let email = "data-manager-live@example.org";
    let mut tx = town.ctx.db.begin_read().await.unwrap();
    let taker = store::accounts::by_email(&mut tx, email).await.unwrap().unwrap().id;
    drop(tx);
    let rules = rules_forward(town).await;
    let (mine, large) = (asked_for(town, Some(taker), 1).await, asked_for(town, None, 300).await);
    let changed = "The figures have changed since you looked.";
    let why = "Say in a few words what the file is for.";
    vec![
        deed(Act::MonthEnd, format!("/month-end/{month}/settle"), "code=100"),
        deed(Act::SignOff, format!("/month-end/{month}/sign"), ""),
        deed(Act::MonthEnd, "/month-end", "period_end=2025-10-31&seen=0"),
        told(Act::SignOff, "/releases", "month=2025-10&hash=another&note=First", changed),
        told(Act::ViewFollowUp, "/exports", "adviser=&purpose=", why),
        deed(Act::ViewFollowUp, format!("/exports/{mine}/file"), ""),
        deed(Act::ViewAudit, format!("/exports/{large}/agree"), ""),
        deed(Act::KeepRetention, format!("/retention/{list}"), ""),
        deed(Act::KeepRetention, format!("/retention/rules/{rules}/agree"), ""),
        with_file(
            Act::KeepRetention,
            "/retention/rules",
            "",
            ("rules.toml", retention_toml::SHIPPED),
        ),
        // The file that was just sent waits under the next number.
        deed(Act::KeepRetention, format!("/retention/rules/{}/decline", rules + 1), ""),
    ]
}

/// A predictor that says nothing, as a fit would have kept it; its number.
async fn predictor(town: &Town) -> i64 {
    let model = serde_json::json!({
        "encoding": { "inputs": [], "terms": [], "left_out": [] },
        "intercept": -2.0,
        "coefficients": [],
        "points": null,
        "recalibration": null,
        "rung": "ridge",
        "penalty": null,
        "tried": [],
        "rows": 0,
        "outcomes": 0,
    });
    let content = serde_json::json!({
        "inputs": [],
        "with_area": false,
        "model": model,
        "points": model,
        "table": { "name": "None", "version": "1", "source": "a test", "band": [], "indicator": [] },
        "intervals": [],
        "reference": { "rows": 0, "shapes": [] },
        "month_shifts": [],
        "years": [],
        "places": 0,
        "evidence": null,
    });
    let content = content.to_string();
    let (mut tx, at) = (town.ctx.db.begin().await.unwrap(), town.ctx.now());
    let change = store::changes::begin(&mut tx, &at, "predictor", None, None, None).await.unwrap();
    let what = ("P2", "count-months", town.ctx.today());
    let kept = ("of it", content.as_str());
    let id = store::predictors::add(&mut tx, change, what, kept).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// What is kept of the predictor.
async fn of_the_predictor(town: &Town) -> Vec<Deed> {
    let (set, predictor) = (loaded(town).await, predictor(town).await);
    let over = "state=withdrawn&by=Robin+Hale&reason=It+says+nothing";
    let sends = format!("kind=attendance&sender={SCHOOL}&mapping=&do=keep");
    let factor = "name=Moves&kind=risk&evidence_for=Seen+here&evidence_against=&tried=";
    let unread = "The points table does not read";
    vec![
        deed(Act::KeepPredictor, "/predictor", "act=hold-out&held_out=10"),
        deed(Act::KeepPredictor, "/predictor/log", "title=Supplier&words=Asked+again"),
        deed(Act::KeepPredictor, "/predictor/factors", factor),
        told(Act::KeepPredictor, "/predictor/points", "text=not+a+table", unread),
        deed(Act::UndoImport, format!("/predictor/sets/{set}/undo"), ""),
        deed(Act::KeepPredictor, format!("/predictor/{predictor}/sign"), over),
        with_file(Act::Import, "/predictor/sets", sends, ("attendance.csv", ATTENDANCE)),
    ]
}

/// Whoever sends something here showed a moment ago who they are, however slow this machine is.
async fn all_fresh(town: &Town) {
    let mut tx = town.ctx.db.begin().await.unwrap();
    let ahead = "2025-11-24T23:59:59.000000Z";
    tx.run("UPDATE session SET proved_at = $1", store::args![ahead]).await.unwrap();
    tx.commit().await.unwrap();
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
        "SELECT state FROM snapshot ORDER BY id",
        "SELECT COALESCE(settled_at, '') FROM finding ORDER BY snapshot, line",
        "SELECT CAST(COUNT(*) AS TEXT) FROM release",
        "SELECT COALESCE(taken_at, '') FROM people_export ORDER BY serial",
        "SELECT COALESCE(approved_at, '') FROM retention_run ORDER BY id",
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
        let everybody = personas(&town).await;
        let mut deeds = of_somebody(&town).await;
        deeds.extend(of_notices(&town).await);
        deeds.extend(of_the_month(&town).await);
        deeds.extend(of_the_predictor(&town).await);
        deeds.extend(of_the_register(&town).await);
        all_fresh(&town).await;
        let mut refused = 0;
        for deed in &deeds {
            let before = as_it_stands(&town).await;
            for persona in everybody.iter().filter(|persona| deed.is_refused(persona)) {
                let about = format!("{:?} {:?} {}", persona.role, persona.state, deed.path);
                let status = send(&town, persona, deed).await.status();
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
            let answer = send(&town, whoever, deed).await;
            let status = answer.status();
            if let Some(words) = deed.told {
                let said = text_of(answer).await;
                assert!(said.contains(words), "{about}: {status} {said}");
                continue;
            }
            assert!(status.is_redirection() || status.is_success(), "{about}: {status}");
            let proves = answer
                .headers()
                .get("location")
                .is_some_and(|to| to.to_str().unwrap().starts_with("/account/prove"));
            assert!(!proves, "{about} was sent to show again who they are");
            assert_ne!(as_it_stands(&town).await, before, "{about} did nothing");
        }
        println!("{refused} acts refused on {}", register.engine);
        assert!(refused > 800, "{refused}");
    })
    .await;
}

#[tokio::test]
async fn a_form_that_a_rule_refuses_comes_back_with_what_was_typed() {
    each_engine(async |register| {
        let town = town(register.db).await;
        agree(&town, SCHOOL).await;
        organisation(&town, "council-886", "council").await;
        let secret = notices::make_link(&town.ctx, &keeper(), SCHOOL, "Pat").await.unwrap();
        let notice = notice(&town, &secret).await;
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let send = async |path: &str, fields: &str| {
            let body = format!("csrf={}&{fields}", form_token(&cookie));
            let answer = ask(&town.router, "POST", path, &cookie, &body).await;
            (answer.status(), text_of(answer).await)
        };
        let passed = "council=council-886&whom=Jo+Bell&how=letter&day=2999-01-01";
        for (path, fields, sentence, typed) in [
            (format!("/notices/{notice}"), "outcome=+", "Say in a few words", "id=\"outcome-"),
            (format!("/notices/{notice}/pass-on"), passed, "Enter the day on", "value=\"Jo Bell\""),
            (
                format!("/people/{}/holds", town.person),
                "kind=inquiry&reason=+",
                "Write why it is kept longer",
                "value=\"inquiry\" selected",
            ),
        ] {
            let (status, page) = send(&path, fields).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            assert!(page.contains(sentence) && page.contains(typed), "{path}: {page}");
        }
        let (status, _) = send(&format!("/notices/{}", notice + 9), "outcome=+").await;
        assert_eq!(status, StatusCode::FORBIDDEN, "a notice that does not wait has no form");
    })
    .await;
}

/// Sends a deed's form.
async fn send(town: &Town, persona: &Persona, deed: &Deed) -> Response<Body> {
    if let Some(file) = deed.file {
        let fields: Vec<(&str, &str)> =
            deed.body.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let body = Body::from(parts(&form_token(&persona.cookie), &fields, file));
        return post(town, &deed.path, &persona.cookie, body).await;
    }
    let body = format!("csrf={}&{}", form_token(&persona.cookie), deed.body);
    ask(&town.router, "POST", &deed.path, &persona.cookie, &body).await
}
