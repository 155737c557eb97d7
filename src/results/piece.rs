//! A sealed piece: consecutive runs of one part, finished and never changed again.
//!
//! A piece is a folder `parts/FIRST-LAST` (LAST is no longer in it) with `runs.parquet`, `series.parquet` and `sketches.bin`
//! as far as these are kept, and `part.json`, which says whose runs they are and bears the checksum of every file and its own.
//! It is written as `parts/open`, seen onto the disk, and then renamed.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::manifest::read_json;
use super::work::Work;
use super::writer::{RUNS, SERIES};
use super::{ResultsError, SeriesMode, disk};
use crate::stats::{PART, Sketches};

/// The piece that is being written.
pub(super) const OPEN: &str = "open";
const LABEL: &str = "part.json";
pub(super) const SKETCHES: &str = "sketches.bin";

/// A piece whose files are as they were written.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub folder: PathBuf,
    pub range: Range<u64>,
    /// How many runs failed.
    pub failed: u64,
    /// The numbers of the rules that fired.
    pub fired: Vec<usize>,
}

/// What `part.json` says.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Label {
    /// The key of the whole work, without its shard.
    pub work: String,
    pub first: u64,
    pub last: u64,
    pub failed: u64,
    pub fired: Vec<usize>,
    /// The checksum of each file.
    pub files: BTreeMap<String, String>,
}

/// `part.json`.
#[derive(Serialize, Deserialize)]
struct Sealed {
    part: Label,
    checksum: String,
}

/// Why a piece cannot be used.
#[derive(Debug, PartialEq)]
pub(super) enum Unsound {
    /// It is not what was written.
    Damaged(String),
    /// It is sound, but belongs to other work.
    Foreign,
}

impl Label {
    fn checksum(&self) -> String {
        let text = serde_json::to_vec(self).unwrap_or_default();
        blake3::hash(&text).to_hex().to_string()
    }
}

impl Piece {
    /// Writes the label of a piece whose files are all on the disk, and gives it its name.
    pub fn seal(parts: &Path, label: Label) -> Result<Self, ResultsError> {
        let (open, folder) = (parts.join(OPEN), parts.join(name(label.first..label.last)));
        let checksum = label.checksum();
        let (range, failed, fired) = (label.first..label.last, label.failed, label.fired.clone());
        disk::write_json(&open.join(LABEL), &Sealed { part: label, checksum })?;
        disk::sync_folder(&open)?;
        disk::rename(&open, &folder).map_err(ResultsError::io("put a part into", &folder))?;
        disk::sync_folder(parts)?;
        Ok(Self { folder, range, failed, fired })
    }

    /// The piece in a folder, if every file of it is as it was written.
    pub fn open(folder: &Path, range: Range<u64>, work: &Work, key: &str) -> Result<Self, Unsound> {
        let damaged = |reason: &str| Unsound::Damaged(reason.to_owned());
        let sealed: Sealed = read_json(&folder.join(LABEL)).map_err(|error| Unsound::Damaged(error.to_string()))?;
        let label = sealed.part;
        if label.checksum() != sealed.checksum {
            return Err(damaged("part.json does not match its checksum"));
        }
        if label.work != key {
            return Err(Unsound::Foreign);
        }
        if (label.first..label.last) != range {
            return Err(damaged("it was written under another name"));
        }
        if !label.files.keys().map(String::as_str).eq(files(work.series)) {
            return Err(damaged("it lists other files than it should have"));
        }
        for (file, checksum) in &label.files {
            match checksum_of(&folder.join(file)) {
                Ok(found) if found == *checksum => {}
                Ok(_) => return Err(Unsound::Damaged(format!("{file} does not match its checksum"))),
                Err(error) => return Err(Unsound::Damaged(format!("{file} cannot be read: {error}"))),
            }
        }
        Ok(Self { folder: folder.to_path_buf(), range, failed: label.failed, fired: label.fired })
    }

    /// The sketches of its runs.
    pub fn sketches(&self) -> Result<Sketches, ResultsError> {
        let path = self.folder.join(SKETCHES);
        let bytes = fs::read(&path).map_err(ResultsError::io("read", &path))?;
        Sketches::from_bytes(&bytes)
            .ok_or_else(|| ResultsError::Damaged { path, reason: "it holds no sketches".to_owned() })
    }

    /// The part to which its runs belong.
    pub fn part(&self) -> u64 {
        self.range.start / PART as u64
    }
}

/// The files of a piece besides its label, in the order of their names.
fn files(series: SeriesMode) -> impl Iterator<Item = &'static str> {
    let needed = [(RUNS, SeriesMode::None), (SERIES, SeriesMode::Full), (SKETCHES, SeriesMode::Quantiles)];
    needed.into_iter().filter(move |(_, least)| series >= *least).map(|(file, _)| file)
}

fn checksum_of(path: &Path) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut fs::File::open(path)?, &mut hasher)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// The folder's name; in the order of their names pieces are in the order of their runs, up to 10¹² of them.
fn name(range: Range<u64>) -> String {
    format!("{:012}-{:012}", range.start, range.end)
}

/// The runs that a folder of this name holds.
pub(super) fn range_of(folder: &str) -> Option<Range<u64>> {
    let (first, last) = folder.split_once('-')?;
    let range = first.parse().ok()?..last.parse().ok()?;
    let one_part = range.start < range.end && range.start / PART as u64 == (range.end - 1) / PART as u64;
    (one_part && name(range.clone()) == folder).then_some(range)
}

/// The pieces that a folder is said to hold, in the order of their runs.
pub(super) fn listed(parts: &Path) -> Result<Vec<(Range<u64>, PathBuf)>, ResultsError> {
    let mut pieces = Vec::new();
    for entry in entries(parts)? {
        if let Some(range) = range_of(&entry) {
            pieces.push((range, parts.join(entry)));
        }
    }
    pieces.sort_by_key(|(range, _)| (range.start, range.end));
    Ok(pieces)
}

/// An entry of a folder of pieces that is none.
pub(super) fn stray(parts: &Path) -> Result<Option<String>, ResultsError> {
    Ok(entries(parts)?.into_iter().find(|entry| entry != OPEN && range_of(entry).is_none()))
}

fn entries(folder: &Path) -> Result<Vec<String>, ResultsError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(ResultsError::io("open", folder))?,
    };
    let names = entries.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()));
    names.collect::<io::Result<_>>().map_err(ResultsError::io("read", folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_the_runs_back_and_nothing_else_is_a_name() {
        assert_eq!(range_of(&name(4096..8192)), Some(4096..8192));
        assert_eq!(range_of(&name(1 << 45..(1 << 45) + 3)), Some(1 << 45..(1 << 45) + 3));
        for wrong in ["", "-", "open", "1-2", "000000000000-000000000000", "000000000001-000000004097", "a-b"] {
            assert_eq!(range_of(wrong), None, "{wrong}");
        }
    }
}
