//! P10: the statistics are right. Scenarios whose answers are known, played from YAML to columns of runs.
//!
//! Every seed is fixed, so nothing here fails by chance; limits are about four standard errors all the same, so that a
//! change of the draws does not fail it either.

// What the crate's own functions are held to must not be the crate's own.
#![allow(clippy::disallowed_methods)]

mod chains;
mod distributions;
mod errors;
mod tests_of_fit;
mod ticks;

use crate::support::Scratch;
use entente::engine::{Batch, Compiled, Level, play};
use entente::random::address::Key;
use entente::scenario::compose::Composition;
use entente::scenario::load::load;
use std::path::Path;
use std::sync::Arc;

/// How many runs are played at a time.
const BATCH: u64 = 1024;

/// A scenario that is played under several seeds.
struct Model(Arc<Compiled>);

/// A column of values for each outcome and uncertainty.
struct Sample {
    compiled: Arc<Compiled>,
    outcomes: Vec<Vec<f64>>,
    uncertainties: Vec<Vec<f64>>,
    milestones: Vec<Vec<Option<u32>>>,
    closed: Vec<u32>,
}

impl Model {
    fn new(text: &str) -> Self {
        let folder = Scratch::new();
        let file = folder.file("model.yaml", text);
        let loaded = load(Path::new(&file), &Composition::default()).unwrap_or_else(|error| panic!("{error}"));
        Self(Arc::new(Compiled::new(loaded.scenario)))
    }

    /// The first so many runs of a seed.
    fn sample(&self, seed: u64, runs: u64) -> Sample {
        let scenario = &self.0.scenario;
        let mut sample = Sample {
            compiled: Arc::clone(&self.0),
            outcomes: vec![Vec::new(); scenario.outcomes.len()],
            uncertainties: vec![Vec::new(); scenario.uncertainties.len()],
            milestones: vec![Vec::new(); scenario.milestones.len()],
            closed: Vec::new(),
        };
        for first in (0..runs).step_by(BATCH as usize) {
            let runs = (first..runs.min(first + BATCH)).collect();
            let key = Key::from_seed(seed);
            let batch = Batch { runs, key, level: Level::best(), series: false, order: Vec::new() };
            let played = play(&self.0, &batch).expect("a batch is played");
            assert!(played.failures.is_empty(), "{:?}", played.failures);
            let columns = |to: &mut Vec<Vec<f64>>, from: Vec<Vec<f64>>| {
                to.iter_mut().zip(from).for_each(|(to, from)| to.extend(from));
            };
            columns(&mut sample.outcomes, played.outcomes);
            columns(&mut sample.uncertainties, played.uncertainties);
            sample.milestones.iter_mut().zip(played.milestones).for_each(|(to, from)| to.extend(from));
            sample.closed.extend(played.closed);
        }
        sample
    }
}

impl Sample {
    fn outcome(&self, name: &str) -> &[f64] {
        let found = self.compiled.scenario.outcomes.iter().position(|outcome| outcome.name == name);
        &self.outcomes[found.expect("an outcome of this name")]
    }

    fn drawn(&self, name: &str) -> &[f64] {
        let found = self.compiled.scenario.uncertainties.iter().position(|uncertainty| uncertainty.name == name);
        &self.uncertainties[found.expect("an uncertainty of this name")]
    }

    fn milestone(&self, name: &str) -> &[Option<u32>] {
        let found = self.compiled.scenario.milestones.iter().position(|milestone| milestone.name == name);
        &self.milestones[found.expect("a milestone of this name")]
    }
}

/// The mean and its standard error.
fn mean_of(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// Holds a mean to what is known of it, within four standard errors.
fn is_known(what: &str, values: &[f64], known: f64) {
    let (mean, error) = mean_of(values);
    assert!((mean - known).abs() < 4.0 * error, "the mean of {what} is {mean} ± {error}, not {known}");
    assert!(error > 0.0, "{what} does not vary");
}

/// Holds a share to a probability, within four standard errors.
fn is_chance(what: &str, hits: usize, of: usize, p: f64) {
    let share = hits as f64 / of as f64;
    let error = (p * (1.0 - p) / of as f64).sqrt();
    assert!((share - p).abs() < 4.0 * error, "the share of {what} is {share} ± {error}, not {p}");
}
