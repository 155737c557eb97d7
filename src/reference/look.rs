//! What an observer may ask about a rule that acts: the values that it read.

use super::evaluate::Reader;
use crate::scenario::model::{Chance, DrawKind, Expr};

/// The world as a rule sees it at the moment at which it acts. Asking changes nothing, and nothing that is asked can fail a run.
#[derive(Clone, Copy)]
pub struct Look<'a>(Reader<'a>);

impl<'a> Look<'a> {
    /// What a reader reads that checks nothing.
    pub(super) fn new(reader: Reader<'a>) -> Self {
        Self(reader)
    }

    /// What an expression of the rule's condition or chance is worth.
    pub fn value(&self, expression: &Expr) -> f64 {
        // Without a place nothing is checked, so nothing fails.
        self.0.value(expression, &[]).unwrap_or(f64::NAN)
    }

    /// A chance a tick, and the die that it was held against: the rule acts where the die is less.
    pub fn chance(&self, chance: &Chance) -> (f64, f64) {
        let probability = self.value(&chance.probability);
        (chance.in_a_tick(probability), self.0.draw(chance.draw, DrawKind::Uniform, 0))
    }

    /// The rule's local names as far as its condition and its chance needed them; otherwise not a number.
    pub fn lets(&self) -> &'a [f64] {
        self.0.lets
    }

    /// The day of [`Expr::Date`].
    pub fn day(&self) -> i64 {
        self.0.day()
    }
}
