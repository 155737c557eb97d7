//! Which uncertainties the targets moved.

use super::values::Values;
use crate::scenario::model::Scenario;
use crate::stats::{Ranks, WeightedMoments, distance, most_by_chance};

/// An uncertainty among all runs and among the accepted ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// Its name.
    pub name: String,
    /// All runs.
    pub prior: WeightedMoments,
    /// The accepted ones.
    pub accepted: WeightedMoments,
    /// The largest distance between the two distribution functions (Kolmogorov-Smirnov).
    pub distance: f64,
    /// How likely accepting runs at random brings a distance at least as large in any uncertainty.
    pub chance: f64,
    /// Whether the distance exceeds what chance brings in 95% of cases.
    pub is_moved: bool,
    /// How far the mean went, in standard deviations of all runs; `None` where these do not vary.
    pub shift: Option<f64>,
    /// The accepted runs' standard deviation over that of all; below 1 the targets have narrowed it.
    pub ratio: Option<f64>,
}

/// Every uncertainty, and the critical distance. Runs that failed are left out.
pub(super) fn all(scenario: &Scenario, values: &Values, accepted: &[usize]) -> (Vec<Moved>, f64) {
    let fine: Vec<usize> = (0..values.runs()).filter(|run| !values.has_failed(*run)).collect();
    // Places among the runs that did not fail.
    let places: Vec<usize> = accepted.iter().filter_map(|run| fine.binary_search(run).ok()).collect();
    let column = |place: usize| -> Vec<f64> {
        let all = values.uncertainty(place);
        fine.iter().map(|run| all.get(*run).copied().unwrap_or(0.0)).collect()
    };
    let ranks: Vec<Ranks> = (0..scenario.uncertainties.len()).map(|place| Ranks::of(&column(place))).collect();
    let varying: Vec<Ranks> = ranks.iter().filter(|ranks| !ranks.are_equal()).cloned().collect();
    let chance = most_by_chance(&varying, fine.len(), places.len());
    let critical = chance.critical();
    let ones = vec![1.0; fine.len()];
    let mut chosen = vec![0.0; fine.len()];
    for place in &places {
        if let Some(weight) = chosen.get_mut(*place) {
            *weight = 1.0;
        }
    }
    let moved = scenario.uncertainties.iter().zip(&ranks).enumerate().map(|(place, (uncertainty, ranks))| {
        let column = column(place);
        let (prior, accepted) = (WeightedMoments::of(&column, &ones), WeightedMoments::of(&column, &chosen));
        let distance = distance(ranks, &places);
        let varies = !ranks.are_equal();
        let spread = prior.sd.filter(|sd| varies && *sd > 0.0);
        let shift = |sd: f64| Some((accepted.mean? - prior.mean?) / sd);
        Moved {
            name: uncertainty.name.clone(),
            distance,
            chance: if varies { chance.chance(distance) } else { 1.0 },
            is_moved: varies && distance > critical,
            shift: spread.and_then(shift),
            ratio: spread.and_then(|sd| Some(accepted.sd? / sd)),
            prior,
            accepted,
        }
    });
    (moved.collect(), critical)
}
