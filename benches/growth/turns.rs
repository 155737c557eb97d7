//! Works that take turns, so that whatever else the machine does disturbs all of them alike; what they cost.

use cpu_time::{ProcessTime, ThreadTime};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// A clock: what it shows.
pub type Clock = fn() -> Duration;

/// The least time of each work over so many rounds: what it takes when nobody disturbs it.
pub fn best_of(rounds: usize, clock: Clock, works: &mut [&mut dyn FnMut()]) -> Vec<Duration> {
    let mut least = vec![Duration::MAX; works.len()];
    for _ in 0..rounds {
        for (work, least) in works.iter_mut().zip(&mut least) {
            let start = clock();
            work();
            *least = (*least).min(clock() - start);
        }
    }
    least
}

/// The clock on the wall.
pub fn wall() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

/// What this thread has computed so far: on a machine to itself the same as the clock on the wall, on a busy one without
/// the waiting.
pub fn this_thread() -> Duration {
    ThreadTime::now().as_duration()
}

/// What all threads of this process have computed so far.
pub fn all_threads() -> Duration {
    ProcessTime::now().as_duration()
}

/// How often something happened in a second.
pub fn rate(times: u64, time: Duration) -> f64 {
    times as f64 / time.as_secs_f64()
}

/// What programs that this process has started and waited for have computed.
pub fn other_programs() -> Duration {
    /// In which the system counts, a second.
    const UNITS: u64 = 100;
    let line = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The program's name, in brackets, may hold anything; what follows is counted from the third entry on, and this is the
    // 16th and 17th.
    let entries = line.rsplit(')').next().unwrap_or_default().split_whitespace().skip(13);
    let units: u64 = entries.take(2).filter_map(|entry| entry.parse::<u64>().ok()).sum();
    Duration::from_millis(units * (1000 / UNITS))
}

/// Forgets how much memory this process has needed so far.
pub fn forget_memory() {
    // Where the system cannot do that, the whole process is measured.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The most memory that this process has needed since, in MB; `None` where the system does not say.
pub fn most_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1000)
}
