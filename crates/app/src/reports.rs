//! Own reports: a measure, cuts and months that somebody saves, shares and has counted every month.
//! Whoever opens one gets it within their own reach; a scheduled run is counted for its owner and frozen.

use domain::access::{Act, Actor, decide};
use domain::calendar::Month;
use domain::measure::{Cut, Period, Span, Unit, named};
use formats::reference::editions;
use formats::tables_out::{Cell, Sheet};
use sha2::{Digest, Sha256};
pub use store::reports::{Report, Run};
use store::{accounts, reports};

use crate::exports::{REACH, on_csv, tame_csv};
use crate::geography::geography;
use crate::measures::{
    Cell as FigureCell, Figures, Months, Numbers, Question, figures_for, may_cut,
};
use crate::{Context, Wrong};

/// A new report as somebody asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    pub title: String,
    pub measure: String,
    pub cuts: Vec<Cut>,
    pub months: i32,
    pub shared: bool,
    pub scheduled: bool,
}

/// The most months and cuts of one report.
const MONTHS_MOST: i32 = 36;
const CUTS_MOST: usize = 3;

/// Saves a report; its number.
///
/// Errors: refused without a title or with a measure that is not known, and for cuts that the owner
/// may not have.
pub async fn save(ctx: &Context, actor: &Actor, wish: &Wish) -> Result<i64, Wrong> {
    let title = wish.title.trim();
    if title.is_empty() || title.chars().count() > 120 {
        return Err(Wrong::refused("Give the report a title of up to 120 letters."));
    }
    if named(&wish.measure).is_none() {
        return Err(Wrong::refused("There is no such measure."));
    }
    let cuts = once(wish.cuts.iter().copied());
    if cuts.len() > CUTS_MOST || !(1..=MONTHS_MOST).contains(&wish.months) {
        return Err(Wrong::refused(
            "A report is broken down by up to three things and is of 1 to 36 months.",
        ));
    }
    may_cut(actor, &cuts)?;
    let report = Report {
        id: 0,
        account: actor.account_id(),
        account_name: String::new(),
        title: title.to_owned(),
        measure: wish.measure.clone(),
        cuts: cuts.iter().map(|cut| cut.name()).collect::<Vec<_>>().join(","),
        months: i64::from(wish.months),
        shared: wish.shared,
        scheduled: wish.scheduled,
        made_at: ctx.now(),
    };
    let mut tx = ctx.db.begin().await?;
    let id = reports::save(&mut tx, &report).await?;
    tx.commit().await?;
    Ok(id)
}

/// The reader's own reports, and those that others share.
pub async fn list(ctx: &Context, actor: &Actor) -> Result<Vec<Report>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let all = reports::all(&mut tx).await?;
    Ok(all.into_iter().filter(|r| r.shared || r.account == actor.account_id()).collect())
}

/// Whether a reader may end a report: whoever made it and, once the account that made it no longer works, whoever
/// manages people, or it would stand on everybody's list for good.
pub async fn may_end(ctx: &Context, actor: &Actor, report: &Report) -> Result<bool, Wrong> {
    let Some(maker) = report.account else { return Ok(false) };
    if Some(maker) == actor.account_id() {
        return Ok(true);
    }
    if !decide(actor, Act::Administer).allowed {
        return Ok(false);
    }
    let mut tx = ctx.db.begin_read().await?;
    Ok(accounts::by_id(&mut tx, maker).await?.is_none_or(|account| !account.active))
}

/// Ends a report; its runs stay.
///
/// Errors: refused to whoever [may not](may_end).
pub async fn end(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    let refused = || Wrong::refused("Only whoever made a report ends it.");
    let found = list(ctx, actor).await?.into_iter().find(|report| report.id == id);
    let report = found.ok_or_else(refused)?;
    if !may_end(ctx, actor, &report).await? {
        return Err(refused());
    }
    let mut tx = ctx.db.begin().await?;
    let maker = report.account.unwrap_or_default();
    if !reports::end(&mut tx, id, (&ctx.now(), maker)).await? {
        return Err(refused());
    }
    tx.commit().await?;
    Ok(())
}

/// One report with its frozen runs. The runs are its owner's, as long as they reach those who were counted: whoever
/// was moved to another reach reads no figures of the former.
pub async fn one(
    ctx: &Context,
    actor: &Actor,
    id: i64,
) -> Result<Option<(Report, Vec<Run>)>, Wrong> {
    let Some(report) = list(ctx, actor).await?.into_iter().find(|report| report.id == id) else {
        return Ok(None);
    };
    let mut tx = ctx.db.begin_read().await?;
    // Runs were counted over the owner's reach, which is not everybody's.
    let runs = match report.account == actor.account_id() {
        true => {
            let reach = crate::reach::words(&mut tx, &actor.scope).await?;
            let all = reports::runs(&mut tx, id).await?.into_iter();
            all.filter(|run| is_within(run, reach.as_deref())).collect()
        }
        false => Vec::new(),
    };
    Ok(Some((report, runs)))
}

/// What a file says of whom alone it counts.
fn within(reach: Option<&str>) -> Option<(String, String)> {
    reach.map(|who| (REACH.to_owned(), format!("only those who {who}")))
}

/// Whether a reader reaches those of a frozen run: everybody, or whom it says of itself that it counts.
fn is_within(run: &Run, reach: Option<&str>) -> bool {
    if reach.is_none() {
        return true;
    }
    let now: Vec<(String, String)> = within(reach).into_iter().collect();
    let now = String::from_utf8_lossy(&on_csv(&now, b"")).into_owned();
    let head = format!("# {REACH}:");
    let then = run.content.lines().find(|line| line.starts_with(&head));
    then.unwrap_or_default() == now.trim_end()
}

fn cuts(report: &Report) -> Vec<Cut> {
    once(report.cuts.split(',').filter_map(Cut::from_name))
}

/// Each cut once, where it comes first.
fn once(cuts: impl Iterator<Item = Cut>) -> Vec<Cut> {
    cuts.fold(Vec::new(), |mut kept, cut| {
        if !kept.contains(&cut) {
            kept.push(cut);
        }
        kept
    })
}

/// Counts a report over the reader's own reach, up to a month; where its measure is only stated over the
/// count months, over those if the months of the report do not hold them.
pub async fn count(
    ctx: &Context,
    actor: &Actor,
    report: &Report,
    month: Month,
) -> Result<Figures, Wrong> {
    let mut span = Span::new(month.plus(1 - i32::try_from(report.months).unwrap_or(1)), month);
    if let Some(definition) = named(&report.measure)
        && let Some(edition) = definition.edition(editions(), span)
    {
        span = definition.stated_over(edition, span);
    }
    let months = Months::Period(span.first(), span.last());
    let question = Question { by: cuts(report), ..Question::new(&report.measure, months) };
    figures_for(ctx, actor, &question).await
}

/// Why a report cannot be counted for somebody as things stand, though it was saved: the sentence of the rule.
/// A scheduled one is not counted for its owner until that is mended.
pub fn held_up(actor: &Actor, report: &Report) -> Option<String> {
    if let Err(denied) = may_cut(actor, &cuts(report)) {
        return Some(denied.to_string());
    }
    let reads = decide(actor, Act::ViewFigures);
    if !reads.allowed {
        return Some(reads.denial("read figures").to_string());
    }
    named(&report.measure).is_none().then(|| "There is no such measure.".to_owned())
}

/// The first and the last of the months whose mean a counted report states beside its single months.
pub fn mean_of(found: &Figures) -> Option<(&str, &str)> {
    Some((found.averaged.first()?.as_str(), found.averaged.last()?.as_str()))
}

/// What a report counts, in words.
pub fn counts(report: &Report) -> String {
    let measure = named(&report.measure).map_or(report.measure.as_str(), |d| d.title);
    let cuts: Vec<String> =
        cuts(report).into_iter().map(|cut| cut.label().to_lowercase()).collect();
    let by = if cuts.is_empty() { String::new() } else { format!(" by {}", cuts.join(" and ")) };
    let s = if report.months == 1 { "" } else { "s" };
    let averaging = named(&report.measure).is_some_and(|d| d.period == Period::Averaging);
    let or = if averaging { " or the newest count months" } else { "" };
    format!("{measure}{by}, {} month{s}{or}", report.months)
}

/// What a file of a counted report says of itself beside its stamp: what it counts, by which rules, and of
/// whom where the reader's reach is not everybody.
pub async fn about(
    ctx: &Context,
    actor: &Actor,
    report: &Report,
    found: &Figures,
) -> Result<Vec<(String, String)>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let reach = crate::reach::words(&mut tx, &actor.scope).await?;
    let said = |name: &str, words: String| (name.to_owned(), words);
    let mut about = vec![
        said("report", report.title.clone()),
        said("counts", counts(report)),
        said("edition", format!("{}, {}", found.edition, found.ages)),
    ];
    about.extend(within(reach.as_deref()));
    about.push(said("empty cells", "too few to be told".to_owned()));
    Ok(about)
}

/// The rows of a counted report: a month, the values of its cuts, the numbers, among them of how many the
/// measure counts, and its value in the unit that the column is named for. The mean of the count months comes
/// last, where the months hold them. What is too few to be told its reader is empty, and so is the value of so few
/// people that the page says it is too few to say.
pub fn sheet(report: &Report, found: &Figures) -> Sheet {
    let unit = named(&report.measure).map_or(Unit::Percent, |d| d.unit);
    let value = if unit == Unit::Percent { "percent" } else { unit.word() };
    let mut columns = vec!["month".to_owned()];
    columns.extend(found.by.iter().map(|cut| (*cut).to_owned()));
    columns.extend(["label", "cohort", "counted", "of", value].map(str::to_owned));
    let mut rows = Vec::new();
    let mut add = |month: &str, total: &Numbers, cells: &[FigureCell]| {
        let whole = found.by.iter().map(|_| Cell::Empty);
        rows.push(row(month, whole, "all", (total, unit)));
        for cell in cells {
            let values = found.by.iter().map(|cut| match cell.key.get(cut) {
                Some(value) => Cell::Text(value.clone()),
                None => Cell::Empty,
            });
            rows.push(row(month, values, &named_cell(cell), (&cell.numbers, unit)));
        }
    };
    for month in &found.series {
        add(&month.month, &month.total, &month.cells);
    }
    if let Some((first, last)) = mean_of(found) {
        add(&format!("mean of {first} to {last}"), &found.total, &found.cells);
    }
    Sheet { name: report.title.clone(), columns, rows }
}

/// A cell in words; a ward, whose label is its code, by its name.
pub fn named_cell(cell: &FigureCell) -> String {
    let code = cell.key.get(Cut::Ward.name());
    let ward = code.and_then(|code| Some((code, geography().ward_name(code)?)));
    let part = |label: &String| match ward {
        Some((code, name)) if label == code => name.to_owned(),
        _ => label.clone(),
    };
    cell.labels.iter().map(part).collect::<Vec<_>>().join(", ")
}

fn row(
    month: &str,
    values: impl Iterator<Item = Cell>,
    label: &str,
    (n, unit): (&Numbers, Unit),
) -> Vec<Cell> {
    let count = |count: u64| Cell::Count(i64::try_from(count).unwrap_or(i64::MAX));
    let value = if unit == Unit::Percent { Cell::Percent } else { Cell::Number };
    let mut row = vec![Cell::Text(month.to_owned())];
    row.extend(values);
    row.extend([
        Cell::Text(label.to_owned()),
        count(n.cohort.whole()),
        if n.few { Cell::Empty } else { count(n.numerator.whole()) },
        if n.few { Cell::Empty } else { count(n.denominator.whole()) },
        n.value.filter(|_| n.tells_value()).map_or(Cell::Empty, value),
    ]);
    row
}

/// Counts every scheduled report for the last whole month that has no run yet; how many were counted.
///
/// A report whose owner's account is gone is passed over; so is one that a rule holds up, which the log says
/// and its owner reads beside it ([`held_up`]).
pub async fn run_due(ctx: &Context) -> Result<usize, Wrong> {
    let month = Month::of(ctx.today()).plus(-1);
    let mut tx = ctx.db.begin_read().await?;
    let due: Vec<Report> =
        reports::all(&mut tx).await?.into_iter().filter(|report| report.scheduled).collect();
    drop(tx);
    let mut counted = 0;
    for report in due {
        let mut tx = ctx.db.begin_read().await?;
        let done = reports::runs(&mut tx, report.id).await?;
        let owner = crate::accounts::absent(ctx, &mut tx, report.account).await?;
        drop(tx);
        let Some(owner) = owner.filter(|_| done.iter().all(|run| run.month != month.to_string()))
        else {
            continue;
        };
        let found = match held_up(&owner, &report) {
            Some(why) => Err(Wrong::refused(why)),
            None => count(ctx, &owner, &report, month).await,
        };
        let found = match found {
            Err(why @ (Wrong::Refused(_) | Wrong::Denied(_))) => {
                tracing::warn!(report = report.id, %why, "a scheduled report was not counted");
                continue;
            }
            found => found?,
        };
        let table = tame_csv(&sheet(&report, &found))
            .map_err(|e| Wrong::Failed(format!("a report cannot be written: {e}")))?;
        // Frozen with the figures: the owner's reach and the edition may be others when it is taken.
        let bytes = on_csv(&about(ctx, &owner, &report, &found).await?, &table);
        let hash = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
        let content = String::from_utf8_lossy(&bytes).into_owned();
        let run = Run { report: report.id, month: month.to_string(), at: ctx.now(), content, hash };
        let mut tx = ctx.db.begin().await?;
        counted += usize::from(reports::keep_run(&mut tx, &run).await?);
        tx.commit().await?;
    }
    Ok(counted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ward_is_told_by_its_name_beside_what_else_a_cell_is_of() {
        let code = "E05014459";
        let key = [(Cut::Ward.name(), code.to_owned()), (Cut::Sex.name(), "F".to_owned())].into();
        let labels = vec![code.to_owned(), "Female".to_owned()];
        let numbers = Numbers::default();
        let cell = FigureCell { key, label: labels.join(", "), labels, gap: None, numbers };
        assert_eq!(named_cell(&cell), "Luton, Female");
        let labels = vec!["Ward not recorded".to_owned()];
        let key = [(Cut::Ward.name(), String::new())].into();
        let cell = FigureCell { key, labels, ..cell };
        assert_eq!(named_cell(&cell), "Ward not recorded");
    }
}
