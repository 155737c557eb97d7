//! A YAML file as a tree in which every value and every key knows its place.

use crate::diagnostics::Span;

/// One value of the tree.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it stands in its file.
    pub span: Span,
    /// What stands there.
    pub value: Value,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false` (strict: `yes` and `on` are texts).
    Bool(bool),
    /// A plain finite number. `.nan` and `.inf` are refused on reading. The text keeps its spelling.
    Number(f64, Text),
    /// Any other scalar.
    Text(Text),
    /// A list.
    List(Vec<Node>),
    /// A map, in file order, without duplicate keys.
    Map(Vec<(Text, Node)>),
}

/// A text with the place of each of its bytes, so that an error inside an expression points at its own column.
#[derive(Clone, Debug)]
pub struct Text {
    /// The text as YAML reads it (escapes resolved, folded lines joined).
    pub value: String,
    /// The whole scalar in its file, quotes left out.
    pub span: Span,
    /// For a scalar whose text differs from its spelling in the file: where each byte of `value` came from (offsets in
    /// the file, one longer than `value`); `None` where byte `i` simply stands at `span.start + i`.
    pub offsets: Option<Vec<u32>>,
}

impl Text {
    /// The place in the file of the bytes `start..end` of `value`.
    pub fn span_of(&self, start: usize, end: usize) -> Span {
        let place = |i: usize| match &self.offsets {
            Some(offsets) => offsets.get(i).copied().unwrap_or(self.span.end),
            None => (self.span.start + i as u32).min(self.span.end),
        };
        Span { file: self.span.file, start: place(start), end: place(end).max(place(start)) }
    }
}

impl Node {
    /// The map's entries, if it is a map.
    pub fn as_map(&self) -> Option<&[(Text, Node)]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(&text.value),
            _ => None,
        }
    }

    /// How many values and keys it holds, itself included.
    pub fn count(&self) -> usize {
        match &self.value {
            Value::List(items) => 1 + items.iter().map(Node::count).sum::<usize>(),
            Value::Map(entries) => 1 + entries.iter().map(|(_, node)| 1 + node.count()).sum::<usize>(),
            _ => 1,
        }
    }

    /// The value under `key`, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.iter().find(|(k, _)| k.value == key).map(|(_, node)| node)
    }
}
