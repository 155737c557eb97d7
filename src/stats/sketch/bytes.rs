//! Sketches as bytes, so that those of a part can wait on the disk until all parts are there.
//!
//! Numbers of 7 bits a byte, the lowest first, the top bit saying that more follow: how many outcomes and cells; then each
//! cell: how many values, how many zeros, the smallest and largest value (8 bytes each), how many buckets are filled, and
//! for each the distance from the bucket before and its count. Which pages a sketch happens to have makes no difference.

use super::{PAGE, Sketch, Sketches};

/// Reads what a writer of bytes has put down.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn number(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn real(&mut self) -> Option<f64> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(f64::from_le_bytes(*bytes))
    }
}

fn put(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

impl Sketches {
    /// All that was counted, as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put(&mut bytes, self.outcomes as u64);
        put(&mut bytes, self.cells.len() as u64);
        self.cells.iter().for_each(|cell| cell.to_bytes(&mut bytes));
        bytes
    }

    /// What [`to_bytes`](Self::to_bytes) wrote; `None` if these are no such bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let outcomes = usize::try_from(reader.number()?).ok()?;
        // A cell takes 19 bytes at least, so a number that cannot be true asks for no memory.
        let cells = usize::try_from(reader.number()?).ok().filter(|cells| *cells <= bytes.len() / 19)?;
        let cells = (0..cells).map(|_| Sketch::from_bytes(&mut reader)).collect::<Option<_>>()?;
        reader.0.is_empty().then_some(Self { outcomes, cells, kept: Vec::new() })
    }
}

impl Sketch {
    fn to_bytes(&self, bytes: &mut Vec<u8>) {
        put(bytes, self.count);
        put(bytes, self.zeros);
        bytes.extend(self.low.to_le_bytes());
        bytes.extend(self.high.to_le_bytes());
        let filled = || {
            self.pages().flat_map(|(page, counts)| {
                let first = i64::from(page) * PAGE as i64;
                let buckets = (first..).zip(counts);
                buckets.filter(|(_, count)| **count > 0)
            })
        };
        put(bytes, filled().count() as u64);
        let mut last = i64::from(i32::MIN);
        for (bucket, count) in filled() {
            put(bytes, (bucket - last) as u64);
            put(bytes, u64::from(*count));
            last = bucket;
        }
    }

    fn from_bytes(reader: &mut Reader<'_>) -> Option<Self> {
        let (count, zeros) = (reader.number()?, reader.number()?);
        let mut sketch = Self { count, zeros, low: reader.real()?, high: reader.real()?, ..Self::default() };
        let mut last = i64::from(i32::MIN);
        for _ in 0..reader.number()? {
            last = last.checked_add(i64::try_from(reader.number()?).ok()?)?;
            let bucket = i32::try_from(last).ok()?;
            let page = bucket >> 8;
            // Of a finite double: anything else would ask for pages without end.
            if !(-PAGES..PAGES).contains(&page) {
                return None;
            }
            *sketch.page(page).get_mut(bucket as usize & (PAGE - 1))? = u32::try_from(reader.number()?).ok()?;
        }
        Some(sketch)
    }
}

/// Exponents of a double, and so the pages of one sign.
const PAGES: i32 = 2048;

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Sketches {
        let mut sketches = Sketches::new(1, 2);
        let columns: [&[f64]; 3] = [&[1.0, -2.0, 0.0, 0.0, 1e300, -1e-300, f64::MAX], &[0.7; 300], &[5e-324, 3.0]];
        for (cell, column) in sketches.cells.iter_mut().zip(columns) {
            cell.add(column);
        }
        sketches
    }

    #[test]
    fn sketches_come_back_from_their_bytes() {
        let (before, after) = (some(), Sketches::from_bytes(&some().to_bytes()).unwrap());
        assert_eq!(before.to_bytes(), after.to_bytes());
        for (one, other) in before.iter().zip(after.iter()) {
            assert_eq!((one.count(), one.buckets(), one.band()), (other.count(), other.buckets(), other.band()));
        }
        let mut merged = after;
        merged.merge(&before);
        assert_eq!(merged.at(0, 1).unwrap().count(), 600);
    }

    #[test]
    fn equal_counts_give_equal_bytes_whatever_the_order_of_counting() {
        let (mut forth, mut back) = (Sketch::default(), Sketch::default());
        for value in [1.0, 1e9, -3.0, 2.0] {
            forth.add(&[value]);
        }
        for value in [2.0, -3.0, 1e9, 1.0] {
            back.add(&[value]);
        }
        let (mut one, mut other) = (Vec::new(), Vec::new());
        forth.to_bytes(&mut one);
        back.to_bytes(&mut other);
        assert_eq!(one, other);
    }

    #[test]
    fn other_bytes_are_refused() {
        let bytes = some().to_bytes();
        for length in 0..bytes.len() {
            assert!(Sketches::from_bytes(&bytes[..length]).is_none(), "cut to {length}");
        }
        assert!(Sketches::from_bytes(&[bytes, vec![0]].concat()).is_none());
        assert!(Sketches::from_bytes(&[1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]).is_none());
        assert!(Sketches::from_bytes(&[0x80; 40]).is_none());
    }
}
