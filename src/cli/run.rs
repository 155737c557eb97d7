//! `entente run`: plays an ensemble, stores it, prints its summary.

use super::Failed;
use super::arguments::{Format, Run, Series};
use super::memory::{self, Play};
use super::open::{as_typed, open};
use super::printer::Printer;
use super::progress::Progress;
use super::single;
use crate::engine::{Compiled, Level};
use crate::ensemble::{Ensemble, EnsembleError, Finished, Plan, lanes_for};
use crate::random::address;
use crate::results::{
    Basis, Column, Identity, Log, MilestoneColumn, OutcomeColumn, ResultsError, ResultsWriter, Schema, SeriesMode,
    Stored,
};
use crate::scenario::load::Loaded;
use crate::scenario::model::{Effect, Notes, Scenario};
use crate::summary::{self, Summary};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// How many runs are played, unless the user says.
const RUNS: u64 = 1000;
/// Up to so many runs every run's series is kept, unless the user says.
const FULL_SERIES: u64 = 10_000;

/// Plays, or finds what has been played already.
///
/// # Errors
/// The scenario's errors, options that make no sense, results that cannot be stored, an ensemble in which every run failed.
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
    let folder = options.out.clone().unwrap_or_else(|| default_folder(&scenario, &identity));
    let series = match options.series {
        Some(Series::None) => SeriesMode::None,
        Some(Series::Quantiles) => SeriesMode::Quantiles,
        Some(Series::Full) => SeriesMode::Full,
        None if runs <= FULL_SERIES => SeriesMode::Full,
        None => SeriesMode::Quantiles,
    };
    let stored = match already_there(&folder, &identity, series) {
        Some(stored) if !options.force => stored,
        _ => play(scenario, &identity, &folder, series, options, printer)?,
    };
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
fn default_folder(scenario: &Scenario, identity: &Identity) -> PathBuf {
    let hash: String = identity.scenario_hash.chars().take(8).collect();
    let name = format!("{}-{}-{}-{}-{hash}", scenario.name, scenario.variant, identity.seed, identity.runs);
    PathBuf::from("results").join(name)
}

/// Results of the same runs that the folder holds already.
fn already_there(folder: &std::path::Path, identity: &Identity, series: SeriesMode) -> Option<Stored> {
    let stored = Stored::open(folder).ok()?;
    (stored.matches(identity) && stored.series() >= series).then_some(stored)
}

fn play(
    scenario: Scenario,
    identity: &Identity,
    folder: &std::path::Path,
    series: SeriesMode,
    options: &Run,
    printer: &Printer,
) -> Result<Stored, Failed> {
    let compiled = Arc::new(Compiled::new(scenario));
    let threads = options.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let lanes = options.batch.unwrap_or_else(|| lanes_for(&compiled, identity.runs, threads));
    memory::refuse_too_much(&compiled, &Play { runs: identity.runs, lanes, threads, series })?;
    // Results of the same runs, with less over time or damaged, come again as they were: they may be replaced.
    let replaceable = Stored::is_said_to_hold(folder, identity);
    let mut writer =
        ResultsWriter::create(folder, identity, &schema(&compiled.scenario), series, options.force || replaceable)
            .map_err(not_stored)?;
    let ensemble =
        Ensemble { seed: options.seed, plan: Plan::new(identity.runs, lanes), threads, series, level: Level::best() };
    tracing::info!(lanes, threads, level = ?ensemble.level, "playing");
    let started = jiff::Timestamp::now().to_string();
    let clock = Instant::now();
    let progress = Progress::new(identity.runs, printer.is_watched() && !options.quiet);
    let finished = ensemble
        .play(&compiled, |batch| {
            writer.append(&batch)?;
            progress.advance(batch.runs as u64);
            Ok::<(), ResultsError>(())
        })
        .map_err(|error| match error {
            EnsembleError::Sink(error) => not_stored(error),
            error => Failed::Job(format!("error: {error}")),
        })?;
    drop(progress);
    let log = Log {
        started,
        seconds: clock.elapsed().as_secs_f64(),
        threads,
        batch: lanes,
        host: std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned(),
        command: std::env::args().collect(),
    };
    writer.finish(&finished.sketches, never_happened(&compiled, &finished), &log).map_err(not_stored)
}

fn not_stored(error: ResultsError) -> Failed {
    let help = match &error {
        ResultsError::Occupied { .. } => "\nhelp: choose another folder with `--out`, or replace it with `--force`",
        _ => "",
    };
    let message = format!("error: {error}{help}");
    match error {
        ResultsError::Occupied { .. } | ResultsError::NotResults { .. } => Failed::Input(message),
        _ => Failed::Job(message),
    }
}

fn report(stored: &Stored, options: &Run, printer: &Printer) -> Result<(), Failed> {
    let help = "help: `--force` plays the runs again";
    let mut summary = Summary::of(stored).map_err(|error| Failed::Job(format!("error: {error}\n{help}")))?;
    summary.replay = Some(format!("entente run {} --seed {}", as_typed(&options.source), options.seed));
    match options.format {
        Format::Table => printer.print(&summary::table(&summary, printer.width(), printer.colour()))?,
        Format::Json => {
            let json = summary::json(&summary).map_err(|error| Failed::Job(format!("error: {error}")))?;
            printer.print(&(json + "\n"))?;
        }
    }
    if summary.failed == summary.runs {
        return Err(Failed::Job("error: every run failed; the summary says where".into()));
    }
    Ok(())
}

/// What the columns of the results mean.
fn schema(scenario: &Scenario) -> Schema {
    let title = |name: &str, notes: &Notes| notes.title.clone().unwrap_or_else(|| name.to_owned());
    let dates = (0..=scenario.clock.ticks).map(|tick| i32::try_from(scenario.clock.day(tick)).unwrap_or(i32::MAX));
    Schema {
        scenario: scenario.name.clone(),
        title: scenario.title.clone(),
        variant: scenario.variant.clone(),
        ticks: scenario.clock.ticks,
        dates: dates.collect(),
        uncertainties: scenario
            .uncertainties
            .iter()
            .map(|x| Column { name: x.name.clone(), title: title(&x.name, &x.notes), unit: x.notes.unit.clone() })
            .collect(),
        outcomes: scenario
            .outcomes
            .iter()
            .map(|m| OutcomeColumn {
                name: m.name.clone(),
                title: title(&m.name, &m.notes),
                unit: m.notes.unit.clone(),
                matters: m.matters,
            })
            .collect(),
        milestones: scenario
            .milestones
            .iter()
            .map(|m| MilestoneColumn { name: m.name.clone(), title: title(&m.name, &m.notes) })
            .collect(),
        stops: scenario.stops.iter().map(|stop| stop.name.clone()).collect(),
        basis: Basis {
            data: scenario.basis.data as u64,
            literature: scenario.basis.literature as u64,
            judgement: scenario.basis.judgement as u64,
            placeholder: scenario.basis.placeholder as u64,
        },
    }
}

/// Rules that never fired, kinds of messages that nobody sent, and what the checker found unused.
fn never_happened(compiled: &Compiled, finished: &Finished) -> Vec<String> {
    let scenario = &compiled.scenario;
    let actors = scenario.actors.iter().flat_map(|actor| &actor.rules).map(|rule| ("rule", rule));
    let events = scenario.events.iter().map(|event| ("event", event));
    let mut sent = vec![false; scenario.kinds.len()];
    let mut unused = Vec::new();
    for ((what, rule), &fired) in actors.chain(events).zip(&finished.fired) {
        if !fired {
            unused.push(format!("{what} `{}` never fired", rule.name));
        }
        for effect in &rule.effects {
            if let Effect::Send(send) = effect
                && let Some(sent) = sent.get_mut(send.kind)
            {
                *sent |= fired;
            }
        }
    }
    let silent = scenario.kinds.iter().zip(sent).filter(|(_, sent)| !sent);
    unused.extend(silent.map(|(kind, _)| format!("message `{}` was never sent", kind.name)));
    unused.extend(scenario.unused.iter().cloned());
    unused
}
