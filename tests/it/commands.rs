//! The command as a person types it: exit codes, what goes where, what is never overwritten.

use crate::support::{Scratch, entente};
use serde_json::Value;

const PATRONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/two-patrons.yaml");

fn stdout(arguments: &[&str]) -> String {
    String::from_utf8(entente(arguments).success().get_output().stdout.clone()).expect("text")
}

fn refused(arguments: &[&str]) -> String {
    let refused = entente(arguments).code(2);
    let output = refused.get_output();
    assert!(output.stdout.is_empty(), "nothing is printed as a result");
    String::from_utf8(output.stderr.clone()).expect("text")
}

#[test]
fn a_fine_scenario_is_checked_in_silence() {
    let checked = entente(&["check", PATRONS]).success();
    assert!(checked.get_output().stdout.is_empty() && checked.get_output().stderr.is_empty());
}

#[test]
fn the_program_can_be_read() {
    let text = stdout(&["check", PATRONS, "--program"]);
    assert!(text.contains("regime: act") && text.contains("near: on request from regime"), "{text}");
}

#[test]
fn a_run_prints_a_summary_and_says_where_the_files_are() {
    let scratch = Scratch::new();
    let folder = scratch.path("a");
    let text = stdout(&["run", PATRONS, "--runs", "200", "--seed", "7", "--out", &folder]);
    for part in
        ["territory", "near_walks_away", "Monte Carlo error", "spread", "model error", "seed", "digest", &folder]
    {
        assert!(text.to_lowercase().contains(&part.to_lowercase()), "the summary has no `{part}`:\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "no colour in a pipe");
    for file in ["manifest.json", "runs.parquet", "series.parquet"] {
        assert!(std::path::Path::new(&folder).join(file).is_file(), "{file}");
    }
}

#[test]
fn the_summary_for_programs_is_one_object_with_the_promised_keys() {
    let scratch = Scratch::new();
    let arguments =
        ["run", PATRONS, "--runs", "200", "--seed", "7", "--out", &scratch.path("a"), "--format", "json", "--quiet"];
    let text = stdout(&arguments);
    let object: Value = serde_json::from_str(&text).expect("JSON");
    for key in [
        "scenario",
        "version",
        "variant",
        "seed",
        "runs",
        "failed",
        "ticks",
        "digest",
        "path",
        "outcomes",
        "milestones",
        "basis",
        "unused",
    ] {
        assert!(object.get(key).is_some(), "no `{key}` in {text}");
    }
    for key in ["unit", "mean", "sd", "mc_error", "q05", "q25", "q50", "q75", "q95"] {
        assert!(object["outcomes"]["territory"].get(key).is_some(), "an outcome has no `{key}`");
    }
    for key in ["share", "low", "high", "q05", "q50", "q95"] {
        assert!(object["milestones"]["near_walks_away"].get(key).is_some(), "a milestone has no `{key}`");
    }
    assert_eq!((&object["runs"], &object["seed"]), (&Value::from(200), &Value::from(7)));
}

#[test]
fn results_that_are_there_already_answer_at_once_and_with_the_same_words() {
    let scratch = Scratch::new();
    let arguments = ["run", PATRONS, "--runs", "150", "--seed", "3", "--out", &scratch.path("a")];
    let first = stdout(&arguments);
    let written =
        || std::fs::metadata(scratch.path("a/runs.parquet")).and_then(|data| data.modified()).expect("a time");
    let time = written();
    assert_eq!(stdout(&arguments), first);
    assert_eq!(written(), time, "the runs were not played again");
}

#[test]
fn other_results_are_never_overwritten_without_force() {
    let scratch = Scratch::new();
    let folder = scratch.path("a");
    let run = |seed: &'static str, more: &[&str]| {
        let mut arguments = vec!["run", PATRONS, "--runs", "100", "--seed", seed, "--out", &folder];
        arguments.extend(more);
        entente(&arguments)
    };
    run("1", &[]).success();
    let complaint = run("2", &[]).code(2);
    let text = String::from_utf8(complaint.get_output().stderr.clone()).expect("text");
    assert!(text.contains("--force") && text.contains(&folder), "{text}");
    run("2", &["--force"]).success();
}

#[test]
fn damaged_results_are_played_again() {
    let scratch = Scratch::new();
    let arguments = ["run", PATRONS, "--runs", "30", "--out", &scratch.path("a")];
    let first = stdout(&arguments);
    scratch.file("a/runs.parquet", "half a file");
    assert_eq!(stdout(&arguments), first);
    std::fs::remove_file(scratch.path("a/series.parquet")).expect("the file was there");
    assert_eq!(stdout(&arguments), first);
    assert!(std::path::Path::new(&scratch.path("a/series.parquet")).is_file());
    // What only shows when it is read is told, and mended on request.
    scratch.file("a/quantiles.parquet", "half a file");
    let told = entente(&arguments).code(1);
    assert!(String::from_utf8_lossy(&told.get_output().stderr).contains("`--force`"));
    assert_eq!(stdout(&[&arguments[..], &["--force"]].concat()), first);
}

#[test]
fn a_place_that_cannot_hold_results_is_left_as_it_is() {
    let scratch = Scratch::new();
    let file = scratch.file("notes.txt", "notes");
    for more in [vec![], vec!["--force"]] {
        let text = refused(&[vec!["run", PATRONS, "--runs", "10", "--out", &file], more].concat());
        assert!(text.contains("it is a file"), "{text}");
    }
    assert_eq!(std::fs::read_to_string(&file).expect("the file"), "notes");
    let text = entente(&["run", PATRONS, "--runs", "10", "--out", &scratch.path("notes.txt/a")]).code(1);
    assert!(text.get_output().stdout.is_empty());
}

#[test]
fn a_log_in_a_pipe_has_no_colour_and_leaves_the_results_alone() {
    let scratch = Scratch::new();
    let command = snapbox::cmd::Command::new(snapbox::cmd::cargo_bin!("entente"));
    let command = command.env("ENTENTE_LOG", "info").env_remove("NO_COLOR");
    let folder = scratch.path("a");
    let ran = command.args(["run", PATRONS, "--runs", "10", "--format", "json", "--out", &folder]).assert().success();
    let output = ran.get_output();
    let log = String::from_utf8(output.stderr.clone()).expect("text");
    assert!(log.contains("playing") && !log.contains('\u{1b}'), "{log:?}");
    serde_json::from_slice::<Value>(&output.stdout).expect("one JSON object and nothing else");
}

#[test]
#[cfg(target_os = "linux")]
fn a_standard_output_that_is_full_is_a_failure_with_a_sentence() {
    let scratch = Scratch::new();
    let folder = scratch.path("a");
    for arguments in [
        vec!["check", PATRONS, "--program"],
        vec!["run", PATRONS, "--run", "3"],
        vec!["run", PATRONS, "--runs", "10", "--out", &folder],
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a full disk");
        let mut command = std::process::Command::new(snapbox::cmd::cargo_bin!("entente"));
        let output = command.args(&arguments).stdout(full).output().expect("it runs");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {text}");
        assert!(text.contains("standard output cannot be written"), "{text}");
    }
    entente::results::Stored::open(folder.as_ref()).expect("the results are whole all the same");
}

#[test]
fn a_folder_of_somebody_elses_is_not_replaced_even_with_force() {
    let scratch = Scratch::new();
    scratch.file("a/diary.txt", "dear diary");
    entente(&["run", PATRONS, "--runs", "10", "--out", &scratch.path("a"), "--force"]).code(2);
    assert!(std::path::Path::new(&scratch.path("a/diary.txt")).is_file());
}

#[test]
fn without_a_folder_results_go_below_results_by_name_seed_and_hash() {
    let scratch = Scratch::new();
    let command = snapbox::cmd::Command::new(snapbox::cmd::cargo_bin!("entente"));
    let there = scratch.path("");
    command.current_dir(&there).args(["run", PATRONS, "--runs", "20", "--seed", "9"]).assert().success();
    let entries = std::fs::read_dir(scratch.path("results")).expect("the folder results").flatten();
    let names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(names[0].starts_with("two-patrons-baseline-9-20-"), "{names:?}");
}

#[test]
fn one_run_alone_is_the_same_as_in_the_ensemble() {
    let scratch = Scratch::new();
    let folder = scratch.path("a");
    entente(&["run", PATRONS, "--runs", "50", "--seed", "7", "--out", &folder]).success();
    let stored = entente::results::Stored::open(folder.as_ref()).expect("results");
    let mut territory = Vec::new();
    stored.outcome(0, |part| territory.extend_from_slice(part)).expect("an outcome");
    let text = stdout(&["run", PATRONS, "--seed", "7", "--run", "41"]);
    let name = &stored.schema().outcomes[0].name;
    let last = text.lines().rev().find(|line| line.trim_start().starts_with(name.as_str())).expect("its last value");
    let shown: f64 = last.split_whitespace().last().and_then(|word| word.parse().ok()).expect("a number");
    assert_eq!(shown.to_bits(), territory[41].to_bits(), "{last}");
}

#[test]
fn one_run_for_programs_ends_where_the_ensemble_has_it() {
    let scratch = Scratch::new();
    let folder = scratch.path("a");
    let typed = ["run", PATRONS, "--seed", "7", "--runs", "50"];
    entente(&[&typed[..], &["--out", &folder]].concat()).success();
    let text = stdout(&[&typed[..], &["--run", "41", "--format", "json"]].concat());
    let run: Value = serde_json::from_str(&text).expect("one JSON object");
    let keys: Vec<&str> = run.as_object().expect("an object").keys().map(String::as_str).collect();
    let promised = [
        "scenario",
        "version",
        "variant",
        "seed",
        "run",
        "ticks",
        "failure",
        "stopped_by",
        "closed",
        "dates",
        "uncertainties",
        "outcomes",
        "milestones",
    ];
    assert_eq!(keys.len(), promised.len(), "{keys:?}");
    assert!(promised.iter().all(|key| keys.contains(key)), "{keys:?}");
    assert_eq!((&run["run"], &run["ticks"], &run["failure"]), (&Value::from(41), &Value::from(52), &Value::Null));

    let stored = entente::results::Stored::open(folder.as_ref()).expect("results");
    let observed = run["closed"].as_u64().expect("a tick") as usize + 1;
    assert_eq!(run["dates"].as_array().map(Vec::len), Some(observed));
    for (place, outcome) in stored.schema().outcomes.iter().enumerate() {
        let values = run["outcomes"][&outcome.name].as_array().expect("its values");
        assert_eq!(values.len(), observed, "{}", outcome.name);
        let mut ends = Vec::new();
        stored.outcome(place, |part| ends.extend_from_slice(part)).expect("an outcome");
        assert_eq!(values.last().and_then(Value::as_f64), Some(ends[41]), "{}", outcome.name);
    }
    for (place, milestone) in stored.schema().milestones.iter().enumerate() {
        let mut ticks = Vec::new();
        stored.milestone(place, |tick| ticks.push(tick)).expect("a milestone");
        let date = ticks[41].map_or(Value::Null, |tick| run["dates"][tick as usize].clone());
        assert_eq!(run["milestones"][&milestone.name], date, "{}", milestone.name);
    }
}

#[test]
fn variants_patches_and_settings_change_what_is_played() {
    let scratch = Scratch::new();
    let patch = scratch.file("patch.yaml", "levers: { far_aid: 100 }\n");
    let mean = |more: &[&str], place: &str| {
        let folder = scratch.path(place);
        let mut arguments = vec!["run", PATRONS, "--runs", "100", "--format", "json", "--out", &folder];
        arguments.extend(more);
        let object: Value = serde_json::from_str(&stdout(&arguments)).expect("JSON");
        (object["variant"].clone(), object["outcomes"]["regime_stock"]["mean"].as_f64().expect("a mean"))
    };
    let (variant, base) = mean(&[], "base");
    assert_eq!(variant, "baseline");
    let (variant, doubled) = mean(&["--variant", "far_aid_doubled"], "doubled");
    assert_eq!(variant, "far_aid_doubled");
    let (_, patched) = mean(&["--with", &patch], "patched");
    let (_, set) = mean(&["--set", "far_aid=100"], "set");
    let (_, last) = mean(&["--with", &patch, "--set", "far_aid=40"], "last");
    assert_ne!(base, doubled);
    assert_eq!(patched, set, "a patch and a setting say the same");
    assert_eq!(last, base, "a setting comes last");
}

#[test]
fn options_that_make_no_sense_are_refused_with_a_sentence() {
    for (arguments, sentence) in [
        (vec!["run", PATRONS, "--runs", "0"], "--runs 0"),
        (vec!["run", PATRONS, "--runs", "10", "--run", "10"], "there is no run 10: runs count from 0 to 9"),
        (vec!["run", PATRONS, "--runs", "-1"], "'--runs <N>': expected a whole number such as 1000"),
        (vec!["run", PATRONS, "--runs", "1e3"], "'--runs <N>': expected a whole number such as 1000"),
        (vec!["run", PATRONS, "--seed", "99999999999999999999"], "'--seed <SEED>': too large"),
        (vec!["run", PATRONS, "--threads", "0"], "--threads 0"),
        (vec!["run", PATRONS, "--batch", "0"], "1 to 4096"),
        (vec!["run", "no/such/scenario.yaml"], "no/such/scenario.yaml"),
        (vec!["run", PATRONS, "--set", "pateince=0.3"], "did you mean `patience`"),
        (vec!["run", PATRONS, "--variant", "far_aid_dubbled"], "did you mean `far_aid_doubled`"),
    ] {
        let text = refused(&arguments);
        assert!(text.contains(sentence), "{arguments:?} says:\n{text}");
    }
}

#[test]
fn help_teaches_by_example() {
    for arguments in [vec!["--help"], vec!["run", "--help"], vec!["check", "--help"]] {
        let text = stdout(&arguments);
        assert!(text.contains("Examples:") && text.contains("entente "), "{text}");
    }
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let scratch = Scratch::new();
    let line = format!(
        "{} run {PATRONS} --runs 50 --out {} | head -1; exit ${{PIPESTATUS[0]}}",
        snapbox::cmd::cargo_bin!("entente").display(),
        scratch.path("a")
    );
    let output = std::process::Command::new("bash").args(["-c", &line]).output().expect("a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(std::path::Path::new(&scratch.path("a/manifest.json")).is_file(), "the results are whole");
}
