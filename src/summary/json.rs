//! The summary for programs: one object, its keys in a fixed order and the scenario's.

use serde::ser::{SerializeMap, SerializeStruct};
use serde::{Serialize, Serializer};

use super::{Milestone, Outcome, Summary, Weighted};

/// The summary as one JSON object, indented, without a line end:
/// ```text
/// {"scenario","version","variant","seed","runs","failed","ticks","digest","path",
///  "outcomes":{NAME:{"unit","mean","sd","mc_error","q05","q25","q50","q75","q95"}},
///  "milestones":{NAME:{"share","low","high","q05","q50","q95"}},
///  "basis":{"data","literature","judgement","placeholder"},"unused":[…]}
/// ```
/// and, where runs are weighted, `"weights":{"path","fitted_to","runs","effective"}` at the end.
/// Dates are YYYY-MM-DD. What is not known is null: a unit that was not said, a spread of fewer than two runs, a date
/// by which too few runs had got there.
///
/// # Errors
/// None that a summary can cause; they are those of the serialiser.
pub fn json(summary: &Summary) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(summary)
}

impl Serialize for Summary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Summary", 13 + usize::from(self.weighted.is_some()))?;
        object.serialize_field("scenario", &self.scenario)?;
        object.serialize_field("version", &self.version)?;
        object.serialize_field("variant", &self.variant)?;
        object.serialize_field("seed", &self.seed)?;
        object.serialize_field("runs", &self.runs)?;
        object.serialize_field("failed", &self.failed)?;
        object.serialize_field("ticks", &self.ticks)?;
        object.serialize_field("digest", &self.digest)?;
        object.serialize_field("path", &self.path)?;
        object.serialize_field("outcomes", &ByName(&self.outcomes, |outcome| &outcome.name))?;
        object.serialize_field("milestones", &ByName(&self.milestones, |milestone| &milestone.name))?;
        object.serialize_field("basis", &self.basis)?;
        object.serialize_field("unused", &self.unused)?;
        if let Some(weighted) = &self.weighted {
            object.serialize_field("weights", weighted)?;
        }
        object.end()
    }
}

impl Serialize for Weighted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Weighted", 4)?;
        object.serialize_field("path", &self.path)?;
        object.serialize_field("fitted_to", &self.fitted_to)?;
        object.serialize_field("runs", &self.runs)?;
        object.serialize_field("effective", &self.effective)?;
        object.end()
    }
}

/// A list as an object whose keys are the elements' names, in the list's order.
struct ByName<'a, T>(&'a [T], fn(&T) -> &String);

impl<T: Serialize> Serialize for ByName<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        for element in self.0 {
            object.serialize_entry(self.1(element), element)?;
        }
        object.end()
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let [q05, q25, q50, q75, q95] = self.quantiles;
        let mut object = serializer.serialize_struct("Outcome", 9)?;
        object.serialize_field("unit", &self.unit)?;
        object.serialize_field("mean", &self.mean)?;
        object.serialize_field("sd", &self.sd)?;
        object.serialize_field("mc_error", &self.mc_error)?;
        object.serialize_field("q05", &q05)?;
        object.serialize_field("q25", &q25)?;
        object.serialize_field("q50", &q50)?;
        object.serialize_field("q75", &q75)?;
        object.serialize_field("q95", &q95)?;
        object.end()
    }
}

impl Serialize for Milestone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let [q05, q50, q95] = &self.days;
        let mut object = serializer.serialize_struct("Milestone", 6)?;
        object.serialize_field("share", &self.share.map(|interval| interval.share))?;
        object.serialize_field("low", &self.share.map(|interval| interval.low))?;
        object.serialize_field("high", &self.share.map(|interval| interval.high))?;
        object.serialize_field("q05", q05)?;
        object.serialize_field("q50", q50)?;
        object.serialize_field("q95", q95)?;
        object.end()
    }
}
