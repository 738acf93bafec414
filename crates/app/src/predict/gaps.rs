//! Whether expected over observed differs between groups. The closed months of a year are judged together, since
//! a month alone holds too few outcomes for any but the widest gap to be seen.
//!
//! Somebody who is NEET in one month is mostly so in the next, so months are no separate evidence: what chance
//! throws is measured between people, each with all their months.

use std::collections::BTreeMap;

use domain::prediction::{AUDITED, Outcome};
use risk::drift::{Level, ONCE_IN_A_HUNDRED};
use risk::logistic::logistic;
use risk::measures::log_odds;

/// A group is looked at where so many were expected.
const ENOUGH: f64 = 50.0;
/// Source: the project's goal for fairness: E/O of groups no further apart than .15.
const GAP: f64 = 0.15;

/// The groups that each person is in, in the order of [`AUDITED`].
pub(super) type Groups = BTreeMap<i64, Vec<String>>;

/// People, their chances, what came of each, and by how much their log-odds are moved.
pub(super) type Came<'a> = (&'a [i64], &'a [f64], &'a [Outcome], f64);

/// One person's months together.
#[derive(Clone, Copy, Default)]
struct Months {
    expected: f64,
    observed: usize,
    variance: f64,
}

/// What came of the people of each group, month upon month.
#[derive(Default)]
pub(super) struct Pool {
    groups: BTreeMap<(usize, String), BTreeMap<i64, Months>>,
}

impl Pool {
    /// Adds a month. Schools are left out: they are many, each holds few, and one of them is always far off.
    pub fn add(&mut self, groups: &Groups, (people, chances, outcomes, by): Came<'_>) {
        for ((person, chance), outcome) in people.iter().zip(chances).zip(outcomes) {
            let Some(groups) = groups.get(person).filter(|_| *outcome != Outcome::NotKnown) else {
                continue;
            };
            let chance = logistic(log_odds(*chance) + by);
            for (at, group) in groups.iter().enumerate() {
                if AUDITED.get(at).is_none_or(|name| *name == "school") {
                    continue;
                }
                let people = self.groups.entry((at, group.clone())).or_default();
                let months = people.entry(*person).or_default();
                months.expected += chance;
                months.observed += usize::from(*outcome == Outcome::Happened);
                months.variance += chance * (1.0 - chance);
            }
        }
    }

    /// Name of the column, group and level, for groups with enough expected.
    pub fn levels(&self) -> Vec<(String, String, Level)> {
        let level = |((at, group), people): (&(usize, String), &BTreeMap<i64, Months>)| {
            let name = AUDITED.get(*at)?;
            let level = level(people.values());
            (level.expected >= ENOUGH).then(|| ((*name).to_owned(), group.clone(), level))
        };
        self.groups.iter().filter_map(level).collect()
    }
}

/// The level of a group. What chance throws is as if months were apart, or as people truly lie off what was
/// expected of them, whichever is more.
fn level<'a>(people: impl Iterator<Item = &'a Months>) -> Level {
    let (mut level, mut between) = (Level::default(), 0.0);
    for one in people {
        level.rows += 1;
        level.expected += one.expected;
        level.observed += one.observed;
        level.variance += one.variance;
        between += (one.observed as f64 - one.expected).powi(2);
    }
    level.variance = level.variance.max(between);
    level
}

/// The columns whose groups lie too far apart, in words.
pub(super) fn told(groups: &[(String, String, Level)]) -> Vec<String> {
    let of = |name: &str| -> Vec<Level> {
        groups.iter().filter(|(column, ..)| column == name).map(|(.., level)| *level).collect()
    };
    let words = |name: &&str| {
        let (least, most) = apart(&of(name))?;
        let most = match most.is_finite() {
            true => format!("{most:.2}"),
            false => "one in which none came".to_owned(),
        };
        Some(format!(
            "how many were expected for each one that came differs between groups of {name}: {least:.2} to {most}"
        ))
    };
    AUDITED.iter().filter_map(words).collect()
}

/// The least and the most expected over observed, where they are too far apart: by more than [`GAP`], and
/// by more than chance would do once in a hundred months, as a single level is judged. Without the second
/// a pair of groups with fifty expected each would be alarmed every other month. Where none came of those
/// who were expected the ratio has no end, and that is the widest gap of all.
fn apart(levels: &[Level]) -> Option<(f64, f64)> {
    let ratio = |level: &Level| level.ratio().unwrap_or(f64::INFINITY);
    let all: Vec<(f64, &Level)> = levels.iter().map(|level| (ratio(level), level)).collect();
    let by_ratio = |a: &&(f64, &Level), b: &&(f64, &Level)| a.0.total_cmp(&b.0);
    let (least, most) = (all.iter().min_by(by_ratio)?, all.iter().max_by(by_ratio)?);
    // Chance is told on the other side up, where what was expected stands still.
    let came = |level: &Level| level.observed as f64 / level.expected;
    let thrown = |level: &Level| level.variance.sqrt() / level.expected;
    let by_chance = thrown(least.1).hypot(thrown(most.1));
    let far = came(least.1) - came(most.1) > once_in_a_hundred(levels.len()) * by_chance;
    (most.0 - least.0 > GAP && far).then_some((least.0, most.0))
}

/// Deviations that chance throws once in a hundred times between the two farthest of so many groups: of each of
/// their pairs it may be only so much more seldom. Nearly: the tail of the bell falls as e to minus half the square.
fn once_in_a_hundred(groups: usize) -> f64 {
    let pairs = (groups * groups.saturating_sub(1) / 2).max(1) as f64;
    (ONCE_IN_A_HUNDRED.powi(2) + 2.0 * pairs.ln()).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use risk::bootstrap::Draws;

    #[test]
    fn groups_are_too_far_apart_from_fifteen_hundredths_on() {
        let level = |expected: f64, observed: usize| Level {
            rows: 20 * observed,
            expected,
            observed,
            variance: 0.95 * expected,
        };
        let told = |a: Level, b: Level| apart(&[a, b]).is_some();
        assert!(told(level(1_000.0, 1_000), level(1_200.0, 1_000)), "a gap of .20");
        assert!(!told(level(1_000.0, 1_000), level(1_140.0, 1_000)), "a gap of .14");
        assert!(!told(level(60.0, 60), level(72.0, 60)), "the same gap by chance");
        assert!(told(level(1_000.0, 1_000), level(50.0, 0)), "fifty expected and none came");
        assert!(!told(level(50.0, 0), level(60.0, 0)), "none came in either");
        assert_eq!(apart(&[level(1_000.0, 1_000)]), None);
        assert_eq!(apart(&[]), None);
    }

    /// A year of a town: so many groups of 1,000, of each person .06 expected in every month. The last group is
    /// truly `times` as likely. Whoever is NEET in a month is so in the next with four in five.
    fn year(months: usize, groups: usize, times: f64, stream: u64) -> Pool {
        let mut draws = Draws::new(5, stream);
        let mut even = move || draws.below(1_000_000) as f64 / 1_000_000.0;
        let people: Vec<i64> = (0..1_000 * groups as i64).collect();
        let of = |person: &i64| (*person, vec![(*person as usize % groups).to_string()]);
        let named: Groups = people.iter().map(of).collect();
        let chance = |person: i64| {
            let last = person as usize % groups + 1 == groups;
            0.06 * if last { times } else { 1.0 }
        };
        let mut now: Vec<bool> = people.iter().map(|one| even() < chance(*one)).collect();
        let mut pool = Pool::default();
        for _ in 0..months {
            let outcome = |yes: &bool| if *yes { Outcome::Happened } else { Outcome::DidNot };
            let outcomes: Vec<Outcome> = now.iter().map(outcome).collect();
            pool.add(&named, (&people, &vec![0.06; people.len()], &outcomes, 0.0));
            // As many come as leave, so that the share stands.
            for (one, yes) in people.iter().zip(&mut now) {
                let p = chance(*one);
                *yes = even() < if *yes { 0.8 } else { 0.2 * p / (1.0 - p) };
            }
        }
        pool
    }

    fn alarmed(months: usize, groups: usize, times: f64, years: u64) -> usize {
        let alarm = |stream: &u64| !told(&year(months, groups, times, *stream).levels()).is_empty();
        (1..=years).filter(alarm).count()
    }

    /// Months together do not alarm by chance more often than a month alone may, with two groups or with six.
    #[test]
    fn months_together_keep_to_what_chance_may_alarm() {
        for groups in [2, 6] {
            let loud = alarmed(6, groups, 1.0, 200);
            assert!(loud * 50 <= 200, "{loud} of 200 years with {groups} groups");
        }
    }

    /// A group that is half as likely again is seen in a year far oftener than in a month.
    #[test]
    fn a_gap_that_a_month_hides_is_seen_in_a_year() {
        let (month, year) = (alarmed(1, 2, 1.5, 60), alarmed(12, 2, 1.5, 60));
        assert!(year >= 45, "{year} of 60 years");
        assert!(month * 3 < year * 2, "{month} of 60 months, {year} of 60 years");
    }
}
