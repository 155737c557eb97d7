//! What a scenario means: small scenarios whose every number can be worked out by hand.

mod areas;
mod composition;
mod corners;
mod dated;
mod failures;
mod language;
mod messages;
mod minds;
mod places;
mod posts;
mod regressions;
mod rules;
mod time;
