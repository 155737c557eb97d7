//! `entente score` and `entente calibrate`: the same numbers however the runs were come by, and the right ones.

use crate::support::{Scratch, entente, files_of};
use serde_json::Value;

/// What is seen is what drifts and some noise; runs with much noise fail, early or late.
const SCENE: &str = "title: Drift
clock: { start: 2024-01-01, tick: 1 week, ticks: 10 }
uncertainties:
  drift: { normal: { mean: 0, sd: 1 } }
  noise: { normal: { mean: 0, sd: 0.5 } }
  idle: { uniform: [0, 1] }
actors:
  a:
    state: { x: 0 }
    each_tick: { change: { x: drift/week } }
    policy:
      early: { when: noise > 1.1, from: 2024-01-08, chance: 1 + noise, then: [{ change: { x: 0 } }] }
      late: { when: noise < -1.1, from: 2024-02-26, chance: 1 - noise, then: [{ change: { x: 0 } }] }
outcomes:
  seen: drift + noise
  walk: a.x
milestones:
  far: a.x > 2
targets:
  seen: { 2024-01-15: 1 +- 0.08, source: a made-up paper }
  walk: { 2024-01-29: 3 +- 1, 2024-02-07: 4 +- 1, discrepancy: 0.5 }
  far: { by 2024-02-07: yes }
";

fn json(arguments: &[&str]) -> Value {
    let ran = entente(&[arguments, &["--format", "json", "--quiet"]].concat()).success();
    serde_json::from_slice(&ran.get_output().stdout).expect("JSON")
}

fn refused(arguments: &[&str]) -> String {
    let ran = entente(arguments).code(2);
    String::from_utf8(ran.get_output().stderr.clone()).expect("text")
}

fn near(value: &Value, wanted: f64, room: f64) {
    let value = value.as_f64().expect("a number");
    assert!((value - wanted).abs() <= room, "{value} is not within {room} of {wanted}");
}

#[test]
fn results_are_scored_as_their_scenario_is_on_any_number_of_threads() {
    let scratch = Scratch::new();
    let scene = scratch.file("scene.yaml", SCENE);
    let of_scenario = json(&["score", &scene, "--runs", "700", "--seed", "3", "--threads", "1"]);
    assert_eq!(of_scenario, json(&["score", &scene, "--runs", "700", "--seed", "3", "--threads", "3"]));
    // Full series are read; with fewer, or where a run failed later and took its milestone with it, runs are played again.
    for series in ["full", "quantiles", "none"] {
        let folder = scratch.path(series);
        entente(&["run", &scene, "--runs", "700", "--seed", "3", "--series", series, "--out", &folder]).success();
        assert_eq!(json(&["score", &folder, "--threads", "2"]), of_scenario, "{series}");
    }
    let only = "entente: 1\ntargets: { walk: { 2024-01-29: 3 +- 1 } }\n";
    let only = scratch.file("only.yaml", only);
    let read = json(&["score", &scratch.path("full"), "--targets", &only]);
    assert_eq!(read, json(&["score", &scene, "--targets", &only, "--runs", "700", "--seed", "3"]));
    // Some one in seventy has failed by then.
    let failed = of_scenario["reference"]["failed"].as_u64().expect("a count");
    assert!((1..40).contains(&failed), "{failed}");
}

#[test]
fn results_are_scored_by_the_scenario_that_they_kept_where_it_is_gone_and_by_its_targets_where_it_is_not() {
    let scratch = Scratch::new();
    let (scenario, folder) = (scratch.file("drift.yaml", SCENE), scratch.path("a"));
    entente(&["run", &scenario, "--runs", "200", "--seed", "3", "--out", &folder, "--quiet"]).success();
    let before = json(&["score", &folder]);
    scratch.file("drift.yaml", &SCENE.replace("  far: { by 2024-02-07: yes }\n", ""));
    let fewer = json(&["score", &folder]);
    assert!(fewer["targets"].as_array().map(Vec::len) < before["targets"].as_array().map(Vec::len));
    std::fs::remove_file(&scenario).expect("removed");
    assert_eq!(json(&["score", &folder]), before);
}

#[test]
fn a_row_says_what_was_observed_what_was_forecast_and_what_rivals_make_of_it() {
    let scratch = Scratch::new();
    let scene = scratch.file("scene.yaml", SCENE);
    let scored = json(&["score", &scene, "--runs", "4000", "--seed", "3"]);
    let row = &scored["targets"][1];
    assert_eq!(
        (row["target"].as_str(), row["date"].as_str(), row["tick"].as_u64()),
        (Some("walk"), Some("2024-01-29"), Some(4))
    );
    assert_eq!(
        (row["observed"].as_f64(), row["tolerance"].as_f64(), row["discrepancy"].as_f64()),
        (Some(3.0), Some(1.0), Some(0.5))
    );
    // After four weeks the walk is N(0, 16), and with both errors N(0, 16 + 0.37 + 0.25). Runs with much noise are gone, which
    // drift knows nothing of.
    let sd = (16.0_f64 + 1.0 / (1.645 * 1.645) + 0.25).sqrt();
    near(&row["median"], 0.0, 0.25);
    near(&row["q05"], -1.645 * sd, 0.4);
    near(&row["q95"], 1.645 * sd, 0.4);
    near(&row["pit"], 0.769, 0.03);
    let crps = entente::stats::normal_crps(0.0, sd, 3.0);
    near(&row["crps"], crps, 4.0 * row["crps_error"].as_f64().expect("an error"));
    assert_eq!((row["inside_50"].as_bool(), row["inside_90"].as_bool()), (Some(false), Some(true)));
    // The start is known: 0, without error.
    let wanted = entente::stats::normal_crps(0.0, 1.0 / 1.645, 3.0);
    near(&row["rivals"]["nothing_changes"]["score"], wanted, 1e-9);
    near(&row["rivals"]["nothing_changes"]["skill"], 1.0 - row["crps"].as_f64().unwrap() / wanted, 1e-9);
    assert!(row["rivals"]["straight_line"]["missing"].as_str().is_some_and(|why| why.contains("two earlier")));
    assert!(scored["targets"][2]["rivals"]["straight_line"]["score"].is_number());
    let far = &scored["targets"][3];
    assert_eq!((far["kind"].as_str(), far["observed"].as_bool()), (Some("milestone"), Some(true)));
    // By the fifth week: drift above 0.4.
    near(&far["share"], 0.3446, 0.03);
    near(&far["brier"], 0.6554 * 0.6554, 0.04);
    assert_eq!(far["rivals"]["even_chance"]["score"].as_f64(), Some(0.25));
    let totals = &scored["totals"]["all"];
    assert_eq!((totals["outcomes"].as_u64(), totals["milestones"].as_u64()), (Some(3), Some(1)));
    let mean = (0..3).map(|row| scored["targets"][row]["crps"].as_f64().unwrap()).sum::<f64>() / 3.0;
    near(&totals["crps"], mean, 1e-12);
    assert_eq!(scored["rivals"].as_array().map(Vec::len), Some(6));
}

#[test]
fn with_a_first_date_rivals_know_nothing_from_there_on() {
    let scratch = Scratch::new();
    let scene = scratch.file("scene.yaml", SCENE);
    let bent = SCENE.replace("2024-01-29: 3 +- 1", "2024-01-29: -8 +- 1");
    let bent = scratch.file("bent.yaml", &bent);
    let last = |scene: &str, from: &str| {
        let scored = json(&["score", scene, "--runs", "50", "--from", from]);
        let rows = scored["targets"].as_array().expect("rows").clone();
        let row = rows.into_iter().find(|row| row["date"] == "2024-02-07" && row["target"] == "walk");
        row.expect("the row")["rivals"].clone()
    };
    assert_eq!(last(&scene, "2024-01-29"), last(&bent, "2024-01-29"), "what was observed that day is not known");
    assert_ne!(last(&scene, "2024-01-30"), last(&bent, "2024-01-30"), "what was observed before is");
}

#[test]
fn calibration_finds_what_a_conjugate_prior_would() {
    let scratch = Scratch::new();
    let scene = scratch.file("scene.yaml", SCENE);
    let weights = scratch.path("weights.csv");
    let fitted = [
        "calibrate",
        &scene,
        "--runs",
        "20000",
        "--seed",
        "5",
        "--to",
        "2024-01-15",
        "--accept",
        "0.02",
        "-o",
        &weights,
    ];
    let told = json(&fitted);
    // A drift of N(0, 1), seen as 1 with noise of variance ¼: N(0.8, 0.2).
    let drift = &told["uncertainties"][0];
    let accepted = told["accepted"].as_u64().expect("a count") as f64;
    assert!((380.0..=400.0).contains(&accepted));
    near(&drift["accepted_mean"], 0.8, 4.0 * 0.447 / accepted.sqrt());
    near(&drift["accepted_sd"], 0.447, 0.06);
    near(&drift["shift"], 0.8, 0.1);
    near(&drift["ratio"], 0.447, 0.06);
    assert_eq!((drift["moved"].as_bool(), drift["chance"].as_f64()), (Some(true), Some(0.001)));
    // Noise is N(0.2, 0.2); what nothing reads stays.
    assert_eq!(told["uncertainties"][1]["moved"].as_bool(), Some(true));
    assert_eq!(told["uncertainties"][2]["moved"].as_bool(), Some(false));
    assert_eq!(told["covered"].as_bool(), Some(true));
    assert_eq!(told["effective"].as_f64(), Some(accepted));

    let scored = json(&["score", &scene, "--runs", "20000", "--seed", "5", "--weights", &weights]);
    let standings: Vec<&str> =
        scored["targets"].as_array().expect("rows").iter().map(|row| row["standing"].as_str().unwrap()).collect();
    assert_eq!(standings, ["in-sample", "predicted", "predicted", "predicted"]);
    near(&scored["targets"][1]["median"], 4.0 * 0.8, 0.3);
    near(&scored["reference"]["weights"]["effective"], accepted, 1e-6);
    assert!(scored["totals"]["in_sample"]["crps"].is_number() && scored["totals"]["predicted"]["crps"].is_number());

    // Results are weighted as their scenario is, and stay as they are.
    let folder = scratch.path("results");
    let run = ["run", &scene, "--runs", "20000", "--seed", "5", "--series", "full", "--out", &folder];
    json(&run);
    let before = files_of(&folder);
    assert_eq!(json(&["score", &folder, "--weights", &weights]), scored);
    let again = scratch.path("again.csv");
    assert_eq!(
        json(&["calibrate", &folder, "--to", "2024-01-15", "--accept", "0.02", "-o", &again])["uncertainties"],
        told["uncertainties"]
    );
    assert_eq!(std::fs::read(&again).expect("weights"), std::fs::read(&weights).expect("weights"));
    let weighted = json(&[&run[..], &["--weights", &weights]].concat());
    assert_eq!(files_of(&folder), before);
    near(&weighted["outcomes"]["walk"]["mean"], 8.0, 0.9);
    near(&weighted["outcomes"]["walk"]["sd"], 4.47, 0.6);
    // Of those that are weighed some failed later.
    near(&weighted["weights"]["effective"], accepted, 20.0);
    let share = &weighted["milestones"]["far"];
    assert!(share["share"].as_f64() > Some(0.9) && share["high"].as_f64() > share["share"].as_f64());
    let text = entente(&[&run[..], &["--weights", &weights]].concat()).success();
    let text = String::from_utf8_lossy(&text.get_output().stdout).into_owned();
    assert!(text.contains("weighted by ") && text.contains("fitted to 2024-01-15"), "{text}");
}

#[test]
fn weights_of_other_runs_are_refused() {
    let scratch = Scratch::new();
    let scene = scratch.file("scene.yaml", SCENE);
    let weights = scratch.path("weights.csv");
    entente(&["calibrate", &scene, "--runs", "500", "--seed", "5", "-o", &weights]).success();
    for command in ["score", "run"] {
        let out = scratch.path("out");
        let with = |more: &[&str]| {
            let mut arguments = vec![command, &scene, "--weights", &weights];
            if command == "run" {
                arguments.extend(["--out", &out]);
            }
            arguments.extend(more);
            refused(&arguments)
        };
        let text = with(&["--runs", "500", "--seed", "6"]);
        assert!(text.contains("holds the weights of other results: their seed is 5, here it is 6"), "{text}");
        assert!(text.contains("help: `entente calibrate` makes weights for these"), "{text}");
        assert!(with(&["--runs", "501", "--seed", "5"]).contains("their number of runs is 500, here it is 501"));
        assert!(with(&["--runs", "500", "--seed", "5", "--set", "drift=1"]).contains("their scenario is"));
        assert!(!std::path::Path::new(&out).exists(), "nothing is played in vain");
    }
    let other = scratch.file("other.csv", "run,weight\n1,1\n");
    assert!(refused(&["score", &scene, "--weights", &other]).contains("holds no weights of runs: its first line"));
    assert!(refused(&["score", &scene, "--weights", "nowhere.csv"]).contains("there is no such file"));
    // What is no file of weights is never replaced.
    assert!(refused(&["calibrate", &scene, "-o", &scene]).contains("it is left as it is"));
}

#[test]
fn a_prior_that_does_not_cover_what_was_observed_is_told() {
    let scratch = Scratch::new();
    let scene = scratch.file("scene.yaml", &SCENE.replace("2024-01-15: 1 +- 0.08", "2024-01-15: 40 +- 1"));
    let weights = scratch.path("weights.csv");
    let ran = entente(&["calibrate", &scene, "--runs", "300", "--to", "2024-01-15", "-o", &weights]).success();
    let text = String::from_utf8_lossy(&ran.get_output().stdout).into_owned();
    assert!(text.contains("the prior does not cover what was observed"), "{text}");
    let exact = scratch.file("exact.yaml", &SCENE.replace("1 +- 0.08", "1"));
    let text = refused(&["calibrate", &exact, "-o", &weights]);
    assert!(text.contains("`seen` on 2024-01-15 has neither a tolerance nor a discrepancy"), "{text}");
    assert!(refused(&["calibrate", &scene, "--runs", "20", "-o", &weights]).contains("keeps 1; at least 2 are needed"));
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let scratch = Scratch::new();
    let scene = scratch.file("scene.yaml", SCENE);
    let folder = scratch.path("results");
    entente(&["run", &scene, "--runs", "20", "--out", &folder]).success();
    for (arguments, said) in [
        (vec!["score", &folder, "--runs", "3"], "`--runs` is for a scenario"),
        (vec!["score", &folder, "--variant", "calm"], "results have their variant"),
        (vec!["score", &scene, "--scenario", &scene], "`--scenario` is for results"),
        (vec!["score", &scene, "--runs", "1"], "a single run cannot be scored"),
        (vec!["score", &scene, "--from", "2024-03-01"], "they run from 2024-01-15 to 2024-02-07"),
        (vec!["score", &scene, "--from", "soon"], "write year-month-day"),
        (vec!["calibrate", &scene, "--accept", "0", "-o", "w.csv"], "a share lies above 0"),
    ] {
        let text = refused(&arguments);
        assert!(text.contains(said), "{arguments:?}: {text}");
    }
    let bare = scratch.file("bare.yaml", SCENE.split("targets:").next().expect("the scene"));
    assert!(refused(&["score", &bare]).contains("has no targets"));
    // Results stay theirs when the scenario gets targets later, or others.
    let later = scratch.file("later.yaml", &SCENE.replace("2024-02-07: 4 +- 1, ", ""));
    assert_eq!(json(&["score", &folder, "--scenario", &later])["targets"].as_array().map(Vec::len), Some(3));
    entente(&["verify", &folder, "--scenario", &later]).success();
}

#[test]
fn the_tables_are_what_a_person_reads() {
    let scratch = Scratch::new();
    let scene = scratch.file("scene.yaml", SCENE);
    let text = |arguments: &[&str]| {
        let ran = entente(arguments).success();
        String::from_utf8_lossy(&ran.get_output().stdout).replace(&scratch.path(""), "")
    };
    insta::assert_snapshot!("score", text(&["score", &scene, "--runs", "2000", "--seed", "3"]));
    let weights = scratch.path("weights.csv");
    let fit = [
        "calibrate",
        &scene,
        "--runs",
        "2000",
        "--seed",
        "3",
        "--to",
        "2024-01-31",
        "--accept",
        "0.05",
        "-o",
        &weights,
    ];
    insta::assert_snapshot!("calibrate", text(&fit));
    let scored = text(&["score", &scene, "--runs", "2000", "--seed", "3", "--weights", &weights]);
    insta::assert_snapshot!("score_under_weights", scored);
}
