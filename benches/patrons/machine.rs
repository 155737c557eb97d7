//! What was measured with, and on what.

use super::rivals::Rival;
use std::process::Command;

/// The project's own lock file knows what the rivals in Rust are made of.
const LOCK: &str = include_str!("../../Cargo.lock");

/// The processor, the versions and the date, in one line.
pub fn description(everybody: &[Rival]) -> String {
    let mut parts = vec![processor(), rustc()];
    for (name, package) in [("tokio", "tokio"), ("NeXosim", "nexosim")] {
        parts.push(format!("{name} {}", locked(package)));
    }
    parts.extend(everybody.iter().filter_map(|rival| rival.made_of.clone()));
    parts.push(jiff::Timestamp::now().strftime("%Y-%m-%d").to_string());
    parts.join("; ")
}

/// The processor as it calls itself; its family and model tell more where a cloud hides the name.
fn processor() -> String {
    let about = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |wanted: &str| {
        about
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.trim() == wanted)
            .map(|(_, value)| value.trim().to_owned())
    };
    match (field("model name"), field("cpu family"), field("model")) {
        (Some(name), Some(family), Some(model)) => format!("{name} (family {family}, model {model})"),
        (Some(name), ..) => name,
        _ => format!("a processor of {}", std::env::consts::ARCH),
    }
}

fn rustc() -> String {
    let said = Command::new("rustc").arg("--version").output().ok();
    let said = said.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    said.split(" (").next().map(str::trim).filter(|version| !version.is_empty()).unwrap_or("rustc").to_owned()
}

/// The version of a package in the lock file.
fn locked(package: &str) -> &'static str {
    let entry = format!("name = \"{package}\"\nversion = \"");
    let version = LOCK.split_once(&entry).and_then(|(_, rest)| rest.split_once('"'));
    version.map_or("?", |(version, _)| version)
}
