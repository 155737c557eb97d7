//! Fuses sums of scaled columns, such as `0.3 * a - 0.2 * b + 0.05`, into one instruction.
//!
//! A score of several terms is otherwise a pass over memory for each term. The order of the operations and the rounding
//! of each stay as they are: a − k·b is a + (−k)·b to the bit, and 1·b is b.

use super::instruction::{BinaryOperation, Chain, Instruction};
use super::operand::{Destination, Operand};

/// The most terms of one instruction.
pub const MOST_TERMS: usize = 6;

/// Fuses what can be fused. Registers are virtual still: each is written once, unless it is changed in place.
pub fn fuse(mut instructions: Vec<Instruction>) -> Vec<Instruction> {
    let uses = uses(&mut instructions);
    let entered = entered(&mut instructions);
    let mut fused: Vec<Instruction> = Vec::with_capacity(instructions.len());
    let mut moved = Vec::with_capacity(instructions.len() + 1);
    for (old, instruction) in instructions.into_iter().enumerate() {
        let before = if entered[old] { None } else { fused.last() };
        match before.and_then(|before| joined(before, &instruction, &uses)) {
            Some(chain) => {
                fused.pop();
                moved.push(fused.len() as u32);
                fused.push(Instruction::Chain(Box::new(chain)));
            }
            None => {
                moved.push(fused.len() as u32);
                fused.push(instruction);
            }
        }
    }
    moved.push(fused.len() as u32);
    for instruction in &mut fused {
        if let Some(target) = instruction.target_mut() {
            *target = moved[*target as usize];
        }
    }
    fused
}

/// How often each register is read.
fn uses(instructions: &mut [Instruction]) -> Vec<u32> {
    let mut uses: Vec<u32> = Vec::new();
    let mut count = |register: u32, times: u32| {
        let register = register as usize;
        if uses.len() <= register {
            uses.resize(register + 1, 0);
        }
        uses[register] += times;
    };
    for instruction in instructions {
        if let Some(&mut register) = instruction.in_place_mut() {
            // Never single: it is read and written.
            count(register, 2);
        }
        instruction.for_each_operand(&mut |operand| {
            if let Operand::Register(register) = *operand {
                count(register, 1);
            }
        });
    }
    uses
}

/// Which instructions are jumped to.
fn entered(instructions: &mut [Instruction]) -> Vec<bool> {
    let mut entered = vec![false; instructions.len() + 1];
    for instruction in instructions {
        if let Some(&mut target) = instruction.target_mut() {
            entered[target as usize] = true;
        }
    }
    entered
}

/// An instruction and the one before it as a single one, if the second only goes on with the first's result.
fn joined(before: &Instruction, next: &Instruction, uses: &[u32]) -> Option<Chain> {
    let mut chain = as_chain(before)?;
    let Destination::Register(between) = chain.to else { return None };
    let (to, from, term) = as_term(next)?;
    let single = uses.get(between as usize) == Some(&1);
    if from != Operand::Register(between) || !single || chain.plus.is_some() {
        return None;
    }
    chain.to = to;
    match term {
        Term::Plus(number) => chain.plus = Some(number),
        Term::Scaled(factor, column) => {
            if chain.terms.len() == MOST_TERMS || column == from {
                return None;
            }
            chain.terms.push((factor, column));
        }
    }
    Some(chain)
}

/// What an instruction adds to another's result.
enum Term {
    Plus(f64),
    Scaled(f64, Operand),
}

/// The instruction as a chain of its own: k·a, or a first step a + k·b, a + k.
fn as_chain(instruction: &Instruction) -> Option<Chain> {
    if let Instruction::Chain(chain) = instruction {
        return Some((**chain).clone());
    }
    if let Instruction::Binary { op: BinaryOperation::Mul, to, a, b } = instruction {
        let first = scaled(*a, *b)?;
        return Some(Chain { to: *to, first, terms: Vec::new(), plus: None });
    }
    let (to, from, term) = as_term(instruction)?;
    if !is_column(from) {
        return None;
    }
    let (terms, plus) = match term {
        Term::Plus(number) => (Vec::new(), Some(number)),
        Term::Scaled(factor, column) => (vec![(factor, column)], None),
    };
    Some(Chain { to, first: (1.0, from), terms, plus })
}

/// Where it writes, what it goes on from, and what it adds.
fn as_term(instruction: &Instruction) -> Option<(Destination, Operand, Term)> {
    match *instruction {
        Instruction::MulAdd { to, a, b, c } => {
            let (factor, column) = scaled(b, c)?;
            Some((to, a, Term::Scaled(factor, column)))
        }
        Instruction::MulSub { to, a, b, c } => {
            let (factor, column) = scaled(b, c)?;
            Some((to, a, Term::Scaled(-factor, column)))
        }
        Instruction::Binary { op: op @ (BinaryOperation::Add | BinaryOperation::Sub), to, a, b } => {
            let sign = if op == BinaryOperation::Add { 1.0 } else { -1.0 };
            let (a, b) = if op == BinaryOperation::Add && matches!(a, Operand::Const(_)) { (b, a) } else { (a, b) };
            match b {
                Operand::Const(number) => Some((to, a, Term::Plus(sign * number))),
                column if is_column(column) => Some((to, a, Term::Scaled(sign, column))),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A number times a column, in either order.
fn scaled(a: Operand, b: Operand) -> Option<(f64, Operand)> {
    match (a, b) {
        (Operand::Const(factor), column) | (column, Operand::Const(factor)) if is_column(column) => {
            Some((factor, column))
        }
        _ => None,
    }
}

/// Whether an operand is a column in every batch.
fn is_column(operand: Operand) -> bool {
    matches!(
        operand,
        Operand::Register(_)
            | Operand::Cell(_)
            | Operand::Shown(_)
            | Operand::Run(_)
            | Operand::Record(_)
            | Operand::Area(_)
            | Operand::Past { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use Operand::{Cell, Const, Register};

    fn to(register: u32) -> Destination {
        Destination::Register(register)
    }

    fn score() -> Vec<Instruction> {
        vec![
            Instruction::Binary { op: BinaryOperation::Mul, to: to(0), a: Const(0.3), b: Cell(0) },
            Instruction::MulSub { to: to(1), a: Register(0), b: Const(0.2), c: Cell(1) },
            Instruction::Binary { op: BinaryOperation::Add, to: to(2), a: Register(1), b: Const(0.05) },
        ]
    }

    #[test]
    fn a_score_becomes_one_instruction() {
        let chain = Chain { to: to(2), first: (0.3, Cell(0)), terms: vec![(-0.2, Cell(1))], plus: Some(0.05) };
        assert_eq!(fuse(score()), [Instruction::Chain(Box::new(chain))]);
    }

    #[test]
    fn a_result_that_is_needed_elsewhere_stays() {
        let mut code = score();
        code.push(Instruction::Check { value: Register(1), mask: None, place: 0 });
        let fused = fuse(code);
        assert_eq!(fused.len(), 3, "{fused:?}");
        assert!(matches!(&fused[0], Instruction::Chain(chain) if chain.to == to(1)));
    }

    #[test]
    fn jumps_still_lead_to_their_instruction() {
        let mut code = vec![Instruction::Unless { mask: Cell(9), end: 4 }];
        code.extend(score());
        code.push(Instruction::Check { value: Cell(0), mask: None, place: 0 });
        assert_eq!(fuse(code)[0], Instruction::Unless { mask: Cell(9), end: 2 });
    }

    #[test]
    fn nothing_is_joined_across_a_place_that_is_jumped_to() {
        let mut code = vec![Instruction::Unless { mask: Cell(9), end: 2 }];
        code.extend(score());
        assert!(fuse(code).len() > 2);
    }
}
