//! What asks for conditions in the same pass.

use super::interval::{Interval, asks};
use super::{Source, each, masked, truth, update, with};
use crate::processor::at_each_level;

/// A condition: what is read, and where it must lie.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// What is read.
    pub column: Source<'a>,
    /// Where it must lie.
    pub interval: Interval,
}

at_each_level! {
    /// out = 1 where both conditions hold, else 0; tells whether there is such a lane.
    pub fn both(out: &mut [f64], first: Asked<'_>, second: Asked<'_>) -> bool {
        let lanes = out.len();
        let mut some = 0;
        let mut note = |holds: bool| {
            let both = truth(holds);
            some |= both.to_bits();
            both
        };
        match (first.column, second.column) {
            (Source::Column(a), Source::Column(b)) => {
                let (a, b) = (&a[..lanes], &b[..lanes]);
                asks!(first.interval, one => asks!(second.interval, other => {
                    each!(&mut *out, i => note(one(a[i]) & other(b[i])));
                }));
            }
            // What is asked about a number is known, as where what is asked about does not exist.
            (Source::Column(column), Source::Value(number)) if second.interval.holds(number) => {
                let column = &column[..lanes];
                asks!(first.interval, holds => each!(&mut *out, i => note(holds(column[i]))));
            }
            (Source::Value(number), Source::Column(column)) if first.interval.holds(number) => {
                let column = &column[..lanes];
                asks!(second.interval, holds => each!(&mut *out, i => note(holds(column[i]))));
            }
            (Source::Value(a), Source::Value(b)) => {
                let both = first.interval.holds(a) & second.interval.holds(b);
                each!(&mut *out, i => note(both));
            }
            _ => out.fill(0.0),
        }
        some != 0
    }

    /// out = out + value where a condition holds
    pub fn add_where(out: &mut [f64], value: Source<'_>, condition: Asked<'_>) {
        let lanes = out.len();
        let Asked { column, interval } = condition;
        match column {
            Source::Column(column) => {
                let column = &column[..lanes];
                asks!(interval, holds => with!(value, lanes, value => update!(&mut *out, i, old => {
                    old + masked(truth(holds(column[i])), value(i))
                })));
            }
            // One number, as where what is asked about does not exist. What adds nothing changes nothing.
            Source::Value(column) if interval.holds(column) => {
                with!(value, lanes, value => update!(out, i, old => old + value(i)));
            }
            Source::Value(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processor::Level;
    use crate::scenario::model::Comparison;
    use proptest::prelude::*;

    fn comparison() -> impl Strategy<Value = Comparison> {
        use Comparison::{Eq, Ge, Gt, Le, Lt, Ne};
        prop::sample::select(vec![Lt, Le, Gt, Ge, Eq, Ne])
    }

    fn number() -> impl Strategy<Value = f64> {
        prop::sample::select(vec![-1.0, 0.0, -0.0, 1.0, 0.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY])
    }

    proptest! {
        #[test]
        fn conditions_hold_where_their_comparisons_do(
            columns in prop::collection::vec((number(), number()), 1..40),
            first in (comparison(), number()),
            second in (comparison(), number()),
        ) {
            let (a, b): (Vec<f64>, Vec<f64>) = columns.into_iter().unzip();
            let asked = |column, (comparison, number)| Asked { column, interval: Interval::of(comparison, number) };
            for &level in Level::available() {
                let sources = |column| [Source::Column(column), Source::Value(column[0])];
                for (of, other) in sources(&a).into_iter().flat_map(|of| sources(&b).map(|other| (of, other))) {
                    let (one, two) = (asked(of, first), asked(other, second));
                    let mut out = vec![7.0; a.len()];
                    let some = both(level.into(), &mut out, one, two);
                    let holds = |i: usize| first.0.holds(of.at(i), first.1) && second.0.holds(other.at(i), second.1);
                    prop_assert_eq!(some, (0..a.len()).any(holds));
                    prop_assert!((0..a.len()).all(|i| out[i] == truth(holds(i))));

                    let mut sum = vec![2.0; a.len()];
                    add_where(level.into(), &mut sum, Source::Column(&a), two);
                    for i in 0..a.len() {
                        let added = second.0.holds(other.at(i), second.1);
                        let expected = if added { 2.0 + a[i] } else { 2.0 };
                        prop_assert_eq!(sum[i].to_bits(), expected.to_bits());
                    }
                }
            }
        }
    }
}
