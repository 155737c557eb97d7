//! `entente compare`: variants under the same dice, or results that are already there.

use super::Failed;
use super::arguments::{Compare, Format};
use super::printer::Printer;
use super::stored::{refuse_a_part, unreadable};
use crate::compare::{self, CompareError, Comparison};
use crate::results::{MANIFEST, Stored};
use std::path::{Path, PathBuf};

/// Compares and prints.
///
/// # Errors
/// Those of the scenario or the results; what cannot be compared; options that make no sense together; a standard output that
/// cannot be written.
pub fn compare(options: &Compare, printer: &Printer) -> Result<(), Failed> {
    let comparison = stored(options)?;
    print(&comparison, options.format, printer)
}

fn holds_results(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file() || folder.join("work.json").is_file()
}

fn stored(options: &Compare) -> Result<Comparison, Failed> {
    of_folders(&options.inputs)
}

/// What is already there.
fn of_folders(folders: &[PathBuf]) -> Result<Comparison, Failed> {
    let mut results = Vec::with_capacity(folders.len());
    for folder in folders {
        if !holds_results(folder) {
            return Err(Failed::Input(format!("error: {} holds no results", folder.display())));
        }
        refuse_a_part(folder, "compared")?;
        results.push(Stored::open(folder).map_err(unreadable)?);
    }
    Comparison::of(&results).map_err(|error| match error {
        CompareError::Results(error) => unreadable(error),
        error => Failed::Input(format!("error: these results cannot be compared: {error}")),
    })
}

fn print(comparison: &Comparison, format: Format, printer: &Printer) -> Result<(), Failed> {
    match format {
        Format::Table => printer.print(&compare::table(comparison, printer.width(), printer.colour())),
        Format::Json => {
            let json = compare::json(comparison).map_err(|error| Failed::Job(format!("error: {error}")))?;
            printer.print(&(json + "\n"))
        }
    }
}
