//! The promises, each with a test that can fail.

mod commands;
mod meaning;
mod oracle;
mod random_scenarios;
mod readers;
mod refusals;
mod statistics;
mod story;
mod support;
mod workload;
