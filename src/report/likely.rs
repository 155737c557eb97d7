//! Probability in words, and confidence apart from it.

use super::Material;
use crate::results::Basis;
use crate::scenario::model::Observable;
use crate::stats::Interval;
use crate::summary::numbers::percent;

/// Where the words come from.
pub const SCALE: &str = "Words for probability follow the scale of ICD 203 (Office of the Director of National Intelligence, \
    Analytic Standards, 2015): almost no chance below 5%, very unlikely to 20%, unlikely to 45%, roughly even chance to 55%, likely \
    to 80%, very likely to 95%, almost certain above.";

/// A probability in the words of ICD 203, section D.6.e(2)(a).
pub fn in_words(share: f64) -> &'static str {
    match share {
        share if share < 0.05 => "almost no chance",
        share if share < 0.20 => "very unlikely",
        share if share < 0.45 => "unlikely",
        share if share <= 0.55 => "roughly even chance",
        share if share <= 0.80 => "likely",
        share if share <= 0.95 => "very likely",
        _ => "almost certain",
    }
}

/// A percentage with no more digits than its interval allows.
pub fn about(share: &Interval) -> String {
    let half = (share.high - share.low) / 2.0;
    if half < 0.005 {
        return percent(share.share);
    }
    // Never rounded to a certainty that is not one.
    match format!("{:.0}%", share.share * 100.0).as_str() {
        "0%" if share.share > 0.0 => "<1%".to_owned(),
        "100%" if share.share < 1.0 => ">99%".to_owned(),
        text => text.to_owned(),
    }
}

/// How far the figures can be trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confidence {
    /// `low`, `moderate` or `high`.
    pub level: &'static str,
    /// Why, a clause each.
    pub because: Vec<String>,
}

/// The rule that [`Confidence::of`] follows.
pub const CONFIDENCE: &str = "Confidence is low where more than a fifth of the numbers only hold a place, where fewer than half of \
    the observations lie in the middle 90% of the runs, or where the Monte Carlo error hides the smallest difference that matters; \
    high where no number holds a place, half rest on data or literature, and four fifths of at least five observations lie in the \
    middle 90%; moderate otherwise.";

impl Confidence {
    /// By the rule of [`CONFIDENCE`].
    pub fn of(material: &Material) -> Self {
        let (mut because, mut is_low, mut is_high) = (Vec::new(), false, true);
        let Basis { data, literature, judgement, placeholder } = material.summary.basis;
        let all = data + literature + judgement + placeholder;
        if all > 0 {
            let share = placeholder as f64 / all as f64;
            is_low |= share > 0.2;
            is_high &= placeholder == 0 && 2 * (data + literature) >= all;
            because.push(format!(
                "of {all} numbers {data} are data, {literature} from the literature, {judgement} judgement and {placeholder} only \
                 hold a place"
            ));
        }
        match hits(material) {
            Some((inside, observed)) => {
                is_low |= 2 * inside < observed;
                is_high &= observed >= 5 && 5 * inside >= 4 * observed;
                because.push(format!("{inside} of {observed} dated observations lie in the middle 90% of the runs"));
            }
            None => {
                is_high = false;
                because.push("nothing that was observed is held against it".to_owned());
            }
        }
        if let Some(outcome) = material.summary.outcomes.get(material.main)
            && let (Some(error), Some(matters)) = (outcome.mc_error, outcome.matters)
            && 1.96 * error > matters
        {
            is_low = true;
            because.push("the runs are too few to see the smallest difference that matters".to_owned());
        }
        let level = if is_low {
            "low"
        } else if is_high {
            "high"
        } else {
            "moderate"
        };
        Self { level, because }
    }
}

/// How many of the scored observations of outcomes lie in the middle 90% of the runs, with the observation's and the model's own
/// error; and how many there are.
fn hits(material: &Material) -> Option<(u64, u64)> {
    let scenario = material.scenario.as_ref()?;
    let (mut inside, mut observed) = (0, 0);
    for target in &scenario.targets {
        for one in target.observations.iter().filter(|one| one.scored) {
            let (low, high) = match target.of {
                Observable::Outcome(place) => {
                    let band = material.bands.get(place).and_then(|bands| bands.get(one.tick as usize));
                    let Some([Some(low), .., Some(high)]) = band.map(|band| band.quantiles) else { continue };
                    let room = one.tolerance.max(crate::scenario::model::HALF_WIDTH * target.discrepancy);
                    (low - room, high + room)
                }
                // A yes or no lies in the middle 90% unless fewer than a twentieth of the runs have it so.
                Observable::Milestone(place) => {
                    let Some(share) = material.shares.get(place).and_then(|shares| shares.get(one.tick as usize))
                    else {
                        continue;
                    };
                    (if *share > 0.95 { 1.0 } else { 0.0 }, if *share < 0.05 { 0.0 } else { 1.0 })
                }
            };
            observed += 1;
            inside += u64::from((low..=high).contains(&one.value));
        }
    }
    (observed > 0).then_some((inside, observed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_follow_the_scale_at_its_ends() {
        let told = [0.0, 0.05, 0.2, 0.449, 0.45, 0.55, 0.551, 0.8, 0.801, 0.95, 0.951, 1.0].map(in_words);
        assert_eq!(
            told,
            [
                "almost no chance",
                "very unlikely",
                "unlikely",
                "unlikely",
                "roughly even chance",
                "roughly even chance",
                "likely",
                "likely",
                "very likely",
                "very likely",
                "almost certain",
                "almost certain"
            ]
        );
    }

    #[test]
    fn a_percentage_has_the_digits_that_its_interval_allows() {
        let interval = |share, half: f64| Interval { share, low: share - half, high: share + half };
        assert_eq!(about(&interval(0.6264, 0.04)), "63%");
        assert_eq!(about(&interval(0.6264, 0.004)), "62.6%");
        assert_eq!(about(&interval(0.0004, 0.001)), "<0.1%");
        assert_eq!(about(&interval(0.002, 0.02)), "<1%");
        assert_eq!(about(&interval(1.0, 0.02)), "100%");
    }
}
