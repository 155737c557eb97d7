//! Numbering the places in which a run can fail, in the order in which a step reaches them.

use crate::scenario::model::{AreaVariable, Observation, Place, PlaceId, Rule, Scenario};
use crate::world::contest::MOST_POSTS;

/// Hands out numbers.
struct Places(Vec<Place>);

impl Places {
    fn add(&mut self, name: String, fault: &str) -> PlaceId {
        self.0.push(Place { name, fault: fault.to_owned() });
        self.0.len() - 1
    }
}

/// Numbers every place of a scenario.
pub(super) fn number(scenario: &mut Scenario) {
    let mut places = Places(Vec::new());
    starts(scenario, &mut places);
    let names: Vec<String> = scenario.actors.iter().map(|a| a.name.clone()).collect();
    let kinds: Vec<String> = scenario.kinds.iter().map(|k| k.name.clone()).collect();
    for actor in &mut scenario.actors {
        for slot in &mut actor.inbox {
            let name = |list: &[String], i: usize| list.get(i).cloned().unwrap_or_default();
            let (kind, sender) = (name(&kinds, slot.kind), name(&names, slot.sender));
            let text = format!("message `{kind}` from `{sender}` to `{}`", actor.name);
            slot.place = places.add(text, "its `on_arrival` works out a value that is not finite");
        }
    }
    for actor in &mut scenario.actors {
        if let Some(stances) = &mut actor.stances {
            let text = format!("stances of `{}`", actor.name);
            stances.place = places.add(text, "a condition compares a value that is not finite");
        }
        actor.rules.iter_mut().for_each(|rule| number_rule(rule, "rule", &mut places));
    }
    if let Some(territory) = &mut scenario.territory {
        if let Some(contest) = &mut territory.contest {
            contest.place = places.add(String::from("the contest"), "a parameter is not finite or outside its range");
        }
        let text = String::from("`each_tick` of the territory");
        territory.equation_place = places.add(text, "a value written is not finite");
    }
    for actor in &mut scenario.actors {
        let text = format!("`each_tick` of `{}`", actor.name);
        actor.flow_place = places.add(text, "a value written is not finite");
    }
    scenario.events.iter_mut().for_each(|rule| number_rule(rule, "event", &mut places));
    observed(scenario, &mut places);
    scenario.places = places.0;
}

fn starts(scenario: &mut Scenario, places: &mut Places) {
    for i in scenario.uncertainty_order.clone() {
        if let Some(one) = scenario.uncertainties.get_mut(i) {
            let fault = "a parameter is not allowed or its value is not finite";
            one.place = places.add(format!("uncertainty `{}`", one.name), fault);
        }
    }
    area_starts(scenario, false, places);
    posts(scenario, places);
    for variable in &mut scenario.variables {
        variable.place = places.add(format!("start of `{}`", variable.name), "its value is not finite");
    }
    area_starts(scenario, true, places);
}

fn area_starts(scenario: &mut Scenario, late: bool, places: &mut Places) {
    let areal: &mut [AreaVariable] =
        scenario.territory.as_mut().map(|t| t.variables.as_mut_slice()).unwrap_or_default();
    for variable in areal.iter_mut().filter(|variable| variable.starts_late == late) {
        variable.place = places.add(format!("start of area state `{}`", variable.name), "its value is not finite");
    }
}

fn posts(scenario: &mut Scenario, places: &mut Places) {
    let contest = scenario.territory.as_mut().and_then(|territory| territory.contest.as_mut());
    for side in contest.map(|contest| contest.sides.as_mut_slice()).unwrap_or_default() {
        let name = scenario.actors.get(side.actor).map_or("", |actor| actor.name.as_str());
        if let Some(posts) = &mut side.posts {
            let fault = format!("their number in an area is not finite or outside 0 to {MOST_POSTS}");
            posts.place = places.add(format!("posts of `{name}` at the start"), &fault);
        }
    }
}

fn number_rule(rule: &mut Rule, what: &str, places: &mut Places) {
    let name = format!("{what} `{}`", rule.name);
    rule.places = [
        places.add(name.clone(), "its condition compares a value that is not finite"),
        places.add(name.clone(), "its chance is not finite or outside 0 to 1"),
        places.add(name, "an amount or a written value is not finite"),
    ];
}

fn observed(scenario: &mut Scenario, places: &mut Places) {
    for observation in scenario.observations.clone() {
        match observation {
            Observation::Streak(i) => {
                if let Some(streak) = scenario.streaks.get_mut(i) {
                    let text = String::from("a condition of `sustained`");
                    streak.place = places.add(text, "it compares a value that is not finite");
                }
            }
            Observation::Outcome(i) => {
                if let Some(outcome) = scenario.outcomes.get_mut(i) {
                    outcome.place = places.add(format!("outcome `{}`", outcome.name), "its value is not finite");
                }
            }
            Observation::Milestone(i) => {
                if let Some(milestone) = scenario.milestones.get_mut(i) {
                    let text = format!("milestone `{}`", milestone.name);
                    milestone.place = places.add(text, "it compares a value that is not finite");
                }
            }
        }
    }
    for stop in &mut scenario.stops {
        stop.place = places.add(format!("stop `{}`", stop.name), "it compares a value that is not finite");
    }
}
