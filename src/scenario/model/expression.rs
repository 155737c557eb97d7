//! Expressions in which every name is resolved.

use super::{AreaVariableId, Comparison, DrawId, VariableId};

/// Which value of a variable is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The value now; in stages 3 and 4 the value that the stage before left.
    Now,
    /// As last observed, at the end of the tick before.
    Observed,
}

/// How deep an area loop is: 0 is the outermost that the expression stands in.
pub type Level = u8;

/// A resolved expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A finite number.
    Const(f64),
    /// A lever, at the value that holds this tick.
    Lever(usize),
    /// An uncertainty's drawn value.
    Uncertainty(usize),
    /// A variable.
    Variable(VariableId, View),
    /// An outcome: as last observed; within stage 4 the new value, once it is worked out.
    Outcome(usize),
    /// Ticks since a milestone was reached: now − its tick, infinite before. In stages 1 to 3 now is the tick of the last
    /// observation. Only ever an operand of [`Expr::Compare`], which does not check it.
    Since(usize),
    /// Whether a milestone has been reached.
    Reached(usize),
    /// `sustained`: whether the streak counts at least so many observations.
    Sustained(usize, u32),
    /// A history's value so many ticks (at least 1) before now; the start's ahead of the start. In stages 1 to 3 now is
    /// the last observation, in stage 4 the one being made.
    Past(usize, u32),
    /// The same for an area history, in the area of a loop.
    AreaPast(usize, u32, Level),
    /// A column of the table, in the area of a loop.
    Column(usize, Level),
    /// An area variable, in the area of a loop; 0 where it does not exist. In rules an [`AreaRole::Input`](super::AreaRole::Input) of the own
    /// side is current, all else as last observed.
    Area(AreaVariableId, Level),
    /// An area variable in one area.
    AreaAt(AreaVariableId, usize),
    /// `a.ally.strength`: the variable that an actor-valued column names, one an area; `None` where it names nobody (0).
    ColumnVariable(Vec<Option<VariableId>>, View, Level),
    /// Whether the areas of two loops are neighbours.
    Borders(Level, Level),
    /// The message's amount, in `on_arrival`.
    Amount,
    /// The message's field, in `on_arrival`.
    Field(usize),
    /// A local name of the rule.
    Let(usize),
    /// A draw at this tick: uniform on (0, 1], or standard normal by the inverse.
    Draw(DrawId, DrawKind),
    /// The same with an address an area.
    AreaDraw(DrawId, DrawKind, Level),
    /// The date: of the step's first day in stages 1 to 3, of the observation in stage 4.
    Date,
    /// 1 in a season, else 0; by [`Expr::Date`].
    Season(usize),
    /// −x
    Negate(Box<Expr>),
    /// A function of one number.
    Unary(UnaryFunction, Box<Expr>),
    /// A function of two numbers.
    Binary(BinaryFunction, Box<Expr>, Box<Expr>),
    /// x to a whole power that stands in the file, by fixed multiplications.
    Power(Box<Expr>, i32),
    /// A comparison. Both operands are checked to be finite, except [`Expr::Since`]. Exact: `==` compares bits' values.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// The right side is only checked where the left holds.
    And(Box<Expr>, Box<Expr>),
    /// The right side is only checked where the left does not hold.
    Or(Box<Expr>, Box<Expr>),
    /// 1 − x
    Not(Box<Expr>),
    /// Only the side taken is checked.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// Over a group, spelled out in order; bodies are only checked where the filter holds.
    OverGroup(Fold, Vec<(Option<Expr>, Expr)>),
    /// Over all areas in file order; filter and body read the area at this loop's level.
    OverAreas(Fold, Level, Option<Box<Expr>>, Box<Expr>),
}

/// What kind of draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DrawKind {
    /// On (0, 1].
    Uniform,
    /// Mean 0, deviation 1.
    Normal,
}

/// Functions of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryFunction {
    /// |x|
    Abs,
    /// √x
    Sqrt,
    /// eˣ
    Exp,
    /// The natural logarithm.
    Ln,
    /// 1/(1 + e⁻ˣ)
    Logistic,
    /// The greatest whole number not above x.
    Floor,
}

/// Functions of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryFunction {
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
}

/// Folds. Each starts from the value given and takes members in order; a member that the filter leaves out changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// From 0: s + x.
    Sum,
    /// The sum divided by the number of members that pass (0/0 is not a number).
    Mean,
    /// From +∞: x if x < m, else m.
    Min,
    /// From −∞: x if x > m, else m.
    Max,
    /// 1 if one is 1. Later members are checked all the same.
    Any,
    /// 1 if all are 1. Later members are checked all the same.
    All,
}
