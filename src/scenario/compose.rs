//! From what the user typed to one merged tree: `extends`, then the variant, then `--with`, then `--set`.
//!
//! Files are read once, whatever variants are laid over them one after the other.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::diagnostics::{Diagnostic, Sources, Span, render};

use super::files::{Allowance, lies_in, read_below, read_named, reason};
use super::patch::{self, Assignment, VariantHead};
use super::read::{MAX_BYTES, MAX_NODES, read_tree};
use super::tree::{Node, Text, Value};

/// The file that a folder must hold to be a scenario.
const IN_FOLDER: &str = "scenario.yaml";
/// The longest chain of `extends`.
const MAX_CHAIN: usize = 32;

/// What is laid over a scenario's file.
#[derive(Clone, Debug, Default)]
pub struct Composition {
    /// The variant's name; `None` and `baseline` mean none.
    pub variant: Option<String>,
    /// Patch files, in order.
    pub with: Vec<PathBuf>,
    /// `name=value`, in order.
    pub set: Vec<String>,
}

/// A scenario's trees, merged.
#[derive(Clone, Debug)]
pub(super) struct Composed {
    /// Everything.
    pub patched: Node,
    /// Everything but the variant, if this holds only from a date on.
    pub base: Option<Node>,
    /// The variant that was chosen.
    pub variant: Option<VariantHead>,
}

/// What was read of a scenario, before anything is laid over it.
#[derive(Debug)]
pub(super) struct Parts {
    /// The scenario's file over all that it extends, without its variants.
    pub file: Node,
    /// All its variants, chosen or not.
    pub variants: Node,
    /// The variant that was chosen: what it says of itself, and its patch.
    pub chosen: Option<(VariantHead, Node)>,
    /// The scenario's folder, below which its tables lie.
    pub folder: PathBuf,
    /// The scenario's short name: its folder's or its file's.
    pub name: String,
    /// The targets of a file of their own.
    pub targets: Option<Node>,
    patches: Vec<Node>,
    assignments: Vec<Assignment>,
}

impl Parts {
    /// The names of all its variants.
    pub fn variant_names(&self) -> Vec<String> {
        self.variants.as_map().unwrap_or_default().iter().map(|(key, _)| key.value.clone()).collect()
    }

    /// Lays a variant, then patches, then settings over the scenario's file. What is wrong with these is added to `errors`.
    pub fn lay_over(&self, file: Node, variant: Option<(VariantHead, Node)>, errors: &mut Vec<Diagnostic>) -> Composed {
        let dated = variant.as_ref().is_some_and(|(head, _)| head.from.is_some());
        let base = dated.then(|| {
            let mut base = file.clone();
            // What only the variant has cannot be patched without it.
            self.patches.iter().for_each(|change| patch::merge_unchecked(&mut base, change));
            for assignment in &self.assignments {
                let _only_the_variant_has_it = patch::set(&mut base, assignment);
            }
            base
        });
        let mut patched = file;
        if let Some((_, change)) = &variant {
            patch::merge_unchecked(&mut patched, change); // `check_variants` has told its errors
        }
        self.patches.iter().for_each(|change| patch::merge(&mut patched, change, errors));
        for assignment in &self.assignments {
            errors.extend(patch::set(&mut patched, assignment).err());
        }
        Composed { patched, base, variant: variant.map(|(head, _)| head) }
    }
}

/// Why a scenario could not be composed.
#[derive(Clone, Debug)]
pub struct LoadError {
    /// Everything that is wrong; never empty.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that the diagnostics point into.
    pub sources: Sources,
    /// The names of all the scenario's variants, as far as it could be read.
    pub variants: Vec<String>,
}

/// What came of reading: the trees without what is wrong in them, and what that is.
pub(super) struct Reading {
    /// `None` where nothing is left to look at.
    pub parts: Option<Parts>,
    /// Every file that was read, `--set` arguments among them.
    pub sources: Sources,
    /// What is wrong so far.
    pub errors: Vec<Diagnostic>,
    /// What is wrong with the file of targets, which is told after all else.
    pub target_errors: Vec<Diagnostic>,
    /// How many values all files hold together.
    pub nodes: usize,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(render(&self.diagnostics, &self.sources, false).trim_end())
    }
}

impl std::error::Error for LoadError {}

impl Reading {
    /// Why a scenario could not be read at all.
    pub fn into_error(self) -> LoadError {
        let mut diagnostics = self.errors;
        diagnostics.extend(self.target_errors);
        LoadError { diagnostics, sources: self.sources, variants: Vec::new() }
    }
}

/// Reads a scenario and everything that `options` lays over it.
///
/// `path` is a YAML file or a folder with a `scenario.yaml`; `targets` a file of targets.
/// The errors are those of the files as YAML and as patches of each other, variants that were not chosen included.
pub(super) fn read(path: &Path, options: &Composition, targets: Option<&Path>) -> Reading {
    let mut loader =
        Loader { sources: Sources::default(), errors: Vec::new(), allowance: Allowance::for_yaml(), nodes: 0 };
    let mut parts = loader.read(path, options);
    let errors = std::mem::take(&mut loader.errors);
    let targets = targets.and_then(|path| loader.read_targets(path));
    if let Some(parts) = &mut parts {
        parts.targets = targets;
    }
    Reading { parts, sources: loader.sources, errors, target_errors: loader.errors, nodes: loader.nodes }
}

struct Loader {
    sources: Sources,
    errors: Vec<Diagnostic>,
    allowance: Allowance,
    nodes: usize,
}

impl Loader {
    /// `None` only after an error was noted.
    fn read(&mut self, path: &Path, options: &Composition) -> Option<Parts> {
        let path = self.find_scenario(path)?;
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        let mut file = self.read_chain(&path, &folder)?;
        patch::check_variants(&file, &mut self.errors);
        let nothing = Node { span: file.span, value: Value::Null };
        let variants = remove(&mut file, "variants").unwrap_or(nothing);
        let chosen = self.choose_variant(&variants, options);
        let patches = options.with.iter().filter_map(|path| self.read_patch(path)).collect();
        let assignments = options.set.iter().filter_map(|argument| self.read_set(argument)).collect();
        let name = short_name(&path);
        Some(Parts { file, variants, chosen, folder, name, targets: None, patches, assignments })
    }

    fn find_scenario(&mut self, path: &Path) -> Option<PathBuf> {
        let shown = path.display();
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) => {
                let error = Diagnostic::general(format!("cannot read scenario `{shown}`: {}", reason(&error)));
                self.errors.push(error.help("a scenario is a YAML file, or a folder with a `scenario.yaml`"));
                return None;
            }
        };
        if !metadata.is_dir() {
            return Some(path.to_path_buf());
        }
        let file = path.join(IN_FOLDER);
        if fs::metadata(&file).is_err() {
            let error = Diagnostic::general(format!("the folder `{shown}` holds no `{IN_FOLDER}`"));
            self.errors.push(error.help("name the YAML file itself, or a folder with a `scenario.yaml`"));
            return None;
        }
        if !lies_in(path, &file) {
            let error = Diagnostic::general(format!("`{}` is a link out of its folder", file.display()));
            self.errors.push(error.help("name the file itself if it may be read"));
            return None;
        }
        Some(file)
    }

    /// The scenario's file over all that it extends.
    fn read_chain(&mut self, file: &Path, folder: &Path) -> Option<Node> {
        let bytes = self.read_named(file)?;
        let mut tree = self.parse(&file.display().to_string(), &bytes)?;
        let mut names = vec![file.display().to_string()];
        let mut seen = BTreeSet::from([fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf())]);
        let mut from = folder.to_path_buf();
        let mut chain = Vec::new();
        while let Some(target) = self.take_extends(&mut tree) {
            chain.push(tree);
            let below = match read_below(folder, &from, &target, MAX_BYTES, &mut self.allowance) {
                Ok(below) => below,
                Err(error) => {
                    self.errors.push(error);
                    return None;
                }
            };
            names.push(below.name.clone());
            if !seen.insert(below.path.clone()) || names.len() > MAX_CHAIN {
                let cycle = names.join(" → ");
                let message = if names.len() > MAX_CHAIN {
                    "too many files extend each other"
                } else {
                    "`extends` goes in a circle"
                };
                self.errors
                    .push(Diagnostic::at(target.span, message, "comes back to a file that is being read").help(cycle));
                return None;
            }
            if let Some(parent) = Path::new(&target.value).parent() {
                from.push(parent);
            }
            tree = self.parse(&below.name, &below.bytes)?;
        }
        for change in chain.iter().rev() {
            patch::merge(&mut tree, change, &mut self.errors);
        }
        Some(tree)
    }

    /// The file that a tree extends; the key is taken out of it.
    fn take_extends(&mut self, tree: &mut Node) -> Option<Text> {
        let node = remove(tree, "extends")?;
        match node.value {
            Value::Text(text) => Some(text),
            _ => {
                let message = "`extends` names one file";
                self.errors.push(Diagnostic::at(node.span, message, "expected a name such as `other.yaml`"));
                None
            }
        }
    }

    fn choose_variant(&mut self, variants: &Node, options: &Composition) -> Option<(VariantHead, Node)> {
        let name = options.variant.as_deref().filter(|name| *name != "baseline")?;
        match patch::extract_variant(variants, name) {
            Ok(variant) => Some(variant),
            Err(error) => {
                // An error with a place is one that `check_variants` has told.
                self.errors.extend(error.span.is_none().then_some(error));
                None
            }
        }
    }

    fn read_patch(&mut self, path: &Path) -> Option<Node> {
        let bytes = self.read_named(path)?;
        let mut tree = self.parse(&path.display().to_string(), &bytes)?;
        for key in ["extends", "variants"] {
            if let Some(node) = remove(&mut tree, key) {
                let message = format!("a patch given by `--with` cannot hold `{key}`");
                self.errors.push(Diagnostic::at(node.span, message, "only the scenario's own file can"));
            }
        }
        Some(tree)
    }

    /// What a file of targets holds under `targets`.
    fn read_targets(&mut self, path: &Path) -> Option<Node> {
        let bytes = self.read_named(path)?;
        let mut tree = self.parse(&path.display().to_string(), &bytes)?;
        let (targets, version) = (remove(&mut tree, "targets"), remove(&mut tree, "entente"));
        for (key, _) in tree.as_map().unwrap_or_default() {
            let message = format!("a file of targets cannot hold `{}`", key.value);
            let error = Diagnostic::at(key.span, message, "only `entente: 1` and `targets:` stand in it");
            self.errors.push(error);
        }
        if let Some(version) = version.filter(|v| !matches!(v.value, Value::Number(n, _) if n == 1.0)) {
            let error = Diagnostic::at(version.span, "this version of the format is not known", "only version 1 is");
            self.errors.push(error.help("write `entente: 1`"));
        }
        if targets.is_none() {
            let start = Span { end: tree.span.start, ..tree.span };
            let help = "write `targets:` and under it the name of an outcome or milestone";
            self.errors.push(Diagnostic::at(start, "the file holds no `targets`", "missing").help(help));
        }
        targets
    }

    fn read_set(&mut self, argument: &str) -> Option<Assignment> {
        patch::read_assignment(argument, &mut self.sources).map_err(|error| self.errors.push(error)).ok()
    }

    /// A file that the user named.
    fn read_named(&mut self, path: &Path) -> Option<Vec<u8>> {
        read_named(path, MAX_BYTES, &mut self.allowance).map_err(|error| self.errors.push(error)).ok()
    }

    fn parse(&mut self, name: &str, bytes: &[u8]) -> Option<Node> {
        match read_tree(name, bytes, &mut self.sources) {
            Ok((_, tree)) => {
                self.nodes += tree.count();
                if self.nodes > MAX_NODES {
                    let message = format!("the scenario's files hold more than {MAX_NODES} values together");
                    self.errors.push(Diagnostic::at(tree.span, message, "with this one"));
                    return None;
                }
                Some(tree)
            }
            Err(errors) => {
                self.errors.extend(errors);
                None
            }
        }
    }
}

fn remove(tree: &mut Node, name: &str) -> Option<Node> {
    let Value::Map(entries) = &mut tree.value else { return None };
    let at = entries.iter().position(|(key, _)| key.value == name)?;
    Some(entries.remove(at).1)
}

/// The file's name without its ending, or its folder's where the file is called `scenario.yaml`.
fn short_name(file: &Path) -> String {
    let stem = || file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if file.file_name().is_none_or(|name| name != IN_FOLDER) {
        return stem();
    }
    let folder =
        fs::canonicalize(file).ok().and_then(|path| Some(path.parent()?.file_name()?.to_string_lossy().into_owned()));
    folder.unwrap_or_else(stem)
}

#[cfg(test)]
mod tests;
