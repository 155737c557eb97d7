//! What to watch, by when: the early values that best tell the futures apart.

use super::hinges::Question;
use super::material::Material;
use crate::results::day;
use crate::stats::{Correlation, MidRanks, Split};

/// Something to watch.
#[derive(Clone, Debug, PartialEq)]
pub struct Signpost {
    /// The outcome that is watched.
    pub outcome: usize,
    /// When.
    pub date: String,
    /// The split that tells most of the question.
    pub split: Split,
    /// How its early value goes with the main outcome at the end.
    pub correlation: Option<Correlation>,
}

/// How many are shown.
const MOST: usize = 5;
/// Of signposts that go together so closely only the best is shown.
const ALIKE: f64 = 0.8;
/// What explains less of the question's variance is no signpost.
const LEAST: f64 = 0.01;

/// The question, and the signposts that tell most of it, the best first.
pub fn signposts(material: &Material) -> Option<(Question, Vec<Signpost>)> {
    let (early, question) = (material.early.as_ref()?, Question::of(material)?);
    let tick = usize::try_from(early.tick).ok()?;
    let date = material.schema.dates.get(tick).copied().and_then(day).unwrap_or_else(|| format!("tick {tick}"));
    // Runs whose answer is in already tell nothing of the future.
    let open = |run: usize| match question.milestone.and_then(|place| material.reached.get(place)) {
        Some(reached) => reached.get(run).copied().flatten().is_none_or(|at| at > early.tick),
        None => true,
    };
    let weights: Vec<f64> =
        question.weights.iter().enumerate().map(|(run, weight)| if open(run) { *weight } else { 0.0 }).collect();
    let closing = material.closing.get(material.main).map(|column| MidRanks::of(column, &material.weights));
    let mut found: Vec<(Signpost, MidRanks)> = early
        .values
        .iter()
        .enumerate()
        // A payoff is a sum that nobody can watch.
        .filter(|(outcome, _)| {
            material.schema.outcomes.get(*outcome).is_some_and(|column| !column.name.starts_with("payoff_"))
        })
        .filter_map(|(outcome, values)| {
            let split = Split::best(values, &question.yes, &weights).filter(|split| split.gain >= LEAST)?;
            let ranks = MidRanks::of(values, &material.weights);
            let correlation = closing.as_ref().and_then(|closing| Correlation::of(&ranks, closing, &material.weights));
            Some((Signpost { outcome, date: date.clone(), split, correlation }, ranks))
        })
        .collect();
    found.sort_by(|one, other| {
        other.0.split.gain.total_cmp(&one.0.split.gain).then(one.0.outcome.cmp(&other.0.outcome))
    });
    let mut kept: Vec<(Signpost, MidRanks)> = Vec::new();
    for (signpost, ranks) in found {
        let is_new = kept.iter().all(|(_, other)| {
            Correlation::of(&ranks, other, &material.weights).is_none_or(|both| both.rho.abs() < ALIKE)
        });
        if is_new && kept.len() < MOST {
            kept.push((signpost, ranks));
        }
    }
    Some((Question { weights, ..question }, kept.into_iter().map(|(signpost, _)| signpost).collect()))
}
