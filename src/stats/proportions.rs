//! Two shares held against each other, of the same runs or of different ones.

use super::wilson::wilson_at;
use crate::numerics::distributions::Distribution;
use crate::numerics::functions::norm_cdf;

/// How often two things happened in the same runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// Both.
    pub both: u64,
    /// The first alone.
    pub first: u64,
    /// The second alone.
    pub second: u64,
    /// Neither.
    pub neither: u64,
}

impl Pairs {
    /// How many runs.
    pub fn all(&self) -> u64 {
        self.both + self.first + self.second + self.neither
    }

    /// The share of the first minus that of the second, and its interval for a normal critical value `z`; `None` without runs.
    ///
    /// R. G. Newcombe, "Improved confidence intervals for the difference between binomial proportions based on paired data"
    /// (1998), method 10: Wilson's intervals of both shares, put together by the correlation φ, which is corrected for
    /// continuity. It stays within −1 and 1, and has a width where no run tells the two apart.
    pub fn difference(&self, z: f64) -> Option<(f64, f64, f64)> {
        if self.all() == 0 {
            return None;
        }
        let [both, first, second, neither] = [self.both, self.first, self.second, self.neither].map(|n| n as f64);
        let n = both + first + second + neither;
        let (one, other) = (wilson_at((both + first) / n, n, z), wilson_at((both + second) / n, n, z));
        let margins = (both + first) * (second + neither) * (both + second) * (first + neither);
        let apart = both * neither - first * second;
        let apart = if apart > 0.0 { (apart - 0.5 * n).max(0.0) } else { apart };
        let phi = if margins > 0.0 { apart / margins.sqrt() } else { 0.0 };
        let joined = |a: f64, b: f64| (a * a - 2.0 * phi * a * b + b * b).max(0.0).sqrt();
        let difference = (first - second) / n;
        let below = joined(one.share - one.low, other.high - other.share);
        let above = joined(one.high - one.share, other.share - other.low);
        Some((difference, difference - below, difference + above))
    }

    /// The chance that runs in which only one of the two happened fall at least so unevenly if each of the two is as likely to
    /// be it: Q. McNemar (1947), exact and on both sides.
    pub fn chance(&self) -> f64 {
        let apart = self.first + self.second;
        let fewer = self.first.min(self.second) as f64;
        (2.0 * Distribution::Binomial { n: apart as f64, p: 0.5 }.cdf(fewer)).min(1.0)
    }
}

/// The difference of two shares of different runs, hits of all each, and its interval for a normal critical value `z`.
///
/// R. G. Newcombe, "Interval estimation for the difference between independent proportions" (1998), method 10: Wilson's
/// intervals put together. `None` if either has no runs.
pub fn difference_of_shares(first: (u64, u64), second: (u64, u64), z: f64) -> Option<(f64, f64, f64)> {
    if first.1 == 0 || second.1 == 0 {
        return None;
    }
    let score = |(hits, all): (u64, u64)| wilson_at(hits as f64 / all as f64, all as f64, z);
    let (one, other) = (score(first), score(second));
    let joined = |a: f64, b: f64| (a * a + b * b).sqrt();
    let difference = one.share - other.share;
    let below = joined(one.share - one.low, other.high - other.share);
    let above = joined(one.high - one.share, other.share - other.low);
    Some((difference, difference - below, difference + above))
}

/// The chance of two shares at least so far apart if both are the pooled one, on both sides, by the normal approximation.
pub fn chance_of_shares(first: (u64, u64), second: (u64, u64)) -> f64 {
    let (n, m) = (first.1 as f64, second.1 as f64);
    let pooled = (first.0 + second.0) as f64 / (n + m);
    let error = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    let apart = (first.0 as f64 / n - second.0 as f64 / m).abs();
    if error > 0.0 { 2.0 * norm_cdf(-apart / error) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::functions::{exp, ln};
    use crate::stats::normal_critical;

    fn close(found: Option<(f64, f64, f64)>, wanted: (f64, f64, f64)) {
        let (difference, low, high) = found.expect("there are runs");
        for (found, wanted) in [(difference, wanted.0), (low, wanted.1), (high, wanted.2)] {
            assert!((found - wanted).abs() < 5e-5, "{found} is not {wanted}");
        }
    }

    #[test]
    fn independent_shares_are_as_published() {
        // Newcombe (1998), table II, method 10: 56/70 and 48/80; 9/10 and 3/10; 10/10 and 0/10.
        let z = normal_critical(0.05);
        close(difference_of_shares((56, 70), (48, 80), z), (0.2, 0.0524, 0.3339));
        close(difference_of_shares((9, 10), (3, 10), z), (0.6, 0.1705, 0.8090));
        close(difference_of_shares((10, 10), (0, 10), z), (1.0, 0.6075, 1.0));
        assert_eq!(difference_of_shares((0, 0), (1, 2), z), None);
    }

    #[test]
    fn paired_shares_that_do_not_go_together_are_as_independent_ones() {
        // 25 of each: φ is 0.
        let pairs = Pairs { both: 25, first: 25, second: 25, neither: 25 };
        let z = normal_critical(0.05);
        assert_eq!(pairs.difference(z), difference_of_shares((50, 100), (50, 100), z));
        let swapped = |pairs: Pairs| Pairs { first: pairs.second, second: pairs.first, ..pairs };
        let pairs = Pairs { both: 36, first: 12, second: 2, neither: 0 };
        let (difference, low, high) = pairs.difference(z).unwrap();
        let (other, below, above) = swapped(pairs).difference(z).unwrap();
        assert!((difference + other).abs() < 1e-15 && (low + above).abs() < 1e-15 && (high + below).abs() < 1e-15);
    }

    #[test]
    fn paired_intervals_hold_as_often_as_they_say() {
        // Cells of 20, 8, 4 and 68%: the difference is 4%. Every table of 40 runs is looked at with its chance.
        let (cells, n, z) = ([0.20, 0.08, 0.04, 0.68_f64], 40_u64, normal_critical(0.05));
        let factorial = |n: u64| (1..=n).map(|k| ln(k as f64)).sum::<f64>();
        let mut held = 0.0;
        for both in 0..=n {
            for first in 0..=n - both {
                for second in 0..=n - both - first {
                    let pairs = Pairs { both, first, second, neither: n - both - first - second };
                    let counts = [pairs.both, pairs.first, pairs.second, pairs.neither];
                    let log = factorial(n)
                        + counts.iter().zip(cells).map(|(k, p)| *k as f64 * ln(p) - factorial(*k)).sum::<f64>();
                    let (_, low, high) = pairs.difference(z).unwrap();
                    held += if low <= 0.04 && 0.04 <= high { exp(log) } else { 0.0 };
                }
            }
        }
        assert!((0.94..0.985).contains(&held), "{held}");
    }

    #[test]
    fn the_exact_test_is_that_of_a_coin() {
        // 1 of 6 tosses: 2 (1 + 6)/64.
        assert!((Pairs { first: 1, second: 5, ..Pairs::default() }.chance() - 14.0 / 64.0).abs() < 1e-12);
        assert_eq!(Pairs { first: 3, second: 3, ..Pairs::default() }.chance(), 1.0);
        assert_eq!(Pairs { both: 9, ..Pairs::default() }.chance(), 1.0);
        assert_eq!(Pairs::default().difference(1.96), None);
    }

    #[test]
    fn shares_of_different_runs_are_tested_by_their_pooled_error() {
        // z = 0.2 / √(0.5·0.5·2/100) = 2.828.
        assert!((chance_of_shares((60, 100), (40, 100)) - 0.004_678).abs() < 1e-6);
        assert_eq!(chance_of_shares((0, 10), (0, 20)), 1.0);
    }
}
