//! The beta distribution: logarithm of its function, its share below a point, and the point with a
//! share below it.
//!
//! Source: Abramowitz and Stegun 6.1.41 (Stirling's series after shifting the argument up), 26.5.8
//! (continued fraction, by Lentz's method).

/// The natural logarithm of the gamma function, for positive numbers.
fn ln_gamma(x: f64) -> f64 {
    let (mut shifted, mut product) = (x, 1.0_f64);
    let mut down = 0.0;
    while shifted < 12.0 {
        product *= shifted;
        shifted += 1.0;
        if product > 1e200 {
            down += product.ln();
            product = 1.0;
        }
    }
    down += product.ln();
    let inverse = 1.0 / shifted;
    let square = inverse * inverse;
    let series =
        inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0)));
    (shifted - 0.5) * shifted.ln() - shifted + 0.5 * std::f64::consts::TAU.ln() + series - down
}

pub fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// The share of a beta distribution that lies below `x`.
pub fn regularized(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (a * x.ln() + b * (1.0 - x).ln() - ln_beta(a, b)).exp();
    // The fraction is quick on this side of the middle; the other side is its complement.
    match x < (a + 1.0) / (a + b + 2.0) {
        true => front * fraction(x, a, b) / a,
        false => 1.0 - front * fraction(1.0 - x, b, a) / b,
    }
}

fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let nudged = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / nudged(1.0 - (a + b) * x / (a + 1.0));
    let mut found = d;
    let mut m = 0.0;
    for _ in 0..500 {
        m += 1.0;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / nudged(1.0 + even * d);
        c = nudged(1.0 + even / c);
        found *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / nudged(1.0 + odd * d);
        c = nudged(1.0 + odd / c);
        let step = d * c;
        found *= step;
        if (step - 1.0).abs() < 1e-14 {
            break;
        }
    }
    found
}

/// The point below which `share` of the distribution lies, by halving.
pub fn quantile(a: f64, b: f64, share: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        match regularized(middle, a, b) < share {
            true => low = middle,
            false => high = middle,
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_come_out() {
        let close =
            |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-9, "{found} {wanted}");
        close(ln_gamma(1.0), 0.0);
        close(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln());
        close(ln_gamma(11.0), 3_628_800_f64.ln());
        close(ln_beta(2.0, 3.0), (1.0_f64 / 12.0).ln());
        // Uniform, a parabola, and symmetry.
        close(regularized(0.3, 1.0, 1.0), 0.3);
        close(regularized(0.25, 2.0, 1.0), 0.0625);
        close(regularized(0.5, 40.0, 40.0), 0.5);
        close(regularized(0.2, 3.0, 8.0), 1.0 - regularized(0.8, 8.0, 3.0));
        close(quantile(2.0, 1.0, 0.25), 0.5);
        // A large one, against its bell curve: mean 0.1, deviation 0.003.
        assert!((regularized(0.103, 1_000.0, 9_000.0) - 0.8413).abs() < 0.005);
    }
}
