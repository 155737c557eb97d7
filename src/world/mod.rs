//! The world outside the actors: territory and the contest over it.

pub mod contest;
