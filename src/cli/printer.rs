//! The one place that prints: results to standard output, everything else to standard error.

use super::Failed;
use std::io::{ErrorKind, IsTerminal, Write};

/// Prints, with colour where a person looks.
pub struct Printer {
    colour: bool,
    error_colour: bool,
}

impl Printer {
    /// Colour on a terminal, unless `NO_COLOR` is set.
    pub fn new() -> Self {
        let wanted = |choice| choice != anstream::ColorChoice::Never;
        Self {
            colour: wanted(anstream::AutoStream::choice(&std::io::stdout())),
            error_colour: wanted(anstream::AutoStream::choice(&std::io::stderr())),
        }
    }

    /// Whether results are printed in colour.
    pub fn colour(&self) -> bool {
        self.colour
    }

    /// Whether errors are printed in colour.
    pub fn error_colour(&self) -> bool {
        self.error_colour
    }

    /// Whether somebody watches standard error.
    pub fn is_watched(&self) -> bool {
        std::io::stderr().is_terminal()
    }

    /// Columns of the terminal, 100 if there is none.
    pub fn width(&self) -> usize {
        terminal_size::terminal_size().map_or(100, |(columns, _)| usize::from(columns.0)).clamp(72, 160)
    }

    /// Prints results. A reader that has gone is no error: it has seen what it wanted.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn print(&self, text: &str) -> Result<(), Failed> {
        let mut out = std::io::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        match written {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Failed::Job(format!("error: standard output cannot be written: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// Prints to standard error; if even that fails, nobody can be told.
    pub fn complain(&self, text: &str) {
        let mut err = std::io::stderr().lock();
        let _ = writeln!(err, "{}", text.trim_end());
    }
}
