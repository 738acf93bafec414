//! Learning the model without labels: expectation-maximisation over the candidates of a sample of
//! the asking list, with four kinds of pair - one person, twins, siblings, strangers. Strangers are
//! known from random pairs, families are tied to what the same person's surname, postcode and birth
//! date look like, so that only a few numbers are free. At most one register entry is believed for
//! each asker in each step, which is what keeps look-alikes from passing for matches.
#![expect(
    clippy::indexing_slicing,
    reason = "indices come from enumerating the very vectors they index"
)]

use crate::chance::{self, Chance};
use crate::diagnostics::{Diagnostics, diagnose};
use crate::evidence::{Asker, Evidence, Memory};
use crate::levels::{Field, birth, identifier, name};
use crate::model::{Grid, Model, Source};
use crate::register::{Desk, Register};
use crate::score::Scorer;
use crate::shipped;
use crate::table::Table;
use crate::text::mix;
use rayon::prelude::*;
use std::collections::HashMap;

/// How much effort learning takes. The defaults serve lists of a thousand to a million.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Random pairs drawn to learn what chance agreement looks like.
    pub random_pairs: usize,
    /// People of the asking list whose candidates are learned from.
    pub sample: usize,
    pub iterations: usize,
    /// Learning ends when no probability moves by more than this.
    pub tolerance: f64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { random_pairs: 160_000, sample: 20_000, iterations: 40, tolerance: 5e-4 }
    }
}

/// What a person has said of one pair: places in the register's and in the asking list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    pub a: usize,
    pub b: usize,
    pub same: bool,
}

/// Candidates of the sampled askers, asker by asker.
#[derive(Default)]
pub(crate) struct Sample {
    /// Source and end of each asker's run of pairs.
    askers: Vec<(u16, usize)>,
    pairs: Vec<Evidence>,
    /// What a person said of each pair, where somebody did.
    said: Vec<Option<bool>>,
    sources: Vec<String>,
}

/// Learns a model for linking `table` to `register`.
///
/// Errors: none; an empty list gives the starting beliefs, and the diagnostics say so.
pub fn train(register: &Register, table: &Table, effort: Effort) -> (Model, Diagnostics) {
    train_knowing(register, table, &[], effort)
}

/// Learns as [`train`] does, and believes what people have said of single pairs: an answered pair
/// counts as it was answered, however it scores. Everybody who was asked about is part of the sample.
///
/// Errors: none; an answer about places beyond the lists, or of a pair that would never be looked
/// at, is passed over.
pub fn train_knowing(
    register: &Register,
    table: &Table,
    answers: &[Answer],
    effort: Effort,
) -> (Model, Diagnostics) {
    if register.is_empty() || table.is_empty() {
        let model = start(
            &Grid(vec![vec![0.5; crate::levels::LEVELS]; crate::levels::FIELDS]),
            &Grid::zero(),
            &[],
        );
        return (model, Diagnostics::untrained());
    }
    let asker = Asker::new(register, table);
    let chance = chance::measure(&asker, effort.random_pairs);
    let mut sample = gather(&asker, answers, effort.sample);
    let mut model = start(&chance.levels, &chance.usual, &sample.sources);
    let mut history = Vec::new();
    let mut last = Counts::default();
    for round in 0..effort.iterations {
        without_matches(&mut model, &chance, register.len());
        let scorer = Scorer::new(&model, register.len());
        last = expect_all(&sample, &scorer);
        // How many there are is learned before how they are written: the other way round, lists that
        // share hardly anybody would teach that strangers of one name are how people look.
        let next = match round < WARM_UP {
            true => counted(&model, &last),
            false => maximise(&model, &last),
        };
        let change = distance(&model, &next);
        history.push(change);
        model = next;
        if change < effort.tolerance && round >= WARM_UP {
            break;
        }
        if round == 2 {
            sample.forget_hopeless(&Scorer::new(&model, register.len()));
        }
    }
    let doubts = if effort.iterations > 0 {
        fall_back(&mut model, &last, &sample, &chance, register.len())
    } else {
        Doubts::default()
    };
    without_matches(&mut model, &chance, register.len());
    in_order(&mut model);
    let found = diagnose(&model, &chance, &last, &history, (effort, doubts));
    (model, found)
}

/// Rounds in which only the number of matches is learned.
const WARM_UP: usize = 3;

/// What of the learning could not be believed, and was put aside.
#[derive(Clone, Debug, Default)]
pub(crate) struct Doubts {
    pub(crate) whole: Option<String>,
    /// Sources by name, and why their own habits were put aside.
    pub(crate) sources: Vec<(String, String)>,
}

/// Puts what cannot be people aside: the shipped habits, or those of all sources, stand in its place,
/// and how many are in both lists is counted anew by them.
fn fall_back(
    model: &mut Model,
    last: &Counts,
    sample: &Sample,
    chance: &Chance,
    people: usize,
) -> Doubts {
    let matched: f64 = last.matched.iter().sum();
    let whole = shipped::doubt(matched, last.witnessed.iter().sum());
    let mut sources = Vec::new();
    for (at, source) in model.sources.iter_mut().enumerate() {
        // A source with few people leans on the habits of all by itself.
        let few = last.matched[at] < shipped::FEWEST;
        let doubt = shipped::doubt(last.matched[at], last.witnessed[at]).filter(|_| !few);
        if let (None, Some(why)) = (&whole, doubt) {
            source.same = model.same.clone();
            sources.push((source.name.clone(), why));
        }
    }
    let doubts = Doubts { whole, sources };
    if doubts.whole.is_none() && doubts.sources.is_empty() {
        return doubts;
    }
    if doubts.whole.is_some() {
        let fresh = start(&chance.levels, &chance.usual, &sample.sources);
        *model = fresh;
    }
    for _ in 0..10 {
        without_matches(model, chance, people);
        let scorer = Scorer::new(model, people);
        *model = counted(model, &expect_all(sample, &scorer));
    }
    doubts
}

/// The model with how many match as counted, and everything else as it was.
fn counted(model: &Model, counts: &Counts) -> Model {
    let mut next = model.clone();
    for (at, source) in next.sources.iter_mut().enumerate() {
        let share = (counts.matched[at] + 10.0 * model.coverage) / (counts.askers[at] + 10.0);
        source.coverage = share.clamp(0.001, 0.98);
    }
    let (matched, askers) =
        (counts.matched.iter().sum::<f64>(), counts.askers.iter().sum::<f64>().max(1.0));
    next.coverage = (matched / askers).clamp(0.001, 0.98);
    next
}

/// Expected counts of one round.
#[derive(Clone)]
pub(crate) struct Counts {
    pub(crate) same: Vec<Grid>,
    pub(crate) twin: Grid,
    pub(crate) sibling: Grid,
    pub(crate) matched: Vec<f64>,
    /// Of them, the belief in pairs that agree in three things or more.
    pub(crate) witnessed: Vec<f64>,
    pub(crate) askers: Vec<f64>,
    pub(crate) twins: f64,
    pub(crate) siblings: f64,
}

impl Default for Counts {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Counts {
    fn new(sources: usize) -> Self {
        Self {
            same: vec![Grid::zero(); sources],
            twin: Grid::zero(),
            sibling: Grid::zero(),
            matched: vec![0.0; sources],
            witnessed: vec![0.0; sources],
            askers: vec![0.0; sources],
            twins: 0.0,
            siblings: 0.0,
        }
    }

    fn add(&mut self, other: &Self) {
        let grids = self.same.iter_mut().zip(&other.same);
        for (mine, theirs) in
            grids.chain([(&mut self.twin, &other.twin), (&mut self.sibling, &other.sibling)])
        {
            for (x, y) in mine.0.iter_mut().flatten().zip(theirs.0.iter().flatten()) {
                *x += y;
            }
        }
        for (x, y) in self.matched.iter_mut().zip(&other.matched) {
            *x += y;
        }
        for (x, y) in self.witnessed.iter_mut().zip(&other.witnessed) {
            *x += y;
        }
        for (x, y) in self.askers.iter_mut().zip(&other.askers) {
            *x += y;
        }
        self.twins += other.twins;
        self.siblings += other.siblings;
    }
}

/// Answers by place in the asking list.
type Answers = HashMap<usize, Vec<(usize, bool)>>;

/// An evenly spread sample of askers, the same in every run, and all their candidates.
fn gather(asker: &Asker<'_>, answers: &[Answer], wanted: usize) -> Sample {
    let mut by_place = Answers::new();
    for answer in answers {
        by_place.entry(answer.b).or_default().push((answer.a, answer.same));
    }
    let mut places: Vec<usize> = (0..asker.table.len()).collect();
    if places.len() > wanted {
        // Whoever was asked about comes first, so that no answer is lost to the sample.
        places
            .sort_by_cached_key(|place| (!by_place.contains_key(place), mix(0xa5c, *place as u64)));
        places.truncate(wanted);
        places.sort_unstable_by_key(|place| (asker.table.rows[*place].birth, *place));
    }
    let mut sample = Sample { sources: asker.table.sources.clone(), ..Sample::default() };
    let pieces: Vec<Sample> = places
        .par_chunks(1_024)
        .map_init(
            || (Desk::default(), Memory::default()),
            |(desk, memory), places| {
                let mut own = Sample::default();
                for place in places {
                    own.look(asker, *place, by_place.get(place), desk, memory);
                }
                own
            },
        )
        .collect();
    for piece in pieces {
        let before = sample.pairs.len();
        let shifted = piece.askers.into_iter().map(|(source, end)| (source, end + before));
        sample.askers.extend(shifted);
        sample.pairs.extend(piece.pairs);
        sample.said.extend(piece.said);
    }
    sample
}

impl Sample {
    /// Adds one asker and all its candidates.
    fn look(
        &mut self,
        asker: &Asker<'_>,
        place: usize,
        answers: Option<&Vec<(usize, bool)>>,
        desk: &mut Desk,
        memory: &mut Memory,
    ) {
        let row = &asker.table.rows[place];
        asker.register.candidates(asker.table, row, desk);
        let of_register = |a: &u32| asker.register.places[*a as usize] as usize;
        for a in &desk.found {
            self.pairs.push(asker.look(&asker.register.rows[*a as usize], row, memory));
            let answer = answers.and_then(|all| all.iter().rfind(|(at, _)| *at == of_register(a)));
            self.said.push(answer.map(|(_, same)| *same));
        }
        self.askers.push((row.source, self.pairs.len()));
    }

    /// Drops pairs that no later round could take for anything but strangers.
    fn forget_hopeless(&mut self, scorer: &Scorer) {
        let (mut kept, mut said, mut from) = (Vec::new(), Vec::new(), 0);
        for (source, end) in &mut self.askers {
            let sheet = scorer.sheet(&self.sources[usize::from(*source)]);
            for at in from..*end {
                let score = scorer.score(sheet, &self.pairs[at]);
                if score.bits > -14.0 || score.family < -0.002 || self.said[at].is_some() {
                    kept.push(self.pairs[at]);
                    said.push(self.said[at]);
                }
            }
            from = *end;
            *end = kept.len();
        }
        (self.pairs, self.said) = (kept, said);
    }
}

fn expect_all(sample: &Sample, scorer: &Scorer) -> Counts {
    const PIECE: usize = 1_024;
    let pieces: Vec<Counts> = (0..sample.askers.len().div_ceil(PIECE))
        .into_par_iter()
        .map(|piece| {
            let mut counts = Counts::new(sample.sources.len());
            let end = ((piece + 1) * PIECE).min(sample.askers.len());
            let mut parts = Vec::new();
            for at in piece * PIECE..end {
                expect_one(sample, scorer, at, &mut counts, &mut parts);
            }
            counts
        })
        .collect();
    let mut all = Counts::new(sample.sources.len());
    pieces.iter().for_each(|counts| all.add(counts));
    all
}

/// One asker's candidates share at most one belief between them.
fn expect_one(
    sample: &Sample,
    scorer: &Scorer,
    at: usize,
    counts: &mut Counts,
    odds: &mut Vec<(f64, f64, f64)>,
) {
    let (source, end) = sample.askers[at];
    let from = at.checked_sub(1).map_or(0, |before| sample.askers[before].1);
    let source = usize::from(source);
    counts.askers[source] += 1.0;
    let sheet = scorer.sheet(&sample.sources[source]);
    let pairs = &sample.pairs[from..end];
    odds.clear();
    odds.extend(pairs.iter().map(|pair| scorer.odds(sheet, pair)));
    answered(&sample.said[from..end], odds);
    let all = 1.0 + odds.iter().map(|(same, _, _)| same).sum::<f64>();
    for (pair, (same, twin, sibling)) in pairs.iter().zip(odds.iter()) {
        let one = same / all;
        let family = (1.0 - one) / (1.0 + twin + sibling);
        counts.matched[source] += one;
        if shipped::witnessed(pair.pattern) {
            counts.witnessed[source] += one;
        }
        counts.twins += family * twin;
        counts.siblings += family * sibling;
        if one > 1e-4 {
            count(&mut counts.same[source], pair, one);
        }
        if family * twin > 1e-4 {
            count(&mut counts.twin, pair, family * twin);
        }
        if family * sibling > 1e-4 {
            count(&mut counts.sibling, pair, family * sibling);
        }
    }
}

/// Odds that leave no doubt where a person has answered.
const CERTAIN: f64 = 1e12;

fn answered(said: &[Option<bool>], odds: &mut [(f64, f64, f64)]) {
    let settled = said.contains(&Some(true));
    for (said, odds) in said.iter().zip(odds) {
        match said {
            Some(true) => odds.0 = CERTAIN,
            Some(false) => odds.0 = 0.0,
            // Where the person was pointed out, the others are not the person.
            None if settled => odds.0 = 0.0,
            None => {}
        }
    }
}

fn count(grid: &mut Grid, pair: &Evidence, share: f64) {
    for field in Field::ALL {
        *grid.at(field, pair.pattern.level(field)) += share;
    }
}

/// What random pairs show, less the true pairs among them.
fn without_matches(model: &mut Model, chance: &Chance, people: usize) {
    let rate = model.coverage / people as f64;
    for field in Field::ALL {
        for level in 1..field.levels().len() {
            let seen = chance.levels.get(field, crate::levels::level(level));
            let by_match = rate * model.same.0[field.index()][level];
            let floor = (seen * 0.02).max(1e-7);
            model.chance.0[field.index()][level] = ((seen - by_match) / (1.0 - rate)).max(floor);
        }
    }
    model.chance.normalise();
    for (source, times) in model.sources.iter_mut().zip(&chance.by_source) {
        let mut own = model.chance.clone();
        for (share, times) in own.0.iter_mut().flatten().zip(times.0.iter().flatten()) {
            *share *= times;
        }
        chance::differing_says_least(&source.same, &mut own);
        source.chance = Some(own);
    }
    chance::differing_says_least(&model.same, &mut model.chance);
}

/// How many pairs' worth of belief the shipped habits weigh.
const SHIPPED: f64 = 25.0;
/// How many askers' worth of belief the common habits weigh in a source's own.
const HABIT: f64 = 40.0;

fn maximise(model: &Model, counts: &Counts) -> Model {
    let mut next = model.clone();
    let mut all = Grid::zero();
    for grid in &counts.same {
        for (sum, x) in all.0.iter_mut().flatten().zip(grid.0.iter().flatten()) {
            *sum += x;
        }
    }
    next.same = blend(&all, &shipped::habits(), SHIPPED);
    for (at, source) in next.sources.iter_mut().enumerate() {
        source.same = blend(&counts.same[at], &next.same, HABIT);
    }
    let askers = counts.askers.iter().sum::<f64>().max(1.0);
    next = counted(&next, counts);
    next.twins = (counts.twins / askers).clamp(1e-4, 1.0);
    next.siblings = (counts.siblings / askers).clamp(1e-3, 20.0);
    (next.twin, next.sibling) = families(&next, counts);
    next
}

/// Shares from counts, with `strength` pairs' worth of an earlier belief in each field.
fn blend(counts: &Grid, belief: &Grid, strength: f64) -> Grid {
    let mut out = Grid::zero();
    for field in Field::ALL {
        for level in 1..field.levels().len() {
            let (count, belief) = (counts.0[field.index()][level], belief.0[field.index()][level]);
            out.0[field.index()][level] = count + strength * belief;
        }
    }
    out.normalise();
    out
}

/// Twins and siblings share the household's fields with the person and nothing else: surname and
/// postcode (and the twins' birth date) look as they do for one person, the rest as by chance, and
/// the counts may move the rest a little.
fn families(model: &Model, counts: &Counts) -> (Grid, Grid) {
    let base = family_beliefs(&model.same, &model.chance);
    let mut twin = blend(&counts.twin, &base.0, 200.0);
    let mut sibling = blend(&counts.sibling, &base.1, 200.0);
    for field in [Field::Surname, Field::Postcode, Field::NameOrder] {
        twin.0[field.index()].clone_from(&base.0.0[field.index()]);
        sibling.0[field.index()].clone_from(&base.1.0[field.index()]);
    }
    twin.0[Field::Birth.index()].clone_from(&base.0.0[Field::Birth.index()]);
    for grid in [&mut twin, &mut sibling] {
        // Two children of one family do not bear one forename, and do not share a number but by a
        // clerk's slip. Were these free, people with a changed forename would be learned as twins.
        *grid.at(Field::Forename, name::EXACT) = base.0.get(Field::Forename, name::EXACT);
        for field in [Field::Upn, Field::Uln] {
            *grid.at(field, identifier::EXACT) = base.0.get(field, identifier::EXACT);
            *grid.at(field, identifier::SLIP) = base.0.get(field, identifier::SLIP);
        }
    }
    *sibling.at(Field::Birth, birth::EXACT) = 1e-9;
    (twin, sibling)
}

/// How often a child's record carries the number of a brother or sister.
const BORROWED: f64 = 5e-4;

fn family_beliefs(same: &Grid, chance: &Grid) -> (Grid, Grid) {
    let mut twin = chance.clone();
    for level in [name::EXACT, name::SLIP, name::SOUND, name::KIN, name::CLOSE] {
        *twin.at(Field::Forename, level) *= 0.2;
    }
    for field in [Field::Surname, Field::Postcode, Field::NameOrder] {
        twin.0[field.index()].clone_from(&same.0[field.index()]);
    }
    for field in [Field::Upn, Field::Uln] {
        let borrowed = twin.at(field, identifier::EXACT);
        *borrowed = borrowed.max(BORROWED);
    }
    for (level, share) in twin.0[Field::School.index()].iter_mut().enumerate() {
        *share = 0.5 * (*share + same.0[Field::School.index()][level]);
    }
    let mut sibling = twin.clone();
    twin.0[Field::Birth.index()].clone_from(&same.0[Field::Birth.index()]);
    *sibling.at(Field::Birth, birth::EXACT) = 1e-9;
    twin.normalise();
    sibling.normalise();
    (twin, sibling)
}

fn start(chance: &Grid, usual: &Grid, sources: &[String]) -> Model {
    let same = shipped::habits();
    let (twin, sibling) = family_beliefs(&same, chance);
    let of_source = |name: &String| Source {
        name: name.clone(),
        coverage: 0.5,
        same: same.clone(),
        chance: None,
    };
    Model {
        version: Model::VERSION,
        chance: chance.clone(),
        usual: usual.clone(),
        sources: sources.iter().map(of_source).collect(),
        same,
        twin,
        sibling,
        coverage: 0.5,
        twins: 0.02,
        siblings: 0.5,
        duplicates: 0.01,
    }
}

fn distance(a: &Model, b: &Model) -> f64 {
    let shares = a.same.0.iter().flatten().zip(b.same.0.iter().flatten());
    shares.chain([(&a.coverage, &b.coverage)]).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max)
}

/// Sees to it that agreeing more never says less: agreeing wholly never less, and differing wholly never
/// more, than a level in between, and of levels of one kind the nearer never less than the farther. Where
/// the counts say otherwise by chance, the offending levels are pooled.
fn in_order(model: &mut Model) {
    let sources = model.sources.iter_mut();
    let sources =
        sources.map(|source| (&mut source.same, source.chance.as_ref().unwrap_or(&model.chance)));
    for (same, chance) in sources.chain([(&mut model.same, &model.chance)]) {
        for field in Field::ALL {
            if field == Field::NameOrder {
                continue;
            }
            let last = field.levels().len() - 1;
            let (same, chance) = (&mut same.0[field.index()], &chance.0[field.index()]);
            for run in field.nearer_first() {
                pool(same, chance, run);
            }
            let ratio = |same: &[f64], level: usize| same[level] / chance[level].max(1e-12);
            let (top, bottom) = (ratio(same, 1), ratio(same, last));
            for level in 2..last {
                let held = ratio(same, level).clamp(bottom.min(top), top);
                same[level] = held * chance[level];
            }
        }
    }
}

/// Gives neighbours of a run that stand in the wrong order the ratio of both together, until the nearer
/// says no less than the farther all along (pool adjacent violators; Ayer and others, 1955).
fn pool(same: &mut [f64], chance: &[f64], run: &[u8]) {
    // What each block of levels holds of both, and how many levels it is.
    let mut blocks: Vec<(f64, f64, usize)> = Vec::with_capacity(run.len());
    for level in run.iter().map(|level| usize::from(*level)) {
        let mut block = (same[level], chance[level].max(1e-12), 1);
        while let Some(nearer) = blocks.pop_if(|nearer| nearer.0 * block.1 < block.0 * nearer.1) {
            block = (nearer.0 + block.0, nearer.1 + block.1, nearer.2 + block.2);
        }
        blocks.push(block);
    }
    let ratios = blocks.iter().flat_map(|(m, u, levels)| std::iter::repeat_n(m / u, *levels));
    for (level, ratio) in run.iter().map(|level| usize::from(*level)).zip(ratios) {
        same[level] = ratio * chance[level];
    }
}
