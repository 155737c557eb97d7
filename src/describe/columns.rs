//! The columns of the areas, from a table or from the file itself, summed up: hundreds of areas are never listed.

use super::Subject;
use super::markdown::{code, counted, listed};
use super::reading::{figure, word, written};
use crate::scenario::tree::Value;
use std::collections::BTreeMap;

/// A column of the areas.
pub(super) struct Column {
    pub name: String,
    /// One an area; empty where nothing stands.
    pub cells: Vec<String>,
}

impl Column {
    /// The cells as numbers, if all that hold something are; what is empty counts as 0.
    pub fn numbers(&self) -> Option<Vec<f64>> {
        let some = self.cells.iter().any(|cell| !cell.is_empty());
        let number = |cell: &String| if cell.is_empty() { Some(0.0) } else { cell.parse().ok() };
        self.cells.iter().map(number).collect::<Option<Vec<f64>>>().filter(|_| some)
    }

    /// What it holds, in a few words: least, greatest and sum, or which names how often.
    pub fn summary(&self) -> [String; 4] {
        if let Some(numbers) = self.numbers() {
            let least = numbers.iter().copied().reduce(f64::min).unwrap_or(0.0);
            let most = numbers.iter().copied().reduce(f64::max).unwrap_or(0.0);
            let sum: f64 = numbers.iter().fold(0.0, |sum, number| sum + number);
            let place = matches!(self.name.as_str(), "lon" | "lat");
            let sum = if place { String::new() } else { figure(sum) };
            return ["numbers".to_owned(), figure(least), figure(most), sum];
        }
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for cell in self.cells.iter().filter(|cell| !cell.is_empty()) {
            let many = counts.len() > MOST_NAMES;
            match counts.iter().position(|(name, _)| *name == cell.as_str()).and_then(|i| counts.get_mut(i)) {
                Some((_, count)) => *count += 1,
                None if many => {}
                None => counts.push((cell, 1)),
            }
        }
        let what = match counts.len() {
            0 => "nothing".to_owned(),
            n if n > MOST_NAMES => "texts".to_owned(),
            _ => listed(&counts.iter().map(|(name, count)| format!("{} in {count}", code(name))).collect::<Vec<_>>()),
        };
        [what, String::new(), String::new(), String::new()]
    }
}

/// So many different names of one column are told apart.
const MOST_NAMES: usize = 12;

/// The columns of the areas, without their names.
pub(super) fn columns(subject: &Subject) -> Vec<Column> {
    let Some(areas) = subject.of_territory("areas") else { return Vec::new() };
    if let Some(file) = word(areas) {
        let Some((_, table)) = subject.said.tables.iter().find(|(name, _)| name == file) else { return Vec::new() };
        let named = table.columns.iter().enumerate().filter(|(_, column)| column.value != "name");
        let cells =
            |i: usize| table.rows.iter().map(|row| row.get(i).map(|c| c.value.clone()).unwrap_or_default()).collect();
        return named.map(|(i, column)| Column { name: column.value.clone(), cells: cells(i) }).collect();
    }
    let rows = areas.as_map().unwrap_or_default();
    let mut columns: Vec<Column> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, (_, row)) in rows.iter().enumerate() {
        for (name, cell) in row.as_map().unwrap_or_default() {
            let place = *places.entry(name.value.as_str()).or_insert_with(|| {
                columns.push(Column { name: name.value.clone(), cells: vec![String::new(); rows.len()] });
                columns.len() - 1
            });
            let text = if matches!(cell.value, Value::Null) { String::new() } else { written(cell) };
            if let Some(slot) = columns.get_mut(place).and_then(|column| column.cells.get_mut(i)) {
                *slot = text;
            }
        }
    }
    columns
}

/// How the areas are given.
pub(super) fn source(subject: &Subject) -> String {
    match subject.of_territory("areas").and_then(word) {
        Some(file) => format!("a row an area in {}", code(file)),
        None => "listed in the scenario's file".to_owned(),
    }
}

/// How many areas there are, and how many borders.
pub(super) fn extent(subject: &Subject) -> String {
    let Some(land) = &subject.scenario.territory else { return String::new() };
    let borders = land.neighbours.iter().map(Vec::len).sum::<usize>() / 2;
    let islands = land.neighbours.iter().filter(|list| list.is_empty()).count();
    let alone = if islands > 0 && borders > 0 {
        format!(", {} without a neighbour", counted(islands, "area", "areas"))
    } else {
        String::new()
    };
    format!(
        "There are {}, {}, with {} between two of them{alone}.",
        counted(land.areas.len(), "area", "areas"),
        source(subject),
        counted(borders, "border", "borders")
    )
}
