//! What is kept of a trace while it goes by: who took what, which rules acted, what was sent first, who took which stance.

use crate::reference::trace::{self, Event, Tick};
use crate::scenario::model::{ActorId, Rule, Scenario};
use std::collections::BTreeMap;

/// So many times that ground changes hands are kept: a story needs no more.
const TAKINGS: usize = 100_000;
/// Of messages between two, so many that were the largest so far are kept.
const RECORDS: usize = 32;
/// A message is a new record if it is larger than the last one by this.
const LARGER: f64 = 1.1;

/// Ground that changed hands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taking {
    pub tick: u32,
    pub area: usize,
    pub before: ActorId,
    pub after: ActorId,
}

/// When a rule acted.
#[derive(Clone, Debug)]
pub(super) struct Firing {
    /// The first time.
    pub first: u32,
    /// How often.
    pub times: u32,
    /// What it sent that time: kind, amount and receiver.
    pub sent: Vec<(usize, f64, ActorId)>,
}

/// Who sends what to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    pub kind: usize,
    pub sender: ActorId,
    pub receiver: ActorId,
}

/// A trace in short.
pub(super) struct Notes<'a> {
    pub scenario: &'a Scenario,
    pub rules: Vec<(Option<ActorId>, &'a Rule)>,
    /// Towns that changed hands.
    pub towns: Vec<Taking>,
    /// Areas (most of their posts) that did.
    pub areas: Vec<Taking>,
    /// By rule.
    pub fired: BTreeMap<usize, Firing>,
    /// The messages between two that were larger than all before: tick and amount.
    pub records: BTreeMap<Line, Vec<(u32, f64)>>,
    /// How often each kind was sent.
    pub sent: BTreeMap<usize, u32>,
    /// The first time that an actor took a stance.
    pub stances: BTreeMap<(ActorId, usize), u32>,
    /// Milestones and when they were reached.
    pub reached: Vec<(u32, usize)>,
}

impl<'a> Notes<'a> {
    pub fn new(scenario: &'a Scenario) -> Self {
        Self {
            scenario,
            rules: trace::rules(scenario),
            towns: Vec::new(),
            areas: Vec::new(),
            fired: BTreeMap::new(),
            records: BTreeMap::new(),
            sent: BTreeMap::new(),
            stances: BTreeMap::new(),
            reached: Vec::new(),
        }
    }

    /// Takes in a tick.
    pub fn take(&mut self, tick: &Tick) {
        let at = tick.tick;
        for event in &tick.events {
            match event {
                Event::Taken { area, towns, before, after } => {
                    let taking = Taking { tick: at, area: *area, before: *before, after: *after };
                    let list = if *towns { &mut self.towns } else { &mut self.areas };
                    if list.len() < TAKINGS {
                        list.push(taking);
                    }
                }
                Event::Acted(acted) => {
                    let new = Firing { first: at, times: 0, sent: Vec::new() };
                    self.fired.entry(acted.rule).or_insert(new).times += 1;
                }
                Event::Sent { rule, message, .. } => {
                    *self.sent.entry(message.kind).or_default() += 1;
                    if let Some(firing) = self.fired.get_mut(rule).filter(|firing| firing.first == at) {
                        firing.sent.push((message.kind, message.amount, message.receiver));
                    }
                    let line = Line { kind: message.kind, sender: message.sender, receiver: message.receiver };
                    let records = self.records.entry(line).or_default();
                    let is_record = records.last().is_none_or(|(_, last)| message.amount > last * LARGER);
                    if is_record && message.amount > 0.0 && records.len() < RECORDS {
                        records.push((at, message.amount));
                    }
                }
                Event::Stance { actor, after, .. } => {
                    self.stances.entry((*actor, *after)).or_insert(at);
                }
                Event::Reached { milestone } => self.reached.push((at, *milestone)),
                Event::Delivered { .. } | Event::Lost { .. } | Event::Stopped { .. } | Event::Failed { .. } => {}
            }
        }
    }
}
