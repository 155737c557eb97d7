//! Builds the instructions of one piece of code: virtual registers, each value worked out once, then few real registers.

use super::banks::Banks;
use super::folds::KnownFold;
use super::instruction::{BinaryOperation, Instruction, UnaryOperation};
use super::operand::{Destination, Operand};
use super::part::{self, Node};
use super::places::Places;
use super::ranges::{self, Range};
use super::{constant, fuse, registers};
use crate::scenario::model::Comparison;
use std::collections::HashMap;

/// A finished piece of code.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Code {
    /// In order.
    pub instructions: Vec<Instruction>,
    /// How many scratch columns it needs.
    pub registers: u32,
    /// Whether it needs to know lane by lane who got the message that it delivers.
    pub asks_who_got_it: bool,
}

/// A pure instruction by what it reads.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Unary(UnaryOperation, Value),
    Binary(BinaryOperation, Value, Value),
    Compare(Comparison, Value, Value),
    MulAdd(Value, Value, Value),
    MulSub(Value, Value, Value),
    Select(Value, Value, Value),
    Draw(bool, u32, Option<u8>),
}

/// An operand and the version of what it reads.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Value {
    pub(super) tag: u8,
    pub(super) index: u64,
    pub(super) extra: u32,
    pub(super) version: u32,
}

/// Where code is being built.
pub struct Builder {
    /// What loops go through. It outlives the piece of code.
    pub places: Places,
    /// What is known of columns. It outlives the piece of code too.
    pub banks: Banks,
    /// The part that is being built last, the one that it stands in before it, and so on.
    pub(super) scopes: Vec<Scope>,
    versions: HashMap<Destination, u32>,
    pub(super) indexed_version: u32,
    pub(super) registers: Vec<Known>,
}

/// A part under construction, and what is known in it.
#[derive(Default)]
pub struct Scope {
    /// What begins it; nothing begins the whole code.
    pub(super) begin: Option<Instruction>,
    pub(super) nodes: Vec<Node>,
    pub(super) known: HashMap<Key, Operand>,
    pub(super) folds: Vec<KnownFold>,
    /// Registers that were checked to be finite, and in which lanes.
    pub(super) checked: Vec<(u32, Option<Operand>)>,
}

/// What is known of a register.
pub(super) struct Known {
    range: Range,
    /// A register that is finite in the lanes where this one is, and only there, if any.
    rests_on: Option<u32>,
    /// Whether instructions change it in place.
    pub(super) changes: bool,
}

impl Builder {
    /// With nothing in it.
    pub fn new(places: Places, banks: Banks) -> Self {
        Self {
            places,
            banks,
            scopes: vec![Scope::default()],
            versions: HashMap::new(),
            indexed_version: 0,
            registers: Vec::new(),
        }
    }

    /// The finished code, with virtual registers packed into few. The next piece of code can begin.
    pub fn finish(&mut self) -> Code {
        let next = Self::new(std::mem::take(&mut self.places), std::mem::take(&mut self.banks));
        let mut built = std::mem::replace(self, next);
        let mut nodes = built.scopes.pop().map(|scope| scope.nodes).unwrap_or_default();
        part::drop_unread(&mut nodes);
        let mut instructions = Vec::new();
        part::flatten(nodes, &mut instructions);
        registers::allocate(fuse::fuse(instructions, &self.places))
    }

    /// Adds a node to the part that is being built.
    pub(super) fn push(&mut self, node: Node) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.nodes.push(node);
        }
    }

    /// A value that is known now, since all that it comes from is. In the areas of one loop it may differ.
    fn fixed<const N: usize>(&mut self, operands: [Operand; N], f: impl Fn([f64; N]) -> f64) -> Option<Operand> {
        let mut areas: Option<(usize, u8)> = None;
        for operand in operands {
            match (self.places.known(operand)?, areas) {
                ((_, Some(level)), Some((_, other))) if level != other => return None,
                ((count, Some(level)), _) => areas = Some((count, level)),
                _ => {}
            }
        }
        let at = |area: usize| Operand::Const(f(operands.map(|operand| self.places.number(operand, area))));
        Some(match areas {
            Some((count, level)) => {
                let entries = (0..count).map(at).collect();
                self.places.by_area(entries, level)
            }
            None => at(0),
        })
    }

    /// What is known of an operand in every lane.
    pub fn range(&self, operand: Operand) -> Range {
        match operand {
            Operand::Register(register) => {
                let range = self.registers[register as usize].range;
                if self.was_checked(register, None) { range.finite() } else { range }
            }
            _ => self.banks.range(operand, &self.places.tables),
        }
    }

    /// Whether a register is known to be finite in the lanes of a mask.
    pub fn is_finite(&self, register: u32, mask: Option<Operand>) -> bool {
        self.range(Operand::Register(register)).is_finite()
            || self.was_checked(register, mask)
            || self.rests_on(register).is_some_and(|other| self.is_finite(other, mask))
    }

    fn was_checked(&self, register: u32, mask: Option<Operand>) -> bool {
        self.scopes
            .iter()
            .flat_map(|scope| &scope.checked)
            .any(|&(checked, lanes)| checked == register && (lanes.is_none() || lanes == mask))
    }

    /// Checks that a value is finite in the lanes of a mask. From here on that is known.
    pub fn check(&mut self, value: Operand, mask: Option<Operand>, place: u32) {
        self.effect(Instruction::Check { value, mask, place });
        if let Operand::Register(register) = value
            && self.is_steady(value)
            && mask.is_none_or(|mask| self.is_steady(mask))
            && let Some(scope) = self.scopes.last_mut()
        {
            let rests_on = |&register: &u32| self.registers[register as usize].rests_on;
            let checked = std::iter::successors(Some(register), rests_on);
            scope.checked.extend(checked.map(|register| (register, mask)));
        }
    }

    /// A register that is finite in the lanes where this one is, and only there, if one is known.
    pub(super) fn rests_on(&self, register: u32) -> Option<u32> {
        self.registers[register as usize].rests_on
    }

    /// Notes that a result is finite where `on` is, and only there.
    fn rest(&mut self, result: Operand, on: Option<Operand>) {
        if let (Operand::Register(result), Some(Operand::Register(on))) = (result, on)
            && self.is_steady(Operand::Register(on))
        {
            self.registers[result as usize].rests_on = Some(on);
        }
    }

    /// Whether an operand is the same wherever it is read in this piece of code.
    pub(super) fn is_steady(&self, operand: Operand) -> bool {
        match operand {
            Operand::Register(register) => !self.registers[register as usize].changes,
            operand => operand == Operand::Arrived,
        }
    }

    pub(super) fn register(&mut self, range: Range) -> u32 {
        self.registers.push(Known { range, rests_on: None, changes: false });
        self.registers.len() as u32 - 1
    }

    /// A new register for each of some whose values lie where the other's do, by the other's number.
    pub(super) fn registers_like(&mut self, others: impl IntoIterator<Item = u32>) -> HashMap<u32, u32> {
        let (mut names, mut renamed) = (HashMap::new(), Vec::new());
        for other in others {
            names.entry(other).or_insert_with(|| {
                let name = self.register(self.registers[other as usize].range);
                renamed.push((other, name));
                name
            });
        }
        for (other, name) in renamed {
            let on = self.rests_on(other).map(|on| names.get(&on).copied().unwrap_or(on));
            self.registers[name as usize].rests_on = on;
        }
        names
    }

    pub(super) fn value(&self, operand: Operand) -> Value {
        let version = |to| self.versions.get(&to).copied().unwrap_or(0);
        let (tag, index, extra) = operand.parts();
        let version = match operand {
            Operand::Register(i) => version(Destination::Register(i)),
            Operand::Cell(i) => version(Destination::Cell(i)),
            Operand::Run(i) => version(Destination::Run(i)),
            Operand::Record(i) => version(Destination::Record(i)),
            Operand::Area(i) => version(Destination::Area(i)),
            Operand::Indexed { .. } => self.indexed_version,
            _ => 0,
        };
        Value { tag, index, extra, version }
    }

    fn pure(&mut self, key: Key, range: Range, make: impl FnOnce(Destination) -> Instruction) -> Operand {
        if let Some(&operand) = self.scopes.iter().rev().find_map(|scope| scope.known.get(&key)) {
            return operand;
        }
        let register = self.register(range);
        self.push(Node::One(make(Destination::Register(register))));
        if let Some(scope) = self.scopes.last_mut() {
            scope.known.insert(key, Operand::Register(register));
        }
        Operand::Register(register)
    }

    /// op(a)
    pub fn unary(&mut self, op: UnaryOperation, a: Operand) -> Operand {
        if let Some(fixed) = self.fixed([a], |[a]| constant::unary(op, a)) {
            return fixed;
        }
        let range = Range::unary(op, self.range(a));
        self.pure(Key::Unary(op, self.value(a)), range, |to| Instruction::Unary { op, to, a })
    }

    /// a op b
    pub fn binary(&mut self, op: BinaryOperation, a: Operand, b: Operand) -> Operand {
        if let Some(same) = unchanged(op, a, b) {
            return same;
        }
        if let Some(fixed) = self.fixed([a, b], |[a, b]| constant::binary(op, a, b)) {
            return fixed;
        }
        let range = Range::binary(op, self.range(a), self.range(b));
        let result =
            self.pure(Key::Binary(op, self.value(a), self.value(b)), range, |to| Instruction::Binary { op, to, a, b });
        let on = ranges::rests_on(op, (a, self.range(a)), (b, self.range(b)));
        self.rest(result, on);
        result
    }

    /// A comparison.
    pub fn compare(&mut self, comparison: Comparison, a: Operand, b: Operand) -> Operand {
        if let Some(fixed) = self.fixed([a, b], |[a, b]| constant::compare(comparison, a, b)) {
            return fixed;
        }
        let key = Key::Compare(comparison, self.value(a), self.value(b));
        self.pure(key, Range::UNIT, |to| Instruction::Compare { comparison, to, a, b })
    }

    /// a + b·c
    pub fn mul_add(&mut self, a: Operand, b: Operand, c: Operand) -> Operand {
        if let Some(product) = self.fixed([b, c], |[b, c]| b * c) {
            return self.binary(BinaryOperation::Add, a, product);
        }
        let key = Key::MulAdd(self.value(a), self.value(b), self.value(c));
        let range = self.sum_range(BinaryOperation::Add, a, b, c);
        let result = self.pure(key, range, |to| Instruction::MulAdd { to, a, b, c });
        self.rest_of_sum(result, a, b, c);
        result
    }

    /// a − b·c
    pub fn mul_sub(&mut self, a: Operand, b: Operand, c: Operand) -> Operand {
        if let Some(product) = self.fixed([b, c], |[b, c]| b * c) {
            return self.binary(BinaryOperation::Sub, a, product);
        }
        let key = Key::MulSub(self.value(a), self.value(b), self.value(c));
        let range = self.sum_range(BinaryOperation::Sub, a, b, c);
        let result = self.pure(key, range, |to| Instruction::MulSub { to, a, b, c });
        self.rest_of_sum(result, a, b, c);
        result
    }

    /// Notes what a + b·c or a − b·c rests on.
    fn rest_of_sum(&mut self, result: Operand, a: Operand, b: Operand, c: Operand) {
        use BinaryOperation::{Add, Mul};
        let [of_a, of_b, of_c] = [a, b, c].map(|operand| self.range(operand));
        let of_product = Range::binary(Mul, of_b, of_c);
        let product = ranges::rests_on(Mul, (b, of_b), (c, of_c));
        let on = ranges::rests_on(Add, (Some(a), of_a), (product, of_product)).flatten();
        self.rest(result, on);
    }

    /// The range of a + b·c, or a − b·c.
    fn sum_range(&self, op: BinaryOperation, a: Operand, b: Operand, c: Operand) -> Range {
        Range::binary(op, self.range(a), Range::binary(BinaryOperation::Mul, self.range(b), self.range(c)))
    }

    /// if c then a else b
    pub fn select(&mut self, c: Operand, a: Operand, b: Operand) -> Operand {
        if let Some(fixed) = self.fixed([c, a, b], |[c, a, b]| if c != 0.0 { a } else { b }) {
            return fixed;
        }
        let key = Key::Select(self.value(c), self.value(a), self.value(b));
        let range = self.range(a).or(self.range(b));
        self.pure(key, range, |to| Instruction::Select { to, c, a, b })
    }

    /// A draw.
    pub fn draw(&mut self, kind: crate::scenario::model::DrawKind, streams: u32, level: Option<u8>) -> Operand {
        let normal = kind == crate::scenario::model::DrawKind::Normal;
        let range = if normal { Range::FINITE } else { Range::UNIT };
        self.pure(Key::Draw(normal, streams, level), range, |to| Instruction::Draw { to, kind, streams, level })
    }

    /// A register that instructions change in place, with its first value.
    pub fn accumulator(&mut self, start: f64) -> u32 {
        let register = self.register(Range::ANY);
        self.registers[register as usize].changes = true;
        let to = Destination::Register(register);
        self.push(Node::One(Instruction::Unary { op: UnaryOperation::Copy, to, a: Operand::Const(start) }));
        register
    }

    /// A register that keeps a value whatever is written afterwards.
    pub fn keep(&mut self, a: Operand) -> Operand {
        let register = self.register(self.range(a));
        let to = Destination::Register(register);
        self.push(Node::One(Instruction::Unary { op: UnaryOperation::Copy, to, a }));
        Operand::Register(register)
    }

    /// A register that `make` writes and that nothing else will be found equal to.
    pub fn fresh(&mut self, range: Range, make: impl FnOnce(Destination) -> Instruction) -> Operand {
        let register = self.register(range);
        self.push(Node::One(make(Destination::Register(register))));
        Operand::Register(register)
    }

    /// An instruction for its effect; what it writes is not the same value afterwards.
    pub fn effect(&mut self, mut instruction: Instruction) {
        // A column that is being written cannot be read: what reads it too reads a copy.
        if let Some(&mut to) = instruction.destination_mut() {
            instruction.for_each_operand(&mut |operand| {
                if self.places.may_be(to, *operand) {
                    *operand = self.keep(*operand);
                }
            });
        }
        if let Some(register) = instruction.in_place_mut() {
            *self.versions.entry(Destination::Register(*register)).or_insert(0) += 1;
        }
        match instruction.destination_mut() {
            Some(Destination::Indexed { .. }) => self.wrote_somewhere(),
            Some(to) => *self.versions.entry(*to).or_insert(0) += 1,
            None => {}
        }
        if matches!(instruction, Instruction::Scatter { .. }) {
            self.wrote_somewhere();
        }
        self.forget_folds_of(&mut instruction);
        self.push(Node::One(instruction));
    }

    fn wrote_somewhere(&mut self) {
        self.indexed_version += 1;
        self.scopes.iter_mut().for_each(|scope| scope.known.clear());
    }
}

/// What an operation with a number leaves as it is, to the bit: whatever comes of rates for a tick of one unit.
fn unchanged(op: BinaryOperation, a: Operand, b: Operand) -> Option<Operand> {
    use BinaryOperation as B;
    let is = |operand: Operand, number: f64| matches!(operand, Operand::Const(x) if x.to_bits() == number.to_bits());
    match op {
        B::Mul | B::Div if is(b, 1.0) => Some(a),
        B::Mul if is(a, 1.0) => Some(b),
        B::Add if is(b, -0.0) => Some(a),
        B::Sub if is(b, 0.0) => Some(a),
        _ => None,
    }
}
