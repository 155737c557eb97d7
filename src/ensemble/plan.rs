//! The plan of an ensemble: which runs are played together.

use crate::engine::Compiled;
use crate::scenario::size::CONTEST_COLUMNS;
use crate::stats::PART;
use std::ops::Range;

/// Which runs are played, and in what batches. A batch never straddles two parts of 4,096 runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The runs, in order, each with the number of its first batch.
    ranges: Vec<(Range<u64>, u64)>,
    /// How many are played together.
    lanes: usize,
    batches: u64,
}

impl Plan {
    /// So many runs, counted from 0; at least one lane, at most a part.
    pub fn new(runs: u64, lanes: usize) -> Self {
        Self::of(std::slice::from_ref(&(0..runs)), lanes)
    }

    /// The runs of these ranges, which are in order and do not overlap.
    pub fn of(ranges: &[Range<u64>], lanes: usize) -> Self {
        let mut plan = Self { ranges: Vec::new(), lanes: lanes.clamp(1, PART), batches: 0 };
        for range in ranges.iter().filter(|range| !range.is_empty()) {
            plan.ranges.push((range.clone(), plan.batches));
            plan.batches += plan.cell(range.end - 1) - plan.cell(range.start) + 1;
        }
        plan
    }

    /// How many runs.
    pub fn runs(&self) -> u64 {
        self.ranges.iter().map(|(range, _)| range.end - range.start).sum()
    }

    /// How many batches there are.
    pub fn batches(&self) -> u64 {
        self.batches
    }

    /// The runs of a batch.
    pub fn batch(&self, number: u64) -> Range<u64> {
        let place = self.ranges.partition_point(|(_, first)| *first <= number).saturating_sub(1);
        let Some((range, first)) = self.ranges.get(place) else { return 0..0 };
        let cell = self.cell(range.start) + (number - first);
        let (part, within) = (cell / self.cells_a_part(), cell % self.cells_a_part());
        let begin = part * PART as u64 + within * self.lanes as u64;
        let end = (begin + self.lanes as u64).min((part + 1) * PART as u64);
        begin.max(range.start)..end.min(range.end)
    }

    /// Parts are cut into cells of as many runs as there are lanes; a batch is what is to be played of a cell.
    fn cell(&self, run: u64) -> u64 {
        run / PART as u64 * self.cells_a_part() + run % PART as u64 / self.lanes as u64
    }

    fn cells_a_part(&self) -> u64 {
        PART.div_ceil(self.lanes) as u64
    }
}

/// How many lanes are played fastest. Few waste time on going from instruction to instruction, many let columns fall out of
/// the caches.
pub fn fitting_lanes(compiled: &Compiled) -> usize {
    /// What a tick may work on. Columns are read in order, so that it may exceed the caches of a core many times: on myanmar four
    /// times as many lanes save more instructions than they lose by reading from farther away.
    const WORKING_SET: usize = 32 * 1024 * 1024;
    /// The fewest lanes, however large the scenario.
    const FEWEST: usize = 64;
    /// More lanes than these gain little.
    const ENOUGH: usize = 1024;
    let layout = &compiled.program.layout;
    let contest = compiled.scenario.territory.as_ref().and_then(|territory| territory.contest.as_ref());
    let pairs = contest.map_or(0, |contest| CONTEST_COLUMNS * contest.ground.pairs().len());
    let columns = layout.cells() as usize
        + layout.area_columns as usize
        + layout.input_columns as usize
        + layout.record_columns as usize
        + compiled.registers as usize
        + pairs;
    let lanes = WORKING_SET / (size_of::<f64>() * columns.max(1));
    // Where runs end early, a batch begins wider, so that what is packed together of it is still worth an instruction.
    let ends_early = !compiled.scenario.stops.is_empty();
    let most = ENOUGH << u32::from(ends_early);
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

    #[test]
    fn batches_cover_several_ranges_and_nothing_between_them() {
        let ranges = [3..100, 4000..4200, 4300..4301, 20_000..20_000, 12_288..16_400];
        for lanes in [1, 64, 300, 4096] {
            let plan = Plan::of(&ranges, lanes);
            let played: Vec<u64> = (0..plan.batches()).flat_map(|number| plan.batch(number)).collect();
            let wanted: Vec<u64> = ranges.iter().cloned().flatten().collect();
            assert!(played == wanted, "{lanes} lanes");
            assert_eq!(plan.runs(), wanted.len() as u64);
            assert!((0..plan.batches()).all(|number| {
                let batch = plan.batch(number);
                !batch.is_empty() && batch.start / PART as u64 == (batch.end - 1) / PART as u64
            }));
        }
        assert_eq!((Plan::of(&[], 64).batches(), Plan::of(&[], 64).batch(0)), (0, 0..0));
    }
}
