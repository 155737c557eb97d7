//! Runs are added until the intervals are narrow enough.
//!
//! Whoever looks several times and stops when they like what they see has less than the confidence that they name. So the looks are
//! fixed beforehand: at 500 runs and then at twice as many each time, and the chance of error is shared out among all of them
//! (Bonferroni; the simplest spending function of K. K. G. Lan & D. L. DeMets, "Discrete sequential boundaries for clinical
//! trials", 1983). Intervals hold together, whenever the looking ends.

use super::Comparison;

/// Where the looking begins.
const FIRST: u64 = 500;

/// The runs at which is looked, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looks {
    at: Vec<u64>,
}

/// How many runs it took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Until {
    /// At how many times the intervals could have been looked at.
    pub looks: usize,
    /// At how many they were.
    pub taken: usize,
    /// The most runs that were allowed.
    pub most: u64,
    /// The intervals that were still wider than what matters when it ended.
    pub wide: Vec<Wide>,
}

/// An interval that is wider than what matters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wide {
    /// The outcome's name.
    pub outcome: String,
    /// The variant's label.
    pub variant: String,
    /// Half its width; `None` where there is no interval.
    pub half: Option<f64>,
    /// What matters.
    pub matters: f64,
}

impl Looks {
    /// Up to so many runs.
    pub fn up_to(most: u64) -> Self {
        let mut at = Vec::new();
        let mut next = FIRST;
        while next < most {
            at.push(next);
            next = next.saturating_mul(2);
        }
        at.push(most);
        Self { at }
    }

    /// A single look at so many runs.
    pub fn once(runs: u64) -> Self {
        Self { at: vec![runs] }
    }

    /// The numbers of runs, in order.
    pub fn at(&self) -> &[u64] {
        &self.at
    }
}

impl Comparison {
    /// The intervals that are wider than what matters: half of each is to be narrower than that. Outcomes of which nobody has said
    /// what matters do not count.
    pub fn too_wide(&self) -> Vec<Wide> {
        let mut wide = Vec::new();
        for compared in &self.outcomes {
            let Some(matters) = compared.matters else { continue };
            for difference in &compared.variants {
                let half = difference.low.zip(difference.high).map(|(low, high)| 0.5 * (high - low));
                if half.is_none_or(|half| half >= matters) {
                    let (outcome, variant) = (compared.name.clone(), difference.variant.clone());
                    wide.push(Wide { outcome, variant, half, matters });
                }
            }
        }
        wide
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Compared, Difference};

    #[test]
    fn looks_double_and_end_with_the_most_runs() {
        assert_eq!(Looks::up_to(3000).at(), [500, 1000, 2000, 3000]);
        assert_eq!(Looks::up_to(1000).at(), [500, 1000]);
        assert_eq!(Looks::up_to(40).at(), [40]);
        assert_eq!(Looks::up_to(u64::MAX).at().last(), Some(&u64::MAX));
    }

    #[test]
    fn intervals_are_held_against_what_matters() {
        let difference = |low, high| Difference { low, high, ..Difference::default() };
        let outcome =
            |matters, difference: Difference| Compared { matters, variants: vec![difference], ..Compared::default() };
        let comparison = Comparison {
            outcomes: vec![
                outcome(Some(1.0), difference(Some(3.0), Some(4.9))),
                outcome(Some(1.0), difference(Some(3.0), Some(5.5))),
                outcome(Some(1.0), difference(None, None)),
                outcome(None, difference(Some(-9.0), Some(9.0))),
            ],
            ..Comparison::default()
        };
        let halves: Vec<Option<f64>> = comparison.too_wide().iter().map(|wide| wide.half).collect();
        assert_eq!(halves, [Some(1.25), None]);
    }
}
