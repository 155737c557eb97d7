//! `entente calibrate`: the runs that come nearest to what was observed, as weights.

use super::Failed;
use super::arguments::{Calibrate, Format};
use super::printer::Printer;
use super::stored::not_stored;
use super::subject::{self, Opened};
use crate::results::{Identity, Weights};
use crate::scenario::model::{DatedValue, Observable, Target};
use crate::scores::{self, CalibrationError, shown};
use crate::summary::{calibration_json, calibration_table};
use std::collections::BTreeMap;

/// Calibrates, writes the weights, and says what became of the uncertainties.
///
/// # Errors
/// Those of the scenario, the results and the targets; a target without tolerance; too few runs; a file that cannot be written.
pub fn calibrate(options: &Calibrate, printer: &Printer) -> Result<(), Failed> {
    let subject = &options.subject;
    Weights::may_stand_at(&options.output).map_err(not_stored)?;
    let opened = subject::open(subject, printer)?;
    let values = opened.values(subject, printer)?;
    let calibration = scores::calibrate(&opened.scenario, &values, opened.selection, options.accept);
    let calibration = calibration.map_err(|error| {
        let help = match error {
            CalibrationError::Exact { .. } => "write `9 +- 3`, or give the target a `discrepancy`",
            CalibrationError::Few { .. } => "play more `--runs`, or accept a larger share with `--accept`",
        };
        Failed::Input(format!("error: {error}\nhelp: {help}"))
    })?;
    let table = calibration.runs.iter().map(|run| (*run as u64, 1.0)).collect();
    weights(&opened, table).write(&options.output).map_err(not_stored)?;
    let reference = opened.reference(&values, None);
    let path = options.output.display().to_string();
    match subject.format {
        Format::Table => {
            let (width, colour) = (printer.width(), printer.colour());
            printer.print(&calibration_table(&reference, &calibration, &path, width, colour))
        }
        Format::Json => {
            let json = calibration_json(&reference, &calibration, options.accept, &path);
            printer.print(&(json.map_err(|error| Failed::Job(format!("error: {error}")))? + "\n"))
        }
    }
}

fn weights(opened: &Opened, table: Vec<(u64, f64)>) -> Weights {
    let chosen = opened.selection.of(&opened.scenario);
    let told = |(target, one): &(&Target, DatedValue)| match target.of {
        Observable::Outcome(_) => format!("{} {}", target.name, shown(one.day)),
        Observable::Milestone(_) => format!("{} by {}", target.name, shown(one.day)),
    };
    Weights {
        scenario: opened.scenario.name.clone(),
        made_for: Identity { settings: BTreeMap::new(), ..opened.identity.clone() },
        fitted_to: chosen.iter().map(|(_, one)| one.day).max().map(shown).unwrap_or_default(),
        targets: chosen.iter().map(told).collect(),
        table,
    }
}
