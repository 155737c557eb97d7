//! Runs that were played again, held against what is stored.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::Schema as ArrowSchema;
use arrow_select::concat::concat_batches;

use super::digest::RowDigest;
use super::part::{RunRows, SeriesRows};
use super::piece_writer::Cut;
use super::reader::{Stored, Table};
use super::writer::{RUNS, SERIES};
use super::{ResultsError, RunBatch, SeriesMode};
use crate::stats::{Band, PART, Sketches};

/// Compares bit by bit; keeps in memory what it read last, so batches are best handed over in order.
#[derive(Debug)]
pub struct Comparison<'a> {
    stored: &'a Stored,
    runs: Group,
    series: Option<Group>,
}

/// The rows of one row group.
#[derive(Debug)]
struct Group {
    table: Table,
    schema: Arc<ArrowSchema>,
    /// Runs in a row group, and rows of a run.
    length: u64,
    ticks: u64,
    read: Option<(u64, RecordBatch)>,
}

impl<'a> Comparison<'a> {
    /// With the results in a folder.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn new(stored: &'a Stored) -> Result<Self, ResultsError> {
        let (schema, names, path) = (stored.schema(), stored.names(), stored.path());
        let group = |file, schema, length, ticks| {
            Ok(Group { table: Table::open(path.join(file))?, schema, length, ticks, read: None })
        };
        let runs = group(RUNS, names.runs(), PART as u64, 1)?;
        let series = (stored.series() == SeriesMode::Full)
            .then(|| group(SERIES, names.series(), Cut::of(schema).group, schema.dates.len() as u64));
        Ok(Self { stored, runs, series: series.transpose()? })
    }

    /// The runs of a batch that are not as they are stored. A batch must not straddle two parts.
    ///
    /// # Errors
    /// A file that cannot be read; a batch that does not fit.
    pub fn different(&mut self, batch: &RunBatch) -> Result<Vec<u64>, ResultsError> {
        let schema = self.stored.schema();
        if let Some(misfit) = batch.misfit(schema, self.series.is_some()) {
            return Err(ResultsError::Misfit(misfit));
        }
        let failures = batch.failures_by_run();
        let mut rows = RunRows::new(self.runs.schema.clone(), schema, batch.first_run);
        for (lane, failure) in failures.iter().enumerate() {
            rows.push(batch, lane, *failure);
        }
        let rows = rows.take(schema)?;
        let mut series_rows = None;
        if let Some(series) = &self.series {
            let mut rows = SeriesRows::new(series.schema.clone(), schema, batch.first_run);
            rows.push(batch, 0..batch.runs, &failures);
            series_rows = Some(rows.take(schema)?);
        }
        let mut different = Vec::new();
        for (lane, run) in (batch.first_run..).take(batch.runs).enumerate() {
            let mut same = self.runs.holds(run, &rows, lane)?;
            if let (Some(series), Some(rows)) = (&mut self.series, &series_rows) {
                same = same && series.holds(run, rows, lane)?;
            }
            if !same {
                different.push(run);
            }
        }
        Ok(different)
    }

    /// The outcomes whose quantiles over time are not those of sketches that counted all runs.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn different_bands(&self, sketches: &Sketches) -> Result<Vec<String>, ResultsError> {
        let schema = self.stored.schema();
        let mut different = Vec::new();
        for (place, outcome) in schema.outcomes.iter().enumerate() {
            let Some(stored) = self.stored.bands(place)? else { continue };
            let counted: Vec<Band> =
                (0..=schema.ticks).filter_map(|tick| Some(sketches.at(tick, place)?.band())).collect();
            if stored != counted {
                different.push(outcome.name.clone());
            }
        }
        Ok(different)
    }
}

impl Group {
    /// Whether the rows of a run are those of a lane.
    fn holds(&mut self, run: u64, rows: &RecordBatch, lane: usize) -> Result<bool, ResultsError> {
        let number = run / self.length;
        let ticks = usize::try_from(self.ticks).unwrap_or(usize::MAX);
        let read = match self.read.take() {
            Some((there, read)) if there == number => read,
            _ => self.read_group(number)?,
        };
        let first = usize::try_from(run % self.length * self.ticks).unwrap_or(usize::MAX);
        let there = first.checked_add(ticks).is_some_and(|last| last <= read.num_rows());
        let same = there && digest(&read.slice(first, ticks))? == digest(&rows.slice(lane * ticks, ticks))?;
        self.read = Some((number, read));
        Ok(same)
    }

    fn read_group(&self, number: u64) -> Result<RecordBatch, ResultsError> {
        let mut read = Vec::new();
        self.table.each_rows_of_group(usize::try_from(number).unwrap_or(usize::MAX), |rows| {
            // The columns' own types, without what a reader adds to them.
            let rows = RecordBatch::try_new(self.schema.clone(), rows.columns().to_vec());
            read.push(rows.map_err(|error| error.to_string())?);
            Ok(())
        })?;
        concat_batches(&self.schema, &read).map_err(|error| ResultsError::Misfit(error.to_string()))
    }
}

fn digest(rows: &RecordBatch) -> Result<String, ResultsError> {
    let mut digest = RowDigest::default();
    digest.update(rows).map_err(ResultsError::Misfit)?;
    Ok(digest.finish())
}
