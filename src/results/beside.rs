//! The series of two results, read side by side.

use super::columns::TICK;
use super::reader::{Stored, Table};
use super::writer::SERIES;
use super::{ResultsError, SeriesMode};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, UInt32Type};
use arrow_array::{Array, ArrayRef};
use std::sync::mpsc::sync_channel;

/// The one number that stands for none.
const NONE: f64 = f64::NAN;

impl Stored {
    /// Hands over, run by run in order and tick by tick, the values of pairs of outcomes, by their places in this folder and in
    /// the other; NaN from a run's failure on. Both must keep every run's series, of as many ticks and runs: otherwise nothing is
    /// handed over.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn series_beside(
        &self,
        other: &Self,
        outcomes: &[(usize, usize)],
        mut each: impl FnMut(u32, &[(f64, f64)]),
    ) -> Result<(), ResultsError> {
        let unlike = self.identity().runs != other.identity().runs || self.schema().ticks != other.schema().ticks;
        if unlike || self.series() != SeriesMode::Full || other.series() != SeriesMode::Full {
            return Ok(());
        }
        let (here, there) = (Table::open(self.path().join(SERIES))?, Table::open(other.path().join(SERIES))?);
        let (first, second): (Vec<usize>, Vec<usize>) = outcomes.iter().copied().unzip();
        let (columns, places) = chosen(&self.names().outcomes, &first);
        let (columns_there, places_there) = chosen(&other.names().outcomes, &second);
        let file = other.path().join(SERIES);
        let damaged = |reason: &str| ResultsError::Damaged { path: file.clone(), reason: reason.to_owned() };
        let mut ends_early = false;
        std::thread::scope(|scope| {
            let (send, receive) = sync_channel::<Vec<ArrayRef>>(1);
            let reader = scope.spawn(move || there.each_part(&columns_there, |part| send.send(part.to_vec()).ok()));
            let read = here.each_part(&columns, |part| {
                let Ok(beside) = receive.recv() else {
                    ends_early = true;
                    return Some(());
                };
                let numbers = |part: &[ArrayRef], places: &[usize]| -> Option<Vec<_>> {
                    places
                        .iter()
                        .map(|place| Some(part.get(*place)?.as_primitive_opt::<Float64Type>()?.clone()))
                        .collect()
                };
                let (one, two) = (numbers(part, &places)?, numbers(&beside, &places_there)?);
                let ticks = part.first()?.as_primitive_opt::<UInt32Type>()?;
                if ticks.len() != beside.first()?.len() {
                    return None;
                }
                let mut values = vec![(NONE, NONE); one.len()];
                for (row, tick) in ticks.values().iter().enumerate() {
                    for (slot, (a, b)) in values.iter_mut().zip(one.iter().zip(&two)) {
                        let at = |column: &arrow_array::Float64Array| {
                            if column.is_null(row) { NONE } else { column.value(row) }
                        };
                        *slot = (at(a), at(b));
                    }
                    each(*tick, &values);
                }
                Some(())
            });
            // The other reader ends where nobody takes what it reads.
            drop(receive);
            let beside = reader.join().unwrap_or_else(|_| Err(damaged("it could not be read to its end")));
            read.and(beside)
        })?;
        if ends_early { Err(damaged("it holds fewer rows than its runs have ticks")) } else { Ok(()) }
    }
}

/// The tick's column and those of these outcomes, each once and in the order of the file, and where each outcome is among them.
fn chosen<'a>(names: &'a [String], outcomes: &[usize]) -> (Vec<&'a str>, Vec<usize>) {
    let mut sorted = outcomes.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let columns = sorted.iter().filter_map(|outcome| names.get(*outcome)).map(String::as_str);
    let places = outcomes.iter().filter_map(|outcome| sorted.binary_search(outcome).ok()).map(|place| place + 1);
    ([TICK].into_iter().chain(columns).collect(), places.collect())
}
