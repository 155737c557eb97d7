//! Comparisons with a number, as few kinds of questions, so that a kernel that asks one is few loops.

use crate::scenario::model::Comparison;

/// The numbers for which a comparison holds. What is not a number lies in none but the last.
#[derive(Clone, Copy, Debug)]
pub enum Interval {
    /// All numbers from this on; none, if it is not one.
    From(f64),
    /// All numbers up to this; none, if it is not one.
    UpTo(f64),
    /// This number; none, if it is not one.
    At(f64),
    /// All but this number, and what is not a number.
    NotAt(f64),
}

/// Runs a body with `$holds(x)` telling whether a number lies in an interval, compiled once for each kind of interval.
macro_rules! asks {
    ($interval:expr, $holds:ident => $body:expr) => {
        match $interval {
            $crate::engine::kernels::Interval::From(least) => {
                let $holds = |x: f64| x >= least;
                $body
            }
            $crate::engine::kernels::Interval::UpTo(greatest) => {
                let $holds = |x: f64| x <= greatest;
                $body
            }
            $crate::engine::kernels::Interval::At(number) => {
                let $holds = |x: f64| x == number;
                $body
            }
            $crate::engine::kernels::Interval::NotAt(number) => {
                let $holds = |x: f64| x != number;
                $body
            }
        }
    };
}
pub(super) use asks;

impl Interval {
    /// The numbers that compare so with a number.
    #[inline(always)]
    pub fn of(comparison: Comparison, number: f64) -> Self {
        match comparison {
            Comparison::Lt if number == f64::NEG_INFINITY => Self::At(f64::NAN),
            Comparison::Gt if number == f64::INFINITY => Self::At(f64::NAN),
            Comparison::Lt => Self::UpTo(number.next_down()),
            Comparison::Le => Self::UpTo(number),
            Comparison::Gt => Self::From(number.next_up()),
            Comparison::Ge => Self::From(number),
            Comparison::Eq => Self::At(number),
            Comparison::Ne => Self::NotAt(number),
        }
    }

    /// Whether it holds a number.
    #[inline(always)]
    pub fn holds(self, x: f64) -> bool {
        asks!(self, holds => holds(x))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COMPARISONS: [Comparison; 6] =
        [Comparison::Lt, Comparison::Le, Comparison::Gt, Comparison::Ge, Comparison::Eq, Comparison::Ne];

    fn number() -> impl Strategy<Value = f64> {
        let special =
            [0.0, -0.0, 1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, f64::MIN_POSITIVE, f64::MAX, -f64::MAX];
        prop_oneof![prop::sample::select(special.to_vec()), any::<f64>(), -2.0..2.0_f64]
    }

    proptest! {
        #[test]
        fn an_interval_asks_what_its_comparison_does(number in number(), x in number(), steps in -1..=1) {
            // Also the number itself and its neighbours, which a draw would never meet.
            let near = match steps {
                -1 => number.next_down(),
                0 => number,
                _ => number.next_up(),
            };
            for comparison in COMPARISONS {
                for x in [x, near] {
                    let holds = Interval::of(comparison, number).holds(x);
                    prop_assert_eq!(holds, comparison.holds(x, number), "{:?} {} {}", comparison, x, number);
                }
            }
        }
    }
}
