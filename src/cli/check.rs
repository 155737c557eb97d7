//! `entente check`: every error of a scenario at its line.

use super::Failed;
use super::arguments::Check;
use super::open::open_with_every_variant;
use super::printer::Printer;
use crate::engine::Compiled;

/// Checks a scenario with all its variants and, if asked, prints its program.
///
/// # Errors
/// The scenario's errors.
pub fn check(options: &Check, printer: &Printer) -> Result<(), Failed> {
    let loaded = open_with_every_variant(&options.source, printer)?;
    if options.program {
        let compiled = Compiled::new(loaded.scenario);
        printer.print(&compiled.program.text(&compiled.scenario))?;
    }
    Ok(())
}
