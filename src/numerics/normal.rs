//! The normal distribution's function and its inverse.

use super::functions::{exp_of_sum, ln, polynomial};

/// The largest double below 1.
const BELOW_ONE: f64 = 1.0 - f64::EPSILON / 2.0;
/// Where the inverse changes from its centre to its tails: 0.4² around u = ½.
const CENTRE: f64 = 0.16;

/// z / (u − ½) as a ratio of polynomials in 0.16 − (u − ½)², to 2·10⁻¹⁶: numerator.
const CENTRE_ABOVE: [f64; 8] = [
    3.2038789138615007,
    99.0445264982239,
    1159.12962836921,
    6421.624413138321,
    17228.056542686296,
    20467.760150105547,
    8364.21028408777,
    524.4872343859038,
];
/// The denominator of the same.
const CENTRE_BELOW: [f64; 8] = [
    1.0,
    33.34671653180648,
    428.9526042072976,
    2684.4975414995397,
    8488.905608939145,
    12786.44767303764,
    7701.169603825868,
    1173.8057146835952,
];
/// |z| as a ratio of polynomials in √(−ln p) − 1.5, p the nearer tail's probability from 0.1 down to the smallest
/// double, to 10⁻¹⁶: numerator.
const TAIL_ABOVE: [f64; 12] = [
    1.2513729290570326,
    4.75189823346701,
    7.085714825109511,
    5.633599870848952,
    2.686149116380489,
    0.8070418368261948,
    0.15382393184471613,
    0.018054475834441176,
    0.0012238255279702482,
    4.323784402812644e-05,
    6.72795602540633e-07,
    3.2219133495490595e-09,
];
/// The denominator of the same.
const TAIL_BELOW: [f64; 11] = [
    1.0,
    2.4115491208110966,
    2.433556445450814,
    1.348000843677992,
    0.4503103930246873,
    0.093012881002926,
    0.011605894911847011,
    0.0008219508394857202,
    2.9873775367708753e-05,
    4.7232397094049566e-07,
    2.278233582323645e-09,
];
/// Φ(−a) e^(a²/2), a from 0 to 38.7, as a ratio of polynomials, to 2·10⁻¹⁶: numerator.
const MILLS_ABOVE: [f64; 10] = [
    0.5,
    0.7756396729140564,
    0.5951281290320098,
    0.29008681622416793,
    0.09802908030083236,
    0.023720193914198162,
    0.004109354209597088,
    0.0004931903643263332,
    3.749178314385817e-05,
    1.3954056940500905e-06,
];
/// The denominator of the same.
const MILLS_BELOW: [f64; 11] = [
    1.0,
    2.3491639066309715,
    2.5646178699604407,
    1.7178222021980303,
    0.7841602429459473,
    0.25583512100774697,
    0.06068695852169943,
    0.01039460140581245,
    0.0012397426755407948,
    9.397796369285835e-05,
    3.497763367295939e-06,
];

/// Φ(z): the chance that a standard normal variable is at most z. Within 10 ulp, in the lower tail too.
///
/// Below −38.5 it is 0 (the last digits before that are on the subnormal grid); NaN gives NaN.
///
/// Φ(−a) = e^(−a²/2) R(a), where R, Mills' ratio times the density at 0, is smooth; a² is squared exactly in two parts.
#[inline(always)]
pub fn norm_cdf(z: f64) -> f64 {
    let a = z.abs();
    let a = if a > 40.0 { 40.0 } else { a };
    let head = f64::from_bits(a.to_bits() & !0x7ff_ffff);
    let tail = (a - head) * (a + head);
    let ratio = polynomial(&MILLS_ABOVE, a) / polynomial(&MILLS_BELOW, a);
    let below = exp_of_sum(-0.5 * head * head, -0.5 * tail) * ratio;
    if z > 0.0 { 1.0 - below } else { below }
}

/// The z with Φ(z) = u, for u above 0 up to 1. Within 10 ulp (5 where u is above 10⁻¹⁷, as every draw is).
///
/// A u from 1 up counts as the largest double below 1 (z = 8.21), since a draw may round up to 1. 0 gives −∞, a negative
/// u or NaN gives NaN. It is odd about ½: the same size, bit by bit, for u and an exact 1 − u.
///
/// Two ratios of polynomials, one in (u − ½)² and one in √(−ln p), the split of Wichura (1988, AS 241) with one tail
/// instead of two and coefficients of our own.
#[inline(always)]
pub fn norm_inverse(u: f64) -> f64 {
    let u = if u > BELOW_ONE { BELOW_ONE } else { u };
    let q = u - 0.5;
    let w = CENTRE - q * q;
    let p = if u < 0.5 { u } else { 1.0 - u };
    let r = (-ln(p)).sqrt() - 1.5;
    let above = polynomial(&TAIL_ABOVE, r);
    let above = if q < 0.0 { -above } else { above };
    let below = polynomial(&TAIL_BELOW, r);
    let is_central = w >= 0.0;
    let above = if is_central { q * polynomial(&CENTRE_ABOVE, w) } else { above };
    let below = if is_central { polynomial(&CENTRE_BELOW, w) } else { below };
    let z = above / below;
    if u == 0.0 { f64::NEG_INFINITY } else { z }
}
