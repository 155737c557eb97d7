//! What an expression is worth: recursion over the tree, one `f64` after another.

use super::Failure;
use super::world::{Dice, Message, World};
use crate::numerics::functions::{exp, ln, logistic, pow, powi};
use crate::scenario::clock::date_of;
use crate::scenario::model::{
    ActorId, AreaRole, AreaVariableId, AreaWrite, BinaryFunction, DrawId, DrawKind, Expr, Fold, History, Level,
    PlaceId, Scenario, Season, Territory, UnaryFunction, View, Write,
};

/// From where an expression looks at the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Stages 1 and 2, as this actor.
    Actor(ActorId),
    /// Stage 3.
    World,
    /// Stage 4, and the start.
    Observation,
}

/// All that an expression may read.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub scenario: &'a Scenario,
    pub world: &'a World,
    pub dice: Dice,
    /// The step, or 0 at the start.
    pub tick: u32,
    pub stage: Stage,
    /// Where a check that fails is reported; `None` where nothing is checked.
    pub place: Option<PlaceId>,
    /// The rule's local names, as far as they are worked out.
    pub lets: &'a [f64],
    /// The message that arrives.
    pub message: Option<&'a Message>,
}

/// The number of a yes/no.
fn number_of(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

/// Whether a day lies in a season. A season that ends before it begins lasts over the new year.
fn is_in_season(season: &Season, day: i64) -> bool {
    let Some(date) = date_of(day) else { return false };
    let today = (date.month() as u8, date.day() as u8);
    if season.from <= season.to {
        season.from <= today && today <= season.to
    } else {
        today >= season.from || today <= season.to
    }
}

impl<'a> Reader<'a> {
    /// An expression's value, checked to be finite. `areas` are the areas of the loops around it, outermost first.
    pub fn finite(&self, expression: &Expr, areas: &[usize]) -> Result<f64, Failure> {
        let value = self.value(expression, areas)?;
        self.require(value.is_finite())?;
        Ok(value)
    }

    /// Fails at this place unless the check is fulfilled; where nothing is checked, never.
    pub fn require(&self, fulfilled: bool) -> Result<(), Failure> {
        match self.place {
            Some(place) if !fulfilled => Err(Failure { tick: self.tick, place }),
            _ => Ok(()),
        }
    }

    /// What a map writes, every value worked out and checked before the first write.
    pub fn values(&self, writes: &[Write]) -> Result<Vec<f64>, Failure> {
        writes.iter().map(|write| self.finite(&write.value, &[])).collect()
    }

    /// The same in an area; `None` for what does not exist there.
    pub fn area_values(&self, writes: &[AreaWrite], area: usize) -> Result<Vec<Option<f64>>, Failure> {
        let exists = |write: &AreaWrite| self.territory().variables[write.variable].exists[area];
        let value = |write: &AreaWrite| exists(write).then(|| self.finite(&write.value, &[area])).transpose();
        writes.iter().map(value).collect()
    }

    /// Whether a condition holds.
    pub fn holds(&self, condition: &Expr, areas: &[usize]) -> Result<bool, Failure> {
        Ok(self.value(condition, areas)? == 1.0)
    }

    /// Whether a condition holds, if there is one.
    pub fn passes(&self, filter: Option<&Expr>, areas: &[usize]) -> Result<bool, Failure> {
        filter.map_or(Ok(true), |filter| self.holds(filter, areas))
    }

    /// An expression's value.
    pub fn value(&self, expression: &Expr, areas: &[usize]) -> Result<f64, Failure> {
        let world = self.world;
        Ok(match expression {
            Expr::Const(number) => *number,
            Expr::Lever(lever) => self.lever(*lever),
            Expr::Uncertainty(uncertainty) => world.uncertainties[*uncertainty],
            Expr::Variable(variable, View::Now) => world.now[*variable],
            Expr::Variable(variable, View::Observed) => world.observed[*variable],
            Expr::Outcome(outcome) => world.outcomes[*outcome],
            Expr::Since(milestone) => match world.milestones[*milestone] {
                Some(reached) => f64::from(self.now() - reached),
                None => f64::INFINITY,
            },
            Expr::Reached(milestone) => number_of(world.milestones[*milestone].is_some()),
            Expr::Sustained(streak, count) => number_of(world.streaks[*streak] >= *count),
            Expr::Past(history, back) => self.past(*history, *back, None)?,
            Expr::AreaPast(history, back, level) => self.past(*history, *back, Some(area_at(areas, *level)))?,
            Expr::Column(column, level) => self.territory().columns[*column].values[area_at(areas, *level)],
            Expr::Area(variable, level) => self.area(*variable, area_at(areas, *level)),
            Expr::AreaAt(variable, area) => self.area(*variable, *area),
            Expr::ColumnVariable(variables, view, level) => match (variables[area_at(areas, *level)], view) {
                (Some(variable), View::Now) => world.now[variable],
                (Some(variable), View::Observed) => world.observed[variable],
                (None, _) => 0.0,
            },
            Expr::Borders(one, other) => {
                let neighbours = &self.territory().neighbours[area_at(areas, *one)];
                number_of(neighbours.contains(&area_at(areas, *other)))
            }
            Expr::Amount => self.message.map_or(f64::NAN, |message| message.amount),
            Expr::Field(field) => self.message.map_or(f64::NAN, |message| message.fields[*field]),
            Expr::Let(local) => self.lets[*local],
            Expr::Draw(draw, kind) => self.draw(*draw, *kind, 0),
            Expr::AreaDraw(draw, kind, level) => self.draw(*draw, *kind, area_at(areas, *level)),
            Expr::Date => self.day() as f64,
            Expr::Season(season) => number_of(is_in_season(&self.scenario.seasons[*season], self.day())),
            Expr::Negate(x) => -self.value(x, areas)?,
            Expr::Unary(function, x) => unary(*function, self.value(x, areas)?),
            Expr::Binary(function, a, b) => binary(*function, self.value(a, areas)?, self.value(b, areas)?),
            Expr::Power(x, exponent) => powi(self.value(x, areas)?, *exponent),
            Expr::Compare(comparison, a, b) => {
                number_of(comparison.holds(self.operand(a, areas)?, self.operand(b, areas)?))
            }
            Expr::And(a, b) => number_of(self.holds(a, areas)? && self.holds(b, areas)?),
            Expr::Or(a, b) => number_of(self.holds(a, areas)? || self.holds(b, areas)?),
            Expr::Not(x) => 1.0 - self.value(x, areas)?,
            Expr::If(condition, yes, no) => self.value(if self.holds(condition, areas)? { yes } else { no }, areas)?,
            Expr::OverGroup(kind, members) => self.over_group(*kind, members, areas)?,
            Expr::OverAreas(kind, level, filter, body) => {
                self.over_areas(*kind, *level, filter.as_deref(), body, areas)?
            }
        })
    }

    /// One side of a comparison: checked, unless it is the time since a milestone, which may be infinite.
    fn operand(&self, expression: &Expr, areas: &[usize]) -> Result<f64, Failure> {
        match expression {
            Expr::Since(_) => self.value(expression, areas),
            _ => self.finite(expression, areas),
        }
    }

    /// A lever, from the switch on as the dated variant has it.
    fn lever(&self, lever: usize) -> f64 {
        let lever = &self.scenario.levers[lever];
        match (self.scenario.switch, lever.later) {
            (Some(switch), Some(later)) if self.tick >= switch => later,
            _ => lever.value,
        }
    }

    /// The tick of the last observation, or in stage 4 of the one that is being made.
    fn now(&self) -> u32 {
        match self.stage {
            Stage::Observation => self.tick,
            Stage::Actor(_) | Stage::World => self.tick - 1,
        }
    }

    /// The day of [`Reader::now`].
    pub fn day(&self) -> i64 {
        self.scenario.clock.day(self.now())
    }

    /// A history's record so many ticks before now, and the first one's ahead of the start. When the start is being
    /// observed there is no record yet: it is the history's value at that moment.
    fn past(&self, history: usize, back: u32, area: Option<usize>) -> Result<f64, Failure> {
        let tick = self.now().saturating_sub(back);
        match self.world.histories[history].get(tick as usize) {
            Some(record) => Ok(record[area.unwrap_or(0)]),
            None => Self { place: None, ..*self }.history(&self.scenario.histories[history], area),
        }
    }

    /// A history's value now, in an area if it has one value an area.
    fn history(&self, history: &History, area: Option<usize>) -> Result<f64, Failure> {
        self.value(&history.value, area.as_slice())
    }

    /// What a history records now: one value, or one an area.
    pub fn record(&self, history: &History) -> Result<Vec<f64>, Failure> {
        if history.areal {
            (0..self.area_count()).map(|area| self.history(history, Some(area))).collect()
        } else {
            Ok(vec![self.history(history, None)?])
        }
    }

    /// How many areas there are.
    pub fn area_count(&self) -> usize {
        self.scenario.territory.as_ref().map_or(0, |territory| territory.areas.len())
    }

    /// The map. Only scenarios that have one have expressions that ask for it.
    pub fn territory(&self) -> &'a Territory {
        static NONE: Territory = Territory {
            areas: Vec::new(),
            columns: Vec::new(),
            neighbours: Vec::new(),
            variables: Vec::new(),
            equations: Vec::new(),
            equation_place: 0,
            contest: None,
        };
        self.scenario.territory.as_ref().unwrap_or(&NONE)
    }

    /// An area variable in an area. Actors see it as last observed, except the inputs of their own side.
    fn area(&self, variable: AreaVariableId, area: usize) -> f64 {
        let territory = self.territory();
        let declared = &territory.variables[variable];
        if !declared.exists[area] {
            return 0.0;
        }
        let Stage::Actor(actor) = self.stage else { return self.world.areas[variable][area] };
        let side_of_input = match declared.role {
            AreaRole::Input { side, .. } => territory.contest.as_ref().map(|contest| contest.sides[side].actor),
            _ => None,
        };
        if side_of_input == Some(actor) {
            self.world.areas[variable][area]
        } else {
            self.world.observed_areas[variable][area]
        }
    }

    /// A draw at this tick, by the address at this place.
    pub fn draw(&self, draw: DrawId, kind: DrawKind, name: usize) -> f64 {
        self.dice.draw(kind, self.scenario.draws[draw].name(name), self.tick)
    }

    /// A fold over members that are spelled out.
    fn over_group(&self, kind: Fold, members: &[(Option<Expr>, Expr)], areas: &[usize]) -> Result<f64, Failure> {
        let mut values = Vec::new();
        for (filter, body) in members {
            if self.passes(filter.as_ref(), areas)? {
                values.push(self.value(body, areas)?);
            }
        }
        Ok(fold(kind, &values))
    }

    /// A fold over all areas, each in turn the area at this level.
    fn over_areas(
        &self,
        kind: Fold,
        level: Level,
        filter: Option<&Expr>,
        body: &Expr,
        areas: &[usize],
    ) -> Result<f64, Failure> {
        let mut values = Vec::new();
        let mut inner = areas.to_vec();
        inner.resize(usize::from(level) + 1, 0);
        for area in 0..self.area_count() {
            inner[usize::from(level)] = area;
            if self.passes(filter, &inner)? {
                values.push(self.value(body, &inner)?);
            }
        }
        Ok(fold(kind, &values))
    }
}

/// The area of the loop at this level.
fn area_at(areas: &[usize], level: Level) -> usize {
    areas[usize::from(level)]
}

fn unary(function: UnaryFunction, x: f64) -> f64 {
    match function {
        UnaryFunction::Abs => x.abs(),
        UnaryFunction::Sqrt => x.sqrt(),
        UnaryFunction::Exp => exp(x),
        UnaryFunction::Ln => ln(x),
        UnaryFunction::Logistic => logistic(x),
        UnaryFunction::Floor => x.floor(),
    }
}

fn binary(function: BinaryFunction, a: f64, b: f64) -> f64 {
    match function {
        BinaryFunction::Add => a + b,
        BinaryFunction::Sub => a - b,
        BinaryFunction::Mul => a * b,
        BinaryFunction::Div => a / b,
        BinaryFunction::Pow => pow(a, b),
        BinaryFunction::Min if b < a => b,
        BinaryFunction::Max if b > a => b,
        BinaryFunction::Min | BinaryFunction::Max => a,
    }
}

/// A fold over the values of the members that pass, in order.
fn fold(kind: Fold, values: &[f64]) -> f64 {
    let sum = || {
        let mut sum = 0.0;
        for x in values {
            sum += x;
        }
        sum
    };
    match kind {
        Fold::Sum => sum(),
        Fold::Mean => sum() / values.len() as f64,
        Fold::Min => values.iter().fold(f64::INFINITY, |least, &x| if x < least { x } else { least }),
        Fold::Max => values.iter().fold(f64::NEG_INFINITY, |greatest, &x| if x > greatest { x } else { greatest }),
        Fold::Any => number_of(values.contains(&1.0)),
        Fold::All => number_of(values.iter().all(|&x| x == 1.0)),
    }
}
