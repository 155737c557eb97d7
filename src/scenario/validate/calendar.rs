//! `clock`, `calendar`, and the date of a dated variant.

use super::bounds::MOST_TICKS;
use super::keys::{given, needed};
use super::names::Symbol;
use super::problems::Checked;
use super::{Checker, Switch};
use crate::diagnostics::Diagnostic;
use crate::language::syntax::Unit;
use crate::language::{parse_date, parse_duration};
use crate::scenario::clock::{Clock, TickLength, date_of};
use crate::scenario::format;
use crate::scenario::model::Season;
use crate::scenario::tree::{Node, Text};

/// The days of each month in a leap year.
const MONTHS: [u8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

impl Checker<'_> {
    /// Reads the clock; a wrong one is replaced, so that the rest can be checked.
    pub fn read_clock(&mut self) {
        let Some(node) = self.section("clock") else { return };
        if let Ok(clock) = self.clock_in(node) {
            self.clock = clock;
            self.clock_known = true;
        }
    }

    fn clock_in(&mut self, node: &Node) -> Checked<Clock> {
        let entries = self.map(node, "the clock", &format::CLOCK, node.span)?;
        let start = needed(entries, "start").and_then(|n| {
            let text = self.word(n, "a date such as `2024-01-01`")?;
            parse_date(&text.value).map_err(|error| self.syntax_error(text, error))
        });
        let tick = needed(entries, "tick").and_then(|n| self.tick_length(n));
        let ticks = needed(entries, "ticks").and_then(|n| self.tick_count(n));
        if let Ok(tick) = tick {
            // Durations keep their meaning even where the rest of the clock is wrong.
            self.clock.tick = tick;
        }
        let clock = Clock { start: start?, tick: tick?, ticks: ticks? };
        let days = clock.days_per_tick() * f64::from(clock.ticks);
        let end = clock.day(clock.ticks);
        // Months that lead out of the calendar lead nowhere.
        let stands = matches!(clock.tick, TickLength::Months(_)) && end == clock.start;
        if days > 3_650_000.0 || stands || date_of(end).is_none() {
            return Err(self.error(node.span, "the clock runs past the year 9999", "too many or too long ticks"));
        }
        Ok(clock)
    }

    fn tick_length(&mut self, node: &Node) -> Checked<TickLength> {
        let text = self.word(node, "a duration such as `1 week`")?;
        let (count, unit) = parse_duration(&text.value).map_err(|error| self.syntax_error(text, error))?;
        let whole = count.floor() == count && count <= 1200.0;
        let length = match unit {
            Unit::Tick => {
                return Err(self.error(
                    text.span,
                    "a tick cannot be counted in ticks",
                    "expected days, weeks, months or years",
                ));
            }
            Unit::Month if whole => TickLength::Months(count as u32),
            Unit::Year if whole => TickLength::Months(count as u32 * 12),
            Unit::Day => TickLength::Days(count),
            Unit::Week => TickLength::Days(count * 7.0),
            Unit::Month | Unit::Year => {
                let day = Clock { start: 0, tick: TickLength::Days(1.0), ticks: 1 };
                TickLength::Days(count * day.ticks_per(unit))
            }
        };
        if let TickLength::Days(days) = length
            && !(1.0 / 24.0 / 60.0..=366_000.0).contains(&days)
        {
            return Err(self.error(text.span, "this tick is too short or too long", "a minute to a thousand years"));
        }
        Ok(length)
    }

    fn tick_count(&mut self, node: &Node) -> Checked<u32> {
        let count = self.literal(node)?;
        if count == 0.0 {
            let help = "write how many steps a run has: `ticks: 52`";
            return Err(self.error_help(node.span, "a run of zero ticks does nothing", "expected at least 1", help));
        }
        if count < 1.0 || count.floor() != count || count > MOST_TICKS {
            let message = "the number of ticks must be whole, from 1 to 100000";
            return Err(self.error(node.span, message, format!("this is {count}")));
        }
        Ok(count as u32)
    }

    /// The date from which a dated variant holds.
    pub fn read_switch(&mut self) {
        let Some((_, text)) = self.input.later else { return };
        if let Ok(day) = self.date_in(text)
            && self.clock_known
        {
            self.switch = Some(Switch { step: self.clock.first_step(day), day });
        }
    }

    /// Seasons.
    pub fn read_calendar(&mut self) {
        for (key, node) in self.section_entries("calendar", "seasons") {
            let index = self.seasons.len();
            let declared = self.declare(key, Symbol::Season(index));
            let season = self.season_in(node);
            if let Ok(name) = declared {
                let (from, to) = season.unwrap_or(((1, 1), (12, 31)));
                self.seasons.push(Season { name, from, to });
            }
        }
    }

    fn season_in(&mut self, node: &Node) -> Checked<((u8, u8), (u8, u8))> {
        let entries = self.map(node, "the season", &format::SEASON, node.span)?;
        let from = needed(entries, "from").and_then(|n| self.day_of_year(n));
        let to = needed(entries, "to").and_then(|n| self.day_of_year(n));
        let _ = given(entries, "title").map(|n| self.text(n));
        Ok((from?, to?))
    }

    fn day_of_year(&mut self, node: &Node) -> Checked<(u8, u8)> {
        let text = self.word(node, "a day of the year such as `10-15`")?;
        month_and_day(text).ok_or(()).map_err(|()| {
            let message = format!("`{}` is no day of the year", text.value);
            let diagnostic = Diagnostic::at(text.span, message, "expected month and day");
            self.problems.push(diagnostic.help("write month-day: `10-15` is the 15th of October"))
        })
    }
}

fn month_and_day(text: &Text) -> Option<(u8, u8)> {
    let (month, day) = text.value.split_once('-')?;
    if month.len() != 2 || day.len() != 2 {
        return None;
    }
    let (month, day): (u8, u8) = (month.parse().ok()?, day.parse().ok()?);
    let most = MONTHS.get(usize::from(month).checked_sub(1)?)?;
    (1..=*most).contains(&day).then_some((month, day))
}
