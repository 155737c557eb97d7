//! The frame of a chart: gridlines, marks, and the place that is left for what is shown.

use super::axis::{Marks, Scale, Time};
use super::place;
use crate::summary::numbers::{cut, number, plain, wrapped};
use maud::{Markup, html};

/// The size of a chart that has the page's width.
pub const WIDE: (f64, f64) = (620.0, 320.0);
/// The size of a chart that shares it with another.
pub const HALF: (f64, f64) = (500.0, 260.0);

/// The room above what is shown, for the unit and for words at dates, and below; marks of the left axis stand inside, on their
/// lines.
const ABOVE: f64 = 36.0;
const BELOW: f64 = 22.0;
/// Words at dates need so much room.
const CLOSE: f64 = 90.0;

/// Where things are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The left edge.
    pub left: f64,
    /// The right edge.
    pub right: f64,
    /// The upper edge.
    pub top: f64,
    /// The lower edge.
    pub bottom: f64,
}

impl Frame {
    /// The frame of a chart of some size, with room for names at its right.
    pub fn of((width, height): (f64, f64), names: f64) -> Self {
        Self { left: 2.0, right: width - 2.0 - names, top: ABOVE, bottom: height - BELOW }
    }

    /// The scale of values.
    pub fn scale(&self, marks: &Marks) -> Scale {
        Scale::new(marks.ends(), (self.bottom, self.top))
    }

    /// The axis of time.
    pub fn time<'a>(&self, days: &'a [i32]) -> Time<'a> {
        Time::new(days, (self.left + 34.0, self.right))
    }

    /// Lines across with their values on them, the unit above; dates below.
    pub fn grid(&self, marks: &Marks, unit: &str, time: &Time) -> Markup {
        let scale = self.scale(marks);
        let across = |at: f64| format!("M{} {}H{}", place(self.left), place(at), place(self.right));
        let room = ((self.right - self.left) / 92.0) as usize;
        html! {
            @for (number_of, value) in marks.values.iter().enumerate() {
                @let at = scale.at(*value);
                path class=(if number_of == 0 { "base" } else { "grid" }) d=(across(at)) {}
                text class="t" x=(place(self.left)) y=(place(at - 4.0)) {
                    (number(Some(*value), marks.decimals))
                }
            }
            @if !unit.is_empty() { text class="t" x=(place(self.left)) y="11" { (cut_to(unit, 60)) } }
            @for (mark, (at, text)) in time.marks(room.max(2)).into_iter().enumerate() {
                @let side = if at > self.right - 20.0 { "end" } else { "mid" };
                // On a narrow screen every other date has to do.
                @let class = format!("t {side}{}", if mark % 2 == 1 { " other" } else { "" });
                path class="base" d=(format!("M{} {}v4", place(at), place(self.bottom))) {}
                text class=(class) x=(place(at)) y=(place(self.bottom + 17.0)) { (text) }
            }
        }
    }

    /// Lines at dates, each with a word at its head; words of lines that stand close turn away from each other.
    pub fn dated(&self, marked: &[(i64, &str)], time: &Time) -> Markup {
        let mut all: Vec<(f64, &str)> =
            marked.iter().filter_map(|(day, word)| Some((time.of_day(*day)?, *word))).collect();
        all.sort_by(|one, other| one.0.total_cmp(&other.0));
        let turns = |place: usize, at: f64| match all.get(place + 1) {
            Some((next, _)) if next - at < CLOSE => true,
            _ => at > self.right - CLOSE,
        };
        html! {
            @for (number_of, (at, word)) in all.iter().enumerate() {
                @let left = turns(number_of, *at);
                path class="cut" d=(format!("M{} {}V{}", place(*at), place(self.top - 17.0), place(self.bottom))) {}
                text class=(if left { "t small end" } else { "t small" })
                    x=(place(if left { at - 4.0 } else { at + 4.0 })) y=(place(self.top - 8.0)) { (word) }
            }
        }
    }
}

/// The beginning of a text that is too long for its place.
pub fn cut_to(text: &str, letters: usize) -> String {
    cut(&plain(text), letters)
}

/// A name on one line or two of so many letters; what is longer is cut.
pub fn two_lines(text: &str, letters: usize) -> Vec<String> {
    let mut lines = wrapped(&plain(text), letters, 0);
    if lines.len() > 2 {
        let rest: Vec<String> = lines.drain(1..).collect();
        lines.push(cut(&rest.join(" "), letters));
    }
    lines
}

/// A name beside a place, its one line or two in the middle of it.
pub fn label(class: &str, lines: &[String], x: f64, middle: f64) -> Markup {
    let first = middle + 4.0 - 6.5 * (lines.len().saturating_sub(1)) as f64;
    html! {
        @for (number_of, line) in lines.iter().enumerate() {
            text class=(class) x=(place(x)) y=(place(first + 13.0 * number_of as f64)) { (line) }
        }
    }
}

/// Moves places apart that are nearer than `gap`, as little as may be, in the order in which they stand.
pub fn apart(wanted: &[f64], gap: f64, (least, most): (f64, f64)) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    let at = |place: &usize| wanted.get(*place).copied().unwrap_or(0.0);
    order.sort_by(|one, other| at(one).total_cmp(&at(other)).then(one.cmp(other)));
    let mut placed: Vec<f64> = order.iter().map(&at).collect();
    let mut floor = least;
    for place in &mut placed {
        *place = place.max(floor);
        floor = *place + gap;
    }
    let mut ceiling = most;
    for place in placed.iter_mut().rev() {
        *place = place.min(ceiling);
        ceiling = *place - gap;
    }
    let mut places = vec![0.0; wanted.len()];
    for (place, at) in order.into_iter().zip(placed) {
        if let Some(slot) = places.get_mut(place) {
            *slot = at;
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::apart;

    #[test]
    fn names_that_would_cover_each_other_are_moved_apart() {
        let placed = apart(&[50.0, 52.0, 10.0, 51.0], 12.0, (0.0, 100.0));
        let mut sorted = placed.clone();
        sorted.sort_by(f64::total_cmp);
        assert!(sorted.windows(2).all(|pair| pair[1] - pair[0] >= 12.0 - 1e-9), "{placed:?}");
        assert!(placed[0] < placed[3] && placed[3] < placed[1] && placed[2] == 10.0);
        let low = apart(&[98.0, 99.0, 100.0], 10.0, (0.0, 100.0));
        assert_eq!(low, [80.0, 90.0, 100.0]);
    }
}
