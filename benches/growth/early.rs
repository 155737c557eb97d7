//! What runs that end early save: the open ones are packed together, or the closed ones run on.

use crate::generator::{self, TICKS};
use crate::scenarios::{batch, compiled};
use crate::turns::{best_of, rate, this_thread};
use entente::engine::{Compiled, Level, Packing, play_with};
use entente::ensemble::fitting_lanes;
use std::hint::black_box;
use std::sync::Arc;

/// Turns that each gets.
const TURNS: usize = 25;
/// The chances that a run ends in a tick.
const CHANCES: [f64; 5] = [0.0, 0.005, 0.015, 0.03, 0.06];

/// A patch over `patrons`: in every tick the war may end.
fn peace(chance: f64) -> String {
    format!(
        "actors: {{ a0: {{ state: {{ peace: {{ start: 0 }} }} }} }}\n\
         events: {{ peace: {{ chance: {chance}, then: [{{ set: {{ a0.peace: 1 }} }}] }} }}\n\
         stop: {{ at_peace: a0.peace > 0 }}\n"
    )
}

/// Measures each chance and prints the table.
pub fn run() {
    println!(
        "Early ends: `patrons` in which a run ends with some chance a tick; one thread, processor time, best of {TURNS} turns."
    );
    println!("{:>8} {:>8} {:>10} {:>16} {:>14}", "a tick", "ended", "open", "running on", "packed");
    for chance in CHANCES {
        measure(chance);
    }
}

fn measure(chance: f64) {
    let compiled = compiled(&generator::scenario(12, 15), Some(&peace(chance)));
    let (ended, open) = same_results(&compiled);
    let lanes = fitting_lanes(&compiled) as u64;
    let mut ways = [Packing::Never, Packing::WhenWorthIt].map(|packing| {
        let compiled = &compiled;
        move || {
            black_box(play_with(compiled, &batch(Level::best(), 0..lanes), packing).expect("played"));
        }
    });
    let [on, packed] = &mut ways;
    let times = best_of(TURNS, this_thread, &mut [on, packed]);
    let rates: Vec<f64> = times.iter().map(|&time| rate(lanes, time)).collect();
    println!(
        "{chance:>8} {:>7.0}% {:>9.0}% {:>9.0} runs/s {:>7.0} runs/s   packed / running on = {:.2}",
        100.0 * ended,
        100.0 * open,
        rates[0],
        rates[1],
        rates[1] / rates[0]
    );
}

/// Makes sure that packing changes no bit, and returns the share of runs that ended early and the share of ticks that were
/// played in open runs.
fn same_results(compiled: &Arc<Compiled>) -> (f64, f64) {
    let lanes = fitting_lanes(compiled) as u64;
    let [on, packed] = [Packing::Never, Packing::WhenWorthIt]
        .map(|packing| play_with(compiled, &batch(Level::best(), 0..lanes), packing).expect("played"));
    let bits = |values: &[Vec<f64>]| -> Vec<u64> { values.iter().flatten().map(|value| value.to_bits()).collect() };
    assert_eq!(bits(&on.outcomes), bits(&packed.outcomes), "packing changes outcomes");
    assert_eq!((&on.closed, &on.stopped_by), (&packed.closed, &packed.stopped_by), "packing changes when runs end");
    let early = on.stopped_by.iter().filter(|stop| stop.is_some()).count();
    let ticks: u64 = on.closed.iter().map(|&tick| u64::from(tick)).sum();
    (early as f64 / lanes as f64, ticks as f64 / (lanes as f64 * TICKS as f64))
}
