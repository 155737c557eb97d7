//! The types of expressions, and a resolved expression with its type.

use crate::scenario::model::{ActorId, Expr};

/// What a value is. Types are never mixed silently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Number,
    Bool,
    Date,
    Duration,
    Actor,
    /// A rung of this actor's ladder.
    Stance(ActorId),
}

impl Type {
    /// For sentences: `a number`.
    pub fn a(self) -> &'static str {
        match self {
            Type::Number => "a number",
            Type::Bool => "yes or no",
            Type::Date => "a date",
            Type::Duration => "a duration",
            Type::Actor => "an actor",
            Type::Stance(_) => "a stance",
        }
    }

    /// Whether values of the type can be added, compared by size and chosen between.
    pub fn is_quantity(self) -> bool {
        matches!(self, Type::Number | Type::Date | Type::Duration)
    }
}

/// A resolved expression and its type.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Typed {
    pub expr: Expr,
    pub ty: Type,
}

impl Typed {
    /// A number.
    pub fn number(expr: Expr) -> Self {
        Self { expr, ty: Type::Number }
    }

    /// Yes or no.
    pub fn bool(expr: Expr) -> Self {
        Self { expr, ty: Type::Bool }
    }

    /// An actor known at load.
    pub fn actor(id: ActorId) -> Self {
        Self { expr: Expr::Const(id as f64), ty: Type::Actor }
    }

    /// The actor, if it is known at load.
    pub fn known_actor(&self) -> Option<ActorId> {
        match (self.ty, &self.expr) {
            (Type::Actor, Expr::Const(id)) if *id >= 0.0 => Some(*id as ActorId),
            _ => None,
        }
    }

    /// The value, if it is known at load.
    pub fn constant(&self) -> Option<f64> {
        match self.expr {
            Expr::Const(value) => Some(value),
            _ => None,
        }
    }
}
