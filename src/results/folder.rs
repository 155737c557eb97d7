//! The folder as a whole: built beside its place, put there in one step, and nothing else ever removed.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use tempfile::TempDir;

use super::ResultsError;
use super::manifest::{LOG, MANIFEST, SCENARIO, read_manifest};
use super::writer::{QUANTILES, RUNS, SERIES};

/// The files that may stand in a folder that is to be replaced.
const OURS: [&str; 7] = [MANIFEST, SCENARIO, LOG, RUNS, SERIES, QUANTILES, "report.html"];

/// A folder that is being filled. Dropped before [`Pending::place`], it leaves nothing behind.
pub(super) struct Pending {
    temporary: TempDir,
    /// Where it will stand.
    target: PathBuf,
    /// The same as the user gave it.
    shown: PathBuf,
    /// The parent folder, if it was made for this.
    made: Option<PathBuf>,
    force: bool,
}

/// What stands where a results folder is wanted.
enum Occupant {
    Nothing,
    EmptyFolder,
    Results(String),
}

impl Pending {
    /// Checks that the place may be taken and opens a folder beside it. Of the folders above it, one may be missing
    /// and is made.
    pub fn begin(folder: &Path, force: bool) -> Result<Self, ResultsError> {
        let target = resolved(folder)?;
        vacant(&target, folder, force)?;
        let (parent, name) = split(&target, folder)?;
        let made = match fs::create_dir(&parent) {
            Ok(()) => Some(parent.clone()),
            Err(_) if parent.is_dir() => None,
            Err(error) => return Err(ResultsError::io("create folder", &parent)(error)),
        };
        match temporary(&parent, &name) {
            Ok(temporary) => Ok(Self { temporary, target, shown: folder.to_path_buf(), made, force }),
            Err(error) => {
                made.iter().for_each(|parent| drop(fs::remove_dir(parent)));
                Err(ResultsError::io("create a folder in", &parent)(error))
            }
        }
    }

    /// The path of a file in the folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.temporary.path().join(name)
    }

    /// Puts the folder into its place. Other results there are replaced only now, and only by `force`; if that fails
    /// they are put back.
    pub fn place(mut self) -> Result<(), ResultsError> {
        let occupant = vacant(&self.target, &self.shown, self.force)?;
        sync(self.temporary.path())?;
        let (parent, name) = split(&self.target, &self.shown)?;
        let from = self.temporary.path().to_path_buf();
        let refused = ResultsError::io("put results into", &self.shown);
        if let Occupant::Results(_) = occupant {
            let aside = temporary(&parent, &name).map_err(ResultsError::io("create a folder in", &parent))?;
            let old = aside.path().join("old");
            fs::rename(&self.target, &old).map_err(ResultsError::io("replace", &self.shown))?;
            if let Err(error) = fs::rename(&from, &self.target) {
                if fs::rename(&old, &self.target).is_err() {
                    // Better left under its odd name than removed.
                    drop(aside.keep());
                }
                return Err(refused(error));
            }
        } else {
            fs::rename(&from, &self.target).map_err(refused)?;
        }
        self.temporary.disable_cleanup(true);
        self.made = None;
        sync(&parent)
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(parent) = self.made.take() {
            // The folder inside must go first; a parent that others use by now is not empty and stays.
            drop(fs::remove_dir_all(self.temporary.path()));
            drop(fs::remove_dir(parent));
        }
    }
}

/// Follows a link, since a folder cannot be renamed over one.
fn resolved(folder: &Path) -> Result<PathBuf, ResultsError> {
    match fs::symlink_metadata(folder) {
        Ok(meta) if meta.is_symlink() => fs::canonicalize(folder).map_err(ResultsError::io("open", folder)),
        _ => Ok(folder.to_path_buf()),
    }
}

/// The folder above and the name in it.
fn split(target: &Path, shown: &Path) -> Result<(PathBuf, OsString), ResultsError> {
    let Some(Component::Normal(name)) = target.components().next_back() else {
        return Err(ResultsError::NoName { path: shown.to_path_buf() });
    };
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok((parent.to_path_buf(), name.to_owned()))
}

/// An empty folder with the permissions that a new folder gets.
fn temporary(parent: &Path, name: &OsString) -> io::Result<TempDir> {
    let mut prefix = OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".partial");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
    builder.tempdir_in(parent)
}

/// Refuses a place that may not be taken.
fn vacant(target: &Path, shown: &Path, force: bool) -> Result<Occupant, ResultsError> {
    let occupant = occupant(target, shown)?;
    match &occupant {
        Occupant::Results(holds) if !force => {
            Err(ResultsError::Occupied { path: shown.to_path_buf(), holds: holds.clone() })
        }
        _ => Ok(occupant),
    }
}

fn occupant(target: &Path, shown: &Path) -> Result<Occupant, ResultsError> {
    let other = |found: String| ResultsError::NotResults { path: shown.to_path_buf(), found };
    let entries = match fs::read_dir(target) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Occupant::Nothing),
        Err(_) if target.is_file() => return Err(other("it is a file".to_owned())),
        Err(error) => return Err(ResultsError::io("open", shown)(error)),
    };
    let mut empty = true;
    for entry in entries {
        let entry = entry.map_err(ResultsError::io("read", shown))?;
        let name = entry.file_name();
        let plain = entry.file_type().is_ok_and(|kind| kind.is_file());
        if !plain || !OURS.iter().any(|ours| name == *ours) {
            return Err(other(format!("it holds `{}`", name.to_string_lossy().escape_debug())));
        }
        empty = false;
    }
    if empty {
        return Ok(Occupant::EmptyFolder);
    }
    let manifest = read_manifest(target).map_err(|_| other(format!("it has no {MANIFEST} of this program")))?;
    let identity = manifest.identity;
    Ok(Occupant::Results(format!("variant {}, seed {}, {} runs", identity.variant, identity.seed, identity.runs)))
}

/// Sees a folder's entries onto the disk, where the system has a way to.
fn sync(folder: &Path) -> Result<(), ResultsError> {
    if cfg!(unix) {
        fs::File::open(folder).and_then(|opened| opened.sync_all()).map_err(ResultsError::io("write", folder))?;
    }
    Ok(())
}
