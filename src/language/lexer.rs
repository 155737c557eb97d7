//! Cuts an expression's text into tokens. The first character that means nothing ends the tokens with an error, which
//! the parser reports only when it gets there: what stands before it may be the earlier mistake.

use super::complaint;
use super::syntax::{SyntaxError, TextSpan};
use super::words::is_name;

/// What a token is. Words are told apart by their text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum TokenKind {
    Number(f64),
    /// Days since 1970-01-01.
    Date(i64),
    Word,
    Plus,
    Minus,
    Star,
    Slash,
    Caret,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    Dot,
    Comma,
    OpenParen,
    CloseParen,
    OpenSquare,
    CloseSquare,
    /// The end of the text, or the place of [`Tokens::error`].
    End,
}

/// A token, its text and its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    pub kind: TokenKind,
    pub text: &'t str,
    pub span: TextSpan,
}

/// A text's tokens.
pub(super) struct Tokens<'t> {
    /// Without the end.
    pub list: Vec<Token<'t>>,
    /// What stands after the last token.
    pub end: Token<'t>,
    /// Why the tokens end before the text does.
    pub error: Option<SyntaxError>,
}

/// Cuts a text into tokens.
pub(super) fn tokens(text: &str) -> Tokens<'_> {
    let mut lexer = Lexer { text, at: 0, list: Vec::new() };
    let error = lexer.run().err();
    let span = TextSpan { start: lexer.at, end: lexer.at };
    Tokens { list: lexer.list, end: Token { kind: TokenKind::End, text: "", span }, error }
}

/// A calendar day as days since 1970-01-01, or `None` if the calendar has no such day.
pub(super) fn days_of(year: i16, month: i8, day: i8) -> Option<i64> {
    let epoch = jiff::civil::date(1970, 1, 1);
    let date = jiff::civil::Date::new(year, month, day).ok()?;
    epoch.until(date).ok().map(|span| i64::from(span.get_days()))
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    list: Vec<Token<'t>>,
}

impl<'t> Lexer<'t> {
    fn run(&mut self) -> Result<(), SyntaxError> {
        while let Some(c) = self.rest().chars().next() {
            match c {
                ' ' | '\t' | '\n' | '\r' => self.at += 1,
                '0'..='9' => self.number()?,
                '.' if self.starts_number() => self.number()?,
                _ if c == '_' || c.is_alphanumeric() => self.word()?,
                _ => self.sign(c)?,
            }
        }
        Ok(())
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// The byte `ahead` of the current one; 0 past the end.
    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    /// How many digits stand from `ahead` on.
    fn digits(&self, ahead: usize) -> usize {
        self.text.as_bytes().iter().skip(self.at + ahead).take_while(|b| b.is_ascii_digit()).count()
    }

    fn push(&mut self, kind: TokenKind, length: usize) {
        let span = self.span(length);
        self.list.push(Token { kind, text: self.text.get(span.start..span.end).unwrap_or(""), span });
        self.at = span.end;
    }

    fn span(&self, length: usize) -> TextSpan {
        TextSpan { start: self.at, end: self.at + length }
    }

    fn previous(&self) -> Option<&Token<'t>> {
        self.list.last()
    }

    /// Whether a dot opens a number (`.5`) and does not follow something that has parts (`a.5`).
    fn starts_number(&self) -> bool {
        use TokenKind::{CloseParen, CloseSquare, Date, Number, Word};
        let glued = self.previous().is_some_and(|t| {
            t.span.end == self.at && matches!(t.kind, Word | CloseParen | CloseSquare | Number(_) | Date(_))
        });
        self.digits(1) > 0 && !glued
    }

    fn number(&mut self) -> Result<(), SyntaxError> {
        if self.date()? {
            return Ok(());
        }
        let mut length = self.grouped_digits(0)?;
        if self.byte(length) == b'.' {
            if self.digits(length + 1) == 0 {
                return Err(complaint::bare_point(self.span(length + 1), self.rest().get(..length).unwrap_or("")));
            }
            length = self.grouped_digits(length + 1)?;
        }
        if matches!(self.byte(length), b'e' | b'E') {
            let sign = usize::from(matches!(self.byte(length + 1), b'+' | b'-'));
            let exponent = self.digits(length + 1 + sign);
            if exponent > 0 {
                length += 1 + sign + exponent;
            }
        }
        if self.byte(length) == b'.' {
            return Err(complaint::second_point(self.span(length + 1)));
        }
        let text = self.rest().get(..length).unwrap_or("");
        match text.replace('_', "").parse::<f64>() {
            Ok(value) if value.is_finite() => self.push(TokenKind::Number(value), length),
            _ => return Err(complaint::too_large(self.span(length), text)),
        }
        Ok(())
    }

    /// Where digits and the underscores between them end that begin at `from`.
    fn grouped_digits(&self, from: usize) -> Result<usize, SyntaxError> {
        let mut end = from + self.digits(from);
        while end > from && self.byte(end) == b'_' {
            let more = self.digits(end + 1);
            if more == 0 {
                return Err(complaint::loose_underscore(self.span(end + 1)));
            }
            end += 1 + more;
        }
        Ok(end)
    }

    /// Reads a date if one stands here. What looks like one and is none is an error, not a subtraction.
    fn date(&mut self) -> Result<bool, SyntaxError> {
        if self.digits(0) != 4 || self.byte(4) != b'-' {
            return Ok(false);
        }
        let months = self.digits(5);
        if !(1..=2).contains(&months) || self.byte(5 + months) != b'-' {
            return Ok(false);
        }
        let days = self.digits(6 + months);
        if days == 0 {
            return Ok(false);
        }
        let length = 6 + months + days;
        let text = self.rest().get(..length).unwrap_or("");
        if months != 2 || days != 2 {
            return Err(complaint::date_form(self.span(length), text));
        }
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next(), parts.next(), parts.next());
        let read = || days_of(year?.parse().ok()?, month?.parse().ok()?, day?.parse().ok()?);
        match read() {
            Some(days) => self.push(TokenKind::Date(days), length),
            None => return Err(complaint::no_such_day(self.span(length), text)),
        }
        Ok(true)
    }

    fn word(&mut self) -> Result<(), SyntaxError> {
        let rest = self.rest();
        let length = rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len());
        let text = rest.get(..length).unwrap_or("");
        if !is_name(text) {
            return Err(complaint::no_name(self.at, text));
        }
        self.push(TokenKind::Word, length);
        Ok(())
    }

    fn sign(&mut self, c: char) -> Result<(), SyntaxError> {
        use TokenKind::*;
        let next = self.byte(1);
        let (kind, length) = match (c, next) {
            ('+', _) => (Plus, 1),
            ('-', _) => (Minus, 1),
            ('*', n) if n != b'*' => (Star, 1),
            ('/', _) => (Slash, 1),
            ('^', _) => (Caret, 1),
            ('<', b'=') => (LessEqual, 2),
            ('<', n) if n != b'>' => (Less, 1),
            ('>', b'=') => (GreaterEqual, 2),
            ('>', _) => (Greater, 1),
            ('=', b'=') if self.byte(2) != b'=' => (Equal, 2),
            ('!', b'=') if self.byte(2) != b'=' => (NotEqual, 2),
            ('.', _) => (Dot, 1),
            (',', _) => (Comma, 1),
            ('(', _) => (OpenParen, 1),
            (')', _) => (CloseParen, 1),
            ('[', _) => (OpenSquare, 1),
            (']', _) => (CloseSquare, 1),
            _ => return Err(complaint::sign(self.at, self.rest(), self.previous())),
        };
        self.push(kind, length);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<TokenKind> {
        tokens(text).list.iter().map(|t| t.kind).collect()
    }

    #[test]
    fn numbers_are_read_in_every_spelling() {
        for (text, value) in
            [("0.2", 0.2), (".5", 0.5), ("1e3", 1e3), ("2.5E-3", 2.5e-3), ("1_000", 1e3), ("007", 7.0), ("1e-999", 0.0)]
        {
            assert_eq!(kinds(text), [TokenKind::Number(value)], "{text}");
        }
    }

    #[test]
    fn a_date_is_not_a_subtraction() {
        assert_eq!(kinds("1970-01-01"), [TokenKind::Date(0)]);
        assert_eq!(kinds("2000-02-29"), [TokenKind::Date(11_016)]);
        assert_eq!(kinds("1969-12-31"), [TokenKind::Date(-1)]);
        assert_eq!(kinds("2023 - 10"), [TokenKind::Number(2023.0), TokenKind::Minus, TokenKind::Number(10.0)]);
        assert_eq!(kinds("2023-10"), [TokenKind::Number(2023.0), TokenKind::Minus, TokenKind::Number(10.0)]);
    }

    #[test]
    fn a_dot_after_a_name_opens_no_number() {
        assert_eq!(kinds("a.b"), [TokenKind::Word, TokenKind::Dot, TokenKind::Word]);
        assert_eq!(kinds("a.5"), [TokenKind::Word, TokenKind::Dot, TokenKind::Number(5.0)]);
    }

    #[test]
    fn tokens_before_an_unknown_character_are_kept() {
        let tokens = tokens("a + $");
        assert_eq!(tokens.list.len(), 2);
        assert!(tokens.error.is_some());
    }
}
