//! Which runs stand for the others: k-medoids by PAM (Kaufman & Rousseeuw 1990, *Finding Groups in Data*, chapter 2).
//!
//! Two runs are as far apart as the mean over the outcomes of the difference of their ranks, each rank as a share of all runs. So
//! no outcome counts for more because of its unit or its tails. Nothing is drawn: the first among equals is taken everywhere.

/// PAM takes the square of its runs: of more than these every so-manieth is looked at, and all others are assigned.
const MOST: usize = 1_000;
/// Swaps are made until none helps, which takes a few; this bounds it.
const SWAPS: usize = 200;
/// A gain below this is rounding.
const NOTHING: f64 = 1e-9;

/// A run that stands for others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Representative {
    /// Its place in the columns.
    pub run: usize,
    /// The share of the runs that are nearest to it, itself included.
    pub share: f64,
}

/// So many runs that stand for all (fewer if there are fewer), those that stand for most first. `columns` holds the outcomes, by
/// outcome, then by run; a run of which one is not finite is left out.
pub fn representative(columns: &[Vec<f64>], how_many: usize) -> Vec<Representative> {
    let runs = columns.iter().map(Vec::len).min().unwrap_or(0);
    let is_whole = |run: &usize| columns.iter().all(|column| column.get(*run).is_some_and(|value| value.is_finite()));
    let whole: Vec<usize> = (0..runs).filter(is_whole).collect();
    if whole.is_empty() || how_many == 0 {
        return Vec::new();
    }
    let looked_at: Vec<usize> = match whole.len() {
        few if few <= MOST => (0..few).collect(),
        many => (0..MOST).map(|i| i * many / MOST).collect(),
    };
    let ranks: Vec<Vec<f64>> = columns.iter().map(|column| ranks(column, &whole)).collect();
    let distances = Distances::new(&ranks, &looked_at);
    let medoids = pam(&distances, how_many.min(looked_at.len()));
    let places: Vec<usize> = medoids.iter().filter_map(|medoid| looked_at.get(*medoid).copied()).collect();
    let counts = assigned(&ranks, &places, whole.len());
    let mut found: Vec<Representative> = places
        .iter()
        .zip(counts)
        .filter_map(|(place, count)| {
            let share = count as f64 / whole.len() as f64;
            whole.get(*place).map(|run| Representative { run: *run, share })
        })
        .collect();
    found.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.run.cmp(&b.run)));
    found
}

/// The ranks of these runs in a column, 0 for the least to 1 for the greatest; equals share the mean of their ranks.
fn ranks(column: &[f64], runs: &[usize]) -> Vec<f64> {
    let value = |place: &usize| runs.get(*place).and_then(|run| column.get(*run)).copied().unwrap_or(f64::NAN);
    let mut order: Vec<usize> = (0..runs.len()).collect();
    order.sort_by(|a, b| value(a).total_cmp(&value(b)).then(a.cmp(b)));
    let last = (runs.len().max(2) - 1) as f64;
    let mut ranks = vec![0.0; runs.len()];
    let mut begin = 0;
    for equals in order.chunk_by(|a, b| value(a) == value(b)) {
        let mean = (begin as f64 + (begin + equals.len() - 1) as f64) / 2.0 / last;
        for place in equals {
            if let Some(rank) = ranks.get_mut(*place) {
                *rank = mean;
            }
        }
        begin += equals.len();
    }
    ranks
}

/// How far apart two runs are.
fn apart(ranks: &[Vec<f64>], a: usize, b: usize) -> f64 {
    let each = ranks.iter().filter_map(|ranks| Some((ranks.get(a)? - ranks.get(b)?).abs()));
    each.fold(0.0, |sum, distance| sum + distance) / ranks.len().max(1) as f64
}

/// The distances between the runs that are looked at.
struct Distances {
    count: usize,
    values: Vec<f64>,
}

impl Distances {
    fn new(ranks: &[Vec<f64>], runs: &[usize]) -> Self {
        let values = runs.iter().flat_map(|a| runs.iter().map(move |b| (*a, *b))).map(|(a, b)| apart(ranks, a, b));
        Self { count: runs.len(), values: values.collect() }
    }

    /// The distances of one run from all.
    fn from(&self, run: usize) -> &[f64] {
        self.values.get(run * self.count..(run + 1) * self.count).unwrap_or_default()
    }
}

/// The medoids: BUILD, then SWAP.
fn pam(distances: &Distances, how_many: usize) -> Vec<usize> {
    let mut medoids: Vec<usize> = Vec::new();
    while medoids.len() < how_many {
        let near = nearest(distances, &medoids);
        let gain = |candidate: usize| {
            let each = distances.from(candidate).iter().zip(&near);
            each.fold(0.0, |sum, (distance, near)| sum + (near.0 - distance).max(0.0))
        };
        let open = (0..distances.count).filter(|run| !medoids.contains(run));
        let Some((best, _)) = first_greatest(open.map(|run| (run, gain(run)))) else { break };
        medoids.push(best);
    }
    for _ in 0..SWAPS {
        let near = nearest(distances, &medoids);
        let swaps = (0..medoids.len()).flat_map(|slot| (0..distances.count).map(move |run| (slot, run)));
        let open = swaps.filter(|(_, run)| !medoids.contains(run));
        let gains = open.map(|(slot, run)| ((slot, run), gain_of_swap(distances, &near, slot, run)));
        match first_greatest(gains) {
            Some(((slot, run), gain)) if gain > NOTHING => {
                if let Some(medoid) = medoids.get_mut(slot) {
                    *medoid = run;
                }
            }
            _ => break,
        }
    }
    medoids
}

/// Of each run: the distance to the nearest medoid, which one that is, and the distance to the second nearest. Without a medoid
/// all are farther than any two runs can be.
fn nearest(distances: &Distances, medoids: &[usize]) -> Vec<(f64, usize, f64)> {
    const FAR: f64 = 2.0;
    let mut near = vec![(FAR, usize::MAX, FAR); distances.count];
    for (slot, medoid) in medoids.iter().enumerate() {
        for (near, distance) in near.iter_mut().zip(distances.from(*medoid)) {
            if *distance < near.0 {
                *near = (*distance, slot, near.0);
            } else if *distance < near.2 {
                near.2 = *distance;
            }
        }
    }
    near
}

/// By how much the sum of distances falls if a run takes a medoid's place.
fn gain_of_swap(distances: &Distances, near: &[(f64, usize, f64)], slot: usize, run: usize) -> f64 {
    let each = distances.from(run).iter().zip(near);
    each.fold(0.0, |sum, (distance, (first, nearest, second))| {
        let without = if *nearest == slot { *second } else { *first };
        sum + first - without.min(*distance)
    })
}

/// The greatest, the first among equals.
fn first_greatest<T>(items: impl Iterator<Item = (T, f64)>) -> Option<(T, f64)> {
    let mut best: Option<(T, f64)> = None;
    for (item, score) in items {
        if best.as_ref().is_none_or(|(_, greatest)| score > *greatest) {
            best = Some((item, score));
        }
    }
    best
}

/// How many of all runs are nearest to each medoid, the first among equals.
fn assigned(ranks: &[Vec<f64>], medoids: &[usize], runs: usize) -> Vec<usize> {
    let mut counts = vec![0; medoids.len()];
    for run in 0..runs {
        let near = medoids.iter().enumerate().map(|(slot, medoid)| (slot, -apart(ranks, run, *medoid)));
        if let Some(count) = first_greatest(near).and_then(|(slot, _)| counts.get_mut(slot)) {
            *count += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A few runs around each of three points, and a failed one.
    fn three_groups() -> Vec<Vec<f64>> {
        let mut columns = vec![Vec::new(), Vec::new()];
        for (centre, count) in [(0.0, 5), (10.0, 11), (20.0, 8)] {
            for i in 0..count {
                let off = f64::from(i - count / 2) * 0.1;
                columns[0].push(centre + off);
                columns[1].push(100.0 - centre + off);
            }
        }
        columns[0][3] = f64::NAN;
        columns
    }

    /// The sum of all runs' distances to the nearest of these.
    fn total(distances: &Distances, medoids: &[usize]) -> f64 {
        let each = (0..distances.count)
            .map(|run| medoids.iter().map(|medoid| distances.from(*medoid)[run]).fold(f64::INFINITY, f64::min));
        each.sum()
    }

    /// The least sum of distances that any three runs leave.
    fn least(distances: &Distances) -> f64 {
        let runs = 0..distances.count;
        let threes = runs.clone().flat_map(|a| (0..a).flat_map(move |b| (0..b).map(move |c| [a, b, c])));
        threes.map(|three| total(distances, &three)).fold(f64::INFINITY, f64::min)
    }

    fn distances_of(columns: &[Vec<f64>]) -> Distances {
        let all: Vec<usize> = (0..columns[0].len()).collect();
        let ranks: Vec<Vec<f64>> = columns.iter().map(|column| ranks(column, &all)).collect();
        Distances::new(&ranks, &all)
    }

    #[test]
    fn each_group_is_stood_for_and_the_largest_comes_first() {
        let found = representative(&three_groups(), 3);
        let groups: Vec<usize> =
            found.iter().map(|one| [5, 16].iter().filter(|end| one.run >= **end).count()).collect();
        assert_eq!(groups, [1, 2, 0]);
        let shares: Vec<f64> = found.iter().map(|one| one.share).collect();
        assert_eq!(shares, [11.0 / 23.0, 8.0 / 23.0, 4.0 / 23.0]);
    }

    #[test]
    fn of_groups_no_three_runs_are_nearer_to_all_others() {
        let mut columns = three_groups();
        columns[0][3] = 0.1;
        let distances = distances_of(&columns);
        let found = total(&distances, &pam(&distances, 3));
        assert!((found - least(&distances)).abs() < 1e-9, "{found} against {}", least(&distances));
    }

    #[test]
    fn of_noise_no_other_run_in_the_place_of_one_is_nearer_to_all_others() {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 40) as f64
        };
        let columns: Vec<Vec<f64>> = (0..3).map(|_| (0..40).map(|_| next()).collect()).collect();
        let distances = distances_of(&columns);
        let medoids = pam(&distances, 3);
        let found = total(&distances, &medoids);
        for slot in 0..3 {
            for run in 0..40 {
                let mut swapped = medoids.clone();
                swapped[slot] = run;
                assert!(total(&distances, &swapped) >= found - 1e-9, "{run} for {}", medoids[slot]);
            }
        }
        assert!(found <= least(&distances) * 1.1, "{found} against {}", least(&distances));
    }

    #[test]
    fn a_unit_or_a_tail_changes_nothing() {
        let columns = three_groups();
        let bent: Vec<Vec<f64>> =
            columns.iter().map(|column| column.iter().map(|x| x * x * x * 1e3).collect()).collect();
        assert_eq!(representative(&columns, 3), representative(&bent, 3));
    }

    #[test]
    fn what_cannot_be_chosen_from_is_left_out() {
        assert_eq!(representative(&[], 3), []);
        assert_eq!(representative(&[vec![f64::NAN; 4]], 3), []);
        let alone = representative(&[vec![1.0, f64::NAN]], 3);
        assert_eq!(alone, [Representative { run: 0, share: 1.0 }]);
    }

    #[test]
    fn many_runs_are_looked_at_in_part_and_assigned_in_full() {
        let column: Vec<f64> = (0..5_000).map(|i| f64::from(i % 100)).collect();
        let found = representative(&[column], 2);
        assert_eq!(found.iter().map(|one| one.share).sum::<f64>(), 1.0);
        assert!(found.iter().all(|one| one.share > 0.4), "{found:?}");
    }
}
