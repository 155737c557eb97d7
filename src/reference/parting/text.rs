//! Where two runs part, for people.

use super::{Deed, Difference, How, Parting, Side, Unlike};
use crate::reference::day_of;
use crate::reference::trace::short;
use crate::scenario::model::Scenario;

/// How many digits numbers have, unless more are needed to tell them apart.
const DIGITS: usize = 3;

/// A page of plain lines. Dates are those of the first scenario.
pub fn text(here: &Scenario, there: &Scenario, seed: u64, run: u64, parting: &Parting) -> String {
    let names = [here.variant.as_str(), there.variant.as_str()];
    let mut lines =
        vec![format!("{}, run {run} of seed {seed}: {} against {}", here.title, here.variant, there.variant)];
    let page = Page { here, names };
    lines.extend(page.whether(parting));
    if parting.first.is_some() {
        lines.push(String::new());
        lines.extend(page.firsts(parting));
        lines.extend(page.list(parting));
        lines.extend(page.end(parting));
    }
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

struct Page<'a> {
    here: &'a Scenario,
    names: [&'a str; 2],
}

impl Page<'_> {
    fn date(&self, tick: u32) -> String {
        day_of(self.here, tick)
    }

    fn whether(&self, parting: &Parting) -> Vec<String> {
        let mut lines = Vec::new();
        match parting.first {
            None => {
                let last = parting.closed.into_iter().max().unwrap_or(0);
                let text = "They never part: no rule, message, state or outcome differs up to";
                lines.push(format!("{text} {} (tick {last}).", self.date(last)));
            }
            Some(0) => lines.push(format!("They differ from the start, {}.", self.date(0))),
            Some(tick) => {
                let before = self.date(tick - 1);
                lines.push(format!("They are the same up to {before} and part in tick {tick}, {}.", self.date(tick)));
            }
        }
        lines.extend(parting.drawn.iter().map(|drawn| format!("  drawn otherwise: {}", pair(drawn))));
        lines
    }

    /// The first rule, message, state and outcome in which they differ.
    fn firsts(&self, parting: &Parting) -> Vec<String> {
        let mut lines = Vec::new();
        let none = || "none".to_owned();
        let dated = |tick: u32, text: String| format!("{}  {text}", self.date(tick));
        let difference = |one: &Option<Difference>| one.as_ref().map(|one| dated(one.tick, self.difference(one)));
        lines.push(format!("first rule     {}", difference(&parting.first_rule).unwrap_or_else(none)));
        lines.push(format!("first message  {}", difference(&parting.first_message).unwrap_or_else(none)));
        for (what, values, more) in
            [("first states  ", &parting.states, parting.more_states), ("first outcomes", &parting.outcomes, 0)]
        {
            let parts: Vec<String> = values.iter().map(pair).collect();
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            let text = values.first().map(|first| dated(first.tick, parts.join(", ") + &more));
            lines.push(format!("{what} {}", text.unwrap_or_else(none)));
        }
        lines
    }

    fn list(&self, parting: &Parting) -> Vec<String> {
        if parting.differences.is_empty() {
            return Vec::new();
        }
        let heading = match (parting.differences.len(), parting.more) {
            (1, 0) => "The one difference in what happens".to_owned(),
            (all, 0) => format!("All {all} differences in what happens"),
            (first, _) => format!("The first {first} differences in what happens"),
        };
        let mut lines = vec![String::new(), heading];
        let mut date = None;
        for one in &parting.differences {
            let shown = if date == Some(one.tick) { String::new() } else { self.date(one.tick) };
            date = Some(one.tick);
            lines.push(format!("  {shown:10}  {}", self.difference(one)));
        }
        if parting.more > 0 {
            lines.push(format!("  … and {} more", parting.more));
        }
        lines
    }

    fn difference(&self, difference: &Difference) -> String {
        let [here, there] = self.names;
        let what = deed(&difference.deed);
        match &difference.how {
            How::Only(Side::Here) => format!("{what}: only in {here}"),
            How::Only(Side::There) => format!("{what}: only in {there}"),
            How::To(other) => format!("{what} in {here}, to {other} in {there}"),
            How::Amounts(a, b) => {
                let unlike = a.iter().zip(b).filter(|(a, b)| a.to_bits() != b.to_bits());
                let parts: Vec<String> = unlike.map(|(a, b)| versus(*a, *b)).collect();
                format!("{what}: {}", parts.join(", "))
            }
        }
    }

    /// What is different at the end.
    fn end(&self, parting: &Parting) -> Vec<String> {
        let value = |value: &Option<f64>| value.map_or("failed".to_owned(), |value| short(value, 4));
        let date = |tick: &Option<u32>| tick.map_or("never".to_owned(), |tick| self.date(tick));
        let unlike = parting.end.iter().filter(|(_, a, b)| a.map(f64::to_bits) != b.map(f64::to_bits));
        let mut rows: Vec<[String; 3]> = unlike.map(|(name, a, b)| [name.clone(), value(a), value(b)]).collect();
        rows.extend(parting.milestones.iter().map(|(name, a, b)| [name.clone(), date(a), date(b)]));
        if parting.closed[0] != parting.closed[1] {
            let [a, b] = parting.closed.map(|tick| self.date(tick));
            rows.push(["closed".to_owned(), a, b]);
        }
        if rows.is_empty() {
            return vec![String::new(), "At the end both are where the other is.".to_owned()];
        }
        let [here, there] = self.names.map(str::to_owned);
        rows.insert(0, ["At the end".to_owned(), here, there]);
        let wide = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let (first, second, third) = (wide(0) + 2, wide(1), wide(2));
        let mut lines = vec![String::new()];
        for (place, [name, a, b]) in rows.iter().enumerate() {
            let name = if place == 0 { name.clone() } else { format!("  {name}") };
            lines.push(format!("{name:first$}  {a:>second$}  {b:>third$}"));
        }
        lines
    }
}

/// `near.trust 0.6 against 0.4`
fn pair(unlike: &Unlike) -> String {
    format!("{} {}", unlike.name, versus(unlike.here, unlike.there))
}

fn versus(a: f64, b: f64) -> String {
    let digits = (DIGITS..17).find(|digits| short(a, *digits) != short(b, *digits)).unwrap_or(17);
    format!("{} against {}", short(a, digits), short(b, digits))
}

fn deed(deed: &Deed) -> String {
    match deed {
        Deed::Acts { rule } => format!("{rule} acts"),
        Deed::Sends { rule, kind, receiver } => format!("{rule} sends {kind} to {receiver}"),
        Deed::Stance { actor, rung } => format!("{actor} takes the stance {rung}"),
        Deed::Taken { area, towns: true, holder } => format!("{holder} takes the towns of {area}"),
        Deed::Taken { area, towns: false, holder } => format!("{holder} takes {area}"),
        Deed::Reached { milestone } => format!("milestone {milestone}"),
        Deed::Stops { stop } => format!("stopped by {stop}"),
    }
}
