//! Conditions fused with what asks them: two of which both must hold, and what a sum adds where one holds.

use super::{Destination, Fused, Instruction, Operand};
use crate::program::instruction::{AddWhere, BinaryOperation, Both, Chance, Condition};
use crate::scenario::model::{Comparison, Fold};

impl Fused<'_> {
    /// The comparison of a column with a number, if it stands so many before the next, and nothing else reads its result.
    fn condition(&self, count: usize, result: Operand) -> Option<Condition> {
        let Instruction::Compare { comparison, to: Destination::Register(to), a: column, b: Operand::Const(number) } =
            *self.back(count)?
        else {
            return None;
        };
        let alone = result == Operand::Register(to) && self.is_single(result);
        alone.then_some(Condition { column, comparison, number })
    }

    /// What a sum adds where the comparison before holds.
    pub(super) fn sum_where(&self, next: &Instruction) -> Option<AddWhere> {
        let Instruction::Fold { fold: Fold::Sum | Fold::Mean, register, value, filter: Some(filter) } = *next else {
            return None;
        };
        let condition = self.condition(1, filter)?;
        let others = value != filter && condition.column != Operand::Register(register);
        others.then_some(AddWhere { register, value, condition })
    }

    /// A chance that asks itself how what its curve is of compares with a number, instead of the comparison, a jump where that
    /// holds nowhere, and the chance under its mask, which stand before a jump to the same place where nothing happens.
    pub(super) fn chance_on_its_score(&self, next: &Instruction) -> Option<Instruction> {
        let Instruction::Unless { mask, end } = *next else { return None };
        let Instruction::Chance(chance) = self.back(1)? else { return None };
        let Instruction::Unless { mask: asked, end: nowhere } = *self.back(2)? else { return None };
        let Instruction::Compare { comparison, to: Destination::Register(to), a, b: Operand::Const(number) } =
            *self.back(3)?
        else {
            return None;
        };
        let is_asked_twice = asked == Operand::Register(to) && self.uses.get(to as usize) == Some(&2);
        let is_its_mask = chance.mask == Some(asked) && chance.curve.is_some() && chance.probability == a;
        let goes_on = matches!(chance.to, Destination::Register(to) if mask == Operand::Register(to)) && end == nowhere;
        (is_asked_twice && is_its_mask && goes_on).then(|| {
            Instruction::Chance(Box::new(Chance {
                mask: None,
                on_score: Some((comparison, number)),
                ..(**chance).clone()
            }))
        })
    }

    /// Where two conditions hold, at least one of which is a comparison, and how many instructions that stands for. The other may
    /// be a mask.
    pub(super) fn both(&self, next: &Instruction) -> Option<(Both, usize)> {
        let Instruction::Binary { op: BinaryOperation::And, to, a, b } = *next else { return None };
        let mask = |column| Condition { column, comparison: Comparison::Ne, number: 0.0 };
        let (first, second, replaced) = match (self.condition(1, a), self.condition(1, b)) {
            (Some(first), _) => match self.condition(2, b) {
                Some(second) => (first, second, 2),
                None => (first, mask(b), 1),
            },
            (None, Some(second)) => match self.condition(2, a) {
                Some(first) => (first, second, 2),
                None => (mask(a), second, 1),
            },
            (None, None) => return None,
        };
        Some((Both { to, first, second }, replaced))
    }
}
