//! How the time of a run grows with actors and with areas, beside the plain loop.

use crate::dice::{Addressed, Quick};
use crate::generator::{self, TARGETS, TICKS};
use crate::scalar::{Ending, Patrons};
use crate::scenarios::{SEED, batch, compiled};
use crate::turns::{best_of, rate, this_thread};
use entente::engine::{Compiled, Level, play};
use entente::ensemble::fitting_lanes;
use std::fmt::Write;
use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;

/// Turns that each gets.
const TURNS: usize = 15;
/// Runs of either that are compared to the bit.
const COMPARED: u64 = 24;
/// Rules and area equations that the loop plays in a turn; the engine plays a batch.
const WORK: usize = 2_000_000;
/// Names the file to which the table is written too.
const CSV: &str = "ENTENTE_BENCH_CSV";

/// What was found for one size.
struct Row {
    actors: usize,
    areas: usize,
    lanes: usize,
    /// Runs a second of the loop.
    scalar: f64,
    /// Runs a second of the engine, at each level.
    engine: Vec<f64>,
}

impl Row {
    /// Rules and areas that a run plays in all its ticks.
    fn work(&self) -> usize {
        TICKS * (self.actors * TARGETS + self.areas)
    }
}

/// Measures every size and prints the table.
pub fn run() {
    let levels = levels();
    let rows = [
        measure::<12, 15>(&levels),
        measure::<48, 15>(&levels),
        measure::<192, 15>(&levels),
        measure::<12, 60>(&levels),
        measure::<12, 240>(&levels),
    ];
    print(&rows, &levels);
    if let Some(path) = std::env::var_os(CSV).map(PathBuf::from) {
        std::fs::write(&path, csv(&rows, &levels)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        println!("written to {}", path.display());
    }
}

/// The best level, and AVX2 if that is another.
fn levels() -> Vec<Level> {
    let available = Level::available().iter().rev();
    available.copied().filter(|&level| level == Level::best() || level == Level::Avx2).collect()
}

fn measure<const ACTORS: usize, const AREAS: usize>(levels: &[Level]) -> Row {
    let compiled = compiled(&generator::scenario(ACTORS, AREAS), None);
    compare::<ACTORS, AREAS>(&compiled);
    let lanes = fitting_lanes(&compiled);
    let a_run = TICKS * (ACTORS * TARGETS + AREAS);
    let by_scalar = (WORK / a_run).max(8) as u64;
    let mut patrons = Patrons::<ACTORS, AREAS>::new();
    let mut scalar = || {
        for run in 0..by_scalar {
            black_box(patrons.play(&mut Quick::of_run(run)));
        }
    };
    let mut engines: Vec<_> = levels
        .iter()
        .map(|&level| {
            let compiled = &compiled;
            move || {
                black_box(play(compiled, &batch(level, 0..lanes as u64)).expect("played"));
            }
        })
        .collect();
    let mut works: Vec<&mut dyn FnMut()> = vec![&mut scalar];
    works.extend(engines.iter_mut().map(|engine| engine as &mut dyn FnMut()));
    let times = best_of(TURNS, this_thread, &mut works);
    let engine = times[1..].iter().map(|&time| rate(lanes as u64, time)).collect();
    Row { actors: ACTORS, areas: AREAS, lanes, scalar: rate(by_scalar, times[0]), engine }
}

/// Refuses to time two different models: with the same dice both must end alike, to the bit.
fn compare<const ACTORS: usize, const AREAS: usize>(compiled: &Arc<Compiled>) {
    let played = play(compiled, &batch(Level::best(), 0..COMPARED)).expect("played");
    let dice = Addressed::new(SEED, ACTORS, AREAS);
    let mut patrons = Patrons::<ACTORS, AREAS>::new();
    for run in 0..COMPARED {
        let Ending { terr, messages } = patrons.play(&mut dice.of_run(run));
        let engine = [0, 1].map(|outcome: usize| played.outcomes[outcome][run as usize].to_bits());
        let same = engine == [terr.to_bits(), messages.to_bits()];
        assert!(same, "run {run} of {ACTORS} actors and {AREAS} areas does not end alike: this is not the same model");
    }
}

fn print(rows: &[Row], levels: &[Level]) {
    println!(
        "Growth: `patrons`, {TICKS} ticks, {TARGETS} rules an actor; one thread, processor time, best of {TURNS} turns."
    );
    println!("Per rule: nanoseconds for each rule of an actor or equation of an area, in each tick of a run.");
    println!("{:>6} {:>6} {:>6} {:>14} {:>9}", "actors", "areas", "lanes", "scalar runs/s", "per rule");
    for row in rows {
        let per_rule = |rate: f64| 1e9 / rate / row.work() as f64;
        print!("{:>6} {:>6} {:>6} ", row.actors, row.areas, row.lanes);
        print!("{:>14.0} {:>9.2}", row.scalar, per_rule(row.scalar));
        for (level, &engine) in levels.iter().zip(&row.engine) {
            let ratio = engine / row.scalar;
            print!("   {level:?}: {engine:>6.0} runs/s {:>5.2} = {ratio:>5.2} × scalar", per_rule(engine));
        }
        println!();
    }
}

fn csv(rows: &[Row], levels: &[Level]) -> String {
    let mut text = String::from("actors,areas,lanes,who,runs_per_second\n");
    for Row { actors, areas, lanes, scalar, engine } in rows {
        let of_engine = levels.iter().map(|level| format!("engine {level:?}")).zip(engine);
        for (who, rate) in [("scalar loop".to_owned(), scalar)].into_iter().chain(of_engine) {
            writeln!(text, "{actors},{areas},{lanes},{who},{rate:.1}").expect("a String takes everything");
        }
    }
    text
}
