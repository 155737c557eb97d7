//! Where each byte of a scalar stands in its file, and whether it is a number.

use std::ops::Range;

use granit_parser::ScalarStyle;

use crate::diagnostics::{FileId, Span};
use crate::scenario::tree::Text;

use super::offset;

/// A scalar's text with its place. `range` is what the parser says it covers, quotes included.
pub(super) fn text(value: String, style: ScalarStyle, range: Range<usize>, source: &str, file: FileId) -> Text {
    let covered = source.get(range.clone()).unwrap_or("");
    let inner = match style {
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
            range.start + 1..range.end.saturating_sub(1).max(range.start + 1)
        }
        ScalarStyle::Literal | ScalarStyle::Folded => range.start..range.start + covered.trim_end().len(),
        ScalarStyle::Plain => range,
    };
    let raw = source.get(inner.clone()).unwrap_or("");
    let as_written = raw == value || (raw == value.trim_end_matches('\n') && is_block(style));
    let offsets = (!as_written).then(|| align(&value, raw, inner.start, style));
    Text { value, span: Span { file, start: offset(inner.start), end: offset(inner.end) }, offsets }
}

fn is_block(style: ScalarStyle) -> bool {
    matches!(style, ScalarStyle::Literal | ScalarStyle::Folded)
}

/// Walks along a scalar's value and its spelling at once.
///
/// Folding changes only white space, so every other character of the value stands in the spelling in the same order, as
/// itself or as an escape. White space gets the place that it was folded from.
fn align(value: &str, raw: &str, base: usize, style: ScalarStyle) -> Vec<u32> {
    let raw = raw.as_bytes();
    let mut offsets = Vec::with_capacity(value.len() + 1);
    let mut at = 0;
    for c in value.chars() {
        if style == ScalarStyle::DoubleQuoted {
            at = skip_escaped_breaks(raw, at);
        }
        let next = if is_blank(c) { after_blank(raw, at, c, style) } else { after_letter(raw, &mut at, c, style) };
        for i in 0..c.len_utf8() {
            let inside = if next - at == c.len_utf8() { i } else { 0 };
            offsets.push(offset(base + at + inside));
        }
        at = next;
    }
    offsets.push(offset(base + at));
    offsets
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

fn skip_blanks(raw: &[u8], mut at: usize) -> usize {
    while raw.get(at).is_some_and(|b| is_blank(char::from(*b))) {
        at += 1;
    }
    at
}

/// A backslash at the end of a line joins it with the next.
fn skip_escaped_breaks(raw: &[u8], mut at: usize) -> usize {
    while raw.get(at) == Some(&b'\\') && matches!(raw.get(at + 1), Some(b'\n' | b'\r')) {
        at = skip_blanks(raw, at + 1);
    }
    at
}

/// One past what spells a character that is not white space; `at` moves to where that begins.
fn after_letter(raw: &[u8], at: &mut usize, c: char, style: ScalarStyle) -> usize {
    *at = skip_blanks(raw, *at);
    let length = match style {
        ScalarStyle::DoubleQuoted => {
            *at = skip_escaped_breaks(raw, *at);
            if raw.get(*at) == Some(&b'\\') { escape(raw, *at, c) } else { c.len_utf8() }
        }
        ScalarStyle::SingleQuoted if c == '\'' => 2,
        _ => c.len_utf8(),
    };
    *at = (*at).min(raw.len());
    (*at + length).min(raw.len())
}

/// One past what spells a white space character, which is nothing where a line break was folded into it.
fn after_blank(raw: &[u8], at: usize, c: char, style: ScalarStyle) -> usize {
    match raw.get(at) {
        Some(b'\\') if style == ScalarStyle::DoubleQuoted => (at + escape(raw, at, c)).min(raw.len()),
        Some(b) if char::from(*b) == c => at + 1,
        _ if c == '\n' => {
            // Blanks at the end of the line are not part of the value.
            let end = skip_blanks(raw, at);
            raw.get(at..end).and_then(|run| run.iter().position(|b| *b == b'\n')).map_or(at, |i| at + i + 1)
        }
        _ => at,
    }
}

/// The length of the escape that stands for `c`.
fn escape(raw: &[u8], at: usize, c: char) -> usize {
    match raw.get(at + 1) {
        Some(b'x') => 4,
        Some(b'u') if c > '\u{ffff}' => 12,
        Some(b'u') => 6,
        Some(b'U') => 10,
        _ => 2,
    }
}

/// A number as a scenario writes one: `40`, `-0.45`, `.5`, `1e3`, `1_000`; `None` for any other text.
///
/// The value is not finite where the text is too large for a number (`1e999`).
pub(in crate::scenario) fn number(text: &str) -> Option<f64> {
    let body = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (body, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let good = match fraction {
        None => digits(whole),
        Some("") => digits(whole),
        Some(fraction) => (whole.is_empty() || digits(whole)) && digits(fraction),
    };
    let exponent_good = exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)));
    if !good || !exponent_good {
        return None;
    }
    text.replace('_', "").parse().ok()
}

/// Digits, with single underscores between them.
fn digits(text: &str) -> bool {
    !text.is_empty() && text.split('_').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}
