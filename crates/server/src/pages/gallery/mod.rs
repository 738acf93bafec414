//! Every component and chart on one page, with made-up content, for those who build pages
//! and for the browser tests. Served only with `--gallery`; it reads no register.

mod drawings;
mod sample;

use crate::{
    charts::Svg,
    http::{Frame, Page, Posted, frame::Section},
    pages::parts::{
        Change, Chip, Choice, DateFields, Entry, Errors, Pager, Rag, Sort, Step, Tab, Todo, Tone,
    },
};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "gallery/show.html")]
pub struct Gallery {
    frame: Frame,
    errors: Errors,
    surname: String,
    born: DateFields,
    outcomes: Vec<Choice>,
    groups: Vec<Choice>,
    tabs: Vec<Tab>,
    chips: Vec<Chip>,
    sort: Sort,
    pager: Pager,
    people: Vec<sample::Person>,
    todos: Vec<Todo>,
    steps: Vec<Step>,
    entries: Vec<Entry>,
    changes: Vec<Change>,
    facts: Vec<(&'static str, &'static str)>,
    tones: Vec<(&'static str, Tone)>,
    rags: Vec<Rag>,
    numbers: Vec<sample::Number>,
    months: Vec<sample::Month>,
    wards: Vec<(&'static str, &'static str)>,
    line: Svg,
    bars: Svg,
    stack: Svg,
    map: Svg,
    currency: Svg,
    lapsed: Svg,
}

pub async fn show(frame: Frame) -> Page<Gallery> {
    Page(gallery(frame, String::new(), Errors::default()))
}

#[derive(Deserialize)]
pub struct Surname {
    surname: String,
}

/// Answers the sample form as any page would: errors first, words kept.
pub async fn judge(frame: Frame, Posted(form): Posted<Surname>) -> Page<Gallery> {
    let mut errors = Errors::default();
    if form.surname.trim().is_empty() {
        errors.add("surname", "Enter a surname");
    }
    Page(gallery(frame, form.surname, errors))
}

fn gallery(frame: Frame, surname: String, errors: Errors) -> Gallery {
    let mut frame =
        frame.named("Components and charts", Section::FollowUp).with_errors(!errors.is_empty());
    frame.name = Some("Sam Okafor".to_owned());
    frame.role = "Data manager".to_owned();
    frame.menu = Section::ALL.to_vec();
    Gallery {
        frame,
        errors,
        surname,
        born: DateFields { day: "3".into(), month: "3".into(), year: "2009".into() },
        outcomes: sample::outcomes(),
        groups: sample::groups(),
        tabs: sample::tabs(),
        chips: sample::chips(),
        sort: Sort { key: "long".to_owned(), descending: true, address: "?".to_owned() },
        pager: Pager { page: 5, per_page: 50, total: 487, address: "?".to_owned() },
        people: sample::people(),
        todos: sample::todos(),
        steps: sample::steps(),
        entries: sample::entries(),
        changes: sample::changes(),
        facts: vec![("Adviser", "Jo Marsh"), ("School year", "12"), ("UPN", "A887200123401")],
        tones: sample::tones(),
        rags: vec![Rag::Green, Rag::Amber, Rag::Red, Rag::NotStarted, Rag::Unrated],
        numbers: sample::numbers(),
        months: sample::months(),
        wards: drawings::WARDS.map(|(name, _, words)| (name, words)).to_vec(),
        line: drawings::line(),
        bars: drawings::bars(),
        stack: drawings::stack(),
        map: drawings::map(),
        currency: drawings::currency(40),
        lapsed: drawings::currency(131),
    }
}
