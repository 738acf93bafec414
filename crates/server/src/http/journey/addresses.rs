//! Addresses as somebody types or forges them: parts that no number is, forms where none are taken; and as our
//! pages give them, which tell of nobody.

use axum::http::StatusCode;
use domain::access::Role;

use super::routes::{ROUTES, asked, of_the_router};
use super::town::{SCHOOL, agree, email, town};
use super::{ask, form_token, sign_in, text_of};
use crate::http::upload;

/// Parts of addresses that are numbers, wherever they stand; an organisation's is a word.
const NUMBERS: &[&str] = &[
    "{id}",
    "{line}",
    "{hold}",
    "{referral}",
    "{kept}",
    "{gone}",
    "{number}",
    "{outcome}",
    "{course}",
    "{entry}",
    "{pack}",
];

/// What no number is, and what no text is.
const UNREADABLE: &[&str] = &["abc", "new-one", "1.5", "99999999999999999999", "%FF", "%00", ".."];

/// Every address with parts, each part unreadable: the page that says so, whole, and never a bare refusal.
#[tokio::test]
async fn an_address_that_cannot_be_read_is_the_page_that_says_there_is_nothing() {
    let register = testkit::sqlite().await;
    let town = town(register.db).await;
    let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
    let body = format!("csrf={}", form_token(&cookie));
    let with_parts = |(_, path): &(&str, &str)| {
        path.contains('{')
            && !path.starts_with("/api/")
            && !path.starts_with("/admin/organisations")
    };
    let mut asked = 0;
    for (method, path) in of_the_router().into_iter().filter(with_parts) {
        for wrong in UNREADABLE {
            let parts: Vec<&str> = path.split('/').collect();
            let filled = parts.iter().map(|part| if part.starts_with('{') { wrong } else { part });
            let address = filled.copied().collect::<Vec<_>>().join("/");
            let answer = ask(&town.router, method, &address, &cookie, &body).await;
            let status = answer.status();
            let about = format!("{method} {address}: {status}");
            assert!(status != StatusCode::BAD_REQUEST && !status.is_server_error(), "{about}");
            asked += 1;
            if parts.iter().any(|part| NUMBERS.contains(part)) || *wrong == "%FF" {
                assert_eq!(status, StatusCode::NOT_FOUND, "{about}");
                assert!(text_of(answer).await.contains("Page not found"), "{about}");
            }
        }
    }
    assert!(asked > 500, "{asked}");
    // So is what follows the question mark; and an address that only takes forms says that.
    let page = ask(&town.router, "GET", "/imports/1?after=x&most=%FF", &cookie, "").await;
    assert!(page.status() != StatusCode::BAD_REQUEST, "{}", page.status());
    let sent = ask(&town.router, "GET", "/people/1/contact", &cookie, "").await;
    assert_eq!(sent.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert!(text_of(sent).await.contains("There is no page at this address"));
}

/// A form in parts is proven by `upload` alone, so it must reach no other page.
#[test]
fn files_are_taken_where_the_list_says_and_nowhere_else() {
    let source = include_str!("../routes.rs");
    let mut found: Vec<&str> = Vec::new();
    for piece in source.split(".route(").skip(1) {
        let line = piece.split(".route(").next().unwrap();
        let end = line.find("\n\n").unwrap_or(line.len());
        if line[..end].contains("upload::room()") {
            found.push(line.trim_start().trim_start_matches('"').split('"').next().unwrap());
        }
    }
    found.sort_unstable();
    assert_eq!(found, upload::PLACES);
}

/// What tells who the town's one person is, as an address would have it.
const WHO: &[&str] = &[
    "kept-given",
    "kept-family",
    "kept-former",
    "kept-upn",
    "kept-uln",
    "kept-phone",
    "kept-email",
    "kept-parent",
    "kept-address",
    "me4",
    "2008-10-09",
];

/// The addresses of this site that a page leads to or sends forms to.
fn ours(page: &str) -> impl Iterator<Item = &str> {
    let attributes = ["href=\"", "action=\"", "src=\"", "hx-get=\"", "hx-post=\""];
    let all = attributes.into_iter().flat_map(move |named| page.split(named).skip(1));
    all.filter_map(|rest| rest.split('"').next()).filter(|one| one.starts_with(['/', '?', '#']))
}

/// Whatever stands in an address stands in histories and in logs of proxies.
#[tokio::test]
async fn no_address_on_any_page_tells_who_somebody_is() {
    let register = testkit::sqlite().await;
    let town = town(register.db).await;
    agree(&town, SCHOOL).await;
    let (mut addresses, mut shown) = (0, 0);
    for role in Role::ALL {
        let cookie = sign_in(&town.router, &email(*role)).await;
        let search = format!("csrf={}&q=kept-family-name&postcode=ME4+4UF", form_token(&cookie));
        let found = ask(&town.router, "POST", "/people/search", &cookie, &search).await;
        let found = found.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        let pages = ROUTES.iter().filter(|(method, ..)| *method == "GET");
        let pages = pages.flat_map(|(method, path, _)| asked(&town, method, path)).chain(found);
        for path in pages {
            let page = text_of(ask(&town.router, "GET", &path, &cookie, "").await).await;
            shown += usize::from(page.contains("kept-given-name"));
            for address in ours(&page).chain([path.as_str()]) {
                let told = address.to_lowercase().replace("%20", " ");
                let who = WHO.iter().find(|word| told.contains(*word));
                assert_eq!(who, None, "{role:?}: {path} leads to {address}");
                addresses += 1;
            }
        }
    }
    assert!(
        addresses > 1_000 && shown > 10,
        "{addresses} on pages, {shown} of them about somebody"
    );
}
