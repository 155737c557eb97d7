//! Scores and calibrations for people: plain text for a terminal of some width.

use super::Reference;
use super::numbers::{cut, decimals, grouped, number, percent, plain};
use super::scoring_json::standing;
use super::table::{Page, Row, counted};
use crate::scores::{
    Calibration, Fit, Group, MILESTONE_RIVALS, MilestoneRow, Moved, OUTCOME_RIVALS, OutcomeRow, Rival, Score, Totals,
    Verdict, shown,
};

/// How many uncertainties that were not moved are named.
const UNMOVED: usize = 12;

/// Scores as text of at most `width` columns where numbers allow, with a line end.
pub fn score_table(reference: &Reference, score: &Score, totals: &Totals, width: usize, colour: bool) -> String {
    let mut page = Page::new(width, colour);
    title(&mut page, reference);
    if !score.outcomes.is_empty() {
        page.heading("Outcomes", "forecast: runs, observation error and discrepancy together; ± is a 90% interval");
        let header = ["", "date", "observed", "model sd", "50%", "25–75%", "5–95%", "inside", "CRPS", "± error", "PIT"];
        page.table(header.map(str::to_owned).to_vec(), score.outcomes.iter().map(outcome_row).collect());
        page.heading(
            "Rivals of outcomes",
            "CRPS of a forecast by what was known before, and the model's skill against it",
        );
        rivals(&mut page, &OUTCOME_RIVALS, score.outcomes.iter().map(|one| (&one.row, one.rivals.as_slice())));
    }
    if !score.milestones.is_empty() {
        page.heading("Milestones", "");
        let header = ["", "by", "reached", "share of runs", "95% interval", "Brier", "± error"];
        page.table(header.map(str::to_owned).to_vec(), score.milestones.iter().map(milestone_row).collect());
        page.heading("Rivals of milestones", "");
        rivals(&mut page, &MILESTONE_RIVALS, score.milestones.iter().map(|one| (&one.row, one.rivals.as_slice())));
    }
    page.heading("In all", "");
    group(&mut page, &totals.all, "all rows");
    for (part, what) in [(&totals.in_sample, "in-sample"), (&totals.predicted, "predicted")] {
        if let Some(part) = part {
            group(&mut page, part, what);
        }
    }
    page.text
}

fn title(page: &mut Page, reference: &Reference) {
    let name = plain(&reference.scenario);
    let title = if reference.title.is_empty() { name.clone() } else { plain(&reference.title) };
    let aside = cut(&format!("{name}, {}", plain(&reference.variant)), page.width / 2);
    let title = page.paint.bold(&cut(&title, page.width - aside.chars().count() - 2));
    let line = format!("{title}  {}", page.paint.dim(&aside));
    page.line(&line);
    let mut text = format!("{} runs from seed {}", grouped(reference.runs), reference.seed);
    if reference.failed > 0 {
        text += &format!("; {} had failed by then and are left out", grouped(reference.failed));
    }
    page.sentence(&text, 2);
    if let Some(weighted) = &reference.weights {
        let (runs, worth) = (grouped(weighted.runs), number(Some(weighted.effective), 0));
        let (path, fitted) = (plain(&weighted.path), plain(&weighted.fitted_to));
        let text = format!("weighted by {path}, fitted to {fitted}: {runs} runs count, worth {worth} equal ones");
        page.sentence(&text, 2);
    }
}

/// A value and how far it may be off.
fn with_tolerance(value: f64, tolerance: f64) -> String {
    let digits = decimals(Some(tolerance), value);
    match tolerance > 0.0 {
        true => format!("{} ± {}", number(Some(value), digits), number(Some(tolerance), digits)),
        false => number(Some(value), decimals(None, value)),
    }
}

fn heading_of(row: &crate::scores::Row) -> String {
    match standing(row) {
        Some(standing) => format!("{} ({standing})", plain(&row.target)),
        None => plain(&row.target),
    }
}

fn outcome_row(one: &OutcomeRow) -> Row {
    let [low, below, middle, above, high] = one.quantiles;
    let digits = decimals(low.zip(high).map(|(low, high)| (high - low) / 100.0), middle.unwrap_or(0.0));
    let between = |low, high| format!("{}–{}", number(low, digits), number(high, digits));
    let inside = match (one.inside_50, one.inside_90) {
        (Some(true), _) => "50%",
        (_, Some(true)) => "90%",
        (_, Some(false)) => "no",
        _ => "–",
    };
    let error = one.crps.map(|crps| crps.error);
    let fine = decimals(error, one.crps.map_or(0.0, |crps| crps.score));
    Row {
        name: heading_of(&one.row),
        unit: one.row.unit.as_deref().map(plain),
        cells: vec![
            shown(one.row.observed.day),
            with_tolerance(one.row.observed.value, one.row.observed.tolerance),
            number(Some(one.discrepancy), decimals(None, one.discrepancy).min(3)),
            number(middle, digits),
            between(below, above),
            between(low, high),
            inside.to_owned(),
            number(one.crps.map(|crps| crps.score), fine),
            number(error, fine),
            number(one.pit, 2),
        ],
    }
}

fn milestone_row(one: &MilestoneRow) -> Row {
    let dash = || "–".to_owned();
    let brier = one.brier;
    let digits = decimals(brier.map(|brier| brier.error), brier.map_or(0.0, |brier| brier.score)).min(4);
    Row {
        name: heading_of(&one.row),
        unit: None,
        cells: vec![
            shown(one.row.observed.day),
            if one.happened { "yes" } else { "no" }.to_owned(),
            one.share.map_or_else(dash, |share| percent(share.share)),
            one.share.map_or_else(dash, |share| format!("{} to {}", percent(share.low), percent(share.high))),
            number(brier.map(|brier| brier.score), digits),
            number(brier.map(|brier| brier.error), digits),
        ],
    }
}

/// A row a target with each rival's score and, in brackets, the skill against it; then why some have none.
fn rivals<'r>(
    page: &mut Page,
    list: &[Rival],
    rows: impl Iterator<Item = (&'r crate::scores::Row, &'r [(Rival, Verdict)])>,
) {
    let header = ["", "date"].map(str::to_owned).into_iter().chain(list.iter().map(|rival| rival.title().to_owned()));
    let mut missing: Vec<(&str, &str, u64)> = Vec::new();
    let mut lines = Vec::new();
    for (row, verdicts) in rows {
        let mut cells = vec![shown(row.observed.day)];
        for (rival, verdict) in verdicts {
            cells.push(match verdict {
                Verdict::Scored(score, skill) => {
                    let score = number(Some(*score), decimals(None, *score).min(3));
                    skill.map_or_else(|| score.clone(), |skill| format!("{score} ({})", number(Some(skill), 2)))
                }
                Verdict::Missing(why) => {
                    match missing.iter_mut().find(|(other, reason, _)| *other == rival.title() && reason == why) {
                        Some((_, _, rows)) => *rows += 1,
                        None => missing.push((rival.title(), why, 1)),
                    }
                    "–".to_owned()
                }
            });
        }
        lines.push(Row { name: plain(&row.target), unit: None, cells });
    }
    page.table(header.collect(), lines);
    for (rival, why, rows) in missing {
        page.sentence(&format!("  No {rival} in {}: {why}.", counted(rows, "row")), 4);
    }
}

fn group(page: &mut Page, group: &Group, what: &str) {
    if let Some(score) = group.outcomes.score {
        let error = group.outcomes.error.unwrap_or(0.0);
        let digits = decimals(Some(error), score);
        let (score, error) = (number(Some(score), digits), number(Some(error), digits));
        let rows = group.outcomes.rows;
        let mut text = format!("  {what}: mean CRPS {score} ± {error} over {}", counted(rows, "row"));
        for (share, inside) in ["50%", "90%"].iter().zip(&group.coverage) {
            if let Some((inside, interval)) = inside {
                let (low, high) = (percent(interval.low), percent(interval.high));
                text += &format!("; {inside} of {rows} inside {share} (a share of {low} to {high})");
            }
        }
        page.sentence(&(text + "."), 4);
        if group.by_outcome.len() > 1 {
            let each: Vec<String> = (group.by_outcome.iter())
                .map(|(name, means)| {
                    let digits = decimals(means.error, means.score.unwrap_or(0.0));
                    format!("{} {}", plain(name), number(means.score, digits))
                })
                .collect();
            page.sentence(&format!("    by outcome: {}", each.join(", ")), 6);
        }
    }
    if let Some(score) = group.milestones.score {
        let rows = group.milestones.rows;
        let (score, over) = (number(Some(score), 3), counted(rows, "milestone"));
        let text = format!("  {what}: mean Brier {score} over {over}");
        let reliability = group
            .reliability
            .as_ref()
            .map_or(String::new(), |parts| format!("; reliability {} (0 is best)", number(Some(parts.reliability), 3)));
        page.sentence(&format!("{text}{reliability}."), 4);
    }
    let skills: Vec<String> = (group.rivals.iter())
        .filter_map(|means| Some(format!("{} {}", means.rival.title(), number(Some(means.skill?), 2))))
        .collect();
    if !skills.is_empty() {
        page.sentence(&format!("  {what}: skill against {}.", skills.join(", ")), 4);
    }
}

/// A calibration as text of at most `width` columns where numbers allow, with a line end.
pub fn calibration_table(
    reference: &Reference,
    calibration: &Calibration,
    weights: &str,
    width: usize,
    colour: bool,
) -> String {
    let mut page = Page::new(width, colour);
    title(&mut page, reference);
    let kept = calibration.runs.len();
    let share = percent(kept as f64 / calibration.of.max(1) as f64);
    let (nearest, farthest) = (number(Some(calibration.nearest), 2), number(Some(calibration.farthest), 2));
    let text = format!(
        "accepted {} of {} ({share}), an effective sample of {}; the nearest run is {nearest} sd from what was observed, the \
         farthest accepted {farthest}",
        grouped(kept as u64),
        grouped(calibration.of as u64),
        grouped(kept as u64),
    );
    page.sentence(&text, 2);
    if calibration.covers_nothing() {
        page.line("");
        let text = "No run comes near: the prior does not cover what was observed. The weights say which runs are least \
                    wrong, and no more; widen the uncertainties, or state the model's discrepancy.";
        page.sentence(text, 2);
    } else if calibration.reaches_far() {
        page.line("");
        let text = "The farthest accepted runs do not fit. Play more runs, or accept a smaller share.";
        page.sentence(text, 2);
    }
    page.heading("Targets", "mean and sd of all runs and of the accepted ones");
    let header = ["", "date", "observed", "model sd", "all runs", "accepted"];
    page.table(header.map(str::to_owned).to_vec(), calibration.fits.iter().map(fit_row).collect());
    uncertainties(&mut page, calibration);
    page.line("");
    let path = plain(weights);
    page.sentence(&format!("weights  {path}"), 9);
    page.sentence(&format!("use      entente run or entente score with --weights {path}, the same runs and seed"), 9);
    page.text
}

fn uncertainties(page: &mut Page, calibration: &Calibration) {
    let mut all: Vec<&Moved> = calibration.uncertainties.iter().collect();
    all.sort_by(|one, other| other.distance.total_cmp(&one.distance));
    let (moved, unmoved): (Vec<&Moved>, Vec<&Moved>) = all.into_iter().partition(|one| one.is_moved);
    let critical = number(Some(calibration.critical), 3);
    if calibration.uncertainties.is_empty() {
        return;
    }
    let aside =
        format!("Kolmogorov-Smirnov distance above {critical}, which chance exceeds in 5% of cases in any of all");
    page.heading("Uncertainties that the targets moved", &aside);
    if moved.is_empty() {
        page.line("  none");
    } else {
        let header = ["", "distance", "chance", "mean moved by", "sd now", "all runs", "accepted"];
        page.table(header.map(str::to_owned).to_vec(), moved.iter().map(|one| moved_row(one)).collect());
    }
    if !unmoved.is_empty() {
        let mut names: Vec<String> = unmoved
            .iter()
            .take(UNMOVED)
            .map(|one| format!("{} {}", plain(&one.name), number(Some(one.distance), 3)))
            .collect();
        if unmoved.len() > UNMOVED {
            names.push(format!("and {} more", unmoved.len() - UNMOVED));
        }
        page.sentence(&format!("  Not moved: {}.", names.join(", ")), 4);
    }
}

fn fit_row(fit: &Fit) -> Row {
    let spread = |moments: &crate::stats::WeightedMoments| {
        let digits = decimals(moments.sd.map(|sd| sd / 10.0), moments.mean.unwrap_or(0.0));
        format!("{} ± {}", number(moments.mean, digits), number(moments.sd, digits))
    };
    let shares = |moments: &crate::stats::WeightedMoments| moments.mean.map_or("–".to_owned(), percent);
    let (observed, discrepancy, prior, accepted) = if fit.is_milestone {
        let reached = if fit.observed.value > 0.0 { "yes" } else { "no" };
        (reached.to_owned(), "–".to_owned(), shares(&fit.prior), shares(&fit.accepted))
    } else {
        let discrepancy = number(Some(fit.discrepancy), decimals(None, fit.discrepancy).min(3));
        let observed = with_tolerance(fit.observed.value, fit.observed.tolerance);
        (observed, discrepancy, spread(&fit.prior), spread(&fit.accepted))
    };
    let cells = vec![shown(fit.observed.day), observed, discrepancy, prior, accepted];
    Row { name: plain(&fit.target), unit: None, cells }
}

fn moved_row(moved: &Moved) -> Row {
    let spread = |moments: &crate::stats::WeightedMoments| {
        let digits = decimals(moments.sd.map(|sd| sd / 10.0), moments.mean.unwrap_or(0.0));
        format!("{} ± {}", number(moments.mean, digits), number(moments.sd, digits))
    };
    let shift = moved.shift.map_or("–".to_owned(), |shift| {
        let sign = if shift < 0.0 { "" } else { "+" };
        format!("{sign}{} sd", number(Some(shift), 2))
    });
    let ratio = moved.ratio.map_or("–".to_owned(), |ratio| format!("× {}", number(Some(ratio), 2)));
    let chance = if moved.chance <= 0.001 { "≤0.001".to_owned() } else { number(Some(moved.chance), 3) };
    let cells =
        vec![number(Some(moved.distance), 3), chance, shift, ratio, spread(&moved.prior), spread(&moved.accepted)];
    Row { name: plain(&moved.name), unit: None, cells }
}
