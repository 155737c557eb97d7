//! What is wrong with a patch, without applying it, so that every variant of a file can be checked.

use std::collections::BTreeMap;

use crate::diagnostics::{Diagnostic, suggest};
use crate::scenario::format::PLACEMENT;
use crate::scenario::tree::{Node, Text, Value};

use super::apply::{Keys, MAX_PLACED};
use super::kind::{Element, Kind, lacks};

/// Errors beyond this many get no suggestion, which would cost more than they are worth.
const SUGGESTED: usize = 100;
/// Maps with fewer keys than this are searched from the start.
const INDEXED: usize = 16;

/// Checks patches of one tree, and remembers where the keys of its large maps stand.
pub(super) struct Checker<'a, 'e> {
    indexes: BTreeMap<*const (Text, Node), BTreeMap<&'a str, usize>>,
    errors: &'e mut Vec<Diagnostic>,
}

impl<'a, 'e> Checker<'a, 'e> {
    pub(super) fn new(errors: &'e mut Vec<Diagnostic>) -> Self {
        Self { indexes: BTreeMap::new(), errors }
    }

    /// Collects all errors of a patch of a whole tree.
    pub(super) fn check(&mut self, base: &'a Node, patch: &Node) {
        self.check_node(Kind::Root, "", base, patch);
    }

    pub(super) fn errors(&mut self) -> &mut Vec<Diagnostic> {
        self.errors
    }

    fn find(&mut self, entries: &'a [(Text, Node)], key: &str) -> Option<&'a Node> {
        if entries.len() < INDEXED {
            return entries.iter().find(|(other, _)| other.value == key).map(|(_, node)| node);
        }
        let build = || entries.iter().enumerate().map(|(i, (key, _))| (key.value.as_str(), i)).collect();
        let index = self.indexes.entry(entries.as_ptr()).or_insert_with(build);
        index.get(key).and_then(|i| entries.get(*i)).map(|(_, node)| node)
    }

    /// `name` is the key under which the patch stands, empty at the top.
    fn check_node(&mut self, kind: Kind, name: &str, base: &'a Node, patch: &Node) {
        match (&base.value, &patch.value) {
            _ if kind == Kind::Variants => {}
            (Value::Map(base), Value::Map(patch)) => self.check_map(kind, base, patch),
            (_, Value::Map(_)) => self.check_new(kind, patch),
            (Value::Map(_), _) if matches!(kind, Kind::Root | Kind::Elements(_) | Kind::Territory) => {
                let what = if name.is_empty() { "the file".to_owned() } else { format!("`{name}`") };
                let message = format!("{what} holds a map of names");
                self.errors.push(Diagnostic::at(patch.span, message, "expected `name: value`"));
            }
            _ => {}
        }
    }

    fn check_map(&mut self, kind: Kind, base: &'a [(Text, Node)], patch: &[(Text, Node)]) {
        for (key, node) in patch {
            let child = kind.child(&key.value);
            match (self.find(base, &key.value), &node.value) {
                (Some(_), Value::Null) => {}
                (Some(known), _) => self.check_node(child, &key.value, known, node),
                (None, Value::Null) => self.nothing_to_remove(kind, key, base),
                (None, _) if is_placement(kind, key) => {}
                (None, _) => match lacks(kind, node, base.is_empty()) {
                    Some((element, what)) => self.unknown(element, key, what, base),
                    None => self.check_new(child, node),
                },
            }
        }
        if kind.ordered() {
            self.check_places(kind, base, patch);
        }
    }

    /// A new part: what it holds must be complete, and null has nothing to remove.
    fn check_new(&mut self, kind: Kind, node: &Node) {
        if let Value::Map(entries) = &node.value
            && kind != Kind::Variants
        {
            self.check_map(kind, &[], entries);
        }
    }

    fn nothing_to_remove(&mut self, kind: Kind, key: &Text, base: &[(Text, Node)]) {
        let name = &key.value;
        let what = kind.members().map_or(format!("`{name}`"), |element| format!("{} `{name}`", element.noun()));
        let message = format!("there is no {what} to remove");
        let error = Diagnostic::at(key.span, message, "an empty value or `null` removes");
        self.push(error, name, base);
    }

    fn unknown(&mut self, element: Element, key: &Text, lacks: &str, base: &[(Text, Node)]) {
        let noun = element.noun();
        let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        let message = format!("there is no {noun} `{}` to change", key.value);
        let error = Diagnostic::at(key.span, message, format!("{article} {noun} that is new needs {lacks}"));
        self.push(error, &key.value, base);
    }

    /// Adds an error about a name that is not among the keys of `base`.
    fn push(&mut self, error: Diagnostic, name: &str, base: &[(Text, Node)]) {
        let few = self.errors.len() < SUGGESTED;
        let near = if few { suggest(name, base.iter().map(|(key, _)| key.value.as_str())) } else { None };
        self.errors.push(error.maybe_help(near.map(|near| format!("did you mean `{near}`?"))));
    }

    fn check_places(&mut self, kind: Kind, base: &'a [(Text, Node)], patch: &[(Text, Node)]) {
        let noun = kind.members().map_or("", Element::noun);
        let patch_keys = Keys::new(patch, patch.len());
        let mut placed = 0;
        for (key, node) in patch {
            let mut sides = ["before", "after"].into_iter().filter_map(|side| Some((side, node.get(side)?)));
            let Some((side, target)) = sides.next() else { continue };
            placed += 1;
            if placed == MAX_PLACED + 1 {
                let message = format!("more than {MAX_PLACED} of these are placed with `before` or `after`");
                self.errors.push(Diagnostic::at(key.span, message, "counted up to here"));
            }
            if let Some((_, second)) = sides.next() {
                let message = format!("`{}` is placed both before and after", key.value);
                let error = Diagnostic::at(second.span, message, "keep one of the two");
                self.errors.push(error.related(target.span, "the other"));
            }
            let Value::Text(name) = &target.value else {
                self.errors.push(Diagnostic::at(target.span, format!("`{side}` names a {noun}"), "expected a name"));
                continue;
            };
            let found = self.find(base, &name.value).is_some() || patch_keys.find(patch, &name.value).is_some();
            if !found || name.value == key.value {
                let message = format!("there is no other {noun} `{}`", name.value);
                let label = format!("`{}` cannot be placed {side} it", key.value);
                self.push(Diagnostic::at(name.span, message, label), &name.value, base);
            }
        }
    }
}

/// `before` and `after` inside a rule or event say where it stands and are no fields of it.
fn is_placement(kind: Kind, key: &Text) -> bool {
    matches!(kind, Kind::Element(Element::Rule | Element::Event))
        && PLACEMENT.iter().any(|place| place.name == key.value)
}
