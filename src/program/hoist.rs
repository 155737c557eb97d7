//! What a loop does the same in every round is done once, before it.

use super::builder::{Builder, Scope};
use super::folds::KnownFold;
use super::instruction::Instruction;
use super::operand::{Destination, Operand};
use super::part::Node;
use super::places::Places;
use std::collections::HashSet;

/// What may differ from round to round.
struct Varying {
    /// The loop.
    level: u8,
    /// Columns that it writes. A register that has been moved out of it is none of them any more.
    columns: HashSet<Destination>,
}

impl Varying {
    fn of(level: u8, nodes: &mut [Node], places: &Places) -> Self {
        let mut columns = HashSet::new();
        for node in nodes {
            node.for_each_register(&mut |register| {
                columns.insert(Destination::Register(register));
            });
            node.for_each(&mut |instruction| {
                places.for_each_write(instruction, &mut |column| {
                    columns.insert(column);
                });
            });
        }
        Self { level, columns }
    }

    /// Whether a node reads something of it that is not its own.
    fn is_read_by(&self, node: &mut Node, places: &Places) -> bool {
        let (own, mut levels) = (node.own(), HashSet::new());
        let mut reads = false;
        node.for_each(&mut |instruction| {
            match *instruction {
                Instruction::Loop { level, .. } => {
                    levels.insert(level);
                }
                Instruction::Draw { level: Some(level), .. } => {
                    reads |= level == self.level && !levels.contains(&level)
                }
                _ => {}
            }
            instruction.for_each_operand(&mut |&mut operand| {
                places.for_each_level(operand, &mut |level| {
                    reads |= level == self.level && !levels.contains(&level);
                });
                places.for_each_read(operand, &mut |column| {
                    let is_own = matches!(column, Destination::Register(register) if own.contains(&register));
                    reads |= self.columns.contains(&column) && !is_own;
                });
            });
        });
        reads
    }
}

impl Builder {
    /// Moves what is the same in every round of a loop that has ended in front of it, and returns what is left. The loop
    /// has a round at least, so that what is checked in it is checked there too.
    pub(super) fn hoist(&mut self, level: u8, scope: Scope) -> Vec<Node> {
        let Scope { mut nodes, known, folds, .. } = scope;
        let mut varying = Varying::of(level, &mut nodes, &self.places);
        let mut moved = HashSet::new();
        let mut body = Vec::with_capacity(nodes.len());
        for mut node in nodes {
            if let Node::One(Instruction::Check { value: Operand::Register(value), mask, place }) = node
                && let Some(steady) = self.steady(value, mask, &varying)
            {
                // The same lanes fail.
                if !self.is_finite(steady, mask) {
                    self.check(Operand::Register(steady), mask, place);
                }
                continue;
            }
            if !node.is_steady() || self.changes(&mut node) || varying.is_read_by(&mut node, &self.places) {
                body.push(node);
                continue;
            }
            node.for_each_register(&mut |register| {
                varying.columns.remove(&Destination::Register(register));
                moved.insert(register);
            });
            self.push(node);
        }
        // What is known of it is known outside now.
        if let Some(outside) = self.scopes.last_mut() {
            let is_moved = |operand: &Operand| matches!(operand, Operand::Register(it) if moved.contains(it));
            outside.known.extend(known.into_iter().filter(|(_, operand)| is_moved(operand)));
            let all_moved = |fold: &KnownFold| fold.results.iter().all(|it| moved.contains(it));
            outside.folds.extend(folds.into_iter().filter(all_moved));
        }
        body
    }

    /// A value, or what it rests on, if that is the same in every round, as are the lanes in which it is looked at.
    fn steady(&self, value: u32, mask: Option<Operand>, varying: &Varying) -> Option<u32> {
        std::iter::successors(Some(value), |&value| self.rests_on(value)).find(|&value| {
            let mut check = Node::One(Instruction::Check { value: Operand::Register(value), mask, place: 0 });
            !varying.is_read_by(&mut check, &self.places)
        })
    }

    /// Whether a node writes a register that other instructions change in place.
    pub(super) fn changes(&self, node: &mut Node) -> bool {
        let mut changes = false;
        node.for_each_register(&mut |register| changes |= self.registers[register as usize].changes);
        changes
    }
}
