//! Messages between actors: a column of amounts, in boxes that are used again and again.

use super::column::Column;
use std::sync::{Arc, Mutex, PoisonError};

/// One message of one rule to one receiver, in every lane at once.
#[derive(Debug, Default)]
pub struct Parcel {
    /// The slot of the receiver's inbox.
    pub slot: u32,
    /// The step in which it was sent.
    pub sent: u32,
    /// The step at which it is delivered.
    pub due: u32,
    /// How much; not a number in lanes that did not get it. Of all that a batch keeps, messages are the most, and a mask
    /// of their own would double them.
    pub amount: Column,
    /// The extra fields.
    pub fields: Vec<Column>,
}

/// A parcel on its way through outbox, mailbox and pool: only its address moves.
pub type Posted = Box<Parcel>;

impl Parcel {
    fn new(lanes: usize) -> Self {
        Self { amount: Column::new(lanes, 0.0), ..Self::default() }
    }

    fn show(&mut self, lanes: usize) {
        self.amount.show(lanes);
        self.fields.iter_mut().for_each(|field| field.show(lanes));
    }

    /// Keeps the lanes listed.
    pub fn pack(&mut self, keep: &[usize]) {
        self.amount.pack(keep);
        self.fields.iter_mut().for_each(|field| field.pack(keep));
    }
}

/// Parcels that have been delivered and wait to be filled again. All actors of a batch share it.
#[derive(Clone, Debug, Default)]
pub struct Pool {
    spare: Arc<Mutex<Vec<Posted>>>,
}

impl Pool {
    fn take(&self) -> Option<Posted> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Takes back parcels that have been delivered.
    pub fn give(&self, parcels: impl IntoIterator<Item = Posted>) {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).extend(parcels);
    }
}

/// What an actor has sent in this step.
#[derive(Debug)]
pub struct Outbox {
    /// Receivers and parcels, in the order of sending.
    pub sent: Vec<(u32, Posted)>,
    pool: Pool,
    lanes: usize,
}

impl Outbox {
    /// An empty one for so many lanes.
    pub fn new(pool: Pool, lanes: usize) -> Self {
        Self { sent: Vec::new(), pool, lanes }
    }

    /// A parcel to fill, with so many fields.
    pub fn parcel(&mut self, fields: usize) -> Posted {
        let mut parcel = self.pool.take().unwrap_or_else(|| Box::new(Parcel::new(self.lanes)));
        while parcel.fields.len() < fields {
            parcel.fields.push(Column::new(self.lanes, 0.0));
        }
        parcel.show(self.lanes);
        parcel
    }

    /// Takes back a parcel that was not sent after all.
    pub fn give_back(&self, parcel: Posted) {
        self.pool.give([parcel]);
    }

    /// From now on there are only so many lanes.
    pub fn show(&mut self, lanes: usize) {
        self.lanes = lanes;
    }
}
