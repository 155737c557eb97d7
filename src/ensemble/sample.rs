//! A sample of an ensemble: its first runs, played once more with an eye on the map and the mail.

use super::plan::{Plan, lanes_for};
use super::workers::{Ensemble, EnsembleError};
use crate::engine::{Compiled, EngineError, Flows, Level, Played, Seen, play_watched};
use crate::panics::caught;
use crate::results::SeriesMode;
use crate::scenario::model::{ActorId, Scenario};
use crate::scenario::size::Size;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The first runs of an ensemble. Each is, bit for bit, the run of its number in any ensemble of the same scenario and seed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// How many runs, those that failed included.
    pub runs: u64,
    /// How many failed.
    pub failed: u64,
    /// By outcome, then tick, then run. Runs that a stop has closed keep their closing values; NaN from a failure on.
    pub series: Vec<Vec<Vec<f64>>>,
    /// By uncertainty, then run.
    pub uncertainties: Vec<Vec<f64>>,
    /// By milestone, then run: the tick at which it was reached; `None` in runs that failed.
    pub milestones: Vec<Vec<Option<u32>>>,
    /// The ticks for which [`Sample::holders`] says something, ascending, the first and the last among them: all, unless the
    /// map is so large that not all can be kept.
    pub ticks: Vec<u32>,
    /// By place in [`Sample::ticks`], then area, then side of the contest: in how many runs the side holds the towns of the
    /// area, or, where there are none, the area. Runs that a stop has closed keep their holders; failed ones are left out from
    /// the tick of their failure. Empty without a contest.
    pub holders: Vec<Vec<Vec<u32>>>,
    /// What was sent, by sender, receiver and kind, in this order; every kind that a rule may send to somebody stands here.
    pub mail: Vec<Mail>,
}

/// Messages of one kind from one actor to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Mail {
    /// Who sends.
    pub sender: ActorId,
    /// Who receives.
    pub receiver: ActorId,
    /// The kind's place in [`Scenario::kinds`].
    pub kind: usize,
    /// How many were sent in all runs that did not fail.
    pub sent: u64,
    /// The sum of their amounts: a run's in the order of sending, then the runs' in the order of their numbers.
    pub amount: f64,
    /// The sum of the squares of how many a run sent.
    pub squares: u64,
}

impl Mail {
    /// The standard error of the mean number a run, of so many runs that did not fail.
    pub fn error(&self, runs: u64) -> Option<f64> {
        let (n, sum) = (runs as f64, self.sent as f64);
        let spread = (self.squares as f64 - sum * sum / n) / (n - 1.0);
        (runs > 1).then(|| (spread.max(0.0) / n).sqrt())
    }
}

impl Sample {
    /// How many runs did not fail.
    pub fn fine(&self) -> u64 {
        self.runs - self.failed.min(self.runs)
    }

    /// The holders at the last tick for which they are kept that is no later than this one.
    pub fn holders_at(&self, tick: u32) -> Option<&[Vec<u32>]> {
        let place = self.ticks.partition_point(|kept| *kept <= tick).checked_sub(1)?;
        self.holders.get(place).map(Vec::as_slice)
    }
}

/// How many runs of a scenario a report samples: enough that a share is known to a few percent, and no more than a few
/// seconds' worth. 0 if not even a few can be afforded.
pub fn affordable(scenario: &Scenario) -> u64 {
    /// How many numbers, each in every tick, are played: on two threads some five seconds' worth.
    const PLAYED: u64 = 1_200_000_000;
    /// How many numbers are kept.
    const KEPT: u64 = 20_000_000;
    /// More runs than these nobody can see on a map: a share is known to four points or better.
    const MOST: u64 = 500;
    /// With fewer, a share of a half is known to no better than twenty points.
    const FEWEST: u64 = 24;
    let ticks = u64::from(scenario.clock.ticks) + 1;
    let played = (Size::of(scenario).numbers() as u64).saturating_mul(ticks).max(1);
    let slots: usize = scenario.actors.iter().map(|actor| actor.inbox.len()).sum();
    let kept = (scenario.outcomes.len() as u64).saturating_mul(ticks).saturating_add(2 * slots as u64).max(1);
    let runs = (PLAYED / played).min(KEPT / kept).min(MOST);
    if runs < FEWEST { 0 } else { runs }
}

/// The ticks at which holders are kept.
fn watched_ticks(scenario: &Scenario) -> Vec<u32> {
    /// So many counts are kept at most, if two ticks do not need more.
    const MOST_COUNTS: usize = 4_000_000;
    let last = scenario.clock.ticks;
    let contest = scenario.territory.as_ref().and_then(|territory| territory.contest.as_ref());
    let Some(contest) = contest else { return Vec::new() };
    let a_tick = contest.ground.areas().saturating_mul(contest.sides.len()).max(1);
    let most = u32::try_from(MOST_COUNTS / a_tick).unwrap_or(u32::MAX).max(2);
    let stride = last.div_ceil(most - 1).max(1);
    let mut ticks: Vec<u32> = (0..last).step_by(stride as usize).collect();
    ticks.push(last);
    ticks
}

/// Plays the first so many runs of a scenario under this seed.
///
/// # Errors
/// A batch that could not be played, see [`EnsembleError`]; it is no fault of the scenario's.
pub fn sample(
    compiled: &Arc<Compiled>,
    seed: u64,
    runs: u64,
    threads: usize,
    level: Level,
) -> Result<Sample, EnsembleError<Infallible>> {
    sample_in(compiled, seed, Plan::new(runs, lanes_for(compiled, runs, threads)), threads, level)
}

/// The same in batches as they are planned, which must begin with run 0 and which change nothing but the time.
///
/// # Errors
/// As [`sample`].
pub fn sample_in(
    compiled: &Arc<Compiled>,
    seed: u64,
    plan: Plan,
    threads: usize,
    level: Level,
) -> Result<Sample, EnsembleError<Infallible>> {
    let scenario = &compiled.scenario;
    let (flows, ticks) = (Flows::of(scenario), watched_ticks(scenario));
    let mut sample = Sample::empty(scenario, &flows, &ticks);
    let ensemble =
        Ensemble { seed, plan, threads, series: SeriesMode::Full, level, stop: Arc::new(AtomicBool::new(false)) };
    let play = |number| {
        let batch = ensemble.batch_of(ensemble.plan.batch(number), true);
        caught(|| play_watched(compiled, &batch, &ticks)).unwrap_or_else(|said| Err(EngineError::Died(said)))
    };
    ensemble.play_by(play, |(played, seen)| {
        sample.add(&played, &seen);
        Ok(())
    })?;
    Ok(sample)
}

impl Sample {
    fn empty(scenario: &Scenario, flows: &Flows, ticks: &[u32]) -> Self {
        let observations = scenario.clock.ticks as usize + 1;
        Self {
            series: vec![vec![Vec::new(); observations]; scenario.outcomes.len()],
            uncertainties: vec![Vec::new(); scenario.uncertainties.len()],
            milestones: vec![Vec::new(); scenario.milestones.len()],
            ticks: ticks.to_vec(),
            mail: flows
                .list
                .iter()
                .map(|flow| Mail {
                    sender: flow.sender,
                    receiver: flow.receiver,
                    kind: flow.kind,
                    sent: 0,
                    amount: 0.0,
                    squares: 0,
                })
                .collect(),
            ..Self::default()
        }
    }

    /// Adds the next batch.
    fn add(&mut self, played: &Played, seen: &Seen) {
        let mut failed = vec![false; played.closed.len()];
        for place in played.failures.iter().map(|failure| failure.index) {
            if let Some(failed) = failed.get_mut(place) {
                *failed = true;
            }
        }
        self.runs += failed.len() as u64;
        self.failed += played.failures.len() as u64;
        for (tick, outcomes) in played.series.iter().enumerate() {
            for (all, values) in self.series.iter_mut().zip(outcomes) {
                if let Some(all) = all.get_mut(tick) {
                    all.extend_from_slice(values);
                }
            }
        }
        for (all, values) in self.uncertainties.iter_mut().zip(&played.uncertainties) {
            all.extend_from_slice(values);
        }
        for (all, ticks) in self.milestones.iter_mut().zip(&played.milestones) {
            all.extend(ticks.iter().zip(&failed).map(|(tick, failed)| tick.filter(|_| !failed)));
        }
        self.add_holders(&seen.holders);
        for (mail, (sent, amounts)) in self.mail.iter_mut().zip(seen.sent.iter().zip(&seen.amounts)) {
            for ((sent, amount), _) in sent.iter().zip(amounts).zip(&failed).filter(|(_, failed)| !**failed) {
                mail.sent += u64::from(*sent);
                mail.squares += u64::from(*sent) * u64::from(*sent);
                mail.amount += amount;
            }
        }
    }

    fn add_holders(&mut self, more: &[Vec<Vec<u32>>]) {
        if self.holders.is_empty() {
            self.holders = more.to_vec();
            return;
        }
        let areas = self.holders.iter_mut().flatten().zip(more.iter().flatten());
        for (sum, more) in areas.flat_map(|(sum, more)| sum.iter_mut().zip(more)) {
            *sum += more;
        }
    }
}
