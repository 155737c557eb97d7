//! `--set name=value`.

use crate::diagnostics::{Diagnostic, FileId, Sources, Span, suggest};
use crate::scenario::read::number;
use crate::scenario::tree::{Node, Text, Value};

use super::merge_unchecked;

/// The name under which assignments stand among the files that were read.
pub const ASSIGNMENT: &str = "--set";

/// The most bytes one assignment may have.
const MAX_BYTES: usize = 10_000;

/// A `--set` as typed, split at its `=`.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// A lever, an uncertainty, or `actor.state`.
    pub name: Text,
    /// A number or the text of an expression.
    pub value: Node,
}

/// Splits `name=value`. The argument is kept in `sources` under the name [`ASSIGNMENT`], so that errors can point into it.
///
/// # Errors
/// No `=`, an empty side, or a number that is not finite.
pub fn read_assignment(argument: &str, sources: &mut Sources) -> Result<Assignment, Diagnostic> {
    if argument.len() > MAX_BYTES {
        return Err(Diagnostic::general("a `--set` is too long").help("put it into a file and use `--with`"));
    }
    let file = sources.add(ASSIGNMENT, argument);
    let Some((name, value)) = argument.split_once('=') else {
        return Err(Diagnostic::at(
            part(argument, argument, file).span,
            "`--set` needs a `=`",
            "expected `name=value`",
        ));
    };
    let (name, value) = (part(argument, name, file), part(argument, value, file));
    if name.value.is_empty() {
        return Err(Diagnostic::at(name.span, "`--set` names nothing", "expected a name before `=`"));
    }
    if value.value.is_empty() {
        return Err(Diagnostic::at(
            value.span,
            "`--set` gives no value",
            "expected a number or an expression after `=`",
        ));
    }
    let span = value.span;
    let value = match number(&value.value) {
        Some(number) if number.is_finite() => Value::Number(number, value),
        None if !is_not_finite(&value.value) => Value::Text(value),
        _ => return Err(Diagnostic::at(span, "this is not a finite number", "expected a number or an expression")),
    };
    Ok(Assignment { name, value: Node { span, value } })
}

fn is_not_finite(text: &str) -> bool {
    let text = text.trim_start_matches(['+', '-']).trim_start_matches('.');
    ["nan", "inf", "infinity"].iter().any(|name| text.eq_ignore_ascii_case(name))
}

/// A part of the argument without the spaces around it.
fn part(argument: &str, part: &str, file: FileId) -> Text {
    let trimmed = part.trim();
    // Both borrow from the argument, so the difference of their addresses is where the part begins.
    let start = trimmed.as_ptr() as usize - argument.as_ptr() as usize;
    let span = Span { file, start: start as u32, end: (start + trimmed.len()) as u32 };
    Text { value: trimmed.to_owned(), span, offsets: None }
}

/// Sets a lever's default, an uncertainty (which becomes constant), or the start of an actor's state.
///
/// # Errors
/// The scenario has none of this name.
pub fn set(tree: &mut Node, assignment: &Assignment) -> Result<(), Diagnostic> {
    let name = assignment.name.value.as_str();
    let has = |section: &str, key: &str| tree.get(section).is_some_and(|section| section.get(key).is_some());
    let path: Vec<&str> = if has("levers", name) {
        vec!["levers", name]
    } else if has("uncertainties", name) {
        vec!["uncertainties", name]
    } else {
        match name.split_once('.') {
            Some((actor, state)) if state_of(tree, actor, state).is_some() => vec!["actors", actor, "state", state],
            _ => return Err(unknown(tree, &assignment.name)),
        }
    };
    let nested = path.iter().rev().fold(assignment.value.clone(), |node, key| {
        let key = Text { value: (*key).to_owned(), ..assignment.name.clone() };
        Node { span: node.span, value: Value::Map(vec![(key, node)]) }
    });
    merge_unchecked(tree, &nested);
    Ok(())
}

fn state_of<'a>(tree: &'a Node, actor: &str, state: &str) -> Option<&'a Node> {
    tree.get("actors")?.get(actor)?.get("state")?.get(state)
}

fn unknown(tree: &Node, name: &Text) -> Diagnostic {
    let keys = |node: Option<&Node>| -> Vec<String> {
        let entries = node.and_then(Node::as_map).unwrap_or(&[]);
        entries.iter().map(|(key, _)| key.value.clone()).collect()
    };
    let mut names = keys(tree.get("levers"));
    names.extend(keys(tree.get("uncertainties")));
    for (actor, node) in tree.get("actors").and_then(Node::as_map).unwrap_or(&[]) {
        names.extend(keys(node.get("state")).iter().map(|state| format!("{}.{state}", actor.value)));
    }
    let with_actor = names.iter().find(|other| other.split_once('.').is_some_and(|(_, state)| state == name.value));
    let near = with_actor.map(String::as_str).or(suggest(&name.value, names.iter().map(String::as_str)));
    let help = near.map(|near| format!("did you mean `{near}`?"));
    let message = format!("the scenario has nothing called `{}` to set", name.value);
    Diagnostic::at(name.span, message, "no lever, uncertainty or `actor.state` has this name").maybe_help(help)
}
