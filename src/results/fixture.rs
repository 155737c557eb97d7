//! A small made-up ensemble for tests.

use std::path::Path;
use std::time::Duration;

use super::{
    Basis, Claim, Column, Failure, Identity, Log, MilestoneColumn, OutcomeColumn, Replace, ResultsError, ResultsWriter,
    RunBatch, Schema, SeriesMode, SourceFiles, Stored, Work,
};
use crate::stats::{PART, Sketches};

pub(crate) const TICKS: u32 = 6;

pub(crate) fn schema() -> Schema {
    let outcome = |name: &str, unit: Option<&str>, matters| OutcomeColumn {
        name: name.into(),
        title: String::new(),
        unit: unit.map(str::to_owned),
        matters,
    };
    Schema {
        switch: None,
        scenario: "two_patrons".into(),
        title: "Two patrons".into(),
        variant: super::BASELINE.into(),
        ticks: TICKS,
        // Weekly from 2023-10-27.
        dates: (0..=TICKS as i32).map(|tick| 19_657 + 7 * tick).collect(),
        uncertainties: vec![Column { name: "patience".into(), title: String::new(), unit: None }],
        outcomes: vec![outcome("territory", Some("share"), Some(0.02)), outcome("arms", Some("USD million"), None)],
        milestones: vec![MilestoneColumn { name: "near_walks_away".into(), title: String::new() }],
        stops: vec!["regime_falls".into()],
        basis: Basis { data: 4, literature: 3, judgement: 12, placeholder: 2 },
    }
}

pub(crate) fn identity(runs: u64) -> Identity {
    Identity {
        version: "0.1.0".into(),
        scenario_hash: "ab".repeat(32),
        variant: super::BASELINE.into(),
        seed: 7,
        runs,
        settings: [("set.patience".to_owned(), "0.3".to_owned())].into(),
    }
}

/// Of two rules the second never fires.
pub(crate) fn work(runs: u64, series: SeriesMode) -> Work {
    let claims = ["near.arm", "far.pay"].map(|rule| format!("rule {rule} never fired"));
    let mut work = Work::new(identity(runs), schema(), series);
    work.claims = claims.into_iter().enumerate().map(|(number, text)| Claim { text, unless: vec![number] }).collect();
    work
}

/// A writer that seals when parts are complete.
pub(crate) fn writer(folder: &Path, work: &Work, replace: Replace) -> Result<ResultsWriter, ResultsError> {
    ResultsWriter::open(folder, work, Duration::MAX, replace)
}

/// Adds made-up runs and their sketches.
pub(crate) fn add(writer: &mut ResultsWriter, batch: &RunBatch) -> Result<(), ResultsError> {
    let mut sketches = Sketches::new(TICKS, schema().outcomes.len());
    sketches.add_batch(batch);
    writer.append(batch, &sketches)
}

/// Adds all that are missing, so many at a time; a batch ends where a part does.
pub(crate) fn fill(writer: &mut ResultsWriter, lanes: u64) -> Result<(), ResultsError> {
    while let Some(range) = writer.missing().first().cloned() {
        let part_end = (range.start / PART as u64 + 1) * PART as u64;
        let last = range.end.min(part_end).min(range.start + lanes);
        add(writer, &batch(range.start, (last - range.start) as usize))?;
    }
    Ok(())
}

/// Ends a writer and opens what it wrote.
pub(crate) fn finished(writer: ResultsWriter, folder: &Path) -> Result<Stored, ResultsError> {
    writer.finish(&log(), &source())?;
    Stored::open(folder)
}

pub(crate) fn log() -> Log {
    Log { started: "2024-01-01T00:00:00Z".into(), seconds: 1.5, threads: 2, batch: 64, ..Log::default() }
}

pub(crate) fn source() -> SourceFiles {
    let files = [("patrons.yaml".to_owned(), "title: Patrons\n".to_owned())].into();
    SourceFiles { scenario: "patrons.yaml".into(), files, ..SourceFiles::default() }
}

/// A number in 0..1 that depends on the run and a place only.
fn mixed(run: u64, place: u64) -> f64 {
    let mut bits = (run * 1000 + place + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits ^= bits >> 29;
    bits = bits.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits ^= bits >> 32;
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

fn fails(run: u64) -> bool {
    run % 100 == 42
}

/// The runs from `first` on; every hundredth fails at tick 3, and one in five stops at tick 4.
pub(crate) fn batch(first: u64, runs: usize) -> RunBatch {
    let numbers = || first..first + runs as u64;
    let stops = |run: u64| mixed(run, 90) < 0.2;
    let closed = |run: u64| if stops(run) { 4 } else { TICKS };
    let territory = |run: u64, tick: u32| {
        let tick = tick.min(closed(run));
        0.7 - 0.02 * f64::from(tick) + 0.01 * f64::from(tick) * (mixed(run, 1) - 0.5)
    };
    let arms = |run: u64, tick: u32| 1500.0 * f64::from(tick.min(closed(run))) * mixed(run, 2);
    let series = |tick: u32| -> Vec<Vec<f64>> {
        let fate = |run: u64, value: f64| if fails(run) && tick >= 3 { f64::NAN } else { value };
        vec![
            numbers().map(|run| fate(run, territory(run, tick))).collect(),
            numbers().map(|run| fate(run, arms(run, tick))).collect(),
        ]
    };
    RunBatch {
        first_run: first,
        runs,
        uncertainties: vec![numbers().map(|run| 0.2 + 0.6 * mixed(run, 3)).collect()],
        outcomes: series(TICKS),
        milestones: vec![numbers().map(|run| (mixed(run, 4) < 0.6).then(|| 1 + (run % 5) as u32)).collect()],
        closed: numbers().map(closed).collect(),
        stopped_by: numbers().map(|run| stops(run).then_some(0)).collect(),
        failures: numbers()
            .filter(|&run| fails(run))
            .map(|run| Failure { run, tick: 3, place: "near.policy.arm_the_client: chance is 1.2".into() })
            .collect(),
        fired: vec![true, false],
        series: (0..=TICKS).map(series).collect(),
    }
}
