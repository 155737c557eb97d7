//! The draws of many lanes at once.
//!
//! Blocks are computed side by side, one a lane of a vector. Since adjacent runs stand in adjacent blocks
//! ([`word_of`]), the result needs no transposition: for 64 runs in a row it is their words in order.

use super::address::{CONSTANT, Key, RUNS, Stream, block_within_tick, uniform_of_halves, word_of};
pub use super::address::{UNITS, units_of_halves};
#[cfg(target_arch = "x86_64")]
use super::keystream_avx2;
use crate::processor::{Detected, Level, at_each_level};
use std::ops::Range;
use thiserror::Error;

at_each_level! {
    /// The words of some chunks of eight blocks, in halves, in the order of their lanes; the lower halves only if `BOTH`. `BLOCKS`
    /// are computed side by side, of `CHUNKS` chunks.
    ///
    /// The loop over the blocks is a loop of its own and its body one straight line, since that is what the compiler turns
    /// into vector code (not into the best there is on AVX2: `keystream_avx2`). Words go to places that it knows, so that no store
    /// waits for a question.
    fn words_of<const BLOCKS: usize, const CHUNKS: usize, const BOTH: bool>(
        blocks: Blocks<'_>,
        lower: &mut [[u32; 64]],
        upper: &mut [[u32; 64]],
    ) {
        let (lower, upper) = (lower.as_chunks_mut::<CHUNKS>().0, upper.as_chunks_mut::<CHUNKS>().0);
        for ((counters, lower), upper) in blocks.counters.as_chunks::<CHUNKS>().0.iter().zip(lower).zip(upper) {
            for (part, counters) in counters.as_flattened().as_chunks::<BLOCKS>().0.iter().enumerate() {
                let mut rows = [[0; BLOCKS]; 16];
                for place in 0..BLOCKS {
                    let block = one_block(&blocks, counters[place]);
                    for (row, word) in rows.iter_mut().zip(block) {
                        row[place] = word;
                    }
                }
                let width = BLOCKS.min(8);
                for (word, [low, high]) in rows.as_chunks::<2>().0.iter().enumerate() {
                    for from in (0..BLOCKS).step_by(width) {
                        let (chunk, first) = ((BLOCKS * part + from) / 8, (BLOCKS * part + from) % 8);
                        let (from, to) = (from..from + width, 8 * word + first..8 * word + first + width);
                        if BOTH {
                            lower[chunk][to.clone()].copy_from_slice(&low[from.clone()]);
                        }
                        upper[chunk][to].copy_from_slice(&high[from]);
                    }
                }
            }
        }
    }

    /// out = the uniform draw of each word.
    pub fn uniforms(out: &mut [f64], lower: &[u32], upper: &[u32]) {
        let (lower, upper) = (&lower[..out.len()], &upper[..out.len()]);
        for i in 0..out.len() {
            out[i] = uniform_of_halves(lower[i], upper[i]);
        }
    }
}

/// Chunks of eight blocks of the keystream. Their counters come in halves, since of blocks so near each other the upper one is the
/// same.
#[derive(Clone, Copy)]
pub(super) struct Blocks<'a> {
    pub(super) key: &'a Key,
    pub(super) stream: Stream,
    /// The lower halves.
    pub(super) counters: &'a [[u32; 8]],
    /// The upper half of all.
    pub(super) counters_high: u32,
}

impl Blocks<'_> {
    /// What the block of a counter is worked out from: its sixteen words before the first round, in rows.
    #[inline(always)]
    pub(super) fn start(&self, counter: u32) -> [[u32; 4]; 4] {
        let [k0, k1, k2, k3, k4, k5, k6, k7] = self.key.words;
        let (name_low, name_high) = (self.stream.number as u32, (self.stream.number >> 32) as u32);
        [CONSTANT, [k0, k1, k2, k3], [k4, k5, k6, k7], [counter, self.counters_high, name_low, name_high]]
    }
}

/// One block of the keystream.
#[inline(always)]
fn one_block(blocks: &Blocks<'_>, counter: u32) -> [u32; 16] {
    let start = blocks.start(counter);
    let words = double_round(double_round(double_round(double_round(start))));
    std::array::from_fn(|word| words[word / 4][word % 4].wrapping_add(start[word / 4][word % 4]))
}

/// ChaCha's column round and diagonal round.
#[inline(always)]
fn double_round(rows: [[u32; 4]; 4]) -> [[u32; 4]; 4] {
    let [a, b, c, d] = quarter_rounds(rows);
    // The diagonals stand in the columns of rows that are turned.
    let [a, b, c, d] = quarter_rounds([a, turned::<1>(b), turned::<2>(c), turned::<3>(d)]);
    [a, turned::<3>(b), turned::<2>(c), turned::<1>(d)]
}

/// ChaCha's quarter round in each of four columns. They are worked out abreast: each for itself is one long chain.
#[inline(always)]
fn quarter_rounds([a, b, c, d]: [[u32; 4]; 4]) -> [[u32; 4]; 4] {
    let a = sum(a, b);
    let d = mixed::<16>(d, a);
    let c = sum(c, d);
    let b = mixed::<12>(b, c);
    let a = sum(a, b);
    let d = mixed::<8>(d, a);
    let c = sum(c, d);
    let b = mixed::<7>(b, c);
    [a, b, c, d]
}

#[inline(always)]
fn sum(a: [u32; 4], b: [u32; 4]) -> [u32; 4] {
    std::array::from_fn(|column| a[column].wrapping_add(b[column]))
}

#[inline(always)]
fn mixed<const BITS: u32>(a: [u32; 4], b: [u32; 4]) -> [u32; 4] {
    let mixed: [u32; 4] = std::array::from_fn(|column| a[column] ^ b[column]);
    mixed.map(|word| word.rotate_left(BITS))
}

/// A row turned to the left.
#[inline(always)]
fn turned<const PLACES: usize>(row: [u32; 4]) -> [u32; 4] {
    std::array::from_fn(|column| row[(column + PLACES) % 4])
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

/// Lanes whose draws are made at a time where they are used at once.
const PIECE: usize = 512;

/// Words in halves: of the upper half alone a draw is known to 2^-32. There is always room for a [`Lanes::piece`].
#[derive(Debug)]
pub struct Words {
    /// The lower halves.
    pub lower: Vec<u32>,
    /// The upper halves.
    pub upper: Vec<u32>,
    /// The halves of those that are made at a time, before they are brought to their lanes.
    made: Box<[[u32; PIECE]; 2]>,
}

impl Default for Words {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Words {
    /// Room for the words of so many lanes.
    pub fn new(lanes: usize) -> Self {
        let room = lanes.max(PIECE);
        Self { lower: vec![0; room], upper: vec![0; room], made: Box::new([[0; PIECE]; 2]) }
    }
}

/// Who takes the words of a chunk of eight blocks.
#[derive(Clone, Copy, Debug)]
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
    /// Eight blocks for each chunk, counted from the tick's first: the lower halves. Unused places repeat the last.
    blocks: Vec<[u32; 8]>,
    /// The chunks whose blocks have the same upper half, and that half. Nearly always these are all: only beyond the run 2^35 are
    /// there others than 0.
    same_high: Vec<(Range<usize>, u32)>,
    chunks: Vec<Takers>,
    places: Vec<Place>,
    /// Whether every chunk is a row, so that lanes 64 n and on belong to chunk n.
    in_rows: bool,
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
        let mut lanes = Self {
            lanes: runs.len(),
            blocks: Vec::new(),
            same_high: Vec::new(),
            chunks: Vec::new(),
            places: Vec::new(),
            in_rows: false,
        };
        let mut rest = Vec::new();
        let mut at = 0;
        while let Some(&run) = runs.get(at) {
            if starts_a_row(runs.get(at..at + 64)) {
                let first = block_within_tick(run);
                lanes.add_blocks(first..first + 8);
                lanes.chunks.push(Takers::Row { first: at });
                at += 64;
            } else {
                rest.push((block_within_tick(run), word_of(run), at as u32));
                at += 1;
            }
        }
        lanes.in_rows = rest.is_empty();
        rest.sort_unstable();
        lanes.scatter(&rest);
        Ok(lanes)
    }

    /// Chunks for lanes given as (block, word, lane), sorted.
    fn scatter(&mut self, rest: &[(u64, usize, u32)]) {
        let mut distinct: Vec<u64> = rest.iter().map(|&(block, ..)| block).collect();
        distinct.dedup();
        let mut rest = rest.iter().peekable();
        let near = distinct.chunk_by(|one, next| high_half(*one) == high_half(*next));
        for group in near.flat_map(|near| near.chunks(8)) {
            let (Some(&first), Some(&last)) = (group.first(), group.last()) else { continue };
            self.add_blocks(group.iter().copied().chain(std::iter::repeat_n(last, 8 - group.len())));
            let from = self.places.len();
            while let Some(&(block, word, lane)) = rest.next_if(|(block, ..)| (first..=last).contains(block)) {
                let place = group.binary_search(&block).unwrap_or_default();
                self.places.push(Place { lane, word: (8 * word + place) as u8 });
            }
            self.chunks.push(Takers::Scattered { from, to: self.places.len() });
        }
    }

    /// The blocks of a chunk, whose upper halves are the same.
    fn add_blocks(&mut self, blocks: impl Iterator<Item = u64> + Clone) {
        let Some(high) = blocks.clone().next().map(high_half) else { return };
        let mut chunk = [0; 8];
        for (low, block) in chunk.iter_mut().zip(blocks) {
            *low = block as u32;
        }
        let at = self.blocks.len();
        self.blocks.push(chunk);
        match self.same_high.last_mut() {
            Some((chunks, same)) if *same == high => chunks.end += 1,
            _ => self.same_high.push((at..at + 1, high)),
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

    /// Writes each lane's uniform draw of a stream at a tick: `uniform(word(key, stream, tick, run))`. `out` has a place
    /// for each lane, and `words` room for all of them; what these hold afterwards is of no use.
    pub fn fill(&self, level: Detected, key: &Key, stream: Stream, tick: u64, words: &mut Words, out: &mut [f64]) {
        let mut at = 0;
        while at < out.len() {
            let lanes = self.piece(at);
            at = lanes.end;
            self.words::<true>(level, key, stream, tick, lanes.start, words);
            uniforms(level, &mut out[lanes], &words.lower, &words.upper);
        }
    }

    /// The lanes from `first` on whose words are made at a time.
    pub fn piece(&self, first: usize) -> Range<usize> {
        if self.in_rows { first..(first + PIECE).min(self.lanes) } else { first..self.lanes }
    }

    /// Makes the words of the same draws for the [`Lanes::piece`] that begins at `first` and writes them to the beginning of
    /// `words`: so they can be used while they are at hand. `words` has room for those of all lanes. The lower halves are made
    /// only if `BOTH` are asked for.
    pub fn words<const BOTH: bool>(
        &self,
        level: Detected,
        key: &Key,
        stream: Stream,
        tick: u64,
        first: usize,
        words: &mut Words,
    ) {
        if let (true, Some(lower), Some(upper)) =
            (self.in_rows, words.lower.first_chunk_mut(), words.upper.first_chunk_mut())
        {
            let chunks = first / 64..self.piece(first).end / 64;
            self.make::<BOTH>(level, chunks, key, stream, tick, lower, upper);
            return;
        }
        let [lower, upper] = &mut *words.made;
        for chunks in self.pieces() {
            self.make::<BOTH>(level, chunks.clone(), key, stream, tick, lower, upper);
            self.hand_out(chunks.clone(), upper, &mut words.upper);
            if BOTH {
                self.hand_out(chunks, lower, &mut words.lower);
            }
        }
    }

    fn pieces(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let chunks = self.chunks.len();
        (0..chunks).step_by(PIECE / 64).map(move |first| first..(first + PIECE / 64).min(chunks))
    }

    /// The words of the chunks of a piece.
    #[expect(clippy::too_many_arguments, reason = "an address and where its words go")]
    fn make<const BOTH: bool>(
        &self,
        level: Detected,
        chunks: Range<usize>,
        key: &Key,
        stream: Stream,
        tick: u64,
        lower: &mut [u32; PIECE],
        upper: &mut [u32; PIECE],
    ) {
        let (lower, upper) = (lower.as_chunks_mut().0, upper.as_chunks_mut().0);
        for (same, high) in &self.same_high {
            let now = same.start.max(chunks.start)..same.end.min(chunks.end);
            if now.is_empty() {
                continue;
            }
            // A tick's first block is its number times 2^40.
            let counters_high = high.wrapping_add((tick << 8) as u32);
            let blocks = Blocks { key, stream, counters: &self.blocks[now.clone()], counters_high };
            let made = now.start - chunks.start..now.end - chunks.start;
            let (lower, upper) = (&mut lower[made.clone()], &mut upper[made]);
            words_at_level::<BOTH>(level, blocks, lower, upper);
        }
    }

    /// Brings what belongs to the words of some chunks to their lanes.
    fn hand_out(&self, chunks: Range<usize>, made: &[u32; PIECE], out: &mut [u32]) {
        for (takers, made) in self.chunks[chunks].iter().zip(made.chunks(64)) {
            match *takers {
                Takers::Row { first } => out[first..first + 64].copy_from_slice(made),
                Takers::Scattered { from, to } => {
                    for place in &self.places[from..to] {
                        out[place.lane as usize] = made[usize::from(place.word) % 64];
                    }
                }
            }
        }
    }
}

/// The words of chunks, as many blocks side by side as numbers of 32 bits fit a vector.
#[allow(unsafe_code)]
fn words_at_level<const BOTH: bool>(
    level: Detected,
    blocks: Blocks<'_>,
    lower: &mut [[u32; 64]],
    upper: &mut [[u32; 64]],
) {
    match level.level() {
        // SAFETY: a `Detected` level of AVX2 is only made after that was found on this processor.
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => unsafe { keystream_avx2::words_of::<BOTH>(blocks, lower, upper) },
        Level::Avx512 => {
            words_of::<16, 2, BOTH>(level, blocks, lower, upper);
            // One that is left over.
            let twos = blocks.counters.len() - blocks.counters.len() % 2;
            let last = Blocks { counters: &blocks.counters[twos..], ..blocks };
            words_of::<8, 1, BOTH>(level, last, &mut lower[twos..], &mut upper[twos..]);
        }
        _ => words_of::<4, 1, BOTH>(level, blocks, lower, upper),
    }
}

/// The upper half of a block's number.
fn high_half(block: u64) -> u32 {
    (block >> 32) as u32
}

/// Whether these are 64 consecutive runs from a multiple of 64 on.
fn starts_a_row(runs: Option<&[u64]>) -> bool {
    let Some(runs @ [first, ..]) = runs else { return false };
    first % 64 == 0 && runs.iter().zip(*first..).all(|(&run, expected)| run == expected)
}
