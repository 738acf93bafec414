//! Axis arithmetic: round steps that people count in, and values to places on the paper.

/// A straight scale from nought or below to a round top.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    pub low: f64,
    pub high: f64,
    pub step: f64,
}

impl Scale {
    /// Covers nought and every value, with three to six round steps.
    pub fn covering(values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let span = if high - low > 0.0 { high - low } else { 1.0 };
        let step = round_step(span / 4.0);
        Self { low: (low / step).floor() * step, high: (high / step).ceil().max(1.0) * step, step }
    }

    /// Share of the way from low to high.
    pub fn share(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    pub fn ticks(&self) -> impl Iterator<Item = f64> + '_ {
        let count = ((self.high - self.low) / self.step).round().max(0.0);
        (0_u32..).map(f64::from).take_while(move |n| *n <= count).map(|n| self.low + n * self.step)
    }
}

/// The smallest of 1, 2, 2.5, 5 times a power of ten that is not under `rough`.
fn round_step(rough: f64) -> f64 {
    let power = 10_f64.powf(rough.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|times| times * power)
        .find(|step| *step >= rough * 0.999_999)
        .unwrap_or(power * 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tops_and_steps_are_round() {
        let check = |values: &[f64], high: f64, step: f64| {
            let scale = Scale::covering(values.iter().copied());
            assert_eq!((scale.high, scale.step), (high, step), "{values:?}");
        };
        check(&[6.6, 5.8], 8.0, 2.0);
        check(&[21.0], 30.0, 10.0);
        check(&[7412.0], 8000.0, 2000.0);
        check(&[0.4], 0.4, 0.1);
        check(&[], 0.25, 0.25);
        check(&[0.0], 0.25, 0.25);
    }

    proptest::proptest! {
        #[test]
        fn every_value_lies_on_the_paper(values in proptest::collection::vec(-1e6_f64..1e6, 1..20)) {
            let scale = Scale::covering(values.iter().copied());
            let count = scale.ticks().count();
            proptest::prop_assert!((2..=8).contains(&count), "{scale:?}");
            for value in values {
                proptest::prop_assert!(value >= scale.low - 1e-6 && value <= scale.high + 1e-6);
            }
        }
    }
}
