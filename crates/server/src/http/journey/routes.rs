//! Every address of the router, asked by every role, answers as the table of acts says, and the audit has whoever is
//! denied. An address that is added without its line here fails the test.

use app::accounts;
use axum::http::StatusCode;
use domain::access::{Act, Role, roles};
use std::collections::BTreeSet;
use testkit::each_engine;

use super::town::{SCHOOL, Town, agree, town};
use super::turned_away::is_told_once;
use super::{ask, form_token, sign_in, text_of};

/// Addresses with the act they need; `None` is for everybody who is signed in.
pub(super) const ROUTES: &[(&str, &str, Option<Act>)] = &[
    ("GET", "/", None),
    ("GET", "/session/keep", None),
    ("GET", "/emergency", Some(Act::BreakGlass)),
    ("POST", "/emergency", Some(Act::BreakGlass)),
    ("GET", "/looks", Some(Act::ReviewLooks)),
    ("POST", "/looks/emergencies/{id}", Some(Act::ReviewLooks)),
    ("POST", "/looks/{id}", Some(Act::ReviewLooks)),
    ("GET", "/own", Some(Act::SendOwn)),
    ("GET", "/own/files", Some(Act::SendOwn)),
    ("POST", "/own/files", Some(Act::SendOwn)),
    ("GET", "/own/files/{id}", Some(Act::SendOwn)),
    ("POST", "/own/files/{id}/send", Some(Act::SendOwn)),
    ("POST", "/own/files/{id}/withdraw", Some(Act::SendOwn)),
    ("GET", "/own/people/{id}", Some(Act::SendOwn)),
    ("POST", "/own/people/{id}", Some(Act::SendOwn)),
    ("GET", "/own/offers", Some(Act::SendOwn)),
    ("POST", "/own/offers", Some(Act::SendOwn)),
    ("GET", "/own/results", Some(Act::SendOwn)),
    ("POST", "/own/results", Some(Act::SendOwn)),
    ("GET", "/own/results/{id}", Some(Act::SendOwn)),
    ("POST", "/own/results/{id}/send", Some(Act::SendOwn)),
    ("POST", "/own/results/{id}/withdraw", Some(Act::SendOwn)),
    ("GET", "/own/notices", Some(Act::ReceiveNotices)),
    ("POST", "/own/notices/{id}", Some(Act::ReceiveNotices)),
    ("GET", "/own/accounts", Some(Act::Vouch)),
    ("POST", "/own/accounts/{id}", Some(Act::Vouch)),
    ("GET", "/sign-in/with/{id}/again", None),
    ("GET", "/admin/sign-on", Some(Act::Administer)),
    ("POST", "/admin/sign-on", Some(Act::Administer)),
    ("GET", "/admin/sign-on/new", Some(Act::Administer)),
    ("GET", "/admin/sign-on/{id}", Some(Act::Administer)),
    ("POST", "/admin/sign-on/{id}", Some(Act::Administer)),
    ("POST", "/admin/sign-on/{id}/end", Some(Act::Administer)),
    ("GET", "/admin/people/{id}/sign-on", Some(Act::Administer)),
    ("POST", "/admin/people/{id}/sign-on", Some(Act::Administer)),
    ("POST", "/admin/people/{id}/sign-on/invite", Some(Act::Administer)),
    ("POST", "/admin/people/{id}/sign-on/part", Some(Act::Administer)),
    ("GET", "/account", None),
    ("POST", "/account/postcode", None),
    ("POST", "/account/sessions/{key}/end", None),
    ("GET", "/account/prove", None),
    ("POST", "/account/prove", None),
    ("GET", "/draft", None),
    ("POST", "/draft/send", None),
    ("POST", "/draft/throw", None),
    ("GET", "/figures", Some(Act::ViewFigures)),
    ("GET", "/figures/people", Some(Act::ViewFigures)),
    ("GET", "/figures/notebook", Some(Act::ViewFigures)),
    ("GET", "/figures/changes", Some(Act::ViewFigures)),
    ("GET", "/quality", Some(Act::ViewFigures)),
    ("GET", "/quality/people", Some(Act::ViewFigures)),
    ("GET", "/quality/file", Some(Act::ViewFigures)),
    ("GET", "/figures/gaps", Some(Act::ViewFigures)),
    ("GET", "/figures/targets", Some(Act::KeepPlan)),
    ("POST", "/figures/targets", Some(Act::KeepPlan)),
    ("POST", "/figures/targets/{id}/end", Some(Act::KeepPlan)),
    ("GET", "/ahead/neet", Some(Act::ViewFigures)),
    ("GET", "/ahead/currency", Some(Act::ViewFollowUp)),
    ("GET", "/ahead/calls", Some(Act::ViewFollowUp)),
    ("GET", "/hot-spots", Some(Act::ViewFigures)),
    ("GET", "/cohorts", Some(Act::ViewFigures)),
    ("GET", "/reports", Some(Act::ViewFigures)),
    ("GET", "/reports/survey", Some(Act::ViewFigures)),
    ("POST", "/reports/survey/file", Some(Act::ViewFigures)),
    ("POST", "/reports/survey/yearly", Some(Act::ViewFigures)),
    ("POST", "/reports/survey/yearly/{id}/end", Some(Act::ViewFigures)),
    ("GET", "/reports/survey/yearly/{id}/{summer}", Some(Act::ViewFigures)),
    ("GET", "/reports/leaving", Some(Act::ViewFigures)),
    ("GET", "/reports/intended", Some(Act::ViewFigures)),
    ("GET", "/reports/offers", Some(Act::ViewFigures)),
    ("GET", "/reports/caseloads", Some(Act::ViewFigures)),
    ("GET", "/reports/leavers/people", Some(Act::ViewFigures)),
    ("GET", "/reports/leavers/file", Some(Act::ViewFigures)),
    ("GET", "/reports/packs", Some(Act::ViewFigures)),
    ("GET", "/reports/pack", Some(Act::ViewFigures)),
    ("POST", "/reports/pack/words", Some(Act::ViewFigures)),
    ("POST", "/reports/pack/file", Some(Act::ViewFigures)),
    ("POST", "/reports/pack/monthly", Some(Act::ViewFigures)),
    ("POST", "/reports/pack/monthly/{id}/end", Some(Act::ViewFigures)),
    ("GET", "/reports/pack/monthly/{id}/{month}", Some(Act::ViewFigures)),
    ("GET", "/reports/own", Some(Act::ViewFigures)),
    ("POST", "/reports/own", Some(Act::ViewFigures)),
    ("GET", "/reports/own/{id}", Some(Act::ViewFigures)),
    ("GET", "/reports/own/{id}/file", Some(Act::ViewFigures)),
    ("GET", "/reports/own/{id}/runs/{month}", Some(Act::ViewFigures)),
    ("POST", "/reports/own/{id}/end", Some(Act::ViewFigures)),
    ("GET", "/exports", Some(Act::ViewFollowUp)),
    ("POST", "/exports", Some(Act::ViewFollowUp)),
    ("POST", "/exports/{id}/agree", Some(Act::ViewAudit)),
    ("POST", "/exports/{id}/file", Some(Act::ViewFollowUp)),
    ("GET", "/releases", Some(Act::ViewFigures)),
    ("POST", "/releases", Some(Act::SignOff)),
    ("GET", "/releases/draft", Some(Act::MonthEnd)),
    ("GET", "/releases/{id}", Some(Act::ViewFigures)),
    ("GET", "/releases/{id}/file", Some(Act::ViewFigures)),
    ("GET", "/follow-up", Some(Act::ViewFollowUp)),
    ("POST", "/follow-up/confirm", Some(Act::EditPeople)),
    ("POST", "/follow-up/confirmed", Some(Act::EditPeople)),
    ("POST", "/follow-up/taken-back", Some(Act::EditPeople)),
    ("POST", "/follow-up/given", Some(Act::EditPeople)),
    ("POST", "/follow-up/asked", Some(Act::EditPeople)),
    ("GET", "/follow-up/obstacles", Some(Act::ViewFollowUp)),
    ("GET", "/follow-up/plan", Some(Act::ViewFollowUp)),
    ("POST", "/follow-up/plan", Some(Act::RatePlan)),
    ("POST", "/follow-up/plan/said", Some(Act::RatePlan)),
    ("POST", "/follow-up/plan/{id}/end", Some(Act::RatePlan)),
    ("GET", "/follow-up/tasks", Some(Act::AnswerFollowUp)),
    ("GET", "/follow-up/tasks/{id}", Some(Act::AnswerFollowUp)),
    ("POST", "/follow-up/tasks/{id}", Some(Act::AnswerFollowUp)),
    ("POST", "/follow-up/tasks/{id}/end", Some(Act::EditPeople)),
    ("GET", "/people", Some(Act::ViewPeople)),
    ("POST", "/people/search", Some(Act::ViewPeople)),
    ("GET", "/people/new", Some(Act::EditPeople)),
    ("POST", "/people/new", Some(Act::EditPeople)),
    ("GET", "/people/found/{key}", Some(Act::ViewPeople)),
    ("GET", "/people/{id}", Some(Act::ViewPeople)),
    ("POST", "/people/{id}/contact", Some(Act::RecordContact)),
    ("POST", "/people/{id}/adviser", Some(Act::EditPeople)),
    ("POST", "/people/{id}/asked", Some(Act::EditPeople)),
    ("GET", "/people/{id}/activity", Some(Act::EditPeople)),
    ("POST", "/people/{id}/activity", Some(Act::EditPeople)),
    ("GET", "/people/{id}/particulars", Some(Act::EditPeople)),
    ("POST", "/people/{id}/particulars", Some(Act::EditPeople)),
    ("GET", "/people/{id}/status", Some(Act::EditPeople)),
    ("POST", "/people/{id}/status", Some(Act::EditPeople)),
    ("GET", "/people/{id}/circumstances", Some(Act::EditPeople)),
    ("POST", "/people/{id}/address", Some(Act::EditPeople)),
    ("POST", "/people/{id}/characteristics", Some(Act::EditPeople)),
    ("GET", "/people/{id}/history", Some(Act::ViewAudit)),
    ("GET", "/people/{id}/seen-by", Some(Act::RecordContact)),
    ("GET", "/people/{id}/referrals", Some(Act::EditPeople)),
    ("POST", "/people/{id}/referrals", Some(Act::EditPeople)),
    ("POST", "/people/{id}/referrals/{referral}/end", Some(Act::EditPeople)),
    ("GET", "/people/{id}/sharing", Some(Act::RecordContact)),
    ("POST", "/people/{id}/sharing", Some(Act::RecordContact)),
    ("GET", "/agreements/consent", Some(Act::Administer)),
    ("GET", "/rights", Some(Act::HandleRights)),
    ("GET", "/rights/{id}", Some(Act::HandleRights)),
    ("POST", "/rights/{id}", Some(Act::HandleRights)),
    ("POST", "/rights/{id}/cut", Some(Act::HandleRights)),
    ("POST", "/rights/{id}/pack", Some(Act::HandleRights)),
    ("GET", "/people/{id}/rights", Some(Act::RecordContact)),
    ("POST", "/people/{id}/rights", Some(Act::RecordContact)),
    ("GET", "/people/{id}/held", Some(Act::RecordContact)),
    ("POST", "/people/{id}/holds", Some(Act::HandleRights)),
    ("POST", "/people/{id}/holds/{hold}/end", Some(Act::HandleRights)),
    ("GET", "/retention", Some(Act::KeepRetention)),
    ("POST", "/retention", Some(Act::KeepRetention)),
    ("POST", "/retention/rules", Some(Act::KeepRetention)),
    ("POST", "/retention/rules/{id}/agree", Some(Act::KeepRetention)),
    ("POST", "/retention/rules/{id}/decline", Some(Act::KeepRetention)),
    ("GET", "/retention/{id}", Some(Act::KeepRetention)),
    ("POST", "/retention/{id}", Some(Act::KeepRetention)),
    ("GET", "/imports", Some(Act::Import)),
    ("POST", "/imports", Some(Act::Import)),
    ("GET", "/imports/try/{kind}", Some(Act::Import)),
    ("GET", "/imports/{id}", Some(Act::Import)),
    ("GET", "/imports/{id}/columns", Some(Act::Import)),
    ("POST", "/imports/{id}/columns", Some(Act::Import)),
    ("GET", "/imports/{id}/progress", Some(Act::Import)),
    ("POST", "/imports/{id}/rows/{line}", Some(Act::Import)),
    ("POST", "/imports/{id}/apply", Some(Act::Import)),
    ("POST", "/imports/{id}/read", Some(Act::Import)),
    ("POST", "/imports/{id}/withdraw", Some(Act::Import)),
    ("POST", "/imports/{id}/undo", Some(Act::UndoImport)),
    ("GET", "/who-is-who", Some(Act::DecideIdentity)),
    ("GET", "/who-is-who/doubles", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/doubles", Some(Act::DecideIdentity)),
    ("GET", "/who-is-who/vulnerable", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/vulnerable/file", Some(Act::DecideIdentity)),
    ("GET", "/who-is-who/lists", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/lists", Some(Act::DecideIdentity)),
    ("GET", "/who-is-who/lists/{id}", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/lists/{id}/file", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/lists/{id}/rows/{line}", Some(Act::DecideIdentity)),
    ("GET", "/who-is-who/merge/{kept}/{gone}", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/merge/{kept}/{gone}", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/merges/{id}/undo", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/lines", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/{key}", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/decisions/{id}/agree", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/decisions/{id}/undo", Some(Act::DecideIdentity)),
    ("GET", "/month-end", Some(Act::MonthEnd)),
    ("POST", "/month-end", Some(Act::MonthEnd)),
    ("GET", "/month-end/{id}", Some(Act::MonthEnd)),
    ("POST", "/month-end/{id}/settle", Some(Act::MonthEnd)),
    ("POST", "/month-end/{id}/sign", Some(Act::SignOff)),
    ("GET", "/month-end/{id}/file", Some(Act::MonthEnd)),
    ("GET", "/plan", Some(Act::ViewPlan)),
    ("GET", "/plan/{id}", Some(Act::ViewPlan)),
    ("GET", "/plan/{id}/aims/{number}", Some(Act::ViewPlan)),
    ("GET", "/plan/{id}/outcomes/{outcome}", Some(Act::ViewPlan)),
    ("GET", "/plan/{id}/outcomes/{outcome}/figures", Some(Act::RatePlan)),
    ("POST", "/plan/{id}/outcomes/{outcome}/figures", Some(Act::RatePlan)),
    ("POST", "/plan/{id}/outcomes/{outcome}/figures/{course}", Some(Act::RatePlan)),
    ("POST", "/plan/{id}/count", Some(Act::RatePlan)),
    ("GET", "/plan/{id}/versions", Some(Act::ViewPlan)),
    ("GET", "/plan/{id}/table/{kind}", Some(Act::ViewPlan)),
    ("GET", "/plan/{id}/changes", Some(Act::ViewPlan)),
    ("GET", "/plan/{id}/leads", Some(Act::ViewPlan)),
    ("GET", "/plan/{id}/group", Some(Act::ViewPlan)),
    ("GET", "/plan/{id}/meetings/{day}", Some(Act::ViewPlan)),
    ("POST", "/plan/{id}/meetings/{day}/attendance", Some(Act::RatePlan)),
    ("POST", "/plan/{id}/meetings/{day}/minutes", Some(Act::RatePlan)),
    ("GET", "/plan/{id}/registers", Some(Act::ViewPlan)),
    ("GET", "/plan/{id}/registers/{name}", Some(Act::ViewPlan)),
    ("POST", "/plan/{id}/registers/{name}", Some(Act::RatePlan)),
    ("GET", "/plan/{id}/entries/{entry}", Some(Act::RatePlan)),
    ("POST", "/plan/{id}/entries/{entry}", Some(Act::RatePlan)),
    ("GET", "/agreements", Some(Act::Administer)),
    ("GET", "/agreements/new", Some(Act::Administer)),
    ("POST", "/agreements/new", Some(Act::Administer)),
    ("GET", "/agreements/draft", Some(Act::Administer)),
    ("POST", "/agreements/draft", Some(Act::Administer)),
    ("GET", "/agreements/deliveries", Some(Act::Administer)),
    ("POST", "/agreements/deliveries", Some(Act::Administer)),
    ("GET", "/agreements/tokens", Some(Act::Administer)),
    ("POST", "/agreements/tokens", Some(Act::Administer)),
    ("POST", "/agreements/tokens/{id}/end", Some(Act::Administer)),
    ("GET", "/agreements/{id}", Some(Act::Administer)),
    ("POST", "/agreements/{id}/sign", Some(Act::Administer)),
    ("POST", "/agreements/{id}/check", Some(Act::Administer)),
    ("POST", "/agreements/{id}/end", Some(Act::Administer)),
    ("POST", "/agreements/{id}/clause", Some(Act::Administer)),
    ("POST", "/agreements/{id}/complaints", Some(Act::Administer)),
    ("POST", "/agreements/{id}/complaints/{number}", Some(Act::Administer)),
    ("GET", "/plan/{id}/rate", Some(Act::RatePlan)),
    ("POST", "/plan/{id}/rate", Some(Act::RatePlan)),
    ("GET", "/plan/import", Some(Act::KeepPlan)),
    ("POST", "/plan/import", Some(Act::KeepPlan)),
    ("POST", "/plan/{id}/undo", Some(Act::KeepPlan)),
    ("GET", "/plan/{id}/mine", Some(Act::ViewPlan)),
    ("POST", "/plan/{id}/remind", Some(Act::RatePlan)),
    ("GET", "/plan/{id}/reports", Some(Act::ViewPlan)),
    ("GET", "/plan/{id}/organisation", Some(Act::ViewPlan)),
    ("GET", "/plan/{id}/evaluation", Some(Act::ViewPlan)),
    ("POST", "/plan/{id}/evaluation", Some(Act::RatePlan)),
    ("POST", "/plan/{id}/evaluation/framework", Some(Act::RatePlan)),
    ("GET", "/plan/{id}/meetings/{day}/pack", Some(Act::ViewPlan)),
    ("POST", "/plan/{id}/meetings/{day}/pack", Some(Act::RatePlan)),
    ("GET", "/plan/{id}/meetings/{day}/pack/{kind}", Some(Act::ViewPlan)),
    ("GET", "/plan/{id}/packs/{pack}", Some(Act::ViewPlan)),
    ("GET", "/early-support", Some(Act::ViewSupport)),
    ("POST", "/early-support/file", Some(Act::ViewSupport)),
    ("GET", "/early-support/gifted", Some(Act::ViewSupport)),
    ("GET", "/early-support/people/{id}", Some(Act::ViewSupport)),
    ("POST", "/early-support/people/{id}", Some(Act::DecideSupport)),
    ("GET", "/predictor", Some(Act::ViewPredictor)),
    ("POST", "/predictor", Some(Act::KeepPredictor)),
    ("GET", "/predictor/factors", Some(Act::ViewPredictor)),
    ("POST", "/predictor/factors", Some(Act::KeepPredictor)),
    ("GET", "/predictor/log", Some(Act::ViewPredictor)),
    ("POST", "/predictor/log", Some(Act::KeepPredictor)),
    ("GET", "/predictor/points", Some(Act::ViewPredictor)),
    ("POST", "/predictor/points", Some(Act::KeepPredictor)),
    ("GET", "/predictor/sets", Some(Act::Import)),
    ("POST", "/predictor/sets", Some(Act::Import)),
    ("POST", "/predictor/sets/{id}/undo", Some(Act::UndoImport)),
    ("GET", "/predictor/{id}", Some(Act::ViewPredictor)),
    ("POST", "/predictor/{id}/sign", Some(Act::KeepPredictor)),
    ("GET", "/predictor/{id}/watched", Some(Act::ViewPredictor)),
    ("GET", "/predictor/{id}/papers/{key}", Some(Act::ViewPredictor)),
    ("GET", "/predictor/{id}/papers/{key}/json", Some(Act::ViewPredictor)),
    ("GET", "/notices", Some(Act::RecordContact)),
    ("GET", "/notices/links", Some(Act::Administer)),
    ("POST", "/notices/links", Some(Act::Administer)),
    ("POST", "/notices/links/{id}/end", Some(Act::Administer)),
    ("POST", "/notices/{id}", Some(Act::RecordContact)),
    ("POST", "/notices/{id}/pass-on", Some(Act::RecordContact)),
    ("POST", "/notices/{id}/take-back", Some(Act::RecordContact)),
    ("GET", "/admin", Some(Act::Administer)),
    ("POST", "/admin/people", Some(Act::Administer)),
    ("GET", "/admin/people/new", Some(Act::Administer)),
    ("GET", "/admin/people/{id}", Some(Act::Administer)),
    ("POST", "/admin/people/{id}", Some(Act::Administer)),
    ("POST", "/admin/people/{id}/agree", Some(Act::Administer)),
    ("POST", "/admin/people/{id}/link", Some(Act::Administer)),
    ("POST", "/admin/people/{id}/end", Some(Act::Administer)),
    ("POST", "/admin/people/{id}/restart", Some(Act::Administer)),
    ("POST", "/admin/people/{id}/sessions", Some(Act::Administer)),
    ("POST", "/admin/people/{id}/postcode", Some(Act::Administer)),
    ("POST", "/admin/people/{id}/second-factor", Some(Act::Administer)),
    ("POST", "/admin/people/{id}/confirm", Some(Act::Administer)),
    ("GET", "/admin/organisations", Some(Act::Administer)),
    ("GET", "/admin/organisations/add", Some(Act::Administer)),
    ("POST", "/admin/organisations/add", Some(Act::Administer)),
    ("GET", "/admin/organisations/{id}", Some(Act::Administer)),
    ("POST", "/admin/organisations/{id}", Some(Act::Administer)),
    ("GET", "/admin/training", Some(Act::Administer)),
    ("POST", "/admin/training", Some(Act::Administer)),
    ("POST", "/admin/training/{id}/end", Some(Act::Administer)),
    ("POST", "/admin/training/reviews", Some(Act::Administer)),
    ("POST", "/admin/training/reviews/{id}/end", Some(Act::Administer)),
    ("GET", "/admin/seen", Some(Act::InvestigateAccount)),
    ("GET", "/admin/settings", Some(Act::Administer)),
    ("POST", "/admin/settings", Some(Act::Administer)),
];

/// Addresses that need no sign-in, show nothing of anybody, or are signing in itself.
const OPEN: &[&str] = &[
    "/sign-in",
    "/sign-in/code",
    "/sign-in/with/{id}",
    "/sign-in/with/{id}/back",
    "/sign-in/with/{id}/left",
    "/sign-in/with/{id}/out",
    "/sign-in/invited/{secret}",
    "/sign-in/invited/{secret}/join",
    "/sign-out",
    "/password/{secret}",
    "/notice/{secret}",
    "/help",
    "/accessibility",
    "/privacy",
    "/privacy/{name}",
    "/public/plan/{id}",
    "/early-support-explained",
    "/gallery",
    "/gallery/form",
    "/assets/{name}",
    "/healthz",
    "/csp",
    "/api/openapi.json",
];

/// Every address of the router with its methods, read from the router's own list: a page that is added
/// there and not in the table above fails the test below.
pub fn of_the_router() -> Vec<(&'static str, &'static str)> {
    let source = include_str!("../routes.rs");
    let mut all = Vec::new();
    for piece in source.split(".route(").skip(1) {
        let path = piece.trim_start().trim_start_matches('"').split('"').next().unwrap();
        let end = piece.find("\n\n").unwrap_or(piece.len());
        let handlers = &piece[..end];
        for (method, call) in [("GET", "get("), ("POST", "post("), ("DELETE", "delete(")] {
            if handlers
                .match_indices(call)
                .any(|(at, _)| !handlers[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
            {
                all.push((method, path));
            }
        }
    }
    all
}

#[test]
fn no_address_is_missing_from_the_list() {
    let all = of_the_router();
    // The interface for partners' systems has a table of its own, in `machine`.
    for (method, path) in all.iter().filter(|(_, path)| !path.starts_with("/api/v1/")) {
        let listed = ROUTES.iter().any(|(m, known, _)| m == method && known == path);
        assert!(listed || OPEN.contains(path), "{method} {path} has no line in the table");
    }
    for (method, path, _) in ROUTES {
        assert!(all.contains(&(*method, *path)), "{method} {path} is no address of the router");
    }
    assert!(all.len() > 100, "the routes were found at all: {}", all.len());
}

/// An account in one of the states that accounts get into, with what it may still do.
pub(super) struct Persona {
    pub role: Role,
    pub state: State,
    pub email: String,
    pub cookie: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// As the town has it.
    Live,
    /// Its role was changed from another one after it had signed in: the new one counts.
    Changed,
    /// Reaches nobody.
    Elsewhere,
    /// A partner's, with whom nothing was signed.
    Unbound,
    /// The account was ended after it had signed in.
    Ended,
    /// The session is older than its role allows.
    Old,
}

const STATES: &[State] =
    &[State::Live, State::Changed, State::Elsewhere, State::Unbound, State::Ended, State::Old];

/// What a partner does without an agreement.
const UNBOUND: &[Act] = &[Act::SendOwn, Act::Vouch, Act::ViewPlan, Act::ReceiveNotices];

/// Signs an account of every role in, and brings it into every state.
pub(super) async fn personas(town: &Town) -> Vec<Persona> {
    let mut all = Vec::new();
    for role in Role::ALL {
        for state in STATES {
            let email = stranger(town, *role, *state).await;
            let cookie = sign_in(&town.router, &email).await;
            bring(town, &email, *role, *state).await;
            all.push(Persona { role: *role, state: *state, email, cookie });
        }
    }
    all
}

/// An account of a role in a state, before its state begins.
async fn stranger(town: &Town, role: Role, state: State) -> String {
    let first = match state {
        State::Changed if role == Role::Adviser => Role::DataManager,
        State::Changed => Role::Adviser,
        _ => role,
    };
    let address = format!("{}-{state:?}@example.org", role.name()).to_lowercase();
    let place = match state {
        State::Elsewhere => "urn-2",
        State::Unbound => "urn-3",
        _ => SCHOOL,
    };
    let organisation = first.is_partner().then(|| place.to_owned());
    let localities = if state == State::Elsewhere { "South" } else { "North" };
    let mut tx = town.ctx.db.begin().await.unwrap();
    let who = (address.as_str(), "Somebody", first);
    let hash = town.hash.clone();
    let reach = (organisation, &[localities.to_owned()][..]);
    accounts::add(&town.ctx, &mut tx, who, reach, hash).await.unwrap();
    tx.commit().await.unwrap();
    address
}

async fn bring(town: &Town, email: &str, role: Role, state: State) {
    let mut tx = town.ctx.db.begin().await.unwrap();
    let mut account = store::accounts::by_email(&mut tx, email).await.unwrap().unwrap();
    match state {
        State::Live | State::Elsewhere | State::Unbound => {}
        State::Changed => {
            account.role = role.name().to_owned();
            account.organisation = role.is_partner().then(|| SCHOOL.to_owned());
            store::accounts::update(&mut tx, &account).await.unwrap();
            store::accounts::attest(&mut tx, account.id, "Jo", "2025-11-24").await.unwrap();
        }
        State::Ended => {
            tx.run("UPDATE account SET active = 0 WHERE id = $1", store::args![account.id])
                .await
                .unwrap();
        }
        State::Old => {
            let long_ago = "2025-11-20T09:00:00.000000Z";
            let args = store::args![long_ago, account.id];
            tx.run("UPDATE session SET made_at = $1 WHERE account = $2", args).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
}

/// The addresses that a line stands for: nobody's number, where what is allowed finds nothing and
/// changes nothing, and for looking, somebody's.
pub(super) fn asked(town: &Town, method: &str, path: &str) -> Vec<String> {
    let mut all = vec![filled(path, NOBODY)];
    if method == "GET" && path.starts_with("/people/{id}") {
        all.push(filled(path, town.person));
    }
    all
}

/// A number that nobody and nothing has.
pub(super) const NOBODY: i64 = 999_999;

/// An address with a number in it, and something for its other parts.
pub(super) fn filled(path: &str, id: i64) -> String {
    path.replace("{id}", &id.to_string())
        .replace("{line}", "1")
        .replace("{key}", "0")
        .replace("{hold}", "1")
        .replace("{referral}", "1")
        .replace("{kept}", "999998")
        .replace("{gone}", "999999")
        .replace("{number}", "1")
        .replace("{outcome}", "1")
        .replace("{course}", "1")
        .replace("{day}", "2025-11-24")
        .replace("{name}", "risks")
        .replace("{entry}", "1")
        .replace("{kind}", "csv")
        .replace("{month}", "2025-10")
        .replace("{summer}", "2025")
        .replace("{pack}", "1")
}

#[tokio::test]
async fn every_address_answers_every_persona_as_the_table_says() {
    let register = testkit::sqlite().await;
    let town = town(register.db).await;
    for organisation in [SCHOOL, "urn-2"] {
        agree(&town, organisation).await;
    }
    let (mut pairs, mut let_in) = (0, 0);
    for persona in personas(&town).await {
        let mut denied = BTreeSet::new();
        for (method, path, act) in ROUTES {
            for address in asked(&town, method, path) {
                let met = meet(&town, &persona, (method, &address), *act).await;
                pairs += 1;
                let_in += usize::from(met == Met::LetIn);
                denied.extend((met == Met::Denied).then_some(*path));
            }
        }
        is_told_once(&town, &persona.email, &denied).await;
    }
    println!("{pairs} pairs of address and persona, {let_in} let in");
    assert!(pairs >= 5_000, "{pairs}");
    assert!(let_in > 500, "{let_in}");
}

/// What an address answered.
#[derive(PartialEq)]
enum Met {
    LetIn,
    /// By the table, and not by a form that nobody read: then nobody asked who sent it.
    Denied,
    KeptOut,
}

/// Asks once, and holds the answer against the table.
async fn meet(
    town: &Town,
    persona: &Persona,
    (method, address): (&str, &str),
    act: Option<Act>,
) -> Met {
    let about = format!("{:?} {:?} {method} {address}", persona.role, persona.state);
    let body = format!("csrf={}", form_token(&persona.cookie));
    let answer = ask(&town.router, method, address, &persona.cookie, &body).await;
    let status = answer.status();
    let gone = answer.headers().get("location").is_some_and(|to| to == "/sign-in");
    if matches!(persona.state, State::Ended | State::Old) {
        assert!(gone, "{about} was answered: {status}");
        return Met::KeptOut;
    }
    assert!(!gone && !status.is_server_error(), "{about}: {status}");
    let text = text_of(answer).await;
    let Some(act) = act else { return Met::LetIn };
    let said = text.contains(&format!("may not {}", act.label().replace('\'', "&#39;")));
    let unbound = persona.state == State::Unbound && persona.role.is_partner();
    let wants = unbound && !UNBOUND.contains(&act);
    let allowed = roles(act).contains(&persona.role) && !wants;
    assert!(!(allowed && said), "{about}: {status}");
    let done = status.is_success() || status.is_redirection();
    assert!(allowed || !done, "{about} was let in: {status}");
    assert!(allowed || method == "POST" || status == StatusCode::FORBIDDEN, "{about}: {status}");
    let somebody = address.contains(&format!("/people/{}", town.person));
    // Out of reach is answered like not being there.
    let stranger = persona.state == State::Elsewhere && somebody;
    let everywhere = matches!(persona.role, Role::DataManager | Role::Governance);
    assert!(!(stranger && !everywhere && status.is_success()), "{about} reached a stranger");
    match allowed {
        true => Met::LetIn,
        false if method == "GET" || said => Met::Denied,
        false => Met::KeptOut,
    }
}

#[tokio::test]
async fn nobody_is_answered_before_signing_in() {
    each_engine(async |register| {
        let town = town(register.db).await;
        for (method, path, _) in ROUTES.iter().filter(|(method, ..)| *method == "GET") {
            for address in asked(&town, method, path) {
                let answer = ask(&town.router, method, &address, "", "").await;
                assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}");
                assert_eq!(answer.headers().get("location").unwrap(), "/sign-in", "{path}");
            }
        }
    })
    .await;
}
