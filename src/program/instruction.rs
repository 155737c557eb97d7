//! The instructions of a column program. Each works on whole columns; none allocates.
//!
//! Variables, addresses of draws, rules, receivers and places of failure are numbered from the code's [`super::Base`] on.

use super::operand::{Destination, Operand};
use crate::scenario::model::{Comparison, DrawKind, Family, Fold, UnaryFunction};

/// A pure operation of two columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOperation {
    /// a + b
    Add,
    /// a − b
    Sub,
    /// a · b
    Mul,
    /// a / b
    Div,
    /// a to the power b
    Pow,
    /// b if b < a, else a
    Min,
    /// b if b > a, else a
    Max,
    /// 1 where both are 1
    And,
    /// 1 where one is 1
    Or,
}

/// A pure operation of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOperation {
    /// The column itself.
    Copy,
    /// −x
    Negate,
    /// 1 − x
    Not,
    /// x to a whole power by fixed multiplications
    Power(i32),
    /// A function of the language.
    Function(UnaryFunction),
}

/// How a sent message finds its receivers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Delivery {
    /// The receiving actor.
    pub actor: u32,
    /// The slot of its inbox.
    pub slot: u32,
}

/// One instruction. The fields are named in each line of documentation.
#[expect(missing_docs, reason = "each variant's line says what its fields do")]
#[derive(Clone, Debug, PartialEq)]
pub enum Instruction {
    /// to = op(a)
    Unary { op: UnaryOperation, to: Destination, a: Operand },
    /// to = a op b
    Binary { op: BinaryOperation, to: Destination, a: Operand, b: Operand },
    /// to = 1 where a comparison holds, else 0
    Compare { comparison: Comparison, to: Destination, a: Operand, b: Operand },
    /// to = a + b·c, each operation rounded
    MulAdd { to: Destination, a: Operand, b: Operand, c: Operand },
    /// to = a − b·c, each operation rounded
    MulSub { to: Destination, a: Operand, b: Operand, c: Operand },
    /// Where two conditions hold
    Both(Box<Both>),
    /// A sum of scaled columns
    ScaledSum(Box<ScaledSum>),
    /// A product of scaled columns
    Product(Box<Product>),
    /// A multiple of a shifted column, added to a number
    Approach(Box<Approach>),
    /// A number shaken by a draw, within bounds
    Shake(Box<Shake>),
    /// to = a logistic curve of x
    Sigmoid { to: Destination, curve: Curve, x: Operand },
    /// to = if c then a else b
    Select { to: Destination, c: Operand, a: Operand, b: Operand },
    /// to = a draw; `streams` counts in [`super::Program::streams`], plus the area's number if `level` is given
    Draw { to: Destination, kind: DrawKind, streams: u32, level: Option<u8> },
    /// Whether something happens by chance
    Chance(Box<Chance>),
    /// Fails lanes of `mask` in which `value` is not finite
    Check { value: Operand, mask: Option<Operand>, place: u32 },
    /// Fails lanes of `mask` in which `value` is not a probability
    CheckChance { value: Operand, mask: Option<Operand>, place: u32 },
    /// In lanes of `mask`: to = clamp(scale · value), or clamp(to + scale · value) if `change`
    Store {
        to: Destination,
        value: Operand,
        scale: f64,
        change: bool,
        low: Operand,
        high: Operand,
        mask: Option<Operand>,
    },
    /// to = clamp(k · to + c)
    Relax(Box<Relax>),
    /// Changes of two or three columns in the lanes of one mask
    Changes(Box<Changes>),
    /// The same as a store, unscaled, in the area whose number each lane holds in `area`; lanes that hold −1 write nothing
    Scatter {
        table: u32,
        area: Operand,
        value: Operand,
        change: bool,
        low: Operand,
        high: Operand,
        mask: Option<Operand>,
    },
    /// register = fold(register, value) where `filter` holds
    Fold { fold: Fold, register: u32, value: Operand, filter: Option<Operand> },
    /// A sum that goes on where a condition holds
    AddWhere(Box<AddWhere>),
    /// A whole loop over areas in which nothing is done but to fold
    FoldAreas(Box<FoldAreas>),
    /// register = value where `mask` holds
    Blend { register: u32, value: Operand, mask: Operand },
    /// A message
    Send(Box<Send>),
    /// Notes that a rule fired in lanes of `mask`
    Fired { rule: u32, mask: Option<Operand> },
    /// Goes on at `end` unless the step lies in `first..last`
    Within { first: u32, last: u32, end: u32 },
    /// Goes on at `end` if no lane is in `mask`
    Unless { mask: Operand, end: u32 },
    /// Begins a loop over a list of areas; its `Next` stands before `end`
    Loop { list: u32, level: u8, end: u32 },
    /// Ends a round of the loop that begins at `start`
    Next { list: u32, level: u8, start: u32 },
    /// Draws an uncertainty by its inverse distribution function
    Sample(Box<Sample>),
}

/// A column times a factor, plus a number; −0 adds nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaled {
    /// The factor.
    pub factor: f64,
    /// The column.
    pub column: Operand,
    /// What is added.
    pub plus: f64,
}

/// to = clamp(k · to + c) in every lane, each operation rounded: a variable that goes on from itself alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Relax {
    /// The variable.
    pub cell: u32,
    /// What it is multiplied by.
    pub factor: f64,
    /// What is added.
    pub plus: f64,
    /// The least value.
    pub low: f64,
    /// The greatest value.
    pub high: f64,
    /// Whether it is checked; only a variable without bounds is, since a clamped value no longer tells.
    pub check: Option<ValueCheck>,
}

/// One of some changes: to = clamp(to + scale · value).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// The column.
    pub to: Destination,
    /// The column that is added.
    pub value: Operand,
    /// What it is multiplied by.
    pub scale: f64,
    /// The least value.
    pub low: f64,
    /// The greatest value.
    pub high: f64,
}

impl Change {
    /// Whether there are bounds that it may reach.
    pub fn is_bounded(&self) -> bool {
        self.low > f64::NEG_INFINITY || self.high < f64::INFINITY
    }
}

/// Changes of two or three columns, those within bounds last and those that are not scaled first, none of which another one reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Changes {
    /// The first.
    pub first: Change,
    /// The second.
    pub second: Change,
    /// The third, if there is one.
    pub third: Option<Change>,
    /// The lanes that are changed.
    pub mask: Operand,
}

/// scale / (plus + exp(factor · x)), each operation rounded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    /// What is divided.
    pub scale: f64,
    /// What is added to the exponential.
    pub plus: f64,
    /// What x is multiplied by.
    pub factor: f64,
}

/// A check that a value is finite, as part of the instruction that works it out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ValueCheck {
    /// The lanes that it is about; all if there is none.
    pub mask: Option<Operand>,
    /// Where they fail.
    pub place: u32,
}

/// to = k·a, then + k·b for each term in order, then what the first column's `plus` says: each operation rounded.
#[derive(Clone, Debug, PartialEq)]
pub struct ScaledSum {
    /// Where the sum goes.
    pub to: Destination,
    /// The first factor and column, and what is added last.
    pub first: Scaled,
    /// Factors and columns that are added, at most [`super::MOST_TERMS`].
    pub terms: Vec<(f64, Operand)>,
    /// Whether it is checked.
    pub check: Option<ValueCheck>,
}

/// to = (k·a + c) · (l·b + d), each operation rounded.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// Where the product goes.
    pub to: Destination,
    /// One factor.
    pub a: Scaled,
    /// The other.
    pub b: Scaled,
    /// Whether it is checked.
    pub check: Option<ValueCheck>,
}

/// to = a + k·(b + c), each operation rounded: what goes some of the way towards a target, or is shaken by a centred draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Approach {
    /// Where the result goes.
    pub to: Destination,
    /// What is gone on from.
    pub a: Operand,
    /// What the shifted column is multiplied by.
    pub factor: f64,
    /// The column.
    pub column: Operand,
    /// What is added to it.
    pub shift: f64,
    /// Whether it is checked.
    pub check: Option<ValueCheck>,
}

/// A loop over areas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Areas {
    /// The list of areas.
    pub list: u32,
    /// The loop whose area decides what is read and written.
    pub level: u8,
}

/// What a shaken number goes on from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// Something else than what is written.
    Of(Operand),
    /// What stands where the result goes, plus a multiple of a column if there is one.
    Itself(Option<(f64, Operand)>),
}

/// to = clamp(a + k·(u + c)) with a uniform draw u, each operation rounded: a state that wanders within bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Shake {
    /// Where the result goes.
    pub to: Destination,
    /// What is gone on from.
    pub start: Start,
    /// What the shifted draw is multiplied by.
    pub factor: f64,
    /// What is added to the draw.
    pub shift: f64,
    /// The draw's address, as that of [`Instruction::Draw`].
    pub streams: u32,
    /// The loop whose area's number is added to it, if any.
    pub level: Option<u8>,
    /// The least value.
    pub low: f64,
    /// The greatest value.
    pub high: f64,
    /// Whether it is checked, before it is clamped.
    pub check: Option<ValueCheck>,
    /// The areas in each of which it is done in turn, if it is all that their loop does.
    pub areas: Option<Areas>,
}

/// to = 1 where it is asked and a uniform draw is below `probability`, or below the curve of it, else 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Chance {
    /// Where the result goes.
    pub to: Destination,
    /// The probability, or what the curve is of.
    pub probability: Operand,
    /// The curve, if there is one.
    pub curve: Option<Curve>,
    /// The draw's address, counted in [`super::Program::streams`].
    pub streams: u32,
    /// The lanes in which it is asked; all if there is none.
    pub mask: Option<Operand>,
    /// How what the curve is of must compare with a number for it to be asked, if that is the condition.
    pub on_score: Option<(Comparison, f64)>,
}

/// A comparison of what is read with a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Condition {
    /// What is read.
    pub column: Operand,
    /// How the two are compared.
    pub comparison: Comparison,
    /// The number.
    pub number: f64,
}

/// register = register + value where a condition holds: what a sum over areas adds of those that somebody holds.
#[derive(Clone, Debug, PartialEq)]
pub struct AddWhere {
    /// The sum.
    pub register: u32,
    /// What is added.
    pub value: Operand,
    /// Where.
    pub condition: Condition,
}

/// register = fold(register, value) in each area of a list in turn, where a condition holds if there is one.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldAreas {
    /// The areas.
    pub areas: Areas,
    /// How it is folded; under a condition it is a sum.
    pub fold: Fold,
    /// What is folded into.
    pub register: u32,
    /// What is folded.
    pub value: Operand,
    /// Where.
    pub condition: Option<Condition>,
}

/// to = 1 where both conditions hold, else 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Both {
    /// Where the result goes.
    pub to: Destination,
    /// The first.
    pub first: Condition,
    /// The second.
    pub second: Condition,
}

/// A message of `amount`, at least `floor`, in the lanes of a mask.
#[derive(Clone, Debug, PartialEq)]
pub struct Send {
    /// The first of its receivers in [`super::Program::deliveries`].
    pub first: u32,
    /// How many there are.
    pub count: u32,
    /// How much.
    pub amount: Operand,
    /// The least that is sent.
    pub floor: f64,
    /// The extra fields.
    pub fields: Vec<Operand>,
    /// The lanes that send; all if there is none.
    pub mask: Option<Operand>,
}

/// What drawing an uncertainty needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The uncertainty's column of the run bank.
    pub to: u32,
    /// The family.
    pub family: Family,
    /// Its parameters.
    pub parameters: Vec<Operand>,
    /// The draw's address.
    pub streams: u32,
    /// Truncation.
    pub low: Option<Operand>,
    /// Truncation.
    pub high: Option<Operand>,
    /// The parent's normal score and the rank correlation with it.
    pub parent: Option<(Operand, Operand)>,
    /// Where the own normal score is kept, if a child needs it.
    pub score: Option<u32>,
    /// Where it fails.
    pub place: u32,
}
