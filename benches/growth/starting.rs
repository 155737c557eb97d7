//! What it takes to begin: to load a scenario, to check it with all its variants, and to compile it.

use crate::scenarios::load_or_say;
use crate::turns::{best_of, this_thread};
use entente::program::Program;
use entente::scenario::compose::Composition;
use entente::scenario::load::load_with_every_variant;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

/// Scenarios of the repository.
const SCENARIOS: [&str; 3] = ["scenarios/two-patrons.yaml", "scenarios/kazakhstan-2022", "scenarios/myanmar"];
/// How often each work is done.
const ROUNDS: usize = 15;

/// Measures the scenarios of the repository.
pub fn run() {
    println!("To begin: one thread, processor time, best of {ROUNDS} turns.");
    println!("{:<27} {:>8} {:>9} {:>13} {:>9}", "scenario", "variants", "load", "all variants", "compile");
    for name in SCENARIOS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let plain = Composition::default();
        let loaded = load_or_say(&path, &plain);
        let mut load = || drop(black_box(load_or_say(&path, &plain)));
        let mut check = || drop(black_box(load_with_every_variant(&path, &plain)));
        let mut compile = || drop(black_box(Program::of(&loaded.scenario)));
        let times = best_of(ROUNDS, this_thread, &mut [&mut load, &mut check, &mut compile]);
        let ms: Vec<String> =
            times.iter().map(|time: &Duration| format!("{:.1} ms", 1e3 * time.as_secs_f64())).collect();
        let [load, check, compile] = ms.as_slice() else { continue };
        println!("{name:<27} {:>8} {load:>9} {check:>13} {compile:>9}", loaded.variants.len());
    }
}
