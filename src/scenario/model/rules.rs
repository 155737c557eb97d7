//! Rules and events: when they act and what they do.

use super::{ActorId, AreaVariableId, DrawId, Expr, PlaceId, SlotId, VariableId};
use crate::numerics::functions::pow;
use std::sync::Arc;

/// A rule of an actor, for one member of its `for`; or an event.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `actor.rule`, or the event's name; with ` for member` where it has one.
    pub name: String,
    /// First step (1..=ticks) at which it may act, and one past the last.
    pub active: (u32, u32),
    /// `once` and `cooldown`.
    pub again: Option<Again>,
    /// Worked out at the rule's start, each in the first part that needs it.
    pub lets: Vec<Let>,
    /// The condition; no draws.
    pub when: Option<Expr>,
    /// The chance.
    pub chance: Option<Chance>,
    /// What it does, in sequence.
    pub effects: Vec<Effect>,
    /// Where its parts fail: condition, chance, effects.
    pub places: [PlaceId; 3],
    /// What its file says in words. No run reads it.
    pub words: Arc<RuleWords>,
}

/// What a rule's file says, as it is written; shared by the members of its `for`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleWords {
    /// A title for people.
    pub title: Option<String>,
    /// The reason.
    pub because: Option<String>,
    /// What the member of `for` must fulfil, where that is not known before the run. [`Rule::when`] begins with it.
    pub filter: Option<String>,
    /// The condition.
    pub when: Option<String>,
    /// The chance.
    pub chance: Option<String>,
    /// The time that the chance is for.
    pub per: Option<String>,
}

/// When a rule may fire again.
#[derive(Clone, Debug, PartialEq)]
pub struct Again {
    /// The variable of role [`Role::Ready`](super::Role::Ready).
    pub ready: VariableId,
    /// `None` for `once`; otherwise the cooldown in ticks.
    pub after: Option<u32>,
}

/// A part of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// `when`
    Condition,
    /// `chance`
    Chance,
    /// `then`
    Effects,
}

/// A local name of a rule. It may read earlier ones.
#[derive(Clone, Debug)]
pub struct Let {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Expr,
    /// The first part that needs it (also through other lets); `None` if nothing does, and it is not worked out.
    pub part: Option<Part>,
}

/// A chance: the rule acts if its uniform draw is less than the probability.
#[derive(Clone, Debug)]
pub struct Chance {
    /// Checked to lie in 0 to 1.
    pub probability: Expr,
    /// For `per: month`, tick/month: the probability a tick is 1 − pow(1 − p, exponent).
    pub exponent: Option<f64>,
    /// The draw's address.
    pub draw: DrawId,
}

impl Chance {
    /// The probability a tick, of one for the time that the file says.
    pub fn in_a_tick(&self, probability: f64) -> f64 {
        match self.exponent {
            Some(exponent) => 1.0 - pow(1.0 - probability, exponent),
            None => probability,
        }
    }
}

/// One thing that a rule does.
#[derive(Clone, Debug)]
pub enum Effect {
    /// One `set`/`change` map, simultaneous: every value is worked out before the first write.
    Write(Vec<Write>),
    /// The same, to area variables of one's own side.
    WriteAt {
        /// Where.
        target: AreaTarget,
        /// What; values may read the target area (level 0).
        writes: Vec<AreaWrite>,
    },
    /// A message.
    Send(Send),
}

/// One write: `set` replaces, `change` adds to the present value; then the variable's bounds clamp.
#[derive(Clone, Debug)]
pub struct Write {
    /// What is written.
    pub variable: VariableId,
    /// Whether the value is added.
    pub change: bool,
    /// The value.
    pub value: Expr,
}

/// One write to an area variable.
#[derive(Clone, Debug)]
pub struct AreaWrite {
    /// What is written.
    pub variable: AreaVariableId,
    /// Whether the value is added.
    pub change: bool,
    /// The value.
    pub value: Expr,
}

/// Which areas a rule writes. Areas in which the variable does not exist (outside the side's theatre) are passed over.
#[derive(Clone, Debug)]
pub enum AreaTarget {
    /// One area.
    Fixed(usize),
    /// The area with the greatest score among those that pass the filter, the first among equals; none may pass.
    Best {
        /// What areas must fulfil (reads the area at level 0).
        filter: Option<Expr>,
        /// What is maximised (reads the area at level 0); checked as a compared value.
        score: Expr,
    },
    /// Every area that passes the filter.
    Each {
        /// What areas must fulfil (reads the area at level 0).
        filter: Option<Expr>,
    },
}

/// A message that a rule sends.
#[derive(Clone, Debug)]
pub struct Send {
    /// Of what kind.
    pub kind: usize,
    /// How much; worked out once for all receivers. Negative becomes 0 unless the kind is signed.
    pub amount: Expr,
    /// One a field of the kind, in the kind's order.
    pub fields: Vec<Expr>,
    /// To whom.
    pub receivers: Receivers,
}

/// Who gets a message.
#[derive(Clone, Debug)]
pub enum Receivers {
    /// All of these.
    All(Vec<Receiver>),
    /// The one with the greatest score among those that pass the filter, the first among equals; none may pass.
    Best(Vec<Candidate>),
}

/// One who gets a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Receiver {
    /// Who.
    pub actor: ActorId,
    /// The slot of its inbox.
    pub slot: SlotId,
    /// Variables of role [`Role::Sent`](super::Role::Sent) (the sender's) that add it up.
    pub sent: Vec<VariableId>,
}

/// One who may get a message.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Who.
    pub receiver: Receiver,
    /// What it must fulfil.
    pub filter: Option<Expr>,
    /// What is maximised; checked as a compared value.
    pub score: Expr,
}
