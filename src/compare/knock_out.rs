//! What would be missing: every policy, kind of message and event switched off in turn.
//!
//! A part is switched off in the validated scenario, whose draws have their addresses already: everything else keeps its dice.

use super::between::{Head, Held, multiplicity, strata};
use super::difference::{differences, paired, side};
use super::flips::Strata;
use super::{Columns, Compared, Comparison, Difference, LEVEL};
use crate::scenario::model::{Effect, Rule, Scenario};
use crate::stats::each_of;
use serde::Serialize;

/// What is switched off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KnockOutKind {
    /// A rule of an actor, for all members of its `for`.
    #[default]
    Policy,
    /// A kind of message: nobody sends it.
    Message,
    /// An event.
    Event,
}

/// Which kinds are switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kinds {
    /// Actors' rules.
    pub policies: bool,
    /// Kinds of messages.
    pub messages: bool,
    /// Events.
    pub events: bool,
}

/// A part of a scenario that is switched off.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnockOut {
    /// What it is.
    pub kind: KnockOutKind,
    /// Its name: `actor.rule`, or that of the message or event.
    pub name: String,
    /// The share of runs in which it changes anything: an outcome's closing value or a milestone's tick. 0: it never mattered.
    pub changed: f64,
}

/// Everything of these kinds that can be switched off, in the order of the file.
pub fn knock_outs(scenario: &Scenario, kinds: Kinds) -> Vec<KnockOut> {
    let rules = |rules: &mut dyn Iterator<Item = &Rule>, kind| {
        let mut found: Vec<KnockOut> = Vec::new();
        for rule in rules {
            // Members of a `for`, and the rule before and after a variant's date, stand side by side.
            let name = written(&rule.name);
            if !found.iter().any(|one| one.name == name) {
                found.push(KnockOut { kind, name: name.to_owned(), changed: 0.0 });
            }
        }
        found
    };
    let mut found = Vec::new();
    if kinds.policies {
        for actor in &scenario.actors {
            found.extend(rules(&mut actor.rules.iter(), KnockOutKind::Policy));
        }
    }
    if kinds.messages {
        let message = |name: &String| KnockOut { kind: KnockOutKind::Message, name: name.clone(), changed: 0.0 };
        found.extend(scenario.kinds.iter().map(|kind| message(&kind.name)));
    }
    if kinds.events {
        found.extend(rules(&mut scenario.events.iter(), KnockOutKind::Event));
    }
    found
}

/// A rule's name as the file has it, without the member of its `for`.
fn written(name: &str) -> &str {
    name.split_once(" for ").map_or(name, |(written, _)| written)
}

impl KnockOut {
    /// What the variant without it is called.
    pub fn label(&self) -> String {
        format!("without {}", self.what())
    }

    /// What is switched off: `actor.rule`, `message NAME` or `event NAME`.
    pub fn what(&self) -> String {
        match self.kind {
            KnockOutKind::Policy => self.name.clone(),
            KnockOutKind::Message => format!("message {}", self.name),
            KnockOutKind::Event => format!("event {}", self.name),
        }
    }

    /// The scenario without it. No draw's address changes.
    pub fn switched_off(&self, scenario: &Scenario) -> Scenario {
        let mut scenario = scenario.clone();
        let kind = scenario.kinds.iter().position(|kind| kind.name == self.name);
        let never = |rule: &mut Rule| {
            if written(&rule.name) == self.name {
                rule.active = (1, 1);
            }
        };
        let unsent = |rule: &mut Rule| {
            rule.effects.retain(|effect| !matches!(effect, Effect::Send(send) if Some(send.kind) == kind));
        };
        let actors = scenario.actors.iter_mut().flat_map(|actor| &mut actor.rules);
        match self.kind {
            KnockOutKind::Policy => actors.for_each(never),
            KnockOutKind::Event => scenario.events.iter_mut().for_each(never),
            KnockOutKind::Message => actors.chain(&mut scenario.events).for_each(unsent),
        }
        scenario
    }
}

/// A comparison with the scenario as it is, in one outcome, to which one knock-out after the other is added: nothing of these is
/// kept but the numbers.
pub struct KnockedOut<'a> {
    head: Head,
    reference: Held<'a>,
    outcome: usize,
    family: usize,
    strata: Strata,
    added: Vec<(KnockOut, Difference)>,
}

impl<'a> KnockedOut<'a> {
    /// So many knock-outs will be added; `outcome` is the place of the main one.
    pub fn new(head: Head, reference: Held<'a>, outcome: usize, family: usize) -> Self {
        let strata = strata(&reference);
        Self { head, reference, outcome, family, strata, added: Vec::new() }
    }

    /// Adds one, played with the same dice.
    pub fn add(&mut self, mut knock_out: KnockOut, columns: &Columns) {
        let column = |columns: &'a Columns| columns.outcomes.get(self.outcome).map_or(&[][..], Vec::as_slice);
        let reference = column(self.reference.columns);
        let without = columns.outcomes.get(self.outcome).map_or(&[][..], Vec::as_slice);
        knock_out.changed = self.reference.columns.changed_share(columns);
        let all = each_of(1.0 - LEVEL, self.head.looks);
        let mut difference = paired(&knock_out.label(), reference, without, each_of(all, self.family));
        if let Some(mean) = difference.difference.filter(|_| knock_out.changed > 0.0) {
            let chance = each_of(all, self.family * self.strata.parts());
            (difference.flips, difference.flipped_share) =
                self.strata.flips(&differences(reference, without), mean, chance);
        }
        self.added.push((knock_out, difference));
    }

    /// All of them by the size of their effect; those that change no run at all last.
    pub fn ranked(mut self) -> Comparison {
        // Without a number, after all that have one; the order of the file among equals.
        let size = |one: &(KnockOut, Difference)| {
            let size = one.1.difference.map_or(-1.0, f64::abs);
            if one.0.changed > 0.0 { size } else { -2.0 }
        };
        self.added.sort_by(|a, b| size(b).total_cmp(&size(a)));
        let (knock_outs, variants): (Vec<KnockOut>, Vec<Difference>) = self.added.into_iter().unzip();
        let schema = self.reference.schema;
        let mut notes = self.head.notes.clone();
        let failed = self.reference.columns.failed.iter().filter(|failed| **failed).count();
        if failed > 0 {
            notes.push(format!("{failed} runs of {} failed and are left out", self.reference.label));
        }
        notes.push(multiplicity(self.family, self.head.looks));
        let outcome = schema.outcomes.get(self.outcome).cloned().unwrap_or_default();
        let column = self.reference.columns.outcomes.get(self.outcome).map_or(&[][..], Vec::as_slice);
        let mut comparison = Comparison {
            scenario: schema.scenario.clone(),
            title: schema.title.clone(),
            version: self.head.version,
            reference: self.reference.label.to_owned(),
            variants: variants.iter().map(|difference| difference.variant.clone()).collect(),
            runs: self.head.runs,
            seed: self.head.seed,
            paired: true,
            notes,
            level: LEVEL,
            outcomes: vec![Compared {
                name: outcome.name,
                title: outcome.title,
                unit: outcome.unit,
                matters: outcome.matters,
                reference: side(column),
                variants,
            }],
            knock_outs,
            ..Comparison::default()
        };
        comparison.adjust(self.head.looks);
        comparison
    }
}
