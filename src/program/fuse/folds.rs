//! A loop over areas in which nothing is done but to fold, as one instruction: several areas are then folded in one pass.

use super::{Fused, Instruction};
use crate::program::instruction::FoldAreas;
use crate::scenario::model::Fold;

impl Fused<'_> {
    /// The fold before the end of a loop, if the loop begins right before it.
    pub(super) fn fold_areas(&self, next: &Instruction) -> Option<FoldAreas> {
        let Instruction::Next { list, level, .. } = *next else { return None };
        // Nothing but the end of the loop itself jumps in between.
        let [.., Instruction::Loop { .. }, fold] = &self.instructions[..] else { return None };
        match fold {
            Instruction::Fold { fold, register, value, filter: None } => {
                Some(FoldAreas { list, level, fold: *fold, register: *register, value: *value, condition: None })
            }
            Instruction::AddWhere(sum) => Some(FoldAreas {
                list,
                level,
                fold: Fold::Sum,
                register: sum.register,
                value: sum.value,
                condition: Some(sum.condition),
            }),
            _ => None,
        }
    }
}
