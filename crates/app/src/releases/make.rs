//! From a month's figures to tables that may be seen by anybody.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Act, Actor, Purpose, Scope};
use domain::calendar::Month;
use domain::disclosure::{
    Cell, Coarsened, Guarded, Rule, Table, counted, guard, percent_shown, shown,
};
use domain::measure::Cut;
use sha2::{Digest, Sha256};
use store::releases::{self, Release};

use super::kept;
use crate::geography::geography;
use crate::measures::{self, Figures, Months, Numbers, Question, figures};
use crate::{Context, Wrong, permission};

/// What a release breaks its figures down by. Geography never below ward; a locality is shown as the sum
/// of its wards that everybody knows it to be, so that the attack knows it as well.
const CUTS: [Cut; 5] = [Cut::Ward, Cut::Age, Cut::Sex, Cut::Send, Cut::Locality];

const STANDING: &str = "standing";
const NEET: &str = "NEET";
const NOT_KNOWN: &str = "Not known";
const EET: &str = "In education, employment or training";

/// One table as the public sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicTable {
    pub title: String,
    pub by: String,
    /// Label, then NEET, not known and everybody, each with its percentage where there is one.
    pub rows: Vec<[String; 6]>,
}

/// A release before or after it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// 0 while it is not published.
    pub id: i64,
    pub month: Month,
    pub edition: String,
    pub tables: Vec<PublicTable>,
    pub coarsened: Vec<String>,
    /// Small true numbers that were attacked, and the fewest values that one of them keeps.
    pub attacked: usize,
    pub least: Option<usize>,
    /// How many earlier releases the attack knew.
    pub before: usize,
    pub hash: String,
    pub note: String,
    pub at: String,
    pub account_name: String,
}

impl Draft {
    /// The day it was published.
    pub fn day(&self) -> String {
        let day = self.at.get(..10).and_then(domain::calendar::parse_day);
        day.map_or_else(String::new, domain::calendar::shown)
    }
}

struct Made {
    guarded: Guarded,
    edition: String,
    before: usize,
}

fn title(cut: Cut) -> String {
    format!("NEET and not known by {}", cut.label().to_lowercase())
}

/// A cell's people by standing: NEET, not known, and the rest of its cohort.
fn people(numbers: &Numbers) -> [(&'static str, i64); 3] {
    let (neet, not_known) = (numbers.neet.whole(), numbers.not_known.whole());
    let rest = numbers.cohort.whole().saturating_sub(neet + not_known);
    [(NEET, neet), (NOT_KNOWN, not_known), (EET, rest)]
        .map(|(standing, people)| (standing, i64::try_from(people).unwrap_or(i64::MAX)))
}

/// People of a ward that lies in a locality.
struct Placed {
    ward: String,
    locality: String,
    people: [(&'static str, i64); 3],
}

/// The tables by ward and by locality, both of the same finest places: a ward, or the part of one that
/// lies in a locality where it lies in several.
fn by_place(month: Month, placed: &[Placed]) -> [Table; 2] {
    let lies_in = |ward: &str| -> BTreeSet<&str> {
        placed.iter().filter(|one| one.ward == ward).map(|one| one.locality.as_str()).collect()
    };
    let finest = |one: &Placed| match lies_in(&one.ward).len() {
        1 => one.ward.clone(),
        _ => format!("{} in {}", one.ward, one.locality),
    };
    let table = |cut: Cut, group_of: fn(&Placed) -> &String| {
        let rows = placed.iter().flat_map(|one| {
            one.people.map(|(standing, people)| (vec![finest(one), standing.to_owned()], people))
        });
        let mut table =
            counted(&title(cut), &month.to_string(), &[Cut::Ward.label(), STANDING], rows);
        let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for one in placed {
            groups.entry(group_of(one).clone()).or_default().insert(finest(one));
        }
        if let Some(place) = table.dimensions.first_mut() {
            place.groups = groups.into_iter().collect();
        }
        table
    };
    [table(Cut::Ward, |one| &one.ward), table(Cut::Locality, |one| &one.locality)]
}

async fn asked(ctx: &Context, month: Month, by: &[Cut]) -> Result<Figures, Wrong> {
    let mut question = Question::new("neet-not-known", Months::One(month));
    question.by = by.to_vec();
    figures(ctx, &Scope::everyone(), &question).await
}

async fn make(ctx: &Context, month: Month) -> Result<Made, Wrong> {
    measures::is_over(ctx, month)?;
    let found = asked(ctx, month, &[Cut::Ward, Cut::Locality]).await?;
    let of =
        |cell: &measures::Cell, cut: Cut| cell.key.get(cut.name()).cloned().unwrap_or_default();
    let named = |cell: &measures::Cell| {
        let (ward, locality) = (of(cell, Cut::Ward), of(cell, Cut::Locality));
        let ward = geography().ward_name(&ward).map_or_else(|| not_recorded(&ward), str::to_owned);
        Placed { ward, locality: not_recorded(&locality), people: people(&cell.numbers) }
    };
    let placed: Vec<Placed> = found.cells.iter().map(named).collect();
    let [by_ward, by_locality] = by_place(month, &placed);
    let mut tables = vec![by_ward];
    for cut in CUTS.into_iter().filter(|cut| !matches!(cut, Cut::Ward | Cut::Locality)) {
        let found = asked(ctx, month, &[cut]).await?;
        let rows = found.cells.iter().flat_map(|cell| {
            people(&cell.numbers)
                .map(|(standing, people)| (vec![cell.label.clone(), standing.to_owned()], people))
        });
        tables.push(counted(&title(cut), &month.to_string(), &[cut.label(), STANDING], rows));
    }
    tables.push(by_locality);
    let mut tx = ctx.db.begin_read().await?;
    let mut before = Vec::new();
    let releases = releases::all(&mut tx).await?;
    for release in &releases {
        before.extend(kept::read(&release.tables)?);
    }
    let (edition, number) = (found.edition, releases.len());
    Ok(Made { guarded: guard(tables, &before, Rule::Tens), edition, before: number })
}

fn not_recorded(value: &str) -> String {
    match value {
        "" | "not-recorded" => "Not recorded".to_owned(),
        value => value.to_owned(),
    }
}

/// A table's cells as rows: each group, and everybody last.
fn public(table: &Table) -> PublicTable {
    let cells = table.cells(Rule::Tens);
    let by =
        CUTS.into_iter().find(|cut| title(*cut) == table.title).map_or("", Cut::label).to_owned();
    let number = |label: Option<&str>, standing: Option<&str>| -> Option<i64> {
        let is = |cell: &&Cell| {
            let labels: Vec<Option<&str>> = cell.labels.iter().map(Option::as_deref).collect();
            labels == [label, standing]
        };
        cells.iter().find(is).and_then(|cell| cell.published)
    };
    let row = |label: Option<&str>| {
        let all = number(label, None);
        let both = [NEET, NOT_KNOWN].map(|standing| number(label, Some(standing)));
        // That a whole group is NEET, or not known, is said of each in it; the other count would say it too.
        let whole = both.iter().any(|of| of.zip(all).is_some_and(|(of, all)| 0 < of && of >= all));
        let [neet, not_known] = both.map(|of| of.filter(|_| !whole));
        let count = |n: Option<i64>| n.map_or_else(|| "not shown".to_owned(), shown);
        let percent = |n: Option<i64>| {
            n.zip(all).and_then(|(of, all)| percent_shown(of, all)).unwrap_or_default()
        };
        [
            label.unwrap_or("Everybody").to_owned(),
            count(neet),
            percent(neet),
            count(not_known),
            percent(not_known),
            count(all),
        ]
    };
    let groups = table.dimensions.first().map_or(&[][..], |d| d.groups.as_slice());
    let labels = groups.iter().map(|(label, _)| Some(label.as_str())).chain([None]);
    PublicTable { title: table.title.clone(), by, rows: labels.map(row).collect() }
}

fn said(coarsened: &[Coarsened]) -> Vec<String> {
    coarsened.iter().map(|one| format!("{}: {}", one.table, one.how)).collect()
}

fn content(month: Month, edition: &str, tables: &[PublicTable]) -> Result<String, Wrong> {
    let failed = |e: csv::Error| Wrong::Failed(format!("the tables cannot be written: {e}"));
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record([
        "month",
        "edition",
        "table",
        "by",
        "group",
        "neet",
        "neet_percent",
        "not_known",
        "not_known_percent",
        "cohort",
    ])
    .map_err(failed)?;
    for table in tables {
        for row in &table.rows {
            let front =
                [month.to_string(), edition.to_owned(), table.title.clone(), table.by.clone()];
            out.write_record(front.iter().chain(row)).map_err(failed)?;
        }
    }
    let bytes = out.into_inner().map_err(|e| Wrong::Failed(format!("the tables: {e}")))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn hash(content: &str) -> String {
    Sha256::digest(content.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether somebody may read what was published here: it stands beside figures of the whole authority.
pub fn readable(actor: &Actor) -> bool {
    may(actor, Act::ViewFigures).is_ok()
}

fn may(actor: &Actor, act: Act) -> Result<(), Wrong> {
    permission::may(actor, act, Purpose::Statutory)
}

fn drafted(month: Month, made: &Made) -> Result<Draft, Wrong> {
    let tables: Vec<PublicTable> = made.guarded.tables.iter().map(public).collect();
    Ok(Draft {
        id: 0,
        month,
        hash: hash(&content(month, &made.edition, &tables)?),
        edition: made.edition.clone(),
        tables,
        coarsened: said(&made.guarded.coarsened),
        attacked: made.guarded.attacked,
        least: made.guarded.least,
        before: made.before,
        note: String::new(),
        at: String::new(),
        account_name: String::new(),
    })
}

/// The tables of a month as they would be published now; nothing is kept.
pub async fn draft(ctx: &Context, actor: &Actor, month: Month) -> Result<Draft, Wrong> {
    may(actor, Act::MonthEnd)?;
    drafted(month, &make(ctx, month).await?)
}

/// Publishes a month's tables. `hash` is that of the draft somebody looked at.
///
/// Errors: refused when the tables are no longer those, or nothing of them can be shown.
pub async fn publish(
    ctx: &Context,
    actor: &Actor,
    (month, seen): (Month, &str),
    note: &str,
) -> Result<i64, Wrong> {
    may(actor, Act::SignOff)?;
    let mut tx = ctx.db.begin().await?;
    let id = releases::number(&mut tx).await?;
    let made = make(ctx, month).await?;
    let draft = drafted(month, &made)?;
    if draft.hash != seen {
        return Err(Wrong::refused("The figures have changed since you looked. Look again."));
    }
    if draft.tables.is_empty() {
        return Err(Wrong::refused("Nothing of these tables can be shown."));
    }
    let coarsened = serde_json::to_string(&draft.coarsened)
        .map_err(|e| Wrong::Failed(format!("a release cannot be kept: {e}")))?;
    let release = Release {
        id,
        month: month.to_string(),
        edition: draft.edition.clone(),
        tables: kept::write(&made.guarded.tables)?,
        coarsened,
        attacked: i64::try_from(draft.attacked).unwrap_or(i64::MAX),
        least: draft.least.and_then(|least| i64::try_from(least).ok()),
        content: content(month, &draft.edition, &draft.tables)?,
        hash: draft.hash,
        note: note.trim().to_owned(),
        at: ctx.now(),
        account_name: String::new(),
    };
    releases::keep(&mut tx, &release, actor.account_id()).await?;
    tx.commit().await?;
    Ok(id)
}

/// All releases, the newest first.
pub async fn list(ctx: &Context, actor: &Actor) -> Result<Vec<Draft>, Wrong> {
    may(actor, Act::ViewFigures)?;
    let mut tx = ctx.db.begin_read().await?;
    releases::all(&mut tx).await?.iter().map(|release| read(release, 0)).collect()
}

/// One release as it was published.
pub async fn one(ctx: &Context, actor: &Actor, id: i64) -> Result<Option<Draft>, Wrong> {
    may(actor, Act::ViewFigures)?;
    let mut tx = ctx.db.begin_read().await?;
    let all = releases::all(&mut tx).await?;
    let before = all.iter().filter(|release| release.id < id).count();
    all.iter().find(|release| release.id == id).map(|release| read(release, before)).transpose()
}

/// The file of a release, as its hash was taken. Errors: it was touched since.
pub async fn file(ctx: &Context, actor: &Actor, id: i64) -> Result<Option<Release>, Wrong> {
    may(actor, Act::ViewFigures)?;
    let mut tx = ctx.db.begin_read().await?;
    let Some(release) = releases::one(&mut tx, id).await? else { return Ok(None) };
    if hash(&release.content) != release.hash {
        return Err(Wrong::Failed(format!("release {id} is not what was published")));
    }
    Ok(Some(release))
}

fn read(release: &Release, before: usize) -> Result<Draft, Wrong> {
    let month = release.month.parse().map_err(|e| Wrong::Failed(format!("a kept release: {e}")))?;
    Ok(Draft {
        id: release.id,
        month,
        edition: release.edition.clone(),
        tables: kept::read(&release.tables)?.iter().map(public).collect(),
        coarsened: serde_json::from_str(&release.coarsened).unwrap_or_default(),
        attacked: usize::try_from(release.attacked).unwrap_or_default(),
        least: release.least.and_then(|least| usize::try_from(least).ok()),
        before,
        hash: release.hash.clone(),
        note: release.note.clone(),
        at: release.at.clone(),
        account_name: release.account_name.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::disclosure::{LEAST, attack};

    fn placed(ward: &str, locality: &str, neet: i64) -> Placed {
        let people = [(NEET, neet), (NOT_KNOWN, 20), (EET, 100)];
        Placed { ward: ward.to_owned(), locality: locality.to_owned(), people }
    }

    #[test]
    fn a_locality_is_known_to_the_attack_as_the_sum_of_its_wards() {
        let month = "2025-10".parse().unwrap();
        let small = [("A", 3), ("B", 4), ("C", 4), ("D", 4)];
        let mut all: Vec<Placed> =
            small.iter().map(|(ward, neet)| placed(ward, "North", *neet)).collect();
        all.push(placed("E", "South", 40));
        let tables = by_place(month, &all);
        let groups = |at: usize| -> Vec<&str> {
            tables[at].dimensions[0].groups.iter().map(|(label, _)| label.as_str()).collect()
        };
        assert_eq!((groups(0).len(), groups(1)), (5, vec!["North", "South"]));
        let (exposed, _) = attack(&tables, &[], Rule::Tens, LEAST);
        assert!(exposed.iter().any(|one| one.possible == 2), "{exposed:?}");
        let held = guard(tables.to_vec(), &[], Rule::Tens);
        assert!(!held.coarsened.is_empty() && held.least >= Some(LEAST));
        let (alone, _) = attack(&tables[..1], &[], Rule::Tens, LEAST);
        assert!(alone.is_empty(), "the wards by themselves hold: {alone:?}");
    }

    #[test]
    fn that_everybody_in_a_ward_is_neet_is_said_by_no_count() {
        let of = |ward: &str, people: [i64; 3]| {
            let people = [(NEET, people[0]), (NOT_KNOWN, people[1]), (EET, people[2])];
            Placed { ward: ward.to_owned(), locality: "North".to_owned(), people }
        };
        let all = [of("A", [38, 1, 3]), of("B", [20, 10, 70]), of("C", [2, 1, 1])];
        let [wards, _] = by_place("2025-10".parse().unwrap(), &all);
        let rows = public(&wards).rows;
        assert_eq!(rows[0], ["A", "not shown", "", "not shown", "", "40"]);
        assert_eq!(rows[1], ["B", "20", "20", "10", "10", "100"]);
        assert_eq!(rows[2][1..], ["under 5 or none", "", "under 5 or none", "", "under 5 or none"]);
    }

    #[test]
    fn a_ward_that_lies_in_two_localities_is_counted_in_both_and_once() {
        let month = "2025-10".parse().unwrap();
        let all = [placed("A", "North", 30), placed("A", "South", 50), placed("B", "South", 20)];
        let [wards, localities] = by_place(month, &all);
        let shown = |table: &Table| public(table).rows;
        let neet = |rows: &[[String; 6]]| -> Vec<(String, String)> {
            rows.iter().map(|row| (row[0].clone(), row[1].clone())).collect()
        };
        let text = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
        };
        assert_eq!(neet(&shown(&wards)), text(&[("A", "80"), ("B", "20"), ("Everybody", "100")]));
        let wanted = [("North", "30"), ("South", "70"), ("Everybody", "100")];
        assert_eq!(neet(&shown(&localities)), text(&wanted));
        assert_eq!(public(&localities).by, "Locality");
    }
}
