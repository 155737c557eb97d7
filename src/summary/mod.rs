//! What a results folder says, in short: for the terminal and for programs. A pure function of what is stored.

mod fan;
mod inventory;
mod json;
pub(crate) mod numbers;
mod scoring;
mod scoring_json;
pub(crate) mod table;
mod weighted;

use std::collections::BTreeMap;

pub use inventory::inventory_table;
pub use json::json;
pub(crate) use numbers::{grouped, plain};
pub use scoring::{calibration_table, score_table};
pub use scoring_json::{Reference, calibration_json, score_json};
pub use table::table;
pub use weighted::Weighted;
pub(crate) use weighted::weighted_bands;

use crate::results::{Basis, ResultsError, Stored, day};
use crate::stats::{Band, Interval, Moments, Reached, SHARES, Sorted};

/// How many outcomes are drawn over time: the first ones of the scenario.
const FANS: usize = 3;
/// How many kinds of failure are kept.
const FAILURES: usize = 5;

/// A results folder in short.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The scenario's name.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// The version of Entente that computed it.
    pub version: String,
    /// The variant.
    pub variant: String,
    /// The seed.
    pub seed: u64,
    /// How many runs.
    pub runs: u64,
    /// How many of them failed.
    pub failed: u64,
    /// The last tick.
    pub ticks: u32,
    /// The first day of tick 0 and of the last tick.
    pub dates: (Option<String>, Option<String>),
    /// The digest of the runs, in hexadecimal.
    pub digest: String,
    /// The folder, as it was given.
    pub path: String,
    /// The outcomes at the end, in the scenario's order.
    pub outcomes: Vec<Outcome>,
    /// The first outcomes over time, if anything over time is stored.
    pub fans: Vec<Fan>,
    /// The milestones, in the scenario's order.
    pub milestones: Vec<Milestone>,
    /// The stops that closed runs early, each with the share of runs, in the scenario's order.
    pub stops: Vec<(String, f64)>,
    /// Why runs failed: the most frequent places, at most five, with one run each to look at.
    pub failures: Vec<FailureKind>,
    /// In how many further places runs failed.
    pub more_failures: usize,
    /// How many of the scenario's numbers stand on what.
    pub basis: Basis,
    /// What in the scenario never happened.
    pub unused: Vec<String>,
    /// What weighted the runs, if anything did.
    pub weighted: Option<Weighted>,
    /// The command that made these results, without how many runs; `--run N` is put after it to replay one. The caller
    /// knows it, the folder does not.
    pub replay: Option<String>,
}

/// One outcome at the end of the runs that did not fail. What cannot be said of so few runs is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: Option<String>,
    /// The smallest difference that matters.
    pub matters: Option<f64>,
    /// The mean.
    pub mean: Option<f64>,
    /// The standard deviation over the runs.
    pub sd: Option<f64>,
    /// The standard error of the mean.
    pub mc_error: Option<f64>,
    /// The exact quantiles at 5, 25, 50, 75 and 95%.
    pub quantiles: [Option<f64>; 5],
}

/// One outcome over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Fan {
    /// The outcome's name.
    pub name: String,
    /// Its unit.
    pub unit: Option<String>,
    /// What holds at each tick.
    pub bands: Vec<Band>,
    /// The first day of each tick, as YYYY-MM-DD.
    pub days: Vec<Option<String>>,
}

/// One milestone over the runs that did not fail.
#[derive(Clone, Debug, PartialEq)]
pub struct Milestone {
    /// Its name.
    pub name: String,
    /// The share of runs that reached it, with its Wilson 95% interval.
    pub share: Option<Interval>,
    /// The dates by which 5, 50 and 95% of all runs had reached it; `None` where fewer ever did.
    pub days: [Option<String>; 3],
}

/// Runs that failed in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailureKind {
    /// The place, and what was wrong there.
    pub place: String,
    /// How many runs.
    pub runs: u64,
    /// The first of them.
    pub run: u64,
    /// The tick at which that one failed.
    pub tick: u32,
}

impl Summary {
    /// Reads a folder, one column at a time.
    ///
    /// # Errors
    /// A file that cannot be read or is damaged.
    pub fn of(stored: &Stored) -> Result<Self, ResultsError> {
        let (identity, schema) = (stored.identity(), stored.schema());
        let dated = |tick: u32| schema.dates.get(tick as usize).copied().and_then(day);
        let (failures, failed) = failures(stored)?;
        let kept = failures.len().min(FAILURES);
        Ok(Self {
            scenario: schema.scenario.clone(),
            title: schema.title.clone(),
            version: identity.version.clone(),
            variant: identity.variant.clone(),
            seed: identity.seed,
            runs: identity.runs,
            failed,
            ticks: schema.ticks,
            dates: (dated(0), dated(schema.ticks)),
            digest: stored.digest().to_owned(),
            path: stored.path().display().to_string(),
            outcomes: (0..schema.outcomes.len())
                .filter_map(|place| outcome(stored, place).transpose())
                .collect::<Result<_, _>>()?,
            fans: fans(stored)?,
            milestones: milestones(stored)?,
            stops: stops(stored)?,
            more_failures: failures.len() - kept,
            failures: failures.into_iter().take(kept).collect(),
            basis: schema.basis,
            unused: stored.unused().to_vec(),
            weighted: None,
            replay: None,
        })
    }
}

fn outcome(stored: &Stored, place: usize) -> Result<Option<Outcome>, ResultsError> {
    let Some(column) = stored.schema().outcomes.get(place) else { return Ok(None) };
    let (mut moments, mut values) = (Moments::default(), Vec::new());
    stored.outcome(place, |part| {
        moments.merge(&Moments::of(part));
        values.extend_from_slice(part);
    })?;
    let sorted = Sorted::new(values);
    Ok(Some(Outcome {
        name: column.name.clone(),
        unit: column.unit.clone(),
        matters: column.matters,
        mean: moments.mean(),
        sd: moments.sd(),
        mc_error: moments.monte_carlo_error(),
        quantiles: SHARES.map(|share| sorted.quantile(share).filter(|value| value.is_finite())),
    }))
}

fn fans(stored: &Stored) -> Result<Vec<Fan>, ResultsError> {
    let days: Vec<Option<String>> = stored.schema().dates.iter().copied().map(day).collect();
    let mut fans = Vec::new();
    for (place, column) in stored.schema().outcomes.iter().take(FANS).enumerate() {
        if let Some(bands) = stored.bands(place)? {
            fans.push(Fan { name: column.name.clone(), unit: column.unit.clone(), bands, days: days.clone() });
        }
    }
    Ok(fans)
}

fn milestones(stored: &Stored) -> Result<Vec<Milestone>, ResultsError> {
    let schema = stored.schema();
    let mut milestones = Vec::new();
    for (place, column) in schema.milestones.iter().enumerate() {
        let mut reached = Reached::default();
        // A tick past the clock can only come from a damaged file; counting it would cost memory by its size.
        stored.milestone(place, |tick| reached.count(tick.filter(|&tick| tick <= schema.ticks)))?;
        let summary = reached.summary();
        let days = summary.ticks.map(|tick| schema.dates.get(tick? as usize).copied().and_then(day));
        milestones.push(Milestone { name: column.name.clone(), share: summary.share, days });
    }
    Ok(milestones)
}

fn stops(stored: &Stored) -> Result<Vec<(String, f64)>, ResultsError> {
    let mut stops: Vec<(String, u64)> = stored.schema().stops.iter().map(|name| (name.clone(), 0)).collect();
    stored.stops(|stop| {
        if let Some((_, runs)) = stops.iter_mut().find(|(name, _)| stop == Some(name)) {
            *runs += 1;
        }
    })?;
    let all = stored.identity().runs.max(1) as f64;
    Ok(stops.into_iter().map(|(name, runs)| (name, runs as f64 / all)).collect())
}

/// The failures by place, the most frequent first (of equals the one with the lower run), and how many runs failed.
fn failures(stored: &Stored) -> Result<(Vec<FailureKind>, u64), ResultsError> {
    let mut by_place: BTreeMap<String, FailureKind> = BTreeMap::new();
    let mut failed = 0;
    stored.failures(|failure| {
        failed += 1;
        let first = FailureKind { place: failure.place.clone(), runs: 0, run: failure.run, tick: failure.tick };
        by_place.entry(failure.place).or_insert(first).runs += 1;
    })?;
    let mut kinds: Vec<FailureKind> = by_place.into_values().collect();
    kinds.sort_by_key(|kind| (std::cmp::Reverse(kind.runs), kind.run));
    Ok((kinds, failed))
}

#[cfg(test)]
mod tests;
