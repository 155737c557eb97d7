//! The front door: from a path to a validated scenario.

use super::compose::{Composed, Composition, LoadError, Parts, Reading, read};
use super::model::Scenario;
use super::patch::{VariantHead, extract_variant};
use super::tables::Table;
use super::tree::{Node, Text, Value};
use super::validate::{Input, Shelf, Tables, validate};
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
    if composition.variant.is_some() {
        return load(path, composition);
    }
    let reading = read(path, composition, None);
    let to_read = PARTS_A_VALUE * reading.nodes;
    let Some(parts) = &reading.parts else { return Err(reading.into_error()) };
    let variants = parts.variant_names();
    let mut shelf = Shelf::default();
    let (all, looked_at) = check(&reading, parts, parts.file.clone(), None, &mut shelf);
    let mut all = all.map(|checked| checked.into_loaded(parts));
    let mut effort = to_read.saturating_add(looked_at);
    for (checked, name) in variants.iter().enumerate() {
        if effort > MOST_EFFORT {
            let sources = match &all {
                Ok(loaded) => loaded.sources.clone(),
                Err(error) => error.sources.clone(),
            };
            let message = format!("the scenario is too large to check all of its {} variants at once", variants.len());
            let help = format!("check them one by one: `--variant {name}`; {checked} have been checked");
            let diagnostics = vec![Diagnostic::general(message).help(help)];
            all = with_more(all, LoadError { diagnostics, sources, variants: variants.clone() });
            break;
        }
        // One that is wrongly built has been told of, and is checked as far as it goes: as no variant.
        let variant = extract_variant(&parts.variants, name).ok();
        let (checked, looked_at) = check(&reading, parts, parts.file.clone(), variant, &mut shelf);
        effort = effort.saturating_add(to_read).saturating_add(looked_at);
        if let Err(error) = checked {
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
    load_said(path, composition, None).map(|(loaded, _)| loaded)
}

/// The same with targets of a file of their own: these are the ones that are scored then, and the scenario's are what else
/// is known.
///
/// # Errors
/// Everything that is wrong with either, each at its place.
pub fn load_with_targets(path: &Path, composition: &Composition, targets: Option<&Path>) -> Result<Loaded, LoadError> {
    load_said(path, composition, targets).map(|(loaded, _)| loaded)
}

/// The same as [`load`], with what the files say in words.
///
/// # Errors
/// Everything that is wrong, each at its place.
pub fn load_with_words(path: &Path, composition: &Composition) -> Result<(Loaded, Said), LoadError> {
    load_said(path, composition, None)
}

/// The same as [`load_with_targets`] and [`load_with_words`] at once.
fn load_said(path: &Path, composition: &Composition, targets: Option<&Path>) -> Result<(Loaded, Said), LoadError> {
    let mut reading = read(path, composition, targets);
    let Some(mut parts) = reading.parts.take() else { return Err(reading.into_error()) };
    let nothing = Node { span: parts.file.span, value: Value::Null };
    let (file, chosen) = (std::mem::replace(&mut parts.file, nothing), parts.chosen.take());
    let checked = check(&reading, &parts, file, chosen, &mut Shelf::default()).0?;
    Ok(checked.into_loaded_and_said(parts))
}

/// A scenario in which nothing is wrong.
struct Right {
    scenario: Scenario,
    tables: Tables,
    composed: Composed,
    sources: Sources,
}

/// Lays a variant over a scenario's file and checks all of it; and says how much there was to look at.
fn check(
    reading: &Reading,
    parts: &Parts,
    file: Node,
    variant: Option<(VariantHead, Node)>,
    shelf: &mut Shelf,
) -> (Result<Right, LoadError>, usize) {
    let (mut sources, mut diagnostics) = (reading.sources.clone(), reading.errors.clone());
    let composed = parts.lay_over(file, variant, &mut diagnostics);
    diagnostics.extend(reading.target_errors.iter().cloned());
    let head = composed.variant.as_ref();
    let dated = composed.base.as_ref().zip(head.and_then(|head| head.from.as_ref()));
    let input = Input {
        name: &parts.name,
        variant: head.map_or("baseline", |head| head.name.as_str()),
        title: head.and_then(|head| head.title.as_ref()),
        about: head.and_then(|head| head.about.as_ref()),
        base: dated.map_or(&composed.patched, |(base, _)| base),
        later: dated.map(|(_, from)| (&composed.patched, from)),
        targets: parts.targets.as_ref(),
        folder: &parts.folder,
    };
    let (validated, looked_at) = validate(input, &mut sources, shelf);
    let result = match validated {
        Ok((scenario, tables)) if diagnostics.is_empty() => Ok(Right { scenario, tables, composed, sources }),
        Ok(_) => Err(LoadError { diagnostics, sources, variants: parts.variant_names() }),
        Err(more) => {
            // Whatever a patch did wrong has been said at its place.
            let said = |span: Option<Span>| span.is_some() && diagnostics.iter().any(|known| known.span == span);
            let more: Vec<Diagnostic> = more.into_iter().filter(|error| !said(error.span)).collect();
            diagnostics.extend(more);
            Err(LoadError { diagnostics, sources, variants: parts.variant_names() })
        }
    };
    (result, looked_at)
}

impl Right {
    fn into_loaded(self, parts: &Parts) -> Loaded {
        let resolved_hash = self.hash();
        let Self { scenario, sources, .. } = self;
        Loaded { scenario, sources, resolved_hash, variants: parts.variant_names() }
    }

    fn into_loaded_and_said(self, parts: Parts) -> (Loaded, Said) {
        let (resolved_hash, variants) = (self.hash(), parts.variant_names());
        let Self { scenario, tables, composed, sources } = self;
        let tables = tables.into_iter().map(|(name, table)| (name, Rc::unwrap_or_clone(table))).collect();
        let said = Said { tree: composed.patched, tables, variants: parts.variants };
        (Loaded { scenario, sources, resolved_hash, variants }, said)
    }

    /// BLAKE3 over everything that decides results.
    fn hash(&self) -> String {
        let mut hash = blake3::Hasher::new();
        add_played(&mut hash, &self.composed.patched);
        let from = self.composed.variant.as_ref().and_then(|head| head.from.as_ref());
        if let Some((base, from)) = self.composed.base.as_ref().zip(from) {
            add_text(&mut hash, &from.value);
            add_played(&mut hash, base);
        }
        for (name, table) in &self.tables {
            add_table(&mut hash, name, table);
        }
        hash.finalize().to_hex().to_string()
    }
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
