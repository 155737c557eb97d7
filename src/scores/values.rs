//! What every run was at the dates that matter, played or read.

use crate::engine::Compiled;
use crate::ensemble::{Ensemble, EnsembleError};
use crate::results::{ResultsError, RunBatch, Stored};
use crate::scenario::model::{DatedValue, Observable, Scenario, Target};
use std::convert::Infallible;
use std::sync::Arc;

/// Which observations are looked at: those that are scored, between two dates, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The first day.
    pub from: Option<i64>,
    /// The last.
    pub to: Option<i64>,
}

impl Selection {
    /// Each target with each of its observations that are looked at, in the order of the file, then by date.
    pub fn of<'s>(&self, scenario: &'s Scenario) -> Vec<(&'s Target, DatedValue)> {
        let within = |day: i64| self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to);
        let chosen = |target: &'s Target| {
            let observations = target.observations.iter();
            observations.filter(|one| one.scored && within(one.day)).map(move |one| (target, *one)).collect::<Vec<_>>()
        };
        scenario.targets.iter().flat_map(chosen).collect()
    }
}

/// What is kept of every run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Outcomes and ticks, in order, each once.
    outcomes: Vec<(usize, u32)>,
    /// Milestones, in order, each once.
    milestones: Vec<usize>,
    /// The last tick.
    last: u32,
}

impl Wanted {
    /// What these observations need: the value at their ticks, and outcomes at the start too.
    pub fn of(chosen: &[(&Target, DatedValue)]) -> Self {
        let mut wanted = Self::default();
        for (target, observed) in chosen {
            wanted.last = wanted.last.max(observed.tick);
            match target.of {
                Observable::Outcome(place) => wanted.outcomes.extend([(place, 0), (place, observed.tick)]),
                Observable::Milestone(place) => wanted.milestones.push(place),
            }
        }
        wanted.outcomes.sort_unstable();
        wanted.outcomes.dedup();
        wanted.milestones.sort_unstable();
        wanted.milestones.dedup();
        wanted
    }

    /// The last tick that is looked at.
    pub fn last(&self) -> u32 {
        self.last
    }

    /// How many numbers are kept of a run.
    pub fn numbers(&self, scenario: &Scenario) -> usize {
        self.outcomes.len() + 2 * self.milestones.len() + scenario.uncertainties.len()
    }

    /// The scenario, ending with the last tick that is looked at. Up to there its runs are the same.
    pub fn cut(&self, mut scenario: Scenario) -> Scenario {
        scenario.clock.ticks = self.last.max(1).min(scenario.clock.ticks);
        scenario
    }
}

/// Every run at the dates that matter, in the order of the runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    wanted: Wanted,
    /// As [`Wanted::outcomes`]; NaN in runs that had failed.
    outcomes: Vec<Vec<f64>>,
    /// As [`Wanted::milestones`]: the tick at which each run reached it.
    milestones: Vec<Vec<Option<u32>>>,
    /// By uncertainty.
    uncertainties: Vec<Vec<f64>>,
    /// Which runs had failed by the last tick that is looked at.
    failed: Vec<bool>,
}

impl Values {
    /// Plays. The compiled scenario is best one that [`Wanted::cut`] has cut, and the ensemble must keep its series.
    ///
    /// # Errors
    /// Those of the ensemble.
    pub fn played(
        compiled: &Arc<Compiled>,
        ensemble: &Ensemble,
        wanted: &Wanted,
        progress: impl Fn(u64),
    ) -> Result<Self, EnsembleError<Infallible>> {
        let scenario = &compiled.scenario;
        let mut values = Self::empty(wanted, scenario.uncertainties.len());
        let keep = |batch: RunBatch| Self::of_batch(wanted, batch);
        ensemble.play_each(compiled, keep, |more| {
            progress(more.failed.len() as u64);
            values.extend(more);
            Ok(())
        })?;
        Ok(values)
    }

    /// Reads. `None` if the folder does not hold what is wanted: it keeps every run's outcomes over time only if asked to, and
    /// no milestone of a run that failed later.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn stored(stored: &Stored, wanted: &Wanted) -> Result<Option<Self>, ResultsError> {
        let Some(outcomes) = stored.values_at(&wanted.outcomes)? else { return Ok(None) };
        let runs = usize::try_from(stored.identity().runs).unwrap_or(usize::MAX);
        let uncertainties = stored.schema().uncertainties.len();
        let mut values = Self::empty(wanted, uncertainties);
        values.outcomes = outcomes;
        values.failed = vec![false; runs];
        let (mut ever, mut later) = (vec![false; runs], false);
        stored.failures(|failure| {
            let Some(run) = usize::try_from(failure.run).ok().filter(|run| *run < runs) else { return };
            later |= failure.tick > wanted.last;
            for (flags, flag) in [(&mut ever, true), (&mut values.failed, failure.tick <= wanted.last)] {
                if let Some(place) = flags.get_mut(run) {
                    *place = flag;
                }
            }
        })?;
        if later && !wanted.milestones.is_empty() {
            return Ok(None);
        }
        for (milestone, ticks) in wanted.milestones.iter().zip(&mut values.milestones) {
            let mut fine = ever.iter().enumerate().filter(|(_, failed)| !**failed).map(|(run, _)| run);
            *ticks = vec![None; runs];
            stored.milestone(*milestone, |tick| {
                if let Some(place) = fine.next().and_then(|run| ticks.get_mut(run)) {
                    *place = tick;
                }
            })?;
        }
        for (place, column) in values.uncertainties.iter_mut().enumerate() {
            stored.uncertainty(place, |part| column.extend_from_slice(part))?;
        }
        Ok(Some(values))
    }

    fn empty(wanted: &Wanted, uncertainties: usize) -> Self {
        Self {
            outcomes: vec![Vec::new(); wanted.outcomes.len()],
            milestones: vec![Vec::new(); wanted.milestones.len()],
            uncertainties: vec![Vec::new(); uncertainties],
            failed: Vec::new(),
            wanted: wanted.clone(),
        }
    }

    fn of_batch(wanted: &Wanted, mut batch: RunBatch) -> Self {
        let at = |(outcome, tick): &(usize, u32)| {
            let column = batch.series.get(*tick as usize).and_then(|outcomes| outcomes.get(*outcome));
            column.cloned().unwrap_or_else(|| vec![f64::NAN; batch.runs])
        };
        let failures = batch.failures_by_run();
        let failed = failures.iter().map(|failure| failure.is_some_and(|f| f.tick <= wanted.last)).collect();
        Self {
            outcomes: wanted.outcomes.iter().map(at).collect(),
            milestones: wanted
                .milestones
                .iter()
                .map(|m| batch.milestones.get(*m).cloned().unwrap_or_default())
                .collect(),
            failed,
            uncertainties: std::mem::take(&mut batch.uncertainties),
            wanted: Wanted::default(),
        }
    }

    fn extend(&mut self, more: Self) {
        for (all, part) in self.outcomes.iter_mut().zip(more.outcomes) {
            all.extend(part);
        }
        for (all, part) in self.milestones.iter_mut().zip(more.milestones) {
            all.extend(part);
        }
        for (all, part) in self.uncertainties.iter_mut().zip(more.uncertainties) {
            all.extend(part);
        }
        self.failed.extend(more.failed);
    }

    /// How many runs, those that failed included.
    pub fn runs(&self) -> usize {
        self.failed.len()
    }

    /// How many failed. They are left out of everything.
    pub fn failures(&self) -> usize {
        self.failed.iter().filter(|failed| **failed).count()
    }

    /// Whether a run failed by the last tick that is looked at.
    pub fn has_failed(&self, run: usize) -> bool {
        self.failed.get(run).copied().unwrap_or(true)
    }

    /// A weight for every run: as given, 1 if nothing is given, and 0 for those that failed.
    pub fn weights(&self, given: Option<&[f64]>) -> Vec<f64> {
        let weight = |run: usize| given.map_or(1.0, |given| given.get(run).copied().unwrap_or(0.0));
        self.failed.iter().enumerate().map(|(run, failed)| if *failed { 0.0 } else { weight(run) }).collect()
    }

    /// An outcome at a tick, by run.
    pub fn outcome(&self, outcome: usize, tick: u32) -> &[f64] {
        let place = self.wanted.outcomes.binary_search(&(outcome, tick)).ok();
        place.and_then(|place| self.outcomes.get(place)).map_or(&[], Vec::as_slice)
    }

    /// Whether each run had reached a milestone by a tick.
    pub fn reached(&self, milestone: usize, tick: u32) -> impl Iterator<Item = bool> {
        let place = self.wanted.milestones.binary_search(&milestone).ok();
        let ticks = place.and_then(|place| self.milestones.get(place)).map_or(&[][..], Vec::as_slice);
        ticks.iter().map(move |reached| reached.is_some_and(|reached| reached <= tick))
    }

    /// An uncertainty, by run.
    pub fn uncertainty(&self, place: usize) -> &[f64] {
        self.uncertainties.get(place).map_or(&[], Vec::as_slice)
    }
}
