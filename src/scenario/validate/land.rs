//! The areas: rows of a table or of the file itself, their columns, who borders whom.

use super::keys::{given, listed, needed};
use super::located::TOWNS;
use super::names::Symbol;
use super::problems::{Checked, Reported};
use super::types::Type;
use super::{Checker, Holds};
use crate::diagnostics::{Span, suggest};
use crate::scenario::model::{ActorId, Area, AreaVariable, AreaVariableId};
use crate::scenario::tables::Table;
use crate::scenario::tree::{Node, Text, Value};
use crate::world::contest::Ground;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The most areas.
const MOST_AREAS: usize = 20_000;
/// The most columns of areas that stand in the scenario itself.
const MOST_COLUMNS: usize = 200;
/// Columns that name actors, also where all cells are empty.
pub(super) const OF_ACTORS: [&str; 3] = ["held_by", "town_held_by", "base"];

/// What is known of the territory.
#[derive(Debug, Default)]
pub(super) struct Land {
    pub names: Vec<String>,
    pub index: BTreeMap<String, usize>,
    pub areas: Vec<Area>,
    pub columns: Vec<Column>,
    pub neighbours: Vec<Vec<usize>>,
    pub states: BTreeMap<String, AreaVariableId>,
    pub variables: Vec<AreaVariable>,
    pub fight: Option<Fight>,
    /// Whether something of it is wrong, so that a missing name is no news.
    pub broken: bool,
}

/// A column, and where its cells stand.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub name: String,
    pub holds: Holds,
    /// A value an area; an actor's number, −1 for none.
    pub values: Vec<f64>,
    pub spans: Vec<Span>,
    /// Whether it counts towns, which are held by who holds the towns.
    pub of_towns: bool,
}

/// The contest's sides and the variables in which it shows itself.
#[derive(Debug)]
pub(super) struct Fight {
    pub sides: Vec<FightingSide>,
    pub area_values: BTreeMap<String, (AreaVariableId, Type)>,
    pub side_values: BTreeMap<(usize, String), AreaVariableId>,
    /// The names that rules may write.
    pub inputs: [&'static str; 3],
    /// What rules do write.
    pub written: BTreeSet<AreaVariableId>,
    pub ground: Arc<Ground>,
}

/// A side.
#[derive(Clone, Debug)]
pub(super) struct FightingSide {
    pub actor: ActorId,
}

/// One cell as it stands.
#[derive(Clone, Copy, Debug)]
enum Cell<'c> {
    Number(f64, Span),
    Text(&'c Text),
    /// Left out of a row of the scenario's own.
    Missing(Span),
}

impl Cell<'_> {
    fn span(&self) -> Span {
        match self {
            Cell::Number(_, span) | Cell::Missing(span) => *span,
            Cell::Text(text) => text.span,
        }
    }
}

/// Areas before their columns are understood.
#[derive(Default)]
struct Rows<'c> {
    names: Vec<&'c Text>,
    columns: Vec<&'c str>,
    /// Whether the columns come from a table, in which a number may not be left out.
    table: bool,
    /// A row an area, a cell a column.
    cells: Vec<Vec<Cell<'c>>>,
}

impl<'a> Checker<'a> {
    /// Areas, columns and borders.
    pub fn read_land(&mut self, entries: &'a [(Text, Node)]) -> Checked<Land> {
        let areas = needed(entries, "areas")?;
        let table = match &areas.value {
            Value::Text(file) => Some((self.table(file)?, file)),
            _ => None,
        };
        let rows = match &table {
            Some((table, file)) => self.rows_of_table(table, file)?,
            None => self.rows(areas)?,
        };
        let mut land = Land::default();
        for name in &rows.names {
            match self.name(name) {
                Ok(valid) if land.index.contains_key(&valid) => {
                    self.error(name.span, format!("two areas are called `{valid}`"), "again here");
                    land.broken = true;
                }
                Ok(valid) => {
                    land.index.insert(valid.clone(), land.names.len());
                    land.names.push(valid);
                }
                Err(Reported) => land.broken = true,
            }
        }
        if rows.names.is_empty() {
            return Err(self.error(areas.span, "the territory has no areas", "no rows"));
        }
        for (i, name) in rows.columns.iter().enumerate() {
            let cells: Vec<Cell> = rows.cells.iter().filter_map(|row| row.get(i)).copied().collect();
            match self.column(name, &cells, rows.table) {
                Ok(column) => land.columns.push(column),
                Err(Reported) => land.broken = true,
            }
        }
        land.areas = self.area_list(&land);
        land.neighbours = vec![Vec::new(); land.names.len()];
        if let Some(node) = given(entries, "neighbours") {
            land.broken |= self.neighbours(node, &mut land).is_err();
        }
        if let Some(node) = given(entries, "places") {
            land.broken |= self.read_places(node, &mut land).is_err();
            if given(entries, "sides").is_some() && !land.broken {
                land.broken |= self.refuse_towns_by_another_name(node, &land).is_err();
            }
        }
        Ok(land)
    }

    fn area_list(&self, land: &Land) -> Vec<Area> {
        let value = |name: &str, i: usize| {
            let column = land.columns.iter().find(|c| c.name == name && c.holds == Holds::Numbers);
            column.and_then(|c| c.values.get(i)).copied()
        };
        let area =
            |(i, name): (usize, &String)| Area { name: name.clone(), lon: value("lon", i), lat: value("lat", i) };
        land.names.iter().enumerate().map(area).collect()
    }

    /// Areas that stand in the scenario itself.
    fn rows(&mut self, node: &'a Node) -> Checked<Rows<'a>> {
        match &node.value {
            Value::Map(entries) => self.rows_of_map(entries),
            Value::List(items) => {
                let mut rows = Rows::default();
                self.bound_areas(items.len(), node.span)?;
                for item in items {
                    rows.names.push(self.word(item, "an area's name")?);
                    rows.cells.push(Vec::new());
                }
                Ok(rows)
            }
            _ => {
                let help = "write `areas: areas.csv`, or a map of names to rows";
                Err(self.expected(node, "a table's file or a map of areas", Some(help)))
            }
        }
    }

    fn bound_areas(&mut self, count: usize, span: Span) -> Checked<()> {
        if count > MOST_AREAS {
            return Err(self.error(span, format!("{count} areas are too many"), format!("at most {MOST_AREAS}")));
        }
        Ok(())
    }

    fn rows_of_table<'c>(&mut self, table: &'c Table, file: &Text) -> Checked<Rows<'c>> {
        self.bound_areas(table.rows.len(), file.span)?;
        let name = self.column_of(table, "name", file)?;
        let mut rows = Rows { table: true, ..Rows::default() };
        rows.columns = table.columns.iter().map(|column| column.value.as_str()).filter(|c| *c != "name").collect();
        for row in &table.rows {
            let mut cells = Vec::with_capacity(row.len());
            for (i, cell) in row.iter().enumerate() {
                if i == name {
                    rows.names.push(cell);
                } else {
                    cells.push(Cell::Text(cell));
                }
            }
            rows.cells.push(cells);
        }
        Ok(rows)
    }

    /// `areas: { north: { population: 3, held_by: regime } }`; what is left out is 0 or nobody.
    fn rows_of_map(&mut self, entries: &'a [(Text, Node)]) -> Checked<Rows<'a>> {
        let mut rows = Rows::default();
        if let Some((key, _)) = entries.first() {
            self.bound_areas(entries.len(), key.span)?;
        }
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (name, row) in entries {
            rows.names.push(name);
            for (column, _) in self.entries(row, "columns")? {
                if !places.contains_key(column.value.as_str()) {
                    if rows.columns.len() == MOST_COLUMNS {
                        return Err(self.error(column.span, format!("more than {MOST_COLUMNS} columns"), "one more"));
                    }
                    if let Err(Reported) = self.name(column) {
                        return Err(Reported);
                    }
                    places.insert(&column.value, rows.columns.len());
                    rows.columns.push(&column.value);
                }
            }
        }
        for (name, row) in entries {
            self.spend(rows.columns.len(), name.span)?;
            let mut cells: Vec<Cell> = rows.columns.iter().map(|_| Cell::Missing(name.span)).collect();
            for (column, node) in row.as_map().unwrap_or_default() {
                let cell = match &node.value {
                    Value::Number(value, _) => Cell::Number(*value, node.span),
                    Value::Bool(value) => Cell::Number(f64::from(*value), node.span),
                    Value::Text(text) => Cell::Text(text),
                    Value::Null => Cell::Missing(node.span),
                    _ => return Err(self.expected(node, "a number or a name", None)),
                };
                if let Some(place) = places.get(column.value.as_str()).and_then(|i| cells.get_mut(*i)) {
                    *place = cell;
                }
            }
            rows.cells.push(cells);
        }
        Ok(rows)
    }

    fn column(&mut self, name: &str, cells: &[Cell<'_>], table: bool) -> Checked<Column> {
        let holds = self.holds(name, cells);
        let mut values = Vec::with_capacity(cells.len());
        let mut wrong = false;
        for &cell in cells {
            let value = match (holds, cell) {
                (Holds::Text, _) => Ok(0.0),
                (Holds::Numbers, Cell::Number(value, _)) => Ok(value),
                (Holds::Numbers, Cell::Missing(_)) => Ok(0.0),
                (Holds::Numbers, Cell::Text(text)) if text.value.is_empty() && !table => Ok(0.0),
                (Holds::Numbers, Cell::Text(text)) => self.cell_number(text, name),
                (Holds::Actors, Cell::Missing(_)) => Ok(-1.0),
                (Holds::Actors, Cell::Text(text)) if text.value.is_empty() => Ok(-1.0),
                (Holds::Actors, Cell::Text(text)) => self.holder(text, name),
                (Holds::Actors, Cell::Number(_, span)) => {
                    let message = format!("the column `{name}` names actors");
                    Err(self.error(span, message, "this is a number"))
                }
            };
            wrong |= value.is_err();
            values.push(value.unwrap_or(0.0));
        }
        if wrong {
            return Err(Reported);
        }
        let spans = cells.iter().map(|c| c.span()).collect();
        Ok(Column { name: name.to_owned(), holds, values, spans, of_towns: name == TOWNS })
    }

    fn holder(&mut self, text: &Text, column: &str) -> Checked<f64> {
        self.enough()?;
        match self.names.get(&text.value) {
            Some(Symbol::Actor(id)) => Ok(id as f64),
            _ => {
                let names: Vec<String> = self.names.all(|s| matches!(s, Symbol::Actor(_))).map(str::to_owned).collect();
                let help = match suggest(&text.value, names.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the actors are {}", listed(names.iter().map(String::as_str).take(12), "and")),
                };
                let message = format!("unknown holder `{}`", text.value);
                let message = if column == "held_by" || column == "town_held_by" {
                    message
                } else {
                    format!("unknown actor `{}` in the column `{column}`", text.value)
                };
                Err(self.error_help(text.span, message, "no actor has this name", help))
            }
        }
    }

    /// What a column holds: numbers if a cell is one, actors if a cell names one, otherwise text that nothing reads.
    fn holds(&self, name: &str, cells: &[Cell<'_>]) -> Holds {
        if OF_ACTORS.contains(&name) {
            return Holds::Actors;
        }
        let mut empty = true;
        let mut actors = false;
        for cell in cells {
            match cell {
                Cell::Number(..) => return Holds::Numbers,
                Cell::Missing(_) => {}
                Cell::Text(text) if text.value.is_empty() => {}
                Cell::Text(text) => {
                    empty = false;
                    if text.value.parse::<f64>().is_ok_and(f64::is_finite) {
                        return Holds::Numbers;
                    }
                    actors |= matches!(self.names.get(&text.value), Some(Symbol::Actor(_)));
                }
            }
        }
        match (empty, actors) {
            (_, true) => Holds::Actors,
            (true, false) => Holds::Numbers,
            (false, false) if super::contest::NUMBERS.contains(&name) => Holds::Numbers,
            (false, false) => Holds::Text,
        }
    }
}
