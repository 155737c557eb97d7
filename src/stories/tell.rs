//! A trace in short as sentences, each with a weight, in the scenario's own titles and reasons where it has such.

use super::notes::{Firing, Line, Notes, Taking};
use super::pick::{Candidate, Kind};
use crate::reference::trace::short;
use crate::reference::{Played, day_of};
use crate::scenario::clock::TickLength;
use crate::scenario::model::{ActorId, Rule, Scenario};
use crate::wording::capital;
use std::collections::BTreeMap;

/// How many digits numbers have.
const DIGITS: usize = 3;
/// Ground that the same side takes with pauses of at most so many ticks is told as one event,
const PAUSE: u32 = 3;
/// which lasts so many ticks at most.
const WAVE: u32 = 8;
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
pub(super) fn words(name: &str) -> String {
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

/// A name as a proper one: each of its words with a capital.
fn proper(name: &str) -> String {
    name.split('_').map(capital).collect::<Vec<_>>().join(" ")
}

/// So many ticks in the clock's own words: `4 weeks`.
fn span(scenario: &Scenario, ticks: u32) -> String {
    let (unit, times) = match scenario.clock.tick {
        TickLength::Days(1.0) => ("day", 1),
        TickLength::Days(7.0) => ("week", 1),
        TickLength::Months(months) => ("month", months),
        TickLength::Days(_) => ("tick", 1),
    };
    let count = ticks * times;
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// A value with its unit; a share as a percentage.
pub(super) fn amount(value: f64, unit: Option<&str>) -> String {
    match unit {
        Some(unit) if unit.starts_with("share") => format!("{}%", short(100.0 * value, DIGITS)),
        Some(unit) => format!("{} {unit}", short(value, DIGITS)),
        None => short(value, DIGITS),
    }
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
        for wave in waves(&takings) {
            let (Some(first), Some(last)) = (wave.first(), wave.last()) else { continue };
            let mut falls: BTreeMap<usize, f64> = BTreeMap::new();
            for taking in wave {
                *falls.entry(taking.area).or_default() += weight(taking.area);
            }
            let mut places: Vec<(usize, f64)> = falls.into_iter().collect();
            let total = places.iter().fold(0.0, |sum, (_, towns)| sum + towns);
            places.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            let names: Vec<String> =
                places.iter().filter_map(|(area, _)| areas.get(*area)).map(|area| proper(&area.name)).collect();
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

/// Takings in the order of their ticks, cut where nothing is taken for a while or it has gone on for long.
fn waves(takings: &[Taking]) -> Vec<&[Taking]> {
    let mut waves = Vec::new();
    let mut rest = takings;
    while let Some(first) = rest.first() {
        let mut last = first.tick;
        let belongs = |taking: &&Taking| {
            let does = taking.tick - last <= PAUSE && taking.tick - first.tick < WAVE;
            last = taking.tick;
            does
        };
        let count = rest.iter().take_while(belongs).count();
        let (wave, later) = rest.split_at_checked(count.max(1)).unwrap_or((rest, &[]));
        waves.push(wave);
        rest = later;
    }
    waves
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
        let unit = outcome.notes.unit.as_deref();
        let text = format!(
            "{}: from {} to {} between {} and {}, its largest change within {}",
            capital(&name),
            amount(*from, unit.filter(|unit| unit.starts_with("share"))),
            amount(*to, unit),
            day_of(scenario, first),
            day_of(scenario, last),
            span(scenario, TURN)
        );
        let weight = change / (most - least);
        all.push(Candidate { tick: first, kind: Kind::Turn, weight, sentence: sentence(&text) });
    }
    all
}

/// A rule that acted: whose it is, what its file says, when it acted.
struct Deed<'a> {
    owner: Option<ActorId>,
    rule: &'a Rule,
    firing: &'a Firing,
}

/// What happens to the world, and what actors do once or seldom: the rarer the weightier. What several do by rules of the same
/// name and reason is one event.
fn deeds(notes: &Notes) -> Vec<Candidate> {
    let mut alike: BTreeMap<(String, Option<&str>), Vec<Deed>> = BTreeMap::new();
    for (place, firing) in notes.fired.iter().filter(|(_, firing)| firing.times <= SELDOM) {
        let Some((owner, rule)) = notes.rules.get(*place) else { continue };
        let what = rule.words.title.clone().unwrap_or_else(|| words(bare(notes.scenario, *owner, rule)));
        let key = (what, rule.words.because.as_deref());
        alike.entry(key).or_default().push(Deed { owner: *owner, rule, firing });
    }
    let mut all = Vec::new();
    for ((what, because), mut deeds) in alike {
        deeds.sort_by_key(|deed| deed.firing.first);
        let Some(first) = deeds.first() else { continue };
        let is_world = first.owner.is_none();
        let is_once = first.rule.again.as_ref().is_some_and(|again| again.after.is_none());
        let bonus = |yes: bool, worth: f64| if yes { worth } else { 0.0 };
        // What is done in the first tick is how the scenario begins.
        let begins = first.firing.first <= 1;
        let weight = bonus(is_world, 2.0) + bonus(is_once, 2.0) - bonus(begins, 4.0) - f64::from(first.firing.times);
        let sentence = deed(notes, &what, because, &deeds);
        all.push(Candidate { tick: first.firing.first, kind: Kind::Deed, weight, sentence });
    }
    all
}

/// A rule's name without its actor and the member that it is for.
fn bare<'r>(scenario: &Scenario, owner: Option<ActorId>, rule: &'r Rule) -> &'r str {
    let actor = owner.and_then(|owner| scenario.actors.get(owner)).map_or("", |actor| actor.name.as_str());
    let bare = rule.name.strip_prefix(actor).and_then(|rest| rest.strip_prefix('.')).unwrap_or(&rule.name);
    bare.split(" for ").next().unwrap_or(bare)
}

fn deed(notes: &Notes, what: &str, because: Option<&str>, deeds: &[Deed]) -> String {
    let scenario = notes.scenario;
    let mut who: Vec<String> = Vec::new();
    for (place, deed) in deeds.iter().enumerate() {
        let Some(owner) = deed.owner else { continue };
        let name = called(scenario, owner);
        let on = if place > 0 { format!(" ({})", day_of(scenario, deed.firing.first)) } else { String::new() };
        if !who.iter().any(|known| known.starts_with(&name)) {
            who.push(name + &on);
        }
    }
    let mut text = if who.is_empty() { capital(what) } else { format!("{}: {what}", capital(&listed(&who, NAMED))) };
    if let [Deed { firing: Firing { times: 2.., .. }, .. }] = deeds {
        text += ", for the first time";
    }
    let mut text = sentence(&text);
    let sent = deeds.first().map(|deed| deed.firing.sent.as_slice()).unwrap_or_default();
    for same in sent.chunk_by(|a, b| a.0 == b.0 && a.1 == b.1) {
        let Some((kind, amount, _)) = same.first() else { continue };
        let to: Vec<String> = same.iter().map(|(_, _, receiver)| called(scenario, *receiver)).collect();
        text += &format!(" {} goes to {}.", capital(&parcel(scenario, *kind, *amount)), listed(&to, NAMED));
    }
    if let Some(because) = because {
        text += &format!(" The rule's reason: {}", sentence(because));
    }
    text
}

/// `arms, 9.2 USD million`
fn parcel(scenario: &Scenario, kind: usize, amount: f64) -> String {
    let Some(kind) = scenario.kinds.get(kind) else { return String::new() };
    let name = kind.notes.title.clone().unwrap_or_else(|| words(&kind.name));
    match kind.notes.unit.as_deref() {
        // What is sent or not, and neither more nor less.
        None | Some("share") if amount == 1.0 => name,
        unit => format!("{name} ({})", self::amount(amount, unit)),
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
