//! Folds of several areas in one pass, each in turn.

use super::interval::{Interval, asks};
use super::{Asked, Source, add_where, fold, masked, truth, update};
use crate::processor::{Detected, at_each_level};
use crate::scenario::model::Fold;

/// How many areas are folded in one pass.
pub const AT_ONCE: usize = 4;

/// What is folded in an area.
#[derive(Clone, Copy)]
pub struct Folded<'a> {
    /// What is folded.
    pub value: Source<'a>,
    /// What the condition asks about, if there is one.
    pub asked: Source<'a>,
}

impl Default for Folded<'_> {
    fn default() -> Self {
        Self { value: Source::Value(0.0), asked: Source::Value(0.0) }
    }
}

/// out = fold(out, value) for each area in turn, or out + value where what is asked about lies in an interval.
pub fn fold_areas(level: Detected, how: Fold, out: &mut [f64], areas: &[Folded<'_>], interval: Option<Interval>) {
    let values = columns(areas, |area| area.value);
    let asked = columns(areas, |area| area.asked);
    match (interval, values, asked) {
        (None, Some(values), _) => return fold_columns(level, how, out, values),
        (Some(interval), Some(values), Some(asked)) => return add_columns_where(level, out, values, asked, interval),
        (Some(interval), None, Some(asked)) => {
            if let Some(number) = number(areas) {
                return add_number_where(level, out, number, asked, interval);
            }
        }
        _ => {}
    }
    for &Folded { value, asked } in areas {
        match interval {
            None => fold(level, how, out, value, Source::Value(1.0)),
            Some(interval) => add_where(level, out, value, Asked { column: asked, interval }),
        }
    }
}

/// What is read in areas that are folded at once, if all of it is columns.
fn columns<'a>(areas: &[Folded<'a>], what: impl Fn(&Folded<'a>) -> Source<'a>) -> Option<[&'a [f64]; AT_ONCE]> {
    let mut columns: [&[f64]; AT_ONCE] = [&[]; AT_ONCE];
    for (column, area) in columns.iter_mut().zip(<&[Folded<'a>; AT_ONCE]>::try_from(areas).ok()?) {
        let Source::Column(read) = what(area) else { return None };
        *column = read;
    }
    Some(columns)
}

/// The number that is folded, if it is the same in all areas.
fn number(areas: &[Folded<'_>]) -> Option<f64> {
    let number = |area: &Folded<'_>| match area.value {
        Source::Value(number) => Some(number),
        Source::Column(_) => None,
    };
    let first = number(areas.first()?)?;
    areas.iter().all(|area| number(area).is_some_and(|other| other.to_bits() == first.to_bits())).then_some(first)
}

at_each_level! {
    /// out = fold(out, value) for each column in turn
    fn fold_columns(how: Fold, out: &mut [f64], columns: [&[f64]; AT_ONCE]) {
        let lanes = out.len();
        let [a, b, c, d] = columns.map(|column| &column[..lanes]);
        macro_rules! each_of {
            ($old:ident, $value:ident => $new:expr) => {
                update!(out, i, old => {
                    let step = |$old: f64, $value: f64| $new;
                    step(step(step(step(old, a[i]), b[i]), c[i]), d[i])
                })
            };
        }
        match how {
            Fold::Sum | Fold::Mean => each_of!(old, value => old + value),
            Fold::Min => each_of!(old, value => if value < old { value } else { old }),
            Fold::Max => each_of!(old, value => if value > old { value } else { old }),
            Fold::Any => each_of!(old, value => {
                let found = truth(value != 0.0);
                if found > old { found } else { old }
            }),
            Fold::All => each_of!(old, value => {
                let fine = truth(value != 0.0);
                if fine < old { fine } else { old }
            }),
        }
    }

    /// out = out + value for each column in turn where what is asked about lies in an interval
    fn add_columns_where(
        out: &mut [f64],
        values: [&[f64]; AT_ONCE],
        asked: [&[f64]; AT_ONCE],
        interval: Interval,
    ) {
        let lanes = out.len();
        let [a, b, c, d] = values.map(|column| &column[..lanes]);
        let [p, q, r, s] = asked.map(|column| &column[..lanes]);
        asks!(interval, holds => {
            let adds = |asked: f64, value: f64| masked(truth(holds(asked)), value);
            update!(&mut *out, i, old => {
                old + adds(p[i], a[i]) + adds(q[i], b[i]) + adds(r[i], c[i]) + adds(s[i], d[i])
            });
        });
    }

    /// The same with one number for all areas
    fn add_number_where(out: &mut [f64], number: f64, asked: [&[f64]; AT_ONCE], interval: Interval) {
        let lanes = out.len();
        let [p, q, r, s] = asked.map(|column| &column[..lanes]);
        asks!(interval, holds => {
            let adds = |asked: f64| masked(truth(holds(asked)), number);
            update!(&mut *out, i, old => old + adds(p[i]) + adds(q[i]) + adds(r[i]) + adds(s[i]));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processor::Level;
    use crate::scenario::model::Comparison;
    use proptest::prelude::*;

    fn number() -> impl Strategy<Value = f64> {
        prop_oneof![
            prop::sample::select(vec![0.0, -0.0, 1.0, 2.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY]),
            -3.0..3.0_f64
        ]
    }

    proptest! {
        #[test]
        fn areas_folded_at_once_are_folded_in_turn(
            lanes in 1..40_usize,
            how in prop::sample::select(vec![Fold::Sum, Fold::Mean, Fold::Min, Fold::Max, Fold::Any, Fold::All]),
            start in number(),
            numbers in prop::collection::vec(number(), 8 * 40),
            areas in prop::collection::vec((any::<bool>(), any::<bool>()), 1..=AT_ONCE),
            same in prop::option::of(number()),
            condition in prop::option::of((prop::sample::select(vec![Comparison::Eq, Comparison::Gt, Comparison::Ne]), number())),
        ) {
            let column = |place: usize| &numbers[40 * place..40 * place + lanes];
            let source = |place: usize, varies: bool| match varies {
                true => Source::Column(column(place)),
                false => Source::Value(column(place)[0]),
            };
            let areas: Vec<Folded<'_>> = areas.iter().enumerate().map(|(area, &(value, asked))| Folded {
                value: same.map_or_else(|| source(area, value), Source::Value),
                asked: source(AT_ONCE + area, asked),
            }).collect();
            let interval = condition.map(|(comparison, number)| Interval::of(comparison, number));
            for &level in Level::available() {
                let mut out = vec![start; lanes];
                fold_areas(level.into(), how, &mut out, &areas, interval);
                for (lane, out) in out.iter().enumerate() {
                    let mut expected = vec![start];
                    for area in &areas {
                        let (value, asked) = (area.value.at(lane), area.asked.at(lane));
                        match condition {
                            None => fold(level.into(), how, &mut expected, Source::Value(value), Source::Value(1.0)),
                            Some((comparison, number)) if comparison.holds(asked, number) => expected[0] += value,
                            Some(_) => {}
                        }
                    }
                    prop_assert!(out.to_bits() == expected[0].to_bits() || out.is_nan() && expected[0].is_nan());
                }
            }
        }
    }
}
