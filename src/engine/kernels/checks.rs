//! Looks for lanes in which a value is not what it must be.

use super::{Source, with};
use crate::processor::at_each_level;

/// The sign.
const SIGN: u64 = 0x8000_0000_0000_0000;

/// Some bits where a value is not finite, else none: a number less itself is 0, infinities and what is no number are then
/// no number.
#[inline(always)]
#[expect(clippy::eq_op, reason = "the difference is not 0 where a value is not finite")]
pub(super) fn not_finite(value: f64) -> u64 {
    (value - value).to_bits()
}

/// `bits` where a mask holds, else none. An and, where a select of integers would be several instructions.
#[inline(always)]
fn where_set(mask: f64, bits: u64) -> u64 {
    if mask != 0.0 { bits } else { 0 }
}

at_each_level! {
    /// Whether some lane of `mask` holds a value that is not finite.
    pub fn any_not_finite(value: Source<'_>, mask: Source<'_>, lanes: usize) -> bool {
        // Whole numbers or-ed together: comparisons would have to be turned back into vectors.
        let mut bad = 0;
        with!(value, lanes, value => match mask {
            Source::Value(mask) => {
                for i in 0..lanes {
                    bad |= not_finite(value(i));
                }
                bad = where_set(mask, bad);
            }
            Source::Column(mask) => {
                for (i, &mask) in mask[..lanes].iter().enumerate() {
                    bad |= where_set(mask, not_finite(value(i)));
                }
            }
        });
        bad != 0
    }

    /// Whether some lane of `mask` holds no probability.
    pub fn any_no_chance(value: Source<'_>, mask: Source<'_>, lanes: usize) -> bool {
        let mut bad = 0;
        with!(mask, lanes, mask => with!(value, lanes, value => for i in 0..lanes {
            // The distance to 0 or to 1 is negative where the value lies outside. + 0 makes −0 a plain 0.
            let value = value(i) + 0.0;
            let outside = (value.to_bits() | (1.0 - value).to_bits()) & SIGN;
            bad |= where_set(mask(i), outside | not_finite(value));
        }));
        bad != 0
    }

    /// Whether some lane of `mask` holds.
    pub fn any(mask: Source<'_>, lanes: usize) -> bool {
        let mut some = 0;
        with!(mask, lanes, mask => for i in 0..lanes {
            some |= mask(i).to_bits();
        });
        // All bits but the sign: −0 is no.
        some & !SIGN != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processor::{Detected, Level};

    /// The checks look at bits; what they mean is plain.
    #[test]
    fn checks_by_bits_say_what_comparisons_say() {
        let values = [0.0, -0.0, 5e-324, 0.5, 1.0, 1.0 + f64::EPSILON, -5e-324, -1.0, f64::MAX, f64::MIN];
        let values = values.into_iter().chain([f64::INFINITY, f64::NEG_INFINITY, f64::NAN, -f64::NAN]);
        for (value, &level) in values.flat_map(|value| Level::available().iter().map(move |level| (value, level))) {
            let level = Detected::from(level);
            // One odd lane among good ones, in a column and alone, under masks that hold there, elsewhere, everywhere.
            let column = [0.25, 0.75, value];
            for source in [Source::Column(&column), Source::Value(value)] {
                for mask in [[1.0, 1.0, 1.0], [0.0, 0.0, 1.0], [1.0, 1.0, 0.0], [0.0, -0.0, 0.0]] {
                    let masked = || (0..3).filter(|&i| mask[i] != 0.0).map(|i| source.at(i));
                    let by_mask = Source::Column(&mask);
                    assert_eq!(any_not_finite(level, source, by_mask, 3), masked().any(|x| !x.is_finite()), "{value}");
                    let no_chance = masked().any(|x| !(0.0..=1.0).contains(&x));
                    assert_eq!(any_no_chance(level, source, by_mask, 3), no_chance, "{value}");
                }
                assert_eq!(any_not_finite(level, source, Source::Value(1.0), 3), !value.is_finite(), "{value}");
                assert!(!any_not_finite(level, source, Source::Value(0.0), 3));
                assert_eq!(any(level, source, 3), (0..3).any(|i| source.at(i) != 0.0), "{value}");
            }
        }
    }
}
