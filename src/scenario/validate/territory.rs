//! `territory`: the scenario's own area state and equations; the contest is read elsewhere.

use super::Checker;
use super::bounds::MOST_AREA_STATES;
use super::keys::{get, given, needed};
use super::problems::{Checked, Reported};
use super::scope::{Begun, Scope, Stage};
use crate::scenario::format;
use crate::scenario::model::{AreaColumn, AreaRole, AreaVariable, AreaWrite, Bounds, Contest, Expr, Territory};
use crate::scenario::tree::{Node, Text, Value};

impl<'a> Checker<'a> {
    /// Areas, their states' names, and the sides.
    pub fn read_territory(&mut self) {
        let Some(node) = self.section("territory") else { return };
        let Ok(entries) = self.map(node, "the territory", &format::TERRITORY, node.span) else {
            self.land = Some(super::land::Land { broken: true, ..Default::default() });
            return;
        };
        match self.read_land(entries) {
            Ok(land) => self.land = Some(land),
            Err(Reported) => {
                self.land = Some(super::land::Land { broken: true, ..Default::default() });
                return;
            }
        }
        let states = match given(entries, "state") {
            Some(states) => {
                let list = self.entries(states, "states of areas").unwrap_or_default();
                if self.at_most(MOST_AREA_STATES, list.len(), "states of areas", states.span).is_err() {
                    return;
                }
                list
            }
            None => &[],
        };
        let declared: Vec<bool> = states.iter().map(|(key, _)| self.declare_area_state(key).is_ok()).collect();
        if given(entries, "sides").is_some()
            && self.declare_sides(entries).is_err()
            && let Some(land) = &mut self.land
        {
            land.broken = true;
        }
        // Their starts may read what the contest shows.
        for ((key, state), declared) in states.iter().zip(declared) {
            if (!declared || self.define_area_state(key, state).is_err())
                && let Some(land) = &mut self.land
            {
                land.broken = true;
            }
        }
        for key in ["between", "contest"] {
            if given(entries, "sides").is_none()
                && let Some(node) = get(entries, key)
            {
                let help = "list the sides: `sides: { name: { force: state } }`";
                self.error_help(node.span, format!("`{key}` without `sides`"), "nobody to fight", help);
            }
        }
    }

    fn declare_area_state(&mut self, key: &Text) -> Checked<()> {
        let name = self.name(key)?;
        self.refuse_shadow(&name, key.span, "a state of areas")?;
        let column = self.land.as_ref().and_then(|l| l.columns.iter().find(|c| c.name == name)).is_some();
        if column {
            let message = format!("ambiguous name `{name}`: a column and a state of areas");
            return Err(self.error_help(key.span, message, "the table has it", "give one of them another name"));
        }
        let areas = self.land.as_ref().map_or(0, |l| l.names.len());
        self.spend(areas, key.span)?;
        let (role, exists) = (AreaRole::State, vec![true; areas]);
        let (start, within) = (Expr::Const(0.0), Bounds::default());
        if let Some(land) = &mut self.land {
            land.states.insert(name.clone(), land.variables.len());
            land.variables.push(AreaVariable { name, role, exists, start, starts_late: false, within, place: 0 });
        }
        Ok(())
    }

    fn define_area_state(&mut self, key: &Text, node: &'a Node) -> Checked<()> {
        let mut scope = start_scope(&key.value);
        let (start, within) = self.area_state(key, node, &mut scope)?;
        if let Some(land) = &mut self.land
            && let Some(id) = land.states.get(&key.value)
            && let Some(variable) = land.variables.get_mut(*id)
        {
            (variable.start, variable.within) = (start, within);
            variable.starts_late = scope.reads_contest;
        }
        Ok(())
    }

    fn area_state(&mut self, key: &Text, node: &'a Node, scope: &mut Scope) -> Checked<(Expr, Bounds)> {
        let what = format!("area state `{}`", key.value);
        if matches!(node.value, Value::Number(..) | Value::Text(_)) {
            self.count_basis(Default::default());
            return Ok((self.area_start(&key.value, node, scope)?, Bounds::default()));
        }
        let entries = self.map(node, &what, &format::AREA_STATE, key.span)?;
        let notes = self.notes(entries);
        self.count_basis(notes.basis);
        let within = self.bounds(entries);
        let start_node = needed(entries, "start")?;
        let start = self.area_start(&key.value, start_node, scope)?;
        let within = within?;
        self.start_within(&start, &within, start_node.span);
        Ok((start, within))
    }

    /// A number, an expression of the area, a column's name, or a number for each area.
    fn area_start(&mut self, state: &str, node: &'a Node, scope: &mut Scope) -> Checked<Expr> {
        match &node.value {
            Value::Map(_) => self.start_by_area(state, node),
            Value::Text(text) => {
                let columns = self.land.as_ref().map(|l| l.columns.as_slice()).unwrap_or_default();
                let numbers = |c: &super::land::Column| c.name == text.value && c.holds == super::Holds::Numbers;
                match columns.iter().position(numbers) {
                    Some(i) if self.names.get(&text.value).is_none() => Ok(Expr::Column(i, 0)),
                    _ => self.number(node, scope),
                }
            }
            _ => self.number(node, scope),
        }
    }

    fn start_by_area(&mut self, state: &str, node: &'a Node) -> Checked<Expr> {
        let names = self.land.as_ref().map(|l| l.names.clone()).unwrap_or_default();
        let mut values: Vec<Option<f64>> = vec![None; names.len()];
        let mut wrong = false;
        for (key, value) in self.entries(node, "areas")? {
            let Some(place) = self.area_named(&key.value) else {
                self.unknown(&key.value, key.span, "no area has this name", names.clone());
                wrong = true;
                continue;
            };
            match (self.literal(value), values.get_mut(place)) {
                (Ok(value), Some(slot)) => *slot = Some(value),
                _ => wrong = true,
            }
        }
        if wrong {
            return Err(Reported);
        }
        if let Some(i) = values.iter().position(Option::is_none) {
            let area = names.get(i).cloned().unwrap_or_default();
            let message = format!("no start for the area `{area}`");
            return Err(self.error_help(node.span, message, "every area needs one", format!("add `{area}: 0`")));
        }
        let spans = vec![node.span; values.len()];
        let values = values.into_iter().flatten().collect();
        let Some(land) = &mut self.land else { return Err(Reported) };
        // A name that no expression can write.
        let column = super::land::Column {
            name: format!("{state} (start)"),
            holds: super::Holds::Numbers,
            values,
            spans,
            of_towns: false,
        };
        land.columns.push(column);
        Ok(Expr::Column(land.columns.len() - 1, 0))
    }

    /// The scenario's own equations.
    pub fn read_equations(&mut self) -> Vec<AreaWrite> {
        let Some(node) = self.section("territory").and_then(|t| given(t.as_map()?, "each_tick")) else {
            return Vec::new();
        };
        let Ok(entries) = self.map(node, "`each_tick`", &format::EQUATIONS, node.span) else { return Vec::new() };
        let mut scope = Scope::new(Stage::World).after_the_contest().with_draws("").with_area("a");
        scope.area_first = true;
        let mut list: Vec<AreaWrite> = Vec::new();
        for (change, section) in [(false, "set"), (true, "change")] {
            let Some(targets) = given(entries, section) else { continue };
            for (key, value) in self.entries(targets, "what is written").unwrap_or_default() {
                let found = self.land.as_ref().and_then(|l| l.states.get(&key.value)).copied();
                let Some(variable) = found else {
                    self.refuse_area_target(key);
                    continue;
                };
                if list.iter().any(|w| w.variable == variable) {
                    self.error(key.span, format!("`{}` is written twice at once", key.value), "the second time");
                }
                scope.address = key.value.clone();
                scope.used.clear();
                if let Ok(value) = self.number(value, &mut scope) {
                    list.push(AreaWrite { variable, change, value });
                }
            }
        }
        list
    }

    fn refuse_area_target(&mut self, key: &Text) {
        let land = self.land.as_ref();
        if land.is_some_and(|l| l.broken) {
            return;
        }
        let states: Vec<String> = land.map(|l| l.states.keys().cloned().collect()).unwrap_or_default();
        if land.is_some_and(|l| l.columns.iter().any(|c| c.name == key.value)) {
            let help = "declare a state of areas that starts with the column: `state: { name: { start: column } }`";
            self.error_help(key.span, format!("the column `{}` never changes", key.value), "not a state", help);
        } else {
            self.unknown(&key.value, key.span, "no state of areas has this name", states);
        }
    }

    /// The model's territory.
    pub fn finish_territory(&mut self, equations: Vec<AreaWrite>, contest: Option<Contest>) -> Option<Territory> {
        let land = self.land.take()?;
        let mut variables = land.variables;
        if let Some(fight) = &land.fight {
            for (id, variable) in variables.iter_mut().enumerate() {
                if let AreaRole::Input { written, .. } = &mut variable.role {
                    *written = fight.written.contains(&id);
                }
            }
        }
        let columns = land.columns.into_iter().map(|c| AreaColumn { name: c.name, values: c.values }).collect();
        let neighbours = land.neighbours;
        Some(Territory { areas: land.areas, columns, neighbours, variables, equations, equation_place: 0, contest })
    }
}

/// Where an area's state starts: it may draw, each area its own.
fn start_scope(state: &str) -> Scope {
    let mut scope = Scope::new(Stage::Start).after(Begun::Contest).with_draws(format!("{state}/start")).with_area("a");
    scope.area_first = true;
    scope
}
