//! What is fuzzed ([`targets`]) and how inputs are bent ([`mutate`]). `cargo test` runs the same on a fixed set of inputs
//! (`tests/it/fuzzed.rs`); `just fuzz` lets libFuzzer look for more.

pub mod mutate;
pub mod targets;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// A step of libFuzzer's: bends lines and words one time in two, bytes otherwise.
pub fn bend(data: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
    if seed.is_multiple_of(2) {
        return libfuzzer_sys::fuzzer_mutate(data, size, most);
    }
    let mut rng = ChaCha8Rng::seed_from_u64(u64::from(seed));
    let bent = mutate::mutate(&data[..size], &data[..size], &mut rng);
    let size = bent.len().min(most);
    data[..size].copy_from_slice(&bent[..size]);
    size
}
