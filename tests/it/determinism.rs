//! P1: the same bytes for any number of threads, any batch size and any order in which actors' tasks start.

use crate::played::{batch, bits, compiled, repository, written};
use crate::support::{Scratch, entente};
use entente::engine::{Batch, Compiled, Packing, Played, play, play_with};
use entente::ensemble::{fitting_lanes, lanes_for};
use entente::results::Stored;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Threads and batch size.
type Way = (usize, usize);

/// Actors who talk at random to one who listens: what he hears depends on the order of the messages within a tick. Some
/// runs fail and some stop early, each at its own tick, so that lanes close and are moved together.
const TALK: &str = "
title: Talk
clock: { start: 2024-01-01, tick: 1 week, ticks: 8 }
uncertainties: { zeal: { uniform: [0.2, 0.8] } }
messages: { word: { delay: 2 weeks, on_arrival: { set: { heard: 0.5 * heard + amount } } } }
policies:
  talk:
    speak: { chance: zeal, then: [{ send: word, to: listener, amount: uniform() }] }
    muse: { then: [{ set: { mood: sqrt(uniform() - 0.01) } }] }
actors:
  one: { state: { mood: 0 }, policies: [talk] }
  listener:
    state: { heard: 0 }
    policy: { answer: { when: heard > 1, then: [{ set: { heard: 0.9 * heard } }] } }
  two: { state: { mood: 0 }, policies: [talk] }
  three: { state: { mood: 0 }, policies: [talk] }
outcomes:
  gossip: listener.heard
  moods: one.mood + two.mood + three.mood
milestones: { loud: gossip > 0.9 }
stop: { deafening: gossip > 1.1 }
";

/// Every file that the command leaves, by name, but for the log.
fn files(scenario: &str, more: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let scratch = Scratch::new();
    let folder = scratch.path("results");
    let mut arguments = vec!["run", scenario, "--quiet", "--out", &folder];
    arguments.extend(more);
    entente(&arguments).success();
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(&folder).expect("a results folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        files.insert(name, std::fs::read(&path).expect("a file"));
    }
    assert!(files.remove("log.json").is_some(), "the only file that may differ");
    files
}

/// Plays in each of these ways and compares all files with those of the first.
fn same_files(scenario: &str, runs: u64, ways: &[Way]) -> BTreeMap<String, Vec<u8>> {
    let runs = runs.to_string();
    let play = |(threads, batch): Way| {
        let (threads, batch) = (threads.to_string(), batch.to_string());
        files(scenario, &["--seed", "7", "--runs", &runs, "--threads", &threads, "--batch", &batch])
    };
    let first = play(ways[0]);
    for name in ["runs.parquet", "series.parquet", "quantiles.parquet", "manifest.json", "scenario.json", "source.json"]
    {
        assert!(first.contains_key(name), "no {name}");
    }
    for &way in &ways[1..] {
        let other = play(way);
        assert!(first.keys().eq(other.keys()), "other files with (threads, batch) {way:?} than with {:?}", ways[0]);
        for (name, bytes) in &first {
            let same = other.get(name) == Some(bytes);
            assert!(same, "{scenario}: {name} differs between (threads, batch) {:?} and {way:?}", ways[0]);
        }
    }
    first
}

#[test]
fn two_patrons_leave_the_same_files_for_any_threads_and_batch() {
    let ways: Vec<Way> =
        [256, 1, 3, 64, 1000].into_iter().flat_map(|batch| [1, 2, 7].map(|threads| (threads, batch))).collect();
    // More runs than the largest batch.
    same_files(&repository("scenarios/two-patrons.yaml"), 1010, &ways);
}

#[test]
fn the_reference_workload_leaves_the_same_files_for_any_threads_and_batch() {
    let ways = [(1, 256), (2, 1), (7, 3), (1, 64), (7, 1000), (2, 64)];
    same_files(&repository("bench/patrons.yaml"), 70, &ways);
}

#[test]
fn myanmar_leaves_the_same_files_for_any_threads_and_batch() {
    let ways = [(1, 256), (7, 1), (2, 3), (1, 64), (2, 1000)];
    same_files(&repository("scenarios/myanmar"), 9, &ways);
}

/// A war over posts that each run draws; those of some runs are none, which fails them at the start.
const DRAWN: &str = "
title: Drawn
clock: { start: 2024-01-01, tick: 1 week, ticks: 6 }
uncertainties: { total: { uniform: [-1, 40] } }
ties: { hostile: { pairs: [[red, blue], [blue, red]], start: 1, within: [0, 1] } }
actors:
  red: { state: { troops: { start: \"amount_held(red, posts)\" } } }
  blue: { state: { troops: 20 } }
territory:
  areas:
    north: { towns: 1, held_by: red }
    plain: { towns: 2, held_by: blue }
    south: { towns: 1, held_by: blue }
  neighbours: [[north, plain], [plain, south]]
  state: { share: { start: exp(normal()) }, seen: { start: \"a.posts[red]\" } }
  sides:
    red: { force: troops, posts: \"total * a.share / sum(b in areas, b.share)\" }
    blue: { force: troops, posts: 6 * uniform() }
  between: hostile
  contest: { pace: 0.3/week }
outcomes: { of_red: \"amount_held(red, posts)\", of_blue: \"amount_held(blue, posts)\", as_seen: \"sum(a in areas, a.seen)\" }
stop: { gone: of_blue < 3 }
";

#[test]
fn posts_that_are_drawn_are_the_same_for_any_threads_and_batch() {
    let scratch = Scratch::new();
    let path = scratch.file("drawn.yaml", DRAWN);
    same_files(&path, 1010, &[(1, 256), (2, 1), (7, 3), (1, 64), (2, 1000)]);
    let compiled = written(DRAWN, None);
    let [packed, running_on] = [Packing::WhenWorthIt, Packing::Never]
        .map(|packing| play_with(&compiled, &batch(7, 300), packing).expect("a batch is played"));
    assert!(all_bits(&packed) == all_bits(&running_on), "packing shows");
    assert!(!packed.failures.is_empty() && packed.failures.len() < 30, "{} failed", packed.failures.len());
}

#[test]
fn several_parts_of_runs_leave_the_same_files_and_more_runs_leave_the_first_as_they_were() {
    let scratch = Scratch::new();
    let path = scratch.file("talk.yaml", TALK);
    // Two parts, the second begun; a batch of 1,000 ends where a part does.
    same_files(&path, 5000, &[(1, 256), (2, 3), (7, 64), (2, 1000), (7, 4096), (1, 1000)]);
    let outcome = |runs: &str, name: &str| {
        let folder = scratch.path(name);
        entente(&["run", &path, "--seed", "7", "--runs", runs, "--out", &folder, "--quiet"]).success();
        let stored = Stored::open(Path::new(&folder)).expect("results");
        let (mut values, mut failed) = (Vec::new(), 0);
        stored.outcome(0, |part| values.extend_from_slice(part)).expect("an outcome");
        stored.failures(|_| failed += 1).expect("failures");
        let mut stopped = 0;
        stored.stops(|stop| stopped += usize::from(stop.is_some())).expect("stops");
        (bits(&values), failed, stopped)
    };
    let (few, failed, stopped) = outcome("4100", "few");
    let (many, _, _) = outcome("5000", "many");
    assert_eq!((few.len(), many.len()), (4100, 5000));
    assert!(few[..] == many[..4100], "a run depends on how many there are");
    assert!(failed > 300 && stopped > 300, "{failed} failed and {stopped} stopped: too few to prove much");
}

#[test]
fn the_same_command_leaves_the_same_files_twice_and_another_seed_others() {
    for scenario in [repository("scenarios/two-patrons.yaml"), repository("bench/patrons.yaml")] {
        let play = |seed| files(&scenario, &["--runs", "100", "--seed", seed]);
        let first = play("11");
        assert!(first == play("11"), "{scenario}: the same command leaves other bytes");
        let other = play("12");
        for name in ["runs.parquet", "series.parquet"] {
            assert!(first[name] != other[name], "{scenario}: {name} does not depend on the seed");
        }
    }
}

#[test]
fn what_is_kept_over_time_changes_neither_the_runs_nor_their_digest() {
    let scratch = Scratch::new();
    let talk = scratch.file("talk.yaml", TALK);
    for (i, scenario) in [repository("scenarios/two-patrons.yaml"), talk].iter().enumerate() {
        let kept = |series: &str| {
            let folder = scratch.path(&format!("{series}{i}"));
            let arguments = ["run", scenario, "--runs", "300", "--seed", "7", "--series", series, "--out", &folder];
            entente(&arguments).success();
            let read = |name: &str| std::fs::read(Path::new(&folder).join(name)).ok();
            let stored = Stored::open(Path::new(&folder)).expect("results");
            (stored.digest().to_owned(), read("runs.parquet"), read("quantiles.parquet"), read("series.parquet"))
        };
        let (none, quantiles, full) = (kept("none"), kept("quantiles"), kept("full"));
        assert!(none.1.is_some() && none.2.is_none() && quantiles.3.is_none() && full.3.is_some());
        assert_eq!((&none.0, &none.0), (&quantiles.0, &full.0), "{scenario}: the digest");
        assert!(none.1 == quantiles.1 && none.1 == full.1, "{scenario}: runs.parquet");
        assert!(quantiles.2.is_some() && quantiles.2 == full.2, "{scenario}: quantiles.parquet");
    }
}

/// Everything of a batch as whole numbers.
fn all_bits(played: &Played) -> Vec<u64> {
    let lists = played.uncertainties.iter().chain(&played.outcomes).chain(played.series.iter().flatten());
    let mut all: Vec<u64> = lists.flat_map(|list| bits(list)).collect();
    all.extend(played.milestones.iter().flatten().map(|tick| tick.map_or(u64::MAX, u64::from)));
    all.extend(played.closed.iter().map(|&tick| u64::from(tick)));
    all.extend(played.stopped_by.iter().map(|stop| stop.map_or(u64::MAX, u64::from)));
    let failures = played.failures.iter();
    all.extend(failures.flat_map(|failure| [failure.index as u64, u64::from(failure.tick), failure.place as u64]));
    all.extend(played.fired.iter().map(|&fired| u64::from(fired)));
    all
}

fn same_in_any_order(compiled: &Arc<Compiled>, runs: u64, orders: &[Vec<usize>]) {
    let play = |order: &[usize]| {
        let batch = Batch { order: order.to_vec(), ..batch(7, runs) };
        all_bits(&play(compiled, &batch).expect("a batch is played"))
    };
    let first = play(&[]);
    for order in orders {
        assert!(play(order) == first, "{}: tasks started in the order {order:?}", compiled.scenario.name);
    }
}

/// All orders of the numbers below n.
fn orders(n: usize) -> Vec<Vec<usize>> {
    let Some(last) = n.checked_sub(1) else { return vec![vec![]] };
    let with_last = |order: Vec<usize>| {
        (0..n).map(move |place| {
            let mut order = order.clone();
            order.insert(place, last);
            order
        })
    };
    orders(last).into_iter().flat_map(with_last).collect()
}

#[test]
fn the_order_in_which_actors_start_does_not_matter() {
    let all = orders(4);
    assert_eq!(all.len(), 24);
    same_in_any_order(&written(TALK, None), 100, &all);
    same_in_any_order(&compiled("scenarios/two-patrons.yaml", None), 100, &all);
    for (scenario, runs) in [("bench/patrons.yaml", 20), ("scenarios/myanmar", 3)] {
        let compiled = compiled(scenario, None);
        let actors = compiled.scenario.actors.len();
        let turned = (0..actors).map(|i| (i + actors / 2) % actors).collect();
        let strided = (0..actors).step_by(2).chain((1..actors).step_by(2)).collect();
        same_in_any_order(&compiled, runs, &[(0..actors).rev().collect(), turned, strided]);
    }
}

#[test]
fn packing_the_open_lanes_together_changes_nothing() {
    let talk = written(TALK, None);
    let two_patrons = compiled("scenarios/two-patrons.yaml", None);
    for (compiled, runs) in [(&talk, 300), (&two_patrons, 200)] {
        let [packed, running_on] = [Packing::WhenWorthIt, Packing::Never]
            .map(|packing| play_with(compiled, &batch(7, runs), packing).expect("a batch is played"));
        assert!(all_bits(&packed) == all_bits(&running_on), "{}: packing shows", compiled.scenario.name);
        let closed = packed.closed.iter().filter(|&&tick| tick < compiled.scenario.clock.ticks).count();
        assert!(
            compiled.scenario.name != "written" || closed > 100,
            "{closed} of {runs} closed early: nothing to pack"
        );
    }
}

#[test]
fn a_small_ensemble_is_shared_out_among_all_threads() {
    let compiled = compiled("bench/patrons.yaml", None);
    let fitting = fitting_lanes(&compiled);
    assert_eq!(lanes_for(&compiled, 1_000_000, 2), fitting);
    for (runs, threads) in [(1, 1), (1000, 2), (1000, 7), (600, 2), (64, 1)] {
        let lanes = lanes_for(&compiled, runs, threads);
        assert!(lanes <= fitting && lanes.is_multiple_of(64), "{lanes} lanes");
        // To a row of 64 runs it is a thread's share.
        assert!((lanes as u64) < runs.div_ceil(threads as u64) + 64, "{runs} runs, {threads} threads: {lanes} lanes");
    }
}
