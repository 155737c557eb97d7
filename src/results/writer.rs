//! Runs, in order, into a results folder; what has been sealed outlives the process.

use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use super::assemble::assemble;
use super::columns::Names;
use super::manifest::Log;
use super::piece::Piece;
use super::piece_writer::{Digests, OpenPiece};
use super::reader::Stored;
use super::source::SourceFiles;
use super::unfinished::{Replace, Unfinished};
use super::work::{Shard, Work};
use super::{ResultsError, RunBatch};
use crate::stats::{PART, Sketches};

pub(super) const RUNS: &str = "runs.parquet";
pub(super) const SERIES: &str = "series.parquet";
pub(super) const QUANTILES: &str = "quantiles.parquet";

/// Writes one results folder, or goes on with one.
///
/// Runs are sealed in pieces: whenever a part is complete, and otherwise at intervals. What is sealed stays when the writer
/// is dropped or its process dies, and is found by the next; a writer dropped before anything is sealed leaves nothing behind.
pub struct ResultsWriter {
    // Its files are closed before the folder goes.
    open: Option<OpenPiece>,
    unfinished: Unfinished,
    work: Work,
    key: String,
    names: Names,
    pieces: Vec<Piece>,
    damage: Vec<String>,
    missing: Vec<Range<u64>>,
    digests: Option<Digests>,
    /// How often what is done is sealed, at least.
    interval: Duration,
    sealed: Instant,
}

impl ResultsWriter {
    /// Begins a folder, or goes on with it where a process left off.
    ///
    /// # Errors
    /// A place that holds other results, or unfinished ones of other work (unless they may be replaced), or anything else
    /// (always); a folder that another process is writing or that cannot be made; a schema whose columns cannot be told
    /// apart or whose dates do not match its ticks.
    pub fn open(folder: &Path, work: &Work, interval: Duration, replace: Replace) -> Result<Self, ResultsError> {
        let names = Names::of(&work.schema)?;
        let schema = &work.schema;
        if schema.dates.len() as u64 != u64::from(schema.ticks) + 1 {
            let have = schema.dates.len();
            return Err(ResultsError::Misfit(format!("{have} dates for ticks 0 to {}", schema.ticks)));
        }
        let (unfinished, found) = Unfinished::open(folder, work, replace)?;
        let missing = missing(work.range(), &found.pieces);
        Ok(Self {
            open: None,
            unfinished,
            key: work.whole().key(),
            work: work.clone(),
            names,
            // Digests go from run to run in order, so they must see the first and every one.
            digests: (found.pieces.is_empty() && work.shard == Shard::WHOLE).then(Digests::default),
            pieces: found.pieces,
            damage: found.damage,
            missing,
            interval,
            sealed: Instant::now(),
        })
    }

    /// The runs that are still to come, in order.
    pub fn missing(&self) -> &[Range<u64>] {
        &self.missing
    }

    /// The run that the next batch must start with; `None` when none is missing.
    pub fn next_run(&self) -> Option<u64> {
        self.missing.first().map(|range| range.start)
    }

    /// How many runs are sealed.
    pub fn done(&self) -> u64 {
        self.pieces.iter().map(|piece| piece.range.end - piece.range.start).sum()
    }

    /// What was found damaged when the writer was opened, in sentences; its runs are missing.
    pub fn damage(&self) -> &[String] {
        &self.damage
    }

    /// Where what is done is kept until all is.
    pub fn unfinished(&self) -> &Path {
        self.unfinished.path()
    }

    /// Adds the runs that are next; `sketches` have counted them, unless nothing over time is stored.
    ///
    /// # Errors
    /// A batch that is not next, straddles two parts or does not fit the schema; a disk that is full.
    pub fn append(&mut self, batch: &RunBatch, sketches: &Sketches) -> Result<(), ResultsError> {
        if batch.runs == 0 {
            return Ok(());
        }
        let Some(range) = self.missing.first_mut().filter(|range| range.start == batch.first_run) else {
            let expected = self.missing.first().map_or(self.work.range().end, |range| range.start);
            return Err(ResultsError::OutOfOrder { expected, found: batch.first_run });
        };
        let last = batch.first_run.saturating_add(batch.runs as u64);
        if last > range.end {
            return Err(ResultsError::Misfit(format!("runs up to {last} where run {} is not to be played", range.end)));
        }
        if batch.first_run / PART as u64 != (last - 1) / PART as u64 {
            return Err(ResultsError::Misfit("a batch straddles two parts".to_owned()));
        }
        let series = self.work.series == super::SeriesMode::Full;
        if let Some(misfit) = batch.misfit(&self.work.schema, series) {
            return Err(ResultsError::Misfit(misfit));
        }
        range.start = last;
        let complete = range.is_empty() || last.is_multiple_of(PART as u64);
        if range.is_empty() {
            self.missing.remove(0);
        }
        let open = match &mut self.open {
            Some(open) => open,
            None => {
                let parts = self.unfinished.parts();
                self.digests = self.digests.take().filter(|digests| digests.wait_for(batch.first_run));
                self.open.insert(OpenPiece::create(&parts, batch.first_run, &self.names, &self.work)?)
            }
        };
        open.append(batch, sketches, &self.work.schema, self.digests.as_mut())?;
        if complete || self.sealed.elapsed() >= self.interval { self.seal() } else { Ok(()) }
    }

    /// Seals what has been added, so that it is there the next time.
    ///
    /// # Errors
    /// A disk that is full.
    pub fn seal(&mut self) -> Result<(), ResultsError> {
        self.sealed = Instant::now();
        let Some(open) = self.open.take() else { return Ok(()) };
        let piece = open.seal(&self.unfinished.parts(), &self.work, &self.key, self.digests.as_mut())?;
        let place = self.pieces.partition_point(|other| other.range.start < piece.range.start);
        self.pieces.insert(place, piece);
        self.unfinished.keep();
        Ok(())
    }

    /// Results of the runs that are sealed, for a look at them; they go when the writer does.
    ///
    /// # Errors
    /// A disk that is full.
    pub fn so_far(&self) -> Result<Stored, ResultsError> {
        let whole = self.unfinished.make_whole()?;
        assemble(&whole, &self.work, &self.pieces, None, (&Log::default(), &SourceFiles::default()))?;
        Stored::open(&whole)
    }

    /// Puts the folder into its place, with what is told of its making and the scenario's files; results of all runs are put together, a shard stays in pieces.
    ///
    /// # Errors
    /// Runs that are missing, sketches of other runs, a disk that is full, a place that was taken meanwhile.
    pub fn finish(mut self, log: &Log, source: &SourceFiles) -> Result<(), ResultsError> {
        self.seal()?;
        if let Some(range) = self.missing.first() {
            return Err(ResultsError::Misfit(format!("runs {} to {} are missing", range.start, range.end - 1)));
        }
        let Self { unfinished, work, pieces, digests, .. } = self;
        if work.shard != Shard::WHOLE {
            return unfinished.place_pieces(&work, log, source);
        }
        let whole = unfinished.make_whole()?;
        let digests = digests.filter(|digests| digests.wait_for(work.identity.runs));
        assemble(&whole, &work, &pieces, digests, (log, source))?;
        unfinished.place_whole()
    }
}

/// The runs of a range that no piece holds.
pub(super) fn missing(range: Range<u64>, pieces: &[Piece]) -> Vec<Range<u64>> {
    let mut missing = Vec::new();
    let mut next = range.start;
    for piece in pieces {
        if piece.range.start > next {
            missing.push(next..piece.range.start);
        }
        next = next.max(piece.range.end);
    }
    if next < range.end {
        missing.push(next..range.end);
    }
    missing
}
