//! Entente plays scenarios of conflict and foreign policy thousands of times from one seed.

pub mod cli;
pub mod diagnostics;
pub mod engine;
pub mod ensemble;
pub mod language;
pub mod numerics;
pub mod program;
pub mod random;
pub mod reference;
pub mod results;
pub mod scenario;
pub mod stats;
pub mod summary;
pub mod world;
