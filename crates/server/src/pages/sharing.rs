//! What a young person, or a parent, said about sharing: what stands, telling a word, taking a yes back
//! with one button; and how many agree at each office. The rules are `domain::consent`'s.

use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Choice, DateFields, Errors};
use crate::pages::people::day_of;
use app::{Wrong, consents};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Act;
use domain::calendar::shown;
use domain::consent::{Speaker, Telling, WAYS, Word};
use domain::person::PersonId;
use jiff::ToSpan;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "sharing/person.html")]
struct View {
    frame: Frame,
    errors: Errors,
    person: i64,
    name: String,
    ask_again: bool,
    refused: bool,
    /// Partner, its name, whether a yes stands.
    stands: Vec<(String, String, bool)>,
    words: Vec<(String, &'static str, String, &'static str, String)>,
    said: Vec<Choice>,
    partners: Vec<Choice>,
    speakers: Vec<Choice>,
    ways: Vec<Choice>,
    said_on: DateFields,
    typed: Form,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    word: String,
    partner: String,
    by: String,
    how: String,
    wording: String,
    evidence: String,
    office: String,
    months: String,
    #[serde(rename = "said-day")]
    day: String,
    #[serde(rename = "said-month")]
    month: String,
    #[serde(rename = "said-year")]
    year: String,
}

impl Form {
    fn said_on(&self) -> DateFields {
        DateFields::of(&self.day, &self.month, &self.year)
    }
}

/// The form's own name of a field.
fn named(field: &'static str) -> &'static str {
    match field {
        "until" => "months",
        "day" => "said",
        other => other,
    }
}

pub async fn person(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
) -> Result<Response, PageError> {
    who.may(Act::RecordContact)?;
    draw(&edge, &who, frame, person, (None, Errors::default())).await
}

pub async fn tell(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
    Posted(form): Posted<Form>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::RecordContact)?;
    let mut errors = Errors::default();
    // The button that takes a yes back says no day: it is taken back now.
    let day = day_of(&mut errors, "said", form.said_on(), "The day");
    let word = Word::from_name(&form.word);
    if word.is_none() {
        errors.add("word", "Choose what was said");
    }
    if day.is_none() && errors.on("said").is_empty() && word != Some(Word::Withdrawn) {
        errors.add("said", "Enter the day on which it was said");
    }
    let day = day.unwrap_or_else(|| edge.ctx().today());
    let by = Speaker::from_name(&form.by).unwrap_or(Speaker::YoungPerson);
    if let Some(word) = word.filter(|_| errors.is_empty()) {
        let months = form.months.trim().parse::<i32>().ok().filter(|m| (1..=24).contains(m));
        let until = months.filter(|_| word == Word::Agreed);
        let told = Telling {
            // The school file is every school's; one word is enough.
            partner: if word.is_of_school_file() { String::new() } else { form.partner.clone() },
            word,
            by,
            how: form.how.clone(),
            wording: form.wording.trim().to_owned(),
            evidence: form.evidence.trim().to_owned(),
            office: form.office.trim().to_owned(),
            day,
            until: until.map(|months| day.saturating_add(months.months())),
        };
        match consents::tell(edge.ctx(), actor, PersonId(person), &told).await {
            Ok(wrong) if wrong.is_empty() => {
                return Ok(Redirect::to(&format!("/people/{person}/sharing")).into_response());
            }
            Ok(wrong) => {
                for (field, sentence) in wrong {
                    errors.add(named(field), sentence);
                }
            }
            Err(Wrong::Refused(_)) => return Err(PageError::NotFound),
            Err(broken) => return Err(broken.into()),
        }
    }
    draw(&edge, &who, frame, person, (Some(form), errors)).await
}

async fn draw(
    edge: &Edge,
    who: &SignedIn,
    frame: Frame,
    person: i64,
    (typed, errors): (Option<Form>, Errors),
) -> Result<Response, PageError> {
    let opened = match consents::open(edge.ctx(), &who.actor, PersonId(person)).await {
        Err(Wrong::Refused(_)) => return Err(PageError::NotFound),
        opened => opened?,
    };
    let DateFields { day, month, year } = DateFields::on(edge.ctx().today());
    let typed = typed.unwrap_or_else(|| Form {
        office: opened.locality.clone(),
        months: "12".to_owned(),
        by: Speaker::YoungPerson.name().to_owned(),
        day,
        month,
        year,
        ..Form::default()
    });
    let words = opened.words.iter().rev().map(|t| {
        let partner = opened.partners.iter().find(|(id, ..)| *id == t.partner);
        let partner = partner.map_or("Every school", |(_, name, _)| name.as_str()).to_owned();
        let until = t.until.map_or_else(String::new, |day| format!(", until {}", shown(day)));
        let how = WAYS.iter().find(|(name, _)| *name == t.how).map_or("", |(_, words)| words);
        let wording = match t.wording.is_empty() {
            true => how.to_owned(),
            false => format!("{how}, wording {}: {}", t.wording, t.evidence),
        };
        (shown(t.day), t.word.label(), format!("{partner}{until}"), t.by.label(), wording)
    });
    let offered = Word::ALL.iter().filter(|word| **word != Word::Withdrawn);
    let mut partners = vec![Choice::new("", "Choose", typed.partner.is_empty())];
    let all = opened.partners.iter();
    partners.extend(all.map(|(id, name, _)| Choice::new(id, name, *id == typed.partner)));
    let frame = frame.named(format!("Sharing: {}", opened.name), Section::People);
    let choice = |name: &str, words: &str, chosen: &str| Choice::new(name, words, name == chosen);
    let view = View {
        frame: frame.with_errors(!errors.is_empty()),
        errors,
        person,
        name: opened.name.clone(),
        ask_again: opened.ask_again,
        refused: opened.school_file_refused,
        words: words.collect(),
        said: offered.map(|w| choice(w.name(), w.label(), &typed.word)).collect(),
        partners,
        speakers: Speaker::ALL.iter().map(|s| choice(s.name(), s.label(), &typed.by)).collect(),
        ways: WAYS.iter().map(|(name, words)| choice(name, words, &typed.how)).collect(),
        stands: opened.partners,
        said_on: typed.said_on(),
        typed,
    };
    Ok(Page(view).into_response())
}

#[derive(Template)]
#[template(path = "sharing/rates.html")]
pub struct Rates {
    frame: Frame,
    rows: Vec<(String, [String; 7])>,
}

pub async fn rates(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<Rates>, PageError> {
    let found = consents::rates(edge.ctx(), who.may(Act::Administer)?).await?;
    let rows = found.into_iter().map(|(office, r)| {
        let share = r.percent().map_or_else(|| "–".to_owned(), |share| format!("{share:.0} %"));
        let counts = [r.asked, r.agree, r.refused, r.withdrawn, r.ran_out, r.ends_soon];
        let [asked, agree, refused, withdrawn, ran_out, soon] = counts.map(|n| n.to_string());
        let office = if office.is_empty() { "No office named".to_owned() } else { office };
        (office, [share, asked, agree, refused, withdrawn, ran_out, soon])
    });
    let rows = rows.collect();
    Ok(Page(Rates { frame: frame.named("Consent by office", Section::Sharing), rows }))
}
