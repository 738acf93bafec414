//! `waymark measure`: one measure for a month or a period, cut as asked, or the people behind it.

mod twice;

use super::{Outcome, Place, Result, Wrong, block_on, day, whole_authority};
use crate::output::{self, Format};
use crate::wiring;
use app::measures::{Cell, Figures, MonthPeople, Months, Numbers, Question};
use domain::access::Scope;
use domain::calendar::Month;
use domain::edition::Basis;
use domain::measure::{Cut, List, Unit};
use serde_json::json;

#[derive(clap::Args)]
pub struct Args {
    /// neet, not-known, neet-not-known, participation, psa2-neet and others; a wrong name lists them all.
    name: String,
    /// One month, counted on its last day: YYYY-MM.
    #[arg(long, required_unless_present = "period", conflicts_with = "period")]
    month: Option<String>,
    /// Months from one to another, both inclusive: YYYY-MM..YYYY-MM.
    #[arg(long, value_name = "A..B")]
    period: Option<String>,
    /// The edition to count under; the one in force at the end where none is named.
    #[arg(long)]
    edition: Option<String>,
    /// residence or place-of-study; the edition's own where none is named.
    #[arg(long)]
    basis: Option<String>,
    /// What to cut by: ward, sex, school and others, separated by commas.
    #[arg(long, value_delimiter = ',')]
    by: Vec<String>,
    /// Count what had been recorded by the end of this day: YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    known_on: Option<String>,
    /// Open a cell into its people: ward=E05008701,sex=F for example, or all.
    #[arg(long, value_name = "CELL")]
    people: Option<String>,
    /// Whom of the cell: in the numerator, out of it, or excluded from the cohort.
    #[arg(long, value_name = "in|out|excluded")]
    list: Option<String>,
    /// Count the month twice and say who counts as something else: return (as sent), month-end (as known
    /// when it ended), known:YYYY-MM-DD or edition:NAME.
    #[arg(long, value_name = "WHAT", conflicts_with_all = ["people", "list", "by"])]
    against: Option<String>,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

type Meant<T> = std::result::Result<T, Wrong>;

impl Args {
    pub fn run(self) -> Result {
        let question = self.question()?;
        if let Some(words) = &self.against {
            let against = twice::against(words)?;
            return block_on(twice::show(self.place, self.format, question, against))?;
        }
        if self.people.is_none() && self.list.is_none() {
            return block_on(self.figures(question))?;
        }
        let cell = cell(self.people.as_deref().unwrap_or("all"))?;
        let list = self.list.as_deref().unwrap_or("in");
        let list = List::from_name(list)
            .ok_or_else(|| Wrong::Usage(format!("A list is in, out or excluded, not {list}.")))?;
        block_on(self.list(question, cell, list))?
    }

    fn question(&self) -> Meant<Question> {
        if domain::measure::named(&self.name).is_none() {
            let names: Vec<_> = domain::measure::DEFINITIONS.iter().map(|d| d.name).collect();
            return Err(Wrong::Usage(format!(
                "No measure is called {}; there are {}.",
                self.name,
                names.join(", ")
            )));
        }
        if let Some(name) = &self.edition
            && formats::reference::editions().named(name).is_none()
        {
            return Err(Wrong::Usage(format!("No edition is called {name}.")));
        }
        Ok(Question {
            measure: self.name.clone(),
            months: self.months()?,
            edition: self.edition.clone(),
            basis: self.basis.as_deref().map(basis).transpose()?,
            by: self.by.iter().map(|name| cut(name.trim())).collect::<Meant<_>>()?,
            known_on: self.known_on.as_deref().map(day).transpose()?,
        })
    }

    fn months(&self) -> Meant<Months> {
        match (&self.month, &self.period) {
            (Some(text), _) => month(text).map(Months::One),
            (None, Some(text)) => {
                let (first, last) = text.split_once("..").ok_or_else(|| {
                    Wrong::Usage(format!("A period is written YYYY-MM..YYYY-MM, not {text}."))
                })?;
                let (first, last) = (month(first)?, month(last)?);
                if first > last {
                    return Err(Wrong::Usage(format!("The period {text} ends before it begins.")));
                }
                Ok(Months::Period(first, last))
            }
            (None, None) => Err(Wrong::Usage("Say which --month or --period.".into())),
        }
    }

    async fn figures(self, question: Question) -> Result {
        let ctx = wiring::open(&self.place).await?;
        let figures = app::measures::figures(&ctx, &Scope::everyone(), &question).await?;
        match self.format {
            Format::Json => output::json(&figures),
            Format::Csv => print(csv_text(&figures)),
            Format::Text => print(text(&figures)),
        }
        Ok(Outcome::Done)
    }

    async fn list(self, question: Question, cell: Vec<(Cut, String)>, list: List) -> Result {
        let ctx = wiring::open(&self.place).await?;
        let actor = whole_authority();
        let months =
            app::measures::numbered_people_of_cell(&ctx, &actor, &question, &cell, list).await?;
        match self.format {
            Format::Json => output::json(&json!({
                "measure": question.measure,
                "list": self.list.as_deref().unwrap_or("in"),
                "cell": cell.iter().map(|(cut, value)| (cut.name(), value)).collect::<std::collections::BTreeMap<_, _>>(),
                "months": months,
            })),
            Format::Csv | Format::Text => people(&months, self.format),
        }
        Ok(Outcome::Done)
    }
}

fn month(text: &str) -> Meant<Month> {
    text.parse().map_err(|wrong| Wrong::Usage(format!("{wrong}.")))
}

fn cut(name: &str) -> Meant<Cut> {
    Cut::from_name(name).ok_or_else(|| {
        let names: Vec<_> = Cut::ALL.iter().map(|cut| cut.name()).collect();
        Wrong::Usage(format!("Nothing is cut by {name}; there are {}.", names.join(", ")))
    })
}

fn basis(name: &str) -> Meant<Basis> {
    match name {
        "residence" => Ok(Basis::Residence),
        "place-of-study" => Ok(Basis::PlaceOfStudy),
        _ => Err(Wrong::Usage(format!("A basis is residence or place-of-study, not {name}."))),
    }
}

/// Reads `ward=E05008701,sex=F`; `all` is every cell.
fn cell(text: &str) -> Meant<Vec<(Cut, String)>> {
    if text == "all" {
        return Ok(Vec::new());
    }
    let part = |part: &str| {
        let (name, value) = part.split_once('=').ok_or_else(|| {
            Wrong::Usage(format!("A cell is written ward=E05008701,sex=F or all, not {text}."))
        })?;
        Ok((cut(name.trim())?, value.trim().to_owned()))
    };
    text.split(',').map(part).collect()
}

fn print(text: String) {
    output::line(text.trim_end());
}

fn line_of(label: &str, numbers: &Numbers) -> String {
    format!(
        "{label:<40} {:>8} {:>8} {:>7} {:>9} {:>7} {:>8}  {:>6}\n",
        numbers.cohort.whole(),
        numbers.eet.whole(),
        numbers.neet.whole(),
        numbers.not_known.whole(),
        numbers.lapsed.whole(),
        numbers.excluded.whole(),
        numbers.value_shown
    )
}

fn text(figures: &Figures) -> String {
    let mut text = format!(
        "{} ({}), edition {}, {}, by {}\n{}\n\n{:<40} {:>8} {:>8} {:>7} {:>9} {:>7} {:>8}  {:>6}\n",
        figures.title,
        figures.measure,
        figures.edition,
        figures.ages,
        figures.basis,
        figures.definition,
        "",
        "cohort",
        "eet",
        "neet",
        "not known",
        "lapsed",
        "excluded",
        figures.unit.word()
    );
    for month in &figures.series {
        text += &line_of(&month.month, &month.total);
    }
    if !figures.averaged.is_empty() {
        text += &line_of(&format!("mean of {}", figures.averaged.join(", ")), &figures.total);
    }
    for cell in &figures.cells {
        text += &line_of(&cell.label, &cell.numbers);
    }
    if let Some(target) = &figures.target {
        text += &format!("\n{}\n", target.sentence);
    }
    text
}

const COLUMNS: [&str; 19] = [
    "cohort",
    "eet",
    "neet",
    "not_known",
    "not_known_by_code",
    "lapsed",
    "excluded",
    "participating",
    "numerator",
    "percent",
    "percent_shown",
    "neet_percent",
    "not_known_percent",
    "neet_not_known_percent",
    "eet_percent",
    "participation_percent",
    "denominator",
    "value",
    "unit",
];

fn columns(numbers: &Numbers, unit: Unit) -> [String; 19] {
    let count = |count: app::measures::Count| count.value().to_string();
    let percent = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    [
        count(numbers.cohort),
        count(numbers.eet),
        count(numbers.neet),
        count(numbers.not_known),
        count(numbers.not_known_by_code),
        count(numbers.lapsed),
        count(numbers.excluded),
        count(numbers.participating),
        count(numbers.numerator),
        percent(numbers.percent),
        numbers.percent_shown.clone(),
        percent(numbers.neet_percent),
        percent(numbers.not_known_percent),
        percent(numbers.neet_not_known_percent),
        percent(numbers.eet_percent),
        percent(numbers.participation_percent),
        count(numbers.denominator),
        percent(numbers.value),
        unit.word().to_owned(),
    ]
}

fn csv_text(figures: &Figures) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = ["month"].into_iter().chain(figures.by.iter().copied()).chain(["label"]);
    let mut rows: Vec<Vec<String>> = vec![head.chain(COLUMNS).map(str::to_owned).collect()];
    let values = |cell: &Cell| -> Vec<String> {
        let value = |cut: &&str| app::exports::tame(cell.key.get(*cut).map_or("", String::as_str));
        figures.by.iter().map(value).chain([app::exports::tame(&cell.label)]).collect()
    };
    let mut add = |month: &str, total: &Numbers, cells: &[Cell]| {
        let all = vec![String::new(); figures.by.len()];
        let mut row = vec![month.to_owned()];
        row.extend(all.into_iter().chain(["all".to_owned()]).chain(columns(total, figures.unit)));
        rows.push(row);
        rows.extend(cells.iter().map(|cell| {
            let front = [month.to_owned()].into_iter().chain(values(cell));
            front.chain(columns(&cell.numbers, figures.unit)).collect()
        }));
    };
    for month in &figures.series {
        add(&month.month, &month.total, &month.cells);
    }
    if !figures.averaged.is_empty() {
        add("mean", &figures.total, &figures.cells);
    }
    for row in rows {
        writer.write_record(row).expect("writing to memory does not fail");
    }
    let bytes = writer.into_inner().expect("writing to memory does not fail");
    String::from_utf8_lossy(&bytes).into_owned()
}

fn people(months: &[MonthPeople], format: Format) {
    let comma = format == Format::Csv;
    if comma {
        output::line("month,person,activity,since,why");
    }
    for month in months {
        for person in &month.people {
            let activity = person.activity.as_deref().unwrap_or("");
            let since = person.since.as_deref().unwrap_or("");
            let (m, id, why) = (&month.month, person.person, person.why);
            if comma {
                output::line(&format!(
                    "{m},{id},{},{since},\"{why}\"",
                    app::exports::tame(activity)
                ));
            } else {
                output::line(&format!("{m}  {id:>9}  {activity:<4} {since:<10}  {why}"));
            }
        }
    }
}
