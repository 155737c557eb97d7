//! An outcome over time as a few lines of text.

use super::Fan;
use super::numbers::{cut, decimals, number, plain};
use super::table::Paint;

/// Lines of a chart, without its title and dates.
const ROWS: usize = 7;
/// Columns of a chart at most.
const COLUMNS: usize = 100;

const MEDIAN: char = '━';
const MIDDLE: char = '▒';
const WIDE: char = '░';

/// What the shades of a chart mean.
pub(super) const LEGEND: &str = "━ median  ▒ 25–75%  ░ 5–95%";

/// The chart of an outcome's band over its ticks, within a width; or one line if it never varies.
pub(super) fn chart(fan: &Fan, width: usize, paint: Paint) -> Vec<String> {
    let ends = |place: usize| fan.bands.iter().filter_map(move |band| band.quantiles.get(place).copied().flatten());
    let low = ends(0).fold(f64::INFINITY, f64::min);
    let high = ends(4).fold(f64::NEG_INFINITY, f64::max);
    let title = match &fan.unit {
        Some(unit) => format!("{}, {}", plain(&fan.name), plain(unit)),
        None => plain(&fan.name),
    };
    let title = cut(&title, width.saturating_sub(2));
    let step = (high - low) / ROWS as f64;
    if !step.is_finite() || step <= 0.0 {
        let value = Some(low).filter(|low| low.is_finite());
        let always = if value.is_some() { "always " } else { "" };
        return vec![format!("  {title}: {always}{}", number(value, decimals(None, low)))];
    }
    let digits = decimals(Some(step), high);
    let labels = [number(Some(high), digits), number(Some(low), digits)];
    let margin = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
    let columns = width.saturating_sub(margin + 4).clamp(8, COLUMNS).min(fan.bands.len().max(2) * 8);
    let mut lines = vec![format!("  {title}")];
    for row in 0..ROWS {
        let label = match row {
            0 => labels[0].as_str(),
            _ if row + 1 == ROWS => labels[1].as_str(),
            _ => "",
        };
        let floor = high - step * (row + 1) as f64;
        let cells = (0..columns).map(|column| cell(fan, tick_at(column, columns, fan.bands.len()), floor, step));
        lines.push(format!("  {label:>margin$} │{}", painted(cells, paint)).trim_end().to_owned());
    }
    lines.push(axis(fan, columns, margin));
    lines
}

/// The tick that stands in a column: the first in the first, the last in the last.
fn tick_at(column: usize, columns: usize, ticks: usize) -> usize {
    (column * ticks.saturating_sub(1) + (columns - 1) / 2) / (columns - 1).max(1)
}

/// What is drawn for a tick in the cell from `floor` up by `step`.
fn cell(fan: &Fan, tick: usize, floor: f64, step: f64) -> char {
    let Some(band) = fan.bands.get(tick) else { return ' ' };
    let [Some(q05), Some(q25), Some(q50), Some(q75), Some(q95)] = band.quantiles else { return ' ' };
    let centre = floor + step / 2.0;
    let holds = |low: f64, high: f64| low <= centre && centre <= high;
    // A median between two cells belongs to the upper one; the lowest of all to the last row, whatever rounding does.
    if (q50 - centre).abs() <= step / 2.0 * (1.0 + 1e-9) && q50 < floor + step * (1.0 + 1e-9) {
        return MEDIAN;
    }
    if holds(q25, q75) {
        MIDDLE
    } else if holds(q05, q95) {
        WIDE
    } else {
        ' '
    }
}

/// Cells in a row, colours changed only where they change.
fn painted(cells: impl Iterator<Item = char>, paint: Paint) -> String {
    let mut text = String::new();
    let mut same = String::new();
    let mut last = ' ';
    let mut flush = |same: &mut String, last: char| {
        text.push_str(&match last {
            MEDIAN => paint.bold(same),
            WIDE | MIDDLE => paint.accent(same),
            _ => same.clone(),
        });
        same.clear();
    };
    for cell in cells {
        if cell != last {
            flush(&mut same, last);
            last = cell;
        }
        same.push(cell);
    }
    flush(&mut same, last);
    text
}

/// The dates of the first, the middle and the last column, as far as they fit.
fn axis(fan: &Fan, columns: usize, margin: usize) -> String {
    let day = |column: usize| {
        let day = fan.days.get(tick_at(column, columns, fan.bands.len()));
        day.cloned().flatten().unwrap_or_default()
    };
    let (first, middle, last) = (day(0), day(columns / 2), day(columns - 1));
    let wide = columns + 1;
    let text = if wide >= first.len() + middle.len() + last.len() + 4 {
        let half = wide - first.len() - last.len();
        format!("{first}{middle:^half$}{last}")
    } else if wide > first.len() + last.len() {
        let rest = wide - first.len();
        format!("{first}{last:>rest$}")
    } else {
        first
    };
    format!("  {:margin$} {text}", "").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Band;

    fn fan(ticks: usize, spread: f64) -> Fan {
        let band = |tick: usize| {
            let middle = 1.0 + tick as f64;
            let apart = spread * tick as f64;
            let at = |times: f64| Some(middle + times * apart);
            Band { runs: 9, mean: Some(middle), quantiles: [at(-1.0), at(-0.5), at(0.0), at(0.5), at(1.0)] }
        };
        let days = (0..ticks).map(|tick| Some(format!("2024-01-{:02}", tick + 1))).collect();
        Fan { name: "x".into(), unit: Some("km".into()), bands: (0..ticks).map(band).collect(), days }
    }

    #[test]
    fn the_median_stands_once_in_every_column() {
        for (ticks, width) in [(2, 40), (7, 80), (30, 60), (200, 120)] {
            let lines = chart(&fan(ticks, 0.4), width, Paint::plain());
            let rows: Vec<Vec<char>> = lines[1..=ROWS].iter().map(|line| line.chars().collect()).collect();
            let longest = rows.iter().map(Vec::len).max().unwrap();
            let start = rows[0].iter().position(|&letter| letter == '│').unwrap() + 1;
            for column in start..longest {
                let medians = rows.iter().filter(|row| row.get(column) == Some(&MEDIAN)).count();
                assert!((1..=2).contains(&medians), "{medians} in column {column} of {ticks} ticks");
            }
            assert!(lines.iter().all(|line| line.chars().count() <= width), "{lines:#?}");
        }
    }

    #[test]
    fn an_outcome_that_never_varies_is_one_line() {
        let mut flat = fan(4, 0.0);
        flat.bands.iter_mut().for_each(|band| band.quantiles = [Some(0.7); 5]);
        assert_eq!(chart(&flat, 80, Paint::plain()), ["  x, km: always 0.7000"]);
        flat.bands.iter_mut().for_each(|band| *band = Band::default());
        assert_eq!(chart(&flat, 80, Paint::plain()), ["  x, km: –"]);
    }
}
