//! The reference workload as a plain loop: one run at a time, no actors, no messages on channels, as one would write it by
//! hand for speed. Where draws and the exponential come from is left open, so that the same loop serves as a rival that is
//! timed and as a check that the engine plays the model to the bit.
#![allow(dead_code, reason = "shared by the bench, a test and an example, each of which uses a part")]

use super::generator::{ALLIANCES, KINDS, TARGETS, TICKS, inclination, support_at_start, target};

/// Where a run's draws come from, and its exponential.
pub trait Dice {
    /// The draw that decides whether an actor's rule acts in a tick.
    fn chance(&mut self, tick: usize, actor: usize, rule: usize) -> f64;
    /// The draw that moves an area in a tick.
    fn area(&mut self, tick: usize, area: usize) -> f64;
    /// e^x
    fn exp(&self, x: f64) -> f64;
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ending {
    /// The mean share of the areas.
    pub terr: f64,
    /// The number of messages sent.
    pub messages: f64,
}

/// A message: from whom, of which kind, how much.
#[derive(Clone, Copy)]
struct Message {
    from: u32,
    kind: u32,
    amount: f64,
}

/// An actor's own numbers.
#[derive(Clone, Copy)]
struct Own {
    strength: f64,
    resolve: f64,
    funds: f64,
}

/// The state of one run, with room that is used again for the next.
pub struct Patrons<const ACTORS: usize, const AREAS: usize> {
    own: [Own; ACTORS],
    support: Box<[[f64; ACTORS]; ACTORS]>,
    share: [f64; AREAS],
    terr: f64,
    sent: u64,
    /// What is delivered in this tick, in the order of sender and rule; and what is sent in it.
    inbox: Vec<Vec<Message>>,
    outbox: Vec<Vec<Message>>,
}

impl<const ACTORS: usize, const AREAS: usize> Patrons<ACTORS, AREAS> {
    /// Room for runs.
    pub fn new() -> Self {
        Self {
            own: [Own { strength: 0.0, resolve: 0.0, funds: 0.0 }; ACTORS],
            support: Box::new([[0.0; ACTORS]; ACTORS]),
            share: [0.0; AREAS],
            terr: 0.0,
            sent: 0,
            inbox: vec![Vec::new(); ACTORS],
            outbox: vec![Vec::new(); ACTORS],
        }
    }

    /// Plays one run.
    pub fn play(&mut self, dice: &mut impl Dice) -> Ending {
        self.start();
        for tick in 1..=TICKS {
            for actor in 0..ACTORS {
                self.act(tick, actor, dice);
            }
            self.world(tick, dice);
            std::mem::swap(&mut self.inbox, &mut self.outbox);
            self.outbox.iter_mut().for_each(Vec::clear);
        }
        Ending { terr: self.terr, messages: self.sent as f64 }
    }

    fn start(&mut self) {
        self.own.fill(Own { strength: 1.0, resolve: 0.5, funds: 1.0 });
        for (from, row) in self.support.iter_mut().enumerate() {
            for (to, support) in row.iter_mut().enumerate() {
                *support = support_at_start(from, to);
            }
        }
        self.share.fill(0.7);
        self.terr = mean(&self.share);
        self.sent = 0;
        self.inbox.iter_mut().chain(&mut self.outbox).for_each(Vec::clear);
    }

    /// An actor's turn: its inbox, its decay, its rules in order.
    #[inline(always)]
    fn act(&mut self, tick: usize, actor: usize, dice: &mut impl Dice) {
        let mut own = self.own[actor];
        let support = &mut self.support[actor];
        let mut received = [0.0; KINDS];
        for &Message { from, kind, amount } in &self.inbox[actor] {
            received[kind as usize % KINDS] += amount;
            match kind {
                0 => own.strength += 0.05 * amount,
                1 => own.resolve = at_least_0(own.resolve - 0.03 * amount),
                2 => own.funds += 0.5 * amount,
                _ => {
                    let support = &mut support[from as usize];
                    *support = at_most_1(*support + 0.05 * amount);
                }
            }
        }
        own.strength = 0.98 * own.strength + 0.02;
        own.resolve = 0.95 * own.resolve + 0.025;
        own.funds = 0.97 * own.funds + 0.05;
        for i in 0..TARGETS {
            let (to, kind) = (target(actor, i, ACTORS), i % KINDS);
            let x = 0.3 * own.strength + 0.2 * received[kind] - 0.25 * own.resolve + 0.15 * self.terr
                - 0.1 * support[to]
                + inclination(i);
            let draw = dice.chance(tick, actor, i);
            if x > -0.2 && draw < 0.4 / (1.0 + dice.exp(-2.0 * x)) {
                let amount = 0.1 * own.funds * (0.5 + support[to]);
                self.outbox[to].push(Message { from: actor as u32, kind: kind as u32, amount });
                own.funds -= 0.5 * amount;
                support[to] = at_least_0(support[to] - 0.01);
                self.sent += 1;
            }
        }
        self.own[actor] = own;
    }

    /// The areas' turn.
    #[inline(always)]
    fn world(&mut self, tick: usize, dice: &mut impl Dice) {
        let government = self.own[0].strength + 0.01;
        for (area, share) in self.share.iter_mut().enumerate() {
            let ratio = self.own[1 + area % ALLIANCES].strength / government;
            let draw = dice.area(tick, area);
            *share = at_most_1(at_least_0(*share - 0.02 * (ratio - 1.0) + 0.03 * (draw - 0.5)));
        }
        self.terr = mean(&self.share);
    }
}

/// The mean, summed in order.
fn mean(values: &[f64]) -> f64 {
    let mut sum = 0.0;
    for value in values {
        sum += value;
    }
    sum / values.len() as f64
}

#[inline(always)]
fn at_least_0(x: f64) -> f64 {
    if x < 0.0 { 0.0 } else { x }
}

#[inline(always)]
fn at_most_1(x: f64) -> f64 {
    if x > 1.0 { 1.0 } else { x }
}
