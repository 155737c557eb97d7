//! Milestones: the share of runs that had got there, over time.

use super::charts::{Chart, Line, LinesOf, WIDE, lines};
use super::material::Material;
use crate::summary::numbers::percent;

/// The most curves in one chart.
const CURVES: usize = 8;

/// The cumulative curves of the milestones; those that no run or every run reaches at once come last, and what does not fit is
/// left to the table of milestones.
pub fn curves(material: &Material, size: (f64, f64)) -> Option<Chart> {
    let mut order: Vec<usize> = (0..material.schema.milestones.len()).collect();
    let last = |place: &usize| material.shares.get(*place).and_then(|shares| shares.last()).copied().unwrap_or(0.0);
    if order.len() > CURVES {
        // What is most in doubt is worth a line first.
        order.sort_by(|one, other| (last(one) - 0.5).abs().total_cmp(&(last(other) - 0.5).abs()).then(one.cmp(other)));
        order.truncate(CURVES);
        order.sort_unstable();
    }
    let all: Vec<Line> = order
        .iter()
        .filter_map(|place| {
            let (column, shares) = (material.schema.milestones.get(*place)?, material.shares.get(*place)?);
            Some(Line {
                name: column.title.clone(),
                values: shares.iter().map(|share| Some(share * 100.0)).collect(),
                last: percent(last(place)),
            })
        })
        .collect();
    let marked = material.marked();
    let left_out = material.schema.milestones.len().saturating_sub(CURVES);
    let note = match left_out {
        0 => "The share of runs that had got there by each date.".to_owned(),
        more => format!("The share of runs that had got there by each date; {more} more stand in the table below."),
    };
    let of = LinesOf {
        title: "Milestones",
        note: &note,
        unit: "% of runs",
        days: &material.schema.dates,
        ends: Some((0.0, 100.0)),
        marked: &marked,
        size,
        rows: 30,
    };
    lines("milestones", &of, &all, |share| share.map_or_else(String::new, |share| percent(share / 100.0)))
}

/// The size of the chart in the briefing.
pub const SIZE: (f64, f64) = (WIDE.0, 290.0);
