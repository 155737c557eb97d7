//! CSV tables, each cell with its place in the file.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use csv::{ReaderBuilder, StringRecord};

use crate::diagnostics::{Diagnostic, FileId, SourceFile, Sources, Span};

use super::files::{Allowance, read_below};
use super::read::decode;
use super::tree::Text;

/// The most bytes a table may have.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;
/// The most columns a table may have.
pub const MAX_COLUMNS: usize = 200;
/// The most rows a table may have, its header not counted.
pub const MAX_ROWS: usize = 20_000;
/// The most cells that all tables of a scenario may have together.
pub const MAX_CELLS: usize = 500_000;
/// Errors of one table beyond this many are not looked for.
const MAX_ERRORS: usize = 50;

/// A table as written: a header, and rows of as many cells.
#[derive(Clone, Debug)]
pub struct Table {
    /// Where its text is kept.
    pub file: FileId,
    /// The header's names, each once.
    pub columns: Vec<Text>,
    /// The cells, without the spaces around them.
    pub rows: Vec<Vec<Text>>,
}

/// What the tables of one scenario may still hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    bytes: Allowance,
    cells: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { bytes: Allowance::for_tables(), cells: MAX_CELLS }
    }
}

impl Room {
    /// How many cells were read so far.
    pub(super) fn cells(&self) -> usize {
        MAX_CELLS - self.cells
    }
}

/// Tables that have been read for one variant, kept for the others.
#[derive(Debug, Default)]
pub(super) struct KnownTables(Vec<(String, Rc<Table>, Arc<SourceFile>)>);

impl KnownTables {
    /// The table of this name, if it would stand at the same place among the files that were read, and there is room for it.
    fn take(&self, name: &str, room: &mut Room, sources: &mut Sources) -> Option<Rc<Table>> {
        let fits = |table: &Table| table.file == sources.next();
        let (_, table, file) = self.0.iter().find(|(known, table, _)| known == name && fits(table))?;
        let mut left = *room;
        left.bytes.take(file.text.len(), MAX_BYTES).ok()?;
        left.cells = left.cells.checked_sub(table.columns.len() * (1 + table.rows.len()))?;
        *room = left;
        sources.put(Arc::clone(file));
        Some(Rc::clone(table))
    }
}

/// Reads a table that a scenario names. `folder` is the scenario's, below which it must lie.
///
/// # Errors
/// The file cannot be read or is too large; it is no UTF-8 text; a row has more or fewer cells than the header; a column
/// has no proper name or the same as another.
pub(super) fn read_table(
    folder: &Path,
    relative: &Text,
    room: &mut Room,
    sources: &mut Sources,
    known: &mut KnownTables,
) -> Result<Rc<Table>, Vec<Diagnostic>> {
    if let Some(table) = known.take(&relative.value, room, sources) {
        return Ok(table);
    }
    let below = read_below(folder, folder, relative, MAX_BYTES, &mut room.bytes).map_err(|error| vec![error])?;
    let table = Rc::new(parse_table(&below.name, &below.bytes, room, sources)?);
    if let Some(file) = sources.shared(table.file) {
        known.0.push((relative.value.clone(), Rc::clone(&table), file));
    }
    Ok(table)
}

fn parse_table(name: &str, bytes: &[u8], room: &mut Room, sources: &mut Sources) -> Result<Table, Vec<Diagnostic>> {
    let (file, text) = decode(name, bytes, MAX_BYTES, sources)?;
    let (columns, rows, errors) = (Vec::new(), Vec::new(), Vec::new());
    let mut reading = Reading { text: &text, file, cells: room.cells, columns, rows, errors };
    reading.read();
    room.cells = reading.cells;
    if !reading.errors.is_empty() {
        return Err(reading.errors);
    }
    Ok(Table { file, columns: reading.columns, rows: reading.rows })
}

struct Reading<'a> {
    text: &'a str,
    file: FileId,
    /// How many may still be kept.
    cells: usize,
    columns: Vec<Text>,
    rows: Vec<Vec<Text>>,
    errors: Vec<Diagnostic>,
}

impl Reading<'_> {
    fn read(&mut self) {
        let mark = if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let body = self.text.get(mark..).unwrap_or("");
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(body.as_bytes());
        let mut record = StringRecord::new();
        while let Ok(true) = reader.read_record(&mut record) {
            let start = mark + record.position().map_or(0, |position| position.byte() as usize);
            let end = mark + reader.position().byte() as usize;
            let go_on = match self.cells(&record, start..end) {
                Some(cells) if self.columns.is_empty() => self.header(cells),
                Some(cells) => self.row(cells),
                None => false,
            };
            if !go_on || self.errors.len() >= MAX_ERRORS {
                return;
            }
        }
        if self.columns.is_empty() && self.errors.is_empty() {
            let span = self.span(mark..mark);
            self.errors.push(Diagnostic::at(span, "the table is empty", "expected a line of column names"));
        }
    }

    fn span(&self, range: Range<usize>) -> Span {
        let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Span { file: self.file, start: place(range.start), end: place(range.end) }
    }

    /// The cells of a record with their places; `None` after an error that ends the reading.
    fn cells(&mut self, record: &StringRecord, range: Range<usize>) -> Option<Vec<Text>> {
        if record.len() > MAX_COLUMNS {
            let span = self.first_line(range.start);
            let message = format!("the table has more than {MAX_COLUMNS} columns");
            self.errors.push(Diagnostic::at(span, message, format!("{} cells in this row", record.len())));
            return None;
        }
        let mut at = range.start;
        // The reader leaves out empty lines before a record but counts from them.
        while at < range.end && matches!(self.text.as_bytes().get(at), Some(b'\n' | b'\r')) {
            at += 1;
        }
        let Some(left) = self.cells.checked_sub(record.len()) else {
            let span = self.first_line(range.start);
            let message = format!("the scenario's tables have more than {MAX_CELLS} cells together");
            self.errors.push(Diagnostic::at(span, message, "with this row"));
            return None;
        };
        self.cells = left;
        let mut cells = Vec::with_capacity(record.len());
        for value in record {
            let Some((cell, next)) = self.cell(value, at, range.end) else {
                let quote = self.span(at..at + 1);
                self.errors.push(
                    Diagnostic::at(quote, "the quotes of this cell do not close", "opened here")
                        .help("the closing quote ends the cell; a quote inside it is written twice"),
                );
                return None;
            };
            cells.push(cell);
            at = next;
        }
        Some(cells)
    }

    /// One cell that begins at a place, and where the next begins; `None` if it is quoted and does not end with its quote.
    fn cell(&self, value: &str, start: usize, end: usize) -> Option<(Text, usize)> {
        let bytes = self.text.as_bytes();
        let (inner, offsets, at) = match bytes.get(start) {
            Some(b'"') => self.quoted(value, start, end)?,
            _ => (start..start + value.len(), None, start + value.len()),
        };
        let next = if bytes.get(at) == Some(&b',') { at + 1 } else { at };
        Some((trim(Text { value: value.to_owned(), span: self.span(inner), offsets }), next))
    }

    /// What stands between a cell's quotes, where each of its bytes does if quotes are doubled, and where the cell ends.
    fn quoted(&self, value: &str, start: usize, end: usize) -> Option<(Range<usize>, Option<Vec<u32>>, usize)> {
        let bytes = self.text.as_bytes();
        let mut offsets = Vec::with_capacity(value.len() + 1);
        let mut at = start + 1;
        let mut doubled = false;
        for b in value.bytes() {
            offsets.push(u32::try_from(at).unwrap_or(u32::MAX));
            let two = b == b'"' && bytes.get(at + 1) == Some(&b'"');
            // The quote closed earlier and text follows it, or a quote stands alone.
            if bytes.get(at) != Some(&b) || (b == b'"' && !two) {
                return None;
            }
            doubled |= two;
            at += 1 + usize::from(two);
        }
        offsets.push(u32::try_from(at).unwrap_or(u32::MAX));
        if bytes.get(at) != Some(&b'"') || at >= end {
            return None;
        }
        Some((start + 1..at, doubled.then_some(offsets), at + 1))
    }

    fn first_line(&self, start: usize) -> Span {
        let rest = self.text.get(start..).unwrap_or("");
        let lead = rest.len() - rest.trim_start_matches(['\n', '\r']).len();
        let length = rest.get(lead..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
        self.span(start + lead..start + lead + length)
    }

    fn header(&mut self, cells: Vec<Text>) -> bool {
        let mut first: BTreeMap<&str, Span> = BTreeMap::new();
        for cell in &cells {
            let name = cell.value.as_str();
            if name.is_empty() {
                self.errors.push(Diagnostic::at(cell.span, "a column has no name", "expected a name"));
            } else if !is_name(name) {
                let help = match name.contains([';', '\t']) {
                    true => "commas part the columns; spreadsheets offer this when saving",
                    false => "names begin with a small letter and hold small letters, digits and `_`",
                };
                let error = Diagnostic::at(cell.span, format!("`{name}` cannot name a column"), "not a name");
                self.errors.push(error.help(help));
            } else if let Some(earlier) = first.get(name) {
                let error = Diagnostic::at(cell.span, format!("two columns are called `{name}`"), "again here");
                self.errors.push(error.related(*earlier, "first here"));
            } else {
                first.insert(name, cell.span);
            }
        }
        self.columns = cells;
        true
    }

    fn row(&mut self, cells: Vec<Text>) -> bool {
        if cells.len() != self.columns.len() {
            let start = cells.first().map_or(0, |cell| cell.span.start as usize);
            let line_start = self.text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |i| i + 1);
            let span = self.first_line(line_start);
            let (has, wants) = (cells.len(), self.columns.len());
            let s = |n| if n == 1 { "" } else { "s" };
            let message = format!("this row has {has} cell{}, but the table has {wants} column{}", s(has), s(wants));
            let help = "a cell that holds a comma belongs in quotes";
            self.errors.push(Diagnostic::at(span, message, "here").maybe_help((has > wants).then(|| help.to_owned())));
            return true;
        }
        if self.rows.len() == MAX_ROWS {
            let span = cells.first().map_or(self.span(0..0), |cell| cell.span);
            let message = format!("the table has more than {MAX_ROWS} rows");
            self.errors.push(Diagnostic::at(span, message, "one more than that"));
            return false;
        }
        self.rows.push(cells);
        true
    }
}

/// A cell without the spaces around it.
fn trim(text: Text) -> Text {
    let trimmed = text.value.trim();
    if trimmed.len() == text.value.len() {
        return text;
    }
    let lead = text.value.len() - text.value.trim_start().len();
    let end = lead + trimmed.len();
    let span = text.span_of(lead, end);
    let offsets = text.offsets.as_ref().and_then(|offsets| offsets.get(lead..=end)).map(<[u32]>::to_vec);
    Text { value: trimmed.to_owned(), span, offsets }
}

/// `[a-z][a-z0-9_]*`
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests;
