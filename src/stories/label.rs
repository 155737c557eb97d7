//! What kind of run it is: where its closing outcomes lie among those of all runs.

use super::tell::{amount, words};
use crate::scenario::model::Scenario;

/// So many of the scenario's first outcomes are looked at.
const FIRST: usize = 6;
/// So many of them are named.
const NAMED: usize = 3;

/// Where a value lies among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Lowest,
    Below,
    Middle,
    Above,
    Highest,
}

impl Place {
    /// By the share of runs that are lower, equals counted half.
    fn of(rank: f64) -> Self {
        match rank {
            rank if rank < 0.05 => Self::Lowest,
            rank if rank < 0.25 => Self::Below,
            rank if rank <= 0.75 => Self::Middle,
            rank if rank <= 0.95 => Self::Above,
            _ => Self::Highest,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Lowest => "among the lowest 5% of runs",
            Self::Below => "below the middle half of runs",
            Self::Middle => "within the middle half of runs",
            Self::Above => "above the middle half of runs",
            Self::Highest => "among the highest 5% of runs",
        }
    }
}

/// A run in a phrase: of the first outcomes those that are furthest from the middle, `towns lost 141: above the middle half of
/// runs`, and otherwise the first ones. `columns` as for [`super::stories`].
pub fn label(scenario: &Scenario, columns: &[Vec<f64>], run: usize) -> String {
    let mut found: Vec<(usize, String, f64, Place)> = Vec::new();
    for (place, (outcome, column)) in scenario.outcomes.iter().zip(columns).take(FIRST).enumerate() {
        let Some(value) = column.get(run).copied().filter(|value| value.is_finite()) else { continue };
        let rank = rank(column, value);
        let title = outcome.notes.title.clone().unwrap_or_else(|| words(&outcome.name));
        let unit = outcome.notes.unit.as_deref().filter(|unit| unit.starts_with("share"));
        found.push((place, format!("{title} {}", amount(value, unit)), rank, Place::of(rank)));
    }
    let far = |rank: f64| (rank - 0.5).abs();
    let mut named: Vec<_> = found.iter().filter(|(_, _, _, place)| *place != Place::Middle).collect();
    named.sort_by(|a, b| far(b.2).total_cmp(&far(a.2)).then(a.0.cmp(&b.0)));
    if named.is_empty() {
        let values: Vec<&str> = found.iter().take(NAMED).map(|(_, text, _, _)| text.as_str()).collect();
        return match values.is_empty() {
            true => format!("run {run}"),
            false => format!("{}: within the middle half of runs", values.join(", ")),
        };
    }
    named.truncate(NAMED);
    named.sort_by_key(|(order, _, _, place)| (*place as usize, *order));
    let groups = named.chunk_by(|a, b| a.3 == b.3).filter_map(|group| {
        let values: Vec<&str> = group.iter().map(|(_, text, _, _)| text.as_str()).collect();
        group.first().map(|(_, _, _, place)| format!("{}: {}", values.join(", "), place.words()))
    });
    groups.collect::<Vec<_>>().join("; ")
}

/// The share of runs that are lower, equals counted half; failed ones are left out.
fn rank(column: &[f64], value: f64) -> f64 {
    let (mut lower, mut equal, mut all) = (0_usize, 0_usize, 0_usize);
    for other in column.iter().filter(|other| other.is_finite()) {
        all += 1;
        lower += usize::from(*other < value);
        equal += usize::from(*other == value);
    }
    (lower as f64 + equal as f64 / 2.0) / all.max(1) as f64
}
