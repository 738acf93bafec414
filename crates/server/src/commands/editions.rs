//! `waymark editions`: which editions of the requirement this binary carries, and what in one of
//! them is not certain. Reads nothing but itself.

use super::{Outcome, Result, Unopened, Wrong};
use crate::output::{self, Format};
use domain::edition::{Activity, AgeKind, Basis, Edition, Lapse, Measure, Uncertain};
use formats::reference::editions;
use serde::Serialize;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Which,
}

#[derive(clap::Subcommand)]
enum Which {
    /// Every edition with the days it was in force.
    List {
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        #[command(flatten)]
        place: Unopened,
    },
    /// What one edition says, and every value in it that is not certain.
    Show {
        /// Its name, such as 2019-20.
        name: String,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        #[command(flatten)]
        place: Unopened,
    },
}

impl Args {
    pub fn run(self) -> Result {
        match self.command {
            Which::List { format, .. } => list(format),
            Which::Show { name, format, .. } => {
                let known = || editions().iter().map(|edition| edition.name.as_str());
                let edition = editions().named(&name).ok_or_else(|| {
                    let known = known().collect::<Vec<_>>().join(", ");
                    Wrong::Usage(format!("There is no edition {name}; there are {known}."))
                })?;
                show(edition, format);
            }
        }
        Ok(Outcome::Done)
    }
}

fn list(format: Format) {
    let all = editions().iter().map(Head::of).collect::<Vec<_>>();
    if format == Format::Json {
        return output::json(&all);
    }
    for head in all {
        let until = head.valid_to.as_deref().unwrap_or("now");
        let Head { name, valid_from, title, uncertain_count, .. } = head;
        output::line(&format!(
            "{name:<8} {valid_from} to {until}  {title} ({uncertain_count} uncertain values)"
        ));
    }
}

fn show(edition: &Edition, format: Format) {
    let view = Shown::of(edition);
    if format == Format::Json {
        return output::json(&view);
    }
    output::line(&format!("{}: {}", edition.name, edition.title));
    let until = view.head.valid_to.as_deref().unwrap_or("now");
    output::line(&format!("In force {} to {until}", view.head.valid_from));
    let Band { age, min, max, basis, months, .. } = &view.measure;
    let months = months.iter().map(i8::to_string).collect::<Vec<_>>().join(", ");
    output::line(&format!("Counts {age} age {min} to {max} by {basis}, mean of months {months}"));
    output::line("");
    for activity in &view.activities {
        let Code { code, group, lapse, label, .. } = activity;
        output::line(&format!("{code}  {group:<18} {lapse:<17} {label}"));
    }
    output::line("");
    output::line("Uncertain values (I inferred, K own knowledge, ? weak):");
    for doubt in &view.uncertain {
        let Doubt { path, value, mark, note, .. } = doubt;
        output::line(&format!("[{mark}] {path} = {value}: {note}"));
    }
}

#[derive(Serialize)]
struct Head<'a> {
    name: &'a str,
    title: &'a str,
    valid_from: String,
    valid_to: Option<String>,
    uncertain_count: usize,
}

impl<'a> Head<'a> {
    fn of(edition: &'a Edition) -> Self {
        Self {
            name: &edition.name,
            title: &edition.title,
            valid_from: edition.valid_from.to_string(),
            valid_to: edition.valid_to.map(|day| day.to_string()),
            uncertain_count: edition.uncertain.len(),
        }
    }
}

#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    root: &'a str,
    measure: Band<'a>,
    activities: Vec<Code<'a>>,
    checks: Vec<Check<'a>>,
    uncertain: Vec<Doubt<'a>>,
}

impl<'a> Shown<'a> {
    fn of(edition: &'a Edition) -> Self {
        Self {
            head: Head::of(edition),
            root: &edition.xml.root,
            measure: Band::of(&edition.measure),
            activities: edition.activities.values().map(Code::of).collect(),
            checks: edition
                .checks
                .values()
                .map(|rule| Check {
                    code: &rule.code,
                    priority: rule.priority.number(),
                    says: &rule.says,
                })
                .collect(),
            uncertain: edition.uncertain.iter().map(Doubt::of).collect(),
        }
    }
}

#[derive(Serialize)]
struct Band<'a> {
    age: &'static str,
    min: i16,
    max: i16,
    basis: &'static str,
    months: &'a [i8],
    /// The shares of lapsed records assumed NEET: of EET, then of NEET.
    adjustment: Option<[f64; 2]>,
    excluded: Vec<&'a str>,
    target_percent: Option<f64>,
}

impl<'a> Band<'a> {
    fn of(measure: &'a Measure) -> Self {
        let share = |hundredths: u32| f64::from(hundredths) / 100.0;
        Self {
            age: match measure.age.kind {
                AgeKind::Actual => "actual",
                AgeKind::Academic => "academic",
            },
            min: measure.age.min,
            max: measure.age.max,
            basis: match measure.basis {
                Basis::PlaceOfStudy => "place of study",
                Basis::Residence => "residence",
            },
            months: &measure.months,
            adjustment: measure
                .adjustment
                .map(|held| [held.eet_lapsed_hundredths, held.neet_lapsed_hundredths].map(share)),
            excluded: measure.excluded.iter().map(String::as_str).collect(),
            target_percent: measure
                .target
                .as_ref()
                .map(|target| f64::from(target.neet_permille) / 10.0),
        }
    }
}

#[derive(Serialize)]
struct Code<'a> {
    code: &'a str,
    label: &'a str,
    group: &'static str,
    participates: bool,
    duty: &'static str,
    lapse: String,
    review_required: bool,
    end_date_required: bool,
}

impl<'a> Code<'a> {
    fn of(activity: &'a Activity) -> Self {
        Self {
            code: &activity.code,
            label: &activity.label,
            group: activity.group.word(),
            participates: activity.participates(),
            duty: activity.duty.word(),
            lapse: match activity.lapse {
                Lapse::Never => "never".into(),
                Lapse::SchoolYearEnd => "31 August".into(),
                Lapse::Months(months) => format!("{months} months"),
                Lapse::ReviewPlusDays(days) => format!("review + {days} days"),
            },
            review_required: activity.review_required,
            end_date_required: activity.end_date_required,
        }
    }
}

#[derive(Serialize)]
struct Check<'a> {
    code: &'a str,
    priority: u8,
    says: &'a str,
}

#[derive(Serialize)]
struct Doubt<'a> {
    path: &'a str,
    value: &'a str,
    mark: char,
    source: &'a str,
    note: &'a str,
}

impl<'a> Doubt<'a> {
    fn of(value: &'a Uncertain) -> Self {
        Self {
            path: &value.path,
            value: &value.value,
            mark: value.mark.letter(),
            source: &value.source,
            note: &value.note,
        }
    }
}
