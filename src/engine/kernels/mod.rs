//! Loops over columns. Every one is a plain loop that the compiler turns into vector code; none allocates, none branches
//! on a lane. Each is compiled once for every processor level.

mod checks;
mod conditions;
mod draws;
mod folds;
mod fused;
mod interval;
mod plain;
mod store;

use std::ops::Range;

pub use checks::{any, any_no_chance, any_not_finite};
pub use conditions::{Asked, add_where, both};
pub use draws::{Address, Probability, Shaking, Start, chance, fill, normal, shake};
pub use folds::{AT_ONCE, Folded, fold_areas};
pub use fused::{Curve, Scaled, approach, product, scaled_sum, sigmoid};
pub use interval::Interval;
pub use plain::{arrived, binary, blend, compare, fold, mul_add, mul_sub, select, send, unary};
pub use store::{Change, Changed, Storing, change_three, change_two, relax, store};

/// What an operand reads: a column, or one number for all lanes.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// One number a lane.
    Column(&'a [f64]),
    /// The same number in every lane.
    Value(f64),
}

impl<'a> Source<'a> {
    /// The same in some of the lanes.
    #[inline(always)]
    fn part(self, lanes: Range<usize>) -> Source<'a> {
        match self {
            Self::Column(column) => Self::Column(&column[lanes]),
            Self::Value(value) => Self::Value(value),
        }
    }

    /// The value in one lane.
    #[inline(always)]
    pub fn at(&self, lane: usize) -> f64 {
        match self {
            Self::Column(column) => column[lane],
            Self::Value(value) => *value,
        }
    }
}

/// Runs a body with `$get(i)` as an operand's value in lane i, compiled once for columns and once for single numbers.
macro_rules! with {
    ($source:expr, $lanes:expr, $get:ident => $body:expr) => {
        match $source {
            Source::Column(column) => {
                let column = &column[..$lanes];
                let $get = |i: usize| column[i];
                $body
            }
            Source::Value(value) => {
                let $get = |_: usize| value;
                $body
            }
        }
    };
}
use with;

/// Writes every lane.
macro_rules! each {
    ($out:expr, $i:ident => $value:expr) => {{
        let out = $out;
        for $i in 0..out.len() {
            out[$i] = $value;
        }
    }};
}
use each;

/// The same for values that depend on what stands there.
macro_rules! update {
    ($out:expr, $i:ident, $old:ident => $value:expr) => {{
        let out = $out;
        for $i in 0..out.len() {
            let $old = out[$i];
            out[$i] = $value;
        }
    }};
}
use update;

/// The bits of an amount that was not sent: all are set, so that it is not a number.
const UNSENT: u64 = u64::MAX;

/// Whether a lane of a parcel's amounts was sent.
pub fn was_sent(amount: f64) -> bool {
    amount.to_bits() != UNSENT
}

/// What adds nothing, not even to −0.
const NOTHING: f64 = -0.0;

/// `change` where a mask holds, else nothing.
///
/// What is changed in place is changed in every lane, since a choice between the old and the new value would become a store
/// under a mask, which takes many times as long on processors without wide masks.
#[inline(always)]
fn masked(mask: f64, change: f64) -> f64 {
    if mask != 0.0 { change } else { NOTHING }
}

/// Writes values where a mask holds. The old ones are copied first: see [`masked`].
macro_rules! replace {
    ($out:expr, $i:ident => $holds:expr, $value:expr) => {{
        let mut before = [0.0; 64];
        for (piece, out) in $out.chunks_mut(64).enumerate() {
            let before = &mut before[..out.len()];
            before.copy_from_slice(out);
            for lane in 0..out.len() {
                let $i = 64 * piece + lane;
                let value = $value;
                out[lane] = if $holds { value } else { before[lane] };
            }
        }
    }};
}
use replace;

/// 1 for true, 0 for false.
#[inline(always)]
fn truth(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}
