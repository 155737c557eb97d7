//! The same in short when runs do not all weigh the same.

use super::{FANS, Fan, Milestone, Outcome, Summary};
use crate::results::{ResultsError, Stored, Weighting, day};
use crate::stats::{Band, SHARES, WeightedMoments, WeightedSorted, effective, weighted_share};

/// The most numbers over time that are sorted again under weights.
const MOST: u64 = 50_000_000;

/// What weighted the runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighted {
    /// The file of weights, as it was given.
    pub path: String,
    /// The last date that they were fitted to.
    pub fitted_to: String,
    /// How many runs have any weight and did not fail.
    pub runs: u64,
    /// How many equally weighted runs they are worth (Kish).
    pub effective: f64,
}

impl Summary {
    /// The summary of a folder under weights: all means, quantiles, shares and dates are weighted, and their errors are those of
    /// the effective number of runs. What is counted (runs, failures, what never happened) is not.
    ///
    /// # Errors
    /// As [`Summary::of`].
    pub fn weighted(stored: &Stored, weighting: &Weighting) -> Result<Self, ResultsError> {
        let mut summary = Self::of(stored)?;
        let mut weights = weighting.weights.clone();
        stored.failures(|failure| {
            if let Some(weight) = usize::try_from(failure.run).ok().and_then(|run| weights.get_mut(run)) {
                *weight = f64::NAN;
            }
        })?;
        // Milestones are handed over for the runs that did not fail.
        let fine: Vec<f64> = weights.iter().copied().filter(|weight| !weight.is_nan()).collect();
        weights.iter_mut().filter(|weight| weight.is_nan()).for_each(|weight| *weight = 0.0);
        let columns = stored.schema().outcomes.len();
        for (place, outcome) in summary.outcomes.iter_mut().enumerate().take(columns) {
            weigh_outcome(stored, place, &weights, outcome)?;
        }
        for (place, milestone) in summary.milestones.iter_mut().enumerate() {
            *milestone = weigh_milestone(stored, place, &fine, std::mem::take(&mut milestone.name))?;
        }
        let all: f64 = weights.iter().sum();
        let mut shares: Vec<f64> = vec![0.0; summary.stops.len()];
        let mut next = weights.iter();
        stored.stops(|stop| {
            let weight = next.next().copied().unwrap_or(0.0);
            let place = stop.and_then(|stop| summary.stops.iter().position(|(name, _)| name == stop));
            if let Some(share) = place.and_then(|place| shares.get_mut(place)) {
                *share += weight;
            }
        })?;
        for ((_, stopped), share) in summary.stops.iter_mut().zip(shares) {
            *stopped = if all > 0.0 { share / all } else { 0.0 };
        }
        summary.fans = fans(stored, &weights)?;
        summary.weighted = Some(Weighted {
            path: weighting.path.display().to_string(),
            fitted_to: weighting.fitted_to.clone(),
            runs: weights.iter().filter(|weight| **weight > 0.0).count() as u64,
            effective: effective(&weights),
        });
        Ok(summary)
    }
}

fn weigh_outcome(stored: &Stored, place: usize, weights: &[f64], outcome: &mut Outcome) -> Result<(), ResultsError> {
    let mut values = Vec::new();
    stored.outcome(place, |part| values.extend_from_slice(part))?;
    let moments = WeightedMoments::of(&values, weights);
    let sorted = WeightedSorted::new(&values, weights);
    (outcome.mean, outcome.sd, outcome.mc_error) = (moments.mean, moments.sd, moments.error);
    outcome.quantiles = SHARES.map(|share| sorted.quantile(share).filter(|value| value.is_finite()));
    Ok(())
}

fn weigh_milestone(stored: &Stored, place: usize, fine: &[f64], name: String) -> Result<Milestone, ResultsError> {
    let schema = stored.schema();
    let mut by_tick = vec![0.0; schema.dates.len()];
    let (mut runs, mut reached) = (fine.iter(), Vec::new());
    stored.milestone(place, |tick| {
        let weight = runs.next().copied().unwrap_or(0.0);
        let tick = tick.and_then(|tick| by_tick.get_mut(tick as usize));
        reached.push((tick.is_some(), weight));
        if let Some(sum) = tick {
            *sum += weight;
        }
    })?;
    let all: f64 = reached.iter().map(|(_, weight)| weight).sum();
    let days = [0.05, 0.5, 0.95].map(|share| {
        let mut before = 0.0;
        let tick = by_tick.iter().position(|weight| {
            before += weight;
            // Sums of weights are rounded; what is short by that has got there.
            all > 0.0 && before >= share * all * (1.0 - 1e-12)
        });
        tick.and_then(|tick| schema.dates.get(tick)).copied().and_then(day)
    });
    Ok(Milestone { name, share: weighted_share(reached.into_iter()), days })
}

/// The first outcomes over time.
fn fans(stored: &Stored, weights: &[f64]) -> Result<Vec<Fan>, ResultsError> {
    let schema = stored.schema();
    let days: Vec<Option<String>> = schema.dates.iter().copied().map(day).collect();
    let mut fans = Vec::new();
    for (place, column) in schema.outcomes.iter().take(FANS).enumerate() {
        let Some(bands) = weighted_bands(stored, place, weights)? else { break };
        fans.push(Fan { name: column.name.clone(), unit: column.unit.clone(), bands, days: days.clone() });
    }
    Ok(fans)
}

/// An outcome over time under weights, one for every run; `None` unless every run's series is stored and is not too long.
///
/// # Errors
/// A file that cannot be read.
pub(crate) fn weighted_bands(
    stored: &Stored,
    outcome: usize,
    weights: &[f64],
) -> Result<Option<Vec<Band>>, ResultsError> {
    let schema = stored.schema();
    if stored.identity().runs.saturating_mul(schema.dates.len() as u64) > MOST {
        return Ok(None);
    }
    let wanted: Vec<(usize, u32)> = (0..=schema.ticks).map(|tick| (outcome, tick)).collect();
    let ticks = stored.values_at(&wanted)?;
    Ok(ticks.map(|ticks| ticks.iter().map(|values| band(values, weights)).collect()))
}

fn band(values: &[f64], weights: &[f64]) -> Band {
    let sorted = WeightedSorted::new(values, weights);
    let counted = values.iter().zip(weights).filter(|(value, weight)| !value.is_nan() && **weight > 0.0);
    Band {
        runs: counted.count() as u64,
        mean: WeightedMoments::of(values, weights).mean,
        quantiles: SHARES.map(|share| sorted.quantile(share)),
    }
}
