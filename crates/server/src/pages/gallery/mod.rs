//! Every component and chart on one page, with made-up content, for those who build pages
//! and for the browser tests. Served only with `--gallery`; it reads no register.

use crate::http::{Frame, Page, Posted, frame::Section};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "gallery/show.html")]
pub struct Gallery {
    frame: Frame,
    surname: String,
    surname_error: String,
}

pub async fn show(frame: Frame) -> Page<Gallery> {
    let frame = frame.named("Components and charts", Section::Elsewhere);
    Page(Gallery { frame, surname: String::new(), surname_error: String::new() })
}

#[derive(Deserialize)]
pub struct Surname {
    surname: String,
}

pub async fn judge(frame: Frame, Posted(form): Posted<Surname>) -> Page<Gallery> {
    let surname_error =
        if form.surname.trim().is_empty() { "Enter a surname".to_owned() } else { String::new() };
    let frame = frame
        .named("Components and charts", Section::Elsewhere)
        .with_errors(!surname_error.is_empty());
    Page(Gallery { frame, surname: form.surname, surname_error })
}
