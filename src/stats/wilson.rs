//! The interval around a share.

/// A share of runs and its 95% interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Hits over all.
    pub share: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The 97.5% point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The score interval of E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927),
/// at 95%, without continuity correction. `None` when there are no runs; hits above `all` count as `all`.
///
/// Unlike share ± 1.96·√(p(1−p)/n) it stays within 0 and 1 and has a width at shares of exactly 0 and 1.
pub fn wilson(hits: u64, all: u64) -> Option<Interval> {
    if all == 0 {
        return None;
    }
    let hits = hits.min(all);
    let n = all as f64;
    Some(wilson_of(hits as f64 / n, n))
}

/// The same for a share of `n` runs where `n` need not be whole, such as an effective number of weighted runs.
pub fn wilson_of(share: f64, n: f64) -> Interval {
    wilson_at(share, n, Z)
}

/// The same at another level: `z` is the normal distribution's critical value, 1.96 for 95%.
pub fn wilson_at(share: f64, n: f64, z: f64) -> Interval {
    let z2 = z * z;
    let scale = 1.0 + z2 / n;
    let middle = (share + z2 / (2.0 * n)) / scale;
    let half = z * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt() / scale;
    let low = if share == 0.0 { 0.0 } else { (middle - half).max(0.0) };
    let high = if share == 1.0 { 1.0 } else { (middle + half).min(1.0) };
    Interval { share, low, high }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(interval: Interval, low: f64, high: f64) -> bool {
        (interval.low - low).abs() < 5e-5 && (interval.high - high).abs() < 5e-5
    }

    #[test]
    fn the_interval_agrees_with_published_values() {
        // Newcombe (1998), table I, method 3.
        assert!(close(wilson(81, 263).unwrap(), 0.2553, 0.3662));
        assert!(close(wilson(15, 148).unwrap(), 0.0624, 0.1605));
        assert!(close(wilson(0, 20).unwrap(), 0.0, 0.1611));
        assert!(close(wilson(1, 29).unwrap(), 0.0061, 0.1718));
    }

    #[test]
    fn no_hits_and_only_hits_mirror_each_other() {
        let (none, all) = (wilson(0, 10).unwrap(), wilson(10, 10).unwrap());
        assert_eq!((none.low, all.high), (0.0, 1.0));
        assert!((none.high - (1.0 - all.low)).abs() < 1e-15);
    }

    #[test]
    fn without_runs_there_is_no_share() {
        assert_eq!(wilson(0, 0), None);
    }
}
