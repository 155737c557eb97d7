//! A bar on standard error with rate and time left, while somebody watches.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shows how many runs are done. Nothing is drawn unless asked for.
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar for so many runs, of which some are done.
    pub fn new(runs: u64, done: u64, shown: bool) -> Self {
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(runs), target);
        let template = "{bar:30} {human_pos}/{human_len} runs  {per_sec}  {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_position(done);
        bar.reset_eta();
        Self(bar)
    }

    /// So many more runs are done.
    pub fn advance(&self, runs: u64) {
        self.0.inc(runs);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
