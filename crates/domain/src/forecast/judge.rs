//! A forecast held against what came: errors, the two plain rivals it has to beat, how wide its
//! interval must be, and how often the interval held.
//!
//! The width of an interval comes from forecasts already judged when it was made, never from the one
//! it belongs to. Source: Hyndman and Athanasopoulos, "Forecasting: principles and practice" (3rd
//! edition), 5.4, 5.5 and 5.8 (rivals, intervals from past errors, errors over several origins).

/// One forecast with what came of it. Units: shares from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// Months ahead.
    pub ahead: usize,
    /// Places of the month it was made in and of the month it speaks of.
    pub origin: usize,
    pub target: usize,
    pub forecast: f64,
    /// The standard error from chance alone.
    pub chance: f64,
    pub actual: f64,
    /// The figure of the month it was made in.
    pub no_change: f64,
    /// The figure twelve months before the one it speaks of.
    pub last_year: Option<f64>,
}

/// Which of several ways of forecasting has been least wrong, by what had come by `origin`; the first
/// where nothing had.
pub fn choose(ways: &[Vec<Judged>], origin: usize) -> usize {
    let error = |judged: &Vec<Judged>| {
        let known = judged.iter().filter(|one| one.target <= origin);
        known.map(|one| (one.actual - one.forecast).abs()).sum::<f64>()
    };
    let errors: Vec<f64> = ways.iter().map(error).collect();
    let least = errors.iter().copied().fold(f64::INFINITY, f64::min);
    errors.iter().position(|error| *error <= least).unwrap_or(0)
}

/// The middle one of three ways to look ahead: the chain's, last year's figure moved by as many points
/// as now stands from then, and last year's figure moved by as great a part.
///
/// A stock that turns over slowly, as NEET does, keeps its distance from the year before better than a
/// chain knows; one that springs up and is gone, as lapsed records are, does not. Source: Stock and
/// Watson, Journal of Forecasting 23 (2004) (middles of forecasts).
pub fn middle(chain: f64, last_year: f64, (now, then): (f64, f64)) -> f64 {
    let part = if then > 0.0 { (now / then).clamp(0.5, 2.0) } else { 1.0 };
    let mut three = [chain, last_year + now - then, last_year * part];
    three.sort_by(f64::total_cmp);
    three[1].clamp(0.0, 1.0)
}

/// How far off forecasts have been beyond chance. Units: shares of the forecast itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Width {
    pub relative: f64,
}

/// The level of intervals. Units: hundredths.
pub const LEVEL: u32 = 90;

/// What is believed of the relative error before anything was judged, and how many it counts for.
const PRIOR: (f64, f64) = (0.12, 2.0);

/// Learns the width for forecasts made at `origin`, so many months ahead, from what was known then.
///
/// Errors grow with distance, so only forecasts of the same band count.
pub fn width(judged: &[Judged], origin: usize, ahead: usize) -> Width {
    let near = |one: &&Judged| {
        one.target <= origin && one.forecast > 0.0 && band(one.ahead) == band(ahead)
    };
    let (mut sum, mut count) = (PRIOR.0 * PRIOR.0 * PRIOR.1, PRIOR.1);
    for one in judged.iter().filter(near) {
        let miss = one.actual - one.forecast;
        sum += ((miss * miss - one.chance * one.chance).max(0.0)) / (one.forecast * one.forecast);
        count += 1.0;
    }
    Width { relative: (sum / count).sqrt() }
}

/// Forecasts of about the same distance, which err about as much.
pub fn band(ahead: usize) -> usize {
    match ahead {
        0..=2 => 0,
        3..=6 => 1,
        _ => 2,
    }
}

impl Width {
    /// The interval of a forecast. Units: shares; never below nothing or above all.
    pub fn interval(self, forecast: f64, chance: f64) -> (f64, f64) {
        // 1.645 standard errors on both sides hold nine in ten of a bell curve.
        let half = 1.645 * (chance * chance + (self.relative * forecast).powi(2)).sqrt();
        ((forecast - half).max(0.0), (forecast + half).min(1.0))
    }
}

/// What is to be said of many forecasts together. Units: percentage points and shares.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Verdict {
    pub forecasts: usize,
    /// Mean absolute error, in percentage points.
    pub error: f64,
    pub no_change: f64,
    /// Over those that have a year before; `error_beside` is the model's over the same ones.
    pub last_year: f64,
    pub error_beside: f64,
    pub with_last_year: usize,
    /// Of those whose interval rests on at least one judged forecast: how many held what came.
    pub covered: usize,
    pub with_interval: usize,
}

impl Verdict {
    /// How much less wrong than "no change". Units: percent of its error; negative when worse.
    pub fn gain_on_no_change(&self) -> f64 {
        gain(self.error, self.no_change)
    }

    /// How much less wrong than "same as last year".
    pub fn gain_on_last_year(&self) -> f64 {
        gain(self.error_beside, self.last_year)
    }

    /// Whether it beats both.
    pub fn beats_both(&self) -> bool {
        self.error < self.no_change && self.error_beside < self.last_year
    }
}

fn gain(own: f64, rival: f64) -> f64 {
    if rival > 0.0 { 100.0 * (1.0 - own / rival) } else { 0.0 }
}

/// Holds forecasts against what came. `history` is what intervals may learn from.
pub fn verdict(judged: &[Judged], history: &[Judged]) -> Verdict {
    let mut found = Verdict { forecasts: judged.len(), ..Verdict::default() };
    for one in judged {
        let miss = (one.actual - one.forecast).abs() * 100.0;
        found.error += miss;
        found.no_change += (one.actual - one.no_change).abs() * 100.0;
        if let Some(before) = one.last_year {
            found.with_last_year += 1;
            found.error_beside += miss;
            found.last_year += (one.actual - before).abs() * 100.0;
        }
        let known = history.iter().any(|past| past.target <= one.origin);
        if known {
            let width = width(history, one.origin, one.ahead);
            let (low, high) = width.interval(one.forecast, one.chance);
            found.with_interval += 1;
            found.covered += usize::from((low..=high).contains(&one.actual));
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "forecasts are few")]
    let mean = |sum: f64, count: usize| if count == 0 { 0.0 } else { sum / count as f64 };
    found.error = mean(found.error, found.forecasts);
    found.no_change = mean(found.no_change, found.forecasts);
    found.error_beside = mean(found.error_beside, found.with_last_year);
    found.last_year = mean(found.last_year, found.with_last_year);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(origin: usize, forecast: f64, actual: f64) -> Judged {
        Judged {
            ahead: 1,
            origin,
            target: origin + 1,
            forecast,
            chance: 0.001,
            actual,
            no_change: 0.05,
            last_year: Some(0.06),
        }
    }

    #[test]
    fn intervals_learn_only_from_what_had_come() {
        let good = [judged(0, 0.10, 0.10), judged(1, 0.10, 0.10), judged(2, 0.10, 0.10)];
        let bad = judged(3, 0.10, 0.20);
        let all = [good[0], good[1], good[2], bad];
        let before = width(&all, 3, 1);
        assert!(before.relative < PRIOR.0);
        assert_eq!(before, width(&good, 3, 1), "a forecast does not widen its own interval");
        assert!(width(&all, 4, 1).relative > 2.0 * before.relative);
        let (low, high) = before.interval(0.10, 0.001);
        assert!(low < 0.10 && high > 0.10 && high < 0.15);
        assert_eq!(Width { relative: 3.0 }.interval(0.5, 0.0), (0.0, 1.0));
    }

    #[test]
    fn the_way_that_did_best_by_then_is_chosen() {
        let steady = vec![judged(0, 0.10, 0.10), judged(5, 0.10, 0.30)];
        let other = vec![judged(0, 0.10, 0.12), judged(5, 0.10, 0.10)];
        let ways = [other, steady];
        assert_eq!((choose(&ways, 0), choose(&ways, 1), choose(&ways, 6)), (0, 1, 0));
    }

    #[test]
    fn the_middle_of_three_is_taken() {
        let close = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-12, "{found}");
        // Two points more than a year ago and twice as much: 0.08, 0.12, 0.10.
        close(middle(0.10, 0.06, (0.04, 0.02)), 0.10);
        close(middle(0.02, 0.06, (0.04, 0.02)), 0.08);
        close(middle(0.05, 0.45, (0.02, 0.0)), 0.45);
    }

    #[test]
    fn a_verdict_says_who_was_less_wrong() {
        let all = [judged(0, 0.10, 0.11), judged(1, 0.10, 0.09)];
        let found = verdict(&all, &all);
        assert!((found.error - 1.0).abs() < 1e-9 && (found.no_change - 5.0).abs() < 1e-9);
        assert!(found.beats_both() && (found.gain_on_no_change() - 80.0).abs() < 1e-9);
        assert_eq!((found.with_interval, found.covered), (1, 1));
    }
}
