//! The words of the language, its operators' signs, and how tightly each binds.

use super::syntax::{BinaryOp, Comparison, ExprKind, OverOp, Unit};

/// How tightly a form binds, loosest first. The parser and the printer share this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Or,
    And,
    Not,
    Compare,
    Sum,
    Product,
    Negate,
    Power,
    Atom,
}

/// Words that join or open forms and stand for nothing themselves.
const GRAMMAR: [&str; 9] = ["and", "or", "not", "if", "in", "where", "each", "true", "false"];

/// Every spelling of a unit.
pub(super) const UNIT_WORDS: [&str; 10] =
    ["tick", "ticks", "day", "days", "week", "weeks", "month", "months", "year", "years"];

/// Whether a word has a meaning of its own, so that nothing in a scenario may be named so.
///
/// These are the words of the grammar, the units, and the functions that go over a group. Other functions (`clamp`,
/// `count`) always stand before a bracket, so their names stay free.
///
/// ```
/// use entente::language::is_reserved;
/// assert!(is_reserved("week") && is_reserved("and") && is_reserved("best"));
/// assert!(!is_reserved("date") && !is_reserved("count"));
/// ```
pub fn is_reserved(name: &str) -> bool {
    GRAMMAR.contains(&name) || UNIT_WORDS.contains(&name) || over_op(name).is_some()
}

/// Whether a text has the form of a name, `[a-z][a-z0-9_]*`. Reserved words have it too.
pub fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// The unit that a word means, singular or plural.
pub(super) fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "tick" | "ticks" => Unit::Tick,
        "day" | "days" => Unit::Day,
        "week" | "weeks" => Unit::Week,
        "month" | "months" => Unit::Month,
        "year" | "years" => Unit::Year,
        _ => return None,
    })
}

/// The unit that a word means when it stands alone: `week`, not `weeks`.
pub(super) fn single_unit(word: &str) -> Option<Unit> {
    unit(word).filter(|u| singular(*u) == word)
}

/// A unit's word for one.
pub(super) fn singular(unit: Unit) -> &'static str {
    match unit {
        Unit::Tick => "tick",
        Unit::Day => "day",
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Year => "year",
    }
}

/// The unit word that was probably meant: one or two slips away, and begun alike.
pub(super) fn near_unit(word: &str) -> Option<&'static str> {
    if !(3..=10).contains(&word.len()) {
        return None;
    }
    UNIT_WORDS
        .into_iter()
        .filter(|u| u.bytes().next() == word.bytes().next())
        .map(|u| (strsim::osa_distance(u, word), u))
        .filter(|(slips, _)| *slips <= 2)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, u)| u)
}

/// The function over a group of this name.
pub(super) fn over_op(word: &str) -> Option<OverOp> {
    Some(match word {
        "sum" => OverOp::Sum,
        "mean" => OverOp::Mean,
        "min" => OverOp::Min,
        "max" => OverOp::Max,
        "any" => OverOp::Any,
        "all" => OverOp::All,
        "best" => OverOp::Best,
        _ => return None,
    })
}

/// The name of a function over a group.
pub(super) fn over_word(op: OverOp) -> &'static str {
    match op {
        OverOp::Sum => "sum",
        OverOp::Mean => "mean",
        OverOp::Min => "min",
        OverOp::Max => "max",
        OverOp::Any => "any",
        OverOp::All => "all",
        OverOp::Best => "best",
    }
}

/// An operator's sign.
pub(super) fn binary_sign(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::Pow => "^",
    }
}

/// How tightly an operator binds.
pub(super) fn binary_level(op: BinaryOp) -> Level {
    match op {
        BinaryOp::Add | BinaryOp::Sub => Level::Sum,
        BinaryOp::Mul | BinaryOp::Div => Level::Product,
        BinaryOp::Pow => Level::Power,
    }
}

/// The least tight operands that an operator takes on its left and right without brackets.
pub(super) fn operand_levels(op: BinaryOp) -> (Level, Level) {
    match op {
        BinaryOp::Add | BinaryOp::Sub => (Level::Sum, Level::Product),
        BinaryOp::Mul | BinaryOp::Div => (Level::Product, Level::Negate),
        BinaryOp::Pow => (Level::Atom, Level::Negate),
    }
}

/// A comparison's sign.
pub(super) fn compare_sign(op: Comparison) -> &'static str {
    match op {
        Comparison::Lt => "<",
        Comparison::Le => "<=",
        Comparison::Gt => ">",
        Comparison::Ge => ">=",
        Comparison::Eq => "==",
        Comparison::Ne => "!=",
    }
}

/// How tightly an expression's outermost form binds.
pub(super) fn level(kind: &ExprKind) -> Level {
    match kind {
        ExprKind::Or(..) => Level::Or,
        ExprKind::And(..) => Level::And,
        ExprKind::Not(_) => Level::Not,
        ExprKind::Compare(..) => Level::Compare,
        ExprKind::Binary(op, ..) => binary_level(*op),
        ExprKind::Negate(_) => Level::Negate,
        _ => Level::Atom,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_letters_digits_and_underscores() {
        for good in ["a", "near_support", "x2", "m_", "week"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "A", "2x", "_x", "a-b", "a b", "é", "xé", "nearSupport"] {
            assert!(!is_name(bad), "{bad}");
        }
    }

    #[test]
    fn a_mistyped_unit_finds_its_word() {
        assert_eq!(near_unit("wekks"), Some("weeks"));
        assert_eq!(near_unit("moths"), Some("months"));
        assert_eq!(near_unit("yaer"), Some("year"));
        assert_eq!(near_unit("troops"), None);
        assert_eq!(near_unit("x"), None);
    }

    #[test]
    fn plural_units_do_not_stand_alone() {
        assert_eq!(single_unit("month"), Some(Unit::Month));
        assert_eq!(single_unit("months"), None);
        assert_eq!(unit("months"), Some(Unit::Month));
    }
}
