//! `entente run`: plays an ensemble, stores it, prints its summary.

use super::Failed;
use super::arguments::{Format, Run, Series};
use super::open::{as_typed, open, quoted, words};
use super::printer::Printer;
use super::progress::Progress;
use super::signals;
use super::single;
use crate::engine::{Compiled, Level};
use crate::ensemble::{self, End, Ensemble, EnsembleError, Plan, lanes_for};
use crate::random::address;
use crate::results::{self, Identity, Log, Replace, ResultsError, ResultsWriter, SeriesMode, Shard, Stored, Work};
use crate::scenario::load::Loaded;
use crate::scenario::model::Scenario;
use crate::summary::{self, Summary, grouped};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many runs are played, unless the user says.
const RUNS: u64 = 1000;
/// Up to so many runs every run's series is kept, unless the user says.
const FULL_SERIES: u64 = 10_000;
/// How often what is done is made safe, unless the user says: what a kill can cost, against a few writes to the disk.
const CHECKPOINT: Duration = Duration::from_secs(10);

/// Plays, or goes on, or finds what has been played already.
///
/// # Errors
/// The scenario's errors, options that make no sense, results that cannot be stored, an ensemble in which every run failed
/// or that was told to stop.
pub fn run(options: &Run, printer: &Printer) -> Result<(), Failed> {
    let runs = options.runs.unwrap_or(RUNS);
    refuse_nonsense(options, runs)?;
    let Loaded { scenario, resolved_hash, .. } = open(&options.source, printer)?;
    if let Some(run) = options.run {
        return single::show(&scenario, options.seed, run, options.format, printer);
    }
    let identity = Identity {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        scenario_hash: resolved_hash,
        seed: options.seed,
        runs,
        variant: scenario.variant.clone(),
        settings: BTreeMap::new(),
    };
    let series = match options.series {
        Some(Series::None) => SeriesMode::None,
        Some(Series::Quantiles) => SeriesMode::Quantiles,
        Some(Series::Full) => SeriesMode::Full,
        None if runs <= FULL_SERIES => SeriesMode::Full,
        None => SeriesMode::Quantiles,
    };
    let mut work = Work::new(identity, ensemble::schema(&scenario), series);
    work.claims = ensemble::claims(&scenario);
    work.shard = options.shard.unwrap_or(Shard::WHOLE);
    let folder = options.out.clone().unwrap_or_else(|| default_folder(&work));
    if !options.force && already_there(&folder, &work) {
        results::sweep(&folder);
    } else {
        play(scenario, &work, &folder, options, printer)?;
    }
    let stored = Stored::open(&folder).map_err(not_stored)?;
    report(&stored, options, printer)
}

fn refuse_nonsense(options: &Run, runs: u64) -> Result<(), Failed> {
    let wrong = |message: &str| Err(Failed::Input(format!("error: {message}")));
    if runs == 0 {
        return wrong("`--runs 0` plays nothing; give at least 1");
    }
    if runs > address::RUNS {
        return wrong("so many runs have no dice of their own; give fewer `--runs`");
    }
    // Alone, a run needs no ensemble that it belongs to.
    let last = options.runs.unwrap_or(address::RUNS) - 1;
    if let Some(run) = options.run.filter(|&run| run > last) {
        return wrong(&format!("there is no run {run}: runs count from 0 to {last}"));
    }
    if options.threads == Some(0) {
        return wrong("`--threads 0` plays nothing; give at least 1");
    }
    match options.batch {
        Some(lanes) if !(1..=crate::stats::PART).contains(&lanes) => wrong("`--batch` is a number from 1 to 4096"),
        _ => Ok(()),
    }
}

/// `results/<scenario>-<variant>-<seed>-<runs>-<short hash>`
pub fn default_folder(work: &Work) -> PathBuf {
    let Work { identity, schema, shard, .. } = work;
    let hash: String = identity.scenario_hash.chars().take(8).collect();
    let mut name = format!("{}-{}-{}-{}-{hash}", schema.scenario, schema.variant, identity.seed, identity.runs);
    if *shard != Shard::WHOLE {
        name += &format!("-shard-{}-of-{}", shard.number, shard.of);
    }
    PathBuf::from("results").join(name)
}

/// Whether the folder holds the results of the same runs, with as much over time at least.
fn already_there(folder: &Path, work: &Work) -> bool {
    Stored::open(folder).is_ok_and(|stored| stored.matches(&work.identity) && stored.series() >= work.series)
}

fn play(scenario: Scenario, work: &Work, folder: &Path, options: &Run, printer: &Printer) -> Result<(), Failed> {
    let unfinished = results::unfinished(folder).map_err(not_stored)?;
    if options.resume && !unfinished.is_dir() {
        let there = unfinished.display();
        return Err(Failed::Input(format!("error: there is nothing to go on with: {there} does not exist")));
    }
    // Results of the same runs, with less over time or damaged, come again as they were: they may be replaced.
    let replaceable = Stored::is_said_to_hold(folder, &work.identity);
    let interval = options.checkpoint.map_or(CHECKPOINT, Duration::from_secs);
    let replace = Replace { results: options.force || replaceable, unfinished: options.force };
    let mut writer = ResultsWriter::open(folder, work, interval, replace).map_err(not_stored)?;
    for damage in writer.damage() {
        printer.complain(&format!("note: {damage}; its runs are played again"));
    }
    let all = work.range().end - work.range().start;
    if writer.done() > 0 && !options.quiet {
        printer.complain(&format!("note: going on; {} of {} runs are there", grouped(writer.done()), grouped(all)));
    }
    let compiled = Arc::new(Compiled::new(scenario));
    let threads = options.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let lanes = options.batch.unwrap_or_else(|| lanes_for(&compiled, all - writer.done(), threads));
    let plan = Plan::of(writer.missing(), lanes);
    let stop = signals::stop();
    let ensemble = Ensemble { seed: options.seed, plan, threads, series: work.series, level: Level::best(), stop };
    tracing::info!(lanes, threads, level = ?ensemble.level, "playing");
    let started = jiff::Timestamp::now().to_string();
    let clock = Instant::now();
    let progress = Progress::new(all, writer.done(), printer.is_watched() && !options.quiet);
    let ended = ensemble.play(&compiled, |batch, sketches| {
        writer.append(&batch, &sketches)?;
        progress.advance(batch.runs as u64);
        Ok::<(), ResultsError>(())
    });
    drop(progress);
    match ended {
        Ok(End::Finished) => {}
        Ok(End::Stopped) => return Err(stopped(writer, work, options, printer)),
        Err(EnsembleError::Sink(error)) => return Err(broken_off(error, &writer, all)),
        Err(error) => return Err(Failed::Job(format!("error: {error}"))),
    }
    let log = Log {
        started,
        seconds: clock.elapsed().as_secs_f64(),
        threads,
        batch: lanes,
        host: std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned(),
        command: std::env::args().collect(),
        source: words(&options.source),
    };
    let kept = writer.unfinished().to_path_buf();
    writer.finish(&log).map_err(|error| {
        let help = format!("\nhelp: every run is done and kept in {}; the same command goes on", kept.display());
        with_help(error, &help)
    })
}

/// Seals what was done before the user broke it off, sums it up, and says how to go on.
fn stopped(mut writer: ResultsWriter, work: &Work, options: &Run, printer: &Printer) -> Failed {
    if let Err(error) = writer.seal() {
        return not_stored(error);
    }
    let all = work.range().end - work.range().start;
    if writer.done() == 0 {
        return Failed::Job("error: stopped before anything was done".to_owned());
    }
    let (done, kept) = (grouped(writer.done()), writer.unfinished().display().to_string());
    if work.shard == Shard::WHOLE {
        let summed = writer.so_far().and_then(|stored| Summary::of(&stored)).map_err(not_stored);
        let printed = summed.and_then(|mut summary| {
            summary.path.clone_from(&kept);
            print(summary, options, printer)
        });
        if let Err(failed) = printed {
            return failed;
        }
    }
    let again: Vec<String> = std::env::args().map(|word| quoted(&word)).collect();
    let text = format!("error: stopped after {done} of {} runs, which are kept in {kept}", grouped(all));
    Failed::Job(format!(
        "{text}
help: to go on, give the same command: {}",
        again.join(" ")
    ))
}

/// Why the runs could not all be stored, and what is left of them.
fn broken_off(error: ResultsError, writer: &ResultsWriter, all: u64) -> Failed {
    let mut help = match &error {
        ResultsError::Io { source, .. } => match source.kind() {
            ErrorKind::StorageFull => {
                "
help: the disk is full; make room on it, or choose another with `--out`"
            }
            ErrorKind::QuotaExceeded => {
                "
help: your share of the disk is used up; make room, or choose another with `--out`"
            }
            ErrorKind::FileTooLarge => {
                "
help: files may not grow so large here (`ulimit -f`); allow more, or keep less with `--series`"
            }
            _ => "",
        },
        _ => "",
    }
    .to_owned();
    if writer.done() > 0 {
        let (done, all, kept) = (grouped(writer.done()), grouped(all), writer.unfinished().display());
        help += &format!(
            "
help: {done} of {all} runs are kept in {kept}; the same command goes on with them"
        );
    }
    with_help(error, &help)
}

/// What a person can do about results that cannot be stored.
pub fn not_stored(error: ResultsError) -> Failed {
    let help = match &error {
        ResultsError::Occupied { .. } => {
            "
help: choose another folder with `--out`, or replace it with `--force`"
        }
        ResultsError::Unlike { .. } => {
            "
help: go on with it by the command that began it, choose another folder with `--out`, or begin anew with `--force`"
        }
        ResultsError::Busy { .. } => {
            "
help: wait until it is done, or choose another folder with `--out`"
        }
        _ => "",
    };
    with_help(error, help)
}

fn with_help(error: ResultsError, help: &str) -> Failed {
    let message = format!("error: {error}{help}");
    match error {
        ResultsError::Occupied { .. } | ResultsError::NotResults { .. } | ResultsError::Unlike { .. } => {
            Failed::Input(message)
        }
        _ => Failed::Job(message),
    }
}

fn report(stored: &Stored, options: &Run, printer: &Printer) -> Result<(), Failed> {
    let help = "help: `--force` plays the runs again";
    let summary = Summary::of(stored).map_err(|error| {
        Failed::Job(format!(
            "error: {error}
{help}"
        ))
    })?;
    let all_failed = summary.failed == summary.runs;
    print(summary, options, printer)?;
    if all_failed {
        return Err(Failed::Job("error: every run failed; the summary says where".into()));
    }
    Ok(())
}

fn print(mut summary: Summary, options: &Run, printer: &Printer) -> Result<(), Failed> {
    summary.replay = Some(format!("entente run {} --seed {}", as_typed(&options.source), options.seed));
    match options.format {
        Format::Table => printer.print(&summary::table(&summary, printer.width(), printer.colour())),
        Format::Json => {
            let json = summary::json(&summary).map_err(|error| Failed::Job(format!("error: {error}")))?;
            printer.print(
                &(json
                    + "
"),
            )
        }
    }
}
