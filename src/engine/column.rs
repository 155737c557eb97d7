//! A column: one number for each lane, on a cache line of its own.

/// Bytes of a cache line, and of the widest vector.
const LINE: usize = 64;

/// One `f64` a lane. The first lies at the start of a cache line, so that vectors never straddle two.
#[derive(Debug, Default)]
pub struct Column {
    data: Box<[f64]>,
    first: usize,
    lanes: usize,
}

impl Column {
    /// So many lanes of one value.
    pub fn new(lanes: usize, value: f64) -> Self {
        let data = vec![value; lanes + LINE / size_of::<f64>()].into_boxed_slice();
        let past = (data.as_ptr() as usize % LINE) / size_of::<f64>();
        let first = (LINE / size_of::<f64>() - past) % (LINE / size_of::<f64>());
        Self { data, first, lanes }
    }

    /// The lanes.
    #[inline(always)]
    pub fn lanes(&self) -> &[f64] {
        &self.data[self.first..self.first + self.lanes]
    }

    /// The lanes, to be written.
    #[inline(always)]
    pub fn lanes_mut(&mut self) -> &mut [f64] {
        &mut self.data[self.first..self.first + self.lanes]
    }

    /// Shows only the first lanes, or more of them again, up to those that there were at first.
    pub fn show(&mut self, lanes: usize) {
        self.lanes = lanes.min(self.data.len() - LINE / size_of::<f64>());
    }

    /// Keeps the lanes listed, which ascend, and moves them together.
    pub fn pack(&mut self, keep: &[usize]) {
        let lanes = self.lanes_mut();
        for (new, &old) in keep.iter().enumerate() {
            lanes[new] = lanes[old];
        }
        self.lanes = keep.len();
    }
}

/// So many columns of zeros.
pub fn columns(count: u32, lanes: usize) -> Vec<Column> {
    (0..count).map(|_| Column::new(lanes, 0.0)).collect()
}
