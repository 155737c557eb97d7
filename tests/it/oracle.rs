//! P3: the engine equals the slow reference interpreter, bit for bit, on random scenarios.
//!
//! `ENTENTE_ORACLE_CASES` sets how many scenarios are tried, `ENTENTE_ORACLE_SEED` which.

use crate::random_scenarios::{Lists, Written, write};
use crate::support::Scratch;
use entente::engine::{self, Batch, Compiled, Level};
use entente::random::address::Key;
use entente::reference::{self, Played};
use entente::scenario::compose::Composition;
use entente::scenario::load::load;
use entente::scenario::model::Scenario;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use std::path::Path;
use std::sync::Arc;

/// How the runs are played: these must not matter.
struct Way {
    level: Level,
    /// How many runs at a time, from the first on; the last number again and again.
    batches: &'static [usize],
    /// Whether runs and tasks are taken from the last to the first.
    backwards: bool,
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// Neighbours, and some that are far away from each other.
fn runs() -> Vec<u64> {
    (0..66).chain([4095, 4096, 70_001, 1 << 33]).collect()
}

fn ways() -> Vec<Way> {
    let batches: [&[usize]; 3] = [&[1000], &[1, 3, 17], &[64]];
    let mut ways = Vec::new();
    for (i, level) in Level::available().iter().rev().enumerate() {
        ways.push(Way { level: *level, batches: batches[i % 3], backwards: i % 2 == 1 });
    }
    while ways.len() < 2 {
        ways.push(Way { level: Level::best(), batches: batches[1], backwards: true });
    }
    ways
}

/// Writes the scenario's files and loads them.
pub fn loaded(written: &Written) -> Result<Scenario, String> {
    let folder = Scratch::new();
    for (name, text) in &written.tables {
        folder.file(name, text);
    }
    let path = folder.file("random.yaml", &written.yaml);
    let composition = Composition { variant: written.variant.clone(), ..Composition::default() };
    load(Path::new(&path), &composition).map(|loaded| loaded.scenario).map_err(|error| error.to_string())
}

/// Where a run's failure stands, in words.
fn place(scenario: &Scenario, tick: u32, place: usize) -> String {
    format!("tick {tick}, {:?}", scenario.places.get(place))
}

/// Holds what the engine played to the reference, run by run.
pub fn compare(scenario: &Scenario, played: &engine::Played, runs: &[u64], expected: &[&Played]) -> Result<(), String> {
    let mut fired = vec![false; played.fired.len()];
    for (lane, (run, expected)) in runs.iter().zip(expected).enumerate() {
        let found = played.failures.iter().find(|failure| failure.index == lane);
        let (found, wanted) = (found.map(|f| (f.tick, f.place)), expected.failure.map(|f| (f.tick, f.place)));
        if found != wanted {
            let words = |f: Option<(u32, usize)>| f.map_or("none".into(), |(tick, at)| place(scenario, tick, at));
            return Err(format!("run {run}: failure\n  engine {}\n  reference {}", words(found), words(wanted)));
        }
        for (i, value) in expected.uncertainties.iter().enumerate() {
            same(
                &format!("run {run}: uncertainty {}", scenario.uncertainties[i].name),
                played.uncertainties[i][lane],
                *value,
            )?;
        }
        for (tick, values) in expected.series.iter().enumerate() {
            for (i, value) in values.iter().enumerate() {
                let what = || format!("run {run}, tick {tick}: outcome {}", scenario.outcomes[i].name);
                same(&what(), played.series[tick][i][lane], *value)?;
            }
        }
        let closing = expected.series.last().filter(|_| expected.failure.is_none());
        for (i, outcome) in scenario.outcomes.iter().enumerate() {
            let what = format!("run {run}: closing value of {}", outcome.name);
            same(&what, played.outcomes[i][lane], closing.map_or(f64::NAN, |values| values[i]))?;
        }
        let milestones: Vec<_> = played.milestones.iter().map(|milestone| milestone[lane]).collect();
        equal(&format!("run {run}: milestones"), &milestones, &expected.milestones)?;
        equal(&format!("run {run}: closed"), played.closed[lane], expected.closed)?;
        equal(&format!("run {run}: stop"), played.stopped_by[lane].map(usize::from), expected.stopped_by)?;
        fired.iter_mut().zip(&expected.fired).for_each(|(fired, times)| *fired |= *times > 0);
    }
    // Once a run has failed, the engine may play its tick to the end.
    if expected.iter().all(|run| run.failure.is_none()) {
        equal("rules that fired", &played.fired, &fired)?;
    }
    Ok(())
}

fn same(what: &str, found: f64, wanted: f64) -> Result<(), String> {
    if found.to_bits() == wanted.to_bits() || found.is_nan() && wanted.is_nan() {
        return Ok(());
    }
    Err(format!(
        "{what}\n  engine {found:e} ({:016x})\n  reference {wanted:e} ({:016x})",
        found.to_bits(),
        wanted.to_bits()
    ))
}

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, found: T, wanted: T) -> Result<(), String> {
    if found == wanted {
        return Ok(());
    }
    Err(format!("{what}\n  engine {found:?}\n  reference {wanted:?}"))
}

/// Plays a scenario in the slow and in the fast way, in several ways.
fn check(scenario: Scenario, seed: u64) -> Result<Tally, String> {
    let expected: Vec<(u64, Played)> =
        runs().into_iter().map(|run| (run, reference::play(&scenario, seed, run))).collect();
    for (run, played) in expected.iter().take(2) {
        crate::trace::is_the_run(&scenario, seed, *run, played)?;
    }
    let actors = scenario.actors.len();
    let compiled = Arc::new(Compiled::new(scenario));
    for way in ways() {
        let mut left: Vec<&(u64, Played)> = expected.iter().collect();
        if way.backwards {
            left.reverse();
        }
        let mut sizes = way.batches.iter().copied().chain(std::iter::repeat(way.batches[way.batches.len() - 1]));
        while !left.is_empty() {
            let part: Vec<_> = left.drain(..sizes.next().unwrap_or(1).min(left.len())).collect();
            let (runs, expected): (Vec<u64>, Vec<&Played>) =
                part.into_iter().map(|(run, played)| (*run, played)).unzip();
            let order = if way.backwards { (0..actors).rev().collect() } else { vec![] };
            let batch = Batch { runs: runs.clone(), key: Key::from_seed(seed), level: way.level, series: true, order };
            let played = engine::play(&compiled, &batch).map_err(|error| error.to_string())?;
            compare(&compiled.scenario, &played, &runs, &expected)
                .map_err(|error| format!("{:?}, batches of {:?}: {error}", way.level, way.batches))?;
        }
    }
    Ok(Tally::of(&compiled.scenario, &expected))
}

/// What the scenarios had in them, to be sure that something was compared.
#[derive(Default)]
struct Tally {
    scenarios: usize,
    runs: usize,
    failed: usize,
    stopped: usize,
    contests: usize,
    drawn: usize,
    territories: usize,
    dated: usize,
    messages: usize,
    fired: usize,
    moved: usize,
}

impl Tally {
    fn of(scenario: &Scenario, played: &[(u64, Played)]) -> Self {
        let count = |test: &dyn Fn(&Played) -> bool| played.iter().filter(|(_, played)| test(played)).count();
        let contest = scenario.territory.as_ref().is_some_and(|territory| territory.contest.is_some());
        let drawn = |run: &Played| run.posts_drawn.iter().any(|(_, posts)| posts.iter().any(|posts| *posts > 0.0));
        Self {
            scenarios: 1,
            runs: played.len(),
            failed: count(&|run| run.failure.is_some()),
            stopped: count(&|run| run.stopped_by.is_some()),
            contests: usize::from(contest),
            drawn: count(&drawn),
            territories: usize::from(scenario.territory.is_some()),
            dated: usize::from(scenario.switch.is_some()),
            messages: usize::from(scenario.actors.iter().any(|actor| !actor.inbox.is_empty())),
            fired: count(&|run| run.fired.iter().any(|times| *times > 0)),
            moved: count(&|run| run.series.windows(2).any(|pair| pair[0] != pair[1])),
        }
    }

    fn add(&mut self, other: &Self) {
        for (sum, part) in [
            (&mut self.scenarios, other.scenarios),
            (&mut self.runs, other.runs),
            (&mut self.failed, other.failed),
            (&mut self.stopped, other.stopped),
            (&mut self.contests, other.contests),
            (&mut self.drawn, other.drawn),
            (&mut self.territories, other.territories),
            (&mut self.dated, other.dated),
            (&mut self.messages, other.messages),
            (&mut self.fired, other.fired),
            (&mut self.moved, other.moved),
        ] {
            *sum += part;
        }
    }
}

/// Works on a thread of its own, so that what a panic leaves behind disturbs nothing else.
fn on_its_own<T: Send>(work: impl FnOnce() -> Result<T, String> + Send) -> Result<T, String> {
    let said = |panic: Box<dyn std::any::Any + Send>| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
    };
    let result = std::thread::scope(|scope| scope.spawn(work).join());
    result.unwrap_or_else(|panic| Err(format!("a panic: {}", said(panic))))
}

fn tell(written: &Written, error: &str) -> String {
    let tables: Vec<String> = written.tables.iter().map(|(name, text)| format!("# {name}\n{text}")).collect();
    format!("{error}\n--- variant {:?}\n{}{}---\n{error}", written.variant, written.yaml, tables.join(""))
}

#[test]
fn the_engine_equals_the_reference_interpreter_bit_for_bit_on_random_scenarios() {
    let cases = u32::try_from(setting("ENTENTE_ORACLE_CASES", 150)).expect("a number of cases");
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 6000, ..Config::default() };
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&setting("ENTENTE_ORACLE_SEED", 1).to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let tally = std::cell::RefCell::new(Tally::default());
    let refused = std::cell::Cell::new(0);
    let result = runner.run(&Lists, |numbers| {
        let numbers = numbers.0;
        let seed = numbers.iter().fold(7, |seed: u64, number| seed.wrapping_mul(31).wrapping_add(u64::from(*number)));
        let written = write(numbers);
        // Now and then a random chance is 2.5, or a value lacks its side: the reader refuses it, and rightly.
        let Ok(scenario) = loaded(&written) else {
            refused.set(refused.get() + 1);
            return Err(TestCaseError::reject("refused by the reader"));
        };
        let played = on_its_own(|| check(scenario, seed));
        let played = played.map_err(|error| TestCaseError::fail(tell(&written, &error)))?;
        tally.borrow_mut().add(&played);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{}", error.to_string().replace("\\n", "\n"));
    }
    let tally = tally.into_inner();
    // Otherwise little would have been compared.
    assert!(refused.get() * 20 < tally.scenarios, "{} refused beside {}", refused.get(), tally.scenarios);
    assert!(tally.failed * 2 < tally.runs && tally.failed > 0, "{} of {} runs failed", tally.failed, tally.runs);
    assert!(tally.moved * 3 > tally.runs && tally.fired * 3 > tally.runs, "{} {}", tally.moved, tally.fired);
    for (what, count) in [
        ("stopped runs", tally.stopped),
        ("contests", tally.contests),
        ("runs that draw posts", tally.drawn),
        ("territories without a contest", tally.territories - tally.contests),
        ("dated variants", tally.dated),
        ("scenarios with messages", tally.messages),
    ] {
        assert!(count > 0, "no {what} in {} scenarios", tally.scenarios);
    }
}

/// Endless lists of numbers, of which scenarios can be made.
pub fn random_numbers(seed: u64) -> impl Iterator<Item = Vec<u16>> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        let next = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 48) as u16
        };
        (0..3000).map(next).collect()
    })
}

/// Tells what the reader refuses of many scenarios, for whoever changes the generator.
#[test]
#[ignore = "a tool for changing the generator"]
fn what_is_refused_of_random_scenarios() {
    let mut refused = std::collections::BTreeMap::<String, (usize, String)>::new();
    let cases = setting("ENTENTE_ORACLE_CASES", 2000);
    let numbers = random_numbers(setting("ENTENTE_ORACLE_SEED", 1));
    for numbers in numbers.take(usize::try_from(cases).expect("a number of cases")) {
        if let Err(error) = loaded(&write(numbers)) {
            for part in error.split("\n\n").filter(|part| part.starts_with("error")) {
                let head: String = part.lines().next().unwrap_or("").chars().filter(|c| !c.is_ascii_digit()).collect();
                refused.entry(head).or_insert((0, part.to_owned())).0 += 1;
            }
        }
    }
    for (count, text) in refused.values() {
        println!("{count} times: {text}\n");
    }
    assert!(refused.is_empty(), "of {cases} scenarios");
}
