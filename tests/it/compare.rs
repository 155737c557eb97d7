//! `entente compare`: what a policy changes, under the same dice; the same numbers however the runs were come by.

use crate::played::{compiled, repository};
use crate::support::{Scratch, entente};
use entente::compare::{Joint, Player, play_together};
use insta::assert_snapshot;
use serde_json::Value;
use std::sync::Arc;

const PATRONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/two-patrons.yaml");

fn text(arguments: &[&str]) -> String {
    let ran = entente(&[&["compare"], arguments].concat()).success();
    String::from_utf8(ran.get_output().stdout.clone()).expect("text")
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&text(&[arguments, &["--format", "json", "--quiet"]].concat())).expect("JSON")
}

fn refused(arguments: &[&str]) -> String {
    let ran = entente(&[&["compare"], arguments].concat()).code(2);
    assert!(ran.get_output().stdout.is_empty(), "nothing is printed as a result");
    String::from_utf8(ran.get_output().stderr.clone()).expect("text")
}

fn stored(scenario: &str, folder: &str, more: &[&str]) {
    entente(&[&["run", scenario, "--out", folder, "--quiet"], more].concat()).success();
}

#[test]
fn the_table_says_what_a_person_needs() {
    assert_snapshot!("compare", text(&[PATRONS, "--runs", "500", "--seed", "7"]));
}

#[test]
fn the_object_for_programs_has_the_promised_keys() {
    let mut object = json(&[PATRONS, "--variant", "patient_neighbour", "--runs", "500", "--seed", "7"]);
    for key in ["reference", "variants", "runs", "seed", "outcomes", "milestones"] {
        assert!(object.get(key).is_some(), "no `{key}`");
    }
    for of in [&object["outcomes"]["posts_lost"], &object["milestones"]["near_walks_away"]] {
        let keys = ["difference", "low", "high", "spread", "higher_share", "flips", "gain", "matters"];
        keys.iter().for_each(|key| assert!(of["patient_neighbour"].get(key).is_some(), "no `{key}`"));
    }
    // Every tick would make a long page.
    let ticks = object["parting"][0]["ticks"].as_array_mut().expect("ticks");
    assert_eq!(ticks.len(), 53);
    ticks.retain(|tick| tick["parted"].as_f64().is_some_and(|parted| parted > 0.0));
    ticks.truncate(2);
    assert_snapshot!("compare_json", serde_json::to_string_pretty(&object).expect("JSON"));
}

#[test]
fn nothing_depends_on_threads_or_on_whether_runs_were_stored() {
    let scratch = Scratch::new();
    let variants = ["baseline", "far_aid_doubled", "patient_neighbour"];
    let named: Vec<&str> = variants.iter().flat_map(|variant| ["--variant", *variant]).collect();
    let given = [&[PATRONS, "--runs", "300", "--seed", "3"], named.as_slice()].concat();
    let played = json(&[given.as_slice(), &["--threads", "1"]].concat());
    assert_eq!(played, json(&[given.as_slice(), &["--threads", "3"]].concat()));
    let below = scratch.path("below");
    let kept = json(&[given.as_slice(), &["--out", &below]].concat());
    for variant in variants {
        let folder = scratch.path(variant);
        stored(PATRONS, &folder, &["--runs", "300", "--seed", "3", "--variant", variant]);
    }
    let folders: Vec<String> = variants.iter().map(|variant| scratch.path(variant)).collect();
    let read = json(&folders.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(read, kept);
    for key in ["reference", "variants", "runs", "seed", "paired", "outcomes", "milestones", "notes"] {
        assert_eq!(played[key], read[key], "{key}");
    }
    assert_eq!(played["parting"], read["parting"]);
    let partings = read["parting"].as_array().map(Vec::len);
    assert_eq!((played["parting"][0]["from"].as_str(), partings), (Some("2024-01-05"), Some(1)));
    // What is there is read, and not played again.
    let written =
        |folder: &str| std::fs::metadata(format!("{folder}/baseline/runs.parquet")).and_then(|m| m.modified());
    let before = written(&below).expect("a time");
    json(&[given.as_slice(), &["--out", &below]].concat());
    assert_eq!(written(&below).expect("a time"), before);
}

#[test]
fn a_dated_variant_shares_every_run_until_its_date() {
    let object = json(&[PATRONS, "--variant", "patient_neighbour", "--runs", "400", "--seed", "7"]);
    let ticks = object["parting"][0]["ticks"].as_array().expect("ticks");
    let parted = |tick: &Value| tick["parted"].as_f64().expect("a share");
    // 5 January is the first day of step 11, whose outcomes are observed at tick 11.
    let (before, after): (Vec<&Value>, Vec<&Value>) = ticks.iter().partition(|tick| tick["tick"].as_u64() < Some(11));
    assert!(before.iter().all(|tick| parted(tick) == 0.0));
    assert!(before.iter().all(|tick| tick["differences"].as_array().is_some_and(|all| all.iter().all(|d| d == 0.0))));
    assert!(after.windows(2).all(|pair| parted(pair[0]) <= parted(pair[1])), "what has parted stays parted");
    assert!(after.last().is_some_and(|tick| parted(tick) > 0.1));
    let said = text(&[PATRONS, "--variant", "patient_neighbour", "--runs", "400", "--seed", "7"]);
    assert!(said.contains("patient_neighbour: from 2024-01-05; parted:"), "{said}");
}

#[test]
fn runs_that_cannot_be_paired_are_compared_with_a_warning() {
    let scratch = Scratch::new();
    let (a, b, c) = (scratch.path("a"), scratch.path("b"), scratch.path("c"));
    stored(PATRONS, &a, &["--runs", "300", "--seed", "7"]);
    stored(PATRONS, &b, &["--runs", "300", "--seed", "8", "--variant", "far_aid_doubled"]);
    stored(PATRONS, &c, &["--runs", "200", "--seed", "7", "--variant", "far_aid_doubled"]);
    let said = text(&[&a, &b]);
    for part in ["runs are not paired", "the seed of far_aid_doubled is 8, that of the reference 7"] {
        assert!(said.contains(part), "no `{part}`:\n{said}");
    }
    assert!(text(&[&a, &c]).contains("the number of runs of far_aid_doubled is 200, that of the reference 300"));
    let object = json(&[&a, &b]);
    assert_eq!(object["paired"], false);
    let one = &object["outcomes"]["territory"]["far_aid_doubled"];
    assert!(one["spread"].is_null() && one["gain"].is_null() && one["higher_share"].is_null());
    let width = |object: &Value| {
        let one = &object["outcomes"]["posts_lost"]["far_aid_doubled"];
        one["high"].as_f64().expect("a number") - one["low"].as_f64().expect("a number")
    };
    // Shared dice make the same comparison sharper.
    let d = scratch.path("d");
    stored(PATRONS, &d, &["--runs", "300", "--seed", "7", "--variant", "far_aid_doubled"]);
    assert!(width(&json(&[&a, &d])) < 0.9 * width(&object));
}

#[test]
fn settings_and_folders_tell_results_apart() {
    let scratch = Scratch::new();
    let (a, b) = (scratch.path("a"), scratch.path("b"));
    stored(PATRONS, &a, &["--runs", "60"]);
    stored(PATRONS, &b, &["--runs", "60", "--set", "far_aid=80"]);
    assert_eq!(json(&[&a, &b])["variants"][0], "baseline, far_aid=80");
    let twice = scratch.path("twice");
    stored(PATRONS, &twice, &["--runs", "60"]);
    let object = json(&[&a, &twice]);
    assert_eq!((object["reference"].as_str(), object["variants"][0].as_str()), (Some("a"), Some("twice")));
    let same = &object["outcomes"]["posts_lost"]["twice"];
    assert_eq!((same["difference"].as_f64(), same["finding"].as_str()), (Some(0.0), Some("same")));
    assert!(refused(&[&a, &a]).contains("given twice"));
}

#[test]
fn what_has_nothing_in_common_is_refused_with_a_reason() {
    let scratch = Scratch::new();
    let (a, other) = (scratch.path("a"), scratch.path("other"));
    stored(PATRONS, &a, &["--runs", "60"]);
    let scene = scratch.file("scene.yaml", SCENE);
    stored(&scene, &other, &["--runs", "60"]);
    let said = refused(&[&a, &other]);
    assert!(said.contains("other is of another scenario, scene; the reference is of two-patrons"), "{said}");
    assert!(refused(&[&a]).contains("at least two results"));
    assert!(refused(&[&a, PATRONS]).contains("holds no results"));
    assert!(refused(&[PATRONS, PATRONS]).contains("holds no results"));
    assert!(refused(&[&a, &other, "--runs", "50", "--until"]).contains("`--runs`, `--until` is for a scenario"));
    let shard = scratch.path("shard");
    stored(PATRONS, &shard, &["--runs", "60", "--shard", "1/2"]);
    assert!(refused(&[&a, &shard]).contains("holds a part of an ensemble"));
}

#[test]
fn the_first_is_the_reference_unless_somebody_says_which() {
    let sides = |more: &[&str]| {
        let object = json(&[&[PATRONS, "--runs", "20"], more].concat());
        let variants = object["variants"].as_array().expect("a list").iter().filter_map(Value::as_str);
        [object["reference"].as_str().expect("a label")].into_iter().chain(variants).collect::<Vec<_>>().join(" ")
    };
    let (far, near) = ("far_aid_doubled", "patient_neighbour");
    assert_eq!(sides(&[]), format!("baseline {far} {near}"));
    assert_eq!(sides(&["--variant", near]), format!("baseline {near}"));
    assert_eq!(sides(&["--variant", near, "--variant", "baseline"]), format!("{near} baseline"));
    assert_eq!(
        sides(&["--variant", near, "--variant", "baseline", "--against", far]),
        format!("{far} {near} baseline")
    );
    assert_eq!(sides(&["--against", near]), format!("{near} baseline {far}"));
    // What is laid over all of them changes no difference between a thing and itself.
    assert_eq!(sides(&["--variant", far, "--set", "far_aid=80"]), format!("baseline {far}"));
}

#[test]
fn options_that_make_no_sense_are_refused_with_a_hint() {
    let said = refused(&[PATRONS, "--variant", "far_aid_doubeld"]);
    assert!(said.contains("has no variant `far_aid_doubeld`") && said.contains("did you mean `far_aid_doubled`?"));
    assert!(
        refused(&[PATRONS, "--variant", "far_aid_doubled", "--variant", "far_aid_doubled"]).contains("given twice")
    );
    assert!(refused(&[PATRONS, "--variant", "baseline"]).contains("nothing to compare"));
    assert!(refused(&[PATRONS, "--runs", "0"]).contains("plays nothing"));
    assert!(refused(&[PATRONS, "--threads", "0"]).contains("plays nothing"));
    let said = refused(&[PATRONS, "--knock-out", "--outcome", "post_lost"]);
    assert!(said.contains("no outcome `post_lost`") && said.contains("did you mean `posts_lost`?"), "{said}");
    let scratch = Scratch::new();
    let scene = scratch.file("scene.yaml", SCENE);
    assert!(refused(&[&scene, "--until"]).contains("no outcome says what `matters`"));
}

/// Half of the runs gain what the other half lose; runs with much noise fail under one of the two policies.
const SCENE: &str = "title: Gains
clock: { start: 2024-01-01, tick: 1 week, ticks: 4 }
uncertainties:
  patience: { uniform: [0, 1] }
  noise: { normal: { mean: 0, sd: 1 } }
levers: { push: { default: 0, range: [0, 1] } }
actors:
  a:
    state: { x: 0 }
    policy:
      move: { then: [{ set: { x: \"noise + push * (2 * (patience - 0.7) + if(patience < 0.7, -1, 1))\" } }] }
      idle: { when: x > 1000, then: [{ change: { x: 1 } }] }
      fail: { when: push > 0 and noise > 2, chance: noise, then: [{ change: { x: 0 } }] }
outcomes: { seen: { is: a.x, unit: towns } }
milestones: { high: a.x > 1 }
variants: { pushed: { levers: { push: 1 } } }
";

#[test]
fn a_reversal_is_found_where_the_scenario_has_one_and_failed_runs_are_counted() {
    let scratch = Scratch::new();
    let scene = scratch.file("scene.yaml", SCENE);
    let object = json(&[&scene, "--runs", "2000", "--seed", "5"]);
    let one = &object["outcomes"]["seen"]["pushed"];
    let flip = &one["flips"][0];
    assert_eq!((flip["uncertainty"].as_str(), flip["side"].as_str()), (Some("patience"), Some("above")));
    let (value, share) = (flip["value"].as_f64().expect("a value"), flip["share"].as_f64().expect("a share"));
    assert!((value - 0.7).abs() < 0.05 && (share - 0.3).abs() < 0.06, "{flip}");
    // 2.3% of runs fail under the push alone.
    let pairs = one["pairs"].as_u64().expect("a count");
    assert!((1925..1985).contains(&pairs), "{pairs}");
    let said = text(&[&scene, "--runs", "2000", "--seed", "5"]);
    assert!(said.contains(&format!("{} pairs of pushed failed and are left out", 2000 - pairs)), "{said}");
    assert!(said.contains("reversed where patience > 0.7"), "{said}");
}

#[test]
fn a_side_of_which_every_run_failed_ends_the_job() {
    let scratch = Scratch::new();
    let scene = scratch.file("scene.yaml", &SCENE.replace("noise > 2, chance: noise", "x < 1000, chance: 2 * push"));
    let ran = entente(&["compare", &scene, "--runs", "40"]).code(1);
    let said = String::from_utf8_lossy(&ran.get_output().stderr).into_owned();
    assert!(said.contains("every run of pushed failed"), "{said}");
}

#[test]
fn runs_are_added_until_intervals_are_narrow_and_no_further() {
    let scratch = Scratch::new();
    let scene = scratch.file("scene.yaml", &SCENE.replace("unit: towns", "unit: towns, matters: 0.12"));
    let object = json(&[&scene, "--until", "--seed", "5"]);
    let until = &object["until"];
    let runs = object["runs"].as_u64().expect("a count");
    assert_eq!((until["narrow"].as_bool(), until["looks"].as_u64()), (Some(true), Some(7)));
    assert_eq!(runs, 500 << (until["taken"].as_u64().expect("a count") - 1));
    let half = |object: &Value| {
        let one = &object["outcomes"]["seen"]["pushed"];
        0.5 * (one["high"].as_f64().expect("a number") - one["low"].as_f64().expect("a number"))
    };
    assert!(runs > 500 && half(&object) < 0.12, "{object}");
    // With half the runs it was not narrow yet, although that look alone would have been allowed more.
    let fewer = (runs / 2).to_string();
    assert!(half(&json(&[&scene, "--seed", "5", "--runs", &fewer])) * 1.3 > 0.12);
    // The same numbers come from the same runs at once, but for the looks that the intervals have to allow for.
    let at_once = json(&[&scene, "--seed", "5", "--runs", &runs.to_string()]);
    let mean = |object: &Value| object["outcomes"]["seen"]["pushed"]["difference"].clone();
    assert_eq!(mean(&at_once), mean(&object));
    assert!(half(&at_once) < half(&object));
    let few = json(&[&scene, "--until", "--seed", "5", "--runs", "60"]);
    assert_eq!((few["until"]["narrow"].as_bool(), few["runs"].as_u64()), (Some(false), Some(60)));
    assert_eq!(few["until"]["wide"][0]["outcome"], "seen");
    assert!(text(&[&scene, "--until", "--seed", "5", "--runs", "60"]).contains("still too wide: seen of pushed"));
}

#[test]
fn a_part_that_is_switched_off_is_a_part_that_the_file_does_not_have() {
    let scratch = Scratch::new();
    std::fs::copy(PATRONS, scratch.path("patrons.yaml")).expect("a copy");
    let without = "extends: patrons.yaml
variants:
  pay: { actors: { far: { policy: { pay: null } } } }
  ask_for_arms: { actors: { regime: { policy: { ask_for_arms: null } } } }
  far_war_ends: { events: { far_war_ends: null } }
  request: { actors: { regime: { policy: { ask_for_arms: { then: [{ change: { stock: 0 } }] } } } } }
";
    let patched = json(&[&scratch.file("without.yaml", without), "--runs", "200", "--seed", "7"]);
    let object = json(&[PATRONS, "--knock-out", "--outcome", "posts_lost", "--runs", "200", "--seed", "7"]);
    let off = &object["outcomes"]["posts_lost"];
    for (variant, label) in [
        ("pay", "without far.pay"),
        ("ask_for_arms", "without regime.ask_for_arms"),
        ("far_war_ends", "without event far_war_ends"),
        ("request", "without message request"),
    ] {
        for key in ["difference", "spread", "higher_share", "lower_share", "gain"] {
            assert_eq!(off[label][key], patched["outcomes"]["posts_lost"][variant][key], "{label}: {key}");
        }
    }
    // Every rule, kind of message and event, the largest effect first.
    let labels: Vec<&str> = object["variants"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert_eq!(labels.len(), 3 + 3 + 1 + 2 + 1, "{labels:?}");
    let size = |label: &&str| off[*label]["difference"].as_f64().expect("a number").abs();
    let changed = |place: usize| object["knock_outs"][place]["changed_share"].as_f64().expect("a share");
    let moved: Vec<f64> = labels.iter().enumerate().filter(|(i, _)| changed(*i) > 0.0).map(|(_, l)| size(l)).collect();
    assert!(moved.windows(2).all(|pair| pair[0] >= pair[1]), "{moved:?}");
    let messages = json(&[PATRONS, "--knock-out", "messages", "--runs", "60"]);
    assert_eq!(messages["variants"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_rule_for_many_is_one_part_and_a_kind_of_message_is_one_whoever_sends_it() {
    const TOLD: &str = "title: Told
clock: { start: 2024-01-01, tick: 1 week, ticks: 4 }
groups: { others: [b, c] }
messages: { note: { on_arrival: { change: { heard: amount } } } }
actors:
  a: { policy: { tell: { for: x in others, then: [{ send: note, to: x, amount: 1 + uniform() }] } } }
  b: { state: { heard: 0 }, policy: { pass_on: { then: [{ send: note, to: c, amount: 1 }] } } }
  c: { state: { heard: 0 } }
outcomes: { told: b.heard + c.heard }
";
    let scratch = Scratch::new();
    let object = json(&[&scratch.file("told.yaml", TOLD), "--knock-out", "--runs", "40"]);
    let mut labels: Vec<&str> =
        object["variants"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    labels.sort_unstable();
    assert_eq!(labels, ["without a.tell", "without b.pass_on", "without message note"]);
    let heard = &object["outcomes"]["told"];
    let lost = |label: &str| -heard[label]["difference"].as_f64().expect("a number");
    // What is sent in the first three of four weeks arrives: 1.5 to each of two on average, and 1.
    assert_eq!(lost("without b.pass_on"), 3.0);
    assert!(
        (lost("without a.tell") - 9.0).abs() < 0.6
            && (lost("without message note") - lost("without a.tell") - 3.0).abs() < 1e-9
    );
    assert_eq!(heard["without message note"]["variant"]["mean"], 0.0);
}

#[test]
fn a_ranked_table_names_what_never_mattered() {
    let scratch = Scratch::new();
    let scene = scratch.file("scene.yaml", SCENE);
    let said = text(&[&scene, "--knock-out", "--variant", "pushed", "--runs", "300", "--seed", "7"]);
    assert!(said.contains("Never mattered, in no run and no outcome: a.idle."), "{said}");
    assert_snapshot!(
        "compare_knock_out",
        text(&[PATRONS, "--knock-out", "--outcome", "posts_lost", "--runs", "300", "--seed", "7"])
    );
}

#[test]
fn what_is_played_in_several_goes_is_what_is_played_at_once() {
    let compiled = [
        compiled("scenarios/two-patrons.yaml", None),
        compiled("scenarios/two-patrons.yaml", Some("patient_neighbour")),
    ];
    let player = |lanes| Player { seed: 7, threads: 2, lanes, stop: Arc::default() };
    let labels = ["baseline".to_owned(), "patient_neighbour".to_owned()];
    let mut once = Joint::new(&compiled);
    play_together(&compiled, &player(512), 0..700, &mut once, |_| ()).expect("it is played");
    let mut goes = Joint::new(&compiled);
    for (runs, lanes) in [(0..500, 64), (500..640, 128), (640..700, 7)] {
        play_together(&compiled, &player(lanes), runs, &mut goes, |_| ()).expect("it is played");
    }
    assert_eq!(once.columns, goes.columns);
    assert_eq!(once.partings(&labels), goes.partings(&labels));
    assert!(std::path::Path::new(&repository("scenarios/two-patrons.yaml")).is_file());
}
