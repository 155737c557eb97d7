use std::time::{Duration, Instant};

use proptest::prelude::*;

use crate::diagnostics::{Sources, render};
use crate::scenario::tree::{Node, Text, Value};

use super::{MAX_BYTES, place, read_tree};

const EXAMPLE: &str = include_str!("../../../tests/data/language-example.yaml");

fn read(text: &str) -> Node {
    let mut sources = Sources::default();
    match read_tree("a.yaml", text.as_bytes(), &mut sources) {
        Ok((_, node)) => node,
        Err(errors) => panic!("{}", render(&errors, &sources, false)),
    }
}

fn refusal(bytes: &[u8]) -> String {
    let mut sources = Sources::default();
    let errors = read_tree("a.yaml", bytes, &mut sources).expect_err("should be refused");
    render(&errors, &sources, false)
}

fn text(node: &Node) -> &Text {
    match &node.value {
        Value::Text(text) | Value::Number(_, text) => text,
        other => panic!("no text: {other:?}"),
    }
}

fn at<'a>(node: &'a Node, path: &str) -> &'a Node {
    path.split('/').fold(node, |node, key| node.get(key).unwrap_or_else(|| panic!("no {key} of {path}")))
}

/// What the file spells where `word` of a text's value stands.
fn spelling<'a>(source: &'a str, text: &Text, word: &str) -> &'a str {
    let start = text.value.find(word).unwrap_or_else(|| panic!("no {word} in {:?}", text.value));
    let span = text.span_of(start, start + word.len());
    &source[span.start as usize..span.end as usize]
}

#[test]
fn the_example_of_the_language_page_reads_into_a_tree() {
    let tree = read(EXAMPLE);
    let keys: Vec<&str> = tree.as_map().unwrap().iter().map(|(key, _)| key.value.as_str()).collect();
    assert_eq!(
        keys,
        [
            "entente",
            "title",
            "about",
            "clock",
            "calendar",
            "uncertainties",
            "levers",
            "groups",
            "messages",
            "ties",
            "actors",
            "territory",
            "events",
            "outcomes",
            "milestones",
            "stop",
            "variants"
        ]
    );
    assert!(matches!(at(&tree, "entente").value, Value::Number(n, _) if n == 1.0));
    for (path, value) in [
        ("clock/start", "2023-10-27"),
        ("clock/tick", "1 week"),
        ("calendar/dry/from", "10-15"),
        ("actors/near/policy/arm_the_client/let/parcel", "10 * (1 + 0.2 * normal())"),
        ("actors/regime/policy/ask_for_arms/when", "lost(regime, posts, 4 weeks) > 5"),
        ("territory/areas", "areas.csv"),
    ] {
        assert!(matches!(at(&tree, path).value, Value::Text(_)), "{path}");
        assert_eq!(text(at(&tree, path)).value, value);
    }
    assert!(matches!(at(&tree, "actors/regime/state/stock/private").value, Value::Bool(true)));
    assert!(matches!(&at(&tree, "uncertainties/patience/triangular").value, Value::List(items) if items.len() == 3));
    let effects = at(&tree, "actors/near/policy/lose_patience/then");
    let Value::List(effects) = &effects.value else { panic!("{effects:?}") };
    assert!(matches!(at(&effects[0], "change/support[regime]").value, Value::Number(n, _) if n == -0.3));
}

#[test]
fn every_key_and_value_of_the_example_stands_where_its_span_says() {
    fn check(node: &Node) {
        match &node.value {
            Value::Number(_, text) | Value::Text(text) if text.offsets.is_none() => {
                assert_eq!(&EXAMPLE[text.span.start as usize..text.span.end as usize], text.value);
            }
            Value::List(items) => items.iter().for_each(check),
            Value::Map(entries) => entries.iter().for_each(|(key, value)| {
                assert_eq!(&EXAMPLE[key.span.start as usize..key.span.end as usize], key.value);
                assert!(node.span.start <= key.span.start && value.span.end <= node.span.end, "{key:?}");
                check(value);
            }),
            _ => {}
        }
    }
    check(&read(EXAMPLE));
}

#[test]
fn an_error_inside_an_expression_points_to_its_column_however_it_is_written() {
    for source in [
        "when: trust > 1 and suport[regime] > 0.2\n",
        "when: \"trust > 1 and suport[regime] > 0.2\"\n",
        "when: \"trust\\t> \\u00e9 \\U0001F600 \\x41 and \\\n   suport[regime] \\\"x\\\" > 0.2\"\n",
        "when: 'it''s > 1 and suport[regime] > 0.2'\n",
        "when: >\n  trust > 1\n  and suport[regime]\n\n  > 0.2\n",
        "when: >-\n  trust > 1   \n  and suport[regime] > 0.2",
        "when: |\n  trust > 1\n    and suport[regime]\n  > 0.2\n",
        "when: trust > 1\n  and\n\n  suport[regime]\n  > 0.2\n",
        "when: \"trust > 1\n  and\n\n  suport[regime]\n  > 0.2\"\n",
        "when: 'trust > ''1''  \n  and suport[regime]\n  > 0.2'\n",
        "when: trust > 1\r\n  and suport[regime]\r\n  > 0.2\r\n",
        "[]: 1\nx: { when: \"trust > 1 and suport[regime]\" }\n".strip_prefix("[]: 1\n").unwrap(),
        "# é ü ☃\nwhen: \"é and suport[regime] > 0.2\"\n",
        "\u{feff}when: é and suport[regime] > 0.2\n",
    ] {
        let tree = read(source);
        let when = tree.get("when").or_else(|| tree.get("x")?.get("when")).unwrap();
        assert_eq!(spelling(source, text(when), "suport"), "suport", "{source:?}");
        assert_eq!(spelling(source, text(when), "regime"), "regime", "{source:?}");
    }
}

#[test]
fn an_error_at_the_end_of_a_text_is_placed_at_its_end() {
    for source in ["when: trust >\n", "when: 'a''b >'\n", "when: >\n  trust\n  >\n", "when: |\n  trust >\n\n"] {
        let tree = read(source);
        let text = text(tree.get("when").unwrap());
        let end = text.value.trim_end().len();
        let span = text.span_of(end, end);
        assert_eq!(&source[span.start as usize - 1..span.start as usize], ">", "{source:?}");
    }
}

#[test]
fn numbers_are_numbers_and_everything_else_is_text() {
    for (written, value) in [
        ("40", 40.0),
        ("0.45", 0.45),
        ("-1", -1.0),
        ("+2", 2.0),
        ("1e3", 1e3),
        ("1_000", 1000.0),
        (".5", 0.5),
        ("3.", 3.0),
    ] {
        let tree = read(&format!("a: {written}\n"));
        assert!(matches!(&tree.get("a").unwrap().value, Value::Number(n, t) if *n == value && t.value == written));
    }
    for written in [
        "10-15",
        "2023-10-27",
        "1 week",
        "10 * (1 + 0.2 * normal())",
        "9 +- 3",
        "1__0",
        "_1",
        "1_",
        "0x10",
        "1e",
        "e3",
        ".",
        "yes",
        "on",
        "True",
        "nan",
        "inf",
        "\"40\"",
        "'0.45'",
        "far_aid/month",
        "12:30",
        "1.2.3",
        "٣",
    ] {
        let tree = read(&format!("a: {written}\n"));
        assert!(matches!(&tree.get("a").unwrap().value, Value::Text(_)), "{written}");
    }
}

#[test]
fn only_true_and_false_are_booleans_and_nothing_is_null() {
    let tree = read("a: true\nb: false\nc:\nd: ~\ne: null\nf: \"true\"\ng: ''\n");
    assert!(matches!(tree.get("a").unwrap().value, Value::Bool(true)));
    assert!(matches!(tree.get("b").unwrap().value, Value::Bool(false)));
    for key in ["c", "d", "e"] {
        assert!(matches!(tree.get(key).unwrap().value, Value::Null), "{key}");
    }
    for key in ["f", "g"] {
        assert!(matches!(tree.get(key).unwrap().value, Value::Text(_)), "{key}");
    }
}

#[test]
fn all_duplicate_keys_are_shown_with_both_places() {
    insta::assert_snapshot!(refusal(b"a: 1\nb: { c: 1, c: 2 }\na: 2\n"), @r"
    error: `c` stands twice in this map
     --> a.yaml:2:12
      |
    2 | b: { c: 1, c: 2 }
      |      -     ^ again here
      |      |
      |      first here

    error: `a` stands twice in this map
     --> a.yaml:3:1
      |
    1 | a: 1
      | - first here
    2 | b: { c: 1, c: 2 }
    3 | a: 2
      | ^ again here
    ");
}

#[test]
fn numbers_that_are_not_finite_are_refused_at_their_place() {
    insta::assert_snapshot!(refusal(b"a: .nan\nb: [1, -.inf]\nc: 1e999\n"), @r"
    error: `.nan` is not a number that a scenario can use
     --> a.yaml:1:4
      |
    1 | a: .nan
      |    ^^^^ not-a-number is not finite

    error: `-.inf` is not a number that a scenario can use
     --> a.yaml:2:8
      |
    2 | b: [1, -.inf]
      |        ^^^^^ infinity is not finite

    error: this number is too large
     --> a.yaml:3:4
      |
    3 | c: 1e999
      |    ^^^^^ larger than 1.8e308
    ");
}

#[test]
fn a_comma_that_cuts_an_expression_asks_for_quotes() {
    insta::assert_snapshot!(refusal(b"then:\n  - { send: x, amount: max(0, 60 - stock) }\n"), @r#"
    error: a comma cuts this value in two
     --> a.yaml:2:24
      |
    2 |   - { send: x, amount: max(0, 60 - stock) }
      |                        ^^^^^^^^^^^^^^^^^^ inside `{ }` and `[ ]` a comma ends a value
      |
    help: put it in quotes: `"max(0, 60 - stock)"`
    "#);
    for cut in ["a: { b: if(x, max(1, 2), 3), c: 4 }", "a: [max(0, 1), 2]", "a: { b: max(0, 1) }", "a: [1, f(x, y)]"] {
        let text = refusal(cut.as_bytes());
        assert!(text.contains("a comma cuts") && text.matches("error:").count() == 1, "{text}");
    }
    for fine in ["a: { b: \"max(0, 1)\", c }", "a: { b: f(x), c: , d }", "a: [\"(\", b, \")\"]", "a: max(0, 1)"] {
        read(fine);
    }
}

#[test]
fn a_colon_that_cuts_a_value_asks_for_quotes() {
    insta::assert_snapshot!(refusal(b"x: 1\nwhen: a: b\n"), @r#"
    error: a colon cuts this value in two
     --> a.yaml:2:8
      |
    2 | when: a: b
      |        ^ YAML reads this as the end of a key
      |
    help: put it in quotes: `"a: b"`
    "#);
    assert!(refusal(b"x: { when: a: b }\n").contains("help: put it in quotes"));
    assert!(refusal(b"title: What if: a story\n").contains("put it in quotes: `\"What if: a story\"`"));
}

#[test]
fn a_bracket_inside_braces_asks_for_quotes() {
    insta::assert_snapshot!(refusal(b"is: { amount: support[a, b] > 1 }\n"), @r"
    error: a bracket cuts this value in two
     --> a.yaml:1:22
      |
    1 | is: { amount: support[a, b] > 1 }
      |                      ^ inside `{ }` and `[ ]` a bracket begins a new list
      |
    help: put it in quotes
    ");
    assert!(refusal(b"change: { support[a]: 1 }\n").contains("put it in quotes"));
}

#[test]
fn tabs_as_indentation_are_explained() {
    insta::assert_snapshot!(refusal(b"a:\n  b: 1\n\tc: 1\n"), @r"
    error: a tab cannot indent a line in YAML
     --> a.yaml:3:1
      |
    3 |     c: 1
      | ^^^^ a tab
      |
    help: indent with spaces; most editors turn tabs into spaces when told to
    ");
    assert!(refusal(b"a:\n\tb: 1\n").contains("a tab cannot indent"));
    assert!(refusal(b"a:\n  - b\n\t- c: 1\n").contains("a tab cannot indent"));
}

#[test]
fn every_kind_of_wrong_file_has_its_sentence() {
    let too_deep = format!("a: {}", "[".repeat(200));
    let too_deep_blocks: String = (0..200).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    let too_many = format!("a: [{}]", "1,".repeat(200_001));
    let bomb = format!(
        "a: &a [1,1,1,1,1,1,1,1,1]\n{}",
        ('b'..='z')
            .map(|c| format!("{c}: &{c} [{}]\n", format!("*{},", (c as u8 - 1) as char).repeat(9)))
            .collect::<String>()
    );
    let long_bomb = format!("a: &a {}\nb: [{}]", "x".repeat(1_000_000), "*a,".repeat(1_000));
    let cases: Vec<(&[u8], &str)> = vec![
        (b"", "the file is empty"),
        (b"# only a comment\n", "the file is empty"),
        (b"---\n", "the file is empty"),
        (b"{}\n", "the file is empty"),
        (b"\xff\xfea\0", "is UTF-16 text"),
        (b"a: 1\nb: \xff\n", "a.yaml:2:4"),
        (b"a: \xc3\n", "the file is not UTF-8 text"),
        (b"a: 1\nb: \0\n", "holds a NUL byte"),
        (b"a: \x1b[31m\n", "control character (U+001B)"),
        (b"a: \xc2\x9b\n", "control character (U+009B)"),
        (b"- a\n- b\n", "the file holds a list, not a map"),
        (b"just words\n", "the file holds a single value, not a map"),
        (b"a: 1\n---\nb: 2\n", "the file holds several documents"),
        (b"a: !!str 1\n", "scenarios use no YAML tags"),
        (b"a: &x 1\n<<: *x\n", "no YAML merge keys"),
        (b"? [a]\n: 1\n", "stands where a key belongs"),
        (b"a: {{ b }}\n", "stands where a key belongs"),
        (b": 1\n", "a key is missing"),
        (b"a: &x { b: *x }\n", "a value cannot hold itself"),
        (b"a: *b\n", "may not begin with `*`"),
        (b"a: @b\n", "may not begin with `@`"),
        (b"a: > 5\n", "may not begin with `>`"),
        (b"a: \"b\n", "a quote is opened and never closed"),
        (b"a: 'b\n", "a quote is opened and never closed"),
        (b"a: \"b\" + 1\n", "text follows a closing quote"),
        (b"a: \"\\q\"\n", "unknown escape"),
        (b"a: [1, 2}\n", "is closed by"),
        (b"a: 1\n  b: 2\n", "this line goes on with the value above"),
        (b"a:\n  b: 1\n c: 2\n", "error: "),
        (b"a: 1\nb\nc: 2\n", "a line without a colon"),
        (b"a: 1\n- b\n", "error: "),
        (too_deep.as_bytes(), "more than 64 lists and maps"),
        (too_deep_blocks.as_bytes(), "more than 64 lists and maps"),
        (too_many.as_bytes(), "more than 200000 values"),
        (bomb.as_bytes(), "more than 200000 values"),
        (long_bomb.as_bytes(), "aliases make the file too large"),
    ];
    for (bytes, sentence) in cases {
        let text = refusal(bytes);
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        assert!(text.contains(sentence), "{shown:?}\n{text}");
        assert_eq!(text.matches("error: ").count(), 1, "{shown:?}\n{text}");
    }
}

#[test]
fn a_file_of_more_than_eight_mebibytes_is_refused_unread() {
    let mut bytes = b"a: 1\n".repeat(MAX_BYTES / 5 + 1);
    bytes[0] = 0; // would be refused with another sentence if it were looked at
    assert!(refusal(&bytes).contains("`a.yaml` is larger than 8 MiB"));
}

#[test]
fn aliases_repeat_a_value_within_bounds() {
    let tree = read("a: &x { b: 1 }\nc: *x\nd: [*x, *x]\n");
    assert!(matches!(at(&tree, "c/b").value, Value::Number(n, _) if n == 1.0));
    let deep = format!("a: &x {}1{}\nb: {}*x{}\n", "[".repeat(40), "]".repeat(40), "[".repeat(40), "]".repeat(40));
    assert!(refusal(deep.as_bytes()).contains("more than 64 lists"));
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_accepted() {
    let tree = read("\u{feff}a: 1\r\nb: two\r\n");
    assert_eq!(text(tree.get("b").unwrap()).value, "two");
}

#[test]
fn hostile_files_are_refused_or_read_in_bounded_time() {
    let n = 100_000;
    let files = [
        format!("a: [{}", "(,".repeat(n)),
        format!("a: {{{}}}", (0..n).map(|i| format!("k{i}: (,")).collect::<String>()),
        format!("a: [{}]", "(,".repeat(n)),
        (0..n).map(|i| format!("k{i}: &a{i} {i}\n")).collect(),
        format!("a: {}", "\"\\\n".repeat(n)),
        format!("a: {}", "- ".repeat(n)),
        "? ".repeat(n),
        "a: 1\n".repeat(n),
        format!("a: >\n{}", " x\n\n".repeat(n)),
        format!("a: {}", "'".repeat(n)),
        format!("a{}", ": ".repeat(n)),
        "# comment\n".repeat(n),
        "%TAG ! x\n".repeat(n),
        "&a ".repeat(n),
        "{".repeat(n),
        "\n".repeat(MAX_BYTES),
        " ".repeat(MAX_BYTES),
        "a".repeat(MAX_BYTES),
    ];
    for file in files {
        let start = Instant::now();
        let mut sources = Sources::default();
        if let Err(errors) = read_tree("a.yaml", file.as_bytes(), &mut sources) {
            assert!(!render(&errors, &sources, false).is_empty());
        }
        assert!(start.elapsed() < Duration::from_secs(5), "{:?} took {:?}", &file[..20], start.elapsed());
    }
}

/// Every span lies in the file, and letters of a text stand where its offsets say.
fn check_places(node: &Node, source: &str) {
    let check_text = |text: &Text| {
        if let Some(offsets) = &text.offsets {
            assert_eq!(offsets.len(), text.value.len() + 1);
            assert!(offsets.is_sorted(), "{text:?}");
        }
        assert!(source.get(text.span.start as usize..text.span.end as usize).is_some(), "{text:?}");
        for (i, c) in text.value.char_indices() {
            let at = text.span_of(i, i + c.len_utf8()).start as usize;
            let there = source[at..].chars().next();
            if !c.is_whitespace() {
                assert!(there == Some(c) || there == Some('\\'), "{c:?} is not {there:?} in {text:?}");
            }
        }
    };
    assert!(node.span.start <= node.span.end && node.span.end as usize <= source.len());
    match &node.value {
        Value::Number(_, text) | Value::Text(text) => check_text(text),
        Value::List(items) => items.iter().for_each(|item| check_places(item, source)),
        Value::Map(entries) => entries.iter().for_each(|(key, value)| {
            check_text(key);
            check_places(value, source);
        }),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut sources = Sources::default();
        if let Err(errors) = read_tree("a.yaml", &bytes, &mut sources) {
            prop_assert!(!render(&errors, &sources, false).is_empty());
        }
    }

    #[test]
    fn texts_that_look_like_yaml_never_panic_and_keep_their_places(
        text in r#"([a-z] ?|: |: \n|- |\n|\n  |\n    |"|'|''|\\|\{|\}|\[|\]|, |>\n|\|\n|&a |\*a|#|!|~|1|\t|é|\r\n|\(|\)|😀|\\u00e9|---){0,40}"#
    ) {
        let source = format!("k: {text}");
        let mut sources = Sources::default();
        match read_tree("a.yaml", source.as_bytes(), &mut sources) {
            Ok((_, node)) => check_places(&node, &source),
            Err(errors) => prop_assert!(!render(&errors, &sources, false).is_empty()),
        }
    }

    #[test]
    fn quoted_and_folded_texts_keep_their_places(words in prop::collection::vec(r"[a-zé\\'*>()\[\]]{1,6}", 1..8), style in 0..5) {
        let gap = |i: usize| if i % 3 == 2 { "\n   \n   " } else if i % 2 == 1 { "\n   " } else { " " };
        let joined: String = words.iter().enumerate().map(|(i, word)| format!("{word}{}", gap(i))).collect();
        let source = match style {
            0 => format!("k: 'a {}'\n", joined.replace('\'', "''")),
            1 => format!("k: \"a {}\"\n", joined.replace('\\', "\\\\")),
            2 => format!("k: >\n   a {joined}\n"),
            3 => format!("k: |\n   a {joined}\n"),
            _ => format!("k: a {joined}\n"),
        };
        check_places(&read(&source), &source);
    }

    #[test]
    fn what_counts_as_a_number_parses_as_one(text in r"[+-]?[0-9_.]{0,6}([eE][+-]?[0-9_]{0,4})?") {
        if let Some(number) = place::number(&text) {
            prop_assert_eq!(Ok(number), text.replace('_', "").parse::<f64>());
        }
    }
}
