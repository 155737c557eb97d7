//! Threads that take batch after batch, and the order in which their results are handed on.

use super::plan::Plan;
use crate::engine::{self, Batch, Compiled, EngineError, Level, Played};
use crate::panics::said;
use crate::random::address::Key;
use crate::results::{Failure, RunBatch, SeriesMode};
use crate::stats::Sketches;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use thiserror::Error;

/// What is to be played, and how. Only `seed` and the plan's runs decide results.
#[derive(Clone, Debug)]
pub struct Ensemble {
    /// The seed.
    pub seed: u64,
    /// Runs and batches.
    pub plan: Plan,
    /// How many threads play.
    pub threads: usize,
    /// What is kept over time.
    pub series: SeriesMode,
    /// The processor level to compute at.
    pub level: Level,
    /// Once this is true, no further batch is begun.
    pub stop: Arc<AtomicBool>,
}

/// How an ensemble ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Every batch has been handed on.
    Finished,
    /// It was told to stop; the first batches have been handed on.
    Stopped,
}

/// Why an ensemble stopped.
#[derive(Debug, Error)]
pub enum EnsembleError<E> {
    /// A batch could not be played.
    #[error(transparent)]
    Engine(EngineError),
    /// A thread of the ensemble panicked.
    #[error("a thread that plays batches ended: {0}")]
    Worker(String),
    /// Whoever takes the results could not go on.
    #[error("{0}")]
    Sink(E),
}

/// What was made of a batch, by its number, or why nothing was.
type Handed<T> = (u64, Result<T, EngineError>);

/// Keeps threads from running far ahead of what has been handed on, so that memory stays flat.
struct Gate {
    handed: Mutex<u64>,
    moved: Condvar,
    ahead: u64,
}

impl Gate {
    fn wait(&self, number: u64) {
        let mut handed = self.handed.lock().unwrap_or_else(PoisonError::into_inner);
        while number >= handed.saturating_add(self.ahead) {
            handed = self.moved.wait(handed).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn open(&self, handed: u64) {
        let mut until = self.handed.lock().unwrap_or_else(PoisonError::into_inner);
        *until = handed.max(*until);
        self.moved.notify_all();
    }
}

impl Ensemble {
    /// Plays every batch and hands each to `sink`, in the order of the runs' numbers, with sketches of its values over time.
    ///
    /// # Errors
    /// The first error of a batch or of the sink; nothing more is handed on after it.
    pub fn play<E>(
        &self,
        compiled: &Arc<Compiled>,
        mut sink: impl FnMut(RunBatch, Sketches) -> Result<(), E>,
    ) -> Result<End, EnsembleError<E>> {
        let sketched = |mut batch: RunBatch| {
            let mut sketches = Sketches::default();
            if self.series != SeriesMode::None {
                sketches = Sketches::new(compiled.scenario.clock.ticks, compiled.scenario.outcomes.len());
                sketches.add_batch(&batch);
            }
            if self.series != SeriesMode::Full {
                batch.series.clear();
            }
            (batch, sketches)
        };
        self.play_each(compiled, sketched, |(batch, sketches)| sink(batch, sketches))
    }

    /// Plays every batch, makes something of each on the thread that played it, and hands that to `sink`, in the order of
    /// the runs' numbers. Batches bring their values over time unless the series are to be none.
    ///
    /// # Errors
    /// As [`Ensemble::play`].
    pub fn play_each<T: Send, E>(
        &self,
        compiled: &Arc<Compiled>,
        make: impl Fn(RunBatch) -> T + Sync,
        sink: impl FnMut(T) -> Result<(), E>,
    ) -> Result<End, EnsembleError<E>> {
        self.play_by(|number| self.play_batch(compiled, number).map(&make), sink)
    }

    /// Has every batch of the plan played, given its number, and hands on what that gives, in the order of the batches.
    pub(super) fn play_by<T: Send, E>(
        &self,
        play: impl Fn(u64) -> Result<T, EngineError> + Sync,
        mut sink: impl FnMut(T) -> Result<(), E>,
    ) -> Result<End, EnsembleError<E>> {
        let threads = self.threads.max(1);
        let next = AtomicU64::new(0);
        let gate = Gate { handed: Mutex::new(0), moved: Condvar::new(), ahead: 4 * threads as u64 };
        let (send, receive) = mpsc::sync_channel(2 * threads);
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|_| {
                    let send = send.clone();
                    let (next, gate, play) = (&next, &gate, &play);
                    scope.spawn(move || self.work(play, next, gate, &send))
                })
                .collect();
            drop(send);
            let outcome = self.hand_on(&receive, &gate, &mut sink);
            // Whoever waits may go: there is nothing more to take, or nobody to take it.
            next.store(u64::MAX / 2, Ordering::Relaxed);
            gate.open(u64::MAX);
            drop(receive);
            for worker in workers {
                worker.join().map_err(|panic| EnsembleError::Worker(said(&*panic)))?;
            }
            outcome
        })
    }

    /// One thread's work: batch after batch until none is left or wanted.
    fn work<T>(
        &self,
        play: impl Fn(u64) -> Result<T, EngineError>,
        next: &AtomicU64,
        gate: &Gate,
        send: &SyncSender<Handed<T>>,
    ) {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= self.plan.batches() {
                return;
            }
            gate.wait(number);
            if self.stop.load(Ordering::Relaxed) {
                // Others may wait for this batch, which nobody will play.
                gate.open(u64::MAX);
                return;
            }
            if send.send((number, play(number))).is_err() {
                return;
            }
        }
    }

    fn play_batch(&self, compiled: &Arc<Compiled>, number: u64) -> Result<RunBatch, EngineError> {
        self.play_runs(compiled, self.plan.batch(number), self.series != SeriesMode::None)
    }

    /// Plays these runs of any scenario, with their values over time if these are wanted, on the thread that asks: to see what
    /// becomes of them under another one.
    ///
    /// # Errors
    /// As [`engine::play_or_blame`].
    pub fn play_runs(&self, compiled: &Arc<Compiled>, runs: Range<u64>, series: bool) -> Result<RunBatch, EngineError> {
        let first_run = runs.start;
        let batch = self.batch_of(runs, series);
        Ok(as_rows(compiled, first_run, engine::play_or_blame(compiled, &batch, self.seed)?))
    }

    /// Some runs, for the engine.
    pub(super) fn batch_of(&self, runs: Range<u64>, series: bool) -> Batch {
        Batch { runs: runs.collect(), key: Key::from_seed(self.seed), level: self.level, series, order: Vec::new() }
    }

    fn hand_on<T, E>(
        &self,
        receive: &Receiver<Handed<T>>,
        gate: &Gate,
        sink: &mut impl FnMut(T) -> Result<(), E>,
    ) -> Result<End, EnsembleError<E>> {
        let mut early: BTreeMap<u64, T> = BTreeMap::new();
        let mut handed = 0;
        while handed < self.plan.batches() {
            let Ok((number, batch)) = receive.recv() else {
                if self.stop.load(Ordering::Relaxed) {
                    return Ok(End::Stopped);
                }
                return Err(EnsembleError::Worker("it left before its batches were played".into()));
            };
            early.insert(number, batch.map_err(EnsembleError::Engine)?);
            while let Some(made) = early.remove(&handed) {
                sink(made).map_err(EnsembleError::Sink)?;
                handed += 1;
            }
            gate.open(handed);
        }
        Ok(End::Finished)
    }
}

/// A played batch as rows of results.
pub(crate) fn as_rows(compiled: &Compiled, first_run: u64, played: Played) -> RunBatch {
    let scenario = &compiled.scenario;
    let failures = played
        .failures
        .iter()
        .map(|failure| Failure {
            run: first_run + failure.index as u64,
            tick: failure.tick,
            place: scenario.failure(failure.place),
        })
        .collect();
    RunBatch {
        first_run,
        runs: played.closed.len(),
        uncertainties: played.uncertainties,
        outcomes: played.outcomes,
        milestones: played.milestones,
        closed: played.closed,
        stopped_by: played.stopped_by,
        failures,
        fired: played.fired,
        series: played.series,
    }
}
