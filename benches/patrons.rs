//! The engine on the reference workload, beside the same model as others would write it: a plain loop, tokio tasks,
//! NeXosim, NumPy and Mesa.
//!
//! `cargo bench --bench patrons` first makes sure that all play the same model: those in Rust to the bit, given the same
//! draws, and all by their means. Then it times those in Rust with divan; then it lets everybody take turns, which a busy
//! machine disturbs less, and prints one table of how many times faster the engine is, at each processor level.
//!
//! Those in Python take part if `ENTENTE_RIVALS_PYTHON` names an interpreter that has what `rivals/requirements.txt` asks
//! for (`just bench` makes one). If `ENTENTE_BENCH_MARKDOWN` names a file, the table is written there too.

#[path = "patrons/dice.rs"]
mod dice;
#[path = "patrons/generator.rs"]
#[allow(dead_code)]
mod generator;
#[path = "patrons/machine.rs"]
mod machine;
#[path = "patrons/nexosim.rs"]
mod nexosim;
#[path = "patrons/python.rs"]
mod python;
#[path = "patrons/rivals.rs"]
mod rivals;
#[path = "patrons/scalar.rs"]
mod scalar;
#[path = "patrons/table.rs"]
mod table;
#[path = "patrons/tokio_tasks.rs"]
mod tokio_tasks;

use dice::{Addressed, Quick};
use divan::Bencher;
use divan::counter::ItemsCount;
use entente::diagnostics::render;
use entente::engine::{Batch, Compiled, Level, Played, play};
use entente::ensemble::fitting_lanes;
use entente::random::address::Key;
use entente::scenario::compose::Composition;
use entente::scenario::load::load;
use rivals::{Rival, check_the_means, take_turns};
use scalar::{Ending, Patrons};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use tokio_tasks::TokioTasks;

/// The seed of the engine, and of whatever is compared with it to the bit.
const SEED: u64 = 7;
/// Runs that divan lets the slower ones play at a time.
const FEW: u64 = 32;

static COMPILED: LazyLock<Arc<Compiled>> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/patrons.yaml");
    let loaded = load(&path, &Composition::default())
        .unwrap_or_else(|error| panic!("{}", render(&error.diagnostics, &error.sources, false)));
    Arc::new(Compiled::new(loaded.scenario))
});

/// Runs that the engine plays together: what it would choose for this scenario.
static LANES: LazyLock<u64> = LazyLock::new(|| fitting_lanes(&COMPILED) as u64);

/// A batch of the engine's on this thread.
fn batch(level: Level, first: u64) -> Played {
    let batch = Batch {
        runs: (first..first + *LANES).collect(),
        key: Key::from_seed(SEED),
        level,
        series: false,
        order: Vec::new(),
    };
    play(&COMPILED, &batch).expect("a batch is played")
}

#[divan::bench(args = Level::available())]
fn engine(bencher: Bencher, level: &Level) {
    bencher.counter(ItemsCount::new(*LANES)).bench_local(|| batch(divan::black_box(*level), 0));
}

#[divan::bench]
fn scalar_loop(bencher: Bencher) {
    let mut patrons = Patrons::<12, 15>::new();
    let mut play = |run| patrons.play(&mut Quick::of_run(run));
    bencher.counter(ItemsCount::new(FEW)).bench_local(|| (0..FEW).map(&mut play).collect::<Vec<Ending>>());
}

#[divan::bench]
fn tokio_tasks(bencher: Bencher) {
    let tasks = TokioTasks::new();
    let play = |run| tasks.play(|part| Quick::of_part(run, part));
    bencher.counter(ItemsCount::new(FEW)).bench_local(|| (0..FEW).map(play).collect::<Vec<Ending>>());
}

#[divan::bench]
fn nexosim_models(bencher: Bencher) {
    let play = |run| nexosim::play(|part| Quick::of_part(run, part));
    bencher.counter(ItemsCount::new(FEW)).bench_local(|| (0..FEW).map(play).collect::<Vec<Ending>>());
}

/// Given the same draws, the plain loop, the tasks and the models must end as the engine does, to the bit.
fn check_the_bits() {
    let dealt = Addressed::new(SEED, 12, 15);
    let played = batch(Level::best(), 0);
    let (mut patrons, tasks) = (Patrons::<12, 15>::new(), TokioTasks::new());
    for run in 0..16 {
        let dice = dealt.of_run(run);
        let engine = Ending { terr: played.outcomes[0][run as usize], messages: played.outcomes[1][run as usize] };
        let endings = [
            ("the plain loop", patrons.play(&mut dice.clone())),
            ("the tasks", tasks.play(|_| dice.clone())),
            ("the models", nexosim::play(|_| dice.clone())),
        ];
        for (who, ending) in endings {
            let same = ending.terr.to_bits() == engine.terr.to_bits() && ending.messages == engine.messages;
            assert!(same, "run {run}: {who} came to {ending:?}, the engine to {engine:?}");
        }
    }
}

/// Everybody who takes part, the slowest last. The runs of a turn are such that turns take some tenth of a second.
fn everybody(python: Option<&Path>) -> Vec<Rival> {
    let mut patrons = Patrons::<12, 15>::new();
    let tasks = TokioTasks::new();
    let mut all = vec![
        Rival::in_rust("plain scalar loop", 512, move |run| patrons.play(&mut Quick::of_run(run))),
        Rival::in_rust("a tokio task an actor", 128, move |run| tasks.play(|part| Quick::of_part(run, part))),
        Rival::in_rust("NeXosim", 64, |run| nexosim::play(|part| Quick::of_part(run, part))),
    ];
    for &level in Level::available().iter().rev() {
        all.push(Rival::engine(level, *LANES, move |first| batch(level, first)));
    }
    if let Some(python) = python {
        all.extend(Level::available().iter().rev().map(|&level| Rival::numpy(python, level, 2048)));
        all.push(Rival::in_python("Mesa", python, "mesa_patrons.py", 10));
    }
    all
}

fn main() {
    check_the_bits();
    // `cargo test` only asks whether it runs, and a name on the command line asks for one bench.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments != ["--bench"] {
        divan::main();
        return;
    }
    let python = std::env::var_os("ENTENTE_RIVALS_PYTHON");
    let mut everybody = everybody(python.as_deref().map(Path::new));
    check_the_means(&mut everybody);
    divan::main();
    take_turns(&mut everybody);
    table::show(&everybody);
}
