//! What loops over areas go through: lists of areas, and tables of what is read or written in each.

use super::instruction::Instruction;
use super::operand::{Destination, Operand};
use std::collections::HashMap;

/// Lists and tables, each of them once.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Operands by area.
    pub tables: Vec<Vec<Operand>>,
    /// Destinations by area.
    pub destinations: Vec<Vec<Option<Destination>>>,
    /// Lists of areas.
    pub lists: Vec<Vec<u32>>,
    /// What is known of each table.
    facts: Vec<Facts>,
    table_index: Index,
    destination_index: Index,
    list_index: Index,
}

/// What is known of all entries of a table, so that they need not be gone through each time that it is read.
#[derive(Clone, Copy, Debug, Default)]
struct Facts {
    /// Whether one is no number.
    varies: bool,
    /// Whether one reads a column that code can write.
    reads: bool,
    /// Whether one depends on the area of a loop.
    has_levels: bool,
}

/// What an operand, a destination or an area is as numbers.
type Parts = (u8, u64, u32);

/// Where entries stand, by a number that equal ones share. There may be as many as sides, each with a part an area: to
/// compare each with each would take the square of their number.
#[derive(Clone, Debug, Default)]
struct Index(HashMap<u64, Vec<u32>>);

impl Index {
    /// The place of an entry among all; it is added if it is not there yet.
    fn place_of<T>(&mut self, all: &mut Vec<Vec<T>>, new: Vec<T>, parts: impl Fn(&T) -> Parts) -> u32 {
        let mix = |so_far: u64, part: &T| {
            let (kind, index, extra) = parts(part);
            let part = index ^ u64::from(kind).rotate_right(8) ^ u64::from(extra).rotate_left(32);
            (so_far.rotate_left(5) ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15) // 2^64 over the golden ratio
        };
        let alike = self.0.entry(new.iter().fold(0, mix)).or_default();
        let same = |known: &[T]| known.iter().map(&parts).eq(new.iter().map(&parts));
        if let Some(&place) = alike.iter().find(|place| same(&all[**place as usize])) {
            return place;
        }
        let place = all.len() as u32;
        alike.push(place);
        all.push(new);
        place
    }
}

impl Places {
    /// The number of a table of operands.
    pub fn table(&mut self, entries: Vec<Operand>) -> u32 {
        let table = self.table_index.place_of(&mut self.tables, entries, |entry| entry.parts());
        if self.facts.len() < self.tables.len() {
            let mut facts = Facts::default();
            for &entry in &self.tables[table as usize] {
                facts.varies |= !matches!(entry, Operand::Const(_));
                self.for_each_read(entry, &mut |_| facts.reads = true);
                self.for_each_level(entry, &mut |_| facts.has_levels = true);
            }
            self.facts.push(facts);
        }
        table
    }

    /// What stands in each area, read in the area of a loop: one number if it is the same everywhere.
    pub fn by_area(&mut self, entries: Vec<Operand>, level: u8) -> Operand {
        match entries.split_first() {
            Some((first @ Operand::Const(_), others)) if others.iter().all(|other| first.parts() == other.parts()) => {
                *first
            }
            _ => Operand::Indexed { table: self.table(entries), level },
        }
    }

    /// The number of a table of destinations.
    pub fn destination(&mut self, entries: Vec<Option<Destination>>) -> u32 {
        let parts = |entry: &Option<Destination>| entry.map_or((u8::MAX, 0, 0), Destination::parts);
        self.destination_index.place_of(&mut self.destinations, entries, parts)
    }

    /// The number of a list of areas.
    pub fn list(&mut self, areas: Vec<u32>) -> u32 {
        self.list_index.place_of(&mut self.lists, areas, |area| (0, u64::from(*area), 0))
    }

    /// How many areas an operand tells apart by number alone, and at which loop; 0 if it is one number everywhere. `None` if
    /// it is not known before a run.
    pub fn known(&self, operand: Operand) -> Option<(usize, Option<u8>)> {
        match operand {
            Operand::Const(_) => Some((0, None)),
            Operand::Indexed { table, level } if !self.facts[table as usize].varies => {
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
            Operand::Indexed { table, .. } if self.facts[table as usize].reads => {
                self.tables[table as usize].iter().for_each(|&entry| self.for_each_read(entry, f));
            }
            _ => {}
        }
    }

    /// Whether what is written may be the column that an operand reads, other than in scratch: of tables by the area of one
    /// loop, only what they name in the same area.
    pub fn may_be(&self, to: Destination, operand: Operand) -> bool {
        let mut in_areas = self.in_same_area(to, operand);
        in_areas.as_mut().map_or(to.may_be(&operand), |areas| areas.any(|(to, from)| to.may_be(from)))
    }

    /// Whether what is written is the very column that an operand reads; of tables by the area of one loop, in every area in
    /// which something is written.
    pub fn is(&self, to: Destination, operand: Operand) -> bool {
        let mut in_areas = self.in_same_area(to, operand);
        in_areas.as_mut().map_or(to.is(&operand), |areas| areas.all(|(to, from)| to.is(from)))
    }

    /// What is written and what is read in each area, if both are tables by the area of one loop.
    fn in_same_area(&self, to: Destination, operand: Operand) -> Option<impl Iterator<Item = (Destination, &Operand)>> {
        match (to, operand) {
            (Destination::Indexed { table, level }, Operand::Indexed { table: from, level: of }) if level == of => {
                let both = self.destinations[table as usize].iter().zip(&self.tables[from as usize]);
                Some(both.filter_map(|(to, from)| Some(((*to)?, from))))
            }
            _ => None,
        }
    }

    /// Calls `f` with every loop whose area decides what an operand reads.
    pub fn for_each_level(&self, operand: Operand, f: &mut dyn FnMut(u8)) {
        match operand {
            Operand::AreaIndex(level) => f(level),
            Operand::Indexed { table, level } => {
                f(level);
                if self.facts[table as usize].has_levels {
                    self.tables[table as usize].iter().for_each(|&entry| self.for_each_level(entry, f));
                }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Each register that an operand reads, and each level.
    fn read(places: &Places, operand: Operand) -> (Vec<Destination>, Vec<u8>) {
        let (mut columns, mut levels) = (Vec::new(), Vec::new());
        places.for_each_read(operand, &mut |column| columns.push(column));
        places.for_each_level(operand, &mut |level| levels.push(level));
        (columns, levels)
    }

    #[test]
    fn a_table_a_destination_and_a_list_stand_once() {
        let mut places = Places::default();
        let tables = [vec![0.0, 1.0], vec![-0.0, 1.0], vec![0.0, 1.0, 1.0], vec![0.0, 1.0]];
        let tables = tables.map(|numbers| places.table(numbers.into_iter().map(Operand::Const).collect()));
        assert_eq!((tables, places.tables.len()), ([0, 1, 2, 0], 3));
        let entries = [Operand::Cell(7), Operand::Area(7), Operand::Shown(7), Operand::Cell(7)];
        assert_eq!(entries.map(|entry| places.table(vec![entry])), [3, 4, 5, 3]);
        let destinations = [None, Some(Destination::Cell(0)), Some(Destination::Register(0)), None];
        assert_eq!(destinations.map(|destination| places.destination(vec![destination])), [0, 1, 2, 0]);
        assert_eq!([vec![], vec![0], vec![0, 1], vec![0]].map(|areas| places.list(areas)), [0, 1, 2, 1]);
    }

    #[test]
    fn tables_of_tables_are_read_to_their_ends() {
        let mut places = Places::default();
        let fixed = places.table(vec![Operand::Const(1.0), Operand::Shown(3)]);
        let inner = places.table(vec![Operand::Const(1.0), Operand::Area(3)]);
        let entry = |table| Operand::Indexed { table, level: 0 };
        let outer = places.table(vec![entry(fixed), entry(inner), Operand::Cell(1)]);
        assert_eq!(read(&places, entry(fixed).at(2)), (vec![], vec![2]));
        assert_eq!(read(&places, entry(inner)), (vec![Destination::Area(3)], vec![0]));
        let both = vec![Destination::Area(3), Destination::Cell(1)];
        assert_eq!(read(&places, Operand::Indexed { table: outer, level: 1 }), (both, vec![1, 0, 0]));
        assert_eq!((places.known(entry(fixed)), places.known(entry(outer))), (None, None));
    }
}
