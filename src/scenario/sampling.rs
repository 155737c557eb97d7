//! Draws an uncertainty's value: the one piece of arithmetic that the interpreter and the engine share beside the scalar
//! kernels of [`crate::numerics`].

use super::model::Family;
use crate::numerics::distributions::{Choice, Distribution, correlated};
use crate::numerics::functions::{norm_cdf, norm_inverse};

/// What was drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampled {
    /// The uncertainty's value.
    pub value: f64,
    /// Its normal score, which a correlated child continues from.
    pub score: f64,
}

/// A family with its parameters, in the order that [`Family`] documents.
///
/// # Errors
/// A sentence if the parameters make no distribution.
pub fn distribution(family: Family, parameters: &[f64]) -> Result<Distribution, String> {
    let at = |i: usize| parameters.get(i).copied().unwrap_or(f64::NAN);
    let (a, b) = (at(0), at(1));
    let distribution = match family {
        Family::Constant => Distribution::Constant { value: a },
        Family::Uniform => Distribution::Uniform { low: a, high: b },
        Family::Triangular => Distribution::Triangular { low: a, mode: b, high: at(2) },
        Family::Normal => Distribution::Normal { mean: a, sd: b },
        Family::Lognormal => Distribution::lognormal_of(a, b)?,
        Family::LognormalMedian => Distribution::Lognormal { median: a, sigma: b },
        Family::Beta => Distribution::Beta { alpha: a, beta: b },
        Family::BetaMean => Distribution::beta_of(a, b)?,
        Family::Gamma => Distribution::Gamma { shape: a, scale: b },
        Family::GammaMean => Distribution::gamma_of(a, b)?,
        Family::Exponential => Distribution::Exponential { mean: a },
        Family::Poisson => Distribution::Poisson { mean: a },
        Family::Bernoulli => Distribution::Bernoulli { p: a },
        Family::Choice => {
            let (values, weights) = parameters.split_at(parameters.len() / 2);
            let options: Vec<_> = values.iter().copied().zip(weights.iter().copied()).collect();
            Distribution::Choice(Choice::new(&options)?)
        }
    };
    distribution.check()?;
    Ok(distribution)
}

/// Turns a uniform draw into the uncertainty's value: by the inverse distribution function, truncated to `within`, and
/// with `parent` (a normal score and a rank correlation) through a Gaussian copula.
///
/// # Errors
/// A sentence if the parameters, the bounds or the correlation make no sense.
pub fn sample(
    family: Family,
    parameters: &[f64],
    within: (Option<f64>, Option<f64>),
    parent: Option<(f64, f64)>,
    draw: f64,
) -> Result<Sampled, String> {
    let distribution = distribution(family, parameters)?;
    let (score, uniform) = match parent {
        Some((_, rho)) if !(-1.0..=1.0).contains(&rho) => return Err("a rank correlation lies from -1 to 1".into()),
        Some((parent, rho)) => {
            let score = correlated(parent, draw, rho);
            (score, norm_cdf(score))
        }
        None => (norm_inverse(draw), draw),
    };
    let value = match within {
        (None, None) => distribution.inverse(uniform),
        (low, high) => {
            let (low, high) = (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY));
            distribution.check_within(low, high)?;
            distribution.inverse_within(uniform, low, high)
        }
    };
    if value.is_finite() { Ok(Sampled { value, score }) } else { Err("the drawn value is not finite".into()) }
}
