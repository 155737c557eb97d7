//! The front door: from a path to a validated scenario.

use super::compose::{Attempt, Composition, LoadError, compose};
use super::model::Scenario;
use super::tables::Table;
use super::tree::{Node, Value};
use super::validate::{Input, validate};
use crate::diagnostics::{Diagnostic, Sources, Span};
use std::path::Path;

/// A scenario that can be played.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The validated scenario.
    pub scenario: Scenario,
    /// Every file that was read.
    pub sources: Sources,
    /// BLAKE3, in hexadecimal, over everything in the files that decides results: the merged tree and the tables, without
    /// their formatting and comments.
    pub resolved_hash: String,
    /// The names of all its variants.
    pub variants: Vec<String>,
}

/// The scenario as [`load`] gives it, if nothing is wrong with any of its variants either.
///
/// # Errors
/// Everything that is wrong with the scenario or with a variant, each once.
pub fn load_with_every_variant(path: &Path, composition: &Composition) -> Result<Loaded, LoadError> {
    let alone = load(path, composition);
    if composition.variant.is_some() {
        return alone;
    }
    let variants = match &alone {
        Ok(loaded) => loaded.variants.clone(),
        Err(error) => error.variants.clone(),
    };
    let of_variants = variants.into_iter().filter_map(|name| {
        let chosen = Composition { variant: Some(name), ..composition.clone() };
        load(path, &chosen).err()
    });
    of_variants.fold(alone, |all, error| match all {
        Ok(_) => Err(error),
        Err(mut all) => {
            // The same error may get another hint in a variant.
            let told =
                |one: &Diagnostic| all.diagnostics.iter().any(|d| d.span == one.span && d.message == one.message);
            let mut more = all.sources.absorb(&error.sources, error.diagnostics);
            more.retain(|diagnostic| !told(diagnostic));
            all.diagnostics.extend(more);
            Err(all)
        }
    })
}

/// Reads a scenario, lays the composition over it and checks all of it.
///
/// # Errors
/// Everything that is wrong, each at its place.
pub fn load(path: &Path, composition: &Composition) -> Result<Loaded, LoadError> {
    let Attempt { composed, mut sources, errors: mut diagnostics } = compose(path, composition);
    let Some(composed) = composed else {
        return Err(LoadError { diagnostics, sources, variants: Vec::new() });
    };
    let variants = composed.variants;
    let head = composed.variant.as_ref();
    let from = head.and_then(|head| head.from.as_ref());
    let input = Input {
        name: &composed.name,
        variant: head.map_or("baseline", |head| head.name.as_str()),
        title: head.and_then(|head| head.title.as_ref()),
        about: head.and_then(|head| head.about.as_ref()),
        base: if from.is_some() { &composed.base } else { &composed.patched },
        later: from.map(|from| (&composed.patched, from)),
        folder: &composed.folder,
    };
    match validate(input, &mut sources) {
        Ok(_) if !diagnostics.is_empty() => Err(LoadError { diagnostics, sources, variants }),
        Ok((scenario, tables)) => {
            let mut hash = blake3::Hasher::new();
            add(&mut hash, &composed.patched);
            if let Some(from) = from {
                add_text(&mut hash, &from.value);
                add(&mut hash, &composed.base);
            }
            for (name, table) in &tables {
                add_table(&mut hash, name, table);
            }
            Ok(Loaded { scenario, sources, resolved_hash: hash.finalize().to_hex().to_string(), variants })
        }
        Err(more) => {
            // Whatever a patch did wrong has been said at its place.
            let said = |span: Option<Span>| span.is_some() && diagnostics.iter().any(|known| known.span == span);
            let more: Vec<Diagnostic> = more.into_iter().filter(|error| !said(error.span)).collect();
            diagnostics.extend(more);
            Err(LoadError { diagnostics, sources, variants })
        }
    }
}

/// Adds a value: its kind, then its parts with their number, so that no two trees give the same bytes.
fn add(hash: &mut blake3::Hasher, node: &Node) {
    match &node.value {
        Value::Null => add_text(hash, "null"),
        Value::Bool(value) => add_text(hash, if *value { "true" } else { "false" }),
        Value::Number(value, _) => {
            add_text(hash, "number");
            hash.update(&value.to_bits().to_le_bytes());
        }
        Value::Text(text) => {
            add_text(hash, "text");
            add_text(hash, &text.value);
        }
        Value::List(items) => {
            add_text(hash, "list");
            hash.update(&(items.len() as u64).to_le_bytes());
            items.iter().for_each(|item| add(hash, item));
        }
        Value::Map(entries) => {
            add_text(hash, "map");
            hash.update(&(entries.len() as u64).to_le_bytes());
            for (key, value) in entries {
                add_text(hash, &key.value);
                add(hash, value);
            }
        }
    }
}

fn add_text(hash: &mut blake3::Hasher, text: &str) {
    hash.update(&(text.len() as u64).to_le_bytes());
    hash.update(text.as_bytes());
}

fn add_table(hash: &mut blake3::Hasher, name: &str, table: &Table) {
    add_text(hash, name);
    for cells in std::iter::once(&table.columns).chain(&table.rows) {
        hash.update(&(cells.len() as u64).to_le_bytes());
        cells.iter().for_each(|cell| add_text(hash, &cell.value));
    }
}
