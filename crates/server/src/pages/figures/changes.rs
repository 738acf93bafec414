//! One month counted twice: what changed since the return was sent or since the month ended, or what
//! another edition makes of it, person by person within the reader's scope.

use super::{asked::Asked, words};
use crate::http::{Edge, Frame, Page, PageError, Query, frame::Section, session::SignedIn};
use crate::pages::parts::{Choice, Pager, count, page_of};
use app::Wrong;
use app::measures::{Against, NamedChange, TwoCountings, named_countings};
use askama::Template;
use axum::extract::State;
use domain::access::Act;
use formats::reference::editions;

const PER_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "figures/changes.html")]
pub struct ChangesPage {
    frame: Frame,
    back: String,
    /// The measure, by its title.
    measure: String,
    month: String,
    asked: Asked,
    againsts: Vec<Choice>,
    /// Why there is nothing to compare with.
    refused: String,
    found: Option<TwoCountings>,
    people: Vec<NamedChange>,
    /// How many were compared, and of how many the same is said.
    compared: String,
    same: String,
    points: String,
    pager: Pager,
}

fn against(words: &str) -> Against {
    match words {
        "return" => Against::Return,
        "" | "month-end" => Against::MonthEnd,
        edition => Against::Edition(edition.to_owned()),
    }
}

fn choices(chosen: &str) -> Vec<Choice> {
    let named = editions().iter().map(|e| (e.name.clone(), format!("Another edition: {}", e.name)));
    [("month-end", "As known when the month ended"), ("return", "As the return told it")]
        .into_iter()
        .map(|(value, words)| (value.to_owned(), words.to_owned()))
        .chain(named)
        .map(|(value, words)| Choice::new(&value, &words, value == chosen))
        .collect()
}

pub async fn changes(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page<ChangesPage>, PageError> {
    who.may(Act::ViewFigures)?;
    let actor = who.may(Act::ViewPeople)?;
    let asked = asked.filled(edge.ctx());
    let mut question = asked.question()?;
    question.by = Vec::new();
    let (page, part) = page_of(&asked.page, PER_PAGE);
    let found = named_countings(edge.ctx(), actor, &question, &against(&asked.against), part).await;
    let (found, people, refused) = match found {
        Ok((found, people)) => (Some(found), people, String::new()),
        Err(Wrong::Refused(sentence)) => (None, Vec::new(), sentence),
        Err(wrong) => return Err(wrong.into()),
    };
    let total = found.as_ref().map_or(0, |found| found.changed.len());
    let points = found.as_ref().and_then(|found| {
        let unit = found.first.unit.word();
        let unit = if unit == "%" { "points" } else { unit };
        Some(format!("{} {unit}", words::signed(found.change_points?)))
    });
    let counted = |of: fn(&TwoCountings) -> u64| {
        let many = found.as_ref().map_or(0, of);
        count(usize::try_from(many).unwrap_or(usize::MAX))
    };
    Ok(Page(ChangesPage {
        frame: frame.named("A month counted twice", Section::Figures),
        back: asked.href(),
        measure: domain::measure::named(&asked.measure)
            .map_or_else(|| asked.measure.clone(), |measure| measure.title.to_owned()),
        month: words::month(&asked.month),
        againsts: choices(&asked.against),
        compared: counted(|found| found.compared),
        same: counted(|found| found.same),
        points: points.unwrap_or_else(|| "–".to_owned()),
        pager: Pager {
            page,
            per_page: PER_PAGE,
            total,
            address: format!("{}&against={}&", asked.page_href("changes"), asked.against),
        },
        refused,
        found,
        people,
        asked,
    }))
}
