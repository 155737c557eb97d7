//! Runs, in order, into a results folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, StringArray, UInt32Array, UInt64Array};

use super::columns::{self, Names};
use super::digest::RowDigest;
use super::folder::Pending;
use super::manifest::{Described, FORMAT, Identity, LOG, Log, MANIFEST, Manifest, SCENARIO, SeriesMode, write_json};
use super::parquet_file::ParquetFile;
use super::part::{RunRows, SeriesRows, rows};
use super::reader::Stored;
use super::{Failure, ResultsError, RunBatch, Schema};
use crate::stats::{Band, PART, Sketches};

pub(super) const RUNS: &str = "runs.parquet";
pub(super) const SERIES: &str = "series.parquet";
pub(super) const QUANTILES: &str = "quantiles.parquet";

/// Rows of a series that are handed to Parquet in one call, at most, unless one run has more.
const SERIES_SLICE: u64 = 1 << 14;
/// Rows of a series in one row group, at most, unless one run has more. Below 256 ticks this is a whole part.
const SERIES_GROUP: u64 = 1 << 20;

/// Writes one results folder. Dropped before [`finish`](Self::finish), it leaves nothing behind.
pub struct ResultsWriter {
    // The files are closed before the folder goes.
    runs: ParquetFile,
    series: Option<SeriesFile>,
    folder: Pending,
    shown: PathBuf,
    identity: Identity,
    schema: Schema,
    mode: SeriesMode,
    waiting: RunRows,
    digest: RowDigest,
    next: u64,
    failed: u64,
}

/// `series.parquet` while it is written.
struct SeriesFile {
    file: ParquetFile,
    waiting: SeriesRows,
    digest: RowDigest,
    /// Runs to a call and to a row group; powers of two, so that they divide a part.
    slice: u64,
    group: u64,
    written: u64,
}

impl ResultsWriter {
    /// Begins a folder, beside its place until it is whole.
    ///
    /// # Errors
    /// A place that holds other results (unless `force`), or anything else (always); a folder that cannot be made;
    /// a schema whose columns cannot be told apart or whose dates do not match its ticks.
    pub fn create(
        folder: &Path,
        identity: &Identity,
        schema: &Schema,
        mode: SeriesMode,
        force: bool,
    ) -> Result<Self, ResultsError> {
        let names = Names::of(schema)?;
        if schema.dates.len() as u64 != u64::from(schema.ticks) + 1 {
            let have = schema.dates.len();
            return Err(ResultsError::Misfit(format!("{have} dates for ticks 0 to {}", schema.ticks)));
        }
        let pending = Pending::begin(folder, force)?;
        let series = match mode {
            SeriesMode::Full => Some(SeriesFile::create(pending.file(SERIES), &names, schema)?),
            SeriesMode::None | SeriesMode::Quantiles => None,
        };
        Ok(Self {
            runs: ParquetFile::create(pending.file(RUNS), names.runs())?,
            series,
            folder: pending,
            shown: folder.to_path_buf(),
            identity: identity.clone(),
            schema: schema.clone(),
            mode,
            waiting: RunRows::new(names.runs(), schema),
            digest: RowDigest::default(),
            next: 0,
            failed: 0,
        })
    }

    /// The run that the next batch must start with.
    pub fn next_run(&self) -> u64 {
        self.next
    }

    /// Adds the runs that follow.
    ///
    /// # Errors
    /// A batch that is not next or does not fit the schema; more runs than announced; a disk that is full.
    pub fn append(&mut self, batch: &RunBatch) -> Result<(), ResultsError> {
        if batch.first_run != self.next {
            return Err(ResultsError::OutOfOrder { expected: self.next, found: batch.first_run });
        }
        if let Some(misfit) = batch.misfit(&self.schema, self.series.is_some()) {
            return Err(ResultsError::Misfit(misfit));
        }
        if self.identity.runs - self.next < batch.runs as u64 {
            return Err(ResultsError::Misfit(format!("more than the {} runs announced", self.identity.runs)));
        }
        let failures = batch.failures_by_run();
        for (lane, failure) in failures.iter().enumerate() {
            self.failed += u64::from(failure.is_some());
            self.waiting.push(batch, lane, *failure);
            if self.waiting.len() == PART {
                self.write_part()?;
            }
        }
        if let Some(series) = &mut self.series {
            series.append(batch, &failures, &self.schema)?;
        }
        self.next += batch.runs as u64;
        Ok(())
    }

    /// Ends the files, writes the rest and puts the folder into its place.
    ///
    /// `sketches` must have counted the same runs, unless the mode is [`SeriesMode::None`]; `unused` names what in the
    /// scenario never happened.
    ///
    /// # Errors
    /// Runs that are missing, sketches of other runs, a disk that is full, a place that was taken meanwhile.
    pub fn finish(mut self, sketches: &Sketches, unused: Vec<String>, log: &Log) -> Result<Stored, ResultsError> {
        if self.next != self.identity.runs {
            let (have, want) = (self.next, self.identity.runs);
            return Err(ResultsError::Misfit(format!("{have} runs were written where {want} were announced")));
        }
        self.write_part()?;
        if self.mode != SeriesMode::None {
            self.write_quantiles(sketches)?;
        }
        let Self { runs, series, folder, shown, identity, schema, mode, digest, .. } = self;
        runs.close()?;
        let series_digest = series.map(|series| series.finish(&schema)).transpose()?;
        write_json(&folder.file(LOG), log)?;
        write_json(&folder.file(SCENARIO), &Described { schema, unused })?;
        let digest = digest.finish();
        let manifest = Manifest { entente_results: FORMAT, identity, series: mode, digest, series_digest };
        write_json(&folder.file(MANIFEST), &manifest)?;
        folder.place()?;
        Stored::open(&shown)
    }

    fn write_part(&mut self) -> Result<(), ResultsError> {
        if self.waiting.len() == 0 {
            return Ok(());
        }
        let rows = self.waiting.take(&self.schema)?;
        self.digest.update(&rows).map_err(ResultsError::Misfit)?;
        self.runs.write(&rows)?;
        self.runs.end_group()
    }

    fn write_quantiles(&self, sketches: &Sketches) -> Result<(), ResultsError> {
        let counted = self.next - self.failed;
        let cells = self.schema.dates.len() * self.schema.outcomes.len();
        if sketches.iter().count() != cells || sketches.iter().any(|cell| cell.count() != counted) {
            let sentence = format!("the sketches over time did not count {counted} runs of every outcome and tick");
            return Err(ResultsError::Misfit(sentence));
        }
        let mut file = ParquetFile::create(self.folder.file(QUANTILES), columns::quantiles())?;
        for (place, outcome) in self.schema.outcomes.iter().enumerate() {
            let bands: Vec<Band> =
                (0..=self.schema.ticks).filter_map(|tick| Some(sketches.at(tick, place)?.band())).collect();
            let mut arrays: Vec<ArrayRef> = vec![
                Arc::new(StringArray::from_iter_values(bands.iter().map(|_| &outcome.name))),
                Arc::new(UInt32Array::from_iter_values(0..=self.schema.ticks)),
                Arc::new(Date32Array::from(self.schema.dates.clone())),
                Arc::new(UInt64Array::from_iter_values(bands.iter().map(|band| band.runs))),
                Arc::new(Float64Array::from_iter(bands.iter().map(|band| band.mean))),
            ];
            for quantile in 0..crate::stats::SHARES.len() {
                let values = bands.iter().map(|band| band.quantiles.get(quantile).copied().flatten());
                arrays.push(Arc::new(Float64Array::from_iter(values)));
            }
            file.write(&rows(&columns::quantiles(), arrays)?)?;
        }
        file.close()
    }
}

impl SeriesFile {
    fn create(path: PathBuf, names: &Names, schema: &Schema) -> Result<Self, ResultsError> {
        let ticks = schema.dates.len() as u64;
        Ok(Self {
            file: ParquetFile::create(path, names.series())?,
            waiting: SeriesRows::new(names.series(), schema),
            digest: RowDigest::default(),
            slice: runs_within(SERIES_SLICE, ticks),
            group: runs_within(SERIES_GROUP, ticks),
            written: 0,
        })
    }

    /// Adds a batch's runs, as many at a time as the present slice still takes.
    fn append(&mut self, batch: &RunBatch, failures: &[Option<&Failure>], schema: &Schema) -> Result<(), ResultsError> {
        let mut next = 0;
        while next < batch.runs {
            let room = usize::try_from(self.slice - self.waiting.len()).unwrap_or(usize::MAX);
            let last = batch.runs.min(next.saturating_add(room));
            self.waiting.push(batch, next..last, failures);
            if self.waiting.len() == self.slice {
                self.write_slice(schema)?;
            }
            next = last;
        }
        Ok(())
    }

    fn write_slice(&mut self, schema: &Schema) -> Result<(), ResultsError> {
        self.written += self.waiting.len();
        let rows = self.waiting.take(schema)?;
        self.digest.update(&rows).map_err(ResultsError::Misfit)?;
        self.file.write(&rows)?;
        if self.written.is_multiple_of(self.group) { self.file.end_group() } else { Ok(()) }
    }

    fn finish(mut self, schema: &Schema) -> Result<String, ResultsError> {
        if self.waiting.len() > 0 {
            self.write_slice(schema)?;
        }
        self.file.close()?;
        Ok(self.digest.finish())
    }
}

/// The largest power of two up to a part of runs whose ticks are at most so many rows; at least one run.
fn runs_within(rows: u64, ticks: u64) -> u64 {
    let mut runs = PART as u64;
    while runs > 1 && runs.saturating_mul(ticks) > rows {
        runs /= 2;
    }
    runs
}
