//! `on_arrival`: what a message does to each that can receive it.

use super::Checker;
use super::keys::given;
use super::over::unless_sure;
use super::problems::{Checked, Reported};
use super::scope::{Incoming, Scope, Stage};
use crate::diagnostics::Diagnostic;
use crate::scenario::format;
use crate::scenario::model::{Actor, ActorId, Arrival, Expr, Slot};
use crate::scenario::tree::{Node, Text};
use std::collections::BTreeMap;

impl<'a> Checker<'a> {
    /// The inboxes, once every rule is known.
    pub fn read_arrivals(&mut self, actors: &mut [Actor]) {
        let nodes = self.arrival_nodes();
        self.refuse_field_names();
        let orders = self.slot_orders();
        let mut known: BTreeMap<(usize, ActorId, ActorId), Vec<Arrival>> = BTreeMap::new();
        for (receiver, order) in orders.iter().enumerate() {
            let mut inbox = Vec::with_capacity(order.len());
            for place in order {
                if self.problems.is_full() {
                    return;
                }
                let Some(slot) = self.slots.get(receiver).and_then(|s| s.get(*place)).cloned() else { continue };
                let key = (slot.kind, slot.sender, receiver);
                let arrival = match known.get(&key) {
                    Some(arrival) => arrival.clone(),
                    None => {
                        let node = nodes.get(slot.kind).copied().flatten();
                        let incoming = Incoming { kind: slot.kind, sender: slot.sender };
                        let made = node.map(|n| self.arrival(n, receiver, incoming)).transpose();
                        let made = made.unwrap_or_default().unwrap_or_default();
                        known.insert(key, made.clone());
                        made
                    }
                };
                let (received, counted) = self.sums_of(receiver, slot.sender, slot.kind);
                let span = nodes.get(slot.kind).copied().flatten().map_or(self.input.base.span, |node| node.span);
                if self.spend(1 + received.len() + counted.len(), span).is_err() {
                    return;
                }
                inbox.push(Slot { sender: slot.sender, kind: slot.kind, arrival, received, counted, place: 0 });
            }
            if let Some(actor) = actors.get_mut(receiver) {
                actor.inbox = inbox;
            }
        }
        self.link_sends(actors, &orders);
    }

    /// `on_arrival` of each kind.
    fn arrival_nodes(&self) -> Vec<Option<&'a Node>> {
        let section = self.section("messages").and_then(Node::as_map).unwrap_or_default();
        let nodes: BTreeMap<&str, &'a Node> = section.iter().map(|(k, n)| (k.value.as_str(), n)).collect();
        self.kinds.iter().map(|k| nodes.get(k.name.as_str()).and_then(|n| n.get("on_arrival"))).collect()
    }

    /// A field stands beside the receiver's states and the global names.
    fn refuse_field_names(&mut self) {
        let fields: Vec<(String, String)> =
            self.kinds.iter().flat_map(|k| k.fields.iter().map(|f| (k.name.clone(), f.clone()))).collect();
        for (kind, field) in fields {
            let state = self.actors.iter().find_map(|a| a.states.get(&field)).map(|s| s.span);
            let earlier = match self.names.place(&field) {
                Some((symbol, span)) => Some((symbol.a(), span)),
                None => state.map(|span| ("a state", span)),
            };
            if let Some((what, span)) = earlier {
                let message = format!("ambiguous name `{field}`: {what} and a field of the message `{kind}`");
                let diagnostic = Diagnostic::at(span, message, format!("{what} of this name"));
                self.problems.push(diagnostic.help("give one of them another name"));
            }
        }
    }

    fn arrival(&mut self, node: &'a Node, receiver: ActorId, incoming: Incoming) -> Checked<Vec<Arrival>> {
        let mut list = Vec::new();
        for item in self.items(node)? {
            let entries = self.map(item, "`on_arrival`", &format::ARRIVAL, item.span)?;
            let mut scope = Scope::of(Stage::Arrival, receiver).without_draws("in `on_arrival`");
            scope.incoming = Some(incoming);
            let when = given(entries, "when").map(|n| self.condition(n, &mut scope)).transpose()?;
            if matches!(when, Some(Expr::Const(value)) if value == 0.0) {
                continue;
            }
            if given(entries, "set").is_none() && given(entries, "change").is_none() {
                let help = "write `change: { state: amount }`";
                return Err(self.error_help(item.span, "this arrival does nothing", "no `set` or `change`", help));
            }
            for section in ["set", "change"] {
                if let Some(targets) = given(entries, section) {
                    self.refuse_missing_states(targets, receiver, incoming)?;
                }
            }
            let writes = self.writes(entries, &mut scope)?;
            list.push(Arrival { when: when.and_then(unless_sure), writes });
        }
        Ok(list)
    }

    /// A kind's arrival writes states that all its receivers must have.
    fn refuse_missing_states(&mut self, targets: &'a Node, receiver: ActorId, incoming: Incoming) -> Checked<()> {
        for (key, _) in self.entries(targets, "what is written")? {
            let info = self.actors.get(receiver);
            let known = info.is_some_and(|a| a.states.contains_key(&key.value) || a.broken);
            let simple = crate::language::is_name(&key.value);
            if known || !simple || self.names.get(&key.value).is_some() {
                continue;
            }
            let kind = self.kinds.get(incoming.kind).map(|k| k.name.clone()).unwrap_or_default();
            let (to, from) = (self.actor_name(receiver).to_owned(), self.actor_name(incoming.sender).to_owned());
            return Err(self.refuse_state(key, &kind, &to, &from));
        }
        Ok(())
    }

    fn refuse_state(&mut self, key: &Text, kind: &str, to: &str, from: &str) -> Reported {
        let message = format!("`{to}` receives `{kind}` but has no state `{}`", key.value);
        let owner = self.actors.iter().any(|a| a.states.contains_key(&key.value));
        let help = match owner {
            true => format!("give `{to}` the state, or do not let `{from}` send `{kind}` to it"),
            false => {
                let states = self.actors.iter().flat_map(|a| a.states.keys().map(String::as_str));
                match crate::diagnostics::suggest(&key.value, states) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("declare it under `state:` of `{to}`"),
                }
            }
        };
        self.error_help(key.span, message, format!("`{from}` sends it to `{to}`"), help)
    }
}
