//! Every distribution of an uncertainty, from its spelling in the file to the values of the runs.

use super::tests_of_fit::{Continuous, counts_fit, poisson, rank_correlation, tally};
use super::{Model, Sample, is_known};

const RUNS: u64 = 20_000;

fn drawn(uncertainties: &str) -> Sample {
    let clock = "clock: { start: 2024-01-01, tick: 1 week, ticks: 1 }";
    Model::new(&format!("{clock}\nactors: {{ one: {{}} }}\nuncertainties:\n{uncertainties}\n")).sample(3, RUNS)
}

fn normal(x: f64, mean: f64, sd: f64) -> f64 {
    (-0.5 * ((x - mean) / sd).powi(2)).exp()
}

#[test]
fn continuous_uncertainties_are_distributed_as_they_say() {
    let sample = drawn(
        "
  uniform_one: { uniform: [-1, 3] }
  triangular_one: { triangular: [0.2, 0.45, 0.8] }
  normal_one: { normal: { mean: 1, sd: 0.15 } }
  lognormal_one: { lognormal: { mean: 2, sd: 1.5 } }
  median_one: { lognormal: { median: 2, sigma: 0.5 } }
  beta_one: { beta: [2.5, 1.5] }
  share_one: { beta: { mean: 0.3, sd: 0.15 } }
  gamma_one: { gamma: [2.5, 2] }
  gamma_mean: { gamma: { mean: 6, sd: 2 } }
  exponential_one: { exponential: 4 }
",
    );
    let fits = |name: &str, low: f64, high: f64, density: &dyn Fn(f64) -> f64| {
        let values = sample.drawn(name);
        assert!(values.iter().all(|x| (low..=high).contains(x)), "{name} leaves {low} to {high}");
        Continuous::new(low, high, density).fits(name, values);
    };
    fits("uniform_one", -1.0, 3.0, &|_| 1.0);
    fits("triangular_one", 0.2, 0.8, &|x| if x < 0.45 { (x - 0.2) / 0.25 } else { (0.8 - x) / 0.35 });
    fits("normal_one", 0.0, 2.0, &|x| normal(x, 1.0, 0.15));
    // Mean and deviation of the variable itself: the logarithm's variance is ln(1 + sd²/mean²).
    let variance = (1.0_f64 + 1.5 * 1.5 / 4.0).ln();
    fits("lognormal_one", 0.0, 200.0, &|x| normal(x.ln(), 2.0_f64.ln() - variance / 2.0, variance.sqrt()) / x);
    fits("median_one", 0.0, 40.0, &|x| normal(x.ln(), 2.0_f64.ln(), 0.5) / x);
    fits("beta_one", 0.0, 1.0, &|x| x.powf(1.5) * (1.0 - x).max(0.0).powf(0.5));
    let size = 0.3 * 0.7 / (0.15 * 0.15) - 1.0;
    fits("share_one", 0.0, 1.0, &|x| x.powf(0.3 * size - 1.0) * (1.0 - x).max(0.0).powf(0.7 * size - 1.0));
    fits("gamma_one", 0.0, 80.0, &|x| x.powf(1.5) * (-x / 2.0).exp());
    // Shape mean²/sd², scale sd²/mean.
    fits("gamma_mean", 0.0, 60.0, &|x| x.powf(8.0) * (-x / (4.0 / 6.0)).exp());
    fits("exponential_one", 0.0, 120.0, &|x| (-x / 4.0).exp());
}

#[test]
fn within_truncates_and_does_not_pile_up_at_the_ends() {
    let sample = drawn(
        "
  normal_one: { normal: { mean: 1, sd: 0.5 }, within: [0.5, 1.2] }
  tail: { exponential: { mean: 1 }, within: [2, null] }
  gamma_one: { gamma: [2, 1], within: [0, 3] }
  triangular_one: { triangular: [0, 0, 1], within: [0.5, 1] }
  few: { poisson: 3, within: [1, 5] }
",
    );
    Continuous::new(0.5, 1.2, |x| normal(x, 1.0, 0.5)).fits("normal_one", sample.drawn("normal_one"));
    Continuous::new(2.0, 40.0, |x| (-x).exp()).fits("tail", sample.drawn("tail"));
    Continuous::new(0.0, 3.0, |x| x * (-x).exp()).fits("gamma_one", sample.drawn("gamma_one"));
    Continuous::new(0.5, 1.0, |x| 1.0 - x).fits("triangular_one", sample.drawn("triangular_one"));
    let inside: f64 = poisson(3.0, 9)[1..=5].iter().sum();
    let shares: Vec<f64> =
        (0..=6).map(|count| if (1..=5).contains(&count) { poisson(3.0, 9)[count] / inside } else { 0.0 }).collect();
    counts_fit("few", &tally(sample.drawn("few"), 6), &shares);
}

#[test]
fn counts_and_choices_have_their_shares() {
    let sample = drawn(
        "
  fixed: { constant: 2.5 }
  bare: 3
  rare: { poisson: { mean: 0.4 } }
  common: { poisson: 12 }
  coin: { bernoulli: 0.3 }
  even: { choice: [0, 1, 2, 3] }
  weighted: { choice: [[0, 1], [1, 3], [4, 6]] }
  listed: { choice: { values: [5, 0], weights: [0.2, 0.8] } }
",
    );
    assert!(sample.drawn("fixed").iter().all(|x| *x == 2.5) && sample.drawn("bare").iter().all(|x| *x == 3.0));
    let fits = |name: &str, shares: &[f64]| counts_fit(name, &tally(sample.drawn(name), shares.len() - 1), shares);
    fits("rare", &poisson(0.4, 8));
    fits("common", &poisson(12.0, 40));
    fits("coin", &[0.7, 0.3, 0.0]);
    fits("even", &[0.25, 0.25, 0.25, 0.25, 0.0]);
    fits("weighted", &[0.1, 0.3, 0.0, 0.0, 0.6, 0.0]);
    fits("listed", &[0.8, 0.0, 0.0, 0.0, 0.0, 0.2]);
    is_known("common", sample.drawn("common"), 12.0);
}

#[test]
fn a_rank_correlation_is_kept_and_each_keeps_its_own_distribution() {
    let sample = drawn(
        "
  parent: { normal: [0, 1] }
  child: { gamma: [2, 1], with: { parent: 0.6 } }
  against: { uniform: [0, 1], with: { child: -0.8 } }
  trimmed: { exponential: 1, within: [0.5, 2], with: { parent: 0.5 } }
  alone: { uniform: [0, 1] }
",
    );
    let n = RUNS as f64;
    let correlates = |a: &str, b: &str, known: f64| {
        let found = rank_correlation(sample.drawn(a), sample.drawn(b));
        // The error of a rank correlation is at most 1/√(n − 1) or a little more.
        assert!((found - known).abs() < 4.0 / n.sqrt(), "{a} and {b}: {found}, not {known}");
    };
    correlates("parent", "child", 0.6);
    correlates("child", "against", -0.8);
    correlates("parent", "trimmed", 0.5);
    correlates("parent", "alone", 0.0);
    // Scores follow each other in a chain: what is between parent and grandchild is the product of the scores' own.
    let score = |rank: f64| 2.0 * (std::f64::consts::PI * rank / 6.0).sin();
    let rank = |score: f64| 6.0 / std::f64::consts::PI * (score / 2.0).asin();
    correlates("parent", "against", rank(score(0.6) * score(-0.8)));
    Continuous::new(0.0, 40.0, |x| x * (-x).exp()).fits("child", sample.drawn("child"));
    Continuous::new(0.0, 1.0, |_| 1.0).fits("against", sample.drawn("against"));
    Continuous::new(0.5, 2.0, |x| (-x).exp()).fits("trimmed", sample.drawn("trimmed"));
}

#[test]
fn a_parameter_may_be_drawn_itself() {
    // A Poisson count whose mean is exponential is geometric.
    let sample = drawn("  count: { poisson: rate }\n  rate: { exponential: 2 }");
    let mut shares: Vec<f64> = (0..30).map(|count| (2.0_f64 / 3.0).powi(count) / 3.0).collect();
    shares.push(1.0 - shares.iter().sum::<f64>());
    counts_fit("a mixed count", &tally(sample.drawn("count"), 30), &shares);
}

#[test]
fn draws_in_rules_are_uniform_and_normal_and_independent_from_tick_to_tick() {
    let sample = Model::new(
        "
clock: { start: 2024-01-01, tick: 1 week, ticks: 2 }
actors:
  one:
    state: { u: 0, z: 0, u_before: 0, z_before: 0, z_labelled: 0 }
    policy:
      roll:
        then:
          - set: { u_before: u, z_before: z }
          - set: { u: uniform(), z: normal(), z_labelled: normal(other) }
outcomes:
  the_u: one.u
  the_z: one.z
  the_u_before: one.u_before
  the_z_before: one.z_before
  the_z_labelled: one.z_labelled
",
    )
    .sample(3, RUNS);
    for name in ["the_u", "the_u_before"] {
        Continuous::new(0.0, 1.0, |_| 1.0).fits(name, sample.outcome(name));
    }
    for name in ["the_z", "the_z_before", "the_z_labelled"] {
        Continuous::new(-6.0, 6.0, |x| normal(x, 0.0, 1.0)).fits(name, sample.outcome(name));
    }
    for (a, b) in
        [("the_u", "the_u_before"), ("the_z", "the_z_before"), ("the_u", "the_z"), ("the_z", "the_z_labelled")]
    {
        let found = rank_correlation(sample.outcome(a), sample.outcome(b));
        assert!(found.abs() < 4.0 / (RUNS as f64).sqrt(), "{a} and {b} go together: {found}");
    }
}

#[test]
fn an_error_of_sight_is_right_on_average() {
    let sample = Model::new(
        "
clock: { start: 2024-01-01, tick: 1 week, ticks: 1 }
actors:
  one: { state: { n: 10 } }
  two:
    sees: { one.n: { error: { sd: 0.3 } } }
    state: { saw: 0 }
    policy: { look: { then: [{ set: { saw: one.n } }] } }
outcomes: { the_saw: two.saw }
",
    )
    .sample(3, RUNS);
    is_known("what is seen", sample.outcome("the_saw"), 10.0);
    Continuous::new(0.0, 60.0, |x| normal(x.ln(), 10.0_f64.ln() - 0.045, 0.3) / x)
        .fits("sight", sample.outcome("the_saw"));
}
