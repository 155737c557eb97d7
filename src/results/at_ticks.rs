//! Outcomes of every run at chosen ticks.

use super::columns::TICK;
use super::reader::{Stored, Table};
use super::writer::SERIES;
use super::{ResultsError, SeriesMode};
use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, UInt32Type};

impl Stored {
    /// The values of every run, in order, for each of these outcomes at these ticks; NaN from a run's failure on. `None`
    /// unless every run's series is stored.
    ///
    /// # Errors
    /// A file that cannot be read, or that does not hold each run once.
    pub fn values_at(&self, wanted: &[(usize, u32)]) -> Result<Option<Vec<Vec<f64>>>, ResultsError> {
        if wanted.is_empty() {
            return Ok(Some(Vec::new()));
        }
        if self.series() != SeriesMode::Full {
            return Ok(None);
        }
        let mut outcomes: Vec<usize> = wanted.iter().map(|(outcome, _)| *outcome).collect();
        outcomes.sort_unstable();
        outcomes.dedup();
        let names = &self.names().outcomes;
        let mut columns = vec![TICK];
        columns.extend(outcomes.iter().filter_map(|outcome| names.get(*outcome)).map(String::as_str));
        let last = self.schema().ticks as usize;
        // By tick: the column among those read, and the place among those wanted.
        let mut by_tick: Vec<Vec<(usize, usize)>> = vec![Vec::new(); last + 1];
        for (place, (outcome, tick)) in wanted.iter().enumerate() {
            if let (Ok(column), Some(list)) = (outcomes.binary_search(outcome), by_tick.get_mut(*tick as usize)) {
                list.push((column + 1, place));
            }
        }
        let mut values: Vec<Vec<f64>> = vec![Vec::new(); wanted.len()];
        let table = Table::open(self.path().join(SERIES))?;
        table.each_part(&columns, |columns| {
            let ticks = columns.first()?.as_primitive_opt::<UInt32Type>()?;
            let numbers: Option<Vec<_>> =
                columns.iter().skip(1).map(|column| column.as_primitive_opt::<Float64Type>()).collect();
            let numbers = numbers?;
            for (row, tick) in ticks.values().iter().enumerate() {
                for (column, place) in by_tick.get(*tick as usize).into_iter().flatten() {
                    let number = numbers.get(column - 1)?;
                    let value = if number.is_null(row) { f64::NAN } else { number.value(row) };
                    values.get_mut(*place)?.push(value);
                }
            }
            Some(())
        })?;
        let runs = usize::try_from(self.identity().runs).unwrap_or(usize::MAX);
        if values.iter().any(|column| column.len() != runs) {
            return Err(table.damaged(format!("it does not hold each of {runs} runs once at every tick")));
        }
        Ok(Some(values))
    }
}
