//! People moving between standings month by month: rates by group and calendar month, learned from
//! the months that have been, and carried forward.
//!
//! A chain of first order whose rates turn with the year. A rate of a group in a calendar month is
//! drawn towards that of everybody in that calendar month, and that towards everybody in any month,
//! the more the fewer people it rests on; months long past weigh less. What lately runs above or
//! below those rates is carried on (`drift`). Everything here is arithmetic on counts: no month is
//! read from a clock and nothing is drawn by chance.
//!
//! Source: Bartholomew, Forbes and McClean, "Statistical techniques for manpower planning" (1991),
//! chapters 4 and 5 (push models and their prediction error); Agresti, "Categorical data analysis",
//! 3.6 (drawing sparse rates towards a common one).

#![expect(clippy::indexing_slicing, reason = "groups, states and months are numbers of one panel")]

use crate::calendar::Month;

/// What was seen: who was where at each month's end, and who went where.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    first: Month,
    months: usize,
    groups: usize,
    states: usize,
    /// By month, group, from, to: people who made that move into that month.
    moves: Vec<u32>,
    /// By month, group, state.
    stock: Vec<u32>,
}

impl Panel {
    /// An empty panel of so many months from `first` on.
    pub fn new(first: Month, months: usize, groups: usize, states: usize) -> Self {
        Self {
            first,
            months,
            groups,
            states,
            moves: vec![0; months * groups * states * states],
            stock: vec![0; months * groups * states],
        }
    }

    pub fn first(&self) -> Month {
        self.first
    }

    pub fn months(&self) -> usize {
        self.months
    }

    pub fn groups(&self) -> usize {
        self.groups
    }

    pub fn states(&self) -> usize {
        self.states
    }

    pub fn month(&self, at: usize) -> Month {
        self.first.plus(i32::try_from(at).unwrap_or(i32::MAX))
    }

    /// Counts somebody who is in `state` at the end of month `at`; `group` is theirs in that month.
    pub fn stand(&mut self, at: usize, group: usize, state: usize) {
        self.stock[(at * self.groups + group) * self.states + state] += 1;
    }

    /// Counts somebody who was in `from` a month before and is in `to` at the end of month `at`;
    /// `group` is the one they are in at the end.
    pub fn step(&mut self, at: usize, group: usize, from: usize, to: usize) {
        let place = ((at * self.groups + group) * self.states + from) * self.states + to;
        self.moves[place] += 1;
    }

    /// How many stood in a state of a group at a month's end.
    pub fn standing(&self, at: usize, group: usize, state: usize) -> u32 {
        self.stock[(at * self.groups + group) * self.states + state]
    }

    /// How many made a move into a month; `group` is theirs at its end.
    pub fn made(&self, at: usize, group: usize, from: usize, to: usize) -> u32 {
        self.moves[((at * self.groups + group) * self.states + from) * self.states + to]
    }

    fn moved(&self, at: usize, group: usize, from: usize, to: usize) -> f64 {
        f64::from(self.made(at, group, from, to))
    }

    /// People of some states among people of others at a month's end, over the groups counted.
    pub fn share(&self, at: usize, of: &[bool], among: &[bool], counted: &[bool]) -> (f64, f64) {
        let mut found = (0.0, 0.0);
        for group in (0..self.groups).filter(|group| counted[*group]) {
            for state in 0..self.states {
                let people = f64::from(self.standing(at, group, state));
                found.0 += if of[state] { people } else { 0.0 };
                found.1 += if among[state] { people } else { 0.0 };
            }
        }
        found
    }
}

/// How a state is told apart by what went before: whoever has been out for a year does not come back
/// as those of last month do, and whoever has been out before is out again sooner. A chain that forgets
/// both is wrong by more the further it looks.
pub const BANDS: usize = 4;

/// The state of a panel whose states are told apart by what went before.
///
/// Units: `months` is the number of month ends in a row in this state, this one included. Those out
/// (`out`) are told apart by it; others by whether they were out before and whether they are settled.
pub fn remembering(state: usize, months: usize, out: bool, out_before: bool) -> usize {
    let band = match (out, months) {
        (true, 0..=2) => 0,
        (true, 3..=5) => 1,
        (true, 6..=11) => 2,
        (true, _) => 3,
        (false, months) => usize::from(out_before) * 2 + usize::from(months > 5),
    };
    state * BANDS + band
}

/// A set of states, told apart by what went before.
pub fn remembering_set(states: &[bool]) -> Vec<bool> {
    states.iter().flat_map(|within| [*within; BANDS]).collect()
}

/// How rates are learned. The numbers stand in `docs/forecast.md` with what they were tried against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Learning {
    /// What a year's distance leaves of a month's weight.
    pub yearly: f64,
    /// Person-months that the rate of everybody in a calendar month counts for against a group's.
    pub group_pull: f64,
    /// Person-months that the rate of any month counts for against a calendar month's.
    pub month_pull: f64,
    /// How many of the newest months drift is read from; 0 carries none on.
    pub drift_months: usize,
    /// Moves that "no drift" counts for.
    pub drift_pull: f64,
}

impl Learning {
    const STEADY: Self = Self {
        yearly: 1.0,
        group_pull: 120.0,
        month_pull: 20.0,
        drift_months: 0,
        drift_pull: 30.0,
    };

    /// The ways that are tried; which one is used is decided by how each has done (`judge::choose`).
    pub const WAYS: [Self; 4] = [
        Self { yearly: 0.6, ..Self::STEADY },
        Self::STEADY,
        Self { yearly: 0.6, drift_months: 4, ..Self::STEADY },
        Self { drift_months: 4, ..Self::STEADY },
    ];
}

impl Default for Learning {
    fn default() -> Self {
        Self { yearly: 0.6, ..Self::STEADY }
    }
}

/// What a month leaves of what lately ran above or below the rates.
const FADING: f64 = 0.85;

/// Rates of moving, by calendar month and group.
#[derive(Clone, Debug, PartialEq)]
pub struct Rates {
    groups: usize,
    states: usize,
    /// By calendar month (0 is January), group, from, to; rows sum to one.
    rates: Vec<f64>,
    /// By state: entries lately seen over those expected.
    drift: Vec<f64>,
}

/// Learns rates from the months up to and including `until` (a place of the panel).
pub fn learn(panel: &Panel, until: usize, learning: &Learning) -> Rates {
    let mut rates = base(panel, until, until, learning);
    rates.drift = drift(panel, until, learning);
    rates
}

/// Rates from months 1 to `last`, weighed by their distance from `now`.
fn base(panel: &Panel, last: usize, now: usize, learning: &Learning) -> Rates {
    let (groups, states) = (panel.groups, panel.states);
    let weight = |at: usize| {
        // Months of the year just past weigh fully: every calendar month has one of them.
        let years = now.saturating_sub(at).div_euclid(12);
        learning.yearly.powi(i32::try_from(years).unwrap_or(i32::MAX))
    };
    let square = states * states;
    let mut any = vec![0.0; square];
    let mut monthly = vec![0.0; 12 * square];
    let mut grouped = vec![0.0; 12 * groups * square];
    for at in 1..=last.min(panel.months.saturating_sub(1)) {
        let calendar = calendar_month(panel.month(at));
        for group in 0..groups {
            for from in 0..states {
                for to in 0..states {
                    let people = panel.moved(at, group, from, to) * weight(at);
                    let cell = from * states + to;
                    any[cell] += people;
                    monthly[calendar * square + cell] += people;
                    grouped[(calendar * groups + group) * square + cell] += people;
                }
            }
        }
    }
    let mut rates = vec![0.0; 12 * groups * square];
    for from in 0..states {
        let common = row(&any[from * states..][..states], &stay(states, from), 1.0);
        for calendar in 0..12 {
            let here = &monthly[calendar * square + from * states..][..states];
            let all = row(here, &common, learning.month_pull);
            for group in 0..groups {
                let place = (calendar * groups + group) * square + from * states;
                let own = row(&grouped[place..][..states], &all, learning.group_pull);
                rates[place..][..states].copy_from_slice(&own);
            }
        }
    }
    Rates { groups, states, rates, drift: vec![1.0; states] }
}

/// Somebody of whom nothing was ever seen to change stays.
fn stay(states: usize, from: usize) -> Vec<f64> {
    (0..states).map(|to| f64::from(u8::from(to == from))).collect()
}

/// A row of rates from counts, drawn towards another row that weighs as `pull` people.
fn row(counts: &[f64], towards: &[f64], pull: f64) -> Vec<f64> {
    let all: f64 = counts.iter().sum::<f64>() + pull;
    counts.iter().zip(towards).map(|(seen, common)| (seen + pull * common) / all).collect()
}

fn calendar_month(month: Month) -> usize {
    usize::from(month.number().unsigned_abs()).saturating_sub(1) % 12
}

/// Entries into each state over the newest months, against what earlier months would have given.
fn drift(panel: &Panel, until: usize, learning: &Learning) -> Vec<f64> {
    let states = panel.states;
    let from_month = (until + 1).saturating_sub(learning.drift_months);
    // Without a full year before them there is nothing to hold them against.
    if learning.drift_months == 0 || from_month <= 12 {
        return vec![1.0; states];
    }
    let before = base(panel, from_month - 1, until, learning);
    let mut seen = vec![learning.drift_pull; states];
    let mut expected = vec![learning.drift_pull; states];
    for at in from_month..=until {
        let calendar = calendar_month(panel.month(at));
        for group in 0..panel.groups {
            for from in 0..states {
                let people: f64 = (0..states).map(|to| panel.moved(at, group, from, to)).sum();
                for to in (0..states).filter(|to| *to != from) {
                    seen[to] += panel.moved(at, group, from, to);
                    expected[to] += people * before.plain(calendar, group, from, to);
                }
            }
        }
    }
    seen.iter().zip(&expected).map(|(seen, expected)| (seen / expected).clamp(0.4, 2.5)).collect()
}

impl Rates {
    fn plain(&self, calendar: usize, group: usize, from: usize, to: usize) -> f64 {
        self.rates[((calendar * self.groups + group) * self.states + from) * self.states + to]
    }

    /// The share of a group's people in `from` who are in `to` at the end of `month`.
    pub fn rate(&self, month: Month, group: usize, from: usize, to: usize) -> f64 {
        self.leaving(calendar_month(month), group, from, 1.0)[to]
    }

    /// Where people of a state go, with so much of the drift. Sums to one.
    fn leaving(&self, calendar: usize, group: usize, from: usize, drifting: f64) -> Vec<f64> {
        let drift = |to: usize| 1.0 + (self.drift[to] - 1.0) * drifting;
        let mut row: Vec<f64> = (0..self.states)
            .map(|to| {
                self.plain(calendar, group, from, to) * if to == from { 1.0 } else { drift(to) }
            })
            .collect();
        let gone: f64 = (0..self.states).filter(|to| *to != from).map(|to| row[to]).sum();
        if gone > 1.0 {
            row.iter_mut().for_each(|rate| *rate /= gone);
            row[from] = 0.0;
        } else {
            row[from] = 1.0 - gone;
        }
        row
    }

    fn rows(&self, month: Month, group: usize, drifting: f64) -> Vec<Vec<f64>> {
        let calendar = calendar_month(month);
        (0..self.states).map(|from| self.leaving(calendar, group, from, drifting)).collect()
    }

    /// Entries lately seen over those expected, by state.
    pub fn drift(&self) -> &[f64] {
        &self.drift
    }
}

/// People who start from one state of one group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Start {
    pub group: usize,
    pub state: usize,
    pub people: f64,
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

/// Carries people forward, month by month.
///
/// Shape: one vector of state shares for each start and month; `None` once they are no longer
/// counted. `turning` gives the group of somebody in the next month, from their group and that
/// month: whoever grows out of the ages counted has none.
pub fn carry(
    rates: &Rates,
    origin: Month,
    steps: usize,
    starts: &[Start],
    turning: &impl Fn(usize, Month) -> Option<usize>,
) -> Vec<Carried> {
    let mut now: Vec<Option<(usize, Vec<f64>)>> =
        starts.iter().map(|start| Some((start.group, stay(rates.states, start.state)))).collect();
    let mut carried: Vec<Carried> = starts.iter().map(|_| Vec::with_capacity(steps)).collect();
    for step in 1..=steps {
        let month = origin.plus(i32::try_from(step).unwrap_or(i32::MAX));
        let drifting = FADING.powi(i32::try_from(step).unwrap_or(i32::MAX));
        // Everybody of a group moves by the same rates: they are made once a step.
        let mut rows: Vec<Option<Vec<Vec<f64>>>> = vec![None; rates.groups];
        for (now, carried) in now.iter_mut().zip(&mut carried) {
            *now = now.take().and_then(|(group, shares)| {
                let group = turning(group, month)?;
                let rows = rows[group].get_or_insert_with(|| rates.rows(month, group, drifting));
                Some((group, forward(rows, &shares)))
            });
            carried.push(now.clone());
        }
    }
    carried
}

/// By month, the group somebody is in and the shares of states; `None` once nobody's.
pub type Carried = Vec<Option<(usize, Vec<f64>)>>;

fn forward(rows: &[Vec<f64>], shares: &[f64]) -> Vec<f64> {
    let mut next = vec![0.0; shares.len()];
    for (row, share) in rows.iter().zip(shares).filter(|(_, share)| **share > 0.0) {
        for (next, rate) in next.iter_mut().zip(row) {
            *next += share * rate;
        }
    }
    next
}

/// Sums carried people into what is expected of one month: `step` counts from 1.
pub fn expected(
    starts: &[Start],
    carried: &[Carried],
    step: usize,
    (of, among): (&[bool], &[bool]),
    counted: &[bool],
) -> Expected {
    let mut sum = Expected::default();
    for (start, months) in starts.iter().zip(carried) {
        let Some(Some((group, shares))) = months.get(step - 1) else { continue };
        if !counted[*group] {
            continue;
        }
        let within = |set: &[bool]| -> f64 {
            shares.iter().zip(set).filter(|(_, in_set)| **in_set).map(|(share, _)| share).sum()
        };
        let hit = within(of).clamp(0.0, 1.0);
        sum.of += start.people * hit;
        sum.all += start.people * within(among);
        sum.variance += start.people * hit * (1.0 - hit);
    }
    sum
}

/// Where the people of a panel stand at the end of a month, as starts.
pub fn starts(panel: &Panel, at: usize) -> Vec<Start> {
    let mut starts = Vec::new();
    for group in 0..panel.groups {
        for state in 0..panel.states {
            let people = f64::from(panel.standing(at, group, state));
            if people > 0.0 {
                starts.push(Start { group, state, people });
            }
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two states; of those in 0 a tenth leaves each month and of those in 1 a fifth, but in
    /// September half of 0 leaves.
    fn panel(months: usize) -> Panel {
        let first = "2020-01".parse().unwrap();
        let mut panel = Panel::new(first, months, 1, 2);
        let mut stock = [9_000_u32, 1_000];
        for at in 0..months {
            if at > 0 {
                let out = match panel.month(at).number() {
                    9 => stock[0] / 2,
                    _ => stock[0] / 10,
                };
                let back = stock[1] / 5;
                let moves =
                    [(0, 0, stock[0] - out), (0, 1, out), (1, 1, stock[1] - back), (1, 0, back)];
                for (from, to, people) in moves {
                    (0..people).for_each(|_| panel.step(at, 0, from, to));
                }
                stock = [stock[0] - out + back, stock[1] - back + out];
            }
            for (state, people) in stock.iter().enumerate() {
                (0..*people).for_each(|_| panel.stand(at, 0, state));
            }
        }
        panel
    }

    #[test]
    fn what_is_the_same_every_year_is_foretold() {
        let panel = panel(40);
        let (of, all) = ([false, true], [true, true]);
        let origin = 30; // July 2022
        let rates = learn(&panel, origin, &Learning { drift_months: 0, ..Learning::default() });
        let starts = starts(&panel, origin);
        let carried = carry(&rates, panel.month(origin), 5, &starts, &|group, _| Some(group));
        for step in 1..=5 {
            let found = expected(&starts, &carried, step, (&of, &all), &[true]);
            let (seen, whole) = panel.share(origin + step, &of, &all, &[true]);
            assert!((found.all - whole).abs() < 1e-6);
            assert!((found.share() - seen / whole).abs() < 0.01, "{step}: {} {seen}", found.of);
        }
    }

    #[test]
    fn rows_sum_to_one_whatever_was_seen() {
        let panel = panel(26);
        let rates = learn(&panel, 25, &Learning::WAYS[2]);
        for month in 0..12 {
            for from in 0..2 {
                let sum: f64 = rates.leaving(month, 0, from, 1.0).iter().sum();
                assert!((sum - 1.0).abs() < 1e-9);
            }
        }
        assert!(
            rates.drift().iter().all(|drift| (drift - 1.0).abs() < 0.15),
            "{:?}",
            rates.drift()
        );
        let nothing =
            learn(&Panel::new("2020-01".parse().unwrap(), 3, 1, 2), 2, &Learning::default());
        assert!((nothing.rate("2020-05".parse().unwrap(), 0, 1, 1) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn whoever_grows_out_is_not_counted() {
        let panel = panel(20);
        let rates = learn(&panel, 19, &Learning::default());
        let starts = starts(&panel, 19);
        let leaves = |group: usize, month: Month| (month.number() != 9).then_some(group);
        let carried = carry(&rates, "2021-08".parse().unwrap(), 2, &starts, &leaves);
        let found = expected(&starts, &carried, 1, (&[false, true], &[true, true]), &[true]);
        assert_eq!(found, Expected::default());
    }
}
