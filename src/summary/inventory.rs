//! What a scenario has, for people: a table a section.

use comfy_table::presets::NOTHING;
use comfy_table::{ColumnConstraint, ContentArrangement, Table};

use super::numbers::plain;
use super::table::Page;
use crate::describe::{Inventory, ListedCondition, ListedLever, ListedOutcome, ListedUncertainty, ListedVariant};
use crate::reference::trace::short;

/// How many digits numbers have.
const DIGITS: usize = 6;
/// Names longer than this are broken.
const LONGEST: usize = 28;

/// The inventory as text of `width` columns, with a line end. With `colour` it holds ANSI escapes; whatever control characters
/// texts hold are spelled out.
pub fn inventory_table(inventory: &Inventory, width: usize, colour: bool) -> String {
    let mut page = Page::new(width, colour);
    let (name, title) = (plain(&inventory.scenario), plain(&inventory.title));
    let variant = if inventory.variant == "baseline" { String::new() } else { plain(&inventory.variant) };
    let title = page.paint.bold(&title);
    let aside = if variant.is_empty() { name } else { format!("{name}, {variant}") };
    page.line(&format!("{title}  {}", page.paint.dim(&aside)));
    let head = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    if let Some(all) = &inventory.variants {
        let rows = all.iter().map(variant_row).collect();
        section(&mut page, "Variants", "--variant NAME", head(&["", "question", "from", "about"]), rows);
    }
    if let Some(all) = &inventory.levers {
        let rows = all.iter().map(lever_row).collect();
        let names = head(&["", "value", "range", "unit", "basis", "reason"]);
        section(&mut page, "Levers", "what somebody could choose differently: --set NAME=VALUE", names, rows);
    }
    if let Some(all) = &inventory.uncertainties {
        let rows = all.iter().map(uncertainty_row).collect();
        let names = head(&["", "distribution", "cut off at", "unit", "basis", "reason"]);
        section(&mut page, "Uncertainties", "what nobody controls, drawn once a run", names, rows);
    }
    if let Some(all) = &inventory.outcomes {
        let rows = all.iter().map(outcome_row).collect();
        let names = head(&["", "what is measured", "unit", "matters", "reason"]);
        section(&mut page, "Outcomes", "recorded every tick; the smallest difference that matters", names, rows);
    }
    for (all, heading, aside) in [
        (&inventory.milestones, "Milestones", "the first tick at which it holds"),
        (&inventory.stops, "Stops", "end a run at the first tick at which it holds"),
    ] {
        if let Some(all) = all {
            section(&mut page, heading, aside, head(&["", "when", "reason"]), all.iter().map(condition_row).collect());
        }
    }
    page.text
}

/// A table that wraps its cells. A column in which nothing stands is left out.
fn section(page: &mut Page, heading: &str, aside: &str, names: Vec<String>, rows: Vec<Vec<String>>) {
    page.heading(heading, aside);
    if rows.is_empty() {
        page.line("  none");
        return;
    }
    let is_filled = |column: usize| rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.is_empty()));
    let filled: Vec<usize> = (0..names.len()).filter(|column| is_filled(*column)).collect();
    let chosen = |cells: &[String]| -> Vec<String> {
        filled.iter().map(|column| cells.get(*column).map(|cell| plain(cell)).unwrap_or_default()).collect()
    };
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(page.width).unwrap_or(u16::MAX));
    table.set_header(chosen(&names));
    for row in &rows {
        table.add_row(chosen(row));
    }
    let longest = rows.iter().filter_map(|row| row.first()).map(|name| name.chars().count()).max().unwrap_or(0);
    for (place, column) in table.column_iter_mut().enumerate() {
        column.set_padding((2, 0));
        if place == 0 {
            let width = u16::try_from(longest.min(LONGEST) + 2).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::Absolute(comfy_table::Width::Fixed(width)));
        }
    }
    for (place, line) in table.lines().enumerate() {
        let line = line.trim_end();
        let text = if place == 0 { page.paint.dim(line) } else { line.to_owned() };
        page.line(&text);
    }
}

fn text(text: &Option<String>) -> String {
    text.clone().unwrap_or_default()
}

/// Title and reason in one cell: what it is, then why.
fn reason(title: &Option<String>, because: &Option<String>) -> String {
    match (title, because) {
        (Some(title), Some(because)) => format!("{}. {because}", title.trim_end_matches('.')),
        (title, because) => text(title) + &text(because),
    }
}

fn variant_row(variant: &ListedVariant) -> Vec<String> {
    vec![variant.name.clone(), text(&variant.title), text(&variant.from), text(&variant.about)]
}

fn lever_row(lever: &ListedLever) -> Vec<String> {
    let mut value = short(lever.value, DIGITS);
    if let (Some(later), Some(from)) = (lever.later, &lever.from) {
        value += &format!(", from {from} {}", short(later, DIGITS));
    }
    let range = lever.range.map(|(low, high)| format!("{} to {}", short(low, DIGITS), short(high, DIGITS)));
    let basis = lever.basis.to_owned();
    vec![lever.name.clone(), value, text(&range), text(&lever.unit), basis, reason(&lever.title, &lever.because)]
}

fn uncertainty_row(one: &ListedUncertainty) -> Vec<String> {
    let mut drawn = one.distribution.clone();
    if !one.follows.is_empty() {
        drawn += &format!("; with {}", one.follows);
    }
    let (unit, reason) = (text(&one.unit), reason(&one.title, &one.because));
    vec![one.name.clone(), drawn, one.range.clone(), unit, one.basis.to_owned(), reason]
}

fn outcome_row(outcome: &ListedOutcome) -> Vec<String> {
    let matters = outcome.matters.map(|matters| short(matters, DIGITS)).unwrap_or_default();
    let reason = reason(&outcome.title, &outcome.because);
    vec![outcome.name.clone(), outcome.is.clone(), text(&outcome.unit), matters, reason]
}

fn condition_row(condition: &ListedCondition) -> Vec<String> {
    vec![condition.name.clone(), condition.when.clone(), reason(&condition.title, &condition.because)]
}
