//! What an expression may read, and when: the place it stands in.

use super::types::Type;
use crate::diagnostics::Span;
use crate::scenario::model::{ActorId, DrawKind, Level, View};

/// When an expression is worked out, which decides what it may read and whether it sees values now or as last observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Before the run: levers and uncertainties only.
    Fixed,
    /// At tick 0: levers, uncertainties and the areas' table.
    Start,
    /// Stage 1, as the receiver of a message.
    Arrival,
    /// Stage 2, as an actor.
    Rule,
    /// Stage 3: contest, area equations, flows, events.
    World,
    /// Stage 4: outcomes, milestones, stops, and everything whose past is read.
    Observe,
}

/// What of the ground has begun where a start value is worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Begun {
    /// The areas' table alone.
    Table,
    /// Also the states of areas that do not read the contest: where posts are drawn.
    States,
    /// Also who holds which posts: where variables start.
    Posts,
    /// All that the contest shows: where the other states of areas start.
    Contest,
}

/// What a bound name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    /// A member of a group, known at load.
    Member(ActorId),
    /// The area of a loop.
    Area(Level),
}

/// A local name of a rule.
#[derive(Clone, Debug)]
pub(super) struct LetName {
    pub name: String,
    pub ty: Type,
    /// Its value, if it is known at load.
    pub constant: Option<f64>,
    /// Whether a draw is needed for it.
    pub draws: bool,
    /// Whether its own expression is wrong, so that nothing more is said about it.
    pub broken: bool,
}

/// A draw that the rule has already made, to tell two draws from one draw spelled out twice.
#[derive(Clone, Debug)]
pub(super) struct UsedDraw {
    pub kind: DrawKind,
    pub label: String,
    pub span: Span,
}

/// The message that an arrival reads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Incoming {
    pub kind: usize,
    pub sender: ActorId,
}

/// Where an expression stands.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    pub stage: Stage,
    /// Whose expression it is.
    pub actor: Option<ActorId>,
    /// With whose eyes: what is private to others is not seen.
    pub eyes: Option<ActorId>,
    /// The side of the contest that it is about.
    pub side: Option<usize>,
    pub lets: Vec<LetName>,
    pub bound: Vec<(String, Bound)>,
    /// How many area loops are open.
    pub depth: Level,
    /// Why there may be no draw here, as `in a condition`; `None` where there may be.
    pub no_draws: Option<&'static str>,
    /// Whether not even a let that needs a draw may be read (conditions).
    pub no_drawn_lets: bool,
    /// The first parts of the draws' addresses: `actor/rule/member`.
    pub address: String,
    /// Whether the area's name begins a draw's address (equations), or ends it.
    pub area_first: bool,
    /// What a draw's address ends in, beside its label: the member of a group that is being gone over.
    pub suffix: String,
    pub used: Vec<UsedDraw>,
    pub incoming: Option<Incoming>,
    /// Whether the actor sees others through `sees`.
    pub sees: bool,
    /// Whether the contest of this very step has been fought, though it has not been observed.
    pub fought: bool,
    /// Set when a draw was resolved.
    pub drew: bool,
    /// In a start value: what of the ground may be read.
    pub begun: Begun,
    /// Set when a start value reads what the contest shows.
    pub reads_contest: bool,
}

impl Scope {
    /// A place without an actor and without draws.
    pub fn new(stage: Stage) -> Self {
        Self {
            stage,
            actor: None,
            eyes: None,
            side: None,
            lets: Vec::new(),
            bound: Vec::new(),
            depth: 0,
            no_draws: Some("here"),
            no_drawn_lets: false,
            address: String::new(),
            area_first: false,
            suffix: String::new(),
            used: Vec::new(),
            incoming: None,
            sees: false,
            fought: false,
            drew: false,
            begun: Begun::Table,
            reads_contest: false,
        }
    }

    /// The same for an actor.
    pub fn of(stage: Stage, actor: ActorId) -> Self {
        Self { actor: Some(actor), eyes: Some(actor), ..Self::new(stage) }
    }

    /// Says that the contest of this step comes before.
    pub fn after_the_contest(mut self) -> Self {
        self.fought = true;
        self
    }

    /// Says what of the ground has begun.
    pub fn after(mut self, begun: Begun) -> Self {
        self.begun = begun;
        self
    }

    /// Says in which kind of place draws are refused.
    pub fn without_draws(mut self, place: &'static str) -> Self {
        self.no_draws = Some(place);
        self
    }

    /// Allows draws, whose addresses begin with these parts.
    pub fn with_draws(mut self, address: impl Into<String>) -> Self {
        self.no_draws = None;
        self.address = address.into();
        self
    }

    /// Binds `a` to the area of the outermost loop.
    pub fn with_area(mut self, name: &str) -> Self {
        self.bound.push((name.to_owned(), Bound::Area(self.depth)));
        self.depth += 1;
        self
    }

    /// What a name is bound to, the innermost first.
    pub fn find(&self, name: &str) -> Option<Bound> {
        self.bound.iter().rev().find(|(n, _)| n == name).map(|(_, bound)| *bound)
    }

    /// Whether a value of this owner is read now or as last observed.
    pub fn view(&self, owner: Option<ActorId>) -> View {
        match self.stage {
            Stage::Arrival | Stage::Rule if owner.is_none() || owner != self.actor => View::Observed,
            _ => View::Now,
        }
    }

    /// Runs `inner` with a name bound.
    pub fn within<T>(&mut self, name: &str, bound: Bound, inner: impl FnOnce(&mut Self) -> T) -> T {
        self.bound.push((name.to_owned(), bound));
        let result = inner(self);
        self.bound.pop();
        result
    }

    /// Forbids draws for a while.
    pub fn forbid_draws<T>(&mut self, place: &'static str, inner: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.no_draws;
        self.no_draws = before.or(Some(place));
        let result = inner(self);
        self.no_draws = before;
        result
    }
}
