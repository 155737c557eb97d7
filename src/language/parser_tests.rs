use proptest::prelude::*;

use super::super::literal::{parse_date, parse_duration};
use super::super::syntax::OverOp;
use super::*;

/// A tree with every form in brackets, so that a test shows how it was read.
fn shape(expr: &Expr) -> String {
    let list = |items: &[Expr]| items.iter().map(shape).collect::<Vec<_>>().join(" ");
    match &expr.kind {
        ExprKind::Number(n) => n.to_string(),
        ExprKind::Duration(n, unit) => format!("{n}{unit:?}"),
        ExprKind::Date(days) => format!("day{days}"),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Member(whole, part) => format!("{{{} .{}}}", shape(whole), part.name),
        ExprKind::Index(whole, places) => format!("{{{} at {}}}", shape(whole), list(places)),
        ExprKind::Negate(x) => format!("{{- {}}}", shape(x)),
        ExprKind::Not(x) => format!("{{not {}}}", shape(x)),
        ExprKind::Binary(op, l, r) => format!("{{{op:?} {} {}}}", shape(l), shape(r)),
        ExprKind::And(l, r) => format!("{{and {} {}}}", shape(l), shape(r)),
        ExprKind::Or(l, r) => format!("{{or {} {}}}", shape(l), shape(r)),
        ExprKind::Compare(first, rest) => {
            let rest: Vec<_> = rest.iter().map(|(op, _, e)| format!("{op:?} {}", shape(e))).collect();
            format!("{{{} {}}}", shape(first), rest.join(" "))
        }
        ExprKind::Call(name, arguments) => format!("{{{}: {}}}", name.name, list(arguments)),
        ExprKind::Over { op, binding, body } => {
            let filter = binding.filter.as_ref().map(|f| format!(" where {}", shape(f))).unwrap_or_default();
            format!("{{{op:?} {} in {}{filter}: {}}}", binding.variable.name, binding.domain.name, shape(body))
        }
    }
}

#[test]
fn operators_bind_in_the_documented_order() {
    for (text, expected) in [
        ("a or b and c", "{or a {and b c}}"),
        ("a and b or c", "{or {and a b} c}"),
        ("not a and b", "{and {not a} b}"),
        ("not a == b", "{not {a Eq b}}"),
        ("not not a", "{not {not a}}"),
        ("a and not b", "{and a {not b}}"),
        ("a + b < c * d", "{{Add a b} Lt {Mul c d}}"),
        ("0 < x <= 1", "{0 Lt x Le 1}"),
        ("a == b == c != d", "{a Eq b Eq c Ne d}"),
        ("(a < b) == c", "{{a Lt b} Eq c}"),
        ("a - b - c", "{Sub {Sub a b} c}"),
        ("a / b / c * d", "{Mul {Div {Div a b} c} d}"),
        ("a + b * c - d", "{Sub {Add a {Mul b c}} d}"),
        ("-a * b", "{Mul {- a} b}"),
        ("a * -b", "{Mul a {- b}}"),
        ("a - -b", "{Sub a {- b}}"),
        ("--a", "{- {- a}}"),
        ("-x^2", "{- {Pow x 2}}"),
        ("2^-1", "{Pow 2 {- 1}}"),
        ("2^-x^2 * c", "{Mul {Pow 2 {- {Pow x 2}}} c}"),
        ("2^3^4", "{Pow 2 {Pow 3 4}}"),
        ("-a.b[c]^2", "{- {Pow {{a .b} at c} 2}}"),
        ("a.ally.strength", "{{a .ally} .strength}"),
        ("support[near, regime]", "{support at near regime}"),
        ("a.garrison[front].x", "{{{a .garrison} at front} .x}"),
    ] {
        assert_eq!(shape(&parse_expression(text).unwrap()), expected, "{text}");
    }
}

#[test]
fn values_of_every_kind_are_read() {
    for (text, expected) in [
        ("4 weeks", "4Week"),
        ("week", "1Week"),
        ("10/week", "{Div 10 1Week}"),
        ("0.2/week - 0.01/week * troops", "{Sub {Div 0.2 1Week} {Mul {Div 0.01 1Week} troops}}"),
        ("-3/month", "{Div {- 3} 1Month}"),
        ("date >= 2023-10-27", "{date Ge day19657}"),
        ("date-2023-10-27", "{Sub date day19657}"),
        ("true or false", "{or true false}"),
        ("normal()", "{normal: }"),
        ("f (x)", "{f: x}"),
        ("if(a, 1, .5)", "{if: a 1 0.5}"),
        ("min(a, b)", "{min: a b}"),
        ("min(x in g, x.a)", "{Min x in g: {x .a}}"),
        ("received(request, regime) > 0", "{{received: request regime} Gt 0}"),
        ("sustained(held(regime, crossing) < 0.5, 4 weeks)", "{sustained: {{held: regime crossing} Lt 0.5} 4Week}"),
        ("any(x in patrons where x.trust > 0, true)", "{Any x in patrons where {{x .trust} Gt 0}: true}"),
        ("sum(x in g, sum(y in h, x.a * y.b))", "{Sum x in g: {Sum y in h: {Mul {x .a} {y .b}}}}"),
        (
            "stance == mobilised and self.amount > sender.x",
            "{and {stance Eq mobilised} {{self .amount} Gt {sender .x}}}",
        ),
        ("a\n  and b", "{and a b}"),
    ] {
        assert_eq!(shape(&parse_expression(text).unwrap()), expected, "{text}");
    }
}

#[test]
fn spans_cover_what_was_read() {
    let of = |text: &str| parse_expression(text).unwrap();
    assert_eq!(of("  a + b ").span, TextSpan { start: 2, end: 7 });
    assert_eq!(of("(a) * (b + c)").span, TextSpan { start: 0, end: 13 });
    assert_eq!(of("4  weeks").span, TextSpan { start: 0, end: 8 });
    assert_eq!(of("f(a, b)[c]").span, TextSpan { start: 0, end: 10 });
    let ExprKind::Compare(_, rest) = of("a <= b").kind else { panic!("a comparison") };
    assert_eq!(rest[0].1, TextSpan { start: 2, end: 4 });
    let ExprKind::Over { op, binding, .. } = of("best(x in g where x.a, 1)").kind else { panic!("over a group") };
    assert_eq!((op, binding.span), (OverOp::Best, TextSpan { start: 5, end: 21 }));
}

#[test]
fn bindings_are_read() {
    let plain = parse_binding("x in patrons").unwrap();
    assert_eq!((plain.variable.name.as_str(), plain.domain.name.as_str()), ("x", "patrons"));
    assert_eq!(plain.filter, None);
    let each = parse_each("each a in areas where a.posts > 0").unwrap();
    assert_eq!(each.to_string(), "a in areas where a.posts > 0");
    assert_eq!(each.span, TextSpan { start: 5, end: 33 });
    for (error, message) in [
        (parse_binding("each a in areas").unwrap_err(), "`each` is a word of the language and cannot be a name"),
        (parse_each("a in areas").unwrap_err(), "`each` must stand first"),
        (parse_each("each").unwrap_err(), "a name must follow `each`"),
        (parse_binding("x").unwrap_err(), "`in` must follow `x`"),
        (parse_binding("x in").unwrap_err(), "a name must follow `in`"),
        (parse_binding("x in [a, b]").unwrap_err(), "a name must follow `in`"),
        (parse_binding("x in g if y").unwrap_err(), "only `where` may follow the group"),
        (parse_binding("x in g where").unwrap_err(), "a value is missing after `where`"),
        (parse_binding("x in g where a, b").unwrap_err(), "a comma stands only between arguments"),
        (parse_binding("").unwrap_err(), "an expression is missing"),
    ] {
        assert_eq!(error.message, message);
    }
}

/// Text, message, the text under the caret, help.
const REFUSED: &[(&str, &str, &str, &str)] = &[
    ("", "an expression is missing", "", ""),
    ("  ", "an expression is missing", "  ", ""),
    ("x = 3", "`=` means nothing in an expression", "=", "write `==` to compare"),
    ("x => 3", "`=>` means nothing in an expression", "=>", "write `>=` for at least"),
    ("x =< 3", "`=<` means nothing in an expression", "=<", "write `<=` for at most"),
    ("x === 3", "`===` means nothing in an expression", "===", "write `==` to compare"),
    ("x !== 3", "`!==` means nothing in an expression", "!==", "write `!=` for different"),
    ("x <> 3", "`<>` means nothing in an expression", "<>", "write `!=` for different"),
    ("a && b", "`&&` means nothing in an expression", "&&", "write `and`"),
    ("a || b", "`||` means nothing in an expression", "||", "write `or`"),
    ("!a", "`!` means nothing in an expression", "!", "write `not`"),
    ("x ** 2", "`**` means nothing in an expression", "**", "write `^` for a power"),
    ("x > 30%", "percentages are written as shares", "30%", "write `0.3` for 30%"),
    ("x % 2", "`%` means nothing in an expression", "%", "write a share: `0.3` for 30%"),
    ("a ? b", "`?` means nothing in an expression", "?", "write `if(condition, value, otherwise)`"),
    ("\"near\"", "`\"` means nothing in an expression", "\"", "names need no quotes"),
    ("“near”", "`“` means nothing in an expression", "“", "names need no quotes"),
    ("3 − x", "`−` means nothing in an expression", "−", "write `-`"),
    ("3 × x", "`×` means nothing in an expression", "×", "write `*` to multiply"),
    ("x²", "`²` means nothing in an expression", "²", "write `^2`"),
    ("a ≥ b", "`≥` means nothing in an expression", "≥", "write `>=`"),
    ("a\u{a0}+ b", "the character U+00A0 means nothing in an expression", "\u{a0}", "delete it, or type a space"),
    ("a \u{202e}b", "the character U+202E means nothing in an expression", "\u{202e}", "delete it, or type a space"),
    ("a $ b", "`$` means nothing in an expression", "$", ""),
    ("a \0", "the character U+0000 means nothing in an expression", "\0", ""),
    ("Trust > 1", "names are lower case, not as `Trust`", "Trust", "write `trust`"),
    ("a AND b", "names are lower case, not as `AND`", "AND", "write `and`"),
    ("größe", "`ö` means nothing in an expression", "ö", "names are made of `a` to `z`, `0` to `9` and `_`"),
    (
        "_x",
        "a name starts with a letter, not as `_x` does",
        "_x",
        "names are made of `a` to `z`, `0` to `9` and `_`, a letter first",
    ),
    ("(a + b", "this `(` is never closed", "(", "add `)`"),
    ("(a + b]", "this `(` is never closed", "(", "write `)` where `]` stands"),
    ("tie[a", "this `[` is never closed", "[", "add `]`"),
    ("max(0, ", "this `(` is never closed", "(", "add `)`"),
    ("f(", "this `(` is never closed", "(", "add `)`"),
    ("a + b)", "no `(` was opened for this `)`", ")", ""),
    ("]", "no `[` was opened for this `]`", "]", ""),
    ("()", "nothing stands between these brackets", "()", ""),
    ("tie[]", "nothing stands between these brackets", "[]", ""),
    ("max(0, x,)", "nothing follows this comma", ",", "leave it out"),
    ("max(, x)", "a value is missing before this comma", ",", ""),
    ("1,000", "a comma stands only between arguments", ",", "write `1_000` for a thousand, `0.5` for a half"),
    ("a +", "a value is missing after `+`", "+", ""),
    ("(a +)", "a value is missing after `+`", "+", ""),
    ("a and", "a value is missing after `and`", "and", ""),
    ("a and or b", "a value is missing before `or`", "or", ""),
    ("a + * b", "a value is missing between `+` and `*`", "*", ""),
    ("* b", "a value is missing before `*`", "*", ""),
    ("+3", "a value is missing before `+`", "+", "leave this `+` out"),
    ("-", "a value is missing after `-`", "-", ""),
    ("and b", "a value is missing before `and`", "and", ""),
    ("a == not b", "`not` cannot stand here", "not", "put it in brackets: `(not …)`"),
    ("a b", "nothing joins `a` and `b`", "a b", ""),
    ("(a) (b)", "nothing joins `)` and `(`", ") (", "write `*` to multiply"),
    ("a.f(x)", "brackets with arguments follow a function's name only", "(", "write `*` to multiply"),
    ("3x", "nothing joins `3` and `x`", "3x", "write `3 * x` to multiply"),
    ("3 troops", "nothing joins `3` and `troops`", "3 troops", "write `3 * troops` to multiply"),
    ("before(x, 4 wekks)", "unknown unit `wekks`", "wekks", "did you mean `4 weeks`?"),
    ("weeks", "`weeks` needs a number before it", "weeks", "write `4 weeks`, or `week` for one"),
    ("1e999", "the number `1e999` is too large", "1e999", ""),
    ("1.", "a digit must follow the decimal point", "1.", "write `1` or `1.0`"),
    ("1.2.3", "a number has one decimal point", "1.2.", "a date is written `2023-10-27`, and `1_000` is a thousand"),
    ("1_", "an underscore in a number must stand between digits", "1_", "write `1_000` for a thousand"),
    (
        "date > 2023-02-30",
        "the calendar has no day 2023-02-30",
        "2023-02-30",
        "a date is year-month-day; to subtract, put spaces around `-`",
    ),
    (
        "date > 2023-1-5",
        "`2023-1-5` is not a date",
        "2023-1-5",
        "write `2023-01-05` for a date, or put spaces around `-` to subtract",
    ),
    ("a.", "a name must follow `.`", ".", ""),
    ("a.5", "a name must follow `.`", "5", ""),
    ("a.week", "`week` is a word of the language and cannot be a name", "week", "choose another name"),
    ("sum", "`sum` needs brackets after it", "sum", "write `sum(x in group, value)`"),
    ("sum(a, b)", "`sum` goes over a group", "sum", "write `sum(x in group, value)`"),
    (
        "clamp(x in g, x)",
        "`clamp` does not go over a group",
        "clamp",
        "sum, mean, min, max, any, all and best go over a group",
    ),
    (
        "any(x in g where x.a)",
        "`any` has a group but nothing to work out for it",
        "any(x in g where x.a)",
        "write `any(x in group, condition)`",
    ),
    ("sum(x in g, 1, 2)", "`sum` works out one value for each member", ",", ""),
    ("sum(x in g", "this `(` is never closed", "(", "add `)`"),
    ("sum(in in g, 1)", "`in` is a word of the language and cannot be a name", "in", "choose another name"),
    (
        "x in g",
        "`in` cannot stand here",
        "in",
        "write `sum(x in group, …)`; mean, min, max, any, all and best go the same way",
    ),
    ("if a", "`if` cannot stand here", "if", "write `if(condition, value, otherwise)`"),
    ("a if b", "`if` cannot stand here", "if", "write `if(condition, value, otherwise)`"),
    // The mistake on the left is told first, although the lexer meets the other one before it.
    ("a b = 3", "nothing joins `a` and `b`", "a b", ""),
];

#[test]
fn mistakes_get_a_sentence_a_place_and_a_remedy() {
    for &(text, message, under, help) in REFUSED {
        let error = parse_expression(text).expect_err(text);
        assert_eq!(error.message, message, "{text}");
        assert_eq!(&text[error.span.start..error.span.end], under, "{text}");
        assert_eq!(error.help.unwrap_or_default(), help, "{text}");
        assert!(!error.label.is_empty(), "{text}");
    }
}

#[test]
fn nesting_is_bounded_in_every_form() {
    let message = "the expression nests deeper than 128 levels";
    // A thread with a small stack shows that the bound also bounds the stack.
    let check = move || {
        for (open, close) in [
            ("(", ")"),
            ("-", ""),
            ("not ", ""),
            ("2^", ""),
            ("2^-", ""),
            ("f(", ")"),
            ("a[", "]"),
            ("if(a, ", ")"),
            ("sum(x in g, ", ")"),
            ("sum(x in g where ", ", 1)"),
            ("a + (", ")"),
            ("a < (", ")"),
            ("not (", ")"),
        ] {
            let text = |n: usize| format!("{}x{}", open.repeat(n), close.repeat(n));
            assert!(parse_expression(&text(63)).is_ok(), "{open}");
            for n in [129, 600] {
                assert_eq!(parse_expression(&text(n)).expect_err(open).message, message, "{open}");
            }
            assert!(parse_expression(&open.repeat(16_384 / open.len())).is_err(), "{open}");
        }
        for link in [" + x", " and x", " or x", " * x", ".x", "[x]"] {
            assert!(parse_expression(&format!("x{}", link.repeat(127))).is_ok(), "{link}");
            let error = parse_expression(&format!("x{}", link.repeat(128))).expect_err(link);
            assert_eq!(error.message, message, "{link}");
        }
    };
    std::thread::Builder::new().stack_size(512 * 1024).spawn(check).unwrap().join().unwrap();
}

#[test]
fn the_deepest_tree_survives_printing() {
    for (open, close) in [("-(a+", ")"), ("f((a*", ")^2)"), ("not (a == (", "))")] {
        for n in 1..=64 {
            if let Ok(tree) = parse_expression(&format!("{}x{}", open.repeat(n), close.repeat(n))) {
                assert_eq!(parse_expression(&tree.to_string()).map(|t| t.to_string()), Ok(tree.to_string()));
            }
        }
    }
}

#[test]
fn length_and_parts_are_bounded() {
    let longest = format!("{}x", " ".repeat(MAX_TEXT_BYTES - 1));
    assert!(parse_expression(&longest).is_ok());
    let message = "the expression is longer than 16384 bytes";
    assert_eq!(parse_expression(&format!(" {longest}")).unwrap_err().message, message);
    assert_eq!(parse_duration(&format!(" {longest}")).unwrap_err().message, message);
    assert_eq!(parse_date(&format!(" {longest}")).unwrap_err().message, message);
    let call = |arguments: usize| format!("f({})", vec!["x"; arguments].join(","));
    assert!(parse_expression(&call(MAX_NODES - 1)).is_ok());
    assert_eq!(parse_expression(&call(MAX_NODES)).unwrap_err().message, "the expression has more than 4096 parts");
    let chain = format!("x{}", " < x".repeat(4_000));
    assert!(parse_expression(&chain).is_ok());
}

#[test]
fn a_long_name_does_not_fill_the_message() {
    let error = parse_expression(&format!("3 {}", "x".repeat(5_000))).unwrap_err();
    assert!(error.message.len() < 100 && error.help.unwrap().len() < 100);
}

/// Reads a text in every way; what comes out must be whole.
fn read_in_every_way(text: &str) {
    let check = |error: SyntaxError| {
        assert!(text.get(error.span.start..error.span.end).is_some(), "{text:?}: {error:?}");
        assert!(!error.message.is_empty() && !error.label.is_empty(), "{text:?}");
    };
    match parse_expression(text) {
        Ok(tree) => {
            let printed = tree.to_string();
            assert!(parse_expression(&printed).is_ok_and(|t| t.to_string() == printed), "{text:?} → {printed}");
        }
        Err(error) => check(error),
    }
    [parse_binding(text).err(), parse_each(text).err()].into_iter().flatten().for_each(check);
    parse_date(text).err().into_iter().for_each(check);
    match parse_duration(text) {
        Ok((amount, _)) => assert!(amount > 0.0 && amount.is_finite()),
        Err(error) => check(error),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn no_text_makes_the_parser_panic(text in any::<String>()) {
        read_in_every_way(&text);
    }

    #[test]
    fn no_order_of_tokens_makes_the_parser_panic(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "x", "y", "week", "weeks", "wekks", "sum", "min", "if", "in", "where", "each", "and", "or", "not", "true",
            "1", ".5", "1e9", "1_0", "2023-10-27", "2023-1-1", "+", "-", "*", "/", "^", "<", "<=", "==", "!=", "=",
            ".", ",", "(", ")", "[", "]", "%", "!", "&&", "é", "“", "−", "_", "X", "f(", "x in g", " ",
        ]), 0..14),
        gap in prop::sample::select(vec!["", " "]),
    ) {
        read_in_every_way(&pieces.join(gap));
    }
}
