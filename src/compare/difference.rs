//! One variant minus the reference, in one outcome or milestone.

use super::{Columns, Difference, NEVER, Side};
use crate::stats::{
    Moments, PART, Pairs, Reached, chance_of_shares, difference_of_shares, normal_critical, student_chance,
    student_critical,
};

/// Moments of a column, summed part by part in the order of the runs.
pub(super) fn moments(column: &[f64]) -> Moments {
    let mut moments = Moments::default();
    column.chunks(PART).for_each(|part| moments.merge(&Moments::of(part)));
    moments
}

/// The mean and its error.
pub(super) fn side(column: &[f64]) -> Side {
    let moments = moments(column);
    Side { mean: moments.mean(), error: moments.monte_carlo_error(), median: None }
}

/// The variant minus the reference, by run; NaN where either failed.
pub(super) fn differences(reference: &[f64], variant: &[f64]) -> Vec<f64> {
    reference.iter().zip(variant).map(|(a, b)| b - a).collect()
}

/// An outcome of paired runs. `chance` is the interval's own chance of error.
///
/// The interval is Student's for the mean of the paired differences. Since t cannot exceed √k where only k runs differ, a few runs
/// never make a finding.
pub(super) fn paired(variant: &str, reference: &[f64], of_variant: &[f64], chance: f64) -> Difference {
    let apart = differences(reference, of_variant);
    let moments_apart = moments(&apart);
    let pairs = moments_apart.count();
    let share = |hits: usize| (pairs > 0).then(|| hits as f64 / pairs as f64);
    let only_pairs = |column: &[f64]| -> Option<f64> {
        let column: Vec<f64> =
            column.iter().zip(&apart).map(|(value, apart)| if apart.is_nan() { f64::NAN } else { *value }).collect();
        moments(&column).sd().map(|sd| sd * sd)
    };
    let (mean, error, spread) = (moments_apart.mean(), moments_apart.monte_carlo_error(), moments_apart.sd());
    let freedom = pairs.saturating_sub(1) as f64;
    let independent = only_pairs(reference).zip(only_pairs(of_variant)).map(|(a, b)| a + b);
    Difference {
        variant: variant.to_owned(),
        side: side(of_variant),
        spread,
        higher_share: share(apart.iter().filter(|apart| **apart > 0.0).count()),
        lower_share: share(apart.iter().filter(|apart| **apart < 0.0).count()),
        gain: finite(independent.zip(spread).filter(|(_, sd)| *sd > 0.0).map(|(all, sd)| all / (sd * sd))),
        pairs,
        ..of_a_mean(mean, error, freedom, chance)
    }
}

/// An outcome of runs that are not paired: B. L. Welch, "The generalization of 'Student's' problem when several different
/// population variances are involved" (1947).
pub(super) fn unpaired(variant: &str, reference: &[f64], of_variant: &[f64], chance: f64) -> Difference {
    let (one, other) = (moments(reference), moments(of_variant));
    let mean = one.mean().zip(other.mean()).map(|(a, b)| b - a);
    let squares = one.monte_carlo_error().zip(other.monte_carlo_error()).map(|(a, b)| (a * a, b * b));
    let error = squares.map(|(a, b)| (a + b).sqrt());
    let freedom = squares.filter(|(a, b)| a + b > 0.0).map_or(f64::INFINITY, |(a, b)| {
        let (n, m) = (one.count() as f64 - 1.0, other.count() as f64 - 1.0);
        (a + b) * (a + b) / (a * a / n + b * b / m)
    });
    Difference {
        variant: variant.to_owned(),
        side: side(of_variant),
        pairs: one.count().min(other.count()),
        ..of_a_mean(mean, error, freedom, chance)
    }
}

/// A mean difference with Student's interval at this chance of error, and his test of none.
fn of_a_mean(mean: Option<f64>, error: Option<f64>, freedom: f64, chance: f64) -> Difference {
    let half = error.map(|error| if error == 0.0 { 0.0 } else { error * student_critical(chance, freedom) });
    Difference {
        difference: mean,
        low: finite(mean.zip(half).map(|(mean, half)| mean - half)),
        high: finite(mean.zip(half).map(|(mean, half)| mean + half)),
        p: mean.zip(error).map(|(mean, error)| no_difference(mean, error, freedom)),
        ..Difference::default()
    }
}

/// The chance of a mean at least so far from 0 if the true one is 0.
fn no_difference(mean: f64, error: f64, freedom: f64) -> f64 {
    if mean == 0.0 {
        return 1.0;
    }
    student_chance(mean / error, freedom)
}

fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}

/// A milestone of two ensembles: the share of runs that reach it, and the date by which half of them had.
pub(super) struct Milestones<'a> {
    /// The reference, and the place of the milestone in it.
    pub reference: (&'a Columns, usize),
    /// The variant.
    pub variant: (&'a Columns, usize),
    /// The first day of each tick, in days since 1970-01-01.
    pub dates: &'a [i32],
}

impl Milestones<'_> {
    /// The difference. `chance` is the interval's own chance of error.
    pub fn difference(&self, variant: &str, is_paired: bool, chance: f64) -> Difference {
        let reference = self.reference.0.reached(self.reference.1);
        let of_variant = self.variant.0.reached(self.variant.1);
        let mut difference = match is_paired {
            true => paired(variant, &reference, &of_variant, chance),
            false => unpaired(variant, &reference, &of_variant, chance),
        };
        let z = normal_critical(chance);
        let interval = if is_paired {
            let pairs = pairs(&reference, &of_variant);
            difference.p = Some(pairs.chance());
            pairs.difference(z)
        } else {
            let (first, second) = (hits(&of_variant), hits(&reference));
            difference.p = Some(chance_of_shares(first, second));
            difference_of_shares(first, second, z)
        };
        if let Some((_, low, high)) = interval {
            (difference.low, difference.high) = (Some(low), Some(high));
        }
        difference.side.median = self.day(median(self.variant)).and_then(crate::results::day);
        let days = self.day(median(self.reference)).zip(self.day(median(self.variant)));
        difference.shift = days.map(|(a, b)| i64::from(b) - i64::from(a));
        difference
    }

    /// The reference.
    pub fn reference_side(&self) -> Side {
        let mut side = side(&self.reference.0.reached(self.reference.1));
        side.median = self.day(median(self.reference)).and_then(crate::results::day);
        side
    }

    fn day(&self, tick: Option<u32>) -> Option<i32> {
        self.dates.get(tick? as usize).copied()
    }
}

/// The tick by which half of the runs that did not fail had reached a milestone.
fn median((columns, milestone): (&Columns, usize)) -> Option<u32> {
    let mut reached = Reached::default();
    let ticks = columns.milestones.get(milestone)?;
    let fine = ticks.iter().zip(&columns.failed).filter(|(_, failed)| !**failed);
    fine.for_each(|(tick, _)| reached.count((*tick != NEVER).then_some(*tick)));
    let [_, half, _] = reached.summary().ticks;
    half
}

/// Counts of runs that did not fail in either: first is the variant.
fn pairs(reference: &[f64], variant: &[f64]) -> Pairs {
    let mut pairs = Pairs::default();
    for (a, b) in reference.iter().zip(variant).filter(|(a, b)| !a.is_nan() && !b.is_nan()) {
        let count = match (*b > 0.0, *a > 0.0) {
            (true, true) => &mut pairs.both,
            (true, false) => &mut pairs.first,
            (false, true) => &mut pairs.second,
            (false, false) => &mut pairs.neither,
        };
        *count += 1;
    }
    pairs
}

/// How many runs reached it, of those that did not fail.
fn hits(reached: &[f64]) -> (u64, u64) {
    let fine = reached.iter().filter(|reached| !reached.is_nan());
    fine.fold((0, 0), |(hits, all), reached| (hits + u64::from(*reached > 0.0), all + 1))
}
