//! What stands in the formulas of policies again and again, in one pass each: a score of scaled columns, a product of two
//! of them, a logistic curve. Each operation is rounded as it would be on its own.

use super::{checks::not_finite, update};
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

    /// Writes what the curve divides by, in two loops over a piece of the column at a time (see [`ReducedExp`]).
    #[inline(always)]
    pub(super) fn write_divisors(self, out: &mut [f64]) {
        let (mut lost, mut power) = ([0.0; PIECE], [0.0; PIECE]);
        for (out, x) in out.chunks_mut(PIECE).zip(self.x.chunks(PIECE)) {
            let lanes = out.len();
            let (x, lost, power) = (&x[..lanes], &mut lost[..lanes], &mut power[..lanes]);
            for i in 0..lanes {
                let reduced = reduce_exp(self.factor * x[i], 0.0);
                (out[i], lost[i], power[i]) = (reduced.r, reduced.lost, reduced.power);
            }
            for i in 0..lanes {
                out[i] = self.plus + finish_exp(ReducedExp { r: out[i], lost: lost[i], power: power[i] });
            }
        }
    }
}

/// Lanes that are half worked out at a time.
const PIECE: usize = 64;

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
        bad >> 63 != 0
    }};
}

at_each_level! {
    /// out = k·a, then + k·b for each term in order, then + `plus`. Tells whether a lane is not finite if `CHECKED`.
    pub fn scaled_sum<const TERMS: usize, const CHECKED: bool>(
        out: &mut [f64],
        first: Scaled<'_>,
        factors: [f64; TERMS],
        columns: [&[f64]; TERMS],
    ) -> bool {
        let lanes = out.len();
        let (start, columns) = (&first.column[..lanes], columns.map(|column| &column[..lanes]));
        checked!(out, i => {
            let mut sum = first.factor * start[i];
            for term in 0..TERMS {
                sum += factors[term] * columns[term][i];
            }
            sum + first.plus
        })
    }

    /// out = (k·a + c) · (l·b + d). Tells whether a lane is not finite if `CHECKED`.
    pub fn product<const CHECKED: bool>(out: &mut [f64], a: Scaled<'_>, b: Scaled<'_>) -> bool {
        let lanes = out.len();
        let (x, y) = (&a.column[..lanes], &b.column[..lanes]);
        checked!(out, i => (a.factor * x[i] + a.plus) * (b.factor * y[i] + b.plus))
    }

    /// out = a logistic curve
    pub fn sigmoid(out: &mut [f64], curve: Curve<'_>) {
        curve.write_divisors(out);
        update!(out, i, divisor => curve.scale / divisor);
    }
}
