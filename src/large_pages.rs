//! Rows of numbers in large pages.
//!
//! A batch of many actors or areas holds thousands of rows, a few kilobytes each, and goes through all of them each tick. In
//! pages of 4 kB these are more than a processor remembers the addresses of, and in a virtual machine each that it has
//! forgotten is looked up in two tables of tables. So rows are cut from slabs of some megabytes for which the system is asked
//! to use pages of 2 MB. Where it has none, rows are as they would be without.

use std::cell::Cell;
use std::fmt;
use std::mem::MaybeUninit;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::sync::Arc;

/// Bytes of a cache line, and of the widest vector.
const LINE: usize = 64;

/// Bytes of a large page.
const PAGE: usize = 2 << 20;

/// Bytes of a slab, if no row is longer.
const SLAB: usize = 4 * PAGE;

/// Bytes of a number.
const NUMBER: usize = size_of::<f64>();

/// What rows are cut from.
type Slab = Arc<Vec<f64>>;

/// The slabs of a thread, which are cut anew when no row holds them any more: a batch then works where the one before it did.
#[derive(Default)]
struct Slabs {
    all: Vec<Slab>,
    /// What is left of the last of them.
    left: Option<NonNull<[MaybeUninit<f64>]>>,
}

thread_local! {
    static SLABS: Cell<Slabs> = Cell::default();
}

/// Numbers next to each other, the first at the start of a cache line.
pub struct Numbers {
    /// `room` numbers from here on stand there and are this row's alone, as long as it holds the slab.
    start: NonNull<f64>,
    /// How many are shown: at most `room`.
    count: usize,
    room: usize,
    _slab: Option<Slab>,
}

// SAFETY: the numbers are the row's alone, and whoever holds it may read and write them from any thread.
#[allow(unsafe_code)]
unsafe impl Send for Numbers {}
// SAFETY: through a shared row numbers are only read.
#[allow(unsafe_code)]
unsafe impl Sync for Numbers {}

impl fmt::Debug for Numbers {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_list().entries(self.iter()).finish()
    }
}

impl Default for Numbers {
    /// None.
    #[inline(always)]
    fn default() -> Self {
        Self { start: NonNull::dangling(), count: 0, room: 0, _slab: None }
    }
}

impl Numbers {
    /// So many of one value. No two rows share a number.
    #[allow(unsafe_code)]
    pub fn new(count: usize, value: f64) -> Self {
        let room = spaced(count);
        let mut slabs = SLABS.take();
        let (slab, mut left) = slabs.with_room(room);
        // SAFETY: what is left is a part of the slab, which is held here, and nobody else knows of it.
        let (row, rest) = unsafe { left.as_mut() }.split_at_mut(room);
        row.fill(MaybeUninit::new(value));
        let numbers = Self { start: NonNull::from(row).cast(), count, room, _slab: Some(slab) };
        slabs.left = Some(NonNull::from(rest));
        SLABS.set(slabs);
        numbers
    }

    /// Shows so many, at most as many as there were at first; those that are added are 0.
    pub fn resize(&mut self, count: usize) {
        let before = self.count;
        self.count = count.min(self.room);
        if let Some(added) = self.get_mut(before..) {
            added.fill(0.0);
        }
    }
}

impl Deref for Numbers {
    type Target = [f64];

    #[inline(always)]
    #[allow(unsafe_code)]
    fn deref(&self) -> &[f64] {
        // SAFETY: of the `room` numbers of the row, which it keeps alive and alone may change, these are the first; if there
        // are none, the pointer need only be aligned.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.count) }
    }
}

impl DerefMut for Numbers {
    #[inline(always)]
    #[allow(unsafe_code)]
    fn deref_mut(&mut self) -> &mut [f64] {
        // SAFETY: as above, and nobody else reads them while the row is borrowed to be written.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.count) }
    }
}

impl Clone for Numbers {
    fn clone(&self) -> Self {
        let mut copy = Self::new(self.len(), 0.0);
        copy.copy_from_slice(self);
        copy
    }
}

/// How many numbers a row of so many takes: an odd number of lines, since else the same number of many rows would fall to the
/// few places of the nearest cache that such addresses share.
pub fn spaced(count: usize) -> usize {
    /// Numbers in a line.
    const NUMBERS: usize = LINE / NUMBER;
    (count.div_ceil(NUMBERS) | 1) * NUMBERS
}

/// The most bytes that a thread's rows of so many bytes in all fill. Two slabs, one after the other, hold more than one, or the first row
/// of the later would have gone to the earlier: so all but one are half full on average, and of each the last page is begun.
pub fn filled(bytes: u64) -> u64 {
    bytes.saturating_add(bytes / (SLAB / PAGE / 2) as u64).saturating_add(PAGE as u64)
}

/// The most bytes of addresses that they reserve: by the same reasoning twice as many, and of each slab a page to begin in.
pub fn reserved(bytes: u64) -> u64 {
    bytes.saturating_mul(2).saturating_add(bytes / (SLAB / PAGE / 2) as u64).saturating_add((SLAB + PAGE) as u64)
}

impl Slabs {
    /// A slab in which at least so many numbers are left, and what is left of it.
    fn with_room(&mut self, count: usize) -> (Slab, NonNull<[MaybeUninit<f64>]>) {
        let in_use = self.all.last().filter(|slab| Arc::strong_count(slab) > 1);
        match (in_use, self.left) {
            (Some(slab), Some(left)) if left.len() >= count => (Arc::clone(slab), left),
            _ => self.unused(count),
        }
    }

    /// A slab that no row holds, and all of it.
    fn unused(&mut self, count: usize) -> (Slab, NonNull<[MaybeUninit<f64>]>) {
        let fits = |slab: &Slab| Arc::strong_count(slab) == 1 && slab.capacity() >= count + PAGE / NUMBER;
        let cut_before = self.all.iter().position(fits).and_then(|place| Arc::into_inner(self.all.swap_remove(place)));
        let mut slab = cut_before.unwrap_or_else(|| new_slab(count));
        let left = NonNull::from(from_a_page_on(&mut slab));
        let slab = Arc::new(slab);
        self.all.push(Arc::clone(&slab));
        (slab, left)
    }
}

/// A slab with room for at least so many numbers. Nothing stands there yet, and it takes no memory before something does.
fn new_slab(count: usize) -> Vec<f64> {
    let mut slab = Vec::with_capacity(count.max(SLAB / NUMBER) + PAGE / NUMBER);
    ask_for_large_pages(from_a_page_on(&mut slab));
    slab
}

/// The room of a slab from the start of a large page on: a page less than all, wherever it begins, so that slabs hold the same rows
/// in whichever order they are cut.
fn from_a_page_on(slab: &mut Vec<f64>) -> &mut [MaybeUninit<f64>] {
    let room = slab.spare_capacity_mut();
    let past = room.as_ptr() as usize % PAGE;
    let whole = room.len().saturating_sub(PAGE / NUMBER);
    room.split_at_mut((PAGE - past) % PAGE / NUMBER).1.split_at_mut(whole).0
}

/// Asks the system for large pages. If it has none, nothing is lost.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
fn ask_for_large_pages(room: &mut [MaybeUninit<f64>]) {
    use rustix::mm::{Advice, madvise};
    // SAFETY: the advice says how to back memory, and leaves what stands there as it is.
    let _ = unsafe { madvise(room.as_mut_ptr().cast(), size_of_val(room), Advice::LinuxHugepage) };
}

#[cfg(not(target_os = "linux"))]
fn ask_for_large_pages(_room: &mut [MaybeUninit<f64>]) {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_keep_to_themselves(counts in prop::collection::vec((0..5000_usize, -2.0..2.0_f64), 1..60), shorter in 0..5000_usize) {
            let mut rows: Vec<Numbers> = counts.iter().map(|&(count, value)| Numbers::new(count, value)).collect();
            for (place, row) in rows.iter_mut().enumerate() {
                prop_assert_eq!(row.as_ptr() as usize % LINE, 0);
                row.iter_mut().for_each(|number| *number += place as f64);
            }
            for (place, (row, &(count, value))) in rows.iter_mut().zip(&counts).enumerate() {
                prop_assert_eq!(row.len(), count);
                prop_assert!(row.iter().all(|&number| number == value + place as f64));
                row.resize(shorter);
                prop_assert!(row.len() <= shorter);
                let kept = count.min(shorter);
                row.resize(count);
                prop_assert!(row[..kept].iter().all(|&number| number == value + place as f64));
                prop_assert!(row[kept..].iter().all(|&number| number == 0.0));
                row.fill(value);
            }
            for (row, &(count, value)) in rows.iter().zip(&counts) {
                prop_assert!(row.len() == count && row.iter().all(|&number| number == value));
            }
        }
    }

    #[test]
    fn a_row_outlives_the_thread_that_made_it() {
        let make = || (0..40).map(|row| Numbers::new(100_000, f64::from(row))).collect::<Vec<_>>();
        let rows = std::thread::spawn(make).join().unwrap();
        for (row, value) in rows.iter().zip(0..) {
            assert!(row.iter().all(|&number| number == f64::from(value)));
        }
    }

    #[test]
    fn a_slab_is_cut_anew_once_no_row_holds_it() {
        let make = || (0..40).map(|_| Numbers::new(100_000, 1.0)).collect::<Vec<_>>();
        let places = |rows: &[Numbers]| {
            let mut places: Vec<usize> = rows.iter().map(|row| row.as_ptr() as usize).collect();
            places.sort_unstable();
            places
        };
        let first = make();
        let used = places(&first);
        drop(first);
        let mut second = make();
        assert_eq!(places(&second), used);
        let kept = second.swap_remove(20);
        drop(second);
        assert!(make().iter_mut().all(|row| {
            row.fill(2.0);
            row.as_ptr() != kept.as_ptr()
        }));
        assert!(kept.iter().all(|&number| number == 1.0));
    }

    #[test]
    fn slabs_that_began_nearer_to_a_page_held_more_rows_so_that_their_order_mattered() {
        let mut slabs: Vec<_> = (1..=8).map(|rows| new_slab(rows * SLAB / NUMBER / 7)).collect();
        let room = slabs.iter_mut().map(|slab| from_a_page_on(slab).len());
        assert_eq!(room.collect::<Vec<_>>(), [vec![SLAB / NUMBER; 7], vec![8 * SLAB / NUMBER / 7]].concat());
    }

    #[test]
    fn rows_take_no_more_than_is_said_before() {
        let slab = SLAB / NUMBER;
        for (count, rows) in [(1, 300), (1_000, 3_000), (131_000, 20), (slab / 2 + 1, 5), (slab + 1, 3)] {
            let rows: Vec<Numbers> = (0..rows).map(|_| Numbers::new(count, 1.0)).collect();
            let bytes: usize = rows.iter().map(|row| NUMBER * row.room).sum();
            let pages = rows.iter().flat_map(|row| {
                let first = row.as_ptr() as usize;
                first / PAGE..=(first + NUMBER * row.room - 1) / PAGE
            });
            let pages = pages.collect::<std::collections::BTreeSet<_>>().len();
            let addresses: usize = SLABS.take().all.iter().map(|slab| NUMBER * slab.capacity()).sum();
            assert!((PAGE * pages) as u64 <= filled(bytes as u64), "{count} numbers: {pages} pages");
            assert!(addresses as u64 <= reserved(bytes as u64), "{count} numbers: {addresses} bytes");
        }
    }

    #[test]
    fn a_row_longer_than_a_slab_has_one_to_itself() {
        let (before, long, after) = (Numbers::new(8, 1.0), Numbers::new(SLAB / NUMBER + 1, 2.0), Numbers::new(8, 3.0));
        assert!(long.iter().all(|&number| number == 2.0));
        assert_eq!((before.to_vec(), after.to_vec()), (vec![1.0; 8], vec![3.0; 8]));
    }
}
