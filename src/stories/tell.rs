//! A trace in short as sentences, each with a weight, in the scenario's own titles and reasons where it has such.

use super::notes::{Firing, Line, Notes, Taking};
use super::pick::{Candidate, Kind};
use crate::reference::trace::short;
use crate::reference::{Played, day_of};
use crate::scenario::model::{ActorId, Scenario};
use std::collections::BTreeMap;

/// How many digits numbers have.
const DIGITS: usize = 3;
/// Ground that the same side takes with pauses of at most so many ticks is told as one event.
const PAUSE: u32 = 4;
/// So many areas are named.
const NAMED: usize = 3;
/// A turning point is the largest change within so many ticks.
const TURN: u32 = 4;
/// So many of the scenario's first outcomes are looked at for turning points.
const OUTCOMES: usize = 4;
/// A rule that acts more often than this in a run is no event.
const SELDOM: u32 = 3;

/// All that could be told of a run.
pub(super) fn told(notes: &Notes, played: &Played) -> Vec<Candidate> {
    let mut all = marks(notes, played);
    all.extend(ground(notes));
    all.extend(turns(notes.scenario, played));
    all.extend(deeds(notes));
    all.extend(stances(notes));
    all.extend(messages(notes));
    all
}

/// A name as words.
fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// An actor within a sentence: its title without what stands in brackets behind it, or its name.
fn called(scenario: &Scenario, id: ActorId) -> String {
    let title = scenario.actors.get(id).map_or("nobody", |actor| actor.title.as_str());
    let title = title.split(" (").next().unwrap_or(title);
    match title.strip_prefix("The ") {
        Some(rest) => format!("the {rest}"),
        None => title.to_owned(),
    }
}

/// The same text with a capital at its beginning.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    first + letters.as_str()
}

/// A text that ends as a sentence does.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// Words as a list, of many only the first.
fn listed(parts: &[String], most: usize) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] if parts.len() <= most => format!("{} and {last}", head.join(", ")),
        many => {
            let head: Vec<&str> = many.iter().take(most).map(String::as_str).collect();
            format!("{} and {} more", head.join(", "), many.len() - head.len())
        }
    }
}

/// Milestones, the stop, the failure. The earlier ones are kept first: what a story turns on comes before what follows.
fn marks(notes: &Notes, played: &Played) -> Vec<Candidate> {
    let scenario = notes.scenario;
    let mark = |tick: u32, weight: f64, sentence: String| Candidate { tick, kind: Kind::Mark, weight, sentence };
    let mut all = Vec::new();
    for (tick, milestone) in &notes.reached {
        let Some(milestone) = scenario.milestones.get(*milestone) else { continue };
        let told = milestone.notes.title.clone().unwrap_or_else(|| words(&milestone.name));
        let weight = if *tick == 0 { -1.0 } else { -f64::from(*tick) / f64::from(scenario.clock.ticks.max(1)) };
        all.push(mark(*tick, weight, sentence(&format!("Milestone: {told}"))));
    }
    if let Some(stop) = played.stopped_by.and_then(|stop| scenario.stops.get(stop)) {
        all.push(mark(played.closed, 1.0, sentence(&format!("The run ends: {}", words(&stop.name)))));
    }
    if let Some(failure) = played.failure {
        let text = format!("The run fails: {}", scenario.failure(failure.place));
        all.push(mark(played.closed, 1.0, sentence(&text)));
    }
    all
}

/// Ground that changed hands, by who took it and from whom, one event for each wave.
fn ground(notes: &Notes) -> Vec<Candidate> {
    let scenario = notes.scenario;
    let Some(contest) = scenario.territory.as_ref().and_then(|territory| territory.contest.as_ref()) else {
        return Vec::new();
    };
    let areas = scenario.territory.as_ref().map(|territory| territory.areas.as_slice()).unwrap_or_default();
    let has_towns = (0..areas.len()).any(|area| contest.ground.towns(area) > 0.0);
    let taken = if has_towns { &notes.towns } else { &notes.areas };
    let weight = |area: usize| if has_towns { contest.ground.towns(area) } else { 1.0 };
    let mut by_side: BTreeMap<(ActorId, ActorId), Vec<Taking>> = BTreeMap::new();
    for taking in taken {
        by_side.entry((taking.after, taking.before)).or_default().push(*taking);
    }
    let mut all = Vec::new();
    for ((after, before), takings) in by_side {
        for wave in takings.chunk_by(|a, b| b.tick - a.tick <= PAUSE) {
            let (Some(first), Some(last)) = (wave.first(), wave.last()) else { continue };
            let mut falls: BTreeMap<usize, f64> = BTreeMap::new();
            for taking in wave {
                *falls.entry(taking.area).or_default() += weight(taking.area);
            }
            let mut places: Vec<(usize, f64)> = falls.into_iter().collect();
            let total = places.iter().fold(0.0, |sum, (_, towns)| sum + towns);
            places.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            let names: Vec<String> =
                places.iter().filter_map(|(area, _)| areas.get(*area)).map(|area| words(&area.name)).collect();
            let noun = if has_towns { "town" } else { "area" };
            let (plural, verb) = if total == 1.0 { ("", "falls") } else { ("s", "fall") };
            let (taker, loser) = (called(scenario, after), called(scenario, before));
            let when = if first.tick == last.tick {
                String::new()
            } else {
                format!(" between {} and {}", day_of(scenario, first.tick), day_of(scenario, last.tick))
            };
            let count = short(total, DIGITS);
            let text =
                format!("{count} {noun}{plural} {verb} to {taker} from {loser}{when} ({})", listed(&names, NAMED));
            all.push(Candidate { tick: first.tick, kind: Kind::Ground, weight: total, sentence: sentence(&text) });
        }
    }
    all
}

/// The largest change of each of the first outcomes within a few ticks.
fn turns(scenario: &Scenario, played: &Played) -> Vec<Candidate> {
    let mut all = Vec::new();
    for (place, outcome) in scenario.outcomes.iter().enumerate().take(OUTCOMES) {
        let values: Vec<f64> = played.series.iter().filter_map(|row| row.get(place).copied()).collect();
        let (least, most) = values
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| (least.min(*value), most.max(*value)));
        let mut largest: Option<(usize, usize, f64)> = None;
        for (begin, from) in values.iter().enumerate() {
            for (end, to) in values.iter().enumerate().skip(begin + 1).take(TURN as usize) {
                let change = (to - from).abs();
                if largest.is_none_or(|(_, _, known)| change > known) {
                    largest = Some((begin, end, change));
                }
            }
        }
        let Some((begin, end, change)) = largest.filter(|(_, _, change)| *change > 0.0) else { continue };
        let (Some(from), Some(to)) = (values.get(begin), values.get(end)) else { continue };
        let (Ok(first), Ok(last)) = (u32::try_from(begin), u32::try_from(end)) else { continue };
        let name = outcome.notes.title.clone().unwrap_or_else(|| words(&outcome.name));
        let unit = outcome.notes.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
        let verb = if to > from { "rises" } else { "falls" };
        let text = format!(
            "{} {verb} from {} to {}{unit} between {} and {}, its largest change within {TURN} ticks",
            capital(&name),
            short(*from, DIGITS),
            short(*to, DIGITS),
            day_of(scenario, first),
            day_of(scenario, last)
        );
        let weight = change / (most - least);
        all.push(Candidate { tick: first, kind: Kind::Turn, weight, sentence: sentence(&text) });
    }
    all
}

/// What happens to the world, and what actors do once or seldom: the rarer the weightier.
fn deeds(notes: &Notes) -> Vec<Candidate> {
    let mut all = Vec::new();
    for (place, firing) in notes.fired.iter().filter(|(_, firing)| firing.times <= SELDOM) {
        let Some((owner, rule)) = notes.rules.get(*place) else { continue };
        // What is done in the first tick is how the scenario begins.
        let is_first = firing.first <= 1;
        let is_once = rule.again.as_ref().is_some_and(|again| again.after.is_none());
        let weight = f64::from(u8::from(owner.is_none())) * 2.0 + f64::from(u8::from(is_once)) * 2.0
            - f64::from(firing.times)
            - if is_first { 4.0 } else { 0.0 };
        let sentence = deed(notes, *owner, rule, firing);
        all.push(Candidate { tick: firing.first, kind: Kind::Deed, weight, sentence });
    }
    all
}

fn deed(notes: &Notes, owner: Option<ActorId>, rule: &crate::scenario::model::Rule, firing: &Firing) -> String {
    let scenario = notes.scenario;
    let actor = owner.and_then(|owner| scenario.actors.get(owner)).map_or("", |actor| actor.name.as_str());
    let bare = rule.name.strip_prefix(actor).and_then(|rest| rest.strip_prefix('.')).unwrap_or(&rule.name);
    let what = rule.words.title.clone().unwrap_or_else(|| words(bare));
    let mut text = match owner {
        Some(owner) => format!("{}: {what}", capital(&called(scenario, owner))),
        None => capital(&what),
    };
    if firing.times > 1 {
        text += &format!(" (the first of {} times)", firing.times);
    }
    let mut text = sentence(&text);
    for same in firing.sent.chunk_by(|a, b| a.0 == b.0 && a.1 == b.1) {
        let Some((kind, amount, _)) = same.first() else { continue };
        let to: Vec<String> = same.iter().map(|(_, _, receiver)| called(scenario, *receiver)).collect();
        text += &format!(" {} goes to {}.", capital(&parcel(scenario, *kind, *amount)), listed(&to, NAMED));
    }
    if let Some(because) = &rule.words.because {
        text += &format!(" The rule's reason: {}", sentence(because));
    }
    text
}

/// `arms, 9.2 USD million`
fn parcel(scenario: &Scenario, kind: usize, amount: f64) -> String {
    let Some(kind) = scenario.kinds.get(kind) else { return String::new() };
    let name = kind.notes.title.clone().unwrap_or_else(|| words(&kind.name));
    match &kind.notes.unit {
        Some(unit) => format!("{name} ({} {unit})", short(amount, DIGITS)),
        None => format!("{name} ({})", short(amount, DIGITS)),
    }
}

/// Stances that actors take, the higher on their ladder the weightier.
fn stances(notes: &Notes) -> Vec<Candidate> {
    let mut all = Vec::new();
    for ((actor, rung), tick) in &notes.stances {
        let ladder = notes.scenario.actors.get(*actor).and_then(|actor| actor.stances.as_ref());
        let Some(stance) = ladder.and_then(|ladder| ladder.rungs.get(*rung)) else { continue };
        let text = format!("{} takes the stance “{}”", capital(&called(notes.scenario, *actor)), words(&stance.name));
        all.push(Candidate { tick: *tick, kind: Kind::Stance, weight: *rung as f64, sentence: sentence(&text) });
    }
    all
}

/// Of each kind of message between two, the first that is large: at least half of the largest of its kind in the run. What is
/// sent from the first tick on is no event; the rarer its kind the weightier it is.
fn messages(notes: &Notes) -> Vec<Candidate> {
    let scenario = notes.scenario;
    let largest = |kind: usize| {
        let of_kind = notes.records.iter().filter(|(line, _)| line.kind == kind).flat_map(|(_, records)| records);
        of_kind.fold(0.0, |largest: f64, (_, amount)| largest.max(*amount))
    };
    let mut all = Vec::new();
    let mut most = BTreeMap::new();
    for (line, records) in &notes.records {
        let Line { kind, sender, receiver } = *line;
        let largest = *most.entry(kind).or_insert_with(|| largest(kind));
        let Some((tick, amount)) = records.iter().find(|(_, amount)| *amount >= largest / 2.0) else { continue };
        if *tick <= 1 {
            continue;
        }
        let is_first = records.first().is_some_and(|(first, _)| first == tick);
        let which = if is_first { "for the first time" } else { "for the first time as much as this" };
        let (from, to) = (called(scenario, sender), called(scenario, receiver));
        let text = format!("{} sends {} to {to}, {which}", capital(&from), parcel(scenario, kind, *amount));
        let weight = -f64::from(notes.sent.get(&kind).copied().unwrap_or(0));
        all.push(Candidate { tick: *tick, kind: Kind::Message, weight, sentence: sentence(&text) });
    }
    all
}
