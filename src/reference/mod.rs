//! The slow, obvious way to play a scenario: one run at a time, straight over the validated trees.
//!
//! It is what the fast engine is held to, bit for bit, so it shares no code with it: only the elementary functions, the
//! distributions, the draws by address and the contest's scalar step. [`play`] plays a run; [`play_with`] lets an
//! [`Observer`] look on; [`Journal`] is one that writes down what happened, for people; [`json`] writes the run for programs.
//!
//! A run fails at its first check that fails, as [`Failure`] names it. A check stands where a value is used: compared,
//! written, sent, taken as a chance or a score, recorded as an outcome.

#![expect(
    clippy::indexing_slicing,
    reason = "a validated scenario numbers its parts, and a run has a value for each of them"
)]

mod act;
mod change;
mod contest;
mod deliver;
mod evaluate;
mod explain;
mod json;
mod look;
mod observe;
pub mod parting;
mod start;
#[cfg(test)]
mod tests;
pub mod trace;
mod uncertainties;
mod world;

pub use explain::Journal;
pub(crate) use explain::day_of;
pub use json::json;
pub use look::Look;
pub use world::{Message, World};

use crate::scenario::model::{ActorId, AreaVariableId, AreaWrite, Contest, PlaceId, Rule, Scenario, VariableId, Write};
use crate::world::contest::reference::One;
use evaluate::{Reader, Stage};
use world::{AreaValues, Dice};

/// How a run went.
#[derive(Clone, Debug, PartialEq)]
pub struct Played {
    /// The drawn uncertainties, in file order; not a number where drawing failed.
    pub uncertainties: Vec<f64>,
    /// The outcomes at each tick from 0 to [`Played::closed`]; of a failed run, up to the tick before.
    pub series: Vec<Vec<f64>>,
    /// The tick at which each milestone was reached; `None` for all in a failed run.
    pub milestones: Vec<Option<u32>>,
    /// The last tick: the clock's, the one at which a stop held, or the one at which the run failed.
    pub closed: u32,
    /// The stop that ended the run.
    pub stopped_by: Option<usize>,
    /// The first check that failed.
    pub failure: Option<Failure>,
    /// How often each rule acted: actors' rules in order, then events.
    pub fired: Vec<u64>,
    /// The posts at the start of each side whose posts are drawn, in each area in which it has a place.
    pub posts_drawn: Vec<(ActorId, Vec<f64>)>,
}

/// The first check of a run that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// The step, or 0 at the start.
    pub tick: u32,
    /// The part of the scenario.
    pub place: PlaceId,
}

/// Somebody who looks on while a run is played.
pub trait Observer {
    /// A rule acts; it is counted at this place in [`Played::fired`]. What it writes and sends is told after it.
    fn rule_fired(&mut self, tick: u32, place: usize, rule: &Rule, look: &Look) {
        let _ = (tick, place, rule, look);
    }

    /// An actor entered another stance.
    fn stance_taken(&mut self, tick: u32, actor: ActorId, before: usize, after: usize) {
        let _ = (tick, actor, before, after);
    }

    /// The rule that acts, or the message that is being applied, wrote a variable: its value before and after.
    fn wrote(&mut self, tick: u32, variable: VariableId, before: f64, after: f64) {
        let _ = (tick, variable, before, after);
    }

    /// The rule that acts wrote an area variable in an area.
    fn wrote_area(&mut self, tick: u32, variable: AreaVariableId, area: usize, before: f64, after: f64) {
        let _ = (tick, variable, area, before, after);
    }

    /// A step of the contest was played: its state before and after.
    fn contested(&mut self, tick: u32, contest: &Contest, before: &One, after: &One) {
        let _ = (tick, contest, before, after);
    }

    /// A message was sent.
    fn message_sent(&mut self, tick: u32, message: &Message) {
        let _ = (tick, message);
    }

    /// A message is about to be applied.
    fn message_delivered(&mut self, tick: u32, message: &Message) {
        let _ = (tick, message);
    }

    /// A stop holds; the observation of this tick is the last.
    fn stopped(&mut self, tick: u32, stop: usize) {
        let _ = (tick, stop);
    }

    /// An observation was made.
    fn observed(&mut self, tick: u32, world: &World) {
        let _ = (tick, world);
    }
}

/// An observer who does not care.
struct Nobody;

impl Observer for Nobody {}

/// Plays a run.
pub fn play(scenario: &Scenario, seed: u64, run: u64) -> Played {
    play_with(scenario, seed, run, &mut Nobody)
}

/// Plays a run while somebody looks on.
pub fn play_with(scenario: &Scenario, seed: u64, run: u64, observer: &mut dyn Observer) -> Played {
    let mut run = Run::new(scenario, seed, run, observer);
    let failure = run.play().err();
    let milestones = if failure.is_some() { vec![None; scenario.milestones.len()] } else { run.world.milestones };
    Played {
        uncertainties: run.world.uncertainties,
        series: run.series,
        milestones,
        closed: run.tick,
        stopped_by: run.stopped_by,
        failure,
        fired: run.fired,
        posts_drawn: run.posts_drawn,
    }
}

/// The uncertainties as a run draws them, in file order; not a number where drawing fails.
pub fn drawn(scenario: &Scenario, seed: u64, run: u64) -> Vec<f64> {
    let mut nobody = Nobody;
    let mut run = Run::new(scenario, seed, run, &mut nobody);
    // A failure leaves the others drawn.
    let _ = run.draw_uncertainties();
    run.world.uncertainties
}

/// A run that is being played.
struct Run<'a> {
    scenario: &'a Scenario,
    observer: &'a mut dyn Observer,
    dice: Dice,
    /// The step, or 0 at the start.
    tick: u32,
    world: World,
    /// What the built-in contest keeps for itself.
    contest: Option<One>,
    fired: Vec<u64>,
    posts_drawn: Vec<(ActorId, Vec<f64>)>,
    series: Vec<Vec<f64>>,
    stopped_by: Option<usize>,
}

impl<'a> Run<'a> {
    /// A run before its start.
    fn new(scenario: &'a Scenario, seed: u64, run: u64, observer: &'a mut dyn Observer) -> Self {
        let rules = scenario.actors.iter().map(|actor| actor.rules.len()).sum::<usize>() + scenario.events.len();
        Self {
            scenario,
            observer,
            dice: Dice::new(seed, run),
            tick: 0,
            world: World::new(scenario),
            contest: None,
            fired: vec![0; rules],
            posts_drawn: Vec::new(),
            series: Vec::new(),
            stopped_by: None,
        }
    }

    /// The start and all steps, until the last, a stop or a failure.
    fn play(&mut self) -> Result<(), Failure> {
        self.draw_uncertainties()?;
        self.start()?;
        self.observe()?;
        while self.stopped_by.is_none() && self.tick < self.scenario.clock.ticks {
            self.tick += 1;
            self.deliver()?;
            self.act()?;
            self.step_contest()?;
            self.area_equations()?;
            self.flows()?;
            self.events()?;
            self.observe()?;
        }
        Ok(())
    }

    /// Writes a map, whose values are worked out already.
    fn write_map(&mut self, writes: &[Write], values: &[f64]) {
        for (write, &value) in writes.iter().zip(values) {
            let before = self.world.now[write.variable];
            self.world.write(write.variable, write.change, value);
            self.observer.wrote(self.tick, write.variable, before, self.world.now[write.variable]);
        }
    }

    /// Writes a map in some areas.
    fn write_areas(&mut self, writes: &[AreaWrite], values: &AreaValues) {
        for (area, values) in values {
            for (write, value) in writes.iter().zip(values) {
                let Some(value) = value else { continue };
                let before = self.world.areas[write.variable][*area];
                self.world.write_area(write.variable, *area, write.change, *value);
                let after = self.world.areas[write.variable][*area];
                self.observer.wrote_area(self.tick, write.variable, *area, before, after);
            }
        }
    }

    /// The world as it is seen from this stage, checks reported at this place; nothing is checked without one.
    fn reader(&self, stage: Stage, place: impl Into<Option<PlaceId>>) -> Reader<'_> {
        self.reader_of(&self.world, stage, place)
    }

    /// The same for another world: the one that a stage found.
    fn reader_of<'b>(&'b self, world: &'b World, stage: Stage, place: impl Into<Option<PlaceId>>) -> Reader<'b> {
        Reader {
            scenario: self.scenario,
            world,
            dice: self.dice,
            tick: self.tick,
            stage,
            place: place.into(),
            lets: &[],
            message: None,
        }
    }
}

/// The greatest score, the first among equals.
fn greatest(scores: &[(usize, f64)]) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for &(candidate, score) in scores {
        if best.is_none_or(|(_, highest)| score > highest) {
            best = Some((candidate, score));
        }
    }
    best.map(|(candidate, _)| candidate)
}
