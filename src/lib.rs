//! Entente plays scenarios of conflict and foreign policy thousands of times from one seed.
//!
//! A scenario is a YAML file: actors and their policies, what nobody controls (uncertainties), what somebody could change
//! (levers), what to measure (outcomes). The command `entente` loads it, plays it and summarises how it ends; this crate is
//! the same as a library.
//!
//! # A tour, in the order in which a scenario travels
//! 1. [`scenario`] reads YAML and tables into a tree in which every value knows its place, lays variants and patches over
//!    it, and validates it: [`scenario::load::load`]. What is wrong is told all at once, at its lines ([`diagnostics`]).
//!    Expressions are text that [`language`] parses.
//! 2. [`program`] lowers the validated scenario to code over columns, one value a run.
//! 3. [`engine`] plays a batch of runs with it: every actor is an async task that trades columns of messages with the others
//!    each tick. [`world`] holds the built-in contest over territory, [`random`] the draws, [`numerics`] the functions and
//!    distributions.
//! 4. [`ensemble`] plays batch after batch on several threads; [`results`] stores them, [`stats`] counts, [`summary`] tells.
//!    [`compare`] holds several ensembles against each other, run by run under the same dice.
//!
//! [`describe`](mod@describe) puts a scenario into words, and [`scenario::format`] declares what a file may say, for the checker
//! and for editors.
//!
//! [`reference`](mod@reference) plays the same scenario slowly and plainly, run by run; the tests hold the engine to it. It also
//! tells one run event by event ([`reference::trace`]), and [`stories`](mod@stories) of the runs that stand for all.
//!
//! # What is guaranteed
//! 1. **The same bytes.** Scenario, version, seed and number of runs decide the results; threads, batches and the order in
//!    which tasks are polled do not.
//! 2. **On every processor.** No fused multiply-add, no libm: every level of vector instructions gives the same bits.
//! 3. **The fast path is the plain one.** The engine equals the reference interpreter bit for bit.
//! 4. **Shared dice.** A draw's address is (seed, run, tick, name). A variant shares every draw that it does not change.
//! 5. **A run fails alone.** A value that is not finite, or a chance outside 0 to 1, fails its run, named by rule and tick;
//!    its outcomes are null and no other run notices.
//! 6. **An actor sees** its own state as it is, and everything else as last observed.
//! 7. **Nothing is lost.** An ensemble that is killed goes on where it was and ends in the same bytes ([`results`]).
//! 8. **No panic** on any input: what is wrong with a scenario is a [`scenario::compose::LoadError`], told in bounded time and
//!    memory.
//!
//! # In a few lines
//! ```
//! use entente::engine::{Batch, Compiled, Level, play};
//! use entente::random::address::Key;
//! use entente::scenario::{compose::Composition, load::load};
//! use std::{path::Path, sync::Arc};
//!
//! let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/two-patrons.yaml"));
//! let loaded = load(path, &Composition::default()).expect("it is a fine scenario");
//! let compiled = Arc::new(Compiled::new(loaded.scenario));
//! let batch =
//!     Batch { runs: (0..64).collect(), key: Key::from_seed(7), level: Level::best(), series: false, order: vec![] };
//! let played = play(&compiled, &batch).expect("it is played");
//! // The first outcome of two-patrons is the regime's share of the population; one closing value a run.
//! assert!(played.outcomes[0].iter().all(|share| (0.0..=1.0).contains(share)));
//! ```

// Promise 8. Tests may: a panic is how they fail.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::todo,
        clippy::unimplemented,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

pub mod cli;
pub mod compare;
pub mod describe;
pub mod diagnostics;
pub mod engine;
pub mod ensemble;
pub mod language;
mod large_pages;
pub mod numerics;
pub mod panics;
pub mod processor;
pub mod program;
pub mod random;
pub mod reference;
pub mod report;
pub mod results;
pub mod scenario;
pub mod scores;
pub mod stats;
pub mod stories;
pub mod summary;
mod wording;
pub mod world;
