//! Packs on a page: sentences, charts and tables; the words edited; the pack taken and written down.

use super::drawn;
use crate::charts::Svg;
use crate::http::{
    Edge, Frame, Page, PageError, Path, Posted, Query, frame::Section, session::SignedIn,
};
use crate::pages::ahead::tabs;
use crate::pages::figures::{Aim, DrawnGaps, drawn_gaps};
use crate::pages::parts::{Choice, Tab};
use app::exports::Register;
use app::measures::{Gaps, may_cut};
use app::packs::{
    self, Analysis, Audience, Counted, Kept, Pack, PackMonth, Sent, Standing, Table, analysis,
    circulation, pack as make,
};
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, Actor};
use domain::calendar::{Month, parse_day, shown};
use domain::measure::Cut;
use serde::Deserialize;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    kind: String,
    key: String,
    month: String,
}

#[derive(Template)]
#[template(path = "reports/packs.html")]
pub struct PacksPage {
    frame: Frame,
    tabs: Vec<Tab>,
    month: String,
    audiences: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "reports/pack.html")]
pub struct PackPage {
    frame: Frame,
    tabs: Vec<Tab>,
    /// A dashboard has no words to edit and goes nowhere.
    is_pack: bool,
    title: String,
    dated: String,
    /// The day as known on which it is counted.
    counted_on: String,
    kind: String,
    key: String,
    month: String,
    months: Vec<Choice>,
    sentences: Vec<(&'static str, String, String)>,
    edited: Option<String>,
    words: Analysis,
    series_title: String,
    series: Svg,
    /// What the numbers of every table are called.
    heads: [&'static str; 6],
    /// A month in each, with its targets after its figures.
    rows: Vec<Vec<String>>,
    aims: Vec<Aim>,
    /// How the month stands to each target.
    held: Vec<String>,
    tables: Vec<Drawn>,
    /// The gaps of vulnerable groups, for a board.
    gaps: Option<DrawnGaps>,
    /// Nobody is of the people that this is about.
    nobody: bool,
    /// Months and groups are left out for this reader.
    hidden: bool,
    /// Counts are left out since the pack goes to others.
    left_out: bool,
    /// Some of them for what packs of the month that went out before told.
    left_out_beside: bool,
    /// What it tells and beside which packs it was judged, as one mark.
    mark: String,
    sent: Vec<SentRow>,
    /// Packs of this audience that are made every month.
    monthly: Vec<Monthly>,
}

struct Monthly {
    id: i64,
    mine: bool,
    by: String,
    to: String,
    purpose: String,
    /// Month as the address has it, and in words.
    months: Vec<(String, String)>,
}

struct Drawn {
    id: &'static str,
    table: String,
    by: &'static str,
    caption: String,
    title: String,
    chart: Svg,
    rows: Vec<[String; 7]>,
}

struct SentRow {
    when: String,
    by: String,
    to: String,
    how: String,
    purpose: String,
    serial: String,
}

fn month(edge: &Edge, text: &str) -> Result<Month, PageError> {
    match text.is_empty() {
        true => Ok(Month::of(edge.ctx().today()).plus(-1)),
        false => text.parse().map_err(|_| PageError::Refused("Type the month as 2026-09.".into())),
    }
}

fn audience(asked: &Asked) -> Result<Audience, PageError> {
    Audience::from_words(&asked.kind, &asked.key).ok_or(PageError::NotFound)
}

/// What somebody sees first: the figures of their own reach.
pub async fn dashboard(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page<PackPage>, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let month = month(&edge, &asked.month)?;
    let found = make(edge.ctx(), actor, &Audience::Reach, month).await?;
    let frame = frame.named("Dashboard", Section::Reports);
    let mut page = view(&edge, frame, &found, Analysis::default(), Vec::new());
    page.tabs = tabs(actor, "/reports");
    if actor.scope.everyone {
        page.gaps = gaps(&edge, actor, month).await?.as_ref().map(drawn_gaps);
    }
    page.title = format!("Dashboard: {}", whose(actor));
    Ok(Page(page))
}

/// The gaps of NEET and not known together, where the reader sees characteristics.
async fn gaps(edge: &Edge, actor: &Actor, month: Month) -> Result<Option<Gaps>, PageError> {
    if may_cut(actor, &[Cut::Characteristic]).is_err() {
        return Ok(None);
    }
    Ok(Some(app::measures::gaps(edge.ctx(), actor, "neet-not-known", month).await?))
}

fn whose(actor: &Actor) -> String {
    let scope = &actor.scope;
    let named: Vec<&str> = scope.localities.iter().map(String::as_str).collect();
    match (scope.everyone, named.is_empty(), scope.caseload_of.is_some()) {
        (true, _, _) => "the whole area".to_owned(),
        (_, false, true) => format!("{} and your caseload", named.join(", ")),
        (_, false, false) => named.join(", "),
        (_, true, true) => "your caseload".to_owned(),
        (_, true, false) => "your school's roll".to_owned(),
    }
}

pub async fn packs(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page<PacksPage>, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let month = month(&edge, &asked.month)?;
    let all = packs::audiences(edge.ctx(), actor).await?;
    Ok(Page(PacksPage {
        frame: frame.named("Packs", Section::Reports),
        tabs: tabs(actor, "/reports/packs"),
        month: month.words(),
        audiences: all.into_iter().map(|(audience, name)| (href(&audience, month), name)).collect(),
    }))
}

fn href(audience: &Audience, month: Month) -> String {
    let key: String = audience
        .key()
        .bytes()
        .map(|b| match b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
            true => char::from(b).to_string(),
            false => format!("%{b:02X}"),
        })
        .collect();
    format!("/reports/pack?kind={}&key={key}&month={month}", audience.kind())
}

pub async fn pack(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page<PackPage>, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let audience = audience(&asked)?;
    let found = make(edge.ctx(), actor, &audience, month(&edge, &asked.month)?).await?;
    let words = analysis(edge.ctx(), actor, &found).await?;
    let sent = circulation(edge.ctx(), actor, &audience).await?;
    let frame = frame.named(format!("Pack: {}", found.title), Section::Reports);
    let mut page = view(&edge, frame, &found, words, sent);
    page.is_pack = true;
    if audience == Audience::Board {
        let gaps = gaps(&edge, actor, found.month).await?;
        let told = gaps.map(|gaps| packs::gaps_beside(&found, gaps));
        page.gaps = told.filter(|gaps| !gaps.groups.is_empty()).as_ref().map(drawn_gaps);
    }
    let monthly = packs::scheduled(edge.ctx(), actor, &audience).await?;
    page.monthly = monthly.into_iter().map(every_month).collect();
    page.tabs = tabs(actor, "/reports/packs");
    Ok(Page(page))
}

fn every_month(one: Standing) -> Monthly {
    Monthly {
        id: one.id,
        mine: one.mine,
        by: one.by,
        to: one.to,
        purpose: one.purpose,
        months: one.months.iter().map(|month| (month.to_string(), month.words())).collect(),
    }
}

fn sent_row(s: Sent) -> SentRow {
    SentRow {
        when: day(&s.at),
        by: s.by,
        to: s.to,
        how: s.how,
        purpose: s.purpose,
        serial: Register::Circulation.serial(s.serial),
    }
}

fn day(at: &str) -> String {
    at.get(..10).and_then(parse_day).map_or_else(String::new, shown)
}

/// How many, and of how many in a hundred, as every file of it has them.
fn row(name: String, counted: &Counted) -> [String; 7] {
    let all = counted.cohort;
    let people =
        |of: Option<u64>| of.map_or_else(|| drawn::TOO_FEW.to_owned(), |of| of.to_string());
    [
        name,
        all.to_string(),
        people(counted.neet),
        drawn::percent(counted.neet, all),
        people(counted.not_known),
        drawn::percent(counted.not_known, all),
        drawn::percent(counted.together, all),
    ]
}

/// A month as a row, with each target in it.
fn month_row((place, month): (usize, &PackMonth), aims: &[Aim]) -> Vec<String> {
    let held = aims.iter().map(|aim| aim.cells.get(place).cloned().unwrap_or_default());
    row(month.month.words(), &month.counted).into_iter().chain(held).collect()
}

fn drawn_table(table: &Table) -> Drawn {
    let (title, chart) = drawn::table(table);
    Drawn {
        id: table.cut.name(),
        table: format!("{}-table", table.cut.name()),
        by: table.cut.label(),
        caption: format!("By {}", table.cut.label().to_lowercase()),
        title,
        chart,
        rows: table.groups.iter().map(|g| row(g.name.clone(), &g.counted)).collect(),
    }
}

fn view(edge: &Edge, frame: Frame, found: &Pack, words: Analysis, sent: Vec<Sent>) -> PackPage {
    let last = Month::of(edge.ctx().today()).plus(-1);
    let aims: Vec<Aim> = found.targets.iter().map(|one| Aim::own(one.of, &one.line)).collect();
    let (series_title, series) = drawn::series(found, &aims);
    PackPage {
        frame,
        tabs: Vec::new(),
        is_pack: false,
        title: found.title.clone(),
        dated: format!(
            "{}, {}, {} edition{}",
            found.month.words(),
            found.ages,
            found.edition,
            super::within(found.reach.as_deref())
        ),
        counted_on: shown(edge.ctx().today()),
        kind: found.audience.kind().to_owned(),
        key: found.audience.key().to_owned(),
        month: found.month.to_string(),
        months: offered(last, found.month),
        sentences: found
            .sentences
            .iter()
            .map(|s| (s.kind.words(), s.text.clone(), format!("#{}-heading", s.figure)))
            .collect(),
        edited: (words.version > 0 && !words.held_back)
            .then(|| format!("Version {}, {} by {}", words.version, day(&words.at), words.by)),
        words,
        series_title,
        series,
        rows: found.series.iter().enumerate().map(|m| month_row(m, &aims)).collect(),
        heads: packs::in_columns(),
        held: found.targets.iter().filter_map(|one| one.sentence(&found.series)).collect(),
        aims,
        tables: found.tables.iter().map(drawn_table).collect(),
        gaps: None,
        nobody: !found.hidden && found.series.last().is_none_or(|m| m.counted.cohort == 0),
        hidden: found.hidden,
        left_out: found.left_out,
        left_out_beside: found.telling.left_out,
        mark: found.telling.mark(),
        sent: sent.into_iter().map(sent_row).collect(),
        monthly: Vec::new(),
    }
}

fn offered(last: Month, chosen: Month) -> Vec<Choice> {
    let months = (0..24).map(|back| last.plus(-back));
    months.map(|m| Choice::new(&m.to_string(), &m.words(), m == chosen)).collect()
}

#[derive(Deserialize)]
pub struct WordsForm {
    kind: String,
    key: String,
    month: String,
    version: i64,
    text: String,
}

pub async fn save_words(
    State(edge): State<Edge>,
    who: SignedIn,
    Posted(form): Posted<WordsForm>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let asked = Asked { kind: form.kind, key: form.key, month: form.month };
    let (audience, month) = (audience(&asked)?, month(&edge, &asked.month)?);
    let found = make(edge.ctx(), actor, &audience, month).await?;
    packs::save(edge.ctx(), actor, &found, (form.version, &form.text)).await?;
    Ok(Redirect::to(&href(&audience, month)))
}

#[derive(Deserialize)]
pub struct SendForm {
    kind: String,
    key: String,
    month: String,
    to: String,
    purpose: String,
    how: String,
    /// The mark of what the page told: it is the page that is printed.
    mark: String,
}

/// Writes down whom the pack goes to and gives it as a file, or goes back where it is printed.
pub async fn circulate(
    State(edge): State<Edge>,
    who: SignedIn,
    Posted(form): Posted<SendForm>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let asked = Asked { kind: form.kind, key: form.key, month: form.month };
    let (audience, month) = (audience(&asked)?, month(&edge, &asked.month)?);
    let ctx = edge.ctx();
    let found = make(ctx, actor, &audience, month).await?;
    let how = match form.how.as_str() {
        "xlsx" => "workbook",
        "csv" => "CSV",
        _ => {
            found.telling.stands_on_paper(&form.mark)?;
            "on paper"
        }
    };
    let about = (form.to.as_str(), form.purpose.as_str(), how);
    let serial = packs::circulate(ctx, actor, &found, about).await?;
    let written = Register::Circulation.serial(serial);
    let name = format!("pack-{}-{month}-{written}", audience.kind());
    let (kind, end, bytes) = match form.how.as_str() {
        "xlsx" => {
            let words = analysis(ctx, actor, &found).await?;
            let about = about_sheet(actor, &found, (serial, &form.to, &form.purpose), &ctx.now());
            let bytes = packs::as_workbook(&found, &words, &about)?;
            (WORKBOOK, "xlsx", bytes)
        }
        "csv" => {
            let about = (serial, actor.name.as_str(), form.purpose.as_str());
            ("text/csv; charset=utf-8", "csv", packs::stamped(ctx, &found, about)?)
        }
        _ => return Ok(Redirect::to(&href(&audience, month)).into_response()),
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{end}\"")),
    ];
    Ok((headers, bytes).into_response())
}

#[derive(Deserialize)]
pub struct MonthlyForm {
    kind: String,
    key: String,
    monthly_to: String,
    monthly_purpose: String,
}

/// Asks for the pack to be made every month.
pub async fn monthly(
    State(edge): State<Edge>,
    who: SignedIn,
    Posted(form): Posted<MonthlyForm>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let asked = Asked { kind: form.kind, key: form.key, month: String::new() };
    let (audience, month) = (audience(&asked)?, month(&edge, "")?);
    packs::schedule(edge.ctx(), actor, &audience, (&form.monthly_to, &form.monthly_purpose))
        .await?;
    Ok(Redirect::to(&href(&audience, month)))
}

/// Ends a pack of every month.
pub async fn monthly_end(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    packs::end_schedule(edge.ctx(), actor, id).await?;
    Ok(Redirect::to("/reports/packs"))
}

/// How a kept pack is wanted: `page`, `xlsx`, else its table.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    form: String,
}

/// A pack as it was made for a month.
#[derive(Template)]
#[template(path = "reports/kept.html")]
struct KeptPage {
    frame: Frame,
    title: String,
    about: Vec<(String, String)>,
    words: String,
    tables: Vec<KeptTable>,
}

struct KeptTable {
    id: String,
    name: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// A pack as it was made for a month: as a page to print, as a workbook, or as the table that is kept.
pub async fn monthly_file(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path((id, month)): Path<(i64, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let month: Month = month.parse().map_err(|_| PageError::NotFound)?;
    let made = packs::made(edge.ctx(), actor, (id, month)).await?.ok_or(PageError::NotFound)?;
    let serial = Register::Circulation.serial(made.serial);
    let (kind, end, bytes) = match wanted.form.as_str() {
        "page" => {
            let kept = packs::kept(&made)?.ok_or(PageError::NotFound)?;
            return Ok(Page(kept_page(frame, month, kept)).into_response());
        }
        "xlsx" => {
            let kept = packs::kept(&made)?.ok_or(PageError::NotFound)?;
            (WORKBOOK, "xlsx", packs::kept_workbook(&kept)?)
        }
        _ => ("text/csv; charset=utf-8", "csv", made.content.into_bytes()),
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"pack-{month}-{serial}.{end}\""),
        ),
    ];
    Ok((headers, bytes).into_response())
}

fn kept_page(frame: Frame, month: Month, kept: Kept) -> KeptPage {
    let title = format!("Pack of {}, as it went out", month.words());
    let tables = kept.tables.iter().filter(|table| !table.rows.is_empty()).enumerate();
    let row = |columns: &[String], row: &[formats::tables_out::Cell]| -> Vec<String> {
        columns.iter().zip(row).map(|(column, cell)| packs::in_words(column, cell)).collect()
    };
    let tables = tables.map(|(at, table)| KeptTable {
        id: format!("kept-{at}"),
        name: table.name.clone(),
        rows: table.rows.iter().map(|cells| row(&table.columns, cells)).collect(),
        columns: table.columns.clone(),
    });
    let tables = tables.collect();
    KeptPage {
        frame: frame.named(title.clone(), Section::Reports),
        title,
        about: kept.about,
        words: kept.words,
        tables,
    }
}

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Said in a workbook of what is not in it.
const HANDLING: &str = "Official-sensitive. Counts under 5, those of groups under 10 and others that would give them away, by themselves or beside packs that went out before, are left empty.";

fn about_sheet(
    actor: &Actor,
    found: &Pack,
    (serial, to, purpose): (i64, &str, &str),
    now: &str,
) -> Vec<(String, String)> {
    [
        ("Pack", found.title.clone()),
        ("Month", found.month.words()),
        ("Edition", found.edition.clone()),
        ("Counted", format!("{}{}", found.ages, super::within(found.reach.as_deref()))),
        ("Serial", Register::Circulation.serial(serial)),
        ("Made by", actor.name.clone()),
        ("Made at", now.to_owned()),
        ("For", to.to_owned()),
        ("Purpose", purpose.to_owned()),
        ("Handling", HANDLING.to_owned()),
    ]
    .map(|(what, words)| (what.to_owned(), words))
    .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_tells_people_and_shares_as_the_files_do() {
        let counted = Counted { neet: Some(5), not_known: None, together: Some(9), cohort: 80 };
        let shown = row("East".to_owned(), &counted);
        let few = drawn::TOO_FEW;
        assert_eq!(shown, ["East", "80", "5", "6.3 %", few, few, "11.3 %"]);
        let wanted =
            ["Young people", "NEET", "NEET, %", "Not known", "Not known, %", "Together, %"];
        assert_eq!(packs::in_columns(), wanted);
    }
}
