//! Results that are already there, held against each other.

use super::between::{Head, Held};
use super::parting::{self, Parting};
use super::{Columns, Comparison};
use crate::results::{ResultsError, SourceFiles, Stored};
use thiserror::Error;

/// Why results cannot be compared.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CompareError {
    /// They cannot be read.
    #[error(transparent)]
    Results(#[from] ResultsError),
    /// They have nothing to do with each other, or there are too few.
    #[error("{0}")]
    Refused(String),
}

impl Comparison {
    /// Results folders held against the first of them. Runs are paired if version, seed and number of runs are the same in all;
    /// if not, they are compared as different runs, and the notes say why. Where a dated variant parts from the reference is shown
    /// where both keep every run's series.
    ///
    /// # Errors
    /// Files that cannot be read; fewer than two results, results of other scenarios or without a common outcome.
    pub fn of(results: &[Stored]) -> Result<Self, CompareError> {
        let Some((reference, variants)) = results.split_first().filter(|(_, variants)| !variants.is_empty()) else {
            return Err(CompareError::Refused("a comparison needs at least two results".to_owned()));
        };
        let labels = labels(results)?;
        let mut notes = Vec::new();
        for (variant, label) in variants.iter().zip(labels.iter().skip(1)) {
            refuse_another(reference, variant, label)?;
            notes.extend(unlike(reference, variant, label));
        }
        let paired = notes.is_empty();
        if !paired {
            notes.insert(0, "runs are not paired: nothing of what follows is free of the dice".to_owned());
        }
        for (variant, label) in variants.iter().zip(labels.iter().skip(1)) {
            if variant.schema().dates != reference.schema().dates {
                notes.push(format!("{label} has another clock: its outcomes are those at the end of that"));
            }
        }
        let columns: Vec<Columns> = results.iter().map(Columns::stored).collect::<Result<_, _>>()?;
        let held: Vec<Held<'_>> = (results.iter().zip(&labels).zip(&columns))
            .map(|((stored, label), columns)| Held { label, schema: stored.schema(), columns })
            .collect();
        let identity = reference.identity();
        let head = Head {
            version: identity.version.clone(),
            runs: identity.runs,
            seed: identity.seed,
            paired,
            notes,
            looks: 1,
        };
        let Some((first, others)) = held.split_first() else { return Ok(Self::default()) };
        let mut comparison = Self::between(head, *first, others);
        if comparison.paired {
            comparison.parting = partings(reference, variants, &labels)?;
        }
        Ok(comparison)
    }
}

/// Where each dated variant parts from the reference.
fn partings(reference: &Stored, variants: &[Stored], labels: &[String]) -> Result<Vec<Parting>, CompareError> {
    let mut partings = Vec::new();
    for (variant, label) in variants.iter().zip(labels.iter().skip(1)) {
        partings.extend(parting::of_stored(reference, variant, label)?);
    }
    Ok(partings)
}

/// Refuses what has nothing in common with the reference.
fn refuse_another(reference: &Stored, variant: &Stored, label: &str) -> Result<(), CompareError> {
    let (one, other, label) = (reference.schema(), variant.schema(), label.escape_debug());
    if one.scenario != other.scenario {
        let text = format!(
            "{label} is of another scenario, {}; the reference is of {}",
            other.scenario.escape_debug(),
            one.scenario.escape_debug()
        );
        return Err(CompareError::Refused(text));
    }
    let shared_outcome = one.outcomes.iter().any(|a| other.outcomes.iter().any(|b| a.name == b.name));
    let shared_milestone = one.milestones.iter().any(|a| other.milestones.iter().any(|b| a.name == b.name));
    if !shared_outcome && !shared_milestone {
        let text = format!("{label} has no outcome and no milestone that the reference has too");
        return Err(CompareError::Refused(text));
    }
    Ok(())
}

/// In what the runs are unlike those of the reference.
fn unlike(reference: &Stored, variant: &Stored, label: &str) -> Vec<String> {
    let (one, other) = (reference.identity(), variant.identity());
    let version = |text: &str| text.escape_debug().to_string();
    let fields = [
        ("version", version(&one.version), version(&other.version)),
        ("seed", one.seed.to_string(), other.seed.to_string()),
        ("number of runs", one.runs.to_string(), other.runs.to_string()),
    ];
    let different = fields.into_iter().filter(|(_, one, other)| one != other);
    different
        .map(|(what, one, other)| format!("the {what} of {label} is {other}, that of the reference {one}"))
        .collect()
}

/// What each is called: its variant and what was set, or its folder where that is the same.
fn labels(results: &[Stored]) -> Result<Vec<String>, CompareError> {
    let of_folder = |stored: &Stored| {
        let name = stored.path().file_name().map(|name| name.to_string_lossy().into_owned());
        name.unwrap_or_else(|| stored.path().display().to_string())
    };
    let ways: [&dyn Fn(&Stored) -> String; 3] =
        [&of_changes, &of_folder, &|stored| stored.path().display().to_string()];
    for way in ways {
        let labels: Vec<String> = results.iter().map(way).collect();
        let mut sorted = labels.clone();
        sorted.sort();
        if sorted.windows(2).all(|pair| pair.first() != pair.last()) {
            return Ok(labels);
        }
    }
    Err(CompareError::Refused("one of the results is given twice".to_owned()))
}

/// The variant, and what else was laid over the scenario: assignments as they were typed, patches by their number.
fn of_changes(stored: &Stored) -> String {
    let variant = stored.identity().variant.clone();
    // Without the scenario's files, which decide no row, there is just the variant.
    let SourceFiles { with, set, .. } = stored.source().ok().flatten().unwrap_or_default();
    std::iter::once(variant).chain(with).chain(set).collect::<Vec<_>>().join(", ")
}
