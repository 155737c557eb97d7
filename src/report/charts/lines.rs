//! Several lines over time, each with its name at its end: milestones as cumulative curves, backers' support.

use super::axis::Marks;
use super::fan::range;
use super::frame::{Frame, apart, label, two_lines};
use super::{Chart, Row, Table, Words, chosen, path, place};
use crate::results::day;
use crate::wording::capital;
use maud::html;

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// A value a tick; `None` where there is none.
    pub values: Vec<Option<f64>>,
    /// What is written after its name, such as its last value.
    pub last: String,
}

/// What a chart of lines shows.
#[derive(Clone, Copy, Debug)]
pub struct LinesOf<'a> {
    /// What it is called.
    pub title: &'a str,
    /// How to read it.
    pub note: &'a str,
    /// The unit of the values.
    pub unit: &'a str,
    /// The first day of each tick.
    pub days: &'a [i32],
    /// The ends of the axis of values, if they do not follow from the values.
    pub ends: Option<(f64, f64)>,
    /// Days that are marked.
    pub marked: &'a [(i64, &'a str)],
    /// Its size.
    pub size: (f64, f64),
    /// The most rows of the table.
    pub rows: usize,
}

/// Letters of a name on a line.
const LETTERS: usize = 22;
/// Points of a line that are drawn at most.
const POINTS: usize = 240;

/// Lines over time; `None` without a value. `show` puts a value into the table.
pub fn lines(id: &str, of: &LinesOf, all: &[Line], show: impl Fn(Option<f64>) -> String) -> Option<Chart> {
    let (low, high) = range(all.iter().flat_map(|line| line.values.iter().flatten().copied()))?;
    let (low, high) = of.ends.unwrap_or((low, high));
    let marks = Marks::around(low, high, 5);
    let frame = Frame::of(of.size, 164.0);
    let (scale, time) = (frame.scale(&marks), frame.time(of.days));
    let last = |line: &Line| line.values.iter().rev().flatten().next().map_or(frame.bottom, |value| scale.at(*value));
    let wanted: Vec<f64> = all.iter().map(last).collect();
    let names: Vec<Vec<String>> =
        all.iter().map(|line| two_lines(&format!("{} {}", capital(&line.name), line.last), LETTERS)).collect();
    let high = if names.iter().any(|name| name.len() > 1) { 28.0 } else { 15.0 };
    let gap = f64::min(high, (frame.bottom - frame.top) / all.len().max(1) as f64);
    let places = apart(&wanted, gap, (frame.top, frame.bottom));
    let drawn = |line: &Line| {
        let ticks = chosen(line.values.len(), POINTS).into_iter();
        path(ticks.filter_map(|tick| Some((time.at(tick as f64), scale.at((*line.values.get(tick)?)?)))))
    };
    let body = html! {
        (frame.grid(&marks, of.unit, &time))
        @for (number_of, ((line, at), name)) in all.iter().zip(&places).zip(&names).enumerate() {
            @let (colour, end) = (number_of % 8 + 1, last(line));
            path class=(format!("line l{colour}")) d=(drawn(line)) {}
            path class="grid name" d=(format!("M{} {}L{} {}", place(frame.right + 1.0), place(end), place(frame.right + 8.0), place(*at))) {}
            (label(&format!("t name f{colour}"), name, frame.right + 11.0, *at))
        }
        (frame.dated(of.marked, &time))
    };
    let most = all.iter().map(|line| line.values.len()).max().unwrap_or(0);
    let rows = chosen(most, of.rows).into_iter().map(|tick| {
        let date = of.days.get(tick).copied().and_then(day).unwrap_or_else(|| format!("tick {tick}"));
        let cells = all.iter().map(|line| show(line.values.get(tick).copied().flatten()));
        Row { at: Some(time.at(tick as f64)), cells: std::iter::once(date).chain(cells).collect() }
    });
    Some(Chart {
        id: id.to_owned(),
        title: of.title.to_owned(),
        note: of.note.to_owned(),
        size: of.size,
        body,
        key: all
            .iter()
            .enumerate()
            .map(|(place, line)| (format!("line l{}", place % 8 + 1), format!("{} {}", capital(&line.name), line.last)))
            .collect(),
        table: Table {
            head: std::iter::once("date".to_owned()).chain(all.iter().map(|line| capital(&line.name))).collect(),
            rows: rows.collect(),
            note: String::new(),
            words: Words::Nowhere,
        },
    })
}
