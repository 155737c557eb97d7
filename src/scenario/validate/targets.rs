//! `targets`: dated observations of outcomes and milestones.

use super::Checker;
use super::bounds::MOST_OBSERVED;
use super::keys::given;
use super::names::Symbol;
use super::problems::Checked;
use crate::diagnostics::{Diagnostic, Span};
use crate::scenario::clock::date_of;
use crate::scenario::format::TARGET;
use crate::scenario::model::{DatedValue, Observable, Target};
use crate::scenario::read::number;
use crate::scenario::tree::{Node, Text, Value};

/// What stands before the date of a milestone.
const BY: &str = "by ";

/// A target and where each of its observations stands.
struct Draft {
    target: Target,
    /// As it was said, if it was.
    discrepancy: Option<f64>,
    key: Span,
    places: Vec<Span>,
}

impl Checker<'_> {
    /// All targets. Where a file of targets is given, its observations are the ones that are scored; the scenario's own
    /// stay known, and the file's replace them date by date.
    pub fn read_targets(&mut self) -> Vec<Target> {
        let own = if self.later.is_some() { self.later_section("targets") } else { self.section("targets") };
        let given = self.input.targets;
        let mut drafts: Vec<Draft> = Vec::new();
        for (section, scored) in [(own, given.is_none()), (given, true)] {
            let Some(section) = section else { continue };
            let entries = self.entries(section, "targets").unwrap_or_default();
            for (key, node) in entries {
                let Ok(draft) = self.observations_of(key, node, scored) else { continue };
                match drafts.iter_mut().find(|known| known.target.name == draft.target.name) {
                    Some(known) => known.absorb(draft),
                    None => drafts.push(draft),
                }
            }
        }
        let observed: usize = drafts.iter().map(|draft| draft.places.len()).sum();
        if let Some(last) = drafts.last() {
            let _ = self.at_most(MOST_OBSERVED, observed, "observations", last.key);
        }
        drafts.into_iter().map(|draft| self.target_in_order(draft)).collect()
    }

    fn observations_of(&mut self, key: &Text, node: &Node, scored: bool) -> Checked<Draft> {
        self.enough()?;
        let of = self.observable(key);
        let name = &key.value;
        let entries = match &node.value {
            Value::Map(entries) => entries.as_slice(),
            Value::Null => &[],
            _ => {
                let help = format!("write `{name}: {{ {} }}`", example(of.ok()));
                return Err(self.expected(node, "a map of dates", Some(&help)));
            }
        };
        self.spend(entries.len(), key.span)?;
        self.at_most(
            MOST_OBSERVED,
            entries.iter().filter(|(key, _)| !TARGET.knows(&key.value)).count(),
            "observations",
            key.span,
        )?;
        let discrepancy = given(entries, "discrepancy").map(|node| self.discrepancy(node, of.ok()));
        let source = given(entries, "source").and_then(|node| self.text(node).ok());
        let notes = self.notes(entries);
        let (mut observations, mut places, mut dated) = (Vec::new(), Vec::new(), false);
        for (date, value) in entries.iter().filter(|(key, _)| !TARGET.knows(&key.value)) {
            self.enough()?;
            if !date.value.starts_with(|c: char| c.is_ascii_digit()) && !date.value.starts_with(BY) {
                self.unknown_key(date, "a target", &TARGET);
                continue;
            }
            dated = true;
            let (day, value) = (self.observed_day(date, of.ok()), self.observed_value(value, of.ok()));
            let (Ok(day), Ok((value, tolerance))) = (day, value) else { continue };
            let tick = self.clock.last_by(day);
            observations.push(DatedValue { day, tick, value, tolerance, scored });
            places.push(date.span);
        }
        if !dated {
            let message = format!("the target `{name}` has no date");
            let help = format!("write `{name}: {{ {} }}`", example(of.ok()));
            self.error_help(key.span, message, "nothing was observed", help);
        }
        let (of, discrepancy) = (of?, discrepancy.and_then(Result::ok));
        let target = Target { name: name.clone(), of, discrepancy: 0.0, observations, notes, source };
        Ok(Draft { target, discrepancy, key: key.span, places })
    }

    /// The outcome or milestone of this name.
    fn observable(&mut self, key: &Text) -> Checked<Observable> {
        match self.names.get(&key.value) {
            Some(Symbol::Outcome(place)) => Ok(Observable::Outcome(place)),
            Some(Symbol::Milestone(place)) => Ok(Observable::Milestone(place)),
            found => {
                let label = match found {
                    Some(other) => format!("this is {}, not an outcome or a milestone", other.a()),
                    None => String::from("no outcome or milestone has this name"),
                };
                let fits = |symbol| matches!(symbol, Symbol::Outcome(_) | Symbol::Milestone(_));
                let near = self.names.all(fits).map(str::to_owned).collect();
                Err(self.unknown(&key.value, key.span, label, near))
            }
        }
    }

    fn discrepancy(&mut self, node: &Node, of: Option<Observable>) -> Checked<f64> {
        if let Some(Observable::Milestone(_)) = of {
            let message = "a milestone has no discrepancy";
            let label = "it is reached or not, and has no unit to be off by";
            return Err(self.error(node.span, message, label));
        }
        let value = self.literal(node)?;
        if value < 0.0 {
            let message = "a discrepancy cannot be negative";
            let help = "it is a standard deviation in the outcome's unit: `discrepancy: 2`";
            return Err(self.error_help(node.span, message, "less than nothing", help));
        }
        Ok(value)
    }

    /// The day of `2023-11-14` or, for a milestone, of `by 2023-11-14`.
    fn observed_day(&mut self, key: &Text, of: Option<Observable>) -> Checked<i64> {
        let by = key.value.starts_with(BY);
        let text = if by { part(key, BY.len(), key.value.len()) } else { key.clone() };
        let day = self.date_in(&text)?;
        match of {
            Some(Observable::Outcome(_)) if by => {
                let help = format!("leave out `by`: `{}`", text.value);
                Err(self.error_help(key.span, "an outcome is observed on a date, not by one", "expected a date", help))
            }
            Some(Observable::Milestone(_)) if !by => {
                let help = format!("write `by {}: yes` or `no`", text.value);
                Err(self.error_help(key.span, "a milestone is reached by a date", "expected `by` and a date", help))
            }
            _ => Ok(day),
        }
    }

    /// A number with its tolerance for an outcome, yes or no for a milestone.
    fn observed_value(&mut self, node: &Node, of: Option<Observable>) -> Checked<(f64, f64)> {
        let flag = match &node.value {
            Value::Bool(yes) => Some(*yes),
            Value::Text(text) if text.value == "yes" => Some(true),
            Value::Text(text) if text.value == "no" => Some(false),
            _ => None,
        };
        match (of, flag) {
            (Some(Observable::Milestone(_)) | None, Some(yes)) => Ok((f64::from(yes), 0.0)),
            (Some(Observable::Milestone(_)), None) => {
                let help = "write `yes` if it had been reached by that date, else `no`";
                let (message, label) = ("a milestone is reached or not", "expected yes or no");
                Err(self.error_help(node.span, message, label, help))
            }
            (Some(Observable::Outcome(_)), Some(_)) => {
                let help = "write what was observed and its tolerance: `9 +- 3`";
                let (message, label) = ("an outcome is a number, not yes or no", "expected a number");
                Err(self.error_help(node.span, message, label, help))
            }
            (_, None) => self.tolerant(node),
        }
    }

    /// `9`, `9 +- 3` or `9 ± 3`.
    fn tolerant(&mut self, node: &Node) -> Checked<(f64, f64)> {
        let text = match &node.value {
            Value::Number(value, _) => return Ok((*value, 0.0)),
            Value::Text(text) => text,
            _ => return Err(self.expected(node, "a number and its tolerance", Some("write `9 +- 3`"))),
        };
        let found = ["+-", "±"].into_iter().find_map(|sign| Some((text.value.find(sign)?, sign.len())));
        let (at, length) = found.unwrap_or((text.value.len(), 0));
        let value = self.finite(&part(text, 0, at));
        let tolerance = match found {
            Some(_) => self.finite(&part(text, at + length, text.value.len())),
            None => Ok(0.0),
        };
        match (value?, tolerance?) {
            (_, tolerance) if tolerance < 0.0 => {
                let label = "less than nothing";
                let help = "it is half the width of the observation's 90% interval: `9 +- 3`";
                let place = text.span_of(at + length, text.value.len());
                Err(self.error_help(place, "a tolerance cannot be negative", label, help))
            }
            both => Ok(both),
        }
    }

    fn finite(&mut self, text: &Text) -> Checked<f64> {
        match number(&text.value).filter(|value| value.is_finite()) {
            Some(value) => Ok(value),
            None => {
                let message = format!("`{}` is not a number", text.value);
                let help = "write what was observed and its tolerance: `9 +- 3`";
                Err(self.error_help(text.span, message, "expected a number", help))
            }
        }
    }

    /// Orders a target's observations by date; says where two contradict each other.
    fn target_in_order(&mut self, draft: Draft) -> Target {
        let mut target = draft.target;
        target.discrepancy = draft.discrepancy.unwrap_or(0.0);
        let mut dated: Vec<(DatedValue, Span)> = target.observations.iter().copied().zip(draft.places).collect();
        dated.sort_by_key(|(observed, span)| (observed.day, *span));
        for pair in dated.windows(2) {
            let [(before, first), (after, second)] = pair else { continue };
            let shown = |day| date_of(day).map(|date| date.to_string()).unwrap_or_default();
            let problem = if before.day == after.day {
                Some((format!("{} stands twice in the target `{}`", shown(after.day), target.name), "again here"))
            } else if matches!(target.of, Observable::Milestone(_)) && before.value > after.value {
                let (name, day) = (&target.name, shown(before.day));
                Some((format!("the milestone `{name}` had been reached by {day}"), "so it has been by this date too"))
            } else {
                None
            };
            if let Some((message, label)) = problem {
                self.problems.push(Diagnostic::at(*second, message, label).related(*first, "first here"));
            }
        }
        target.observations = dated.into_iter().map(|(observed, _)| observed).collect();
        target
    }
}

impl Draft {
    /// Takes over what a file of targets says about the same outcome or milestone.
    fn absorb(&mut self, other: Self) {
        let known = self.target.observations.iter().zip(&self.places);
        let kept = known.filter(|(own, _)| other.target.observations.iter().all(|new| new.day != own.day));
        let (mut observations, mut places): (Vec<DatedValue>, Vec<Span>) = kept.unzip();
        observations.extend(other.target.observations);
        places.extend(other.places);
        (self.target.observations, self.places) = (observations, places);
        self.discrepancy = other.discrepancy.or(self.discrepancy);
        self.target.notes = other.target.notes;
        self.target.source = other.target.source.or_else(|| self.target.source.take());
    }
}

/// What an observation may look like.
fn example(of: Option<Observable>) -> &'static str {
    match of {
        Some(Observable::Milestone(_)) => "by 2024-01-31: yes",
        _ => "2024-01-31: 9 +- 3",
    }
}

/// A part of a text, without the spaces around it.
fn part(text: &Text, start: usize, end: usize) -> Text {
    let whole = text.value.get(start..end).unwrap_or_default();
    let from = start + whole.len() - whole.trim_start().len();
    let to = (from + whole.trim().len()).min(end.max(from));
    let offsets = text.offsets.as_ref().and_then(|offsets| offsets.get(from..=to)).map(<[u32]>::to_vec);
    Text { value: whole.trim().to_owned(), span: text.span_of(from, to), offsets }
}
