//! Means over rows.

use super::rivals::{MILESTONE_RIVALS, OUTCOME_RIVALS, Rival, Verdict};
use super::rows::{Row, Score, Standing};
use crate::stats::{Interval, Reliability, wilson};

/// Means over all rows and, if runs are weighted, over those that were fitted and those that were not.
#[derive(Clone, Debug, PartialEq)]
pub struct Totals {
    /// Over all rows.
    pub all: Group,
    /// Over the rows whose dates were fitted.
    pub in_sample: Option<Group>,
    /// Over the rows that came later.
    pub predicted: Option<Group>,
}

/// Means over some rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Over all outcomes, whatever their units.
    pub outcomes: Means,
    /// Over each outcome by itself, in the order of the file.
    pub by_outcome: Vec<(String, Means)>,
    /// In how many rows the middle 50% and 90% held what was observed, and that as a share with its 95% interval.
    pub coverage: [Option<(u64, Interval)>; 2],
    /// Over all milestones.
    pub milestones: Means,
    /// How milestones' chances and what happened go together.
    pub reliability: Option<Reliability>,
    /// Rivals of outcomes, then of milestones.
    pub rivals: Vec<RivalMeans>,
}

/// A mean of scores.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Means {
    /// Of how many rows.
    pub rows: u64,
    /// The mean score; `None` without rows.
    pub score: Option<f64>,
    /// Its Monte Carlo error. Rows share their runs, so that it is taken as if all were off together: the mean of their errors.
    pub error: Option<f64>,
}

/// A rival over the rows in which it has a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RivalMeans {
    /// Which.
    pub rival: Rival,
    /// In how many rows.
    pub rows: u64,
    /// Its mean score there.
    pub score: Option<f64>,
    /// The model's mean score in the same rows.
    pub model: Option<f64>,
    /// 1 − the model's / its.
    pub skill: Option<f64>,
}

impl Totals {
    /// Of all rows.
    pub fn of(score: &Score) -> Self {
        let standings = |standing| {
            let has = |row: &Row| row.standing == Some(standing);
            let rows = score.outcomes.iter().map(|one| &one.row).chain(score.milestones.iter().map(|one| &one.row));
            rows.into_iter().any(has).then(|| Group::of(score, has))
        };
        Self {
            all: Group::of(score, |_| true),
            in_sample: standings(Standing::InSample),
            predicted: standings(Standing::Predicted),
        }
    }
}

impl Group {
    fn of(score: &Score, counts: impl Fn(&Row) -> bool) -> Self {
        let outcomes: Vec<_> = score.outcomes.iter().filter(|one| counts(&one.row)).collect();
        let milestones: Vec<_> = score.milestones.iter().filter(|one| counts(&one.row)).collect();
        let mut names: Vec<&str> = Vec::new();
        for one in &outcomes {
            if !names.contains(&one.row.target.as_str()) {
                names.push(&one.row.target);
            }
        }
        let crps = |name: Option<&str>| {
            let rows = outcomes.iter().filter(|one| name.is_none_or(|name| one.row.target == name));
            Means::of(rows.filter_map(|one| one.crps).map(|crps| (crps.score, crps.error)))
        };
        let covered = |inside: Vec<Option<bool>>| {
            let told: Vec<bool> = inside.into_iter().flatten().collect();
            let inside = told.iter().filter(|inside| **inside).count() as u64;
            wilson(inside, told.len() as u64).map(|share| (inside, share))
        };
        let chances: Vec<(f64, bool)> =
            milestones.iter().filter_map(|one| Some((one.share?.share, one.happened))).collect();
        let of_outcomes = OUTCOME_RIVALS.map(|rival| {
            RivalMeans::of(rival, outcomes.iter().map(|one| (one.crps.map(|crps| crps.score), one.rivals.as_slice())))
        });
        let of_milestones = MILESTONE_RIVALS.map(|rival| {
            let scored = milestones.iter().map(|one| (one.brier.map(|brier| brier.score), one.rivals.as_slice()));
            RivalMeans::of(rival, scored)
        });
        Self {
            outcomes: crps(None),
            by_outcome: names.iter().map(|name| ((*name).to_owned(), crps(Some(name)))).collect(),
            coverage: [
                covered(outcomes.iter().map(|one| one.inside_50).collect()),
                covered(outcomes.iter().map(|one| one.inside_90).collect()),
            ],
            milestones: Means::of(milestones.iter().filter_map(|one| one.brier).map(|one| (one.score, one.error))),
            reliability: Reliability::of(&chances),
            rivals: of_outcomes.into_iter().chain(of_milestones).collect(),
        }
    }
}

impl Means {
    fn of(scores: impl Iterator<Item = (f64, f64)>) -> Self {
        let (mut rows, mut score, mut error) = (0, 0.0, 0.0);
        for (one, its_error) in scores {
            rows += 1;
            score += one;
            error += its_error;
        }
        let mean = |sum: f64| (rows > 0).then(|| sum / rows as f64).filter(|mean| mean.is_finite());
        Self { rows, score: mean(score), error: mean(error) }
    }
}

impl RivalMeans {
    fn of<'r>(rival: Rival, rows: impl Iterator<Item = (Option<f64>, &'r [(Rival, Verdict)])>) -> Self {
        let (mut count, mut own, mut model) = (0, 0.0, 0.0);
        for (score, verdicts) in rows {
            let verdict = verdicts.iter().find(|(other, _)| *other == rival).map(|(_, verdict)| verdict);
            if let (Some(score), Some(Verdict::Scored(its, _))) = (score, verdict) {
                count += 1;
                own += its;
                model += score;
            }
        }
        let mean = |sum: f64| (count > 0).then(|| sum / count as f64).filter(|mean| mean.is_finite());
        let skill = (count > 0 && own > 0.0).then(|| 1.0 - model / own).filter(|skill| skill.is_finite());
        Self { rival, rows: count, score: mean(own), model: mean(model), skill }
    }
}
