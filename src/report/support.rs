//! Who backs whom, over time: outcomes that are nothing but a tie, together by who is backed.

use super::charts::{Chart, HALF, Line, LinesOf, lines};
use super::material::Material;
use super::{Drawing, Section};
use crate::scenario::model::{ActorId, Expr, Role};
use crate::summary::numbers::{decimals, number};
use maud::html;
use std::collections::BTreeMap;

/// The most lines in a chart.
const LINES: usize = 8;
/// The most charts.
const CHARTS: usize = 6;

/// The section, if there are such outcomes.
pub fn section(material: &Material, drawing: &mut Drawing) -> Option<Section> {
    let scenario = material.scenario.as_ref()?;
    let mut backed: BTreeMap<ActorId, Vec<(usize, ActorId)>> = BTreeMap::new();
    for (place, outcome) in scenario.outcomes.iter().enumerate() {
        if let Expr::Variable(variable, _) = &outcome.value
            && let Some(Role::Tie { from, to }) = scenario.variables.get(*variable).map(|variable| &variable.role)
        {
            backed.entry(*to).or_default().push((place, *from));
        }
    }
    let title = |actor: &ActorId| scenario.actors.get(*actor).map(|actor| actor.title.clone()).unwrap_or_default();
    let charts: Vec<Chart> = backed
        .iter()
        .take(CHARTS)
        .filter_map(|(to, from)| {
            let all: Vec<Line> =
                from.iter().take(LINES).filter_map(|(place, actor)| line(material, *place, title(actor))).collect();
            let text = format!("Support for {}", title(to));
            let marked = material.marked();
            let unit = from.first().and_then(|(place, _)| material.schema.outcomes.get(*place)?.unit.clone());
            let of = LinesOf {
                title: &text,
                note: "Medians of the runs; the spread of each stands with its outcome below.",
                unit: unit.as_deref().unwrap_or_default(),
                days: &material.schema.dates,
                ends: None,
                marked: &marked,
                size: (HALF.0 + 180.0, HALF.1 + 70.0),
                rows: 30,
            };
            lines(&format!("support-{}", to + 1), &of, &all, |value| number(value, 3))
        })
        .collect();
    if charts.is_empty() {
        return None;
    }
    let body = html! { div.pair { @for chart in charts { (drawing.show(Some(chart))) } } };
    Some(Section { id: "support", title: "Who backs whom", body })
}

fn line(material: &Material, place: usize, name: String) -> Option<Line> {
    let bands = material.bands.get(place).filter(|bands| !bands.is_empty())?;
    let middle = |band: &crate::stats::Band| band.quantiles.get(2).copied().flatten();
    let last = bands.last().and_then(middle);
    let error = material.summary.outcomes.get(place).and_then(|outcome| outcome.mc_error);
    let digits = decimals(error, last.unwrap_or(0.0)).min(2);
    Some(Line { name, values: bands.iter().map(middle).collect(), last: number(last, digits) })
}
