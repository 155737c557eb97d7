//! Expressions that are kept once, wherever they stand: those whose past is read, and conditions counted in a row.

use super::Checker;
use super::bounds::MOST_KEPT;
use super::problems::Checked;
use crate::diagnostics::Span;
use crate::scenario::model::{Expr, History, Streak};
use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::hash::{DefaultHasher, Hasher};

/// Where equal expressions stand, by a number that equal ones share: comparing each with each would take the square of
/// their number.
#[derive(Debug, Default)]
pub(super) struct Kept {
    histories: BTreeMap<u64, Vec<usize>>,
    streaks: BTreeMap<u64, Vec<usize>>,
}

/// Hashes what is written to it.
struct Fingerprint(DefaultHasher);

impl Write for Fingerprint {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

/// A number that equal expressions share.
fn fingerprint(expr: &Expr) -> u64 {
    let mut hash = Fingerprint(DefaultHasher::new());
    // It never fails; what was hashed until then would do too.
    let _ = write!(hash, "{expr:?}");
    hash.0.finish()
}

impl Checker<'_> {
    /// Keeps an expression whose past is read.
    pub fn history(&mut self, value: Expr, areal: bool, depth: u32, at: Span) -> Checked<usize> {
        let places = self.kept.histories.entry(fingerprint(&value)).or_default();
        for &place in places.iter() {
            if let Some(history) = self.histories.get_mut(place)
                && history.areal == areal
                && history.value == value
            {
                history.depth = history.depth.max(depth);
                return Ok(place);
            }
        }
        places.push(self.histories.len());
        self.histories.push(History { value, areal, depth });
        self.at_most(MOST_KEPT, self.histories.len(), "expressions whose past is read", at)?;
        Ok(self.histories.len() - 1)
    }

    /// Keeps a condition that is counted in a row.
    pub fn streak(&mut self, when: Expr, at: Span) -> Checked<usize> {
        let places = self.kept.streaks.entry(fingerprint(&when)).or_default();
        let same = |place: &&usize| self.streaks.get(**place).is_some_and(|streak| streak.when == when);
        if let Some(place) = places.iter().find(same) {
            return Ok(*place);
        }
        places.push(self.streaks.len());
        self.streaks.push(Streak { when, place: 0 });
        self.at_most(MOST_KEPT, self.streaks.len(), "conditions that are counted in a row", at)?;
        Ok(self.streaks.len() - 1)
    }
}
