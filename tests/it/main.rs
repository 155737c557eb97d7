//! The promises, each with a test that can fail.

mod against;
mod authoring;
mod cases;
mod commands;
mod determinism;
#[cfg(unix)]
mod docs;
mod failures;
mod faults;
mod format;
mod fuzzed;
#[cfg(target_os = "linux")]
mod hostile;
mod levels;
mod list;
mod meaning;
mod myanmar;
mod oracle;
mod pairing;
mod played;
mod random_scenarios;
mod readers;
mod refusals;
mod resume;
mod scoring;
mod shards;
mod statistics;
mod stories;
mod story;
mod support;
mod targets;
mod trace;
mod verify;
mod workload;
