//! Numbers about runs that do not all weigh the same.

use super::quantiles::interpolated;
use super::wilson::{Interval, wilson_of};

/// How many equally weighted runs these weights are worth: (Σw)²/Σw² (Kish 1965, "Survey sampling", section 8.2); 0 without
/// any weight.
pub fn effective(weights: &[f64]) -> f64 {
    let (sum, squares) = weights.iter().fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}

/// Mean and spread of values that do not all weigh the same.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WeightedMoments {
    /// The mean; `None` without weight or when it overflows.
    pub mean: Option<f64>,
    /// The standard deviation, with divisor 1 − Σw² for weights of sum 1, which is n − 1 over n for equal ones.
    pub sd: Option<f64>,
    /// The standard error of the mean: sd over the root of the effective number of runs.
    pub error: Option<f64>,
    /// The effective number of runs ([`effective`]).
    pub effective: f64,
}

impl WeightedMoments {
    /// Of values with their weights. NaN stands for a run without a value and is left out.
    pub fn of(values: &[f64], weights: &[f64]) -> Self {
        let pairs = || values.iter().zip(weights).filter(|(value, weight)| !value.is_nan() && **weight > 0.0);
        let (mut sum, mut squares, mut total) = (0.0, 0.0, 0.0);
        for (value, weight) in pairs() {
            sum += weight;
            squares += weight * weight;
            total += weight * value;
        }
        if sum <= 0.0 {
            return Self::default();
        }
        let mean = total / sum;
        let spread: f64 = pairs().map(|(value, weight)| weight * (value - mean) * (value - mean)).sum();
        let effective = sum * sum / squares;
        let free = 1.0 - squares / (sum * sum);
        // A single run has no spread, but for what rounding leaves of 1 − 1.
        let sd = (free > 1e-12).then(|| (spread / sum / free).sqrt()).filter(|sd| sd.is_finite());
        let mean = Some(mean).filter(|mean| mean.is_finite());
        Self { mean, sd, error: sd.map(|sd| sd / effective.sqrt()), effective }
    }
}

/// Values in ascending order with their weights, to read quantiles from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WeightedSorted {
    /// Values and the place of each from 0 to 1.
    values: Vec<(f64, f64)>,
}

impl WeightedSorted {
    /// Sorts values; NaN stands for a run without a value and is left out, as is what has no weight.
    ///
    /// A value's place is the middle of its own weight among all weights in order, drawn apart so that the first stands at 0
    /// and the last at 1. For equal weights these are the places of type 7 (Hyndman & Fan 1996).
    pub fn new(values: &[f64], weights: &[f64]) -> Self {
        let pairs = values.iter().copied().zip(weights.iter().copied());
        let mut pairs: Vec<(f64, f64)> = pairs.filter(|(value, weight)| !value.is_nan() && *weight > 0.0).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let half = |pair: Option<&(f64, f64)>| pair.map_or(0.0, |(_, weight)| weight / 2.0);
        let (first, last) = (half(pairs.first()), half(pairs.last()));
        let all: f64 = pairs.iter().map(|(_, weight)| weight).sum();
        let width = all - first - last;
        let mut before = 0.0;
        for (_, weight) in &mut pairs {
            let middle = before + *weight / 2.0;
            before += *weight;
            *weight = if width > 0.0 { ((middle - first) / width).clamp(0.0, 1.0) } else { 0.0 };
        }
        Self { values: pairs }
    }

    /// The quantile at `share` (0 to 1), linear between the values around it; `None` without values.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let share = share.clamp(0.0, 1.0);
        let above = self.values.partition_point(|(_, place)| *place < share);
        let &(high, to) = self.values.get(above).or(self.values.last())?;
        let &(low, from) = self.values.get(above.saturating_sub(1))?;
        if to <= from || share >= to {
            return Some(high);
        }
        Some(interpolated(low, high, ((share - from) / (to - from)).clamp(0.0, 1.0)))
    }
}

/// A weighted share and its 95% interval, as if of the effective number of runs. `None` without weight.
pub fn weighted_share(hits: impl Iterator<Item = (bool, f64)>) -> Option<Interval> {
    let (mut hit, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for (is_hit, weight) in hits {
        hit += if is_hit { weight } else { 0.0 };
        sum += weight;
        squares += weight * weight;
    }
    (squares > 0.0).then(|| wilson_of((hit / sum).clamp(0.0, 1.0), sum * sum / squares))
}

#[cfg(test)]
mod tests {
    use super::super::{Moments, Sorted, wilson};
    use super::*;

    fn close(one: Option<f64>, other: Option<f64>) -> bool {
        (one.unwrap() - other.unwrap()).abs() < 1e-12
    }

    #[test]
    fn equal_weights_give_what_no_weights_give() {
        let values: Vec<f64> = (0..40).map(|i| f64::from(i * 7919 % 101)).collect();
        let (moments, plain) = (WeightedMoments::of(&values, &[0.25; 40]), Moments::of(&values));
        assert!(close(moments.mean, plain.mean()) && close(moments.sd, plain.sd()));
        assert!(close(moments.error, plain.monte_carlo_error()) && (moments.effective - 40.0).abs() < 1e-9);
        let (sorted, plain) = (WeightedSorted::new(&values, &[0.25; 40]), Sorted::new(values));
        for share in [0.0, 0.05, 0.25, 0.5, 0.513, 0.95, 1.0] {
            assert!(close(sorted.quantile(share), plain.quantile(share)), "{share}");
        }
        let share = weighted_share((0..40).map(|i| (i < 7, 0.25))).unwrap();
        let plain = wilson(7, 40).unwrap();
        assert!((share.low - plain.low).abs() < 1e-12 && (share.high - plain.high).abs() < 1e-12);
    }

    #[test]
    fn what_weighs_nothing_is_not_there() {
        let (values, weights) = ([1.0, 100.0, 3.0, f64::NAN, 5.0], [1.0, 0.0, 1.0, 9.0, 1.0]);
        let moments = WeightedMoments::of(&values, &weights);
        assert_eq!((moments.mean, moments.effective), (Some(3.0), 3.0));
        assert!(close(moments.sd, Some(2.0)));
        let sorted = WeightedSorted::new(&values, &weights);
        assert_eq!([0.0, 0.5, 1.0].map(|share| sorted.quantile(share)), [Some(1.0), Some(3.0), Some(5.0)]);
        assert_eq!(WeightedMoments::of(&[1.0], &[0.0]), WeightedMoments::default());
        assert_eq!(WeightedSorted::new(&[], &[]).quantile(0.5), None);
    }

    #[test]
    fn a_heavy_run_pulls_the_median_to_itself() {
        let sorted = WeightedSorted::new(&[1.0, 2.0, 3.0, 4.0], &[1.0, 1.0, 6.0, 1.0]);
        assert!((2.5..=3.0).contains(&sorted.quantile(0.5).unwrap()));
        assert!((effective(&[1.0, 1.0, 6.0, 1.0]) - 81.0 / 39.0).abs() < 1e-12);
        let single = WeightedMoments::of(&[3.0], &[0.1]);
        assert_eq!((single.mean.is_some(), single.sd), (true, None));
    }
}
