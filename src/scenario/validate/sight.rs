//! What an actor sees late or inexactly.

use super::expressions::{Resolver, arithmetic};
use super::problems::Checked;
use crate::language::syntax::TextSpan;
use crate::scenario::model::{BinaryFunction, DrawId, DrawKind, Expr, UnaryFunction, VariableId, View};

/// What an actor may see late or inexactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Seen {
    Variable(VariableId),
    Outcome(usize),
}

/// How well it sees it.
#[derive(Clone, Debug)]
pub(super) struct Sight {
    /// Ticks before the last observation.
    pub delay: u32,
    /// The deviation of the logarithm of the error, and the error's draw.
    pub error: Option<(Expr, DrawId)>,
    /// The variable's bounds.
    pub low: Option<Expr>,
    pub high: Option<Expr>,
}

impl Resolver<'_, '_> {
    /// What the actor sees of a value, if it does not see it exactly.
    pub fn seen(&mut self, key: Seen, plain: Expr, span: TextSpan) -> Checked<Expr> {
        let Some(sight) = self
            .scope
            .actor
            .filter(|_| self.scope.sees)
            .and_then(|a| self.check.actors.get(a))
            .and_then(|a| a.sees.get(&key))
            .cloned()
        else {
            return Ok(plain);
        };
        let mut value = plain;
        if sight.delay > 0 {
            let now = match key {
                Seen::Variable(id) => Expr::Variable(id, View::Now),
                Seen::Outcome(i) => Expr::Outcome(i),
            };
            let place = self.span(span);
            let history = self.check.history(now, false, sight.delay, place)?;
            value = Expr::Past(history, sight.delay);
        }
        if let Some((sd, draw)) = sight.error {
            let half = arithmetic(
                BinaryFunction::Div,
                arithmetic(BinaryFunction::Mul, sd.clone(), sd.clone()),
                Expr::Const(2.0),
            );
            let swing = arithmetic(BinaryFunction::Mul, sd, Expr::Draw(draw, DrawKind::Normal));
            let exponent = arithmetic(BinaryFunction::Sub, swing, half);
            let factor = Expr::Unary(UnaryFunction::Exp, Box::new(exponent));
            value = arithmetic(BinaryFunction::Mul, value, factor);
            if let Some(low) = sight.low {
                value = arithmetic(BinaryFunction::Max, value, low);
            }
            if let Some(high) = sight.high {
                value = arithmetic(BinaryFunction::Min, value, high);
            }
        }
        Ok(value)
    }
}
