//! Numbers for people, in few digits.

/// A number to so many significant digits, at least 1: whole ones below a billion whole, others without needless zeros.
pub fn short(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return if value.is_nan() { "no number" } else { "never" }.to_owned();
    }
    if value.fract() == 0.0 && value.abs() < 1e9 {
        // Without the sign of a negative zero.
        return format!("{}", value + 0.0);
    }
    let digits = digits.max(1);
    let rounded = format!("{:.*e}", digits - 1, value);
    let exponent: i32 = rounded.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
    if !(-5..9).contains(&exponent) {
        return rounded;
    }
    let decimals = usize::try_from(i32::try_from(digits).unwrap_or(17) - 1 - exponent).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_digits_and_no_needless_ones() {
        let shown = |value: f64| short(value, 3);
        let cases = [
            (0.612_34, "0.612"),
            (12.0, "12"),
            (-0.0, "0"),
            (39.961, "40"),
            (1234.56, "1235"),
            (0.000_123_4, "0.000123"),
            (0.999_9, "1"),
            (1.5e-9, "1.50e-9"),
            (2.5e12, "2.50e12"),
            (-0.25, "-0.25"),
            (f64::INFINITY, "never"),
            (f64::NAN, "no number"),
        ];
        for (value, text) in cases {
            assert_eq!(shown(value), text, "{value}");
        }
        assert_eq!(short(0.549_96, 5), "0.54996");
    }
}
