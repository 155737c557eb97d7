//! Reading the files of a scenario, each of bounded size.
//!
//! What the user names on the command line is read wherever it lies. What a scenario names (`extends`, tables) must lie
//! below the scenario's folder, so that a scenario from elsewhere cannot make Entente read other files; so must the
//! `scenario.yaml` of a folder. Only plain files are opened: a pipe would keep its reader waiting, and a device has no end.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

use crate::diagnostics::Diagnostic;

use super::tree::Text;

/// The most bytes that the YAML files of a scenario may have together.
const MAX_YAML_BYTES: usize = 16 * 1024 * 1024;
/// The most bytes that its tables may have together.
const MAX_TABLE_BYTES: usize = 32 * 1024 * 1024;

/// A file that a scenario names.
pub(super) struct Below {
    /// The name that errors show.
    pub(super) name: String,
    /// Where it lies, links resolved.
    pub(super) path: PathBuf,
    /// Its content, cut off one byte after the limit.
    pub(super) bytes: Vec<u8>,
}

/// What the files of one scenario may still hold, so that many do not add up to what no single one may have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance {
    left: usize,
    whole: usize,
    what: &'static str,
}

impl Allowance {
    /// For the scenario's file, what it extends, and patches.
    pub(super) fn for_yaml() -> Self {
        Self { left: MAX_YAML_BYTES, whole: MAX_YAML_BYTES, what: "files" }
    }

    /// For tables.
    pub(super) fn for_tables() -> Self {
        Self { left: MAX_TABLE_BYTES, whole: MAX_TABLE_BYTES, what: "tables" }
    }

    /// Takes a file's bytes off. One that is too large by itself is refused as such where it is read as text.
    pub(super) fn take(&mut self, bytes: usize, limit: usize) -> Result<(), String> {
        if bytes > limit {
            return Ok(());
        }
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                let mib = self.whole / (1024 * 1024);
                Err(format!("the scenario's {} are larger than {mib} MiB together", self.what))
            }
        }
    }
}

/// At most one byte more than `limit`, so that the reader can see that a file is too large.
fn read_bounded(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a file that the user names.
///
/// # Errors
/// A sentence: the file cannot be read, is no plain file, or is one too many for the allowance.
pub(super) fn read_named(path: &Path, limit: usize, allowance: &mut Allowance) -> Result<Vec<u8>, Diagnostic> {
    let shown = path.display();
    let refuse = |error: io::Error| Diagnostic::general(format!("cannot read `{shown}`: {}", reason(&error)));
    // Asked before opening: opening a pipe would wait for its other end.
    let metadata = fs::metadata(path).map_err(refuse)?;
    if metadata.is_dir() {
        return Err(refuse(ErrorKind::IsADirectory.into()));
    }
    if !metadata.is_file() {
        return Err(Diagnostic::general(format!("`{shown}` is not a plain file"))
            .help("write what it holds to a file first, and name that"));
    }
    let bytes = read_bounded(path, limit).map_err(refuse)?;
    allowance.take(bytes.len(), limit).map_err(Diagnostic::general)?;
    Ok(bytes)
}

/// Whether a file that stands in a folder also lies there, links resolved.
pub(super) fn lies_in(folder: &Path, file: &Path) -> bool {
    match (fs::canonicalize(folder), fs::canonicalize(file)) {
        (Ok(folder), Ok(file)) => file.starts_with(folder),
        _ => false,
    }
}

/// Reads a file that a scenario names.
///
/// `from` is the folder of the file that names it; `root` is the scenario's, which must hold it.
///
/// # Errors
/// The file cannot be read, lies elsewhere, is no plain file, or is one too many for the allowance.
pub(super) fn read_below(
    root: &Path,
    from: &Path,
    relative: &Text,
    limit: usize,
    allowance: &mut Allowance,
) -> Result<Below, Diagnostic> {
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
    if !fs::metadata(&path).map_err(missing)?.is_file() {
        return Err(refuse(format!("`{}` is not a plain file", shown.display()), "named here"));
    }
    let bytes = read_bounded(&path, limit).map_err(missing)?;
    allowance.take(bytes.len(), limit).map_err(|message| refuse(message, "with this one"))?;
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
