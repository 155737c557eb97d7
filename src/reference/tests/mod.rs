//! Small scenarios built by hand, and what a hand calculation says of them.

mod builder;
mod contest;
mod events;
mod failures;
mod messages;
mod observations;
mod rules;
mod territory;
mod uncertainties;
