//! Scenarios that are written, loaded and compiled as a file of a user's is.

use entente::diagnostics::render;
use entente::engine::{Batch, Compiled, Level};
use entente::random::address::Key;
use entente::scenario::compose::Composition;
use entente::scenario::load::{Loaded, load};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The seed of all that is played here.
pub const SEED: u64 = 7;

/// A scenario of several files, loaded: the first is the scenario. Patches are files that lie over it.
///
/// # Panics
/// If it has errors, or cannot be written.
pub fn loaded(files: &[(&str, &str)], patches: &[(&str, &str)]) -> Loaded {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |(name, text): &(&str, &str)| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file is written");
        path
    };
    let paths: Vec<PathBuf> = files.iter().map(place).collect();
    let with = patches.iter().map(place).collect();
    load_or_say(&paths[0], &Composition { with, ..Composition::default() })
}

/// A scenario that lies somewhere.
///
/// # Panics
/// If it has errors.
pub fn load_or_say(path: &Path, composition: &Composition) -> Loaded {
    load(path, composition).unwrap_or_else(|error| panic!("{}", render(&error.diagnostics, &error.sources, false)))
}

/// A scenario of one file, ready to be played, with a patch over it or without.
pub fn compiled(text: &str, patch: Option<&str>) -> Arc<Compiled> {
    let patches: Vec<_> = patch.map(|patch| ("patch.yaml", patch)).into_iter().collect();
    Arc::new(Compiled::new(loaded(&[("scenario.yaml", text)], &patches).scenario))
}

/// A scenario of the repository, ready to be played.
pub fn committed(path: &str) -> Arc<Compiled> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    Arc::new(Compiled::new(load_or_say(&path, &Composition::default()).scenario))
}

/// A batch of these runs.
pub fn batch(level: Level, runs: Range<u64>) -> Batch {
    Batch { runs: runs.collect(), key: Key::from_seed(SEED), level, series: false, order: Vec::new() }
}
