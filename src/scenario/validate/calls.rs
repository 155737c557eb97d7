//! Functions: arithmetic, draws, messages, the past, the calendar.

use super::expressions::{Resolver, arithmetic};
use super::hidden::{Count, Hidden};
use super::names::Symbol;
use super::problems::{Checked, Reported};
use super::scope::{Bound, Scope, Stage, UsedDraw};
use super::types::{Type, Typed};
use crate::diagnostics::{Diagnostic, suggest};
use crate::language::syntax::{Expr as Syntax, ExprKind, Ident, TextSpan};
use crate::scenario::model::{ActorId, BinaryFunction, DrawKind, Expr, Fold, Level, UnaryFunction};

/// Every function, for "did you mean".
const FUNCTIONS: [&str; 28] = [
    "if",
    "min",
    "max",
    "clamp",
    "abs",
    "sqrt",
    "exp",
    "ln",
    "logistic",
    "floor",
    "normal",
    "uniform",
    "received",
    "count",
    "sent",
    "before",
    "sustained",
    "since",
    "reached",
    "season",
    "held",
    "amount_held",
    "lost",
    "surrendered",
    "borders",
    "sum",
    "mean",
    "best",
];

impl Resolver<'_, '_> {
    /// A function and its arguments.
    pub fn call(&mut self, function: &Ident, arguments: &[Syntax], span: TextSpan) -> Checked<Typed> {
        match function.name.as_str() {
            "if" => self.choose(arguments, span),
            "min" => self.extreme(BinaryFunction::Min, "min", arguments, span),
            "max" => self.extreme(BinaryFunction::Max, "max", arguments, span),
            "clamp" => self.clamp(arguments, span),
            "abs" => self.unary(UnaryFunction::Abs, "abs(x)", arguments, span),
            "sqrt" => self.unary(UnaryFunction::Sqrt, "sqrt(x)", arguments, span),
            "exp" => self.unary(UnaryFunction::Exp, "exp(x)", arguments, span),
            "ln" => self.unary(UnaryFunction::Ln, "ln(x)", arguments, span),
            "logistic" => self.unary(UnaryFunction::Logistic, "logistic(x)", arguments, span),
            "floor" => self.unary(UnaryFunction::Floor, "floor(x)", arguments, span),
            "normal" => self.draw(DrawKind::Normal, "normal", arguments, span),
            "uniform" => self.draw(DrawKind::Uniform, "uniform", arguments, span),
            "received" => self.messages(Count::Received, "received", arguments, span),
            "count" => self.messages(Count::Counted, "count", arguments, span),
            "sent" => self.messages(Count::Sent, "sent", arguments, span),
            "before" => self.before(arguments, span),
            "sustained" => self.sustained(arguments, span),
            "since" => Err(self.error_help(
                span,
                "`since` may only be compared",
                "infinite as long as the milestone is not reached",
                "compare it with a duration: `since(milestone) > 4 weeks`",
            )),
            "reached" => self.reached(arguments, span),
            "season" => self.season(arguments, span),
            "held" => self.held(arguments, true, span),
            "amount_held" => self.held(arguments, false, span),
            "lost" => self.lost(arguments, span),
            "surrendered" => self.surrendered(arguments, span),
            "borders" => self.borders(arguments, span),
            name => {
                let place = self.span(function.span);
                let message = format!("unknown function `{name}`");
                let help = suggest(name, FUNCTIONS).map(|n| format!("did you mean `{n}`?"));
                let diagnostic = Diagnostic::at(place, message, "no function has this name");
                Err(self.check.problems.push(diagnostic.maybe_help(help)))
            }
        }
    }

    /// Refuses another number of arguments.
    pub fn arity(&mut self, usage: &str, found: usize, allowed: &[usize], span: TextSpan) -> Checked<()> {
        if allowed.contains(&found) {
            return Ok(());
        }
        let message = format!("`{usage}` cannot take {found} argument{}", if found == 1 { "" } else { "s" });
        Err(self.error_help(span, message, "wrong number of arguments", format!("write `{usage}`")))
    }

    fn choose(&mut self, arguments: &[Syntax], span: TextSpan) -> Checked<Typed> {
        let [condition, yes, no] = arguments else {
            return Err(self.arity("if(condition, a, b)", arguments.len(), &[3], span).err().unwrap_or(Reported));
        };
        let condition = self.bool(condition);
        if let Ok(Expr::Const(value)) = condition {
            return self.resolve(if value == 0.0 { no } else { yes });
        }
        let (a, b) = (self.resolve(yes), self.resolve(no));
        let (condition, a, b) = (condition?, a?, b?);
        if a.ty != b.ty {
            let message = format!("the two sides of `if` are {} and {}", a.ty.a(), b.ty.a());
            return Err(self.error(span, message, "both must be of one type"));
        }
        let expr = Expr::If(Box::new(condition), Box::new(a.expr), Box::new(b.expr));
        Ok(Typed { expr, ty: a.ty })
    }

    fn quantities(&mut self, arguments: &[Syntax]) -> Checked<(Vec<Expr>, Type)> {
        let resolved: Vec<Checked<Typed>> = arguments.iter().map(|a| self.resolve(a)).collect();
        let mut list = Vec::new();
        let mut ty = None;
        for (typed, syntax) in resolved.into_iter().zip(arguments) {
            let typed = typed?;
            let expected = *ty.get_or_insert(if typed.ty.is_quantity() { typed.ty } else { Type::Number });
            let place = self.span(syntax.span);
            list.push(self.check.must_be(typed, expected, place)?);
        }
        Ok((list, ty.unwrap_or(Type::Number)))
    }

    fn extreme(
        &mut self,
        function: BinaryFunction,
        name: &str,
        arguments: &[Syntax],
        span: TextSpan,
    ) -> Checked<Typed> {
        if arguments.len() < 2 {
            return Err(self.arity(&format!("{name}(a, b)"), arguments.len(), &[2], span).err().unwrap_or(Reported));
        }
        let (list, ty) = self.quantities(arguments)?;
        let expr = list.into_iter().reduce(|a, b| arithmetic(function, a, b)).ok_or(Reported)?;
        Ok(Typed { expr, ty })
    }

    fn clamp(&mut self, arguments: &[Syntax], span: TextSpan) -> Checked<Typed> {
        self.arity("clamp(x, low, high)", arguments.len(), &[3], span)?;
        let (list, ty) = self.quantities(arguments)?;
        let [x, low, high] = <[Expr; 3]>::try_from(list).map_err(|_| Reported)?;
        let raised = arithmetic(BinaryFunction::Max, x, low);
        Ok(Typed { expr: arithmetic(BinaryFunction::Min, raised, high), ty })
    }

    fn unary(&mut self, function: UnaryFunction, usage: &str, arguments: &[Syntax], span: TextSpan) -> Checked<Typed> {
        self.arity(usage, arguments.len(), &[1], span)?;
        let [argument] = arguments else {
            return Err(Reported);
        };
        let typed = self.resolve(argument)?;
        if function == UnaryFunction::Abs && typed.ty == Type::Duration {
            return Ok(Typed { expr: Expr::Unary(function, Box::new(typed.expr)), ty: Type::Duration });
        }
        let place = self.span(argument.span);
        let inner = self.check.must_be(typed, Type::Number, place)?;
        Ok(Typed::number(Expr::Unary(function, Box::new(inner))))
    }

    /// `normal()`, `uniform(label)`
    fn draw(&mut self, kind: DrawKind, name: &str, arguments: &[Syntax], span: TextSpan) -> Checked<Typed> {
        if let Some(place) = self.scope.no_draws {
            let help = "draw in `let`, `chance`, an amount or a written value of a rule";
            return Err(self.error_help(span, format!("there can be no draw {place}"), "draws here", help));
        }
        self.arity(&format!("{name}(label)"), arguments.len(), &[0, 1], span)?;
        let label = match arguments.first().map(|a| &a.kind) {
            None => String::new(),
            Some(ExprKind::Name(label)) => label.clone(),
            Some(_) => {
                let help = format!("write `{name}()`, or `{name}(label)` where there are two");
                return Err(self.error_help(span, "a draw's label is a name", "not a name", help));
            }
        };
        self.refuse_second_draw(kind, name, &label, span)?;
        self.scope.drew = true;
        let mut address = format!("{}/{name}/{label}", self.scope.address);
        if !self.scope.suffix.is_empty() {
            address = format!("{address}/{}", self.scope.suffix);
        }
        if self.scope.depth == 0 {
            let draw = self.check.draw(address);
            return Ok(Typed::number(Expr::Draw(draw, kind)));
        }
        if self.scope.depth > 1 {
            let help = "draw in a `let`, or in a loop over areas that is not inside another";
            return Err(self.error_help(span, "a draw for pairs of areas", "inside two loops over areas", help));
        }
        let areas = self.check.land.as_ref().map_or(0, |land| land.names.len());
        let place = self.span(span);
        self.check.spend(areas, place)?;
        let draw = self.check.draw_by_area(address, self.scope.area_first);
        Ok(Typed::number(Expr::AreaDraw(draw, kind, 0)))
    }

    fn refuse_second_draw(&mut self, kind: DrawKind, name: &str, label: &str, span: TextSpan) -> Checked<()> {
        let place = self.span(span);
        let earlier = self.scope.used.iter().find(|u| u.kind == kind && u.label.is_empty() && label.is_empty());
        if let Some(first) = earlier.filter(|u| u.span != place) {
            let diagnostic = Diagnostic::at(place, format!("two draws `{name}()` in one place"), "the second")
                .related(first.span, "the first")
                .help(format!("give each a label: `{name}(size)`; the same label is the same draw"));
            return Err(self.check.problems.push(diagnostic));
        }
        self.scope.used.push(UsedDraw { kind, label: label.to_owned(), span: place });
        Ok(())
    }

    /// `received(kind[, from])`, `count(kind[, from])`, `sent(kind[, to])`
    fn messages(&mut self, what: Count, name: &str, arguments: &[Syntax], span: TextSpan) -> Checked<Typed> {
        let other = if what == Count::Sent { "to" } else { "from" };
        self.arity(&format!("{name}(kind, {other})"), arguments.len(), &[1, 2], span)?;
        self.needs_a_run("a message", span)?;
        let Some(kind) = arguments.first() else {
            return Err(Reported);
        };
        let kind = self.message_kind(kind)?;
        let others = match arguments.get(1) {
            Some(argument) => Some(self.actors_argument(argument)?),
            None => None,
        };
        let own = self.scope.actor.filter(|_| self.scope.stage != Stage::Arrival || what != Count::Sent);
        let owners: Vec<ActorId> = match own {
            Some(actor) => vec![actor],
            None => {
                let all = self.check.actors.len();
                let place = self.span(span);
                self.check.spend(all * (1 + others.as_ref().map_or(0, Vec::len) / 8), place)?;
                (0..all).filter(|a| self.check.takes_part(what, *a, kind, others.as_deref())).collect()
            }
        };
        let mut parts = Vec::new();
        for owner in owners {
            let id = self.check.hidden(Hidden { what, owner, kind, others: others.clone() });
            parts.push(Expr::Variable(id, self.scope.view(Some(owner))));
        }
        Ok(Typed::number(match parts.len() {
            0 => Expr::Const(0.0),
            1 => parts.swap_remove(0),
            _ => Expr::OverGroup(Fold::Sum, parts.into_iter().map(|p| (None, p)).collect()),
        }))
    }

    fn message_kind(&mut self, syntax: &Syntax) -> Checked<usize> {
        let ExprKind::Name(name) = &syntax.kind else {
            return Err(self.error(syntax.span, "expected a kind of message", "not a name"));
        };
        match self.check.names.get(name) {
            Some(Symbol::Message(kind)) => Ok(kind),
            found => {
                let label = match found {
                    Some(other) => format!("this is {}, not a kind of message", other.a()),
                    None => String::from("no kind of message has this name"),
                };
                let near = self.check.names.all(|s| matches!(s, Symbol::Message(_))).map(str::to_owned).collect();
                let place = self.span(syntax.span);
                Err(self.check.unknown(name, place, label, near))
            }
        }
    }

    /// An actor, a group's members, or a bound name.
    fn actors_argument(&mut self, syntax: &Syntax) -> Checked<Vec<ActorId>> {
        if let ExprKind::Name(name) = &syntax.kind
            && let Some(Symbol::Group(group)) = self.check.names.get(name)
        {
            let mut members = self.check.groups.get(group).map(|g| g.members.clone()).unwrap_or_default();
            members.sort_unstable();
            return Ok(members);
        }
        let typed = self.resolve(syntax)?;
        match typed.known_actor() {
            Some(actor) => Ok(vec![actor]),
            None => {
                Err(self.error(syntax.span, "expected an actor or a group", "not one that is known before the run"))
            }
        }
    }

    /// A span of time that is known at load, in whole ticks.
    pub fn span_argument(&mut self, syntax: &Syntax) -> Checked<u32> {
        let typed = self.resolve(syntax)?;
        let place = self.span(syntax.span);
        if typed.ty != Type::Duration {
            let message = format!("expected a duration, found {}", typed.ty.a());
            let label = format!("this is {}", typed.ty.a());
            return Err(self.error_help(syntax.span, message, label, "write a number with a unit: `4 weeks`"));
        }
        let Some(ticks) = typed.constant() else {
            let label = "depends on something";
            return Err(self.error_help(
                syntax.span,
                "this span is not known before the run",
                label,
                "write `4 weeks`",
            ));
        };
        self.check.whole_ticks(ticks, place)
    }

    /// A scope in which the same actor looks at things as stage 4 does.
    fn observing(&self, area: Option<&(String, Bound)>) -> Scope {
        let mut scope = Scope::new(Stage::Observe).without_draws("in what is remembered");
        scope.actor = self.scope.actor;
        scope.eyes = self.scope.eyes;
        scope.side = self.scope.side;
        scope.sees = self.scope.sees;
        scope.bound = self.scope.bound.iter().filter(|(_, b)| matches!(b, Bound::Member(_))).cloned().collect();
        if let Some((name, _)) = area {
            scope.bound.push((name.clone(), Bound::Area(0)));
            scope.depth = 1;
        }
        scope
    }

    fn remembered(&mut self, syntax: &Syntax, area: Option<&(String, Bound)>) -> Checked<Typed> {
        self.refuse_lets(syntax)?;
        let mut scope = self.observing(area);
        self.check.resolve(self.text, syntax, &mut scope)
    }

    /// A let and a message are gone when the tick is over.
    fn refuse_lets(&mut self, syntax: &Syntax) -> Checked<()> {
        let mut found = None;
        super::walk::names_in(syntax, &mut |name, span| {
            let passing = self.scope.lets.iter().any(|l| l.name == name)
                || (self.scope.incoming.is_some() && matches!(name, "amount" | "sender"));
            if passing && found.is_none() {
                found = Some((name.to_owned(), span));
            }
        });
        match found {
            Some((name, span)) => Err(self.error_help(
                span,
                format!("`{name}` is not remembered"),
                "only known while the rule acts",
                "write out what it stands for, or keep it in a state",
            )),
            None => Ok(()),
        }
    }

    /// The area loops whose area an expression reads.
    fn areas_read(&self, syntax: &Syntax) -> Vec<(String, Bound)> {
        let mut found: Vec<(String, Bound)> = Vec::new();
        super::walk::names_in(syntax, &mut |name, _| {
            if let Some(bound @ Bound::Area(_)) = self.scope.find(name)
                && !found.iter().any(|(_, b)| *b == bound)
            {
                found.push((name.to_owned(), bound));
            }
        });
        found
    }

    /// `before(x, 4 weeks)`
    fn before(&mut self, arguments: &[Syntax], span: TextSpan) -> Checked<Typed> {
        self.arity("before(x, 4 weeks)", arguments.len(), &[2], span)?;
        let [value, time] = arguments else {
            return Err(Reported);
        };
        self.needs_a_run("the past", span)?;
        let ticks = self.span_argument(time);
        let areas = self.areas_read(value);
        if areas.len() > 1 {
            return Err(self.error(span, "the past of a pair of areas is not kept", "reads two areas"));
        }
        let typed = self.remembered(value, areas.first())?;
        let ticks = ticks?;
        let place = self.span(span);
        let expr = match areas.first() {
            None if matches!(typed.expr, Expr::Const(_)) => typed.expr,
            None => Expr::Past(self.check.history(typed.expr, false, ticks, place)?, ticks),
            Some((_, Bound::Area(level))) => {
                let level: Level = *level;
                Expr::AreaPast(self.check.history(typed.expr, true, ticks, place)?, ticks, level)
            }
            Some(_) => return Err(Reported),
        };
        Ok(Typed { expr, ty: typed.ty })
    }

    /// `sustained(condition, 4 weeks)`
    fn sustained(&mut self, arguments: &[Syntax], span: TextSpan) -> Checked<Typed> {
        self.arity("sustained(condition, 4 weeks)", arguments.len(), &[2], span)?;
        let [condition, time] = arguments else {
            return Err(Reported);
        };
        self.needs_a_run("the past", span)?;
        let ticks = self.span_argument(time);
        if let Some((name, _)) = self.areas_read(condition).first() {
            let name = name.clone();
            let help = "count over areas inside: `sustained(sum(a in areas, …) > 3, 4 weeks)`";
            let message = format!("`sustained` cannot follow a condition of each area `{name}`");
            return Err(self.error_help(span, message, "reads an area", help));
        }
        let typed = self.remembered(condition, None)?;
        let place = self.span(condition.span);
        let when = self.check.must_be(typed, Type::Bool, place)?;
        let ticks = ticks?;
        if let Expr::Const(_) = when {
            return Ok(Typed::bool(when));
        }
        let streak = self.check.streak(when, place)?;
        Ok(Typed::bool(Expr::Sustained(streak, ticks)))
    }

    fn milestone(&mut self, usage: &str, arguments: &[Syntax], span: TextSpan) -> Checked<usize> {
        self.arity(usage, arguments.len(), &[1], span)?;
        self.needs_a_run("a milestone", span)?;
        let Some((ExprKind::Name(name), at)) = arguments.first().map(|a| (&a.kind, a.span)) else {
            return Err(self.error(span, "expected a milestone", "not a name"));
        };
        match self.check.names.get(name) {
            Some(Symbol::Milestone(i)) => Ok(i),
            found => {
                let label = match found {
                    Some(other) => format!("this is {}, not a milestone", other.a()),
                    None => String::from("no milestone has this name"),
                };
                let near = self.check.names.all(|s| matches!(s, Symbol::Milestone(_))).map(str::to_owned).collect();
                let place = self.span(at);
                Err(self.check.unknown(name, place, label, near))
            }
        }
    }

    fn reached(&mut self, arguments: &[Syntax], span: TextSpan) -> Checked<Typed> {
        Ok(Typed::bool(Expr::Reached(self.milestone("reached(milestone)", arguments, span)?)))
    }

    /// `since(milestone)`, beside a comparison.
    pub fn since(&mut self, arguments: &[Syntax], span: TextSpan) -> Checked<Typed> {
        let milestone = self.milestone("since(milestone)", arguments, span)?;
        Ok(Typed { expr: Expr::Since(milestone), ty: Type::Duration })
    }

    fn season(&mut self, arguments: &[Syntax], span: TextSpan) -> Checked<Typed> {
        self.arity("season(name)", arguments.len(), &[1], span)?;
        self.needs_a_run("the season", span)?;
        let Some((ExprKind::Name(name), at)) = arguments.first().map(|a| (&a.kind, a.span)) else {
            return Err(self.error(span, "expected a season", "not a name"));
        };
        match self.check.names.get(name) {
            Some(Symbol::Season(i)) => Ok(Typed::number(Expr::Season(i))),
            _ => {
                let near = self.check.names.all(|s| matches!(s, Symbol::Season(_))).map(str::to_owned).collect();
                let place = self.span(at);
                Err(self.check.unknown(name, place, "no season of `calendar` has this name", near))
            }
        }
    }
}
