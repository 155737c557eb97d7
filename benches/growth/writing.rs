//! What storing results costs, by what is kept over time.

use crate::scenarios::{SEED, committed};
use crate::turns::{all_threads, other_programs};
use entente::engine::Level;
use entente::ensemble::{Ensemble, Plan, lanes_for};
use entente::results::SeriesMode;
use std::convert::Infallible;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// Turns that each gets.
const TURNS: usize = 3;
/// Scenarios, and how many runs are played and stored.
const PLAYED: [(&str, u64); 2] = [("bench/patrons.yaml", 10_000), ("scenarios/myanmar", 4096)];
/// What can be kept; the last is what is kept of so few runs if nothing is said.
const SERIES: [&str; 3] = ["none", "quantiles", "full"];

/// Measures each scenario without storing anything, and with each choice of `--series`.
pub fn run() {
    println!("Writing: processor time of all threads, least of {TURNS} turns; the command also loads and summarises.");
    for (scenario, runs) in PLAYED {
        let mut played = Duration::MAX;
        let mut stored = SERIES.map(|_| Duration::MAX);
        for _ in 0..TURNS {
            played = played.min(play(scenario, runs));
            for (least, series) in stored.iter_mut().zip(SERIES) {
                *least = (*least).min(play_and_store(scenario, runs, series));
            }
        }
        println!("{scenario}, {runs} runs: {:.2} s to play alone", played.as_secs_f64());
        for (series, stored) in SERIES.iter().zip(stored) {
            let share = stored.saturating_sub(played).as_secs_f64() / stored.as_secs_f64();
            println!(
                "  --series {series:<9} {:>6.2} s, of which {:>3.0}% is not playing",
                stored.as_secs_f64(),
                100.0 * share
            );
        }
    }
}

/// Plays, with results that go nowhere.
fn play(scenario: &str, runs: u64) -> Duration {
    let compiled = committed(scenario);
    let plan = Plan::new(runs, lanes_for(&compiled, runs, 1));
    let ensemble =
        Ensemble { seed: SEED, plan, threads: 1, series: SeriesMode::None, level: Level::best(), stop: Arc::default() };
    let start = all_threads();
    let finished = ensemble.play(&compiled, |batch, _| {
        black_box(batch);
        Ok::<(), Infallible>(())
    });
    finished.expect("played");
    all_threads() - start
}

/// The command as a user types it.
fn play_and_store(scenario: &str, runs: u64, series: &str) -> Duration {
    let folder = tempfile::tempdir().expect("a folder");
    let start = other_programs();
    let status = Command::new(env!("CARGO_BIN_EXE_entente"))
        .arg("run")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(scenario))
        .args([
            "--runs",
            &runs.to_string(),
            "--seed",
            &SEED.to_string(),
            "--threads",
            "1",
            "--series",
            series,
            "--quiet",
        ])
        .arg("--out")
        .arg(folder.path().join("results"))
        .stdout(Stdio::null())
        .status()
        .expect("the command starts");
    assert!(status.success(), "the command failed: {status}");
    other_programs() - start
}
