//! The elementary functions: [`exp`], [`ln`], [`logistic`], [`pow`], [`powi`], [`norm_cdf`], [`norm_inverse`].
//!
//! They are scalar and free of branches. A loop such as `for i in 0..n { out[i] = exp(x[i]) }` is compiled to packed
//! instructions, and gives the same bits as a single call. The stated errors are the largest seen against references of
//! 50 digits (`tests/data/functions.csv` holds a sample of them), rounded up. An ulp is the distance between neighbouring
//! doubles at the result.
//!
//! The polynomials are near-minimax: interpolated at Chebyshev points in 60 digits, then rounded.

pub use super::normal::{norm_cdf, norm_inverse};
pub use super::power::{pow, powi};

/// log2(e).
const LOG2_E: f64 = std::f64::consts::LOG2_E;
/// The first 40 bits of ln 2: an exponent times this is exact.
pub(super) const LN2_HIGH: f64 = 0.6931471805592082;
/// ln 2 − [`LN2_HIGH`].
pub(super) const LN2_LOW: f64 = 7.371002565167799e-13;
/// 1.5·2^52: adding it rounds to a whole number, which then stands in the low bits.
pub(super) const ROUNDER: f64 = 6755399441055744.0;
/// The bits of the square root of ½.
const SQRT_HALF_BITS: u64 = 0x3fe6_a09e_667f_3bcd;
/// The bits of a mantissa.
const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;
/// The bits of 1.
const ONE_BITS: u64 = 0x3ff0_0000_0000_0000;
/// The bits of 2^52: a small integer put into its mantissa is that integer plus 2^52.
const TWO_52_BITS: u64 = 0x4330_0000_0000_0000;

/// (e^r − 1 − r) / r² for |r| ≤ ½ ln 2, to 4·10⁻¹⁹ of e^r.
const EXP: [f64; 11] = [
    0.5,
    0.1666666666666667,
    0.04166666666666667,
    0.008333333333326136,
    0.0013888888888883748,
    0.00019841269874820627,
    2.4801587325547743e-05,
    2.7557255400206422e-06,
    2.75572736431103e-07,
    2.5105217004720745e-08,
    2.0914686968086876e-09,
];

/// (2 artanh(s) / s − 2) / s² as a polynomial in s², for |s| ≤ (√2 − 1) / (√2 + 1), to 5·10⁻¹⁸.
const LN: [f64; 7] = [
    0.666666666666667,
    0.3999999999989938,
    0.28571428626031065,
    0.2222221112572281,
    0.18182889786191042,
    0.15331699633543858,
    0.14616721179861816,
];

/// The polynomial with these coefficients, constant first, by Horner's rule.
#[inline(always)]
pub(super) fn polynomial<const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    let mut sum = coefficients[N - 1];
    for c in coefficients[..N - 1].iter().rev() {
        sum = sum * x + c;
    }
    sum
}

/// The polynomial [`EXP`] by Estrin's scheme (1960): pairs, then pairs of pairs. Horner's rule waits for each step before
/// the next, which made it the slowest instruction of a policy.
#[inline(always)]
fn exp_polynomial(x: f64, square: f64) -> f64 {
    let [a, b, c, d, e, f, g, h, i, j, k] = EXP;
    let fourth = square * square;
    let low = (a + b * x) + (c + d * x) * square;
    let middle = (e + f * x) + (g + h * x) * square;
    let high = (i + j * x) + k * square;
    (low + middle * fourth) + high * (fourth * fourth)
}

/// e^x, within 1 ulp.
///
/// Above 709.78… it is infinite; below −745.13… it is 0. Results below 2^−1022 lose digits gradually and stay within
/// 1 ulp of the subnormal grid. NaN gives NaN.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    exp_of_sum(x, 0.0)
}

/// e^(x + low), where `low` is a small correction of x (|low| < 10⁻⁴), so that x may be known beyond 53 bits.
///
/// x = n ln 2 + r with |r| ≤ ½ ln 2; ln 2 in two parts keeps r exact to some 2^−90 (Cody & Waite 1980).
#[inline(always)]
pub(super) fn exp_of_sum(x: f64, low: f64) -> f64 {
    finish_exp(reduce_exp(x, low))
}

/// An exponential half worked out: e^(r + lost), to be scaled by a power of 2.
///
/// Columns may be worked out in two loops with this between them. The operations are the same as in one loop, but a
/// processor holds those of more lanes at once, so that fewer of its units wait for a result.
#[derive(Clone, Copy, Debug)]
pub struct ReducedExp {
    /// What is left of the exponent.
    pub r: f64,
    /// What rounding took from it.
    pub lost: f64,
    /// The power of 2, in the low bits.
    pub power: f64,
}

/// The first half of [`exp_of_sum`].
#[inline(always)]
pub fn reduce_exp(x: f64, low: f64) -> ReducedExp {
    // Beyond these limits the result is infinite or 0 already. NaN passes through both.
    let x = if x > 710.0 { 710.0 } else { x };
    let x = if x < -746.0 { -746.0 } else { x };
    let rounded = x * LOG2_E + ROUNDER;
    let n = rounded - ROUNDER;
    let high = x - n * LN2_HIGH;
    let rest = n * LN2_LOW - low;
    let r = high - rest;
    let lost = (high - r) - rest;
    ReducedExp { r, lost, power: rounded }
}

/// The second half of [`exp_of_sum`].
#[inline(always)]
pub fn finish_exp(reduced: ReducedExp) -> f64 {
    let ReducedExp { r, lost, power: rounded } = reduced;
    let square = r * r;
    let power = 1.0 + (r + (lost + square * exp_polynomial(r, square)));
    // 2^n in two factors, so that results below 2^-1022 are rounded once, at the last product.
    let exponent = rounded.to_bits().wrapping_sub(ROUNDER.to_bits() - 2046);
    let first = exponent >> 1;
    let second = exponent.wrapping_sub(first);
    power * f64::from_bits(first << 52) * f64::from_bits(second << 52)
}

/// The natural logarithm, within 1 ulp, subnormal arguments included.
///
/// ln 0 is −∞, of a negative number NaN, of ∞ ∞; NaN gives NaN.
///
/// With x = 2^k (1 + f), √½ ≤ 1 + f < √2 and s = f / (2 + f): ln(1 + f) = 2 artanh(s), arranged around f − f²/2 so
/// that only small terms are rounded twice.
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    let (k, m) = exponent_and_fraction(x);
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let rest = z * polynomial(&LN, z);
    let half_square = 0.5 * f * f;
    let result = k * LN2_HIGH - ((half_square - (s * (half_square + rest) + k * LN2_LOW)) - f);
    let result = if x > 0.0 { result } else { f64::NAN };
    let result = if x == 0.0 { f64::NEG_INFINITY } else { result };
    if x == f64::INFINITY { x } else { result }
}

/// k and m with x = 2^k m and √½ ≤ m < √2, for a positive finite x; anything for other x.
#[inline(always)]
pub(super) fn exponent_and_fraction(x: f64) -> (f64, f64) {
    let is_small = x < f64::MIN_POSITIVE;
    let scaled = if is_small { x * 18014398509481984.0 } else { x };
    let shifted = scaled.to_bits().wrapping_add(ONE_BITS - SQRT_HALF_BITS);
    let bias = if is_small { 4503599627370496.0 + 1077.0 } else { 4503599627370496.0 + 1023.0 };
    let k = f64::from_bits((shifted >> 52) | TWO_52_BITS) - bias;
    (k, f64::from_bits((shifted & MANTISSA).wrapping_add(SQRT_HALF_BITS)))
}

/// The logistic function 1 / (1 + e^−x), within 2 ulp, for x from −745 up; 0 and 1 beyond. NaN gives NaN.
///
/// Exactly: with e = exp(−|x|), it is 1 / (1 + e) from 0 up and e / (1 + e) below, so it neither overflows nor loses
/// its small values.
#[inline(always)]
pub fn logistic(x: f64) -> f64 {
    let e = exp(-x.abs());
    let part = if x < 0.0 { e } else { 1.0 };
    part / (1.0 + e)
}
