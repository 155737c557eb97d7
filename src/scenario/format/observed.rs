//! What is observed: outcomes, milestones, stops.

use super::{Form, Key, Kind, NOTES};

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
