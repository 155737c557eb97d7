//! How an outcome is distributed at the end.

use super::axis::{Marks, Scale};
use super::fan::range;
use super::frame::{Frame, cut_to};
use super::{Chart, Row, Table, Words, place};
use crate::summary::numbers::{number, percent};
use maud::html;

/// Bars at most.
const BARS: usize = 36;

/// What share of the weight lies in each of the bars between some edges.
#[derive(Clone, Debug, PartialEq)]
struct Shares {
    /// The lower edge of the first bar.
    first: f64,
    /// How wide a bar is.
    step: f64,
    /// By bar.
    shares: Vec<f64>,
    /// Digits that the edges need.
    decimals: usize,
}

impl Shares {
    /// Of values with weights, in bars a round step apart; `None` without a value. NaN is left out.
    fn of(values: &[f64], weights: &[f64]) -> Option<Self> {
        let pairs = || values.iter().zip(weights).filter(|(value, weight)| value.is_finite() && **weight > 0.0);
        let (low, high) = range(pairs().map(|(value, _)| *value))?;
        let edges = Marks::around(low, high, BARS - 2);
        let (first, last) = edges.ends();
        let bars = edges.values.len().saturating_sub(1).max(1);
        let step = (last - first) / bars as f64;
        let (mut shares, mut all) = (vec![0.0; bars], 0.0);
        for (value, weight) in pairs() {
            let bar = ((value - first) / step).floor().clamp(0.0, (bars - 1) as f64) as usize;
            if let Some(share) = shares.get_mut(bar) {
                *share += weight;
            }
            all += weight;
        }
        shares.iter_mut().for_each(|share| *share /= all);
        Some(Self { first, step, shares, decimals: edges.decimals })
    }

    /// The bars that are not empty: their edges and shares.
    fn bars(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        let edge = |bar: usize| self.first + self.step * bar as f64;
        let bars = self.shares.iter().enumerate().filter(|(_, share)| **share > 0.0);
        bars.map(move |(bar, share)| (edge(bar), edge(bar + 1), *share))
    }

    fn last(&self) -> f64 {
        self.first + self.step * self.shares.len() as f64
    }
}

/// A histogram of values with weights; `None` without a value. NaN is left out.
pub fn histogram(
    id: &str,
    title: &str,
    unit: &str,
    values: &[f64],
    weights: &[f64],
    size: (f64, f64),
) -> Option<Chart> {
    let shares = Shares::of(values, weights)?;
    let (first, last) = (shares.first, shares.last());
    let frame = Frame { top: 20.0, ..Frame::of(size, 0.0) };
    let most = shares.shares.iter().fold(0.0_f64, |most, share| most.max(*share));
    let marks = Marks::around(0.0, most * 100.0, 3);
    let (x, y) = (Scale::new((first, last), (frame.left + 34.0, frame.right)), frame.scale(&marks));
    let below = Marks::around(first, last, 8);
    let across = |at: f64| format!("M{} {}H{}", place(frame.left), place(at), place(frame.right));
    let body = html! {
        @for (mark, value) in marks.values.iter().enumerate() {
            path class=(if mark == 0 { "base" } else { "grid" }) d=(across(y.at(*value))) {}
            @if mark > 0 {
                text class="t" x=(place(frame.left)) y=(place(y.at(*value) - 4.0)) {
                    (number(Some(*value), marks.decimals)) "%" @if mark + 1 == marks.values.len() { " of runs" }
                }
            }
        }
        @for (from, to, share) in shares.bars() {
            @let (from, to, top) = (x.at(from), x.at(to), y.at(share * 100.0));
            @let (wide, high) = ((to - from).max(0.5), (frame.bottom - top).max(0.5));
            rect class="count" x=(place(from)) y=(place(top)) width=(place(wide)) height=(place(high)) {}
        }
        @for value in below.values.iter().filter(|value| (first..=last).contains(*value)) {
            @let at = x.at(*value);
            path class="base" d=(format!("M{} {}v4", place(at), place(frame.bottom))) {}
            text class=(if at > frame.right - 20.0 { "t end" } else { "t mid" }) x=(place(at)) y=(place(frame.bottom + 17.0)) {
                (number(Some(*value), below.decimals))
            }
        }
        text class="t small end" x=(place(frame.right)) y=(place(frame.top - 5.0)) { (cut_to(unit, 48)) }
    };
    let rows = shares.bars().map(|(from, to, share)| {
        let told = |value| number(Some(value), shares.decimals);
        Row {
            at: Some(x.at((from + to) / 2.0)),
            cells: vec![format!("{} to {}", told(from), told(to)), percent(share)],
        }
    });
    let head = vec![if unit.is_empty() { "value".to_owned() } else { unit.to_owned() }, "share of runs".to_owned()];
    let table = Table { head, rows: rows.collect(), note: String::new(), words: Words::Nowhere };
    let (title, note) = (title.to_owned(), String::new());
    Some(Chart { id: id.to_owned(), title, note, size, body, key: Vec::new(), table })
}

#[cfg(test)]
mod tests {
    use super::Shares;

    #[test]
    fn every_value_stands_in_its_bar_and_the_largest_in_the_last() {
        let values = [0.0, 0.25, 0.5, f64::NAN, 1.0];
        let shares = Shares::of(&values, &[1.0, 1.0, 2.0, 9.0, 0.0]).unwrap();
        let found: Vec<(f64, f64, f64)> = shares.bars().collect();
        assert_eq!(found.len(), 3);
        for ((from, to, share), (value, wanted)) in found.iter().zip([(0.0, 0.25), (0.25, 0.25), (0.5, 0.5)]) {
            assert!(*from <= value && value <= *to && *share == wanted, "{found:?}");
        }
        assert!(Shares::of(&[f64::NAN], &[1.0]).is_none() && Shares::of(&[], &[]).is_none());
    }
}
