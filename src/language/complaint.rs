//! The sentences for what is wrong with a text, each with what would mend it where that is plain.

use super::lexer::{Token, TokenKind};
use super::syntax::{SyntaxError, TextSpan};
use super::words::near_unit;

impl SyntaxError {
    /// An error at a place.
    pub(super) fn at(span: TextSpan, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { message: message.into(), label: label.into(), span, help: None }
    }

    /// Adds the hint.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A piece of the author's text, cut to what fits in a sentence.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or("")),
        None => text.to_owned(),
    }
}

// --- numbers and dates ---

pub(super) fn bare_point(span: TextSpan, whole: &str) -> SyntaxError {
    let whole = shown(whole);
    SyntaxError::at(span, "a digit must follow the decimal point", "the number stops here")
        .help(format!("write `{whole}` or `{whole}.0`"))
}

pub(super) fn second_point(span: TextSpan) -> SyntaxError {
    SyntaxError::at(span, "a number has one decimal point", "a second point stands at its end")
        .help("a date is written `2023-10-27`, and `1_000` is a thousand")
}

pub(super) fn loose_underscore(span: TextSpan) -> SyntaxError {
    SyntaxError::at(span, "an underscore in a number must stand between digits", "no digit follows")
        .help("write `1_000` for a thousand")
}

pub(super) fn too_large(span: TextSpan, text: &str) -> SyntaxError {
    SyntaxError::at(span, format!("the number `{}` is too large", shown(text)), "more than 1.7e308")
}

pub(super) fn date_form(span: TextSpan, text: &str) -> SyntaxError {
    SyntaxError::at(span, format!("`{}` is not a date", shown(text)), "months and days have two digits")
        .help("write `2023-01-05` for a date, or put spaces around `-` to subtract")
}

pub(super) fn no_such_day(span: TextSpan, text: &str) -> SyntaxError {
    SyntaxError::at(span, format!("the calendar has no day {text}"), "no such day")
        .help("a date is year-month-day; to subtract, put spaces around `-`")
}

/// A number and a word with nothing between them.
pub(super) fn number_then_word(number: &Token, word: &Token) -> SyntaxError {
    let (n, w) = (shown(number.text), shown(word.text));
    match near_unit(word.text) {
        Some(unit) => SyntaxError::at(word.span, format!("unknown unit `{w}`"), "not a unit of time")
            .help(format!("did you mean `{n} {unit}`?")),
        None => {
            let span = TextSpan { start: number.span.start, end: word.span.end };
            SyntaxError::at(span, format!("nothing joins `{n}` and `{w}`"), "an operator is missing")
                .help(format!("write `{n} * {w}` to multiply"))
        }
    }
}

pub(super) fn plural_unit(word: &Token) -> SyntaxError {
    let plural = word.text;
    let single = plural.strip_suffix('s').unwrap_or(plural);
    SyntaxError::at(word.span, format!("`{plural}` needs a number before it"), "how many?")
        .help(format!("write `4 {plural}`, or `{single}` for one"))
}

// --- characters ---

/// A word that is no name.
pub(super) fn no_name(start: usize, text: &str) -> SyntaxError {
    let span = TextSpan { start, end: start + text.len() };
    if let Some((at, c)) = text.char_indices().find(|(_, c)| !c.is_ascii()) {
        let span = TextSpan { start: start + at, end: start + at + c.len_utf8() };
        return match typographic(c) {
            Some((label, help)) => unknown(span, c, label).help(help),
            None => unknown(span, c, "no letter of a name").help("names are made of `a` to `z`, `0` to `9` and `_`"),
        };
    }
    let name = shown(text);
    if text.starts_with('_') {
        return SyntaxError::at(span, format!("a name starts with a letter, not as `{name}` does"), "no name")
            .help("names are made of `a` to `z`, `0` to `9` and `_`, a letter first");
    }
    SyntaxError::at(span, format!("names are lower case, not as `{name}`"), "capital letters")
        .help(format!("write `{}`", name.to_ascii_lowercase()))
}

fn unknown(span: TextSpan, c: char, label: &str) -> SyntaxError {
    let visible = !c.is_control() && !c.is_whitespace() && !is_format(c);
    let name = if visible { format!("`{c}`") } else { format!("the character U+{:04X}", u32::from(c)) };
    SyntaxError::at(span, format!("{name} means nothing in an expression"), label)
}

/// Characters that show nothing, or change how their neighbours are shown.
fn is_format(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// What word processors and formula sheets write for the keyboard's signs: the label and the help.
fn typographic(c: char) -> Option<(&'static str, &'static str)> {
    Some(match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => ("not the keyboard's minus sign", "write `-`"),
        '×' | '·' | '∙' | '⋅' | '∗' => ("not the keyboard's sign", "write `*` to multiply"),
        '÷' | '∕' | '⁄' => ("not the keyboard's sign", "write `/` to divide"),
        '≤' | '⩽' => ("not the keyboard's sign", "write `<=`"),
        '≥' | '⩾' => ("not the keyboard's sign", "write `>=`"),
        '≠' => ("not the keyboard's sign", "write `!=`"),
        '∧' => ("not a word of the language", "write `and`"),
        '∨' => ("not a word of the language", "write `or`"),
        '¬' => ("not a word of the language", "write `not`"),
        '²' => ("not the keyboard's sign", "write `^2`"),
        '³' => ("not the keyboard's sign", "write `^3`"),
        '\u{2018}'..='\u{201f}' | '«' | '»' | '‹' | '›' => ("a quotation mark", "names need no quotes"),
        '…' => ("not the keyboard's sign", "say everything in full"),
        c if c.is_whitespace() || is_format(c) => ("not an ordinary space", "delete it, or type a space"),
        _ => return None,
    })
}

/// What people write who know other languages: how it begins, the label, the help. The longest first.
const FOREIGN: [(&str, &str, &str); 22] = [
    ("===", "not a comparison here", "write `==` to compare"),
    ("!==", "not a comparison here", "write `!=` for different"),
    ("=>", "not a comparison here", "write `>=` for at least"),
    ("=<", "not a comparison here", "write `<=` for at most"),
    ("<>", "not a comparison here", "write `!=` for different"),
    ("=", "this does not compare", "write `==` to compare"),
    ("&&", "not a word of the language", "write `and`"),
    ("||", "not a word of the language", "write `or`"),
    ("&", "not a word of the language", "write `and`"),
    ("|", "not a word of the language", "write `or`"),
    ("!", "not a word of the language", "write `not`"),
    ("**", "not an operator here", "write `^` for a power"),
    ("%", "not an operator here", "write a share: `0.3` for 30%"),
    ("?", "not an operator here", "write `if(condition, value, otherwise)`"),
    ("\"", "a quotation mark", "names need no quotes"),
    ("'", "a quotation mark", "names need no quotes"),
    ("`", "a quotation mark", "names need no quotes"),
    ("{", "not a bracket here", "write `(` to group, `[` after the name of a tie"),
    ("}", "not a bracket here", "write `)` to group, `]` after the name of a tie"),
    (";", "not a separator here", "write `,` between arguments"),
    (":", "not a separator here", "an expression holds no `:`; a key of the file stands outside it"),
    ("#", "a comment cannot stand here", "put comments outside the expression"),
];

/// A sign that opens no token, at the beginning of `rest`.
pub(super) fn sign(start: usize, rest: &str, previous: Option<&Token>) -> SyntaxError {
    let at = |length: usize| TextSpan { start, end: start + length };
    if let (true, Some(Token { kind: TokenKind::Number(value), text, span })) = (rest.starts_with('%'), previous) {
        let span = TextSpan { start: span.start, end: start + 1 };
        return SyntaxError::at(span, "percentages are written as shares", "`%` is not an operator here")
            .help(format!("write `{}` for {}%", value / 100.0, shown(text)));
    }
    if let Some((sign, label, help)) = FOREIGN.iter().find(|(sign, ..)| rest.starts_with(sign)) {
        return SyntaxError::at(at(sign.len()), format!("`{sign}` means nothing in an expression"), *label).help(*help);
    }
    match rest.chars().next() {
        Some(c) => match typographic(c) {
            Some((label, help)) => unknown(at(c.len_utf8()), c, label).help(help),
            None => unknown(at(c.len_utf8()), c, "unknown character"),
        },
        None => SyntaxError::at(at(0), "the text ends too early", "here"),
    }
}

// --- what stands where something else was expected ---

/// Nothing but blanks.
pub(super) fn empty(text: &str) -> SyntaxError {
    SyntaxError::at(TextSpan { start: 0, end: text.len() }, "an expression is missing", "there is nothing here")
}

pub(super) fn never_closed(open: &Token, found: &Token) -> SyntaxError {
    let closing = if open.kind == TokenKind::OpenParen { ")" } else { "]" };
    let error = SyntaxError::at(open.span, format!("this `{}` is never closed", open.text), "opened here");
    match found.kind {
        TokenKind::CloseParen | TokenKind::CloseSquare => {
            error.help(format!("write `{closing}` where `{}` stands", found.text))
        }
        _ => error.help(format!("add `{closing}`")),
    }
}

/// A token that no value can begin with stands where one must.
pub(super) fn missing_value(previous: Option<&Token>, found: &Token, open: Option<&Token>) -> SyntaxError {
    use TokenKind::*;
    let after_comma = previous.filter(|p| p.kind == Comma);
    let after_open = previous.filter(|p| matches!(p.kind, OpenParen | OpenSquare));
    match (found.kind, open) {
        (Word, _) => return misplaced_word(found),
        (End, Some(open)) if after_comma.is_some() || after_open.is_some() => return never_closed(open, found),
        (CloseParen | CloseSquare, None) if previous.is_none() => return never_opened(found),
        (CloseParen | CloseSquare, _) => {
            if let Some(comma) = after_comma {
                return SyntaxError::at(comma.span, "nothing follows this comma", "one comma too many")
                    .help("leave it out");
            }
            if let Some(open) = after_open {
                let span = TextSpan { start: open.span.start, end: found.span.end };
                return SyntaxError::at(span, "nothing stands between these brackets", "a value is missing");
            }
        }
        (Comma, _) => {
            return SyntaxError::at(found.span, "a value is missing before this comma", "nothing stands before it");
        }
        _ => {}
    }
    let joins = !matches!(found.kind, End | CloseParen | CloseSquare);
    let error = match previous.filter(|_| after_comma.is_none() && after_open.is_none()) {
        Some(p) if joins => SyntaxError::at(
            found.span,
            format!("a value is missing between `{}` and `{}`", p.text, found.text),
            "nothing stands before it",
        ),
        Some(p) => SyntaxError::at(p.span, format!("a value is missing after `{}`", p.text), "nothing follows it"),
        None => SyntaxError::at(
            found.span,
            format!("a value is missing before `{}`", found.text),
            "nothing stands before it",
        ),
    };
    if found.kind == Plus { error.help("leave this `+` out") } else { error }
}

fn never_opened(found: &Token) -> SyntaxError {
    let opening = if found.kind == TokenKind::CloseParen { "(" } else { "[" };
    SyntaxError::at(found.span, format!("no `{opening}` was opened for this `{}`", found.text), "one bracket too many")
}

/// A word of the grammar in a place where it joins nothing.
pub(super) fn misplaced_word(word: &Token) -> SyntaxError {
    let text = word.text;
    let help = match text {
        "and" | "or" => {
            return SyntaxError::at(
                word.span,
                format!("a value is missing before `{text}`"),
                "nothing stands before it",
            );
        }
        "not" => "put it in brackets: `(not …)`",
        "if" => "write `if(condition, value, otherwise)`",
        "in" => "write `sum(x in group, …)`; mean, min, max, any, all and best go the same way",
        "where" => "write `sum(x in group where condition, …)`",
        "each" => "`each` opens an `at:`, nothing else",
        "sum" | "mean" | "min" | "max" | "any" | "all" | "best" => {
            return SyntaxError::at(word.span, format!("`{text}` needs brackets after it"), "no bracket follows")
                .help(over_form(text));
        }
        _ => return reserved(word),
    };
    SyntaxError::at(word.span, format!("`{text}` cannot stand here"), "not expected here").help(help)
}

fn over_form(name: &str) -> String {
    match name {
        "any" | "all" => format!("write `{name}(x in group, condition)`"),
        "min" | "max" => format!("write `{name}(a, b)` or `{name}(x in group, value)`"),
        _ => format!("write `{name}(x in group, value)`"),
    }
}

/// A word of the language where a name must stand.
pub(super) fn reserved(word: &Token) -> SyntaxError {
    let message = format!("`{}` is a word of the language and cannot be a name", word.text);
    SyntaxError::at(word.span, message, "not a name").help("choose another name")
}

/// No name stands where one must.
pub(super) fn missing_name(previous: Option<&Token>, found: &Token) -> SyntaxError {
    let span = if found.kind == TokenKind::End { previous.map_or(found.span, |p| p.span) } else { found.span };
    match previous {
        Some(p) => SyntaxError::at(span, format!("a name must follow `{}`", p.text), "no name follows"),
        None => SyntaxError::at(span, "a name must stand here", "not a name"),
    }
}

/// Something stands after a whole value that neither joins nor ends it.
pub(super) fn not_joined(previous: Option<&Token>, found: &Token, open: Option<&Token>) -> SyntaxError {
    use TokenKind::*;
    match (found.kind, open) {
        (End, Some(open)) => return never_closed(open, found),
        (CloseParen | CloseSquare, None) => return never_opened(found),
        (CloseParen | CloseSquare, Some(open)) => return never_closed(open, found),
        (Comma, _) => {
            let whole = previous.is_some_and(|p| matches!(p.kind, Number(_)));
            let help = if whole { "write `1_000` for a thousand, `0.5` for a half" } else { "leave it out" };
            return SyntaxError::at(found.span, "a comma stands only between arguments", "not expected here")
                .help(help);
        }
        (Word, _) if matches!(found.text, "not" | "if" | "in" | "where" | "each") => return misplaced_word(found),
        _ => {}
    }
    let left = previous.map_or("", |p| p.text);
    let span = TextSpan { start: previous.map_or(found.span.start, |p| p.span.start), end: found.span.end };
    let message = format!("nothing joins `{}` and `{}`", shown(left), shown(found.text));
    let error = SyntaxError::at(span, message, "an operator is missing");
    if found.kind == OpenParen { error.help("write `*` to multiply") } else { error }
}

pub(super) fn only_names_are_called(open: &Token) -> SyntaxError {
    SyntaxError::at(open.span, "brackets with arguments follow a function's name only", "no function stands before")
        .help("write `*` to multiply")
}

pub(super) fn not_over(name: &Token) -> SyntaxError {
    SyntaxError::at(name.span, format!("`{}` does not go over a group", shown(name.text)), "takes values only")
        .help("sum, mean, min, max, any, all and best go over a group")
}

pub(super) fn only_over(name: &Token) -> SyntaxError {
    SyntaxError::at(name.span, format!("`{}` goes over a group", name.text), "no `x in group` follows")
        .help(over_form(name.text))
}

pub(super) fn missing_body(name: &Token, close: &Token) -> SyntaxError {
    let span = TextSpan { start: name.span.start, end: close.span.end };
    SyntaxError::at(span, format!("`{}` has a group but nothing to work out for it", name.text), "no value follows")
        .help(over_form(name.text))
}

pub(super) fn second_body(name: &Token, comma: &Token) -> SyntaxError {
    SyntaxError::at(comma.span, format!("`{}` works out one value for each member", name.text), "one value too many")
}

pub(super) fn missing_in(found: &Token, variable: &Token) -> SyntaxError {
    let name = shown(variable.text);
    let span = if found.kind == TokenKind::End { variable.span } else { found.span };
    SyntaxError::at(span, format!("`in` must follow `{name}`"), "no `in`")
        .help(format!("write `{name} in group`, or `{name} in group where condition`"))
}

pub(super) fn after_binding(found: &Token) -> SyntaxError {
    SyntaxError::at(found.span, "only `where` may follow the group", "not expected here")
        .help("write `x in group where condition`")
}

// --- bounds ---

pub(super) fn too_long(limit: usize) -> SyntaxError {
    let message = format!("the expression is longer than {limit} bytes");
    SyntaxError::at(TextSpan { start: 0, end: 0 }, message, "begins here").help("name parts of it with `let`")
}

pub(super) fn too_deep(span: TextSpan, limit: usize) -> SyntaxError {
    let message = format!("the expression nests deeper than {limit} levels");
    SyntaxError::at(span, message, "one level too many").help("name parts of it with `let`")
}

pub(super) fn too_many(span: TextSpan, limit: usize) -> SyntaxError {
    let message = format!("the expression has more than {limit} parts");
    SyntaxError::at(span, message, "one part too many").help("name parts of it with `let`")
}
