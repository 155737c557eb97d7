//! `entente list`: what a scenario has.

use super::Failed;
use super::arguments::{Format, List, ListSection};
use super::open::open_with_words;
use super::printer::Printer;
use crate::describe::{Inventory, inventory};
use crate::summary::inventory_table;

/// Prints the sections that were asked for, or all.
///
/// # Errors
/// The scenario's errors; a standard output that cannot be written.
pub fn list(options: &List, printer: &Printer) -> Result<(), Failed> {
    let (loaded, said) = open_with_words(&options.source, printer)?;
    let wanted = |section: ListSection| options.sections.is_empty() || options.sections.contains(&section);
    let mut inventory: Inventory = inventory(&loaded.scenario, &said);
    if !wanted(ListSection::Variants) {
        inventory.variants = None;
    }
    if !wanted(ListSection::Levers) {
        inventory.levers = None;
    }
    if !wanted(ListSection::Uncertainties) {
        inventory.uncertainties = None;
    }
    if !wanted(ListSection::Outcomes) {
        inventory.outcomes = None;
    }
    if !wanted(ListSection::Milestones) {
        inventory.milestones = None;
    }
    if !wanted(ListSection::Stops) {
        inventory.stops = None;
    }
    match options.format {
        Format::Table => printer.print(&inventory_table(&inventory, printer.width(), printer.colour())),
        Format::Json => {
            let json = serde_json::to_string_pretty(&inventory);
            printer.print(&(json.map_err(|error| Failed::Job(format!("error: {error}")))? + "\n"))
        }
    }
}
