//! The reference workload as a NeXosim bench: one simulation a run, on one thread, every actor a model with ports.
//!
//! The areas are a model too. A tick is an event that is scheduled for it; it plays the areas with what was reported last
//! tick and gives the word to the actors, whose messages then reach each other's input ports. NeXosim goes on to the next
//! time only when all of that is done, so that nobody has to wait for reports.

use super::generator::{ALLIANCES, TARGETS, TICKS, target};
use super::scalar::{Dice, Ending, Message, Seat, World};
use nexosim::model::{BuildContext, Context, Model, ProtoModel};
use nexosim::ports::{EventSinkReader, EventSource, Output, SinkState, event_slot};
use nexosim::simulation::{Mailbox, SimInit, SimulationError};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};
use std::array::from_fn;
use std::marker::PhantomData;
use std::time::Duration;

const ACTORS: usize = 12;
const AREAS: usize = 15;
const TICK: Duration = Duration::from_secs(1);

/// The word for a tick.
#[derive(Clone, Copy)]
struct Word {
    tick: usize,
    terr: f64,
}

/// What an actor tells the areas when its turn is over.
#[derive(Clone, Copy)]
struct Report {
    actor: usize,
    strength: f64,
    sent: u64,
}

/// An actor's ports. NeXosim wants models that can be stored; nothing is stored here, so that all numbers stand in the
/// model's environment, which need not be.
#[derive(Serialize, Deserialize)]
struct Actor<D> {
    /// One a rule.
    messages: [Output<Message>; TARGETS],
    report: Output<Report>,
    #[serde(skip)]
    dice: PhantomData<D>,
}

/// An actor's numbers.
struct ActorState<D> {
    actor: usize,
    seat: Seat<ACTORS>,
    inbox: Vec<Message>,
    outbox: Vec<(usize, Message)>,
    dice: D,
}

impl<D: Dice + Send + 'static> Model for Actor<D> {
    type Env = ActorState<D>;
}

impl<D: Dice + Send + 'static> Actor<D> {
    /// Input port: a message. The areas give everybody the word before anybody acts, so that it is for the next tick.
    fn receive(&mut self, message: Message, _: &Context<Self>, state: &mut ActorState<D>) {
        state.inbox.push(message);
    }

    /// Input port: the word for a tick.
    async fn act(&mut self, Word { tick, terr }: Word, _: &Context<Self>, state: &mut ActorState<D>) {
        let ActorState { actor, seat, inbox, outbox, dice } = state;
        inbox.sort_unstable_by_key(|message| message.from);
        seat.turn(tick, terr, inbox, dice, |rule, _, message| outbox.push((rule, message)));
        inbox.clear();
        for (rule, message) in outbox.drain(..) {
            self.messages[rule].send(message).await;
        }
        // Areas look at the government and the alliances; how much others have sent is asked once.
        if *actor <= ALLIANCES || tick == TICKS {
            self.report.send(Report { actor: *actor, strength: seat.own.strength, sent: seat.sent }).await;
        }
    }
}

/// The areas' ports.
#[derive(Serialize, Deserialize)]
struct Areas<D> {
    word: Output<Word>,
    ending: Output<(f64, u64)>,
    #[serde(skip)]
    dice: PhantomData<D>,
}

/// The areas' numbers.
struct AreasState<D> {
    tick: usize,
    world: World<AREAS>,
    strengths: [f64; ACTORS],
    sent: [u64; ACTORS],
    dice: D,
}

impl<D: Dice + Send + 'static> Model for Areas<D> {
    type Env = AreasState<D>;
}

impl<D: Dice + Send + 'static> Areas<D> {
    /// Input port: an actor's report.
    fn hear(&mut self, report: Report, _: &Context<Self>, state: &mut AreasState<D>) {
        state.strengths[report.actor] = report.strength;
        state.sent[report.actor] = report.sent;
    }

    /// Input port: it is time. Ends the last tick and begins the next.
    async fn tick(&mut self, _: (), _: &Context<Self>, state: &mut AreasState<D>) {
        let AreasState { tick, world, strengths, sent, dice } = state;
        if *tick > 0 {
            world.turn(*tick, |actor| strengths[actor], dice);
        }
        *tick += 1;
        if *tick <= TICKS {
            self.word.send(Word { tick: *tick, terr: world.terr }).await;
        } else {
            self.ending.send((world.terr, sent.iter().sum())).await;
        }
    }
}

/// A model and its environment, as NeXosim wants them to be handed over.
struct WithState<M: Model>(M, M::Env);

impl<M: Model> ProtoModel for WithState<M> {
    type Model = M;

    fn build(self, _: &mut BuildContext<Self>) -> (M, M::Env) {
        (self.0, self.1)
    }
}

/// Plays one run; `dice` are dealt to each actor, and to the areas after them.
pub fn play<D: Dice + Send + 'static>(dice: impl Fn(usize) -> D) -> Ending {
    simulate(dice).unwrap_or_else(|error| panic!("NeXosim: {error}"))
}

fn simulate<D: Dice + Send + 'static>(dice: impl Fn(usize) -> D) -> Result<Ending, SimulationError> {
    let mut bench = SimInit::with_num_threads(1);
    let mailboxes: [Mailbox<Actor<D>>; ACTORS] = from_fn(|_| Mailbox::new());
    let for_areas = Mailbox::new();
    let time = EventSource::new().connect(Areas::<D>::tick, &for_areas).register(&mut bench);

    let mut areas = Areas { word: Output::new(), ending: Output::new(), dice: PhantomData };
    for mailbox in &mailboxes {
        areas.word.connect(Actor::act, mailbox);
    }
    let (sink, mut ending) = event_slot(SinkState::Enabled);
    areas.ending.connect_sink(sink);

    let actors: [Actor<D>; ACTORS] = from_fn(|actor| {
        let messages = from_fn(|rule| {
            let mut output = Output::new();
            output.connect(Actor::receive, &mailboxes[target(actor, rule, ACTORS)]);
            output
        });
        let mut report = Output::new();
        report.connect(Areas::hear, &for_areas);
        Actor { messages, report, dice: PhantomData }
    });
    for (actor, (model, mailbox)) in actors.into_iter().zip(mailboxes).enumerate() {
        let state = ActorState {
            actor,
            seat: Seat::new(actor),
            inbox: Vec::new(),
            outbox: Vec::with_capacity(TARGETS),
            dice: dice(actor),
        };
        bench = bench.add_model(WithState(model, state), mailbox, "actor");
    }
    let state =
        AreasState { tick: 0, world: World::new(), strengths: [0.0; ACTORS], sent: [0; ACTORS], dice: dice(ACTORS) };
    let mut simulation = bench.add_model(WithState(areas, state), for_areas, "areas").init(MonotonicTime::EPOCH)?;

    simulation.scheduler().schedule_periodic_event(TICK, TICK, &time, ()).expect("a time that is still to come");
    simulation.step_until(TICK * (TICKS as u32 + 1))?;
    let (terr, sent) = ending.try_read().expect("the areas tell how the run ended");
    Ok(Ending { terr, messages: sent as f64 })
}
