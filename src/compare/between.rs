//! The numbers of a comparison, and what they say.

use super::difference::{Milestones, differences, paired, side, unpaired};
use super::flips::Strata;
use super::verdict::verdict;
use super::{Columns, Compared, Comparison, Difference, LEVEL};
use crate::results::{MilestoneColumn, OutcomeColumn, Schema};
use crate::stats::{each_of, holm};

/// What all ensembles of a comparison have in common.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    /// The version of Entente that played them.
    pub version: String,
    /// How many runs each has.
    pub runs: u64,
    /// Their seed.
    pub seed: u64,
    /// Whether runs of the same number share their dice.
    pub paired: bool,
    /// Whatever else has to be said.
    pub notes: Vec<String>,
    /// At how many times the runs were looked at before, this one included, and may be looked at again.
    pub looks: usize,
}

/// One ensemble of a comparison.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// What it is called here; each differs from all others.
    pub label: &'a str,
    /// What its columns mean.
    pub schema: &'a Schema,
    /// Its runs.
    pub columns: &'a Columns,
}

impl Held<'_> {
    fn outcome(&self, name: &str) -> Option<&[f64]> {
        let place = self.schema.outcomes.iter().position(|outcome| outcome.name == name)?;
        self.columns.outcomes.get(place).map(Vec::as_slice)
    }

    fn milestone(&self, name: &str) -> Option<usize> {
        self.schema.milestones.iter().position(|milestone| milestone.name == name)
    }
}

impl Comparison {
    /// Variants held against a reference, in all outcomes and milestones that both have.
    pub fn between(head: Head, reference: Held<'_>, variants: &[Held<'_>]) -> Self {
        let between = Between::new(&head, reference, variants);
        let outcomes = reference.schema.outcomes.iter().filter_map(|outcome| between.outcome(outcome)).collect();
        let milestones =
            reference.schema.milestones.iter().filter_map(|milestone| between.milestone(milestone)).collect();
        let mut comparison = Self {
            scenario: reference.schema.scenario.clone(),
            title: reference.schema.title.clone(),
            reference: reference.label.to_owned(),
            variants: variants.iter().map(|variant| variant.label.to_owned()).collect(),
            notes: between.notes(&head),
            version: head.version,
            runs: head.runs,
            seed: head.seed,
            paired: head.paired,
            level: LEVEL,
            outcomes,
            milestones,
            ..Self::default()
        };
        comparison.adjust(head.looks);
        comparison
    }

    /// Adjusts the chances for all questions and looks, and says what comes out.
    pub(super) fn adjust(&mut self, looks: usize) {
        let all = || self.outcomes.iter().chain(&self.milestones).flat_map(|compared| &compared.variants);
        let looks = looks.max(1) as f64;
        let chances: Vec<f64> =
            all().map(|difference| difference.p.map_or(f64::NAN, |p| (looks * p).min(1.0))).collect();
        let adjusted = holm(&chances);
        let mut adjusted = adjusted.into_iter();
        let paired = self.paired;
        for (compared, is_milestone) in self
            .outcomes
            .iter_mut()
            .map(|compared| (compared, false))
            .chain(self.milestones.iter_mut().map(|compared| (compared, true)))
        {
            let mut variants = std::mem::take(&mut compared.variants);
            for difference in &mut variants {
                difference.p = adjusted.next().filter(|chance| !chance.is_nan());
                (difference.finding, difference.verdict) = verdict(compared, difference, is_milestone, paired);
            }
            compared.variants = variants;
        }
    }
}

/// What is held against what, and how sure each interval has to be.
pub(super) struct Between<'a> {
    reference: Held<'a>,
    variants: &'a [Held<'a>],
    paired: bool,
    strata: Strata,
    /// How many differences there are.
    family: usize,
    /// The chance of error of all that is looked at now.
    all: f64,
}

impl<'a> Between<'a> {
    fn new(head: &Head, reference: Held<'a>, variants: &'a [Held<'a>]) -> Self {
        let has = |name: &str| variants.iter().filter(|variant| variant.outcome(name).is_some()).count();
        let reaches = |name: &str| variants.iter().filter(|variant| variant.milestone(name).is_some()).count();
        let outcomes: usize = reference.schema.outcomes.iter().map(|outcome| has(&outcome.name)).sum();
        let milestones: usize = reference.schema.milestones.iter().map(|milestone| reaches(&milestone.name)).sum();
        let strata = if head.paired { strata(&reference) } else { Strata::default() };
        let all = each_of(1.0 - LEVEL, head.looks);
        Self { reference, variants, paired: head.paired, strata, family: outcomes + milestones, all }
    }

    fn outcome(&self, outcome: &OutcomeColumn) -> Option<Compared> {
        let reference = self.reference.outcome(&outcome.name)?;
        let chance = each_of(self.all, self.family);
        let with = |variant: &Held<'_>| {
            let column = variant.outcome(&outcome.name)?;
            Some(match self.paired {
                true => {
                    let difference = paired(variant.label, reference, column, chance);
                    self.with_flips(difference, reference, column)
                }
                false => unpaired(variant.label, reference, column, chance),
            })
        };
        let variants: Vec<Difference> = self.variants.iter().filter_map(with).collect();
        (!variants.is_empty()).then(|| Compared {
            name: outcome.name.clone(),
            title: outcome.title.clone(),
            unit: outcome.unit.clone(),
            matters: outcome.matters,
            reference: side(reference),
            variants,
        })
    }

    fn milestone(&self, milestone: &MilestoneColumn) -> Option<Compared> {
        let reference = (self.reference.columns, self.reference.milestone(&milestone.name)?);
        let chance = each_of(self.all, self.family);
        let dates = &self.reference.schema.dates;
        let with = |variant: &Held<'_>| {
            let place = (variant.columns, variant.milestone(&milestone.name)?);
            let both = Milestones { reference, variant: place, dates };
            let difference = both.difference(variant.label, self.paired, chance);
            if !self.paired {
                return Some(difference);
            }
            Some(self.with_flips(difference, &reference.0.reached(reference.1), &place.0.reached(place.1)))
        };
        let variants: Vec<Difference> = self.variants.iter().filter_map(with).collect();
        let side = Milestones { reference, variant: reference, dates }.reference_side();
        (!variants.is_empty()).then(|| Compared {
            name: milestone.name.clone(),
            title: milestone.title.clone(),
            reference: side,
            variants,
            ..Compared::default()
        })
    }

    fn with_flips(&self, mut difference: Difference, reference: &[f64], column: &[f64]) -> Difference {
        let chance = each_of(self.all, self.family * self.strata.parts());
        if let Some(mean) = difference.difference {
            (difference.flips, difference.flipped_share) =
                self.strata.flips(&differences(reference, column), mean, chance);
        }
        difference
    }

    /// What has to be said about how the numbers were come by.
    fn notes(&self, head: &Head) -> Vec<String> {
        let mut notes = head.notes.clone();
        for variant in self.variants {
            let failed = failed(self.reference.columns, variant.columns, self.paired);
            if failed > 0 {
                let what = if self.paired { "pairs" } else { "runs" };
                notes.push(format!("{failed} {what} of {} failed and are left out", variant.label));
            }
            let lacks: Vec<&str> = (self.reference.schema.outcomes.iter())
                .map(|outcome| outcome.name.as_str())
                .filter(|name| variant.outcome(name).is_none())
                .collect();
            if !lacks.is_empty() {
                notes.push(format!("{} has no {}", variant.label, lacks.join(", ")));
            }
        }
        if self.family > 1 {
            notes.push(multiplicity(self.family, head.looks));
        }
        notes
    }
}

/// How several differences are corrected for.
pub(super) fn multiplicity(family: usize, looks: usize) -> String {
    let looked = if looks > 1 { format!(", looked at up to {looks} times,") } else { String::new() };
    format!(
        "the intervals of all {family} differences{looked} hold together in 95% of cases (Bonferroni); p is adjusted by Holm's \
         procedure"
    )
}

/// The uncertainties of the reference, cut into bins.
pub(super) fn strata(reference: &Held<'_>) -> Strata {
    let names = reference.schema.uncertainties.iter().map(|uncertainty| uncertainty.name.as_str());
    Strata::of(names.zip(reference.columns.uncertainties.iter().map(Vec::as_slice)))
}

/// How many pairs failed on either side; of runs that are not paired, how many of the variant's.
fn failed(reference: &Columns, variant: &Columns, is_paired: bool) -> usize {
    let both = reference.failed.iter().zip(&variant.failed);
    match is_paired {
        true => both.filter(|(a, b)| **a || **b).count(),
        false => variant.failed.iter().filter(|failed| **failed).count(),
    }
}
