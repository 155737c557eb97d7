//! How far weighted points lie from each other on average, each point blurred by a normal error.
//!
//! The score of a mixture of normals needs, for every point, the mean of A(x − x', 2σ²) over all others
//! ([`folded_mean`](super::folded_mean)). Each with each that would be n² evaluations. Here points fall into cells of half
//! a standard deviation; a cell keeps the moments of its points about its middle, and near cells meet through a Taylor
//! series of order 16, which is exact to 10⁻¹² standard deviations; far ones, where A is the distance itself to the last
//! digit, through sums. It is the fast Gauss transform (Greengard & Strain 1991) for another kernel. The cost grows with the
//! points, not with their square.

use super::crps::density;
use crate::numerics::functions::norm_cdf;

/// The order of the series, and so many terms and one.
const ORDER: usize = 16;
const TERMS: usize = ORDER + 1;
/// Cells so many apart are more than 8 standard deviations from each other and meet through sums.
const NEAR: i64 = 17;
/// Cells in a standard deviation.
const CELLS: f64 = 2.0;
/// Points that are spread over more standard deviations than this are not blurred: it would be lost in the last digits.
const WIDEST: f64 = 1e12;

/// Neighbouring points and what is known of them together.
struct Cell {
    number: i64,
    points: std::ops::Range<usize>,
    /// Σ w v^p about the cell's middle.
    moments: [f64; TERMS],
}

/// For each of these points, given in ascending order as value and weight, the weighted sum over all of E|x − x' + e|, with e
/// normal of standard deviation `sd`.
pub(super) fn blurred_distances(points: &[(f64, f64)], sd: f64) -> Vec<f64> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
    let spread = last.0 - first.0;
    // Measured from the middle, so that a large offset costs no digits.
    let centre = points.get(points.len() / 2).map_or(0.0, |point| point.0);
    if sd <= 0.0 || spread / sd > WIDEST || !spread.is_finite() {
        let moved: Vec<(f64, f64)> = points.iter().map(|(value, weight)| (value - centre, *weight)).collect();
        return plain_distances(&moved);
    }
    let scaled: Vec<(f64, f64)> = points.iter().map(|(value, weight)| ((value - centre) / sd, *weight)).collect();
    let cells = cells(&scaled);
    let table = table();
    let total = sums(&scaled);
    let mut distances = Vec::with_capacity(points.len());
    let (mut from, mut to) = (0, 0);
    // Weights and weighted values of the cells before the window, and of those before its end.
    let (mut left, mut within) = ((0.0, 0.0), (0.0, 0.0));
    for cell in &cells {
        while let Some(gone) = cells.get(from).filter(|other| other.number < cell.number - NEAR) {
            left = added(left, sums(scaled.get(gone.points.clone()).unwrap_or_default()));
            from += 1;
        }
        while let Some(next) = cells.get(to).filter(|other| other.number <= cell.number + NEAR) {
            within = added(within, sums(scaled.get(next.points.clone()).unwrap_or_default()));
            to += 1;
        }
        let right = (total.0 - within.0, total.1 - within.1);
        let series = met(cell, cells.get(from..to).unwrap_or_default(), &table);
        for (value, _) in scaled.get(cell.points.clone()).unwrap_or_default() {
            let near = series.iter().rev().fold(0.0, |sum, term| sum * offset(*value, cell.number) + term);
            let far = value * left.0 - left.1 + right.1 - value * right.0;
            distances.push((near + far) * sd);
        }
    }
    distances
}

/// The same without blur.
fn plain_distances(points: &[(f64, f64)]) -> Vec<f64> {
    let total = sums(points);
    let mut before = (0.0, 0.0);
    let mut distances = Vec::with_capacity(points.len());
    for &(value, weight) in points {
        let after = (total.0 - before.0, total.1 - before.1);
        distances.push(value * before.0 - before.1 + after.1 - value * after.0);
        before = added(before, (weight, weight * value));
    }
    distances
}

/// Σ w and Σ w x.
fn sums(points: &[(f64, f64)]) -> (f64, f64) {
    points.iter().fold((0.0, 0.0), |sums, (value, weight)| added(sums, (*weight, weight * value)))
}

fn added(one: (f64, f64), other: (f64, f64)) -> (f64, f64) {
    (one.0 + other.0, one.1 + other.1)
}

/// How far a point lies from the middle of its cell.
fn offset(value: f64, number: i64) -> f64 {
    value - (number as f64 + 0.5) / CELLS
}

fn cells(points: &[(f64, f64)]) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    for (place, &(value, weight)) in points.iter().enumerate() {
        let number = (value * CELLS).floor() as i64;
        if cells.last().is_none_or(|cell| cell.number != number) {
            cells.push(Cell { number, points: place..place, moments: [0.0; TERMS] });
        }
        let Some(cell) = cells.last_mut() else { continue };
        cell.points.end = place + 1;
        let (from_middle, mut term) = (offset(value, number), weight);
        for moment in &mut cell.moments {
            *moment += term;
            term *= from_middle;
        }
    }
    cells
}

/// For cells 0 to [`NEAR`] apart, the derivatives of a(z) = E|z + e| for a standard normal e, each over its factorial: 2Φ(z) − 1 is
/// the first, 2φ(z) the second, and the further ones are that times Hermite's polynomials with alternating signs.
fn table() -> Vec<[f64; TERMS]> {
    (0..=NEAR)
        .map(|apart| {
            let z = apart as f64 / CELLS;
            let (phi, slope) = (density(z), 2.0 * norm_cdf(z) - 1.0);
            let mut terms = [0.0; TERMS];
            let (mut hermite, mut before, mut factorial) = (1.0, 0.0, 1.0);
            for (k, term) in terms.iter_mut().enumerate() {
                factorial *= if k > 1 { k as f64 } else { 1.0 };
                *term = match k {
                    0 => z * slope + 2.0 * phi,
                    1 => slope,
                    _ => {
                        let value = 2.0 * phi * hermite / factorial;
                        // He′: He(m + 1) = z He(m) − m He(m − 1), with the sign of the derivative.
                        let next = -(z * hermite) - (k - 2) as f64 * before;
                        (before, hermite) = (hermite, next);
                        value
                    }
                };
            }
            terms
        })
        .collect()
}

/// The series in a point's distance from the middle of `cell` that sums up what near cells hold.
fn met(cell: &Cell, near: &[Cell], table: &[[f64; TERMS]]) -> [f64; TERMS] {
    let mut series = [0.0; TERMS];
    for other in near {
        let apart = cell.number - other.number;
        let Some(terms) = table.get(usize::try_from(apart.abs()).unwrap_or(usize::MAX)) else { continue };
        for (k, term) in terms.iter().enumerate() {
            // a is even: its odd derivatives change sign with the side.
            let term = if apart < 0 && k % 2 == 1 { -term } else { *term };
            // (u − v)^k spelled out: k over p, u^(k − p), (−v)^p.
            let mut choose = 1.0;
            for (p, moment) in other.moments.iter().enumerate().take(k + 1) {
                let sign = if p % 2 == 1 { -1.0 } else { 1.0 };
                if let Some(coefficient) = series.get_mut(k - p) {
                    *coefficient += term * choose * sign * moment;
                }
                choose = choose * (k - p) as f64 / (p + 1) as f64;
            }
        }
    }
    series
}

#[cfg(test)]
mod tests {
    use super::super::folded_mean;
    use super::*;

    fn spread_points(count: usize) -> Vec<(f64, f64)> {
        let value = |i: usize| {
            let u = (i as f64 * 0.618_033_988_749_894_9).fract();
            1000.0 + 40.0 * u * u * u - 3.0 * (i % 7) as f64
        };
        let mut points: Vec<(f64, f64)> = (0..count).map(|i| (value(i), 1.0 + (i % 3) as f64)).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        points
    }

    #[test]
    fn cells_give_what_each_with_each_gives() {
        let points = spread_points(300);
        let weight: f64 = points.iter().map(|point| point.1).sum();
        for sd in [0.0, 1e-13, 1e-3, 0.05, 0.7, 3.0, 25.0, 400.0] {
            for ((value, _), found) in points.iter().zip(blurred_distances(&points, sd)) {
                let wanted: f64 = points.iter().map(|(other, w)| w * folded_mean(value - other, sd)).sum();
                assert!((found - wanted).abs() <= 1e-11 * weight * (sd + 50.0), "{sd}: {found} for {wanted}");
            }
        }
    }

    #[test]
    fn no_point_and_one_point_are_no_trouble() {
        assert!(blurred_distances(&[], 1.0).is_empty());
        let alone = blurred_distances(&[(1e12, 2.0)], 3.0);
        assert!((alone[0] - 2.0 * folded_mean(0.0, 3.0)).abs() < 1e-12);
    }
}
