//! Plays one batch of the reference workload: `play_patrons LEVEL RUNS`, LEVEL being `baseline`, `avx2` or `avx512`.
//!
//! `.ci/vectorised` counts the instructions of two such batches: what a further run costs tells whether the kernels are
//! still vector code.

use entente::diagnostics::render;
use entente::engine::{Batch, Compiled, Detected, Level, play};
use entente::random::address::Key;
use entente::scenario::compose::Composition;
use entente::scenario::load::load;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [level, runs] = &arguments[..] else {
        eprintln!("usage: play_patrons LEVEL RUNS");
        return ExitCode::from(2);
    };
    let level = match level.as_str() {
        "baseline" => Level::Baseline,
        "avx2" => Level::Avx2,
        "avx512" => Level::Avx512,
        other => {
            eprintln!("there is no level `{other}`");
            return ExitCode::from(2);
        }
    };
    let Ok(runs) = runs.parse::<u64>() else {
        eprintln!("`{runs}` is no number of runs");
        return ExitCode::from(2);
    };
    if Detected::from(level).level() != level {
        eprintln!("this processor has no {level:?}");
        return ExitCode::FAILURE;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/patrons.yaml");
    let loaded = match load(&path, &Composition::default()) {
        Ok(loaded) => loaded,
        Err(error) => {
            eprint!("{}", render(&error.diagnostics, &error.sources, false));
            return ExitCode::FAILURE;
        }
    };
    let batch = Batch { runs: (0..runs).collect(), key: Key::from_seed(7), level, series: false, order: Vec::new() };
    match play(&Arc::new(Compiled::new(loaded.scenario)), &batch) {
        Ok(played) => {
            println!("{:?}: {} runs, terr of the first {}", level, played.closed.len(), played.outcomes[0][0]);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
