//! P8: no panic on any input. The fuzzer's targets (`fuzz/src/targets.rs`) on its seeds, on everything that it ever found,
//! and on a fixed set of bent seeds; `just fuzz` looks for more.
//!
//! `ENTENTE_FUZZ_ROUNDS` sets how many bent seeds each target gets, `ENTENTE_FUZZ_SEED` which.

#[path = "../../fuzz/src/mutate.rs"]
mod mutate;
#[path = "../../fuzz/src/targets.rs"]
mod targets;

use entente::results::{ResultsError, Stored};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn place(folder: &str, target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(folder).join(target)
}

/// The files of a folder in the order of their names.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("a file")).collect()
}

/// Gives an input to a target. What makes it panic is kept, to be looked at and put into `fuzz/found`.
fn give(target: &str, play: fn(&[u8]), input: &[u8]) {
    if catch_unwind(AssertUnwindSafe(|| play(input))).is_err() {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{target}-panics"));
        std::fs::write(&kept, input).expect("it is kept");
        panic!("`{target}` panics on {}", kept.display());
    }
}

/// Everything that is known of a target, and so many bent seeds.
fn smoke(target: &str, rounds: u64) {
    let (_, play) = targets::TARGETS.into_iter().find(|(name, _)| *name == target).expect("a target of this name");
    let seeds = files(&place("seeds", target));
    assert!(!seeds.is_empty(), "no seeds for `{target}`");
    for input in seeds.iter().chain(&files(&place("found", target))) {
        give(target, play, input);
    }
    let mut rng = ChaCha8Rng::seed_from_u64(setting("ENTENTE_FUZZ_SEED", 1));
    let mut pick = |most: usize| (rng.next_u64() % most as u64) as usize;
    let pairs: Vec<(usize, usize)> =
        (0..setting("ENTENTE_FUZZ_ROUNDS", rounds)).map(|_| (pick(seeds.len()), pick(seeds.len()))).collect();
    for (one, other) in pairs {
        give(target, play, &mutate::mutate(&seeds[one], &seeds[other], &mut rng));
    }
}

#[test]
fn no_bent_scenario_makes_the_reader_panic() {
    smoke("scenario", 1_500);
}

#[test]
fn no_bent_expression_makes_the_parser_panic() {
    smoke("expression", 20_000);
}

#[test]
fn no_bent_table_makes_its_reader_panic() {
    smoke("table", 1_500);
}

#[test]
fn no_bent_result_makes_its_reader_panic() {
    smoke("results", 1_000);
}

#[test]
fn no_bent_scenario_makes_a_run_panic_or_differ_from_the_reference() {
    smoke("run", 1_000);
}

/// The reader of Parquet looked past the end of the page.
#[test]
fn a_page_shorter_than_its_header_says_is_damage_and_no_panic() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["manifest.json", "scenario.json", "runs.parquet", "series.parquet", "quantiles.parquet"] {
        std::fs::copy(place("seeds", "stored").join(name), folder.path().join(name)).expect("it is copied");
    }
    let stored = Stored::open(folder.path()).expect("it is fine as it stands");
    assert!(matches!(stored.verify(), Ok(true)));
    let found = std::fs::read(place("found", "results").join("page_shorter_than_its_header_says")).expect("it is kept");
    let name = ["manifest.json", "scenario.json", "runs.parquet", "series.parquet", "quantiles.parquet"]
        [usize::from(found[0]) % 5];
    std::fs::write(folder.path().join(name), &found[1..]).expect("it is written");
    let damaged = Stored::open(folder.path()).and_then(|stored| stored.verify());
    assert!(matches!(damaged, Err(ResultsError::Damaged { .. })), "{damaged:?}");
}
