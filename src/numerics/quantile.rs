//! The inverses that have no closed form: gamma and beta, by a guarded Newton iteration.

use super::functions::{exp, ln, norm_inverse};
use super::special::{beta_shares, binomial_mass, gamma_shares, ln_gamma_of_next, poisson_mass};

/// The smallest value that is looked for.
const SMALLEST: f64 = 1e-320;
/// An iteration ends after so many steps in any case; bisection alone needs some 60.
const STEPS: u32 = 120;

/// The x of a gamma distribution (scale 1) that leaves `below` under it and `above` over it. Their sum is 1; both are
/// given so that the smaller keeps its digits.
pub(super) fn gamma_quantile(shape: f64, below: f64, above: f64) -> f64 {
    // Wilson & Hilferty (1931), or the first term of the series near 0.
    let z = if below < above { norm_inverse(below) } else { -norm_inverse(above) };
    let root = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * shape.sqrt());
    let start =
        if root > 0.3 { shape * root * root * root } else { exp((ln(below) + ln_gamma_of_next(shape)) / shape) };
    let highest = shape + 12.0 * shape.sqrt() + 750.0;
    solve((below, above), start, highest, |x| {
        let (lower, upper) = gamma_shares(shape, x);
        (lower, upper, shape * poisson_mass(shape, x))
    })
}

/// The x of a beta distribution that leaves `below` under it and `above` over it.
pub(super) fn beta_quantile(a: f64, b: f64, below: f64, above: f64) -> f64 {
    // Solved for the nearer of the two ends, so that small distances from either keep their digits.
    let (half, _) = beta_shares(a, b, 0.5, 0.5);
    if below <= half { beta_near_zero(a, b, below, above) } else { 1.0 - beta_near_zero(b, a, above, below) }
}

/// [`beta_quantile`] where the answer is at most ½.
fn beta_near_zero(a: f64, b: f64, below: f64, above: f64) -> f64 {
    let n = a + b;
    let mean = a / n;
    let sd = (mean * (b / n) / (n + 1.0)).sqrt();
    let z = if below < above { norm_inverse(below) } else { -norm_inverse(above) };
    let guess = mean + z * sd;
    // Near 0 the share is Γ(a + b) / (Γ(a + 1) Γ(b)) x^a.
    let start = if guess > 0.2 * mean {
        guess
    } else {
        exp((ln(below) + ln_gamma_of_next(a) + ln_gamma_of_next(b) - ln_gamma_of_next(n) - ln(b / n)) / a)
    };
    solve((below, above), start, 0.5, |x| {
        let y = 1.0 - x;
        let (lower, upper) = beta_shares(a, b, x, y);
        (lower, upper, binomial_mass(a, b, x, y) * (a * (b / n)) / y)
    })
}

/// The x in 0 to `highest` at which the shares are `target`, given the shares below and above x and x times the density.
///
/// Newton's method in ln x on the logarithm of the smaller share, which is nearly straight in the tails; a step that
/// leaves the bracket is replaced by the bracket's geometric middle. The number of steps depends on the arguments alone.
fn solve(target: (f64, f64), start: f64, highest: f64, shares: impl Fn(f64) -> (f64, f64, f64)) -> f64 {
    let (below, above) = target;
    if below <= 0.0 {
        return 0.0;
    }
    if above <= 0.0 {
        return highest;
    }
    let is_lower = below < above;
    let goal = if is_lower { ln(below) } else { ln(above) };
    let (mut low, mut high) = (SMALLEST, highest);
    let mut x = if start > low && start < high { start } else { low.sqrt() * high.sqrt() };
    for _ in 0..STEPS {
        let (lower, upper, slope) = shares(x);
        let (error, rate) =
            if is_lower { (ln(lower) - goal, slope / lower) } else { (goal - ln(upper), slope / upper) };
        if error > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let newton = x * exp(-error / rate);
        if (newton - x).abs() <= 1e-11 * x {
            return newton;
        }
        x = if newton > low && newton < high { newton } else { low.sqrt() * high.sqrt() };
    }
    x
}
