//! What actors do: deliveries, stances, rules and their effects.

use super::{Lowering, Stage};
use crate::program::builder::Code;
use crate::program::instruction::{self, BinaryOperation, Delivery, Instruction, UnaryOperation};
use crate::program::layout::{ClockValue, looks_while_writing};
use crate::program::operand::{Destination, Operand};
use crate::program::ranges::Range;
use crate::scenario::model::{
    AreaTarget, AreaWrite, Candidate, Chance, Comparison, Effect, Expr, Part, Receiver, Receivers, Rule, Send, Slot,
    Stances, VariableId, Write,
};

/// The step that is being played.
const STEP: Operand = Operand::Clock(ClockValue::Step as u32);

impl Lowering<'_> {
    /// What a message in a slot does to its receiver. Everything happens in the lanes that got it.
    pub(super) fn delivery(&mut self, slot: &Slot) -> Code {
        self.place = slot.place;
        self.under(Operand::Arrived, true, |this| {
            for (variables, value) in [(&slot.received, Operand::Amount), (&slot.counted, Operand::Const(1.0))] {
                for &variable in variables {
                    this.add(variable, value);
                }
            }
            for arrival in &slot.arrival {
                match &arrival.when {
                    Some(when) => {
                        let when = this.expression(when);
                        this.under(when, true, |this| this.writes(&arrival.writes));
                    }
                    None => this.writes(&arrival.writes),
                }
            }
        });
        self.finish()
    }

    /// Adds to a variable without bounds, in the lanes of the present conditions.
    fn add(&mut self, variable: VariableId, value: Operand) {
        let (low, high) = (Operand::Const(f64::NEG_INFINITY), Operand::Const(f64::INFINITY));
        let to = Destination::Cell(self.cell(variable));
        let mask = self.mask();
        self.builder.effect(Instruction::Store { to, value, scale: 1.0, change: true, low, high, mask });
    }

    /// The ladder: the highest rung above the present whose `enter` holds, else one down if `leave` holds.
    pub(super) fn stances(&mut self, stances: &Stances) {
        self.place = stances.place;
        let cell = self.cell(stances.variable);
        let present = self.builder.keep(Operand::Cell(cell));
        let entered = self.builder.accumulator(-1.0);
        let left = self.builder.accumulator(0.0);
        for (number, rung) in stances.rungs.iter().enumerate() {
            let number = Operand::Const(number as f64);
            if let Some(enter) = &rung.enter {
                let below = self.builder.compare(Comparison::Lt, present, number);
                let enter = self.under(below, true, |this| this.expression(enter));
                let mask = self.builder.binary(BinaryOperation::And, below, enter);
                self.builder.effect(Instruction::Blend { register: entered, value: number, mask });
            }
        }
        let none = self.builder.compare(Comparison::Lt, Operand::Register(entered), Operand::Const(0.0));
        for (number, rung) in stances.rungs.iter().enumerate() {
            if let Some(leave) = &rung.leave {
                let here = self.builder.compare(Comparison::Eq, present, Operand::Const(number as f64));
                let here = self.builder.binary(BinaryOperation::And, here, none);
                let leave = self.under(here, true, |this| this.expression(leave));
                let mask = self.builder.binary(BinaryOperation::And, here, leave);
                self.builder.effect(Instruction::Blend { register: left, value: Operand::Const(1.0), mask });
            }
        }
        let down = self.builder.binary(BinaryOperation::Sub, present, Operand::Register(left));
        let value = self.builder.select(none, down, Operand::Register(entered));
        let to = Destination::Cell(cell);
        self.builder.effect(Instruction::Unary { op: UnaryOperation::Copy, to, a: value });
    }

    /// A rule: skipped outside its steps, then condition, chance and effects in the lanes that are left.
    pub(super) fn rule(&mut self, rule: &Rule) {
        let number = self.rule_number(rule);
        let always = (1, self.scenario.clock.ticks.saturating_add(1));
        let (first, last) = rule.active;
        let dated = first > always.0 || last < always.1;
        if dated {
            self.builder.open(Instruction::Within { first, last, end: 0 });
        }
        let outer = self.conditions.len();
        self.lets = vec![None; rule.lets.len()];
        let mut skips = 0;
        self.place = rule.places[0];
        if let Some(again) = &rule.again {
            let ready = self.variable_now(again.ready);
            let ready = self.builder.compare(Comparison::Ge, STEP, ready);
            self.conditions.push(super::Condition { operand: ready, holds: true });
        }
        self.lets_of(rule, Part::Condition);
        if let Some(when) = &rule.when {
            let when = self.expression(when);
            self.conditions.push(super::Condition { operand: when, holds: true });
        }
        self.skip_if_none(&mut skips);
        self.place = rule.places[1];
        self.lets_of(rule, Part::Chance);
        if let Some(chance) = &rule.chance {
            self.chance(chance);
            self.skip_if_none(&mut skips);
        }
        self.place = rule.places[2];
        let mask = self.mask();
        self.builder.effect(Instruction::Fired { rule: number, mask });
        self.lets_of(rule, Part::Effects);
        for effect in &rule.effects {
            self.effect(effect);
        }
        if let Some(again) = &rule.again {
            let value = match again.after {
                Some(ticks) => self.builder.binary(BinaryOperation::Add, STEP, Operand::Const(f64::from(ticks))),
                None => Operand::Const(f64::INFINITY),
            };
            let (low, high) = (Operand::Const(f64::NEG_INFINITY), Operand::Const(f64::INFINITY));
            let to = Destination::Cell(self.cell(again.ready));
            self.builder.effect(Instruction::Store { to, value, scale: 1.0, change: false, low, high, mask });
        }
        for _ in 0..skips {
            self.builder.close();
        }
        self.conditions.truncate(outer);
        if dated {
            self.builder.close();
        }
    }

    fn variable_now(&mut self, variable: VariableId) -> Operand {
        self.expression(&Expr::Variable(variable, crate::scenario::model::View::Now))
    }

    fn skip_if_none(&mut self, skips: &mut u32) {
        if let Some(mask) = self.mask() {
            self.conditions.clear();
            self.conditions.push(super::Condition { operand: mask, holds: true });
            self.builder.open(Instruction::Unless { mask, end: 0 });
            *skips += 1;
        }
    }

    fn lets_of(&mut self, rule: &Rule, part: Part) {
        for (id, local) in rule.lets.iter().enumerate() {
            if local.part != Some(part) {
                continue;
            }
            let value = self.expression(&local.value);
            // A cell may be written by the rule's own effects; the local name keeps what it was.
            let value = match value {
                Operand::Cell(_) => self.builder.keep(value),
                other => other,
            };
            self.lets[id] = Some(value);
        }
    }

    fn chance(&mut self, chance: &Chance) {
        let mut probability = self.expression(&chance.probability);
        let mask = self.mask();
        if !self.builder.range(probability).is_within(0.0, 1.0) {
            self.builder.effect(Instruction::CheckChance { value: probability, mask, place: self.place as u32 });
        }
        if let Some(exponent) = chance.exponent {
            let stays = self.builder.binary(BinaryOperation::Sub, Operand::Const(1.0), probability);
            let stays = self.builder.binary(BinaryOperation::Pow, stays, Operand::Const(exponent));
            probability = self.builder.binary(BinaryOperation::Sub, Operand::Const(1.0), stays);
        }
        let streams = self.streams(chance.draw);
        let acts = self.builder.fresh(Range::UNIT, |to| {
            let chance = instruction::Chance { to, probability, curve: None, streams, mask, on_score: None };
            Instruction::Chance(Box::new(chance))
        });
        self.conditions.clear();
        self.conditions.push(super::Condition { operand: acts, holds: true });
    }

    fn effect(&mut self, effect: &Effect) {
        match effect {
            Effect::Write(writes) => self.writes(writes),
            Effect::WriteAt { target, writes } => {
                self.reads_copies = looks_while_writing(effect);
                if self.reads_copies {
                    self.copy_orders();
                }
                self.writes_at(target, writes);
                self.reads_copies = false;
            }
            Effect::Send(send) => self.send(send),
        }
    }

    /// One simultaneous map: every value first, then every write.
    pub(super) fn writes(&mut self, writes: &[Write]) {
        let written: Vec<u32> = writes.iter().map(|write| self.cell(write.variable)).collect();
        let mut values = Vec::with_capacity(writes.len());
        for write in writes {
            let value = self.expression(&write.value);
            self.check(value);
            let value = match value {
                Operand::Cell(cell) if written.contains(&cell) => self.builder.keep(value),
                other => other,
            };
            values.push(value);
        }
        let mask = self.mask();
        for (write, value) in writes.iter().zip(values) {
            let (low, high) = self.bounds(&self.scenario.variables[write.variable].within);
            let to = Destination::Cell(self.cell(write.variable));
            self.builder.effect(Instruction::Store { to, value, scale: 1.0, change: write.change, low, high, mask });
        }
    }

    /// Copies the actor's contest inputs, so that what looks around sees them as they were before the first write.
    fn copy_orders(&mut self) {
        let pairs: Vec<(u32, u32)> = (self.layout.order_cells.iter())
            .filter_map(|(id, &from)| Some((from, *self.layout.order_copies.get(id)?)))
            .filter(|(from, _)| match self.stage {
                Stage::Actor(actor) => self.layout.actor_cells[actor].contains(from),
                Stage::World => false,
            })
            .collect();
        for (from, to) in pairs {
            for area in 0..self.areas() as u32 {
                let (to, a) = (Destination::Cell(to + area), Operand::Cell(from + area));
                self.builder.effect(Instruction::Unary { op: UnaryOperation::Copy, to, a });
            }
        }
    }

    fn writes_at(&mut self, target: &AreaTarget, writes: &[AreaWrite]) {
        let list = self.list_for(writes);
        match target {
            AreaTarget::Fixed(area) => {
                if self.builder.places.lists[list as usize].contains(&(*area as u32)) {
                    let only = self.builder.places.list(vec![*area as u32]);
                    self.each_area(only, None, writes);
                }
            }
            AreaTarget::Each { filter } => self.each_area(list, filter.as_ref(), writes),
            AreaTarget::Best { filter, score } => self.best_area(list, filter.as_ref(), score, writes),
        }
    }

    fn each_area(&mut self, list: u32, filter: Option<&Expr>, writes: &[AreaWrite]) {
        let _ = self.mask();
        self.builder.open(Instruction::Loop { list, level: 0, end: 0 });
        let outer = self.conditions.len();
        let filter = filter.and_then(|filter| self.narrowed(filter));
        self.conditions.extend(filter.map(|operand| super::Condition { operand, holds: true }));
        self.area_writes(writes);
        self.conditions.truncate(outer);
        self.builder.close();
    }

    fn area_writes(&mut self, writes: &[AreaWrite]) {
        let mut values = Vec::with_capacity(writes.len());
        for write in writes {
            let value = self.expression(&write.value);
            self.check(value);
            let value = self.kept_in_area(value);
            values.push(value);
        }
        let mask = self.mask();
        for (write, value) in writes.iter().zip(values) {
            let (low, high) = self.area_bounds(write);
            let to = Destination::Indexed { table: self.destination_table(write), level: 0 };
            self.builder.effect(Instruction::Store { to, value, scale: 1.0, change: write.change, low, high, mask });
        }
    }

    /// A value that another area's or variable's write may not change.
    pub(super) fn kept_in_area(&mut self, value: Operand) -> Operand {
        let may_change = matches!(value, Operand::Indexed { .. }) && self.builder.places.known(value).is_none();
        if may_change { self.builder.keep(value) } else { value }
    }

    fn area_bounds(&mut self, write: &AreaWrite) -> (Operand, Operand) {
        let variables = self.scenario.territory.as_ref().map(|territory| &territory.variables);
        match variables.and_then(|variables| variables.get(write.variable)) {
            Some(variable) => self.bounds(&variable.within),
            None => (Operand::Const(f64::NEG_INFINITY), Operand::Const(f64::INFINITY)),
        }
    }

    /// Where an area variable is written, by area.
    pub(super) fn destination_table(&mut self, write: &AreaWrite) -> u32 {
        let areas = self.areas() as u32;
        let exists = |area: u32| {
            self.scenario.territory.as_ref().is_some_and(|t| t.variables[write.variable].exists[area as usize])
        };
        let own = self.layout.order_cells.get(&write.variable).copied();
        let state = self.layout.area_of.get(&write.variable).copied();
        let entry = |area: u32| match (own, state) {
            _ if !exists(area) => None,
            (Some(first), _) => Some(Destination::Cell(first + area)),
            (None, Some(first)) => Some(Destination::Area(first + area)),
            (None, None) => None,
        };
        let entries = (0..areas).map(entry).collect();
        self.builder.places.destination(entries)
    }

    /// The area with the greatest score, lane by lane, then the writes there.
    fn best_area(&mut self, list: u32, filter: Option<&Expr>, score: &Expr, writes: &[AreaWrite]) {
        let _ = self.mask();
        let chosen = self.builder.accumulator(-1.0);
        let best = self.builder.accumulator(0.0);
        self.builder.open(Instruction::Loop { list, level: 0, end: 0 });
        let filter = filter.and_then(|filter| self.narrowed(filter));
        self.consider(filter, score, Operand::AreaIndex(0), chosen, best);
        self.builder.close();
        let found = self.builder.compare(Comparison::Ge, Operand::Register(chosen), Operand::Const(0.0));
        self.under(found, true, |this| {
            if writes.iter().any(|write| crate::program::layout::reads_area(&write.value)) {
                let _ = this.mask();
                this.builder.open(Instruction::Loop { list, level: 0, end: 0 });
                let here = this.builder.compare(Comparison::Eq, Operand::Register(chosen), Operand::AreaIndex(0));
                this.under(here, true, |this| this.area_writes(writes));
                this.builder.close();
            } else {
                this.scatter(Operand::Register(chosen), writes);
            }
        });
    }

    fn scatter(&mut self, area: Operand, writes: &[AreaWrite]) {
        let mut values = Vec::with_capacity(writes.len());
        for write in writes {
            let value = self.expression(&write.value);
            self.check(value);
            values.push(value);
        }
        let mask = self.mask();
        for (write, value) in writes.iter().zip(values) {
            let (low, high) = self.area_bounds(write);
            let table = self.destination_table(write);
            self.builder.effect(Instruction::Scatter { table, area, value, change: write.change, low, high, mask });
        }
    }

    /// One candidate of `best`: the first among equals stays.
    fn consider(&mut self, filter: Option<Operand>, score: &Expr, number: Operand, chosen: u32, best: u32) {
        let outer = self.conditions.len();
        self.conditions.extend(filter.map(|operand| super::Condition { operand, holds: true }));
        let score = self.expression(score);
        self.check(score);
        self.conditions.truncate(outer);
        let first = self.builder.compare(Comparison::Lt, Operand::Register(chosen), Operand::Const(0.0));
        let greater = self.builder.compare(Comparison::Gt, score, Operand::Register(best));
        let mut better = self.builder.binary(BinaryOperation::Or, first, greater);
        if let Some(filter) = filter {
            better = self.builder.binary(BinaryOperation::And, better, filter);
        }
        self.builder.effect(Instruction::Blend { register: chosen, value: number, mask: better });
        self.builder.effect(Instruction::Blend { register: best, value: score, mask: better });
    }

    fn send(&mut self, send: &Send) {
        let amount = self.expression(&send.amount);
        self.check(amount);
        let floor = if self.scenario.kinds[send.kind].signed { f64::NEG_INFINITY } else { 0.0 };
        let mut fields = Vec::with_capacity(send.fields.len());
        for field in &send.fields {
            let field = self.expression(field);
            self.check(field);
            fields.push(field);
        }
        match &send.receivers {
            Receivers::All(receivers) => self.send_to(receivers, amount, floor, &fields),
            Receivers::Best(candidates) => self.send_to_best(candidates, amount, floor, &fields),
        }
    }

    fn send_to(&mut self, receivers: &[Receiver], amount: Operand, floor: f64, fields: &[Operand]) {
        let mask = self.mask();
        let delivery = |to: &Receiver| Delivery { actor: to.actor as u32, slot: to.slot as u32 };
        let (first, count) = (self.deliveries.len() as u32, receivers.len() as u32);
        self.deliveries.extend(receivers.iter().map(delivery));
        let send = instruction::Send { first, count, amount, floor, fields: fields.to_vec(), mask };
        self.builder.effect(Instruction::Send(Box::new(send)));
        let counted = receivers.iter().any(|receiver| !receiver.sent.is_empty());
        let amount = if counted && floor == 0.0 {
            self.builder.binary(BinaryOperation::Max, amount, Operand::Const(floor))
        } else {
            amount
        };
        for &variable in receivers.iter().flat_map(|receiver| &receiver.sent) {
            self.add(variable, amount);
        }
    }

    fn send_to_best(&mut self, candidates: &[Candidate], amount: Operand, floor: f64, fields: &[Operand]) {
        let chosen = self.builder.accumulator(-1.0);
        let best = self.builder.accumulator(0.0);
        for (number, candidate) in candidates.iter().enumerate() {
            let number = Operand::Const(number as f64);
            let filter = candidate.filter.as_ref().map(|filter| self.expression(filter));
            self.consider(filter, &candidate.score, number, chosen, best);
        }
        for (number, candidate) in candidates.iter().enumerate() {
            let number = Operand::Const(number as f64);
            let here = self.builder.compare(Comparison::Eq, Operand::Register(chosen), number);
            self.under(here, true, |this| {
                this.send_to(std::slice::from_ref(&candidate.receiver), amount, floor, fields);
            });
        }
    }
}
