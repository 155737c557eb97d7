//! `entente report`: stored results as one page, and its charts as files.

use super::Failed;
use super::arguments::Report;
use super::compare::of_folders;
use super::open::quoted;
use super::place::place;
use super::printer::Printer;
use super::stored::{open_whole, scenario_of, unreadable, weighting};
use crate::compare::Comparison;
use crate::describe::titles_of_areas;
use crate::diagnostics::suggest;
use crate::engine::{Compiled, Level};
use crate::ensemble::{Sample, affordable, sample};
use crate::report::charts::picture::Painter;
use crate::report::{self, Chart, Material, MaterialError};
use crate::results::{BASELINE, Stored};
use crate::scenario::model::Scenario;
use crate::scenario::tree::Node;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a page is made of, and where it goes.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Results folders; of several, the first is the reference.
    pub folders: &'a [PathBuf],
    /// The page.
    pub page: &'a Path,
    /// Where charts go.
    pub charts: Option<&'a Path>,
    /// The outcome that the briefing is about.
    pub outcome: Option<&'a str>,
    /// What weighs the runs of the first results.
    pub weights: Option<&'a Path>,
    /// Whether nothing is said.
    pub quiet: bool,
}

/// Writes the page, and the charts if asked to.
///
/// # Errors
/// Folders that cannot be read or do not go together; files that cannot be written.
pub fn report(options: &Report, printer: &Printer) -> Result<(), Failed> {
    let wanted = Wanted {
        folders: &options.results,
        page: &options.output,
        charts: options.charts.as_deref(),
        outcome: options.outcome.as_deref(),
        weights: options.weights.as_deref(),
        quiet: options.quiet,
    };
    let comparison = match options.results.as_slice() {
        [] | [_] => None,
        folders => Some(of_folders(folders)?),
    };
    write(&wanted, comparison.as_ref(), printer)
}

/// The same for another command, which may have compared already.
///
/// # Errors
/// As [`report`].
pub fn write(wanted: &Wanted, comparison: Option<&Comparison>, printer: &Printer) -> Result<(), Failed> {
    let mut all = Vec::new();
    for folder in wanted.folders {
        let weights = wanted.weights.filter(|_| all.is_empty());
        all.push(material(folder, weights, wanted.outcome.filter(|_| all.is_empty()), printer)?);
    }
    if wanted.weights.is_some()
        && all.len() > 1
        && let Some(first) = all.first_mut()
    {
        let text = "Weights are those of the reference alone: the others, and all differences, are not weighted.";
        first.missing.push(text.to_owned());
    }
    let report = report::report(&all, comparison);
    put(wanted.page, report.html.as_bytes())?;
    if let Some(folder) = wanted.charts {
        write_charts(folder, &report.charts)?;
    }
    if !wanted.quiet {
        printer.complain(&format!("page    {}", wanted.page.display()));
        if let Some(folder) = wanted.charts {
            printer.complain(&format!("charts  {} in {}", report.charts.len(), folder.display()));
        }
    }
    Ok(())
}

/// What a page needs of a results folder.
fn material(
    folder: &Path,
    weights: Option<&Path>,
    outcome: Option<&str>,
    printer: &Printer,
) -> Result<Material, Failed> {
    let stored = open_whole(folder, "shown")?;
    let weighting = weighting(weights, stored.identity())?;
    let material = Material::read(&stored, weighting.as_ref(), again(&stored)?, outcome);
    let material = material.map_err(|error| match error {
        MaterialError::Results(error) => unreadable(error),
        error => {
            let names = stored.schema().outcomes.iter().map(|one| one.name.as_str());
            let help = match outcome.and_then(|outcome| suggest(outcome, names.clone())) {
                Some(near) => format!("did you mean `{}`?", near.escape_debug()),
                None => format!("it has {}", names.take(40).collect::<Vec<_>>().join(", ").escape_debug()),
            };
            Failed::Input(format!("error: {error}\nhelp: {help}"))
        }
    })?;
    Ok(match scenario_of(&stored, printer) {
        Ok((loaded, said)) => {
            let title = said.variants.get(&loaded.scenario.variant).and_then(|variant| variant.get("title"));
            let question = title.and_then(Node::as_text).map(str::to_owned);
            let areas = titles_of_areas(&loaded.scenario, &said);
            let sample = replay(&stored, &loaded.scenario)?;
            let material = material.with_scenario(loaded.scenario, question);
            match sample {
                Some(sample) => material.with_replay(sample, areas),
                None => material.without_replay(),
            }
        }
        // What the files of the scenario would say is missing, and the page says so.
        Err(_) => material.without_scenario(),
    })
}

/// Plays the first runs again, as many as a report can afford, for what results do not keep.
fn replay(stored: &Stored, scenario: &Scenario) -> Result<Option<Sample>, Failed> {
    let identity = stored.identity();
    let runs = affordable(scenario).min(identity.runs);
    if runs == 0 {
        return Ok(None);
    }
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let compiled = Arc::new(Compiled::new(scenario.clone()));
    sample(&compiled, identity.seed, runs, threads, Level::best())
        .map(Some)
        .map_err(|error| Failed::Job(format!("error: the first runs could not be played again: {error}")))
}

/// The command that makes the results again, without the paths of this machine.
fn again(stored: &Stored) -> Result<String, Failed> {
    let identity = stored.identity();
    let mut words = vec!["entente".to_owned(), "run".to_owned(), stored.schema().scenario.clone()];
    let mut option = |name: &str, value: &str| words.extend([name.to_owned(), value.to_owned()]);
    let source = stored.source().map_err(unreadable)?.unwrap_or_default();
    let is_variant = identity.variant != BASELINE;
    if let Some(variant) = source.variant.as_deref().or(is_variant.then_some(identity.variant.as_str())) {
        option("--variant", variant);
    }
    source.with.iter().for_each(|patch| option("--with", patch));
    source.set.iter().for_each(|assignment| option("--set", assignment));
    option("--runs", &identity.runs.to_string());
    option("--seed", &identity.seed.to_string());
    let quoted: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    Ok(quoted.join(" "))
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), Failed> {
    place(path, bytes).map_err(|error| {
        let shown = path.display();
        // The system would name the file under which it is written before it takes its place.
        let reason = match error.kind() {
            ErrorKind::NotFound => "there is no such folder".to_owned(),
            ErrorKind::PermissionDenied => "writing there is not permitted".to_owned(),
            _ => error.to_string(),
        };
        Failed::Job(format!("error: `{shown}` cannot be written: {reason}"))
    })
}

/// Writes every chart as SVG and as PNG.
fn write_charts(folder: &Path, charts: &[Chart]) -> Result<(), Failed> {
    let refused = |error| Failed::Job(format!("error: `{}` cannot be made: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(refused)?;
    let painter = Painter::default();
    for chart in charts {
        let svg = chart.standalone();
        put(&folder.join(format!("{}.svg", chart.id)), svg.as_bytes())?;
        let png = painter.png(&svg).map_err(|error| Failed::Job(format!("error: {error}")))?;
        put(&folder.join(format!("{}.png", chart.id)), &png)?;
    }
    Ok(())
}
