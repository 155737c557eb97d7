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

    /// Whether it is so small that adding it to a finite number gives a finite number, however great that is: less than half the
    /// last digit of the greatest one, 2^970.
    pub fn is_small(self) -> bool {
        self.is_within(-1e290, 1e290)
    }

    /// What is left of it once it is known to be finite.
    pub fn finite(self) -> Self {
        Self { low: self.low.max(f64::MIN), high: self.high.min(f64::MAX), nan: false }
    }

    /// What holds of either of two values.
    pub fn or(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high), nan: self.nan || other.nan }
    }

    /// The range of a function.
    pub fn unary(op: UnaryOperation, a: Self) -> Self {
        let Self { low, high, nan } = a;
        match op {
            UnaryOperation::Copy => a,
            UnaryOperation::Not => Self::UNIT,
            UnaryOperation::Negate => Self { low: -high, high: -low, nan },
            UnaryOperation::Function(UnaryFunction::Abs) => {
                let least = if low <= 0.0 && high >= 0.0 { 0.0 } else { low.abs().min(high.abs()) };
                Self { low: least, high: low.abs().max(high.abs()), nan }
            }
            UnaryOperation::Function(UnaryFunction::Floor) => Self { low: low.floor(), high: high.floor(), nan },
            UnaryOperation::Function(UnaryFunction::Sqrt) if low >= 0.0 => {
                Self { low: low.sqrt(), high: high.sqrt(), nan }
            }
            UnaryOperation::Function(UnaryFunction::Exp) => {
                // e^700 is 1.01e304.
                Self { low: 0.0, high: if high <= 700.0 { 1.1e304 } else { f64::INFINITY }, nan }
            }
            UnaryOperation::Function(UnaryFunction::Logistic) => Self { nan, ..Self::UNIT },
            UnaryOperation::Power(_) | UnaryOperation::Function(_) => Self::ANY,
        }
    }

    /// The range of an operation.
    pub fn binary(op: BinaryOperation, a: Self, b: Self) -> Self {
        match op {
            BinaryOperation::And | BinaryOperation::Or => Self::UNIT,
            BinaryOperation::Add => a.plus(b),
            BinaryOperation::Sub => a.plus(Self { low: -b.high, high: -b.low, nan: b.nan }),
            BinaryOperation::Mul => a.by_ends(b, |a, b| a * b),
            BinaryOperation::Div if b.low > 0.0 || b.high < 0.0 => a.by_ends(b, |a, b| a / b),
            BinaryOperation::Min if !a.nan && !b.nan => {
                Self { low: a.low.min(b.low), high: a.high.min(b.high), nan: false }
            }
            BinaryOperation::Max if !a.nan && !b.nan => {
                Self { low: a.low.max(b.low), high: a.high.max(b.high), nan: false }
            }
            BinaryOperation::Min | BinaryOperation::Max | BinaryOperation::Div | BinaryOperation::Pow => Self::ANY,
        }
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

    /// The range of an operation that goes one way in each of its values, whichever the other is.
    fn by_ends(self, other: Self, op: impl Fn(f64, f64) -> f64) -> Self {
        let ends = [self.low, self.high].map(|one| [other.low, other.high].map(|two| op(one, two)));
        let ends = ends.as_flattened();
        // 0 times ∞, which may also lie between ends.
        let is_endless = |range: Self| range.low == f64::NEG_INFINITY || range.high == f64::INFINITY;
        if ends.iter().any(|end| end.is_nan())
            || (is_endless(self) && other.has_zero())
            || (is_endless(other) && self.has_zero())
        {
            return Self::ANY;
        }
        let (low, high) =
            ends.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &end| (low.min(end), high.max(end)));
        Self { low, high, nan: self.nan || other.nan }
    }

    fn has_zero(self) -> bool {
        self.low <= 0.0 && self.high >= 0.0
    }
}

/// Which of its two values the result of an operation rests on, if it does: it is finite where that one is, and only there,
/// since the other one is a number that takes nothing from it or adds too little.
pub fn rests_on<T>(op: BinaryOperation, (a, of_a): (T, Range), (b, of_b): (T, Range)) -> Option<T> {
    match op {
        BinaryOperation::Add | BinaryOperation::Sub if of_b.is_small() => Some(a),
        BinaryOperation::Add | BinaryOperation::Sub if of_a.is_small() => Some(b),
        BinaryOperation::Mul if of_b.is_within(-1.0, 1.0) => Some(a),
        BinaryOperation::Mul if of_a.is_within(-1.0, 1.0) => Some(b),
        BinaryOperation::Div if of_b.is_within(1.0, f64::MAX) => Some(a),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::constant;
    use proptest::prelude::*;

    /// An end of a range, often one of those where arithmetic has its corners.
    fn end() -> impl Strategy<Value = f64> {
        let corners = vec![
            0.0,
            -0.0,
            1.0,
            -1.0,
            5e-324,
            f64::MAX,
            f64::MIN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            700.0,
            1e290,
            -1e290,
        ];
        prop_oneof![prop::sample::select(corners), -10.0..10.0_f64]
    }

    /// A range, and a value in it.
    fn range() -> impl Strategy<Value = (Range, f64)> {
        (end(), end(), any::<bool>(), 0..6_u32, 0.0..1.0_f64).prop_map(|(one, two, nan, which, part)| {
            let (low, high) = if one < two { (one, two) } else { (two, one) };
            let within = low.max(f64::MIN) * (1.0 - part) + high.min(f64::MAX) * part;
            let value = match which {
                0 => low,
                1 => high,
                2 if nan => f64::NAN,
                3 if low <= 0.0 && high >= 0.0 => 0.0,
                _ => within.clamp(low, high),
            };
            (Range { low, high, nan }, value)
        })
    }

    fn holds(range: Range, value: f64) -> bool {
        if value.is_nan() { range.nan } else { range.low <= value && value <= range.high }
    }

    proptest! {
        #[test]
        fn whatever_values_are_in_their_ranges_the_result_is_in_its_own((a, x) in range(), (b, y) in range()) {
            use BinaryOperation as B;
            use UnaryFunction as F;
            for op in [B::Add, B::Sub, B::Mul, B::Div, B::Pow, B::Min, B::Max] {
                let result = constant::binary(op, x, y);
                prop_assert!(holds(Range::binary(op, a, b), result), "{op:?} of {x:?} in {a:?} and {y:?} in {b:?}: {result:?}");
            }
            let functions = [F::Abs, F::Sqrt, F::Exp, F::Ln, F::Logistic, F::Floor].map(UnaryOperation::Function);
            for op in functions.into_iter().chain([UnaryOperation::Copy, UnaryOperation::Negate, UnaryOperation::Power(3)]) {
                let result = constant::unary(op, x);
                prop_assert!(holds(Range::unary(op, a), result), "{op:?} of {x:?} in {a:?}: {result:?}");
            }
            prop_assert!(holds(a.or(b), x) && holds(a.or(b), y));
        }

        #[test]
        fn a_result_is_finite_where_what_it_rests_on_is_and_only_there((a, x) in range(), (b, y) in range()) {
            use BinaryOperation as B;
            for op in [B::Add, B::Sub, B::Mul, B::Div, B::Pow, B::Min, B::Max] {
                if let Some(on) = rests_on(op, (x, a), (y, b)) {
                    let result = constant::binary(op, x, y);
                    prop_assert_eq!(result.is_finite(), on.is_finite(), "{:?} of {:?} in {:?} and {:?} in {:?}", op, x, a, y, b);
                }
            }
        }
    }

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
    fn a_sum_rests_on_what_may_be_great() {
        let great = ("great", Range::ANY);
        assert_eq!(rests_on(BinaryOperation::Sub, ("small", Range::UNIT), great), Some("great"));
        assert_eq!(rests_on(BinaryOperation::Add, great, ("number", Range::FINITE)), None);
        assert_eq!(rests_on(MUL, great, ("share", Range::UNIT)), Some("great"));
        assert_eq!(rests_on(MUL, great, ("two", Range::of(2.0))), None);
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
