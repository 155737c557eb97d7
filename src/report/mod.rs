//! Stored results as one HTML page that opens offline: the briefing first, then comparison, map, support, messages, detail.
//!
//! A pure function of results folders: no clock, no path of the machine, nothing loaded from elsewhere; the same folders give the
//! same bytes. Whatever a scenario names is escaped: `maud` does that, and only this module's own constants go in as they are.
//! What can be much (outcomes, ticks, names) is bounded, and the page says what it leaves out.

mod briefing;
mod cells;
pub mod charts;
mod compared;
mod detail;
mod flows;
mod hinges;
mod holders;
mod land;
mod likely;
mod map;
mod material;
mod milestones;
mod replayed;
mod shell;
mod signposts;
mod support;
mod told;

pub use charts::Chart;
pub use material::{Material, MaterialError};
pub use replayed::Replayed;

use crate::compare::Comparison;
use maud::Markup;

/// A page, and every chart that it shows.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The page as HTML.
    pub html: String,
    /// The charts, in the order of the page.
    pub charts: Vec<Chart>,
}

/// What is drawn while a page is written.
#[derive(Debug, Default)]
struct Drawing {
    charts: Vec<Chart>,
}

impl Drawing {
    /// Shows a chart, if there is one.
    fn show(&mut self, chart: Option<Chart>) -> Markup {
        let Some(chart) = chart else { return maud::html! {} };
        let figure = chart.figure();
        self.charts.push(chart);
        figure
    }
}

/// A part of the page.
struct Section {
    id: &'static str,
    title: &'static str,
    body: Markup,
}

/// The page of some results; of several, the first is the reference that the others are held against. A comparison without
/// results makes a page of itself alone.
pub fn report(all: &[Material], comparison: Option<&Comparison>) -> Report {
    let mut drawing = Drawing::default();
    let mut sections = Vec::new();
    if !all.is_empty() {
        let body = briefing::briefing(all, comparison, &mut drawing);
        sections.push(Section { id: "briefing", title: "Briefing", body });
    }
    sections.extend(comparison.map(|comparison| compared::section(comparison, all, &mut drawing)));
    if let Some(first) = all.first() {
        sections.extend(support::section(first, &mut drawing));
        sections.extend(replayed::sections(all, &mut drawing));
        sections.extend(detail::sections(first, &mut drawing));
    }
    let html = shell::page(all, comparison, &sections).into_string();
    Report { html, charts: drawing.charts }
}
