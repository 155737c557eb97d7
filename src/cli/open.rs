//! Loads a scenario for a command, or says what is wrong with it.

use super::Failed;
use super::arguments::{Changes, Source};
use super::printer::Printer;
use crate::diagnostics::render;
use crate::results::SourceFiles;
use crate::scenario::compose::{Composition, LoadError};
use crate::scenario::load::{Loaded, Said, load, load_with_every_variant, load_with_targets, load_with_words};
use crate::scenario::patch::ASSIGNMENT;
use std::collections::BTreeMap;
use std::path::Path;

/// The validated scenario.
///
/// # Errors
/// Everything that is wrong with it, at its lines.
pub fn open(source: &Source, printer: &Printer) -> Result<Loaded, Failed> {
    opened(load(&source.scenario, &composition(source)), printer)
}

/// The same, if its variants are right too.
///
/// # Errors
/// Everything that is wrong with it or with one of its variants.
pub fn open_with_every_variant(source: &Source, printer: &Printer) -> Result<Loaded, Failed> {
    opened(load_with_every_variant(&source.scenario, &composition(source)), printer)
}

/// The same as [`open`] with targets of a file of their own.
///
/// # Errors
/// Everything that is wrong with either.
pub fn open_with_targets(source: &Source, targets: Option<&Path>, printer: &Printer) -> Result<Loaded, Failed> {
    opened(load_with_targets(&source.scenario, &composition(source), targets), printer)
}

/// The same as [`open`], with what its files say in words.
///
/// # Errors
/// Everything that is wrong with it, at its lines.
pub fn open_with_words(source: &Source, printer: &Printer) -> Result<(Loaded, Said), Failed> {
    opened(load_with_words(&source.scenario, &composition(source)), printer)
}

fn composition(source: &Source) -> Composition {
    let Changes { variant, with, set } = source.changes.clone();
    Composition { variant, with, set }
}

fn opened<T>(loaded: Result<T, LoadError>, printer: &Printer) -> Result<T, Failed> {
    loaded.map_err(|error| Failed::Input(render(&error.diagnostics, &error.sources, printer.error_colour())))
}

/// The files of a scenario that was opened, to be kept with its results: it lies in a folder of its name, patches beside that.
pub fn kept(source: &Source, loaded: &Loaded) -> SourceFiles {
    let named = &source.scenario;
    let file = if named.is_dir() { named.join("scenario.yaml") } else { named.clone() };
    let folder = file.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    let prefix = if folder.is_empty() || folder.ends_with('/') { folder } else { folder + "/" };
    let patches: Vec<String> = source.changes.with.iter().map(|patch| patch.display().to_string()).collect();
    let patch = |place: usize| format!("patch-{}.yaml", place + 1);
    let inside = |name: &str| Some(format!("{}/{}", loaded.scenario.name, name.strip_prefix(&prefix)?));
    let mut files = BTreeMap::new();
    for file in loaded.sources.iter().filter(|file| file.name != ASSIGNMENT) {
        let path = match patches.iter().position(|patch| *patch == file.name) {
            Some(place) => Some(patch(place)),
            None => inside(&file.name),
        };
        files.extend(path.map(|path| (path, file.text.clone())));
    }
    let Changes { variant, set, .. } = source.changes.clone();
    let scenario = inside(&file.display().to_string()).unwrap_or_default();
    SourceFiles { scenario, variant, with: (0..patches.len()).map(patch).collect(), set, files }.bounded()
}

/// The scenario and what is changed in it, word by word as typed.
pub fn words(source: &Source) -> Vec<String> {
    let mut words = vec![source.scenario.display().to_string()];
    let mut option = |name: &str, value: String| words.extend([name.to_owned(), value]);
    if let Some(variant) = &source.changes.variant {
        option("--variant", variant.clone());
    }
    source.changes.with.iter().for_each(|patch| option("--with", patch.display().to_string()));
    source.changes.set.iter().for_each(|assignment| option("--set", assignment.clone()));
    words
}

/// The same for a shell.
pub fn as_typed(source: &Source) -> String {
    let quoted: Vec<String> = words(source).iter().map(|word| quoted(word)).collect();
    quoted.join(" ")
}

/// A word as a shell takes it.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:+,@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
