//! The sides of the built-in contest, its parameters and its ground.

use super::Checker;
use super::keys::{given, lacks, needed};
use super::land::{Fight, FightingSide};
use super::names::Symbol;
use super::problems::{Checked, Reported};
use super::scope::{Scope, Stage};
use super::types::Type;
use crate::diagnostics::Span;
use crate::language::syntax::Unit;
use crate::scenario::format;
use crate::scenario::model::{
    ActorId, AreaRole, AreaVariable, BasisKind, Bounds, Contest, Draw, Expr, Side, VariableId,
};
use crate::scenario::tree::{Node, Text, Value};
use crate::world::contest::{AreaValue, DRAWS, Ground, Input, Parameter, SideParameter, SideValue, Specification};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Columns of numbers that the contest needs.
pub(super) const NUMBERS: [&str; 3] = ["posts", "towns", "population"];

const INPUTS: [(&str, Input); 3] = [("garrison", Input::Garrison), ("supply", Input::Supply), ("fire", Input::Fire)];

const SIDE_VALUES: [(&str, SideValue); 3] =
    [("posts", SideValue::Posts), ("threat", SideValue::Threat), ("cut_off", SideValue::CutOff)];

const AREA_VALUES: [(&str, AreaValue, Type); 4] = [
    ("holder", AreaValue::Holder, Type::Actor),
    ("town_holder", AreaValue::TownHolder, Type::Actor),
    ("ruined", AreaValue::Ruined, Type::Number),
    ("fighting", AreaValue::Fighting, Type::Number),
];

impl<'a> Checker<'a> {
    /// The sides and the ground that they fight over, so that expressions can name what the contest shows.
    pub fn declare_sides(&mut self, entries: &'a [(Text, Node)]) -> Checked<()> {
        let sides_node = given(entries, "sides").ok_or(Reported)?;
        let mut sides = Vec::new();
        for (key, node) in self.side_entries(sides_node)? {
            let Ok(actor) = self.actor_named(&key.value, key.span) else { continue };
            if let Some(info) = self.actors.get_mut(actor) {
                info.side = Some(sides.len());
            }
            self.spend(4 * self.land.as_ref().map_or(0, |land| land.names.len()), key.span)?;
            sides.push((actor, node));
        }
        if sides.is_empty() {
            return Err(self.error(sides_node.span, "there are no sides", "nobody fights"));
        }
        let ground = self.ground(&sides, sides_node.span)?;
        let inputs = ["garrison", "supply", "fire"];
        let fighting = sides.iter().map(|(actor, _)| FightingSide { actor: *actor }).collect();
        let (area_values, side_values) = self.shown(&sides, &ground);
        let written = BTreeSet::new();
        if let Some(land) = &mut self.land {
            land.fight = Some(Fight { sides: fighting, area_values, side_values, inputs, written, ground });
        }
        Ok(())
    }

    /// The sides without the notes of the whole.
    fn side_entries(&mut self, node: &'a Node) -> Checked<Vec<(&'a Text, &'a Node)>> {
        let entries = self.entries(node, "sides")?;
        Ok(entries.iter().filter(|(k, _)| !format::SIDES.knows(&k.value)).map(|(k, n)| (k, n)).collect())
    }

    /// The area variables in which the contest shows itself.
    #[allow(clippy::type_complexity)]
    fn shown(
        &mut self,
        sides: &[(ActorId, &'a Node)],
        ground: &Ground,
    ) -> (BTreeMap<String, (usize, Type)>, BTreeMap<(usize, String), usize>) {
        let names: Vec<String> = sides.iter().map(|(actor, _)| self.actor_name(*actor).to_owned()).collect();
        let mut of_areas = BTreeMap::new();
        let mut of_sides = BTreeMap::new();
        let Some(land) = &mut self.land else { return (of_areas, of_sides) };
        let areas = land.names.len();
        let mut add = |name: String, role, exists, within| {
            let start = Expr::Const(0.0);
            land.variables.push(AreaVariable { name, role, exists, start, starts_late: false, within, place: 0 });
            land.variables.len() - 1
        };
        for (side, actor) in names.iter().enumerate() {
            let exists: Vec<bool> = (0..areas).map(|area| ground.pair(area, side).is_some()).collect();
            for (name, input) in INPUTS {
                let most = if input == Input::Supply { Some(Expr::Const(1.0)) } else { None };
                let within = Bounds { low: Some(Expr::Const(0.0)), high: most };
                let role = AreaRole::Input { side, input, written: false };
                let id = add(format!("{name}[{actor}]"), role, exists.clone(), within);
                of_sides.insert((side, name.to_owned()), id);
            }
            for (name, value) in SIDE_VALUES {
                let role = AreaRole::Side { side, value };
                let id = add(format!("{name}[{actor}]"), role, exists.clone(), Bounds::default());
                of_sides.insert((side, name.to_owned()), id);
            }
        }
        for (name, value, ty) in AREA_VALUES {
            let id = add(name.to_owned(), AreaRole::Area(value), vec![true; areas], Bounds::default());
            of_areas.insert(name.to_owned(), (id, ty));
        }
        (of_areas, of_sides)
    }

    /// The whole contest, once every name is known.
    pub fn read_contest(&mut self) -> Option<Contest> {
        let entries = self.section("territory")?.as_map()?;
        let sides_node = given(entries, "sides")?;
        let later = self.later_section("territory").and_then(Node::as_map);
        let basis = given(entries, "basis");
        let sides = self.read_sides(sides_node, later.and_then(|l| given(l, "sides")), basis);
        let parameters = self.read_parameters(entries, later, basis);
        let hostile = self.hostile(entries, sides_node.span);
        let (sides, parameters, hostile) = (sides.ok()?, parameters.ok()?, hostile.ok()?);
        let ground = Arc::clone(&self.land.as_ref()?.fight.as_ref()?.ground);
        let mut draw = Draw::default();
        for pair in ground.pairs() {
            let area = self.land.as_ref()?.names.get(pair.area)?;
            let side = self.actor_name(sides.get(pair.side)?.actor);
            DRAWS.iter().for_each(|what| draw.add(&[area, side, what]));
        }
        let draws = self.draws.len();
        self.draws.push(draw);
        Some(Contest { sides, parameters, hostile, draws, ground, place: 0 })
    }

    fn read_sides(&mut self, node: &'a Node, later: Option<&'a Node>, basis: Option<&'a Node>) -> Checked<Vec<Side>> {
        let basis = node.get("basis").or(basis);
        let mut list = Vec::new();
        let mut wrong = false;
        for (key, side) in self.side_entries(node)? {
            let Some(Symbol::Actor(actor)) = self.names.get(&key.value) else {
                wrong = true;
                continue;
            };
            let later = later.and_then(|l| l.get(&key.value));
            match self.side(actor, key, side, later, basis) {
                Ok(side) => list.push(side),
                Err(Reported) => wrong = true,
            }
        }
        if wrong { Err(Reported) } else { Ok(list) }
    }

    fn side(
        &mut self,
        actor: ActorId,
        key: &Text,
        node: &'a Node,
        later: Option<&'a Node>,
        basis: Option<&'a Node>,
    ) -> Checked<Side> {
        let what = format!("side `{}`", key.value);
        let entries = self.map(node, &what, &format::SIDE, key.span)?;
        let later = later.and_then(Node::as_map);
        self.notes(entries);
        let basis = given(entries, "basis").or(basis);
        if let Some(later) = later {
            self.refuse_side_changes(&what, entries, later);
        }
        let force = needed(entries, "force").and_then(|n| self.side_state(actor, n));
        let stock = given(entries, "stock").map(|n| self.side_state(actor, n)).transpose();
        let mut scope = Scope::of(Stage::World, actor).without_draws("in a side's parameter");
        scope.side = self.actors.get(actor).and_then(|a| a.side);
        let mut parameters = Vec::new();
        for parameter in SideParameter::ALL {
            parameters.push(self.parameter_of(parameter.specification(), entries, later, basis, &mut scope));
        }
        let mut area_scope = scope.clone().with_area("a");
        let prefer = match given(entries, "prefer") {
            Some(node) => {
                self.count_given(node, basis);
                self.parameter_value(node, &mut area_scope)
            }
            None => Ok(Expr::Const(1.0)),
        };
        let new = match later.and_then(|l| given(l, "prefer")) {
            Some(node) => Some(self.parameter_value(node, &mut area_scope)?),
            None => later.map(|_| Expr::Const(1.0)),
        };
        let prefer = self.switched(prefer?, new);
        let posts = given(entries, "posts").map(|node| self.drawn_posts(actor, node, basis)).transpose();
        let parameters = parameters.into_iter().collect::<Checked<Vec<Expr>>>()?;
        let (force, stock, posts) = (force?, stock?, posts?);
        if stock == Some(force)
            && let Some(node) = given(entries, "stock")
        {
            return Err(self.error(node.span, "the stock of a side is its force", "expected another state"));
        }
        Ok(Side { actor, force, stock, parameters, prefer, posts })
    }

    /// A side's campaign may change from a date on; who it is may not.
    fn refuse_side_changes(&mut self, what: &str, old: &[(Text, Node)], new: &[(Text, Node)]) {
        for (key, node) in new {
            let fixed = ["force", "stock", "theatre", "posts"].contains(&key.value.as_str());
            if fixed && !given(old, &key.value).is_some_and(|o| super::dated::same(o, node)) {
                self.refuse_change(&format!("{what}: {}", key.value), node);
            }
        }
    }

    fn side_state(&mut self, actor: ActorId, node: &Node) -> Checked<VariableId> {
        let text = self.word(node, "the name of a state")?;
        let Some(info) = self.actors.get(actor) else { return Err(Reported) };
        if let Some(state) = info.states.get(&text.value) {
            return Ok(state.variable);
        }
        let near = info.states.keys().cloned().collect();
        let label = format!("`{}` has no state of this name", info.name);
        Err(self.unknown(&text.value, text.span, label, near))
    }

    fn read_parameters(
        &mut self,
        entries: &'a [(Text, Node)],
        later: Option<&'a [(Text, Node)]>,
        basis: Option<&'a Node>,
    ) -> Checked<Vec<Expr>> {
        let own = match given(entries, "contest") {
            Some(node) => self.map(node, "the contest", &format::CONTEST, node.span)?,
            None => &[],
        };
        let basis = given(own, "basis").or(basis);
        let later = later.map(|l| given(l, "contest").and_then(Node::as_map).unwrap_or_default());
        let mut scope = Scope::new(Stage::World).without_draws("in a parameter of the contest");
        let mut list = Vec::new();
        for parameter in Parameter::ALL {
            list.push(self.parameter_of(parameter.specification(), own, later, basis, &mut scope));
        }
        list.into_iter().collect()
    }

    /// A parameter: what the file says, or its default; under a dated variant, what holds from its date on.
    fn parameter_of(
        &mut self,
        about: &Specification,
        entries: &[(Text, Node)],
        later: Option<&[(Text, Node)]>,
        basis: Option<&Node>,
        scope: &mut Scope,
    ) -> Checked<Expr> {
        let default = match about.rate {
            // Defaults of rates are a week's.
            true => Expr::Const(about.default / self.clock.ticks_per(Unit::Week)),
            false => Expr::Const(about.default),
        };
        let mut read = |check: &mut Self, from: &[(Text, Node)], count: bool| {
            let Some(node) = given(from, about.name) else { return Ok(default.clone()) };
            if count {
                check.count_given(node, basis);
            }
            let value = check.parameter_value(node, scope)?;
            if let Expr::Const(v) = value
                && !about.allows(v)
            {
                let message = format!("`{}` cannot be {v}", about.name);
                let label = match about.most.is_finite() {
                    true => format!("expected {} to {}", about.least, about.most),
                    false => format!("expected {} or more", about.least),
                };
                return Err(check.error_help(node.span, message, label, about.meaning));
            }
            Ok(value)
        };
        let old = read(self, entries, true)?;
        let new = later.map(|l| read(self, l, false)).transpose()?;
        Ok(self.switched(old, new))
    }

    /// A number, an expression, or `{ value: …, because: …, basis: … }`.
    pub fn parameter_value(&mut self, node: &Node, scope: &mut Scope) -> Checked<Expr> {
        if !matches!(node.value, Value::Map(_)) {
            return self.number(node, scope);
        }
        let entries = self.map(node, "the parameter", &format::PARAMETER, node.span)?;
        let value = needed(entries, "value")?;
        self.number(value, scope)
    }

    /// Counts a number by its own basis, or that of the map it stands in.
    pub fn count_given(&mut self, node: &Node, basis: Option<&Node>) {
        let own = node.get("basis").or(basis);
        let kind = own.and_then(|n| match &n.value {
            Value::Text(text) => Some(match text.value.as_str() {
                "data" => BasisKind::Data,
                "literature" => BasisKind::Literature,
                "judgement" => BasisKind::Judgement,
                _ => BasisKind::Placeholder,
            }),
            _ => None,
        });
        if let Some(entries) = node.as_map() {
            self.notes(entries);
        }
        self.count_basis(kind.unwrap_or_default());
    }

    /// `between`: the tie that says who fights whom, how hard.
    fn hostile(&mut self, entries: &'a [(Text, Node)], at: Span) -> Checked<Vec<Vec<Option<VariableId>>>> {
        let Some(node) = given(entries, "between") else {
            if !lacks(entries, &format::TERRITORY, "between") {
                return Err(Reported);
            }
            return Err(self.error(at, "the territory has no `between`", "`between` is missing"));
        };
        let text = self.word(node, "a tie")?;
        let Some(Symbol::Tie(tie)) = self.names.get(&text.value) else {
            let near = self.names.all(|s| matches!(s, Symbol::Tie(_))).map(str::to_owned).collect();
            return Err(self.unknown(&text.value, text.span, "no tie has this name", near));
        };
        let actors: Vec<ActorId> = {
            let fight = self.land.as_ref().and_then(|l| l.fight.as_ref()).ok_or(Reported)?;
            fight.sides.iter().map(|s| s.actor).collect()
        };
        let pairs = self.ties.get(tie).map(|t| t.pairs.clone()).unwrap_or_default();
        let row = |from: &ActorId| actors.iter().map(|to| pairs.get(&(*from, *to)).copied()).collect();
        let rows: Vec<Vec<Option<VariableId>>> = actors.iter().map(row).collect();
        for id in rows.iter().flatten().flatten() {
            let within = self.variables.get(*id).map(|v| &v.within);
            let low = within.and_then(|w| w.low.clone());
            let high = within.and_then(|w| w.high.clone());
            let shares = matches!((low, high), (Some(Expr::Const(l)), Some(Expr::Const(h))) if l >= 0.0 && h <= 1.0);
            if !shares {
                let message = format!("the tie `{}` says how hard sides fight, and must stay in 0 to 1", text.value);
                return Err(self.error_help(text.span, message, "not bounded so", "give it `within: [0, 1]`"));
            }
        }
        Ok(rows)
    }
}
