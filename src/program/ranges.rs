//! What is known of a value before anything is played, so that what cannot fail need not be checked.

use super::instruction::{BinaryOperation, UnaryOperation};
use crate::scenario::model::UnaryFunction;

/// Between which numbers a value lies in every lane, and whether it may be no number at all.
///
/// Rounding never changes the order of two numbers, so that the rounded ends bound every rounded value between them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The least value.
    pub low: f64,
    /// The greatest value.
    pub high: f64,
    /// Whether it may be NaN.
    pub nan: bool,
}

impl Range {
    /// Nothing is known.
    pub const ANY: Self = Self { low: f64::NEG_INFINITY, high: f64::INFINITY, nan: true };
    /// A finite number.
    pub const FINITE: Self = Self { low: f64::MIN, high: f64::MAX, nan: false };
    /// Yes or no, or a uniform draw.
    pub const UNIT: Self = Self { low: 0.0, high: 1.0, nan: false };

    /// One number.
    pub fn of(number: f64) -> Self {
        if number.is_nan() { Self::ANY } else { Self { low: number, high: number, nan: false } }
    }

    /// Whether it is finite.
    pub fn is_finite(self) -> bool {
        self.is_within(f64::MIN, f64::MAX)
    }

    /// Whether it is a number from `low` to `high`.
    pub fn is_within(self, low: f64, high: f64) -> bool {
        !self.nan && self.low >= low && self.high <= high
    }

    /// What is left of it once it is known to be finite.
    pub fn finite(self) -> Self {
        Self { low: self.low.max(f64::MIN), high: self.high.min(f64::MAX), nan: false }
    }

    /// The range of a function.
    pub fn unary(op: UnaryOperation, a: Self) -> Self {
        match op {
            UnaryOperation::Copy => a,
            UnaryOperation::Not => Self::UNIT,
            UnaryOperation::Negate => Self { low: -a.high, high: -a.low, nan: a.nan },
            UnaryOperation::Function(UnaryFunction::Exp) => Self { low: 0.0, high: f64::INFINITY, nan: a.nan },
            UnaryOperation::Function(UnaryFunction::Logistic) => Self { nan: a.nan, ..Self::UNIT },
            UnaryOperation::Power(_) | UnaryOperation::Function(_) => Self::ANY,
        }
    }

    /// The range of an operation.
    pub fn binary(op: BinaryOperation, a: Self, b: Self) -> Self {
        match op {
            BinaryOperation::And | BinaryOperation::Or => Self::UNIT,
            BinaryOperation::Add => a.plus(b),
            BinaryOperation::Sub => a.plus(Self { low: -b.high, high: -b.low, nan: b.nan }),
            BinaryOperation::Mul if a.is_number() => b.times(a.low),
            BinaryOperation::Mul if b.is_number() => a.times(b.low),
            BinaryOperation::Div if a.is_number() && b.low > 0.0 => {
                let (one, other) = (a.low / b.low, a.low / b.high);
                Self { low: one.min(other), high: one.max(other), nan: b.nan }
            }
            _ => Self::ANY,
        }
    }

    /// Whether it is one finite number, and not 0.
    fn is_number(self) -> bool {
        self.low == self.high && self.is_finite() && self.low != 0.0
    }

    fn plus(self, other: Self) -> Self {
        let (low, high) = (self.low + other.low, self.high + other.high);
        let opposite = (self.low == f64::NEG_INFINITY && other.high == f64::INFINITY)
            || (self.high == f64::INFINITY && other.low == f64::NEG_INFINITY);
        if opposite || low.is_nan() || high.is_nan() {
            return Self::ANY;
        }
        Self { low, high, nan: self.nan || other.nan }
    }

    fn times(self, factor: f64) -> Self {
        let (one, other) = (self.low * factor, self.high * factor);
        Self { low: one.min(other), high: one.max(other), nan: self.nan }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MUL: BinaryOperation = BinaryOperation::Mul;

    #[test]
    fn a_logistic_curve_of_a_finite_value_is_a_probability() {
        let exponential = UnaryOperation::Function(UnaryFunction::Exp);
        let power = Range::unary(exponential, Range::binary(MUL, Range::of(-2.0), Range::FINITE));
        let below = Range::binary(BinaryOperation::Add, Range::of(1.0), power);
        assert_eq!(below, Range { low: 1.0, high: f64::INFINITY, nan: false });
        let curve = Range::binary(BinaryOperation::Div, Range::of(0.4), below);
        assert!(curve.is_within(0.0, 1.0) && !curve.is_within(0.0, 0.3), "{curve:?}");
        let unknown = Range::unary(exponential, Range::ANY);
        assert!(!Range::binary(BinaryOperation::Add, Range::of(1.0), unknown).is_within(0.0, f64::INFINITY));
    }

    #[test]
    fn what_may_overflow_is_not_finite() {
        assert!(Range::binary(MUL, Range::of(-0.5), Range::FINITE).is_finite());
        assert!(!Range::binary(MUL, Range::of(1.5), Range::FINITE).is_finite());
        assert!(!Range::binary(BinaryOperation::Add, Range::FINITE, Range::FINITE).is_finite());
        assert!(!Range::binary(MUL, Range::FINITE, Range::FINITE).is_finite());
        // ∞ − ∞
        let up = Range { low: 0.0, high: f64::INFINITY, nan: false };
        assert!(Range::binary(BinaryOperation::Sub, up, up).nan);
        // 0 · ∞
        assert!(Range::binary(MUL, Range::of(0.0), up).nan);
    }
}
