//! The task of a batch: it gives the word for each tick, plays the world when every actor is done, and observes.

use super::actor::{Actor, Hand, Turn, Word};
use super::column::{Column, columns};
use super::contest::{Arena, Ring};
use super::frame::{Bank, Failures, Frame};
use super::parcel::{Outbox, Pool};
use super::record::{Played, Recorder};
use super::shared::Shared;
use super::watch::{Flows, Lookout, Seen, Tally};
use super::{Compiled, EngineError, interpret, scratch};
use crate::processor::{Detected, Level};
use crate::program::{Base, Code, Counter};
use crate::random::address::Key;
use crate::random::keystream::Lanes;
use std::sync::Arc;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::JoinHandle;

/// What is to be played.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The runs, one a lane, in any order.
    pub runs: Vec<u64>,
    /// The key of the seed.
    pub key: Key,
    /// The level to compute at.
    pub level: Level,
    /// Whether outcomes are kept at every tick.
    pub series: bool,
    /// The order in which the actors' tasks are started, which must not matter; file order if empty.
    pub order: Vec<usize>,
}

/// What becomes of the lanes of runs that have ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Packing {
    /// They are given up as soon as moving the others together costs less than playing them.
    #[default]
    WhenWorthIt,
    /// They run on, to no effect.
    Never,
}

/// Plays a batch on the calling thread.
///
/// # Errors
/// A run number without draws of its own, or a task that died.
pub fn play(compiled: &Arc<Compiled>, batch: &Batch) -> Result<Played, EngineError> {
    play_with(compiled, batch, Packing::default())
}

/// Plays a batch on the calling thread and packs its lanes or not, which changes nothing but the time.
///
/// # Errors
/// As [`play`].
pub fn play_with(compiled: &Arc<Compiled>, batch: &Batch, packing: Packing) -> Result<Played, EngineError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let (played, _) = runtime.block_on(World::new(compiled, batch)?.play(batch, packing))?;
    Ok(played)
}

/// Plays a batch as [`play`] does, and sees who holds each area at these ticks, which ascend, and who sends what to whom.
///
/// # Errors
/// As [`play`].
pub fn play_watched(compiled: &Arc<Compiled>, batch: &Batch, ticks: &[u32]) -> Result<(Played, Seen), EngineError> {
    play_watched_with(compiled, batch, ticks, Packing::default())
}

/// The same, with its lanes packed or not.
///
/// # Errors
/// As [`play`].
pub fn play_watched_with(
    compiled: &Arc<Compiled>,
    batch: &Batch,
    ticks: &[u32],
    packing: Packing,
) -> Result<(Played, Seen), EngineError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let (played, seen) = runtime.block_on(World::new(compiled, batch)?.watched(ticks).play(batch, packing))?;
    Ok((played, seen.unwrap_or_default()))
}

/// The batch's own part, and everything that it holds between turns.
struct World {
    compiled: Arc<Compiled>,
    key: Key,
    level: Detected,
    shared: Arc<Shared>,
    cells: Vec<Column>,
    inputs: Vec<Column>,
    hands: Vec<Option<Box<Hand>>>,
    failures: Failures,
    fired: Vec<bool>,
    arena: Option<Arena>,
    recorder: Recorder,
    /// Whoever watches the areas; the actors' tallies are in their hands.
    lookout: Option<Lookout>,
    runs: Vec<u64>,
    outbox: Outbox,
    pool: Pool,
}

/// The actors' tasks.
struct Cast {
    turns: Vec<UnboundedSender<Turn>>,
    done: UnboundedReceiver<Word>,
    tasks: Vec<(usize, JoinHandle<()>)>,
}

impl World {
    fn new(compiled: &Arc<Compiled>, batch: &Batch) -> Result<Self, EngineError> {
        let (scenario, program) = (&compiled.scenario, &compiled.program);
        let dice = Lanes::new(&batch.runs)?;
        let lanes = dice.len();
        let shared = Shared::new(scenario, &program.layout, dice);
        let contest = scenario.territory.as_ref().and_then(|territory| territory.contest.as_ref());
        let hand = |rules: usize| Hand {
            cells: Vec::new(),
            failures: Failures::new(lanes),
            fired: vec![false; rules],
            tally: None,
        };
        let pool = Pool::default();
        let mut cells = columns(program.layout.cells(), lanes);
        for (own, counters) in program.layout.actor_cells.iter().zip(&program.counters) {
            // They have lanes only in the actor's turn.
            for cell in Counter::private(counters) {
                cells[(own.start + cell) as usize] = Column::default();
            }
        }
        Ok(Self {
            compiled: Arc::clone(compiled),
            key: batch.key,
            level: batch.level.into(),
            cells,
            inputs: columns(program.layout.input_columns, lanes),
            hands: scenario.actors.iter().map(|actor| Some(Box::new(hand(actor.rules.len())))).collect(),
            failures: Failures::new(lanes),
            fired: vec![false; program.rules.len()],
            arena: contest.map(|contest| Arena::new(&contest.ground, lanes)),
            recorder: Recorder::new(scenario, lanes, batch.series),
            lookout: None,
            runs: batch.runs.clone(),
            outbox: Outbox::new(pool.clone(), lanes),
            pool,
            shared: Arc::new(shared),
        })
    }

    /// The same, with somebody who watches.
    fn watched(mut self, ticks: &[u32]) -> Self {
        let (compiled, lanes) = (Arc::clone(&self.compiled), self.runs.len());
        let flows = Arc::new(Flows::of(&compiled.scenario));
        self.lookout = Some(Lookout::new(&compiled.scenario, ticks, lanes));
        for (actor, hand) in self.hands.iter_mut().flatten().enumerate() {
            hand.tally = Some(Tally::new(&flows, actor, lanes));
        }
        self
    }

    async fn play(mut self, batch: &Batch, packing: Packing) -> Result<(Played, Option<Seen>), EngineError> {
        let compiled = Arc::clone(&self.compiled);
        let ticks = compiled.scenario.clock.ticks;
        let mut cast = self.start_tasks(&batch.order);
        self.begin()?;
        for step in 1..=ticks {
            if self.recorder.still_open() == 0 {
                break;
            }
            if packing == Packing::WhenWorthIt {
                self.pack(&cast, step)?;
            }
            self.act(&mut cast, step).await?;
            self.world(step)?;
            self.observe(step, step)?;
        }
        for (hand, code) in self.hands.iter().flatten().zip(&compiled.program.actors) {
            for (fired, also) in self.fired.iter_mut().skip(code.act.base.rule as usize).zip(&hand.fired) {
                *fired |= also;
            }
        }
        let tallies = self.hands.into_iter().flatten().filter_map(|hand| hand.tally);
        let seen = self.lookout.map(|lookout| Seen::of(lookout, tallies));
        Ok((self.recorder.finish(&self.shared, &compiled.program.layout, self.fired, ticks), seen))
    }

    /// One task an actor, with mailboxes between them.
    fn start_tasks(&self, order: &[usize]) -> Cast {
        let actors = self.compiled.scenario.actors.len();
        let (mailboxes, mails): (Vec<_>, Vec<_>) = (0..actors).map(|_| mpsc::unbounded_channel()).unzip();
        let mailboxes: Arc<[_]> = mailboxes.into();
        let (turns, words): (Vec<_>, Vec<_>) = (0..actors).map(|_| mpsc::unbounded_channel()).unzip();
        let (done, returned) = mpsc::unbounded_channel();
        let mut cast: Vec<Option<Actor>> = mails
            .into_iter()
            .zip(words)
            .enumerate()
            .map(|(id, (mail, turns))| {
                Some(Actor {
                    id,
                    compiled: Arc::clone(&self.compiled),
                    key: self.key,
                    level: self.level,
                    turns,
                    done: done.clone(),
                    mail,
                    mailboxes: Arc::clone(&mailboxes),
                    pool: self.pool.clone(),
                })
            })
            .collect();
        let lanes = self.shared.dice.len();
        let asked = order.iter().copied().chain(0..actors);
        let mut tasks = Vec::with_capacity(actors);
        for id in asked {
            if let Some(actor) = cast.get_mut(id).and_then(Option::take) {
                tasks.push((id, tokio::spawn(actor.play(lanes))));
            }
        }
        Cast { turns, done: returned, tasks }
    }

    /// The world, when no actor looks at it.
    fn shared(&mut self) -> Result<&mut Shared, EngineError> {
        let step = self.shared.step;
        Arc::get_mut(&mut self.shared).ok_or_else(|| EngineError::Actor {
            actor: "?".into(),
            step,
            reason: "an actor still looks at the world after its turn".into(),
        })
    }

    /// Tick 0: uncertainties, starts, the first observation.
    fn begin(&mut self) -> Result<(), EngineError> {
        let compiled = Arc::clone(&self.compiled);
        let scenario = &compiled.scenario;
        self.shared()?.set_clock(scenario, 0, 0);
        self.pass(&compiled.program.prologue, 0)?;
        let first = compiled.program.layout.first_uncertainty as usize;
        self.recorder.uncertainties(&self.shared.run[first..first + scenario.uncertainties.len()]);
        self.in_ring(|ring, _, _| ring.allot())?;
        self.pass(&compiled.program.starts, 0)?;
        self.in_ring(|ring, arena, _| {
            ring.start(arena);
            ring.start_orders(arena);
        })?;
        self.pass(&compiled.program.late_starts, 0)?;
        self.observe(0, 0)
    }

    /// Every actor's turn.
    async fn act(&mut self, cast: &mut Cast, step: u32) -> Result<(), EngineError> {
        let compiled = Arc::clone(&self.compiled);
        let switch = compiled.scenario.switch == Some(step);
        let shared = self.shared()?;
        shared.set_clock(&compiled.scenario, step, step - 1);
        if switch {
            shared.switch_levers(&compiled.scenario);
        }
        let ranges = &compiled.program.layout.actor_cells;
        for (id, range) in ranges.iter().enumerate() {
            let mut hand = self.hands[id].take().unwrap_or_default();
            let own = &mut self.cells[range.start as usize..range.end as usize];
            hand.cells.extend(own.iter_mut().map(std::mem::take));
            let turn = Turn::Play(Arc::clone(&self.shared), hand);
            if cast.turns[id].send(turn).is_err() {
                return Err(self.died(cast, step).await);
            }
        }
        for _ in 0..ranges.len() {
            let Some(Word::Done(id, mut hand)) = cast.done.recv().await else {
                return Err(self.died(cast, step).await);
            };
            let own = &mut self.cells[ranges[id].start as usize..ranges[id].end as usize];
            for (place, column) in own.iter_mut().zip(hand.cells.drain(..)) {
                *place = column;
            }
            self.failures.absorb(&mut hand.failures);
            self.hands[id] = Some(hand);
        }
        Ok(())
    }

    /// Which task died, and what it said.
    async fn died(&self, cast: &mut Cast, step: u32) -> EngineError {
        for (id, task) in cast.tasks.drain(..) {
            if task.is_finished() {
                let actor = self.compiled.scenario.actors[id].name.clone();
                let reason = task.await.err().map_or_else(|| "it stopped".into(), |error| error.to_string());
                return EngineError::Actor { actor, step, reason };
            }
        }
        EngineError::Actor { actor: "?".into(), step, reason: "its channel closed".into() }
    }

    /// Stage 3.
    fn world(&mut self, step: u32) -> Result<(), EngineError> {
        let compiled = Arc::clone(&self.compiled);
        if self.arena.is_some() {
            self.in_ring(|ring, arena, _| ring.take_orders(arena))?;
            self.pass(&compiled.program.contest, step)?;
            self.in_ring(|ring, arena, level| ring.play(level, u64::from(step), arena))?;
        }
        self.pass(&compiled.program.world, step)
    }

    /// Works on the contest, if there is one.
    fn in_ring(&mut self, work: impl FnOnce(&mut Ring<'_>, &mut Arena, Detected)) -> Result<(), EngineError> {
        let compiled = Arc::clone(&self.compiled);
        let Some(mut arena) = self.arena.take() else { return Ok(()) };
        let shared = self.shared()?;
        if let Some(mut state) = shared.contest.take() {
            let mut ring = Ring {
                compiled: &compiled,
                state: &mut state,
                cells: &mut self.cells,
                inputs: &self.inputs,
                run: &self.shared.run,
                key: &self.key,
                dice: &self.shared.dice,
            };
            work(&mut ring, &mut arena, self.level);
            self.shared()?.contest = Some(state);
        }
        self.arena = Some(arena);
        Ok(())
    }

    /// Stage 4: outcomes, milestones, stops; what others see; what histories keep.
    fn observe(&mut self, step: u32, tick: u32) -> Result<(), EngineError> {
        let compiled = Arc::clone(&self.compiled);
        let program = &compiled.program;
        self.shared()?.set_clock(&compiled.scenario, step, tick);
        let (observation, recording) = if tick == 0 {
            (&program.first_observation, &program.first_recording)
        } else {
            (&program.observation, &program.recording)
        };
        self.pass(observation, step)?;
        self.pass(recording, step)?;
        let stops: Vec<&Column> = program.stops.iter().map(|&column| &self.inputs[column as usize]).collect();
        let shared = Arc::get_mut(&mut self.shared);
        if let Some(shared) = shared {
            for (ring, &column) in shared.rings.iter_mut().zip(&program.recorded) {
                let place = tick as usize % ring.len();
                ring[place].lanes_mut().copy_from_slice(self.inputs[column as usize].lanes());
            }
            for (shown, &cell) in shared.shown.iter_mut().zip(&program.layout.shown) {
                shown.lanes_mut().copy_from_slice(self.cells[cell as usize].lanes());
            }
            self.recorder.observe(shared, &program.layout, &stops, &self.failures, tick);
            if let Some(lookout) = &mut self.lookout {
                lookout.look(&compiled.scenario, shared, &self.failures, tick);
            }
        }
        self.failures.clear();
        Ok(())
    }

    /// Moves the open lanes together if enough have closed.
    fn pack(&mut self, cast: &Cast, step: u32) -> Result<(), EngineError> {
        let Some(keep) = self.recorder.lanes_to_keep(&self.shared) else { return Ok(()) };
        let lanes = keep.len();
        let runs: Vec<u64> = keep.iter().map(|&lane| self.runs[self.recorder.run_of(lane)]).collect();
        let dice = Lanes::new(&runs)?;
        self.shared()?.pack(&keep, dice);
        for column in self.cells.iter_mut().chain(&mut self.inputs) {
            column.pack(&keep);
        }
        self.recorder.pack(&keep);
        if let Some(lookout) = &mut self.lookout {
            lookout.pack(&keep);
        }
        for tally in self.hands.iter_mut().flatten().filter_map(|hand| hand.tally.as_mut()) {
            tally.pack(&keep);
        }
        self.failures = Failures::new(lanes);
        self.outbox.show(lanes);
        for hand in self.hands.iter_mut().flatten() {
            hand.failures = Failures::new(lanes);
        }
        let contest = self.compiled.scenario.territory.as_ref().and_then(|territory| territory.contest.as_ref());
        self.arena = contest.map(|contest| Arena::new(&contest.ground, lanes));
        let keep: Arc<[usize]> = keep.into();
        for turns in &cast.turns {
            // A task that has died is noticed at its next turn.
            let _ = turns.send(Turn::Pack(step, Arc::clone(&keep)));
        }
        Ok(())
    }

    /// Runs a piece of the world's code.
    fn pass(&mut self, code: &Code, step: u32) -> Result<(), EngineError> {
        if code.instructions.is_empty() {
            return Ok(());
        }
        let compiled = Arc::clone(&self.compiled);
        let lanes = self.shared.dice.len();
        self.shared()?;
        let Some(shared) = Arc::get_mut(&mut self.shared) else { return Ok(()) };
        scratch::with(compiled.registers, lanes, |scratch| {
            let mut frame = Frame {
                program: &compiled.program,
                level: self.level,
                lanes,
                registers: &mut scratch.registers,
                cells: &mut self.cells,
                base: Base::default(),
                shown: &shared.shown,
                run: Bank::Write(&mut shared.run),
                records: Bank::Write(&mut shared.records),
                areas: Bank::Write(&mut shared.areas),
                inputs: Bank::Write(&mut self.inputs),
                contest: shared.contest.as_ref(),
                past: super::frame::Past { rings: &shared.rings, now: shared.now },
                clock: &shared.clock,
                key: &self.key,
                dice: &shared.dice,
                tick: u64::from(step),
                open: shared.open.lanes(),
                parcel: None,
                arrived: &mut scratch.arrived,
                outbox: &mut self.outbox,
                failures: &mut self.failures,
                fired: &mut self.fired,
                loops: Default::default(),
            };
            interpret::run(code, &mut frame, &mut scratch.room);
        });
        Ok(())
    }
}
