//! Every key and function that the language knows is in the reference, with the numbers that the program has.

use super::pages;
use crate::played::repository;
use entente::world::contest::{Parameter, SideParameter, Specification};
use std::collections::BTreeSet;
use std::path::Path;

/// The text of every page of `docs/`.
fn reference() -> String {
    let docs = repository("docs");
    pages()
        .iter()
        .filter(|page| page.starts_with(&docs))
        .map(|page| std::fs::read_to_string(page).expect("a page"))
        .collect()
}

/// The names in the lists of strings of a source: keys, functions, distributions, words.
fn listed(source: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for list in source.split('[').skip(1) {
        let inside = list.split(']').next().unwrap_or_default();
        let items = inside.split(',').map(str::trim).filter(|item| !item.is_empty());
        let names: Option<Vec<&str>> = items.map(quoted_name).collect();
        found.extend(names.into_iter().flatten().map(str::to_owned));
    }
    found
}

/// The name that stands in quotes, if that is all there is.
fn quoted_name(item: &str) -> Option<&str> {
    item.strip_prefix('"')?.strip_suffix('"').filter(|name| entente::language::is_name(name))
}

fn sources(folder: &str) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(repository(folder)).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.extension().is_some_and(|end| end == "rs") {
            let source = std::fs::read_to_string(&entry).expect("a source");
            // What stands in a file's own tests is no word of the language.
            text.push_str(source.split("#[cfg(test)]").next().unwrap_or_default());
        }
    }
    text
}

/// The keys that a schema, or a part of one, knows.
fn keys(schema: &serde_json::Value) -> BTreeSet<String> {
    let Some(parts) = schema.as_object() else {
        return schema.as_array().into_iter().flatten().flat_map(keys).collect();
    };
    let own = parts.get("properties").and_then(|properties| properties.as_object());
    let own = own.into_iter().flat_map(|properties| properties.keys().cloned());
    own.chain(parts.values().flat_map(keys)).collect()
}

#[test]
fn every_key_and_function_stands_in_the_reference() {
    let reference = reference();
    let mut words = listed(&sources("src/scenario/validate"));
    words.extend(listed(&sources("src/scenario/patch")));
    words.extend(keys(&entente::scenario::format::schema()));
    words.extend(listed(&sources("src/language")));
    for known in ["because", "clock", "logistic", "triangular", "cooldown", "where", "weeks", "maximise", "each"] {
        assert!(words.contains(known), "the lists of keys are no longer found: no `{known}`");
    }
    words.extend(Parameter::NAMES.iter().chain(&SideParameter::NAMES).map(|name| (*name).to_owned()));
    let missing: Vec<&String> = words
        .iter()
        .filter(|word| {
            let forms = [
                format!("`{word}`"),
                format!("`{word}:`"),
                format!("`{word}("),
                format!(" {word}("),
                format!("`{word}: "),
            ];
            !forms.iter().any(|form| reference.contains(form))
        })
        .collect();
    assert!(missing.is_empty(), "the pages under docs/ do not explain {missing:?}");
}

#[test]
fn the_contests_parameters_have_the_defaults_and_ranges_that_the_page_says() {
    let page = std::fs::read_to_string(Path::new(&repository("docs/language/territory.md"))).expect("the page");
    for Specification { name, default, least, most, rate, .. } in
        Parameter::SPECIFICATIONS.iter().chain(SideParameter::SPECIFICATIONS)
    {
        let rate = if *rate { "/week" } else { "" };
        let range = if most.is_finite() { format!("{least} to {most}") } else { format!("{least} or more") };
        let row = format!("| `{name}` | {default}{rate} | {range} |");
        assert!(page.contains(&row), "docs/language/territory.md has no row `{row}`");
    }
}
