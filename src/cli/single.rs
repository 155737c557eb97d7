//! `entente run --run N`: one run alone, tick by tick, or against the same run of another variant.

use super::Failed;
use super::arguments::{Changes, Format, Run, Source};
use super::open::open;
use super::printer::Printer;
use crate::reference::parting::{self, parting};
use crate::reference::{self, Journal};
use crate::scenario::model::Scenario;
use crate::summary::plain;

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

/// Prints where a run first differs from the same run of another variant, which gets the same patches and settings.
///
/// # Errors
/// A variant that is not there, or is the one that is played; whatever is wrong with it; a standard output that cannot be
/// written.
pub fn against(scenario: &Scenario, options: &Run, run: u64, against: &str, printer: &Printer) -> Result<(), Failed> {
    if against == scenario.variant {
        let text = format!("error: `--against {against}` names the variant that is played");
        return Err(Failed::Input(format!("{text}\nhelp: choose another one with `--variant`")));
    }
    let changes = Changes { variant: Some(against.to_owned()), ..options.source.changes.clone() };
    let source = Source { scenario: options.source.scenario.clone(), changes };
    let other = open(&source, printer)?.scenario;
    let found = parting(scenario, &other, options.seed, run, options.differences);
    let text = match options.format {
        Format::Json => {
            let json = parting::json(scenario, &other, options.seed, run, &found);
            json.map_err(|error| Failed::Job(format!("error: {error}")))? + "\n"
        }
        Format::Table => {
            let text = parting::text(scenario, &other, (options.seed, run), printer.width(), &found);
            text.lines().map(|line| plain(line) + "\n").collect()
        }
    };
    printer.print(&text)
}
