//! One of a school's own pupils: what is missing, and what the school can tell without a file. Everything
//! typed is shown again before it is sent, and has a receipt after.

use crate::http::{Edge, Frame, Page, PageError, Path, Posted, Query, SignedIn, frame::Section};
use crate::pages::followup::edition;
use crate::pages::parts::{Choice, DateFields, Errors};
use crate::pages::people::day_of;
use app::partners::{self, Gap, SCHOOL_WORDS, gaps};
use app::{Wrong, results};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, Actor};
use domain::calendar::shown;
use domain::consent::{Speaker, Telling, WAYS, Word};
use domain::person::{Field, PersonId};
use domain::results::Tie;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "own/person.html")]
struct View {
    frame: Frame,
    errors: Errors,
    person: i64,
    name: String,
    missing: Vec<Gap>,
    said_no: bool,
    ties: Vec<(String, &'static str, String, String)>,
    receipt: String,
    intends: Vec<Choice>,
    offers: Vec<Choice>,
    providers: Vec<Choice>,
    kinds: Vec<Choice>,
    words: Vec<Choice>,
    speakers: Vec<Choice>,
    ways: Vec<Choice>,
    /// The day of each form: today until another was typed.
    intended_on: DateFields,
    tied_on: DateFields,
    said_on: DateFields,
}

/// What will be sent, once more.
#[derive(Template)]
#[template(path = "own/sure.html")]
struct Sure {
    frame: Frame,
    person: i64,
    name: String,
    what: &'static str,
    rows: Vec<(&'static str, String)>,
    fields: Vec<(&'static str, String)>,
    note: &'static str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    sent: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    what: String,
    sure: String,
    intends: String,
    offer: String,
    provider: String,
    tie: String,
    word: String,
    by: String,
    how: String,
    #[serde(rename = "intended-day")]
    intended_day: String,
    #[serde(rename = "intended-month")]
    intended_month: String,
    #[serde(rename = "intended-year")]
    intended_year: String,
    #[serde(rename = "tied-day")]
    tied_day: String,
    #[serde(rename = "tied-month")]
    tied_month: String,
    #[serde(rename = "tied-year")]
    tied_year: String,
    #[serde(rename = "said-day")]
    said_day: String,
    #[serde(rename = "said-month")]
    said_month: String,
    #[serde(rename = "said-year")]
    said_year: String,
}

impl Form {
    /// The day of the form that was sent, under the name that its field has.
    fn on(&self) -> (&'static str, DateFields) {
        let f = self;
        match f.what.as_str() {
            "intends" => {
                let on = DateFields::of(&f.intended_day, &f.intended_month, &f.intended_year);
                ("intended", on)
            }
            "tie" => ("tied", DateFields::of(&f.tied_day, &f.tied_month, &f.tied_year)),
            _ => ("said", DateFields::of(&f.said_day, &f.said_month, &f.said_year)),
        }
    }

    /// What is shown for a form's day: what was typed there, else today.
    fn shown_on(&self, what: &str, today: Date) -> DateFields {
        if self.what == what {
            return self.on().1;
        }
        DateFields::on(today)
    }
}

/// The day that was typed. What is wrong with it stands at its field.
fn typed_on(form: &Form, errors: &mut Errors) -> Option<Date> {
    let (name, on) = form.on();
    let day = day_of(errors, name, on, "The day");
    if day.is_none() && errors.on(name).is_empty() {
        let which = if name == "tied" { "since which it is so" } else { "on which it was said" };
        errors.add(name, format!("Enter the day {which}"));
    }
    day
}

/// A day as the fields of a form carry it on.
fn carried(names: [&'static str; 3], day: Date) -> [(&'static str, String); 3] {
    let ([on, of, in_year], DateFields { day, month, year }) = (names, DateFields::on(day));
    [(on, day), (of, month), (in_year, year)]
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
    Query(sent): Query<Sent>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::SendOwn)?;
    // A receipt is a letter and a number; nothing else of an address is shown.
    let good = sent.sent.len() < 24 && sent.sent.chars().all(|c| c.is_ascii_alphanumeric());
    let receipt = if good { sent.sent } else { String::new() };
    draw(&edge, actor, frame, person, (Form::default(), Errors::default(), receipt)).await
}

pub async fn tell(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(person): Path<i64>,
    Posted(form): Posted<Form>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::SendOwn)?;
    let told = match form.what.as_str() {
        "intends" => intends(&edge, actor, person, &form).await,
        "tie" => tie(&edge, actor, person, &form).await,
        "word" => word(&edge, actor, person, &form).await,
        _ => return Err(PageError::BadForm("no such form".to_owned())),
    };
    match told {
        Ok(Told::To(address)) => Ok(Redirect::to(&address).into_response()),
        Ok(Told::Sure(rows, fields, note)) => {
            let one = partners::one(edge.ctx(), actor, PersonId(person)).await?;
            let one = one.ok_or(PageError::NotFound)?;
            let what = if form.what == "tie" { "tie" } else { "word" };
            let name = one.record.particulars.full_name();
            let frame = frame.named("Check before it is sent", Section::Own);
            Ok(Page(Sure { frame, person, name, what, rows, fields, note }).into_response())
        }
        Ok(Told::Mend(errors)) => {
            draw(&edge, actor, frame, person, (form, errors, String::new())).await
        }
        Err(Wrong::Refused(sentence)) => {
            let mut errors = Errors::default();
            let field = if form.what == "tie" { "provider" } else { form.what.as_str() };
            errors.add(field, sentence);
            draw(&edge, actor, frame, person, (form, errors, String::new())).await
        }
        Err(broken) => Err(broken.into()),
    }
}

type Rows = Vec<(&'static str, String)>;

enum Told {
    To(String),
    /// What it says in words, the fields to send again, what follows from it.
    Sure(Rows, Rows, &'static str),
    Mend(Errors),
}

async fn intends(edge: &Edge, actor: &Actor, person: i64, form: &Form) -> Result<Told, Wrong> {
    let mut errors = Errors::default();
    let Some(day) = typed_on(form, &mut errors) else { return Ok(Told::Mend(errors)) };
    let said = (form.intends.as_str(), form.offer.as_str());
    let id = partners::intend(edge.ctx(), actor, PersonId(person), said, day).await?;
    edge.work().start(edge, id, false);
    Ok(Told::To(format!("/own/files/{id}")))
}

async fn tie(edge: &Edge, actor: &Actor, person: i64, form: &Form) -> Result<Told, Wrong> {
    let mut errors = Errors::default();
    let providers = partners::providers(edge.ctx(), actor).await?;
    let provider = providers.into_iter().find(|(id, _)| *id == form.provider);
    let tie = Tie::from_name(&form.tie);
    if provider.is_none() {
        errors.add("provider", "Choose the provider");
    }
    if tie.is_none() {
        errors.add("tie", "Choose how it stands");
    }
    let day = typed_on(form, &mut errors);
    if day.is_some_and(|day| day > edge.ctx().today()) {
        errors.add("tied", "That day is yet to come.");
    }
    let (Some((id, name)), Some(tie), Some(day), true) = (provider, tie, day, errors.is_empty())
    else {
        return Ok(Told::Mend(errors));
    };
    if form.sure == "yes" {
        let told = (id.as_str(), tie, day);
        let receipt = results::tie(edge.ctx(), actor, PersonId(person), told).await?;
        return Ok(Told::To(format!("/own/people/{person}?sent={receipt}")));
    }
    let stands = ("How it stands", tie.label().to_owned());
    let rows = vec![("Provider", name), stands, ("Since", shown(day))];
    let mut fields = vec![("provider", id), ("tie", tie.name().to_owned())];
    fields.extend(carried(["tied-day", "tied-month", "tied-year"], day));
    let note = "Where an application or an offer stands, exam results may go to that provider, as \
                far as both agreements allow it.";
    Ok(Told::Sure(rows, fields, note))
}

async fn word(edge: &Edge, actor: &Actor, person: i64, form: &Form) -> Result<Told, Wrong> {
    let mut errors = Errors::default();
    let word = Word::from_name(&form.word).filter(|word| SCHOOL_WORDS.contains(word));
    let by = Speaker::from_name(&form.by);
    if word.is_none() {
        errors.add("word", "Choose what was said");
    }
    if by.is_none() {
        errors.add("by", "Choose who said it");
    }
    let day = typed_on(form, &mut errors);
    let (Some(word), Some(by), Some(day)) = (word, by, day) else {
        // With the rest in place the rule says it.
        if !WAYS.iter().any(|(name, _)| *name == form.how) {
            errors.add("how", "Choose how it was said");
        }
        return Ok(Told::Mend(errors));
    };
    let told = Telling {
        partner: String::new(),
        word,
        by,
        how: form.how.clone(),
        wording: String::new(),
        evidence: String::new(),
        office: String::new(),
        day,
        until: None,
    };
    let send = form.sure == "yes";
    match partners::word(edge.ctx(), actor, PersonId(person), told, send).await? {
        Ok(Some(receipt)) => Ok(Told::To(format!("/own/people/{person}?sent={receipt}"))),
        Ok(None) => {
            let how = WAYS.iter().find(|(name, _)| *name == form.how).map_or("", |(_, w)| w);
            let rows = vec![
                ("What was said", word.label().to_owned()),
                ("Who said it", by.label().to_owned()),
                ("How", how.to_owned()),
                ("When", shown(day)),
            ];
            let mut fields = vec![
                ("word", word.name().to_owned()),
                ("by", by.name().to_owned()),
                ("how", form.how.clone()),
            ];
            fields.extend(carried(["said-day", "said-month", "said-year"], day));
            let note = "It acts at once: while a no stands, your files give only what the law asks \
                        for, and nothing beyond it is shown to you.";
            Ok(Told::Sure(rows, fields, note))
        }
        Err(wrong) => {
            for (field, sentence) in wrong {
                errors.add(if field == "day" { "said" } else { field }, sentence);
            }
            Ok(Told::Mend(errors))
        }
    }
}

async fn draw(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    person: i64,
    (form, errors, receipt): (Form, Errors, String),
) -> Result<Response, PageError> {
    let (ctx, today) = (edge.ctx(), edge.ctx().today());
    let found = partners::one(ctx, actor, PersonId(person)).await?;
    let one = found.ok_or(PageError::NotFound)?;
    let p = &one.record.particulars;
    let now = |field, typed: &str| match typed.is_empty() {
        true => p.get(field).unwrap_or_default().to_owned(),
        false => typed.to_owned(),
    };
    let edition = edition(today)?;
    let coded = |list: &BTreeMap<String, String>, chosen: &str| {
        let mut all = vec![Choice::new("", "Not said", chosen.is_empty())];
        all.extend(list.iter().map(|(code, words)| Choice::new(code, words, code == chosen)));
        all
    };
    let mut providers = vec![Choice::new("", "Choose", form.provider.is_empty())];
    let offered = partners::providers(ctx, actor).await?;
    providers.extend(offered.iter().map(|(id, name)| Choice::new(id, name, *id == form.provider)));
    let ties = results::ties(ctx, actor, PersonId(person)).await?;
    let names: BTreeMap<String, String> = app::imports::senders(ctx).await?.into_iter().collect();
    let ties = ties.into_iter().map(|tied| {
        let by = names.get(&tied.said_by).cloned().unwrap_or(tied.said_by);
        (tied.provider_name, tied.tie.label(), shown(tied.day), by)
    });
    let choice = |name: &str, words: &str, chosen: &str| Choice::new(name, words, name == chosen);
    let intends = now(Field::IntendedDestination, &form.intends);
    let offer = now(Field::GuaranteeYear11, &form.offer);
    let frame = frame.named(p.full_name(), Section::Own).with_errors(!errors.is_empty());
    let view = View {
        frame,
        person,
        name: p.full_name(),
        missing: gaps(actor, &one.record, today),
        said_no: partners::has_said_no(ctx, actor, PersonId(person)).await?,
        ties: ties.collect(),
        receipt,
        intends: coded(&edition.lists.intended_destination, &intends),
        offers: coded(&edition.lists.guarantee_year11, &offer),
        providers,
        kinds: Tie::ALL.iter().map(|t| choice(t.name(), t.label(), &form.tie)).collect(),
        words: SCHOOL_WORDS.iter().map(|w| choice(w.name(), w.label(), &form.word)).collect(),
        speakers: Speaker::ALL.iter().map(|s| choice(s.name(), s.label(), &form.by)).collect(),
        ways: WAYS.iter().map(|(name, words)| choice(name, words, &form.how)).collect(),
        intended_on: form.shown_on("intends", today),
        tied_on: form.shown_on("tie", today),
        said_on: form.shown_on("word", today),
        errors,
    };
    Ok(Page(view).into_response())
}
