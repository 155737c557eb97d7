//! The front door: from a path to a validated scenario.

use super::compose::{Attempt, Composition, LoadError, compose};
use super::model::Scenario;
use super::tables::Table;
use super::tree::{Node, Text, Value};
use super::validate::{Input, validate};
use crate::diagnostics::{Diagnostic, Sources, Span};
use std::path::Path;
use std::rc::Rc;

/// A scenario that can be played.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The validated scenario.
    pub scenario: Scenario,
    /// Every file that was read.
    pub sources: Sources,
    /// BLAKE3, in hexadecimal, over everything in the files that decides results: the merged tree and the tables, without
    /// their formatting, comments and targets.
    pub resolved_hash: String,
    /// The names of all its variants.
    pub variants: Vec<String>,
}

/// What a scenario's files say beside what the validated scenario keeps: reasons, titles, expressions as they are written.
#[derive(Clone, Debug)]
pub struct Said {
    /// The merged tree. Under a dated variant, what holds from its date on.
    pub tree: Node,
    /// The tables by the names under which the tree names them, in the order in which they were read.
    pub tables: Vec<(String, Table)>,
    /// The section of variants.
    pub variants: Node,
}

/// How much there may be to look at in all variants together, in parts of expressions.
const MOST_EFFORT: usize = 6_000_000;
/// Reading and merging a value of a file takes as long as looking at so many parts.
const PARTS_A_VALUE: usize = 8;

/// The scenario as [`load`] gives it, if nothing is wrong with any of its variants either.
///
/// # Errors
/// Everything that is wrong with the scenario or with a variant, each once; or there is too much to look at.
pub fn load_with_every_variant(path: &Path, composition: &Composition) -> Result<Loaded, LoadError> {
    let (all, mut effort) = load_counted(path, composition, None);
    let mut all = all.map(|(loaded, _)| loaded);
    if composition.variant.is_some() {
        return all;
    }
    let variants = match &all {
        Ok(loaded) => loaded.variants.clone(),
        Err(error) => error.variants.clone(),
    };
    for (checked, name) in variants.iter().enumerate() {
        if effort > MOST_EFFORT {
            let (sources, variants) = match &all {
                Ok(loaded) => (loaded.sources.clone(), variants.clone()),
                Err(error) => (error.sources.clone(), error.variants.clone()),
            };
            let message = format!("the scenario is too large to check all of its {} variants at once", variants.len());
            let help = format!("check them one by one: `--variant {name}`; {checked} have been checked");
            all = with_more(
                all,
                LoadError { diagnostics: vec![Diagnostic::general(message).help(help)], sources, variants },
            );
            break;
        }
        let chosen = Composition { variant: Some(name.clone()), ..composition.clone() };
        let (loaded, more) = load_counted(path, &chosen, None);
        effort = effort.saturating_add(more);
        if let Err(error) = loaded {
            all = with_more(all, error);
        }
    }
    all
}

/// Adds what is wrong with a variant and has not been told yet.
fn with_more(all: Result<Loaded, LoadError>, error: LoadError) -> Result<Loaded, LoadError> {
    let Err(mut all) = all else { return Err(error) };
    // The same error may get another hint in a variant.
    let told = |one: &Diagnostic| all.diagnostics.iter().any(|d| d.span == one.span && d.message == one.message);
    let mut more = all.sources.absorb(&error.sources, error.diagnostics);
    more.retain(|diagnostic| !told(diagnostic));
    all.diagnostics.extend(more);
    Err(all)
}

/// Reads a scenario, lays the composition over it and checks all of it.
///
/// # Errors
/// Everything that is wrong, each at its place.
pub fn load(path: &Path, composition: &Composition) -> Result<Loaded, LoadError> {
    load_counted(path, composition, None).0.map(|(loaded, _)| loaded)
}

/// The same with targets of a file of their own: these are the ones that are scored then, and the scenario's are what else
/// is known.
///
/// # Errors
/// Everything that is wrong with either, each at its place.
pub fn load_with_targets(path: &Path, composition: &Composition, targets: Option<&Path>) -> Result<Loaded, LoadError> {
    load_counted(path, composition, targets).0.map(|(loaded, _)| loaded)
}

/// The same as [`load`], with what the files say in words.
///
/// # Errors
/// Everything that is wrong, each at its place.
pub fn load_with_words(path: &Path, composition: &Composition) -> Result<(Loaded, Said), LoadError> {
    load_counted(path, composition, None).0
}

/// The same, and how much there was to look at.
fn load_counted(
    path: &Path,
    composition: &Composition,
    targets: Option<&Path>,
) -> (Result<(Loaded, Said), LoadError>, usize) {
    let Attempt { composed, mut sources, errors: mut diagnostics, nodes } = compose(path, composition, targets);
    let read = PARTS_A_VALUE * nodes;
    let Some(composed) = composed else {
        return (Err(LoadError { diagnostics, sources, variants: Vec::new() }), read);
    };
    let variants = composed.variant_names();
    let head = composed.variant.as_ref();
    let from = head.and_then(|head| head.from.as_ref());
    let input = Input {
        name: &composed.name,
        variant: head.map_or("baseline", |head| head.name.as_str()),
        title: head.and_then(|head| head.title.as_ref()),
        about: head.and_then(|head| head.about.as_ref()),
        base: if from.is_some() { &composed.base } else { &composed.patched },
        later: from.map(|from| (&composed.patched, from)),
        targets: composed.targets.as_ref(),
        folder: &composed.folder,
    };
    let (validated, looked_at) = validate(input, &mut sources);
    let result = match validated {
        Ok(_) if !diagnostics.is_empty() => Err(LoadError { diagnostics, sources, variants }),
        Ok((scenario, tables)) => {
            let mut hash = blake3::Hasher::new();
            add_played(&mut hash, &composed.patched);
            if let Some(from) = from {
                add_text(&mut hash, &from.value);
                add_played(&mut hash, &composed.base);
            }
            for (name, table) in &tables {
                add_table(&mut hash, name, table);
            }
            let resolved_hash = hash.finalize().to_hex().to_string();
            let said = Said {
                tables: tables.into_iter().map(|(name, table)| (name, Rc::unwrap_or_clone(table))).collect(),
                variants: composed.variants,
                tree: composed.patched,
            };
            Ok((Loaded { scenario, sources, resolved_hash, variants }, said))
        }
        Err(more) => {
            // Whatever a patch did wrong has been said at its place.
            let said = |span: Option<Span>| span.is_some() && diagnostics.iter().any(|known| known.span == span);
            let more: Vec<Diagnostic> = more.into_iter().filter(|error| !said(error.span)).collect();
            diagnostics.extend(more);
            Err(LoadError { diagnostics, sources, variants })
        }
    };
    (result, read + looked_at)
}

/// Adds a scenario's tree without its targets: no run reads these, so that results remain those of the scenario when
/// observations are added to it later.
fn add_played(hash: &mut blake3::Hasher, root: &Node) {
    match &root.value {
        Value::Map(entries) => add_map(hash, entries.iter().filter(|(key, _)| key.value != "targets")),
        _ => add(hash, root),
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
        Value::Map(entries) => add_map(hash, entries.iter()),
    }
}

fn add_map<'n>(hash: &mut blake3::Hasher, entries: impl Iterator<Item = &'n (Text, Node)> + Clone) {
    add_text(hash, "map");
    hash.update(&(entries.clone().count() as u64).to_le_bytes());
    for (key, value) in entries {
        add_text(hash, &key.value);
        add(hash, value);
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
