//! The machine interface: what a partner's own system may send and read, by the same journeys as the
//! portal. A token in the `Authorization` header says who asks; no cookie counts here and none is given.
//! Every wrong end is `application/problem+json`. The document at `/api/openapi.json` is made of the
//! handlers themselves.
//!
//! Invariant: a handler asks its journey as the token's actor; nothing here decides who may what.

mod files;
mod key;
mod notices;
mod number;
mod problem;
mod pupils;
mod rate;
mod results;
mod support;
mod token;

pub use files::{WORDS_MOST, hand_over, list as files, receive, show as file, withdraw};
pub use notices::{give, list as notices};
pub use problem::{Problem, no_such_address, no_such_method};
pub use pupils::list as pupils;
pub use rate::{A_MINUTE, Rate};
pub use results::{
    had as results_had, list as results, receive as receive_results, send as send_results,
    show as results_file, withdraw as withdraw_results,
};
pub use support::{list as support, table as support_table};
#[cfg(test)]
pub use token::Asking;

use axum::Json;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Waymark for partners' systems",
        version = "1",
        description = "The same flows as the partners' pages: send lists with a check before and a \
                       receipt after, read your own people's status and gaps, give notices, send exam \
                       results to the providers that pupils applied to. A token \
                       is bound to one agreement with the council and works while the agreement does. \
                       Every answer that names somebody is written into the audit.",
        license(name = "MIT")
    ),
    paths(
        pupils::list,
        files::list,
        files::receive,
        files::show,
        files::hand_over,
        files::withdraw,
        notices::list,
        notices::give,
        results::had,
        results::list,
        results::receive,
        results::show,
        results::send,
        results::withdraw,
        support::list,
        support::table,
    ),
    modifiers(&Bearer),
    security(("token" = []))
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token from an administrator of the council"))
            .build();
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// The interface's own description, for whoever writes a client. It names nobody and needs no token.
pub async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(Document::openapi())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_needs_a_token_and_says_how_it_can_be_refused() {
        let document = serde_json::to_value(Document::openapi()).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        assert_eq!(document["security"][0]["token"], serde_json::json!([]));
        let mut operations = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                operations += 1;
                let answers = operation["responses"].as_object().unwrap();
                for status in ["401", "403", "429"] {
                    let problem = &answers[status]["content"]["application/problem+json"];
                    assert!(problem.is_object(), "{method} {path} {status}");
                }
            }
        }
        assert_eq!(operations, 16);
    }

    /// The document keeps one schema a name: of two types with one name, one would be told as the other.
    #[test]
    fn no_two_types_of_the_document_have_one_name() {
        let mut names = Vec::new();
        for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/api")).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            for told in text.split("ToSchema)]").skip(1) {
                let name = told.lines().find_map(|line| {
                    let line = line.trim_start_matches("pub ");
                    line.strip_prefix("struct ").or_else(|| line.strip_prefix("enum "))
                });
                let name = name.and_then(|name| name.split([' ', '(', '{']).next());
                names.extend(name.map(str::to_owned));
            }
        }
        let all = names.len();
        names.sort();
        names.dedup();
        assert!(all > 15 && names.len() == all, "{all}: {names:?}");
    }
}
