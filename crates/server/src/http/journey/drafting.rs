//! An agreement is written in a form by somebody who knows no file format: begun from a wording for the kind of
//! partner, mended at its fields, seen in words, kept and signed; and its next wording from the one that stands.

use std::fmt::Write;

use axum::http::{StatusCode, header};
use domain::access::Role;
use jiff::civil::date;
use testkit::each_engine;

use super::hostile::keeper;
use super::town::{SCHOOL, Town, email, town};
use super::{ask, form_token, sign_in, text_of};

const DRAFT: &str = "/agreements/draft";

/// A text as a browser reads it from a page.
fn plain(text: &str) -> String {
    let marks = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
    marks.iter().fold(text.to_owned(), |text, (mark, is)| text.replace(mark, is))
}

/// The value of an attribute of the tag that a piece of a page begins with.
fn attribute(piece: &str, name: &str) -> Option<String> {
    let start = piece.split(&format!(" {name}=\"")).nth(1)?;
    start.split('"').next().map(plain)
}

/// What a browser would send of a page's form: inputs, ticked boxes, texts and chosen options.
fn sent(page: &str) -> Vec<(String, String)> {
    let form = page.split("action=\"/agreements/draft\"").nth(1).unwrap();
    let form = form.split("</form>").next().unwrap();
    let mut all = Vec::new();
    for piece in form.split("<input").skip(1) {
        let tag = piece.split('>').next().unwrap();
        if !tag.contains("type=\"checkbox\"") || tag.ends_with(" checked") {
            let value = attribute(tag, "value").unwrap_or_default();
            all.push((attribute(tag, "name").unwrap(), value));
        }
    }
    for piece in form.split("<textarea").skip(1) {
        let (tag, rest) = piece.split_once('>').unwrap();
        let text = rest.split("</textarea>").next().unwrap();
        all.push((attribute(tag, "name").unwrap(), plain(text)));
    }
    for piece in form.split("<select").skip(1) {
        let (tag, rest) = piece.split_once('>').unwrap();
        let mut options = rest.split("</select>").next().unwrap().split("<option").skip(1);
        let chosen = options.find(|one| one.split('>').next().unwrap().ends_with(" selected"));
        let value = chosen.and_then(|one| attribute(one, "value"));
        all.push((attribute(tag, "name").unwrap(), value.unwrap_or_default()));
    }
    all.retain(|(name, _)| name != "csrf");
    all
}

/// Changes a field, or adds it.
fn put(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    fields.retain(|(known, _)| known != name);
    fields.push((name.to_owned(), value.to_owned()));
}

/// Ticks one box more.
fn tick(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    fields.push((name.to_owned(), value.to_owned()));
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b' ' => "+".to_owned(),
            byte if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// A body of these fields, with the button that is pressed.
fn body(cookie: &str, fields: &[(String, String)], act: &str) -> String {
    let mut body = format!("csrf={}&act={act}", form_token(cookie));
    for (name, value) in fields {
        let _ = write!(body, "&{}={}", encoded(name), encoded(value));
    }
    body
}

async fn press(town: &Town, cookie: &str, fields: &[(String, String)], act: &str) -> String {
    let sends = body(cookie, fields, act);
    let answer = ask(&town.router, "POST", DRAFT, cookie, &sends).await;
    assert_eq!(answer.status(), StatusCode::OK, "{act}");
    text_of(answer).await
}

async fn page(town: &Town, cookie: &str, path: &str) -> String {
    let answer = ask(&town.router, "GET", path, cookie, "").await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    text_of(answer).await
}

/// Keeps what the page shows in words; where the browser is led.
async fn keep(town: &Town, cookie: &str, shown: &str) -> String {
    let sends = body(cookie, &sent(shown), "keep");
    let answer = ask(&town.router, "POST", DRAFT, cookie, &sends).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    answer.headers().get(header::LOCATION).unwrap().to_str().unwrap().to_owned()
}

async fn sign(town: &Town, cookie: &str, agreement: &str, party: &str) {
    let sends = format!("csrf={}&party={party}&name=R+Hale&post=Head", form_token(cookie));
    let path = format!("{agreement}/sign");
    let answer = ask(&town.router, "POST", &path, cookie, &sends).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
}

/// The form for a school with all that a wording cannot know before.
async fn filled(town: &Town, cookie: &str) -> Vec<(String, String)> {
    let mut fields = sent(&page(town, cookie, "/agreements/draft?start=school").await);
    put(&mut fields, "title", "Own School roll");
    tick(&mut fields, "partners", SCHOOL);
    put(&mut fields, "starts", "2025-09-01");
    put(&mut fields, "contact-name", "Pat Lindley");
    put(&mut fields, "line-1-first", "2025-10-01");
    put(&mut fields, "assessment", "DPIA 14");
    fields
}

#[tokio::test]
async fn an_agreement_is_written_in_a_form_seen_in_words_and_in_force_once_it_is_signed() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let starts = page(&town, &cookie, DRAFT).await;
        for start in app::agreement::STARTS {
            let path = format!("{DRAFT}?start={}", start.name);
            assert!(starts.contains(&format!("href=\"{path}\"")), "{path}: {starts}");
            assert!(!sent(&page(&town, &cookie, &path).await).is_empty());
        }
        let begun = page(&town, &cookie, "/agreements/draft?start=school").await;
        assert!(begun.contains("value=\"Schools data agreement\""), "{begun}");
        assert!(begun.contains(">Own School</label>"), "{begun}");

        let shown = press(&town, &cookie, &filled(&town, &cookie).await, "show").await;
        for words in [
            "Nothing is kept yet",
            "<li>Own School</li>",
            "School roll, from them to us, every 4 months",
            "Ground: Education and Skills Act 2008, section 72.",
            "Unique pupil number",
            "Unless they said no",
            "How long it is kept: What was given",
            "DPIA 14",
            "Pat Lindley",
        ] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        assert!(
            page(&town, &cookie, "/agreements").await.contains("No agreement is recorded yet.")
        );

        // Whoever wants to change it finds it as it was typed.
        let again = press(&town, &cookie, &sent(&shown), "change").await;
        assert!(again.contains("value=\"Own School roll\""), "{again}");
        let agreement = keep(&town, &cookie, &shown).await;
        let kept = page(&town, &cookie, &agreement).await;
        assert!(kept.contains("Own School roll") && kept.contains("Not signed"), "{kept}");
        sign(&town, &cookie, &agreement, "").await;
        sign(&town, &cookie, &agreement, SCHOOL).await;
        let kept = page(&town, &cookie, &agreement).await;
        assert!(kept.contains("In force"), "{kept}");
        assert!(kept.contains(">Yes</td>"), "{kept}");
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let whole = filled(&town, &cookie).await;
        for (field, value, why) in [
            ("title", "", "Give the agreement a title."),
            ("contact-name", "", "Name whoever answers for it"),
            ("line-1-first", "", "Say when the first is due"),
            ("line-2-direction", "out", "institutions tell the council and nobody tells them"),
            ("ends", "2025-08-31", "It ends before it starts."),
            ("clause-1-days", "many", "as a number from 1 to 255"),
        ] {
            let mut fields = whole.clone();
            put(&mut fields, field, value);
            put(&mut fields, "purpose", "Words that took half an hour");
            let said = press(&town, &cookie, &fields, "show").await;
            let at = if field == "line-2-direction" { "line-2-gateway" } else { field };
            assert!(said.contains(&format!("id=\"{at}-error\"")), "{at}: {said}");
            assert!(said.contains(why), "{why}: {said}");
            assert!(said.contains(">Words that took half an hour</textarea>"), "{said}");
            assert!(said.contains("There is a problem"), "{said}");
            let mut back = sent(&said);
            let mut typed = fields.clone();
            back.sort();
            typed.sort();
            assert_eq!(back, typed, "{field}");
        }
        // A partner that nobody knows was ticked in no form, and the door says so.
        let mut fields = whole.clone();
        put(&mut fields, "partners", "nobody-here");
        let said = press(&town, &cookie, &fields, "keep").await;
        assert!(said.contains("id=\"partners-error\"") && said.contains("nobody-here"), "{said}");
        assert!(
            page(&town, &cookie, "/agreements").await.contains("No agreement is recorded yet.")
        );
    })
    .await;
}

#[tokio::test]
async fn there_is_room_for_more_and_what_is_taken_out_is_gone() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let mut fields = filled(&town, &cookie).await;
        let flows = |page: &str| page.matches("<h3 class=\"wm-h3\" id=\"flow-").count();
        let clauses = |page: &str| page.matches("<h3 class=\"wm-h3\" id=\"clause-").count();
        let before = press(&town, &cookie, &fields, "change").await;
        let more = press(&town, &cookie, &fields, "add-flow").await;
        assert_eq!(flows(&more), flows(&before) + 1);
        assert!(more.contains("value=\"Own School roll\""), "{more}");
        let more = press(&town, &cookie, &sent(&more), "add-clause").await;
        assert_eq!(clauses(&more), clauses(&before) + 1);
        let one = format!("clause-{}", clauses(&more));
        fields = sent(&more);
        put(&mut fields, &format!("{one}-kind"), "limit");
        put(&mut fields, &format!("{one}-words"), "No telephone numbers.");
        put(&mut fields, &format!("{one}-effect"), "forbids");
        tick(&mut fields, "line-2-out", "yes");
        let asks = press(&town, &cookie, &fields, "show").await;
        assert!(asks.contains(&format!("id=\"{one}-items-error\"")), "{asks}");
        assert_eq!(flows(&asks), flows(&before), "one was added and one taken out");
        fields = sent(&asks);
        tick(&mut fields, &format!("{one}-items"), "phone");
        let shown = press(&town, &cookie, &fields, "show").await;
        assert!(!shown.contains("Joiners and leavers"), "{shown}");
        let limit = "A limit on what is shared: No telephone numbers. (never shared: Phone)";
        assert!(shown.contains(limit), "{shown}");
        let phone = shown.split("<th scope=\"row\">Phone</th>").nth(1).unwrap();
        assert!(phone.starts_with("<td data-label=\"May it flow?\">No<"), "{shown}");
    })
    .await;
}

#[tokio::test]
async fn the_next_wording_begins_as_the_one_that_stands() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let shown = press(&town, &cookie, &filled(&town, &cookie).await, "show").await;
        let agreement = keep(&town, &cookie, &shown).await;
        sign(&town, &cookie, &agreement, "").await;
        sign(&town, &cookie, &agreement, SCHOOL).await;
        let number = agreement.rsplit('/').next().unwrap().to_owned();
        let path = format!("{DRAFT}?of={number}");
        assert!(page(&town, &cookie, &agreement).await.contains(&format!("href=\"{path}\"")));
        let next = page(&town, &cookie, &path).await;
        assert!(next.contains("value=\"Pat Lindley\""), "with its people: {next}");
        let mut fields = sent(&next);
        let same = press(&town, &cookie, &fields, "show").await;
        assert!(
            same.contains("Nothing would change") && !same.contains("value=\"keep\""),
            "{same}"
        );
        put(&mut fields, "purpose", "To help whoever is not in learning");
        let shown = press(&town, &cookie, &fields, "show").await;
        let differs = shown.split("id=\"differs\"").nth(1).unwrap().split("</table>").next();
        let differs = differs.unwrap();
        // Its purpose, and both signatures, which the next wording needs anew.
        assert_eq!(differs.matches("<th scope=\"row\">").count(), 3, "{differs}");
        assert!(differs.contains("To help whoever is not in learning"), "{differs}");
        assert_eq!(keep(&town, &cookie, &shown).await, agreement);
        let kept = page(&town, &cookie, &agreement).await;
        assert!(kept.contains("To help whoever is not in learning"), "{kept}");
        assert!(kept.contains("Signatures on wording 2"), "{kept}");

        let sends = format!("csrf={}&reason=It+is+over", form_token(&cookie));
        let end = format!("{agreement}/end");
        ask(&town.router, "POST", &end, &cookie, &sends).await;
        let gone = ask(&town.router, "GET", &path, &cookie, "").await;
        assert_eq!(gone.status(), StatusCode::NOT_FOUND, "what has ended has no next wording");
    })
    .await;
}

/// A text may hold more than the form does, and whoever filled that in would lose all of it.
#[tokio::test]
async fn what_the_form_has_no_room_for_is_changed_as_a_text() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let clause = "[[clause]]\nkind = \"limit\"\nwords = \"As agreed.\"\n";
        for (clauses, status) in [(40, StatusCode::OK), (41, StatusCode::SEE_OTHER)] {
            let text = testkit::wording(SCHOOL, date(2025, 9, 1)) + &clause.repeat(clauses);
            let brought = app::agreement::bring(&town.ctx, &keeper(), &text, None).await.unwrap();
            let path = format!("{DRAFT}?of={}", brought.agreement);
            let answer = ask(&town.router, "GET", &path, &cookie, "").await;
            assert_eq!(answer.status(), status, "{clauses}");
            let to = answer.headers().get(header::LOCATION).map(|to| to.to_str().unwrap());
            let as_text = format!("/agreements/new?of={}", brought.agreement);
            assert_eq!(to, (clauses > 40).then_some(as_text.as_str()));
        }
    })
    .await;
}
