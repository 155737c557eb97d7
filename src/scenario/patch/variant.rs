//! Variants: named patches that a scenario's file holds.

use crate::diagnostics::{Diagnostic, suggest};
use crate::language::is_name;
use crate::scenario::format::VARIANT;
use crate::scenario::tree::{Node, Text, Value};

use super::check::Checker;

/// The most variants that one scenario may have.
pub const MAX_VARIANTS: usize = 1_000;

/// What a variant says of itself.
#[derive(Clone, Debug)]
pub struct VariantHead {
    /// Its key under `variants`.
    pub name: String,
    /// Its heading.
    pub title: Option<Text>,
    /// What it is for.
    pub about: Option<Text>,
    /// The date from which it holds, as written; from the start where there is none.
    pub from: Option<Text>,
}

/// The head of one of these variants and its patch, as it stands in the tree.
///
/// # Errors
/// There is no variant of this name, or it is wrongly built.
pub fn extract_variant(variants: &Node, name: &str) -> Result<(VariantHead, Node), Diagnostic> {
    let entries = variants.as_map().unwrap_or(&[]);
    let Some((key, node)) = entries.iter().find(|(key, _)| key.value == name) else {
        return Err(unknown(name, entries));
    };
    let mut errors = Vec::new();
    let parts = split(key, node, &mut errors);
    match errors.into_iter().next() {
        Some(error) => Err(error),
        None => Ok(parts),
    }
}

/// The heads and patches of all variants of a section that has been checked, in file order.
pub fn heads_and_patches(variants: &Node) -> Vec<(VariantHead, Node)> {
    let mut told = Vec::new();
    let entries = variants.as_map().unwrap_or_default();
    entries.iter().take(MAX_VARIANTS).map(|(key, node)| split(key, node, &mut told)).collect()
}

fn unknown(name: &str, entries: &[(Text, Node)]) -> Diagnostic {
    let names = || entries.iter().map(|(key, _)| key.value.as_str());
    let help = match suggest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if entries.is_empty() => "it has no variants".to_owned(),
        None => format!("its variants are {}", names().take(20).collect::<Vec<_>>().join(", ")),
    };
    Diagnostic::general(format!("the scenario has no variant `{name}`")).help(help)
}

/// Checks that every variant is rightly built and changes only what the scenario has, chosen or not.
pub fn check_variants(tree: &Node, errors: &mut Vec<Diagnostic>) {
    let Some(variants) = tree.get("variants") else { return };
    let Some(entries) = variants.as_map() else {
        if !matches!(variants.value, Value::Null) {
            errors.push(Diagnostic::at(variants.span, "`variants` holds a map of names", "expected `name: { … }`"));
        }
        return;
    };
    if let Some((key, _)) = entries.get(MAX_VARIANTS) {
        let message = format!("a scenario may have {MAX_VARIANTS} variants");
        errors.push(Diagnostic::at(key.span, message, "one more than that"));
    }
    let mut checker = Checker::new(errors);
    for (key, node) in entries.iter().take(MAX_VARIANTS) {
        let (_, patch) = split(key, node, checker.errors());
        checker.check(tree, &patch);
    }
}

/// What belongs to the variant itself, and what it changes.
fn split(key: &Text, node: &Node, errors: &mut Vec<Diagnostic>) -> (VariantHead, Node) {
    let mut head = VariantHead { name: key.value.clone(), title: None, about: None, from: None };
    if key.value == "baseline" {
        let message = "no variant can be called `baseline`";
        errors.push(Diagnostic::at(key.span, message, "this name means the scenario without a variant"));
    }
    if !is_name(&key.value) {
        let message = format!("`{}` cannot be a name", key.value);
        let label = "names are small letters, digits and `_`, and begin with a letter";
        errors.push(Diagnostic::at(key.span, message, label));
    }
    let Some(entries) = node.as_map() else {
        let message = format!("variant `{}` changes nothing", key.value);
        errors.push(Diagnostic::at(key.span, message, "expected a map of what it changes"));
        return (head, Node { span: node.span, value: Value::Map(Vec::new()) });
    };
    let mut patch = Vec::new();
    for (field, value) in entries {
        let slot = match field.value.as_str() {
            "title" => &mut head.title,
            "about" => &mut head.about,
            "from" => &mut head.from,
            "variants" | "extends" => {
                let message = format!("a variant cannot hold `{}`", field.value);
                errors.push(Diagnostic::at(field.span, message, "only the file itself can"));
                continue;
            }
            _ => {
                patch.push((field.clone(), value.clone()));
                continue;
            }
        };
        match &value.value {
            Value::Text(text) | Value::Number(_, text) => *slot = Some(text.clone()),
            _ => errors.push(Diagnostic::at(value.span, format!("a variant's `{}` is a text", field.value), "no text")),
        }
    }
    if patch.is_empty() && entries.iter().all(|(field, _)| VARIANT.knows(&field.value)) {
        let message = format!("variant `{}` changes nothing", key.value);
        errors.push(Diagnostic::at(key.span, message, "expected what it changes, such as `levers: { … }`"));
    }
    (head, Node { span: node.span, value: Value::Map(patch) })
}
