//! Scenarios that are written, loaded and compiled as a file of a user's is.

use entente::diagnostics::render;
use entente::engine::{Batch, Compiled, Level};
use entente::random::address::Key;
use entente::scenario::compose::Composition;
use entente::scenario::load::{Loaded, load};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// The seed of all that is played here.
pub const SEED: u64 = 7;

/// A scenario file with a patch over it, loaded.
///
/// # Panics
/// If it has errors, or cannot be written.
pub fn loaded(text: &str, patch: Option<&str>) -> Loaded {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file is written");
        path
    };
    let with = patch.map(|patch| write("patch.yaml", patch)).into_iter().collect();
    load_or_say(&write("scenario.yaml", text), &Composition { with, ..Composition::default() })
}

/// A scenario that lies somewhere.
///
/// # Panics
/// If it has errors.
pub fn load_or_say(path: &Path, composition: &Composition) -> Loaded {
    load(path, composition).unwrap_or_else(|error| panic!("{}", render(&error.diagnostics, &error.sources, false)))
}

/// A scenario, ready to be played.
pub fn compiled(text: &str, patch: Option<&str>) -> Arc<Compiled> {
    Arc::new(Compiled::new(loaded(text, patch).scenario))
}

/// A batch of these runs.
pub fn batch(level: Level, runs: Range<u64>) -> Batch {
    Batch { runs: runs.collect(), key: Key::from_seed(SEED), level, series: false, order: Vec::new() }
}
