//! Where one run of two scenarios parts: the same dice, two variants.
//!
//! Both are played twice. First each tick of both is brought down to a digest of what happened and of what was the same by name,
//! which finds where they part in memory that does not grow with what happens; then what happened from there on is compared.

mod json;
mod text;
mod watch;

pub use json::json;
pub use text::text;

use super::{Played, World, play_with};
use crate::scenario::model::Scenario;
use std::collections::BTreeMap;
use watch::{Shared, Watch};

/// So many things that happened are compared at most, from the parting on.
const MOST: usize = 200_000;
/// So many states are named.
const STATES: usize = 5;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The first.
    Here,
    /// The one that it is held against.
    There,
}

/// One thing that happens in a run, by the names that the scenario gives it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// A rule, or an event, acts.
    Acts {
        /// Its name.
        rule: String,
    },
    /// A message is sent.
    Sends {
        /// By this rule.
        rule: String,
        /// Its kind.
        kind: String,
        /// To whom.
        receiver: String,
    },
    /// An actor takes a stance.
    Stance {
        /// Who.
        actor: String,
        /// Which.
        rung: String,
    },
    /// An area, or its towns, changes hands.
    Taken {
        /// The area.
        area: String,
        /// Whether its towns do.
        towns: bool,
        /// Who holds it then.
        holder: String,
    },
    /// A milestone is reached.
    Reached {
        /// Its name.
        milestone: String,
    },
    /// A stop ends the run.
    Stops {
        /// Its name.
        stop: String,
    },
}

/// A difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The step.
    pub tick: u32,
    /// What happens.
    pub deed: Deed,
    /// In which of the two.
    pub how: How,
    /// How often the same happens otherwise in the same way, from here on; the values are those of the first time.
    pub times: usize,
}

/// How two runs differ in something that happens.
#[derive(Clone, Debug, PartialEq)]
pub enum How {
    /// It happens in one only.
    Only(Side),
    /// The message goes to somebody else in the other one.
    To(String),
    /// The message has these amounts, and fields, here and there.
    Amounts(Vec<f64>, Vec<f64>),
}

/// A value that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Unlike {
    /// The step at which it is observed.
    pub tick: u32,
    /// Its name; of an area's, with the area.
    pub name: String,
    /// Here.
    pub here: f64,
    /// There.
    pub there: f64,
}

/// Where two runs part.
#[derive(Clone, Debug, PartialEq)]
pub struct Parting {
    /// The first step in which something differs; `None` if nothing ever does.
    pub first: Option<u32>,
    /// Uncertainties that are drawn otherwise.
    pub drawn: Vec<Unlike>,
    /// The first states that differ, all of the same tick: of actors, ties and areas.
    pub states: Vec<Unlike>,
    /// How many more states differ then.
    pub more_states: usize,
    /// The first outcomes that differ, all of the same tick.
    pub outcomes: Vec<Unlike>,
    /// The first difference of each sort, whether or not it is among `differences`: a rule, a message.
    pub first_rule: Option<Difference>,
    /// The first message that is sent in one only, to another or with another amount.
    pub first_message: Option<Difference>,
    /// The first differences in what happens; what recurs is there once.
    pub differences: Vec<Difference>,
    /// How many more there are, among what was compared.
    pub more: usize,
    /// The closing outcomes that both have, here and there.
    pub end: Vec<(String, Option<f64>, Option<f64>)>,
    /// The milestones that both have and reach at different ticks.
    pub milestones: Vec<(String, Option<u32>, Option<u32>)>,
    /// The last tick of each.
    pub closed: [u32; 2],
}

/// Plays a run of both and compares them; at most so many differences are kept.
pub fn parting(here: &Scenario, there: &Scenario, seed: u64, run: u64, most: usize) -> Parting {
    let shared = Shared::of(here, there);
    let (first, second) =
        (digests(here, Side::Here, &shared, seed, run), digests(there, Side::There, &shared, seed, run));
    let differs = |part: usize| {
        let ticks = first.0.len().max(second.0.len());
        let at = |digests: &[Digests], tick: usize| digests.get(tick).map(|digests| digests[part]);
        (0..ticks).find(|&tick| at(&first.0, tick) != at(&second.0, tick)).and_then(|tick| u32::try_from(tick).ok())
    };
    let [deeds, states, outcomes] = [differs(0), differs(1), differs(2)];
    let (played, other) = (first.1, second.1);
    let mut found = Parting {
        first: [deeds, states, outcomes].into_iter().flatten().min(),
        drawn: Vec::new(),
        states: Vec::new(),
        more_states: 0,
        outcomes: Vec::new(),
        first_rule: None,
        first_message: None,
        differences: Vec::new(),
        more: 0,
        end: shared.closing(&played, &other),
        milestones: shared.milestones(&played, &other),
        closed: [played.closed, other.closed],
    };
    let drawn = shared.uncertainties.iter().filter_map(|(name, a, b)| {
        let (a, b) = (*played.uncertainties.get(*a)?, *other.uncertainties.get(*b)?);
        (a.to_bits() != b.to_bits()).then(|| Unlike { tick: 0, name: name.clone(), here: a, there: b })
    });
    found.drawn = drawn.collect();
    if found.first.is_none() {
        return found;
    }
    let from = deeds.unwrap_or(u32::MAX);
    let wanted = Wanted { from, states, outcomes };
    let a = record(here, Side::Here, &shared, (seed, run), &wanted);
    let b = record(there, Side::There, &shared, (seed, run), &wanted);
    found.states = unlike(states, &a.states, &b.states, &|place| shared.state_name(place));
    found.more_states = found.states.len().saturating_sub(STATES);
    found.states.truncate(STATES);
    found.outcomes = unlike(outcomes, &a.outcomes, &b.outcomes, &|place| shared.outcome_name(place));
    let all = gathered(differences(&a.deeds, &b.deeds));
    let is_rule = |difference: &&Difference| matches!(difference.deed, Deed::Acts { .. });
    let is_message = |difference: &&Difference| matches!(difference.deed, Deed::Sends { .. });
    found.first_rule = all.iter().find(is_rule).cloned();
    found.first_message = all.iter().find(is_message).cloned();
    found.more = all.len().saturating_sub(most);
    found.differences = all.into_iter().take(most).collect();
    found
}

/// What happened in a tick, the states and the outcomes after it.
type Digests = [[u8; 32]; 3];

/// A run tick by tick, each brought down to digests.
fn digests(scenario: &Scenario, side: Side, shared: &Shared, seed: u64, run: u64) -> (Vec<Digests>, Played) {
    let mut all: Vec<Digests> = Vec::new();
    let mut take = |_tick: u32, deeds: &mut Vec<(Deed, Vec<f64>)>, world: Option<&World>| {
        let mut hash = blake3::Hasher::new();
        for (deed, values) in deeds.iter() {
            // A name cannot hold the mark between two.
            hash.update(format!("{deed:?}\n").as_bytes());
            add(&mut hash, &mut values.iter().copied());
        }
        let of = |values: &mut dyn Iterator<Item = f64>| {
            let mut hash = blake3::Hasher::new();
            add(&mut hash, values);
            *hash.finalize().as_bytes()
        };
        let states = world.map_or([0; 32], |world| of(&mut shared.states(world, side)));
        let outcomes = world.map_or([0; 32], |world| of(&mut shared.outcomes(world, side)));
        all.push([*hash.finalize().as_bytes(), states, outcomes]);
    };
    let played = watched(scenario, seed, run, &mut take);
    (all, played)
}

/// Adds numbers, bit by bit.
fn add(hash: &mut blake3::Hasher, values: &mut dyn Iterator<Item = f64>) {
    for value in values {
        hash.update(&value.to_bits().to_le_bytes());
    }
}

/// Plays a run and hands on what happened, tick by tick; the world is not there in a tick in which the run fails.
fn watched(scenario: &Scenario, seed: u64, run: u64, take: &mut watch::Take) -> Played {
    let mut watch = Watch::new(scenario, take);
    let played = play_with(scenario, seed, run, &mut watch);
    if let Some(failure) = played.failure {
        watch.finish(failure.tick);
    }
    played
}

/// What is looked at the second time.
struct Wanted {
    from: u32,
    states: Option<u32>,
    outcomes: Option<u32>,
}

/// What was found the second time.
#[derive(Default)]
struct Record {
    deeds: Vec<(u32, Deed, Vec<f64>)>,
    states: Vec<f64>,
    outcomes: Vec<f64>,
}

fn record(scenario: &Scenario, side: Side, shared: &Shared, (seed, run): (u64, u64), wanted: &Wanted) -> Record {
    let mut found = Record::default();
    let mut take = |tick: u32, deeds: &mut Vec<(Deed, Vec<f64>)>, world: Option<&World>| {
        if tick >= wanted.from && found.deeds.len() < MOST {
            found.deeds.extend(deeds.drain(..).map(|(deed, values)| (tick, deed, values)));
        }
        if let Some(world) = world {
            if wanted.states == Some(tick) {
                found.states = shared.states(world, side).collect();
            }
            if wanted.outcomes == Some(tick) {
                found.outcomes = shared.outcomes(world, side).collect();
            }
        }
    };
    watched(scenario, seed, run, &mut take);
    found
}

/// The values that differ.
fn unlike(tick: Option<u32>, here: &[f64], there: &[f64], name: &dyn Fn(usize) -> String) -> Vec<Unlike> {
    let Some(tick) = tick else { return Vec::new() };
    let pairs = here.iter().zip(there).enumerate().filter(|(_, (a, b))| a.to_bits() != b.to_bits());
    pairs.map(|(place, (here, there))| Unlike { tick, name: name(place), here: *here, there: *there }).collect()
}

/// Something that happened: in which tick, what, the how-manieth of its like in that tick.
type Key<'a> = (u32, &'a Deed, usize);

/// What happened, each with its key: the same may happen more than once in a tick.
fn keyed(list: &[(u32, Deed, Vec<f64>)]) -> Vec<(Key<'_>, &[f64])> {
    let mut counts: BTreeMap<(u32, &Deed), usize> = BTreeMap::new();
    let mut keys = Vec::new();
    for (tick, deed, values) in list {
        let count = counts.entry((*tick, deed)).or_default();
        *count += 1;
        keys.push(((*tick, deed, *count), values.as_slice()));
    }
    keys
}

/// What happened in one only or otherwise, tick by tick: first what happened here, then what happened there alone.
fn differences(here: &[(u32, Deed, Vec<f64>)], there: &[(u32, Deed, Vec<f64>)]) -> Vec<Difference> {
    // Of a list that was cut, the last tick may be broken off.
    let cut = [here, there].into_iter().filter(|list| list.len() >= MOST).filter_map(|list| list.last());
    let end = cut.map(|(tick, ..)| *tick).min().unwrap_or(u32::MAX);
    let (mine, theirs) = (keyed(here), keyed(there));
    let own: BTreeMap<Key, &[f64]> = mine.iter().copied().collect();
    let known: BTreeMap<Key, &[f64]> = theirs.iter().copied().collect();
    let mut found: BTreeMap<u32, Vec<Difference>> = BTreeMap::new();
    for (key, values) in mine.iter().filter(|(key, _)| key.0 < end) {
        let how = match known.get(key) {
            None => How::Only(Side::Here),
            Some(other) if bits(other) != bits(values) => How::Amounts(values.to_vec(), other.to_vec()),
            Some(_) => continue,
        };
        found.entry(key.0).or_default().push(Difference { tick: key.0, deed: key.1.clone(), how, times: 1 });
    }
    for (key, _) in theirs.iter().filter(|(key, _)| key.0 < end && !own.contains_key(key)) {
        let there = found.entry(key.0).or_default();
        match (there.iter_mut().find(|known| is_same_message(known, key.1)), key.1) {
            (Some(known), Deed::Sends { receiver, .. }) => known.how = How::To(receiver.clone()),
            _ => there.push(Difference { tick: key.0, deed: key.1.clone(), how: How::Only(Side::There), times: 1 }),
        }
    }
    found.into_values().flatten().collect()
}

/// What recurs, once: the same deed in one only, or to the same other receiver, or with other amounts.
fn gathered(all: Vec<Difference>) -> Vec<Difference> {
    let sort = |how: &How| match how {
        How::Only(Side::Here) => (0, String::new()),
        How::Only(Side::There) => (1, String::new()),
        How::Amounts(..) => (2, String::new()),
        How::To(other) => (3, other.clone()),
    };
    let mut places: BTreeMap<(Deed, (u8, String)), usize> = BTreeMap::new();
    let mut found: Vec<Difference> = Vec::new();
    for difference in all {
        let key = (difference.deed.clone(), sort(&difference.how));
        match places.get(&key).and_then(|place| found.get_mut(*place)) {
            Some(known) => known.times += difference.times,
            None => {
                places.insert(key, found.len());
                found.push(difference);
            }
        }
    }
    found
}

/// Whether a message that is sent here only is the one that goes to somebody else there.
fn is_same_message(known: &Difference, other: &Deed) -> bool {
    match (&known.how, &known.deed, other) {
        (
            How::Only(Side::Here),
            Deed::Sends { rule, kind, .. },
            Deed::Sends { rule: other_rule, kind: other_kind, .. },
        ) => rule == other_rule && kind == other_kind,
        _ => false,
    }
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}
