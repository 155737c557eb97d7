//! Comparisons with a number, all of them as one question, so that a kernel that asks it is one loop.

use crate::scenario::model::Comparison;

/// The numbers from the least to the greatest, or all but these. What is not a number lies in no interval.
#[derive(Clone, Copy, Debug)]
pub struct Interval {
    least: f64,
    greatest: f64,
    outside: bool,
}

/// The ends of an interval, by which a number is looked for in it.
#[derive(Clone, Copy, Debug)]
pub enum Ends {
    /// All numbers from this on.
    From(f64),
    /// All numbers up to this.
    UpTo(f64),
    /// Any other.
    Both(Interval),
}

impl Interval {
    /// The numbers that compare so with a number.
    #[inline(always)]
    pub fn of(comparison: Comparison, number: f64) -> Self {
        /// No number is at least this and at most that.
        const NONE: (f64, f64) = (f64::INFINITY, f64::NEG_INFINITY);
        let all_up_to = |greatest: f64| (f64::NEG_INFINITY, greatest);
        let all_from = |least: f64| (least, f64::INFINITY);
        let (least, greatest) = match comparison {
            _ if number.is_nan() => NONE,
            Comparison::Lt if number == f64::NEG_INFINITY => NONE,
            Comparison::Gt if number == f64::INFINITY => NONE,
            Comparison::Lt => all_up_to(number.next_down()),
            Comparison::Le => all_up_to(number),
            Comparison::Gt => all_from(number.next_up()),
            Comparison::Ge => all_from(number),
            Comparison::Eq | Comparison::Ne => (number, number),
        };
        Self { least, greatest, outside: comparison == Comparison::Ne }
    }

    /// Where it ends.
    #[inline(always)]
    pub fn ends(self) -> Ends {
        match self {
            Self { greatest: f64::INFINITY, outside: false, least } => Ends::From(least),
            Self { least: f64::NEG_INFINITY, outside: false, greatest } => Ends::UpTo(greatest),
            both => Ends::Both(both),
        }
    }

    /// Whether it holds a number.
    #[inline(always)]
    pub fn holds(self, x: f64) -> bool {
        ((x >= self.least) & (x <= self.greatest)) != self.outside
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
