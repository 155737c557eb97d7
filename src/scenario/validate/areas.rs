//! What an area's names stand for: columns of the table, the scenario's own state, the contest's values.

use super::Checker;
use super::expressions::Resolver;
use super::keys::listed;
use super::problems::{Checked, Reported};
use super::scope::{Begun, Bound, Stage};
use super::types::{Type, Typed};
use crate::diagnostics::suggest;
use crate::language::syntax::{Expr as Syntax, ExprKind, Ident, TextSpan};
use crate::scenario::model::{ActorId, AreaVariableId, Expr, Level};

/// What is kept for a pair of areas costs as much as so many parts.
const PARTS_A_PAIR: usize = 4;

impl Checker<'_> {
    /// Whether areas have something of this name.
    pub fn has_area_name(&self, name: &str) -> bool {
        self.area_names().iter().any(|n| n == name)
    }

    fn area_names(&self) -> Vec<String> {
        let Some(land) = &self.land else {
            return Vec::new();
        };
        let mut names: Vec<String> = land.columns.iter().map(|c| c.name.clone()).collect();
        names.extend(land.states.keys().cloned());
        if let Some(fight) = &land.fight {
            names.extend(fight.side_values.keys().map(|(_, n)| n.clone()));
            names.extend(fight.area_values.keys().cloned());
        }
        names.sort();
        names.dedup();
        names
    }

    /// Whom a column names, one an area.
    pub fn column_actors(&self, column: usize) -> Vec<Option<ActorId>> {
        let values = self.land.as_ref().and_then(|l| l.columns.get(column)).map(|c| c.values.as_slice());
        values.unwrap_or_default().iter().map(|v| (*v >= 0.0).then_some(*v as ActorId)).collect()
    }

    /// The place of an area by its name.
    pub fn area_named(&self, name: &str) -> Option<usize> {
        self.land.as_ref().and_then(|l| l.index.get(name)).copied()
    }
}

impl Resolver<'_, '_> {
    /// `a.name`
    pub fn area_member(&mut self, area: &str, level: Level, name: &str, span: TextSpan) -> Checked<Typed> {
        let Some(land) = &self.check.land else {
            return Err(Reported);
        };
        if let Some(fight) = &land.fight {
            if let Some((id, ty)) = fight.area_values.get(name).copied() {
                let begun = if name.ends_with("holder") { Begun::Posts } else { Begun::Contest };
                self.needs_contest(&format!("`{area}.{name}`"), begun, span)?;
                return Ok(Typed { expr: Expr::Area(id, level), ty });
            }
            let in_the_table = self.scope.stage == Stage::Start && land.columns.iter().any(|c| c.name == name);
            if fight.side_values.keys().any(|(_, n)| n == name) && !in_the_table {
                let Some(id) = self.scope.side.and_then(|s| fight.side_values.get(&(s, name.to_owned()))).copied()
                else {
                    let message = format!("`{area}.{name}` is a value of each side");
                    let help = format!("write `{area}.{name}[side]`");
                    return Err(self.error_help(span, message, "which side's is not said", help));
                };
                return self.side_value(id, name, level, span);
            }
        }
        if let Some(i) = land.columns.iter().position(|c| c.name == name) {
            return self.column(i, level, span);
        }
        if let Some(id) = land.states.get(name).copied() {
            return self.area_state(id, level, span);
        }
        if land.broken {
            return Err(Reported);
        }
        let names = self.check.area_names();
        let help = match suggest(name, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("areas have {}", listed(names.iter().map(String::as_str), "and")),
        };
        Err(self.error_help(span, format!("areas have no `{name}`"), "not a column, state or measure of areas", help))
    }

    fn column(&mut self, column: usize, level: Level, span: TextSpan) -> Checked<Typed> {
        if self.is_fixed() {
            self.needs_a_run("a column of the areas", span)?;
        }
        let info = self.check.land.as_ref().and_then(|l| l.columns.get(column));
        let (name, holds) = info.map(|c| (c.name.clone(), c.holds)).unwrap_or_default();
        let ty = match holds {
            super::Holds::Numbers => Type::Number,
            super::Holds::Actors => Type::Actor,
            super::Holds::Text => {
                let message = format!("the column `{name}` holds text");
                return Err(self.error(span, message, "expected a column of numbers or actors"));
            }
        };
        Ok(Typed { expr: Expr::Column(column, level), ty })
    }

    /// A state of areas. Where posts are drawn, those have begun that do not read posts themselves.
    fn area_state(&mut self, id: AreaVariableId, level: Level, span: TextSpan) -> Checked<Typed> {
        if self.scope.stage == Stage::Start && self.scope.begun == Begun::States {
            let state = self.check.land.as_ref().and_then(|l| l.variables.get(id)).ok_or(Reported)?;
            if state.starts_late {
                let message = format!("`{}` starts from what the contest shows", state.name);
                let help = "let it start from the areas' table and draws alone";
                return Err(self.error_help(span, message, "posts are drawn before that", help));
            }
        } else {
            self.needs_a_run("an area's value", span)?;
        }
        Ok(Typed::number(Expr::Area(id, level)))
    }

    /// What the contest keeps for a side in an area.
    fn side_value(&mut self, id: AreaVariableId, name: &str, level: Level, span: TextSpan) -> Checked<Typed> {
        let begun = if name == "posts" { Begun::Posts } else { Begun::Contest };
        self.needs_contest("an area's value", begun, span)?;
        Ok(Typed::number(Expr::Area(id, level)))
    }

    /// `a.threat[front]`
    pub fn area_index(
        &mut self,
        area: &Syntax,
        member: &Ident,
        arguments: &[Syntax],
        span: TextSpan,
    ) -> Checked<Typed> {
        let level = match &area.kind {
            ExprKind::Name(name) => match self.scope.find(name) {
                Some(Bound::Area(level)) => level,
                _ => {
                    return Err(self.error(
                        area.span,
                        "only an area's value can be followed by `[side]`",
                        "not an area",
                    ));
                }
            },
            _ => return Err(self.error(area.span, "only an area's value can be followed by `[side]`", "not an area")),
        };
        let [argument] = arguments else {
            return Err(self.error(span, "expected one side", "write `a.threat[front]`"));
        };
        let side = self.side_argument(argument)?;
        let found = self
            .check
            .land
            .as_ref()
            .and_then(|l| l.fight.as_ref())
            .and_then(|f| f.side_values.get(&(side, member.name.clone())))
            .copied();
        match found {
            Some(id) => self.side_value(id, &member.name, level, span),
            None => {
                let message = format!("`{}` is not a value of each side", member.name);
                let help = "a side has `posts`, `threat`, `cut_off`, `garrison`, `supply` and `fire` in an area";
                Err(self.error_help(member.span, message, "cannot be followed by `[side]`", help))
            }
        }
    }

    /// `borders(a, b)`: whether two areas are neighbours.
    pub fn borders(&mut self, arguments: &[Syntax], span: TextSpan) -> Checked<Typed> {
        self.arity("borders(a, b)", arguments.len(), &[2], span)?;
        let mut levels = Vec::new();
        for argument in arguments {
            let bound = match &argument.kind {
                ExprKind::Name(name) => self.scope.find(name),
                _ => None,
            };
            let Some(Bound::Area(level)) = bound else {
                let help = "write `sum(b in areas where borders(a, b), b.population)` where `a` is an area too";
                return Err(self.error_help(argument.span, "expected an area", "not the area of a loop", help));
            };
            levels.push(level);
        }
        let [one, other] = levels.as_slice() else { return Err(Reported) };
        // The engine keeps a table of all pairs, and looks for one that is the same.
        let areas = self.check.land.as_ref().map_or(0, |land| land.names.len());
        let place = self.span(span);
        self.check.spend(PARTS_A_PAIR * areas * areas, place)?;
        // No area is its own neighbour.
        let expr = if one == other { Expr::Const(0.0) } else { Expr::Borders(*one, *other) };
        Ok(Typed::bool(expr))
    }

    /// The side that an argument names.
    pub fn side_argument(&mut self, argument: &Syntax) -> Checked<usize> {
        let actor = self.resolve(argument)?;
        let Some(id) = actor.known_actor() else {
            return Err(self.error(argument.span, "expected a side", "not an actor known before the run"));
        };
        if let Some(side) = self.check.actors.get(id).and_then(|a| a.side) {
            return Ok(side);
        }
        let name = self.check.actor_name(id).to_owned();
        let sides: Vec<String> =
            self.check.actors.iter().filter(|a| a.side.is_some()).map(|a| a.name.clone()).collect();
        if sides.is_empty() {
            if self.check.land.as_ref().is_some_and(|l| l.broken) {
                return Err(Reported);
            }
            let help = "declare `sides` under `territory`, or sum over areas: `sum(a in areas, a.population)`";
            return Err(self.error_help(argument.span, "there is no contest: nobody holds anything", "no sides", help));
        }
        let help = format!("the sides are {}", listed(sides.iter().map(String::as_str), "and"));
        Err(self.error_help(argument.span, format!("`{name}` is not a side of the contest"), "holds nothing", help))
    }
}
