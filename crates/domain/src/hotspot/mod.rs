//! Where a share is really higher: areas of few people seen together, so that none flashes by chance.
//!
//! The shares of all areas are taken to come from one beta distribution, whose two numbers are fitted
//! to them by greatest likelihood (beta-binomial). An area's estimate is then drawn towards the common
//! share by as much as its few people leave open, and carries an interval. Invariant: an area without
//! people has the common share as its estimate, and an area of very many has its own.
//!
//! Source: Clayton and Kaldor, "Empirical Bayes estimates of age-standardized relative risks", Biometrics
//! 43 (1987); Marshall, "Mapping disease and mortality rates using empirical Bayes estimators", Applied
//! Statistics 40 (1991); Wilson, JASA 22 (1927) for the interval of the plain share.
//! Differs: the beta-binomial stands in for their gamma-Poisson, since a share of a ward's own cohort
//! cannot pass all of it.

mod beta;

use crate::disclosure::FEW_OF_GROUP;
use crate::measure::wilson;
use beta::{ln_beta, quantile, regularized};

/// Units: a share; how sure to be before an area is called higher or lower than the whole.
const SURE: f64 = 0.95;

/// People counted and people counted among, in one area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    pub of: u64,
    pub all: u64,
}

/// How an area stands to the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Too few people to say anything of this area alone.
    TooFew,
    Higher,
    Lower,
    /// No different from the whole as far as these numbers tell.
    Like,
}

impl Standing {
    pub const fn words(self) -> &'static str {
        match self {
            Standing::TooFew => "Too few to say",
            Standing::Higher => "Clearly higher",
            Standing::Lower => "Clearly lower",
            Standing::Like => "No clear difference",
        }
    }
}

/// What is to be said of one area. Units: shares from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub of: u64,
    pub all: u64,
    /// The plain share; nothing of nobody.
    pub share: Option<f64>,
    /// Wilson's interval of the plain share at 95 in 100.
    pub low: f64,
    pub high: f64,
    /// Drawn towards the whole, with its own interval at 95 in 100.
    pub shrunk: f64,
    pub shrunk_low: f64,
    pub shrunk_high: f64,
    pub standing: Standing,
}

/// The common distribution of all areas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Common {
    /// The share of the whole.
    pub mean: f64,
    /// How many people's worth of evidence the whole is for each area: large where areas are alike.
    pub weight: f64,
}

/// Fits the common distribution and estimates every area, in their order.
pub fn estimate(areas: &[Area]) -> (Common, Vec<Estimate>) {
    let common = fit(areas);
    (common, areas.iter().map(|area| one(*area, common)).collect())
}

#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
fn real(count: u64) -> f64 {
    count as f64
}

fn fit(areas: &[Area]) -> Common {
    let of: u64 = areas.iter().map(|area| area.of).sum();
    let all: u64 = areas.iter().map(|area| area.all).sum();
    let mean = if all == 0 { 0.0 } else { real(of) / real(all) };
    // Nobody or everybody counted: there is no difference to learn from.
    if of == 0 || of == all {
        return Common { mean, weight: HEAVIEST };
    }
    Common { mean, weight: heaviest_likelihood(areas, mean) }
}

/// Weights looked at lie between these; the upper one stands for "all areas are alike".
const LIGHTEST: f64 = 1.0;
const HEAVIEST: f64 = 1e5;

/// The weight of greatest likelihood, found on a scale of logarithms: coarse steps, then thirds.
fn heaviest_likelihood(areas: &[Area], mean: f64) -> f64 {
    let fits = |log: f64| -> f64 {
        let weight = log.exp();
        let (a, b) = (mean * weight, (1.0 - mean) * weight);
        let term = |area: &Area| {
            ln_beta(real(area.of) + a, real(area.all - area.of.min(area.all)) + b) - ln_beta(a, b)
        };
        areas.iter().filter(|area| area.all > 0).map(term).sum()
    };
    let (low, high) = (LIGHTEST.ln(), HEAVIEST.ln());
    let step = (high - low) / 60.0;
    let best = (0..=60_u8)
        .map(|at| low + step * f64::from(at))
        .max_by(|a, b| fits(*a).total_cmp(&fits(*b)))
        .unwrap_or(high);
    let (mut from, mut to) = ((best - step).max(low), (best + step).min(high));
    for _ in 0..60 {
        let third = (to - from) / 3.0;
        match fits(from + third) < fits(to - third) {
            true => from += third,
            false => to -= third,
        }
    }
    f64::midpoint(from, to).exp()
}

fn one(area: Area, common: Common) -> Estimate {
    let (of, all) = (real(area.of), real(area.all));
    let (low, high) = wilson(of, all);
    let (a, b) = (of + common.mean * common.weight, all - of + (1.0 - common.mean) * common.weight);
    // Nobody at all, or everybody: the common share is 0 or 1 and so is every estimate.
    let certain = common.mean <= 0.0 || common.mean >= 1.0;
    let (shrunk_low, shrunk_high) = match certain {
        true => (common.mean, common.mean),
        false => (quantile(a, b, 0.025), quantile(a, b, 0.975)),
    };
    let above = if certain { 0.5 } else { 1.0 - regularized(common.mean, a, b) };
    let standing = match above {
        _ if area.all < FEW_OF_GROUP => Standing::TooFew,
        above if above > SURE => Standing::Higher,
        above if above < 1.0 - SURE => Standing::Lower,
        _ => Standing::Like,
    };
    Estimate {
        of: area.of,
        all: area.all,
        share: (area.all > 0).then(|| of / all),
        low,
        high,
        shrunk: a / (a + b),
        shrunk_low,
        shrunk_high,
        standing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn area(of: u64, all: u64) -> Area {
        Area { of, all }
    }

    #[test]
    fn a_small_ward_does_not_flash_and_a_great_one_keeps_its_share() {
        // Twenty wards of about 8 in 100, one of 3 in 5, one of 80 in 400.
        let mut areas = vec![area(24, 300); 20];
        areas.extend([area(3, 5), area(80, 400), area(0, 0)]);
        let (common, found) = estimate(&areas);
        let (tiny, great, empty) = (found[20], found[21], found[22]);
        assert!(tiny.share == Some(0.6) && tiny.shrunk < 0.15, "{tiny:?}");
        assert_eq!(tiny.standing, Standing::TooFew);
        assert!(great.shrunk > 0.15 && great.standing == Standing::Higher, "{great:?} {common:?}");
        assert!((empty.shrunk - common.mean).abs() < 1e-9 && empty.share.is_none());
        assert!(found[0].shrunk_low < 0.08 && found[0].shrunk_high > 0.08);
    }

    #[test]
    fn areas_that_differ_by_chance_alone_are_nearly_one() {
        let areas: Vec<Area> = [7, 8, 9, 8, 7, 8, 9, 8, 8, 8].map(|of| area(of, 100)).into();
        let (common, found) = estimate(&areas);
        assert!(common.weight > 1_000.0, "{common:?}");
        assert!(found.iter().all(|one| one.standing == Standing::Like));
    }

    proptest! {
        #[test]
        fn estimates_lie_between_their_own_share_and_the_whole(
            rows in prop::collection::vec((0u64..200, 0u64..200), 1..40),
        ) {
            let areas: Vec<Area> = rows.iter().map(|(a, b)| area(*a.min(b), *b.max(a))).collect();
            let (common, found) = estimate(&areas);
            for one in found {
                let own = one.share.unwrap_or(common.mean);
                let (low, high) = (own.min(common.mean), own.max(common.mean));
                prop_assert!(one.shrunk >= low - 1e-9 && one.shrunk <= high + 1e-9);
                prop_assert!(one.shrunk_low <= one.shrunk + 1e-6 && one.shrunk <= one.shrunk_high + 1e-6);
                prop_assert!(one.low <= own + 1e-9 && own <= one.high + 1e-9);
            }
        }
    }
}
