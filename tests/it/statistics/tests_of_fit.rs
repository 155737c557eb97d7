//! Tests of fit, written without the crate's own numerics: a distribution is given by its density and integrated.

/// A continuous distribution function, integrated from a density that need not be normalised.
pub struct Continuous {
    low: f64,
    step: f64,
    /// The share below each point of an even grid.
    below: Vec<f64>,
}

const CELLS: usize = 40_000;

impl Continuous {
    /// From a density on an interval, by Simpson's rule in each cell.
    pub fn new(low: f64, high: f64, density: impl Fn(f64) -> f64) -> Self {
        let step = (high - low) / CELLS as f64;
        let mut sum = 0.0;
        let mut below = vec![0.0];
        for cell in 0..CELLS {
            let x = low + cell as f64 * step;
            // Not quite at the ends, where a density may have no value.
            let (left, middle, right) = (density(x + 1e-9 * step), density(x + step / 2.0), density(x + step));
            sum += (left + 4.0 * middle + right) * step / 6.0;
            below.push(sum);
        }
        below.iter_mut().for_each(|share| *share /= sum);
        Self { low, step, below }
    }

    fn below(&self, x: f64) -> f64 {
        let place = ((x - self.low) / self.step).clamp(0.0, CELLS as f64);
        let cell = (place.floor() as usize).min(CELLS - 1);
        self.below[cell] + (place - cell as f64) * (self.below[cell + 1] - self.below[cell])
    }

    /// The test of Kolmogorov and Smirnov: the greatest distance between both distribution functions, times √n. Above
    /// 2.23 it would be one in ten thousand.
    pub fn fits(&self, what: &str, values: &[f64]) {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len() as f64;
        let mut distance: f64 = 0.0;
        for (i, x) in sorted.iter().enumerate() {
            let expected = self.below(*x);
            distance = distance.max(expected - i as f64 / n).max((i + 1) as f64 / n - expected);
        }
        let statistic = distance * n.sqrt();
        assert!(statistic < 2.23, "{what} is not so distributed: {statistic}");
    }
}

/// Pearson's test of counts: the sum of (found − expected)²/expected is about its degrees of freedom, give or take.
/// What is expected less than eight times is put together.
pub fn counts_fit(what: &str, found: &[u64], shares: &[f64]) {
    assert_eq!(found.len(), shares.len());
    let all = found.iter().sum::<u64>() as f64;
    let (mut sum, mut cells) = (0.0, 0);
    let mut rest = (0.0, 0.0);
    for (found, share) in found.iter().zip(shares) {
        let (found, expected) = (*found as f64, share * all);
        if expected < 8.0 {
            rest = (rest.0 + found, rest.1 + expected);
            continue;
        }
        sum += (found - expected).powi(2) / expected;
        cells += 1;
    }
    if rest.1 > 0.5 {
        sum += (rest.0 - rest.1).powi(2) / rest.1;
        cells += 1;
    } else {
        assert!(rest.0 < 8.0, "{what}: {} values where there should hardly be any", rest.0);
    }
    let freedom = f64::from(cells - 1);
    let limit = freedom + 4.0 * (2.0 * freedom).sqrt() + 4.0;
    assert!(sum < limit, "{what}: chi-square {sum} with {freedom} degrees of freedom");
}

/// How often each whole number from 0 to below `most` occurs; the last place counts all that are not less.
pub fn tally(values: &[f64], most: usize) -> Vec<u64> {
    let mut counts = vec![0; most + 1];
    for value in values {
        assert!(*value >= 0.0 && value.fract() == 0.0, "{value} is no count");
        counts[(*value as usize).min(most)] += 1;
    }
    counts
}

/// The chance of each number of hits among `n`.
pub fn binomial(n: usize, p: f64) -> Vec<f64> {
    let mut shares = vec![1.0];
    for _ in 0..n {
        let mut next = vec![0.0; shares.len() + 1];
        for (hits, share) in shares.iter().enumerate() {
            next[hits] += share * (1.0 - p);
            next[hits + 1] += share * p;
        }
        shares = next;
    }
    shares
}

/// The chance of each count below `most`, and of all that are not less.
pub fn poisson(mean: f64, most: usize) -> Vec<f64> {
    let mut share = (-mean).exp();
    let mut shares = Vec::new();
    for count in 0..most {
        shares.push(share);
        share *= mean / (count + 1) as f64;
    }
    shares.push(1.0 - shares.iter().sum::<f64>());
    shares
}

/// Spearman's rank correlation of values that are all different.
pub fn rank_correlation(a: &[f64], b: &[f64]) -> f64 {
    let ranks = |values: &[f64]| {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|i, j| values[*i].total_cmp(&values[*j]));
        let mut ranks = vec![0.0; values.len()];
        order.into_iter().enumerate().for_each(|(rank, i)| ranks[i] = rank as f64);
        ranks
    };
    let n = a.len() as f64;
    let squares: f64 = ranks(a).iter().zip(ranks(b)).map(|(x, y)| (x - y).powi(2)).sum();
    1.0 - 6.0 * squares / (n * (n * n - 1.0))
}

#[test]
fn the_tests_of_fit_find_what_does_not_fit() {
    let values: Vec<f64> = (0..2000).map(|i| (f64::from(i) + 0.5) / 2000.0).collect();
    Continuous::new(0.0, 1.0, |_| 1.0).fits("an even sample", &values);
    let wrong = std::panic::catch_unwind(|| Continuous::new(0.0, 1.0, |x| 1.0 + x).fits("it", &values));
    assert!(wrong.is_err(), "a slope is seen");
    counts_fit("an even die", &[100, 104, 96, 100], &[0.25; 4]);
    assert!(std::panic::catch_unwind(|| counts_fit("a loaded die", &[160, 80, 80, 80], &[0.25; 4])).is_err());
    assert!((rank_correlation(&[1.0, 2.0, 3.0], &[2.0, 4.0, 9.0]) - 1.0).abs() < 1e-12);
    assert!((binomial(3, 0.5)[1] - 0.375).abs() < 1e-12);
    assert!((poisson(2.0, 3)[2] - 2.0 * (-2.0_f64).exp()).abs() < 1e-12);
}
