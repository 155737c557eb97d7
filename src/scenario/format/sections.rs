//! The file itself: its sections, and variants, which patch them.

use super::{
    ACTOR, CLOCK, EVENT, Form, Key, Kind, LEVER, MESSAGE, MILESTONE, OUTCOME, RULE, SEASON, STOP, TARGET, TERRITORY,
    TIE, UNCERTAINTY,
};

/// A scenario's file.
pub static SCENARIO: Form = Form::new(
    "scenario",
    "A scenario: actors and what each does, what nobody controls, what somebody could change, and what to measure.",
    &[&[
        Key::new("entente", Kind::Version, "The version of the format: 1."),
        Key::new(
            "extends",
            Kind::File,
            "Another scenario's file, below this one's folder. This file then holds only what differs from it.",
        ),
        Key::new("title", Kind::Text, "One line."),
        Key::new("about", Kind::Text, "What the scenario is about and what it is for, in a few sentences."),
        Key::new("clock", Kind::Map(&CLOCK), "When a run begins, how long a step is and how many there are.")
            .required(),
        Key::new(
            "calendar",
            Kind::Named(&Kind::Map(&SEASON)),
            "Seasons of every year, by name; `season(name)` is 1 or 0.",
        ),
        Key::new(
            "uncertainties",
            Kind::Named(&Kind::Any(&[Kind::Expression, Kind::Map(&UNCERTAINTY)])),
            "X: what nobody controls, by name. Each is drawn once a run.",
        ),
        Key::new(
            "levers",
            Kind::Named(&Kind::Any(&[Kind::Number, Kind::Map(&LEVER)])),
            "L: what somebody could choose differently, by name.",
        ),
        Key::new(
            "groups",
            Kind::Named(&Kind::Many(&Kind::Name)),
            "Actors that are named together: `patrons: [near, far]`.",
        ),
        Key::new("messages", Kind::Named(&Kind::Map(&MESSAGE)), "The kinds of messages that rules send, by name."),
        Key::new(
            "ties",
            Kind::Named(&Kind::Map(&TIE)),
            "Numbers between two actors, by name: support, hostility, trust, debt.",
        ),
        Key::new(
            "policies",
            Kind::Named(&Kind::Named(&Kind::Map(&RULE))),
            "Policies that several actors share, by name; an actor names them in its own `policies`.",
        ),
        Key::new("actors", Kind::Named(&Kind::Map(&ACTOR)), "Who acts, by name.").required(),
        Key::new("territory", Kind::Map(&TERRITORY), "The map and who fights over it; a scenario may do without."),
        Key::new("events", Kind::Named(&Kind::Map(&EVENT)), "What happens and no actor does, by name, in order."),
        Key::new(
            "outcomes",
            Kind::Named(&Kind::Any(&[Kind::Expression, Kind::Map(&OUTCOME)])),
            "M: what is measured, by name. Recorded every tick.",
        ),
        Key::new(
            "milestones",
            Kind::Named(&Kind::Any(&[Kind::Condition, Kind::Map(&MILESTONE)])),
            "The first tick at which a condition holds, by name: `falls: territory < 0.1`.",
        ),
        Key::new(
            "stop",
            Kind::Named(&Kind::Any(&[Kind::Condition, Kind::Map(&STOP)])),
            "Conditions that end a run, by name.",
        ),
        Key::new(
            "targets",
            Kind::Named(&Kind::Map(&TARGET)),
            "What was observed, by outcome or milestone; `entente score` holds the runs against it. Runs do not depend on it.",
        ),
        Key::new(
            "variants",
            Kind::Named(&Kind::Map(&VARIANT)),
            "\"What if\": patches by name, each compared with the scenario under the same dice.",
        ),
        Key::new("notes", Kind::Anything, "Whatever should stand beside the scenario; nothing reads it."),
    ]],
);

/// A variant.
pub static VARIANT: Form = Form {
    patches: Some(&SCENARIO),
    ..Form::new(
        "variant",
        "What if: what differs from the scenario, key by key. `null` removes; a new rule may say `before:` or `after:` which \
         other it stands.",
        &[&[
            Key::new("title", Kind::Text, "The question that it asks, in one line."),
            Key::new("about", Kind::Text, "What it is for."),
            Key::new(
                "from",
                Kind::Date,
                "The date from which it holds; until then every run is the baseline's. It may then patch levers, policies, \
                 events and the sides' campaigns.",
            ),
        ]],
    )
};
