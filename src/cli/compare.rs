//! `entente compare`: variants under the same dice, or results that are already there.

use super::Failed;
use super::arguments::{Compare, Format};
use super::knock_out;
use super::memory::{self, Play};
use super::printer::Printer;
use super::progress::Progress;
use super::report::Wanted;
use super::run;
use super::signals;
use super::stored::{holds_results, open_whole, unreadable};
use super::together::{Chosen, chosen, source};
use crate::compare::{self, CompareError, Comparison, Head, Held, Joint, Looks, Player, Until, play_together};
use crate::engine::Compiled;
use crate::ensemble::{End, EnsembleError, lanes_for};
use crate::random::address;
use crate::results::SeriesMode;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many runs of each are played, unless the user says.
const RUNS: u64 = 1000;
/// The most runs that are added until intervals are narrow, unless the user says: 500, doubled six times.
const MOST_RUNS: u64 = 32_000;
/// The seed, unless the user says.
const SEED: u64 = 1;

/// Compares and prints.
///
/// # Errors
/// Those of the scenario or the results; what cannot be compared; options that make no sense together; runs that all failed; a
/// standard output that cannot be written.
pub fn compare(options: &Compare, printer: &Printer) -> Result<(), Failed> {
    let (comparison, folders) = comparison(options, printer)?;
    print(&comparison, options.format, printer)?;
    let Some(page) = &options.report else { return Ok(()) };
    let (folders, quiet) = (folders.as_slice(), options.quiet);
    let wanted = Wanted { folders, page, charts: None, outcome: None, weights: None, quiet };
    super::report::write(&wanted, Some(&comparison), printer)
}

/// The comparison, and the folders that hold its results, if they are kept.
fn comparison(options: &Compare, printer: &Printer) -> Result<(Comparison, Vec<PathBuf>), Failed> {
    refuse_nonsense(options)?;
    match options.inputs.as_slice() {
        [first, ..] if holds_results(first) => {
            refuse_what_is_for_scenarios(options)?;
            Ok((of_folders(&options.inputs)?, options.inputs.clone()))
        }
        [scenario] if options.knock_out.is_some() => Ok((knock_out::played(options, scenario, printer)?, Vec::new())),
        [scenario] => {
            let chosen = chosen(options, scenario, printer)?;
            match &options.out {
                Some(folder) => stored_below(folder, &chosen, options, printer),
                None => Ok((played(chosen, options, printer)?, Vec::new())),
            }
        }
        _ => Err(Failed::Input(several_inputs(&options.inputs))),
    }
}

/// Why several inputs of which the first holds no results cannot be compared.
fn several_inputs(inputs: &[PathBuf]) -> String {
    let without = inputs.iter().find(|input| !holds_results(input));
    let without = without.map(|input| input.display().to_string()).unwrap_or_default();
    format!(
        "error: {without} holds no results\nhelp: give several folders of results, or one scenario and its variants with \
         `--variant`"
    )
}

fn refuse_nonsense(options: &Compare) -> Result<(), Failed> {
    let wrong = |message: &str| Err(Failed::Input(format!("error: {message}")));
    match (options.runs, options.threads) {
        (Some(0), _) => wrong("`--runs 0` plays nothing; give at least 2"),
        (Some(runs), _) if runs > address::RUNS => wrong("so many runs have no dice of their own; give fewer `--runs`"),
        (_, Some(0)) => wrong("`--threads 0` plays nothing; give at least 1"),
        _ => Ok(()),
    }
}

fn refuse_what_is_for_scenarios(options: &Compare) -> Result<(), Failed> {
    let given = [
        (!options.variant.is_empty(), "--variant"),
        (options.against.is_some(), "--against"),
        (!options.with.is_empty(), "--with"),
        (!options.set.is_empty(), "--set"),
        (options.runs.is_some(), "--runs"),
        (options.seed.is_some(), "--seed"),
        (options.until, "--until"),
        (options.knock_out.is_some(), "--knock-out"),
        (options.out.is_some(), "--out"),
    ];
    let given: Vec<String> =
        given.iter().filter(|(given, _)| *given).map(|(_, option)| format!("`{option}`")).collect();
    if given.is_empty() {
        return Ok(());
    }
    let text = format!("error: {} is for a scenario; results are compared as they are", given.join(", "));
    Err(Failed::Input(format!("{text}\nhelp: give the folders alone; the first is the reference")))
}

/// What is already there.
///
/// # Errors
/// Folders that hold no results, or that cannot be compared.
pub fn of_folders(folders: &[PathBuf]) -> Result<Comparison, Failed> {
    let mut results = Vec::with_capacity(folders.len());
    for folder in folders {
        if !holds_results(folder) {
            return Err(Failed::Input(several_inputs(folders)));
        }
        results.push(open_whole(folder, "compared")?);
    }
    let comparison = Comparison::of(&results).map_err(|error| match error {
        CompareError::Results(error) => unreadable(error),
        error => Failed::Input(format!("error: these results cannot be compared: {error}")),
    })?;
    refuse_failed(&comparison)?;
    Ok(comparison)
}

/// Plays what is not there yet below a folder, as `entente run` does, and compares what is there then.
fn stored_below(
    folder: &Path,
    chosen: &Chosen,
    options: &Compare,
    printer: &Printer,
) -> Result<(Comparison, Vec<PathBuf>), Failed> {
    let mut folders = Vec::with_capacity(chosen.names.len());
    for name in &chosen.names {
        let source = source(options, &chosen.path, name);
        let below = folder.join(name);
        let (runs, seed) = (options.runs.unwrap_or(RUNS), options.seed.unwrap_or(SEED));
        let run = run::below(source, runs, seed, &below, options);
        run::ensure(&run, printer)?;
        folders.push(below);
    }
    Ok((of_folders(&folders)?, folders))
}

/// Plays the variants together, once or until the intervals are narrow.
fn played(chosen: Chosen, options: &Compare, printer: &Printer) -> Result<Comparison, Failed> {
    let most = options.runs.unwrap_or(if options.until { MOST_RUNS } else { RUNS });
    let looks = if options.until { Looks::up_to(most) } else { Looks::once(most) };
    let compiled: Vec<Arc<Compiled>> =
        chosen.scenarios.into_iter().map(|scenario| Arc::new(Compiled::new(scenario))).collect();
    if options.until {
        refuse_without_matters(&compiled)?;
    }
    let player = player(&compiled, most, options)?;
    let mut joint = Joint::new(&compiled);
    let all = most.saturating_mul(compiled.len() as u64);
    let progress = Progress::new(all, 0, printer.is_watched() && !options.quiet);
    let mut played = 0;
    for (number, runs) in looks.at().iter().enumerate() {
        let ended = play_together(&compiled, &player, played..*runs, &mut joint, |more| progress.advance(more));
        finished(ended)?;
        played = *runs;
        let mut comparison = between(&joint, &chosen.names, &player, played, looks.at().len());
        refuse_failed(&comparison)?;
        let wide = comparison.too_wide();
        if !options.until {
            return Ok(comparison);
        }
        if wide.is_empty() || played == most {
            comparison.until = Some(Until { looks: looks.at().len(), taken: number + 1, most, wide });
            return Ok(comparison);
        }
    }
    Err(Failed::Job("error: nothing was played".to_owned()))
}

fn between(joint: &Joint, labels: &[String], player: &Player, runs: u64, looks: usize) -> Comparison {
    let held: Vec<Held<'_>> = (labels.iter().zip(&joint.schemas).zip(&joint.columns))
        .map(|((label, schema), columns)| Held { label, schema, columns })
        .collect();
    let head = head(player, runs, looks);
    let Some((reference, variants)) = held.split_first() else { return Comparison::default() };
    let mut comparison = Comparison::between(head, *reference, variants);
    comparison.parting = joint.partings(labels);
    comparison
}

/// What all that this process plays has in common.
pub fn head(player: &Player, runs: u64, looks: usize) -> Head {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Head { version, runs, seed: player.seed, paired: true, notes: Vec::new(), looks }
}

/// How runs are played, if there is memory for it.
///
/// # Errors
/// Too little memory.
pub fn player(compiled: &[Arc<Compiled>], runs: u64, options: &Compare) -> Result<Player, Failed> {
    let threads = options.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let seed = options.seed.unwrap_or(SEED);
    let stop = signals::stop();
    let Some(reference) = compiled.first() else { return Ok(Player { seed, threads, lanes: 1, stop }) };
    let lanes = lanes_for(reference, runs, threads);
    let is_dated = compiled.iter().any(|one| one.scenario.switch.is_some());
    let series = if is_dated { SeriesMode::Full } else { SeriesMode::None };
    let kept = |one: &Arc<Compiled>| one.scenario.outcomes.len() + one.scenario.milestones.len();
    let numbers = compiled.iter().map(kept).sum::<usize>() + reference.scenario.uncertainties.len();
    for one in compiled {
        memory::refuse_too_much(one, &Play { runs, lanes, threads, series })?;
        // A thread holds a batch of the reference while it plays another.
        let play = Play { runs, lanes, threads: threads.saturating_mul(2), series };
        memory::refuse_to_keep(
            one,
            &play,
            numbers,
            "fewer `--runs` or `--threads`, or compare fewer variants at once",
        )?;
    }
    Ok(Player { seed, threads, lanes, stop })
}

/// The default number of runs, or as the user said.
pub fn runs(options: &Compare) -> u64 {
    options.runs.unwrap_or(RUNS)
}

/// What became of playing.
///
/// # Errors
/// A batch that could not be played; the user's order to stop.
pub fn finished(ended: Result<End, EnsembleError<crate::engine::EngineError>>) -> Result<(), Failed> {
    match ended {
        Ok(End::Finished) => Ok(()),
        Ok(End::Stopped) => Err(Failed::Job("error: stopped; nothing of it is kept".to_owned())),
        Err(error) => Err(Failed::Job(format!("error: {error}"))),
    }
}

/// Refuses a comparison of which a side has no run that did not fail.
///
/// # Errors
/// Which side.
pub fn refuse_failed(comparison: &Comparison) -> Result<(), Failed> {
    let all = || comparison.outcomes.iter().chain(&comparison.milestones);
    let nothing = |label: &str| {
        let text = format!("error: every run of {label} failed; `entente run` says where");
        Err(Failed::Job(text))
    };
    if all().next().is_some() && all().all(|compared| compared.reference.mean.is_none()) {
        return nothing(&comparison.reference.escape_debug().to_string());
    }
    for (place, label) in comparison.variants.iter().enumerate() {
        let mut sides = all().filter_map(|compared| compared.variants.get(place)).peekable();
        if sides.peek().is_some() && sides.all(|difference| difference.side.mean.is_none()) {
            return nothing(&label.escape_debug().to_string());
        }
    }
    Ok(())
}

fn refuse_without_matters(compiled: &[Arc<Compiled>]) -> Result<(), Failed> {
    let says = |one: &Arc<Compiled>| one.scenario.outcomes.iter().any(|outcome| outcome.matters.is_some());
    if compiled.first().is_some_and(says) {
        return Ok(());
    }
    let text = "error: no outcome says what `matters`, so that no interval is ever narrow enough";
    Err(Failed::Input(format!("{text}\nhelp: write `matters: 2` with an outcome, or leave out `--until`")))
}

fn print(comparison: &Comparison, format: Format, printer: &Printer) -> Result<(), Failed> {
    match format {
        Format::Table => printer.print(&compare::table(comparison, printer.width(), printer.colour())),
        Format::Json => {
            let json = compare::json(comparison).map_err(|error| Failed::Job(format!("error: {error}")))?;
            printer.print(&(json + "\n"))
        }
    }
}
