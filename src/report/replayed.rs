//! What a report takes from runs that are played again, since results folders do not keep it: the map and the messages.

use super::map::{MapOf, maps};
use super::{Drawing, Material, Section, flows};
use crate::ensemble::Sample;
use maud::{Markup, html};

/// The first runs of some results, played again.
#[derive(Clone, Debug, Default)]
pub struct Replayed {
    /// What was seen.
    pub sample: Sample,
    /// By area: how people call it.
    pub areas: Vec<String>,
}

impl Material {
    /// Adds what playing the first runs again has shown.
    pub fn with_replay(mut self, sample: Sample, areas: Vec<String>) -> Self {
        self.look_early(|outcome, tick| sample.series.get(outcome)?.get(tick).cloned());
        self.replayed = Some(Replayed { sample, areas });
        self
    }
}

/// The sections on the map and on messages, where there is anything to show.
pub(super) fn sections(all: &[Material], drawing: &mut Drawing) -> Vec<Section> {
    let end = all.first().and_then(|first| first.marked().into_iter().find(|(_, what)| *what == "data end"));
    let each: Vec<MapOf> = all.iter().filter_map(map_of).collect();
    let map = maps(&each, end.map(|(day, _)| day), drawing);
    let mail = all.first().map_or_else(|| html! {}, |first| messages(first, drawing));
    let messages = match all {
        [first, _, ..] if !mail.0.is_empty() => html! { p.note { "Those of " (first.summary.variant) "." } (mail) },
        _ => mail,
    };
    let sections = [("map", "Map", weighted(all, map)), ("mail", "Messages", messages)];
    let told = sections.into_iter().filter(|(_, _, body)| !body.0.is_empty());
    told.map(|(id, title, body)| Section { id, title, body }).collect()
}

fn map_of(material: &Material) -> Option<MapOf<'_>> {
    let (scenario, replayed) = (material.scenario.as_ref()?, material.replayed.as_ref()?);
    let (name, runs) = (material.summary.variant.as_str(), material.summary.runs);
    Some(MapOf { name, scenario, titles: &replayed.areas, sample: &replayed.sample, runs })
}

fn messages(material: &Material, drawing: &mut Drawing) -> Markup {
    match (&material.scenario, &material.replayed) {
        (Some(scenario), Some(replayed)) => flows::flows(scenario, &replayed.sample, drawing),
        _ => html! {},
    }
}

/// The map counts each run once, and says so where the rest of the page does not.
fn weighted(all: &[Material], map: Markup) -> Markup {
    let is_weighted = all.iter().any(|material| material.summary.weighted.is_some());
    html! {
        (map)
        @if is_weighted && !map.0.is_empty() { p.note { "Here each run counts once, whatever it weighs elsewhere." } }
    }
}
