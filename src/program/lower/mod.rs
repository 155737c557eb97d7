//! From the validated scenario to column programs.

mod expressions;
mod observation;
mod rules;
mod world;

use super::banks::Banks;
use super::base::{Base, Codes};
use super::builder::{Builder, Code};
use super::counters::counters;
use super::instruction::{BinaryOperation, Delivery, Instruction, UnaryOperation};
use super::layout::Layout;
use super::operand::{Destination, Operand};
use super::places::Places;
use super::{ActorCode, Program};
use crate::random::address::Stream;
use crate::scenario::model::{ActorId, AreaVariableId, AreaWrite, Bounds, DrawId, PlaceId, Rule, Scenario, VariableId};
use std::collections::BTreeMap;

/// Compiles a scenario.
pub fn lower(scenario: &Scenario) -> Program {
    let mut lowering = Lowering::new(scenario);
    let prologue = lowering.prologue();
    let starts = lowering.starts();
    let late_starts = lowering.late_starts();
    let actors = (0..scenario.actors.len()).map(|actor| lowering.actor(actor)).collect();
    let contest = lowering.contest_inputs();
    let world = lowering.world();
    let stops = lowering.inputs(scenario.stops.len());
    let recorded = lowering.inputs(lowering.layout.history_depths.len());
    let observation = lowering.observation(&stops);
    let recording = lowering.recording(&recorded);
    lowering.is_start = true;
    let first_observation = lowering.observation(&stops);
    let first_recording = lowering.recording(&recorded);
    let variable_bounds = scenario.variables.iter().map(|variable| lowering.bounds(&variable.within)).collect();
    let rules = scenario.actors.iter().flat_map(|actor| &actor.rules).chain(&scenario.events);
    let mut program = Program {
        codes: lowering.codes.codes,
        deliveries: lowering.deliveries,
        counters: Vec::new(),
        rules: rules.map(|rule| rule.name.clone()).collect(),
        variable_bounds,
        layout: lowering.layout,
        prologue,
        starts,
        late_starts,
        actors,
        contest,
        world,
        observation,
        recording,
        first_observation,
        first_recording,
        stops,
        recorded,
        tables: lowering.builder.places.tables,
        destinations: lowering.builder.places.destinations,
        streams: lowering.streams,
        lists: lowering.builder.places.lists,
    };
    program.counters = counters(scenario, &program);
    program
}

/// What stage an expression belongs to, which decides where `now` is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// An actor's deliveries, stances and rules.
    Actor(ActorId),
    /// Uncertainties, starts, the world and the observation: every cell is within reach.
    World,
}

/// Something that must hold for a check to count.
#[derive(Clone, Copy)]
pub(super) struct Condition {
    operand: Operand,
    holds: bool,
}

/// What is being compiled, and what has been gathered for the program.
pub(super) struct Lowering<'a> {
    scenario: &'a Scenario,
    layout: Layout,
    streams: Vec<Stream>,
    deliveries: Vec<Delivery>,
    codes: Codes,
    stream_of: BTreeMap<DrawId, u32>,
    /// Area variables by the own cells in which they are found, if any, as they are read in a loop.
    area_variables: BTreeMap<(AreaVariableId, Option<u32>), Operand>,
    // The code under construction.
    builder: Builder,
    stage: Stage,
    place: PlaceId,
    conditions: Vec<Condition>,
    lets: Vec<Option<Operand>>,
    snapshot: BTreeMap<u32, Operand>,
    next_rule: u32,
    bounds: BTreeMap<String, Operand>,
    unchecked: bool,
    is_start: bool,
    reads_copies: bool,
}

impl<'a> Lowering<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        let areas = scenario.territory.as_ref().map_or(0, |territory| territory.areas.len());
        let mut places = Places::default();
        // The first list is that of all areas.
        places.list((0..areas as u32).collect());
        let layout = Layout::new(scenario);
        let banks = Banks::of(scenario, &layout);
        Self {
            scenario,
            layout,
            streams: Vec::new(),
            deliveries: Vec::new(),
            codes: Codes::default(),
            stream_of: BTreeMap::new(),
            area_variables: BTreeMap::new(),
            builder: Builder::new(places, banks),
            stage: Stage::World,
            place: 0,
            conditions: Vec::new(),
            lets: Vec::new(),
            snapshot: BTreeMap::new(),
            next_rule: 0,
            bounds: BTreeMap::new(),
            unchecked: false,
            is_start: false,
            reads_copies: false,
        }
    }

    /// Takes the finished code and begins the next.
    fn finish(&mut self) -> Code {
        self.conditions.clear();
        self.lets.clear();
        self.snapshot.clear();
        self.builder.finish()
    }

    /// One operand that is 1 where all conditions hold; `None` if there are none.
    fn mask(&mut self) -> Option<Operand> {
        let mut mask: Option<Operand> = None;
        for condition in self.conditions.clone() {
            let operand = if condition.holds {
                condition.operand
            } else {
                self.builder.unary(UnaryOperation::Not, condition.operand)
            };
            mask = Some(match mask {
                Some(mask) if mask == operand => mask,
                Some(mask) => self.builder.binary(BinaryOperation::And, mask, operand),
                None => operand,
            });
        }
        mask
    }

    fn under<T>(&mut self, operand: Operand, holds: bool, work: impl FnOnce(&mut Self) -> T) -> T {
        self.conditions.push(Condition { operand, holds });
        let result = work(self);
        self.conditions.pop();
        result
    }

    /// Fails the lanes in which a value is not finite, unless it cannot be otherwise.
    fn check(&mut self, value: Operand) {
        if self.unchecked || self.is_finite(value) {
            return;
        }
        let mask = self.mask();
        match value {
            Operand::Register(register) if self.builder.is_finite(register, mask) => {}
            _ => self.builder.check(value, mask, self.place as u32),
        }
    }

    fn is_finite(&self, operand: Operand) -> bool {
        self.builder.range(operand).is_finite()
    }

    /// The operands that clamp a variable's writes.
    fn bounds(&mut self, within: &Bounds) -> (Operand, Operand) {
        let low = within.low.as_ref().map_or(Operand::Const(f64::NEG_INFINITY), |low| self.bound(low));
        let high = within.high.as_ref().map_or(Operand::Const(f64::INFINITY), |high| self.bound(high));
        (low, high)
    }

    /// A bound: a number, or the run's own column, which the prologue has filled.
    fn bound(&mut self, bound: &crate::scenario::model::Expr) -> Operand {
        use crate::scenario::model::Expr;
        match bound {
            Expr::Const(x) => Operand::Const(*x),
            Expr::Uncertainty(id) => Operand::Run(self.layout.first_uncertainty + *id as u32),
            other => self.bounds.get(&format!("{other:?}")).copied().unwrap_or(Operand::Const(f64::NAN)),
        }
    }

    /// New columns of the input bank.
    fn inputs(&mut self, count: usize) -> Vec<u32> {
        let first = self.layout.input_columns;
        self.layout.input_columns += count as u32;
        (first..self.layout.input_columns).collect()
    }

    fn cell(&self, variable: VariableId) -> u32 {
        self.layout.cell_of[variable]
    }

    fn areas(&self) -> usize {
        self.scenario.territory.as_ref().map_or(0, |territory| territory.areas.len())
    }

    /// The list of areas in which all written variables exist.
    fn list_for(&mut self, writes: &[AreaWrite]) -> u32 {
        let Some(territory) = &self.scenario.territory else { return 0 };
        let exists = |area: usize| writes.iter().all(|write| territory.variables[write.variable].exists[area]);
        self.builder
            .places
            .list((0..territory.areas.len()).filter(|&area| exists(area)).map(|area| area as u32).collect())
    }

    /// The first stream of a draw's addresses.
    fn streams(&mut self, draw: DrawId) -> u32 {
        if let Some(&first) = self.stream_of.get(&draw) {
            return first;
        }
        let first = self.streams.len() as u32;
        self.streams.extend(self.scenario.draws[draw].names().map(Stream::named));
        self.stream_of.insert(draw, first);
        first
    }

    /// Uncertainties in their order, bounds, states of areas, drawn posts.
    fn prologue(&mut self) -> Code {
        self.stage = Stage::World;
        self.sample_uncertainties();
        self.work_out_bounds();
        self.area_starts(false);
        self.drawn_posts();
        self.finish()
    }

    /// Every variable's start.
    fn starts(&mut self) -> Code {
        let scenario = self.scenario;
        for (id, variable) in scenario.variables.iter().enumerate() {
            self.place = variable.place;
            let value = self.expression(&variable.start);
            if variable.role != crate::scenario::model::Role::Ready {
                self.check(value);
            }
            let (low, high) = self.bounds(&variable.within);
            let to = Destination::Cell(self.cell(id));
            self.builder.effect(Instruction::Store { to, value, scale: 1.0, change: false, low, high, mask: None });
        }
        self.finish()
    }

    /// States of areas that read the contest, and what the contest is given in every tick alike.
    fn late_starts(&mut self) -> Code {
        self.area_starts(true);
        self.known_contest_inputs();
        self.finish()
    }

    /// Bounds that are not plain numbers, into columns of the run bank.
    fn work_out_bounds(&mut self) {
        use crate::scenario::model::Expr;
        let scenario = self.scenario;
        let areal = scenario.territory.iter().flat_map(|territory| &territory.variables);
        let areal = |late| areal.clone().filter(move |v| v.starts_late == late).map(|v| (&v.within, v.place));
        let variables = scenario.variables.iter().map(|v| (&v.within, v.place));
        // In the order in which they are needed: the first that fails is told.
        for (within, place) in areal(false).chain(variables).chain(areal(true)) {
            for bound in within.low.iter().chain(&within.high) {
                let key = format!("{bound:?}");
                if matches!(bound, Expr::Const(_) | Expr::Uncertainty(_)) || self.bounds.contains_key(&key) {
                    continue;
                }
                self.place = place;
                let value = self.expression(bound);
                self.check(value);
                let column = self.layout.add_run_column();
                let to = Destination::Run(column);
                self.builder.effect(Instruction::Unary { op: UnaryOperation::Copy, to, a: value });
                self.bounds.insert(key, Operand::Run(column));
            }
        }
    }

    /// The code of an actor.
    fn actor(&mut self, actor: ActorId) -> ActorCode {
        self.stage = Stage::Actor(actor);
        let scenario = self.scenario;
        let base = Base {
            cell: self.layout.actor_cells[actor].start,
            stream: self.streams.len() as u32,
            rule: self.next_rule,
            delivery: self.deliveries.len() as u32,
            place: 0,
        };
        let mut deliver = Vec::new();
        for slot in &scenario.actors[actor].inbox {
            let code = self.delivery(slot);
            deliver.push(self.codes.share(code, base));
        }
        if let Some(stances) = &scenario.actors[actor].stances {
            self.stances(stances);
        }
        for rule in &scenario.actors[actor].rules {
            self.rule(rule);
        }
        let act = self.finish();
        ActorCode { deliver, act: self.codes.share(act, base) }
    }

    fn rule_number(&mut self, _rule: &Rule) -> u32 {
        self.next_rule += 1;
        self.next_rule - 1
    }
}
