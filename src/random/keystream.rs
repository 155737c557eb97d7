//! The draws of many lanes at once.
//!
//! Eight blocks are computed side by side, one a lane of a vector. Since adjacent runs stand in adjacent blocks
//! ([`word_of`]), the result needs no transposition: for 64 runs in a row it is their words in order.
//!
//! The functions are inlined into their caller, so that they are compiled for the processor features it is compiled for.

use thiserror::Error;

use super::address::{CONSTANT, Key, RUNS, Stream, block_of, block_within_tick, uniform, word_of};

/// The words of eight blocks, side by side: word w of the block in place b stands at 8 w + b.
///
/// The loop over the lanes is the outer one and its body one straight line, since that is what the compiler turns into
/// vector code on every processor level.
#[inline(always)]
fn eight_blocks(key: &Key, stream: Stream, counters: &[u64; 8], out: &mut [u64; 64]) {
    // The counters are halved beforehand: a 64-bit number in the loop would halve its vectors.
    let low = counters.map(|counter| counter as u32);
    let high = counters.map(|counter| (counter >> 32) as u32);
    let mut rows = [[0u32; 8]; 16];
    for lane in 0..8 {
        let block = one_block(key, stream, low[lane], high[lane]);
        for (row, word) in rows.iter_mut().zip(block) {
            row[lane] = word;
        }
    }
    let (out, _) = out.as_chunks_mut::<8>();
    let (pairs, _) = rows.as_chunks::<2>();
    for (out, [low, high]) in out.iter_mut().zip(pairs) {
        for lane in 0..8 {
            out[lane] = u64::from(low[lane]) | u64::from(high[lane]) << 32;
        }
    }
}

/// One block of the keystream, its counter in halves.
#[inline(always)]
fn one_block(key: &Key, stream: Stream, low: u32, high: u32) -> [u32; 16] {
    let [c0, c1, c2, c3] = CONSTANT;
    let [k0, k1, k2, k3, k4, k5, k6, k7] = key.words;
    let (name_low, name_high) = (stream.number as u32, (stream.number >> 32) as u32);
    let start = [c0, c1, c2, c3, k0, k1, k2, k3, k4, k5, k6, k7, low, high, name_low, name_high];
    let x = double_round(double_round(double_round(double_round(start))));
    std::array::from_fn(|word| x[word].wrapping_add(start[word]))
}

/// ChaCha's column round and diagonal round.
#[inline(always)]
fn double_round(x: [u32; 16]) -> [u32; 16] {
    let [x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13, x14, x15] = x;
    let (x0, x4, x8, x12) = quarter_round(x0, x4, x8, x12);
    let (x1, x5, x9, x13) = quarter_round(x1, x5, x9, x13);
    let (x2, x6, x10, x14) = quarter_round(x2, x6, x10, x14);
    let (x3, x7, x11, x15) = quarter_round(x3, x7, x11, x15);
    let (x0, x5, x10, x15) = quarter_round(x0, x5, x10, x15);
    let (x1, x6, x11, x12) = quarter_round(x1, x6, x11, x12);
    let (x2, x7, x8, x13) = quarter_round(x2, x7, x8, x13);
    let (x3, x4, x9, x14) = quarter_round(x3, x4, x9, x14);
    [x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13, x14, x15]
}

/// ChaCha's quarter round.
#[inline(always)]
fn quarter_round(a: u32, b: u32, c: u32, d: u32) -> (u32, u32, u32, u32) {
    let a = a.wrapping_add(b);
    let d = (d ^ a).rotate_left(16);
    let c = c.wrapping_add(d);
    let b = (b ^ c).rotate_left(12);
    let a = a.wrapping_add(b);
    let d = (d ^ a).rotate_left(8);
    let c = c.wrapping_add(d);
    let b = (b ^ c).rotate_left(7);
    (a, b, c, d)
}

/// The words of the 64 runs from 64 · `group` on, in order.
#[inline(always)]
pub fn words64(key: &Key, stream: Stream, tick: u64, group: u64, out: &mut [u64; 64]) {
    let first = block_of(tick, 64 * group);
    let mut counters = [0; 8];
    for (place, counter) in counters.iter_mut().enumerate() {
        *counter = first.wrapping_add(place as u64);
    }
    eight_blocks(key, stream, &counters, out);
}

/// What is wrong with a batch's run numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LanesError {
    /// A run number that has no address.
    #[error("run {run} is beyond the last that has draws of its own, {}", RUNS - 1)]
    RunTooLarge {
        /// The run's number.
        run: u64,
    },
    /// More lanes than can be counted here.
    #[error("a batch of {lanes} lanes is too large")]
    TooMany {
        /// How many there are.
        lanes: usize,
    },
}

/// Eight blocks and the lanes that take their words.
#[derive(Clone, Debug)]
struct Chunk {
    /// The blocks, counted from the tick's first. Unused places repeat the last.
    blocks: [u64; 8],
    takers: Takers,
}

/// Who takes the words of a chunk.
#[derive(Clone, Debug)]
enum Takers {
    /// The 64 lanes from here on, in order.
    Row { first: usize },
    /// The lanes of this range of [`Lanes::places`].
    Scattered { from: usize, to: usize },
}

/// A lane and the word of its chunk that it takes.
#[derive(Clone, Copy, Debug)]
struct Place {
    lane: u32,
    word: u8,
}

/// The lanes of a batch: which run each plays, arranged for making their draws.
///
/// Runs may stand in any order and in several lanes. Whole groups of 64 consecutive runs in consecutive lanes are written
/// straight to their place; of all others every block is computed once, whichever lanes want it.
#[derive(Clone, Debug)]
pub struct Lanes {
    lanes: usize,
    chunks: Vec<Chunk>,
    places: Vec<Place>,
}

impl Lanes {
    /// Arranges the lanes that play these runs.
    ///
    /// # Errors
    /// A run number of [`RUNS`] or more, or more than 2^32 lanes.
    pub fn new(runs: &[u64]) -> Result<Self, LanesError> {
        if let Some(&run) = runs.iter().find(|&&run| run >= RUNS) {
            return Err(LanesError::RunTooLarge { run });
        }
        if u32::try_from(runs.len()).is_err() {
            return Err(LanesError::TooMany { lanes: runs.len() });
        }
        let mut lanes = Self { lanes: runs.len(), chunks: Vec::new(), places: Vec::new() };
        let mut rest = Vec::new();
        let mut at = 0;
        while let Some(&run) = runs.get(at) {
            if starts_a_row(runs.get(at..at + 64)) {
                let first = block_within_tick(run);
                let blocks = std::array::from_fn(|place| first + place as u64);
                lanes.chunks.push(Chunk { blocks, takers: Takers::Row { first: at } });
                at += 64;
            } else {
                rest.push((block_within_tick(run), word_of(run), at as u32));
                at += 1;
            }
        }
        rest.sort_unstable();
        lanes.scatter(&rest);
        Ok(lanes)
    }

    /// Chunks for lanes given as (block, word, lane), sorted.
    fn scatter(&mut self, rest: &[(u64, usize, u32)]) {
        let mut distinct: Vec<u64> = rest.iter().map(|&(block, ..)| block).collect();
        distinct.dedup();
        let mut rest = rest.iter().peekable();
        for group in distinct.chunks(8) {
            let (Some(&first), Some(&last)) = (group.first(), group.last()) else { continue };
            let mut blocks = [last; 8];
            for (to, from) in blocks.iter_mut().zip(group) {
                *to = *from;
            }
            let from = self.places.len();
            while let Some(&(block, word, lane)) = rest.next_if(|(block, ..)| (first..=last).contains(block)) {
                let place = group.binary_search(&block).unwrap_or_default();
                self.places.push(Place { lane, word: (8 * word + place) as u8 });
            }
            self.chunks.push(Chunk { blocks, takers: Takers::Scattered { from, to: self.places.len() } });
        }
    }

    /// How many lanes there are.
    pub fn len(&self) -> usize {
        self.lanes
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lanes == 0
    }

    /// Writes each lane's uniform draw of a stream at a tick: `uniform(word(key, stream, tick, run))`.
    ///
    /// `out` has one place a lane; places beyond are left alone, and lanes beyond `out` are left out.
    #[inline(always)]
    pub fn fill(&self, key: &Key, stream: Stream, tick: u64, out: &mut [f64]) {
        self.make(key, stream, tick, out, uniform);
    }

    /// Writes each lane's raw word, for draws that share one.
    #[inline(always)]
    pub fn fill_words(&self, key: &Key, stream: Stream, tick: u64, out: &mut [u64]) {
        self.make(key, stream, tick, out, |word| word);
    }

    /// Makes every lane's word and writes what `turn` makes of it.
    #[inline(always)]
    fn make<T: Copy>(&self, key: &Key, stream: Stream, tick: u64, out: &mut [T], turn: impl Fn(u64) -> T) {
        let mut words = [0; 64];
        for chunk in &self.chunks {
            let mut counters = chunk.blocks;
            for counter in &mut counters {
                *counter = counter.wrapping_add(tick << 40);
            }
            eight_blocks(key, stream, &counters, &mut words);
            match chunk.takers {
                Takers::Row { first } => {
                    for (to, &word) in out.iter_mut().skip(first).zip(&words) {
                        *to = turn(word);
                    }
                }
                Takers::Scattered { from, to } => {
                    for place in self.places.get(from..to).unwrap_or_default() {
                        if let Some(out) = out.get_mut(place.lane as usize) {
                            *out = turn(words[usize::from(place.word) % 64]);
                        }
                    }
                }
            }
        }
    }
}

/// Whether these are 64 consecutive runs from a multiple of 64 on.
fn starts_a_row(runs: Option<&[u64]>) -> bool {
    let Some(runs @ [first, ..]) = runs else { return false };
    first % 64 == 0 && runs.iter().zip(*first..).all(|(&run, expected)| run == expected)
}
