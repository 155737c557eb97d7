//! `entente verify`: results are what the scenario gives, or they are found out.

use crate::played::repository;
use crate::support::{Scratch, entente};

fn stored(scratch: &Scratch, scenario: &str, more: &[&str]) -> String {
    let folder = scratch.path("a");
    entente(&[&["run", scenario, "--seed", "7", "--runs", "300", "--out", &folder], more].concat()).success();
    folder
}

fn said(arguments: &[&str], code: i32) -> String {
    let ran = entente(arguments).code(code);
    let output = ran.get_output();
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn honest_results_are_confirmed_by_a_sample_and_by_all() {
    for series in ["none", "quantiles", "full"] {
        let scratch = Scratch::new();
        let folder = stored(&scratch, &repository("scenarios/two-patrons.yaml"), &["--series", series]);
        let text = said(&["verify", &folder, "--runs", "20"], 0);
        assert!(text.starts_with("20 of 300 runs played again, all as stored (`--sample "), "{text}");
        let text = said(&["verify", &folder, "--all"], 0);
        assert_eq!(text, "300 of 300 runs played again, all as stored\n");
    }
}

#[test]
fn the_same_sample_can_be_drawn_again() {
    let scratch = Scratch::new();
    let folder = stored(&scratch, &repository("scenarios/two-patrons.yaml"), &[]);
    let text = said(&["verify", &folder, "--sample", "11"], 0);
    assert_eq!(text, "100 of 300 runs played again, all as stored (`--sample 11` draws the same)\n");
}

#[test]
fn results_of_other_dice_are_found_out() {
    let scratch = Scratch::new();
    let folder = stored(&scratch, &repository("scenarios/two-patrons.yaml"), &[]);
    // A forger who says that these are the results of seed 8.
    let path = format!("{folder}/manifest.json");
    let manifest = std::fs::read_to_string(&path).expect("the manifest");
    std::fs::write(&path, manifest.replace("\"seed\": 7", "\"seed\": 8")).expect("written");
    let text = said(&["verify", &folder, "--runs", "10"], 1);
    assert!(
        text.contains("error: not as stored") && text.contains("run ") && text.contains("and 5 more runs"),
        "{text}"
    );
    assert!(said(&["verify", &folder, "--all"], 1).contains("the quantiles over time of territory"));
}

#[test]
fn files_that_were_changed_are_found_out() {
    let scratch = Scratch::new();
    let folder = stored(&scratch, &repository("scenarios/two-patrons.yaml"), &[]);
    let other = Scratch::new();
    let foreign = stored(&other, &repository("scenarios/two-patrons.yaml"), &["--set", "far_aid=1"]);
    std::fs::copy(format!("{foreign}/series.parquet"), format!("{folder}/series.parquet")).expect("copied");
    let text = said(&["verify", &folder], 1);
    assert!(text.contains("the rows are not those whose digest the manifest gives"), "{text}");
    std::fs::write(format!("{folder}/runs.parquet"), "half").expect("written");
    assert!(said(&["verify", &folder], 1).contains("runs.parquet is damaged"));
}

#[test]
fn a_scenario_that_has_changed_is_not_blamed_on_the_results() {
    let scratch = Scratch::new();
    let text = std::fs::read_to_string(repository("scenarios/two-patrons.yaml")).expect("the scenario");
    let scenario = scratch.file("mine.yaml", &text);
    let folder = stored(&scratch, &scenario, &["--variant", "far_aid_doubled", "--set", "patience=0.4"]);
    said(&["verify", &folder], 0);
    let kept = scratch.file("kept.yaml", &text);
    std::fs::remove_file(&scenario).expect("removed");
    assert!(said(&["verify", &folder], 2).contains("mine.yaml"));
    let scenario_of = |more: &[&str], code| said(&[&["verify", &folder, "--scenario", &kept], more].concat(), code);
    assert!(scenario_of(&[], 2).contains("are of the variant far_aid_doubled, not of baseline"));
    assert!(scenario_of(&["--variant", "far_aid_doubled"], 2).contains("no longer the one"));
    let text = scenario_of(&["--variant", "far_aid_doubled", "--set", "patience=0.4"], 0);
    assert!(text.contains("all as stored"), "{text}");
}

#[test]
fn a_folder_without_results_is_the_users_mistake() {
    let scratch = Scratch::new();
    for folder in [scratch.path("nowhere"), scratch.path("")] {
        let text = said(&["verify", &folder], 2);
        assert!(text.contains("holds no results: there is no manifest.json in it"), "{text}");
    }
}
