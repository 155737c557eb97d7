//! Randomness by address: every draw is a function of (seed, run, tick, name), and of nothing else.
//!
//! The seed gives a ChaCha8 key, the draw's name a stream of it, the tick and the run a place in that stream. So the
//! same draw comes out for any number of threads, any batch and any processor; adding or removing a rule leaves all
//! other draws as they were; and a run can be replayed alone.
//!
//! [`address`] says where a draw stands and makes single ones; [`keystream`] makes the draws of many lanes at once, with
//! the same bits (`keystream_avx2` its words on one level).

#![expect(clippy::indexing_slicing, reason = "words and blocks are counted within arrays of fixed length")]

pub mod address;
pub mod keystream;
#[cfg(target_arch = "x86_64")]
mod keystream_avx2;
#[cfg(test)]
mod tests;
