//! Variants played together: a batch of the reference, then the same runs of each variant, on the same thread.

use super::parting::{Parted, Sums, from, shared};
use super::{Columns, MAIN, Parting};
use crate::engine::{Compiled, EngineError, Level};
use crate::ensemble::{self, End, Ensemble, EnsembleError, Plan};
use crate::results::{Schema, SeriesMode};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Why variants could not be played.
pub type PlayError = EnsembleError<EngineError>;

/// How runs are played. Only the seed decides what comes out.
#[derive(Clone, Debug)]
pub struct Player {
    /// The seed.
    pub seed: u64,
    /// How many threads play.
    pub threads: usize,
    /// How many runs are played at once.
    pub lanes: usize,
    /// Once this is true, no further batch is begun.
    pub stop: Arc<AtomicBool>,
}

/// Scenarios that are played together, the reference first, and what is kept of them.
#[derive(Clone, Debug, Default)]
pub struct Joint {
    /// What the columns of each mean.
    pub schemas: Vec<Schema>,
    /// What is kept of each.
    pub columns: Vec<Columns>,
    /// What each is followed in: for dated variants, the outcomes in common, and the sums.
    followed: Vec<Option<Followed>>,
}

#[derive(Clone, Debug)]
struct Followed {
    shared: Vec<(usize, usize)>,
    sums: Sums,
}

/// What one batch brings: of each scenario its columns, and where it parted.
type Brought = Vec<(Columns, Option<Parted>)>;

impl Joint {
    /// Nothing played yet. Dated variants are followed tick by tick.
    pub fn new(compiled: &[Arc<Compiled>]) -> Self {
        let schemas: Vec<Schema> = compiled.iter().map(|one| ensemble::schema(&one.scenario)).collect();
        let empty = |schema: &Schema| Columns::empty(schema.outcomes.len(), schema.milestones.len());
        let followed = schemas.iter().enumerate().map(|(place, schema)| {
            let reference = schemas.first().filter(|_| place > 0 && schema.switch.is_some())?;
            // Ticks of another clock cannot be held against each other.
            if reference.dates != schema.dates {
                return None;
            }
            let shared = shared(reference, schema);
            let sums = Sums::empty(schema.dates.len(), shared.len().min(MAIN));
            Some(Followed { shared, sums })
        });
        let followed = followed.collect();
        Self { columns: schemas.iter().map(empty).collect(), followed, schemas }
    }

    /// Where the dated variants part, by the labels of all.
    pub fn partings(&self, labels: &[String]) -> Vec<Parting> {
        let Some(reference) = self.schemas.first() else { return Vec::new() };
        let parting = |((followed, schema), label): ((&Option<Followed>, &Schema), &String)| {
            let Followed { shared, sums } = followed.as_ref()?;
            Some(sums.parting(label, from(schema), reference, shared))
        };
        self.followed.iter().zip(&self.schemas).zip(labels).filter_map(parting).collect()
    }

    fn add(&mut self, brought: Brought) {
        let each = self.columns.iter_mut().zip(&mut self.followed).zip(brought);
        for ((columns, followed), (more, parted)) in each {
            columns.extend(more);
            if let Some((followed, parted)) = followed.as_mut().zip(parted) {
                followed.sums.add(&parted);
            }
        }
    }
}

/// Plays these runs of all scenarios and adds them, in the order of their numbers, to what is kept. `progress` hears of every run of
/// every scenario.
///
/// # Errors
/// A batch that could not be played.
pub fn play_together(
    compiled: &[Arc<Compiled>],
    player: &Player,
    runs: Range<u64>,
    joint: &mut Joint,
    progress: impl Fn(u64),
) -> Result<End, PlayError> {
    let Some((reference, variants)) = compiled.split_first() else { return Ok(End::Finished) };
    let shared: Vec<Option<Vec<(usize, usize)>>> =
        joint.followed.iter().map(|followed| followed.as_ref().map(|followed| followed.shared.clone())).collect();
    let series = if shared.iter().any(Option::is_some) { SeriesMode::Full } else { SeriesMode::None };
    let ensemble = Ensemble {
        seed: player.seed,
        plan: Plan::of(std::slice::from_ref(&runs), player.lanes),
        threads: player.threads,
        series,
        level: Level::best(),
        stop: player.stop.clone(),
    };
    let make = |batch: crate::results::RunBatch| -> Result<Brought, EngineError> {
        let runs = batch.first_run..batch.first_run + batch.runs as u64;
        let mut brought = Vec::with_capacity(compiled.len());
        for (variant, shared) in variants.iter().zip(shared.iter().skip(1)) {
            let other = ensemble.play_runs(variant, runs.clone(), shared.is_some())?;
            let parted = shared.as_ref().map(|shared| Parted::of(&batch, &other, shared));
            brought.push((Columns::of_batch(other, false), parted));
        }
        brought.insert(0, (Columns::of_batch(batch, true), None));
        Ok(brought)
    };
    ensemble.play_each(reference, make, |brought| {
        let brought = brought?;
        progress(brought.iter().map(|(columns, _)| columns.runs() as u64).sum());
        joint.add(brought);
        Ok(())
    })
}
