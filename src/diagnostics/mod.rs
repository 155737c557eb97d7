//! What an author is told when a scenario is wrong: which file, line and column, what was expected, and a hint.
//!
//! Every stage that reads a scenario collects [`Diagnostic`]s instead of stopping at the first, so that all errors of
//! a file are shown at once.

mod render;
mod suggest;

use std::sync::Arc;

pub use render::render;
pub use suggest::suggest;

/// A file that has been read, by its place in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A stretch of one source file, in bytes from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// One file's text and the name it is shown under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// As the user typed it, or relative to the scenario.
    pub name: String,
    /// Its whole text.
    pub text: String,
}

/// Every file that was read for one scenario, in the order of reading. Copies share the texts.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Arc<SourceFile>>,
}

impl Sources {
    /// Keeps a file's text and hands out its id.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        self.put(Arc::new(SourceFile { name: name.into(), text: text.into() }))
    }

    /// Keeps a file of other sources.
    pub fn put(&mut self, file: Arc<SourceFile>) -> FileId {
        let id = self.next();
        self.files.push(file);
        id
    }

    /// The file under an id, to be kept by other sources too.
    pub fn shared(&self, file: FileId) -> Option<Arc<SourceFile>> {
        self.files.get(file.0 as usize).cloned()
    }

    /// The id of the file that is added next.
    pub fn next(&self) -> FileId {
        FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX))
    }

    /// The file under an id, or `None` for an id of other sources.
    pub fn get(&self, file: FileId) -> Option<&SourceFile> {
        self.files.get(file.0 as usize).map(Arc::as_ref)
    }

    /// Takes in the files of other sources, and moves what points into them. A file that is here already is not taken twice.
    pub fn absorb(&mut self, other: &Sources, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let mut place = |file: &Arc<SourceFile>| match self.files.iter().position(|known| known == file) {
            Some(known) => FileId(u32::try_from(known).unwrap_or(u32::MAX)),
            None => self.put(Arc::clone(file)),
        };
        let places: Vec<FileId> = other.files.iter().map(&mut place).collect();
        let moved =
            |span: Span| Span { file: places.get(span.file.0 as usize).copied().unwrap_or(FileId(u32::MAX)), ..span };
        let mut diagnostics = diagnostics;
        for diagnostic in &mut diagnostics {
            diagnostic.span = diagnostic.span.map(moved);
            for (span, _) in &mut diagnostic.related {
                *span = moved(*span);
            }
        }
        diagnostics
    }

    /// All files in the order of reading.
    pub fn iter(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().map(Arc::as_ref)
    }
}

/// One thing that is wrong, where, and what would mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The sentence after `error:`.
    pub message: String,
    /// Where; `None` when no line of a file is to blame (a missing file).
    pub span: Option<Span>,
    /// What stands under the caret.
    pub label: String,
    /// Other places that matter (the first of two clashing names).
    pub related: Vec<(Span, String)>,
    /// The hint after `help:`.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn at(span: Span, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { message: message.into(), span: Some(span), label: label.into(), related: Vec::new(), help: None }
    }

    /// An error that belongs to no line.
    pub fn general(message: impl Into<String>) -> Self {
        Self { message: message.into(), span: None, label: String::new(), related: Vec::new(), help: None }
    }

    /// Adds the hint.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the hint if there is one.
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    /// Adds another place.
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }
}
