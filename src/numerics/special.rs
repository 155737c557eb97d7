//! The incomplete gamma and beta functions, and the masses of counts, from exp and ln alone.
//!
//! All start from the saddle-point form of Loader (2000), "Fast and accurate computation of binomial probabilities":
//! x^a e^−x / Γ(a + 1) = exp(−δ(a) − D(a, x)) / √(2πa), where δ is the error of Stirling's formula and D ≥ 0 the
//! deviance. It has no large terms that cancel, so it keeps some 14 digits however large a is.

use super::functions::{exp, ln};

/// 2π.
const TWO_PI: f64 = std::f64::consts::TAU;
/// ln √(2π).
const LN_SQRT_TWO_PI: f64 = 0.9189385332046727;
/// A series ends where a term is this small beside its sum.
const NEGLIGIBLE: f64 = 1e-17;
/// No series or fraction below is longer: 9 √a terms are enough, and a is at most 10^8.
const LONGEST: u32 = 200_000;

/// δ(a) = ln Γ(a + 1) − (a + ½) ln a + a − ln √(2π), for a > 0.
///
/// Stirling's series from 16 up; below, δ(a) = δ(a + 1) + (a + ½) ln(1 + 1/a) − 1.
fn stirling_error(a: f64) -> f64 {
    let mut a = a;
    let mut sum = 0.0;
    while a < 16.0 {
        sum += if a < 1.0 { (a + 0.5) * ln((a + 1.0) / a) - 1.0 } else { artanh_rest(1.0 / (2.0 * a + 1.0)) };
        a += 1.0;
    }
    let z = 1.0 / (a * a);
    let series = 1.0 / 12.0 - z * (1.0 / 360.0 - z * (1.0 / 1260.0 - z * (1.0 / 1680.0 - z * (1.0 / 1188.0))));
    sum + series / a
}

/// artanh(s) / s − 1 = s²/3 + s⁴/5 + …, for |s| ≤ 1/3.
fn artanh_rest(s: f64) -> f64 {
    let z = s * s;
    let mut sum = 0.0;
    for term in (1..=17).rev() {
        sum = z * (1.0 / f64::from(2 * term + 1) + sum);
    }
    sum
}

/// D(a, x) = a ln(a / x) + x − a, for a, x > 0.
fn deviance(a: f64, x: f64) -> f64 {
    let s = (x - a) / (x + a);
    if s.abs() < 1.0 / 3.0 { (x - a) * s - 2.0 * a * s * artanh_rest(s) } else { a * ln(a / x) + (x - a) }
}

/// ln Γ(a + 1), for a ≥ 0.
pub(super) fn ln_gamma_of_next(a: f64) -> f64 {
    // From a + 1 on, where no term grows without bound: Γ(a + 1) = Γ(a + 2) / (a + 1).
    let b = a + 1.0;
    stirling_error(b) + (b - 0.5) * ln(b) - b + LN_SQRT_TWO_PI
}

/// x^a e^−x / Γ(a + 1): the Poisson mass at a under the mean x, for any real a ≥ 0.
pub(super) fn poisson_mass(a: f64, x: f64) -> f64 {
    if x == 0.0 {
        return if a == 0.0 { 1.0 } else { 0.0 };
    }
    if a < 1.0 {
        return exp(a * ln(x) - x - ln_gamma_of_next(a));
    }
    exp(-stirling_error(a) - deviance(a, x)) / (TWO_PI * a).sqrt()
}

/// Γ(a + b + 1) / (Γ(a + 1) Γ(b + 1)) x^a y^b with y = 1 − x: the binomial mass at a of a + b, for any real a, b ≥ 0.
pub(super) fn binomial_mass(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    if x == 0.0 || y == 0.0 {
        let is_certain = (x == 0.0 && a == 0.0) || (y == 0.0 && b == 0.0);
        return if is_certain { 1.0 } else { 0.0 };
    }
    if a < 1.0 || b < 1.0 {
        let ln_choose = ln_choose(a, b);
        return exp(ln_choose + power_exponent(a, x, y) + power_exponent(b, y, x));
    }
    let exponent = stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance(a, n * x) - deviance(b, n * y);
    exp(exponent) * (n / (TWO_PI * a * b)).sqrt()
}

/// ln(Γ(a + b + 1) / (Γ(a + 1) Γ(b + 1))) where the smaller of a and b is below 1.
fn ln_choose(a: f64, b: f64) -> f64 {
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    if large < 16.0 {
        return ln_gamma_of_next(small + large) - ln_gamma_of_next(small) - ln_gamma_of_next(large);
    }
    // ln Γ(n + 1) − ln Γ(large + 1) by Stirling's formula without its large terms.
    let n = small + large;
    stirling_error(n) - stirling_error(large) + (large + 0.5) * ln_of_ratio(n, large) + small * ln(n)
        - small
        - ln_gamma_of_next(small)
}

/// ln(a / b) for a ≥ b > 0, exact near 1 too.
fn ln_of_ratio(a: f64, b: f64) -> f64 {
    let s = (a - b) / (a + b);
    if s < 1.0 / 3.0 { 2.0 * s * (1.0 + artanh_rest(s)) } else { ln(a / b) }
}

/// a ln x, by way of y = 1 − x where that is the more exact.
fn power_exponent(a: f64, x: f64, y: f64) -> f64 {
    let s = y / (2.0 - y);
    if y < 0.5 { -2.0 * a * s * (1.0 + artanh_rest(s)) } else { a * ln(x) }
}

/// P(a, x) and Q(a, x) = 1 − P: the shares of a gamma distribution of shape a below and above x, for a > 0.
///
/// The series of P below a + 1, Legendre's continued fraction of Q above (Abramowitz & Stegun 6.5.29, 6.5.31).
pub(super) fn gamma_shares(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x == f64::INFINITY {
        return (1.0, 0.0);
    }
    let mass = poisson_mass(a, x);
    if x < a + 1.0 {
        let (mut term, mut sum, mut next) = (1.0, 1.0, a);
        for _ in 0..LONGEST {
            next += 1.0;
            term *= x / next;
            sum += term;
            if term < sum * NEGLIGIBLE {
                break;
            }
        }
        let below = at_most_one(mass * sum);
        (below, 1.0 - below)
    } else {
        let fraction = continued_fraction(x + 1.0 - a, |i| (-i * (i - a), x + 2.0 * i + 1.0 - a));
        let above = at_most_one(mass * a / fraction);
        (1.0 - above, above)
    }
}

/// I_x(a, b) and 1 − I: the shares of a beta distribution below and above x, given y = 1 − x too, for a, b > 0.
///
/// The continued fraction of Abramowitz & Stegun 26.5.8, on the side of the mean where it converges fast.
pub(super) fn beta_shares(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if y <= 0.0 {
        return (1.0, 0.0);
    }
    if x * (a + b + 2.0) > a + 1.0 {
        let (above, below) = beta_near_share(b, a, y, x);
        (below, above)
    } else {
        beta_near_share(a, b, x, y)
    }
}

/// [`beta_shares`] for an x not above its mean.
fn beta_near_share(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    let fraction = continued_fraction(1.0, |i| {
        let m = (0.5 * i).floor();
        let partial = if i > 2.0 * m {
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        } else {
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        };
        (partial, 1.0)
    });
    let below = at_most_one(binomial_mass(a, b, x, y) * (b / (a + b)) / fraction);
    (below, 1.0 - below)
}

/// first + n₁ / (d₁ + n₂ / (d₂ + …)), by Lentz's method as modified by Thompson & Barnett (1986).
fn continued_fraction(first: f64, part: impl Fn(f64) -> (f64, f64)) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |x: f64| if x.abs() < TINY { TINY } else { x };
    let mut value = away_from_zero(first);
    let (mut c, mut d) = (value, 0.0);
    for i in 1..LONGEST {
        let (numerator, denominator) = part(f64::from(i));
        d = 1.0 / away_from_zero(denominator + numerator * d);
        c = away_from_zero(denominator + numerator / c);
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() < 2e-16 {
            break;
        }
    }
    value
}

/// A share that rounding may have carried above 1.
fn at_most_one(share: f64) -> f64 {
    if share > 1.0 { 1.0 } else { share }
}
