//! Numbers: elementary functions and distributions that give the same bits on every processor.
//!
//! Everything here is built from `+ - * /`, `sqrt`, comparisons and integer operations, which IEEE 754 fixes to the bit.
//! Nothing calls the system's mathematical library and nothing fuses a multiplication with an addition, since both
//! differ from machine to machine. The functions of [`functions`] have no branches, so that a plain loop over a column
//! becomes vector code.

#![expect(clippy::indexing_slicing, reason = "lanes and coefficients are counted within arrays of fixed length")]

mod copula;
pub mod counts;
#[cfg(test)]
mod distribution_tests;
pub mod distributions;
pub mod functions;
mod normal;
mod power;
mod quantile;
pub mod rough;
mod special;
#[cfg(test)]
mod tests;
