//! The scenarios that come with the program: every what-if can be played, and does what its page says.

use crate::played::{Runs, batch, compiled, loaded, repository, variant};
use entente::engine::play;

const CASES: [&str; 3] = ["scenarios/two-patrons.yaml", "scenarios/myanmar", "scenarios/kazakhstan-2022"];
const KAZAKHSTAN: &str = CASES[2];

#[test]
fn every_variant_of_every_scenario_is_played_and_no_run_of_it_fails() {
    for case in CASES {
        let variants = loaded(&repository(case), &variant(None)).variants;
        assert!(!variants.is_empty(), "{case}");
        for name in variants {
            let played = play(&compiled(case, Some(&name)), &batch(7, 10)).expect("a batch is played");
            assert!(played.failures.is_empty(), "{case}, {name}: {:?}", played.failures[0]);
        }
    }
}

/// How much an outcome of a variant is above the baseline's at the end, on average over the same runs.
fn difference(name: &str, outcome: &str) -> f64 {
    let end = |name| Runs::of(&compiled(KAZAKHSTAN, name), 7, 300).closing(outcome).to_vec();
    let (base, changed) = (end(None), end(Some(name)));
    changed.iter().zip(&base).map(|(changed, base)| changed - base).sum::<f64>() / base.len() as f64
}

#[test]
fn in_kazakhstan_the_promise_holds_the_regime_up_and_the_price_brings_people_out() {
    // The sizes are those of ten thousand runs, on the case's page; here only what 300 runs can tell.
    assert!((-0.25..-0.05).contains(&difference("no_csto", "held")));
    assert!((-0.25..-0.05).contains(&difference("promise_means_nothing", "held")));
    assert!((-0.1..0.0).contains(&difference("words_only", "held")));
    assert!((0.1..0.3).contains(&difference("price_rise_reversed", "held")));
    assert!(difference("early_concessions", "the_dead") < -10.0);
    assert!(difference("security_forces_waver", "held") < -0.1);
}

#[test]
fn kazakhstan_begins_in_the_west_and_comes_to_its_head_within_a_week() {
    let runs = Runs::of(&compiled(KAZAKHSTAN, None), 7, 300);
    let median = |outcome: &str, tick: usize| {
        let mut values = runs.outcome(outcome)[tick].clone();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let unrest: Vec<f64> = (0..=28).map(|tick| median("unrest", tick)).collect();
    let peak = (0..unrest.len()).max_by(|a, b| unrest[*a].total_cmp(&unrest[*b])).expect("a day");
    assert!((3..=6).contains(&peak), "{unrest:?}");
    assert!(unrest[0] < 0.02 && unrest[14] < 0.1, "{unrest:?}");
    assert_eq!(median("troops_in_country", 3), 0.0, "nobody comes before the president asks");
}
