//! `entente describe`: a scenario in words.

use super::Failed;
use super::arguments::Describe;
use super::open::open_with_words;
use super::place::place;
use super::printer::Printer;

/// Describes a scenario after the ODD protocol, on standard output or in a file.
///
/// # Errors
/// The scenario's errors; a file that cannot be written.
pub fn describe(options: &Describe, printer: &Printer) -> Result<(), Failed> {
    let (loaded, said) = open_with_words(&options.source, printer)?;
    let text = crate::describe::describe(&loaded.scenario, &said);
    match &options.output {
        None => printer.print(&text),
        Some(path) => place(path, text.as_bytes())
            .map_err(|error| Failed::Job(format!("error: `{}` cannot be written: {error}", path.display()))),
    }
}
