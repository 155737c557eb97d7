//! Paired differences with their intervals, one a row, in units of what matters in each.

use super::axis::{Marks, Scale};
use super::frame::{cut_to, headed, label, two_lines};
use super::{Chart, Row, Table, Words, place};
use crate::summary::numbers::number;
use maud::html;

/// One difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Of what.
    pub name: String,
    /// Of which variant, by its place: decides colour and marker.
    pub variant: usize,
    /// The difference and its interval in the units of the axis.
    pub value: (f64, f64, f64),
    /// The same in words, in its own unit.
    pub told: String,
    /// The table's row.
    pub cells: Vec<String>,
}

/// How high a row is, where names take one line and where one takes two.
const HIGH: (f64, f64) = (21.0, 30.0);
/// How wide a letter is, more or less.
const LETTER: f64 = 6.6;

/// Differences as a forest plot; `None` without one. `head` are the heads of the table's columns.
pub fn forest(
    id: &str,
    (title, note, unit): (&str, &str, &str),
    all: &[Effect],
    width: f64,
    head: &[&str],
) -> Option<Chart> {
    let (low, high) = super::fan::range(all.iter().flat_map(|one| [one.value.1, one.value.2]).chain([-1.0, 1.0]))?;
    if all.is_empty() {
        return None;
    }
    let marks = Marks::around(low, high, 6);
    let (left, right) = (width * 0.3, width * 0.74);
    let scale = Scale::new(marks.ends(), (left, right));
    let letters = ((left - 8.0) / LETTER) as usize;
    let names: Vec<Vec<String>> = all.iter().map(|one| two_lines(&headed(&one.name), letters)).collect();
    let high = if names.iter().any(|name| name.len() > 1) { HIGH.1 } else { HIGH.0 };
    let bottom = 4.0 + high * all.len() as f64;
    let size = (width, bottom + 38.0);
    let body = html! {
        rect class="worth" x=(place(scale.at(-1.0))) y="2" width=(place(scale.at(1.0) - scale.at(-1.0))) height=(place(bottom - 2.0)) {}
        @for value in &marks.values {
            path class=(if *value == 0.0 { "base" } else { "grid" }) d=(format!("M{} 2V{}", place(scale.at(*value)), place(bottom))) {}
            text class="t small mid" x=(place(scale.at(*value))) y=(place(bottom + 14.0)) { (number(Some(*value), marks.decimals)) }
        }
        text class="t small end" x=(place(right)) y=(place(bottom + 29.0)) { (cut_to(unit, 70)) }
        @for (row, (one, name)) in all.iter().zip(&names).enumerate() {
            @let middle = 4.0 + high * row as f64 + high / 2.0;
            @let (at, low, up) = (scale.at(one.value.0), scale.at(one.value.1), scale.at(one.value.2));
            @let colour = one.variant % 8 + 1;
            @if row == 0 || all.get(row - 1).is_some_and(|before| before.name != one.name) {
                (label("t ink end", name, left - 8.0, middle))
            }
            path class=(format!("line l{colour}")) d=(format!("M{} {}H{}", place(low), place(middle), place(up.max(low + 1.0)))) {}
            @if one.variant % 2 == 0 {
                circle class=(format!("f{colour}")) cx=(place(at)) cy=(place(middle)) r="4" {}
            } @else {
                rect class=(format!("f{colour}")) x=(place(at - 3.5)) y=(place(middle - 3.5)) width="7" height="7" {}
            }
            text class="t" x=(place(right + 10.0)) y=(place(middle + 4.0)) { (cut_to(&one.told, (width * 0.25 / 6.4) as usize)) }
        }
    };
    let rows = all.iter().map(|one| Row::of(one.cells.clone())).collect();
    let table = Table {
        head: head.iter().map(|&text| text.to_owned()).collect(),
        rows,
        note: String::new(),
        words: Words::In(&[1, 4]),
    };
    let (id, title, note) = (id.to_owned(), title.to_owned(), note.to_owned());
    Some(Chart { id, title, note, size, body, key: Vec::new(), table })
}
