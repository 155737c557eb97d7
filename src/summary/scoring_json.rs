//! Scores and calibrations for programs. `docs/scoring.md` lists every key.

use super::Weighted;
use crate::scenario::model::HALF_WIDTH;
use crate::scores::{
    Calibration, Fit, Group, MilestoneRow, Moved, OutcomeRow, Rival, RivalMeans, Row, Score, Standing, Totals, Verdict,
    shown,
};
use crate::stats::{Interval, Reliability, WeightedMoments};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// What was scored or calibrated.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reference {
    /// The scenario's name.
    pub scenario: String,
    /// Its title.
    #[serde(skip)]
    pub title: String,
    /// The version of Entente that played it.
    pub version: String,
    /// The variant.
    pub variant: String,
    /// The seed.
    pub seed: u64,
    /// How many runs.
    pub runs: u64,
    /// How many of them had failed by the last target's tick; they are left out.
    pub failed: u64,
    /// The hash of the scenario, its targets left out.
    pub scenario_hash: String,
    /// The first day of the targets that were selected, as YYYY-MM-DD.
    pub from: Option<String>,
    /// The last.
    pub to: Option<String>,
    /// What weighted the runs.
    pub weights: Option<Weighted>,
}

#[derive(Serialize)]
struct Scored<'a> {
    reference: &'a Reference,
    targets: Vec<Target<'a>>,
    totals: TotalsObject<'a>,
    rivals: Vec<RivalObject>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Target<'a> {
    Outcome(OutcomeObject<'a>),
    Milestone(MilestoneObject<'a>),
}

/// What rows of both kinds begin with.
#[derive(Serialize)]
struct RowObject<'a> {
    target: &'a str,
    kind: &'static str,
    date: String,
    tick: u32,
    because: Option<&'a str>,
    source: Option<&'a str>,
    basis: &'static str,
    standing: Option<&'static str>,
}

#[derive(Serialize)]
struct OutcomeObject<'a> {
    #[serde(flatten)]
    row: RowObject<'a>,
    unit: Option<&'a str>,
    observed: f64,
    tolerance: f64,
    observation_sd: f64,
    discrepancy: f64,
    q05: Option<f64>,
    q25: Option<f64>,
    median: Option<f64>,
    q75: Option<f64>,
    q95: Option<f64>,
    crps: Option<f64>,
    crps_error: Option<f64>,
    inside_50: Option<bool>,
    inside_90: Option<bool>,
    pit: Option<f64>,
    rivals: Verdicts<'a>,
}

#[derive(Serialize)]
struct MilestoneObject<'a> {
    #[serde(flatten)]
    row: RowObject<'a>,
    observed: bool,
    share: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    brier: Option<f64>,
    brier_error: Option<f64>,
    rivals: Verdicts<'a>,
}

/// Rivals by name.
struct Verdicts<'a>(&'a [(Rival, Verdict)]);

#[derive(Serialize)]
struct VerdictObject {
    score: Option<f64>,
    skill: Option<f64>,
    missing: Option<&'static str>,
}

impl Serialize for Verdicts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        for (rival, verdict) in self.0 {
            let verdict = match verdict {
                Verdict::Scored(score, skill) => VerdictObject { score: Some(*score), skill: *skill, missing: None },
                Verdict::Missing(why) => VerdictObject { score: None, skill: None, missing: Some(why) },
            };
            object.serialize_entry(rival.name(), &verdict)?;
        }
        object.end()
    }
}

#[derive(Serialize)]
struct TotalsObject<'a> {
    all: GroupObject<'a>,
    in_sample: Option<GroupObject<'a>>,
    predicted: Option<GroupObject<'a>>,
}

#[derive(Serialize)]
struct GroupObject<'a> {
    outcomes: u64,
    crps: Option<f64>,
    crps_error: Option<f64>,
    by_outcome: Vec<MeansObject<'a>>,
    coverage_50: Option<IntervalObject>,
    coverage_90: Option<IntervalObject>,
    milestones: u64,
    brier: Option<f64>,
    brier_error: Option<f64>,
    reliability: Option<ReliabilityObject>,
}

#[derive(Serialize)]
struct MeansObject<'a> {
    target: &'a str,
    rows: u64,
    crps: Option<f64>,
    crps_error: Option<f64>,
}

#[derive(Serialize)]
struct IntervalObject {
    share: f64,
    low: f64,
    high: f64,
}

#[derive(Serialize)]
struct ReliabilityObject {
    reliability: f64,
    resolution: f64,
    uncertainty: f64,
    bins: Vec<BinObject>,
}

#[derive(Serialize)]
struct BinObject {
    rows: u64,
    forecast: f64,
    observed: f64,
}

#[derive(Serialize)]
struct RivalObject {
    rival: &'static str,
    rows: u64,
    score: Option<f64>,
    model: Option<f64>,
    skill: Option<f64>,
}

/// Scores as one JSON object, indented, without a line end.
///
/// # Errors
/// Those of the serialiser, which scores do not cause.
pub fn score_json(reference: &Reference, score: &Score, totals: &Totals) -> Result<String, serde_json::Error> {
    let outcomes = score.outcomes.iter().map(|row| Target::Outcome(outcome(row)));
    let milestones = score.milestones.iter().map(|row| Target::Milestone(milestone(row)));
    serde_json::to_string_pretty(&Scored {
        reference,
        targets: outcomes.chain(milestones).collect(),
        totals: TotalsObject {
            all: group(&totals.all),
            in_sample: totals.in_sample.as_ref().map(group),
            predicted: totals.predicted.as_ref().map(group),
        },
        rivals: totals.all.rivals.iter().map(rival).collect(),
    })
}

/// How a row stands to the weights, in a word.
pub(super) fn standing(row: &Row) -> Option<&'static str> {
    row.standing.map(|standing| match standing {
        Standing::InSample => "in-sample",
        Standing::Predicted => "predicted",
    })
}

fn head<'a>(row: &'a Row, kind: &'static str) -> RowObject<'a> {
    RowObject {
        target: &row.target,
        kind,
        date: shown(row.observed.day),
        tick: row.observed.tick,
        because: row.because.as_deref(),
        source: row.source.as_deref(),
        basis: row.basis.name(),
        standing: standing(row),
    }
}

fn outcome(one: &OutcomeRow) -> OutcomeObject<'_> {
    let [q05, q25, median, q75, q95] = one.quantiles;
    let row = &one.row;
    OutcomeObject {
        row: head(row, "outcome"),
        unit: row.unit.as_deref(),
        observed: row.observed.value,
        tolerance: row.observed.tolerance,
        observation_sd: row.observed.tolerance / HALF_WIDTH,
        discrepancy: one.discrepancy,
        q05,
        q25,
        median,
        q75,
        q95,
        crps: one.crps.map(|crps| crps.score),
        crps_error: one.crps.map(|crps| crps.error),
        inside_50: one.inside_50,
        inside_90: one.inside_90,
        pit: one.pit,
        rivals: Verdicts(&one.rivals),
    }
}

fn milestone(one: &MilestoneRow) -> MilestoneObject<'_> {
    MilestoneObject {
        row: head(&one.row, "milestone"),
        observed: one.happened,
        share: one.share.map(|share| share.share),
        low: one.share.map(|share| share.low),
        high: one.share.map(|share| share.high),
        brier: one.brier.map(|brier| brier.score),
        brier_error: one.brier.map(|brier| brier.error),
        rivals: Verdicts(&one.rivals),
    }
}

fn group(group: &Group) -> GroupObject<'_> {
    let interval = |(_, interval): &(u64, Interval)| {
        let Interval { share, low, high } = *interval;
        IntervalObject { share, low, high }
    };
    let reliability = |parts: &Reliability| ReliabilityObject {
        reliability: parts.reliability,
        resolution: parts.resolution,
        uncertainty: parts.uncertainty,
        bins: (parts.bins.iter())
            .map(|bin| BinObject { rows: bin.count, forecast: bin.forecast, observed: bin.observed })
            .collect(),
    };
    let [half, most] = &group.coverage;
    GroupObject {
        outcomes: group.outcomes.rows,
        crps: group.outcomes.score,
        crps_error: group.outcomes.error,
        by_outcome: (group.by_outcome.iter())
            .map(|(name, means)| MeansObject {
                target: name,
                rows: means.rows,
                crps: means.score,
                crps_error: means.error,
            })
            .collect(),
        coverage_50: half.as_ref().map(interval),
        coverage_90: most.as_ref().map(interval),
        milestones: group.milestones.rows,
        brier: group.milestones.score,
        brier_error: group.milestones.error,
        reliability: group.reliability.as_ref().map(reliability),
    }
}

fn rival(means: &RivalMeans) -> RivalObject {
    let RivalMeans { rival, rows, score, model, skill } = *means;
    RivalObject { rival: rival.name(), rows, score, model, skill }
}

#[derive(Serialize)]
struct Calibrated<'a> {
    reference: &'a Reference,
    accept: f64,
    chosen_from: usize,
    accepted: usize,
    effective: f64,
    nearest: f64,
    farthest: f64,
    covered: bool,
    critical_distance: f64,
    targets: Vec<FitObject<'a>>,
    uncertainties: Vec<MovedObject<'a>>,
    weights: &'a str,
}

#[derive(Serialize)]
struct FitObject<'a> {
    target: &'a str,
    kind: &'static str,
    date: String,
    observed: f64,
    tolerance: f64,
    discrepancy: f64,
    prior_mean: Option<f64>,
    prior_sd: Option<f64>,
    accepted_mean: Option<f64>,
    accepted_sd: Option<f64>,
}

#[derive(Serialize)]
struct MovedObject<'a> {
    uncertainty: &'a str,
    moved: bool,
    distance: f64,
    chance: f64,
    shift: Option<f64>,
    ratio: Option<f64>,
    prior_mean: Option<f64>,
    prior_sd: Option<f64>,
    accepted_mean: Option<f64>,
    accepted_sd: Option<f64>,
}

/// A calibration as one JSON object, indented, without a line end. `weights` is the file that was written.
///
/// # Errors
/// Those of the serialiser, which calibrations do not cause.
pub fn calibration_json(
    reference: &Reference,
    calibration: &Calibration,
    accept: f64,
    weights: &str,
) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&Calibrated {
        reference,
        accept,
        chosen_from: calibration.of,
        accepted: calibration.runs.len(),
        effective: calibration.runs.len() as f64,
        nearest: calibration.nearest,
        farthest: calibration.farthest,
        covered: !calibration.covers_nothing(),
        critical_distance: calibration.critical,
        targets: calibration.fits.iter().map(fit).collect(),
        uncertainties: calibration.uncertainties.iter().map(moved).collect(),
        weights,
    })
}

fn fit(fit: &Fit) -> FitObject<'_> {
    let Fit { prior, accepted, observed, .. } = fit;
    FitObject {
        target: &fit.target,
        kind: if fit.is_milestone { "milestone" } else { "outcome" },
        date: shown(observed.day),
        observed: observed.value,
        tolerance: observed.tolerance,
        discrepancy: fit.discrepancy,
        prior_mean: prior.mean,
        prior_sd: prior.sd,
        accepted_mean: accepted.mean,
        accepted_sd: accepted.sd,
    }
}

fn moved(moved: &Moved) -> MovedObject<'_> {
    let (prior, accepted): (&WeightedMoments, &WeightedMoments) = (&moved.prior, &moved.accepted);
    MovedObject {
        uncertainty: &moved.name,
        moved: moved.is_moved,
        distance: moved.distance,
        chance: moved.chance,
        shift: moved.shift,
        ratio: moved.ratio,
        prior_mean: prior.mean,
        prior_sd: prior.sd,
        accepted_mean: accepted.mean,
        accepted_sd: accepted.sd,
    }
}
