//! What happens in a run, and what it is in at each tick, by the names that two scenarios share.

use super::{Deed, Side};
use crate::reference::trace::{is_named, rules};
use crate::reference::{Look, Message, Observer, Played, World};
use crate::scenario::model::{ActorId, AreaRole, Contest, Rule, Scenario};
use crate::world::contest::reference::One;
use std::collections::BTreeMap;

/// Who takes what happened in a tick, with its numbers.
pub(super) type Take<'a> = dyn FnMut(u32, &mut Vec<(Deed, Vec<f64>)>, Option<&World>) + 'a;

/// Looks on while a run is played.
pub(super) struct Watch<'a> {
    scenario: &'a Scenario,
    rules: Vec<&'a str>,
    /// The rule that acted last.
    acting: usize,
    deeds: Vec<(Deed, Vec<f64>)>,
    take: &'a mut Take<'a>,
}

impl<'a> Watch<'a> {
    pub fn new(scenario: &'a Scenario, take: &'a mut Take<'a>) -> Self {
        let rules = rules(scenario).into_iter().map(|(_, rule)| rule.name.as_str()).collect();
        Self { scenario, rules, acting: 0, deeds: Vec::new(), take }
    }

    /// The tick in which the run failed.
    pub fn finish(&mut self, tick: u32) {
        (self.take)(tick, &mut self.deeds, None);
    }

    fn actor(&self, id: ActorId) -> String {
        self.scenario.actors.get(id).map(|actor| actor.name.clone()).unwrap_or_default()
    }

    fn note(&mut self, deed: Deed) {
        self.deeds.push((deed, Vec::new()));
    }
}

impl Observer for Watch<'_> {
    fn rule_fired(&mut self, _tick: u32, place: usize, rule: &Rule, _look: &Look) {
        self.acting = place;
        self.note(Deed::Acts { rule: rule.name.clone() });
    }

    fn message_sent(&mut self, _tick: u32, message: &Message) {
        let rule = self.rules.get(self.acting).map(|rule| (*rule).to_owned()).unwrap_or_default();
        let kind = self.scenario.kinds.get(message.kind).map(|kind| kind.name.clone()).unwrap_or_default();
        let values = std::iter::once(message.amount).chain(message.fields.iter().copied()).collect();
        self.deeds.push((Deed::Sends { rule, kind, receiver: self.actor(message.receiver) }, values));
    }

    fn stance_taken(&mut self, _tick: u32, actor: ActorId, _before: usize, after: usize) {
        let stances = self.scenario.actors.get(actor).and_then(|actor| actor.stances.as_ref());
        let rung = stances.and_then(|stances| stances.rungs.get(after)).map(|rung| rung.name.clone());
        self.note(Deed::Stance { actor: self.actor(actor), rung: rung.unwrap_or_default() });
    }

    fn contested(&mut self, _tick: u32, contest: &Contest, before: &One, after: &One) {
        let areas = self.scenario.territory.as_ref().map(|territory| territory.areas.as_slice()).unwrap_or_default();
        let pairs = [(&before.town_holder, &after.town_holder, true), (&before.holder, &after.holder, false)];
        for (old, new, towns) in pairs {
            let taken = old.iter().zip(new).enumerate().filter(|(_, (old, new))| old != new);
            for (area, (_, new)) in taken.filter(|(area, _)| !towns || contest.ground.towns(*area) > 0.0) {
                let holder = contest.sides.get(*new).map(|side| self.actor(side.actor)).unwrap_or_default();
                let area = areas.get(area).map(|area| area.name.clone()).unwrap_or_default();
                self.deeds.push((Deed::Taken { area, towns, holder }, Vec::new()));
            }
        }
    }

    fn stopped(&mut self, _tick: u32, stop: usize) {
        if let Some(stop) = self.scenario.stops.get(stop) {
            self.note(Deed::Stops { stop: stop.name.clone() });
        }
    }

    fn observed(&mut self, tick: u32, world: &World) {
        let scenario = self.scenario;
        for (milestone, reached) in scenario.milestones.iter().zip(&world.milestones) {
            if *reached == Some(tick) {
                self.note(Deed::Reached { milestone: milestone.name.clone() });
            }
        }
        (self.take)(tick, &mut self.deeds, Some(world));
        self.deeds.clear();
    }
}

/// What two scenarios have under the same names, with the places that it has in each.
pub(super) struct Shared {
    pub uncertainties: Vec<(String, usize, usize)>,
    variables: Vec<(String, usize, usize)>,
    areal: Vec<(String, usize, usize)>,
    areas: Vec<(String, usize, usize)>,
    outcomes: Vec<(String, usize, usize)>,
    milestones: Vec<(String, usize, usize)>,
}

impl Shared {
    pub fn of(here: &Scenario, there: &Scenario) -> Self {
        let variables = |scenario: &Scenario| -> Vec<(String, usize)> {
            let all = scenario.variables.iter().enumerate().filter(|(id, _)| is_named(scenario, *id));
            all.map(|(id, variable)| (variable.name.clone(), id)).collect()
        };
        let areal = |scenario: &Scenario| -> Vec<(String, usize)> {
            let all = scenario.territory.iter().flat_map(|territory| territory.variables.iter().enumerate());
            // Who holds what is a place in a list of actors, which may differ.
            let numbers = all.filter(|(_, variable)| match &variable.role {
                AreaRole::Area(value) => !matches!(
                    value,
                    crate::world::contest::AreaValue::Holder | crate::world::contest::AreaValue::TownHolder
                ),
                _ => true,
            });
            numbers.map(|(id, variable)| (variable.name.clone(), id)).collect()
        };
        let areas = |scenario: &Scenario| -> Vec<(String, usize)> {
            let all = scenario.territory.iter().flat_map(|territory| territory.areas.iter().enumerate());
            all.map(|(id, area)| (area.name.clone(), id)).collect()
        };
        let places = |names: &mut dyn Iterator<Item = &String>| -> Vec<(String, usize)> {
            names.enumerate().map(|(id, name)| (name.clone(), id)).collect()
        };
        let uncertainties = |s: &Scenario| places(&mut s.uncertainties.iter().map(|x| &x.name));
        let outcomes = |s: &Scenario| places(&mut s.outcomes.iter().map(|m| &m.name));
        let milestones = |s: &Scenario| places(&mut s.milestones.iter().map(|m| &m.name));
        Self {
            uncertainties: both(uncertainties(here), uncertainties(there)),
            variables: both(variables(here), variables(there)),
            areal: both(areal(here), areal(there)),
            areas: both(areas(here), areas(there)),
            outcomes: both(outcomes(here), outcomes(there)),
            milestones: both(milestones(here), milestones(there)),
        }
    }

    /// The states that both have, first variables, then area variables area by area.
    pub fn states<'s>(&'s self, world: &'s World, side: Side) -> impl Iterator<Item = f64> + 's {
        let variable = move |(_, a, b): &(String, usize, usize)| world.now.get(of(side, *a, *b)).copied();
        let variables = self.variables.iter().filter_map(variable);
        let areal = self.areal.iter().flat_map(move |(_, a, b)| {
            let values = world.areas.get(of(side, *a, *b)).map(Vec::as_slice).unwrap_or_default();
            self.areas.iter().filter_map(move |(_, x, y)| values.get(of(side, *x, *y)).copied())
        });
        variables.chain(areal)
    }

    /// What a state is called, by its place among [`Shared::states`].
    pub fn state_name(&self, place: usize) -> String {
        if let Some((name, ..)) = self.variables.get(place) {
            return name.clone();
        }
        let place = place - self.variables.len();
        let count = self.areas.len().max(1);
        let name = |list: &[(String, usize, usize)], place: usize| {
            list.get(place).map(|(name, ..)| name.clone()).unwrap_or_default()
        };
        format!("{} in {}", name(&self.areal, place / count), name(&self.areas, place % count))
    }

    /// The outcomes that both have.
    pub fn outcomes<'s>(&'s self, world: &'s World, side: Side) -> impl Iterator<Item = f64> + 's {
        self.outcomes.iter().filter_map(move |(_, a, b)| world.outcomes.get(of(side, *a, *b)).copied())
    }

    /// What an outcome is called.
    pub fn outcome_name(&self, place: usize) -> String {
        self.outcomes.get(place).map(|(name, ..)| name.clone()).unwrap_or_default()
    }

    /// The closing values of the outcomes that both have.
    pub fn closing(&self, here: &Played, there: &Played) -> Vec<(String, Option<f64>, Option<f64>)> {
        let last = |played: &Played, place: usize| match played.failure {
            Some(_) => None,
            None => played.series.last().and_then(|row| row.get(place)).copied(),
        };
        self.outcomes.iter().map(|(name, a, b)| (name.clone(), last(here, *a), last(there, *b))).collect()
    }

    /// The milestones that both have and reach at different ticks.
    pub fn milestones(&self, here: &Played, there: &Played) -> Vec<(String, Option<u32>, Option<u32>)> {
        let tick = |played: &Played, place: usize| played.milestones.get(place).copied().flatten();
        let all = self.milestones.iter().map(|(name, a, b)| (name.clone(), tick(here, *a), tick(there, *b)));
        all.filter(|(_, here, there)| here != there).collect()
    }
}

fn of(side: Side, here: usize, there: usize) -> usize {
    match side {
        Side::Here => here,
        Side::There => there,
    }
}

/// What stands in both lists, in the order of the first.
fn both(here: Vec<(String, usize)>, there: Vec<(String, usize)>) -> Vec<(String, usize, usize)> {
    let there: BTreeMap<String, usize> = there.into_iter().collect();
    let pair = |(name, a): (String, usize)| there.get(&name).map(|b| (name.clone(), a, *b));
    here.into_iter().filter_map(pair).collect()
}
