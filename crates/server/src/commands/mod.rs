//! The list of commands, what each returns, and how that becomes an exit code. To add one:
//! a file here with `#[derive(clap::Args)] pub struct Args` and `pub fn run(self) -> Result`,
//! a `mod` line, a variant, and an arm in `run`. Commands that need async call `block_on`;
//! the others never start a runtime.

mod about;
mod account;
mod agreement;
mod audit;
mod cohorts;
mod council;
mod crossmatch;
mod delimited;
mod demo;
mod editions;
mod file_out;
mod followup;
mod forecast;
mod import;
mod imports;
mod keys;
mod link;
mod measure;
mod organisation;
mod plan;
mod predict;
mod quality;
mod read_file;
mod report;
mod retention;
mod return_check;
mod return_sign;
mod return_write;
mod returns;
mod risk;
mod serve;
mod target;
mod tracking;
mod training;

use crate::output::{self, Format};
use clap::{Args, Subcommand};
use domain::access::{Actor, Role, Scope};
use domain::calendar::{Day, parse_day};
use serde_json::{Value, json};
use std::{
    future::Future,
    path::{Path, PathBuf},
    process::ExitCode,
};

#[derive(Subcommand)]
pub enum Command {
    /// Say which version this is and what it was built with.
    About(about::Args),
    /// Make accounts, or a link by which an account's owner chooses a password.
    Account(account::Args),
    /// Sharing agreements: what stands, what they allow and why.
    Agreement(agreement::Args),
    /// Seal and verify the audit, or say whose data an account saw.
    Audit(audit::Args),
    /// Plan by school year, from Year 7 on: who has to take part until when, and how many places that takes.
    Cohorts(cohorts::Args),
    /// Say which council the register belongs to.
    Council(council::Args),
    /// List the editions of the requirement, or show one.
    Editions(editions::Args),
    /// Bring a partner's file into the register.
    Import(import::Args),
    /// Look at imports, decide held rows, take one back.
    Imports(imports::Args),
    /// Read one file in a limited process (used by the import itself).
    #[command(hide = true)]
    ReadFile(read_file::Args),
    /// Count own reports and make packs that are due; count leavers, offers and caseloads.
    Report(report::Args),
    /// What is destroyed when its time is over: the rules in force.
    Retention(retention::Args),
    /// Write, check or sign off the monthly return.
    Return(returns::Args),
    /// Say who is due to be followed up, or record a contact.
    Followup(followup::Args),
    /// Look ahead: what will lapse; NEET and not known to the count months.
    Forecast(forecast::Args),
    /// Count a measure, or list the people behind it.
    Measure(measure::Args),
    /// Set targets for measures, or hold the figures against them.
    Target(target::Args),
    /// Say what is due in a school year of tracking, and how it stands.
    Tracking(tracking::Args),
    /// Say who is trained in recording, and whose caseload's data was reviewed.
    Training(training::Args),
    /// Schools, colleges and partners: list them, or add those of a list.
    Organisation(organisation::Args),
    /// Bring a strategy's plan in, show it, write it out, take it back.
    Plan(plan::Args),
    /// Early support: sets, predictors, chances, lists, papers.
    Predict(predict::Args),
    /// Say how complete the records are, or whose lack something.
    Quality(quality::Args),
    /// Match a partner's list with the register, without importing it.
    Crossmatch(crossmatch::Args),
    /// Make, rotate and use the keys that notes are sealed under at rest.
    Keys(keys::Args),
    /// Find the people of one list in another.
    Link(link::Args),
    /// Fit, score with and report on a predictor, from any CSV file.
    Risk(risk::Args),
    /// Fill a new register with a made-up town to try everything on.
    Demo(demo::Args),
    /// Serve the pages until told to stop.
    Serve(serve::Args),
}

impl Command {
    pub fn run(self) -> Result {
        match self {
            Self::About(args) => args.run(),
            Self::Account(args) => args.run(),
            Self::Agreement(args) => args.run(),
            Self::Audit(args) => args.run(),
            Self::Cohorts(args) => args.run(),
            Self::Council(args) => args.run(),
            Self::Demo(args) => args.run(),
            Self::Editions(args) => args.run(),
            Self::Import(args) => args.run(),
            Self::Imports(args) => args.run(),
            Self::ReadFile(args) => args.run(),
            Self::Report(args) => args.run(),
            Self::Retention(args) => args.run(),
            Self::Return(args) => args.run(),
            Self::Followup(args) => args.run(),
            Self::Forecast(args) => args.run(),
            Self::Measure(args) => args.run(),
            Self::Target(args) => args.run(),
            Self::Tracking(args) => args.run(),
            Self::Training(args) => args.run(),
            Self::Organisation(args) => args.run(),
            Self::Plan(args) => args.run(),
            Self::Predict(args) => args.run(),
            Self::Quality(args) => args.run(),
            Self::Crossmatch(args) => args.run(),
            Self::Keys(args) => args.run(),
            Self::Link(args) => args.run(),
            Self::Risk(args) => args.run(),
            Self::Serve(args) => args.run(),
        }
    }
}

pub type Result = std::result::Result<Outcome, Wrong>;

/// How a command ended when nothing went wrong with the command itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Exit code 0.
    Done,
    /// Exit code 1: the work was done and has something to say about the data.
    Findings,
}

/// Why a command could not do what it was asked, as one sentence for standard error.
#[derive(Debug, thiserror::Error)]
pub enum Wrong {
    /// A rule says no. Exit code 1.
    #[error("{0}")]
    Refused(String),
    /// A rule says no to a file, at this row of it. Exit code 1.
    #[error("{sentence}")]
    RefusedAt { sentence: String, row: u32 },
    /// The command was used wrongly: a missing file, an unknown name. Exit code 2.
    #[error("{0}")]
    Usage(String),
    /// The world broke: disk, database, network. Exit code 3, so that no script mistakes
    /// it for a verdict about the data.
    #[error("{0}")]
    Failed(String),
}

impl Wrong {
    /// What is answered where a document was asked for.
    pub fn document(&self) -> Value {
        match self {
            Self::Refused(sentence) => json!({"refused": sentence}),
            Self::RefusedAt { sentence, row } => json!({"refused": sentence, "row": row}),
            Self::Usage(sentence) => json!({"wrong_use": sentence}),
            Self::Failed(sentence) => json!({"failed": sentence}),
        }
    }
}

/// The exit code where the world broke.
pub const BROKEN: u8 = 3;

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::Findings => Self::from(1),
        }
    }
}

impl From<Wrong> for ExitCode {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Refused(_) | Wrong::RefusedAt { .. } => Self::from(1),
            Wrong::Usage(_) => Self::from(2),
            Wrong::Failed(_) => Self::from(BROKEN),
        }
    }
}

/// The day that an argument names.
///
/// Errors: wrong use where it names none.
pub fn day(text: &str) -> std::result::Result<Day, Wrong> {
    parse_day(text).ok_or_else(|| Wrong::Usage(format!("A day is written YYYY-MM-DD, not {text}.")))
}

/// A file that was named and cannot be read is wrong use.
pub fn unreadable(path: &Path, error: &std::io::Error) -> Wrong {
    Wrong::Usage(format!("{} cannot be read: {error}.", path.display()))
}

/// The whole of a file that was named.
pub fn bytes_of(path: &Path) -> std::result::Result<Vec<u8>, Wrong> {
    std::fs::read(path).map_err(|error| unreadable(path, &error))
}

/// The whole of a file that was named, as text.
pub fn text_of(path: &Path) -> std::result::Result<String, Wrong> {
    std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))
}

/// Where the register is. Flatten into any command that reads or writes it.
#[derive(Args, Clone, Debug)]
pub struct Place {
    /// The folder that holds this council's register and files.
    #[arg(long, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// A PostgreSQL address; without it the register is a SQLite file in the home folder.
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// The master key that sealed notes open with; without a word master.key in the home folder.
    #[arg(long, value_name = "FILE")]
    pub master_key: Option<PathBuf>,
}

impl Place {
    /// `None` where neither a file nor a folder was named.
    pub fn master_key_file(&self) -> Option<PathBuf> {
        self.master_key.clone().or_else(|| self.home.as_deref().map(app::keys::in_home))
    }
}

/// Where the register is, for commands that open none: every command can be called alike.
#[derive(Args, Clone, Debug)]
pub struct Unopened {
    /// Taken as everywhere; this command opens no register.
    #[arg(id = "home", long = "home", value_name = "DIR")]
    _home: Option<PathBuf>,
    #[arg(id = "database_url", long = "database-url", value_name = "URL", hide = true)]
    _database_url: Option<String>,
    #[arg(id = "master_key", long = "master-key", value_name = "FILE", hide = true)]
    _master_key: Option<PathBuf>,
}

/// How to answer, and about which register.
#[derive(Args, Clone, Debug)]
pub struct Shown {
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    #[command(flatten)]
    pub place: Place,
}

impl Shown {
    /// Answers as asked: one document, or one line.
    pub fn say(&self, document: &Value, line: &str) {
        match self.format {
            Format::Json => output::json(document),
            _ => output::line(line),
        }
    }
}

/// Whoever can run this program on the register's files reaches all of it; account 0 is nobody's.
pub fn whole_authority() -> Actor {
    let name = "the command line".to_owned();
    Actor { account: 0, name, role: Role::DataManager, scope: Scope::everyone() }
}

impl From<app::Wrong> for Wrong {
    fn from(wrong: app::Wrong) -> Self {
        match wrong {
            app::Wrong::Refused(sentence) => Self::Refused(sentence),
            app::Wrong::RefusedAt { sentence, row } => Self::RefusedAt { sentence, row },
            denied @ app::Wrong::Denied(_) => Self::Refused(denied.to_string()),
            late @ app::Wrong::TooLate => Self::Refused(late.to_string()),
            broken => Self::Failed(format!("{broken}.")),
        }
    }
}

/// Runs one future to its end on a new runtime with all cores.
pub fn block_on<T>(work: impl Future<Output = T>) -> std::result::Result<T, Wrong> {
    tokio::runtime::Runtime::new()
        .map(|runtime| runtime.block_on(work))
        .map_err(|error| Wrong::Failed(format!("The runtime could not start: {error}.")))
}

#[cfg(test)]
mod tests {
    use super::Wrong;
    use domain::access::Denial;

    /// A script that read the exit code of a refusal reads the same of a denial.
    #[test]
    fn a_denial_ends_a_command_as_any_refusal_does() {
        let sentence = "Only a school does this.";
        let denied = Wrong::from(app::Wrong::denied(Denial::said(sentence)));
        assert!(matches!(&denied, Wrong::Refused(said) if said == sentence), "{denied:?}");
    }
}
