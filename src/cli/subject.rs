//! What `entente score` and `entente calibrate` look at: the runs of a scenario or of a results folder at the targets' dates.

use super::Failed;
use super::arguments::{Changes, Source, Subject};
use super::memory::{self, Play};
use super::open::open_with_targets;
use super::printer::Printer;
use super::progress::Progress;
use super::stored::{as_it_stands, holds_results, open_whole, same_work, unreadable};
use crate::engine::{Compiled, Level};
use crate::ensemble::{Ensemble, Plan, lanes_for};
use crate::random::address;
use crate::results::{Identity, SeriesMode, Stored, Weighting};
use crate::scenario::load::Loaded;
use crate::scenario::model::Scenario;
use crate::scores::{Selection, Values, Wanted, shown};
use crate::stats::effective;
use crate::summary::{Reference, Weighted};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many runs are played, unless the user says.
const RUNS: u64 = 1000;
/// The seed, unless the user says.
const SEED: u64 = 1;

/// Runs and what they are held against.
pub struct Opened {
    /// The scenario, with its targets.
    pub scenario: Scenario,
    /// What decides the runs.
    pub identity: Identity,
    /// Which targets are looked at.
    pub selection: Selection,
    stored: Option<Stored>,
}

/// Opens a scenario, or results and the scenario that they were made from.
///
/// # Errors
/// Whatever is wrong with these or with the targets; options that make no sense; no target that is looked at.
pub fn open(options: &Subject, printer: &Printer) -> Result<Opened, Failed> {
    if options.threads == Some(0) {
        return Err(Failed::Input("error: `--threads 0` plays nothing; give at least 1".to_owned()));
    }
    let selection = Selection { from: options.from, to: options.to };
    let opened = if holds_results(&options.input) {
        open_results(options, selection, printer)?
    } else {
        open_scenario(options, selection, printer)?
    };
    if selection.of(&opened.scenario).is_empty() {
        return Err(no_target(&opened.scenario, options));
    }
    Ok(opened)
}

fn open_results(options: &Subject, selection: Selection, printer: &Printer) -> Result<Opened, Failed> {
    let folder = &options.input;
    let stored = open_whole(folder, "scored")?;
    for (given, option) in [(options.runs.is_some(), "--runs"), (options.seed.is_some(), "--seed")] {
        if given {
            let text =
                format!("error: `{option}` is for a scenario; {} holds results, which have theirs", folder.display());
            return Err(Failed::Input(text));
        }
    }
    let (source, _files) = match &options.scenario {
        Some(scenario) => (source(options, scenario.clone()), None),
        None if options.changes != Changes::default() => {
            let text = "error: results have their variant, patches and settings";
            return Err(Failed::Input(format!("{text}\nhelp: give them with `--scenario` if it stands elsewhere now")));
        }
        None => as_it_stands(&stored)?,
    };
    let Loaded { scenario, resolved_hash, .. } = open_with_targets(&source, options.targets.as_deref(), printer)?;
    same_work(stored.identity(), &resolved_hash, &scenario.variant)?;
    Ok(Opened { scenario, identity: stored.identity().clone(), selection, stored: Some(stored) })
}

fn open_scenario(options: &Subject, selection: Selection, printer: &Printer) -> Result<Opened, Failed> {
    if options.scenario.is_some() {
        return Err(Failed::Input("error: `--scenario` is for results; a scenario needs no other".to_owned()));
    }
    let runs = options.runs.unwrap_or(RUNS);
    if runs == 0 {
        return Err(Failed::Input("error: `--runs 0` plays nothing; give at least 2".to_owned()));
    }
    if runs > address::RUNS {
        return Err(Failed::Input("error: so many runs have no dice of their own; give fewer `--runs`".to_owned()));
    }
    let source = source(options, options.input.clone());
    let Loaded { scenario, resolved_hash, .. } = open_with_targets(&source, options.targets.as_deref(), printer)?;
    let identity = Identity {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        scenario_hash: resolved_hash,
        seed: options.seed.unwrap_or(SEED),
        runs,
        variant: scenario.variant.clone(),
        settings: BTreeMap::new(),
    };
    Ok(Opened { scenario, identity, selection, stored: None })
}

fn source(options: &Subject, scenario: std::path::PathBuf) -> Source {
    Source { scenario, changes: options.changes.clone() }
}

fn no_target(scenario: &Scenario, options: &Subject) -> Failed {
    let what = match &options.targets {
        Some(path) => path.display().to_string(),
        None => format!("the scenario `{}`", scenario.name),
    };
    let days = scenario.targets.iter().flat_map(|target| &target.observations).filter(|one| one.scored);
    let days: Vec<i64> = days.map(|one| one.day).collect();
    let text = match (days.iter().min(), days.iter().max()) {
        (Some(first), Some(last)) => format!(
            "error: no target of {what} lies between the dates that were given\nhelp: they run from {} to {}",
            shown(*first),
            shown(*last)
        ),
        _ => format!(
            "error: {what} has no targets\nhelp: write `targets: {{ OUTCOME: {{ 2024-01-31: 9 +- 3 }} }}`, or name a \
             file with `--targets`"
        ),
    };
    Failed::Input(text)
}

impl Opened {
    /// Every run at the targets' dates: read if the results hold them, and otherwise played up to the last of them.
    ///
    /// # Errors
    /// Results that cannot be read; too little memory; runs that all failed.
    pub fn values(&self, options: &Subject, printer: &Printer) -> Result<Values, Failed> {
        let wanted = Wanted::of(&self.selection.of(&self.scenario));
        let read = match &self.stored {
            Some(stored) => Values::stored(stored, &wanted).map_err(unreadable)?,
            None => None,
        };
        let values = match read {
            Some(values) => values,
            None => self.played(&wanted, options, printer)?,
        };
        if values.failures() == values.runs() {
            let text = "error: every run failed before the last target; `entente run` says where";
            return Err(Failed::Job(text.to_owned()));
        }
        Ok(values)
    }

    fn played(&self, wanted: &Wanted, options: &Subject, printer: &Printer) -> Result<Values, Failed> {
        let Identity { seed, runs, .. } = self.identity;
        let compiled = Arc::new(Compiled::new(wanted.cut(self.scenario.clone())));
        let threads = options.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
        let lanes = lanes_for(&compiled, runs, threads);
        let series = SeriesMode::Full;
        let (play, numbers) = (Play { runs, lanes, threads, series }, wanted.numbers(&self.scenario));
        let help = "fewer `--runs` or `--threads`, or fewer targets with `--from` and `--to`";
        memory::refuse_to_keep(&compiled, &play, numbers, help)?;
        let plan = Plan::new(runs, lanes);
        let ensemble = Ensemble { seed, plan, threads, series, level: Level::best(), stop: Arc::default() };
        let progress = Progress::new(runs, 0, printer.is_watched() && !options.quiet);
        Values::played(&compiled, &ensemble, wanted, |more| progress.advance(more))
            .map_err(|error| Failed::Job(format!("error: {error}")))
    }

    /// What the numbers are about.
    pub fn reference(&self, values: &Values, weighting: Option<&Weighting>) -> Reference {
        let Identity { version, scenario_hash, variant, seed, runs, .. } = self.identity.clone();
        let weights = weighting.map(|weighting| {
            let weights = values.weights(Some(&weighting.weights));
            Weighted {
                path: weighting.path.display().to_string(),
                fitted_to: weighting.fitted_to.clone(),
                runs: weights.iter().filter(|weight| **weight > 0.0).count() as u64,
                effective: effective(&weights),
            }
        });
        Reference {
            scenario: self.scenario.name.clone(),
            title: self.scenario.title.clone(),
            version,
            variant,
            seed,
            runs,
            failed: values.failures() as u64,
            scenario_hash,
            from: self.selection.from.map(shown),
            to: self.selection.to.map(shown),
            weights,
        }
    }
}
