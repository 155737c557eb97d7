//! The arguments as they are typed.

mod compare;
mod views;

pub use compare::{Compare, KnockOuts};
pub use views::{List, ListSection, Report, Trace, TraceFormat};

use crate::results::Shard;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::str::FromStr;

/// Actor-based scenarios of conflict and foreign policy, played thousands of times from one seed.
#[derive(Debug, Parser)]
#[command(name = "entente", version, max_term_width = 100)]
#[command(after_help = "Examples:
  entente check scenarios/two-patrons.yaml
  entente run scenarios/two-patrons.yaml --runs 1000 --seed 7
  entente run scenarios/myanmar --variant no_backers --runs 10000 --seed 7
  entente verify results/a
  entente compare scenarios/myanmar --variant baseline --variant us_follows_through
  entente score scenarios/two-patrons.yaml --targets observed.yaml
  entente report results/a
  entente new cases/mine
  entente describe scenarios/myanmar -o myanmar.md
  entente list scenarios/myanmar variants
  entente trace scenarios/two-patrons.yaml --seed 7 --run 10 --actor near

`entente run --help` shows every option with an example.")]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Play a scenario many times and summarise how it ends
    Run(Run),
    /// Show every error of a scenario at its line; say nothing when it is fine
    Check(Check),
    /// Begin a new scenario: a folder with a small one that runs, to be changed
    New(New),
    /// Describe a scenario in words, after the ODD protocol, as Markdown
    Describe(Describe),
    /// Print the JSON Schema of scenarios, with which an editor completes keys and shows what they mean
    Schema,
    /// Put the shards of an ensemble together to the results of the whole
    Merge(Merge),
    /// Play some or all runs of a results folder again and compare them with what is stored
    Verify(Verify),
    /// Compare variants of a scenario under the same dice, or results that are already there
    Compare(Compare),
    /// Hold runs against what was observed: scores, coverage, and rivals that take no model
    Score(Score),
    /// Weigh runs by how near they come to what was observed, and say which uncertainties that moves
    Calibrate(Calibrate),
    /// Show results as one page that opens offline
    Report(Report),
    /// Tell one run event by event: which rules acted and why, what was sent and arrived, who took what
    Trace(Trace),
    /// List what a scenario has: variants, levers, uncertainties, outcomes, milestones, stops
    List(List),
}

/// Which scenario, and what is changed in it.
#[derive(Clone, Debug, Args)]
pub struct Source {
    /// A YAML file, or a folder with a scenario.yaml
    pub scenario: PathBuf,
    /// What is changed in it.
    #[command(flatten)]
    pub changes: Changes,
}

/// What is laid over a scenario.
#[derive(Clone, Debug, Default, PartialEq, Args)]
pub struct Changes {
    /// Play this variant of the file's `variants`
    #[arg(long, value_name = "NAME")]
    pub variant: Option<String>,
    /// Apply a patch file, after the variant; may be given several times
    #[arg(long, value_name = "PATCH.YAML")]
    pub with: Vec<PathBuf>,
    /// Set a lever, an uncertainty or a start value (actor.state), last of all; may be given several times
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
}

/// `entente run`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  The same dice, two policies; the differences are the policy:
    entente run scenarios/two-patrons.yaml --seed 7 --runs 5000
    entente run scenarios/two-patrons.yaml --seed 7 --runs 5000 --variant far_aid_doubled
  One uncertainty held fast, results in a folder of your choice:
    entente run scenarios/two-patrons.yaml --set patience=0.3 --out results/a
  Run 4711 of that ensemble alone, tick by tick:
    entente run scenarios/two-patrons.yaml --seed 7 --run 4711
  Where run 10 first differs under a variant:
    entente run scenarios/two-patrons.yaml --seed 7 --run 10 --variant patient_neighbour --against baseline
  The summary for a program:
    entente run scenarios/two-patrons.yaml --format json
  A run that was killed goes on with the same command:
    entente run scenarios/myanmar --runs 1000000")]
pub struct Run {
    /// Scenario and changes.
    #[command(flatten)]
    pub source: Source,
    /// How many runs [default: 1000]
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true)]
    pub runs: Option<u64>,
    /// The seed; the same seed gives the same dice
    #[arg(long, default_value_t = 1, value_parser = whole::<u64>, allow_negative_numbers = true)]
    pub seed: u64,
    /// Play only this run (they count from 0) and show it tick by tick; nothing is stored
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true)]
    #[arg(conflicts_with_all = ["out", "force", "resume", "checkpoint", "shard", "series", "batch", "threads"])]
    pub run: Option<u64>,
    /// With `--run`: where the run first differs from the same run of this variant (`baseline` is the scenario without one)
    #[arg(long, value_name = "VARIANT", requires = "run")]
    pub against: Option<String>,
    /// With `--against`: list so many differences
    #[arg(long, value_name = "N", value_parser = whole::<usize>, default_value_t = 20, requires = "against")]
    pub differences: usize,
    /// The folder for results [default: results/<scenario>-<variant>-<seed>-<runs>-<hash>]
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Play the runs even if the folder holds them, and replace what results it holds, finished or not
    #[arg(long)]
    pub force: bool,
    /// Go on with a run that was broken off, and refuse if there is none; without it, one that is there is gone on with too
    #[arg(long, conflicts_with = "force")]
    pub resume: bool,
    /// Make what is done safe at least so often [default: 10; always after 4096 runs]
    #[arg(long, value_name = "SECONDS", value_parser = whole::<u64>, allow_negative_numbers = true)]
    pub checkpoint: Option<u64>,
    /// Play only this one of so many equal shares of the runs, for `entente merge`
    #[arg(long, value_name = "NUMBER/OF", value_parser = Shard::from_str)]
    pub shard: Option<Shard>,
    /// What is kept over time [default: full up to 10,000 runs, else quantiles]
    #[arg(long, value_enum)]
    pub series: Option<Series>,
    /// How many threads play [default: one a processor]
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true)]
    pub threads: Option<usize>,
    /// How many runs are played together, 1 to 4096 [default: as fit the processor's cache]
    #[arg(long, value_name = "LANES", value_parser = whole::<usize>, allow_negative_numbers = true)]
    pub batch: Option<usize>,
    /// Weigh the runs in the summary by a file that `entente calibrate` wrote for them; what is stored stays as it is
    #[arg(long, value_name = "WEIGHTS.CSV", conflicts_with_all = ["run", "shard"])]
    pub weights: Option<PathBuf>,
    /// Write a page that shows the results and opens offline [default: report.html]
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "report.html")]
    #[arg(conflicts_with_all = ["run", "shard"])]
    pub report: Option<PathBuf>,
    /// How the summary, or the one run, is printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Print no progress
    #[arg(long, short)]
    pub quiet: bool,
}

/// A whole number, or why it is none.
fn whole<T: FromStr>(text: &str) -> Result<T, &'static str> {
    let digits = !text.is_empty() && text.chars().all(|letter| letter.is_ascii_digit());
    text.parse().map_err(|_| if digits { "too large" } else { "expected a whole number such as 1000" })
}

/// `entente check`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  entente check scenarios/myanmar
  entente check scenarios/two-patrons.yaml --variant far_aid_doubled --program")]
pub struct Check {
    /// Scenario and changes.
    #[command(flatten)]
    pub source: Source,
    /// Print the program that the scenario is compiled to
    #[arg(long)]
    pub program: bool,
}

/// `entente new`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  entente new cases/red-sea --title \"Shipping through the Red Sea\"
  entente check cases/red-sea
  entente run cases/red-sea --runs 500

The folder must not be there yet. It gets scenario.yaml, its tables, a README and the schema with which an
editor completes keys.")]
pub struct New {
    /// The folder to make
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// The scenario's title [default: made of the folder's name]
    #[arg(long, value_name = "TITLE")]
    pub title: Option<String>,
}

/// `entente describe`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  entente describe scenarios/myanmar -o myanmar.md
  entente describe scenarios/two-patrons.yaml --variant far_aid_doubled

The elements of the ODD protocol (Grimm et al. 2020) that a scenario's file holds: purpose, entities, rules,
who sends what to whom, draws, starts, tables, parameters, and every number with its reason.")]
pub struct Describe {
    /// Scenario and changes.
    #[command(flatten)]
    pub source: Source,
    /// Write to this file instead
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `entente merge`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  Four machines, each a quarter of the runs, and one that puts them together:
    entente run scenarios/myanmar --runs 100000 --shard 1/4 --out shards/1
    entente merge shards/* --out results/all")]
pub struct Merge {
    /// The shards' folders, all of them, in any order
    #[arg(required = true)]
    pub shards: Vec<PathBuf>,
    /// The folder for results [default: results/<scenario>-<variant>-<seed>-<runs>-<hash>]
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Replace what results the folder holds, finished or not
    #[arg(long)]
    pub force: bool,
    /// How the summary is printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// `entente verify`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  A hundred runs at random:
    entente verify results/a
  All of them, of a scenario that stands elsewhere now:
    entente verify results/a --all --scenario cases/myanmar --variant no_backers")]
pub struct Verify {
    /// The results folder
    pub results: PathBuf,
    /// Play this scenario [default: the one that the results were made from, as it is kept with them]
    #[arg(long, value_name = "SCENARIO")]
    pub scenario: Option<PathBuf>,
    /// With this variant
    #[arg(long, value_name = "NAME", requires = "scenario")]
    pub variant: Option<String>,
    /// With this patch; may be given several times
    #[arg(long, value_name = "PATCH.YAML", requires = "scenario")]
    pub with: Vec<PathBuf>,
    /// With this setting; may be given several times
    #[arg(long, value_name = "NAME=VALUE", requires = "scenario")]
    pub set: Vec<String>,
    /// How many runs are played again, drawn at random [default: 100]
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true, conflicts_with = "all")]
    pub runs: Option<u64>,
    /// Play all of them
    #[arg(long)]
    pub all: bool,
    /// Draw the same runs as the time that said this number [default: others each time]
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true, conflicts_with = "all")]
    pub sample: Option<u64>,
    /// How many threads play [default: one a processor]
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true)]
    pub threads: Option<usize>,
    /// Print no progress
    #[arg(long, short)]
    pub quiet: bool,
}

/// What is scored or calibrated, and on which targets.
#[derive(Debug, Args)]
pub struct Subject {
    /// A YAML file, a folder with a scenario.yaml, or a folder of results
    #[arg(value_name = "SCENARIO|RESULTS")]
    pub input: PathBuf,
    /// Take the targets of this file [default: the scenario's]
    #[arg(long, value_name = "TARGETS.YAML")]
    pub targets: Option<PathBuf>,
    /// Only targets from this date on
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub from: Option<i64>,
    /// Only targets up to this date
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub to: Option<i64>,
    /// Of results: their scenario where it stands now [default: as it was typed]
    #[arg(long, value_name = "SCENARIO")]
    pub scenario: Option<PathBuf>,
    /// What is changed in it.
    #[command(flatten)]
    pub changes: Changes,
    /// Of a scenario: how many runs [default: 1000]
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true)]
    pub runs: Option<u64>,
    /// Of a scenario: the seed [default: 1]
    #[arg(long, value_parser = whole::<u64>, allow_negative_numbers = true)]
    pub seed: Option<u64>,
    /// How many threads play [default: one a processor]
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true)]
    pub threads: Option<usize>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Print no progress
    #[arg(long, short)]
    pub quiet: bool,
}

/// A date as days since 1970-01-01, or why it is none.
fn date(text: &str) -> Result<i64, String> {
    crate::language::parse_date(text).map_err(|error| format!("{}; write year-month-day", error.message))
}

/// `entente score`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  A scenario on its own targets, and later on what a file has:
    entente score scenarios/myanmar --runs 10000 --seed 7
    entente score results/a --targets observed-2024.yaml --from 2024-01-01
  Under weights, told apart by what these were fitted to:
    entente score scenarios/myanmar --runs 10000 --seed 7 --weights weights.csv")]
pub struct Score {
    /// What is scored.
    #[command(flatten)]
    pub subject: Subject,
    /// Weigh the runs by a file that `entente calibrate` wrote for them
    #[arg(long, value_name = "WEIGHTS.CSV")]
    pub weights: Option<PathBuf>,
}

/// `entente calibrate`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  Fit to what was observed up to a date, and score what came after:
    entente calibrate scenarios/myanmar --runs 50000 --seed 7 --to 2023-11-30 -o weights.csv
    entente score scenarios/myanmar --runs 50000 --seed 7 --weights weights.csv
    entente run scenarios/myanmar --runs 50000 --seed 7 --weights weights.csv")]
pub struct Calibrate {
    /// What is calibrated.
    #[command(flatten)]
    pub subject: Subject,
    /// Accept this share of the runs, the nearest ones
    #[arg(long, value_name = "SHARE", default_value_t = 0.05, value_parser = share, allow_negative_numbers = true)]
    pub accept: f64,
    /// The file of weights
    #[arg(long, short, value_name = "WEIGHTS.CSV")]
    pub output: PathBuf,
}

/// A share above 0 up to 1, or why it is none.
fn share(text: &str) -> Result<f64, &'static str> {
    let share: f64 = text.parse().map_err(|_| "expected a share such as 0.05")?;
    if share > 0.0 && share <= 1.0 { Ok(share) } else { Err("a share lies above 0 and is at most 1") }
}

/// What is kept over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Series {
    /// Only closing values
    None,
    /// Quantiles of every outcome at every tick
    Quantiles,
    /// Every outcome of every run at every tick
    Full,
}

/// How the summary is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[value(alias = "text")]
    Table,
    /// One JSON object
    Json,
}
