//! A comparison for people: plain text for a terminal of some width.

use super::verdict::{as_said, percent, where_it_flips};
use super::{Compared, Comparison, Difference, Finding, KnockOut, Parting, Until};
use crate::summary::numbers::{cut, decimals, grouped, number, plain};
use crate::summary::table::{Page, Row, counted};

/// How many knock-outs are listed by size; the rest is counted.
const LISTED: usize = 40;
/// How many intervals that stayed too wide are named.
const WIDE: usize = 6;
/// The bars of a line that shows a share over time.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The comparison as text of at most `width` columns where numbers allow, with a line end. With `colour` it holds ANSI escapes.
pub fn table(comparison: &Comparison, width: usize, colour: bool) -> String {
    let mut page = Page::new(width, colour);
    title(&mut page, comparison);
    if comparison.is_knock_out() {
        knocked_out(&mut page, comparison);
    } else {
        let aside = format!("at the end, minus {}", plain(&comparison.reference));
        section(&mut page, comparison, "Outcomes", &aside, &comparison.outcomes, false);
        let aside = format!("the share of runs that reach it, minus that of {}", plain(&comparison.reference));
        section(&mut page, comparison, "Milestones", &aside, &comparison.milestones, true);
        partings(&mut page, comparison);
    }
    if let Some(until) = &comparison.until {
        until_said(&mut page, until, comparison.runs);
    }
    notes(&mut page, comparison);
    page.text
}

fn title(page: &mut Page, comparison: &Comparison) {
    let name = plain(&comparison.scenario);
    let title = if comparison.title.is_empty() { name.clone() } else { plain(&comparison.title) };
    let aside = cut(&format!("{name}, against {}", plain(&comparison.reference)), page.width / 2);
    let title = page.paint.bold(&cut(&title, page.width - aside.chars().count() - 2));
    let line = format!("{title}  {}", page.paint.dim(&aside));
    page.line(&line);
    let (runs, seed) = (counted(comparison.runs, "run"), comparison.seed);
    let text = match comparison.paired {
        true => format!("{runs} of each from seed {seed}, paired: the same dice"),
        false => format!("{}: the differences hold the dice too", page.paint.warning("runs are not paired")),
    };
    page.line(&text);
}

fn section(page: &mut Page, comparison: &Comparison, what: &str, aside: &str, all: &[Compared], is_milestone: bool) {
    if all.is_empty() {
        return;
    }
    page.heading(what, aside);
    for (place, compared) in all.iter().enumerate() {
        if place > 0 {
            page.line("");
        }
        let unit = compared.unit.as_deref().map(|unit| format!(", {}", plain(unit))).unwrap_or_default();
        let reference = plain(&comparison.reference);
        let side = with_error(compared.reference.mean, compared.reference.error, is_milestone);
        let matters = compared.matters.map(|matters| format!("; {} matters", as_said(matters))).unwrap_or_default();
        let name = page.paint.accent(&format!("{}{unit}", plain(&compared.name)));
        page.line(&format!("  {name}  {reference} {side}{matters}"));
        differences(page, comparison, compared, is_milestone);
    }
}

fn differences(page: &mut Page, comparison: &Comparison, compared: &Compared, is_milestone: bool) {
    let header: Vec<&str> = match comparison.paired {
        true => vec!["", "mean", "difference", "interval", "spread", "higher", "lower", "gain", "p"],
        false => vec!["", "mean", "difference", "interval", "p"],
    };
    let rows = compared.variants.iter().map(|one| difference_row(one, is_milestone, comparison.paired)).collect();
    page.table(header.into_iter().map(str::to_owned).collect(), rows);
    for difference in &compared.variants {
        page.sentence(&format!("    {}: {}", plain(&difference.variant), difference.verdict), 6);
    }
}

fn difference_row(one: &Difference, is_milestone: bool, is_paired: bool) -> Row {
    let scale = if is_milestone { 100.0 } else { 1.0 };
    let percent_sign = if is_milestone { "%" } else { "" };
    let digits = digits(one, scale);
    let signed = |value: Option<f64>| {
        let text = number(value.map(|value| scale * value), digits);
        if value.is_some_and(|value| value > 0.0) && text.chars().any(|digit| ('1'..='9').contains(&digit)) {
            format!("+{text}")
        } else {
            text
        }
    };
    let interval = match (one.low, one.high) {
        (Some(_), Some(_)) => format!("{} to {}", signed(one.low), signed(one.high)),
        _ => "–".to_owned(),
    };
    let mean = number(
        one.side.mean.map(|mean| scale * mean),
        decimals(one.side.error.map(|error| scale * error), scale * one.side.mean.unwrap_or(0.0)),
    );
    let chance = match one.p {
        Some(p) if p < 0.001 => "<0.001".to_owned(),
        p => number(p, 3),
    };
    let mut cells = vec![format!("{mean}{percent_sign}"), signed(one.difference), interval];
    if is_paired {
        let share = |share: Option<f64>| share.map_or("–".to_owned(), |share| percent(share, one.pairs));
        cells.extend([
            number(one.spread.map(|spread| scale * spread), digits.saturating_sub(1)),
            share(one.higher_share),
            share(one.lower_share),
            gain(one.gain),
        ]);
    }
    cells.push(chance);
    Row { name: format!("  {}", plain(&one.variant)), unit: None, cells }
}

/// The digits that the error of a difference leaves meaningful: a sixth of the interval's width, roughly.
fn digits(one: &Difference, scale: f64) -> usize {
    let error = match one.spread {
        Some(spread) if one.pairs > 0 => Some(spread / (one.pairs as f64).sqrt()),
        _ => one.low.zip(one.high).map(|(low, high)| (high - low) / 6.0),
    };
    decimals(error.map(|error| scale * error), scale * one.difference.unwrap_or(0.0))
}

/// How many times as many runs independent dice would need, to two digits.
fn gain(gain: Option<f64>) -> String {
    let Some(gain) = gain else { return "–".to_owned() };
    if gain >= 9999.5 {
        return ">9,999".to_owned();
    }
    if gain >= 9.95 { grouped(gain.round() as u64) } else { number(Some(gain), 1) }
}

fn with_error(mean: Option<f64>, error: Option<f64>, is_milestone: bool) -> String {
    let scale = if is_milestone { 100.0 } else { 1.0 };
    let Some(mean) = mean.map(|mean| scale * mean) else { return "–".to_owned() };
    let error = error.map(|error| scale * error);
    let digits = decimals(error, mean);
    let sign = if is_milestone { "%" } else { "" };
    match error.filter(|error| *error > 0.0) {
        Some(error) => format!("{}{sign} ± {}{sign}", number(Some(mean), digits), number(Some(error), digits)),
        None => format!("{}{sign}", number(Some(mean), digits)),
    }
}

fn partings(page: &mut Page, comparison: &Comparison) {
    if comparison.parting.is_empty() {
        return;
    }
    let aside = format!("the share of runs that differ from those of {} in any outcome", plain(&comparison.reference));
    page.heading("Where they part", &aside);
    for parting in &comparison.parting {
        let text = format!("  {}: {}", plain(&parting.variant), parting_said(parting));
        page.sentence(&text, 4);
        let bars = bars(parting, page.width.saturating_sub(6).min(60));
        if !bars.is_empty() {
            let line = format!("    {}", page.paint.accent(&bars));
            page.line(&line);
        }
    }
}

/// `from 2024-01-05; parted: 3% of runs by 2024-01-12, 50% by 2024-02-02, 97% at the end`
fn parting_said(parting: &Parting) -> String {
    let from = parting.from.as_ref().map(|from| format!("from {from}; ")).unwrap_or_default();
    let Some((first, last)) = parting.first().zip(parting.ticks.last()) else {
        return format!("{from}no run differs");
    };
    let shown = |share: f64| crate::summary::numbers::percent(share);
    let mut text = format!("{from}parted: {} of runs by {}", shown(first.parted), first.date);
    if let Some(half) = parting.by(0.5).filter(|half| half.tick > first.tick && half.tick < last.tick) {
        text += &format!(", {} by {}", shown(half.parted), half.date);
    }
    if last.tick > first.tick {
        text += &format!(", {} at the end", shown(last.parted));
    }
    text
}

/// The share that has parted, over time, as bars.
fn bars(parting: &Parting, most: usize) -> String {
    let ticks = parting.ticks.len();
    let columns = ticks.min(most);
    let at = |column: usize| parting.ticks.get(if columns > 1 { column * (ticks - 1) / (columns - 1) } else { 0 });
    let bar = |share: f64| match share {
        share if share <= 0.0 => ' ',
        share => BARS.get(((share * 8.0).ceil() as usize).clamp(1, 8) - 1).copied().unwrap_or('█'),
    };
    (0..columns).filter_map(at).map(|tick| bar(tick.parted)).collect::<String>().trim_end().to_owned()
}

fn knocked_out(page: &mut Page, comparison: &Comparison) {
    let Some(main) = comparison.outcomes.first() else { return };
    let side = with_error(main.reference.mean, main.reference.error, false);
    let unit = main.unit.as_deref().map(|unit| format!(", {}", plain(unit))).unwrap_or_default();
    let matters = main.matters.map(|matters| format!("; {} matters", as_said(matters))).unwrap_or_default();
    let aside = format!("by the size of the effect; {} {side}{matters}", plain(&comparison.reference));
    page.heading(&format!("What switching it off does to {}{unit}", plain(&main.name)), &aside);
    let all: Vec<(&KnockOut, &Difference)> = comparison.knock_outs.iter().zip(&main.variants).collect();
    let (moved, never): (Vec<_>, Vec<_>) = all.into_iter().partition(|(knock_out, _)| knock_out.changed > 0.0);
    let rows = moved.iter().take(LISTED).enumerate().map(|(rank, (knock_out, difference))| {
        let digits = digits(difference, 1.0);
        let signed = |value: Option<f64>| {
            let text = number(value, digits);
            if value.is_some_and(|value| value > 0.0) { format!("+{text}") } else { text }
        };
        let relative = main.matters.filter(|matters| *matters > 0.0).zip(difference.difference);
        let cells = vec![
            signed(difference.difference),
            format!("{} to {}", signed(difference.low), signed(difference.high)),
            relative.map_or("–".to_owned(), |(matters, mean)| number(Some(mean.abs() / matters), 1)),
            percent(knock_out.changed, comparison.runs),
            short(difference),
        ];
        Row { name: format!("{:>3}  {}", rank + 1, plain(&knock_out.what())), unit: None, cells }
    });
    let header = ["without", "difference", "interval", "× matters", "changed", "verdict"];
    page.table(header.map(str::to_owned).to_vec(), rows.collect());
    if moved.len() > LISTED {
        page.line(&format!("  … and {} more (all of them with --format json)", grouped((moved.len() - LISTED) as u64)));
    }
    reversals(page, &moved);
    if !never.is_empty() {
        let names: Vec<String> = never.iter().map(|(knock_out, _)| plain(&knock_out.what())).collect();
        page.line("");
        page.sentence(&format!("  Never mattered, in no run and no outcome: {}.", names.join(", ")), 4);
    }
}

/// What a knock-out comes to, in a word.
fn short(difference: &Difference) -> String {
    match difference.finding {
        Finding::Matters => "matters",
        Finding::Negligible => "does not matter",
        Finding::Differs => "differs",
        Finding::Unsure => "may matter",
        Finding::Same => "changes others",
        Finding::Untold | Finding::Nothing => "cannot be told",
    }
    .to_owned()
}

fn reversals(page: &mut Page, moved: &[(&KnockOut, &Difference)]) {
    let reversed = moved.iter().filter(|(_, difference)| !difference.flips.is_empty());
    let named: Vec<String> = reversed
        .take(LISTED)
        .map(|(knock_out, difference)| {
            let parts: Vec<String> = difference.flips.iter().map(where_it_flips).collect();
            format!("{} where {}", plain(&knock_out.what()), parts.join(" or "))
        })
        .collect();
    if !named.is_empty() {
        page.sentence(&format!("  Reversed: {}.", named.join("; ")), 4);
    }
}

fn until_said(page: &mut Page, until: &Until, runs: u64) {
    page.line("");
    let (runs, taken, looks) = (grouped(runs), until.taken, until.looks);
    if until.wide.is_empty() {
        let text = format!(
            "{runs} runs: each outcome's interval is narrower than what matters in it, at the {} of at most {looks} looks.",
            ordinal(taken)
        );
        page.sentence(&text, 2);
        return;
    }
    let named: Vec<String> = (until.wide.iter().take(WIDE))
        .map(|wide| {
            let half = number(wide.half, decimals(wide.half.map(|half| half / 10.0), 0.0));
            format!(
                "{} of {} (± {half}, {} matters)",
                plain(&wide.outcome),
                plain(&wide.variant),
                as_said(wide.matters)
            )
        })
        .collect();
    let more = match until.wide.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let text = format!("After {runs} runs, the most allowed, still too wide: {}{more}.", named.join(", "));
    page.sentence(&text, 2);
}

fn ordinal(number: usize) -> String {
    let end = match (number % 10, number % 100) {
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    };
    format!("{number}{end}")
}

fn notes(page: &mut Page, comparison: &Comparison) {
    if comparison.notes.is_empty() {
        return;
    }
    page.heading("Notes", "");
    for note in &comparison.notes {
        page.sentence(&format!("  {}", plain(note)), 4);
    }
}
