//! What is observed: outcomes, milestones, stops, and what they need of the past.

use super::{Expr, Notes, PlaceId};

/// An expression whose value some ticks ago is read. It is worked out at the end of stage 4.
#[derive(Clone, Debug)]
pub struct History {
    /// The expression, in stage 4's view; in an area history it reads the area at level 0.
    pub value: Expr,
    /// Whether there is one value an area.
    pub areal: bool,
    /// The most ticks that are looked back.
    pub depth: u32,
}

/// An outcome.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// In stage 4's view.
    pub value: Expr,
    /// The smallest difference that matters.
    pub matters: Option<f64>,
    /// Its notes.
    pub notes: Notes,
    /// Where it fails.
    pub place: PlaceId,
}

/// A milestone: the first tick (0..=ticks) whose observation fulfils the condition.
#[derive(Clone, Debug)]
pub struct Milestone {
    /// Its name.
    pub name: String,
    /// In stage 4's view.
    pub when: Expr,
    /// Its notes.
    pub notes: Notes,
    /// Where it fails.
    pub place: PlaceId,
}

/// A condition that ends a run at the tick whose observation fulfils it.
#[derive(Clone, Debug)]
pub struct Stop {
    /// Its name.
    pub name: String,
    /// In stage 4's view.
    pub when: Expr,
    /// Where it fails.
    pub place: PlaceId,
}

/// A condition of `sustained`: at how many observations in a row, up to the last, it has held.
#[derive(Clone, Debug)]
pub struct Streak {
    /// In stage 4's view.
    pub when: Expr,
    /// Where it fails.
    pub place: PlaceId,
}

/// One thing that stage 4 works out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observation {
    /// Of [`Scenario::streaks`](super::Scenario::streaks).
    Streak(usize),
    /// Of [`Scenario::outcomes`](super::Scenario::outcomes).
    Outcome(usize),
    /// Of [`Scenario::milestones`](super::Scenario::milestones).
    Milestone(usize),
}

/// A part of the scenario in which a run can fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// For people: ``rule `near.arm_the_client` ``.
    pub name: String,
    /// What can be wrong there, as the end of a sentence: `its condition compares a value that is not finite`.
    pub fault: String,
}

/// A draw's address or, for a draw in each of several places, one address a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draw {
    /// All names, one after the other: there are thousands.
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Draw {
    /// Adds a name, which is these parts with `/` between them.
    pub fn add(&mut self, parts: &[&str]) {
        for (place, part) in parts.iter().enumerate() {
            self.text.push_str(if place > 0 { "/" } else { "" });
            self.text.push_str(part);
        }
        self.ends.push(self.text.len());
    }

    /// The name of this number, from 0 on; empty beyond the last.
    pub fn name(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let range = start.zip(self.ends.get(number)).map(|(start, end)| start..*end);
        range.and_then(|range| self.text.get(range)).unwrap_or_default()
    }

    /// All names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|number| self.name(number))
    }
}

#[cfg(test)]
mod tests {
    use super::Draw;

    #[test]
    fn the_names_of_a_draw_are_told_apart() {
        let mut draw = Draw::default();
        [&["north", "regime", "fall"][..], &[""], &["south"]].into_iter().for_each(|parts| draw.add(parts));
        assert_eq!(draw.names().collect::<Vec<_>>(), ["north/regime/fall", "", "south"]);
        assert_eq!([draw.name(0), draw.name(2), draw.name(3)], ["north/regime/fall", "south", ""]);
    }
}
