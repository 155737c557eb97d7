//! What stands at which place of a scenario's tree, as far as patching needs to know.

use crate::scenario::format::DISTRIBUTIONS;
use crate::scenario::tree::{Node, Value};

/// What a map's keys mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The whole file.
    Root,
    /// A section: each key is the name of one.
    Elements(Element),
    /// One named thing.
    Element(Element),
    /// `territory`.
    Territory,
    /// `variants`: patches are kept, not applied, so each is replaced whole.
    Variants,
    /// Fields that follow JSON merge patch.
    Plain,
}

/// The named things of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    Lever,
    Uncertainty,
    Tie,
    State,
    Actor,
    Policy,
    Rule,
    Event,
    Outcome,
    Milestone,
    Stop,
    Group,
    Message,
    Season,
    Side,
}

impl Kind {
    /// What stands under a key.
    pub(super) fn child(self, key: &str) -> Self {
        use Element::*;
        match (self, key) {
            (Self::Elements(element), _) => Self::Element(element),
            (Self::Element(Policy), _) => Self::Element(Rule),
            (Self::Root, "levers") => Self::Elements(Lever),
            (Self::Root, "uncertainties") => Self::Elements(Uncertainty),
            (Self::Root, "ties") => Self::Elements(Tie),
            (Self::Root, "actors") => Self::Elements(Actor),
            (Self::Root, "policies") => Self::Elements(Policy),
            (Self::Root, "events") => Self::Elements(Event),
            (Self::Root, "outcomes") => Self::Elements(Outcome),
            (Self::Root, "milestones") => Self::Elements(Milestone),
            (Self::Root, "stop") => Self::Elements(Stop),
            (Self::Root, "groups") => Self::Elements(Group),
            (Self::Root, "messages") => Self::Elements(Message),
            (Self::Root, "calendar") => Self::Elements(Season),
            (Self::Root, "variants") => Self::Variants,
            (Self::Root, "territory") => Self::Territory,
            (Self::Element(Actor) | Self::Territory, "state") => Self::Elements(State),
            (Self::Element(Actor), "policy") => Self::Elements(Rule),
            (Self::Territory, "sides") => Self::Elements(Side),
            _ => Self::Plain,
        }
    }

    /// The things that a map of this kind holds by name.
    pub(super) fn members(self) -> Option<Element> {
        match self {
            Self::Elements(element) => Some(element),
            Self::Element(Element::Policy) => Some(Element::Rule),
            _ => None,
        }
    }

    /// Whether the order of its keys decides results, so that `before` and `after` make sense.
    pub(super) fn ordered(self) -> bool {
        matches!(self.members(), Some(Element::Rule | Element::Event))
    }
}

impl Element {
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Lever => "lever",
            Self::Uncertainty => "uncertainty",
            Self::Tie => "tie",
            Self::State => "state",
            Self::Actor => "actor",
            Self::Policy => "policy",
            Self::Rule => "rule",
            Self::Event => "event",
            Self::Outcome => "outcome",
            Self::Milestone => "milestone",
            Self::Stop => "stop",
            Self::Group => "group",
            Self::Message => "message",
            Self::Season => "season",
            Self::Side => "side",
        }
    }

    /// The field that a bare number or expression stands for.
    pub(super) fn shorthand(self) -> Option<&'static str> {
        match self {
            Self::Lever => Some("default"),
            Self::State | Self::Tie => Some("start"),
            Self::Uncertainty => Some("constant"),
            Self::Outcome => Some("is"),
            _ => None,
        }
    }

    /// What a new one lacks, or `None` if it is complete. Whether it is right is for validation to say.
    fn lacks(self, node: &Node) -> Option<&'static str> {
        let scalar = matches!(node.value, Value::Text(_) | Value::Number(..) | Value::Bool(_));
        let has = |key: &str| node.get(key).is_some_and(|value| !matches!(value.value, Value::Null));
        let lacking = |good: bool, what: &'static str| (!good).then_some(what);
        match self {
            Self::Lever => lacking(has("default"), "`default`"),
            Self::State => lacking(has("start"), "`start`"),
            Self::Tie => lacking(has("pairs"), "`pairs`"),
            Self::Rule | Self::Event => lacking(has("then"), "`then`"),
            Self::Side => lacking(has("force"), "`force`"),
            Self::Season => lacking(has("from") && has("to"), "`from` and `to`"),
            Self::Uncertainty => lacking(DISTRIBUTIONS.iter().any(|drawn| has(drawn.name)), "a distribution"),
            Self::Outcome => lacking(scalar || has("is"), "`is`"),
            Self::Milestone | Self::Stop => lacking(scalar || has("is") || has("when"), "a condition"),
            Self::Group => lacking(matches!(node.value, Value::List(_) | Value::Map(_)), "a list of members"),
            Self::Policy => lacking(holds_complete(node, Self::Rule), "rules that have `then`"),
            Self::Actor => {
                let whole = |key, element| node.get(key).is_none_or(|part| holds_complete(part, element));
                if !whole("policy", Self::Rule) {
                    return Some("rules that have `then`");
                }
                lacking(whole("state", Self::State), "states that have `start`")
            }
            Self::Message => None,
        }
    }
}

/// Whether every part that is a map is complete. What a bare value means there is for validation to say.
fn holds_complete(node: &Node, element: Element) -> bool {
    let complete = |child: &Node| child.as_map().is_none() || element.lacks(child).is_none();
    node.as_map().is_none_or(|entries| entries.iter().all(|(_, child)| complete(child)))
}

/// What a new key of a map lacks, as [`Element::lacks`] has it.
///
/// A bare number is taken for the start of a new state where there is no other state that it could have meant.
pub(super) fn lacks(parent: Kind, node: &Node, alone: bool) -> Option<(Element, &'static str)> {
    let element = parent.members()?;
    let bare = matches!(node.value, Value::Text(_) | Value::Number(..));
    if element == Element::State && alone && bare {
        return None;
    }
    Some((element, element.lacks(node)?))
}
