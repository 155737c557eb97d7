//! Actors: their states, flows, sight, goals; their rules are read elsewhere.

use super::keys::{get, given, needed};
use super::names::Symbol;
use super::problems::{Checked, Reported};
use super::scope::{Begun, Scope, Stage};
use super::sight::{Seen, Sight};
use super::{ActorInfo, Checker, StateInfo};
use crate::language::syntax::ExprKind;
use crate::scenario::format;
use crate::scenario::model::{Actor, ActorId, Bounds, Expr, Role, Variable, VariableId};
use crate::scenario::tree::{Node, Text, Value};
use std::collections::BTreeMap;

/// A goal, to be worked out as an outcome.
pub(super) struct Goal<'a> {
    pub actor: ActorId,
    pub name: String,
    pub node: &'a Node,
    pub minimise: bool,
}

impl<'a> Checker<'a> {
    /// Every actor's name.
    pub fn declare_actors(&mut self) -> Checked<()> {
        let entries = self.section_entries("actors", "actors");
        if entries.is_empty()
            && let Some(node) = self.section("actors")
        {
            self.error(node.span, "the scenario has no actors", "nobody is here");
        }
        for (key, node) in entries {
            let id = self.actors.len();
            let name = match self.declare(key, Symbol::Actor(id)) {
                Ok(name) => name,
                Err(Reported) => continue,
            };
            // A key that is not known may have held what is missing.
            let broken = self
                .map(node, &format!("actor `{name}`"), &format::ACTOR, key.span)
                .map_or(true, |entries| entries.iter().any(|(key, _)| !format::ACTOR.knows(&key.value)));
            let title = node.get("title").map(|t| self.text(t).unwrap_or_default()).unwrap_or_else(|| name.clone());
            self.actors.push(ActorInfo {
                name,
                title,
                states: BTreeMap::new(),
                ladder: None,
                side: None,
                sees: BTreeMap::new(),
                broken,
            });
            self.slots.push(Vec::new());
        }
        Ok(())
    }

    /// The declared actors with what the file says of each.
    pub fn actor_nodes(&self) -> Vec<(ActorId, &'a Text, &'a Node)> {
        let entries = self.section("actors").and_then(Node::as_map).unwrap_or_default();
        let known = |(key, node): &'a (Text, Node)| match self.names.place(&key.value) {
            Some((Symbol::Actor(id), span)) if span == key.span => Some((id, key, node)),
            _ => None,
        };
        entries.iter().filter_map(known).collect()
    }

    /// The states and stances of every actor.
    pub fn declare_states(&mut self) {
        for (id, _, node) in self.actor_nodes() {
            match node.get("state").map_or(Ok(&[][..]), |states| self.entries(states, "states")) {
                Ok(states) => states.iter().for_each(|(key, state)| self.declare_state(id, key, state)),
                Err(Reported) => self.actors.get_mut(id).into_iter().for_each(|actor| actor.broken = true),
            }
            if let Some(stance) = node.get("stance").filter(|n| !matches!(n.value, Value::Null)) {
                self.declare_stances(id, stance);
            }
        }
    }

    fn declare_state(&mut self, actor: ActorId, key: &Text, node: &Node) {
        let Ok(name) = self.name(key) else { return };
        let shadowed = self.refuse_shadow(&name, key.span, "a state").is_err();
        let full = format!("{}.{name}", self.actor_name(actor));
        let variable = self.variable(full, Role::State, Some(actor));
        if node.get("private").is_some_and(|n| matches!(n.value, Value::Bool(true))) {
            self.private.insert(variable);
        }
        if let Some(info) = self.actors.get_mut(actor) {
            info.broken |= shadowed;
            info.states.insert(name, StateInfo { variable, span: key.span });
        }
    }

    /// A new variable that starts at 0 without bounds.
    pub fn variable(&mut self, name: String, role: Role, owner: Option<ActorId>) -> VariableId {
        let (start, within) = (Expr::Const(0.0), Bounds::default());
        self.variables.push(Variable { name, role, owner, start, within, place: 0 });
        self.variables.len() - 1
    }

    /// Starts and bounds of states.
    pub fn define_states(&mut self) {
        for (id, _, node) in self.actor_nodes() {
            for (key, state) in node.get("state").and_then(Node::as_map).unwrap_or_default() {
                let found = self.actors.get(id).and_then(|a| a.states.get(&key.value));
                let Some(variable) = found.filter(|s| s.span == key.span).map(|s| s.variable) else { continue };
                if let Ok((start, within)) = self.state(key, state)
                    && let Some(known) = self.variables.get_mut(variable)
                {
                    (known.start, known.within) = (start, within);
                }
            }
        }
    }

    fn state(&mut self, key: &Text, node: &Node) -> Checked<(Expr, Bounds)> {
        let mut scope = Scope::new(Stage::Start).after(Begun::Posts).without_draws("in a start value");
        if matches!(node.value, Value::Number(..) | Value::Text(_)) {
            self.count_basis(Default::default());
            return Ok((self.number(node, &mut scope)?, Bounds::default()));
        }
        let what = format!("state `{}`", key.value);
        let entries = self.map(node, &what, &format::STATE, key.span)?;
        let notes = self.notes(entries);
        self.count_basis(notes.basis);
        let _ = self.flag(get(entries, "private"));
        let within = self.bounds(entries);
        let node = needed(entries, "start")?;
        let start = self.number(node, &mut scope)?;
        let within = within?;
        self.start_within(&start, &within, node.span);
        Ok((start, within))
    }

    /// How well each actor knows the others.
    pub fn read_sees(&mut self) {
        for (id, _, node) in self.actor_nodes() {
            let Some(sees) = given(node.as_map().unwrap_or_default(), "sees") else { continue };
            for (key, how) in self.entries(sees, "what is seen late or inexactly").unwrap_or_default() {
                if let Ok((seen, sight)) = self.sight(id, key, how)
                    && let Some(info) = self.actors.get_mut(id)
                {
                    info.sees.insert(seen, sight);
                }
            }
        }
    }

    fn sight(&mut self, actor: ActorId, key: &Text, how: &Node) -> Checked<(Seen, Sight)> {
        let seen = self.seen_key(actor, key)?;
        let entries = self.map(how, "an entry of `sees`", &format::SIGHT, how.span)?;
        let delay = given(entries, "delay").map(|n| self.time(n)).transpose()?.unwrap_or(0);
        let error = match given(entries, "error") {
            Some(node) => {
                let keys = self.map(node, "`error`", &format::ERROR, node.span)?;
                let sd = needed(keys, "sd")?;
                let mut scope = Scope::new(Stage::Fixed).without_draws("here");
                let value = self.number(sd, &mut scope)?;
                if matches!(value, Expr::Const(v) if v < 0.0) {
                    return Err(self.error(sd.span, "a deviation is negative", "expected 0 or more"));
                }
                let address = format!("{}/sees/{}//normal", self.actor_name(actor), self.seen_name(seen));
                let draw = self.draw(address);
                Some((value, draw))
            }
            None => None,
        };
        let bounds = match seen {
            Seen::Variable(id) => self.variables.get(id).map(|v| v.within.clone()).unwrap_or_default(),
            Seen::Outcome(_) => Bounds::default(),
        };
        Ok((seen, Sight { delay, error, low: bounds.low, high: bounds.high }))
    }

    fn seen_name(&self, seen: Seen) -> String {
        match seen {
            Seen::Variable(id) => self.variable_name(id).to_owned(),
            Seen::Outcome(i) => self.names.all(|s| s == Symbol::Outcome(i)).next().unwrap_or("?").to_owned(),
        }
    }

    /// `front.troops`, `support[near, regime]` or an outcome's name.
    fn seen_key(&mut self, actor: ActorId, key: &Text) -> Checked<Seen> {
        let syntax = self.parse(key)?;
        if let ExprKind::Name(name) = &syntax.kind
            && let Some(Symbol::Outcome(i)) = self.names.get(name)
        {
            return Ok(Seen::Outcome(i));
        }
        let mut scope = Scope::of(Stage::Rule, actor).without_draws("in `sees`");
        let typed = self.resolve(key, &syntax, &mut scope)?;
        match typed.expr {
            Expr::Variable(id, _) if self.variables.get(id).is_some_and(|v| v.owner != Some(actor)) => {
                Ok(Seen::Variable(id))
            }
            Expr::Variable(..) => Err(self.error(key.span, "an actor sees its own state exactly", "this is its own")),
            _ => {
                let help = "write `actor.state`, `tie[from, to]` or an outcome's name";
                Err(self.error_help(
                    key.span,
                    "this cannot be seen late or inexactly",
                    "not one value of another",
                    help,
                ))
            }
        }
    }

    /// Every goal's payoff is an outcome.
    pub fn declare_goals(&mut self) -> Vec<Goal<'a>> {
        let mut goals = Vec::new();
        let first = self.outcome_count();
        for (actor, key, node) in self.actor_nodes() {
            let Some(goal) = given(node.as_map().unwrap_or_default(), "goal") else { continue };
            let Ok(entries) = self.map(goal, "a goal", &format::GOAL, goal.span) else { continue };
            let found = (given(entries, "maximise"), given(entries, "minimise"));
            let (value, minimise) = match found {
                (Some(value), None) => (value, false),
                (None, Some(value)) => (value, true),
                (None, None) if self.is_misspelt(entries, &["maximise", "minimise"]) => continue,
                _ => {
                    let help = "write `goal: { maximise: \"…\" }`";
                    self.error_help(goal.span, "a goal maximises or minimises one thing", "expected one of them", help);
                    continue;
                }
            };
            let name = format!("payoff_{}", key.value);
            if self.declare_at(&name, key.span, Symbol::Outcome(first + goals.len())).is_ok() {
                goals.push(Goal { actor, name, node: value, minimise });
            }
        }
        goals
    }

    /// Stances, rules and flows of every actor.
    pub fn read_actors(&mut self) -> Vec<Actor> {
        let mut list = Vec::new();
        for (id, key, node) in self.actor_nodes() {
            let stances = self.read_stances(id, node);
            let rules = self.read_policy(id, key, node);
            let flows = match given(node.as_map().unwrap_or_default(), "each_tick") {
                Some(flows) => self.read_flows(id, flows),
                None => Vec::new(),
            };
            let info = self.actors.get(id);
            let (name, title) = info.map(|a| (a.name.clone(), a.title.clone())).unwrap_or_default();
            list.push(Actor { name, title, stances, rules, flows, flow_place: 0, inbox: Vec::new() });
        }
        list
    }
}
