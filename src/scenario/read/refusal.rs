//! What the YAML parser refuses, in the words of somebody who writes scenarios.

use granit_parser::{ErrorKind, ScanError};

use crate::diagnostics::{Diagnostic, FileId, Span};

use super::{MAX_DEPTH, offset};

/// The last scalar before the error, which often is what the author meant to go on.
#[derive(Clone, Copy, Default)]
pub(super) struct LastScalar {
    /// First byte.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
}

/// A syntax error as a sentence with its place and a hint.
pub(super) fn explain(
    error: &ScanError,
    last: Option<LastScalar>,
    bracket: Option<usize>,
    source: &str,
    file: FileId,
) -> Diagnostic {
    let at = error.marker().byte_offset().unwrap_or(0).min(source.len());
    let here = span_at(source, at, file);
    if let Some(tab) = tab_in_indentation(source, at) {
        return tab_error(tab, file);
    }
    if let Some(unclosed) = bracket.and_then(|bracket| unclosed(bracket, here, at, source)) {
        return unclosed;
    }
    match error.kind() {
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => colon(here, at, last, source),
        ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator => {
            separator(here, at, last, source)
        }
        ErrorKind::TabInPlainScalar => {
            // The parser stops at the end of the text that the next line, which a tab indents, could have gone on with.
            let next_line = source.get(at..).and_then(|rest| rest.find('\n')).map_or(at, |i| at + i + 1);
            match tab_in_indentation(source, next_line) {
                Some(tab) => tab_error(tab, file),
                None => {
                    Diagnostic::at(here, "a tab stands where YAML wants spaces", "here").help("replace tabs by spaces")
                }
            }
        }
        ErrorKind::RecursionLimitExceeded => too_deep(here),
        ErrorKind::UnclosedQuotedScalar => {
            Diagnostic::at(here, "a quote is opened and never closed", "the quote that is still open")
        }
        ErrorKind::InvalidTrailingDoubleQuotedScalar | ErrorKind::InvalidTrailingSingleQuotedScalar => {
            Diagnostic::at(here, "text follows a closing quote", "this is outside the quotes")
                .help("put the whole value in quotes, or none of it")
        }
        ErrorKind::UnknownQuotedScalarEscape => {
            Diagnostic::at(here, "unknown escape after `\\`", "in double quotes a backslash begins an escape")
                .help("write `\\\\` for a backslash, or use single quotes")
        }
        ErrorKind::UnclosedFlowCollection { open } => {
            Diagnostic::at(here, format!("a `{open}` is opened and never closed"), "still open")
        }
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            Diagnostic::at(here, format!("a `{open}` is closed by `{close}`"), "does not match")
        }
        ErrorKind::MisplacedFlowCollectionEnd => {
            Diagnostic::at(here, "a bracket is closed that was never opened", "nothing to close")
                .help("an expression with brackets belongs in quotes")
        }
        ErrorKind::UnknownAnchor => Diagnostic::at(here, "a value may not begin with `*`", "no anchor has this name")
            .help("put an expression that begins with `*` in quotes"),
        ErrorKind::UnexpectedCharacter { character } if !character.is_control() => Diagnostic::at(
            here,
            format!("a value may not begin with `{character}`"),
            "YAML keeps this character for itself",
        )
        .help("put the value in quotes"),
        ErrorKind::InvalidBlockScalarHeader => {
            Diagnostic::at(here, "a value may not begin with `>` or `|`", "YAML reads this as the start of a long text")
                .help("put the expression in quotes")
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            Diagnostic::at(here, "a line without a colon stands among `name: value` lines", "expected `name: value`")
        }
        ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::BlockSequenceEntryNotAllowed
        | ErrorKind::InvalidIndentation => {
            Diagnostic::at(here, "this line does not fit those above it", "check how far it is indented")
                .help("entries of one map or list begin in the same column; lists begin each entry with `- `")
        }
        kind => Diagnostic::at(here, format!("this is not YAML: {kind}"), "the reader stopped here"),
    }
}

/// The sentence for lists and maps that stand too deep inside each other.
pub(super) fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::at(span, format!("more than {MAX_DEPTH} lists and maps stand inside each other"), "too deep")
}

fn span_at(source: &str, at: usize, file: FileId) -> Span {
    let length = source.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    Span { file, start: offset(at), end: offset(at + length) }
}

/// A colon where no key can stand: it either cuts a value in two, or the line stands too far right.
fn colon(here: Span, at: usize, last: Option<LastScalar>, source: &str) -> Diagnostic {
    let folded = last.is_some_and(|last| source.get(last.start..last.end).is_some_and(|text| text.contains('\n')));
    if folded {
        return Diagnostic::at(
            here,
            "this line goes on with the value above, so it cannot hold a key",
            "unexpected colon",
        )
        .help("a value and keys below it do not go together: check how far this line is indented");
    }
    let rest = last.and_then(|last| source.get(last.start..)).and_then(|rest| rest.lines().next()).map(str::trim_end);
    let cut = Diagnostic::at(here, "a colon cuts this value in two", "YAML reads this as the end of a key");
    let same_line = last.is_some_and(|last| source.get(last.start..at).is_some_and(|text| !text.contains('\n')));
    cut.help(quote(rest.filter(|_| same_line)))
}

/// The first colon of a line below an open bracket: a new key, so the bracket or a comma is missing above it.
fn unclosed(bracket: usize, here: Span, at: usize, source: &str) -> Option<Diagnostic> {
    let line_of = |at: usize| source.get(..at).and_then(|text| text.rfind('\n')).map_or(0, |i| i + 1);
    let indent = |line: usize| source.get(line..).map_or(0, |text| text.len() - text.trim_start_matches(' ').len());
    let (line, line_of_bracket) = (line_of(at), line_of(bracket));
    let key = source.get(line..at)?.trim();
    let name = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_');
    if line <= bracket || source.as_bytes().get(at) != Some(&b':') || !name {
        return None;
    }
    let start = offset(line + indent(line));
    let key_span = Span { start, ..here };
    if indent(line) > indent(line_of_bracket) {
        return Some(comma_or_bracket(key_span));
    }
    let open = span_at(source, bracket, here.file);
    let message = format!("a `{}` is opened and never closed", source.get(bracket..bracket + 1)?);
    Some(Diagnostic::at(open, message, "still open").related(key_span, "where the next key begins"))
}

fn comma_or_bracket(here: Span) -> Diagnostic {
    Diagnostic::at(here, "a comma or a closing bracket is missing", "expected one before this")
        .help("or, if this belongs to the value before it, put the whole value in quotes")
}

/// Inside `{ }` or `[ ]` something follows a value that is neither a comma nor the closing bracket.
fn separator(here: Span, at: usize, last: Option<LastScalar>, source: &str) -> Diagnostic {
    match source.as_bytes().get(at) {
        Some(b'[' | b'{') if last.is_some_and(|last| last.end == at) => Diagnostic::at(
            here,
            "a bracket cuts this value in two",
            "inside `{ }` and `[ ]` a bracket begins a new list",
        )
        .help(quote(None)),
        Some(b':') => Diagnostic::at(here, "a colon cuts this value in two", "YAML reads this as the end of a key")
            .help(quote(None)),
        _ => comma_or_bracket(here),
    }
}

/// The hint to put a value in quotes, spelled out where the value is known and short.
pub(super) fn quote(value: Option<&str>) -> String {
    match value.filter(|value| value.len() <= 60 && !value.contains(['"', '\\', '#'])) {
        Some(value) => format!("put it in quotes: `\"{value}\"`"),
        None => "put it in quotes".to_owned(),
    }
}

/// The first tab of the indentation of the line that holds `at`, or of the first one before it that is not empty.
fn tab_in_indentation(source: &str, at: usize) -> Option<usize> {
    let end = source.get(at..)?.find('\n').map_or(source.len(), |i| at + i);
    let mut end = end;
    for _ in 0..2 {
        let start = source.get(..end)?.rfind('\n').map_or(0, |i| i + 1);
        let line = source.get(start..end)?;
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line.get(..indent)?.find('\t') {
            return Some(start + tab);
        }
        end = start.checked_sub(1)?;
    }
    None
}

fn tab_error(tab: usize, file: FileId) -> Diagnostic {
    let span = Span { file, start: offset(tab), end: offset(tab + 1) };
    Diagnostic::at(span, "a tab cannot indent a line in YAML", "a tab")
        .help("indent with spaces; most editors turn tabs into spaces when told to")
}
