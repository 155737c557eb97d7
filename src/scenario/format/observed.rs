//! What is observed: outcomes, milestones, stops.

use super::{BASIS, BECAUSE, Form, Key, Kind, NOTES, TITLE};

/// An outcome.
pub static OUTCOME: Form = Form::new(
    "outcome",
    "A measure, recorded every tick. An expression alone is the measure.",
    &[
        &[
            Key::new(
                "is",
                Kind::Expression,
                "What is measured: `held(regime, towns)`, `support[near, regime]`, `regime.stock`.",
            )
            .required(),
            Key::new("matters", Kind::Number, "The smallest difference that matters, in the outcome's unit."),
        ],
        NOTES,
    ],
);

/// A milestone.
pub static MILESTONE: Form = Form::new(
    "milestone",
    "The first tick at which a condition holds. A condition alone is the milestone.",
    &[&[Key::new("when", Kind::Condition, "The condition.").required()], NOTES],
);

/// A stop.
pub static STOP: Form = Form::new(
    "stop",
    "Ends a run at the first tick at which a condition holds. A condition alone is the stop.",
    &[&[Key::new("when", Kind::Condition, "The condition.").required()], NOTES],
);

/// What was observed of an outcome or a milestone.
pub static TARGET: Form = Form {
    names: Some(Kind::Any(&[Kind::Flag, Kind::Number, Kind::Text])),
    ..Form::new(
        "target",
        "What was observed: for an outcome dates with `9 +- 3`, the half-width of the 90% interval behind the sign; for a \
         milestone `by 2023-11-30: yes`.",
        &[&[
            Key::new(
                "discrepancy",
                Kind::Number,
                "The standard deviation, in the outcome's unit, of what the model cannot get right even with the best inputs.",
            ),
            Key::new("source", Kind::Text, "Who observed it, and where that is said."),
            TITLE,
            BECAUSE,
            BASIS,
        ]],
    )
};
