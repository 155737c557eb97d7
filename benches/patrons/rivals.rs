//! Who takes part, whether all play the same model, and how they take turns.

use super::python::CoProcess;
use super::scalar::Ending;
use cpu_time::ThreadTime;
use entente::engine::{Level, Played};
use entente::stats::Moments;
use std::path::Path;

/// Turns that each gets.
pub const TURNS: u64 = 30;

/// A mean, and its Monte Carlo error.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
}

/// What came of some runs.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// The CPU time that they took, on one thread: others on the machine make whoever plays wait, which does not count.
    pub seconds: f64,
    /// The mean share of the areas at the end.
    pub terr: Estimate,
    /// The messages sent in a run.
    pub messages: Estimate,
}

/// Plays runs from a first one on, and says how many.
type Play = Box<dyn FnMut(u64, u64) -> Turn>;

/// One who takes part.
pub struct Rival {
    /// What it is.
    pub name: String,
    /// Whether it is the engine.
    pub is_engine: bool,
    /// At which level it plays, if it makes a difference between them.
    pub level: Option<Level>,
    /// What it is made of, beyond what the project's own manifest says.
    pub made_of: Option<String>,
    /// How many runs it plays in a turn.
    pub runs: u64,
    /// The least CPU time that a turn took, in seconds.
    pub least: f64,
    play: Play,
}

impl Rival {
    /// Someone who plays one run after the other in this process.
    pub fn in_rust(name: &str, runs: u64, mut play: impl FnMut(u64) -> Ending + 'static) -> Self {
        let play = move |first, runs| {
            let start = ThreadTime::now();
            let endings: Vec<Ending> = (first..first + runs).map(&mut play).collect();
            let seconds = start.elapsed().as_secs_f64();
            let of = |what: fn(&Ending) -> f64| estimate(&endings.iter().map(what).collect::<Vec<f64>>());
            Turn { seconds, terr: of(|ending| ending.terr), messages: of(|ending| ending.messages) }
        };
        Self::new(name.to_owned(), runs, Box::new(play))
    }

    /// The engine, which plays so many lanes together.
    pub fn engine(level: Level, lanes: u64, mut play: impl FnMut(u64) -> Played + 'static) -> Self {
        let play = move |first, runs| {
            let start = ThreadTime::now();
            let batches: Vec<Played> = (first..first + runs).step_by(lanes as usize).map(&mut play).collect();
            let seconds = start.elapsed().as_secs_f64();
            let of = |outcome: usize| {
                let all: Vec<f64> = batches.iter().flat_map(|batch| batch.outcomes[outcome].iter().copied()).collect();
                estimate(&all)
            };
            Turn { seconds, terr: of(0), messages: of(1) }
        };
        let name = format!("engine, {}", level_name(level));
        Self {
            is_engine: true,
            level: Some(level),
            ..Self::new(name, lanes * 1024_u64.div_ceil(lanes), Box::new(play))
        }
    }

    /// Someone who plays in a process of its own.
    pub fn in_python(name: &str, python: &Path, script: &str, runs: u64) -> Self {
        Self::in_process(name, CoProcess::start(python, script, ""), runs)
    }

    /// NumPy, which picks its loops by the processor as the engine does, held to a level.
    pub fn numpy(python: &Path, level: Level, runs: u64) -> Self {
        // As NumPy calls what it is not to use, and what it then uses. Left alone, it uses the best, as the engine does.
        let (without, with) = match level {
            best if best == Level::best() => ("", ""),
            Level::Baseline => ("X86_V3 X86_V4 AVX512_ICL AVX512_SPR", "with baseline"),
            Level::Avx2 | Level::Avx512 => ("X86_V4 AVX512_ICL AVX512_SPR", "with X86_V3"),
        };
        let process = CoProcess::start(python, "numpy_patrons.py", without);
        assert!(process.made_of().contains(with), "this is not NumPy {with}: {}", process.made_of());
        let name = format!("NumPy over runs, {}", level_name(level));
        Self { level: Some(level), ..Self::in_process(&name, process, runs) }
    }

    fn in_process(name: &str, mut process: CoProcess, runs: u64) -> Self {
        let made_of = Some(process.made_of().to_owned());
        Self { made_of, ..Self::new(name.to_owned(), runs, Box::new(move |first, runs| process.play(first, runs))) }
    }

    fn new(name: String, runs: u64, play: Play) -> Self {
        Self { name, is_engine: false, level: None, made_of: None, runs, least: f64::INFINITY, play }
    }

    /// Runs a CPU-second, at best.
    pub fn rate(&self) -> f64 {
        self.runs as f64 / self.least
    }
}

/// What a level is called.
pub fn level_name(level: Level) -> &'static str {
    match level {
        Level::Avx512 => "AVX-512",
        Level::Avx2 => "AVX2",
        Level::Baseline => "baseline",
    }
}

fn estimate(values: &[f64]) -> Estimate {
    let moments = Moments::of(values);
    Estimate {
        mean: moments.mean().expect("runs were played"),
        error: moments.monte_carlo_error().expect("more than one run"),
    }
}

/// Refuses to time different models: everybody's means must be those of the first, within what chance allows.
pub fn check_the_means(everybody: &mut [Rival]) {
    println!("means, with their Monte Carlo errors:");
    let mut first: Option<Turn> = None;
    for rival in everybody {
        // Some two thousand runs of what is quick; ten turns of what is slow.
        let turn = (rival.play)(0, (rival.runs * 10).min(rival.runs * 2048_u64.div_ceil(rival.runs)));
        let Turn { terr, messages, .. } = turn;
        println!(
            "  {:<25} terr {:.4} ± {:.4}   messages {:.1} ± {:.1}",
            rival.name, terr.mean, terr.error, messages.mean, messages.error
        );
        let first = first.get_or_insert(turn);
        for (what, a, b) in [("terr", terr, first.terr), ("messages", messages, first.messages)] {
            let apart = (a.mean - b.mean).abs();
            // The first is compared with itself, and no distance is less than none.
            assert!(
                apart <= 4.0 * a.error.hypot(b.error),
                "`{}` has another mean of `{what}`: another model",
                rival.name
            );
        }
    }
    println!();
}

/// Lets everybody take turns, and keeps the least time of each: what it takes when nobody else fills the caches.
pub fn take_turns(everybody: &mut [Rival]) {
    for turn in 0..TURNS {
        for rival in &mut *everybody {
            let played = (rival.play)(turn * rival.runs, rival.runs);
            rival.least = rival.least.min(played.seconds);
        }
    }
}
