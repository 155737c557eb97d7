//! The piece that is being written: rows as they come, until it is sealed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::columns::Names;
use super::digest::RowDigest;
use super::parquet_file::ParquetFile;
use super::part::{RunRows, SeriesRows};
use super::piece::{Label, OPEN, Piece, SKETCHES};
use super::work::Work;
use super::writer::{RUNS, SERIES};
use super::{Failure, ResultsError, RunBatch, Schema, SeriesMode, disk};
use crate::stats::{PART, Sketches};

/// Rows of a series that are handed to Parquet in one call, at most, unless one run has more.
const SERIES_SLICE: u64 = 1 << 14;
/// Rows of a series in one row group, at most, unless one run has more. Below 256 ticks this is a whole part.
const SERIES_GROUP: u64 = 1 << 20;

/// Digests of everything from run 0 on, while nothing is left out.
#[derive(Debug, Default)]
pub(super) struct Digests {
    pub runs: RowDigest,
    pub series: RowDigest,
    /// The run that is next.
    next: u64,
}

/// `parts/open`.
pub(super) struct OpenPiece {
    // The files are closed before the folder goes.
    series: Option<SeriesFile>,
    runs: RunRows,
    names: Names,
    folder: PathBuf,
    first: u64,
    next: u64,
    failed: u64,
    fired: Vec<bool>,
    sketches: Sketches,
}

/// `series.parquet` while it is written.
struct SeriesFile {
    file: ParquetFile,
    waiting: SeriesRows,
    cut: Cut,
    written: u64,
}

/// How many runs of a series go to a call and to a row group; powers of two, so that they divide a part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    pub slice: u64,
    pub group: u64,
}

impl Cut {
    pub fn of(schema: &Schema) -> Self {
        let ticks = schema.dates.len() as u64;
        Self { slice: runs_within(SERIES_SLICE, ticks), group: runs_within(SERIES_GROUP, ticks) }
    }
}

impl OpenPiece {
    /// Begins a piece at a run.
    pub fn create(parts: &Path, first: u64, names: &Names, work: &Work) -> Result<Self, ResultsError> {
        let folder = parts.join(OPEN);
        disk::remove_folder(&folder).map_err(ResultsError::io("remove", &folder))?;
        disk::create_folder(&folder).map_err(ResultsError::io("create folder", &folder))?;
        let series = match work.series {
            SeriesMode::Full => Some(SeriesFile::create(folder.join(SERIES), first, names, &work.schema)?),
            SeriesMode::None | SeriesMode::Quantiles => None,
        };
        let runs = RunRows::new(names.runs(), &work.schema, first);
        let (sketches, fired) = (Sketches::default(), Vec::new());
        Ok(Self { series, runs, names: names.clone(), folder, first, next: first, failed: 0, fired, sketches })
    }

    /// Adds runs that follow and belong to the same part.
    pub fn append(
        &mut self,
        batch: &RunBatch,
        sketches: &Sketches,
        schema: &Schema,
        digests: Option<&mut Digests>,
    ) -> Result<(), ResultsError> {
        let failures = batch.failures_by_run();
        for (lane, failure) in failures.iter().enumerate() {
            self.failed += u64::from(failure.is_some());
            self.runs.push(batch, lane, *failure);
        }
        if let Some(series) = &mut self.series {
            series.append(batch, &failures, schema, digests.map(|digests| &mut digests.series))?;
        }
        self.sketches.merge(sketches);
        self.fired.resize(self.fired.len().max(batch.fired.len()), false);
        self.fired.iter_mut().zip(&batch.fired).for_each(|(fired, also)| *fired |= also);
        self.next += batch.runs as u64;
        Ok(())
    }

    /// Ends the files, sees all of it onto the disk and gives it its name.
    pub fn seal(
        self,
        parts: &Path,
        work: &Work,
        key: &str,
        mut digests: Option<&mut Digests>,
    ) -> Result<Piece, ResultsError> {
        let Self { series, mut runs, names, folder, first, next, failed, fired, sketches } = self;
        let mut files = BTreeMap::new();
        let rows = runs.take(&work.schema)?;
        if let Some(digests) = &mut digests {
            digests.runs.update(&rows).map_err(ResultsError::Misfit)?;
            digests.next = next;
        }
        let mut file = ParquetFile::create(folder.join(RUNS), names.runs())?;
        file.write(&rows)?;
        file.end_group()?;
        files.insert(RUNS.to_owned(), file.close()?);
        if let Some(series) = series {
            let checksum = series.finish(&work.schema, digests.map(|digests| &mut digests.series))?;
            files.insert(SERIES.to_owned(), checksum);
        }
        if work.series >= SeriesMode::Quantiles {
            files.insert(SKETCHES.to_owned(), disk::write(&folder.join(SKETCHES), &sketches.to_bytes())?);
        }
        let fired = fired.iter().enumerate().filter(|(_, fired)| **fired).map(|(rule, _)| rule).collect();
        Piece::seal(parts, Label { work: key.to_owned(), first, last: next, failed, fired, files })
    }
}

impl Digests {
    /// Whether the run is the one that they lack.
    pub fn wait_for(&self, run: u64) -> bool {
        self.next == run
    }
}

impl SeriesFile {
    fn create(path: PathBuf, first: u64, names: &Names, schema: &Schema) -> Result<Self, ResultsError> {
        Ok(Self {
            file: ParquetFile::create(path, names.series())?,
            waiting: SeriesRows::new(names.series(), schema, first),
            cut: Cut::of(schema),
            written: 0,
        })
    }

    /// Adds a batch's runs, as many at a time as the present slice still takes.
    fn append(
        &mut self,
        batch: &RunBatch,
        failures: &[Option<&Failure>],
        schema: &Schema,
        mut digest: Option<&mut RowDigest>,
    ) -> Result<(), ResultsError> {
        let mut next = 0;
        while next < batch.runs {
            let room = usize::try_from(self.cut.slice - self.waiting.len()).unwrap_or(usize::MAX);
            let last = batch.runs.min(next.saturating_add(room));
            self.waiting.push(batch, next..last, failures);
            if self.waiting.len() == self.cut.slice {
                self.write_slice(schema, digest.as_deref_mut())?;
            }
            next = last;
        }
        Ok(())
    }

    fn write_slice(&mut self, schema: &Schema, digest: Option<&mut RowDigest>) -> Result<(), ResultsError> {
        self.written += self.waiting.len();
        let rows = self.waiting.take(schema)?;
        if let Some(digest) = digest {
            digest.update(&rows).map_err(ResultsError::Misfit)?;
        }
        self.file.write(&rows)?;
        if self.written.is_multiple_of(self.cut.group) { self.file.end_group() } else { Ok(()) }
    }

    fn finish(mut self, schema: &Schema, digest: Option<&mut RowDigest>) -> Result<String, ResultsError> {
        if self.waiting.len() > 0 {
            self.write_slice(schema, digest)?;
        }
        self.file.close()
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
