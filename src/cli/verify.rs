//! `entente verify`: plays runs of a results folder again and compares them, bit by bit, with what is stored.

use super::Failed;
use super::arguments::{Changes, Source, Verify};
use super::open::open;
use super::printer::Printer;
use super::progress::Progress;
use super::stored::{open_whole, same_work, scenario_of, unreadable};
use crate::engine::{Compiled, Level};
use crate::ensemble::{Ensemble, EnsembleError, Plan, lanes_for};
use crate::results::{Comparison, ResultsError, SeriesMode, Stored};
use crate::stats::Sketches;
use crate::summary::grouped;
use rand::SeedableRng;
use rand::seq::index;
use std::hash::{BuildHasher, Hasher};
use std::ops::Range;
use std::sync::Arc;

/// How many runs are played again, unless the user says.
const RUNS: u64 = 100;
/// How many runs that differ are named.
const NAMED: usize = 5;

/// Plays a sample of runs, or all, again.
///
/// # Errors
/// Results that cannot be read or whose files are not what was written; a scenario or version that is not theirs; runs that
/// come out otherwise.
pub fn verify(options: &Verify, printer: &Printer) -> Result<(), Failed> {
    let stored = open_whole(&options.results, "verified")?;
    if options.threads == Some(0) {
        return Err(Failed::Input("error: `--threads 0` plays nothing; give at least 1".to_owned()));
    }
    let loaded = match &options.scenario {
        None => scenario_of(&stored, printer)?.0,
        Some(scenario) => {
            let (variant, with, set) = (options.variant.clone(), options.with.clone(), options.set.clone());
            let changes = Changes { variant, with, set };
            let loaded = open(&Source { scenario: scenario.clone(), changes }, printer)?;
            same_work(stored.identity(), &loaded.resolved_hash, &loaded.scenario.variant)?;
            loaded
        }
    };
    if !stored.verify().map_err(unreadable)? {
        let path = stored.path().display();
        return Err(Failed::Job(format!("error: {path}: the rows are not those whose digest the manifest gives")));
    }
    let runs = stored.identity().runs;
    let sample = options.sample.unwrap_or_else(|| std::hash::RandomState::new().build_hasher().finish());
    let all = options.all || options.runs.unwrap_or(RUNS) >= runs;
    let ranges =
        if all { std::iter::once(0..runs).collect() } else { drawn(runs, options.runs.unwrap_or(RUNS), sample) };
    let compiled = Arc::new(Compiled::new(loaded.scenario));
    let different = different(&stored, &compiled, &ranges, all, options, printer)?;
    let played = Plan::of(&ranges, 1).runs();
    let which = if all { String::new() } else { format!(" (`--sample {sample}` draws the same)") };
    if different.is_empty() {
        let text = format!("{} of {} runs played again, all as stored{which}\n", grouped(played), grouped(runs));
        return printer.print(&text);
    }
    let text = format!("error: not as stored{which}:\n  {}", different.join("\n  "));
    Err(Failed::Job(text))
}

/// What came out otherwise, in words.
fn different(
    stored: &Stored,
    compiled: &Arc<Compiled>,
    ranges: &[Range<u64>],
    all: bool,
    options: &Verify,
    printer: &Printer,
) -> Result<Vec<String>, Failed> {
    let threads = options.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let plan = Plan::of(ranges, lanes_for(compiled, stored.identity().runs, threads));
    let progress = Progress::new(plan.runs(), 0, printer.is_watched() && !options.quiet);
    let series = stored.series();
    let (seed, level, stop) = (stored.identity().seed, Level::best(), Arc::default());
    let ensemble = Ensemble { seed, plan, threads, series, level, stop };
    let mut comparison = Comparison::new(stored).map_err(unreadable)?;
    let (mut runs, mut counted) = (Vec::new(), Sketches::default());
    let ended = ensemble.play(compiled, |batch, sketches| {
        runs.extend(comparison.different(&batch)?);
        if all && series >= SeriesMode::Quantiles {
            counted.merge(&sketches);
        }
        progress.advance(batch.runs as u64);
        Ok::<(), ResultsError>(())
    });
    ended.map_err(|error| match error {
        EnsembleError::Sink(error) => unreadable(error),
        error => Failed::Job(format!("error: {error}")),
    })?;
    let mut different: Vec<String> = runs.iter().take(NAMED).map(|run| format!("run {run}")).collect();
    if runs.len() > NAMED {
        different.push(format!("and {} more runs", grouped((runs.len() - NAMED) as u64)));
    }
    if all {
        let outcomes = comparison.different_bands(&counted).map_err(unreadable)?;
        different.extend(outcomes.iter().map(|name| format!("the quantiles over time of {}", name.escape_debug())));
    }
    Ok(different)
}

/// So many different runs, each alone, in order.
fn drawn(runs: u64, many: u64, sample: u64) -> Vec<Range<u64>> {
    let mut dice = rand_chacha::ChaCha8Rng::seed_from_u64(sample);
    let (length, amount) = (usize::try_from(runs).unwrap_or(usize::MAX), usize::try_from(many).unwrap_or(usize::MAX));
    let mut drawn: Vec<u64> = index::sample(&mut dice, length, amount).into_iter().map(|run| run as u64).collect();
    drawn.sort_unstable();
    drawn.into_iter().map(|run| run..run + 1).collect()
}
