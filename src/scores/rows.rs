//! A row a target: what was observed, what was forecast, and how the two go together.

use super::rivals::{Known, MILESTONE_RIVALS, OUTCOME_RIVALS, Rival, Verdict, known_before};
use super::values::{Selection, Values};
use crate::scenario::model::{BasisKind, DatedValue, Observable, Scenario, Target};
use crate::stats::{Brier, Crps, Interval, Mixture, WeightedMoments, weighted_share};

/// How a row stands to what the runs' weights were fitted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its date is not after the last that was fitted.
    InSample,
    /// Its date is later.
    Predicted,
}

/// What every row says of its target.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The outcome's or milestone's name.
    pub target: String,
    /// The observation.
    pub observed: DatedValue,
    /// The outcome's unit.
    pub unit: Option<String>,
    /// The reason.
    pub because: Option<String>,
    /// Where it was read.
    pub source: Option<String>,
    /// What it rests on.
    pub basis: BasisKind,
    /// How it stands to the weights; `None` without weights.
    pub standing: Option<Standing>,
}

/// An outcome's row. What cannot be said of so few runs, or is not finite, is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeRow {
    /// Its target.
    pub row: Row,
    /// The model's discrepancy, a standard deviation.
    pub discrepancy: f64,
    /// The quantiles of the forecast at 5, 25, 50, 75 and 95%: runs, observation error and discrepancy together.
    pub quantiles: [Option<f64>; 5],
    /// The fair score and its Monte Carlo error.
    pub crps: Option<Crps>,
    /// Whether the middle 50% of the forecast hold what was observed.
    pub inside_50: Option<bool>,
    /// Whether the middle 90% do.
    pub inside_90: Option<bool>,
    /// The probability integral transform.
    pub pit: Option<f64>,
    /// Each rival.
    pub rivals: Vec<(Rival, Verdict)>,
}

/// A milestone's row.
#[derive(Clone, Debug, PartialEq)]
pub struct MilestoneRow {
    /// Its target.
    pub row: Row,
    /// Whether it had been reached.
    pub happened: bool,
    /// The share of runs that had reached it by then, with its 95% interval.
    pub share: Option<Interval>,
    /// The fair score and its Monte Carlo error.
    pub brier: Option<Brier>,
    /// Each rival.
    pub rivals: Vec<(Rival, Verdict)>,
}

/// All rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Score {
    /// Outcomes, in the order of the file, then by date.
    pub outcomes: Vec<OutcomeRow>,
    /// Milestones.
    pub milestones: Vec<MilestoneRow>,
}

/// Scores runs on the targets that are selected. `weights` has an entry a run, 0 for those that failed; `fitted_to` is the last
/// day that they were fitted to.
///
/// Rivals know what was observed before the first day of the selection or, if it has none, before the target's own.
pub fn score(
    scenario: &Scenario,
    values: &Values,
    selection: Selection,
    weights: &[f64],
    fitted_to: Option<i64>,
) -> Score {
    let mut score = Score::default();
    for (target, observed) in selection.of(scenario) {
        let standing =
            fitted_to.map(|last| if observed.day <= last { Standing::InSample } else { Standing::Predicted });
        let unit = match target.of {
            Observable::Outcome(place) => scenario.outcomes.get(place).and_then(|outcome| outcome.notes.unit.clone()),
            Observable::Milestone(_) => None,
        };
        let (because, source) = (target.notes.because.clone(), target.source.clone());
        let basis = target.notes.basis;
        let row = Row { target: target.name.clone(), observed, unit, because, source, basis, standing };
        match target.of {
            Observable::Outcome(place) => {
                let start = at_start(values, place, scenario.clock.start);
                let known = known_before(start, target, selection.from.unwrap_or(observed.day).min(observed.day));
                score.outcomes.push(outcome(row, target, values.outcome(place, observed.tick), weights, &known));
            }
            Observable::Milestone(place) => {
                let reached = values.reached(place, observed.tick).zip(weights.iter().copied());
                score.milestones.push(milestone(row, reached, weights));
            }
        }
    }
    score
}

/// An outcome at the start of the clock: the mean over all runs and, where they differ, their spread.
fn at_start(values: &Values, outcome: usize, day: i64) -> Known {
    let moments = WeightedMoments::of(values.outcome(outcome, 0), &values.weights(None));
    Known { day, value: moments.mean.unwrap_or(f64::NAN), sd: moments.sd.unwrap_or(0.0) }
}

fn outcome(row: Row, target: &Target, runs: &[f64], weights: &[f64], known: &[Known]) -> OutcomeRow {
    let observed = row.observed;
    let (error, discrepancy) = (observed.sd(), target.discrepancy);
    let mixture = Mixture::new(runs, weights, (error * error + discrepancy * discrepancy).sqrt());
    let at = |share: f64| mixture.as_ref().and_then(|mixture| mixture.quantile(share));
    let quantiles = crate::stats::SHARES.map(at);
    let [low, below, _, above, high] = quantiles;
    let holds = |low: Option<f64>, high: Option<f64>| Some((low?..=high?).contains(&observed.value));
    let crps = mixture.as_ref().and_then(|mixture| mixture.fair_crps(observed.value));
    let rivals = OUTCOME_RIVALS
        .map(|rival| (rival, rival.of_outcome(known, &observed, crps.map_or(f64::NAN, |crps| crps.score))));
    OutcomeRow {
        row,
        discrepancy,
        quantiles,
        crps,
        inside_50: holds(below, above),
        inside_90: holds(low, high),
        pit: mixture.as_ref().map(|mixture| mixture.below(observed.value)),
        rivals: rivals.to_vec(),
    }
}

fn milestone(row: Row, reached: impl Iterator<Item = (bool, f64)>, weights: &[f64]) -> MilestoneRow {
    let happened = row.observed.value > 0.0;
    let share = weighted_share(reached);
    let brier = share.and_then(|share| Brier::fair(share.share, crate::stats::effective(weights), happened));
    let score = brier.map_or(f64::NAN, |brier| brier.score);
    let rivals = MILESTONE_RIVALS.map(|rival| (rival, rival.of_milestone(happened, score)));
    MilestoneRow { row, happened, share, brier, rivals: rivals.to_vec() }
}
