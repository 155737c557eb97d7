//! What stands in the formulas of policies again and again, in one pass each: a score of scaled columns, a product of two
//! of them, a logistic curve. Each operation is rounded as it would be on its own.

use super::{NOTHING, Source, checks::not_finite, update, with};
use crate::numerics::functions::{ReducedExp, finish_exp, reduce_exp};
use crate::processor::at_each_level;
use std::ops::Range;

/// A column times a factor, plus a number.
#[derive(Clone, Copy)]
pub struct Scaled<'a> {
    /// The factor.
    pub factor: f64,
    /// The column.
    pub column: &'a [f64],
    /// What is added; −0 adds nothing to any number.
    pub plus: f64,
}

/// scale / (plus + exp(factor · x))
#[derive(Clone, Copy)]
pub struct Curve<'a> {
    /// What is divided.
    pub scale: f64,
    /// What is added to the exponential.
    pub plus: f64,
    /// What x is multiplied by.
    pub factor: f64,
    /// The column.
    pub x: &'a [f64],
}

impl<'a> Curve<'a> {
    /// The same in some of the lanes.
    #[inline(always)]
    pub(super) fn part(self, lanes: Range<usize>) -> Curve<'a> {
        Self { x: &self.x[lanes], ..self }
    }

    /// Whether its numbers are of sizes that numbers of 32 bits hold to full precision, and what it divides by is positive.
    #[inline(always)]
    pub(super) fn is_usual(&self) -> bool {
        let usual = 1e-20..=1e20;
        usual.contains(&self.scale)
            && (self.plus == 0.0 || usual.contains(&self.plus))
            && usual.contains(&self.factor.abs())
    }

    /// Writes what the curve divides by, in two loops (see [`ReducedExp`]). Both parts of `room` are as long as `out`.
    #[inline(always)]
    pub(super) fn write_divisors(self, out: &mut [f64], [lost, power]: [&mut [f64]; 2]) {
        let lanes = out.len();
        let (x, lost, power) = (&self.x[..lanes], &mut lost[..lanes], &mut power[..lanes]);
        for i in 0..lanes {
            let reduced = reduce_exp(self.factor * x[i], 0.0);
            (out[i], lost[i], power[i]) = (reduced.r, reduced.lost, reduced.power);
        }
        for i in 0..lanes {
            out[i] = self.plus + finish_exp(ReducedExp { r: out[i], lost: lost[i], power: power[i] });
        }
    }
}

/// Writes every lane; tells whether a value is not finite if `CHECKED`.
macro_rules! checked {
    ($out:expr, $i:ident => $value:expr) => {{
        let out = $out;
        let mut bad = 0;
        for $i in 0..out.len() {
            let value = $value;
            if CHECKED {
                bad |= not_finite(value);
            }
            out[$i] = value;
        }
        bad != 0
    }};
}

/// `ONE` says that the first factor is 1: a number times 1 is that number.
#[inline(always)]
fn sum_of<const TERMS: usize, const CHECKED: bool, const ONE: bool>(
    out: &mut [f64],
    first: Scaled<'_>,
    terms: &[(f64, &[f64])],
) -> bool {
    let lanes = out.len();
    let start = &first.column[..lanes];
    let terms: [(f64, &[f64]); TERMS] = std::array::from_fn(|i| (terms[i].0, &terms[i].1[..lanes]));
    checked!(out, i => {
        let mut sum = if ONE { start[i] } else { first.factor * start[i] };
        for (factor, column) in terms {
            sum += factor * column[i];
        }
        sum + first.plus
    })
}

at_each_level! {
    /// out = k·a, then + k·b for each term in order, then + `plus`. Tells whether a lane is not finite if it is checked.
    /// There are at most six terms.
    pub fn scaled_sum(out: &mut [f64], first: Scaled<'_>, terms: &[(f64, &[f64])], is_checked: bool) -> bool {
        macro_rules! of {
            ($terms:literal) => {
                match (is_checked, first.factor == 1.0) {
                    (false, false) => sum_of::<$terms, false, false>(out, first, terms),
                    (false, true) => sum_of::<$terms, false, true>(out, first, terms),
                    (true, false) => sum_of::<$terms, true, false>(out, first, terms),
                    (true, true) => sum_of::<$terms, true, true>(out, first, terms),
                }
            };
        }
        match terms.len() {
            0 => of!(0),
            1 => of!(1),
            2 => of!(2),
            3 => of!(3),
            4 => of!(4),
            5 => of!(5),
            _ => of!(6),
        }
    }

    /// out = (k·a + c) · (l·b + d). Tells whether a lane is not finite if `CHECKED`.
    pub fn product<const CHECKED: bool>(out: &mut [f64], a: Scaled<'_>, b: Scaled<'_>) -> bool {
        let lanes = out.len();
        let is_plain = |a: &Scaled<'_>, b: &Scaled<'_>| a.plus.to_bits() == NOTHING.to_bits() && b.factor == 1.0;
        // One factor is most often scaled alone and the other shifted alone; which stands first makes no difference.
        let (a, b) = if is_plain(&b, &a) { (b, a) } else { (a, b) };
        let (x, y) = (&a.column[..lanes], &b.column[..lanes]);
        if is_plain(&a, &b) {
            checked!(out, i => (a.factor * x[i]) * (y[i] + b.plus))
        } else {
            checked!(out, i => (a.factor * x[i] + a.plus) * (b.factor * y[i] + b.plus))
        }
    }

    /// out = a + k·(b + c). Tells whether a lane is not finite if `CHECKED`.
    pub fn approach<const CHECKED: bool>(
        out: &mut [f64],
        a: Source<'_>,
        factor: f64,
        column: &[f64],
        shift: f64,
    ) -> bool {
        let lanes = out.len();
        let column = &column[..lanes];
        with!(a, lanes, a => checked!(out, i => a(i) + factor * (column[i] + shift)))
    }

    /// out = a logistic curve; both parts of `room` are as long as `out`
    pub fn sigmoid(out: &mut [f64], curve: Curve<'_>, room: [&mut [f64]; 2]) {
        curve.write_divisors(out, room);
        update!(out, i, divisor => curve.scale / divisor);
    }
}
