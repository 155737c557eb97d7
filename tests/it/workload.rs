//! The reference workload: the engine plays it as a plain loop does, to the bit, and with the means known for it.

#[path = "../../benches/patrons/dice.rs"]
mod dice;
#[path = "../../benches/patrons/generator.rs"]
mod generator;
#[path = "../../benches/patrons/nexosim.rs"]
mod nexosim;
#[path = "../../benches/patrons/scalar.rs"]
mod scalar;
#[path = "../../benches/patrons/tokio_tasks.rs"]
mod tokio_tasks;

use crate::support::Scratch;
use dice::Addressed;
use entente::diagnostics::render;
use entente::engine::{Batch, Compiled, Level, Played, play};
use entente::random::address::Key;
use entente::scenario::compose::Composition;
use entente::scenario::load::load;
use entente::stats::Moments;
use scalar::{Ending, Patrons};
use std::path::Path;
use std::sync::Arc;
use tokio_tasks::TokioTasks;

const SEED: u64 = 7;

/// The scenario for so many actors and areas, loaded as any other.
fn compiled(actors: usize, areas: usize) -> Arc<Compiled> {
    let scratch = Scratch::new();
    let path = scratch.file("patrons.yaml", &generator::scenario(actors, areas));
    let loaded = load(Path::new(&path), &Composition::default())
        .unwrap_or_else(|error| panic!("{}", render(&error.diagnostics, &error.sources, false)));
    Arc::new(Compiled::new(loaded.scenario))
}

fn played(compiled: &Arc<Compiled>, runs: std::ops::Range<u64>) -> Played {
    let batch = Batch {
        runs: runs.collect(),
        key: Key::from_seed(SEED),
        level: Level::best(),
        series: false,
        order: Vec::new(),
    };
    play(compiled, &batch).expect("a batch is played")
}

/// Plays the same runs both ways and compares the bits of what they end with.
fn compare<const ACTORS: usize, const AREAS: usize>(runs: u64) {
    let engine = played(&compiled(ACTORS, AREAS), 0..runs);
    assert!(engine.failures.is_empty(), "{:?}", engine.failures);
    let dice = Addressed::new(SEED, ACTORS, AREAS);
    let mut patrons = Patrons::<ACTORS, AREAS>::new();
    for run in 0..runs {
        let Ending { terr, messages } = patrons.play(&mut dice.of_run(run));
        let [by_terr, by_messages] = &engine.outcomes[..] else { panic!("two outcomes") };
        let place = run as usize;
        assert_eq!(by_terr[place].to_bits(), terr.to_bits(), "terr of run {run}: {} and {terr}", by_terr[place]);
        assert_eq!(by_messages[place].to_bits(), messages.to_bits(), "messages of run {run}");
    }
}

#[test]
fn the_engine_plays_the_reference_workload_to_the_bit_as_a_plain_loop_does() {
    compare::<12, 15>(300);
}

#[test]
fn a_larger_workload_is_played_to_the_bit_too() {
    compare::<48, 60>(10);
}

#[test]
fn the_rivals_that_are_timed_beside_the_engine_play_the_same_model_to_the_bit() {
    let dice = Addressed::new(SEED, 12, 15);
    let (mut patrons, tasks) = (Patrons::<12, 15>::new(), TokioTasks::new());
    for run in 0..20 {
        let dice = dice.of_run(run);
        let loops = patrons.play(&mut dice.clone());
        assert_eq!(tasks.play(|_| dice.clone()), loops, "tokio tasks, run {run}");
        assert_eq!(nexosim::play(|_| dice.clone()), loops, "NeXosim models, run {run}");
    }
}

#[test]
fn the_workloads_means_are_those_that_other_implementations_find() {
    let compiled = compiled(12, 15);
    let (mut terr, mut messages) = (Vec::new(), Vec::new());
    for batch in 0..8 {
        let played = played(&compiled, 256 * batch..256 * (batch + 1));
        terr.extend_from_slice(&played.outcomes[0]);
        messages.extend_from_slice(&played.outcomes[1]);
    }
    let (terr, messages) = (Moments::of(&terr), Moments::of(&messages));
    assert_eq!((terr.count(), messages.count()), (2048, 2048));
    // The references are rounded to the last digit given.
    agrees("mean terr", terr.mean(), 0.7265, 4.0 * terr.monte_carlo_error().unwrap() + 0.000_05);
    agrees("sd of terr", terr.sd(), 0.030, 4.0 * 0.030 / (2.0_f64 * 2048.0).sqrt() + 0.000_5);
    agrees("mean messages", messages.mean(), 3111.0, 4.0 * messages.monte_carlo_error().unwrap() + 0.5);
}

fn agrees(what: &str, found: Option<f64>, reference: f64, tolerance: f64) {
    let off = (found.unwrap() - reference).abs();
    assert!(off < tolerance, "{what} is {found:?}, not {reference} ± {tolerance}");
}

#[test]
fn the_committed_scenario_is_what_its_generator_writes() {
    let committed = include_str!("../../bench/patrons.yaml");
    let made = generator::scenario(12, 15);
    assert!(committed == made, "bench/patrons.yaml: write it anew with `cargo run --example make_patrons`");
}
