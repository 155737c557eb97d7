//! Variables that count what arrives and what is sent in a tick. They are 0 when a turn begins.

use super::Program;
use super::operand::Operand;
use crate::scenario::model::{Role, Scenario};

/// A counter of an actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counter {
    /// Its place among the actor's own cells.
    pub cell: u32,
    /// Whether nobody reads it but the actor: what it holds is of no use after the turn.
    pub is_private: bool,
}

impl Counter {
    /// The cells of those among an actor's counters that are private.
    pub fn private(counters: &[Counter]) -> impl Iterator<Item = u32> {
        counters.iter().filter(|counter| counter.is_private).map(|counter| counter.cell)
    }
}

/// Each actor's counters.
pub(super) fn counters(scenario: &Scenario, program: &Program) -> Vec<Vec<Counter>> {
    let layout = &program.layout;
    let mut is_read = vec![false; layout.cells() as usize];
    let mut read = |operand: &Operand| {
        if let Operand::Cell(cell) = operand {
            is_read[*cell as usize] = true;
        }
    };
    // Whoever reads a table may read all of it.
    program.tables.iter().flatten().for_each(&mut read);
    layout.shown.iter().for_each(|&cell| read(&Operand::Cell(cell)));
    for code in program.all_but_actors() {
        code.instructions.clone().iter_mut().for_each(|one| one.for_each_operand(&mut |operand| read(operand)));
    }
    let counts = |cell: u32| {
        let role = layout.variable_of[cell as usize].map(|id| &scenario.variables[id].role);
        matches!(role, Some(Role::Received | Role::Counted | Role::Sent))
    };
    let own = |cells: &std::ops::Range<u32>| {
        let counters = cells.clone().filter(|&cell| counts(cell));
        counters.map(|cell| Counter { cell: cell - cells.start, is_private: !is_read[cell as usize] }).collect()
    };
    layout.actor_cells.iter().map(own).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::compiled;

    /// Whether what `two` gets from `one` is its own business with this outcome.
    fn is_private(outcome: &str) -> bool {
        let text = format!(
            "clock: {{ start: 2024-01-01, tick: 1 week, ticks: 5 }}
messages: {{ arms: {{}} }}
actors:
  one: {{ state: {{ x: 1 }}, policy: {{ give: {{ then: [{{ send: arms, to: two, amount: x }}] }} }} }}
  two: {{ state: {{ y: 1 }}, policy: {{ take: {{ then: [{{ change: {{ y: received(arms) }} }}] }} }} }}
outcomes: {{ total: {outcome} }}
"
        );
        let (scenario, program) = compiled(&text);
        let received = scenario.variables.iter().position(|variable| variable.role == Role::Received).unwrap();
        let cell = program.layout.cell_of[received] - program.layout.actor_cells[1].start;
        program.counters[1].iter().find(|counter| counter.cell == cell).unwrap().is_private
    }

    #[test]
    fn a_counter_is_private_unless_somebody_else_reads_it() {
        assert!(is_private("two.y"));
        assert!(!is_private("two.y + received(arms)"));
    }
}
