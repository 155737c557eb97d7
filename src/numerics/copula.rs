//! Rank correlation between two uncertainties.

use super::functions::{norm_inverse, polynomial};

/// The z of a child whose rank correlation with its parent is `rank_correlation`, both being joined by a Gaussian copula.
///
/// `parent_z` is the parent's z ([`norm_inverse`] of its draw, or what this function gave for it), `own_u` the child's own
/// draw; the child's value is the inverse of its distribution at [`norm_cdf`](super::functions::norm_cdf) of the result. Spearman's ρ of a Gaussian
/// copula of correlation r is 6/π arcsin(r/2) (Pearson 1907), so that r = 2 sin(πρ/6).
#[inline(always)]
pub fn correlated(parent_z: f64, own_u: f64, rank_correlation: f64) -> f64 {
    let r = copula_correlation(rank_correlation);
    let rest = 1.0 - r * r;
    let rest = if rest > 0.0 { rest } else { 0.0 };
    r * parent_z + rest.sqrt() * norm_inverse(own_u)
}

/// 2 sin(πρ/6) for |ρ| ≤ 1, to 2·10⁻¹⁶ of it; beyond, as at ±1.
#[inline(always)]
fn copula_correlation(rank_correlation: f64) -> f64 {
    const SINE: [f64; 7] = [
        std::f64::consts::FRAC_PI_3,
        -0.04784919240787009,
        0.0006559063888573242,
        -4.281439538364895e-06,
        1.630251300986621e-08,
        -4.0630703448572755e-11,
        7.107994464045557e-14,
    ];
    let rho = if rank_correlation > 1.0 { 1.0 } else { rank_correlation };
    let rho = if rho < -1.0 { -1.0 } else { rho };
    let r = rho * polynomial(&SINE, rho * rho);
    let r = if r > 1.0 { 1.0 } else { r };
    if r < -1.0 { -1.0 } else { r }
}
