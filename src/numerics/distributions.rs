//! The distributions of the language, each by the inverse of its distribution function: one uniform draw gives one value,
//! and a larger draw never a smaller value.

pub use super::copula::correlated;
use super::counts::{binomial_inverse, poisson_inverse};
use super::functions::{exp, ln, norm_cdf, norm_inverse};
use super::quantile::{beta_quantile, gamma_quantile};
use super::special::{beta_shares, gamma_shares};

/// The largest double below 1.
const BELOW_ONE: f64 = 1.0 - f64::EPSILON / 2.0;
/// Larger shapes vary by less than a ten-thousandth of their mean, and take too long.
const LARGEST_SHAPE: f64 = 1e8;

/// A distribution with its parameters. [`Distribution::check`] says whether they make sense; the other functions give
/// values without meaning, NaN among them, where they do not.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
    /// Always `value`.
    Constant {
        /// The value.
        value: f64,
    },
    /// Every value from `low` to `high` alike.
    Uniform {
        /// The smallest value.
        low: f64,
        /// The largest value.
        high: f64,
    },
    /// A density that rises from `low` to `mode` and falls to `high` in straight lines.
    Triangular {
        /// The smallest value.
        low: f64,
        /// The most likely value.
        mode: f64,
        /// The largest value.
        high: f64,
    },
    /// The normal distribution.
    Normal {
        /// The mean.
        mean: f64,
        /// The standard deviation.
        sd: f64,
    },
    /// e to the power of a normal variable.
    Lognormal {
        /// The median, e to the power of the logarithm's mean.
        median: f64,
        /// The standard deviation of the logarithm.
        sigma: f64,
    },
    /// The beta distribution on 0 to 1, with density ∝ x^(alpha − 1) (1 − x)^(beta − 1).
    Beta {
        /// The weight of 1.
        alpha: f64,
        /// The weight of 0.
        beta: f64,
    },
    /// The gamma distribution, with density ∝ x^(shape − 1) e^(−x / scale).
    Gamma {
        /// The shape.
        shape: f64,
        /// The scale; the mean is shape · scale.
        scale: f64,
    },
    /// The time to an event of constant hazard.
    Exponential {
        /// The mean time.
        mean: f64,
    },
    /// The count of independent events.
    Poisson {
        /// The mean count.
        mean: f64,
    },
    /// 1 with chance `p`, else 0.
    Bernoulli {
        /// The chance of 1.
        p: f64,
    },
    /// How often an event of chance `p` happens in `n` trials.
    Binomial {
        /// The number of trials.
        n: f64,
        /// The chance in each.
        p: f64,
    },
    /// One of some values.
    Choice(Choice),
}

/// Weighted values, in rising order.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    values: Vec<f64>,
    /// The chance of this value or a smaller one; the last is 1.
    shares: Vec<f64>,
}

impl Choice {
    /// The choice among these (value, weight) pairs; weights need not sum to 1, equal values are joined.
    ///
    /// # Errors
    /// A sentence if there is no value, a value is not finite, or the weights are negative or all 0.
    pub fn new(options: &[(f64, f64)]) -> Result<Self, String> {
        if options.is_empty() {
            return Err("a choice needs at least one value".into());
        }
        for &(value, weight) in options {
            if !value.is_finite() {
                return Err(format!("a choice's values must be finite, not {value}"));
            }
            if !(weight >= 0.0 && weight.is_finite()) {
                return Err(format!("a choice's weights must not be negative, as {weight} is"));
            }
        }
        let mut sorted = options.to_vec();
        sorted.retain(|&(_, weight)| weight > 0.0);
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = sorted.iter().map(|&(_, weight)| weight).sum();
        if !(total > 0.0 && total.is_finite()) {
            return Err("a choice's weights must have a sum above 0".into());
        }
        let mut choice = Self { values: Vec::new(), shares: Vec::new() };
        let mut sum = 0.0;
        for (value, weight) in sorted {
            sum += weight;
            if choice.values.last() == Some(&value) {
                choice.shares.pop();
            } else {
                choice.values.push(value);
            }
            choice.shares.push(sum / total);
        }
        Ok(choice)
    }

    /// The chance of a value that `is_in`, which must hold up to some value and for none beyond.
    fn share_of(&self, is_in: impl Fn(f64) -> bool) -> f64 {
        let count = self.values.partition_point(|&value| is_in(value));
        count.checked_sub(1).and_then(|last| self.shares.get(last)).copied().unwrap_or(0.0)
    }

    /// The first value whose share reaches u, among those from `low` to `high`; NaN if there is none.
    fn inverse(&self, u: f64, low: f64, high: f64) -> f64 {
        let mut chosen = f64::NAN;
        for (&value, &share) in self.values.iter().zip(&self.shares) {
            if value >= low && value <= high {
                chosen = value;
                if share >= u {
                    break;
                }
            }
        }
        chosen
    }

    /// The mean value.
    fn mean(&self) -> f64 {
        let mut before = 0.0;
        let mut sum = 0.0;
        for (&value, &share) in self.values.iter().zip(&self.shares) {
            sum += value * (share - before);
            before = share;
        }
        sum
    }
}

impl Distribution {
    /// The lognormal distribution with this mean and standard deviation of the variable itself.
    ///
    /// # Errors
    /// A sentence if the mean is not positive or the sd negative.
    pub fn lognormal_of(mean: f64, sd: f64) -> Result<Self, String> {
        positive("a lognormal's mean", mean)?;
        not_negative("a lognormal's sd", sd)?;
        let spread = 1.0 + (sd / mean) * (sd / mean);
        Ok(Self::Lognormal { median: mean / spread.sqrt(), sigma: ln(spread).sqrt() })
    }

    /// The beta distribution with this mean and standard deviation.
    ///
    /// # Errors
    /// A sentence if the mean is not between 0 and 1, or the sd not between 0 and what a beta of this mean can have.
    pub fn beta_of(mean: f64, sd: f64) -> Result<Self, String> {
        if !(mean > 0.0 && mean < 1.0) {
            return Err(format!("a beta's mean must be between 0 and 1, not {mean}"));
        }
        positive("a beta's sd", sd)?;
        let largest = mean * (1.0 - mean);
        if sd * sd >= largest {
            return Err(format!("a beta of mean {mean} has an sd below {:.3}, not {sd}", largest.sqrt()));
        }
        let n = largest / (sd * sd) - 1.0;
        Ok(Self::Beta { alpha: mean * n, beta: (1.0 - mean) * n })
    }

    /// The gamma distribution with this mean and standard deviation.
    ///
    /// # Errors
    /// A sentence if either is not positive.
    pub fn gamma_of(mean: f64, sd: f64) -> Result<Self, String> {
        positive("a gamma's mean", mean)?;
        positive("a gamma's sd", sd)?;
        let ratio = mean / sd;
        Ok(Self::Gamma { shape: ratio * ratio, scale: sd / ratio })
    }

    /// Whether the parameters make sense.
    ///
    /// # Errors
    /// A sentence that says which does not, and what it should be.
    pub fn check(&self) -> Result<(), String> {
        match *self {
            Self::Constant { value } => finite("a constant", value),
            Self::Uniform { low, high } => {
                finite("a uniform's low", low)?;
                finite("a uniform's high", high)?;
                finite("a uniform's range", high - low)?;
                if low <= high { Ok(()) } else { Err(format!("a uniform's low, {low}, is above its high, {high}")) }
            }
            Self::Triangular { low, mode, high } => {
                finite("a triangular's low", low)?;
                finite("a triangular's high", high)?;
                finite("a triangular's range", high - low)?;
                if low <= mode && mode <= high {
                    Ok(())
                } else {
                    Err(format!("a triangular is [low, mode, high] in rising order, not [{low}, {mode}, {high}]"))
                }
            }
            Self::Normal { mean, sd } => {
                finite("a normal's mean", mean)?;
                not_negative("a normal's sd", sd)
            }
            Self::Lognormal { median, sigma } => {
                positive("a lognormal's median", median)?;
                not_negative("a lognormal's sigma", sigma)
            }
            Self::Beta { alpha, beta } => {
                shape("a beta's alpha", alpha)?;
                shape("a beta's beta", beta)
            }
            Self::Gamma { shape: a, scale } => {
                shape("a gamma's shape", a)?;
                positive("a gamma's scale", scale)
            }
            Self::Exponential { mean } => positive("an exponential's mean", mean),
            Self::Poisson { mean } => not_negative("a poisson's mean", mean),
            Self::Bernoulli { p } => chance("a bernoulli's p", p),
            Self::Binomial { n, p } => {
                not_negative("a binomial's n", n)?;
                if n.floor() != n {
                    return Err(format!("a binomial's n must be a whole number, not {n}"));
                }
                chance("a binomial's p", p)
            }
            Self::Choice(_) => Ok(()),
        }
    }

    /// Whether some value lies within `low` to `high`.
    ///
    /// # Errors
    /// A sentence if the bounds are not in order or leave nothing that could be drawn.
    pub fn check_within(&self, low: f64, high: f64) -> Result<(), String> {
        if low.is_nan() || high.is_nan() || low > high {
            return Err(format!("`within` is [low, high] in rising order, not [{low}, {high}]"));
        }
        let value = self.inverse_within(0.5, low, high);
        let (below_low, above_low) = self.shares_before(low);
        let (below_high, above_high) = self.shares(high);
        let is_certain = self.mean() >= low && self.mean() <= high;
        if value.is_nan() || (below_high <= below_low && above_high >= above_low && !is_certain) {
            return Err(format!("nothing of the distribution lies within [{low}, {high}]"));
        }
        Ok(())
    }

    /// F(x): the chance of a value of at most x.
    pub fn cdf(&self, x: f64) -> f64 {
        self.shares(x).0
    }

    /// The smallest x with F(x) ≥ u. A u from 1 up counts as the largest double below 1; NaN gives NaN.
    pub fn inverse(&self, u: f64) -> f64 {
        let u = if u > BELOW_ONE { BELOW_ONE } else { u };
        self.quantile(u, 1.0 - u)
    }

    /// The value of the draw u if the distribution is cut to `low` to `high`: the inverse of F(low) + u (F(high) − F(low)).
    ///
    /// For counts and choices, F(low) leaves `low` itself out, and the result is one of the values within; NaN if there is
    /// none. The shares above are used too, so that a window far out in the upper tail keeps its digits.
    pub fn inverse_within(&self, u: f64, low: f64, high: f64) -> f64 {
        let u = if u > BELOW_ONE { BELOW_ONE } else { u };
        let (below_low, above_low) = self.shares_before(low);
        let (below_high, above_high) = self.shares(high);
        let below = below_low + u * (below_high - below_low);
        let above = above_high + (1.0 - u) * (above_low - above_high);
        if let Self::Choice(choice) = self {
            return choice.inverse(below, low, high);
        }
        let (low, high) = if self.is_count() { (low.ceil(), high.floor()) } else { (low, high) };
        if low > high {
            return f64::NAN;
        }
        let x = self.quantile(below, above);
        let x = if x < low { low } else { x };
        if x > high { high } else { x }
    }

    /// The mean, of the whole distribution.
    pub fn mean(&self) -> f64 {
        match *self {
            Self::Constant { value } => value,
            Self::Uniform { low, high } => low + 0.5 * (high - low),
            Self::Triangular { low, mode, high } => (low + mode + high) / 3.0,
            Self::Lognormal { median, sigma } => median * exp(0.5 * sigma * sigma),
            Self::Beta { alpha, beta } => alpha / (alpha + beta),
            Self::Gamma { shape, scale } => shape * scale,
            Self::Normal { mean, .. } | Self::Exponential { mean } | Self::Poisson { mean } => mean,
            Self::Bernoulli { p } => p,
            Self::Binomial { n, p } => n * p,
            Self::Choice(ref choice) => choice.mean(),
        }
    }

    /// Whether the values are whole numbers.
    fn is_count(&self) -> bool {
        matches!(self, Self::Poisson { .. } | Self::Bernoulli { .. } | Self::Binomial { .. })
    }

    /// The chances of a value below x and of one from x up.
    fn shares_before(&self, x: f64) -> (f64, f64) {
        match self {
            Self::Choice(choice) => complete(choice.share_of(|value| value < x)),
            Self::Constant { value } => complete(if *value < x { 1.0 } else { 0.0 }),
            _ if self.is_count() => self.shares(x.ceil() - 1.0),
            _ => self.shares(x),
        }
    }

    /// The chances of a value of at most x and of one above x.
    fn shares(&self, x: f64) -> (f64, f64) {
        match *self {
            Self::Constant { value } => complete(if value <= x { 1.0 } else { 0.0 }),
            Self::Uniform { low, high } => ((x - low) / (high - low), (high - x) / (high - low)).bounded(x, low, high),
            Self::Triangular { low, mode, high } => {
                let range = high - low;
                let pair = if x < mode {
                    complete((x - low) / range * ((x - low) / (mode - low)))
                } else {
                    let (below, above) = complete((high - x) / range * ((high - x) / (high - mode)));
                    (above, below)
                };
                pair.bounded(x, low, high)
            }
            Self::Normal { mean, sd } => normal_shares(x - mean, sd),
            Self::Lognormal { median, sigma } if x > 0.0 => normal_shares(ln(x / median), sigma),
            Self::Lognormal { .. } => (0.0, 1.0),
            Self::Beta { alpha, beta } => beta_shares(alpha, beta, x, 1.0 - x),
            Self::Gamma { shape, scale } => gamma_shares(shape, x / scale),
            Self::Exponential { mean } if x > 0.0 => {
                let above = exp(-x / mean);
                (1.0 - above, above)
            }
            Self::Exponential { .. } => (0.0, 1.0),
            Self::Poisson { mean } => count_shares(x, f64::INFINITY, |k| {
                let (below, above) = gamma_shares(k + 1.0, mean);
                (above, below)
            }),
            Self::Bernoulli { p } => count_shares(x, 1.0, |_| (1.0 - p, p)),
            Self::Binomial { n, p } => count_shares(x, n, |k| beta_shares(n - k, k + 1.0, 1.0 - p, p)),
            Self::Choice(ref choice) => complete(choice.share_of(|value| value <= x)),
        }
    }

    /// The value with these shares at most it and above it; the smaller of the two is the more exact.
    fn quantile(&self, below: f64, above: f64) -> f64 {
        if below.is_nan() {
            return below;
        }
        match *self {
            Self::Constant { value } => value,
            Self::Uniform { low, high } => low + below * (high - low),
            Self::Triangular { low, mode, high } => {
                let range = high - low;
                if below * range < mode - low {
                    low + (below * range * (mode - low)).sqrt()
                } else {
                    high - (above * range * (high - mode)).sqrt()
                }
            }
            Self::Normal { mean, sd } => at_z(mean, sd, normal_quantile(below, above)),
            Self::Lognormal { median, sigma } => median * exp(at_z(0.0, sigma, normal_quantile(below, above))),
            Self::Beta { alpha, beta } => beta_quantile(alpha, beta, below, above),
            Self::Gamma { shape, scale } => scale * gamma_quantile(shape, below, above),
            Self::Exponential { mean } => -mean * ln(above),
            Self::Poisson { mean } => poisson_inverse(mean, below),
            Self::Bernoulli { p } => f64::from(u8::from(below > 1.0 - p)),
            Self::Binomial { n, p } => binomial_inverse(n, p, below),
            Self::Choice(ref choice) => choice.inverse(below, f64::NEG_INFINITY, f64::INFINITY),
        }
    }
}

/// A share and what is left of 1.
fn complete(below: f64) -> (f64, f64) {
    (below, 1.0 - below)
}

/// Shares that are 0 and 1 outside a range.
trait Bounded {
    /// These shares, or those of an x outside `low` to `high`.
    fn bounded(self, x: f64, low: f64, high: f64) -> Self;
}

impl Bounded for (f64, f64) {
    fn bounded(self, x: f64, low: f64, high: f64) -> Self {
        if x >= high {
            (1.0, 0.0)
        } else if x <= low {
            (0.0, 1.0)
        } else {
            self
        }
    }
}

/// The shares of a normal variable around 0.
fn normal_shares(x: f64, sd: f64) -> (f64, f64) {
    if sd == 0.0 {
        return complete(if x >= 0.0 { 1.0 } else { 0.0 });
    }
    (norm_cdf(x / sd), norm_cdf(-x / sd))
}

/// The z with these shares below and above it.
fn normal_quantile(below: f64, above: f64) -> f64 {
    if below < above { norm_inverse(below) } else { -norm_inverse(above) }
}

/// mean + sd z, for an infinite z and an sd of 0 too.
fn at_z(mean: f64, sd: f64, z: f64) -> f64 {
    if sd == 0.0 { mean } else { mean + sd * z }
}

/// The shares of a count of at most x, from 0 to `largest`.
fn count_shares(x: f64, largest: f64, shares: impl Fn(f64) -> (f64, f64)) -> (f64, f64) {
    let k = x.floor();
    if k < 0.0 {
        (0.0, 1.0)
    } else if k >= largest {
        (1.0, 0.0)
    } else {
        shares(k)
    }
}

/// A sentence unless the number is finite.
fn finite(what: &str, x: f64) -> Result<(), String> {
    if x.is_finite() { Ok(()) } else { Err(format!("{what} must be a finite number, not {x}")) }
}

/// A sentence unless the number is finite and above 0.
fn positive(what: &str, x: f64) -> Result<(), String> {
    if x > 0.0 { finite(what, x) } else { Err(format!("{what} must be above 0, not {x}")) }
}

/// A sentence unless the number is finite and not negative.
fn not_negative(what: &str, x: f64) -> Result<(), String> {
    if x >= 0.0 { finite(what, x) } else { Err(format!("{what} must not be negative, as {x} is")) }
}

/// A sentence unless the number is a chance.
fn chance(what: &str, x: f64) -> Result<(), String> {
    if (0.0..=1.0).contains(&x) { Ok(()) } else { Err(format!("{what} must be a chance from 0 to 1, not {x}")) }
}

/// A sentence unless the number can be a gamma's or a beta's shape.
fn shape(what: &str, x: f64) -> Result<(), String> {
    positive(what, x)?;
    if x <= LARGEST_SHAPE { Ok(()) } else { Err(format!("{what} must be at most 1e8, not {x}: a normal will do")) }
}
