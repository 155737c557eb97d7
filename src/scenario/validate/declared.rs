//! Uncertainties, levers, groups and kinds of messages; and the order of declaring.

use super::keys::{get, given, listed, needed};
use super::names::Symbol;
use super::problems::{Checked, Reported};
use super::scope::{Scope, Stage};
use super::walk::all_parts;
use super::{Checker, Group};
use crate::scenario::format::{self, Form};
use crate::scenario::model::{BasisKind, Bounds, Distribution, Expr, Family, Lever, MessageKind, Notes, Uncertainty};
use crate::scenario::tree::{Node, Text, Value};
use std::collections::{BTreeMap, BTreeSet};

impl Checker<'_> {
    /// Every global name, so that expressions may read what stands further down.
    pub fn declare_all(&mut self) -> Checked<()> {
        self.declare_actors()?;
        self.declare_uncertainties();
        self.declare_levers();
        self.declare_groups();
        self.declare_messages();
        self.declare_ties();
        self.declare_observed();
        self.declare_states();
        Ok(())
    }

    /// Every number that is declared: its value at the start, its bounds, what it rests on.
    pub fn define_all(&mut self) {
        self.define_uncertainties();
        self.define_states();
        self.define_ties();
    }

    fn declare_uncertainties(&mut self) {
        for (key, _) in self.section_entries("uncertainties", "uncertainties") {
            let index = self.uncertainties.len();
            let Ok(name) = self.declare(key, Symbol::Uncertainty(index)) else { continue };
            let draw = self.draw(format!("uncertainty/{name}"));
            let distribution = Distribution { family: Family::Constant, parameters: vec![Expr::Const(0.0)] };
            let (within, notes) = (Bounds::default(), Notes::default());
            self.uncertainties.push(Uncertainty { name, distribution, within, parent: None, draw, place: 0, notes });
        }
    }

    fn define_uncertainties(&mut self) {
        for (key, node) in self.section_entries("uncertainties", "uncertainties") {
            let Some(Symbol::Uncertainty(i)) = self.names.get(&key.value) else { continue };
            let basis = match self.uncertainty(key, node) {
                Ok((distribution, within, parent, notes)) => {
                    let basis = notes.basis;
                    if let Some(known) = self.uncertainties.get_mut(i) {
                        (known.distribution, known.within, known.parent, known.notes) =
                            (distribution, within, parent, notes);
                    }
                    basis
                }
                Err(Reported) => BasisKind::Placeholder,
            };
            self.count_basis(basis);
        }
    }

    #[allow(clippy::type_complexity)]
    fn uncertainty(
        &mut self,
        key: &Text,
        node: &Node,
    ) -> Checked<(Distribution, Bounds, Option<(usize, Expr)>, Notes)> {
        if matches!(node.value, Value::Number(..) | Value::Text(_)) {
            let value = self.parameter(node)?;
            let distribution = Distribution { family: Family::Constant, parameters: vec![value] };
            return Ok((distribution, Bounds::default(), None, Notes::default()));
        }
        let what = format!("uncertainty `{}`", key.value);
        let entries = self.map(node, &what, &format::UNCERTAINTY, key.span)?;
        let notes = self.notes(entries);
        let within = self.bounds(entries);
        let parent = self.parent(entries, &key.value);
        let mut found = entries.iter().filter(|(k, _)| format::is_distribution(&k.value));
        let (Some((family, parameters)), second) = (found.next(), found.next()) else {
            let names: Vec<&str> = format::DISTRIBUTIONS.iter().map(|drawn| drawn.name).collect();
            if self.is_misspelt(entries, &names) {
                return Err(Reported);
            }
            let help = format!("a distribution is one of {}", listed(names, "and"));
            return Err(self.error_help(key.span, format!("{what} has no distribution"), "nothing to draw", help));
        };
        if let Some((second, _)) = second {
            let message = format!("{what} has two distributions");
            return Err(self.error(second.span, message, format!("`{}` is there already", family.value)));
        }
        let distribution = self.distribution(family, parameters)?;
        Ok((distribution, within?, parent?, notes))
    }

    /// `with: { other: 0.6 }`
    fn parent(&mut self, entries: &[(Text, Node)], own: &str) -> Checked<Option<(usize, Expr)>> {
        let Some(node) = given(entries, "with") else { return Ok(None) };
        let pairs = self.entries(node, "another uncertainty and the rank correlation")?;
        let [(other, correlation)] = pairs else {
            let message = "an uncertainty can follow one other";
            return Err(self.error_help(
                node.span,
                message,
                format!("found {}", pairs.len()),
                "write `with: { other: 0.6 }`",
            ));
        };
        let Some(Symbol::Uncertainty(i)) = self.names.get(&other.value).filter(|_| other.value != own) else {
            let near = self.names.all(|s| matches!(s, Symbol::Uncertainty(_))).filter(|n| *n != own).map(str::to_owned);
            let near = near.collect();
            return Err(self.unknown(&other.value, other.span, "no other uncertainty has this name", near));
        };
        let value = self.parameter(correlation)?;
        if let Expr::Const(r) = value
            && !(-1.0..=1.0).contains(&r)
        {
            let message = format!("a rank correlation of {r}");
            return Err(self.error(correlation.span, message, "expected -1 to 1"));
        }
        self.mark_uncertainty(i);
        Ok(Some((i, value)))
    }

    fn parameter(&mut self, node: &Node) -> Checked<Expr> {
        let mut scope = Scope::new(Stage::Fixed).without_draws("in a distribution's parameter");
        self.number(node, &mut scope)
    }

    fn distribution(&mut self, family: &Text, node: &Node) -> Checked<Distribution> {
        let drawn = format::DISTRIBUTIONS.iter().find(|drawn| drawn.name == family.value).ok_or(Reported)?;
        if drawn.ways.is_empty() {
            return self.choice(node, drawn.form);
        }
        let forms = drawn.ways;
        let (family, parameters) = match &node.value {
            Value::Map(_) => {
                let entries = self.map(node, &format!("`{}`", family.value), drawn.form, node.span)?;
                let fits = |names: &[&str]| entries.iter().all(|(k, _)| names.contains(&k.value.as_str()));
                let (names, which) = forms.iter().find(|(n, _)| fits(n)).or(forms.first()).copied().ok_or(Reported)?;
                let mut list = Vec::new();
                for name in names {
                    let value = match get(entries, name) {
                        Some(value) => self.parameter(value),
                        None if self.is_misspelt(entries, &[name]) => Err(Reported),
                        None => {
                            let help = format!("`{}` takes {}", family.value, listed(names.iter().copied(), "and"));
                            let message = format!("`{}` has no `{name}`", family.value);
                            Err(self.error_help(node.span, message, format!("`{name}` is missing"), help))
                        }
                    };
                    list.push(value);
                }
                (which, list.into_iter().collect::<Checked<Vec<Expr>>>()?)
            }
            _ => {
                let items = self.items(node)?;
                let (names, which) = forms.first().copied().ok_or(Reported)?;
                if items.len() != names.len() {
                    let help = format!("`{}` takes {}", family.value, listed(names.iter().copied(), "and"));
                    let message = format!("`{}` takes {} numbers, found {}", family.value, names.len(), items.len());
                    return Err(self.error_help(node.span, message, "another number of them", help));
                }
                let list: Vec<Checked<Expr>> = items.iter().map(|item| self.parameter(item)).collect();
                (which, list.into_iter().collect::<Checked<Vec<Expr>>>()?)
            }
        };
        self.check_parameters(family, &parameters, node)?;
        Ok(Distribution { family, parameters })
    }

    /// `choice: [1, 2, 3]`, or `choice: [[1, 0.2], [2, 0.8]]`, or `choice: { values: […], weights: […] }`.
    fn choice(&mut self, node: &Node, form: &Form) -> Checked<Distribution> {
        let (values, weights): (Vec<&Node>, Vec<&Node>) = match &node.value {
            Value::Map(_) => {
                let entries = self.map(node, "`choice`", form, node.span)?;
                let values = needed(entries, "values")?;
                let weights = given(entries, "weights").map(|w| self.items(w)).transpose()?.unwrap_or_default();
                (self.items(values)?.iter().collect(), weights.iter().collect())
            }
            _ => {
                let items = self.items(node)?;
                let paired = items.iter().any(|i| matches!(i.value, Value::List(_)));
                if !paired {
                    (items.iter().collect(), Vec::new())
                } else {
                    let mut values = Vec::new();
                    let mut weights = Vec::new();
                    for item in items {
                        let [value, weight] = self.items(item)? else {
                            return Err(self.error(
                                item.span,
                                "expected a value and its weight",
                                "write `[value, weight]`",
                            ));
                        };
                        values.push(value);
                        weights.push(weight);
                    }
                    (values, weights)
                }
            }
        };
        if values.is_empty() || (!weights.is_empty() && weights.len() != values.len()) {
            let message = format!("`choice` has {} values and {} weights", values.len(), weights.len());
            return Err(self.error(node.span, message, "expected a weight for each value"));
        }
        let mut parameters = Vec::new();
        for value in &values {
            parameters.push(self.parameter(value)?);
        }
        let mut sum = Some(0.0);
        for weight in &weights {
            let value = self.parameter(weight)?;
            if let Expr::Const(w) = value
                && w < 0.0
            {
                return Err(self.error(weight.span, "a weight is negative", "expected 0 or more"));
            }
            sum = match value {
                Expr::Const(w) => sum.map(|s| s + w),
                _ => None,
            };
            parameters.push(value);
        }
        if !weights.is_empty() && sum == Some(0.0) {
            return Err(self.error(node.span, "all weights are 0", "one must be more"));
        }
        if weights.is_empty() {
            parameters.extend(values.iter().map(|_| Expr::Const(1.0)));
        }
        Ok(Distribution { family: Family::Choice, parameters })
    }

    /// What constant parameters cannot be.
    fn check_parameters(&mut self, family: Family, parameters: &[Expr], node: &Node) -> Checked<()> {
        let known: Vec<Option<f64>> =
            parameters.iter().map(|p| if let Expr::Const(v) = p { Some(*v) } else { None }).collect();
        let at = |i: usize| known.get(i).copied().flatten();
        let negative = |i: usize| at(i).is_some_and(|v| v < 0.0);
        let not_positive = |i: usize| at(i).is_some_and(|v| v <= 0.0);
        let above = |i: usize, j: usize| matches!((at(i), at(j)), (Some(a), Some(b)) if a > b);
        let wrong = match family {
            Family::Constant | Family::Choice => None,
            Family::Uniform => above(0, 1).then_some("the low end is above the high end"),
            Family::Triangular => (above(0, 1) || above(1, 2)).then_some("low, mode and high are not in order"),
            Family::Normal => negative(1).then_some("the deviation is negative"),
            Family::Lognormal | Family::LognormalMedian => {
                if not_positive(0) {
                    Some("a lognormal's middle must be positive")
                } else {
                    negative(1).then_some("the deviation is negative")
                }
            }
            Family::Beta | Family::Gamma => (not_positive(0) || not_positive(1)).then_some("both must be positive"),
            Family::BetaMean => {
                let mean = at(0).is_some_and(|m| m <= 0.0 || m >= 1.0);
                let wide = matches!((at(0), at(1)), (Some(m), Some(s)) if s * s >= m * (1.0 - m));
                if mean {
                    Some("a beta's mean lies between 0 and 1")
                } else if not_positive(1) {
                    Some("the deviation must be positive")
                } else {
                    wide.then_some("the deviation is too large for a share")
                }
            }
            Family::GammaMean => (not_positive(0) || not_positive(1)).then_some("both must be positive"),
            Family::Exponential => not_positive(0).then_some("the mean must be positive"),
            Family::Poisson => negative(0).then_some("the mean is negative"),
            Family::Bernoulli => at(0).is_some_and(|p| !(0.0..=1.0).contains(&p)).then_some("a chance outside 0 to 1"),
        };
        match wrong {
            Some(message) => Err(self.error(node.span, message, "cannot be drawn from")),
            None => Ok(()),
        }
    }

    /// Parents and parameters first.
    pub fn uncertainty_order(&mut self) -> Checked<Vec<usize>> {
        let count = self.uncertainties.len();
        let needs: Vec<Vec<usize>> = self
            .uncertainties
            .iter()
            .map(|u| {
                let mut needs: Vec<usize> = Vec::new();
                let mut add = |expr: &Expr| {
                    all_parts(expr, &mut |part| {
                        if let Expr::Uncertainty(i) = part {
                            needs.push(*i);
                        }
                    });
                };
                u.distribution.parameters.iter().chain(&u.within.low).chain(&u.within.high).for_each(&mut add);
                if let Some((_, correlation)) = &u.parent {
                    add(correlation);
                }
                needs.extend(u.parent.iter().map(|(i, _)| *i));
                needs
            })
            .collect();
        super::observed::in_order(count, &needs).map_err(|circle| {
            let names: Vec<String> =
                circle.iter().filter_map(|i| self.uncertainties.get(*i)).map(|u| u.name.clone()).collect();
            let help = format!("{} go in a circle", listed(names.iter().map(String::as_str), "and"));
            let span = names.first().and_then(|n| self.names.place(n)).map(|(_, span)| span);
            let message = "uncertainties depend on each other in a circle";
            match span {
                Some(span) => self.error_help(span, message, "comes back to itself", help),
                None => Reported,
            }
        })
    }

    fn declare_levers(&mut self) {
        for (key, node) in self.section_entries("levers", "levers") {
            let index = self.levers.len();
            let declared = self.declare(key, Symbol::Lever(index));
            let read = self.lever(key, node);
            let Ok(name) = declared else { continue };
            let (value, range, notes) = read.unwrap_or((0.0, None, Notes::default()));
            self.count_basis(notes.basis);
            self.levers.push(Lever { name, value, later: None, range, notes });
        }
        if self.later.is_some() {
            self.later_levers();
        }
    }

    /// Under a dated variant, the values from its date on.
    fn later_levers(&mut self) {
        let Some(node) = self.later_section("levers") else { return };
        let places: BTreeMap<String, usize> =
            self.levers.iter().enumerate().map(|(place, lever)| (lever.name.clone(), place)).collect();
        for (key, node) in node.as_map().unwrap_or_default() {
            let Ok((value, ..)) = self.lever(key, node) else { continue };
            if let Some(lever) = places.get(&key.value).and_then(|place| self.levers.get_mut(*place))
                && lever.value.to_bits() != value.to_bits()
            {
                lever.later = Some(value);
            }
        }
    }

    #[allow(clippy::type_complexity)]
    fn lever(&mut self, key: &Text, node: &Node) -> Checked<(f64, Option<(f64, f64)>, Notes)> {
        if let Value::Number(value, _) = node.value {
            return Ok((value, None, Notes::default()));
        }
        let what = format!("lever `{}`", key.value);
        let entries = self.map(node, &what, &format::LEVER, key.span)?;
        let notes = self.notes(entries);
        let default = needed(entries, "default")?;
        let mut scope = Scope::new(Stage::Fixed).without_draws("in a lever");
        let value = match self.number(default, &mut scope)? {
            Expr::Const(value) => value,
            _ => return Err(self.error(default.span, "a lever's default is a plain number", "depends on something")),
        };
        let range = match given(entries, "range") {
            Some(node) => Some(self.range(node)?),
            None => None,
        };
        if let Some((low, high)) = range
            && !(low..=high).contains(&value)
        {
            let message = format!("{what} is {value}, outside its range");
            let help = format!("its range is {low} to {high}");
            return Err(self.error_help(default.span, message, "outside the range", help));
        }
        Ok((value, range, notes))
    }

    fn range(&mut self, node: &Node) -> Checked<(f64, f64)> {
        let [low, high] = self.items(node)? else {
            return Err(self.error(node.span, "a range has two ends", "write `[0, 120]`"));
        };
        let (low_value, high_value) = (self.literal(low)?, self.literal(high)?);
        if low_value > high_value {
            return Err(self.error(node.span, "the range's low end is above its high end", "nothing lies between"));
        }
        Ok((low_value, high_value))
    }

    fn declare_groups(&mut self) {
        for (key, node) in self.section_entries("groups", "groups") {
            let index = self.groups.len();
            let members = self.group_members(key, node);
            if self.declare(key, Symbol::Group(index)).is_ok() {
                let (members, broken) = members.unwrap_or((Vec::new(), true));
                self.groups.push(Group { members, broken });
            }
        }
    }

    /// The members that are right, and whether one is not.
    fn group_members(&mut self, key: &Text, node: &Node) -> Checked<(Vec<usize>, bool)> {
        let items = if matches!(node.value, Value::Null) { &[] } else { self.items(node)? };
        if items.is_empty() {
            let message = format!("group `{}` is empty", key.value);
            return Err(self.error_help(key.span, message, "nobody is in it", "write `[name, name]`"));
        }
        let (mut members, mut broken) = (Vec::new(), false);
        let mut seen = BTreeSet::new();
        for item in items {
            let found = self.word(item, "an actor's name").and_then(|name| {
                let found = self.members_named(&name.value, name.span)?;
                Ok((name, found))
            });
            let Ok((name, found)) = found else {
                broken = true;
                continue;
            };
            self.spend(found.len(), name.span)?;
            for actor in found {
                if !seen.insert(actor) {
                    let message = format!("`{}` is in the group `{}` twice", self.actor_name(actor), key.value);
                    self.error(name.span, message, "again here");
                } else {
                    members.push(actor);
                }
            }
        }
        Ok((members, broken))
    }

    fn declare_messages(&mut self) {
        for (key, node) in self.section_entries("messages", "kinds of messages") {
            let index = self.kinds.len();
            let declared = self.declare(key, Symbol::Message(index));
            let kind = self.message_kind(key, node);
            let Ok(name) = declared else { continue };
            let (delay, signed, notes) = kind.unwrap_or((1, false, Notes::default()));
            self.kinds.push(MessageKind { name, delay, signed, fields: Vec::new(), notes });
        }
        self.collect_fields();
    }

    fn message_kind(&mut self, key: &Text, node: &Node) -> Checked<(u32, bool, Notes)> {
        let entries = self.map(node, &format!("message `{}`", key.value), &format::MESSAGE, key.span)?;
        let notes = self.notes(entries);
        let delay = given(entries, "delay").map_or(Ok(1), |n| self.time(n));
        let signed = self.flag(get(entries, "signed"));
        Ok((delay?, signed?, notes))
    }
}
