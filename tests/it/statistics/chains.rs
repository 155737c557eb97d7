//! Walks, fires and chains, whose chances can be worked out.

use super::tests_of_fit::{binomial, counts_fit, tally};
use super::{Model, is_chance, is_known};

#[test]
fn a_gambler_is_ruined_as_often_and_as_late_as_he_should_be() {
    let model = Model::new(
        "
clock: { start: 2024-01-01, tick: 1 day, ticks: 3000 }
uncertainties: { p: { constant: 0.48 } }
actors:
  gambler:
    state: { purse: 5 }
    policy: { play: { then: [{ change: { purse: \"if(uniform() <= p, 1, -1)\" } }] } }
outcomes: { closing: gambler.purse }
milestones: { broke: gambler.purse == 0, rich: gambler.purse == 10 }
stop: { ruined: closing <= 0, won: closing >= 10 }
",
    );
    let sample = model.sample(1, 8192);
    let (start, goal, p): (i32, i32, f64) = (5, 10, 0.48);
    let odds = (1.0 - p) / p;
    let ruin = (odds.powi(start) - odds.powi(goal)) / (1.0 - odds.powi(goal));
    let share = (1.0 - odds.powi(start)) / (1.0 - odds.powi(goal));
    let duration = f64::from(start) / (1.0 - 2.0 * p) - f64::from(goal) / (1.0 - 2.0 * p) * share;
    let closing = sample.outcome("closing");
    assert!(closing.iter().all(|purse| *purse == 0.0 || *purse == 10.0), "a run goes on until it is settled");
    let ruined = closing.iter().filter(|purse| **purse == 0.0).count();
    is_chance("ruin", ruined, closing.len(), ruin);
    assert_eq!(sample.milestone("broke").iter().flatten().count(), ruined);
    assert_eq!(sample.milestone("rich").iter().flatten().count(), closing.len() - ruined);
    let lasted: Vec<f64> = sample.closed.iter().map(|tick| f64::from(*tick)).collect();
    is_known("the game's length", &lasted, duration);
}

#[test]
fn a_fair_walk_of_normal_steps_spreads_as_the_root_of_time() {
    let sample = Model::new(
        "
clock: { start: 2024-01-01, tick: 1 week, ticks: 64 }
actors: { one: { state: { x: 0 }, each_tick: { change: { x: 0.5 * normal() } } } }
outcomes: { closing: one.x, square: one.x ^ 2 }
",
    )
    .sample(2, 8192);
    is_known("the walk's end", sample.outcome("closing"), 0.0);
    is_known("its square", sample.outcome("square"), 16.0);
}

/// Rules, events and members of a `for` that fire with a chance every week, for 20 weeks.
const FIRES: &str = "
clock: { start: 2024-01-01, tick: 1 week, ticks: 20 }
groups: { others: [two, three] }
messages: { note: { on_arrival: { change: { notes: amount } } } }
actors:
  one:
    state: { fires: 0, both: 0 }
    policy:
      fire: { chance: 0.3, then: [{ change: { fires: 1, both: 1 } }] }
      alarm: { chance: 0.3, then: [{ change: { both: 100 } }] }
      write: { for: x in others, chance: 0.1, then: [{ send: note, to: x }] }
  two: { state: { notes: 0, storms: 0 } }
  three: { state: { notes: 0 } }
events:
  storm: { chance: 0.04, then: [{ change: { two.storms: 1 } }] }
outcomes: { fired: one.fires, mixed: one.both, to_two: two.notes, to_three: three.notes, stormed: two.storms }
";

#[test]
fn how_often_a_chance_comes_true_is_binomial() {
    let sample = Model::new(FIRES).sample(3, 16_384);
    let fits = |what: &str, ticks: usize, p: f64| {
        counts_fit(what, &tally(sample.outcome(what), ticks), &binomial(ticks, p));
    };
    fits("fired", 20, 0.3);
    fits("stormed", 20, 0.04);
    // What is sent in the last week does not arrive any more.
    fits("to_two", 19, 0.1);
    fits("to_three", 19, 0.1);
}

#[test]
fn two_rules_with_the_same_chance_have_dice_of_their_own() {
    let sample = Model::new(FIRES).sample(4, 16_384);
    let alarms: Vec<f64> = sample.outcome("mixed").iter().map(|both| (both / 100.0).floor()).collect();
    let fires = sample.outcome("fired");
    // Were they independent, the covariance would be nothing; its error is the product of both deviations over √n.
    let n = fires.len() as f64;
    let covariance = fires.iter().zip(&alarms).map(|(a, b)| (a - 6.0) * (b - 6.0)).sum::<f64>() / n;
    assert!(covariance.abs() < 4.0 * 4.2 / n.sqrt(), "{covariance}");
    is_known("alarms", &alarms, 6.0);
}

#[test]
fn a_chance_per_month_is_that_of_a_tick_compounded() {
    let sample = Model::new(
        "
clock: { start: 2024-01-01, tick: 1 week, ticks: 13 }
actors:
  one:
    state: { fires: 0 }
    policy: { fire: { chance: 0.3, per: month, then: [{ change: { fires: 1 } }] } }
events:
  peace: { chance: 0.2, per: 2 months, once: true, then: [{ change: { one.fires: 1000 } }] }
outcomes: { fired: one.fires }
",
    )
    .sample(5, 16_384);
    let month: f64 = 30.436_875;
    let weekly = 1.0 - 0.7_f64.powf(7.0 / month);
    let fires: Vec<f64> = sample.outcome("fired").iter().map(|fires| fires % 1000.0).collect();
    counts_fit("fires", &tally(&fires, 13), &binomial(13, weekly));
    let peace = sample.outcome("fired").iter().filter(|fires| **fires >= 1000.0).count();
    assert!(sample.outcome("fired").iter().all(|fires| *fires < 2000.0), "once");
    is_chance("peace", peace, fires.len(), 1.0 - 0.8_f64.powf(13.0 * 7.0 / (2.0 * month)));
}

#[test]
fn first_passages_are_geometric() {
    let sample = Model::new(
        "
clock: { start: 2024-01-01, tick: 1 week, ticks: 30 }
actors:
  one:
    state: { hit: 0 }
    policy: { strike: { chance: 0.15, then: [{ set: { hit: 1 } }] } }
outcomes: { was_hit: one.hit }
milestones: { first: one.hit > 0 }
",
    )
    .sample(6, 16_384);
    let mut counts = vec![0; 32];
    for first in sample.milestone("first") {
        counts[first.map_or(31, |tick| tick as usize)] += 1;
    }
    // Never at the start; at tick t after t − 1 misses; never at all after 30.
    let mut shares: Vec<f64> =
        (0..31).map(|tick| if tick == 0 { 0.0 } else { 0.15 * 0.85_f64.powi(tick - 1) }).collect();
    shares.push(0.85_f64.powi(30));
    counts_fit("first passages", &counts, &shares);
}

#[test]
fn a_chain_of_two_stances_spends_its_stationary_share_in_each() {
    // Up with 0.1 a week, down with 0.3: a quarter of the time up. What is left of the start after n weeks is 0.6ⁿ.
    let sample = Model::new(
        "
clock: { start: 2024-01-01, tick: 1 week, ticks: 41 }
actors:
  one:
    state: { die: 0.5, time_up: 0 }
    stance: { low: {}, high: { enter: die <= 0.1, leave: die > 0.7 } }
    policy:
      roll: { then: [{ set: { die: uniform() } }] }
      count: { when: stance == high, then: [{ change: { time_up: 1 } }] }
outcomes:
  is_up: if(one.stance == high, 1, 0)
  was_up: one.time_up
  early: \"if(before(one.stance == high, 38 weeks), 1, 0)\"
milestones: { went_up: one.stance == high }
",
    )
    .sample(7, 16_384);
    let runs = sample.closed.len();
    // The first roll is looked at by the second step: after so many steps, up with ¼ · (1 − 0.6ⁿ).
    let up_after = |steps: i32| 0.25 * (1.0 - 0.6_f64.powi(steps));
    let up = |what: &str| sample.outcome(what).iter().filter(|x| **x == 1.0).count();
    is_chance("being up at last", up("is_up"), runs, up_after(40));
    is_chance("being up at the third tick", up("early"), runs, up_after(2));
    is_known("the time up", sample.outcome("was_up"), (0..=40).map(up_after).sum());
    let mut counts = vec![0; 42];
    for first in sample.milestone("went_up").iter().flatten() {
        counts[*first as usize] += 1;
    }
    let reached: u64 = counts.iter().sum();
    let by_then = 1.0 - 0.9_f64.powi(40);
    is_chance("going up", reached as usize, runs, by_then);
    let shares: Vec<f64> =
        (0..42).map(|tick| if tick < 2 { 0.0 } else { 0.1 * 0.9_f64.powi(tick - 2) / by_then }).collect();
    counts_fit("when it went up", &counts, &shares);
}
