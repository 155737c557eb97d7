//! Random scenarios that use the whole language, as the text that an analyst would write.

mod atoms;
mod cast;
mod choices;
mod expressions;
mod file;
mod land;
mod place;
mod rules;

pub use choices::Lists;
pub use file::{Written, write};
