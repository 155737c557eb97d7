//! A trace for people: a heading a tick, and below it what happened, in the order in which it did.

use super::{Acted, AreaChanges, Change, Event, Struck, Tick, is_named, short};
use crate::reference::{Message, Played, day_of};
use crate::scenario::model::{ActorId, Rule, Scenario};
use std::collections::BTreeMap;
use std::fmt::Write;

/// How many digits numbers have.
const DIGITS: usize = 3;
/// Of more rules than this that act each tick only their number is told.
const FEW_RULES: usize = 8;
/// Effects in more areas than this are summed up.
const FEW_AREAS: usize = 3;

/// How a trace is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Layout<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Every rule by its place, see [`super::rules`].
    pub rules: &'a [(Option<ActorId>, &'a Rule)],
    /// The columns of a line.
    pub width: usize,
    /// Whether rules that act each tick without condition, and areas by the dozen, are spelled out too.
    pub whole: bool,
}

/// What is said first: which run it is, and what it has drawn.
pub fn heading(layout: &Layout, seed: u64, run: u64, drawn: &[f64]) -> String {
    let scenario = layout.scenario;
    let mut text = format!("{}, run {run} of seed {seed}, variant {}\n", scenario.title, scenario.variant);
    let named = scenario.uncertainties.iter().zip(drawn);
    let parts: Vec<String> = named.map(|(x, value)| format!("{} {}", x.name, short(*value, DIGITS))).collect();
    if !parts.is_empty() {
        text += &layout.wrapped(&format!("drawn: {}", parts.join(", ")), 0);
    }
    text
}

/// What is said last: how the run ended.
pub fn ending(layout: &Layout, played: &Played) -> String {
    let scenario = layout.scenario;
    let date = day_of(scenario, played.closed);
    let how = match (played.failure, played.stopped_by.and_then(|stop| scenario.stops.get(stop))) {
        (Some(failure), _) => format!("failed in tick {}, {date}: {}", played.closed, scenario.failure(failure.place)),
        (None, Some(stop)) => format!("stopped by {} in tick {}, {date}", stop.name, played.closed),
        (None, None) => format!("ended with tick {}, {date}", played.closed),
    };
    let values = played.series.last().map(Vec::as_slice).unwrap_or_default();
    let named = scenario.outcomes.iter().zip(values);
    let parts: Vec<String> = named.map(|(m, value)| format!("{} {}", m.name, short(*value, DIGITS))).collect();
    let outcomes = if parts.is_empty() { String::new() } else { format!("; {}", parts.join(", ")) };
    format!("\n{}", layout.wrapped(&format!("{how}{outcomes}"), 0))
}

/// A tick, with a heading if anything happened in it; empty if nothing did.
pub fn tick_text(tick: &Tick, layout: &Layout) -> String {
    let mut page = Page { layout, text: String::new(), steady: Vec::new() };
    page.events(&tick.events);
    if page.text.is_empty() {
        return String::new();
    }
    format!("\ntick {}, {}\n{}", tick.tick, day_of(layout.scenario, tick.tick), page.text)
}

impl Layout<'_> {
    fn actor(&self, id: ActorId) -> &str {
        self.scenario.actors.get(id).map_or("nobody", |actor| actor.name.as_str())
    }

    fn area(&self, id: usize) -> &str {
        let areas = self.scenario.territory.as_ref().map(|territory| territory.areas.as_slice()).unwrap_or_default();
        areas.get(id).map_or("nowhere", |area| area.name.as_str())
    }

    /// A message without its receivers: `arms 12.5, by sea 1`.
    fn message(&self, message: &Message) -> String {
        let Some(kind) = self.scenario.kinds.get(message.kind) else { return String::new() };
        let fields = kind.fields.iter().zip(&message.fields);
        let fields: String = fields.map(|(name, value)| format!(", {name} {}", short(*value, DIGITS))).collect();
        format!("{} {}{fields}", kind.name, short(message.amount, DIGITS))
    }

    /// A text in lines of the width; later ones are set in deeper than the first.
    fn wrapped(&self, text: &str, indent: usize) -> String {
        wrapped(text, self.width, indent, indent + 4)
    }
}

/// A text in lines of a width, the first set in by `indent` and later ones by `hang`. Words are not broken.
pub(crate) fn wrapped(text: &str, width: usize, indent: usize, hang: usize) -> String {
    let mut out = " ".repeat(indent);
    let (mut length, mut start) = (indent, indent);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let letters = word.chars().count();
        if length > start && length + 1 + letters > width {
            out.push('\n');
            out += &" ".repeat(hang);
            (length, start) = (hang, hang);
        } else if length > start {
            out.push(' ');
            length += 1;
        }
        out += word;
        length += letters;
    }
    out.push('\n');
    out
}

/// The text of a tick.
struct Page<'a> {
    layout: &'a Layout<'a>,
    text: String,
    /// Rules that act each tick and say no more than that.
    steady: Vec<&'a str>,
}

impl<'a> Page<'a> {
    fn line(&mut self, indent: usize, text: &str) {
        self.text += &self.layout.wrapped(text, indent);
    }

    fn events(&mut self, events: &[Event]) {
        let mut rest = events;
        while let Some((event, later)) = rest.split_first() {
            rest = later;
            match event {
                Event::Acted(acted) => {
                    let sends = later.iter().take_while(|event| matches!(event, Event::Sent { .. })).count();
                    let (sent, after) = later.split_at_checked(sends).unwrap_or((later, &[]));
                    self.acted(acted, sent);
                    rest = after;
                }
                Event::Sent { .. } => self.sent(std::slice::from_ref(event), 2),
                Event::Delivered { message, .. } => {
                    let is_to = |event: &&Event| matches!(event, Event::Delivered { message: other, .. } if other.receiver == message.receiver);
                    let count = later.iter().take_while(is_to).count();
                    let (more, after) = later.split_at_checked(count).unwrap_or((later, &[]));
                    self.delivered(&std::iter::once(event).chain(more).collect::<Vec<_>>());
                    rest = after;
                }
                other => self.event(other),
            }
        }
        match self.steady.len() {
            0 => {}
            few if few <= FEW_RULES => self.line(2, &format!("as every tick: {}", self.steady.join(", "))),
            many => self.line(2, &format!("as every tick: {many} rules that have no condition")),
        }
    }

    /// What one actor receives: each message that changes something by itself, then the others together.
    fn delivered(&mut self, events: &[&Event]) {
        let layout = self.layout;
        let mut others: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        let mut who = "";
        for event in events {
            let Event::Delivered { message, changes, .. } = event else { continue };
            who = layout.actor(message.receiver);
            let parcel = format!("{} from {}", layout.message(message), layout.actor(message.sender));
            match self.changes(changes) {
                Some(changes) => {
                    let sent = day_of(layout.scenario, message.sent);
                    self.line(2, &format!("{who} receives {parcel}, sent {sent}: {changes}"));
                }
                None => others.entry(message.sent).or_default().push(parcel),
            }
        }
        for (sent, parcels) in others {
            let sent = day_of(layout.scenario, sent);
            self.line(2, &format!("{who} receives {}, sent {sent}", parcels.join(", ")));
        }
    }

    fn event(&mut self, event: &Event) {
        let layout = self.layout;
        let scenario = layout.scenario;
        match event {
            Event::Stance { actor, before, after } => {
                let rungs = scenario.actors.get(*actor).and_then(|actor| actor.stances.as_ref());
                let rung = |place: &usize| {
                    rungs.and_then(|stances| stances.rungs.get(*place)).map_or("?", |rung| rung.name.as_str())
                };
                let (who, before, after) = (layout.actor(*actor), rung(before), rung(after));
                self.line(2, &format!("{who} takes the stance {after} (was {before})"));
            }
            Event::Taken { area, towns, before, after } => {
                let what = if *towns { "the towns of " } else { "" };
                let (area, before, after) = (layout.area(*area), layout.actor(*before), layout.actor(*after));
                self.line(2, &format!("{after} takes {what}{area} from {before}"));
            }
            Event::Lost { side, posts, areas } => {
                let most = if layout.whole { usize::MAX } else { FEW_AREAS };
                let named = areas.iter().take(most);
                let mut parts: Vec<String> =
                    named.map(|(area, posts)| format!("{} {}", layout.area(*area), short(*posts, DIGITS))).collect();
                if areas.len() > most {
                    parts.push(format!("{} more areas", areas.len() - most));
                }
                let where_ = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
                let noun = if *posts == 1.0 { "post" } else { "posts" };
                self.line(2, &format!("{} loses {} {noun}{where_}", layout.actor(*side), short(*posts, DIGITS)));
            }
            Event::Reached { milestone } => {
                let name = scenario.milestones.get(*milestone).map_or("?", |milestone| milestone.name.as_str());
                self.line(2, &format!("milestone: {name}"));
            }
            Event::Stopped { stop } => {
                let name = scenario.stops.get(*stop).map_or("?", |stop| stop.name.as_str());
                self.line(2, &format!("stopped by {name}"));
            }
            Event::Failed { place } => self.line(2, &format!("failed: {}", scenario.failure(*place))),
            Event::Acted(_) | Event::Sent { .. } | Event::Delivered { .. } => {}
        }
    }

    fn acted(&mut self, acted: &Acted, sent: &[Event]) {
        let Some(rule) = self.layout.rules.get(acted.rule).map(|(_, rule)| *rule) else { return };
        let is_steady = rule.when.is_none() && rule.chance.is_none() && rule.again.is_none();
        if is_steady && sent.is_empty() && !self.layout.whole {
            self.steady.push(&rule.name);
            return;
        }
        let what = if acted.actor.is_some() { "acts" } else { "happens" };
        self.line(2, &format!("{what}: {}", rule.name));
        if let Some(condition) = &acted.condition {
            self.line(6, &format!("when {}", condition.shown));
        }
        if let Some(struck) = &acted.chance {
            self.line(6, &chance(struck));
        }
        if let Some(changes) = self.changes(&acted.changes) {
            self.line(6, &changes);
        }
        for areas in &acted.areas {
            self.areas(areas);
        }
        self.sent(sent, 6);
    }

    /// Messages; those that differ in their receivers only, together.
    fn sent(&mut self, events: &[Event], indent: usize) {
        let layout = self.layout;
        let messages: Vec<&Message> = events
            .iter()
            .filter_map(|event| match event {
                Event::Sent { message, .. } => Some(message),
                _ => None,
            })
            .collect();
        let alike = |a: &&Message, b: &&Message| {
            a.kind == b.kind && a.due == b.due && a.amount == b.amount && a.fields == b.fields && a.sender == b.sender
        };
        for group in messages.chunk_by(alike) {
            let Some(first) = group.first() else { continue };
            let to: Vec<&str> = group.iter().map(|message| layout.actor(message.receiver)).collect();
            let who = if indent == 2 { format!("{} ", layout.actor(first.sender)) } else { String::new() };
            let what = layout.message(first);
            let (to, due) = (to.join(", "), day_of(layout.scenario, first.due));
            let late = if first.due > layout.scenario.clock.ticks { " (after the end)" } else { "" };
            self.line(indent, &format!("{who}sends {what} to {to}, due {due}{late}"));
        }
    }

    /// What changed, with the values before and after; `None` if nothing that has a name did.
    fn changes(&self, changes: &[Change]) -> Option<String> {
        let scenario = self.layout.scenario;
        let parts: Vec<String> = changes
            .iter()
            .filter(|change| is_named(scenario, change.variable) && change.before != change.after)
            .filter_map(|change| scenario.variables.get(change.variable).map(|variable| (variable, change)))
            .map(|(variable, change)| format!("{} {}", variable.name, moved(change.before, change.after)))
            .collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    fn areas(&mut self, changes: &AreaChanges) {
        let layout = self.layout;
        let variables = layout.scenario.territory.as_ref().map(|territory| territory.variables.as_slice());
        let Some(variable) = variables.and_then(|variables| variables.get(changes.variable)) else { return };
        if changes.count > FEW_AREAS && !layout.whole {
            self.line(6, &format!("{} in {} areas", variable.name, changes.count));
            return;
        }
        let parts: Vec<String> = changes
            .areas
            .iter()
            .map(|(area, before, after)| format!("{} {}", layout.area(*area), moved(*before, *after)))
            .collect();
        self.line(6, &format!("{}: {}", variable.name, parts.join(", ")));
    }
}

/// `0.6 → 0.4`, in as many digits as tell the two apart.
fn moved(before: f64, after: f64) -> String {
    let told = |digits: &usize| short(before, *digits) != short(after, *digits);
    let digits = (DIGITS..17).find(told).unwrap_or(17);
    format!("{} → {}", short(before, digits), short(after, digits))
}

/// `chance logistic(…) = 0.66, die 0.23`
fn chance(struck: &Struck) -> String {
    let tells = |digits: &usize| short(struck.die, *digits) != short(struck.probability, *digits);
    let digits = (DIGITS..17).find(tells).unwrap_or(17);
    let mut text = format!("chance {}", struck.shown);
    let probability = short(struck.probability, digits);
    match &struck.per {
        Some(per) => {
            let _ = write!(text, " per {per} ({probability} a tick)");
        }
        // A number that stands in the file needs no value behind it.
        None if struck.written.parse::<f64>().is_ok() => {}
        None if struck.shown.ends_with(&probability) => {}
        None => {
            let _ = write!(text, " = {probability}");
        }
    }
    text + &format!(", die {}", short(struck.die, digits))
}
