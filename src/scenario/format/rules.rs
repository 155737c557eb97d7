//! Rules of actors, events, and what they do.

use super::{BECAUSE, CHANGE, Form, Key, Kind, NOTES, Need, SET, TITLE};

/// Where a patch puts a rule that is new.
pub static PLACEMENT: &[Key] = &[
    Key::new("before", Kind::Name, "In a patch: puts the rule before this one. Without a place, new ones go last."),
    Key::new("after", Kind::Name, "In a patch: puts the rule after this one."),
];

const WHEN_IT_ACTS: &[Key] = &[
    Key::new(
        "let",
        Kind::Named(&Kind::Value),
        "Local names for the rest of the rule; each may read those before it, and draw: `normal()`, `uniform()`.",
    ),
    Key::new("when", Kind::Condition, "It acts only if this holds. No draw may stand here."),
    Key::new(
        "chance",
        Kind::Expression,
        "It acts with this probability, 0 to 1. Outside of that the run fails and says where.",
    ),
    Key::new(
        "per",
        Kind::Per,
        "The time that `chance` is for: `chance: 0.04` with `per: month` means the same for every length of a tick.",
    ),
    Key::new("once", Kind::Flag, "Whether it acts at most once in a run."),
    Key::new("cooldown", Kind::Duration, "How long it rests after acting."),
    Key::new("from", Kind::Date, "The first day on which it may act."),
    Key::new("until", Kind::Date, "The day from which on it no longer acts."),
    Key::new(
        "for",
        Kind::Binding,
        "Does it for each member of a group, oneself left out: `x in clients where x.troops > 5`. `once`, cooldown and draws \
         are each member's own.",
    ),
];

const ABOUT: Key = Key::new("about", Kind::Text, "What it is, in a sentence or two.");

/// A rule of an actor.
pub static RULE: Form = Form {
    patching: PLACEMENT,
    ..Form::new(
        "rule",
        "One thing that an actor does. It sees its own state as it is, everything else as last observed, and only what has \
         reached it. Its name is part of every draw that it makes.",
        &[
            WHEN_IT_ACTS,
            &[
                Key::new(
                    "then",
                    Kind::Many(&Kind::Map(&EFFECT)),
                    "What it does: a list of effects, one after the other. Each sends a message, or writes own states and ties.",
                )
                .required(),
                ABOUT,
            ],
            NOTES,
        ],
    )
};

/// An event.
pub static EVENT: Form = Form {
    patching: PLACEMENT,
    ..Form::new(
        "event",
        "Something that happens and that no actor does. It may write any state or tie, and sends nothing.",
        &[
            WHEN_IT_ACTS,
            &[
                Key::new(
                    "then",
                    Kind::Many(&Kind::Map(&EFFECT)),
                    "What happens: a list of effects, one after the other.",
                )
                .required(),
                ABOUT,
            ],
            NOTES,
        ],
    )
};

/// One thing that a rule does.
pub static EFFECT: Form = Form::new(
    "effect",
    "One thing that a rule does: it sends a message, or it writes (`set`, `change`), perhaps in areas (`at`).",
    &[&[
        Key::new("send", Kind::Name, "Sends a message of this kind."),
        Key::new(
            "to",
            Kind::Many(&Kind::Receiver),
            "To whom: an actor, a group, a list of them, or `best(x in group where …, score)`.",
        ),
        Key::new(
            "amount",
            Kind::Expression,
            "How much; 1 if nothing is said. Each member of a group gets the whole of it.",
        ),
        Key::new("with", Kind::Named(&Kind::Expression), "Extra fields that the message carries, by name."),
        SET,
        CHANGE,
        Key::new(
            "at",
            Kind::Place,
            "In which areas of its own side: a name, `best(a in areas where …, score)`, or `each a in areas where …`. Then \
             `garrison`, `supply` and `fire` can be written.",
        ),
        BECAUSE,
        TITLE,
    ]],
)
.needing(&[Need::Some(&["send", "set", "change"]), Need::With("send", "to")]);
