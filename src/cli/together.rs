//! Which variants of a scenario are held against which.

use super::Failed;
use super::arguments::{Changes, Compare, Source};
use super::open::open;
use super::printer::Printer;
use crate::results::BASELINE;
use crate::scenario::load::Loaded;
use crate::scenario::model::Scenario;
use std::path::{Path, PathBuf};

/// The most variants at once: each is held in memory with its program.
const MOST: usize = 100;

/// Variants that are played together, the reference first.
pub struct Chosen {
    /// The scenario's file or folder.
    pub path: PathBuf,
    /// Their names.
    pub names: Vec<String>,
    /// Validated.
    pub scenarios: Vec<Scenario>,
}

/// A variant of the scenario with what is laid over all of them.
pub fn source(options: &Compare, path: &Path, variant: &str) -> Source {
    let changes = Changes { variant: Some(variant.to_owned()), with: options.with.clone(), set: options.set.clone() };
    Source { scenario: path.to_path_buf(), changes }
}

/// Loads the variants that are to be compared.
///
/// # Errors
/// The scenario's errors; a name that is no variant, or is given twice; nothing to compare.
pub fn chosen(options: &Compare, path: &Path, printer: &Printer) -> Result<Chosen, Failed> {
    let all = match options.variant.is_empty() {
        // The file says what there is; the baseline is loaded anyway.
        true => open(&source(options, path, BASELINE), printer)?.variants,
        false => Vec::new(),
    };
    let names = names(options, all)?;
    let mut scenarios = Vec::with_capacity(names.len());
    for name in &names {
        let Loaded { scenario, .. } = open(&source(options, path, name), printer)?;
        scenarios.push(scenario);
    }
    Ok(Chosen { path: path.to_path_buf(), names, scenarios })
}

/// The reference and the others.
fn names(options: &Compare, all: Vec<String>) -> Result<Vec<String>, Failed> {
    let wrong = |text: String, help: &str| Err(Failed::Input(format!("error: {text}\nhelp: {help}")));
    let everything = || [BASELINE.to_owned()].into_iter().chain(all).collect();
    let named: Vec<String> = if options.variant.is_empty() { everything() } else { options.variant.clone() };
    for (place, name) in named.iter().enumerate() {
        if named.iter().take(place).any(|other| other == name) {
            return wrong(format!("`--variant {name}` is given twice"), "each is compared once");
        }
    }
    let named: Vec<String> = match &options.against {
        Some(against) => {
            let others = named.into_iter().filter(|name| name != against);
            [against.clone()].into_iter().chain(others).collect()
        }
        None if named.len() >= 2 && !options.variant.is_empty() => named,
        None => {
            let others = named.into_iter().filter(|name| name != BASELINE);
            [BASELINE.to_owned()].into_iter().chain(others).collect()
        }
    };
    if named.len() < 2 {
        let text = "there is nothing to compare with the reference".to_owned();
        return wrong(text, "name a variant of the scenario with `--variant`, or write one: docs/language/variants.md");
    }
    if named.len() > MOST {
        let text = format!("{} variants are more than can be compared at once", named.len());
        return wrong(text, &format!("name up to {MOST} with `--variant`"));
    }
    Ok(named)
}
