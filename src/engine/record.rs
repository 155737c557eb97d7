//! What is kept of a batch: each run's closing values, and its outcomes over time.

use super::column::Column;
use super::frame::{Failures, NONE};
use super::shared::Shared;
use crate::program::Layout;
use crate::scenario::model::{PlaceId, Scenario};

/// Where a run failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunFailure {
    /// The run's place in the batch.
    pub index: usize,
    /// The tick.
    pub tick: u32,
    /// The place in the scenario.
    pub place: PlaceId,
}

/// A batch that has been played: an entry a run, in the order in which the runs were given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Played {
    /// Drawn values by uncertainty, then run.
    pub uncertainties: Vec<Vec<f64>>,
    /// Closing values by outcome, then run; NaN in runs that failed.
    pub outcomes: Vec<Vec<f64>>,
    /// First ticks by milestone, then run.
    pub milestones: Vec<Vec<Option<u32>>>,
    /// The tick at which each run closed or failed.
    pub closed: Vec<u32>,
    /// Which stop closed it.
    pub stopped_by: Vec<Option<u16>>,
    /// The runs that failed.
    pub failures: Vec<RunFailure>,
    /// Values by tick, then outcome, then run, if asked for. Closing values stay; NaN from a failure on.
    pub series: Vec<Vec<Vec<f64>>>,
    /// For each rule, whether it fired in some run.
    pub fired: Vec<bool>,
}

/// Fills a [`Played`] tick by tick.
pub struct Recorder {
    played: Played,
    with_series: bool,
    /// The run that each lane plays, as its place in the batch.
    run_of: Vec<usize>,
    still_open: usize,
}

impl Recorder {
    /// For so many runs.
    pub fn new(scenario: &Scenario, runs: usize, with_series: bool) -> Self {
        let played = Played {
            outcomes: vec![vec![f64::NAN; runs]; scenario.outcomes.len()],
            milestones: vec![vec![None; runs]; scenario.milestones.len()],
            closed: vec![scenario.clock.ticks; runs],
            stopped_by: vec![None; runs],
            ..Played::default()
        };
        Self { played, with_series, run_of: (0..runs).collect(), still_open: runs }
    }

    /// How many runs are still being played.
    pub fn still_open(&self) -> usize {
        self.still_open
    }

    /// The run that a lane plays, as its place in the batch.
    pub fn run_of(&self, lane: usize) -> usize {
        self.run_of[lane]
    }

    /// Keeps what was drawn.
    pub fn uncertainties(&mut self, columns: &[Column]) {
        self.played.uncertainties = columns.iter().map(|column| column.lanes().to_vec()).collect();
    }

    /// Takes an observation: closes the lanes that failed or that a stop ends, and adds to the series.
    pub fn observe(&mut self, shared: &mut Shared, layout: &Layout, stops: &[&Column], failures: &Failures, tick: u32) {
        if failures.any || stops.iter().any(|stop| stop.lanes().iter().any(|&held| held != 0.0)) {
            for lane in 0..self.run_of.len() {
                if shared.open.lanes()[lane] != 0.0 {
                    self.close_if_over(shared, layout, stops, failures, lane, tick);
                }
            }
        }
        if self.with_series {
            self.extend_series(shared);
        }
    }

    fn close_if_over(
        &mut self,
        shared: &mut Shared,
        layout: &Layout,
        stops: &[&Column],
        failures: &Failures,
        lane: usize,
        tick: u32,
    ) {
        let run = self.run_of[lane];
        let place = failures.places.get(lane).copied().unwrap_or(NONE);
        if place != NONE {
            self.played.failures.push(RunFailure { index: run, tick, place: place as PlaceId });
        } else if let Some(stop) = stops.iter().position(|stop| stop.lanes()[lane] != 0.0) {
            self.played.stopped_by[run] = u16::try_from(stop).ok();
            self.close(shared, layout, lane);
        } else {
            return;
        }
        self.played.closed[run] = tick;
        shared.open.lanes_mut()[lane] = 0.0;
        self.still_open -= 1;
    }

    /// Keeps a lane's values as its run's closing values.
    fn close(&mut self, shared: &Shared, layout: &Layout, lane: usize) {
        let run = self.run_of[lane];
        for (outcome, column) in self.played.outcomes.iter_mut().zip(&shared.records) {
            outcome[run] = column.lanes()[lane];
        }
        let milestones = &shared.records[layout.first_milestone as usize..];
        for (milestone, column) in self.played.milestones.iter_mut().zip(milestones) {
            let tick = column.lanes()[lane];
            milestone[run] = (tick >= 0.0).then_some(tick as u32);
        }
    }

    fn extend_series(&mut self, shared: &Shared) {
        let outcomes = self.played.outcomes.iter().zip(&shared.records);
        let open = shared.open.lanes();
        let values = outcomes.map(|(closing, column)| {
            if self.still_open == closing.len() {
                // No run has closed, so that every lane is where its run is.
                return column.lanes().to_vec();
            }
            // Runs that have closed keep their closing values, failed ones the NaN that these still are.
            let mut values = closing.clone();
            for ((&run, &value), &open) in self.run_of.iter().zip(column.lanes()).zip(open) {
                if open != 0.0 {
                    values[run] = value;
                }
            }
            values
        });
        let values = values.collect();
        self.played.series.push(values);
    }

    /// The lanes to go on with, if enough runs have closed to make moving the others together worth while.
    ///
    /// Some lanes of closed runs stay where the open ones do not fill a vector: loops have an end to themselves that costs
    /// more.
    pub fn lanes_to_keep(&self, shared: &Shared) -> Option<Vec<usize>> {
        /// Lanes of a vector.
        const VECTOR: usize = 8;
        /// Moving costs as much as a tick, and there are fewer lanes to play in all that are left.
        const WORTH_IT: usize = 8;
        let lanes = self.run_of.len();
        let kept = self.still_open.next_multiple_of(VECTOR).min(lanes);
        if lanes - kept <= lanes / WORTH_IT {
            return None;
        }
        let mut to_fill_up = kept - self.still_open;
        let open = shared.open.lanes().iter().enumerate();
        let keep = open.filter(|(_, open)| {
            let fills_up = **open == 0.0 && to_fill_up > 0;
            to_fill_up -= usize::from(fills_up);
            **open != 0.0 || fills_up
        });
        Some(keep.map(|(lane, _)| lane).collect())
    }

    /// The lanes have been moved together.
    pub fn pack(&mut self, keep: &[usize]) {
        self.run_of = keep.iter().map(|&lane| self.run_of[lane]).collect();
    }

    /// Everything, after the last tick.
    pub fn finish(mut self, shared: &Shared, layout: &Layout, fired: Vec<bool>, ticks: u32) -> Played {
        for lane in 0..self.run_of.len() {
            if shared.open.lanes()[lane] != 0.0 {
                self.close(shared, layout, lane);
            }
        }
        if self.with_series {
            let last = self.played.outcomes.clone();
            self.played.series.resize(ticks as usize + 1, last);
        }
        self.played.failures.sort_by_key(|failure| failure.index);
        self.played.fired = fired;
        self.played
    }
}
