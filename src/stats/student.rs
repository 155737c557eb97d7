//! Student's distribution, by way of the beta distribution.

use crate::numerics::distributions::Distribution;
use crate::numerics::functions::{norm_cdf, norm_inverse};

/// From so many degrees of freedom on, the normal distribution differs by less than a millionth.
const NORMAL_FROM: f64 = 1e7;

/// The chance that a Student variable of so many degrees of freedom lies farther from 0 than `t`, on either side.
///
/// P(|T| > t) = I_x(ν/2, ½) with x = ν/(ν + t²) (Abramowitz & Stegun 26.7.1, 26.5.27). NaN gives NaN.
pub fn student_chance(t: f64, freedom: f64) -> f64 {
    let t = t.abs();
    if t.is_nan() || t == 0.0 {
        return if t == 0.0 { 1.0 } else { t };
    }
    if t == f64::INFINITY {
        return 0.0;
    }
    if freedom >= NORMAL_FROM {
        return 2.0 * norm_cdf(-t);
    }
    let beta = Distribution::Beta { alpha: 0.5 * freedom, beta: 0.5 };
    beta.cdf(freedom / (freedom + t * t))
}

/// The t that a Student variable exceeds in size with this chance: what makes a standard error an interval of level 1 − `chance`.
///
/// 2.2 for 10 degrees of freedom and a chance of 5%. Infinite without a degree of freedom.
pub fn student_critical(chance: f64, freedom: f64) -> f64 {
    if freedom < 1.0 || freedom.is_nan() {
        return f64::INFINITY;
    }
    if freedom >= NORMAL_FROM {
        return normal_critical(chance);
    }
    let x = Distribution::Beta { alpha: 0.5 * freedom, beta: 0.5 }.inverse(chance);
    (freedom * (1.0 - x) / x).sqrt()
}

/// The same for a normal variable: 1.96 for a chance of 5%.
pub fn normal_critical(chance: f64) -> f64 {
    -norm_inverse(0.5 * chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn critical_values_are_those_of_the_tables() {
        // Abramowitz & Stegun, table 26.10.
        let cases = [(0.05, 1.0, 12.706), (0.05, 10.0, 2.228), (0.01, 30.0, 2.750), (0.001, 120.0, 3.373)];
        for (chance, freedom, t) in cases {
            let found = student_critical(chance, freedom);
            assert!((found - t).abs() < 6e-4, "{chance} {freedom}: {found}");
        }
        assert!((normal_critical(0.05) - 1.959_964).abs() < 1e-6);
        assert!((student_critical(0.05, 1e8) - normal_critical(0.05)).abs() < 1e-9);
    }

    #[test]
    fn chances_and_critical_values_undo_each_other() {
        for freedom in [1.0, 4.5, 99.0, 4999.0, 2e7] {
            for chance in [0.9, 0.05, 1e-4, 1e-8] {
                let back = student_chance(student_critical(chance, freedom), freedom);
                assert!((back / chance - 1.0).abs() < 1e-6, "{freedom} {chance}: {back}");
            }
        }
        // With one degree of freedom it is Cauchy's: P(|T| > 1) = 1/2.
        assert!((student_chance(-1.0, 1.0) - 0.5).abs() < 1e-12);
        assert_eq!((student_chance(0.0, 5.0), student_chance(f64::INFINITY, 5.0)), (1.0, 0.0));
    }

    #[test]
    fn without_freedom_nothing_can_be_said() {
        assert_eq!(student_critical(0.05, 0.0), f64::INFINITY);
    }
}
