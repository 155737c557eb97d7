//! The territory of a random scenario: its tables, its own states, its contest.

use super::cast::{Cast, Land};
use super::expressions::Writer;
use super::place::{Begun, Place, Stage, Whose};
use std::fmt::Write;

impl Writer<'_> {
    /// The section of the file, and the tables that it names.
    pub fn land(&self, out: &mut String) -> Vec<(&'static str, String)> {
        let Some(land) = &self.cast.land else { return vec![] };
        out.push_str("territory:\n  areas: areas.csv\n  neighbours: neighbours.csv\n");
        let mut tables = Vec::new();
        if land.gates {
            out.push_str("  places: { gate: gates.csv }\n");
            tables.push(("gates.csv", self.gates(land)));
        }
        if !land.states.is_empty() {
            self.own_states(land, out);
        }
        if !land.sides.is_empty() {
            self.contest(land, out);
        }
        tables.extend([("areas.csv", self.areas(self.cast, land)), ("neighbours.csv", self.borders(land))]);
        tables
    }

    /// Places, some areas with several and some with none.
    fn gates(&self, land: &Land) -> String {
        let mut out = String::from("name,area,trade,note\n");
        for i in 0..self.choices.between(1, 5) {
            let _ = writeln!(out, "Gate {i},{},{},of old", self.choices.of(&land.areas), self.literal());
        }
        out
    }

    fn own_states(&self, land: &Land, out: &mut String) {
        out.push_str("  state:\n");
        for (state, late) in land.states.iter().zip(&land.late) {
            let begun = if *late { Begun::Contest } else { Begun::Table };
            let mut start = Place::new(Stage::Start, Whose::World).with_area("a").with_draws().after(begun);
            let value = match self.below(3) {
                0 => "0.5".to_owned(),
                1 => "weight".to_owned(),
                _ => format!("\"clamp({}, 0, 1)\"", self.number(&mut start, 2)),
            };
            let within = ["", ", within: [0, 5]", ", within: [-5, null]"][self.below(3)];
            let _ = writeln!(out, "    {state}: {{ start: {value}{within} }}");
        }
        let mut values = Vec::new();
        for state in &land.states {
            let mut place = Place::new(Stage::World, Whose::World).with_area("a").with_draws();
            values.push(format!("{state}: \"{}\"", self.number(&mut place, 3)));
        }
        let word = self.choices.of(&["change", "set"]);
        let _ = writeln!(out, "  each_tick: {{ {word}: {{ {} }} }}", values.join(", "));
    }

    fn contest(&self, land: &Land, out: &mut String) {
        out.push_str("  sides:\n");
        for (&number, drawn) in land.sides.iter().zip(&land.drawn) {
            let own = Whose::Actor(number);
            let mut place = Place::new(Stage::World, own);
            let mut side = format!("    {}: {{ force: s0", self.cast.actors[number].name);
            if self.in_100(70) {
                let _ = write!(side, ", effort: \"{}\"", self.chance(&mut place));
            }
            if self.in_100(60) {
                let _ = write!(side, ", prefer: \"{}\"", self.number(&mut place.clone().with_area("a"), 2));
            }
            // A side's stock is another state than its force.
            if let Some((stock, _)) = self.cast.actors[number].states.get(1)
                && self.in_100(40)
            {
                let _ = write!(side, ", stock: {stock}");
            }
            if self.in_100(40) {
                let _ = write!(side, ", guerrilla: 0.5, recruits: 0.02/month");
            }
            if *drawn {
                let _ = write!(side, ", posts: \"{}\"", self.posts(own));
            }
            let _ = writeln!(out, "{side} }}");
        }
        let tie = self.cast.ties.first().map(|tie| tie.name.as_str());
        if let Some(tie) = tie {
            let _ = writeln!(out, "  between: {tie}");
        }
        let mut place = Place::new(Stage::World, Whose::World);
        let mut parameters = vec![format!("pace: {}", ["0.3", "0.04/week", "2"][self.below(3)])];
        if self.in_100(50) {
            parameters.push(format!("hazard: \"{}\"", self.chance(&mut place)));
        }
        if self.in_100(50) {
            parameters.push("captured: 0.5, surrender_spread: 0.5, attrition: 0.1, battalion: 2".into());
        }
        if self.in_100(30) {
            parameters.push(format!("morale: \"abs({})\"", self.number(&mut place, 1)));
        }
        let _ = writeln!(out, "  contest: {{ {} }}", parameters.join(", "));
    }

    /// How many posts a side draws in an area; now and then more than there may be.
    fn posts(&self, own: Whose) -> String {
        let mut place = Place::new(Stage::Start, own).with_area("a").with_draws().after(Begun::States);
        let number = self.number(&mut place, 2);
        match self.below(4) {
            _ if self.risky() => format!("4 + {number}"),
            0 => "a.weight * 5 * uniform()".to_owned(),
            1 => format!("clamp({number}, 0, 12)"),
            2 => format!("10 * a.ports / max(1, sum(b in areas, b.ports)) + min(5, abs({number}))"),
            _ => format!("min(20, abs({number}))"),
        }
    }

    fn areas(&self, cast: &Cast, land: &Land) -> String {
        let mut out = String::from("name,lon,lat,weight,ports");
        let contest = !land.sides.is_empty();
        if contest {
            out.push_str(",posts,towns,population,held_by,base");
        }
        if land.ally {
            out.push_str(",ally");
        }
        for (i, area) in land.areas.iter().enumerate() {
            let _ =
                write!(out, "\n{area},{},{},{},{}", 90 + i, 20 + i, ["1", "0", "2.5"][self.below(3)], self.below(4));
            if contest {
                let side = &cast.actors[*self.choices.of(&land.sides)].name;
                let base = land.sides.get(i).map_or("", |side| cast.actors[*side].name.as_str());
                let _ = write!(out, ",{},{},{},{side},{base}", self.below(12), self.below(3), 1 + self.below(90));
            }
            if land.ally {
                let ally = if i == 0 || self.in_100(70) { self.choices.of(&cast.actors).name.as_str() } else { "" };
                let _ = write!(out, ",{ally}");
            }
        }
        out + "\n"
    }

    fn borders(&self, land: &Land) -> String {
        let mut out = String::from("a,b\n");
        for (i, pair) in land.areas.windows(2).enumerate() {
            if i == 0 || self.in_100(85) {
                let _ = writeln!(out, "{},{}", pair[0], pair[1]);
            }
        }
        if land.areas.len() > 2 {
            let _ = writeln!(out, "{},{}", land.areas[0], land.areas[land.areas.len() - 1]);
        }
        out
    }
}
