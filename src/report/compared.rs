//! Variants held against a reference: verdicts, paired differences, fans over each other, where they part, knock-outs.

use super::charts::{
    Bar, Chart, Effect, FanOf, ForestOf, HALF, Line, LinesOf, Overlay, Row, Table, WIDE, Words, bars, forest, id_of,
    lines, overlay,
};
use super::material::{Material, words};
use super::{Drawing, Section};
use crate::compare::{Compared, Comparison, Difference, Finding, KnockOutKind};
use crate::summary::numbers::{decimals, grouped, number, percent};
use crate::wording::capital;
use maud::{Markup, html};

/// The most rows of a forest plot; the table has all.
const ROWS: usize = 90;
/// The most rows of a table.
const LINES: usize = 1000;
/// The most outcomes whose fans are laid over each other.
const FANS: usize = 6;
/// The most knock-outs that are drawn.
const KNOCK_OUTS: usize = 30;

/// The section of a comparison; `all` are the results that it was made from, if they are there.
pub fn section(comparison: &Comparison, all: &[Material], drawing: &mut Drawing) -> Section {
    let (title, body) = match comparison.is_knock_out() {
        true => ("What would be missing", knock_outs(comparison, drawing)),
        false => ("Comparison", held(comparison, all, drawing)),
    };
    Section { id: "comparison", title, body }
}

fn held(comparison: &Comparison, all: &[Material], drawing: &mut Drawing) -> Markup {
    let main = all.first().and_then(|first| place_of(comparison, first)).unwrap_or(0);
    html! {
        (verdicts(comparison, main))
        (drawing.show(outcomes(comparison)))
        div.pair { @for chart in fans(comparison, all, main) { (drawing.show(Some(chart))) } }
        div.pair {
            (drawing.show(milestones(comparison)))
            (drawing.show(parting(comparison, all)))
        }
        (reversals(comparison))
        h3 { "Every difference" }
        details.data { summary { "Table" } (table(comparison).html()) }
        @if !comparison.notes.is_empty() { ul.note { @for note in &comparison.notes { li { (note) } } } }
    }
}

/// The main outcome's place among those that are compared.
pub(super) fn place_of(comparison: &Comparison, first: &Material) -> Option<usize> {
    let name = &first.schema.outcomes.get(first.main)?.name;
    comparison.outcomes.iter().position(|compared| compared.name == *name)
}

/// What can be said of the main outcome, and of what differs most beside it.
fn verdicts(comparison: &Comparison, main: usize) -> Markup {
    let first = comparison.outcomes.get(main).into_iter();
    let others = comparison.outcomes.iter().enumerate().filter(|(place, _)| *place != main).map(|(_, one)| one);
    let clear = others
        .chain(&comparison.milestones)
        .filter(|one| one.variants.iter().any(|difference| difference.finding == Finding::Matters));
    let shown: Vec<&Compared> = first.chain(clear.take(4)).collect();
    let against = grouped(comparison.runs);
    html! {
        p {
            @if comparison.paired {
                (against) " runs of each, paired: the same dice and uncertainties against " b { (comparison.reference) } "."
            } @else {
                "Runs are not paired, so that the dice stand between " b { (comparison.reference) } " and the others."
            }
        }
        dl.verdicts {
            @for compared in shown {
                dt { (capital(&title_of(compared))) }
                @for one in &compared.variants {
                    dd { @if comparison.variants.len() > 1 { b { (one.variant) ": " } } (one.verdict) }
                }
            }
        }
    }
}

/// What it is called; a name that nobody gave a title to as words.
fn title_of(compared: &Compared) -> String {
    words(&compared.name, &compared.title).unwrap_or_else(|| compared.title.clone())
}

/// How large a step of the axis is: what matters, or the reference's standard deviation; and a word for it.
fn unit_of(compared: &Compared, runs: u64) -> Option<f64> {
    let spread = compared.reference.error.map(|error| error * (runs as f64).sqrt());
    compared.matters.or(spread).filter(|step| *step > 0.0 && step.is_finite())
}

fn signed(value: f64, digits: usize) -> String {
    let text = number(Some(value), digits);
    let is_plus = value > 0.0 && text.chars().any(|digit| ('1'..='9').contains(&digit));
    if is_plus { format!("+{text}") } else { text }
}

/// Digits that half the width of an interval leaves.
fn digits_of(one: &Difference, scale: f64) -> usize {
    let width = one.low.zip(one.high).map(|(low, high)| scale * (high - low) / 4.0);
    decimals(width, scale * one.difference.unwrap_or(0.0))
}

fn effect(comparison: &Comparison, compared: &Compared, one: &Difference, step: f64, scale: f64) -> Option<Effect> {
    let (value, low, high) = (one.difference?, one.low?, one.high?);
    let (digits, sign) = (digits_of(one, scale), if scale == 1.0 { "" } else { " points" });
    let told = |value: f64| signed(scale * value, digits);
    let interval = format!("{} to {}", told(low), told(high));
    let unit = compared.unit.as_deref().unwrap_or_default();
    Some(Effect {
        name: title_of(compared),
        variant: comparison.variants.iter().position(|name| *name == one.variant).unwrap_or(0) + 1,
        value: (value / step, low / step, high / step),
        told: format!("{}{sign} ({interval})", told(value)),
        cells: vec![title_of(compared), one.variant.clone(), told(value), interval, unit.to_owned()],
    })
}

fn outcomes(comparison: &Comparison) -> Option<Chart> {
    let all: Vec<Effect> = comparison
        .outcomes
        .iter()
        .flat_map(|compared| compared.variants.iter().map(move |one| (compared, one)))
        .filter_map(|(compared, one)| effect(comparison, compared, one, unit_of(compared, comparison.runs)?, 1.0))
        .take(ROWS)
        .collect();
    let title = match comparison.variants.as_slice() {
        [variant] => format!("Differences at the end: {variant} against {}", comparison.reference),
        _ => format!("Differences at the end from {}", comparison.reference),
    };
    let note = "Mean differences with simultaneous 95% intervals. Grey: smaller than what matters (or, where nobody said what \
                matters, than one standard deviation of the reference).";
    let of = ForestOf {
        title: &title,
        note,
        unit: "times the smallest difference that matters",
        variants: &comparison.variants,
        head: &["outcome", "variant", "difference", "95% interval", "unit"],
        width: 700.0,
    };
    forest("differences", &of, &all)
}

fn milestones(comparison: &Comparison) -> Option<Chart> {
    let each =
        comparison.milestones.iter().flat_map(|compared| compared.variants.iter().map(move |one| (compared, one)));
    let all: Vec<Effect> =
        each.filter_map(|(compared, one)| effect(comparison, compared, one, 0.01, 100.0)).take(ROWS).collect();
    let of = ForestOf {
        title: &format!("Milestones: differences from {}", comparison.reference),
        note: "Differences of the shares of runs that get there, with simultaneous 95% intervals. Grey: less than a point.",
        unit: "percentage points",
        variants: &comparison.variants,
        head: &["milestone", "variant", "points", "95% interval", ""],
        width: 560.0,
    };
    forest("milestone-differences", &of, &all)
}

/// The outcomes that are most worth a look, after the main one, which the briefing shows: those that differ most.
fn fans(comparison: &Comparison, all: &[Material], main: usize) -> Vec<Chart> {
    if all.len() < 2 {
        return Vec::new();
    }
    let size_of = |compared: &Compared| {
        let step = unit_of(compared, comparison.runs).unwrap_or(f64::INFINITY);
        let sizes = compared.variants.iter().filter_map(|one| one.difference.map(|value| (value / step).abs()));
        sizes.fold(0.0, f64::max)
    };
    let mut order: Vec<usize> = (0..comparison.outcomes.len()).filter(|place| *place != main).collect();
    let size = |place: &usize| comparison.outcomes.get(*place).map_or(0.0, size_of);
    order.sort_by(|one, other| size(other).total_cmp(&size(one)).then(one.cmp(other)));
    let charts = order.into_iter().take(FANS).filter_map(|place| {
        let compared = comparison.outcomes.get(place)?;
        over_each_other(&id_of("against", place, &compared.name), comparison, all, compared, HALF)
    });
    charts.collect()
}

/// One outcome of all results over each other; `None` unless at least two are known over time.
pub(super) fn over_each_other(
    id: &str,
    comparison: &Comparison,
    all: &[Material],
    compared: &Compared,
    size: (f64, f64),
) -> Option<Chart> {
    let reference = all.first()?;
    let of = |material: &Material| {
        let place = material.schema.outcomes.iter().position(|column| column.name == compared.name)?;
        Some((place, material.schema.dates == reference.schema.dates)).filter(|(_, same)| *same).map(|(place, _)| place)
    };
    let names = std::iter::once(&comparison.reference).chain(&comparison.variants);
    let layers: Vec<Overlay> = all
        .iter()
        .zip(names)
        .filter_map(|(material, name)| {
            let bands = material.bands.get(of(material)?).filter(|bands| !bands.is_empty())?;
            Some(Overlay { name, bands })
        })
        .collect();
    let bands = layers.first().filter(|_| layers.len() > 1)?.bands;
    let marked: Vec<(i64, &str)> = all.iter().flat_map(Material::marked).fold(Vec::new(), |mut marked, one| {
        if !marked.contains(&one) {
            marked.push(one);
        }
        marked
    });
    let (title, seen) = (title_of(compared), reference.seen(of(reference)?));
    let of = FanOf {
        title: &title,
        unit: compared.unit.as_deref(),
        bands,
        days: &reference.schema.dates,
        seen: &seen,
        marked: &marked,
        size,
        rows: 30,
    };
    overlay(id, &of, &layers)
}

/// The share of runs that have parted from the reference, over time.
fn parting(comparison: &Comparison, all: &[Material]) -> Option<Chart> {
    let days = &all.first()?.schema.dates;
    let line = |parting: &crate::compare::Parting| Line {
        name: parting.variant.clone(),
        values: parting.ticks.iter().map(|tick| Some(100.0 * tick.parted)).collect(),
        last: parting.ticks.last().map(|tick| percent(tick.parted)).unwrap_or_default(),
    };
    let all: Vec<Line> = comparison.parting.iter().take(8).map(line).collect();
    let of = LinesOf {
        title: "Where they part",
        note: "The share of runs in which some outcome has differed by then, to the bit.",
        unit: "% of runs",
        days,
        ends: Some((0.0, 100.0)),
        marked: &[],
        size: WIDE,
        rows: 30,
    };
    lines("parting", &of, &all, |share| share.map_or_else(String::new, |share| percent(share / 100.0)))
}

/// Where a difference goes the other way.
fn reversals(comparison: &Comparison) -> Markup {
    let each = comparison.outcomes.iter().chain(&comparison.milestones);
    let rows: Vec<Row> = each
        .flat_map(|compared| compared.variants.iter().map(move |one| (compared, one)))
        .flat_map(|(compared, one)| one.flips.iter().map(move |flip| (compared, one, flip)))
        .take(40)
        .map(|(compared, one, flip)| {
            let side = if flip.above { "above" } else { "below" };
            let value =
                number(Some(flip.value), decimals(Some(flip.resolution).filter(|width| *width > 0.0), flip.value));
            let digits = decimals(Some(flip.error), flip.difference);
            Row::of(vec![
                title_of(compared),
                one.variant.clone(),
                format!("{} {side} {value}", flip.uncertainty),
                signed(flip.difference, digits),
                percent(flip.share),
            ])
        })
        .collect();
    let head = ["of", "variant", "where", "difference there", "share of the runs"].map(str::to_owned).to_vec();
    html! {
        @if !rows.is_empty() {
            h3 { "What would turn a difference round" }
            (Table { head, rows, note: String::new(), words: Words::In(&[1, 2]) }.html())
        }
    }
}

fn table(comparison: &Comparison) -> Table {
    let head = [
        "",
        "variant",
        "reference",
        "variant's",
        "difference",
        "95% interval",
        "spread",
        "higher in",
        "gain",
        "verdict",
    ];
    let outcomes = comparison.outcomes.iter().map(|one| (one, 1.0));
    let milestones = comparison.milestones.iter().map(|one| (one, 100.0));
    let each = outcomes
        .chain(milestones)
        .flat_map(|(compared, scale)| compared.variants.iter().map(move |one| (compared, one, scale)));
    let mut rows: Vec<Row> = each.map(|(compared, one, scale)| difference_row(compared, one, scale)).collect();
    let more = rows.len().saturating_sub(LINES);
    rows.truncate(LINES);
    let note = if more > 0 { format!("{more} more rows are left out.") } else { String::new() };
    Table { head: head.map(str::to_owned).to_vec(), rows, note, words: Words::In(&[1, 9]) }
}

fn difference_row(compared: &Compared, one: &Difference, scale: f64) -> Row {
    let digits = digits_of(one, scale);
    let mean = |side: &crate::compare::Side| number(side.mean.map(|mean| scale * mean), digits);
    let told = |value: Option<f64>| value.map_or("–".to_owned(), |value| signed(scale * value, digits));
    let share = |share: Option<f64>| share.map_or("–".to_owned(), percent);
    let unit = compared.unit.as_deref().unwrap_or(if scale == 1.0 { "" } else { "% of runs" });
    let name = if unit.is_empty() { capital(&title_of(compared)) } else { format!("{}, {unit}", compared.title) };
    Row::of(vec![
        name,
        one.variant.clone(),
        mean(&compared.reference),
        mean(&one.side),
        told(one.difference),
        format!("{} to {}", told(one.low), told(one.high)),
        number(one.spread.map(|spread| scale * spread), digits.saturating_sub(1)),
        share(one.higher_share),
        one.gain.map_or("–".to_owned(), |gain| format!("× {}", number(Some(gain), usize::from(gain < 10.0)))),
        one.verdict.clone(),
    ])
}

/// Everything that was switched off, by what it changes.
fn knock_outs(comparison: &Comparison, drawing: &mut Drawing) -> Markup {
    let Some(main) = comparison.outcomes.first() else { return html! {} };
    let each = || comparison.knock_outs.iter().zip(&main.variants);
    let kind = |kind: KnockOutKind| match kind {
        KnockOutKind::Policy => "policy",
        KnockOutKind::Message => "message",
        KnockOutKind::Event => "event",
    };
    let bar = |(out, one): (&crate::compare::KnockOut, &Difference)| {
        Some(Bar {
            name: format!("{} {}", kind(out.kind), out.name),
            value: one.difference?,
            interval: one.low.zip(one.high),
            is_sure: one.low.zip(one.high).is_some_and(|(low, high)| low > 0.0 || high < 0.0),
            more: Vec::new(),
        })
    };
    let all: Vec<Bar> = each().filter(|(out, _)| out.changed > 0.0).filter_map(bar).take(KNOCK_OUTS).collect();
    let unit = main.unit.clone().unwrap_or_else(|| "difference".to_owned());
    let title = format!("{}: what each part does to it", title_of(main));
    let note = "The mean difference without it, with simultaneous 95% intervals; pale: not told from nothing.";
    let rows = each().enumerate().take(LINES).map(|(rank, (out, one))| {
        let digits = digits_of(one, 1.0);
        let told = |value: Option<f64>| value.map_or("–".to_owned(), |value| signed(value, digits));
        let verdict =
            if out.changed == 0.0 { "never mattered: no run differs".to_owned() } else { one.verdict.clone() };
        let (name, interval) = (out.name.clone(), format!("{} to {}", told(one.low), told(one.high)));
        let rank = (rank + 1).to_string();
        Row::of(vec![
            rank,
            kind(out.kind).to_owned(),
            name,
            told(one.difference),
            interval,
            percent(out.changed),
            verdict,
        ])
    });
    let head = ["rank", "kind", "without", "difference", "95% interval", "runs changed", "verdict"];
    let (head, rows) = (head.map(str::to_owned).to_vec(), rows.collect());
    let table = Table { head, rows, note: String::new(), words: Words::In(&[1, 2, 6]) };
    html! {
        p {
            "Every policy, message and event switched off in turn, under the same dice, and ranked by what that does to "
            b { (title_of(main)) } " against " b { (comparison.reference) } " (" (grouped(comparison.runs)) " runs)."
        }
        (drawing.show(bars("knock-outs", (&title, note, &unit), &all, 760.0, &[])))
        (table.html())
        @if !comparison.notes.is_empty() { ul.note { @for note in &comparison.notes { li { (note) } } } }
    }
}
