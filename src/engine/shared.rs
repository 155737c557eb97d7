//! What every actor may look at during a turn: the world as last observed.

use super::column::{Column, columns};
use super::frame::Past;
use crate::program::Layout;
use crate::program::layout::ClockValue;
use crate::random::keystream::Lanes;
use crate::scenario::model::Scenario;
use crate::world::contest;

/// The world as last observed. Only the batch's own task changes it, between turns.
#[derive(Debug)]
pub struct Shared {
    /// The step that is being played; 0 while the start is made.
    pub step: u32,
    /// Which run each lane plays.
    pub dice: Lanes,
    /// 1 in lanes that are still played.
    pub open: Column,
    /// Cells that others see.
    pub shown: Vec<Column>,
    /// Levers, uncertainties, bounds.
    pub run: Vec<Column>,
    /// Outcomes, milestones, streaks.
    pub records: Vec<Column>,
    /// The scenario's own area state.
    pub areas: Vec<Column>,
    /// The contest.
    pub contest: Option<contest::State>,
    /// Histories: a ring for each column.
    pub rings: Vec<Vec<Column>>,
    /// This stage's numbers.
    pub clock: Vec<f64>,
    /// The record that `now` means.
    pub now: u32,
}

impl Shared {
    /// Before anything has happened.
    pub fn new(scenario: &Scenario, layout: &Layout, dice: Lanes) -> Self {
        let lanes = dice.len();
        let mut records = columns(layout.record_columns, lanes);
        for milestone in &mut records[layout.first_milestone as usize..layout.first_streak as usize] {
            milestone.lanes_mut().fill(f64::NEG_INFINITY);
        }
        let mut run = columns(layout.run_columns, lanes);
        for (column, lever) in run.iter_mut().zip(&scenario.levers) {
            column.lanes_mut().fill(lever.value);
        }
        let contest = scenario.territory.as_ref().and_then(|territory| territory.contest.as_ref());
        Self {
            step: 0,
            dice,
            open: Column::new(lanes, 1.0),
            shown: columns(layout.shown.len() as u32, lanes),
            run,
            records,
            areas: columns(layout.area_columns, lanes),
            contest: contest.map(|contest| contest::State::new(&contest.ground, lanes)),
            rings: layout.history_depths.iter().map(|&depth| columns(depth + 1, lanes)).collect(),
            clock: vec![0.0; ClockValue::FIRST_SEASON as usize + scenario.seasons.len()],
            now: 0,
        }
    }

    /// Sets the clock to stages 1 to 3 of a step, or to an observation.
    pub fn set_clock(&mut self, scenario: &Scenario, step: u32, now: u32) {
        let day = scenario.clock.day(now);
        self.step = step;
        self.now = now;
        self.clock[ClockValue::Step as usize] = f64::from(step);
        self.clock[ClockValue::Now as usize] = f64::from(now);
        self.clock[ClockValue::Date as usize] = day as f64;
        for (value, season) in self.clock[ClockValue::FIRST_SEASON as usize..].iter_mut().zip(&scenario.seasons) {
            *value = if season.contains(day) { 1.0 } else { 0.0 };
        }
    }

    /// Levers that a dated variant changes take their later values.
    pub fn switch_levers(&mut self, scenario: &Scenario) {
        for (column, lever) in self.run.iter_mut().zip(&scenario.levers) {
            if let Some(later) = lever.later {
                column.lanes_mut().fill(later);
            }
        }
    }

    /// Histories as a pass sees them.
    pub fn past(&self) -> Past<'_> {
        Past { rings: &self.rings, now: self.now }
    }

    /// Keeps the lanes listed.
    pub fn pack(&mut self, keep: &[usize], dice: Lanes) {
        let plain = [&mut self.shown, &mut self.run, &mut self.records, &mut self.areas];
        for column in plain.into_iter().flatten().chain(self.rings.iter_mut().flatten()) {
            column.pack(keep);
        }
        self.open.pack(keep);
        if let Some(contest) = &mut self.contest {
            contest.pack(keep);
        }
        self.dice = dice;
    }
}
