//! A run for programs: one object, its keys in a fixed order and the scenario's.

use super::Played;
use super::explain::day_of;
use crate::scenario::model::Scenario;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// A run as one JSON object, indented, without a line end:
/// ```text
/// {"scenario","version","variant","seed","run","ticks","failure":{"tick","place"},"stopped_by","closed","dates":[…],
///  "uncertainties":{NAME:value},"posts_drawn":{SIDE:all},"outcomes":{NAME:[value per tick]},
///  "milestones":{NAME:"YYYY-MM-DD"}}
/// ```
/// There is a date and a value for each tick that was observed: up to `closed`, of a failed run up to the one before.
/// `posts_drawn` is only there if a side's posts at the start are drawn.
/// What is not there is null: a failure, a stop, the date of a milestone that was never reached, a value that is not finite.
///
/// # Errors
/// None that a run can cause; they are those of the serialiser.
pub fn json(scenario: &Scenario, seed: u64, run: u64, played: &Played) -> Result<String, serde_json::Error> {
    let date = |tick: usize| u32::try_from(tick).ok().map(|tick| day_of(scenario, tick));
    let column =
        |place: usize| -> Vec<f64> { played.series.iter().filter_map(|row| row.get(place).copied()).collect() };
    let uncertainties = scenario.uncertainties.iter().zip(&played.uncertainties);
    let posts_drawn = played.posts_drawn.iter().filter_map(|(side, posts)| {
        scenario.actors.get(*side).map(|actor| (actor.name.as_str(), posts.iter().sum::<f64>()))
    });
    let outcomes = scenario.outcomes.iter().enumerate();
    let milestones = scenario.milestones.iter().zip(&played.milestones);
    let stop = played.stopped_by.and_then(|stop| scenario.stops.get(stop));
    serde_json::to_string_pretty(&Run {
        scenario: &scenario.name,
        version: env!("CARGO_PKG_VERSION"),
        variant: &scenario.variant,
        seed,
        run,
        ticks: scenario.clock.ticks,
        failure: played.failure.map(|failure| Failure { tick: failure.tick, place: scenario.failure(failure.place) }),
        stopped_by: stop.map(|stop| stop.name.as_str()),
        closed: played.closed,
        dates: (0..played.series.len()).filter_map(date).collect(),
        uncertainties: ByName(uncertainties.map(|(x, value)| (x.name.as_str(), *value)).collect()),
        posts_drawn: ByName(posts_drawn.collect()),
        outcomes: ByName(outcomes.map(|(place, m)| (m.name.as_str(), column(place))).collect()),
        milestones: ByName(
            milestones.map(|(m, tick)| (m.name.as_str(), tick.map(|tick| day_of(scenario, tick)))).collect(),
        ),
    })
}

#[derive(Serialize)]
struct Run<'a> {
    scenario: &'a str,
    version: &'a str,
    variant: &'a str,
    seed: u64,
    run: u64,
    ticks: u32,
    failure: Option<Failure>,
    stopped_by: Option<&'a str>,
    closed: u32,
    dates: Vec<String>,
    uncertainties: ByName<'a, f64>,
    #[serde(skip_serializing_if = "ByName::is_empty")]
    posts_drawn: ByName<'a, f64>,
    outcomes: ByName<'a, Vec<f64>>,
    milestones: ByName<'a, Option<String>>,
}

#[derive(Serialize)]
struct Failure {
    tick: u32,
    place: String,
}

/// A list as an object whose keys are the elements' names, in the list's order.
pub(super) struct ByName<'a, T>(pub Vec<(&'a str, T)>);

impl<T> ByName<'_, T> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Serialize> Serialize for ByName<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            object.serialize_entry(name, value)?;
        }
        object.end()
    }
}
