//! One run, event by event: which rule acted and by which values, what it did, what was sent and arrived, who took what.
//!
//! A trace is a replay by the reference interpreter, which the engine equals to the bit; the engine itself knows nothing of it.
//! [`play`] hands the events on tick by tick and keeps none, so that a long run needs no more memory than a short one.

mod condition;
mod figures;
mod json;
mod text;

pub use condition::{Condition, Datum, Reading, Struck};
pub use figures::short;
pub use json::{event_line, first_line, last_line};
pub(crate) use text::wrapped;
pub use text::{Layout, ending, heading, tick_text};

use super::{Look, Message, Observer, Played, World, play_with};
use crate::scenario::model::{ActorId, AreaVariableId, Contest, Role, Rule, Scenario, VariableId};
use crate::world::contest::reference::One;
use std::collections::{BTreeMap, BTreeSet};

/// Of an effect in many areas, so many are kept one by one, unless an actor is asked for.
const AREAS: usize = 12;

/// What happened in one tick.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// The step, or 0 at the start.
    pub tick: u32,
    /// In the order in which it happened.
    pub events: Vec<Event>,
    /// The outcomes as observed at its end; empty in the tick in which the run failed.
    pub outcomes: Vec<f64>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A message arrived and did what it does on arrival.
    Delivered {
        /// Its number, as it was sent.
        number: u64,
        /// The message.
        message: Message,
        /// What its arrival changed.
        changes: Vec<Change>,
    },
    /// An actor entered another stance.
    Stance {
        /// Who.
        actor: ActorId,
        /// The rung before.
        before: usize,
        /// The rung now.
        after: usize,
    },
    /// A rule, or an event of the world, acted.
    Acted(Acted),
    /// A message was sent, by the rule that acted last.
    Sent {
        /// Messages are numbered from 0 in the order in which they are sent in the run.
        number: u64,
        /// The rule's place in [`Played::fired`].
        rule: usize,
        /// The message.
        message: Message,
    },
    /// An area, or its towns, changed hands.
    Taken {
        /// The area's place in the table.
        area: usize,
        /// Whether the towns did, or the area (most of its posts).
        towns: bool,
        /// Who held it.
        before: ActorId,
        /// Who holds it now.
        after: ActorId,
    },
    /// A side lost posts.
    Lost {
        /// The side.
        side: ActorId,
        /// How many it lost, gross.
        posts: f64,
        /// The areas in which it has fewer than before, and how many fewer; the most first.
        areas: Vec<(usize, f64)>,
    },
    /// A milestone was reached.
    Reached {
        /// Its place in the scenario.
        milestone: usize,
    },
    /// A stop ended the run.
    Stopped {
        /// Its place in the scenario.
        stop: usize,
    },
    /// The run failed.
    Failed {
        /// The place of its first check that failed.
        place: usize,
    },
}

/// A rule that acted.
#[derive(Clone, Debug, PartialEq)]
pub struct Acted {
    /// Its place in [`Played::fired`].
    pub rule: usize,
    /// Whose rule it is; nobody's is an event of the world.
    pub actor: Option<ActorId>,
    /// The condition that held; `None` if it has none.
    pub condition: Option<Condition>,
    /// The chance that struck; `None` if it has none.
    pub chance: Option<Struck>,
    /// What it changed, in the order of its effects.
    pub changes: Vec<Change>,
    /// What it changed in areas.
    pub areas: Vec<AreaChanges>,
}

/// A variable that was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Which.
    pub variable: VariableId,
    /// Its value before.
    pub before: f64,
    /// Its value after.
    pub after: f64,
}

/// An area variable that was written.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaChanges {
    /// Which.
    pub variable: AreaVariableId,
    /// In how many areas.
    pub count: usize,
    /// The first of them, with the values before and after.
    pub areas: Vec<(usize, f64, f64)>,
}

/// What is traced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Only what these do, send and receive, and what is nobody's: milestones, stops, failures. All of it if there are none.
    pub actors: BTreeSet<ActorId>,
    /// From this tick on.
    pub first: u32,
    /// Up to this tick.
    pub last: u32,
    /// Whether conditions and chances are written down with their values.
    pub reasons: bool,
}

impl Asked {
    /// The whole run.
    pub fn all(scenario: &Scenario) -> Self {
        Self { actors: BTreeSet::new(), first: 0, last: scenario.clock.ticks, reasons: true }
    }
}

/// Every rule of a scenario by its place in [`Played::fired`], with its owner.
pub fn rules(scenario: &Scenario) -> Vec<(Option<ActorId>, &Rule)> {
    let own = scenario.actors.iter().enumerate().flat_map(|(id, actor)| actor.rules.iter().map(move |r| (Some(id), r)));
    own.chain(scenario.events.iter().map(|event| (None, event))).collect()
}

/// Plays a run and hands on what happened, tick by tick; it is the run that [`super::play`] plays.
pub fn play(scenario: &Scenario, seed: u64, run: u64, asked: &Asked, take: &mut dyn FnMut(&Tick)) -> Played {
    let mut tracer = Tracer {
        scenario,
        asked,
        owners: rules(scenario).iter().map(|(owner, _)| *owner).collect(),
        take,
        events: Vec::new(),
        sent: 0,
        numbers: BTreeMap::new(),
    };
    let played = play_with(scenario, seed, run, &mut tracer);
    if let Some(failure) = played.failure {
        tracer.events.push(Event::Failed { place: failure.place });
        tracer.hand_on(failure.tick, Vec::new());
    }
    played
}

/// Collects a tick's events.
struct Tracer<'a> {
    scenario: &'a Scenario,
    asked: &'a Asked,
    owners: Vec<Option<ActorId>>,
    take: &'a mut dyn FnMut(&Tick),
    events: Vec<Event>,
    /// How many messages have been sent.
    sent: u64,
    /// The number of each message on its way: step, receiver and slot tell it from all others.
    numbers: BTreeMap<(u32, usize, usize), u64>,
}

impl Tracer<'_> {
    fn is_asked(&self, tick: u32) -> bool {
        (self.asked.first..=self.asked.last).contains(&tick)
    }

    /// Gives a tick's events away and begins the next.
    fn hand_on(&mut self, tick: u32, outcomes: Vec<f64>) {
        let mut events = std::mem::take(&mut self.events);
        if self.is_asked(tick) {
            events.retain(|event| self.concerns(event));
            (self.take)(&Tick { tick, events, outcomes });
        }
    }

    /// Whether an event concerns an actor that is asked for.
    fn concerns(&self, event: &Event) -> bool {
        let actors = &self.asked.actors;
        let is = |actor: &ActorId| actors.contains(actor);
        let owned = |change: &Change| self.scenario.variables.get(change.variable).and_then(|v| v.owner);
        if actors.is_empty() {
            return true;
        }
        match event {
            Event::Delivered { message, .. } | Event::Sent { message, .. } => {
                is(&message.sender) || is(&message.receiver)
            }
            Event::Stance { actor, .. } => is(actor),
            Event::Acted(acted) => match &acted.actor {
                Some(actor) => is(actor),
                None => acted.changes.iter().any(|change| owned(change).is_some_and(|owner| is(&owner))),
            },
            Event::Taken { before, after, .. } => is(before) || is(after),
            Event::Lost { side, .. } => is(side),
            Event::Reached { .. } | Event::Stopped { .. } | Event::Failed { .. } => true,
        }
    }

    /// How many areas of one effect are kept one by one.
    fn most_areas(&self) -> usize {
        if self.asked.actors.is_empty() { AREAS } else { usize::MAX }
    }
}

impl Observer for Tracer<'_> {
    fn rule_fired(&mut self, tick: u32, place: usize, rule: &Rule, look: &Look) {
        if !self.is_asked(tick) {
            return;
        }
        let reading = Reading { scenario: self.scenario, rule, look };
        let reasons = self.asked.reasons;
        self.events.push(Event::Acted(Acted {
            rule: place,
            actor: self.owners.get(place).copied().flatten(),
            condition: reasons.then(|| reading.condition()).flatten(),
            chance: reasons.then(|| reading.chance()).flatten(),
            changes: Vec::new(),
            areas: Vec::new(),
        }));
    }

    fn message_sent(&mut self, tick: u32, message: &Message) {
        let number = self.sent;
        self.sent += 1;
        self.numbers.insert((message.sent, message.receiver, message.slot), number);
        if self.is_asked(tick) {
            let last = self.events.iter().rev().find_map(|event| match event {
                Event::Acted(acted) => Some(acted.rule),
                _ => None,
            });
            self.events.push(Event::Sent { number, rule: last.unwrap_or(0), message: message.clone() });
        }
    }

    fn message_delivered(&mut self, tick: u32, message: &Message) {
        let number = self.numbers.remove(&(message.sent, message.receiver, message.slot)).unwrap_or(0);
        if self.is_asked(tick) {
            self.events.push(Event::Delivered { number, message: message.clone(), changes: Vec::new() });
        }
    }

    fn stance_taken(&mut self, tick: u32, actor: ActorId, before: usize, after: usize) {
        if self.is_asked(tick) {
            self.events.push(Event::Stance { actor, before, after });
        }
    }

    fn wrote(&mut self, tick: u32, variable: VariableId, before: f64, after: f64) {
        if !self.is_asked(tick) {
            return;
        }
        // What a rule writes after it has sent belongs to the rule.
        let changes = self.events.iter_mut().rev().find_map(|event| match event {
            Event::Acted(acted) => Some(&mut acted.changes),
            Event::Delivered { changes, .. } => Some(changes),
            _ => None,
        });
        if let Some(changes) = changes {
            changes.push(Change { variable, before, after });
        }
    }

    fn wrote_area(&mut self, tick: u32, variable: AreaVariableId, area: usize, before: f64, after: f64) {
        if !self.is_asked(tick) {
            return;
        }
        let most = self.most_areas();
        let acted = self.events.iter_mut().rev().find_map(|event| match event {
            Event::Acted(acted) => Some(acted),
            _ => None,
        });
        let Some(acted) = acted else { return };
        let changes = match acted.areas.iter().position(|changes| changes.variable == variable) {
            Some(place) => acted.areas.get_mut(place),
            None => {
                acted.areas.push(AreaChanges { variable, count: 0, areas: Vec::new() });
                acted.areas.last_mut()
            }
        };
        if let Some(changes) = changes {
            changes.count += 1;
            if changes.areas.len() < most {
                changes.areas.push((area, before, after));
            }
        }
    }

    fn contested(&mut self, tick: u32, contest: &Contest, before: &One, after: &One) {
        if !self.is_asked(tick) {
            return;
        }
        let actor = |side: &usize| contest.sides.get(*side).map_or(0, |side| side.actor);
        let pairs = [(&before.town_holder, &after.town_holder, true), (&before.holder, &after.holder, false)];
        for (old, new, towns) in pairs {
            for (area, (old, new)) in old.iter().zip(new).enumerate() {
                if old != new && (!towns || contest.ground.towns(area) > 0.0) {
                    self.events.push(Event::Taken { area, towns, before: actor(old), after: actor(new) });
                }
            }
        }
        for (side, (old, new)) in before.posts_lost.iter().zip(&after.posts_lost).enumerate() {
            if new > old {
                let areas = fewer(contest, side, before, after);
                self.events.push(Event::Lost { side: actor(&side), posts: new - old, areas });
            }
        }
    }

    fn observed(&mut self, tick: u32, world: &World) {
        // A stop is told last: nothing comes after it.
        let stop = self.events.pop_if(|event| matches!(event, Event::Stopped { .. }));
        for (milestone, reached) in world.milestones.iter().enumerate() {
            if *reached == Some(tick) {
                self.events.push(Event::Reached { milestone });
            }
        }
        self.events.extend(stop);
        self.hand_on(tick, world.outcomes.clone());
    }

    fn stopped(&mut self, _tick: u32, stop: usize) {
        self.events.push(Event::Stopped { stop });
    }
}

/// The areas in which a side has fewer posts than before, those that cost most first.
fn fewer(contest: &Contest, side: usize, before: &One, after: &One) -> Vec<(usize, f64)> {
    let pairs = contest.ground.pairs().iter().zip(before.posts.iter().zip(&after.posts));
    let mut areas: Vec<(usize, f64)> = pairs
        .filter(|(pair, (old, new))| pair.side == side && new < old)
        .map(|(pair, (old, new))| (pair.area, old - new))
        .collect();
    areas.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    areas
}

/// Whether a variable is what a scenario speaks of, and not what the interpreter keeps for itself.
pub fn is_named(scenario: &Scenario, variable: VariableId) -> bool {
    let role = scenario.variables.get(variable).map(|variable| &variable.role);
    matches!(role, Some(Role::State | Role::Tie { .. } | Role::Stance))
}
