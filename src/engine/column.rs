//! A column: one number for each lane, on a cache line of its own.

use crate::large_pages::Numbers;

/// One `f64` a lane. The first lies at the start of a cache line, so that vectors never straddle two.
#[derive(Debug, Default)]
pub struct Column(Numbers);

impl Column {
    /// So many lanes of one value.
    pub fn new(lanes: usize, value: f64) -> Self {
        Self(Numbers::new(lanes, value))
    }

    /// The lanes.
    #[inline(always)]
    pub fn lanes(&self) -> &[f64] {
        &self.0
    }

    /// The lanes, to be written.
    #[inline(always)]
    pub fn lanes_mut(&mut self) -> &mut [f64] {
        &mut self.0
    }

    /// Shows only the first lanes, or more of them again, up to those that there were at first; these are 0.
    pub fn show(&mut self, lanes: usize) {
        self.0.resize(lanes);
    }

    /// Keeps the lanes listed, which ascend, and moves them together, if it has any.
    pub fn pack(&mut self, keep: &[usize]) {
        let lanes = self.lanes_mut();
        if lanes.is_empty() {
            return;
        }
        for (new, &old) in keep.iter().enumerate() {
            lanes[new] = lanes[old];
        }
        self.0.resize(keep.len());
    }
}

/// So many columns of zeros.
pub fn columns(count: u32, lanes: usize) -> Vec<Column> {
    (0..count).map(|_| Column::new(lanes, 0.0)).collect()
}
