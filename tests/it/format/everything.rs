//! A scenario that says all that can be said, bent in every possible way at every key.

use super::held::Validator;
use super::read;
use crate::support::Scratch;
use entente::scenario::compose::Composition;
use entente::scenario::format::{DISTRIBUTIONS, Form, Kind, PARAMETER, SCENARIO};
use entente::scenario::load::{load, load_with_every_variant};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const EVERYTHING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schema/everything.yaml");

/// A map in the file: its form, and the way to it.
struct Met {
    form: &'static Form,
    way: Vec<String>,
}

/// Goes through the maps of a value that stands where `kind` is expected.
fn walk(kind: Kind, value: &Value, way: &mut Vec<String>, met: &mut Vec<Met>) {
    match (kind, value) {
        (Kind::Map(form) | Kind::Sights(form), Value::Object(_)) if matches!(kind, Kind::Map(_)) => {
            walk_form(form, value, way, met);
        }
        (Kind::Sights(form), Value::Object(map)) => {
            step_into(map.iter(), way, |value, way| walk(Kind::Map(form), value, way, met));
        }
        (Kind::Named(inner), Value::Object(map)) => {
            step_into(map.iter(), way, |value, way| walk(*inner, value, way, met));
        }
        (Kind::Many(inner) | Kind::List(inner), Value::Array(items)) => {
            let items: Vec<(String, &Value)> =
                items.iter().enumerate().map(|(i, item)| (i.to_string(), item)).collect();
            step_into(items.iter().map(|(i, item)| (i, *item)), way, |value, way| walk(*inner, value, way, met));
        }
        (Kind::Many(inner), _) => walk(*inner, value, way, met),
        (Kind::Any(kinds), Value::Object(_)) => {
            let maps = kinds.iter().filter(|kind| matches!(kind, Kind::Map(_) | Kind::Named(_)));
            maps.for_each(|kind| walk(*kind, value, way, met));
        }
        (Kind::Any(kinds), Value::Array(_)) => {
            let lists = kinds.iter().filter(|kind| matches!(kind, Kind::List(_) | Kind::Many(_)));
            lists.for_each(|kind| walk(*kind, value, way, met));
        }
        (Kind::Drawn(drawn), Value::Object(_)) => walk_form(drawn.form, value, way, met),
        (Kind::Parameter(_), Value::Object(_)) => walk_form(&PARAMETER, value, way, met),
        _ => {}
    }
}

fn step_into<'v>(
    parts: impl Iterator<Item = (&'v String, &'v Value)>,
    way: &mut Vec<String>,
    mut each: impl FnMut(&'v Value, &mut Vec<String>),
) {
    for (key, value) in parts {
        way.push(key.clone());
        each(value, way);
        way.pop();
    }
}

fn walk_form(form: &'static Form, value: &Value, way: &mut Vec<String>, met: &mut Vec<Met>) {
    met.push(Met { form, way: way.clone() });
    let map = value.as_object().expect("a map");
    step_into(map.iter(), way, |value, way| {
        let name = way.last().expect("a key").clone();
        let patched = form.patches.and_then(|patched| patched.keys().find(|key| key.name == name));
        match (form.keys().find(|key| key.name == name), patched, form.names) {
            (Some(key), _, _) => walk(key.kind, value, way, met),
            (None, Some(key), _) => walk(key.kind, value, way, met),
            (None, None, Some(kind)) => walk(kind, value, way, met),
            (None, None, None) => {
                assert!(form.patching.iter().any(|key| key.name == name), "{name} of {}", form.name);
            }
        }
    });
}

fn maps(file: &Value) -> Vec<Met> {
    let mut met = Vec::new();
    walk_form(&SCENARIO, file, &mut Vec::new(), &mut met);
    met
}

/// The map at the end of a way.
fn at<'f>(file: &'f mut Value, way: &[String]) -> &'f mut Value {
    way.iter().fold(file, |value, step| match value {
        Value::Array(items) => &mut items[step.parse::<usize>().expect("a place")],
        other => &mut other[step.as_str()],
    })
}

/// What the checker says of a file, and if asked of its variants; nothing if it is fine.
fn checked(scratch: &Scratch, file: &Value, variants: bool) -> String {
    let wells = std::fs::read_to_string(Path::new(EVERYTHING).with_file_name("wells.csv")).expect("the table");
    scratch.file("bent/wells.csv", &wells);
    let path = scratch.file("bent/scenario.yaml", &file.to_string());
    let (path, plain) = (Path::new(&path), Composition::default());
    let loaded = if variants { load_with_every_variant(path, &plain) } else { load(path, &plain) };
    loaded.err().map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn every_key_of_every_map_is_there() {
    let file = read(Path::new(EVERYTHING));
    let scratch = Scratch::new();
    assert_eq!(checked(&scratch, &file, true), "", "the checker takes it");
    assert_eq!(Validator::new().refusals(&file), "", "the schema takes it");
    let mut said: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut forms: BTreeMap<&str, &Form> = BTreeMap::new();
    let mut file = file;
    for met in maps(&file.clone()) {
        let keys = at(&mut file, &met.way).as_object().expect("a map").keys().cloned();
        said.entry(met.form.name).or_default().extend(keys);
        forms.insert(met.form.name, met.form);
    }
    for (name, form) in &forms {
        for key in form.names().chain(form.patching.iter().map(|key| key.name)).filter(|key| *key != "extends") {
            assert!(said[name].contains(key), "`{key}` of {name} is nowhere");
        }
    }
    // Every definition of the schema is a form that was met, and has its keys.
    let schema = entente::scenario::format::schema();
    let definitions = schema["definitions"].as_object().expect("definitions");
    for (name, definition) in definitions {
        let form = forms[name.trim_end_matches("_patch")];
        let described = definition["properties"].as_object().expect("properties");
        for (key, property) in described {
            let text = property["description"].as_str().unwrap_or_default();
            assert!(text.len() > 8, "`{key}` of {name} has no meaning");
            let own = form.knows(key) || form.patching.iter().any(|known| known.name == key);
            assert!(
                own || form.patches.is_some_and(|patched| patched.knows(key)),
                "`{key}` of {name}: the checker has none"
            );
        }
        assert!(form.names().all(|key| described.contains_key(key)), "{name} lacks a key");
    }
    assert!(forms.keys().all(|name| definitions.contains_key(*name)));
    assert_eq!(DISTRIBUTIONS.len(), 11);
}

#[test]
fn a_key_that_is_not_known_is_refused_by_both() {
    let file = read(Path::new(EVERYTHING));
    let (scratch, validator) = (Scratch::new(), Validator::new());
    for met in maps(&file).iter().filter(|met| met.form.names.is_none()) {
        let mut bent = file.clone();
        at(&mut bent, &met.way)["qqqqqqqq"] = json!(1);
        let path = met.way.join(".");
        let said = checked(&scratch, &bent, path.starts_with("variants"));
        assert!(said.contains("unknown key `qqqqqqqq`"), "{path}: the checker says `{said}`");
        assert!(!validator.is_valid(&bent), "{path}: the schema takes it");
    }
}

/// What the checker says where something is missing.
const MISSING: [&str; 8] = [
    "has no `",
    "has no distribution",
    "does nothing",
    "maximises or minimises",
    "to nobody",
    "is missing",
    "`contest` without",
    "`between` without",
];

#[test]
fn what_must_be_there_is_missed_by_both() {
    let file = read(Path::new(EVERYTHING));
    let (scratch, validator) = (Scratch::new(), Validator::new());
    let mut missed = 0;
    for met in maps(&file).iter().filter(|met| met.way.first().is_none_or(|first| first != "variants")) {
        let keys: Vec<String> = at(&mut file.clone(), &met.way).as_object().expect("a map").keys().cloned().collect();
        for key in keys {
            let mut bent = file.clone();
            at(&mut bent, &met.way).as_object_mut().expect("a map").remove(&key);
            let path = format!("{} without {key}", met.way.join("."));
            let said = checked(&scratch, &bent, false);
            let told = MISSING.iter().any(|part| said.lines().any(|l| l.starts_with("error") && l.contains(part)));
            let required = met.form.required().any(|needed| needed == key);
            assert!(!required || (told && said.contains(&key)), "{path}: the checker says `{said}`");
            // A name that is gone is missed elsewhere; that is nothing that a schema can know.
            let named = said.lines().any(|line| line.contains("unknown ") || line.contains("nothing of this name"));
            let missing = required || (told && !named);
            assert_eq!(missing, !validator.is_valid(&bent), "{path}: the checker says `{said}`");
            missed += usize::from(told);
        }
    }
    assert!(missed > 60, "{missed}");
}
