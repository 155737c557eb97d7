//! `entente trace`: one run, event by event.

use super::Failed;
use super::arguments::{Changes, Source, Trace, TraceFormat};
use super::open::open;
use super::printer::Printer;
use super::stored::{holds_results, open_whole, scenario_of};
use crate::diagnostics::suggest;
use crate::random::address;
use crate::reference::trace::{self, Asked, Layout, Tick};
use crate::reference::{day_of, drawn};
use crate::scenario::model::{ActorId, Scenario};
use crate::summary::plain;
use std::collections::BTreeSet;

/// The seed, unless the user says.
const SEED: u64 = 1;
/// How many actors are named when the one that was asked for is not there.
const NAMED: usize = 20;

/// Plays one run by the reference interpreter, which the engine equals to the bit, and prints what happened in it.
///
/// # Errors
/// Whatever is wrong with the scenario or the results; an actor or dates that are not there; a standard output that cannot be
/// written.
pub fn trace(options: &Trace, printer: &Printer) -> Result<(), Failed> {
    let (scenario, seed) = opened(options, printer)?;
    let asked = asked(options, &scenario)?;
    match options.format {
        TraceFormat::Jsonl => print_lines(&scenario, seed, options.run, &asked, printer),
        TraceFormat::Text => print_text(&scenario, seed, options.run, &asked, printer),
    }
}

/// The scenario and the seed: as typed, or those of results.
fn opened(options: &Trace, printer: &Printer) -> Result<(Scenario, u64), Failed> {
    let wrong = |text: String| Err(Failed::Input(text));
    if !holds_results(&options.input) {
        if options.run >= address::RUNS {
            return wrong(format!(
                "error: there is no run {}: runs count from 0 to {}",
                options.run,
                address::RUNS - 1
            ));
        }
        let source = Source { scenario: options.input.clone(), changes: options.changes.clone() };
        return Ok((open(&source, printer)?.scenario, options.seed.unwrap_or(SEED)));
    }
    let stored = open_whole(&options.input, "traced")?;
    let identity = stored.identity();
    if options.changes != Changes::default() || options.seed.is_some_and(|seed| seed != identity.seed) {
        let text = "error: results have their seed, variant, patches and settings";
        return wrong(format!("{text}\nhelp: give the scenario itself to trace another run of it"));
    }
    if options.run >= identity.runs {
        let last = identity.runs.saturating_sub(1);
        return wrong(format!("error: there is no run {} in these results: runs count from 0 to {last}", options.run));
    }
    let (loaded, _) = scenario_of(&stored, printer)?;
    Ok((loaded.scenario, stored.identity().seed))
}

/// Which actors and ticks.
fn asked(options: &Trace, scenario: &Scenario) -> Result<Asked, Failed> {
    let actors: BTreeSet<ActorId> = options.actor.iter().map(|name| actor(name, scenario)).collect::<Result<_, _>>()?;
    let clock = &scenario.clock;
    let shown = |tick: u32| day_of(scenario, tick);
    let within = |day: i64| (clock.day(0)..=clock.day(clock.ticks)).contains(&day);
    let known = format!("the clock of `{}` runs from {} to {}", scenario.name, shown(0), shown(clock.ticks));
    for (option, day) in [("--from", options.from), ("--to", options.to)] {
        if day.is_some_and(|day| !within(day)) {
            return Err(Failed::Input(format!("error: `{option}` lies outside the clock\nhelp: {known}")));
        }
    }
    let first = match options.from {
        Some(day) if day > clock.day(0) => clock.last_by(day - 1) + 1,
        _ => 0,
    };
    let last = options.to.map_or(clock.ticks, |day| clock.last_by(day));
    if first > last {
        let text = match (options.from, options.to) {
            (Some(from), Some(to)) if from > to => "error: `--from` lies after `--to`",
            _ => "error: no tick is observed between `--from` and `--to`",
        };
        return Err(Failed::Input(format!("{text}\nhelp: {known}, {} ticks", clock.ticks)));
    }
    Ok(Asked { actors, first, last, reasons: true })
}

fn actor(name: &str, scenario: &Scenario) -> Result<ActorId, Failed> {
    let names = || scenario.actors.iter().map(|actor| actor.name.as_str());
    if let Some(id) = names().position(|known| known == name) {
        return Ok(id);
    }
    let help = match suggest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("its actors are {}", names().take(NAMED).collect::<Vec<_>>().join(", ")),
    };
    Err(Failed::Input(format!("error: the scenario has no actor `{}`\nhelp: {help}", name.escape_debug())))
}

/// Prints as the run is played. Once standard output fails, nothing more is printed.
fn print_lines(scenario: &Scenario, seed: u64, run: u64, asked: &Asked, printer: &Printer) -> Result<(), Failed> {
    let rules = trace::rules(scenario);
    let mut printed = printer.print(&trace::first_line(scenario, seed, run, &drawn(scenario, seed, run)));
    let mut take = |tick: &Tick| {
        if printed.is_ok() {
            printed = printer.print(&trace::event_line(scenario, &rules, tick));
        }
    };
    let played = trace::play(scenario, seed, run, asked, &mut take);
    printed?;
    printer.print(&trace::last_line(scenario, &played))
}

fn print_text(scenario: &Scenario, seed: u64, run: u64, asked: &Asked, printer: &Printer) -> Result<(), Failed> {
    let rules = trace::rules(scenario);
    let layout = Layout { scenario, rules: &rules, width: printer.width(), whole: !asked.actors.is_empty() };
    let print = |text: &str| printer.print(&text.lines().map(|line| plain(line) + "\n").collect::<String>());
    let mut printed = print(&trace::heading(&layout, seed, run, &drawn(scenario, seed, run)));
    let mut is_empty = true;
    let mut take = |tick: &Tick| {
        let text = trace::tick_text(tick, &layout);
        is_empty &= text.is_empty();
        if printed.is_ok() {
            printed = print(&text);
        }
    };
    let played = trace::play(scenario, seed, run, asked, &mut take);
    printed?;
    if is_empty {
        print("\nnothing happened of what was asked for\n")?;
    }
    print(&trace::ending(&layout, &played))
}
