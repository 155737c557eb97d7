//! `entente report`: stored results as one page, and its charts as files.

use super::Failed;
use super::arguments::Report;
use super::open::{open_with_words, quoted, words};
use super::printer::Printer;
use super::stored::{made_from, refuse_a_part, unreadable, weighting};
use crate::report::charts::picture::Painter;
use crate::report::{self, Material, MaterialError};
use crate::results::{Stored, Weighting};
use std::path::{Path, PathBuf};

/// The page, unless the user says.
const PAGE: &str = "report.html";

/// Writes the page, and the charts if asked to.
///
/// # Errors
/// Folders that cannot be read or do not go together; files that cannot be written.
pub fn report(options: &Report, printer: &Printer) -> Result<(), Failed> {
    let mut all = Vec::new();
    for folder in &options.results {
        let weights = if all.is_empty() { options.weights.as_deref() } else { None };
        all.push(material(folder, weights, options.outcome.as_deref(), printer)?);
    }
    let page = options.output.clone().unwrap_or_else(|| PathBuf::from(PAGE));
    let report = report::report(&all);
    write(&page, report.html.as_bytes())?;
    if let Some(folder) = &options.charts {
        write_charts(folder, &report.charts)?;
    }
    if !options.quiet {
        printer.complain(&format!("page    {}", page.display()));
    }
    Ok(())
}

fn material(folder: &Path, weights: Option<&Path>, outcome: Option<&str>, printer: &Printer) -> Result<Material, Failed> {
    refuse_a_part(folder, "shown")?;
    let stored = Stored::open(folder).map_err(unreadable)?;
    let weighting: Option<Weighting> = weighting(weights, stored.identity())?;
    let command = again(&stored);
    let material = Material::read(&stored, weighting.as_ref(), command, outcome).map_err(|error| match error {
        MaterialError::Results(error) => unreadable(error),
        error => {
            let names: Vec<&str> = stored.schema().outcomes.iter().map(|one| one.name.as_str()).collect();
            Failed::Input(format!("error: {error}\nhelp: there are {}", names.join(", ")))
        }
    })?;
    let Ok(source) = made_from(&stored) else { return Ok(material) };
    let (loaded, said) = open_with_words(&source, printer)?;
    let question = said.variants.get(&loaded.scenario.variant).and_then(|variant| variant.get("title")).and_then(crate::scenario::tree::Node::as_text).map(str::to_owned);
    Ok(material.with_scenario(loaded.scenario, question))
}

/// The command that makes the results again, without the paths of this machine.
fn again(stored: &Stored) -> String {
    let identity = stored.identity();
    let mut text = format!("entente run {}", quoted(&stored.schema().scenario));
    let typed = made_from(stored).map(|source| words(&source)).unwrap_or_default();
    for word in typed.iter().skip(1) {
        let last = Path::new(word).file_name().map(|name| name.to_string_lossy().into_owned());
        text += &format!(" {}", quoted(&last.unwrap_or_else(|| word.clone())));
    }
    text + &format!(" --runs {} --seed {}", identity.runs, identity.seed)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failed> {
    let refused = |error| Failed::Job(format!("error: cannot write {}: {error}", path.display()));
    std::fs::write(path, bytes).map_err(refused)
}

fn write_charts(folder: &Path, charts: &[report::Chart]) -> Result<(), Failed> {
    let refused = |error| Failed::Job(format!("error: cannot make {}: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(refused)?;
    let painter = Painter::default();
    for chart in charts {
        let svg = chart.standalone();
        write(&folder.join(format!("{}.svg", chart.id)), svg.as_bytes())?;
        let png = painter.png(&svg).map_err(|error| Failed::Job(format!("error: {error}")))?;
        write(&folder.join(format!("{}.png", chart.id)), &png)?;
    }
    Ok(())
}
