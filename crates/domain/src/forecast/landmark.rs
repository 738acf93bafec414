//! What becomes of people so many months on, by where they stand and what went before, learned from
//! what became of those who stood there earlier.
//!
//! Rates are learned over the whole distance asked for, not month by month and then multiplied: a chain
//! of single months forgets who somebody was after one step, and finds every later year too good. People
//! who stood in the same place in the same calendar month, a year or more before, tell most. Where they
//! are few the rate is drawn towards that of everybody of that place and calendar month, and that towards
//! the rate of any month ([`Pull`]), that towards the rate of the place's state and that towards everybody's.
//! Months long past weigh less. Everything here is arithmetic on counts: no month is read from a clock and
//! nothing is drawn by chance.
//!
//! Source: Putter and Spitoni, "Non-parametric estimation of transition probabilities in non-Markov
//! multi-state models", Statistical Methods in Medical Research 27 (2018); van Houwelingen, "Dynamic
//! prediction by landmarking in event history analysis", Scandinavian Journal of Statistics 34 (2007);
//! Agresti, "Categorical data analysis", 3.6 (drawing sparse rates towards a common one).

#![expect(clippy::indexing_slicing, reason = "groups, places and months are numbers of one panel")]

use crate::calendar::Month;

/// The furthest that is looked ahead. Units: months. A year, so that a register of two years has seen
/// every distance from every calendar month.
pub const AHEAD: usize = 12;

/// How a state is told apart by what went before: whoever has been out for a year does not come back
/// as those of last month do, and whoever has been out before is out again sooner.
pub const BANDS: usize = 4;

/// The place of somebody: their state, told apart by what went before.
///
/// Units: `months` is the number of month ends in a row in this state, this one included. Those out
/// (`out`) are told apart by it; others by whether they were out before and whether they are settled.
pub fn place(state: usize, months: usize, out: bool, out_before: bool) -> usize {
    let band = match (out, months) {
        (true, 0..=2) => 0,
        (true, 3..=5) => 1,
        (true, 6..=11) => 2,
        (true, _) => 3,
        (false, months) => usize::from(out_before) * 2 + usize::from(months > 5),
    };
    state * BANDS + band
}

/// What was seen: who stood where at each month's end, and what became of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    first: Month,
    months: usize,
    /// By group, whether its people are among those counted.
    counted: Vec<bool>,
    states: usize,
    /// By month, group, place.
    stock: Vec<u32>,
    /// By month, months ahead (from 1), group, place, state then: of those counted then.
    later: Vec<u32>,
}

impl Panel {
    /// An empty panel of so many months from `first` on.
    pub fn new(first: Month, months: usize, counted: Vec<bool>, states: usize) -> Self {
        let places = counted.len() * states * BANDS;
        Self {
            first,
            months,
            counted,
            states,
            stock: vec![0; months * places],
            later: vec![0; months * AHEAD * places * states],
        }
    }

    pub fn first(&self) -> Month {
        self.first
    }

    pub fn months(&self) -> usize {
        self.months
    }

    pub fn month(&self, at: usize) -> Month {
        self.first.plus(i32::try_from(at).unwrap_or(i32::MAX))
    }

    fn places(&self) -> usize {
        self.states * BANDS
    }

    /// Counts somebody who is in `place` of `group` at the end of month `at`.
    pub fn stand(&mut self, at: usize, group: usize, place: usize) {
        let found = (at * self.counted.len() + group) * self.places() + place;
        self.stock[found] += 1;
    }

    /// Counts what became of somebody who stood in `place` of `group` at the end of month `at`: the group
    /// and the state they were in `ahead` months later. Whoever is not counted then tells nothing.
    pub fn became(
        &mut self,
        (at, ahead): (usize, usize),
        (group, place): (usize, usize),
        (group_then, state): (usize, usize),
    ) {
        if self.counted[group_then] {
            let found = (group * self.places() + place) * self.states + state;
            let start = self.distance(at, ahead).start;
            self.later[start + found] += 1;
        }
    }

    fn distance(&self, at: usize, ahead: usize) -> std::ops::Range<usize> {
        let all = self.counted.len() * self.places() * self.states;
        let start = (at * AHEAD + ahead - 1) * all;
        start..start + all
    }

    /// How many who stood in `place` of any group were in `state` so many months later.
    pub fn seen_later(&self, (at, ahead): (usize, usize), place: usize, state: usize) -> u32 {
        let later = &self.later[self.distance(at, ahead)];
        let groups = later.chunks(self.places() * self.states);
        groups.map(|group| group[place * self.states + state]).sum()
    }

    /// How many stood in a place of a group at a month's end.
    fn standing(&self, at: usize, group: usize, place: usize) -> u32 {
        self.stock[(at * self.counted.len() + group) * self.places() + place]
    }

    /// Those counted at a month's end, by state.
    fn states_at(&self, at: usize) -> Vec<f64> {
        let mut found = vec![0.0; self.states];
        for group in (0..self.counted.len()).filter(|group| self.counted[*group]) {
            for place in 0..self.places() {
                found[place / BANDS] += f64::from(self.standing(at, group, place));
            }
        }
        found
    }

    /// People of some states among people of others at a month's end, over the groups counted.
    pub fn share(&self, at: usize, of: &[bool], among: &[bool]) -> (f64, f64) {
        let all = self.states_at(at);
        let within = |set: &[bool]| {
            all.iter().zip(set).filter(|(_, in_set)| **in_set).map(|(people, _)| people).sum()
        };
        (within(of), within(among))
    }
}

/// What the rate of a place in a calendar month is drawn towards; which one is used is decided by how
/// each has done (`judge::choose`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pull {
    /// The rate of any month, moved as the state's part of everybody in the month asked for stands to its
    /// part in any month: where September is unlike every other month.
    Season,
    /// The rate of any month as it is.
    AnyMonth,
}

impl Pull {
    pub const ALL: [Self; 2] = [Self::Season, Self::AnyMonth];
}

/// What a year's distance leaves of a month's weight. These numbers stand in `docs/forecast.md`.
const YEARLY: f64 = 0.6;
/// People that the rate of everybody of a place and calendar month counts for against a group's.
const GROUP_PULL: f64 = 120.0;
/// People that the rate of any month counts for against a calendar month's.
const MONTH_PULL: f64 = 20.0;
/// People that the rate of a place's state counts for against the place's, and that of everybody against the state's.
const PLACE_PULL: f64 = 5.0;

/// What becomes of people over one distance from one calendar month.
#[derive(Clone, Debug, PartialEq)]
pub struct Rates {
    places: usize,
    states: usize,
    /// By group, place, state then; rows sum to one.
    rates: Vec<f64>,
}

/// Learns what becomes of people `ahead` months after `from`, out of the months up to and including
/// `until` (a place of the panel).
pub fn learn(panel: &Panel, until: usize, (from, ahead): (Month, usize), pull: Pull) -> Rates {
    let (places, states) = (panel.places(), panel.states);
    let mut everybody = vec![0.0; states];
    let mut by_state = vec![0.0; states * states];
    let mut any = vec![0.0; places * states];
    let mut monthly = any.clone();
    let mut grouped = vec![0.0; panel.counted.len() * places * states];
    for at in 0..(until + 1).saturating_sub(ahead).min(panel.months) {
        let weight = faded(until - ahead - at);
        let same = panel.month(at).number() == from.number();
        for (found, people) in panel.later[panel.distance(at, ahead)].iter().enumerate() {
            let (people, common) = (f64::from(*people) * weight, found % (places * states));
            everybody[common % states] += people;
            by_state[common / states / BANDS * states + common % states] += people;
            any[common] += people;
            if same {
                monthly[common] += people;
                grouped[found] += people;
            }
        }
    }
    let season = match pull {
        Pull::Season => season(panel, until, from.plus(i32::try_from(ahead).unwrap_or(0))),
        Pull::AnyMonth => vec![1.0; states],
    };
    let mut rates = vec![0.0; grouped.len()];
    for place in 0..places {
        let (cell, state) = (place * states..(place + 1) * states, place / BANDS);
        let common = row(&everybody, &stays(states, state), 1.0);
        // In a young register nobody has been out for a year so long before, whoever else was out then has.
        let of_state = &by_state[state * states..(state + 1) * states];
        let common = row(of_state, &common, PLACE_PULL);
        let common = turned(&row(&any[cell.clone()], &common, PLACE_PULL), &season);
        let all = row(&monthly[cell], &common, MONTH_PULL);
        for group in 0..panel.counted.len() {
            let start = (group * places + place) * states;
            let own = row(&grouped[start..start + states], &all, GROUP_PULL);
            rates[start..start + states].copy_from_slice(&own);
        }
    }
    Rates { places, states, rates }
}

/// The weight of what was seen so many months ago. The year just past weighs fully: every calendar
/// month has one month of it.
fn faded(months: usize) -> f64 {
    YEARLY.powi(i32::try_from(months / 12).unwrap_or(i32::MAX))
}

/// By state, its part of everybody in months like `target` over its part in any month.
fn season(panel: &Panel, until: usize, target: Month) -> Vec<f64> {
    let mut any = vec![0.0; panel.states];
    let mut then = any.clone();
    for at in 0..(until + 1).min(panel.months) {
        let same = panel.month(at).number() == target.number();
        for (state, people) in panel.states_at(at).into_iter().enumerate() {
            let people = people * faded(until - at);
            any[state] += people;
            then[state] += if same { people } else { 0.0 };
        }
    }
    let any = row(&any, &vec![0.0; panel.states], 1.0);
    let then = row(&then, &any, MONTH_PULL);
    any.iter().zip(then).map(|(any, then)| if *any > 0.0 { then / any } else { 1.0 }).collect()
}

/// Rates moved as the season says, so that they sum to one again.
fn turned(rates: &[f64], season: &[f64]) -> Vec<f64> {
    let moved: Vec<f64> = rates.iter().zip(season).map(|(rate, season)| rate * season).collect();
    let all: f64 = moved.iter().sum();
    moved.iter().map(|rate| rate / all).collect()
}

/// Somebody of whom nothing was ever seen to change stays.
fn stays(states: usize, state: usize) -> Vec<f64> {
    (0..states).map(|to| f64::from(u8::from(to == state))).collect()
}

/// A row of rates from counts, drawn towards another row that weighs as `pull` people.
fn row(counts: &[f64], towards: &[f64], pull: f64) -> Vec<f64> {
    let all: f64 = counts.iter().sum::<f64>() + pull;
    counts.iter().zip(towards).map(|(seen, common)| (seen + pull * common) / all).collect()
}

/// People who start from one place of one group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Start {
    pub group: usize,
    pub place: usize,
    pub people: f64,
}

/// Where the people of a panel stand at the end of a month, as starts.
pub fn starts(panel: &Panel, at: usize) -> Vec<Start> {
    let mut starts = Vec::new();
    for group in 0..panel.counted.len() {
        for place in 0..panel.places() {
            let people = f64::from(panel.standing(at, group, place));
            if people > 0.0 {
                starts.push(Start { group, place, people });
            }
        }
    }
    starts
}

/// What is expected of one month.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Expected {
    /// People in the states asked for.
    pub of: f64,
    /// People in the states they are counted among.
    pub all: f64,
    /// The variance of `of` from chance alone, the rates being right.
    pub variance: f64,
}

impl Expected {
    /// Units: a share from 0 to 1; 0 of nobody.
    pub fn share(self) -> f64 {
        if self.all > 0.0 { self.of / self.all } else { 0.0 }
    }

    /// The same with the doubt that rates learned from so few people leave: one person's months go
    /// together, so it is people that count, not their months.
    pub fn learned_from(self, people: f64) -> Self {
        let share = self.share().clamp(0.0, 1.0);
        let doubt = self.all * self.all * share * (1.0 - share) / people.max(1.0);
        Self { variance: self.variance + doubt, ..self }
    }

    /// The standard error of the share from chance and learning.
    pub fn error(self) -> f64 {
        if self.all > 0.0 { self.variance.sqrt() / self.all } else { 0.0 }
    }
}

impl Rates {
    /// What is expected of people: how many will be in some states (`of`) among others. `counted_then`
    /// says whether those of a group are still, or by then, among those counted.
    pub fn expected(
        &self,
        starts: &[Start],
        (of, among): (&[bool], &[bool]),
        counted_then: &impl Fn(usize) -> bool,
    ) -> Expected {
        let mut sum = Expected::default();
        for start in starts.iter().filter(|start| counted_then(start.group)) {
            let from = (start.group * self.places + start.place) * self.states;
            let rates = &self.rates[from..from + self.states];
            let within = |set: &[bool]| -> f64 {
                rates.iter().zip(set).filter(|(_, in_set)| **in_set).map(|(rate, _)| rate).sum()
            };
            let hit = within(of).clamp(0.0, 1.0);
            sum.of += start.people * hit;
            sum.all += start.people * within(among);
            sum.variance += start.people * hit * (1.0 - hit);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUT: [bool; 2] = [false, true];
    const ALL: [bool; 2] = [true, true];

    /// Fills a panel of one group and two states from people's months.
    fn panel(lives: &[Vec<usize>]) -> Panel {
        let months = lives[0].len();
        let mut panel = Panel::new("2020-01".parse().unwrap(), months, vec![true], 2);
        for life in lives {
            let places: Vec<usize> = (0..months)
                .map(|at| {
                    let here = life[..=at].iter().rev().take_while(|s| **s == life[at]).count();
                    place(life[at], here, life[at] == 1, life[..=at].contains(&1))
                })
                .collect();
            for (at, place) in places.iter().enumerate() {
                panel.stand(at, 0, *place);
                for ahead in 1..=AHEAD.min(months - 1 - at) {
                    panel.became((at, ahead), (0, *place), (0, life[at + ahead]));
                }
            }
        }
        panel
    }

    /// The share out so many months after `origin`, as foretold and as it came.
    fn foretold(panel: &Panel, origin: usize, ahead: usize, pull: Pull) -> (f64, f64) {
        let rates = learn(panel, origin, (panel.month(origin), ahead), pull);
        let found = rates.expected(&starts(panel, origin), (&OUT, &ALL), &|_| true);
        let (of, all) = panel.share(origin + ahead, &OUT, &ALL);
        (found.share(), of / all)
    }

    /// Whether one of so many in a hundred is met: much the same for each person and month as a throw of dice.
    fn met(n: usize, at: usize, percent: usize) -> bool {
        (n * 7919 + at * 104_729 + n * at * 31) % 1009 * 100 < percent * 1009
    }

    /// Of a thousand, two in ten are out in every month; of the others one in six, whoever was out before.
    fn two_kinds(months: usize) -> Vec<Vec<usize>> {
        (0..1000)
            .map(|n| (0..months).map(|at| usize::from(n % 10 < 2 || met(n, at, 16))).collect())
            .collect()
    }

    #[test]
    fn whoever_was_out_for_long_is_out_a_year_later_and_others_are_not() {
        let panel = panel(&two_kinds(40));
        let rates = learn(&panel, 30, (panel.month(30), 12), Pull::AnyMonth);
        let of = |place: usize| {
            let one = [Start { group: 0, place, people: 1.0 }];
            rates.expected(&one, (&OUT, &ALL), &|_| true).share()
        };
        let (long, new) = (of(place(1, 20, true, true)), of(place(1, 1, true, true)));
        assert!(long > 0.9 && new < 0.35, "{long} {new}");
        for ahead in [1, 5, 12] {
            let (found, came) = foretold(&panel, 27, ahead, Pull::AnyMonth);
            assert!((found - came).abs() < 0.03, "{ahead}: {found} {came}");
        }
    }

    #[test]
    fn what_is_the_same_every_year_is_foretold() {
        // In September half are out, in every other month one in twenty.
        let percent = |at: usize| if at % 12 == 8 { 50 } else { 5 };
        let life = |n: usize| (0..40).map(|at| usize::from(met(n, at, percent(at)))).collect();
        let panel = panel(&(0..1000).map(life).collect::<Vec<_>>());
        for ahead in 1..=9 {
            let (found, came) = foretold(&panel, 30, ahead, Pull::Season);
            assert!((found - came).abs() < 0.03, "{ahead}: {found} {came}");
        }
    }

    #[test]
    fn a_place_that_month_never_saw_borrows_the_season_where_asked() {
        // In September half are out, in every other month one in twenty.
        let percent = |at: usize| if at % 12 == 8 { 50 } else { 5 };
        let life = |n: usize| (0..40).map(|at| usize::from(met(n, at, percent(at)))).collect();
        let panel = panel(&(0..1000).map(life).collect::<Vec<_>>());
        // Nobody was ever out for a year, so only the rates of others who were out speak of them.
        let one = [Start { group: 0, place: place(1, 12, true, true), people: 1.0 }];
        let of = |pull: Pull| {
            let rates = learn(&panel, 30, ("2022-07".parse().unwrap(), 2), pull);
            rates.expected(&one, (&OUT, &ALL), &|_| true).share()
        };
        assert!(of(Pull::Season) > of(Pull::AnyMonth) + 0.2);
    }

    #[test]
    fn in_a_young_register_those_out_for_long_are_foretold_by_others_who_were_out() {
        // One in twenty is out in every month; of the others one in fifty.
        let life = |n: usize| -> Vec<usize> {
            (0..25).map(|at| usize::from(n.is_multiple_of(20) || met(n, at, 2))).collect()
        };
        let panel = panel(&(0..1000).map(life).collect::<Vec<_>>());
        let long = place(1, 12, true, true);
        for (origin, ahead) in [(22, 12), (20, 12), (16, 6), (12, 2)] {
            let seen = |at: usize| panel.seen_later((at, ahead), long, 1);
            assert_eq!(
                (0..=origin - ahead).map(seen).sum::<u32>(),
                0,
                "{origin}: never seen over it"
            );
            for pull in Pull::ALL {
                let rates = learn(&panel, origin, (panel.month(origin), ahead), pull);
                let one = [Start { group: 0, place: long, people: 1.0 }];
                let share = rates.expected(&one, (&OUT, &ALL), &|_| true).share();
                assert!(share > 0.6, "{origin} {ahead} {pull:?}: {share}");
            }
        }
    }

    #[test]
    fn rows_sum_to_one_whatever_was_seen_and_nothing_seen_stays() {
        let panel = panel(&two_kinds(26));
        for pull in Pull::ALL {
            let rates = learn(&panel, 25, ("2022-05".parse().unwrap(), 7), pull);
            for row in rates.rates.chunks(2) {
                assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            }
        }
        let nothing = Panel::new("2020-01".parse().unwrap(), 3, vec![true], 2);
        let rates = learn(&nothing, 2, ("2020-05".parse().unwrap(), 2), Pull::Season);
        let one = [Start { group: 0, place: BANDS, people: 1.0 }];
        assert!((rates.expected(&one, (&OUT, &ALL), &|_| true).share() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_that_came_later_is_learned_from() {
        let lives = two_kinds(40);
        let mut other = lives.clone();
        other.iter_mut().for_each(|life| life[31..].fill(1));
        let of = |lives: &[Vec<usize>]| {
            let panel = panel(lives);
            learn(&panel, 30, (panel.month(30), 6), Pull::Season)
        };
        assert_eq!(of(&lives), of(&other));
    }

    #[test]
    fn whoever_grows_out_is_not_counted_and_tells_nothing() {
        let mut grown = Panel::new("2020-01".parse().unwrap(), 3, vec![true, false], 2);
        grown.became((0, 1), (0, 0), (1, 1));
        assert_eq!(grown.seen_later((0, 1), 0, 1), 0);
        grown.became((0, 1), (1, 0), (0, 1));
        assert_eq!(grown.seen_later((0, 1), 0, 1), 1);
        let panel = panel(&two_kinds(26));
        let rates = learn(&panel, 25, ("2022-02".parse().unwrap(), 3), Pull::AnyMonth);
        let found = rates.expected(&starts(&panel, 25), (&OUT, &ALL), &|_| false);
        assert_eq!(found, Expected::default());
    }
}
