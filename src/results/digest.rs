//! The digest of rows; what is hashed is said in the parent's page.

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, UInt32Type, UInt64Type};
use arrow_array::{Array, BooleanArray, PrimitiveArray, RecordBatch, StringArray};
use arrow_schema::DataType;

/// BLAKE3 over rows, taken a batch of rows at a time; where the batches are cut makes no difference.
#[derive(Debug, Default)]
pub(super) struct RowDigest {
    hasher: blake3::Hasher,
    bytes: Vec<u8>,
}

/// A null number, and every other NaN.
const NULL_NUMBER: u64 = 0x7ff8_0000_0000_0000;

/// A column, its type looked up once rather than once a value.
enum Values<'a> {
    Number(&'a PrimitiveArray<Float64Type>),
    Run(&'a PrimitiveArray<UInt64Type>),
    Tick(&'a PrimitiveArray<UInt32Type>),
    Day(&'a PrimitiveArray<Date32Type>),
    YesNo(&'a BooleanArray),
    Text(&'a StringArray),
}

impl<'a> Values<'a> {
    fn of(array: &'a dyn Array) -> Option<Self> {
        match array.data_type() {
            DataType::Float64 => array.as_primitive_opt().map(Self::Number),
            DataType::UInt64 => array.as_primitive_opt().map(Self::Run),
            DataType::UInt32 => array.as_primitive_opt().map(Self::Tick),
            DataType::Date32 => array.as_primitive_opt().map(Self::Day),
            DataType::Boolean => array.as_boolean_opt().map(Self::YesNo),
            DataType::Utf8 => array.as_string_opt().map(Self::Text),
            _ => None,
        }
    }

    fn is_null(&self, row: usize) -> bool {
        match self {
            Self::Number(array) => array.is_null(row),
            Self::Run(array) => array.is_null(row),
            Self::Tick(array) => array.is_null(row),
            Self::Day(array) => array.is_null(row),
            Self::YesNo(array) => array.is_null(row),
            Self::Text(array) => array.is_null(row),
        }
    }

    /// How many bytes a row takes, if every row takes as many.
    fn width(&self) -> Option<usize> {
        match self {
            Self::Number(_) | Self::Run(_) => Some(8),
            Self::Tick(_) | Self::Day(_) => Some(4),
            Self::YesNo(_) => Some(1),
            Self::Text(_) => None,
        }
    }

    /// Puts the rows from `first` on to the beginning of these places, one each.
    fn put_each<'p>(&self, first: usize, places: impl Iterator<Item = &'p mut [u8]>) {
        match self {
            Self::Number(array) => fill(places, |row| number(array, first + row).to_le_bytes()),
            Self::Run(array) => fill(places, |row| array.value(first + row).to_le_bytes()),
            Self::Tick(array) => fill(places, |row| array.value(first + row).to_le_bytes()),
            Self::Day(array) => fill(places, |row| array.value(first + row).to_le_bytes()),
            Self::YesNo(array) => fill(places, |row| [u8::from(array.value(first + row))]),
            Self::Text(_) => {}
        }
    }

    fn put(&self, row: usize, bytes: &mut Vec<u8>) {
        match self {
            Self::Number(array) => bytes.extend_from_slice(&number(array, row).to_le_bytes()),
            Self::Run(array) => bytes.extend_from_slice(&array.value(row).to_le_bytes()),
            Self::Tick(array) => bytes.extend_from_slice(&array.value(row).to_le_bytes()),
            Self::Day(array) => bytes.extend_from_slice(&array.value(row).to_le_bytes()),
            Self::YesNo(array) => bytes.push(u8::from(array.value(row))),
            Self::Text(array) => {
                let text = array.value(row).as_bytes();
                bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
                bytes.extend_from_slice(text);
            }
        }
    }
}

/// The bits that stand for a number or its absence.
fn number(array: &PrimitiveArray<Float64Type>, row: usize) -> u64 {
    let value = if array.is_null(row) { f64::NAN } else { array.value(row) };
    if value.is_nan() { NULL_NUMBER } else { value.to_bits() }
}

/// Writes each row's bytes to the beginning of its place.
fn fill<'p, const WIDTH: usize>(places: impl Iterator<Item = &'p mut [u8]>, bytes_of: impl Fn(usize) -> [u8; WIDTH]) {
    for (row, place) in places.enumerate() {
        if let Some(place) = place.first_chunk_mut() {
            *place = bytes_of(row);
        }
    }
}

impl RowDigest {
    /// Takes further rows; the error names a column of a type that results do not have.
    pub fn update(&mut self, rows: &RecordBatch) -> Result<(), String> {
        let schema = rows.schema_ref();
        let mut columns = Vec::new();
        for (field, array) in schema.fields().iter().zip(rows.columns()) {
            let values = Values::of(array).ok_or_else(|| format!("column `{}` has an unknown type", field.name()))?;
            let marked = field.is_nullable() && !matches!(values, Values::Number(_));
            columns.push((values, marked));
        }
        let widths = columns.iter().map(|(values, marked)| values.width().filter(|_| !marked));
        if let Some(widths) = widths.collect::<Option<Vec<usize>>>() {
            self.update_even(&columns, &widths, rows.num_rows());
            return Ok(());
        }
        for row in 0..rows.num_rows() {
            for (values, marked) in &columns {
                if *marked {
                    let null = values.is_null(row);
                    self.bytes.push(u8::from(!null));
                    if null {
                        continue;
                    }
                }
                values.put(row, &mut self.bytes);
            }
            if self.bytes.len() >= 1 << 16 {
                self.hasher.update(&self.bytes);
                self.bytes.clear();
            }
        }
        Ok(())
    }

    /// Takes rows that all have the same width, as a series' have: a few rows at a time, these column by column.
    fn update_even(&mut self, columns: &[(Values<'_>, bool)], widths: &[usize], rows: usize) {
        /// So few that their bytes stay in the nearest cache.
        const TOGETHER: usize = 64;
        let width: usize = widths.iter().sum();
        for first in (0..rows).step_by(TOGETHER) {
            let begun = self.bytes.len();
            self.bytes.resize(begun + width * TOGETHER.min(rows - first), 0);
            let mut offset = 0;
            for ((values, _), column) in columns.iter().zip(widths) {
                let places = self.bytes.get_mut(begun..).unwrap_or_default().chunks_mut(width.max(1));
                values.put_each(first, places.map(|row| row.get_mut(offset..).unwrap_or_default()));
                offset += column;
            }
            self.hasher.update(&self.bytes);
            self.bytes.clear();
        }
    }

    /// The digest, in hexadecimal.
    pub fn finish(mut self) -> String {
        self.hasher.update(&self.bytes);
        self.hasher.finalize().to_hex().to_string()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, UInt32Array, UInt64Array};
    use arrow_schema::{Field, Schema};

    use super::*;

    fn rows() -> RecordBatch {
        let fields = vec![
            Field::new("run", DataType::UInt64, false),
            Field::new("tick", DataType::UInt32, true),
            Field::new("name", DataType::Utf8, true),
            Field::new("x", DataType::Float64, true),
            Field::new("ok", DataType::Boolean, false),
        ];
        let columns: Vec<ArrayRef> = vec![
            Arc::new(UInt64Array::from(vec![0, 1])),
            Arc::new(UInt32Array::from(vec![Some(7), None])),
            Arc::new(StringArray::from(vec![None, Some("né")])),
            Arc::new(Float64Array::from(vec![Some(1.0), None])),
            Arc::new(BooleanArray::from(vec![true, false])),
        ];
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
    }

    #[test]
    fn the_bytes_of_a_row_are_those_that_are_documented() {
        let mut digest = RowDigest::default();
        digest.update(&rows()).unwrap();
        let mut bytes = vec![0, 0, 0, 0, 0, 0, 0, 0, 1, 7, 0, 0, 0, 0];
        bytes.extend(1.0_f64.to_bits().to_le_bytes());
        bytes.push(1);
        bytes.extend([1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 0, 0, 0, b'n', 0xc3, 0xa9]);
        bytes.extend([0, 0, 0, 0, 0, 0, 0xf8, 0x7f, 0]);
        assert_eq!(digest.finish(), blake3::hash(&bytes).to_hex().to_string());
    }

    #[test]
    fn rows_of_one_width_have_the_documented_bytes_too() {
        const ROWS: u64 = 150;
        let value = |run: u64| (run % 7 != 3).then_some(run as f64 / 4.0);
        let fields = vec![
            Field::new("run", DataType::UInt64, false),
            Field::new("tick", DataType::UInt32, false),
            Field::new("x", DataType::Float64, true),
            Field::new("ok", DataType::Boolean, false),
        ];
        let columns: Vec<ArrayRef> = vec![
            Arc::new(UInt64Array::from_iter_values(0..ROWS)),
            Arc::new(UInt32Array::from_iter_values((0..ROWS as u32).map(|run| 2 * run))),
            Arc::new(Float64Array::from_iter((0..ROWS).map(value))),
            Arc::new(BooleanArray::from_iter((0..ROWS).map(|run| Some(run % 2 == 1)))),
        ];
        let rows = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap();
        let mut bytes = Vec::new();
        for run in 0..ROWS {
            bytes.extend(run.to_le_bytes());
            bytes.extend((2 * run as u32).to_le_bytes());
            bytes.extend(value(run).map_or(NULL_NUMBER, f64::to_bits).to_le_bytes());
            bytes.push((run % 2) as u8);
        }
        let mut digest = RowDigest::default();
        digest.update(&rows.slice(0, 100)).unwrap();
        digest.update(&rows.slice(100, 50)).unwrap();
        assert_eq!(digest.finish(), blake3::hash(&bytes).to_hex().to_string());
    }

    #[test]
    fn where_rows_are_cut_makes_no_difference() {
        let (mut whole, mut cut) = (RowDigest::default(), RowDigest::default());
        whole.update(&rows()).unwrap();
        cut.update(&rows().slice(0, 1)).unwrap();
        cut.update(&rows().slice(1, 1)).unwrap();
        assert_eq!(whole.finish(), cut.finish());
    }
}
