//! The summary for people: plain text for a terminal of some width.

use std::fmt::Write;

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};

use super::fan::{LEGEND, chart};
use super::numbers::{cut, decimals, grouped, number, percent, plain, wrapped};
use super::{Milestone, Outcome, Summary};
use crate::results::BASELINE;

/// How many of the things that never happened are listed.
const UNUSED: usize = 8;
/// Narrower terminals get lines of this many columns all the same.
const NARROWEST: usize = 72;
/// The normal distribution's 97.5% point, rounded: what makes a standard error a 95% interval.
const TWO_SIDED: f64 = 1.96;

/// Colours, or none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    colour: bool,
}

impl Paint {
    #[cfg(test)]
    pub fn plain() -> Self {
        Self { colour: false }
    }

    pub fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    pub fn accent(self, text: &str) -> String {
        self.wrap("36", text)
    }

    pub fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }

    pub fn warning(self, text: &str) -> String {
        self.wrap("33", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.colour && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// A page that grows line by line.
pub(crate) struct Page {
    pub text: String,
    pub width: usize,
    pub paint: Paint,
}

/// The summary as text of at most `width` columns (tables of very large numbers may need more), with a line end.
///
/// With `colour` it holds ANSI escapes, without it none; whatever control characters names hold are spelled out.
pub fn table(summary: &Summary, width: usize, colour: bool) -> String {
    let mut page = Page::new(width, colour);
    page.title(summary);
    page.outcomes(summary);
    page.fans(summary);
    page.milestones(summary);
    page.stops(summary);
    page.failures(summary);
    page.unused(summary);
    page.caveats(summary);
    page.whereabouts(summary);
    page.text
}

impl Page {
    /// An empty one.
    pub fn new(width: usize, colour: bool) -> Self {
        Self { text: String::new(), width: width.max(NARROWEST), paint: Paint { colour } }
    }

    pub fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    pub fn heading(&mut self, text: &str, aside: &str) {
        let heading = self.paint.bold(text);
        let aside = if aside.is_empty() { String::new() } else { format!("  {}", self.paint.dim(aside)) };
        self.line("");
        self.line(&format!("{heading}{aside}"));
    }

    /// A sentence that may take several lines, later ones set in.
    pub fn sentence(&mut self, text: &str, indent: usize) {
        for line in wrapped(text, self.width, indent) {
            self.line(&line);
        }
    }

    fn title(&mut self, summary: &Summary) {
        let name = plain(&summary.scenario);
        let title = if summary.title.is_empty() { name.clone() } else { plain(&summary.title) };
        let variant = plain(&summary.variant);
        let aside = cut(&format!("{name}, {variant}"), self.width / 2);
        let title = self.paint.bold(&cut(&title, self.width - aside.chars().count() - 2));
        self.line(&format!("{title}  {}", self.paint.dim(&aside)));
        let mut text =
            format!("{} from seed {}, {}", runs(summary.runs), summary.seed, counted(summary.ticks.into(), "tick"));
        if let (Some(first), Some(last)) = &summary.dates {
            let _ = write!(text, " from {first} to {last}");
        }
        self.line(&text);
        if let Some(weighted) = &summary.weighted {
            let (runs, worth) = (grouped(weighted.runs), number(Some(weighted.effective), 0));
            let (path, fitted) = (plain(&weighted.path), plain(&weighted.fitted_to));
            let text = format!("weighted by {path}, fitted to {fitted}: {runs} runs count, worth {worth} equal ones");
            self.sentence(&text, 2);
        }
    }

    fn outcomes(&mut self, summary: &Summary) {
        if summary.outcomes.is_empty() {
            return;
        }
        self.heading("Outcomes at the end", "");
        let header = ["", "mean", "sd", "5%", "25%", "50%", "75%", "95%", "± error"].map(str::to_owned).to_vec();
        self.table(header, summary.outcomes.iter().map(outcome_row).collect());
        let blurred = |outcome: &&Outcome| {
            outcome.matters.zip(outcome.mc_error).is_some_and(|(matters, error)| TWO_SIDED * error > matters)
        };
        let names: Vec<String> = summary.outcomes.iter().filter(blurred).map(|outcome| plain(&outcome.name)).collect();
        if !names.is_empty() {
            let text = format!("  Too few runs to see the smallest difference that matters in: {}.", names.join(", "));
            self.sentence(&text, 4);
        }
    }

    fn fans(&mut self, summary: &Summary) {
        if summary.fans.is_empty() {
            return;
        }
        self.heading("Over time", LEGEND);
        for fan in &summary.fans {
            for line in chart(fan, self.width, self.paint) {
                self.line(&line);
            }
        }
    }

    fn milestones(&mut self, summary: &Summary) {
        if summary.milestones.is_empty() {
            return;
        }
        self.heading("Milestones", "the date by which 5, 50 and 95% of all runs got there");
        let header = ["", "share", "95% interval", "5%", "50%", "95%"].map(str::to_owned).to_vec();
        self.table(header, summary.milestones.iter().map(milestone_row).collect());
    }

    fn stops(&mut self, summary: &Summary) {
        let early: Vec<String> = summary
            .stops
            .iter()
            .filter(|(_, share)| *share > 0.0)
            .map(|(name, share)| format!("{} in {} of runs", plain(name), percent(*share)))
            .collect();
        if !early.is_empty() {
            self.line("");
            self.sentence(&format!("Closed early: {}.", early.join(", ")), 2);
        }
    }

    fn failures(&mut self, summary: &Summary) {
        if summary.failed == 0 {
            return;
        }
        let text = format!("{} of {} failed", grouped(summary.failed), runs(summary.runs));
        self.line("");
        self.line(&format!("{}, and are left out of all of the above:", self.paint.warning(&text)));
        for kind in &summary.failures {
            let place = plain(&kind.place);
            let text = format!("  {} × {place} (run {}, tick {}, for one)", grouped(kind.runs), kind.run, kind.tick);
            self.sentence(&text, 4);
        }
        if summary.more_failures > 0 {
            self.line(&format!("  … and in {}", counted(summary.more_failures as u64, "further place")));
        }
    }

    fn unused(&mut self, summary: &Summary) {
        if summary.unused.is_empty() {
            return;
        }
        self.heading("Never happened", "");
        for what in summary.unused.iter().take(UNUSED) {
            self.sentence(&format!("  {}", plain(what)), 4);
        }
        if let Some(more) = summary.unused.len().checked_sub(UNUSED).filter(|&more| more > 0) {
            self.line(&format!("  … and {more} more (all of them with --format json)"));
        }
    }

    /// The line of what the numbers stand on, and the three kinds of error, each once.
    fn caveats(&mut self, summary: &Summary) {
        let basis = &summary.basis;
        self.heading("How far to trust this", "");
        let kinds = [
            (basis.data, "data"),
            (basis.literature, "literature"),
            (basis.judgement, "judgement"),
            (basis.placeholder, "placeholder"),
        ];
        let counts: Vec<String> = kinds.iter().map(|(count, kind)| format!("{count} {kind}")).collect();
        let lines = [
            ("Numbers", counts.join(", ").as_str()),
            ("Monte Carlo error", "the mean's (± error above); four times the runs halve it"),
            ("Spread", "dice, stated uncertainties (sd, 5–95%); more runs keep it"),
            ("Model error", "what the scenario leaves out or gets wrong; not shown here"),
        ]
        .map(|(what, text)| format!("  {what:<17}  {text}"));
        for line in lines {
            self.sentence(&line, 21);
        }
    }

    fn whereabouts(&mut self, summary: &Summary) {
        self.line("");
        self.line(&format!("seed    {}", summary.seed));
        self.line(&format!("digest  {}", plain(&summary.digest)));
        self.line(&format!("files   {}", plain(&summary.path)));
        let run = summary.failures.first().map_or(0, |kind| kind.run);
        let command = match &summary.replay {
            Some(command) => plain(command),
            None if summary.variant == BASELINE => format!("entente run SCENARIO --seed {}", summary.seed),
            None => format!("entente run SCENARIO --variant {} --seed {}", plain(&summary.variant), summary.seed),
        };
        self.line(&format!("replay  {command} --run {run}"));
    }

    /// A table whose first column gets what room the others leave; a unit that does not fit goes below the name.
    pub fn table(&mut self, header: Vec<String>, rows: Vec<Row>) {
        let widths = |column: usize| {
            let cells = rows.iter().filter_map(move |row| row.cells.get(column));
            let widest = cells.chain(header.get(column + 1)).map(|cell| cell.chars().count()).max();
            widest.unwrap_or(0) + 2
        };
        let numbers: usize = (0..header.len() - 1).map(widths).sum();
        let room = self.width.saturating_sub(numbers + 2).max(12);
        let mut table = Table::new();
        table.load_style(NOTHING).set_header(header);
        for row in &rows {
            table.add_row([row.heading(room)].iter().chain(&row.cells));
        }
        for (place, column) in table.column_iter_mut().enumerate() {
            column.set_padding((2, 0));
            column.set_cell_alignment(if place == 0 { CellAlignment::Left } else { CellAlignment::Right });
        }
        for (place, line) in table.lines().enumerate() {
            let line = line.trim_end();
            let text = if place == 0 { self.paint.dim(line) } else { line.to_owned() };
            self.line(&text);
        }
    }
}

/// A row of a table: a name, a unit, and cells that stand to the right.
pub(crate) struct Row {
    pub name: String,
    pub unit: Option<String>,
    pub cells: Vec<String>,
}

impl Row {
    fn heading(&self, room: usize) -> String {
        let Some(unit) = &self.unit else { return cut(&self.name, room) };
        let together = format!("{}, {unit}", self.name);
        if together.chars().count() <= room {
            return together;
        }
        format!("{}\n  {}", cut(&self.name, room), cut(unit, room - 2))
    }
}

fn outcome_row(outcome: &Outcome) -> Row {
    let digits = decimals(outcome.mc_error, outcome.mean.unwrap_or(0.0));
    let values = [outcome.mean, outcome.sd].into_iter().chain(outcome.quantiles).chain([outcome.mc_error]);
    Row {
        name: plain(&outcome.name),
        unit: outcome.unit.as_deref().map(plain),
        cells: values.map(|value| number(value, digits)).collect(),
    }
}

fn milestone_row(milestone: &Milestone) -> Row {
    let share = milestone.share.map_or("–".to_owned(), |interval| percent(interval.share));
    let interval = milestone
        .share
        .map_or("–".to_owned(), |interval| format!("{} to {}", percent(interval.low), percent(interval.high)));
    let days = milestone.days.iter().map(|day| day.clone().unwrap_or_else(|| "never".to_owned()));
    Row { name: plain(&milestone.name), unit: None, cells: [share, interval].into_iter().chain(days).collect() }
}

fn runs(count: u64) -> String {
    counted(count, "run")
}

/// A count and its noun, in the plural unless it is one.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count), if count == 1 { "" } else { "s" })
}
