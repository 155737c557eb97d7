//! Going through expressions.

use crate::language::syntax::{Expr as Syntax, ExprKind, TextSpan};
use crate::scenario::model::Expr;

/// Every name that stands for a value in a parsed expression. A name that the expression binds itself is left out only
/// if the expression is not inside its loop.
pub(super) fn names_in(syntax: &Syntax, found: &mut dyn FnMut(&str, TextSpan)) {
    match &syntax.kind {
        ExprKind::Number(_) | ExprKind::Duration(..) | ExprKind::Date(_) | ExprKind::Bool(_) => {}
        ExprKind::Name(name) => found(name, syntax.span),
        ExprKind::Member(base, _) => names_in(base, found),
        ExprKind::Index(base, arguments) => {
            names_in(base, found);
            arguments.iter().for_each(|a| names_in(a, found));
        }
        ExprKind::Negate(x) | ExprKind::Not(x) => names_in(x, found),
        ExprKind::Binary(_, a, b) | ExprKind::And(a, b) | ExprKind::Or(a, b) => {
            names_in(a, found);
            names_in(b, found);
        }
        ExprKind::Compare(first, rest) => {
            names_in(first, found);
            rest.iter().for_each(|(_, _, e)| names_in(e, found));
        }
        ExprKind::Call(_, arguments) => arguments.iter().for_each(|a| names_in(a, found)),
        ExprKind::Over { binding, body, .. } => {
            if let Some(filter) = &binding.filter {
                names_in(filter, &mut |name, span| {
                    if name != binding.variable.name {
                        found(name, span);
                    }
                });
            }
            names_in(body, &mut |name, span| {
                if name != binding.variable.name {
                    found(name, span);
                }
            });
        }
    }
}

/// The parts that an expression is made of.
pub(super) fn parts_of<'e>(expr: &'e Expr, each: &mut dyn FnMut(&'e Expr)) {
    match expr {
        Expr::Negate(x) | Expr::Unary(_, x) | Expr::Power(x, _) | Expr::Not(x) => each(x),
        Expr::Binary(_, a, b) | Expr::Compare(_, a, b) | Expr::And(a, b) | Expr::Or(a, b) => {
            each(a);
            each(b);
        }
        Expr::If(c, a, b) => {
            each(c);
            each(a);
            each(b);
        }
        Expr::OverGroup(_, members) => {
            for (filter, body) in members {
                if let Some(filter) = filter {
                    each(filter);
                }
                each(body);
            }
        }
        Expr::OverAreas(_, _, filter, body) => {
            if let Some(filter) = filter {
                each(filter);
            }
            each(body);
        }
        _ => {}
    }
}

/// An expression and all its parts.
pub(super) fn all_parts<'e>(expr: &'e Expr, each: &mut dyn FnMut(&'e Expr)) {
    each(expr);
    parts_of(expr, &mut |part| all_parts(part, each));
}
