//! What a run keeps, and the dice it throws.

use crate::numerics::functions::norm_inverse;
use crate::random::address::{Key, Stream, uniform, word};
use crate::scenario::model::{ActorId, AreaVariableId, AreaWrite, DrawKind, Scenario, SlotId, VariableId, Write};

/// Everything that a run knows at a moment.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// Every variable's present value, by [`VariableId`].
    pub now: Vec<f64>,
    /// Every variable's value at the last observation.
    pub observed: Vec<f64>,
    /// Every area variable's present values: by [`AreaVariableId`], then by area. 0 where it does not exist.
    pub areas: Vec<Vec<f64>>,
    /// The same at the last observation.
    pub observed_areas: Vec<Vec<f64>>,
    /// The drawn uncertainties, in file order; not a number before they are drawn.
    pub uncertainties: Vec<f64>,
    /// The outcomes as last worked out.
    pub outcomes: Vec<f64>,
    /// The tick at which each milestone was reached.
    pub milestones: Vec<Option<u32>>,
    /// At how many observations in a row each streak's condition has held.
    pub streaks: Vec<u32>,
    /// Every history's records: by history, tick, and area (or one value).
    pub histories: Vec<Vec<Vec<f64>>>,
    /// Messages on their way.
    pub transit: Vec<Message>,
    /// The bounds of the variables.
    pub(super) bounds: Vec<Limits>,
    /// The bounds of the area variables.
    pub(super) area_bounds: Vec<Limits>,
}

/// A message on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The step at which it was sent.
    pub sent: u32,
    /// The step at which it is delivered.
    pub due: u32,
    /// Who sent it.
    pub sender: ActorId,
    /// Who gets it.
    pub receiver: ActorId,
    /// Its slot in the receiver's inbox.
    pub slot: SlotId,
    /// Its kind.
    pub kind: usize,
    /// How much.
    pub amount: f64,
    /// The kind's further fields.
    pub fields: Vec<f64>,
}

/// What a map writes, by area; `None` for what does not exist there.
pub(super) type AreaValues = Vec<(usize, Vec<Option<f64>>)>;

/// Bounds as numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Limits {
    pub low: Option<f64>,
    pub high: Option<f64>,
}

impl Limits {
    /// The value within the bounds: first the low one, then the high one. Without a comparison that holds it stays.
    pub fn clamp(self, value: f64) -> f64 {
        let mut value = value;
        if let Some(low) = self.low
            && value < low
        {
            value = low;
        }
        if let Some(high) = self.high
            && value > high
        {
            value = high;
        }
        value
    }
}

impl World {
    /// The world before anything is drawn or started.
    pub(super) fn new(scenario: &Scenario) -> Self {
        let area_variables = scenario.territory.as_ref().map_or(0, |territory| territory.variables.len());
        let areas = scenario.territory.as_ref().map_or(0, |territory| territory.areas.len());
        Self {
            now: vec![0.0; scenario.variables.len()],
            observed: vec![0.0; scenario.variables.len()],
            areas: vec![vec![0.0; areas]; area_variables],
            observed_areas: vec![vec![0.0; areas]; area_variables],
            uncertainties: vec![f64::NAN; scenario.uncertainties.len()],
            outcomes: vec![0.0; scenario.outcomes.len()],
            milestones: vec![None; scenario.milestones.len()],
            streaks: vec![0; scenario.streaks.len()],
            histories: vec![Vec::new(); scenario.histories.len()],
            transit: Vec::new(),
            bounds: vec![Limits::default(); scenario.variables.len()],
            area_bounds: vec![Limits::default(); area_variables],
        }
    }

    /// Writes a variable: the value, or what it adds up to, within the bounds.
    pub(super) fn write(&mut self, variable: VariableId, change: bool, value: f64) {
        let value = if change { self.now[variable] + value } else { value };
        self.now[variable] = self.bounds[variable].clamp(value);
    }

    /// Writes an area variable in one area.
    pub(super) fn write_area(&mut self, variable: AreaVariableId, area: usize, change: bool, value: f64) {
        let value = if change { self.areas[variable][area] + value } else { value };
        self.areas[variable][area] = self.area_bounds[variable].clamp(value);
    }

    /// Writes a map, whose values are worked out already.
    pub(super) fn write_all(&mut self, writes: &[Write], values: &[f64]) {
        for (write, &value) in writes.iter().zip(values) {
            self.write(write.variable, write.change, value);
        }
    }

    /// Writes a map in these areas.
    pub(super) fn write_areas(&mut self, writes: &[AreaWrite], values: &AreaValues) {
        for (area, values) in values {
            for (write, value) in writes.iter().zip(values) {
                if let Some(value) = value {
                    self.write_area(write.variable, *area, write.change, *value);
                }
            }
        }
    }

    /// Takes what is now for what was last observed.
    pub(super) fn remember(&mut self) {
        self.observed.clone_from(&self.now);
        self.observed_areas.clone_from(&self.areas);
    }
}

/// The dice of one run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dice {
    key: Key,
    run: u64,
}

impl Dice {
    /// The dice of a run under a seed.
    pub fn new(seed: u64, run: u64) -> Self {
        Self { key: Key::from_seed(seed), run }
    }

    /// The 64-bit word of a name at a tick.
    pub fn word(&self, name: &str, tick: u32) -> u64 {
        word(&self.key, Stream::named(name), u64::from(tick), self.run)
    }

    /// The uniform draw of a name at a tick.
    pub fn uniform(&self, name: &str, tick: u32) -> f64 {
        uniform(self.word(name, tick))
    }

    /// A draw of this kind.
    pub fn draw(&self, kind: DrawKind, name: &str, tick: u32) -> f64 {
        match kind {
            DrawKind::Uniform => self.uniform(name, tick),
            DrawKind::Normal => norm_inverse(self.uniform(name, tick)),
        }
    }
}
