//! The distributions against references, against themselves, and against their own draws.

use super::counts::{binomial_inverse, binomial_inverse_columns, poisson_inverse};
use super::distributions::{Choice, Distribution, correlated};
use super::functions::{norm_cdf, norm_inverse};
use crate::random::address::{Key, Stream, uniform, word};

/// distribution, two parameters, x, the shares below and above.
const REFERENCES: &str = include_str!("../../tests/data/distributions.csv");

/// One of every kind, and some far from the usual.
fn all() -> Vec<Distribution> {
    use Distribution::*;
    vec![
        Uniform { low: -2.0, high: 5.0 },
        Triangular { low: 0.2, mode: 0.45, high: 0.8 },
        Triangular { low: 0.0, mode: 0.0, high: 1.0 },
        Normal { mean: 1.0, sd: 0.15 },
        Lognormal { median: 3.0, sigma: 0.7 },
        Distribution::lognormal_of(40.0, 12.0).unwrap(),
        Beta { alpha: 2.0, beta: 5.0 },
        Beta { alpha: 0.4, beta: 0.6 },
        Distribution::beta_of(0.7, 0.05).unwrap(),
        Gamma { shape: 0.3, scale: 2.0 },
        Gamma { shape: 40.0, scale: 0.5 },
        Distribution::gamma_of(10.0, 4.0).unwrap(),
        Exponential { mean: 6.0 },
        Poisson { mean: 0.7 },
        Poisson { mean: 35.0 },
        Poisson { mean: 900.0 },
        Bernoulli { p: 0.3 },
        Binomial { n: 12.0, p: 0.25 },
        Binomial { n: 300.0, p: 0.97 },
        Binomial { n: 5000.0, p: 0.4 },
        Choice(self::Choice::new(&[(3.0, 1.0), (1.0, 2.0), (2.0, 0.0), (7.0, 1.5), (1.0, 0.5)]).unwrap()),
    ]
}

/// `n` draws by address.
fn draws(name: &str, n: u64) -> Vec<f64> {
    let (key, stream) = (Key::from_seed(7), Stream::named(name));
    (0..n).map(|run| uniform(word(&key, stream, 0, run))).collect()
}

fn is_whole(distribution: &Distribution) -> bool {
    use Distribution::*;
    matches!(distribution, Poisson { .. } | Bernoulli { .. } | Binomial { .. } | Choice(_))
}

#[test]
fn shares_agree_with_the_references_in_both_tails() {
    let mut rows = 0;
    for line in REFERENCES.lines() {
        let fields: Vec<&str> = line.split(',').collect();
        let [a, b, x, below, above] = [1, 2, 3, 4, 5].map(|i| fields[i].parse::<f64>().unwrap());
        let distribution = match fields[0] {
            "gamma" => Distribution::Gamma { shape: a, scale: b },
            "beta" => Distribution::Beta { alpha: a, beta: b },
            "poisson" => Distribution::Poisson { mean: a },
            "counted" => Distribution::Binomial { n: a, p: b },
            other => panic!("{other}"),
        };
        let got = distribution.cdf(x);
        assert!((got - below).abs() <= 1e-12 * below + 2e-16, "{line}: {got}");
        // The inverse of the smaller share leads back to x.
        if fields[0] == "gamma" && below.min(above) > 1e-15 {
            let back = distribution.inverse(below);
            let again = distribution.cdf(back);
            assert!((again - below).abs() <= 1e-12 * below.min(above) + 3e-16, "{line}: {back} {again}");
        }
        rows += 1;
    }
    assert!(rows > 100);
}

#[test]
fn the_inverse_is_the_smallest_value_that_reaches_the_draw() {
    for distribution in all() {
        let mut last = f64::NEG_INFINITY;
        for k in 0..=400 {
            let u = (f64::from(k) + 0.5) / 401.0;
            let x = distribution.inverse(u);
            assert!(x >= last, "{distribution:?} falls at {u}");
            last = x;
            if is_whole(&distribution) {
                assert!(distribution.cdf(x) >= u - 1e-13, "{distribution:?} at {u}");
                assert!(distribution.cdf(x - 1e-9) <= u + 1e-13, "{distribution:?} at {u}");
            } else {
                assert!((distribution.cdf(x) - u).abs() < 1e-13, "{distribution:?} at {u}: {x}");
            }
        }
    }
}

#[test]
fn extreme_draws_give_finite_values() {
    for distribution in all() {
        distribution.check().unwrap();
        for u in [5e-324, 1.0 / 18014398509481984.0, 1.0 - f64::EPSILON / 2.0, 1.0] {
            let x = distribution.inverse(u);
            assert!(x.is_finite(), "{distribution:?} at {u}: {x}");
        }
        assert!(distribution.inverse(f64::NAN).is_nan());
    }
}

#[test]
fn draws_have_the_mean_that_is_said() {
    for distribution in all() {
        let n = 40_000;
        let mean =
            (0..n).map(|k| distribution.inverse((f64::from(k) + 0.5) / f64::from(n))).sum::<f64>() / f64::from(n);
        let expected = distribution.mean();
        assert!((mean - expected).abs() < 2e-3 * (1.0 + expected.abs()), "{distribution:?}: {mean}, not {expected}");
    }
}

/// Kolmogorov's statistic times √n, for a sample whose distribution function is given.
fn kolmogorov(mut sample: Vec<f64>, cdf: impl Fn(f64) -> f64) -> f64 {
    sample.sort_by(f64::total_cmp);
    let n = sample.len() as f64;
    let mut largest: f64 = 0.0;
    for (i, &x) in sample.iter().enumerate() {
        let share = cdf(x);
        largest = largest.max((share - i as f64 / n).abs()).max((share - (i as f64 + 1.0) / n).abs());
    }
    largest * n.sqrt()
}

/// Pearson's statistic over values, neighbours joined until 10 are expected, and its degrees of freedom.
fn pearson(mut sample: Vec<f64>, cdf: impl Fn(f64) -> f64) -> (f64, f64) {
    sample.sort_by(f64::total_cmp);
    let n = sample.len() as f64;
    let (mut statistic, mut cells, mut before, mut at) = (0.0, 0.0, 0.0, 0);
    while at < sample.len() {
        let mut next = at + sample[at..].partition_point(|&x| x <= sample[at]);
        while n * (cdf(sample[next - 1]) - before) < 10.0 && next < sample.len() {
            next += sample[next..].partition_point(|&x| x <= sample[next]);
        }
        let share = if next == sample.len() { 1.0 } else { cdf(sample[next - 1]) };
        let expected = n * (share - before);
        statistic += {
            let off = (next - at) as f64 - expected;
            off * off / expected.max(1.0)
        };
        (before, at, cells) = (share, next, cells + 1.0);
    }
    (statistic, cells - 1.0)
}

/// Holds a sample to its distribution function; one right sample in some 10,000 would fail.
fn hold(what: &str, sample: Vec<f64>, whole: bool, cdf: impl Fn(f64) -> f64) {
    if whole {
        let (statistic, freedom) = pearson(sample, cdf);
        assert!(freedom >= 1.0, "{what}: one cell");
        let bound = freedom + 3.8 * (2.0 * freedom).sqrt() + 9.0;
        assert!(statistic < bound, "{what}: {statistic} of {freedom}");
    } else {
        let statistic = kolmogorov(sample, cdf);
        assert!(statistic < 2.2, "{what}: {statistic}");
    }
}

#[test]
fn draws_follow_their_distribution() {
    for (i, distribution) in all().iter().enumerate() {
        let sample = draws(&format!("draw {i}"), 6000).into_iter().map(|u| distribution.inverse(u)).collect();
        hold(&format!("{distribution:?}"), sample, is_whole(distribution), |x| distribution.cdf(x));
    }
}

#[test]
fn draws_within_bounds_follow_the_cut_distribution() {
    for (i, distribution) in all().iter().enumerate() {
        let (low, high) = (distribution.inverse(0.2), distribution.inverse(0.9));
        if distribution.check_within(low, high).is_err() || low == high {
            continue;
        }
        let whole = is_whole(distribution);
        let first = if whole { distribution.cdf(low - 0.5) } else { distribution.cdf(low) };
        let last = distribution.cdf(high);
        let sample: Vec<f64> =
            draws(&format!("cut {i}"), 6000).into_iter().map(|u| distribution.inverse_within(u, low, high)).collect();
        assert!(sample.iter().all(|&x| x >= low && x <= high), "{distribution:?}");
        hold(&format!("cut {distribution:?}"), sample, whole, |x| (distribution.cdf(x) - first) / (last - first));
    }
}

#[test]
fn a_window_without_bounds_changes_nothing() {
    for distribution in all() {
        for u in draws("open", 50) {
            let free = distribution.inverse(u);
            assert_eq!(distribution.inverse_within(u, f64::NEG_INFINITY, f64::INFINITY), free, "{distribution:?}");
        }
    }
}

#[test]
fn a_window_far_out_keeps_its_digits() {
    let normal = Distribution::Normal { mean: 0.0, sd: 1.0 };
    let (up, down) = (normal.inverse_within(0.5, 9.0, 10.0), normal.inverse_within(0.5, -10.0, -9.0));
    assert!((up - 9.0757).abs() < 1e-3, "{up}");
    assert!((up + down).abs() < 1e-9);
    let gamma = Distribution::Gamma { shape: 2.0, scale: 1.0 };
    let x = gamma.inverse_within(0.5, 60.0, 70.0);
    assert!(x > 60.5 && x < 61.0, "{x}");
}

#[test]
fn counts_within_bounds_are_whole_numbers_within() {
    let poisson = Distribution::Poisson { mean: 4.0 };
    let seen: Vec<f64> = draws("bounds", 500).into_iter().map(|u| poisson.inverse_within(u, 1.5, 5.9)).collect();
    for value in [2.0, 3.0, 4.0, 5.0] {
        assert!(seen.contains(&value));
    }
    assert!(seen.iter().all(|x| [2.0, 3.0, 4.0, 5.0].contains(x)));
    assert!(poisson.inverse_within(0.5, 1.2, 1.8).is_nan());
    assert!(poisson.check_within(1.2, 1.8).is_err());
    assert!(poisson.check_within(5.0, 2.0).is_err());
    assert!(Distribution::Uniform { low: 0.0, high: 1.0 }.check_within(2.0, 3.0).is_err());
    assert!(Distribution::Normal { mean: 0.0, sd: 1.0 }.check_within(-1.0, 3.0).is_ok());
    assert!(Distribution::Normal { mean: 0.5, sd: 0.0 }.check_within(0.0, 1.0).is_ok());
    assert!(Distribution::Constant { value: 2.0 }.check_within(2.0, 3.0).is_ok());
    assert!(Distribution::Constant { value: 1.0 }.check_within(2.0, 3.0).is_err());
}

/// A binomial count by summing masses from products alone, for small n.
fn slow_binomial(n: u32, p: f64, u: f64) -> f64 {
    let mut share = 0.0;
    let mut mass = (0..n).fold(1.0, |mass, _| mass * (1.0 - p));
    for k in 0..n {
        share += mass;
        if share >= u {
            return f64::from(k);
        }
        mass *= f64::from(n - k) / f64::from(k + 1) * (p / (1.0 - p));
    }
    f64::from(n)
}

#[test]
fn binomial_counts_are_right_for_few_and_for_many_trials() {
    for (i, u) in draws("count", 2000).into_iter().enumerate() {
        let n = (i % 50) as u32;
        let p = (i % 97) as f64 / 97.0;
        assert_eq!(binomial_inverse(f64::from(n), p, u), slow_binomial(n, p, u), "{n} {p} {u}");
    }
    // q^n would vanish; both ways meet at their border.
    for u in draws("border", 300) {
        for p in [0.3, 0.5, 0.8] {
            let few = binomial_inverse(1000.0, p, u);
            let many = binomial_inverse(1001.0, p, u);
            assert!((many - few - p).abs() <= 1.0, "{p} {u}: {few} {many}");
        }
        let poisson = (poisson_inverse(300.0, u), poisson_inverse(300.0 + 1e-9, u));
        assert!((poisson.0 - poisson.1).abs() <= f64::from(u8::from(u > 1.0 - 1e-12)), "{u}: {poisson:?}");
        let thin = binomial_inverse(1e15, 2e-13, u);
        assert!((thin - poisson_inverse(200.0, u)).abs() <= 1.0, "{u}: {thin}");
        let huge = binomial_inverse(1e12, 0.5, u);
        assert!((huge - (5e11 + 5e5 * norm_inverse(u))).abs() <= 2.0, "{u}: {huge}");
    }
}

#[test]
fn improper_counts_are_nan_and_certain_ones_certain() {
    for (n, p, u) in [(-1.0, 0.5, 0.5), (5.0, -0.1, 0.5), (5.0, 1.1, 0.5), (f64::NAN, 0.5, 0.5), (5.0, 0.5, f64::NAN)] {
        assert!(binomial_inverse(n, p, u).is_nan(), "{n} {p} {u}");
    }
    assert!(binomial_inverse(5000.0, 0.5, f64::NAN).is_nan());
    assert!(binomial_inverse(5000.0, f64::NAN, 0.5).is_nan());
    for n in [0.0, 1.0, 30.0, 900.0, 5000.0, 1e6, 1e12] {
        for u in [1e-300, 0.5, 1.0] {
            assert_eq!(binomial_inverse(n, 0.0, u), 0.0);
            assert_eq!(binomial_inverse(n, 1.0, u), n, "{n} {u}");
            assert!(binomial_inverse(n, 0.3, u) <= n);
        }
    }
    assert_eq!(binomial_inverse(2.9, 1.0, 0.5), 2.0);
    assert!(binomial_inverse(300.0, 0.01, 1.0) < 40.0);
    assert!(poisson_inverse(-1.0, 0.5).is_nan());
    assert!(poisson_inverse(f64::INFINITY, 0.5).is_nan());
    assert_eq!(poisson_inverse(0.0, 1.0), 0.0);
}

#[test]
fn columns_of_counts_have_the_bits_of_single_ones() {
    let u = draws("column", 1003);
    let p: Vec<f64> =
        draws("chance", 1003).iter().enumerate().map(|(i, u)| if i % 91 == 0 { f64::NAN } else { *u }).collect();
    let n: Vec<f64> = (0..1003).map(|i| if i % 37 == 0 { 1500.0 } else { f64::from(i % 331) - 1.0 }).collect();
    let mut out = vec![0.0; 1003];
    binomial_inverse_columns(&n, &p, &u, &mut out);
    for i in 0..1003 {
        let single = binomial_inverse(n[i], p[i], u[i]);
        assert!(out[i].to_bits() == single.to_bits() || (out[i].is_nan() && single.is_nan()), "{i}");
    }
}

/// The ranks of a sample, from 0 to 1.
fn ranks(sample: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..sample.len()).collect();
    order.sort_by(|&a, &b| sample[a].total_cmp(&sample[b]));
    let mut ranks = vec![0.0; sample.len()];
    for (rank, &i) in order.iter().enumerate() {
        ranks[i] = (rank as f64 + 0.5) / sample.len() as f64;
    }
    ranks
}

#[test]
fn a_child_has_the_rank_correlation_that_was_asked_for() {
    let n = 20_000;
    let parent: Vec<f64> = draws("parent", n).into_iter().map(norm_inverse).collect();
    for rho in [-1.0, -0.6, 0.0, 0.3, 0.9, 1.0] {
        let child: Vec<f64> = draws("child", n).iter().zip(&parent).map(|(&u, &z)| correlated(z, u, rho)).collect();
        let product: f64 = ranks(&parent).iter().zip(ranks(&child)).map(|(a, b)| (a - 0.5) * (b - 0.5)).sum();
        assert!((12.0 * product / n as f64 - rho).abs() < 0.02, "{rho}");
        assert!(kolmogorov(child, norm_cdf) < 2.2, "{rho}");
    }
    assert_eq!(correlated(1.25, 0.3, 1.0), 1.25);
    assert_eq!(correlated(1.25, 0.3, 0.0), norm_inverse(0.3));
}

#[test]
fn parameters_that_make_no_sense_are_told_in_a_sentence() {
    use Distribution::*;
    let cases = [
        (Normal { mean: 0.0, sd: -1.0 }, "a normal's sd must not be negative, as -1 is"),
        (
            Triangular { low: 0.0, mode: 2.0, high: 1.0 },
            "a triangular is [low, mode, high] in rising order, not [0, 2, 1]",
        ),
        (Uniform { low: 3.0, high: 2.0 }, "a uniform's low, 3, is above its high, 2"),
        (Beta { alpha: 0.0, beta: 1.0 }, "a beta's alpha must be above 0, not 0"),
        (Gamma { shape: 1e9, scale: 1.0 }, "a gamma's shape must be at most 1e8, not 1000000000: a normal will do"),
        (Poisson { mean: f64::INFINITY }, "a poisson's mean must be a finite number, not inf"),
        (Bernoulli { p: 1.5 }, "a bernoulli's p must be a chance from 0 to 1, not 1.5"),
        (Binomial { n: 2.5, p: 0.5 }, "a binomial's n must be a whole number, not 2.5"),
        (Constant { value: f64::NAN }, "a constant must be a finite number, not NaN"),
    ];
    for (distribution, sentence) in cases {
        assert_eq!(distribution.check().unwrap_err(), sentence);
    }
    assert!(Distribution::beta_of(0.5, 0.5).is_err());
    assert!(Distribution::lognormal_of(-1.0, 0.5).is_err());
    assert!(self::Choice::new(&[]).is_err());
    assert!(self::Choice::new(&[(1.0, -1.0)]).is_err());
    assert!(self::Choice::new(&[(1.0, 0.0)]).is_err());
}
