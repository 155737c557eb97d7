//! Whether a choice among runs has moved a column: the Kolmogorov-Smirnov distance, and how large it gets by chance.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How many times as many runs are chosen at random, at most and at least.
const TIMES: (usize, usize) = (999, 199);
/// Fewer times where many runs are chosen from many columns: this many values are looked at in all.
const EFFORT: usize = 200_000_000;

/// A column's runs by rank: for each run the shares of all runs below its value and up to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranks {
    /// Below and up to, in runs.
    ranks: Vec<(u32, u32)>,
}

/// What happens by chance: the largest distance over all columns, each time.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// In ascending order.
    largest: Vec<f64>,
}

impl Ranks {
    /// Of a column without NaN.
    pub fn of(column: &[f64]) -> Self {
        let mut order: Vec<(f64, usize)> = column.iter().copied().zip(0..).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut ranks = vec![(0, 0); column.len()];
        let mut below = 0;
        for equal in order.chunk_by(|a, b| a.0 == b.0) {
            let up_to = below + equal.len();
            for (_, run) in equal {
                if let Some(rank) = ranks.get_mut(*run) {
                    *rank = (u32::try_from(below).unwrap_or(u32::MAX), u32::try_from(up_to).unwrap_or(u32::MAX));
                }
            }
            below = up_to;
        }
        Self { ranks }
    }

    /// Whether all runs have one value.
    pub fn are_equal(&self) -> bool {
        self.ranks.first().is_none_or(|rank| rank.0 == 0 && rank.1 as usize == self.ranks.len())
    }
}

/// The largest distance between the distribution of all runs and that of the chosen ones, which are given by their places.
pub fn distance(ranks: &Ranks, chosen: &[usize]) -> f64 {
    let mut found: Vec<(u32, u32)> = chosen.iter().filter_map(|run| ranks.ranks.get(*run).copied()).collect();
    found.sort_unstable();
    let (all, count) = (ranks.ranks.len() as f64, found.len() as f64);
    let (mut largest, mut before) = (0.0_f64, 0);
    for equal in found.chunk_by(|a, b| a == b) {
        let Some((below, up_to)) = equal.first() else { continue };
        let after = before + equal.len();
        let left = f64::from(*below) / all - before as f64 / count;
        let right = after as f64 / count - f64::from(*up_to) / all;
        largest = largest.max(left.abs()).max(right.abs());
        before = after;
    }
    largest
}

/// Chooses so many of all runs at random, again and again, and keeps the largest distance over all columns each time.
///
/// Held against it, the distances of all columns together are wrong in no more than the stated share of cases (the single-step
/// procedure of Westfall & Young 1993, "Resampling-based multiple testing"). The dice are always the same.
pub fn most_by_chance(columns: &[Ranks], runs: usize, chosen: usize) -> Chosen {
    let mut dice = ChaCha8Rng::seed_from_u64(0);
    let mut order: Vec<usize> = (0..runs).collect();
    let chosen = chosen.min(runs);
    let times = (EFFORT / (chosen * columns.len()).max(1)).clamp(TIMES.1, TIMES.0);
    let mut largest: Vec<f64> = (0..times)
        .map(|_| {
            // The first steps of Fisher and Yates' shuffle.
            for place in 0..chosen {
                let left = (runs - place) as u64;
                let step = ((u128::from(dice.next_u64()) * u128::from(left)) >> 64) as usize;
                order.swap(place, place + step);
            }
            let some = order.get(..chosen).unwrap_or_default();
            columns.iter().map(|ranks| distance(ranks, some)).fold(0.0, f64::max)
        })
        .collect();
    largest.sort_by(f64::total_cmp);
    Chosen { largest }
}

impl Chosen {
    /// The distance that chance exceeds in 5% of cases in any column.
    pub fn critical(&self) -> f64 {
        let place = self.largest.len() * 95 / 100;
        self.largest.get(place).copied().unwrap_or(0.0)
    }

    /// How likely chance alone brings a distance at least as large in any column; 1/1000 is the least that can be told.
    pub fn chance(&self, distance: f64) -> f64 {
        let as_large = self.largest.len() - self.largest.partition_point(|&other| other < distance);
        (as_large + 1) as f64 / (self.largest.len() + 1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(place: u64) -> Vec<f64> {
        let mut dice = ChaCha8Rng::seed_from_u64(place);
        (0..400).map(|_| (dice.next_u64() >> 11) as f64).collect()
    }

    #[test]
    fn the_distance_is_the_largest_gap_between_two_steps() {
        let ranks = Ranks::of(&[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(distance(&ranks, &[0, 1]), 0.5);
        assert_eq!((distance(&ranks, &[0, 1, 2, 3]), distance(&ranks, &[3])), (0.0, 0.75));
        let tied = Ranks::of(&[0.0, 0.0, 0.0, 1.0]);
        assert_eq!((distance(&tied, &[0]), distance(&tied, &[3])), (0.25, 0.75));
        assert!(Ranks::of(&[2.0; 3]).are_equal() && !tied.are_equal());
    }

    #[test]
    fn what_is_chosen_at_random_seldom_exceeds_the_critical_value() {
        let columns: Vec<Ranks> = (0..5).map(|place| Ranks::of(&column(place))).collect();
        let chance = most_by_chance(&columns, 400, 40);
        // The 95% point of Kolmogorov's law for one column is 1.36·√(1/40 − 1/400); for the most of five it is more.
        let one = 1.36 * (1.0_f64 / 40.0 - 1.0 / 400.0).sqrt();
        assert!((one..1.4 * one).contains(&chance.critical()), "{}", chance.critical());
        assert_eq!(chance, most_by_chance(&columns, 400, 40));
        // A choice by another column than these is by chance.
        let mut by_other: Vec<(f64, usize)> = column(99).into_iter().zip(0..).collect();
        by_other.sort_by(|a, b| a.0.total_cmp(&b.0));
        let chosen: Vec<usize> = by_other.iter().take(40).map(|(_, run)| *run).collect();
        assert!(columns.iter().all(|ranks| distance(ranks, &chosen) < chance.critical()));
        let by_itself = Ranks::of(&column(99));
        assert!(distance(&by_itself, &chosen) > 0.85 && chance.chance(0.9) == 0.001 && chance.chance(0.0) == 1.0);
    }
}
