//! Element 2: entities, state variables and scales.

use super::Subject;
use super::markdown::{Page, code, codes, counted, listed};
use super::reading::{
    basis_of, bounds_of, code_of, entries, given, items, prose_of, reason_of, sentence, word, written,
};
use super::territory;
use crate::scenario::clock::date_of;
use crate::scenario::model::BasisKind;
use crate::scenario::tree::{Node, Text, Value};

pub(super) fn write(subject: &Subject, page: &mut Page) {
    page.heading(2, "2. Entities, state variables, and scales");
    overview(subject, page);
    page.heading(3, "Actors");
    for (name, node) in subject.section("actors") {
        actor(subject, name, node, page);
    }
    groups(subject, page);
    ties(subject, page);
    territory::entities(subject, page);
    scales(subject, page);
}

fn overview(subject: &Subject, page: &mut Page) {
    let mut parts = vec![counted(subject.scenario.actors.len(), "actor", "actors")];
    let ties = subject.section("ties").len();
    if ties > 0 {
        parts.push(format!("{} between them", counted(ties, "kind of tie", "kinds of ties")));
    }
    if let Some(land) = &subject.scenario.territory {
        parts.push(counted(land.areas.len(), "area", "areas"));
    }
    let kinds = subject.scenario.kinds.len();
    if kinds > 0 {
        parts.push(counted(kinds, "kind of message", "kinds of messages"));
    }
    page.paragraph(&format!("The scenario has {}.", listed(&parts)));
}

fn actor(subject: &Subject, name: &Text, node: &Node, page: &mut Page) {
    page.heading(4, &subject.heading_of(&name.value, node));
    for key in ["about", "because"] {
        let text = prose_of(node, key);
        if !text.is_empty() {
            page.paragraph(&sentence(&text));
        }
    }
    let states = entries(node, "state");
    if states.is_empty() && given(node, "stance").is_none() {
        page.paragraph("It keeps no number of its own.");
    }
    state_table("Variable", states, page);
    stances(entries(node, "stance"), page);
}

/// A row a declared state, of an actor or of areas.
pub(super) fn state_table(head: &str, states: &[(Text, Node)], page: &mut Page) {
    let rows: Vec<Vec<String>> = states.iter().map(|(name, state)| state_row(&name.value, state)).collect();
    page.table(&[head, "Unit", "Start", "Bounds", "Private", "Basis", "Reason"], &rows);
}

fn state_row(name: &str, state: &Node) -> Vec<String> {
    if state.as_map().is_none() {
        let start = code(&written(state));
        return vec![
            code(name),
            String::new(),
            start,
            String::new(),
            String::new(),
            BasisKind::default().name().to_owned(),
            String::new(),
        ];
    }
    let private = matches!(given(state, "private").map(|flag| &flag.value), Some(Value::Bool(true)));
    vec![
        code(name),
        prose_of(state, "unit"),
        start_of(state),
        bounds_of(state),
        if private { "yes".to_owned() } else { String::new() },
        basis_of(state),
        reason_of(state),
    ]
}

/// A start value: an expression, or one for each of several.
fn start_of(node: &Node) -> String {
    let Some(start) = given(node, "start") else { return String::new() };
    let Some(outer) = start.as_map() else { return code(&written(start)) };
    let mut each = Vec::new();
    for (from, inner) in outer {
        match inner.as_map() {
            Some(pairs) => {
                each.extend(
                    pairs
                        .iter()
                        .map(|(to, v)| format!("{} to {}: {}", code(&from.value), code(&to.value), code(&written(v)))),
                );
            }
            None => each.push(format!("{}: {}", code(&from.value), code(&written(inner)))),
        }
    }
    listed(&each)
}

fn stances(rungs: &[(Text, Node)], page: &mut Page) {
    let starts = |rung: &Node| matches!(given(rung, "start").map(|flag| &flag.value), Some(Value::Bool(true)));
    let any = rungs.iter().any(|(_, rung)| starts(rung));
    let row = |(i, (name, rung)): (usize, &(Text, Node))| {
        let first = starts(rung) || (!any && i == 0);
        vec![
            code(&name.value),
            code_of(rung, "enter"),
            code_of(rung, "leave"),
            if first { "yes".to_owned() } else { String::new() },
            reason_of(rung),
        ]
    };
    if !rungs.is_empty() {
        page.paragraph("Its stances, lowest first:");
    }
    let rows: Vec<Vec<String>> = rungs.iter().enumerate().map(row).collect();
    page.table(&["Stance", "Entered from below when", "Left for the one below when", "At the start", "Reason"], &rows);
}

fn groups(subject: &Subject, page: &mut Page) {
    let groups = subject.section("groups");
    if groups.is_empty() {
        return;
    }
    page.heading(3, "Groups");
    let row = |(name, node): &(Text, Node)| {
        let members: Vec<&str> = match &node.value {
            Value::List(items) => items.iter().filter_map(word).collect(),
            _ => word(node).into_iter().collect(),
        };
        vec![code(&name.value), codes(members)]
    };
    page.table(&["Group", "Members"], &groups.iter().map(row).collect::<Vec<_>>());
}

fn ties(subject: &Subject, page: &mut Page) {
    let ties = subject.section("ties");
    if ties.is_empty() {
        return;
    }
    page.heading(3, "Ties");
    page.paragraph("A tie is a number for an ordered pair of actors. It belongs to the first of the pair.");
    let row = |(name, node): &(Text, Node)| {
        vec![
            code(&name.value),
            pairs_of(node),
            prose_of(node, "unit"),
            start_of(node),
            bounds_of(node),
            basis_of(node),
            reason_of(node),
        ]
    };
    page.table(
        &["Tie", "Pairs", "Unit", "Start", "Bounds", "Basis", "Reason"],
        &ties.iter().map(row).collect::<Vec<_>>(),
    );
}

fn pairs_of(node: &Node) -> String {
    if let Some(file) = given(node, "pairs").and_then(word) {
        return format!("as in {}", code(file));
    }
    let pairs = items(node, "pairs").iter().filter_map(|pair| match &pair.value {
        Value::List(ends) => {
            let ends: Vec<String> = ends.iter().filter_map(word).map(code).collect();
            Some(ends.join(" to "))
        }
        _ => None,
    });
    listed(&pairs.collect::<Vec<_>>())
}

fn scales(subject: &Subject, page: &mut Page) {
    page.heading(3, "Scales");
    let clock = subject.scenario.clock;
    let day = |tick| date_of(clock.day(tick)).map(|date| date.to_string()).unwrap_or_default();
    let tick = subject.said.tree.get("clock").map(|node| prose_of(node, "tick")).unwrap_or_default();
    page.paragraph(&format!(
        "A run begins on {} and has {} of {tick}; it ends on {}. Rates and spans are written with their unit of time.",
        day(0),
        counted(clock.ticks as usize, "step", "steps"),
        day(clock.ticks)
    ));
    let row = |(name, node): &(Text, Node)| {
        vec![code(&name.value), code_of(node, "from"), code_of(node, "to"), reason_of(node)]
    };
    let seasons: Vec<Vec<String>> = subject.section("calendar").iter().map(row).collect();
    page.table(&["Season, every year", "From (month-day)", "To", "Reason"], &seasons);
    if subject.scenario.territory.is_none() {
        page.paragraph("There is no space: actors are neither near nor far.");
    }
}
