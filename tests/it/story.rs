//! Scenarios that stand in a test, and what happens in them.
//!
//! Every story is played by the engine and by the reference interpreter, which must agree to the bit; so what a test
//! says of one holds for both.

use crate::oracle::compare;
use crate::support::Scratch;
use entente::engine::{Batch, Compiled, Level, play};
use entente::random::address::Key;
use entente::reference::{self, Played};
use entente::scenario::compose::Composition;
use entente::scenario::load::load;
use entente::scenario::model::Scenario;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const SEED: u64 = 11;

/// A scenario and what is laid over it.
pub struct Scene {
    folder: Scratch,
    file: String,
    composition: Composition,
}

impl Scene {
    /// A scenario of this text.
    pub fn new(text: &str) -> Self {
        let folder = Scratch::new();
        let file = folder.file("scene.yaml", text);
        Self { folder, file, composition: Composition::default() }
    }

    /// So many weeks from Monday, the first of January 2024, and this text.
    pub fn weeks(ticks: u32, text: &str) -> Self {
        Self::new(&format!("clock: {{ start: 2024-01-01, tick: 1 week, ticks: {ticks} }}\n{text}"))
    }

    /// Another file beside it.
    pub fn beside(self, name: &str, text: &str) -> Self {
        self.folder.file(name, text);
        self
    }

    /// One of its variants.
    pub fn variant(mut self, name: &str) -> Self {
        self.composition.variant = Some(name.to_owned());
        self
    }

    /// A patch file with this text.
    pub fn with(mut self, text: &str) -> Self {
        let name = format!("patch{}.yaml", self.composition.with.len());
        self.composition.with.push(PathBuf::from(self.folder.file(&name, text)));
        self
    }

    /// `--set`
    pub fn set(mut self, assignment: &str) -> Self {
        self.composition.set.push(assignment.to_owned());
        self
    }

    /// The validated scenario.
    pub fn scenario(&self) -> Scenario {
        self.load().unwrap_or_else(|error| panic!("{error}"))
    }

    /// What the reader says, if it refuses.
    pub fn refusal(&self) -> String {
        self.load().expect_err("a refusal")
    }

    fn load(&self) -> Result<Scenario, String> {
        load(Path::new(&self.file), &self.composition).map(|loaded| loaded.scenario).map_err(|error| error.to_string())
    }

    /// Plays one run.
    pub fn play(&self) -> Story {
        self.runs(1)
    }

    /// Plays so many runs.
    pub fn runs(&self, runs: u64) -> Story {
        let compiled = Arc::new(Compiled::new(self.scenario()));
        let runs: Vec<u64> = (0..runs).collect();
        let played: Vec<Played> = runs.iter().map(|run| reference::play(&compiled.scenario, SEED, *run)).collect();
        let key = Key::from_seed(SEED);
        let batch = Batch { runs: runs.clone(), key, level: Level::best(), series: true, order: Vec::new() };
        let engine = play(&compiled, &batch).expect("a batch is played");
        compare(&compiled.scenario, &engine, &runs, &played.iter().collect::<Vec<_>>())
            .unwrap_or_else(|error| panic!("engine and reference differ: {error}"));
        Story { scenario: compiled.scenario.clone(), played, failed: engine.failures.len() }
    }
}

/// What happened.
pub struct Story {
    scenario: Scenario,
    played: Vec<Played>,
    failed: usize,
}

impl Story {
    /// An outcome of the first run at each tick from 0.
    pub fn of(&self, outcome: &str) -> Vec<f64> {
        self.of_run(0, outcome)
    }

    /// The same of another run; of a run that failed, the ticks before.
    pub fn of_run(&self, run: usize, outcome: &str) -> Vec<f64> {
        let place = self.scenario.outcomes.iter().position(|o| o.name == outcome).expect("an outcome of this name");
        self.played[run].series.iter().map(|values| values[place]).collect()
    }

    /// The closing value of an outcome in the first run.
    pub fn last(&self, outcome: &str) -> f64 {
        *self.of(outcome).last().expect("a tick")
    }

    /// The drawn value of an uncertainty.
    pub fn drawn(&self, run: usize, uncertainty: &str) -> f64 {
        let found = self.scenario.uncertainties.iter().position(|u| u.name == uncertainty);
        self.played[run].uncertainties[found.expect("an uncertainty of this name")]
    }

    /// The first tick of a milestone in the first run.
    pub fn reached(&self, milestone: &str) -> Option<u32> {
        let place = self.scenario.milestones.iter().position(|m| m.name == milestone).expect("a milestone");
        self.played[0].milestones[place]
    }

    /// When a run failed, and where.
    pub fn failure(&self, run: usize) -> Option<(u32, String)> {
        self.played[run].failure.map(|failure| (failure.tick, self.scenario.failure(failure.place)))
    }

    /// How many runs failed.
    pub fn failed(&self) -> usize {
        self.failed
    }

    /// How often a rule of this name acted in a run.
    pub fn fired(&self, run: usize, rule: &str) -> u64 {
        let rules = self.scenario.actors.iter().flat_map(|actor| &actor.rules).chain(&self.scenario.events);
        let named = |(one, times): (&entente::scenario::model::Rule, &u64)| (one.name == rule).then_some(*times);
        let times: Vec<u64> = rules.zip(&self.played[run].fired).filter_map(named).collect();
        assert!(!times.is_empty(), "no rule `{rule}`");
        times.iter().sum()
    }
}
