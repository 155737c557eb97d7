//! Numbers about many runs: moments, quantiles, intervals, and the sketch that follows outcomes over time.
//!
//! Everything here is decided by the values and by the numbers of the runs, never by threads, batches or the clock. Sums
//! are taken in parts of [`PART`] consecutive runs, each in run order, and the parts are merged in order; the sketch
//! holds only counts, minima and maxima, so that it may be merged in any order. A run that failed is left out.

mod brier;
mod crps;
mod distances;
mod kolmogorov;
mod milestones;
mod mixture;
mod moments;
mod multiplicity;
mod proportions;
mod quantiles;
mod sketch;
mod spearman;
mod split;
mod student;
mod weighted;
mod wilson;

pub use brier::{BINS, Bin, Brier, Reliability};
pub use crps::{Crps, folded_mean, normal_crps};
pub use kolmogorov::{Chosen, Ranks, distance, most_by_chance};
pub use milestones::{Milestone, Reached};
pub use mixture::Mixture;
pub use moments::Moments;
pub use multiplicity::{each_of, holm};
pub use proportions::{Pairs, chance_of_shares, difference_of_shares};
pub use quantiles::{Sorted, interpolated};
pub use sketch::{Band, RELATIVE_ERROR, Sketch, Sketches};
pub use spearman::{Correlation, MidRanks};
pub use split::{Rise, Split};
pub use student::{normal_critical, student_chance, student_critical};
pub use weighted::{WeightedMoments, WeightedSorted, effective, weighted_share};
pub use wilson::{Interval, wilson, wilson_at, wilson_of};

/// How many consecutive runs are summed before the sums are merged: one part of a results folder.
pub const PART: usize = 4096;

/// The shares at which a distribution is shown: 5, 25, 50, 75 and 95%.
pub const SHARES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
