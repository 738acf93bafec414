//! The annual check of an agreement: whether it is practical, legal and effective, in words, by whom and when. The
//! answers begin as what is known of the twelve months behind; whoever checks says what they make of it.

use std::collections::BTreeSet;

use domain::access::Actor;
use domain::agreement::{Agreement, ClauseKind, LEFT_OUT, Punctual, Standing, Version};
use domain::calendar::shown;
use jiff::ToSpan;
use jiff::civil::Date;
use store::agreements;
use store::deliveries::{self, Used};

pub use store::agreements::Check as Checked;

use super::bring::{administers, audit, begin, standing};
use super::deliveries::due_between;
use crate::context::{Context, Wrong};

/// Units: characters of one answer.
const WORDS_MOST: usize = 2_000;
/// Units: characters of what a file's report said of its columns.
const REPORT_MOST: usize = 600;
/// Units: days before it is due that a check stands in the list.
const SOON_DAYS: i32 = 28;

/// The answers to the three questions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Whether the flow runs: deliveries on time, columns left out.
    pub practical: String,
    /// Whether it still may: gateway, impact assessment, how long it is kept.
    pub legal: String,
    /// What it brought: people found, rows used.
    pub effective: String,
}

/// Writes down that the annual check was made, and what it found.
///
/// Errors: refused without an answer to each question, and for a day that is yet to come.
pub async fn check(
    ctx: &Context,
    actor: &Actor,
    agreement: i64,
    (day, found): (Date, &Found),
) -> Result<(), Wrong> {
    administers(actor)?;
    if let Some((_, sentence)) = check_faults(ctx, day, found).into_iter().next() {
        return Err(Wrong::refused(sentence));
    }
    let kept = |answer: &str| answer.trim().to_owned();
    let check = Checked {
        agreement,
        day,
        by: String::new(),
        practical: kept(&found.practical),
        legal: kept(&found.legal),
        effective: kept(&found.effective),
    };
    let mut tx = ctx.db.begin().await?;
    let change = begin(ctx, &mut tx, actor, "agreement checked").await?;
    standing(&mut tx, agreement).await?;
    agreements::check(&mut tx, change, &check).await?;
    audit(ctx, &mut tx, actor, "agreement checked", agreement).await?;
    tx.commit().await?;
    Ok(())
}

/// What has to be mended before a check is written down, each sentence with the field of the form that it is about.
pub fn check_faults(ctx: &Context, day: Date, found: &Found) -> Vec<(&'static str, String)> {
    let answers = [
        ("practical", &found.practical, "Say whether the flow runs in practice."),
        ("legal", &found.legal, "Say whether the legal ground still holds."),
        ("effective", &found.effective, "Say what the agreement brought."),
    ];
    let mut faults: Vec<(&'static str, String)> = answers
        .into_iter()
        .filter_map(|(field, text, sentence)| Some((field, unanswered(text, sentence)?)))
        .collect();
    if day > ctx.today() {
        faults.push(("check-day", "A check cannot be dated in the future.".to_owned()));
    }
    faults
}

fn unanswered(text: &str, sentence: &str) -> Option<String> {
    let text = text.trim();
    match text.chars().count() {
        1..=WORDS_MOST if !text.contains('\0') => None,
        0 => Some(sentence.to_owned()),
        _ => Some(format!("{sentence} At most {WORDS_MOST} characters.")),
    }
}

/// The checks of an agreement, the newest first.
pub async fn checks(ctx: &Context, actor: &Actor, agreement: i64) -> Result<Vec<Checked>, Wrong> {
    administers(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    let mut all = agreements::checks(&mut tx, agreement).await?;
    all.reverse();
    Ok(all)
}

/// An agreement whose annual check is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckDue {
    pub agreement: i64,
    pub title: String,
    pub due: Date,
    pub overdue: bool,
    /// The check before, if there was one.
    pub last: Option<Checked>,
}

/// Those of all agreements that are to be checked within four weeks or overdue, first due first.
pub async fn checks_due(
    ctx: &Context,
    actor: &Actor,
    agreements: &[Agreement],
) -> Result<Vec<CheckDue>, Wrong> {
    administers(actor)?;
    let today = ctx.today();
    let until = today.checked_add(SOON_DAYS.days()).unwrap_or(today);
    let mut tx = ctx.db.begin_read().await?;
    let mut all = Vec::new();
    for agreement in agreements {
        let Some(due) = agreement.check_due(today).filter(|due| *due <= until) else { continue };
        let last = agreements::checks(&mut tx, agreement.number).await?.pop();
        let title = agreement.newest().map(|version| version.title.clone()).unwrap_or_default();
        let (agreement, overdue) = (agreement.number, due < today);
        all.push(CheckDue { agreement, title, due, overdue, last });
    }
    all.sort_by_key(|one| one.due);
    Ok(all)
}

/// What is known for the answers, of the twelve months to today and of the wording that holds.
///
/// Errors: refused where there is no such agreement.
pub async fn known(
    ctx: &Context,
    actor: &Actor,
    all: &[Agreement],
    number: i64,
) -> Result<Found, Wrong> {
    administers(actor)?;
    let today = ctx.today();
    let since = today.checked_sub(12.months()).unwrap_or(today);
    let mut tx = ctx.db.begin_read().await?;
    let found = all.iter().find(|agreement| agreement.number == number);
    let found = found.ok_or_else(|| Wrong::refused(format!("There is no agreement {number}.")))?;
    let version = holding(found, today).cloned().unwrap_or_default();
    let mut punctual = Punctual::default();
    let due = due_between(&mut tx, all, (since, today), today).await?;
    due.iter().filter(|due| due.agreement == number).for_each(|due| punctual.count(due.state));
    let mut files = deliveries::used(&mut tx, &format!("{since}T00:00:00.000000Z")).await?;
    files.retain(|file| version.partners.contains(&file.sender));
    Ok(Found {
        practical: short(&practical(&punctual, &files)),
        legal: short(&legal(found, &version, today)),
        effective: short(&effective(&files)),
    })
}

/// The newest wording that is in force towards anybody: a next one that is still drafted is not what flows go by.
/// Where none is, the newest.
fn holding(found: &Agreement, today: Date) -> Option<&Version> {
    let partners: BTreeSet<&String> = found.versions.iter().flat_map(|v| &v.partners).collect();
    let in_force =
        partners.into_iter().filter_map(|partner| match found.standing(partner, today) {
            Standing::InForce(version) => Some(version),
            _ => None,
        });
    in_force.max_by_key(|version| version.number).or_else(|| found.newest())
}

/// On one line, because browsers send a line's end as two characters, and no longer than an answer may be: what is
/// offered has to be taken when it is sent back as it is.
fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(WORDS_MOST).collect()
}

fn files_of(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}

fn practical(p: &Punctual, files: &[Used]) -> String {
    let came = match p.due {
        0 => "No delivery was due in the last twelve months.".to_owned(),
        due => format!(
            "Deliveries due in the last twelve months: {due}. On time: {}. Late: {}. Not come: {}.",
            p.on_time, p.late, p.missing
        ),
    };
    let reports: Vec<String> = files.iter().filter_map(left_out).collect();
    let columns = match reports.last() {
        None if files.is_empty() => "No file of its partners went in.".to_owned(),
        None => format!("No column was left out of the {} that went in.", files_of(files.len())),
        Some(newest) => format!(
            "Columns were left out of {} of the {} that went in. The newest: {newest}",
            reports.len(),
            files_of(files.len())
        ),
    };
    format!("{came} {columns}")
}

/// What a file's report said of columns that its sender may not give; nothing where none came.
fn left_out(file: &Used) -> Option<String> {
    let told = file.message.contains(LEFT_OUT);
    told.then(|| file.message.chars().take(REPORT_MOST).collect())
}

fn legal(found: &Agreement, version: &Version, today: Date) -> String {
    let grounds: BTreeSet<&str> = version.lines.iter().map(|line| line.gateway.source()).collect();
    let grounds: Vec<&str> = grounds.into_iter().collect();
    let gateway = match grounds.is_empty() {
        true => "No gateway is named.".to_owned(),
        false => format!("Gateway: {}.", grounds.join("; ")),
    };
    let holds = |partner: &&String| matches!(found.standing(partner, today), Standing::InForce(_));
    let in_force = version.partners.iter().filter(holds).count();
    let force = format!("In force with {in_force} of {} partners.", version.partners.len());
    let assessment = match (version.assessment.as_str(), version.assessed) {
        ("", _) => "No impact assessment is named.".to_owned(),
        (named, Some(day)) => format!("Impact assessment: {named}, {}.", shown(day)),
        (named, None) => format!("Impact assessment: {named}, without a day."),
    };
    let kept = version.clauses.iter().find(|clause| clause.kind == ClauseKind::Retention);
    let kept = kept.map_or_else(
        || "No clause says how long it is kept.".to_owned(),
        |clause| format!("Kept: {}", clause.words),
    );
    [gateway, force, assessment, kept].join(" ")
}

fn effective(files: &[Used]) -> String {
    let sum = |of: fn(&Used) -> i64| files.iter().map(of).sum::<i64>();
    format!(
        "From its partners in the last twelve months: {} with {} rows. People found who were not on the register: {}. \
         Rows that told something new: {}; that told what was known: {}; that wait: {}.",
        files_of(files.len()),
        sum(|file| file.read),
        sum(|file| file.new),
        sum(|file| file.changed),
        sum(|file| file.unchanged),
        sum(|file| file.held)
    )
}
