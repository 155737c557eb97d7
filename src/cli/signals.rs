//! What the system tells a process to do, heard while an ensemble is played.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A flag that Ctrl-C, an order to terminate, or a terminal that closes sets. A second of these ends the process at once, which
/// loses nothing that has been sealed.
pub fn stop() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let ignored = ignored();
    for signal in stopping() {
        // `nohup` and shells that start a job in the background have signals ignored; that is left so.
        if ignored.is_some_and(|mask| mask >> (signal - 1) & 1 == 1) {
            continue;
        }
        // Where a handler cannot be set the signal ends the process, as it would anyway.
        let _ = signal_hook::flag::register_conditional_default(signal, stop.clone());
        let _ = signal_hook::flag::register(signal, stop.clone());
    }
    stop
}

/// Has a write past the largest size allowed for a file become an error like any other, instead of the end.
pub fn survive_limits() {
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::new(AtomicBool::new(false)));
}

#[cfg(unix)]
fn stopping() -> Vec<i32> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    // Without knowing whether it is to be ignored, a terminal that closes is better left to end the process.
    if ignored().is_some() { vec![SIGINT, SIGTERM, SIGHUP] } else { vec![SIGINT, SIGTERM] }
}

#[cfg(not(unix))]
fn stopping() -> Vec<i32> {
    vec![signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM]
}

/// The signals that whoever started this process has it ignore, a bit each; `None` where the system does not say.
fn ignored() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}
