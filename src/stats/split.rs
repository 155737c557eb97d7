//! What a number says about a yes or no: the value at which splitting tells most, and the value at which a rising share crosses.

use super::weighted::weighted_share;
use super::wilson::Interval;

/// The best place to split runs by a value so that a yes or no is told best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// Runs up to this value stand below, the others above.
    pub value: f64,
    /// The share of yes among those below, with its interval.
    pub below: Interval,
    /// The same above.
    pub above: Interval,
    /// How much of the yes-or-no's variance the split explains, 0 to 1.
    pub gain: f64,
}

/// No side of a split has less than this share of the runs.
const LEAST: f64 = 0.05;

impl Split {
    /// The split that explains most of the variance p(1 − p) of `yes`: the Gini criterion of Breiman, Friedman, Olshen & Stone
    /// 1984, "Classification and Regression Trees", section 4.3. Runs without a value or weight are left out. `None` if no split
    /// leaves a twentieth of the weight on either side, or all say the same.
    pub fn best(values: &[f64], yes: &[bool], weights: &[f64]) -> Option<Self> {
        let order = ordered(values, yes, weights);
        let all: f64 = order.iter().map(|one| one.2).sum();
        let hits: f64 = order.iter().map(|one| if one.1 { one.2 } else { 0.0 }).sum();
        let variance = hits / all * (1.0 - hits / all);
        if variance.is_nan() || variance <= 0.0 {
            return None;
        }
        let (mut below, mut hits_below) = (0.0, 0.0);
        let mut best: Option<(f64, f64)> = None;
        for equal in order.chunk_by(|one, other| one.0 == other.0) {
            for (_, is_yes, weight) in equal {
                below += weight;
                hits_below += if *is_yes { *weight } else { 0.0 };
            }
            let (Some((value, ..)), share) = (equal.first(), below / all) else { continue };
            if !(LEAST..=1.0 - LEAST).contains(&share) {
                continue;
            }
            let apart = hits_below / below - (hits - hits_below) / (all - below);
            let gain = share * (1.0 - share) * apart * apart / variance;
            if best.is_none_or(|(_, most)| gain > most) {
                best = Some((*value, gain));
            }
        }
        let (value, gain) = best?;
        let side = |is_below: bool| {
            weighted_share(order.iter().filter(|one| (one.0 <= value) == is_below).map(|one| (one.1, one.2)))
        };
        Some(Self { value, below: side(true)?, above: side(false)?, gain: gain.min(1.0) })
    }
}

/// How the share of yes rises (or falls) with a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Rise {
    /// Ends of blocks and the share of yes in each, in the order of the values.
    blocks: Vec<(f64, f64)>,
    falls: bool,
}

impl Rise {
    /// The monotone share that fits best: isotonic regression by pooling adjacent violators (Barlow, Bartholomew, Bremner &
    /// Brunk 1972, "Statistical Inference under Order Restrictions", section 1.2), upwards or downwards.
    pub fn of(values: &[f64], yes: &[bool], weights: &[f64], falls: bool) -> Self {
        // End, share, weight.
        let mut blocks: Vec<(f64, f64, f64)> = Vec::new();
        for equal in ordered(values, yes, weights).chunk_by(|one, other| one.0 == other.0) {
            let Some((value, ..)) = equal.first() else { continue };
            let weight: f64 = equal.iter().map(|one| one.2).sum();
            let hits: f64 = equal.iter().filter(|one| one.1 != falls).map(|one| one.2).sum();
            let mut block = (*value, hits / weight, weight);
            while let Some(before) = blocks.last().copied().filter(|before| before.1 >= block.1) {
                blocks.pop();
                let weight = before.2 + block.2;
                block = (block.0, (before.1 * before.2 + block.1 * block.2) / weight, weight);
            }
            blocks.push(block);
        }
        let share = |share: f64| if falls { 1.0 - share } else { share };
        Self { blocks: blocks.into_iter().map(|(end, rise, _)| (end, share(rise))).collect(), falls }
    }

    /// The value up to which the share stays on its first side of `share`; `None` if it never crosses.
    pub fn crossing(&self, share: f64) -> Option<f64> {
        let before = |at: f64| if self.falls { at > share } else { at < share };
        let crossed = self.blocks.iter().position(|(_, at)| !before(*at))?;
        self.blocks.get(crossed.checked_sub(1)?).map(|(end, _)| *end)
    }
}

/// Values with yes and weight, ascending.
fn ordered(values: &[f64], yes: &[bool], weights: &[f64]) -> Vec<(f64, bool, f64)> {
    let runs = values.iter().zip(yes).zip(weights).map(|((value, yes), weight)| (*value, *yes, *weight));
    let mut order: Vec<(f64, bool, f64)> = runs.filter(|(value, _, weight)| !value.is_nan() && *weight > 0.0).collect();
    order.sort_by(|one, other| one.0.total_cmp(&other.0));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clean_cut_is_found_and_explains_all() {
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let yes: Vec<bool> = values.iter().map(|value| *value > 69.0).collect();
        let split = Split::best(&values, &yes, &[1.0; 100]).unwrap();
        assert_eq!((split.value, split.below.share, split.above.share), (69.0, 0.0, 1.0));
        assert!((split.gain - 1.0).abs() < 1e-12);
        assert_eq!(Split::best(&values, &[true; 100], &[1.0; 100]), None);
        assert_eq!(Split::best(&[1.0; 100], &yes, &[1.0; 100]), None);
    }

    #[test]
    fn a_few_runs_at_the_end_are_no_side() {
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let yes: Vec<bool> = values.iter().map(|value| *value > 97.0).collect();
        assert!(Split::best(&values, &yes, &[1.0; 100]).unwrap().value < 95.0);
    }

    #[test]
    fn the_share_crosses_where_it_does() {
        let values: Vec<f64> = (0..1000).map(|run| f64::from(run) / 1000.0).collect();
        // Of ten neighbours as many say yes as the value has tenths, so that a half is crossed between 0.5 and 0.6.
        let yes: Vec<bool> = (0..1000).map(|run| run % 10 < run / 100).collect();
        let crossing = Rise::of(&values, &yes, &[1.0; 1000], false).crossing(0.5).unwrap();
        assert!((0.49..=0.61).contains(&crossing), "{crossing}");
        let no: Vec<bool> = yes.iter().map(|yes| !yes).collect();
        let falling = Rise::of(&values, &no, &[1.0; 1000], true).crossing(0.5).unwrap();
        assert!((0.39..=0.61).contains(&falling), "{falling}");
        assert_eq!(Rise::of(&values, &[true; 1000], &[1.0; 1000], false).crossing(0.5), None);
        assert_eq!(Rise::of(&values, &yes, &[1.0; 1000], true).crossing(0.99), None);
    }
}
