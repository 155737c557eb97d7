//! Many questions asked of the same runs.

/// Chances of error, adjusted so that rejecting where one is at most α rejects wrongly, in any of all, with a chance of at most α.
///
/// S. Holm, "A simple sequentially rejective multiple test procedure" (1979): in ascending order the i-th of m chances is
/// multiplied by m − i + 1, and none is smaller than the one before. NaN is passed over, and counts as no question.
pub fn holm(chances: &[f64]) -> Vec<f64> {
    let mut order: Vec<(f64, usize)> =
        chances.iter().copied().zip(0..).filter(|(chance, _)| !chance.is_nan()).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut adjusted = chances.to_vec();
    let mut least = 0.0_f64;
    for (rank, (chance, place)) in order.iter().enumerate() {
        least = least.max((chance * (order.len() - rank) as f64).min(1.0));
        if let Some(slot) = adjusted.get_mut(*place) {
            *slot = least;
        }
    }
    adjusted
}

/// The chance of error that each of so many intervals may have so that all of them hold together with a chance of 1 − `all`
/// (C. E. Bonferroni 1936): whatever depends on what.
pub fn each_of(all: f64, how_many: usize) -> f64 {
    all / how_many.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_those_of_the_procedure() {
        // R: p.adjust(c(0.01, 0.02, 0.03, 0.005), "holm") is 0.03 0.04 0.04 0.02.
        let adjusted = holm(&[0.01, 0.02, 0.03, 0.005]);
        for (found, wanted) in adjusted.iter().zip([0.03, 0.04, 0.04, 0.02]) {
            assert!((found - wanted).abs() < 1e-15, "{adjusted:?}");
        }
    }

    #[test]
    fn what_is_no_question_does_not_count() {
        let adjusted = holm(&[0.04, f64::NAN]);
        assert_eq!(adjusted[0], 0.04);
        assert!(adjusted[1].is_nan());
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
    }

    #[test]
    fn the_chance_of_error_is_shared_out() {
        assert_eq!((each_of(0.05, 10), each_of(0.05, 0)), (0.005, 0.05));
    }
}
