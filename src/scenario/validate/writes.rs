//! `set` and `change` of states and ties: what may be written by whom; flows.

use super::Checker;
use super::expressions::Resolver;
use super::keys::given;
use super::problems::{Checked, Reported};
use super::scope::{Scope, Stage};
use crate::language::syntax::{Expr as Syntax, ExprKind};
use crate::scenario::format;
use crate::scenario::model::{ActorId, Expr, Role, VariableId, View, Write};
use crate::scenario::tree::{Node, Text};

impl<'a> Checker<'a> {
    /// One simultaneous map of writes.
    pub fn writes(&mut self, entries: &'a [(Text, Node)], scope: &mut Scope) -> Checked<Vec<Write>> {
        self.writes_with(entries, scope, |_, _, _| {})
    }

    /// The same; `before` prepares the scope for the value of a variable.
    fn writes_with(
        &mut self,
        entries: &'a [(Text, Node)],
        scope: &mut Scope,
        before: impl Fn(&mut Self, VariableId, &mut Scope),
    ) -> Checked<Vec<Write>> {
        let mut list: Vec<Write> = Vec::new();
        let mut wrong = false;
        for (change, targets) in [(false, given(entries, "set")), (true, given(entries, "change"))] {
            let Some(targets) = targets else { continue };
            for (key, node) in self.entries(targets, "what is written")? {
                let target = self.target(key, scope);
                if let Ok(variable) = target {
                    before(self, variable, scope);
                }
                let value = self.number(node, scope);
                match (target, value) {
                    (Ok(variable), _) if list.iter().any(|w| w.variable == variable) => {
                        self.error(key.span, format!("`{}` is written twice at once", key.value), "the second time");
                        wrong = true;
                    }
                    (Ok(variable), Ok(value)) => list.push(Write { variable, change, value }),
                    _ => wrong = true,
                }
            }
        }
        if wrong { Err(Reported) } else { Ok(list) }
    }

    /// What a key of `set` or `change` names.
    pub fn target(&mut self, key: &Text, scope: &mut Scope) -> Checked<VariableId> {
        let syntax = self.parse(key)?;
        if let ExprKind::Name(name) = &syntax.kind
            && !self.is_own_state(name, scope)
            && self.names.get(name).is_none()
            && ["garrison", "supply", "fire"].contains(&name.as_str())
        {
            let help = "write `at: area`, `at: best(a in areas where …, score)` or `at: each a in areas where …`";
            return Err(self.error_help(key.span, format!("`{name}` belongs to areas"), "in which area?", help));
        }
        let variable = Resolver { check: self, scope, text: key }.written(&syntax)?;
        self.refuse_foreign(variable, key, scope)?;
        Ok(variable)
    }

    fn is_own_state(&self, name: &str, scope: &Scope) -> bool {
        scope.actor.and_then(|a| self.actors.get(a)).is_some_and(|a| a.states.contains_key(name))
    }

    /// A rule writes its actor's states and ties; an event writes any.
    fn refuse_foreign(&mut self, variable: VariableId, key: &Text, scope: &Scope) -> Checked<()> {
        let Some(known) = self.variables.get(variable) else {
            return Err(Reported);
        };
        let (role, owner, name) = (known.role.clone(), known.owner, known.name.clone());
        match role {
            Role::State | Role::Tie { .. } => {}
            Role::Stance => {
                let help = "a stance changes by its own `enter` and `leave`";
                return Err(self.error_help(key.span, "a stance cannot be written", "not a state", help));
            }
            _ => return Err(self.error(key.span, format!("`{name}` cannot be written"), "not a state or a tie")),
        }
        if scope.actor.is_none() || owner == scope.actor {
            return Ok(());
        }
        let who = scope.actor.map(|a| self.actor_name(a).to_owned()).unwrap_or_default();
        let whose = owner.map(|a| self.actor_name(a).to_owned()).unwrap_or_default();
        let message = format!("`{who}` cannot write `{name}`, which is `{whose}`'s");
        let help = "send a message, and say in its `on_arrival` what it does to the receiver; or use an event";
        Err(self.error_help(key.span, message, format!("belongs to `{whose}`"), help))
    }

    /// `each_tick` of an actor: simultaneous with all other flows.
    pub fn read_flows(&mut self, actor: ActorId, node: &'a Node) -> Vec<Write> {
        let Ok(entries) = self.map(node, "`each_tick`", &format::FLOWS, node.span) else { return Vec::new() };
        let mut scope = Scope::of(Stage::World, actor).after_the_contest().with_draws("");
        scope.side = self.actors.get(actor).and_then(|a| a.side);
        let writes = self.writes_with(entries, &mut scope, |check, variable, scope| {
            scope.address = format!("{}/each_tick/{}", check.actor_name(actor), check.short_name(variable));
            scope.used.clear();
        });
        writes.unwrap_or_default()
    }

    /// A variable's name without its owner: `stock`, `support[near]`.
    fn short_name(&self, variable: VariableId) -> String {
        let Some(known) = self.variables.get(variable) else {
            return String::new();
        };
        match (&known.role, known.owner) {
            (Role::Tie { to, .. }, _) => {
                let tie = known.name.split('[').next().unwrap_or_default();
                format!("{tie}[{}]", self.actor_name(*to))
            }
            (_, Some(owner)) => {
                let prefix = format!("{}.", self.actor_name(owner));
                known.name.strip_prefix(&prefix).unwrap_or(&known.name).to_owned()
            }
            _ => known.name.clone(),
        }
    }
}

impl Resolver<'_, '_> {
    /// The variable that a target names. It is not read, so neither sight nor privacy matters here.
    fn written(&mut self, syntax: &Syntax) -> Checked<VariableId> {
        let (sees, eyes) = (std::mem::replace(&mut self.scope.sees, false), self.scope.eyes.take());
        let typed = self.resolve(syntax);
        (self.scope.sees, self.scope.eyes) = (sees, eyes);
        match typed?.expr {
            Expr::Variable(id, View::Now | View::Observed) => Ok(id),
            _ => {
                let help = "write a state, `tie[to]`, or in an event `actor.state` and `tie[from, to]`";
                Err(self.error_help(syntax.span, "this cannot be written", "not a state or a tie", help))
            }
        }
    }
}
