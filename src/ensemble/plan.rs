//! The plan of an ensemble: which runs are played together.

use crate::engine::Compiled;
use crate::stats::PART;
use std::ops::Range;

/// Which runs are played, and in what batches. A batch never straddles two parts of 4,096 runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How many runs, counted from 0.
    pub runs: u64,
    /// How many are played together.
    pub lanes: usize,
}

impl Plan {
    /// A plan; at least one lane, at most a part.
    pub fn new(runs: u64, lanes: usize) -> Self {
        Self { runs, lanes: lanes.clamp(1, PART) }
    }

    fn batches_a_part(&self) -> u64 {
        PART.div_ceil(self.lanes) as u64
    }

    /// How many batches there are.
    pub fn batches(&self) -> u64 {
        let (whole, rest) = (self.runs / PART as u64, self.runs % PART as u64);
        whole * self.batches_a_part() + rest.div_ceil(self.lanes as u64)
    }

    /// The runs of a batch.
    pub fn batch(&self, number: u64) -> Range<u64> {
        let (part, within) = (number / self.batches_a_part(), number % self.batches_a_part());
        let first = part * PART as u64 + within * self.lanes as u64;
        let last = (first + self.lanes as u64).min((part + 1) * PART as u64).min(self.runs);
        first..last
    }
}

/// How many lanes are played fastest. Few waste time on going from instruction to instruction, many let columns fall out of
/// the caches.
pub fn fitting_lanes(compiled: &Compiled) -> usize {
    /// What a tick may work on. Columns are read in order, so that it may exceed a cache of the second level several times.
    const WORKING_SET: usize = 8 * 1024 * 1024;
    /// The fewest lanes, however large the scenario.
    const FEWEST: usize = 64;
    /// More lanes than these gain nothing, unless a tick works on little.
    const ENOUGH: usize = 512;
    let layout = &compiled.program.layout;
    let contest = compiled.scenario.territory.as_ref().and_then(|territory| territory.contest.as_ref());
    // State, scratch and inputs of the contest: some fifteen columns a pair.
    let pairs = contest.map_or(0, |contest| 15 * contest.ground.pairs().len());
    let columns = layout.cells() as usize
        + layout.area_columns as usize
        + layout.input_columns as usize
        + layout.record_columns as usize
        + compiled.registers as usize
        + pairs;
    let lanes = WORKING_SET / (size_of::<f64>() * columns.max(1));
    let is_small = lanes >= 4 * ENOUGH;
    // Where runs end early, a batch begins wider, so that what is packed together of it is still worth an instruction.
    let ends_early = !compiled.scenario.stops.is_empty();
    let most = ENOUGH << (u32::from(is_small) + u32::from(ends_early));
    (lanes / FEWEST * FEWEST).clamp(FEWEST, most)
}

/// How many lanes a batch has when so many runs are shared out among threads: as many as fit, but no more than a thread's
/// share.
pub fn lanes_for(compiled: &Compiled, runs: u64, threads: usize) -> usize {
    /// Lanes come in rows of so many, whose draws are made together.
    const ROW: u64 = 64;
    let share = runs.div_ceil(threads.max(1) as u64).next_multiple_of(ROW);
    fitting_lanes(compiled).min(usize::try_from(share).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_cover_every_run_once_in_order_and_never_straddle_parts() {
        for (runs, lanes) in [(1, 256), (10_000, 256), (4096, 1000), (9000, 3), (4097, 4096), (8192, 1)] {
            let plan = Plan::new(runs, lanes);
            let mut next = 0;
            for number in 0..plan.batches() {
                let batch = plan.batch(number);
                assert_eq!(batch.start, next, "{runs} runs in {lanes} lanes");
                assert!(!batch.is_empty());
                assert_eq!(batch.start / PART as u64, (batch.end - 1) / PART as u64);
                next = batch.end;
            }
            assert_eq!(next, runs);
        }
    }
}
