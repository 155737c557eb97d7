//! A run in words: what each tick brought, for people.

use super::{Look, Message, Observer, Played};
use crate::scenario::clock::date_of;
use crate::scenario::model::{Rule, Scenario};
use std::io::{self, Write};

/// An observer who writes down which rules acted and what was sent and delivered.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    entries: Vec<(u32, Entry)>,
}

#[derive(Clone, Debug)]
enum Entry {
    Fired(String),
    Sent(Message),
    Delivered(Message),
}

impl Observer for Journal {
    fn rule_fired(&mut self, tick: u32, _place: usize, rule: &Rule, _look: &Look) {
        self.entries.push((tick, Entry::Fired(rule.name.clone())));
    }

    fn message_sent(&mut self, tick: u32, message: &Message) {
        self.entries.push((tick, Entry::Sent(message.clone())));
    }

    fn message_delivered(&mut self, tick: u32, message: &Message) {
        self.entries.push((tick, Entry::Delivered(message.clone())));
    }
}

impl Journal {
    /// Writes the run, tick by tick, numbers in full.
    ///
    /// # Errors
    /// What `out` refuses.
    pub fn write(&self, scenario: &Scenario, played: &Played, out: &mut dyn Write) -> io::Result<()> {
        if !scenario.uncertainties.is_empty() {
            writeln!(out, "uncertainties")?;
            let names = scenario.uncertainties.iter().map(|uncertainty| uncertainty.name.as_str());
            write_values(names, &played.uncertainties, out)?;
        }
        write_posts(scenario, played, out)?;
        for tick in 0..=played.closed {
            writeln!(out, "\ntick {tick}, {}", day_of(scenario, tick))?;
            for (_, entry) in self.entries.iter().filter(|(at, _)| *at == tick) {
                write_entry(scenario, entry, out)?;
            }
            if let Some(outcomes) = played.series.get(tick as usize) {
                write_values(scenario.outcomes.iter().map(|outcome| outcome.name.as_str()), outcomes, out)?;
            }
            for (milestone, _) in
                scenario.milestones.iter().zip(&played.milestones).filter(|(_, reached)| **reached == Some(tick))
            {
                writeln!(out, "  reached: {}", milestone.name)?;
            }
        }
        if let Some(stop) = played.stopped_by.and_then(|stop| scenario.stops.get(stop)) {
            writeln!(out, "\nstopped by {}", stop.name)?;
        }
        if let Some(place) = played.failure.and_then(|failure| scenario.places.get(failure.place)) {
            writeln!(out, "\nfailed at tick {}: {}: {}", played.closed, place.name, place.fault)?;
        }
        Ok(())
    }
}

/// How many posts each side has drawn: this run's, not a fact.
fn write_posts(scenario: &Scenario, played: &Played, out: &mut dyn Write) -> io::Result<()> {
    if played.posts_drawn.is_empty() {
        return Ok(());
    }
    writeln!(out, "posts that this run has drawn")?;
    let name = |id: usize| scenario.actors.get(id).map_or("", |actor| actor.name.as_str());
    let width = played.posts_drawn.iter().map(|(side, _)| name(*side).len()).max().unwrap_or(0);
    for (side, posts) in &played.posts_drawn {
        let areas = posts.iter().filter(|posts| **posts > 0.0).count();
        let side = name(*side);
        writeln!(out, "  {side:width$}  {} in {areas} of {} areas", posts.iter().sum::<f64>(), posts.len())?;
    }
    Ok(())
}

/// The date of an observation.
pub(crate) fn day_of(scenario: &Scenario, tick: u32) -> String {
    date_of(scenario.clock.day(tick)).map_or_else(|| "beyond the calendar".to_owned(), |date| date.to_string())
}

fn write_entry(scenario: &Scenario, entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
    match entry {
        Entry::Fired(rule) => writeln!(out, "  acts: {rule}"),
        Entry::Sent(message) => {
            writeln!(out, "  sent: {}, due at tick {}", describe(scenario, message), message.due)
        }
        Entry::Delivered(message) => writeln!(out, "  delivered: {}", describe(scenario, message)),
    }
}

/// `arms 12.5 from near to regime`, with the fields by name.
fn describe(scenario: &Scenario, message: &Message) -> String {
    let actor = |id: usize| scenario.actors.get(id).map_or("", |actor| actor.name.as_str());
    let (sender, receiver) = (actor(message.sender), actor(message.receiver));
    let Some(kind) = scenario.kinds.get(message.kind) else { return String::new() };
    let fields = kind.fields.iter().zip(&message.fields).map(|(name, value)| format!(", {name} {value}"));
    format!("{} {} from {sender} to {receiver}{}", kind.name, message.amount, fields.collect::<String>())
}

/// One value a line, the names padded to the longest.
fn write_values<'n>(
    names: impl Iterator<Item = &'n str> + Clone,
    values: &[f64],
    out: &mut dyn Write,
) -> io::Result<()> {
    let width = names.clone().map(str::len).max().unwrap_or(0);
    for (name, value) in names.zip(values) {
        writeln!(out, "  {name:width$}  {value}")?;
    }
    Ok(())
}
