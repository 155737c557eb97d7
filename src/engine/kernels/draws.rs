//! Draws, and what happens by chance.

use super::super::column::Column;
use super::super::scratch::Room;
use super::checks::not_finite;
use super::fused::Curve;
use super::interval::{Interval, asks};
use super::store::clamp;
use super::{Source, each, truth, update, with};
use crate::numerics::functions::norm_inverse;
use crate::numerics::rough;
use crate::processor::{Detected, at_each_level};
use crate::random::address::{Key, Stream};
use crate::random::keystream::{Lanes, UNITS, Words, uniforms, units_of_halves};
use std::ops::Range;

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
    /// A logistic curve, and where what it is of must lie for it to be asked, if that matters.
    Curve(Curve<'a>, Option<Interval>),
}

/// out = a uniform draw in each lane.
pub fn fill(level: Detected, out: &mut [f64], draws: Address<'_>, words: &mut Words) {
    draws.dice.fill(level, draws.key, draws.stream, draws.tick, words, out);
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
    let (mut some, mut at) = (false, 0);
    while at < out.len() {
        let lanes = draws.dice.piece(at);
        at = lanes.end;
        let (out, mask) = (&mut out[lanes.clone()], mask.part(lanes.clone()));
        match probability {
            Probability::Curve(curve, within) if curve.is_usual() => {
                let curve = curve.part(lanes.clone());
                let exponents = &mut exponents[..out.len()];
                if !asked(level, out, exponents, curve.x, within) {
                    continue;
                }
                draws.make::<false>(level, lanes.start, words);
                let mask = within.is_none().then_some(mask);
                if let Some(answer) = below_curve_plainly(level, out, &words.upper, curve, exponents, mask) {
                    some |= answer;
                    continue;
                }
            }
            _ => {}
        }
        draws.make::<true>(level, lanes.start, words);
        let uniform = &mut uniform[..out.len()];
        uniforms(level, uniform, &words.lower, &words.upper);
        some |= match probability {
            Probability::Of(probability) => below(level, out, uniform, probability.part(lanes), mask),
            Probability::Curve(curve, within) => {
                let curve = curve.part(lanes);
                let some = below_curve(level, out, uniform, curve, [lost, power], mask);
                within.map_or(some, |within| only_within(level, out, curve.x, within))
            }
        };
    }
    some
}

/// What a shaken number goes on from.
#[derive(Clone, Copy)]
pub enum Start<'a> {
    /// Something else than what is written.
    Of(Source<'a>),
    /// What stands there, plus a multiple of a column if there is one.
    Itself(Option<(f64, &'a [f64])>),
}

impl<'a> Start<'a> {
    /// The same in some of the lanes.
    fn part(self, lanes: Range<usize>) -> Start<'a> {
        match self {
            Self::Of(source) => Self::Of(source.part(lanes)),
            Self::Itself(drift) => Self::Itself(drift.map(|(factor, column)| (factor, &column[lanes]))),
        }
    }
}

/// What a uniform draw shakes, how much, and within which bounds.
#[derive(Clone, Copy)]
pub struct Shaking<'a> {
    /// What is gone on from.
    pub start: Start<'a>,
    /// What the shifted draw is multiplied by; 2^−53 times it is a number as exact.
    pub factor: f64,
    /// What is added to the draw; so is 2^53 times it.
    pub shift: f64,
    /// The least value.
    pub low: f64,
    /// The greatest value.
    pub high: f64,
}

/// out = clamp(start + factor · (a uniform draw + shift)). Tells whether a lane is not finite if it is checked; there it is no
/// number afterwards, also where it would be clamped.
pub fn shake(
    level: Detected,
    out: &mut [f64],
    draws: Address<'_>,
    words: &mut Words,
    shaking: Shaking<'_>,
    is_checked: bool,
) -> bool {
    let (mut bad, mut at) = (false, 0);
    while at < out.len() {
        let lanes = draws.dice.piece(at);
        at = lanes.end;
        draws.make::<true>(level, lanes.start, words);
        let shaking = Shaking { start: shaking.start.part(lanes.clone()), ..shaking };
        let out = &mut out[lanes];
        bad |= if is_checked {
            shaken::<true>(level, out, &words.lower, &words.upper, shaking)
        } else {
            shaken::<false>(level, out, &words.lower, &words.upper, shaking)
        };
    }
    bad
}

impl Address<'_> {
    /// Makes the words of the piece of lanes that begins there, their lower halves only if `BOTH`.
    fn make<const BOTH: bool>(self, level: Detected, first: usize, words: &mut Words) {
        self.dice.words::<BOTH>(level, self.key, self.stream, self.tick, first, words);
    }
}

/// out = 1 where a question about x is answered yes, else 0, and `room` = x in 32 bits; tells whether there is such a lane.
#[inline(always)]
fn answered(out: &mut [f64], room: &mut [f32], x: &[f64], question: impl Fn(f64) -> bool) -> bool {
    let (x, room) = (&x[..out.len()], &mut room[..out.len()]);
    let mut some = 0;
    for i in 0..out.len() {
        room[i] = x[i] as f32;
        out[i] = truth(question(x[i]));
        some |= out[i].to_bits();
    }
    some != 0
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

    /// `room` = x in 32 bits, of which twice as many fit a vector. If x must lie in an interval to be asked, also out = 1 where it
    /// does, else 0. Tells whether there is a lane that is asked.
    fn asked(out: &mut [f64], room: &mut [f32], x: &[f64], within: Option<Interval>) -> bool {
        let Some(within) = within else {
            let x = &x[..room.len()];
            each!(&mut *room, i => x[i] as f32);
            return true;
        };
        asks!(within, holds => answered(out, room, x, holds))
    }

    /// The same with the probability that a usual logistic curve gives and the upper halves of the draws' words; nothing if
    /// in some lane the two are so near that few digits do not tell them apart.
    ///
    /// draw < scale / (plus + e) is draw · (plus + e) < scale, since plus + e is positive. With e and the draw to few digits
    /// the left side is off by little; where it is farther than that from the right side, the answer is the exact one. Both
    /// sides are taken 2^24 times, so that the draw is the whole number that its first 24 bits are, and lies below the next.
    /// `room` holds what the curve is of in 32 bits. Without a mask, what stands in `out` is the mask, 1 or 0.
    fn below_curve_plainly(
        out: &mut [f64],
        upper: &[u32],
        curve: Curve<'_>,
        room: &mut [f32],
        mask: Option<Source<'_>>,
    ) -> Option<bool> {
        /// What [`rough::exp2`] may be off, what three roundings of an exponent of at most 115 do to it (1.43e-5), and a few
        /// roundings more.
        const NEAR: f32 = rough::ERROR + 1.6e-5;
        const STEPS: f32 = 16_777_216.0;
        const SIGN: u32 = 1 << 31;
        let lanes = out.len();
        let (upper, room) = (&upper[..lanes], &mut room[..lanes]);
        let (scale, plus) = (curve.scale as f32 * STEPS, curve.plus as f32);
        let factor = (curve.factor * std::f64::consts::LOG2_E) as f32;
        let near = NEAR * scale;
        let (mut some, mut beyond, mut unsure) = (0, 0, 0);
        for i in 0..lanes {
            let exponent = factor * room[i];
            let divisor = plus + rough::exp2(exponent);
            let above = (upper[i] >> 8) as i32 as f32 * divisor - scale;
            // The signs say that it is beyond the limit, as what is not a number is, and that the two sides are near.
            beyond |= rough::LIMIT.to_bits().wrapping_sub(exponent.abs().to_bits());
            unsure |= (above.abs() - (near + divisor)).to_bits();
            room[i] = f32::from_bits((above.to_bits() as i32 >> 31) as u32);
        }
        let is_below = |i: usize| i64::from(room[i].to_bits() as i32) as u64;
        match mask {
            Some(mask) => with!(mask, lanes, mask => each!(&mut *out, i => {
                let happens = truth(mask(i) != 0.0).to_bits() & is_below(i);
                some |= happens;
                f64::from_bits(happens)
            })),
            None => update!(&mut *out, i, asked => {
                let happens = asked.to_bits() & is_below(i);
                some |= happens;
                f64::from_bits(happens)
            }),
        }
        ((beyond | unsure) & SIGN == 0).then_some(some != 0)
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

    /// out = what stands there where x lies in an interval, else 0; tells whether that is not 0 in some lane.
    fn only_within(out: &mut [f64], x: &[f64], interval: Interval) -> bool {
        let x = &x[..out.len()];
        let mut some = 0;
        for i in 0..out.len() {
            out[i] = if interval.holds(x[i]) { out[i] } else { 0.0 };
            some |= out[i].to_bits();
        }
        some != 0
    }

    /// out = clamp(start + factor · (the uniform draw of each word + shift)), no number where that is not finite, and whether it
    /// is so in a lane if `CHECKED`.
    fn shaken<const CHECKED: bool>(out: &mut [f64], lower: &[u32], upper: &[u32], shaking: Shaking<'_>) -> bool {
        let lanes = out.len();
        let (lower, upper) = (&lower[..lanes], &upper[..lanes]);
        let Shaking { start, factor, shift, low, high } = shaking;
        // Draws stay counted in their units. By a power of two all is as exact as without.
        let (factor, shift) = (factor / UNITS, shift * UNITS);
        let mut bad = 0;
        macro_rules! shaken {
            ($i:ident, $old:ident => $start:expr) => {
                update!(&mut *out, $i, $old => {
                    let value = $start + factor * (units_of_halves(lower[$i], upper[$i]) + shift);
                    if CHECKED {
                        let off = not_finite(value);
                        bad |= off;
                        // 0 where it is finite: what it is taken from stays as it is, −0 too.
                        clamp(value, low, high) - f64::from_bits(off)
                    } else {
                        clamp(value, low, high)
                    }
                })
            };
        }
        match start {
            Start::Of(a) => with!(a, lanes, a => shaken!(i, _old => a(i))),
            Start::Itself(None) => shaken!(i, old => old),
            Start::Itself(Some((drift, column))) => {
                let column = &column[..lanes];
                shaken!(i, old => old + drift * column[i]);
            }
        }
        bad != 0
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
    use crate::scenario::model::Comparison;
    use proptest::prelude::*;

    /// What both ways of comparing draws with a curve say where x lies in an interval, the plain one only if it is sure.
    fn both(level: Level, words: &[u64], curve: Curve<'_>, within: Option<Interval>) -> (Option<Vec<f64>>, Vec<f64>) {
        let level = Detected::from(level);
        let upper: Vec<u32> = words.iter().map(|word| (word >> 32) as u32).collect();
        let draw: Vec<f64> = words.iter().map(|&word| uniform(word)).collect();
        let (mut plain, mut exact) = (vec![0.0; draw.len()], vec![0.0; draw.len()]);
        let (mut lost, mut power) = (plain.clone(), plain.clone());
        let all = Source::Value(1.0);
        let mut room = vec![0.0; draw.len()];
        let is_asked = asked(level, &mut plain, &mut room, curve.x, within);
        assert_eq!(is_asked, within.is_none_or(|within| curve.x.iter().any(|&x| within.holds(x))));
        let mask = within.is_none().then_some(all);
        let sure = below_curve_plainly(level, &mut plain, &upper, curve, &mut room, mask);
        let mut some = below_curve(level, &mut exact, &draw, curve, [&mut lost, &mut power], all);
        if let Some(within) = within {
            some = only_within(level, &mut exact, curve.x, within);
            assert!(curve.x.iter().zip(&exact).all(|(&x, &out)| within.holds(x) || out == 0.0));
        }
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
            within in prop::option::of((comparison(), -100.0..100.0_f64)),
        ) {
            let within = within.map(|(comparison, number)| Interval::of(comparison, number));
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
                    let (sure, exact) = both(level, &words[lane..=lane], curve.part(lane..lane + 1), within);
                    prop_assert!(sure.is_none_or(|sure| sure == exact), "x = {:e}, word = {}", x[lane], words[lane]);
                }
                let (sure, exact) = both(level, &words, curve, within);
                prop_assert!(sure.is_none_or(|sure| sure == exact));
            }
        }
    }

    fn comparison() -> impl Strategy<Value = Comparison> {
        use Comparison::{Eq, Ge, Gt, Le, Lt, Ne};
        prop::sample::select(vec![Lt, Le, Gt, Ge, Eq, Ne])
    }

    proptest! {
        #[test]
        fn what_is_shaken_is_what_a_draw_a_step_and_a_store_give(
            first in 0..10_000_u64,
            a in prop::collection::vec((prop_oneof![Just(-0.0), -2.0..2.0_f64], -1.0..1.0_f64), 1..400),
            (factor, shift, drift, high) in (-2.0..2.0_f64, -1.0..1.0_f64, -1.0..1.0_f64, -0.5..1.5_f64),
            broken in prop::option::of((0..400_usize, prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY]))),
        ) {
            let (mut a, column): (Vec<f64>, Vec<f64>) = a.into_iter().unzip();
            if let Some((lane, value)) = broken {
                let lane = lane % a.len();
                a[lane] = value;
            }
            let runs: Vec<u64> = (first..).take(a.len()).collect();
            let (dice, key) = (Lanes::new(&runs).unwrap(), Key::from_seed(7));
            let draws = Address { dice: &dice, key: &key, stream: Stream::named("area/share"), tick: 3 };
            for level in Level::available().iter().map(|&level| Detected::from(level)) {
                let mut draw = vec![0.0; a.len()];
                fill(level, &mut draw, draws, &mut Words::new(a.len()));
                let start = Start::Itself(Some((drift, &column)));
                for start in [Start::Of(Source::Column(&a)), Start::Of(Source::Value(a[0])), Start::Itself(None), start] {
                    let gone_on_from = |lane: usize| match start {
                        Start::Of(source) => source.at(lane),
                        Start::Itself(None) => a[lane],
                        Start::Itself(Some((drift, column))) => a[lane] + drift * column[lane],
                    };
                    let value: Vec<f64> =
                        draw.iter().enumerate().map(|(lane, draw)| gone_on_from(lane) + factor * (draw + shift)).collect();
                    let mut words = Words::new(a.len());
                    let shaking = Shaking { start, factor, shift, low: -1.0, high };
                    let mut out = a.clone();
                    let bad = shake(level, &mut out, draws, &mut words, shaking, true);
                    prop_assert_eq!(bad, value.iter().any(|value| !value.is_finite()));
                    for (out, &value) in out.iter().zip(&value) {
                        let clamped = clamp(value, -1.0, high);
                        let is_right = if value.is_finite() { out.to_bits() == clamped.to_bits() } else { out.is_nan() };
                        prop_assert!(is_right, "{} for {}", out, value);
                    }
                    let mut out = a.clone();
                    prop_assert!(!shake(level, &mut out, draws, &mut words, shaking, false));
                    let is_right = |(out, &value): (&f64, &f64)| out.to_bits() == clamp(value, -1.0, high).to_bits();
                    prop_assert!(value.iter().any(|value| value.is_nan()) || out.iter().zip(&value).all(is_right));
                }
            }
        }
    }

    #[test]
    fn a_plain_comparison_is_nearly_always_sure() {
        let x: Vec<f64> = (0..128).map(|i| f64::from(i) * 0.05 - 3.0).collect();
        let curve = Curve { scale: 0.4, plus: 1.0, factor: -2.0, x: &x };
        let unsure = (0..1000).filter(|round| {
            let words: Vec<u64> = (0..128).map(|i| ((i + round) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
            both(Level::best(), &words, curve, None).0.is_none()
        });
        assert!(unsure.count() < 30);
    }
}
