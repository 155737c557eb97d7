//! A map as a picture: cells, fronts, names, the key.

use super::cells::{Cells, Point};
use super::charts::{cut_to, place};
use super::holders::{Lead, STEPS, labels};
use crate::scenario::model::{Contest, Scenario};
use maud::{Markup, html};

/// Sides have so many colours; those after them have the same with dots.
const COLOURS: usize = 10;

/// A side of the contest, as a map names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideNames {
    /// In full.
    pub title: String,
    /// On the map: the name that the scenario's expressions use.
    pub short: String,
}

/// The sides, in the order of the file.
pub fn sides(scenario: &Scenario, contest: &Contest) -> Vec<SideNames> {
    let named = |side: &crate::scenario::model::Side| {
        let actor = scenario.actors.get(side.actor);
        SideNames {
            title: actor.map_or_else(String::new, |actor| cut_to(&actor.title, 80)),
            short: actor.map_or_else(String::new, |actor| cut_to(&actor.name, 9)),
        }
    };
    contest.sides.iter().map(named).collect()
}

/// The names that stand on the map.
pub fn shorts(sides: &[SideNames]) -> Vec<&str> {
    sides.iter().map(|side| side.short.as_str()).collect()
}

/// The class of a side's colour, `m1` to `m10`.
fn colour(side: usize) -> String {
    format!("m{}", side % COLOURS + 1)
}

/// What an area is filled with: a class, and a pattern where a colour alone does not say it.
fn filling(id: &str, side: usize, paleness: usize) -> (String, Option<String>) {
    let open = paleness == STEPS.len();
    let dotted = side >= COLOURS;
    let pattern = match (open, dotted) {
        (true, _) => Some(format!("url(#{id}-open{side})")),
        (false, true) => Some(format!("url(#{id}-dots{side})")),
        (false, false) => None,
    };
    let class = match pattern {
        Some(_) => format!("cell p{}", if open { 0 } else { paleness }),
        None => format!("cell {} p{paleness}", colour(side)),
    };
    (class, pattern)
}

/// Hatching for where nobody is taken to lead, and dots for the sides beyond the colours.
fn patterns(id: &str, sides: usize) -> Markup {
    html! {
        defs {
            @for side in 0..sides {
                pattern id=(format!("{id}-open{side}")) width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect class="paper" width="9" height="9" {}
                    rect class=(format!("{} p1", colour(side))) width="2.6" height="9" {}
                }
                @if side >= COLOURS {
                    pattern id=(format!("{id}-dots{side}")) width="10" height="10" patternUnits="userSpaceOnUse" {
                        rect class=(colour(side)) width="10" height="10" {}
                        circle class="paper" cx="5" cy="5" r="2.2" {}
                    }
                }
            }
        }
    }
}

fn outline(corners: &[Point]) -> String {
    let mut path = String::new();
    let mut before: Option<Point> = None;
    for &(x, y) in corners {
        match before {
            None => path.push_str(&format!("M{x} {y}")),
            Some((a, b)) if (a, b) == (x, y) => {}
            Some((a, b)) => path.push_str(&format!("l{} {}", x - a, y - b)),
        }
        before = Some((x, y));
    }
    path + "z"
}

/// The lines between cells with different leaders.
fn fronts(cells: &Cells, leads: &[Lead]) -> String {
    let side = |area: usize| leads.get(area).map(|lead| lead.side);
    let lines = cells.borders.iter().filter(|border| side(border.areas.0) != side(border.areas.1));
    lines
        .map(|border| {
            let ((x, y), (a, b)) = border.line;
            format!("M{x} {y}L{a} {b}")
        })
        .collect()
}

/// The inside of a map at a moment. Names of ids begin with `id`, so that several maps can stand in one page.
pub fn picture(id: &str, cells: &Cells, leads: &[Lead], sides: &[SideNames]) -> Markup {
    html! {
        (patterns(id, sides.len()))
        g.land {
            @for (area, cell) in cells.cells.iter().enumerate() {
                @if let Some(cell) = cell {
                    @let lead = leads.get(area).copied().unwrap_or_default();
                    @let (class, pattern) = filling(id, lead.side, lead.paleness());
                    path class=(class) fill=[pattern] d=(outline(&cell.outline)) {}
                }
            }
        }
        path class="front" d=(fronts(cells, leads)) {}
        g.places {
            @for (area, side) in labels(cells, leads, &shorts(sides)) {
                @if let (Some(Some(cell)), Some(names)) = (cells.cells.get(area), sides.get(side)) {
                    text class="place" x=(cell.middle.0) y=(cell.middle.1 + 7) { (names.short) }
                }
            }
        }
    }
}

/// What colours and paleness mean. `shown` tells which sides lead anywhere.
pub fn key(id: &str, sides: &[SideNames], shown: &[bool]) -> Markup {
    let patch = |side: usize, paleness: usize| {
        let (class, pattern) = filling(id, side, paleness);
        html! { svg viewBox="0 0 22 14" width="22" height="14" aria-hidden="true" { rect class=(class) fill=[pattern] width="22" height="14" {} } }
    };
    let first = shown.iter().position(|shown| *shown).unwrap_or(0);
    let steps = STEPS.iter().enumerate().map(|(place, step)| {
        let text = match place {
            0 => format!("{step}% of runs or more"),
            _ => format!("{step}% or more"),
        };
        (place, text)
    });
    let last = STEPS.last().copied().unwrap_or(0);
    let steps: Vec<(usize, String)> = steps.chain([(STEPS.len(), format!("under {last}%: open"))]).collect();
    html! {
        svg width="0" height="0" aria-hidden="true" class="none" { (patterns(id, sides.len())) }
        ul.legend {
            @for (side, names) in sides.iter().enumerate().filter(|(side, _)| shown.get(*side) == Some(&true)) {
                li { (patch(side, 0)) " " b { (names.short) } @if names.title != names.short { " " span.note { (names.title) } } }
            }
        }
        ul.legend {
            li.note { "Held by the leader in" }
            @for (place, text) in steps { li { (patch(first, place)) " " (text) } }
        }
    }
}

/// The key of a map that stands alone, below it, and how high that is.
pub fn legend(id: &str, (width, top): (f64, f64), sides: &[SideNames], shown: &[bool]) -> (Markup, f64) {
    /// A line of the key.
    const LINE: f64 = 22.0;
    let names: Vec<(usize, &SideNames)> =
        sides.iter().enumerate().filter(|(side, _)| shown.get(*side) == Some(&true)).collect();
    let last = STEPS.last().copied().unwrap_or(0);
    let steps = STEPS.iter().map(|step| format!("{step}%")).chain([format!("under {last}%")]);
    let steps: Vec<(usize, String)> = steps.enumerate().collect();
    let y = |line: usize| place(top + 10.0 + LINE * line as f64);
    let text = |line: usize| place(top + 22.0 + LINE * line as f64);
    let patch = |x: f64, line: usize, side: usize, paleness: usize| {
        let (class, pattern) = filling(id, side, paleness);
        html! { rect class=(class) fill=[pattern] x=(place(x)) y=(y(line)) width="22" height="14" {} }
    };
    let first = names.first().map_or(0, |(side, _)| *side);
    let markup = html! {
        @for (line, (side, names)) in names.iter().enumerate() {
            (patch(4.0, line, *side, 0))
            text class="t ink" x="34" y=(text(line)) {
                (names.short) @if names.title != names.short { ": " (cut_to(&names.title, (width.max(420.0) / 8.0) as usize)) }
            }
        }
        text class="t" x="4" y=(text(names.len())) { "Runs that agree, at least:" }
        @for (number, step) in &steps {
            @let x = 170.0 + 62.0 * *number as f64;
            (patch(x, names.len(), first, *number))
            text class="t" x=(place(x + 27.0)) y=(text(names.len())) { (step) }
        }
    };
    (markup, 16.0 + LINE * (names.len() + 1) as f64)
}
