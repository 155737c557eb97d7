//! Rows that wait until their part, or a fixed slice of it, is whole.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, RecordBatch, StringArray, UInt32Array, UInt64Array,
};
use arrow_buffer::NullBuffer;
use arrow_schema::Schema as ArrowSchema;

use super::{Failure, ResultsError, RunBatch, Schema};

/// Rows of `runs.parquet`.
pub(super) struct RunRows {
    columns: Arc<ArrowSchema>,
    first_run: u64,
    closed: Vec<u32>,
    stopped_by: Vec<Option<u16>>,
    failures: Vec<Option<(u32, String)>>,
    /// Uncertainties, then outcomes.
    numbers: Vec<Vec<f64>>,
    milestones: Vec<Vec<Option<u32>>>,
}

impl RunRows {
    pub fn new(columns: Arc<ArrowSchema>, schema: &Schema, first_run: u64) -> Self {
        Self {
            columns,
            first_run,
            closed: Vec::new(),
            stopped_by: Vec::new(),
            failures: Vec::new(),
            numbers: vec![Vec::new(); schema.uncertainties.len() + schema.outcomes.len()],
            milestones: vec![Vec::new(); schema.milestones.len()],
        }
    }

    /// How many runs wait.
    pub fn len(&self) -> usize {
        self.closed.len()
    }

    /// Adds one run of a batch that fits the schema.
    pub fn push(&mut self, batch: &RunBatch, lane: usize, failure: Option<&Failure>) {
        let known = |column: &Vec<f64>| column.get(lane).copied().unwrap_or(f64::NAN);
        self.closed.push(batch.closed.get(lane).copied().unwrap_or(0));
        self.stopped_by.push(batch.stopped_by.get(lane).copied().flatten());
        self.failures.push(failure.map(|failure| (failure.tick, failure.place.clone())));
        let (drawn, closing) = self.numbers.split_at_mut(batch.uncertainties.len());
        for (waiting, column) in drawn.iter_mut().zip(&batch.uncertainties) {
            waiting.push(known(column));
        }
        for (waiting, column) in closing.iter_mut().zip(&batch.outcomes) {
            waiting.push(if failure.is_some() { f64::NAN } else { known(column) });
        }
        for (waiting, column) in self.milestones.iter_mut().zip(&batch.milestones) {
            waiting.push(column.get(lane).copied().flatten().filter(|_| failure.is_none()));
        }
    }

    /// The rows that waited, as columns; none wait afterwards.
    pub fn take(&mut self, schema: &Schema) -> Result<RecordBatch, ResultsError> {
        let runs = self.len() as u64;
        let names = self.stopped_by.drain(..).map(|stop| stop.and_then(|stop| schema.stops.get(usize::from(stop))));
        let stopped: ArrayRef = Arc::new(names.collect::<StringArray>());
        let failures: Vec<_> = std::mem::take(&mut self.failures);
        let mut arrays: Vec<ArrayRef> = vec![
            Arc::new(UInt64Array::from_iter_values(self.first_run..self.first_run + runs)),
            Arc::new(UInt32Array::from(std::mem::take(&mut self.closed))),
            stopped,
            Arc::new(BooleanArray::from_iter(failures.iter().map(|failure| Some(failure.is_some())))),
            Arc::new(UInt32Array::from_iter(failures.iter().map(|failure| failure.as_ref().map(|(tick, _)| *tick)))),
            Arc::new(StringArray::from_iter(failures.iter().map(|failure| failure.as_ref().map(|(_, place)| place)))),
        ];
        arrays.extend(self.numbers.iter_mut().map(nullable));
        for waiting in &mut self.milestones {
            let day = |tick: &u32| schema.dates.get(*tick as usize).copied();
            arrays.push(Arc::new(Date32Array::from_iter(waiting.iter().map(|tick| tick.as_ref().and_then(day)))));
            arrays.push(Arc::new(UInt32Array::from_iter(waiting.drain(..))));
        }
        self.first_run += runs;
        rows(&self.columns, arrays)
    }
}

/// Rows of `series.parquet`.
pub(super) struct SeriesRows {
    columns: Arc<ArrowSchema>,
    first_run: u64,
    runs: u64,
    outcomes: Vec<Vec<f64>>,
}

impl SeriesRows {
    pub fn new(columns: Arc<ArrowSchema>, schema: &Schema, first_run: u64) -> Self {
        Self { columns, first_run, runs: 0, outcomes: vec![Vec::new(); schema.outcomes.len()] }
    }

    /// How many runs wait.
    pub fn len(&self) -> u64 {
        self.runs
    }

    /// Adds some runs of a batch that fits the schema; `failures` has an entry for each of the batch.
    pub fn push(&mut self, batch: &RunBatch, lanes: Range<usize>, failures: &[Option<&Failure>]) {
        let ticks = batch.series.len().max(1);
        for (outcome, waiting) in self.outcomes.iter_mut().enumerate() {
            let first = waiting.len();
            waiting.resize(first + lanes.len() * ticks, f64::NAN);
            let rows = waiting.get_mut(first..).unwrap_or_default();
            // Tick by tick: what is read lies together, and the rows that are written stay in the cache between ticks.
            for (tick, columns) in batch.series.iter().enumerate() {
                let column = columns.get(outcome).and_then(|column| column.get(lanes.clone())).unwrap_or_default();
                for (run, &value) in rows.chunks_exact_mut(ticks).zip(column) {
                    if let Some(row) = run.get_mut(tick) {
                        *row = value;
                    }
                }
            }
            for (run, failure) in rows.chunks_mut(ticks).zip(failures.get(lanes.clone()).unwrap_or_default()) {
                if let Some(failure) = failure {
                    run.get_mut(failure.tick as usize..).unwrap_or_default().fill(f64::NAN);
                }
            }
        }
        self.runs += lanes.len() as u64;
    }

    /// The rows that waited, as columns; none wait afterwards.
    pub fn take(&mut self, schema: &Schema) -> Result<RecordBatch, ResultsError> {
        let runs = self.first_run..self.first_run + self.runs;
        let ticks = schema.dates.len();
        let numbers = runs.clone().flat_map(|run| std::iter::repeat_n(run, ticks));
        let mut arrays: Vec<ArrayRef> = vec![
            Arc::new(UInt64Array::from_iter_values(numbers)),
            Arc::new(UInt32Array::from_iter_values(runs.clone().flat_map(|_| 0..=schema.ticks))),
            Arc::new(Date32Array::from_iter_values(runs.clone().flat_map(|_| schema.dates.iter().copied()))),
        ];
        arrays.extend(self.outcomes.iter_mut().map(nullable));
        self.first_run = runs.end;
        self.runs = 0;
        rows(&self.columns, arrays)
    }
}

/// A column of the numbers that waited, in which NaN is null. Its memory becomes the column's; there is as much for the next.
fn nullable(waiting: &mut Vec<f64>) -> ArrayRef {
    let room = Vec::with_capacity(waiting.len());
    let values = std::mem::replace(waiting, room);
    let any = values.iter().any(|value| value.is_nan());
    let nulls = any.then(|| values.iter().map(|value| !value.is_nan()).collect::<NullBuffer>());
    Arc::new(Float64Array::new(values.into(), nulls))
}

/// Columns side by side.
pub(super) fn rows(columns: &Arc<ArrowSchema>, arrays: Vec<ArrayRef>) -> Result<RecordBatch, ResultsError> {
    RecordBatch::try_new(columns.clone(), arrays).map_err(|error| ResultsError::Misfit(error.to_string()))
}
