//! `entente run`: plays an ensemble, stores it, prints its summary.

use super::Failed;
use super::arguments::{Compare, Run, Series, Source};
use super::memory::{self, Play};
use super::open::{as_typed, kept, open, quoted, words};
use super::printer::Printer;
use super::progress::Progress;
use super::report::Wanted;
use super::signals;
use super::single;
use super::stored::{already_there, broken_off, default_folder, not_stored, print, report, report_shard, weighting};
use crate::engine::{Compiled, Level};
use crate::ensemble::{self, End, Ensemble, EnsembleError, Plan, lanes_for};
use crate::random::address;
use crate::results::{
    self, Identity, Log, Need, Replace, ResultsError, ResultsWriter, SeriesMode, Shard, ShardFolder, SourceFiles,
    Stored, Work, is_said_to_hold_shard, readable,
};
use crate::scenario::model::Scenario;
use crate::summary::{Summary, grouped};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many runs are played, unless the user says.
const RUNS: u64 = 1000;
/// Up to so many runs every run's series is kept, unless the user says.
const FULL_SERIES: u64 = 10_000;
/// How often what is done is made safe, unless the user says: what a kill can cost, against a few writes to the disk.
const CHECKPOINT: Duration = Duration::from_secs(10);

/// A scenario and its files.
type Opened<'a> = (Scenario, &'a SourceFiles);

/// Plays, or goes on, or finds what has been played already.
///
/// # Errors
/// The scenario's errors, options that make no sense, results that cannot be stored, an ensemble in which every run failed
/// or that was told to stop.
pub fn run(options: &Run, printer: &Printer) -> Result<(), Failed> {
    let runs = options.runs.unwrap_or(RUNS);
    refuse_nonsense(options, runs)?;
    let (scenario, source, resolved_hash) = opened(options, printer)?;
    if let Some(run) = options.run {
        if let Some(against) = &options.against {
            return single::against(&scenario, options, run, against, printer);
        }
        return single::show(&scenario, options.seed, run, options.format, printer);
    }
    let work = work_of(&scenario, resolved_hash, options, runs);
    let weighting = weighting(options.weights.as_deref(), &work.identity)?;
    let folder = options.out.clone().unwrap_or_else(|| default_folder(&work));
    if work.shard != Shard::WHOLE {
        return run_shard((scenario, &source), &work, &folder, options, printer);
    }
    play_unless_there((scenario, &source), &work, &folder, options, printer)?;
    report(&folder, weighting.as_ref(), &replay(options), options.format, printer)?;
    let Some(page) = &options.report else { return Ok(()) };
    let (folders, weights) = (std::slice::from_ref(&folder), options.weights.as_deref());
    let wanted = Wanted { folders, page, charts: None, outcome: None, weights, quiet: options.quiet };
    super::report::write(&wanted, None, printer)
}

/// The scenario, its files, and the hash of what they say.
fn opened(options: &Run, printer: &Printer) -> Result<(Scenario, SourceFiles, String), Failed> {
    let loaded = open(&options.source, printer)?;
    let source = kept(&options.source, &loaded);
    Ok((loaded.scenario, source, loaded.resolved_hash))
}

/// What is to be done: which runs of what, and what is kept of them.
fn work_of(scenario: &Scenario, resolved_hash: String, options: &Run, runs: u64) -> Work {
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
    let mut work = Work::new(identity, ensemble::schema(scenario), series);
    work.claims = ensemble::claims(scenario);
    work.shard = options.shard.unwrap_or(Shard::WHOLE);
    work
}

fn play_unless_there(
    what: Opened<'_>,
    work: &Work,
    folder: &Path,
    options: &Run,
    printer: &Printer,
) -> Result<(), Failed> {
    if !options.force && already_there(folder, work) {
        results::sweep(folder);
        return Ok(());
    }
    play(what, work, folder, options, printer)
}

/// The options of a plain run into a folder, for whoever needs its results and not its summary.
pub fn below(source: Source, runs: u64, seed: u64, folder: &Path, compare: &Compare) -> Run {
    Run {
        source,
        runs: Some(runs),
        seed,
        run: None,
        against: None,
        differences: 20,
        out: Some(folder.to_path_buf()),
        force: compare.force,
        resume: false,
        checkpoint: None,
        shard: None,
        series: None,
        threads: compare.threads,
        batch: None,
        weights: None,
        report: None,
        format: compare.format,
        quiet: compare.quiet,
    }
}

/// Plays what the folder does not hold already, and prints nothing.
///
/// # Errors
/// As [`run`], but for those of the summary.
pub fn ensure(options: &Run, printer: &Printer) -> Result<(), Failed> {
    let runs = options.runs.unwrap_or(RUNS);
    refuse_nonsense(options, runs)?;
    let (scenario, source, resolved_hash) = opened(options, printer)?;
    let work = work_of(&scenario, resolved_hash, options, runs);
    let folder = options.out.clone().unwrap_or_else(|| default_folder(&work));
    play_unless_there((scenario, &source), &work, &folder, options, printer)
}

/// One of the shares of an ensemble.
fn run_shard(what: Opened<'_>, work: &Work, folder: &Path, options: &Run, printer: &Printer) -> Result<(), Failed> {
    let (shard, runs) = (work.shard, work.identity.runs);
    if work.range().is_empty() {
        let text = format!("error: `--shard {shard}` has no runs: {runs} cannot be shared out among {}", shard.of);
        return Err(Failed::Input(text));
    }
    let there = ShardFolder::open(folder).is_ok_and(|there| there.work() == work && there.problems().is_empty());
    if options.force || !there {
        play(what, work, folder, options, printer)?;
    }
    report_shard(folder, work, options.format, printer)
}

/// The command that made the results, without how many runs.
fn replay(options: &Run) -> String {
    format!("entente run {} --seed {}", as_typed(&options.source), options.seed)
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

/// Says how much room the results need, if that is worth a word, and refuses to fill a disk that clearly lacks it.
fn room(work: &Work, folder: &Path, runs: u64, options: &Run, printer: &Printer) -> Result<(), Failed> {
    /// Less goes without saying.
    const LITTLE: u64 = 1_000_000_000;
    let (need, free) = (Need::of(work, runs), results::free(folder));
    let most = readable(need.most);
    let Some(free) = free else { return Ok(()) };
    let there = readable(free);
    if free < need.least {
        let least = readable(need.least);
        let help = "help: keep less with `--series`, play fewer `--runs`, or choose another disk with `--out`";
        let text =
            format!("error: the results need {least} of disk at the very least, and up to {most}; {there} are free");
        return Err(Failed::Job(format!("{text}\n{help}")));
    }
    if !options.quiet && (need.most > LITTLE || free < need.most) {
        printer
            .complain(&format!("note: the results need up to {most} of disk while they are written; {there} are free"));
    }
    Ok(())
}

fn play(what: Opened<'_>, work: &Work, folder: &Path, options: &Run, printer: &Printer) -> Result<(), Failed> {
    let (scenario, source) = what;
    let unfinished = results::unfinished(folder).map_err(not_stored)?;
    if options.resume && !unfinished.is_dir() {
        let there = unfinished.display();
        return Err(Failed::Input(format!("error: there is nothing to go on with: {there} does not exist")));
    }
    // Results of the same runs, with less over time or damaged, come again as they were: they may be replaced.
    let replaceable = match work.shard {
        Shard::WHOLE => Stored::is_said_to_hold(folder, &work.identity),
        _ => is_said_to_hold_shard(folder, work),
    };
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
    memory::refuse_too_much(&compiled, &Play { runs: all, lanes, threads, series: work.series })?;
    room(work, folder, all - writer.done(), options, printer)?;
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
        Err(EnsembleError::Sink(error)) => return Err(broken_off(error, writer.done(), all, writer.unfinished())),
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
    writer.finish(&log, source).map_err(|error| broken_off(error, all, all, &kept))
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
            print(summary, &replay(options), options.format, printer)
        });
        if let Err(failed) = printed {
            return failed;
        }
    }
    let again: Vec<String> = std::env::args().map(|word| quoted(&word)).collect();
    let text = format!("error: stopped after {done} of {} runs, which are kept in {kept}", grouped(all));
    Failed::Job(format!("{text}\nhelp: to go on, give the same command: {}", again.join(" ")))
}
