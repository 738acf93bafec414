//! The activity survey: a table for each year group beside the summer before, its files, and those that are
//! made every year.

use crate::http::{
    Edge, Frame, Page, PageError, Path, Posted, Query, frame::Section, session::SignedIn,
};
use crate::pages::ahead::tabs;
use crate::pages::figures::{coded, signed};
use crate::pages::parts::{Choice, Tab};
use app::Wrong;
use app::exports::Register;
use app::measures::may_cut;
use app::packs::{Standing, end_schedule, made};
use app::survey::{
    As, CUTS, Question, Row, SOURCE, Survey, Table, file as written, schedule, scheduled,
    survey as counted,
};
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use domain::access::{Act, Actor};
use domain::calendar::{Day, Month, parse_day, shown};
use domain::measure::{Cut, tenths};
use domain::survey::count_day;
use serde::Deserialize;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    summer: String,
    by: String,
    school: String,
}

#[derive(Template)]
#[template(path = "reports/survey.html")]
pub struct SurveyPage {
    frame: Frame,
    tabs: Vec<Tab>,
    summers: Vec<Choice>,
    cuts: Vec<Choice>,
    schools: Vec<Choice>,
    asked: (String, String, String),
    dated: String,
    before: String,
    sent: String,
    cut: &'static str,
    source: &'static str,
    tables: Vec<Shown>,
    /// Surveys like this one that are made every year.
    yearly: Vec<Yearly>,
}

struct Yearly {
    id: i64,
    mine: bool,
    by: String,
    to: String,
    purpose: String,
    /// Summers made, the newest first.
    summers: Vec<i16>,
}

struct Shown {
    id: String,
    caption: String,
    columns: Vec<String>,
    rows: Vec<Line>,
}

struct Line {
    label: &'static str,
    people: u64,
    percent: String,
    sent: String,
    then: String,
    change: String,
    cells: Vec<u64>,
}

/// The newest summer whose 1 November has come.
fn newest(today: Day) -> i16 {
    if count_day(today.year()) <= today { today.year() } else { today.year() - 1 }
}

impl Wanted {
    fn question(&self, today: Day) -> Result<Question, Wrong> {
        let summer = match self.summer.is_empty() {
            true => newest(today),
            false => self.summer.parse().map_err(|_| Wrong::refused("Type the summer as 2026."))?,
        };
        Ok(Question {
            summer,
            by: Cut::from_name(&self.by).unwrap_or(Cut::Sex),
            school: Some(self.school.clone()).filter(|school| !school.is_empty()),
            known_on: None,
        })
    }
}

pub async fn survey(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(wanted): Query<Wanted>,
) -> Result<Page<SurveyPage>, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let today = edge.ctx().today();
    let question = wanted.question(today)?;
    let found = counted(edge.ctx(), actor, &question).await?;
    let mut page = view(frame, actor, &question, &found);
    let summers = (0..6).map(|back| newest(today) - back);
    page.summers = summers
        .map(|s| Choice::new(&s.to_string(), &format!("Summer {s}"), s == question.summer))
        .collect();
    let schools = app::survey::schools(edge.ctx()).await?;
    let chosen = question.school.as_deref().unwrap_or_default();
    page.schools = std::iter::once((String::new(), "Every school".to_owned()))
        .chain(schools)
        .map(|(id, name)| Choice::new(&id, &name, id == chosen))
        .collect();
    let standing = scheduled(edge.ctx(), actor, &question).await?;
    page.yearly = standing.into_iter().map(every_year).collect();
    Ok(Page(page))
}

fn every_year(one: Standing) -> Yearly {
    Yearly {
        id: one.id,
        mine: one.mine,
        by: one.by,
        to: one.to,
        purpose: one.purpose,
        summers: one.months.iter().map(|month| month.year()).collect(),
    }
}

fn view(frame: Frame, actor: &Actor, question: &Question, found: &Survey) -> SurveyPage {
    let open = CUTS.iter().filter(|cut| may_cut(actor, &[**cut]).is_ok());
    let day = count_day(question.summer);
    SurveyPage {
        frame: frame.named("Activity survey", Section::Reports),
        tabs: tabs(actor, "/reports/survey"),
        summers: Vec::new(),
        cuts: open.map(|c| Choice::new(c.name(), c.label(), *c == question.by)).collect(),
        schools: Vec::new(),
        asked: (
            question.summer.to_string(),
            question.by.name().to_owned(),
            question.school.clone().unwrap_or_default(),
        ),
        dated: format!(
            "On {}, {} edition{}",
            shown(day),
            found.edition,
            super::within(found.reach.as_deref())
        ),
        before: format!("Summer {}", question.summer - 1),
        sent: parse_day(&found.sent_by).map_or_else(String::new, shown),
        cut: question.by.label(),
        source: SOURCE,
        tables: found.tables.iter().map(table).collect(),
        yearly: Vec::new(),
    }
}

fn table(table: &Table) -> Shown {
    Shown {
        id: format!("year-{}", table.year),
        caption: format!("Year {} leavers: {} young people", table.year, table.people),
        columns: table
            .columns
            .iter()
            .map(|(_, label, people)| format!("{label} ({people})"))
            .collect(),
        rows: table.rows.iter().map(line).collect(),
    }
}

fn line(row: &Row) -> Line {
    let percent = |value: Option<f64>| {
        value.map_or_else(|| "–".to_owned(), |value| format!("{} %", tenths(value)))
    };
    Line {
        label: row.label,
        people: row.people,
        percent: percent(row.percent),
        sent: percent(row.before_sent),
        then: percent(row.before_now),
        change: row.change.map_or_else(|| "–".to_owned(), signed),
        cells: row.cells.clone(),
    }
}

#[derive(Deserialize)]
pub struct FileForm {
    summer: String,
    by: String,
    school: String,
    to: String,
    purpose: String,
    how: String,
}

/// Writes down whom the survey goes to and gives it as a file.
pub async fn file(
    State(edge): State<Edge>,
    who: SignedIn,
    Posted(form): Posted<FileForm>,
) -> Result<impl IntoResponse, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let wanted = Wanted { summer: form.summer, by: form.by, school: form.school };
    let question = wanted.question(edge.ctx().today())?;
    let (how, kind, end) = match form.how.as_str() {
        "xlsx" => (
            As::Workbook,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
        ),
        _ => (As::Csv, "text/csv; charset=utf-8", "csv"),
    };
    let about = (form.to.as_str(), form.purpose.as_str(), how);
    let (serial, bytes) = written(edge.ctx(), actor, &question, about).await?;
    let serial = Register::Circulation.serial(serial);
    let name = format!("attachment; filename=\"survey-{}-{serial}.{end}\"", question.summer);
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, bytes))
}

#[derive(Deserialize)]
pub struct YearlyForm {
    by: String,
    school: String,
    yearly_to: String,
    yearly_purpose: String,
}

/// Asks for the survey to be made every year.
pub async fn yearly(
    State(edge): State<Edge>,
    who: SignedIn,
    Posted(form): Posted<YearlyForm>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let wanted = Wanted { summer: String::new(), by: form.by, school: form.school };
    let question = wanted.question(edge.ctx().today())?;
    let about = (form.yearly_to.as_str(), form.yearly_purpose.as_str());
    schedule(edge.ctx(), actor, &question, about).await?;
    let (by, school) = (coded(question.by.name()), coded(&wanted.school));
    Ok(Redirect::to(&format!("/reports/survey?by={by}&school={school}")))
}

/// Ends a survey of every year.
pub async fn yearly_end(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    end_schedule(edge.ctx(), actor, id).await?;
    Ok(Redirect::to("/reports/survey"))
}

/// A survey as it was made for a summer.
pub async fn yearly_file(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, summer)): Path<(i64, i16)>,
) -> Result<impl IntoResponse, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    // Far enough for any survey, and near enough to be a day at all.
    if !(2000..3000).contains(&summer) {
        return Err(PageError::NotFound);
    }
    let made = made(edge.ctx(), actor, (id, Month::of(count_day(summer)))).await?;
    let made = made.ok_or(PageError::NotFound)?;
    let serial = Register::Circulation.serial(made.serial);
    let name = format!("attachment; filename=\"survey-{summer}-{serial}.csv\"");
    let kind = "text/csv; charset=utf-8".to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], made.content))
}
