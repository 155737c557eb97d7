//! What a difference says, in a plain sentence.

use super::{Compared, Difference, Flip};
use crate::summary::numbers::{decimals, grouped, number, plain};
use serde::Serialize;

/// What can be said of a difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// Nothing: too few runs.
    #[default]
    Nothing,
    /// No run differs.
    Same,
    /// There is a difference, larger than what matters.
    Matters,
    /// If there is a difference, it is smaller than what matters.
    Negligible,
    /// There is a difference, and nobody has said what matters.
    Differs,
    /// There is a difference, and its size is not known well enough.
    Unsure,
    /// Whether there is a difference cannot be told yet.
    Untold,
}

/// How many reversals a sentence names.
const FLIPS: usize = 2;

/// The finding and its sentence.
pub(super) fn verdict(
    of: &Compared,
    difference: &Difference,
    is_milestone: bool,
    is_paired: bool,
) -> (Finding, String) {
    let Some((mean, (low, high))) = difference.difference.zip(difference.low.zip(difference.high)) else {
        return (Finding::Nothing, "too few runs to say anything".to_owned());
    };
    let said = Said { of, difference, is_milestone, is_paired, mean, low, high };
    let finding = said.finding();
    let text = match finding {
        Finding::Same => format!("the same in all {} runs", grouped(difference.pairs)),
        Finding::Negligible => said.negligible(),
        Finding::Untold | Finding::Nothing => said.untold(),
        Finding::Matters | Finding::Differs | Finding::Unsure => said.told(finding),
    };
    (finding, text)
}

struct Said<'a> {
    of: &'a Compared,
    difference: &'a Difference,
    is_milestone: bool,
    is_paired: bool,
    mean: f64,
    low: f64,
    high: f64,
}

impl Said<'_> {
    fn finding(&self) -> Finding {
        let d = self.difference;
        if self.is_paired && d.higher_share == Some(0.0) && d.lower_share == Some(0.0) {
            return Finding::Same;
        }
        let (nearest, farthest) = (self.low.max(-self.high), self.high.max(-self.low));
        match self.of.matters {
            Some(matters) if nearest > matters => Finding::Matters,
            Some(matters) if farthest < matters => Finding::Negligible,
            Some(_) if nearest > 0.0 => Finding::Unsure,
            None if nearest > 0.0 => Finding::Differs,
            _ => Finding::Untold,
        }
    }

    /// A size with as many digits as the error allows, in the unit; shares of a milestone in percentage points.
    fn digits(&self) -> usize {
        let scale = if self.is_milestone { 100.0 } else { 1.0 };
        // The standard error, roughly: the interval is three to five times as wide.
        decimals(Some(scale * (self.high - self.low) / 6.0), scale * self.mean)
    }

    fn size(&self, value: f64) -> String {
        let scale = if self.is_milestone { 100.0 } else { 1.0 };
        number(Some(scale * value.abs()), self.digits())
    }

    /// `12.3 towns fewer`
    fn directed(&self, value: f64) -> String {
        let size = self.size(value);
        if self.is_milestone {
            return format!("{size} points {} often", if value < 0.0 { "less" } else { "more" });
        }
        let unit = self.of.unit.as_deref().map(plain).unwrap_or_default();
        let (less, more) = direction(&unit);
        let shown = if is_bare(&unit) { String::new() } else { format!(" {unit}") };
        format!("{size}{shown} {}", if value < 0.0 { less } else { more })
    }

    /// `11.8 to 12.9`, or with both directions where they differ.
    fn interval(&self) -> String {
        if self.low >= 0.0 || self.high <= 0.0 {
            let (near, far) = if self.low >= 0.0 { (self.low, self.high) } else { (self.high, self.low) };
            return format!("{} to {}", self.size(near), self.size(far));
        }
        let (less, more) = match self.is_milestone {
            true => ("less", "more"),
            false => direction(&self.of.unit.as_deref().map(plain).unwrap_or_default()),
        };
        format!("{} {less} to {} {more}", self.size(self.low), self.size(self.high))
    }

    fn matters(&self) -> String {
        as_said(self.of.matters.unwrap_or(0.0))
    }

    fn told(&self, finding: Finding) -> String {
        let mut text = format!("{}, {}", self.directed(self.mean), self.interval());
        match finding {
            Finding::Matters => text += &format!("; more than the {} that matter", self.matters()),
            Finding::Unsure => {
                text += &format!(
                    "; whether it is more than the {} that matter cannot be told yet{}",
                    self.matters(),
                    self.more_runs()
                );
            }
            _ => {}
        }
        text + &self.in_runs() + &self.shift() + &self.reversed("reversed")
    }

    fn negligible(&self) -> String {
        let text = format!(
            "no difference that matters: {}, {}, where {} would matter",
            self.directed(self.mean),
            self.interval(),
            self.matters()
        );
        text + &self.reversed("the other way")
    }

    fn untold(&self) -> String {
        let what = if self.of.matters.is_some() { "cannot be told yet" } else { "no difference can be told" };
        let matters =
            if self.of.matters.is_some() { format!(", where {} matter", self.matters()) } else { String::new() };
        let text = format!("{what}: {}{matters}{}", self.interval(), self.more_runs());
        text + &self.reversed("the other way")
    }

    /// How many runs would narrow the interval to what matters, to two digits.
    fn more_runs(&self) -> String {
        let half = 0.5 * (self.high - self.low);
        let Some(ratio) = self.of.matters.filter(|matters| *matters > 0.0).map(|matters| half / matters) else {
            return "; more runs may tell".to_owned();
        };
        let needed = self.difference.pairs as f64 * ratio * ratio;
        if ratio <= 1.0 || needed > 1e9 {
            return "; more runs may tell".to_owned();
        }
        let mut step = 1.0;
        while needed / step >= 100.0 {
            step *= 10.0;
        }
        format!("; some {} runs would narrow it to that", grouped(((needed / step).ceil() * step) as u64))
    }

    fn in_runs(&self) -> String {
        let d = self.difference;
        let (Some(higher), Some(lower)) = (d.higher_share, d.lower_share) else { return String::new() };
        let shown = |share: f64| percent(share, d.pairs);
        let with = if self.mean < 0.0 { lower } else { higher };
        if !self.is_milestone {
            return format!("; in {} of paired runs", shown(with));
        }
        format!("; it alone gets there in {} of paired runs, the reference alone in {}", shown(higher), shown(lower))
    }

    /// How much later half of the runs get there.
    fn shift(&self) -> String {
        match self.difference.shift {
            Some(days) if days != 0 => {
                let when = if days < 0 { "earlier" } else { "later" };
                let size = days.unsigned_abs();
                let noun = if size == 1 { "day" } else { "days" };
                format!("; half of all runs get there {} {noun} {when}", grouped(size))
            }
            _ => String::new(),
        }
    }

    fn reversed(&self, how: &str) -> String {
        let flips = &self.difference.flips;
        if flips.is_empty() {
            return String::new();
        }
        let named: Vec<String> = flips.iter().take(FLIPS).map(where_it_flips).collect();
        let more = match flips.len() - named.len() {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        format!("; {how} where {}{more}", named.join(" or "))
    }
}

/// `patience > 0.7`
pub(super) fn where_it_flips(flip: &Flip) -> String {
    let sign = if flip.above { '>' } else { '<' };
    let value = number(Some(flip.value), decimals(Some(flip.resolution), flip.value));
    format!("{} {sign} {value}", plain(&flip.uncertainty))
}

/// A number that somebody has written down, without zeros at its end.
pub(super) fn as_said(value: f64) -> String {
    let text = number(Some(value), decimals(None, value).min(6));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A share of so many runs as a percentage, with the digits that its error allows.
pub(super) fn percent(share: f64, runs: u64) -> String {
    let error = 100.0 * (share * (1.0 - share) / runs.max(1) as f64).sqrt();
    let digits = if error > 0.0 { decimals(Some(error), 100.0 * share).min(1) } else { 0 };
    let text = format!("{}%", number(Some(100.0 * share), digits));
    match text.as_str() {
        "0%" | "0.0%" if share > 0.0 => "<0.1%".to_owned(),
        "100%" | "100.0%" if share < 1.0 => ">99.9%".to_owned(),
        _ => text,
    }
}

/// Whether a unit is better left out of a sentence: what is a share of something is higher or lower.
fn is_bare(unit: &str) -> bool {
    unit.is_empty() || unit == "1" || unit.split_whitespace().next() == Some("share")
}

/// The words for less and more of a unit: fewer towns, less money, a lower share.
fn direction(unit: &str) -> (&'static str, &'static str) {
    if is_bare(unit) {
        return ("lower", "higher");
    }
    // What is counted stands in the plural, before any `a month` or `/km²`.
    let counted = unit.split([',', '/', '(']).next().unwrap_or_default();
    let counted = counted.split(" a ").next().and_then(|text| text.split(" per ").next()).unwrap_or_default().trim();
    if counted.ends_with('s') { ("fewer", "more") } else { ("less", "more") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn towns() -> Compared {
        Compared { unit: Some("towns".into()), matters: Some(2.0), ..Compared::default() }
    }

    fn of(mean: f64, low: f64, high: f64) -> Difference {
        let (higher, lower) = if mean > 0.0 { (0.91, 0.05) } else { (0.05, 0.91) };
        Difference {
            difference: Some(mean),
            low: Some(low),
            high: Some(high),
            higher_share: Some(higher),
            lower_share: Some(lower),
            pairs: 5000,
            ..Difference::default()
        }
    }

    #[test]
    fn a_difference_that_matters_is_told_as_it_is_in_the_sentence_of_the_manual() {
        let mut difference = of(-12.34, -12.91, -11.79);
        let flip =
            Flip { uncertainty: "patience".into(), above: true, value: 0.702, resolution: 0.03, ..Flip::default() };
        difference.flips = vec![flip];
        let (finding, text) = verdict(&towns(), &difference, false, true);
        assert_eq!(finding, Finding::Matters);
        assert_eq!(
            text,
            "12.3 towns fewer, 11.8 to 12.9; more than the 2 that matter; in 91.0% of paired runs; reversed where \
             patience > 0.70"
        );
    }

    #[test]
    fn each_kind_of_finding_has_its_sentence() {
        let cases = [
            (
                of(0.4, 0.11, 0.71),
                Finding::Negligible,
                "no difference that matters: 0.4 towns more, 0.1 to 0.7, where 2 would matter",
            ),
            (
                of(2.5, 0.5, 4.5),
                Finding::Unsure,
                "2.5 towns more, 0.5 to 4.5; whether it is more than the 2 that matter cannot be told yet; more runs may tell; in 91.0% of paired runs",
            ),
            (
                of(1.0, -3.0, 5.0),
                Finding::Untold,
                "cannot be told yet: 3 fewer to 5 more, where 2 matter; some 20,000 runs would narrow it to that",
            ),
        ];
        for (difference, finding, text) in cases {
            assert_eq!(verdict(&towns(), &difference, false, true), (finding, text.to_owned()));
        }
        let same = Difference { higher_share: Some(0.0), lower_share: Some(0.0), ..of(0.0, 0.0, 0.0) };
        assert_eq!(verdict(&towns(), &same, false, true), (Finding::Same, "the same in all 5,000 runs".to_owned()));
        let nothing = verdict(&towns(), &Difference::default(), false, true);
        assert_eq!(nothing, (Finding::Nothing, "too few runs to say anything".to_owned()));
        // Where nobody has said what matters, a difference is one all the same.
        let free = Compared { unit: Some("share".into()), ..Compared::default() };
        let (finding, text) = verdict(&free, &of(-0.1, -0.12, -0.08), false, true);
        assert_eq!(
            (finding, text.as_str()),
            (Finding::Differs, "0.100 lower, 0.080 to 0.120; in 91.0% of paired runs")
        );
    }

    #[test]
    fn milestones_are_told_in_points() {
        let mut difference = of(0.12, 0.09, 0.15);
        difference.shift = Some(-14);
        let (finding, text) = verdict(&Compared::default(), &difference, true, true);
        assert_eq!(finding, Finding::Differs);
        assert_eq!(
            text,
            "12 points more often, 9 to 15; it alone gets there in 91.0% of paired runs, the reference alone in 5.0%; half \
             of all runs get there 14 days earlier"
        );
    }

    #[test]
    fn words_fit_what_is_counted() {
        assert_eq!([2.0, 2000.0, 0.02, 0.5].map(as_said), ["2", "2000", "0.02", "0.5"]);
        assert_eq!(direction("posts").0, "fewer");
        assert_eq!(direction("USD million a month").0, "less");
        assert_eq!(direction("towns a month").0, "fewer");
        assert_eq!(direction("share of 330 townships").0, "lower");
    }
}
