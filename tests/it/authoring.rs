//! `entente new`, `describe` and `schema`: what is made runs, what is described is all there.

use crate::support::{Scratch, entente};
use entente::scenario::compose::Composition;
use entente::scenario::load::{load, load_with_words};
use insta::assert_snapshot;
use serde_json::Value;
use std::path::Path;

const PATRONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/two-patrons.yaml");
const MYANMAR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/myanmar");

fn stdout(arguments: &[&str]) -> String {
    String::from_utf8(entente(arguments).success().get_output().stdout.clone()).expect("text")
}

fn stderr(arguments: &[&str], code: i32) -> String {
    String::from_utf8(entente(arguments).code(code).get_output().stderr.clone()).expect("text")
}

#[test]
fn the_schema_that_is_printed_is_json() {
    let text = stdout(&["schema"]);
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(schema, entente::scenario::format::schema());
    assert_eq!(text, stdout(&["schema"]));
}

#[test]
fn a_new_scenario_is_checked_and_played_at_once_and_every_part_of_it_does_something() {
    let scratch = Scratch::new();
    let folder = scratch.path("red-sea");
    let told = stdout(&["new", &folder]);
    assert!(told.contains("entente run"), "{told}");
    for name in ["scenario.yaml", "areas.csv", "neighbours.csv", "README.md", "entente.schema.json"] {
        assert!(Path::new(&folder).join(name).is_file(), "{name}");
    }
    let checked = entente(&["check", &folder]).success();
    assert!(checked.get_output().stdout.is_empty() && checked.get_output().stderr.is_empty());
    let results = scratch.path("results");
    let text =
        stdout(&["run", &folder, "--runs", "50", "--seed", "1", "--out", &results, "--format", "json", "--quiet"]);
    let summary: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(summary["scenario"], "red-sea", "{text}");
    assert_eq!(summary["failed"], 0, "{text}");
    let unused = summary["unused"].as_array().expect("what was unused");
    assert!(unused.is_empty(), "{unused:?}");
    for (name, milestone) in summary["milestones"].as_object().expect("milestones") {
        let share = milestone["share"].as_f64().expect("a share");
        assert!((0.05..=0.95).contains(&share), "nothing to look at: {name} {milestone}");
    }
    for variant in ["no_aid", "aid_doubled"] {
        entente(&["run", &folder, "--variant", variant, "--runs", "10", "--out", &scratch.path(variant), "--quiet"])
            .success();
    }
}

#[test]
fn nothing_is_overwritten_and_nothing_half_written() {
    let scratch = Scratch::new();
    let file = scratch.file("there/mine.txt", "mine");
    let folder = scratch.path("there");
    assert!(stderr(&["new", &folder], 2).contains("is there already"));
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), "mine");
    assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 1);
    assert!(stderr(&["new", &file], 2).contains("is there already"));
    assert!(stderr(&["new", &scratch.path("nowhere/new")], 2).contains("is not there"));
    assert!(stderr(&["new", &format!("{file}/new")], 2).contains("is not there"));
    assert!(stderr(&["new", &scratch.path("new"), "--title", "two\nlines"], 2).contains("one line"));
    let left: Vec<_> = std::fs::read_dir(Path::new(&folder).parent().expect("a folder")).expect("a folder").collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn a_title_stays_a_title_whatever_it_holds() {
    let scratch = Scratch::new();
    let folder = scratch.path("odd");
    let title = r#"The "best": #1 <b>case</b> \ {x} TITLE OF THE README"#;
    entente(&["new", &folder, "--title", title]).success();
    let loaded = load(Path::new(&folder), &Composition::default()).expect("it is fine");
    assert_eq!(loaded.scenario.title, title);
    let readme = std::fs::read_to_string(Path::new(&folder).join("README.md")).expect("it is there");
    assert!(readme.starts_with("# The \"best\": #1 &lt;b>case&lt;/b> \\\\ {x} TITLE"), "{readme}");
}

#[test]
fn two_patrons_in_words() {
    let text = stdout(&["describe", PATRONS]);
    assert_snapshot!("two_patrons_in_words", text);
    assert_eq!(text, stdout(&["describe", PATRONS]), "the same twice");
}

#[test]
fn a_variant_is_described_as_it_holds() {
    let text = stdout(&["describe", PATRONS, "--variant", "patient_neighbour"]);
    for part in [
        "# What if the near patron bears more from January?",
        "the variant `patient_neighbour`. It holds from 2024-01-05 on",
        "When `sustained(held(regime, crossing) < 0.5, 16 weeks)`",
    ] {
        assert!(text.contains(part), "no `{part}`:\n{text}");
    }
    let doubled = stdout(&["describe", PATRONS, "--variant", "far_aid_doubled"]);
    assert!(doubled.contains("| `far_aid` | `80` |"), "{doubled}");
}

#[test]
fn a_description_can_be_put_into_a_file_and_replaces_the_old_one() {
    let scratch = Scratch::new();
    let file = scratch.file("odd.md", "old");
    assert!(stdout(&["describe", PATRONS, "-o", &file]).is_empty());
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), stdout(&["describe", PATRONS]));
    assert!(stderr(&["describe", PATRONS, "-o", &scratch.path("nowhere/odd.md")], 1).contains("cannot be written"));
    assert_eq!(std::fs::read_dir(Path::new(&file).parent().expect("a folder")).expect("a folder").count(), 1);
}

/// The lines of a part of the description that name something, in code.
fn lines_with<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    text.lines().filter(|line| line.contains(&format!("`{name}`"))).collect()
}

#[test]
fn everything_of_myanmar_is_in_its_description_with_its_reason() {
    let text = stdout(&["describe", MYANMAR]);
    let (_, said) = load_with_words(Path::new(MYANMAR), &Composition::default()).expect("it is fine");
    let tree = said.tree;
    let mut named = 0;
    let mut look = |name: &str, node: &entente::scenario::tree::Node| {
        named += 1;
        let lines = lines_with(&text, name);
        assert!(!lines.is_empty(), "`{name}` is nowhere");
        for key in ["because", "title"] {
            if let Some(entente::scenario::tree::Value::Text(reason)) = node.get(key).map(|node| &node.value) {
                // Up to the first letter that Markdown might read.
                let start: String =
                    reason.value.chars().take_while(|c| c.is_alphanumeric() || " ,'.".contains(*c)).collect();
                assert!(lines.iter().any(|line| line.contains(start.trim())), "`{name}` without its reason: {start}");
            }
        }
    };
    let section = |name: &str| tree.get(name).and_then(|node| node.as_map()).unwrap_or_default();
    for name in
        ["uncertainties", "levers", "messages", "ties", "actors", "events", "outcomes", "milestones", "variants"]
    {
        section(name).iter().for_each(|(key, node)| look(&key.value, node));
    }
    for (_, rules) in section("policies") {
        rules.as_map().unwrap_or_default().iter().for_each(|(key, node)| look(&key.value, node));
    }
    for (_, actor) in section("actors") {
        for part in ["state", "policy"] {
            let inner = actor.get(part).and_then(|node| node.as_map()).unwrap_or_default();
            inner.iter().for_each(|(key, node)| look(&key.value, node));
        }
    }
    assert!(named > 250, "{named}");
    // Shared policies stand once, areas not at all.
    assert_eq!(text.matches("**`plan_the_campaign`**").count(), 1);
    assert!(!text.contains("kyin_san_kyawt"));
    assert!(text.len() < 150_000, "{}", text.len());
}

/// A line of Markdown without what stands as code: between two runs of as many backticks.
fn without_code(line: &str) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some(start) = rest.find('`') {
        if rest[..start].ends_with('\\') {
            out += &rest[..=start];
            rest = &rest[start + 1..];
            continue;
        }
        let run = rest[start..].chars().take_while(|c| *c == '`').count();
        let (before, inside) = (&rest[..start], &rest[start + run..]);
        let is_end = |at: &usize| {
            inside[*at..].chars().take_while(|c| *c == '`').count() == run && !inside[..*at].ends_with('`')
        };
        let end = inside.match_indices('`').map(|(at, _)| at).find(is_end).expect("code ends");
        out += before;
        rest = &inside[end + run..];
    }
    out + rest
}

#[test]
fn what_a_scenario_says_cannot_leave_its_place() {
    let scratch = Scratch::new();
    let evil = "| <script>alert(1)</script> [x](javascript:y) `code` **b** \u{202e}";
    let quoted = serde_json::to_string(evil).expect("a text");
    let yaml = format!(
        "title: {quoted}\nabout: {quoted}\nclock: {{ start: 2024-01-01, tick: 1 week, ticks: 2 }}\n\
         uncertainties: {{ u: {{ uniform: [0, 1], unit: {quoted}, because: {quoted} }} }}\n\
         actors: {{ a: {{ title: {quoted}, state: {{ s: {{ start: u, unit: {quoted}, because: {quoted} }} }}, \
         policy: {{ r: {{ because: {quoted}, then: {{ change: {{ s: 1 }} }} }} }} }} }}\noutcomes: {{ o: a.s }}\n\
         variants: {{ v: {{ title: {quoted}, actors: {{ a: {{ title: {quoted} }} }} }} }}\n"
    );
    let text = stdout(&["describe", &scratch.file("evil.yaml", &yaml)]);
    assert!(!text.contains('\u{202e}'));
    for line in text.lines() {
        let bare = without_code(line);
        assert!(!bare.contains("<script") && !bare.contains(" [x]("), "{line}");
        if line.starts_with('|') {
            let cells = line.replace("\\|", "").matches('|').count();
            assert!((3..=9).contains(&cells), "{line}");
        }
    }
}
