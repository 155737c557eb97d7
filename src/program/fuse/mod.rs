//! Fuses what stands in formulas again and again into one instruction each: a score such as `0.3 * a - 0.2 * b + 0.05`, a
//! product such as `0.1 * funds * (0.5 + support)`, a step such as `x - 0.02 * (y - 1)`, a logistic curve
//! `k / (c + exp(m * x))`, and the check of their value; and conditions with what asks them ([`conditions`]).
//!
//! Each would otherwise be a pass over memory for every operation. The order of the operations and the rounding of each
//! stay as they are: a − k·b is a + (−k)·b to the bit, 1·b is b, and b + (−0) is b.

mod conditions;
mod loops;
mod shake;
#[cfg(test)]
mod tests;

use super::instruction::{
    Approach, BinaryOperation, Chance, Change, Changes, Curve, Instruction, Product, Relax, Scaled, ScaledSum,
    UnaryOperation, ValueCheck,
};
use super::operand::{Destination, Operand};
use super::places::Places;
use crate::scenario::model::UnaryFunction;

/// The most terms of one sum.
pub const MOST_TERMS: usize = 6;

/// Fuses what can be fused. Registers are virtual still: each is written once, unless it is changed in place.
pub fn fuse(mut instructions: Vec<Instruction>, places: &Places) -> Vec<Instruction> {
    let uses = uses(&mut instructions);
    let entered = entered(&mut instructions);
    let mut fused = Fused { places, instructions: Vec::with_capacity(instructions.len()), straight_from: 0, uses };
    let mut moved = Vec::with_capacity(instructions.len() + 1);
    for (old, instruction) in instructions.into_iter().enumerate() {
        if entered[old] {
            fused.straight_from = fused.instructions.len();
        }
        // Where it stands if it is jumped to: then it is not joined with what stands before it.
        moved.push(fused.instructions.len() as u32);
        fused.push(instruction);
    }
    moved.push(fused.instructions.len() as u32);
    for instruction in &mut fused.instructions {
        if let Some(target) = instruction.target_mut() {
            *target = moved[*target as usize];
        }
    }
    fused.instructions
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

/// The instructions so far.
struct Fused<'a> {
    /// What tables and lists of areas hold.
    places: &'a Places,
    instructions: Vec<Instruction>,
    /// From here on nothing is jumped to, so that what stands there may be joined.
    straight_from: usize,
    uses: Vec<u32>,
}

impl Fused<'_> {
    /// Adds an instruction, joined with those before it if it only goes on with their results.
    fn push(&mut self, instruction: Instruction) {
        if let Some((value, checked)) = self.checked(&instruction) {
            // What is looked at as it is worked out is not read once more.
            self.uses[value as usize] -= 1;
            self.instructions.pop();
            self.instructions.push(checked);
            return;
        }
        if let Some((relax, sum)) = self.relax(&instruction) {
            self.instructions.remove(sum);
            self.instructions.push(relax);
            return;
        }
        if let Some(chance) = self.chance_on_its_score(&instruction) {
            self.instructions.truncate(self.instructions.len() - 3);
            self.instructions.extend([chance, instruction]);
            return;
        }
        if let Some(whole) = self.whole_loop(&instruction) {
            self.instructions.truncate(self.instructions.len() - 2);
            self.instructions.push(whole);
            return;
        }
        let (joined, replaced) = self.joined(instruction);
        self.instructions.truncate(self.instructions.len() - replaced);
        self.instructions.push(joined);
    }

    /// The instruction to add, and how many of the last ones it stands for too.
    fn joined(&self, next: Instruction) -> (Instruction, usize) {
        if let Some(sum) = self.sum(&next) {
            return (Instruction::ScaledSum(Box::new(sum)), 1);
        }
        if let Some(approach) = self.approach(&next) {
            return (Instruction::Approach(Box::new(approach)), 1);
        }
        if let Some((shake, replaced)) = self.shake(&next) {
            return (Instruction::Shake(Box::new(shake)), replaced);
        }
        if let Some(store) = self.scaled_store(&next) {
            // It may go on with changes before what it was joined with.
            let changes = self.back(2).and_then(|before| changes(before, &store));
            return changes.map_or((store, 1), |changes| (changes, 2));
        }
        if let Some(changes) = self.back(1).and_then(|before| changes(before, &next)) {
            return (changes, 1);
        }
        if let Some((sigmoid, replaced)) = self.sigmoid(&next) {
            return (sigmoid, replaced);
        }
        if let Some(chance) = self.chance_by_curve(&next) {
            return (chance, 1);
        }
        if let Some(sum) = self.sum_where(&next) {
            return (Instruction::AddWhere(Box::new(sum)), 1);
        }
        if let Some((both, replaced)) = self.both(&next) {
            return (Instruction::Both(Box::new(both)), replaced);
        }
        if let Some((product, replaced)) = self.product(&next) {
            return (Instruction::Product(Box::new(product)), replaced);
        }
        (next, 0)
    }

    /// The instruction so many before the next, if nothing is jumped to from there on.
    fn back(&self, count: usize) -> Option<&Instruction> {
        let place = self.instructions.len().checked_sub(count)?;
        // Where something is jumped to, an instruction may still begin, but not go on.
        (place >= self.straight_from).then(|| self.instructions.get(place)).flatten()
    }

    /// Whether an operand is a register that is read nowhere else.
    fn is_single(&self, operand: Operand) -> bool {
        matches!(operand, Operand::Register(register) if self.uses.get(register as usize) == Some(&1))
    }

    /// A check of the value that the instruction before has worked out: its register, and both as one.
    fn checked(&self, next: &Instruction) -> Option<(u32, Instruction)> {
        let Instruction::Check { value: Operand::Register(value), mask, place } = *next else { return None };
        let mut before = self.back(1)?.clone();
        let (to, check) = match &mut before {
            Instruction::ScaledSum(sum) => (sum.to, &mut sum.check),
            Instruction::Product(product) => (product.to, &mut product.check),
            Instruction::Approach(approach) => (approach.to, &mut approach.check),
            _ => return None,
        };
        if to != Destination::Register(value) || check.is_some() {
            return None;
        }
        *check = Some(ValueCheck { mask, place });
        Some((value, before))
    }

    /// The instruction before and the next as a sum.
    fn sum(&self, next: &Instruction) -> Option<ScaledSum> {
        let mut sum = as_sum(self.back(1)?)?;
        let Destination::Register(between) = sum.to else { return None };
        let (to, from, term) = as_term(next)?;
        if from != Operand::Register(between) || !self.is_single(from) || sum.first.plus.to_bits() != NOTHING.to_bits()
        {
            return None;
        }
        sum.to = to;
        match term {
            Term::Plus(number) => sum.first.plus = number,
            Term::Scaled(factor, column) => {
                if sum.terms.len() == MOST_TERMS || column == from {
                    return None;
                }
                sum.terms.push((factor, column));
            }
        }
        Some(sum)
    }

    /// A multiple of the shifted column before, added to something.
    fn approach(&self, next: &Instruction) -> Option<Approach> {
        let (to, a, b, c, sign) = match *next {
            Instruction::MulAdd { to, a, b, c } => (to, a, b, c, 1.0),
            Instruction::MulSub { to, a, b, c } => (to, a, b, c, -1.0),
            _ => return None,
        };
        let (factor, shifted) = scaled(b, c)?;
        let inner = as_scaled(self.back(1)?, shifted).filter(|inner| inner.factor == 1.0)?;
        let alone = self.is_single(shifted) && a != shifted;
        alone.then_some(Approach { to, a, factor: sign * factor, column: inner.column, shift: inner.plus, check: None })
    }

    /// A store of what has been worked out of the variable alone, and the place of that. What is set at once is first worked
    /// out and then stored, one after the other; what lies between only works out and stores other variables, so that it
    /// makes no difference when.
    fn relax(&self, next: &Instruction) -> Option<(Instruction, usize)> {
        let Set { to: Destination::Cell(cell), value, low, high } = as_set(next)? else { return None };
        let Operand::Register(register) = value else { return None };
        for count in 1.. {
            match self.back(count)? {
                Instruction::ScaledSum(sum) if sum.to == Destination::Register(register) => {
                    let Scaled { factor, column, plus } = sum.first;
                    let is_free = low == f64::NEG_INFINITY && high == f64::INFINITY;
                    let fits = sum.terms.is_empty()
                        && column == Operand::Cell(cell)
                        && self.is_single(value)
                        && (sum.check.is_none() || is_free);
                    let relax = Relax { cell, factor, plus, low, high, check: sum.check };
                    return fits.then(|| (Instruction::Relax(Box::new(relax)), self.instructions.len() - count));
                }
                Instruction::ScaledSum(_) => {}
                Instruction::Relax(other) if other.cell != cell => {}
                Instruction::Store {
                    to: Destination::Cell(other), value: Operand::Register(_), mask: None, ..
                } if *other != cell => {}
                _ => return None,
            }
        }
        None
    }

    /// A store of a scaled column.
    fn scaled_store(&self, next: &Instruction) -> Option<Instruction> {
        let mut store = next.clone();
        let Instruction::Store { to, value, scale, .. } = &mut store else { return None };
        let scaled = as_scaled(self.back(1)?, *value)?;
        if !self.is_single(*value) || scaled.plus.to_bits() != NOTHING.to_bits() || to.may_be(&scaled.column) {
            return None;
        }
        *scale *= scaled.factor;
        *value = scaled.column;
        Some(store)
    }

    /// A logistic curve.
    fn sigmoid(&self, next: &Instruction) -> Option<(Instruction, usize)> {
        let Instruction::Binary { op: BinaryOperation::Div, to, a: Operand::Const(scale), b } = *next else {
            return None;
        };
        let below = as_scaled(self.back(1)?, b).filter(|below| below.factor == 1.0)?;
        let exponential = UnaryOperation::Function(UnaryFunction::Exp);
        let Instruction::Unary { op, to: Destination::Register(power), a } = *self.back(2)? else { return None };
        let singles = self.is_single(b) && self.is_single(below.column);
        if op != exponential || below.column != Operand::Register(power) || !singles {
            return None;
        }
        let inner = self.back(3).and_then(|first| as_scaled(first, a));
        let scaled = inner.filter(|inner| self.is_single(a) && inner.plus.to_bits() == NOTHING.to_bits());
        let (factor, x, replaced) = match scaled {
            Some(scaled) => (scaled.factor, scaled.column, 3),
            None if is_column(a) => (1.0, a, 2),
            None => return None,
        };
        Some((Instruction::Sigmoid { to, curve: Curve { scale, plus: below.plus, factor }, x }, replaced))
    }

    /// What happens with the probability that a logistic curve gives.
    fn chance_by_curve(&self, next: &Instruction) -> Option<Instruction> {
        let Instruction::Chance(chance) = next else { return None };
        let Instruction::Sigmoid { to: Destination::Register(register), curve, x } = *self.back(1)? else {
            return None;
        };
        let probability = Operand::Register(register);
        let fits = chance.probability == probability && self.is_single(probability) && chance.mask != Some(probability);
        fits.then(|| Instruction::Chance(Box::new(Chance { probability: x, curve: Some(curve), ..(**chance).clone() })))
    }

    /// A product of which one factor at least is scaled.
    fn product(&self, next: &Instruction) -> Option<(Product, usize)> {
        let Instruction::Binary { op: BinaryOperation::Mul, to, a, b } = *next else { return None };
        if !is_column(a) || !is_column(b) {
            return None;
        }
        let plain = |column| Scaled { factor: 1.0, column, plus: NOTHING };
        let part = |place: usize, column: Operand| {
            self.back(place).and_then(|before| as_scaled(before, column)).filter(|_| self.is_single(column))
        };
        let (first, second, replaced) = match (part(1, a), part(1, b)) {
            (Some(a), _) => match part(2, b) {
                Some(b) => (a, b, 2),
                None => (a, plain(b), 1),
            },
            (None, Some(b)) => match part(2, a) {
                Some(a) => (a, b, 2),
                None => (plain(a), b, 1),
            },
            (None, None) => return None,
        };
        Some((Product { to, a: first, b: second, check: None }, replaced))
    }
}

/// Two stores as changes under one mask.
fn changes(before: &Instruction, next: &Instruction) -> Option<Instruction> {
    let (mut all, mask) = as_changes(before)?;
    let (more, same_mask) = as_changes(next)?;
    // All columns are taken out before the first is changed: none may be read by another change, earlier or later.
    let reads = |one: &Change, to: Destination| to.may_be(&one.value);
    let apart = |part: &Change| all.iter().all(|one| one.to != part.to && !reads(part, one.to) && !reads(one, part.to));
    if mask != same_mask || !more.iter().all(apart) {
        return None;
    }
    all.extend(more);
    // In which order makes no difference: what stays within bounds stands last, what is added as it is first.
    all.sort_by_key(|change| (change.is_bounded(), change.scale != 1.0));
    let (first, second, third) = match all[..] {
        [first, second] => (first, second, None),
        [first, second, third] => (first, second, Some(third)),
        _ => return None,
    };
    Some(Instruction::Changes(Box::new(Changes { first, second, third, mask })))
}

/// A store of a value as it is, in every lane and within fixed bounds.
struct Set {
    to: Destination,
    value: Operand,
    low: f64,
    high: f64,
}

/// The instruction as such a store.
fn as_set(instruction: &Instruction) -> Option<Set> {
    match *instruction {
        Instruction::Store {
            to,
            value,
            scale: 1.0,
            change: false,
            low: Operand::Const(low),
            high: Operand::Const(high),
            mask: None,
        } => Some(Set { to, value, low, high }),
        _ => None,
    }
}

/// An instruction as changes and their mask, if it changes variables within fixed bounds, in the lanes of a mask.
fn as_changes(instruction: &Instruction) -> Option<(Vec<Change>, Operand)> {
    match *instruction {
        Instruction::Changes(ref changes) => {
            let parts = [changes.first, changes.second].into_iter().chain(changes.third).collect();
            Some((parts, changes.mask))
        }
        Instruction::Store {
            to: to @ Destination::Cell(_),
            value,
            scale,
            change: true,
            low: Operand::Const(low),
            high: Operand::Const(high),
            mask: Some(mask),
        } if is_column(mask) => {
            let (value, scale) = match value {
                // A mask is 1 where it holds.
                Operand::Const(number) => (mask, scale * number),
                column if is_column(column) => (column, scale),
                _ => return None,
            };
            (!to.may_be(&value)).then(|| (vec![Change { to, value, scale, low, high }], mask))
        }
        _ => None,
    }
}

/// What adds nothing, not even to −0.
pub(super) const NOTHING: f64 = -0.0;

/// What an instruction adds to another's result.
enum Term {
    Plus(f64),
    Scaled(f64, Operand),
}

/// The instruction as a column times a factor plus a number, if its result is the register that is asked for.
fn as_scaled(instruction: &Instruction, result: Operand) -> Option<Scaled> {
    let sum = as_sum(instruction)?;
    let Destination::Register(register) = sum.to else { return None };
    (result == Operand::Register(register) && sum.terms.is_empty()).then_some(sum.first)
}

/// The instruction as a sum of its own: k·a, or a first step a + k·b, a + k. Not if its value is checked.
fn as_sum(instruction: &Instruction) -> Option<ScaledSum> {
    if let Instruction::ScaledSum(sum) = instruction {
        return sum.check.is_none().then(|| (**sum).clone());
    }
    if let Instruction::Binary { op: BinaryOperation::Mul, to, a, b } = instruction {
        let (factor, column) = scaled(*a, *b)?;
        let first = Scaled { factor, column, plus: NOTHING };
        return Some(ScaledSum { to: *to, first, terms: Vec::new(), check: None });
    }
    let (to, from, term) = as_term(instruction)?;
    if !is_column(from) {
        return None;
    }
    let (terms, plus) = match term {
        Term::Plus(number) => (Vec::new(), number),
        Term::Scaled(factor, column) => (vec![(factor, column)], NOTHING),
    };
    Some(ScaledSum { to, first: Scaled { factor: 1.0, column: from, plus }, terms, check: None })
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
            | Operand::Amount
            | Operand::Arrived
    )
}
