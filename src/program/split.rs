//! A loop over areas in many of which some of the work is the same is split into loops over those, so that it is done once for
//! each: what fifty areas read of the army that holds them all is worked out once.

use super::builder::Builder;
use super::instruction::Instruction;
use super::operand::{Destination, Operand};
use super::part::{Node, Part};
use super::places::Places;
use std::collections::{HashMap, HashSet};

/// The most loops that one is split into: each has code of its own.
const MOST: usize = 8;

/// How many areas each of them has at least, by and large.
const FEWEST_AREAS: usize = 3;

impl Builder {
    /// Adds a part that has ended, split if it is a loop in which that saves work.
    pub(super) fn push_split(&mut self, mut part: Part) {
        let Some((level, groups)) = self.groups(&mut part) else { return self.push(Node::Part(part)) };
        for (number, areas) in groups.into_iter().enumerate() {
            let mut body = part.body.clone();
            if number > 0 {
                self.rename(&mut body);
            }
            for node in &mut body {
                node.for_each(&mut |instruction| {
                    instruction.for_each_operand(&mut |operand| *operand = self.places.in_all(*operand, level, &areas));
                });
            }
            let list = self.places.list(areas);
            self.open(Instruction::Loop { list, level, end: 0 });
            body.into_iter().for_each(|node| self.push(node));
            // What is now the same in every round is moved in front of it.
            if let Some(part) = self.close_part(Vec::new()) {
                self.push(Node::Part(part));
            }
        }
    }

    /// A loop's level and its areas, together where some of the work is the same. `None` if nothing is gained, or if it may matter in
    /// which order the areas stand.
    fn groups(&self, part: &mut Part) -> Option<(u8, Vec<Vec<u32>>)> {
        let Instruction::Loop { list, level, .. } = part.begin else { return None };
        let areas = &self.places.lists[list as usize];
        if areas.len() < 2 * FEWEST_AREAS || !part.body.iter_mut().all(|node| self.is_of_one_area(node, level)) {
            return None;
        }
        let written = self.places.written_by_area(&mut part.body, level, areas)?;
        let own: HashSet<u32> = part.body.iter_mut().flat_map(Node::own).collect();
        // For each area a number that it shares with those in which the chosen work is the same.
        let mut keys = vec![0; areas.len()];
        let mut same = HashSet::new();
        for node in part.body.iter_mut().filter(|node| node.is_pure()) {
            let Some(tables) = self
                .tables_read(node, level, &written, |register| own.contains(&register) && !same.contains(&register))
            else {
                continue;
            };
            let (finer, count) = self.places.finer(&keys, areas, &tables);
            if count <= MOST && count * FEWEST_AREAS <= areas.len() {
                keys = finer;
                same.extend(node.own());
            }
        }
        if same.is_empty() {
            return None;
        }
        let mut groups: Vec<Vec<u32>> = Vec::new();
        for (&key, &area) in keys.iter().zip(areas) {
            if groups.len() <= key {
                groups.resize(key + 1, Vec::new());
            }
            groups[key].push(area);
        }
        Some((level, groups))
    }

    /// Whether a node of a loop does nothing but work out values, check them and write what belongs to the loop's area.
    fn is_of_one_area(&self, node: &mut Node, level: u8) -> bool {
        let writes_here = match node {
            Node::One(instruction) => {
                matches!(instruction.destination_mut(), Some(Destination::Indexed { level: of, .. }) if *of == level)
            }
            Node::Part(_) => false,
        };
        !self.changes(node) && (node.is_steady() || writes_here)
    }

    /// The tables by the loop's area that a node reads, if that alone makes it differ from area to area.
    fn tables_read(
        &self,
        node: &mut Node,
        level: u8,
        written: &HashMap<Destination, u32>,
        differs: impl Fn(u32) -> bool,
    ) -> Option<Vec<u32>> {
        let (mut tables, mut fits) = (Vec::new(), true);
        let own = node.own();
        node.for_each(&mut |instruction| {
            fits &= !matches!(instruction, Instruction::Draw { level: Some(of), .. } if *of == level);
            instruction.for_each_operand(&mut |&mut operand| {
                match operand {
                    Operand::Indexed { table, level: of } if of == level => tables.push(table),
                    Operand::AreaIndex(of) => fits &= of != level,
                    Operand::Register(register) => fits &= own.contains(&register) || !differs(register),
                    _ => {}
                }
                self.places.for_each_read(operand, &mut |column| fits &= !written.contains_key(&column));
            });
        });
        fits.then_some(tables)
    }

    /// Gives a body registers of its own.
    fn rename(&mut self, body: &mut [Node]) {
        let mut own = Vec::new();
        body.iter_mut().for_each(|node| node.for_each_register(&mut |register| own.push(register)));
        let names = self.registers_like(own);
        body.iter_mut().for_each(|node| node.rename(&names));
    }
}

impl Places {
    /// What an operand reads in all of some areas: the entry of its table, if it is the same in each.
    fn in_all(&self, operand: Operand, level: u8, areas: &[u32]) -> Operand {
        let Operand::Indexed { table, level: of } = operand else { return operand };
        let mut entries = areas.iter().map(|&area| self.tables[table as usize][area as usize]);
        match entries.next() {
            Some(first) if of == level && entries.all(|other| other.parts() == first.parts()) => first,
            _ => operand,
        }
    }

    /// The columns that a loop writes, and in which area each of them. `None` if one is written or read in another area too.
    fn written_by_area(&self, body: &mut [Node], level: u8, areas: &[u32]) -> Option<HashMap<Destination, u32>> {
        let (mut written, mut apart) = (HashMap::new(), true);
        for node in &mut *body {
            node.for_each(&mut |instruction| {
                let Some(&mut Destination::Indexed { table, .. }) = instruction.destination_mut() else { return };
                for &area in areas {
                    if let Some(column) = self.destinations[table as usize][area as usize] {
                        apart &= *written.entry(column).or_insert(area) == area;
                    }
                }
            });
        }
        for node in body {
            node.for_each(&mut |instruction| {
                instruction.for_each_operand(&mut |&mut operand| match operand {
                    Operand::Indexed { table, level: of } if of == level => {
                        for &area in areas {
                            let entry = self.tables[table as usize][area as usize];
                            self.for_each_read(entry, &mut |column| {
                                apart &= written.get(&column).is_none_or(|&writer| writer == area);
                            });
                        }
                    }
                    _ => self.for_each_read(operand, &mut |column| apart &= !written.contains_key(&column)),
                });
            });
        }
        apart.then_some(written)
    }

    /// Keys by area that also tell apart what stands in some tables, and how many there are.
    fn finer(&self, keys: &[usize], areas: &[u32], tables: &[u32]) -> (Vec<usize>, usize) {
        let mut numbers = HashMap::new();
        let finer = keys.iter().zip(areas).map(|(&key, &area)| {
            let entries: Vec<_> =
                tables.iter().map(|&table| self.tables[table as usize][area as usize].parts()).collect();
            let next = numbers.len();
            *numbers.entry((key, entries)).or_insert(next)
        });
        let finer = finer.collect();
        (finer, numbers.len())
    }
}

#[cfg(test)]
#[path = "split_tests.rs"]
mod tests;
