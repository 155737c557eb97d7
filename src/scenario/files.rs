//! Reading the files of a scenario, each of bounded size.
//!
//! What the user names on the command line is read wherever it lies. What a scenario names (`extends`, tables) must lie
//! below the scenario's folder, so that a scenario from elsewhere cannot make Entente read other files.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

use crate::diagnostics::Diagnostic;

use super::tree::Text;

/// A file that a scenario names.
pub(super) struct Below {
    /// The name that errors show.
    pub(super) name: String,
    /// Where it lies, links resolved.
    pub(super) path: PathBuf,
    /// Its content, cut off one byte after the limit.
    pub(super) bytes: Vec<u8>,
}

/// At most one byte more than `limit`, so that the reader can see that a file is too large.
pub(super) fn read_bounded(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a file that a scenario names.
///
/// `from` is the folder of the file that names it; `root` is the scenario's, which must hold it.
pub(super) fn read_below(root: &Path, from: &Path, relative: &Text, limit: usize) -> Result<Below, Diagnostic> {
    let refuse = |message: String, label: &str| Diagnostic::at(relative.span, message, label);
    let named = Path::new(&relative.value);
    let outside = "only files below the scenario's folder are read";
    if relative.value.is_empty() {
        return Err(refuse("no file is named".into(), "expected the name of a file"));
    }
    if !named.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Err(refuse(format!("`{}` leads out of the scenario's folder", relative.value), outside));
    }
    let shown = from.join(named);
    let missing =
        |error: io::Error| refuse(format!("cannot read `{}`: {}", shown.display(), reason(&error)), "named here");
    let folder = fs::canonicalize(if root.as_os_str().is_empty() { Path::new(".") } else { root }).map_err(missing)?;
    let path = fs::canonicalize(&shown).map_err(missing)?;
    if !path.starts_with(&folder) {
        return Err(refuse(format!("`{}` is a link out of the scenario's folder", relative.value), outside));
    }
    // Asked before opening: opening a pipe would wait for its other end.
    if !fs::metadata(&path).map_err(missing)?.is_file() {
        return Err(refuse(format!("`{}` is not a plain file", shown.display()), "named here"));
    }
    let bytes = read_bounded(&path, limit).map_err(missing)?;
    Ok(Below { name: shown.display().to_string(), path, bytes })
}

/// Why a file could not be read, without the numbers of the operating system.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".into(),
        ErrorKind::PermissionDenied => "reading it is not permitted".into(),
        ErrorKind::IsADirectory => "it is a folder".into(),
        ErrorKind::NotADirectory => "a part of its path is not a folder".into(),
        _ => error.to_string(),
    }
}
