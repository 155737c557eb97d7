//! A trace for programs: one JSON object a line (JSON Lines), its keys in a fixed order, numbers in full.

use super::{Acted, AreaChanges, Change, Condition, Datum, Event, Struck, Tick, is_named};
use crate::reference::json::ByName;
use crate::reference::{Message, Played, day_of};
use crate::scenario::model::{ActorId, Rule, Scenario};
use serde::Serialize;
use serde_json::{Value, json};

/// The first line: which run it is.
/// ```text
/// {"event":"run","scenario","title","version","variant","seed","run","ticks","first":date,"last":date,"uncertainties":{NAME:value}}
/// ```
pub fn first_line(scenario: &Scenario, seed: u64, run: u64, uncertainties: &[f64]) -> String {
    let drawn = scenario.uncertainties.iter().zip(uncertainties).map(|(x, value)| (x.name.as_str(), *value));
    line(vec![
        ("event", raw(&"run")),
        ("scenario", raw(&scenario.name)),
        ("title", raw(&scenario.title)),
        ("version", raw(&env!("CARGO_PKG_VERSION"))),
        ("variant", raw(&scenario.variant)),
        ("seed", raw(&seed)),
        ("run", raw(&run)),
        ("ticks", raw(&scenario.clock.ticks)),
        ("first", raw(&day_of(scenario, 0))),
        ("last", raw(&day_of(scenario, scenario.clock.ticks))),
        ("uncertainties", raw(&ByName(drawn.collect()))),
    ])
}

/// The last line: how the run ended.
/// ```text
/// {"event":"end","tick","date","stopped_by":NAME|null,"failure":PLACE|null,"outcomes":{NAME:value}}
/// ```
/// The outcomes are those of the last tick that was observed.
pub fn last_line(scenario: &Scenario, played: &Played) -> String {
    let stop = played.stopped_by.and_then(|stop| scenario.stops.get(stop)).map(|stop| stop.name.as_str());
    line(vec![
        ("event", raw(&"end")),
        ("tick", raw(&played.closed)),
        ("date", raw(&day_of(scenario, played.closed))),
        ("stopped_by", raw(&stop)),
        ("failure", raw(&played.failure.map(|failure| scenario.failure(failure.place)))),
        ("outcomes", outcomes(scenario, played.series.last().map(Vec::as_slice).unwrap_or_default())),
    ])
}

/// A tick: a line an event, then one with the outcomes that were observed. See `docs/tracing.md` for every kind of line.
pub fn event_line(scenario: &Scenario, rules: &[(Option<ActorId>, &Rule)], tick: &Tick) -> String {
    let date = day_of(scenario, tick.tick);
    let tell = Teller { scenario, rules };
    let mut text = String::new();
    for event in &tick.events {
        let (kind, rest) = tell.event(event);
        let mut all = vec![("event", raw(&kind)), ("tick", raw(&tick.tick)), ("date", raw(&date))];
        all.extend(rest);
        text += &line(all);
    }
    if !tick.outcomes.is_empty() {
        text += &line(vec![
            ("event", raw(&"observed")),
            ("tick", raw(&tick.tick)),
            ("date", raw(&date)),
            ("outcomes", outcomes(scenario, &tick.outcomes)),
        ]);
    }
    text
}

/// Keys and their values as JSON.
type Fields = Vec<(&'static str, String)>;

/// A value as JSON; null for a number that is not finite.
fn raw(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// An object whose keys stay in the order given.
fn object(fields: Fields) -> String {
    let parts: Vec<String> = fields.into_iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
    format!("{{{}}}", parts.join(","))
}

/// An object on a line of its own.
fn line(fields: Fields) -> String {
    object(fields) + "\n"
}

fn outcomes(scenario: &Scenario, values: &[f64]) -> String {
    raw(&ByName(scenario.outcomes.iter().zip(values).map(|(m, value)| (m.name.as_str(), *value)).collect()))
}

struct Teller<'a> {
    scenario: &'a Scenario,
    rules: &'a [(Option<ActorId>, &'a Rule)],
}

impl Teller<'_> {
    fn actor(&self, id: ActorId) -> String {
        raw(&self.scenario.actors.get(id).map(|actor| &actor.name))
    }

    fn area(&self, id: usize) -> Value {
        let area = self.scenario.territory.as_ref().and_then(|territory| territory.areas.get(id));
        area.map_or(Value::Null, |area| json!(area.name))
    }

    fn event(&self, event: &Event) -> (&'static str, Fields) {
        match event {
            Event::Delivered { number, message, changes } => {
                let mut fields = self.message(*number, message);
                fields.push(("changes", self.changes(changes)));
                ("delivered", fields)
            }
            Event::Sent { number, rule, message } => {
                let mut fields = vec![("rule", self.rule(*rule))];
                fields.extend(self.message(*number, message));
                ("sent", fields)
            }
            Event::Stance { actor, before, after } => {
                let stances = self.scenario.actors.get(*actor).and_then(|actor| actor.stances.as_ref());
                let rung = |place: &usize| raw(&stances.and_then(|s| s.rungs.get(*place)).map(|rung| &rung.name));
                ("stance", vec![("actor", self.actor(*actor)), ("before", rung(before)), ("after", rung(after))])
            }
            Event::Acted(acted) => ("acted", self.acted(acted)),
            Event::Taken { area, towns, before, after } => (
                "taken",
                vec![
                    ("area", raw(&self.area(*area))),
                    ("what", raw(&if *towns { "towns" } else { "area" })),
                    ("before", self.actor(*before)),
                    ("after", self.actor(*after)),
                ],
            ),
            Event::Lost { side, posts, areas } => {
                let areas = areas.iter().map(|(area, posts)| json!([self.area(*area), posts]));
                let areas = Value::Array(areas.collect());
                ("lost", vec![("side", self.actor(*side)), ("posts", raw(&posts)), ("areas", raw(&areas))])
            }
            Event::Reached { milestone } => {
                let name = self.scenario.milestones.get(*milestone).map(|milestone| &milestone.name);
                ("milestone", vec![("name", raw(&name))])
            }
            Event::Stopped { stop } => {
                ("stopped", vec![("name", raw(&self.scenario.stops.get(*stop).map(|stop| &stop.name)))])
            }
            Event::Failed { place } => ("failed", vec![("place", raw(&self.scenario.failure(*place)))]),
        }
    }

    fn rule(&self, place: usize) -> String {
        raw(&self.rules.get(place).map(|(_, rule)| &rule.name))
    }

    fn message(&self, number: u64, message: &Message) -> Fields {
        let kind = self.scenario.kinds.get(message.kind);
        let names = kind.map(|kind| kind.fields.as_slice()).unwrap_or_default();
        let fields = names.iter().zip(&message.fields).map(|(name, value)| (name.as_str(), *value));
        let fields = raw(&ByName(fields.collect()));
        vec![
            ("message", raw(&number)),
            ("kind", raw(&kind.map(|kind| &kind.name))),
            ("sender", self.actor(message.sender)),
            ("receiver", self.actor(message.receiver)),
            ("amount", raw(&message.amount)),
            ("fields", fields),
            ("sent", raw(&message.sent)),
            ("due", raw(&message.due)),
        ]
    }

    fn acted(&self, acted: &Acted) -> Fields {
        vec![
            ("rule", self.rule(acted.rule)),
            ("actor", acted.actor.map_or_else(null, |actor| self.actor(actor))),
            ("condition", acted.condition.as_ref().map_or_else(null, condition)),
            ("chance", acted.chance.as_ref().map_or_else(null, chance)),
            ("changes", self.changes(&acted.changes)),
            ("areas", raw(&acted.areas.iter().map(|areas| self.areas(areas)).collect::<Vec<_>>())),
        ]
    }

    /// `[[NAME, before, after], …]`
    fn changes(&self, changes: &[Change]) -> String {
        let named = changes.iter().filter(|change| is_named(self.scenario, change.variable));
        let each = named.map(|change| {
            let name = self.scenario.variables.get(change.variable).map(|variable| &variable.name);
            json!([name, change.before, change.after])
        });
        raw(&each.collect::<Vec<_>>())
    }

    /// `[NAME, how many areas, [[AREA, before, after], …]]`, the last with the first areas only where they are many.
    fn areas(&self, changes: &AreaChanges) -> Value {
        let variables = self.scenario.territory.as_ref().map(|territory| territory.variables.as_slice());
        let name = variables.and_then(|variables| variables.get(changes.variable)).map(|variable| &variable.name);
        let each = changes.areas.iter().map(|(area, before, after)| json!([self.area(*area), before, after]));
        json!([name, changes.count, Value::Array(each.collect())])
    }
}

/// `[[WRITTEN, value], …]`
fn values(values: &[(String, Datum)]) -> String {
    let value = |datum: &Datum| match datum {
        Datum::Number(value) | Datum::Ticks(value) => json!(value),
        Datum::Truth(value) => json!(value),
        Datum::Date(text) | Datum::Stance(text) => json!(text),
    };
    raw(&values.iter().map(|(written, datum)| json!([written, value(datum)])).collect::<Vec<_>>())
}

fn null() -> String {
    "null".to_owned()
}

fn condition(condition: &Condition) -> String {
    object(vec![("written", raw(&condition.written)), ("values", values(&condition.values))])
}

fn chance(struck: &Struck) -> String {
    object(vec![
        ("written", raw(&struck.written)),
        ("per", raw(&struck.per)),
        ("values", values(&struck.values)),
        ("probability", raw(&struck.probability)),
        ("die", raw(&struck.die)),
    ])
}
