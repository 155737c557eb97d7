//! What somebody sees who watches a batch: who holds each area, and who sends what to whom.
//!
//! Ordinary batches are not watched. They pay for this by asking, once a tick and once an actor's turn, whether they are.

use super::frame::{Failures, NONE};
use super::kernels::was_sent;
use super::parcel::Parcel;
use super::shared::Shared;
use crate::scenario::model::{ActorId, Contest, Scenario};
use std::sync::Arc;

/// A sender, a receiver and a kind of message: what is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flow {
    /// Who sends.
    pub sender: ActorId,
    /// Who receives.
    pub receiver: ActorId,
    /// The kind, as its place in [`Scenario::kinds`].
    pub kind: usize,
}

/// Every flow that a scenario's rules may send, and to which of them each slot of an inbox belongs.
#[derive(Clone, Debug, PartialEq)]
pub struct Flows {
    /// By sender, then receiver, then kind; each once.
    pub list: Vec<Flow>,
    /// By receiver, then slot: the place in the list.
    of_slot: Vec<Vec<usize>>,
}

impl Flows {
    /// Those of a scenario.
    pub fn of(scenario: &Scenario) -> Self {
        let inboxes = || scenario.actors.iter().enumerate();
        let flow =
            |receiver, slot: &crate::scenario::model::Slot| Flow { sender: slot.sender, receiver, kind: slot.kind };
        let mut list: Vec<Flow> =
            inboxes().flat_map(|(receiver, actor)| actor.inbox.iter().map(move |slot| flow(receiver, slot))).collect();
        list.sort_unstable();
        list.dedup();
        let place = |flow: Flow| list.partition_point(|other| *other < flow);
        let of_slot = inboxes()
            .map(|(receiver, actor)| actor.inbox.iter().map(|slot| place(flow(receiver, slot))).collect())
            .collect();
        Self { list, of_slot }
    }

    /// The part of the list that one sender has.
    fn of_sender(&self, sender: ActorId) -> std::ops::Range<usize> {
        let first = |sender| self.list.partition_point(|flow| flow.sender < sender);
        first(sender)..first(sender + 1)
    }
}

/// The side that the map shows in an area: the holder of its towns where there are some, else the holder of the area, that
/// is, of most posts.
pub fn shown_holders<'s>(contest: &Contest, state: &'s crate::world::contest::State, area: usize) -> &'s [f64] {
    if contest.ground.towns(area) > 0.0 { state.town_holder.row(area) } else { state.holder.row(area) }
}

/// What was seen of a batch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// By watched tick, then area, then side: in how many runs the side holds it, as [`shown_holders`] has it. Runs that a
    /// stop has closed keep the holders with which they closed; failed ones are left out from the tick of their failure.
    /// Without a contest there is nothing for any tick.
    pub holders: Vec<Vec<Vec<u32>>>,
    /// By flow, then run: how many messages were sent while the run was played. A failed run's numbers mean nothing.
    pub sent: Vec<Vec<u32>>,
    /// By flow, then run: the sum of their amounts, in the order in which they were sent.
    pub amounts: Vec<Vec<f64>>,
}

/// Watches the areas.
pub struct Lookout {
    /// The ticks at which somebody wants to know, ascending.
    ticks: Vec<u32>,
    /// Lanes whose runs were being played when it last looked.
    playing: Vec<bool>,
    /// By area, then side: in how many runs that a stop has closed.
    closed: Vec<Vec<u32>>,
    seen: Vec<Vec<Vec<u32>>>,
}

impl Lookout {
    /// For so many lanes.
    pub fn new(scenario: &Scenario, ticks: &[u32], lanes: usize) -> Self {
        let contest = scenario.territory.as_ref().and_then(|territory| territory.contest.as_ref());
        let closed =
            contest.map_or_else(Vec::new, |contest| vec![vec![0; contest.sides.len()]; contest.ground.areas()]);
        Self { ticks: ticks.to_vec(), playing: vec![true; lanes], closed, seen: Vec::new() }
    }

    /// Looks at the world after an observation, when the lanes that ended in it are closed.
    pub fn look(&mut self, scenario: &Scenario, shared: &Shared, failures: &Failures, tick: u32) {
        let contest = scenario.territory.as_ref().and_then(|territory| territory.contest.as_ref());
        let (Some(contest), Some(state)) = (contest, &shared.contest) else { return };
        let open = shared.open.lanes();
        let ended: Vec<usize> = (0..open.len()).filter(|&lane| self.playing[lane] && open[lane] == 0.0).collect();
        for lane in ended {
            self.playing[lane] = false;
            if failures.places.get(lane).copied().unwrap_or(NONE) != NONE {
                continue;
            }
            for (area, sides) in self.closed.iter_mut().enumerate() {
                sides[shown_holders(contest, state, area)[lane] as usize] += 1;
            }
        }
        if self.ticks.binary_search(&tick).is_err() {
            return;
        }
        let mut now = self.closed.clone();
        for (area, sides) in now.iter_mut().enumerate() {
            let holders = shown_holders(contest, state, area).iter().zip(&self.playing);
            holders.filter(|(_, playing)| **playing).for_each(|(side, _)| sides[*side as usize] += 1);
        }
        self.seen.push(now);
    }

    /// The lanes have been moved together.
    pub fn pack(&mut self, keep: &[usize]) {
        self.playing = keep.iter().map(|&lane| self.playing[lane]).collect();
    }

    /// What was seen: where nothing is played any more, all stays as it closed.
    fn finish(mut self) -> Vec<Vec<Vec<u32>>> {
        self.seen.resize(self.ticks.len(), self.closed);
        self.seen
    }
}

/// Counts what one actor sends.
pub struct Tally {
    flows: Arc<Flows>,
    /// The place of the actor's first flow.
    first: usize,
    /// By flow of the actor, then run of the batch.
    sent: Vec<Vec<u32>>,
    amounts: Vec<Vec<f64>>,
    /// The run that each lane plays, as its place in the batch.
    run_of: Vec<usize>,
}

impl Tally {
    /// For an actor and so many runs.
    pub fn new(flows: &Arc<Flows>, actor: ActorId, runs: usize) -> Self {
        let own = flows.of_sender(actor);
        Self {
            flows: Arc::clone(flows),
            first: own.start,
            sent: vec![vec![0; runs]; own.len()],
            amounts: vec![vec![0.0; runs]; own.len()],
            run_of: (0..runs).collect(),
        }
    }

    /// Counts a parcel to this receiver in the lanes that are played.
    pub fn count(&mut self, receiver: ActorId, parcel: &Parcel, open: &[f64]) {
        let flow = self.flows.of_slot[receiver][parcel.slot as usize] - self.first;
        let (sent, amounts) = (&mut self.sent[flow], &mut self.amounts[flow]);
        for ((&run, &amount), &open) in self.run_of.iter().zip(parcel.amount.lanes()).zip(open) {
            if open != 0.0 && was_sent(amount) {
                sent[run] += 1;
                amounts[run] += amount;
            }
        }
    }

    /// The lanes have been moved together.
    pub fn pack(&mut self, keep: &[usize]) {
        self.run_of = keep.iter().map(|&lane| self.run_of[lane]).collect();
    }
}

impl Seen {
    /// Puts together what was seen of the areas and by each actor's tally, in the order of the actors.
    pub fn of(lookout: Lookout, tallies: impl Iterator<Item = Tally>) -> Self {
        let mut seen = Self { holders: lookout.finish(), ..Self::default() };
        for tally in tallies {
            seen.sent.extend(tally.sent);
            seen.amounts.extend(tally.amounts);
        }
        seen
    }
}
