//! Every uncertainty and lever, what the numbers rest on, and the variants.

use super::Subject;
use super::markdown::{Item, Page, code, listed, prose};
use super::reading::{basis_of, bounds_of, code_of, figure, given, prose_of, reason_of, written};
use crate::scenario::clock::date_of;
use crate::scenario::format::{DISTRIBUTIONS, Drawn};
use crate::scenario::model::{BasisKind, Lever};
use crate::scenario::patch::heads_and_patches;
use crate::scenario::tree::{Node, Text, Value};
use std::collections::BTreeMap;

pub(super) fn write(subject: &Subject, page: &mut Page) {
    page.heading(2, "Uncertainties, levers, and what the numbers rest on");
    uncertainties(subject, page);
    levers(subject, page);
    basis(subject, page);
    variants(subject, page);
}

fn uncertainties(subject: &Subject, page: &mut Page) {
    let all = subject.section("uncertainties");
    if all.is_empty() {
        return;
    }
    page.heading(3, "Uncertainties: what nobody controls, drawn once a run");
    let row = |(name, node): &(Text, Node)| match node.as_map() {
        None => {
            let value = format!("always {}", code(&written(node)));
            vec![
                code(&name.value),
                value,
                String::new(),
                String::new(),
                String::new(),
                BasisKind::default().name().to_owned(),
                String::new(),
            ]
        }
        Some(entries) => vec![
            code(&name.value),
            distribution(entries, &code),
            bounds_of(node),
            follows(node, &code),
            prose_of(node, "unit"),
            basis_of(node),
            reason_of(node),
        ],
    };
    page.table(
        &["Uncertainty", "Distribution", "Truncated to", "Follows", "Unit", "Basis", "Reason"],
        &all.iter().map(row).collect::<Vec<_>>(),
    );
}

/// How what is written is marked as such.
pub(super) type Mark<'a> = &'a dyn Fn(&str) -> String;

/// A distribution in words: `triangular: low 0.2, mode 0.45, high 0.8`.
pub(super) fn distribution(entries: &[(Text, Node)], mark: Mark) -> String {
    let found = entries.iter().find_map(|(key, node)| {
        let drawn = DISTRIBUTIONS.iter().find(|drawn| drawn.name == key.value)?;
        Some((*drawn, node))
    });
    found.map(|(drawn, node)| format!("{}: {}", drawn.name, parameters(drawn, node, mark))).unwrap_or_default()
}

fn parameters(drawn: &Drawn, node: &Node, mark: Mark) -> String {
    let named = |name: &str, value: &Node| format!("{name} {}", mark(&written(value)));
    match (&node.value, drawn.ways.first()) {
        (Value::Map(entries), Some(_)) => {
            entries.iter().map(|(name, value)| named(&name.value, value)).collect::<Vec<_>>().join(", ")
        }
        (Value::List(items), Some((names, _))) => {
            names.iter().zip(items).map(|(name, value)| named(name, value)).collect::<Vec<_>>().join(", ")
        }
        (_, Some((names, _))) => names.first().map(|name| named(name, node)).unwrap_or_default(),
        (_, None) => mark(&written(node)),
    }
}

/// Which uncertainty it is drawn with.
pub(super) fn follows(node: &Node, mark: Mark) -> String {
    let pairs = given(node, "with").and_then(Node::as_map).unwrap_or_default();
    let each =
        pairs.iter().map(|(other, rank)| format!("{}, rank correlation {}", mark(&other.value), mark(&written(rank))));
    each.collect::<Vec<_>>().join("; ")
}

fn levers(subject: &Subject, page: &mut Page) {
    let all = subject.section("levers");
    if all.is_empty() {
        return;
    }
    page.heading(3, "Levers: what somebody could choose differently");
    let since = subject.scenario.switch.map(|step| subject.scenario.clock.day(step - 1)).and_then(date_of);
    let known: BTreeMap<&str, &Lever> =
        subject.scenario.levers.iter().map(|lever| (lever.name.as_str(), lever)).collect();
    let row = |(name, node): &(Text, Node)| {
        let model = known.get(name.value.as_str());
        let value = match (model, since) {
            (Some(lever), Some(day)) if lever.later.is_some() => {
                let later = lever.later.unwrap_or(lever.value);
                format!("{}, from {day} {}", figure(lever.value), figure(later))
            }
            _ => code_or_bare(node),
        };
        let range = given(node, "range").map(|range| match &range.value {
            Value::List(ends) => ends.iter().map(|end| code(&written(end))).collect::<Vec<_>>().join(" to "),
            _ => String::new(),
        });
        let basis = if node.as_map().is_some() { basis_of(node) } else { BasisKind::default().name().to_owned() };
        vec![code(&name.value), value, range.unwrap_or_default(), prose_of(node, "unit"), basis, reason_of(node)]
    };
    page.table(&["Lever", "Value", "Range", "Unit", "Basis", "Reason"], &all.iter().map(row).collect::<Vec<_>>());
}

fn code_or_bare(node: &Node) -> String {
    if node.as_map().is_some() { code_of(node, "default") } else { code(&written(node)) }
}

fn basis(subject: &Subject, page: &mut Page) {
    page.heading(3, "What the numbers rest on");
    page.paragraph(
        "So many of the declared numbers (uncertainties, levers, starts, parameters that are given) rest on:",
    );
    let basis = subject.scenario.basis;
    let rows = [
        ("data: observed", basis.data),
        ("literature: published", basis.literature),
        ("judgement: an expert's guess", basis.judgement),
        ("placeholder: nothing yet, or not said", basis.placeholder),
    ];
    page.table(
        &["Basis", "Numbers"],
        &rows.iter().map(|(name, count)| vec![(*name).to_owned(), count.to_string()]).collect::<Vec<_>>(),
    );
    if !subject.scenario.unused.is_empty() {
        page.paragraph("Known to be without effect:");
        let unused: Vec<Item> = subject.scenario.unused.iter().map(|text| Item::new(prose(text))).collect();
        page.list(false, &unused);
    }
}

fn variants(subject: &Subject, page: &mut Page) {
    let variants = heads_and_patches(&subject.said.variants);
    if variants.is_empty() {
        return;
    }
    page.heading(3, "Variants");
    let text = |text: &Option<Text>| text.as_ref().map(|t| prose(&t.value)).unwrap_or_default();
    let rows: Vec<Vec<String>> = variants
        .iter()
        .map(|(head, patch)| {
            let mut changes = Vec::new();
            leaves(patch, &mut Vec::new(), &mut changes);
            vec![code(&head.name), text(&head.title), text(&head.about), text(&head.from), listed(&changes)]
        })
        .collect();
    page.table(&["Variant", "Question", "About", "From", "What it changes"], &rows);
}

/// What a patch changes, down to single values.
fn leaves(node: &Node, way: &mut Vec<String>, found: &mut Vec<String>) {
    match &node.value {
        Value::Map(entries) => {
            for (key, inner) in entries {
                way.push(key.value.clone());
                leaves(inner, way, found);
                way.pop();
            }
        }
        Value::Null => found.push(format!("{} is removed", code(&way.join(".")))),
        _ => found.push(format!("{} = {}", code(&way.join(".")), code(&written(node)))),
    }
}
