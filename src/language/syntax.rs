//! The shapes that the parser makes of an expression's text. Names are not resolved yet.

/// A stretch of the expression's own text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextSpan {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A name as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Ident {
    /// `[a-z][a-z0-9_]*`
    pub name: String,
    /// Where.
    pub span: TextSpan,
}

/// One expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where.
    pub span: TextSpan,
}

/// The units a duration is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A tick of the scenario's clock.
    Tick,
    /// A day.
    Day,
    /// Seven days.
    Week,
    /// A twelfth of a mean Gregorian year.
    Month,
    /// A mean Gregorian year, 365.2425 days.
    Year,
}

/// `+ - * / ^`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `^`, binds tightest and to the right; `-x^2` is `-(x^2)`
    Pow,
}

/// The comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `==`
    Eq,
    /// `!=`
    Ne,
}

impl Comparison {
    /// Whether it holds between two numbers.
    pub fn holds(self, a: f64, b: f64) -> bool {
        match self {
            Self::Lt => a < b,
            Self::Le => a <= b,
            Self::Gt => a > b,
            Self::Ge => a >= b,
            Self::Eq => a == b,
            Self::Ne => a != b,
        }
    }
}

/// The functions that go over a group or the areas: `sum(x in patrons where x.trust > 0, x.trust)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverOp {
    /// The sum of the body.
    Sum,
    /// The mean of the body.
    Mean,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// Whether the body holds for one.
    Any,
    /// Whether the body holds for all.
    All,
    /// The member with the greatest body, the first among equals.
    Best,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `0.2`, `1e3`, `1_000`
    Number(f64),
    /// `4 weeks`, `week`
    Duration(f64, Unit),
    /// `2023-10-27`, in days since 1970-01-01
    Date(i64),
    /// `true`, `false`
    Bool(bool),
    /// `patience`
    Name(String),
    /// `front.troops`, `a.ally.strength`
    Member(Box<Expr>, Ident),
    /// `support[near, regime]`, `a.garrison[front]`
    Index(Box<Expr>, Vec<Expr>),
    /// `-x`
    Negate(Box<Expr>),
    /// `x + y`
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `0 < x < 1`: the first operand, then each comparison with the operand on its right.
    Compare(Box<Expr>, Vec<(Comparison, TextSpan, Expr)>),
    /// `not x`
    Not(Box<Expr>),
    /// `x and y`
    And(Box<Expr>, Box<Expr>),
    /// `x or y`
    Or(Box<Expr>, Box<Expr>),
    /// `max(0, x)`, `normal()`, `received(request, regime)`
    Call(Ident, Vec<Expr>),
    /// `best(a in areas where a.crossing > 0, a.threat)`
    Over {
        /// Which.
        op: OverOp,
        /// The member and the set it goes over.
        binding: Box<Binding>,
        /// What is summed, compared or maximised.
        body: Box<Expr>,
    },
}

/// `a in areas where a.crossing > 0`: after `for:`, `at: each` and inside functions.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// The member's name.
    pub variable: Ident,
    /// `areas`, or a group's name.
    pub domain: Ident,
    /// What members must fulfil.
    pub filter: Option<Expr>,
    /// The whole.
    pub span: TextSpan,
}

/// Why a text is no expression.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    /// The sentence.
    pub message: String,
    /// What stands under the caret.
    pub label: String,
    /// Where.
    pub span: TextSpan,
    /// A hint.
    pub help: Option<String>,
}
