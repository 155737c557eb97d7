//! P2: the same rows on any processor. Small ensembles, played at every level that this processor has, have the digests
//! that are written here: another processor that runs this test says the same.

use crate::played::{loaded, repository, variant};
use crate::support::{Scratch, entente};
use entente::engine::{Compiled, Detected, Level};
use entente::ensemble::{Ensemble, Plan};
use entente::results::{Log, Replace, ResultsWriter, SeriesMode, SourceFiles, Stored, Work};
use entente::scenario::load::Loaded;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const SEED: u64 = 7;

/// What a scenario gives, known from before.
struct Golden {
    scenario: &'static str,
    runs: u64,
    /// Which scenario this is about: the hash of its resolved files.
    hash: &'static str,
    /// Of the rows of `runs.parquet`.
    digest: &'static str,
    /// Of the rows of `series.parquet`.
    series: &'static str,
}

const TWO_PATRONS: Golden = Golden {
    scenario: "scenarios/two-patrons.yaml",
    runs: 500,
    hash: "8aae26bd9036f23eb7cb08b4316d7e1ea9befd397b59b2cce987bac770c04563",
    digest: "249da8dff7f4e44e4446768ec90d0c379714e95c1366287eead53e653da7310c",
    series: "2fcfcbfa788deb5dd33072e7437169299efc4a082c986d62d12d9f3060495d1f",
};

const REFERENCE_WORKLOAD: Golden = Golden {
    scenario: "bench/patrons.yaml",
    runs: 100,
    hash: "447bb9467b9c4451e131009f6f6bd5cd26ed7bcd54a1f0fc6481c283c047d884",
    digest: "56d57e109a801d87fc9a517bbb38d685d5869690f80563004f454df04ef35087",
    series: "2fdbd3349dc4fbc828b3cc384d5109bbb98415f21784fbe24a87d03ecded8949",
};

const MYANMAR: Golden = Golden {
    scenario: "scenarios/myanmar",
    runs: 64,
    hash: "1267ac3db4d96e33aa689752928edc74330a9d288c264bd819082b05ef089f80",
    digest: "939180dbbe1e562f5316f4100e9362662af793ca6f6db02d0b934ed1d185e6ff",
    series: "06569b443ecba0d02e8b8fcd9631b9e6b8e89e90ec173badb53a4176a39bbb91",
};

const KAZAKHSTAN: Golden = Golden {
    scenario: "scenarios/kazakhstan-2022",
    runs: 200,
    hash: "282a0af4694373777141bae57c03e51e161007d7660ba167b7dc40ddb6cc9745",
    digest: "ce1b5732442fb86b6bc0b4b3c502f05ef89f3de71e65eae94ae413285054886b",
    series: "4cbcbad1f6f053cb9880f2bb105251c7d54f5e1776259e071c66959f356eaea7",
};

/// What to do about a digest that is not the golden one.
fn advice(golden: &Golden, hash: &str, stored: &Stored, who: &str) -> String {
    let Golden { scenario, runs, .. } = golden;
    let found = format!(
        "hash: \"{hash}\",\n    digest: \"{}\",\n    series: \"{}\",",
        stored.digest(),
        stored.series_digest().unwrap_or("none")
    );
    let why = if hash == golden.hash {
        "The scenario is the same, so the program gives other results for the same input. If nobody meant that, it is a \
         bug: a value, a draw's name or the order of operations has changed, or one processor level differs from the \
         others. If it is on purpose, raise `version` in Cargo.toml, because results of one version must be equal, say \
         in CHANGELOG.md what changes, and put these into tests/it/levels.rs:"
    } else {
        "The scenario itself has changed. Check that the change is meant, and put these into tests/it/levels.rs:"
    };
    format!("{scenario}, seed {SEED}, {runs} runs, {who}: not the rows that are expected.\n{why}\n    {found}\n")
}

/// Plays the ensemble at a level, as the command does.
fn stored_at(level: Level, golden: &Golden, like: &Stored, loaded: &Loaded, folder: &str) -> Stored {
    let compiled = Arc::new(Compiled::new(loaded.scenario.clone()));
    let mode = SeriesMode::Full;
    // Batches that are no multiple of a vector, so that the ends of loops are played too.
    let plan = Plan::new(golden.runs, 50);
    let ensemble = Ensemble { seed: SEED, plan, threads: 1, series: mode, level, stop: Arc::default() };
    let work = Work::new(like.identity().clone(), like.schema().clone(), mode);
    let folder = Path::new(folder);
    let mut writer = ResultsWriter::open(folder, &work, Duration::MAX, Replace::NOTHING).expect("a folder");
    ensemble.play(&compiled, |batch, sketches| writer.append(&batch, &sketches)).expect("it is played");
    writer.finish(&Log::default(), &SourceFiles::default()).expect("it is stored");
    Stored::open(folder).expect("results")
}

fn hold(golden: &Golden) {
    let scratch = Scratch::new();
    let path = repository(golden.scenario);
    let (folder, runs, seed) = (scratch.path("command"), golden.runs.to_string(), SEED.to_string());
    let arguments = ["run", &path, "--seed", &seed, "--runs", &runs, "--series", "full", "--out", &folder, "--quiet"];
    entente(&arguments).success();
    let command = Stored::open(Path::new(&folder)).expect("results");
    let loaded = loaded(&path, &variant(None));
    let check = |stored: &Stored, who: &str| {
        let found = (loaded.resolved_hash.as_str(), stored.digest(), stored.series_digest());
        let expected = (golden.hash, golden.digest, Some(golden.series));
        assert!(found == expected, "{}", advice(golden, &loaded.resolved_hash, stored, who));
    };
    check(&command, "the command");
    for level in Level::available() {
        let stored = stored_at(*level, golden, &command, &loaded, &scratch.path(&format!("{level:?}")));
        check(&stored, &format!("at the level {level:?}"));
    }
}

#[test]
fn two_patrons_have_their_golden_rows_at_every_level() {
    hold(&TWO_PATRONS);
}

#[test]
fn the_reference_workload_has_its_golden_rows_at_every_level() {
    hold(&REFERENCE_WORKLOAD);
}

#[test]
fn myanmar_has_its_golden_rows_at_every_level() {
    hold(&MYANMAR);
}

#[test]
fn kazakhstan_has_its_golden_rows_at_every_level() {
    hold(&KAZAKHSTAN);
}

#[test]
fn the_levels_begin_with_what_every_processor_has_and_end_with_the_best() {
    let levels = Level::available();
    assert_eq!(levels.first(), Some(&Level::Baseline));
    assert_eq!(levels.last(), Some(&Level::best()));
    assert!(levels.is_sorted(), "{levels:?}");
    // Asking for more than there is gives what there is, so that a forced level is never another by accident.
    for level in levels {
        assert_eq!(Detected::from(*level).level(), *level);
    }
}
