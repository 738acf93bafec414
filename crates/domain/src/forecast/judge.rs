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
    /// The figure twelve months before the month it was made in.
    pub then: Option<f64>,
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

/// The level of intervals. Units: hundredths.
pub const LEVEL: u32 = 90;

/// How far a figure of an English authority moved from one winter's count to the next. Units: root mean
/// square of logarithms, over 148 authorities from 2021 to 2022 and 150 from 2022 to 2023.
///
/// Source: DfE, NEET and participation by local authority, releases of 2021, 2022 and 2023.
pub const YEARLY_NEET: f64 = 0.25;
pub const YEARLY_NOT_KNOWN: f64 = 0.55;
pub const YEARLY_TOGETHER: f64 = 0.28;

/// How many forecasts the published years count for against a register's own.
const WORTH: f64 = 3.0;

/// What is added before a logarithm is taken, so that nobody at all has one. Units: share.
const FLOOR: f64 = 0.001;

/// How far a figure lies from another: the logarithm of one over the other.
pub fn apart(actual: f64, forecast: f64) -> f64 {
    ((actual.max(0.0) + FLOOR) / (forecast.max(0.0) + FLOOR)).ln()
}

/// How far off forecasts of a distance have been beyond chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Units: logarithm of the figure.
    pub deviation: f64,
    /// How many forecasts that have nothing to do with each other this rests on.
    pub rests_on: f64,
}

/// Forecasts that had been judged by `origin` and look about as far.
pub(super) fn known(
    judged: &[Judged],
    origin: usize,
    ahead: usize,
) -> impl Iterator<Item = &Judged> {
    judged.iter().filter(move |one| one.target <= origin && band(one.ahead) == band(ahead))
}

/// A forecast of twelve months made month after month is judged by nearly the same months twelve times.
pub(super) fn own_part(one: &Judged) -> f64 {
    1.0 / f64::from(u32::try_from(one.ahead.max(1)).unwrap_or(1))
}

/// What is believed before anything was judged: the published move of a year, less for less than one.
pub(super) fn believed(yearly: f64, ahead: usize) -> f64 {
    let months = f64::from(u32::try_from(ahead.clamp(1, 12)).unwrap_or(12));
    yearly * (months / 12.0).sqrt()
}

/// Learns the spread for forecasts made at `origin`, so many months ahead, from what was known then.
///
/// Errors grow with distance, so only forecasts of the same band count.
pub fn spread(judged: &[Judged], origin: usize, ahead: usize, yearly: f64) -> Spread {
    let (mut sum, mut count) = (believed(yearly, ahead).powi(2) * WORTH, WORTH);
    for one in known(judged, origin, ahead) {
        let by_chance = one.chance / (one.forecast + FLOOR);
        let miss = apart(one.actual, one.forecast);
        sum += (miss * miss - by_chance * by_chance).max(0.0) * own_part(one);
        count += own_part(one);
    }
    Spread { deviation: (sum / count).sqrt(), rests_on: count }
}

/// Forecasts of about the same distance, which err about as much.
pub fn band(ahead: usize) -> usize {
    match ahead {
        0..=2 => 0,
        3..=6 => 1,
        _ => 2,
    }
}

impl Spread {
    /// Of the mean of several months: of each its share, how many people it is among, and its spread, none where it has
    /// been counted already. The same people stand in all months, so that their errors go together and add up.
    pub fn of_mean(months: &[(f64, f64, Option<Self>)]) -> Self {
        let (mut off, mut all, mut rests_on) = (0.0, 0.0, f64::INFINITY);
        for (share, people, spread) in months {
            let figure = (share + FLOOR) * people;
            all += figure;
            if let Some(spread) = spread {
                off += figure * spread.deviation;
                rests_on = rests_on.min(spread.rests_on);
            }
        }
        Self { deviation: if all > 0.0 { off / all } else { 0.0 }, rests_on }
    }

    /// The interval of a forecast. Units: shares; never below nothing or above all.
    ///
    /// A figure is as likely to be half as large as twice: both ends are as many times away.
    pub fn interval(self, forecast: f64, chance: f64) -> (f64, f64) {
        let by_chance = chance / (forecast + FLOOR);
        // Student's quantile of 95 in 100, from the bell curve's and how little it rests on.
        let quantile = 1.645 * (1.0 + 1.2 / self.rests_on.max(1.0));
        let times = (quantile * (by_chance * by_chance + self.deviation.powi(2)).sqrt()).exp();
        let (low, high) = ((forecast + FLOOR) / times - FLOOR, (forecast + FLOOR) * times - FLOOR);
        (low.max(0.0), high.min(1.0))
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
    /// How many intervals held what came, each made from what was known at its forecast's origin.
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
pub fn verdict(judged: &[Judged], history: &[Judged], yearly: f64) -> Verdict {
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
        let spread = spread(history, one.origin, one.ahead, yearly);
        let (low, high) = spread.interval(one.forecast, one.chance);
        found.with_interval += 1;
        found.covered += usize::from((low..=high).contains(&one.actual));
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
            then: None,
        }
    }

    #[test]
    fn intervals_learn_only_from_what_had_come() {
        let good = [judged(0, 0.10, 0.10), judged(1, 0.10, 0.10), judged(2, 0.10, 0.10)];
        let bad = judged(3, 0.10, 0.20);
        let all = [good[0], good[1], good[2], bad];
        let before = spread(&all, 3, 1, 0.25);
        assert!(before.deviation < 0.25);
        assert_eq!(before, spread(&good, 3, 1, 0.25), "a forecast does not widen its own interval");
        assert!(spread(&all, 4, 1, 0.25).deviation > 2.0 * before.deviation);
        let (low, high) = before.interval(0.10, 0.001);
        assert!(low < 0.10 && high > 0.10 && high < 0.15);
        let wide = Spread { deviation: 9.0, rests_on: 3.0 };
        assert_eq!(wide.interval(0.5, 0.0), (0.0, 1.0));
    }

    #[test]
    fn a_year_rests_on_what_was_published_and_less_time_on_less() {
        let none = spread(&[], 0, 12, YEARLY_NEET);
        assert!((none.deviation - 0.25).abs() < 1e-12 && (none.rests_on - 3.0).abs() < 1e-12);
        assert!((spread(&[], 0, 3, YEARLY_NEET).deviation - 0.125).abs() < 1e-12);
        // Twelve forecasts of a year ahead that come one after the other count as one.
        let far = |origin| Judged { ahead: 12, target: origin + 12, ..judged(origin, 0.10, 0.10) };
        let twelve: Vec<Judged> = (0..12).map(far).collect();
        assert!((spread(&twelve, 24, 12, YEARLY_NEET).rests_on - 4.0).abs() < 1e-9);
    }

    #[test]
    fn of_a_mean_that_is_counted_in_part_only_the_rest_is_in_doubt() {
        let month = Spread { deviation: 0.12, rests_on: 5.0 };
        let further = Spread { deviation: 0.12, rests_on: 3.0 };
        let of = |second, third| {
            Spread::of_mean(&[(0.05, 900.0, None), (0.05, 900.0, second), (0.05, 900.0, third)])
        };
        let one_left = of(None, Some(month));
        assert!((one_left.deviation - 0.04).abs() < 1e-12, "{one_left:?}");
        let two_left = of(Some(month), Some(further));
        assert!((two_left.deviation - 0.08).abs() < 1e-12, "{two_left:?}");
        assert!((two_left.rests_on - 3.0).abs() < 1e-12);
        let (low, high) = of(None, None).interval(0.05, 0.0);
        assert!((high - low).abs() < 1e-12, "all of it is counted: {low} to {high}");
        assert!(Spread::of_mean(&[]).deviation.abs() < 1e-12, "of nobody");
    }

    #[test]
    fn the_way_that_did_best_by_then_is_chosen() {
        let steady = vec![judged(0, 0.10, 0.10), judged(5, 0.10, 0.30)];
        let other = vec![judged(0, 0.10, 0.12), judged(5, 0.10, 0.10)];
        let ways = [other, steady];
        assert_eq!((choose(&ways, 0), choose(&ways, 1), choose(&ways, 6)), (0, 1, 0));
    }

    #[test]
    fn a_verdict_says_who_was_less_wrong() {
        let all = [judged(0, 0.10, 0.11), judged(1, 0.10, 0.09)];
        let found = verdict(&all, &all, YEARLY_NEET);
        assert!((found.error - 1.0).abs() < 1e-9 && (found.no_change - 5.0).abs() < 1e-9);
        assert!(found.beats_both() && (found.gain_on_no_change() - 80.0).abs() < 1e-9);
        assert_eq!((found.with_interval, found.covered), (2, 2));
    }
}
