//! Draws, and what happens by chance.

use super::super::column::Column;
use super::super::scratch::Room;
use super::fused::Curve;
use super::{Source, truth, with};
use crate::numerics::functions::norm_inverse;
use crate::numerics::rough;
use crate::processor::{Detected, at_each_level};
use crate::random::address::{Key, Stream};
use crate::random::keystream::{Lanes, uniforms};

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

/// out = 1 where mask and a uniform draw < probability; tells whether there is such a lane.
///
/// Draws are compared piece by piece, while they are in the nearest cache.
pub fn chance(
    level: Detected,
    out: &mut [f64],
    draws: Address<'_>,
    room: &mut Room,
    probability: Probability<'_>,
    mask: Source<'_>,
) -> bool {
    let Room { words, exponents, columns } = room;
    let [uniform, lost, power] = columns.each_mut().map(Column::lanes_mut);
    let mut some = false;
    let mut at = 0;
    while at < out.len() {
        let count = draws.dice.words(level, draws.key, draws.stream, draws.tick, at, words);
        let lanes = at..at + count;
        let (out, mask) = (&mut out[lanes.clone()], mask.part(lanes.clone()));
        at += count;
        if let Probability::Curve(curve) = probability {
            let curve = curve.part(lanes.clone());
            let plain = curve.is_usual().then(|| below_curve_plainly(level, out, &words.upper, curve, exponents, mask));
            if let Some(answer) = plain.flatten() {
                some |= answer;
                continue;
            }
        }
        let uniform = &mut uniform[..count];
        uniforms(level, uniform, &words.lower, &words.upper);
        some |= match probability {
            Probability::Of(probability) => below(level, out, uniform, probability.part(lanes), mask),
            Probability::Curve(curve) => below_curve(level, out, uniform, curve.part(lanes), [lost, power], mask),
        };
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

    /// The same with the probability that a usual logistic curve gives and the upper halves of the draws' words; nothing if
    /// in some lane the two are so near that few digits do not tell them apart.
    ///
    /// draw < scale / (plus + e) is draw · (plus + e) < scale, since plus + e is positive. With e and the draw to few digits
    /// the left side is off by little; where it is farther than that from the right side, the answer is the exact one.
    /// `room` has a place for each lane.
    fn below_curve_plainly(out: &mut [f64], upper: &[u32], curve: Curve<'_>, room: &mut [f32], mask: Source<'_>) -> Option<bool> {
        /// What [`rough::exp`] may be off, what three roundings of an exponent of at most 80 do to it (1.43e-5), and a few
        /// roundings more.
        const NEAR: f32 = rough::ERROR + 1.6e-5;
        /// The 24 bits of a word that a number of 32 bits holds.
        const STEP: f32 = 1.0 / 16_777_216.0;
        let lanes = out.len();
        let (upper, x, room) = (&upper[..lanes], &curve.x[..lanes], &mut room[..lanes]);
        let (scale, plus, factor) = (curve.scale as f32, curve.plus as f32, curve.factor as f32);
        let near = NEAR * scale;
        let (mut some, mut unsure) = (0, 0);
        // Numbers of 32 bits in a loop of their own: twice as many fit a vector.
        for i in 0..lanes {
            room[i] = factor * x[i] as f32;
        }
        for i in 0..lanes {
            let exponent = room[i];
            let divisor = plus + rough::exp(exponent);
            // The draw lies between this and the next step.
            let draw = (upper[i] >> 8) as i32 as f32 * STEP;
            let above = draw * divisor - scale;
            // Of these comparisons none holds for what is not a number.
            let is_sure = (exponent.abs() <= rough::LIMIT) & (above.abs() > near + STEP * divisor);
            unsure |= u32::from(!is_sure);
            room[i] = above;
        }
        with!(mask, lanes, mask => for i in 0..lanes {
            out[i] = truth((mask(i) != 0.0) & (room[i] < 0.0));
            some |= out[i].to_bits();
        });
        (unsure == 0).then_some(some != 0)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::functions::{exp, pow, powi};
    use crate::processor::Level;
    use crate::random::address::uniform;
    use proptest::prelude::*;

    /// What both ways of comparing draws with a curve say, the plain one only if it is sure.
    fn both(level: Level, words: &[u64], curve: Curve<'_>) -> (Option<Vec<f64>>, Vec<f64>) {
        let level = Detected::from(level);
        let upper: Vec<u32> = words.iter().map(|word| (word >> 32) as u32).collect();
        let draw: Vec<f64> = words.iter().map(|&word| uniform(word)).collect();
        let (mut plain, mut exact) = (vec![0.0; draw.len()], vec![0.0; draw.len()]);
        let (mut lost, mut power) = (plain.clone(), plain.clone());
        let all = Source::Value(1.0);
        let sure = below_curve_plainly(level, &mut plain, &upper, curve, &mut vec![0.0; draw.len()], all);
        let some = below_curve(level, &mut exact, &draw, curve, [&mut lost, &mut power], all);
        assert!(sure.is_none_or(|sure| sure == some));
        (sure.map(|_| plain), exact)
    }

    proptest! {
        #[test]
        fn a_plain_comparison_that_is_sure_is_the_exact_one(
            scale in -18.0..18.0_f64,
            plus in prop::option::of(-18.0..18.0_f64),
            factor in -20.0..2.0_f64,
            x in prop::collection::vec(prop_oneof![-200.0..200.0_f64, -1e30..1e30_f64, Just(f64::NAN)], 1..300),
            off in -10.0..-2.0_f64,
            above in any::<bool>(),
        ) {
            let curve = Curve {
                scale: pow(10.0, scale),
                plus: plus.map_or(0.0, |plus| pow(10.0, plus)),
                factor: pow(10.0, factor),
                x: &x,
            };
            prop_assert!(curve.is_usual());
            let off = if above { 1.0 + pow(10.0, off) } else { 1.0 - pow(10.0, off) };
            let chance = |x: &f64| curve.scale / (curve.plus + exp(curve.factor * x));
            // A word whose draw is that near the chance.
            let near = |x: &f64| (chance(x) * off * powi(2.0, 64)) as u64;
            let words: Vec<u64> = x.iter().map(near).collect();
            for &level in Level::available() {
                // Each lane by itself too: one that is not sure would hide all others.
                for lane in 0..x.len() {
                    let (sure, exact) = both(level, &words[lane..=lane], curve.part(lane..lane + 1));
                    prop_assert!(sure.is_none_or(|sure| sure == exact), "x = {:e}, word = {}", x[lane], words[lane]);
                }
                let (sure, exact) = both(level, &words, curve);
                prop_assert!(sure.is_none_or(|sure| sure == exact));
            }
        }
    }

    #[test]
    fn a_plain_comparison_is_nearly_always_sure() {
        let x: Vec<f64> = (0..128).map(|i| f64::from(i) * 0.05 - 3.0).collect();
        let curve = Curve { scale: 0.4, plus: 1.0, factor: -2.0, x: &x };
        let unsure = (0..1000).filter(|round| {
            let words: Vec<u64> = (0..128).map(|i| ((i + round) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
            both(Level::best(), &words, curve).0.is_none()
        });
        assert!(unsure.count() < 30);
    }
}
