//! Actors: their variables, stances and inboxes.

use super::{ActorId, Bounds, Expr, Notes, PlaceId, Rule, VariableId, Write};

/// A kind of message.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageKind {
    /// Its name.
    pub name: String,
    /// Ticks from sending to delivery, at least 1.
    pub delay: u32,
    /// Whether a negative amount stays what it is; otherwise it becomes 0.
    pub signed: bool,
    /// Names of the extra fields.
    pub fields: Vec<String>,
    /// Its notes.
    pub notes: Notes,
}

/// An actor and all that it does.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Its name.
    pub name: String,
    /// Its title, or its name.
    pub title: String,
    /// Its ladder of stances; worked out before its rules.
    pub stances: Option<Stances>,
    /// Its rules in order, a `for` rule once for each member.
    pub rules: Vec<Rule>,
    /// Its flows (`each_tick`), simultaneous with all other actors' flows.
    pub flows: Vec<Write>,
    /// Where its flows fail.
    pub flow_place: PlaceId,
    /// Every message that can reach it, in the order of delivery: sender, rule, effect, `for` member.
    pub inbox: Vec<Slot>,
}

/// An actor's stances, lowest first. Each tick, before the rules: of the rungs above the present one whose `enter`
/// holds, the highest is entered; if there is none and the present rung's `leave` holds, the one below is.
#[derive(Clone, Debug)]
pub struct Stances {
    /// The variable that holds the present rung's place.
    pub variable: VariableId,
    /// The rungs; the first has neither `enter` nor `leave`.
    pub rungs: Vec<Rung>,
    /// Where the conditions fail.
    pub place: PlaceId,
}

/// One stance.
#[derive(Clone, Debug)]
pub struct Rung {
    /// Its name.
    pub name: String,
    /// When it is entered from below.
    pub enter: Option<Expr>,
    /// When it is left for the one below.
    pub leave: Option<Expr>,
}

/// One message that can reach an actor.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Who sends it.
    pub sender: ActorId,
    /// Of what kind.
    pub kind: usize,
    /// What it does to the receiver, one `change`/`set` map after the other. [`Expr::Amount`], [`Expr::Field`] and own
    /// variables may occur; the condition is the kind's `when`, if any.
    pub arrival: Vec<Arrival>,
    /// Variables of role [`Role::Received`] that add it up.
    pub received: Vec<VariableId>,
    /// Variables of role [`Role::Counted`] that count it.
    pub counted: Vec<VariableId>,
    /// Where it fails.
    pub place: PlaceId,
}

/// One simultaneous map of `on_arrival`.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Only if this holds.
    pub when: Option<Expr>,
    /// What is written.
    pub writes: Vec<Write>,
}

/// A number that a run keeps.
#[derive(Clone, Debug)]
pub struct Variable {
    /// For people and the program's text: `near.trust`, `support[near, regime]`.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// Whose it is; `None` is the world's (events' bookkeeping, a side's totals).
    pub owner: Option<ActorId>,
    /// Its value at tick 0; reads levers, uncertainties and static area columns only.
    pub start: Expr,
    /// Every write is clamped to these.
    pub within: Bounds,
    /// Where its start fails.
    pub place: PlaceId,
}

/// What a variable is for.
#[derive(Clone, Debug, PartialEq)]
pub enum Role {
    /// An actor's state.
    State,
    /// A tie between two actors, owned by the first.
    Tie {
        /// Whose.
        from: ActorId,
        /// Towards whom.
        to: ActorId,
    },
    /// The present stance.
    Stance,
    /// The sum of the amounts delivered this tick in some slots. Set to 0 before the deliveries.
    Received,
    /// The number of messages delivered this tick in some slots. Set to 0 before the deliveries.
    Counted,
    /// The sum of the amounts sent this tick by some effects. Set to 0 before the actor's rules.
    Sent,
    /// The first step at which a rule with `once` or `cooldown` may fire (again). Starts at 0; `once` sets infinity.
    Ready,
    /// A side's running total in the contest, written by the world after the contest.
    Total(Total),
}

/// A running total since the start, one a side and weight.
#[derive(Clone, Debug, PartialEq)]
pub enum Total {
    /// Whole posts lost, gross, by a side (its place in [`Contest::sides`](super::Contest::sides)).
    PostsLost(usize),
    /// A column's amount in the areas that a side ceased to hold, gross (for `towns`: to hold the towns of).
    ColumnLost {
        /// The side.
        side: usize,
        /// The column of [`Territory::columns`](super::Territory::columns).
        column: usize,
        /// Whether the holder of the towns decides: for the column `towns`, and what places of this kind add up to.
        towns: bool,
    },
    /// Persons who surrendered, in the unit of the side's force.
    Surrendered(usize),
}
