//! Applying a patch. What is wrong with it has been said by `check`; here it is left out.

use std::collections::BTreeMap;

use crate::scenario::format::{PLACEMENT, is_distribution};
use crate::scenario::tree::{Node, Text, Value};

use super::kind::{Element, Kind, lacks};

/// The most rules that may be placed with `before` and `after` in one map of one patch.
pub(super) const MAX_PLACED: usize = 1_000;

/// Finds keys of a map; by an index where many are looked for, so that two large maps do not take the product of both.
pub(super) struct Keys(Option<BTreeMap<String, usize>>);

impl Keys {
    pub(super) fn new(entries: &[(Text, Node)], lookups: usize) -> Self {
        let index = || entries.iter().enumerate().rev().map(|(i, (key, _))| (key.value.clone(), i)).collect();
        Self((lookups > 8).then(index))
    }

    pub(super) fn find(&self, entries: &[(Text, Node)], key: &str) -> Option<usize> {
        match &self.0 {
            Some(index) => index.get(key).copied(),
            None => entries.iter().position(|(other, _)| other.value == key),
        }
    }
}

/// Applies a patch to what stands at the same place.
pub(super) fn apply(kind: Kind, base: &mut Node, patch: &Node) {
    let Value::Map(changes) = &patch.value else { return apply_bare(kind, base, patch) };
    if let Kind::Element(element) = kind {
        expand_shorthand(element, base);
        if element == Element::Uncertainty {
            drop_distribution(base, changes);
        }
    }
    match &mut base.value {
        Value::Map(entries) => apply_map(kind, entries, changes),
        _ => *base = fresh(kind, patch),
    }
}

/// A bare value over what may be a map.
fn apply_bare(kind: Kind, base: &mut Node, patch: &Node) {
    let number_or_text = matches!(patch.value, Value::Number(..) | Value::Text(_));
    match (kind, &mut base.value) {
        (Kind::Root | Kind::Elements(_) | Kind::Territory | Kind::Variants, Value::Map(_)) => {}
        (Kind::Element(element), Value::Map(entries)) if number_or_text && sets_field(element) => {
            if element == Element::Uncertainty {
                // A constant has nothing to draw: neither bounds to truncate nor a partner to follow.
                entries.retain(|(key, _)| {
                    !is_distribution(&key.value) && !matches!(key.value.as_str(), "within" | "with")
                });
            }
            if let Some(field) = element.shorthand() {
                put(entries, field, patch.clone());
            }
        }
        _ => *base = patch.clone(),
    }
}

/// An outcome is replaced whole by a bare expression, as JSON merge patch has it; the others keep their other fields.
fn sets_field(element: Element) -> bool {
    matches!(element, Element::Lever | Element::State | Element::Tie | Element::Uncertainty)
}

/// `stock: 20` is `stock: { start: 20 }` as soon as another field is added to it.
fn expand_shorthand(element: Element, base: &mut Node) {
    let Some(field) = element.shorthand() else { return };
    if matches!(base.value, Value::Number(..) | Value::Text(_)) {
        let value = std::mem::replace(&mut base.value, Value::Null);
        base.value = Value::Map(vec![(key_at(field, base), Node { span: base.span, value })]);
    }
}

/// A distribution is replaced whole, so the old one goes when the patch names another (or the same anew).
fn drop_distribution(base: &mut Node, changes: &[(Text, Node)]) {
    let named = |node: &Node| !matches!(node.value, Value::Null);
    let mut names = changes.iter().filter(|(key, node)| is_distribution(&key.value) && named(node)).peekable();
    if names.peek().is_none() {
        return;
    }
    let constant = names.all(|(key, _)| key.value == "constant");
    if let Value::Map(entries) = &mut base.value {
        let changed = |name: &str| changes.iter().any(|(key, _)| key.value == name);
        entries.retain(|(key, _)| match key.value.as_str() {
            name @ ("within" | "with") => !constant || changed(name),
            name => !is_distribution(name) || changes.iter().any(|(k, node)| k.value == name && !named(node)),
        });
    }
}

fn key_at(name: &str, node: &Node) -> Text {
    Text { value: name.to_owned(), span: node.span, offsets: None }
}

fn put(entries: &mut Vec<(Text, Node)>, field: &str, node: Node) {
    match entries.iter_mut().find(|(key, _)| key.value == field) {
        Some((_, old)) => *old = node,
        None => entries.push((key_at(field, &node), node)),
    }
}

fn apply_map(kind: Kind, entries: &mut Vec<(Text, Node)>, changes: &[(Text, Node)]) {
    let alone = entries.is_empty();
    let keys = Keys::new(entries, changes.len());
    let mut removed = vec![false; entries.len()];
    for (key, node) in changes {
        let child = kind.child(&key.value);
        let known = keys.find(entries, &key.value);
        let known = known.and_then(|i| Some((removed.get_mut(i)?, entries.get_mut(i)?)));
        match (known, &node.value) {
            (Some((removed, _)), Value::Null) => *removed = true,
            (Some((_, entry)), _) if kind == Kind::Variants => *entry = (key.clone(), node.clone()),
            (Some((_, (_, known))), _) => apply(child, known, node),
            (None, Value::Null) => {}
            (None, _) if kind == Kind::Variants => entries.push((key.clone(), node.clone())),
            (None, _) => {
                if lacks(kind, node, alone).is_none() {
                    entries.push((key.clone(), fresh(child, node)));
                }
            }
        }
    }
    let mut removed = removed.into_iter();
    entries.retain(|_| !removed.next().unwrap_or(false));
    if matches!(kind, Kind::Element(Element::Rule | Element::Event)) {
        // Consumed by the map that holds this one.
        let placement = |key: &Text| PLACEMENT.iter().any(|place| place.name == key.value);
        entries.retain(|(key, _)| !(placement(key) && changes.iter().any(|(k, _)| k.value == key.value)));
    }
    if kind.ordered() {
        place(entries, changes);
    }
}

/// A new part: its nulls are left out, its placements carried out.
fn fresh(kind: Kind, patch: &Node) -> Node {
    match &patch.value {
        Value::Map(_) if kind == Kind::Variants => patch.clone(),
        Value::Map(changes) => {
            let mut entries = Vec::new();
            apply_map(kind, &mut entries, changes);
            Node { span: patch.span, value: Value::Map(entries) }
        }
        _ => patch.clone(),
    }
}

/// Moves what names a place there. Several behind the same rule keep their order.
fn place(entries: &mut Vec<(Text, Node)>, changes: &[(Text, Node)]) {
    let mut behind: BTreeMap<&str, usize> = BTreeMap::new();
    let placed = changes.iter().filter_map(|(key, node)| {
        let (after, target) = node.get("before").map(|t| (false, t)).or(node.get("after").map(|t| (true, t)))?;
        match &target.value {
            Value::Text(target) if target.value != key.value => Some((key, after, target.value.as_str())),
            _ => None,
        }
    });
    for (key, after, target) in placed.take(MAX_PLACED) {
        let position = |entries: &[(Text, Node)], name: &str| entries.iter().position(|(k, _)| k.value == name);
        let (Some(from), Some(_)) = (position(entries, &key.value), position(entries, target)) else { continue };
        let entry = entries.remove(from);
        let at = position(entries, target).unwrap_or(entries.len());
        let at = if after {
            let earlier = behind.entry(target).or_insert(0);
            *earlier += 1;
            at + *earlier
        } else {
            at
        };
        entries.insert(at.min(entries.len()), entry);
    }
}
