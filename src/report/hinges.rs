//! What the answer hangs on: the uncertainties that go with the main outcome, and the value at which the answer turns.

use super::charts::{Bar, Chart, bars};
use super::material::Material;
use crate::stats::{Correlation, MidRanks, Rise, Split};

/// An uncertainty that the answer hangs on.
#[derive(Clone, Debug, PartialEq)]
pub struct Hinge {
    /// Its place.
    pub uncertainty: usize,
    /// How it goes with the main outcome.
    pub correlation: Correlation,
    /// Whether that can be told from chance, among all uncertainties together.
    pub is_sure: bool,
    /// Up to which value the question's answer is another one, if it turns anywhere.
    pub turns: Option<f64>,
    /// The split that tells most.
    pub split: Option<Split>,
}

/// A yes or no that is asked of each run.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The milestone it is about; `None` for the main outcome against its median.
    pub milestone: Option<usize>,
    /// What holds in the runs that say yes, as the end of a sentence.
    pub text: String,
    /// By run.
    pub yes: Vec<bool>,
    /// By run; 0 where there is no answer.
    pub weights: Vec<f64>,
}

impl Question {
    /// Whether the milestone that is most in doubt is reached, if one is in doubt; otherwise whether the main outcome ends above
    /// its median.
    pub fn of(material: &Material) -> Option<Self> {
        let last = |place: usize| material.shares.get(place).and_then(|shares| shares.last()).copied().unwrap_or(0.0);
        let doubt = |place: &usize| (last(*place) - 0.5).abs();
        let milestones = (0..material.schema.milestones.len()).filter(|place| (0.1..=0.9).contains(&last(*place)));
        if let Some(place) = milestones.min_by(|one, other| doubt(one).total_cmp(&doubt(other))) {
            let title = &material.schema.milestones.get(place)?.title;
            return Some(Self {
                milestone: Some(place),
                text: format!("reach “{title}”"),
                yes: material.reached.get(place)?.iter().map(Option::is_some).collect(),
                weights: material.weights.clone(),
            });
        }
        let (column, outcome) = (material.closing.get(material.main)?, material.summary.outcomes.get(material.main)?);
        let [.., median, _, _] = outcome.quantiles;
        let median = median?;
        let title = &material.schema.outcomes.get(material.main)?.title;
        Some(Self {
            milestone: None,
            text: format!("end with {title} above its median"),
            yes: column.iter().map(|value| *value > median).collect(),
            weights: column
                .iter()
                .zip(&material.weights)
                .map(|(value, weight)| if value.is_nan() { 0.0 } else { *weight })
                .collect(),
        })
    }
}

/// The uncertainties by how strongly they go with the main outcome, the strongest first.
pub fn hinges(material: &Material) -> Vec<Hinge> {
    let Some(column) = material.closing.get(material.main) else { return Vec::new() };
    let question = Question::of(material);
    let outcome = MidRanks::of(column, &material.weights);
    let mut hinges: Vec<Hinge> = material
        .drawn
        .iter()
        .enumerate()
        .filter_map(|(uncertainty, values)| {
            let correlation = Correlation::of(&MidRanks::of(values, &material.weights), &outcome, &material.weights)?;
            // Bonferroni: all of them are looked at.
            let is_sure = correlation.chance * (material.drawn.len() as f64) < 0.05;
            let of_question = question.as_ref().filter(|_| is_sure);
            let split = of_question.and_then(|asked| Split::best(values, &asked.yes, &asked.weights));
            let turns = of_question.and_then(|asked| {
                let falls = split.is_some_and(|split| split.below.share > split.above.share);
                Rise::of(values, &asked.yes, &asked.weights, falls).crossing(0.5)
            });
            Some(Hinge { uncertainty, correlation, is_sure, turns, split })
        })
        .collect();
    hinges.sort_by(|one, other| {
        let strength = |hinge: &Hinge| hinge.correlation.rho.abs();
        strength(other).total_cmp(&strength(one)).then(one.uncertainty.cmp(&other.uncertainty))
    });
    hinges
}

/// The strongest as bars.
pub fn chart(material: &Material, hinges: &[Hinge], width: f64, most: usize) -> Option<Chart> {
    let outcome = material.schema.outcomes.get(material.main)?;
    let bar = |hinge: &Hinge| {
        let column = material.schema.uncertainties.get(hinge.uncertainty)?;
        Some(Bar {
            name: column.title.clone(),
            value: hinge.correlation.rho,
            interval: None,
            is_sure: hinge.is_sure,
            more: vec![if hinge.is_sure { "yes" } else { "no" }.to_owned()],
        })
    };
    let all: Vec<Bar> = hinges.iter().take(most).filter_map(bar).collect();
    let title = format!("What moves with {}", outcome.title);
    let note =
        "Spearman's rank correlation of each uncertainty with the outcome at the end; pale: not told from chance.";
    bars("hinges", (&title, note, "rank correlation"), &all, width, &["told from chance"])
}
