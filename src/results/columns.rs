//! The names and types of the columns in each file.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema as ArrowSchema};

use super::{ResultsError, Schema};

pub(super) const RUN: &str = "run";
pub(super) const TICK: &str = "tick";
pub(super) const DATE: &str = "date";
pub(super) const CLOSED: &str = "closed_tick";
pub(super) const STOPPED: &str = "stopped_by";
pub(super) const FAILED: &str = "failed";
pub(super) const FAILED_TICK: &str = "failed_tick";
pub(super) const FAILED_PLACE: &str = "failed_place";

/// The columns that are there whatever the scenario.
const FIXED: [&str; 8] = [RUN, TICK, DATE, CLOSED, STOPPED, FAILED, FAILED_TICK, FAILED_PLACE];

/// The column names of a scenario's uncertainties, outcomes and milestones, the same in every file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Names {
    pub uncertainties: Vec<String>,
    pub outcomes: Vec<String>,
    pub milestones: Vec<String>,
}

impl Names {
    /// Gives each its plain name, or its name after its kind where the plain one is taken. Names count as the same
    /// whatever their case, since some readers take them so.
    pub fn of(schema: &Schema) -> Result<Self, ResultsError> {
        let kinds: [(&str, Vec<&str>); 3] = [
            ("uncertainty", schema.uncertainties.iter().map(|column| column.name.as_str()).collect()),
            ("outcome", schema.outcomes.iter().map(|column| column.name.as_str()).collect()),
            ("milestone", schema.milestones.iter().map(|column| column.name.as_str()).collect()),
        ];
        let mut taken: BTreeMap<String, usize> = FIXED.iter().map(|name| ((*name).to_owned(), 1)).collect();
        for name in kinds.iter().flat_map(|(_, names)| names) {
            *taken.entry(name.to_ascii_lowercase()).or_default() += 1;
        }
        let [uncertainties, outcomes, milestones] = kinds.map(|(kind, names)| -> Vec<String> {
            let alone = |name: &str| taken.get(&name.to_ascii_lowercase()) == Some(&1);
            names.iter().map(|&name| if alone(name) { name.to_owned() } else { format!("{kind}.{name}") }).collect()
        });
        let names = Self { uncertainties, outcomes, milestones };
        names.check()?;
        Ok(names)
    }

    /// Two columns of one kind and name cannot be told apart, nor can a hostile name that looks like a prefixed one.
    fn check(&self) -> Result<(), ResultsError> {
        let mut seen: BTreeMap<String, ()> = FIXED.iter().map(|name| ((*name).to_owned(), ())).collect();
        let ticks: Vec<String> = self.milestones.iter().map(|name| tick_of(name)).collect();
        for name in self.uncertainties.iter().chain(&self.outcomes).chain(&self.milestones).chain(&ticks) {
            if seen.insert(name.to_ascii_lowercase(), ()).is_some() {
                return Err(ResultsError::Misfit(format!("two columns are called `{}`", name.escape_debug())));
            }
        }
        Ok(())
    }

    /// The columns of `runs.parquet`.
    pub fn runs(&self) -> Arc<ArrowSchema> {
        let mut fields = vec![
            Field::new(RUN, DataType::UInt64, false),
            Field::new(CLOSED, DataType::UInt32, false),
            Field::new(STOPPED, DataType::Utf8, true),
            Field::new(FAILED, DataType::Boolean, false),
            Field::new(FAILED_TICK, DataType::UInt32, true),
            Field::new(FAILED_PLACE, DataType::Utf8, true),
        ];
        fields.extend(self.uncertainties.iter().chain(&self.outcomes).map(number));
        for name in &self.milestones {
            fields.push(Field::new(name, DataType::Date32, true));
            fields.push(Field::new(tick_of(name), DataType::UInt32, true));
        }
        Arc::new(ArrowSchema::new(fields))
    }

    /// The columns of `series.parquet`.
    pub fn series(&self) -> Arc<ArrowSchema> {
        let mut fields = vec![
            Field::new(RUN, DataType::UInt64, false),
            Field::new(TICK, DataType::UInt32, false),
            Field::new(DATE, DataType::Date32, false),
        ];
        fields.extend(self.outcomes.iter().map(number));
        Arc::new(ArrowSchema::new(fields))
    }
}

/// The columns of `quantiles.parquet`, the numbers last and in the order of [`SHARES`](crate::stats::SHARES).
pub(super) fn quantiles() -> Arc<ArrowSchema> {
    let mut fields = vec![
        Field::new("outcome", DataType::Utf8, false),
        Field::new(TICK, DataType::UInt32, false),
        Field::new(DATE, DataType::Date32, false),
        Field::new("runs", DataType::UInt64, false),
    ];
    fields.extend(["mean", "q05", "q25", "q50", "q75", "q95"].map(number));
    Arc::new(ArrowSchema::new(fields))
}

/// The column that holds a milestone's tick.
pub(super) fn tick_of(milestone: &str) -> String {
    format!("{milestone}.tick")
}

fn number(name: impl Into<String>) -> Field {
    Field::new(name, DataType::Float64, true)
}

#[cfg(test)]
mod tests {
    use super::super::{Column, MilestoneColumn, OutcomeColumn};
    use super::*;

    fn schema(uncertainty: &str, outcome: &str, milestone: &str) -> Schema {
        Schema {
            uncertainties: vec![Column { name: uncertainty.into(), ..Column::default() }],
            outcomes: vec![OutcomeColumn { name: outcome.into(), ..OutcomeColumn::default() }],
            milestones: vec![MilestoneColumn { name: milestone.into(), ..MilestoneColumn::default() }],
            ..Schema::default()
        }
    }

    #[test]
    fn names_stay_plain_where_they_can() {
        let names = Names::of(&schema("a", "b", "c")).unwrap();
        assert_eq!((names.uncertainties[0].as_str(), names.outcomes[0].as_str()), ("a", "b"));
        assert_eq!(names.runs().field(names.runs().fields().len() - 1).name(), "c.tick");
    }

    #[test]
    fn a_name_that_is_taken_gets_its_kind_before_it() {
        let names = Names::of(&schema("run", "Fall", "fall")).unwrap();
        assert_eq!(names.uncertainties, ["uncertainty.run"]);
        assert_eq!(names.outcomes, ["outcome.Fall"]);
        assert_eq!(names.milestones, ["milestone.fall"]);
    }

    #[test]
    fn names_that_cannot_be_told_apart_are_refused() {
        let error = Names::of(&schema("c.tick", "b", "c")).unwrap_err();
        assert_eq!(error.to_string(), "results do not fit their schema: two columns are called `c.tick`");
    }
}
