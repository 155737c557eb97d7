//! The errors found so far.

use crate::diagnostics::{Diagnostic, Span};

/// Something is wrong and has been said; whoever gets this adds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reported;

/// What a step of the checking gives: its result, or the knowledge that the author has been told.
pub(super) type Checked<T> = Result<T, Reported>;

/// More errors than this are not listed.
const MOST: usize = 100;

/// All errors, each place of a file at most once: what is spelled out for every member of a group is wrong once.
#[derive(Debug, Default)]
pub(super) struct Problems {
    list: Vec<Diagnostic>,
    silent: Vec<Span>,
    closed: bool,
}

impl Problems {
    /// Keeps an error, unless one was already found at the same place or the place is known to be broken.
    pub fn push(&mut self, diagnostic: Diagnostic) -> Reported {
        if self.is_full() {
            return Reported;
        }
        let known = match diagnostic.span {
            Some(span) => {
                self.list.iter().any(|d| d.span == Some(span))
                    || self.silent.iter().any(|s| s.file == span.file && s.start <= span.start && span.end <= s.end)
            }
            None => self.list.iter().any(|d| d.span.is_none() && d.message == diagnostic.message),
        };
        if !known {
            self.list.push(diagnostic);
        }
        Reported
    }

    /// Says that the scenario is larger than a bound: nothing more of it is looked at.
    pub fn close(&mut self, diagnostic: Diagnostic) -> Reported {
        self.push(diagnostic);
        self.closed = true;
        Reported
    }

    /// Whether nothing more is looked at: there are enough errors, or a bound is reached. Whoever walks through a part of
    /// the scenario that may be large asks this, so that a hostile one costs no more than a fine one.
    pub fn is_full(&self) -> bool {
        self.closed || self.list.len() >= MOST
    }

    /// Whether something is wrong at this very place.
    pub fn has(&self, span: Span) -> bool {
        self.list.iter().any(|known| known.span == Some(span))
    }

    /// Says no more about a stretch that is known to be broken.
    pub fn silence(&mut self, span: Span) {
        if !self.is_full() {
            self.silent.push(span);
        }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All errors by file and line.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|d| d.span.map(|s| (s.file, s.start, s.end)));
        self.list
    }
}
