//! Element 6: input data.

use super::Subject;
use super::markdown::{Page, code, codes, prose};
use super::reading::{code_of, given, prose_of, reason_of, word, written};
use crate::scenario::format;
use crate::scenario::tree::{Node, Text};

pub(super) fn write(subject: &Subject, page: &mut Page) {
    page.heading(2, "6. Input data");
    let row = |(name, table): &(String, crate::scenario::tables::Table)| {
        let columns = codes(table.columns.iter().map(|column| column.value.as_str()));
        vec![
            code(name),
            used_for(subject, name),
            table.rows.len().to_string(),
            table.columns.len().to_string(),
            columns,
        ]
    };
    let rows: Vec<Vec<String>> = subject.said.tables.iter().map(row).collect();
    match rows.is_empty() {
        true => page.paragraph("The scenario reads no tables: all its numbers stand in its file."),
        false => page.paragraph("These tables are read once, before the first tick:"),
    }
    page.table(&["Table", "Holds", "Rows", "Columns", "Names of the columns"], &rows);
    page.paragraph(
        "Nothing is read while a run is played. What changes with the date stands in the file: seasons, and the dates of rules \
         and events.",
    );
    observed(subject, page);
}

/// What the runs are held against.
fn observed(subject: &Subject, page: &mut Page) {
    let targets = subject.section("targets");
    if targets.is_empty() {
        return;
    }
    page.paragraph("What was observed, and the runs are scored on; no run depends on it:");
    let row = |(name, target): &(Text, Node)| {
        let dated = target.as_map().unwrap_or_default().iter().filter(|(key, _)| !format::TARGET.knows(&key.value));
        let seen: Vec<String> = dated.map(|(date, value)| format!("{}: {}", date.value, written(value))).collect();
        vec![
            code(&name.value),
            prose(&seen.join(", ")),
            code_of(target, "discrepancy"),
            prose_of(target, "source"),
            reason_of(target),
        ]
    };
    let rows: Vec<Vec<String>> = targets.iter().map(row).collect();
    page.table(&["Measure", "Observed", "The model's own error (sd)", "Source", "Reason"], &rows);
}

/// What a table is for.
fn used_for(subject: &Subject, file: &str) -> String {
    let is = |key: &str| subject.of_territory(key).and_then(word) == Some(file);
    let mut uses = Vec::new();
    if is("areas") {
        uses.push("the areas".to_owned());
    }
    if is("neighbours") {
        uses.push("who borders whom".to_owned());
    }
    let places = subject.of_territory("places").and_then(Node::as_map).unwrap_or_default();
    let of_file = places.iter().filter(|(_, table)| word(table) == Some(file));
    uses.extend(of_file.map(|(kind, _)| format!("places of the kind {}", code(&kind.value))));
    let ties = subject.section("ties").iter().filter(|(_, tie)| given(tie, "pairs").and_then(word) == Some(file));
    uses.extend(ties.map(|(name, _)| format!("the tie {}", code(&name.value))));
    uses.join(", ")
}
