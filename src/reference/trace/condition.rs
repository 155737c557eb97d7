//! The condition and the chance of a rule that acted, as they are written, with the values that made it act.
//!
//! What is written (the syntax tree) and what is played (the resolved tree) are walked side by side as far as they are built
//! alike; each part that reads something gets its value, and where the two part ways, the part as a whole does.

use super::figures::short;
use crate::language::parse_expression;
use crate::language::syntax::{BinaryOp, Comparison, Expr as Syntax, ExprKind, TextSpan};
use crate::reference::Look;
use crate::scenario::clock::date_of;
use crate::scenario::model::{BinaryFunction, Expr, Fold, Role, Rule, Scenario};

/// How many digits a value is shown with, unless a comparison needs more to be seen.
const DIGITS: usize = 3;
/// As many digits as tell every number from every other.
const ALL_DIGITS: usize = 17;

/// A condition that held.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// As it is written; what the member of a `for` must fulfil comes first.
    pub written: String,
    /// The same with each value behind what has it.
    pub shown: String,
    /// What it read, as it is written there, and its value.
    pub values: Vec<(String, Datum)>,
}

/// A chance that struck.
#[derive(Clone, Debug, PartialEq)]
pub struct Struck {
    /// As it is written.
    pub written: String,
    /// The same with each value behind what has it.
    pub shown: String,
    /// The time that it is for, if not a tick.
    pub per: Option<String>,
    /// What it read, and its value.
    pub values: Vec<(String, Datum)>,
    /// The probability a tick.
    pub probability: f64,
    /// The die: the rule acted because this is less.
    pub die: f64,
}

/// A value as it is meant.
#[derive(Clone, Debug, PartialEq)]
pub enum Datum {
    /// A number.
    Number(f64),
    /// A span of so many ticks; infinite since what never was.
    Ticks(f64),
    /// Yes or no.
    Truth(bool),
    /// A date.
    Date(String),
    /// A stance.
    Stance(String),
}

impl Datum {
    /// For people, numbers with so many digits.
    pub fn shown(&self, digits: usize) -> String {
        match self {
            Self::Number(value) => short(*value, digits),
            Self::Ticks(value) if value.is_infinite() => "never".to_owned(),
            Self::Ticks(1.0) => "1 tick".to_owned(),
            Self::Ticks(value) => format!("{} ticks", short(*value, digits)),
            Self::Truth(true) => "yes".to_owned(),
            Self::Truth(false) => "no".to_owned(),
            Self::Date(text) | Self::Stance(text) => text.clone(),
        }
    }
}

/// A rule at the moment at which it acts.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The rule.
    pub rule: &'a Rule,
    /// What it sees.
    pub look: &'a Look<'a>,
}

impl Reading<'_> {
    /// The rule's condition; `None` if it has none.
    pub fn condition(&self) -> Option<Condition> {
        let whole = self.rule.when.as_ref()?;
        let words = &self.rule.words;
        let parts: Vec<(&str, &Expr)> = match (&words.filter, &words.when, whole) {
            (Some(filter), Some(when), Expr::And(first, second)) => {
                vec![(filter, first.as_ref()), (when, second.as_ref())]
            }
            (Some(filter), None, _) => vec![(filter, whole)],
            (None, Some(when), _) => vec![(when, whole)],
            _ => return None,
        };
        let mut values = Vec::new();
        let mut told = |&(text, expr): &(&str, &Expr)| self.told(text, expr, &mut values);
        let shown: Vec<String> = parts.iter().map(&mut told).collect();
        let written: Vec<&str> = parts.iter().map(|(text, _)| *text).collect();
        Some(Condition { written: written.join("; "), shown: shown.join("; "), values })
    }

    /// The rule's chance; `None` if it has none.
    pub fn chance(&self) -> Option<Struck> {
        let chance = self.rule.chance.as_ref()?;
        let written = self.rule.words.chance.clone().unwrap_or_default();
        let mut values = Vec::new();
        let shown = self.told(&written, &chance.probability, &mut values);
        let (probability, die) = self.look.chance(chance);
        Some(Struck { written, shown, per: self.rule.words.per.clone(), values, probability, die })
    }

    /// A text with its values.
    fn told(&self, text: &str, expr: &Expr, values: &mut Vec<(String, Datum)>) -> String {
        let Ok(syntax) = parse_expression(text) else { return text.to_owned() };
        let mut notes = Notes { reading: *self, text, notes: Vec::new(), values };
        notes.operand(&syntax, expr, DIGITS);
        let mut shown = String::new();
        let mut from = 0;
        for (at, note) in &notes.notes {
            shown += text.get(from..*at).unwrap_or_default();
            shown += note;
            from = *at;
        }
        shown + text.get(from..).unwrap_or_default()
    }
}

/// What is put into a text, and where.
struct Notes<'r> {
    reading: Reading<'r>,
    text: &'r str,
    /// By their place, in bytes, which only grows: the text is walked from left to right.
    notes: Vec<(usize, String)>,
    values: &'r mut Vec<(String, Datum)>,
}

impl Notes<'_> {
    /// Notes a part, and what comes of it if it is put together of several.
    fn operand(&mut self, syntax: &Syntax, expr: &Expr, digits: usize) {
        let is_composed = self.part(syntax, expr, digits);
        // Of a condition it is known that it holds.
        if is_composed && !is_truth(expr) {
            self.note(syntax, expr, " = ", digits);
        }
    }

    /// Notes the values within a part. Whether it is put together of parts that were noted.
    fn part(&mut self, syntax: &Syntax, expr: &Expr, digits: usize) -> bool {
        match (&syntax.kind, expr) {
            (ExprKind::And(a, b), Expr::And(x, y)) | (ExprKind::Or(a, b), Expr::Or(x, y)) => {
                self.operand(a, x, digits);
                self.operand(b, y, digits);
                true
            }
            (ExprKind::Not(a), Expr::Not(x)) | (ExprKind::Negate(a), Expr::Negate(x)) => self.part(a, x, digits),
            (ExprKind::Binary(op, a, b), Expr::Binary(function, x, y)) if is_played_as(*op, *function) => {
                self.part(a, x, digits);
                self.part(b, y, digits);
                true
            }
            (ExprKind::Binary(BinaryOp::Pow, a, _), Expr::Power(x, _)) => {
                self.part(a, x, digits);
                true
            }
            (ExprKind::Call(name, arguments), _) => match arguments_of(&name.name, arguments.len(), expr) {
                Some(values) => {
                    for (argument, value) in arguments.iter().zip(values) {
                        self.part(argument, value, digits);
                    }
                    true
                }
                None => {
                    self.note(syntax, expr, " ", digits);
                    false
                }
            },
            (ExprKind::Compare(first, rest), _) => self.comparisons(syntax, first, rest.as_slice(), expr, digits),
            (ExprKind::Number(_) | ExprKind::Duration(..) | ExprKind::Date(_) | ExprKind::Bool(_), _) => false,
            _ => {
                self.note(syntax, expr, " ", digits);
                false
            }
        }
    }

    /// A comparison, or several in a row: each operand with its value, in as many digits as show that it holds or not.
    fn comparisons(
        &mut self,
        syntax: &Syntax,
        first: &Syntax,
        rest: &[(Comparison, TextSpan, Syntax)],
        expr: &Expr,
        digits: usize,
    ) -> bool {
        let mut found = Vec::new();
        let mut left = expr;
        for _ in 1..rest.len() {
            let Expr::And(before, last) = left else { break };
            found.push(last.as_ref());
            left = before;
        }
        found.push(left);
        found.reverse();
        let pairs: Option<Vec<(Comparison, &Expr, &Expr)>> = found
            .iter()
            .map(|one| match one {
                Expr::Compare(op, a, b) => Some((*op, a.as_ref(), b.as_ref())),
                _ => None,
            })
            .collect();
        let Some(pairs) = pairs.filter(|pairs| pairs.len() == rest.len()) else {
            self.note(syntax, expr, ": ", digits);
            return false;
        };
        let needed = pairs.iter().map(|pair| self.digits(*pair)).max().unwrap_or(digits).max(digits);
        if let Some((_, a, _)) = pairs.first() {
            self.operand(first, a, needed);
        }
        for ((_, _, right), (_, _, b)) in rest.iter().zip(&pairs) {
            self.operand(right, b, needed);
        }
        true
    }

    /// How many digits show what a comparison says.
    fn digits(&self, (op, a, b): (Comparison, &Expr, &Expr)) -> usize {
        let look = self.reading.look;
        let (x, y) = (look.value(a), look.value(b));
        let rounded = |value: f64, digits: usize| short(value, digits).parse().unwrap_or(value);
        let tells = |digits: &usize| op.holds(rounded(x, *digits), rounded(y, *digits)) == op.holds(x, y);
        (DIGITS..ALL_DIGITS).find(tells).unwrap_or(ALL_DIGITS)
    }

    /// Puts a part's value behind it.
    fn note(&mut self, syntax: &Syntax, expr: &Expr, joint: &str, digits: usize) {
        if matches!(expr, Expr::Const(_)) {
            return;
        }
        let datum = self.datum(expr);
        self.notes.push((syntax.span.end, format!("{joint}{}", datum.shown(digits))));
        let name = self.text.get(syntax.span.start..syntax.span.end).unwrap_or_default();
        if !self.values.iter().any(|(known, _)| known == name) {
            self.values.push((name.to_owned(), datum));
        }
    }

    /// An expression's value, as it is meant.
    fn datum(&self, expr: &Expr) -> Datum {
        let Reading { scenario, look, .. } = self.reading;
        let value = look.value(expr);
        let stance = |variable: usize| {
            let is_one = scenario.variables.get(variable).is_some_and(|v| v.role == Role::Stance);
            let owner = scenario.variables.get(variable).filter(|_| is_one).and_then(|v| v.owner);
            let ladder = owner.and_then(|owner| scenario.actors.get(owner)).and_then(|actor| actor.stances.as_ref());
            ladder.and_then(|ladder| ladder.rungs.get(value as usize)).map(|rung| rung.name.clone())
        };
        match expr {
            Expr::Date => Datum::Date(date_of(look.day()).map(|date| date.to_string()).unwrap_or_default()),
            Expr::Since(_) => Datum::Ticks(value),
            Expr::Variable(variable, _) => stance(*variable).map_or(Datum::Number(value), Datum::Stance),
            _ if is_truth(expr) => Datum::Truth(value == 1.0),
            _ => Datum::Number(value),
        }
    }
}

/// Whether an operation is played as it is written: not so where dates are counted with.
fn is_played_as(op: BinaryOp, function: BinaryFunction) -> bool {
    matches!(
        (op, function),
        (BinaryOp::Add, BinaryFunction::Add)
            | (BinaryOp::Sub, BinaryFunction::Sub)
            | (BinaryOp::Mul, BinaryFunction::Mul)
            | (BinaryOp::Div, BinaryFunction::Div)
            | (BinaryOp::Pow, BinaryFunction::Pow)
    )
}

/// What a function's arguments became: `min`, `max` and `clamp` are played as one comparison after the other.
fn arguments_of<'e>(function: &str, count: usize, expr: &'e Expr) -> Option<Vec<&'e Expr>> {
    match (function, expr) {
        ("abs" | "sqrt" | "exp" | "ln" | "logistic" | "floor", Expr::Unary(_, x)) if count == 1 => Some(vec![x]),
        ("min" | "max" | "clamp", _) if count > 1 => {
            let mut values = Vec::new();
            let mut left = expr;
            for _ in 1..count {
                let Expr::Binary(BinaryFunction::Min | BinaryFunction::Max, before, last) = left else { return None };
                values.push(last.as_ref());
                left = before;
            }
            values.push(left);
            values.reverse();
            Some(values)
        }
        _ => None,
    }
}

/// Whether an expression is a condition.
fn is_truth(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Compare(..)
            | Expr::And(..)
            | Expr::Or(..)
            | Expr::Not(_)
            | Expr::Reached(_)
            | Expr::Sustained(..)
            | Expr::Borders(..)
            | Expr::OverGroup(Fold::Any | Fold::All, _)
            | Expr::OverAreas(Fold::Any | Fold::All, ..)
    )
}
