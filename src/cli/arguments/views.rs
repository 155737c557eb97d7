//! The arguments of the commands that show: `entente report`, `trace` and `list`.

use super::{Changes, Format, Source, date, whole};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `entente report`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  One page, which opens offline:
    entente report results/a
  Two policies, the first being the one that the other is held against:
    entente report results/baseline results/no_backers -o backers.html
  Every chart as SVG and PNG, without a browser:
    entente report results/a --charts charts")]
pub struct Report {
    /// Results folders; of several, the first is the reference
    #[arg(required = true)]
    pub results: Vec<PathBuf>,
    /// The page
    #[arg(long, short, value_name = "FILE", default_value = "report.html")]
    pub output: PathBuf,
    /// Write every chart as SVG and PNG into this folder too
    #[arg(long, value_name = "FOLDER")]
    pub charts: Option<PathBuf>,
    /// The outcome that the briefing is about [default: the scenario's first]
    #[arg(long, value_name = "NAME")]
    pub outcome: Option<String>,
    /// Weigh the runs of the first results by a file that `entente calibrate` wrote for them
    #[arg(long, value_name = "WEIGHTS.CSV")]
    pub weights: Option<PathBuf>,
    /// Say nothing
    #[arg(long, short)]
    pub quiet: bool,
}

/// `entente trace`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  All that happens in run 4711:
    entente trace scenarios/two-patrons.yaml --seed 7 --run 4711
  What China does, sends and receives in one quarter:
    entente trace scenarios/myanmar --seed 7 --run 12 --actor china --from 2024-01-01 --to 2024-03-31
  For a program, one JSON object a line:
    entente trace scenarios/two-patrons.yaml --seed 7 --run 4711 --format jsonl
  A run of results, from the files that are kept with them:
    entente trace results/a --run 12")]
pub struct Trace {
    /// A YAML file, a folder with a scenario.yaml, or a folder of results
    #[arg(value_name = "SCENARIO|RESULTS")]
    pub input: PathBuf,
    /// What is changed in it.
    #[command(flatten)]
    pub changes: Changes,
    /// Which run; they count from 0
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true)]
    pub run: u64,
    /// The seed [default: 1, or that of the results]
    #[arg(long, value_parser = whole::<u64>, allow_negative_numbers = true)]
    pub seed: Option<u64>,
    /// Only what this actor does, sends and receives, and where its rules write; may be given several times
    #[arg(long, value_name = "NAME")]
    pub actor: Vec<String>,
    /// Only ticks observed on this date or later
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub from: Option<i64>,
    /// Only ticks observed on this date or earlier
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub to: Option<i64>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = TraceFormat::Text)]
    pub format: TraceFormat,
}

/// How a trace is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TraceFormat {
    /// For people
    Text,
    /// One JSON object a line
    Jsonl,
}

/// `entente list`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  entente list scenarios/myanmar
  entente list scenarios/myanmar variants levers
  entente list scenarios/two-patrons.yaml --variant far_aid_doubled levers --format json")]
pub struct List {
    /// Scenario and changes.
    #[command(flatten)]
    pub source: Source,
    /// What is listed [default: all of it]
    #[arg(value_enum, value_name = "SECTION")]
    pub sections: Vec<ListSection>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListSection {
    /// What-ifs, each a patch
    Variants,
    /// What somebody could choose differently
    Levers,
    /// What nobody controls
    Uncertainties,
    /// What is measured
    Outcomes,
    /// Conditions whose first tick is noted
    Milestones,
    /// Conditions that end a run
    Stops,
}
