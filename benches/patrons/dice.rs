//! Where runs get their draws: quickly, for what is timed, or by the engine's addresses, for what is compared to the bit.
#![allow(dead_code, reason = "shared by the bench and by tests, each of which uses a part")]

use super::generator::TARGETS;
use super::scalar::Dice;
use entente::numerics::functions;
use entente::random::address::{Key, Stream, uniform, word};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};
use std::sync::Arc;

/// A quick generator, and the exponential of the standard library.
pub struct Quick(Xoshiro256PlusPlus);

impl Quick {
    /// One generator for a whole run.
    pub fn of_run(run: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(run))
    }

    /// One for each part of a run: an actor, or the areas, which come after the actors.
    pub fn of_part(run: u64, part: usize) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(run << 16 | part as u64))
    }

    #[inline(always)]
    fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }
}

impl Dice for Quick {
    #[inline(always)]
    fn chance(&mut self, _: usize, _: usize, _: usize) -> f64 {
        self.uniform()
    }

    #[inline(always)]
    fn area(&mut self, _: usize, _: usize) -> f64 {
        self.uniform()
    }

    #[inline(always)]
    #[allow(clippy::disallowed_methods, reason = "what one would use by hand")]
    fn exp(&self, x: f64) -> f64 {
        x.exp()
    }
}

/// The engine's draws, one at a time by their addresses, and the engine's exponential. It does not matter who draws first,
/// so that each part of a run may have its own clone.
#[derive(Clone)]
pub struct Addressed {
    key: Key,
    run: u64,
    streams: Arc<Streams>,
}

/// The names of the draws of `bench/patrons.yaml`.
struct Streams {
    /// By actor, then rule.
    chances: Vec<Vec<Stream>>,
    areas: Vec<Stream>,
}

impl Addressed {
    /// The draws of run 0.
    pub fn new(seed: u64, actors: usize, areas: usize) -> Self {
        let chance = |actor, i| Stream::named(&format!("a{actor}/r{i}//chance/"));
        Self {
            key: Key::from_seed(seed),
            run: 0,
            streams: Arc::new(Streams {
                chances: (0..actors).map(|actor| (0..TARGETS).map(|i| chance(actor, i)).collect()).collect(),
                areas: (0..areas).map(|area| Stream::named(&format!("g{area}/share/uniform/"))).collect(),
            }),
        }
    }

    /// The draws of a run.
    pub fn of_run(&self, run: u64) -> Self {
        Self { run, ..self.clone() }
    }
}

impl Dice for Addressed {
    fn chance(&mut self, tick: usize, actor: usize, rule: usize) -> f64 {
        uniform(word(&self.key, self.streams.chances[actor][rule], tick as u64, self.run))
    }

    fn area(&mut self, tick: usize, area: usize) -> f64 {
        uniform(word(&self.key, self.streams.areas[area], tick as u64, self.run))
    }

    fn exp(&self, x: f64) -> f64 {
        functions::exp(x)
    }
}
