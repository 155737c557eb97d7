//! `entente list` shows what a scenario has, all of it.

use crate::played::{loaded, repository, variant};
use crate::support::entente;
use insta::assert_snapshot;
use serde_json::Value;

fn text(arguments: &[&str]) -> String {
    String::from_utf8(entente(arguments).success().get_output().stdout.clone()).expect("text")
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&text(&[arguments, &["--format", "json"]].concat())).expect("JSON")
}

#[test]
fn what_a_person_sees_of_two_patrons() {
    assert_snapshot!("list", text(&["list", &repository("scenarios/two-patrons.yaml")]));
}

#[test]
fn all_that_a_scenario_has_is_listed_under_its_name() {
    for path in ["scenarios/two-patrons.yaml", "scenarios/myanmar", "scenarios/kazakhstan-2022"] {
        let path = repository(path);
        let all = loaded(&path, &variant(None));
        let scenario = &all.scenario;
        let listed = json(&["list", &path]);
        let names = |section: &str| -> Vec<String> {
            let list = listed[section].as_array().expect("a list").iter();
            list.map(|one| one["name"].as_str().expect("a name").to_owned()).collect()
        };
        assert_eq!(names("variants"), all.variants);
        assert_eq!(names("levers"), scenario.levers.iter().map(|one| one.name.clone()).collect::<Vec<_>>());
        assert_eq!(
            names("uncertainties"),
            scenario.uncertainties.iter().map(|one| one.name.clone()).collect::<Vec<_>>()
        );
        assert_eq!(names("outcomes"), scenario.outcomes.iter().map(|one| one.name.clone()).collect::<Vec<_>>());
        assert_eq!(names("milestones"), scenario.milestones.iter().map(|one| one.name.clone()).collect::<Vec<_>>());
        assert_eq!(names("stops"), scenario.stops.iter().map(|one| one.name.clone()).collect::<Vec<_>>());
        let said = |section: &str, key: &str| {
            listed[section]
                .as_array()
                .expect("a list")
                .iter()
                .all(|one| one[key].as_str().is_some_and(|t| !t.is_empty()))
        };
        assert!(
            said("outcomes", "is") && said("milestones", "when") && said("uncertainties", "distribution"),
            "{path}"
        );
    }
}

#[test]
fn sections_are_chosen_and_a_variant_shows_its_values() {
    let path = repository("scenarios/two-patrons.yaml");
    let some = json(&["list", &path, "levers", "stops", "--variant", "far_aid_doubled"]);
    let keys: Vec<&String> = some.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["levers", "scenario", "stops", "title", "variant"]);
    assert_eq!(some["levers"][0]["value"], 80.0);
    assert!(!text(&["list", &path, "variants"]).contains("Levers"));
    let refused = entente(&["list", &path, "leavers"]).code(2);
    assert!(String::from_utf8_lossy(&refused.get_output().stderr).contains("'levers'"));
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for path in ["scenarios/two-patrons.yaml", "scenarios/myanmar"] {
        let text = text(&["list", &repository(path)]);
        let longest = text.lines().max_by_key(|line| line.chars().count()).unwrap_or_default();
        assert!(longest.chars().count() <= 100, "{longest}");
    }
}
