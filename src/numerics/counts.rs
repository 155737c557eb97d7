//! Binomial and Poisson counts by the inverse of their distribution function.
//!
//! The count of a draw u is the smallest k with F(k) ≥ u. Small means take F's recurrence from 0 on; large ones, where
//! that would be long or its first mass would vanish, start beside the answer and step to it (`near`).

use super::functions::{ROUNDER, exp, norm_inverse};
use super::special::{beta_shares, binomial_mass, gamma_shares, poisson_mass};

/// The largest double below 1.
const BELOW_ONE: f64 = 1.0 - f64::EPSILON / 2.0;
/// Lanes that are stepped together.
const CHUNK: usize = 16;
/// Up to so many trials the recurrence is always taken: q ≥ ½, so that q^n ≥ 2^−1000.
const FEW_TRIALS: f64 = 1000.0;
/// Up to so many it is taken if the mean is below [`SMALL_MEAN`].
const MANY_TRIALS: f64 = 65535.0;
/// Means up to this have a mass at 0 above 10^−270.
const SMALL_MEAN: f64 = 300.0;
/// Above this variance the expansion of [`expanded`] is exact to far less than one.
const LARGE_VARIANCE: f64 = 1e8;

/// How often an event of chance p happens in n trials, for the draw u.
///
/// n is rounded down. A p above ½ is counted by its failures with the draw 1 − u, so the count still rises with u. A u
/// from 1 up counts as the largest double below 1. A p outside 0 to 1, a negative n or a NaN gives NaN.
#[inline(always)]
pub fn binomial_inverse(n: f64, p: f64, u: f64) -> f64 {
    let [count] = binomial_lanes(&[n], &[p], &[u]);
    if needs_neighbourhood(n, p) { binomial_near(n, p, u) } else { count }
}

/// [`binomial_inverse`] for every lane, with the same bits; as far as the shortest column goes.
///
/// Sixteen lanes are stepped together until none of them is left.
#[inline(always)]
pub fn binomial_inverse_columns(n: &[f64], p: &[f64], u: &[f64], out: &mut [f64]) {
    let (n_chunks, n_rest) = n.as_chunks::<CHUNK>();
    let (p_chunks, p_rest) = p.as_chunks::<CHUNK>();
    let (u_chunks, u_rest) = u.as_chunks::<CHUNK>();
    let (out_chunks, out_rest) = out.as_chunks_mut::<CHUNK>();
    for (((n, p), u), out) in n_chunks.iter().zip(p_chunks).zip(u_chunks).zip(out_chunks) {
        *out = binomial_lanes(n, p, u);
        let mut any = false;
        for lane in 0..CHUNK {
            any |= needs_neighbourhood(n[lane], p[lane]);
        }
        if any {
            replace_large(n, p, u, out);
        }
    }
    for (((n, p), u), out) in n_rest.iter().zip(p_rest).zip(u_rest).zip(out_rest) {
        *out = binomial_inverse(*n, *p, *u);
    }
}

/// Counts the lanes again that the recurrence cannot.
#[cold]
#[inline(never)]
fn replace_large(n: &[f64; CHUNK], p: &[f64; CHUNK], u: &[f64; CHUNK], out: &mut [f64; CHUNK]) {
    for lane in 0..CHUNK {
        if needs_neighbourhood(n[lane], p[lane]) {
            out[lane] = binomial_near(n[lane], p[lane], u[lane]);
        }
    }
}

/// The rarer side of a chance: p or 1 − p, whichever is smaller.
#[inline(always)]
fn rarer(p: f64) -> f64 {
    if p > 0.5 { 1.0 - p } else { p }
}

/// Whether n and p are proper, but too large for the recurrence.
#[inline(always)]
fn needs_neighbourhood(n: f64, p: f64) -> bool {
    let is_large = n >= FEW_TRIALS + 1.0 && (n >= MANY_TRIALS + 1.0 || n * rarer(p) > SMALL_MEAN);
    is_large && (0.0..=1.0).contains(&p)
}

/// The recurrence f(k + 1) = f(k) (n − k)/(k + 1) p/q from f(0) = q^n on, in all lanes at once.
///
/// q^n comes by masked squarings. A lane is done when F reaches its draw, or when its next mass no longer changes F,
/// which happens only beyond the mode. Lanes that [`needs_neighbourhood`] names come out as 0.
#[inline(always)]
fn binomial_lanes<const L: usize>(n: &[f64; L], p: &[f64; L], u: &[f64; L]) -> [f64; L] {
    let (mut trials, mut ratio, mut draw) = ([0.0; L], [0.0; L], [0.0; L]);
    let (mut mass, mut square, mut digits) = ([1.0; L], [0.0; L], [0u64; L]);
    let mut all_digits = 0;
    for l in 0..L {
        let nearest = (n[l] + ROUNDER) - ROUNDER;
        let whole = if nearest > n[l] { nearest - 1.0 } else { nearest };
        let whole =
            if (n[l] >= 0.0) & (n[l] < MANY_TRIALS + 1.0) & !needs_neighbourhood(n[l], p[l]) { whole } else { 0.0 };
        let chance = rarer(p[l]);
        let failure = 1.0 - chance;
        let u = if p[l] > 0.5 { 1.0 - u[l] } else { u[l] };
        draw[l] = if u > BELOW_ONE { BELOW_ONE } else { u };
        trials[l] = whole;
        ratio[l] = chance / failure;
        square[l] = failure;
        digits[l] = (whole + ROUNDER).to_bits() & 0xffff;
        all_digits |= digits[l];
    }
    while all_digits != 0 {
        for l in 0..L {
            mass[l] *= if digits[l] & 1 == 1 { square[l] } else { 1.0 };
            square[l] *= square[l];
            digits[l] >>= 1;
        }
        all_digits >>= 1;
    }
    let count = step_binomial(&trials, &ratio, &draw, mass);
    let mut out = [0.0; L];
    for l in 0..L {
        let events = if p[l] > 0.5 { trials[l] - count[l] } else { count[l] };
        let is_proper = (n[l] >= 0.0) & (p[l] >= 0.0) & (p[l] <= 1.0) & !u[l].is_nan();
        out[l] = if is_proper { events } else { f64::NAN };
    }
    out
}

/// Steps every lane from the mass at 0 to its count.
#[inline(always)]
fn step_binomial<const L: usize>(trials: &[f64; L], ratio: &[f64; L], draw: &[f64; L], mass: [f64; L]) -> [f64; L] {
    let (mut mass, mut share, mut count) = (mass, mass, [0.0; L]);
    let mut k = 0.0;
    loop {
        let mut left = 0u64;
        let inverse = 1.0 / (k + 1.0);
        for l in 0..L {
            mass[l] *= ((trials[l] - k) * ratio[l]) * inverse;
            let next = share[l] + mass[l];
            let goes_on = (draw[l] > share[l]) & (next > share[l]);
            count[l] += if goes_on { 1.0 } else { 0.0 };
            share[l] = if goes_on { next } else { share[l] };
            left |= u64::from(goes_on);
        }
        if left == 0 {
            return count;
        }
        k += 1.0;
    }
}

/// The binomial count where n is large, by the rarer side.
fn binomial_near(n: f64, p: f64, u: f64) -> f64 {
    if u.is_nan() {
        return u;
    }
    let n = n.floor();
    if p > 0.5 { n - rarer_count(n, 1.0 - p, 1.0 - u) } else { rarer_count(n, p, u) }
}

/// The binomial count for p ≤ ½.
fn rarer_count(n: f64, p: f64, u: f64) -> f64 {
    let q = 1.0 - p;
    if n * p <= SMALL_MEAN {
        return count_up(u, binomial_mass(0.0, n, p, q), |k| (n - k) * (p / q));
    }
    let sd = (n * p * q).sqrt();
    let start = expanded(n * p, sd, (q - p) / sd, (1.0 - 6.0 * p * q) / (sd * sd), u);
    let start = if start < n { start } else { n };
    if sd * sd > LARGE_VARIANCE {
        return start;
    }
    // The chance of at most k in n is that of a beta variable with n − k and k + 1 below q.
    let share = |k: f64| if k < n { beta_shares(n - k, k + 1.0, q, p).0 } else { 1.0 };
    near(u, start, n, share, |k| binomial_mass(k, n - k, p, q))
}

/// The smallest k with F(k) ≥ u by the recurrence f(k + 1) = f(k) rate(k) / (k + 1), from f(0) on.
#[inline(always)]
fn count_up(u: f64, mass_at_0: f64, rate: impl Fn(f64) -> f64) -> f64 {
    let u = if u > BELOW_ONE { BELOW_ONE } else { u };
    let (mut mass, mut share, mut count) = (mass_at_0, mass_at_0, 0.0);
    while u > share {
        mass *= rate(count) * (1.0 / (count + 1.0));
        if share + mass <= share {
            break;
        }
        share += mass;
        count += 1.0;
    }
    count
}

/// How often something happens that is expected `mean` times, for the draw u.
///
/// By the recurrence f(k + 1) = f(k) mean/(k + 1) up to a mean of 300, beyond by its neighbourhood. A u from 1 up counts as
/// the largest double below 1. A negative or infinite mean or a NaN gives NaN.
#[inline(always)]
pub fn poisson_inverse(mean: f64, u: f64) -> f64 {
    if !(0.0..f64::INFINITY).contains(&mean) || u.is_nan() {
        return f64::NAN;
    }
    if mean > SMALL_MEAN {
        return poisson_near(mean, u);
    }
    count_up(u, exp(-mean), |_| mean)
}

/// The Poisson count where the mean is large.
fn poisson_near(mean: f64, u: f64) -> f64 {
    let sd = mean.sqrt();
    let start = expanded(mean, sd, 1.0 / sd, 1.0 / mean, u);
    if mean > LARGE_VARIANCE {
        return start;
    }
    near(u, start, f64::INFINITY, |k| gamma_shares(k + 1.0, mean).1, |k| poisson_mass(k, mean))
}

/// The count that the expansion of Cornish & Fisher (1938) gives to third order, 0 at least: right to far less than one
/// where the variance is above 10^8, and a step or two away where it is above 100.
fn expanded(mean: f64, sd: f64, skewness: f64, excess: f64, u: f64) -> f64 {
    let z = norm_inverse(if u > 0.0 { u } else { f64::MIN_POSITIVE });
    let second = (z * z - 1.0) * skewness / 6.0;
    let third = (z * z - 3.0) * z * excess / 24.0 - (2.0 * z * z - 5.0) * z * skewness * skewness / 36.0;
    // A count k covers the values from k − ½ to k + ½.
    let count = (mean + sd * (z + second + third) - 0.5).ceil();
    if count > 0.0 { count } else { 0.0 }
}

/// The smallest k up to `largest` with F(k) ≥ u, by single steps from `start`.
fn near(u: f64, start: f64, largest: f64, share: impl Fn(f64) -> f64, mass: impl Fn(f64) -> f64) -> f64 {
    let u = if u > BELOW_ONE { BELOW_ONE } else { u };
    let mut k = start;
    let mut reached = share(k);
    while k > 0.0 && reached >= u {
        let below = reached - mass(k);
        if below < u {
            return k;
        }
        reached = below;
        k -= 1.0;
    }
    while k < largest && reached < u {
        let next = reached + mass(k + 1.0);
        if next <= reached {
            return k;
        }
        reached = next;
        k += 1.0;
    }
    k
}
