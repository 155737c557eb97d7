//! Reading maps and lists: which keys there are, and what stands where something else was expected.

use super::Checker;
use super::problems::{Checked, Reported};
use crate::diagnostics::{Diagnostic, Span, suggest};
use crate::scenario::format::Form;
use crate::scenario::tree::{Node, Text, Value};

/// So many keys of one map are compared with one that is missing.
const MOST_COMPARED: usize = 200;

/// What a node is, for sentences.
pub(super) fn kind_of(node: &Node) -> &'static str {
    match node.value {
        Value::Null => "nothing",
        Value::Bool(_) => "yes or no",
        Value::Number(..) => "a number",
        Value::Text(_) => "a text",
        Value::List(_) => "a list",
        Value::Map(_) => "a map",
    }
}

/// Words as a list: `a`, `b` and `c`.
pub(super) fn listed<'a>(words: impl IntoIterator<Item = &'a str>, joint: &str) -> String {
    let words: Vec<String> = words.into_iter().map(|w| format!("`{w}`")).collect();
    match words.as_slice() {
        [] => String::from("nothing"),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} {joint} {last}", rest.join(", ")),
    }
}

/// Brackets that are opened and not closed again.
fn open_brackets(text: &str) -> i64 {
    text.chars().fold(0, |open, c| match c {
        '(' | '[' => open + 1,
        ')' | ']' => open - 1,
        _ => open,
    })
}

impl Checker<'_> {
    /// Keeps an error.
    pub fn error(&mut self, span: Span, message: impl Into<String>, label: impl Into<String>) -> Reported {
        self.problems.push(Diagnostic::at(span, message, label))
    }

    /// Keeps an error with a hint.
    pub fn error_help(
        &mut self,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) -> Reported {
        self.problems.push(Diagnostic::at(span, message, label).help(help))
    }

    /// Says that something else was expected at a node.
    pub fn expected(&mut self, node: &Node, what: &str, help: Option<&str>) -> Reported {
        let found = kind_of(node);
        let diagnostic =
            Diagnostic::at(node.span, format!("expected {what}, found {found}"), format!("this is {found}"));
        self.problems.push(diagnostic.maybe_help(help.map(str::to_owned)))
    }

    /// The entries of a map whose keys are names or targets. Nothing at all counts as an empty map.
    pub fn entries<'n>(&mut self, node: &'n Node, what: &str) -> Checked<&'n [(Text, Node)]> {
        self.enough()?;
        match &node.value {
            Value::Null => Ok(&[]),
            Value::Map(entries) => {
                self.refuse_cut_map(entries)?;
                Ok(entries)
            }
            _ => Err(self.expected(node, &format!("a map of {what}"), None)),
        }
    }

    /// The entries of a map with fixed keys. Unknown ones are reported, and at `at` those that are missing.
    pub fn map<'n>(&mut self, node: &'n Node, what: &str, form: &Form, at: Span) -> Checked<&'n [(Text, Node)]> {
        self.enough()?;
        let entries: &[(Text, Node)] = match &node.value {
            Value::Null => &[],
            Value::Map(entries) => entries,
            _ => {
                let help = format!("{what} is a map with the keys {}", listed(form.names(), "and"));
                return Err(self.expected(node, "a map", Some(&help)));
            }
        };
        self.refuse_cut_map(entries)?;
        for (key, _) in entries {
            if !form.knows(&key.value) {
                self.unknown_key(key, what, form);
            }
        }
        let missing: Vec<&str> = form.required().filter(|key| lacks(entries, form, key)).collect();
        if !missing.is_empty() {
            let are = if missing.len() == 1 { "is" } else { "are" };
            let message = format!("{what} has no {}", listed(missing.iter().copied(), "and no"));
            self.error(at, message, format!("{} {are} missing", listed(missing, "and")));
        }
        Ok(entries)
    }

    /// Says that a key is not known here.
    pub fn unknown_key(&mut self, key: &Text, what: &str, form: &Form) -> Reported {
        if self.problems.is_full() {
            return Reported;
        }
        let help = match suggest(&key.value, form.names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("{what} knows {}", listed(form.names(), "and")),
        };
        self.error_help(key.span, format!("unknown key `{}`", key.value), format!("{what} has no such key"), help)
    }

    /// The items of a list; a single thing that is no list counts as a list of one.
    pub fn items<'n>(&mut self, node: &'n Node) -> Checked<&'n [Node]> {
        let Value::List(items) = &node.value else {
            return Ok(std::slice::from_ref(node));
        };
        for (i, item) in items.iter().enumerate() {
            if let Value::Text(text) = &item.value
                && open_brackets(&text.value) > 0
                && i + 1 < items.len()
            {
                return Err(self.cut(text.span));
            }
        }
        Ok(items)
    }

    /// A YAML comma ends a value: `{ is: held(a, b) }` is the two entries `is: held(a` and `b)`.
    fn refuse_cut_map(&mut self, entries: &[(Text, Node)]) -> Checked<()> {
        for pair in entries.windows(2) {
            if let [(_, before), (after, nothing)] = pair
                && let Value::Text(text) = &before.value
                && matches!(nothing.value, Value::Null)
                && open_brackets(&text.value) > 0
            {
                self.problems.silence(after.span);
                return Err(self.cut(text.span));
            }
        }
        Ok(())
    }

    fn cut(&mut self, span: Span) -> Reported {
        let reported = self.error_help(
            span,
            "a comma cut this expression in two",
            "the rest was read as another entry",
            "put the whole expression in quotes: \"max(0, x)\"",
        );
        self.problems.silence(span);
        reported
    }
}

/// The value under a key.
pub(super) fn get<'n>(entries: &'n [(Text, Node)], key: &str) -> Option<&'n Node> {
    entries.iter().find(|(k, _)| k.value == key).map(|(_, node)| node)
}

/// The value under a key that must be there; without it, [`Checker::map`] has told so.
pub(super) fn needed<'n>(entries: &'n [(Text, Node)], key: &str) -> Checked<&'n Node> {
    given(entries, key).ok_or(Reported)
}

/// Whether a key is missing, and not just misspelt.
pub(super) fn lacks(entries: &[(Text, Node)], form: &Form, key: &str) -> bool {
    let meant = |(other, _): &(Text, Node)| !form.knows(&other.value) && suggest(&other.value, [key]).is_some();
    given(entries, key).is_none() && !entries.iter().take(MOST_COMPARED).any(meant)
}

/// The value under a key, unless it is null.
pub(super) fn given<'n>(entries: &'n [(Text, Node)], key: &str) -> Option<&'n Node> {
    get(entries, key).filter(|n| !matches!(n.value, Value::Null))
}
