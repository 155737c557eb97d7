//! Whether there is enough memory for what is asked, before any of it is taken: an allocation that fails ends the program
//! without a word.

use super::Failed;
use crate::engine::Compiled;
use crate::results::SeriesMode;
use crate::scenario::size::Size;
use crate::stats::PART;

/// The most threads.
const MOST_THREADS: usize = 1_024;
/// What a thread takes beside its batch: its stack, and what it has handed on.
const A_THREAD: u64 = 4 * 1024 * 1024;
/// What an outcome's sketch at one tick takes.
const A_SKETCH: u64 = 2 * 1024;
/// What is left to everything else.
const SPARE: u64 = 64 * 1024 * 1024;

/// How an ensemble is about to be played.
pub struct Play {
    /// How many runs.
    pub runs: u64,
    /// How many of them at once, a thread.
    pub lanes: usize,
    /// On how many threads.
    pub threads: usize,
    /// What is kept over time.
    pub series: SeriesMode,
}

/// Refuses to play what needs more memory than this process can get.
///
/// # Errors
/// How much is needed, how much there is, and what would need less.
pub fn refuse_too_much(compiled: &Compiled, play: &Play) -> Result<(), Failed> {
    if play.threads > MOST_THREADS {
        return Err(Failed::Input(format!(
            "error: `--threads {}` is too many; give at most {MOST_THREADS}",
            play.threads
        )));
    }
    let (needed, there_is) = (needed(compiled, play), available());
    if there_is.is_none_or(|there_is| needed <= there_is.saturating_sub(SPARE)) {
        return Ok(());
    }
    let mib = |bytes: u64| bytes.div_ceil(1024 * 1024);
    let smaller = match play.series {
        SeriesMode::None => "",
        SeriesMode::Quantiles => ", or `--series none`",
        SeriesMode::Full => ", or `--series quantiles` or `none`",
    };
    Err(Failed::Input(format!(
        "error: playing this takes some {} MiB of memory, and there are {} MiB\n\
         help: give fewer `--threads` (now {}), fewer lanes a `--batch` (now {}){smaller}",
        mib(needed),
        mib(there_is.unwrap_or(0)),
        play.threads,
        play.lanes,
    )))
}

/// The same for an ensemble that keeps so many numbers of every run until its end. `help` says what would need less.
///
/// # Errors
/// As [`refuse_too_much`].
pub fn refuse_to_keep(compiled: &Compiled, play: &Play, numbers: usize, help: &str) -> Result<(), Failed> {
    /// Numbers are copied once while they are weighed.
    const COPIES: u64 = 2 * size_of::<f64>() as u64;
    let kept = COPIES.saturating_mul(numbers as u64).saturating_mul(play.runs);
    let (needed, there_is) = (needed(compiled, play).saturating_add(kept), available());
    if there_is.is_none_or(|there_is| needed <= there_is.saturating_sub(SPARE)) {
        return Ok(());
    }
    let (needed, there) = (needed / (1024 * 1024), there_is.unwrap_or(0) / (1024 * 1024));
    Err(Failed::Input(format!(
        "error: this takes some {needed} MiB of memory, and there are {there} MiB\n\
         help: give {help}"
    )))
}

/// An estimate from above, in bytes.
fn needed(compiled: &Compiled, play: &Play) -> u64 {
    const NUMBER: u64 = size_of::<f64>() as u64;
    let scenario = &compiled.scenario;
    let lanes = play.runs.min(play.lanes as u64).max(1);
    let threads = play.runs.div_ceil(lanes).min(play.threads as u64);
    let observations = scenario.outcomes.len() as u64 * (u64::from(scenario.clock.ticks) + 1);
    let numbers = Size::of(scenario).numbers() as u64 + u64::from(compiled.registers);
    let kept = if play.series == SeriesMode::None { 0 } else { observations };
    let batch = NUMBER.saturating_mul(lanes).saturating_mul(numbers.saturating_add(2 * kept));
    // Which rules have fired, as each actor notes it and in all.
    let fired = 2 * compiled.program.rules.len() as u64;
    let sketches = if play.series == SeriesMode::None { 0 } else { observations.saturating_mul(A_SKETCH) };
    let a_thread = batch.saturating_add(fired).saturating_add(sketches).saturating_add(A_THREAD);
    // A part of the results is gathered before it is written.
    let part =
        if play.series == SeriesMode::Full { observations.saturating_mul(play.runs.min(PART as u64)) } else { 0 };
    threads.saturating_mul(a_thread).saturating_add(NUMBER.saturating_mul(part))
}

/// How much memory this process can still get; `None` where the system does not say.
fn available() -> Option<u64> {
    let free = kibibytes("/proc/meminfo", "MemAvailable:").map(|kib| kib.saturating_mul(1024));
    let room = limit().map(|limit| {
        let used = kibibytes("/proc/self/status", "VmSize:").unwrap_or(0).saturating_mul(1024);
        limit.saturating_sub(used)
    });
    [free, room].into_iter().flatten().min()
}

/// The number behind a word in a file of the system's, one a line.
fn kibibytes(file: &str, word: &str) -> Option<u64> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(word))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The limit on this process's addresses, in bytes, if there is one.
fn limit() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    line.split_whitespace().next()?.parse().ok()
}
