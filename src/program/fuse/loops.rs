//! A loop over areas in which nothing is done but to fold or to shake, as one instruction: several areas are then folded in one
//! pass, and none waits for the loop.

use super::{Fused, Instruction};
use crate::program::instruction::{Areas, FoldAreas, Shake};
use crate::scenario::model::Fold;

impl Fused<'_> {
    /// The whole loop that ends next, if it begins right before the last instruction.
    pub(super) fn whole_loop(&self, next: &Instruction) -> Option<Instruction> {
        let Instruction::Next { list, level, .. } = *next else { return None };
        // Nothing but the end of the loop itself jumps in between.
        let [.., Instruction::Loop { .. }, only] = &self.instructions[..] else { return None };
        let areas = Areas { list, level };
        let fold_areas = |fold, register, value, condition| {
            Instruction::FoldAreas(Box::new(FoldAreas { areas, fold, register, value, condition }))
        };
        match only {
            Instruction::Fold { fold, register, value, filter: None } => {
                Some(fold_areas(*fold, *register, *value, None))
            }
            Instruction::AddWhere(sum) => Some(fold_areas(Fold::Sum, sum.register, sum.value, Some(sum.condition))),
            Instruction::Shake(shake) => {
                Some(Instruction::Shake(Box::new(Shake { areas: Some(areas), ..(**shake).clone() })))
            }
            _ => None,
        }
    }
}
