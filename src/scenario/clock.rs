//! The scenario's clock: ticks, dates and the units that count them.

use crate::language::syntax::Unit;
use jiff::Span;
use jiff::civil::Date;

/// Days of a mean Gregorian year.
const DAYS_PER_YEAR: f64 = 365.2425;

/// How long a tick is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TickLength {
    /// So many days; may be fractional (half a week).
    Days(f64),
    /// So many calendar months.
    Months(u32),
}

/// When a scenario starts, how long a tick is, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// Day of tick 0, in days since 1970-01-01.
    pub start: i64,
    /// Length of a tick.
    pub tick: TickLength,
    /// Number of steps; observations are numbered 0..=ticks.
    pub ticks: u32,
}

/// Days since 1970-01-01 of a civil date.
pub fn days_of(date: Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.until(date).map(|span| i64::from(span.get_days())).unwrap_or(0)
}

/// The civil date of a day since 1970-01-01; `None` outside the years −9999 to 9999.
pub fn date_of(days: i64) -> Option<Date> {
    // What is no span at all is no date either; `days()` would panic.
    jiff::civil::date(1970, 1, 1).checked_add(Span::new().try_days(days).ok()?).ok()
}

impl Clock {
    /// The day of an observation: step t runs from `day(t - 1)`, its first day, to `day(t)`, when it is observed.
    pub fn day(&self, tick: u32) -> i64 {
        match self.tick {
            TickLength::Days(days) => self.start + (days * f64::from(tick)).floor() as i64,
            TickLength::Months(months) => date_of(self.start)
                .and_then(|start| {
                    let months = i64::from(months) * i64::from(tick);
                    start.checked_add(Span::new().try_months(months).ok()?).ok()
                })
                .map_or(self.start, days_of),
        }
    }

    /// How many ticks one unit lasts.
    pub fn ticks_per(&self, unit: Unit) -> f64 {
        let days = match unit {
            Unit::Tick => return 1.0,
            Unit::Day => 1.0,
            Unit::Week => 7.0,
            Unit::Month => DAYS_PER_YEAR / 12.0,
            Unit::Year => DAYS_PER_YEAR,
        };
        match (self.tick, unit) {
            (TickLength::Months(months), Unit::Month) => 1.0 / f64::from(months),
            (TickLength::Months(months), Unit::Year) => 12.0 / f64::from(months),
            _ => days / self.days_per_tick(),
        }
    }

    /// Mean days of a tick.
    pub fn days_per_tick(&self) -> f64 {
        match self.tick {
            TickLength::Days(days) => days,
            TickLength::Months(months) => f64::from(months) * (DAYS_PER_YEAR / 12.0),
        }
    }

    /// A span of so many units in whole ticks, at least one.
    pub fn whole_ticks(&self, count: f64, unit: Unit) -> u32 {
        (count * self.ticks_per(unit)).round().clamp(1.0, f64::from(u32::MAX)) as u32
    }

    /// The first step (1..=ticks) whose first day is not before `day`; `ticks + 1` if there is none.
    pub fn first_step(&self, day: i64) -> u32 {
        (1..=self.ticks).find(|&step| self.day(step - 1) >= day).unwrap_or(self.ticks + 1)
    }

    /// The last observation that has been made by the end of `day`: the last tick that ends by that date; 0 before the start.
    pub fn last_by(&self, day: i64) -> u32 {
        let (mut known, mut later) = (0, self.ticks.saturating_add(1));
        while later - known > 1 {
            let middle = known + (later - known) / 2;
            if self.day(middle) <= day {
                known = middle;
            } else {
                later = middle;
            }
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_between_ticks_means_the_last_tick_that_ends_by_it() {
        let weekly = Clock { start: 100, tick: TickLength::Days(7.0), ticks: 4 };
        let found = [99, 100, 106, 107, 108, 127, 128, 1000].map(|day| weekly.last_by(day));
        assert_eq!(found, [0, 0, 0, 1, 1, 3, 4, 4]);
        let half_days = Clock { start: 100, tick: TickLength::Days(0.5), ticks: 4 };
        assert_eq!([100, 101, 102].map(|day| half_days.last_by(day)), [1, 3, 4]);
        let monthly = Clock { start: days_of(jiff::civil::date(2024, 1, 31)), tick: TickLength::Months(1), ticks: 3 };
        let days = [(2024, 2, 28), (2024, 2, 29), (2024, 3, 30), (2024, 3, 31), (2024, 4, 30)];
        let found = days.map(|(year, month, day)| monthly.last_by(days_of(jiff::civil::date(year, month, day))));
        assert_eq!(found, [0, 1, 1, 2, 3]);
    }
}
