//! The task that plays one actor's part in every lane of a batch.

use super::Compiled;
use super::column::Column;
use super::frame::{Bank, Failures, Frame};
use super::interpret;
use super::kernels;
use super::parcel::{Outbox, Pool, Posted};
use super::scratch;
use super::shared::Shared;
use super::watch::Tally;
use crate::processor::Detected;
use crate::program::Piece;
use crate::random::address::Key;
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

/// What an actor holds during its turn; the batch keeps it between turns.
#[derive(Default)]
pub struct Hand {
    /// Its variables.
    pub cells: Vec<Column>,
    /// Where its lanes failed.
    pub failures: Failures,
    /// Which of its rules have fired so far.
    pub fired: Vec<bool>,
    /// Counts what it sends, if somebody watches.
    pub tally: Option<Tally>,
}

/// What the batch tells an actor.
pub enum Turn {
    /// To play a step, with the world as last observed.
    Play(Arc<Shared>, Box<Hand>),
    /// To keep only these lanes, from this step on.
    Pack(u32, Arc<[usize]>),
}

/// What an actor tells the batch.
pub enum Word {
    /// That its turn is over.
    Done(usize, Box<Hand>),
    /// That its task has ended, whyever.
    Left,
}

/// Tells the batch when the task ends, also by a panic: nobody waits for it then.
struct Farewell(UnboundedSender<Word>);

impl Drop for Farewell {
    fn drop(&mut self) {
        // If the batch has gone first, nobody needs to know.
        let _ = self.0.send(Word::Left);
    }
}

/// One actor of a batch.
pub struct Actor {
    /// Its place.
    pub id: usize,
    /// What is played.
    pub compiled: Arc<Compiled>,
    /// The dice.
    pub key: Key,
    /// The level to compute at.
    pub level: Detected,
    /// Word from the batch.
    pub turns: UnboundedReceiver<Turn>,
    /// Word to the batch.
    pub done: UnboundedSender<Word>,
    /// Messages from the others.
    pub mail: UnboundedReceiver<Posted>,
    /// The others' mailboxes.
    pub mailboxes: Arc<[UnboundedSender<Posted>]>,
    /// Parcels to use again.
    pub pool: Pool,
}

impl Actor {
    /// Plays every turn that it is given, until there are no more.
    pub async fn play(mut self, lanes: usize) {
        let _farewell = Farewell(self.done.clone());
        let mut waiting: Vec<Posted> = Vec::new();
        let mut outbox = Outbox::new(self.pool.clone(), lanes);
        while let Some(turn) = self.turns.recv().await {
            // Whatever was sent in an earlier step is in the mailbox by now: the batch gives the word for a step only
            // after everybody has finished the one before.
            while let Ok(parcel) = self.mail.try_recv() {
                waiting.push(parcel);
            }
            match turn {
                Turn::Pack(step, keep) => {
                    // Another actor may have played this step already: what it sent has these lanes only.
                    let earlier = waiting.iter_mut().filter(|parcel| parcel.sent < step);
                    earlier.for_each(|parcel| parcel.pack(&keep));
                    outbox.show(keep.len());
                }
                Turn::Play(shared, mut hand) => {
                    self.step(&shared, &mut hand, &mut waiting, &mut outbox);
                    self.post(&shared, hand.tally.as_mut(), &mut outbox);
                    drop(shared);
                    if self.done.send(Word::Done(self.id, hand)).is_err() {
                        return;
                    }
                }
            }
        }
    }

    /// Delivers what is due, in the order of the slots, then acts.
    fn step(&self, shared: &Shared, hand: &mut Hand, waiting: &mut Vec<Posted>, outbox: &mut Outbox) {
        waiting.sort_by_key(|parcel| (parcel.due, parcel.slot));
        let due = waiting.iter().take_while(|parcel| parcel.due <= shared.step).count();
        let program = &self.compiled.program;
        let (code, counters) = (&program.actors[self.id], &program.counters[self.id]);
        let lanes = shared.dice.len();
        scratch::with(self.compiled.registers, lanes, |scratch| {
            scratch.swap_private(counters, &mut hand.cells);
            for counter in counters {
                hand.cells[counter.cell as usize].lanes_mut().fill(0.0);
            }
            let mut frame = Frame {
                program,
                level: self.level,
                lanes,
                registers: &mut scratch.registers,
                cells: &mut hand.cells,
                base: code.act.base,
                shown: &shared.shown,
                run: Bank::Read(&shared.run),
                records: Bank::Read(&shared.records),
                areas: Bank::Read(&shared.areas),
                inputs: Bank::Read(&[]),
                contest: shared.contest.as_ref(),
                past: shared.past(),
                clock: &shared.clock,
                key: &self.key,
                dice: &shared.dice,
                tick: u64::from(shared.step),
                open: shared.open.lanes(),
                parcel: None,
                arrived: &mut scratch.arrived,
                outbox,
                failures: &mut hand.failures,
                fired: &mut hand.fired,
                loops: Default::default(),
            };
            for parcel in &waiting[..due] {
                let Piece { code, base } = code.deliver[parcel.slot as usize];
                let deliver = &program.codes[code as usize];
                if deliver.asks_who_got_it {
                    kernels::arrived(self.level, frame.arrived.lanes_mut(), parcel.amount.lanes());
                }
                frame.parcel = Some(parcel);
                frame.base = base;
                interpret::run(deliver, &mut frame, &mut scratch.room);
            }
            let Piece { code, base } = code.act;
            frame.parcel = None;
            frame.base = base;
            interpret::run(&program.codes[code as usize], &mut frame, &mut scratch.room);
            scratch.swap_private(counters, &mut hand.cells);
        });
        self.pool.give(waiting.drain(..due));
    }

    /// Puts what was sent into the receivers' mailboxes.
    fn post(&self, shared: &Shared, mut tally: Option<&mut Tally>, outbox: &mut Outbox) {
        for (to, mut parcel) in outbox.sent.drain(..) {
            let slot = &self.compiled.scenario.actors[to as usize].inbox[parcel.slot as usize];
            if let Some(tally) = &mut tally {
                tally.count(to as usize, &parcel, shared.open.lanes());
            }
            parcel.sent = shared.step;
            parcel.due = shared.step + self.compiled.scenario.kinds[slot.kind].delay;
            // A mailbox is only closed when the batch is being torn down; then nobody misses the message.
            let _ = self.mailboxes[to as usize].send(parcel);
        }
    }
}
