//! The engine on the reference workload, beside the same model as a plain scalar loop in the same process.
//!
//! `cargo bench --bench patrons` times both with divan, at every processor level; then it lets them take turns, which a
//! busy machine disturbs less, and prints how many times faster the engine is. Before that it makes sure that both play
//! the same model: their means must agree.

#[path = "patrons/generator.rs"]
#[allow(dead_code)]
mod generator;
#[path = "patrons/scalar.rs"]
mod scalar;

use divan::Bencher;
use divan::counter::ItemsCount;
use entente::diagnostics::render;
use entente::engine::{Batch, Compiled, Level, Played, play};
use entente::random::address::Key;
use entente::scenario::compose::Composition;
use entente::scenario::load::load;
use entente::stats::Moments;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};
use scalar::{Dice, Ending, Patrons};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

/// Runs that are played together, which is what a small scenario gets.
const LANES: u64 = 512;
/// Runs over which the means are compared.
const COMPARED: u64 = 2048;
/// Turns that each gets at the end.
const TURNS: usize = 15;
/// Batches in a turn.
const BATCHES: u64 = 2;

static COMPILED: LazyLock<Arc<Compiled>> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/patrons.yaml");
    let loaded = load(&path, &Composition::default())
        .unwrap_or_else(|error| panic!("{}", render(&error.diagnostics, &error.sources, false)));
    Arc::new(Compiled::new(loaded.scenario))
});

/// A quick generator of its own for each run, and the exponential of the standard library.
struct Quick(Xoshiro256PlusPlus);

impl Quick {
    fn of_run(run: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(run))
    }

    #[inline(always)]
    fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }
}

impl Dice for Quick {
    #[inline(always)]
    fn chance(&mut self, _: usize, _: usize, _: usize) -> f64 {
        self.uniform()
    }

    #[inline(always)]
    fn area(&mut self, _: usize, _: usize) -> f64 {
        self.uniform()
    }

    #[inline(always)]
    #[allow(clippy::disallowed_methods, reason = "what one would use by hand")]
    fn exp(&self, x: f64) -> f64 {
        x.exp()
    }
}

/// A batch of the engine's on this thread.
fn batch(level: Level, first: u64) -> Played {
    let batch = Batch {
        runs: (first..first + LANES).collect(),
        key: Key::from_seed(7),
        level,
        series: false,
        order: Vec::new(),
    };
    play(&COMPILED, &batch).expect("a batch is played")
}

/// As many runs of the loop.
fn by_scalar(patrons: &mut Patrons<12, 15>, first: u64) -> Vec<Ending> {
    (first..first + LANES).map(|run| patrons.play(&mut Quick::of_run(run))).collect()
}

#[divan::bench(args = Level::available())]
fn engine(bencher: Bencher, level: &Level) {
    bencher.counter(ItemsCount::new(LANES)).bench_local(|| batch(divan::black_box(*level), 0));
}

#[divan::bench]
fn scalar_loop(bencher: Bencher) {
    let mut patrons = Patrons::new();
    bencher.counter(ItemsCount::new(LANES)).bench_local(|| by_scalar(&mut patrons, divan::black_box(0)));
}

/// Refuses to time two different models.
fn check_the_means() {
    let (mut engine, mut scalar) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    let mut patrons = Patrons::new();
    for first in (0..COMPARED).step_by(LANES as usize) {
        for (all, outcome) in engine.iter_mut().zip(&batch(Level::best(), first).outcomes) {
            all.extend_from_slice(outcome);
        }
        for ending in by_scalar(&mut patrons, first) {
            scalar[0].push(ending.terr);
            scalar[1].push(ending.messages);
        }
    }
    for ((what, engine), scalar) in ["terr", "messages"].into_iter().zip(&engine).zip(&scalar) {
        let [a, b] = [engine, scalar].map(|values| {
            let moments = Moments::of(values);
            (moments.mean().expect("runs were played"), moments.monte_carlo_error().expect("more than one run"))
        });
        println!("{what}: engine {:.4} ± {:.4}, scalar loop {:.4} ± {:.4}", a.0, a.1, b.0, b.1);
        assert!((a.0 - b.0).abs() < 4.0 * a.1.hypot(b.1), "the means of `{what}` differ: this is not the same model");
    }
}

/// The least time of a piece of work: what it takes when nobody disturbs it.
fn timed(least: &mut Duration, work: impl FnOnce()) {
    let start = Instant::now();
    work();
    *least = (*least).min(start.elapsed());
}

/// Lets the engine, at each level, and the loop take turns.
fn take_turns() {
    let levels = Level::available();
    let mut engine = vec![Duration::MAX; levels.len()];
    let mut scalar = Duration::MAX;
    let mut patrons = Patrons::new();
    for turn in 0..TURNS as u64 {
        let starts = || (0..BATCHES).map(|batch| (turn * BATCHES + batch) * LANES);
        timed(&mut scalar, || {
            for first in starts() {
                divan::black_box(by_scalar(&mut patrons, first));
            }
        });
        for (&level, least) in levels.iter().zip(&mut engine) {
            timed(least, || {
                for first in starts() {
                    divan::black_box(batch(level, first));
                }
            });
        }
    }
    let rate = |time: Duration| (LANES * BATCHES) as f64 / time.as_secs_f64();
    println!("\nbest of {TURNS} turns of {} runs each, one thread:", LANES * BATCHES);
    println!("  scalar loop     {:>7.0} runs/s", rate(scalar));
    for (level, time) in levels.iter().zip(engine) {
        let ratio = rate(time) / rate(scalar);
        println!("  engine {:<8} {:>7.0} runs/s   engine / scalar = {ratio:.1}", format!("{level:?}"), rate(time));
    }
}

fn main() {
    check_the_means();
    divan::main();
    // `cargo test` only asks whether it runs, and a name on the command line asks for one bench.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments == ["--bench"] {
        take_turns();
    }
}
