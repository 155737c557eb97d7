//! The arguments of `entente compare`.

use super::{Format, whole};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `entente compare`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  A policy against the scenario as it is; the differences are the policy:
    entente compare scenarios/myanmar --variant us_follows_through --runs 5000 --seed 7
  All variants of the file:
    entente compare scenarios/two-patrons.yaml
  What is already there; the first is the reference:
    entente compare results/a results/b results/c
  Until each outcome's interval is narrower than what `matters` in it:
    entente compare scenarios/two-patrons.yaml --variant far_aid_doubled --until
  Which policies, messages and events the outcomes hang on:
    entente compare scenarios/two-patrons.yaml --knock-out")]
pub struct Compare {
    /// A scenario (a YAML file, or a folder with a scenario.yaml), or folders of results
    #[arg(required = true, value_name = "SCENARIO|RESULTS")]
    pub inputs: Vec<PathBuf>,
    /// A variant, `baseline` for none; may be given several times, and the first is the reference if there are more [default: all]
    #[arg(long, value_name = "NAME")]
    pub variant: Vec<String>,
    /// Hold all against this variant [default: the first --variant, or `baseline` if there is one alone]
    #[arg(long, value_name = "NAME")]
    pub against: Option<String>,
    /// Apply a patch file to all of them; may be given several times
    #[arg(long, value_name = "PATCH.YAML")]
    pub with: Vec<PathBuf>,
    /// Set a lever, an uncertainty or a start value in all of them; may be given several times
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// How many runs of each [default: 1000]; with --until the most [default: 32000]
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true)]
    pub runs: Option<u64>,
    /// The seed; the same seed gives the same dice [default: 1]
    #[arg(long, value_parser = whole::<u64>, allow_negative_numbers = true)]
    pub seed: Option<u64>,
    /// Add runs until each outcome's interval is narrower than what `matters` in it
    #[arg(long, conflicts_with_all = ["out", "knock_out"])]
    pub until: bool,
    /// Switch off every policy, message kind and event in turn, or only those of one kind
    #[arg(long, value_enum, value_name = "KIND", num_args = 0..=1, default_missing_value = "all")]
    #[arg(conflicts_with = "out")]
    pub knock_out: Option<KnockOuts>,
    /// With --knock-out: rank by the effect on this outcome [default: the first]
    #[arg(long, value_name = "NAME", requires = "knock_out")]
    pub outcome: Option<String>,
    /// Store each variant's results below this folder, and take those that are there
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// With --out: play the runs even if the folders hold them, and replace what results they hold, finished or not
    #[arg(long, requires = "out")]
    pub force: bool,
    /// Write a page that shows the comparison and opens offline; with the results if there are folders [default: report.html]
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "report.html")]
    pub report: Option<PathBuf>,
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

/// What is switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KnockOuts {
    /// Policies, messages and events
    All,
    /// Actors' rules
    Policies,
    /// Kinds of messages
    Messages,
    /// Events
    Events,
}
