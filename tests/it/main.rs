//! The promises, each with a test that can fail.

mod commands;
mod failures;
mod oracle;
mod random_scenarios;
mod readers;
mod refusals;
mod support;
mod workload;
