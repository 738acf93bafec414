//! What the layout needs around a page: title, who is signed in, where in the menu we are,
//! the form token, and the addresses of the built assets. A handler takes `Frame` as an
//! argument, names the page, and gives it to its template as the field `frame`.

use super::{assets, edge::Edge, page_error::PageError, session::Visitor};
use askama::Template;
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::access::{self, Act, Actor};

#[derive(Clone)]
pub struct Frame {
    pub title: String,
    /// The page has errors to mend: the title says so first.
    pub has_errors: bool,
    pub section: Section,
    pub name: Option<String>,
    pub role: String,
    pub menu: Vec<Section>,
    /// Whether the box to find somebody is shown.
    pub finds: bool,
    pub idle_seconds: u64,
    /// Put in every form: `{{ form::token(frame) }}`.
    pub csrf: String,
    pub css: String,
    pub js: String,
    pub mark: String,
}

/// The entries of the main menu, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Home,
    Own,
    FollowUp,
    Support,
    People,
    Imports,
    WhoIsWho,
    MonthEnd,
    Figures,
    Reports,
    Plan,
    Sharing,
    Looks,
    Admin,
    Elsewhere,
}

impl Section {
    pub const ALL: [Self; 14] = [
        Self::Home,
        Self::Own,
        Self::FollowUp,
        Self::Support,
        Self::People,
        Self::Imports,
        Self::WhoIsWho,
        Self::MonthEnd,
        Self::Figures,
        Self::Reports,
        Self::Plan,
        Self::Sharing,
        Self::Looks,
        Self::Admin,
    ];

    /// The entries this person's role may use.
    fn open_to(actor: &Actor) -> Vec<Self> {
        let open = |section: &Self| match section {
            Self::Home | Self::Elsewhere => true,
            Self::Own => access::decide(actor, Act::SendOwn).allowed,
            Self::Looks => access::decide(actor, Act::ReviewLooks).allowed,
            Self::FollowUp => access::decide(actor, Act::ViewFollowUp).allowed,
            Self::Support => access::decide(actor, Act::ViewSupport).allowed,
            Self::People => access::decide(actor, Act::ViewPeople).allowed,
            Self::Imports => access::decide(actor, Act::Import).allowed,
            Self::WhoIsWho => access::decide(actor, Act::DecideIdentity).allowed,
            Self::MonthEnd => access::decide(actor, Act::MonthEnd).allowed,
            Self::Figures | Self::Reports => access::decide(actor, Act::ViewFigures).allowed,
            Self::Plan => access::decide(actor, Act::ViewPlan).allowed,
            Self::Sharing | Self::Admin => access::decide(actor, Act::Administer).allowed,
        };
        Self::ALL.into_iter().filter(open).collect()
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Home => "Home",
            Self::Own => "Your organisation",
            Self::Looks => "Looks",
            Self::FollowUp => "Follow-up",
            Self::Support => "Early support",
            Self::People => "Young people",
            Self::Imports => "Files in",
            Self::WhoIsWho => "Who is who",
            Self::MonthEnd => "Month end",
            Self::Figures => "Figures",
            Self::Reports => "Reports",
            Self::Plan => "Plan",
            Self::Sharing => "Sharing",
            Self::Admin => "Admin",
            Self::Elsewhere => "",
        }
    }

    pub fn href(self) -> &'static str {
        match self {
            Self::Home | Self::Elsewhere => "/",
            Self::Own => "/own",
            Self::Looks => "/looks",
            Self::FollowUp => "/follow-up",
            Self::Support => "/early-support",
            Self::People => "/people",
            Self::Imports => "/imports",
            Self::WhoIsWho => "/who-is-who",
            Self::MonthEnd => "/month-end",
            Self::Figures => "/figures",
            Self::Reports => "/reports",
            Self::Plan => "/plan",
            Self::Sharing => "/agreements",
            Self::Admin => "/admin",
        }
    }
}

impl Frame {
    /// A frame that knows no one: for errors, before sign-in.
    pub fn bare(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            has_errors: false,
            section: Section::Elsewhere,
            name: None,
            role: String::new(),
            menu: Vec::new(),
            finds: false,
            idle_seconds: 0,
            csrf: String::new(),
            css: assets::href("app.css"),
            js: assets::href("app.js"),
            mark: assets::href("mark.svg"),
        }
    }

    /// Names the page and the menu entry it belongs to.
    pub fn named(mut self, title: impl Into<String>, section: Section) -> Self {
        self.title = title.into();
        self.section = section;
        self
    }

    /// Says that the form on this page came back with errors.
    pub fn with_errors(mut self, has_errors: bool) -> Self {
        self.has_errors = has_errors;
        self
    }
}

impl FromRequestParts<Edge> for Frame {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, PageError> {
        let visitor = Visitor::from_request_parts(parts, edge).await?;
        let mut frame = Self::bare("");
        frame.csrf = visitor.token.forgery_token();
        if let Some(person) = visitor.signed_in {
            frame.role = person.actor.role.label().to_owned();
            frame.menu = Section::open_to(&person.actor);
            frame.finds = frame.menu.contains(&Section::People);
            frame.idle_seconds = person.limits.idle_minutes.unsigned_abs() * 60;
            frame.name = Some(person.actor.name);
        }
        Ok(frame)
    }
}

/// A template as a whole HTML answer.
pub struct Page<T>(pub T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        match self.0.render() {
            Ok(html) => {
                ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
            }
            Err(cause) => {
                tracing::error!(%cause, "a template failed");
                (StatusCode::INTERNAL_SERVER_ERROR, "The page could not be drawn.").into_response()
            }
        }
    }
}
