//! Reads the merged tree: values as they are written, notes, bounds.

use super::markdown::{code, prose};
use crate::scenario::model::BasisKind;
use crate::scenario::tree::{Node, Text, Value};
use std::collections::BTreeSet;

/// The value under a key, unless it is null.
pub(super) fn given<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    node.get(key).filter(|found| !matches!(found.value, Value::Null))
}

/// The entries of a map under a key.
pub(super) fn entries<'n>(node: &'n Node, key: &str) -> &'n [(Text, Node)] {
    given(node, key).and_then(Node::as_map).unwrap_or_default()
}

/// A list under a key; a single value is a list of one.
pub(super) fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    match given(node, key) {
        Some(Node { value: Value::List(items), .. }) => items,
        Some(one) => std::slice::from_ref(one),
        None => &[],
    }
}

/// A value as it is written.
pub(super) fn written(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(_, text) | Value::Text(text) => text.value.clone(),
        Value::List(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let parts: Vec<String> =
                entries.iter().map(|(key, value)| format!("{}: {}", key.value, written(value))).collect();
            format!("{{ {} }}", parts.join(", "))
        }
    }
}

/// The value under a key as code; empty if there is none.
pub(super) fn code_of(node: &Node, key: &str) -> String {
    given(node, key).map(|found| code(&written(found))).unwrap_or_default()
}

/// The text under a key as prose; empty if there is none.
pub(super) fn prose_of(node: &Node, key: &str) -> String {
    given(node, key).map(|found| prose(&written(found))).unwrap_or_default()
}

/// The words of a name or text.
pub(super) fn word(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Text(text) => Some(&text.value),
        _ => None,
    }
}

/// What a declared number rests on.
pub(super) fn basis_of(node: &Node) -> String {
    match given(node, "basis") {
        Some(basis) => prose(&written(basis)),
        None => BasisKind::default().name().to_owned(),
    }
}

/// `within` in words, its ends as code.
pub(super) fn bounds_of(node: &Node) -> String {
    bounds(node, &code)
}

/// `within` in words, its ends marked like this.
pub(super) fn bounds(node: &Node, mark: &dyn Fn(&str) -> String) -> String {
    let Some(Node { value: Value::List(ends), .. }) = given(node, "within") else { return String::new() };
    let end = |i: usize| ends.get(i).filter(|end| !matches!(end.value, Value::Null)).map(|end| mark(&written(end)));
    match (end(0), end(1)) {
        (Some(low), Some(high)) => format!("{low} to {high}"),
        (Some(low), None) => format!("{low} or more"),
        (None, Some(high)) => format!("{high} or less"),
        (None, None) => String::new(),
    }
}

/// Title and reason in one cell: what it is, then why.
pub(super) fn reason_of(node: &Node) -> String {
    let parts = [prose_of(node, "title"), prose_of(node, "because")];
    let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).map(|part| sentence(&part)).collect();
    said.join(" ")
}

/// A text that ends as a sentence does.
pub(super) fn sentence(text: &str) -> String {
    let ends = text.is_empty()
        || text.ends_with(['.', '!', '?', ':', ';', '…'])
        || text.ends_with(".)")
        || text.ends_with("?)");
    if ends { text.to_owned() } else { format!("{text}.") }
}

/// Whether a value reads one of these names.
pub(super) fn reads(node: &Node, names: &BTreeSet<&str>) -> bool {
    let text = written(node);
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).any(|word| names.contains(word))
}

/// A number for people: whole ones whole, others to three digits after the point.
pub(super) fn figure(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return format!("{value}");
    }
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
