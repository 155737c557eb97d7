//! The Brier score of a yes or no, and how far forecast chances can be relied on.

/// How many bins forecasts are sorted into for [`Reliability`].
pub const BINS: usize = 10;

/// A score between 0 and 1 and its Monte Carlo error. Less is better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brier {
    /// (p − y)² (Brier 1950, "Verification of forecasts expressed in terms of probability"; half of his sum over both classes).
    pub score: f64,
    /// Its standard error.
    pub error: f64,
}

impl Brier {
    /// Of a share of so many runs (or of weighted runs that are worth so many).
    ///
    /// Taken off is what the share's own scatter adds on average, p(1 − p)/(n − 1): the fair form of Ferro (2014), "Fair scores
    /// for ensemble forecasts". So it is unbiased, and may fall a little below 0. `None` for a single run.
    pub fn fair(share: f64, runs: f64, happened: bool) -> Option<Self> {
        if runs <= 1.0 {
            return None;
        }
        let away = share - f64::from(happened);
        let scatter = share * (1.0 - share);
        let error = 2.0 * away.abs() * (scatter / runs).sqrt();
        Some(Self { score: away * away - scatter / (runs - 1.0), error })
    }

    /// Of a chance that is known exactly.
    pub fn of(chance: f64, happened: bool) -> Self {
        let away = chance - f64::from(happened);
        Self { score: away * away, error: 0.0 }
    }
}

/// Forecasts of about the same chance.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bin {
    /// How many.
    pub count: u64,
    /// Their mean chance.
    pub forecast: f64,
    /// The share that happened.
    pub observed: f64,
}

/// How forecast chances and what happened go together: the parts of Murphy (1973), "A new vector partition of the probability
/// score".
#[derive(Clone, Debug, PartialEq)]
pub struct Reliability {
    /// Mean squared distance between what bins forecast and what happened in them; 0 is best.
    pub reliability: f64,
    /// Mean squared distance between what happened in bins and overall; more is better.
    pub resolution: f64,
    /// What a forecast of the overall share would score.
    pub uncertainty: f64,
    /// The bins, each a tenth wide.
    pub bins: [Bin; BINS],
}

impl Reliability {
    /// Of chances and whether it happened; `None` without any.
    pub fn of(forecasts: &[(f64, bool)]) -> Option<Self> {
        let mut bins = [Bin::default(); BINS];
        for &(chance, happened) in forecasts {
            let place = ((chance * BINS as f64) as usize).min(BINS - 1);
            let Some(bin) = bins.get_mut(place) else { continue };
            bin.count += 1;
            bin.forecast += chance;
            bin.observed += f64::from(happened);
        }
        let all = forecasts.len() as f64;
        if forecasts.is_empty() {
            return None;
        }
        let overall = bins.iter().map(|bin| bin.observed).sum::<f64>() / all;
        let (mut reliability, mut resolution) = (0.0, 0.0);
        for bin in bins.iter_mut().filter(|bin| bin.count > 0) {
            let count = bin.count as f64;
            bin.forecast /= count;
            bin.observed /= count;
            let (away, apart) = (bin.forecast - bin.observed, bin.observed - overall);
            reliability += count / all * (away * away);
            resolution += count / all * (apart * apart);
        }
        Some(Self { reliability, resolution, uncertainty: overall * (1.0 - overall), bins })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_scored_by_their_squared_error() {
        assert_eq!(Brier::of(0.5, true), Brier { score: 0.25, error: 0.0 });
        assert_eq!((Brier::of(0.0, false).score, Brier::of(0.0, true).score), (0.0, 1.0));
        let fair = Brier::fair(0.8, 101.0, true).unwrap();
        assert!((fair.score - (0.04 - 0.0016)).abs() < 1e-15);
        assert!((fair.error - 2.0 * 0.2 * (0.16_f64 / 101.0).sqrt()).abs() < 1e-15);
        assert_eq!(Brier::fair(1.0, 1.0, true), None);
    }

    #[test]
    fn the_fair_form_is_unbiased() {
        // Of four runs with chance 0.3 each: the mean over all outcomes is (0.3 − 1)².
        let binomial = [0.2401, 0.4116, 0.2646, 0.0756, 0.0081];
        let mean: f64 = (binomial.iter().enumerate())
            .map(|(hits, chance)| chance * Brier::fair(hits as f64 / 4.0, 4.0, true).unwrap().score)
            .sum();
        assert!((mean - 0.49).abs() < 1e-12, "{mean}");
    }

    #[test]
    fn the_parts_add_up_to_the_score() {
        let forecasts = [(0.1, false), (0.1, false), (0.1, true), (0.8, true), (0.8, true), (0.8, false), (1.0, true)];
        let parts = Reliability::of(&forecasts).unwrap();
        let score = forecasts.iter().map(|&(p, y)| Brier::of(p, y).score).sum::<f64>() / 7.0;
        // Within a bin all forecasts are the same here, so Murphy's identity is exact.
        assert!((parts.reliability - parts.resolution + parts.uncertainty - score).abs() < 1e-12);
        assert_eq!((parts.bins[1].count, parts.bins[8].count, parts.bins[9].count), (3, 3, 1));
        assert_eq!(Reliability::of(&[]), None);
    }
}
