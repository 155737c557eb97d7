//! The parser's events to a tree.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use crate::diagnostics::{Diagnostic, FileId, Span};
use crate::scenario::tree::{Node, Text, Value};

use super::refusal::{self, LastScalar};
use super::{MAX_BYTES, MAX_DEPTH, MAX_NODES, offset, place};

/// Errors of one file beyond this many are not looked for.
const MAX_ERRORS: usize = 100;
/// Commas that may cut one value and still be told from a value that just lacks its closing parenthesis.
const MAX_PIECES: usize = 64;

/// The tree of a whole text; `Value::Null` for one without any value.
pub(super) fn tree(source: &str, file: FileId) -> Result<Node, Vec<Diagnostic>> {
    let mut options = granit_parser::options! { flow_nesting_limit: MAX_DEPTH, block_nesting_limit: MAX_DEPTH };
    options.set_emit_comments(false);
    let mut builder = Builder::new(source, file);
    for event in Parser::new_from_str_with_options(source, options) {
        let step = match event {
            Ok((event, span)) => {
                let range = span.byte_range().unwrap_or(0..0);
                if let Some(tag) = span.tag_span().and_then(|tag| tag.byte_range()) {
                    builder.refuse_tag(tag);
                }
                builder.event(event, range)
            }
            Err(error) => Err(Box::new(refusal::explain(&error, builder.last, builder.bracket(), source, file))),
        };
        if let Err(stop) = step {
            builder.errors.push(*stop);
            break;
        }
        if builder.errors.len() >= MAX_ERRORS {
            break;
        }
    }
    builder.finish()
}

/// A list or map that is still open.
struct Frame {
    start: usize,
    flow: bool,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Entry>),
    Map { entries: Vec<(Text, Entry)>, key: Option<Text> },
}

/// A value, and whether it is a text or nothing without quotes: only such a one can have been cut by a comma.
struct Entry {
    node: Node,
    bare: bool,
}

/// An anchored value, kept for its aliases.
struct Anchored {
    node: Node,
    nodes: usize,
    bytes: usize,
    depth: usize,
}

struct Builder<'a> {
    source: &'a str,
    file: FileId,
    frames: Vec<Frame>,
    root: Option<Node>,
    documents: usize,
    anchors: BTreeMap<usize, Anchored>,
    nodes: usize,
    copied_bytes: usize,
    last: Option<LastScalar>,
    errors: Vec<Diagnostic>,
}

/// `Err` ends the reading.
type Step = Result<(), Box<Diagnostic>>;

impl<'a> Builder<'a> {
    fn new(source: &'a str, file: FileId) -> Self {
        Self {
            source,
            file,
            frames: Vec::new(),
            root: None,
            documents: 0,
            anchors: BTreeMap::new(),
            nodes: 0,
            copied_bytes: 0,
            last: None,
            errors: Vec::new(),
        }
    }

    fn finish(self) -> Result<Node, Vec<Diagnostic>> {
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        let span = Span { file: self.file, start: 0, end: 0 };
        Ok(self.root.unwrap_or(Node { span, value: Value::Null }))
    }

    fn span(&self, range: &Range<usize>) -> Span {
        Span { file: self.file, start: offset(range.start), end: offset(range.end) }
    }

    fn report(&mut self, error: Diagnostic) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(error);
        }
    }

    fn refuse_tag(&mut self, tag: Range<usize>) {
        let span = self.span(&tag);
        self.report(
            Diagnostic::at(span, "scenarios use no YAML tags", "a value may not begin with `!`")
                .help("put the value in quotes; `not` says that something does not hold"),
        );
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) -> Step {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    let message = "the file holds several documents";
                    return Err(Box::new(
                        Diagnostic::at(self.span(&range), message, "a second one begins here")
                            .help("one file is one scenario: remove the line `---`"),
                    ));
                }
                Ok(())
            }
            Event::Scalar(value, style, anchor, _) => self.scalar(value.into_owned(), style, anchor, range),
            Event::SequenceStart(style, anchor, _) => self.open(style, anchor, range, Content::List(Vec::new())),
            Event::MappingStart(style, anchor, _) => {
                self.open(style, anchor, range, Content::Map { entries: Vec::new(), key: None })
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(&range),
            Event::Alias(id) => self.alias(id, &range),
            _ => Ok(()),
        }
    }

    /// Counts values before they are built.
    fn count(&mut self, nodes: usize, span: Span) -> Step {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        Err(Box::new(Diagnostic::at(
            span,
            format!("the file holds more than {MAX_NODES} values"),
            "counted up to here",
        )))
    }

    /// Where the innermost bracket that is still open was opened.
    fn bracket(&self) -> Option<usize> {
        self.frames.iter().rev().find(|frame| frame.flow).map(|frame| frame.start)
    }

    fn wants_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { content: Content::Map { key: None, .. }, .. }))
    }

    fn scalar(&mut self, value: String, style: ScalarStyle, anchor: usize, range: Range<usize>) -> Step {
        let span = self.span(&range);
        self.count(1, span)?;
        let plain = style == ScalarStyle::Plain;
        let nothing = plain && range.is_empty();
        if self.wants_key() {
            return self.key(value, style, anchor, range);
        }
        if !nothing {
            self.last = Some(LastScalar { start: range.start, end: range.end });
        }
        let value = if nothing { Value::Null } else { self.scalar_value(value, style, range) };
        let bare = plain && matches!(value, Value::Text(_) | Value::Number(..) | Value::Null);
        self.put(Node { span, value }, bare, anchor)
    }

    /// What a scalar says. Only a plain one may be anything but a text.
    fn scalar_value(&mut self, value: String, style: ScalarStyle, range: Range<usize>) -> Value {
        let span = self.span(&range);
        if style != ScalarStyle::Plain {
            return Value::Text(place::text(value, style, range, self.source, self.file));
        }
        match value.as_str() {
            "~" | "null" | "Null" | "NULL" => return Value::Null,
            "true" => return Value::Bool(true),
            "false" => return Value::Bool(false),
            _ => {}
        }
        if let Some(name) = not_finite(&value) {
            let message = format!("`{value}` is not a number that a scenario can use");
            self.report(Diagnostic::at(span, message, format!("{name} is not finite")));
        }
        let number = place::number(&value);
        let text = place::text(value, style, range, self.source, self.file);
        match number {
            Some(number) if number.is_finite() => Value::Number(number, text),
            Some(_) => {
                self.report(Diagnostic::at(span, "this number is too large", "larger than 1.8e308"));
                Value::Text(text)
            }
            None => Value::Text(text),
        }
    }

    fn key(&mut self, value: String, style: ScalarStyle, anchor: usize, range: Range<usize>) -> Step {
        let span = self.span(&range);
        if anchor != 0 {
            self.report(Diagnostic::at(span, "a key cannot have an anchor", "this is a key"));
        }
        if style == ScalarStyle::Plain && range.is_empty() {
            self.report(Diagnostic::at(span, "a key is missing", "expected a name before the colon"));
        } else if style == ScalarStyle::Plain && value == "<<" {
            self.report(
                Diagnostic::at(span, "scenarios use no YAML merge keys", "`<<` is not read")
                    .help("`extends: other.yaml` builds one scenario on another, `policies:` shares rules"),
            );
        } else {
            self.last = Some(LastScalar { start: range.start, end: range.end });
        }
        let text = place::text(value, style, range, self.source, self.file);
        if let Some(Frame { content: Content::Map { key, .. }, .. }) = self.frames.last_mut() {
            *key = Some(text);
        }
        Ok(())
    }

    fn open(&mut self, style: StructureStyle, anchor: usize, range: Range<usize>, content: Content) -> Step {
        let span = self.span(&range);
        self.count(1, span)?;
        if self.frames.len() >= MAX_DEPTH {
            return Err(Box::new(refusal::too_deep(span)));
        }
        if self.wants_key() {
            return Err(Box::new(
                Diagnostic::at(span, "a list or map stands where a key belongs", "expected a name")
                    .help("an expression with brackets belongs in quotes"),
            ));
        }
        self.frames.push(Frame { start: range.start, flow: style == StructureStyle::Flow, anchor, content });
        Ok(())
    }

    fn close(&mut self, range: &Range<usize>) -> Step {
        let Some(frame) = self.frames.pop() else { return Ok(()) };
        let (value, last_end) = match frame.content {
            Content::List(entries) => {
                if frame.flow {
                    self.find_cut_items(&entries);
                }
                let end = entries.last().map(|entry| entry.node.span.end);
                (Value::List(entries.into_iter().map(|entry| entry.node).collect()), end)
            }
            Content::Map { entries, .. } => {
                let cut = if frame.flow { self.find_cut_entries(&entries) } else { BTreeSet::new() };
                self.find_duplicates(&entries, &cut);
                let end = entries.last().map(|(key, entry)| entry.node.span.end.max(key.span.end));
                (Value::Map(entries.into_iter().map(|(key, entry)| (key, entry.node)).collect()), end)
            }
        };
        let start = offset(frame.start);
        let end = if frame.flow { offset(range.end) } else { last_end.unwrap_or(start) };
        self.put(Node { span: Span { file: self.file, start, end: end.max(start) }, value }, false, frame.anchor)
    }

    /// Puts a finished value where it belongs.
    fn put(&mut self, node: Node, bare: bool, anchor: usize) -> Step {
        if anchor != 0 {
            self.keep_anchor(&node, anchor)?;
        }
        match self.frames.last_mut() {
            None => self.root = Some(node),
            Some(Frame { content: Content::List(entries), .. }) => entries.push(Entry { node, bare }),
            Some(Frame { content: Content::Map { entries, key }, .. }) => {
                if let Some(key) = key.take() {
                    entries.push((key, Entry { node, bare }));
                }
            }
        }
        Ok(())
    }

    fn keep_anchor(&mut self, node: &Node, anchor: usize) -> Step {
        let size = size(node);
        self.count_copy(&size, node.span)?;
        self.anchors.insert(anchor, Anchored { node: node.clone(), nodes: size.0, bytes: size.1, depth: size.2 });
        Ok(())
    }

    fn alias(&mut self, id: usize, range: &Range<usize>) -> Step {
        let span = self.span(range);
        if self.wants_key() {
            return Err(Box::new(Diagnostic::at(span, "an alias stands where a key belongs", "expected a name")));
        }
        let Some(anchored) = self.anchors.get(&id) else {
            return Err(Box::new(Diagnostic::at(
                span,
                "a value cannot hold itself",
                "alias of a value that is still open",
            )));
        };
        let (node, size) = (anchored.node.clone(), (anchored.nodes, anchored.bytes, anchored.depth));
        if self.frames.len() + size.2 > MAX_DEPTH {
            return Err(Box::new(refusal::too_deep(span)));
        }
        self.count_copy(&size, span)?;
        self.put(node, false, 0)
    }

    /// Copies made for anchors and aliases count as values of the file and are bounded in bytes too.
    fn count_copy(&mut self, size: &(usize, usize, usize), span: Span) -> Step {
        self.count(size.0, span)?;
        self.copied_bytes = self.copied_bytes.saturating_add(size.1);
        if self.copied_bytes <= 4 * MAX_BYTES {
            return Ok(());
        }
        Err(Box::new(Diagnostic::at(span, "aliases make the file too large", "counted up to here")))
    }

    fn find_duplicates(&mut self, entries: &[(Text, Entry)], cut: &BTreeSet<usize>) {
        let mut first: BTreeMap<&str, Span> = BTreeMap::new();
        for (i, (key, _)) in entries.iter().enumerate() {
            if let Some(earlier) = first.get(key.value.as_str()) {
                if !cut.contains(&i) {
                    self.report(
                        Diagnostic::at(key.span, format!("`{}` stands twice in this map", key.value), "again here")
                            .related(*earlier, "first here"),
                    );
                }
            } else {
                first.insert(&key.value, key.span);
            }
        }
    }

    /// `{ amount: max(0, 60 - stock) }` reads as a value `max(0` and a key `60 - stock)` without a value.
    fn find_cut_entries(&mut self, entries: &[(Text, Entry)]) -> BTreeSet<usize> {
        let mut cut = BTreeSet::new();
        let mut i = 0;
        while let Some((_, entry)) = entries.get(i) {
            i += 1;
            let mut open = unbalanced(entry);
            let first = i;
            while open > 0 && i < first + MAX_PIECES {
                let Some((key, next)) = entries.get(i) else { break };
                if !next.bare || !matches!(next.node.value, Value::Null) {
                    break;
                }
                open += parentheses(&key.value);
                i += 1;
            }
            if let Some((key, _)) = entries.get(i.wrapping_sub(1)).filter(|_| i > first && open <= 0) {
                cut.extend(first..i);
                self.cut(Span { file: self.file, start: entry.node.span.start, end: key.span.end });
            } else {
                i = first;
            }
        }
        cut
    }

    /// The same in a list: `[max(0, x), 1]`.
    fn find_cut_items(&mut self, entries: &[Entry]) {
        let mut i = 0;
        while let Some(entry) = entries.get(i) {
            i += 1;
            let mut open = unbalanced(entry);
            let first = i;
            while let Some(next) = entries.get(i).filter(|next| open > 0 && next.bare && i < first + MAX_PIECES) {
                open += scalar_text(&next.node).map_or(0, |text| parentheses(&text.value));
                i += 1;
            }
            match entries.get(i.wrapping_sub(1)).filter(|_| i > first && open <= 0) {
                Some(last) => {
                    self.cut(Span { file: self.file, start: entry.node.span.start, end: last.node.span.end });
                }
                None => i = first,
            }
        }
    }

    fn cut(&mut self, span: Span) {
        let whole = self.source.get(span.start as usize..span.end as usize);
        self.report(
            Diagnostic::at(span, "a comma cuts this value in two", "inside `{ }` and `[ ]` a comma ends a value")
                .help(refusal::quote(whole)),
        );
    }
}

fn scalar_text(node: &Node) -> Option<&Text> {
    match &node.value {
        Value::Text(text) | Value::Number(_, text) => Some(text),
        _ => None,
    }
}

/// How many parentheses an unquoted text leaves open.
fn unbalanced(entry: &Entry) -> i64 {
    if !entry.bare {
        return 0;
    }
    scalar_text(&entry.node).map_or(0, |text| parentheses(&text.value))
}

fn parentheses(text: &str) -> i64 {
    text.bytes().map(|b| i64::from(b == b'(') - i64::from(b == b')')).sum()
}

/// What YAML calls a number that is none.
fn not_finite(text: &str) -> Option<&'static str> {
    match text.strip_prefix(['+', '-']).unwrap_or(text) {
        ".nan" | ".NaN" | ".NAN" => Some("not-a-number"),
        ".inf" | ".Inf" | ".INF" => Some("infinity"),
        _ => None,
    }
}

/// Values, bytes of text and depth of a tree.
fn size(node: &Node) -> (usize, usize, usize) {
    let text_size = |text: &Text| text.value.len() + 4 * text.offsets.as_ref().map_or(0, Vec::len);
    let mut total = match &node.value {
        Value::Number(_, text) | Value::Text(text) => return (1, text_size(text), 0),
        Value::Null | Value::Bool(_) => return (1, 0, 0),
        Value::List(_) | Value::Map(_) => (1, 0, 0),
    };
    let mut add = |child: &Node, key: usize| {
        let size = size(child);
        total = (total.0 + size.0 + usize::from(key > 0), total.1 + size.1 + key, total.2.max(size.2));
    };
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| add(item, 0)),
        Value::Map(entries) => entries.iter().for_each(|(key, value)| add(value, text_size(key).max(1))),
        _ => {}
    }
    (total.0, total.1, total.2 + 1)
}
