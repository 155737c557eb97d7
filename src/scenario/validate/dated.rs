//! Dated variants: what may differ from a date on, and the rules of both scenarios in one list.

use super::Checker;
use super::keys::get;
use super::rules::Written;
use crate::scenario::model::{Comparison, Expr};
use crate::scenario::tree::{Node, Text, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Sections that a dated variant may change, and are looked at where they are read. Targets change no run.
const MAY_CHANGE: [&str; 6] = ["levers", "policies", "events", "actors", "territory", "targets"];

type Entry<'a> = (&'a Text, &'a Node);

impl<'a> Checker<'a> {
    /// Says what a dated variant changes that cannot change in the middle of a run.
    pub fn refuse_undated_changes(&mut self) {
        let Some(later) = self.later else { return };
        let root = self.root;
        for (key, node) in later {
            if !MAY_CHANGE.contains(&key.value.as_str()) && !get(root, &key.value).is_some_and(|old| same(old, node)) {
                self.refuse_change(&key.value, node);
            }
        }
        for (name, allowed) in [("actors", "policy"), ("levers", "default")] {
            self.refuse_changes_in(name, allowed);
        }
        let (old, new) = (get(root, "territory"), get(later, "territory"));
        if let (Some(old), Some(new)) = (old, new) {
            for (key, node) in new.as_map().unwrap_or_default() {
                let fixed = !matches!(key.value.as_str(), "sides" | "contest");
                if fixed && !old.get(&key.value).is_some_and(|o| same(o, node)) {
                    self.refuse_change(&format!("territory.{}", key.value), node);
                }
            }
        }
    }

    /// Members of a section may only differ under one key.
    fn refuse_changes_in(&mut self, section: &str, allowed: &str) {
        let (Some(old), Some(new)) = (self.section(section), self.later_section(section)) else { return };
        let old: BTreeMap<&str, &Node> =
            old.as_map().unwrap_or_default().iter().map(|(name, node)| (name.value.as_str(), node)).collect();
        for (name, node) in new.as_map().unwrap_or_default() {
            let Some(before) = old.get(name.value.as_str()) else {
                self.refuse_change(&format!("{section}.{}", name.value), node);
                continue;
            };
            for (key, value) in node.as_map().unwrap_or_default() {
                let free = key.value == allowed || (section == "actors" && key.value == "policies");
                if !free && !before.get(&key.value).is_some_and(|o| same(o, value)) {
                    self.refuse_change(&format!("{section}.{}.{}", name.value, key.value), value);
                }
            }
        }
    }

    /// Says that a part cannot change in the middle of a run.
    pub fn refuse_change(&mut self, what: &str, node: &Node) {
        let help = "it may patch levers, policies, events and the sides' campaigns; leave out `from:` for the rest";
        let message = format!("a dated variant cannot patch `{what}`");
        self.error_help(node.span, message, "cannot change in the middle of a run", help);
    }

    /// The rules of both scenarios: what is equal stays one, the rest acts until the switch or from it on.
    pub fn spliced(&self, base: &[Entry<'a>], later: Option<&[Entry<'a>]>) -> Vec<Written<'a>> {
        let end = self.clock.ticks + 1;
        let whole = |(key, node): &Entry<'a>| Written { key, node, active: (1, end) };
        let (Some(later), Some(switch)) = (later, self.switch) else {
            return base.iter().map(whole).collect();
        };
        let before = |(key, node): &Entry<'a>| Written { key, node, active: (1, switch.step) };
        let after = |(key, node): &Entry<'a>| Written { key, node, active: (switch.step, end) };
        let in_base: BTreeSet<&str> = base.iter().map(|(k, _)| k.value.as_str()).collect();
        let in_later: BTreeSet<&str> = later.iter().map(|(k, _)| k.value.as_str()).collect();
        let common = |list: &[Entry<'a>], other: &BTreeSet<&str>| -> Vec<String> {
            list.iter().filter(|(k, _)| other.contains(k.value.as_str())).map(|(k, _)| k.value.clone()).collect()
        };
        if common(base, &in_later) != common(later, &in_base) {
            return base.iter().map(before).chain(later.iter().map(after)).collect();
        }
        let mut list = Vec::new();
        let mut rest = later.iter().peekable();
        for old in base {
            if !in_later.contains(old.0.value.as_str()) {
                list.push(before(old));
                continue;
            }
            while let Some(new) = rest.next_if(|new| !in_base.contains(new.0.value.as_str())) {
                list.push(after(new));
            }
            match rest.next() {
                Some(new) if same(old.1, new.1) => list.push(whole(old)),
                Some(new) => list.extend([before(old), after(new)]),
                None => list.push(before(old)),
            }
        }
        list.extend(rest.map(after));
        list
    }

    /// A value that changes at the switch.
    pub fn switched(&self, old: Expr, new: Option<Expr>) -> Expr {
        match (new, self.switch) {
            (Some(new), Some(switch)) if new != old => {
                let day = Expr::Const(switch.day as f64);
                let since = Expr::Compare(Comparison::Ge, Box::new(Expr::Date), Box::new(day));
                Expr::If(Box::new(since), Box::new(new), Box::new(old))
            }
            _ => old,
        }
    }
}

/// Whether two values are the same, wherever they stand.
pub(super) fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(x), Value::Bool(y)) => x == y,
        (Value::Number(x, _), Value::Number(y, _)) => x.to_bits() == y.to_bits(),
        (Value::Text(x), Value::Text(y)) => x.value == y.value,
        (Value::List(x), Value::List(y)) => x.len() == y.len() && x.iter().zip(y).all(|(a, b)| same(a, b)),
        (Value::Map(x), Value::Map(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|((k, a), (l, b))| k.value == l.value && same(a, b))
        }
        _ => false,
    }
}
