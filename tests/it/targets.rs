//! Targets: what an author reads when they are wrong, and that they change no run.

use crate::support::Scratch;
use entente::diagnostics::render;
use entente::scenario::compose::Composition;
use entente::scenario::load::{Loaded, load, load_with_targets};
use entente::scenario::model::{DatedValue, Observable};
use insta::assert_snapshot;
use std::path::{Path, PathBuf};

const FINE: &str = "title: Observed
clock: { start: 2024-01-01, tick: 1 week, ticks: 10 }
levers: { aid: { default: 1, range: [0, 2] } }
actors:
  a: { state: { x: 1 }, each_tick: { change: { x: aid/week } } }
outcomes:
  towns_lost: { is: a.x, unit: towns }
  posts_lost: 2 * a.x
milestones:
  offensive: a.x > 3
";

const TARGETS: &str = "targets:
  towns_lost: { 2024-01-10: 9 +- 3, 2024-02-05: 23 ± 4, discrepancy: 2, because: counted, source: a paper, basis: data }
  posts_lost: { 2024-02-06: 40 }
  offensive: { by 2024-01-30: yes, by 2024-01-08: no }
";

fn loaded(text: &str, composition: &Composition) -> Loaded {
    let scratch = Scratch::new();
    load(Path::new(&scratch.file("scene.yaml", text)), composition).expect("it is fine")
}

/// What loading says, with the test's own folder left out.
fn refused(text: &str, targets: Option<&str>) -> String {
    let scratch = Scratch::new();
    let path = scratch.file("scene.yaml", text);
    let file = targets.map(|targets| PathBuf::from(scratch.file("targets.yaml", targets)));
    match load_with_targets(Path::new(&path), &Composition::default(), file.as_deref()) {
        Ok(_) => String::from("nothing is wrong"),
        Err(error) => render(&error.diagnostics, &error.sources, false).replace(&scratch.path(""), ""),
    }
}

fn dated(loaded: &Loaded, place: usize) -> Vec<(i64, u32, f64, f64, bool)> {
    let first = loaded.scenario.clock.start;
    let told = |one: &DatedValue| (one.day - first, one.tick, one.value, one.tolerance, one.scored);
    loaded.scenario.targets[place].observations.iter().map(told).collect()
}

#[test]
fn targets_are_read_by_date_and_seen_at_the_last_tick_that_ends_by_it() {
    let loaded = loaded(&format!("{FINE}{TARGETS}"), &Composition::default());
    let targets = &loaded.scenario.targets;
    assert_eq!(
        targets.iter().map(|target| target.of).collect::<Vec<_>>(),
        [Observable::Outcome(0), Observable::Outcome(1), Observable::Milestone(0)]
    );
    assert_eq!((targets[0].discrepancy, targets[0].source.as_deref()), (2.0, Some("a paper")));
    assert_eq!(targets[0].notes.because.as_deref(), Some("counted"));
    // The 10th of January is two days after the first tick's end; the 5th of February ends the fifth.
    assert_eq!(dated(&loaded, 0), [(9, 1, 9.0, 3.0, true), (35, 5, 23.0, 4.0, true)]);
    assert_eq!(dated(&loaded, 1), [(36, 5, 40.0, 0.0, true)]);
    assert_eq!(dated(&loaded, 2), [(7, 1, 0.0, 0.0, true), (29, 4, 1.0, 0.0, true)]);
    assert!((targets[0].observations[0].sd() - 3.0 / 1.645).abs() < 1e-15);
}

#[test]
fn targets_change_neither_the_hash_nor_anything_else_of_a_scenario() {
    let plain = loaded(FINE, &Composition::default());
    let observed = loaded(&format!("{FINE}{TARGETS}"), &Composition::default());
    assert_eq!(plain.resolved_hash, observed.resolved_hash);
    assert_eq!(plain.scenario.basis, observed.scenario.basis);
    let empty = loaded(&format!("{FINE}targets:\n"), &Composition::default());
    assert_eq!((empty.resolved_hash, empty.scenario.targets.len()), (plain.resolved_hash, 0));
}

#[test]
fn variants_and_patches_change_targets_as_any_other_map() {
    let text = format!(
        "{FINE}{TARGETS}variants:
  other: {{ levers: {{ aid: 2 }}, targets: {{ towns_lost: {{ 2024-01-10: null, 2024-02-05: 20 +- 1 }}, posts_lost: null }} }}
  later: {{ from: 2024-02-01, levers: {{ aid: 2 }}, targets: {{ offensive: null }} }}
"
    );
    let variant = |name: &str| Composition { variant: Some(name.to_owned()), ..Composition::default() };
    let other = loaded(&text, &variant("other"));
    assert_eq!((dated(&other, 0), other.scenario.targets.len()), (vec![(35, 5, 20.0, 1.0, true)], 2));
    let later = loaded(&text, &variant("later"));
    assert_eq!(
        later.scenario.targets.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(),
        ["towns_lost", "posts_lost"]
    );
    let scratch = Scratch::new();
    let patch = scratch.file("patch.yaml", "targets: { posts_lost: { 2024-02-06: 41 +- 2 } }");
    let patched = loaded(&text, &Composition { with: vec![PathBuf::from(patch)], ..Composition::default() });
    assert_eq!(dated(&patched, 1), [(36, 5, 41.0, 2.0, true)]);
}

#[test]
fn a_file_of_targets_is_what_is_scored_and_the_scenarios_own_stay_known() {
    let scratch = Scratch::new();
    let path = scratch.file("scene.yaml", &format!("{FINE}{TARGETS}"));
    let file = "entente: 1\ntargets:\n  towns_lost: { 2024-02-05: 24 +- 2, 2024-03-01: 30 +- 2 }\n";
    let file = scratch.file("targets.yaml", file);
    let loaded = load_with_targets(Path::new(&path), &Composition::default(), Some(Path::new(&file))).expect("fine");
    let wanted = [(9, 1, 9.0, 3.0, false), (35, 5, 24.0, 2.0, true), (60, 8, 30.0, 2.0, true)];
    assert_eq!(dated(&loaded, 0), wanted);
    // What the model cannot get right is the model's, wherever it was observed.
    assert_eq!(loaded.scenario.targets[0].discrepancy, 2.0);
    assert!(dated(&loaded, 1).iter().all(|one| !one.4));
}

#[test]
fn everything_that_is_wrong_with_targets_is_told_at_once() {
    let wrong = "targets:
  town_lost: { 2024-01-10: 9 +- 3 }
  aid: { 2024-01-10: 1 }
  towns_lost:
    2023-12-31: 1
    2024-04-01: 9 +- 3
    2024-02-30: 1
    2024-01-10: 9 +- -3
    2024-01-11: nine
    2024-01-12: 9 +- few
    2024-01-13: yes
    2024-01-14: [9, 3]
    by 2024-01-15: 9
    discrepency: 2
  posts_lost: { discrepancy: -1, because: nobody counted }
  offensive: { by 2024-01-10: 0.5, 2024-01-30: yes, by 2024-02-10: yes, by 2024-02-20: no, discrepancy: 1, basis: hearsay }
";
    assert_snapshot!("wrong_targets", refused(&format!("{FINE}{wrong}"), None));
}

#[test]
fn targets_that_are_no_map_of_dates() {
    assert_snapshot!(
        "targets_of_another_kind",
        refused(&format!("{FINE}targets: {{ towns_lost: 9, offensive: }}\n"), None)
    );
    assert_snapshot!("targets_in_a_list", refused(&format!("{FINE}targets: [9]\n"), None));
    assert_snapshot!(
        "a_date_that_stands_twice",
        refused(&format!("{FINE}targets:\n  offensive: {{ by 2024-01-30: yes, 'by  2024-01-30': yes }}\n"), None)
    );
}

#[test]
fn a_file_of_targets_holds_nothing_else() {
    let file = "entente: 2\ntitle: Mine\ntargets: { posts_lots: { 2024-01-10: 9 } }\n";
    assert_snapshot!("a_file_of_targets_and_more", refused(FINE, Some(file)));
    assert_snapshot!("a_file_without_targets", refused(FINE, Some("levers: { aid: 2 }\n")));
    assert_snapshot!(
        "a_file_of_targets_and_a_scenario_that_are_both_wrong",
        refused(&FINE.replace("2 * a.x", "2 * a.y"), Some("targets: { towns_lost: { 2025-01-10: 9 } }"))
    );
}

#[test]
fn more_observations_than_there_may_be_are_refused() {
    let days: Vec<String> =
        (0..1001).map(|day| format!("{}-{:02}-{:02}: 1", 2024 + day / 336, day / 28 % 12 + 1, day % 28 + 1)).collect();
    let long = FINE.replace("ticks: 10", "ticks: 400");
    let text = refused(&format!("{long}targets: {{ towns_lost: {{ {} }} }}\n", days.join(", ")), None);
    assert!(text.contains("1001 observations are too many"), "{text}");
}
