//! The keystream on vectors of 256 bits, eight blocks side by side, in instructions of our own choice.
//!
//! The compiler makes vectors of the loop in [`super::keystream`] on this level too. But instead of turning the bytes of a xor b it
//! turns those of a and of b, and only one or two of a core's units move bytes. Here it is not told which bytes go where. Two
//! quarter rounds go abreast, not four: then not all ask for the same units at once.

use super::keystream::Blocks;
use bytemuck::cast;
use std::arch::x86_64::{
    __m256i, _mm256_add_epi32, _mm256_or_si256, _mm256_set1_epi32, _mm256_shuffle_epi8, _mm256_slli_epi32,
    _mm256_srli_epi32, _mm256_xor_si256,
};
use std::hint::black_box;

/// The same word of each of eight blocks.
type Words = __m256i;

/// The same of two quarter rounds.
type Two = [Words; 2];

/// What [`super::keystream`] makes of chunks of eight blocks: their words in halves, the lower ones only if `BOTH`.
#[target_feature(enable = "avx2")]
pub(super) fn words_of<const BOTH: bool>(blocks: Blocks<'_>, lower: &mut [[u32; 64]], upper: &mut [[u32; 64]]) {
    let mut start = [_mm256_set1_epi32(0); 16];
    for (words, &word) in start.iter_mut().zip(blocks.start(0).as_flattened()) {
        *words = _mm256_set1_epi32(word as i32);
    }
    let turns = black_box([turned_by(2), turned_by(1)]).map(cast);
    for ((counters, lower), upper) in blocks.counters.iter().zip(lower).zip(upper) {
        start[12] = cast(*counters);
        let words = double_round(double_round(start, turns), turns);
        let words = double_round(double_round(words, turns), turns);
        let words = words.as_chunks::<2>().0.iter().zip(start.as_chunks::<2>().0);
        let places = lower.as_chunks_mut::<8>().0.iter_mut().zip(upper.as_chunks_mut::<8>().0);
        for (([low, high], [low_before, high_before]), (lower, upper)) in words.zip(places) {
            if BOTH {
                *lower = cast(_mm256_add_epi32(*low, *low_before));
            }
            *upper = cast(_mm256_add_epi32(*high, *high_before));
        }
    }
}

/// From which byte of a vector's half each comes when words are turned to the left by so many bytes.
const fn turned_by(bytes: usize) -> [u8; 32] {
    let mut from = [0; 32];
    let mut to = 0;
    while to < from.len() {
        from[to] = (to % 16 / 4 * 4 + (to + 4 - bytes) % 4) as u8;
        to += 1;
    }
    from
}

/// ChaCha's column round and diagonal round.
#[inline]
#[target_feature(enable = "avx2")]
fn double_round(words: [Words; 16], turns: [Words; 2]) -> [Words; 16] {
    let [a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3] = words;
    let [[a0, a1], [b0, b1], [c0, c1], [d0, d1]] = quarter_rounds([a0, a1], [b0, b1], [c0, c1], [d0, d1], turns);
    let [[a2, a3], [b2, b3], [c2, c3], [d2, d3]] = quarter_rounds([a2, a3], [b2, b3], [c2, c3], [d2, d3], turns);
    // First the two that begin with what was made first.
    let [[a0, a3], [b1, b0], [c2, c1], [d3, d2]] = quarter_rounds([a0, a3], [b1, b0], [c2, c1], [d3, d2], turns);
    let [[a1, a2], [b2, b3], [c3, c0], [d0, d1]] = quarter_rounds([a1, a2], [b2, b3], [c3, c0], [d0, d1], turns);
    [a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3]
}

/// Two quarter rounds. `turns` are those by two bytes and by one.
#[inline]
#[target_feature(enable = "avx2")]
fn quarter_rounds(a: Two, b: Two, c: Two, d: Two, turns: [Words; 2]) -> [Two; 4] {
    let a = sum(a, b);
    let d = turned(differing(d, a), turns[0]);
    let c = sum(c, d);
    let b = rotated::<12, 20>(differing(b, c));
    let a = sum(a, b);
    let d = turned(differing(d, a), turns[1]);
    let c = sum(c, d);
    let b = rotated::<7, 25>(differing(b, c));
    [a, b, c, d]
}

#[inline]
#[target_feature(enable = "avx2")]
fn sum(a: Two, b: Two) -> Two {
    [_mm256_add_epi32(a[0], b[0]), _mm256_add_epi32(a[1], b[1])]
}

#[inline]
#[target_feature(enable = "avx2")]
fn differing(a: Two, b: Two) -> Two {
    [_mm256_xor_si256(a[0], b[0]), _mm256_xor_si256(a[1], b[1])]
}

/// Rotated by whole bytes.
#[inline]
#[target_feature(enable = "avx2")]
fn turned(words: Two, turn: Words) -> Two {
    [_mm256_shuffle_epi8(words[0], turn), _mm256_shuffle_epi8(words[1], turn)]
}

/// Rotated to the left by `LEFT` bits, and thus to the right by the other `RIGHT`.
#[inline]
#[target_feature(enable = "avx2")]
fn rotated<const LEFT: i32, const RIGHT: i32>(words: Two) -> Two {
    [
        _mm256_or_si256(_mm256_slli_epi32::<LEFT>(words[0]), _mm256_srli_epi32::<RIGHT>(words[0])),
        _mm256_or_si256(_mm256_slli_epi32::<LEFT>(words[1]), _mm256_srli_epi32::<RIGHT>(words[1])),
    ]
}
