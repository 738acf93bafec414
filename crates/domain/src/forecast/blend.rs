//! Several ways of looking ahead, weighed by how each has done: what became of people like these, no
//! change, the year before, and the year before moved by what now stands above it, in points or in parts.
//!
//! A way weighs as the inverse square of its mean squared error (of logarithms) over forecasts of about the
//! same distance whose months had come by then; nothing later is looked at. Source: Bates and Granger, "The
//! combination of forecasts", Operational Research Quarterly 20 (1969), weights without correlations;
//! Stock and Watson, Journal of Forecasting 23 (2004), on why so plain a weighing is hard to beat. The square
//! is ours: the inverse alone leaves "no change" a tenth of the say where it has been three times as far
//! off, and that tenth ruins every September.

use super::judge::{Judged, apart, believed, known, own_part};

/// How many ways there are.
pub const WAYS: usize = 5;

/// The ways in words, in their order.
pub const NAMES: [&str; WAYS] = [
    "what became of people like these",
    "no change",
    "the year before",
    "the year before moved by as many points",
    "the year before moved by as great a part",
];

/// Ways no further apart than this say the same. Units: share.
const SAME: f64 = 1e-9;

/// How many forecasts the belief that all ways err alike counts for.
const ALIKE: f64 = 0.25;

/// What each way says: the landmarks, no change, last year, last year moved in points, moved in parts.
///
/// Whatever needs a month that was not seen says nothing; nor do parts where last year itself more than
/// doubled or halved over the distance: what lapses in September does so at once, whatever stood before.
pub fn ways(one: &Judged) -> [Option<f64>; WAYS] {
    let moved = one.last_year.zip(one.then);
    let part = |then: f64| if then > 0.0 { (one.no_change / then).clamp(0.5, 2.0) } else { 1.0 };
    [
        Some(one.forecast),
        Some(one.no_change),
        one.last_year,
        moved.map(|(last_year, then)| (last_year + one.no_change - then).clamp(0.0, 1.0)),
        moved
            .filter(|(last_year, then)| *last_year <= 2.0 * then && *then <= 2.0 * last_year)
            .map(|(last_year, then)| (last_year * part(then)).clamp(0.0, 1.0)),
    ]
}

/// The weights of the ways for a forecast made at `origin`, so many months ahead. Sums to one.
///
/// `early` are forecasts of the time before rates could be learned: they tell of no change alone.
pub fn weights(
    (history, early): (&[Judged], &[Judged]),
    origin: usize,
    ahead: usize,
    yearly: f64,
) -> [f64; WAYS] {
    let mut errors = [(believed(yearly, ahead).powi(2) * ALIKE, ALIKE); WAYS];
    let learned = known(history, origin, ahead).map(|one| (one, ways(one)));
    let before =
        known(early, origin, ahead).map(|one| (one, [None, Some(one.no_change), None, None, None]));
    for (one, said) in learned.chain(before) {
        for ((sum, count), said) in errors.iter_mut().zip(said) {
            let Some(said) = said else { continue };
            *sum += apart(one.actual, said).powi(2) * own_part(one);
            *count += own_part(one);
        }
    }
    let weights = errors.map(|(sum, count)| (count / sum.max(1e-9)).powi(2));
    let all: f64 = weights.iter().sum();
    weights.map(|weight| weight / all)
}

/// The part that each way has in a forecast. Sums to one.
///
/// Those that say nothing leave theirs to the others. Of those that say the same the one that weighs most speaks, once
/// for all: a year ahead the year before is the month a forecast is made in, which is "no change" over again.
pub fn parts(one: &Judged, weights: &[f64; WAYS]) -> [f64; WAYS] {
    let mut parts = [0.0; WAYS];
    let mut spoken: Vec<f64> = Vec::with_capacity(WAYS);
    let mut each: Vec<_> = parts.iter_mut().zip(ways(one)).zip(weights).collect();
    each.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    for ((part, said), weight) in each {
        let Some(said) = said else { continue };
        if spoken.iter().all(|other| (other - said).abs() > SAME) {
            *part = *weight;
            spoken.push(said);
        }
    }
    let all: f64 = parts.iter().sum();
    parts.map(|part| part / all)
}

/// One forecast out of all ways, by weights. Units: share.
pub fn blended(one: &Judged, weights: &[f64; WAYS]) -> f64 {
    let said = ways(one).into_iter().zip(parts(one, weights));
    said.filter_map(|(said, part)| said.map(|said| said * part)).sum()
}

#[cfg(test)]
mod tests {
    use super::super::judge::YEARLY_NEET;
    use super::*;

    fn judged(origin: usize, actual: f64) -> Judged {
        Judged {
            ahead: 1,
            origin,
            target: origin + 1,
            forecast: 0.10,
            chance: 0.001,
            actual,
            no_change: 0.05,
            last_year: Some(0.06),
            then: Some(0.04),
        }
    }

    #[test]
    fn each_way_says_its_own() {
        let said = ways(&judged(12, 0.1)).map(|said| said.map(|share| (share * 1000.0).round()));
        assert_eq!(said, [Some(100.0), Some(50.0), Some(60.0), Some(70.0), Some(75.0)]);
        let young = Judged { then: None, last_year: None, ..judged(12, 0.1) };
        assert_eq!(ways(&young)[2..], [None, None, None]);
        let swings = |last_year| Judged { last_year: Some(last_year), ..judged(12, 0.1) };
        assert_eq!([0.09, 0.01].map(|last_year| ways(&swings(last_year))[4]), [None, None]);
        let nobody = Judged { then: Some(0.0), last_year: Some(0.0), ..judged(12, 0.1) };
        assert_eq!(ways(&nobody)[4], Some(0.0));
    }

    #[test]
    fn the_way_that_has_been_right_weighs_most_and_nothing_later_counts() {
        let history: Vec<Judged> = (12..18).map(|origin| judged(origin, 0.07)).collect();
        let even = weights((&history, &[]), 12, 1, YEARLY_NEET);
        assert!(even.iter().all(|weight| (weight - 0.2).abs() < 1e-12), "{even:?}");
        let learned = weights((&history, &[]), 18, 1, YEARLY_NEET);
        assert!(learned[3] > 0.8 && (learned.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let one = judged(18, 0.07);
        assert!((blended(&one, &learned) - 0.07).abs() < (blended(&one, &even) - 0.07).abs());
    }

    #[test]
    fn what_was_before_the_rates_tells_of_no_change_alone() {
        let early = [judged(0, 0.20), judged(1, 0.20)];
        let found = weights((&[], &early), 12, 1, YEARLY_NEET);
        assert!(found[1] < 0.1 && (found[0] - found[2]).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn a_way_that_is_three_times_as_far_off_has_next_to_no_say() {
        // The register's own way is off by 0.3 in logarithms, no change by 0.9.
        let at = |off: f64| 0.10 * off.exp();
        let one = |origin| Judged {
            no_change: at(0.9),
            last_year: None,
            then: None,
            ..judged(origin, 0.10)
        };
        let history: Vec<Judged> =
            (12..30).map(|origin| Judged { forecast: at(0.3), ..one(origin) }).collect();
        let found = weights((&history, &[]), 30, 1, YEARLY_NEET);
        let part = parts(&history[0], &found)[1];
        assert!(part > 0.005 && part < 0.02, "{part}");
    }

    #[test]
    fn ways_that_say_nothing_leave_their_weight_to_the_others() {
        let young = Judged { then: None, last_year: None, ..judged(12, 0.1) };
        assert!((blended(&young, &[0.2; WAYS]) - 0.075).abs() < 1e-12);
        assert_eq!(parts(&young, &[0.2; WAYS]), [0.5, 0.5, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn ways_that_say_the_same_count_once_by_the_one_that_weighs_most() {
        // A year ahead the year before is the month the forecast is made in.
        let year = Judged { ahead: 12, target: 24, last_year: Some(0.05), ..judged(12, 0.1) };
        assert_eq!(parts(&year, &[0.2; WAYS]), [0.25, 0.25, 0.0, 0.25, 0.25]);
        let found = parts(&year, &[0.2, 0.1, 0.3, 0.2, 0.1]);
        let wanted = [0.25, 0.0, 0.375, 0.25, 0.125];
        assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?}");
        // Nothing moved in a year: last year moved by that is last year again.
        let still = Judged { then: Some(0.05), ..year };
        assert_eq!(parts(&still, &[0.2; WAYS]), [0.5, 0.5, 0.0, 0.0, 0.0]);
    }
}
