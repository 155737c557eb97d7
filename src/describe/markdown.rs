//! Markdown (GitHub's, which is CommonMark with tables): whatever a scenario names or says stays text.

use std::fmt::Write;

/// A page that grows line by line.
#[derive(Default)]
pub(super) struct Page(String);

impl Page {
    /// A heading of a level from 1.
    pub fn heading(&mut self, level: usize, text: &str) {
        let _ = writeln!(self.0, "{}{} {text}", self.gap(), "#".repeat(level));
    }

    /// A paragraph.
    pub fn paragraph(&mut self, text: &str) {
        let _ = writeln!(self.0, "{}{text}", self.gap());
    }

    /// A list, with numbers where the order matters.
    pub fn list(&mut self, numbered: bool, items: &[Item]) {
        if items.is_empty() {
            return;
        }
        self.0.push_str(self.gap());
        for (i, item) in items.iter().enumerate() {
            let mark = if numbered { format!("{}. ", i + 1) } else { "- ".to_owned() };
            let _ = writeln!(self.0, "{mark}{}", item.text);
            for line in &item.below {
                let _ = writeln!(self.0, "{}- {line}", " ".repeat(mark.len()));
            }
        }
    }

    /// A table; columns in which nothing stands are left out, and one without rows altogether.
    pub fn table(&mut self, head: &[&str], rows: &[Vec<String>]) {
        let filled: Vec<usize> = (0..head.len())
            .filter(|column| rows.iter().any(|row| row.get(*column).is_some_and(|cell| !cell.is_empty())))
            .collect();
        if filled.is_empty() {
            return;
        }
        self.0.push_str(self.gap());
        let line = |cells: Vec<&str>| {
            let cells: Vec<String> = cells.into_iter().map(cell).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        self.0 += &line(filled.iter().filter_map(|column| head.get(*column)).copied().collect());
        self.0 += &line(filled.iter().map(|_| "---").collect());
        for row in rows {
            self.0 += &line(filled.iter().map(|column| row.get(*column).map_or("", String::as_str)).collect());
        }
    }

    /// The text.
    pub fn finish(self) -> String {
        self.0
    }

    /// An empty line between two parts.
    fn gap(&self) -> &'static str {
        if self.0.is_empty() { "" } else { "\n" }
    }
}

/// One item of a list, and what stands below it.
pub(super) struct Item {
    pub text: String,
    pub below: Vec<String>,
}

impl Item {
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), below: Vec::new() }
    }
}

/// A cell: a bar would end it, in code too, where only a backslash keeps it.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// Prose of a scenario, on one line.
pub(crate) fn prose(text: &str) -> String {
    let line = one_line(text);
    let letters: Vec<char> = line.chars().collect();
    let mut out = String::with_capacity(line.len());
    for (i, letter) in letters.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| letters.get(i));
        let after = letters.get(i + 1);
        let inside = before.is_some_and(|c| c.is_alphanumeric()) && after.is_some_and(|c| c.is_alphanumeric());
        match letter {
            '<' => out.push_str("&lt;"),
            '|' => out.push_str("&#124;"),
            // What could begin an entity.
            '&' if after.is_some_and(|c| *c == '#' || c.is_ascii_alphanumeric()) => out.push_str("&amp;"),
            // Within a word it is no emphasis.
            '_' if inside => out.push('_'),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '$' => out.extend(['\\', *letter]),
            '#' | '-' | '+' | '=' | '>' if before.is_none() => out.extend(['\\', *letter]),
            '.' | ')' if begins_with_number(&letters, i) && after.is_none_or(|c| *c == ' ') => {
                out.extend(['\\', *letter])
            }
            other => out.push(*other),
        }
    }
    out
}

/// Whether all before a place is digits: `1.` at the beginning would open a list.
fn begins_with_number(letters: &[char], end: usize) -> bool {
    end > 0 && end < 10 && letters.iter().take(end).all(char::is_ascii_digit)
}

/// A name or an expression as code, on one line.
pub(super) fn code(text: &str) -> String {
    let line = one_line(text);
    let (mut longest, mut run) = (0, 0);
    for letter in line.chars() {
        run = if letter == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let space = if line.starts_with('`') || line.ends_with('`') || line.is_empty() { " " } else { "" };
    format!("{fence}{space}{line}{space}{fence}")
}

/// A text without line breaks, control characters, and marks that turn the direction of writing.
fn one_line(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let seen: String = text.chars().map(|c| if turns(c) { '\u{fffd}' } else { c }).collect();
    let words: Vec<&str> =
        seen.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ")
}

/// Words as a list: `a`, `b` and `c`; of many only the first, and how many more there are.
pub(super) fn codes<'t>(names: impl IntoIterator<Item = &'t str>) -> String {
    listed(&names.into_iter().map(code).collect::<Vec<_>>())
}

/// The same of what is Markdown already.
pub(super) fn listed(parts: &[String]) -> String {
    const MOST: usize = 12;
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] if parts.len() <= MOST => format!("{} and {last}", most.join(", ")),
        many => {
            let first: Vec<&str> = many.iter().take(MOST - 2).map(String::as_str).collect();
            format!("{} and {} more", first.join(", "), many.len() - first.len())
        }
    }
}

/// A word for one or many.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_scenario_says_stays_text() {
        for (said, shown) in [
            ("a <b>bold</b> & | claim &lt; 2 > 1", "a &lt;b>bold&lt;/b> & &#124; claim &amp;lt; 2 > 1"),
            ("# no heading", "\\# no heading"),
            ("1. no list", "1\\. no list"),
            ("0.5", "0.5"),
            ("> no quote", "\\> no quote"),
            ("2024 was 1.5 times", "2024 was 1.5 times"),
            ("*x* _y_ snake_case [l](u) `c` ~~s~~", "\\*x\\* \\_y\\_ snake_case \\[l\\](u) \\`c\\` \\~\\~s\\~\\~"),
            ("two\n\n- lines", "two - lines"),
            ("\u{202e}x", "\u{fffd}x"),
            ("![i](u)", "!\\[i\\](u)"),
        ] {
            assert_eq!(prose(said), shown);
        }
    }

    #[test]
    fn code_is_fenced_by_more_than_it_holds() {
        assert_eq!(code("a < b"), "`a < b`");
        assert_eq!(code("a ` b"), "``a ` b``");
        assert_eq!(code("`"), "`` ` ``");
    }

    #[test]
    fn tables_leave_out_what_is_empty_and_escape_bars() {
        let mut page = Page::default();
        page.table(&["A", "B", "C"], &[vec![prose("x|y"), String::new(), code("p|q")]]);
        page.table(&["A"], &[]);
        assert_eq!(page.finish(), "| A | C |\n| --- | --- |\n| x&#124;y | `p\\|q` |\n");
    }

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (0..30).map(|i| format!("n{i}")).collect();
        assert!(codes(names.iter().map(String::as_str)).ends_with("`n9` and 20 more"));
        assert_eq!(codes(["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
