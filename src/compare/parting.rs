//! Where runs part: from which tick on a variant's runs differ from those of the reference.

use super::{CompareError, MAIN};
use crate::results::{RunBatch, Schema, SeriesMode, Stored, day};

/// How a variant's runs part from those of the reference.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parting {
    /// The variant's label.
    pub variant: String,
    /// The date from which the variant holds, as YYYY-MM-DD.
    pub from: Option<String>,
    /// The outcomes that are followed: the first ones.
    pub outcomes: Vec<String>,
    /// Every tick from 0.
    pub ticks: Vec<PartingTick>,
}

/// One tick of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartingTick {
    /// The tick.
    pub tick: u32,
    /// Its first day, as YYYY-MM-DD.
    pub date: String,
    /// The share of the runs in which some outcome has differed by now, to the bit.
    pub parted: f64,
    /// The mean difference of each outcome that is followed, over runs that have not failed; `None` without any.
    pub differences: Vec<Option<f64>>,
}

impl Parting {
    /// The first tick at which some run differs.
    pub fn first(&self) -> Option<&PartingTick> {
        self.ticks.iter().find(|tick| tick.parted > 0.0)
    }

    /// The first tick by which so large a share of the runs has parted.
    pub fn by(&self, share: f64) -> Option<&PartingTick> {
        self.ticks.iter().find(|tick| tick.parted >= share)
    }
}

/// Which outcomes two scenarios have in common, by their places in the first and in the second.
pub(super) fn shared(reference: &Schema, variant: &Schema) -> Vec<(usize, usize)> {
    let place = |name: &str| variant.outcomes.iter().position(|outcome| outcome.name == name);
    let both = reference.outcomes.iter().enumerate().filter_map(|(one, outcome)| Some((one, place(&outcome.name)?)));
    both.collect()
}

/// What is known of some runs in their order: when each has parted, and the differences of the outcomes that are followed.
#[derive(Clone, Debug, Default)]
pub(super) struct Parted {
    /// By run; `None` for never.
    first: Vec<Option<u32>>,
    /// By tick, outcome, run.
    apart: Vec<Vec<Vec<f64>>>,
}

impl Parted {
    /// Of a batch that was played twice.
    pub fn of(reference: &RunBatch, variant: &RunBatch, shared: &[(usize, usize)]) -> Self {
        let mut parted = Self { first: vec![None; reference.runs], apart: Vec::new() };
        let failed = |batch: &RunBatch| -> Vec<Option<u32>> {
            batch.failures_by_run().iter().map(|failure| failure.map(|failure| failure.tick)).collect()
        };
        let (failed, failed_there) = (failed(reference), failed(variant));
        for (tick, (one, other)) in (0_u32..).zip(reference.series.iter().zip(&variant.series)) {
            let mut followed = Vec::new();
            for (number, (here, there)) in shared.iter().enumerate() {
                let (Some(one), Some(other)) = (one.get(*here), other.get(*there)) else { continue };
                let alive =
                    |tick_of: Option<&Option<u32>>| tick_of.copied().flatten().is_none_or(|failed| failed > tick);
                let mut apart = Vec::with_capacity(if number < MAIN { one.len() } else { 0 });
                for (run, (a, b)) in one.iter().zip(other).enumerate() {
                    let pair = (alive(failed.get(run)), alive(failed_there.get(run)));
                    let differs = pair.0 != pair.1 || (pair.0 && a.to_bits() != b.to_bits());
                    if let Some(first) = parted.first.get_mut(run).filter(|first| differs && first.is_none()) {
                        *first = Some(tick);
                    }
                    if number < MAIN {
                        apart.push(if pair == (true, true) { b - a } else { f64::NAN });
                    }
                }
                if number < MAIN {
                    followed.push(apart);
                }
            }
            parted.apart.push(followed);
        }
        parted
    }
}

/// Sums over runs that are added in the order of their numbers: whatever the batches, the same bits.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sums {
    runs: u64,
    /// How many runs part at each tick.
    first: Vec<u64>,
    /// By tick and outcome: the sum of differences, and of how many runs.
    apart: Vec<Vec<(f64, u64)>>,
}

impl Sums {
    /// Nothing yet: so many ticks, of so many outcomes that are followed.
    pub fn empty(ticks: usize, outcomes: usize) -> Self {
        Self { runs: 0, first: vec![0; ticks], apart: vec![vec![(0.0, 0); outcomes]; ticks] }
    }

    /// Adds the runs that follow.
    pub fn add(&mut self, parted: &Parted) {
        self.runs += parted.first.len() as u64;
        for tick in parted.first.iter().flatten() {
            self.parts_at(*tick);
        }
        for (sums, followed) in self.apart.iter_mut().zip(&parted.apart) {
            for (sum, apart) in sums.iter_mut().zip(followed) {
                apart.iter().for_each(|apart| add(sum, *apart));
            }
        }
    }

    fn parts_at(&mut self, tick: u32) {
        if let Some(count) = self.first.get_mut(tick as usize) {
            *count += 1;
        }
    }

    /// What the sums say.
    pub fn parting(
        &self,
        variant: &str,
        from: Option<String>,
        reference: &Schema,
        shared: &[(usize, usize)],
    ) -> Parting {
        let name = |(place, _): &(usize, usize)| reference.outcomes.get(*place).map(|outcome| outcome.name.clone());
        let mut parted = 0;
        let ticks = (0_u32..).zip(&self.first).zip(&self.apart).map(|((tick, first), apart)| {
            parted += first;
            let date = reference.dates.get(tick as usize).and_then(|date| day(*date)).unwrap_or_default();
            let mean =
                |(sum, count): &(f64, u64)| (*count > 0).then(|| sum / *count as f64).filter(|mean| mean.is_finite());
            let parted = parted as f64 / self.runs.max(1) as f64;
            PartingTick { tick, date, parted, differences: apart.iter().map(mean).collect() }
        });
        let ticks = ticks.collect();
        Parting {
            variant: variant.to_owned(),
            from,
            outcomes: shared.iter().take(MAIN).filter_map(name).collect(),
            ticks,
        }
    }
}

fn add((sum, count): &mut (f64, u64), apart: f64) {
    if !apart.is_nan() {
        *sum += apart;
        *count += 1;
    }
}

/// The date from which a dated variant holds: the first day of its first step. What comes of that is observed a tick later.
pub(super) fn from(variant: &Schema) -> Option<String> {
    let step = variant.switch?.saturating_sub(1);
    day(*variant.dates.get(step as usize)?)
}

/// Of a dated variant whose series are stored beside those of the reference; `None` where they are not.
pub(super) fn of_stored(reference: &Stored, variant: &Stored, label: &str) -> Result<Option<Parting>, CompareError> {
    let (one, other) = (reference.schema(), variant.schema());
    let shared = shared(one, other);
    let is_full = |stored: &Stored| stored.series() == SeriesMode::Full;
    if other.switch.is_none() || !is_full(reference) || !is_full(variant) || one.dates != other.dates {
        return Ok(None);
    }
    let mut sums = Sums::empty(one.dates.len(), shared.len().min(MAIN));
    let mut has_parted = false;
    reference.series_beside(variant, &shared, |tick, values| {
        if tick == 0 {
            has_parted = false;
            sums.runs += 1;
        }
        let differs = values.iter().any(|(a, b)| a.to_bits() != b.to_bits());
        if differs && !has_parted {
            has_parted = true;
            sums.parts_at(tick);
        }
        if let Some(followed) = sums.apart.get_mut(tick as usize) {
            followed.iter_mut().zip(values).for_each(|(sum, (a, b))| add(sum, b - a));
        }
    })?;
    Ok(Some(sums.parting(label, from(other), one, &shared)))
}
