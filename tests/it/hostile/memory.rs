//! What is fine to check but would take more memory than there is to play.

use super::{assert_refused, limits::limited};
use crate::support::Scratch;

const ACTOR: &str = "actors: { a: { state: { x: 1 } } }\n";

/// Plays a scenario under the limits. How much memory there is differs from machine to machine.
fn refused(name: &str, text: &str, more: &[&str]) {
    let scratch = Scratch::new();
    let path = scratch.file("hostile.yaml", text);
    let folder = scratch.path("results");
    let ended = limited(&[&["run", &path, "--out", &folder], more].concat());
    assert_eq!(ended.code, Some(2), "{}", ended.errors);
    assert!(!std::path::Path::new(&folder).exists(), "nothing is written");
    let (before, after) = ended.errors.split_once(", and there are ").unwrap_or((&ended.errors, ""));
    let after = after.split_once(" MiB").map_or("", |(_, rest)| rest);
    assert_refused(name, &format!("{before}, and there are so many MiB{after}"));
}

#[test]
fn a_hundred_thousand_ticks_of_a_thousand_outcomes() {
    let outcomes: String = (0..1000).map(|i| format!("  o{i}: a.x + {i}\n")).collect();
    let clock = "clock: { start: 2024-01-01, tick: 1 day, ticks: 100000 }\n";
    refused(
        "a_hundred_thousand_ticks_of_a_thousand_outcomes",
        &format!("{clock}{ACTOR}outcomes:\n{outcomes}"),
        &["--threads", "1"],
    );
}

#[test]
fn more_threads_than_there_are_addresses_for() {
    let clock = "clock: { start: 2024-01-01, tick: 1 week, ticks: 10 }\n";
    let more = ["--threads", "1000", "--batch", "1", "--series", "none", "--runs", "4000"];
    refused("more_threads_than_there_are_addresses_for", &format!("{clock}{ACTOR}"), &more);
}

#[test]
fn more_threads_than_anybody_has() {
    let scratch = Scratch::new();
    let clock = "clock: { start: 2024-01-01, tick: 1 week, ticks: 10 }\n";
    let path = scratch.file("hostile.yaml", &format!("{clock}{ACTOR}"));
    let ended = limited(&["run", &path, "--threads", "100000", "--out", &scratch.path("results")]);
    assert_eq!(ended.code, Some(2), "{}", ended.errors);
    assert_eq!(ended.errors, "error: `--threads 100000` is too many; give at most 1024\n");
}

#[test]
fn a_thousand_actors_play_under_the_same_limits() {
    let scratch = Scratch::new();
    let actors: String = (0..1000).map(|i| format!("  a{i}: {{ state: {{ x: 1 }}, policies: [p] }}\n")).collect();
    let policies = "policies: { p: { r: { then: [{ change: { x: 1 } }] } } }\n";
    let clock = "clock: { start: 2024-01-01, tick: 1 week, ticks: 10 }\n";
    let path = scratch.file("crowd.yaml", &format!("{clock}{policies}actors:\n{actors}"));
    let ended = limited(&["run", &path, "--threads", "1", "--runs", "10", "--out", &scratch.path("results")]);
    assert_eq!(ended.code, Some(0), "{}", ended.errors);
}
