//! What a results folder is about, and the runs that are put into it.

use serde::{Deserialize, Serialize};

/// What the columns of a results folder mean: all that a summary or a report needs besides the numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// The scenario's name.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// The variant's name; [`BASELINE`] if none was asked for.
    pub variant: String,
    /// The last tick; tick 0 records the start.
    pub ticks: u32,
    /// The step (1..=ticks) from which a dated variant holds; up to the tick before, its runs are those of its scenario.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switch: Option<u32>,
    /// The first day of every tick 0..=ticks, in days since 1970-01-01.
    pub dates: Vec<i32>,
    /// What is drawn once a run.
    pub uncertainties: Vec<Column>,
    /// What is recorded every tick.
    pub outcomes: Vec<OutcomeColumn>,
    /// Conditions whose first tick is recorded.
    pub milestones: Vec<MilestoneColumn>,
    /// The names of the conditions that close a run early.
    pub stops: Vec<String>,
    /// How many of the scenario's numbers stand on what.
    pub basis: Basis,
}

/// The name of the variant that is none.
pub const BASELINE: &str = "baseline";

/// One uncertainty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its name in the scenario.
    pub name: String,
    /// What it is called for people.
    pub title: String,
    /// Its unit.
    pub unit: Option<String>,
}

/// One outcome.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OutcomeColumn {
    /// Its name in the scenario.
    pub name: String,
    /// What it is called for people.
    pub title: String,
    /// Its unit.
    pub unit: Option<String>,
    /// The smallest difference that matters, in that unit.
    pub matters: Option<f64>,
}

/// One milestone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MilestoneColumn {
    /// Its name in the scenario.
    pub name: String,
    /// What it is called for people.
    pub title: String,
}

/// How many of a scenario's numbers stand on data, on the literature, on judgement, or only hold a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// Measured.
    pub data: u64,
    /// Published.
    pub literature: u64,
    /// Judged.
    pub judgement: u64,
    /// Not yet founded on anything.
    pub placeholder: u64,
}

/// What was computed together: consecutive runs, one entry a run in every innermost list.
///
/// `outcomes` hold the values at the closing tick. A failed run is named in `failures`; whatever it left in `outcomes`
/// and `milestones` is stored as null, and its series is null from the tick of the failure on. `series` keeps a run's
/// closing values in the ticks after it closed; it is empty when nothing over time is wanted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunBatch {
    /// The number of the first run.
    pub first_run: u64,
    /// How many runs follow from there, that one included.
    pub runs: usize,
    /// Drawn values by uncertainty, then run.
    pub uncertainties: Vec<Vec<f64>>,
    /// Closing values by outcome, then run.
    pub outcomes: Vec<Vec<f64>>,
    /// First ticks by milestone, then run; `None` for never.
    pub milestones: Vec<Vec<Option<u32>>>,
    /// The tick at which each run closed.
    pub closed: Vec<u32>,
    /// Which stop closed each run, by its place in [`Schema::stops`]; `None` for the end of the clock.
    pub stopped_by: Vec<Option<u16>>,
    /// The runs that failed, at most one entry each.
    pub failures: Vec<Failure>,
    /// For each rule, whether it fired in any of these runs.
    pub fired: Vec<bool>,
    /// Values by tick, then outcome, then run; or empty.
    pub series: Vec<Vec<Vec<f64>>>,
}

/// Where a run first met a value that is not finite, or a chance outside 0 to 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The run's number.
    pub run: u64,
    /// The tick.
    pub tick: u32,
    /// The place in the scenario, and what was wrong there.
    pub place: String,
}

impl RunBatch {
    /// Each run's failure, or `None`, in run order. Failures of runs that are not in the batch are passed over.
    pub(crate) fn failures_by_run(&self) -> Vec<Option<&Failure>> {
        let mut by_run = vec![None; self.runs];
        for failure in &self.failures {
            let place = failure.run.checked_sub(self.first_run).and_then(|lane| usize::try_from(lane).ok());
            if let Some(slot) = place.and_then(|lane| by_run.get_mut(lane)) {
                *slot = Some(failure);
            }
        }
        by_run
    }

    /// Says what does not fit the schema, if anything. `series` tells whether the batch must bring values over time.
    pub(super) fn misfit(&self, schema: &Schema, series: bool) -> Option<String> {
        let short = |what: &str, have: usize, want: usize| Some(format!("{have} {what} where {want} are declared"));
        let lists = [
            ("uncertainties", self.uncertainties.len(), schema.uncertainties.len()),
            ("outcomes", self.outcomes.len(), schema.outcomes.len()),
            ("milestones", self.milestones.len(), schema.milestones.len()),
            ("closing ticks", self.closed.len(), self.runs),
            ("stops", self.stopped_by.len(), self.runs),
        ];
        if let Some((what, have, want)) = lists.into_iter().find(|(_, have, want)| have != want) {
            return short(what, have, want);
        }
        let columns = self.uncertainties.iter().chain(&self.outcomes).map(Vec::len);
        if let Some(have) = columns.chain(self.milestones.iter().map(Vec::len)).find(|&have| have != self.runs) {
            return short("values of a column", have, self.runs);
        }
        let ticks = self.closed.iter().chain(self.milestones.iter().flatten().flatten());
        if let Some(tick) = ticks.chain(self.failures.iter().map(|failure| &failure.tick)).find(|&&t| t > schema.ticks)
        {
            return Some(format!("tick {tick} is past the last, {}", schema.ticks));
        }
        if let Some(stop) = self.stopped_by.iter().flatten().find(|&&stop| usize::from(stop) >= schema.stops.len()) {
            return Some(format!("stop number {stop} is not declared"));
        }
        let last = self.first_run.saturating_add(self.runs as u64);
        if let Some(stray) = self.failures.iter().find(|failure| !(self.first_run..last).contains(&failure.run)) {
            return Some(format!("run {} failed but is not in the batch", stray.run));
        }
        if !series {
            return None;
        }
        if self.series.len() != schema.dates.len() {
            return short("ticks of series", self.series.len(), schema.dates.len());
        }
        let wrong = self
            .series
            .iter()
            .find(|tick| tick.len() != schema.outcomes.len() || tick.iter().any(|column| column.len() != self.runs));
        wrong.map(|_| "a tick of the series does not hold every outcome of every run".to_owned())
    }
}
