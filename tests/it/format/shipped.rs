//! Every scenario that there is fits the schema.

use super::held::Validator;
use super::{as_json, read};
use crate::random_scenarios::write;
use std::path::{Path, PathBuf};

/// Every YAML file below a folder that is a scenario.
fn scenarios(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            scenarios(&entry, found);
        } else if entry.extension().is_some_and(|ending| ending == "yaml") {
            found.push(entry);
        }
    }
}

#[test]
fn every_shipped_scenario_fits_the_schema() {
    let mut found = Vec::new();
    scenarios(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"), &mut found);
    assert!(found.len() >= 2, "{found:?}");
    let validator = Validator::new();
    for file in found {
        let refused = validator.refusals(&read(&file));
        assert!(refused.is_empty(), "{}:\n{refused}", file.display());
    }
}

#[test]
fn every_random_scenario_fits_the_schema() {
    let validator = Validator::new();
    let mut state = 1_u64;
    for case in 0..300 {
        let numbers = (0..3000).map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 48) as u16
        });
        let written = write(numbers.collect());
        let refused = validator.refusals(&as_json(&written.yaml));
        assert!(refused.is_empty(), "scenario {case}:\n{refused}{}", written.yaml);
    }
}

#[test]
fn what_extends_another_scenario_may_hold_only_what_differs() {
    let validator = Validator::new();
    let file =
        as_json("extends: base.yaml\nlevers: { aid: 3 }\nactors: { north: { policy: { ask: { before: sit } } } }\n");
    assert_eq!(validator.refusals(&file), "");
    let misspelt = as_json("extends: base.yaml\nlevers: { aid: { defualt: 3 } }\n");
    assert!(!validator.is_valid(&misspelt));
}
