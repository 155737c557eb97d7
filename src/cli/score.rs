//! `entente score`: runs held against what was observed.

use super::Failed;
use super::arguments::{Format, Score};
use super::printer::Printer;
use super::stored::weighting;
use super::subject;
use crate::language::parse_date;
use crate::scores::{self, Totals};
use crate::stats::effective;
use crate::summary::{score_json, score_table};

/// Scores and prints; writes nothing.
///
/// # Errors
/// Those of the scenario, the results and the targets; weights of other results; a standard output that cannot be written.
pub fn score(options: &Score, printer: &Printer) -> Result<(), Failed> {
    let subject = &options.subject;
    let opened = subject::open(subject, printer)?;
    let weighting = weighting(options.weights.as_deref(), &opened.identity)?;
    let fitted_to = match &weighting {
        Some(weighting) => Some(parse_date(&weighting.fitted_to).map_err(|error| {
            let path = weighting.path.display();
            Failed::Input(format!("error: {path} holds no weights of runs: its `fitted_to`: {}", error.message))
        })?),
        None => None,
    };
    let values = opened.values(subject, printer)?;
    let weights = values.weights(weighting.as_ref().map(|weighting| weighting.weights.as_slice()));
    if effective(&weights) <= 1.0 {
        let text = "error: a single run cannot be scored: give more `--runs`, or weights that leave more than one";
        return Err(Failed::Input(text.to_owned()));
    }
    let score = scores::score(&opened.scenario, &values, opened.selection, &weights, fitted_to);
    let totals = Totals::of(&score);
    let reference = opened.reference(&values, weighting.as_ref());
    match subject.format {
        Format::Table => printer.print(&score_table(&reference, &score, &totals, printer.width(), printer.colour())),
        Format::Json => {
            let json = score_json(&reference, &score, &totals);
            printer.print(&(json.map_err(|error| Failed::Job(format!("error: {error}")))? + "\n"))
        }
    }
}
