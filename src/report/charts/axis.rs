//! Scales: from values and ticks of the clock to places in a picture, and what stands at the axes.

use crate::scenario::clock::{date_of, days_of};

/// A linear scale from values to places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// A scale that begins at the value `low` in the place `from` and ends at `high` in `to`.
    pub fn new((low, high): (f64, f64), (from, to): (f64, f64)) -> Self {
        Self { low, high, from, to }
    }

    /// The place of a value; the middle of the scale where there is no telling.
    pub fn at(&self, value: f64) -> f64 {
        let place = self.from + (self.to - self.from) * ((value - self.low) / (self.high - self.low));
        let (least, most) = if self.from < self.to { (self.from, self.to) } else { (self.to, self.from) };
        if place.is_finite() { place.clamp(least, most) } else { (self.from + self.to) / 2.0 }
    }
}

/// Marks of an axis of numbers: round values, and how many digits after the point they need.
#[derive(Clone, Debug, PartialEq)]
pub struct Marks {
    /// The values, ascending; the axis begins at the first and ends at the last.
    pub values: Vec<f64>,
    /// Digits after the point.
    pub decimals: usize,
}

impl Marks {
    /// Round values around a range, some `most` of them, a multiple of 1, 2 or 5 times a power of ten apart.
    pub fn around(low: f64, high: f64, most: usize) -> Self {
        let (mut low, mut high) = (low.min(high), high.max(low));
        if !(low.is_finite() && high.is_finite() && (high - low).is_finite()) {
            return Self { values: vec![0.0, 1.0], decimals: 0 };
        }
        if high - low <= 1e-9 * high.abs().max(low.abs()) {
            let around = if low == 0.0 { 1.0 } else { low.abs() / 2.0 };
            (low, high) = (low - around, high + around);
        }
        // An axis that nearly reaches zero may as well begin there.
        if low > 0.0 && low < 0.3 * high {
            low = 0.0;
        }
        if high < 0.0 && high > 0.3 * low {
            high = 0.0;
        }
        let (step, magnitude) = round_step((high - low) / most.max(1) as f64);
        let first = (low / step).floor();
        let steps = ((high / step).ceil() - first).clamp(1.0, 100.0) as usize;
        let values: Vec<f64> = (0..=steps).map(|place| (first + place as f64) * step).collect();
        Self { values, decimals: usize::try_from(-magnitude).unwrap_or(0).min(12) }
    }

    /// The first and the last.
    pub fn ends(&self) -> (f64, f64) {
        (self.values.first().copied().unwrap_or(0.0), self.values.last().copied().unwrap_or(1.0))
    }
}

/// The least of 1, 2, 5 times a power of ten that is not below a size, and that power.
fn round_step(size: f64) -> (f64, i32) {
    let text = format!("{size:e}");
    let power: i32 = text.split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or(0);
    let times = |factor: u32, power: i32| format!("{factor}e{power}").parse::<f64>().unwrap_or(1.0);
    let found = [(1, power), (2, power), (5, power)].into_iter().find(|(factor, power)| times(*factor, *power) >= size);
    let (factor, power) = found.unwrap_or((1, power + 1));
    (times(factor, power).max(f64::MIN_POSITIVE), power)
}

/// The clock as an axis: every tick is as wide as any other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Time<'a> {
    days: &'a [i32],
    from: f64,
    to: f64,
}

impl<'a> Time<'a> {
    /// An axis over the first days of all ticks.
    pub fn new(days: &'a [i32], (from, to): (f64, f64)) -> Self {
        Self { days, from, to }
    }

    /// The place of a tick.
    pub fn at(&self, tick: f64) -> f64 {
        let last = self.days.len().saturating_sub(1).max(1) as f64;
        self.from + (self.to - self.from) * (tick / last).clamp(0.0, 1.0)
    }

    /// The place of a day, between ticks where it lies between theirs; `None` outside the clock.
    pub fn of_day(&self, day: i64) -> Option<f64> {
        let after = self.days.partition_point(|first| i64::from(*first) <= day);
        let (place, start) = (after.checked_sub(1)?, i64::from(*self.days.get(after.checked_sub(1)?)?));
        let part = match self.days.get(after) {
            Some(next) => (day - start) as f64 / (i64::from(*next) - start).max(1) as f64,
            None if day == start => 0.0,
            None => return None,
        };
        Some(self.at(place as f64 + part))
    }

    /// Dates that are worth a mark, at most some `most`: places and texts. Ticks are numbered where dates do not tell them apart.
    pub fn marks(&self, most: usize) -> Vec<(f64, String)> {
        let (Some(first), Some(last)) = (self.days.first(), self.days.last()) else { return Vec::new() };
        let span = i64::from(*last) - i64::from(*first);
        let found = STEPS.iter().find(|step| span / step.days() < most as i64);
        let step = found.copied().unwrap_or(Step::Years(1000));
        let mut marks = Vec::new();
        if span >= self.days.len() as i64 - 1 {
            let mut day = step.from(i64::from(*first));
            while let Some((at, next)) = day.filter(|day| *day <= i64::from(*last)).map(|at| (at, step.after(at))) {
                marks.extend(self.of_day(at).zip(step.text(at)));
                day = next.filter(|next| *next > at);
            }
        }
        if marks.len() < 2 {
            let ends = Marks::around(0.0, self.days.len().saturating_sub(1) as f64, most.min(4));
            let within = ends.values.into_iter().filter(|tick| *tick >= 0.0 && *tick < self.days.len() as f64);
            return within.map(|tick| (self.at(tick), format!("tick {tick:.0}"))).collect();
        }
        marks
    }
}

/// How far apart dates at an axis are.
#[derive(Clone, Copy, Debug)]
enum Step {
    Days(i64),
    Months(i64),
    Years(i64),
}

const STEPS: [Step; 16] = [
    Step::Days(1),
    Step::Days(2),
    Step::Days(7),
    Step::Days(14),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Years(1),
    Step::Years(2),
    Step::Years(5),
    Step::Years(10),
    Step::Years(20),
    Step::Years(50),
    Step::Years(100),
    Step::Years(500),
];

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Step {
    fn days(self) -> i64 {
        match self {
            Self::Days(days) => days,
            Self::Months(months) => 30 * months,
            Self::Years(years) => 365 * years,
        }
    }

    /// The first date of this kind from a day on.
    fn from(self, day: i64) -> Option<i64> {
        let date = date_of(day)?;
        let (year, month) = (i64::from(date.year()), i64::from(date.month()));
        let in_month = |months: i64| {
            let (year, month) = (i16::try_from(months.div_euclid(12)).ok()?, months.rem_euclid(12) + 1);
            let date = jiff::civil::Date::new(year, i8::try_from(month).ok()?, 1).ok()?;
            Some(days_of(date))
        };
        let begun = match self {
            Self::Days(_) => return Some(day),
            Self::Months(months) => 12 * year + (month - 1).div_euclid(months) * months,
            Self::Years(years) => 12 * (year.div_euclid(years) * years),
        };
        let apart = match self {
            Self::Years(years) => 12 * years,
            Self::Months(months) => months,
            Self::Days(_) => 0,
        };
        in_month(begun).filter(|begun| *begun >= day).or_else(|| in_month(begun + apart))
    }

    fn after(self, day: i64) -> Option<i64> {
        match self {
            Self::Days(days) => Some(day + days),
            _ => self.from(day + 1),
        }
    }

    fn text(self, day: i64) -> Option<String> {
        let date = date_of(day)?;
        let month = MONTHS.get(usize::try_from(date.month() - 1).ok()?)?;
        Some(match self {
            Self::Days(_) => format!("{} {month}", date.day()),
            Self::Months(_) => format!("{month} {}", date.year()),
            Self::Years(_) => date.year().to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_hold_the_range() {
        for (low, high) in
            [(0.53, 0.98), (-3.2, 4.7), (1e-7, 3e-7), (12.0, 12.0), (0.0, 0.0), (-5e5, -1.0), (1.0, 1e12)]
        {
            let marks = Marks::around(low, high, 5);
            let (first, last) = marks.ends();
            assert!(first <= low && last >= high, "{low} to {high}: {marks:?}");
            assert!((2..=8).contains(&marks.values.len()), "{low} to {high}: {marks:?}");
        }
        let marks = Marks::around(0.53, 0.98, 5);
        assert_eq!((marks.values.len(), marks.decimals), (6, 1));
        assert_eq!(Marks::around(f64::NEG_INFINITY, f64::MAX, 5).values, [0.0, 1.0]);
    }

    #[test]
    fn weeks_of_two_years_are_marked_by_months() {
        // 2023-10-27 and 114 weeks.
        let days: Vec<i32> = (0..115).map(|week| 19_657 + 7 * week).collect();
        let axis = Time::new(&days, (0.0, 114.0));
        let texts: Vec<String> = axis.marks(6).into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["Jan 2024", "Jul 2024", "Jan 2025", "Jul 2025", "Jan 2026"]);
        assert_eq!(axis.of_day(19_657), Some(0.0));
        assert_eq!(axis.of_day(19_656), None);
        assert_eq!(axis.of_day(i64::from(i32::MAX)), None);
        assert!(axis.of_day(19_661).is_some_and(|place| (place - 4.0 / 7.0).abs() < 1e-9));
    }

    #[test]
    fn ticks_that_dates_do_not_tell_apart_are_numbered() {
        let half_days = [100, 100, 101, 101, 102];
        let texts: Vec<String> = Time::new(&half_days, (0.0, 1.0)).marks(6).into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts.first().map(String::as_str), Some("tick 0"));
        assert!(Time::new(&[], (0.0, 1.0)).marks(6).is_empty());
        assert!(!Time::new(&[i32::MIN, i32::MAX], (0.0, 1.0)).marks(6).is_empty());
    }
}
