//! The command line: arguments as typed, one file a command, one place that prints.
//!
//! Exit codes: 0 all went well, 1 the job failed (a full disk, every run failed, Ctrl-C), 2 the input was wrong (a scenario with
//! errors, an option that makes no sense).

mod arguments;
mod calibrate;
mod check;
mod compare;
mod describe;
mod knock_out;
mod list;
mod memory;
mod merge;
mod new;
mod open;
mod place;
mod printer;
mod progress;
mod report;
mod run;
mod score;
mod signals;
mod single;
mod stored;
mod subject;
mod together;
mod trace;
mod verify;

use arguments::{Arguments, Command};
use clap::Parser;
use printer::Printer;
use std::process::ExitCode;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Why a command ended early. The text is what the user reads.
#[derive(Debug)]
pub(crate) enum Failed {
    /// The input was wrong.
    Input(String),
    /// The job failed.
    Job(String),
}

/// Runs the command that was typed.
pub fn main() -> ExitCode {
    crate::panics::keep_caught_ones_silent();
    signals::survive_limits();
    let arguments = Arguments::parse();
    let asked = std::env::var("ENTENTE_LOG").ok().and_then(|text| text.parse::<Targets>().ok());
    let filter = asked.unwrap_or_else(|| Targets::new().with_default(LevelFilter::WARN));
    let printer = Printer::new();
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).without_time();
    tracing_subscriber::registry().with(log.with_ansi(printer.error_colour())).with(filter).init();
    let result = match &arguments.command {
        Command::Run(options) => run::run(options, &printer),
        Command::Check(options) => check::check(options, &printer),
        Command::New(options) => new::new(options, &printer),
        Command::Describe(options) => describe::describe(options, &printer),
        Command::Schema => printer.print(&crate::scenario::format::json()),
        Command::Merge(options) => merge::merge(options, &printer),
        Command::Verify(options) => verify::verify(options, &printer),
        Command::Compare(options) => compare::compare(options, &printer),
        Command::Score(options) => score::score(options, &printer),
        Command::Calibrate(options) => calibrate::calibrate(options, &printer),
        Command::Report(options) => report::report(options, &printer),
        Command::Trace(options) => trace::trace(options, &printer),
        Command::List(options) => list::list(options, &printer),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed::Job(message)) => {
            printer.complain(&message);
            ExitCode::from(1)
        }
        Err(Failed::Input(message)) => {
            printer.complain(&message);
            ExitCode::from(2)
        }
    }
}
