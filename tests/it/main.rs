//! The promises, each with a test that can fail.

mod against;
mod authoring;
#[cfg(target_os = "linux")]
mod browser;
mod cases;
mod commands;
mod compare;
mod compare_statistics;
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
mod report;
mod resume;
mod sample;
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
