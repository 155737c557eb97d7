//! A forecast made of runs: each run's value blurred by a normal error, together a mixture of normals.

use super::WeightedSorted;
use super::crps::{Crps, folded_mean};
use super::distances::blurred_distances;
use crate::numerics::functions::norm_cdf;

/// Where the normal distribution's function is 0 or 1 to the last digit.
const FAR: f64 = 9.0;

/// Runs of one value.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Atom {
    value: f64,
    /// Their share of all weight.
    weight: f64,
    /// The sum of the squares of their shares.
    square: f64,
    /// The weight of all atoms below.
    below: f64,
}

/// Weighted values, each standing for a normal distribution around it; with a deviation of 0 for itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    atoms: Vec<Atom>,
    sd: f64,
    /// For quantiles where nothing is blurred.
    sorted: WeightedSorted,
}

impl Mixture {
    /// Of values with their weights and the standard deviation of what blurs them. NaN stands for a run without a value; it is
    /// left out, as is what weighs nothing. `None` if nothing is left.
    pub fn new(values: &[f64], weights: &[f64], sd: f64) -> Option<Self> {
        let pairs = values.iter().copied().zip(weights.iter().copied());
        let mut pairs: Vec<(f64, f64)> = pairs.filter(|(value, weight)| !value.is_nan() && *weight > 0.0).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let all: f64 = pairs.iter().map(|(_, weight)| weight).sum();
        if pairs.is_empty() || !all.is_finite() {
            return None;
        }
        let mut atoms: Vec<Atom> = Vec::new();
        let mut below = 0.0;
        for (value, weight) in pairs {
            let share = weight / all;
            match atoms.last_mut() {
                Some(atom) if atom.value == value => {
                    atom.weight += share;
                    atom.square += share * share;
                }
                _ => atoms.push(Atom { value, weight: share, square: share * share, below }),
            }
            below += share;
        }
        let sorted = if sd > 0.0 { WeightedSorted::default() } else { WeightedSorted::new(values, weights) };
        Some(Self { atoms, sd, sorted })
    }

    /// The chance of at most `x`; where nothing is blurred, a value of exactly `x` counts half.
    ///
    /// At what was observed this is the probability integral transform (Dawid 1984): uniform if the forecast is right.
    pub fn below(&self, x: f64) -> f64 {
        let reach = FAR * self.sd;
        let from = self.atoms.partition_point(|atom| atom.value < x - reach);
        let near = self.atoms.get(from..).unwrap_or_default().iter().take_while(|atom| atom.value <= x + reach);
        let sure = match self.atoms.get(from) {
            Some(atom) => atom.below,
            None => 1.0,
        };
        let share = |atom: &Atom| if self.sd > 0.0 { norm_cdf((x - atom.value) / self.sd) } else { 0.5 };
        (sure + near.map(|atom| atom.weight * share(atom)).sum::<f64>()).min(1.0)
    }

    /// The value below which a `share` (0 to 1, ends excluded) of the forecast lies; `None` if it is not finite.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        if self.sd <= 0.0 {
            return self.sorted.quantile(share).filter(|value| value.is_finite());
        }
        let (first, last) = (self.atoms.first()?, self.atoms.last()?);
        let (mut low, mut high) = (first.value - FAR * self.sd, last.value + FAR * self.sd);
        // Halved until only rounding is left; 200 times is more than any two doubles of this size need.
        for _ in 0..200 {
            let middle = low + (high - low) / 2.0;
            if high - low <= 1e-13 * (low.abs() + high.abs()) + 1e-12 * self.sd {
                break;
            }
            if self.below(middle) < share {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(low + (high - low) / 2.0).filter(|value| value.is_finite())
    }

    /// The score at what was observed, of the distribution that the runs were drawn from; `None` for a single run or when
    /// it is not finite.
    ///
    /// A mixture of normals has it in closed form (Grimit et al. 2006, equation 5). The mean distance of two runs is taken over
    /// pairs of different runs alone, which makes the estimate unbiased however few there are: the fair score of Ferro,
    /// Richardson & Weigel (2008), "On the effect of ensemble size on the discrete and continuous ranked probability scores".
    /// Its error is that of a mean over runs of what each contributes (Hoeffding 1948 on U-statistics).
    pub fn fair_crps(&self, observed: f64) -> Option<Crps> {
        let squares: f64 = self.atoms.iter().map(|atom| atom.square).sum();
        let others = 1.0 - squares;
        if others <= 1e-12 {
            return None;
        }
        let (near, pairs) = self.parts(observed);
        let (mut from_observed, mut apart) = (0.0, 0.0);
        for ((atom, near), pair) in self.atoms.iter().zip(&near).zip(&pairs) {
            from_observed += atom.weight * near;
            apart += atom.weight * pair;
        }
        let alike = folded_mean(0.0, self.sd * std::f64::consts::SQRT_2);
        let score = from_observed - 0.5 * ((apart - squares * alike) / others);
        let mean = from_observed - apart;
        let contributions = self.atoms.iter().zip(near.iter().zip(&pairs));
        let spread: f64 = contributions
            .map(|(atom, (near, pair))| {
                let away = near - pair - mean;
                atom.square * away * away
            })
            .sum();
        let error = (spread / others).sqrt();
        (score.is_finite() && error.is_finite()).then_some(Crps { score, error })
    }

    /// The score of this very distribution, not of one that it is a sample of.
    pub fn crps(&self, observed: f64) -> Option<Crps> {
        let (near, pairs) = self.parts(observed);
        let terms = self.atoms.iter().zip(near.iter().zip(&pairs));
        let score: f64 = terms.map(|(atom, (near, pair))| atom.weight * (near - 0.5 * pair)).sum();
        score.is_finite().then_some(Crps { score, error: 0.0 })
    }

    /// For each atom the mean distance from what was observed, and from all atoms.
    fn parts(&self, observed: f64) -> (Vec<f64>, Vec<f64>) {
        let points: Vec<(f64, f64)> = self.atoms.iter().map(|atom| (atom.value, atom.weight)).collect();
        let near = points.iter().map(|(value, _)| folded_mean(observed - value, self.sd)).collect();
        (near, blurred_distances(&points, self.sd * std::f64::consts::SQRT_2))
    }
}

#[cfg(test)]
mod tests {
    use super::super::normal_crps;
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn uniform(dice: &mut ChaCha8Rng) -> f64 {
        ((dice.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Standard normal values.
    fn normals(count: usize, seed: u64) -> Vec<f64> {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        (0..count).map(|_| crate::numerics::functions::norm_inverse(uniform(&mut dice))).collect()
    }

    /// ∫ (F(x) − 1{x ≥ y})² dx by the midpoint rule on both sides of y.
    fn integrated(mixture: &Mixture, observed: f64, low: f64, high: f64) -> f64 {
        let side = |from: f64, to: f64, step: f64| -> f64 {
            let width = (to - from) / 200_000.0;
            let squares = (0..200_000).map(|i| {
                let away = mixture.below(from + (f64::from(i) + 0.5) * width) - step;
                away * away
            });
            squares.sum::<f64>() * width
        };
        side(low, observed, 0.0) + side(observed, high, 1.0)
    }

    #[test]
    fn the_closed_form_is_the_integral() {
        let (values, weights) = ([0.0, 1.0, 1.0, 4.0, 9.5], [1.0, 2.0, 1.0, 0.5, 3.0]);
        for (sd, observed) in [(0.3, 1.2), (2.0, -3.0), (7.0, 20.0)] {
            let mixture = Mixture::new(&values, &weights, sd).unwrap();
            let wanted = integrated(&mixture, observed, -80.0, 90.0);
            let found = mixture.crps(observed).unwrap().score;
            assert!((found - wanted).abs() < 1e-6, "{sd}: {found} for {wanted}");
        }
        let sharp = Mixture::new(&values, &weights, 0.0).unwrap();
        assert!((sharp.crps(3.0).unwrap().score - integrated(&sharp, 3.0, -1.0, 11.0)).abs() < 1e-4);
    }

    #[test]
    fn a_single_normal_is_scored_as_such() {
        let mixture = Mixture::new(&[2.0], &[1.0], 1.5).unwrap();
        assert!((mixture.crps(4.0).unwrap().score - normal_crps(2.0, 1.5, 4.0)).abs() < 1e-12);
        assert_eq!(mixture.fair_crps(4.0), None);
    }

    #[test]
    fn few_runs_are_scored_as_many_would_be_on_average() {
        // Of five normal runs and an error, the score of what they come from is N(0, 1 + 0.25) at 0.7.
        let wanted = normal_crps(0.0, 1.25_f64.sqrt(), 0.7);
        let (mut fair, mut naive) = (0.0, 0.0);
        for group in normals(50_000, 3).chunks(5) {
            let mixture = Mixture::new(group, &[1.0; 5], 0.5).unwrap();
            fair += mixture.fair_crps(0.7).unwrap().score / 10_000.0;
            naive += mixture.crps(0.7).unwrap().score / 10_000.0;
        }
        assert!((fair - wanted).abs() < 0.006, "{fair} for {wanted}");
        assert!(naive - wanted > 0.03, "{naive} must be too large");
    }

    #[test]
    fn the_error_says_how_far_scores_scatter() {
        let scores: Vec<(f64, f64)> = normals(60_000, 4)
            .chunks(200)
            .map(|group| Mixture::new(group, &[1.0; 200], 0.3).unwrap().fair_crps(0.8).unwrap())
            .map(|crps| (crps.score, crps.error))
            .collect();
        let count = scores.len() as f64;
        let mean = scores.iter().map(|(score, _)| score).sum::<f64>() / count;
        let scatter = (scores.iter().map(|(score, _)| (score - mean) * (score - mean)).sum::<f64>() / count).sqrt();
        let told = scores.iter().map(|(_, error)| error).sum::<f64>() / count;
        assert!((told / scatter - 1.0).abs() < 0.15, "{told} for {scatter}");
    }

    #[test]
    fn quantiles_and_shares_undo_each_other() {
        for sd in [0.01, 1.0, 30.0] {
            let mixture = Mixture::new(&normals(500, 5), &[2.0; 500], sd).unwrap();
            for share in [0.05, 0.25, 0.5, 0.75, 0.95] {
                let there = mixture.quantile(share).unwrap();
                assert!((mixture.below(there) - share).abs() < 1e-9, "{sd} {share}");
            }
        }
        let sharp = Mixture::new(&[1.0, 2.0, 2.0, 5.0], &[1.0; 4], 0.0).unwrap();
        assert_eq!((sharp.below(2.0), sharp.below(0.0), sharp.below(9.0)), (0.5, 0.0, 1.0));
        assert_eq!(sharp.quantile(0.5), Some(2.0));
    }

    #[test]
    fn a_forecast_that_is_right_has_uniform_transforms_and_covers_what_it_says() {
        // Runs and truth from one distribution; what is observed has an error that the forecast knows of.
        let truths = normals(2_000, 6);
        let errors = normals(2_000, 7);
        let (mut inside, mut places) = ([0, 0], Vec::new());
        for (i, (truth, error)) in truths.iter().zip(&errors).enumerate() {
            let mixture = Mixture::new(&normals(400, 100 + i as u64), &[1.0; 400], 0.5).unwrap();
            let observed = truth + 0.5 * error;
            let at = |share| mixture.quantile(share).unwrap();
            inside[0] += usize::from((at(0.25)..=at(0.75)).contains(&observed));
            inside[1] += usize::from((at(0.05)..=at(0.95)).contains(&observed));
            places.push(mixture.below(observed));
        }
        assert!((inside[0] as f64 / 2_000.0 - 0.5).abs() < 0.035, "{inside:?}");
        assert!((inside[1] as f64 / 2_000.0 - 0.9).abs() < 0.025, "{inside:?}");
        places.sort_by(f64::total_cmp);
        let away = places.iter().enumerate().map(|(i, place)| (place - (i as f64 + 0.5) / 2_000.0).abs());
        // Kolmogorov's 1% point is 1.63/√n.
        assert!(away.fold(0.0, f64::max) < 1.63 / 2_000.0_f64.sqrt() + 1.0 / 4_000.0);
    }

    #[test]
    fn runs_without_weight_or_value_are_left_out() {
        let all = Mixture::new(&[1.0, 7.0, f64::NAN, 3.0], &[1.0, 0.0, 1.0, 1.0], 0.5);
        assert_eq!(all, Mixture::new(&[1.0, 3.0], &[1.0, 1.0], 0.5));
        assert_eq!(Mixture::new(&[f64::NAN], &[1.0], 0.5), None);
        assert_eq!(Mixture::new(&[f64::MAX, -f64::MAX], &[1.0; 2], 0.5).unwrap().fair_crps(0.0), None);
    }
}
