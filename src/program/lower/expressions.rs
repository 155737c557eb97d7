//! Expressions: each becomes an operand; comparisons inside are checked where their branch is taken.

use super::{Lowering, Stage};
use crate::program::constant::fold_start;
use crate::program::folds::Step;
use crate::program::instruction::{BinaryOperation, Instruction, UnaryOperation};
use crate::program::layout::ClockValue;
use crate::program::operand::{ContestField, Operand};
use crate::scenario::model::{
    AreaRole, AreaVariableId, BinaryFunction, Comparison, Contest, Expr, Fold, Level, VariableId, View,
};
use crate::world::contest;

impl Lowering<'_> {
    /// The operand that holds an expression's value.
    pub(super) fn expression(&mut self, expr: &Expr) -> Operand {
        match expr {
            Expr::Const(x) => Operand::Const(*x),
            Expr::Lever(id) => Operand::Run(*id as u32),
            Expr::Uncertainty(id) => Operand::Run(self.layout.first_uncertainty + *id as u32),
            Expr::Variable(id, view) => self.variable(*id, *view),
            Expr::Outcome(id) => Operand::Record(*id as u32),
            Expr::Since(id) => {
                let reached = Operand::Record(self.layout.first_milestone + *id as u32);
                self.builder.binary(BinaryOperation::Sub, Operand::Clock(ClockValue::Now as u32), reached)
            }
            Expr::Reached(id) => {
                let reached = Operand::Record(self.layout.first_milestone + *id as u32);
                self.builder.compare(Comparison::Gt, reached, Operand::Const(f64::NEG_INFINITY))
            }
            Expr::Sustained(id, ticks) => {
                let streak = Operand::Record(self.layout.first_streak + *id as u32);
                self.builder.compare(Comparison::Ge, streak, Operand::Const(f64::from(*ticks)))
            }
            Expr::Past(id, _) if self.is_start => self.recorded_now(&self.scenario.histories[*id].value, 0),
            Expr::AreaPast(id, _, level) if self.is_start => {
                let mut value = self.scenario.histories[*id].value.clone();
                deepen(&mut value, *level);
                self.recorded_now(&value, usize::from(*level) + 1)
            }
            Expr::Past(id, ticks) => Operand::Past { history: self.layout.history_of[*id], ticks: *ticks },
            Expr::Amount => Operand::Amount,
            Expr::Field(field) => Operand::Field(*field as u32),
            Expr::Let(id) => self.lets.get(*id).copied().flatten().unwrap_or(Operand::Const(f64::NAN)),
            Expr::Date => Operand::Clock(ClockValue::Date as u32),
            Expr::Season(id) => Operand::Clock(ClockValue::FIRST_SEASON + *id as u32),
            Expr::Draw(draw, kind) => {
                let streams = self.streams(*draw);
                self.builder.draw(*kind, streams, None)
            }
            Expr::AreaDraw(draw, kind, level) => {
                let streams = self.streams(*draw);
                self.builder.draw(*kind, streams, Some(*level))
            }
            Expr::Area(..) | Expr::AreaAt(..) if is_holder(self, expr) => self.holder(expr),
            Expr::AreaPast(..) | Expr::Column(..) | Expr::Area(..) | Expr::AreaAt(..) | Expr::ColumnVariable(..) => {
                self.area_value(expr)
            }
            Expr::Borders(one, other) => self.borders(*one, *other),
            Expr::Negate(a) => {
                let a = self.expression(a);
                self.builder.unary(UnaryOperation::Negate, a)
            }
            Expr::Unary(function, a) => {
                let a = self.expression(a);
                self.builder.unary(UnaryOperation::Function(*function), a)
            }
            Expr::Power(a, n) => {
                let a = self.expression(a);
                self.builder.unary(UnaryOperation::Power(*n), a)
            }
            Expr::Binary(function, a, b) => self.arithmetic(*function, a, b),
            Expr::Compare(comparison, a, b) => self.comparison(*comparison, a, b),
            Expr::And(a, b) => self.junction(BinaryOperation::And, a, b),
            Expr::Or(a, b) => self.junction(BinaryOperation::Or, a, b),
            Expr::Not(a) => {
                let a = self.expression(a);
                self.builder.unary(UnaryOperation::Not, a)
            }
            Expr::If(c, a, b) => {
                let c = self.expression(c);
                let a = self.under(c, true, |this| this.expression(a));
                let b = self.under(c, false, |this| this.expression(b));
                self.builder.select(c, a, b)
            }
            Expr::OverGroup(fold, members) => self.over_group(*fold, members),
            Expr::OverAreas(fold, level, filter, body) => self.over_areas(*fold, *level, filter.as_deref(), body),
        }
    }

    /// An expression in which no comparison is checked.
    pub(super) fn unchecked(&mut self, expr: &Expr) -> Operand {
        let before = std::mem::replace(&mut self.unchecked, true);
        let value = self.expression(expr);
        self.unchecked = before;
        value
    }

    /// What a history would record now, worked out inside so many loops and outside all others, whose areas its own loops
    /// must not take for theirs.
    fn recorded_now(&mut self, value: &Expr, loops: usize) -> Operand {
        let conditions = std::mem::take(&mut self.conditions);
        let inner = self.builder.leave_loops(loops);
        let value = self.unchecked(value);
        self.builder.enter_again(inner);
        self.conditions = conditions;
        value
    }

    /// A variable: one's own now, another's as last observed.
    fn variable(&mut self, id: VariableId, view: View) -> Operand {
        let cell = self.cell(id);
        let within_reach = match self.stage {
            Stage::Actor(actor) => self.layout.actor_cells[actor].contains(&cell),
            Stage::World => true,
        };
        if within_reach && view == View::Now {
            self.snapshot.get(&cell).copied().unwrap_or(Operand::Cell(cell))
        } else {
            let shown = self.layout.show(cell);
            let known = self.builder.banks.shown.len();
            self.builder.banks.shown.extend_from_slice(&self.layout.shown[known..]);
            Operand::Shown(shown)
        }
    }

    fn arithmetic(&mut self, function: BinaryFunction, a: &Expr, b: &Expr) -> Operand {
        use BinaryFunction as F;
        if let (F::Add | F::Sub, Expr::Binary(F::Mul, x, y)) = (function, b) {
            let a = self.expression(a);
            let (x, y) = (self.expression(x), self.expression(y));
            if !matches!((x, y), (Operand::Const(_), Operand::Const(_))) {
                return if function == F::Add { self.builder.mul_add(a, x, y) } else { self.builder.mul_sub(a, x, y) };
            }
            let product = self.builder.binary(BinaryOperation::Mul, x, y);
            return self.builder.binary(operation(function), a, product);
        }
        let (a, b) = (self.expression(a), self.expression(b));
        self.builder.binary(operation(function), a, b)
    }

    fn comparison(&mut self, comparison: Comparison, a: &Expr, b: &Expr) -> Operand {
        let plain =
            |this: &Self, expr: &Expr| is_holder(this, expr) || matches!(expr, Expr::Const(_) | Expr::Column(..));
        if (is_holder(self, a) || is_holder(self, b)) && plain(self, a) && plain(self, b) {
            let (a, b) = (self.side_number(a), self.side_number(b));
            return self.builder.compare(comparison, a, b);
        }
        let (left, right) = (self.expression(a), self.expression(b));
        if !matches!(a, Expr::Since(_)) {
            self.check(left);
        }
        if !matches!(b, Expr::Since(_)) {
            self.check(right);
        }
        self.builder.compare(comparison, left, right)
    }

    fn junction(&mut self, op: BinaryOperation, a: &Expr, b: &Expr) -> Operand {
        let a = self.expression(a);
        let b = self.under(a, op == BinaryOperation::And, |this| this.expression(b));
        self.builder.binary(op, a, b)
    }

    fn over_group(&mut self, fold: Fold, members: &[(Option<Expr>, Expr)]) -> Operand {
        let mut result = Operand::Const(fold_start(fold));
        let mut count = Operand::Const(0.0);
        for (filter, body) in members {
            let filter = filter.as_ref().map(|filter| self.expression(filter));
            let value = match filter {
                Some(filter) => self.under(filter, true, |this| this.expression(body)),
                None => self.expression(body),
            };
            let next = self.fold_step(fold, result, value);
            result = match filter {
                Some(filter) => self.builder.select(filter, next, result),
                None => next,
            };
            let one = filter.unwrap_or(Operand::Const(1.0));
            count = if fold == Fold::Mean { self.builder.binary(BinaryOperation::Add, count, one) } else { count };
        }
        if fold == Fold::Mean { self.builder.binary(BinaryOperation::Div, result, count) } else { result }
    }

    fn fold_step(&mut self, fold: Fold, so_far: Operand, value: Operand) -> Operand {
        let op = match fold {
            Fold::Sum | Fold::Mean => BinaryOperation::Add,
            Fold::Min => BinaryOperation::Min,
            Fold::Max => BinaryOperation::Max,
            Fold::Any => BinaryOperation::Or,
            Fold::All => BinaryOperation::And,
        };
        self.builder.binary(op, so_far, value)
    }

    fn over_areas(&mut self, fold: Fold, level: Level, filter: Option<&Expr>, body: &Expr) -> Operand {
        let outside = self.mask();
        let kept = std::mem::take(&mut self.conditions);
        if let Some(outside) = outside {
            self.conditions.push(super::Condition { operand: outside, holds: true });
        }
        self.builder.open(Instruction::Loop { list: 0, level, end: 0 });
        let filter = filter.and_then(|filter| self.narrowed(filter));
        let value = match filter {
            Some(filter) => self.under(filter, true, |this| this.expression(body)),
            None => self.expression(body),
        };
        let steps = [Step { fold, value, filter }, Step { fold: Fold::Sum, value: Operand::Const(1.0), filter }];
        let results = self.builder.close_fold(if fold == Fold::Mean { &steps } else { &steps[..1] });
        self.conditions = kept;
        match results[..] {
            [sum, count] => self.builder.binary(BinaryOperation::Div, sum, count),
            _ => results[0],
        }
    }

    /// What is left to ask of a filter in each round of the loop that has just begun. Parts that are known now, as far as nothing
    /// unknown stands before them, narrow the loop: what stands behind a part that does not hold is not looked at anyway.
    pub(super) fn narrowed(&mut self, filter: &Expr) -> Option<Operand> {
        let Expr::And(first, rest) = filter else {
            let filter = self.expression(filter);
            return self.builder.narrow(filter);
        };
        match self.narrowed(first) {
            None => self.narrowed(rest),
            Some(first) => {
                let rest = self.under(first, true, |this| this.expression(rest));
                Some(self.builder.binary(BinaryOperation::And, first, rest))
            }
        }
    }

    /// Values that depend on an area.
    fn area_value(&mut self, expr: &Expr) -> Operand {
        match expr {
            Expr::AreaPast(id, ticks, level) => {
                let (first, ticks) = (self.layout.history_of[*id], *ticks);
                let areas = 0..self.areas() as u32;
                let entries = areas.map(|area| Operand::Past { history: first + area, ticks }).collect();
                self.builder.places.by_area(entries, *level)
            }
            Expr::Column(column, level) => {
                let entries = self.column(*column).map(Operand::Const).collect();
                self.builder.places.by_area(entries, *level)
            }
            Expr::Area(variable, level) => self.area_variable(*variable, *level),
            Expr::AreaAt(variable, area) if *area < self.areas() => {
                self.area_column(*variable, *area, self.own_cells(*variable))
            }
            Expr::AreaAt(..) => Operand::Const(0.0),
            Expr::ColumnVariable(variables, view, level) => {
                let entry = |id: &Option<VariableId>| id.map_or(Operand::Const(0.0), |id| self.variable(id, *view));
                let entries = variables.iter().map(entry).collect();
                self.builder.places.by_area(entries, *level)
            }
            _ => Operand::Const(f64::NAN),
        }
    }

    /// Whether the areas of two loops are neighbours: a table by the area of the inner loop, of tables by that of the outer.
    fn borders(&mut self, one: Level, other: Level) -> Operand {
        let Some(territory) = &self.scenario.territory else { return Operand::Const(0.0) };
        let (outer, inner) = (one.min(other), one.max(other));
        let areas = 0..territory.areas.len();
        let entry = |neighbours: &Vec<usize>| {
            let row = areas.clone().map(|area| Operand::Const(f64::from(u8::from(neighbours.contains(&area)))));
            self.builder.places.by_area(row.collect(), outer)
        };
        let entries = territory.neighbours.iter().map(entry).collect();
        self.builder.places.by_area(entries, inner)
    }

    /// The values of an area column, area by area.
    fn column(&self, column: usize) -> impl Iterator<Item = f64> + use<'_> {
        let columns = self.scenario.territory.iter().flat_map(move |territory| territory.columns.get(column));
        columns.flat_map(|column| column.values.iter().copied())
    }

    /// An area variable in the area of a loop, as this stage sees it. It is spelled out once, however many expressions read it.
    fn area_variable(&mut self, id: AreaVariableId, level: Level) -> Operand {
        let own = self.own_cells(id);
        if let Some(known) = self.area_variables.get(&(id, own)) {
            return known.at(level);
        }
        let entries = (0..self.areas()).map(|area| self.area_column(id, area, own)).collect();
        let operand = self.builder.places.by_area(entries, level);
        self.area_variables.insert((id, own), operand);
        operand
    }

    /// The first of the own cells in which an actor's code finds an area variable.
    fn own_cells(&self, id: AreaVariableId) -> Option<u32> {
        let cells = if self.reads_copies { &self.layout.order_copies } else { &self.layout.order_cells };
        match (self.stage, cells.get(&id)) {
            (Stage::Actor(actor), Some(&first)) if self.layout.actor_cells[actor].contains(&first) => Some(first),
            _ => None,
        }
    }

    fn area_column(&self, id: AreaVariableId, area: usize, own: Option<u32>) -> Operand {
        let Some(territory) = &self.scenario.territory else { return Operand::Const(0.0) };
        let variable = &territory.variables[id];
        if !variable.exists[area] {
            return Operand::Const(0.0);
        }
        if let Some(first) = own {
            return Operand::Cell(first + area as u32);
        }
        let pair = |contest: &Option<Contest>, side: usize| {
            contest.as_ref().and_then(|contest| contest.ground.pair(area, side)).map(|pair| pair as u32)
        };
        match &variable.role {
            AreaRole::State => Operand::Area(self.layout.area_of[&id] + area as u32),
            AreaRole::Input { side, input, .. } => {
                let field = match input {
                    contest::Input::Garrison => ContestField::Garrison,
                    contest::Input::Supply => ContestField::Supply,
                    contest::Input::Fire => ContestField::Fire,
                };
                pair(&territory.contest, *side).map_or(Operand::Const(0.0), |pair| Operand::Contest(field, pair))
            }
            AreaRole::Side { side, value } => {
                let field = match value {
                    contest::SideValue::Posts => ContestField::Posts,
                    contest::SideValue::Threat => ContestField::Threat,
                    contest::SideValue::CutOff => ContestField::CutOff,
                };
                pair(&territory.contest, *side).map_or(Operand::Const(0.0), |pair| Operand::Contest(field, pair))
            }
            AreaRole::Area(value) => {
                let field = match value {
                    contest::AreaValue::Holder => ContestField::Holder,
                    contest::AreaValue::TownHolder => ContestField::TownHolder,
                    contest::AreaValue::Ruined => ContestField::Ruined,
                    contest::AreaValue::Fighting => ContestField::Fighting,
                };
                Operand::Contest(field, area as u32)
            }
        }
    }

    /// Who holds an area, as the number of an actor.
    fn holder(&mut self, expr: &Expr) -> Operand {
        let side = self.area_value(expr);
        let contest = self.scenario.territory.as_ref().and_then(|territory| territory.contest.as_ref());
        let mut actor = Operand::Const(-1.0);
        for (number, known) in contest.iter().flat_map(|contest| &contest.sides).enumerate() {
            let is_it = self.builder.compare(Comparison::Eq, side, Operand::Const(number as f64));
            actor = self.builder.select(is_it, Operand::Const(known.actor as f64), actor);
        }
        actor
    }

    /// An actor-valued operand of a comparison with a holder, as the number of a side (the contest's own numbers); those
    /// who are no side get a number that no side has.
    fn side_number(&mut self, expr: &Expr) -> Operand {
        let sides: Vec<usize> = self
            .scenario
            .territory
            .iter()
            .flat_map(|territory| &territory.contest)
            .flat_map(|contest| contest.sides.iter().map(|side| side.actor))
            .collect();
        let number = move |actor: f64| match sides.iter().position(|&side| side as f64 == actor) {
            Some(side) => side as f64,
            None => -2.0 - actor,
        };
        match expr {
            Expr::Const(actor) => Operand::Const(number(*actor)),
            Expr::Column(column, level) => {
                let entries = self.column(*column).map(|actor| Operand::Const(number(actor))).collect();
                self.builder.places.by_area(entries, *level)
            }
            holder => self.area_value(holder),
        }
    }
}

/// Whether an expression is who holds an area, which the contest keeps as the number of a side.
fn is_holder(lowering: &Lowering<'_>, expr: &Expr) -> bool {
    let (Expr::Area(id, _) | Expr::AreaAt(id, _)) = expr else { return false };
    let variables = lowering.scenario.territory.as_ref().map(|territory| &territory.variables);
    matches!(
        variables.and_then(|variables| variables.get(*id)).map(|variable| &variable.role),
        Some(AreaRole::Area(contest::AreaValue::Holder | contest::AreaValue::TownHolder))
    )
}

fn operation(function: BinaryFunction) -> BinaryOperation {
    match function {
        BinaryFunction::Add => BinaryOperation::Add,
        BinaryFunction::Sub => BinaryOperation::Sub,
        BinaryFunction::Mul => BinaryOperation::Mul,
        BinaryFunction::Div => BinaryOperation::Div,
        BinaryFunction::Pow => BinaryOperation::Pow,
        BinaryFunction::Min => BinaryOperation::Min,
        BinaryFunction::Max => BinaryOperation::Max,
    }
}

/// Moves an expression so many loops deeper.
fn deepen(expr: &mut Expr, by: Level) {
    match expr {
        Expr::AreaPast(_, _, level)
        | Expr::Column(_, level)
        | Expr::Area(_, level)
        | Expr::ColumnVariable(_, _, level)
        | Expr::AreaDraw(_, _, level) => *level += by,
        Expr::Borders(one, other) => {
            *one += by;
            *other += by;
        }
        Expr::Negate(a) | Expr::Unary(_, a) | Expr::Power(a, _) | Expr::Not(a) => deepen(a, by),
        Expr::Binary(_, a, b) | Expr::Compare(_, a, b) | Expr::And(a, b) | Expr::Or(a, b) => {
            deepen(a, by);
            deepen(b, by);
        }
        Expr::If(a, b, c) => {
            deepen(a, by);
            deepen(b, by);
            deepen(c, by);
        }
        Expr::OverGroup(_, members) => {
            for (filter, body) in members {
                filter.iter_mut().for_each(|filter| deepen(filter, by));
                deepen(body, by);
            }
        }
        Expr::OverAreas(_, level, filter, body) => {
            *level += by;
            filter.iter_mut().for_each(|filter| deepen(filter, by));
            deepen(body, by);
        }
        _ => {}
    }
}
