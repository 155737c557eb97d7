//! `places`: tables of named things that lie in areas, and the columns of areas that they give.

use super::Checker;
use super::keys::listed;
use super::land::{Column, Land, OF_ACTORS};
use super::problems::{Checked, Reported};
use super::{Holds, contest};
use crate::diagnostics::{Diagnostic, Span};
use crate::scenario::tables::Table;
use crate::scenario::tree::{Node, Text, Value};
use std::collections::BTreeMap;

/// Columns of such a table that say what and where a place is.
const OF_PLACES: [&str; 4] = ["name", "area", "lon", "lat"];
/// The key of the places that the contest plays for.
pub(super) const TOWNS: &str = "towns";

impl<'a> Checker<'a> {
    /// `places: { crossing: crossings.csv }`: how many lie in each area as the column `crossing`, and the sum of each column of
    /// numbers `x` as `crossing_x`.
    pub fn read_places(&mut self, node: &'a Node, land: &mut Land) -> Checked<()> {
        let mut wrong = Ok(());
        for (key, file) in self.entries(node, "kinds of places and their tables")? {
            let read = match &file.value {
                Value::Text(file) => self.places_of(key, file, land),
                _ => {
                    let help = format!("write `{0}: {0}.csv`, a table with the columns `name` and `area`", key.value);
                    Err(self.expected(file, "a table's file", Some(&help)))
                }
            };
            wrong = wrong.and(read);
        }
        wrong
    }

    fn places_of(&mut self, key: &Text, file: &Text, land: &mut Land) -> Checked<()> {
        let kind = self.name(key)?;
        let table = self.table(file)?;
        let (name, area) = (self.column_of(&table, "name", file)?, self.column_of(&table, "area", file)?);
        self.refuse_same_names(&table, name)?;
        let mut areas = Vec::with_capacity(table.rows.len());
        for row in &table.rows {
            self.enough()?;
            areas.push(match row.get(area) {
                Some(cell) => self.area_in(land, cell, "no area has this name"),
                None => Err(Reported),
            });
        }
        let areas: Vec<usize> = areas.into_iter().collect::<Checked<_>>()?;
        let ones = vec![1.0; areas.len()];
        self.add_sums(land, &kind, key.span, &kind, &areas, &ones)?;
        for (i, column) in table.columns.iter().enumerate() {
            if OF_PLACES.contains(&column.value.as_str()) {
                continue;
            }
            let cells: Vec<&Text> = table.rows.iter().filter_map(|row| row.get(i)).collect();
            // As in the areas' own table: one number makes it a column of numbers; all else is for people.
            if cells.iter().any(|cell| cell.value.parse::<f64>().is_ok_and(f64::is_finite)) {
                let mut values = Vec::with_capacity(cells.len());
                for cell in cells {
                    values.push(self.cell_number(cell, &column.value)?);
                }
                let name = format!("{kind}_{}", column.value);
                self.add_sums(land, &name, column.span, &kind, &areas, &values)?;
            }
        }
        Ok(())
    }

    fn refuse_same_names(&mut self, table: &Table, name: usize) -> Checked<()> {
        let mut first: BTreeMap<String, Span> = BTreeMap::new();
        let mut wrong = Ok(());
        for cell in table.rows.iter().filter_map(|row| row.get(name)) {
            self.enough()?;
            if cell.value.is_empty() {
                wrong = Err(self.error(cell.span, "a place without a name", "nothing here"));
                continue;
            }
            // Spelled in capitals it is the same place.
            if let Some(earlier) = first.get(&cell.value.to_lowercase()) {
                let message = format!("`{}` stands in this table twice", cell.value);
                let again = Diagnostic::at(cell.span, message, "again here").related(*earlier, "first here");
                let help = "a place lies in one area; two places with one name need another each";
                wrong = Err(self.problems.push(again.help(help)));
            } else {
                first.insert(cell.value.to_lowercase(), cell.span);
            }
        }
        wrong
    }

    /// A column of areas that adds up what lies in each, in the order of the table.
    fn add_sums(
        &mut self,
        land: &mut Land,
        name: &str,
        span: Span,
        kind: &str,
        areas: &[usize],
        values: &[f64],
    ) -> Checked<()> {
        if OF_ACTORS.contains(&name) || OF_PLACES.contains(&name) {
            let message = format!("places cannot give areas the column `{name}`");
            let taken = listed(OF_ACTORS.iter().chain(&OF_PLACES).copied(), "and");
            let help = format!("taken are {taken}; choose another name");
            return Err(self.error_help(span, message, "this name has a meaning of its own", help));
        }
        if let Some(there) = land.columns.iter().find(|column| column.name == name) {
            let message = format!("areas have a column `{name}` already");
            let mut clash = Diagnostic::at(span, message, "places would give them another");
            if let Some(first) = there.spans.first() {
                clash = clash.related(*first, "its first cell");
            }
            return Err(self
                .problems
                .push(clash.help("give one of them another name, or leave the areas' column out")));
        }
        self.spend(land.names.len() + values.len(), span)?;
        let mut sums = vec![0.0; land.names.len()];
        for (area, value) in areas.iter().zip(values) {
            if let Some(sum) = sums.get_mut(*area) {
                *sum += value;
            }
        }
        if let Some(area) = sums.iter().position(|sum| !sum.is_finite()) {
            let message = format!("the sum of `{name}` in `{}` is not finite", land.names.get(area).map_or("", |n| n));
            return Err(self.error(span, message, "too large"));
        }
        let spans = vec![span; sums.len()];
        land.columns.push(Column {
            name: name.to_owned(),
            holds: Holds::Numbers,
            values: sums,
            spans,
            of_towns: kind == TOWNS,
        });
        Ok(())
    }

    /// Towns that are called otherwise are none that the contest plays for.
    pub fn refuse_towns_by_another_name(&mut self, places: &Node, land: &Land) -> Checked<()> {
        let has_towns = land.columns.iter().any(|column| column.name == contest::NUMBERS[1]);
        match places.as_map().unwrap_or_default().iter().find(|(key, _)| key.value == "town") {
            Some((key, _)) if !has_towns => {
                let help = "write `towns:`; or give areas a column `towns`, with 0 where there are none to fight for";
                let message = "the contest's towns are called `towns`";
                Err(self.error_help(key.span, message, "nobody fights for these", help))
            }
            _ => Ok(()),
        }
    }
}
