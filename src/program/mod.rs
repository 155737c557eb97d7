//! A scenario as column programs: what the engine runs.
//!
//! [`Program::of`] lowers a validated scenario. Every actor gets a piece of code for each message that can reach it and
//! one for its stances and rules; the world gets code for the contest's inputs, for area equations, flows and events, and
//! for the observation. An instruction works on whole columns, one value for each run that is played together.

#![expect(
    clippy::indexing_slicing,
    reason = "a validated scenario numbers its parts, and the layout and the builder number what they hand out"
)]

mod banks;
mod base;
mod builder;
mod constant;
mod counters;
mod folds;
mod fuse;
mod hoist;
pub mod instruction;
pub mod layout;
mod lower;
pub mod operand;
mod part;
mod places;
mod ranges;
mod reach;
mod registers;
mod split;
mod text;

pub use base::{Base, Piece};
pub use builder::Code;
pub use counters::Counter;
pub use fuse::MOST_TERMS;
pub use layout::Layout;

use crate::random::address::Stream;
use crate::scenario::model::Scenario;
use instruction::Delivery;
use operand::{Destination, Operand};

/// A compiled scenario.
#[derive(Clone, Debug)]
pub struct Program {
    /// Where everything is kept.
    pub layout: Layout,
    /// Uncertainties, bounds, states of areas, and the posts that are drawn, into the input bank.
    pub prologue: Code,
    /// Start values of variables, once posts have started.
    pub starts: Code,
    /// States of areas that start from what the contest shows.
    pub late_starts: Code,
    /// One for each actor.
    pub actors: Vec<ActorCode>,
    /// What the actors run; those who do the same share it.
    pub codes: Vec<Code>,
    /// The contest's parameters, side parameters and preferences, into the input bank.
    pub contest: Code,
    /// Area equations, flows and events.
    pub world: Code,
    /// Streaks, outcomes, milestones; the stops' conditions end in `stops`.
    pub observation: Code,
    /// Histories' values end in these operands, a column each; worked out by `recording`.
    pub recording: Code,
    /// The observation of the start, where the past is what is there.
    pub first_observation: Code,
    /// The recording of the start.
    pub first_recording: Code,
    /// Where the observation leaves each stop's condition (1 or 0).
    pub stops: Vec<u32>,
    /// Where the recording leaves each history column.
    pub recorded: Vec<u32>,
    /// Operands by area.
    pub tables: Vec<Vec<Operand>>,
    /// Destinations by area.
    pub destinations: Vec<Vec<Option<Destination>>>,
    /// Receivers of messages.
    pub deliveries: Vec<Delivery>,
    /// Addresses of draws.
    pub streams: Vec<Stream>,
    /// Lists of areas that loops go over.
    pub lists: Vec<Vec<u32>>,
    /// What clamps each variable's writes: constants, or columns of the run bank.
    pub variable_bounds: Vec<(Operand, Operand)>,
    /// What is set to 0 when each actor's turn begins.
    pub counters: Vec<Vec<Counter>>,
    /// Names of the rules, actors' first, events' last, as [`instruction::Instruction::Fired`] counts them.
    pub rules: Vec<String>,
}

/// The code of one actor.
#[derive(Clone, Debug)]
pub struct ActorCode {
    /// For each slot of its inbox, what an arriving message does.
    pub deliver: Vec<Piece>,
    /// Stances and rules.
    pub act: Piece,
}

impl Program {
    /// Compiles a scenario.
    pub fn of(scenario: &Scenario) -> Self {
        lower::lower(scenario)
    }

    /// The most scratch columns that any code needs.
    pub fn registers(&self) -> u32 {
        self.all_but_actors().into_iter().chain(&self.codes).map(|code| code.registers).max().unwrap_or(0)
    }

    /// All code but the actors'.
    fn all_but_actors(&self) -> [&Code; 9] {
        [
            &self.prologue,
            &self.starts,
            &self.late_starts,
            &self.contest,
            &self.world,
            &self.observation,
            &self.recording,
            &self.first_observation,
            &self.first_recording,
        ]
    }
}

/// A scenario that a file of this text says, compiled.
#[cfg(test)]
fn compiled(text: &str) -> (Scenario, Program) {
    use crate::scenario::{compose::Composition, load::load};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenario.yaml");
    std::fs::write(&path, text).unwrap();
    let scenario = load(&path, &Composition::default()).unwrap_or_else(|error| panic!("{error:?}")).scenario;
    let program = Program::of(&scenario);
    (scenario, program)
}
