//! `send`: what, how much, to whom; and the extra fields of kinds.

use super::Checker;
use super::bounds::MOST_FIELDS;
use super::effects::Writer;
use super::expressions::Resolver;
use super::hidden::ProtoSlot;
use super::keys::{get, given};
use super::names::Symbol;
use super::problems::{Checked, Reported};
use super::scope::{Bound, Scope};
use crate::diagnostics::suggest;
use crate::language::syntax::{Binding, Expr as Syntax, ExprKind, OverOp};
use crate::scenario::model::{ActorId, Candidate, Effect, Expr, Receiver, Receivers, Send};
use crate::scenario::tree::{Node, Text, Value};

/// A place in somebody's inbox, and the code that delivers what comes there, cost as much as so many parts.
const PARTS_A_SLOT: usize = 16;

impl<'a> Checker<'a> {
    /// A kind's fields are all that any rule sends with it.
    pub fn collect_fields(&mut self) {
        let roots = [Some(self.root), self.later];
        for root in roots.into_iter().flatten() {
            let policies = given(root, "policies").and_then(Node::as_map).unwrap_or_default();
            let actors = given(root, "actors").and_then(Node::as_map).unwrap_or_default();
            let own = actors.iter().filter_map(|(_, actor)| actor.get("policy"));
            for policy in policies.iter().map(|(_, policy)| policy).chain(own) {
                for (_, rule) in policy.as_map().unwrap_or_default() {
                    self.collect_fields_of(rule);
                }
            }
        }
    }

    fn collect_fields_of(&mut self, rule: &'a Node) {
        let Some(then) = rule.get("then") else { return };
        let effects = match &then.value {
            Value::List(effects) => effects.as_slice(),
            _ => std::slice::from_ref(then),
        };
        for effect in effects {
            let (Some(send), Some(with)) = (effect.get("send"), effect.get("with").and_then(Node::as_map)) else {
                continue;
            };
            let Value::Text(kind) = &send.value else { continue };
            let Some(Symbol::Message(kind)) = self.names.get(&kind.value) else { continue };
            for (field, _) in with {
                let Ok(name) = self.name(field) else { continue };
                let Some(known) = self.kinds.get_mut(kind).map(|kind| &mut kind.fields) else { continue };
                if !known.contains(&name) {
                    known.push(name);
                    let found = known.len();
                    if self.at_most(MOST_FIELDS, found, "extra fields of one kind", field.span).is_err() {
                        return;
                    }
                }
            }
        }
    }

    /// One `send`.
    pub fn send(
        &mut self,
        send: &'a Node,
        entries: &'a [(Text, Node)],
        node: &'a Node,
        writer: Writer,
        index: usize,
        scope: &mut Scope,
    ) -> Checked<Effect> {
        let Some(sender) = writer.actor else {
            let help = "write the states or ties that would change, or give the rule to an actor";
            return Err(self.error_help(send.span, "an event cannot send", "nobody sends this", help));
        };
        let kind = self.kind_named(send);
        let amount = match given(entries, "amount") {
            Some(node) => self.number(node, scope),
            None => Ok(Expr::Const(1.0)),
        };
        let fields = kind.and_then(|kind| self.fields(kind, entries, scope));
        let Some(to) = get(entries, "to").filter(|n| !matches!(n.value, Value::Null)) else {
            let help = "write `to: name`, a list of names, a group, or `best(x in group, score)`";
            return Err(self.error_help(node.span, "a message to nobody", "no `to`", help));
        };
        let order = (writer.rule, index, writer.member);
        let receivers = self.receivers(to, sender, scope);
        let (kind, amount, fields, receivers) = (kind?, amount?, fields?, receivers?);
        self.spend(PARTS_A_SLOT * receivers.count(), node.span)?;
        let mut slot = |actor: ActorId| {
            self.talks.insert((kind, sender, actor));
            let slots = self.slots.get_mut(actor);
            let place = slots.as_ref().map_or(0, |s| s.len());
            if let Some(slots) = slots {
                slots.push(ProtoSlot { sender, kind, order });
            }
            Receiver { actor, slot: place, sent: Vec::new() }
        };
        let receivers = match receivers {
            To::All(actors) => Receivers::All(actors.into_iter().map(&mut slot).collect()),
            To::Best(list) => Receivers::Best(
                list.into_iter()
                    .map(|(actor, filter, score)| Candidate { receiver: slot(actor), filter, score })
                    .collect(),
            ),
        };
        Ok(Effect::Send(Send { kind, amount, fields, receivers }))
    }

    fn kind_named(&mut self, node: &Node) -> Checked<usize> {
        let text = self.word(node, "a kind of message")?;
        match self.names.get(&text.value) {
            Some(Symbol::Message(kind)) => Ok(kind),
            found => {
                let label = match found {
                    Some(other) => format!("this is {}, not a kind of message", other.a()),
                    None => String::from("no kind of message has this name"),
                };
                let names: Vec<String> =
                    self.names.all(|s| matches!(s, Symbol::Message(_))).map(str::to_owned).collect();
                if suggest(&text.value, names.iter().map(String::as_str)).is_none() && found.is_none() {
                    let message = format!("unknown message `{}`", text.value);
                    let help = format!("declare it: `messages: {{ {}: {{}} }}`", text.value);
                    return Err(self.error_help(text.span, message, label, help));
                }
                Err(self.unknown(&text.value, text.span, label, names))
            }
        }
    }

    /// One value a field of the kind; what is not given is 0.
    fn fields(&mut self, kind: usize, entries: &[(Text, Node)], scope: &mut Scope) -> Checked<Vec<Expr>> {
        let names = self.kinds.get(kind).map(|k| k.fields.clone()).unwrap_or_default();
        let mut values = vec![Expr::Const(0.0); names.len()];
        let mut wrong = false;
        if let Some(with) = given(entries, "with") {
            for (key, node) in self.entries(with, "fields")? {
                match (self.number(node, scope), names.iter().position(|n| *n == key.value)) {
                    (Ok(value), Some(i)) => {
                        if let Some(place) = values.get_mut(i) {
                            *place = value;
                        }
                    }
                    _ => wrong = true,
                }
            }
        }
        if wrong { Err(Reported) } else { Ok(values) }
    }

    fn receivers(&mut self, to: &Node, sender: ActorId, scope: &mut Scope) -> Checked<To> {
        let items = self.items(to)?;
        if items.is_empty() {
            return Err(self.error(to.span, "a message to nobody", "an empty list"));
        }
        let mut all: Vec<ActorId> = Vec::new();
        for item in items {
            let text = self.word(item, "an actor or a group")?;
            let syntax = self.parse(text)?;
            match &syntax.kind {
                ExprKind::Over { op: OverOp::Best, binding, body } if items.len() == 1 => {
                    let list = Resolver { check: self, scope, text }.best(binding, body)?;
                    if list.is_empty() {
                        return Err(self.error(text.span, "a message to nobody", "no member is left"));
                    }
                    return Ok(To::Best(list));
                }
                ExprKind::Name(name) => {
                    let found = match scope.find(name) {
                        Some(Bound::Member(member)) => vec![member],
                        Some(Bound::Area(_)) => {
                            return Err(self.error(text.span, "an area gets no messages", "not an actor"));
                        }
                        None if name == "self" => vec![sender],
                        None => match scope.lets.iter().find(|l| l.name == *name) {
                            Some(known) => self.let_actor(known.constant, known.ty, text)?,
                            None => self.members_named(name, text.span)?,
                        },
                    };
                    all.extend(found.into_iter().filter(|a| *a != sender));
                }
                _ => {
                    let help = "write a name, a list of names, a group, or `best(x in group, score)`";
                    return Err(self.error_help(text.span, "this names no receiver", "expected an actor", help));
                }
            }
        }
        self.spend(all.len(), to.span)?;
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|actor| seen.insert(*actor));
        if all.is_empty() {
            let message = format!("a message to nobody but `{}` itself", self.actor_name(sender));
            return Err(self.error(to.span, message, "an actor does not send to itself"));
        }
        Ok(To::All(all))
    }

    fn let_actor(&mut self, constant: Option<f64>, ty: super::types::Type, text: &Text) -> Checked<Vec<ActorId>> {
        match (ty, constant) {
            (super::types::Type::Actor, Some(id)) if id >= 0.0 => Ok(vec![id as ActorId]),
            _ => Err(self.error(text.span, "this names no receiver", "not an actor known before the run")),
        }
    }
}

/// Receivers before their slots are known.
enum To {
    All(Vec<ActorId>),
    Best(Vec<(ActorId, Option<Expr>, Expr)>),
}

impl To {
    fn count(&self) -> usize {
        match self {
            To::All(list) => list.len(),
            To::Best(list) => list.len(),
        }
    }
}

impl Resolver<'_, '_> {
    /// `best(x in group where condition, score)`
    fn best(&mut self, binding: &Binding, body: &Syntax) -> Checked<Vec<(ActorId, Option<Expr>, Expr)>> {
        let mut list = Vec::new();
        for (actor, filter) in self.candidates(binding)? {
            let score = self.score(&binding.variable.name, Bound::Member(actor), body)?;
            list.push((actor, filter, score));
        }
        Ok(list)
    }
}
