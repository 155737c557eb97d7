//! A scenario: what the YAML says, and its validated form.

pub mod clock;
pub mod compose;
mod files;
pub mod format;
pub mod load;
pub mod model;
pub mod patch;
pub mod read;
pub mod sampling;
pub mod size;
pub mod tables;
pub mod tree;
mod validate;
