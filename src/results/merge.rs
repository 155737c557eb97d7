//! Shards, put together to the results of the whole.

use std::path::{Path, PathBuf};

use super::assemble::assemble;
use super::folder::PARTS;
use super::manifest::{LOG, Log, MANIFEST, read_json};
use super::piece::{self, Piece};
use super::source::{SOURCE, SourceFiles};
use super::unfinished::{Replace, Unfinished, sound};
use super::work::{Shard, WORK, Work};
use super::writer::missing;
use super::{ResultsError, unfinished};

/// A finished shard's folder.
#[derive(Debug)]
pub struct ShardFolder {
    path: PathBuf,
    work: Work,
    pieces: Vec<Piece>,
    /// What is wrong with it, in sentences.
    problems: Vec<String>,
}

impl ShardFolder {
    /// Opens a folder and reads every file of it once.
    ///
    /// # Errors
    /// A folder that holds no finished shard. Parts that are damaged or missing are told by [`problems`](Self::problems).
    pub fn open(folder: &Path) -> Result<Self, ResultsError> {
        let path = folder.to_path_buf();
        let no_shard = |reason: &str| ResultsError::NoShard { path: path.clone(), reason: reason.to_owned() };
        if !folder.join(WORK).is_file() {
            let begun = unfinished(folder).is_ok_and(|unfinished| unfinished.join(WORK).is_file());
            return Err(no_shard(match () {
                () if begun => "its runs are not all played yet; the command that began it goes on",
                () if folder.join(MANIFEST).is_file() => "it holds the results of a whole ensemble",
                () if !folder.exists() => "it does not exist",
                () => "it has no work.json",
            }));
        }
        let work: Work = read_json(&folder.join(WORK))?;
        let (mut pieces, mut problems) = (Vec::<Piece>::new(), Vec::new());
        for (range, piece) in piece::listed(&folder.join(PARTS))? {
            match sound(&piece, range, &work, pieces.last()) {
                Ok(piece) => pieces.push(piece),
                Err(reason) => problems.push(format!("{}: {reason}", piece.display())),
            }
        }
        for range in missing(work.range(), &pieces) {
            let (shard, last) = (work.shard, range.end - 1);
            problems.push(format!("{}: shard {shard} lacks the runs {} to {last}", folder.display(), range.start));
        }
        Ok(Self { path, work, pieces, problems })
    }

    /// What it is a shard of, and which.
    pub fn work(&self) -> &Work {
        &self.work
    }

    /// What is damaged or missing, in sentences; nothing if the shard is sound.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

/// Whether a folder is said to hold this shard, even if it is damaged.
pub fn is_said_to_hold_shard(folder: &Path, work: &Work) -> bool {
    read_json::<Work>(&folder.join(WORK)).is_ok_and(|there| there == *work)
}

/// Puts shards together; the files are those of the whole played at once.
///
/// # Errors
/// Shards that are missing, doubled, incomplete or of other work: all of them, named; a place that holds other results, unless
/// they may be replaced; a disk that is full.
pub fn merge(shards: &[ShardFolder], into: &Path, replace: Replace, log: &Log) -> Result<(), ResultsError> {
    let problems = problems(shards);
    let Some(first) = shards.first().filter(|_| problems.is_empty()) else {
        return Err(ResultsError::Shards { problems });
    };
    let mut pieces: Vec<Piece> = shards.iter().flat_map(|shard| shard.pieces.iter().cloned()).collect();
    pieces.sort_by_key(|piece| piece.range.start);
    let work = first.work.whole();
    let typed = read_json::<Log>(&first.path.join(LOG)).map(|log| log.source).unwrap_or_default();
    let source: SourceFiles = read_json(&first.path.join(SOURCE)).unwrap_or_default();
    let (unfinished, _) = Unfinished::open(into, &work, replace)?;
    let whole = unfinished.make_whole()?;
    assemble(&whole, &work, &pieces, None, (&Log { source: typed, ..log.clone() }, &source))?;
    unfinished.place_whole()
}

/// Everything that keeps these shards from being a whole.
fn problems(shards: &[ShardFolder]) -> Vec<String> {
    let Some(first) = shards.first() else { return vec!["no shards were given".to_owned()] };
    let (whole, of) = (first.work.whole(), first.work.shard.of);
    let mut problems: Vec<String> = shards.iter().flat_map(|shard| shard.problems.clone()).collect();
    let mut known: Vec<&ShardFolder> = Vec::new();
    for shard in shards {
        let (path, number) = (shard.path.display(), shard.work.shard);
        if let Some(different) = whole.difference(&shard.work.whole()) {
            let (field, there, here) = (different.field, different.there, different.here);
            let first = first.path.display();
            problems.push(format!("{path} belongs to something else: {field} is {there} there and {here} in {first}"));
        } else if number.of != of {
            let first = first.path.display();
            problems.push(format!("{path} is one of {} shards, {first} one of {of}", number.of));
        } else if let Some(same) = known.iter().find(|other| other.work.shard == number) {
            problems.push(format!("shard {number} is given twice: {} and {path}", same.path.display()));
        } else {
            known.push(shard);
        }
    }
    for number in 1..=of {
        let shard = Shard { number, of };
        let range = shard.range(whole.identity.runs);
        if !range.is_empty() && !known.iter().any(|known| known.work.shard == shard) {
            problems.push(format!("shard {shard} is missing (runs {} to {})", range.start, range.end - 1));
        }
    }
    problems
}
