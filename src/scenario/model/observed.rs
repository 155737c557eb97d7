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

/// A draw's address or, for a draw in each area, one address an area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draw {
    /// One name, or one an area.
    pub names: Vec<String>,
}
