//! The pure operations of one, two or three columns, and what changes a column in place.

use super::{Source, UNSENT, each, masked, replace, truth, update, with};
use crate::numerics::functions::{exp, ln, logistic, pow, powi};
use crate::processor::at_each_level;
use crate::program::instruction::{BinaryOperation, UnaryOperation};
use crate::scenario::model::{Comparison, Fold, UnaryFunction};

at_each_level! {
    /// out = op(a)
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
        }));
    }

    /// out = 1 where a comparison holds, else 0; tells whether there is such a lane.
    pub fn compare(comparison: Comparison, out: &mut [f64], a: Source<'_>, b: Source<'_>) -> bool {
        let lanes = out.len();
        let mut some = 0;
        with!(a, lanes, a => with!(b, lanes, b => {
            macro_rules! each_holds {
                ($i:ident => $holds:expr) => {
                    for $i in 0..lanes {
                        out[$i] = truth($holds);
                        some |= out[$i].to_bits();
                    }
                };
            }
            match comparison {
                Comparison::Lt => each_holds!(i => a(i) < b(i)),
                Comparison::Le => each_holds!(i => a(i) <= b(i)),
                Comparison::Gt => each_holds!(i => a(i) > b(i)),
                Comparison::Ge => each_holds!(i => a(i) >= b(i)),
                Comparison::Eq => each_holds!(i => a(i) == b(i)),
                Comparison::Ne => each_holds!(i => a(i) != b(i)),
            }
        }));
        some != 0
    }

    /// out = a + b·c; each operation is rounded.
    pub fn mul_add(out: &mut [f64], a: Source<'_>, b: Source<'_>, c: Source<'_>) {
        let lanes = out.len();
        with!(a, lanes, a => with!(b, lanes, b => with!(c, lanes, c => each!(out, i => a(i) + b(i) * c(i)))));
    }

    /// out = a − b·c; each operation is rounded.
    pub fn mul_sub(out: &mut [f64], a: Source<'_>, b: Source<'_>, c: Source<'_>) {
        let lanes = out.len();
        with!(a, lanes, a => with!(b, lanes, b => with!(c, lanes, c => each!(out, i => a(i) - b(i) * c(i)))));
    }

    /// out = if c then a else b
    pub fn select(out: &mut [f64], c: Source<'_>, a: Source<'_>, b: Source<'_>) {
        let lanes = out.len();
        with!(c, lanes, c => with!(a, lanes, a => with!(b, lanes, b =>
            each!(out, i => if c(i) != 0.0 { a(i) } else { b(i) }))));
    }

    /// out = value where mask
    pub fn blend(out: &mut [f64], value: Source<'_>, mask: Source<'_>) {
        let lanes = out.len();
        with!(mask, lanes, mask => with!(value, lanes, value => replace!(out, i => mask(i) != 0.0, value(i))));
    }

    /// out = fold(out, value) where filter
    pub fn fold(fold: Fold, out: &mut [f64], value: Source<'_>, filter: Source<'_>) {
        let lanes = out.len();
        with!(value, lanes, value => with!(filter, lanes, filter => {
            let out = &mut *out;
            // Where the filter does not hold, a value is taken that changes nothing: see `masked`.
            match fold {
                Fold::Sum | Fold::Mean => update!(out, i, old => old + masked(filter(i), value(i))),
                Fold::Min => update!(out, i, old => {
                    let value = if filter(i) != 0.0 { value(i) } else { f64::INFINITY };
                    if value < old { value } else { old }
                }),
                Fold::Max => update!(out, i, old => {
                    let value = if filter(i) != 0.0 { value(i) } else { f64::NEG_INFINITY };
                    if value > old { value } else { old }
                }),
                Fold::Any => update!(out, i, old => {
                    let found = truth((filter(i) != 0.0) & (value(i) != 0.0));
                    if found > old { found } else { old }
                }),
                Fold::All => update!(out, i, old => {
                    let fine = truth((filter(i) == 0.0) | (value(i) != 0.0));
                    if fine < old { fine } else { old }
                }),
            }
        }));
    }

    /// out = the amount, at least `floor`, where mask, else what is [`UNSENT`]; tells whether a lane sends.
    pub fn send(out: &mut [f64], amount: Source<'_>, floor: f64, mask: Source<'_>) -> bool {
        let lanes = out.len();
        let mut some = 0;
        with!(mask, lanes, mask => with!(amount, lanes, amount => each!(&mut *out, i => {
            let amount = if floor > amount(i) { floor } else { amount(i) };
            let unsent = if mask(i) != 0.0 { 0 } else { UNSENT };
            some |= mask(i).to_bits();
            f64::from_bits(amount.to_bits() | unsent)
        })));
        // All bits but the sign: −0 is no.
        some << 1 != 0
    }

    /// out = 1 where an amount was sent, else 0
    pub fn arrived(out: &mut [f64], amount: &[f64]) {
        let amount = &amount[..out.len()];
        each!(out, i => truth(amount[i].to_bits() != UNSENT));
    }
}
