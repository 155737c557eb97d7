//! The file of a random scenario, section by section.

use super::cast::{Actor, Cast};
use super::choices::Choices;
use super::expressions::Writer;
use super::place::{Begun, Place, Stage, Whose};
use std::fmt::Write;

/// A random scenario: its file, its tables, and the variant to play.
#[derive(Clone, Debug)]
pub struct Written {
    pub yaml: String,
    /// Names and texts.
    pub tables: Vec<(&'static str, String)>,
    pub variant: Option<String>,
}

/// Writes the scenario that a list of numbers stands for.
pub fn write(numbers: Vec<u16>) -> Written {
    let choices = Choices::new(numbers);
    let cast = Cast::new(&choices);
    let writer = Writer { choices: &choices, cast: &cast, sent: vec![false; cast.kinds.len()].into() };
    let mut out = String::from("entente: 1\ntitle: Random\n");
    let _ = writeln!(out, "clock: {{ start: 2023-10-27, tick: {}, ticks: {} }}", cast.tick, cast.ticks);
    writer.seasons(&mut out);
    writer.uncertainties(&mut out);
    writer.levers(&mut out);
    out.push_str("groups:\n");
    for (name, members) in &cast.groups {
        let members: Vec<&str> = members.iter().map(|i| cast.actors[*i].name.as_str()).collect();
        let _ = writeln!(out, "  {name}: [{}]", members.join(", "));
    }
    writer.messages(&mut out);
    writer.ties(&mut out);
    let shared = writer.shared_policy(&mut out);
    out.push_str("actors:\n");
    for i in 0..cast.actors.len() {
        writer.actor(i, shared, &mut out);
    }
    let tables = writer.land(&mut out);
    section(&mut out, "events", (0..choices.below(4)).map(|i| writer.rule(&format!("event{i}"), Whose::World, "  ")));
    writer.observed(&mut out);
    let variant = writer.variant(&mut out);
    Written { yaml: out, tables, variant }
}

fn section(out: &mut String, name: &str, parts: impl Iterator<Item = String>) {
    let parts: Vec<String> = parts.collect();
    if !parts.is_empty() {
        let _ = writeln!(out, "{name}:");
        out.extend(parts);
    }
}

impl Writer<'_> {
    fn seasons(&self, out: &mut String) {
        let spans = ["from: 10-15, to: 05-15", "from: 11-01, to: 11-20", "from: 01-01, to: 12-31"];
        let parts = self.cast.seasons.iter().map(|season| format!("  {season}: {{ {} }}\n", self.choices.of(&spans)));
        section(out, "calendar", parts);
    }

    fn levers(&self, out: &mut String) {
        let parts = self.cast.levers.iter().map(|lever| match self.below(2) {
            0 => format!("  {lever}: {{ default: {}, range: [0, 100] }}\n", self.literal()),
            _ => format!("  {lever}: {}\n", self.literal()),
        });
        section(out, "levers", parts);
    }

    fn uncertainties(&self, out: &mut String) {
        section(out, "uncertainties", (0..self.cast.uncertainties.len()).map(|i| self.uncertainty(i)));
    }

    fn uncertainty(&self, i: usize) -> String {
        let name = &self.cast.uncertainties[i];
        let families = [
            "constant: [2.5]",
            "uniform: [0.5, 4]",
            "triangular: [0.2, 0.45, 0.8]",
            "normal: { mean: 1, sd: 0.5 }",
            "lognormal: { mean: 2, sd: 1 }",
            "lognormal: { median: 2, sigma: 0.4 }",
            "beta: { alpha: 2, beta: 3.5 }",
            "beta: { mean: 0.3, sd: 0.1 }",
            "gamma: { shape: 0.7, scale: 2 }",
            "gamma: { mean: 3, sd: 1 }",
            "exponential: { mean: 2 }",
            "poisson: { mean: 3.5 }",
            "bernoulli: { probability: 0.3 }",
            "choice: [1, 2, 5]",
            "choice: { values: [1, 2, 5], weights: [3, 1, 0.5] }",
        ];
        let mut place = Place { known: [i, 0, 0], ..Place::new(Stage::Fixed, Whose::World) };
        let family = match self.below(families.len() + 5) {
            n if n < families.len() => families[n].to_owned(),
            0..=16 => format!(
                "normal: {{ mean: \"{}\", sd: \"abs({})\" }}",
                self.number(&mut place, 2),
                self.atom(&mut place)
            ),
            17 => format!("bernoulli: {{ probability: \"{}\" }}", self.chance(&mut place)),
            18 if self.cast.risky && i > 0 => format!("gamma: {{ mean: \"{}\", sd: u0 }}", self.number(&mut place, 1)),
            _ => return format!("  {name}: \"{}\"\n", self.number(&mut place, 2)),
        };
        let within = match self.below(6) {
            3 => ", within: [0.5, 3]".to_owned(),
            4 => ", within: [0.1, null]".to_owned(),
            5 => format!(", within: [\"0 - abs({})\", 4]", self.atom(&mut place)),
            _ => String::new(),
        };
        let with = match i > 0 && self.in_100(35) {
            true => {
                let parent = &self.cast.uncertainties[self.below(i)];
                format!(", with: {{ {parent}: {} }}", self.choices.of(&["0.6", "-0.4", "1", "0.05"]))
            }
            false => String::new(),
        };
        format!("  {name}: {{ {family}{within}{with} }}\n")
    }

    fn messages(&self, out: &mut String) {
        let parts = (0..self.cast.kinds.len()).map(|kind| {
            let mut lines = format!("  {}:\n    basis: placeholder\n", self.cast.kinds[kind].name);
            if self.in_100(50) {
                let _ = writeln!(lines, "    delay: {}", self.time());
            }
            if self.in_100(30) {
                lines.push_str("    signed: true\n");
            }
            if self.in_100(70) {
                lines.push_str("    on_arrival:\n");
                for _ in 0..self.choices.between(1, 2) {
                    lines.push_str(&self.arrival(kind));
                }
            }
            lines
        });
        section(out, "messages", parts);
    }

    fn arrival(&self, kind: usize) -> String {
        let mut place = Place { kind: Some(kind), ..Place::new(Stage::Arrival, Whose::Anyone) };
        let when = match self.in_100(40) {
            true => format!("when: \"{}\", ", self.condition(&mut place, 2)),
            false => String::new(),
        };
        let state = self.number(&mut place, 2);
        let tie = match self.cast.ties.iter().any(|tie| tie.full) && self.in_100(60) {
            true => format!(", \"trust[sender]\": \"{}\"", self.number(&mut place, 2)),
            false => String::new(),
        };
        format!("      - {{ {when}{}: {{ s0: \"{state}\"{tie} }} }}\n", self.choices.of(&["change", "set"]))
    }

    fn ties(&self, out: &mut String) {
        let parts = self.cast.ties.iter().map(|tie| {
            let name = |i: &usize| self.cast.actors[*i].name.as_str();
            let pairs = match tie.full {
                true => "[everyone, everyone]".to_owned(),
                false => {
                    let pairs: Vec<String> =
                        tie.pairs.iter().map(|(a, b)| format!("[{}, {}]", name(a), name(b))).collect();
                    pairs.join(", ")
                }
            };
            let mut place = Place::new(Stage::Start, Whose::World);
            let start = match self.below(3) {
                0 => "0.7".to_owned(),
                1 => format!("\"clamp({}, 0, 1)\"", self.number(&mut place, 1)),
                _ => {
                    let values: Vec<String> = (0..self.cast.actors.len())
                        .filter_map(|from| {
                            let pairs = tie.pairs.iter().filter(|(a, _)| *a == from);
                            let inner: Vec<String> =
                                pairs.map(|(_, to)| format!("{}: 0.{}", name(to), self.below(10))).collect();
                            (!inner.is_empty()).then(|| format!("{}: {{ {} }}", name(&from), inner.join(", ")))
                        })
                        .collect();
                    format!("{{ {} }}", values.join(", "))
                }
            };
            format!("  {}: {{ pairs: [{pairs}], start: {start}, within: [0, 1] }}\n", tie.name)
        });
        section(out, "ties", parts);
    }

    fn shared_policy(&self, out: &mut String) -> bool {
        let shared = self.cast.actors.len() > 1 && self.in_100(35);
        if shared {
            out.push_str("policies:\n  common:\n");
            for i in 0..self.choices.between(1, 2) {
                out.push_str(&self.rule(&format!("habit{i}"), Whose::Anyone, "    "));
            }
        }
        shared
    }

    fn actor(&self, number: usize, shared: bool, out: &mut String) {
        let actor = &self.cast.actors[number];
        let _ = writeln!(out, "  {}:\n    state:", actor.name);
        for (state, private) in &actor.states {
            let _ = writeln!(out, "      {state}: {}", self.state(*private));
        }
        let own = Whose::Actor(number);
        if self.in_100(20) {
            let goal = self.number(&mut Place { known: [usize::MAX, 0, 0], ..Place::new(Stage::Observe, own) }, 2);
            let _ = writeln!(out, "    goal: {{ {}: \"{goal}\" }}", self.choices.of(&["maximise", "minimise"]));
        }
        self.stances(actor, own, out);
        self.sees(number, out);
        if self.in_100(50) {
            let mut place = Place::new(Stage::World, own).with_draws();
            let mut flows = Vec::new();
            for (state, _) in actor.states.iter().filter(|_| self.in_100(60)) {
                place.labels = 0;
                flows.push(format!("{state}: \"{}\"", self.number(&mut place, 3)));
            }
            if !flows.is_empty() {
                let _ = writeln!(
                    out,
                    "    each_tick: {{ {}: {{ {} }} }}",
                    self.choices.of(&["change", "change", "set"]),
                    flows.join(", ")
                );
            }
        }
        if shared && self.in_100(60) {
            out.push_str("    policies: [common]\n");
        }
        let rules = self.choices.between(0, 4);
        if rules > 0 {
            out.push_str("    policy:\n");
            for rule in 0..rules {
                out.push_str(&self.rule(&format!("rule{rule}"), own, "      "));
            }
        }
    }

    fn state(&self, private: bool) -> String {
        let mut place = Place::new(Stage::Start, Whose::World).after(Begun::Posts);
        let start = self.number(&mut place, 2);
        let within = match self.below(5) {
            0 | 1 => ", within: [-20, 50]",
            2 => ", within: [0, null]",
            3 => ", within: [0, 1]",
            _ => "",
        };
        // A start that is known must lie within the bounds.
        let start = if within.is_empty() { start } else { format!("clamp({start}, 0, 1)") };
        format!("{{ start: \"{start}\"{within}{} }}", if private { ", private: true" } else { "" })
    }

    fn stances(&self, actor: &Actor, own: Whose, out: &mut String) {
        for (i, rung) in actor.stances.iter().enumerate() {
            let mut place = Place::new(Stage::Rule, own);
            if i == 0 {
                let _ = writeln!(out, "    stance:\n      {rung}: {{}}");
                continue;
            }
            let start = if i == 1 && self.in_100(30) { ", start: true" } else { "" };
            let (enter, leave) = (self.condition(&mut place, 2), self.condition(&mut place, 2));
            let _ = writeln!(out, "      {rung}: {{ enter: \"{enter}\", leave: \"{leave}\"{start} }}");
        }
    }

    fn sees(&self, number: usize, out: &mut String) {
        if !self.in_100(35) {
            return;
        }
        let mut keys: Vec<String> = Vec::new();
        for (i, actor) in self.cast.actors.iter().enumerate().filter(|(i, _)| *i != number) {
            keys.extend(
                actor.states.iter().filter(|(_, private)| !private).map(|(s, _)| format!("{}.{s}", actor.name)),
            );
            for tie in &self.cast.ties {
                let own = tie.pairs.iter().filter(|(from, _)| *from == i);
                keys.extend(own.map(|(from, to)| {
                    format!("\"{}[{}, {}]\"", tie.name, self.cast.actors[*from].name, self.cast.actors[*to].name)
                }));
            }
        }
        keys.push(self.cast.outcomes[0].clone());
        let keys: Vec<String> = keys.into_iter().filter(|_| self.in_100(30)).collect();
        if keys.is_empty() {
            return;
        }
        out.push_str("    sees:\n");
        for key in keys {
            let how = match self.below(3) {
                0 => format!("delay: {}", self.time()),
                1 => "error: { sd: 0.3 }".to_owned(),
                _ => format!("delay: {}, error: {{ sd: \"abs({})\" }}", self.time(), self.literal()),
            };
            let _ = writeln!(out, "      {key}: {{ {how} }}");
        }
    }

    fn observed(&self, out: &mut String) {
        out.push_str("outcomes:\n");
        for (i, name) in self.cast.outcomes.iter().enumerate() {
            let mut place = Place { known: [usize::MAX, i, 0], ..Place::new(Stage::Observe, Whose::World) };
            let value = self.number(&mut place, 3);
            let _ = match self.below(2) {
                0 => writeln!(out, "  {name}: {{ is: \"{value}\", unit: things }}"),
                _ => writeln!(out, "  {name}: \"{value}\""),
            };
        }
        let conditions = |prefix: &'static str, count: usize| {
            (0..count).map(move |i| {
                let known = [usize::MAX, usize::MAX, if prefix == "stone" { i } else { usize::MAX }];
                let mut place = Place { known, ..Place::new(Stage::Observe, Whose::World) };
                format!("  {prefix}{i}: \"{}\"\n", self.condition(&mut place, 2))
            })
        };
        section(out, "milestones", conditions("stone", self.cast.milestones.len()));
        let stops = if self.in_100(40) { self.choices.between(1, 2) } else { 0 };
        section(out, "stop", conditions("halt", stops));
    }

    /// A variant that changes a lever and an event, from the start or a date on.
    fn variant(&self, out: &mut String) -> Option<String> {
        if self.cast.levers.is_empty() || !self.in_100(40) {
            return None;
        }
        out.push_str("variants:\n  other:\n");
        if self.in_100(70) {
            let _ = writeln!(out, "    from: {}", self.day(self.choices.between(1, self.cast.ticks / 2)));
        }
        let _ = writeln!(out, "    levers: {{ {}: {} }}", self.cast.levers[0], self.literal());
        if out.contains("\n  event0:\n") {
            let when = self.condition(&mut Place::new(Stage::World, Whose::World), 2);
            let plain = !out.contains("\n  event0:\n    for:");
            if plain {
                let _ = writeln!(out, "    events: {{ event0: {{ when: \"{when}\" }} }}");
            }
        }
        if out.contains("\n      rule0:\n") && self.in_100(50) {
            let first = (0..self.cast.actors.len()).find(|i| {
                let start = out.find(&format!("\n  {}:\n", self.cast.actors[*i].name)).unwrap_or(0);
                let rule = out[start..].find("\n      rule0:\n").unwrap_or(usize::MAX);
                let next =
                    out[start + 1..].find("\n  actor").or(out[start + 1..].find("\noutcomes")).unwrap_or(usize::MAX);
                rule < next
            });
            if let Some(first) = first {
                let patch =
                    if self.in_100(50) && !out.contains(" with: {") { "null" } else { "{ when: \"s0 > 0.5\" }" };
                let _ = writeln!(
                    out,
                    "    actors: {{ {}: {{ policy: {{ rule0: {patch} }} }} }}",
                    self.cast.actors[first].name
                );
            }
        }
        Some("other".into())
    }
}
