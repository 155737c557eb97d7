//! Draws for the plain loop: quick ones, as one would use by hand, and the engine's own.
#![allow(dead_code, reason = "shared by benches and a test, each of which uses a part")]

use super::generator::TARGETS;
use super::scalar::Dice;
use entente::numerics::functions;
use entente::random::address::{Key, Stream, uniform, word};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

/// A quick generator of its own for each run, and the exponential of the standard library.
pub struct Quick(Xoshiro256PlusPlus);

impl Quick {
    /// The draws of a run.
    pub fn of_run(run: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(run))
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

/// Draws by their addresses, one at a time, and the engine's exponential: with these the loop ends as the engine does, to
/// the bit.
pub struct Addressed {
    key: Key,
    /// Whose draws they are.
    pub run: u64,
    /// By actor, then rule.
    chances: Vec<Vec<Stream>>,
    areas: Vec<Stream>,
}

impl Addressed {
    /// The draws under a seed, for so many actors and areas.
    pub fn new(seed: u64, actors: usize, areas: usize) -> Self {
        let chance = |actor, i| Stream::named(&format!("a{actor}/r{i}//chance/"));
        Self {
            key: Key::from_seed(seed),
            run: 0,
            chances: (0..actors).map(|actor| (0..TARGETS).map(|i| chance(actor, i)).collect()).collect(),
            areas: (0..areas).map(|area| Stream::named(&format!("g{area}/share/uniform/"))).collect(),
        }
    }
}

impl Dice for Addressed {
    fn chance(&mut self, tick: usize, actor: usize, rule: usize) -> f64 {
        uniform(word(&self.key, self.chances[actor][rule], tick as u64, self.run))
    }

    fn area(&mut self, tick: usize, area: usize) -> f64 {
        uniform(word(&self.key, self.areas[area], tick as u64, self.run))
    }

    fn exp(&self, x: f64) -> f64 {
        functions::exp(x)
    }
}
