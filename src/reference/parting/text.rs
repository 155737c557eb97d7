//! Where two runs part, for people.

use super::{Deed, Difference, How, Parting, Side, Unlike};
use crate::reference::day_of;
use crate::reference::trace::{short, wrapped};
use crate::scenario::model::Scenario;

/// How many digits numbers have, unless more are needed to tell them apart.
const DIGITS: usize = 3;
/// The columns before what is said: the words `first outcomes` or an indented date, and a gap.
const HEAD: usize = 16;

/// A page of plain lines of at most `width` columns, as far as names let it. Dates are those of the first scenario.
pub fn text(here: &Scenario, there: &Scenario, (seed, run): (u64, u64), width: usize, parting: &Parting) -> String {
    let names = [here.variant.as_str(), there.variant.as_str()];
    let mut lines =
        vec![format!("{}, run {run} of seed {seed}: {} against {}", here.name, here.variant, there.variant)];
    let page = Page { here, names };
    lines.extend(page.whether(parting));
    if parting.first.is_some() {
        lines.push(String::new());
        lines.extend(page.firsts(parting));
        lines.extend(page.list(parting));
        lines.extend(page.end(parting));
    }
    let folded = |line: &String| {
        if line.chars().count() <= width {
            return format!("{}\n", line.trim_end());
        }
        // Lines that do not fit are sentences and lists behind a heading of this width.
        let (head, rest) = line.split_at_checked(HEAD).unwrap_or((line, ""));
        head.to_owned() + wrapped(rest, width, HEAD, HEAD).trim_start_matches(' ')
    };
    lines.iter().map(folded).collect()
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
        lines.push(format!("first rule      {}", difference(&parting.first_rule).unwrap_or_else(none)));
        lines.push(format!("first message   {}", difference(&parting.first_message).unwrap_or_else(none)));
        for (what, values, more) in
            [("first states  ", &parting.states, parting.more_states), ("first outcomes", &parting.outcomes, 0)]
        {
            let parts: Vec<String> = values.iter().map(pair).collect();
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            let text = values.first().map(|first| dated(first.tick, parts.join(", ") + &more));
            lines.push(format!("{what}  {}", text.unwrap_or_else(none)));
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
        // The same message to several is told once.
        for group in parting.differences.chunk_by(is_alike) {
            let Some(first) = group.first() else { continue };
            let shown = if date == Some(first.tick) { String::new() } else { self.date(first.tick) };
            date = Some(first.tick);
            let to: Vec<&str> = group.iter().filter_map(|one| receiver(&one.deed)).collect();
            let text = self.told(first, &to.join(", "));
            let times = if first.times > 1 { format!(" ({} times)", first.times) } else { String::new() };
            lines.push(format!("  {shown:10}    {text}{times}"));
        }
        if parting.more > 0 {
            lines.push(format!("  … and {} more", parting.more));
        }
        lines
    }

    fn difference(&self, difference: &Difference) -> String {
        self.told(difference, receiver(&difference.deed).unwrap_or_default())
    }

    /// A difference; if it is a message, to these.
    fn told(&self, difference: &Difference, to: &str) -> String {
        let [here, there] = self.names;
        let what = deed(&difference.deed, to);
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
            return vec![String::new(), "At the end no outcome and no milestone differs.".to_owned()];
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

/// Who gets a message.
fn receiver(deed: &Deed) -> Option<&str> {
    match deed {
        Deed::Sends { receiver, .. } => Some(receiver),
        _ => None,
    }
}

/// Whether two differences are those of one message to several.
fn is_alike(a: &Difference, b: &Difference) -> bool {
    match (&a.deed, &b.deed) {
        (Deed::Sends { rule, kind, .. }, Deed::Sends { rule: other_rule, kind: other_kind, .. }) => {
            (rule, kind, a.tick, a.times, &a.how) == (other_rule, other_kind, b.tick, b.times, &b.how)
        }
        _ => false,
    }
}

fn deed(deed: &Deed, to: &str) -> String {
    match deed {
        Deed::Acts { rule } => format!("{rule} acts"),
        Deed::Sends { rule, kind, .. } => format!("{rule} sends {kind} to {to}"),
        Deed::Stance { actor, rung } => format!("{actor} takes the stance {rung}"),
        Deed::Taken { area, towns: true, holder } => format!("{holder} takes the towns of {area}"),
        Deed::Taken { area, towns: false, holder } => format!("{holder} takes {area}"),
        Deed::Reached { milestone } => format!("milestone {milestone}"),
        Deed::Stops { stop } => format!("stopped by {stop}"),
    }
}
