//! What the tests share: the command, and folders that go away.

use snapbox::cmd::{Command, OutputAssert, cargo_bin};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Runs the command with these arguments, plainly: no colour, no terminal.
pub fn entente(arguments: &[&str]) -> OutputAssert {
    Command::new(cargo_bin!("entente")).args(arguments).env("NO_COLOR", "1").env_remove("ENTENTE_LOG").assert()
}

/// Every file in a folder and below by its path, but for those that may differ: the log and the lock.
pub fn files_of(folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(inside) = folders.pop() {
        for entry in std::fs::read_dir(&inside).expect("a folder").map(|entry| entry.expect("an entry")) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if entry.file_name() != "log.json" && entry.file_name() != "lock" {
                let name = path.strip_prefix(folder).expect("it is inside").to_path_buf();
                files.insert(name, std::fs::read(&path).expect("a file"));
            }
        }
    }
    files
}

/// A folder for one test.
pub struct Scratch(tempfile::TempDir);

impl Scratch {
    /// An empty folder.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    /// Writes a file in it and returns its path.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path: PathBuf = self.0.path().join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).expect("a folder for it");
        }
        std::fs::write(&path, text).expect("the file is written");
        path.display().to_string()
    }
}
