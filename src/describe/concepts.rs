//! Element 4: design concepts, as far as a scenario's file shows them.

use super::Subject;
use super::markdown::{Item, Page, code, codes, counted, listed};
use super::reading::{basis_of, code_of, entries, given, prose_of, reason_of, written};
use super::rules::own;
use crate::scenario::model::{Effect, Receivers, Scenario};
use crate::scenario::tree::{Node, Text, Value};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn write(subject: &Subject, page: &mut Page) {
    page.heading(2, "4. Design concepts");
    page.paragraph("**Basic principles.** *For the modeller: the theories and claims behind the policies.*");
    page.paragraph(
        "**Emergence.** *For the modeller: which outcomes come of the actors' interplay, and which are put in.*",
    );
    page.paragraph(
        "**Adaptation, learning and prediction.** Actors follow their rules, which do not change within a run; nothing in the \
         file learns or looks ahead.",
    );
    objectives(subject, page);
    sensing(subject, page);
    interaction(subject, page);
    stochasticity(subject, page);
    collectives(subject, page);
    observation(subject, page);
}

fn objectives(subject: &Subject, page: &mut Page) {
    let row = |(name, node): &(Text, Node)| {
        let goal = given(node, "goal")?;
        let wants = match given(goal, "maximise") {
            Some(_) => format!("as much as possible of {}", code_of(goal, "maximise")),
            None => format!("as little as possible of {}", code_of(goal, "minimise")),
        };
        let payoff = code(&format!("payoff_{}", name.value));
        Some(vec![code(&name.value), wants, payoff, prose_of(goal, "because")])
    };
    let rows: Vec<Vec<String>> = subject.section("actors").iter().filter_map(row).collect();
    match rows.is_empty() {
        true => page.paragraph("**Objectives.** No actor's goal is stated; what they do is their rules."),
        false => page.paragraph("**Objectives.** Goals are reported as payoffs; the rules decide what actors do."),
    }
    page.table(&["Actor", "Wants", "Reported as", "Reason"], &rows);
}

fn sensing(subject: &Subject, page: &mut Page) {
    let mut rows = Vec::new();
    for (name, node) in subject.section("actors") {
        for (what, how) in entries(node, "sees") {
            let error = given(how, "error").map(|error| format!("deviation {} of the logarithm", code_of(error, "sd")));
            rows.push(vec![
                code(&name.value),
                code(&what.value),
                prose_of(how, "delay"),
                error.unwrap_or_default(),
                given(how, "basis").map(|_| basis_of(how)).unwrap_or_default(),
                prose_of(how, "because"),
            ]);
        }
    }
    page.paragraph(&format!(
        "**Sensing.** An actor knows its own numbers, the messages that reached it, and everything else exactly as it was at the \
         end of the tick before{}",
        if rows.is_empty() { "." } else { ", but for this:" }
    ));
    page.table(&["Actor", "Sees", "So late", "With an error of", "Basis", "Reason"], &rows);
    let mut hidden = Vec::new();
    for (name, node) in subject.section("actors") {
        for (state, declared) in entries(node, "state") {
            if matches!(given(declared, "private").map(|flag| &flag.value), Some(Value::Bool(true))) {
                hidden.push(code(&format!("{}.{}", name.value, state.value)));
            }
        }
    }
    if !hidden.is_empty() {
        page.paragraph(&format!("No other actor's rules can read {}.", listed(&hidden)));
    }
}

/// What some actors send to the same others by rules of the same names.
#[derive(PartialEq)]
struct Talk {
    kind: usize,
    to: BTreeSet<usize>,
    rules: Vec<String>,
}

/// Who sends what to whom, by which rules.
fn interaction(subject: &Subject, page: &mut Page) {
    let scenario = subject.scenario;
    let names = |actors: &mut dyn Iterator<Item = usize>| {
        codes(actors.filter_map(|actor| scenario.actors.get(actor)).map(|actor| actor.name.as_str()))
    };
    let row = |(talk, from): &(Talk, Vec<usize>)| {
        let kind = scenario.kinds.get(talk.kind).map(|kind| code(&kind.name)).unwrap_or_default();
        let (from, to) = (names(&mut from.iter().copied()), names(&mut talk.to.iter().copied()));
        vec![kind, from, to, codes(talk.rules.iter().map(String::as_str))]
    };
    let rows: Vec<Vec<String>> = talks(scenario).iter().map(row).collect();
    let fight = subject.of_territory("between").filter(|_| subject.of_territory("sides").is_some());
    let fight = fight.map(|tie| format!(" Sides fight over areas as hard as the tie {} says.", code(&written(tie))));
    let how = if rows.is_empty() { "No actor sends messages." } else { "Actors send each other messages:" };
    page.paragraph(&format!("**Interaction.**{} {how}", fight.unwrap_or_default()));
    page.table(&["Message", "From", "To", "By the rules"], &rows);
}

/// Every kind of message with who sends it to whom; senders that do the same stand together.
fn talks(scenario: &Scenario) -> Vec<(Talk, Vec<usize>)> {
    let mut sent: BTreeMap<(usize, usize), Talk> = BTreeMap::new();
    for (sender, actor) in scenario.actors.iter().enumerate() {
        for rule in &actor.rules {
            // A rule with `for` stands once for each member.
            let name = rule.name.split(" for ").next().unwrap_or_default();
            let name = name.strip_prefix(&format!("{}.", actor.name)).unwrap_or(name);
            for effect in &rule.effects {
                let Effect::Send(send) = effect else { continue };
                let new = || Talk { kind: send.kind, to: BTreeSet::new(), rules: Vec::new() };
                let talk = sent.entry((send.kind, sender)).or_insert_with(new);
                match &send.receivers {
                    Receivers::All(all) => talk.to.extend(all.iter().map(|receiver| receiver.actor)),
                    Receivers::Best(all) => talk.to.extend(all.iter().map(|candidate| candidate.receiver.actor)),
                }
                if talk.rules.last().is_none_or(|last| last != name) {
                    talk.rules.push(name.to_owned());
                }
            }
        }
    }
    let mut list: Vec<(Talk, Vec<usize>)> = Vec::new();
    for ((kind, sender), talk) in sent {
        match list.iter_mut().rev().take_while(|(known, _)| known.kind == kind).find(|(known, _)| *known == talk) {
            Some((_, senders)) => senders.push(sender),
            None => list.push((talk, vec![sender])),
        }
    }
    list
}

/// Every draw: what is drawn, where, and when.
fn stochasticity(subject: &Subject, page: &mut Page) {
    page.paragraph(
        "**Stochasticity.** Every draw has an address of seed, run, tick and name; so two variants under one seed share every \
         draw that they do not change. What is drawn:",
    );
    let mut list = Vec::new();
    let uncertainties = subject.section("uncertainties").len();
    if uncertainties > 0 {
        list.push(Item::new(format!("once a run: {}", counted(uncertainties, "uncertainty", "uncertainties"))));
    }
    let followers = subject.followers();
    for (policy, rules) in subject.section("policies") {
        let followers = followers.get(policy.value.as_str()).map_or(0, Vec::len);
        let who = format!(", for each of {}", counted(followers, "actor", "actors"));
        list.extend(drawn_in(&policy.value, rules.as_map().unwrap_or_default(), &who));
    }
    for (name, actor) in subject.section("actors") {
        list.extend(drawn_in(&name.value, own(actor), ""));
        if given(actor, "each_tick").is_some_and(draws) {
            list.push(Item::new(format!("in the flows of {}", code(&name.value))));
        }
        let inexact = entries(actor, "sees").iter().filter(|(_, how)| given(how, "error").is_some());
        let inexact: Vec<&str> = inexact.map(|(what, _)| what.value.as_str()).collect();
        if !inexact.is_empty() {
            list.push(Item::new(format!(
                "the error with which {} sees {}, each tick",
                code(&name.value),
                codes(inexact)
            )));
        }
    }
    list.extend(drawn_in("", subject.section("events"), ""));
    if subject.of_territory("sides").is_some() {
        list.push(Item::new(
            "for each area and side, each tick: how many posts fall or are given up, how many of these are ruined, how many \
             garrisons surrender, whether towns fall, how many posts are rebuilt",
        ));
    }
    if subject.of_territory("each_tick").is_some_and(draws) {
        list.push(Item::new("in the equations of areas, for each area"));
    }
    if list.is_empty() {
        list.push(Item::new("nothing: all runs are the same"));
    }
    page.list(false, &list);
}

fn drawn_in(whose: &str, rules: &[(Text, Node)], who: &str) -> Vec<Item> {
    let mut list = Vec::new();
    for (name, rule) in rules {
        let full = if whose.is_empty() {
            format!("the event {}", code(&name.value))
        } else {
            code(&format!("{whose}.{}", name.value))
        };
        let chance = given(rule, "chance").is_some();
        let values = draws(rule);
        let each = if given(rule, "for").is_some() { ", for each member" } else { "" };
        let what = match (chance, values) {
            (true, true) => "whether it acts, and values that it draws",
            (true, false) => "whether it acts",
            (false, true) => "values that it draws",
            (false, false) => continue,
        };
        list.push(Item::new(format!("{full}: {what}{each}{who}")));
    }
    list
}

/// Whether an expression in here draws.
fn draws(node: &Node) -> bool {
    let text = written(node);
    ["normal", "uniform"].iter().any(|function| text.contains(&format!("{function}(")))
}

fn collectives(subject: &Subject, page: &mut Page) {
    let groups: Vec<&str> = subject.section("groups").iter().map(|(name, _)| name.value.as_str()).collect();
    match groups.is_empty() {
        true => page.paragraph("**Collectives.** None."),
        false => page.paragraph(&format!(
            "**Collectives.** Groups ({}) are names for several actors at once; they keep and decide nothing themselves.",
            codes(groups)
        )),
    }
}

fn observation(subject: &Subject, page: &mut Page) {
    page.paragraph("**Observation.** At the end of every tick these are recorded:");
    let outcome = |(name, node): &(Text, Node)| match node.as_map() {
        None => {
            let mut row = vec![String::new(); 6];
            row.splice(..2, [code(&name.value), code(&written(node))]);
            row
        }
        Some(_) => vec![
            code(&name.value),
            code_of(node, "is"),
            prose_of(node, "unit"),
            prose_of(node, "matters"),
            given(node, "basis").map(|_| basis_of(node)).unwrap_or_default(),
            reason_of(node),
        ],
    };
    let rows: Vec<Vec<String>> = subject.section("outcomes").iter().map(outcome).collect();
    page.table(&["Outcome", "Measured as", "Unit", "A difference matters from", "Basis", "Reason"], &rows);
    conditions(subject, page, "milestones", "Milestone", "the first tick at which a condition holds");
    conditions(subject, page, "stop", "Stop", "what ends a run");
}

fn conditions(subject: &Subject, page: &mut Page, section: &str, head: &str, what: &str) {
    let row = |(name, node): &(Text, Node)| match node.as_map() {
        None => vec![code(&name.value), code(&written(node)), String::new(), String::new()],
        Some(_) => vec![
            code(&name.value),
            code_of(node, "when"),
            given(node, "basis").map(|_| basis_of(node)).unwrap_or_default(),
            reason_of(node),
        ],
    };
    let rows: Vec<Vec<String>> = subject.section(section).iter().map(row).collect();
    if !rows.is_empty() {
        page.paragraph(&format!("And {what}:"));
    }
    page.table(&[head, "Condition", "Basis", "Reason"], &rows);
}
