//! The elementary functions against references of 60 digits, at their edges, and column against single call.

use super::functions::*;

/// function, x, y, the value as a double, as bits, what rounding it lost in ulp.
const REFERENCES: &str = include_str!("../../tests/data/functions.csv");

fn bits(text: &str) -> f64 {
    f64::from_bits(u64::from_str_radix(text, 16).unwrap())
}

/// The distance from `near` to the next larger size.
fn ulp(near: f64) -> f64 {
    f64::from_bits(near.abs().to_bits() + 1) - near.abs()
}

/// The largest error in ulp of a function over its references, and where.
fn largest_error(name: &str, function: impl Fn(f64, f64) -> f64) -> f64 {
    let mut largest: f64 = 0.0;
    let mut count = 0;
    for line in REFERENCES.lines() {
        let fields: Vec<&str> = line.split(',').collect();
        if fields[0] != name {
            continue;
        }
        let [x, y, near] = [1, 2, 3].map(|i| bits(fields[i]));
        let lost: f64 = fields[4].parse().unwrap();
        let got = function(x, y);
        let error = ((got - near) / ulp(near) - lost).abs();
        assert!(error.is_finite(), "{name}({x:e}, {y:e}) = {got:e}, not {near:e}");
        if error > largest {
            largest = error;
            println!("{name}({x:e}, {y:e}): {error:.3} ulp");
        }
        count += 1;
    }
    assert!(count > 50, "references of {name}");
    largest
}

#[test]
fn every_function_is_as_accurate_as_its_page_says() {
    assert!(largest_error("exp", |x, _| exp(x)) < 1.0);
    assert!(largest_error("ln", |x, _| ln(x)) < 1.0);
    assert!(largest_error("logistic", |x, _| logistic(x)) < 2.0);
    assert!(largest_error("pow", pow) < 1.0);
    assert!(largest_error("norm_cdf", |x, _| norm_cdf(x)) < 10.0);
    assert!(largest_error("norm_inverse", |x, _| norm_inverse(x)) < 10.0);
}

#[test]
fn the_edges_of_exp_and_ln() {
    assert_eq!(exp(0.0), 1.0);
    assert_eq!(exp(-0.0), 1.0);
    assert_eq!(exp(709.79), f64::INFINITY);
    assert!(exp(709.78).is_finite());
    assert_eq!(exp(f64::INFINITY), f64::INFINITY);
    assert_eq!(exp(f64::NEG_INFINITY), 0.0);
    assert_eq!(exp(-745.14), 0.0);
    assert_eq!(exp(-745.13), 5e-324);
    assert!(exp(f64::NAN).is_nan());
    assert_eq!(ln(1.0), 0.0);
    assert_eq!(ln(0.0), f64::NEG_INFINITY);
    assert_eq!(ln(-0.0), f64::NEG_INFINITY);
    assert_eq!(ln(f64::INFINITY), f64::INFINITY);
    for x in [-1.0, -5e-324, f64::NEG_INFINITY, f64::NAN] {
        assert!(ln(x).is_nan());
    }
}

#[test]
fn the_edges_of_logistic() {
    assert_eq!(logistic(0.0), 0.5);
    assert_eq!(logistic(f64::INFINITY), 1.0);
    assert_eq!(logistic(f64::NEG_INFINITY), 0.0);
    assert!(logistic(-744.0) > 0.0);
    assert!(logistic(f64::NAN).is_nan());
}

#[test]
fn the_edges_of_pow() {
    let inf = f64::INFINITY;
    let cases = [
        (0.0, 0.0, 1.0),
        (inf, 0.0, 1.0),
        (0.0, 0.5, 0.0),
        (0.0, -0.5, inf),
        (0.0, -3.0, inf),
        (inf, 0.5, inf),
        (inf, -0.5, 0.0),
        (1.0, inf, 1.0),
        (1.0, 1e300, 1.0),
        (2.0, 1e300, inf),
        (0.5, 1e300, 0.0),
        (0.5, -inf, inf),
        (2.0, -1e19, 0.0),
        (-2.0, 3.0, -8.0),
        (-2.0, -2.0, 0.25),
        (-1.0, 65.0, -1.0),
        (-1.0, 66.0, 1.0),
        (-1.0, 9007199254740991.0, -1.0),
        (-1.0, 9007199254740992.0, 1.0),
        (4.0, 0.5, 2.0),
        (1e-200, 2.0, 0.0),
        (2.0, -1074.0, 5e-324),
        (2.0, 1023.0, f64::from_bits(0x7fe0_0000_0000_0000)),
        (2.0, 1024.0, inf),
    ];
    for (x, y, value) in cases {
        assert_eq!(pow(x, y).to_bits(), f64::to_bits(value), "{x}^{y} = {}", pow(x, y));
    }
    assert!(pow(-2.0, 0.5).is_nan());
    assert!(pow(-2.0, 80.5).is_nan());
    assert!(pow(f64::NAN, 0.0).is_nan());
    assert!(pow(1.0, f64::NAN).is_nan());
}

#[test]
fn whole_powers_are_the_fixed_multiplications() {
    for x in [0.98, -1.7, 3.25, 1e-3] {
        assert_eq!(powi(x, 1), x);
        assert_eq!(powi(x, 2), x * x);
        assert_eq!(powi(x, 3), x * (x * x));
        assert_eq!(powi(x, 5), x * ((x * x) * (x * x)));
        assert_eq!(powi(x, -2), 1.0 / (x * x));
        for n in -200..=200 {
            assert_eq!(powi(x, n).to_bits(), pow(x, f64::from(n)).to_bits(), "{x}^{n}");
        }
    }
}

#[test]
fn the_edges_of_the_normal_distribution() {
    assert_eq!(norm_cdf(0.0), 0.5);
    assert_eq!(norm_cdf(f64::INFINITY), 1.0);
    assert_eq!(norm_cdf(f64::NEG_INFINITY), 0.0);
    assert!(norm_cdf(f64::NAN).is_nan());
    assert_eq!(norm_inverse(0.5), 0.0);
    assert_eq!(norm_inverse(1.0), norm_inverse(1.0 - f64::EPSILON / 2.0));
    assert!((norm_inverse(1.0) - 8.2095).abs() < 1e-4);
    assert_eq!(norm_inverse(0.0), f64::NEG_INFINITY);
    assert!(norm_inverse(-0.1).is_nan());
    assert!(norm_inverse(f64::NAN).is_nan());
    for k in 1..1024 {
        let u = f64::from(k) / 1024.0;
        assert_eq!(norm_inverse(u), -norm_inverse(1.0 - u));
        assert!((norm_cdf(norm_inverse(u)) - u).abs() < 1e-15);
    }
}

#[test]
fn a_column_has_the_bits_of_single_calls() {
    let x: Vec<f64> = (0..1003).map(|i| f64::from(i - 500) * 1.37).collect();
    let mut column = vec![0.0; x.len()];
    for (out, &x) in column.iter_mut().zip(&x) {
        *out = pow(exp(x * 0.01), ln(x.abs()) + norm_inverse(logistic(x)) + norm_cdf(x));
    }
    for (i, &x) in x.iter().enumerate() {
        let x = std::hint::black_box(x);
        let single = pow(exp(x * 0.01), ln(x.abs()) + norm_inverse(logistic(x)) + norm_cdf(x));
        assert_eq!(column[i].to_bits(), single.to_bits(), "at {x}");
    }
}
