//! Everything that can be read in a place by a name or two.

use super::expressions::Writer;
use super::place::{Begun, Place, Stage, Whose};

impl Writer<'_> {
    /// A literal, something that has a name, or a draw.
    pub fn atom(&self, place: &mut Place) -> String {
        if self.below(4) == 0 {
            return self.literal();
        }
        if place.draws && place.areas.len() < 2 && self.in_100(20) {
            place.labels += 1;
            return format!("{}(draw{})", self.choices.of(&["normal", "uniform"]), place.labels);
        }
        let mut list: Vec<String> = self.cast.levers.clone();
        list.extend(self.cast.uncertainties.iter().take(place.known[0]).cloned());
        list.extend(
            place.locals.iter().filter(|l| !l.yes_no && (place.drawn_locals || !l.draws)).map(|l| l.name.clone()),
        );
        if place.stage > Stage::Fixed {
            self.add_areas(place, &mut list);
        }
        if place.stage > Stage::Start {
            self.add_states(place, &mut list);
            self.add_ties(place, &mut list);
            self.add_messages(place, &mut list);
            list.extend(self.cast.seasons.iter().map(|s| format!("season({s})")));
            // Twice, since these are few.
            list.extend(self.cast.outcomes.iter().take(place.known[1]).cloned());
            list.extend(self.cast.outcomes.iter().take(place.known[1]).cloned());
        }
        if list.is_empty() { self.literal() } else { self.choices.of(&list).clone() }
    }

    fn add_areas(&self, place: &Place, list: &mut Vec<String>) {
        let Some(land) = &self.cast.land else { return };
        for area in &place.areas {
            list.extend(land.columns.iter().map(|column| format!("{area}.{column}")));
            if place.stage <= Stage::Start {
                self.add_begun(area, place.begun, list);
                continue;
            }
            list.extend(land.states.iter().map(|state| format!("{area}.{state}")));
            if land.ally {
                list.push(format!("{area}.ally.s0"));
            }
            for side in &land.sides {
                for value in ["posts", "threat", "cut_off", "garrison", "supply", "fire"] {
                    list.push(format!("{area}.{value}[{}]", self.cast.actors[*side].name));
                }
                if place.whose == Whose::Actor(*side) && place.stage >= Stage::Rule {
                    list.extend(["threat", "posts", "supply", "garrison"].map(|value| format!("{area}.{value}")));
                }
            }
            if !land.sides.is_empty() {
                list.push(format!("{area}.ruined"));
            }
        }
    }

    /// What of an area may be read at the start.
    fn add_begun(&self, area: &str, begun: Begun, list: &mut Vec<String>) {
        let Some(land) = &self.cast.land else { return };
        if begun == Begun::States {
            let states = land.states.iter().zip(&land.late).filter(|(_, late)| !**late);
            list.extend(states.map(|(state, _)| format!("{area}.{state}")));
        }
        for side in &land.sides {
            let side = &self.cast.actors[*side].name;
            if begun >= Begun::Posts {
                list.push(format!("{area}.posts[{side}]"));
            }
            if begun == Begun::Contest {
                list.extend(["cut_off", "supply"].map(|value| format!("{area}.{value}[{side}]")));
            }
        }
    }

    fn add_states(&self, place: &Place, list: &mut Vec<String>) {
        for (i, actor) in self.cast.actors.iter().enumerate() {
            let own = place.whose == Whose::Actor(i);
            for (state, private) in &actor.states {
                if own {
                    // Own state is what rules are mostly about.
                    list.extend([state.clone(), state.clone(), state.clone()]);
                }
                if own || !private || place.whose == Whose::World {
                    list.push(format!("{}.{state}", actor.name));
                }
            }
        }
        if place.whose == Whose::Anyone {
            list.push("s0".into());
        }
        list.extend(place.members.iter().map(|member| format!("{}.s0", member.name)));
    }

    fn add_ties(&self, place: &Place, list: &mut Vec<String>) {
        for tie in &self.cast.ties {
            for (from, to) in &tie.pairs {
                let (from_name, to_name) = (&self.cast.actors[*from].name, &self.cast.actors[*to].name);
                list.push(format!("{}[{from_name}, {to_name}]", tie.name));
                if place.whose == Whose::Actor(*from) {
                    list.push(format!("{}[{to_name}]", tie.name));
                }
            }
            if tie.full && place.whose != Whose::World {
                let others = place.members.iter().filter(|member| !member.may_be_self);
                list.extend(others.map(|member| format!("{}[{}]", tie.name, member.name)));
                if place.kind.is_some() {
                    list.push(format!("{}[sender]", tie.name));
                    list.push(format!("{}[sender, self]", tie.name));
                }
            }
        }
    }

    fn add_messages(&self, place: &Place, list: &mut Vec<String>) {
        if let Some(kind) = place.kind {
            list.extend(["amount".to_owned(), "amount".to_owned()]);
            list.extend(self.cast.kinds[kind].fields.iter().cloned());
        }
        for kind in &self.cast.kinds {
            let other = match self.below(3) {
                0 => String::new(),
                1 => format!(", {}", self.choices.of(&self.cast.actors).name),
                _ => format!(", {}", self.choices.of(&self.cast.groups).0),
            };
            for function in ["received", "count", "sent"] {
                if function != "sent" || place.kind.is_none() {
                    list.push(format!("{function}({}{other})", kind.name));
                }
            }
        }
    }
}
