//! The one flat list of addresses. A page adds its line here and nowhere else; read it to
//! know everything the server answers. The wrapping order matters: headers outermost, then
//! the visitor, then the forgery check, then the page.

use super::{
    assets, edge::Edge, forgery, headers, page_error::PageError, session, turned_away, upload,
    whole,
};
use crate::api;
use crate::pages;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    routing::{any, get, post},
};

/// What to serve beyond the ordinary pages.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extras {
    pub gallery: bool,
}

pub fn router(edge: Edge, extras: Extras) -> Router {
    let mut pages = pages();
    if extras.gallery {
        pages = pages.merge(gallery());
    }
    pages
        .fallback(async || PageError::NotFound)
        .method_not_allowed_fallback(async || PageError::OnlySent)
        .layer(DefaultBodyLimit::max(forgery::FORM_LIMIT))
        .layer(from_fn_with_state(edge.clone(), forgery::check))
        .layer(from_fn_with_state(edge.clone(), turned_away::note))
        .layer(from_fn_with_state(edge.clone(), session::meet))
        .merge(open())
        .merge(machines().layer(from_fn_with_state(edge.clone(), turned_away::note)))
        .layer(from_fn(whole::answer))
        .layer(from_fn_with_state(edge.clone(), headers::guard))
        .with_state(edge)
}

/// Addresses with a visitor.
fn pages() -> Router<Edge> {
    Router::new()
        .route("/", get(pages::home::show))
        .merge(sign_in())
        .route("/sign-out", post(pages::sign_in::end))
        .merge(sign_on())
        .route("/session/keep", get(keep))
        .route("/figures", get(pages::figures::show))
        .route("/figures/people", get(pages::figures::people))
        .route("/figures/notebook", get(pages::figures::notebook))
        .route("/figures/changes", get(pages::figures::changes))
        .route("/figures/gaps", get(pages::figures::gaps))
        .route("/figures/targets", get(pages::figures::targets).post(pages::figures::set_target))
        .route("/figures/targets/{id}/end", post(pages::figures::end_target))
        .route("/quality", get(pages::quality::show))
        .route("/quality/people", get(pages::quality::people))
        .route("/quality/file", get(pages::quality::file))
        .route("/help", get(pages::about::help))
        .route("/accessibility", get(pages::about::accessibility))
        .route("/privacy", get(pages::about::privacy))
        .route("/privacy/{name}", get(pages::about::reader))
        .merge(account())
        .merge(looks())
        .merge(own())
        .merge(ahead())
        .merge(releases())
        .merge(imports())
        .merge(month_end())
        .merge(who_is_who())
        .merge(agreements())
        .merge(notices())
        .merge(support())
        .merge(people())
        .merge(plan())
        .merge(admin())
        .merge(rights())
}

/// Signing in by a password and a code, each try brought to its end.
fn sign_in() -> Router<Edge> {
    use pages::sign_in::{begin, code, enter, show};
    Router::new()
        .route("/sign-in", get(show).merge(post(begin).layer(from_fn(whole::finish))))
        .route("/sign-in/code", get(code).merge(post(enter).layer(from_fn(whole::finish))))
}

/// Signing in by another service.
fn sign_on() -> Router<Edge> {
    use pages::admin::sign_on::{add, change, end, invite, join, list, new, part, person, show};
    use pages::sign_in;
    Router::new()
        .route("/sign-in/with/{id}", get(sign_in::leave))
        .route("/sign-in/with/{id}/back", get(sign_in::come_back))
        .route("/sign-in/with/{id}/again", get(sign_in::prove))
        .route("/sign-in/with/{id}/left", get(sign_in::left))
        .route("/sign-in/with/{id}/out", get(sign_in::leave_there))
        .route("/sign-in/invited/{secret}", get(sign_in::invited))
        .route("/sign-in/invited/{secret}/join", get(sign_in::join))
        .route("/admin/sign-on", get(list).post(add))
        .route("/admin/sign-on/new", get(new))
        .route("/admin/sign-on/{id}", get(show).post(change))
        .route("/admin/sign-on/{id}/end", post(end))
        .route("/admin/people/{id}/sign-on", get(person).post(join))
        .route("/admin/people/{id}/sign-on/invite", post(invite))
        .route("/admin/people/{id}/sign-on/part", post(part))
}

fn looks() -> Router<Edge> {
    use pages::looks::{ask, open, review, settle, show};
    Router::new()
        .route("/emergency", get(ask).post(open))
        .route("/looks", get(show))
        .route("/looks/emergencies/{id}", post(review))
        .route("/looks/{id}", post(settle))
}

fn own() -> Router<Edge> {
    use pages::own::{
        accounts, acknowledge, check, hand_over, list, mine, notices, offer, offers, pass, person,
        receive, results, sending, show, take_back, tell, vouch, withdraw,
    };
    Router::new()
        .route("/own", get(mine))
        .route("/own/files", get(list).merge(post(receive).layer(upload::room())))
        .route("/own/files/{id}", get(show))
        .route("/own/files/{id}/send", post(hand_over))
        .route("/own/files/{id}/withdraw", post(withdraw))
        .route("/own/people/{id}", get(person).post(tell))
        .route("/own/offers", get(offers).post(offer))
        .route("/own/results", get(results).merge(post(check).layer(upload::room())))
        .route("/own/results/{id}", get(sending))
        .route("/own/results/{id}/send", post(pass))
        .route("/own/results/{id}/withdraw", post(take_back))
        .route("/own/notices", get(notices))
        .route("/own/notices/{id}", post(acknowledge))
        .route("/own/accounts", get(accounts))
        .route("/own/accounts/{id}", post(vouch))
}

fn account() -> Router<Edge> {
    use pages::account::{draft, end, postcode, prove, prove_form, send_draft, show, throw_draft};
    Router::new()
        .route("/account", get(show))
        .route("/account/postcode", post(postcode))
        .route("/account/sessions/{key}/end", post(end))
        .route("/account/prove", get(prove_form).merge(post(prove).layer(from_fn(whole::finish))))
        .route("/draft", get(draft))
        .route("/draft/send", post(send_draft))
        .route("/draft/throw", post(throw_draft))
}

fn ahead() -> Router<Edge> {
    use pages::ahead::{calls, currency, neet};
    Router::new()
        .route("/ahead/neet", get(neet))
        .route("/ahead/currency", get(currency))
        .route("/ahead/calls", get(calls))
        .route("/hot-spots", get(pages::hot_spots::show))
        .route("/cohorts", get(pages::cohorts::show))
}

fn releases() -> Router<Edge> {
    use pages::releases::{draft, file, list, publish, show};
    Router::new()
        .route("/releases", get(list).post(publish))
        .route("/releases/draft", get(draft))
        .route("/releases/{id}", get(show))
        .route("/releases/{id}/file", get(file))
        .merge(reports())
}

fn reports() -> Router<Edge> {
    use pages::reports::{
        agree, ask, circulate, count, dashboard, end, exports, file, leavers, monthly, monthly_end,
        monthly_file, own, pack, packs, run, save, save_words, survey, survey_file, take, yearly,
        yearly_end, yearly_file,
    };
    Router::new()
        .route("/reports", get(dashboard))
        .route("/reports/survey", get(survey))
        .route("/reports/survey/file", post(survey_file))
        .route("/reports/survey/yearly", post(yearly))
        .route("/reports/survey/yearly/{id}/end", post(yearly_end))
        .route("/reports/survey/yearly/{id}/{summer}", get(yearly_file))
        .route("/reports/leaving", get(leavers::leaving))
        .route("/reports/intended", get(leavers::intended))
        .route("/reports/offers", get(leavers::offers))
        .route("/reports/caseloads", get(leavers::caseloads))
        .route("/reports/leavers/people", get(leavers::people))
        .route("/reports/leavers/file", get(leavers::file))
        .route("/reports/packs", get(packs))
        .route("/reports/pack", get(pack))
        .route("/reports/pack/words", post(save_words))
        .route("/reports/pack/file", post(circulate))
        .route("/reports/pack/monthly", post(monthly))
        .route("/reports/pack/monthly/{id}/end", post(monthly_end))
        .route("/reports/pack/monthly/{id}/{month}", get(monthly_file))
        .route("/reports/own", get(own).post(save))
        .route("/reports/own/{id}", get(count))
        .route("/reports/own/{id}/file", get(file))
        .route("/reports/own/{id}/runs/{month}", get(run))
        .route("/reports/own/{id}/end", post(end))
        .route("/exports", get(exports).post(ask))
        .route("/exports/{id}/agree", post(agree))
        .route("/exports/{id}/file", post(take))
}

fn plan() -> Router<Edge> {
    use pages::plan::{
        add, aim, attend, bring, bring_form, change, changes, evaluation, figure_add, figure_bind,
        figure_count, figures, framework, group, judge, leads, list, meeting, mine, minute,
        organisation, outcome, pack, pack_file, pack_send, pack_sent, public, rate_form, rate_save,
        register, registers, remind, reports, table, take_back, versions, whole, wording,
    };
    Router::new()
        .route("/plan", get(list))
        .route("/plan/import", get(bring_form).merge(post(bring).layer(upload::room())))
        .route("/plan/{id}", get(whole))
        .route("/plan/{id}/versions", get(versions))
        .route("/plan/{id}/undo", post(take_back))
        .route("/public/plan/{id}", get(public))
        .route("/plan/{id}/mine", get(mine))
        .route("/plan/{id}/remind", post(remind))
        .route("/plan/{id}/reports", get(reports))
        .route("/plan/{id}/organisation", get(organisation))
        .route("/plan/{id}/evaluation", get(evaluation).post(judge))
        .route("/plan/{id}/evaluation/framework", post(framework))
        .route("/plan/{id}/meetings/{day}/pack", get(pack).post(pack_send))
        .route("/plan/{id}/meetings/{day}/pack/{kind}", get(pack_file))
        .route("/plan/{id}/packs/{pack}", get(pack_sent))
        .route("/plan/{id}/table/{kind}", get(table))
        .route("/plan/{id}/aims/{number}", get(aim))
        .route("/plan/{id}/outcomes/{outcome}", get(outcome))
        .route("/plan/{id}/outcomes/{outcome}/figures", get(figures).post(figure_bind))
        .route("/plan/{id}/outcomes/{outcome}/figures/{course}", post(figure_add))
        .route("/plan/{id}/count", post(figure_count))
        .route("/plan/{id}/rate", get(rate_form).post(rate_save))
        .route("/plan/{id}/changes", get(changes))
        .route("/plan/{id}/leads", get(leads))
        .route("/plan/{id}/group", get(group))
        .route("/plan/{id}/meetings/{day}", get(meeting))
        .route("/plan/{id}/meetings/{day}/attendance", post(attend))
        .route("/plan/{id}/meetings/{day}/minutes", post(minute))
        .route("/plan/{id}/registers", get(registers))
        .route("/plan/{id}/registers/{name}", get(register).post(add))
        .route("/plan/{id}/entries/{entry}", get(wording).post(change))
}

fn who_is_who() -> Router<Edge> {
    use pages::who_is_who::{
        agree, decide, doubles, export, find, list, lists, merge, merge_form, receive, set_lines,
        settle, show, take_back, unmerge, vulnerable, vulnerable_file,
    };
    Router::new()
        .route("/who-is-who", get(show))
        .route("/who-is-who/vulnerable", get(vulnerable))
        .route("/who-is-who/vulnerable/file", post(vulnerable_file))
        .route("/who-is-who/doubles", get(doubles).post(find))
        .route("/who-is-who/lists", get(lists).merge(post(receive).layer(upload::room())))
        .route("/who-is-who/lists/{id}", get(list))
        .route("/who-is-who/lists/{id}/file", post(export))
        .route("/who-is-who/lists/{id}/rows/{line}", post(settle))
        .route("/who-is-who/merge/{kept}/{gone}", get(merge_form).post(merge))
        .route("/who-is-who/merges/{id}/undo", post(unmerge))
        .route("/who-is-who/lines", post(set_lines))
        .route("/who-is-who/{key}", post(decide))
        .route("/who-is-who/decisions/{id}/agree", post(agree))
        .route("/who-is-who/decisions/{id}/undo", post(take_back))
}

fn agreements() -> Router<Edge> {
    use pages::agreements::{
        bring, check, complain, deliveries, draft_form, end, end_token, follow, form, list,
        make_token, meet, note_delivery, show, sign, tokens, write_draft,
    };
    Router::new()
        .route("/agreements", get(list))
        .route("/agreements/new", get(form).post(bring))
        .route("/agreements/draft", get(draft_form).post(write_draft))
        .route("/agreements/deliveries", get(deliveries).post(note_delivery))
        .route("/agreements/consent", get(pages::sharing::rates))
        .route("/agreements/tokens", get(tokens).post(make_token))
        .route("/agreements/tokens/{id}/end", post(end_token))
        .route("/agreements/{id}", get(show))
        .route("/agreements/{id}/sign", post(sign))
        .route("/agreements/{id}/check", post(check))
        .route("/agreements/{id}/end", post(end))
        .route("/agreements/{id}/clause", post(meet))
        .route("/agreements/{id}/complaints", post(complain))
        .route("/agreements/{id}/complaints/{number}", post(follow))
}

fn notices() -> Router<Edge> {
    use pages::notices::{act, end, form, give, links, make, pass_on, show, take_back};
    Router::new()
        .route("/notices", get(show))
        .route("/notices/links", get(links).post(make))
        .route("/notices/links/{id}/end", post(end))
        .route("/notices/{id}", post(act))
        .route("/notices/{id}/pass-on", post(pass_on))
        .route("/notices/{id}/take-back", post(take_back))
        .route("/notice/{secret}", get(form).post(give))
}

fn support() -> Router<Edge> {
    use pages::predictor::{
        act, factors, log, overview, paper, paper_json, points, receive, sets, show, sign,
        take_back, watched, write_factor, write_log, write_points,
    };
    use pages::support::{choose, explained, file, gifted, person, show as list};
    Router::new()
        .route("/early-support", get(list))
        .route("/early-support-explained", get(explained))
        .route("/early-support/file", post(file))
        .route("/early-support/gifted", get(gifted))
        .route("/early-support/people/{id}", get(person).post(choose))
        .route("/predictor", get(overview).post(act))
        .route("/predictor/factors", get(factors).post(write_factor))
        .route("/predictor/log", get(log).post(write_log))
        .route("/predictor/points", get(points).post(write_points))
        .route("/predictor/sets", get(sets).merge(post(receive).layer(upload::room())))
        .route("/predictor/sets/{id}/undo", post(take_back))
        .route("/predictor/{id}", get(show))
        .route("/predictor/{id}/sign", post(sign))
        .route("/predictor/{id}/watched", get(watched))
        .route("/predictor/{id}/papers/{key}", get(paper))
        .route("/predictor/{id}/papers/{key}/json", get(paper_json))
}

fn admin() -> Router<Edge> {
    use pages::admin::{
        add, add_schools, agree, attest, change, choose, end, end_sessions, link, list, new,
        organisation, organisations, password, postcode, recover, restart, save_organisation,
        save_settings, schools, seen, settings, show, training,
    };
    Router::new()
        .route("/admin", get(list))
        .route("/admin/people", post(add))
        .route("/admin/people/new", get(new))
        .route("/admin/people/{id}", get(show).post(change))
        .route("/admin/people/{id}/agree", post(agree))
        .route("/admin/people/{id}/link", post(link))
        .route("/admin/people/{id}/end", post(end))
        .route("/admin/people/{id}/restart", post(restart))
        .route("/admin/people/{id}/sessions", post(end_sessions))
        .route("/admin/people/{id}/postcode", post(postcode))
        .route("/admin/people/{id}/second-factor", post(recover))
        .route("/admin/people/{id}/confirm", post(attest))
        .route("/admin/organisations", get(organisations))
        .route("/admin/organisations/add", get(schools).post(add_schools))
        .route("/admin/organisations/{id}", get(organisation).post(save_organisation))
        .route("/admin/training", get(training::show).post(training::record))
        .route("/admin/training/{id}/end", post(training::take_back))
        .route("/admin/training/reviews", post(training::review))
        .route("/admin/training/reviews/{id}/end", post(training::take_review_back))
        .route("/admin/seen", get(seen))
        .route("/admin/settings", get(settings).post(save_settings))
        .route("/password/{secret}", get(password).post(choose))
}

fn rights() -> Router<Edge> {
    use pages::retention;
    use pages::rights::{ask, cut, held, hold, list, pack, person, release, show, step};
    Router::new()
        .route("/rights", get(list))
        .route("/rights/{id}", get(show).post(step))
        .route("/rights/{id}/cut", post(cut))
        .route("/rights/{id}/pack", post(pack))
        .route("/people/{id}/rights", get(person).post(ask))
        .route("/people/{id}/held", get(held))
        .route("/people/{id}/holds", post(hold))
        .route("/people/{id}/holds/{hold}/end", post(release))
        .route("/retention", get(retention::list).post(retention::draw))
        .route("/retention/rules", post(retention::put_forward).layer(upload::room()))
        .route("/retention/rules/{id}/agree", post(retention::agree))
        .route("/retention/rules/{id}/decline", post(retention::decline))
        .route("/retention/{id}", get(retention::show).post(retention::approve))
}

fn month_end() -> Router<Edge> {
    use pages::month_end::{file, freeze, list, settle, show, sign};
    Router::new()
        .route("/month-end", get(list).post(freeze))
        .route("/month-end/{id}", get(show))
        .route("/month-end/{id}/settle", post(settle))
        .route("/month-end/{id}/sign", post(sign))
        .route("/month-end/{id}/file", get(file))
}

fn imports() -> Router<Edge> {
    use pages::imports::{
        apply, columns, decide, list, progress, read, receive, show, tell, try_file, undo, withdraw,
    };
    Router::new()
        .route("/imports", get(list).merge(post(receive).layer(upload::room())))
        .route("/imports/try/{kind}", get(try_file))
        .route("/imports/{id}", get(show))
        .route("/imports/{id}/columns", get(columns).post(tell))
        .route("/imports/{id}/progress", get(progress))
        .route("/imports/{id}/rows/{line}", post(decide))
        .route("/imports/{id}/apply", post(apply))
        .route("/imports/{id}/read", post(read))
        .route("/imports/{id}/undo", post(undo))
        .route("/imports/{id}/withdraw", post(withdraw))
}

/// What somebody was asked to follow up, and the tracking plan.
fn follow_ups() -> Router<Edge> {
    use pages::followup::plan::{add, end, plan, say};
    use pages::followup::tasks::{answer, ask, take_back, task, tasks};
    Router::new()
        .route("/follow-up/obstacles", get(pages::followup::obstacles))
        .route("/follow-up/plan", get(plan).post(add))
        .route("/follow-up/plan/said", post(say))
        .route("/follow-up/plan/{id}/end", post(end))
        .route("/follow-up/asked", post(ask))
        .route("/follow-up/tasks", get(tasks))
        .route("/follow-up/tasks/{id}", get(task).post(answer))
        .route("/follow-up/tasks/{id}/end", post(take_back))
}

fn people() -> Router<Edge> {
    Router::new()
        .route("/follow-up", get(pages::followup::show))
        .route("/follow-up/confirm", post(pages::followup::preview))
        .route("/follow-up/confirmed", post(pages::followup::apply))
        .route("/follow-up/taken-back", post(pages::followup::take_back))
        .route("/follow-up/given", post(pages::followup::give))
        .merge(follow_ups())
        .route("/people", get(pages::people::ask))
        .route("/people/new", get(pages::people::new_form).post(pages::people::add_new))
        .route("/people/search", post(pages::people::begin))
        .route("/people/found/{key}", get(pages::people::found))
        .route("/people/{id}", get(pages::people::show))
        .route("/people/{id}/contact", post(pages::people::record))
        .route("/people/{id}/adviser", post(pages::people::allocate))
        .route("/people/{id}/asked", post(pages::followup::tasks::ask_one))
        .route("/people/{id}/activity", get(pages::people::change_form).post(pages::people::change))
        .route(
            "/people/{id}/particulars",
            get(pages::people::correct_form).post(pages::people::correct),
        )
        .route("/people/{id}/status", get(pages::people::leave_form).post(pages::people::leave))
        .route("/people/{id}/circumstances", get(pages::people::circumstances))
        .route("/people/{id}/address", post(pages::people::move_home))
        .route("/people/{id}/characteristics", post(pages::people::say_characteristic))
        .route("/people/{id}/history", get(pages::people::history))
        .route("/people/{id}/seen-by", get(pages::people::seen_by))
        .route("/people/{id}/referrals", get(pages::people::referrals).post(pages::people::refer))
        .route("/people/{id}/referrals/{referral}/end", post(pages::people::end_referral))
        .route("/people/{id}/sharing", get(pages::sharing::person).post(pages::sharing::tell))
}

/// Components and charts for those who build pages; only with `--gallery`.
fn gallery() -> Router<Edge> {
    Router::new()
        .route("/gallery", get(pages::gallery::show))
        .route("/gallery/form", post(pages::gallery::judge))
}

/// Addresses that need neither cookie nor token.
fn open() -> Router<Edge> {
    Router::new()
        .route("/assets/{name}", get(assets::show))
        .route("/healthz", get(async || "ok\n"))
        .route("/csp", post(report))
}

/// Partners' own systems: no cookie, no form token, a token of their own. What it may is each handler's.
fn machines() -> Router<Edge> {
    Router::new()
        .route("/api/openapi.json", get(api::document))
        .route("/api/v1/pupils", get(api::pupils))
        .route("/api/v1/files", get(api::files).post(api::receive))
        .route("/api/v1/files/{id}", get(api::file).delete(api::withdraw))
        .route("/api/v1/files/{id}/send", post(api::hand_over))
        .route("/api/v1/notices", get(api::notices).post(api::give))
        .route("/api/v1/results", get(api::results_had))
        .route("/api/v1/results/files", get(api::results).post(api::receive_results))
        .route("/api/v1/results/files/{id}", get(api::results_file).delete(api::withdraw_results))
        .route("/api/v1/results/files/{id}/send", post(api::send_results))
        .route("/api/v1/early-support", get(api::support))
        .route("/api/v1/early-support.csv", get(api::support_table))
        .route("/api/{*rest}", any(api::no_such_address))
        .method_not_allowed_fallback(api::no_such_method)
        .layer(DefaultBodyLimit::max(api::WORDS_MOST))
}

/// Being asked is what keeps a session alive; there is nothing else to do.
async fn keep(_: super::SignedIn) -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Browsers tell us here what the content policy stopped. Only the fact is logged: a report
/// may hold anything, and anyone may send one.
async fn report() -> StatusCode {
    tracing::warn!("a browser reported content that the policy stopped");
    StatusCode::NO_CONTENT
}
