//! The front door: from a path to a validated scenario.

use super::compose::{Composition, LoadError, load_tree};
use super::model::Scenario;
use super::tables::Table;
use super::tree::{Node, Value};
use super::validate::{Input, validate};
use crate::diagnostics::Sources;
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
}

/// Reads a scenario, lays the composition over it and checks all of it.
///
/// # Errors
/// Everything that is wrong, each at its place.
pub fn load(path: &Path, composition: &Composition) -> Result<Loaded, LoadError> {
    let composed = load_tree(path, composition)?;
    let mut sources = composed.sources;
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
            Ok(Loaded { scenario, sources, resolved_hash: hash.finalize().to_hex().to_string() })
        }
        Err(diagnostics) => Err(LoadError { diagnostics, sources }),
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
