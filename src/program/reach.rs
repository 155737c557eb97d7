//! What an instruction reads, what it writes, and where it may go on.

use super::instruction::{Changes, Instruction, Start, ValueCheck};
use super::operand::{Destination, Operand};

impl Instruction {
    /// Calls `f` with every operand that is read.
    pub fn for_each_operand(&mut self, f: &mut dyn FnMut(&mut Operand)) {
        match self {
            Self::Unary { a, .. } => f(a),
            Self::Binary { a, b, .. } | Self::Compare { a, b, .. } => [a, b].into_iter().for_each(&mut *f),
            Self::MulAdd { a, b, c, .. } | Self::MulSub { a, b, c, .. } | Self::Select { a, b, c, .. } => {
                [a, b, c].into_iter().for_each(&mut *f);
            }
            Self::ScaledSum(sum) => {
                f(&mut sum.first.column);
                sum.terms.iter_mut().for_each(|(_, column)| f(column));
            }
            Self::Product(product) => {
                [&mut product.a.column, &mut product.b.column].into_iter().for_each(&mut *f);
            }
            Self::Approach(approach) => {
                [&mut approach.a, &mut approach.column].into_iter().for_each(&mut *f);
            }
            Self::Shake(shake) => match &mut shake.start {
                Start::Of(column) | Start::Itself(Some((_, column))) => f(column),
                Start::Itself(None) => {}
            },
            Self::Sigmoid { x, .. } => f(x),
            Self::Changes(changes) => {
                let Changes { first, second, third, mask } = &mut **changes;
                let values = [first, second].into_iter().chain(third).map(|change| &mut change.value);
                values.chain([mask]).for_each(&mut *f);
            }
            Self::Chance(chance) => std::iter::once(&mut chance.probability).chain(&mut chance.mask).for_each(&mut *f),
            Self::Check { value, mask, .. } | Self::CheckChance { value, mask, .. } => {
                std::iter::once(value).chain(mask).for_each(&mut *f);
            }
            Self::Store { value, low, high, mask, .. } => [value, low, high].into_iter().chain(mask).for_each(&mut *f),
            Self::Scatter { area, value, low, high, mask, .. } => {
                [area, value, low, high].into_iter().chain(mask).for_each(&mut *f);
            }
            Self::Fold { value, filter, .. } => std::iter::once(value).chain(filter).for_each(&mut *f),
            Self::AddWhere(sum) => [&mut sum.value, &mut sum.condition.column].into_iter().for_each(&mut *f),
            Self::FoldAreas(all) => {
                let column = all.condition.iter_mut().map(|condition| &mut condition.column);
                std::iter::once(&mut all.value).chain(column).for_each(&mut *f);
            }
            Self::Both(both) => [&mut both.first.column, &mut both.second.column].into_iter().for_each(&mut *f),
            Self::Blend { value, mask, .. } => [value, mask].into_iter().for_each(&mut *f),
            Self::Send(send) => {
                std::iter::once(&mut send.amount).chain(&mut send.fields).chain(&mut send.mask).for_each(&mut *f);
            }
            Self::Fired { mask, .. } => mask.iter_mut().for_each(&mut *f),
            Self::Unless { mask, .. } => f(mask),
            Self::Sample(sample) => {
                let parent = sample.parent.iter_mut().flat_map(|(z, rho)| [z, rho]);
                sample
                    .parameters
                    .iter_mut()
                    .chain(&mut sample.low)
                    .chain(&mut sample.high)
                    .chain(parent)
                    .for_each(&mut *f);
            }
            Self::Relax(_) | Self::Draw { .. } | Self::Within { .. } | Self::Loop { .. } | Self::Next { .. } => {}
        }
        self.check_mut().and_then(|check| check.mask.as_mut()).into_iter().for_each(f);
    }

    /// The check that is part of it, if any.
    pub fn check_mut(&mut self) -> Option<&mut ValueCheck> {
        match self {
            Self::ScaledSum(sum) => sum.check.as_mut(),
            Self::Product(product) => product.check.as_mut(),
            Self::Approach(approach) => approach.check.as_mut(),
            Self::Shake(shake) => shake.check.as_mut(),
            Self::Relax(relax) => relax.check.as_mut(),
            _ => None,
        }
    }

    /// The place at which it fails lanes, if it may.
    pub fn place_mut(&mut self) -> Option<&mut u32> {
        match self {
            Self::Check { place, .. } | Self::CheckChance { place, .. } => Some(place),
            Self::Sample(sample) => Some(&mut sample.place),
            other => other.check_mut().map(|check| &mut check.place),
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
