//! What is known before a run is worked out when compiling: by the same functions as the columns are, to the same bits.

use super::instruction::{BinaryOperation, UnaryOperation};
use crate::numerics::functions::{exp, ln, logistic, pow, powi};
use crate::scenario::model::{Comparison, Fold, UnaryFunction};

fn truth(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

/// op(x)
pub fn unary(op: UnaryOperation, x: f64) -> f64 {
    match op {
        UnaryOperation::Copy => x,
        UnaryOperation::Negate => -x,
        UnaryOperation::Not => 1.0 - x,
        UnaryOperation::Power(n) => powi(x, n),
        UnaryOperation::Function(UnaryFunction::Abs) => x.abs(),
        UnaryOperation::Function(UnaryFunction::Sqrt) => x.sqrt(),
        UnaryOperation::Function(UnaryFunction::Exp) => exp(x),
        UnaryOperation::Function(UnaryFunction::Ln) => ln(x),
        UnaryOperation::Function(UnaryFunction::Logistic) => logistic(x),
        UnaryOperation::Function(UnaryFunction::Floor) => x.floor(),
    }
}

/// x op y
pub fn binary(op: BinaryOperation, x: f64, y: f64) -> f64 {
    match op {
        BinaryOperation::Add => x + y,
        BinaryOperation::Sub => x - y,
        BinaryOperation::Mul => x * y,
        BinaryOperation::Div => x / y,
        BinaryOperation::Pow => pow(x, y),
        BinaryOperation::Min => {
            if y < x {
                y
            } else {
                x
            }
        }
        BinaryOperation::Max => {
            if y > x {
                y
            } else {
                x
            }
        }
        BinaryOperation::And => truth(x != 0.0 && y != 0.0),
        BinaryOperation::Or => truth(x != 0.0 || y != 0.0),
    }
}

/// 1 where a comparison holds, else 0.
pub fn compare(comparison: Comparison, x: f64, y: f64) -> f64 {
    truth(comparison.holds(x, y))
}

/// What a fold starts from.
pub fn fold_start(fold: Fold) -> f64 {
    match fold {
        Fold::Sum | Fold::Mean | Fold::Any => 0.0,
        Fold::Min => f64::INFINITY,
        Fold::Max => f64::NEG_INFINITY,
        Fold::All => 1.0,
    }
}

/// One more member of a fold.
pub fn fold(fold: Fold, so_far: f64, value: f64) -> f64 {
    match fold {
        Fold::Sum | Fold::Mean => so_far + value,
        Fold::Min => {
            if value < so_far {
                value
            } else {
                so_far
            }
        }
        Fold::Max => {
            if value > so_far {
                value
            } else {
                so_far
            }
        }
        Fold::Any => {
            if value != 0.0 {
                1.0
            } else {
                so_far
            }
        }
        Fold::All => {
            if value != 0.0 {
                so_far
            } else {
                0.0
            }
        }
    }
}
