//! Failures: which value is checked where, and that a run that fails spoils no other.

use crate::story::Scene;
use crate::support::{Scratch, entente};

/// Half of the runs would divide by zero from step 3 on.
fn dividing(by: &str) -> Scene {
    Scene::weeks(5, &dividing_text(by))
}

fn dividing_text(by: &str) -> String {
    format!(
        "
uncertainties: {{ flag: {{ bernoulli: 0.5 }} }}
actors:
  one:
    state: {{ n: 0, x: 0 }}
    each_tick: {{ change: {{ n: 1 }} }}
    policy:
      divide: {{ when: n >= 2, then: [{{ set: {{ x: \"{by}\" }} }}] }}
      after: {{ when: \"1 / (n - 2) > 5\", then: [{{ change: {{ x: 1 }} }}] }}
outcomes: {{ the_n: one.n, the_x: one.x }}
milestones: {{ early: one.n >= 1 }}
"
    )
}

#[test]
fn the_first_failure_is_named_and_no_other_run_is_spoiled() {
    let story = dividing("1 / (1 - flag)").runs(40);
    let mut failed = 0;
    for run in 0..40 {
        if story.drawn(run, "flag") == 1.0 {
            failed += 1;
            let (tick, place) = story.failure(run).expect("it divides by zero");
            // `after` fails in the same step, but stands further down.
            assert_eq!(tick, 3);
            assert!(place.contains("one.divide"), "{place}");
            assert_eq!(story.of_run(run, "the_n"), [0.0, 1.0, 2.0]);
        } else {
            let (tick, place) = story.failure(run).expect("its second rule fails");
            assert_eq!(tick, 3);
            assert!(place.contains("one.after"), "{place}");
        }
    }
    assert!((5..35).contains(&failed));
    assert_eq!(story.failed(), 40);
}

#[test]
fn a_state_that_wanders_out_of_all_numbers_fails_though_it_would_be_brought_within_bounds() {
    let areas: String = (0..8).map(|area| format!("    g{area}: {{ ally: {} }}\n", ["one", "two"][area % 2])).collect();
    let text = format!(
        "
uncertainties: {{ flag: {{ bernoulli: 0.5 }} }}
actors:
  one: {{ state: {{ strength: 1 }}, each_tick: {{ change: {{ strength: 0.1 }} }} }}
  two: {{ state: {{ strength: 2 }} }}
territory:
  areas:
{areas}
  state: {{ share: {{ start: 0.5, within: [0, 1] }} }}
  each_tick:
    set: {{ share: a.share - 0.02 * (a.ally.strength / (1 - flag) - 1) + 0.3 * (uniform() - 0.5) }}
outcomes: {{ least: \"min(a in areas, a.share)\", middle: \"mean(a in areas, a.share)\" }}
"
    );
    let story = Scene::weeks(4, &text).runs(40);
    let broken = (0..40).filter(|&run| story.drawn(run, "flag") == 1.0);
    for run in broken.clone() {
        let (tick, place) = story.failure(run).expect("it divides by zero");
        assert_eq!(tick, 1);
        assert!(place.contains("share") || place.contains("territory"), "{place}");
    }
    assert!((5..35).contains(&broken.clone().count()));
    assert_eq!(story.failed(), broken.count());
}

#[test]
fn only_the_side_that_is_taken_is_checked() {
    for by in [
        "if(flag == 1, 0, 1 / (1 - flag))",
        "if(flag == 1 or 1 / (1 - flag) > 0, 2, 3)",
        "if(flag == 0 and 1 / (1 - flag) > 0, 2, 3)",
    ] {
        let text = dividing_text(by)
            .replace("      after: { when: \"1 / (n - 2) > 5\"", "      after: { when: \"n != 2 and 1 / (n - 2) > 5\"");
        let story = Scene::weeks(5, &text).runs(20);
        assert_eq!(story.failed(), 0, "{by}");
        assert!((0..20).any(|run| story.drawn(run, "flag") == 1.0));
        assert!(story.fired(0, "one.divide") == 3);
    }
}

#[test]
fn a_value_is_checked_only_where_the_rule_acts_and_where_it_is_used() {
    let text = "
actors:
  one:
    state: { n: 0, x: 1 }
    each_tick: { change: { n: 1 } }
    policy:
      never: { when: n > 100, then: [{ set: { x: 1 / 0 } }] }
      idle: { let: { broken: 1 / (n - n) }, then: [{ set: { x: 2 } }] }
      half: { let: { broken: 1 / (n - n) }, then: [{ set: { x: \"if(n > 100, broken, 3)\" } }] }
      through: { then: [{ set: { x: \"1 / (1 / (n - n))\" } }] }
outcomes: { the_x: one.x }
";
    let story = Scene::weeks(3, text).play();
    assert_eq!(story.failed(), 0);
    // What is not finite on the way is no matter, only what is stored.
    assert_eq!(story.of("the_x"), [1.0, 0.0, 0.0, 0.0]);
}

#[test]
fn a_chance_outside_zero_to_one_fails_and_is_not_clamped() {
    let text = "
actors:
  one:
    state: { n: 0, acted: 0 }
    each_tick: { change: { n: 0.5 } }
    policy: { act: { chance: n, then: [{ change: { acted: 1 } }] } }
outcomes: { the_n: one.n, the_acted: one.acted }
";
    let story = Scene::weeks(5, text).play();
    let (tick, place) = story.failure(0).expect("a chance of 1.5");
    assert_eq!(tick, 4);
    assert!(place.contains("one.act"), "{place}");
    assert_eq!(story.of("the_n"), [0.0, 0.5, 1.0, 1.5]);
    assert!(story.last("the_acted") >= 1.0, "a chance of 1 always acts");
}

#[test]
fn failed_runs_are_left_out_of_statistics_and_these_say_so() {
    let scratch = Scratch::new();
    let text = format!("clock: {{ start: 2024-01-01, tick: 1 week, ticks: 5 }}\n{}", dividing_text("1 / (1 - flag)"))
        .replace("when: \"1 / (n - 2) > 5\"", "when: n > 100");
    let file = scratch.file("dividing.yaml", &text);
    let folder = scratch.path("results");
    let arguments = ["run", &file, "--runs", "64", "--seed", "5", "--out", &folder];
    let told = entente(&[&arguments[..], &["--format", "json", "--quiet"]].concat());
    let object: serde_json::Value = serde_json::from_slice(&told.success().get_output().stdout).expect("JSON");
    let failed = object["failed"].as_u64().expect("a number");
    assert!((10..54).contains(&failed), "{failed}");
    assert_eq!(
        (object["outcomes"]["the_x"]["mean"].as_f64(), object["outcomes"]["the_x"]["sd"].as_f64()),
        (Some(1.0), Some(0.0))
    );
    // Everybody who did not fail passed the milestone, and only they are asked.
    assert_eq!(object["milestones"]["early"]["share"].as_f64(), Some(1.0));
    let stored = entente::results::Stored::open(folder.as_ref()).expect("results");
    let mut values = Vec::new();
    stored.outcome(1, |part| values.extend_from_slice(part)).expect("an outcome");
    assert_eq!(values.iter().filter(|value| value.is_nan()).count() as u64, failed, "a failed run has no outcomes");
    let words = String::from_utf8(entente(&arguments).success().get_output().stdout.clone()).expect("text");
    assert!(words.contains(&failed.to_string()) && words.contains("failed"), "{words}");
}
