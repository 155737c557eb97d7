//! Writing a variable: clamped to its bounds, in the lanes of a mask.

use super::checks::not_finite;
use super::{NOTHING, Source, UNSENT, each, masked, replace, update, with};
use crate::processor::at_each_level;
use crate::program::instruction;

/// What a store writes.
#[derive(Clone, Copy)]
pub struct Storing<'a> {
    /// What is stored or added, before it is scaled.
    pub value: Source<'a>,
    /// What it is multiplied by.
    pub scale: f64,
    /// Whether it is added.
    pub change: bool,
    /// The least value.
    pub low: Source<'a>,
    /// The greatest value.
    pub high: Source<'a>,
    /// Which lanes are written.
    pub mask: Source<'a>,
}

impl Storing<'_> {
    /// What stands in one lane afterwards.
    #[inline(always)]
    pub fn after(&self, lane: usize, old: f64) -> f64 {
        let value = self.scale * self.value.at(lane);
        let new = if self.change { old + value } else { value };
        if self.mask.at(lane) != 0.0 { clamp(new, self.low.at(lane), self.high.at(lane)) } else { old }
    }
}

/// A value clamped: low first, then high.
#[inline(always)]
pub(super) fn clamp(value: f64, low: f64, high: f64) -> f64 {
    let value = if value < low { low } else { value };
    if value > high { high } else { value }
}

/// What is added to a column, and how.
#[derive(Clone, Copy)]
pub struct Change<'a> {
    /// What is added, before it is scaled.
    pub value: &'a [f64],
    /// What it is multiplied by, and between which bounds the column stays.
    pub by: &'a instruction::Change,
}

impl Change<'_> {
    /// What stands in a lane afterwards. `PLAIN` says that it is scaled by 1.
    #[inline(always)]
    fn after<const PLAIN: bool, const BOUNDED: bool>(&self, i: usize, old: f64, holds: bool) -> f64 {
        let instruction::Change { scale, low, high, .. } = *self.by;
        // Worked out in every lane, since what is only worked out in some becomes a branch.
        let change = if PLAIN { self.value[i] } else { scale * self.value[i] };
        let new = old + if holds { change } else { NOTHING };
        if BOUNDED { clamp(new, low, high) } else { new }
    }
}

/// The lanes that are changed.
#[derive(Clone, Copy)]
pub enum Changed<'a> {
    /// Where a mask is not 0.
    Mask(&'a [f64]),
    /// Where an amount was sent.
    Sent(&'a [f64]),
}

/// Whether a lane is changed: where a mask is not 0, or where an amount was `SENT`.
#[inline(always)]
fn holds<const SENT: bool>(mask: f64) -> bool {
    if SENT { mask.to_bits() != UNSENT } else { mask != 0.0 }
}

#[inline(always)]
fn write_two<const SENT: bool, const PLAIN: bool, const FIRST: bool, const SECOND: bool>(
    a: &mut [f64],
    b: &mut [f64],
    changes: &[Change<'_>; 2],
    mask: &[f64],
) {
    let lanes = a.len();
    let (b, mask) = (&mut b[..lanes], &mask[..lanes]);
    let changes = changes.map(|change| Change { value: &change.value[..lanes], ..change });
    for i in 0..lanes {
        a[i] = changes[0].after::<PLAIN, FIRST>(i, a[i], holds::<SENT>(mask[i]));
        b[i] = changes[1].after::<false, SECOND>(i, b[i], holds::<SENT>(mask[i]));
    }
}

#[inline(always)]
fn write_three<const SENT: bool, const PLAIN: bool, const FIRST: bool, const SECOND: bool, const THIRD: bool>(
    a: &mut [f64],
    b: &mut [f64],
    c: &mut [f64],
    changes: &[Change<'_>; 3],
    mask: &[f64],
) {
    let lanes = a.len();
    let (b, c, mask) = (&mut b[..lanes], &mut c[..lanes], &mask[..lanes]);
    let changes = changes.map(|change| Change { value: &change.value[..lanes], ..change });
    for i in 0..lanes {
        a[i] = changes[0].after::<PLAIN, FIRST>(i, a[i], holds::<SENT>(mask[i]));
        b[i] = changes[1].after::<false, SECOND>(i, b[i], holds::<SENT>(mask[i]));
        c[i] = changes[2].after::<false, THIRD>(i, c[i], holds::<SENT>(mask[i]));
    }
}

at_each_level! {
    /// Two changes in the same lanes, in one pass. Of most variables nothing bounds the changes: those that something bounds
    /// stand last, and what is added as it is first, so that there are few cases.
    pub fn change_two(a: &mut [f64], b: &mut [f64], changes: &[Change<'_>; 2], changed: Changed<'_>) {
        macro_rules! write {
            ($($constants:literal),+) => {
                match (changed, changes[0].by.scale == 1.0) {
                    (Changed::Mask(mask), false) => write_two::<false, false, $($constants),+>(a, b, changes, mask),
                    (Changed::Mask(mask), true) => write_two::<false, true, $($constants),+>(a, b, changes, mask),
                    (Changed::Sent(amount), false) => write_two::<true, false, $($constants),+>(a, b, changes, amount),
                    (Changed::Sent(amount), true) => write_two::<true, true, $($constants),+>(a, b, changes, amount),
                }
            };
        }
        match changes.each_ref().map(|change| change.by.is_bounded()) {
            [false, false] => write!(false, false),
            [false, true] => write!(false, true),
            _ => write!(true, true),
        }
    }

    /// Three of them.
    pub fn change_three(a: &mut [f64], b: &mut [f64], c: &mut [f64], changes: &[Change<'_>; 3], changed: Changed<'_>) {
        macro_rules! write {
            ($($constants:literal),+) => {
                match (changed, changes[0].by.scale == 1.0) {
                    (Changed::Mask(mask), false) => write_three::<false, false, $($constants),+>(a, b, c, changes, mask),
                    (Changed::Mask(mask), true) => write_three::<false, true, $($constants),+>(a, b, c, changes, mask),
                    (Changed::Sent(amount), false) => write_three::<true, false, $($constants),+>(a, b, c, changes, amount),
                    (Changed::Sent(amount), true) => write_three::<true, true, $($constants),+>(a, b, c, changes, amount),
                }
            };
        }
        match changes.each_ref().map(|change| change.by.is_bounded()) {
            [false, false, false] => write!(false, false, false),
            [false, false, true] => write!(false, false, true),
            _ => write!(true, true, true),
        }
    }

    /// out = clamp(k · out + c). Tells whether a lane is not finite, before it is clamped, if `CHECKED`.
    pub fn relax<const CHECKED: bool>(out: &mut [f64], factor: f64, plus: f64, low: f64, high: f64) -> bool {
        let mut bad = 0;
        update!(out, i, old => {
            let value = factor * old + plus;
            if CHECKED {
                bad |= not_finite(value);
            }
            clamp(value, low, high)
        });
        bad != 0
    }

    /// out = clamp(scale · value), or clamp(out + scale · value), where mask. What stands in `out` lies within the bounds.
    pub fn store(out: &mut [f64], storing: Storing<'_>) {
        let lanes = out.len();
        let Storing { value, scale, change, low, high, mask } = storing;
        let everywhere = !change && matches!(mask, Source::Value(mask) if mask != 0.0);
        match (low, high) {
            // What stood there before need not even be read.
            (Source::Value(low), Source::Value(high)) if everywhere => {
                with!(value, lanes, value => each!(&mut *out, i => clamp(scale * value(i), low, high)));
            }
            (Source::Value(f64::NEG_INFINITY), Source::Value(f64::INFINITY)) => {
                with!(mask, lanes, mask => with!(value, lanes, value => if change {
                    update!(&mut *out, i, old => old + masked(mask(i), scale * value(i)));
                } else {
                    replace!(out, i => mask(i) != 0.0, scale * value(i));
                }));
            }
            (Source::Value(low), Source::Value(high)) => {
                with!(mask, lanes, mask => with!(value, lanes, value => if change {
                    update!(&mut *out, i, old => clamp(old + masked(mask(i), scale * value(i)), low, high));
                } else {
                    replace!(out, i => mask(i) != 0.0, clamp(scale * value(i), low, high));
                }));
            }
            // Bounds that are a run's own are rare; every combination of columns and numbers would be a loop of its own.
            _ => update!(out, i, old => storing.after(i, old)),
        }
    }
}
