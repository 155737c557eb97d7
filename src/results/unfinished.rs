//! `FOLDER.unfinished`: what is done of some work, until all of it is.
//!
//! It stands beside the place of the results, so that these appear in one step. It holds `work.json`, `parts/` with the
//! sealed pieces, `whole/` while these are put together, `replaced/` while these take the place of other results, and `lock`.
//! Without a `work.json` there is nothing in it worth keeping: that file is the first to come and the first to go.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::disk;
use super::folder::{PARTS, Place};
use super::lock::{LOCK, Lock};
use super::manifest::{LOG, Log, read_json};
use super::piece::{self, OPEN, Piece, Unsound};
use super::source::{SOURCE, SourceFiles};
use super::work::{WORK, Work};
use super::{ResultsError, Stored};

const WHOLE: &str = "whole";
const NEW: &str = "work.json.new";
/// Results that are being replaced, until the new ones are in place.
const REPLACED: &str = "replaced";
const OURS: [&str; 6] = [LOCK, WORK, NEW, PARTS, WHOLE, REPLACED];

/// What may be replaced by what is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replace {
    /// Other results in the place.
    pub results: bool,
    /// Unfinished results of other work.
    pub unfinished: bool,
}

impl Replace {
    /// Nothing.
    pub const NOTHING: Self = Self { results: false, unfinished: false };
    /// Everything.
    pub const ALL: Self = Self { results: true, unfinished: true };
}

/// A folder that is being filled. Dropped, it stays if it holds a sealed piece; else it leaves nothing behind.
#[derive(Debug)]
pub(super) struct Unfinished {
    pub place: Place,
    path: PathBuf,
    /// The parent folder, if it was made for this.
    made: Option<PathBuf>,
    replace: Replace,
    state: State,
    #[expect(dead_code, reason = "it is held, not read")]
    lock: Lock,
}

/// What becomes of the folder when it is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// There is nothing in it worth keeping.
    Worthless,
    /// It stays.
    Kept,
    /// It is no longer there, or another's by now.
    Gone,
}

/// What was there.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Sealed and sound, in the order of the runs.
    pub pieces: Vec<Piece>,
    /// What was not, and has been removed: sentences.
    pub damage: Vec<String>,
}

/// Where the unfinished work for a results folder is kept.
pub fn unfinished(folder: &Path) -> Result<PathBuf, ResultsError> {
    Ok(Place::of(folder)?.beside(".unfinished"))
}

impl Unfinished {
    /// Begins, or finds what has been done already. Of the folders above, one may be missing and is made.
    ///
    /// Unfinished work of another kind is removed, and results in the place are replaced at the end, if they may be.
    pub fn open(folder: &Path, work: &Work, replace: Replace) -> Result<(Self, Found), ResultsError> {
        let mut this = Self::claim(folder, replace)?;
        let found = this.begin(work)?;
        this.state = if found.pieces.is_empty() { State::Worthless } else { State::Kept };
        Ok((this, found))
    }

    /// Takes hold of the folder, whatever is in it.
    pub fn claim(folder: &Path, replace: Replace) -> Result<Self, ResultsError> {
        let place = Place::of(folder)?;
        let path = place.beside(".unfinished");
        place.vacant(replace.results)?;
        let made = made(&place.parent)?;
        let undo = |error| {
            // Only if they are empty: others may use them by now.
            let _ = disk::remove_empty_folder(&path);
            made.iter().for_each(|parent| drop(disk::remove_empty_folder(parent)));
            error
        };
        let lock = locked(&path, &place).map_err(undo)?;
        let mut this = Self { place, path, made, replace, state: State::Kept, lock };
        this.place.mend(&this.path.join(REPLACED))?;
        // Once more: until the lock was ours somebody else may have filled the place.
        if let Err(error) = this.place.vacant(replace.results) {
            this.clear_away_if_worthless();
            return Err(error);
        }
        Ok(this)
    }

    fn begin(&mut self, work: &Work) -> Result<Found, ResultsError> {
        let path = self.path.join(WORK);
        let there = match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            _ => Some(read_json::<Work>(&path)),
        };
        let goes_on = match there {
            None => false,
            Some(Ok(there)) => match work.difference(&there) {
                None => true,
                Some(_) if self.replace.unfinished => false,
                Some(different) => return Err(ResultsError::Unlike { path: self.path.clone(), different }),
            },
            Some(Err(_)) if self.replace.unfinished => false,
            Some(Err(error)) => return Err(error),
        };
        self.take_back_parts()?;
        disk::remove_folder(&self.whole()).map_err(ResultsError::io("remove", &self.whole()))?;
        if goes_on {
            return self.find(work);
        }
        self.state = State::Worthless;
        self.clear()?;
        let parts = self.parts();
        disk::create_folder(&parts).map_err(ResultsError::io("create folder", &parts))?;
        disk::place_json(&self.path, WORK, work)?;
        Ok(Found::default())
    }

    /// The sealed pieces; those that are not sound are removed.
    fn find(&self, work: &Work) -> Result<Found, ResultsError> {
        let parts = self.parts();
        if fs::symlink_metadata(&parts).is_err() {
            disk::create_folder(&parts).map_err(ResultsError::io("create folder", &parts))?;
        }
        let open = parts.join(OPEN);
        disk::remove_folder(&open).map_err(ResultsError::io("remove", &open))?;
        let mut found = Found::default();
        for (range, folder) in piece::listed(&parts)? {
            match sound(&folder, range, work, found.pieces.last()) {
                Ok(piece) => found.pieces.push(piece),
                Err(reason) => {
                    found.damage.push(format!("{}: {reason}", folder.display()));
                    disk::remove_folder(&folder).map_err(ResultsError::io("remove", &folder))?;
                }
            }
        }
        Ok(found)
    }

    /// Where the pieces are.
    pub fn parts(&self) -> PathBuf {
        self.path.join(PARTS)
    }

    /// Where they are put together.
    pub fn whole(&self) -> PathBuf {
        self.path.join(WHOLE)
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// From now on it stays when it is dropped.
    pub fn keep(&mut self) {
        self.state = State::Kept;
    }

    /// Makes an empty folder to put results together in.
    pub fn make_whole(&self) -> Result<PathBuf, ResultsError> {
        let whole = self.whole();
        disk::remove_folder(&whole).map_err(ResultsError::io("remove", &whole))?;
        disk::create_folder(&whole).map_err(ResultsError::io("create folder", &whole))?;
        Ok(whole)
    }

    /// Puts what has been put together into its place and removes the rest.
    pub fn place_whole(mut self) -> Result<(), ResultsError> {
        self.place.fill(&self.whole(), &self.path.join(REPLACED), self.replace.results)?;
        self.made = None;
        // The results are in their place: what cannot be removed now is removed the next time.
        self.clear_away();
        Ok(())
    }

    /// Puts the pieces themselves, with what says whose they are, into the place.
    pub fn place_pieces(self, work: &Work, log: &Log, source: &SourceFiles) -> Result<(), ResultsError> {
        let whole = self.make_whole()?;
        disk::write_json(&whole.join(LOG), log)?;
        disk::write_json(&whole.join(SOURCE), source)?;
        disk::write_json(&whole.join(WORK), work)?;
        disk::rename(&self.parts(), &whole.join(PARTS)).map_err(ResultsError::io("put parts into", &whole))?;
        disk::sync_folder(&whole)?;
        self.place_whole()
    }

    /// Takes the pieces back that could not be placed.
    fn take_back_parts(&self) -> Result<(), ResultsError> {
        let moved = self.whole().join(PARTS);
        if moved.is_dir() && !self.parts().exists() {
            disk::rename(&moved, &self.parts()).map_err(ResultsError::io("take back", &moved))?;
            disk::sync_folder(&self.path)?;
        }
        Ok(())
    }

    /// Removes all that is in it but the lock; `work.json` first, after which the rest counts for nothing.
    fn clear(&self) -> Result<(), ResultsError> {
        let work = self.path.join(WORK);
        if fs::symlink_metadata(&work).is_ok() {
            disk::remove_file(&work).map_err(ResultsError::io("remove", &work))?;
            disk::sync_folder(&self.path)?;
        }
        let new = self.path.join(NEW);
        disk::remove_file(&new).map_err(ResultsError::io("remove", &new))?;
        for folder in [self.parts(), self.whole()] {
            disk::remove_folder(&folder).map_err(ResultsError::io("remove", &folder))?;
        }
        Ok(())
    }

    /// Removes it altogether unless there is work in it, as far as that can be done.
    fn clear_away_if_worthless(&mut self) {
        if !self.path.join(WORK).exists() {
            self.clear_away();
        }
    }

    /// Removes it altogether, as far as that can be done.
    fn clear_away(&mut self) {
        if self.clear().is_ok() {
            let lock = self.path.join(LOCK);
            let _ = disk::remove_file(&lock).and_then(|()| disk::remove_empty_folder(&self.path));
        }
        // Without the lock, what is in it may be another's already.
        self.state = State::Gone;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        match self.state {
            State::Gone => {}
            // What was open is lost, and what was put together can be again. The next start does the same.
            State::Kept => {
                let _ = disk::remove_folder(&self.parts().join(OPEN));
                if self.take_back_parts().is_ok() {
                    let _ = disk::remove_folder(&self.whole());
                }
            }
            State::Worthless => {
                self.clear_away();
                // A parent that others use by now is not empty and stays.
                self.made.iter().for_each(|parent| drop(disk::remove_empty_folder(parent)));
            }
        }
    }
}

/// Removes what a process left that ended after it had placed its results and before it had cleared up after itself.
pub fn sweep(folder: &Path) {
    if !unfinished(folder).is_ok_and(|path| path.is_dir()) {
        return;
    }
    // If another process holds it, that one clears up.
    let Ok(mut this) = Unfinished::claim(folder, Replace::ALL) else { return };
    let work: Option<Work> = read_json(&this.path.join(WORK)).ok();
    let done = |work: &Work| {
        let stored = Stored::open(folder);
        stored.is_ok_and(|stored| stored.matches(&work.identity) && stored.series() >= work.series)
    };
    if work.as_ref().is_some_and(done) {
        this.clear_away();
    } else {
        this.clear_away_if_worthless();
    }
}

/// The parent folder, if it had to be made.
fn made(parent: &Path) -> Result<Option<PathBuf>, ResultsError> {
    match disk::create_folder(parent) {
        Ok(()) => Ok(Some(parent.to_path_buf())),
        Err(_) if parent.is_dir() => Ok(None),
        Err(error) => Err(ResultsError::io("create folder", parent)(error)),
    }
}

/// Makes the folder, if need be, and locks it.
fn locked(path: &Path, place: &Place) -> Result<Lock, ResultsError> {
    /// How often a folder may vanish under our hands before something else must be wrong.
    const TRIES: usize = 100;
    for _ in 0..TRIES {
        match disk::create_folder(path) {
            Ok(()) => {}
            Err(_) if path.is_dir() => only_ours(path)?,
            Err(error) => return Err(ResultsError::io("create folder", path)(error)),
        }
        if let Some(lock) = Lock::take(path, &place.shown)? {
            return Ok(lock);
        }
    }
    Err(ResultsError::Busy { path: place.shown.clone() })
}

/// Refuses a folder of this name that is somebody else's.
fn only_ours(path: &Path) -> Result<(), ResultsError> {
    for entry in fs::read_dir(path).map_err(ResultsError::io("open", path))? {
        let name = entry.map_err(ResultsError::io("read", path))?.file_name();
        if !OURS.iter().any(|ours| name == *ours) {
            let found = format!("it holds `{}`", name.to_string_lossy().escape_debug());
            return Err(ResultsError::NotResults { path: path.to_path_buf(), found });
        }
    }
    match piece::stray(&path.join(PARTS))? {
        Some(stray) => {
            let found = format!("it holds `{PARTS}/{}`", stray.escape_debug());
            Err(ResultsError::NotResults { path: path.to_path_buf(), found })
        }
        None => Ok(()),
    }
}

/// A piece that can be used after the one before it, or why there is none.
pub(super) fn sound(folder: &Path, range: Range<u64>, work: &Work, before: Option<&Piece>) -> Result<Piece, String> {
    let all = work.range();
    if range.start < all.start || range.end > all.end {
        return Err("it holds runs that are not to be played here".to_owned());
    }
    if before.is_some_and(|before| range.start < before.range.end) {
        return Err("it holds runs that another part holds too".to_owned());
    }
    Piece::open(folder, range, work, &work.whole().key()).map_err(|unsound| match unsound {
        Unsound::Damaged(reason) => reason,
        Unsound::Foreign => "it belongs to other work".to_owned(),
    })
}
