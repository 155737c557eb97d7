//! The rival for counts: what happens goes on happening at the rate so far, more unevenly than by chance alone.

use super::rivals::Known;
use crate::scenario::model::DatedValue;
use crate::stats::Mixture;

/// The largest standard deviation of a count that is spelled out.
const WIDEST: f64 = 50_000.0;
/// Steps of a count's distribution at most.
const STEPS: u32 = 4_000_000;
/// A count's chances below this part of its largest are left out.
const SMALLEST: f64 = 1e-17;
/// So many values stand for a standard deviation at least.
const FINE: f64 = 400.0;

/// The score of a negative binomial count on top of the last known value, blurred by the errors of both observations.
///
/// K was gained over the T days from the first to the last known value, so that over the D days to come K' = (K + ½) D / T is
/// expected: the rate's posterior from Jeffreys' prior (Gelman et al. 2013, section 2.6). Of a rate known so well the count to
/// come has variance K' (1 + D/T). That is multiplied by how much more unevenly than by chance the past increments k over d
/// days came: Σ (k − K d/T)² / (K d/T) over one less than their number, if that is more than 1 (McCullagh & Nelder 1989,
/// section 4.5).
pub(super) fn score(known: &[Known], observed: &DatedValue) -> Result<f64, &'static str> {
    let (Some(first), Some(last)) = (known.first(), known.last()) else { return Err("nothing was known before") };
    if known.len() < 2 {
        return Err("a rate needs two earlier values");
    }
    if known.iter().any(|one| one.value < 0.0 || one.value.floor() != one.value) {
        return Err("what is known is no count");
    }
    let gained = last.value - first.value;
    if gained < 0.0 {
        return Err("the count fell");
    }
    let (days, ahead) = ((last.day - first.day) as f64, (observed.day - last.day) as f64);
    let mean = (gained + 0.5) * ahead / days;
    let variance = uneven(known, gained / days) * mean * (1.0 + ahead / days);
    let counts = negative_binomial(mean, variance).ok_or("such counts are too large to be spelled out")?;
    let (values, weights): (Vec<f64>, Vec<f64>) =
        counts.into_iter().map(|(count, weight)| (last.value + count, weight)).unzip();
    let sd = (last.sd * last.sd + observed.sd() * observed.sd()).sqrt();
    let crps = Mixture::new(&values, &weights, sd).and_then(|mixture| mixture.crps(observed.value));
    crps.map(|crps| crps.score).ok_or("its score is not finite")
}

/// How many times more unevenly than by chance increments came at a rate a day; at least 1.
fn uneven(known: &[Known], rate: f64) -> f64 {
    if known.len() < 3 || rate <= 0.0 {
        return 1.0;
    }
    let terms = known.windows(2).filter_map(|pair| match pair {
        [one, next] => {
            let expected = rate * (next.day - one.day) as f64;
            let away = next.value - one.value - expected;
            Some(away * away / expected)
        }
        _ => None,
    });
    let ratio = terms.sum::<f64>() / (known.len() - 2) as f64;
    if ratio > 1.0 { ratio } else { 1.0 }
}

/// A negative binomial distribution with this mean and this larger variance, as counts and weights. Where it is wide, one
/// value stands for several counts in a row. `None` if it is too wide.
///
/// Weights are worked out from the likeliest count outwards, each from its neighbour, so that no function of the library is
/// needed.
fn negative_binomial(mean: f64, variance: f64) -> Option<Vec<(f64, f64)>> {
    let sd = variance.sqrt();
    if sd.is_nan() || sd > WIDEST || mean > 100.0 * WIDEST {
        return None;
    }
    let size = mean * mean / (variance - mean);
    let ratio = mean / (mean + size);
    let likeliest = if size > 1.0 { ((size - 1.0) / size * mean).floor() } else { 0.0 };
    let together = (sd / FINE).floor().max(1.0);
    let mut counts = Vec::new();
    let (mut count, mut weight) = (likeliest, 1.0);
    for _ in 0..STEPS {
        if weight < SMALLEST {
            break;
        }
        add(&mut counts, count, weight, together);
        weight *= (count + size) / (count + 1.0) * ratio;
        count += 1.0;
    }
    let (mut count, mut weight) = (likeliest, 1.0);
    while count > 0.0 && weight >= SMALLEST {
        weight *= count / ((count - 1.0 + size) * ratio);
        count -= 1.0;
        add(&mut counts, count, weight, together);
    }
    Some(counts.into_iter().map(|(_, product, weight)| (product / weight, weight)).collect())
}

/// Adds a count to those that stand together: their number, the sum of weighted counts, the sum of weights.
fn add(counts: &mut Vec<(f64, f64, f64)>, count: f64, weight: f64, together: f64) {
    let number = (count / together).floor();
    match counts.last_mut() {
        Some(last) if last.0 == number => {
            last.1 += weight * count;
            last.2 += weight;
        }
        _ => counts.push((number, weight * count, weight)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::model::HALF_WIDTH;

    fn moments(counts: &[(f64, f64)]) -> (f64, f64) {
        let all: f64 = counts.iter().map(|one| one.1).sum();
        let mean = counts.iter().map(|one| one.0 * one.1).sum::<f64>() / all;
        (mean, counts.iter().map(|one| one.1 * (one.0 - mean) * (one.0 - mean)).sum::<f64>() / all)
    }

    #[test]
    fn counts_have_the_mean_and_variance_that_were_asked_for() {
        for (mean, variance) in [(0.05, 0.06), (0.5, 0.9), (6.0, 9.0), (40.0, 400.0), (3_000.0, 250_000.0)] {
            let (found, spread) = moments(&negative_binomial(mean, variance).unwrap());
            assert!((found / mean - 1.0).abs() < 1e-9, "{found} for {mean}");
            assert!((spread / variance - 1.0).abs() < 1e-5, "{spread} for {variance}");
        }
        assert_eq!(negative_binomial(1e12, 1e20), None);
    }

    #[test]
    fn small_counts_are_those_of_the_formula() {
        // Mean 2, variance 4: size 2, so P(k) = (k + 1)/4 · 2^−k.
        let counts = negative_binomial(2.0, 4.0).unwrap();
        let all: f64 = counts.iter().map(|one| one.1).sum();
        for k in 0..8 {
            let (_, weight) = counts.iter().find(|one| one.0 == f64::from(k)).unwrap();
            let wanted = f64::from(k + 1) / 4.0 / f64::from(1 << k);
            assert!((weight / all - wanted).abs() < 1e-12, "{k}");
        }
    }

    #[test]
    fn the_rate_is_that_of_the_past_and_its_unevenness_too() {
        let known = |values: &[(i64, f64)]| -> Vec<Known> {
            values.iter().map(|&(day, value)| Known { day, value, sd: 0.0 }).collect()
        };
        assert_eq!(uneven(&known(&[(0, 0.0), (10, 10.0), (20, 20.0)]), 1.0), 1.0);
        // Increments 0 and 20 where 10 are expected: (100 + 100)/10 over one.
        assert_eq!(uneven(&known(&[(0, 0.0), (10, 0.0), (20, 20.0)]), 1.0), 20.0);
        let at = |value, tolerance: f64| {
            let tolerance = tolerance * HALF_WIDTH;
            crate::scenario::model::DatedValue { day: 30, tick: 0, value, tolerance, scored: true }
        };
        let even = known(&[(0, 0.0), (10, 10.0), (20, 20.0)]);
        // The best score is near what is expected: 20 and 20.5·10/20 more.
        let scores: Vec<f64> = (20..45).map(|value| score(&even, &at(f64::from(value), 1.0)).unwrap()).collect();
        let best = scores.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).unwrap().0;
        assert!((9..=11).contains(&best), "{best}");
        assert_eq!(score(&known(&[(0, 3.0), (10, 1.0)]), &at(1.0, 0.0)), Err("the count fell"));
        assert_eq!(score(&known(&[(0, 0.5), (10, 1.0)]), &at(1.0, 0.0)), Err("what is known is no count"));
    }
}
