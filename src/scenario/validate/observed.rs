//! What stage 4 works out: outcomes, milestones, stops, and the order among them.

use super::Checker;
use super::actors::Goal;
use super::keys::{given, listed, needed};
use super::names::Symbol;
use super::problems::{Checked, Reported};
use super::scope::{Scope, Stage};
use super::walk::all_parts;
use crate::scenario::format;
use crate::scenario::model::{Expr, Milestone, Notes, Observation, Outcome, Stop};
use crate::scenario::tree::{Node, Text, Value};

impl<'a> Checker<'a> {
    /// The names of outcomes and milestones.
    pub fn declare_observed(&mut self) {
        for (i, (key, _)) in self.section_entries("outcomes", "outcomes").iter().enumerate() {
            let _ = self.declare(key, Symbol::Outcome(i));
        }
        for (i, (key, _)) in self.section_entries("milestones", "milestones").iter().enumerate() {
            let _ = self.declare(key, Symbol::Milestone(i));
        }
    }

    /// How many outcomes the file declares.
    pub fn outcome_count(&self) -> usize {
        self.section("outcomes").and_then(Node::as_map).map_or(0, <[_]>::len)
    }

    /// All outcomes (payoffs last), milestones and stops. Those that are wrong read nothing, and keep their place.
    pub fn read_observed(&mut self, goals: &[Goal<'a>]) -> (Vec<Outcome>, Vec<Milestone>, Vec<Stop>) {
        let mut outcomes = Vec::new();
        for (key, node) in self.section_entries("outcomes", "outcomes") {
            outcomes.push(self.outcome(key, node).unwrap_or_else(|Reported| broken(key.value.clone())));
        }
        for goal in goals {
            outcomes.push(self.payoff(goal).unwrap_or_else(|Reported| broken(goal.name.clone())));
        }
        let mut milestones = Vec::new();
        for (key, node) in self.section_entries("milestones", "milestones") {
            let (when, notes) = self
                .observed_condition(key, node, "milestone")
                .unwrap_or_else(|Reported| (Expr::Const(0.0), Notes::default()));
            milestones.push(Milestone { name: key.value.clone(), when, notes, place: 0 });
        }
        let mut stops = Vec::new();
        for (key, node) in self.section_entries("stop", "conditions") {
            let name = self.name(key);
            if let (Ok(name), Ok((when, _))) = (name, self.observed_condition(key, node, "stop")) {
                stops.push(Stop { name, when, place: 0 });
            }
        }
        (outcomes, milestones, stops)
    }

    fn outcome(&mut self, key: &Text, node: &Node) -> Checked<Outcome> {
        let mut scope = Scope::new(Stage::Observe).without_draws("in an outcome");
        let (value, matters, notes) = match &node.value {
            Value::Map(_) => {
                let what = format!("outcome `{}`", key.value);
                let entries = self.map(node, &what, &format::OUTCOME, key.span)?;
                let notes = self.notes(entries);
                let matters = given(entries, "matters").map(|n| self.matters(n)).transpose();
                let is = needed(entries, "is")?;
                (self.number(is, &mut scope)?, matters?, notes)
            }
            _ => (self.number(node, &mut scope)?, None, Notes::default()),
        };
        Ok(Outcome { name: key.value.clone(), value, matters, notes, place: 0 })
    }

    fn matters(&mut self, node: &Node) -> Checked<f64> {
        let value = self.literal(node)?;
        if value <= 0.0 {
            return Err(self.error(
                node.span,
                "the smallest difference that matters must be positive",
                "not more than nothing",
            ));
        }
        Ok(value)
    }

    fn payoff(&mut self, goal: &Goal<'a>) -> Checked<Outcome> {
        let mut scope = Scope::of(Stage::Observe, goal.actor).without_draws("in a goal");
        let value = self.number(goal.node, &mut scope)?;
        let value = match (goal.minimise, value) {
            (false, value) => value,
            (true, Expr::Const(value)) => Expr::Const(-value),
            (true, value) => Expr::Negate(Box::new(value)),
        };
        let title = format!("Payoff of {}", self.actors.get(goal.actor).map_or("?", |a| a.title.as_str()));
        let notes = Notes { title: Some(title), ..Notes::default() };
        Ok(Outcome { name: goal.name.clone(), value, matters: None, notes, place: 0 })
    }

    fn observed_condition(&mut self, key: &Text, node: &Node, what: &str) -> Checked<(Expr, Notes)> {
        let place = if what == "stop" { "in a stop" } else { "in a milestone" };
        let mut scope = Scope::new(Stage::Observe).without_draws(place);
        match &node.value {
            Value::Map(_) => {
                let form = if what == "stop" { &format::STOP } else { &format::MILESTONE };
                let what = format!("{what} `{}`", key.value);
                let entries = self.map(node, &what, form, key.span)?;
                let notes = self.notes(entries);
                let when = needed(entries, "when")?;
                Ok((self.condition(when, &mut scope)?, notes))
            }
            _ => Ok((self.condition(node, &mut scope)?, Notes::default())),
        }
    }

    /// The order in which stage 4 works things out: what is read comes first.
    pub fn observation_order(&mut self, outcomes: &[Outcome], milestones: &[Milestone]) -> Checked<Vec<Observation>> {
        let streaks = self.streaks.len();
        let first_milestone = streaks + outcomes.len();
        let place = |part: &Expr| match part {
            Expr::Sustained(i, _) => Some(*i),
            Expr::Outcome(i) => Some(streaks + i),
            Expr::Reached(i) | Expr::Since(i) => Some(first_milestone + i),
            _ => None,
        };
        let values: Vec<&Expr> = (self.streaks.iter().map(|s| &s.when))
            .chain(outcomes.iter().map(|o| &o.value))
            .chain(milestones.iter().map(|m| &m.when))
            .collect();
        let needs: Vec<Vec<usize>> = values.iter().map(|value| self.needs(value, &place)).collect();
        match in_order(values.len(), &needs) {
            Ok(order) => Ok(order
                .into_iter()
                .map(|i| match i {
                    i if i < streaks => Observation::Streak(i),
                    i if i < first_milestone => Observation::Outcome(i - streaks),
                    i => Observation::Milestone(i - first_milestone),
                })
                .collect()),
            Err(circle) => {
                let name = |i: &usize| match i {
                    i if *i < streaks => None,
                    i if *i < first_milestone => outcomes.get(i - streaks).map(|o| o.name.clone()),
                    i => milestones.get(i - first_milestone).map(|m| m.name.clone()),
                };
                let names: Vec<String> = circle.iter().filter_map(name).collect();
                Err(self.refuse_circle(&names))
            }
        }
    }

    /// What an expression reads of this observation. The past counts too: at the start it is the present.
    fn needs(&self, value: &Expr, place: &dyn Fn(&Expr) -> Option<usize>) -> Vec<usize> {
        let mut needs = Vec::new();
        let mut open: Vec<&Expr> = vec![value];
        let mut seen = std::collections::BTreeSet::new();
        while let Some(expr) = open.pop() {
            all_parts(expr, &mut |part| {
                needs.extend(place(part));
                if let Expr::Past(i, _) | Expr::AreaPast(i, ..) = part
                    && seen.insert(*i)
                {
                    open.extend(self.histories.get(*i).map(|h| &h.value));
                }
            });
        }
        needs
    }

    fn refuse_circle(&mut self, names: &[String]) -> Reported {
        let Some((_, span)) = names.first().and_then(|n| self.names.place(n)) else {
            return self.problems.push(crate::diagnostics::Diagnostic::general("observations go in a circle"));
        };
        let chain = listed(names.iter().map(String::as_str), "and");
        let (message, help) = match names {
            [one] => (
                format!("`{one}` depends on itself"),
                String::from("keep what must be carried on in a state, which an event or `each_tick` changes"),
            ),
            _ => (format!("{chain} depend on each other"), String::from("one of them must not read the others")),
        };
        self.error_help(span, message, "comes back to itself", help)
    }
}

/// What stands for an outcome that is wrong, so that the others keep their numbers.
fn broken(name: String) -> Outcome {
    Outcome { name, value: Expr::Const(0.0), matters: None, notes: Notes::default(), place: 0 }
}

/// An order in which everything comes after what it needs, otherwise as it stands; or the members of a circle.
pub(super) fn in_order(count: usize, needs: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut order = Vec::with_capacity(count);
    let mut state = vec![0_u8; count];
    for start in 0..count {
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        if state.get(start) != Some(&0) {
            continue;
        }
        if let Some(s) = state.get_mut(start) {
            *s = 1;
        }
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            let need = needs.get(node).and_then(|n| n.get(*next)).copied();
            *next += 1;
            match need {
                None => {
                    if let Some(s) = state.get_mut(node) {
                        *s = 2;
                    }
                    order.push(node);
                    path.pop();
                }
                Some(need) => match state.get(need).copied() {
                    Some(0) => {
                        if let Some(s) = state.get_mut(need) {
                            *s = 1;
                        }
                        path.push((need, 0));
                    }
                    Some(1) => {
                        let from = path.iter().position(|(n, _)| *n == need).unwrap_or(0);
                        return Err(path.iter().skip(from).map(|(n, _)| *n).collect());
                    }
                    _ => {}
                },
            }
        }
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn what_is_needed_comes_first_and_the_rest_stays_in_order() {
        assert_eq!(in_order(4, &[vec![2], vec![], vec![], vec![0]]), Ok(vec![2, 0, 1, 3]));
    }

    #[test]
    fn a_circle_is_named_by_its_members() {
        assert_eq!(in_order(3, &[vec![1], vec![2], vec![1]]), Err(vec![1, 2]));
    }
}
