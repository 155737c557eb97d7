//! The promises, each with a test that can fail.

mod authoring;
mod commands;
mod determinism;
mod failures;
mod faults;
mod format;
mod fuzzed;
#[cfg(target_os = "linux")]
mod hostile;
mod levels;
mod meaning;
mod oracle;
mod pairing;
mod played;
mod random_scenarios;
mod readers;
mod refusals;
mod resume;
mod shards;
mod statistics;
mod story;
mod support;
mod verify;
mod workload;
