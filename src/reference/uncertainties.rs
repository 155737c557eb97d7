//! The uncertainties of a run, drawn once at tick 0, parents first.

use super::evaluate::Stage;
use super::{Failure, Run};
use crate::scenario::model::{Distribution, Expr, Uncertainty};
use crate::scenario::sampling::{Sampled, sample};

impl Run<'_> {
    /// Draws every uncertainty. One that fails is not a number; the others are drawn all the same, since they may tell
    /// why, and the first failure counts.
    pub(super) fn draw_uncertainties(&mut self) -> Result<(), Failure> {
        let scenario = self.scenario;
        let mut scores = vec![f64::NAN; scenario.uncertainties.len()];
        let mut outcome = Ok(());
        for &id in &scenario.uncertainty_order {
            match self.draw_uncertainty(&scenario.uncertainties[id], &scores) {
                Ok(sampled) => (self.world.uncertainties[id], scores[id]) = (sampled.value, sampled.score),
                Err(failure) => outcome = outcome.and(Err(failure)),
            }
        }
        outcome
    }

    /// Draws one. Its parameters and bounds are checked to be finite and to make sense.
    fn draw_uncertainty(&self, uncertainty: &Uncertainty, scores: &[f64]) -> Result<Sampled, Failure> {
        let reader = self.reader(Stage::Observation, uncertainty.place);
        let finite = |expression: &Expr| reader.finite(expression, &[]);
        let Distribution { family, parameters } = &uncertainty.distribution;
        let parameters: Vec<f64> = parameters.iter().map(finite).collect::<Result<_, _>>()?;
        let low = uncertainty.within.low.as_ref().map(finite).transpose()?;
        let high = uncertainty.within.high.as_ref().map(finite).transpose()?;
        let parent = match &uncertainty.parent {
            Some((parent, correlation)) => Some((scores[*parent], finite(correlation)?)),
            None => None,
        };
        let draw = self.dice.uniform(self.scenario.draws[uncertainty.draw].name(0), 0);
        sample(*family, &parameters, (low, high), parent, draw)
            .map_err(|_| Failure { tick: self.tick, place: uncertainty.place })
    }
}
