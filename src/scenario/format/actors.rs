//! Actors and what passes between them: states, sight, stances, goals, flows, messages, ties.

use super::{BASIS, BECAUSE, CHANGE, Form, Key, Kind, NOTES, Need, RULE, SET, TITLE, WITHIN};

/// An actor.
pub static ACTOR: Form = Form::new(
    "actor",
    "Somebody who acts: a state, an armed group, an organisation. Its name stands in expressions and in every draw it makes.",
    &[&[
        TITLE,
        Key::new("about", Kind::Text, "Who it is, in a sentence or two."),
        BECAUSE,
        Key::new("goal", Kind::Map(&GOAL), "What it wants. Its payoff is reported as the outcome `payoff_<actor>`."),
        Key::new(
            "state",
            Kind::Named(&Kind::Any(&[Kind::Expression, Kind::Map(&STATE)])),
            "Its numbers, by name. Its own rules read them by the bare name, others as `actor.name`.",
        ),
        Key::new(
            "stance",
            Kind::Named(&Kind::Map(&STANCE)),
            "Its ladder of stances, lowest first; conditions compare `stance == name`.",
        ),
        Key::new("each_tick", Kind::Map(&FLOWS), "What flows every tick, after the rules: growth, decay, upkeep."),
        Key::new(
            "sees",
            Kind::Sights(&SIGHT),
            "How late and how inexactly it knows what is others': `front.troops`, `support[near, regime]` or an outcome. \
             What is not listed it sees exactly, as last observed.",
        ),
        Key::new(
            "policy",
            Kind::Any(&[Kind::Named(&Kind::Map(&RULE)), Kind::Many(&Kind::Name)]),
            "What it does: its rules by name, in the order in which they act.",
        ),
        Key::new(
            "policies",
            Kind::Many(&Kind::Name),
            "Shared policies that it follows, by their names under `policies`; their rules come before its own.",
        ),
    ]],
);

/// A goal.
pub static GOAL: Form = Form::new(
    "goal",
    "What an actor wants.",
    &[&[
        Key::new("maximise", Kind::Expression, "What it wants as much of as possible."),
        Key::new("minimise", Kind::Expression, "What it wants as little of as possible."),
        BECAUSE,
    ]],
)
.needing(&[Need::One(&["maximise", "minimise"])]);

/// A state of an actor.
pub static STATE: Form = Form::new(
    "state",
    "A number that an actor keeps from tick to tick. A plain number or expression is its start.",
    &[
        &[
            Key::new("start", Kind::Expression, "Its value at tick 0; may read levers and uncertainties.").required(),
            WITHIN,
            Key::new("private", Kind::Flag, "Whether other actors' rules cannot read it."),
        ],
        NOTES,
    ],
);

/// A stance.
pub static STANCE: Form = Form::new(
    "stance",
    "One rung of an actor's ladder of stances. Each tick, before the rules, the highest rung whose `enter` holds is \
     entered; if there is none and the present rung's `leave` holds, the one below is.",
    &[&[
        Key::new("enter", Kind::Condition, "When it is entered from below. The lowest has none."),
        Key::new("leave", Kind::Condition, "When it is left for the one below. The lowest has none."),
        Key::new("start", Kind::Flag, "Whether the actor starts here; otherwise it starts at the lowest."),
        TITLE,
        BECAUSE,
    ]],
);

/// An actor's flows.
pub static FLOWS: Form = Form::new(
    "flows",
    "What changes every tick, after the rules and the contest, simultaneously with all other actors' flows.",
    &[&[SET, CHANGE, BECAUSE]],
);

/// How well something is seen.
pub static SIGHT: Form = Form::new(
    "sight",
    "How late and how inexactly an actor knows a value that is another's.",
    &[&[
        Key::new("delay", Kind::Duration, "How old its knowledge is: `2 weeks`."),
        Key::new("error", Kind::Map(&ERROR), "How inexact its knowledge is."),
        BECAUSE,
        BASIS,
    ]],
);

/// The error with which something is seen.
pub static ERROR: Form = Form::new(
    "error",
    "An error that multiplies the value, drawn anew each tick: lognormal, with mean 1.",
    &[&[Key::new("sd", Kind::Expression, "The standard deviation of the error's logarithm: 0.3 is some 30%.")
        .required()]],
);

/// A kind of message.
pub static MESSAGE: Form = Form::new(
    "message",
    "A kind of message that rules can send. Every message has an amount; `received(kind, from)` adds up what came this tick.",
    &[
        &[
            Key::new("delay", Kind::Duration, "How long it is on its way. One tick if nothing is said."),
            Key::new("signed", Kind::Flag, "Whether a negative amount stays what it is; otherwise it becomes 0."),
            Key::new(
                "on_arrival",
                Kind::Many(&Kind::Map(&ARRIVAL)),
                "What it does to the receiver, done as the receiver. `amount` and `sender` are the message's, and so are the \
                 fields that rules send `with` it.",
            ),
        ],
        NOTES,
    ],
);

/// What a message does when it arrives.
pub static ARRIVAL: Form = Form::new(
    "arrival",
    "What a message does to its receiver.",
    &[&[Key::new("when", Kind::Condition, "Only if this holds."), SET, CHANGE, BECAUSE]],
)
.needing(&[Need::Some(&["set", "change"])]);

/// A tie.
pub static TIE: Form = Form {
    bare: Some(Kind::Expression),
    ..Form::new(
    "tie",
    "A number for each ordered pair of actors that is named: `support[near, regime]`. It belongs to the first of the pair, \
     whose rules alone write it.",
    &[
        &[
            Key::new(
                "pairs",
                Kind::Any(&[Kind::File, Kind::List(&Kind::Pair(&Kind::Name))]),
                "Who is tied to whom: `[[near, regime], [patrons, regime]]`. Each end is an actor or a group. Or a table with \
                 the columns `from` and `to`.",
            )
            .required(),
            Key::new(
                "start",
                Kind::Any(&[
                    Kind::Expression,
                    Kind::Named(&Kind::Any(&[Kind::Expression, Kind::Named(&Kind::Expression)])),
                ]),
                "Its value at tick 0: one for all pairs, or a nested map `near: { regime: 0.7 }` in which the more exact wins, \
                 or a column of the table.",
            )
            .required(),
            WITHIN,
        ],
        NOTES,
    ],
)
};
