//! Paired differences with their intervals, one a row, in units of what matters in each.

use super::axis::{Marks, Scale};
use super::frame::{cut_to, label, two_lines};
use super::{Chart, Row, Table, Words, path, place};
use crate::summary::numbers::number;
use crate::wording::capital;
use maud::{Markup, html};

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

/// What a forest plot shows.
#[derive(Clone, Copy, Debug)]
pub struct ForestOf<'a> {
    /// What it is called.
    pub title: &'a str,
    /// How to read it.
    pub note: &'a str,
    /// The unit of its axis.
    pub unit: &'a str,
    /// The variants' names.
    pub variants: &'a [String],
    /// The heads of the table's columns.
    pub head: &'a [&'a str],
    /// How wide it is.
    pub width: f64,
}

/// Differences as a forest plot; `None` without one.
pub fn forest(id: &str, of: &ForestOf, all: &[Effect]) -> Option<Chart> {
    let ForestOf { title, note, unit, variants, head, width } = *of;
    let (low, high) = super::fan::range(all.iter().flat_map(|one| [one.value.1, one.value.2]).chain([-1.0, 1.0]))?;
    if all.is_empty() {
        return None;
    }
    let marks = Marks::around(low, high, 6);
    let (left, right) = (width * 0.3, width * 0.66);
    let scale = Scale::new(marks.ends(), (left, right));
    let letters = ((left - 8.0) / LETTER) as usize;
    let names: Vec<Vec<String>> = all.iter().map(|one| two_lines(&capital(&one.name), letters)).collect();
    let high = if names.iter().any(|name| name.len() > 1) { HIGH.1 } else { HIGH.0 };
    let (legend, top) = legend(variants, width);
    let bottom = top + high * all.len() as f64;
    let size = (width, bottom + 38.0);
    let body = html! {
        (legend)
        rect class="worth" x=(place(scale.at(-1.0))) y=(place(top - 2.0)) width=(place(scale.at(1.0) - scale.at(-1.0))) height=(place(bottom - top + 2.0)) {}
        @for value in &marks.values {
            path class=(if *value == 0.0 { "base" } else { "grid" }) d=(format!("M{} {}V{}", place(scale.at(*value)), place(top - 2.0), place(bottom))) {}
            text class="t small mid" x=(place(scale.at(*value))) y=(place(bottom + 14.0)) { (number(Some(*value), marks.decimals)) }
        }
        text class="t small end" x=(place(right)) y=(place(bottom + 29.0)) { (cut_to(unit, 70)) }
        @for (row, (one, name)) in all.iter().zip(&names).enumerate() {
            @let middle = top + high * row as f64 + high / 2.0;
            @let (at, low, up) = (scale.at(one.value.0), scale.at(one.value.1), scale.at(one.value.2));
            @let colour = one.variant % 8 + 1;
            @if row == 0 || all.get(row - 1).is_some_and(|before| before.name != one.name) {
                (label("t ink end beside", name, left - 8.0, middle))
            }
            path class=(format!("line l{colour} solid")) d=(format!("M{} {}H{}", place(low), place(middle), place(up.max(low + 1.0)))) {}
            (marker(one.variant, at, middle))
            text class="t" x=(place(right + 10.0)) y=(place(middle + 4.0)) { (cut_to(&one.told, (width * 0.33 / LETTER) as usize)) }
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

/// A variant's mark: told apart by its form as well as its colour.
fn marker(variant: usize, x: f64, y: f64) -> Markup {
    let class = format!("f{}", variant % 8 + 1);
    let around = |points: &[(f64, f64)]| format!("{}Z", path(points.iter().map(|(right, down)| (x + right, y + down))));
    html! {
        @match variant % 4 {
            1 => { circle class=(class) cx=(place(x)) cy=(place(y)) r="4" {} }
            2 => { rect class=(class) x=(place(x - 3.5)) y=(place(y - 3.5)) width="7" height="7" {} }
            3 => { path class=(class) d=(around(&[(0.0, -4.5), (4.5, 3.5), (-4.5, 3.5)])) {} }
            _ => { path class=(class) d=(around(&[(0.0, -5.0), (5.0, 0.0), (0.0, 5.0), (-5.0, 0.0)])) {} }
        }
    }
}

/// Which mark is whose, where there are several; and where the rows begin below it.
fn legend(variants: &[String], width: f64) -> (Markup, f64) {
    /// The most variants that are named.
    const MOST: usize = 12;
    if variants.len() < 2 {
        return (html! {}, 4.0);
    }
    let (mut x, mut y) = (6.0, 10.0);
    let mut items = Vec::new();
    for (number_of, name) in variants.iter().take(MOST).enumerate() {
        let name = cut_to(name, 26);
        let wide = 30.0 + LETTER * name.chars().count() as f64;
        if x + wide > width {
            (x, y) = (6.0, y + 18.0);
        }
        items.push((number_of + 1, name, x, y));
        x += wide;
    }
    let drawn = html! {
        @for (variant, name, x, y) in &items {
            (marker(*variant, *x, *y))
            text class="t ink" x=(place(x + 10.0)) y=(place(y + 4.0)) { (name) }
        }
    };
    (drawn, y + 18.0)
}
