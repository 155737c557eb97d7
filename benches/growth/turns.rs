//! Works that take turns, so that whatever else the machine does disturbs all of them alike.

use std::time::{Duration, Instant};

/// The least time of each work over so many rounds: what it takes when nobody disturbs it.
pub fn best_of(rounds: usize, works: &mut [&mut dyn FnMut()]) -> Vec<Duration> {
    let mut least = vec![Duration::MAX; works.len()];
    for _ in 0..rounds {
        for (work, least) in works.iter_mut().zip(&mut least) {
            let start = Instant::now();
            work();
            *least = (*least).min(start.elapsed());
        }
    }
    least
}

/// How often something happened in a second.
pub fn rate(times: u64, time: Duration) -> f64 {
    times as f64 / time.as_secs_f64()
}
