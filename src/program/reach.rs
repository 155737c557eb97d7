//! What an instruction reads, what it writes, and where it may go on.

use super::instruction::{Changes, Instruction, Start};
use super::operand::{Destination, Operand};

impl Instruction {
    /// Calls `f` with every operand that is read.
    pub fn for_each_operand(&mut self, f: &mut dyn FnMut(&mut Operand)) {
        match self {
            Self::Unary { a, .. } => f(a),
            Self::Binary { a, b, .. } | Self::Compare { a, b, .. } => [a, b].into_iter().for_each(f),
            Self::MulAdd { a, b, c, .. } | Self::MulSub { a, b, c, .. } | Self::Select { a, b, c, .. } => {
                [a, b, c].into_iter().for_each(f);
            }
            Self::ScaledSum(sum) => {
                f(&mut sum.first.column);
                sum.terms.iter_mut().for_each(|(_, column)| f(column));
                sum.check.iter_mut().flat_map(|check| &mut check.mask).for_each(f);
            }
            Self::Product(product) => {
                [&mut product.a.column, &mut product.b.column].into_iter().for_each(&mut *f);
                product.check.iter_mut().flat_map(|check| &mut check.mask).for_each(f);
            }
            Self::Approach(approach) => {
                [&mut approach.a, &mut approach.column].into_iter().for_each(&mut *f);
                approach.check.iter_mut().flat_map(|check| &mut check.mask).for_each(f);
            }
            Self::Shake(shake) => {
                match &mut shake.start {
                    Start::Of(column) | Start::Itself(Some((_, column))) => f(column),
                    Start::Itself(None) => {}
                }
                shake.check.iter_mut().flat_map(|check| &mut check.mask).for_each(f);
            }
            Self::Sigmoid { x, .. } => f(x),
            Self::Changes(changes) => {
                let Changes { first, second, third, mask } = &mut **changes;
                let values = [first, second].into_iter().chain(third).map(|change| &mut change.value);
                values.chain([mask]).for_each(f);
            }
            Self::Chance(chance) => std::iter::once(&mut chance.probability).chain(&mut chance.mask).for_each(f),
            Self::Check { value, mask, .. } | Self::CheckChance { value, mask, .. } => {
                std::iter::once(value).chain(mask).for_each(f);
            }
            Self::Store { value, low, high, mask, .. } => [value, low, high].into_iter().chain(mask).for_each(f),
            Self::Scatter { area, value, low, high, mask, .. } => {
                [area, value, low, high].into_iter().chain(mask).for_each(f);
            }
            Self::Fold { value, filter, .. } => std::iter::once(value).chain(filter).for_each(f),
            Self::AddWhere(sum) => [&mut sum.value, &mut sum.condition.column].into_iter().for_each(f),
            Self::FoldAreas(all) => {
                let column = all.condition.iter_mut().map(|condition| &mut condition.column);
                std::iter::once(&mut all.value).chain(column).for_each(f);
            }
            Self::Both(both) => [&mut both.first.column, &mut both.second.column].into_iter().for_each(f),
            Self::Blend { value, mask, .. } => [value, mask].into_iter().for_each(f),
            Self::Send(send) => {
                std::iter::once(&mut send.amount).chain(&mut send.fields).chain(&mut send.mask).for_each(f);
            }
            Self::Fired { mask, .. } => mask.iter_mut().for_each(f),
            Self::Unless { mask, .. } => f(mask),
            Self::Sample(sample) => {
                let parent = sample.parent.iter_mut().flat_map(|(z, rho)| [z, rho]);
                sample.parameters.iter_mut().chain(&mut sample.low).chain(&mut sample.high).chain(parent).for_each(f);
            }
            Self::Relax(relax) => relax.check.iter_mut().flat_map(|check| &mut check.mask).for_each(f),
            Self::Draw { .. } | Self::Within { .. } | Self::Loop { .. } | Self::Next { .. } => {}
        }
    }

    /// The column that is written whole, if any.
    pub fn destination_mut(&mut self) -> Option<&mut Destination> {
        match self {
            Self::Unary { to, .. }
            | Self::Binary { to, .. }
            | Self::Compare { to, .. }
            | Self::MulAdd { to, .. }
            | Self::MulSub { to, .. }
            | Self::Select { to, .. }
            | Self::Draw { to, .. }
            | Self::Sigmoid { to, .. }
            | Self::Store { to, .. } => Some(to),
            Self::ScaledSum(sum) => Some(&mut sum.to),
            Self::Both(both) => Some(&mut both.to),
            Self::Product(product) => Some(&mut product.to),
            Self::Approach(approach) => Some(&mut approach.to),
            Self::Shake(shake) => Some(&mut shake.to),
            Self::Chance(chance) => Some(&mut chance.to),
            _ => None,
        }
    }

    /// The register that is changed in place, if any.
    pub fn in_place_mut(&mut self) -> Option<&mut u32> {
        match self {
            Self::Fold { register, .. } | Self::Blend { register, .. } => Some(register),
            Self::AddWhere(sum) => Some(&mut sum.register),
            Self::FoldAreas(all) => Some(&mut all.register),
            _ => None,
        }
    }

    /// The instruction at which it may go on instead of the next.
    pub fn target_mut(&mut self) -> Option<&mut u32> {
        match self {
            Self::Within { end, .. } | Self::Unless { end, .. } | Self::Loop { end, .. } => Some(end),
            Self::Next { start, .. } => Some(start),
            _ => None,
        }
    }
}
