use proptest::prelude::*;

use super::*;
use crate::diagnostics::render;

fn read(text: &str) -> Table {
    let mut sources = Sources::default();
    parse_table("areas.csv", text.as_bytes(), &mut Room::default(), &mut sources)
        .unwrap_or_else(|errors| panic!("{}", render(&errors, &sources, false)))
}

fn refusal(bytes: &[u8]) -> String {
    let mut sources = Sources::default();
    let errors = parse_table("areas.csv", bytes, &mut Room::default(), &mut sources).expect_err("should be refused");
    render(&errors, &sources, false)
}

fn values(cells: &[Text]) -> Vec<&str> {
    cells.iter().map(|cell| cell.value.as_str()).collect()
}

#[test]
fn cells_are_read_with_their_places() {
    let source = "name,posts\r\nmuse , 12\n\n\"a, b\",\"say \"\"hi\"\" é\"\n  ,\n";
    let table = read(source);
    assert_eq!(values(&table.columns), ["name", "posts"]);
    let rows: Vec<Vec<&str>> = table.rows.iter().map(|row| values(row)).collect();
    assert_eq!(rows, [vec!["muse", "12"], vec!["a, b", "say \"hi\" é"], vec!["", ""]]);
    for cell in table.rows.iter().flatten().filter(|cell| cell.offsets.is_none()) {
        assert_eq!(&source[cell.span.start as usize..cell.span.end as usize], cell.value);
    }
    let quoted = &table.rows[1][1];
    let hi = quoted.value.find("hi").unwrap();
    let span = quoted.span_of(hi, hi + 2);
    assert_eq!(&source[span.start as usize..span.end as usize], "hi");
}

#[test]
fn a_byte_order_mark_is_skipped_and_places_stay_right() {
    let source = "\u{feff}name,x\nmuse,1\n";
    let table = read(source);
    assert_eq!(values(&table.columns), ["name", "x"]);
    let cell = &table.rows[0][0];
    assert_eq!(&source[cell.span.start as usize..cell.span.end as usize], "muse");
}

#[test]
fn a_row_of_another_length_is_shown() {
    insta::assert_snapshot!(refusal(b"name,posts\nmuse,1\nhsipaw, the town,3\nlashio\n"), @r"
    error: this row has 3 cells, but the table has 2 columns
     --> areas.csv:3:1
      |
    3 | hsipaw, the town,3
      | ^^^^^^^^^^^^^^^^^^ here
      |
    help: a cell that holds a comma belongs in quotes

    error: this row has 1 cell, but the table has 2 columns
     --> areas.csv:4:1
      |
    4 | lashio
      | ^^^^^^ here
    ");
}

#[test]
fn column_names_must_be_names_and_each_stand_once() {
    insta::assert_snapshot!(refusal(b"name,posts,Held by,posts,\n"), @r"
    error: `Held by` cannot name a column
     --> areas.csv:1:12
      |
    1 | name,posts,Held by,posts,
      |            ^^^^^^^ not a name
      |
    help: names begin with a small letter and hold small letters, digits and `_`

    error: two columns are called `posts`
     --> areas.csv:1:20
      |
    1 | name,posts,Held by,posts,
      |      -----         ^^^^^ again here
      |      |
      |      first here

    error: a column has no name
     --> areas.csv:1:26
      |
    1 | name,posts,Held by,posts,
      |                          ^ expected a name
    ");
}

#[test]
fn every_kind_of_wrong_table_has_its_sentence() {
    let columns = |n: usize| (0..n).map(|i| format!("c{i}")).collect::<Vec<_>>().join(",");
    let too_wide = columns(MAX_COLUMNS + 1);
    let too_long = format!("name\n{}", "x\n".repeat(MAX_ROWS + 1));
    let cases: Vec<(&[u8], &str)> = vec![
        (b"", "the table is empty"),
        (b"\n\n", "the table is empty"),
        (b"\xef\xbb\xbf", "the table is empty"),
        (b"name\n\"x\n", "the quotes of this cell do not close"),
        (b"name\n\"x\"y\n", "the quotes of this cell do not close"),
        (b"a,b\n\"\"a\"\"\" ,\"a\n", "the quotes of this cell do not close"),
        (b"name\n\xff\n", "not UTF-8"),
        (b"\xff\xfen\0", "UTF-16"),
        (b"name\nx\0\n", "NUL byte"),
        (b"name\n\x1b[2J\n", "control character"),
        (too_wide.as_bytes(), "more than 200 columns"),
        (too_long.as_bytes(), "more than 20000 rows"),
    ];
    for (bytes, sentence) in cases {
        let text = refusal(bytes);
        assert!(text.contains(sentence) && text.matches("error: ").count() == 1, "{sentence}\n{text}");
    }
    assert_eq!(read(&columns(MAX_COLUMNS)).columns.len(), MAX_COLUMNS);
    assert_eq!(read(&format!("name\n{}", "x\n".repeat(MAX_ROWS))).rows.len(), MAX_ROWS);
    assert!(refusal(&vec![b'x'; MAX_BYTES + 1]).contains("larger than 32 MiB"));
}

#[test]
fn many_bad_rows_do_not_flood() {
    assert!(refusal(format!("a,b\n{}", "x\n".repeat(10_000)).as_bytes()).matches("error: ").count() <= MAX_ERRORS);
}

#[test]
fn only_tables_below_the_folder_are_read() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(folder.path().join("data/a.csv"), "name\nx\n").unwrap();
    let mut sources = Sources::default();
    let yaml = "areas: data/a.csv\nup: ../a.csv\nmissing: b.csv\nabsolute: /etc/hostname\nfolder: data\nnothing: ''\n";
    let (_, tree) = crate::scenario::read::read_tree("s.yaml", yaml.as_bytes(), &mut sources).unwrap();
    let mut table = |key: &str| match &tree.get(key).unwrap().value {
        crate::scenario::tree::Value::Text(text) => {
            read_table(folder.path(), text, &mut Room::default(), &mut sources, &mut KnownTables::default())
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(table("areas").unwrap().rows.len(), 1);
    for (key, sentence) in [
        ("up", "leads out of the scenario's folder"),
        ("absolute", "leads out of the scenario's folder"),
        ("missing", "there is no such file"),
        ("folder", "is not a plain file"),
        ("nothing", "no file is named"),
    ] {
        let errors = table(key).unwrap_err();
        assert!(errors[0].message.contains(sentence), "{key}: {errors:?}");
        assert!(errors[0].span.is_some());
    }
}

#[test]
fn a_known_table_is_taken_only_for_the_same_place_and_room() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    let name = Text { value: "a.csv".to_owned(), span: Span { file: FileId(0), start: 0, end: 5 }, offsets: None };
    let take = |room: &mut Room, place: usize, known: &mut KnownTables| {
        let mut sources = Sources::default();
        for _ in 0..place {
            sources.add("s.yaml", "");
        }
        read_table(folder.path(), &name, room, &mut sources, known).map(|table| (table, sources))
    };
    let (mut known, mut first, mut again) = (KnownTables::default(), Room::default(), Room::default());
    let one = "name,x\nnorth,1\n";
    std::fs::write(&path, one).unwrap();
    let (table, _) = take(&mut first, 1, &mut known).unwrap();
    // What stands there now is seen only by who reads it anew.
    std::fs::write(&path, "name,x\nnorth,1\nsouth,2\n").unwrap();
    let (taken, sources) = take(&mut again, 1, &mut known).unwrap();
    assert!(Rc::ptr_eq(&table, &taken));
    assert_eq!(sources.get(taken.file).unwrap().text, one);
    assert_eq!((again.cells(), format!("{again:?}")), (4, format!("{first:?}")));
    let (elsewhere, _) = take(&mut Room::default(), 2, &mut known).unwrap();
    assert_eq!((elsewhere.rows.len(), elsewhere.columns[0].span.file), (2, FileId(2)));
    let full = Room { cells: 3, ..Room::default() };
    let [with, without] =
        [&mut known, &mut KnownTables::default()].map(|known| take(&mut { full }, 1, known).unwrap_err());
    assert_eq!(with, without);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_tables_never_panic_and_keep_their_places(rows in "([a-z]|,|\"|\"\"|\n|\r\n|\r| |é|1){0,60}") {
        let source = format!("a,b\n{rows}");
        let mut sources = Sources::default();
        match parse_table("t.csv", source.as_bytes(), &mut Room::default(), &mut sources) {
            Ok(table) => for cell in table.rows.iter().flatten() {
                for (i, c) in cell.value.char_indices() {
                    let at = cell.span_of(i, i + c.len_utf8()).start as usize;
                    prop_assert_eq!(source[at..].chars().next(), Some(c), "{:?}", cell);
                }
            },
            Err(errors) => prop_assert!(!render(&errors, &sources, false).is_empty()),
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut sources = Sources::default();
        if let Err(errors) = parse_table("t.csv", &bytes, &mut Room::default(), &mut sources) {
            prop_assert!(!render(&errors, &sources, false).is_empty());
        }
    }
}
