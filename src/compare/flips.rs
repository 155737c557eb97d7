//! Where in the uncertainties' space the sign of a mean difference flips.
//!
//! Each uncertainty is cut into bins of equally many runs. From either end bins are put together, as PRIM peels a box off one side
//! (J. H. Friedman & N. I. Fisher, "Bump hunting in high-dimensional data", 1999), which scenario discovery uses to find the
//! conditions under which a policy fails (B. P. Bryant & R. J. Lempert, "Thinking inside the box", 2010). Of the parts in which the
//! mean difference has the other sign beyond doubt, the one is kept in which the differences of the other sign add up to most:
//! its edge is where the policy stops paying.
//!
//! Beyond doubt means Student's test of that part's mean on one side, at a chance of error that is shared out among all parts of
//! all uncertainties, variants, outcomes and milestones that are looked at. So chance reports any reversal at all in a twentieth of
//! comparisons at most. Parts inside the range, and corners that only two uncertainties together cut off, are not looked for.

use super::Flip;
use crate::stats::student_critical;

/// Into how many bins an uncertainty is cut.
const BINS: usize = 20;
/// The fewest runs of a part.
const FEWEST: usize = 30;
/// How many reversals of one difference are kept.
const MOST: usize = 5;
/// A t below this is no finding at any chance that is asked for: spares working out what it would have to be.
const HOPELESS: f64 = 1.6;

/// All uncertainties, cut into bins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Strata {
    strata: Vec<Stratum>,
    runs: usize,
}

#[derive(Clone, Debug, PartialEq)]
struct Stratum {
    name: String,
    /// The bin of each run.
    bins: Vec<u8>,
    /// Between one bin and the next: where, and how finely that is known.
    cuts: Vec<(f64, f64)>,
}

/// Sums over the runs of some bins. Differences are summed as they are: runs that do not differ then add up to exactly 0.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    count: usize,
    sum: f64,
    squares: f64,
}

impl Strata {
    /// Cuts each uncertainty, given its name and its values by run. One that does not vary has a single bin.
    pub fn of<'a>(uncertainties: impl IntoIterator<Item = (&'a str, &'a [f64])>) -> Self {
        let strata: Vec<Stratum> = uncertainties.into_iter().map(|(name, column)| Stratum::of(name, column)).collect();
        let runs = strata.first().map_or(0, |stratum| stratum.bins.len());
        Self { strata, runs }
    }

    /// How many parts are looked at: from either end of each uncertainty up to each cut.
    pub fn parts(&self) -> usize {
        self.strata.iter().map(|stratum| 2 * stratum.cuts.len()).sum()
    }

    /// The parts in which the mean of `apart` (by run; NaN for runs that do not count) has another sign than `mean`, the mean over
    /// all runs, and the share of the space that they cover together. `chance` is the chance of error of each part.
    pub(super) fn flips(&self, apart: &[f64], mean: f64, chance: f64) -> (Vec<Flip>, f64) {
        if mean == 0.0 || !mean.is_finite() || apart.len() != self.runs {
            return (Vec::new(), 0.0);
        }
        let mut found: Vec<(f64, usize, usize, Flip)> = Vec::new();
        for (place, stratum) in self.strata.iter().enumerate() {
            let sums = stratum.sums(apart);
            for above in [true, false] {
                if let Some((t, bins, flip)) = stratum.best(&sums, mean, above, chance) {
                    found.push((t, place, bins, flip));
                }
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.truncate(MOST);
        let share = self.covered(apart, &found);
        (found.into_iter().map(|(_, _, _, flip)| flip).collect(), share)
    }

    /// The share of the runs that count which lie in any of these parts.
    fn covered(&self, apart: &[f64], parts: &[(f64, usize, usize, Flip)]) -> f64 {
        if parts.is_empty() {
            return 0.0;
        }
        let (mut covered, mut all) = (0_u64, 0_u64);
        for (run, _) in apart.iter().enumerate().filter(|(_, apart)| !apart.is_nan()) {
            let lies_in = |(_, place, bins, flip): &(f64, usize, usize, Flip)| {
                let Some(stratum) = self.strata.get(*place) else { return false };
                let bin = stratum.bins.get(run).map_or(0, |bin| usize::from(*bin));
                if flip.above { bin + bins > stratum.cuts.len() } else { bin < *bins }
            };
            all += 1;
            covered += u64::from(parts.iter().any(lies_in));
        }
        covered as f64 / all.max(1) as f64
    }
}

impl Stratum {
    /// Bins end between different values, so that equal runs lie in one.
    fn of(name: &str, column: &[f64]) -> Self {
        let mut order: Vec<(f64, usize)> = column.iter().copied().zip(0..).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut bins = vec![0; column.len()];
        let (mut cuts, mut edges) = (Vec::new(), Vec::new());
        let (mut bin, mut in_bin, mut first) = (0_u8, 0, f64::NAN);
        for equal in order.chunk_by(|a, b| a.0 == b.0) {
            let value = equal.first().map_or(f64::NAN, |one| one.0);
            let before = equal.first().and_then(|one| order.partition_point(|other| other.0 < one.0).checked_sub(1));
            let done = before.map_or(0, |before| before + 1);
            // The bin is full once its share of all runs is.
            let full = in_bin > 0 && done * BINS >= (usize::from(bin) + 1) * column.len();
            if let Some((last, _)) = before.filter(|_| full).and_then(|before| order.get(before)) {
                edges.push((first, *last));
                cuts.push((last + 0.5 * (value - last), value - last));
                // Equal values may have filled more than one.
                bin = u8::try_from(cuts.len()).unwrap_or(u8::MAX);
                (in_bin, first) = (0, f64::NAN);
            }
            if in_bin == 0 {
                first = value;
            }
            in_bin += equal.len();
            for (_, run) in equal {
                if let Some(slot) = bins.get_mut(*run) {
                    *slot = bin;
                }
            }
        }
        edges.push((first, order.last().map_or(f64::NAN, |last| last.0)));
        // A cut is known as finely as the narrower of the bins beside it.
        let widths: Vec<f64> = edges.iter().map(|(first, last)| last - first).collect();
        for (cut, pair) in cuts.iter_mut().zip(widths.windows(2)) {
            let narrower = pair.iter().copied().fold(f64::INFINITY, f64::min);
            cut.1 = cut.1.max(narrower);
        }
        Self { name: name.to_owned(), bins, cuts }
    }

    fn sums(&self, apart: &[f64]) -> Vec<Sums> {
        let mut sums = vec![Sums::default(); self.cuts.len() + 1];
        for (apart, bin) in apart.iter().zip(&self.bins).filter(|(apart, _)| !apart.is_nan()) {
            if let Some(sums) = sums.get_mut(usize::from(*bin)) {
                sums.count += 1;
                sums.sum += apart;
                sums.squares += apart * apart;
            }
        }
        sums
    }

    /// The part at one end that has the other sign beyond doubt and in which that adds up to most: its t, bins, and what it is.
    fn best(&self, sums: &[Sums], mean: f64, above: bool, chance: f64) -> Option<(f64, usize, Flip)> {
        let sign = if mean > 0.0 { -1.0 } else { 1.0 };
        let all: usize = sums.iter().map(|sums| sums.count).sum();
        let mut part = Sums::default();
        let mut best: Option<(f64, f64, usize, Flip)> = None;
        for taken in 0..self.cuts.len() {
            let (bin, cut) = if above { (sums.len() - 1 - taken, self.cuts.len() - 1 - taken) } else { (taken, taken) };
            let (Some(more), Some((value, resolution))) = (sums.get(bin), self.cuts.get(cut)) else { break };
            part.count += more.count;
            part.sum += more.sum;
            part.squares += more.squares;
            let count = part.count as f64;
            let here = part.sum / count;
            let total = sign * here * count;
            if part.count < FEWEST || best.as_ref().is_some_and(|best| best.1 >= total) || total <= 0.0 {
                continue;
            }
            let variance = (part.squares - part.sum * part.sum / count).max(0.0) / (count - 1.0);
            let error = (variance / count).sqrt();
            let t = sign * here / error;
            if t < HOPELESS || t < student_critical(2.0 * chance, count - 1.0) {
                continue;
            }
            let flip = Flip {
                uncertainty: self.name.clone(),
                above,
                value: *value,
                resolution: *resolution,
                share: count / all.max(1) as f64,
                difference: here,
                error,
            };
            best = Some((t, total, taken + 1, flip));
        }
        best.map(|(t, _, bins, flip)| (t, bins, flip))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::functions::norm_inverse;
    use crate::random::address::{Key, Stream, uniform, word};

    fn column(seed: u64, name: &str, runs: u64) -> Vec<f64> {
        let key = Key::from_seed(seed);
        (0..runs).map(|run| uniform(word(&key, Stream::named(name), 0, run))).collect()
    }

    fn mean(column: &[f64]) -> f64 {
        column.iter().sum::<f64>() / column.len() as f64
    }

    fn strata(columns: &[(String, Vec<f64>)]) -> Strata {
        Strata::of(columns.iter().map(|(name, column)| (name.as_str(), column.as_slice())))
    }

    #[test]
    fn bins_hold_equally_many_runs_and_equal_values_lie_in_one() {
        let values: Vec<f64> = (0..1000).map(|i| f64::from(i * 7 % 1000)).collect();
        let stratum = Stratum::of("x", &values);
        assert_eq!(stratum.cuts.len(), BINS - 1);
        assert!((0..20_u8).all(|bin| stratum.bins.iter().filter(|other| **other == bin).count() == 50));
        assert_eq!(stratum.cuts[0].0, 49.5);
        // Three values, one of them half of all.
        let values: Vec<f64> = (0..100).map(|i| if i < 50 { 2.0 } else { f64::from(i % 2) * 3.0 }).collect();
        let stratum = Stratum::of("x", &values);
        assert_eq!(stratum.cuts, [(1.0, 2.0), (2.5, 1.0)]);
        assert_eq!((stratum.bins[0], stratum.bins[50], stratum.bins[51]), (1, 0, 2));
        assert!(Stratum::of("x", &[1.0; 9]).cuts.is_empty());
        assert!(Stratum::of("x", &[]).cuts.is_empty());
    }

    #[test]
    fn a_threshold_is_found_within_a_bin_and_named() {
        let columns: Vec<(String, Vec<f64>)> =
            (0..10).map(|i| (format!("x{i}"), column(3, &format!("x{i}"), 4000))).collect();
        let noise = column(3, "noise", 4000);
        // Four below for x4 under 0.7, three above over it.
        let step = |x: f64| if x > 0.7 { 3.0 } else { -4.0 };
        let apart: Vec<f64> = columns[4].1.iter().zip(&noise).map(|(x, u)| step(*x) + 5.0 * norm_inverse(*u)).collect();
        let strata = strata(&columns);
        let (flips, share) = strata.flips(&apart, mean(&apart), 0.05 / strata.parts() as f64);
        assert_eq!(flips.len(), 1, "{flips:?}");
        let flip = &flips[0];
        assert!(flip.uncertainty == "x4" && flip.above);
        assert!((flip.value - 0.7).abs() < 0.05 && (flip.share - 0.3).abs() < 0.05, "{flip:?}");
        assert!((flip.difference - 3.0).abs() < 4.0 * flip.error + 0.5, "{flip:?}");
        assert_eq!(share, flip.share);
        // The other way round it is the part below that is reversed.
        let turned: Vec<f64> = columns[4].1.iter().zip(&noise).map(|(x, u)| step(1.0 - x) + norm_inverse(*u)).collect();
        let (flips, _) = strata.flips(&turned, mean(&turned), 1e-6);
        assert!(!flips[0].above && (flips[0].value - 0.3).abs() < 0.05, "{flips:?}");
    }

    #[test]
    fn noise_is_hardly_ever_reported_where_there_is_no_effect() {
        let mut wrong = 0;
        for seed in 0..200 {
            let columns: Vec<(String, Vec<f64>)> =
                (0..8).map(|i| (format!("x{i}"), column(seed, &format!("x{i}"), 600))).collect();
            let apart: Vec<f64> = column(seed, "noise", 600).into_iter().map(norm_inverse).collect();
            let strata = strata(&columns);
            let (flips, share) = strata.flips(&apart, mean(&apart), 0.05 / strata.parts() as f64);
            assert_eq!(flips.is_empty(), share == 0.0);
            wrong += usize::from(!flips.is_empty());
        }
        // At most one in twenty is promised: 10 of 200.
        assert!(wrong <= 10, "{wrong} of 200");
    }

    #[test]
    fn skewed_differences_in_few_runs_are_no_reversal() {
        let mut wrong = 0;
        for seed in 0..200 {
            let columns = [("x".to_owned(), column(seed, "x", 600))];
            // Higher by one in most runs, far lower in one of twenty; never depending on x.
            let apart: Vec<f64> =
                column(seed, "rare", 600).into_iter().map(|u| if u < 0.05 { -8.0 } else { 1.0 }).collect();
            let strata = strata(&columns);
            let (flips, _) = strata.flips(&apart, mean(&apart), 0.05 / strata.parts() as f64);
            wrong += usize::from(!flips.is_empty());
        }
        assert!(wrong <= 10, "{wrong} of 200");
    }

    #[test]
    fn runs_that_do_not_differ_are_no_reversal() {
        // A third of a tenth cannot be written down: sums of differences from the mean would not come back to 0.
        let x = column(1, "x", 2000);
        let apart: Vec<f64> = x.iter().map(|x| if *x < 0.6 { 0.1 / 3.0 } else { 0.0 }).collect();
        let strata = strata(&[("x".to_owned(), x)]);
        assert_eq!(strata.flips(&apart, mean(&apart), 0.001), (Vec::new(), 0.0));
    }

    #[test]
    fn what_does_not_fit_has_no_reversals() {
        let strata = strata(&[("x".to_owned(), vec![1.0, 2.0])]);
        assert_eq!(strata.flips(&[1.0], 1.0, 0.05), (Vec::new(), 0.0));
        assert_eq!(strata.flips(&[1.0, -1.0], 0.0, 0.05), (Vec::new(), 0.0));
    }
}
