//! Where a draw stands in the keystream, and the slow and obvious way to make one.
//!
//! The cipher is ChaCha8 in Bernstein's original form (Bernstein 2008, "ChaCha, a variant of Salsa20"): a 64-bit counter
//! of blocks and a 64-bit stream number. A block has sixteen 32-bit words, that is eight 64-bit ones.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Runs are numbered below this.
pub const RUNS: u64 = 1 << 38;
/// Ticks are numbered below this.
pub const TICKS: u64 = 1 << 24;
/// "expand 32-byte k", the cipher's constant, as little-endian words.
pub(super) const CONSTANT: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// The key of a seed: BLAKE3 of its eight little-endian bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    pub(super) words: [u32; 8],
}

impl Key {
    /// The key of this seed.
    pub fn from_seed(seed: u64) -> Self {
        let hash = blake3::hash(&seed.to_le_bytes());
        let (words, _) = hash.as_bytes().as_chunks::<4>();
        let mut key = Self { words: [0; 8] };
        for (to, from) in key.words.iter_mut().zip(words) {
            *to = u32::from_le_bytes(*from);
        }
        key
    }

    /// The key as the 32 bytes that other implementations of the cipher take.
    pub fn bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (to, from) in bytes.chunks_exact_mut(4).zip(&self.words) {
            to.copy_from_slice(&from.to_le_bytes());
        }
        bytes
    }
}

/// The stream of a draw's name: the first eight bytes of BLAKE3 of the name, little-endian.
///
/// Two names of a scenario that share a stream would share their dice; whoever resolves names must refuse that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stream {
    pub(super) number: u64,
}

impl Stream {
    /// The stream of this name.
    pub fn named(name: &str) -> Self {
        let hash = blake3::hash(name.as_bytes());
        let number = hash.as_bytes().first_chunk().map_or(0, |first| u64::from_le_bytes(*first));
        Self { number }
    }

    /// The stream's number, which the cipher takes as its nonce.
    pub fn number(self) -> u64 {
        self.number
    }
}

/// The counter of the block that holds a run's draw: tick · 2^40 + 8 (run / 64) + run % 8.
#[inline(always)]
pub fn block_of(tick: u64, run: u64) -> u64 {
    (tick << 40).wrapping_add(block_within_tick(run))
}

/// The block of a run, counted from the tick's first.
#[inline(always)]
pub(super) fn block_within_tick(run: u64) -> u64 {
    8 * (run / 64) + run % 8
}

/// Which of the block's eight 64-bit words is the run's: (run / 8) % 8.
///
/// So the runs 64 g to 64 g + 63 stand in eight neighbouring blocks, and adjacent runs in the same word of adjacent
/// blocks: eight blocks computed side by side come out in the order of the runs.
#[inline(always)]
pub fn word_of(run: u64) -> usize {
    ((run / 8) % 8) as usize
}

/// The 64-bit word at an address, with `tick` below [`TICKS`] and `run` below [`RUNS`].
///
/// It is `rand_chacha`'s own: the keystream of many lanes, and the engine with it, are held to that.
pub fn word(key: &Key, stream: Stream, tick: u64, run: u64) -> u64 {
    /// A block's words of 32 bits, in which `rand_chacha` counts.
    const WORDS: u128 = 16;
    let mut cipher = ChaCha8Rng::from_seed(key.bytes());
    cipher.set_stream(stream.number);
    cipher.set_word_pos(WORDS * u128::from(block_of(tick, run)) + 2 * word_of(run) as u128);
    cipher.next_u64()
}

/// The uniform draw of a 64-bit word: ((w >> 11) + ½) · 2^−53, above 0 and at most 1.
///
/// The half is lost to rounding in the upper half, so that the largest word gives 1 itself, one draw in 2^53.
#[inline(always)]
pub fn uniform(word: u64) -> f64 {
    uniform_of_halves(word as u32, (word >> 32) as u32)
}

/// [`uniform`] of a word in halves.
#[inline(always)]
pub fn uniform_of_halves(lower: u32, upper: u32) -> f64 {
    units_of_halves(lower, upper) * (1.0 / UNITS)
}

/// How many units a draw of 1 has.
pub const UNITS: f64 = 9007199254740992.0; // 2^53

/// The uniform draw of a word in halves, counted in 2^−53. Whole numbers of 32 bits become vectors of doubles on every processor,
/// those of 64 bits only on some: they are the last digits of a power of two, which is then taken away. Until the two are added
/// everything is exact.
#[inline(always)]
pub fn units_of_halves(lower: u32, upper: u32) -> f64 {
    /// A number whose last digit counts 2^21, as the upper half does once the word has lost its lowest 11 bits.
    const UPPER: f64 = 9444732965739290427392.0; // 2^73
    /// A number whose last digit counts 2^−11, as the lower half's does, of which the lowest 11 bits say a half whatever they were.
    const LOWER: f64 = 2199023255552.0; // 2^41
    const HALF: u64 = LOWER.to_bits() | 1 << 10;
    let upper = f64::from_bits(UPPER.to_bits() | u64::from(upper)) - (UPPER + LOWER);
    let lower = f64::from_bits(HALF | u64::from(lower & !0x7ff));
    upper + lower
}
