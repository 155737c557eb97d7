//! Draws, and what happens by chance.

use super::fused::Curve;
use super::{Source, truth, with};
use crate::numerics::functions::norm_inverse;
use crate::processor::{Detected, at_each_level};
use crate::random::address::{Key, Stream};
use crate::random::keystream::Lanes;

/// Which draws to make.
#[derive(Clone, Copy)]
pub struct Address<'a> {
    /// Which run each lane plays.
    pub dice: &'a Lanes,
    /// The key of the seed.
    pub key: &'a Key,
    /// The name of the draws.
    pub stream: Stream,
    /// Their tick.
    pub tick: u64,
}

/// What is compared with a draw.
#[derive(Clone, Copy)]
pub enum Probability<'a> {
    /// What an operand reads.
    Of(Source<'a>),
    /// A logistic curve.
    Curve(Curve<'a>),
}

/// out = a uniform draw in each lane.
pub fn fill(level: Detected, out: &mut [f64], draws: Address<'_>) {
    draws.dice.fill(level, draws.key, draws.stream, draws.tick, out);
}

/// out = 1 where mask and a uniform draw < probability; tells whether there is such a lane. The parts of
/// `room` are as long as `out`.
///
/// Draws are compared piece by piece, while they are in the nearest cache.
pub fn chance(
    level: Detected,
    out: &mut [f64],
    draws: Address<'_>,
    [room, lost, power]: [&mut [f64]; 3],
    probability: Probability<'_>,
    mask: Source<'_>,
) -> bool {
    let mut some = false;
    let mut at = 0;
    while at < out.len() {
        let count = draws.dice.fill_piece(level, draws.key, draws.stream, draws.tick, at, room);
        let lanes = at..at + count;
        let (out, draw, mask) = (&mut out[lanes.clone()], &room[..count], mask.part(lanes.clone()));
        some |= match probability {
            Probability::Of(probability) => below(level, out, draw, probability.part(lanes), mask),
            Probability::Curve(curve) => below_curve(level, out, draw, curve.part(lanes), [lost, power], mask),
        };
        at += count;
    }
    some
}

at_each_level! {
    /// out = 1 where mask and draw < probability; tells whether there is such a lane.
    fn below(out: &mut [f64], draw: &[f64], probability: Source<'_>, mask: Source<'_>) -> bool {
        let lanes = out.len();
        let draw = &draw[..lanes];
        let mut some = 0;
        with!(mask, lanes, mask => with!(probability, lanes, probability => for i in 0..lanes {
            out[i] = truth((mask(i) != 0.0) & (draw[i] < probability(i)));
            some |= out[i].to_bits();
        }));
        some != 0
    }

    /// The same with the probability that a logistic curve gives.
    fn below_curve(
        out: &mut [f64],
        draw: &[f64],
        curve: Curve<'_>,
        room: [&mut [f64]; 2],
        mask: Source<'_>,
    ) -> bool {
        let lanes = out.len();
        let draw = &draw[..lanes];
        let mut some = 0;
        curve.write_divisors(out, room);
        with!(mask, lanes, mask => for i in 0..lanes {
            out[i] = truth((mask(i) != 0.0) & (draw[i] < curve.scale / out[i]));
            some |= out[i].to_bits();
        });
        some != 0
    }

    /// out = the standard normal value of the uniform draw that stands there.
    pub fn normal(out: &mut [f64]) {
        for value in out.iter_mut() {
            *value = norm_inverse(*value);
        }
    }
}
