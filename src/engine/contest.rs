//! The contest's turn: its inputs from variables and expressions, one step, and what it leaves in variables.

use super::Compiled;
use super::column::Column;
use super::fight::{Draws, Fight, fight};
use super::kernels::{self, Source, Storing};
use crate::processor::{Detected, Level};
use crate::program::layout::{self, Layout};
use crate::program::operand::Operand;
use crate::random::address::Key;
use crate::random::keystream::{Lanes, Words};
use crate::scenario::model::{AreaRole, Contest, Role, Scenario, Territory, Total};
use crate::world::contest::{Ground, Inputs, Parameter, Scratch, SideParameter, State, is_blank};

/// What the contest of a batch keeps between ticks besides its state.
pub struct Arena {
    scratch: Scratch,
    words: Words,
    zero: Vec<f64>,
    /// Who held each area, and its towns, after the tick before, as far as some total is kept of what was lost.
    holders: Vec<f64>,
    town_holders: Vec<f64>,
    /// Whether these are not known yet.
    fresh: bool,
}

impl Arena {
    /// For so many lanes.
    pub fn new(ground: &Ground, lanes: usize) -> Self {
        let holders = vec![0.0; ground.areas() * lanes];
        let (scratch, zero) = (Scratch::new(ground, lanes), vec![0.0; lanes]);
        Self { scratch, words: Words::new(lanes), zero, town_holders: holders.clone(), holders, fresh: true }
    }
}

/// What a tick of the contest works on.
pub struct Ring<'a> {
    /// What is played.
    pub compiled: &'a Compiled,
    /// The contest's state.
    pub state: &'a mut State,
    /// All variables.
    pub cells: &'a mut [Column],
    /// The contest's inputs.
    pub inputs: &'a [Column],
    /// Bounds that are a run's own.
    pub run: &'a [Column],
    /// The dice.
    pub key: &'a Key,
    /// Which run each lane plays.
    pub dice: &'a Lanes,
}

impl Ring<'_> {
    /// Takes the posts that each run has drawn.
    pub fn allot(&mut self) {
        let compiled = self.compiled;
        let Some((_, contest)) = self.parts_of(compiled) else { return };
        let inputs = self.inputs;
        let pairs = contest.ground.pairs().iter().enumerate();
        let drawn = pairs.filter(|(_, place)| contest.sides[place.side].posts.is_some());
        let column = |row: usize| inputs[layout::preference(contest, row) as usize].lanes();
        self.state.allot(&contest.ground, drawn.map(|(row, _)| (row, column(row))));
    }

    /// Brings what is seen of posts up to date at the start, under the hostility of the start.
    pub fn start(&mut self, arena: &Arena) {
        let compiled = self.compiled;
        let Some((_, contest)) = self.parts_of(compiled) else { return };
        let hostility = hostility(contest, &compiled.program.layout, self.cells, &arena.zero);
        self.state.look(&contest.ground, &hostility);
    }

    fn parts_of<'c>(&self, compiled: &'c Compiled) -> Option<(&'c Territory, &'c Contest)> {
        let territory = compiled.scenario.territory.as_ref()?;
        Some((territory, territory.contest.as_ref()?))
    }

    /// Plays a tick.
    pub fn play(&mut self, level: Detected, tick: u64, arena: &mut Arena) {
        let compiled = self.compiled;
        let Some((territory, contest)) = self.parts_of(compiled) else { return };
        if arena.fresh {
            self.remember_holders(territory, arena);
        }
        self.fight(level, tick, contest, arena);
        self.copy_orders(territory, contest, arena, Direction::OutOfContest);
        for (variable, total) in scenario_totals(&compiled.scenario) {
            let cell = compiled.program.layout.cell_of[variable];
            self.total(total, territory, cell, arena);
        }
        self.remember_holders(territory, arena);
        arena.fresh = false;
    }

    /// Who holds each area and its towns, where that has changed.
    fn remember_holders(&self, territory: &Territory, arena: &mut Arena) {
        let lanes = self.state.lanes();
        for area in 0..territory.areas.len() {
            let row = area * lanes..(area + 1) * lanes;
            if arena.fresh || arena.scratch.changed(area) {
                arena.holders[row.clone()].copy_from_slice(self.state.holder.row(area));
            }
            if arena.fresh || arena.scratch.towns_fell(area) {
                arena.town_holders[row].copy_from_slice(self.state.town_holder.row(area));
            }
        }
    }

    fn fight(&mut self, level: Detected, tick: u64, contest: &Contest, arena: &mut Arena) {
        let layout = &self.compiled.program.layout;
        let columns =
            |range: std::ops::Range<usize>| -> Vec<&[f64]> { self.inputs[range].iter().map(Column::lanes).collect() };
        let sides = contest.sides.len();
        let first_preference = Parameter::COUNT + sides * SideParameter::COUNT;
        let parameters = columns(0..Parameter::COUNT);
        let side_parameters = columns(Parameter::COUNT..first_preference);
        let prefer = columns(first_preference..first_preference + contest.ground.pairs().len());
        // Forces and stocks are taken out of the variables while the contest works on them, and put back after.
        let cell = |variable: usize| layout.cell_of[variable] as usize;
        let mut forces: Vec<Column> =
            contest.sides.iter().map(|side| std::mem::take(&mut self.cells[cell(side.force)])).collect();
        let mut stocks: Vec<Option<Column>> = contest
            .sides
            .iter()
            .map(|side| side.stock.map(|stock| std::mem::take(&mut self.cells[cell(stock)])))
            .collect();
        let hostility = hostility(contest, layout, self.cells, &arena.zero);
        fight(
            level,
            Fight {
                ground: &contest.ground,
                state: self.state,
                inputs: Inputs {
                    hostility: &hostility,
                    parameters: &parameters,
                    side_parameters: &side_parameters,
                    prefer: &prefer,
                },
                forces: &mut forces.iter_mut().map(Column::lanes_mut).collect::<Vec<_>>(),
                stocks: &mut stocks.iter_mut().map(|s| s.as_mut().map(Column::lanes_mut)).collect::<Vec<_>>(),
                draws: Draws {
                    level,
                    streams: &self.compiled.program.streams,
                    of_pairs: &layout.contest_streams,
                    key: self.key,
                    dice: self.dice,
                    tick,
                },
                scratch: &mut arena.scratch,
                words: &mut arena.words,
            },
        );
        for ((side, force), stock) in contest.sides.iter().zip(forces).zip(stocks) {
            self.put_back(side.force, force);
            if let (Some(variable), Some(stock)) = (side.stock, stock) {
                self.put_back(variable, stock);
            }
        }
    }

    /// A variable that the contest has written keeps its bounds.
    fn put_back(&mut self, variable: usize, mut column: Column) {
        let source = |operand: Operand| match operand {
            Operand::Const(value) => Source::Value(value),
            Operand::Run(column) => Source::Column(self.run[column as usize].lanes()),
            _ => Source::Value(f64::NAN),
        };
        let (low, high) = self.compiled.program.variable_bounds[variable];
        let (low, high) = (source(low), source(high));
        let zero = Source::Value(0.0);
        let storing = Storing { value: zero, scale: 1.0, change: true, low, high, mask: Source::Value(1.0) };
        kernels::store(Level::Baseline.into(), column.lanes_mut(), storing);
        self.cells[self.compiled.program.layout.cell_of[variable] as usize] = column;
    }

    /// Contest inputs that rules write live with the actor during its turn, and with the contest during the fight. Most are 0
    /// here and there in every lane, and stay so: a row that had nothing after the last tick is only looked at.
    fn copy_orders(&mut self, territory: &Territory, contest: &Contest, arena: &Arena, direction: Direction) {
        use crate::world::contest::Input;
        for (&variable, &first) in &self.compiled.program.layout.order_cells {
            let AreaRole::Input { side, input, .. } = territory.variables[variable].role else { continue };
            let rows = match input {
                Input::Garrison => &mut self.state.garrison,
                Input::Supply => &mut self.state.supply,
                Input::Fire => &mut self.state.fire,
            };
            for (row, pair) in contest.ground.pairs().iter().enumerate().filter(|(_, pair)| pair.side == side) {
                let cell = &mut self.cells[first as usize + pair.area];
                let is_idle = !arena.fresh && !arena.scratch.may_have(input, row);
                match direction {
                    Direction::IntoContest if is_idle && is_blank(cell.lanes()) => {}
                    Direction::OutOfContest if is_idle => {}
                    Direction::IntoContest => rows.row_mut(row).copy_from_slice(cell.lanes()),
                    Direction::OutOfContest => cell.lanes_mut().copy_from_slice(rows.row(row)),
                }
            }
        }
    }

    /// Puts the contest's inputs of the start into the cells that rules write.
    pub fn start_orders(&mut self, arena: &Arena) {
        let compiled = self.compiled;
        if let Some((territory, contest)) = self.parts_of(compiled) {
            self.copy_orders(territory, contest, arena, Direction::OutOfContest);
        }
    }

    /// Takes what the rules have written; parameters and preferences already see it.
    pub fn take_orders(&mut self, arena: &Arena) {
        let compiled = self.compiled;
        if let Some((territory, contest)) = self.parts_of(compiled) {
            self.copy_orders(territory, contest, arena, Direction::IntoContest);
        }
    }

    fn total(&mut self, total: &Total, territory: &Territory, cell: u32, arena: &Arena) {
        let out = self.cells[cell as usize].lanes_mut();
        match *total {
            Total::PostsLost(side) => out.copy_from_slice(self.state.posts_lost.row(side)),
            Total::Surrendered(side) => out.copy_from_slice(self.state.surrendered.row(side)),
            Total::ColumnLost { side, column, towns } => {
                let lanes = out.len();
                let (before, now) = if towns {
                    (&arena.town_holders, &self.state.town_holder)
                } else {
                    (&arena.holders, &self.state.holder)
                };
                let side = side as f64;
                let may_be_lost = |area: usize| {
                    let scratch = &arena.scratch;
                    arena.fresh || if towns { scratch.towns_fell(area) } else { scratch.changed(area) }
                };
                for (area, &amount) in territory.columns[column].values.iter().enumerate() {
                    // Nothing lost adds nothing.
                    if amount == 0.0 || !may_be_lost(area) {
                        continue;
                    }
                    let before = &before[area * lanes..(area + 1) * lanes];
                    let now = &now.row(area)[..lanes];
                    for lane in 0..lanes {
                        let lost = (before[lane] == side) & (now[lane] != side);
                        out[lane] += if lost { amount } else { 0.0 };
                    }
                }
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Direction {
    IntoContest,
    OutOfContest,
}

/// The hostility of each ordered pair of sides.
fn hostility<'a>(contest: &Contest, layout: &Layout, cells: &'a [Column], zero: &'a [f64]) -> Vec<&'a [f64]> {
    let column = |tie: &Option<usize>| match tie {
        Some(variable) => cells[layout.cell_of[*variable] as usize].lanes(),
        None => zero,
    };
    contest.hostile.iter().flatten().map(column).collect()
}

/// The sides' running totals that something reads.
fn scenario_totals(scenario: &Scenario) -> impl Iterator<Item = (usize, &Total)> {
    scenario.variables.iter().enumerate().filter_map(|(id, variable)| match &variable.role {
        Role::Total(total) => Some((id, total)),
        _ => None,
    })
}
