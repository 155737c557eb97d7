//! Variables that no file declares: what was received, counted or sent, when a rule is ready, what was lost.

use super::Checker;
use crate::scenario::model::{Actor, ActorId, Effect, Receivers, Role, SlotId, Total, VariableId};

/// What is counted of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Count {
    Received,
    Counted,
    Sent,
}

/// A sum over messages of a tick.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hidden {
    pub what: Count,
    pub owner: ActorId,
    pub kind: usize,
    /// Senders (or receivers, of what was sent); `None` for all. Ascending.
    pub others: Option<Vec<ActorId>>,
}

impl Hidden {
    fn counts(&self, other: ActorId) -> bool {
        self.others.as_ref().is_none_or(|others| others.binary_search(&other).is_ok())
    }
}

/// A message that can reach an actor, in the order of finding; `order` says where it stands in the inbox.
#[derive(Clone, Debug)]
pub(super) struct ProtoSlot {
    pub sender: ActorId,
    pub kind: usize,
    /// Rule, effect and member.
    pub order: (usize, usize, usize),
}

impl Checker<'_> {
    /// The variable of a sum over messages.
    pub fn hidden(&mut self, hidden: Hidden) -> VariableId {
        if let Some(id) = self.hidden.get(&hidden) {
            return *id;
        }
        let (role, word) = match hidden.what {
            Count::Received => (Role::Received, "received"),
            Count::Counted => (Role::Counted, "count"),
            Count::Sent => (Role::Sent, "sent"),
        };
        let kind = self.kinds.get(hidden.kind).map(|k| k.name.clone()).unwrap_or_default();
        let others: String = hidden.others.iter().flatten().map(|a| format!(", {}", self.actor_name(*a))).collect();
        let name = format!("{}.{word}({kind}{others})", self.actor_name(hidden.owner));
        let id = self.variable(name, role, Some(hidden.owner));
        self.hidden.insert(hidden, id);
        id
    }

    /// Whether an actor can have anything to count, once all rules are read.
    pub fn takes_part(&self, what: Count, actor: ActorId, kind: usize, others: Option<&[ActorId]>) -> bool {
        let partners = |senders: bool| {
            // The set is sorted by kind first, so a partner is looked up, not looked for.
            let talk = |other| if senders { (kind, other, actor) } else { (kind, actor, other) };
            match others {
                Some(others) => others.iter().any(|other| self.talks.contains(&talk(*other))),
                None => (0..self.actors.len()).any(|other| self.talks.contains(&talk(other))),
            }
        };
        partners(what != Count::Sent)
    }

    /// When a rule with `once` or `cooldown` may fire again.
    pub fn ready(&mut self, rule: &str, owner: Option<ActorId>) -> VariableId {
        if let Some(id) = self.ready.get(rule) {
            return *id;
        }
        let id = self.variable(format!("{rule} ready"), Role::Ready, owner);
        self.ready.insert(rule.to_owned(), id);
        id
    }

    /// A side's running total.
    pub fn total(&mut self, total: Total) -> VariableId {
        let key = format!("{total:?}");
        if let Some(id) = self.totals.get(&key) {
            return *id;
        }
        let role = Role::Total(total.clone());
        let (side, what) = match total {
            Total::PostsLost(side) => (side, String::from("posts lost")),
            Total::Surrendered(side) => (side, String::from("surrendered")),
            Total::ColumnLost { side, column, .. } => {
                let column = self.land.as_ref().and_then(|l| l.columns.get(column)).map(|c| c.name.clone());
                (side, format!("{} lost", column.unwrap_or_default()))
            }
        };
        let actor = self.land.as_ref().and_then(|l| l.fight.as_ref()).and_then(|f| f.sides.get(side)).map(|s| s.actor);
        let name = format!("{}: {what}", actor.map_or("?", |a| self.actor_name(a)));
        let id = self.variable(name, role, None);
        self.totals.insert(key, id);
        id
    }

    /// The place of every found slot in its inbox: by sender, rule, effect, member.
    pub fn slot_orders(&self) -> Vec<Vec<usize>> {
        let order = |slots: &Vec<ProtoSlot>| {
            let mut order: Vec<usize> = (0..slots.len()).collect();
            order.sort_by_key(|i| slots.get(*i).map(|s| (s.sender, s.order)));
            order
        };
        self.slots.iter().map(order).collect()
    }

    /// The received, counted variables that a slot adds to.
    pub fn sums_of(&self, receiver: ActorId, sender: ActorId, kind: usize) -> (Vec<VariableId>, Vec<VariableId>) {
        let list = |what| self.sums(what, receiver, kind, sender);
        (list(Count::Received), list(Count::Counted))
    }

    /// The sums of one owner over one kind that count a partner.
    fn sums(&self, what: Count, owner: ActorId, kind: usize, other: ActorId) -> Vec<VariableId> {
        let first = Hidden { what, owner, kind, others: None };
        let same = |hidden: &Hidden| (hidden.what, hidden.owner, hidden.kind) == (what, owner, kind);
        let all = self.hidden.range(first..).take_while(|(hidden, _)| same(hidden));
        all.filter(|(hidden, _)| hidden.counts(other)).map(|(_, id)| *id).collect()
    }

    /// Puts sends in touch with the final inboxes and with what counts them.
    pub fn link_sends(&self, actors: &mut [Actor], orders: &[Vec<usize>]) {
        let places: Vec<Vec<SlotId>> = orders
            .iter()
            .map(|order| {
                let mut places = vec![0; order.len()];
                for (place, found) in order.iter().enumerate() {
                    if let Some(p) = places.get_mut(*found) {
                        *p = place;
                    }
                }
                places
            })
            .collect();
        let link = |sender: ActorId, kind: usize, receiver: &mut crate::scenario::model::Receiver| {
            let place = places.get(receiver.actor).and_then(|p| p.get(receiver.slot));
            receiver.slot = place.copied().unwrap_or(0);
            receiver.sent = self.sums(Count::Sent, sender, kind, receiver.actor);
        };
        for (sender, actor) in actors.iter_mut().enumerate() {
            for effect in actor.rules.iter_mut().flat_map(|r| &mut r.effects) {
                let Effect::Send(send) = effect else { continue };
                match &mut send.receivers {
                    Receivers::All(all) => all.iter_mut().for_each(|r| link(sender, send.kind, r)),
                    Receivers::Best(best) => best.iter_mut().for_each(|c| link(sender, send.kind, &mut c.receiver)),
                }
            }
        }
    }
}
