//! Random rules and events.

use super::expressions::Writer;
use super::place::{Local, Member, Place, Stage, Whose};
use std::fmt::Write;

impl Writer<'_> {
    /// The lines of a rule (of an actor or of whoever has the policy) or an event.
    pub fn rule(&self, name: &str, whose: Whose, indent: &str) -> String {
        let stage = if whose == Whose::World { Stage::World } else { Stage::Rule };
        let mut place = Place::new(stage, whose).with_draws();
        let mut out = format!("{indent}{name}:\n");
        let indent = format!("{indent}  ");
        self.loop_over_members(&mut place, &mut out, &indent);
        self.locals(&mut place, &mut out, &indent);
        if self.in_100(55) {
            let _ = writeln!(out, "{indent}when: \"{}\"", self.condition(&mut place.condition(), 2));
        }
        if self.in_100(35) {
            let _ = writeln!(out, "{indent}chance: \"{}\"", self.chance(&mut place));
            if self.in_100(40) {
                let per = self.choices.of(&["month", "week", "2 weeks", "3 ticks", "tick"]);
                let _ = writeln!(out, "{indent}per: {per}");
            }
        }
        match self.below(6) {
            4 => out.push_str(&format!("{indent}once: true\n")),
            5 => out.push_str(&format!("{indent}cooldown: {}\n", self.time())),
            _ => {}
        }
        let (from, until) = (self.below(self.cast.ticks), self.cast.ticks);
        if self.in_100(15) {
            let _ = writeln!(out, "{indent}from: {}", self.day(from));
        }
        if self.in_100(15) {
            let _ = writeln!(out, "{indent}until: {}", self.day(until));
        }
        let _ = writeln!(out, "{indent}then:");
        for _ in 0..self.choices.between(1, 3) {
            self.effect(&mut place, &mut out, &indent);
        }
        out
    }

    fn loop_over_members(&self, place: &mut Place, out: &mut String, indent: &str) {
        if self.cast.actors.len() < 2 || !self.in_100(30) {
            return;
        }
        let mut inner = place.condition();
        inner.members.push(Member { name: "x".into(), may_be_self: false });
        let mut filter = String::new();
        if self.in_100(40) {
            inner.stage = inner.stage.max(Stage::Rule);
            filter = format!(" where (x.s0 + {}) > {}", self.number(&mut inner, 1), self.literal());
        }
        place.members.push(Member { name: "x".into(), may_be_self: place.whose == Whose::World });
        let _ = writeln!(out, "{indent}for: \"x in everyone{filter}\"");
    }

    fn locals(&self, place: &mut Place, out: &mut String, indent: &str) {
        let count = self.choices.below(4);
        if count == 0 {
            return;
        }
        let _ = writeln!(out, "{indent}let:");
        for i in 0..count {
            let name = format!("local{i}");
            let before = place.labels;
            let yes_no = self.in_100(20);
            let value = if yes_no { self.condition(place, 2) } else { self.number(place, 3) };
            let draws = place.labels > before || place.locals.iter().any(|l| l.draws && value.contains(&l.name));
            let _ = writeln!(out, "{indent}  {name}: \"{value}\"");
            place.locals.push(Local { name, yes_no, draws });
        }
    }

    fn effect(&self, place: &mut Place, out: &mut String, indent: &str) {
        let form = self.below(10);
        let side = match (place.whose, &self.cast.land) {
            (Whose::Actor(i), Some(land)) => land.sides.contains(&i),
            _ => false,
        };
        let text = if form >= 7 && place.whose != Whose::World && !self.cast.kinds.is_empty() {
            self.send(place)
        } else if form >= 4 && side {
            self.write_at(place)
        } else {
            self.write(place)
        };
        let _ = writeln!(out, "{indent}  - {text}");
    }

    /// What may be written: a key of `set` or `change`.
    fn targets(&self, place: &Place) -> Vec<String> {
        let mut list = Vec::new();
        let mut add = |i: usize, bare: bool| {
            let actor = &self.cast.actors[i];
            list.extend(actor.states.iter().map(
                |(state, _)| {
                    if bare { state.clone() } else { format!("{}.{state}", actor.name) }
                },
            ));
            for tie in &self.cast.ties {
                for (from, to) in tie.pairs.iter().filter(|(from, _)| *from == i) {
                    let (from, to) = (&self.cast.actors[*from].name, &self.cast.actors[*to].name);
                    list.push(if bare { format!("{}[{to}]", tie.name) } else { format!("{}[{from}, {to}]", tie.name) });
                }
            }
        };
        match place.whose {
            Whose::Actor(i) => add(i, true),
            Whose::World => (0..self.cast.actors.len()).for_each(|i| add(i, false)),
            Whose::Anyone => list.push("s0".into()),
        }
        let full = self.cast.ties.iter().any(|tie| tie.full);
        match place.whose {
            Whose::World => list.extend(place.members.iter().map(|member| format!("{}.s0", member.name))),
            _ if full => list.extend(place.members.iter().map(|member| format!("trust[{}]", member.name))),
            _ => {}
        }
        list
    }

    /// `set` and `change` of up to three variables.
    fn write(&self, place: &mut Place) -> String {
        let mut targets = self.targets(place);
        // A member's name and another way to say the same would be written twice.
        #[allow(clippy::collapsible_if, reason = "the draw is made only where there is a last")]
        if let Some(last) = targets.pop_if(|last| last.contains('x')) {
            if self.in_100(50) {
                targets = vec![last];
            }
        }
        let mut chosen: Vec<String> = Vec::new();
        for _ in 0..self.choices.between(1, 3) {
            let target = self.choices.of(&targets);
            if !chosen.contains(target) {
                chosen.push(target.clone());
            }
        }
        let (set, change): (Vec<_>, Vec<_>) = chosen.into_iter().partition(|_| self.in_100(30));
        let mut parts = Vec::new();
        for (word, targets) in [("change", change), ("set", set)] {
            let values: Vec<String> =
                targets.iter().map(|target| format!("\"{target}\": \"{}\"", self.number(place, 3))).collect();
            if !values.is_empty() {
                parts.push(format!("{word}: {{ {} }}", values.join(", ")));
            }
        }
        format!("{{ {} }}", parts.join(", "))
    }

    fn write_at(&self, place: &mut Place) -> String {
        let areas = self.cast.land.as_ref().map(|land| land.areas.as_slice()).unwrap_or_default();
        let mut inner = place.clone();
        let at = match self.below(3) {
            0 => self.choices.of(areas).clone(),
            form => {
                inner.areas.push("a".into());
                let filter = match self.in_100(50) {
                    true => format!(" where {}", self.condition(&mut inner.undrawn(), 1)),
                    false => String::new(),
                };
                if form == 1 {
                    format!("each a in areas{filter}")
                } else {
                    format!("best(a in areas{filter}, {})", self.number(&mut inner.undrawn(), 2))
                }
            }
        };
        let input = self.choices.of(&["garrison", "supply", "fire"]);
        let word = self.choices.of(&["change", "set"]);
        let fixed = inner.areas.is_empty();
        // Where one area is named, its draws stand in a loop over areas already.
        inner.draws &= !fixed;
        let mut value = self.number(&mut inner, 2);
        if fixed && self.in_100(50) {
            inner.labels += 1;
            value = format!("{value} + normal(draw{})", inner.labels);
        }
        place.labels = inner.labels;
        format!("{{ {word}: {{ {input}: \"{value}\" }}, at: \"{at}\" }}")
    }

    fn send(&self, place: &mut Place) -> String {
        let number = self.below(self.cast.kinds.len());
        let kind = &self.cast.kinds[number];
        // A field is known by being sent once.
        let first = !std::mem::replace(&mut self.sent.borrow_mut()[number], true);
        let mut names: Vec<&str> = match place.whose {
            Whose::Actor(own) => {
                let others = self.cast.actors.iter().enumerate().filter(|(i, _)| *i != own);
                others.map(|(_, actor)| actor.name.as_str()).collect()
            }
            _ => vec!["everyone"],
        };
        names.extend(place.members.iter().map(|member| member.name.as_str()));
        let to = match self.below(5) {
            0 | 1 => (*self.choices.of(&names)).to_owned(),
            2 => "everyone".into(),
            3 => format!("[{}, {}]", self.choices.of(&names), self.choices.of(&names)),
            _ => {
                let mut inner = place.undrawn();
                inner.members.push(Member { name: "y".into(), may_be_self: false });
                let filter = match self.in_100(40) {
                    true => format!(" where (y.s0 + {}) > {}", self.number(&mut inner, 1), self.literal()),
                    false => String::new(),
                };
                format!("\"best(y in everyone{filter}, {})\"", self.number(&mut inner, 2))
            }
        };
        let mut out = format!("{{ send: {}, to: {to}", kind.name);
        if self.in_100(90) {
            let _ = write!(out, ", amount: \"{}\"", self.number(place, 2));
        }
        let fields: Vec<String> = (kind.fields.iter().filter(|_| first || self.in_100(70)))
            .map(|field| format!("{field}: \"{}\"", self.number(place, 2)))
            .collect();
        if !fields.is_empty() {
            let _ = write!(out, ", with: {{ {} }}", fields.join(", "));
        }
        out + " }"
    }
}
