//! Representative runs, told as short dated stories.
//!
//! [`representative`] picks the runs that stand for the others, [`story`] plays one of them and tells what an analyst would tell
//! of it, [`stories`] does both. A story is made from the run's trace ([`crate::reference::trace`]) and says nothing that this
//! does not show: no claim of cause beyond the conditions that held. All text is plain; whoever shows it escapes it.

mod label;
mod medoids;
mod notes;
mod pick;
mod tell;

pub use label::label;
pub use medoids::{Representative, representative};

use crate::reference::day_of;
use crate::reference::trace::{self, Asked};
use crate::scenario::model::Scenario;

/// A run as a short story.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// The run's number.
    pub run: u64,
    /// What kind of run it is, by its closing outcomes.
    pub label: String,
    /// The share of all runs that are nearer to it than to the other representative ones.
    pub share: f64,
    /// What happened, by date (year-month-day): plain sentences.
    pub events: Vec<(String, String)>,
    /// The closing outcomes by name, in the scenario's order; none of a run that failed at once.
    pub end: Vec<(String, f64)>,
}

/// The stories of the runs that stand for all, those that stand for most first. `columns` holds the closing outcomes: by outcome
/// in the scenario's order, then by run from 0; not a number for a run that failed.
pub fn stories(
    scenario: &Scenario,
    seed: u64,
    columns: &[Vec<f64>],
    how_many: usize,
    most_events: usize,
) -> Vec<Story> {
    let tell = |one: Representative| {
        let told = story(scenario, seed, one.run as u64, most_events);
        Story { label: label(scenario, columns, one.run), share: one.share, ..told }
    };
    representative(columns, how_many).into_iter().map(tell).collect()
}

/// One run's story, of at most so many events. Its label only says which run it is, and its share is that of itself: what it
/// stands for is known to [`stories`].
pub fn story(scenario: &Scenario, seed: u64, run: u64, most_events: usize) -> Story {
    let mut notes = notes::Notes::new(scenario);
    let asked = Asked { reasons: false, ..Asked::all(scenario) };
    let played = trace::play(scenario, seed, run, &asked, &mut |tick| notes.take(tick));
    let told = tell::told(&notes, &played);
    let events = pick::pick(told, most_events);
    let closing = played.series.last().map(Vec::as_slice).unwrap_or_default();
    Story {
        run,
        label: format!("run {run}"),
        share: 0.0,
        events: events.into_iter().map(|event| (day_of(scenario, event.tick), event.sentence)).collect(),
        end: scenario.outcomes.iter().zip(closing).map(|(outcome, value)| (outcome.name.clone(), *value)).collect(),
    }
}
