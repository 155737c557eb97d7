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
    std::fs::remove_file(format!("{folder}/source.json")).expect("removed");
    assert!(said(&["verify", &folder], 2).contains("mine.yaml"));
    let scenario_of = |more: &[&str], code| said(&[&["verify", &folder, "--scenario", &kept], more].concat(), code);
    assert!(scenario_of(&[], 2).contains("are of the variant far_aid_doubled, not of baseline"));
    assert!(scenario_of(&["--variant", "far_aid_doubled"], 2).contains("no longer the one"));
    let text = scenario_of(&["--variant", "far_aid_doubled", "--set", "patience=0.4"], 0);
    assert!(text.contains("all as stored"), "{text}");
}

/// A scenario in several files with tables, and a patch that lies elsewhere.
fn in_parts(scratch: &Scratch) -> (String, String) {
    for entry in std::fs::read_dir(repository("scenarios/myanmar")).expect("the folder") {
        let path = entry.expect("an entry").path();
        if let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|name| !name.ends_with(".md")) {
            scratch.file(&format!("war/{name}"), &std::fs::read_to_string(&path).expect("its text"));
        }
    }
    (scratch.path("war"), scratch.file("elsewhere/patch.yaml", "levers: { crackdown_will: 0.5 }\n"))
}

#[test]
fn results_are_verified_by_the_files_that_they_kept_whatever_became_of_the_scenario() {
    let scratch = Scratch::new();
    let (scenario, patch) = in_parts(&scratch);
    let folder = scratch.path("a");
    let changes = ["--variant", "russia_gives_up", "--with", &patch, "--set", "china_restraint=0.4"];
    entente(&[&["run", &scenario, "--runs", "40", "--out", &folder], &changes[..]].concat()).success();
    std::fs::remove_dir_all(&scenario).expect("removed");
    std::fs::write(&patch, "nonsense: [").expect("written");
    assert_eq!(said(&["verify", &folder, "--all"], 0), "40 of 40 runs played again, all as stored\n");
}

#[test]
fn shards_hand_their_scenario_on_to_the_whole() {
    let scratch = Scratch::new();
    let (scenario, _) = in_parts(&scratch);
    let shard = |number: u32| {
        let (folder, shard) = (scratch.path(&format!("s{number}")), format!("{number}/2"));
        entente(&["run", &scenario, "--runs", "40", "--shard", &shard, "--out", &folder]).success();
        folder
    };
    let (whole, first, second) = (scratch.path("whole"), shard(1), shard(2));
    entente(&["merge", &first, &second, "--out", &whole]).success();
    std::fs::remove_dir_all(&scenario).expect("removed");
    assert!(said(&["verify", &whole, "--all"], 0).contains("all as stored"));
}

#[test]
fn a_forged_source_writes_nothing_outside_of_its_room() {
    let scratch = Scratch::new();
    let folder = stored(&scratch, &repository("scenarios/two-patrons.yaml"), &[]);
    let path = format!("{folder}/source.json");
    let text = std::fs::read_to_string(&path).expect("the source");
    assert!(text.contains("two-patrons/two-patrons.yaml"), "{text}");
    std::fs::write(&path, text.replace("two-patrons/two-patrons.yaml", "../../two-patrons.yaml")).expect("written");
    assert!(said(&["verify", &folder], 1).contains("leads out of the scenario's folder"));
}

#[test]
fn a_folder_without_results_is_the_users_mistake() {
    let scratch = Scratch::new();
    for folder in [scratch.path("nowhere"), scratch.path("")] {
        let text = said(&["verify", &folder], 2);
        assert!(text.contains("holds no results: there is no manifest.json in it"), "{text}");
    }
}
