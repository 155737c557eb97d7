//! Ensembles held against each other: what a policy changes, under the same dice.
//!
//! A run of one variant is paired with the run of the same number of another: both have drawn the same uncertainties and throw
//! the same dice, so that what differs between them is the policy. `docs/comparing.md` has the statistics and how to read them.
//!
//! # Who does what
//! [`Columns`] is what is kept of an ensemble, read from results or played by [`play_together`]; [`Comparison::between`] makes
//! the numbers of it, and the plain sentences. Nothing here prints.
//!
//! # How wrong all of it may be
//! The chance that any interval of a comparison misses what it is about is at most 5% ([`LEVEL`]), however many variants,
//! outcomes and milestones there are; the same holds for the chances that are adjusted by Holm's procedure and, apart from these,
//! for reversals ([`Flip`]).

mod between;
mod columns;
mod difference;
mod flips;
mod json;
mod knock_out;
mod parting;
mod play;
mod stored;
mod table;
mod until;
mod verdict;

pub use between::{Head, Held};
pub use columns::{Columns, NEVER};
pub use flips::Strata;
pub use json::json;
pub use knock_out::{Kinds, KnockOut, KnockOutKind, KnockedOut, knock_outs};
pub use parting::{Parting, PartingTick};
pub use play::{Joint, PlayError, Player, play_together};
pub use stored::CompareError;
pub use table::table;
pub use until::{Looks, Until, Wide};
pub use verdict::Finding;

/// How sure the intervals are, all together.
pub const LEVEL: f64 = 0.95;

/// How many outcomes, the scenario's first, are followed where a dated variant parts from the reference.
pub const MAIN: usize = 3;

/// Variants held against a reference.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// The scenario's name.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// The version of Entente that played it.
    pub version: String,
    /// What all others are held against, by its label.
    pub reference: String,
    /// The others, in order.
    pub variants: Vec<String>,
    /// How many runs each has, those that failed included; the reference's where they are not paired.
    pub runs: u64,
    /// The seed; the reference's where they are not paired.
    pub seed: u64,
    /// Whether runs are paired. If not, [`notes`](Self::notes) says why.
    pub paired: bool,
    /// What has to be said: how the multiplicity is corrected for, why runs are not paired, runs that are left out.
    pub notes: Vec<String>,
    /// How sure the intervals are, all together.
    pub level: f64,
    /// The outcomes at the end, in the scenario's order.
    pub outcomes: Vec<Compared>,
    /// The milestones.
    pub milestones: Vec<Compared>,
    /// Where dated variants part from the reference.
    pub parting: Vec<Parting>,
    /// What is switched off in each of the variants, if this is what they are, in their order.
    pub knock_outs: Vec<KnockOut>,
    /// How many runs it took until the intervals were narrow enough, if it was played so.
    pub until: Option<Until>,
}

impl Comparison {
    /// Whether its variants are knock-outs, to be shown as a ranked table.
    pub fn is_knock_out(&self) -> bool {
        !self.knock_outs.is_empty()
    }
}

/// An outcome or a milestone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compared {
    /// Its name.
    pub name: String,
    /// What it is called for people.
    pub title: String,
    /// Its unit. A milestone has none: it is the share of runs that reach it.
    pub unit: Option<String>,
    /// The smallest difference that matters, in that unit.
    pub matters: Option<f64>,
    /// The reference.
    pub reference: Side,
    /// The others that have it.
    pub variants: Vec<Difference>,
}

/// An outcome or milestone of one ensemble.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Side {
    /// The mean over its runs; of a milestone, the share that reaches it.
    pub mean: Option<f64>,
    /// The Monte Carlo error of that mean: its standard error.
    pub error: Option<f64>,
    /// Of a milestone: the date by which half of the runs had reached it, as YYYY-MM-DD; `None` if fewer ever do.
    pub median: Option<String>,
}

/// A variant minus the reference.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Difference {
    /// The variant's label.
    pub variant: String,
    /// The variant itself.
    pub side: Side,
    /// The mean difference; of milestones, that of the shares.
    pub difference: Option<f64>,
    /// The lower end of its interval, which holds together with all others.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// The standard deviation of the paired differences; `None` where runs are not paired.
    pub spread: Option<f64>,
    /// The share of paired runs in which the variant is higher; of milestones, in which it alone reaches it. Equal runs count for
    /// neither side.
    pub higher_share: Option<f64>,
    /// The share in which it is lower.
    pub lower_share: Option<f64>,
    /// The chance of a difference at least so large if there were none, adjusted for all that are looked at.
    pub p: Option<f64>,
    /// How many times as many runs independent dice would need for the same error: (var a + var b) / var (a − b). `None` where
    /// no two runs differ, or runs are not paired.
    pub gain: Option<f64>,
    /// Of milestones: by how many days the date by which half of the runs had reached it is later, where both have one.
    pub shift: Option<i64>,
    /// How many pairs of runs this is about.
    pub pairs: u64,
    /// In which parts of the uncertainties' space the difference goes the other way, the clearest first.
    pub flips: Vec<Flip>,
    /// The share of that space that these parts cover together.
    pub flipped_share: f64,
    /// What can be said of the difference.
    pub finding: Finding,
    /// The same in a plain sentence.
    pub verdict: String,
}

/// A part of the uncertainties' space, cut off by one of them, in which the mean difference has the other sign.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flip {
    /// The uncertainty's name.
    pub uncertainty: String,
    /// Whether the part lies above the value; otherwise below.
    pub above: bool,
    /// Where it is cut off.
    pub value: f64,
    /// How finely that is known: the width of the bins there.
    pub resolution: f64,
    /// The share of the space: of the runs that lie there.
    pub share: f64,
    /// The mean difference there.
    pub difference: f64,
    /// Its standard error.
    pub error: f64,
}
