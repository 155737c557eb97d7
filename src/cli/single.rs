//! `entente run --run N`: one run alone, tick by tick.

use super::Failed;
use super::arguments::Format;
use super::printer::Printer;
use crate::reference::{self, Journal};
use crate::scenario::model::Scenario;

/// Plays one run by the reference interpreter, which the engine equals to the bit, and prints what each tick brought.
///
/// # Errors
/// A standard output that cannot be written.
pub fn show(scenario: &Scenario, seed: u64, run: u64, format: Format, printer: &Printer) -> Result<(), Failed> {
    let mut journal = Journal::default();
    let played = reference::play_with(scenario, seed, run, &mut journal);
    let text = match format {
        Format::Json => {
            let json = reference::json(scenario, seed, run, &played);
            json.map_err(|error| Failed::Job(format!("error: {error}")))? + "\n"
        }
        Format::Table => {
            let heading = format!("{}, run {run} of seed {seed}, variant {}\n\n", scenario.title, scenario.variant);
            let mut text = heading.into_bytes();
            journal
                .write(scenario, &played, &mut text)
                .map_err(|error| Failed::Job(format!("error: the run could not be written down: {error}")))?;
            String::from_utf8_lossy(&text).into_owned()
        }
    };
    printer.print(&text)
}
