//! The namespace: one for everything that is global, with a place for each name.

use super::Checker;
use super::problems::{Checked, Reported};
use crate::diagnostics::{Diagnostic, Span, suggest};
use crate::language::{is_name, is_reserved};
use crate::scenario::tree::Text;
use std::collections::BTreeMap;

/// The longest name, in bytes.
const LONGEST: usize = 64;

/// Names with a meaning of their own in expressions.
const BUILT_IN: [&str; 6] = ["date", "amount", "sender", "self", "stance", "areas"];

/// What a global name stands for, by its place in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symbol {
    Uncertainty(usize),
    Lever(usize),
    Group(usize),
    Message(usize),
    Tie(usize),
    Actor(usize),
    Outcome(usize),
    Milestone(usize),
    Season(usize),
}

impl Symbol {
    /// For sentences: `an actor`.
    pub fn a(self) -> &'static str {
        match self {
            Symbol::Uncertainty(_) => "an uncertainty",
            Symbol::Lever(_) => "a lever",
            Symbol::Group(_) => "a group",
            Symbol::Message(_) => "a kind of message",
            Symbol::Tie(_) => "a tie",
            Symbol::Actor(_) => "an actor",
            Symbol::Outcome(_) => "an outcome",
            Symbol::Milestone(_) => "a milestone",
            Symbol::Season(_) => "a season",
        }
    }
}

/// Every global name.
#[derive(Debug, Default)]
pub(super) struct Names {
    symbols: BTreeMap<String, (Symbol, Span)>,
}

impl Names {
    /// What a name stands for.
    pub fn get(&self, name: &str) -> Option<Symbol> {
        self.symbols.get(name).map(|(symbol, _)| *symbol)
    }

    /// Where a name was declared.
    pub fn place(&self, name: &str) -> Option<(Symbol, Span)> {
        self.symbols.get(name).copied()
    }

    /// All names whose meaning fits.
    pub fn all(&self, fits: impl Fn(Symbol) -> bool) -> impl Iterator<Item = &str> {
        self.symbols.iter().filter(move |(_, (s, _))| fits(*s)).map(|(name, _)| name.as_str())
    }
}

impl Checker<'_> {
    /// Checks that a text may be a name of any kind.
    pub fn name(&mut self, text: &Text) -> Checked<String> {
        self.enough()?;
        let name = &text.value;
        if !is_name(name) {
            let small: String =
                name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
            let diagnostic = Diagnostic::at(
                text.span,
                format!("`{name}` cannot be a name"),
                "names are small letters, digits and `_`, and begin with a letter",
            );
            let help = is_name(&small).then(|| format!("write `{small}`"));
            return Err(self.problems.push(diagnostic.maybe_help(help)));
        }
        if name.len() > LONGEST {
            let message = format!("a name of {} letters is too long", name.len());
            return Err(self.error(text.span, message, format!("at most {LONGEST}")));
        }
        if is_reserved(name) || BUILT_IN.contains(&name.as_str()) {
            let message = format!("`{name}` is a word of the language");
            return Err(self.error(text.span, message, "choose another name"));
        }
        Ok(name.clone())
    }

    /// Declares a global name.
    pub fn declare(&mut self, text: &Text, symbol: Symbol) -> Checked<String> {
        let name = self.name(text)?;
        self.declare_at(&name, text.span, symbol)?;
        Ok(name)
    }

    /// Declares a global name that was made, not written.
    pub fn declare_at(&mut self, name: &str, span: Span, symbol: Symbol) -> Checked<()> {
        if let Some(earlier) = self.names.symbols.get(name) {
            let earlier = *earlier;
            return Err(self.clash(name, span, symbol.a(), earlier));
        }
        self.names.symbols.insert(name.to_owned(), (symbol, span));
        Ok(())
    }

    /// Refuses a local name that is a global one too.
    pub fn refuse_shadow(&mut self, name: &str, span: Span, what: &str) -> Checked<()> {
        match self.names.place(name) {
            Some(earlier) => Err(self.clash(name, span, what, earlier)),
            None => Ok(()),
        }
    }

    fn clash(&mut self, name: &str, span: Span, what: &str, earlier: (Symbol, Span)) -> Reported {
        let message = format!("ambiguous name `{name}`: {} and {what}", earlier.0.a());
        let diagnostic = Diagnostic::at(span, message, format!("{what} of this name"))
            .related(earlier.1, format!("{} of this name", earlier.0.a()))
            .help("give one of them another name");
        self.problems.push(diagnostic)
    }

    /// Says that a name is not known, and which is near.
    pub fn unknown(&mut self, name: &str, span: Span, label: impl Into<String>, near: Vec<String>) -> Reported {
        if self.problems.is_full() {
            return Reported;
        }
        let help = suggest(name, near.iter().map(String::as_str)).map(|n| format!("did you mean `{n}`?"));
        self.problems.push(Diagnostic::at(span, format!("unknown name `{name}`"), label).maybe_help(help))
    }

    /// An actor by its name.
    pub fn actor_named(&mut self, text: &str, span: Span) -> Checked<usize> {
        self.enough()?;
        match self.names.get(text) {
            Some(Symbol::Actor(id)) => Ok(id),
            found => {
                let label = match found {
                    Some(other) => format!("this is {}, not an actor", other.a()),
                    None => String::from("no actor has this name"),
                };
                let near = self.names.all(|s| matches!(s, Symbol::Actor(_))).map(str::to_owned).collect();
                Err(self.unknown(text, span, label, near))
            }
        }
    }

    /// An actor, or the members of a group, by name.
    pub fn members_named(&mut self, text: &str, span: Span) -> Checked<Vec<usize>> {
        self.enough()?;
        match self.names.get(text) {
            Some(Symbol::Actor(id)) => Ok(vec![id]),
            Some(Symbol::Group(group)) => Ok(self.groups.get(group).map(|g| g.members.clone()).unwrap_or_default()),
            found => {
                let label = match found {
                    Some(other) => format!("this is {}, not an actor or a group", other.a()),
                    None => String::from("no actor or group has this name"),
                };
                let near =
                    self.names.all(|s| matches!(s, Symbol::Actor(_) | Symbol::Group(_))).map(str::to_owned).collect();
                Err(self.unknown(text, span, label, near))
            }
        }
    }
}
