//! Results folders: the only code that touches result files.
//!
//! | file | holds |
//! |---|---|
//! | `manifest.json` | what decided the results ([`Identity`]), and their digests |
//! | `scenario.json` | what the columns mean ([`Schema`]), and what in the scenario went unused |
//! | `runs.parquet` | a row a run: drawn uncertainties, closing outcomes, milestones |
//! | `series.parquet` | a row a run and tick: outcomes ([`SeriesMode::Full`]) |
//! | `quantiles.parquet` | a row an outcome and tick: mean and quantiles over the runs (unless [`SeriesMode::None`]) |
//! | `source.json` | the files of the scenario ([`SourceFiles`]), comments and all: they decide no row |
//! | `log.json` | when and where it was computed: the only file that differs between equal results |
//!
//! # Columns
//! `runs.parquet`: `run` (from 0), `closed_tick`, `stopped_by` (null: the end of the clock), `failed`, `failed_tick`,
//! `failed_place`; then every uncertainty, every outcome at the closing tick, and every milestone twice, as the date
//! and, under `NAME.tick`, as the tick at which it first held (null: never). `series.parquet`: `run`, `tick`, `date`,
//! outcomes. `quantiles.parquet`: `outcome`, `tick`, `date`, `runs`, `mean`, `q05` … `q95`. A name that is also another
//! column's is preceded by `uncertainty.`, `outcome.` or `milestone.`, in every file. A failed run's outcomes and
//! milestones are null, and its series is null from the tick of the failure on.
//!
//! # Bytes
//! Rows are in the order of runs. A part is 4,096 consecutive runs and one row group. Whatever the batches in which runs
//! arrive, the same runs give the same bytes. Only one part is held in memory.
//!
//! # Digest
//! BLAKE3 over the values of the rows of `runs.parquet`, row by row, each row column by column in the order of the
//! file; `series.parquet` has its own. Whole numbers, ticks and dates are little-endian (8 bytes for runs and counts, 4
//! for ticks and dates), a yes or no is a byte 1 or 0, a text is its length in 4 bytes and then its UTF-8. In columns
//! that may be null these are preceded by a byte 1, and a null is a single byte 0. A number is its IEEE bits,
//! little-endian; a null number is the NaN `0x7ff8000000000000`.
//!
//! # Whole or not at all, and nothing lost
//! While runs are played, what is done is kept in `FOLDER.unfinished` beside the place of the results: `work.json` says what is
//! being played, and `parts/` holds pieces of consecutive runs, each written under another name, seen onto the disk, renamed and
//! never changed again, with a checksum of every file. A lock that ends with its process keeps a second writer out. A process that
//! dies leaves that folder; the next with the same work goes on with the pieces that are sound and plays the rest. When all runs
//! are there, the pieces are put together to the files above, and these are put into their place in one step.
//!
//! A shard's folder is such a folder of pieces, in its place; [`merge`] puts those of several together.
//!
//! # Weights
//! A file of [`Weights`] stands by itself, wherever the user wants it; `entente calibrate` writes it.

mod assemble;
mod at_ticks;
mod beside;
mod columns;
mod compare;
mod digest;
mod disk;
#[cfg(test)]
pub(crate) mod fixture;
mod folder;
#[cfg(test)]
mod interruptions;
mod lock;
mod manifest;
mod merge;
mod need;
mod parquet_file;
mod part;
mod piece;
mod piece_writer;
mod reader;
mod schema;
mod source;
#[cfg(test)]
mod tests;
mod unfinished;
mod weights;
mod work;
mod writer;

use std::io;
use std::path::{Path, PathBuf};

pub use compare::Comparison;
pub use manifest::{Identity, Log, MANIFEST, SeriesMode};
pub use merge::{ShardFolder, is_said_to_hold_shard, merge};
pub use need::{Need, free, readable};
pub use reader::Stored;
pub use schema::{BASELINE, Basis, Column, Failure, MilestoneColumn, OutcomeColumn, RunBatch, Schema};
pub use source::{SourceFiles, Unpacked};
pub use unfinished::{Replace, sweep, unfinished};
pub use weights::{Weighting, Weights};
pub use work::{Claim, Difference, Shard, Work};
pub use writer::ResultsWriter;

/// Why results could not be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResultsError {
    /// The operating system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A file is not what this program writes.
    #[error("{} is damaged or was not written by this program: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// A file of numbers could not be written, for a reason other than the operating system's.
    #[error("cannot write {}: {reason}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        reason: String,
    },
    /// There are other results in the folder.
    #[error("{} holds other results ({holds})", path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
        /// Which results.
        holds: String,
    },
    /// What stands there is not a results folder, and is never replaced.
    #[error("{} is not a results folder ({found}); it is left as it is, choose another place", path.display())]
    NotResults {
        /// The folder or file.
        path: PathBuf,
        /// What is there.
        found: String,
    },
    /// Another process is writing there.
    #[error("{} is being written by another process", path.display())]
    Busy {
        /// The folder.
        path: PathBuf,
    },
    /// There is unfinished work of another kind.
    #[error("{} holds the unfinished results of something else: {} is {} there and {} here", path.display(),
        different.field, different.there, different.here)]
    Unlike {
        /// The unfinished folder.
        path: PathBuf,
        /// In what it differs.
        different: Difference,
    },
    /// A folder that was given as a shard and is none.
    #[error("{} holds no finished shard: {reason}", path.display())]
    NoShard {
        /// The folder.
        path: PathBuf,
        /// What it is instead.
        reason: String,
    },
    /// Shards that do not make a whole.
    #[error("the shards do not make a whole\n  {}", problems.join("\n  "))]
    Shards {
        /// Why: a sentence each.
        problems: Vec<String>,
    },
    /// A file that was given as weights and holds none.
    #[error("{} holds no weights of runs: {reason}", path.display())]
    NotWeights {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Weights that were made for other results.
    #[error("{} holds the weights of other results: their {field} is {there}, here it is {here}", path.display())]
    OtherWeights {
        /// The file.
        path: PathBuf,
        /// In what the results differ.
        field: &'static str,
        /// What it is in the file.
        there: String,
        /// What it is here.
        here: String,
    },
    /// A path that names no folder.
    #[error("`{}` names no folder that could be made", path.display())]
    NoName {
        /// The path.
        path: PathBuf,
    },
    /// Runs must be handed over in order, without gaps.
    #[error("run {expected} is next, but a batch starts at run {found}")]
    OutOfOrder {
        /// The run that is next.
        expected: u64,
        /// The batch's first.
        found: u64,
    },
    /// A batch, a schema or sketches that do not fit each other.
    #[error("results do not fit their schema: {0}")]
    Misfit(String),
}

impl ResultsError {
    fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { action, path, source }
    }
}

/// A day as YYYY-MM-DD, from days since 1970-01-01; `None` outside the calendar's years −9999 to 9999.
pub fn day(days: i32) -> Option<String> {
    let span = jiff::Span::new().try_days(days).ok()?;
    let date = jiff::civil::Date::constant(1970, 1, 1).checked_add(span).ok()?;
    Some(date.to_string())
}
