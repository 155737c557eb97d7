//! Numbers from −1 to 1 or in any range as bars from zero, each with its name: rank correlations, ranked differences.

use super::axis::{Marks, Scale};
use super::frame::{cut_to, label, two_lines};
use super::{Chart, Row, Table, Words, place};
use crate::summary::numbers::number;
use crate::wording::capital;
use maud::html;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Whose it is.
    pub name: String,
    /// How long it is.
    pub value: f64,
    /// Its interval, if it has one.
    pub interval: Option<(f64, f64)>,
    /// Whether it can be told from zero.
    pub is_sure: bool,
    /// What else is told of it, in the table.
    pub more: Vec<String>,
}

/// How high a bar is with what is above it, where names take one line and where one takes two.
const HIGH: (f64, f64) = (22.0, 32.0);
/// How wide a letter is, more or less.
const LETTER: f64 = 6.6;

/// Bars from zero; `None` without one. `ends` are those of the axis if they do not follow from the values; `more` are the heads
/// of the table's further columns.
pub fn bars(
    id: &str,
    (title, note, unit): (&str, &str, &str),
    all: &[Bar],
    width: f64,
    more: &[&str],
) -> Option<Chart> {
    let ends =
        all.iter().flat_map(|bar| [bar.value, bar.interval.map_or(0.0, |i| i.0), bar.interval.map_or(0.0, |i| i.1)]);
    let (low, high) = super::fan::range(ends.chain([0.0]))?;
    if all.is_empty() {
        return None;
    }
    let marks = Marks::around(low, high, 4);
    let (left, right) = (width * 0.42, width - 8.0);
    let scale = Scale::new(marks.ends(), (left, right));
    let room = left - 10.0 - (left - scale.at(marks.ends().0)).max(0.0);
    let names: Vec<Vec<String>> =
        all.iter().map(|bar| two_lines(&capital(&bar.name), (room / LETTER) as usize)).collect();
    let high = if names.iter().any(|name| name.len() > 1) { HIGH.1 } else { HIGH.0 };
    let bottom = 4.0 + high * all.len() as f64;
    let size = (width, bottom + 38.0);
    let body = html! {
        @for value in &marks.values {
            @let at = scale.at(*value);
            path class=(if *value == 0.0 { "base" } else { "grid" }) d=(format!("M{} 2V{}", place(at), place(bottom))) {}
            text class="t small mid" x=(place(at)) y=(place(bottom + 14.0)) { (number(Some(*value), marks.decimals)) }
        }
        text class="t small end" x=(place(right)) y=(place(bottom + 29.0)) { (cut_to(unit, 60)) }
        @for (row, (bar, name)) in all.iter().zip(&names).enumerate() {
            @let top = 4.0 + high * row as f64;
            @let (from, to) = (scale.at(0.0_f64.min(bar.value)), scale.at(0.0_f64.max(bar.value)));
            @let class = format!("bar {}{}", if bar.value < 0.0 { "down" } else { "up" }, if bar.is_sure { "" } else { " weak" });
            rect class=(class) x=(place(from)) y=(place(top + 4.0)) width=(place((to - from).max(0.5))) height=(place(high - 9.0)) {}
            @if let Some((least, most)) = bar.interval {
                path class="seen" d=(format!("M{} {}H{}", place(scale.at(least)), place(top + high / 2.0 - 0.5), place(scale.at(most)))) {}
            }
            (label("t ink end beside", name, room, top + high / 2.0 - 0.5))
        }
    };
    let head = ["", unit].into_iter().chain(more.iter().copied()).map(str::to_owned).collect();
    let rows = all.iter().map(|bar| {
        let digits = if unit.contains("correlation") { 2 } else { marks.decimals + 2 };
        let cells = [capital(&bar.name), number(Some(bar.value), digits)];
        Row::of(cells.into_iter().chain(bar.more.iter().cloned()).collect())
    });
    let table = Table { head, rows: rows.collect(), note: String::new(), words: Words::Nowhere };
    let (id, title, note) = (id.to_owned(), title.to_owned(), note.to_owned());
    Some(Chart { id, title, note, size, body, key: Vec::new(), table })
}
