//! The first screen: question, answer, confidence, what the answer hangs on, what to watch.

use super::Drawing;
use super::charts::WIDE;
use super::compared;
use super::detail::over_time;
use super::hinges::{self, Hinge, Question};
use super::likely::{CONFIDENCE, Confidence, SCALE, about, in_words};
use super::material::Material;
use super::milestones;
use super::signposts::{Signpost, signposts};
use crate::compare::Comparison;
use crate::results::BASELINE;
use crate::summary::numbers::{decimals, number};
use crate::wording::capital;
use maud::{Markup, html};

/// The briefing of some results, the first of which it is about; of several, of what they differ in too.
pub fn briefing(all: &[Material], comparison: Option<&Comparison>, drawing: &mut Drawing) -> Markup {
    let Some(material) = all.first() else { return html! {} };
    let hinges = hinges::hinges(material);
    let confidence = Confidence::of(material);
    html! {
        div.lead {
            div.words {
                (question(all))
                h3 { "Answer" }
                @for sentence in differs(material, comparison) { p.answer { (sentence) } }
                @for sentence in answer(material, &hinges) { p.answer { (sentence) } }
                p.confidence { b { "Confidence: " (confidence.level) } ". " (as_sentence(&confidence.because)) }
            }
            div.picture {
                (drawing.show(main_fan(all, comparison)))
                (drawing.show(milestones::curves(material, milestones::SIZE)))
            }
        }
        div.pair {
            div {
                (assumptions(material, &hinges))
                (drawing.show(hinges::chart(material, &hinges, 500.0, 10)))
            }
            div { (watch(material)) }
        }
        (super::told::stories(material))
        p.note { (SCALE) " " (CONFIDENCE) }
    }
}

/// Clauses as one sentence.
fn as_sentence(clauses: &[String]) -> String {
    let text = capital(&clauses.join("; "));
    if text.is_empty() { text } else { text + "." }
}

/// How many variants' questions and differences are told.
const VARIANTS: usize = 4;

fn question(all: &[Material]) -> Markup {
    let about = all.first().and_then(|first| first.scenario.as_ref()).map(|scenario| scenario.about.as_str());
    let about = about.filter(|about| !about.is_empty());
    let asked = |material: &Material| match &material.question {
        Some(question) => Some(question.clone()),
        None if material.summary.variant != BASELINE => Some(format!("What if: {}?", material.summary.variant)),
        None => None,
    };
    let mut questions: Vec<String> = all.iter().filter_map(asked).collect();
    questions.dedup();
    html! {
        @if about.is_some() || !questions.is_empty() {
            h3 { "Question" }
            @for question in questions.iter().take(VARIANTS) { p.question { (question) } }
            @if let Some(about) = about { p { (about) } }
        }
    }
}

/// What the variants do to the main outcome, a sentence each.
fn differs(material: &Material, comparison: Option<&Comparison>) -> Vec<String> {
    let Some(comparison) = comparison else { return Vec::new() };
    let compared = compared::place_of(comparison, material).and_then(|place| comparison.outcomes.get(place));
    let Some(compared) = compared else { return Vec::new() };
    let Some(column) = material.schema.outcomes.get(material.main) else { return Vec::new() };
    let sentence = |one: &crate::compare::Difference| {
        let (variant, title, verdict) = (&one.variant, &column.title, one.verdict.trim_end_matches('.'));
        format!("{} with {variant}, against {}: {verdict}.", capital(title), comparison.reference)
    };
    compared.variants.iter().take(VARIANTS).map(sentence).collect()
}

/// Three sentences at most: where the main outcome ends, which milestones are reached, what that goes with.
pub fn answer(material: &Material, hinges: &[Hinge]) -> Vec<String> {
    [ends(material), reaches(material), goes_with(material, hinges)].into_iter().flatten().collect()
}

fn ends(material: &Material) -> Option<String> {
    let (outcome, column) =
        (material.summary.outcomes.get(material.main)?, material.schema.outcomes.get(material.main)?);
    let [Some(low), Some(below), Some(middle), Some(above), Some(high)] = outcome.quantiles else { return None };
    let digits = decimals(outcome.mc_error, middle);
    let told = |value: f64| number(Some(value), digits);
    let unit = column.unit.as_deref().map(|unit| format!(" ({unit})")).unwrap_or_default();
    let first = material.bands.get(material.main).and_then(|bands| bands.first());
    let since = match first.and_then(|band| band.quantiles.get(2).copied()?) {
        Some(start) if told(start) == told(middle) => ", as at the start".to_owned(),
        Some(start) if start < middle => format!(", up from {}", told(start)),
        Some(start) => format!(", down from {}", told(start)),
        None => String::new(),
    };
    let on = material.summary.dates.1.as_deref().map_or("at the end".to_owned(), |day| format!("on {day}"));
    let (title, median) = (capital(&column.title), told(middle));
    if low == high {
        return Some(format!("{title}, {on}: {median}{unit} in all runs{since}."));
    }
    let [low, below, above, high] = [low, below, above, high].map(told);
    let half = match below == above {
        true => "half of all runs end there".to_owned(),
        false => format!("half of all runs end between {below} and {above}"),
    };
    Some(format!(
        "{title}, {on}: {median}{unit} in the median run{since}; {half}, nine in ten between {low} and {high}."
    ))
}

/// How many milestones are told of.
const TOLD: usize = 4;

fn reaches(material: &Material) -> Option<String> {
    let doubt = |share: f64| (share - 0.5).abs();
    let mut told: Vec<(usize, f64)> = material
        .summary
        .milestones
        .iter()
        .enumerate()
        .filter_map(|(place, milestone)| Some((place, milestone.share?.share)))
        .collect();
    // What is most in doubt is worth telling first.
    told.sort_by(|one, other| doubt(one.1).total_cmp(&doubt(other.1)).then(one.0.cmp(&other.0)));
    let clauses: Vec<String> = told
        .iter()
        .take(TOLD)
        .filter_map(|(place, share)| {
            let (milestone, column) =
                (material.summary.milestones.get(*place)?, material.schema.milestones.get(*place)?);
            let interval = milestone.share?;
            let half = milestone.days.get(1).cloned().flatten().filter(|_| *share > 0.5);
            let by = half.map(|day| format!(", half of all runs by {day}")).unwrap_or_default();
            Some(format!("“{}” is {} ({}{by})", column.title, as_predicate(*share), about(&interval)))
        })
        .collect();
    let (last, others) = clauses.split_last()?;
    Some(match others {
        [] => format!("By then {last}."),
        others => format!("By then {} and {last}.", others.join(", ")),
    })
}

/// The words of the scale as a predicate.
fn as_predicate(share: f64) -> String {
    match in_words(share) {
        "almost no chance" => "given almost no chance".to_owned(),
        "roughly even chance" => "given a roughly even chance".to_owned(),
        words => words.to_owned(),
    }
}

fn goes_with(material: &Material, hinges: &[Hinge]) -> Option<String> {
    let first = hinges.first()?;
    if !first.is_sure {
        return Some(
            "No single assumption decides it: none goes with it closely enough to be told from chance.".to_owned(),
        );
    }
    let asked = Question::of(material)?;
    let column = material.schema.uncertainties.get(first.uncertainty)?;
    let Some(split) = first.split else {
        let way = if first.correlation.rho > 0.0 { "higher" } else { "lower" };
        let rho = number(Some(first.correlation.rho), 2);
        return Some(format!(
            "It hangs most on {}: the higher it is, the {way} (rank correlation {rho}).",
            column.title
        ));
    };
    Some(format!(
        "It hangs most on {}: above {}, {} of the runs {}; below, {}.",
        column.title,
        value_of(split.value),
        about(&split.above),
        asked.text,
        about(&split.below),
    ))
}

/// A value at which something turns: three digits, for it is the edge of a choice.
fn value_of(value: f64) -> String {
    number(Some(value), decimals(Some(value.abs() / 50.0), value))
}

fn main_fan(all: &[Material], comparison: Option<&Comparison>) -> Option<super::Chart> {
    let material = all.first()?;
    if let Some(comparison) = comparison
        && let Some(main) = compared::place_of(comparison, material).and_then(|place| comparison.outcomes.get(place))
        && let Some(chart) = compared::over_each_other("main-fan", comparison, all, main, WIDE)
    {
        return Some(chart);
    }
    let title = &material.schema.outcomes.get(material.main)?.title;
    over_time("main-fan", title, material, material.main, WIDE, 60)
}

fn assumptions(material: &Material, hinges: &[Hinge]) -> Markup {
    let Some(asked) = Question::of(material) else { return html! {} };
    let row = |hinge: &Hinge| {
        let (column, split) = (material.schema.uncertainties.get(hinge.uncertainty)?, hinge.split?);
        let unit = column.unit.as_deref().map(|unit| format!(" {unit}")).unwrap_or_default();
        let turns = hinge.turns.map(|value| format!("{}{unit}", value_of(value)));
        Some((
            capital(&column.title),
            turns,
            format!("{}{unit}", value_of(split.value)),
            about(&split.below),
            about(&split.above),
        ))
    };
    let rows: Vec<_> = hinges.iter().filter(|hinge| hinge.is_sure).take(5).filter_map(row).collect();
    html! {
        h3 { "What would turn the answer" }
        @if rows.is_empty() {
            p { "No uncertainty goes with the outcome closely enough to be told from chance." }
        } @else {
            p {
                "How many of the runs " (asked.text) " below and above the value that tells most; and the value at which more likely \
                 than not turns into its opposite, if it does."
            }
            div.scroll tabindex="0" {
                table {
                    thead { tr { th scope="col" { "assumption" } th scope="col" { "split at" } th scope="col" { "below" } th scope="col" { "above" } th scope="col" { "turns at" } } }
                    tbody {
                        @for (name, turns, at, below, above) in &rows {
                            tr { th scope="row" { (name) } td { (at) } td { (below) } td { (above) } td { (turns.as_deref().unwrap_or("nowhere")) } }
                        }
                    }
                }
            }
        }
    }
}

fn watch(material: &Material) -> Markup {
    let Some((asked, found)) = signposts(material) else { return html! {} };
    let sentence = |signpost: &Signpost| {
        let column = material.schema.outcomes.get(signpost.outcome)?;
        let unit = column.unit.as_deref().map(|unit| format!(" {unit}")).unwrap_or_default();
        let split = &signpost.split;
        Some(html! {
            b { (capital(&column.title)) } " above " (value_of(split.value)) (unit) " by " (signpost.date) ": "
            b { (about(&split.above)) } " " (asked.text) ", against " b { (about(&split.below)) } " otherwise"
            @if let Some(correlation) = &signpost.correlation {
                span.note { " (rank correlation with the end " (number(Some(correlation.rho), 2)) ")" }
            }
            "."
        })
    };
    html! {
        h3 { "What to watch" }
        @if found.is_empty() {
            p { "Nothing that is measured a quarter of the way tells these futures apart." }
        } @else {
            @if asked.milestone.is_some() { p { "Of the runs in which that has not happened by then:" } }
            ul.signposts { @for text in found.iter().filter_map(sentence) { li { (text) } } }
        }
    }
}
