//! Loads a scenario for a command, or says what is wrong with it.

use super::Failed;
use super::arguments::Source;
use super::printer::Printer;
use crate::diagnostics::render;
use crate::scenario::compose::Composition;
use crate::scenario::load::{Loaded, load};

/// The validated scenario.
///
/// # Errors
/// Everything that is wrong with it, at its lines.
pub fn open(source: &Source, printer: &Printer) -> Result<Loaded, Failed> {
    let composition =
        Composition { variant: source.variant.clone(), with: source.with.clone(), set: source.set.clone() };
    load(&source.scenario, &composition)
        .map_err(|error| Failed::Input(render(&error.diagnostics, &error.sources, printer.error_colour())))
}

/// The options that lead to the same scenario, as they are typed.
pub fn as_typed(source: &Source) -> String {
    let mut text = quoted(&source.scenario.display().to_string());
    if let Some(variant) = &source.variant {
        text += &format!(" --variant {}", quoted(variant));
    }
    for patch in &source.with {
        text += &format!(" --with {}", quoted(&patch.display().to_string()));
    }
    for assignment in &source.set {
        text += &format!(" --set {}", quoted(assignment));
    }
    text
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:+,@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
