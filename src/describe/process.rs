//! Element 3: process overview and scheduling.

use super::Subject;
use super::markdown::{Item, Page, code, codes};
use super::reading::{basis_of, given, prose_of, reason_of};
use super::rules::{arrivals, followed, item, own};
use crate::scenario::tree::{Node, Text, Value};
use crate::wording::capital;

pub(super) fn write(subject: &Subject, page: &mut Page) {
    page.heading(2, "3. Process overview and scheduling");
    order(subject, page);
    messages(subject, page);
    shared(subject, page);
    page.heading(3, "What each actor does");
    page.paragraph("Rules act in the order in which they stand. What one writes, the next one of the same actor sees.");
    for (name, node) in subject.section("actors") {
        policy(subject, name, node, page);
    }
}

/// The order of a tick, which the language fixes.
fn order(subject: &Subject, page: &mut Page) {
    page.paragraph("Tick 0 records the start. Then every tick has four stages:");
    let mut world = Vec::new();
    if subject.of_territory("sides").is_some() {
        world.push("the contest over areas");
    }
    if subject.of_territory("each_tick").is_some() {
        world.push("the equations of areas");
    }
    world.push("all actors' flows at once");
    world.push("events in order");
    page.list(
        true,
        &[
            Item::new(
                "**Deliver.** Messages that are due are applied one by one, in the order of sender, rule and effect.",
            ),
            Item::new(
                "**Act.** Every actor's stances and rules, in order. An actor sees its own numbers as they are now, and \
                 everything else as it was last observed; so the order of the actors makes no difference.",
            ),
            Item::new(format!("**World.** {}. Each sees what the one before it left.", capital(&world.join(", then ")))),
            Item::new("**Observe.** Outcomes, milestones, and the conditions that end a run."),
        ],
    );
}

fn messages(subject: &Subject, page: &mut Page) {
    let kinds = subject.section("messages");
    if kinds.is_empty() {
        return;
    }
    page.heading(3, "Messages");
    let signed = |node: &Node| matches!(given(node, "signed").map(|flag| &flag.value), Some(Value::Bool(true)));
    let row = |(name, node): &(Text, Node)| {
        let fields =
            subject.scenario.kinds.iter().find(|kind| kind.name == name.value).map(|kind| kind.fields.as_slice());
        let delay = match prose_of(node, "delay") {
            none if none.is_empty() => "one tick".to_owned(),
            delay => delay,
        };
        vec![
            code(&name.value),
            prose_of(node, "unit"),
            delay,
            if signed(node) { "yes".to_owned() } else { String::new() },
            codes(fields.unwrap_or_default().iter().map(String::as_str)),
            arrivals(node),
            given(node, "basis").map(|_| basis_of(node)).unwrap_or_default(),
            reason_of(node),
        ]
    };
    page.table(
        &["Message", "Unit", "Delay", "May be negative", "Fields", "On arrival the receiver", "Basis", "Reason"],
        &kinds.iter().map(row).collect::<Vec<_>>(),
    );
}

/// Policies that several actors follow, each once.
fn shared(subject: &Subject, page: &mut Page) {
    let policies = subject.section("policies");
    if policies.is_empty() {
        return;
    }
    page.heading(3, "Shared policies");
    let followers = subject.followers();
    for (name, rules) in policies {
        page.heading(4, &format!("Policy {}", code(&name.value)));
        match followers.get(name.value.as_str()) {
            None => page.paragraph("No actor follows it."),
            Some(all) => page.paragraph(&format!("Followed by {}.", codes(all.iter().copied()))),
        }
        list(rules.as_map().unwrap_or_default(), page);
    }
}

fn policy(subject: &Subject, name: &Text, node: &Node, page: &mut Page) {
    let (shared, rules) = (followed(node), own(node));
    page.heading(4, &subject.heading_of(&name.value, node));
    let follows = codes(shared.iter().copied());
    match (shared.is_empty(), rules.is_empty()) {
        (true, true) => page.paragraph("It has no rules."),
        (true, false) => {}
        (false, true) => page.paragraph(&format!("It follows {follows} and has no rules of its own.")),
        (false, false) => page.paragraph(&format!("It follows {follows} first; then its own rules:")),
    }
    list(rules, page);
}

fn list(rules: &[(Text, Node)], page: &mut Page) {
    page.list(true, &rules.iter().map(|(name, rule)| item(&name.value, rule)).collect::<Vec<_>>());
}
