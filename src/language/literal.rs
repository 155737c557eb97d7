//! Times and dates that stand alone in a scenario: `delay: 2 weeks`, `from: 2024-01-01`.

use super::complaint;
use super::lexer::{Token, TokenKind, tokens};
use super::parser::MAX_TEXT_BYTES;
use super::syntax::{SyntaxError, TextSpan, Unit};
use super::words;

const DURATION_HELP: &str = "write a number and a unit: `4 weeks`, `0.5 months`, `week`";

/// Reads a positive time: `4 weeks`, `0.5 months`, or `week` for one week.
///
/// # Errors
/// A text that is no time, a time that is not positive, and a plural without a number.
///
/// ```
/// use entente::language::{parse_duration, syntax::Unit};
/// assert_eq!(parse_duration("4 weeks"), Ok((4.0, Unit::Week)));
/// assert_eq!(parse_duration("0 days").unwrap_err().message, "a time must be positive");
/// ```
pub fn parse_duration(text: &str) -> Result<(f64, Unit), SyntaxError> {
    let (list, error) = read(text)?;
    let unsigned = match list.as_slice() {
        [Token { kind: TokenKind::Minus, .. }, rest @ ..] => rest,
        all => all,
    };
    let (amount, unit, rest) = match unsigned {
        [
            number @ Token { kind: TokenKind::Number(amount), .. },
            word @ Token { kind: TokenKind::Word, .. },
            rest @ ..,
        ] => (*amount, words::unit(word.text).ok_or_else(|| unknown_unit(number, word))?, rest),
        [word @ Token { kind: TokenKind::Word, .. }, rest @ ..] => match words::unit(word.text) {
            Some(unit) if words::singular(unit) == word.text => (1.0, unit, rest),
            Some(_) => return Err(complaint::plural_unit(word)),
            None => return Err(no_duration(&list, error)),
        },
        _ => return Err(no_duration(&list, error)),
    };
    if !rest.is_empty() || error.is_some() {
        return Err(no_duration(&list, error));
    }
    if unsigned.len() < list.len() || amount <= 0.0 {
        return Err(SyntaxError::at(whole(&list), "a time must be positive", "not more than nothing"));
    }
    Ok((amount, unit))
}

/// Reads a calendar day, `2023-10-27`, as days since 1970-01-01.
///
/// # Errors
/// A text in another form, and a day that the calendar does not have.
pub fn parse_date(text: &str) -> Result<i64, SyntaxError> {
    let (list, error) = read(text)?;
    match (list.as_slice(), error) {
        ([Token { kind: TokenKind::Date(days), .. }], None) => Ok(*days),
        // What has the form of a date gets the lexer's sentence on its year, month or day.
        ([], Some(error)) if text.trim_start().get(4..5) == Some("-") => Err(error),
        _ => {
            let shown = complaint::shown(text.trim());
            Err(SyntaxError::at(trimmed(text), format!("`{shown}` is not a date"), "not a date")
                .help("write year-month-day: `2023-10-27`"))
        }
    }
}

type Read<'t> = (Vec<Token<'t>>, Option<SyntaxError>);

fn read(text: &str) -> Result<Read<'_>, SyntaxError> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(complaint::too_long(MAX_TEXT_BYTES));
    }
    let found = tokens(text);
    if found.list.is_empty() && found.error.is_none() {
        return Err(complaint::empty(text));
    }
    Ok((found.list, found.error))
}

/// From the first token to the last.
fn whole(list: &[Token]) -> TextSpan {
    TextSpan { start: list.first().map_or(0, |t| t.span.start), end: list.last().map_or(0, |t| t.span.end) }
}

fn trimmed(text: &str) -> TextSpan {
    let start = text.len() - text.trim_start().len();
    TextSpan { start, end: start + text.trim().len() }
}

fn no_duration(list: &[Token], error: Option<SyntaxError>) -> SyntaxError {
    error.unwrap_or_else(|| match list {
        [number] if matches!(number.kind, TokenKind::Number(_)) => {
            let n = complaint::shown(number.text);
            SyntaxError::at(number.span, "a time needs a unit", "days, weeks, months?")
                .help(format!("write `{n} weeks`; the units are ticks, days, weeks, months and years"))
        }
        _ => SyntaxError::at(whole(list), "this is not a time", "not a time").help(DURATION_HELP),
    })
}

fn unknown_unit(number: &Token, word: &Token) -> SyntaxError {
    let error =
        SyntaxError::at(word.span, format!("unknown unit `{}`", complaint::shown(word.text)), "not a unit of time");
    match words::near_unit(word.text) {
        Some(unit) => error.help(format!("did you mean `{} {unit}`?", complaint::shown(number.text))),
        None => error.help("the units are ticks, days, weeks, months and years"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        for (text, time) in [
            ("4 weeks", (4.0, Unit::Week)),
            ("1 week", (1.0, Unit::Week)),
            (" week ", (1.0, Unit::Week)),
            ("0.5 months", (0.5, Unit::Month)),
            ("4weeks", (4.0, Unit::Week)),
            ("2 ticks", (2.0, Unit::Tick)),
            ("1 year", (1.0, Unit::Year)),
        ] {
            assert_eq!(parse_duration(text), Ok(time), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_says_why() {
        for (text, message, start, end) in [
            ("0 weeks", "a time must be positive", 0, 7),
            (" -4 weeks", "a time must be positive", 1, 9),
            ("-week", "a time must be positive", 0, 5),
            ("4", "a time needs a unit", 0, 1),
            ("weeks", "`weeks` needs a number before it", 0, 5),
            ("4 wekks", "unknown unit `wekks`", 2, 7),
            ("4 hours", "unknown unit `hours`", 2, 7),
            ("soon", "this is not a time", 0, 4),
            ("4 weeks 2 days", "this is not a time", 0, 14),
            ("", "an expression is missing", 0, 0),
            ("4 weeks $", "`$` means nothing in an expression", 8, 9),
            ("1e999 weeks", "the number `1e999` is too large", 0, 5),
        ] {
            let error = parse_duration(text).unwrap_err();
            assert_eq!((error.message.as_str(), error.span), (message, TextSpan { start, end }), "{text}");
        }
        assert_eq!(parse_duration("4 wekks").unwrap_err().help.as_deref(), Some("did you mean `4 weeks`?"));
    }

    #[test]
    fn dates_are_days_of_the_calendar() {
        assert_eq!(parse_date("2023-10-27"), Ok(19_657));
        assert_eq!(parse_date(" 1970-01-02 "), Ok(1));
        for (text, message) in [
            ("2023-02-29", "the calendar has no day 2023-02-29"),
            ("2023-13-01", "the calendar has no day 2023-13-01"),
            ("2023-1-5", "`2023-1-5` is not a date"),
            ("27.10.2023", "`27.10.2023` is not a date"),
            ("10/27/2023", "`10/27/2023` is not a date"),
            ("2023-10-27 12:00", "`2023-10-27 12:00` is not a date"),
            ("soon", "`soon` is not a date"),
        ] {
            assert_eq!(parse_date(text).unwrap_err().message, message, "{text}");
        }
    }
}
