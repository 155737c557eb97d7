//! What a second thread gives.

use crate::scenarios::{SEED, committed};
use crate::turns::{all_threads, best_of, rate, wall};
use entente::engine::{Compiled, Level};
use entente::ensemble::{Ensemble, Plan, lanes_for};
use entente::results::SeriesMode;
use std::convert::Infallible;
use std::hint::black_box;
use std::sync::Arc;

/// Turns that each gets.
const TURNS: usize = 9;
/// Scenarios, and the runs of a turn.
const PLAYED: [(&str, u64); 2] = [("bench/patrons.yaml", 8192), ("scenarios/myanmar", 2048)];

/// Measures each scenario with one thread and with two.
pub fn run() {
    println!("Threads: whole ensembles whose results go nowhere; best of {TURNS} turns.");
    println!("By the clock on a machine to itself; by processor time also on a busy one, but without any waiting.");
    if std::thread::available_parallelism().is_ok_and(|processors| processors.get() < 2) {
        println!("this machine has one processor: nothing to measure");
        return;
    }
    for (scenario, runs) in PLAYED {
        let compiled = committed(scenario);
        let (mut one, mut two) = (|| played(&compiled, runs, 1), || played(&compiled, runs, 2));
        let clock = best_of(TURNS, wall, &mut [&mut one, &mut two]);
        let work = best_of(TURNS, all_threads, &mut [&mut one, &mut two]);
        println!(
            "{scenario}: 1 thread {:.0} runs/s, 2 threads {:.0} runs/s, {:.2} times; by processor time {:.2} times",
            rate(runs, clock[0]),
            rate(runs, clock[1]),
            clock[0].as_secs_f64() / clock[1].as_secs_f64(),
            2.0 * work[0].as_secs_f64() / work[1].as_secs_f64(),
        );
    }
}

fn played(compiled: &Arc<Compiled>, runs: u64, threads: usize) {
    // The batches are those of two threads, so that only the threads differ.
    let plan = Plan::new(runs, lanes_for(compiled, runs, 2));
    let ensemble =
        Ensemble { seed: SEED, plan, threads, series: SeriesMode::None, level: Level::best(), stop: Arc::default() };
    let finished = ensemble.play(compiled, |batch, _| {
        black_box(batch);
        Ok::<(), Infallible>(())
    });
    finished.expect("played");
}
