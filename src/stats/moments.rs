//! Mean, standard deviation and Monte Carlo error.

/// The first two moments of a column of values, built part by part.
///
/// A part is summed in order with two passes (mean, then squared distances from it). Parts are merged by the pairwise
/// formula of Chan, Golub & LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances"
/// (1979), equations 2.1. Merged in the order of the parts, the result depends on nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    count: u64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// The moments of one part. NaN stands for a run without a value and is left out.
    pub fn of(part: &[f64]) -> Self {
        let (mut count, mut sum) = (0_u64, 0.0);
        for &value in part.iter().filter(|value| !value.is_nan()) {
            count += 1;
            sum += value;
        }
        if count == 0 {
            return Self::default();
        }
        let mean = sum / count as f64;
        let mut squares = 0.0;
        for &value in part.iter().filter(|value| !value.is_nan()) {
            squares += (value - mean) * (value - mean);
        }
        Self { count, mean, squares }
    }

    /// Adds the part that follows.
    pub fn merge(&mut self, next: &Self) {
        if next.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = *next;
            return;
        }
        let (here, there) = (self.count as f64, next.count as f64);
        let all = here + there;
        let apart = next.mean - self.mean;
        self.mean += apart * (there / all);
        self.squares += next.squares + apart * apart * (here * there / all);
        self.count += next.count;
    }

    /// How many values were counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The mean; `None` without a value or when it overflows.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0 && self.mean.is_finite()).then_some(self.mean)
    }

    /// The sample standard deviation (divisor n − 1); `None` below two values.
    pub fn sd(&self) -> Option<f64> {
        let sd = (self.squares / (self.count.checked_sub(1).filter(|&n| n > 0)? as f64)).sqrt();
        sd.is_finite().then_some(sd)
    }

    /// The standard error of the mean, sd/√n: what more runs would shrink.
    pub fn monte_carlo_error(&self) -> Option<f64> {
        self.sd().map(|sd| sd / (self.count as f64).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_a_known_column_are_exact() {
        let moments = Moments::of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        assert_eq!(moments.mean(), Some(5.0));
        assert_eq!(moments.sd(), Some((32.0_f64 / 7.0).sqrt()));
        assert_eq!(moments.monte_carlo_error(), Some((32.0_f64 / 7.0).sqrt() / 8.0_f64.sqrt()));
    }

    #[test]
    fn parts_merge_to_the_moments_of_the_whole() {
        // 1..=n has mean (n + 1)/2 and sample variance n(n + 1)/12.
        let values: Vec<f64> = (1..=10_000).map(f64::from).collect();
        let mut merged = Moments::default();
        for part in values.chunks(super::super::PART) {
            merged.merge(&Moments::of(part));
        }
        assert_eq!(merged.count(), 10_000);
        assert!((merged.mean().unwrap() - 5000.5).abs() < 1e-9);
        assert!((merged.sd().unwrap() - (10_000.0_f64 * 10_001.0 / 12.0).sqrt()).abs() < 1e-8);
    }

    #[test]
    fn a_large_offset_does_not_drown_the_spread() {
        let values: Vec<f64> = (0..9000).map(|i| 1e9 + f64::from(i % 2)).collect();
        let mut merged = Moments::default();
        for part in values.chunks(super::super::PART) {
            merged.merge(&Moments::of(part));
        }
        assert!((merged.sd().unwrap() - 0.5).abs() < 1e-4);
    }

    #[test]
    fn runs_without_a_value_are_left_out() {
        let moments = Moments::of(&[1.0, f64::NAN, 3.0]);
        assert_eq!((moments.count(), moments.mean()), (2, Some(2.0)));
        assert_eq!(Moments::of(&[f64::NAN]).mean(), None);
    }

    #[test]
    fn one_value_has_a_mean_and_no_spread() {
        let moments = Moments::of(&[3.0]);
        assert_eq!((moments.mean(), moments.sd(), moments.monte_carlo_error()), (Some(3.0), None, None));
    }

    #[test]
    fn an_overflow_gives_no_number_rather_than_infinity() {
        let moments = Moments::of(&[f64::MAX, f64::MAX, -f64::MAX]);
        assert_eq!((moments.mean(), moments.sd()), (None, None));
    }
}
