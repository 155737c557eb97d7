//! `entente run --run N`: one run alone, tick by tick.

use super::Failed;
use super::printer::Printer;
use crate::random::address::RUNS;
use crate::reference::{self, Journal};
use crate::scenario::model::Scenario;

/// Plays one run by the reference interpreter, which the engine equals to the bit, and prints what each tick brought.
///
/// # Errors
/// A run number beyond the last, or a standard output that cannot be written.
pub fn show(scenario: &Scenario, seed: u64, run: u64, printer: &Printer) -> Result<(), Failed> {
    if run >= RUNS {
        return Err(Failed::Input(format!("error: there is no run {run}: runs count from 0 to {}", RUNS - 1)));
    }
    let mut journal = Journal::default();
    let played = reference::play_with(scenario, seed, run, &mut journal);
    let mut text = Vec::new();
    journal
        .write(scenario, &played, &mut text)
        .map_err(|error| Failed::Job(format!("error: the run could not be written down: {error}")))?;
    let heading = format!("{}, run {run} of seed {seed}, variant {}\n\n", scenario.title, scenario.variant);
    printer.print(&(heading + &String::from_utf8_lossy(&text)))
}
