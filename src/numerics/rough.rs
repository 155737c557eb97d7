//! A power of two of few digits, for questions whose answer is nearly always plain: an adaptive predicate (Shewchuk 1997)
//! asks it first and works the exact way only where the answer could depend on what is missing.

/// The largest size of an exponent that [`exp2`] takes.
pub const LIMIT: f32 = 115.0;

/// How far [`exp2`] may be off, as a share of the result: its polynomial is within 3 · 10⁻⁶, and its roundings add less than
/// 10⁻⁶.
pub const ERROR: f32 = 4e-6;

/// Adding this rounds to a whole number, which then stands in the low bits.
const ROUNDER: f32 = 12_582_912.0;

/// 2^x within [`ERROR`], for |x| ≤ [`LIMIT`]; anything beyond.
///
/// x = n + r with |r| ≤ ½, exactly; the polynomial has the least relative error of all of degree 4. n is added to its exponent.
#[inline(always)]
pub fn exp2(x: f32) -> f32 {
    let rounded = x + ROUNDER;
    let r = x - (rounded - ROUNDER);
    let power = 0.999_999_3 + r * (0.693_121_8 + r * (0.240_247_46 + r * (0.055_917_86 + r * 0.009_570_1)));
    f32::from_bits(power.to_bits().wrapping_add(rounded.to_bits() << 23))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rough_power_is_as_near_as_it_says() {
        let mut largest: f64 = 0.0;
        let mut x = -f64::from(LIMIT);
        while x <= f64::from(LIMIT) {
            let single = x as f32;
            let near = super::super::functions::exp(f64::from(single) * std::f64::consts::LN_2);
            largest = largest.max((f64::from(exp2(single)) / near - 1.0).abs());
            x += 1.7e-5;
        }
        assert!(largest < f64::from(ERROR), "{largest:e}");
        assert!(largest > 0.2 * f64::from(ERROR), "the bound is far too careful: {largest:e}");
    }
}
