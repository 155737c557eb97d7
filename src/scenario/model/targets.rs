//! Targets: what was observed, for runs to be held against. They change no run.

use super::Notes;

/// Dated observations of one outcome or milestone.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The outcome's or milestone's name.
    pub name: String,
    /// What was observed.
    pub of: Observable,
    /// What the model cannot get right even with the best inputs: a standard deviation in the outcome's unit, 0 if not said.
    pub discrepancy: f64,
    /// What was observed when, by date; no date twice.
    pub observations: Vec<DatedValue>,
    /// Title, reason and basis.
    pub notes: Notes,
    /// Where it was read.
    pub source: Option<String>,
}

/// What can be observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Observable {
    /// Of [`Scenario::outcomes`](super::Scenario::outcomes).
    Outcome(usize),
    /// Of [`Scenario::milestones`](super::Scenario::milestones).
    Milestone(usize),
}

/// One observation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DatedValue {
    /// Its date, in days since 1970-01-01.
    pub day: i64,
    /// The last tick that ends by that date.
    pub tick: u32,
    /// The outcome's value; for a milestone 1 if it had been reached by that date, else 0.
    pub value: f64,
    /// Half the width of the 90% interval of the observation's error, in the outcome's unit; 0 for a milestone.
    pub tolerance: f64,
    /// Whether runs are scored on it; otherwise it is only known, as what lies before.
    pub scored: bool,
}

/// The normal distribution's 95% point, rounded: what makes the half-width of a 90% interval of a standard deviation.
pub const HALF_WIDTH: f64 = 1.645;

impl DatedValue {
    /// The standard deviation of the observation's error, which is taken to be normal.
    pub fn sd(&self) -> f64 {
        self.tolerance / HALF_WIDTH
    }
}
