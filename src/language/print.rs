//! Trees as text. The text parses to the same tree, with the fewest brackets.

use std::fmt::{self, Display, Formatter};

use super::syntax::{Binding, Expr, ExprKind, Ident, SyntaxError, Unit};
use super::words::{self, Level};

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match &self.kind {
            ExprKind::Number(number) => write_number(f, *number),
            ExprKind::Duration(amount, unit) => write_duration(f, *amount, *unit),
            ExprKind::Date(days) => write_date(f, *days),
            ExprKind::Bool(value) => write!(f, "{value}"),
            ExprKind::Name(name) => f.write_str(name),
            ExprKind::Member(whole, part) => {
                write_whole(f, whole)?;
                write!(f, ".{part}")
            }
            ExprKind::Index(whole, places) => {
                write_whole(f, whole)?;
                f.write_str("[")?;
                write_list(f, places)?;
                f.write_str("]")
            }
            ExprKind::Negate(operand) => {
                f.write_str("-")?;
                write_operand(f, operand, Level::Negate)
            }
            ExprKind::Binary(op, left, right) => {
                let (on_left, on_right) = words::operand_levels(*op);
                write_joined(f, (left, on_left), words::binary_sign(*op), (right, on_right))
            }
            ExprKind::Compare(first, rest) => {
                write_operand(f, first, Level::Sum)?;
                for (op, _, operand) in rest {
                    write!(f, " {} ", words::compare_sign(*op))?;
                    write_operand(f, operand, Level::Sum)?;
                }
                Ok(())
            }
            ExprKind::Not(operand) => {
                f.write_str("not ")?;
                write_operand(f, operand, Level::Not)
            }
            ExprKind::And(left, right) => write_joined(f, (left, Level::And), "and", (right, Level::Not)),
            ExprKind::Or(left, right) => write_joined(f, (left, Level::Or), "or", (right, Level::And)),
            ExprKind::Call(name, arguments) => {
                write!(f, "{name}(")?;
                write_list(f, arguments)?;
                f.write_str(")")
            }
            ExprKind::Over { op, binding, body } => write!(f, "{}({binding}, {body})", words::over_word(*op)),
        }
    }
}

impl Display for Binding {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(f, "{} in {}", self.variable, self.domain)?;
        match &self.filter {
            Some(filter) => write!(f, " where {filter}"),
            None => Ok(()),
        }
    }
}

impl Display for Ident {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Display for Unit {
    /// The word for one.
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        f.write_str(words::singular(*self))
    }
}

impl Display for SyntaxError {
    /// The sentence without its place.
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SyntaxError {}

fn write_joined(f: &mut Formatter, left: (&Expr, Level), sign: &str, right: (&Expr, Level)) -> fmt::Result {
    write_operand(f, left.0, left.1)?;
    write!(f, " {sign} ")?;
    write_operand(f, right.0, right.1)
}

/// An operand, in brackets if it binds less tightly than its place asks.
fn write_operand(f: &mut Formatter, operand: &Expr, least: Level) -> fmt::Result {
    if words::level(&operand.kind) < least { write!(f, "({operand})") } else { write!(f, "{operand}") }
}

/// What a part is taken of. Literals get brackets: `3.x` would be a broken number.
fn write_whole(f: &mut Formatter, whole: &Expr) -> fmt::Result {
    match whole.kind {
        ExprKind::Number(_) | ExprKind::Duration(..) | ExprKind::Date(_) | ExprKind::Bool(_) => write!(f, "({whole})"),
        _ => write_operand(f, whole, Level::Atom),
    }
}

fn write_list(f: &mut Formatter, items: &[Expr]) -> fmt::Result {
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}

/// The shortest digits that are read as the same number.
fn write_number(f: &mut Formatter, number: f64) -> fmt::Result {
    let size = number.abs();
    if size != 0.0 && !(1e-5..1e16).contains(&size) { write!(f, "{number:e}") } else { write!(f, "{number}") }
}

fn write_duration(f: &mut Formatter, amount: f64, unit: Unit) -> fmt::Result {
    let word = words::singular(unit);
    if amount == 1.0 {
        return f.write_str(word);
    }
    write_number(f, amount)?;
    write!(f, " {word}s")
}

/// Dates of the parser are in the years 0 to 9999; others are written as the nearest of these.
fn write_date(f: &mut Formatter, days: i64) -> fmt::Result {
    const FIRST: i64 = -719_528;
    const LAST: i64 = 2_932_896;
    let days = days.clamp(FIRST, LAST);
    let date = jiff::civil::date(1970, 1, 1).saturating_add(jiff::SignedDuration::from_hours(24 * days));
    write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::parser::{parse_binding, parse_expression};
    use super::super::syntax::{BinaryOp, Comparison, OverOp, TextSpan};
    use super::*;

    const NOWHERE: TextSpan = TextSpan { start: 0, end: 0 };

    fn expr(kind: ExprKind) -> Expr {
        Expr { kind, span: NOWHERE }
    }

    /// Takes the places out of a tree, so that trees of different texts can be equal.
    fn strip(mut tree: Expr) -> Expr {
        fn binding(b: &mut Binding) {
            b.span = NOWHERE;
            b.variable.span = NOWHERE;
            b.domain.span = NOWHERE;
            b.filter.iter_mut().for_each(walk);
        }
        fn walk(e: &mut Expr) {
            e.span = NOWHERE;
            match &mut e.kind {
                ExprKind::Member(whole, part) => {
                    part.span = NOWHERE;
                    walk(whole);
                }
                ExprKind::Index(whole, places) => {
                    walk(whole);
                    places.iter_mut().for_each(walk);
                }
                ExprKind::Negate(x) | ExprKind::Not(x) => walk(x),
                ExprKind::Binary(_, l, r) | ExprKind::And(l, r) | ExprKind::Or(l, r) => {
                    walk(l);
                    walk(r);
                }
                ExprKind::Compare(first, rest) => {
                    walk(first);
                    for (_, span, operand) in rest {
                        *span = NOWHERE;
                        walk(operand);
                    }
                }
                ExprKind::Call(name, arguments) => {
                    name.span = NOWHERE;
                    arguments.iter_mut().for_each(walk);
                }
                ExprKind::Over { binding: b, body, .. } => {
                    binding(b);
                    walk(body);
                }
                _ => {}
            }
        }
        walk(&mut tree);
        tree
    }

    fn name() -> impl Strategy<Value = String> {
        "[a-z][a-z0-9_]{0,5}".prop_filter("a free name", |n| !words::is_reserved(n))
    }

    fn ident() -> impl Strategy<Value = Ident> {
        name().prop_map(|name| Ident { name, span: NOWHERE })
    }

    fn number() -> impl Strategy<Value = f64> {
        prop_oneof![
            any::<f64>().prop_filter_map("finite", |x| x.is_finite().then_some(x.abs())),
            (0u32..5000).prop_map(|x| f64::from(x) / 100.0),
        ]
    }

    fn unit() -> impl Strategy<Value = Unit> {
        prop::sample::select(vec![Unit::Tick, Unit::Day, Unit::Week, Unit::Month, Unit::Year])
    }

    fn leaf() -> impl Strategy<Value = Expr> {
        prop_oneof![
            number().prop_map(ExprKind::Number),
            (number(), unit()).prop_map(|(n, u)| ExprKind::Duration(n, u)),
            unit().prop_map(|u| ExprKind::Duration(1.0, u)),
            (-719_528i64..=2_932_896).prop_map(ExprKind::Date),
            any::<bool>().prop_map(ExprKind::Bool),
            name().prop_map(ExprKind::Name),
        ]
        .prop_map(expr)
    }

    fn binding(inner: impl Strategy<Value = Expr>) -> impl Strategy<Value = Binding> {
        (ident(), ident(), prop::option::of(inner)).prop_map(|(variable, domain, filter)| Binding {
            variable,
            domain,
            filter,
            span: NOWHERE,
        })
    }

    fn tree() -> impl Strategy<Value = Expr> {
        use BinaryOp::*;
        use Comparison::*;
        use OverOp::*;
        leaf().prop_recursive(7, 48, 4, |inner| {
            let boxed = || inner.clone().prop_map(Box::new);
            let list = |least| prop::collection::vec(inner.clone(), least..4);
            let compare = prop::sample::select(vec![Lt, Le, Gt, Ge, Eq, Ne]).prop_map(|op| (op, NOWHERE));
            let called = prop_oneof![
                4 => ident(),
                1 => prop::sample::select(vec!["if", "min", "max"])
                    .prop_map(|n| Ident { name: n.to_owned(), span: NOWHERE }),
            ];
            let over = prop::sample::select(vec![Sum, Mean, Min, Max, Any, All, Best]);
            prop_oneof![
                2 => (boxed(), ident()).prop_map(|(w, p)| ExprKind::Member(w, p)),
                2 => (boxed(), list(1)).prop_map(|(w, p)| ExprKind::Index(w, p)),
                2 => boxed().prop_map(ExprKind::Negate),
                6 => (prop::sample::select(vec![Add, Sub, Mul, Div, Pow]), boxed(), boxed())
                    .prop_map(|(op, l, r)| ExprKind::Binary(op, l, r)),
                2 => (boxed(), prop::collection::vec((compare, inner.clone()), 1..4)).prop_map(|(first, rest)| {
                    ExprKind::Compare(first, rest.into_iter().map(|((op, span), e)| (op, span, e)).collect())
                }),
                2 => boxed().prop_map(ExprKind::Not),
                2 => (boxed(), boxed()).prop_map(|(l, r)| ExprKind::And(l, r)),
                2 => (boxed(), boxed()).prop_map(|(l, r)| ExprKind::Or(l, r)),
                2 => (called, list(0)).prop_map(|(n, a)| ExprKind::Call(n, a)),
                2 => (over, binding(inner.clone()), boxed())
                    .prop_map(|(op, b, body)| ExprKind::Over { op, binding: Box::new(b), body }),
            ]
            .prop_map(expr)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn what_is_printed_parses_to_the_same_tree(tree in tree()) {
            let text = tree.to_string();
            prop_assume!(text.len() <= super::super::MAX_TEXT_BYTES);
            let back = parse_expression(&text).map_err(|e| TestCaseError::fail(format!("{text}: {e:?}")))?;
            prop_assert_eq!(strip(back), tree, "{}", text);
        }

        #[test]
        fn what_is_printed_of_a_binding_parses_to_the_same(binding in binding(tree())) {
            let text = binding.to_string();
            let back = parse_binding(&text).map_err(|e| TestCaseError::fail(format!("{text}: {e:?}")))?;
            prop_assert_eq!(back.to_string(), text);
            prop_assert_eq!(back.filter.map(strip), binding.filter);
        }
    }

    #[test]
    fn needless_brackets_and_odd_spacing_go() {
        for (text, canonical) in [
            ("((a))+(b*c)", "a + b * c"),
            ("a-(b-c)", "a - (b - c)"),
            ("(a-b)-c", "a - b - c"),
            ("-(x^2)", "-x ^ 2"),
            ("(-x)^2", "(-x) ^ 2"),
            ("2^(3^4)", "2 ^ 3 ^ 4"),
            ("(2^3)^4", "(2 ^ 3) ^ 4"),
            ("not(a==b)", "not a == b"),
            ("(not a)==b", "(not a) == b"),
            ("(a<b)<c", "(a < b) < c"),
            ("0.2/1 week", "0.2 / week"),
            ("1_000", "1000"),
            ("1e300", "1e300"),
            ("4weeks", "4 weeks"),
            ("best( a in areas where a.crossing>0,a.threat )", "best(a in areas where a.crossing > 0, a.threat)"),
            ("0000-01-01", "0000-01-01"),
            ("9999-12-31", "9999-12-31"),
        ] {
            assert_eq!(parse_expression(text).unwrap().to_string(), canonical, "{text}");
        }
    }
}
