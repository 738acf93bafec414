//! The page of one figure.

use super::asked::Asked;
use super::drawn::{self, Aim};
use super::words;
use crate::charts::Svg;
use crate::http::{Edge, Frame, Page, PageError, Query, frame::Section, session::SignedIn};
use crate::pages::parts::Choice;
use app::comparators::{Facet, Published};
use app::geography::geography;
use app::measures::{
    Cell, Figures, Held, MonthFigures, Months, Numbers, TargetLine, figures_for, may_cut, may_open,
    target_lines, targets,
};
use askama::Template;
use axum::extract::State;
use domain::access::{Act, decide};
use domain::calendar::{Month, parse_day, shown};
use domain::measure::{Cut, tenths};

#[derive(Template)]
#[template(path = "figures/show.html")]
pub struct ShowPage {
    frame: Frame,
    question: String,
    dated: String,
    when: String,
    known: String,
    headline: String,
    asked: Asked,
    measures: Vec<Choice>,
    months_offered: Vec<Choice>,
    cuts: Vec<Choice>,
    editions: Vec<Choice>,
    bases: Vec<Choice>,
    targets: Vec<Held>,
    notebook: String,
    changes: String,
    figures: Figures,
    cut: &'static str,
    finding: String,
    drawing: Svg,
    rows: Vec<Row>,
    /// A month, its share, and each target in it.
    months: Vec<(String, Vec<String>)>,
    aims: Vec<Aim>,
    year_title: String,
    year: Svg,
    /// Whether any of its months is told: without one there is no line to draw.
    year_told: bool,
    /// Headings of what is published of the measure; none where nothing is.
    columns: Vec<&'static str>,
    /// What is counted here and what is published, in each column.
    here: Vec<Told>,
    published: Vec<Beside>,
    may_open: bool,
    may_set: bool,
    /// Whether counts are left out for this reader.
    hidden: bool,
}

/// One cell as shown. `share` is nothing when there are too few to say.
pub struct Row {
    pub value: String,
    pub name: String,
    /// Whether any of them can be opened: somebody is counted, and the count is told.
    pub counts: bool,
    pub count: String,
    pub cohort: String,
    pub share: Option<f64>,
    pub percent: String,
    pub gap: String,
    pub href: String,
}

/// A published figure of somebody else, or of this council.
pub struct Beside {
    name: String,
    when: String,
    told: Vec<Told>,
}

/// A share, and below it how many that is or which fifth of authorities.
pub struct Told {
    share: String,
    small: String,
}

/// NEET is read beside how many are not known, and so each of these with the two others.
const TOGETHER: [(&str, &str); 3] =
    [("neet", "NEET"), ("not-known", "Not known"), ("neet-not-known", "Together")];

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page<ShowPage>, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let asked = asked.filled(edge.ctx()).for_reader(actor);
    let question = asked.question()?;
    let answer = figures_for(edge.ctx(), actor, &question).await?;
    let month = asked.month()?;
    let mut year = question.clone();
    year.by = Vec::new();
    // Up to the last month that was counted, which a mean of several holds as a whole.
    let last = answer.months.last().and_then(|last| last.parse().ok()).unwrap_or(month);
    year.months = Months::Period(last.plus(-11), last);
    let months = figures_for(edge.ctx(), actor, &year).await?;
    let of: Vec<Month> = months.series.iter().filter_map(|m| m.month.parse().ok()).collect();
    let own = target_lines(edge.ctx(), &actor.scope, &[answer.measure], &of).await?;
    let mut page = page(frame, asked, (answer, months), &own);
    page.months_offered = page.asked.months(Month::of(edge.ctx().today()).plus(-1));
    page.cuts
        .retain(|cut| Cut::from_name(&cut.value).is_some_and(|c| may_cut(actor, &[c]).is_ok()));
    page.may_open = may_open(actor).is_ok();
    page.may_set = decide(actor, Act::KeepPlan).allowed;
    let held = targets(edge.ctx(), &actor.scope, month).await?;
    // A target says how many people are wanting to it.
    let total = &page.figures.total;
    let told = !total.few && !total.few_standings;
    page.targets =
        held.into_iter().filter(|one| told && one.measure == page.figures.measure).collect();
    Ok(Page(page))
}

impl ShowPage {
    /// Whether any of the targets has a grant, or loses of one, that this reader is told of.
    fn money(&self) -> bool {
        self.targets.iter().any(|one| one.grant_pence.is_some() || one.lost_percent > 0)
    }
}

fn page(
    frame: Frame,
    asked: Asked,
    (figures, months): (Figures, Figures),
    own: &[TargetLine],
) -> ShowPage {
    let cut = asked.cut();
    let unit = figures.unit.word();
    let mut rows: Vec<Row> =
        figures.cells.iter().map(|cell| row(&asked, cut, cell, unit)).collect();
    rows.sort_by(|a, b| b.share.unwrap_or(-1.0).total_cmp(&a.share.unwrap_or(-1.0)));
    // Those with nothing recorded, or with none of it, are no group to name.
    let most = rows.iter().position(|row| !cut.is_residual(&row.value) && row.share.is_some());
    let finding = match most.and_then(|at| rows.get(at)) {
        Some(row) => words::most(figures.unit, &row.name, &row.percent),
        None => "There are too few people to compare".to_owned(),
    };
    let drawing = match cut {
        Cut::Ward => drawn::map(&rows, drawn::unit(figures.unit), &finding),
        _ => drawn::bars(&rows, most, drawn::unit(figures.unit), &finding),
    };
    let told = columns(&figures);
    let facets: Vec<&Facet> = told.iter().map(|(_, facet)| *facet).collect();
    let year_title = format!("{}, the last 12 months", figures.title);
    let aims = drawn::aims(&months, own);
    ShowPage {
        frame: frame.named("Figures", Section::Figures),
        question: words::question(figures.measure, cut),
        when: words::months(&figures.months),
        known: known(&asked),
        headline: words::headline(&figures),
        months_offered: Vec::new(),
        dated: format!(
            "{}, {}, {} edition",
            words::months(&figures.months),
            figures.ages,
            figures.edition
        ),
        measures: asked.measures(),
        cuts: asked.cuts(),
        editions: asked.editions(),
        bases: asked.bases(),
        targets: Vec::new(),
        notebook: asked.page_href("notebook"),
        changes: asked.page_href("changes"),
        cut: cut.label(),
        finding,
        drawing,
        rows,
        year: drawn::year(&months, &year_title, &aims),
        year_told: months.series.iter().any(|month| month.total.value.is_some()),
        year_title,
        columns: told.iter().map(|(heading, _)| *heading).collect(),
        here: facets.iter().map(|facet| here(&figures.total, facet)).collect(),
        published: figures.comparison.published.iter().map(|row| beside(row, &facets)).collect(),
        months: months.series.iter().enumerate().map(|at| shares(at, unit, &aims)).collect(),
        aims,
        hidden: figures.cells.iter().any(|cell| cell.numbers.few),
        figures,
        asked,
        may_open: false,
        may_set: false,
    }
}

fn known(asked: &Asked) -> String {
    parse_day(&asked.known).map_or_else(String::new, shown)
}

fn shares(
    (place, month): (usize, &MonthFigures),
    unit: &str,
    aims: &[Aim],
) -> (String, Vec<String>) {
    let share = match month.total.few {
        true => "too few to say".to_owned(),
        false => format!("{} {unit}", month.total.value_shown),
    };
    let held = aims.iter().map(|aim| aim.cells.get(place).cloned().unwrap_or_default());
    (words::month(&month.month), [share].into_iter().chain(held).collect())
}

fn row(asked: &Asked, cut: Cut, cell: &Cell, unit: &str) -> Row {
    let value = cell.key.get(cut.name()).cloned().unwrap_or_default();
    let numbers = &cell.numbers;
    let share = numbers.value.filter(|_| numbers.tells_value());
    // A school's number or a code says little on the page of its people.
    let named = if cell.label == value { String::new() } else { cell.label.clone() };
    let ward = geography().ward_name(&value).filter(|_| cut == Cut::Ward);
    Row {
        name: ward.map_or_else(|| cell.label.clone(), str::to_owned),
        counts: numbers.numerator.whole() > 0,
        count: numbers.counted_shown(),
        cohort: match numbers.few {
            true => "–".to_owned(),
            false => numbers.denominator.shown(),
        },
        gap: match (share, cell.gap) {
            (Some(_), Some(gap)) => words::signed(gap),
            _ => "–".to_owned(),
        },
        percent: match share {
            Some(_) => format!("{} {unit}", numbers.value_shown),
            None => "too few to say".to_owned(),
        },
        share,
        href: Asked { name: named, ..asked.clone() }.people_href(&value),
        value,
    }
}

/// What is published of the measure that is shown, each with its heading.
fn columns(figures: &Figures) -> Vec<(&'static str, &'static Facet)> {
    let together = TOGETHER.iter().any(|(measure, _)| *measure == figures.measure);
    let alone = [(figures.measure, figures.title)];
    let shown = if together { &TOGETHER[..] } else { &alone[..] };
    shown.iter().filter_map(|(measure, heading)| Some((*heading, Facet::of(measure)?))).collect()
}

/// What is counted here, as it stands beside what is published of it.
fn here(total: &Numbers, facet: &Facet) -> Told {
    let (few, share, small) = match facet.measure {
        "neet" => (total.few_standings, &total.neet_percent_shown, total.neet.shown()),
        "not-known" => {
            (total.few_standings, &total.not_known_percent_shown, total.not_known.shown())
        }
        "neet-not-known" => {
            (total.few_standings, &total.neet_not_known_percent_shown, String::new())
        }
        _ => (total.few, &total.value_shown, total.numerator.shown()),
    };
    match few {
        true => Told { share: "too few to say".to_owned(), small: String::new() },
        false => Told { share: format!("{share} %"), small },
    }
}

fn beside(row: &Published, facets: &[&Facet]) -> Beside {
    let told = |facet: &&Facet| Told {
        share: facet
            .percent(row)
            .map_or("not published".to_owned(), |v| format!("{} %", tenths(v))),
        small: facet.fifth(row).map_or_else(String::new, |fifth| format!("fifth {fifth} of 5")),
    };
    let when = facets.first().map_or_else(String::new, |facet| facet.when(row.year));
    Beside {
        name: row.name.clone(),
        when: format!("{when}, published"),
        told: facets.iter().map(told).collect(),
    }
}
