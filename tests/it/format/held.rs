//! Holds a file to the schema: the words of JSON Schema that Entente's uses, and a failure on any other.
//!
//! The crates that do this turn on features of what Entente is built on, so that all of it would be compiled twice. The
//! language server, which has a validator of its own, holds the same files to the same schema (`just editor`).

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The schema, ready to hold files to.
pub struct Validator {
    schema: Value,
    patterns: BTreeMap<String, Pattern>,
}

type Pattern = Box<dyn Fn(&str) -> bool>;

/// Words that say something to people only.
const ANNOTATIONS: [&str; 6] = ["$schema", "title", "description", "markdownDescription", "default", "definitions"];

impl Validator {
    /// Of the schema that is printed.
    pub fn new() -> Self {
        let mut patterns: BTreeMap<String, Pattern> = BTreeMap::new();
        let name = |text: &str| entente::language::is_name(text);
        let digits = |text: &str, form: &str| {
            text.len() == form.len()
                && text.chars().zip(form.chars()).all(|(t, f)| if f == '0' { t.is_ascii_digit() } else { t == f })
        };
        patterns.insert("^[a-z][a-z0-9_]*$".to_owned(), Box::new(name));
        patterns.insert("^[a-z]".to_owned(), Box::new(|text| text.starts_with(|c: char| c.is_ascii_lowercase())));
        patterns.insert("^[0-9]{2}-[0-9]{2}$".to_owned(), Box::new(move |text| digits(text, "00-00")));
        let schema = entente::scenario::format::schema();
        let date = |text: &str| digits_of_date(text.trim());
        patterns.insert(r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*$".to_owned(), Box::new(date));
        let duration =
            schema["definitions"]["clock"]["properties"]["tick"]["pattern"].as_str().expect("a pattern").to_owned();
        // Whether the pattern itself is right is for the language server's test.
        patterns.insert(duration, Box::new(|text| entente::language::parse_duration(text).is_ok()));
        Self { schema, patterns }
    }

    /// Whether a file fits.
    pub fn is_valid(&self, file: &Value) -> bool {
        self.refusals(file).is_empty()
    }

    /// What the schema has against a file, or nothing.
    pub fn refusals(&self, file: &Value) -> String {
        let mut found = Vec::new();
        self.hold(&self.schema, file, "", &mut found);
        found.join("\n")
    }

    fn fits(&self, schema: &Value, value: &Value) -> bool {
        let mut found = Vec::new();
        self.hold(schema, value, "", &mut found);
        found.is_empty()
    }

    fn hold(&self, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        let words = match schema {
            Value::Bool(true) => return,
            Value::Object(words) => words,
            _ => return found.push(format!("{at}: nothing may stand here")),
        };
        for (word, says) in words {
            match word.as_str() {
                "$ref" => {
                    let name =
                        says.as_str().and_then(|path| path.strip_prefix("#/definitions/")).expect("a definition");
                    let definition = self.schema["definitions"].get(name).unwrap_or_else(|| panic!("no `{name}`"));
                    self.hold(definition, value, at, found);
                }
                "if" => {
                    let branch = if self.fits(says, value) { "then" } else { "else" };
                    self.hold(&words[branch], value, at, found);
                }
                "then" | "else" => {}
                "allOf" => says.as_array().expect("schemas").iter().for_each(|one| self.hold(one, value, at, found)),
                "anyOf" | "oneOf" => {
                    let fitting = says.as_array().expect("schemas").iter().filter(|one| self.fits(one, value)).count();
                    if fitting == 0 || (word == "oneOf" && fitting > 1) {
                        found.push(format!("{at}: {fitting} of {word} {says} fit {value}"));
                    }
                }
                _ => {
                    let wrong = match value {
                        Value::Object(map) if self.hold_map(words, word, map, at, found) => None,
                        Value::Array(items) if self.hold_list(word, says, items, at, found) => None,
                        _ => self.plain(word, says, value),
                    };
                    found.extend(wrong.map(|wrong| format!("{at}: {wrong}, found {value}")));
                }
            }
        }
    }

    /// Words about maps; `false` where the word is about something else.
    fn hold_map(
        &self,
        words: &Map<String, Value>,
        word: &str,
        map: &Map<String, Value>,
        at: &str,
        found: &mut Vec<String>,
    ) -> bool {
        let says = &words[word];
        let below = |key: &str| format!("{at}/{key}");
        match word {
            "properties" => {
                for (key, schema) in says.as_object().expect("properties") {
                    map.get(key).into_iter().for_each(|value| self.hold(schema, value, &below(key), found));
                }
            }
            "additionalProperties" => {
                let known = |key: &String| words.get("properties").is_some_and(|known| known.get(key).is_some());
                map.iter()
                    .filter(|(key, _)| !known(key))
                    .for_each(|(key, value)| self.hold(says, value, &below(key), found));
            }
            "propertyNames" => {
                map.keys().for_each(|key| self.hold(says, &Value::String(key.clone()), &below(key), found))
            }
            "required" => {
                let keys = says.as_array().expect("keys").iter().filter_map(Value::as_str);
                found.extend(keys.filter(|key| !map.contains_key(*key)).map(|key| format!("{at}: `{key}` is missing")));
            }
            "dependencies" => {
                for (key, others) in says.as_object().expect("keys").iter().filter(|(key, _)| map.contains_key(*key)) {
                    let others = others.as_array().expect("keys").iter().filter_map(Value::as_str);
                    let missing = others.filter(|other| !map.contains_key(*other));
                    found.extend(missing.map(|other| format!("{at}: `{key}` without `{other}`")));
                }
            }
            _ => return false,
        }
        true
    }

    /// Words about lists; `false` where the word is about something else.
    fn hold_list(&self, word: &str, says: &Value, items: &[Value], at: &str, found: &mut Vec<String>) -> bool {
        let count = says.as_u64().unwrap_or(0) as usize;
        match word {
            "items" => {
                items.iter().enumerate().for_each(|(i, item)| self.hold(says, item, &format!("{at}/{i}"), found))
            }
            "minItems" if items.len() < count => found.push(format!("{at}: fewer than {count}")),
            "maxItems" if items.len() > count => found.push(format!("{at}: more than {count}")),
            "minItems" | "maxItems" => {}
            _ => return false,
        }
        true
    }

    /// Words about any value, and those that are about values of another kind.
    fn plain(&self, word: &str, says: &Value, value: &Value) -> Option<String> {
        let right = match (word, value) {
            ("type", _) => {
                let kinds: Vec<&str> = match says {
                    Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
                    kind => kind.as_str().into_iter().collect(),
                };
                kinds.contains(&kind_of(value))
            }
            ("enum", _) => says.as_array().expect("values").iter().any(|one| same(one, value)),
            ("pattern", Value::String(text)) => {
                let pattern = says.as_str().expect("a pattern");
                self.patterns.get(pattern).unwrap_or_else(|| panic!("the pattern {pattern}"))(text)
            }
            ("minLength", Value::String(text)) => text.chars().count() as u64 >= says.as_u64().expect("a length"),
            ("minimum", Value::Number(number)) => number.as_f64() >= says.as_f64(),
            ("maximum", Value::Number(number)) => number.as_f64() <= says.as_f64(),
            (
                "pattern"
                | "minLength"
                | "minimum"
                | "maximum"
                | "properties"
                | "additionalProperties"
                | "propertyNames"
                | "required"
                | "dependencies"
                | "items"
                | "minItems"
                | "maxItems",
                _,
            ) => true,
            _ if ANNOTATIONS.contains(&word) => true,
            _ => panic!("the schema says `{word}`, which this test does not know"),
        };
        (!right).then(|| format!("{word} {says}"))
    }
}

fn digits_of_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([4, 2, 2])
        && parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()))
}

fn same(a: &Value, b: &Value) -> bool {
    a == b || (a.as_f64().is_some() && a.as_f64() == b.as_f64())
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
