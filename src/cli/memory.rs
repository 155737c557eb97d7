//! Whether there is enough memory for what is asked, before any of it is taken: an allocation that fails ends the program
//! without a word.

use super::Failed;
use crate::engine::Compiled;
use crate::large_pages;
use crate::results::SeriesMode;
use crate::scenario::size::Size;
use crate::stats::PART;

/// The most threads.
const MOST_THREADS: usize = 1_024;
/// What a thread takes beside its batch: its stack, and what it has handed on.
const A_THREAD: u64 = 4 * 1024 * 1024;
/// What it reserves beside its batch: the same, and the range of addresses that the C library sets aside for what a thread asks for.
const A_THREADS_ADDRESSES: u64 = A_THREAD + 64 * 1024 * 1024;
/// What an outcome's sketch at one tick takes.
const A_SKETCH: u64 = 2 * 1024;
/// What everything else takes.
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

/// What an ensemble takes, in bytes, from above.
#[derive(Clone, Copy)]
struct Needed {
    /// What is filled.
    memory: u64,
    /// What is reserved, of which a part is never filled.
    addresses: u64,
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
    let Some(lack) = needed(compiled, play).lack() else { return Ok(()) };
    let smaller = match play.series {
        SeriesMode::None => "",
        SeriesMode::Quantiles => ", or `--series none`",
        SeriesMode::Full => ", or `--series quantiles` or `none`",
    };
    Err(Failed::Input(format!(
        "error: playing this takes {lack}\n\
         help: give fewer `--threads` (now {}), fewer lanes a `--batch` (now {}){smaller}",
        play.threads, play.lanes,
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
    let Needed { memory, addresses } = needed(compiled, play);
    let needed = Needed { memory: memory.saturating_add(kept), addresses: addresses.saturating_add(kept) };
    let Some(lack) = needed.lack() else { return Ok(()) };
    Err(Failed::Input(format!("error: this takes {lack}\nhelp: give {help}")))
}

fn needed(compiled: &Compiled, play: &Play) -> Needed {
    const NUMBER: u64 = size_of::<f64>() as u64;
    let scenario = &compiled.scenario;
    let lanes = play.runs.min(play.lanes as u64).max(1);
    let threads = play.runs.div_ceil(lanes).min(play.threads as u64);
    let observations = scenario.outcomes.len() as u64 * (u64::from(scenario.clock.ticks) + 1);
    let numbers = Size::of(scenario).numbers() as u64 + u64::from(compiled.registers);
    let kept = if play.series == SeriesMode::None { 0 } else { observations };
    let of_lanes = |numbers: u64, lanes: u64| NUMBER.saturating_mul(lanes).saturating_mul(numbers);
    let rows = of_lanes(numbers, large_pages::spaced(lanes as usize) as u64);
    // Which rules have fired, as each actor notes it and in all.
    let fired = 2 * compiled.program.rules.len() as u64;
    let sketches = if play.series == SeriesMode::None { 0 } else { observations.saturating_mul(A_SKETCH) };
    let others = of_lanes(2 * kept, lanes).saturating_add(fired).saturating_add(sketches);
    // A part of the results is gathered before it is written.
    let part =
        if play.series == SeriesMode::Full { observations.saturating_mul(play.runs.min(PART as u64)) } else { 0 };
    let in_all = |a_thread: u64| threads.saturating_mul(a_thread).saturating_add(NUMBER.saturating_mul(part));
    Needed {
        memory: in_all(large_pages::filled(rows).saturating_add(others).saturating_add(A_THREAD)),
        addresses: in_all(large_pages::reserved(rows).saturating_add(others).saturating_add(A_THREADS_ADDRESSES)),
    }
}

impl Needed {
    /// What is lacking of it, in words; `None` if nothing is, or the system does not say.
    fn lack(self) -> Option<String> {
        let free = bytes("/proc/meminfo", "MemAvailable:");
        let used = bytes("/proc/self/status", "VmSize:").unwrap_or(0);
        let room = limit().map(|limit| limit.saturating_sub(used));
        let mib = |bytes: u64| bytes.div_ceil(1024 * 1024);
        let lack = |needed: u64, there_is: Option<u64>, what: &str| {
            let (needed, there_is) = (needed.saturating_add(SPARE), there_is?);
            (needed > there_is)
                .then(|| format!("some {} MiB of {what}, and there are {} MiB", mib(needed), mib(there_is)))
        };
        lack(self.addresses, room, "addresses (`ulimit -v`)").or_else(|| lack(self.memory, free, "memory"))
    }
}

/// The kibibytes behind a word in a file of the system's, one a line, in bytes.
fn bytes(file: &str, word: &str) -> Option<u64> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(word))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()?.saturating_mul(1024))
}

/// The limit on this process's addresses, in bytes, if there is one.
fn limit() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    line.split_whitespace().next()?.parse().ok()
}
