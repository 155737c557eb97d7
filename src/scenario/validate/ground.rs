//! The ground of the built-in contest: posts, towns and people of each area, and where each side can fight.

use super::Checker;
use super::keys::{given, listed};
use super::land::Column;
use super::problems::{Checked, Reported};
use super::scope::{Begun, Scope, Stage};
use crate::diagnostics::{Diagnostic, Span, suggest};
use crate::scenario::model::{ActorId, BinaryFunction, DrawnPosts, Expr};
use crate::scenario::tree::Node;
use crate::world::contest::{Ground, MOST_POSTS, Place, Plan};
use std::sync::Arc;

impl<'a> Checker<'a> {
    fn numbers_of(&mut self, name: &str, at: Span) -> Checked<Column> {
        let Some(land) = &self.land else { return Err(Reported) };
        match land.columns.iter().find(|c| c.name == name) {
            Some(column) => Ok(column.clone()),
            None if land.broken => Err(Reported),
            None => {
                let names: Vec<&str> = land.columns.iter().map(|c| c.name.as_str()).collect();
                let help = match suggest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the contest needs {}", listed(["posts", "held_by"], "and")),
                };
                let message = format!("the areas have no column `{name}`");
                Err(self.error_help(at, message, "a contest needs it", help))
            }
        }
    }

    /// The side that each area's cell names.
    fn sides_in(&mut self, column: &Column, needed: bool) -> Checked<Vec<Option<usize>>> {
        let mut list = Vec::with_capacity(column.values.len());
        let mut wrong = false;
        for (value, span) in column.values.iter().zip(&column.spans) {
            let actor = (*value >= 0.0).then_some(*value as ActorId);
            let side = actor.and_then(|a| self.actors.get(a)).and_then(|a| a.side);
            if let (Some(actor), None) = (actor, side) {
                let message = format!("`{}` is no side of the contest", self.actor_name(actor));
                self.error_help(*span, message, "holds nothing", "list it under `sides`");
                wrong = true;
            } else if needed && side.is_none() {
                self.error(*span, format!("nobody stands in `{}`", column.name), "every area has a holder");
                wrong = true;
            }
            list.push(side);
        }
        if wrong { Err(Reported) } else { Ok(list) }
    }

    /// A column of whole numbers.
    fn counts_of(&mut self, column: &Column) -> Checked<()> {
        let most = if column.name.starts_with("posts") { 1e5 } else { 1e12 };
        let whole = column.name != "population";
        for (value, span) in column.values.iter().zip(&column.spans) {
            if *value < 0.0 || *value > most || (whole && value.floor() != *value) {
                // Spelled out, the largest would fill the screen.
                let shown = if value.abs() < 1e15 { value.to_string() } else { format!("{value:e}") };
                let message = format!("{shown} cannot be a number of {}", column.name);
                let label = if whole { "expected a whole number, 0 or more" } else { "expected 0 or more" };
                return Err(self.error(*span, message, label));
            }
        }
        Ok(())
    }

    /// A column of counts that may be left out: there are none.
    fn counts_or_none(&mut self, name: &str) -> Checked<Vec<f64>> {
        let land = self.land.as_ref().ok_or(Reported)?;
        match land.columns.iter().find(|c| c.name == name).cloned() {
            Some(column) => self.counts_of(&column).map(|()| column.values),
            None => Ok(vec![0.0; land.names.len()]),
        }
    }

    pub fn ground(&mut self, sides: &[(ActorId, &'a Node)], at: Span) -> Checked<Arc<Ground>> {
        let (held_by, posts) = (self.numbers_of("held_by", at), self.posts(sides, at));
        let (towns, population) = (self.counts_or_none("towns"), self.counts_or_none("population"));
        let (towns, population, held_by, posts) = (towns?, population?, held_by?, posts?);
        let holder: Vec<usize> = self.sides_in(&held_by, true)?.into_iter().flatten().collect();
        let optional = |check: &Self, name: &str| {
            check.land.as_ref().and_then(|l| l.columns.iter().find(|c| c.name == name)).cloned()
        };
        let town_holder = match optional(self, "town_held_by") {
            Some(column) => {
                let found = self.sides_in(&column, false)?;
                found.into_iter().zip(&holder).map(|(side, holder)| side.unwrap_or(*holder)).collect()
            }
            None => holder.clone(),
        };
        let base = match optional(self, "base") {
            Some(column) => self.sides_in(&column, false)?,
            None => vec![None; holder.len()],
        };
        let mut places = Vec::new();
        for (side, (_, node)) in sides.iter().enumerate() {
            let theatre = self.theatre(side, node)?;
            for area in 0..holder.len() {
                // Those that are drawn are put there by each run.
                let here = posts.iter().filter(|(s, _)| s.is_none_or(|s| s == side) && !draws(node));
                let count: f64 = here
                    .filter(|(s, _)| s.is_some() || holder.get(area) == Some(&side))
                    .map(|(_, column)| column.values.get(area).copied().unwrap_or(0.0))
                    // From 0, since the standard library's sum of nothing is −0.
                    .fold(0.0, |sum, posts| sum + posts);
                let holds = holder.get(area) == Some(&side) || town_holder.get(area) == Some(&side);
                if count > 0.0 || holds || theatre.get(area) == Some(&true) {
                    places.push(Place { area, side, posts: count });
                }
            }
        }
        let neighbours = self.land.as_ref().map(|l| l.neighbours.as_slice()).unwrap_or_default();
        let neighbours =
            neighbours.iter().enumerate().flat_map(|(a, list)| list.iter().map(move |b| (a, *b))).collect();
        let plan = Plan { sides: sides.len(), places, neighbours, base, towns, population, holder, town_holder };
        self.shelf
            .ground(plan)
            .map_err(|error| self.error(at, format!("the contest has no ground: {error}"), "does not fit"))
    }

    /// The columns of posts, each with its side; without a side, the holder's. A side that draws its posts has none.
    fn posts(&mut self, sides: &[(ActorId, &'a Node)], at: Span) -> Checked<Vec<(Option<usize>, Column)>> {
        let mut list = Vec::new();
        for (side, (actor, _)) in sides.iter().enumerate().filter(|(_, (_, node))| !draws(node)) {
            let name = format!("posts_{}", self.actor_name(*actor));
            if let Some(column) = self.land.as_ref().and_then(|l| l.columns.iter().find(|c| c.name == name)) {
                list.push((Some(side), column.clone()));
            }
        }
        if list.is_empty() && !sides.iter().all(|(_, node)| draws(node)) {
            list.push((None, self.numbers_of("posts", at)?));
        }
        for (_, column) in &list {
            self.counts_of(column)?;
        }
        if !sides.iter().any(|(_, node)| draws(node)) {
            self.refuse_other_sums(&list)?;
        }
        Ok(list)
    }

    /// Where both the posts of an area and those of its sides stand in the table, they add up.
    fn refuse_other_sums(&mut self, of_sides: &[(Option<usize>, Column)]) -> Checked<()> {
        let all = self.land.as_ref().and_then(|l| l.columns.iter().find(|c| c.name == "posts")).cloned();
        let (Some(all), [(Some(_), first), ..]) = (all, of_sides) else { return Ok(()) };
        let mut wrong = Ok(());
        for (area, (posts, span)) in all.values.iter().zip(&all.spans).enumerate() {
            self.enough()?;
            let sum: f64 = of_sides.iter().filter_map(|(_, column)| column.values.get(area)).sum();
            if sum != *posts {
                let name = self.land.as_ref().and_then(|l| l.names.get(area)).cloned().unwrap_or_default();
                let message = format!("`{name}` has {posts} posts, but its sides have {sum}");
                let help = format!("`posts` is the sum of `{}` and the other sides'; or leave it out", first.name);
                let mut error = Diagnostic::at(*span, message, "all posts").help(help);
                if let Some(span) = first.spans.get(area) {
                    error = error.related(*span, "one side's");
                }
                wrong = Err(self.problems.push(error));
            }
        }
        wrong
    }

    /// `posts: …` of a side: what it holds at the start, in each area by itself.
    pub fn drawn_posts(&mut self, side: ActorId, node: &Node, basis: Option<&Node>) -> Checked<DrawnPosts> {
        self.count_given(node, basis);
        let address = format!("{}/posts", self.actor_name(side));
        let mut scope = Scope::of(Stage::Start, side).after(Begun::States).with_draws(address.clone()).with_area("a");
        scope.area_first = true;
        let value = self.parameter_value(node, &mut scope)?;
        if let Expr::Const(posts) = value
            && !(0.0..=MOST_POSTS).contains(&posts)
        {
            let message = format!("{posts} cannot be a number of posts");
            return Err(self.error(node.span, message, format!("expected 0 to {MOST_POSTS}")));
        }
        self.spend(self.land.as_ref().map_or(0, |land| land.names.len()), node.span)?;
        let draw = self.draw_by_area(address, true);
        Ok(DrawnPosts { value, draw, place: 0 })
    }

    /// The areas in which a side may ever hold or attack; all if not said.
    fn theatre(&mut self, side: usize, node: &'a Node) -> Checked<Vec<bool>> {
        let areas = self.land.as_ref().map_or(0, |l| l.names.len());
        let Some(node) = given(node.as_map().unwrap_or_default(), "theatre") else {
            return Ok(vec![true; areas]);
        };
        let mut scope = Scope::new(Stage::Start).without_draws("in a theatre").with_area("a");
        scope.side = Some(side);
        let condition = self.condition(node, &mut scope)?;
        let Some(land) = &self.land else { return Err(Reported) };
        let values: Option<Vec<bool>> =
            (0..areas).map(|area| fixed(&condition, area, &land.columns).map(|v| v != 0.0)).collect();
        match values {
            Some(values) => Ok(values),
            None => {
                let help = "read only the areas' table: `a.north > 0`";
                Err(self.error_help(node.span, "a theatre is known before the run", "depends on something else", help))
            }
        }
    }
}

/// Whether a side's posts are drawn by each run.
fn draws(side: &Node) -> bool {
    given(side.as_map().unwrap_or_default(), "posts").is_some()
}

/// The value of an expression that reads nothing but the areas' table.
fn fixed(expr: &Expr, area: usize, columns: &[Column]) -> Option<f64> {
    let value = |e: &Expr| fixed(e, area, columns);
    Some(match expr {
        Expr::Const(value) => *value,
        Expr::Column(column, 0) => *columns.get(*column)?.values.get(area)?,
        Expr::Negate(x) => -value(x)?,
        Expr::Not(x) => 1.0 - value(x)?,
        Expr::And(a, b) => f64::from(value(a)? != 0.0 && value(b)? != 0.0),
        Expr::Or(a, b) => f64::from(value(a)? != 0.0 || value(b)? != 0.0),
        Expr::If(c, a, b) => {
            if value(c)? != 0.0 {
                value(a)?
            } else {
                value(b)?
            }
        }
        Expr::Binary(function, a, b) => {
            let (a, b) = (value(a)?, value(b)?);
            match function {
                BinaryFunction::Add => a + b,
                BinaryFunction::Sub => a - b,
                BinaryFunction::Mul => a * b,
                BinaryFunction::Div => a / b,
                BinaryFunction::Min => {
                    if b < a {
                        b
                    } else {
                        a
                    }
                }
                BinaryFunction::Max => {
                    if b > a {
                        b
                    } else {
                        a
                    }
                }
                BinaryFunction::Pow => return None,
            }
        }
        Expr::Compare(comparison, a, b) => {
            let (a, b) = (value(a)?, value(b)?);
            f64::from(comparison.holds(a, b))
        }
        _ => return None,
    })
}
