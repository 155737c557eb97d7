//! Every change that results make to the disk, one function each, so that the tests can make any of them fail.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::ResultsError;

/// A file that is written from its beginning to its end, and the checksum of what went into it.
#[derive(Debug)]
pub(super) struct Sink {
    #[cfg(test)]
    path: std::path::PathBuf,
    file: File,
    hasher: blake3::Hasher,
}

impl Sink {
    /// Makes the file, or empties it.
    pub fn create(path: &Path) -> io::Result<Self> {
        allowed()?;
        let file = File::create(path)?;
        #[cfg(test)]
        faults::written(path);
        Ok(Self {
            #[cfg(test)]
            path: path.to_path_buf(),
            file,
            hasher: blake3::Hasher::new(),
        })
    }

    /// Sees everything onto the disk.
    pub fn sync(&self) -> io::Result<()> {
        allowed()?;
        wait_for_the_disk(&self.file)?;
        #[cfg(test)]
        faults::synced(&self.path);
        Ok(())
    }

    /// BLAKE3 of what has been written, in hexadecimal.
    pub fn checksum(&self) -> String {
        self.hasher.finalize().to_hex().to_string()
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Err(error) = allowed() {
            // A disk that is full, like a process that dies, may take a piece of what it is given.
            self.file.write_all(bytes.get(..bytes.len() / 2).unwrap_or_default())?;
            return Err(error);
        }
        let written = self.file.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes a file and sees it onto the disk; returns its checksum.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<String, ResultsError> {
    let mut sink = Sink::create(path).map_err(ResultsError::io("create", path))?;
    sink.write_all(bytes).and_then(|()| sink.sync()).map_err(ResultsError::io("write", path))?;
    Ok(sink.checksum())
}

/// Writes a value as indented JSON.
pub(super) fn write_json(path: &Path, value: &impl Serialize) -> Result<(), ResultsError> {
    let mut text = serde_json::to_vec_pretty(value).map_err(|error| ResultsError::Misfit(error.to_string()))?;
    text.push(b'\n');
    write(path, &text).map(drop)
}

/// Writes a value as indented JSON so that the file is there whole or not at all.
pub(super) fn place_json(folder: &Path, name: &str, value: &impl Serialize) -> Result<(), ResultsError> {
    let (new, path) = (folder.join(format!("{name}.new")), folder.join(name));
    write_json(&new, value)?;
    rename(&new, &path).map_err(ResultsError::io("write", &path))?;
    sync_folder(folder)
}

/// Makes a folder.
pub(super) fn create_folder(path: &Path) -> io::Result<()> {
    allowed()?;
    fs::create_dir(path)
}

/// Gives a file or folder another name.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    allowed()?;
    fs::rename(from, to)?;
    #[cfg(test)]
    faults::renamed(from, to);
    Ok(())
}

/// Removes a file; one that is not there is no error.
pub(super) fn remove_file(path: &Path) -> io::Result<()> {
    allowed()?;
    unless_gone(fs::remove_file(path))
}

/// Removes a folder with all that is in it, entry by entry; one that is not there is no error.
pub(super) fn remove_folder(path: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        // A link is removed, never followed.
        if entry.file_type()?.is_dir() { remove_folder(&entry.path())? } else { remove_file(&entry.path())? }
    }
    remove_empty_folder(path)
}

/// Removes a folder that holds nothing; one that is not there is no error.
pub(super) fn remove_empty_folder(path: &Path) -> io::Result<()> {
    allowed()?;
    unless_gone(fs::remove_dir(path))
}

/// Sees a folder's entries onto the disk, where the system has a way to.
pub(super) fn sync_folder(folder: &Path) -> Result<(), ResultsError> {
    let synced = allowed().and_then(|()| if cfg!(unix) { wait_for_the_disk(&File::open(folder)?) } else { Ok(()) });
    synced.map_err(ResultsError::io("write", folder))
}

/// Returns when the disk has it; thousands of tests would rather not wait, and note for themselves what is safe.
fn wait_for_the_disk(file: &File) -> io::Result<()> {
    if cfg!(test) { Ok(()) } else { file.sync_all() }
}

fn unless_gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Whether the next change may be made: always, but in tests.
#[cfg(not(test))]
#[inline(always)]
fn allowed() -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
use faults::allowed;
#[cfg(test)]
pub(super) use faults::{Fault, changes_of};

#[cfg(test)]
mod faults {
    use std::cell::{Cell, RefCell};
    use std::collections::BTreeSet;
    use std::fs::File;
    use std::io;
    use std::path::{Path, PathBuf};

    /// What goes wrong on this thread.
    #[derive(Clone, Copy, Debug)]
    pub enum Fault {
        /// The change with this number, counted from 0, fails; those after it go well.
        Once(u64),
        /// The change with this number fails, and so does every one after it, as if the process had died there.
        Killed(u64),
        /// The same, and of every file that was not seen onto the disk only half is there afterwards.
        Unplugged(u64),
    }

    thread_local! {
        static FAULT: Cell<Option<Fault>> = const { Cell::new(None) };
        static CHANGES: Cell<u64> = const { Cell::new(0) };
        static UNSAFE: RefCell<BTreeSet<PathBuf>> = const { RefCell::new(BTreeSet::new()) };
    }

    pub fn allowed() -> io::Result<()> {
        let number = CHANGES.replace(CHANGES.get() + 1);
        match FAULT.get() {
            Some(Fault::Once(at)) if number == at => Err(io::ErrorKind::StorageFull.into()),
            Some(Fault::Killed(at) | Fault::Unplugged(at)) if number >= at => Err(io::ErrorKind::StorageFull.into()),
            _ => Ok(()),
        }
    }

    /// A file was begun: it is not safe yet.
    pub fn written(path: &Path) {
        UNSAFE.with_borrow_mut(|files| files.insert(path.to_path_buf()));
    }

    /// It is safe.
    pub fn synced(path: &Path) {
        UNSAFE.with_borrow_mut(|files| files.remove(path));
    }

    /// It, or the folder around it, has another name.
    pub fn renamed(from: &Path, to: &Path) {
        let moved = |path: PathBuf| match path.strip_prefix(from) {
            Ok(rest) if rest.as_os_str().is_empty() => to.to_path_buf(),
            Ok(rest) => to.join(rest),
            Err(_) => path,
        };
        UNSAFE.with_borrow_mut(|files| *files = std::mem::take(files).into_iter().map(moved).collect());
    }

    /// Does something while a fault is due; says how many changes it made or tried.
    pub fn changes_of<T>(fault: Option<Fault>, work: impl FnOnce() -> T) -> (T, u64) {
        FAULT.set(fault);
        CHANGES.set(0);
        UNSAFE.with_borrow_mut(BTreeSet::clear);
        let result = work();
        FAULT.set(None);
        if let Some(Fault::Unplugged(_)) = fault {
            UNSAFE.with_borrow(|files| files.iter().for_each(halve));
        }
        (result, CHANGES.get())
    }

    fn halve(path: &PathBuf) {
        if let Ok(file) = File::options().write(true).open(path) {
            let length = file.metadata().unwrap().len();
            file.set_len(length / 2).unwrap();
        }
    }
}
