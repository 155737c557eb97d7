//! What loops over areas go through: lists of areas, and tables of what is read or written in each.

use super::instruction::Instruction;
use super::operand::{Destination, Operand};

/// Lists and tables, each of them once.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Operands by area.
    pub tables: Vec<Vec<Operand>>,
    /// Destinations by area.
    pub destinations: Vec<Vec<Option<Destination>>>,
    /// Lists of areas.
    pub lists: Vec<Vec<u32>>,
    /// Whether each table holds nothing but numbers.
    fixed: Vec<bool>,
}

/// Whether two operands are the same to the bit.
fn is_same(a: &Operand, b: &Operand) -> bool {
    match (a, b) {
        (Operand::Const(a), Operand::Const(b)) => a.to_bits() == b.to_bits(),
        _ => a == b,
    }
}

/// The place of an entry; it is added if it is not there yet.
fn place_of<T>(all: &mut Vec<T>, new: T, is_it: impl Fn(&T, &T) -> bool) -> u32 {
    let place = all.iter().position(|known| is_it(known, &new)).unwrap_or_else(|| {
        all.push(new);
        all.len() - 1
    });
    place as u32
}

impl Places {
    /// The number of a table of operands.
    pub fn table(&mut self, entries: Vec<Operand>) -> u32 {
        let fixed = entries.iter().all(|entry| matches!(entry, Operand::Const(_)));
        let table = place_of(&mut self.tables, entries, |a, b| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        });
        if self.fixed.len() < self.tables.len() {
            self.fixed.push(fixed);
        }
        table
    }

    /// What stands in each area, read in the area of a loop: one number if it is the same everywhere.
    pub fn by_area(&mut self, entries: Vec<Operand>, level: u8) -> Operand {
        match entries.split_first() {
            Some((first @ Operand::Const(_), others)) if others.iter().all(|other| is_same(first, other)) => *first,
            _ => Operand::Indexed { table: self.table(entries), level },
        }
    }

    /// The number of a table of destinations.
    pub fn destination(&mut self, entries: Vec<Option<Destination>>) -> u32 {
        place_of(&mut self.destinations, entries, |a, b| a == b)
    }

    /// The number of a list of areas.
    pub fn list(&mut self, areas: Vec<u32>) -> u32 {
        place_of(&mut self.lists, areas, |a, b| a == b)
    }

    /// How many areas an operand tells apart by number alone, and at which loop; 0 if it is one number everywhere. `None` if
    /// it is not known before a run.
    pub fn known(&self, operand: Operand) -> Option<(usize, Option<u8>)> {
        match operand {
            Operand::Const(_) => Some((0, None)),
            Operand::Indexed { table, level } if self.fixed[table as usize] => {
                Some((self.tables[table as usize].len(), Some(level)))
            }
            _ => None,
        }
    }

    /// The number that a known operand is in an area.
    pub fn number(&self, operand: Operand, area: usize) -> f64 {
        match operand {
            Operand::Const(number) => number,
            Operand::Indexed { table, .. } => match self.tables[table as usize].get(area) {
                Some(Operand::Const(number)) => *number,
                _ => f64::NAN,
            },
            _ => f64::NAN,
        }
    }

    /// Calls `f` with every column that an operand may read and that code can write.
    pub fn for_each_read(&self, operand: Operand, f: &mut dyn FnMut(Destination)) {
        match operand {
            Operand::Register(i) => f(Destination::Register(i)),
            Operand::Cell(i) => f(Destination::Cell(i)),
            Operand::Run(i) => f(Destination::Run(i)),
            Operand::Record(i) => f(Destination::Record(i)),
            Operand::Area(i) => f(Destination::Area(i)),
            Operand::Indexed { table, .. } => {
                self.tables[table as usize].iter().for_each(|&entry| self.for_each_read(entry, f));
            }
            _ => {}
        }
    }

    /// Whether what is written may be the column that an operand reads, other than in scratch: of tables by the area of one
    /// loop, only what they name in the same area.
    pub fn may_be(&self, to: Destination, operand: Operand) -> bool {
        match (to, operand) {
            (Destination::Indexed { table, level }, Operand::Indexed { table: from, level: of }) if level == of => {
                let written = self.destinations[table as usize].iter();
                written.zip(&self.tables[from as usize]).any(|(to, from)| to.is_some_and(|to| to.may_be(from)))
            }
            _ => to.may_be(&operand),
        }
    }

    /// Calls `f` with every loop whose area decides what an operand reads.
    pub fn for_each_level(&self, operand: Operand, f: &mut dyn FnMut(u8)) {
        match operand {
            Operand::AreaIndex(level) => f(level),
            Operand::Indexed { table, level } => {
                f(level);
                self.tables[table as usize].iter().for_each(|&entry| self.for_each_level(entry, f));
            }
            _ => {}
        }
    }

    /// Calls `f` with every column that an instruction may write.
    pub fn for_each_write(&self, instruction: &mut Instruction, f: &mut dyn FnMut(Destination)) {
        if let Some(&mut register) = instruction.in_place_mut() {
            f(Destination::Register(register));
        }
        let table = match instruction {
            Instruction::Scatter { table, .. } => Some(*table),
            Instruction::Sample(sample) => {
                std::iter::once(sample.to).chain(sample.score).map(Destination::Run).for_each(f);
                return;
            }
            other => match other.destination_mut() {
                Some(&mut Destination::Indexed { table, .. }) => Some(table),
                Some(&mut to) => {
                    f(to);
                    None
                }
                None => None,
            },
        };
        let entries = table.into_iter().flat_map(|table| &self.destinations[table as usize]);
        entries.flatten().for_each(|&to| f(to));
    }
}
