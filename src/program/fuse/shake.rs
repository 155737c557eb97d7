//! A draw, the step that it shakes and the store of that, fused: the draw is then never written to memory.

use super::{Destination, Fused, Instruction, Operand, Set, as_set};
use crate::program::instruction::Shake;
use crate::scenario::model::DrawKind;

impl Fused {
    /// A store of the step before, which is a multiple of the shifted uniform draw before that.
    pub(super) fn shake(&self, next: &Instruction) -> Option<Shake> {
        let Set { to, value, low, high } = as_set(next)?;
        let Instruction::Approach(step) = self.back(1)? else { return None };
        let Instruction::Draw { to: Destination::Register(drawn), kind: DrawKind::Uniform, streams, level } =
            *self.back(2)?
        else {
            return None;
        };
        let alone = self.is_single(value) && self.is_single(step.column);
        let goes_on = matches!(step.to, Destination::Register(made) if value == Operand::Register(made))
            && step.column == Operand::Register(drawn);
        // Where a check fails, the value is worked out once more to find the lanes: what it comes from must still be there.
        let keeps = !to.may_be(&step.a) && step.a != step.column;
        (alone && goes_on && keeps).then_some(Shake {
            to,
            a: step.a,
            factor: step.factor,
            shift: step.shift,
            streams,
            level,
            low,
            high,
            check: step.check,
        })
    }
}
