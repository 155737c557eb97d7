//! A comparison for programs: one object, its keys in a fixed order and the scenario's.

use super::{Compared, Comparison, Difference, Flip, KnockOut, Parting, PartingTick, Side, Until, Wide};
use serde::ser::{SerializeMap, SerializeStruct};
use serde::{Serialize, Serializer};

/// The comparison as one JSON object, indented, without a line end. `docs/comparing.md` lists every key. What is not known is null.
///
/// # Errors
/// None that a comparison can cause; they are those of the serialiser.
pub fn json(comparison: &Comparison) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(comparison)
}

impl Serialize for Comparison {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Comparison", 14)?;
        object.serialize_field("scenario", &self.scenario)?;
        object.serialize_field("version", &self.version)?;
        object.serialize_field("reference", &self.reference)?;
        object.serialize_field("variants", &self.variants)?;
        object.serialize_field("runs", &self.runs)?;
        object.serialize_field("seed", &self.seed)?;
        object.serialize_field("paired", &self.paired)?;
        object.serialize_field("level", &self.level)?;
        object.serialize_field("notes", &self.notes)?;
        object.serialize_field("outcomes", &ByName(&self.outcomes))?;
        object.serialize_field("milestones", &ByName(&self.milestones))?;
        object.serialize_field("parting", &self.parting)?;
        if self.is_knock_out() {
            object.serialize_field("knock_outs", &self.knock_outs)?;
        }
        if let Some(until) = &self.until {
            object.serialize_field("until", until)?;
        }
        object.end()
    }
}

/// Outcomes or milestones by name, each with its variants by label.
struct ByName<'a>(&'a [Compared]);

impl Serialize for ByName<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for compared in self.0 {
            map.serialize_entry(&compared.name, &ByVariant(compared))?;
        }
        map.end()
    }
}

struct ByVariant<'a>(&'a Compared);

impl Serialize for ByVariant<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.variants.len()))?;
        for difference in &self.0.variants {
            map.serialize_entry(&difference.variant, &Entry { of: self.0, difference })?;
        }
        map.end()
    }
}

struct Entry<'a> {
    of: &'a Compared,
    difference: &'a Difference,
}

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let d = self.difference;
        let mut object = serializer.serialize_struct("Difference", 19)?;
        object.serialize_field("difference", &d.difference)?;
        object.serialize_field("low", &d.low)?;
        object.serialize_field("high", &d.high)?;
        object.serialize_field("spread", &d.spread)?;
        object.serialize_field("higher_share", &d.higher_share)?;
        object.serialize_field("lower_share", &d.lower_share)?;
        object.serialize_field("flips", &d.flips)?;
        object.serialize_field("flipped_share", &d.flipped_share)?;
        object.serialize_field("gain", &d.gain)?;
        object.serialize_field("matters", &self.of.matters)?;
        object.serialize_field("unit", &self.of.unit)?;
        object.serialize_field("p", &d.p)?;
        object.serialize_field("pairs", &d.pairs)?;
        object.serialize_field("reference", &self.of.reference)?;
        object.serialize_field("variant", &d.side)?;
        object.serialize_field("shift_days", &d.shift)?;
        object.serialize_field("finding", &d.finding)?;
        object.serialize_field("verdict", &d.verdict)?;
        object.end()
    }
}

impl Serialize for Side {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Side", 3)?;
        object.serialize_field("mean", &self.mean)?;
        object.serialize_field("error", &self.error)?;
        object.serialize_field("median_date", &self.median)?;
        object.end()
    }
}

impl Serialize for Flip {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Flip", 6)?;
        object.serialize_field("uncertainty", &self.uncertainty)?;
        object.serialize_field("side", if self.above { "above" } else { "below" })?;
        object.serialize_field("value", &self.value)?;
        object.serialize_field("share", &self.share)?;
        object.serialize_field("difference", &self.difference)?;
        object.serialize_field("error", &self.error)?;
        object.end()
    }
}

impl Serialize for Parting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Parting", 4)?;
        object.serialize_field("variant", &self.variant)?;
        object.serialize_field("from", &self.from)?;
        object.serialize_field("outcomes", &self.outcomes)?;
        object.serialize_field("ticks", &self.ticks)?;
        object.end()
    }
}

impl Serialize for PartingTick {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("PartingTick", 4)?;
        object.serialize_field("tick", &self.tick)?;
        object.serialize_field("date", &self.date)?;
        object.serialize_field("parted", &self.parted)?;
        object.serialize_field("differences", &self.differences)?;
        object.end()
    }
}

impl Serialize for KnockOut {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("KnockOut", 4)?;
        object.serialize_field("variant", &self.label())?;
        object.serialize_field("kind", &self.kind)?;
        object.serialize_field("name", &self.name)?;
        object.serialize_field("changed_share", &self.changed)?;
        object.end()
    }
}

impl Serialize for Until {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Until", 5)?;
        object.serialize_field("narrow", &self.wide.is_empty())?;
        object.serialize_field("looks", &self.looks)?;
        object.serialize_field("taken", &self.taken)?;
        object.serialize_field("most_runs", &self.most)?;
        object.serialize_field("wide", &self.wide)?;
        object.end()
    }
}

impl Serialize for Wide {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Wide", 4)?;
        object.serialize_field("outcome", &self.outcome)?;
        object.serialize_field("variant", &self.variant)?;
        object.serialize_field("half_width", &self.half)?;
        object.serialize_field("matters", &self.matters)?;
        object.end()
    }
}
