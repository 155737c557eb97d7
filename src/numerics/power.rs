//! Powers: [`powi`] by fixed multiplications, [`pow`] for any exponent.

use super::functions::{LN2_HIGH, LN2_LOW, ROUNDER, exp_of_sum, exponent_and_fraction, polynomial};

/// Whole exponents up to this size are done by multiplications.
const LARGEST_BY_MULTIPLICATION: f64 = 64.0;
/// How many binary digits such an exponent has.
const DIGITS: u32 = 7;
/// 1/3 − the double next to 1/3.
const THIRD_LOW: f64 = 1.850371707708594e-17;
/// (artanh(s)/s − 1 − z/3) / z² as a polynomial in z = s², for |s| ≤ (√2 − 1) / (√2 + 1), to 2·10⁻¹⁹ of the whole.
const ARTANH: [f64; 7] = [
    0.20000000000000012,
    0.14285714285669227,
    0.11111111135563621,
    0.09090904121740008,
    0.07692787546278715,
    0.0664297379720748,
    0.06456869645564811,
];

/// x^n for a whole n.
///
/// Up to |n| = 64 by a fixed sequence of multiplications: n's binary digits from the lowest up, squaring x at each, and
/// one division at the end if n is negative. The error is then at most |n| ulp. Beyond, [`pow`]. So `powi(x, n)` always
/// has the bits of `pow(x, n as f64)`. x^0 is 1 for every x but NaN, which stays NaN.
#[inline(always)]
pub fn powi(x: f64, n: i32) -> f64 {
    if n.unsigned_abs() > LARGEST_BY_MULTIPLICATION as u32 {
        return pow(x, f64::from(n));
    }
    whole_power(x, u64::from(n.unsigned_abs()), n < 0)
}

/// x to the power n < 128, or its reciprocal. Every digit of n costs the same, so that lanes with different n agree.
#[inline(always)]
fn whole_power(x: f64, n: u64, reciprocal: bool) -> f64 {
    let mut product = 1.0;
    let mut square = x;
    for digit in 0..DIGITS {
        product *= if (n >> digit) & 1 == 1 { square } else { 1.0 };
        square *= square;
    }
    let power = if reciprocal { 1.0 / product } else { product };
    if x.is_nan() { x } else { power }
}

/// x^y for any real y: [`powi`]'s bits where y is whole and |y| ≤ 64, within 1 ulp elsewhere.
///
/// A negative x with a y that is not whole gives NaN. x^0 is 1, 0^0 and ∞^0 included; 0 to a negative power is ∞. NaN in
/// either place gives NaN. Results below 2^−1022 are rounded on the subnormal grid, except that negative whole powers,
/// as reciprocals, may flush to 0 there.
///
/// ln x is taken to some 2^−64 as a sum of two doubles, multiplied by y likewise, and the sum goes to the exponential
/// (sums and products of pairs as in Dekker 1971).
#[inline(always)]
pub fn pow(x: f64, y: f64) -> f64 {
    let size = y.abs();
    let is_whole = size >= 4503599627370496.0 || (size + ROUNDER) - ROUNDER == size;
    let half = 0.5 * size;
    let is_odd = is_whole && size < 9007199254740992.0 && (half + ROUNDER) - ROUNDER != half;
    let by_multiplication = is_whole && size <= LARGEST_BY_MULTIPLICATION;

    let digits = (size + ROUNDER).to_bits() & 127;
    let whole = whole_power(x, digits, y < 0.0);

    let positive = positive_power(x.abs(), y);
    let signed = if x < 0.0 && is_odd { -positive } else { positive };
    let general = if x < 0.0 && !is_whole { f64::NAN } else { signed };
    let result = if by_multiplication { whole } else { general };
    if x.is_nan() || y.is_nan() { f64::NAN } else { result }
}

/// x^y for x ≥ 0.
#[inline(always)]
fn positive_power(x: f64, y: f64) -> f64 {
    // Beyond 2^65 every x but 1 overflows or vanishes all the same, and the products of pairs stay finite.
    let y = if y > 36893488147419103232.0 { 36893488147419103232.0 } else { y };
    let y = if y < -36893488147419103232.0 { -36893488147419103232.0 } else { y };
    let (high, low) = ln_pair(x);
    let (product, error) = multiply(y, high);
    let low = if product.abs() < 746.0 { error + y * low } else { 0.0 };
    let power = exp_of_sum(product, low);
    let at_zero = if y > 0.0 { 0.0 } else { f64::INFINITY };
    let at_infinity = if y > 0.0 { f64::INFINITY } else { 0.0 };
    let power = if x == 0.0 { at_zero } else { power };
    let power = if x == f64::INFINITY { at_infinity } else { power };
    if y == 0.0 { 1.0 } else { power }
}

/// ln x for a positive finite x as a sum of two doubles, to some 2^−64 of it.
#[inline(always)]
fn ln_pair(x: f64) -> (f64, f64) {
    let (k, m) = exponent_and_fraction(x);
    // s = (m − 1) / (m + 1) as a pair; m − 1 is exact.
    let f = m - 1.0;
    let (d, d_low) = add(m, 1.0);
    let s = f / d;
    let (p, p_low) = multiply(s, d);
    let s_low = (((f - p) - p_low) - s * d_low) / d;
    // z = s², t = artanh(s)/s − 1 = z/3 + z² (…).
    let (z, z_error) = multiply(s, s);
    let z_low = z_error + 2.0 * s * s_low;
    let third = 1.0 / 3.0;
    let (a, a_error) = multiply(z, third);
    let (t, t_error) = add(a, z * z * polynomial(&ARTANH, z));
    let t_low = t_error + (a_error + (z * THIRD_LOW + z_low * third));
    // ln m = 2 s (1 + t).
    let (b, b_error) = multiply(2.0 * s, t);
    let b_low = b_error + (2.0 * s * t_low + 2.0 * s_low * t);
    let (c, c_error) = add(2.0 * s, b);
    let c_low = c_error + (2.0 * s_low + b_low);
    // ln x = k ln 2 + ln m.
    let (sum, sum_error) = add(k * LN2_HIGH, c);
    let low = sum_error + (k * LN2_LOW + c_low);
    add(sum, low)
}

/// a + b and what its rounding lost (Knuth).
#[inline(always)]
fn add(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_part = sum - a;
    (sum, (a - (sum - b_part)) + (b - b_part))
}

/// a · b and what its rounding lost (Dekker), for |a|, |b| < 2^990.
#[inline(always)]
fn multiply(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    let (a_high, a_low) = halves(a);
    let (b_high, b_low) = halves(b);
    let error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
    (product, error)
}

/// a as a sum of two doubles of 26 bits (Veltkamp).
#[inline(always)]
fn halves(a: f64) -> (f64, f64) {
    let shifted = 134217729.0 * a;
    let high = shifted - (shifted - a);
    (high, a - high)
}
