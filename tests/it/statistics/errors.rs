//! What is said of the error of the statistics: intervals cover as often as they promise, and errors are as large.

use super::tests_of_fit::binomial;
use super::{Model, mean_of};
use crate::support::{Scratch, entente};
use entente::stats::{Moments, Reached, wilson};

const WALK: &str = "
clock: { start: 2024-01-01, tick: 1 week, ticks: 3 }
actors:
  one:
    state: { hits: 0, x: 0 }
    policy: { strike: { chance: 0.1, then: [{ change: { hits: 1 } }] } }
    each_tick: { change: { x: normal() } }
outcomes: { place: one.x, struck: one.hits }
milestones: { first: one.hits > 0 }
";

/// The chance of the milestone.
fn known() -> f64 {
    1.0 - 0.9_f64.powi(3)
}

/// How often Wilson's interval around hits among `runs` covers the chance behind them.
fn coverage(runs: usize) -> f64 {
    let covers = |hits: usize| wilson(hits as u64, runs as u64).is_some_and(|i| i.low <= known() && known() <= i.high);
    binomial(runs, known()).iter().enumerate().filter(|(hits, _)| covers(*hits)).map(|(_, share)| share).sum()
}

#[test]
fn intervals_of_milestones_cover_the_truth_as_often_as_they_promise() {
    let model = Model::new(WALK);
    let (seeds, runs) = (1500, 100);
    let mut covered = 0;
    for seed in 0..seeds {
        let mut reached = Reached::default();
        model.sample(seed, runs).milestone("first").iter().for_each(|first| reached.count(*first));
        let interval = reached.summary().share.expect("there are runs");
        covered += usize::from(interval.low <= known() && known() <= interval.high);
    }
    let exact = coverage(runs as usize);
    assert!((0.93..0.97).contains(&exact), "{exact}");
    super::is_chance("intervals that cover", covered, seeds as usize, exact);
}

#[test]
fn the_monte_carlo_error_is_the_spread_of_means_over_seeds() {
    let model = Model::new(WALK);
    let (mut means, mut errors) = (Vec::new(), Vec::new());
    for seed in 0..800 {
        let sample = model.sample(seed, 64);
        let moments = Moments::of(sample.outcome("place"));
        means.push(moments.mean().expect("a mean"));
        errors.push(moments.monte_carlo_error().expect("an error"));
    }
    let n = means.len() as f64;
    let spread = mean_of(&means).1 * n.sqrt();
    // What is known of both: √3 a run, √(3/64) a mean.
    let known = (3.0_f64 / 64.0).sqrt();
    let limit = 4.0 / (2.0 * n).sqrt();
    assert!((spread / known - 1.0).abs() < limit, "{spread}, not {known}");
    // The mean of a sample deviation is less than the deviation by one part in 4n.
    assert!((mean_of(&errors).0 / known - 1.0).abs() < 0.02, "{errors:?}");
    super::is_known("means", &means, 0.0);
}

#[test]
fn the_summary_tells_the_errors_that_its_seeds_have() {
    let folder = Scratch::new();
    let file = folder.file("walk.yaml", WALK);
    let seeds = 40;
    let (mut means, mut errors, mut covered) = (Vec::new(), Vec::new(), 0);
    for seed in 0..seeds {
        let (seed, out) = (seed.to_string(), folder.path(&format!("results-{seed}")));
        let arguments = ["run", &file, "--runs", "200", "--seed", &seed, "--out", &out, "--format", "json", "--quiet"];
        let told = entente(&arguments).success();
        let summary: serde_json::Value = serde_json::from_slice(&told.get_output().stdout).expect("JSON");
        let number = |value: &serde_json::Value| value.as_f64().expect("a number");
        means.push(number(&summary["outcomes"]["place"]["mean"]));
        errors.push(number(&summary["outcomes"]["place"]["mc_error"]));
        let milestone = &summary["milestones"]["first"];
        covered += usize::from(number(&milestone["low"]) <= known() && known() <= number(&milestone["high"]));
    }
    let n = means.len() as f64;
    let spread = mean_of(&means).1 * n.sqrt();
    let told = mean_of(&errors).0;
    assert!((spread / told - 1.0).abs() < 4.0 / (2.0 * n).sqrt(), "a spread of {spread}, an error of {told}");
    super::is_chance("intervals that cover", covered, seeds, coverage(200));
}
