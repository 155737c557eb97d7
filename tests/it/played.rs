//! Scenarios played in memory, and their numbers under the names that the scenario gives them.

use crate::support::Scratch;
use entente::diagnostics::render;
use entente::engine::{Batch, Compiled, Level, Played, play};
use entente::random::address::Key;
use entente::scenario::compose::Composition;
use entente::scenario::load::{Loaded, load};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// A file of the repository.
pub fn repository(path: &str) -> String {
    format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))
}

/// This variant, and nothing else.
pub fn variant(name: Option<&str>) -> Composition {
    Composition { variant: name.map(str::to_owned), ..Composition::default() }
}

/// Loads a scenario that must be fine.
pub fn loaded(path: &str, composition: &Composition) -> Loaded {
    load(Path::new(path), composition)
        .unwrap_or_else(|error| panic!("{}", render(&error.diagnostics, &error.sources, false)))
}

/// Compiles a scenario of the repository.
pub fn compiled(path: &str, name: Option<&str>) -> Arc<Compiled> {
    Arc::new(Compiled::new(loaded(&repository(path), &variant(name)).scenario))
}

/// Compiles a scenario that a test has written.
pub fn written(text: &str, name: Option<&str>) -> Arc<Compiled> {
    let scratch = Scratch::new();
    Arc::new(Compiled::new(loaded(&scratch.file("written.yaml", text), &variant(name)).scenario))
}

/// The first so many runs, to be played together.
pub fn batch(seed: u64, runs: u64) -> Batch {
    Batch {
        runs: (0..runs).collect(),
        key: Key::from_seed(seed),
        level: Level::best(),
        series: true,
        order: Vec::new(),
    }
}

/// What was drawn and recorded, by name.
pub struct Runs {
    /// By uncertainty, then run.
    pub uncertainties: BTreeMap<String, Vec<f64>>,
    /// By outcome, then tick, then run.
    pub outcomes: BTreeMap<String, Vec<Vec<f64>>>,
}

impl Runs {
    /// Plays the first so many runs, none of which may fail.
    pub fn of(compiled: &Arc<Compiled>, seed: u64, runs: u64) -> Self {
        let Played { uncertainties, series, failures, .. } =
            play(compiled, &batch(seed, runs)).expect("a batch is played");
        assert!(failures.is_empty(), "{:?}", failures[0]);
        let scenario = &compiled.scenario;
        let outcome = |i: usize| series.iter().map(|tick| tick[i].clone()).collect();
        Self {
            uncertainties: scenario.uncertainties.iter().map(|x| x.name.clone()).zip(uncertainties).collect(),
            outcomes: scenario.outcomes.iter().enumerate().map(|(i, m)| (m.name.clone(), outcome(i))).collect(),
        }
    }

    /// An outcome by tick, then run.
    pub fn outcome(&self, name: &str) -> &[Vec<f64>] {
        self.outcomes.get(name).unwrap_or_else(|| panic!("no outcome `{name}`"))
    }

    /// An outcome at the last tick.
    pub fn closing(&self, name: &str) -> &[f64] {
        self.outcome(name).last().expect("a tick")
    }
}

/// The bits of a column, so that equality is exact and a NaN equals itself.
pub fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}
