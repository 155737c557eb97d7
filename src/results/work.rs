//! `work.json`: what is being played and stored, so that it can be gone on with, or put together from shards.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Identity, Schema, SeriesMode};

pub(super) const WORK: &str = "work.json";

/// The version of the layout of an unfinished folder.
const LAYOUT: u32 = 1;

/// What is to be played and stored. Equal work gives equal bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// The layout's version, and the mark by which such a folder is known.
    entente_work: u32,
    /// What decides the results.
    pub identity: Identity,
    /// What is stored over time.
    pub series: SeriesMode,
    /// Which of how many shards; the whole is 1 of 1.
    pub shard: Shard,
    /// What the columns mean.
    pub schema: Schema,
    /// What may turn out never to have happened.
    pub claims: Vec<Claim>,
}

/// Something that never happened, unless a rule fired.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The sentence.
    pub text: String,
    /// The numbers of the rules any of which disproves it.
    pub unless: Vec<usize>,
}

/// One of several equal shares of the runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shard {
    /// Which, from 1.
    pub number: u64,
    /// Of how many.
    pub of: u64,
}

impl Shard {
    /// All runs.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    /// The runs of this shard; none if there are fewer runs than shards.
    pub fn range(self, runs: u64) -> Range<u64> {
        /// Runs whose draws are made together, and which are better not parted.
        const ROW: u64 = 64;
        let of = self.of.max(1);
        let unit = if runs / of >= ROW { ROW } else { 1 };
        let edge = |number: u64| {
            let share = u128::from(runs) * u128::from(number.min(of)) / u128::from(of);
            let share = u64::try_from(share).unwrap_or(runs);
            if number >= of { runs } else { share / unit * unit }
        };
        edge(self.number.saturating_sub(1))..edge(self.number)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((number, of)) if (1..=of).contains(&number) => Ok(Self { number, of }),
            Some(_) => Err("shards count from 1: 1/16 is the first of sixteen, 16/16 the last"),
            None => Err("expected a shard such as 3/16"),
        }
    }
}

/// How two kinds of work differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// In what.
    pub field: String,
    /// What is there.
    pub there: String,
    /// What is wanted.
    pub here: String,
}

impl Work {
    /// All runs of an identity.
    pub fn new(identity: Identity, schema: Schema, series: SeriesMode) -> Self {
        Self { entente_work: LAYOUT, identity, series, shard: Shard::WHOLE, schema, claims: Vec::new() }
    }

    /// The runs that are to be played.
    pub fn range(&self) -> Range<u64> {
        self.shard.range(self.identity.runs)
    }

    /// The same work, all of it.
    pub fn whole(&self) -> Self {
        Self { shard: Shard::WHOLE, ..self.clone() }
    }

    /// A name for this work, in hexadecimal: parts that bear another belong elsewhere.
    pub(super) fn key(&self) -> String {
        let text = serde_json::to_vec(self).unwrap_or_default();
        blake3::hash(&text).to_hex().to_string()
    }

    /// The first thing in which this differs from what `there` says.
    pub fn difference(&self, there: &Self) -> Option<Difference> {
        let brief = |hash: &str| hash.chars().take(12).collect::<String>();
        let pairs = |work: &Self| {
            let identity = &work.identity;
            let settings: Vec<String> = identity.settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
            [
                ("the version", identity.version.clone()),
                ("the variant", identity.variant.clone()),
                ("the scenario", format!("{} ({})", work.schema.scenario, brief(&identity.scenario_hash))),
                ("the seed", identity.seed.to_string()),
                ("the number of runs", identity.runs.to_string()),
                ("what is set", if settings.is_empty() { "nothing".to_owned() } else { settings.join(", ") }),
                ("what is kept over time", work.series.to_string()),
                ("the shard", work.shard.to_string()),
                ("the layout", work.entente_work.to_string()),
            ]
        };
        let different = pairs(there).into_iter().zip(pairs(self)).find(|((_, there), (_, here))| there != here);
        match different {
            Some(((field, there), (_, here))) => Some(Difference { field: field.to_owned(), there, here }),
            None if self == there => None,
            // Names and titles follow from the scenario; that they differ alone would be a forgery or a fault.
            None => Some(Difference {
                field: "the columns".to_owned(),
                there: brief(&there.key()),
                here: brief(&self.key()),
            }),
        }
    }

    /// What never happened, when these rules fired.
    pub(super) fn unused(&self, fired: &[bool]) -> Vec<String> {
        let did = |rule: &usize| fired.get(*rule).copied().unwrap_or(false);
        let holds = |claim: &&Claim| !claim.unless.iter().any(did);
        self.claims.iter().filter(holds).map(|claim| claim.text.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{identity, schema};
    use super::*;

    #[test]
    fn shards_cover_every_run_once_in_order() {
        for (runs, of) in [(1, 1), (10, 3), (16, 16), (10_000, 16), (4097, 2), (5, 16), (1 << 40, 7)] {
            let mut next = 0;
            for number in 1..=of {
                let range = Shard { number, of }.range(runs);
                assert_eq!(range.start, next, "shard {number}/{of} of {runs}");
                assert!(range.start <= range.end);
                assert!(runs < of || !range.is_empty(), "shard {number}/{of} of {runs} is empty");
                next = range.end;
            }
            assert_eq!(next, runs);
        }
    }

    #[test]
    fn a_shard_is_read_as_it_is_written() {
        assert_eq!("3/16".parse(), Ok(Shard { number: 3, of: 16 }));
        assert_eq!(Shard { number: 3, of: 16 }.to_string(), "3/16");
        for wrong in ["0/4", "5/4", "0/0"] {
            assert!(wrong.parse::<Shard>().unwrap_err().contains("count from 1"), "{wrong}");
        }
        for wrong in ["", "3", "3/", "/3", "-1/4", "a/b", "1/2/3"] {
            assert!(wrong.parse::<Shard>().unwrap_err().contains("such as 3/16"), "{wrong}");
        }
    }

    #[test]
    fn whatever_differs_is_named() {
        let work = Work::new(identity(50), schema(), SeriesMode::Full);
        assert_eq!(work.difference(&work.clone()), None);
        for (change, field) in [
            ((|w| w.identity.version = "9".into()) as fn(&mut Work), "the version"),
            (|w| w.identity.variant = "x".into(), "the variant"),
            (|w| w.identity.scenario_hash = "cd".repeat(32), "the scenario"),
            (|w| w.identity.seed = 8, "the seed"),
            (|w| w.identity.runs = 51, "the number of runs"),
            (|w| w.identity.settings.clear(), "what is set"),
            (|w| w.series = SeriesMode::None, "what is kept over time"),
            (|w| w.shard = Shard { number: 1, of: 2 }, "the shard"),
            (|w| w.schema.outcomes.clear(), "the columns"),
        ] {
            let mut other = work.clone();
            change(&mut other);
            assert_eq!(other.difference(&work).map(|different| different.field).as_deref(), Some(field));
            assert_ne!(other.key(), work.key());
        }
    }
}
