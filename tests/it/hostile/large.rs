//! One thing that is far too large: bytes, depth, letters, cells.

use super::{FINE, assert_refused, refusal, refused};
use crate::support::Scratch;

const MIB: usize = 1024 * 1024;

fn outcome(expression: &str) -> String {
    format!("{FINE}outcomes: {{ o: '{expression}' }}\n")
}

refused! {
    a_file_of_nine_megabytes => format!("{FINE}{}", "#".repeat(9 * MIB));
    a_million_brackets => format!("{FINE}x: {}", "[".repeat(1_000_000));
    a_million_braces => format!("{FINE}x: {}", "{a: ".repeat(1_000_000));
    thousands_of_indented_lines => (0..3_500).fold(String::from(FINE), |text, i| text + &" ".repeat(i) + "a:\n");
    millions_of_dashes => format!("{FINE}x:\n{}1\n", "- ".repeat(3 * MIB));
    millions_of_question_marks => format!("{FINE}x:\n{}1\n", "? ".repeat(3 * MIB));
    millions_of_colons => format!("{FINE}about: {}x\n", ": ".repeat(3 * MIB));
    millions_of_stars => format!("{FINE}about: [{}x]\n", "*a,".repeat(2 * MIB));
    hundreds_of_thousands_of_directives => format!("{}---\n{FINE}", "%YAML 1.2\n".repeat(700_000));
    a_key_of_seven_megabytes => format!("{FINE}{}: 1\n", "k".repeat(7 * MIB));
    a_quoted_key_of_seven_megabytes => format!("{FINE}\"{}\": 1\n", "k".repeat(7 * MIB));
    a_name_of_seven_megabytes => format!("{FINE}levers: {{ ? {} : 1 }}\n", "K".repeat(7 * MIB));
    a_long_text_of_escapes_where_a_number_stands => format!("{FINE}levers: {{ l: \"{}\" }}\n", "\\u0041".repeat(MIB));
    a_long_text_behind_many_aliases =>
        format!("x: &x \"{}\"\ny: [{}]\n{FINE}", "x".repeat(4 * MIB - 1000), ["*x"; 1000].join(","));
    eight_thousand_parentheses => outcome(&format!("{}1{}", "(".repeat(8000), ")".repeat(8000)));
    eight_thousand_terms => outcome(&vec!["1"; 8000].join("+"));
    eight_thousand_comparisons => outcome(&"1<".repeat(8000));
    four_thousand_times_not => outcome(&format!("{}1", "not ".repeat(4000)));
    five_thousand_brackets_of_ties => outcome(&"a[".repeat(5000));
    eight_thousand_dots => outcome(&format!("{}x", "a.".repeat(8000)));
    two_thousand_ifs => outcome(&"if(1>0,".repeat(2000));
    a_number_of_sixteen_thousand_digits => outcome(&"9".repeat(16_000));
    an_expression_of_a_megabyte => outcome(&format!("1{}", " ".repeat(MIB)));
}

/// A table of areas, checked.
fn table(name: &str, areas: &str) {
    let scratch = Scratch::new();
    scratch.file("areas.csv", areas);
    let path = scratch.file("scenario.yaml", &format!("{FINE}territory: {{ areas: areas.csv }}\n"));
    assert_refused(name, &refusal(&["check", &path], &scratch.path("")));
}

macro_rules! tables {
    ($($name:ident => $text:expr;)+) => { $(#[test] fn $name() { table(stringify!($name), &$text); })+ };
}

tables! {
    a_table_of_a_million_columns => (0..1_000_000).map(|i| format!("c{i},")).collect::<String>() + "z\n";
    a_row_of_a_million_cells => format!("name,posts\nnorth,1\n{}\n", ",".repeat(1_000_000));
    a_table_of_a_million_rows => format!("name,posts\n{}", (0..1_000_000).map(|i| format!("a{i},1\n")).collect::<String>());
    a_table_of_four_million_cells =>
        format!("name{}\n{}", (1..200).map(|i| format!(",c{i}")).collect::<String>(), format!("a{}\n", ",1".repeat(199)).repeat(20_000));
    a_table_of_forty_megabytes => "x".repeat(40 * MIB);
    a_cell_of_thirty_megabytes => format!("name,posts\n{},1\n", "x".repeat(30 * MIB));
    a_quote_that_runs_for_twenty_megabytes => format!("name,posts\n\"{}", "x\n".repeat(10 * MIB));
    thirty_megabytes_of_empty_lines => "\n".repeat(30 * MIB);
}

#[test]
fn a_setting_of_ten_thousand_letters() {
    let scratch = Scratch::new();
    let path = scratch.file("scenario.yaml", FINE);
    let setting = format!("a.x={}", "1".repeat(20_000));
    let text = refusal(&["check", &path, "--set", &setting], &scratch.path(""));
    assert_refused("a_setting_of_ten_thousand_letters", &text);
}
