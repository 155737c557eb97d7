//! Measures of the territory: `held`, `amount_held`, `lost`, `surrendered`.

use super::expressions::{Resolver, arithmetic, comparison};
use super::problems::{Checked, Reported};
use super::scope::{Begun, Bound};
use super::types::{Type, Typed};
use crate::diagnostics::{Diagnostic, suggest};
use crate::language::syntax::{Comparison, Expr as Syntax, ExprKind, TextSpan};
use crate::scenario::model::{BinaryFunction, Expr, Fold, Level, Total, View};

/// What a measure counts.
enum Weight {
    Posts,
    Column(usize),
    Towns(usize),
}

impl Resolver<'_, '_> {
    fn weight(&mut self, syntax: &Syntax) -> Checked<Weight> {
        let Some(land) = &self.check.land else {
            return Err(Reported);
        };
        let names: Vec<String> =
            land.columns.iter().filter(|c| c.holds == super::Holds::Numbers).map(|c| c.name.clone()).collect();
        let ExprKind::Name(name) = &syntax.kind else {
            return Err(self.error_help(
                syntax.span,
                "expected what is counted",
                "not a name",
                "write `towns` or another column",
            ));
        };
        if name == "posts" {
            return Ok(Weight::Posts);
        }
        let numbers = |(_, c): &(usize, &super::land::Column)| c.name == *name && c.holds == super::Holds::Numbers;
        match land.columns.iter().enumerate().find(numbers) {
            Some((i, column)) if column.of_towns => Ok(Weight::Towns(i)),
            Some((i, _)) => Ok(Weight::Column(i)),
            None if land.broken => Err(Reported),
            None => {
                let help = suggest(name, names.iter().map(String::as_str)).map(|n| format!("did you mean `{n}`?"));
                let message = format!("areas have no column of numbers `{name}`");
                let span = self.span(syntax.span);
                Err(self.check.problems.push(Diagnostic::at(span, message, "cannot be counted").maybe_help(help)))
            }
        }
    }

    /// `held(side, weight[, where])`, as a share or an amount.
    pub fn held(&mut self, arguments: &[Syntax], share: bool, span: TextSpan) -> Checked<Typed> {
        let usage = if share { "held(side, weight, where)" } else { "amount_held(side, weight, where)" };
        self.arity(usage, arguments.len(), &[2, 3], span)?;
        self.needs_contest("who holds what", Begun::Posts, span)?;
        let [side, weight, rest @ ..] = arguments else {
            return Err(Reported);
        };
        let side = self.side_argument(side)?;
        let weight = self.weight(weight)?;
        let level = self.open_loop(span)?;
        let filter = match rest.first() {
            Some(filter) => self.area_filter(filter, level)?,
            None => None,
        };
        let part = self.part_held(side, &weight, level, filter.clone())?;
        if !share {
            return Ok(Typed::number(part));
        }
        let whole = self.whole(&weight, level, filter)?;
        Ok(Typed::number(match whole {
            Expr::Const(0.0) => Expr::Const(0.0),
            whole @ Expr::Const(_) => arithmetic(BinaryFunction::Div, part, whole),
            whole => {
                let some = comparison(Comparison::Gt, whole.clone(), Expr::Const(0.0));
                let share = arithmetic(BinaryFunction::Div, part, whole);
                Expr::If(Box::new(some), Box::new(share), Box::new(Expr::Const(0.0)))
            }
        }))
    }

    fn area_filter(&mut self, filter: &Syntax, level: Level) -> Checked<Option<Expr>> {
        let condition = self.bound("a", Bound::Area(level), |r| r.undrawn("in a measure", |r| r.bool(filter)))?;
        Ok(super::over::unless_sure(condition))
    }

    /// What the side holds of it.
    fn part_held(&mut self, side: usize, weight: &Weight, level: Level, filter: Option<Expr>) -> Checked<Expr> {
        let Some(fight) = self.check.land.as_ref().and_then(|l| l.fight.as_ref()) else {
            return Err(Reported);
        };
        let actor = fight.sides.get(side).map(|s| s.actor).ok_or(Reported)?;
        let area_value = |name: &str| fight.area_values.get(name).map(|(id, _)| *id).ok_or(Reported);
        let (holder, column) = match weight {
            Weight::Posts => {
                let posts = fight.side_values.get(&(side, String::from("posts"))).copied().ok_or(Reported)?;
                return Ok(Expr::OverAreas(Fold::Sum, level, filter.map(Box::new), Box::new(Expr::Area(posts, level))));
            }
            Weight::Column(column) => (area_value("holder")?, *column),
            Weight::Towns(column) => (area_value("town_holder")?, *column),
        };
        let holds = comparison(Comparison::Eq, Expr::Area(holder, level), Expr::Const(actor as f64));
        let filter = super::over::both(filter, Some(holds));
        Ok(Expr::OverAreas(Fold::Sum, level, filter.map(Box::new), Box::new(Expr::Column(column, level))))
    }

    /// All of it there is, at once where it never changes.
    fn whole(&mut self, weight: &Weight, level: Level, filter: Option<Expr>) -> Checked<Expr> {
        let Some(land) = &self.check.land else {
            return Err(Reported);
        };
        let sum = |body: Expr| Expr::OverAreas(Fold::Sum, level, filter.clone().map(Box::new), Box::new(body));
        match weight {
            Weight::Posts => {
                let Some(fight) = &land.fight else {
                    return Err(Reported);
                };
                // Side by side, so that what each holds is added up once, whichever shares are asked for. Posts are whole
                // numbers: their sum is the same in any order.
                let posts = (0..fight.sides.len()).filter_map(|s| fight.side_values.get(&(s, String::from("posts"))));
                posts
                    .map(|id| sum(Expr::Area(*id, level)))
                    .reduce(|a, b| arithmetic(BinaryFunction::Add, a, b))
                    .ok_or(Reported)
            }
            Weight::Column(column) | Weight::Towns(column) if filter.is_none() => {
                let values = land.columns.get(*column).map(|c| c.values.as_slice()).unwrap_or_default();
                Ok(Expr::Const(values.iter().fold(0.0, |sum, value| sum + value)))
            }
            Weight::Column(column) | Weight::Towns(column) => Ok(sum(Expr::Column(*column, level))),
        }
    }

    /// `lost(side, weight[, time])`, gross.
    pub fn lost(&mut self, arguments: &[Syntax], span: TextSpan) -> Checked<Typed> {
        self.arity("lost(side, weight, 4 weeks)", arguments.len(), &[2, 3], span)?;
        self.needs_a_run("what was lost", span)?;
        let [side, weight, rest @ ..] = arguments else {
            return Err(Reported);
        };
        let side = self.side_argument(side)?;
        let total = match self.weight(weight)? {
            Weight::Posts => Total::PostsLost(side),
            Weight::Column(column) => Total::ColumnLost { side, column, towns: false },
            Weight::Towns(column) => Total::ColumnLost { side, column, towns: true },
        };
        self.total(total, rest.first(), span)
    }

    /// `surrendered(side[, time])`
    pub fn surrendered(&mut self, arguments: &[Syntax], span: TextSpan) -> Checked<Typed> {
        self.arity("surrendered(side, 4 weeks)", arguments.len(), &[1, 2], span)?;
        self.needs_a_run("who surrendered", span)?;
        let [side, rest @ ..] = arguments else {
            return Err(Reported);
        };
        let side = self.side_argument(side)?;
        self.total(Total::Surrendered(side), rest.first(), span)
    }

    fn total(&mut self, total: Total, time: Option<&Syntax>, span: TextSpan) -> Checked<Typed> {
        let id = self.check.total(total);
        let now = self.read(id, span)?;
        let Some(time) = time else {
            return Ok(Typed::number(now));
        };
        let ticks = self.span_argument(time)?;
        let place = self.span(span);
        // The past counts from the last observation. Where this step's losses are in already, it is one tick nearer.
        let then = match if self.scope.fought { ticks - 1 } else { ticks } {
            0 => Expr::Variable(id, View::Observed),
            ago => Expr::Past(self.check.history(Expr::Variable(id, View::Now), false, ago, place)?, ago),
        };
        let expr = arithmetic(BinaryFunction::Sub, now, then);
        Ok(Typed { expr, ty: Type::Number })
    }
}
