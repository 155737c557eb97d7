//! Files that are no plain files, or lie elsewhere.

use super::{FINE, assert_refused, refusal};
use crate::support::Scratch;
use std::os::unix::fs::symlink;
use std::process::Command;

const WITH_TABLE: &str = "clock: { start: 2024-01-01, tick: 1 week, ticks: 10 }
actors: { a: { state: { x: 1 } } }
territory: { areas: areas.csv }
";

fn pipe(path: &str) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

/// Makes files in a folder, then checks what it returns of them.
fn refused(name: &str, make: impl FnOnce(&Scratch) -> Vec<String>) {
    let scratch = Scratch::new();
    let mut arguments = vec![String::from("check")];
    arguments.extend(make(&scratch));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let text = refusal(&arguments, &scratch.path(""));
    assert!(!text.contains("root:"), "it has read a file that it should not: {text}");
    assert_refused(name, &text);
}

macro_rules! files {
    ($($name:ident => |$scratch:ident| $make:expr;)+) => {
        $(#[test] fn $name() { refused(stringify!($name), |$scratch| $make); })+
    };
}

files! {
    a_scenario_that_is_a_pipe => |s| { pipe(&s.path("s.yaml")); vec![s.path("s.yaml")] };
    a_scenario_that_is_a_device => |_s| vec!["/dev/zero".into()];
    a_folder_whose_scenario_is_a_pipe => |s| { pipe(&s.path("scenario.yaml")); vec![s.path("")] };
    a_folder_whose_scenario_is_a_link_to_a_device => |s| {
        symlink("/dev/zero", s.path("scenario.yaml")).expect("a link");
        vec![s.path("")]
    };
    a_folder_whose_scenario_is_a_link_out => |s| {
        symlink("/etc/passwd", s.path("scenario.yaml")).expect("a link");
        vec![s.path("")]
    };
    a_folder_whose_scenario_links_to_itself => |s| {
        symlink("scenario.yaml", s.path("scenario.yaml")).expect("a link");
        vec![s.path("")]
    };
    a_folder_whose_scenario_is_a_folder => |s| {
        std::fs::create_dir(s.path("scenario.yaml")).expect("a folder");
        vec![s.path("")]
    };
    a_patch_that_is_a_pipe => |s| {
        pipe(&s.path("patch.yaml"));
        vec![s.file("s.yaml", FINE), "--with".into(), s.path("patch.yaml")]
    };
    a_base_that_is_a_pipe => |s| { pipe(&s.path("base.yaml")); vec![s.file("s.yaml", "extends: base.yaml\n")] };
    a_base_that_is_a_link_out => |s| {
        symlink("/etc/passwd", s.path("base.yaml")).expect("a link");
        vec![s.file("s.yaml", "extends: base.yaml\n")]
    };
    a_base_in_a_folder_that_is_a_link_out => |s| {
        symlink("/etc", s.path("sub")).expect("a link");
        vec![s.file("s.yaml", "extends: sub/passwd\n")]
    };
    a_base_below_that_leads_back_out => |s| {
        s.file("outside.yaml", FINE);
        s.file("case/sub/base.yaml", "extends: ../../outside.yaml\n");
        vec![s.file("case/s.yaml", "extends: sub/base.yaml\n")]
    };
    a_table_that_is_a_pipe => |s| { pipe(&s.path("areas.csv")); vec![s.file("s.yaml", WITH_TABLE)] };
    a_table_that_is_a_link_out => |s| {
        symlink("/etc/passwd", s.path("areas.csv")).expect("a link");
        vec![s.file("s.yaml", WITH_TABLE)]
    };
    a_table_that_is_a_link_to_a_device => |s| {
        symlink("/dev/zero", s.path("areas.csv")).expect("a link");
        vec![s.file("s.yaml", WITH_TABLE)]
    };
    a_table_whose_link_leads_nowhere => |s| {
        symlink("nowhere.csv", s.path("areas.csv")).expect("a link");
        vec![s.file("s.yaml", WITH_TABLE)]
    };
    thirty_three_files_that_extend_each_other => |s| {
        for i in 0..33 { s.file(&format!("f{i}.yaml"), &format!("extends: f{}.yaml\n", i + 1)); }
        s.file("f33.yaml", FINE);
        vec![s.path("f0.yaml")]
    };
    files_that_are_too_large_together => |s| {
        let ballast = format!("#{}\n", "x".repeat(99)).repeat(60_000);
        for i in 0..4 { s.file(&format!("f{i}.yaml"), &format!("extends: f{}.yaml\n{ballast}", i + 1)); }
        s.file("f4.yaml", FINE);
        vec![s.path("f0.yaml")]
    };
    files_that_hold_too_many_values_together => |s| {
        let ballast: String = (0..40_000).map(|i| format!("  k{i}: 1\n")).collect();
        for i in 0..4 { s.file(&format!("f{i}.yaml"), &format!("extends: f{}.yaml\nnotes:\n{ballast}", i + 1)); }
        s.file("f4.yaml", FINE);
        vec![s.path("f0.yaml")]
    };
}

/// Looking whether the results are there already would have waited for ever.
#[test]
fn a_results_folder_whose_manifest_is_a_pipe() {
    let scratch = Scratch::new();
    std::fs::create_dir(scratch.path("results")).expect("a folder");
    pipe(&scratch.path("results/manifest.json"));
    let path = scratch.file("s.yaml", FINE);
    let text = refusal(&["run", &path, "--runs", "1", "--out", &scratch.path("results")], &scratch.path(""));
    assert_refused("a_results_folder_whose_manifest_is_a_pipe", &text);
}

#[test]
fn a_link_that_stays_in_the_folder_is_followed() {
    let scratch = Scratch::new();
    scratch.file("data/north.csv", "name\nnorth\n");
    symlink("data/north.csv", scratch.path("areas.csv")).expect("a link");
    scratch.file("main.yaml", WITH_TABLE);
    symlink("main.yaml", scratch.path("scenario.yaml")).expect("a link");
    crate::support::entente(&["check", &scratch.path("")]).success();
}
