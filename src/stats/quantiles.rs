//! Exact quantiles of a column.

/// A column of values in ascending order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sorted {
    values: Vec<f64>,
}

impl Sorted {
    /// Sorts a column; NaN stands for a run without a value and is left out.
    pub fn new(mut values: Vec<f64>) -> Self {
        values.retain(|value| !value.is_nan());
        values.sort_unstable_by(f64::total_cmp);
        Self { values }
    }

    /// The quantile at `share` (0 to 1), or `None` for an empty column.
    ///
    /// Type 7 of Hyndman & Fan, "Sample quantiles in statistical packages" (1996), the default of R and NumPy: at the
    /// place h = (n − 1)·share, linear between the values at ⌊h⌋ and ⌊h⌋ + 1.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let last = self.values.len().checked_sub(1)?;
        let place = last as f64 * share.clamp(0.0, 1.0);
        let below = place.floor();
        let low = *self.values.get(below as usize)?;
        let high = *self.values.get((below as usize + 1).min(last))?;
        Some(interpolated(low, high, place - below))
    }
}

/// The value a `part` (0 to 1) of the way from `low` to `high`; between equal values it is that value to the bit.
pub fn interpolated(low: f64, high: f64, part: f64) -> f64 {
    if low == high || part == 0.0 {
        return low;
    }
    let apart = high - low;
    if apart.is_finite() { low + part * apart } else { low * (1.0 - part) + high * part }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate_as_type_seven() {
        // R: quantile(c(1, 2, 4, 8), c(.05, .25, .5, .75, .95)) gives 1.15 1.75 3.00 5.00 7.40.
        let sorted = Sorted::new(vec![8.0, 1.0, 4.0, 2.0]);
        for (share, expected) in
            [(0.0, 1.0), (0.05, 1.15), (0.25, 1.75), (0.5, 3.0), (0.75, 5.0), (0.95, 7.4), (1.0, 8.0)]
        {
            assert!((sorted.quantile(share).unwrap() - expected).abs() < 1e-12, "{share}");
        }
    }

    #[test]
    fn one_value_is_every_quantile_and_none_has_no_quantile() {
        assert_eq!(Sorted::new(vec![0.1]).quantile(0.95), Some(0.1));
        assert_eq!(Sorted::new(vec![f64::NAN]).quantile(0.5), None);
    }

    #[test]
    fn values_too_far_apart_to_subtract_still_interpolate() {
        assert_eq!(interpolated(-f64::MAX, f64::MAX, 0.5), 0.0);
    }

    #[test]
    fn equal_values_come_back_to_the_bit() {
        let sorted = Sorted::new(vec![0.1; 7]);
        assert_eq!(sorted.quantile(0.3).map(f64::to_bits), Some(0.1_f64.to_bits()));
    }
}
