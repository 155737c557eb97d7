//! Sealed pieces into the files of a results folder.
//!
//! A part that is one piece is copied as it is, row group by row group. One in several pieces, as an interruption leaves
//! them, is written once more as if it had come at once. Either way the bytes are the same.

use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray, UInt32Array, UInt64Array};
use arrow_schema::Schema as ArrowSchema;
use arrow_select::concat::concat_batches;

use super::columns::{self, Names};
use super::manifest::{Described, FORMAT, LOG, Log, MANIFEST, Manifest, SCENARIO};
use super::parquet_file::{ParquetFile, Spliced};
use super::part::rows;
use super::piece::Piece;
use super::piece_writer::{Cut, Digests};
use super::reader::Table;
use super::source::{SOURCE, SourceFiles};
use super::work::Work;
use super::writer::{QUANTILES, RUNS, SERIES};
use super::{Identity, ResultsError, Schema, SeriesMode, disk};
use crate::stats::{Band, Sketches};

/// Writes every file of a results folder into an empty folder, the manifest last.
///
/// `pieces` are in order; `digests` must have seen all their rows, or they are read again for it.
pub(super) fn assemble(
    into: &Path,
    work: &Work,
    pieces: &[Piece],
    digests: Option<Digests>,
    (log, source): (&Log, &SourceFiles),
) -> Result<(), ResultsError> {
    let names = Names::of(&work.schema)?;
    let runs = pieces.iter().map(|piece| piece.range.end - piece.range.start).sum();
    let failed: u64 = pieces.iter().map(|piece| piece.failed).sum();
    let whole = Cut { slice: u64::MAX, group: u64::MAX };
    RowFile { name: RUNS, schema: names.runs(), ticks: 1, cut: whole }.splice(into, pieces)?;
    if work.series == SeriesMode::Full {
        let ticks = work.schema.dates.len() as u64;
        RowFile { name: SERIES, schema: names.series(), ticks, cut: Cut::of(&work.schema) }.splice(into, pieces)?;
    }
    if work.series >= SeriesMode::Quantiles {
        let sketches = merged(work, pieces)?;
        write_quantiles(&into.join(QUANTILES), &work.schema, &sketches, runs - failed)?;
    }
    let (digest, series_digest) = match digests {
        Some(digests) => (digests.runs.finish(), (work.series == SeriesMode::Full).then(|| digests.series.finish())),
        None => {
            let series = (work.series == SeriesMode::Full).then(|| Table::open(into.join(SERIES))?.digest());
            (Table::open(into.join(RUNS))?.digest()?, series.transpose()?)
        }
    };
    disk::write_json(&into.join(LOG), log)?;
    disk::write_json(&into.join(SOURCE), source)?;
    let described = Described { schema: work.schema.clone(), unused: work.unused(&fired(pieces)) };
    disk::write_json(&into.join(SCENARIO), &described)?;
    let identity = Identity { runs, ..work.identity.clone() };
    let manifest = Manifest { entente_results: FORMAT, identity, series: work.series, digest, series_digest };
    disk::write_json(&into.join(MANIFEST), &manifest)?;
    disk::sync_folder(into)
}

/// For each rule up to the last that did, whether it fired.
fn fired(pieces: &[Piece]) -> Vec<bool> {
    let mut fired = Vec::new();
    for &rule in pieces.iter().flat_map(|piece| &piece.fired) {
        if fired.len() <= rule {
            fired.resize(rule + 1, false);
        }
        if let Some(flag) = fired.get_mut(rule) {
            *flag = true;
        }
    }
    fired
}

fn merged(work: &Work, pieces: &[Piece]) -> Result<Sketches, ResultsError> {
    let mut sketches = Sketches::new(work.schema.ticks, work.schema.outcomes.len());
    for piece in pieces {
        sketches.merge(&piece.sketches()?);
    }
    Ok(sketches)
}

/// A file of rows, as it is in every piece and in the whole.
struct RowFile {
    name: &'static str,
    schema: Arc<ArrowSchema>,
    /// Rows of one run.
    ticks: u64,
    cut: Cut,
}

impl RowFile {
    /// Puts the whole's file together, part by part.
    fn splice(&self, into: &Path, pieces: &[Piece]) -> Result<(), ResultsError> {
        let mut spliced = Spliced::create(into.join(self.name), &self.schema)?;
        for part in pieces.chunk_by(|one, next| one.part() == next.part()) {
            if let [piece] = part {
                spliced.append(&piece.folder.join(self.name))?;
                continue;
            }
            let once_more = into.join("part.parquet");
            self.rewrite(&once_more, part)?;
            spliced.append(&once_more)?;
            disk::remove_file(&once_more).map_err(ResultsError::io("remove", &once_more))?;
        }
        spliced.close()
    }

    /// Writes the rows of a part's pieces as one file, cut into calls and row groups as if they had come at once.
    fn rewrite(&self, path: &Path, pieces: &[Piece]) -> Result<(), ResultsError> {
        let mut slices = Slices {
            file: ParquetFile::create(path.to_path_buf(), self.schema.clone())?,
            schema: self.schema.clone(),
            waiting: Vec::new(),
            rows: 0,
            slice: usize::try_from(self.cut.slice.saturating_mul(self.ticks)).unwrap_or(usize::MAX),
            group: self.cut.group.saturating_mul(self.ticks),
            written: 0,
        };
        for piece in pieces {
            let mut result = Ok(());
            Table::open(piece.folder.join(self.name))?.each_rows(None, |rows| {
                if result.is_ok() {
                    result = slices.push(rows);
                }
                Ok(())
            })?;
            result?;
        }
        slices.finish()
    }
}

/// Rows that wait until a slice is whole.
struct Slices {
    file: ParquetFile,
    schema: Arc<ArrowSchema>,
    waiting: Vec<RecordBatch>,
    rows: usize,
    slice: usize,
    group: u64,
    written: u64,
}

impl Slices {
    fn push(&mut self, rows: &RecordBatch) -> Result<(), ResultsError> {
        let mut rows = rows.clone();
        while self.rows + rows.num_rows() >= self.slice {
            let first = self.slice - self.rows;
            self.waiting.push(rows.slice(0, first));
            self.write()?;
            rows = rows.slice(first, rows.num_rows() - first);
        }
        self.rows += rows.num_rows();
        self.waiting.push(rows);
        Ok(())
    }

    fn write(&mut self) -> Result<(), ResultsError> {
        let misfit = |error: arrow_schema::ArrowError| ResultsError::Misfit(error.to_string());
        let Some(first) = self.waiting.first() else { return Ok(()) };
        let rows = concat_batches(&first.schema(), &self.waiting).map_err(misfit)?;
        // The columns' own types, without what a reader adds to them.
        let rows = RecordBatch::try_new(self.schema.clone(), rows.columns().to_vec()).map_err(misfit)?;
        self.written += rows.num_rows() as u64;
        self.waiting.clear();
        self.rows = 0;
        self.file.write(&rows)?;
        if self.written.is_multiple_of(self.group) { self.file.end_group() } else { Ok(()) }
    }

    fn finish(mut self) -> Result<(), ResultsError> {
        if self.rows > 0 {
            self.write()?;
        }
        self.file.end_group()?;
        self.file.close().map(drop)
    }
}

fn write_quantiles(path: &Path, schema: &Schema, sketches: &Sketches, counted: u64) -> Result<(), ResultsError> {
    let cells = schema.dates.len() * schema.outcomes.len();
    if sketches.iter().count() != cells || sketches.iter().any(|cell| cell.count() != counted) {
        let sentence = format!("the sketches over time did not count {counted} runs of every outcome and tick");
        return Err(ResultsError::Misfit(sentence));
    }
    let mut file = ParquetFile::create(path.to_path_buf(), columns::quantiles())?;
    for (place, outcome) in schema.outcomes.iter().enumerate() {
        let bands: Vec<Band> = (0..=schema.ticks).filter_map(|tick| Some(sketches.at(tick, place)?.band())).collect();
        let mut arrays: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from_iter_values(bands.iter().map(|_| &outcome.name))),
            Arc::new(UInt32Array::from_iter_values(0..=schema.ticks)),
            Arc::new(Date32Array::from(schema.dates.clone())),
            Arc::new(UInt64Array::from_iter_values(bands.iter().map(|band| band.runs))),
            Arc::new(Float64Array::from_iter(bands.iter().map(|band| band.mean))),
        ];
        for quantile in 0..crate::stats::SHARES.len() {
            let values = bands.iter().map(|band| band.quantiles.get(quantile).copied().flatten());
            arrays.push(Arc::new(Float64Array::from_iter(values)));
        }
        file.write(&rows(&columns::quantiles(), arrays)?)?;
    }
    file.close().map(drop)
}
