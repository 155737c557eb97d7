//! What a name, `actor.state` and `tie[from, to]` stand for, and with whose eyes they are read.

use super::expressions::Resolver;
use super::keys::listed;
use super::names::Symbol;
use super::problems::{Checked, Reported};
use super::scope::{Bound, Stage};
use super::sight::Seen;
use super::types::{Type, Typed};
use crate::diagnostics::{Diagnostic, suggest};
use crate::language::syntax::{Expr as Syntax, ExprKind, Ident, TextSpan};
use crate::scenario::model::{ActorId, Expr, Level, VariableId, View};

impl Resolver<'_, '_> {
    /// A bare name.
    pub fn name(&mut self, name: &str, span: TextSpan) -> Checked<Typed> {
        if let Some(bound) = self.scope.find(name) {
            return match bound {
                Bound::Member(actor) => Ok(Typed::actor(actor)),
                Bound::Area(_) => Err(self.error_help(
                    span,
                    format!("`{name}` is an area, not a value"),
                    "name something of the area",
                    format!("write `{name}.population` for its column `population`"),
                )),
            };
        }
        if let Some(i) = self.scope.lets.iter().position(|l| l.name == name) {
            return self.let_name(i, span);
        }
        if let Some(typed) = self.incoming(name, span)? {
            return Ok(typed);
        }
        if let Some(typed) = self.own(name, span)? {
            return Ok(typed);
        }
        if let Some(symbol) = self.check.names.get(name) {
            return self.global(name, symbol, span);
        }
        if self.scope.depth > 0
            && let Some(Bound::Area(level)) = self.scope.find("a")
            && self.check.land.as_ref().is_some_and(|l| l.states.contains_key(name))
        {
            return self.area_member("a", level, name, span);
        }
        Err(self.unknown_name(name, span))
    }

    fn let_name(&mut self, i: usize, span: TextSpan) -> Checked<Typed> {
        let Some(known) = self.scope.lets.get(i).cloned() else {
            return Err(Reported);
        };
        if known.broken {
            return Err(Reported);
        }
        if known.draws && self.scope.no_drawn_lets {
            return Err(self.error_help(
                span,
                "a condition may not draw",
                format!("`{}` needs a draw", known.name),
                "use `chance:`, or let the draw decide an amount",
            ));
        }
        self.scope.drew |= known.draws;
        let expr = known.constant.map_or(Expr::Let(i), Expr::Const);
        Ok(Typed { expr, ty: known.ty })
    }

    /// `amount`, `sender` and the fields of the message that is being delivered.
    fn incoming(&mut self, name: &str, span: TextSpan) -> Checked<Option<Typed>> {
        let Some(message) = self.scope.incoming else {
            if matches!(name, "amount" | "sender") {
                let label = "there is no message here";
                let message = format!("`{name}` is only known in `on_arrival`");
                return Err(self.error_help(span, message, label, "in a rule write `received(kind)`"));
            }
            return Ok(None);
        };
        match name {
            "amount" => Ok(Some(Typed::number(Expr::Amount))),
            "sender" => Ok(Some(Typed::actor(message.sender))),
            _ => {
                let fields = self.check.kinds.get(message.kind).map(|k| k.fields.as_slice()).unwrap_or_default();
                Ok(fields.iter().position(|f| f == name).map(|i| Typed::number(Expr::Field(i))))
            }
        }
    }

    /// `date`, `self`, `stance` and the actor's own state.
    fn own(&mut self, name: &str, span: TextSpan) -> Checked<Option<Typed>> {
        match (name, self.scope.actor) {
            ("date", _) => {
                self.needs_a_run("the date", span)?;
                Ok(Some(Typed { expr: Expr::Date, ty: Type::Date }))
            }
            ("self", Some(actor)) => Ok(Some(Typed::actor(actor))),
            ("stance", Some(actor)) => self.stance(actor, span).map(Some),
            ("self" | "stance", None) => {
                Err(self.error(span, format!("`{name}` is an actor's own"), "this does not belong to one actor"))
            }
            (_, Some(actor)) => {
                let found = self.check.actors.get(actor).and_then(|a| a.states.get(name)).map(|s| s.variable);
                found.map(|variable| self.read(variable, span).map(Typed::number)).transpose()
            }
            (_, None) => Ok(None),
        }
    }

    fn global(&mut self, name: &str, symbol: Symbol, span: TextSpan) -> Checked<Typed> {
        let misuse = match symbol {
            Symbol::Uncertainty(i) => {
                self.check.mark_uncertainty(i);
                return Ok(Typed::number(Expr::Uncertainty(i)));
            }
            Symbol::Lever(i) => {
                self.check.mark_lever(i);
                return Ok(Typed::number(Expr::Lever(i)));
            }
            Symbol::Actor(actor) => return Ok(Typed::actor(actor)),
            Symbol::Outcome(i) => {
                self.needs_a_run(&format!("outcome `{name}`"), span)?;
                return self.seen(Seen::Outcome(i), Expr::Outcome(i), span).map(Typed::number);
            }
            Symbol::Group(_) => format!("go over it: `sum(x in {name}, …)`"),
            Symbol::Message(_) => format!("write `received({name})` for what arrived of it"),
            Symbol::Tie(_) if self.scope.actor.is_some() => format!("write `{name}[to]` or `{name}[from, to]`"),
            Symbol::Tie(_) => format!("write `{name}[from, to]`"),
            Symbol::Milestone(_) => format!("write `reached({name})`"),
            Symbol::Season(_) => format!("write `season({name})`"),
        };
        let message = format!("`{name}` is {}, not a value", symbol.a());
        Err(self.error_help(span, message, "cannot be worked out by itself", misuse))
    }

    fn unknown_name(&mut self, name: &str, span: TextSpan) -> Reported {
        let label = match self.scope.actor.and_then(|a| self.check.actors.get(a)) {
            Some(actor) => format!("no tie, lever, uncertainty or state of `{}` has this name", actor.name),
            None => String::from("no tie, lever, uncertainty or outcome has this name"),
        };
        let mut near: Vec<String> = self.check.names.all(|_| true).map(str::to_owned).collect();
        near.extend(self.scope.lets.iter().map(|l| l.name.clone()));
        near.extend(self.scope.bound.iter().map(|(n, _)| n.clone()));
        if let Some(actor) = self.scope.actor.and_then(|a| self.check.actors.get(a)) {
            near.extend(actor.states.keys().cloned());
        }
        let owners: Vec<&str> =
            self.check.actors.iter().filter(|a| a.states.contains_key(name)).map(|a| a.name.as_str()).collect();
        if let Some(owner) = owners.first() {
            let help = format!("write `{owner}.{name}`, the state of `{owner}`");
            return self.error_help(span, format!("unknown name `{name}`"), label, help);
        }
        if let Some(area) =
            self.scope.bound.iter().rev().find(|(_, b)| matches!(b, Bound::Area(_))).map(|(n, _)| n.clone())
            && self.check.has_area_name(name)
        {
            let help = format!("write `{area}.{name}` for the area's");
            return self.error_help(span, format!("unknown name `{name}`"), label, help);
        }
        let broken = self.scope.actor.and_then(|a| self.check.actors.get(a)).is_some_and(|a| a.broken);
        if broken && suggest(name, near.iter().map(String::as_str)).is_none() {
            return Reported; // probably a state that was lost with what is wrong about the actor
        }
        let place = self.span(span);
        self.check.unknown(name, place, label, near)
    }

    /// A variable's value, with the eyes of the actor whose expression this is.
    pub fn read(&mut self, id: VariableId, span: TextSpan) -> Checked<Expr> {
        let Some(variable) = self.check.variables.get(id) else {
            return Err(Reported);
        };
        let (name, owner) = (variable.name.clone(), variable.owner);
        self.needs_a_run(&format!("`{name}`"), span)?;
        self.refuse_private(id, span)?;
        let plain = Expr::Variable(id, self.scope.view(owner));
        self.seen(Seen::Variable(id), plain, span)
    }

    fn refuse_private(&mut self, id: VariableId, span: TextSpan) -> Checked<()> {
        let owner = self.check.variables.get(id).and_then(|v| v.owner);
        let (Some(eyes), Some(owner)) = (self.scope.eyes, owner) else {
            return Ok(());
        };
        if eyes == owner || !self.check.private.contains(&id) {
            return Ok(());
        }
        let message = format!("`{}` is private", self.check.variable_name(id));
        let label = format!("`{}` cannot see it", self.check.actor_name(eyes));
        Err(self.error(span, message, label))
    }

    /// `actor.state`, `actor.stance`, `a.column`, `a.ally.strength`.
    pub fn member(&mut self, base: &Syntax, member: &Ident, span: TextSpan) -> Checked<Typed> {
        if let ExprKind::Name(name) = &base.kind
            && let Some(Bound::Area(level)) = self.scope.find(name)
        {
            let name = name.clone();
            return self.area_member(&name, level, &member.name, span);
        }
        let owner = self.resolve(base)?;
        if owner.ty != Type::Actor {
            let message = format!("{} has no `{}`", owner.ty.a(), member.name);
            return Err(self.error_help(
                base.span,
                message,
                "not an actor or an area",
                "write `actor.state` or `a.column`",
            ));
        }
        if let Expr::Column(column, level) = owner.expr {
            return self.followed(column, level, member);
        }
        let Some(actor) = owner.known_actor() else {
            let label = "who this is changes during a run";
            let help = "only a column of the areas' table can be followed to an actor's state";
            return Err(self.error_help(base.span, "this actor is not known before the run", label, help));
        };
        if member.name == "stance" {
            return self.stance(actor, span);
        }
        let variable = self.state_of(actor, member)?;
        self.read(variable, span).map(Typed::number)
    }

    fn state_of(&mut self, actor: ActorId, member: &Ident) -> Checked<VariableId> {
        let Some(info) = self.check.actors.get(actor) else {
            return Err(Reported);
        };
        if let Some(state) = info.states.get(&member.name) {
            return Ok(state.variable);
        }
        if info.broken {
            return Err(Reported);
        }
        let near =
            suggest(&member.name, info.states.keys().map(String::as_str)).map(|n| format!("did you mean `{n}`?"));
        let help = near.or_else(|| {
            (!info.states.is_empty())
                .then(|| format!("it has {}", listed(info.states.keys().map(String::as_str), "and")))
        });
        let message = format!("`{}` has no state `{}`", info.name, member.name);
        let span = self.span(member.span);
        Err(self.check.problems.push(Diagnostic::at(span, message, "not one of its states").maybe_help(help)))
    }

    /// `a.ally.strength`: the state of whom a column names.
    fn followed(&mut self, column: usize, level: Level, member: &Ident) -> Checked<Typed> {
        let actors = self.check.column_actors(column);
        let mut found = Vec::with_capacity(actors.len());
        for actor in actors {
            found.push(match actor {
                Some(actor) => Some(self.state_of(actor, member)?),
                None => None,
            });
        }
        self.by_column(column, found, level, member.span)
    }

    /// One variable an area. One's own are current in a rule, others' as last observed.
    pub fn by_column(
        &mut self,
        column: usize,
        found: Vec<Option<VariableId>>,
        level: Level,
        span: TextSpan,
    ) -> Checked<Typed> {
        self.needs_a_run("an actor's state", span)?;
        let place = self.span(span);
        self.check.spend(found.len(), place)?;
        for id in found.iter().flatten() {
            self.refuse_private(*id, span)?;
        }
        let owner_of = |id: &VariableId| self.check.variables.get(*id).and_then(|v| v.owner);
        let own =
            found.iter().flatten().find(|id| self.scope.actor.is_some() && owner_of(id) == self.scope.actor).copied();
        let view = self.scope.view(None);
        let others = Expr::ColumnVariable(found, view, level);
        Ok(Typed::number(match (own, self.scope.actor, view) {
            (Some(own), Some(actor), View::Observed) => {
                let mine = super::expressions::comparison(
                    crate::language::syntax::Comparison::Eq,
                    Expr::Column(column, level),
                    Expr::Const(actor as f64),
                );
                Expr::If(Box::new(mine), Box::new(Expr::Variable(own, View::Now)), Box::new(others))
            }
            _ => others,
        }))
    }

    fn stance(&mut self, actor: ActorId, span: TextSpan) -> Checked<Typed> {
        let Some(ladder) = self.check.actors.get(actor).and_then(|a| a.ladder.as_ref()) else {
            let message = format!("`{}` has no stances", self.check.actor_name(actor));
            return Err(self.error_help(
                span,
                message,
                "no `stance:` is declared",
                "declare them under the actor's `stance:`",
            ));
        };
        let variable = ladder.variable;
        Ok(Typed { expr: self.read(variable, span)?, ty: Type::Stance(actor) })
    }

    /// Whose stance an operand is, if it is one.
    pub fn stance_of(&mut self, syntax: &Syntax) -> Option<ActorId> {
        match &syntax.kind {
            ExprKind::Name(name) if name == "stance" => self.scope.actor,
            ExprKind::Member(base, member) if member.name == "stance" => match &base.kind {
                ExprKind::Name(name) if name == "self" => self.scope.actor,
                ExprKind::Name(name) => match (self.scope.find(name), self.check.names.get(name)) {
                    (Some(Bound::Member(actor)), _) | (None, Some(Symbol::Actor(actor))) => Some(actor),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    /// A rung of a ladder by its name.
    pub fn rung(&mut self, actor: ActorId, name: &str, span: TextSpan) -> Checked<Typed> {
        let rungs: Vec<String> =
            self.check.actors.get(actor).and_then(|a| a.ladder.as_ref()).map(|l| l.rungs.clone()).unwrap_or_default();
        if let Some(place) = rungs.iter().position(|r| r == name) {
            return Ok(Typed { expr: Expr::Const(place as f64), ty: Type::Stance(actor) });
        }
        if rungs.is_empty() {
            return self.stance(actor, span);
        }
        let message = format!("`{}` has no stance `{name}`", self.check.actor_name(actor));
        let help = match suggest(name, rungs.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it has {}", listed(rungs.iter().map(String::as_str), "and")),
        };
        Err(self.error_help(span, message, "not one of its stances", help))
    }

    /// `tie[from, to]`, `tie[to]`, `a.threat[side]`.
    pub fn index(&mut self, base: &Syntax, arguments: &[Syntax], span: TextSpan) -> Checked<Typed> {
        match &base.kind {
            ExprKind::Name(name) => {
                let name = name.clone();
                match self.check.names.get(&name) {
                    Some(Symbol::Tie(tie)) => self.tie(tie, &name, arguments, span),
                    Some(other) => {
                        let message = format!("`{name}` is {}, not a tie", other.a());
                        Err(self.error(base.span, message, "cannot be followed by `[…]`"))
                    }
                    None => {
                        let near = self.check.names.all(|s| matches!(s, Symbol::Tie(_))).map(str::to_owned).collect();
                        let place = self.span(base.span);
                        let label = match self.scope.actor.and_then(|a| self.check.actors.get(a)) {
                            Some(actor) => {
                                format!("no tie, lever, uncertainty or state of `{}` has this name", actor.name)
                            }
                            None => String::from("no tie has this name"),
                        };
                        Err(self.check.unknown(&name, place, label, near))
                    }
                }
            }
            ExprKind::Member(area, member) => self.area_index(area, member, arguments, span),
            _ => Err(self.error(base.span, "only a tie can be followed by `[…]`", "not a tie")),
        }
    }

    fn tie(&mut self, tie: usize, name: &str, arguments: &[Syntax], span: TextSpan) -> Checked<Typed> {
        let mut ends = Vec::new();
        for argument in arguments {
            let end = self.resolve(argument)?;
            if end.ty != Type::Actor {
                let message = format!("expected an actor, found {}", end.ty.a());
                return Err(self.error(argument.span, message, "ties are between actors"));
            }
            ends.push(end);
        }
        if ends.len() == 1
            && let Some(actor) = self.scope.actor
        {
            ends.insert(0, Typed::actor(actor));
        }
        let [from, to] = ends.as_slice() else {
            let help = format!("write `{name}[from, to]`");
            let message = format!("tie `{name}` is between two actors, found {}", ends.len());
            return Err(self.error_help(span, message, "expected two", help));
        };
        if let (Some(from), Some(to)) = (from.known_actor(), to.known_actor()) {
            let id = self.tie_variable(tie, from, to, span)?;
            return self.read(id, span).map(Typed::number);
        }
        self.tie_by_column(tie, from.clone(), to.clone(), span)
    }

    /// The variable of a pair, or an error that names the pairs there are.
    pub fn tie_variable(&mut self, tie: usize, from: ActorId, to: ActorId, span: TextSpan) -> Checked<VariableId> {
        let Some(info) = self.check.ties.get(tie) else {
            return Err(Reported);
        };
        if let Some(id) = info.pairs.get(&(from, to)) {
            return Ok(*id);
        }
        if info.broken {
            return Err(Reported);
        }
        let name = info.name.clone();
        let pairs: Vec<String> = info
            .pairs
            .keys()
            .take(6)
            .map(|(f, t)| format!("{name}[{}, {}]", self.check.actor_name(*f), self.check.actor_name(*t)))
            .collect();
        let more = if info.pairs.len() > 6 { ", …" } else { "" };
        let pair = format!("`{name}[{}, {}]`", self.check.actor_name(from), self.check.actor_name(to));
        let help = format!("the pairs are {}{more}", listed(pairs.iter().map(String::as_str), "and"));
        Err(self.error_help(span, format!("there is no {pair}"), "this pair has no such tie", help))
    }

    /// A tie with one end in a column of the areas' table.
    fn tie_by_column(&mut self, tie: usize, from: Typed, to: Typed, span: TextSpan) -> Checked<Typed> {
        let (column, level) = match (&from.expr, &to.expr) {
            (Expr::Column(c, l), Expr::Const(_)) | (Expr::Const(_), Expr::Column(c, l)) => (*c, *l),
            _ => {
                let help = "an end must be an actor's name or a column of the areas' table";
                return Err(self.error_help(
                    span,
                    "this pair is not known before the run",
                    "changes during a run",
                    help,
                ));
            }
        };
        let mut found = Vec::new();
        for actor in self.check.column_actors(column) {
            found.push(match actor {
                Some(actor) => {
                    let (from, to) = (from.known_actor().unwrap_or(actor), to.known_actor().unwrap_or(actor));
                    Some(self.tie_variable(tie, from, to, span)?)
                }
                None => None,
            });
        }
        self.by_column(column, found, level, span)
    }

    /// Whether nothing but levers and uncertainties may be read here.
    pub fn is_fixed(&self) -> bool {
        self.scope.stage == Stage::Fixed
    }
}
