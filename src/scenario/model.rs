//! The validated scenario: every name resolved, every group and `for` spelled out, every number finite.
//!
//! Both ways of playing a scenario start here: the slow reference interpreter walks these trees run by run, and the
//! compiler lowers them to column programs. All values are `f64`; yes/no is 1 or 0, a duration is a number of ticks, a
//! date is a number of days since 1970-01-01, an actor is its [`ActorId`] as a number (−1 for none), a stance is its
//! place on the ladder.

mod actors;
mod expression;
mod inputs;
mod observed;
mod rules;
mod targets;
mod territory;

pub use crate::language::syntax::Comparison;
pub use actors::{Actor, Arrival, MessageKind, Role, Rung, Slot, Stances, Total, Variable};
pub use expression::{BinaryFunction, DrawKind, Expr, Fold, Level, UnaryFunction, View};
pub use inputs::{Basis, BasisKind, Bounds, Distribution, Family, Lever, Notes, Season, Uncertainty};
pub use observed::{Draw, History, Milestone, Observation, Outcome, Place, Stop, Streak};
pub use rules::{
    Again, AreaTarget, AreaWrite, Candidate, Chance, Effect, Let, Part, Receiver, Receivers, Rule, RuleWords, Send,
    Write,
};
pub use targets::{DatedValue, HALF_WIDTH, Observable, Target};
pub use territory::{Area, AreaColumn, AreaRole, AreaVariable, Contest, DrawnPosts, Side, Territory};

use super::clock::Clock;

/// An actor's place in [`Scenario::actors`], which is file order.
pub type ActorId = usize;

/// A variable's place in [`Scenario::variables`].
pub type VariableId = usize;

/// An area variable's place in [`Territory::variables`].
pub type AreaVariableId = usize;

/// A place's place in [`Scenario::places`].
pub type PlaceId = usize;

/// A draw's place in [`Scenario::draws`].
pub type DrawId = usize;

/// An inbox slot's place in [`Actor::inbox`].
pub type SlotId = usize;

/// A scenario in which nothing is left to be looked up.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The file's or folder's name.
    pub name: String,
    /// One line.
    pub title: String,
    /// What it is about; may be empty.
    pub about: String,
    /// The chosen variant, `baseline` if none.
    pub variant: String,
    /// Dates and ticks.
    pub clock: Clock,
    /// Seasons of `calendar`.
    pub seasons: Vec<Season>,
    /// L, in file order.
    pub levers: Vec<Lever>,
    /// X, in file order.
    pub uncertainties: Vec<Uncertainty>,
    /// The order in which uncertainties can be drawn (parents and parameters first).
    pub uncertainty_order: Vec<usize>,
    /// The step (1..=ticks) from which [`Lever::later`] holds, for a dated variant.
    pub switch: Option<u32>,
    /// Kinds of messages, in file order.
    pub kinds: Vec<MessageKind>,
    /// In file order.
    pub actors: Vec<Actor>,
    /// Every number that a run keeps, except those of areas.
    pub variables: Vec<Variable>,
    /// The map; `None` without territory.
    pub territory: Option<Territory>,
    /// In file order; read the values as the flows left them.
    pub events: Vec<Rule>,
    /// Expressions whose past is read.
    pub histories: Vec<History>,
    /// M, in file order, then the payoffs (`payoff_<actor>`) in the order of the actors.
    pub outcomes: Vec<Outcome>,
    /// In file order.
    pub milestones: Vec<Milestone>,
    /// In file order.
    pub stops: Vec<Stop>,
    /// Conditions of `sustained`, counted in a row.
    pub streaks: Vec<Streak>,
    /// What was observed, in file order. No run reads it.
    pub targets: Vec<Target>,
    /// The order in which stage 4 works out streaks, outcomes and milestones.
    pub observations: Vec<Observation>,
    /// Where a run can fail, in the order in which a tick reaches them.
    pub places: Vec<Place>,
    /// Every draw's address.
    pub draws: Vec<Draw>,
    /// How many declared numbers rest on what.
    pub basis: Basis,
    /// What the checker already knows to be without effect (levers that nothing reads).
    pub unused: Vec<String>,
}

impl Scenario {
    /// A failure's place for people: what it is and what was wrong there.
    pub fn failure(&self, place: PlaceId) -> String {
        self.places
            .get(place)
            .map_or_else(|| "an unknown place".into(), |place| format!("{}: {}", place.name, place.fault))
    }
}
