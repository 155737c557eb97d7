//! The detail: every outcome, milestones, what never happened, failures, what the numbers rest on, how to make it again.

use super::charts::{Chart, FanOf, HALF, Row, Table, Words, fan, histogram, id_of};
use super::material::{Material, OUTCOMES};
use super::{Drawing, Section};
use crate::stats::{Correlation, MidRanks};
use crate::summary::numbers::{decimals, grouped, number, percent};
use crate::summary::{Milestone, Outcome};
use crate::wording::capital;
use maud::{Markup, html};

/// The most names in a list.
const NAMES: usize = 200;
/// The uncertainties that are shown for each outcome.
const MOVED: usize = 6;

/// The sections of the detail.
pub fn sections(material: &Material, drawing: &mut Drawing) -> Vec<Section> {
    let mut sections = vec![
        Section { id: "outcomes", title: "Outcomes", body: outcomes(material, drawing) },
        Section { id: "milestones-all", title: "Milestones", body: milestones(material) },
        Section { id: "never", title: "What never happened", body: never(material) },
        Section { id: "trust", title: "What it rests on", body: trust(material) },
        Section { id: "again", title: "How to make it again", body: again(material) },
    ];
    if material.schema.milestones.is_empty() {
        sections.retain(|section| section.id != "milestones-all");
    }
    sections
}

fn outcomes(material: &Material, drawing: &mut Drawing) -> Markup {
    let drawn: Vec<MidRanks> = material.drawn.iter().map(|values| MidRanks::of(values, &material.weights)).collect();
    let mut each = Vec::new();
    for (place, outcome) in material.summary.outcomes.iter().enumerate().take(OUTCOMES) {
        each.push(one(material, place, outcome, &drawn, drawing));
    }
    html! {
        (table(&material.summary.outcomes, material).html())
        h3 { "Each by itself" }
        @for outcome in each { (outcome) }
    }
}

/// An outcome as it is called, with its unit.
fn named(material: &Material, place: usize) -> (String, String) {
    material
        .schema
        .outcomes
        .get(place)
        .map(|column| (column.title.clone(), column.unit.clone().unwrap_or_default()))
        .unwrap_or_default()
}

fn table(outcomes: &[Outcome], material: &Material) -> Table {
    let head = ["outcome", "unit", "mean", "± error", "sd", "5%", "25%", "50%", "75%", "95%"];
    let rows = outcomes.iter().enumerate().map(|(place, outcome)| {
        let digits = decimals(outcome.mc_error, outcome.mean.unwrap_or(0.0));
        let (title, unit) = named(material, place);
        let values = [outcome.mean, outcome.mc_error, outcome.sd].into_iter().chain(outcome.quantiles);
        let cells = [capital(&title), unit].into_iter().chain(values.map(|value| number(value, digits)));
        Row::of(cells.collect())
    });
    Table { head: head.map(str::to_owned).to_vec(), rows: rows.collect(), note: String::new(), words: Words::In(&[1]) }
}

fn one(material: &Material, place: usize, outcome: &Outcome, drawn: &[MidRanks], drawing: &mut Drawing) -> Markup {
    let (title, unit) = named(material, place);
    let digits = decimals(outcome.mc_error, outcome.mean.unwrap_or(0.0));
    let [low, _, middle, _, high] = outcome.quantiles.map(|value| number(value, digits));
    html! {
        details.outcome id=(format!("outcome-{}", place + 1)) {
            summary {
                b { (capital(&title)) } " " code.note { (outcome.name) } " " span.note { "median " (middle) ", " (low) " to " (high) @if !unit.is_empty() { " " (unit) } }
            }
            div.pair {
                (drawing.show(fan_of(material, place)))
                (drawing.show(closing_of(material, place)))
            }
            (moved(material, place, drawn))
        }
    }
}

fn fan_of(material: &Material, place: usize) -> Option<Chart> {
    let column = material.schema.outcomes.get(place)?;
    let title = format!("{} over time", column.title);
    over_time(&id_of("fan", place, &column.name), &title, material, place, HALF, 30)
}

/// An outcome over time, with what was observed of it; its table has about so many rows.
pub fn over_time(
    id: &str,
    title: &str,
    material: &Material,
    place: usize,
    size: (f64, f64),
    rows: usize,
) -> Option<Chart> {
    let (column, bands) = (material.schema.outcomes.get(place)?, material.bands.get(place)?);
    let (seen, marked) = (material.seen(place), material.marked());
    let (unit, days) = (column.unit.as_deref(), &material.schema.dates);
    fan(id, &FanOf { title, unit, bands, days, seen: &seen, marked: &marked, size, rows })
}

fn closing_of(material: &Material, place: usize) -> Option<Chart> {
    let (column, values) = (material.schema.outcomes.get(place)?, material.closing.get(place)?);
    let (title, unit) = (format!("{} at the end", column.title), column.unit.clone().unwrap_or_default());
    histogram(&id_of("end", place, &column.name), &title, &unit, values, &material.weights, HALF)
}

/// The uncertainties that move with an outcome.
fn moved(material: &Material, place: usize, drawn: &[MidRanks]) -> Markup {
    let Some(values) = material.closing.get(place) else { return html! {} };
    let ranks = MidRanks::of(values, &material.weights);
    let found = drawn.iter().enumerate().filter_map(|(uncertainty, drawn)| {
        let correlation = Correlation::of(drawn, &ranks, &material.weights)?;
        Some((material.schema.uncertainties.get(uncertainty)?.title.as_str(), correlation))
    });
    let tried = drawn.len() as f64;
    let mut found: Vec<(&str, Correlation)> = found.filter(|(_, one)| one.chance * tried < 0.05).collect();
    found.sort_by(|one, other| other.1.rho.abs().total_cmp(&one.1.rho.abs()).then(one.0.cmp(other.0)));
    let more = found.len().saturating_sub(MOVED);
    html! {
        p {
            @if found.is_empty() { "No uncertainty moves with it." } @else {
                "Moves with "
                @for (place, (name, one)) in found.iter().take(MOVED).enumerate() {
                    @if place > 0 { ", " } (name) " (" (number(Some(one.rho), 2)) ")"
                }
                @if more > 0 { ", and " (more) " more" }
                ". " span.note { "Spearman's rank correlation, told from chance among all uncertainties (Bonferroni, 5%)." }
            }
        }
    }
}

fn milestones(material: &Material) -> Markup {
    let head = ["milestone", "share of runs", "95% interval", "5% of runs by", "50% by", "95% by"];
    let row = |(place, milestone): (usize, &Milestone)| {
        let title = material.schema.milestones.get(place).map(|column| column.title.clone()).unwrap_or_default();
        let share = milestone.share.map_or("–".to_owned(), |one| percent(one.share));
        let interval =
            milestone.share.map_or("–".to_owned(), |one| format!("{} to {}", percent(one.low), percent(one.high)));
        let days = milestone.days.iter().map(|day| day.clone().unwrap_or_else(|| "never".to_owned()));
        Row::of([capital(&title), share, interval].into_iter().chain(days).collect())
    };
    let rows = material.summary.milestones.iter().enumerate().map(row).collect();
    let stops: Vec<String> = material
        .summary
        .stops
        .iter()
        .filter(|(_, share)| *share > 0.0)
        .map(|(name, share)| format!("{name} in {} of runs", percent(*share)))
        .collect();
    html! {
        (Table { head: head.map(str::to_owned).to_vec(), rows, note: String::new(), words: Words::Nowhere }.html())
        @if !stops.is_empty() { p { "Closed early: " (stops.join(", ")) "." } }
    }
}

fn never(material: &Material) -> Markup {
    let unused = &material.summary.unused;
    let more = unused.len().saturating_sub(NAMES);
    html! {
        @if unused.is_empty() { p { "Everything that the scenario has happened in at least one run." } }
        @else {
            ul { @for what in unused.iter().take(NAMES) { li { (what) } } }
            @if more > 0 { p { "And " (more) " more." } }
        }
        @if material.summary.failed > 0 {
            h3 { "Failed runs" }
            p { (grouped(material.summary.failed)) " of " (grouped(material.summary.runs)) " runs failed, and are left out of everything." }
            ul {
                @for kind in &material.summary.failures {
                    li { (grouped(kind.runs)) " × " (kind.place) " (run " (kind.run) ", tick " (kind.tick) ", for one)" }
                }
                @if material.summary.more_failures > 0 { li { "in " (material.summary.more_failures) " further places" } }
            }
        }
    }
}

fn trust(material: &Material) -> Markup {
    let basis = &material.summary.basis;
    let rows = [
        ("data", basis.data, "measured"),
        ("literature", basis.literature, "published"),
        ("judgement", basis.judgement, "judged by whoever wrote the scenario"),
        ("placeholder", basis.placeholder, "only holding a place"),
    ];
    let rows = rows.map(|(name, count, text)| Row::of(vec![name.to_owned(), count.to_string(), text.to_owned()]));
    let head = ["basis", "numbers", ""].map(str::to_owned).to_vec();
    html! {
        (Table { head, rows: rows.to_vec(), note: String::new(), words: Words::In(&[2]) }.html())
        ul {
            li { b { "Monte Carlo error" } ": that of the mean (± error); four times the runs halve it." }
            li { b { "Spread" } ": the dice and the stated uncertainties (sd, 5 to 95%); more runs keep it." }
            li { b { "Model error" } ": what the scenario leaves out or gets wrong; not shown here." }
        }
    }
}

fn again(material: &Material) -> Markup {
    let summary = &material.summary;
    html! {
        p { "The same scenario, version, seed and runs give the same digest on any machine." }
        pre { code { (material.command) } }
        dl {
            dt { "version" } dd { "entente " (summary.version) }
            dt { "seed" } dd { (summary.seed) }
            dt { "runs" } dd { (summary.runs) }
            dt { "digest" } dd { code { (summary.digest) } }
            dt { "scenario" } dd { code { (material.hash) } }
        }
    }
}
