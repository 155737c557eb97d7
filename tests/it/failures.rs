//! What only goes wrong while a run is played: the run fails, is named by rule, run and tick, and spoils no other.

use crate::support::{Scratch, entente};
use entente::results::Stored;
use serde_json::Value;

/// `luck` is drawn from 0 to 1; the rule acts from the second week on.
const GAMBLE: &str = "clock: { start: 2024-01-01, tick: 1 week, ticks: 5 }
uncertainties: { luck: { uniform: [0, 1] } }
actors:
  gambler:
    state: { purse: 1 }
    policy:
      gamble:
        from: 2024-01-08
        chance: CHANCE
        then: [{ change: { purse: \"STAKE\" } }]
outcomes: { wealth: gambler.purse + luck }
";

struct Ensemble {
    wealth: Vec<f64>,
    /// Run, tick and place.
    failures: Vec<(u64, u32, String)>,
    summary: String,
}

fn played(chance: &str, stake: &str) -> Ensemble {
    let scratch = Scratch::new();
    let path = scratch.file("gamble.yaml", &GAMBLE.replace("CHANCE", chance).replace("STAKE", stake));
    let folder = scratch.path("results");
    let output = entente(&["run", &path, "--runs", "200", "--batch", "64", "--out", &folder]).success();
    let summary = String::from_utf8(output.get_output().stdout.clone()).expect("text");
    let stored = Stored::open(folder.as_ref()).expect("results");
    let (mut wealth, mut failures) = (Vec::new(), Vec::new());
    stored.outcome(0, |part| wealth.extend_from_slice(part)).expect("an outcome");
    stored.failures(|failure| failures.push((failure.run, failure.tick, failure.place))).expect("the failures");
    Ensemble { wealth, failures, summary }
}

/// Some runs fail at the rule in the second week, and every other one is as it is without their fault.
fn fails_alone(bad: &Ensemble, good: &Ensemble, place: &str) {
    assert!(good.failures.is_empty());
    assert!(!bad.failures.is_empty() && bad.failures.len() < 200, "{} of 200 failed", bad.failures.len());
    for (run, tick, at) in &bad.failures {
        assert_eq!((*tick, at.as_str()), (2, place), "run {run}");
    }
    for run in 0..200 {
        let failed = bad.failures.iter().any(|failure| failure.0 == run);
        let (bad, good) = (bad.wealth[run as usize], good.wealth[run as usize]);
        assert!(if failed { bad.is_nan() } else { bad.to_bits() == good.to_bits() }, "run {run}: {bad}, {good}");
    }
    let (first, failed) = (bad.failures[0].0, bad.failures.len());
    let summary: String = bad.summary.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [format!("{failed} of 200 runs failed"), format!("{place} (run {first}, tick 2, for one)")] {
        assert!(summary.contains(&part), "no `{part}` in:\n{}", bad.summary);
    }
}

#[test]
fn a_chance_above_1_fails_its_run_and_spoils_no_other() {
    let bad = played("2 * luck", "1");
    fails_alone(
        &bad,
        &played("min(1, 2 * luck)", "1"),
        "rule `gambler.gamble`: its chance is not finite or outside 0 to 1",
    );
}

#[test]
fn a_chance_below_0_fails_its_run_and_spoils_no_other() {
    let bad = played("luck - 0.25", "1");
    fails_alone(
        &bad,
        &played("max(0, luck - 0.25)", "1"),
        "rule `gambler.gamble`: its chance is not finite or outside 0 to 1",
    );
}

#[test]
fn a_value_that_is_not_finite_fails_its_run_and_spoils_no_other() {
    let bad = played("1", "ln(luck - 0.5)");
    fails_alone(
        &bad,
        &played("1", "if(luck > 0.5, ln(luck - 0.5), 0)"),
        "rule `gambler.gamble`: an amount or a written value is not finite",
    );
}

#[test]
fn a_failed_run_alone_is_told_where_it_failed() {
    let scratch = Scratch::new();
    let path = scratch.file("gamble.yaml", &GAMBLE.replace("CHANCE", "2").replace("STAKE", "1"));
    entente(&["run", &path, "--run", "0"]).code(2);
    let path = scratch.file("gamble.yaml", &GAMBLE.replace("CHANCE", "luck + 1").replace("STAKE", "1"));
    let output = entente(&["run", &path, "--run", "3", "--format", "json"]).success();
    let run: Value = serde_json::from_slice(&output.get_output().stdout).expect("one JSON object");
    assert_eq!(run["failure"]["tick"], 2);
    assert_eq!(run["failure"]["place"], "rule `gambler.gamble`: its chance is not finite or outside 0 to 1");
    let observed = |values: &Value| values.as_array().map(Vec::len);
    assert_eq!((observed(&run["outcomes"]["wealth"]), observed(&run["dates"])), (Some(2), Some(2)));
}

#[test]
fn an_ensemble_of_failed_runs_alone_fails_and_its_summary_is_still_one_object() {
    let scratch = Scratch::new();
    let path = scratch.file("gamble.yaml", &GAMBLE.replace("CHANCE", "luck + 1").replace("STAKE", "1"));
    let arguments = ["run", &path, "--runs", "9", "--out", &scratch.path("a"), "--format", "json"];
    let output = entente(&arguments).code(1);
    let summary: Value = serde_json::from_slice(&output.get_output().stdout).expect("one JSON object");
    assert_eq!((&summary["failed"], &summary["outcomes"]["wealth"]["mean"]), (&Value::from(9), &Value::Null));
}
