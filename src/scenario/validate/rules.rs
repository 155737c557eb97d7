//! Rules of actors, and events, which are rules of nobody.

use super::Checker;
use super::bounds::{MOST_LETS, MOST_RULES};
use super::effects::Writer;
use super::keys::{get, given, lacks};
use super::over::both;
use super::problems::{Checked, Reported};
use super::scope::{Bound, LetName, Scope, Stage};
use super::walk::all_parts;
use crate::diagnostics::{Diagnostic, Span};
use crate::language::{parse_binding, parse_duration};
use crate::scenario::format;
use crate::scenario::model::{ActorId, Again, Chance, Effect, Expr, Let, Notes, Part, Rule, RuleWords};
use crate::scenario::tree::{Node, Text, Value};
use std::sync::Arc;

/// A rule as it stands in a file, and the steps at which it may act.
#[derive(Clone, Copy)]
pub(super) struct Written<'a> {
    pub key: &'a Text,
    pub node: &'a Node,
    /// First step, and one past the last.
    pub active: (u32, u32),
}

/// One member of a rule's `for`; `None` for a rule without.
type Member = (Option<ActorId>, Option<Expr>);

impl<'a> Checker<'a> {
    /// All rules of an actor: those of shared policies first, then its own.
    pub fn read_policy(&mut self, actor: ActorId, key: &Text, node: &'a Node) -> Vec<Rule> {
        let base = self.policy_entries(node, self.section("policies"), true);
        let later_node = self.later_section("actors").and_then(|n| n.get(&key.value));
        let later = match later_node {
            Some(later) if self.later.is_some() => {
                let shared = self.later_section("policies");
                Some(self.policy_entries(later, shared, false))
            }
            _ => None,
        };
        self.refuse_same_rule(&base);
        let written = self.spliced(&base, later.as_deref());
        self.instances(Some(actor), &written)
    }

    /// Events in the order of the file.
    pub fn read_events(&mut self) -> Vec<Rule> {
        let base: Vec<(&'a Text, &'a Node)> = match self.section("events") {
            Some(node) => self.entries(node, "events").unwrap_or_default().iter().map(|(k, n)| (k, n)).collect(),
            None => Vec::new(),
        };
        let later = self.later.map(|_| match self.later_section("events") {
            Some(node) => node.as_map().unwrap_or_default().iter().map(|(k, n)| (k, n)).collect::<Vec<_>>(),
            None => Vec::new(),
        });
        let written = self.spliced(&base, later.as_deref());
        self.instances(None, &written)
    }

    fn instances(&mut self, actor: Option<ActorId>, written: &[Written<'a>]) -> Vec<Rule> {
        let mut rules = Vec::new();
        for (position, one) in written.iter().enumerate() {
            if let Ok(found) = self.rule(actor, position, *one) {
                rules.extend(found);
            }
        }
        rules
    }

    /// The rules of an actor's policies, shared ones first.
    fn policy_entries(&mut self, node: &'a Node, shared: Option<&'a Node>, first: bool) -> Vec<(&'a Text, &'a Node)> {
        let entries = node.as_map().unwrap_or_default();
        let mut list = Vec::new();
        let names: Vec<&'a Node> = [given(entries, "policies"), given(entries, "policy")]
            .into_iter()
            .flatten()
            .filter(|n| !matches!(n.value, Value::Map(_)))
            .collect();
        for item in names.into_iter().flat_map(|n| match &n.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(n),
        }) {
            if let Value::Map(_) = item.value {
                let help = "rules stand in a map by their names, without `- `";
                self.expected(item, "the name of a policy", Some(help));
                continue;
            }
            let Ok(name) = self.word(item, "the name of a policy, or a map of rules") else { continue };
            let known = shared.and_then(Node::as_map).unwrap_or_default();
            match get(known, &name.value) {
                Some(policy) => list.extend(self.rules_in(policy)),
                None => {
                    let near = known.iter().map(|(k, _)| k.value.clone()).collect();
                    self.unknown(&name.value, name.span, "no policy of `policies` has this name", near);
                }
            }
        }
        if let Some(own) = given(entries, "policy").filter(|n| matches!(n.value, Value::Map(_))) {
            list.extend(self.rules_in(own));
        }
        if let Some(own) = given(entries, "policies").filter(|n| matches!(n.value, Value::Map(_)))
            && first
        {
            let help = "rules stand under `policy:`; `policies:` lists names";
            self.error_help(own.span, "expected the names of policies, found a map", "this is a map", help);
        }
        list
    }

    fn rules_in(&mut self, node: &'a Node) -> Vec<(&'a Text, &'a Node)> {
        self.entries(node, "rules").unwrap_or_default().iter().map(|(k, n)| (k, n)).collect()
    }

    fn refuse_same_rule(&mut self, rules: &[(&'a Text, &'a Node)]) {
        let mut seen: std::collections::BTreeMap<&str, Span> = std::collections::BTreeMap::new();
        for (key, _) in rules {
            if let Some(first) = seen.insert(&key.value, key.span)
                && first != key.span
            {
                let diagnostic = Diagnostic::at(key.span, format!("two rules `{}`", key.value), "the second")
                    .related(first, "the first")
                    .help("a rule's name is part of its draws: give one of them another");
                self.problems.push(diagnostic);
            }
        }
    }

    fn rule(&mut self, actor: Option<ActorId>, position: usize, written: Written<'a>) -> Checked<Vec<Rule>> {
        self.enough()?;
        let name = self.name(written.key)?;
        let what = format!("{} `{name}`", if actor.is_some() { "rule" } else { "event" });
        let form = if actor.is_some() { &format::RULE } else { &format::EVENT };
        if lacks(written.node.as_map().unwrap_or_default(), form, "then") {
            let message = format!("{what} does nothing");
            let help = "write what it does: `then: [{ change: { … } }]`";
            self.error_help(written.key.span, message, "no `then`", help);
        }
        let entries = self.map(written.node, &what, form, written.key.span)?;
        let words = words(self.notes(entries), entries);
        let active = self.active(entries, written.active);
        let full = match actor {
            Some(actor) => format!("{}.{name}", self.actor_name(actor)),
            None => name.clone(),
        };
        let address = match actor {
            Some(actor) => format!("{}/{name}", self.actor_name(actor)),
            None => format!("event/{name}"),
        };
        // That it lacks `then` is told; what else is wrong with it is told as well.
        let idle = given(entries, "then").is_none();
        let binding = given(entries, "for");
        let (variable, members) = match binding {
            Some(node) => self.members(actor, node)?,
            None => (String::new(), vec![(None, None)]),
        };
        self.rule_count += members.len();
        self.spend(8 * members.len(), written.key.span)?;
        if self.rule_count > MOST_RULES {
            let message = format!("more than {MOST_RULES} rules, counted for each member of their `for`");
            return Err(self.problems.close(Diagnostic::at(written.key.span, message, "reached here")));
        }
        // What else is wrong with a rule whose dates are wrong, or that does nothing, is told too.
        let window = active.unwrap_or(written.active);
        let mut rules = Vec::new();
        for (index, (member, filter)) in members.into_iter().enumerate() {
            let member_name = member.map(|m| self.actor_name(m).to_owned()).unwrap_or_default();
            let mut scope = match actor {
                Some(actor) => Scope::of(Stage::Rule, actor),
                None => Scope::new(Stage::World).after_the_contest(),
            }
            .with_draws(format!("{address}/{member_name}"));
            scope.sees = true;
            scope.side = actor.and_then(|a| self.actors.get(a)).and_then(|a| a.side);
            if let Some(member) = member {
                scope.bound.push((variable.clone(), Bound::Member(member)));
            }
            let rule_name = match member {
                Some(_) => format!("{full} for {member_name}"),
                None => full.clone(),
            };
            let order = (position, index);
            let filtered = filter.is_some();
            if let Ok(mut rule) = self.instance(actor, rule_name, entries, filter, window, order, &mut scope) {
                let [bare, with_filter] = &words;
                rule.words = Arc::clone(if filtered { with_filter } else { bare });
                rules.push(rule);
            }
        }
        if idle { Err(Reported) } else { active.map(|_| rules) }
    }

    /// `for: x in group where condition`
    fn members(&mut self, actor: Option<ActorId>, node: &Node) -> Checked<(String, Vec<Member>)> {
        let text = self.word(node, "`x in group`")?;
        let binding = parse_binding(&text.value).map_err(|error| self.syntax_error(text, error))?;
        let mut scope = match actor {
            Some(actor) => Scope::of(Stage::Rule, actor),
            None => Scope::new(Stage::World).after_the_contest(),
        }
        .without_draws("in `for`");
        scope.sees = true;
        let mut resolver = super::expressions::Resolver { check: self, scope: &mut scope, text };
        let list = resolver.candidates(&binding)?;
        if list.is_empty() {
            let message = format!("`for` goes over nobody: `{}` leaves no one", text.value);
            return Err(self.error(text.span, message, "no member is left"));
        }
        let name = binding.variable.name.clone();
        Ok((name, list.into_iter().map(|(member, filter)| (Some(member), filter)).collect()))
    }

    #[allow(clippy::too_many_arguments)]
    fn instance(
        &mut self,
        actor: Option<ActorId>,
        name: String,
        entries: &'a [(Text, Node)],
        filter: Option<Expr>,
        active: (u32, u32),
        (position, member): (usize, usize),
        scope: &mut Scope,
    ) -> Checked<Rule> {
        let again = self.again(&name, actor, entries);
        let lets = self.lets(entries, scope);
        let when = given(entries, "when").map(|node| self.when(node, scope)).transpose();
        let chance = self.chance(entries, scope);
        let writer = Writer { actor, rule: position, member };
        let effects = match given(entries, "then") {
            Some(then) => self.effects(then, writer, scope),
            None => Ok(Vec::new()),
        };
        let (mut lets, when, chance, effects) = (lets?, when?, chance?, effects?);
        let when = both(filter, when.and_then(super::over::unless_sure));
        place_lets(&mut lets, when.as_ref(), chance.as_ref(), &effects);
        Ok(Rule { name, active, again: again?, lets, when, chance, effects, places: [0; 3], words: Arc::default() })
    }

    fn when(&mut self, node: &Node, scope: &mut Scope) -> Checked<Expr> {
        scope.no_drawn_lets = true;
        let result = scope.forbid_draws("in a condition", |scope| self.condition(node, scope));
        scope.no_drawn_lets = false;
        result
    }

    /// The steps between `from` and `until`, within those that the rule has anyway.
    fn active(&mut self, entries: &[(Text, Node)], window: (u32, u32)) -> Checked<(u32, u32)> {
        let from = given(entries, "from").map(|node| self.date(node)).transpose();
        let until = given(entries, "until").map(|node| self.date(node)).transpose();
        let (from, until) = (from?, until?);
        if let (Some(a), Some(b), Some(node)) = (from, until, given(entries, "until"))
            && b <= a
        {
            return Err(self.error(node.span, "`until` is not after `from`", "never acts"));
        }
        let first = from.map_or(1, |day| self.clock.first_step(day)).max(window.0);
        let last = until.map_or(window.1, |day| self.clock.first_step(day)).min(window.1);
        Ok((first, last))
    }

    fn again(&mut self, rule: &str, owner: Option<ActorId>, entries: &[(Text, Node)]) -> Checked<Option<Again>> {
        let once = self.flag(get(entries, "once"))?;
        let cooldown = given(entries, "cooldown");
        match (once, cooldown) {
            (true, Some(node)) => {
                Err(self.error(node.span, "a rule that acts once has no cooldown", "leave out one of the two"))
            }
            (true, None) => Ok(Some(Again { ready: self.ready(rule, owner), after: None })),
            (false, Some(node)) => {
                let after = self.time(node)?;
                Ok(Some(Again { ready: self.ready(rule, owner), after: Some(after) }))
            }
            (false, None) => Ok(None),
        }
    }

    fn lets(&mut self, entries: &[(Text, Node)], scope: &mut Scope) -> Checked<Vec<Let>> {
        let Some(node) = given(entries, "let") else { return Ok(Vec::new()) };
        let mut lets = Vec::new();
        let mut wrong = false;
        let entries = self.entries(node, "local names")?;
        self.at_most(MOST_LETS, entries.len(), "local names of one rule", node.span)?;
        for (key, node) in entries {
            let Ok(name) = self.let_name(key, scope) else {
                wrong = true;
                continue;
            };
            scope.drew = false;
            let value = self.value(node, scope);
            wrong |= value.is_err();
            let (ty, constant) = match &value {
                Ok(typed) => (typed.ty, typed.constant()),
                Err(Reported) => (super::types::Type::Number, None),
            };
            scope.lets.push(LetName { name: name.clone(), ty, constant, draws: scope.drew, broken: value.is_err() });
            if let Ok(typed) = value {
                lets.push(Let { name, value: typed.expr, part: None });
            }
        }
        if wrong { Err(Reported) } else { Ok(lets) }
    }

    fn let_name(&mut self, key: &Text, scope: &Scope) -> Checked<String> {
        let name = self.name(key)?;
        self.refuse_shadow(&name, key.span, "a `let`")?;
        let own = scope.actor.and_then(|a| self.actors.get(a)).and_then(|a| a.states.get(&name)).map(|s| s.span);
        if let Some(first) = own {
            let diagnostic =
                Diagnostic::at(key.span, format!("ambiguous name `{name}`: a state and a `let`"), "a `let`")
                    .related(first, "a state of this name");
            return Err(self.problems.push(diagnostic.help("give one of them another name")));
        }
        if scope.find(&name).is_some() {
            return Err(self.error(key.span, format!("ambiguous name `{name}`"), "`for` has it already"));
        }
        Ok(name)
    }

    fn chance(&mut self, entries: &[(Text, Node)], scope: &mut Scope) -> Checked<Option<Chance>> {
        let per = given(entries, "per");
        let Some(node) = given(entries, "chance") else {
            return match per {
                Some(per) => Err(self.error(per.span, "`per` without `chance`", "per what?")),
                None => Ok(None),
            };
        };
        let probability = self.number(node, scope);
        let exponent = per.map(|per| self.per(per)).transpose();
        let probability = probability?;
        if let Expr::Const(p) = probability
            && !(0.0..=1.0).contains(&p)
        {
            let message = format!("a chance of {p}");
            return Err(self.error_help(node.span, message, "expected 0 to 1", "a chance is a share of 1: 0.2 is 20%"));
        }
        let draw = self.draw(format!("{}/chance/", scope.address));
        Ok(Some(Chance { probability, exponent: exponent?, draw }))
    }

    /// `per: month`: what part of it a tick is.
    fn per(&mut self, node: &Node) -> Checked<f64> {
        let text = self.word(node, "a unit such as `month`")?;
        let (count, unit) = parse_duration(&text.value).map_err(|error| self.syntax_error(text, error))?;
        Ok(1.0 / (count * self.clock.ticks_per(unit)))
    }
}

/// What the file says of a rule: for members that `for` takes anyway, and for those that must fulfil its filter.
fn words(notes: Notes, entries: &[(Text, Node)]) -> [Arc<RuleWords>; 2] {
    let text = |key: &str| match given(entries, key).map(|node| &node.value) {
        Some(Value::Text(text) | Value::Number(_, text)) => Some(text.value.clone()),
        _ => None,
    };
    let filter = text("for").and_then(|binding| parse_binding(&binding).ok()?.filter).map(|filter| filter.to_string());
    let (when, chance, per) = (text("when"), text("chance"), text("per"));
    let bare = RuleWords { title: notes.title, because: notes.because, filter: None, when, chance, per };
    let with_filter = RuleWords { filter, ..bare.clone() };
    [Arc::new(bare), Arc::new(with_filter)]
}

/// Finds out in which part each let is first needed, also through other lets.
fn place_lets(lets: &mut [Let], when: Option<&Expr>, chance: Option<&Chance>, effects: &[Effect]) {
    let mut parts: Vec<Option<Part>> = vec![None; lets.len()];
    let need = |parts: &mut Vec<Option<Part>>, expr: &Expr, part: Part| {
        all_parts(expr, &mut |e| {
            if let Expr::Let(i) = e
                && let Some(known) = parts.get_mut(*i)
            {
                *known = Some(known.map_or(part, |k| k.min(part)));
            }
        });
    };
    if let Some(when) = when {
        need(&mut parts, when, Part::Condition);
    }
    if let Some(chance) = chance {
        need(&mut parts, &chance.probability, Part::Chance);
    }
    for effect in effects {
        super::effects::expressions_of(effect, &mut |expr| need(&mut parts, expr, Part::Effects));
    }
    for i in (0..lets.len()).rev() {
        if let (Some(Some(part)), Some(one)) = (parts.get(i).copied(), lets.get(i)) {
            need(&mut parts, &one.value, part);
        }
    }
    for (one, part) in lets.iter_mut().zip(parts) {
        one.part = part;
    }
}
