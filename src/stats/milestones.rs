//! When a milestone was reached, over runs in some of which it never was.

use super::wilson::{Interval, wilson};

/// Counts the runs that reached a milestone, by the tick at which they first did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reached {
    by_tick: Vec<u64>,
    never: u64,
}

/// A milestone over all runs that did not fail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Milestone {
    /// The share of runs that reached it, with its 95% interval; `None` without runs.
    pub share: Option<Interval>,
    /// The ticks by which 5, 50 and 95% of the runs had reached it; `None` where fewer ever did.
    pub ticks: [Option<u32>; 3],
}

impl Reached {
    /// Counts one run: the first tick at which the condition held, or `None` for never.
    pub fn count(&mut self, first: Option<u32>) {
        let Some(tick) = first else {
            self.never += 1;
            return;
        };
        let place = tick as usize;
        if self.by_tick.len() <= place {
            self.by_tick.resize(place + 1, 0);
        }
        if let Some(count) = self.by_tick.get_mut(place) {
            *count += 1;
        }
    }

    /// The share and the dates.
    ///
    /// A run that never got there counts as later than all others, so a date is the tick by which that percentage of
    /// *all* runs had reached the milestone. Dates are not interpolated: the inverse of the empirical distribution
    /// function (type 1 of Hyndman & Fan 1996), since a date between a tick and never would mean nothing.
    pub fn summary(&self) -> Milestone {
        let reached: u64 = self.by_tick.iter().sum();
        let all = reached + self.never;
        Milestone { share: wilson(reached, all), ticks: [5, 50, 95].map(|percent| self.by(percent, all)) }
    }

    fn by(&self, percent: u64, all: u64) -> Option<u32> {
        // The rank as a whole number: 0.95 · 300 in floating point is a little more than 285.
        let rank = all.checked_mul(percent)?.div_ceil(100).max(1);
        let mut seen = 0;
        for (tick, count) in self.by_tick.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return u32::try_from(tick).ok();
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reached(runs: impl IntoIterator<Item = Option<u32>>) -> Milestone {
        let mut reached = Reached::default();
        runs.into_iter().for_each(|run| reached.count(run));
        reached.summary()
    }

    #[test]
    fn dates_are_those_by_which_a_share_of_all_runs_got_there() {
        let milestone = reached((1..=100).map(Some));
        assert_eq!(milestone.ticks, [Some(5), Some(50), Some(95)]);
        assert_eq!(milestone.share.unwrap().share, 1.0);
    }

    #[test]
    fn never_counts_as_later_than_all() {
        let milestone = reached((1..=100).map(|run| (run <= 60).then_some(run)));
        assert_eq!(milestone.ticks, [Some(5), Some(50), None]);
        assert_eq!(milestone.share.unwrap().share, 0.6);
        assert_eq!(reached((1..=100).map(|run| (run <= 4).then_some(run))).ticks, [None; 3]);
    }

    #[test]
    fn ranks_are_whole_numbers() {
        let milestone = reached((1..=300).map(Some));
        assert_eq!(milestone.ticks, [Some(15), Some(150), Some(285)]);
    }

    #[test]
    fn one_run_or_none_is_no_trouble() {
        assert_eq!(reached([Some(0)]).ticks, [Some(0); 3]);
        assert_eq!(reached([]), Milestone { share: None, ticks: [None; 3] });
    }
}
