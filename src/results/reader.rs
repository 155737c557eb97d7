//! What is stored, read a column at a time.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, UInt32Type, UInt64Type};
use arrow_array::{Array, RecordBatch};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};

use super::columns::{FAILED_PLACE, FAILED_TICK, Names, RUN, STOPPED, tick_of};
use super::digest::RowDigest;
use super::manifest::{Described, Identity, LOG, Log, Manifest, SCENARIO, SeriesMode, plain, read_json, read_manifest};
use super::source::{SOURCE, SourceFiles};
use super::writer::{QUANTILES, RUNS, SERIES};
use super::{Failure, ResultsError, Schema};
use crate::panics::caught;
use crate::stats::{Band, PART};

/// A results folder that is whole.
#[derive(Clone, Debug)]
pub struct Stored {
    path: PathBuf,
    manifest: Manifest,
    described: Described,
    names: Names,
    runs: Table,
}

/// A Parquet file, its layout read once.
#[derive(Clone, Debug)]
pub(super) struct Table {
    path: PathBuf,
    layout: ArrowReaderMetadata,
}

impl Stored {
    /// Opens a folder.
    ///
    /// # Errors
    /// A folder or file that cannot be read, or that this program did not write.
    pub fn open(folder: &Path) -> Result<Self, ResultsError> {
        let manifest = read_manifest(folder)?;
        let path = folder.join(SCENARIO);
        let described: Described = read_json(&path)?;
        let names = Names::of(&described.schema)
            .map_err(|error| ResultsError::Damaged { path: path.clone(), reason: error.to_string() })?;
        let runs = Table::open(folder.join(RUNS))?;
        let rows = runs.layout.metadata().file_metadata().num_rows();
        if u64::try_from(rows) != Ok(manifest.identity.runs) {
            return Err(runs.damaged(format!("it holds {rows} runs instead of {}", manifest.identity.runs)));
        }
        for (needed, file) in [(SeriesMode::Quantiles, QUANTILES), (SeriesMode::Full, SERIES)] {
            if manifest.series >= needed {
                let path = folder.join(file);
                std::fs::metadata(&path).map_err(ResultsError::io("read", &path))?;
            }
        }
        Ok(Self { path: folder.to_path_buf(), manifest, described, names, runs })
    }

    /// The folder, as it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What decided the results.
    pub fn identity(&self) -> &Identity {
        &self.manifest.identity
    }

    /// Whether these are the results that would be computed again. What is stored over time is not asked for:
    /// see [`series`](Self::series).
    pub fn matches(&self, identity: &Identity) -> bool {
        self.manifest.identity == *identity
    }

    /// Whether a folder is said to hold these results, even if they are damaged.
    pub fn is_said_to_hold(folder: &Path, identity: &Identity) -> bool {
        read_manifest(folder).is_ok_and(|manifest| manifest.identity == *identity)
    }

    /// What is stored over time.
    pub fn series(&self) -> SeriesMode {
        self.manifest.series
    }

    /// The digest of the rows of `runs.parquet`, in hexadecimal.
    pub fn digest(&self) -> &str {
        &self.manifest.digest
    }

    /// The digest of the rows of `series.parquet`, in hexadecimal.
    pub fn series_digest(&self) -> Option<&str> {
        self.manifest.series_digest.as_deref()
    }

    /// What the columns mean.
    pub fn schema(&self) -> &Schema {
        &self.described.schema
    }

    /// The names of the columns.
    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    /// When, where and how the results were computed.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn log(&self) -> Result<Log, ResultsError> {
        read_json(&self.path.join(LOG))
    }

    /// The files of the scenario that made these results, if they were kept.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn source(&self) -> Result<Option<SourceFiles>, ResultsError> {
        let path = self.path.join(SOURCE);
        if !path.exists() {
            return Ok(None);
        }
        Ok(Some(read_json::<SourceFiles>(&path)?).filter(|source| !source.is_empty()))
    }

    /// What in the scenario never happened.
    pub fn unused(&self) -> &[String] {
        &self.described.unused
    }

    /// Hands over an uncertainty's values in run order, a part at a time.
    pub fn uncertainty(&self, place: usize, each: impl FnMut(&[f64])) -> Result<(), ResultsError> {
        self.numbers(self.names.uncertainties.get(place), each)
    }

    /// Hands over an outcome's closing values in run order, a part at a time; NaN stands for a run that failed.
    pub fn outcome(&self, place: usize, each: impl FnMut(&[f64])) -> Result<(), ResultsError> {
        self.numbers(self.names.outcomes.get(place), each)
    }

    fn numbers(&self, name: Option<&String>, mut each: impl FnMut(&[f64])) -> Result<(), ResultsError> {
        let Some(name) = name else { return Ok(()) };
        let mut part = Vec::with_capacity(PART);
        self.runs.each_part(&[name], |columns| {
            let values = columns.first().and_then(|column| column.as_primitive_opt::<Float64Type>());
            part.clear();
            part.extend(values?.iter().map(|value| value.unwrap_or(f64::NAN)));
            each(&part);
            Some(())
        })
    }

    /// Hands over, for every run in order that did not fail, the first tick of a milestone, or `None` for never.
    pub fn milestone(&self, place: usize, mut each: impl FnMut(Option<u32>)) -> Result<(), ResultsError> {
        let Some(name) = self.names.milestones.get(place) else { return Ok(()) };
        self.runs.each_part(&[&tick_of(name), FAILED_TICK], |columns| {
            // Columns come in the order of the file, in which failures stand first.
            let failed = columns.first()?.as_primitive_opt::<UInt32Type>()?;
            let ticks = columns.get(1)?.as_primitive_opt::<UInt32Type>()?;
            failed.iter().zip(ticks).filter(|(failed, _)| failed.is_none()).for_each(|(_, tick)| each(tick));
            Some(())
        })
    }

    /// Hands over the runs that failed, in order.
    pub fn failures(&self, mut each: impl FnMut(Failure)) -> Result<(), ResultsError> {
        self.runs.each_part(&[RUN, FAILED_TICK, FAILED_PLACE], |columns| {
            let runs = columns.first()?.as_primitive_opt::<UInt64Type>()?;
            let ticks = columns.get(1)?.as_primitive_opt::<UInt32Type>()?;
            let places = columns.get(2)?.as_string_opt::<i32>()?;
            for ((run, tick), place) in runs.iter().zip(ticks).zip(places) {
                if let (Some(run), Some(tick), Some(place)) = (run, tick, place) {
                    each(Failure { run, tick, place: place.to_owned() });
                }
            }
            Some(())
        })
    }

    /// Hands over the name of the stop that closed each run, in order; `None` for the end of the clock.
    pub fn stops(&self, mut each: impl FnMut(Option<&str>)) -> Result<(), ResultsError> {
        self.runs.each_part(&[STOPPED], |columns| {
            columns.first()?.as_string_opt::<i32>()?.iter().for_each(&mut each);
            Some(())
        })
    }

    /// An outcome's mean and quantiles at every tick; `None` if nothing over time is stored.
    pub fn bands(&self, outcome: usize) -> Result<Option<Vec<Band>>, ResultsError> {
        if self.manifest.series < SeriesMode::Quantiles || outcome >= self.described.schema.outcomes.len() {
            return Ok(None);
        }
        let table = Table::open(self.path.join(QUANTILES))?;
        let ticks = self.described.schema.dates.len();
        let mut bands = Vec::new();
        let names = ["runs", "mean", "q05", "q25", "q50", "q75", "q95"];
        let mut row = 0;
        table.each_part(&names, |columns| {
            let runs = columns.first()?.as_primitive_opt::<UInt64Type>()?;
            let numbers: Option<Vec<_>> =
                columns.get(1..7)?.iter().map(|column| column.as_primitive_opt::<Float64Type>()).collect();
            let numbers = numbers?;
            for place in 0..runs.len() {
                if row / ticks.max(1) == outcome {
                    let at = |number: usize| {
                        numbers.get(number).filter(|column| column.is_valid(place)).map(|column| column.value(place))
                    };
                    let quantiles = [at(1), at(2), at(3), at(4), at(5)];
                    bands.push(Band { runs: runs.value(place), mean: at(0), quantiles });
                }
                row += 1;
            }
            Some(())
        })?;
        Ok(Some(bands))
    }

    /// Reads every row again and says whether the digests are still those of the manifest.
    pub fn verify(&self) -> Result<bool, ResultsError> {
        if self.runs.digest()? != self.manifest.digest {
            return Ok(false);
        }
        match &self.manifest.series_digest {
            Some(digest) => Ok(Table::open(self.path.join(SERIES))?.digest()? == *digest),
            None => Ok(true),
        }
    }
}

impl Table {
    pub fn open(path: PathBuf) -> Result<Self, ResultsError> {
        plain(&path)?;
        let file = File::open(&path).map_err(ResultsError::io("read", &path))?;
        let read = caught(|| ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()));
        match read.and_then(|layout| layout.map_err(|error| error.to_string())) {
            Ok(layout) => Ok(Self { path, layout }),
            Err(reason) => Err(ResultsError::Damaged { path, reason }),
        }
    }

    /// Reads the named columns, a part of rows at a time, in the order of the file. `each` says `None` when they are not
    /// of the type that they should be.
    pub fn each_part(
        &self,
        names: &[&str],
        mut each: impl FnMut(&[std::sync::Arc<dyn Array>]) -> Option<()>,
    ) -> Result<(), ResultsError> {
        let fields = self.layout.schema().fields();
        let places: Vec<usize> = (0..fields.len())
            .filter(|&place| fields.get(place).is_some_and(|field| names.contains(&field.name().as_str())))
            .collect();
        if places.len() != names.len() {
            return Err(self.damaged(format!("it lacks one of the columns {}", names.join(", "))));
        }
        self.each_rows(Some(places), |rows| {
            each(rows.columns()).ok_or_else(|| format!("a column of {} has another type", names.join(", ")))
        })
    }

    /// Reads the columns in these places, or all, a part of rows at a time.
    pub fn each_rows(
        &self,
        columns: Option<Vec<usize>>,
        each: impl FnMut(&RecordBatch) -> Result<(), String>,
    ) -> Result<(), ResultsError> {
        // Some damaged files make the reader of Parquet panic.
        caught(|| self.each_rows_as_they_are(columns, each)).map_err(|said| self.damaged(said))?
    }

    fn each_rows_as_they_are(
        &self,
        columns: Option<Vec<usize>>,
        mut each: impl FnMut(&RecordBatch) -> Result<(), String>,
    ) -> Result<(), ResultsError> {
        let mut builder = self.reader()?;
        if let Some(places) = columns {
            let mask = ProjectionMask::roots(builder.parquet_schema(), places);
            builder = builder.with_projection(mask);
        }
        self.each(builder, &mut each)
    }

    /// Reads one row group; one that is not there has no rows.
    pub fn each_rows_of_group(
        &self,
        group: usize,
        mut each: impl FnMut(&RecordBatch) -> Result<(), String>,
    ) -> Result<(), ResultsError> {
        if group >= self.layout.metadata().num_row_groups() {
            return Ok(());
        }
        self.each(self.reader()?.with_row_groups(vec![group]), &mut each)
    }

    fn reader(&self) -> Result<ParquetRecordBatchReaderBuilder<File>, ResultsError> {
        let file = File::open(&self.path).map_err(ResultsError::io("read", &self.path))?;
        Ok(ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.layout.clone()).with_batch_size(PART))
    }

    fn each(
        &self,
        builder: ParquetRecordBatchReaderBuilder<File>,
        each: &mut impl FnMut(&RecordBatch) -> Result<(), String>,
    ) -> Result<(), ResultsError> {
        let reader = builder.build().map_err(|error| self.damaged(error.to_string()))?;
        for rows in reader {
            let rows = rows.map_err(|error| self.damaged(error.to_string()))?;
            each(&rows).map_err(|reason| self.damaged(reason))?;
        }
        Ok(())
    }

    /// The digest of all its rows.
    pub fn digest(&self) -> Result<String, ResultsError> {
        let mut digest = RowDigest::default();
        self.each_rows(None, |rows| digest.update(rows))?;
        Ok(digest.finish())
    }

    pub fn damaged(&self, reason: String) -> ResultsError {
        ResultsError::Damaged { path: self.path.clone(), reason }
    }
}
