//! An outcome over time: where 5 to 95% and 25 to 75% of the runs lie, the median, and what was observed.

use super::axis::{Marks, Time};
use super::frame::Frame;
use super::{Chart, Row, Table, Words, chosen, path, place};
use crate::results::day;
use crate::stats::Band;
use crate::summary::numbers::{decimals, number};
use maud::{Markup, html};

/// A date's value with how far it may be off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dated {
    /// Days since 1970-01-01.
    pub day: i64,
    /// The value.
    pub value: f64,
    /// Half the width of its 90% interval.
    pub tolerance: f64,
}

/// What a fan shows.
#[derive(Clone, Copy, Debug)]
pub struct FanOf<'a> {
    /// What it is called.
    pub title: &'a str,
    /// Its unit.
    pub unit: Option<&'a str>,
    /// What holds at each tick.
    pub bands: &'a [Band],
    /// The first day of each tick.
    pub days: &'a [i32],
    /// What was observed.
    pub seen: &'a [Dated],
    /// The last day of the data, and the day from which a variant holds.
    pub marked: &'a [(i64, &'a str)],
    /// Its size.
    pub size: (f64, f64),
    /// The most rows of the table.
    pub rows: usize,
}

/// One of several fans over each other.
#[derive(Clone, Copy, Debug)]
pub struct Overlay<'a> {
    /// Whose it is.
    pub name: &'a str,
    /// What holds at each tick.
    pub bands: &'a [Band],
}

/// Points that are drawn at most.
const POINTS: usize = 240;

/// The quantiles of a tick, if all are there.
fn whole(band: &Band) -> Option<[f64; 5]> {
    let [Some(a), Some(b), Some(c), Some(d), Some(e)] = band.quantiles else { return None };
    [a, b, c, d, e].iter().all(|value| value.is_finite()).then_some([a, b, c, d, e])
}

/// The smallest and the largest of some values.
pub(super) fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.filter(|value| value.is_finite()).fold(None, |range: Option<(f64, f64)>, value| {
        Some(range.map_or((value, value), |(low, high)| (low.min(value), high.max(value))))
    })
}

/// The fan of one outcome; `None` if nothing is known over time.
pub fn fan(id: &str, of: &FanOf) -> Option<Chart> {
    let ends = of.seen.iter().flat_map(|seen| [seen.value - seen.tolerance, seen.value + seen.tolerance]);
    let (low, high) = range(of.bands.iter().filter_map(whole).flatten().chain(ends))?;
    let marks = Marks::around(low, high, 5);
    let frame = Frame::of(of.size, 34.0);
    let (scale, time) = (frame.scale(&marks), frame.time(of.days));
    let ticks = chosen(of.bands.len(), POINTS);
    let body = html! {
        (frame.grid(&marks, of.unit.unwrap_or_default(), &time))
        (band(of.bands, &ticks, (0, 4), &time, &|value| scale.at(value), "band90"))
        (band(of.bands, &ticks, (1, 3), &time, &|value| scale.at(value), "band50"))
        path class="median" d=(line(of.bands, &ticks, 2, &time, &|value| scale.at(value))) {}
        (ends_of(of.bands, frame.right, &|value| scale.at(value), (frame.top, frame.bottom)))
        (seen(of.seen, &time, &|value| scale.at(value)))
        (frame.dated(of.marked, &time))
    };
    let mut note = "Line: median of the runs. Dark: the middle 50%. Light: the middle 90%.".to_owned();
    if !of.seen.is_empty() {
        note += " Rings: observed, with 90% bars.";
    }
    Some(Chart {
        id: id.to_owned(),
        title: of.title.to_owned(),
        note,
        size: of.size,
        body,
        key: Vec::new(),
        table: table(of, &time),
    })
}

/// The area between two quantiles.
fn band(
    bands: &[Band],
    ticks: &[usize],
    (low, high): (usize, usize),
    time: &Time,
    scale: &impl Fn(f64) -> f64,
    class: &str,
) -> Markup {
    let at = |tick: &usize, which: usize| {
        let value = bands.get(*tick).and_then(whole)?.get(which).copied()?;
        Some((time.at(*tick as f64), scale(value)))
    };
    let upper = ticks.iter().filter_map(|tick| at(tick, high));
    let lower = ticks.iter().rev().filter_map(|tick| at(tick, low));
    let around = path(upper.chain(lower));
    html! { path class=(class) d=(format!("{around}Z")) {} }
}

fn line(bands: &[Band], ticks: &[usize], which: usize, time: &Time, scale: &impl Fn(f64) -> f64) -> String {
    path(ticks.iter().filter_map(|tick| {
        let value = bands.get(*tick).and_then(whole)?.get(which).copied()?;
        Some((time.at(*tick as f64), scale(value)))
    }))
}

/// The shares at the right end of the quantiles.
fn ends_of(bands: &[Band], right: f64, scale: &impl Fn(f64) -> f64, within: (f64, f64)) -> Markup {
    let Some(last) = bands.last().and_then(whole) else { return html! {} };
    let wanted: Vec<f64> = last.iter().map(|value| scale(*value)).collect();
    let places = super::frame::apart(&wanted, 11.5, (within.0, within.1));
    html! {
        @for (at, name) in places.iter().zip(["5%", "25%", "50%", "75%", "95%"]) {
            text class="t small name" x=(place(right + 4.0)) y=(place(at + 4.0)) { (name) }
        }
    }
}

fn seen(seen: &[Dated], time: &Time, scale: &impl Fn(f64) -> f64) -> Markup {
    html! {
        @for one in seen {
            @if let Some(x) = time.of_day(one.day) {
                @let (low, high) = (scale(one.value - one.tolerance), scale(one.value + one.tolerance));
                path class="seen" d=(format!("M{} {}V{}", place(x), place(low), place(high))) {}
                circle class="dot" cx=(place(x)) cy=(place(scale(one.value))) r="3.5" {}
            }
        }
    }
}

fn table(of: &FanOf, time: &Time) -> Table {
    let widest = of.bands.iter().filter_map(whole).map(|[low, .., high]| high - low).fold(0.0, f64::max);
    let largest = of.bands.iter().filter_map(whole).flatten().fold(0.0_f64, |most, value| most.max(value.abs()));
    let digits = decimals(Some(widest / 100.0), largest);
    let head = ["date", "5%", "25%", "median", "75%", "95%", "observed"];
    let rows = chosen(of.bands.len(), of.rows).into_iter().filter_map(|tick| {
        let band = of.bands.get(tick)?;
        let date = of.days.get(tick).copied().and_then(day).unwrap_or_else(|| format!("tick {tick}"));
        let mut cells = vec![date];
        cells.extend(band.quantiles.iter().map(|value| number(*value, digits)));
        Some(Row { at: Some(time.at(tick as f64)), cells })
    });
    let mut table = Table {
        head: head.iter().take(6).map(|&text| text.to_owned()).collect(),
        rows: rows.collect(),
        note: String::new(),
        words: Words::Nowhere,
    };
    if !of.seen.is_empty() {
        let told: Vec<String> = of
            .seen
            .iter()
            .map(|one| {
                let digits = decimals(Some(one.tolerance).filter(|room| *room > 0.0), one.value);
                let date = i32::try_from(one.day).ok().and_then(day).unwrap_or_default();
                format!("{date}: {} ± {}", number(Some(one.value), digits), number(Some(one.tolerance), digits))
            })
            .collect();
        table.note = format!("Observed, with half the width of the 90% interval: {}.", told.join("; "));
    }
    table
}

/// Several fans of one outcome over each other: the first, whose bands `of` holds, filled; of the others the median and the
/// middle 90%.
pub fn overlay(id: &str, of: &FanOf, all: &[Overlay]) -> Option<Chart> {
    let (low, high) = range(all.iter().flat_map(|one| one.bands).filter_map(whole).flatten())?;
    let marks = Marks::around(low, high, 5);
    let frame = Frame::of(of.size, 136.0);
    let (scale, time) = (frame.scale(&marks), frame.time(of.days));
    let ticks = chosen(of.bands.len(), POINTS);
    let at = |value| scale.at(value);
    let last = |bands: &[Band]| bands.last().and_then(whole).map_or(frame.bottom, |[_, _, middle, ..]| at(middle));
    let wanted: Vec<f64> = all.iter().map(|one| last(one.bands)).collect();
    let places = super::frame::apart(&wanted, 15.0, (frame.top, frame.bottom));
    let body = html! {
        (frame.grid(&marks, of.unit.unwrap_or_default(), &time))
        (band(of.bands, &ticks, (0, 4), &time, &at, "band90"))
        (band(of.bands, &ticks, (1, 3), &time, &at, "band50"))
        path class="median" d=(line(of.bands, &ticks, 2, &time, &at)) {}
        @for (number_of, other) in all.iter().enumerate().skip(1) {
            @let class = format!("line l{}", number_of % 8 + 1);
            @for which in [0, 4] {
                path class=(format!("{class} thin")) d=(line(other.bands, &ticks, which, &time, &at)) {}
            }
            path class=(class) d=(line(other.bands, &ticks, 2, &time, &at)) {}
        }
        (seen(of.seen, &time, &at))
        @for ((number_of, one), at) in all.iter().enumerate().zip(&places) {
            text class=(format!("t name f{}", number_of % 8 + 1)) x=(place(frame.right + 5.0)) y=(place(at + 4.0)) {
                (super::cut_to(one.name, 18))
            }
        }
        (frame.dated(of.marked, &time))
    };
    let key = all.iter().enumerate().map(|(place, one)| (format!("line l{}", place % 8 + 1), one.name.to_owned()));
    let (key, table) = (key.collect(), overlay_table(of, all, &time));
    let note = "Filled: the reference, its middle 50 and 90%. Lines: medians, and thinner the 5 and 95% of the others.";
    Some(Chart {
        id: id.to_owned(),
        title: of.title.to_owned(),
        note: note.to_owned(),
        size: of.size,
        body,
        key,
        table,
    })
}

fn overlay_table(of: &FanOf, all: &[Overlay], time: &Time) -> Table {
    let widest = of.bands.iter().filter_map(whole).map(|[low, .., high]| high - low).fold(0.0, f64::max);
    let largest = of.bands.iter().filter_map(whole).flatten().fold(0.0_f64, |most, value| most.max(value.abs()));
    let digits = decimals(Some(widest / 100.0), largest);
    let head = std::iter::once("date".to_owned()).chain(all.iter().map(|one| one.name.to_owned()));
    let rows = chosen(of.bands.len(), of.rows).into_iter().map(|tick| {
        let date = of.days.get(tick).copied().and_then(day).unwrap_or_else(|| format!("tick {tick}"));
        let told = |other: &Overlay| {
            let Some([low, _, middle, _, high]) = other.bands.get(tick).and_then(whole) else {
                return "–".to_owned();
            };
            let [low, middle, high] = [low, middle, high].map(|value| number(Some(value), digits));
            format!("{middle} ({low} to {high})")
        };
        let cells = std::iter::once(date).chain(all.iter().map(told)).collect();
        Row { at: Some(time.at(tick as f64)), cells }
    });
    Table { head: head.collect(), rows: rows.collect(), note: "Median (5% to 95%).".to_owned(), words: Words::Nowhere }
}
