//! A page's blocks, each with what stands above it.

/// A fenced block.
#[derive(Clone, Debug)]
pub struct Block {
    /// The line of the opening fence, from 1.
    pub line: usize,
    /// The word after the fence.
    pub language: String,
    /// The comment on the line above, without its brackets.
    pub marker: String,
    /// What stands inside, each line with its end.
    pub text: String,
}

/// All blocks in order, and what `<!-- examples over NAME -->` says.
pub fn blocks(page: &str) -> (Vec<Block>, Option<String>) {
    let mut found = Vec::new();
    let mut examples = None;
    let mut marker = String::new();
    let mut open: Option<Block> = None;
    for (place, line) in page.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(block), None) => block.text.extend([line, "\n"]),
            (None, Some(language)) => {
                let (language, marker) = (language.trim().to_owned(), std::mem::take(&mut marker));
                open = Some(Block { line: place + 1, language, marker, text: String::new() });
            }
            (None, None) => {
                marker.clear();
                if let Some(comment) = line.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->")) {
                    match comment.trim().strip_prefix("examples over ") {
                        Some(name) => examples = Some(name.trim().to_owned()),
                        None => comment.trim().clone_into(&mut marker),
                    }
                }
            }
        }
    }
    assert!(open.is_none(), "a block is not closed: {open:?}");
    (found, examples)
}

/// A command and what it is said to print.
#[derive(Debug, PartialEq)]
pub struct Typed {
    pub command: String,
    pub printed: String,
}

/// The commands of a console, which stand behind `$ `, or go on in the next line after a backslash.
pub fn console(text: &str) -> Vec<Typed> {
    let mut list: Vec<Typed> = Vec::new();
    let mut continues = false;
    for line in text.lines() {
        match (line.strip_prefix("$ "), list.last_mut()) {
            (Some(command), _) => list.push(Typed { command: command.to_owned(), printed: String::new() }),
            (None, Some(last)) if continues => last.command.extend(["\n", line]),
            (None, Some(last)) => last.printed.extend([line, "\n"]),
            (None, None) => list.push(Typed { command: String::from("false"), printed: line.to_owned() }),
        }
        continues = (line.starts_with("$ ") || continues) && line.ends_with('\\');
    }
    list
}

/// Whether a text is what was expected, where a line `...` stands for any number of lines. Spaces at the ends of lines,
/// and empty lines at the end of all, do not count.
pub fn fits(expected: &str, found: &str) -> bool {
    let lines = |text: &str| text.trim_end().lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    let (expected, found) = (lines(expected), lines(found));
    let pieces: Vec<&[String]> = expected.split(|line| line == "...").collect();
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return false };
    if pieces.len() == 1 {
        return found == *first;
    }
    if !found.starts_with(first) || found.len() < first.len() + last.len() || !found.ends_with(last) {
        return false;
    }
    let mut rest = &found[first.len()..found.len() - last.len()];
    for piece in &pieces[1..pieces.len() - 1] {
        let Some(at) = (0..=rest.len().saturating_sub(piece.len())).find(|at| rest[*at..].starts_with(piece)) else {
            return false;
        };
        rest = &rest[at + piece.len()..];
    }
    true
}

/// A file with a diff applied: every hunk, cut off by lines that begin with `@@`, must fit in one place, after the one
/// before.
pub fn applied(file: &str, diff: &str) -> Result<String, String> {
    let mut lines: Vec<String> = file.lines().map(str::to_owned).collect();
    let mut from = 0;
    for hunk in diff.lines().collect::<Vec<_>>().split(|line| line.starts_with("@@")) {
        let side = |without: char| -> Vec<String> {
            let kept = hunk.iter().filter(|line| !line.starts_with(without));
            kept.map(|line| line.get(1..).unwrap_or_default().to_owned()).collect()
        };
        let (old, new) = (side('+'), side('-'));
        let places: Vec<usize> = (from..=lines.len()).filter(|at| lines[*at..].starts_with(&old)).collect();
        let at = match (places.as_slice(), old.is_empty()) {
            (_, true) if hunk.is_empty() => continue,
            (_, true) => lines.len(),
            ([at], false) => *at,
            (none_or_many, false) => return Err(format!("{} places fit\n{}", none_or_many.len(), hunk.join("\n"))),
        };
        lines.splice(at..at + old.len(), new.iter().cloned());
        from = at + new.len();
    }
    Ok(lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect())
}

#[test]
fn blocks_know_what_stands_above_them() {
    let page =
        "<!-- examples over b.yaml -->\n\n<!-- scenario a.yaml -->\n```yaml\na: 1\n```\ntext\n```console\n$ ls\n```\n";
    let (found, examples) = blocks(page);
    assert_eq!(examples.as_deref(), Some("b.yaml"));
    let seen: Vec<_> =
        found.iter().map(|b| (b.line, b.language.as_str(), b.marker.as_str(), b.text.as_str())).collect();
    assert_eq!(seen, [(4, "yaml", "scenario a.yaml", "a: 1\n"), (8, "console", "", "$ ls\n")]);
}

#[test]
fn three_dots_stand_for_any_number_of_lines() {
    for (expected, found, wanted) in [
        ("a\nb", "a\nb\n", true),
        ("a\n...", "a", true),
        ("a\n...\nd", "a\nb\nc\nd", true),
        ("...\nc\n...", "a\nb\nc\nd", true),
        ("a\n...\na", "a", false),
        ("a\n...\nx\n...\nd", "a\nb\nd", false),
        ("a", "a\nb", false),
    ] {
        assert_eq!(fits(expected, found), wanted, "{expected:?} {found:?}");
    }
}

#[test]
fn a_diff_fits_in_one_place_or_not_at_all() {
    let file = "one\ntwo\nthree\ntwo\n";
    assert_eq!(applied(file, " one\n+half\n").unwrap(), "one\nhalf\ntwo\nthree\ntwo\n");
    assert_eq!(applied(file, "-three\n+3\n@@\n+end\n").unwrap(), "one\ntwo\n3\ntwo\nend\n");
    assert!(applied(file, "-two\n").is_err() && applied(file, "-four\n").is_err());
}
