//! Every way a page can end badly, mapped to a status and a page in one place. The person
//! sees one plain sentence and what to do next; the log gets the cause and never a name.
//! The error page needs neither database nor session, so that it works when they do not.

use super::{
    frame::{Frame, Page},
    turned_away,
};
use crate::pages::parts::capital;
use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::access::Denial;
use std::error::Error;

/// Where one shows again who one is; the address to come back to follows.
pub const PROVE: &str = "/account/prove?to=";

#[derive(Debug)]
pub enum PageError {
    /// Nothing is here, or the visitor may not know that something is.
    NotFound,
    /// A form is sent to this address, and nothing is shown at it: somebody typed or reloaded it.
    OnlySent,
    /// No live session: sent to sign in.
    SignInFirst,
    /// An act that reaches far: sent to show who one is, and back to this address.
    ProveFirst(String),
    /// A rule says no; the sentence says which, in the reader's words.
    Refused(String),
    /// The rules of access say no to whoever asks: the audit tells of it.
    Denied(Denial),
    /// A body that is not the form the page sent.
    BadForm(String),
    /// The form's token is not this visitor's: an old tab, or a forged request.
    StaleForm,
    /// Another site made the browser send this.
    ForeignRequest,
    /// The body is over the limit for this address.
    TooLarge,
    /// The world broke.
    Failure(Box<dyn Error + Send + Sync>),
}

impl PageError {
    pub fn failure(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failure(cause.into())
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::OnlySent => StatusCode::METHOD_NOT_ALLOWED,
            Self::SignInFirst | Self::ProveFirst(_) => StatusCode::SEE_OTHER,
            Self::Refused(_) | Self::Denied(_) | Self::ForeignRequest | Self::StaleForm => {
                StatusCode::FORBIDDEN
            }
            Self::BadForm(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Failure(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn words(&self) -> (&'static str, &str) {
        match self {
            Self::NotFound | Self::SignInFirst | Self::ProveFirst(_) => (
                "Page not found",
                "If you typed the address, check it is right. If you followed a link, the page \
                 may have moved or may not be yours to see.",
            ),
            Self::OnlySent => (
                "There is no page at this address",
                "A form is sent here, and nothing is shown by itself. Go back to the page that you \
                 came from. Nothing was saved.",
            ),
            Self::Refused(sentence) => ("You cannot do this", sentence),
            Self::Denied(denial) => ("You cannot do this", denial.sentence()),
            Self::BadForm(_) => (
                "The form could not be read",
                "Go back, reload the page and try again. Nothing was saved.",
            ),
            Self::StaleForm => (
                "This page is out of date",
                "You may have signed out or in again since you opened it. Go back, reload the \
                 page and try again. Nothing was saved.",
            ),
            Self::ForeignRequest => (
                "The request came from another site",
                "Open the page in Waymark itself and try again. Nothing was saved.",
            ),
            Self::TooLarge => (
                "That is too large",
                "Forms may hold up to 1 MB and files up to 64 MB. Split the file and send it in \
                 parts. Nothing was saved.",
            ),
            Self::Failure(_) => (
                "Something went wrong on our side",
                "Nothing was saved. Try again in a few minutes; if it happens again, tell your \
                 Waymark administrator what you were doing and when.",
            ),
        }
    }
}

impl From<app::Wrong> for PageError {
    fn from(wrong: app::Wrong) -> Self {
        match wrong {
            app::Wrong::Refused(sentence) | app::Wrong::RefusedAt { sentence, .. } => {
                Self::Refused(sentence)
            }
            app::Wrong::Denied(denial) => Self::Denied(denial),
            late @ app::Wrong::TooLate => Self::Refused(late.to_string()),
            broken => Self::failure(broken),
        }
    }
}

#[derive(Template)]
#[template(path = "layout/error.html")]
struct ErrorPage<'a> {
    frame: Frame,
    heading: &'a str,
    sentence: String,
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        match &self {
            Self::SignInFirst => return Redirect::to("/sign-in").into_response(),
            Self::ProveFirst(to) => {
                return Redirect::to(&format!("{PROVE}{to}")).into_response();
            }
            Self::Failure(cause) => tracing::error!(%cause, "a page failed"),
            Self::BadForm(cause) => tracing::warn!(%cause, "a form could not be read"),
            _ => {}
        }
        let (heading, sentence) = self.words();
        // A denial begins as the heading does: it is said once.
        let rest = sentence.strip_prefix(heading).and_then(|rest| rest.strip_prefix(": "));
        let sentence = rest.map_or_else(|| sentence.to_owned(), capital);
        let page = Page(ErrorPage { frame: Frame::bare(heading), heading, sentence });
        let mut response = (self.status(), page).into_response();
        if let Self::Denied(denial) = &self {
            turned_away::mark(&mut response, denial.why());
        }
        // A refused body may still be on its way; reading on would only serve a flood.
        if matches!(self, Self::TooLarge) {
            let close = axum::http::HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What answering so writes to the log.
    fn logged(error: PageError) -> String {
        let kept = Kept::default();
        let writer = kept.clone();
        let log = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone());
        tracing::subscriber::with_default(log.finish(), || drop(error.into_response()));
        let bytes = kept.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[tokio::test]
    async fn what_a_denial_refuses_is_said_once() {
        let no = Denial::said("You cannot do this: a school user may not.");
        let body = PageError::Denied(no).into_response().into_body();
        let page = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let page = String::from_utf8(page.to_vec()).unwrap();
        assert_eq!(page.matches("You cannot do this</h1>").count(), 1, "{page}");
        assert!(page.contains("<p class=\"govuk-body\">A school user may not.</p>"), "{page}");
    }

    #[test]
    fn every_failure_is_logged_with_its_cause_and_no_refusal_is() {
        let broken = [
            PageError::failure("the disk is full"),
            app::Wrong::Failed("the disk is full".to_owned()).into(),
        ];
        for failure in broken {
            let said = logged(failure);
            assert!(said.contains("ERROR") && said.contains("the disk is full"), "{said}");
        }
        let said = logged(PageError::BadForm("no such field".to_owned()));
        assert!(said.contains("WARN") && said.contains("no such field"), "{said}");
        assert_eq!(logged(PageError::NotFound), "");
        assert_eq!(logged(PageError::Refused("Not yours.".to_owned())), "");
    }
}
