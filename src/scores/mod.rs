//! Runs held against what was observed: scores of targets, rivals to beat, and weights for the runs that come nearest.
//!
//! `docs/scoring.md` has the definitions and formulas. Nothing here prints, and nothing but [`Values`] knows whether the runs
//! were played or read.

mod calibration;
mod moved;
mod rates;
mod rivals;
mod rows;
mod totals;
mod values;

pub use calibration::{Calibration, CalibrationError, Fit, calibrate};
pub use moved::Moved;
pub use rivals::{Known, MILESTONE_RIVALS, OUTCOME_RIVALS, Rival, Verdict};
pub use rows::{MilestoneRow, OutcomeRow, Row, Score, Standing, score};
pub use totals::{Group, Means, RivalMeans, Totals};
pub use values::{Selection, Values, Wanted};

use crate::scenario::clock::date_of;

/// A day as YYYY-MM-DD; empty outside the calendar.
pub fn shown(day: i64) -> String {
    date_of(day).map(|date| date.to_string()).unwrap_or_default()
}
