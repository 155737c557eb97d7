//! Stage 4: streaks, outcomes, milestones, stops; and what histories keep.

use super::{Lowering, Stage};
use crate::program::builder::Code;
use crate::program::instruction::{BinaryOperation, Instruction, UnaryOperation};
use crate::program::layout::ClockValue;
use crate::program::operand::{Destination, Operand};
use crate::scenario::model::{Comparison, Expr, Observation};

impl Lowering<'_> {
    /// Streaks, outcomes and milestones in their order, then the stops, whose conditions end in the given input columns.
    pub(super) fn observation(&mut self, stops: &[u32]) -> Code {
        self.stage = Stage::World;
        let scenario = self.scenario;
        for &observation in &scenario.observations {
            match observation {
                Observation::Streak(id) => self.streak(id),
                Observation::Outcome(id) => {
                    let outcome = &scenario.outcomes[id];
                    self.place = outcome.place;
                    let value = self.expression(&outcome.value);
                    self.check(value);
                    self.record(id as u32, value);
                }
                Observation::Milestone(id) => self.milestone(id),
            }
        }
        for (id, &column) in stops.iter().enumerate() {
            self.stop(id, column);
        }
        self.finish()
    }

    fn record(&mut self, column: u32, value: Operand) {
        let to = Destination::Record(column);
        self.builder.effect(Instruction::Unary { op: UnaryOperation::Copy, to, a: value });
    }

    fn streak(&mut self, id: usize) {
        let streak = &self.scenario.streaks[id];
        self.place = streak.place;
        let holds = self.expression(&streak.when);
        let column = self.layout.first_streak + id as u32;
        let longer = self.builder.binary(BinaryOperation::Add, Operand::Record(column), Operand::Const(1.0));
        let value = self.builder.select(holds, longer, Operand::Const(0.0));
        self.record(column, value);
    }

    /// A milestone that has been reached is not looked at again.
    fn milestone(&mut self, id: usize) {
        let milestone = &self.scenario.milestones[id];
        self.place = milestone.place;
        let column = self.layout.first_milestone + id as u32;
        let before = Operand::Record(column);
        let open = self.builder.compare(Comparison::Eq, before, Operand::Const(f64::NEG_INFINITY));
        let holds = self.under(open, true, |this| this.expression(&milestone.when));
        let reached = self.builder.binary(BinaryOperation::And, open, holds);
        let value = self.builder.select(reached, Operand::Clock(ClockValue::Now as u32), before);
        self.record(column, value);
    }

    /// A stop's condition, in a column of the input bank; a stop is only looked at if none before it held.
    fn stop(&mut self, id: usize, column: u32) {
        let stop = &self.scenario.stops[id];
        self.place = stop.place;
        let operand = self.expression(&stop.when);
        self.conditions.push(super::Condition { operand, holds: false });
        let to = Destination::Input(column);
        self.builder.effect(Instruction::Unary { op: UnaryOperation::Copy, to, a: operand });
    }

    /// The values that histories keep, in the given input columns. They are not checked.
    pub(super) fn recording(&mut self, recorded: &[u32]) -> Code {
        self.stage = Stage::World;
        let mut columns = recorded.iter().map(|&column| Destination::Input(column));
        for history in &self.scenario.histories {
            if history.areal {
                let entries = columns.by_ref().take(self.areas()).map(Some).collect();
                let table = self.builder.places.destination(entries);
                self.builder.open(Instruction::Loop { list: 0, level: 0, end: 0 });
                self.recorded(&history.value, Destination::Indexed { table, level: 0 });
                self.builder.close();
            } else if let Some(to) = columns.next() {
                self.recorded(&history.value, to);
            }
        }
        self.finish()
    }

    /// A value that is kept unchecked: nowhere does any comparison in it count.
    fn recorded(&mut self, value: &Expr, to: Destination) {
        let value = self.unchecked(value);
        self.builder.effect(Instruction::Unary { op: UnaryOperation::Copy, to, a: value });
    }
}
