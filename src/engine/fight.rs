//! A tick of a contest by itself, compiled for each processor level.

use crate::processor::{Detected, at_each_level};
use crate::random::address::{Key, Stream};
use crate::random::keystream::{Lanes, Words};
use crate::world::contest::{DRAWS, Draw, Ground, Inputs, Scratch, State, step};

/// A tick of a contest by itself, on columns: what the engine plays once a tick, and the bench of the contest by itself.
pub struct Fight<'a, 'b> {
    /// The ground.
    pub ground: &'a Ground,
    /// The state, which it changes.
    pub state: &'a mut State,
    /// What the tick is given.
    pub inputs: Inputs<'a>,
    /// The forces, a column a side.
    pub forces: &'a mut [&'b mut [f64]],
    /// The stocks that captured arms go to, an entry a side.
    pub stocks: &'a mut [Option<&'b mut [f64]>],
    /// Where its draws come from.
    pub draws: Draws<'a>,
    /// Room to work in.
    pub scratch: &'a mut Scratch,
    /// Room for the words of draws.
    pub words: &'a mut Words,
}

/// Where the draws of a tick of the contest come from.
#[derive(Clone, Copy)]
pub struct Draws<'a> {
    /// The level at which they are made.
    pub level: Detected,
    /// All streams.
    pub streams: &'a [Stream],
    /// The place in `streams` of each pair's draws, in the order of [`DRAWS`].
    pub of_pairs: &'a [u32],
    /// The key.
    pub key: &'a Key,
    /// Which run each lane plays.
    pub dice: &'a Lanes,
    /// The tick.
    pub tick: u64,
}

at_each_level! {
    /// Plays a tick of a contest.
    pub fn fight(fight: Fight<'_, '_>) {
        let draws = fight.draws;
        let draw = |pair: usize, which: Draw, out: &mut [f64]| {
            let stream = draws.of_pairs[pair * DRAWS.len() + which as usize];
            draws.dice.fill(draws.level, draws.key, draws.streams[stream as usize], draws.tick, fight.words, out);
        };
        step(fight.ground, fight.state, &fight.inputs, fight.forces, fight.stocks, draw, fight.scratch);
    }
}
