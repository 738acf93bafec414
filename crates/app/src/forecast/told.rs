//! Levels, intervals and trials as they are shown, from what is expected and how far off forecasts have been.

use domain::calendar::Month;
use domain::forecast::judge::{
    Judged, Spread, Verdict, YEARLY_NEET, YEARLY_NOT_KNOWN, YEARLY_TOGETHER, spread,
};

use super::neet::Month3;
use super::shown::{Interval, Level, Trial};

/// How far each figure moves in a year, before the register has shown it.
pub(super) const YEARLY: [f64; 3] = [YEARLY_NEET, YEARLY_NOT_KNOWN, YEARLY_TOGETHER];

/// How far forecasts of a figure made at `origin` have been off so many months ahead.
pub(super) fn spread_of(
    history: &[[Judged; 3]],
    which: usize,
    (origin, far): (usize, usize),
) -> Spread {
    let past: Vec<Judged> = history.iter().filter_map(|three| three.get(which).copied()).collect();
    spread(&past, origin, far, YEARLY.get(which).copied().unwrap_or(YEARLY_TOGETHER))
}

pub(super) fn level(history: &[[Judged; 3]], found: &Month3, about: (usize, usize)) -> Level {
    level_by(found, |which| spread_of(history, which, about))
}

pub(super) fn level_by(found: &Month3, spread: impl Fn(usize) -> Spread) -> Level {
    let of = |which: usize| {
        let one = found.get(which).copied().unwrap_or_default();
        let (low, high) = spread(which).interval(one.share(), one.error());
        Interval {
            percent: one.share() * 100.0,
            low: low * 100.0,
            high: high * 100.0,
            people: one.of,
        }
    };
    let cohort = found.first().map_or(0.0, |one| one.all);
    Level { neet: of(0), not_known: of(1), neet_not_known: of(2), cohort }
}

/// Summed counts as those of a month.
pub(super) fn mean(level: Level, months: usize) -> Level {
    let months = f64::from(u32::try_from(months.max(1)).unwrap_or(1));
    let one = |interval: Interval| Interval { people: interval.people / months, ..interval };
    Level {
        neet: one(level.neet),
        not_known: one(level.not_known),
        neet_not_known: one(level.neet_not_known),
        cohort: level.cohort / months,
    }
}

pub(super) fn words(months: &[Month]) -> String {
    match months {
        [] => String::new(),
        [one] => one.words(),
        [first, .., last] => format!("{} to {}", first.words(), last.words()),
    }
}

pub(super) fn trial(
    (of, measure, ahead): (&'static str, &'static str, &str),
    found: &Verdict,
) -> Trial {
    Trial {
        of,
        measure,
        ahead: ahead.to_owned(),
        forecasts: found.forecasts,
        error_points: found.error,
        no_change_points: found.no_change,
        last_year_points: found.last_year,
        error_beside_points: found.error_beside,
        with_last_year: found.with_last_year,
        gain_on_no_change_percent: found.gain_on_no_change(),
        gain_on_last_year_percent: found.gain_on_last_year(),
        beats_both: found.beats_both(),
        interval_held: found.covered,
        intervals: found.with_interval,
    }
}
