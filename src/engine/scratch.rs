//! Working columns that belong to the thread, so that they stay in its cache whoever's turn it is.

use super::column::Column;
use crate::program::Counter;
use crate::random::keystream::Words;
use std::cell::Cell;

/// Room for draws and for what is half worked out.
#[derive(Default)]
pub struct Room {
    /// Words of the keystream.
    pub words: Words,
    /// Exponents of few digits.
    pub exponents: Vec<f32>,
    /// Columns.
    pub columns: [Column; 3],
}

/// Registers and room for a kernel.
#[derive(Default)]
pub struct Scratch {
    /// Registers.
    pub registers: Vec<Column>,
    /// Room for draws and for what is half worked out.
    pub room: Room,
    /// Which lanes got the message that is being delivered: 1 or 0.
    pub arrived: Column,
    capacity: usize,
    lanes: usize,
}

thread_local! {
    static SCRATCH: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

impl Scratch {
    /// Swaps an actor's private counters with the last registers, of which there are more than code uses: that lends it columns,
    /// and takes them back.
    pub fn swap_private(&mut self, counters: &[Counter], cells: &mut [Column]) {
        for (cell, register) in Counter::private(counters).zip(self.registers.iter_mut().rev()) {
            std::mem::swap(register, &mut cells[cell as usize]);
        }
    }

    fn fit(&mut self, registers: u32, lanes: usize) {
        if self.registers.len() < registers as usize || self.capacity < lanes {
            self.capacity = self.capacity.max(lanes);
            self.registers = super::column::columns(registers, self.capacity);
            self.room.words = Words::new(self.capacity);
            self.room.exponents = vec![0.0; self.capacity];
            self.room.columns = std::array::from_fn(|_| Column::new(self.capacity, 0.0));
            self.arrived = Column::new(self.capacity, 0.0);
            self.lanes = self.capacity;
        }
        if self.lanes != lanes {
            let others = self.room.columns.iter_mut().chain([&mut self.arrived]);
            self.registers.iter_mut().chain(others).for_each(|column| column.show(lanes));
            self.lanes = lanes;
        }
    }
}

/// Works with this thread's scratch, fitted to so many registers and lanes. If the work panics, it is thrown away: some of its
/// columns are elsewhere then.
pub fn with<T>(registers: u32, lanes: usize, work: impl FnOnce(&mut Scratch) -> T) -> T {
    let mut scratch = SCRATCH.take().unwrap_or_default();
    scratch.fit(registers, lanes);
    let result = work(&mut scratch);
    SCRATCH.set(Some(scratch));
    result
}
