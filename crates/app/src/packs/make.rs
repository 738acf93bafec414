//! A pack's figures, counted through `app::measures` within the reader's scope.

use std::collections::BTreeSet;

use domain::access::{Actor, Denial, Scope};
use domain::calendar::Month;
use domain::measure::Cut;
use domain::narrative::{self, Breakdown, Sentence, analyse};

use super::leaving::{Lying, leave_out};
use super::targets::{self, PackTarget};
use super::told::{self, Consortia, Telling};
use crate::geography::geography;
use crate::measures::{Cell, Figures, Months, Numbers, Question, figures_for, is_over, may_cut};
use crate::{Context, Wrong};

/// Whom a pack is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The reader's own reach: a dashboard.
    Reach,
    /// Everybody of the whole area, for the board.
    Board,
    School(String),
    Consortium(String),
    Ward(String),
    Locality(String),
}

impl Audience {
    /// As an address and a file name say it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Reach => "reach",
            Self::Board => "board",
            Self::School(_) => "school",
            Self::Consortium(_) => "consortium",
            Self::Ward(_) => "ward",
            Self::Locality(_) => "locality",
        }
    }

    pub fn key(&self) -> &str {
        match self {
            Self::Reach | Self::Board => "",
            Self::School(key) | Self::Consortium(key) | Self::Ward(key) | Self::Locality(key) => {
                key
            }
        }
    }

    /// Whom a pack that goes to others is for, by its words. A dashboard is never one: nothing is left out
    /// of it, and so it has no address as a pack, no schedule and no words.
    pub fn from_words(kind: &str, key: &str) -> Option<Self> {
        let key = key.to_owned();
        Some(match kind {
            "board" => Self::Board,
            "school" => Self::School(key),
            "consortium" => Self::Consortium(key),
            "ward" => Self::Ward(key),
            "locality" => Self::Locality(key),
            _ => return None,
        })
    }

    /// Whether such a pack goes to others, on paper or as a file; a dashboard stays with its reader.
    fn leaves(&self) -> bool {
        *self != Self::Reach
    }

    /// Errors: refused where it says the whole area and the reader reaches part of it: whoever reads it
    /// elsewhere would take that part for the whole.
    fn may_have(&self, actor: &Actor) -> Result<(), Wrong> {
        match *self == Self::Board && !actor.scope.everyone {
            false => Ok(()),
            true => Err(Wrong::denied(Denial::said(
                "The board's pack is of the whole area, which is more than you reach. Ask the data manager for it, or make the pack of a locality, school or ward.",
            ))),
        }
    }

    /// Asked before a pack is handed on, once or every month, or words are kept that go with it.
    ///
    /// Errors: refused for a dashboard, and for a pack that the reader may not have.
    pub(super) fn may_leave(&self, actor: &Actor) -> Result<(), Wrong> {
        self.may_have(actor)?;
        match self.leaves() {
            true => Ok(()),
            false => Err(Wrong::refused(
                "A dashboard stays with its reader: nothing is left out of it. Choose a pack to hand on.",
            )),
        }
    }

    /// The cut that is held still.
    pub(super) fn held(&self) -> Option<Cut> {
        match self {
            Self::Reach | Self::Board => None,
            Self::School(_) => Some(Cut::School),
            Self::Consortium(_) => Some(Cut::Consortium),
            Self::Ward(_) => Some(Cut::Ward),
            Self::Locality(_) => Some(Cut::Locality),
        }
    }

    /// What it is broken down by: how people are and which vulnerable groups they are in, and then which
    /// areas or schools.
    ///
    /// A dashboard shows each reader what is theirs to act on: the whole area by locality and ward, a
    /// locality by ward and school, a caseload by what its people do, a school by what its leavers do.
    fn cuts(&self, scope: &Scope) -> Vec<Cut> {
        let mut cuts = vec![Cut::YearGroup, Cut::Sex, Cut::Send, Cut::Characteristic];
        cuts.extend(match self {
            Self::Reach if !scope.everyone && scope.caseload_of.is_some() => {
                vec![Cut::LevelOfNeed, Cut::Activity]
            }
            Self::Reach if !scope.everyone && !scope.localities.is_empty() => {
                vec![Cut::Ward, Cut::School]
            }
            Self::Reach if !scope.everyone => vec![Cut::EducationLevel, Cut::Activity],
            Self::Reach | Self::Board => vec![Cut::Locality, Cut::Ward],
            Self::Locality(_) | Self::Consortium(_) => vec![Cut::Ward],
            Self::School(_) | Self::Ward(_) => Vec::new(),
        });
        cuts
    }
}

/// How many are NEET, not known, and either, of how many. Nothing where that is not told. Units: people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub neet: Option<u64>,
    pub not_known: Option<u64>,
    pub together: Option<u64>,
    pub cohort: u64,
}

impl Counted {
    pub(super) fn of(n: &Numbers) -> Self {
        let (neet, not_known) = (n.neet.whole(), n.not_known.whole());
        Self {
            neet: Some(neet),
            not_known: Some(not_known),
            together: Some(neet + not_known),
            cohort: n.cohort.whole(),
        }
    }
}

/// A month of the series.
#[derive(Clone, Debug, PartialEq)]
pub struct PackMonth {
    pub month: Month,
    pub counted: Counted,
    /// Those not known because their record lapsed; nothing where that is not told.
    pub lapsed: Option<u64>,
}

/// A group of a breakdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The value of the cut.
    pub value: String,
    pub name: String,
    pub counted: Counted,
    /// Those with nothing recorded, or with none of it.
    pub residual: bool,
}

/// A breakdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub cut: Cut,
    pub groups: Vec<Group>,
}

/// The figures of one audience.
#[derive(Clone, Debug, PartialEq)]
pub struct Pack {
    pub audience: Audience,
    pub title: String,
    pub month: Month,
    pub edition: String,
    pub ages: String,
    /// Who alone is counted, where a pack that goes to others is of a reach that is not everybody.
    pub reach: Option<String>,
    /// Thirteen months, so that the last has the same month of the year before; fewer where some are not
    /// told to whoever asked.
    pub series: Vec<PackMonth>,
    /// The council's own targets beside those months.
    pub targets: Vec<PackTarget>,
    pub tables: Vec<Table>,
    pub sentences: Vec<Sentence>,
    /// Months and groups are left out, as too few to be told to whoever asked.
    pub hidden: bool,
    /// Counts are left out, as too few to leave in a pack, with those that would give them away.
    pub left_out: bool,
    /// What it tells, kept when it goes out.
    pub telling: Telling,
}

/// Makes a pack within the reader's scope.
///
/// Errors: refused where the reader may not see figures held to this audience, or may not have its pack, where
/// the month is not over, and where schools came into other consortia while it was counted.
pub async fn pack(
    ctx: &Context,
    actor: &Actor,
    audience: &Audience,
    month: Month,
) -> Result<Pack, Wrong> {
    audience.may_have(actor)?;
    is_over(ctx, month)?;
    let consortia = told::consortia(ctx).await?;
    let held: Vec<Cut> = audience.held().into_iter().collect();
    let mut question = Question::new("neet-not-known", Months::Period(month.plus(-12), month));
    question.by = held.clone();
    let found = figures_for(ctx, actor, &question).await?;
    let (mut series, mut hidden) = series(audience, &found);
    let mut tables = Vec::new();
    for cut in audience.cuts(&actor.scope) {
        if may_cut(actor, &[cut]).is_err() {
            continue;
        }
        let mut question = Question::new("neet-not-known", Months::One(month));
        question.by = held.iter().copied().chain([cut]).collect();
        let found = figures_for(ctx, actor, &question).await?;
        if found.cells.iter().any(|cell| is_hidden(&cell.numbers)) {
            hidden = true;
            continue;
        }
        let ours = found.cells.iter().filter(|cell| is_of(audience, cell));
        let groups = ours.filter_map(|cell| group(cut, cell));
        let groups: Vec<Group> = groups.filter(|group| group.counted.cohort > 0).collect();
        if groups.len() > 1 {
            tables.push(Table { cut, groups });
        }
    }
    let (left_out, telling) = match audience.leaves() {
        true => {
            let figures = (&mut series, &mut tables);
            leave(ctx, actor, (audience, month, &consortia), figures).await?
        }
        false => (false, Telling::default()),
    };
    let name = name(ctx, audience).await?;
    let whom = match audience {
        Audience::Reach => "young people within your reach".to_owned(),
        Audience::Board => "young people".to_owned(),
        _ => format!("young people of {name}"),
    };
    let whole = series.last().map(|month| month.counted);
    let sentences = analyse(&whom, &in_words(&series), &broken_down(whole, &tables));
    Ok(Pack {
        audience: audience.clone(),
        title: name,
        month,
        edition: found.edition,
        ages: found.ages,
        reach: reach(ctx, actor, audience).await?,
        targets: targets::beside(ctx, &actor.scope, &series).await?,
        series,
        tables,
        sentences,
        hidden,
        left_out,
        telling,
    })
}

/// Leaves out what may not go to others: of this pack by itself, and then beside those that went out before.
async fn leave(
    ctx: &Context,
    actor: &Actor,
    (audience, month, consortia): (&Audience, Month, &Consortia),
    (series, tables): (&mut Vec<PackMonth>, &mut Vec<Table>),
) -> Result<(bool, Telling), Wrong> {
    let held: Vec<Cut> = audience.held().into_iter().collect();
    let lying = lying(ctx, actor, (&held, month), tables).await?;
    let whole = (series.clone(), tables.clone());
    let left_out = leave_out(series, tables, &lying);
    told::are_still(consortia, &told::consortia(ctx).await?)?;
    let (whole, whom) = ((&whole.0[..], &whole.1[..]), told::whom(audience, actor, consortia));
    let telling = told::leave_out(ctx, (&whom, consortia), whole, (series, tables)).await?;
    Ok((left_out || telling.left_out, telling))
}

/// Whom the reader's reach holds a pack to. A dashboard says whose it is by itself.
async fn reach(ctx: &Context, actor: &Actor, audience: &Audience) -> Result<Option<String>, Wrong> {
    if !audience.leaves() {
        return Ok(None);
    }
    let mut tx = ctx.db.begin_read().await?;
    crate::reach::words(&mut tx, &actor.scope).await
}

/// Which localities the people of each ward live in, where a pack is broken down by both.
async fn lying(
    ctx: &Context,
    actor: &Actor,
    (held, month): (&[Cut], Month),
    tables: &[Table],
) -> Result<Lying, Wrong> {
    let both = [Cut::Ward, Cut::Locality];
    let mut lying = Lying::new();
    if !both.iter().all(|cut| tables.iter().any(|table| table.cut == *cut)) {
        return Ok(lying);
    }
    let mut question = Question::new("neet-not-known", Months::One(month));
    question.by = [held, &both].concat();
    let found = figures_for(ctx, actor, &question).await?;
    for cell in found.cells.iter().filter(|cell| cell.numbers.cohort.whole() > 0) {
        if let [Some(ward), Some(locality)] = both.map(|cut| cell.key.get(cut.name())) {
            lying.entry(ward.clone()).or_default().insert(locality.clone());
        }
    }
    Ok(lying)
}

/// Whether a cell is of the people that the audience's pack is about.
fn is_of(audience: &Audience, cell: &Cell) -> bool {
    audience
        .held()
        .is_none_or(|cut| cell.key.get(cut.name()).is_some_and(|value| value == audience.key()))
}

/// The months that may be told to whoever asks, and whether some may not. Months stand side by side: those
/// before one that is not told are not either.
fn series(audience: &Audience, found: &Figures) -> (Vec<PackMonth>, bool) {
    let nobody = Numbers::default();
    let (mut series, mut hidden) = (Vec::new(), false);
    for one in &found.series {
        let numbers = match audience.held() {
            None => &one.total,
            Some(_) => {
                let ours = one.cells.iter().find(|cell| is_of(audience, cell));
                ours.map_or(&nobody, |cell| &cell.numbers)
            }
        };
        if is_hidden(numbers) {
            series.clear();
            hidden = true;
        } else if let Ok(month) = one.month.parse() {
            series.push(pack_month(month, numbers));
        }
    }
    (series, hidden)
}

/// Whether a pack says nothing of these people: too few to be told to whoever asks for it.
fn is_hidden(numbers: &Numbers) -> bool {
    numbers.few || numbers.few_standings
}

fn pack_month(month: Month, n: &Numbers) -> PackMonth {
    let lapsed = (!n.few_reasons).then(|| n.lapsed.whole());
    PackMonth { month, counted: Counted::of(n), lapsed }
}

/// A group under its own label, without that of the cut held still before it.
fn group(cut: Cut, cell: &Cell) -> Option<Group> {
    let value = cell.key.get(cut.name())?;
    let ward = geography().ward_name(value).filter(|_| cut == Cut::Ward);
    let label = cell.labels.last().map_or(cell.label.as_str(), String::as_str);
    Some(Group {
        value: value.clone(),
        name: ward.unwrap_or(label).to_owned(),
        counted: Counted::of(&cell.numbers),
        residual: cut.is_residual(value),
    })
}

fn in_words(series: &[PackMonth]) -> Vec<narrative::Month> {
    let one = |m: &PackMonth| narrative::Month {
        words: m.month.words(),
        neet: m.counted.neet,
        not_known: m.counted.not_known,
        together: m.counted.together,
        lapsed: m.lapsed,
        cohort: m.counted.cohort,
    };
    series.iter().map(one).collect()
}

/// The breakdowns as sentences are made from them: nothing where it is not told how many there are in all.
fn broken_down(whole: Option<Counted>, tables: &[Table]) -> Vec<Breakdown> {
    let Some(whole) = whole.and_then(|all| Some((all.together?, all.cohort))) else {
        return Vec::new();
    };
    let group = |g: &Group| {
        Some(narrative::Group {
            name: g.name.clone(),
            of: g.counted.together?,
            all: g.counted.cohort,
            residual: g.residual,
        })
    };
    let one = |table: &Table| Breakdown {
        figure: table.cut.name().to_owned(),
        words: table.cut.label().to_lowercase(),
        groups: table.groups.iter().filter_map(group).collect(),
        areas: matches!(table.cut, Cut::Ward | Cut::School),
        whole: Some(whole),
    };
    tables.iter().map(one).collect()
}

async fn name(ctx: &Context, audience: &Audience) -> Result<String, Wrong> {
    Ok(match audience {
        Audience::Reach => "Dashboard".to_owned(),
        Audience::Board => "The whole area, for the board".to_owned(),
        Audience::Ward(code) => geography().ward_name(code).unwrap_or(code).to_owned(),
        Audience::Consortium(name) | Audience::Locality(name) => name.clone(),
        Audience::School(id) => {
            let mut tx = ctx.db.begin_read().await?;
            let all = store::organisations::all(&mut tx).await?;
            all.into_iter().find(|o| o.id == *id).map_or_else(|| id.clone(), |o| o.name)
        }
    })
}

/// Audiences that a reader can choose from, with their names.
pub async fn audiences(ctx: &Context, actor: &Actor) -> Result<Vec<(Audience, String)>, Wrong> {
    let mut all = Vec::new();
    if Audience::Board.may_have(actor).is_ok() {
        all.push((Audience::Board, "Board: the whole area".to_owned()));
    }
    let may = |cut: Cut| may_cut(actor, &[cut]).is_ok();
    let geography = geography();
    if may(Cut::Locality) {
        let names = geography.localities.iter();
        all.extend(names.map(|n| (Audience::Locality(n.clone()), format!("Locality: {n}"))));
    }
    let mut tx = ctx.db.begin_read().await?;
    let organisations = store::organisations::all(&mut tx).await?;
    drop(tx);
    if may(Cut::Consortium) {
        let names = organisations.iter().filter_map(|one| one.consortium.as_ref());
        let names = names.collect::<BTreeSet<_>>().into_iter();
        all.extend(names.map(|n| (Audience::Consortium(n.clone()), format!("Consortium: {n}"))));
    }
    if may(Cut::School) {
        for school in organisations {
            let reached =
                actor.scope.schools.is_empty() || actor.scope.schools.contains(&school.id);
            if school.kind == "school" && reached {
                all.push((Audience::School(school.id.clone()), format!("School: {}", school.name)));
            }
        }
    }
    if may(Cut::Ward) {
        let wards = geography.wards.iter();
        all.extend(wards.map(|w| (Audience::Ward(w.code.clone()), format!("Ward: {}", w.name))));
    }
    Ok(all)
}
