//! How much room results take, told before they are played.

use std::path::Path;

use super::{SeriesMode, Work};
use crate::stats::PART;

/// Bytes of disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// If nothing could be compressed, while the parts and the whole that is made of them are both there.
    pub most: u64,
    /// What results take even if they are compressed very well.
    pub least: u64,
}

impl Need {
    /// Of so many runs of some work.
    pub fn of(work: &Work, runs: u64) -> Self {
        /// The scenarios that come with Entente shrink to between a fifth and two thirds; this is to be clearly less.
        const SHRINKS: u64 = 20;
        let schema = &work.schema;
        let (outcomes, ticks) = (schema.outcomes.len() as u64, schema.dates.len() as u64);
        // Run, closing tick, stop, failure; then drawn and closing values, and milestones as date and tick.
        let row = 24 + 8 * (schema.uncertainties.len() as u64 + outcomes) + 8 * schema.milestones.len() as u64;
        let over_time = if work.series == SeriesMode::Full { ticks.saturating_mul(8 * outcomes) } else { 0 };
        let raw = runs.saturating_mul(row.saturating_add(over_time));
        // A sketch's bucket takes some two bytes, and a part fills a few hundred of each outcome and tick.
        let cells = if work.series >= SeriesMode::Quantiles { ticks.saturating_mul(outcomes) } else { 0 };
        let sketches = runs.div_ceil(PART as u64).saturating_mul(cells.saturating_mul(1024));
        Self { most: raw.saturating_mul(2).saturating_add(sketches), least: raw / SHRINKS }
    }
}

/// Bytes that may be written where a folder stands or is to stand, if the system says.
pub fn free(folder: &Path) -> Option<u64> {
    let there = folder.ancestors().find(|above| above.is_dir());
    free_at(there.unwrap_or(Path::new(".")))
}

#[cfg(unix)]
fn free_at(folder: &Path) -> Option<u64> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let system = rustix::fs::statvfs(folder).ok()?;
    system.f_bavail.checked_mul(system.f_frsize)
}

#[cfg(not(unix))]
fn free_at(_: &Path) -> Option<u64> {
    None
}

/// A number of bytes as people read it.
pub fn readable(bytes: u64) -> String {
    let mut value = bytes as f64;
    for unit in ["bytes", "kB", "MB", "GB", "TB"] {
        if value < 1000.0 || unit == "TB" {
            let digits = usize::from(value < 10.0 && unit != "bytes");
            return format!("{value:.digits$} {unit}");
        }
        value /= 1000.0;
    }
    bytes.to_string()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::work;
    use super::*;

    #[test]
    fn more_runs_and_more_over_time_need_more() {
        let need = |mode, runs| Need::of(&work(runs, mode), runs);
        assert!(need(SeriesMode::None, 2000).most > need(SeriesMode::None, 1000).most);
        assert!(need(SeriesMode::Quantiles, 1000).most > need(SeriesMode::None, 1000).most);
        assert!(need(SeriesMode::Full, 1000).most > need(SeriesMode::Quantiles, 1000).most);
        let far_too_many = need(SeriesMode::Full, u64::MAX);
        assert!(far_too_many.least < far_too_many.most);
    }

    #[test]
    fn bytes_are_told_with_two_digits_at_least() {
        for (bytes, text) in [(12, "12 bytes"), (2_345, "2.3 kB"), (45_678_901, "46 MB"), (u64::MAX, "18446744 TB")] {
            assert_eq!(readable(bytes), text);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_disk_has_room_wherever_the_folder_may_be() {
        let room = tempfile::tempdir().unwrap();
        assert!(free(&room.path().join("no/such/folder")).is_some_and(|bytes| bytes > 0));
        assert!(free(Path::new("results/a")).is_some());
    }
}
