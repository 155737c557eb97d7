//! What is known before a run of the columns that outlive a piece of code: between which bounds they stay.

use super::layout::Layout;
use super::operand::{ContestField, Operand};
use super::ranges::Range;
use crate::scenario::model::{AreaRole, Bounds, Expr, Role, Scenario};
use std::cell::RefCell;

/// The ranges of columns. In a lane that has failed they need not hold: it is not looked at any more.
#[derive(Clone, Debug, Default)]
pub struct Banks {
    cells: Vec<Range>,
    areas: Vec<Range>,
    /// The cell of each that is shown to others.
    pub shown: Vec<u32>,
    /// Levers and uncertainties, which are finite; what comes after them need not be.
    inputs: u32,
    /// Outcomes, likewise.
    outcomes: u32,
    /// The ranges of tables that have been asked for.
    tables: RefCell<Vec<Option<Range>>>,
}

impl Banks {
    /// The banks of a scenario.
    pub fn of(scenario: &Scenario, layout: &Layout) -> Self {
        let mut areas = vec![Range::ANY; layout.area_columns as usize];
        for (id, variable) in scenario.territory.iter().flat_map(|territory| territory.variables.iter().enumerate()) {
            if let (AreaRole::State, Some(&first)) = (&variable.role, layout.area_of.get(&id)) {
                areas[first as usize..][..variable.exists.len()].fill(clamped(&variable.within));
            }
        }
        let cell = |id: &Option<usize>| {
            let variable = id.map(|id| &scenario.variables[id]);
            variable.map_or(Range::ANY, |variable| match variable.role {
                Role::Stance => Range::FINITE,
                Role::State | Role::Tie { .. } => clamped(&variable.within),
                _ => Range::ANY,
            })
        };
        Self {
            cells: layout.variable_of.iter().map(cell).collect(),
            areas,
            shown: layout.shown.clone(),
            inputs: (scenario.levers.len() + scenario.uncertainties.len()) as u32,
            outcomes: layout.first_milestone,
            tables: RefCell::default(),
        }
    }

    /// What is known of an operand other than a register.
    pub fn range(&self, operand: Operand, tables: &[Vec<Operand>]) -> Range {
        let of = |ranges: &[Range], column: u32| ranges.get(column as usize).copied().unwrap_or(Range::ANY);
        match operand {
            Operand::Const(number) => Range::of(number),
            Operand::Cell(cell) => of(&self.cells, cell),
            Operand::Shown(shown) => self.shown.get(shown as usize).map_or(Range::ANY, |&cell| of(&self.cells, cell)),
            Operand::Area(area) => of(&self.areas, area),
            Operand::Run(run) if run < self.inputs => Range::FINITE,
            Operand::Record(record) if record < self.outcomes => Range::FINITE,
            Operand::Contest(ContestField::CutOff | ContestField::Fighting, _) => Range::UNIT,
            Operand::Contest(ContestField::Posts | ContestField::Ruined, _) => Range { low: 0.0, ..Range::FINITE },
            Operand::Contest(..) | Operand::Clock(_) | Operand::AreaIndex(_) => Range::FINITE,
            // Checked when it was sent.
            Operand::Amount | Operand::Field(_) => Range::FINITE,
            Operand::Arrived => Range::UNIT,
            Operand::Indexed { table, .. } => self.table(table as usize, tables),
            Operand::Register(_) | Operand::Run(_) | Operand::Record(_) | Operand::Past { .. } => Range::ANY,
        }
    }

    /// What all entries of a table have in common.
    fn table(&self, table: usize, tables: &[Vec<Operand>]) -> Range {
        if let Some(known) = self.tables.borrow().get(table).copied().flatten() {
            return known;
        }
        let entries = tables.get(table).into_iter().flatten().map(|&entry| self.range(entry, tables));
        let range = entries.reduce(Range::or).unwrap_or(Range::ANY);
        let mut known = self.tables.borrow_mut();
        if known.len() <= table {
            known.resize(table + 1, None);
        }
        known[table] = Some(range);
        range
    }
}

/// Where a variable stays whose every write is clamped on both sides; before its start it is 0. Of others nothing is known: what
/// is written is finite, but a sum of such need not be.
fn clamped(within: &Bounds) -> Range {
    let Bounds { low: Some(low), high: Some(high) } = within else { return Range::ANY };
    let end = |bound: &Expr, otherwise: f64| match bound {
        Expr::Const(number) if number.is_finite() => *number,
        _ => otherwise,
    };
    Range { low: end(low, f64::MIN), high: end(high, f64::MAX), nan: false }.or(Range::of(0.0))
}

#[cfg(test)]
mod tests {
    use crate::program::compiled;
    use crate::program::instruction::Instruction;

    /// How many checks there are in the rules of an actor that sets `x`, which has these bounds, and shows it to another one that
    /// reads it.
    fn checks(bounds: &str, value: &str) -> usize {
        let text = format!(
            "clock: {{ start: 2024-01-01, tick: 1 week, ticks: 5 }}
uncertainties: {{ luck: {{ normal: {{ mean: 1, sd: 0.1 }} }} }}
actors:
  one: {{ state: {{ x: {{ start: 1{bounds} }} }}, policy: {{ go: {{ then: [{{ set: {{ x: {value} }} }}] }} }} }}
  two: {{ state: {{ y: 1 }}, policy: {{ go: {{ then: [{{ set: {{ y: 2 * one.x }} }}] }} }} }}
outcomes: {{ total: one.x }}
"
        );
        let is_check = |one: &&Instruction| match one {
            Instruction::Check { .. } => true,
            Instruction::ScaledSum(sum) => sum.check.is_some(),
            Instruction::Relax(relax) => relax.check.is_some(),
            _ => false,
        };
        let (_, program) = compiled(&text);
        let acts = program.actors.iter().map(|actor| &program.codes[actor.act.code as usize]);
        acts.map(|code| code.instructions.iter().filter(is_check).count()).sum()
    }

    #[test]
    fn what_lies_between_numbers_is_not_checked() {
        assert_eq!(checks("", "0.9 * x + 0.1"), 2);
        assert_eq!(checks(", within: [0, null]", "0.9 * x + 0.1"), 2);
        assert_eq!(checks(", within: [0, 10]", "0.9 * x + 0.1"), 0);
        // A bound that is a number of each run's own keeps it finite, but twice that may not be.
        assert_eq!(checks(", within: [0, luck]", "0.9 * x + 0.1"), 1);
        // Before it starts it is 0, which is no divisor.
        assert_eq!(checks(", within: [1, 10]", "1 / x"), 1);
    }
}
