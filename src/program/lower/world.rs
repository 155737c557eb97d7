//! The world: the start of areas, the contest's inputs, area equations, flows and events.

use super::{Lowering, Stage};
use crate::program::builder::Code;
use crate::program::instruction::{BinaryOperation, Instruction, Sample, UnaryOperation};
use crate::program::layout::{looks_around, preference, visit};
use crate::program::operand::{Destination, Operand};
use crate::scenario::model::{
    AreaRole, AreaWrite, Comparison, Contest, DrawKind, Expr, Rule, Territory, UnaryFunction,
};
use crate::world::contest::{MOST_POSTS, Parameter, SideParameter, Specification};

impl Lowering<'_> {
    /// Draws every uncertainty, parents first.
    pub(super) fn sample_uncertainties(&mut self) {
        let scenario = self.scenario;
        let column = |id: usize| (scenario.levers.len() + id) as u32;
        let is_parent = |id: usize| {
            scenario.uncertainties.iter().any(|child| child.parent.as_ref().is_some_and(|(parent, _)| *parent == id))
        };
        let mut scores = vec![None; scenario.uncertainties.len()];
        for &id in &scenario.uncertainty_order {
            let uncertainty = &scenario.uncertainties[id];
            self.place = uncertainty.place;
            let checked = |this: &mut Self, expr: &Expr| {
                let value = this.expression(expr);
                this.check(value);
                value
            };
            let parameters = uncertainty.distribution.parameters.iter().map(|p| checked(self, p)).collect();
            let low = uncertainty.within.low.as_ref().map(|low| checked(self, low));
            let high = uncertainty.within.high.as_ref().map(|high| checked(self, high));
            let parent = uncertainty.parent.as_ref().map(|(parent, rho)| {
                let score: Option<u32> = scores[*parent];
                (score.map_or(Operand::Const(f64::NAN), Operand::Run), checked(self, rho))
            });
            scores[id] = is_parent(id).then(|| self.layout.add_run_column());
            let sample = Sample {
                to: column(id),
                family: uncertainty.distribution.family,
                parameters,
                streams: self.streams(uncertainty.draw),
                low,
                high,
                parent,
                score: scores[id],
                place: uncertainty.place as u32,
            };
            self.builder.effect(Instruction::Sample(Box::new(sample)));
        }
    }

    /// Start values of the scenario's own area state: what starts late, or all else.
    pub(super) fn area_starts(&mut self, late: bool) {
        let Some(territory) = &self.scenario.territory else { return };
        for (id, variable) in territory.variables.iter().enumerate() {
            if variable.role != AreaRole::State || variable.starts_late != late {
                continue;
            }
            self.place = variable.place;
            let write = AreaWrite { variable: id, change: false, value: variable.start.clone() };
            self.area_loop(std::slice::from_ref(&write));
        }
    }

    /// The posts that are drawn, into the columns that bring preferences later.
    pub(super) fn drawn_posts(&mut self) {
        let scenario = self.scenario;
        let Some(contest) = scenario.territory.as_ref().and_then(|territory| territory.contest.as_ref()) else {
            return;
        };
        for (number, side) in contest.sides.iter().enumerate() {
            let Some(posts) = &side.posts else { continue };
            self.place = posts.place;
            let table = self.open_pairs(contest, number);
            let expected = self.expression(&posts.value);
            let low = self.builder.compare(Comparison::Ge, expected, Operand::Const(0.0));
            let high = self.builder.compare(Comparison::Le, expected, Operand::Const(MOST_POSTS));
            let within = self.builder.binary(BinaryOperation::And, low, high);
            let checked = self.builder.select(within, expected, Operand::Const(f64::NAN));
            self.check(checked);
            // A run that has failed goes on with numbers that the contest can count with.
            let expected = self.builder.select(within, expected, Operand::Const(0.0));
            let whole = self.builder.unary(UnaryOperation::Function(UnaryFunction::Floor), expected);
            let part = self.builder.binary(BinaryOperation::Sub, expected, whole);
            let least = self.builder.binary(BinaryOperation::Sub, Operand::Const(1.0), part);
            let streams = self.streams(posts.draw);
            let draw = self.builder.draw(DrawKind::Uniform, streams, Some(0));
            let up = self.builder.compare(Comparison::Gt, draw, least);
            let value = self.builder.binary(BinaryOperation::Add, whole, up);
            let to = Destination::Indexed { table, level: 0 };
            self.builder.effect(Instruction::Unary { op: UnaryOperation::Copy, to, a: value });
            self.builder.close();
        }
        self.layout.input_columns = self.layout.input_columns.max(preference(contest, contest.ground.pairs().len()));
    }

    /// Begins a loop over the areas in which a side has a place, and returns where its pairs' inputs go.
    fn open_pairs(&mut self, contest: &Contest, side: usize) -> u32 {
        let pairs = contest.ground.pairs().iter().enumerate().filter(|(_, pair)| pair.side == side);
        let mut entries = vec![None; self.areas()];
        let mut areas = Vec::new();
        for (row, pair) in pairs {
            areas.push(pair.area as u32);
            entries[pair.area] = Some(Destination::Input(preference(contest, row)));
        }
        let table = self.builder.places.destination(entries);
        let list = self.builder.places.list(areas);
        self.builder.open(Instruction::Loop { list, level: 0, end: 0 });
        table
    }

    /// Works out area writes area by area; within an area every value before the first write.
    fn area_loop(&mut self, writes: &[AreaWrite]) {
        let list = self.list_for(writes);
        self.builder.open(Instruction::Loop { list, level: 0, end: 0 });
        let mut values = Vec::with_capacity(writes.len());
        for write in writes {
            let value = self.expression(&write.value);
            self.check(value);
            let value = self.kept_in_area(value);
            values.push(value);
        }
        for (write, value) in writes.iter().zip(values) {
            self.area_store(write, value);
        }
        self.builder.close();
    }

    fn area_store(&mut self, write: &AreaWrite, value: Operand) {
        let Some(territory) = &self.scenario.territory else { return };
        let (low, high) = self.bounds(&territory.variables[write.variable].within);
        let to = Destination::Indexed { table: self.destination_table(write), level: 0 };
        self.builder.effect(Instruction::Store { to, value, scale: 1.0, change: write.change, low, high, mask: None });
    }

    /// The contest's inputs of a tick, as far as they are not known before a run.
    pub(super) fn contest_inputs(&mut self) -> Code {
        self.stage = Stage::World;
        let scenario = self.scenario;
        if let Some(contest) = scenario.territory.as_ref().and_then(|territory| territory.contest.as_ref()) {
            self.inputs_of(contest, false);
            let first = self.streams(contest.draws);
            self.layout.contest_streams = (first..self.streams.len() as u32).collect();
            self.layout.input_columns = preference(contest, contest.ground.pairs().len());
        }
        self.finish()
    }

    /// The contest's inputs that are known before a run: they are written once, after posts have been drawn by their columns.
    pub(super) fn known_contest_inputs(&mut self) {
        let scenario = self.scenario;
        if let Some(contest) = scenario.territory.as_ref().and_then(|territory| territory.contest.as_ref()) {
            let before = std::mem::replace(&mut self.unchecked, true);
            self.inputs_of(contest, true);
            self.unchecked = before;
        }
    }

    /// The contest's inputs that are `known` before a run, or all others: parameters, then each side's parameters, then its
    /// preference by area.
    fn inputs_of(&mut self, contest: &Contest, known: bool) {
        self.place = contest.place;
        let own = contest.parameters.iter().zip(Parameter::SPECIFICATIONS);
        let of_sides = contest.sides.iter().flat_map(|side| side.parameters.iter().zip(SideParameter::SPECIFICATIONS));
        for (input, (expr, specification)) in own.chain(of_sides).enumerate() {
            let value = self.expression(expr);
            let value = self.in_range(value, specification);
            self.input(Destination::Input(input as u32), value, known);
        }
        for (number, side) in contest.sides.iter().enumerate() {
            let table = self.open_pairs(contest, number);
            let value = self.expression(&side.prefer);
            self.input(Destination::Indexed { table, level: 0 }, value, known);
            self.builder.close();
        }
    }

    /// Writes an input of the contest, if it is `known` before a run or if it is not. One that is no number fails a tick.
    fn input(&mut self, to: Destination, value: Operand, known: bool) {
        let is_known = self.builder.places.known(value).is_some() && self.is_finite(value);
        if is_known == known {
            self.check(value);
            self.builder.effect(Instruction::Unary { op: UnaryOperation::Copy, to, a: value });
        }
    }

    /// The value, or not a number where it lies outside its parameter's range.
    fn in_range(&mut self, value: Operand, specification: &Specification) -> Operand {
        if matches!(value, Operand::Const(value) if specification.allows(value)) {
            return value;
        }
        let low = self.builder.compare(Comparison::Ge, value, Operand::Const(specification.least));
        let within = if specification.most == f64::INFINITY {
            // The check that follows catches what is not finite.
            low
        } else {
            let high = self.builder.compare(Comparison::Le, value, Operand::Const(specification.most));
            self.builder.binary(BinaryOperation::And, low, high)
        };
        self.builder.select(within, value, Operand::Const(f64::NAN))
    }

    /// Area equations, then all flows, then events.
    pub(super) fn world(&mut self) -> Code {
        self.stage = Stage::World;
        if let Some(territory) = &self.scenario.territory {
            self.equations(territory);
        }
        self.flows();
        self.events();
        self.finish()
    }

    fn equations(&mut self, territory: &Territory) {
        let writes = &territory.equations;
        if writes.is_empty() {
            return;
        }
        self.place = territory.equation_place;
        if !writes.iter().any(|write| looks_around(&write.value)) {
            self.area_loop(writes);
            return;
        }
        // An equation that looks at other areas must not see what this tick wrote there: first all values, then all
        // writes.
        let areas = self.areas() as u32;
        let mut kept = Vec::with_capacity(writes.len());
        for write in writes {
            let first = self.layout.area_columns;
            self.layout.area_columns += areas;
            let entries = (0..areas).map(|area| Some(Destination::Area(first + area))).collect();
            let destination = self.builder.places.destination(entries);
            let source = self.builder.places.table((0..areas).map(|area| Operand::Area(first + area)).collect());
            let list = self.list_for(std::slice::from_ref(write));
            self.builder.open(Instruction::Loop { list, level: 0, end: 0 });
            let value = self.expression(&write.value);
            self.check(value);
            let to = Destination::Indexed { table: destination, level: 0 };
            self.builder.effect(Instruction::Unary { op: UnaryOperation::Copy, to, a: value });
            self.builder.close();
            kept.push((source, list));
        }
        for (write, (source, list)) in writes.iter().zip(kept) {
            self.builder.open(Instruction::Loop { list, level: 0, end: 0 });
            self.area_store(write, Operand::Indexed { table: source, level: 0 });
            self.builder.close();
        }
    }

    /// All flows of all actors: every value before the first write.
    fn flows(&mut self) {
        let scenario = self.scenario;
        let flows = || scenario.actors.iter().flat_map(|actor| actor.flows.iter().map(|flow| (actor.flow_place, flow)));
        let written: Vec<u32> = flows().map(|(_, flow)| self.cell(flow.variable)).collect();
        let mut values = Vec::with_capacity(written.len());
        for (place, flow) in flows() {
            self.place = place;
            let value = self.expression(&flow.value);
            self.check(value);
            values.push(match value {
                Operand::Cell(cell) if written.contains(&cell) => self.builder.keep(value),
                other => other,
            });
        }
        for ((_, flow), value) in flows().zip(values) {
            let (low, high) = self.bounds(&scenario.variables[flow.variable].within);
            let to = Destination::Cell(self.cell(flow.variable));
            self.builder.effect(Instruction::Store {
                to,
                value,
                scale: 1.0,
                change: flow.change,
                low,
                high,
                mask: None,
            });
        }
    }

    /// Events read the world as the flows left it: what an event writes and another reads is copied first.
    fn events(&mut self) {
        let scenario = self.scenario;
        let mut written: Vec<usize> = Vec::new();
        for event in &scenario.events {
            for effect in &event.effects {
                if let crate::scenario::model::Effect::Write(writes) = effect {
                    written.extend(writes.iter().map(|write| write.variable));
                }
            }
        }
        let mut read: Vec<usize> = Vec::new();
        for event in &scenario.events {
            for_each_expression(event, &mut |expr| {
                visit(expr, &mut |expr| match expr {
                    Expr::Variable(id, _) => read.push(*id),
                    Expr::ColumnVariable(ids, ..) => read.extend(ids.iter().flatten()),
                    _ => {}
                });
            });
        }
        read.retain(|id| written.contains(id));
        read.sort_unstable();
        read.dedup();
        for id in read {
            let cell = self.cell(id);
            // A column of its own, not a register: tables by area may name it too.
            let column = self.layout.add_run_column();
            let to = Destination::Run(column);
            self.builder.effect(Instruction::Unary { op: UnaryOperation::Copy, to, a: Operand::Cell(cell) });
            self.snapshot.insert(cell, Operand::Run(column));
        }
        for event in &scenario.events {
            self.rule(event);
        }
        self.snapshot.clear();
    }
}

/// Calls `f` with every expression of a rule that writes no areas and sends nothing.
fn for_each_expression<'a>(rule: &'a Rule, f: &mut dyn FnMut(&'a Expr)) {
    use crate::scenario::model::Effect;
    rule.lets.iter().for_each(|local| f(&local.value));
    rule.when.iter().for_each(&mut *f);
    rule.chance.iter().for_each(|chance| f(&chance.probability));
    for effect in &rule.effects {
        if let Effect::Write(writes) = effect {
            writes.iter().for_each(|write| f(&write.value));
        }
    }
}
