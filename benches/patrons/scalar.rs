//! The reference workload as a plain loop: one run at a time, no actors, no messages on channels, as one would write it by
//! hand for speed. Where draws and the exponential come from is left open, so that the same loop serves as a rival that is
//! timed and as a check that the engine plays the model to the bit. The turn of one actor and that of the areas stand for
//! themselves: rivals that keep actors apart play the same turns, and differ in how messages travel.
#![allow(dead_code, reason = "shared by the bench and by tests, each of which uses a part")]

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
#[derive(Clone, Copy, Debug)]
pub struct Message {
    /// The actor that sent it.
    pub from: u32,
    /// What it does on arrival.
    pub kind: u32,
    /// How much of it.
    pub amount: f64,
}

/// An actor's own numbers.
#[derive(Clone, Copy)]
pub struct Own {
    /// What the areas look at.
    pub strength: f64,
    resolve: f64,
    funds: f64,
}

/// One actor: its numbers, its support for others, and how many messages it has sent.
pub struct Seat<const ACTORS: usize> {
    number: usize,
    /// Its own numbers.
    pub own: Own,
    support: [f64; ACTORS],
    /// How many messages it has sent.
    pub sent: u64,
}

impl<const ACTORS: usize> Seat<ACTORS> {
    /// An actor at the start of a run.
    pub fn new(number: usize) -> Self {
        let mut seat =
            Self { number, own: Own { strength: 0.0, resolve: 0.0, funds: 0.0 }, support: [0.0; ACTORS], sent: 0 };
        seat.start();
        seat
    }

    /// Back to the start of a run.
    pub fn start(&mut self) {
        self.own = Own { strength: 1.0, resolve: 0.5, funds: 1.0 };
        for (to, support) in self.support.iter_mut().enumerate() {
            *support = support_at_start(self.number, to);
        }
        self.sent = 0;
    }

    /// An actor's turn: its inbox in the order of senders, its decay, its rules in order. `send` gets the rule, whom the
    /// message is for, and the message.
    #[inline(always)]
    pub fn turn(
        &mut self,
        tick: usize,
        terr: f64,
        inbox: &[Message],
        dice: &mut impl Dice,
        mut send: impl FnMut(usize, usize, Message),
    ) {
        let actor = self.number;
        let mut own = self.own;
        let support = &mut self.support;
        let mut received = [0.0; KINDS];
        for &Message { from, kind, amount } in inbox {
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
            let x = 0.3 * own.strength + 0.2 * received[kind] - 0.25 * own.resolve + 0.15 * terr - 0.1 * support[to]
                + inclination(i);
            let draw = dice.chance(tick, actor, i);
            if x > -0.2 && draw < 0.4 / (1.0 + dice.exp(-2.0 * x)) {
                let amount = 0.1 * own.funds * (0.5 + support[to]);
                send(i, to, Message { from: actor as u32, kind: kind as u32, amount });
                own.funds -= 0.5 * amount;
                support[to] = at_least_0(support[to] - 0.01);
                self.sent += 1;
            }
        }
        self.own = own;
    }
}

/// The areas.
pub struct World<const AREAS: usize> {
    share: [f64; AREAS],
    /// Their mean share.
    pub terr: f64,
}

impl<const AREAS: usize> World<AREAS> {
    /// The areas at the start of a run.
    pub fn new() -> Self {
        let mut world = Self { share: [0.0; AREAS], terr: 0.0 };
        world.start();
        world
    }

    /// Back to the start of a run.
    pub fn start(&mut self) {
        self.share.fill(0.7);
        self.terr = mean(&self.share);
    }

    /// The areas' turn, after all actors'.
    #[inline(always)]
    pub fn turn(&mut self, tick: usize, strength: impl Fn(usize) -> f64, dice: &mut impl Dice) {
        let government = strength(0) + 0.01;
        for (area, share) in self.share.iter_mut().enumerate() {
            let ratio = strength(1 + area % ALLIANCES) / government;
            let draw = dice.area(tick, area);
            *share = at_most_1(at_least_0(*share - 0.02 * (ratio - 1.0) + 0.03 * (draw - 0.5)));
        }
        self.terr = mean(&self.share);
    }
}

/// The state of one run, with room that is used again for the next.
pub struct Patrons<const ACTORS: usize, const AREAS: usize> {
    seats: Vec<Seat<ACTORS>>,
    world: World<AREAS>,
    /// What is delivered in this tick, in the order of sender and rule; and what is sent in it.
    inbox: Vec<Vec<Message>>,
    outbox: Vec<Vec<Message>>,
}

impl<const ACTORS: usize, const AREAS: usize> Patrons<ACTORS, AREAS> {
    /// Room for runs.
    pub fn new() -> Self {
        Self {
            seats: (0..ACTORS).map(Seat::new).collect(),
            world: World::new(),
            inbox: vec![Vec::new(); ACTORS],
            outbox: vec![Vec::new(); ACTORS],
        }
    }

    /// Plays one run.
    pub fn play(&mut self, dice: &mut impl Dice) -> Ending {
        self.seats.iter_mut().for_each(Seat::start);
        self.world.start();
        self.inbox.iter_mut().chain(&mut self.outbox).for_each(Vec::clear);
        for tick in 1..=TICKS {
            for (seat, inbox) in self.seats.iter_mut().zip(&self.inbox) {
                let outbox = &mut self.outbox;
                seat.turn(tick, self.world.terr, inbox, dice, |_, to, message| outbox[to].push(message));
            }
            let seats = &self.seats;
            self.world.turn(tick, |actor| seats[actor].own.strength, dice);
            std::mem::swap(&mut self.inbox, &mut self.outbox);
            self.outbox.iter_mut().for_each(Vec::clear);
        }
        Ending { terr: self.world.terr, messages: self.seats.iter().map(|seat| seat.sent).sum::<u64>() as f64 }
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
