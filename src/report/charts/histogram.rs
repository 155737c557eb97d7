//! How an outcome is distributed at the end.

use super::axis::{Marks, Scale};
use super::fan::range;
use super::frame::{Frame, cut_to};
use super::{Chart, Row, Table, Words, place};
use crate::summary::numbers::{number, percent};
use maud::html;

/// Bars at most.
const BARS: usize = 36;

/// A histogram of values with weights, its bars a round step apart; `None` without a value. NaN is left out.
pub fn histogram(
    id: &str,
    title: &str,
    unit: &str,
    values: &[f64],
    weights: &[f64],
    size: (f64, f64),
) -> Option<Chart> {
    let pairs = || values.iter().zip(weights).filter(|(value, weight)| value.is_finite() && **weight > 0.0);
    let (low, high) = range(pairs().map(|(value, _)| *value))?;
    let edges = Marks::around(low, high, BARS - 2);
    let (first, last) = edges.ends();
    let bars = edges.values.len().saturating_sub(1).max(1);
    let step = (last - first) / bars as f64;
    let mut shares = vec![0.0; bars];
    let mut all = 0.0;
    for (value, weight) in pairs() {
        let bar = ((value - first) / step).floor().clamp(0.0, (bars - 1) as f64) as usize;
        if let Some(share) = shares.get_mut(bar) {
            *share += weight;
        }
        all += weight;
    }
    shares.iter_mut().for_each(|share| *share /= all);
    let frame = Frame { top: 20.0, ..Frame::of(size, 0.0) };
    let most = shares.iter().fold(0.0_f64, |most, share| most.max(*share));
    let marks = Marks::around(0.0, most * 100.0, 3);
    let (x, y) = (Scale::new((first, last), (frame.left + 34.0, frame.right)), frame.scale(&marks));
    let below = Marks::around(first, last, 5);
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
        @for (bar, share) in shares.iter().enumerate().filter(|(_, share)| **share > 0.0) {
            @let (from, to) = (x.at(first + step * bar as f64), x.at(first + step * (bar + 1) as f64));
            @let top = y.at(share * 100.0);
            rect class="count" x=(place(from)) y=(place(top)) width=(place((to - from).max(0.5))) height=(place((frame.bottom - top).max(0.5))) {}
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
    let rows = shares.iter().enumerate().filter(|(_, share)| **share > 0.0).map(|(bar, share)| {
        let (from, to) = (first + step * bar as f64, first + step * (bar + 1) as f64);
        let told = |value| number(Some(value), edges.decimals);
        let cells = vec![format!("{} to {}", told(from), told(to)), percent(*share)];
        Row { at: Some(x.at((from + to) / 2.0)), cells }
    });
    let head = vec![if unit.is_empty() { "value".to_owned() } else { unit.to_owned() }, "share of runs".to_owned()];
    let table = Table { head, rows: rows.collect(), note: String::new(), words: Words::Nowhere };
    let (title, note) = (title.to_owned(), String::new());
    Some(Chart { id: id.to_owned(), title, note, size, body, key: Vec::new(), table })
}
