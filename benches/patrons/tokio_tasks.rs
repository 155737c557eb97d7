//! The reference workload as one would first write it with tokio: an actor is a task with a mailbox, a coordinator gives
//! the word for each tick and waits for everybody's report, and a run is played after the other.

use super::generator::TICKS;
use super::scalar::{Dice, Ending, Message, Seat, World};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

const ACTORS: usize = 12;
const AREAS: usize = 15;

/// What an actor finds in its mailbox.
enum Letter {
    /// The word for a tick. What came before it is the inbox of that tick.
    Tick { tick: usize, terr: f64 },
    /// Sent by another actor.
    Message(Message),
}

/// What an actor tells the coordinator when its turn is over.
struct Report {
    actor: usize,
    strength: f64,
    sent: u64,
}

/// One runtime, on this thread, for all runs.
pub struct TokioTasks(Runtime);

impl TokioTasks {
    /// A runtime without timers and sockets, which nobody needs here.
    pub fn new() -> Self {
        Self(Builder::new_current_thread().build().expect("a runtime of one thread"))
    }

    /// Plays one run; `dice` are dealt to each actor, and to the areas after them.
    pub fn play<D: Dice + Send + 'static>(&self, dice: impl Fn(usize) -> D) -> Ending {
        self.0.block_on(async {
            let (reports, from_actors) = unbounded_channel();
            let (addresses, mailboxes): (Vec<_>, Vec<_>) = (0..ACTORS).map(|_| unbounded_channel()).unzip();
            for (actor, mailbox) in mailboxes.into_iter().enumerate() {
                tokio::spawn(play_actor(actor, mailbox, addresses.clone(), reports.clone(), dice(actor)));
            }
            coordinate(&addresses, from_actors, dice(ACTORS)).await
        })
    }
}

/// An actor's task. It ends when there is no next tick.
async fn play_actor(
    actor: usize,
    mut mailbox: UnboundedReceiver<Letter>,
    addresses: Vec<UnboundedSender<Letter>>,
    reports: UnboundedSender<Report>,
    mut dice: impl Dice,
) {
    let mut seat = Seat::<ACTORS>::new(actor);
    let mut inbox: Vec<Message> = Vec::new();
    while let Some(letter) = mailbox.recv().await {
        match letter {
            Letter::Message(message) => inbox.push(message),
            Letter::Tick { tick, terr } => {
                inbox.sort_unstable_by_key(|message| message.from);
                seat.turn(tick, terr, &inbox, &mut dice, |_, to, message| {
                    // Nobody leaves before the last tick is over.
                    let _ = addresses[to].send(Letter::Message(message));
                });
                inbox.clear();
                let _ = reports.send(Report { actor, strength: seat.own.strength, sent: seat.sent });
                if tick == TICKS {
                    return;
                }
            }
        }
    }
}

/// The coordinator: gives the word to all before anybody acts, hears all, then plays the areas.
async fn coordinate(
    addresses: &[UnboundedSender<Letter>],
    mut reports: UnboundedReceiver<Report>,
    mut dice: impl Dice,
) -> Ending {
    let mut world = World::<AREAS>::new();
    let mut strengths = [0.0; ACTORS];
    let mut sent = [0; ACTORS];
    for tick in 1..=TICKS {
        for address in addresses {
            let _ = address.send(Letter::Tick { tick, terr: world.terr });
        }
        for _ in 0..ACTORS {
            let report = reports.recv().await.expect("every actor reports");
            strengths[report.actor] = report.strength;
            sent[report.actor] = report.sent;
        }
        world.turn(tick, |actor| strengths[actor], &mut dice);
    }
    Ending { terr: world.terr, messages: sent.iter().sum::<u64>() as f64 }
}
