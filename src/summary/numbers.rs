//! How numbers and names are shown to people.

/// The share of a mean below which its error is no error but what sums of equal numbers leave.
const ROUNDING: f64 = 1e-12;

/// The digits after the point that a Monte Carlo error leaves meaningful: up to the error's own first digit.
///
/// Without an error (one run, or a value that never varies but by what rounding leaves) up to four digits of the value
/// itself.
pub(crate) fn decimals(error: Option<f64>, value: f64) -> usize {
    let (size, digits) = match error.filter(|&error| error > ROUNDING * value.abs()) {
        Some(error) => (error, 0),
        None => (value.abs(), 3),
    };
    if size == 0.0 {
        return 0;
    }
    (digits - magnitude(size)).clamp(0, 12) as usize
}

/// The power of ten of a number's first digit once it is rounded to that digit.
fn magnitude(value: f64) -> i32 {
    let text = format!("{value:.0e}");
    text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

/// A number to so many digits after the point; a very large or very small one as a power of ten; a dash for none.
pub(crate) fn number(value: Option<f64>, decimals: usize) -> String {
    let Some(value) = value.filter(|value| value.is_finite()) else { return "–".to_owned() };
    let size = value.abs();
    if size >= 1e9 || (decimals > 8 && size != 0.0) {
        return format!("{value:.3e}");
    }
    let text = format!("{value:.decimals$}");
    // Rounded away to nothing, a sign would only confuse.
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|digit| matches!(digit, '0' | '.')) => rest.to_owned(),
        _ => text,
    }
}

/// A share as a percentage with one digit after the point, never rounded to a certainty that is not one.
pub(crate) fn percent(share: f64) -> String {
    let text = format!("{:.1}%", share * 100.0);
    match text.as_str() {
        "0.0%" if share > 0.0 => "<0.1%".to_owned(),
        "100.0%" if share < 1.0 => ">99.9%".to_owned(),
        _ => text,
    }
}

/// A text in which control characters, and marks that turn the direction of writing, are spelled out.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        let turns = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if letter.is_control() || turns || matches!(letter, '\u{2028}' | '\u{2029}') {
            plain.extend(letter.escape_default());
        } else {
            plain.push(letter);
        }
    }
    plain
}

/// The beginning of a text, with an ellipsis where it was cut.
pub(crate) fn cut(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    text.chars().take(letters.saturating_sub(1)).chain(['…']).collect()
}

/// A whole number with its thousands set apart by commas.
pub(crate) fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A text broken into lines of a width at spaces; the first is set in as the text is, later ones by `indent`. A word
/// that is longer than a line is broken.
pub(crate) fn wrapped(text: &str, width: usize, indent: usize) -> Vec<String> {
    let lead = text.len() - text.trim_start_matches(' ').len();
    let mut lines = Vec::new();
    let mut line = " ".repeat(lead);
    let (mut length, mut start) = (lead, lead);
    for word in text.trim_start_matches(' ').split(' ') {
        let letters = word.chars().count();
        if length > start && length + 1 + letters > width {
            lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
            (length, start) = (indent, indent);
        } else if length > start {
            line.push(' ');
            length += 1;
        }
        for letter in word.chars() {
            if length >= width.max(indent + 1) {
                lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
                (length, start) = (indent, indent);
            }
            line.push(letter);
            length += 1;
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stop_where_the_error_begins() {
        let show = |value: f64, error: f64| number(Some(value), decimals(Some(error), value));
        assert_eq!(show(0.726_543, 0.000_31), "0.7265");
        assert_eq!(show(0.726_543, 0.000_96), "0.727");
        assert_eq!(show(3111.26, 4.2), "3111");
        assert_eq!(show(3111.26, 0.5), "3111.3");
        assert_eq!(show(31_112.6, 40.0), "31113");
    }

    #[test]
    fn a_value_without_error_shows_four_digits() {
        assert_eq!(number(Some(0.7), decimals(Some(0.0), 0.7)), "0.7000");
        assert_eq!(number(Some(1234.5), decimals(None, 1234.5)), "1234");
        assert_eq!(number(Some(51.19), decimals(Some(1.6e-15), 51.19)), "51.19");
        assert_eq!(number(Some(7.3e-15), decimals(Some(1.6e-15), 51.19)), "0.00");
        assert_eq!(number(Some(0.0), decimals(None, 0.0)), "0");
        assert_eq!(number(None, 2), "–");
    }

    #[test]
    fn extreme_values_stay_short() {
        assert_eq!(number(Some(1.234_56e300), 0), "1.235e300");
        assert_eq!(number(Some(1.5e-11), decimals(Some(1e-13), 1.5e-11)), "1.500e-11");
        assert_eq!(number(Some(-0.001), 1), "0.0");
        assert_eq!(number(Some(f64::INFINITY), 1), "–");
    }

    #[test]
    fn a_share_is_not_rounded_to_certainty() {
        assert_eq!([0.0, 0.0001, 0.314, 0.9999, 1.0].map(percent), ["0.0%", "<0.1%", "31.4%", ">99.9%", "100.0%"]);
    }

    #[test]
    fn control_characters_are_spelled_out() {
        assert_eq!(plain("a\u{1b}[31mb\n\u{202e}é"), "a\\u{1b}[31mb\\n\\u{202e}é");
    }

    #[test]
    fn long_texts_are_cut_or_wrapped() {
        assert_eq!((cut("abcdef", 4), cut("abcd", 4)), ("abc…".to_owned(), "abcd".to_owned()));
        assert_eq!(wrapped(" one two three four", 9, 2), [" one two", "  three", "  four"]);
        assert_eq!(wrapped("a bcdefghijk l", 6, 2), ["a", "  bcde", "  fghi", "  jk l"]);
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
