//! Planning by school year: how many of each the register holds, what the law asks of them and until when, in
//! which academic years figures will count them, and how many places that may take. The rules are
//! `domain::planning`'s; here people are counted, within the reader's reach.
//!
//! Invariant: of a school year that the register holds nobody of, nothing is said but that it is not known.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use domain::access::{Act, Actor, Part, Purpose, sees};
use domain::calendar::{AcademicYear, Day, Month, year_group};
use domain::cohort::{Cohort, Stamp};
use domain::edition::{AgeBand, AgeKind, Edition};
use domain::measure::Percent;
use domain::planning::{FIRST_GROUP, Places, SchoolYear, places};
use formats::reference::editions;
use store::cohort::{admitted, on_days};
use store::organisations;

use crate::measures::{Months, Question, figures_for};
use crate::permission::may;
use crate::quality::known_on;
use crate::{Context, Wrong};

/// Those of one school year. Each number is `None` where the reader does not see what it tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub year: SchoolYear,
    pub people: u64,
    /// The schools they are on the roll of, while they are of compulsory age.
    pub schools: Option<usize>,
    /// A plan, or support in school.
    pub send: Option<u64>,
    /// In a vulnerable group of the edition's.
    pub vulnerable: Option<u64>,
    pub places: Option<Places>,
}

/// Those whom figures will count in one academic year; `None` where a school year of theirs is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coming {
    pub year: AcademicYear,
    pub groups: Vec<String>,
    pub people: Option<u64>,
    pub places: Option<Places>,
}

/// The rate that places are reckoned at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub month: Month,
    pub neet: Percent,
}

/// The school years as they were known on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cohorts {
    pub day: Day,
    pub edition: String,
    /// `None` where nobody was counted, or too few to tell this reader.
    pub rate: Option<Rate>,
    /// The youngest first.
    pub rows: Vec<Row>,
    /// The most schools that any school year of compulsory age is of: one with fewer may be known in part.
    pub schools: usize,
    pub younger: u64,
    pub older: u64,
    /// By academic year, as far ahead as the youngest school year is the first that is counted.
    pub coming: Vec<Coming>,
}

/// What is counted of one school year.
#[derive(Default)]
struct Held<'a> {
    people: u64,
    send: u64,
    vulnerable: u64,
    schools: BTreeSet<&'a str>,
}

/// Counts the school years within a reader's reach.
///
/// Errors: refused where the reader reads no figures, and for a day that lies ahead.
pub async fn cohorts(ctx: &Context, actor: &Actor, day: Day) -> Result<Cohorts, Wrong> {
    may(actor, Act::ViewFigures, Purpose::Strategy)?;
    if day > ctx.today() {
        return Err(Wrong::refused("The day lies ahead; nothing is known of it yet."));
    }
    let edition = editions().on(day);
    let edition = edition.ok_or_else(|| Wrong::Failed("no edition is known".to_owned()))?;
    let rate = rate(ctx, actor, day).await?;
    let mut tx = ctx.db.begin_read().await?;
    let known = known_on(ctx, &mut tx, day).await?;
    let reach = admitted(&mut tx, &actor.scope).await?;
    let reach: Option<HashSet<i64>> = reach.map(|ids| ids.into_iter().collect());
    let own = organisations::setting(&mut tx, "la_code").await?;
    let ages =
        AgeBand { kind: AgeKind::Academic, min: 0, max: edition.membership.max_age_with_send };
    let read = on_days(&mut tx, &[(known, day)], ages.births(day)).await?;
    drop(tx);
    let cohort = read.into_iter().next().unwrap_or_default();
    let within = |p: usize| {
        let id = cohort.people.id.get(p);
        id.is_some_and(|id| reach.as_ref().is_none_or(|reach| reach.contains(id)))
            && tracked(&cohort, p, (edition, day), own.as_deref())
    };
    let held = held(&cohort, (edition, day), (0..cohort.len()).filter(|p| within(*p)));
    Ok(laid_out(actor, (edition, day), &held, rate))
}

/// Whether somebody is of the primary cohort on a day, and ours.
fn tracked(cohort: &Cohort, p: usize, (edition, day): (&Edition, Day), own: Option<&str>) -> bool {
    let people = &cohort.people;
    let since = people.status_since.get(p).and_then(|since| since.day());
    let said = (Some(people.status.text(p)), since);
    edition.tracks(said, (Some(people.lead_la.text(p)), own), day)
}

/// What is held of each year group.
fn held<'a>(
    cohort: &'a Cohort,
    (edition, day): (&Edition, Day),
    people: impl Iterator<Item = usize>,
) -> BTreeMap<i16, Held<'a>> {
    let (who, traits) = (&cohort.people, &cohort.traits);
    let mut groups: BTreeMap<i16, Held<'a>> = BTreeMap::new();
    for p in people {
        let Some(born) = who.born.get(p).copied().and_then(Stamp::day) else { continue };
        let group = groups.entry(year_group(born, day)).or_default();
        group.people += 1;
        group.send += u64::from(who.send.text(p) == "Y" || who.sen_support.text(p) == "Y");
        let vulnerable = &edition.lists.vulnerable_group;
        let mut codes = traits.of.of(p).map(|row| traits.code.text(row));
        group.vulnerable += u64::from(codes.any(|code| vulnerable.contains_key(code)));
        let school = who.school.text(p);
        if !school.is_empty() {
            group.schools.insert(school);
        }
    }
    groups
}

/// How many of those who are counted now are NEET, at the end of the last whole month.
async fn rate(ctx: &Context, actor: &Actor, day: Day) -> Result<Option<Rate>, Wrong> {
    let month = Month::of(day).plus(-1);
    let found = figures_for(ctx, actor, &Question::new("neet", Months::One(month))).await?;
    let total = &found.total;
    if total.few || total.denominator.sum == 0 {
        return Ok(None);
    }
    let neet = Percent { of: total.numerator.whole(), all: total.denominator.whole() };
    Ok(Some(Rate { month, neet }))
}

impl Rate {
    fn places(&self, people: u64) -> Option<Places> {
        #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
        let counted = (self.neet.of as f64, self.neet.all as f64);
        places(people, counted)
    }
}

fn laid_out(
    actor: &Actor,
    (edition, day): (&Edition, Day),
    held: &BTreeMap<i16, Held<'_>>,
    rate: Option<Rate>,
) -> Cohorts {
    let sees = |part| sees(actor, part).allowed;
    let (need, traits, school) =
        (sees(Part::Need), sees(Part::Characteristics), sees(Part::Education));
    let nobody = Held::default();
    let row = |year: SchoolYear| {
        let found = held.get(&year.group).unwrap_or(&nobody);
        Row {
            year,
            people: found.people,
            schools: (school && day <= year.leaves).then_some(found.schools.len()),
            send: need.then_some(found.send),
            vulnerable: traits.then_some(found.vulnerable),
            places: rate.filter(|_| found.people > 0).and_then(|rate| rate.places(found.people)),
        }
    };
    let rows: Vec<Row> = SchoolYear::all(day, edition).into_iter().map(row).collect();
    let last = rows.last().map_or(FIRST_GROUP, |row| row.year.group);
    let outside = |beyond: &dyn Fn(i16) -> bool| {
        let found = held.iter().filter(|(group, _)| beyond(**group)).map(|(_, found)| found.people);
        found.sum::<u64>()
    };
    Cohorts {
        day,
        edition: edition.name.clone(),
        rate,
        schools: rows.iter().filter_map(|row| row.schools).max().unwrap_or(0),
        younger: outside(&|group| group < FIRST_GROUP),
        older: outside(&|group| group > last),
        coming: match edition.measure.age.kind {
            AgeKind::Academic => coming(&rows, day, rate),
            // Whoever is counted by age on the day comes and goes in the middle of a year.
            AgeKind::Actual => Vec::new(),
        },
        rows,
    }
}

/// Who will be counted in each academic year, until one in which somebody would be who is not planned for yet.
fn coming(rows: &[Row], day: Day, rate: Option<Rate>) -> Vec<Coming> {
    let first = AcademicYear::of(day);
    let last = rows.first().map_or(first, |row| row.year.counted.0);
    (first.start_year()..=last.start_year())
        .map(AcademicYear::starting)
        .map(|year| {
            let of_year: Vec<&Row> = rows.iter().filter(|row| row.year.counts_in(year)).collect();
            let known = of_year.iter().all(|row| row.people > 0);
            let people = known.then(|| of_year.iter().map(|row| row.people).sum::<u64>());
            Coming {
                year,
                groups: of_year.iter().map(|row| row.year.words()).collect(),
                people,
                places: rate.zip(people).and_then(|(rate, people)| rate.places(people)),
            }
        })
        .collect()
}
