//! How two columns of runs go together, by their ranks.

use crate::numerics::functions::{ln, norm_cdf};

/// A column's ranks as shares of the weight: half of a value's own weight and that of its equals, and all that lies below. NaN
/// where a run has no value or no weight.
#[derive(Clone, Debug, PartialEq)]
pub struct MidRanks {
    ranks: Vec<f64>,
}

impl MidRanks {
    /// The ranks of values, each with its weight.
    pub fn of(values: &[f64], weights: &[f64]) -> Self {
        let pairs = values.iter().copied().zip(weights.iter().copied()).enumerate();
        let mut order: Vec<(f64, f64, usize)> = pairs
            .filter(|(_, (value, weight))| !value.is_nan() && *weight > 0.0)
            .map(|(run, (value, weight))| (value, weight, run))
            .collect();
        order.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.2.cmp(&other.2)));
        let mut ranks = vec![f64::NAN; values.len()];
        let mut below = 0.0;
        for equal in order.chunk_by(|one, other| one.0 == other.0) {
            let own: f64 = equal.iter().map(|(_, weight, _)| weight).sum();
            for (_, _, run) in equal {
                if let Some(rank) = ranks.get_mut(*run) {
                    *rank = below + own / 2.0;
                }
            }
            below += own;
        }
        Self { ranks }
    }
}

/// A rank correlation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Correlation {
    /// Spearman's ρ, −1 to 1.
    pub rho: f64,
    /// The chance of one so far from 0 if the columns had nothing to do with each other, on both sides.
    pub chance: f64,
}

impl Correlation {
    /// Spearman's ρ: the product-moment correlation of the ranks, equals sharing theirs (Spearman 1904, "The proof and
    /// measurement of association between two things"; Kendall & Gibbons 1990, chapter 3), here of weighted runs. `None` where a
    /// column is the same in all runs, or of fewer than five.
    ///
    /// The chance follows from Fisher's z of ρ, whose variance is 1.06/(n − 3) (Fieller, Hartley & Pearson 1957, "Tests for rank
    /// correlation coefficients I", equation 7), with the effective number of weighted runs for n.
    pub fn of(one: &MidRanks, other: &MidRanks, weights: &[f64]) -> Option<Self> {
        let runs = || {
            let pairs = one.ranks.iter().zip(&other.ranks).zip(weights);
            pairs
                .filter(|((x, y), weight)| !x.is_nan() && !y.is_nan() && **weight > 0.0)
                .map(|((x, y), w)| (*x, *y, *w))
        };
        let (mut sum, mut squares, mut of_x, mut of_y) = (0.0, 0.0, 0.0, 0.0);
        for (x, y, weight) in runs() {
            sum += weight;
            squares += weight * weight;
            of_x += weight * x;
            of_y += weight * y;
        }
        let n = if squares > 0.0 { sum * sum / squares } else { 0.0 };
        if n < 5.0 {
            return None;
        }
        let (mean_x, mean_y) = (of_x / sum, of_y / sum);
        let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
        for (x, y, weight) in runs() {
            xx += weight * (x - mean_x) * (x - mean_x);
            yy += weight * (y - mean_y) * (y - mean_y);
            xy += weight * (x - mean_x) * (y - mean_y);
        }
        let rho = (xy / (xx * yy).sqrt()).clamp(-1.0, 1.0);
        if !rho.is_finite() || xx <= 1e-9 * sum || yy <= 1e-9 * sum {
            return None;
        }
        let bound = rho.abs().min(1.0 - 1e-15);
        let z = 0.5 * (ln(1.0 + bound) - ln(1.0 - bound)) * ((n - 3.0) / 1.06).sqrt();
        Some(Self { rho, chance: f64::min(2.0 * norm_cdf(-z), 1.0) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rho(one: &[f64], other: &[f64]) -> f64 {
        let weights = vec![1.0; one.len()];
        let ranks = |column: &[f64]| MidRanks::of(column, &weights);
        Correlation::of(&ranks(one), &ranks(other), &weights).unwrap().rho
    }

    #[test]
    fn a_textbook_case_comes_out() {
        // IQ and hours of television a week, ten persons: 1 − 6·194/990.
        let iq = [106.0, 100.0, 86.0, 101.0, 99.0, 103.0, 97.0, 113.0, 112.0, 110.0];
        let hours = [7.0, 27.0, 2.0, 50.0, 28.0, 29.0, 20.0, 12.0, 6.0, 17.0];
        assert!((rho(&iq, &hours) - (1.0 - 6.0 * 194.0 / 990.0)).abs() < 1e-12);
    }

    #[test]
    fn whatever_rises_with_it_is_one_and_weights_count_like_runs() {
        let values: Vec<f64> = (0..50).map(f64::from).collect();
        let cubes: Vec<f64> = values.iter().map(|x| -x * x * x).collect();
        assert!((rho(&values, &cubes) + 1.0).abs() < 1e-12);
        let (one, other) = ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [2.0, 1.0, 4.0, 3.0, 6.0, 5.0]);
        let twice = |column: &[f64]| column.iter().flat_map(|value| [*value, *value]).collect::<Vec<f64>>();
        let weights = vec![2.0; 6];
        let weighted =
            Correlation::of(&MidRanks::of(&one, &weights), &MidRanks::of(&other, &weights), &weights).unwrap();
        assert!((weighted.rho - rho(&twice(&one), &twice(&other))).abs() < 1e-12);
    }

    #[test]
    fn what_never_varies_or_failed_has_none() {
        let weights = vec![1.0; 6];
        let same = MidRanks::of(&[3.0; 6], &weights);
        let ranks = MidRanks::of(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &weights);
        assert_eq!(Correlation::of(&same, &ranks, &weights), None);
        let failed = MidRanks::of(&[1.0, 2.0, f64::NAN, f64::NAN, 5.0, 6.0], &weights);
        assert_eq!(Correlation::of(&failed, &ranks, &weights), None);
    }

    #[test]
    fn of_columns_that_have_nothing_to_do_with_each_other_one_in_twenty_stands_out() {
        // A linear congruential generator (Knuth 1981) as plain dice.
        let mut state = 7_u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64
        };
        let weights = vec![1.0; 80];
        let stands_out = (0..1000).filter(|_| {
            let mut column = || MidRanks::of(&(0..80).map(|_| draw()).collect::<Vec<f64>>(), &weights);
            let (one, other) = (column(), column());
            Correlation::of(&one, &other, &weights).unwrap().chance < 0.05
        });
        assert!((30..=72).contains(&stands_out.count()));
    }
}
