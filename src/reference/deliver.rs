//! Stage 1: the messages that are due, one by one, in the order of each receiver's inbox.

use super::evaluate::Stage;
use super::world::Message;
use super::{Failure, Run};
use crate::scenario::model::{ActorId, Arrival, Role, Slot};

impl Run<'_> {
    /// Delivers what is due to every actor. What was received, counted and sent is counted anew each tick.
    pub(super) fn deliver(&mut self) -> Result<(), Failure> {
        let scenario = self.scenario;
        for (id, variable) in scenario.variables.iter().enumerate() {
            if matches!(variable.role, Role::Received | Role::Counted | Role::Sent) {
                self.world.now[id] = 0.0;
            }
        }
        let transit = std::mem::take(&mut self.world.transit);
        let (due, later): (Vec<_>, Vec<_>) = transit.into_iter().partition(|message| message.due == self.tick);
        self.world.transit = later;
        for (receiver, actor) in scenario.actors.iter().enumerate() {
            for (place, slot) in actor.inbox.iter().enumerate() {
                for message in due.iter().filter(|message| message.receiver == receiver && message.slot == place) {
                    self.apply(receiver, slot, message)?;
                }
            }
        }
        Ok(())
    }

    /// Applies a message: it counts as received, then does what its kind does on arrival.
    fn apply(&mut self, receiver: ActorId, slot: &Slot, message: &Message) -> Result<(), Failure> {
        self.observer.message_delivered(self.tick, message);
        for &variable in &slot.received {
            self.world.write(variable, true, message.amount);
        }
        for &variable in &slot.counted {
            self.world.write(variable, true, 1.0);
        }
        for arrival in &slot.arrival {
            self.arrive(receiver, slot, message, arrival)?;
        }
        Ok(())
    }

    /// Applies one map of `on_arrival`.
    fn arrive(&mut self, receiver: ActorId, slot: &Slot, message: &Message, arrival: &Arrival) -> Result<(), Failure> {
        let mut reader = self.reader(Stage::Actor(receiver), slot.place);
        reader.message = Some(message);
        if !reader.passes(arrival.when.as_ref(), &[])? {
            return Ok(());
        }
        let values = reader.values(&arrival.writes)?;
        self.write_map(&arrival.writes, &values);
        Ok(())
    }
}
