//! The page around its sections: head, landmarks, contents, foot.

use super::charts::{STYLE, standalone_style};
use super::{Material, Section};
use crate::compare::Comparison;
use crate::summary::grouped;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const PAGE: &str = concat!(include_str!("style.css"), include_str!("map.css"));
const SCRIPT: &str = concat!(include_str!("script.js"), include_str!("map.js"));

/// What the page may do: nothing from elsewhere, no script but its own.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-entente'; img-src data:; \
    base-uri 'none'; form-action 'none'";

/// The page of some sections.
pub fn page(all: &[Material], comparison: Option<&Comparison>, sections: &[Section]) -> Markup {
    let named = all.first().map(|first| (first.schema.title.as_str(), first.schema.scenario.as_str()));
    let compared = comparison.map(|comparison| (comparison.title.as_str(), comparison.scenario.as_str()));
    let (title, scenario) = named.or(compared).unwrap_or_default();
    let title = if title.is_empty() { scenario } else { title };
    let version = all.first().map(|first| first.summary.version.as_str());
    let version = version.or(comparison.map(|comparison| comparison.version.as_str())).unwrap_or_default();
    let first = sections.first().map_or("main", |section| section.id);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { (title) " · Entente" }
                // Our own constants.
                style { (PreEscaped(PAGE)) (PreEscaped(STYLE)) }
            }
            body {
                a.skip href=(format!("#{first}")) { "Skip to the contents" }
                header {
                    h1 { (title) }
                    (about(all, comparison))
                    nav aria-label="Contents" {
                        ul { @for section in sections { li { a href=(format!("#{}", section.id)) { (section.title) } } } }
                    }
                }
                main id="main" {
                    @for section in sections {
                        section id=(section.id) aria-labelledby=(format!("{}-head", section.id)) {
                            h2 id=(format!("{}-head", section.id)) { (section.title) }
                            (section.body)
                        }
                    }
                }
                footer {
                    p {
                        "Made by Entente " (version) " from results alone: the same results give the same page. It \
                         says what follows if the mechanisms have the strength that the scenario gives them, and never more."
                    }
                }
                template id="alone" { (standalone_style()) }
                script nonce="entente" { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// What the results are.
fn about(all: &[Material], comparison: Option<&Comparison>) -> Markup {
    let Some(first) = all.first() else {
        return html! {
            @if let Some(comparison) = comparison {
                p.about { (comparison.scenario) " · " (grouped(comparison.runs)) " runs from seed " (comparison.seed) }
            }
        };
    };
    let summary = &first.summary;
    let variants = match comparison {
        Some(comparison) => {
            let (more, named) = (comparison.variants.len().saturating_sub(4), comparison.variants.iter().take(4));
            let named: Vec<&str> = named.map(String::as_str).collect();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("{}, compared with {}{more}", comparison.reference, named.join(", "))
        }
        None => first.summary.variant.clone(),
    };
    html! {
        p.about {
            (first.schema.scenario) " · " (variants) " · " (grouped(summary.runs)) " runs from seed " (summary.seed)
            @if let (Some(from), Some(to)) = &summary.dates { " · " (from) " to " (to) }
            @if summary.failed > 0 { " · " (grouped(summary.failed)) " failed and are left out" }
        }
        @if let Some(weighted) = &summary.weighted {
            p.about {
                "Weighted: all figures are those of runs weighed by how near they come to what was observed up to "
                (weighted.fitted_to) "; " (grouped(weighted.runs)) " runs count, worth "
                (crate::summary::numbers::number(Some(weighted.effective), 0)) " equal ones. Counts of failures and of what never \
                 happened are not weighted."
            }
        }
        @for text in all.iter().flat_map(|one| &one.missing) { p.about.missing { (text) } }
    }
}
