//! How large a scenario may be. Every part of it is bounded by itself, and what its parts multiply to is counted while it
//! is spelled out, before it is kept.

use super::Checker;
use super::problems::{Checked, Reported};
use crate::diagnostics::{Diagnostic, Span};
use crate::scenario::model::Scenario;
use crate::scenario::size::Size;
use crate::scenario::tree::Node;

/// The most actors.
pub(super) const MOST_ACTORS: usize = 1_000;
/// The most rules, counted once for each member of a `for`.
pub(super) const MOST_RULES: usize = 100_000;
/// The most local names of a rule.
pub(super) const MOST_LETS: usize = 1_000;
/// The most kinds of messages.
pub(super) const MOST_KINDS: usize = 1_000;
/// The most extra fields of a kind of message.
pub(super) const MOST_FIELDS: usize = 100;
/// The most stances of an actor.
pub(super) const MOST_STANCES: usize = 1_000;
/// The most states of areas.
pub(super) const MOST_AREA_STATES: usize = 200;
/// The most tables.
pub(super) const MOST_TABLES: usize = 100;
/// The most ticks.
pub(super) const MOST_TICKS: f64 = 100_000.0;
/// The most parts that everything may have once groups are spelled out. A part is what takes some hundred bytes, or some
/// hundred nanoseconds to look at.
pub(super) const MOST_PARTS: usize = 2_000_000;

/// The most outcomes, payoffs included.
pub(super) const MOST_OUTCOMES: usize = 2_000;
/// The most milestones.
pub(super) const MOST_MILESTONES: usize = 1_000;
/// The most stops.
pub(super) const MOST_STOPS: usize = 1_000;
/// The most uncertainties.
pub(super) const MOST_UNCERTAINTIES: usize = 1_000;
/// The most observations that targets may hold: one value a run is kept for each.
pub(super) const MOST_OBSERVED: usize = 1_000;
/// The most expressions whose past is read, and the most conditions that are counted in a row.
pub(super) const MOST_KEPT: usize = 10_000;
/// The most numbers that one run may keep.
const MOST_NUMBERS: usize = 1_000_000;
/// The most actors times rules: each actor keeps which rules of all have fired.
const MOST_ACTORS_BY_RULES: usize = 50_000_000;
/// Reading a cell of a table takes as long as looking at so many parts.
const PARTS_A_CELL: usize = 2;

impl Checker<'_> {
    /// Counts parts, so that no scenario grows without bound.
    pub fn spend(&mut self, parts: usize, span: Span) -> Checked<()> {
        self.parts = self.parts.saturating_add(parts);
        if self.parts <= MOST_PARTS {
            return Ok(());
        }
        let message = format!("the scenario spells out to more than {MOST_PARTS} parts");
        let help = "an expression counts with its length; it, a rule, a message and a tie count once for each member of \
                    the groups that they go over";
        Err(self.problems.close(Diagnostic::at(span, message, "reached here").help(help)))
    }

    /// How much was looked at so far, in parts.
    pub fn effort(&self) -> usize {
        self.parts.saturating_add(PARTS_A_CELL * self.room.cells())
    }

    /// Ends the walk through a large part once nothing more is looked at.
    pub fn enough(&self) -> Checked<()> {
        if self.problems.is_full() { Err(Reported) } else { Ok(()) }
    }

    /// Refuses sections whose entries become columns of the results, or are ordered among each other, if there are too many.
    pub fn bound_sections(&mut self) -> Checked<()> {
        self.at_most_entries("outcomes", MOST_OUTCOMES, "outcomes")?;
        self.at_most_entries("milestones", MOST_MILESTONES, "milestones")?;
        self.at_most_entries("stop", MOST_STOPS, "stops")?;
        self.at_most_entries("uncertainties", MOST_UNCERTAINTIES, "uncertainties")?;
        self.at_most_entries("messages", MOST_KINDS, "kinds of messages")?;
        self.at_most_entries("actors", MOST_ACTORS, "actors")
    }

    /// Refuses a section with more entries than there may be.
    pub fn at_most_entries(&mut self, section: &str, most: usize, what: &str) -> Checked<()> {
        let entries = self.section(section).and_then(Node::as_map).unwrap_or_default();
        match entries.get(most) {
            Some((key, _)) => self.at_most(most, entries.len(), what, key.span),
            None => Ok(()),
        }
    }

    /// Refuses a scenario of which a single run would need more memory than any machine that is shared should give.
    pub fn bound_numbers(&mut self, scenario: &Scenario) -> Checked<()> {
        let size = Size::of(scenario);
        let rules = scenario.actors.iter().map(|actor| actor.rules.len()).sum::<usize>() + scenario.events.len();
        let (section, message, help) = if size.numbers() > MOST_NUMBERS {
            let (section, what) = size.most();
            let message = format!("a run of this scenario would keep {} numbers at once", size.numbers());
            (section, message, format!("at most {MOST_NUMBERS} are played; most of them are {what}"))
        } else if rules * scenario.actors.len() > MOST_ACTORS_BY_RULES {
            let message = format!("{} actors and {rules} rules are too many together", scenario.actors.len());
            ("actors", message, format!("at most {MOST_ACTORS_BY_RULES}, one multiplied by the other"))
        } else {
            return Ok(());
        };
        let all = self.input.base;
        let at = self.section(section).map_or(all.span, |node| node.span);
        Err(self.problems.close(Diagnostic::at(at, message, "most of it is here").help(help)))
    }

    /// Refuses more of something than there may be.
    pub fn at_most(&mut self, most: usize, found: usize, what: &str, span: Span) -> Checked<()> {
        if found <= most {
            return Ok(());
        }
        let message = format!("{found} {what} are too many");
        Err(self.problems.close(Diagnostic::at(span, message, format!("at most {most}"))))
    }
}
