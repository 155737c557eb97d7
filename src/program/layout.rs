//! Which column of which bank holds what.

use crate::scenario::model::{AreaTarget, Contest, Effect, Expr, Scenario, VariableId};
use crate::world::contest::{Parameter, SideParameter};
use std::collections::BTreeMap;
use std::ops::Range;

/// Numbers of the clock bank; seasons follow from [`ClockValue::FIRST_SEASON`] on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum ClockValue {
    /// The step that is being played.
    Step = 0,
    /// Now: the tick of the last observation, in stage 4 of the one being made.
    Now = 1,
    /// The date, in days since 1970-01-01.
    Date = 2,
}

impl ClockValue {
    /// Where the seasons begin.
    pub const FIRST_SEASON: u32 = 3;
}

/// The columns of every bank.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The cell of each variable.
    pub cell_of: Vec<u32>,
    /// The variable of each cell; `None` for a contest input that rules write.
    pub variable_of: Vec<Option<VariableId>>,
    /// Each actor's cells, in the order of actors; the world's cells come after all of them.
    pub actor_cells: Vec<Range<u32>>,
    /// Contest inputs that rules write: first cell of each area variable, one cell an area.
    pub order_cells: BTreeMap<usize, u32>,
    /// Copies of those inputs, for effects that write many areas at once and look around while they do.
    pub order_copies: BTreeMap<usize, u32>,
    /// Cells that others read as last observed, ascending.
    pub shown: Vec<u32>,
    /// First column of each uncertainty in the run bank; levers come first.
    pub first_uncertainty: u32,
    /// Columns of the run bank.
    pub run_columns: u32,
    /// First milestone in the record bank; outcomes come first.
    pub first_milestone: u32,
    /// First streak in the record bank.
    pub first_streak: u32,
    /// Columns of the record bank.
    pub record_columns: u32,
    /// First column of each area variable of the scenario's own in the area bank.
    pub area_of: BTreeMap<usize, u32>,
    /// Columns of the area bank.
    pub area_columns: u32,
    /// First column of each history.
    pub history_of: Vec<u32>,
    /// Depth of each history column.
    pub history_depths: Vec<u32>,
    /// The stream of each of the contest's draws, pair by pair.
    pub contest_streams: Vec<u32>,
    /// Columns of the contest's inputs, the stops and what histories record.
    pub input_columns: u32,
}

impl Layout {
    /// Lays out a scenario. Columns that only the compiler needs are added later.
    pub fn new(scenario: &Scenario) -> Self {
        use crate::scenario::model::AreaRole;
        let mut layout = Self {
            cell_of: vec![0; scenario.variables.len()],
            variable_of: Vec::new(),
            actor_cells: Vec::new(),
            order_cells: BTreeMap::new(),
            order_copies: BTreeMap::new(),
            shown: Vec::new(),
            first_uncertainty: scenario.levers.len() as u32,
            run_columns: (scenario.levers.len() + scenario.uncertainties.len()) as u32,
            first_milestone: scenario.outcomes.len() as u32,
            first_streak: (scenario.outcomes.len() + scenario.milestones.len()) as u32,
            record_columns: (scenario.outcomes.len() + scenario.milestones.len() + scenario.streaks.len()) as u32,
            area_of: BTreeMap::new(),
            area_columns: 0,
            history_of: Vec::new(),
            history_depths: Vec::new(),
            contest_streams: Vec::new(),
            input_columns: 0,
        };
        let areas = scenario.territory.as_ref().map_or(0, |territory| territory.areas.len());
        for actor in (0..scenario.actors.len()).map(Some).chain([None]) {
            let first = layout.variable_of.len() as u32;
            for (id, variable) in scenario.variables.iter().enumerate() {
                if variable.owner == actor {
                    layout.cell_of[id] = layout.variable_of.len() as u32;
                    layout.variable_of.push(Some(id));
                }
            }
            if let (Some(actor), Some(territory)) = (actor, &scenario.territory) {
                let looks = scenario.actors[actor].rules.iter().flat_map(|rule| &rule.effects).any(looks_while_writing);
                for (id, variable) in territory.variables.iter().enumerate() {
                    let AreaRole::Input { side, written: true, .. } = variable.role else { continue };
                    if territory.contest.as_ref().is_some_and(|contest| contest.sides[side].actor == actor) {
                        layout.order_cells.insert(id, layout.variable_of.len() as u32);
                        layout.variable_of.extend(std::iter::repeat_n(None, areas));
                        if looks {
                            layout.order_copies.insert(id, layout.variable_of.len() as u32);
                            layout.variable_of.extend(std::iter::repeat_n(None, areas));
                        }
                    }
                }
            }
            if actor.is_some() {
                layout.actor_cells.push(first..layout.variable_of.len() as u32);
            }
        }
        if let Some(territory) = &scenario.territory {
            for (id, variable) in territory.variables.iter().enumerate() {
                if variable.role == AreaRole::State {
                    layout.area_of.insert(id, layout.area_columns);
                    layout.area_columns += areas as u32;
                }
            }
        }
        for history in &scenario.histories {
            layout.history_of.push(layout.history_depths.len() as u32);
            let columns = if history.areal { areas } else { 1 };
            layout.history_depths.extend(std::iter::repeat_n(history.depth, columns));
        }
        layout
    }

    /// All cells.
    pub fn cells(&self) -> u32 {
        self.variable_of.len() as u32
    }

    /// A new column of the run bank.
    pub fn add_run_column(&mut self) -> u32 {
        self.run_columns += 1;
        self.run_columns - 1
    }

    /// The place of a cell among those shown to others; it is added if it is not there yet.
    pub fn show(&mut self, cell: u32) -> u32 {
        let place = self.shown.iter().position(|&shown| shown == cell).unwrap_or_else(|| {
            self.shown.push(cell);
            self.shown.len() - 1
        });
        place as u32
    }
}

/// The input column of a pair's preference; at the start it brings the posts that are drawn there.
pub fn preference(contest: &Contest, pair: usize) -> u32 {
    (Parameter::COUNT + contest.sides.len() * SideParameter::COUNT + pair) as u32
}

/// Whether an expression reads more areas than the one that it stands in.
pub fn looks_around(expr: &Expr) -> bool {
    let mut looks = false;
    visit(expr, &mut |expr| looks |= matches!(expr, Expr::OverAreas(..) | Expr::AreaAt(..)));
    looks
}

/// Whether an effect writes every area of some kind and reads other areas meanwhile.
pub fn looks_while_writing(effect: &Effect) -> bool {
    let Effect::WriteAt { target: AreaTarget::Each { filter }, writes } = effect else { return false };
    filter.iter().chain(writes.iter().map(|write| &write.value)).any(looks_around)
}

/// Whether an expression reads the area of its outermost loop.
pub fn reads_area(expr: &Expr) -> bool {
    let mut reads = false;
    visit(expr, &mut |expr| {
        reads |= matches!(
            expr,
            Expr::AreaPast(_, _, 0)
                | Expr::Column(_, 0)
                | Expr::Area(_, 0)
                | Expr::ColumnVariable(_, _, 0)
                | Expr::AreaDraw(_, _, 0)
                | Expr::Borders(0, _)
                | Expr::Borders(_, 0)
        );
    });
    reads
}

/// Calls `f` with an expression and all that it is made of.
pub fn visit<'a>(expr: &'a Expr, f: &mut dyn FnMut(&'a Expr)) {
    f(expr);
    match expr {
        Expr::Negate(a) | Expr::Unary(_, a) | Expr::Power(a, _) | Expr::Not(a) => visit(a, f),
        Expr::Binary(_, a, b) | Expr::Compare(_, a, b) | Expr::And(a, b) | Expr::Or(a, b) => {
            visit(a, f);
            visit(b, f);
        }
        Expr::If(a, b, c) => {
            visit(a, f);
            visit(b, f);
            visit(c, f);
        }
        Expr::OverGroup(_, members) => {
            for (filter, body) in members {
                if let Some(filter) = filter {
                    visit(filter, f);
                }
                visit(body, f);
            }
        }
        Expr::OverAreas(_, _, filter, body) => {
            if let Some(filter) = filter {
                visit(filter, f);
            }
            visit(body, f);
        }
        _ => {}
    }
}
