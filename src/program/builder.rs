//! Builds the instructions of one piece of code: virtual registers, each value worked out once, then few real registers.

use super::instruction::{BinaryOperation, Instruction, UnaryOperation};
use super::operand::{Destination, Operand};
use super::ranges::Range;
use super::{fuse, registers};
use crate::scenario::model::Comparison;
use std::collections::HashMap;

/// A finished piece of code.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Code {
    /// In order.
    pub instructions: Vec<Instruction>,
    /// How many scratch columns it needs.
    pub registers: u32,
}

/// A pure instruction by what it reads. Only ever looked up, never iterated.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
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
struct Value {
    tag: u8,
    index: u64,
    extra: u32,
    version: u32,
}

/// Where code is being built.
#[derive(Default)]
pub struct Builder {
    instructions: Vec<Instruction>,
    known: Vec<HashMap<Key, Operand>>,
    versions: HashMap<Destination, u32>,
    indexed_version: u32,
    registers: Vec<Known>,
    /// Registers that were checked to be finite, in which lanes, by the part of the code in which that is sure.
    checked: Vec<Vec<(u32, Option<Operand>)>>,
}

/// What is known of a register.
struct Known {
    range: Range,
    /// The register of which this is a part no greater, if any.
    part_of: Option<u32>,
    /// Whether instructions change it in place.
    changes: bool,
}

impl Builder {
    /// With nothing in it.
    pub fn new() -> Self {
        Self { known: vec![HashMap::new()], checked: vec![Vec::new()], ..Self::default() }
    }

    /// The finished code, with virtual registers packed into few.
    pub fn finish(self) -> Code {
        registers::allocate(fuse::fuse(self.instructions))
    }

    /// What is known of an operand in every lane.
    pub fn range(&self, operand: Operand) -> Range {
        match operand {
            Operand::Const(number) => Range::of(number),
            Operand::Register(register) => {
                let range = self.registers[register as usize].range;
                if self.was_checked(register, None) { range.finite() } else { range }
            }
            // Checked when it was sent.
            Operand::Amount | Operand::Field(_) => Range::FINITE,
            Operand::Arrived => Range::UNIT,
            _ => Range::ANY,
        }
    }

    /// Whether a register is known to be finite in the lanes of a mask.
    pub fn is_finite(&self, register: u32, mask: Option<Operand>) -> bool {
        self.range(Operand::Register(register)).is_finite()
            || self.was_checked(register, mask)
            || self.registers[register as usize].part_of.is_some_and(|whole| self.is_finite(whole, mask))
    }

    fn was_checked(&self, register: u32, mask: Option<Operand>) -> bool {
        self.checked.iter().flatten().any(|&(checked, lanes)| checked == register && (lanes.is_none() || lanes == mask))
    }

    /// Checks that a value is finite in the lanes of a mask. From here on that is known.
    pub fn check(&mut self, value: Operand, mask: Option<Operand>, place: u32) {
        self.effect(Instruction::Check { value, mask, place });
        if let Operand::Register(register) = value
            && self.is_steady(value)
            && mask.is_none_or(|mask| self.is_steady(mask))
            && let Some(scope) = self.checked.last_mut()
        {
            scope.push((register, mask));
        }
    }

    /// Whether an operand is the same wherever it is read in this piece of code.
    fn is_steady(&self, operand: Operand) -> bool {
        match operand {
            Operand::Register(register) => !self.registers[register as usize].changes,
            operand => operand == Operand::Arrived,
        }
    }

    fn register(&mut self, range: Range) -> u32 {
        self.registers.push(Known { range, part_of: None, changes: false });
        self.registers.len() as u32 - 1
    }

    fn value(&self, operand: Operand) -> Value {
        let version = |to| self.versions.get(&to).copied().unwrap_or(0);
        let (tag, index, extra, version) = match operand {
            Operand::Const(x) => (0, x.to_bits(), 0, 0),
            Operand::Register(i) => (1, i.into(), 0, version(Destination::Register(i))),
            Operand::Cell(i) => (2, i.into(), 0, version(Destination::Cell(i))),
            Operand::Shown(i) => (3, i.into(), 0, 0),
            Operand::Run(i) => (4, i.into(), 0, version(Destination::Run(i))),
            Operand::Record(i) => (5, i.into(), 0, version(Destination::Record(i))),
            Operand::Area(i) => (6, i.into(), 0, version(Destination::Area(i))),
            Operand::Contest(field, i) => (7, i.into(), field as u32, 0),
            Operand::Clock(i) => (8, i.into(), 0, 0),
            Operand::Amount => (9, 0, 0, 0),
            Operand::Field(i) => (10, i.into(), 0, 0),
            Operand::Arrived => (11, 0, 0, 0),
            Operand::Past { history, ticks } => (12, history.into(), ticks, 0),
            Operand::Indexed { table, level } => (13, table.into(), level.into(), self.indexed_version),
            Operand::AreaIndex(level) => (14, level.into(), 0, 0),
        };
        Value { tag, index, extra, version }
    }

    fn pure(&mut self, key: Key, range: Range, make: impl FnOnce(Destination) -> Instruction) -> Operand {
        if let Some(&operand) = self.known.iter().rev().find_map(|scope| scope.get(&key)) {
            return operand;
        }
        let register = self.register(range);
        self.instructions.push(make(Destination::Register(register)));
        if let Some(scope) = self.known.last_mut() {
            scope.insert(key, Operand::Register(register));
        }
        Operand::Register(register)
    }

    /// op(a)
    pub fn unary(&mut self, op: UnaryOperation, a: Operand) -> Operand {
        let range = Range::unary(op, self.range(a));
        self.pure(Key::Unary(op, self.value(a)), range, |to| Instruction::Unary { op, to, a })
    }

    /// a op b
    pub fn binary(&mut self, op: BinaryOperation, a: Operand, b: Operand) -> Operand {
        use BinaryOperation as B;
        if let (Operand::Const(x), Operand::Const(y)) = (a, b) {
            match op {
                B::Add => return Operand::Const(x + y),
                B::Sub => return Operand::Const(x - y),
                B::Mul => return Operand::Const(x * y),
                B::Div => return Operand::Const(x / y),
                _ => {}
            }
        }
        let range = Range::binary(op, self.range(a), self.range(b));
        let result =
            self.pure(Key::Binary(op, self.value(a), self.value(b)), range, |to| Instruction::Binary { op, to, a, b });
        if let (B::Mul, Operand::Register(product)) = (op, result)
            && let (Operand::Const(factor), Operand::Register(whole))
            | (Operand::Register(whole), Operand::Const(factor)) = (a, b)
            && factor.abs() <= 1.0
            && self.is_steady(Operand::Register(whole))
        {
            self.registers[product as usize].part_of = Some(whole);
        }
        result
    }

    /// A comparison.
    pub fn compare(&mut self, comparison: Comparison, a: Operand, b: Operand) -> Operand {
        let key = Key::Compare(comparison, self.value(a), self.value(b));
        self.pure(key, Range::UNIT, |to| Instruction::Compare { comparison, to, a, b })
    }

    /// a + b·c
    pub fn mul_add(&mut self, a: Operand, b: Operand, c: Operand) -> Operand {
        let key = Key::MulAdd(self.value(a), self.value(b), self.value(c));
        self.pure(key, Range::ANY, |to| Instruction::MulAdd { to, a, b, c })
    }

    /// a − b·c
    pub fn mul_sub(&mut self, a: Operand, b: Operand, c: Operand) -> Operand {
        let key = Key::MulSub(self.value(a), self.value(b), self.value(c));
        self.pure(key, Range::ANY, |to| Instruction::MulSub { to, a, b, c })
    }

    /// if c then a else b
    pub fn select(&mut self, c: Operand, a: Operand, b: Operand) -> Operand {
        let key = Key::Select(self.value(c), self.value(a), self.value(b));
        self.pure(key, Range::ANY, |to| Instruction::Select { to, c, a, b })
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
        self.instructions.push(Instruction::Unary { op: UnaryOperation::Copy, to, a: Operand::Const(start) });
        register
    }

    /// A register that keeps a value whatever is written afterwards.
    pub fn keep(&mut self, a: Operand, finite: bool) -> Operand {
        let register = self.register(if finite { Range::FINITE } else { Range::ANY });
        let to = Destination::Register(register);
        self.instructions.push(Instruction::Unary { op: UnaryOperation::Copy, to, a });
        Operand::Register(register)
    }

    /// A register that `make` writes and that nothing else will be found equal to.
    pub fn fresh(&mut self, range: Range, make: impl FnOnce(Destination) -> Instruction) -> Operand {
        let register = self.register(range);
        self.instructions.push(make(Destination::Register(register)));
        Operand::Register(register)
    }

    /// An instruction for its effect; what it writes is not the same value afterwards.
    pub fn effect(&mut self, mut instruction: Instruction) {
        // A column that is being written cannot be read: what reads it too reads a copy.
        if let Some(&mut to) = instruction.destination_mut() {
            instruction.for_each_operand(&mut |operand| {
                if to.may_be(operand) {
                    *operand = self.keep(*operand, false);
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
        self.instructions.push(instruction);
    }

    fn wrote_somewhere(&mut self) {
        self.indexed_version += 1;
        self.known.iter_mut().for_each(HashMap::clear);
    }

    /// Begins a part that may be skipped or repeated: what is worked out inside is not known outside. Returns the
    /// mark to end it with.
    pub fn open(&mut self, instruction: Instruction) -> usize {
        self.instructions.push(instruction);
        self.known.push(HashMap::new());
        self.checked.push(Vec::new());
        self.instructions.len() - 1
    }

    /// Ends the part that began at `mark`.
    pub fn close(&mut self, mark: usize) {
        self.known.pop();
        self.checked.pop();
        if let Some(Instruction::Loop { list, level, .. }) = self.instructions.get(mark) {
            let (list, level) = (*list, *level);
            self.instructions.push(Instruction::Next { list, level, start: mark as u32 + 1 });
            self.indexed_version += 1;
        }
        let end = self.instructions.len() as u32;
        if let Some(target) = self.instructions.get_mut(mark).and_then(Instruction::target_mut) {
            *target = end;
        }
    }
}
