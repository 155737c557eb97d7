//! What a scenario's file may say: every map's keys, what each means and what may stand there.
//!
//! These declarations are the one place that knows the keys. The checker refuses what they lack and misses what they need
//! ([`Form::names`], [`Form::required`]); the JSON Schema for editors is made of them ([`schema`](mod@schema)); so neither
//! can know a key that the other does not. To add a key, add a line here and read it in `validate`. What a value means
//! beyond its shape (names, types, units, bounds) is for the checker alone.

mod actors;
mod inputs;
mod observed;
mod rules;
mod schema;
mod sections;
mod territory;

pub use actors::{ACTOR, ARRIVAL, ERROR, FLOWS, GOAL, MESSAGE, SIGHT, STANCE, STATE, TIE};
pub use inputs::{CLOCK, DISTRIBUTIONS, Drawn, LEVER, SEASON, UNCERTAINTY, is_distribution};
pub use observed::{MILESTONE, OUTCOME, STOP, TARGET};
pub use rules::{EFFECT, EVENT, PLACEMENT, RULE};
pub use schema::{json, schema};
pub use sections::{SCENARIO, VARIANT};
pub use territory::{AREA_STATE, CONTEST, EQUATIONS, PARAMETER, SIDE, SIDES, TERRITORY};

use crate::scenario::model::BasisKind;
use crate::world::contest::Specification;

/// A map with fixed keys.
#[derive(Debug)]
pub struct Form {
    /// What it is called, in the schema and in its documentation.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub meaning: &'static str,
    /// Its keys, in the groups in which they are declared.
    pub keys: &'static [&'static [Key]],
    /// What it needs beyond the keys that must be there.
    pub needs: &'static [Need],
    /// What stands under its other keys, which are names; without it there are no other keys.
    pub names: Option<Kind>,
    /// What may stand for it in a patch, where it sets its most important key.
    pub bare: Option<Kind>,
    /// Keys that it only knows where it patches another, such as the place of a new rule.
    pub patching: &'static [Key],
    /// Whose parts it patches: a variant's other keys are the scenario's.
    pub patches: Option<&'static Form>,
}

/// One key of a map.
#[derive(Debug)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What may stand there.
    pub kind: Kind,
    /// What it means, in a sentence or two.
    pub meaning: &'static str,
    /// Whether it must be there.
    pub required: bool,
}

/// What a map needs beyond single keys.
#[derive(Clone, Copy, Debug)]
pub enum Need {
    /// Exactly one of these.
    One(&'static [&'static str]),
    /// At least one of these.
    Some(&'static [&'static str]),
    /// All of one of these sets.
    Set(&'static [&'static [&'static str]]),
    /// The second, wherever the first is.
    With(&'static str, &'static str),
}

/// What may stand under a key.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A text; a number is one too.
    Text,
    /// A plain number.
    Number,
    /// The number 1, the only version of the format.
    Version,
    /// A number or an expression that gives one.
    Expression,
    /// `true`, `false` or an expression that gives yes or no.
    Condition,
    /// A number, yes or no, or an expression that gives one of them.
    Value,
    /// A time with its unit, such as `4 weeks`.
    Duration,
    /// A unit of time, or a time, such as `month`.
    Per,
    /// A date, such as `2024-03-01`.
    Date,
    /// A day of every year, such as `10-15`.
    DayOfYear,
    /// `true` or `false`.
    Flag,
    /// One of these words, each with what it means.
    Word(&'static [(&'static str, &'static str)]),
    /// The name of something.
    Name,
    /// A table's or another scenario's file, below the scenario's folder.
    File,
    /// `x in group where condition`
    Binding,
    /// An area's name, `best(a in areas where …, score)` or `each a in areas where …`.
    Place,
    /// An actor's or a group's name, or `best(x in group where …, score)`.
    Receiver,
    /// Two bounds, either of which may be null.
    Bounds,
    /// Two plain numbers.
    Range,
    /// A list of these.
    List(&'static Kind),
    /// One of these, or a list of them.
    Many(&'static Kind),
    /// Two of these.
    Pair(&'static Kind),
    /// A map of this form.
    Map(&'static Form),
    /// A map whose keys are names.
    Named(&'static Kind),
    /// A map whose keys are what is written: `stock`, `support[regime]`.
    Targets,
    /// What is seen late or inexactly, and how well.
    Sights(&'static Form),
    /// One of these.
    Any(&'static [Kind]),
    /// A distribution's parameters: in order, by name, or a single one as it is.
    Drawn(&'static Drawn),
    /// A parameter of the contest.
    Parameter(&'static Specification),
    /// A cell of a table: a number, a name, yes or no, or nothing.
    Cell,
    /// Whatever it is, nobody reads it.
    Anything,
}

impl Form {
    /// A form with these keys.
    const fn new(name: &'static str, meaning: &'static str, keys: &'static [&'static [Key]]) -> Self {
        Self { name, meaning, keys, needs: &[], names: None, bare: None, patching: &[], patches: None }
    }

    const fn needing(self, needs: &'static [Need]) -> Self {
        Self { needs, ..self }
    }

    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &'static Key> + use<> {
        self.keys.iter().flat_map(|group| group.iter())
    }

    /// The names of the keys.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.keys().map(|key| key.name)
    }

    /// Whether it has a key of this name.
    pub fn knows(&self, name: &str) -> bool {
        self.names().any(|known| known == name)
    }

    /// The names of the keys that must be there.
    pub fn required(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.keys().filter(|key| key.required).map(|key| key.name)
    }
}

impl Key {
    const fn new(name: &'static str, kind: Kind, meaning: &'static str) -> Self {
        Self { name, kind, meaning, required: false }
    }

    const fn required(self) -> Self {
        Self { required: true, ..self }
    }
}

/// What a number rests on.
pub const BASES: &[(&str, &str)] = &[
    (BasisKind::Data.name(), "it was observed"),
    (BasisKind::Literature.name(), "it is published"),
    (BasisKind::Judgement.name(), "somebody who knows the case guesses so"),
    (BasisKind::Placeholder.name(), "nothing yet; also where no basis is said"),
];

const TITLE: Key = Key::new("title", Kind::Text, "A heading for people, where the name is too short.");
const UNIT: Key = Key::new("unit", Kind::Text, "The unit, for people: `thousand`, `USD million a month`, `share`.");
const BECAUSE: Key = Key::new("because", Kind::Text, "Why it is so: the reason, the source, the argument.");
const BASIS: Key = Key::new(
    "basis",
    Kind::Word(BASES),
    "What the number rests on. The report counts how many numbers rest on what; without it, it is a placeholder.",
);

/// The keys that say what a number is and what it rests on.
const NOTES: &[Key] = &[TITLE, UNIT, BECAUSE, BASIS];

const WITHIN: Key = Key::new(
    "within",
    Kind::Bounds,
    "The least and the greatest value, `[0, 1]`; `null` for no bound. Every write is clamped to them.",
);

const SET: Key = Key::new(
    "set",
    Kind::Targets,
    "What becomes what. All values are worked out before the first is written: one map is simultaneous.",
);
const CHANGE: Key = Key::new(
    "change",
    Kind::Targets,
    "What is added to what: `stock: 5`, `\"support[regime]\": -0.1`. One map is simultaneous.",
);
