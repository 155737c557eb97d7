//! `source.json`: the files of the scenario that made the results, so that these can be told and played again from their
//! folder alone, whatever becomes of the scenario.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::ResultsError;

pub(super) const SOURCE: &str = "source.json";

/// So many bytes of files are kept at most; of larger scenarios nothing is.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// A scenario's files, and what was laid over them. All paths are relative to one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFiles {
    /// The scenario's own file.
    pub scenario: String,
    /// The variant that was chosen.
    pub variant: Option<String>,
    /// The patches, in order.
    pub with: Vec<String>,
    /// The assignments, in order, as typed.
    pub set: Vec<String>,
    /// The text of each file, by its path.
    pub files: BTreeMap<String, String>,
}

/// A scenario's files on the disk again, until this is dropped.
#[derive(Debug)]
pub struct Unpacked {
    room: TempDir,
}

impl Unpacked {
    /// Where a file lies.
    pub fn path(&self, file: &str) -> PathBuf {
        self.room.path().join(file)
    }
}

impl SourceFiles {
    /// These files, or none of them if they are too large to be kept with every results folder.
    pub fn bounded(self) -> Self {
        let bytes: usize = self.files.values().map(String::len).sum();
        if bytes > MOST_BYTES { Self::default() } else { self }
    }

    /// Whether there are any.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Writes the files into a new folder of the system's for what is temporary.
    ///
    /// # Errors
    /// A path that leads out of the folder, which only a forged or damaged file names; a folder or file that cannot be written.
    pub fn unpack(&self, of: &Path) -> Result<Unpacked, ResultsError> {
        let room = tempfile::tempdir().map_err(ResultsError::io("make room for the scenario of", of))?;
        for (name, text) in &self.files {
            let path = Path::new(name);
            if !path.components().all(|part| matches!(part, Component::Normal(_))) {
                let reason = format!("`{}` leads out of the scenario's folder", name.escape_debug());
                return Err(ResultsError::Damaged { path: of.join(SOURCE), reason });
            }
            let path = room.path().join(path);
            let written = path.parent().map_or(Ok(()), std::fs::create_dir_all);
            written.and_then(|()| std::fs::write(&path, text)).map_err(ResultsError::io("unpack", &path))?;
        }
        Ok(Unpacked { room })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(path: &str, text: &str) -> SourceFiles {
        let files = BTreeMap::from([(path.to_owned(), text.to_owned())]);
        SourceFiles { scenario: path.to_owned(), files, ..SourceFiles::default() }
    }

    #[test]
    fn files_come_back_as_they_were() {
        let unpacked = files("patrons/deep/scenario.yaml", "title: äöü\n").unpack(Path::new("results/a")).unwrap();
        let text = std::fs::read_to_string(unpacked.path("patrons/deep/scenario.yaml")).unwrap();
        assert_eq!(text, "title: äöü\n");
    }

    #[test]
    fn no_file_is_written_outside_of_the_folder() {
        for path in ["../out.yaml", "/out.yaml", "a/../../out.yaml"] {
            let refused = files(path, "").unpack(Path::new("results/a")).unwrap_err().to_string();
            assert!(refused.contains("leads out"), "{path}: {refused}");
        }
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        assert!(files("a.yaml", &"x".repeat(MOST_BYTES + 1)).bounded().is_empty());
        assert!(!files("a.yaml", &"x".repeat(MOST_BYTES)).bounded().is_empty());
    }
}
