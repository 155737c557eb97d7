//! Where results stand: what is there already, and how it is replaced. Nothing that is not this program's is ever removed.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::ResultsError;
use super::disk;
use super::manifest::{LOG, MANIFEST, SCENARIO, read_json, read_manifest};
use super::piece;
use super::source::SOURCE;
use super::work::{WORK, Work};
use super::writer::{QUANTILES, RUNS, SERIES};

/// The folder of a shard that holds its parts.
pub(super) const PARTS: &str = "parts";

/// The files that may stand in a folder that is to be replaced.
const OURS: [&str; 9] = [MANIFEST, SCENARIO, SOURCE, LOG, RUNS, SERIES, QUANTILES, "report.html", WORK];

/// What stands where a results folder is wanted.
pub(super) enum Occupant {
    Nothing,
    EmptyFolder,
    Results(String),
}

/// A place for results.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Where they stand.
    pub target: PathBuf,
    /// The same as the user gave it.
    pub shown: PathBuf,
    /// The folder above.
    pub parent: PathBuf,
    name: OsString,
}

impl Place {
    /// The place of this name. A link is followed, since a folder cannot be renamed over one.
    pub fn of(folder: &Path) -> Result<Self, ResultsError> {
        let target = match fs::symlink_metadata(folder) {
            Ok(meta) if meta.is_symlink() => fs::canonicalize(folder).map_err(ResultsError::io("open", folder))?,
            _ => folder.to_path_buf(),
        };
        let shown = folder.to_path_buf();
        // What stands there is told first, if it is something that has no name of its own, such as `/`.
        let Some(Component::Normal(name)) = target.components().next_back() else {
            occupant(&target, &shown)?;
            return Err(ResultsError::NoName { path: shown });
        };
        let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let (parent, name) = (parent.to_path_buf(), name.to_owned());
        Ok(Self { target, shown, parent, name })
    }

    /// The folder beside it that has this ending.
    pub fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.name.clone();
        name.push(ending);
        self.parent.join(name)
    }

    /// Refuses a place that may not be taken.
    pub fn vacant(&self, force: bool) -> Result<Occupant, ResultsError> {
        let occupant = occupant(&self.target, &self.shown)?;
        match &occupant {
            Occupant::Results(holds) if !force => {
                Err(ResultsError::Occupied { path: self.shown.clone(), holds: holds.clone() })
            }
            _ => Ok(occupant),
        }
    }

    /// Puts a folder there. Other results are replaced only now, and only by `force`: they are put `aside`, and removed when
    /// the new ones are in place. If the process ends in between, [`Place::mend`] finds them there.
    pub fn fill(&self, from: &Path, aside: &Path, force: bool) -> Result<(), ResultsError> {
        let occupant = self.vacant(force)?;
        let refused = |error| ResultsError::io("put results into", &self.shown)(error);
        if !matches!(occupant, Occupant::Results(_)) {
            disk::rename(from, &self.target).map_err(refused)?;
            return disk::sync_folder(&self.parent);
        }
        disk::rename(&self.target, aside).map_err(ResultsError::io("replace", &self.shown))?;
        if let Err(error) = disk::rename(from, &self.target) {
            // If this fails too, they are mended later.
            let _ = disk::rename(aside, &self.target);
            return Err(refused(error));
        }
        disk::sync_folder(&self.parent)?;
        disk::remove_folder(aside).map_err(ResultsError::io("remove", aside))
    }

    /// Ends a replacement that was broken off: the old results are put back, or removed if the new ones are in place.
    pub fn mend(&self, aside: &Path) -> Result<(), ResultsError> {
        if fs::symlink_metadata(aside).is_err() {
            return Ok(());
        }
        if let Occupant::Results(_) = occupant(&self.target, &self.shown)? {
            return disk::remove_folder(aside).map_err(ResultsError::io("remove", aside));
        }
        disk::rename(aside, &self.target).map_err(ResultsError::io("put back results from", aside))?;
        disk::sync_folder(&self.parent)
    }
}

fn occupant(target: &Path, shown: &Path) -> Result<Occupant, ResultsError> {
    let Some(entries) = only_ours(target, shown)? else { return Ok(Occupant::Nothing) };
    if entries == 0 {
        return Ok(Occupant::EmptyFolder);
    }
    if target.join(WORK).is_file() {
        let work: Work = read_json(&target.join(WORK))?;
        let identity = &work.identity;
        let (variant, seed, runs) = (&identity.variant, identity.seed, identity.runs);
        return Ok(Occupant::Results(format!("shard {} of variant {variant}, seed {seed}, {runs} runs", work.shard)));
    }
    let found = format!("it has no {MANIFEST} of this program");
    let manifest = read_manifest(target).map_err(|_| ResultsError::NotResults { path: shown.to_path_buf(), found })?;
    let identity = manifest.identity;
    Ok(Occupant::Results(format!("variant {}, seed {}, {} runs", identity.variant, identity.seed, identity.runs)))
}

/// How many entries a folder has, all of them this program's; `None` if there is no folder.
fn only_ours(target: &Path, shown: &Path) -> Result<Option<usize>, ResultsError> {
    let other = |found: String| ResultsError::NotResults { path: shown.to_path_buf(), found };
    let entries = match fs::read_dir(target) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(_) if target.is_file() => return Err(other("it is a file".to_owned())),
        Err(error) => return Err(ResultsError::io("open", shown)(error)),
    };
    let mut count = 0;
    for entry in entries {
        let entry = entry.map_err(ResultsError::io("read", shown))?;
        let (name, kind) = (entry.file_name(), entry.file_type().map_err(ResultsError::io("read", shown))?);
        let file = kind.is_file() && OURS.iter().any(|ours| name == *ours);
        let parts = kind.is_dir() && name == *PARTS;
        if !file && !parts {
            return Err(other(format!("it holds `{}`", name.to_string_lossy().escape_debug())));
        }
        if parts && let Some(stray) = piece::stray(&entry.path())? {
            return Err(other(format!("it holds `{PARTS}/{}`", stray.escape_debug())));
        }
        count += 1;
    }
    Ok(Some(count))
}
