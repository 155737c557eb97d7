//! A sample is the first runs of the ensemble, bit for bit, and what it sees of the map and the mail is what the reference
//! interpreter sees.

use crate::oracle::{loaded, random_numbers};
use crate::played::{batch, bits, compiled, written};
use crate::random_scenarios::write;
use entente::engine::{self, Compiled, Flows, Level, Packing, play, play_watched_with};
use entente::ensemble::{Mail, Plan, Sample, sample, sample_in};
use entente::reference::{self, Message, Observer, World};
use entente::scenario::model::{AreaRole, Contest, Scenario};
use entente::world::contest::AreaValue;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Writes down holders and messages of one run.
struct Watcher<'s> {
    scenario: &'s Scenario,
    /// By tick, then area: the side.
    holders: Vec<Vec<usize>>,
    sent: BTreeMap<(usize, usize, usize), (u64, f64, u64)>,
}

fn contest(scenario: &Scenario) -> Option<&Contest> {
    scenario.territory.as_ref().and_then(|territory| territory.contest.as_ref())
}

impl Observer for Watcher<'_> {
    fn message_sent(&mut self, _tick: u32, message: &Message) {
        let sum = self.sent.entry((message.sender, message.receiver, message.kind)).or_default();
        sum.0 += 1;
        sum.1 += message.amount;
    }

    fn observed(&mut self, _tick: u32, world: &World) {
        let Some(contest) = contest(self.scenario) else { return };
        let variables = &self.scenario.territory.as_ref().expect("a contest has a territory").variables;
        let shown = |value| {
            let place = variables.iter().position(|variable| variable.role == AreaRole::Area(value));
            &world.areas[place.expect("the contest shows its holders")]
        };
        let (holder, town_holder) = (shown(AreaValue::Holder), shown(AreaValue::TownHolder));
        let side = |area: usize| {
            let actor = if contest.ground.towns(area) > 0.0 { town_holder[area] } else { holder[area] };
            contest.sides.iter().position(|side| side.actor as f64 == actor).expect("a side holds it")
        };
        self.holders.push((0..holder.len()).map(side).collect());
    }
}

/// What a sample must hold, played slowly and counted plainly.
fn expected(scenario: &Scenario, seed: u64, runs: u64) -> Sample {
    let ticks = scenario.clock.ticks as usize + 1;
    let shape = contest(scenario).map(|contest| (contest.ground.areas(), contest.sides.len()));
    let mut sample = Sample {
        runs,
        series: vec![vec![Vec::new(); ticks]; scenario.outcomes.len()],
        uncertainties: vec![Vec::new(); scenario.uncertainties.len()],
        milestones: vec![Vec::new(); scenario.milestones.len()],
        ticks: if shape.is_some() { (0..=scenario.clock.ticks).collect() } else { Vec::new() },
        holders: shape.map_or_else(Vec::new, |(areas, sides)| vec![vec![vec![0; sides]; areas]; ticks]),
        ..Sample::default()
    };
    let mut sums: BTreeMap<(usize, usize, usize), (u64, f64, u64)> = BTreeMap::new();
    for flow in Flows::of(scenario).list {
        sums.insert((flow.sender, flow.receiver, flow.kind), (0, 0.0, 0));
    }
    for run in 0..runs {
        let mut watcher = Watcher { scenario, holders: Vec::new(), sent: BTreeMap::new() };
        let played = reference::play_with(scenario, seed, run, &mut watcher);
        let failed = played.failure.is_some();
        for tick in 0..ticks {
            let seen = if failed { played.series.get(tick) } else { played.series.get(tick).or(played.series.last()) };
            for (outcome, series) in sample.series.iter_mut().enumerate() {
                series[tick].push(seen.map_or(f64::NAN, |values| values[outcome]));
            }
            // What a failed run shows in the tick of its failure does not count.
            let last = if failed { played.series.len() } else { watcher.holders.len() };
            let held = if failed { tick } else { tick.min(last.saturating_sub(1)) };
            if held < last && shape.is_some() {
                for (area, &side) in watcher.holders[held].iter().enumerate() {
                    sample.holders[tick][area][side] += 1;
                }
            }
        }
        played.uncertainties.iter().zip(&mut sample.uncertainties).for_each(|(value, all)| all.push(*value));
        played.milestones.iter().zip(&mut sample.milestones).for_each(|(tick, all)| all.push(*tick));
        sample.failed += u64::from(failed);
        for (flow, (sent, amount, _)) in watcher.sent.into_iter().filter(|_| !failed) {
            let sum = sums.get_mut(&flow).expect("every flow that is sent is declared");
            sum.0 += sent;
            sum.1 += amount;
            sum.2 += sent * sent;
        }
    }
    let mail = sums.into_iter().map(|((sender, receiver, kind), (sent, amount, squares))| Mail {
        sender,
        receiver,
        kind,
        sent,
        amount,
        squares,
    });
    sample.mail = mail.collect();
    sample
}

/// Equal to the bit; what is no number equals itself.
fn same(found: &Sample, wanted: &Sample) -> Result<(), String> {
    let series = |sample: &Sample| sample.series.iter().flatten().map(|values| normal(values)).collect::<Vec<_>>();
    let drawn = |sample: &Sample| sample.uncertainties.iter().map(|values| normal(values)).collect::<Vec<_>>();
    let mail = |sample: &Sample| {
        let flat =
            |mail: &Mail| (mail.sender, mail.receiver, mail.kind, mail.sent, mail.amount.to_bits(), mail.squares);
        sample.mail.iter().map(flat).collect::<Vec<_>>()
    };
    let checks = [
        ("runs", (found.runs, found.failed) == (wanted.runs, wanted.failed)),
        ("series", series(found) == series(wanted)),
        ("uncertainties", drawn(found) == drawn(wanted)),
        ("milestones", found.milestones == wanted.milestones),
        ("ticks", found.ticks == wanted.ticks),
        ("holders", found.holders == wanted.holders),
        ("mail", mail(found) == mail(wanted)),
    ];
    match checks.into_iter().find(|(_, same)| !same) {
        Some(("mail", _)) => Err(format!("mail\n  found {:?}\n  wanted {:?}", found.mail, wanted.mail)),
        Some((what, _)) => Err(what.to_owned()),
        None => Ok(()),
    }
}

fn normal(values: &[f64]) -> Vec<u64> {
    bits(&values.iter().map(|value| if value.is_nan() { f64::NAN } else { *value }).collect::<Vec<_>>())
}

fn taken(compiled: &Arc<Compiled>, seed: u64, runs: u64) -> Sample {
    sample(compiled, seed, runs, 2, Level::best()).expect("it is played")
}

/// A front that soon wins in most runs, and runs that fail now and then.
const SHORT: &str = "clock: { start: 2024-01-01, tick: 1 week, ticks: 40 }
uncertainties: { strength: { uniform: [10, 60], because: made up }, luck: { uniform: [0, 1], because: made up } }
messages: { plea: { unit: USD, on_arrival: { change: { heard: amount } } } }
ties: { hostile: { pairs: [[regime, front], [front, regime]], start: 1, within: [0, 1] } }
actors:
  regime:
    state: { troops: { start: 30, within: [0, 200] } }
    policy:
      beg: { chance: 0.4, then: [{ send: plea, to: front, amount: \"1 + lost(regime, posts) / 3\" }] }
  front:
    state: { troops: { start: strength, within: [0, 400] }, heard: 0 }
    policy:
      # Not a number where luck is scarce and much was asked for.
      answer: { when: heard > 4, then: [{ change: { heard: \"sqrt(luck - 0.04)\" } }] }
territory:
  areas:
    a: { posts: 10, towns: 2, population: 10, held_by: regime, base: regime }
    b: { posts: 8, towns: 0, population: 10, held_by: regime }
    c: { posts: 6, towns: 1, population: 10, held_by: front, base: front }
  neighbours: [[a, b], [b, c]]
  sides: { regime: { force: troops }, front: { force: troops, effort: 0.9 } }
  between: hostile
  contest: { pace: 0.12/week, town_pace: 0.3/week }
outcomes: { held: { is: \"held(regime, posts)\" }, pleas: front.heard }
milestones: { lost_b: \"held(regime, posts) < 0.6\" }
stop: { falls: held < 0.4 }
";

#[test]
fn a_sample_sees_what_the_reference_interpreter_sees() {
    for (compiled, runs) in [(compiled("scenarios/two-patrons.yaml", None), 40), (written(SHORT, None), 150)] {
        let found = taken(&compiled, 7, runs);
        same(&found, &expected(&compiled.scenario, 7, runs)).expect("the same");
        assert!(found.mail.iter().any(|mail| mail.sent > 0));
    }
}

#[test]
fn runs_that_close_early_keep_their_holders_and_failed_ones_are_left_out() {
    let compiled = written(SHORT, None);
    let runs = 400;
    let (played, seen) = play_watched_with(&compiled, &batch(3, runs), &[0, 1, 20, 40], Packing::WhenWorthIt)
        .expect("a batch is played");
    let closed = played.stopped_by.iter().filter(|stop| stop.is_some()).count();
    let failed = played.failures.len();
    // Otherwise nothing was packed, and little was tested.
    assert!(closed > 200 && failed > 5, "{closed} closed, {failed} failed");
    let counted: Vec<u32> = seen.holders.iter().map(|areas| areas[0].iter().sum()).collect();
    assert_eq!(counted[0], 400);
    assert_eq!(counted[3], (400 - failed) as u32);
    let unpacked =
        play_watched_with(&compiled, &batch(3, runs), &[0, 1, 20, 40], Packing::Never).expect("it is played");
    assert!(seen == unpacked.1, "packing changes nothing");
    assert_eq!(normal(&played.outcomes[0]), normal(&unpacked.0.outcomes[0]));
}

#[test]
fn a_sample_is_the_same_for_any_threads_batches_and_level() {
    for compiled in [compiled("scenarios/two-patrons.yaml", None), written(SHORT, None)] {
        let first = taken(&compiled, 5, 130);
        for (i, lanes) in [1, 7, 64, 130].into_iter().enumerate() {
            let levels = Level::available();
            let level = levels[i % levels.len()];
            let other = sample_in(&compiled, 5, Plan::new(130, lanes), 1 + i % 3, level).expect("it is played");
            same(&other, &first).unwrap_or_else(|error| panic!("{lanes} lanes, {level:?}: {error}"));
        }
    }
}

#[test]
fn whoever_watches_changes_nothing() {
    let compiled = compiled("scenarios/two-patrons.yaml", None);
    let plain = play(&compiled, &batch(11, 100)).expect("it is played");
    let (watched, _) = engine::play_watched(&compiled, &batch(11, 100), &[3]).expect("it is played");
    assert_eq!(plain, watched);
}

#[test]
fn a_sample_sees_what_the_reference_sees_in_random_scenarios() {
    let (mut seen, mut contests, mut mails, mut failed) = (0, 0, 0, 0);
    for numbers in random_numbers(21).take(60) {
        let Ok(scenario) = loaded(&write(numbers)) else { continue };
        let wanted = expected(&scenario, 9, 20);
        let compiled = Arc::new(Compiled::new(scenario));
        let found = taken(&compiled, 9, 20);
        same(&found, &wanted).unwrap_or_else(|error| panic!("scenario {seen}: {error}"));
        seen += 1;
        contests += usize::from(!found.holders.is_empty());
        mails += usize::from(found.mail.iter().any(|mail| mail.sent > 0));
        failed += usize::from(found.failed > 0);
    }
    assert!(seen > 40 && contests > 5 && mails > 5 && failed > 2, "{seen} {contests} {mails} {failed}");
}
