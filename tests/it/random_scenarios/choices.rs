//! Choices read off a list of numbers, so that a shorter list with smaller numbers makes a simpler scenario.

use proptest::prelude::RngExt;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::cell::Cell;
use std::fmt;

/// Where a generator takes its choices from. When the list is at its end, every choice is the first.
pub struct Choices {
    numbers: Vec<u16>,
    next: Cell<usize>,
}

impl Choices {
    /// Choices off this list.
    pub fn new(numbers: Vec<u16>) -> Self {
        Self { numbers, next: Cell::new(0) }
    }

    /// A number below `count`; 0 is the plainest choice.
    pub fn below(&self, count: usize) -> usize {
        let at = self.next.get();
        self.next.set(at + 1);
        usize::from(self.numbers.get(at).copied().unwrap_or(0)) % count.max(1)
    }

    /// From `low` to `high`, both included.
    pub fn between(&self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// Yes in so many of a hundred cases.
    pub fn in_100(&self, times: usize) -> bool {
        100 - self.below(100) <= times
    }

    /// One of these.
    pub fn of<'a, T>(&self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// A list that is not shown: the scenario that it stands for is.
#[derive(Clone)]
pub struct Numbers(pub Vec<u16>);

impl fmt::Debug for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} numbers", self.0.len())
    }
}

/// Lists of numbers that are long enough for any scenario that is made here.
#[derive(Debug)]
pub struct Lists;

impl Strategy for Lists {
    type Tree = Shrinking;
    type Value = Numbers;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let length = runner.rng().random_range(100..4000);
        let numbers = (0..length).map(|_| runner.rng().random()).collect();
        Ok(Shrinking { best: numbers, tried: None, stretch: length, start: 0, zero: false })
    }
}

/// Makes a list simpler: takes out ever shorter stretches, then makes them 0.
#[derive(Debug)]
pub struct Shrinking {
    best: Vec<u16>,
    tried: Option<Vec<u16>>,
    stretch: usize,
    start: usize,
    zero: bool,
}

impl Shrinking {
    /// The next simpler list, unless everything has been tried.
    fn next(&mut self) -> Option<Vec<u16>> {
        loop {
            if self.start >= self.best.len() {
                self.start = 0;
                if self.stretch > 1 {
                    self.stretch /= 2;
                } else if !self.zero {
                    (self.zero, self.stretch) = (true, 64);
                } else {
                    return None;
                }
            }
            let end = (self.start + self.stretch).min(self.best.len());
            let mut simpler = self.best.clone();
            if !self.zero {
                simpler.drain(self.start..end);
                return Some(simpler);
            }
            if simpler.get(self.start..end).is_some_and(|part| part.iter().any(|number| *number != 0)) {
                simpler[self.start..end].fill(0);
                return Some(simpler);
            }
            self.start += self.stretch;
        }
    }
}

impl ValueTree for Shrinking {
    type Value = Numbers;

    fn current(&self) -> Numbers {
        Numbers(self.tried.as_ref().unwrap_or(&self.best).clone())
    }

    fn simplify(&mut self) -> bool {
        if let Some(found) = self.tried.take() {
            self.best = found;
        }
        self.tried = self.next();
        self.tried.is_some()
    }

    fn complicate(&mut self) -> bool {
        self.start += self.stretch;
        self.tried = self.next();
        self.tried.is_some()
    }
}
