//! The continuous ranked probability score of distributions that have it in closed form.
//!
//! For a forecast F and an observation y it is ∫ (F(x) − 1{x ≥ y})² dx, in the unit of y; for a forecast of one value, the
//! absolute error (Gneiting & Raftery 2007, "Strictly proper scoring rules, prediction, and estimation", section 4.2). Less
//! is better. It equals E|X − y| − ½ E|X − X'|, X and X' independent with distribution F (their equation 21).

use crate::numerics::functions::{exp, norm_cdf};

/// 1/√(2π).
const DENSITY_AT_0: f64 = 0.398_942_280_401_432_7;
/// 1/√π.
const ROOT_PI: f64 = 0.564_189_583_547_756_3;

/// A score and its Monte Carlo error: the standard error that more runs would shrink.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crps {
    /// The score, in the unit of what was observed.
    pub score: f64,
    /// Its standard error; 0 for a distribution that is known exactly.
    pub error: f64,
}

/// The standard normal density.
pub(super) fn density(z: f64) -> f64 {
    exp(-0.5 * z * z) * DENSITY_AT_0
}

/// E|X| for X normal with this mean and standard deviation: 2σφ(μ/σ) + μ(2Φ(μ/σ) − 1) (Grimit, Gneiting, Berrocal & Johnson
/// 2006, "The continuous ranked probability score for circular variables and its application to mesoscale forecast ensemble
/// verification", equation 5, has it as A(μ, σ²)); |μ| for a standard deviation of 0.
pub fn folded_mean(mean: f64, sd: f64) -> f64 {
    let size = mean.abs();
    let z = size / sd;
    // Beyond, both terms differ from |μ| by less than the last digit; a deviation of 0 leads here too.
    if sd <= 0.0 || z > 40.0 {
        return size;
    }
    2.0 * sd * density(z) + size * (2.0 * norm_cdf(z) - 1.0)
}

/// The score of a normal distribution (Gneiting & Raftery 2007, section 4.2).
pub fn normal_crps(mean: f64, sd: f64, observed: f64) -> f64 {
    folded_mean(observed - mean, sd) - sd * ROOT_PI
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standard_normal_has_its_published_score() {
        // Φ and φ at 0 and 1 by hand: 2φ(0) − 1/√π, and 1·(2Φ(1) − 1) + 2φ(1) − 1/√π.
        assert!((normal_crps(0.0, 1.0, 0.0) - 0.233_694_977_255_109_2).abs() < 1e-14);
        assert!((normal_crps(0.0, 1.0, 1.0) - 0.602_441_357_627_614).abs() < 1e-12);
        assert!((normal_crps(5.0, 2.0, 7.0) - 2.0 * normal_crps(0.0, 1.0, 1.0)).abs() < 1e-14);
    }

    #[test]
    fn one_value_is_scored_by_its_distance() {
        assert_eq!((normal_crps(3.0, 0.0, 5.5), folded_mean(-2.0, 0.0)), (2.5, 2.0));
        assert_eq!((folded_mean(0.0, 0.0), folded_mean(100.0, 1.0)), (0.0, 100.0));
    }
}
