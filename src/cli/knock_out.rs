//! `entente compare --knock-out`: every policy, message kind and event switched off in turn.

use super::Failed;
use super::arguments::{Compare, KnockOuts};
use super::compare::{finished, head, player, refuse_failed, runs};
use super::open::open;
use super::printer::Printer;
use super::progress::Progress;
use super::together::source;
use crate::compare::{Comparison, Held, Joint, Kinds, KnockedOut, knock_outs, play_together};
use crate::diagnostics::suggest;
use crate::engine::Compiled;
use crate::results::BASELINE;
use crate::scenario::model::Scenario;
use std::path::Path;
use std::sync::Arc;

/// Plays the scenario as it is and then without each part. Of these nothing is kept but the numbers.
///
/// # Errors
/// The scenario's errors; nothing to switch off; an outcome that there is not; what [`player`] refuses; runs that all failed.
pub fn played(options: &Compare, path: &Path, printer: &Printer) -> Result<Comparison, Failed> {
    let variant = match (options.variant.as_slice(), &options.against) {
        ([], None) => BASELINE,
        ([one], None) => one.as_str(),
        ([], Some(against)) => against.as_str(),
        _ => {
            let text = "error: `--knock-out` is for one variant at a time\nhelp: give one `--variant`";
            return Err(Failed::Input(text.to_owned()));
        }
    };
    let scenario = open(&source(options, path, variant), printer)?.scenario;
    let outcome = main_outcome(&scenario, options.outcome.as_deref())?;
    let parts = knock_outs(&scenario, kinds(options.knock_out));
    if parts.is_empty() {
        return Err(Failed::Input("error: the scenario has nothing of the kind that could be switched off".to_owned()));
    }
    let runs = runs(options);
    let reference = [Arc::new(Compiled::new(scenario))];
    let player = player(&reference, runs, options)?;
    let all = runs.saturating_mul(parts.len() as u64 + 1);
    let progress = Progress::new(all, 0, printer.is_watched() && !options.quiet);
    let play = |compiled: &[Arc<Compiled>]| {
        let mut joint = Joint::new(compiled);
        finished(play_together(compiled, &player, 0..runs, &mut joint, |more| progress.advance(more)))?;
        Ok::<Joint, Failed>(joint)
    };
    let joint = play(&reference)?;
    let [compiled] = &reference;
    let (Some(schema), Some(columns)) = (joint.schemas.first(), joint.columns.first()) else {
        return Err(Failed::Job("error: nothing was played".to_owned()));
    };
    let held = Held { label: variant, schema, columns };
    let mut knocked_out = KnockedOut::new(head(&player, runs, 1), held, outcome, parts.len());
    for part in parts {
        let without = [Arc::new(Compiled::new(part.switched_off(&compiled.scenario)))];
        let joint = play(&without)?;
        if let Some(columns) = joint.columns.first() {
            knocked_out.add(part, columns);
        }
    }
    let comparison = knocked_out.ranked();
    refuse_failed_reference(&comparison)?;
    Ok(comparison)
}

/// A knock-out may make every run fail, which is said of it; the reference may not.
fn refuse_failed_reference(comparison: &Comparison) -> Result<(), Failed> {
    let reference = Comparison { variants: Vec::new(), ..comparison.clone() };
    refuse_failed(&reference)
}

fn kinds(wanted: Option<KnockOuts>) -> Kinds {
    let all = matches!(wanted, None | Some(KnockOuts::All));
    Kinds {
        policies: all || wanted == Some(KnockOuts::Policies),
        messages: all || wanted == Some(KnockOuts::Messages),
        events: all || wanted == Some(KnockOuts::Events),
    }
}

/// The place of the outcome by which is ranked.
fn main_outcome(scenario: &Scenario, name: Option<&str>) -> Result<usize, Failed> {
    let names = || scenario.outcomes.iter().map(|outcome| outcome.name.as_str());
    let Some(name) = name else {
        return match scenario.outcomes.is_empty() {
            true => Err(Failed::Input("error: the scenario has no outcome to rank by".to_owned())),
            false => Ok(0),
        };
    };
    names().position(|other| other == name).ok_or_else(|| {
        let help = match suggest(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its outcomes are {}", names().take(20).collect::<Vec<_>>().join(", ")),
        };
        Failed::Input(format!("error: the scenario has no outcome `{}`\nhelp: {help}", name.escape_debug()))
    })
}
