//! An exponential of few digits, for questions whose answer is nearly always plain: an adaptive predicate (Shewchuk 1997)
//! asks it first and works the exact way only where the answer could depend on what is missing.

/// The largest size of an exponent that [`exp`] takes.
pub const LIMIT: f32 = 80.0;

/// How far [`exp`] may be off, as a share of the result.
///
/// The exponent loses up to 80 · 2^−24 in each of three roundings (in x, in n ln 2 and in what is left), some 1.5 · 10⁻⁵ in
/// all; the polynomial is within 3 · 10⁻⁶, and its roundings add less than 10⁻⁶.
pub const ERROR: f32 = 2.5e-5;

/// Adding this rounds to a whole number, which then stands in the low bits.
const ROUNDER: f32 = 12_582_912.0;

/// e^x within [`ERROR`], for |x| ≤ [`LIMIT`]; anything beyond.
///
/// x = n ln 2 + r with |r| ≤ ½ ln 2; the polynomial has the least relative error of all of degree 4.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let rounded = x * std::f32::consts::LOG2_E + ROUNDER;
    let r = x - (rounded - ROUNDER) * std::f32::consts::LN_2;
    let square = r * r;
    let power = (0.999_999_3 + 0.999_963_4 * r) + square * ((0.500_043_6 + 0.167_909_07 * r) + square * 0.041_458_603);
    let scale = rounded.to_bits().wrapping_sub(ROUNDER.to_bits() - 127) << 23;
    power * f32::from_bits(scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rough_exponential_is_as_near_as_it_says() {
        let mut largest: f64 = 0.0;
        let mut x = -f64::from(LIMIT);
        while x <= f64::from(LIMIT) {
            let near = super::super::functions::exp(x);
            largest = largest.max((f64::from(exp(x as f32)) / near - 1.0).abs());
            x += 1.7e-5;
        }
        assert!(largest < f64::from(ERROR), "{largest:e}");
        assert!(largest > 0.2 * f64::from(ERROR), "the bound is far too careful: {largest:e}");
    }
}
