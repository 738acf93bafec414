//! How far chance alone may have moved a share, and the difference of two.
//!
//! Source: Wilson, JASA 22 (1927), for one share; Newcombe, "Interval estimation for the difference between
//! independent proportions", Statistics in Medicine 17 (1998), method 10, for two.

/// Of a normal variable, 95 in 100 lie within so many standard deviations.
const Z: f64 = 1.959_964;

/// Wilson's score interval at 95 in 100; everything is open of nobody. Units: shares from 0 to 1.
pub fn wilson(of: f64, all: f64) -> (f64, f64) {
    if all <= 0.0 {
        return (0.0, 1.0);
    }
    let (share, z2) = (of / all, Z * Z);
    let middle = share + z2 / (2.0 * all);
    let half = Z * (share * (1.0 - share) / all + z2 / (4.0 * all * all)).sqrt();
    let whole = 1.0 + z2 / all;
    (((middle - half) / whole).max(0.0), ((middle + half) / whole).min(1.0))
}

/// Newcombe's interval at 95 in 100 of one share less another, of people none of whom is in both; each is
/// who is counted and of how many, and both are of somebody. Units: shares from -1 to 1.
pub fn newcombe((of, all): (f64, f64), (other_of, other_all): (f64, f64)) -> (f64, f64) {
    let (share, other) = (of / all, other_of / other_all);
    let ((low, high), (other_low, other_high)) = (wilson(of, all), wilson(other_of, other_all));
    let between = share - other;
    (
        between - (share - low).hypot(other_high - other),
        between + (high - share).hypot(other - other_low),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_intervals_are_those_published() {
        // Source: Newcombe (1998): one share, 81 of 263 and 0 of 20; two, table II, method 10, contrasts a
        // and b.
        let close = |(low, high): (f64, f64), wanted: (f64, f64)| {
            let near = (low - wanted.0).abs() < 5e-4 && (high - wanted.1).abs() < 5e-4;
            assert!(near, "{low} {high} {wanted:?}");
        };
        close(wilson(81.0, 263.0), (0.2553, 0.3662));
        close(wilson(0.0, 20.0), (0.0, 0.1611));
        close(newcombe((56.0, 70.0), (48.0, 80.0)), (0.0524, 0.3339));
        close(newcombe((9.0, 10.0), (3.0, 10.0)), (0.1705, 0.8090));
    }
}
