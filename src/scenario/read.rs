//! One YAML file to one spanned tree, within fixed bounds.
//!
//! A file may come from anywhere, so everything is bounded before it is built: bytes, depth, nodes (those that aliases
//! repeat included). What YAML allows and a scenario has no use for (tags, several documents, lists as keys, `.nan`) is
//! refused with its own sentence, as is what YAML reads differently from what its author meant.

mod build;
mod place;
mod refusal;

use crate::diagnostics::{Diagnostic, FileId, Sources, Span};

use super::tree::{Node, Value};

pub(super) use place::number;

/// The most bytes a scenario file may have.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
/// The most lists and maps that may stand inside each other.
pub const MAX_DEPTH: usize = 64;
/// The most values a file may hold, those repeated by aliases counted each time.
pub const MAX_NODES: usize = 200_000;

/// Reads one file's bytes. Its text is kept in `sources` under `name` even when it is refused.
///
/// # Errors
/// Everything that is wrong with the file as YAML: too large, not UTF-8, control characters, empty, not a map, several
/// documents, syntax errors, duplicate keys, numbers that are not finite, a text that a comma or colon has cut in two.
/// After a syntax error the rest of the file is not looked at; all other errors are collected.
pub fn read_tree(name: &str, bytes: &[u8], sources: &mut Sources) -> Result<(FileId, Node), Vec<Diagnostic>> {
    let (file, text) = decode(name, bytes, MAX_BYTES, sources)?;
    let node = build::tree(&text, file)?;
    match &node.value {
        Value::Map(entries) if !entries.is_empty() => Ok((file, node)),
        Value::Map(_) | Value::Null => Err(vec![empty(file)]),
        Value::List(_) => Err(vec![not_a_map(node.span, "a list")]),
        _ => Err(vec![not_a_map(node.span, "a single value")]),
    }
}

fn empty(file: FileId) -> Diagnostic {
    Diagnostic::at(Span { file, start: 0, end: 0 }, "the file is empty", "nothing stands here")
        .help("a scenario begins with `entente: 1` and `title: …`")
}

fn not_a_map(span: Span, what: &str) -> Diagnostic {
    Diagnostic::at(span, format!("the file holds {what}, not a map"), "expected `name: value` lines")
        .help("a scenario begins with `entente: 1` and `title: …`")
}

/// A file's text, kept in `sources`, if it is UTF-8 of at most `limit` bytes without control characters.
pub(super) fn decode(
    name: &str,
    bytes: &[u8],
    limit: usize,
    sources: &mut Sources,
) -> Result<(FileId, String), Vec<Diagnostic>> {
    if bytes.len() > limit {
        let mib = limit / (1024 * 1024);
        return Err(vec![Diagnostic::general(format!("`{name}` is larger than {mib} MiB, the most that is read"))]);
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return Err(vec![not_utf8(name, bytes, error.valid_up_to(), sources)]),
    };
    let file = sources.add(name, text);
    match text.char_indices().find(|(_, c)| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{85}')) {
        None => Ok((file, text.to_owned())),
        Some((at, c)) => Err(vec![control(file, at, c)]),
    }
}

fn not_utf8(name: &str, bytes: &[u8], valid: usize, sources: &mut Sources) -> Diagnostic {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Diagnostic::general(format!("`{name}` is UTF-16 text"))
            .help("save the file as UTF-8; editors and spreadsheets offer this when saving");
    }
    // Up to the first wrong byte the text is the file's, so the place is right.
    let file = sources.add(name, String::from_utf8_lossy(bytes));
    let start = offset(valid);
    Diagnostic::at(
        Span { file, start, end: start + 1 },
        "the file is not UTF-8 text",
        "this byte is no part of a letter",
    )
    .help("save the file as UTF-8; editors and spreadsheets offer this when saving")
}

fn control(file: FileId, at: usize, c: char) -> Diagnostic {
    let start = offset(at);
    let span = Span { file, start, end: start + c.len_utf8() as u32 };
    let message = if c == '\0' {
        "the file holds a NUL byte, so it is not a text file".to_owned()
    } else {
        format!("the file holds a control character (U+{:04X})", u32::from(c))
    };
    Diagnostic::at(span, message, "remove it")
}

/// A place in a file as spans hold it. Files are far smaller than 4 GiB.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
