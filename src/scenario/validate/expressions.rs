//! Resolving expressions: names to places, durations to ticks, types checked, what is known at load folded.

use super::Checker;
use super::problems::{Checked, Reported};
use super::scope::{Begun, Scope, Stage};
use super::types::{Type, Typed};
use crate::diagnostics::{Diagnostic, Span};
use crate::language::syntax::{BinaryOp, Expr as Syntax, ExprKind, SyntaxError, TextSpan};
use crate::scenario::model::{BinaryFunction, Comparison, Expr};
use crate::scenario::tree::{Node, Text, Value};
use std::rc::Rc;

/// The largest whole power that is spelled out as multiplications.
const LARGEST_POWER: f64 = 1024.0;

/// Reading so many bytes of an expression costs as much as one of its parts.
const BYTES_A_PART: usize = 16;

/// Resolves one text in one scope.
pub(super) struct Resolver<'r, 'a> {
    pub check: &'r mut Checker<'a>,
    pub scope: &'r mut Scope,
    pub text: &'r Text,
}

impl<'a> Checker<'a> {
    /// Turns the parser's complaint into an error at its place in the file.
    pub fn syntax_error(&mut self, text: &Text, error: SyntaxError) -> Reported {
        let span = text.span_of(error.span.start, error.span.end);
        self.problems.push(Diagnostic::at(span, error.message, error.label).maybe_help(error.help))
    }

    /// Parses a text.
    pub fn parse(&mut self, text: &Text) -> Checked<Rc<Syntax>> {
        self.enough()?;
        self.spend(text.value.len() / BYTES_A_PART, text.span)?;
        self.shelf.expression(&text.value).map_err(|error| self.syntax_error(text, error))
    }

    /// Resolves what stands at a node: a number, yes or no, or an expression.
    pub fn value(&mut self, node: &Node, scope: &mut Scope) -> Checked<Typed> {
        match &node.value {
            Value::Number(value, _) => Ok(Typed::number(Expr::Const(*value))),
            Value::Bool(value) => Ok(Typed::bool(Expr::Const(f64::from(*value)))),
            Value::Text(text) => {
                let syntax = self.parse(text)?;
                self.resolve(text, &syntax, scope)
            }
            _ => Err(self.expected(node, "a number or an expression", None)),
        }
    }

    /// Resolves a parsed expression.
    pub fn resolve(&mut self, text: &Text, syntax: &Syntax, scope: &mut Scope) -> Checked<Typed> {
        Resolver { check: self, scope, text }.resolve(syntax)
    }

    /// Resolves what must be of a type.
    pub fn typed(&mut self, node: &Node, scope: &mut Scope, ty: Type) -> Checked<Expr> {
        let typed = self.value(node, scope)?;
        self.must_be(typed, ty, node.span)
    }

    /// A number, known now or worked out later.
    pub fn number(&mut self, node: &Node, scope: &mut Scope) -> Checked<Expr> {
        self.typed(node, scope, Type::Number)
    }

    /// A condition.
    pub fn condition(&mut self, node: &Node, scope: &mut Scope) -> Checked<Expr> {
        self.typed(node, scope, Type::Bool)
    }

    /// Refuses a value of another type.
    pub fn must_be(&mut self, typed: Typed, ty: Type, span: Span) -> Checked<Expr> {
        if typed.ty == ty {
            return Ok(typed.expr);
        }
        let help = match (ty, typed.ty) {
            (Type::Number, Type::Duration) => Some("divide by a unit to get a number: `x / week`"),
            (Type::Number, Type::Bool) => Some("write `if(condition, 1, 0)` for a number"),
            (Type::Bool, Type::Number) => Some("compare it with something: `x > 0`"),
            _ => None,
        };
        let message = format!("expected {}, found {}", ty.a(), typed.ty.a());
        let diagnostic = Diagnostic::at(span, message, format!("this is {}", typed.ty.a()));
        Err(self.problems.push(diagnostic.maybe_help(help.map(str::to_owned))))
    }
}

impl Resolver<'_, '_> {
    /// The place in the file of a stretch of the text.
    pub fn span(&self, span: TextSpan) -> Span {
        self.text.span_of(span.start, span.end)
    }

    /// Keeps an error at a stretch of the text.
    pub fn error(&mut self, at: TextSpan, message: impl Into<String>, label: impl Into<String>) -> Reported {
        let span = self.span(at);
        self.check.error(span, message, label)
    }

    /// Keeps an error with a hint.
    pub fn error_help(
        &mut self,
        at: TextSpan,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) -> Reported {
        let span = self.span(at);
        self.check.error_help(span, message, label, help)
    }

    /// Resolves an expression; `since` may not stand here.
    pub fn resolve(&mut self, syntax: &Syntax) -> Checked<Typed> {
        let span = self.span(syntax.span);
        self.check.spend(1, span)?;
        match &syntax.kind {
            ExprKind::Number(value) => Ok(Typed::number(Expr::Const(*value))),
            ExprKind::Duration(count, unit) => {
                let ticks = count * self.check.clock.ticks_per(*unit);
                Ok(Typed { expr: Expr::Const(ticks), ty: Type::Duration })
            }
            ExprKind::Date(day) => Ok(Typed { expr: Expr::Const(*day as f64), ty: Type::Date }),
            ExprKind::Bool(value) => Ok(Typed::bool(Expr::Const(f64::from(*value)))),
            ExprKind::Name(name) => self.name(name, syntax.span),
            ExprKind::Member(base, member) => self.member(base, member, syntax.span),
            ExprKind::Index(base, arguments) => self.index(base, arguments, syntax.span),
            ExprKind::Negate(inner) => self.negate(inner),
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right, syntax.span),
            ExprKind::Compare(first, rest) => self.compare(first, rest),
            ExprKind::Not(inner) => {
                let inner = self.bool(inner)?;
                Ok(Typed::bool(match inner {
                    Expr::Const(value) => Expr::Const(1.0 - value),
                    other => Expr::Not(Box::new(other)),
                }))
            }
            ExprKind::And(left, right) => self.and(left, right),
            ExprKind::Or(left, right) => self.or(left, right),
            ExprKind::Call(function, arguments) => self.call(function, arguments, syntax.span),
            ExprKind::Over { op, binding, body } => self.over(*op, binding, body, syntax.span),
        }
    }

    /// Resolves what must be a number.
    pub fn number(&mut self, syntax: &Syntax) -> Checked<Expr> {
        let typed = self.resolve(syntax)?;
        let span = self.span(syntax.span);
        self.check.must_be(typed, Type::Number, span)
    }

    /// Resolves what must be yes or no.
    pub fn bool(&mut self, syntax: &Syntax) -> Checked<Expr> {
        let typed = self.resolve(syntax)?;
        let span = self.span(syntax.span);
        self.check.must_be(typed, Type::Bool, span)
    }

    fn negate(&mut self, inner: &Syntax) -> Checked<Typed> {
        let typed = self.resolve(inner)?;
        if !matches!(typed.ty, Type::Number | Type::Duration) {
            let message = format!("{} has no minus sign", typed.ty.a());
            return Err(self.error(inner.span, message, "expected a number"));
        }
        let expr = match typed.expr {
            Expr::Const(value) => Expr::Const(-value),
            other => Expr::Negate(Box::new(other)),
        };
        Ok(Typed { expr, ty: typed.ty })
    }

    fn and(&mut self, left: &Syntax, right: &Syntax) -> Checked<Typed> {
        // Both sides are looked at even if one is wrong, so that all errors are found at once.
        let first = self.bool(left);
        if let Ok(Expr::Const(value)) = first
            && value == 0.0
        {
            return Ok(Typed::bool(Expr::Const(0.0)));
        }
        let second = self.bool(right);
        Ok(Typed::bool(and(first?, second?)))
    }

    fn or(&mut self, left: &Syntax, right: &Syntax) -> Checked<Typed> {
        let first = self.bool(left);
        if let Ok(Expr::Const(value)) = first
            && value != 0.0
        {
            return Ok(Typed::bool(Expr::Const(1.0)));
        }
        let second = self.bool(right);
        Ok(Typed::bool(match (first?, second?) {
            (Expr::Const(_), right) => right,
            (left, right) => Expr::Or(Box::new(left), Box::new(right)),
        }))
    }

    fn binary(&mut self, op: BinaryOp, left: &Syntax, right: &Syntax, span: TextSpan) -> Checked<Typed> {
        let (first, second) = (self.resolve(left), self.resolve(right));
        let (a, b) = (first?, second?);
        use BinaryOp::{Add, Div, Mul, Pow, Sub};
        use Type::{Date, Duration, Number};
        let days = self.check.clock.days_per_tick();
        let ty = match (op, a.ty, b.ty) {
            (Pow, Number, Number) => return Ok(Typed::number(power(a.expr, b.expr))),
            (Add | Sub | Mul | Div, Number, Number) => Number,
            (Add | Sub, Duration, Duration) => Duration,
            (Mul, Number, Duration) | (Mul, Duration, Number) => Duration,
            (Div, Number, Duration) | (Div, Duration, Duration) => Number,
            (Sub, Date, Date) => {
                let between = arithmetic(BinaryFunction::Sub, a.expr, b.expr);
                let expr = arithmetic(BinaryFunction::Div, between, Expr::Const(days));
                return Ok(Typed { expr, ty: Duration });
            }
            (Add | Sub, Date, Duration) => {
                let shift = arithmetic(BinaryFunction::Mul, b.expr, Expr::Const(days));
                return Ok(Typed { expr: arithmetic(function_of(op), a.expr, shift), ty: Date });
            }
            (Add, Duration, Date) => {
                let shift = arithmetic(BinaryFunction::Mul, a.expr, Expr::Const(days));
                return Ok(Typed { expr: arithmetic(BinaryFunction::Add, b.expr, shift), ty: Date });
            }
            (_, x, y) => return Err(self.mixed(op, x, y, left, right, span)),
        };
        Ok(Typed { expr: arithmetic(function_of(op), a.expr, b.expr), ty })
    }

    fn mixed(&mut self, op: BinaryOp, x: Type, y: Type, left: &Syntax, right: &Syntax, span: TextSpan) -> Reported {
        let (verb, joint) = match op {
            BinaryOp::Add => ("add", "and"),
            BinaryOp::Sub => ("subtract", "and"),
            BinaryOp::Mul => ("multiply", "with"),
            BinaryOp::Div => ("divide", "by"),
            BinaryOp::Pow => ("raise", "to the power of"),
        };
        let help = match (x, y) {
            (Type::Number, Type::Duration) | (Type::Duration, Type::Number) => {
                Some("a duration is a number with a unit, `4 weeks`; a rate is `10/week`")
            }
            (Type::Bool, _) | (_, Type::Bool) => Some("write `if(condition, 1, 0)` for a number"),
            _ => None,
        };
        let message = format!("cannot {verb} {} {joint} {}", x.a(), y.a());
        let mut diagnostic = Diagnostic::at(self.span(span), message, "these do not go together");
        for (part, ty) in [(left, x), (right, y)] {
            diagnostic = diagnostic.related(self.span(part.span), format!("this is {}", ty.a()));
        }
        self.check.problems.push(diagnostic.maybe_help(help.map(str::to_owned)))
    }

    fn compare(&mut self, first: &Syntax, rest: &[(Comparison, TextSpan, Syntax)]) -> Checked<Typed> {
        let mut left_syntax = first;
        let mut left = None;
        let mut result: Option<Expr> = None;
        for (op, _, right_syntax) in rest {
            let (a, b) = self.operands(left.take(), left_syntax, right_syntax)?;
            self.check_comparable(*op, (&a, left_syntax), (&b, right_syntax))?;
            let one = comparison(*op, a.expr, b.expr.clone());
            result = Some(match result {
                Some(before) => and(before, one),
                None => one,
            });
            left = Some(b);
            left_syntax = right_syntax;
        }
        Ok(Typed::bool(result.unwrap_or(Expr::Const(1.0))))
    }

    /// Resolves two operands. A name beside a stance is one of its rungs; `since` may stand here.
    fn operands(&mut self, left: Option<Typed>, a: &Syntax, b: &Syntax) -> Checked<(Typed, Typed)> {
        if let Some(ladder) = self.stance_of(a)
            && let ExprKind::Name(rung) = &b.kind
        {
            let first = match left {
                Some(known) => known,
                None => self.resolve(a)?,
            };
            return Ok((first, self.rung(ladder, rung, b.span)?));
        }
        if left.is_none()
            && let Some(ladder) = self.stance_of(b)
            && let ExprKind::Name(rung) = &a.kind
        {
            let first = self.rung(ladder, rung, a.span)?;
            return Ok((first, self.resolve(b)?));
        }
        let first = match left {
            Some(known) => Ok(known),
            None => self.operand(a),
        };
        let second = self.operand(b);
        Ok((first?, second?))
    }

    fn operand(&mut self, syntax: &Syntax) -> Checked<Typed> {
        match &syntax.kind {
            ExprKind::Call(function, arguments) if function.name == "since" => self.since(arguments, syntax.span),
            _ => self.resolve(syntax),
        }
    }

    fn check_comparable(&mut self, op: Comparison, a: (&Typed, &Syntax), b: (&Typed, &Syntax)) -> Checked<()> {
        let (x, y) = (a.0.ty, b.0.ty);
        let ordered = !matches!(op, Comparison::Eq | Comparison::Ne);
        let whole = TextSpan { start: a.1.span.start, end: b.1.span.end };
        if x != y {
            let message = format!("cannot compare {} with {}", x.a(), y.a());
            let help = match (x, y) {
                (Type::Date, _) | (_, Type::Date) => Some("a date is written `2024-03-01`"),
                (Type::Duration, _) | (_, Type::Duration) => Some("a duration is written `4 weeks`"),
                _ => None,
            };
            let mut diagnostic = Diagnostic::at(self.span(whole), message, "these are of different types");
            for (part, ty) in [(a.1, x), (b.1, y)] {
                diagnostic = diagnostic.related(self.span(part.span), format!("this is {}", ty.a()));
            }
            return Err(self.check.problems.push(diagnostic.maybe_help(help.map(str::to_owned))));
        }
        if ordered && matches!(x, Type::Actor | Type::Bool) {
            let message = format!("{} has no order", if x == Type::Actor { "an actor" } else { "yes or no" });
            return Err(self.error_help(whole, message, "cannot be less or greater", "compare with `==` or `!=`"));
        }
        Ok(())
    }

    /// Refuses what the contest shows where it is not known: a start value may read it once so much has begun.
    pub fn needs_contest(&mut self, what: &str, begun: Begun, span: TextSpan) -> Checked<()> {
        if self.scope.stage == Stage::Start && self.scope.begun >= begun {
            self.scope.reads_contest = true;
            return Ok(());
        }
        self.needs_a_run(what, span)
    }

    /// Refuses what only exists once a run goes on.
    pub fn needs_a_run(&mut self, what: &str, span: TextSpan) -> Checked<()> {
        match self.scope.stage {
            Stage::Fixed => Err(self.error(
                span,
                format!("{what} is not known before the run"),
                "only levers and uncertainties are",
            )),
            Stage::Start => Err(self.error(
                span,
                format!("{what} is not known at the start"),
                "only levers, uncertainties and the areas' table are",
            )),
            _ => Ok(()),
        }
    }
}

fn function_of(op: BinaryOp) -> BinaryFunction {
    match op {
        BinaryOp::Add => BinaryFunction::Add,
        BinaryOp::Sub => BinaryFunction::Sub,
        BinaryOp::Mul => BinaryFunction::Mul,
        BinaryOp::Div => BinaryFunction::Div,
        BinaryOp::Pow => BinaryFunction::Pow,
    }
}

/// `a` and `b`, where what is known at load is folded.
pub(super) fn and(a: Expr, b: Expr) -> Expr {
    match (a, b) {
        (Expr::Const(value), b) => {
            if value == 0.0 {
                Expr::Const(0.0)
            } else {
                b
            }
        }
        (a, Expr::Const(1.0)) => a,
        (a, b) => Expr::And(Box::new(a), Box::new(b)),
    }
}

/// The four operations; of two constants at once, if the result is finite.
pub(super) fn arithmetic(function: BinaryFunction, a: Expr, b: Expr) -> Expr {
    if let (Expr::Const(x), Expr::Const(y)) = (&a, &b) {
        let value = match function {
            BinaryFunction::Add => x + y,
            BinaryFunction::Sub => x - y,
            BinaryFunction::Mul => x * y,
            BinaryFunction::Div => x / y,
            BinaryFunction::Min => {
                if y < x {
                    *y
                } else {
                    *x
                }
            }
            BinaryFunction::Max => {
                if y > x {
                    *y
                } else {
                    *x
                }
            }
            BinaryFunction::Pow => f64::NAN,
        };
        if value.is_finite() {
            return Expr::Const(value);
        }
    }
    Expr::Binary(function, Box::new(a), Box::new(b))
}

fn power(base: Expr, exponent: Expr) -> Expr {
    match exponent {
        Expr::Const(n) if n.floor() == n && n.abs() <= LARGEST_POWER => Expr::Power(Box::new(base), n as i32),
        exponent => Expr::Binary(BinaryFunction::Pow, Box::new(base), Box::new(exponent)),
    }
}

/// A comparison, at once where both sides are known at load.
pub(super) fn comparison(op: Comparison, a: Expr, b: Expr) -> Expr {
    if let (Expr::Const(x), Expr::Const(y)) = (&a, &b) {
        return Expr::Const(f64::from(op.holds(*x, *y)));
    }
    Expr::Compare(op, Box::new(a), Box::new(b))
}
