//! Quantiles over time in memory that does not grow with the runs.
//!
//! A value falls into a bucket by its bits alone: sign, exponent and the first 8 bits of the mantissa. A bucket is
//! 2⁻⁸ of its lower end wide and its middle stands for all that is in it, so every value is moved by at most
//! [`RELATIVE_ERROR`] of itself, and so is every quantile between values of one sign. Zero has a bucket of its own, and
//! the smallest and largest value are kept, so a column of one value comes back exactly. (Below 2⁻¹⁰²², where doubles
//! lose their precision, the error is at most 2⁻¹⁰³¹ instead.) The idea is DDSketch's (Masson, Rim & Lee 2019), with
//! bits in place of the logarithm: no library function decides a bucket. Buckets hold counts, so sketches merge to the
//! same sketch in any order.

mod bytes;

use super::SHARES;
use super::quantiles::interpolated;
use crate::results::RunBatch;

/// How far a sketched value may be from the true one, as a part of it: 2⁻⁹, about 0.2%.
pub const RELATIVE_ERROR: f64 = 1.0 / 512.0;

/// Mantissa bits that a bucket leaves out.
const DROPPED: u32 = 52 - 8;
/// Buckets of one exponent, which share a page.
const PAGE: usize = 256;

/// Counts of values by bucket. A bucket counts to 2³² − 1 and stays there.
#[derive(Clone, Debug)]
pub struct Sketch {
    count: u64,
    zeros: u64,
    low: f64,
    high: f64,
    /// The page number of the directory's first entry.
    first: i32,
    /// For every page number from `first` on: 1 + the place of its counts among the pages, or 0 for none.
    directory: Vec<u16>,
    /// The pages' counts, in the order in which the pages were first needed.
    counts: Vec<u32>,
}

/// What a sketch says about one outcome at one tick.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Band {
    /// How many runs were counted.
    pub runs: u64,
    /// Their mean, within [`RELATIVE_ERROR`] of the mean of the absolute values.
    pub mean: Option<f64>,
    /// Their quantiles at 5, 25, 50, 75 and 95% ([`SHARES`]), each within [`RELATIVE_ERROR`].
    pub quantiles: [Option<f64>; 5],
}

impl Default for Sketch {
    fn default() -> Self {
        Self {
            count: 0,
            zeros: 0,
            low: f64::INFINITY,
            high: f64::NEG_INFINITY,
            first: 0,
            directory: Vec::new(),
            counts: Vec::new(),
        }
    }
}

/// The bucket of a finite value that is not zero; buckets are ordered as their values are.
#[inline(always)]
fn bucket(value: f64) -> i32 {
    let bits = value.to_bits();
    let size = ((bits << 1) >> (DROPPED + 1)) as i32;
    // The complement of a size is a negative number that orders the other way round.
    size ^ ((bits as i64) >> 63) as i32
}

/// The smallest and largest value of a column, and whether all are finite (only then do the others hold).
fn extent(column: &[f64]) -> (f64, f64, bool) {
    // Eight strands, which the compiler lays side by side in vectors; a single one waits for itself at every value.
    let (mut lows, mut highs, mut worst) = ([f64::INFINITY; 8], [f64::NEG_INFINITY; 8], [0.0_f64; 8]);
    let mut take = |values: &[f64]| {
        for (((&value, low), high), worst) in values.iter().zip(&mut lows).zip(&mut highs).zip(&mut worst) {
            *low = if value < *low { value } else { *low };
            *high = if value > *high { value } else { *high };
            // Nothing times a finite value is 0; times any other it is NaN, and NaN stays.
            *worst += value * 0.0;
        }
    };
    let mut eights = column.chunks_exact(8);
    eights.by_ref().for_each(&mut take);
    take(eights.remainder());
    let low = lows.into_iter().fold(f64::INFINITY, f64::min);
    let high = highs.into_iter().fold(f64::NEG_INFINITY, f64::max);
    (low, high, worst.iter().all(|&worst| worst == 0.0))
}

/// The middle of a bucket.
fn middle(bucket: i32) -> f64 {
    let size = if bucket < 0 { !bucket } else { bucket };
    let value = f64::from_bits((size as u64) << DROPPED | 1 << (DROPPED - 1));
    if bucket < 0 { -value } else { value }
}

impl Sketch {
    /// Adds a column of values. Values that are not finite are left out.
    pub fn add(&mut self, column: &[f64]) {
        let (low, high, finite) = extent(column);
        if !finite {
            let kept: Vec<f64> = column.iter().copied().filter(|value| value.is_finite()).collect();
            return self.add(&kept);
        }
        if column.is_empty() {
            return;
        }
        self.count += column.len() as u64;
        self.low = self.low.min(low);
        self.high = self.high.max(high);
        if low == high {
            // Common: the start, and whatever nothing has touched yet.
            return self.add_to(low, column.len() as u64);
        }
        let page = bucket(low) >> 8;
        if page == bucket(high) >> 8 && (low > 0.0 || high < 0.0) {
            // Common too: one sign and one power of two, so that the page is looked up once.
            let page = self.page(page);
            for &value in column {
                if let Some(count) = page.get_mut(bucket(value) as usize & (PAGE - 1)) {
                    *count = count.saturating_add(1);
                }
            }
            return;
        }
        for &value in column {
            let bucket = bucket(value);
            let page = usize::try_from((bucket >> 8) - self.first).unwrap_or(usize::MAX);
            let place = self.directory.get(page).copied().unwrap_or(0) as usize * PAGE;
            match self.counts.get_mut((place + (bucket as usize & (PAGE - 1))).wrapping_sub(PAGE)) {
                Some(count) if value != 0.0 => *count = count.saturating_add(1),
                _ => self.add_to(value, 1),
            }
        }
    }

    /// Adds a finite value so many times, making its page if there is none.
    fn add_to(&mut self, value: f64, times: u64) {
        if value == 0.0 {
            self.zeros += times;
            return;
        }
        let bucket = bucket(value);
        let page = self.page(bucket >> 8);
        if let Some(count) = page.get_mut(bucket as usize & (PAGE - 1)) {
            *count = count.saturating_add(u32::try_from(times).unwrap_or(u32::MAX));
        }
    }

    /// The counts of a page, which is made if there is none.
    fn page(&mut self, number: i32) -> &mut [u32] {
        if self.directory.is_empty() {
            self.first = number;
        }
        if number < self.first {
            let missing = (self.first - number) as usize;
            self.directory.splice(0..0, std::iter::repeat_n(0, missing));
            self.first = number;
        }
        let entry = (number - self.first) as usize;
        if self.directory.len() <= entry {
            self.directory.resize(entry + 1, 0);
        }
        let pages = self.counts.len() / PAGE;
        let mut place = pages;
        if let Some(slot) = self.directory.get_mut(entry) {
            if *slot == 0 {
                // There are 4,096 page numbers, so the place always fits.
                *slot = (pages + 1) as u16;
                self.counts.resize(self.counts.len() + PAGE, 0);
            } else {
                place = usize::from(*slot) - 1;
            }
        }
        self.counts.get_mut(place * PAGE..(place + 1) * PAGE).unwrap_or_default()
    }

    /// Adds what another sketch counted. The order of merging does not matter.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.zeros += other.zeros;
        self.low = self.low.min(other.low);
        self.high = self.high.max(other.high);
        for (entry, counts) in other.pages() {
            for (mine, theirs) in self.page(entry).iter_mut().zip(counts) {
                *mine = mine.saturating_add(*theirs);
            }
        }
    }

    /// The pages in ascending order, each with its number.
    fn pages(&self) -> impl DoubleEndedIterator<Item = (i32, &[u32])> {
        self.directory.iter().enumerate().filter(|(_, place)| **place > 0).filter_map(|(entry, place)| {
            let end = usize::from(*place) * PAGE;
            Some((self.first + entry as i32, self.counts.get(end - PAGE..end)?))
        })
    }

    /// How many values were counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// What stands for the values, ascending, with how many each stands for.
    pub fn buckets(&self) -> Vec<(f64, u64)> {
        let mut buckets = Vec::new();
        let mut zeros = self.zeros;
        for (number, counts) in self.pages() {
            if number >= 0 && zeros > 0 {
                buckets.push((0.0, std::mem::take(&mut zeros)));
            }
            let filled = counts.iter().enumerate().filter(|(_, count)| **count > 0);
            buckets.extend(filled.map(|(place, &count)| {
                let value = middle(number * PAGE as i32 + place as i32);
                (value.max(self.low).min(self.high), u64::from(count))
            }));
        }
        if zeros > 0 {
            buckets.push((0.0, zeros));
        }
        buckets
    }

    /// The mean and the quantiles, as type 7 of the values that stand for the true ones.
    pub fn band(&self) -> Band {
        let buckets = self.buckets();
        let runs: u64 = buckets.iter().map(|(_, count)| count).sum();
        if runs == 0 {
            return Band::default();
        }
        let mean = match buckets.as_slice() {
            [(only, _)] => *only,
            all => all.iter().fold(0.0, |sum, (value, count)| sum + value * *count as f64) / runs as f64,
        };
        let at = |rank: u64| {
            let mut seen = 0;
            let found = buckets.iter().find(|(_, count)| {
                seen += count;
                seen > rank
            });
            found.or(buckets.last()).map(|(value, _)| *value)
        };
        let quantiles = SHARES.map(|share| {
            let place = (runs - 1) as f64 * share;
            let below = place.floor();
            Some(interpolated(at(below as u64)?, at(below as u64 + 1)?, place - below))
        });
        Band { runs, mean: mean.is_finite().then_some(mean), quantiles }
    }
}

/// A sketch for every tick and outcome.
#[derive(Clone, Debug, Default)]
pub struct Sketches {
    outcomes: usize,
    /// By tick, then outcome.
    cells: Vec<Sketch>,
    /// Values of the runs that did not fail, where some did.
    kept: Vec<f64>,
}

impl Sketches {
    /// Empty sketches for ticks 0..=`ticks`.
    pub fn new(ticks: u32, outcomes: usize) -> Self {
        Self { outcomes, cells: vec![Sketch::default(); (ticks as usize + 1) * outcomes], kept: Vec::new() }
    }

    /// Counts the series of a batch; runs that failed are left out at every tick. A batch without series adds nothing.
    pub fn add_batch(&mut self, batch: &RunBatch) {
        let failed: Vec<bool> = batch.failures_by_run().iter().map(Option::is_some).collect();
        for (tick, row) in batch.series.iter().zip(self.cells.chunks_mut(self.outcomes.max(1))) {
            for (column, cell) in tick.iter().zip(row) {
                if batch.failures.is_empty() {
                    cell.add(column);
                    continue;
                }
                self.kept.clear();
                self.kept.extend(column.iter().zip(&failed).filter(|(_, failed)| !**failed).map(|(value, _)| *value));
                cell.add(&self.kept);
            }
        }
    }

    /// Adds what other sketches of the same scenario counted, in any order.
    pub fn merge(&mut self, other: &Self) {
        if self.cells.is_empty() {
            *self = other.clone();
            return;
        }
        for (mine, theirs) in self.cells.iter_mut().zip(&other.cells) {
            mine.merge(theirs);
        }
    }

    /// The sketch of a tick and outcome.
    pub fn at(&self, tick: u32, outcome: usize) -> Option<&Sketch> {
        if outcome >= self.outcomes {
            return None;
        }
        self.cells.get((tick as usize).checked_mul(self.outcomes)?.checked_add(outcome)?)
    }

    /// All sketches, by tick, then outcome.
    pub fn iter(&self) -> impl Iterator<Item = &Sketch> {
        self.cells.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Failure;
    use crate::stats::Sorted;

    /// A spread of values from a small linear congruence: the sketch cares about bits, not about dice.
    fn values(count: usize, of: impl Fn(f64) -> f64) -> Vec<f64> {
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        (0..count).map(|_| of(next())).collect()
    }

    fn sketch(values: &[f64]) -> Sketch {
        let mut sketch = Sketch::default();
        values.chunks(256).for_each(|column| sketch.add(column));
        sketch
    }

    #[test]
    fn every_bucket_is_within_the_stated_error_and_in_order() {
        let mut all = values(20_000, |u| (u - 0.5) * 1e9 * u * u * u);
        all.extend([1e-300, -1e300, f64::MAX, f64::MIN_POSITIVE, -1.0, 1.0]);
        all.sort_unstable_by(f64::total_cmp);
        for pair in all.windows(2) {
            assert!(bucket(pair[0]) <= bucket(pair[1]), "{pair:?}");
        }
        for value in all {
            assert!((middle(bucket(value)) - value).abs() <= RELATIVE_ERROR * value.abs(), "{value}");
        }
    }

    #[test]
    fn quantiles_are_within_the_stated_error() {
        let shapes: [fn(f64) -> f64; 5] =
            [|u| u, |u| 0.7 + 0.03 * u, |u| 1e6 * u * u * u, |u| -1.0 / (u + 1e-9), |u| (u * 40.0).floor()];
        for of in shapes {
            let all = values(20_000, of);
            let band = sketch(&all).band();
            let exact = Sorted::new(all.clone());
            for (share, sketched) in SHARES.into_iter().zip(band.quantiles) {
                let (truth, sketched) = (exact.quantile(share).unwrap(), sketched.unwrap());
                assert!((truth - sketched).abs() <= RELATIVE_ERROR * truth.abs(), "{share}: {truth} {sketched}");
            }
            let mean = all.iter().sum::<f64>() / 20_000.0;
            assert!((band.mean.unwrap() - mean).abs() <= RELATIVE_ERROR * mean.abs());
        }
    }

    #[test]
    fn merging_in_any_order_and_split_gives_the_same_sketch() {
        let all = values(3000, |u| (u - 0.3) * 5.0);
        let parts: Vec<Sketch> = all.chunks(7).map(sketch).collect();
        let (mut forth, mut back) = (Sketch::default(), Sketch::default());
        parts.iter().for_each(|part| forth.merge(part));
        parts.iter().rev().for_each(|part| back.merge(part));
        assert_eq!(forth.buckets(), back.buckets());
        assert_eq!(forth.buckets(), sketch(&all).buckets());
        assert_eq!(forth.band(), back.band());
        assert_eq!(forth.count(), 3000);
    }

    #[test]
    fn one_value_and_zeros_come_back_exactly() {
        assert_eq!(sketch(&[0.7; 300]).band().quantiles, [Some(0.7); 5]);
        assert_eq!(sketch(&[0.7; 300]).band().mean, Some(0.7));
        assert_eq!(sketch(&[0.0, -0.0, 0.0]).buckets(), [(0.0, 3)]);
        let mixed = sketch(&[-2.0, 0.0, 0.0, 2.0, 0.0]);
        assert_eq!(mixed.band().quantiles[2], Some(0.0));
        assert_eq!(mixed.buckets().iter().map(|(_, count)| *count).collect::<Vec<_>>(), [1, 3, 1]);
    }

    #[test]
    fn values_that_are_not_finite_are_not_counted() {
        let sketch = sketch(&[1.0, f64::NAN, f64::INFINITY, 3.0, f64::NEG_INFINITY]);
        assert_eq!(sketch.band().runs, 2);
        assert_eq!(sketch.count(), 2);
        assert_eq!(Sketch::default().band(), Band::default());
    }

    #[test]
    fn runs_that_failed_are_left_out_at_every_tick() {
        let batch = RunBatch {
            first_run: 10,
            runs: 3,
            failures: vec![Failure { run: 11, tick: 1, place: "a".into() }],
            series: vec![vec![vec![1.0, 50.0, 1.0]], vec![vec![2.0, f64::NAN, 2.0]]],
            ..RunBatch::default()
        };
        let mut sketches = Sketches::new(1, 1);
        sketches.add_batch(&batch);
        assert_eq!(sketches.at(0, 0).unwrap().band().quantiles[4], Some(1.0));
        assert_eq!(sketches.at(1, 0).unwrap().band().runs, 2);
        assert!(sketches.at(0, 1).is_none() && sketches.at(2, 0).is_none());
    }
}
