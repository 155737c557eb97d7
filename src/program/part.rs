//! Code under construction as a tree: a part that may be skipped or repeated is one node.

use super::instruction::{Instruction, UnaryOperation};
use super::operand::{Destination, Operand};
use std::collections::{HashMap, HashSet};

/// An instruction, or a part with its own.
#[derive(Clone)]
pub enum Node {
    /// An instruction.
    One(Instruction),
    /// A part that may be skipped or repeated.
    Part(Part),
}

/// A part that may be skipped or repeated.
#[derive(Clone)]
pub struct Part {
    /// The registers that a loop folds into, and from what they start.
    pub starts: Vec<(u32, f64)>,
    /// What begins it; where it leads to is not known yet.
    pub begin: Instruction,
    /// What stands in it.
    pub body: Vec<Node>,
}

impl Node {
    /// Calls `f` with every instruction.
    pub fn for_each(&mut self, f: &mut dyn FnMut(&mut Instruction)) {
        match self {
            Self::One(instruction) => f(instruction),
            Self::Part(part) => {
                f(&mut part.begin);
                part.body.iter_mut().for_each(|node| node.for_each(f));
            }
        }
    }

    /// Whether it does nothing but write registers that are its own, so that it need not stand where their values are not
    /// needed.
    pub fn is_pure(&self) -> bool {
        match self {
            Self::One(instruction) => is_pure(instruction),
            Self::Part(part) => part.is_fold(&is_pure),
        }
    }

    /// Whether it may also check values: the same wherever it stands, as long as it is reached.
    pub fn is_steady(&self) -> bool {
        match self {
            Self::One(instruction) => is_steady(instruction),
            Self::Part(part) => part.is_fold(&is_steady),
        }
    }

    /// Calls `f` with every register that it writes.
    pub fn for_each_register(&mut self, f: &mut dyn FnMut(u32)) {
        if let Self::Part(part) = self {
            part.starts.iter().for_each(|&(register, _)| f(register));
        }
        self.for_each(&mut |instruction| {
            if let Some(&mut Destination::Register(register)) = instruction.destination_mut() {
                f(register);
            }
            if let Some(&mut register) = instruction.in_place_mut() {
                f(register);
            }
        });
    }

    /// The registers that it writes.
    pub fn own(&mut self) -> HashSet<u32> {
        let mut own = HashSet::new();
        self.for_each_register(&mut |register| {
            own.insert(register);
        });
        own
    }

    /// Gives other numbers to registers, wherever they are read or written.
    pub fn rename(&mut self, names: &HashMap<u32, u32>) {
        let rename = |register: &mut u32| *register = names.get(register).copied().unwrap_or(*register);
        if let Self::Part(part) = self {
            part.starts.iter_mut().for_each(|(register, _)| rename(register));
            part.body.iter_mut().for_each(|node| node.rename(names));
        }
        let own = match self {
            Self::One(instruction) => instruction,
            Self::Part(part) => &mut part.begin,
        };
        if let Some(Destination::Register(register)) = own.destination_mut() {
            rename(register);
        }
        own.in_place_mut().into_iter().for_each(rename);
        own.for_each_operand(&mut |operand| {
            if let Operand::Register(register) = operand {
                rename(register);
            }
        });
    }
}

impl Part {
    /// Whether it is a loop that only folds into registers of its own, besides instructions that are `fine`.
    fn is_fold(&self, fine: &dyn Fn(&Instruction) -> bool) -> bool {
        matches!(self.begin, Instruction::Loop { .. })
            && self.body.iter().all(|node| match node {
                Node::One(Instruction::Fold { register, .. }) => self.starts.iter().any(|(start, _)| start == register),
                Node::One(instruction) => fine(instruction),
                Node::Part(part) => part.is_fold(fine),
            })
    }
}

/// Whether an instruction only works out the value of a register from what it reads.
fn is_pure(instruction: &Instruction) -> bool {
    matches!(
        instruction,
        Instruction::Unary { to: Destination::Register(_), .. }
            | Instruction::Binary { to: Destination::Register(_), .. }
            | Instruction::Compare { to: Destination::Register(_), .. }
            | Instruction::MulAdd { to: Destination::Register(_), .. }
            | Instruction::MulSub { to: Destination::Register(_), .. }
            | Instruction::Select { to: Destination::Register(_), .. }
            | Instruction::Draw { to: Destination::Register(_), .. }
    )
}

fn is_steady(instruction: &Instruction) -> bool {
    is_pure(instruction) || matches!(instruction, Instruction::Check { .. } | Instruction::CheckChance { .. })
}

/// The nodes as instructions, one after another.
pub fn flatten(nodes: Vec<Node>, out: &mut Vec<Instruction>) {
    for node in nodes {
        let part = match node {
            Node::One(instruction) => {
                out.push(instruction);
                continue;
            }
            Node::Part(part) => part,
        };
        for (register, start) in part.starts {
            let (to, a) = (Destination::Register(register), Operand::Const(start));
            out.push(Instruction::Unary { op: UnaryOperation::Copy, to, a });
        }
        let mark = out.len();
        out.push(part.begin);
        flatten(part.body, out);
        if let Instruction::Loop { list, level, .. } = out[mark] {
            out.push(Instruction::Next { list, level, start: mark as u32 + 1 });
        }
        let end = out.len() as u32;
        if let Some(target) = out[mark].target_mut() {
            *target = end;
        }
    }
}

/// Drops what works out values that nothing reads.
pub fn drop_unread(nodes: &mut Vec<Node>) {
    let mut uses = Vec::new();
    nodes.iter_mut().for_each(|node| count(node, &mut uses, |uses| *uses += 1));
    drop_from(nodes, &mut uses);
}

/// Changes how often each register is read or changed in place.
fn count(node: &mut Node, uses: &mut Vec<u32>, change: impl Fn(&mut u32)) {
    let mut used = |register: u32| {
        let register = register as usize;
        if uses.len() <= register {
            uses.resize(register + 1, 0);
        }
        change(&mut uses[register]);
    };
    node.for_each(&mut |instruction| {
        if let Some(&mut register) = instruction.in_place_mut() {
            used(register);
        }
        instruction.for_each_operand(&mut |operand| {
            if let Operand::Register(register) = *operand {
                used(register);
            }
        });
    });
}

/// From the last to the first: what a dropped instruction alone has read is dropped as well.
fn drop_from(nodes: &mut Vec<Node>, uses: &mut Vec<u32>) {
    for place in (0..nodes.len()).rev() {
        let node = &mut nodes[place];
        let within = |uses: &[u32], register: u32| uses.get(register as usize).copied().unwrap_or(0);
        let is_unread = node.is_pure()
            && match node {
                Node::One(instruction) => match instruction.destination_mut() {
                    Some(&mut Destination::Register(register)) => within(uses, register) == 0,
                    _ => false,
                },
                // Each of its registers is folded into once.
                Node::Part(part) => part.starts.iter().all(|&(register, _)| within(uses, register) == 1),
            };
        if is_unread {
            count(node, uses, |uses| *uses -= 1);
            nodes.remove(place);
        } else if let Node::Part(part) = node {
            drop_from(&mut part.body, uses);
        }
    }
}
