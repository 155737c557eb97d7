//! The checker and the editor's schema know the same keys of every map, and what one refuses the other does.

mod everything;
mod held;
mod shipped;

use entente::diagnostics::Sources;
use entente::scenario::read::read_tree;
use entente::scenario::tree::{Node, Value as Leaf};
use serde_json::{Map, Value, json};
use std::path::Path;

/// A YAML text as the reader of scenarios reads it.
fn as_json(yaml: &str) -> Value {
    let (_, tree) = read_tree("scenario.yaml", yaml.as_bytes(), &mut Sources::default()).expect("it is YAML");
    of(&tree)
}

fn read(path: &Path) -> Value {
    as_json(&std::fs::read_to_string(path).expect("a file"))
}

fn of(node: &Node) -> Value {
    match &node.value {
        Leaf::Null => Value::Null,
        Leaf::Bool(value) => json!(value),
        Leaf::Number(value, _) => json!(value),
        Leaf::Text(text) => json!(text.value),
        Leaf::List(items) => items.iter().map(of).collect(),
        Leaf::Map(entries) => {
            Value::Object(entries.iter().map(|(key, node)| (key.value.clone(), of(node))).collect::<Map<_, _>>())
        }
    }
}
