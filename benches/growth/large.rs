//! What a scenario of a continent's size costs: to load, to compile, to play, and in memory.

use crate::continent::{CONTINENT, Files, Size};
use crate::scenarios::{batch, loaded};
use crate::turns::{all_threads, forget_memory, most_memory};
use entente::engine::{Compiled, Level, play};
use entente::ensemble::fitting_lanes;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

/// Parts of a continent, by what its states, fronts and patrons are divided by.
const PARTS: [usize; 3] = [4, 2, 1];

/// Measures a quarter of a continent, a half and the whole.
pub fn run() {
    println!(
        "A continent: states, fronts and patrons over areas with a contest; one thread, one batch, processor time."
    );
    println!(
        "{:>6} {:>6} {:>6} {:>9} {:>9} {:>12} {:>8}",
        "areas", "actors", "lanes", "load", "compile", "a run", "memory"
    );
    for part in PARTS {
        let Size { states, fronts, patrons, areas } = CONTINENT;
        measure(Size { states: states / part, fronts: fronts / part, patrons: patrons / part, areas });
    }
}

fn measure(size: Size) {
    let Files { scenario, areas, neighbours } = size.files();
    let files =
        [("scenario.yaml", scenario.as_str()), ("areas.csv", areas.as_str()), ("neighbours.csv", neighbours.as_str())];
    forget_memory();
    let (loaded, to_load) = timed(|| loaded(&files, &[]));
    let (compiled, to_compile) = timed(|| Arc::new(Compiled::new(loaded.scenario)));
    let lanes = fitting_lanes(&compiled);
    let ((), to_play) = timed(|| {
        black_box(play(&compiled, &batch(Level::best(), 0..lanes as u64)).expect("played"));
    });
    let ms = |time: Duration| 1e3 * time.as_secs_f64();
    println!(
        "{:>6} {:>6} {lanes:>6} {:>6.0} ms {:>6.0} ms {:>9.2} ms {:>8}",
        size.states * size.areas,
        size.states + size.fronts + size.patrons,
        ms(to_load),
        ms(to_compile),
        ms(to_play) / lanes as f64,
        most_memory().map_or("unknown".to_owned(), |mb| format!("{mb} MB")),
    );
}

/// A piece of work and the processor time that it took.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = all_threads();
    let done = work();
    (done, all_threads() - start)
}
