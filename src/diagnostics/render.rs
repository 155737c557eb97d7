//! Diagnostics as text in rustc's style.
//!
//! Files are hostile until shown otherwise: a line may be a megabyte long or hold escape sequences. So each line is cut
//! to a window around what it is shown for, and control characters are replaced before a terminal can see them.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, SourceFile, Sources, Span};

/// Errors beyond this many are counted, not shown.
const SHOWN: usize = 200;
/// Characters of a line that are kept before and after what it is shown for.
const BEFORE: usize = 100;
const AFTER: usize = 160;
/// Places further apart than this many lines get a heading each.
const DISTANT: usize = 1_000;
/// Characters beyond this many of a sentence are left out.
const LONGEST: usize = 500;
/// Related places beyond this many of one error are left out.
const RELATED: usize = 8;

/// All diagnostics as one text, sorted by file and place, exact duplicates dropped; errors without a place come first.
///
/// Lines and columns count from 1, columns in characters. Without `colour` the text holds no escape sequence.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, colour: bool) -> String {
    let mut sorted: Vec<&Diagnostic> = Vec::with_capacity(diagnostics.len());
    sorted.extend(diagnostics);
    sorted.sort_by_key(|diagnostic| diagnostic.span); // stable: equal places keep their order
    let mut unique: Vec<&Diagnostic> = Vec::new();
    for diagnostic in sorted {
        let mut same_place = unique.iter().rev().take_while(|other| other.span == diagnostic.span);
        if !same_place.any(|other| *other == diagnostic) {
            unique.push(diagnostic);
        }
    }
    let mut files = Files::new(sources);
    let mut texts: Vec<String> =
        unique.iter().take(SHOWN).map(|diagnostic| render_one(diagnostic, &mut files, colour)).collect();
    if let Some(more) = unique.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        texts.push(format!("error: and {more} more errors"));
    }
    let mut text = texts.join("\n\n");
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn render_one(diagnostic: &Diagnostic, files: &mut Files, colour: bool) -> String {
    let title = clean(&diagnostic.message);
    let mut groups = vec![Group::with_title(Level::ERROR.primary_title(title))];
    let mut headings = Vec::new();
    let mut help_follows_source = false;
    if let Some(place) = diagnostic.span.and_then(|span| files.place(span)) {
        let mut marks = vec![Mark { place, label: clean(&diagnostic.label), primary: true }];
        for (span, label) in diagnostic.related.iter().take(RELATED) {
            if let Some(place) = files.place(*span) {
                marks.push(Mark { place, label: clean(label), primary: false });
            }
        }
        for block in blocks(marks) {
            groups = add_block(groups, &block, files.sources, &mut headings);
        }
        help_follows_source = true;
    }
    let mut tail = String::new();
    if let Some(help) = &diagnostic.help {
        let help = clean(help);
        if help_follows_source {
            groups.push(Group::with_title(Level::HELP.secondary_title(help)));
        } else {
            tail = format!("\nhelp: {help}");
        }
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    format!("{}{tail}", put_headings(&renderer.render(&groups), &headings))
}

/// Brackets around the number of a heading, which stands in for it while the text is laid out.
const HEADING: (char, char) = ('\u{e000}', '\u{e001}');

/// Puts `file:line:column` where the layout has a heading's number.
///
/// The layout would count columns of what is shown; this counts those of the file, which differ on lines that are cut or
/// hold tabs.
fn put_headings(laid_out: &str, headings: &[String]) -> String {
    let mut text = String::with_capacity(laid_out.len());
    let mut parts = laid_out.split(HEADING.0);
    text.push_str(parts.next().unwrap_or(""));
    for part in parts {
        let (number, rest) = part.split_once(HEADING.1).unwrap_or(("", part));
        text.push_str(number.parse().ok().and_then(|i: usize| headings.get(i)).map_or("", String::as_str));
        text.push_str(rest.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit()));
    }
    text
}

/// A span as lines and columns.
#[derive(Clone)]
struct Place {
    file: u32,
    /// Counted from 0.
    line: usize,
    /// The line's bytes in the file, without its break.
    line_bytes: std::ops::Range<usize>,
    /// What is marked, in bytes of the file, on this line alone.
    marked: std::ops::Range<usize>,
}

struct Mark {
    place: Place,
    label: String,
    primary: bool,
}

/// The line starts of each file that was needed.
struct Files<'a> {
    sources: &'a Sources,
    line_starts: Vec<Option<Vec<usize>>>,
}

impl<'a> Files<'a> {
    fn new(sources: &'a Sources) -> Self {
        Self { sources, line_starts: vec![None; sources.iter().count()] }
    }

    /// Where a span lies. One that covers several lines is cut to its first.
    fn place(&mut self, span: Span) -> Option<Place> {
        let text = &self.sources.get(span.file)?.text;
        let starts = self.line_starts.get_mut(span.file.0 as usize)?.get_or_insert_with(|| line_starts(text));
        let start = boundary(text, span.start as usize);
        let line = starts.partition_point(|at| *at <= start).saturating_sub(1);
        let first = starts.get(line).copied().unwrap_or(0);
        let next = starts.get(line + 1).copied().unwrap_or(text.len());
        let last = first + text.get(first..next).unwrap_or("").trim_end_matches(['\n', '\r']).len();
        let start = start.min(last);
        let mut end = (span.end as usize).clamp(start, last);
        while !text.is_char_boundary(end) && end < last {
            end += 1;
        }
        Some(Place { file: span.file.0, line, line_bytes: first..last, marked: start..end })
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1)).collect()
}

fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Marks that are shown under one heading: neighbours in one file share a block, a distant one gets its own.
fn blocks(marks: Vec<Mark>) -> Vec<Vec<Mark>> {
    let mut blocks: Vec<Vec<Mark>> = Vec::new();
    for mark in marks {
        let near =
            |other: &Mark| other.place.file == mark.place.file && other.place.line.abs_diff(mark.place.line) <= DISTANT;
        match blocks.iter_mut().find(|block| block.iter().all(near)) {
            Some(block) => block.push(mark),
            None => blocks.push(vec![mark]),
        }
    }
    blocks
}

/// Adds the lines of one file: those that are marked; what lies between is left out with `...`.
fn add_block<'a>(
    mut groups: Vec<Group<'a>>,
    marks: &[Mark],
    sources: &Sources,
    headings: &mut Vec<String>,
) -> Vec<Group<'a>> {
    let (Some(group), Some(first)) = (groups.pop(), marks.first()) else { return groups };
    let Some(file) = sources.iter().nth(first.place.file as usize) else {
        groups.push(group);
        return groups;
    };
    let column =
        file.text.get(first.place.line_bytes.start..first.place.marked.start).unwrap_or("").chars().count() + 1;
    let path = format!("{}{}{}", HEADING.0, headings.len(), HEADING.1);
    headings.push(format!("{}:{}:{column}", clean(&file.name), first.place.line + 1));
    let (text, line_start, spans) = excerpt(file, marks);
    let annotations: Vec<Annotation> = marks
        .iter()
        .zip(spans)
        .map(|(mark, span)| {
            let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            let annotation = kind.span(span);
            if mark.label.is_empty() { annotation } else { annotation.label(mark.label.clone()) }
        })
        .collect();
    let snippet = Snippet::source(text).path(path).line_start(line_start).annotations(annotations);
    groups.push(group.element(snippet));
    groups
}

/// The text from the first marked line to the last, unmarked lines emptied, and each mark's place in it.
fn excerpt(file: &SourceFile, marks: &[Mark]) -> (String, usize, Vec<std::ops::Range<usize>>) {
    let mut order: Vec<(usize, &Mark)> = marks.iter().enumerate().collect();
    order.sort_by_key(|(_, mark)| (mark.place.line, mark.place.marked.start));
    let first = order.first().map_or(0, |(_, mark)| mark.place.line);
    let mut text = String::new();
    let mut spans = vec![0..0; marks.len()];
    let mut line = first;
    for same in order.chunk_by(|(_, a), (_, b)| a.place.line == b.place.line) {
        let Some((_, Mark { place, .. })) = same.first() else { continue };
        push_between(&mut text, file, line, place);
        line = place.line;
        let window = Window::new(file, place, same.iter().map(|(_, mark)| &mark.place));
        let base = text.len();
        for (i, mark) in same {
            let marked = &mark.place.marked;
            if let Some(span) = spans.get_mut(*i) {
                *span = base + window.map(marked.start)..base + window.map(marked.end);
            }
        }
        text.push_str(&window.text);
    }
    (text, first + 1, spans)
}

/// The lines from `line` up to a place. A single one between two marked lines is shown, so it needs its text.
fn push_between(text: &mut String, file: &SourceFile, line: usize, place: &Place) {
    let gap = place.line.saturating_sub(line);
    if gap == 2 {
        let before = file.text.get(..place.line_bytes.start.saturating_sub(1)).unwrap_or("");
        let between = before.get(before.rfind('\n').map_or(0, |i| i + 1)..).unwrap_or("");
        text.push('\n');
        between.trim_end_matches('\r').chars().take(AFTER).for_each(|c| push_clean(text, c));
        text.push('\n');
    } else {
        text.extend(std::iter::repeat_n('\n', gap));
    }
}

/// What is shown of one line, and where each of its bytes went.
struct Window {
    text: String,
    /// (byte in the file, byte in `text`), ascending.
    places: Vec<(usize, usize)>,
}

impl Window {
    fn new<'p>(file: &SourceFile, line: &Place, marks: impl Iterator<Item = &'p Place>) -> Self {
        let all = &line.line_bytes;
        let (mut from, mut to) = (all.end, all.start);
        for mark in marks {
            from = from.min(mark.marked.start);
            to = to.max(mark.marked.end);
        }
        let text = &file.text;
        let from = walk_back(text, from, all.start, BEFORE);
        let to = walk_on(text, to.min(from + 4 * AFTER + 4 * BEFORE).max(from), all.end, AFTER);
        let mut window = Self { text: String::new(), places: Vec::new() };
        if from > all.start {
            window.text.push('…');
        }
        for (i, c) in text.get(from..to).unwrap_or("").char_indices() {
            window.places.push((from + i, window.text.len()));
            push_clean(&mut window.text, c);
        }
        window.places.push((to, window.text.len()));
        if to < all.end {
            window.text.push('…');
        }
        window
    }

    fn map(&self, byte: usize) -> usize {
        let at = self.places.partition_point(|(source, _)| *source < byte);
        self.places.get(at).or(self.places.last()).map_or(0, |(_, shown)| *shown)
    }
}

/// Goes back by at most `characters`, to the start of the line if that is near.
fn walk_back(text: &str, from: usize, line_start: usize, characters: usize) -> usize {
    let before = text.get(line_start..from).unwrap_or("");
    before.char_indices().rev().nth(characters).map_or(line_start, |(i, _)| line_start + i)
}

fn walk_on(text: &str, from: usize, line_end: usize, characters: usize) -> usize {
    let from = boundary(text, from);
    let after = text.get(from..line_end).unwrap_or("");
    after.char_indices().nth(characters).map_or(line_end, |(i, _)| from + i)
}

/// A text without characters that steer a terminal, cut where it is longer than anybody reads: it may quote a name of a
/// megabyte.
fn clean(text: &str) -> String {
    let mut clean = String::new();
    for (i, c) in text.chars().enumerate() {
        if i == LONGEST {
            clean.push('…');
            break;
        }
        if c == '\n' {
            clean.push(c);
        } else {
            push_clean(&mut clean, c);
        }
    }
    clean
}

/// Tabs become four spaces (YAML allows them only where their width does not matter); C0 controls their pictures; C1
/// controls, line and paragraph separators and marks that turn the direction of text a replacement
/// character, as do the two that `HEADING` takes for itself.
fn push_clean(text: &mut String, c: char) {
    match c {
        '\t' => text.push_str("    "),
        '\0'..='\u{1f}' => text.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
        '\u{7f}' => text.push('␡'),
        '\u{80}'..='\u{9f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{e000}'
        | '\u{e001}' => text.push('\u{fffd}'),
        _ => text.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(text: &str) -> Sources {
        let mut sources = Sources::default();
        sources.add("scenarios/two-patrons.yaml", text);
        sources
    }

    fn at(sources: &Sources, needle: &str) -> Span {
        let file = sources.iter().next().unwrap();
        let start = file.text.find(needle).unwrap();
        Span { file: super::super::FileId(0), start: start as u32, end: (start + needle.len()) as u32 }
    }

    #[test]
    fn an_error_reads_as_the_language_page_shows_it() {
        let text = format!("{}        when: trust > patience and suport[regime] > 0.2\n", "x\n".repeat(57));
        let sources = sources(&text);
        let diagnostic = Diagnostic::at(
            at(&sources, "suport"),
            "unknown name `suport`",
            "no tie, lever, uncertainty or state of `near` has this name",
        )
        .help("did you mean `support`?");
        insta::assert_snapshot!(render(&[diagnostic], &sources, false), @r"
        error: unknown name `suport`
          --> scenarios/two-patrons.yaml:58:36
           |
        58 |         when: trust > patience and suport[regime] > 0.2
           |                                    ^^^^^^ no tie, lever, uncertainty or state of `near` has this name
           |
        help: did you mean `support`?
        ");
    }

    #[test]
    fn errors_are_sorted_by_place_and_doubles_dropped() {
        let sources = sources("a: 1\nb: 2\n");
        let first = Diagnostic::at(at(&sources, "a"), "first", "");
        let second = Diagnostic::at(at(&sources, "b"), "second", "");
        let general = Diagnostic::general("no place").help("give one");
        let text = render(&[second.clone(), first.clone(), second, general, first], &sources, false);
        insta::assert_snapshot!(text, @r"
        error: no place
        help: give one

        error: first
         --> scenarios/two-patrons.yaml:1:1
          |
        1 | a: 1
          | ^

        error: second
         --> scenarios/two-patrons.yaml:2:1
          |
        2 | b: 2
          | ^
        ");
    }

    #[test]
    fn another_place_in_the_file_and_in_another_file_is_shown() {
        let mut sources = sources("a: 1\nb: 2\n\nc: 3\na: 4\n");
        let other = sources.add("other.yaml", "z: a\n");
        let again = Span { file: super::super::FileId(0), start: 16, end: 17 };
        let diagnostic = Diagnostic::at(again, "`a` stands twice", "again here")
            .related(at(&sources, "a"), "first here")
            .related(Span { file: other, start: 3, end: 4 }, "and here");
        insta::assert_snapshot!(render(&[diagnostic], &sources, false), @r"
        error: `a` stands twice
         --> scenarios/two-patrons.yaml:5:1
          |
        1 | a: 1
          | - first here
        ...
        5 | a: 4
          | ^ again here
          |
         ::: other.yaml:1:4
          |
        1 | z: a
          |    - and here
        ");
    }

    #[test]
    fn columns_count_characters_and_carets_stand_under_tabs_and_wide_text() {
        let sources = sources("name: Ünïted \t wrong\n");
        let diagnostic = Diagnostic::at(at(&sources, "wrong"), "no", "here");
        insta::assert_snapshot!(render(&[diagnostic], &sources, false), @r"
        error: no
         --> scenarios/two-patrons.yaml:1:16
          |
        1 | name: Ünïted      wrong
          |                   ^^^^^ here
        ");
    }

    #[test]
    fn a_line_of_a_megabyte_is_cut_around_the_place() {
        let text = format!("{}HERE{}\n", "é".repeat(500_000), "b".repeat(500_000));
        let sources = sources(&text);
        let rendered = render(&[Diagnostic::at(at(&sources, "HERE"), "no", "label")], &sources, false);
        assert!(rendered.contains(":1:500001\n") && rendered.contains("éHERE"), "{rendered}");
        assert!(rendered.len() < 2_000, "{} bytes", rendered.len());
    }

    #[test]
    fn nothing_from_a_file_steers_the_terminal() {
        let evil = "\u{1b}[31m\u{7}\u{9b}2J\u{202e}\u{2028}\r\u{0}x";
        let mut sources = Sources::default();
        let file = sources.add(evil, format!("{evil} word\n"));
        let diagnostic = Diagnostic::at(Span { file, start: 2, end: 400 }, evil, evil)
            .help(evil)
            .related(Span { file, start: 0, end: 1 }, evil);
        let text = render(&[diagnostic, Diagnostic::general(evil).help(evil)], &sources, false);
        let raw: Vec<char> = text.chars().filter(|c| c.is_control() && *c != '\n').collect();
        assert_eq!(raw, Vec::<char>::new(), "{text:?}");
        assert!(!text.contains(['\u{202e}', '\u{2028}']), "{text:?}");
    }

    #[test]
    fn colour_comes_only_when_asked_for() {
        let sources = sources("a: 1\n");
        let diagnostics = [Diagnostic::at(at(&sources, "a"), "no", "here")];
        assert!(render(&diagnostics, &sources, true).contains("\u{1b}["));
        assert!(!render(&diagnostics, &sources, false).contains('\u{1b}'));
    }

    #[test]
    fn ten_thousand_errors_are_counted_not_shown() {
        let sources = sources(&"a: 1\n".repeat(10_000));
        let file = super::super::FileId(0);
        let diagnostics: Vec<Diagnostic> =
            (0..10_000).map(|i| Diagnostic::at(Span { file, start: i * 5, end: i * 5 + 1 }, "no", "")).collect();
        let text = render(&diagnostics, &sources, false);
        assert!(text.ends_with("error: and 9800 more errors\n"), "{}", &text[text.len() - 100..]);
    }

    #[test]
    fn spans_beyond_a_file_or_of_no_file_do_not_panic() {
        let sources = sources("é");
        for (start, end) in [(0, 0), (0, 1), (1, 1), (1, 2), (2, 9), (9, 3), (u32::MAX, u32::MAX)] {
            for file in [0, 1] {
                let span = Span { file: super::super::FileId(file), start, end };
                assert!(render(&[Diagnostic::at(span, "no", "x")], &sources, false).contains("error: no"));
            }
        }
    }
}
