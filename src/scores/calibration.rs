//! Rejection: of many runs those are kept that come nearest to what was observed.
//!
//! The simplest form of approximate Bayesian computation (Pritchard, Seielstad, Perez-Lezaun & Feldman 1999, "Population growth
//! of human Y chromosomes"; Beaumont, Zhang & Balding 2002, "Approximate Bayesian computation in population genetics", before
//! its regression). As the accepted share falls, what is kept tends to the posterior of a model whose error is uniform within
//! the largest accepted distance.

use super::moved::{self, Moved};
use super::shown;
use super::values::{Selection, Values};
use crate::scenario::model::{DatedValue, Observable, Scenario, Target};
use crate::stats::WeightedMoments;
use thiserror::Error;

/// A distance in standard deviations beyond which a run does not fit.
const FITS: f64 = 2.0;
/// The fewest runs of which anything can be said.
const FEWEST: usize = 2;

/// Why runs cannot be calibrated. All of these are the user's to mend.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum CalibrationError {
    /// A target that leaves no room for any error.
    #[error("`{name}` on {date} has neither a tolerance nor a discrepancy, so that no distance from it can be told")]
    Exact {
        /// The outcome.
        name: String,
        /// The date.
        date: String,
    },
    /// So few runs that nothing can be said of those that are kept.
    #[error("accepting {share} of {runs} runs that did not fail keeps {kept}; at least {FEWEST} are needed")]
    Few {
        /// The share that is accepted.
        share: f64,
        /// How many runs there are.
        runs: usize,
        /// How many would be kept.
        kept: usize,
    },
}

/// How a target fits, before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The outcome's or milestone's name.
    pub target: String,
    /// Whether it is a milestone; then all means are shares.
    pub is_milestone: bool,
    /// The observation.
    pub observed: DatedValue,
    /// The discrepancy.
    pub discrepancy: f64,
    /// All runs.
    pub prior: WeightedMoments,
    /// The accepted ones.
    pub accepted: WeightedMoments,
}

/// The runs that were kept, and what became of the inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// The accepted runs, in order.
    pub runs: Vec<usize>,
    /// How many runs they were chosen from: those that did not fail.
    pub of: usize,
    /// How many failed.
    pub failed: usize,
    /// The distance of the nearest run, in standard deviations.
    pub nearest: f64,
    /// The distance of the farthest accepted one.
    pub farthest: f64,
    /// The targets.
    pub fits: Vec<Fit>,
    /// The uncertainties, in the order of the scenario.
    pub uncertainties: Vec<Moved>,
    /// The Kolmogorov-Smirnov distance that chance exceeds in 5% of cases in any uncertainty.
    pub critical: f64,
}

impl Calibration {
    /// Whether not even the nearest run fits: the prior does not cover what was observed.
    pub fn covers_nothing(&self) -> bool {
        self.nearest > FITS
    }

    /// Whether the farthest of the accepted runs do not fit.
    pub fn reaches_far(&self) -> bool {
        self.farthest > FITS
    }
}

/// Keeps the nearest `share` of the runs.
///
/// A run's distance is the root of the mean over targets of ((simulated − observed) / s)², s² being the variance of the
/// observation's error and of the discrepancy. A milestone that is not as it was counts as one standard deviation. Of equal
/// distances the run with the lower number is nearer.
///
/// # Errors
/// A target without any tolerance; too few runs.
pub fn calibrate(
    scenario: &Scenario,
    values: &Values,
    selection: Selection,
    share: f64,
) -> Result<Calibration, CalibrationError> {
    let chosen = selection.of(scenario);
    let distances = distances(values, &chosen)?;
    let mut order: Vec<(f64, usize)> =
        distances.into_iter().zip(0..).filter(|(_, run)| !values.has_failed(*run)).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let of = order.len();
    let kept = ((share * of as f64).ceil() as usize).min(of);
    if kept < FEWEST {
        return Err(CalibrationError::Few { share, runs: of, kept });
    }
    order.truncate(kept);
    let nearest = order.first().map_or(f64::NAN, |run| run.0);
    let farthest = order.last().map_or(f64::NAN, |run| run.0);
    let mut runs: Vec<usize> = order.into_iter().map(|(_, run)| run).collect();
    runs.sort_unstable();
    let (prior, mut accepted) = (values.weights(None), vec![0.0; values.runs()]);
    for run in &runs {
        if let Some(weight) = accepted.get_mut(*run) {
            *weight = 1.0;
        }
    }
    let fits = chosen.iter().map(|(target, observed)| fit(values, target, *observed, &prior, &accepted)).collect();
    let (uncertainties, critical) = moved::all(scenario, values, &runs);
    let failed = values.failures();
    Ok(Calibration { runs, of, failed, nearest, farthest, fits, uncertainties, critical })
}

/// Every run's distance.
fn distances(values: &Values, chosen: &[(&Target, DatedValue)]) -> Result<Vec<f64>, CalibrationError> {
    let mut squares = vec![0.0; values.runs()];
    for (target, observed) in chosen {
        match target.of {
            Observable::Outcome(place) => {
                let (error, discrepancy) = (observed.sd(), target.discrepancy);
                let sd = (error * error + discrepancy * discrepancy).sqrt();
                if sd <= 0.0 {
                    return Err(CalibrationError::Exact { name: target.name.clone(), date: shown(observed.day) });
                }
                for (square, value) in squares.iter_mut().zip(values.outcome(place, observed.tick)) {
                    let away = (value - observed.value) / sd;
                    *square += away * away;
                }
            }
            Observable::Milestone(place) => {
                for (square, reached) in squares.iter_mut().zip(values.reached(place, observed.tick)) {
                    *square += if reached == (observed.value > 0.0) { 0.0 } else { 1.0 };
                }
            }
        }
    }
    let count = chosen.len().max(1) as f64;
    Ok(squares.into_iter().map(|square| (square / count).sqrt()).collect())
}

fn fit(values: &Values, target: &Target, observed: DatedValue, prior: &[f64], accepted: &[f64]) -> Fit {
    let of = |weights: &[f64]| match target.of {
        Observable::Outcome(place) => WeightedMoments::of(values.outcome(place, observed.tick), weights),
        Observable::Milestone(place) => {
            let reached: Vec<f64> = values.reached(place, observed.tick).map(f64::from).collect();
            WeightedMoments::of(&reached, weights)
        }
    };
    Fit {
        target: target.name.clone(),
        is_milestone: matches!(target.of, Observable::Milestone(_)),
        observed,
        discrepancy: target.discrepancy,
        prior: of(prior),
        accepted: of(accepted),
    }
}
