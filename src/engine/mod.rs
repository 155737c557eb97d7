//! Plays a compiled scenario: a batch of runs at a time, every actor an async task.
//!
//! A batch has one lane a run. Each actor is a task that, once a tick, takes what was sent to it, plays its rules in every
//! lane at once and sends columns of messages to the others. The batch's own task gives the word for each tick and plays
//! the world. Nothing depends on the order in which tasks are polled: messages lie in slots, others' values are as last
//! observed, and every draw has an address.

#![expect(
    clippy::indexing_slicing,
    reason = "the program numbers its columns, slots and places itself, and kernels cut their columns to one length first"
)]

mod actor;
mod batch;
mod blame;
mod column;
mod contest;
mod fight;
mod fold;
mod frame;
mod interpret;
mod kernels;
mod parcel;
mod record;
mod scratch;
mod shake;
mod shared;
mod watch;

pub use crate::processor::{Detected, Level};
pub use batch::{Batch, Packing, play, play_watched, play_watched_with, play_with};
pub use blame::play_or_blame;
pub use fight::{Draws, Fight, fight};
pub use record::{Played, RunFailure};
pub use watch::{Flow, Flows, Seen, shown_holders};

use crate::program::{Counter, Program};
use crate::scenario::model::Scenario;
use thiserror::Error;

/// A scenario and its program, ready to be played by any number of threads.
#[derive(Debug)]
pub struct Compiled {
    /// The validated scenario.
    pub scenario: Scenario,
    /// Its program.
    pub program: Program,
    /// How many registers any piece of code needs, and any actor for its private counters.
    pub(crate) registers: u32,
}

impl Compiled {
    /// Compiles a scenario.
    pub fn new(scenario: Scenario) -> Self {
        let program = Program::of(&scenario);
        let lent = program.counters.iter().map(|counters| Counter::private(counters).count()).max().unwrap_or(0);
        let registers = program.registers() + lent as u32;
        Self { scenario, program, registers }
    }
}

/// Why a batch could not be played. None of these is the scenario's fault.
#[derive(Debug, Error)]
pub enum EngineError {
    /// An actor's task ended before its time.
    #[error("the task of actor `{actor}` ended at step {step}: {reason}")]
    Actor {
        /// Whose.
        actor: String,
        /// When.
        step: u32,
        /// What it said.
        reason: String,
    },
    /// A panic, with all that is known of where it was. It is a bug, to be reported with the scenario.
    #[error("{0}; this is a bug in Entente, please report it with the scenario")]
    Died(String),
    /// A run number without an address.
    #[error(transparent)]
    Lanes(#[from] crate::random::keystream::LanesError),
    /// No room to play in.
    #[error("the tasks of a batch could not be started: {0}")]
    Runtime(#[from] std::io::Error),
}
