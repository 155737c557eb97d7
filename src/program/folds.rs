//! Parts of code, and folds over areas among them: equal folds are folded once, and folds of what is known before a run are
//! numbers.

use super::builder::{Builder, Scope, Value};
use super::constant;
use super::instruction::Instruction;
use super::operand::{Destination, Operand};
use super::part::{Node, Part, flatten};
use super::ranges::Range;
use crate::scenario::model::Fold;
use std::collections::{HashMap, HashSet};

/// What each round of a loop adds to a fold.
#[derive(Clone, Copy)]
pub struct Step {
    /// How it is added.
    pub fold: Fold,
    /// What is added.
    pub value: Operand,
    /// In which lanes; in all if there is none.
    pub filter: Option<Operand>,
}

/// A fold that has been folded.
pub(super) struct KnownFold {
    shape: Shape,
    /// The columns that it reads and that code can write.
    reads: HashSet<Destination>,
    pub(super) results: Vec<u32>,
}

/// A fold's loop without the numbers of its own registers.
struct Shape {
    /// The instructions without their operands.
    instructions: Vec<Instruction>,
    operands: Vec<Value>,
    /// Where checks fail.
    places: Vec<u32>,
}

impl Shape {
    /// Whether it does the same, and where it can fail the other has failed already, at a place no later.
    fn is_done_by(&self, earlier: &Self) -> bool {
        self.operands == earlier.operands
            && self.instructions == earlier.instructions
            && self.places.iter().zip(&earlier.places).all(|(place, earlier)| earlier <= place)
    }
}

impl Builder {
    /// Begins a part that may be skipped or repeated: what is worked out inside is not known outside.
    pub fn open(&mut self, begin: Instruction) {
        self.scopes.push(Scope { begin: Some(begin), ..Scope::default() });
    }

    /// Ends the part that was begun last.
    pub fn close(&mut self) {
        if let Some(part) = self.close_part(Vec::new()) {
            self.push_split(part);
        }
    }

    /// Goes back to the part around all loops but the outermost ones, of which so many are kept. The others wait.
    pub fn leave_loops(&mut self, kept: usize) -> Vec<Scope> {
        let is_loop = |scope: &Scope| matches!(scope.begin, Some(Instruction::Loop { .. }));
        let mut loops = self.scopes.iter().enumerate().filter(|(_, scope)| is_loop(scope));
        let first = loops.nth(kept).map_or(self.scopes.len(), |(place, _)| place);
        self.scopes.split_off(first)
    }

    /// Goes on in the parts that wait.
    pub fn enter_again(&mut self, waiting: Vec<Scope>) {
        self.scopes.extend(waiting);
    }

    /// Narrows the loop that has just begun to the areas in which a filter holds, if that is known now. Returns what is
    /// still to be asked in each round.
    pub fn narrow(&mut self, filter: Operand) -> Option<Operand> {
        let known = self.places.known(filter);
        let Some(Scope { begin: Some(Instruction::Loop { list, level, .. }), nodes, .. }) = self.scopes.last_mut()
        else {
            return Some(filter);
        };
        match known {
            Some((_, of)) if nodes.is_empty() && of.is_none_or(|of| of == *level) => {
                let areas = self.places.lists[*list as usize].iter().copied();
                let left = areas.filter(|&area| self.places.number(filter, area as usize) != 0.0).collect();
                *list = self.places.list(left);
                None
            }
            _ => Some(filter),
        }
    }

    /// Ends a loop in which values are folded, and returns the results.
    pub fn close_fold(&mut self, steps: &[Step]) -> Vec<Operand> {
        if let [step] = steps {
            self.leave_out_nothings(step);
        }
        let mut starts = Vec::new();
        let mut results = Vec::with_capacity(steps.len());
        for step in steps {
            let start = constant::fold_start(step.fold);
            results.push(self.known_fold(step).unwrap_or_else(|| {
                let register = self.register(Range::ANY);
                self.registers[register as usize].changes = true;
                starts.push((register, start));
                let (fold, value, filter) = (step.fold, step.value, step.filter);
                self.push(Node::One(Instruction::Fold { fold, register, value, filter }));
                Operand::Register(register)
            }));
        }
        let Some(part) = self.close_part(starts) else { return results };
        let registers: Vec<u32> = part.starts.iter().map(|&(register, _)| register).collect();
        for &register in &registers {
            self.registers[register as usize].changes = false;
        }
        let shape = self.shape(&part);
        let mut earlier = self.scopes.iter().rev().flat_map(|scope| &scope.folds);
        if let Some(same) = earlier.find(|earlier| shape.is_done_by(&earlier.shape)) {
            let instead: HashMap<u32, u32> = registers.into_iter().zip(same.results.iter().copied()).collect();
            for result in &mut results {
                if let Operand::Register(register) = result {
                    *register = instead.get(register).copied().unwrap_or(*register);
                }
            }
            return results;
        }
        let mut reads = HashSet::new();
        for instruction in &mut flattened(&part) {
            instruction.for_each_operand(&mut |&mut operand| {
                self.places.for_each_read(operand, &mut |column| {
                    reads.insert(column);
                });
            });
        }
        if let Some(scope) = self.scopes.last_mut() {
            scope.folds.push(KnownFold { shape, reads, results: registers });
        }
        self.push(Node::Part(part));
        results
    }

    /// Leaves out the areas in which a sum adds 0, as what does not exist there: it starts from 0 and is never −0, so that
    /// adding 0 changes no bit of it. What is checked is checked everywhere.
    fn leave_out_nothings(&mut self, step: &Step) {
        let (Fold::Sum, Operand::Indexed { table, level: of }) = (step.fold, step.value) else { return };
        let Some(Scope { begin: Some(Instruction::Loop { list, level, .. }), nodes, .. }) = self.scopes.last_mut()
        else {
            return;
        };
        if of == *level && nodes.iter().all(Node::is_pure) {
            let entries = &self.places.tables[table as usize];
            let adds = |area: &u32| !matches!(entries[*area as usize], Operand::Const(0.0));
            let left = self.places.lists[*list as usize].iter().copied().filter(adds).collect();
            *list = self.places.list(left);
        }
    }

    /// The result of a fold of known values: the same operations in the same order.
    fn known_fold(&self, step: &Step) -> Option<Operand> {
        let Some(Instruction::Loop { list, level, .. }) = self.scopes.last().and_then(|scope| scope.begin.as_ref())
        else {
            return None;
        };
        let list = &self.places.lists[*list as usize];
        if list.is_empty() {
            return Some(Operand::Const(constant::fold_start(step.fold)));
        }
        let known = [Some(step.value), step.filter].into_iter().flatten().map(|operand| self.places.known(operand));
        for of in known {
            if of?.1.is_some_and(|of| of != *level) {
                return None;
            }
        }
        let mut result = constant::fold_start(step.fold);
        for &area in list {
            let number = |operand| self.places.number(operand, area as usize);
            if step.filter.is_none_or(|filter| number(filter) != 0.0) {
                result = constant::fold(step.fold, result, number(step.value));
            }
        }
        Some(Operand::Const(result))
    }

    /// Ends the part that was begun last. `None` if nothing is left of it.
    pub(super) fn close_part(&mut self, starts: Vec<(u32, f64)>) -> Option<Part> {
        let mut scope = self.scopes.pop()?;
        let begin = scope.begin.take()?;
        let Instruction::Loop { list, level, .. } = begin else {
            return Some(Part { starts, begin, body: scope.nodes });
        };
        self.indexed_version += 1;
        if self.places.lists[list as usize].is_empty() {
            return None;
        }
        let body = self.hoist(level, scope);
        Some(Part { starts, begin, body })
    }

    /// Forgets the folds that read what an instruction writes.
    pub(super) fn forget_folds_of(&mut self, instruction: &mut Instruction) {
        let Self { places, scopes, .. } = self;
        places.for_each_write(instruction, &mut |column| {
            scopes.iter_mut().for_each(|scope| scope.folds.retain(|fold| !fold.reads.contains(&column)));
        });
    }

    fn shape(&self, part: &Part) -> Shape {
        let base = match part.begin {
            Instruction::Loop { level, .. } => level,
            _ => 0,
        };
        let mut instructions = flattened(part);
        let mut own: HashMap<u32, u64> = HashMap::new();
        let (mut operands, mut places) = (Vec::new(), Vec::new());
        for instruction in &mut instructions {
            instruction.for_each_operand(&mut |operand| {
                operands.push(self.read(*operand, base, &own));
                *operand = Operand::Const(0.0);
            });
            if let Some(Destination::Register(register)) = instruction.destination_mut() {
                let next = own.len() as u64;
                *register = *own.entry(*register).or_insert(next) as u32;
            }
            if let Some(register) = instruction.in_place_mut() {
                *register = own.get(register).map_or(u32::MAX, |&number| number as u32);
            }
            match instruction {
                Instruction::Check { place, .. } | Instruction::CheckChance { place, .. } => {
                    places.push(std::mem::take(place));
                }
                Instruction::Loop { level, .. } | Instruction::Next { level, .. } => {
                    *level = level.wrapping_sub(base);
                }
                Instruction::Draw { level: Some(level), .. } if *level >= base => *level = u8::MAX - (*level - base),
                _ => {}
            }
        }
        Shape { instructions, operands, places }
    }

    /// What a fold's instruction reads, such that equal folds read equal values.
    fn read(&self, operand: Operand, base: u8, own: &HashMap<u32, u64>) -> Value {
        let value = self.value(operand);
        match operand {
            Operand::Register(register) => match own.get(&register) {
                Some(&number) => Value { tag: u8::MAX, index: number, extra: 0, version: 0 },
                None => value,
            },
            // Levels count from the fold's own loop; what lies outside it is told apart.
            Operand::Indexed { table, level } if level >= base => {
                Value { tag: u8::MAX - 1, index: table.into(), extra: (level - base).into(), version: 0 }
            }
            Operand::AreaIndex(level) if level >= base => {
                Value { tag: u8::MAX - 2, index: (level - base).into(), extra: 0, version: 0 }
            }
            // What it reads has not been written since, or the fold would be forgotten.
            Operand::Indexed { .. } => Value { version: 0, ..value },
            _ => value,
        }
    }
}

fn flattened(part: &Part) -> Vec<Instruction> {
    let mut instructions = Vec::new();
    flatten(vec![Node::Part(part.clone())], &mut instructions);
    instructions
}

#[cfg(test)]
#[path = "folds_tests.rs"]
mod tests;
