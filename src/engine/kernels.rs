//! Loops over columns. Every one is a plain loop that the compiler turns into vector code; none allocates, none branches
//! on a lane. They are `inline(always)` so that they are compiled for the level of the pass that calls them.

use crate::numerics::functions::{exp, ln, logistic, pow, powi};
use crate::program::instruction::{BinaryOperation, UnaryOperation};
use crate::scenario::model::{Comparison, UnaryFunction};

/// What an operand reads: a column, or one number for all lanes.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// One number a lane.
    Column(&'a [f64]),
    /// The same number in every lane.
    Value(f64),
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

macro_rules! each {
    ($out:expr, $i:ident => $value:expr) => {{
        let out = $out;
        for $i in 0..out.len() {
            out[$i] = $value;
        }
    }};
}

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

/// 1 for true, 0 for false.
#[inline(always)]
fn truth(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

/// out = op(a)
#[inline(always)]
pub fn unary(op: UnaryOperation, out: &mut [f64], a: Source<'_>) {
    let lanes = out.len();
    with!(a, lanes, a => match op {
        UnaryOperation::Copy => each!(out, i => a(i)),
        UnaryOperation::Negate => each!(out, i => -a(i)),
        UnaryOperation::Not => each!(out, i => 1.0 - a(i)),
        UnaryOperation::Power(n) => each!(out, i => powi(a(i), n)),
        UnaryOperation::Function(UnaryFunction::Abs) => each!(out, i => a(i).abs()),
        UnaryOperation::Function(UnaryFunction::Sqrt) => each!(out, i => a(i).sqrt()),
        UnaryOperation::Function(UnaryFunction::Exp) => each!(out, i => exp(a(i))),
        UnaryOperation::Function(UnaryFunction::Ln) => each!(out, i => ln(a(i))),
        UnaryOperation::Function(UnaryFunction::Logistic) => each!(out, i => logistic(a(i))),
        UnaryOperation::Function(UnaryFunction::Floor) => each!(out, i => a(i).floor()),
    });
}

/// out = a op b
#[inline(always)]
pub fn binary(op: BinaryOperation, out: &mut [f64], a: Source<'_>, b: Source<'_>) {
    use BinaryOperation as B;
    let lanes = out.len();
    with!(a, lanes, a => with!(b, lanes, b => match op {
        B::Add => each!(out, i => a(i) + b(i)),
        B::Sub => each!(out, i => a(i) - b(i)),
        B::Mul => each!(out, i => a(i) * b(i)),
        B::Div => each!(out, i => a(i) / b(i)),
        B::Pow => each!(out, i => pow(a(i), b(i))),
        B::Min => each!(out, i => if b(i) < a(i) { b(i) } else { a(i) }),
        B::Max => each!(out, i => if b(i) > a(i) { b(i) } else { a(i) }),
        B::And => each!(out, i => truth((a(i) != 0.0) & (b(i) != 0.0))),
        B::Or => each!(out, i => truth((a(i) != 0.0) | (b(i) != 0.0))),
        B::Compare(Comparison::Lt) => each!(out, i => truth(a(i) < b(i))),
        B::Compare(Comparison::Le) => each!(out, i => truth(a(i) <= b(i))),
        B::Compare(Comparison::Gt) => each!(out, i => truth(a(i) > b(i))),
        B::Compare(Comparison::Ge) => each!(out, i => truth(a(i) >= b(i))),
        B::Compare(Comparison::Eq) => each!(out, i => truth(a(i) == b(i))),
        B::Compare(Comparison::Ne) => each!(out, i => truth(a(i) != b(i))),
    }));
}

/// out = a + b·c; each operation is rounded.
#[inline(always)]
pub fn mul_add(out: &mut [f64], a: Source<'_>, b: Source<'_>, c: Source<'_>) {
    let lanes = out.len();
    with!(a, lanes, a => with!(b, lanes, b => with!(c, lanes, c => each!(out, i => a(i) + b(i) * c(i)))));
}

/// out = a − b·c; each operation is rounded.
#[inline(always)]
pub fn mul_sub(out: &mut [f64], a: Source<'_>, b: Source<'_>, c: Source<'_>) {
    let lanes = out.len();
    with!(a, lanes, a => with!(b, lanes, b => with!(c, lanes, c => each!(out, i => a(i) - b(i) * c(i)))));
}

/// out = k·a, then + k·b for each term in order, then + `plus`; each operation is rounded.
#[inline(always)]
pub fn sum<const TERMS: usize>(
    out: &mut [f64],
    (scale, first): (f64, &[f64]),
    factors: [f64; TERMS],
    columns: [&[f64]; TERMS],
    plus: Option<f64>,
) {
    let lanes = out.len();
    let (first, columns) = (&first[..lanes], columns.map(|column| &column[..lanes]));
    let at = |i: usize| {
        let mut sum = scale * first[i];
        for term in 0..TERMS {
            sum += factors[term] * columns[term][i];
        }
        sum
    };
    match plus {
        Some(plus) => each!(out, i => at(i) + plus),
        None => each!(out, i => at(i)),
    }
}

/// out = if c then a else b
#[inline(always)]
pub fn select(out: &mut [f64], c: Source<'_>, a: Source<'_>, b: Source<'_>) {
    let lanes = out.len();
    with!(c, lanes, c => with!(a, lanes, a => with!(b, lanes, b =>
        each!(out, i => if c(i) != 0.0 { a(i) } else { b(i) }))));
}

/// out = value where mask
#[inline(always)]
pub fn blend(out: &mut [f64], value: Source<'_>, mask: Source<'_>) {
    let lanes = out.len();
    with!(mask, lanes, mask => with!(value, lanes, value =>
        update!(&mut *out, i, old => if mask(i) != 0.0 { value(i) } else { old })));
}

/// out = 1 where mask and draw < probability
#[inline(always)]
pub fn chance(out: &mut [f64], draw: &[f64], probability: Source<'_>, mask: Source<'_>) {
    let lanes = out.len();
    let draw = &draw[..lanes];
    with!(mask, lanes, mask => with!(probability, lanes, probability =>
        each!(out, i => truth((mask(i) != 0.0) & (draw[i] < probability(i))))));
}

/// Where and how a store writes.
#[derive(Clone, Copy)]
pub struct Storing<'a> {
    /// What is stored or added.
    pub value: Source<'a>,
    /// Whether it is added.
    pub change: bool,
    /// The least value.
    pub low: Source<'a>,
    /// The greatest value.
    pub high: Source<'a>,
    /// Which lanes are written.
    pub mask: Source<'a>,
}

/// A value clamped: low first, then high.
#[inline(always)]
fn clamp(value: f64, low: f64, high: f64) -> f64 {
    let value = if value < low { low } else { value };
    if value > high { high } else { value }
}

/// out = clamp(value) or clamp(out + value), where mask.
#[inline(always)]
pub fn store(out: &mut [f64], storing: Storing<'_>) {
    let lanes = out.len();
    let Storing { value, change, low, high, mask } = storing;
    match (low, high) {
        (Source::Value(f64::NEG_INFINITY), Source::Value(f64::INFINITY)) => {
            with!(mask, lanes, mask => with!(value, lanes, value => if change {
                update!(&mut *out, i, old => if mask(i) != 0.0 { old + value(i) } else { old });
            } else {
                update!(&mut *out, i, old => if mask(i) != 0.0 { value(i) } else { old });
            }));
        }
        (Source::Value(low), Source::Value(high)) => {
            with!(mask, lanes, mask => with!(value, lanes, value => if change {
                update!(&mut *out, i, old => if mask(i) != 0.0 { clamp(old + value(i), low, high) } else { old });
            } else {
                update!(&mut *out, i, old => if mask(i) != 0.0 { clamp(value(i), low, high) } else { old });
            }));
        }
        // Bounds that are a run's own are rare; every combination of columns and numbers would be a loop of its own.
        (low, high) => update!(&mut *out, i, old => {
            let new = if change { old + value.at(i) } else { value.at(i) };
            if mask.at(i) != 0.0 { clamp(new, low.at(i), high.at(i)) } else { old }
        }),
    }
}

/// The bits of a number's exponent; all of them are set in infinities and in what is not a number, and in nothing else.
const EXPONENT: u64 = 0x7ff0_0000_0000_0000;
/// The lowest of them: added to the exponent's bits, it reaches the sign if all were set.
const LOWEST: u64 = 0x0010_0000_0000_0000;
/// The sign.
const SIGN: u64 = 0x8000_0000_0000_0000;

/// The sign where a value is not finite.
#[inline(always)]
fn not_finite(value: f64) -> u64 {
    (value.to_bits() & EXPONENT).wrapping_add(LOWEST)
}

/// `bits` where a mask holds, else none. An and, where a select of integers would be several instructions.
#[inline(always)]
fn where_set(mask: f64, bits: u64) -> u64 {
    if mask != 0.0 { bits } else { 0 }
}

/// Whether some lane of `mask` holds a value that is not finite.
#[inline(always)]
pub fn any_not_finite(value: Source<'_>, mask: Source<'_>, lanes: usize) -> bool {
    // Whole numbers or-ed together: comparisons would have to be turned back into vectors.
    let mut bad = 0;
    with!(value, lanes, value => match mask {
        Source::Value(mask) => {
            for i in 0..lanes {
                bad |= not_finite(value(i));
            }
            bad = where_set(mask, bad);
        }
        Source::Column(mask) => {
            for (i, &mask) in mask[..lanes].iter().enumerate() {
                bad |= where_set(mask, not_finite(value(i)));
            }
        }
    });
    bad & SIGN != 0
}

/// Whether some lane of `mask` holds no probability.
#[inline(always)]
pub fn any_no_chance(value: Source<'_>, mask: Source<'_>, lanes: usize) -> bool {
    let mut bad = 0;
    with!(mask, lanes, mask => with!(value, lanes, value => for i in 0..lanes {
        // The distance to 0 or to 1 is negative where the value lies outside. + 0 makes −0 a plain 0.
        let value = value(i) + 0.0;
        let outside = value.to_bits() | (1.0 - value).to_bits();
        bad |= where_set(mask(i), outside | not_finite(value));
    }));
    bad & SIGN != 0
}

/// Whether some lane of `mask` holds.
#[inline(always)]
pub fn any(mask: Source<'_>, lanes: usize) -> bool {
    let mut some = 0;
    with!(mask, lanes, mask => for i in 0..lanes {
        some |= mask(i).to_bits();
    });
    // All bits but the sign: −0 is no.
    some & !SIGN != 0
}

impl Source<'_> {
    /// The value in one lane.
    #[inline(always)]
    pub fn at(&self, lane: usize) -> f64 {
        match self {
            Self::Column(column) => column[lane],
            Self::Value(value) => *value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The checks look at bits; what they mean is plain.
    #[test]
    fn checks_by_bits_say_what_comparisons_say() {
        let values = [0.0, -0.0, 5e-324, 0.5, 1.0, 1.0 + f64::EPSILON, -5e-324, -1.0, f64::MAX, f64::MIN];
        let values = values.into_iter().chain([f64::INFINITY, f64::NEG_INFINITY, f64::NAN, -f64::NAN]);
        for value in values {
            // One odd lane among good ones, in a column and alone, under masks that hold there, elsewhere, everywhere.
            let column = [0.25, 0.75, value];
            for source in [Source::Column(&column), Source::Value(value)] {
                for mask in [[1.0, 1.0, 1.0], [0.0, 0.0, 1.0], [1.0, 1.0, 0.0], [0.0, -0.0, 0.0]] {
                    let masked = || (0..3).filter(|&i| mask[i] != 0.0).map(|i| source.at(i));
                    let by_mask = Source::Column(&mask);
                    assert_eq!(any_not_finite(source, by_mask, 3), masked().any(|x| !x.is_finite()), "{value}");
                    let no_chance = masked().any(|x| !(0.0..=1.0).contains(&x));
                    assert_eq!(any_no_chance(source, by_mask, 3), no_chance, "{value}");
                }
                assert_eq!(any_not_finite(source, Source::Value(1.0), 3), !value.is_finite(), "{value}");
                assert!(!any_not_finite(source, Source::Value(0.0), 3));
                assert_eq!(any(source, 3), (0..3).any(|i| source.at(i) != 0.0), "{value}");
            }
        }
    }
}
