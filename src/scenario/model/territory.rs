//! Territory: areas, their variables, the contest over them.

use super::{ActorId, AreaWrite, Bounds, DrawId, Expr, PlaceId, VariableId};
use crate::world::contest;
use std::sync::Arc;

/// The map and what happens on it.
#[derive(Clone, Debug)]
pub struct Territory {
    /// In file order.
    pub areas: Vec<Area>,
    /// Numbers of the table that never change, a value an area. Actor-valued columns hold [`ActorId`]s, −1 for none.
    pub columns: Vec<AreaColumn>,
    /// Neighbours of each area, ascending.
    pub neighbours: Vec<Vec<usize>>,
    /// Area variables: the scenario's own state, and the contest's.
    pub variables: Vec<AreaVariable>,
    /// The scenario's own equations (`territory.each_tick`), after the contest; simultaneous over variables and areas.
    pub equations: Vec<AreaWrite>,
    /// Where they fail.
    pub equation_place: PlaceId,
    /// The built-in contest, if there are sides.
    pub contest: Option<Contest>,
}

/// One area.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// Its name.
    pub name: String,
    /// Longitude in degrees, if the table says.
    pub lon: Option<f64>,
    /// Latitude in degrees, if the table says.
    pub lat: Option<f64>,
}

/// A column of the areas' table.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaColumn {
    /// Its name.
    pub name: String,
    /// One value an area.
    pub values: Vec<f64>,
}

/// A number that a run keeps for areas.
#[derive(Clone, Debug)]
pub struct AreaVariable {
    /// `share`, `garrison[front]`.
    pub name: String,
    /// What it is.
    pub role: AreaRole,
    /// In which areas it exists; elsewhere it reads as 0.
    pub exists: Vec<bool>,
    /// Its value at tick 0 (level 0 is the area); `Const(0)` for the contest's, which the contest starts itself.
    pub start: Expr,
    /// Whether its start reads what the contest shows, so that it is worked out once posts and ties have started.
    /// Posts that are drawn may read the others.
    pub starts_late: bool,
    /// Every write is clamped to these.
    pub within: Bounds,
    /// Where its start fails.
    pub place: PlaceId,
}

/// What an area variable is.
#[derive(Clone, Debug, PartialEq)]
pub enum AreaRole {
    /// The scenario's own state; only equations write it.
    State,
    /// An input of the contest that the side's rules write.
    Input {
        /// The side (its place in [`Contest::sides`]).
        side: usize,
        /// Which.
        input: contest::Input,
        /// Whether a rule of the side writes it.
        written: bool,
    },
    /// What the contest keeps for an area and a side.
    Side {
        /// The side.
        side: usize,
        /// Which.
        value: contest::SideValue,
    },
    /// What the contest keeps for an area. Holders are [`ActorId`]s.
    Area(contest::AreaValue),
}

/// The built-in contest of a scenario.
#[derive(Clone, Debug)]
pub struct Contest {
    /// In file order.
    pub sides: Vec<Side>,
    /// One value for each of `contest::Parameter`, in its order; worked out each tick.
    pub parameters: Vec<Expr>,
    /// The hostility of side i towards side j: a tie's variable, `None` where it is 0.
    pub hostile: Vec<Vec<Option<VariableId>>>,
    /// Its draws, a name for each of its pairs of area and side (in the ground's order) and each of `contest::DRAWS`.
    pub draws: DrawId,
    /// What never changes.
    pub ground: Arc<contest::Ground>,
    /// Where its inputs fail.
    pub place: PlaceId,
}

/// A side of the contest.
#[derive(Clone, Debug)]
pub struct Side {
    /// The actor that it is.
    pub actor: ActorId,
    /// The state that is its force.
    pub force: VariableId,
    /// The state that captured stock is added to.
    pub stock: Option<VariableId>,
    /// One value for each of `contest::SideParameter`, in its order; worked out each tick.
    pub parameters: Vec<Expr>,
    /// How much it wants its mobile reserve in an area (level 0), worked out each tick where it exists.
    pub prefer: Expr,
    /// The posts that it holds at the start, if each run has its own; otherwise they are the ground's.
    pub posts: Option<DrawnPosts>,
}

/// A side's posts at the start, worked out once a run in each area in which the side has a place.
#[derive(Clone, Debug)]
pub struct DrawnPosts {
    /// The expected number (level 0 is the area). It reads levers, uncertainties, columns, the states of areas that do not
    /// start late, and draws; it is checked to lie in 0 to [`contest::MOST_POSTS`], and rounded at random to a whole number:
    /// up with the chance of its fractional part.
    pub value: Expr,
    /// The draw that rounds, an address an area.
    pub draw: DrawId,
    /// Where it fails.
    pub place: PlaceId,
}
