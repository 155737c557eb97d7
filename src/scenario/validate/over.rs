//! Functions over a group or the areas, with `where`; and what `best` and `for` go over.

use super::expressions::{Resolver, and};
use super::names::Symbol;
use super::problems::Checked;
use super::scope::Bound;
use super::types::{Type, Typed};
use crate::language::syntax::{Binding, Expr as Syntax, OverOp, TextSpan};
use crate::scenario::model::{ActorId, Expr, Fold, Level};

/// How many loops over areas may stand inside each other.
const MOST_LOOPS: Level = 2;

/// What a loop goes over.
pub(super) enum Domain {
    Areas,
    Group(Vec<ActorId>),
}

impl Resolver<'_, '_> {
    /// `sum(x in group where condition, body)`
    pub fn over(&mut self, op: OverOp, binding: &Binding, body: &Syntax, span: TextSpan) -> Checked<Typed> {
        let fold = match op {
            OverOp::Sum => Fold::Sum,
            OverOp::Mean => Fold::Mean,
            OverOp::Min => Fold::Min,
            OverOp::Max => Fold::Max,
            OverOp::Any => Fold::Any,
            OverOp::All => Fold::All,
            OverOp::Best => {
                let help = "send `to: best(…)` or write `at: best(…)`; for the score itself use `max(…)`";
                return Err(self.error_help(span, "`best` is not a value", "only in `to:` and `at:`", help));
            }
        };
        match self.domain(binding)? {
            Domain::Areas => self.over_areas(fold, binding, body),
            Domain::Group(members) => self.over_group(fold, members, binding, body, span),
        }
    }

    /// What a binding goes over; its variable must be a new name.
    pub fn domain(&mut self, binding: &Binding) -> Checked<Domain> {
        let name = &binding.variable.name;
        let place = self.span(binding.variable.span);
        self.check.refuse_shadow(name, place, "the member of a loop")?;
        let own = self.scope.actor.and_then(|a| self.check.actors.get(a)).is_some_and(|a| a.states.contains_key(name));
        if own || self.scope.lets.iter().any(|l| l.name == *name) || self.scope.find(name).is_some() {
            let message = format!("ambiguous name `{name}`: it already means something here");
            return Err(self.error(binding.variable.span, message, "choose another name"));
        }
        let domain = &binding.domain;
        if domain.name == "areas" {
            if self.is_fixed() {
                self.needs_a_run("an area", domain.span)?;
            }
            return match &self.check.land {
                Some(_) => Ok(Domain::Areas),
                None => {
                    Err(self.error_help(domain.span, "there are no areas", "no `territory`", "declare `territory:`"))
                }
            };
        }
        match self.check.names.get(&domain.name) {
            Some(Symbol::Group(group)) => {
                Ok(Domain::Group(self.check.groups.get(group).map(|g| g.members.clone()).unwrap_or_default()))
            }
            found => {
                let label = match found {
                    Some(other) => format!("this is {}, not a group", other.a()),
                    None => String::from("no group has this name"),
                };
                let mut near: Vec<String> =
                    self.check.names.all(|s| matches!(s, Symbol::Group(_))).map(str::to_owned).collect();
                near.push(String::from("areas"));
                let place = self.span(domain.span);
                Err(self.check.unknown(&domain.name, place, label, near))
            }
        }
    }

    /// The filter of a binding, with its variable bound: `None` where it always holds.
    pub fn filter(&mut self, binding: &Binding, bound: Bound) -> Checked<Option<Expr>> {
        let Some(filter) = &binding.filter else {
            return Ok(None);
        };
        let condition = self.bound(&binding.variable.name, bound, |r| r.undrawn("in `where`", |r| r.bool(filter)))?;
        Ok(match condition {
            Expr::Const(value) if value != 0.0 => None,
            other => Some(other),
        })
    }

    /// Resolves with a name bound; an area opens a loop.
    pub fn bound<T>(&mut self, name: &str, bound: Bound, inner: impl FnOnce(&mut Self) -> T) -> T {
        self.scope.bound.push((name.to_owned(), bound));
        let deeper = Level::from(matches!(bound, Bound::Area(_)));
        self.scope.depth += deeper;
        let result = inner(self);
        self.scope.depth -= deeper;
        self.scope.bound.pop();
        result
    }

    /// Resolves where no draw may be made.
    pub fn undrawn<T>(&mut self, place: &'static str, inner: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.scope.no_draws;
        self.scope.no_draws = before.or(Some(place));
        let result = inner(self);
        self.scope.no_draws = before;
        result
    }

    /// Resolves the body of a fold: yes or no for `any` and `all`, otherwise a number (or a duration).
    fn body(&mut self, fold: Fold, body: &Syntax) -> Checked<Typed> {
        let typed = self.resolve(body)?;
        let place = self.span(body.span);
        match fold {
            Fold::Any | Fold::All => self.check.must_be(typed, Type::Bool, place).map(Typed::bool),
            _ if typed.ty == Type::Duration => Ok(typed),
            _ => self.check.must_be(typed, Type::Number, place).map(Typed::number),
        }
    }

    fn over_areas(&mut self, fold: Fold, binding: &Binding, body: &Syntax) -> Checked<Typed> {
        let level = self.open_loop(binding.span)?;
        let bound = Bound::Area(level);
        let filter = self.filter(binding, bound);
        let body = self.bound(&binding.variable.name, bound, |r| r.body(fold, body));
        let (filter, body) = (filter?, body?);
        let expr = Expr::OverAreas(fold, level, filter.map(Box::new), Box::new(body.expr));
        Ok(Typed { expr, ty: body.ty })
    }

    /// The level of a new loop over areas.
    pub fn open_loop(&mut self, span: TextSpan) -> Checked<Level> {
        if self.scope.depth >= MOST_LOOPS {
            return Err(self.error(span, "more than two loops over areas inside each other", "the third"));
        }
        Ok(self.scope.depth)
    }

    fn over_group(
        &mut self,
        fold: Fold,
        members: Vec<ActorId>,
        binding: &Binding,
        body: &Syntax,
        span: TextSpan,
    ) -> Checked<Typed> {
        let place = self.span(span);
        self.check.spend(members.len(), place)?;
        let mut list = Vec::with_capacity(members.len());
        let mut ty = if matches!(fold, Fold::Any | Fold::All) { Type::Bool } else { Type::Number };
        for member in members {
            let bound = Bound::Member(member);
            let filter = self.filter(binding, bound)?;
            if let Some(Expr::Const(_)) = filter {
                continue;
            }
            let name = self.check.actor_name(member).to_owned();
            let before = std::mem::replace(&mut self.scope.suffix, name);
            let part = self.bound(&binding.variable.name, bound, |r| r.body(fold, body));
            self.scope.suffix = before;
            let part = part?;
            ty = part.ty;
            list.push((filter, part.expr));
        }
        if list.is_empty() && matches!(fold, Fold::Mean | Fold::Min | Fold::Max) {
            let message = "nobody is left to go over";
            return Err(self.error(span, message, "`where` leaves out every member"));
        }
        Ok(Typed { expr: Expr::OverGroup(fold, list), ty })
    }

    /// The members of a group that a `for` or `best` goes over, oneself left out, each with what it must fulfil.
    pub fn candidates(&mut self, binding: &Binding) -> Checked<Vec<(ActorId, Option<Expr>)>> {
        let Domain::Group(members) = self.domain(binding)? else {
            let help = "areas are written with `at: each a in areas where …`";
            return Err(self.error_help(binding.domain.span, "expected a group", "areas are no actors", help));
        };
        let place = self.span(binding.span);
        self.check.spend(members.len(), place)?;
        let mut list = Vec::new();
        for member in members {
            if Some(member) == self.scope.actor {
                continue;
            }
            match self.filter(binding, Bound::Member(member))? {
                Some(Expr::Const(_)) => {}
                filter => list.push((member, filter)),
            }
        }
        Ok(list)
    }
}

/// A filter before a condition.
pub(super) fn both(filter: Option<Expr>, condition: Option<Expr>) -> Option<Expr> {
    match (filter, condition) {
        (Some(a), Some(b)) => Some(and(a, b)),
        (a, b) => a.or(b),
    }
}

/// Nothing where an expression always holds.
pub(super) fn unless_sure(condition: Expr) -> Option<Expr> {
    match condition {
        Expr::Const(value) if value != 0.0 => None,
        other => Some(other),
    }
}
