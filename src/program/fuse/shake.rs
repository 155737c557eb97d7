//! A draw, the step that it shakes and the store of that, fused: the draw is then never written to memory.

use super::{Destination, Fused, Instruction, Operand, Set, Term, as_set, as_term};
use crate::program::instruction::{Shake, Start};
use crate::scenario::model::DrawKind;

/// Whether a number is neither so great nor so small that a draw's units, 2^53, bring it beyond what a number can be.
fn is_usual(number: f64) -> bool {
    number == 0.0 || (1e-250..1e250).contains(&number.abs())
}

impl Fused<'_> {
    /// A store of the step before, which is a multiple of the shifted uniform draw before that, and how many instructions the
    /// whole stands for.
    pub(super) fn shake(&self, next: &Instruction) -> Option<(Shake, usize)> {
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
        if !alone || !goes_on || step.a == step.column || !is_usual(step.factor) || !is_usual(step.shift) {
            return None;
        }
        let (start, replaced) = match self.drift(to, step.a) {
            Some(drift) => (Start::Itself(Some(drift)), 3),
            None if self.places.is(to, step.a) => (Start::Itself(None), 2),
            None if self.places.may_be(to, step.a) => return None,
            None => (Start::Of(step.a), 2),
        };
        let (factor, shift, check) = (step.factor, step.shift, step.check);
        let areas = None;
        Some((Shake { to, start, factor, shift, streams, level, low, high, check, areas }, replaced))
    }

    /// What has been added, three instructions before the next, to what stands where the result will go.
    fn drift(&self, to: Destination, shaken: Operand) -> Option<(f64, Operand)> {
        let (Destination::Register(made), before, Term::Scaled(factor, column)) = as_term(self.back(3)?)? else {
            return None;
        };
        let alone = shaken == Operand::Register(made) && self.is_single(shaken);
        (alone && self.places.is(to, before) && !self.places.may_be(to, column)).then_some((factor, column))
    }
}
