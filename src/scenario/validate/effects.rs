//! What rules and events do: `send`, `set`, `change`, `at`.

use super::Checker;
use super::expressions::Resolver;
use super::keys::given;
use super::over::Domain;
use super::problems::{Checked, Reported};
use super::scope::{Bound, Scope};
use crate::language::parse_each;
use crate::language::syntax::{Binding, Expr as Syntax, ExprKind, OverOp};
use crate::scenario::format;
use crate::scenario::model::{ActorId, AreaTarget, AreaWrite, Effect, Expr, Receivers};
use crate::scenario::tree::{Node, Text};

/// Which rule an effect belongs to.
#[derive(Clone, Copy)]
pub(super) struct Writer {
    /// `None` for an event.
    pub actor: Option<ActorId>,
    /// The rule's place among its actor's.
    pub rule: usize,
    /// The member's place in its `for`.
    pub member: usize,
}

impl<'a> Checker<'a> {
    /// The effects under `then`, in sequence.
    pub fn effects(&mut self, then: &'a Node, writer: Writer, scope: &mut Scope) -> Checked<Vec<Effect>> {
        let items = self.items(then)?;
        if items.is_empty() {
            return Err(self.error(then.span, "nothing is done", "an empty list"));
        }
        let mut list = Vec::new();
        let mut wrong = false;
        for (index, item) in items.iter().enumerate() {
            match self.effect(item, writer, index, scope) {
                Ok(effect) => list.push(effect),
                Err(Reported) => wrong = true,
            }
        }
        if wrong { Err(Reported) } else { Ok(list) }
    }

    fn effect(&mut self, node: &'a Node, writer: Writer, index: usize, scope: &mut Scope) -> Checked<Effect> {
        let entries = self.map(node, "an effect", &format::EFFECT, node.span)?;
        let (send, set, change) = (given(entries, "send"), given(entries, "set"), given(entries, "change"));
        if send.is_some() && (set.is_some() || change.is_some()) {
            let message = "an effect sends or writes, not both";
            return Err(self.error_help(node.span, message, "both are here", "make two effects, in sequence"));
        }
        match (send, given(entries, "at")) {
            (Some(send), None) => self.send(send, entries, node, writer, index, scope),
            (Some(_), Some(at)) => Err(self.error(at.span, "a message has no `at`", "only `set` and `change` do")),
            (None, _) if set.is_none() && change.is_none() => {
                let help = "an effect has `send`, `set` or `change`";
                Err(self.error_help(node.span, "this effect does nothing", "nothing is sent or written", help))
            }
            (None, Some(at)) => self.write_at(entries, at, scope),
            (None, None) => self.writes(entries, scope).map(Effect::Write),
        }
    }

    /// `at: area`, `at: best(a in areas where …, score)`, `at: each a in areas where …`
    fn write_at(&mut self, entries: &'a [(Text, Node)], at: &Node, scope: &mut Scope) -> Checked<Effect> {
        if scope.actor.is_none() {
            let message = "an event cannot write what belongs to a side's areas";
            return Err(self.error_help(at.span, message, "only rules of the side can", "write states or ties"));
        }
        let Some(side) = scope.side else {
            if self.land.as_ref().is_some_and(|land| land.broken) {
                return Err(Reported);
            }
            let name = scope.actor.map(|a| self.actor_name(a).to_owned()).unwrap_or_default();
            let message = format!("`{name}` is no side of the contest");
            return Err(self.error_help(
                at.span,
                message,
                "has nothing in any area",
                "list it under `territory.sides`",
            ));
        };
        let text = self.word(at, "an area")?;
        let (target, variable) = self.area_target(text, scope)?;
        let bound = variable.as_deref().unwrap_or("");
        let writes = scope.within(bound, Bound::Area(0), |scope| {
            scope.depth += 1;
            let writes = self.area_writes(entries, side, scope);
            scope.depth -= 1;
            writes
        })?;
        Ok(Effect::WriteAt { target, writes })
    }

    /// Which areas, and the name that the area has in the written values.
    fn area_target(&mut self, text: &Text, scope: &mut Scope) -> Checked<(AreaTarget, Option<String>)> {
        if text.value.trim_start().starts_with("each ") {
            let binding = parse_each(&text.value).map_err(|error| self.syntax_error(text, error))?;
            let filter = Resolver { check: self, scope, text }.areas_filter(&binding)?;
            return Ok((AreaTarget::Each { filter }, Some(binding.variable.name)));
        }
        let syntax = self.parse(text)?;
        match &syntax.kind {
            ExprKind::Name(name) => match self.area_named(name) {
                Some(area) => Ok((AreaTarget::Fixed(area), None)),
                None => {
                    let near = self.land.as_ref().map(|l| l.names.clone()).unwrap_or_default();
                    Err(self.unknown(name, text.span, "no area has this name", near))
                }
            },
            ExprKind::Over { op: OverOp::Best, binding, body } => {
                let mut resolver = Resolver { check: self, scope, text };
                let filter = resolver.areas_filter(binding)?;
                let score = resolver.score(&binding.variable.name, Bound::Area(0), body)?;
                Ok((AreaTarget::Best { filter, score }, Some(binding.variable.name.clone())))
            }
            _ => {
                let help = "write an area's name, `best(a in areas where …, score)` or `each a in areas where …`";
                Err(self.error_help(text.span, "this names no area", "expected an area", help))
            }
        }
    }

    fn area_writes(&mut self, entries: &'a [(Text, Node)], side: usize, scope: &mut Scope) -> Checked<Vec<AreaWrite>> {
        let mut list: Vec<AreaWrite> = Vec::new();
        let mut wrong = false;
        for (change, targets) in [(false, given(entries, "set")), (true, given(entries, "change"))] {
            let Some(targets) = targets else { continue };
            for (key, value) in self.entries(targets, "what is written")? {
                let written =
                    self.area_input(key, side).and_then(|variable| Ok((variable, self.number(value, scope)?)));
                match written {
                    Ok((variable, _)) if list.iter().any(|w| w.variable == variable) => {
                        self.error(key.span, format!("`{}` is written twice at once", key.value), "the second time");
                        wrong = true;
                    }
                    Ok((variable, value)) => list.push(AreaWrite { variable, change, value }),
                    Err(Reported) => wrong = true,
                }
            }
        }
        if wrong { Err(Reported) } else { Ok(list) }
    }

    fn area_input(&mut self, key: &Text, side: usize) -> Checked<usize> {
        let found = self.land.as_mut().and_then(|l| l.fight.as_mut()).and_then(|f| {
            let id = *f.side_values.get(&(side, key.value.clone()))?;
            f.inputs.contains(&key.value.as_str()).then(|| {
                f.written.insert(id);
                id
            })
        });
        match found {
            Some(id) => Ok(id),
            None => {
                let help =
                    "a side's rule writes `garrison`, `supply` or `fire` at an area; states are written without `at`";
                let message = format!("`{}` cannot be written at an area", key.value);
                Err(self.error_help(key.span, message, "not a side's input to the contest", help))
            }
        }
    }
}

impl Resolver<'_, '_> {
    fn areas_filter(&mut self, binding: &Binding) -> Checked<Option<Expr>> {
        match self.domain(binding)? {
            Domain::Areas => self.filter(binding, Bound::Area(0)),
            Domain::Group(_) => {
                let span = binding.domain.span;
                Err(self.error_help(span, "expected `areas`", "this is a group", "write `each a in areas where …`"))
            }
        }
    }

    /// What `best` maximises.
    pub fn score(&mut self, name: &str, bound: Bound, body: &Syntax) -> Checked<Expr> {
        self.bound(name, bound, |r| r.undrawn("in a score", |r| r.number(body)))
    }
}

/// Every expression of an effect.
pub(super) fn expressions_of<'e>(effect: &'e Effect, each: &mut dyn FnMut(&'e Expr)) {
    match effect {
        Effect::Write(writes) => writes.iter().for_each(|w| each(&w.value)),
        Effect::WriteAt { target, writes } => {
            match target {
                AreaTarget::Fixed(_) => {}
                AreaTarget::Best { filter, score } => {
                    filter.iter().for_each(&mut *each);
                    each(score);
                }
                AreaTarget::Each { filter } => filter.iter().for_each(&mut *each),
            }
            writes.iter().for_each(|w| each(&w.value));
        }
        Effect::Send(send) => {
            each(&send.amount);
            send.fields.iter().for_each(&mut *each);
            if let Receivers::Best(candidates) = &send.receivers {
                for candidate in candidates {
                    candidate.filter.iter().for_each(&mut *each);
                    each(&candidate.score);
                }
            }
        }
    }
}
