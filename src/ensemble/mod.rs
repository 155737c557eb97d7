//! An ensemble: many runs of one scenario, played by a few threads and handed on in the order of their numbers.

mod describe;
mod plan;
mod sample;
mod workers;

pub use describe::{claims, schema};
pub use plan::{Plan, fitting_lanes, lanes_for};
pub use sample::{Mail, Sample, affordable, sample, sample_in};
pub use workers::{End, Ensemble, EnsembleError};
