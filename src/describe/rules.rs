//! Rules and events in words: when they act, what they do, why.

use super::markdown::{Item, code, codes, prose};
use super::reading::{code_of, entries, given, items, prose_of, sentence, word, written};
use crate::scenario::tree::{Node, Text, Value};
use crate::wording::capital;

/// A rule as an item of a list: its name and reason, and below them when it acts and what it does.
pub(super) fn item(name: &str, rule: &Node) -> Item {
    let mut text = format!("**{}**", code(name));
    let title = prose_of(rule, "title");
    if !title.is_empty() {
        text += &format!(" ({title})");
    }
    let reasons = [prose_of(rule, "about"), prose_of(rule, "because")];
    let said: Vec<String> = reasons.iter().filter(|reason| !reason.is_empty()).map(|reason| sentence(reason)).collect();
    if !said.is_empty() {
        text += &format!(": {}", said.join(" "));
    }
    if let Some(basis) = given(rule, "basis") {
        text += &format!(" Basis: {}.", prose(&written(basis)));
    }
    let mut item = Item::new(text);
    item.below.push(when(rule));
    let lets = entries(rule, "let");
    if !lets.is_empty() {
        let each: Vec<String> =
            lets.iter().map(|(name, value)| format!("{} = {}", code(&name.value), code(&written(value)))).collect();
        item.below.push(format!("With {}.", each.join("; ")));
    }
    item.below.extend(items(rule, "then").iter().map(effect));
    item
}

/// When a rule acts.
fn when(rule: &Node) -> String {
    let mut parts = Vec::new();
    let known = |key: &str| given(rule, key).is_some();
    if known("when") {
        parts.push(format!("when {}", code_of(rule, "when")));
    }
    if known("chance") {
        let per = if known("per") { format!(" a {}", prose_of(rule, "per")) } else { " each time".to_owned() };
        parts.push(format!("with a chance of {}{per}", code_of(rule, "chance")));
    }
    if matches!(given(rule, "once").map(|flag| &flag.value), Some(Value::Bool(true))) {
        parts.push("once a run".to_owned());
    }
    if known("cooldown") {
        parts.push(format!("then not again for {}", prose_of(rule, "cooldown")));
    }
    if known("from") {
        parts.push(format!("from {} on", prose_of(rule, "from")));
    }
    if known("until") {
        parts.push(format!("before {}", prose_of(rule, "until")));
    }
    let when = if parts.is_empty() { "every tick".to_owned() } else { parts.join(", ") };
    match given(rule, "for") {
        Some(_) => format!("For each {}: {when}.", code_of(rule, "for")),
        None => capital(&format!("{when}.")),
    }
}

/// One effect, as a sentence.
fn effect(node: &Node) -> String {
    let mut text = match given(node, "send") {
        Some(_) => send(node),
        None => {
            let changes = changes(node);
            match given(node, "at") {
                Some(at) => format!("In {}: {changes}", place(&written(at))),
                None => capital(&changes),
            }
        }
    };
    text.push('.');
    for key in ["title", "because"] {
        let reason = prose_of(node, key);
        if !reason.is_empty() {
            text += &format!(" {}", sentence(&reason));
        }
    }
    text
}

fn place(at: &str) -> String {
    if at.trim_start().starts_with("best") { format!("the best area, {}", code(at)) } else { code(at) }
}

fn send(node: &Node) -> String {
    let receivers = items(node, "to").iter().filter_map(word);
    let mut text = format!("Sends {} to {}", code_of(node, "send"), codes(receivers));
    match given(node, "amount") {
        Some(_) => text += &format!(", amount {}", code_of(node, "amount")),
        None => text += ", amount 1",
    }
    let fields = entries(node, "with");
    if !fields.is_empty() {
        let each: Vec<String> =
            fields.iter().map(|(name, value)| format!("{} {}", code(&name.value), code(&written(value)))).collect();
        text += &format!(", with {}", each.join(", "));
    }
    text
}

/// What a map with `set` and `change` writes: `sets a to 1, changes b by -2`.
pub(super) fn changes(node: &Node) -> String {
    let each = |key: &str, verb: &str, joint: &str| {
        let targets = entries(node, key);
        let parts: Vec<String> = targets
            .iter()
            .map(|(name, value)| format!("{} {joint} {}", code(&name.value), code(&written(value))))
            .collect();
        (!parts.is_empty()).then(|| format!("{verb} {}", parts.join(", ")))
    };
    let parts: Vec<String> =
        [each("set", "sets", "to"), each("change", "changes", "by")].into_iter().flatten().collect();
    parts.join("; ")
}

/// What a message does on arrival, in one cell.
pub(super) fn arrivals(kind: &Node) -> String {
    let each = items(kind, "on_arrival").iter().map(|arrival| {
        let mut text = changes(arrival);
        if given(arrival, "when").is_some() {
            text = format!("when {}: {text}", code_of(arrival, "when"));
        }
        let reason = prose_of(arrival, "because");
        if reason.is_empty() { text } else { format!("{text} ({reason})") }
    });
    each.collect::<Vec<_>>().join("; ")
}

/// The names of the shared policies that an actor follows.
pub(super) fn followed(actor: &Node) -> Vec<&str> {
    let named = |key: &'static str| {
        let lists = given(actor, key).filter(|node| !matches!(node.value, Value::Map(_)));
        lists.map(|_| items(actor, key)).unwrap_or_default().iter().filter_map(word)
    };
    named("policies").chain(named("policy")).collect()
}

/// An actor's own rules.
pub(super) fn own(actor: &Node) -> &[(Text, Node)] {
    entries(actor, "policy")
}
