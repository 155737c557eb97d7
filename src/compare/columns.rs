//! What is kept of an ensemble: a number a run for each outcome and milestone.

use crate::results::{ResultsError, RunBatch, Stored};

/// The tick of a milestone that a run never reaches.
pub const NEVER: u32 = u32::MAX;

/// An ensemble by columns, in the order of its runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    /// Closing values by outcome, then run; NaN in runs that failed.
    pub outcomes: Vec<Vec<f64>>,
    /// First ticks by milestone, then run; [`NEVER`] also in runs that failed.
    pub milestones: Vec<Vec<u32>>,
    /// Drawn values by uncertainty, then run; empty where nobody asks for them.
    pub uncertainties: Vec<Vec<f64>>,
    /// Which runs failed.
    pub failed: Vec<bool>,
}

impl Columns {
    /// Nothing yet, of so many outcomes and milestones.
    pub fn empty(outcomes: usize, milestones: usize) -> Self {
        Self { outcomes: vec![Vec::new(); outcomes], milestones: vec![Vec::new(); milestones], ..Self::default() }
    }

    /// Everything that results hold of the runs' ends.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn stored(stored: &Stored) -> Result<Self, ResultsError> {
        let schema = stored.schema();
        let runs = usize::try_from(stored.identity().runs).unwrap_or(usize::MAX);
        let mut columns = Self::empty(schema.outcomes.len(), schema.milestones.len());
        columns.uncertainties = vec![Vec::new(); schema.uncertainties.len()];
        columns.failed = vec![false; runs];
        stored.failures(|failure| {
            let place = usize::try_from(failure.run).ok();
            if let Some(failed) = place.and_then(|run| columns.failed.get_mut(run)) {
                *failed = true;
            }
        })?;
        for (place, column) in columns.uncertainties.iter_mut().enumerate() {
            stored.uncertainty(place, |part| column.extend_from_slice(part))?;
        }
        for (place, column) in columns.outcomes.iter_mut().enumerate() {
            stored.outcome(place, |part| column.extend_from_slice(part))?;
        }
        for (place, column) in columns.milestones.iter_mut().enumerate() {
            column.resize(runs, NEVER);
            let mut fine = (0..runs).filter(|run| columns.failed.get(*run) == Some(&false));
            stored.milestone(place, |tick| {
                if let (Some(slot), Some(tick)) = (fine.next().and_then(|run| column.get_mut(run)), tick) {
                    *slot = tick;
                }
            })?;
        }
        Ok(columns)
    }

    /// What is kept of a batch.
    pub fn of_batch(mut batch: RunBatch, with_uncertainties: bool) -> Self {
        let failed: Vec<bool> = batch.failures_by_run().iter().map(Option::is_some).collect();
        let mut outcomes = std::mem::take(&mut batch.outcomes);
        for column in &mut outcomes {
            let wrong = column.iter_mut().zip(&failed).filter(|(_, failed)| **failed);
            wrong.for_each(|(value, _)| *value = f64::NAN);
        }
        let tick = |(tick, failed): (&Option<u32>, &bool)| if *failed { NEVER } else { tick.unwrap_or(NEVER) };
        let milestones = batch.milestones.iter().map(|column| column.iter().zip(&failed).map(tick).collect()).collect();
        let uncertainties = if with_uncertainties { std::mem::take(&mut batch.uncertainties) } else { Vec::new() };
        Self { outcomes, milestones, uncertainties, failed }
    }

    /// Adds the runs that follow.
    pub fn extend(&mut self, more: Self) {
        let Self { outcomes, milestones, uncertainties, failed } = more;
        if self.failed.is_empty() {
            self.uncertainties = vec![Vec::new(); uncertainties.len()];
        }
        for (all, part) in self.outcomes.iter_mut().zip(outcomes) {
            all.extend(part);
        }
        for (all, part) in self.milestones.iter_mut().zip(milestones) {
            all.extend(part);
        }
        for (all, part) in self.uncertainties.iter_mut().zip(uncertainties) {
            all.extend(part);
        }
        self.failed.extend(failed);
    }

    /// How many runs, those that failed included.
    pub fn runs(&self) -> usize {
        self.failed.len()
    }

    /// Whether a milestone was reached, as 1 or 0 by run; NaN in runs that failed.
    pub fn reached(&self, milestone: usize) -> Vec<f64> {
        let ticks = self.milestones.get(milestone).map_or(&[][..], Vec::as_slice);
        let reached = |(tick, failed): (&u32, &bool)| if *failed { f64::NAN } else { f64::from(*tick != NEVER) };
        ticks.iter().zip(&self.failed).map(reached).collect()
    }

    /// In which share of the runs that neither failed in anything at all differs: an outcome's closing value, to the bit, or the
    /// tick of a milestone. Columns are paired by their places. A run that failed in one of the two alone differs.
    pub fn changed_share(&self, other: &Self) -> f64 {
        let mut changed: Vec<bool> = self.failed.iter().zip(&other.failed).map(|(a, b)| a != b).collect();
        for (one, other) in self.outcomes.iter().zip(&other.outcomes) {
            let pairs = one.iter().zip(other).zip(&mut changed);
            pairs.for_each(|((a, b), changed)| *changed |= a.to_bits() != b.to_bits() && !(a.is_nan() && b.is_nan()));
        }
        for (one, other) in self.milestones.iter().zip(&other.milestones) {
            one.iter().zip(other).zip(&mut changed).for_each(|((a, b), changed)| *changed |= a != b);
        }
        changed.iter().filter(|changed| **changed).count() as f64 / changed.len().max(1) as f64
    }
}
