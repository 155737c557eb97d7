//! One writer at a time.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use super::ResultsError;

pub(super) const LOCK: &str = "lock";

/// Holds a folder for this process. The system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "it is held, not read")] File);

impl Lock {
    /// Takes hold of a folder; `None` if it went away meanwhile and must be made again.
    pub fn take(folder: &Path, shown: &Path) -> Result<Option<Self>, ResultsError> {
        let path = folder.join(LOCK);
        let file = match File::options().create(true).truncate(false).write(true).open(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(ResultsError::io("create", &path))?,
        };
        match patiently(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ResultsError::Busy { path: shown.to_path_buf() }),
            Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => {
                tracing::warn!("{}: this file system knows no locks; see that nobody else writes here", path.display());
            }
            Err(TryLockError::Error(error)) => return Err(ResultsError::io("lock", &path)(error)),
        }
        // Whoever held it before may have finished and removed the folder between the opening and the locking.
        Ok(is_at(&file, &path).then_some(Self(file)))
    }
}

/// Locks a file, or says that another process holds it. One that was just killed may take a moment to let go.
fn patiently(file: &File) -> Result<(), TryLockError> {
    const TRIES: u32 = 20;
    const PAUSE: Duration = Duration::from_millis(50);
    for _ in 0..TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            other => return other,
        }
    }
    file.try_lock()
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |data: std::fs::Metadata| (data.dev(), data.ino());
    file.metadata().map(place).ok() == std::fs::symlink_metadata(path).map(place).ok()
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.is_file()
}
