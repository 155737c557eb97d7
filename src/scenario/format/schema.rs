//! The declarations as a JSON Schema, for editors.
//!
//! Draft 7, which the YAML language server knows best. A form has two definitions: whole, and as a patch (in variants, and
//! in files that extend another), where nothing is required and null removes.

use super::{Drawn, Form, Key, Kind, Need, SCENARIO};
use crate::wording::capital;
use crate::world::contest::Specification;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

type Object = Map<String, Value>;

/// A name of the language.
const NAME: &str = "^[a-z][a-z0-9_]*$";
/// A time and its unit; a unit alone is one of it.
const DURATION: &str = r"^\s*([0-9][0-9_]*(\.[0-9_]*)?([eE][+-]?[0-9]+)?\s*(ticks?|days?|weeks?|months?|years?)|tick|day|week|month|year)\s*$";
const DATE: &str = r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*$";
const DAY_OF_YEAR: &str = "^[0-9]{2}-[0-9]{2}$";

/// Keys of a scenario that a variant cannot patch.
const NOT_IN_VARIANTS: [&str; 2] = ["extends", "variants"];

/// Whether a map stands for itself or changes another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mode {
    Whole,
    Patch,
}

/// The schema of a scenario's file.
pub fn schema() -> Value {
    let mut maker = Maker::default();
    let whole = maker.reference(&SCENARIO, Mode::Whole);
    let patch = maker.reference(&SCENARIO, Mode::Patch);
    while let Some((form, mode)) = maker.open.pop() {
        let definition = maker.definition(form, mode);
        maker.done.insert(name_of(form, mode), Value::Object(definition));
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Entente scenario",
        "description": SCENARIO.meaning,
        "if": { "required": ["extends"] },
        "then": patch,
        "else": whole,
        "definitions": maker.done,
    })
}

/// The schema's text, the same on every machine.
pub fn json() -> String {
    format!("{:#}\n", schema())
}

#[derive(Default)]
struct Maker {
    done: BTreeMap<String, Value>,
    asked: Vec<String>,
    open: Vec<(&'static Form, Mode)>,
}

fn name_of(form: &Form, mode: Mode) -> String {
    match mode {
        Mode::Whole => form.name.to_owned(),
        Mode::Patch => format!("{}_patch", form.name),
    }
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}

impl Maker {
    /// A reference to a form's definition, which is made if it is not there.
    fn reference(&mut self, form: &'static Form, mode: Mode) -> Object {
        let name = name_of(form, mode);
        if !self.asked.contains(&name) {
            self.asked.push(name.clone());
            self.open.push((form, mode));
        }
        object(json!({ "$ref": format!("#/definitions/{name}") }))
    }

    fn definition(&mut self, form: &'static Form, mode: Mode) -> Object {
        let mut properties = Object::new();
        let mut put = |maker: &mut Self, key: &'static Key, mode| {
            let schema = maker.property(key, mode);
            properties.entry(key.name).or_insert(Value::Object(schema));
        };
        form.keys().for_each(|key| put(self, key, mode));
        if mode == Mode::Patch {
            form.patching.iter().for_each(|key| put(self, key, Mode::Whole));
        }
        if let Some(patched) = form.patches {
            let others = patched.keys().filter(|key| !NOT_IN_VARIANTS.contains(&key.name));
            others.for_each(|key| put(self, key, Mode::Patch));
        }
        let others = match form.names {
            Some(kind) => Value::Object(self.kind(kind, mode, mode == Mode::Patch)),
            None => Value::Bool(false),
        };
        let mut schema = object(json!({
            "type": kinds_of_value("object", is_empty_allowed(form, mode)),
            "properties": properties,
            "additionalProperties": others,
        }));
        describe(&mut schema, form.meaning);
        if mode == Mode::Whole {
            require(form, &mut schema);
        }
        schema
    }

    fn property(&mut self, key: &'static Key, mode: Mode) -> Object {
        let mut schema = self.kind(key.kind, mode, !key.required || mode == Mode::Patch);
        describe(&mut schema, &described(key));
        schema
    }

    /// What may stand under a key; `empty` where nothing may stand there, too.
    fn kind(&mut self, kind: Kind, mode: Mode, empty: bool) -> Object {
        match kind {
            Kind::List(item) => {
                let item = self.kind(*item, Mode::Whole, false);
                object(json!({ "type": kinds_of_value("array", empty), "items": item }))
            }
            Kind::Pair(item) => {
                let item = self.kind(*item, Mode::Whole, false);
                object(json!({ "type": "array", "items": item, "minItems": 2, "maxItems": 2 }))
            }
            Kind::Many(item) => {
                let (one, each) = (self.kind(*item, mode, empty), self.kind(*item, Mode::Whole, false));
                either(vec![object(json!({ "type": "array", "items": each })), one])
            }
            Kind::Map(form) => self.map(form, mode, empty),
            Kind::Named(element) => {
                let element = self.kind(*element, mode, mode == Mode::Patch || is_map(element));
                self.names(element, NAME, empty)
            }
            Kind::Targets => {
                let value = self.kind(Kind::Expression, mode, mode == Mode::Patch);
                self.names(value, "^[a-z]", empty)
            }
            Kind::Sights(form) => {
                let sight = self.map(form, mode, mode == Mode::Patch);
                self.names(sight, "^[a-z]", empty)
            }
            Kind::Any(kinds) => {
                let all = kinds.iter().map(|kind| self.kind(*kind, mode, false)).collect();
                or_nothing(either(all), empty)
            }
            Kind::Drawn(drawn) => or_nothing(self.drawn(drawn), empty),
            Kind::Parameter(about) => {
                let mut number = object(json!({ "type": ["number", "string"], "minimum": about.least }));
                if about.most.is_finite() {
                    number.insert("maximum".to_owned(), json!(about.most));
                }
                let mut schema = either(vec![number, self.map(&super::PARAMETER, mode, false)]);
                schema.insert("default".to_owned(), default_of(about));
                or_nothing(schema, empty)
            }
            plain => scalar(plain, empty),
        }
    }

    fn map(&mut self, form: &'static Form, mode: Mode, empty: bool) -> Object {
        let reference = self.reference(form, mode);
        let reference = match (mode, form.bare) {
            (Mode::Patch, Some(bare)) => either(vec![scalar(bare, false), reference]),
            _ => reference,
        };
        or_nothing(reference, empty && !is_empty_allowed(form, mode))
    }

    fn names(&mut self, element: Object, pattern: &str, empty: bool) -> Object {
        object(json!({
            "type": kinds_of_value("object", empty),
            "additionalProperties": element,
            "propertyNames": { "pattern": pattern },
        }))
    }

    fn drawn(&mut self, drawn: &'static Drawn) -> Object {
        let map = self.reference(drawn.form, Mode::Whole);
        let number = scalar(Kind::Expression, false);
        let Some((names, _)) = drawn.ways.first() else {
            let pair = json!({ "type": "array", "items": number, "minItems": 2, "maxItems": 2 });
            let values = object(json!({ "type": "array", "items": { "anyOf": [number, pair] }, "minItems": 1 }));
            return either(vec![values, map]);
        };
        let count = names.len();
        let list = object(json!({ "type": "array", "items": number, "minItems": count, "maxItems": count }));
        let mut ways = vec![list, map];
        if count == 1 {
            ways.insert(0, number);
        }
        either(ways)
    }
}

fn is_map(kind: &Kind) -> bool {
    match kind {
        Kind::Map(form) => is_empty_allowed(form, Mode::Whole),
        Kind::Named(_) => true,
        _ => false,
    }
}

/// Whether a map of the form may be empty, so that nothing may stand for it.
fn is_empty_allowed(form: &Form, mode: Mode) -> bool {
    mode == Mode::Patch
        || (form.required().next().is_none() && form.needs.iter().all(|need| matches!(need, Need::With(..))))
}

fn kinds_of_value(kind: &str, empty: bool) -> Value {
    if empty { json!([kind, "null"]) } else { json!(kind) }
}

/// One of several.
fn either(mut all: Vec<Object>) -> Object {
    match (all.len(), all.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            all.extend(last);
            object(json!({ "anyOf": all }))
        }
    }
}

/// The same, or nothing.
fn or_nothing(mut schema: Object, empty: bool) -> Object {
    if !empty {
        return schema;
    }
    let nothing = json!({ "type": "null" });
    match schema.get_mut("anyOf") {
        Some(Value::Array(all)) => {
            all.push(nothing);
            schema
        }
        _ => object(json!({ "anyOf": [schema, nothing] })),
    }
}

fn scalar(kind: Kind, empty: bool) -> Object {
    let of = |kinds: &[&str]| {
        let kinds: Vec<&str> = kinds.iter().copied().chain(empty.then_some("null")).collect();
        json!(kinds)
    };
    let schema = match kind {
        Kind::Text => json!({ "type": of(&["string", "number"]) }),
        Kind::Number => json!({ "type": of(&["number"]) }),
        Kind::Version => json!({ "type": of(&["number"]), "enum": [1] }),
        Kind::Expression => json!({ "type": of(&["number", "string"]) }),
        Kind::Condition => json!({ "type": of(&["string", "boolean"]) }),
        Kind::Value => json!({ "type": of(&["number", "string", "boolean"]) }),
        Kind::Duration | Kind::Per => json!({ "type": of(&["string"]), "pattern": DURATION }),
        Kind::Date => json!({ "type": of(&["string"]), "pattern": DATE }),
        Kind::DayOfYear => json!({ "type": of(&["string"]), "pattern": DAY_OF_YEAR }),
        Kind::Flag => json!({ "type": of(&["boolean"]) }),
        Kind::Word(words) => {
            let names: Vec<Value> =
                words.iter().map(|(word, _)| json!(word)).chain(empty.then_some(Value::Null)).collect();
            json!({ "enum": names })
        }
        Kind::Name => json!({ "type": of(&["string"]), "pattern": NAME }),
        Kind::File | Kind::Binding | Kind::Place | Kind::Receiver => json!({ "type": of(&["string"]), "minLength": 1 }),
        Kind::Bounds => json!({
            "type": of(&["array"]),
            "items": { "type": ["number", "string", "null"] },
            "minItems": 2,
            "maxItems": 2,
        }),
        Kind::Range => json!({ "type": of(&["array"]), "items": { "type": "number" }, "minItems": 2, "maxItems": 2 }),
        Kind::Cell => json!({ "type": ["number", "string", "boolean", "null"] }),
        _ => json!({}),
    };
    object(schema)
}

/// What must be there, and what must be there together.
fn require(form: &Form, schema: &mut Object) {
    let required: Vec<&str> = form.required().collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    let mut all = Vec::new();
    let mut together = Object::new();
    for need in form.needs {
        match need {
            Need::One(keys) => all.push(choices("oneOf", keys.iter().map(std::slice::from_ref))),
            Need::Some(keys) => all.push(choices("anyOf", keys.iter().map(std::slice::from_ref))),
            Need::Set(sets) => all.push(choices("oneOf", sets.iter().copied())),
            Need::With(key, other) => {
                together.insert((*key).to_owned(), json!([other]));
            }
        }
    }
    if !all.is_empty() {
        schema.insert("allOf".to_owned(), Value::Array(all));
    }
    if !together.is_empty() {
        schema.insert("dependencies".to_owned(), Value::Object(together));
    }
}

/// A meaning: plain, since a description is no Markdown, and as Markdown where that makes a difference.
fn describe(schema: &mut Object, meaning: &str) {
    schema.insert("description".to_owned(), json!(meaning.replace('`', "")));
    if meaning.contains('`') {
        schema.insert("markdownDescription".to_owned(), json!(meaning));
    }
}

fn choices<'k>(word: &str, sets: impl Iterator<Item = &'k [&'static str]>) -> Value {
    let sets: Vec<Value> = sets.map(|keys| json!({ "required": keys })).collect();
    json!({ word: sets })
}

/// A default as a scenario would say it: a rate's is a week's.
fn default_of(about: &Specification) -> Value {
    if about.rate { json!(format!("{}/week", about.default)) } else { json!(about.default) }
}

/// What a key means and what stands there.
fn described(key: &Key) -> String {
    match key.kind {
        Kind::Parameter(about) => of_parameter(about),
        Kind::Word(words) => {
            let each: Vec<String> = words.iter().map(|(word, meaning)| format!("`{word}`: {meaning}")).collect();
            format!("{}\n\n{}.", key.meaning, each.join("; "))
        }
        kind => match says(kind) {
            Some(says) => format!("{}\n\n{says}", key.meaning),
            None => key.meaning.to_owned(),
        },
    }
}

fn of_parameter(about: &Specification) -> String {
    let (rate, a_week) = if about.rate { ("A rate. ", " a week") } else { ("", "") };
    let range = match about.most.is_finite() {
        true => format!("from {} to {}", about.least, about.most),
        false => format!("{} or more", about.least),
    };
    format!("{}.\n\n{rate}{} if nothing is said{a_week}; {range}.", capital(about.meaning), about.default)
}

/// What stands under a key, in a sentence.
fn says(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Expression => "A number or an expression.",
        Kind::Condition => "A condition, such as `trust > patience and received(request) > 0`.",
        Kind::Duration => "A time with its unit, such as `4 weeks`.",
        Kind::Per => "A unit of time, such as `month`.",
        Kind::Date => "A date, such as `2024-03-01`.",
        Kind::Flag => "`true` or `false`.",
        _ => return None,
    })
}
